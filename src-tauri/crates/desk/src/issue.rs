//! Issuing a physical card: an operation like money, since a second request makes a second card.
//!
//! The request has no body and carries no reference, so the cardholder's cards are written down with the intent: what is
//! there afterwards and was not before is the evidence.

use std::sync::Arc;

use cardesk_domain::{CardholderId, OperationEvent, OperationKind};
use cardesk_gateway::{Card, GatewayError};
use cardesk_journal::{Evidence, NewOperation};

use crate::copies::{card_record, card_summary, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::funds::{failed, happened, operation_view};
use crate::look_again::CardsBefore;
use crate::view::{HappeningAction, HappeningResult, IssueOutcome};
use crate::workplace::Workplace;

impl Desk {
    /// Issues a card for a cardholder. Asked for twice at once, it is done once.
    ///
    /// # Errors
    /// If the gateway can't be asked for the cards before; if issuing for this cardholder has an open outcome; if the intent
    /// can't be written. In each of these nothing was sent.
    pub async fn issue_card(&self, cardholder_id: &str) -> DeskResult<IssueOutcome> {
        let workplace = self.workplace().await?;
        let id: CardholderId = parsed(cardholder_id, ErrorCode::CardholderNotFound)?;
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move { workplace.issuing.once(id.clone(), || Arc::clone(&workplace).issue(id)).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

impl Workplace {
    async fn issue(self: Arc<Self>, cardholder: CardholderId) -> DeskResult<IssueOutcome> {
        let _open = self.hold_open().await;
        self.known_cardholder(&cardholder).await?;
        let gateway = self.gateway().await?;
        let before = gateway.cards_of(&cardholder).await?.iter().map(|card| card.id.to_string()).collect();
        let context = serde_json::to_string(&CardsBefore { cards_before: before }).map_err(|_| ErrorView::new(ErrorCode::Internal))?;
        let reference = self.new_reference().await?;
        let _underway = self.underway.begin(&reference);
        self.send_intent(NewOperation {
            reference: reference.clone(),
            kind: OperationKind::Issue,
            cardholder_id: Some(cardholder.clone()),
            card_id: None,
            money: None,
            note: None,
            channel: None,
            context: Some(context),
            at: self.now(),
            operator: self.operator.clone(),
        })
        .await?;
        let asked = self.sights.ask();
        let answer = gateway.issue_card(&cardholder).await;
        let (event, evidence, result) = outcome_of(&answer);
        let operation = self.write_move(&reference, event, evidence).await?;
        let issued = answer.ok().map(|card| card_record(card, &cardholder, self.now()));
        let mut happened = happened(&operation, HappeningAction::CardIssued, result);
        happened.card_id = issued.as_ref().map(|card| card.id);
        self.record(happened).await;
        if let Some(card) = &issued
            && let Err(error) = self.keep_cards(asked, vec![card.clone()]).await
        {
            // The card was issued: an error here would only make somebody issue another.
            tracing::warn!(code = ?error.code, "the copy of an issued card could not be kept");
        }
        Ok(IssueOutcome { operation: operation_view(&operation), card: issued.as_ref().map(|card| card_summary(card, &[])) })
    }
}

fn outcome_of(answer: &Result<Card, GatewayError>) -> (OperationEvent, Evidence, HappeningResult) {
    match answer {
        Ok(card) => {
            let evidence = Evidence { movement_id: Some(card.id.to_string()), ..Evidence::default() };
            (OperationEvent::Confirm, evidence, HappeningResult::Done)
        }
        Err(error) => failed(error),
    }
}
