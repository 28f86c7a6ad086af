//! Whose insert it is: the company's logo and its name.
//!
//! Owns how the two share their box, for every layout; leaves the mark of a test, which stands beside or below them, to the
//! layouts.

use super::pieces::cap_height_mm;
use super::{Plan, company_too_long};
use crate::canvas::{Canvas, Style};
use crate::error::InsertError;
use crate::fit::{Fitted, PT_PER_MM, Place, fit};
use crate::font::Weight;
use crate::template::LogoPlacement;

/// From one line of the name to the next, in parts of its size.
const LEADING: f64 = 1.2;

/// A logo and a name as they stand beside each other.
#[derive(Debug)]
pub(crate) struct Company {
    /// Width and height of the logo; nothing where there is none.
    logo_mm: Option<(f64, f64)>,
    gap_mm: f64,
    /// The name; nothing where the logo has it.
    pub(super) name: Option<Fitted>,
}

impl Company {
    /// Fits the logo into its box and the name into what is left of its place.
    pub(crate) fn fit(plan: &Plan, place: &Place, logo_box_mm: (f64, f64)) -> Result<Self, InsertError> {
        let (box_width_mm, box_height_mm) = (logo_box_mm.0.min(place.width_mm), logo_box_mm.1);
        let Some((logo, placement, scale)) = plan.job.template.logo() else {
            return Ok(Self { logo_mm: None, gap_mm: 0.0, name: Some(name(plan, place)?) });
        };
        // Beside a name, at least half of the place is the name's.
        let most_width_mm = if placement == LogoPlacement::BesideName { box_width_mm.min(place.width_mm * 0.5) } else { box_width_mm };
        let logo_mm = Some(logo.size_within(most_width_mm * scale, box_height_mm * scale));
        if placement == LogoPlacement::InsteadOfName {
            return Ok(Self { logo_mm, gap_mm: 0.0, name: None });
        }
        let gap_mm = (box_height_mm * 0.3).clamp(1.2, 3.5);
        let taken_mm = logo_mm.map_or(0.0, |(width_mm, _)| width_mm + gap_mm);
        let name = name(plan, &Place { width_mm: place.width_mm - taken_mm, ..*place })?;
        Ok(Self { logo_mm, gap_mm, name: Some(name) })
    }

    pub(super) fn height_mm(&self) -> f64 {
        let name_mm = self.name.as_ref().map_or(0.0, |name| name.lines.len() as f64 * name.size_pt * LEADING / PT_PER_MM);
        self.logo_mm.map_or(0.0, |(_, height_mm)| height_mm).max(name_mm)
    }

    /// Draws both around the same middle, from the left.
    pub(super) fn draw(&self, plan: &Plan, canvas: &mut Canvas<'_>, left_mm: f64, middle_mm: f64) {
        self.draw_logo(plan, canvas, left_mm, middle_mm);
        self.draw_name(plan, canvas, left_mm, middle_mm);
    }

    pub(crate) const fn has_logo(&self) -> bool {
        self.logo_mm.is_some()
    }

    pub(crate) const fn has_name(&self) -> bool {
        self.name.is_some()
    }

    pub(crate) fn draw_logo(&self, plan: &Plan, canvas: &mut Canvas<'_>, left_mm: f64, middle_mm: f64) {
        if let (Some(size_mm), Some((logo, _, _))) = (self.logo_mm, plan.job.template.logo()) {
            canvas.logo(logo, (left_mm, middle_mm - size_mm.1 / 2.0), size_mm);
        }
    }

    /// Draws the name at the right of the logo.
    pub(crate) fn draw_name(&self, plan: &Plan, canvas: &mut Canvas<'_>, left_mm: f64, middle_mm: f64) {
        let name_left_mm = left_mm + self.logo_mm.map_or(0.0, |(width_mm, _)| width_mm + self.gap_mm);
        let Some(name) = &self.name else { return };
        let leading_mm = name.size_pt * LEADING / PT_PER_MM;
        let style = Style::new(Weight::SemiBold, name.size_pt, plan.look().accent);
        let first_mm = middle_mm + cap_height_mm(name.size_pt) / 2.0 - leading_mm * (name.lines.len() - 1) as f64 / 2.0;
        for (index, line) in name.lines.iter().enumerate() {
            canvas.text(name_left_mm, first_mm + index as f64 * leading_mm, &style, line);
        }
    }
}

fn name(plan: &Plan, place: &Place) -> Result<Fitted, InsertError> {
    fit(&plan.fonts.semibold, &plan.company_name, place).map_err(|figures| company_too_long(&figures))
}
