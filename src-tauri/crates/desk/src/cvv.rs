//! Showing the CVV of a card: on demand, with a reason, and never without a record of it.
//!
//! Owns the order: the gateway's answer, then the record of who asked and why, and only then the digits to the window. What
//! can't be recorded is not shown. The digits are in no record, no log and no error, and nothing here keeps them.

use std::sync::Arc;

use cardesk_domain::CardId;
use cardesk_gateway::WriteOutcome;
use cardesk_journal::CardRecord;

use crate::copies::parsed;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::checked_reason;
use crate::happenings::{Happened, reason as refusal};
use crate::view::{HappeningAction, HappeningResult, ShownCvv};
use crate::workplace::Workplace;

/// For how long a CVV may be on screen.
const SHOWN_FOR_SECONDS: u32 = 20;

impl Desk {
    /// The CVV of a card, for the screen. Who asked, when and why is recorded first.
    ///
    /// # Errors
    /// A reason to mend; the gateway's refusal, or that it did not answer; or that it could not be recorded: then nothing is
    /// shown.
    pub async fn reveal_cvv(&self, card_id: &str, reason: &str) -> DeskResult<ShownCvv> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        let reason = checked_reason(reason)?;
        let card = workplace.known_card(id).await?;
        // Not the caller's own task: what the gateway was asked is recorded, also when the window is closed meanwhile.
        tokio::spawn(async move { workplace.reveal_cvv(&card, &reason).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

impl Workplace {
    async fn reveal_cvv(self: Arc<Self>, card: &CardRecord, reason: &str) -> DeskResult<ShownCvv> {
        let _open = self.hold_to_send().await?;
        let happened = |result, detail| Happened {
            cardholder_id: Some(card.cardholder_id.clone()),
            card_id: Some(card.id),
            detail: Some(detail),
            ..Happened::new(HappeningAction::CvvRevealed, result)
        };
        let error = match self.gateway().await?.reveal_cvv(card.id).await {
            Ok(cvv) => {
                let happening = self.happening(happened(HappeningResult::Done, reason.to_owned()));
                self.journal.record(&happening).await?;
                return Ok(ShownCvv::new(cvv.reveal().to_owned(), SHOWN_FOR_SECONDS));
            }
            Err(error) => error,
        };
        self.look_if_state_changed(card.id, &error).await;
        let result = match error.write_outcome() {
            WriteOutcome::NotSent => None,
            WriteOutcome::Refused => Some(HappeningResult::Refused),
            // Nothing was shown here; whether the gateway counts it as shown is not known.
            WriteOutcome::Unknown => Some(HappeningResult::Unknown),
        };
        let view = ErrorView::from(error);
        if let Some(result) = result {
            let why = refusal(view.params.get("code").map(String::as_str), view.message.as_deref());
            let detail = why.map_or_else(|| reason.to_owned(), |why| format!("{reason} ({why})"));
            self.record(happened(result, detail)).await;
        }
        Err(view)
    }
}
