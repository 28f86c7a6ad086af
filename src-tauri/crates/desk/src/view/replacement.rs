//! Replacing a card: where it stands, what each step came to, and what the forms send.

use cardesk_domain as domain;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::card::CardSummary;
use crate::view::funds::OperationView;

/// Why a card is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReplacementCause {
    /// Its holder does not find it.
    Lost,
    /// Somebody else may have it.
    Stolen,
    /// It does not work any more.
    Damaged,
    /// It is about to expire, and works until then.
    Expiring,
}

impl From<domain::ReplacementCause> for ReplacementCause {
    fn from(cause: domain::ReplacementCause) -> Self {
        match cause {
            domain::ReplacementCause::Lost => Self::Lost,
            domain::ReplacementCause::Stolen => Self::Stolen,
            domain::ReplacementCause::Damaged => Self::Damaged,
            domain::ReplacementCause::Expiring => Self::Expiring,
        }
    }
}

impl From<ReplacementCause> for domain::ReplacementCause {
    fn from(cause: ReplacementCause) -> Self {
        match cause {
            ReplacementCause::Lost => Self::Lost,
            ReplacementCause::Stolen => Self::Stolen,
            ReplacementCause::Damaged => Self::Damaged,
            ReplacementCause::Expiring => Self::Expiring,
        }
    }
}

/// What is done for a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReplacementStep {
    /// The old card is blocked.
    Block,
    /// The new card is issued.
    Issue,
    /// The old card's insert is voided, and the new one waits in the print room.
    Inserts,
    /// All that is on the old card is moved to the new one.
    Balance,
}

impl From<domain::ReplacementStep> for ReplacementStep {
    fn from(step: domain::ReplacementStep) -> Self {
        match step {
            domain::ReplacementStep::Block => Self::Block,
            domain::ReplacementStep::Issue => Self::Issue,
            domain::ReplacementStep::Inserts => Self::Inserts,
            domain::ReplacementStep::Balance => Self::Balance,
        }
    }
}

/// Whether a replacement goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReplacementStanding {
    /// Under way.
    Open,
    /// Stopped by a person; it can go on.
    Stopped,
    /// Everything was done.
    Finished,
}

/// Where one step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StepStanding {
    /// Done.
    Done,
    /// It is next.
    Next,
    /// It comes later.
    Ahead,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// The old card was blocked.
    Blocked,
    /// It was blocked already.
    BlockedBefore,
    /// Its state allows no block; it does not pay either.
    NotToBeBlocked,
    /// The new card was issued.
    Issued,
    /// The old card's inserts, named in the detail, were voided.
    InsertsVoided,
    /// There was no insert to void.
    NoInsert,
    /// The balance, in the detail, was moved.
    BalanceMoved,
    /// There was nothing on the old card.
    NothingToMove,
    /// Something that this version does not know.
    Other,
}

/// For what the next step waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReplacementWait {
    /// The new card is not active yet.
    Activation,
    /// The outcome of the step's operation is not known yet.
    Outcome,
    /// A person has to say which card was issued.
    NewCard,
}

/// One step of a replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementStepView {
    /// Which.
    pub step: ReplacementStep,
    /// Where it stands.
    pub standing: StepStanding,
    /// What it came to, once done.
    pub outcome: Option<StepOutcome>,
    /// When it was done.
    pub at: Option<String>,
    /// Who did it.
    pub operator: Option<String>,
    /// The operation that did it.
    pub reference: Option<String>,
    /// Serials, or an amount with its currency.
    pub detail: Option<String>,
}

/// What is to be moved, by the desk's copy of the old card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BalanceToMove {
    /// All that is on the old card.
    pub amount: String,
    /// What of it no pending debit waits for, where that is less, and not nothing: the gateway may refuse to move more.
    pub available: Option<String>,
    /// What pending debits hold of it, where something is available.
    pub pending: Option<String>,
    /// Three letters.
    pub currency: String,
    /// Whether the amount is typed once more, if all of it is moved.
    pub needs_amount_again: bool,
    /// The same for what is available.
    pub available_needs_again: bool,
}

/// Who stopped a replacement, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementStop {
    /// When.
    pub at: String,
    /// Who.
    pub operator: String,
    /// Why, where they said.
    pub reason: Option<String>,
}

/// A replacement, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementView {
    /// Its number.
    pub number: u32,
    /// Whose cards they are.
    pub cardholder_id: String,
    /// The card that is replaced.
    pub old_card: CardSummary,
    /// The card in its place, once it is issued.
    pub new_card: Option<CardSummary>,
    /// Why.
    pub cause: ReplacementCause,
    /// Why, in the operator's words.
    pub reason: String,
    /// When it was begun.
    pub begun_at: String,
    /// Who began it.
    pub operator: String,
    /// Whether it goes on.
    pub standing: ReplacementStanding,
    /// Its steps in their order.
    pub steps: Vec<ReplacementStepView>,
    /// For what the next step waits.
    pub waits: Option<ReplacementWait>,
    /// The last operation of the next step: what is not known yet, or was refused.
    pub attempt: Option<OperationView>,
    /// What the next step moves, if it moves anything.
    pub balance: Option<BalanceToMove>,
    /// The cards of which one was issued, where a person has to say which.
    pub candidates: Vec<CardSummary>,
    /// Who stopped it, while it is stopped.
    pub stopped: Option<ReplacementStop>,
}

/// A replacement in a few words, for the pages of its cards and their cardholder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementNote {
    /// Its number.
    pub number: u32,
    /// Whose cards they are.
    pub cardholder_id: String,
    /// `Ramírez Núñez, María José`
    pub cardholder_display_name: String,
    /// The card that is replaced.
    pub old_card_id: String,
    /// Its last four digits.
    pub old_last_four: String,
    /// The card in its place, once it is issued.
    pub new_card_id: Option<String>,
    /// Its last four digits.
    pub new_last_four: Option<String>,
    /// Why.
    pub cause: ReplacementCause,
    /// Why, in the operator's words.
    pub reason: Option<String>,
    /// Whether it goes on.
    pub standing: ReplacementStanding,
    /// The next step, stopped or not.
    pub next: Option<ReplacementStep>,
    /// For what it waits.
    pub waits: Option<ReplacementWait>,
    /// When it was begun.
    pub begun_at: String,
    /// Who began it.
    pub operator: String,
}

/// What begins a replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementForm {
    /// The card to be replaced.
    pub card_id: String,
    /// Why.
    pub cause: ReplacementCause,
    /// Why, in the operator's words, at most 200 characters: it goes to the gateway with the block, and stands in the record.
    pub reason: String,
}

/// What does the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementStepForm {
    /// The replacement.
    pub number: u32,
    /// The step that is meant: another one is not done.
    pub step: ReplacementStep,
    /// The amount that the button named, where it moves money: another one is not moved.
    pub amount: Option<String>,
    /// The amount once more, as it was typed, where that is asked for.
    pub amount_again: Option<String>,
    /// The card that was issued, where a person has to say which.
    pub new_card_id: Option<String>,
}
