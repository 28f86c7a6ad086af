//! Operations without an outcome, each with its evidence, and a person's word on one.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::funds::OperationView;
use crate::view::replacement::ReplacementNote;

/// Everything that needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttentionView {
    /// The operations without an outcome, the oldest first.
    pub rows: Vec<AttentionRow>,
    /// Those that a person said were not done, and that the gateway shows all the same; the oldest first.
    pub contradictions: Vec<ContradictionRow>,
    /// The replacements of cards that are under way, the oldest first.
    pub replacements: Vec<ReplacementNote>,
    /// How long the issuer may take to show what was done.
    pub settling_time_minutes: u32,
}

/// One operation: what was meant, what was the case before, and what the gateway shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttentionRow {
    /// What was meant.
    pub operation: OperationView,
    /// The card, with its balances; of a transfer, the one that pays.
    pub card: Option<CardSide>,
    /// The card that a transfer pays.
    pub to_card: Option<CardSide>,
    /// Whom it is for.
    pub cardholder_display_name: String,
    /// How old the balances before were.
    pub balance_seen_at: Option<String>,
    /// Of a card to be issued: the cards before.
    pub cards_before: Vec<String>,
    /// How often it was looked for.
    pub looks: u32,
    /// The last look.
    pub last_look: Option<LookView>,
    /// When the gateway last showed what stands below; `null` if it never answered.
    pub shown_at: Option<String>,
    /// Movements of the same amount and direction from around its time.
    pub similar: Vec<SimilarMovement>,
    /// Of a card to be issued: the cards that may be the one.
    pub new_cards: Vec<NewCard>,
    /// When it is looked for again.
    pub next_look_at: Option<String>,
    /// Whether its request is on its way right now.
    pub is_underway: bool,
    /// From when on a look that finds nothing is certain.
    pub certain_from: String,
    /// Whether it is certainly not there, so that a person may say that it was not done.
    pub offers_not_applied: bool,
    /// Why that is not offered.
    pub withheld: Option<NotAppliedWithheld>,
}

/// Why a person can't say now that an operation was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NotAppliedWithheld {
    /// Its request is on its way.
    Underway,
    /// The issuer may still show it, or nobody has looked since it can't any more.
    Time,
    /// The gateway shows cards that may be the one.
    PossibleCards,
    /// The gateway shows a movement with its reference that is not what was meant, or shows it more than once.
    NamedMovement,
}

/// A card that may be the one that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewCard {
    /// The card.
    pub card_id: String,
    /// Its last four digits; empty where they are not known.
    pub last_four: String,
    /// When the gateway says that it was issued.
    pub issued_at: Option<String>,
}

/// One operation that a person said was not done, and that the gateway shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ContradictionRow {
    /// The operation, with what contradicts it, and the reason of whoever settled it in `detail`.
    pub operation: OperationView,
    /// The card, with its balances; of a transfer, the one that pays.
    pub card: Option<CardSide>,
    /// The card that a transfer pays.
    pub to_card: Option<CardSide>,
    /// Whom it is for.
    pub cardholder_display_name: String,
    /// Who said that it was not done.
    pub said_by: String,
    /// The movements that carry its reference, and those like it.
    pub movements: Vec<SimilarMovement>,
    /// The operations that made it again and may have been done: then this was done twice.
    pub made_again: Vec<OperationView>,
}

/// A card of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardSide {
    /// The card.
    pub card_id: String,
    /// Its last four digits.
    pub last_four: String,
    /// The balance before, as the desk knew it.
    pub balance_before: Option<String>,
    /// The balance at the last look.
    pub balance_now: Option<String>,
    /// What the balance before would have become, had nothing else moved it.
    pub balance_if_applied: Option<String>,
}

/// One look at the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LookView {
    /// When.
    pub at: String,
    /// What was found.
    pub found: LookFound,
}

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LookFound {
    /// What proves it.
    Applied,
    /// Everything was shown, and it was not among it.
    Nothing,
    /// More than one thing that may be it.
    Several,
    /// The gateway did not answer.
    NoAnswer,
}

/// A movement of the same amount and direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SimilarMovement {
    /// The gateway's id.
    pub movement_id: String,
    /// When it was booked.
    pub at: String,
    /// Without a sign, canonical.
    pub amount: String,
    /// What it says.
    pub description: Option<String>,
    /// The reference that it carries.
    pub reference: Option<String>,
    /// Whether it names no operation at all, so that it may be this one.
    pub may_be_it: bool,
}

/// What a person says of an unknown outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SettleAs {
    /// It was done.
    Applied,
    /// It was not done.
    NotApplied,
}

/// What the form of a person's word sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SettleForm {
    /// The operation.
    pub reference: String,
    /// What the person says.
    pub outcome: SettleAs,
    /// Why, at most 200 characters.
    pub reason: String,
    /// Of a card that was issued: which of the new cards it is; `null` where that can't be told.
    pub card_id: Option<String>,
    /// With not applied: the movements that may be it, of which the person says that they are not.
    pub none_of: Vec<String>,
}

/// What the form of a person's word on a contradiction sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClearContradictionForm {
    /// The operation.
    pub reference: String,
    /// Why the money is right as it is, at most 200 characters.
    pub reason: String,
}
