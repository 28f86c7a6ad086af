//! Blocking a card, with the reason for it, and making a blocked one active again.
//!
//! Owns that a block has a reason: it is asked of whoever blocks, goes to the gateway, and stands in the record. Unblocking
//! takes one too, where there is one, and always of a card that was to be replaced.

use cardesk_domain::{CardOperation, CardState};
use cardesk_gateway::{Card, Gateway, GatewayError};
use cardesk_journal::CardRecord;

use crate::card_change::CardChange;
use crate::copies::parsed;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::{checked_reason, optional_reason};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{CardView, HappeningAction};

/// Blocking, with the reason that the gateway is told.
pub(crate) struct Block {
    pub(crate) reason: String,
}

impl CardChange for Block {
    const OPERATION: CardOperation = CardOperation::Block;
    const HAPPENING: HappeningAction = HappeningAction::CardBlocked;

    fn detail(&self) -> Option<String> {
        Some(self.reason.clone())
    }

    async fn send(&self, gateway: &Gateway, card: &CardRecord) -> Result<Option<Card>, GatewayError> {
        gateway.block_card(card.id, Some(&self.reason)).await
    }

    fn field(name: &str) -> Option<Field> {
        (name == "reason").then_some(Field::Reason)
    }

    fn is_seen_on(&self, card: &CardRecord) -> Option<bool> {
        Some(card.state == CardState::Blocked)
    }
}

struct Unblock {
    reason: Option<String>,
}

impl CardChange for Unblock {
    const OPERATION: CardOperation = CardOperation::Unblock;
    const HAPPENING: HappeningAction = HappeningAction::CardUnblocked;

    fn detail(&self) -> Option<String> {
        self.reason.clone()
    }

    async fn send(&self, gateway: &Gateway, card: &CardRecord) -> Result<Option<Card>, GatewayError> {
        gateway.unblock_card(card.id, self.reason.as_deref()).await
    }

    fn field(name: &str) -> Option<Field> {
        (name == "reason").then_some(Field::Reason)
    }

    fn is_seen_on(&self, card: &CardRecord) -> Option<bool> {
        Some(card.state == CardState::Active)
    }
}

impl Desk {
    /// Blocks a card.
    ///
    /// # Errors
    /// A reason that is missing or can't be taken; the gateway's refusal; or that the outcome is not known.
    pub async fn block_card(&self, card_id: &str, reason: &str) -> DeskResult<CardView> {
        let reason = checked_reason(reason)?;
        self.change_card(card_id, Block { reason }).await
    }

    /// Makes a blocked card active again. The reason may be left out, but for a card of which this desk has begun a replacement:
    /// somebody else may have it, and its holder another one.
    ///
    /// # Errors
    /// A reason that is missing or can't be taken; the gateway's refusal; or that the outcome is not known.
    pub async fn unblock_card(&self, card_id: &str, reason: &str) -> DeskResult<CardView> {
        let reason = optional_reason(reason)?;
        let workplace = self.workplace().await?;
        let card = workplace.known_card(parsed(card_id, ErrorCode::CardNotFound)?).await?;
        if reason.is_none() && workplace.has_replacement(card.id).await? {
            return Err(ErrorView::fields(vec![FieldProblem::error(Field::Reason, FieldCode::Missing)]));
        }
        workplace.change_card(card, Unblock { reason }).await
    }
}
