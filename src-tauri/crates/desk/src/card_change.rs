//! A change of a card that moves no money: sent once, to its end whatever the window does, and recorded.
//!
//! Owns the way that all such changes go. What is sent, how it is told, and how the card shows it are each change's own
//! ([`CardChange`]), in the file of its job. After an unknown outcome the card itself is looked at, once: nothing is sent
//! again. A refusal because of the card's state (7213) says that somebody else changed it, so the card is read anew.

use std::sync::Arc;

use cardesk_domain::operation::Cause;
use cardesk_domain::{CardId, CardOperation};
use cardesk_gateway::{Card, Gateway, GatewayError, KnownCode, WriteOutcome};
use cardesk_journal::CardRecord;

use crate::copies::{card_record, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::cause_of;
use crate::happenings::{Happened, why};
use crate::joined::Joined;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{CardView, HappeningAction, HappeningResult};
use crate::workplace::Workplace;

/// Changes that are under way, by card, operation and what is recorded of them.
pub(crate) type ChangingCards = Joined<(CardId, CardOperation, Option<String>), DeskResult<CardView>>;

/// A change of one card that moves no money.
pub(crate) trait CardChange: Send + Sync + 'static {
    /// What it does.
    const OPERATION: CardOperation;
    /// Its word in the record of what happened.
    const HAPPENING: HappeningAction;

    /// What the record says of it: a reason, the new alias. Never a secret. Two changes of a card that do the same and say
    /// the same are one if they are asked for at once.
    fn detail(&self) -> Option<String> {
        None
    }

    /// Sends it, once. The card as it is afterwards, where the gateway tells it.
    fn send(&self, gateway: &Gateway, card: &CardRecord) -> impl Future<Output = Result<Option<Card>, GatewayError>> + Send;

    /// The field of the form that the gateway means by a name of its own.
    fn field(_name: &str) -> Option<Field> {
        None
    }

    /// Whether the card shows that it was done; `None` if nothing of a card tells that.
    fn is_seen_on(&self, card: &CardRecord) -> Option<bool>;
}

impl Desk {
    /// Makes a change of a card and answers with the card as it is then. Asked for twice at once, it is sent once.
    pub(crate) async fn change_card<C: CardChange>(&self, card_id: &str, change: C) -> DeskResult<CardView> {
        let workplace = self.workplace().await?;
        let card = workplace.known_card(parsed(card_id, ErrorCode::CardNotFound)?).await?;
        workplace.change_card(card, change).await
    }
}

impl Workplace {
    /// The same, of a card that was looked at here already: what comes of that is sent to no other company's gateway, whichever
    /// profile is worked in meanwhile.
    pub(crate) async fn change_card<C: CardChange>(self: &Arc<Self>, card: CardRecord, change: C) -> DeskResult<CardView> {
        let workplace = Arc::clone(self);
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move {
            let key = (card.id, C::OPERATION, change.detail());
            workplace.changing_cards.once(key, || Arc::clone(&workplace).change_card_once(card, change)).await
        })
        .await
        .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    async fn change_card_once<C: CardChange>(self: Arc<Self>, card: CardRecord, change: C) -> DeskResult<CardView> {
        let _open = self.hold_to_send().await?;
        let gateway = self.gateway().await?;
        let asked = self.sights.ask();
        let error = match change.send(&gateway, &card).await {
            Ok(answer) => {
                let told = answer.map(|answer| card_record(answer, &card.cardholder_id, self.now()));
                if told.as_ref().is_some_and(|told| told.id != card.id || change.is_seen_on(told) == Some(false)) {
                    // Done, it says, and shows another card, or one on which it was not.
                    let view = ErrorView::new(ErrorCode::GatewayUnreadable);
                    return self.look_at_changed(&card, &change, view, Cause::AboutSomethingElse).await;
                }
                self.record(happened::<C>(&card, HappeningResult::Done, change.detail())).await;
                if let Some(told) = told {
                    self.keep_cards_after(asked, vec![told], &|_| true).await?;
                }
                return self.fresh_card_after(card.id, &|now| change.is_seen_on(now) == Some(true)).await;
            }
            Err(error) => error,
        };
        self.after_error(&card, &change, error).await
    }

    async fn after_error<C: CardChange>(&self, card: &CardRecord, change: &C, error: GatewayError) -> DeskResult<CardView> {
        let (outcome, known, cause) = (error.write_outcome(), error.known_code(), cause_of(&error));
        let fields = refused_fields(&error, C::field);
        let view = ErrorView { retryable: outcome == WriteOutcome::NotSent, ..ErrorView::from(error) };
        match outcome {
            WriteOutcome::NotSent => Err(view),
            WriteOutcome::Refused => {
                self.record(happened::<C>(card, HappeningResult::Refused, why(&view, cause))).await;
                if known == Some(KnownCode::CardState) {
                    // Whoever looks at it next sees what somebody else did to it. The refusal stands in any case.
                    let _ = self.read_card(card.id).await;
                }
                Err(ErrorView { field: fields.first().map(|problem| problem.field), fields, ..view })
            }
            WriteOutcome::Unknown => self.look_at_changed(card, change, view, cause).await,
        }
    }

    /// The card itself says whether it was done.
    async fn look_at_changed<C: CardChange>(&self, card: &CardRecord, change: &C, view: ErrorView, cause: Cause) -> DeskResult<CardView> {
        let is_done = |now: &CardRecord| change.is_seen_on(now) == Some(true);
        match self.read_card_after(card.id, &is_done).await {
            Ok(now) if is_done(&now) => {
                self.record(happened::<C>(card, HappeningResult::Done, change.detail())).await;
                self.card_view(now, None).await
            }
            _ => {
                self.record(happened::<C>(card, HappeningResult::Unknown, why(&view, cause))).await;
                Err(ErrorView { code: ErrorCode::ChangeUncertain, ..view })
            }
        }
    }
}

fn happened<C: CardChange>(card: &CardRecord, result: HappeningResult, detail: Option<String>) -> Happened {
    Happened { cardholder_id: Some(card.cardholder_id.clone()), card_id: Some(card.id), detail, ..Happened::new(C::HAPPENING, result) }
}

/// The gateway's refusal at the form's fields, where it names them.
pub(crate) fn refused_fields(error: &GatewayError, field_of: impl Fn(&str) -> Option<Field>) -> Vec<FieldProblem> {
    error
        .codes
        .iter()
        .filter_map(|entry| {
            let problem = FieldProblem::error(field_of(entry.field.as_deref()?)?, FieldCode::RefusedByGateway);
            Some(problem.with_param("message", &entry.message).with_param("code", &entry.code))
        })
        .collect()
}
