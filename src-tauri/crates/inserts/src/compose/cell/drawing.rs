//! Drawing an insert as it was arranged for its cell.

use super::{Arranged, BASELINE, GREETING_LEADING, Lines, leading_mm};
use crate::canvas::{Canvas, INK, INK_2, INK_3, Style};
use crate::code::QUIET_ZONE;
use crate::compose::{Insert, Plan, SERIAL_MODULE, pieces, steps};
use crate::content::Serial;
use crate::error::{Field, InsertError};
use crate::fit::{DoesNotFit, PT_PER_MM, fit};
use crate::font::Weight;
use crate::job::DOT_MM;
use crate::words::Wording;

impl Arranged {
    /// Draws what is the same on every insert.
    pub(crate) fn furniture(&self, plan: &Plan, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        self.company_and_mark(plan, canvas);
        if let Some((header_mm, foot_mm)) = self.rules_mm {
            let look = plan.look();
            look.header_rule(canvas, self.left_mm, self.right_mm, header_mm, 8.0 * self.scale);
            look.foot_rule(canvas, self.left_mm, self.right_mm, foot_mm);
        }
        self.pieces(plan, &plan.wordings, None, canvas, |is_own| !is_own)?;
        if let Some(link) = &self.link {
            let style = Style::new(Weight::SemiBold, link.size_pt, INK_2);
            for (index, label) in link.label.iter().enumerate() {
                canvas.text(self.left_mm, link.top_mm + (index as f64 + BASELINE) * leading_mm(link.size_pt), &style, label);
            }
        }
        Ok(())
    }

    /// Draws those of the template's texts that are the cardholder's own, or those that are not.
    fn pieces(
        &self,
        plan: &Plan,
        wordings: &[Wording],
        serial: Option<&Serial>,
        canvas: &mut Canvas<'_>,
        is_wanted: fn(bool) -> bool,
    ) -> Result<(), InsertError> {
        let texts = |text: fn(&Wording) -> &str| wordings.iter().map(text).collect::<Vec<_>>();
        if is_wanted(plan.own.lead) {
            lines(plan, canvas, self.left_mm, &self.lead, &texts(|wording| &wording.lead))
                .map_err(pieces::too_long(Field::Lead, serial))?;
        }
        if let (true, Some(place)) = (is_wanted(plan.own.steps), &self.steps) {
            let height_mm = place.bottom_mm - place.top_mm + 0.01;
            let fitted = steps::fit_steps(&plan.fonts, wordings, place, place.size_pt * LEAST_OF_TYPE, height_mm);
            steps::steps(canvas, &plan.fonts, wordings, &fitted.map_err(|problem| problem.error(serial))?, plan.look());
        }
        if is_wanted(plan.own.closing) {
            let closing = texts(|wording| &wording.closing);
            lines(plan, canvas, self.left_mm, &self.foot.warning, &closing).map_err(pieces::too_long(Field::Closing, serial))?;
        }
        Ok(())
    }

    fn company_and_mark(&self, plan: &Plan, canvas: &mut Canvas<'_>) {
        let header = &self.header;
        let row_mm = if header.mark_row_mm > 0.0 { header.company_height_mm } else { header.height_mm };
        let middle_mm = self.header_top_mm + row_mm / 2.0;
        header.company.draw(plan, canvas, self.left_mm, middle_mm);
        let (Some(mark), Some(text)) = (plan.job.mark(), &plan.mark_text) else { return };
        let (width_mm, height_mm) = pieces::mark_pill_mm(&plan.fonts, text, header.mark_pt);
        let (right_mm, mark_middle_mm) = if header.mark_row_mm > 0.0 {
            (self.left_mm + width_mm, self.header_top_mm + header.height_mm - height_mm / 2.0)
        } else {
            (self.right_mm, middle_mm)
        };
        pieces::mark_pill(canvas, &plan.fonts, mark, text, right_mm, mark_middle_mm, header.mark_pt);
    }

    /// Draws what is an insert's own.
    pub(crate) fn insert(&self, plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        self.pieces(plan, &plan.wordings_of(insert), Some(&insert.serial), canvas, |is_own| is_own)?;
        self.greeting(plan, insert, canvas)?;
        canvas.code(&insert.link_code, corner(self.code_mm, plan.module.dots()), plan.module.dots());
        self.link(plan, insert, canvas)?;
        self.foot(plan, insert, canvas)
    }

    fn greeting(&self, plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        let fitted = fit(&plan.fonts.semibold, &plan.greeting(insert), &self.greeting).map_err(insert.does_not_fit(Field::GivenName))?;
        let style =
            Style::new(Weight::SemiBold, fitted.size_pt, plan.look().greeting()).tracked(if fitted.size_pt > 12.0 { -12.0 } else { 0.0 });
        let leading_mm = fitted.size_pt * GREETING_LEADING / PT_PER_MM;
        let first_mm = self.greeting_bottom_mm - (fitted.lines.len() - 1) as f64 * leading_mm;
        for (index, line) in fitted.lines.iter().enumerate() {
            canvas.text(self.left_mm, first_mm + index as f64 * leading_mm, &style, line);
        }
        Ok(())
    }

    fn link(&self, plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        let Some(place) = &self.link else { return Ok(()) };
        let settings = [(place.size_pt, place.most_lines)];
        let fitted = pieces::fit_link(&plan.fonts, &insert.link, &settings, place.width_mm).ok_or_else(|| InsertError::TextTooLong {
            serial: Some(insert.serial.clone()),
            field: Field::Link,
            needed_mm: plan.fonts.regular.width_pt(&insert.link, place.size_pt) / PT_PER_MM,
            available_mm: place.width_mm * place.most_lines as f64,
            smallest_pt: place.size_pt,
        })?;
        let above = if place.is_label_beside { 0 } else { place.label.len() };
        let style = Style::new(Weight::Regular, place.size_pt, INK_2);
        for (index, line) in fitted.lines.iter().enumerate() {
            let baseline_mm = place.top_mm + ((above + index) as f64 + BASELINE) * leading_mm(place.size_pt);
            canvas.text(place.left_mm, baseline_mm, &style, line);
        }
        Ok(())
    }

    fn foot(&self, plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        let foot = &self.foot;
        canvas.code(&insert.serial_code, corner(foot.serial_corner_mm, SERIAL_MODULE.dots()), SERIAL_MODULE.dots());
        let fitted = fit(&plan.fonts.regular, insert.serial.as_str(), &foot.serial).map_err(insert.does_not_fit(Field::Serial))?;
        let style = Style::new(Weight::Regular, fitted.size_pt, INK_3);
        let first_mm = foot.serial_baseline_mm - (fitted.lines.len() - 1) as f64 * leading_mm(fitted.size_pt);
        for (index, line) in fitted.lines.iter().enumerate() {
            let baseline_mm = first_mm + index as f64 * leading_mm(fitted.size_pt);
            if foot.is_serial_at_left {
                canvas.text_right(foot.serial_mm, baseline_mm, &style, line);
            } else {
                canvas.text(foot.serial_mm, baseline_mm, &style, line);
            }
        }
        if let Some(card) = plan.card_text(insert) {
            canvas.text(self.left_mm, foot.card_mm, &Style::new(Weight::SemiBold, self.card_pt, INK), &card);
        }
        Ok(())
    }
}

/// How much smaller a text becomes where it is longer than the room that was kept for it, though its name is not.
const LEAST_OF_TYPE: f64 = 0.7;

/// Draws texts into the room that was kept for them; none was kept for what had to be left out.
fn lines(plan: &Plan, canvas: &mut Canvas<'_>, left_mm: f64, room: &Lines, texts: &[&str]) -> Result<(), DoesNotFit> {
    if room.lines.is_empty() {
        return Ok(());
    }
    let sizes = (room.size_pt, room.size_pt * LEAST_OF_TYPE);
    let fitted = pieces::fit_beside(&plan.fonts.regular, texts, room.width_mm, sizes, room.lines.len())?;
    let style = Style::new(Weight::Regular, fitted.size_pt, INK_2);
    for (index, line) in fitted.lines.iter().enumerate() {
        pieces::line_beside(canvas, left_mm, room.first_mm + index as f64 * leading_mm(room.size_pt), &style, line);
    }
    Ok(())
}

/// The corner of a code's quiet zone, on the dot nearest to where its dark modules should begin.
fn corner((left_mm, top_mm): (f64, f64), module_dots: u32) -> (u32, u32) {
    let quiet = QUIET_ZONE * module_dots;
    let dots = |mm: f64| ((mm / DOT_MM).ceil() as u32).saturating_sub(quiet);
    (dots(left_mm), dots(top_mm))
}
