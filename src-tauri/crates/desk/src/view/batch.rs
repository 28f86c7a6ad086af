//! A batch of loads and withdrawals: the file as it was read, every row's check, the run and how it ended.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;
use crate::problem::{Field, FieldProblem};
use crate::view::session::NumberStyle;
use crate::view::word::Cause;

/// Where a batch's rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase", tag = "from")]
pub enum BatchSource {
    /// A file that was chosen or dropped.
    File {
        /// Its name, without its folder.
        name: String,
        /// Its bytes.
        base64: String,
    },
    /// Rows that were pasted, with their titles.
    Pasted {
        /// The text.
        text: String,
    },
}

/// What the operator decided about a file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchDecisions {
    /// The id under which the file was read.
    pub id: String,
    /// How its amounts are written; `null` until the operator has said so.
    pub number_style: Option<NumberStyle>,
    /// Whether rows that repeat another row of the file are meant.
    pub takes_repeated: bool,
    /// Whether rows that were loaded before are meant once more.
    pub takes_done_before: bool,
}

/// What a row of a batch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BatchOperation {
    /// Money onto the card.
    Load,
    /// Money off the card.
    Withdrawal,
}

/// What becomes of a row if the batch is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BatchVerdict {
    /// It will be sent.
    Ready,
    /// It is left out, because it repeats another and nobody said that this is meant.
    Doubtful,
    /// It can't be sent as it stands.
    Refused,
}

/// What separates the cells of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the signs of these names")]
pub enum BatchSeparator {
    Comma,
    Semicolon,
    Tab,
}

/// A file that was read and checked. Nothing is meant yet, and nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCheck {
    /// By which the desk keeps the file.
    pub id: String,
    /// What tells the rows that will be sent from any others: card, operation, amount and note of each.
    pub ready_digest: String,
    /// The file's name; `null` for pasted rows.
    pub name: Option<String>,
    /// The encoding's name, `UTF-8`.
    pub encoding: String,
    /// What separates its cells.
    pub separator: BatchSeparator,
    /// The titles that the desk does not use.
    pub unused_titles: Vec<String>,
    /// How its amounts are written.
    pub style: BatchStyle,
    /// Every row that holds anything, in the file's order.
    pub rows: Vec<BatchRowCheck>,
    /// How many rows will be sent.
    pub ready: u32,
    /// How many are left out as repetitions.
    pub doubtful: u32,
    /// How many can't be sent.
    pub refused: u32,
    /// What the rows that will be sent come to, by currency.
    pub totals: Vec<BatchTotal>,
    /// How old the oldest copy of a card is that rows were held against: RFC 3339.
    pub cards_seen_at: Option<String>,
    /// How many cards its rows name.
    pub cards: u32,
    /// Of how many of these the copy is older than `fresh_for_minutes`.
    pub old_cards: u32,
    /// How old a copy may be before it is asked for afresh.
    pub fresh_for_minutes: u32,
    /// When the same file was run before, latest first.
    pub earlier: Vec<BatchEarlier>,
    /// The total that has to be typed once more; `null` where none has to be.
    pub total_again: Option<BatchTotalAgain>,
}

/// Which cards of a file are asked for afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BatchRefreshScope {
    /// Those whose copy is old.
    Old,
    /// All that its rows name.
    All,
}

/// How far asking for a file's cards has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchRefresh {
    /// How many cards are asked for.
    pub total: u32,
    /// How many were answered.
    pub done: u32,
    /// Of how many of these the answer was no card: their old copy stays.
    pub failed: u32,
    /// Whether it is under way.
    pub is_running: bool,
    /// Whether it was given up before its end.
    pub is_given_up: bool,
    /// What ended it before its end.
    pub error: Option<ErrorView>,
}

/// How the amounts of a file are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchStyle {
    /// The style that its amounts show; `null` if they show none, or both.
    pub detected: Option<NumberStyle>,
    /// How many amounts can be read in the style of `1,234.50` alone.
    pub comma_thousands: u32,
    /// How many amounts can be read in the style of `1.234,50` alone.
    pub point_thousands: u32,
    /// The style that this check was made in.
    pub used: NumberStyle,
    /// Whether the operator has said so. A batch is not run before.
    pub is_confirmed: bool,
    /// Amounts of the file, and how each style reads them.
    pub examples: Vec<BatchStyleExample>,
}

/// An amount of the file, in both styles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchStyleExample {
    /// As it stands.
    pub cell: String,
    /// What it is in the style of `1,234.50`; `null` if it can't be read so.
    pub comma_thousands: Option<String>,
    /// What it is in the style of `1.234,50`; `null` if it can't be read so.
    pub point_thousands: Option<String>,
}

/// A row that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchRowCheck {
    /// The line of the file in which it begins.
    pub line: u32,
    /// What becomes of it.
    pub verdict: BatchVerdict,
    /// The card, where it was found.
    pub card_id: Option<String>,
    /// The card's last four digits, where it was found.
    pub last_four: Option<String>,
    /// Whose card it is, where it was found.
    pub holder: Option<String>,
    /// Which way the money goes, where that could be read.
    pub kind: Option<BatchOperation>,
    /// The amount, canonical, where it could be read; also of a card that was not found.
    pub amount: Option<String>,
    /// Its currency, where it is known.
    pub currency: Option<String>,
    /// The balance that it leaves on the card, if it is sent and the balance is known.
    pub ending_balance: Option<String>,
    /// What it is for.
    pub note: Option<String>,
    /// The cells that have problems, as they stand, by their field.
    pub given: Vec<BatchCell>,
    /// What is wrong with it, and what is doubtful.
    pub problems: Vec<FieldProblem>,
}

/// A cell as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCell {
    /// What its column means.
    pub field: Field,
    /// What stands in it.
    pub text: String,
}

/// What rows come to in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchTotal {
    /// Three letters.
    pub currency: String,
    /// The sum of the loads, canonical.
    pub loads: String,
    /// How many loads.
    pub load_count: u32,
    /// The sum of the withdrawals, canonical.
    pub withdrawals: String,
    /// How many withdrawals.
    pub withdrawal_count: u32,
}

/// A batch of the same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchEarlier {
    /// Its number.
    pub number: u32,
    /// When it was begun: RFC 3339.
    pub begun_at: String,
}

/// A total that has to be typed once more, because it is above the company's limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchTotalAgain {
    /// What is added up.
    pub operation: BatchOperation,
    /// The sum, canonical.
    pub amount: String,
    /// Three letters.
    pub currency: String,
    /// The limit, canonical.
    pub limit: String,
}

/// What begins a batch. It begins only if the check still comes out as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchForm {
    /// What was decided about the file.
    pub decisions: BatchDecisions,
    /// How many rows will be sent, as it was shown.
    pub ready: u32,
    /// Which these are, as it was shown.
    pub ready_digest: String,
    /// What they come to, as it was shown.
    pub totals: Vec<BatchTotal>,
    /// The total typed once more, where it is needed.
    pub total_again: Option<String>,
}

/// Where a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BatchPhase {
    /// Rows go.
    Running,
    /// No further row goes; what is on its way comes to its end.
    Pausing,
    /// The same, and then the batch is given up.
    Cancelling,
    /// Nothing goes, and it can go on: it was paused, it stopped, or the program ended.
    Paused,
    /// Given up: what was not sent never will be.
    Cancelled,
    /// No row waits.
    Finished,
}

/// Why a batch does not go on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BatchStop {
    /// The operator paused it.
    Asked,
    /// The gateway did not answer several times in a row: the rows that wait are spared.
    Unanswered,
    /// Rows wait for others of which the outcome is not known, or that were not sent.
    Held,
    /// Something failed before a row was sent; the view's error says what.
    Failed,
}

/// A batch as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchView {
    /// Its number.
    pub number: u32,
    /// The file's name; `null` for pasted rows.
    pub name: Option<String>,
    /// Where it is.
    pub phase: BatchPhase,
    /// Why it does not go on, if this program has run it.
    pub stop: Option<BatchStop>,
    /// What failed.
    pub error: Option<ErrorView>,
    /// How many rows were, or will be, sent.
    pub rows_to_send: u32,
    /// When it was begun: RFC 3339.
    pub begun_at: String,
    /// Who began it.
    pub begun_by: String,
    /// When it ended: RFC 3339.
    pub ended_at: Option<String>,
    /// How many rows stand where.
    pub counts: BatchCountsView,
}

/// How many rows of a batch stand where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchCountsView {
    /// Not yet sent.
    pub waiting: u32,
    /// On their way.
    pub underway: u32,
    /// Applied.
    pub applied: u32,
    /// Refused by the gateway.
    pub refused: u32,
    /// Nothing left this machine.
    pub not_sent: u32,
    /// Without an outcome.
    pub unknown: u32,
    /// Were without an outcome, and are settled as not applied.
    pub not_applied: u32,
    /// Left out by the check.
    pub left_out: u32,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BatchRowState {
    /// Not yet sent.
    Waiting,
    /// On its way.
    Underway,
    /// Applied.
    Applied,
    /// Refused by the gateway.
    Refused,
    /// Nothing left this machine.
    NotSent,
    /// Without an outcome.
    Unknown,
    /// Was without an outcome, and is settled as not applied.
    NotApplied,
    /// Left out by the check.
    LeftOut,
}

/// A batch's rows under the titles of their file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchRows {
    /// The file's titles.
    pub titles: Vec<String>,
    /// The rows, in the file's order.
    pub rows: Vec<BatchRowView>,
}

/// A row of a batch, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BatchRowView {
    /// The line of the file in which it begins.
    pub line: u32,
    /// Its cells as they stand, with card numbers masked.
    pub cells: Vec<String>,
    /// What became of it.
    pub state: BatchRowState,
    /// Whether it moved nothing and never will by itself, so that it can be mended and loaded again.
    pub is_to_mend: bool,
    /// The card, where it was found.
    pub card_id: Option<String>,
    /// Its last four digits.
    pub last_four: Option<String>,
    /// Whose card it is.
    pub holder: Option<String>,
    /// Which way the money goes.
    pub kind: Option<BatchOperation>,
    /// The amount, canonical, where it could be read; also of a card that was not found.
    pub amount: Option<String>,
    /// Its currency, where it is known.
    pub currency: Option<String>,
    /// What it is for.
    pub note: Option<String>,
    /// The operation's reference, once it was sent.
    pub reference: Option<String>,
    /// The gateway's code, where it refused or failed.
    pub gateway_code: Option<String>,
    /// What came between the request and its outcome, where no answer says that it was done.
    pub cause: Option<Cause>,
    /// The gateway's own words, or a person's.
    pub detail: Option<String>,
    /// The movement that proves it.
    pub movement_id: Option<String>,
    /// Whether the gateway shows it although a person said that it was not done.
    pub is_contradicted: bool,
    /// Why it was left out.
    pub problems: Vec<FieldProblem>,
}
