//! Money onto and off a card: the draft, the form, and how it ended.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::FieldProblem;
use crate::view::word::{OperationKind, OperationState};

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FundsKind {
    /// Onto the card.
    Load,
    /// Off the card.
    Withdrawal,
}

/// What is asked while an amount is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FundsDraftRequest {
    /// The card.
    pub card_id: String,
    /// Which way.
    pub kind: FundsKind,
    /// The amount as it was typed; may still be empty.
    pub amount_typed: String,
    /// The draft that this goes on with; `null` for a new one.
    pub reference: Option<String>,
}

/// A draft, as far as it has come. Nothing is meant yet, and nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FundsDraft {
    /// The operation's own reference, `CD-7F3K-92QM`.
    pub reference: String,
    /// The card.
    pub card_id: String,
    /// Its last four digits.
    pub last_four: String,
    /// Which way.
    pub kind: FundsKind,
    /// The amount that was understood, canonical; `null` while it can't be read.
    pub amount: Option<String>,
    /// Three letters, where known.
    pub currency: Option<String>,
    /// The balance now, where known.
    pub balance: Option<String>,
    /// The balance after it, where it can be told.
    pub ending_balance: Option<String>,
    /// How old the balance is: RFC 3339, where known.
    pub balance_fetched_at: Option<String>,
    /// What has to be mended, and what is unusual.
    pub problems: Vec<FieldProblem>,
    /// Whether the amount has to be typed once more.
    pub needs_amount_again: bool,
    /// The limit above which that is so, canonical.
    pub confirmation_limit: String,
}

/// What the form of a load or a withdrawal sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FundsForm {
    /// The draft's reference. The same reference is sent once, however often this is submitted.
    pub reference: String,
    /// The amount as it was typed.
    pub amount_typed: String,
    /// The amount typed once more, where it is needed.
    pub amount_again: Option<String>,
    /// What it is for, at most 50 characters; may be empty.
    pub note: String,
}

/// One operation, with its state and what is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OperationView {
    /// The operation's own reference.
    pub reference: String,
    /// What it does.
    pub kind: OperationKind,
    /// Where it stands.
    pub state: OperationState,
    /// The card.
    pub card_id: Option<String>,
    /// The cardholder.
    pub cardholder_id: Option<String>,
    /// Without a sign, canonical.
    pub amount: Option<String>,
    /// Three letters.
    pub currency: Option<String>,
    /// What it was for.
    pub note: Option<String>,
    /// When it was drafted.
    pub drafted_at: String,
    /// When it came into its state.
    pub changed_at: String,
    /// Who submitted it.
    pub operator: String,
    /// The gateway's code, where it refused or failed.
    pub gateway_code: Option<String>,
    /// The gateway's or the connection's own words.
    pub detail: Option<String>,
    /// The movement that proves it.
    pub movement_id: Option<String>,
    /// The balance after it, by the gateway's word.
    pub balance_after: Option<String>,
    /// Whether it may be looked up again.
    pub can_look_again: bool,
}
