//! Funds: loading, withdrawing, the issuer's adjustment (`gateway-api.md`, Funds).
//!
//! Owns the wire forms. These requests move money: they go again after a 429 or an expired token only, and always with the
//! reference that they were made with. Writing the intent before and the outcome after is `desk`'s and `journal`'s.

use cardesk_domain::{Amount, CardId, Currency, Reference};
use serde::{Deserialize, Serialize};

use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;
use crate::wire::{WireAmount, WireText, filled, if_readable};

/// The direction of a funds operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FundsOperation {
    /// Onto the card.
    Add,
    /// Off the card.
    Withdraw,
}

impl FundsOperation {
    /// The gateway's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "ADD_FUNDS",
            Self::Withdraw => "WITHDRAW_FUNDS",
        }
    }
}

/// Where an operation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FundsChannel {
    /// A desk or a web page.
    Web,
    /// A phone.
    Mobile,
    /// A cash machine.
    Atm,
}

impl FundsChannel {
    /// The gateway's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "WEB",
            Self::Mobile => "MOBILE",
            Self::Atm => "ATM",
        }
    }
}

/// A load or withdrawal from a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundsRequest {
    /// More than zero, at most four places.
    pub amount: Amount,
    /// Onto or off the card.
    pub operation: FundsOperation,
    /// Where it comes from.
    pub channel: FundsChannel,
    /// Our own id of it.
    pub reference: Reference,
    /// At most 50 characters.
    pub description: Option<String>,
    /// The card's currency, for the gateway to compare.
    pub currency: Option<Currency>,
}

/// An adjustment by the issuer; it moves money just the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundsAdjustment {
    /// More than zero, at most four places.
    pub amount: Amount,
    /// Onto or off the card.
    pub operation: FundsOperation,
    /// Our own id of it.
    pub reference: Reference,
    /// Why.
    pub observations: Option<String>,
    /// The card's currency, for the gateway to compare.
    pub currency: Option<Currency>,
}

/// The gateway's word that the money moved. What it does not say is `None`: success alone is success.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FundsReceipt {
    /// The id of the movement.
    pub movement_id: Option<String>,
    /// The balance after it.
    pub balance: Option<Amount>,
    /// The currency of the balance.
    pub currency: Option<Currency>,
    /// The reference as the gateway noted it.
    pub reference: Option<String>,
}

#[derive(Serialize)]
struct FundsBody<'a> {
    amount: WireAmount,
    operation: &'a str,
    channel: &'a str,
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
}

#[derive(Serialize)]
struct AdjustmentBody<'a> {
    amount: WireAmount,
    operation: &'a str,
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    observations: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
}

#[derive(Deserialize)]
struct ReceiptData {
    id: Option<WireText>,
    balance: Option<WireAmount>,
    currency: Option<String>,
    reference: Option<String>,
}

impl From<Option<ReceiptData>> for FundsReceipt {
    fn from(data: Option<ReceiptData>) -> Self {
        data.map(|data| Self {
            movement_id: filled(data.id.map(|id| id.0)),
            balance: data.balance.map(|amount| amount.0),
            currency: if_readable(data.currency),
            reference: filled(data.reference),
        })
        .unwrap_or_default()
    }
}

impl Gateway {
    /// Loads a card or withdraws from it.
    ///
    /// # Errors
    /// What went wrong; [`GatewayError::write_outcome`] says what it means for the money.
    pub async fn change_funds(&self, card: CardId, funds: &FundsRequest) -> Result<FundsReceipt, GatewayError> {
        let body = FundsBody {
            amount: WireAmount(funds.amount),
            operation: funds.operation.as_str(),
            channel: funds.channel.as_str(),
            reference: funds.reference.as_str(),
            description: funds.description.as_deref(),
            currency: funds.currency.as_ref().map(Currency::code),
        };
        let call = self.call_with(RequestName::ChangeFunds, &[&card.to_string()], &body)?.moving(funds.operation);
        self.data::<Option<ReceiptData>>(call).await.map(FundsReceipt::from)
    }

    /// Adjusts a card's funds as the issuer.
    ///
    /// # Errors
    /// What went wrong; [`GatewayError::write_outcome`] says what it means for the money.
    pub async fn adjust_funds(&self, card: CardId, adjustment: &FundsAdjustment) -> Result<FundsReceipt, GatewayError> {
        let body = AdjustmentBody {
            amount: WireAmount(adjustment.amount),
            operation: adjustment.operation.as_str(),
            reference: adjustment.reference.as_str(),
            observations: adjustment.observations.as_deref(),
            currency: adjustment.currency.as_ref().map(Currency::code),
        };
        let call = self.call_with(RequestName::AdjustFunds, &[&card.to_string()], &body)?.moving(adjustment.operation);
        self.data::<Option<ReceiptData>>(call).await.map(FundsReceipt::from)
    }
}
