//! Why inserts were not made: one error type that names the insert and what to change.

use std::fmt;

use crate::content::Serial;
use crate::sheet::Direction;

/// The text of an insert that an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The name for the window.
    FullName,
    /// The name in the greeting.
    GivenName,
    /// A line of the address.
    Address,
    /// The company's name.
    CompanyName,
    /// The activation link in text.
    Link,
    /// The card's last four.
    Card,
    /// The serial in text.
    Serial,
    /// A text of the product's own.
    Wording,
    /// The sentence below the greeting.
    Lead,
    /// A step, from 0.
    Step(u8),
    /// The heading of the closing line.
    ClosingTitle,
    /// The closing line.
    Closing,
    /// The lines above the address.
    Sender,
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::FullName => "the full name",
            Self::GivenName => "the given name",
            Self::Address => "the address",
            Self::CompanyName => "the company's name",
            Self::Link => "the activation link",
            Self::Card => "the card",
            Self::Serial => "the serial",
            Self::Wording => "the insert's own wording",
            Self::Lead => "the sentence below the greeting",
            Self::Step(0) => "the first step",
            Self::Step(1) => "the second step",
            Self::Step(_) => "the third step",
            Self::ClosingTitle => "the heading of the closing line",
            Self::Closing => "the closing line",
            Self::Sender => "the sender",
        })
    }
}

/// Why a run of inserts was not made. Nothing is handed over with any of them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InsertError {
    /// The run has no inserts.
    #[error("there is no insert to print")]
    Nothing,
    /// Two inserts of the run have one serial.
    #[error("serial {0} stands on two inserts of this run")]
    SerialTwice(Serial),
    /// A text that must not be empty is.
    #[error("{}: {field} is empty", owner(.serial.as_ref()))]
    Empty {
        /// The insert; `None` for the job's own text.
        serial: Option<Serial>,
        /// Which text.
        field: Field,
    },
    /// A character that the font lacks, or that does not print (right-to-left scripts and emoji are not drawn).
    #[error("{}: {field} has a character that can't be printed: {} (U+{code:04X})", owner(.serial.as_ref()), shown(*.character), code = *.character as u32)]
    Character {
        /// The insert; `None` for the job's own text.
        serial: Option<Serial>,
        /// Which text.
        field: Field,
        /// The character.
        character: char,
    },
    /// A text does not fit its place even at the smallest size.
    #[error("{}: {field} does not fit: it needs {needed_mm:.1} mm and there are {available_mm:.1} mm at the smallest size of {smallest_pt} pt", owner(.serial.as_ref()))]
    TextTooLong {
        /// The insert; `None` for the job's own text.
        serial: Option<Serial>,
        /// Which text.
        field: Field,
        /// Length of the text at the smallest size, in millimetres (all its lines end to end, or their height).
        needed_mm: f64,
        /// Length or height of its place, in millimetres.
        available_mm: f64,
        /// The smallest size that this layout prints, in points.
        smallest_pt: f64,
    },
    /// More lines of address than the window holds.
    #[error("insert {serial}: the address has {lines} lines, and the window holds {most}")]
    AddressLines {
        /// The insert.
        serial: Serial,
        /// Lines given.
        lines: usize,
        /// Lines that the layout holds beside the name.
        most: usize,
    },
    /// The link makes a code that the layout can't hold at the smallest module.
    #[error(
        "insert {serial}: the code has {modules} modules a side and needs {needed_mm:.1} mm with its quiet zone at the smallest module of {smallest_module_mm:.3} mm; this layout has {available_mm:.1} mm"
    )]
    CodeTooLarge {
        /// The insert.
        serial: Serial,
        /// Modules a side, without the quiet zone.
        modules: u32,
        /// Side at the smallest module, with the quiet zone, in millimetres.
        needed_mm: f64,
        /// Side of the code's place, in millimetres.
        available_mm: f64,
        /// The smallest module that is ever printed, in millimetres.
        smallest_module_mm: f64,
    },
    /// The template has no texts in the language of the run.
    #[error("the template has no texts in the language “{language}”")]
    Language {
        /// The language's word.
        language: &'static str,
    },
    /// The first free label is beyond the sheet's last.
    #[error("the first free label is number {}, and the sheet has {places}", .place + 1)]
    StartPlace {
        /// The place asked for, from 0.
        place: usize,
        /// Labels on a sheet.
        places: usize,
    },
    /// With the printer's correction, content would lie beyond the sheet's edge.
    #[error("moved by {moved_mm:.1} mm {direction}, the print would leave the sheet by {beyond_mm:.1} mm")]
    LeavesSheet {
        /// Which way.
        direction: Direction,
        /// The correction, negative to the left and up.
        moved_mm: f64,
        /// How far the outermost content would lie beyond the edge.
        beyond_mm: f64,
    },
    /// The link does not fit into any QR code at this error correction.
    #[error("insert {serial}: the link of {bytes} bytes does not fit into a QR code at this error correction")]
    LinkTooLong {
        /// The insert.
        serial: Serial,
        /// Length of the link.
        bytes: usize,
    },
    /// The finished file was read back and is not what was asked for. A defect of the program: report it, print nothing.
    #[error("{}: the finished page was read back and is wrong: {problem}", owner(.serial.as_ref()))]
    Verification {
        /// The insert; `None` if the file as a whole is wrong.
        serial: Option<Serial>,
        /// What was found.
        problem: String,
    },
    /// The file could not be built (a fault of the shipped font). A defect of the program.
    #[error("the file could not be built: {0}")]
    Build(String),
    /// The run has no such page.
    #[error("the run has {pages} pages, and page {} was asked for", .page + 1)]
    NoSuchPage {
        /// The page asked for, from 0.
        page: usize,
        /// Pages of the run.
        pages: usize,
    },
    /// The page asked for does not exist, or its picture would be too large.
    #[error("page {page} of {pages} can't be drawn at {pixels_per_mm} pixels a millimetre")]
    Preview {
        /// The page asked for, from 0.
        page: usize,
        /// Pages of the file.
        pages: usize,
        /// The resolution asked for.
        pixels_per_mm: f32,
    },
}

impl InsertError {
    /// The insert that stopped the run, where it was one insert.
    #[must_use]
    pub fn serial(&self) -> Option<&Serial> {
        match self {
            Self::SerialTwice(serial)
            | Self::AddressLines { serial, .. }
            | Self::CodeTooLarge { serial, .. }
            | Self::LinkTooLong { serial, .. } => Some(serial),
            Self::Empty { serial, .. }
            | Self::Character { serial, .. }
            | Self::TextTooLong { serial, .. }
            | Self::Verification { serial, .. } => serial.as_ref(),
            Self::Nothing
            | Self::Language { .. }
            | Self::StartPlace { .. }
            | Self::LeavesSheet { .. }
            | Self::Build(_)
            | Self::NoSuchPage { .. }
            | Self::Preview { .. } => None,
        }
    }
}

fn owner(serial: Option<&Serial>) -> String {
    serial.map_or_else(|| "every insert".to_owned(), |serial| format!("insert {serial}"))
}

/// A character between quotes where it shows, nothing where showing it would do harm to the message.
fn shown(character: char) -> String {
    if cardesk_domain::text::is_unprintable(character) { "invisible".to_owned() } else { format!("“{character}”") }
}
