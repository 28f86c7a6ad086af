//! The movements of a card in one month (`gateway-api.md`, Cards).
//!
//! Owns the wire form. Which month a moment belongs to (the issuer's time zone), and looking at both months near an edge,
//! is `desk`'s.

use cardesk_domain::{Amount, CardId, Currency};
use jiff::Timestamp;
use serde::Deserialize;

use crate::cardholders::words;
use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;
use crate::wire::{WireAmount, WireText, filled, if_readable};

/// A calendar month in the issuer's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: u16,
    month: u8,
}

/// A month is 1 to 12 of a year from 2000 to 2099.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a month is 1 to 12 of a year from 2000 to 2099")]
pub struct MonthError;

impl Month {
    /// A month of a year.
    ///
    /// # Errors
    /// If it is not 1 to 12 of 2000 to 2099.
    pub const fn new(year: u16, month: u8) -> Result<Self, MonthError> {
        if year >= 2000 && year <= 2099 && month >= 1 && month <= 12 { Ok(Self { year, month }) } else { Err(MonthError) }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }
}

words! {
    /// What a movement is, in the gateway's words.
    MovementType {
        /// A load.
        AddFunds = "ADD_FUNDS",
        /// A withdrawal.
        WithdrawFunds = "WITHDRAW_FUNDS",
        /// A captured payment.
        Payment = "PAYMENT",
        /// A refund.
        Refund = "REFUND",
        /// From another card.
        TransferIn = "TRANSFER_IN",
        /// To another card.
        TransferOut = "TRANSFER_OUT",
    }
}

words! {
    /// Which way the money went, in the gateway's words.
    MovementDirection {
        /// Onto the card.
        Credit = "CREDIT",
        /// Off the card.
        Debit = "DEBIT",
    }
}

/// One movement of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The gateway's id.
    pub id: String,
    /// When it was booked.
    pub at: Timestamp,
    /// What it is.
    pub kind: MovementType,
    /// Which way the money went.
    pub direction: MovementDirection,
    /// How much, always positive.
    pub amount: Amount,
    /// The balance after it.
    pub balance: Option<Amount>,
    /// The currency of both.
    pub currency: Option<Currency>,
    /// What it says.
    pub description: Option<String>,
    /// The caller's own id, ours or another's.
    pub reference: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct MovementData {
    id: WireText,
    date: Timestamp,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    direction: String,
    amount: WireAmount,
    balance: Option<WireAmount>,
    currency: Option<String>,
    description: Option<String>,
    reference: Option<String>,
}

impl From<MovementData> for Movement {
    fn from(data: MovementData) -> Self {
        Self {
            id: data.id.0,
            at: data.date,
            kind: MovementType::from_gateway(&data.kind),
            direction: MovementDirection::from_gateway(&data.direction),
            amount: data.amount.0,
            balance: data.balance.map(|amount| amount.0),
            currency: if_readable(data.currency),
            description: filled(data.description),
            reference: filled(data.reference),
        }
    }
}

impl Movement {
    /// Oldest first. The order is not documented; a stable sort keeps the gateway's own among movements of one moment.
    pub(crate) fn in_order(data: Vec<MovementData>) -> Vec<Self> {
        let mut movements: Vec<Self> = data.into_iter().map(Self::from).collect();
        movements.sort_by_key(|movement| movement.at);
        movements
    }
}

impl Gateway {
    /// A card's movements in one month, oldest first.
    ///
    /// # Errors
    /// What went wrong with the request. One row that can't be read makes the whole month unreadable: a movement left out
    /// could be the very one that settles an unknown outcome.
    pub async fn movements(&self, card: CardId, month: Month) -> Result<Vec<Movement>, GatewayError> {
        let values = [&*card.to_string(), &*month.month.to_string(), &*month.year.to_string()];
        let data: Vec<MovementData> = self.data(self.call(RequestName::ListMovements, &values, &[])?).await?;
        Ok(Movement::in_order(data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_one_of_twelve() {
        assert!(Month::new(2026, 12).is_ok());
        for (year, month) in [(2026, 0), (2026, 13), (1999, 12), (2100, 1)] {
            assert_eq!(Month::new(year, month), Err(MonthError));
        }
    }
}
