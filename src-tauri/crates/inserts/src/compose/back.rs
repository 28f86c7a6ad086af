//! The back of an insert: whose it is, the warning, the serial, and the mark of a test.
//!
//! The serial stands on both sides, so that a sheet that was turned the wrong way, or fed twice, can be seen.

use super::pieces::{self, cap_height_mm};
use super::{Insert, Plan, company_too_long, joined};
use crate::canvas::{Canvas, INK, INK_2, INK_3, Style};
use crate::error::{Field, InsertError};
use crate::fit::{Breaks, PT_PER_MM, Place, fit, wrap_evenly};
use crate::font::Weight;
use crate::job::DOT_MM;

/// From one line to the next, in parts of the size.
const LEADING: f64 = 1.3;

/// Draws the back of one insert around the middle of its cell.
pub(super) fn insert(plan: &Plan, insert: &Insert, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
    let (width, height) = plan.job.layout.cell_dots();
    let (width_mm, height_mm) = (f64::from(width) * DOT_MM, f64::from(height) * DOT_MM);
    let scale = ((width_mm * height_mm).sqrt() / 84.0).clamp(0.7, 1.4);
    let padding_mm = 5.0 * scale;
    let middle_mm = width_mm / 2.0;
    let text_mm = width_mm - 2.0 * padding_mm;
    let place = Place {
        width_mm: text_mm,
        largest_pt: 13.0 * scale,
        single_line_pt: 7.0 * scale,
        several_lines_pt: 7.0 * scale,
        smallest_pt: 5.5,
        most_lines: 2,
    };
    let company = fit(&plan.fonts.semibold, &plan.company_name, &place).map_err(|figures| company_too_long(&figures))?;
    let mut lines: Vec<(Style, String)> =
        company.lines.iter().map(|line| (Style::new(Weight::SemiBold, company.size_pt, INK), line.clone())).collect();
    let small_pt = 7.0 * scale;
    let warning_begins = lines.len();
    for wording in plan.wordings_of(insert).iter() {
        let style = Style::new(Weight::Regular, small_pt, INK_2);
        let broken = wrap_evenly(&plan.fonts.regular, &wording.closing, small_pt, text_mm * PT_PER_MM, Breaks::Anywhere);
        lines.extend(broken.into_iter().flatten().map(|line| (style, line)));
    }
    let total_mm: f64 = lines.iter().map(|(style, _)| style.size_pt * LEADING / PT_PER_MM).sum();
    let mut baseline_mm = height_mm * 0.46 - total_mm / 2.0;
    for (index, (style, line)) in lines.iter().enumerate() {
        baseline_mm += if index == warning_begins { 1.6 * scale } else { 0.0 };
        baseline_mm += style.size_pt * LEADING / PT_PER_MM;
        canvas.text_centred(middle_mm, baseline_mm, style, line);
    }
    mark(plan, canvas, middle_mm, padding_mm, text_mm, scale)?;
    let label = joined(&plan.wordings, " · ", |wording| wording.serial);
    let style = Style::new(Weight::Regular, (6.5 * scale).max(5.0), INK_3);
    canvas.text_centred(middle_mm, height_mm - padding_mm - style.size_pt * LEADING / PT_PER_MM, &style, &label);
    canvas.text_centred(middle_mm, height_mm - padding_mm, &style, insert.serial.as_str());
    Ok(())
}

/// The mark of a test at the top.
fn mark(plan: &Plan, canvas: &mut Canvas<'_>, middle_mm: f64, top_mm: f64, width_mm: f64, scale: f64) -> Result<(), InsertError> {
    let (Some(mark), Some(text)) = (plan.job.mark(), &plan.mark_text) else { return Ok(()) };
    const SMALLEST_PT: f64 = 4.25;
    let sizes = [5.5 * scale, 4.75 * scale, SMALLEST_PT];
    let fitting = sizes.into_iter().find(|size_pt| pieces::mark_pill_mm(&plan.fonts, text, *size_pt).0 <= width_mm);
    let needed_mm = pieces::mark_pill_mm(&plan.fonts, text, SMALLEST_PT).0;
    let size_pt = fitting.ok_or(InsertError::TextTooLong {
        serial: None,
        field: Field::Wording,
        needed_mm,
        available_mm: width_mm,
        smallest_pt: SMALLEST_PT,
    })?;
    let right_mm = middle_mm + pieces::mark_pill_mm(&plan.fonts, text, size_pt).0 / 2.0;
    pieces::mark_pill(canvas, &plan.fonts, mark, text, right_mm, top_mm + cap_height_mm(size_pt), size_pt);
    Ok(())
}
