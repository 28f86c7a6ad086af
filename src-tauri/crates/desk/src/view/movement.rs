//! What moved a card's balance over some months.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CalendarMonth {
    /// 2000 to 2099.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

/// Which movements are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MovementsRequest {
    /// The card.
    pub card_id: String,
    /// The first month, in the issuer's time zone.
    pub from: CalendarMonth,
    /// The last month, which is included; 120 months at most.
    pub until: CalendarMonth,
}

/// What moved the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Money was loaded.
    Load,
    /// Money was withdrawn.
    Withdrawal,
    /// The card paid.
    Payment,
    /// A payment came back.
    Refund,
    /// From another card.
    TransferIn,
    /// To another card.
    TransferOut,
    /// Something that this version does not know; the gateway's own word is beside it.
    Other,
}

/// Which way the money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MovementDirection {
    /// Onto the card.
    In,
    /// Off the card.
    Out,
    /// By a word that this version does not know.
    Unknown,
}

/// One row of the movements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MovementRow {
    /// The gateway's id.
    pub movement_id: String,
    /// When.
    pub at: String,
    /// What moved the balance.
    pub kind: MovementKind,
    /// The gateway's own word for it.
    pub kind_word: String,
    /// The gateway's text.
    pub description: Option<String>,
    /// The caller's reference.
    pub reference: Option<String>,
    /// Whether it is an operation of this desk.
    pub is_ours: bool,
    /// Which way the money went.
    pub direction: MovementDirection,
    /// With its sign, canonical (`-157.50`); without one where the direction is not known.
    pub amount: String,
    /// Three letters, where the gateway tells.
    pub currency: Option<String>,
    /// The balance after it in the card's currency: as the gateway tells it, or computed from its neighbours where it does
    /// not; `null` where neither can be.
    pub balance: Option<String>,
    /// Whether the balance was computed.
    pub is_balance_computed: bool,
}

/// What went onto and off a card in one currency. Movements whose direction is not known are in neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MovementTotals {
    /// Three letters, where known.
    pub currency: Option<String>,
    /// The sum of the credits.
    pub credits: String,
    /// The sum of the debits, without a sign.
    pub debits: String,
}

/// Whether the movements lead to the balances that the gateway tells, in the card's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BalanceCheck {
    /// There was nothing to hold them against.
    NotChecked,
    /// Every balance follows from the one before it; where the months go on until now, the last is the card's.
    Agrees,
    /// A balance does not follow from the one before it.
    #[serde(rename_all = "camelCase")]
    MovementDisagrees {
        /// The first such movement.
        movement_id: String,
        /// The balance that should be after it.
        expected: String,
        /// The balance that the gateway tells.
        told: String,
    },
    /// The movements lead to another balance than the card has.
    #[serde(rename_all = "camelCase")]
    CardDisagrees {
        /// The balance that they lead to.
        expected: String,
        /// The card's, by the gateway's word.
        told: String,
    },
}

/// The movements of some months, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MovementsView {
    /// The card.
    pub card_id: String,
    /// The first month.
    pub from: CalendarMonth,
    /// The last month.
    pub until: CalendarMonth,
    /// When the first month begins in the issuer's time zone.
    pub begins_at: String,
    /// When the last month ends: the beginning of the next.
    pub ends_at: String,
    /// The card's, three letters, where known.
    pub currency: Option<String>,
    /// The rows.
    pub rows: Vec<MovementRow>,
    /// What went in and out, by currency, the card's own first; empty without rows.
    pub totals: Vec<MovementTotals>,
    /// The balance before the first movement, where known.
    pub opening: Option<String>,
    /// The balance after the last movement, where known.
    pub closing: Option<String>,
    /// Whether the balances follow.
    pub check: BalanceCheck,
    /// When the gateway said so.
    pub fetched_at: String,
}
