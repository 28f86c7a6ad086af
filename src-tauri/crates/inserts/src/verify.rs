//! The proof that a file is right.
//!
//! Owns what a page must be: the bytes as they are written are read back (`reading`, `drawing`), every code found is rebuilt
//! from its drawn rectangles, decoded by a decoder that shares nothing with the encoder, and compared with the link or the
//! serial that belongs in that place. The quiet zones, the folds and cuts, the module's size, the printer's dots, the
//! serial, link, names and card in text, and the test mark are checked on the way.

use crate::canvas::PT_PER_DOT;
use crate::code::{QUIET_ZONE, Symbol};
use crate::compose::{Insert, Plan, SERIAL_MODULE, Side};
use crate::drawing::{Bounds, Mark};
use crate::error::InsertError;
use crate::fit::PT_PER_MM;
use crate::font::Weight;
use crate::job::Module;
use crate::reading::{Buffers, FileBeingRead, PagePlaces};

/// A fill of at least so many rectangles is taken for a code; the smallest code has over a hundred.
pub(crate) const LEAST_RUNS: usize = 50;

/// What a measure may be off by, in points: the file writes thousandths.
const TOLERANCE_PT: f64 = 0.003;

/// A file that is being written, and is proven page by page.
#[derive(Debug)]
pub(crate) struct Proof<'p> {
    plan: &'p Plan,
    file: FileBeingRead,
}

impl<'p> Proof<'p> {
    /// Reads what was written before the first page.
    pub(crate) fn open(plan: &'p Plan, pages: usize, opening: &[u8]) -> Result<Self, InsertError> {
        let file = FileBeingRead::open(opening).map_err(wrong_file)?;
        if file.pages() != pages {
            return Err(wrong_file(format!("it has {} pages instead of {pages}", file.pages())));
        }
        check_sheet(plan, file.sheet_pt())?;
        Ok(Self { plan, file })
    }

    /// Reads the page with this number as it was written and compares it with its inserts; gives back how many codes were
    /// decoded, and where its objects are.
    pub(crate) fn page(
        &self,
        page: usize,
        side: Side<'_>,
        bytes: &[u8],
        buffers: &mut Buffers,
    ) -> Result<(usize, PagePlaces), InsertError> {
        let first = side.inserts.first().map(|insert| &insert.serial);
        let read = self.file.page(page, bytes, buffers);
        let (marks, places) = read.map_err(|problem| InsertError::Verification { serial: first.cloned(), problem })?;
        let check = if side.is_back { check_back } else { check_page };
        Ok((check(self.plan, side.inserts, &marks)?, places))
    }

    /// Takes note of a page that is right, in its order.
    pub(crate) fn passed(&mut self, page: PagePlaces, length: usize) -> Result<(), InsertError> {
        self.file.passed(page, length).map_err(wrong_file)
    }

    /// Reads what was written after the last page.
    pub(crate) fn close(self, ending: &[u8]) -> Result<(), InsertError> {
        self.file.close(ending).map_err(wrong_file)
    }
}

fn wrong_file(problem: String) -> InsertError {
    InsertError::Verification { serial: None, problem }
}

fn check_sheet(plan: &Plan, size_pt: (f64, f64)) -> Result<(), InsertError> {
    let (width, height) = plan.job.layout.sheet_dots();
    let asked = (f64::from(width) * PT_PER_DOT, f64::from(height) * PT_PER_DOT);
    if (size_pt.0 - asked.0).abs() > TOLERANCE_PT || (size_pt.1 - asked.1).abs() > TOLERANCE_PT {
        return Err(wrong_file(format!("a page is {:.2} × {:.2} points instead of {:.2} × {:.2}", size_pt.0, size_pt.1, asked.0, asked.1)));
    }
    Ok(())
}

/// Checks one page against its inserts; gives back how many codes were decoded.
fn check_page(plan: &Plan, inserts: &[Insert], marks: &[Mark]) -> Result<usize, InsertError> {
    let codes: Vec<usize> = (0..marks.len())
        .filter(|index| matches!(&marks[*index], Mark::Rectangles { rectangles, .. } if rectangles.len() >= LEAST_RUNS))
        .collect();
    for (place, insert) in inserts.iter().enumerate() {
        let check = || -> Result<(), String> {
            let cell = cell_of(plan, insert.place, false);
            let expected =
                [(&insert.link_code, insert.link.as_str(), plan.module), (&insert.serial_code, insert.small_code.as_str(), SERIAL_MODULE)];
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

/// Checks one back: behind every insert is its own serial, and nothing that could be taken for a code.
fn check_back(plan: &Plan, inserts: &[Insert], marks: &[Mark]) -> Result<usize, InsertError> {
    for insert in inserts {
        let texts = texts_in(marks, &cell_of(plan, insert.place, true));
        let problem = match &plan.mark_text {
            _ if !says(&texts, insert.serial.as_str()) => "its serial is not on its back".to_owned(),
            Some(mark) if !says(&texts, mark) => format!("the mark “{mark}” is missing on its back"),
            _ => continue,
        };
        return Err(InsertError::Verification { serial: Some(insert.serial.clone()), problem });
    }
    let is_code = |mark: &Mark| matches!(mark, Mark::Rectangles { rectangles, .. } if rectangles.len() >= LEAST_RUNS);
    if marks.iter().any(is_code) { Err(wrong_file("a back has a code".to_owned())) } else { Ok(0) }
}

/// The insert's own part of the sheet, on the front or the back.
fn cell_of(plan: &Plan, place: usize, is_back: bool) -> Bounds {
    let points = |(x, y): (f64, f64)| (x * PT_PER_DOT, y * PT_PER_DOT);
    let layout = plan.job.layout;
    let sheet_height = f64::from(layout.sheet_dots().1) * PT_PER_DOT;
    let (left, top) = plan.corner_dots(place, is_back);
    let (cell_width, cell_height) = layout.cell_dots();
    let ((left, top), (width, height)) =
        (points((f64::from(left), f64::from(top))), points((f64::from(cell_width), f64::from(cell_height))));
    Bounds { left, right: left + width, top: sheet_height - top, bottom: sheet_height - top - height }
}

/// Checks one code: its place, its size, its dots, its quiet zone, and what it says.
fn check_code(plan: &Plan, marks: &[Mark], index: usize, cell: &Bounds, module: Module, symbol: &Symbol, text: &str) -> Result<(), String> {
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
    if drawn != *symbol {
        // It may be the code of something else, or a damaged one that a decoder would mend; a fresh print has none to mend.
        let decoded = decode_and_mend(&drawn)?;
        return Err(if decoded == text {
            "a code has modules that are not those of its text".to_owned()
        } else {
            format!("a code says “{decoded}” instead of “{text}”")
        });
    }
    match decode(&drawn)? {
        decoded if decoded == text.as_bytes() => Ok(()),
        decoded => Err(format!("a code says “{}” instead of “{text}”", String::from_utf8_lossy(&decoded))),
    }
}

/// Rebuilds the modules from the drawn rectangles. The module's size comes from the drawing: the upper left finder
/// pattern begins with a run of seven.
pub(crate) fn read_modules(rectangles: &[Bounds], bounds: &Bounds) -> Result<Symbol, String> {
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
fn check_dots(plan: &Plan, bounds: &Bounds) -> Result<(), String> {
    let sheet_height = f64::from(plan.job.layout.sheet_dots().1) * PT_PER_DOT;
    let is_on_dot = |points: f64| ((points / PT_PER_DOT).round() * PT_PER_DOT - points).abs() <= TOLERANCE_PT;
    if is_on_dot(bounds.left) && is_on_dot(sheet_height - bounds.top) {
        Ok(())
    } else {
        Err("a code does not begin on a printer's dot".to_owned())
    }
}

/// Nothing but the code within its quiet zone, no fold across it, and all of it on its own insert.
fn check_quiet_zone(plan: &Plan, marks: &[Mark], index: usize, cell: &Bounds, quiet: &Bounds) -> Result<(), String> {
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
pub(crate) fn decode(symbol: &Symbol) -> Result<Vec<u8>, String> {
    let size = i32::try_from(symbol.side()).map_err(|_| "a code is too large")?;
    let mut code = quircs::Code { size, ..quircs::Code::default() };
    let eights = symbol.modules().chunks(8);
    if eights.len() > code.cell_bitmap.len() {
        return Err("a code is too large".to_owned());
    }
    for (cells, eight) in code.cell_bitmap.iter_mut().zip(eights) {
        *cells = (0..).zip(eight).fold(0, |cells, (module, is_dark)| cells | u8::from(*is_dark) << module);
    }
    code.decode().map(|data| data.payload).map_err(|error| format!("a code can't be decoded: {error}"))
}

/// What a code says that is not the one asked for, by a second decoder, which takes any modules.
fn decode_and_mend(symbol: &Symbol) -> Result<String, String> {
    let grid = rqrr::SimpleGrid::from_func(symbol.side() as usize, |column, row| symbol.is_dark(column, row));
    rqrr::Grid::new(grid).decode().map(|(_, text)| text).map_err(|error| format!("a code can't be decoded: {error}"))
}

/// What stands in text on the insert is its own: the serial, the link, the names, the card; and so does the test mark where
/// there must be one.
fn check_text(plan: &Plan, insert: &Insert, marks: &[Mark], cell: &Bounds) -> Result<(), String> {
    let texts = texts_in(marks, cell);
    if !says(&texts, insert.serial.as_str()) {
        return Err("its serial is not on it in text".to_owned());
    }
    for (field, weight, text) in plan.own_texts(insert) {
        if !says(&texts, &plan.fonts.of(weight).read_back(&text)) {
            return Err(format!("{field} is not on it as it should be"));
        }
    }
    if insert.last_four.is_none() && names_a_card(plan, &texts) {
        return Err("it names a card, and none is known".to_owned());
    }
    match &plan.mark_text {
        Some(mark) if !says(&texts, mark) => Err(format!("the mark “{mark}” is missing")),
        _ => Ok(()),
    }
}

/// Whether the line that names a card is there with digits. What a template says around its placeholder is its own affair:
/// also `Tarjeta •••• —`.
fn names_a_card(plan: &Plan, texts: &[String]) -> bool {
    let line = without_spaces(&plan.fonts.of(Weight::SemiBold).read_back(&plan.card_line("")));
    let is_digits = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    texts.iter().any(|text| text.strip_prefix(line.as_str()).is_some_and(is_digits))
}

/// The texts that lie wholly within a part of the sheet, without their spaces.
fn texts_in(marks: &[Mark], cell: &Bounds) -> Vec<String> {
    let text = |mark: &Mark| match mark {
        Mark::Text { bounds, text } if cell.contains(bounds) => Some(without_spaces(text)),
        _ => None,
    };
    marks.iter().filter_map(text).collect()
}

/// All texts, without their spaces.
pub(crate) fn texts_of(marks: &[Mark]) -> Vec<String> {
    let text = |mark: &Mark| if let Mark::Text { text, .. } = mark { Some(without_spaces(text)) } else { None };
    marks.iter().filter_map(text).collect()
}

/// Whether some texts that follow each other are together just this one: it may have been broken into lines, at its spaces
/// or within a word.
pub(crate) fn says(texts: &[String], wanted: &str) -> bool {
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
    use crate::content::InsertContent;
    use crate::file::{FileBeingWritten, compressor, write_page};
    use crate::job::{Branding, InsertLanguage, PrintJob};
    use crate::layout::Layout;
    use crate::run::make;
    use crate::template::{Shipped, Template, TemplateSource, TextsSource};

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

    fn planned(job: &PrintJob, contents: &[InsertContent]) -> Plan {
        let mut plan = Plan::new(job, contents).expect("it is planned");
        plan.inserts = plan.inserts.iter().map(|insert| insert.encoded(job).expect("it is encoded")).collect();
        plan
    }

    /// The parts of a file: what stands before the pages, the pages, what stands after them.
    struct Parts {
        opening: Vec<u8>,
        pages: Vec<Vec<u8>>,
        ending: Vec<u8>,
    }

    fn written(plan: &Plan) -> Parts {
        let count = plan.pages().count();
        let (mut file, opening) = FileBeingWritten::open(plan, count).expect("it is written");
        let page = |(number, inserts)| {
            let content = plan.page(inserts).expect("it is drawn");
            let page = write_page(&mut compressor(), number, &content).expect("it is written");
            file.passed(&page);
            page.bytes
        };
        let pages = plan.pages().enumerate().map(page).collect();
        Parts { opening, pages, ending: file.ending() }
    }

    type Found = Result<usize, (Option<String>, String)>;

    fn proven(plan: &Plan, parts: &Parts) -> Found {
        let prove = || {
            let mut proof = Proof::open(plan, plan.pages().count(), &parts.opening)?;
            let (mut codes, mut buffers) = (0, Buffers::default());
            for ((number, inserts), bytes) in plan.pages().enumerate().zip(&parts.pages) {
                let (decoded, places) = proof.page(number, inserts, bytes, &mut buffers)?;
                proof.passed(places, bytes.len())?;
                codes += decoded;
            }
            proof.close(&parts.ending)?;
            Ok(codes)
        };
        outcome(prove())
    }

    /// What verification says of a file that was written after `tamper` changed what is drawn.
    fn tampered(layout: Layout, tamper: impl FnOnce(&mut Plan)) -> Found {
        let job = job(layout);
        let mut wrong = planned(&job, &contents(3));
        tamper(&mut wrong);
        proven(&planned(&job, &contents(3)), &written(&wrong))
    }

    /// What verification says of a file whose bytes were changed.
    fn changed_bytes(change: impl FnOnce(&mut Parts)) -> Found {
        let job = job(Layout::TrifoldA4FormB);
        let plan = planned(&job, &contents(3));
        let mut parts = written(&plan);
        change(&mut parts);
        proven(&plan, &parts)
    }

    fn outcome(proven: Result<usize, InsertError>) -> Found {
        match proven {
            Ok(codes) => Ok(codes),
            Err(InsertError::Verification { serial, problem }) => Err((serial.map(|serial| serial.to_string()), problem)),
            Err(other) => panic!("{other}"),
        }
    }

    /// What verification says of a page whose marks were changed.
    fn changed_marks(layout: Layout, change: impl FnOnce(&mut Vec<Mark>)) -> Found {
        let job = job(layout);
        let plan = planned(&job, &contents(1));
        let parts = written(&plan);
        let file = FileBeingRead::open(&parts.opening).expect("it reads");
        let (mut marks, _) = file.page(0, &parts.pages[0], &mut Buffers::default()).expect("it reads");
        change(&mut marks);
        outcome(check_page(&plan, &plan.inserts, &marks))
    }

    fn flipped(symbol: &Symbol, modules: &[(usize, usize)]) -> Symbol {
        let side = symbol.side() as usize;
        let cells = (0..side * side).map(|cell| (cell % side, cell / side));
        let dark = cells.map(|(column, row)| symbol.is_dark(column, row) != modules.contains(&(column, row))).collect();
        Symbol::from_modules(symbol.side(), dark).expect("a square")
    }

    const LAYOUTS: [Layout; 3] = [Layout::TrifoldA4FormB, Layout::EightUpA4, Layout::LabelL7165];

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

    /// A job whose Spanish texts were changed, without an address.
    fn job_that_says(layout: Layout, change: impl FnOnce(&mut TextsSource)) -> PrintJob {
        let mut source = TemplateSource { has_address: false, ..Shipped::Classic.source() };
        change(source.spanish.as_mut().expect("Spanish"));
        let mut job = job(layout);
        job.template = Template::new(source).expect("a template").into();
        job
    }

    #[test]
    fn a_template_may_say_as_much_of_a_card_that_is_not_known_as_it_likes() {
        for layout in LAYOUTS {
            for lead in ["Su tarjeta •••• {last_four}", "Tarjeta •••• {last_four}", "Tarjeta ••••"] {
                let job = job_that_says(layout, |texts| lead.clone_into(&mut texts.lead));
                assert_eq!(make(&job, &contents(1)).map(|pdf| pdf.codes_verified()), Ok(2), "{layout:?} {lead}");
            }
        }
    }

    #[test]
    fn a_heading_of_another_insert_is_found_on_a_folded_sheet() {
        let job = job_that_says(Layout::TrifoldA4FormB, |texts| texts.closing_title = "Solo para {full_name}".to_owned());
        let mut wrong = planned(&job, &contents(3));
        wrong.inserts[1].full_name = "Lucía Ana de León".to_owned();
        let right = planned(&job, &contents(3));
        assert_eq!(proven(&right, &written(&right)), Ok(6));
        refused(proven(&right, &written(&wrong)), Some("0001-001"), "the heading of the closing line is not on it");
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
            let found = changed_marks(layout, |marks| marks.push(Mark::Text { bounds: beside(marks), text: "Ana".into() }));
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
    fn a_back_behind_another_insert_is_found() {
        let mut job = job(Layout::Label5163);
        job.back = Some(crate::job::Back::default());
        let right = planned(&job, &contents(3));
        assert_eq!(proven(&right, &written(&right)), Ok(6));
        // As if the sheet had been turned the wrong way: the first two change places behind their fronts.
        let mut turned = planned(&job, &contents(3));
        (turned.inserts[0].place, turned.inserts[1].place) = (1, 0);
        let parts = Parts { pages: vec![written(&right).pages.swap_remove(0), written(&turned).pages.swap_remove(1)], ..written(&right) };
        refused(proven(&right, &parts), Some("0001-000"), "serial is not on its back");
    }

    #[test]
    fn a_page_that_was_damaged_swapped_or_left_out_is_found() {
        let found = changed_bytes(|parts| {
            let middle = parts.pages[1].len() / 2;
            parts.pages[1][middle] ^= 1;
        });
        refused(found, Some("0001-001"), "can't be unpacked");
        refused(changed_bytes(|parts| parts.pages.swap(1, 2)), Some("0001-001"), "not the one that its place");
        refused(changed_bytes(|parts| parts.pages.truncate(2)), None, "2 pages instead of 3");
    }

    #[test]
    fn a_page_that_is_turned_or_drawn_over_is_found() {
        let replaced = |parts: &mut Parts, from: &str, to: &str| {
            let page = String::from_utf8_lossy(&parts.pages[1]).into_owned();
            let at = page.find(from).expect("the words are there");
            parts.pages[1].splice(at..at + from.len(), to.bytes());
        };
        let turned = changed_bytes(|parts| replaced(parts, "/Type /Page", "/Type /Page /Rotate 180"));
        refused(turned, Some("0001-001"), "not the one that its place");
        let more = changed_bytes(|parts| parts.pages[1].extend_from_slice(b"99 0 obj\n[]\nendobj\n"));
        refused(more, Some("0001-001"), "more than its content");
    }

    #[test]
    fn a_table_of_objects_that_is_wrong_is_found() {
        let last_digit = |parts: &mut Parts| parts.ending.windows(4).rposition(|end| end == b" n\r\n").expect("a line") - 7;
        let shifted = changed_bytes(|parts| {
            let at = last_digit(parts);
            parts.ending[at] = if parts.ending[at] == b'9' { b'8' } else { parts.ending[at] + 1 };
        });
        refused(shifted, None, "table of objects");
        refused(changed_bytes(|parts| parts.ending.truncate(100)), None, "table of objects");
        let longer = changed_bytes(|parts| parts.ending.splice(parts.ending.len() - 7..parts.ending.len() - 6, *b"7").for_each(drop));
        refused(longer, None, "its end does not say");
    }

    #[test]
    fn an_opening_that_is_no_file_is_found() {
        for change in [Vec::clear as fn(&mut Vec<u8>), |opening| opening.truncate(2000), |opening| *opening = b"not a file".to_vec()] {
            assert!(changed_bytes(|parts| change(&mut parts.opening)).is_err());
        }
    }
}
