//! The printers of this machine: what they say of themselves, what a job is told, and how far it is.
//!
//! Owns the words in which the desk speaks with a printer system, whichever it is. A file is handed over by its path, so that
//! a run of any length is never in memory. What speaks to a system is in files of its own (`cups`, `spooler`); what the
//! desk does with it, in `offer` and `hand_over`.

#[cfg(unix)]
mod cups;
mod hand_over;
mod offer;
#[cfg(not(unix))]
mod spooler;

use std::path::Path;
use std::sync::Arc;

pub(crate) use self::hand_over::{Handed, view_of_journal};

/// A printer's own word on itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemPrinter {
    /// The system's name for it.
    pub system_name: String,
    /// The name that people see.
    pub name: String,
    /// Where it stands.
    pub location: String,
    /// Whether it is the system's default.
    pub is_default: bool,
    /// Its state.
    pub state: SystemPrinterState,
    /// The printer system's own words on the state.
    pub state_reasons: Vec<String>,
    /// Whether it takes jobs at all; one that does not refuses them.
    pub takes_jobs: bool,
    /// The sizes of paper that it has; empty if it does not say.
    pub sizes: Vec<SizeRange>,
    /// The trays that a job can name, by their words (PWG 5100.13, `media-source`); empty if it does not say.
    pub trays: Vec<String>,
    /// Whether it prints both sides of a sheet; `None` if it does not say.
    pub prints_both_sides: Option<bool>,
}

impl SystemPrinter {
    /// Whether it has paper of this size, by its own word; `None` if it does not say.
    #[must_use]
    pub fn has_size(&self, size: SheetSize) -> Option<bool> {
        if self.sizes.is_empty() { None } else { Some(self.sizes.iter().any(|range| range.has(size.upright()))) }
    }
}

/// The state of a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "described at the view of the same name")]
pub enum SystemPrinterState {
    Ready,
    Printing,
    Paused,
    Offline,
    Unknown,
}

/// The size of a sheet, in thousandths of a millimetre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SheetSize {
    /// Width.
    pub width_micrometres: u32,
    /// Height.
    pub height_micrometres: u32,
}

impl SheetSize {
    /// ISO 216 A4, 210 × 297 mm.
    pub const A4: Self = Self { width_micrometres: 210_000, height_micrometres: 297_000 };
    /// US Letter, 8½ × 11 in.
    pub const LETTER: Self = Self { width_micrometres: 215_900, height_micrometres: 279_400 };

    /// The printer systems' own name of the size (PWG 5101.1): `iso_a4_210x297mm`, `custom_100x150mm`.
    #[must_use]
    pub fn pwg_name(self) -> String {
        match self {
            Self::A4 => "iso_a4_210x297mm".to_owned(),
            Self::LETTER => "na_letter_8.5x11in".to_owned(),
            Self { width_micrometres, height_micrometres } => {
                format!("custom_{0}x{1}mm_{0}x{1}mm", millimetres(width_micrometres), millimetres(height_micrometres))
            }
        }
    }

    /// The sheet as printer systems name it and as it lies in a tray, higher than wide. A page that is wider is turned.
    #[must_use]
    pub const fn upright(self) -> Self {
        if self.is_landscape() {
            Self { width_micrometres: self.height_micrometres, height_micrometres: self.width_micrometres }
        } else {
            self
        }
    }

    /// Wider than high: its back is turned over the short edge to lie the same way.
    #[must_use]
    pub const fn is_landscape(self) -> bool {
        self.width_micrometres > self.height_micrometres
    }
}

/// Thousandths of a millimetre as millimetres, without zeros at the end.
fn millimetres(micrometres: u32) -> String {
    let text = format!("{}.{:03}", micrometres / 1000, micrometres % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The sizes from one to another; a fixed size is a range of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeRange {
    /// The smallest.
    pub least: SheetSize,
    /// The largest.
    pub most: SheetSize,
}

/// How much a printer's measure of a paper may differ from another's: inches are rounded to hundredths of a millimetre, and
/// points to whole ones.
const SIZE_TOLERANCE_MICROMETRES: u32 = 500;

impl SizeRange {
    /// One size.
    #[must_use]
    pub const fn only(size: SheetSize) -> Self {
        Self { least: size, most: size }
    }

    fn has(self, size: SheetSize) -> bool {
        let within = |value: u32, least: u32, most: u32| {
            value + SIZE_TOLERANCE_MICROMETRES >= least && value <= most.saturating_add(SIZE_TOLERANCE_MICROMETRES)
        };
        let fits = |width: u32, height: u32| {
            within(width, self.least.width_micrometres, self.most.width_micrometres)
                && within(height, self.least.height_micrometres, self.most.height_micrometres)
        };
        fits(size.width_micrometres, size.height_micrometres)
    }
}

/// Which sides of a sheet are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sides {
    /// The front alone.
    #[default]
    One,
    /// Both, turned over the long edge.
    LongEdge,
    /// Both, turned over the short edge.
    ShortEdge,
}

/// What a printer is told with a file. Always besides: at its actual size, nothing scaled, and every page of it. Where only
/// some pages of a run are wanted, they are a file of their own: a printer that misses the range would print others, and what
/// is counted has to be what is in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOptions {
    /// The paper.
    pub media: SheetSize,
    /// Which sides.
    pub sides: Sides,
    /// How many copies; at least 1.
    pub copies: u32,
    /// The tray, by one of the printer's own words; `None` leaves it to the printer.
    pub tray: Option<String>,
}

impl JobOptions {
    /// One copy of all pages on the front of this paper, from the tray that the printer chooses.
    #[must_use]
    pub const fn on(media: SheetSize) -> Self {
        Self { media, sides: Sides::One, copies: 1, tray: None }
    }
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// In the queue.
    Waiting,
    /// Held: somebody, or an hour, has to let it go.
    Held,
    /// Being printed.
    Printing,
    /// Begun, and stopped at the printer: no paper, a jam, a printer that was paused.
    Stopped,
    /// Printed, by the printer system's word.
    Done,
    /// Cancelled by a person.
    Cancelled,
    /// Given up by the printer system.
    Aborted,
    /// The printer system does not know the job.
    Unknown,
}

impl JobState {
    /// Whether it may still change.
    #[must_use]
    pub const fn is_underway(self) -> bool {
        matches!(self, Self::Waiting | Self::Held | Self::Printing | Self::Stopped)
    }
}

/// What the printer system says of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStatus {
    /// How far it is.
    pub state: JobState,
    /// The printer's own words on it, where it has any.
    pub words: Vec<String>,
    /// Sheets that came out so far, where the printer counts them.
    pub sheets_done: Option<u32>,
}

impl JobStatus {
    /// A state and no words.
    #[must_use]
    pub const fn silent(state: JobState) -> Self {
        Self { state, words: Vec::new(), sheets_done: None }
    }
}

/// Nobody answers where the printer system should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the printer system does not answer: {0}")]
pub struct PrintSystemDown(pub String);

/// Why there is no job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// Nothing was taken; the printer system's own words.
    #[error("{0}")]
    NotTaken(String),
    /// The file was on its way when the connection ended, or the answer can't be read: the printer may have it.
    #[error("{0}")]
    Unknown(String),
}

/// The printers of a machine. Its calls block.
pub trait PrintSystem: Send + Sync {
    /// The printers, the default first.
    ///
    /// # Errors
    /// If the printer system does not answer.
    fn printers(&self) -> Result<Vec<SystemPrinter>, PrintSystemDown>;
    /// Hands a PDF to a printer at its actual size, once, and says the job's number.
    ///
    /// # Errors
    /// That it was not taken, or that nobody knows.
    fn submit(&self, printer: &str, title: &str, file: &Path, options: &JobOptions) -> Result<u64, SubmitError>;
    /// How far a job is.
    ///
    /// # Errors
    /// If the printer system does not answer.
    fn job_status(&self, printer: &str, job: u64) -> Result<JobStatus, PrintSystemDown>;
    /// Takes a job back.
    ///
    /// # Errors
    /// The printer system's own words.
    fn cancel(&self, printer: &str, job: u64) -> Result<(), String>;
}

/// The CUPS server that listens on this socket, in place of the one of this user.
#[cfg(unix)]
#[must_use]
pub fn print_server_at(socket: &Path) -> Arc<dyn PrintSystem> {
    Arc::new(cups::Cups { socket: Some(socket.to_owned()) })
}

/// The printer system of this machine.
pub(crate) fn of_this_machine() -> Arc<dyn PrintSystem> {
    #[cfg(unix)]
    {
        Arc::new(cups::Cups { socket: None })
    }
    #[cfg(not(unix))]
    {
        Arc::new(spooler::Spooler)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_names_that_printer_systems_know() {
        assert_eq!(SheetSize::A4.pwg_name(), "iso_a4_210x297mm");
        assert_eq!(SheetSize::LETTER.pwg_name(), "na_letter_8.5x11in");
        let own = SheetSize { width_micrometres: 101_600, height_micrometres: 150_000 };
        assert_eq!(own.pwg_name(), "custom_101.6x150mm_101.6x150mm");
    }

    #[test]
    fn a_printer_has_a_size_by_its_own_word_alone() {
        let mut printer = SystemPrinter {
            system_name: "a".to_owned(),
            name: "a".to_owned(),
            location: String::new(),
            is_default: false,
            state: SystemPrinterState::Ready,
            state_reasons: Vec::new(),
            takes_jobs: true,
            sizes: Vec::new(),
            trays: Vec::new(),
            prints_both_sides: None,
        };
        assert_eq!(printer.has_size(SheetSize::A4), None);
        // 8.5 × 11 in, as points that were rounded to hundredths of a millimetre.
        printer.sizes = vec![SizeRange::only(SheetSize { width_micrometres: 215_900, height_micrometres: 279_390 })];
        assert_eq!((printer.has_size(SheetSize::LETTER), printer.has_size(SheetSize::A4)), (Some(true), Some(false)));
        printer.sizes.push(SizeRange {
            least: SheetSize { width_micrometres: 76_000, height_micrometres: 127_000 },
            most: SheetSize { width_micrometres: 216_000, height_micrometres: 356_000 },
        });
        assert_eq!(printer.has_size(SheetSize::A4), Some(true));
    }

    #[test]
    fn a_sheet_that_is_printed_lengthwise_lies_in_its_tray_like_every_other() {
        let lengthwise = SheetSize { width_micrometres: 297_000, height_micrometres: 210_000 };
        assert_eq!((lengthwise.upright(), SheetSize::A4.upright()), (SheetSize::A4, SheetSize::A4));
        assert_eq!(lengthwise.upright().pwg_name(), "iso_a4_210x297mm");
    }
}
