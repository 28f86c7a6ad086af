//! What both families of layouts draw: the mark's pill, the numbered steps.

use crate::canvas::{Canvas, INK, INK_2, Ink, Style};
use crate::fit::{Breaks, Fitted, PT_PER_MM, wrap, wrap_evenly};
use crate::font::{Fonts, Weight};
use crate::job::TestMark;
use crate::words::Wording;

/// Height of capital letters of the shipped font, in parts of the size.
const CAP_HEIGHT: f64 = 0.727;

/// Height of capital letters in millimetres.
pub(super) const fn cap_height_mm(size_pt: f64) -> f64 {
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
pub(super) fn mark_pill(
    canvas: &mut Canvas<'_>,
    fonts: &Fonts,
    mark: TestMark,
    text: &str,
    right_mm: f64,
    middle_mm: f64,
    size_pt: f64,
) -> f64 {
    let ink = mark_ink(mark);
    let style = Style::new(Weight::SemiBold, size_pt, ink).tracked(90.0);
    let padding_mm = size_pt * 0.3;
    let height_mm = size_pt * 0.62;
    let width_mm = style.width_mm(fonts, text) + 2.0 * padding_mm;
    let left_mm = right_mm - width_mm;
    canvas.outline((left_mm, middle_mm - height_mm / 2.0), (width_mm, height_mm), height_mm / 2.0, size_pt * 0.09, ink);
    canvas.text(left_mm + padding_mm, middle_mm + cap_height_mm(size_pt) / 2.0, &style, text);
    left_mm
}

/// Where and how large the steps are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepsPlace {
    pub(super) left_mm: f64,
    pub(super) top_mm: f64,
    pub(super) bottom_mm: f64,
    pub(super) width_mm: f64,
    pub(super) size_pt: f64,
    /// White between two steps; they go beyond the height of their place rather than closer than this.
    pub(super) least_gap_mm: f64,
}

/// A step broken into lines: the words of each line with their weights.
type StepLines = Vec<String>;

/// Draws the three numbered steps of one language, spread over the height of their place.
pub(super) fn steps(canvas: &mut Canvas<'_>, fonts: &Fonts, wording: &Wording, place: &StepsPlace) {
    let leading_mm = place.size_pt * 1.36 / PT_PER_MM;
    let ring_mm = place.size_pt * 0.52;
    let text_left_mm = place.left_mm + ring_mm + place.size_pt * 0.26;
    let text_width_mm = place.left_mm + place.width_mm - text_left_mm;
    let lines: Vec<StepLines> = wording.steps.iter().map(|step| step_lines(fonts, *step, place.size_pt, text_width_mm)).collect();
    let heights: Vec<f64> = lines.iter().map(|lines| ring_mm.max(lines.len() as f64 * leading_mm)).collect();
    let spare_mm = place.bottom_mm - place.top_mm - heights.iter().sum::<f64>();
    let gap_mm = (spare_mm / 2.0).min(place.size_pt * 0.5).max(place.least_gap_mm);
    let mut top_mm = place.top_mm + (spare_mm - 2.0 * gap_mm) / 2.0;
    for (number, ((lines, height_mm), step)) in lines.iter().zip(&heights).zip(&wording.steps).enumerate() {
        let ring_middle_mm = top_mm + ring_mm / 2.0;
        number_ring(canvas, place, number + 1, ring_middle_mm, ring_mm);
        let mut baseline_mm = ring_middle_mm + cap_height_mm(place.size_pt) / 2.0;
        for (index, line) in lines.iter().enumerate() {
            step_line(canvas, place.size_pt, text_left_mm, baseline_mm, line, (index == 0).then_some(step.0));
            baseline_mm += leading_mm;
        }
        top_mm += height_mm + gap_mm;
    }
}

fn number_ring(canvas: &mut Canvas<'_>, place: &StepsPlace, number: usize, middle_mm: f64, ring_mm: f64) {
    let style = Style::new(Weight::SemiBold, place.size_pt * 0.88, INK);
    canvas.outline((place.left_mm, middle_mm - ring_mm / 2.0), (ring_mm, ring_mm), ring_mm / 2.0, place.size_pt * 0.09, INK);
    canvas.text_centred(place.left_mm + ring_mm / 2.0, middle_mm + cap_height_mm(style.size_pt) / 2.0, &style, &number.to_string());
}

/// Draws one line of a step, its first word strong where it is the step's own.
fn step_line(canvas: &mut Canvas<'_>, size_pt: f64, left_mm: f64, baseline_mm: f64, line: &str, strong: Option<&str>) {
    let rest = match strong.and_then(|word| Some((word, line.strip_prefix(word)?))) {
        Some((word, rest)) => {
            let width_mm = canvas.text(left_mm, baseline_mm, &Style::new(Weight::SemiBold, size_pt, INK), word);
            (left_mm + width_mm, rest)
        }
        None => (left_mm, line),
    };
    if !rest.1.is_empty() {
        canvas.text(rest.0, baseline_mm, &Style::new(Weight::Regular, size_pt, INK_2), rest.1);
    }
}

/// Breaks a step at its words; measured in the strong weight, which is the wider one.
fn step_lines(fonts: &Fonts, (word, rest): (&str, &str), size_pt: f64, width_mm: f64) -> StepLines {
    let text = format!("{word}{rest}");
    wrap_evenly(&fonts.semibold, &text, size_pt, width_mm * PT_PER_MM, Breaks::Words).unwrap_or_else(|| vec![text])
}

/// Fits the link into its lines: at its parts, at a smaller size, then anywhere.
pub(super) fn fit_link(fonts: &Fonts, link: &str, sizes_pt: &[f64], width_mm: f64, most_lines: usize) -> Option<Fitted> {
    [Breaks::Link, Breaks::Characters].into_iter().find_map(|breaks| {
        sizes_pt.iter().find_map(|&size_pt| {
            let lines = wrap(&fonts.regular, link, size_pt, width_mm * PT_PER_MM, breaks)?;
            (lines.len() <= most_lines).then_some(Fitted { size_pt, lines })
        })
    })
}
