//! Moving money: the draft, the form, what follows an older operation, and how it ended.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::FieldProblem;
use crate::view::transfer::TransferSides;
use crate::view::word::{Basis, Cause, LinkKind, OperationKind, OperationState};

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FundsKind {
    /// Onto the card.
    Load,
    /// Off the card.
    Withdrawal,
}

/// What a form that moves money does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FundsAction {
    /// Onto the card.
    Load,
    /// Off the card.
    Withdrawal,
    /// Onto the card, on the issuer's side.
    AdjustmentLoad,
    /// Off the card, on the issuer's side.
    AdjustmentWithdrawal,
    /// Off the card and onto another.
    Transfer,
}

/// What is asked while an amount is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FundsDraftRequest {
    /// The card.
    pub card_id: String,
    /// What it does.
    pub kind: FundsAction,
    /// The card that a transfer pays, once it was chosen.
    pub to_card_id: Option<String>,
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
    /// Whose it is.
    pub cardholder_display_name: String,
    /// The name that it was given.
    pub alias: Option<String>,
    /// What it does.
    pub kind: FundsAction,
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
    /// The card that a transfer pays, once it was chosen and is known.
    pub other_side: Option<OtherSide>,
    /// Operations just like this one that have no outcome yet: it is sent only with a reason for not waiting.
    pub look_alikes: Vec<OperationView>,
    /// What has to be mended, and what is unusual.
    pub problems: Vec<FieldProblem>,
    /// Whether the amount has to be typed once more.
    pub needs_amount_again: bool,
    /// The limit above which that is so, canonical.
    pub confirmation_limit: String,
}

/// The card that a transfer pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OtherSide {
    /// The card.
    pub card_id: String,
    /// Its last four digits.
    pub last_four: String,
    /// Whose it is.
    pub cardholder_display_name: String,
    /// The name that it was given.
    pub alias: Option<String>,
    /// Its balance now, where known.
    pub balance: Option<String>,
    /// When that was seen.
    pub balance_fetched_at: Option<String>,
    /// Its balance after the transfer, where it can be told.
    pub ending_balance: Option<String>,
}

/// That an operation is to be sent although others like it have no outcome yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Despite {
    /// Those others, as the operator saw them.
    pub references: Vec<String>,
    /// Why it does not wait for them.
    pub reason: String,
}

/// In which way a new operation follows an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpKind {
    /// It takes back what was applied: the opposite operation.
    Corrects,
    /// It does again what was not applied.
    MakesAgain,
}

/// A new operation that follows an older one, before it is sent. Nothing is meant yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FollowUpDraft {
    /// The new operation's own reference.
    pub reference: String,
    /// In which way it follows.
    pub kind: FollowUpKind,
    /// The older operation.
    pub older: OperationView,
    /// What it moves; `null` for a card to be issued.
    pub funds: Option<FundsDraft>,
}

/// What the form of a follow-up sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FollowUpForm {
    /// The draft's reference. The same reference is sent once, however often this is submitted.
    pub reference: String,
    /// Why; a correction needs it, at most 50 characters, and the card's movements show it.
    pub reason: String,
    /// The amount typed once more, where it is needed.
    pub amount_again: Option<String>,
    /// The look-alikes that it does not wait for.
    pub despite: Option<Despite>,
}

/// An operation that names another, or is named by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// In which way the newer one names the older.
    pub kind: LinkKind,
    /// The other operation.
    pub reference: String,
    /// Why, in a person's words.
    pub reason: Option<String>,
}

/// What the form of a load, a withdrawal, an adjustment or a transfer sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FundsForm {
    /// The draft's reference. The same reference is sent once, however often this is submitted.
    pub reference: String,
    /// The card that a transfer pays.
    pub to_card_id: Option<String>,
    /// The amount as it was typed.
    pub amount_typed: String,
    /// The amount typed once more, where it is needed.
    pub amount_again: Option<String>,
    /// What it is for, at most 50 characters; may be empty.
    pub note: String,
    /// The look-alikes that it does not wait for.
    pub despite: Option<Despite>,
}

/// What the gateway has shown of an operation after a person said that it was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ContradictionView {
    /// When it was found.
    pub found_at: String,
    /// The gateway's id of the movement, or of the card.
    pub movement_id: String,
    /// Whether it proves that the operation was done; else it carries its reference and is not what was meant.
    pub is_proof: bool,
    /// Why it is clear, in a person's words; `null` while nobody has said so.
    pub cleared: Option<String>,
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
    /// The card; of a transfer, the one that pays.
    pub card_id: Option<String>,
    /// The card that a transfer pays.
    pub to_card_id: Option<String>,
    /// Of a transfer, both cards as the directory knows them.
    pub sides: Option<TransferSides>,
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
    /// What settling it rested on, where it was unknown.
    pub basis: Option<Basis>,
    /// The gateway's code, where it refused or failed.
    pub gateway_code: Option<String>,
    /// What came between the request and its outcome, where no answer says that it was done.
    pub cause: Option<Cause>,
    /// The gateway's own words, or a person's.
    pub detail: Option<String>,
    /// Where it was refused for want of a permission: that, by the gateway's own name, where it has one.
    pub permission: Option<String>,
    /// The movement that proves it; of an issued card, the card.
    pub movement_id: Option<String>,
    /// What the gateway has shown since a person said that it was not done.
    pub contradiction: Option<ContradictionView>,
    /// The balance after it, by the gateway's word.
    pub balance_after: Option<String>,
    /// The older operations that it names.
    pub names: Vec<LinkView>,
    /// The newer operations that name it, but for those that certainly did nothing.
    pub named_by: Vec<LinkView>,
    /// The operation that did in its stead what it would do if it were made again, where that one does not name it.
    pub done_instead_by: Option<String>,
    /// The open batch whose row it is: only that one sends it again.
    pub left_to_batch: Option<u32>,
    /// Whether it may be looked up again.
    pub can_look_again: bool,
    /// Whether it may be taken back.
    pub can_correct: bool,
    /// Whether it may be made again.
    pub can_make_again: bool,
}
