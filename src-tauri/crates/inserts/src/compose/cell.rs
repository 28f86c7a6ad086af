//! One insert in a cell of any size: a label, a slip of a card's size, a quarter of a sheet, a company's own.
//!
//! Owns the choice of what stands in the cell and where; `drawing` draws it. Three arrangements: text above and below with
//! the steps beside the code (`Rows`), the code at the left and all text beside it (`Beside`), and everything below one
//! another (`Column`). The arrangement with the largest type that fits is taken. What finds no room is left out in the
//! order of [`STAGES`]; a cell without room for the rest is refused with the figures. Nothing is ever drawn beyond its cell.

mod drawing;
mod flow;

use super::header::Company;
use super::pieces::{self, mark_pill_mm};
use super::steps::{self, StepsPlace};
use super::{Insert, Plan, SERIAL_MODULE, SERIAL_MODULES};
use crate::code::QUIET_ZONE;
use crate::error::{Field, InsertError};
use crate::fit::{Breaks, PT_PER_MM, Place, wrap};
use crate::job::{DOT_MM, Module};
use crate::words::Wording;
use flow::{Block, Blocks, flow};

/// What is left out, step by step, where the cell is small, and how small the code's module may become for what is left.
/// Who it is from, for whom, the code, the card, the serial, its code and the mark of a test stay on every insert.
const STAGES: [Stage; 6] = [
    Stage { has: Pieces { lead: true, warning: true, link: true, steps: true }, least_dots: Module::STANDARD.dots() },
    Stage { has: Pieces { lead: false, warning: true, link: true, steps: true }, least_dots: 10 },
    Stage { has: Pieces { lead: false, warning: false, link: true, steps: true }, least_dots: 10 },
    Stage { has: Pieces { lead: false, warning: false, link: false, steps: true }, least_dots: 10 },
    Stage { has: Pieces { lead: false, warning: false, link: false, steps: true }, least_dots: Module::SMALLEST.dots() },
    Stage { has: Pieces { lead: false, warning: false, link: false, steps: false }, least_dots: Module::SMALLEST.dots() },
];

/// The smallest type, in parts of that of eight on a sheet.
const LEAST_SCALE: f64 = 0.7;

/// From the smallest serial code's dark modules to whatever is beside them.
const SERIAL_QUIET_MM: f64 = QUIET_ZONE as f64 * SERIAL_MODULE.dots() as f64 * DOT_MM;

/// The dark modules of a serial's code: version 1 holds every serial.
const SERIAL_DARK_MM: f64 = SERIAL_MODULES as f64 * SERIAL_MODULE.dots() as f64 * DOT_MM;

/// From a rule above the foot to the serial's code: its quiet zone, and a hair.
const RULE_MM: f64 = SERIAL_QUIET_MM + 0.15;

/// The narrowest column of text beside a code.
const LEAST_TEXT_MM: f64 = 30.0;

/// White between texts, and the least that still keeps them apart.
const AIR: f64 = 1.0;
const LEAST_AIR: f64 = 0.6;

/// More lines of one step than these are read as a column of words: smaller type or another arrangement is better.
const MOST_STEP_LINES: usize = 4;
/// Where the link had to go already: still better than no steps.
const MOST_STEP_LINES_IN_LITTLE_ROOM: usize = 7;

struct Stage {
    has: Pieces,
    least_dots: u32,
}

/// What stands on an insert where there is room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pieces {
    lead: bool,
    warning: bool,
    link: bool,
    steps: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrangement {
    Rows,
    Beside,
    Column,
}

/// Where everything stands on the inserts of a run, in millimetres from the cell's upper left corner.
#[derive(Debug)]
pub(crate) struct Arranged {
    /// The module of the link codes.
    pub(crate) module: Module,
    left_mm: f64,
    right_mm: f64,
    header: Header,
    header_top_mm: f64,
    /// A line below the header and one above the foot, where the cell is high enough for them.
    rules_mm: Option<(f64, f64)>,
    /// The scale of the type.
    scale: f64,
    greeting_bottom_mm: f64,
    greeting: Place,
    lead: Lines,
    /// The upper left corner of the link code's dark modules.
    code_mm: (f64, f64),
    steps: Option<StepsPlace>,
    link: Option<LinkPlace>,
    card_pt: f64,
    foot: Foot,
}

impl Arranged {
    /// Whether the link stands on the inserts in text.
    pub(crate) const fn has_link(&self) -> bool {
        self.link.is_some()
    }

    /// Whether the sentence below the greeting stands on them.
    pub(crate) const fn has_lead(&self) -> bool {
        !self.lead.lines.is_empty()
    }

    /// Whether the steps stand on them.
    pub(crate) const fn has_steps(&self) -> bool {
        self.steps.is_some()
    }

    /// Whether the closing line stands on them.
    pub(crate) const fn has_closing(&self) -> bool {
        !self.foot.warning.lines.is_empty()
    }
}

/// Lines of one size, the first on its baseline.
#[derive(Debug, Default)]
struct Lines {
    lines: Vec<String>,
    first_mm: f64,
    size_pt: f64,
    width_mm: f64,
}

impl Lines {
    fn height_mm(&self) -> f64 {
        self.lines.len() as f64 * leading_mm(self.size_pt)
    }

    /// The same lines from this height down.
    fn from(self, top_mm: f64) -> Self {
        Self { first_mm: top_mm + leading_mm(self.size_pt) * BASELINE, ..self }
    }
}

/// Whose insert it is and the mark of a test, beside it or below it.
#[derive(Debug)]
struct Header {
    company: Company,
    company_height_mm: f64,
    mark_pt: f64,
    /// Height of the mark's own row; none where it stands beside the company.
    mark_row_mm: f64,
    height_mm: f64,
}

/// The link in text.
#[derive(Debug)]
struct LinkPlace {
    label: Vec<String>,
    /// Whether the label stands at the left of the link, not above it.
    is_label_beside: bool,
    top_mm: f64,
    left_mm: f64,
    width_mm: f64,
    size_pt: f64,
    most_lines: usize,
}

impl LinkPlace {
    fn height_mm(&self) -> f64 {
        let lines = if self.is_label_beside { self.most_lines.max(self.label.len()) } else { self.most_lines + self.label.len() };
        lines as f64 * leading_mm(self.size_pt)
    }
}

/// The card, the warning, the serial and its code.
#[derive(Debug)]
struct Foot {
    card_mm: f64,
    warning: Lines,
    serial_corner_mm: (f64, f64),
    /// Where the serial in text begins, or ends where it stands at the left of its code.
    serial_mm: f64,
    is_serial_at_left: bool,
    serial: Place,
    serial_baseline_mm: f64,
}

/// From one line to the next.
fn leading_mm(size_pt: f64) -> f64 {
    size_pt * 1.28 / PT_PER_MM
}

/// From the upper edge of a line to its baseline, in parts of its leading.
const BASELINE: f64 = 0.76;

/// Room for a name of as many lines as its place takes, from the capitals of the first to the baseline of the last.
fn greeting_height_mm(place: &Place) -> f64 {
    let lines_mm = ((place.most_lines - 1) as f64 * GREETING_LEADING + 0.75) * place.several_lines_pt / PT_PER_MM;
    lines_mm.max(pieces::cap_height_mm(place.largest_pt))
}

const GREETING_LEADING: f64 = 1.16;

/// White at the edges of a cell: printers shift, and dies and knives as well.
fn padding_mm(width_mm: f64, height_mm: f64) -> f64 {
    ((width_mm * height_mm).sqrt() * 0.065).clamp(3.0, 14.0)
}

/// White at the edges that may be lost without anything being cut off: the padding but for the code's quiet zone.
pub(crate) fn white_mm(width_mm: f64, height_mm: f64) -> f64 {
    (padding_mm(width_mm, height_mm) - f64::from(QUIET_ZONE) * Module::STANDARD.mm()).max(0.5)
}

/// Room for a link code with its quiet zone at the smallest module, beside the least that has to stand with it.
pub(crate) fn most_code_room_mm(width_mm: f64, height_mm: f64) -> f64 {
    let padding_mm = padding_mm(width_mm, height_mm);
    let (inner_width_mm, inner_height_mm) = (width_mm - 2.0 * padding_mm, height_mm - 2.0 * padding_mm);
    let quiet_mm = f64::from(QUIET_ZONE) * Module::SMALLEST.mm();
    let beside_mm = (inner_width_mm - LEAST_TEXT_MM - quiet_mm - 1.0).min(inner_height_mm - SERIAL_DARK_MM - quiet_mm - SERIAL_QUIET_MM);
    // The header, a greeting of two lines and the serial's code above and below the code.
    let text_mm = 16.0 + SERIAL_DARK_MM;
    let column_mm = if inner_width_mm < LEAST_TEXT_MM { 0.0 } else { inner_width_mm.min(inner_height_mm - text_mm) };
    beside_mm.max(column_mm) + 2.0 * quiet_mm
}

/// Chooses what stands on every insert of a run, where, and how large.
pub(crate) fn arrange(plan: &Plan) -> Result<Arranged, InsertError> {
    let asked = plan.job.module.dots();
    let largest = plan.inserts.iter().max_by_key(|insert| insert.link_code.side()).ok_or(InsertError::Nothing)?;
    let modules = largest.link_code.side_with_quiet_zone();
    let draft = |has, air, dots, modules| Draft::new(plan, has, air, dots, modules).arranged();
    for stage in &STAGES {
        for dots in (stage.least_dots.min(asked)..=asked).rev().filter(|dots| dots.is_multiple_of(2)) {
            // Less white rather than fewer words.
            if let Some(arranged) = [AIR, LEAST_AIR].into_iter().find_map(|air| draft(stage.has, air, dots, modules)) {
                return Ok(arranged);
            }
        }
    }
    let barest = Pieces { lead: false, warning: false, link: false, steps: false };
    let smallest = Module::SMALLEST;
    let fitting = (21 + 2 * QUIET_ZONE..modules).rev().find(|modules| draft(barest, LEAST_AIR, smallest.dots(), *modules).is_some());
    let Some(fitting) = fitting else { return Err(Draft::new(plan, barest, LEAST_AIR, smallest.dots(), modules).refusal(largest)) };
    Err(InsertError::CodeTooLarge {
        serial: largest.serial.clone(),
        modules: modules - 2 * QUIET_ZONE,
        needed_mm: f64::from(modules) * smallest.mm(),
        available_mm: f64::from(fitting) * smallest.mm(),
        smallest_module_mm: smallest.mm(),
    })
}

/// An arrangement being tried.
struct Draft<'p> {
    plan: &'p Plan,
    has: Pieces,
    module_dots: u32,
    width_mm: f64,
    height_mm: f64,
    padding_mm: f64,
    /// How generous the white between texts is.
    air: f64,
    /// The dark modules of the largest link code, and the white around them.
    dark_mm: f64,
    quiet_mm: f64,
}

impl<'p> Draft<'p> {
    fn new(plan: &'p Plan, has: Pieces, air: f64, module_dots: u32, modules: u32) -> Self {
        let (width, height) = plan.job.layout.cell_dots();
        let (width_mm, height_mm) = (f64::from(width) * DOT_MM, f64::from(height) * DOT_MM);
        let module_mm = f64::from(module_dots) * DOT_MM;
        let quiet_mm = f64::from(QUIET_ZONE) * module_mm;
        Self {
            plan,
            has,
            module_dots,
            width_mm,
            height_mm,
            // A quiet zone never leaves its cell.
            padding_mm: padding_mm(width_mm, height_mm).max(quiet_mm),
            air,
            dark_mm: f64::from(modules - 2 * QUIET_ZONE) * module_mm,
            quiet_mm,
        }
    }

    /// The arrangement with the largest type that fits; of two with the same, the one that suits the cell's shape.
    fn arranged(&self) -> Option<Arranged> {
        const STEP: f64 = 0.05;
        let order = if self.width_mm > 1.5 * self.height_mm {
            [Arrangement::Beside, Arrangement::Rows, Arrangement::Column]
        } else {
            [Arrangement::Rows, Arrangement::Column, Arrangement::Beside]
        };
        let largest = ((self.width_mm * self.height_mm).sqrt() / 84.0).clamp(LEAST_SCALE, 1.4);
        let steps = ((largest - LEAST_SCALE) / STEP).floor() as u32;
        let scales = (0..=steps).map(|step| largest - f64::from(step) * STEP);
        scales.flat_map(|scale| order.map(|arrangement| (scale, arrangement))).find_map(|(scale, arrangement)| match arrangement {
            Arrangement::Beside => self.beside(scale),
            Arrangement::Rows => self.rows(scale),
            Arrangement::Column => self.column(scale),
        })
    }

    /// Why not even the least fits: a text that does not, or the code.
    fn refusal(&self, largest: &Insert) -> InsertError {
        let width_mm = self.width_mm - 2.0 * self.padding_mm;
        match self.header(LEAST_SCALE, width_mm) {
            Err(error) => error,
            Ok(_) => InsertError::CodeTooLarge {
                serial: largest.serial.clone(),
                modules: largest.link_code.side(),
                needed_mm: self.dark_mm + 2.0 * self.quiet_mm,
                available_mm: most_code_room_mm(self.width_mm, self.height_mm),
                smallest_module_mm: Module::SMALLEST.mm(),
            },
        }
    }

    fn is_bilingual(&self) -> bool {
        self.plan.wordings.len() > 1
    }

    /// A size of this scale, in eighths of a point; two languages are set smaller.
    fn size_pt(&self, scale: f64, single_pt: f64, both_pt: f64, least_pt: f64) -> f64 {
        let size_pt = if self.is_bilingual() { both_pt } else { single_pt };
        ((size_pt * scale * 8.0).round() / 8.0).max(least_pt)
    }

    fn header(&self, scale: f64, width_mm: f64) -> Result<Header, InsertError> {
        let place = |width_mm| Place {
            width_mm,
            largest_pt: (9.5 * scale).max(6.0),
            single_line_pt: (6.5 * scale).max(5.5),
            several_lines_pt: (6.5 * scale).max(5.5),
            smallest_pt: 5.5,
            most_lines: 2,
        };
        let logo_mm = (30.0 * scale, (5.4 * scale).max(4.0));
        let company = |width_mm| Company::fit(self.plan, &place(width_mm), logo_mm);
        let mark_pt = self.size_pt(scale, 5.5, 4.75, 4.25);
        let (mark_width_mm, mark_height_mm) =
            self.plan.mark_text.as_ref().map_or((0.0, 0.0), |text| mark_pill_mm(&self.plan.fonts, text, mark_pt));
        if mark_width_mm > width_mm {
            let (needed_mm, available_mm, smallest_pt) = (mark_width_mm, width_mm, mark_pt);
            return Err(InsertError::TextTooLong { serial: None, field: Field::Wording, needed_mm, available_mm, smallest_pt });
        }
        // Beside the mark, if the company's name can be read there; else each in its own row.
        let beside_mm = if mark_width_mm > 0.0 { width_mm - mark_width_mm - 2.5 } else { width_mm };
        let beside = company(beside_mm.max(1.0))
            .ok()
            .filter(|company| beside_mm > 40.0 || company.name.as_ref().is_none_or(|name| name.lines.len() == 1));
        let (company, mark_row_mm) = match beside {
            Some(fitted) => (fitted, 0.0),
            None => (company(width_mm)?, mark_height_mm + 1.0),
        };
        let company_height_mm = company.height_mm();
        let height_mm = if mark_row_mm > 0.0 { company_height_mm + mark_row_mm } else { company_height_mm.max(mark_height_mm) };
        Ok(Header { company, company_height_mm, mark_pt, mark_row_mm, height_mm })
    }

    /// Room for a name: one line as large as it can be, or two (three in a narrow column) of small type.
    fn greeting(&self, scale: f64, width_mm: f64) -> (Place, f64) {
        let most_lines = if width_mm < 45.0 { 3 } else { 2 };
        let smallest_pt = (7.5 * scale).clamp(5.5, 7.5);
        let several_lines_pt = (8.75 * scale).max(smallest_pt);
        let single_line_pt = (10.0 * scale).max(smallest_pt);
        let place = Place { width_mm, largest_pt: 15.0 * scale, single_line_pt, several_lines_pt, smallest_pt, most_lines };
        let height_mm = greeting_height_mm(&place);
        (place, height_mm)
    }

    fn lead(&self, scale: f64, width_mm: f64) -> Lines {
        let size_pt = self.size_pt(scale, 8.5, 6.25, 5.25);
        if !self.has.lead {
            return Lines::default();
        }
        self.lines(|wording| &wording.lead, size_pt, width_mm)
    }

    fn warning(&self, scale: f64, width_mm: f64) -> Lines {
        let size_pt = self.size_pt(scale, 6.5, 6.0, 5.25);
        if !self.has.warning {
            return Lines::default();
        }
        self.lines(|wording| &wording.closing, size_pt, width_mm)
    }

    /// A text of each language: side by side on one line where they find room there, else each on lines of its own.
    fn lines<'w>(&'w self, text: impl Fn(&'w Wording) -> &'w str, size_pt: f64, width_mm: f64) -> Lines {
        let texts: Vec<&str> = self.plan.wordings.iter().map(text).collect();
        let fitted = pieces::fit_beside(&self.plan.fonts.regular, &texts, width_mm, (size_pt, size_pt), usize::MAX);
        Lines { lines: fitted.map(|fitted| fitted.lines).unwrap_or_default(), first_mm: 0.0, size_pt, width_mm }
    }

    /// The steps between these edges, if their words fit, and the height that they need.
    fn steps(&self, scale: f64, left_mm: f64, right_mm: f64) -> Option<(StepsPlace, f64)> {
        let size_pt = self.size_pt(scale, 8.0, 6.25, 5.25);
        let most_lines = if self.has.link { MOST_STEP_LINES } else { MOST_STEP_LINES_IN_LITTLE_ROOM };
        let gutter_mm = 2.5 * scale;
        let place = StepsPlace { left_mm, right_mm, top_mm: 0.0, bottom_mm: 0.0, gutter_mm, size_pt, least_gap_mm: size_pt * 0.17 };
        let height_mm = steps::steps_height_mm(&self.plan.fonts, &self.plan.wordings, &place, most_lines)?;
        Some((place, height_mm))
    }

    /// Room for the longest link of the run: at a size at which it breaks at its parts, if there is one that can be read.
    fn link(&self, scale: f64, left_mm: f64, right_mm: f64) -> Option<LinkPlace> {
        const SMALLEST_PT: f64 = 5.0;
        let longest = self.plan.inserts.iter().map(|insert| insert.link.as_str()).max_by_key(|link| link.len())?;
        let largest_pt = ((5.75 * scale * 8.0).round() / 8.0).clamp(SMALLEST_PT, 8.5);
        let sizes = (0..).map(|step| largest_pt - f64::from(step) * 0.125).take_while(|size_pt| *size_pt >= SMALLEST_PT);
        let places = sizes.flat_map(|size_pt| [true, false].map(|is_beside| (size_pt, is_beside)));
        places
            .filter_map(|(size_pt, is_beside)| self.link_place(longest, size_pt, is_beside, (left_mm, right_mm), Breaks::Link))
            .next()
            .or_else(|| self.link_place(longest, SMALLEST_PT, false, (left_mm, right_mm), Breaks::Characters))
    }

    /// The link's place at this size with its label at its left or above it, if it breaks there as it should.
    fn link_place(
        &self,
        longest: &str,
        size_pt: f64,
        is_label_beside: bool,
        (left_mm, right_mm): (f64, f64),
        breaks: Breaks,
    ) -> Option<LinkPlace> {
        let fonts = &self.plan.fonts;
        let label_mm = |text: &str| fonts.semibold.width_pt(text, size_pt) / PT_PER_MM;
        let labels: Vec<String> = self.plan.wordings.iter().map(|wording| wording.no_camera.to_owned()).collect();
        let widest_mm = labels.iter().map(|label| label_mm(label)).fold(0.0, f64::max);
        let joined = labels.join(" · ");
        let label = if is_label_beside || label_mm(&joined) > right_mm - left_mm { labels } else { vec![joined] };
        let text_left_mm = if is_label_beside { left_mm + widest_mm + 1.6 } else { left_mm };
        let width_mm = right_mm - text_left_mm;
        // Another link of this length may have wider letters.
        let width_pt = width_mm * 0.97 * PT_PER_MM;
        let is_whole = breaks != Breaks::Link
            || longest.split_inclusive(['/', '?', '&']).all(|part| fonts.regular.width_pt(part, size_pt) <= width_pt);
        let most_lines = wrap(&fonts.regular, longest, size_pt, width_pt, breaks).filter(|_| is_whole)?.len();
        Some(LinkPlace { label, is_label_beside, top_mm: 0.0, left_mm: text_left_mm, width_mm, size_pt, most_lines })
    }

    /// What every arrangement has between these edges, and the room that it takes.
    fn texts(&self, scale: f64, left_mm: f64, right_mm: f64) -> Option<(Texts, Blocks<Option<Block>>)> {
        let width_mm = right_mm - left_mm;
        let header = self.header(scale, width_mm).ok()?;
        let (greeting, greeting_mm) = self.greeting(scale, width_mm);
        let lead = self.lead(scale, width_mm);
        let link = if self.has.link { Some(self.link(scale, left_mm, right_mm)?) } else { None };
        let block = |gap_mm, share, height_mm| Some(Block { gap_mm, share, height_mm });
        let blocks = Blocks {
            header: block(0.0, 0.0, header.height_mm),
            greeting: block(2.8 * scale * self.air, 0.4, greeting_mm),
            lead: block(1.7 * scale * self.air, 0.05, lead.height_mm()).filter(|_| self.has.lead),
            link: link.as_ref().and_then(|link| block(2.0 * scale * self.air, 0.5, link.height_mm())),
            ..Blocks::default()
        };
        Some((Texts { header, greeting, lead, link }, blocks))
    }

    /// Text over the whole width, the steps beside the code, the serial at the lower right.
    fn rows(&self, scale: f64) -> Option<Arranged> {
        let (left_mm, right_mm, bottom_mm) = (self.padding_mm, self.width_mm - self.padding_mm, self.height_mm - self.padding_mm);
        // At the left of the serial, in text and as a code, is room for the card and the warning.
        let foot_mm = right_mm - left_mm - SERIAL_DARK_MM - SERIAL_QUIET_MM - 17.0 * scale;
        if foot_mm < 20.0 || left_mm + self.dark_mm > right_mm {
            return None;
        }
        let steps_left_mm = left_mm + self.dark_mm + self.quiet_mm + 1.2 * scale;
        let steps = if self.has.steps { Some(self.steps(scale, steps_left_mm, right_mm)?) } else { None };
        let row_mm = steps.as_ref().map_or(self.dark_mm, |(_, height_mm)| height_mm.max(self.dark_mm));
        let warning = self.warning(scale, foot_mm);
        let foot_height_mm = SERIAL_DARK_MM.max(warning.height_mm() + leading_mm(self.card_pt(scale)));
        let (texts, mut blocks) = self.texts(scale, left_mm, right_mm)?;
        let below_code_mm = self.quiet_mm + 0.3;
        blocks.code = Some(Block { gap_mm: self.above_code_mm(scale), share: 0.12, height_mm: row_mm });
        if let Some(link) = &mut blocks.link {
            link.gap_mm = below_code_mm;
        }
        let foot_gap_mm = 1.2 * scale + RULE_MM + if self.has.link { 0.0 } else { below_code_mm };
        blocks.foot = Some(Block { gap_mm: foot_gap_mm, share: if self.has.link { 0.0 } else { 0.5 }, height_mm: foot_height_mm });
        let tops = flow(&blocks, self.padding_mm, bottom_mm)?;
        let foot = Foot {
            card_mm: bottom_mm,
            warning: warning.from(tops.foot),
            serial_corner_mm: (right_mm - SERIAL_DARK_MM, bottom_mm - SERIAL_DARK_MM),
            serial_mm: right_mm - SERIAL_DARK_MM - SERIAL_QUIET_MM - 0.4,
            is_serial_at_left: true,
            serial: self.serial(scale, 17.0 * scale - 2.0),
            serial_baseline_mm: bottom_mm,
        };
        let steps = steps.map(|(place, _)| StepsPlace { top_mm: tops.code, bottom_mm: tops.code + row_mm, ..place });
        let rules_mm = Some((tops.header + texts.header.height_mm + 1.2 * scale, tops.foot - RULE_MM));
        Some(self.arranged_as(scale, (left_mm, right_mm), texts, &tops, Own { code_mm: (left_mm, tops.code), steps, foot, rules_mm }))
    }

    /// Everything below one another, the serial with its code last.
    fn column(&self, scale: f64) -> Option<Arranged> {
        let (left_mm, right_mm, bottom_mm) = (self.padding_mm, self.width_mm - self.padding_mm, self.height_mm - self.padding_mm);
        let width_mm = right_mm - left_mm;
        if width_mm < LEAST_TEXT_MM || self.dark_mm > width_mm {
            return None;
        }
        let steps = if self.has.steps { Some(self.steps(scale, left_mm, right_mm)?) } else { None };
        let warning = self.warning(scale, width_mm);
        let card_mm = leading_mm(self.card_pt(scale));
        let (texts, mut blocks) = self.texts(scale, left_mm, right_mm)?;
        let below_code_mm = self.quiet_mm + 0.8;
        blocks.code = Some(Block { gap_mm: self.above_code_mm(scale), share: 0.15, height_mm: self.dark_mm });
        blocks.steps = steps.as_ref().map(|(_, height_mm)| Block { gap_mm: below_code_mm, share: 0.2, height_mm: *height_mm });
        if let (Some(link), None) = (&mut blocks.link, &blocks.steps) {
            link.gap_mm = below_code_mm;
        }
        let gap_mm = if self.has.steps || self.has.link { 2.4 * scale * self.air } else { below_code_mm };
        let height_mm = card_mm + warning.height_mm() + SERIAL_QUIET_MM + 0.5 + SERIAL_DARK_MM;
        blocks.foot = Some(Block { gap_mm, share: 0.2, height_mm });
        let tops = flow(&blocks, self.padding_mm, bottom_mm)?;
        let foot = Foot {
            card_mm: tops.foot + card_mm * 0.75,
            warning: warning.from(tops.foot + card_mm),
            ..self.foot_with_serial_at((left_mm, bottom_mm), scale, width_mm)
        };
        let steps = steps.map(|(place, height_mm)| StepsPlace { top_mm: tops.steps, bottom_mm: tops.steps + height_mm, ..place });
        let own = Own { code_mm: (left_mm, tops.code), steps, foot, rules_mm: None };
        Some(self.arranged_as(scale, (left_mm, right_mm), texts, &tops, own))
    }

    /// The code at the left with the serial below it, and all text at its right.
    fn beside(&self, scale: f64) -> Option<Arranged> {
        let (code_left_mm, right_mm, bottom_mm) = (self.padding_mm, self.width_mm - self.padding_mm, self.height_mm - self.padding_mm);
        let left_mm = code_left_mm + self.dark_mm.max(SERIAL_DARK_MM + 10.0) + self.quiet_mm + 1.6 * scale;
        let between_codes_mm = self.quiet_mm + SERIAL_QUIET_MM;
        let is_high_enough = self.padding_mm + self.dark_mm + between_codes_mm + SERIAL_DARK_MM <= bottom_mm;
        if !is_high_enough || right_mm - left_mm < LEAST_TEXT_MM {
            return None;
        }
        let steps = if self.has.steps { Some(self.steps(scale, left_mm, right_mm)?) } else { None };
        let warning = self.warning(scale, right_mm - left_mm);
        let card_mm = leading_mm(self.card_pt(scale));
        let (texts, mut blocks) = self.texts(scale, left_mm, right_mm)?;
        // A name without a line below it still has letters that hang down.
        let gap_mm = (if self.has.lead { 2.2 } else { 3.0 }) * scale * self.air;
        blocks.steps = steps.as_ref().map(|(_, height_mm)| Block { gap_mm, share: 0.3, height_mm: *height_mm });
        blocks.foot = Some(Block { gap_mm: 1.4 * scale * self.air, share: 0.3, height_mm: card_mm * 0.75 + warning.height_mm() });
        let tops = flow(&blocks, self.padding_mm, bottom_mm)?;
        // The card on the last line, level with the serial; the warning above it.
        let foot = Foot {
            card_mm: bottom_mm,
            warning: warning.from(tops.foot),
            ..self.foot_with_serial_at((code_left_mm, bottom_mm), scale, left_mm - code_left_mm - 1.6 * scale)
        };
        let steps = steps.map(|(place, height_mm)| StepsPlace { top_mm: tops.steps, bottom_mm: tops.steps + height_mm, ..place });
        let own = Own { code_mm: (code_left_mm, self.padding_mm), steps, foot, rules_mm: None };
        Some(self.arranged_as(scale, (left_mm, right_mm), texts, &tops, own))
    }

    /// The serial's code with its lower left corner here, and the serial in text at its right.
    fn foot_with_serial_at(&self, (left_mm, bottom_mm): (f64, f64), scale: f64, width_mm: f64) -> Foot {
        let beside_mm = SERIAL_DARK_MM + SERIAL_QUIET_MM + 0.4;
        Foot {
            card_mm: 0.0,
            warning: Lines::default(),
            serial_corner_mm: (left_mm, bottom_mm - SERIAL_DARK_MM),
            serial_mm: left_mm + beside_mm,
            is_serial_at_left: false,
            serial: self.serial(scale, width_mm - beside_mm),
            serial_baseline_mm: bottom_mm,
        }
    }

    fn serial(&self, scale: f64, width_mm: f64) -> Place {
        let largest_pt = (6.5 * scale).max(5.5);
        Place { width_mm, largest_pt, single_line_pt: 5.0, several_lines_pt: 5.0, smallest_pt: 4.5, most_lines: 2 }
    }

    /// White above the code: its quiet zone stays free of the letters that hang below a line.
    fn above_code_mm(&self, scale: f64) -> f64 {
        let hanging_mm = if self.has.lead { 0.3 } else { 15.0 * scale * 0.25 / PT_PER_MM };
        self.quiet_mm.max(1.8 * scale) + hanging_mm
    }

    fn card_pt(&self, scale: f64) -> f64 {
        self.size_pt(scale, 7.5, 7.5, 6.0)
    }

    fn arranged_as(&self, scale: f64, (left_mm, right_mm): (f64, f64), texts: Texts, tops: &Blocks<f64>, own: Own) -> Arranged {
        let greeting_bottom_mm = tops.greeting + greeting_height_mm(&texts.greeting);
        Arranged {
            // Even, from the smallest to the one asked for: `Module` takes it.
            module: Module::from_dots(self.module_dots).unwrap_or_default(),
            left_mm,
            right_mm,
            header_top_mm: tops.header,
            header: texts.header,
            rules_mm: own.rules_mm,
            scale,
            greeting_bottom_mm,
            greeting: texts.greeting,
            lead: texts.lead.from(tops.lead),
            code_mm: own.code_mm,
            steps: own.steps,
            link: texts.link.map(|link| LinkPlace { top_mm: tops.link, ..link }),
            card_pt: self.card_pt(scale),
            foot: own.foot,
        }
    }
}

/// What stands in every arrangement, before it has its place.
struct Texts {
    header: Header,
    greeting: Place,
    lead: Lines,
    link: Option<LinkPlace>,
}

/// What each arrangement puts where it will.
struct Own {
    code_mm: (f64, f64),
    steps: Option<StepsPlace>,
    foot: Foot,
    rules_mm: Option<(f64, f64)>,
}
