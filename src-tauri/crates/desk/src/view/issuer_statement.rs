//! The issuer's own statement of a card's month.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::movement::{CalendarMonth, MovementRow};

/// Which statement is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StatementRequest {
    /// The card.
    pub card_id: String,
    /// The month as it was typed, `10/2026` or `2026-10`.
    pub month: String,
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IssuerStatementState {
    /// Nobody asked for it.
    NotRequested,
    /// It was asked for and is being prepared.
    InPreparation,
    /// It is there.
    Ready,
}

/// A card's month as the issuer states it. What the issuer leaves out is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuerStatement {
    /// Three letters.
    pub currency: Option<String>,
    /// What was on the card before.
    pub opening: Option<String>,
    /// What was on it afterwards.
    pub closing: Option<String>,
    /// What came onto it.
    pub credits: Option<String>,
    /// What went off it, without a sign.
    pub debits: Option<String>,
    /// When the issuer made it.
    pub generated_at: Option<String>,
    /// Its movements, the oldest first.
    pub rows: Vec<MovementRow>,
}

/// A statement, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuerStatementView {
    /// The card.
    pub card_id: String,
    /// The month.
    pub month: CalendarMonth,
    /// Where it stands.
    pub state: IssuerStatementState,
    /// The statement, once it is there.
    pub statement: Option<IssuerStatement>,
}
