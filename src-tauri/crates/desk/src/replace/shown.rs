//! A replacement as the window gets it: whole for its own panel, in a few words for everywhere else.
//!
//! Owns what a step is said to wait for, from what the desk has written down alone: the gateway is asked nothing here.

use cardesk_domain::operation::Contradiction;
use cardesk_domain::{Amount, CardId, CardState, LinkKind, Reference, ReplacementState, ReplacementStep};
use cardesk_journal::{CardRecord, Link, Operation, Replacement, ReplacementMove};

use crate::before::Before;
use crate::copies::{amount_text, card_summary, display_name, last_four_text};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{
    BalanceToMove, ReplacementNote, ReplacementStanding, ReplacementStepView, ReplacementStop, ReplacementView, ReplacementWait,
    StepOutcome, StepStanding,
};
use crate::workplace::Workplace;

const OUTCOMES: [StepOutcome; 8] = [
    StepOutcome::Blocked,
    StepOutcome::BlockedBefore,
    StepOutcome::NotToBeBlocked,
    StepOutcome::Issued,
    StepOutcome::InsertsVoided,
    StepOutcome::NoInsert,
    StepOutcome::BalanceMoved,
    StepOutcome::NothingToMove,
];

/// The journal's word for what a step came to.
pub(super) const fn word_of_outcome(outcome: StepOutcome) -> &'static str {
    match outcome {
        StepOutcome::Blocked => "blocked",
        StepOutcome::BlockedBefore => "blocked_before",
        StepOutcome::NotToBeBlocked => "not_to_be_blocked",
        StepOutcome::Issued => "issued",
        StepOutcome::InsertsVoided => "inserts_voided",
        StepOutcome::NoInsert => "no_insert",
        StepOutcome::BalanceMoved => "balance_moved",
        StepOutcome::NothingToMove => "nothing_to_move",
        StepOutcome::Other => "other",
    }
}

/// The latest replacement in which a card is the old one.
pub(crate) fn latest_as_old(replacements: &[Replacement], card: CardId) -> Option<&Replacement> {
    replacements.iter().find(|replacement| replacement.old_card_id == card)
}

const fn standing_of(state: ReplacementState) -> ReplacementStanding {
    match state {
        ReplacementState::At(_) => ReplacementStanding::Open,
        ReplacementState::StoppedAt(_) => ReplacementStanding::Stopped,
        ReplacementState::Finished => ReplacementStanding::Finished,
    }
}

/// Both cards of a replacement, as the desk knows them.
struct Pair {
    old: CardRecord,
    new: Option<CardRecord>,
}

impl Workplace {
    /// A replacement, whole.
    pub(crate) async fn replacement_view(&self, replacement: &Replacement) -> DeskResult<ReplacementView> {
        let pair = self.pair_of(replacement).await?;
        let moves = self.journal.replacement_moves(replacement.number).await?;
        let inserts = self.journal.inserts_of(&replacement.cardholder_id).await?;
        let given_up = self.given_up_of(&replacement.cardholder_id).await?;
        let summary = |card: &CardRecord| card_summary(card, &inserts, given_up.contains(&card.id));
        let attempt = self.attempted(replacement).await?;
        let candidates = match (&attempt, replacement.state) {
            (Some(operation), ReplacementState::At(ReplacementStep::Issue)) if is_applied(operation) => {
                self.candidates_of(replacement, operation).await?
            }
            _ => Vec::new(),
        };
        let stop = moves.last().filter(|last| last.to == replacement.state && matches!(last.to, ReplacementState::StoppedAt(_)));
        Ok(ReplacementView {
            number: replacement.number,
            cardholder_id: replacement.cardholder_id.to_string(),
            old_card: summary(&pair.old),
            new_card: pair.new.as_ref().map(summary),
            cause: replacement.cause.into(),
            reason: replacement.reason.clone().unwrap_or_default(),
            begun_at: replacement.begun_at.to_string(),
            operator: replacement.begun_by.clone(),
            standing: standing_of(replacement.state),
            steps: replacement.cause.steps().into_iter().map(|step| step_view(replacement, step, &moves)).collect(),
            waits: waits(replacement, &pair, attempt.as_ref()),
            balance: self.balance_to_move(replacement, &pair),
            attempt: match &attempt {
                Some(operation) if !is_applied(operation) => Some(self.view_of(operation).await?),
                _ => None,
            },
            candidates: candidates.iter().map(summary).collect(),
            stopped: stop.map(|stop| ReplacementStop {
                at: stop.at.to_string(),
                operator: stop.operator.clone(),
                reason: stop.detail.clone(),
            }),
        })
    }

    /// A replacement in a few words.
    pub(crate) async fn replacement_note(&self, replacement: &Replacement) -> DeskResult<ReplacementNote> {
        let pair = self.pair_of(replacement).await?;
        let attempt = self.attempted(replacement).await?;
        let cardholder = self.journal.cardholder(&replacement.cardholder_id).await?;
        Ok(ReplacementNote {
            number: replacement.number,
            cardholder_id: replacement.cardholder_id.to_string(),
            cardholder_display_name: cardholder.as_ref().map(display_name).unwrap_or_default(),
            old_card_id: pair.old.id.to_string(),
            old_last_four: last_four_text(pair.old.last_four.as_ref()),
            new_card_id: pair.new.as_ref().map(|card| card.id.to_string()),
            new_last_four: pair.new.as_ref().map(|card| last_four_text(card.last_four.as_ref())),
            cause: replacement.cause.into(),
            reason: replacement.reason.clone(),
            standing: standing_of(replacement.state),
            next: replacement.state.step().map(Into::into),
            waits: waits(replacement, &pair, attempt.as_ref()),
            begun_at: replacement.begun_at.to_string(),
            operator: replacement.begun_by.clone(),
        })
    }

    /// Several in a few words.
    pub(crate) async fn replacement_notes(&self, replacements: &[Replacement]) -> DeskResult<Vec<ReplacementNote>> {
        let mut notes = Vec::new();
        for replacement in replacements {
            notes.push(self.replacement_note(replacement).await?);
        }
        Ok(notes)
    }

    /// What is said of replacements at a card: its own, and the one that brought it.
    pub(crate) async fn replacement_notes_of_card(&self, card: CardId) -> DeskResult<Vec<ReplacementNote>> {
        let known = self.journal.replacements_of_card(card).await?;
        let brought = known.iter().find(|replacement| replacement.new_card_id == Some(card));
        let told: Vec<Replacement> = latest_as_old(&known, card).into_iter().chain(brought).cloned().collect();
        self.replacement_notes(&told).await
    }

    async fn pair_of(&self, replacement: &Replacement) -> DeskResult<Pair> {
        // The journal has a copy of each: it keeps replacements of no others.
        let internal = || ErrorView::new(ErrorCode::Internal);
        let old = self.journal.card(replacement.old_card_id).await?.ok_or_else(internal)?;
        let new = match replacement.new_card_id {
            Some(id) => self.journal.card(id).await?,
            None => None,
        };
        Ok(Pair { old, new })
    }

    /// The last operation of the step that a replacement is at.
    async fn attempted(&self, replacement: &Replacement) -> DeskResult<Option<Operation>> {
        let Some(step) = replacement.state.step() else { return Ok(None) };
        match self.journal.replacement_attempt(replacement.number, step).await? {
            Some(reference) => self.made_in_the_end(&reference).await,
            None => Ok(None),
        }
    }

    /// The operation that was sent under a reference; where that did nothing and a person made it again elsewhere, that one.
    pub(super) async fn made_in_the_end(&self, reference: &Reference) -> DeskResult<Option<Operation>> {
        let Some(mut operation) = self.journal.operation(reference).await? else { return Ok(None) };
        while operation.standing().did_nothing() {
            let links = self.journal.links_of(&operation.reference).await?;
            let is_again =
                |link: &Link| link.kind == LinkKind::MakesAgain && link.older == operation.reference && !link.newer_standing.did_nothing();
            let Some(again) = links.into_iter().find(is_again) else { break };
            let Some(newer) = self.journal.operation(&again.newer).await? else { break };
            operation = newer;
        }
        Ok(Some(operation))
    }

    /// The cards that an operation may have issued, where nothing names the one: new since, and no other operation's.
    pub(super) async fn candidates_of(&self, replacement: &Replacement, operation: &Operation) -> DeskResult<Vec<CardRecord>> {
        if card_issued_by(operation).is_some() {
            return Ok(Vec::new());
        }
        let before = Before::of(operation).cards_before.unwrap_or_default();
        let ours = self.journal.cards_issued_for(&replacement.cardholder_id).await?;
        let mut cards = self.journal.cards_of(&replacement.cardholder_id).await?;
        cards.retain(|card| card.id != replacement.old_card_id && !before.contains(&card.id.to_string()) && !ours.contains(&card.id));
        Ok(cards)
    }

    fn balance_to_move(&self, replacement: &Replacement, pair: &Pair) -> Option<BalanceToMove> {
        if replacement.state.step() != Some(ReplacementStep::Balance) {
            return None;
        }
        let amount = pair.old.balance.filter(|balance| balance.is_positive())?;
        let available = available_of(&pair.old).filter(|available| *available < amount);
        let limit = self.profile().money.confirmation_limit;
        Some(BalanceToMove {
            amount: amount_text(amount),
            available: available.map(amount_text),
            pending: available.and(pair.old.pending_debits).map(amount_text),
            currency: pair.old.currency?.to_string(),
            needs_amount_again: amount > limit,
            available_needs_again: available.is_some_and(|available| available > limit),
        })
    }
}

/// What is on a card and not held by a debit that is still to come; nothing if that is all of it.
pub(super) fn available_of(card: &CardRecord) -> Option<Amount> {
    card.balance?.checked_sub(card.pending_debits.unwrap_or(Amount::ZERO)).ok().filter(|available| available.is_positive())
}

/// The card that an operation issued, where its answer or the evidence named it; also what proves that against a person's word.
pub(super) fn card_issued_by(operation: &Operation) -> Option<CardId> {
    let proof = operation.contradiction.as_ref().filter(|contradicted| contradicted.kind == Contradiction::Proof);
    let named = || operation.last_move.as_ref()?.evidence.movement_id.as_deref();
    proof.map(|proof| &*proof.movement_id).or_else(named)?.parse().ok()
}

/// Whether an operation was done, by its outcome or by what the gateway has shown since.
pub(super) fn is_applied(operation: &Operation) -> bool {
    operation.standing().was_done()
}

fn waits(replacement: &Replacement, pair: &Pair, attempt: Option<&Operation>) -> Option<ReplacementWait> {
    let ReplacementState::At(step) = replacement.state else { return None };
    if attempt.is_some_and(|operation| operation.state.is_open()) {
        return Some(ReplacementWait::Outcome);
    }
    if step == ReplacementStep::Issue && attempt.is_some_and(is_applied) {
        return Some(ReplacementWait::NewCard);
    }
    // Where nothing is on the old card there is nothing to wait for.
    let has_nothing = step == ReplacementStep::Balance && pair.old.balance.is_some_and(|balance| !balance.is_positive());
    let is_waiting = pair.new.as_ref().is_some_and(|new| new.state == CardState::Inactive);
    (replacement.cause.waits_for_new_card(step) && is_waiting && !has_nothing).then_some(ReplacementWait::Activation)
}

fn step_view(replacement: &Replacement, step: ReplacementStep, moves: &[ReplacementMove]) -> ReplacementStepView {
    let done = moves.iter().find(|made| made.from == ReplacementState::At(step) && !matches!(made.to, ReplacementState::StoppedAt(_)));
    let standing = match done {
        Some(_) => StepStanding::Done,
        None if replacement.state.step() == Some(step) => StepStanding::Next,
        None => StepStanding::Ahead,
    };
    ReplacementStepView {
        step: step.into(),
        standing,
        outcome: done.map(|made| OUTCOMES.into_iter().find(|known| word_of_outcome(*known) == made.outcome).unwrap_or(StepOutcome::Other)),
        at: done.map(|made| made.at.to_string()),
        operator: done.map(|made| made.operator.clone()),
        reference: done.and_then(|made| made.reference.as_ref()).map(ToString::to_string),
        detail: done.and_then(|made| made.detail.clone()),
    }
}
