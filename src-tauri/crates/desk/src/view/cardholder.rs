//! Cardholders: the directory, the registration form, one person with cards, inserts and what happened.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::attention::SettleAs;
use crate::view::card::{ActionOffer, CardSummary};
use crate::view::funds::OperationView;
use crate::view::print::{InsertView, SentTo};
use crate::view::replacement::ReplacementNote;
use crate::view::transfer::TransferSides;
use crate::view::word::{CardState, Freshness};

/// Which cardholders a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryFilter {
    /// Everyone.
    #[default]
    All,
    /// Without a card.
    NoCard,
    /// With a card that awaits activation and has no insert yet, as in the print room.
    CardWithoutInsert,
    /// With a card that was never activated.
    NeverActivated,
}

/// A column of the list of cardholders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryColumn {
    /// Family name, then first name.
    #[default]
    Name,
    /// The document's number.
    Document,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The last four digits of the newest card.
    LastFour,
    /// The newest card's state.
    CardState,
}

/// How the list of cardholders is sorted. Whoever has nothing in the column comes last, equals come by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryOrder {
    /// By which column.
    pub by: DirectoryColumn,
    /// Whether the greatest comes first.
    pub is_descending: bool,
}

/// What the list of cardholders asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryQuery {
    /// Parts of name, e-mail, phone, document, last four or id; empty for all.
    pub text: String,
    /// Which cardholders.
    pub filter: DirectoryFilter,
    /// In which order.
    pub order: DirectoryOrder,
    /// The cardholder of whom is asked which row they are in; `null` for nobody.
    pub locate: Option<String>,
    /// The first row, counted from 0.
    pub offset: u32,
    /// How many rows, at most 500.
    pub limit: u32,
}

/// A stretch of the list of cardholders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryPage {
    /// The rows, in the order that was asked for.
    pub rows: Vec<CardholderRow>,
    /// The row of whoever was to be located, counted from 0 over everyone who matches; `null` if they do not match.
    pub located: Option<u32>,
    /// How many match.
    pub matched: u32,
    /// How many are in the directory.
    pub total: u32,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardholderRow {
    /// The gateway's id.
    pub cardholder_id: String,
    /// `Ramírez Núñez, María José`
    pub display_name: String,
    /// The kind of document, in the gateway's word.
    pub document_type: Option<DocumentType>,
    /// Its number.
    pub document_number: Option<String>,
    /// The e-mail address.
    pub username: String,
    /// The phone number.
    pub phone_number: String,
    /// Their cards, the newest first.
    pub cards: Vec<CardBadge>,
}

/// A card in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardBadge {
    /// The gateway's id.
    pub card_id: String,
    /// The last four digits.
    pub last_four: String,
    /// Its state.
    pub state: CardState,
}

/// What a refresh of the directory did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefreshReport {
    /// Cardholders that the gateway listed.
    pub cardholders: u32,
    /// Those of them whom the desk had not met before.
    pub new_cardholders: u32,
    /// Cards that the desk had not met before.
    pub new_cards: u32,
    /// Cardholders whose cards were left for the next refresh: more waited than one refresh reads, or theirs could not be
    /// read.
    pub cards_pending: u32,
    /// When it was finished.
    pub finished_at: String,
}

/// Gender, as the contract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Gender {
    /// Male.
    #[serde(rename = "M")]
    Male,
    /// Female.
    #[serde(rename = "F")]
    Female,
    /// Other.
    #[serde(rename = "OTHER")]
    Other,
}

/// Marital status, as the contract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum MaritalStatus {
    Soltero,
    Casado,
    Viudo,
    Divorciado,
    Separado,
}

/// The kind of an identity document, as the contract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum DocumentType {
    Dpi,
    Nit,
    Passport,
    LegalId,
    PersonalId,
    ResidenceId,
}

/// The registration form, every field as it was typed; a choice not made is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationForm {
    /// Given names.
    pub first_name: String,
    /// Family names.
    pub last_name: String,
    /// The e-mail address, which is the user name at the gateway.
    pub username: String,
    /// The phone number; spaces and dashes are taken, eight digits are a number of Guatemala.
    pub phone_number: String,
    /// The postal address.
    pub address: String,
    /// Three letters, `GTM`.
    pub country_of_birth: String,
    /// Town.
    pub place_of_birth: String,
    /// `M`, `F` or `OTHER`.
    pub gender: String,
    /// `soltero`, `casado`, …
    pub marital_status: String,
    /// `YYYY-MM-DD`.
    pub date_of_birth: String,
    /// `DPI`, `PASSPORT`, …
    pub document_type: String,
    /// The document's number.
    pub document_number: String,
    /// The tax number; may be empty.
    pub nit: String,
}

/// Who somebody is, as the gateway has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardholderProfile {
    /// The gateway's id.
    pub cardholder_id: String,
    /// `Ramírez Núñez, María José`
    pub display_name: String,
    /// Given names.
    pub first_name: String,
    /// Family names.
    pub last_name: String,
    /// The e-mail address.
    pub username: String,
    /// The phone number.
    pub phone_number: String,
    /// The postal address.
    pub address: Option<String>,
    /// Three letters.
    pub country_of_birth: Option<String>,
    /// Town.
    pub place_of_birth: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Marital status.
    pub marital_status: Option<MaritalStatus>,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// The kind of document.
    pub document_type: Option<DocumentType>,
    /// Its number.
    pub document_number: Option<String>,
    /// The tax number.
    pub nit: Option<String>,
    /// The gateway's word for the state of the user.
    pub status: Option<String>,
    /// When they were registered, where it is known.
    pub registered_at: Option<String>,
    /// The link that is on their insert.
    pub activation_link: String,
}

/// One cardholder, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardholderView {
    /// Who they are.
    pub profile: CardholderProfile,
    /// Their cards, the newest first.
    pub cards: Vec<CardSummary>,
    /// Inserts printed for them, the newest first.
    pub inserts: Vec<InsertView>,
    /// What happened, the newest first.
    pub happenings: Vec<HappeningView>,
    /// Issuing whose outcome is unknown.
    pub open_operations: Vec<OperationView>,
    /// Replacements of their cards that are not finished, the newest first.
    pub replacements: Vec<ReplacementNote>,
    /// What can be done, and why not.
    pub actions: Vec<ActionOffer>,
    /// How old profile and cards are.
    pub freshness: Freshness,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HappeningAction {
    /// Registered at the gateway.
    Registered,
    /// A card was asked for.
    CardIssued,
    /// Activated from the desk.
    CardActivated,
    /// Blocked from the desk.
    CardBlocked,
    /// Made active again from the desk.
    CardUnblocked,
    /// Given another alias.
    CardRenamed,
    /// A card that existed already was associated.
    CardAssociated,
    /// A month's statement was asked for.
    StatementRequested,
    /// A one-time code was sent to whoever a PIN is for.
    OneTimeCodeSent,
    /// The PIN of a card's holder was set.
    PinSet,
    /// The PIN of somebody who shares a card was set.
    UserPinSet,
    /// A PIN was verified.
    PinVerified,
    /// A CVV was shown.
    CvvRevealed,
    /// The gateway showed a card in another state than before, and it was not changed from here.
    CardStateChanged,
    /// Money was loaded.
    FundsLoaded,
    /// Money was withdrawn.
    FundsWithdrawn,
    /// Money was put onto a card on the issuer's side.
    AdjustmentLoaded,
    /// Money was taken off a card on the issuer's side.
    AdjustmentWithdrawn,
    /// Money went from one card to another.
    FundsTransferred,
    /// An unknown outcome was settled.
    OperationSettled,
    /// The gateway showed what a person had said was not done.
    OperationContradicted,
    /// A person said why such a contradiction is clear.
    ContradictionCleared,
    /// An insert was printed or saved.
    InsertPrinted,
    /// An insert was voided, by a reprint or by a person.
    InsertVoided,
    /// An insert went into an envelope with its plastic, whose last four the detail has.
    InsertPacked,
    /// A packed insert was taken out again, for the reason in the detail.
    InsertUnpacked,
    /// The packing line was stopped; the detail says why, and what was typed of the plastic.
    PackingStopped,
    /// A box was begun.
    BoxBegun,
    /// A box was closed: what is in it has left the room.
    BoxClosed,
    /// Printed again under its serial, because its page was spoilt before it left the room.
    InsertPrintedAgain,
    /// A card of somebody else was linked.
    CardLinked,
    /// A linked card was given another alias.
    LinkedCardRenamed,
    /// A linked card was unlinked.
    CardUnlinked,
    /// A code that registers a cardholder was made.
    InvitationMade,
    /// Registered at the gateway with such a code.
    RegisteredByInvitation,
    /// Types of transfers were made.
    TransferTypesMade,
    /// The replacement of a card was begun.
    ReplacementBegun,
    /// It was stopped.
    ReplacementStopped,
    /// It was taken up again.
    ReplacementContinued,
    /// Everything for it was done.
    ReplacementFinished,
    /// The desk was locked.
    DeskLocked,
    /// It was unlocked, or somebody tried to.
    DeskUnlocked,
    /// The lock was turned on or changed.
    LockSet,
    /// The lock was turned off.
    LockTurnedOff,
    /// The lock was off because its passphrase was removed from the keychain.
    LockLifted,
    /// Somebody saw why the packing line was stopped, and let it go on.
    PackingStopAcknowledged,
    /// The job that an insert was in was cancelled at the printer, or given up: it does not count as printed.
    PrintCancelled,
    /// Something that this version does not know.
    Other,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HappeningResult {
    /// Done.
    Done,
    /// Refused by the gateway.
    Refused,
    /// Nothing left this machine.
    NotSent,
    /// Not known.
    Unknown,
    /// Failed at this desk.
    Failed,
}

/// What something that happened is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HappeningKind {
    /// Money.
    Money,
    /// A card, its state and its name.
    Card,
    /// A PIN, a CVV or the unlock passphrase.
    Secret,
    /// Inserts.
    Insert,
    /// The cardholder.
    Cardholder,
}

/// What of the record is asked for: a cardholder's, or a card's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HappeningsRequest {
    /// Whose.
    pub cardholder_id: String,
    /// Of this card alone.
    pub card_id: Option<String>,
    /// Only older ones than the row with this number.
    pub before: Option<String>,
    /// Only what is about this.
    pub kind: Option<HappeningKind>,
    /// Only what ended like this; everything if none is named.
    pub results: Vec<HappeningResult>,
    /// Only what has this text in operator, reference, serial or detail.
    pub text: String,
    /// The actions whose own words have the text in them: they are found by it as well.
    pub text_actions: Vec<HappeningAction>,
    /// The most rows, at most 200.
    pub limit: u32,
}

/// A stretch of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HappeningsPage {
    /// The rows, the newest first.
    pub rows: Vec<HappeningView>,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// One row of what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HappeningView {
    /// Its number in the record.
    pub number: String,
    /// When.
    pub at: String,
    /// Who was signed in to the computer.
    pub operator: String,
    /// What was done.
    pub action: HappeningAction,
    /// How it ended.
    pub result: HappeningResult,
    /// The card.
    pub card_id: Option<String>,
    /// The operation's reference.
    pub reference: Option<String>,
    /// The insert's serial.
    pub serial: Option<String>,
    /// Figures and the gateway's own words.
    pub detail: Option<String>,
    /// The note of the operation, where money moved with one.
    pub note: Option<String>,
    /// Of a transfer of this desk, both cards.
    pub sides: Option<TransferSides>,
    /// The reference of the operation that this one takes back.
    pub corrects: Option<String>,
    /// The reference of the operation that this one makes again.
    pub makes_again: Option<String>,
    /// What was found of an operation whose outcome was open, or said of it.
    pub settled_as: Option<SettleAs>,
    /// Where an insert that was made went, as far as its run tells.
    pub sent_to: Option<SentTo>,
}

/// How issuing a card ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssueOutcome {
    /// The operation, with its state.
    pub operation: OperationView,
    /// The new card, where it is known.
    pub card: Option<CardSummary>,
}
