//! What packing writes down: the packed inserts, the boxes, and the stops of the line.
//!
//! Owns the shapes, the stable words, and how they read back from the tables. What may be packed is `packing`'s business.

use cardesk_domain::{CardId, CardholderId, LastFour};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::JournalError;
use crate::print_records::InsertState;
use crate::profile::cardholder_from;
use crate::records::CardholderRecord;
use crate::stored::{optional_parsed_at, optional_timestamp_at, optional_whole_at, parsed_at, timestamp_at, whole_at};

/// Whether the digits that a packing `p` of a valid insert `i` has are by now those of no card that it can be with: the card that
/// it is with ends otherwise, or, where that is not known, every card of the cardholder does.
macro_rules! is_contradicted {
    () => {
        "(p.undone_at IS NULL AND i.state = 'printed' AND i.last_four IS NOT p.last_four AND CASE WHEN p.card_id IS NULL \
         THEN EXISTS (SELECT 1 FROM cards c WHERE c.cardholder_id = i.cardholder_id) AND NOT EXISTS ( \
            SELECT 1 FROM cards c WHERE c.cardholder_id = i.cardholder_id AND (c.last_four IS NULL OR c.last_four = p.last_four)) \
         ELSE EXISTS (SELECT 1 FROM cards c WHERE c.id = p.card_id AND c.last_four <> p.last_four) END)"
    };
}
pub(crate) use is_contradicted;

/// How insert and plastic were known to belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackingBasis {
    /// The insert names the card.
    Printed,
    /// The insert names none, and what was typed is the last four of one of the cardholder's cards.
    Card,
    /// No card says how it ends: what was typed is the pair.
    Typed,
    /// A person says that it is another plastic than one with the same last four, which is packed or waited for.
    Another,
}

impl PackingBasis {
    const ALL: [Self; 4] = [Self::Printed, Self::Card, Self::Typed, Self::Another];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Card => "card",
            Self::Typed => "typed",
            Self::Another => "another",
        }
    }
}

/// An insert that is to go into an envelope with its plastic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPacking {
    /// The insert; valid, and not packed.
    pub serial: String,
    /// The plastic's card, where it is known.
    pub card_id: Option<CardId>,
    /// The last four that were read off the plastic.
    pub last_four: LastFour,
    /// How they were known to belong together.
    pub basis: PackingBasis,
    /// The day by the issuer's calendar.
    pub day: Date,
    /// When.
    pub at: Timestamp,
    /// Who packs it.
    pub operator: String,
}

/// A packed insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packing {
    /// Its number; consecutive, never used again.
    pub number: u32,
    /// The insert.
    pub serial: String,
    /// The plastic's card, where it is known.
    pub card_id: Option<CardId>,
    /// The last four of the plastic.
    pub last_four: LastFour,
    /// How they were known to belong together.
    pub basis: PackingBasis,
    /// The box that it went into.
    pub box_number: Option<u32>,
    /// The day by the issuer's calendar.
    pub day: Date,
    /// When.
    pub at: Timestamp,
    /// Who packed it.
    pub operator: String,
    /// When it was taken out again, if it was.
    pub undone_at: Option<Timestamp>,
}

/// A packed insert with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedInsert {
    /// The packing.
    pub packing: Packing,
    /// Whose insert it is.
    pub cardholder: CardholderRecord,
    /// Where the insert stands now: one that was packed may have been voided since.
    pub insert_state: InsertState,
    /// Whether the gateway shows by now that the card ends otherwise.
    pub is_contradicted: bool,
    /// Whether it is in a box that was closed.
    pub has_left: bool,
}

/// What is known of an insert when it comes to be packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsertToPack {
    /// `0043-001`.
    pub serial: String,
    /// Where it stands.
    pub state: InsertState,
    /// The number of its run.
    pub run_number: u32,
    /// When its run was finished.
    pub printed_at: Option<Timestamp>,
    /// Whose it is.
    pub cardholder: CardholderRecord,
    /// The card that it names, if it names one.
    pub card_id: Option<CardId>,
    /// The last four that it must go with: as printed on it, or else of the card that it names.
    pub last_four: Option<LastFour>,
    /// How it was packed, if it was.
    pub packing: Option<Packing>,
}

/// A box: a batch of packed inserts with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackingBox {
    /// Its number; consecutive, never used again.
    pub number: u32,
    /// What the operator calls it.
    pub name: String,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// Who began it.
    pub begun_by: String,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// How many inserts are in it.
    pub packed: u32,
}

/// A stop of the line to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPackingStop {
    /// Why, in a stable word of `desk`'s choosing.
    pub kind: String,
    /// The insert, if it is one of ours.
    pub serial: Option<String>,
    /// Whose it is, where that is known.
    pub cardholder_id: Option<CardholderId>,
    /// What was typed of the plastic.
    pub last_four: Option<LastFour>,
    /// The other insert that it is about: the one that the plastic was packed with, or the one that voided this one.
    pub other_serial: Option<String>,
    /// The day by the issuer's calendar.
    pub day: Date,
    /// When.
    pub at: Timestamp,
    /// Who was packing.
    pub operator: String,
}

/// A stop of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackingStop {
    /// Its number; consecutive, never used again.
    pub number: u32,
    /// Why, in a stable word.
    pub kind: String,
    /// The insert, if it was one of ours.
    pub serial: Option<String>,
    /// Whose it is, where that is known.
    pub cardholder_id: Option<CardholderId>,
    /// What was typed of the plastic.
    pub last_four: Option<LastFour>,
    /// The other insert that it is about.
    pub other_serial: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who was packing.
    pub operator: String,
    /// When somebody said that they saw it.
    pub acknowledged_at: Option<Timestamp>,
}

/// Which packed inserts are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackedIn {
    /// Those in a box.
    Box(u32),
    /// Those of a day, in boxes or not.
    Day(Date),
}

/// How far a finished run is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunPacked {
    /// The run.
    pub number: u32,
    /// When it was finished.
    pub finished_at: Timestamp,
    /// Its valid inserts.
    pub printed: u32,
    /// How many of those are packed.
    pub packed: u32,
}

/// A valid insert that nobody has packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingInsert {
    /// `0043-001`.
    pub serial: String,
    /// Whose it is.
    pub cardholder: CardholderRecord,
    /// The last four of its card, where they are known.
    pub last_four: Option<LastFour>,
}

/// What [`packed_from`] reads of a packing `p` and its insert `i`, beside the cardholder.
pub(crate) const PACKED_COLUMNS: &str = concat!(
    "p.*, i.state AS insert_state, ",
    is_contradicted!(),
    " AS is_contradicted, EXISTS (SELECT 1 FROM packing_boxes b WHERE b.number = p.box AND b.closed_at IS NOT NULL) AS has_left, "
);

pub(crate) fn packing_from(row: &SqliteRow) -> Result<Packing, JournalError> {
    let basis: &str = row.try_get("basis")?;
    Ok(Packing {
        number: whole_at(row, "number")?,
        serial: row.try_get("serial")?,
        card_id: optional_parsed_at(row, "card_id")?,
        last_four: parsed_at(row, "last_four")?,
        basis: PackingBasis::ALL
            .into_iter()
            .find(|known| known.as_str() == basis)
            .ok_or(JournalError::UnreadableValue("basis of a packing"))?,
        box_number: optional_whole_at(row, "box")?,
        day: parsed_at(row, "day")?,
        at: timestamp_at(row, "at")?,
        operator: row.try_get("operator")?,
        undone_at: optional_timestamp_at(row, "undone_at")?,
    })
}

pub(crate) fn packed_from(row: &SqliteRow) -> Result<PackedInsert, JournalError> {
    Ok(PackedInsert {
        packing: packing_from(row)?,
        cardholder: cardholder_from(row)?,
        insert_state: insert_state_at(row)?,
        is_contradicted: row.try_get("is_contradicted")?,
        has_left: row.try_get("has_left")?,
    })
}

pub(crate) fn to_pack_from(row: &SqliteRow) -> Result<InsertToPack, JournalError> {
    let printed: Option<LastFour> = optional_parsed_at(row, "printed_last_four")?;
    let of_card: Option<LastFour> = optional_parsed_at(row, "card_last_four")?;
    Ok(InsertToPack {
        serial: row.try_get("serial")?,
        state: insert_state_at(row)?,
        run_number: whole_at(row, "run_number")?,
        printed_at: optional_timestamp_at(row, "ended_at")?,
        cardholder: cardholder_from(row)?,
        card_id: optional_parsed_at(row, "card_id")?,
        last_four: printed.or(of_card),
        packing: None,
    })
}

pub(crate) fn missing_from(row: &SqliteRow) -> Result<MissingInsert, JournalError> {
    let printed: Option<LastFour> = optional_parsed_at(row, "printed_last_four")?;
    let of_card: Option<LastFour> = optional_parsed_at(row, "card_last_four")?;
    Ok(MissingInsert { serial: row.try_get("serial")?, cardholder: cardholder_from(row)?, last_four: printed.or(of_card) })
}

pub(crate) fn box_from(row: &SqliteRow) -> Result<PackingBox, JournalError> {
    Ok(PackingBox {
        number: whole_at(row, "number")?,
        name: row.try_get("name")?,
        begun_at: timestamp_at(row, "begun_at")?,
        begun_by: row.try_get("begun_by")?,
        closed_at: optional_timestamp_at(row, "closed_at")?,
        closed_by: row.try_get("closed_by")?,
        packed: whole_at(row, "packed")?,
    })
}

pub(crate) fn stop_from(row: &SqliteRow) -> Result<PackingStop, JournalError> {
    Ok(PackingStop {
        number: whole_at(row, "number")?,
        kind: row.try_get("kind")?,
        serial: row.try_get("serial")?,
        cardholder_id: optional_parsed_at(row, "cardholder_id")?,
        last_four: optional_parsed_at(row, "last_four")?,
        other_serial: row.try_get("other_serial")?,
        at: timestamp_at(row, "at")?,
        operator: row.try_get("operator")?,
        acknowledged_at: optional_timestamp_at(row, "acknowledged_at")?,
    })
}

fn insert_state_at(row: &SqliteRow) -> Result<InsertState, JournalError> {
    InsertState::from_word(row.try_get("insert_state")?).ok_or(JournalError::UnreadableValue("state of an insert"))
}
