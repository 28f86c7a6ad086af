//! One card: how it stands, and activating it from the desk.

use std::sync::Arc;

use cardesk_domain::pan::PanError;
use cardesk_domain::text::{TextError, single_line};
use cardesk_domain::{CardId, Pan};
use cardesk_gateway::WriteOutcome;
use cardesk_journal::{CardRecord, CardholderRecord, InsertRecord, Operation};

use crate::copies::{amount_text, card_record, card_summary, cardholder_record, display_name, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::happenings::{Happened, reason};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::session::not_found;
use crate::sights::Asked;
use crate::view::{
    Action, ActionOffer, CardView, Freshness, HappeningAction, HappeningResult, NotOfferedReason, OperationView, SecretText,
};
use crate::workplace::Workplace;

/// The most characters of the name on a plastic that are taken; embossers have 26.
const MAX_EMBOSSED_NAME: usize = 100;

impl Desk {
    /// The card as the gateway has it now; the desk's copy with its age where the gateway can't be asked. Operations on it
    /// whose outcome is unknown are looked up again first.
    ///
    /// # Errors
    /// If neither the gateway nor the desk can show it.
    pub async fn card(&self, card_id: &str) -> DeskResult<CardView> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        workplace.look_again_at_card(id).await;
        workplace.fresh_card(id).await
    }

    /// Activates a card with its number and the name on the plastic. The number is wiped as soon as it was sent.
    ///
    /// # Errors
    /// Fields to mend; the gateway's refusal; or that the outcome is not known.
    pub async fn activate_card(&self, card_id: &str, pan: SecretText, embossed_name: &str) -> DeskResult<CardView> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        let card = workplace.known_card(id).await?;
        let (pan, name) = checked_plastic(&card, &pan, embossed_name)?;
        let name = name.to_owned();
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move { workplace.activate(&card, &pan, &name).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

fn checked_plastic<'a>(card: &CardRecord, pan: &SecretText, embossed_name: &'a str) -> DeskResult<(Pan, &'a str)> {
    let mut problems = Vec::new();
    let pan = match pan.reveal().parse::<Pan>() {
        Ok(pan) => {
            // A slip here would activate somebody else's plastic.
            if let Some(last_four) = card.last_four.as_ref().filter(|last_four| **last_four != pan.last_four()) {
                problems.push(FieldProblem::error(Field::Pan, FieldCode::PanOtherCard).with_param("last_four", last_four));
            }
            Some(pan)
        }
        Err(error) => {
            problems.push(match error {
                PanError::Length(0) => FieldProblem::error(Field::Pan, FieldCode::Missing),
                PanError::Length(actual) => FieldProblem::error(Field::Pan, FieldCode::PanLength).with_param("actual", actual),
                PanError::NotDigits => FieldProblem::error(Field::Pan, FieldCode::PanNotDigits),
                PanError::CheckDigit => FieldProblem::error(Field::Pan, FieldCode::PanCheckDigit),
            });
            None
        }
    };
    let name = match single_line(embossed_name, MAX_EMBOSSED_NAME) {
        Ok(name) => Some(name),
        Err(error) => {
            problems.push(text_problem(Field::EmbossedName, &error));
            None
        }
    };
    match (pan, name) {
        (Some(pan), Some(name)) if problems.is_empty() => Ok((pan, name)),
        _ => Err(ErrorView::fields(problems)),
    }
}

/// What is wrong with a line of text.
pub(crate) fn text_problem(field: Field, error: &TextError) -> FieldProblem {
    match error {
        TextError::Empty => FieldProblem::error(field, FieldCode::Missing),
        TextError::TooLong { max, actual } => {
            FieldProblem::error(field, FieldCode::TooLong).with_param("max", max).with_param("actual", actual)
        }
        TextError::Unprintable(character) => {
            FieldProblem::error(field, FieldCode::Unprintable).with_param("character", format!("U+{:04X}", *character as u32))
        }
    }
}

impl Workplace {
    /// The card as the gateway has it, or the desk's copy with the reason.
    pub(crate) async fn fresh_card(&self, id: CardId) -> DeskResult<CardView> {
        match self.read_card(id).await {
            Ok(card) => self.card_view(card, None).await,
            Err(error) if error.code == ErrorCode::GatewayNotFound => Err(not_found(ErrorCode::CardNotFound, &id.to_string())),
            Err(error) => self.stale_card(id, error).await,
        }
    }

    async fn stale_card(&self, id: CardId, error: ErrorView) -> DeskResult<CardView> {
        match self.journal.card(id).await? {
            Some(card) => self.card_view(card, Some(error)).await,
            None => Err(error),
        }
    }

    /// The desk's copy of a card, or the gateway's word on it where there is none.
    pub(crate) async fn known_card(&self, id: CardId) -> DeskResult<CardRecord> {
        match self.journal.card(id).await? {
            Some(card) => Ok(card),
            None => self.read_card(id).await,
        }
    }

    /// Reads the card at the gateway and keeps a copy.
    pub(crate) async fn read_card(&self, id: CardId) -> DeskResult<CardRecord> {
        let gateway = self.gateway().await?;
        let asked = self.sights.ask();
        let card = gateway.card(id).await?;
        let before = self.journal.card(id).await?;
        let owner = match (card.cardholder_id.clone(), &before) {
            (Some(owner), _) => owner,
            (None, Some(before)) => before.cardholder_id.clone(),
            (None, None) => return Err(ErrorView::new(ErrorCode::GatewayUnreadable)),
        };
        if self.journal.cardholder(&owner).await?.is_none() {
            let cardholder = gateway.cardholder(&owner).await?;
            self.journal.upsert_cardholders(&[cardholder_record(cardholder, self.now())]).await?;
        }
        self.keep_cards(asked, vec![card_record(card, &owner, self.now())]).await?;
        self.journal.card(id).await?.ok_or_else(|| ErrorView::new(ErrorCode::Internal))
    }

    /// Keeps copies of cards but for those that are newer already, and records where one is in another state than the desk
    /// last saw.
    pub(crate) async fn keep_cards(&self, asked: Asked, mut cards: Vec<CardRecord>) -> DeskResult<usize> {
        let (mut changed, mut new) = (Vec::new(), 0);
        let mut keeping = self.sights.keep(cards.iter().map(|card| card.id)).await;
        cards.retain(|card| keeping.is_newest(card.id, asked));
        for card in &cards {
            let before = self.journal.card(card.id).await?;
            new += usize::from(before.is_none());
            if let Some(before) = before.filter(|before| before.state != card.state && !card.state.as_str().is_empty()) {
                changed.push(Happened {
                    cardholder_id: Some(card.cardholder_id.clone()),
                    card_id: Some(card.id),
                    detail: Some(format!("{} → {}", before.state, card.state)),
                    ..Happened::new(HappeningAction::CardStateChanged, HappeningResult::Done)
                });
            }
        }
        self.journal.upsert_cards(&cards).await?;
        drop(keeping);
        for happened in changed {
            self.record(happened).await;
        }
        Ok(new)
    }

    async fn card_view(&self, card: CardRecord, error: Option<ErrorView>) -> DeskResult<CardView> {
        let cardholder = self.journal.cardholder(&card.cardholder_id).await?;
        let inserts = self.journal.inserts_of(&card.cardholder_id).await?;
        let is_of_card = |open: &Operation| open.card_id == Some(card.id) || open.to_card_id == Some(card.id);
        let open = self.views_of(self.open_operations_where(is_of_card).await?.iter().rev()).await?;
        Ok(whole_card_view(
            &card,
            cardholder.as_ref(),
            &inserts,
            open,
            Freshness { fetched_at: Some(card.seen_at.to_string()), is_stale: error.is_some(), error },
        ))
    }

    async fn activate(self: Arc<Self>, card: &CardRecord, pan: &Pan, name: &str) -> DeskResult<CardView> {
        let _open = self.hold_open().await;
        let gateway = self.gateway().await?;
        let happened = |result, detail: Option<String>| Happened {
            cardholder_id: Some(card.cardholder_id.clone()),
            card_id: Some(card.id),
            detail,
            ..Happened::new(HappeningAction::CardActivated, result)
        };
        let asked = self.sights.ask();
        let error = match gateway.activate_card(&card.cardholder_id, pan, name).await {
            Ok(answer) => {
                self.record(happened(HappeningResult::Done, None)).await;
                self.keep_cards(asked, vec![card_record(answer, &card.cardholder_id, self.now())]).await?;
                return self.fresh_card(card.id).await;
            }
            Err(error) => error,
        };
        let outcome = error.write_outcome();
        let mut view = ErrorView::from(error);
        view.retryable = outcome == WriteOutcome::NotSent;
        let why = reason(view.params.get("code").map(String::as_str), view.message.as_deref());
        match outcome {
            WriteOutcome::NotSent => Err(view),
            WriteOutcome::Refused => {
                self.record(happened(HappeningResult::Refused, why)).await;
                Err(view)
            }
            // The card itself says whether it was done.
            WriteOutcome::Unknown => match self.read_card(card.id).await {
                Ok(now) if !now.state.awaits_activation() => {
                    self.record(happened(HappeningResult::Done, why)).await;
                    self.fresh_card(card.id).await
                }
                _ => {
                    self.record(happened(HappeningResult::Unknown, why)).await;
                    Err(ErrorView { code: ErrorCode::ActivationUncertain, ..view })
                }
            },
        }
    }
}

fn whole_card_view(
    card: &CardRecord,
    cardholder: Option<&CardholderRecord>,
    inserts: &[InsertRecord],
    open: Vec<OperationView>,
    freshness: Freshness,
) -> CardView {
    let document = cardholder.and_then(|known| Some(format!("{} {}", known.document_type.as_deref()?, known.document_number.as_deref()?)));
    CardView {
        card: card_summary(card, inserts),
        cardholder_display_name: cardholder.map(display_name).unwrap_or_default(),
        cardholder_document: document,
        embossed_name: card.embossed_name.clone(),
        pending_debits: card.pending_debits.map(amount_text),
        pending_credits: card.pending_credits.map(amount_text),
        currency_digits: card.currency.map_or(2, |currency| u8::try_from(currency.minor_digits()).unwrap_or(2)),
        activated_at: card.activated_at.map(|at| at.to_string()),
        actions: card_actions(card),
        open_operations: open,
        freshness,
    }
}

/// What can be done with a card. The gateway's word is final: an unknown state is left to it.
fn card_actions(card: &CardRecord) -> Vec<ActionOffer> {
    use cardesk_domain::CardState as State;
    let funds = match card.state {
        State::Inactive => Some(NotOfferedReason::CardInactive),
        State::Blocked => Some(NotOfferedReason::CardBlocked),
        State::Active | State::Other(_) => None,
    };
    let nothing_there = card.balance.is_some_and(|balance| !balance.is_positive()).then_some(NotOfferedReason::NothingToWithdraw);
    let activation = match card.state {
        State::Active => Some(NotOfferedReason::CardAlreadyActive),
        State::Blocked => Some(NotOfferedReason::CardBlocked),
        State::Inactive | State::Other(_) => None,
    };
    vec![
        ActionOffer { action: Action::Load, not_offered: funds },
        ActionOffer { action: Action::Withdraw, not_offered: funds.or(nothing_there) },
        ActionOffer { action: Action::Transfer, not_offered: funds.or(nothing_there) },
        ActionOffer { action: Action::Adjust, not_offered: funds },
        ActionOffer { action: Action::Activate, not_offered: activation },
        ActionOffer { action: Action::PrintInsert, not_offered: None },
    ]
}

impl Workplace {
    /// Operations without an outcome that fit, the oldest first.
    pub(crate) async fn open_operations_where(&self, fits: impl Fn(&Operation) -> bool) -> DeskResult<Vec<Operation>> {
        Ok(self.journal.open_operations().await?.into_iter().filter(|operation| fits(operation)).collect())
    }

    /// Looks again at what is open on a card. What can't be looked up now stays as it is.
    async fn look_again_at_card(&self, card: CardId) {
        let is_of_card = |open: &Operation| open.card_id == Some(card) || open.to_card_id == Some(card);
        let open = self.open_operations_where(is_of_card).await.unwrap_or_default();
        for operation in open {
            if let Err(error) = self.look_again_at(&operation.reference).await {
                tracing::debug!(code = ?error.code, "an unknown outcome could not be looked up");
            }
        }
    }
}
