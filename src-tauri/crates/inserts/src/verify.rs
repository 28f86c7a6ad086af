//! Making a run, and the proof that its file is right.
//!
//! Owns the one way to a [`VerifiedPdf`]: the finished bytes are read back (`drawing`), every code found is rebuilt from
//! its drawn rectangles, decoded by `rqrr`, which shares nothing with the encoder, and compared with the link or the
//! serial that belongs in that place. The quiet zones, the folds and cuts, the module's size, the printer's dots, the
//! serial in text and the test mark are checked on the way.

use std::sync::Arc;

use hayro::hayro_syntax::Pdf;
use rayon::prelude::*;

use crate::canvas::PT_PER_DOT;
use crate::code::{QUIET_ZONE, Symbol};
use crate::compose::{Insert, Plan, SERIAL_MODULE};
use crate::content::InsertContent;
use crate::drawing::{Bounds, FontCache, Mark, read_page};
use crate::error::InsertError;
use crate::file;
use crate::fit::PT_PER_MM;
use crate::job::{Module, PrintJob};

/// A fill of at least so many rectangles is taken for a code; the smallest code has over a hundred.
const LEAST_RUNS: usize = 50;

/// What a measure may be off by, in points: the file writes thousandths.
const TOLERANCE_PT: f64 = 0.003;

/// A file whose every code was decoded from its own drawing and found right. There is no other way to have one.
#[derive(Debug, Clone)]
pub struct VerifiedPdf {
    bytes: Arc<Vec<u8>>,
    pages: usize,
    codes_verified: usize,
    module: Module,
    code_mm: f64,
}

impl VerifiedPdf {
    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, for readers that keep it.
    pub(crate) const fn shared_bytes(&self) -> &Arc<Vec<u8>> {
        &self.bytes
    }

    /// Its pages.
    #[must_use]
    pub const fn pages(&self) -> usize {
        self.pages
    }

    /// Codes that were decoded from the finished pages: two for every insert, the link and the serial.
    #[must_use]
    pub const fn codes_verified(&self) -> usize {
        self.codes_verified
    }

    /// Side of a module of the link codes, in millimetres; checked in the finished file.
    #[must_use]
    pub fn module_mm(&self) -> f64 {
        self.module.mm()
    }

    /// Side of the largest link code with its quiet zone, in millimetres.
    #[must_use]
    pub const fn code_mm(&self) -> f64 {
        self.code_mm
    }
}

/// Lays out a run, writes its file, reads the file back and compares every code.
///
/// # Errors
/// Names the insert and the character, the measure that does not fit, or what the finished page got wrong. Nothing is
/// handed over then, not even the inserts that were right.
pub fn make(job: &PrintJob, inserts: &[InsertContent]) -> Result<VerifiedPdf, InsertError> {
    let plan = Plan::new(job, inserts)?;
    verify(&plan, file::write(&plan)?)
}

/// Reads a finished file back and compares it with what was asked for.
fn verify(plan: &Plan<'_>, bytes: Vec<u8>) -> Result<VerifiedPdf, InsertError> {
    let bytes = Arc::new(bytes);
    let file = Pdf::new(Arc::clone(&bytes)).map_err(|_| wrong_file("the file can't be read".to_owned()))?;
    let expected: Vec<&[Insert]> = plan.pages().collect();
    let pages = file.pages();
    if pages.len() != expected.len() {
        return Err(wrong_file(format!("it has {} pages instead of {}", pages.len(), expected.len())));
    }
    let checked: Vec<Result<usize, InsertError>> = pages
        .par_iter()
        .zip(expected.par_iter())
        .map_init(FontCache::default, |fonts, (page, inserts)| {
            let sheet = page.media_box();
            let size = (sheet.x1 - sheet.x0, sheet.y1 - sheet.y0);
            check_sheet(plan, size)?;
            let first = inserts.first().map(|insert| &insert.serial);
            let marks = read_page(page, fonts).map_err(|problem| InsertError::Verification { serial: first.cloned(), problem })?;
            check_page(plan, inserts, &marks)
        })
        .collect();
    let codes_verified = checked.into_iter().sum::<Result<usize, _>>()?;
    Ok(VerifiedPdf { bytes, pages: expected.len(), codes_verified, module: plan.module, code_mm: plan.code_mm() })
}

fn wrong_file(problem: String) -> InsertError {
    InsertError::Verification { serial: None, problem }
}

fn check_sheet(plan: &Plan<'_>, size_pt: (f64, f64)) -> Result<(), InsertError> {
    let (width, height) = plan.job.layout.sheet_dots();
    let asked = (f64::from(width) * PT_PER_DOT, f64::from(height) * PT_PER_DOT);
    if (size_pt.0 - asked.0).abs() > TOLERANCE_PT || (size_pt.1 - asked.1).abs() > TOLERANCE_PT {
        return Err(wrong_file(format!("a page is {:.2} × {:.2} points instead of {:.2} × {:.2}", size_pt.0, size_pt.1, asked.0, asked.1)));
    }
    Ok(())
}

/// Checks one page against its inserts; gives back how many codes were decoded.
fn check_page(plan: &Plan<'_>, inserts: &[Insert], marks: &[Mark]) -> Result<usize, InsertError> {
    let codes: Vec<usize> = (0..marks.len())
        .filter(|index| matches!(&marks[*index], Mark::Rectangles { rectangles, .. } if rectangles.len() >= LEAST_RUNS))
        .collect();
    for (place, insert) in inserts.iter().enumerate() {
        let check = || -> Result<(), String> {
            let cell = cell_of(plan, place);
            let expected =
                [(&insert.link_code, insert.link.as_str(), plan.module), (&insert.serial_code, insert.serial.as_str(), SERIAL_MODULE)];
            for (which, (symbol, text, module)) in expected.into_iter().enumerate() {
                let index = *codes.get(place * 2 + which).ok_or("one of its codes is missing")?;
                check_code(plan, marks, index, &cell, module, symbol, text)?;
            }
            check_text(plan, insert, marks, &cell)
        };
        check().map_err(|problem| InsertError::Verification { serial: Some(insert.serial.clone()), problem })?;
    }
    if codes.len() != inserts.len() * 2 {
        return Err(wrong_file(format!("a page has {} codes instead of {}", codes.len(), inserts.len() * 2)));
    }
    Ok(codes.len())
}

/// The insert's own part of the sheet.
fn cell_of(plan: &Plan<'_>, place: usize) -> Bounds {
    let layout = plan.job.layout;
    let sheet_height = f64::from(layout.sheet_dots().1) * PT_PER_DOT;
    let [(left, top), (width, height)] =
        [layout.cell_origin_dots(place), layout.cell_dots()].map(|(x, y)| (f64::from(x) * PT_PER_DOT, f64::from(y) * PT_PER_DOT));
    Bounds { left, right: left + width, top: sheet_height - top, bottom: sheet_height - top - height }
}

/// Checks one code: its place, its size, its dots, its quiet zone, and what it says.
fn check_code(
    plan: &Plan<'_>,
    marks: &[Mark],
    index: usize,
    cell: &Bounds,
    module: Module,
    symbol: &Symbol,
    text: &str,
) -> Result<(), String> {
    let Some(Mark::Rectangles { rectangles, bounds, is_black }) = marks.get(index) else {
        return Err("a code is not made of rectangles".to_owned());
    };
    if !is_black {
        return Err("a code is not pure black".to_owned());
    }
    let drawn = read_modules(rectangles, bounds)?;
    let module_pt = bounds.width() / f64::from(drawn.side());
    let asked_pt = f64::from(module.dots()) * PT_PER_DOT;
    if (module_pt - asked_pt).abs() * f64::from(drawn.side()) > TOLERANCE_PT {
        return Err(format!("a module is {:.4} mm instead of {:.4} mm", module_pt / PT_PER_MM, module.mm()));
    }
    check_dots(plan, bounds)?;
    let quiet = bounds.grown(f64::from(QUIET_ZONE) * module_pt);
    check_quiet_zone(plan, marks, index, cell, &quiet)?;
    let decoded = decode(&drawn)?;
    if decoded != text {
        return Err(format!("a code says “{decoded}” instead of “{text}”"));
    }
    // The decoder mends damaged modules; a fresh print has none to mend.
    if drawn != *symbol {
        return Err("a code has modules that are not those of its text".to_owned());
    }
    Ok(())
}

/// Rebuilds the modules from the drawn rectangles. The module's size comes from the drawing: the upper left finder
/// pattern begins with a run of seven.
fn read_modules(rectangles: &[Bounds], bounds: &Bounds) -> Result<Symbol, String> {
    let is_corner =
        |rectangle: &&Bounds| (rectangle.top - bounds.top).abs() < TOLERANCE_PT && (rectangle.left - bounds.left).abs() < TOLERANCE_PT;
    let corner = rectangles.iter().find(is_corner).ok_or("a code has no upper left corner")?;
    let module = corner.width() / 7.0;
    let side = (bounds.width() / module).round();
    if !(21.0..=177.0).contains(&side)
        || (side * module - bounds.width()).abs() > module / 50.0
        || (bounds.width() - bounds.height()).abs() > module / 50.0
    {
        return Err("a code is not a square of whole modules".to_owned());
    }
    let side = side as usize;
    let whole = |value: f64| {
        let modules = (value / module).round();
        ((modules * module - value).abs() < module / 50.0).then_some(modules as usize).ok_or("a rectangle of a code is not on its modules")
    };
    let mut dark = vec![false; side * side];
    for rectangle in rectangles {
        let (left, right) = (whole(rectangle.left - bounds.left)?, whole(rectangle.right - bounds.left)?);
        let (top, bottom) = (whole(bounds.top - rectangle.top)?, whole(bounds.top - rectangle.bottom)?);
        for row in top..bottom {
            for cell in dark.get_mut(row * side + left..row * side + right).ok_or("a rectangle lies outside its code")? {
                if std::mem::replace(cell, true) {
                    return Err("a module of a code is drawn twice".to_owned());
                }
            }
        }
    }
    Symbol::from_modules(side as u32, dark).ok_or_else(|| "a code is not a square".to_owned())
}

/// Every module begins on a dot if the first does, since a module is a whole number of dots.
fn check_dots(plan: &Plan<'_>, bounds: &Bounds) -> Result<(), String> {
    let sheet_height = f64::from(plan.job.layout.sheet_dots().1) * PT_PER_DOT;
    let is_on_dot = |points: f64| ((points / PT_PER_DOT).round() * PT_PER_DOT - points).abs() <= TOLERANCE_PT;
    if is_on_dot(bounds.left) && is_on_dot(sheet_height - bounds.top) {
        Ok(())
    } else {
        Err("a code does not begin on a printer's dot".to_owned())
    }
}

/// Nothing but the code within its quiet zone, no fold across it, and all of it on its own insert.
fn check_quiet_zone(plan: &Plan<'_>, marks: &[Mark], index: usize, cell: &Bounds, quiet: &Bounds) -> Result<(), String> {
    if !cell.contains(quiet) {
        return Err("a code's quiet zone leaves its insert".to_owned());
    }
    let intruder = marks.iter().enumerate().find(|(other, mark)| *other != index && mark.bounds().meets(quiet));
    if let Some((_, intruder)) = intruder {
        return Err(match intruder {
            Mark::Text { text, .. } => format!("“{text}” is in a code's quiet zone"),
            Mark::Shape(_) | Mark::Rectangles { .. } => "a line or a shape is in a code's quiet zone".to_owned(),
        });
    }
    let sheet_height = f64::from(plan.job.layout.sheet_dots().1) * PT_PER_DOT;
    let folds = plan.job.layout.fold().map_or([None, None], |fold| fold.folds_mm.map(Some));
    let is_folded =
        folds.into_iter().flatten().map(|fold_mm| sheet_height - fold_mm * PT_PER_MM).any(|fold| fold > quiet.bottom && fold < quiet.top);
    if is_folded { Err("a code lies across a fold".to_owned()) } else { Ok(()) }
}

/// What a code says, by a decoder that shares nothing with the encoder.
fn decode(symbol: &Symbol) -> Result<String, String> {
    let grid = rqrr::SimpleGrid::from_func(symbol.side() as usize, |column, row| symbol.is_dark(column, row));
    rqrr::Grid::new(grid).decode().map(|(_, text)| text).map_err(|error| format!("a code can't be decoded: {error}"))
}

/// The serial stands in text on its insert, and so does the test mark where there must be one.
fn check_text(plan: &Plan<'_>, insert: &Insert, marks: &[Mark], cell: &Bounds) -> Result<(), String> {
    let says =
        |wanted: &str| marks.iter().any(|mark| matches!(mark, Mark::Text { bounds, text } if cell.contains(bounds) && text == wanted));
    if !says(insert.serial.as_str()) {
        return Err("its serial is not on it in text".to_owned());
    }
    match &plan.mark_text {
        Some(mark) if !says(mark) => Err(format!("the mark “{mark}” is missing")),
        _ => Ok(()),
    }
}
