//! A batch of loads and withdrawals: the file as it was read, every row's check, the run and how it ended.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::{Field, FieldProblem};
use crate::view::session::NumberStyle;

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
    /// The amount, canonical, where it could be read.
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
