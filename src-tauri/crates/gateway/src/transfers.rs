//! Transfers from card to card (`gateway-api.md`, Funds).
//!
//! Owns the wire forms. A transfer moves money, so it goes again after a 429 or an expired token only. It has no field for
//! a reference of ours: whoever makes one puts it into `observations`, where both cards' movements show it.

use cardesk_domain::{Amount, CardId, Currency};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;
use crate::wire::{WireAmount, WireCardId, WireText, filled, if_readable};

/// A transfer to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRequest {
    /// The card that pays.
    pub from: CardId,
    /// The card that is paid; another than `from`.
    pub to: CardId,
    /// More than zero, at most four places, in the currency of both cards.
    pub amount: Amount,
    /// What the movements of both cards will say. Our own reference belongs in here.
    pub observations: Option<String>,
}

/// A transfer as the gateway knows it. What it does not say is `None`: success alone is success.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transfer {
    /// The gateway's id, for [`Gateway::transfer_by_id`].
    pub id: Option<String>,
    /// The card that paid.
    pub from: Option<CardId>,
    /// The card that was paid.
    pub to: Option<CardId>,
    /// How much.
    pub amount: Option<Amount>,
    /// The currency of the amount.
    pub currency: Option<Currency>,
    /// What was noted with it.
    pub observations: Option<String>,
    /// When it was made.
    pub at: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TransferBody<'a> {
    from_card_id: u64,
    to_card_id: u64,
    amount: WireAmount,
    #[serde(skip_serializing_if = "Option::is_none")]
    observations: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransferData {
    id: Option<WireText>,
    from_card_id: Option<WireCardId>,
    to_card_id: Option<WireCardId>,
    amount: Option<WireAmount>,
    currency: Option<String>,
    observations: Option<String>,
    created_at: Option<String>,
}

impl From<Option<TransferData>> for Transfer {
    fn from(data: Option<TransferData>) -> Self {
        data.map(|data| Self {
            id: filled(data.id.map(|id| id.0)),
            from: data.from_card_id.map(|id| id.0),
            to: data.to_card_id.map(|id| id.0),
            amount: data.amount.map(|amount| amount.0),
            currency: if_readable(data.currency),
            observations: filled(data.observations),
            at: if_readable(data.created_at),
        })
        .unwrap_or_default()
    }
}

impl Gateway {
    /// Moves money from one card to another.
    ///
    /// # Errors
    /// What went wrong; [`GatewayError::write_outcome`] says what it means for the money.
    pub async fn transfer(&self, transfer: &TransferRequest) -> Result<Transfer, GatewayError> {
        let body = TransferBody {
            from_card_id: transfer.from.get(),
            to_card_id: transfer.to.get(),
            amount: WireAmount(transfer.amount),
            observations: transfer.observations.as_deref(),
        };
        let call = self.call_with(RequestName::TransferBetweenCards, &[], &body)?;
        self.data::<Option<TransferData>>(call).await.map(Transfer::from)
    }

    /// One transfer, by the id that the gateway gave it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Rejected`] if there is none; otherwise what went wrong with the request.
    pub async fn transfer_by_id(&self, id: &str) -> Result<Transfer, GatewayError> {
        let data: TransferData = self.data(self.call(RequestName::ReadTransfer, &[id], &[])?).await?;
        Ok(Some(data).into())
    }
}
