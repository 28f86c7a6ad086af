//! What a batch, its rows and their attempts look like in the journal.
//!
//! Owns the shapes and reading them from rows of the database; `batches` writes them.

use cardesk_domain::money::NumberStyle;
use cardesk_domain::operation::Cause;
use cardesk_domain::{CardId, Money, OperationKind, OperationState, Reference};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::JournalError;
use crate::operations::cause_at;
use crate::stored::{optional_money_at, optional_parsed_at, optional_timestamp_at, parsed_at, timestamp_at, whole_at};

/// A batch to be begun, with every row of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// The file's name; none for pasted rows.
    pub name: Option<String>,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub digest: String,
    /// How its amounts were read.
    pub number_style: NumberStyle,
    /// The file's titles, in a form of `desk`'s choosing.
    pub titles: String,
    /// Every row, in the file's order.
    pub rows: Vec<NewBatchRow>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub operator: String,
}

/// A row to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatchRow {
    /// The line of the file in which it begins.
    pub line: u32,
    /// Its cells as they stand, in a form of `desk`'s choosing, without whole card numbers.
    pub cells: String,
    /// What it does; whatever is known of a row that is left out.
    pub deed: Option<BatchDeed>,
    /// What becomes of it.
    pub fate: RowFate,
}

/// What a row does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchDeed {
    /// Which card.
    pub card_id: CardId,
    /// Load or withdrawal.
    pub kind: OperationKind,
    /// How much, more than nothing.
    pub money: Money,
    /// The note for the gateway.
    pub note: Option<String>,
}

/// What becomes of a row when its batch begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFate {
    /// It will be sent under this reference, which nobody has had.
    Sent(Reference),
    /// It is left out; why, in a form of `desk`'s choosing.
    LeftOut(String),
}

/// Whether a batch goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BatchState {
    /// Rows of it may be sent.
    Open,
    /// It was given up: what was not sent never will be.
    Cancelled,
    /// No row of it waits.
    Finished,
}

impl BatchState {
    /// The stable word used in the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Cancelled => "cancelled",
            Self::Finished => "finished",
        }
    }
}

/// A batch as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRecord {
    /// Counted from 1.
    pub number: u32,
    /// The file's name; none for pasted rows.
    pub name: Option<String>,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub digest: String,
    /// How its amounts were read.
    pub number_style: NumberStyle,
    /// The file's titles, as `desk` wrote them.
    pub titles: String,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// Who began it.
    pub begun_by: String,
    /// Whether it goes on.
    pub state: BatchState,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A row of a batch as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Within the batch, counted from 1.
    pub position: u32,
    /// The line of the file in which it begins.
    pub line: u32,
    /// Its cells, as `desk` wrote them.
    pub cells: String,
    /// What it does, as far as that is known.
    pub deed: Option<BatchDeed>,
    /// Why it was left out, as `desk` wrote it; none for a row that is or will be sent.
    pub left_out: Option<String>,
    /// Its last attempt; none for a row that was left out.
    pub attempt: Option<BatchAttempt>,
}

/// An attempt to send a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchAttempt {
    /// Its reference.
    pub reference: Reference,
    /// Counted from 1 within the row.
    pub number: u32,
    /// The attempt before it, which moved nothing.
    pub previous: Option<Reference>,
    /// Where its operation stands; none while nothing of it was written down, and so nothing sent.
    pub state: Option<OperationState>,
    /// The gateway's code, where it refused or failed.
    pub gateway_code: Option<String>,
    /// What came in between, where no answer says that it was done.
    pub cause: Option<Cause>,
    /// The gateway's own words, or a person's.
    pub detail: Option<String>,
    /// The movement that proves it.
    pub movement_id: Option<String>,
    /// When it came into its state.
    pub changed_at: Option<Timestamp>,
    /// Whether the gateway shows it although a person said that it was not done.
    pub is_contradicted: bool,
    /// Whether another operation makes it again, and may have moved money.
    pub is_made_again: bool,
}

/// How many rows of a batch stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BatchCounts {
    /// Not yet sent.
    pub waiting: u32,
    /// On their way.
    pub underway: u32,
    /// Applied, by the gateway's word or by evidence.
    pub applied: u32,
    /// Refused by the gateway.
    pub refused: u32,
    /// Nothing left this machine; they wait for another attempt.
    pub not_sent: u32,
    /// Without an outcome.
    pub unknown: u32,
    /// Settled as not applied.
    pub not_applied: u32,
    /// Left out by the check.
    pub left_out: u32,
}

impl BatchCounts {
    /// How many rows were, or will be, sent.
    #[must_use]
    pub const fn to_be_sent(&self) -> u32 {
        self.waiting + self.underway + self.applied + self.refused + self.not_sent + self.unknown + self.not_applied
    }

    /// Adds rows whose last attempt stands there; `None` is no operation at all.
    pub(crate) const fn add(&mut self, state: Option<OperationState>, rows: u32) {
        use OperationState as State;
        let count = match state {
            None | Some(State::Drafted | State::Discarded) => &mut self.waiting,
            Some(State::Intent) => &mut self.underway,
            Some(State::Applied | State::SettledApplied) => &mut self.applied,
            Some(State::Refused) => &mut self.refused,
            Some(State::NotSent) => &mut self.not_sent,
            Some(State::Unknown) => &mut self.unknown,
            Some(State::SettledNotApplied) => &mut self.not_applied,
        };
        *count += rows;
    }
}

pub(crate) const fn style_word(style: NumberStyle) -> &'static str {
    match style {
        NumberStyle::CommaThousands => "comma_thousands",
        NumberStyle::PointThousands => "point_thousands",
    }
}

pub(crate) fn batch_from(row: &SqliteRow) -> Result<BatchRecord, JournalError> {
    let state = [BatchState::Open, BatchState::Cancelled, BatchState::Finished];
    let word: &str = row.try_get("state")?;
    Ok(BatchRecord {
        number: whole_at(row, "number")?,
        name: row.try_get("name")?,
        digest: row.try_get("digest")?,
        number_style: match row.try_get("number_style")? {
            "comma_thousands" => NumberStyle::CommaThousands,
            "point_thousands" => NumberStyle::PointThousands,
            _ => return Err(JournalError::UnreadableValue("style of numbers")),
        },
        titles: row.try_get("titles")?,
        begun_at: timestamp_at(row, "begun_at")?,
        begun_by: row.try_get("begun_by")?,
        state: state.into_iter().find(|state| state.as_str() == word).ok_or(JournalError::UnreadableValue("state of a batch"))?,
        ended_at: optional_timestamp_at(row, "ended_at")?,
    })
}

pub(crate) fn batch_row_from(row: &SqliteRow) -> Result<BatchRow, JournalError> {
    let reference: Option<Reference> = optional_parsed_at(row, "reference")?;
    Ok(BatchRow {
        position: whole_at(row, "position")?,
        line: whole_at(row, "line")?,
        cells: row.try_get("cells")?,
        deed: deed_from(row)?,
        left_out: row.try_get("left_out")?,
        attempt: reference.map(|reference| attempt_from(row, reference)).transpose()?,
    })
}

fn deed_from(row: &SqliteRow) -> Result<Option<BatchDeed>, JournalError> {
    let card_id: Option<CardId> = optional_parsed_at(row, "card_id")?;
    let kind = row.try_get::<Option<&str>, _>("kind")?.map(kind_of).transpose()?;
    let (Some(card_id), Some(kind), Some(money)) = (card_id, kind, optional_money_at(row)?) else {
        return Ok(None);
    };
    Ok(Some(BatchDeed { card_id, kind, money, note: row.try_get("note")? }))
}

pub(crate) fn kind_of(word: &str) -> Result<OperationKind, JournalError> {
    match word {
        "load" => Ok(OperationKind::Load),
        "withdrawal" => Ok(OperationKind::Withdrawal),
        _ => Err(JournalError::UnreadableValue("kind of operation")),
    }
}

fn attempt_from(row: &SqliteRow, reference: Reference) -> Result<BatchAttempt, JournalError> {
    Ok(BatchAttempt {
        reference,
        number: whole_at(row, "attempt")?,
        previous: optional_parsed_at(row, "previous")?,
        state: state_at(row)?,
        gateway_code: row.try_get("gateway_code")?,
        cause: cause_at(row)?,
        detail: row.try_get("detail")?,
        movement_id: row.try_get("movement_id")?,
        changed_at: optional_timestamp_at(row, "at")?,
        is_contradicted: row.try_get("is_contradicted")?,
        is_made_again: row.try_get("is_made_again")?,
    })
}

pub(crate) fn state_at(row: &SqliteRow) -> Result<Option<OperationState>, JournalError> {
    row.try_get::<Option<&str>, _>("state")?
        .map(|word| OperationState::from_word(word).ok_or(JournalError::UnreadableValue("state of operation")))
        .transpose()
}

/// A row of a batch that is not sent yet, for holding another file against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundsWaiting {
    /// The reference under which it will be sent.
    pub reference: Reference,
    /// What it does.
    pub deed: BatchDeed,
    /// When its batch was begun.
    pub begun_at: Timestamp,
}

pub(crate) fn waiting_from(row: &SqliteRow) -> Result<FundsWaiting, JournalError> {
    Ok(FundsWaiting {
        reference: parsed_at(row, "reference")?,
        deed: deed_from(row)?.ok_or(JournalError::UnreadableValue("row of a batch"))?,
        begun_at: timestamp_at(row, "begun_at")?,
    })
}
