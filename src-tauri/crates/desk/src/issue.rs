//! Issuing a physical card: an operation like money, since a second request makes a second card.
//!
//! The request has no body and carries no reference, so the cardholder's cards are written down with the intent: what is
//! there afterwards and was not before is the evidence.

use std::sync::Arc;

use cardesk_domain::CardholderId;

use crate::before::Before;
use crate::copies::{card_summary, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::outgoing::{Issue, Outgoing};
use crate::submit::Meant;
use crate::view::IssueOutcome;
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
        // Not the caller's own task: whoever waits for the same card must not begin anew when a window is closed.
        tokio::spawn(async move { workplace.issuing.once(id.clone(), || Arc::clone(&workplace).issue(id)).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

impl Workplace {
    async fn issue(self: Arc<Self>, cardholder: CardholderId) -> DeskResult<IssueOutcome> {
        let reference = self.new_reference().await?;
        let submitted =
            self.submit(reference, |workplace| async move { workplace.meant_issue(cardholder).await.map(Meant::plain) }).await?;
        Ok(IssueOutcome { operation: submitted.view(), card: submitted.issued.as_ref().map(|card| card_summary(card, &[], false)) })
    }

    /// A card to be issued, with the cards before it by the gateway's own word.
    pub(crate) async fn meant_issue(&self, cardholder: CardholderId) -> DeskResult<Outgoing> {
        self.known_cardholder(&cardholder).await?;
        let cards = self.gateway().await?.cards_of(&cardholder).await?;
        let before = Before::of_issue(cards.iter().map(|card| card.id.to_string()).collect());
        Ok(Outgoing::Issue(Issue { cardholder, before }))
    }
}
