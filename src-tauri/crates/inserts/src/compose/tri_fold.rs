//! One insert on a sheet, folded twice for a window envelope.
//!
//! Three panels from above: the address with the serial beside it (it stays outside when the sheet is folded, so that
//! packing can scan it), the message with the code and the steps, the link in text with the warning and the foot.
//! Nothing lies across a fold.

use super::header::Company;
use super::pieces::{self, cap_height_mm};
use super::steps::{self, StepsPlace};
use super::{Insert, Plan, SERIAL_MODULE, joined};
use crate::canvas::{Canvas, INK, INK_2, INK_3, Ink, LINE, Style};
use crate::code::QUIET_ZONE;
use crate::content::Serial;
use crate::error::{Field, InsertError};
use crate::fit::{Breaks, DoesNotFit, PT_PER_MM, Place, fit, wrap};
use crate::font::Weight;
use crate::job::DOT_MM;
use crate::layout::{Area, Fold, Layout};
use crate::template::Design;
use crate::words::Wording;

/// Room for the link code with its quiet zone: 45 mm.
pub(super) const CODE_ROOM_DOTS: u32 = 1063;

/// Left edge of all text: where DIN 5008 begins the address.
const LEFT_MM: f64 = 25.0;
/// White at the right.
const RIGHT_MARGIN_MM: f64 = 20.0;
/// The supplementary zone above a DIN address, which holds the sender's line (DIN 5008: 17.7 of the 45 mm).
const SENDER_ZONE_MM: f64 = 17.7;

/// The measures of one sheet.
struct Sheet {
    right_mm: f64,
    height_mm: f64,
    fold: Fold,
}

impl Sheet {
    fn of(layout: Layout) -> Result<Self, InsertError> {
        let (width_mm, height_mm) = layout.sheet_mm();
        let fold = layout.fold().ok_or_else(|| InsertError::Build(format!("layout {} is not folded", layout.id())))?;
        Ok(Self { right_mm: width_mm - RIGHT_MARGIN_MM, height_mm, fold })
    }

    fn width_mm(&self) -> f64 {
        self.right_mm - LEFT_MM
    }

    /// Whether the address block has a zone for the sender's line.
    fn has_sender_zone(&self) -> bool {
        self.fold.address.height_mm > 2.0 * SENDER_ZONE_MM
    }

    /// Where the name and the address may be printed.
    fn address(&self) -> Area {
        let block = self.fold.address;
        let zone_mm = if self.has_sender_zone() { SENDER_ZONE_MM } else { 0.0 };
        Area {
            left_mm: LEFT_MM,
            top_mm: block.top_mm + zone_mm,
            width_mm: block.left_mm + block.width_mm - LEFT_MM,
            height_mm: block.height_mm - zone_mm,
        }
    }

    fn header_middle_mm(&self) -> f64 {
        (self.fold.window.top_mm * 0.45).min(20.0)
    }
}

/// The heights of the middle panel, from the sheet's upper edge.
struct Message {
    greeting_mm: f64,
    lead_mm: f64,
    code_top_mm: f64,
}

impl Message {
    /// Sets the message into its panel with a little more white below than above.
    fn of(plan: &Plan, sheet: &Sheet) -> Self {
        let [first_mm, second_mm] = sheet.fold.folds_mm;
        let leads_mm = LEAD_LEADING_MM * plan.wordings.len() as f64;
        let quiet_mm = f64::from(QUIET_ZONE) * plan.module.mm();
        let dark_mm = plan.code_mm() - 2.0 * quiet_mm;
        let height_mm = cap_height_mm(GREETING_PT) + 3.2 + leads_mm + 13.0 + dark_mm;
        let spare_mm = (second_mm - first_mm - height_mm).max(0.0);
        let greeting_mm = first_mm + spare_mm * 0.46 + cap_height_mm(GREETING_PT);
        let lead_mm = greeting_mm + 3.2 + LEAD_LEADING_MM;
        Self { greeting_mm, lead_mm, code_top_mm: greeting_mm + 3.2 + leads_mm + 13.0 - quiet_mm }
    }
}

const GREETING_PT: f64 = 28.0;
const LEAD_PT: f64 = 13.0;
const LEAD_LEADING_MM: f64 = 6.4;

/// Draws what is the same on every insert.
pub(super) fn furniture(plan: &Plan, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
    let sheet = Sheet::of(plan.job.layout)?;
    header(plan, canvas, &sheet)?;
    if sheet.has_sender_zone() && plan.job.has_address() {
        sender(plan, canvas, &sheet)?;
    }
    let message = Message::of(plan, &sheet);
    let pieces = Pieces { plan, sheet: &sheet, message: &message, wordings: &plan.wordings, serial: None };
    pieces.draw(canvas, |is_own| !is_own)?;
    link_notes(plan, canvas, &sheet);
    let look = plan.look();
    if look.design == Design::Quiet {
        look.header_rule(canvas, LEFT_MM, sheet.right_mm, message.greeting_mm - cap_height_mm(GREETING_PT) - 6.0, GREETING_PT / 2.0);
    }
    look.foot_rule(canvas, LEFT_MM, sheet.right_mm, sheet.height_mm - 23.0);
    Ok(())
}

/// The box of the logo in the head of the sheet.
const LOGO_MM: (f64, f64) = (60.0, 13.0);

fn header(plan: &Plan, canvas: &mut Canvas<'_>, sheet: &Sheet) -> Result<(), InsertError> {
    let middle_mm = sheet.header_middle_mm();
    let right_mm = match (plan.job.mark(), &plan.mark_text) {
        (Some(mark), Some(text)) => pieces::mark_pill(canvas, &plan.fonts, mark, text, sheet.right_mm, middle_mm, 7.5) - 6.0,
        _ => sheet.right_mm,
    };
    let place = Place {
        width_mm: right_mm - LEFT_MM,
        largest_pt: 15.0,
        single_line_pt: 10.0,
        several_lines_pt: 10.0,
        smallest_pt: 7.0,
        most_lines: 2,
    };
    Company::fit(plan, &place, LOGO_MM)?.draw(plan, canvas, LEFT_MM, middle_mm);
    let look = plan.look();
    if look.design == Design::Colour {
        look.header_rule(canvas, LEFT_MM, sheet.right_mm, middle_mm + LOGO_MM.1 / 2.0 + 2.0, 12.0);
    }
    Ok(())
}

/// The sender above the address, small and ruled off, as windows show it.
fn sender(plan: &Plan, canvas: &mut Canvas<'_>, sheet: &Sheet) -> Result<(), InsertError> {
    const LEADING_MM: f64 = 2.2;
    const MOST_LINES: usize = 3;
    let lines = plan.sender_lines();
    if lines.is_empty() {
        return Ok(());
    }
    let address = sheet.address();
    // One line takes the room of all; of two, each has its own.
    let most_lines = if lines.len() > 1 { 1 } else { MOST_LINES };
    let place =
        Place { width_mm: address.width_mm, largest_pt: 6.5, single_line_pt: 5.0, several_lines_pt: 5.0, smallest_pt: 5.0, most_lines };
    let fit_line = |line: &String| fit(&plan.fonts.regular, line, &place).map_err(pieces::too_long(Field::Sender, None));
    let fitted = lines.iter().map(fit_line).collect::<Result<Vec<_>, _>>()?;
    let size_pt = fitted.iter().map(|fitted| fitted.size_pt).fold(f64::INFINITY, f64::min);
    let last_mm = address.top_mm - 3.4;
    let lines: Vec<&String> = fitted.iter().flat_map(|fitted| &fitted.lines).collect();
    let first_mm = last_mm - (lines.len() - 1) as f64 * LEADING_MM;
    for (index, line) in lines.into_iter().enumerate() {
        canvas.text(LEFT_MM, first_mm + index as f64 * LEADING_MM, &Style::new(Weight::Regular, size_pt, INK_3), line);
    }
    canvas.line((LEFT_MM, last_mm + 1.3), (LEFT_MM + address.width_mm, last_mm + 1.3), 0.35, LINE);
    Ok(())
}

/// The template's texts, on every sheet or on one.
struct Pieces<'p> {
    plan: &'p Plan,
    sheet: &'p Sheet,
    message: &'p Message,
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

    fn lead(&self, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        for (index, wording) in self.wordings.iter().enumerate() {
            let ink = if index == 0 { INK_2 } else { INK_3 };
            let fitted = pieces::fit_beside(&self.plan.fonts.regular, &[&wording.lead], self.sheet.width_mm(), (LEAD_PT, 9.0), 1);
            let fitted = fitted.map_err(pieces::too_long(Field::Lead, self.serial))?;
            let style = Style::new(Weight::Regular, fitted.size_pt, ink);
            canvas.text(LEFT_MM, self.message.lead_mm + index as f64 * LEAD_LEADING_MM, &style, &fitted.lines.concat());
        }
        Ok(())
    }

    fn steps(&self, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        let plan = self.plan;
        let quiet_mm = f64::from(QUIET_ZONE) * plan.module.mm();
        let is_single = self.wordings.len() == 1;
        let place = StepsPlace {
            left_mm: LEFT_MM - quiet_mm + plan.code_mm() + 6.0,
            right_mm: self.sheet.right_mm,
            top_mm: self.message.code_top_mm + quiet_mm,
            bottom_mm: self.message.code_top_mm + plan.code_mm() - quiet_mm,
            gutter_mm: 6.0,
            size_pt: if is_single { 11.0 } else { 8.5 },
            least_gap_mm: if is_single { 3.2 } else { 2.0 },
        };
        // As far above and below the code's middle as the lead is above it, and within the panel.
        let middle_mm = (place.top_mm + place.bottom_mm) / 2.0;
        let last_lead_mm = self.message.lead_mm + (self.wordings.len() - 1) as f64 * LEAD_LEADING_MM;
        let half_mm = (middle_mm - last_lead_mm - 3.0).min(self.sheet.fold.folds_mm[1] - 3.0 - middle_mm);
        let place = steps::fit_steps(&plan.fonts, self.wordings, &place, 7.0, 2.0 * half_mm);
        let place = place.map_err(|problem| problem.error(self.serial))?;
        steps::steps(canvas, &plan.fonts, self.wordings, &place, plan.look());
        Ok(())
    }

    /// The closing line at the right of the lower panel, below its heading.
    fn closing(&self, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        const MOST_LINES: usize = 5;
        let notes = Notes::of(self.sheet);
        let width_mm = self.sheet.right_mm - notes.right_left_mm;
        let titles = joined(self.wordings, " · ", |wording| &wording.closing_title);
        let title = pieces::fit_beside(&self.plan.fonts.semibold, &[&titles], width_mm, (notes_heading_pt(self.wordings.len()), 8.0), 1);
        let title = title.map_err(pieces::too_long(Field::ClosingTitle, self.serial))?;
        let heading = Style::new(Weight::SemiBold, title.size_pt, INK);
        canvas.text(notes.right_left_mm, notes.heading_mm, &heading, &title.lines.concat());
        let body = Style::new(Weight::Regular, NOTE_PT, INK_2);
        let mut baseline_mm = notes.body_mm;
        for wording in self.wordings {
            let lines = pieces::fit_beside(&self.plan.fonts.regular, &[&wording.closing], width_mm, (NOTE_PT, NOTE_PT), MOST_LINES);
            for line in lines.map_err(pieces::too_long(Field::Closing, self.serial))?.lines {
                canvas.text(notes.right_left_mm, baseline_mm, &body, &line);
                baseline_mm += NOTE_LEADING_MM;
            }
        }
        let bottom_mm = self.sheet.height_mm - 26.0;
        if baseline_mm - NOTE_LEADING_MM > bottom_mm {
            let (needed_mm, available_mm) = (baseline_mm - notes.body_mm, bottom_mm - notes.body_mm);
            let figures = DoesNotFit { needed_mm, available_mm, smallest_pt: NOTE_PT };
            return Err(pieces::too_long(Field::Closing, self.serial)(figures));
        }
        Ok(())
    }
}

const NOTE_LEADING_MM: f64 = 4.5;
const NOTE_PT: f64 = 9.0;

/// Where the two notes of the lower panel are: the link at the left, the warning at the right.
struct Notes {
    heading_mm: f64,
    body_mm: f64,
    column_mm: f64,
    right_left_mm: f64,
}

impl Notes {
    fn of(sheet: &Sheet) -> Self {
        let heading_mm = sheet.fold.folds_mm[1] + 19.0;
        let gutter_mm = 10.0;
        let column_mm = sheet.width_mm() * 0.6 - gutter_mm / 2.0;
        Self { heading_mm, body_mm: heading_mm + 5.8, column_mm, right_left_mm: LEFT_MM + column_mm + gutter_mm }
    }
}

const fn notes_heading_pt(languages: usize) -> f64 {
    if languages > 1 { 9.5 } else { 10.5 }
}

/// What stands above the link at the left of the lower panel.
fn link_notes(plan: &Plan, canvas: &mut Canvas<'_>, sheet: &Sheet) {
    let notes = Notes::of(sheet);
    let heading = Style::new(Weight::SemiBold, notes_heading_pt(plan.wordings.len()), INK);
    let body = Style::new(Weight::Regular, NOTE_PT, INK_2);
    canvas.text(LEFT_MM, notes.heading_mm, &heading, &joined(&plan.wordings, " · ", |wording| wording.no_camera));
    for (index, wording) in plan.wordings.iter().enumerate() {
        canvas.text(LEFT_MM, notes.body_mm + index as f64 * NOTE_LEADING_MM, &body, wording.type_the_link);
    }
}

/// Draws what is an insert's own.
pub(super) fn insert(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
    let sheet = Sheet::of(plan.job.layout)?;
    let message = Message::of(plan, &sheet);
    // The dark modules, not their quiet zone, line up with the text above.
    let corner = (dots(LEFT_MM) - QUIET_ZONE * plan.module.dots(), dots(message.code_top_mm));
    // Before the serial's code: verification expects them in this order.
    canvas.code(&insert.link_code, corner, plan.module.dots());
    if plan.job.has_address() {
        address(plan, insert, canvas, &sheet)?;
    }
    let pieces = Pieces { plan, sheet: &sheet, message: &message, wordings: &plan.wordings_of(insert), serial: Some(&insert.serial) };
    pieces.draw(canvas, |is_own| is_own)?;
    serial(plan, insert, canvas, &sheet);
    greeting(plan, insert, canvas, &sheet, &message)?;
    link(plan, insert, canvas, &sheet)?;
    foot(plan, insert, canvas, &sheet);
    Ok(())
}

fn address(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>, sheet: &Sheet) -> Result<(), InsertError> {
    const LARGEST_QUARTERS: u32 = 42;
    const SMALLEST_QUARTERS: u32 = 28;
    let area = sheet.address();
    let set = |size_pt: f64| {
        let width_pt = area.width_mm * PT_PER_MM;
        let name = wrap(&plan.fonts.semibold, &insert.full_name, size_pt, width_pt, Breaks::Anywhere)?;
        let mut lines: Vec<(Weight, String)> = name.into_iter().map(|line| (Weight::SemiBold, line)).collect();
        for line in &insert.address_lines {
            let wrapped = wrap(&plan.fonts.regular, line, size_pt, width_pt, Breaks::Anywhere)?;
            lines.extend(wrapped.into_iter().map(|line| (Weight::Regular, line)));
        }
        let height_mm = (lines.len() - 1) as f64 * address_leading_mm(size_pt) + size_pt * 0.95 / PT_PER_MM;
        Some((lines, height_mm))
    };
    let fitting = (SMALLEST_QUARTERS..=LARGEST_QUARTERS).rev().find_map(|quarters| {
        let size_pt = f64::from(quarters) / 4.0;
        set(size_pt).filter(|(_, height_mm)| *height_mm <= area.height_mm).map(|(lines, _)| (size_pt, lines))
    });
    let Some((size_pt, lines)) = fitting else {
        let smallest_pt = f64::from(SMALLEST_QUARTERS) / 4.0;
        let needed_mm = set(smallest_pt).map_or(0.0, |(_, height_mm)| height_mm);
        return Err(InsertError::TextTooLong {
            serial: Some(insert.serial.clone()),
            field: Field::Address,
            needed_mm,
            available_mm: area.height_mm,
            smallest_pt,
        });
    };
    for (index, (weight, line)) in lines.iter().enumerate() {
        let baseline_mm = area.top_mm + cap_height_mm(size_pt) + 0.4 + index as f64 * address_leading_mm(size_pt);
        canvas.text(area.left_mm, baseline_mm, &Style::new(*weight, size_pt, INK), line);
    }
    Ok(())
}

fn address_leading_mm(size_pt: f64) -> f64 {
    size_pt * 1.24 / PT_PER_MM
}

fn serial(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>, sheet: &Sheet) {
    let module_dots = SERIAL_MODULE.dots();
    let quiet_dots = QUIET_ZONE * module_dots;
    let side_dots = insert.serial_code.side_with_quiet_zone() * module_dots;
    let top_mm = sheet.address().top_mm;
    let corner = (dots(sheet.right_mm) + quiet_dots - side_dots, dots(top_mm + 0.4) - quiet_dots);
    canvas.code(&insert.serial_code, corner, module_dots);
    let baseline_mm = f64::from(corner.1 + side_dots - quiet_dots) * DOT_MM;
    let label = joined(&plan.wordings, " · ", |wording| wording.serial);
    let right_mm = f64::from(corner.0) * DOT_MM - 0.8;
    canvas.text_right(right_mm, baseline_mm - 4.1, &Style::new(Weight::Regular, 7.0, INK_3), &label);
    canvas.text_right(right_mm, baseline_mm, &Style::new(Weight::SemiBold, 9.0, INK), insert.serial.as_str());
}

fn greeting(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>, sheet: &Sheet, message: &Message) -> Result<(), InsertError> {
    let place = Place {
        width_mm: sheet.width_mm(),
        largest_pt: GREETING_PT,
        single_line_pt: 18.0,
        several_lines_pt: 18.0,
        smallest_pt: 12.0,
        most_lines: 2,
    };
    let fitted = fit(&plan.fonts.semibold, &plan.greeting(insert), &place).map_err(insert.does_not_fit(Field::GivenName))?;
    let style = Style::new(Weight::SemiBold, fitted.size_pt, plan.look().greeting()).tracked(-16.0);
    let leading_mm = fitted.size_pt * 1.16 / PT_PER_MM;
    let first_mm = message.greeting_mm - (fitted.lines.len() - 1) as f64 * leading_mm;
    for (index, line) in fitted.lines.iter().enumerate() {
        canvas.text(LEFT_MM, first_mm + index as f64 * leading_mm, &style, line);
    }
    Ok(())
}

fn link(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>, sheet: &Sheet) -> Result<(), InsertError> {
    let notes = Notes::of(sheet);
    let first_mm = notes.body_mm + plan.wordings.len() as f64 * NOTE_LEADING_MM + 1.2;
    let most_lines = ((sheet.height_mm - 27.0 - first_mm) / NOTE_LEADING_MM).floor().max(0.0) as usize;
    let fitted =
        pieces::fit_link(&plan.fonts, &insert.link, &[(NOTE_PT, most_lines)], notes.column_mm).ok_or_else(|| InsertError::TextTooLong {
            serial: Some(insert.serial.clone()),
            field: Field::Link,
            needed_mm: plan.fonts.regular.width_pt(&insert.link, NOTE_PT) / PT_PER_MM,
            available_mm: notes.column_mm * most_lines as f64,
            smallest_pt: NOTE_PT,
        })?;
    for (index, line) in fitted.lines.iter().enumerate() {
        canvas.text(LEFT_MM, first_mm + index as f64 * NOTE_LEADING_MM, &Style::new(Weight::Regular, NOTE_PT, INK), line);
    }
    Ok(())
}

fn foot(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>, sheet: &Sheet) {
    let baseline_mm = sheet.height_mm - 17.2;
    if let Some(card) = plan.card_text(insert) {
        canvas.text(LEFT_MM, baseline_mm, &Style::new(Weight::SemiBold, 9.0, INK), &card);
    }
    canvas.text_right(sheet.right_mm, baseline_mm, &Style::new(Weight::Regular, 8.0, INK_3), insert.serial.as_str());
}

/// Draws the fold marks and the punch mark at the sheet's left edge, outside the content.
pub(super) fn fold_marks(fold: &Fold, canvas: &mut Canvas<'_>) {
    const INK_OF_MARKS: Ink = Ink::Gray(0.55);
    for fold_mm in fold.folds_mm {
        canvas.line((5.0, fold_mm), (9.0, fold_mm), 0.35, INK_OF_MARKS);
    }
    if let Some(punch_mm) = fold.punch_mm {
        canvas.line((5.0, punch_mm), (11.0, punch_mm), 0.35, INK_OF_MARKS);
    }
}

/// The dot nearest to a measure.
fn dots(mm: f64) -> u32 {
    (mm / DOT_MM).round() as u32
}
