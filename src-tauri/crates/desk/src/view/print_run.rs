//! Runs of the print room: on their way, interrupted, finished; their pages; and the order of the embosser's box.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;
use crate::view::print::{InsertState, PrintJobState, SentTo};

/// What a run that is on its way does just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PrintingPhase {
    /// What was chosen is looked up, and gets its serials.
    Preparing,
    /// Pages are drawn, written and read back.
    Making,
    /// The file gets its name, or the printer its pages: it can't be cancelled here any more.
    HandingOver,
}

/// The run that is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrintingView {
    /// `0043`; `null` until it has a number.
    pub number: Option<String>,
    /// What it does.
    pub phase: PrintingPhase,
    /// Its inserts.
    pub inserts: u32,
    /// Pages that are written and read back.
    pub pages_done: u32,
    /// All its pages; 0 until that is known.
    pub pages: u32,
    /// Pages a second so far, once that says something.
    pub pages_a_second: Option<u32>,
    /// How long it will still take at that pace, in seconds.
    pub seconds_left: Option<u32>,
    /// Whether it was asked to end.
    pub is_cancelled: bool,
}

/// A run that was interrupted before it was finished, or whose job was cancelled at the printer. Nothing of it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftRunView {
    /// `0043`
    pub number: String,
    /// How many inserts.
    pub inserts: u32,
    /// When it was begun.
    pub begun_at: String,
    /// Who began it.
    pub operator: String,
    /// What it was meant for; `null` if that is not known, and then it can only be thrown away.
    pub destination: Option<SentTo>,
    /// The folder or the printer.
    pub destination_name: Option<String>,
    /// Its pages had gone to the printer: they may be on paper, and whoever sees them there can count the run as printed.
    pub may_be_on_paper: bool,
    /// How its job ended, where it counted until then: it was cancelled at the printer, or given up. Nothing once its pages
    /// were begun anew.
    pub job_ended: Option<PrintJobState>,
    /// How many inserts it has voided, since its own take their place. They stay voided if it is thrown away.
    pub voided: u32,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Its inserts count.
    Finished,
    /// Cancelled, failed or thrown away: nothing of it counts, and its number stays used.
    Discarded,
}

/// A run that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunRow {
    /// `0043`
    pub number: String,
    /// How it stands.
    pub state: RunState,
    /// How many inserts.
    pub inserts: u32,
    /// How many pages, where that is known.
    pub pages: Option<u32>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Who made it.
    pub operator: String,
    /// Where it went.
    pub sent_to: Option<SentTo>,
    /// The saved PDF.
    pub path: Option<String>,
    /// The printer.
    pub printer: Option<String>,
}

/// The print room's runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunsView {
    /// The run that is on its way.
    pub printing: Option<PrintingView>,
    /// Runs that were interrupted, the oldest first.
    pub drafts: Vec<DraftRunView>,
    /// Runs that have ended, the newest first.
    pub runs: Vec<RunRow>,
}

/// One insert of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunInsertRow {
    /// `0043-001`
    pub serial: String,
    /// The page on which it stands, from 1; `null` where that is not known any more.
    pub page: Option<u32>,
    /// For whom.
    pub cardholder_id: String,
    /// For which card.
    pub card_id: Option<String>,
    /// `Ramírez Núñez, María José`
    pub display_name: String,
    /// The last four digits that are printed on it.
    pub last_four: Option<String>,
    /// What has become of it.
    pub state: InsertState,
    /// Why it was voided.
    pub void_reason: Option<String>,
    /// The insert that took its place, where one did.
    pub replaced_by: Option<String>,
}

/// Pages of a run that were printed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PageReprintView {
    /// When.
    pub at: String,
    /// Who did it.
    pub operator: String,
    /// Which pages, `3-5, 9`.
    pub pages: String,
    /// Why.
    pub reason: String,
    /// Where they went.
    pub sent_to: SentTo,
    /// The saved PDF.
    pub path: Option<String>,
    /// The printer.
    pub printer: Option<String>,
}

/// A run with everything on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunDetail {
    /// The run.
    pub run: RunRow,
    /// Its inserts, in the order of its pages.
    pub inserts: Vec<RunInsertRow>,
    /// Pages that were printed again, the oldest first.
    pub page_reprints: Vec<PageReprintView>,
    /// How far its last job is, or how it ended; `null` of a run that was saved.
    pub job_state: Option<PrintJobState>,
}

/// Pages that are to be printed again because they were spoilt before they left the room: under their own serials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PagesAgainForm {
    /// The run, `0043`.
    pub number: String,
    /// The pages as people write them, `3-5, 9`.
    pub pages: String,
    /// Why.
    pub reason: String,
    /// The printer; `null` saves them as a PDF.
    pub printer: Option<String>,
}

/// Pages that were printed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PagesAgain {
    /// The run, `0043`.
    pub number: String,
    /// The pages, `3-5, 9`.
    pub pages: String,
    /// How many.
    pub page_count: u32,
    /// The saved PDF.
    pub path: Option<String>,
    /// The printer.
    pub printer: Option<String>,
}

/// Whether everything that is shown page by page can be printed: found out beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PreviewCheck {
    /// Whether it has come to its end.
    pub is_done: bool,
    /// Pages that were drawn and read back.
    pub pages_done: u32,
    /// All pages.
    pub pages: u32,
    /// Codes that were read back.
    pub codes_verified: u32,
    /// What can't be printed; `params` name the insert's cardholder and its page.
    pub fault: Option<ErrorView>,
}

/// A list of the plastics as they lie in the embosser's box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EmbosserSource {
    /// A file.
    File {
        /// Its bytes.
        base64: String,
    },
    /// Rows that were pasted.
    Pasted {
        /// The text.
        text: String,
    },
}

/// Why a row of the embosser's list names no insert to be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EmbosserProblem {
    /// Neither a card nor its last four digits can be read in it.
    Unreadable,
    /// The desk knows no such card.
    Unknown,
    /// The same card stands in `line` already.
    Repeated,
    /// Several cards end in these digits, `count`, and nothing else tells them apart.
    Ambiguous,
    /// The name is not that of the card's cardholder, `name`.
    OtherName,
    /// The card ends in other digits.
    OtherDigits,
    /// The card has its insert, `serial`.
    AlreadyPrinted,
    /// The card does not wait for its cardholder any more.
    NotWaiting,
    /// Another card comes, or has come, in its place.
    Replaced,
}

/// A row of the embosser's list that can't be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EmbosserFault {
    /// The line of the file; the titles' is 1.
    pub line: u32,
    /// Why.
    pub problem: EmbosserProblem,
    /// What stands there, with every card number masked.
    pub text: String,
    /// The line, count, name or serial that the problem names.
    pub detail: Option<String>,
}

/// The order of the plastics in the box, as far as it can be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EmbosserOrder {
    /// Rows of the list.
    pub rows: u32,
    /// The cards that need an insert, in the order of the box.
    pub card_ids: Vec<String>,
    /// The rows that can't be followed, in their order.
    pub faults: Vec<EmbosserFault>,
}
