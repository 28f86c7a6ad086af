//! What several layouts draw: the mark's pill, lines of two languages, the link, and the rules of a design.

use crate::canvas::{Canvas, INK, Ink, LINE, Style};
use crate::content::Serial;
use crate::error::{Field, InsertError};
use crate::fit::{Breaks, DoesNotFit, Fitted, PT_PER_MM, wrap, wrap_evenly};
use crate::font::{Fonts, Typeface, Weight};
use crate::job::TestMark;
use crate::template::Design;

/// Height of capital letters of the shipped font, in parts of the size.
const CAP_HEIGHT: f64 = 0.727;

/// Height of capital letters in millimetres.
pub(crate) const fn cap_height_mm(size_pt: f64) -> f64 {
    size_pt * CAP_HEIGHT / PT_PER_MM
}

/// The colours of the environments, as on screen.
const fn mark_ink(mark: TestMark) -> Ink {
    match mark {
        TestMark::Practice => Ink::Rgb(0.047, 0.42, 0.408),
        TestMark::Qa => Ink::Rgb(0.42, 0.247, 0.627),
    }
}

/// Draws the mark of a test in a pill that ends at `right_mm`, centred on `middle_mm`; gives back its left edge.
pub(crate) fn mark_pill(
    canvas: &mut Canvas<'_>,
    fonts: &Fonts,
    mark: TestMark,
    text: &str,
    right_mm: f64,
    middle_mm: f64,
    size_pt: f64,
) -> f64 {
    let ink = mark_ink(mark);
    let style = mark_style(size_pt, ink);
    let padding_mm = mark_padding_mm(size_pt);
    let (width_mm, height_mm) = mark_pill_mm(fonts, text, size_pt);
    let left_mm = right_mm - width_mm;
    canvas.outline((left_mm, middle_mm - height_mm / 2.0), (width_mm, height_mm), height_mm / 2.0, size_pt * 0.09, ink);
    canvas.text(left_mm + padding_mm, middle_mm + cap_height_mm(size_pt) / 2.0, &style, text);
    left_mm
}

/// Width and height of the mark's pill.
pub(crate) fn mark_pill_mm(fonts: &Fonts, text: &str, size_pt: f64) -> (f64, f64) {
    (mark_style(size_pt, INK).width_mm(fonts, text) + 2.0 * mark_padding_mm(size_pt), size_pt * 0.62)
}

const fn mark_style(size_pt: f64, ink: Ink) -> Style {
    Style::new(Weight::SemiBold, size_pt, ink).tracked(90.0)
}

fn mark_padding_mm(size_pt: f64) -> f64 {
    size_pt * 0.3
}

/// What the pieces of an insert are drawn in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) design: Design,
    pub(crate) accent: Ink,
}

impl Look {
    /// The ink of the greeting.
    pub(crate) const fn greeting(&self) -> Ink {
        match self.design {
            Design::Colour => self.accent,
            Design::Classic | Design::Quiet => INK,
        }
    }

    /// Draws what parts the header from the rest: a hairline, a strong line of the accent, a short dash of it.
    pub(crate) fn header_rule(&self, canvas: &mut Canvas<'_>, left_mm: f64, right_mm: f64, at_mm: f64, size_pt: f64) {
        match self.design {
            Design::Classic => canvas.line((left_mm, at_mm), (right_mm, at_mm), 0.5, LINE),
            Design::Colour => canvas.line((left_mm, at_mm), (right_mm, at_mm), size_pt * 0.16, self.accent),
            Design::Quiet => canvas.line((left_mm, at_mm), (left_mm + size_pt * 0.9, at_mm), size_pt * 0.12, self.accent),
        }
    }

    /// Draws the hairline above the foot, where there is one.
    pub(crate) fn foot_rule(&self, canvas: &mut Canvas<'_>, left_mm: f64, right_mm: f64, at_mm: f64) {
        if self.design != Design::Quiet {
            canvas.line((left_mm, at_mm), (right_mm, at_mm), 0.5, LINE);
        }
    }
}

/// What stands between two languages on one line. No text has two spaces together, so that it is found again.
pub(super) const BESIDE: &str = "  ·  ";

/// Fits a text of each language into so many lines: side by side on one line where they find room there, else each on
/// lines of its own, in smaller type where they need it.
pub(crate) fn fit_beside(
    typeface: &Typeface,
    texts: &[&str],
    width_mm: f64,
    (largest_pt, smallest_pt): (f64, f64),
    most_lines: usize,
) -> Result<Fitted, DoesNotFit> {
    let width_pt = width_mm * PT_PER_MM;
    let steps = ((largest_pt - smallest_pt) / 0.125).floor().max(0.0) as u32;
    let sizes = || (0..=steps).map(|step| largest_pt - f64::from(step) * 0.125);
    for breaks in [Breaks::Words, Breaks::Anywhere] {
        if let Some(fitted) = sizes().find_map(|size_pt| set_beside(typeface, texts, size_pt, width_pt, breaks, most_lines)) {
            return Ok(fitted);
        }
    }
    let needed_pt: f64 = texts.iter().map(|text| typeface.width_pt(text, smallest_pt)).sum();
    Err(DoesNotFit { needed_mm: needed_pt / PT_PER_MM, available_mm: width_mm * most_lines as f64, smallest_pt })
}

fn set_beside(typeface: &Typeface, texts: &[&str], size_pt: f64, width_pt: f64, breaks: Breaks, most_lines: usize) -> Option<Fitted> {
    let one_line = texts.join(BESIDE);
    if typeface.width_pt(&one_line, size_pt) <= width_pt {
        return Some(Fitted { size_pt, lines: vec![one_line] });
    }
    let lines = texts.iter().map(|text| wrap_evenly(typeface, text, size_pt, width_pt, breaks)).collect::<Option<Vec<_>>>()?.concat();
    (lines.len() <= most_lines).then_some(Fitted { size_pt, lines })
}

/// Draws a line on which languages may stand beside each other, each as a text of its own.
pub(crate) fn line_beside(canvas: &mut Canvas<'_>, left_mm: f64, baseline_mm: f64, style: &Style, line: &str) {
    let mut at_mm = left_mm;
    for (index, text) in line.split(BESIDE).enumerate() {
        if index > 0 {
            at_mm += canvas.text(at_mm, baseline_mm, style, BESIDE);
        }
        at_mm += canvas.text(at_mm, baseline_mm, style, text);
    }
}

/// A text of the template that finds no room, on every insert or on one.
pub(crate) fn too_long(field: Field, serial: Option<&Serial>) -> impl Fn(DoesNotFit) -> InsertError {
    move |DoesNotFit { needed_mm, available_mm, smallest_pt }| InsertError::TextTooLong {
        serial: serial.cloned(),
        field,
        needed_mm,
        available_mm,
        smallest_pt,
    }
}

/// Fits the link into the first of these sizes and numbers of lines that holds it: broken at its parts, else anywhere.
pub(crate) fn fit_link(fonts: &Fonts, link: &str, settings: &[(f64, usize)], width_mm: f64) -> Option<Fitted> {
    let set = |size_pt, breaks| wrap(&fonts.regular, link, size_pt, width_mm * PT_PER_MM, breaks);
    settings.iter().find_map(|&(size_pt, most_lines)| {
        let lines = [Breaks::Link, Breaks::Characters].into_iter().filter_map(|breaks| set(size_pt, breaks));
        lines.into_iter().find(|lines| lines.len() <= most_lines).map(|lines| Fitted { size_pt, lines })
    })
}
