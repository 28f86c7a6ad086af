//! What needs a person: operations without an outcome, each with its evidence side by side, and the person's own word.
//!
//! Owns when "not applied" is offered, and that it is never taken before a last look. What is shown beside each other was
//! written down: with the intent what was meant and what was the case before, with each look what the gateway showed.

use std::collections::HashMap;
use std::time::Duration;

use cardesk_domain::operation::is_certainly_absent;
use cardesk_domain::{Amount, Basis, CardId, OperationEvent, OperationKind, OperationState, Reference};
use cardesk_journal::{CardRecord, Evidence, Look, LookResult, LooksSoFar, Operation};
use jiff::Timestamp;

use crate::before::Before;
use crate::copies::{amount_text, display_name, last_four_text};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::checked_reason;
use crate::reconcile::due_in;
use crate::shown::{Shown, ShownMovement};
use crate::view::{
    AttentionRow, AttentionView, CardSide, LookFound, LookView, NewCard, NotAppliedWithheld, OperationView, SettleAs, SettleForm,
    SimilarMovement,
};
use crate::workplace::Workplace;

/// How many looks are shown of each operation; the first ones say the least.
const LOOKS_SHOWN: u32 = 50;

impl Desk {
    /// Every operation whose outcome is open, the oldest first, with its evidence. The gateway is asked nothing.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn attention(&self) -> DeskResult<AttentionView> {
        let workplace = self.workplace().await?;
        workplace.attention().await
    }

    /// Looks for an operation whose outcome is unknown: money in the card's movements, an issued card among the
    /// cardholder's cards. Found, it is settled as applied; else it stays unknown.
    ///
    /// # Errors
    /// For a reference that is not there; if the gateway can't be asked.
    pub async fn look_again(&self, reference: &str) -> DeskResult<OperationView> {
        let workplace = self.workplace().await?;
        let named = workplace.operation_named(reference).await?;
        let looked_at = workplace.look_again_at(&named.reference).await?;
        workplace.view_of(&looked_at).await
    }

    /// Settles an unknown outcome by a person's word, with the reason. "Not applied" is taken only once the issuer's
    /// settling time has passed without it being shown, and after a last look; where that finds it, it is settled as
    /// applied after all.
    ///
    /// # Errors
    /// A reason that is missing; [`ErrorCode::OperationNotOpen`]; [`ErrorCode::NotCertainYet`], with the moment from which
    /// on it is; [`ErrorCode::MayBeShown`], also for a movement that may be it and is not among `none_of`;
    /// [`ErrorCode::CardNotPossible`] for a card that can't be the one; if the gateway can't be asked for the last look.
    pub async fn settle_operation(&self, form: SettleForm) -> DeskResult<OperationView> {
        let workplace = self.workplace().await?;
        let reason = checked_reason(&form.reason)?;
        let operation = workplace.operation_named(&form.reference).await?;
        let settled = workplace.settle_by_person(operation, &form, &reason).await?;
        workplace.view_of(&settled).await
    }
}

impl Workplace {
    async fn attention(&self) -> DeskResult<AttentionView> {
        let looks = self.looks_so_far().await?;
        let mut rows = Vec::new();
        for operation in self.journal.open_operations().await? {
            rows.push(self.attention_row(&operation, &looks).await?);
        }
        let contradictions = self.contradiction_rows().await?;
        let replacements = self.replacement_notes(&self.journal.open_replacements().await?).await?;
        Ok(AttentionView { rows, contradictions, replacements, settling_time_minutes: self.profile().settling_time_minutes() })
    }

    async fn attention_row(&self, operation: &Operation, looks: &HashMap<Reference, LooksSoFar>) -> DeskResult<AttentionRow> {
        let made = self.journal.looks_for(&operation.reference, LOOKS_SHOWN).await?;
        let answered = made.iter().find(|look| look.found != LookResult::NoAnswer);
        let shown = Shown::of(answered.and_then(|look| look.detail.as_deref()));
        let before = Before::of(operation);
        let now = self.now();
        let is_underway = self.underway.has(&operation.reference);
        let withheld = self.withheld(operation, &made, is_underway);
        let (card, to_card) = self.sides_of(operation, &shown).await?;
        let next_look_at = now.checked_add(due_in(operation, looks, now)).unwrap_or(now);
        Ok(AttentionRow {
            operation: self.view_of(operation).await?,
            card,
            to_card,
            cardholder_display_name: match &operation.cardholder_id {
                Some(id) => self.journal.cardholder(id).await?.as_ref().map(display_name).unwrap_or_default(),
                None => String::new(),
            },
            balance_seen_at: before.balance_seen_at,
            cards_before: before.cards_before.unwrap_or_default(),
            looks: looks.get(&operation.reference).map_or(0, |looks| looks.looks),
            last_look: made.first().map(|look| LookView { at: look.at.to_string(), found: found_word(look.found) }),
            shown_at: answered.map(|look| look.at.to_string()),
            new_cards: self.new_cards(&shown).await?,
            similar: shown.movements.into_iter().map(Into::into).collect(),
            next_look_at: (!is_underway).then(|| next_look_at.to_string()),
            is_underway,
            certain_from: self.certain_from(operation).to_string(),
            offers_not_applied: withheld.is_none(),
            withheld,
        })
    }

    /// The cards of an operation with their balances, before and as they were shown.
    pub(crate) async fn sides_of(&self, operation: &Operation, shown: &Shown) -> DeskResult<(Option<CardSide>, Option<CardSide>)> {
        let before = Before::of(operation);
        let card = self.card_side(operation, operation.card_id, before.balance_before, shown.balance_now.clone()).await?;
        let to_card = self.card_side(operation, operation.to_card_id, before.to_balance_before, shown.to_balance_now.clone()).await?;
        Ok((card, to_card))
    }

    /// The cards that may be the one that was issued.
    async fn new_cards(&self, shown: &Shown) -> DeskResult<Vec<NewCard>> {
        let ids: Vec<CardId> = shown.cards.iter().filter_map(|id| id.parse().ok()).collect();
        let known = self.journal.cards_by_id(&ids).await?;
        let view = |id: &CardId| NewCard {
            card_id: id.to_string(),
            last_four: last_four_text(known.get(id).and_then(|card| card.last_four.as_ref())),
            issued_at: known.get(id).and_then(|card| card.issued_at).map(|at| at.to_string()),
        };
        Ok(ids.iter().map(view).collect())
    }

    async fn card_side(
        &self,
        operation: &Operation,
        card: Option<CardId>,
        before: Option<String>,
        now: Option<String>,
    ) -> DeskResult<Option<CardSide>> {
        let Some(id) = card else { return Ok(None) };
        let known: Option<CardRecord> = self.journal.card(id).await?;
        Ok(Some(CardSide {
            card_id: id.to_string(),
            last_four: last_four_text(known.as_ref().and_then(|card| card.last_four.as_ref())),
            balance_if_applied: before.as_deref().and_then(|before| ending(operation, id, before)),
            balance_before: before,
            balance_now: now,
        }))
    }

    fn settling_time(&self) -> Duration {
        Duration::from_secs(u64::from(self.profile().settling_time_minutes()) * 60)
    }

    /// From when on a look that finds nothing is certain.
    fn certain_from(&self, operation: &Operation) -> Timestamp {
        let lost_at = lost_sight_at(operation);
        lost_at.checked_add(self.settling_time()).unwrap_or(lost_at)
    }

    /// Why it can't be said that an operation was not done; `None` if its last whole look was after the settling time and
    /// found nothing that could be it.
    fn withheld(&self, operation: &Operation, looks: &[Look], is_underway: bool) -> Option<NotAppliedWithheld> {
        if is_underway {
            return Some(NotAppliedWithheld::Underway);
        }
        let Some(last) = looks.iter().find(|look| look.found != LookResult::NoAnswer) else { return Some(NotAppliedWithheld::Time) };
        match last.found {
            // Which of the cards it is, or that it can't be told, is for a person to say: that there is none would be untrue.
            LookResult::Several if operation.kind == OperationKind::Issue => Some(NotAppliedWithheld::PossibleCards),
            LookResult::Several => Some(NotAppliedWithheld::NamedMovement),
            LookResult::Nothing
                if operation.state == OperationState::Unknown
                    && is_certainly_absent(lost_sight_at(operation), last.at, self.settling_time()) =>
            {
                None
            }
            LookResult::Nothing | LookResult::Applied | LookResult::NoAnswer => Some(NotAppliedWithheld::Time),
        }
    }

    /// The card that a person says was issued: one that the gateway showed, and no other operation has.
    async fn card_named(&self, operation: &Operation, card_id: Option<&str>) -> DeskResult<Option<CardId>> {
        let Some(card_id) = card_id else { return Ok(None) };
        let not_possible = || ErrorView::new(ErrorCode::CardNotPossible).with_reference(&operation.reference);
        let named: CardId = card_id.parse().map_err(|_| not_possible())?;
        let looks = self.journal.looks_for(&operation.reference, LOOKS_SHOWN).await?;
        let last = looks.iter().find(|look| look.found != LookResult::NoAnswer);
        let is_shown = Shown::of(last.and_then(|look| look.detail.as_deref())).cards.contains(&named.to_string());
        if operation.kind == OperationKind::Issue && is_shown { Ok(Some(named)) } else { Err(not_possible()) }
    }

    async fn settle_by_person(&self, operation: Operation, form: &SettleForm, reason: &str) -> DeskResult<Operation> {
        let not_open = |reference: &Reference| ErrorView::new(ErrorCode::OperationNotOpen).with_reference(reference);
        if !operation.state.is_open() || self.underway.has(&operation.reference) {
            return Err(not_open(&operation.reference));
        }
        let evidence = Evidence { detail: Some(reason.to_owned()), ..Evidence::default() };
        match form.outcome {
            SettleAs::Applied => {
                let issued = self.card_named(&operation, form.card_id.as_deref()).await?;
                let operation = self.out_of_sight(operation).await?;
                let evidence = Evidence { movement_id: issued.map(|id| id.to_string()), ..evidence };
                self.settle(&operation, OperationEvent::SettleApplied(Basis::Person), evidence).await
            }
            SettleAs::NotApplied => {
                // The look that the person saw may be old by now.
                let operation = self.look_again_at(&operation.reference).await?;
                if !operation.state.is_open() {
                    return Ok(operation);
                }
                let looks = self.journal.looks_for(&operation.reference, LOOKS_SHOWN).await?;
                let withheld = self.withheld(&operation, &looks, self.underway.has(&operation.reference));
                let may_be_shown = matches!(withheld, Some(NotAppliedWithheld::PossibleCards | NotAppliedWithheld::NamedMovement));
                if may_be_shown || has_unclear(&looks, &form.none_of) {
                    return Err(ErrorView::new(ErrorCode::MayBeShown).with_reference(&operation.reference));
                }
                if withheld.is_some() {
                    let from = self.certain_from(&operation).to_string();
                    return Err(ErrorView::new(ErrorCode::NotCertainYet).with_param("from", from).with_reference(&operation.reference));
                }
                self.settle(&operation, OperationEvent::SettleNotApplied, evidence).await
            }
        }
    }
}

impl From<ShownMovement> for SimilarMovement {
    fn from(shown: ShownMovement) -> Self {
        Self {
            movement_id: shown.movement_id,
            at: shown.at,
            amount: shown.amount,
            description: shown.description,
            reference: shown.reference,
            may_be_it: shown.may_be_it,
        }
    }
}

/// What a card's balance becomes by an operation alone.
fn ending(operation: &Operation, card: CardId, before: &str) -> Option<String> {
    let before: Amount = before.parse().ok()?;
    let moved = operation.money?.amount();
    let is_paying = operation.facts().paying_card() == Some(card);
    let ending = if is_paying { before.checked_sub(moved) } else { before.checked_add(moved) };
    ending.ok().map(amount_text)
}

/// The last moment at which the request could arrive.
fn lost_sight_at(operation: &Operation) -> Timestamp {
    operation.last_move.as_ref().map_or(operation.drafted_at, |last| last.at)
}

/// Whether the last whole look showed a movement that may be the operation's, and of which the person did not say that it is not.
fn has_unclear(looks: &[Look], none_of: &[String]) -> bool {
    let last = looks.iter().find(|look| look.found != LookResult::NoAnswer);
    let shown = Shown::of(last.and_then(|look| look.detail.as_deref()));
    shown.movements.iter().any(|movement| movement.may_be_it && !none_of.contains(&movement.movement_id))
}

const fn found_word(found: LookResult) -> LookFound {
    match found {
        LookResult::Applied => LookFound::Applied,
        LookResult::Nothing => LookFound::Nothing,
        LookResult::Several => LookFound::Several,
        LookResult::NoAnswer => LookFound::NoAnswer,
    }
}
