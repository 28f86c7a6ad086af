//! Eight inserts on a sheet, two across and four down, to be cut.
//!
//! One insert from above: the company and the mark, a rule, the greeting and the lead, the code with the steps beside
//! it, the link in text, a rule, the foot with the card, the warning, the serial and its code.

use super::header::Company;
use super::steps::{self, StepsPlace};
use super::{Insert, Plan, SERIAL_MODULE, SERIAL_MODULES, pieces};
use crate::canvas::{Canvas, INK, INK_2, INK_3, Style};
use crate::code::QUIET_ZONE;
use crate::content::Serial;
use crate::error::{Field, InsertError};
use crate::fit::{PT_PER_MM, Place, fit};
use crate::font::Weight;
use crate::job::DOT_MM;
use crate::layout::Layout;
use crate::words::Wording;

/// Room for the link code with its quiet zone: 57 modules (version 8) of 12 dots, 28.96 mm.
pub(super) const CODE_ROOM_DOTS: u32 = 57 * 12;

/// Modules a side of a serial's code with its quiet zone: version 1 holds every serial.
const SERIAL_SIDE: u32 = SERIAL_MODULES + 2 * QUIET_ZONE;

/// White at both sides of the content.
const SIDE_MM: f64 = 7.5;

/// The heights of one insert, in millimetres from its upper edge.
struct Rows {
    width_mm: f64,
    header_middle_mm: f64,
    header_rule_mm: f64,
    greeting_mm: f64,
    lead_mm: f64,
    code_top_mm: f64,
    link_mm: f64,
    foot_rule_mm: f64,
    serial_code_top_mm: f64,
}

impl Rows {
    /// The rows of A4 (74.25 mm high), and of Letter, which has 4.4 mm less.
    fn of(layout: Layout) -> Self {
        let (width_dots, height_dots) = layout.cell_dots();
        let spare_mm = f64::from(height_dots) * DOT_MM - 69.85;
        let at = |letter_mm: f64, share: f64| letter_mm + spare_mm * share;
        Self {
            width_mm: f64::from(width_dots) * DOT_MM,
            header_middle_mm: at(6.2, 0.15),
            header_rule_mm: at(9.3, 0.2),
            greeting_mm: at(16.2, 0.35),
            lead_mm: at(20.2, 0.4),
            code_top_mm: at(21.2, 0.55),
            link_mm: at(52.4, 0.6),
            foot_rule_mm: at(57.2, 0.75),
            serial_code_top_mm: at(57.6, 0.8),
        }
    }

    fn right_mm(&self) -> f64 {
        self.width_mm - SIDE_MM
    }
}

/// Draws what is the same on every insert.
pub(super) fn furniture(plan: &Plan, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
    let rows = Rows::of(plan.job.layout);
    let header_right_mm = match (plan.job.mark(), &plan.mark_text) {
        (Some(mark), Some(text)) => {
            let size_pt = if plan.wordings.len() > 1 { 4.75 } else { 5.5 };
            pieces::mark_pill(canvas, &plan.fonts, mark, text, rows.right_mm(), rows.header_middle_mm, size_pt) - 3.0
        }
        _ => rows.right_mm(),
    };
    let company = Company::fit(plan, &Place { width_mm: header_right_mm - SIDE_MM, ..COMPANY }, LOGO_MM)?;
    company.draw(plan, canvas, SIDE_MM, rows.header_middle_mm);
    let look = plan.look();
    look.header_rule(canvas, SIDE_MM, rows.right_mm(), rows.header_rule_mm, 8.0);
    look.foot_rule(canvas, SIDE_MM, rows.right_mm(), rows.foot_rule_mm);
    let texts = Pieces { plan, rows: &rows, wordings: &plan.wordings, serial: None };
    texts.draw(canvas, |is_own| !is_own)?;
    for (index, wording) in plan.wordings.iter().enumerate() {
        canvas.text(SIDE_MM, rows.link_mm + index as f64 * LINK_LEADING_MM, &LINK_LABEL, wording.no_camera);
    }
    Ok(())
}

/// The place of the company's name, but for its width.
const COMPANY: Place =
    Place { width_mm: 0.0, largest_pt: 9.5, single_line_pt: 6.5, several_lines_pt: 6.5, smallest_pt: 5.5, most_lines: 2 };

/// The box of the logo, clear of the cut and of the rule.
const LOGO_MM: (f64, f64) = (32.0, 5.0);

/// The smallest type of the template's texts.
const SMALLEST_PT: f64 = 5.25;

/// The template's texts, on every insert or on one.
struct Pieces<'p> {
    plan: &'p Plan,
    rows: &'p Rows,
    wordings: &'p [Wording],
    serial: Option<&'p Serial>,
}

impl Pieces<'_> {
    /// Draws those pieces that are the cardholder's own, or those that are not.
    fn draw(&self, canvas: &mut Canvas<'_>, is_wanted: fn(bool) -> bool) -> Result<(), InsertError> {
        let own = self.plan.own;
        if is_wanted(own.lead) {
            self.lead(canvas)?;
        }
        if is_wanted(own.steps) {
            self.steps(canvas)?;
        }
        if is_wanted(own.closing) {
            self.closing(canvas)?;
        }
        Ok(())
    }

    fn size_pt(&self, single_pt: f64, both_pt: f64) -> f64 {
        if self.wordings.len() > 1 { both_pt } else { single_pt }
    }

    fn lead(&self, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        let texts: Vec<&str> = self.wordings.iter().map(|wording| wording.lead.as_str()).collect();
        let (width_mm, sizes) = (self.rows.right_mm() - SIDE_MM, (self.size_pt(8.5, 6.0), SMALLEST_PT));
        let fitted = pieces::fit_beside(&self.plan.fonts.regular, &texts, width_mm, sizes, 1);
        let fitted = fitted.map_err(pieces::too_long(Field::Lead, self.serial))?;
        let style = Style::new(Weight::Regular, fitted.size_pt, INK_2);
        fitted.lines.iter().for_each(|line| pieces::line_beside(canvas, SIDE_MM, self.rows.lead_mm, &style, line));
        Ok(())
    }

    fn steps(&self, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        let (plan, rows) = (self.plan, self.rows);
        let quiet_mm = f64::from(QUIET_ZONE) * plan.module.mm();
        let place = StepsPlace {
            left_mm: SIDE_MM - quiet_mm + plan.code_mm() + 1.5,
            right_mm: rows.right_mm(),
            top_mm: rows.code_top_mm + quiet_mm,
            bottom_mm: rows.code_top_mm + plan.code_mm() - quiet_mm,
            gutter_mm: 2.5,
            size_pt: self.size_pt(8.0, 6.0),
            least_gap_mm: 0.4,
        };
        // Beyond the code's height there is room as far as the lines above and below.
        let height_mm = 2.0 * (place.top_mm - rows.lead_mm - 1.6) + place.bottom_mm - place.top_mm;
        let place = steps::fit_steps(&plan.fonts, self.wordings, &place, SMALLEST_PT, height_mm);
        let place = place.map_err(|problem| problem.error(self.serial))?;
        steps::steps(canvas, &plan.fonts, self.wordings, &place, plan.look());
        Ok(())
    }

    fn closing(&self, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        const LEADING_MM: f64 = 2.3;
        let texts: Vec<&str> = self.wordings.iter().map(|wording| wording.closing.as_str()).collect();
        let serial_code_mm = f64::from(SERIAL_SIDE * SERIAL_MODULE.dots()) * DOT_MM;
        let width_mm = self.rows.right_mm() - SIDE_MM - serial_code_mm;
        let fitted = pieces::fit_beside(&self.plan.fonts.regular, &texts, width_mm, (self.size_pt(6.5, 6.0), SMALLEST_PT), 2);
        let fitted = fitted.map_err(pieces::too_long(Field::Closing, self.serial))?;
        let style = Style::new(Weight::Regular, fitted.size_pt, INK_2);
        // A second line stands where there is only white below the first.
        let first_mm = self.rows.foot_rule_mm + if fitted.lines.len() > 1 { 3.1 } else { 3.9 };
        for (index, line) in fitted.lines.iter().enumerate() {
            pieces::line_beside(canvas, SIDE_MM, first_mm + index as f64 * LEADING_MM, &style, line);
        }
        Ok(())
    }
}

/// Draws what is an insert's own.
pub(super) fn insert(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
    let rows = Rows::of(plan.job.layout);
    let texts = Pieces { plan, rows: &rows, wordings: &plan.wordings_of(insert), serial: Some(&insert.serial) };
    texts.draw(canvas, |is_own| is_own)?;
    greeting(plan, insert, canvas, &rows)?;
    // The dark modules, not their quiet zone, line up with the text above.
    let quiet_dots = QUIET_ZONE * plan.module.dots();
    let left_dots = dots(SIDE_MM) - quiet_dots;
    canvas.code(&insert.link_code, (left_dots, dots(rows.code_top_mm)), plan.module.dots());
    link(plan, insert, canvas, &rows)?;
    foot(plan, insert, canvas, &rows);
    Ok(())
}

fn greeting(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>, rows: &Rows) -> Result<(), InsertError> {
    let width_mm = rows.right_mm() - SIDE_MM;
    let place = Place { width_mm, largest_pt: 15.0, single_line_pt: 10.0, several_lines_pt: 8.75, smallest_pt: 7.5, most_lines: 2 };
    let fitted = fit(&plan.fonts.semibold, &plan.greeting(insert), &place).map_err(insert.does_not_fit(Field::GivenName))?;
    let style =
        Style::new(Weight::SemiBold, fitted.size_pt, plan.look().greeting()).tracked(if fitted.size_pt > 12.0 { -12.0 } else { 0.0 });
    let leading_mm = fitted.size_pt * 1.16 / PT_PER_MM;
    let first_mm = rows.greeting_mm - (fitted.lines.len() - 1) as f64 * leading_mm;
    for (index, line) in fitted.lines.iter().enumerate() {
        canvas.text(SIDE_MM, first_mm + index as f64 * leading_mm, &style, line);
    }
    Ok(())
}

fn link(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>, rows: &Rows) -> Result<(), InsertError> {
    const SMALLEST_PT: f64 = 5.0;
    const MOST_LINES: usize = 3;
    let left_mm = link_left_mm(plan);
    let width_mm = rows.right_mm() - left_mm;
    let settings = [(5.75, 2), (5.375, 2), (SMALLEST_PT, MOST_LINES)];
    let fitted = pieces::fit_link(&plan.fonts, &insert.link, &settings, width_mm).ok_or_else(|| InsertError::TextTooLong {
        serial: Some(insert.serial.clone()),
        field: Field::Link,
        needed_mm: plan.fonts.regular.width_pt(&insert.link, SMALLEST_PT) / PT_PER_MM,
        available_mm: width_mm * MOST_LINES as f64,
        smallest_pt: SMALLEST_PT,
    })?;
    let leading_mm = if fitted.lines.len() < MOST_LINES { LINK_LEADING_MM } else { 2.1 };
    for (index, line) in fitted.lines.iter().enumerate() {
        let style = Style::new(Weight::Regular, fitted.size_pt, INK_2);
        canvas.text(left_mm, rows.link_mm + index as f64 * leading_mm, &style, line);
    }
    Ok(())
}

const LINK_LEADING_MM: f64 = 2.5;
const LINK_LABEL: Style = Style::new(Weight::SemiBold, 5.75, INK_2);

fn link_left_mm(plan: &Plan) -> f64 {
    let labels = plan.wordings.iter().map(|wording| LINK_LABEL.width_mm(&plan.fonts, wording.no_camera));
    SIDE_MM + labels.fold(0.0, f64::max) + 1.6
}

fn foot(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>, rows: &Rows) {
    let module_dots = SERIAL_MODULE.dots();
    let side_dots = insert.serial_code.side_with_quiet_zone() * module_dots;
    let quiet_dots = QUIET_ZONE * module_dots;
    let left_dots = dots(rows.right_mm()) + quiet_dots - side_dots;
    let top_dots = dots(rows.serial_code_top_mm);
    canvas.code(&insert.serial_code, (left_dots, top_dots), module_dots);
    let baseline_mm = f64::from(top_dots + side_dots - quiet_dots) * DOT_MM;
    let style = Style::new(Weight::Regular, 6.5, INK_3);
    canvas.text_right(f64::from(left_dots) * DOT_MM - 0.4, baseline_mm, &style, insert.serial.as_str());
    if let Some(card) = plan.card_text(insert) {
        canvas.text(SIDE_MM, baseline_mm, &Style::new(Weight::SemiBold, 7.5, INK), &card);
    }
}

/// The dot nearest to a measure.
fn dots(mm: f64) -> u32 {
    (mm / DOT_MM).round() as u32
}
