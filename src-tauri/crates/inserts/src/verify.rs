//! Making a run, and the proof that its file is right.
//!
//! Owns the one way to a [`VerifiedPdf`]: the finished bytes are read back (`drawing`), every code found is rebuilt from
//! its drawn rectangles, decoded by `rqrr`, which shares nothing with the encoder, and compared with the link or the
//! serial that belongs in that place. The quiet zones, the folds and cuts, the module's size, the printer's dots, the
//! serial, link, names and card in text, and the test mark are checked on the way.

use std::fmt;
use std::sync::Arc;

use hayro::hayro_syntax::Pdf;
use rayon::prelude::*;

use crate::canvas::PT_PER_DOT;
use crate::code::{QUIET_ZONE, Symbol};
use crate::compose::{Insert, MASK, Plan, SERIAL_MODULE};
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
#[derive(Clone)]
pub struct VerifiedPdf {
    bytes: Arc<Vec<u8>>,
    pages: usize,
    codes_verified: usize,
    module: Module,
    code_mm: f64,
}

impl fmt::Debug for VerifiedPdf {
    /// Without the bytes, which hold names and links.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VerifiedPdf")
            .field("pages", &self.pages)
            .field("codes_verified", &self.codes_verified)
            .finish_non_exhaustive()
    }
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

/// What stands in text on the insert is its own: the serial, the link, the names, the card; and so does the test mark where
/// there must be one.
fn check_text(plan: &Plan<'_>, insert: &Insert, marks: &[Mark], cell: &Bounds) -> Result<(), String> {
    let texts: Vec<String> = marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text { bounds, text } if cell.contains(bounds) => Some(without_spaces(text)),
            _ => None,
        })
        .collect();
    if !says(&texts, insert.serial.as_str()) {
        return Err("its serial is not on it in text".to_owned());
    }
    for (field, weight, text) in plan.own_texts(insert) {
        if !says(&texts, &plan.fonts.of(weight).read_back(&text)) {
            return Err(format!("{field} is not on it as it should be"));
        }
    }
    if insert.last_four.is_none() && texts.iter().any(|text| text.contains(MASK)) {
        return Err("it names a card, and none is known".to_owned());
    }
    match &plan.mark_text {
        Some(mark) if !says(&texts, mark) => Err(format!("the mark “{mark}” is missing")),
        _ => Ok(()),
    }
}

/// Whether some texts that follow each other are together just this one: it may have been broken into lines, at its spaces
/// or within a word.
fn says(texts: &[String], wanted: &str) -> bool {
    let wanted = without_spaces(wanted);
    let is_begun_at = |start: usize| {
        let mut rest = wanted.as_str();
        for text in &texts[start..] {
            match rest.strip_prefix(text.as_str()) {
                Some("") => return true,
                Some(left) => rest = left,
                None => return false,
            }
        }
        false
    };
    wanted.is_empty() || (0..texts.len()).any(is_begun_at)
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|character| *character != ' ').collect()
}

#[cfg(test)]
mod tests {
    use cardesk_domain::{ActivationLink, Environment};

    use super::*;
    use crate::job::{Branding, InsertLanguage};
    use crate::layout::Layout;

    fn job(layout: Layout) -> PrintJob {
        PrintJob::new(layout, InsertLanguage::Spanish, Branding { company_name: "Café Los Volcanes".to_owned() }, Environment::Practice)
    }

    fn contents(count: usize) -> Vec<InsertContent> {
        let content = |number: usize| InsertContent {
            link: ActivationLink::new("https://example.com/card-activation", None, &format!("cardholder-{number}").parse().expect("an id"))
                .expect("a link"),
            full_name: "Ana Lucía de León".to_owned(),
            given_name: "Ana Lucía".to_owned(),
            last_four: None,
            serial: format!("0001-{number:03}").parse().expect("a serial"),
            address_lines: vec!["4a. avenida 12-59, zona 1".to_owned()],
        };
        (0..count).map(content).collect()
    }

    /// What verification says of a file that was written after `tamper` changed what is drawn.
    fn tampered(layout: Layout, tamper: impl FnOnce(&mut Plan<'_>)) -> Result<usize, (Option<String>, String)> {
        let job = job(layout);
        let plan = Plan::new(&job, &contents(3)).expect("it is planned");
        let mut wrong = Plan::new(&job, &contents(3)).expect("it is planned");
        tamper(&mut wrong);
        let bytes = file::write(&wrong).expect("it is written");
        outcome(verify(&plan, bytes))
    }

    fn outcome(verified: Result<VerifiedPdf, InsertError>) -> Result<usize, (Option<String>, String)> {
        match verified {
            Ok(pdf) => Ok(pdf.codes_verified()),
            Err(InsertError::Verification { serial, problem }) => Err((serial.map(|serial| serial.to_string()), problem)),
            Err(other) => panic!("{other}"),
        }
    }

    /// What verification says of a page whose marks were changed.
    fn changed_marks(layout: Layout, change: impl FnOnce(&mut Vec<Mark>)) -> Result<usize, (Option<String>, String)> {
        let job = job(layout);
        let plan = Plan::new(&job, &contents(1)).expect("it is planned");
        let file = Pdf::new(file::write(&plan).expect("it is written")).expect("it reads");
        let mut marks = read_page(&file.pages()[0], &mut FontCache::default()).expect("it reads");
        change(&mut marks);
        match check_page(&plan, &plan.inserts, &marks) {
            Ok(codes) => Ok(codes),
            Err(InsertError::Verification { serial, problem }) => Err((serial.map(|serial| serial.to_string()), problem)),
            Err(other) => panic!("{other}"),
        }
    }

    fn flipped(symbol: &Symbol, modules: &[(usize, usize)]) -> Symbol {
        let side = symbol.side() as usize;
        let cells = (0..side * side).map(|cell| (cell % side, cell / side));
        let dark = cells.map(|(column, row)| symbol.is_dark(column, row) != modules.contains(&(column, row))).collect();
        Symbol::from_modules(symbol.side(), dark).expect("a square")
    }

    const LAYOUTS: [Layout; 2] = [Layout::TrifoldA4FormB, Layout::EightUpA4];

    fn refused(found: Result<usize, (Option<String>, String)>, serial: Option<&str>, words: &str) {
        let (named, problem) = found.expect_err("it is refused");
        assert_eq!(named.as_deref(), serial, "{problem}");
        assert!(problem.contains(words), "{problem}");
    }

    #[test]
    fn an_untouched_file_is_verified() {
        for layout in LAYOUTS {
            assert_eq!(tampered(layout, |_| {}), Ok(6));
            assert_eq!(changed_marks(layout, |_| {}), Ok(2));
        }
    }

    #[test]
    fn a_code_on_another_cardholders_insert_is_found_and_named() {
        for layout in LAYOUTS {
            let found = tampered(layout, |plan| plan.inserts[1].link_code = plan.inserts[2].link_code.clone());
            refused(found, Some("0001-001"), "says “https://example.com/card-activation?userId=cardholder-2”");
            let found = tampered(layout, |plan| plan.inserts[2].serial_code = plan.inserts[0].serial_code.clone());
            refused(found, Some("0001-002"), "says “0001-000”");
        }
    }

    #[test]
    fn a_serial_in_text_that_is_not_that_of_its_code_is_found() {
        let found = tampered(Layout::EightUpA4, |plan| plan.inserts[0].serial = "0001-009".parse().expect("a serial"));
        refused(found, Some("0001-000"), "serial is not on it in text");
    }

    #[test]
    fn words_of_another_insert_are_found() {
        for layout in LAYOUTS {
            // One that goes on where the right one ends is another link.
            let found = tampered(layout, |plan| plan.inserts[1].link.push('7'));
            refused(found, Some("0001-001"), "the activation link is not on it");
            let found = tampered(layout, |plan| plan.inserts[2].given_name = "Lucía Ana".to_owned());
            refused(found, Some("0001-002"), "the given name is not on it");
            let found = tampered(layout, |plan| plan.inserts[0].last_four = Some("4417".to_owned()));
            refused(found, Some("0001-000"), "names a card");
        }
        let found = tampered(Layout::TrifoldA4FormB, |plan| plan.inserts[0].full_name = "Ana Lucía".to_owned());
        refused(found, Some("0001-000"), "the full name is not on it");
        let found = tampered(Layout::TrifoldA4FormB, |plan| plan.inserts[0].address_lines[0].push('3'));
        refused(found, Some("0001-000"), "the address is not on it");
    }

    #[test]
    fn letters_that_look_alike_in_two_scripts_are_no_mistake() {
        let job = job(Layout::TrifoldA4FormB);
        let mut content = contents(1);
        content[0].full_name = "Anna Анна Αννα ABEHKMOPTXYZ АВЕНКМОРТХУ ΑΒΕΗΚΜΟΡΤΧΥΖ µμ Ωω".to_owned();
        content[0].given_name = content[0].full_name.clone();
        assert_eq!(make(&job, &content).map(|pdf| pdf.codes_verified()), Ok(2));
    }

    #[test]
    fn a_single_wrong_module_is_found_though_a_decoder_would_mend_it() {
        for layout in LAYOUTS {
            let found = tampered(layout, |plan| plan.inserts[0].link_code = flipped(&plan.inserts[0].link_code, &[(12, 12)]));
            refused(found, Some("0001-000"), "modules that are not those");
        }
    }

    #[test]
    fn a_code_beyond_mending_is_found() {
        let ruined: Vec<(usize, usize)> = (9..20).flat_map(|column| (9..20).map(move |row| (column, row))).collect();
        let found = tampered(Layout::EightUpA4, |plan| plan.inserts[0].link_code = flipped(&plan.inserts[0].link_code, &ruined));
        refused(found, Some("0001-000"), "can't be decoded");
    }

    #[test]
    fn another_module_than_asked_for_is_found() {
        let found = tampered(Layout::EightUpA4, |plan| plan.module = Module::SMALLEST);
        refused(found, Some("0001-000"), "a module is 0.3387 mm instead of 0.5080 mm");
    }

    #[test]
    fn a_missing_insert_and_a_missing_page_are_found() {
        let found = tampered(Layout::EightUpA4, |plan| plan.inserts.truncate(2));
        refused(found, Some("0001-002"), "missing");
        let found = tampered(Layout::TrifoldA4FormB, |plan| plan.inserts.truncate(2));
        refused(found, None, "2 pages instead of 3");
    }

    #[test]
    fn a_missing_test_mark_is_found() {
        let found = tampered(Layout::EightUpA4, |plan| plan.mark_text = Some("ENSAYO".to_owned()));
        refused(found, Some("0001-000"), "ENSAYO · SIN VALOR");
    }

    #[test]
    fn whatever_lies_in_a_quiet_zone_is_found() {
        for layout in LAYOUTS {
            let beside = |marks: &[Mark]| {
                let code = marks.iter().find(|mark| matches!(mark, Mark::Rectangles { .. })).expect("a code").bounds();
                Bounds { left: code.right + 1.0, right: code.right + 2.0, ..code }
            };
            let found = changed_marks(layout, |marks| marks.push(Mark::Text { bounds: beside(marks), text: "Ana".to_owned() }));
            refused(found, Some("0001-000"), "“Ana” is in a code's quiet zone");
            let found = changed_marks(layout, |marks| marks.push(Mark::Shape(beside(marks))));
            refused(found, Some("0001-000"), "a line or a shape");
        }
    }

    #[test]
    fn a_code_that_is_grey_off_its_dots_or_drawn_twice_is_found() {
        let change = |change: fn(&mut Vec<Bounds>, &mut Bounds, &mut bool)| {
            changed_marks(Layout::EightUpA4, |marks| {
                for mark in marks {
                    if let Mark::Rectangles { rectangles, bounds, is_black } = mark {
                        change(rectangles, bounds, is_black);
                    }
                }
            })
        };
        refused(change(|_, _, is_black| *is_black = false), Some("0001-000"), "not pure black");
        let shifted = change(|rectangles, bounds, _| {
            for rectangle in rectangles.iter_mut().chain([bounds]) {
                rectangle.left += 0.04;
                rectangle.right += 0.04;
            }
        });
        refused(shifted, Some("0001-000"), "printer's dot");
        refused(change(|rectangles, _, _| rectangles.extend_from_within(3..4)), Some("0001-000"), "drawn twice");
        refused(change(|rectangles, _, _| rectangles[9].left += 0.3), Some("0001-000"), "not on its modules");
    }

    #[test]
    fn bytes_that_are_no_file_are_refused() {
        let job = job(Layout::EightUpA4);
        let plan = Plan::new(&job, &contents(1)).expect("it is planned");
        for bytes in [Vec::new(), b"not a file".to_vec(), file::write(&plan).expect("it is written")[..2000].to_vec()] {
            assert!(outcome(verify(&plan, bytes)).is_err());
        }
    }
}
