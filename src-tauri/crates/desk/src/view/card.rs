//! One card and its movements.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::funds::OperationView;
use crate::view::replacement::ReplacementNote;
use crate::view::word::{CardState, Freshness};

/// What an operator can do for the company, or from a cardholder or a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Issue a card.
    IssueCard,
    /// Print an insert.
    PrintInsert,
    /// Activate from the desk.
    Activate,
    /// Load money.
    Load,
    /// Withdraw money.
    Withdraw,
    /// Move money to another card.
    Transfer,
    /// Move money onto the card on the issuer's side.
    AdjustmentLoad,
    /// Move money off the card on the issuer's side.
    AdjustmentWithdrawal,
    /// Block.
    Block,
    /// Make a blocked card active again.
    Unblock,
    /// Change the alias.
    Rename,
    /// Ask the issuer for a month's statement.
    RequestStatement,
    /// Set or change the PIN.
    SetPin,
    /// Find out whether a PIN is right.
    VerifyPin,
    /// Show the CVV for some seconds.
    RevealCvv,
    /// Replace the card by a new one.
    Replace,
    /// Associate a card that exists already.
    AssociateCard,
    /// Link a card of somebody else.
    LinkCard,
    /// Change the alias of a linked card.
    RenameLinkedCard,
    /// Take a link away.
    UnlinkCard,
    /// Register a cardholder with personal information.
    Register,
    /// Make an invitation code.
    Invite,
    /// Register a cardholder by an invitation code.
    RegisterInvited,
    /// Make types of transfers.
    MakeTransferTypes,
}

/// Why an action is not on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NotOfferedReason {
    /// The card waits for its cardholder.
    CardInactive,
    /// The card is active already.
    CardAlreadyActive,
    /// The card is blocked.
    CardBlocked,
    /// There is no card yet.
    NoCard,
    /// There is nothing on the card.
    NothingToWithdraw,
    /// An operation's outcome is unknown and comes first.
    OutcomeUnknown,
    /// The card was replaced by another one.
    CardReplaced,
    /// The company lacks the permission, as the gateway said in this session.
    PermissionMissing,
}

/// An action, and why it is not on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActionOffer {
    /// The action.
    pub action: Action,
    /// `null` if it is on offer.
    pub not_offered: Option<NotOfferedReason>,
    /// The missing permission's name at the gateway, where it has one and that is the reason.
    pub permission: Option<String>,
}

/// The month in which a card ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExpiryView {
    /// 1 to 12.
    pub month: u8,
    /// Four digits.
    pub year: u16,
}

/// A card in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardSummary {
    /// The gateway's id.
    pub card_id: String,
    /// Whose it is.
    pub cardholder_id: String,
    /// The last four digits.
    pub last_four: String,
    /// The name that it was given.
    pub alias: Option<String>,
    /// Its state.
    pub state: CardState,
    /// The gateway's own word for the state.
    pub state_word: String,
    /// Three letters, where known.
    pub currency: Option<String>,
    /// The balance, canonical (`1842.50`), where known.
    pub balance: Option<String>,
    /// When it ends.
    pub expiry: Option<ExpiryView>,
    /// When it was issued, where known.
    pub issued_at: Option<String>,
    /// Whether it still needs an insert.
    pub needs_insert: bool,
}

/// One card, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardView {
    /// What a list shows of it.
    pub card: CardSummary,
    /// `Ramírez Núñez, María José`
    pub cardholder_display_name: String,
    /// The kind and number of the cardholder's document, `DPI 2987412030101`.
    pub cardholder_document: Option<String>,
    /// The name on the card, as the gateway has it.
    pub embossed_name: Option<String>,
    /// Debits that are not booked yet, where known.
    pub pending_debits: Option<String>,
    /// Credits that are not booked yet, where known.
    pub pending_credits: Option<String>,
    /// Decimals that the currency has.
    pub currency_digits: u8,
    /// When it was activated, where known.
    pub activated_at: Option<String>,
    /// What can be done, and why not.
    pub actions: Vec<ActionOffer>,
    /// Operations whose outcome is unknown, the newest first.
    pub open_operations: Vec<OperationView>,
    /// Its replacement, and the one that brought it.
    pub replacements: Vec<ReplacementNote>,
    /// How old all this is.
    pub freshness: Freshness,
}
