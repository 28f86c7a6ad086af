//! One insert as a tagged, accessible PDF, for sending by e-mail.
//!
//! Owns a page of its own, to be read on a screen or aloud: the code has words beside it, and the link is a link. Its
//! structure is that of PDF/UA-1 (ISO 14289-1): everything on the page is either content with its place in the structure or
//! an artifact, in the order in which it is read. It is read back like every other page before it is handed over (`proof`).
//! Print runs have no structure: it would cost them half their speed and say nothing to a printer.

mod file;
mod page;
mod proof;

use pdf_writer::types::StructRole;

use crate::compose::Plan;
use crate::content::InsertContent;
use crate::error::InsertError;
use crate::job::{Module, PrintJob};
use crate::layout::Layout;
use crate::run::VerifiedPdf;

/// The module of the code: large enough to be read from another screen.
const MODULE_DOTS: u32 = 20;

/// An element of the structure.
#[derive(Debug)]
struct Element {
    role: StructRole,
    /// Its language, where it is not that of the whole file.
    language: Option<&'static str>,
    /// What it is, for whoever does not see it.
    alternative: Option<String>,
    /// Where it is, in points from the lower left corner: left, bottom, right, top.
    bounds_pt: Option<[f64; 4]>,
    kids: Vec<Kid>,
}

#[derive(Debug)]
enum Kid {
    Element(Element),
    /// A part of the page's content.
    Content(i32),
    /// The link's annotation.
    Annotation,
}

impl Element {
    const fn new(role: StructRole, kids: Vec<Kid>) -> Self {
        Self { role, language: None, alternative: None, bounds_pt: None, kids }
    }
}

/// A page with its structure.
struct TaggedPage {
    content: Vec<u8>,
    elements: Vec<Element>,
    /// What is tagged with these numbers, and how the structure names it: `P`, `H1`.
    contents: i32,
    /// The lines of the link in text: left, bottom, right, top of each, in points.
    link_pt: Vec<[f64; 4]>,
}

/// Makes one insert as a tagged PDF on A4 or Letter, whichever the job's paper is, in its template and language. The page
/// has no address, no folds and no second code; its serial stands in text.
///
/// # Errors
/// As [`make`](crate::make): what can't be printed, what finds no room, or what the finished page got wrong.
pub fn make_for_email(job: &PrintJob, insert: &InsertContent) -> Result<VerifiedPdf, InsertError> {
    let is_a4 = job.layout.sheet_mm().0 < 213.0;
    let mut job = job.clone();
    job.layout = if is_a4 { Layout::TrifoldA4FormB } else { Layout::TrifoldLetter10 };
    job.module = Module::from_dots(MODULE_DOTS).unwrap_or_default();
    (job.start_place, job.back, job.correction) = (0, None, Default::default());
    let insert = InsertContent { address_lines: Vec::new(), ..insert.clone() };
    let plan = Plan::new(&job, &[insert])?;
    let insert = plan.inserts.first().ok_or(InsertError::Nothing)?.encoded(&job)?;
    let page = page::compose(&plan, &insert)?;
    let bytes = file::write(&plan, &insert, &page)?;
    proof::check(&plan, &insert, &bytes).map_err(|problem| InsertError::Verification { serial: Some(insert.serial.clone()), problem })?;
    Ok(VerifiedPdf::of_one_page(bytes, &plan))
}
