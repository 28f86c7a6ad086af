//! Packing: the insert that was scanned, its plastic, the stops of the line, boxes and manifests.
//!
//! What an insert expects of its plastic never leaves the desk before it was typed: whoever packs reads it off the plastic.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::session::Language;
use crate::view::statement::StatementFact;

/// Why the line was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// The plastic is not the one of this insert.
    Mismatch,
    /// The plastic is packed with another insert already.
    PlasticPacked,
    /// Another insert waits for a plastic with the same last four.
    PlasticWaitedFor,
    /// The plastic's card is blocked, or another is issued in its place.
    CardOutOfUse,
    /// This company has printed no such insert.
    Unknown,
    /// The insert was voided, and perhaps replaced.
    Voided,
    /// The insert is packed already.
    PackedAlready,
    /// The insert's run was never finished: it does not count.
    NotFinished,
    /// The insert is another company's.
    OtherCompany,
    /// The insert is of another environment.
    OtherEnvironment,
}

/// A stop of the line, which waits for somebody to say that they saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackingStopView {
    /// Its number.
    pub number: u32,
    /// Why.
    pub kind: StopKind,
    /// The insert, if it is one of ours.
    pub serial: Option<String>,
    /// Whose it is.
    pub display_name: Option<String>,
    /// What was typed of the plastic.
    pub last_four: Option<String>,
    /// The insert that the plastic was packed with, the one that waits for it, or the one that replaced this one.
    pub other_serial: Option<String>,
    /// Whose that is.
    pub other_name: Option<String>,
    /// Why the insert was voided.
    pub void_reason: Option<String>,
    /// When the insert was packed, if it was.
    pub packed_at: Option<String>,
    /// Who packed it.
    pub packed_by: Option<String>,
    /// The box that it went into.
    pub box_name: Option<String>,
    /// Whether it may be another plastic with the same last four: no card tells one from the other.
    pub can_be_another: bool,
    /// When.
    pub at: String,
    /// Who was packing.
    pub operator: String,
}

/// The insert that waits for its plastic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InsertToPackView {
    /// `0043-001`
    pub serial: String,
    /// Whose it is.
    pub display_name: String,
    /// When it was printed.
    pub printed_at: Option<String>,
    /// Whether the insert names its card; where it names none, what is typed becomes the pair.
    pub names_card: bool,
}

/// What a scan, or a serial that was typed, came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScanOutcome {
    /// The insert, which waits for its plastic.
    Found {
        /// The insert.
        insert: InsertToPackView,
    },
    /// The code is the cardholder's, and more than one insert was printed for them: the small code says which.
    #[serde(rename_all = "camelCase")]
    NeedsSerial {
        /// Whose it is.
        display_name: String,
        /// How many there are.
        inserts: u32,
    },
    /// The small code has no mark, as older versions printed it, and nothing else says whose paper it is on: the activation code
    /// does.
    NeedsLink {
        /// The serial that was read.
        serial: String,
    },
    /// The line is stopped.
    Stopped {
        /// Why.
        stop: PackingStopView,
    },
}

/// The plastic for an insert.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackForm {
    /// The insert.
    pub serial: String,
    /// The last four as typed.
    pub last_four: String,
    /// Whether a person says that it is another plastic than the one with the same last four that is packed or waited for.
    pub is_another_plastic: bool,
}

/// What packing an insert came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PackOutcome {
    /// It is packed.
    Packed {
        /// As it was written down.
        row: PackedRow,
    },
    /// The line is stopped.
    Stopped {
        /// Why.
        stop: PackingStopView,
    },
}

/// How insert and plastic were known to belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PackedBy {
    /// By the card that the insert names.
    Printed,
    /// By one of the cardholder's cards.
    Card,
    /// By what was typed alone.
    Typed,
    /// By what was typed, and a person's word that it is another plastic with the same last four.
    Another,
}

/// A packed insert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackedRow {
    /// The packing's number.
    pub number: u32,
    /// `0043-001`
    pub serial: String,
    /// Whose it is.
    pub cardholder_id: String,
    /// `Ramírez Núñez, María José`
    pub display_name: String,
    /// The last four of the plastic.
    pub last_four: String,
    /// How they were known to belong together.
    pub packed_by: PackedBy,
    /// When.
    pub at: String,
    /// Who packed it.
    pub operator: String,
    /// Whether the insert was voided since.
    pub is_voided: bool,
    /// Whether the gateway shows by now that the card ends otherwise: the plastic may be another's.
    pub is_contradicted: bool,
    /// Whether it can still be taken out: its box is open, or it is of today and in none.
    pub can_undo: bool,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackingBoxView {
    /// Its number.
    pub number: u32,
    /// What the operator calls it.
    pub name: String,
    /// When it was begun.
    pub begun_at: String,
    /// Who began it.
    pub begun_by: String,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// How many inserts are in it.
    pub packed: u32,
}

/// How far a run is packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunPackedView {
    /// `0043`
    pub number: String,
    /// When it was finished.
    pub finished_at: String,
    /// Its valid inserts.
    pub printed: u32,
    /// How many of those are packed.
    pub packed: u32,
    /// How many are not.
    pub missing: u32,
}

/// The packing line as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackingView {
    /// Today, by the issuer's calendar, `2026-11-24`.
    pub day: String,
    /// The open box, if one is.
    pub open_box: Option<PackingBoxView>,
    /// The stop that waits for somebody, if one does.
    pub stop: Option<PackingStopView>,
    /// How many inserts were packed today.
    pub packed_today: u32,
    /// The latest of the open box, or of today where none is open; the latest first.
    pub latest: Vec<PackedRow>,
    /// What was packed by its digits alone, of which the gateway shows by now that the card ends otherwise; of the last 45 days.
    pub contradicted: Vec<PackedRow>,
    /// The latest runs of which something is missing, newest first.
    pub runs: Vec<RunPackedView>,
}

/// Which manifest is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum ManifestOf {
    /// Everything of a day, `2026-11-24`.
    Day(String),
    /// What is in a box, by its number.
    Box(u32),
}

/// A day on which something was packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackingDayView {
    /// `2026-11-24`
    pub day: String,
    /// How many inserts.
    pub packed: u32,
}

/// Of what there are manifests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ManifestChoices {
    /// The latest boxes, newest first.
    pub boxes: Vec<PackingBoxView>,
    /// The latest days, newest first.
    pub days: Vec<PackingDayView>,
}

/// An insert that nobody has packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MissingInsertView {
    /// `0043-001`
    pub serial: String,
    /// Whose it is.
    pub cardholder_id: String,
    /// `Ramírez Núñez, María José`
    pub display_name: String,
    /// The last four of its card, where they are known.
    pub last_four: String,
}

/// What was packed in a box or on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ManifestView {
    /// The box, if it is one's.
    pub packing_box: Option<PackingBoxView>,
    /// The day, if it is one's.
    pub day: Option<String>,
    /// The packed inserts, in their order.
    pub rows: Vec<PackedRow>,
    /// The runs that they come from.
    pub runs: Vec<RunPackedView>,
    /// What of those runs is not packed anywhere; the first 1,000.
    pub missing: Vec<MissingInsertView>,
    /// The stops of the line, oldest first.
    pub stops: Vec<PackingStopView>,
}

/// A manifest, as it is to be saved or printed: the words come from the window.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ManifestToSave {
    /// What the file is called, without its ending.
    pub name: String,
    /// The language of its words; Spanish unless it is English.
    pub language: Language,
    /// What the paper is called.
    pub title: String,
    /// Which box or day, who packed.
    pub facts: Vec<StatementFact>,
    /// The counts above the rows.
    pub figures: Vec<StatementFact>,
    /// What is missing, and where the line was stopped.
    pub notes: Vec<String>,
    /// The titles of the columns.
    pub titles: ManifestLine,
    /// The rows.
    pub rows: Vec<ManifestLine>,
    /// What is said where there are no rows.
    pub empty: String,
    /// What is written under the lines for signing: who hands over, who takes.
    pub signatures: Vec<String>,
    /// What stands at the foot of every page.
    pub foot: String,
}

/// One packed insert, or the titles above them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ManifestLine {
    /// Its place in the list.
    pub place: String,
    /// `0043-001`
    pub serial: String,
    /// Whose it is.
    pub name: String,
    /// The last four of the plastic.
    pub last_four: String,
    /// When it was packed.
    pub time: String,
    /// Who packed it.
    pub operator: String,
}
