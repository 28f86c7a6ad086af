//! What answers say about managing a card: CVV, PIN, one-time codes, statements, linked cards, types of transfers. Their
//! forms are assumed.

use std::fmt;

use cardesk_domain::CardId;
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroize;

use super::answers::{Movement, WireAmount};
use crate::store::links::LinkRecord;
use crate::store::transfer_types::TransferTypeRecord;

/// `GET /cards/{cardId}/cvv`.
#[derive(Serialize, ToSchema)]
pub(crate) struct CvvAnswer {
    #[schema(pattern = "^[0-9]{3}$")]
    pub(crate) cvv: String,
}

impl fmt::Debug for CvvAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CvvAnswer(redacted)")
    }
}

impl Drop for CvvAnswer {
    fn drop(&mut self) {
        self.cvv.zeroize();
    }
}

/// `POST /cards/{cardId}/pin` and `POST /cards/{cardId}/users/{authUserId}/pin`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PinAnswer {
    pub(crate) card_id: u64,
    pub(crate) pin_assigned: bool,
}

/// `POST /cards/{cardId}/pin/verification`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerificationAnswer {
    pub(crate) verified: bool,
}

/// `POST /users/auth/otp`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeSentAnswer {
    /// When the code ends.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
}

/// `PUT /users/auth/otp`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ElevatedAnswer {
    pub(crate) access_token: String,
    /// When it ends, in Unix seconds.
    pub(crate) expiration_token: i64,
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum StatementStatus {
    Pending,
    Ready,
}

/// A card's month. Until it is ready it says no more than which one it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Statement {
    pub(crate) card_id: u64,
    #[schema(minimum = 1, maximum = 12)]
    pub(crate) month: u64,
    pub(crate) year: u64,
    pub(crate) status: StatementStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[A-Z]{3}$")]
    pub(crate) currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opening_balance: Option<WireAmount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closing_balance: Option<WireAmount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_credits: Option<WireAmount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_debits: Option<WireAmount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub(crate) generated_at: Option<String>,
    /// In the order they were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) movements: Option<Vec<Movement>>,
}

impl Statement {
    /// One that is being prepared.
    pub(crate) const fn pending(card: CardId, month: u64, year: u64) -> Self {
        Self {
            card_id: card.get(),
            month,
            year,
            status: StatementStatus::Pending,
            currency: None,
            opening_balance: None,
            closing_balance: None,
            total_credits: None,
            total_debits: None,
            generated_at: None,
            movements: None,
        }
    }
}

/// A linked card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkedCard {
    association_id: u64,
    card_id: u64,
    /// The username of the card's owner.
    email: String,
    #[schema(pattern = "^[0-9]{4}$")]
    suffix: String,
    alias: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<LinkRecord> for LinkedCard {
    fn from(record: LinkRecord) -> Self {
        Self {
            association_id: record.id,
            card_id: record.card_id.get(),
            email: record.owner_email,
            suffix: record.last_four,
            alias: record.alias,
            created_at: record.created_at.to_string(),
        }
    }
}

/// A type of transfers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferType {
    r#type: String,
    channel: String,
    movement_type: String,
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl From<TransferTypeRecord> for TransferType {
    fn from(record: TransferTypeRecord) -> Self {
        Self { r#type: record.word, channel: record.channel, movement_type: record.movement_type, model: record.model, name: record.name }
    }
}
