//! What a print run and its inserts look like, before and after they are written down.
//!
//! Owns the shapes, the stable words of their states, and how they read back from the tables. What may become of a run is
//! `print_runs`' business.

use cardesk_domain::{CardId, CardState, CardholderId, LastFour};
use jiff::Timestamp;
use serde::Deserialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use crate::error::JournalError;
use crate::profile::{card_from, cardholder_from};
use crate::records::{CardRecord, CardholderRecord};
use crate::stored::{optional_parsed_at, optional_timestamp_at, optional_whole_at, parsed, parsed_at, timestamp_at, whole_at};

/// A print run to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// The layout's id word.
    pub layout: String,
    /// The language's id word.
    pub language: String,
    /// Who makes it.
    pub operator: String,
    /// When.
    pub at: Timestamp,
    /// Its inserts in the order of the pages; at least one.
    pub inserts: Vec<NewInsert>,
}

/// An insert of a run to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInsert {
    /// Whose activation link it carries; must be in the directory.
    pub cardholder_id: CardholderId,
    /// Which card it goes with, where that is known; must be in the directory.
    pub card_id: Option<CardId>,
    /// The card's last four as printed on the insert.
    pub last_four: Option<LastFour>,
    /// The insert that this one replaces. A card with a valid insert takes another only as its reprint.
    pub reprint: Option<Reprint>,
}

/// Which insert is replaced, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reprint {
    /// The old serial; voided when the run is finished.
    pub serial: String,
    /// The operator's reason; not empty.
    pub reason: String,
}

/// A run that was begun. Nothing of it counts until it is finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDraft {
    /// The run's number; consecutive, never used again.
    pub number: u32,
    /// The serials, `0043-001`, in the order of [`NewRun::inserts`].
    pub serials: Vec<String>,
}

/// Where the finished pages went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentTo {
    /// To the printer of this name.
    Printer(String),
    /// Into the file of this name.
    File(String),
}

impl SentTo {
    /// The stable word of its kind, and its name.
    pub(crate) const fn words(&self) -> (&'static str, &String) {
        match self {
            Self::Printer(name) => ("printer", name),
            Self::File(name) => ("file", name),
        }
    }

    pub(crate) fn of_words(kind: &str, name: String) -> Result<Self, JournalError> {
        match kind {
            "printer" => Ok(Self::Printer(name)),
            "file" => Ok(Self::File(name)),
            _ => Err(JournalError::UnreadableValue("destination of a print run")),
        }
    }
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Being made, or left behind by a crash.
    Draft,
    /// Its inserts are printed.
    Finished,
    /// Given up; its number stays used.
    Discarded,
}

impl RunState {
    const ALL: [Self; 3] = [Self::Draft, Self::Finished, Self::Discarded];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Finished => "finished",
            Self::Discarded => "discarded",
        }
    }
}

/// Where an insert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InsertState {
    /// Its run is a draft: it does not count.
    Drafted,
    /// Printed, and valid.
    Printed,
    /// Its run was given up.
    Discarded,
    /// Printed, and replaced by a reprint or voided by a person.
    Voided,
}

impl InsertState {
    const ALL: [Self; 4] = [Self::Drafted, Self::Printed, Self::Discarded, Self::Voided];

    /// The state with this stable word.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Printed => "printed",
            Self::Discarded => "discarded",
            Self::Voided => "voided",
        }
    }
}

/// A run as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: RunState,
    /// The layout's id word.
    pub layout: String,
    /// The language's id word.
    pub language: String,
    /// Who made it.
    pub operator: String,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it was finished or discarded.
    pub ended_at: Option<Timestamp>,
    /// Where it went, once finished.
    pub sent_to: Option<SentTo>,
    /// How many inserts it has.
    pub inserts: u32,
    /// How many pages it had, once finished; not known of runs of older versions.
    pub pages: Option<u32>,
}

/// An insert that is valid: printed, and not voided since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidInsert {
    /// Its serial.
    pub serial: String,
    /// Its card; one without stands for all cards of its cardholder.
    pub card_id: Option<CardId>,
}

/// An insert as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsertRecord {
    /// `0043-001`.
    pub serial: String,
    /// Where it stands.
    pub state: InsertState,
    /// Whose.
    pub cardholder_id: CardholderId,
    /// Which card it goes with, where that is known.
    pub card_id: Option<CardId>,
    /// The last four printed on it.
    pub last_four: Option<LastFour>,
    /// What it replaces, and why.
    pub reprint_of: Option<Reprint>,
    /// Which serial voided it.
    pub voided_by: Option<String>,
    /// Why a person voided it, if no other insert did.
    pub voided_why: Option<String>,
    /// Its run: number, layout, language, operator, times, where it went.
    pub run: RunRecord,
}

/// A card that waits for its cardholder and has no valid insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardNeedingInsert {
    /// Whose card it is.
    pub cardholder: CardholderRecord,
    /// The card.
    pub card: CardRecord,
    /// The insert that it had, where that was voided and none came after it.
    pub voided: Option<String>,
    /// Whether it was issued in place of another card.
    pub is_replacement: bool,
}

/// A card, as a list of plastics may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardByName {
    /// Its id.
    pub card_id: CardId,
    /// Its last four digits, where they are known.
    pub last_four: Option<LastFour>,
    /// Its state.
    pub state: CardState,
    /// The name on the plastic, where it is known.
    pub embossed_name: Option<String>,
    /// The cardholder's.
    pub first_name: String,
    /// The cardholder's.
    pub last_name: String,
    /// The insert that is valid for it, while it waits for its cardholder.
    pub valid_serial: Option<String>,
    /// Whether another card comes, or has come, in its place.
    pub is_given_up: bool,
}

/// A valid insert with the card that it goes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedInsert {
    /// `0043-001`.
    pub serial: String,
    /// When its run was finished.
    pub printed_at: Option<Timestamp>,
    /// Whose it is.
    pub cardholder: CardholderRecord,
    /// The card.
    pub card: CardRecord,
}

pub(crate) fn by_name_from(row: &SqliteRow) -> Result<CardByName, JournalError> {
    Ok(CardByName {
        card_id: parsed_at(row, "id")?,
        last_four: optional_parsed_at(row, "last_four")?,
        state: CardState::from_gateway(row.try_get("state")?),
        embossed_name: row.try_get("embossed_name")?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        valid_serial: row.try_get("valid_serial")?,
        is_given_up: row.try_get("is_given_up")?,
    })
}

pub(crate) fn needing_from(row: &SqliteRow) -> Result<CardNeedingInsert, JournalError> {
    Ok(CardNeedingInsert {
        cardholder: cardholder_from(row)?,
        card: card_from(row)?,
        voided: row.try_get("voided_serial")?,
        is_replacement: row.try_get("is_replacement")?,
    })
}

pub(crate) fn printed_from(row: &SqliteRow) -> Result<PrintedInsert, JournalError> {
    Ok(PrintedInsert {
        serial: row.try_get("serial")?,
        printed_at: optional_timestamp_at(row, "ended_at")?,
        cardholder: cardholder_from(row)?,
        card: card_from(row)?,
    })
}

pub(crate) fn run_from(row: &SqliteRow) -> Result<RunRecord, JournalError> {
    let state: &str = row.try_get("state")?;
    Ok(RunRecord {
        number: whole_at(row, "number")?,
        state: RunState::ALL
            .into_iter()
            .find(|known| known.as_str() == state)
            .ok_or(JournalError::UnreadableValue("state of a print run"))?,
        layout: row.try_get("layout")?,
        language: row.try_get("language")?,
        operator: row.try_get("operator")?,
        begun_at: timestamp_at(row, "begun_at")?,
        ended_at: optional_timestamp_at(row, "ended_at")?,
        sent_to: sent_to_from(row)?,
        inserts: whole_at(row, "inserts")?,
        pages: optional_whole_at(row, "pages")?,
    })
}

fn sent_to_from(row: &SqliteRow) -> Result<Option<SentTo>, JournalError> {
    let kind: Option<&str> = row.try_get("sent_to")?;
    let name: Option<String> = row.try_get("sent_to_name")?;
    kind.zip(name).map(|(kind, name)| SentTo::of_words(kind, name)).transpose()
}

pub(crate) fn insert_from(row: &SqliteRow) -> Result<InsertRecord, JournalError> {
    InsertCells::from_row(row)?.record(run_from(row)?)
}

/// An insert as its table has it, without its run. Its fields stand in the order in which lists of them are read.
#[derive(Deserialize, FromRow)]
pub(crate) struct InsertCells {
    serial: String,
    insert_state: String,
    cardholder_id: String,
    card_id: Option<String>,
    last_four: Option<String>,
    replaces: Option<String>,
    replaces_why: Option<String>,
    voided_by: Option<String>,
    voided_why: Option<String>,
}

impl InsertCells {
    pub(crate) fn record(self, run: RunRecord) -> Result<InsertRecord, JournalError> {
        Ok(InsertRecord {
            serial: self.serial,
            state: InsertState::from_word(&self.insert_state).ok_or(JournalError::UnreadableValue("state of an insert"))?,
            cardholder_id: parsed(&self.cardholder_id, "cardholder_id")?,
            card_id: self.card_id.map(|id| parsed(&id, "card_id")).transpose()?,
            last_four: self.last_four.map(|digits| parsed(&digits, "last_four")).transpose()?,
            reprint_of: self.replaces.zip(self.replaces_why).map(|(serial, reason)| Reprint { serial, reason }),
            voided_by: self.voided_by,
            voided_why: self.voided_why,
            run,
        })
    }
}
