//! The print room: who needs an insert, the preview, runs, serials, printers.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::paper::ShiftView;

/// The language of an insert.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum InsertLanguage {
    /// Spanish.
    #[default]
    Spanish,
    /// English.
    English,
    /// Both.
    Both,
}

/// One insert to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrintItem {
    /// For whom.
    pub cardholder_id: String,
    /// For which card, where it is known.
    pub card_id: Option<String>,
}

/// What is to be printed, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrintRequest {
    /// The inserts, in the order of the run; 1 to 100,000.
    pub items: Vec<PrintItem>,
    /// The paper, by its word: a ready layout's, or `own-3`.
    pub paper: String,
    /// The first free place of the first sheet, from 1; anything but 1 only on labels.
    pub start_place: u32,
    /// Whether both sides are printed; only where the paper has backs.
    pub with_backs: bool,
    /// The template: how they look and what they say.
    pub template_id: String,
    /// The language; one that the template has.
    pub language: InsertLanguage,
    /// Whether one insert is made for e-mail: a page of its own, tagged, with a link that can be pressed. It counts as every
    /// other insert that left the room.
    pub for_email: bool,
    /// Why inserts that were printed before are printed again; needed where one is.
    pub reprint_reason: Option<String>,
}

/// One page of the preview: the very page that will be printed, but for the run's number, which a run alone takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PreviewPage {
    /// By which the other pages of the same preview are asked for.
    pub id: String,
    /// The page as a PNG, in base64.
    pub png_base64: String,
    /// This page, from 1.
    pub page: u32,
    /// All pages.
    pub pages: u32,
    /// All inserts.
    pub inserts: u32,
    /// The size of a module of the activation code, in thousandths of a millimetre (508 is 0.508 mm).
    pub module_micrometres: u32,
    /// The size of the activation code with its quiet zone, in thousandths of a millimetre.
    pub code_micrometres: u32,
    /// Codes that were read back from this page.
    pub codes_verified: u32,
    /// The number that the next run will probably get, `0043`; of a run that was made, its own.
    pub run_number: String,
    /// Inserts among these that were printed before: printing them is a reprint.
    pub reprints: u32,
}

/// Which inserts the queue shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum QueueFilter {
    /// Cards that still need an insert.
    #[default]
    NeedsInsert,
    /// Cards whose insert was printed: for reprints.
    Printed,
}

/// Why a card needs an insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum QueueReason {
    /// It is new, and never had one.
    First,
    /// It was issued in place of another card.
    Replacement,
    /// Its insert was voided, and none came after it.
    Voided,
}

/// One row of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct QueueRow {
    /// For whom.
    pub cardholder_id: String,
    /// For which card.
    pub card_id: String,
    /// `Ramírez Núñez, María José`
    pub display_name: String,
    /// The card's last four digits.
    pub last_four: String,
    /// When the card was issued, where known.
    pub issued_at: Option<String>,
    /// Why it needs an insert; `null` for one that has.
    pub reason: Option<QueueReason>,
    /// The insert that was voided, and after which none came.
    pub voided_serial: Option<String>,
    /// The insert that is valid now.
    pub serial: Option<String>,
    /// When that was printed.
    pub printed_at: Option<String>,
}

/// Where a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SentTo {
    /// Into a file.
    File,
    /// To a printer.
    Printer,
}

/// How far a printer is with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PrintJobState {
    /// In the queue.
    Waiting,
    /// Held: somebody has to let it go at the printer system.
    Held,
    /// Being printed.
    Printing,
    /// Begun, and stopped at the printer.
    Stopped,
    /// Printed, by the printer system's word.
    Done,
    /// Cancelled by a person.
    Cancelled,
    /// Given up by the printer system.
    Aborted,
    /// The printer system no longer knows it: look at the paper.
    Lost,
}

/// A job that went to a printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrintJobView {
    /// By which it is named.
    pub id: String,
    /// The run, `0043`; `null` for a test page.
    pub run_number: Option<String>,
    /// The printer, by the system's name.
    pub printer: String,
    /// How far it is.
    pub state: PrintJobState,
    /// The printer's own words on it.
    pub words: Vec<String>,
    /// Sheets that came out so far, where the printer counts them.
    pub sheets_done: Option<u32>,
    /// When it was sent.
    pub sent_at: String,
    /// When the printer system was last heard on it.
    pub seen_at: String,
}

/// A calibration page that was sent to a printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TestPageView {
    /// The printer system's number of its job.
    pub job: String,
    /// The correction that the page was printed with.
    pub applied: ShiftView,
}

/// To which printer, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrintTo {
    /// The printer, by the system's name.
    pub printer: String,
    /// The tray, by the printer's own word; `null` leaves it to the printer.
    pub tray: Option<String>,
    /// How many copies, 1 to 99. Every copy carries the same serials.
    pub copies: u32,
}

/// A finished run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrintRunView {
    /// `0043`
    pub number: String,
    /// How many inserts.
    pub inserts: u32,
    /// How many pages; `null` for a run that was read back from the record.
    pub pages: Option<u32>,
    /// How many codes were read back from the finished pages; `null` for a run that was read back from the record.
    pub codes_verified: Option<u32>,
    /// Where it went.
    pub sent_to: SentTo,
    /// The saved PDF.
    pub path: Option<String>,
    /// The printer.
    pub printer: Option<String>,
    /// How far the printer is.
    pub job_state: Option<PrintJobState>,
    /// When it was finished.
    pub finished_at: String,
    /// The first serial.
    pub first_serial: Option<String>,
    /// The last serial.
    pub last_serial: Option<String>,
}

/// What has become of an insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum InsertState {
    /// Printed or saved, and valid.
    Printed,
    /// Replaced by a reprint, or voided by a person.
    Voided,
}

/// One insert that was printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InsertView {
    /// `0043-001`
    pub serial: String,
    /// The card.
    pub card_id: Option<String>,
    /// Its last four digits, where they were known.
    pub last_four: Option<String>,
    /// What has become of it.
    pub state: InsertState,
    /// Why it was voided.
    pub void_reason: Option<String>,
    /// When it was printed.
    pub printed_at: Option<String>,
    /// Where it went.
    pub sent_to: Option<SentTo>,
    /// Who printed it.
    pub operator: String,
}

/// Whether the system can print at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PrintSystemState {
    /// It answers.
    Running,
    /// It does not answer: on Linux and macOS CUPS, on Windows the print spooler.
    Down,
}

/// A printer's own word on itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// It waits for work.
    Ready,
    /// It prints.
    Printing,
    /// It was paused.
    Paused,
    /// It can't be reached.
    Offline,
    /// It does not say.
    Unknown,
}

/// One printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrinterView {
    /// The system's own name, by which it is chosen.
    pub system_name: String,
    /// The name that people see.
    pub name: String,
    /// Where it stands, as the system has it.
    pub location: String,
    /// Whether it is the system's default.
    pub is_default: bool,
    /// Its state.
    pub state: PrinterState,
    /// The printer system's own words on the state.
    pub state_reasons: Vec<String>,
    /// Whether it takes jobs.
    pub takes_jobs: bool,
    /// The trays that a job can name, by the printer's words; empty if it does not say.
    pub trays: Vec<String>,
    /// The tray that was last used on it.
    pub tray: Option<String>,
    /// Whether it prints both sides; `null` if it does not say.
    pub prints_both_sides: Option<bool>,
    /// The papers, by their words, whose size it says it does not have.
    pub lacks: Vec<String>,
    /// What it shifts on the front, taken back.
    pub front: ShiftView,
    /// What it shifts on the back, taken back.
    pub back: ShiftView,
}

/// The printers of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrintersView {
    /// Whether the system can print at all.
    pub system: PrintSystemState,
    /// Its printers, the default first.
    pub printers: Vec<PrinterView>,
}
