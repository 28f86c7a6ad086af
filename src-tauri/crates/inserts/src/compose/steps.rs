//! The three numbered steps: how they are broken into lines, how high they are, and their drawing.

use super::pieces::{Look, cap_height_mm, too_long};
use crate::canvas::{Canvas, INK, INK_2, Style, WHITE};
use crate::content::Serial;
use crate::error::{Field, InsertError};
use crate::fit::{Breaks, DoesNotFit, PT_PER_MM, wrap, wrap_evenly};
use crate::font::{Fonts, Typeface, Weight};
use crate::template::Design;
use crate::words::Wording;

/// Where and how large the steps are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepsPlace {
    pub(super) left_mm: f64,
    pub(super) right_mm: f64,
    pub(super) top_mm: f64,
    pub(super) bottom_mm: f64,
    /// White between two languages.
    pub(super) gutter_mm: f64,
    pub(super) size_pt: f64,
    /// White between two steps; they go beyond the height of their place rather than closer than this.
    pub(super) least_gap_mm: f64,
}

/// A way to break a text into lines.
type Wrap = fn(&Typeface, &str, f64, f64, Breaks) -> Option<Vec<String>>;

/// The steps of one language: left edge, and the lines of each step.
struct Column<'w> {
    left_mm: f64,
    width_mm: f64,
    wording: &'w Wording,
    steps: Vec<Vec<String>>,
}

/// Draws the three numbered steps, each language in its own column and equal steps at equal heights, around the middle
/// of their place.
pub(super) fn steps(canvas: &mut Canvas<'_>, fonts: &Fonts, wordings: &[Wording], place: &StepsPlace, look: Look) {
    let leading_mm = steps_leading_mm(place.size_pt);
    let ring_mm = ring_mm(place.size_pt);
    let indent_mm = indent_mm(place.size_pt);
    let columns = columns(fonts, wordings, place, wrap_evenly);
    let heights = step_heights_mm(&columns, place.size_pt);
    let spare_mm = place.bottom_mm - place.top_mm - heights.iter().sum::<f64>();
    let gap_mm = (spare_mm / 2.0).min(place.size_pt * 0.5).max(place.least_gap_mm);
    let mut top_mm = place.top_mm + (spare_mm - 2.0 * gap_mm) / 2.0;
    for (step, height_mm) in heights.into_iter().enumerate() {
        let middle_mm = top_mm + ring_mm / 2.0;
        for column in &columns {
            number(canvas, (column.left_mm, middle_mm), ring_mm, step + 1, place.size_pt, look);
            let (Some(lines), Some((strong, _))) = (column.steps.get(step), column.wording.steps.get(step)) else { continue };
            for (index, line) in lines.iter().enumerate() {
                let baseline_mm = middle_mm + cap_height_mm(place.size_pt) / 2.0 + index as f64 * leading_mm;
                step_line(canvas, place.size_pt, (column.left_mm + indent_mm, baseline_mm), line, (index == 0).then_some(strong));
            }
        }
        top_mm += height_mm + gap_mm;
    }
}

/// The height that the steps need in the width of their place; `None` if a word of theirs is wider than its column or a step
/// takes more than these lines.
pub(super) fn steps_height_mm(fonts: &Fonts, wordings: &[Wording], place: &StepsPlace, most_lines: usize) -> Option<f64> {
    // Evenly or not, there are as many lines; and this is asked for many sizes.
    let columns = columns(fonts, wordings, place, wrap);
    let fits = |column: &Column<'_>| {
        let width_mm = column.width_mm - indent_mm(place.size_pt);
        let is_short = column.steps.iter().all(|lines| lines.len() <= most_lines);
        is_short && column.steps.iter().flatten().all(|line| fonts.semibold.width_pt(line, place.size_pt) <= width_mm * PT_PER_MM + 0.001)
    };
    let height_mm = step_heights_mm(&columns, place.size_pt).iter().sum::<f64>() + 2.0 * place.least_gap_mm;
    columns.iter().all(fits).then_some(height_mm)
}

fn steps_leading_mm(size_pt: f64) -> f64 {
    size_pt * 1.36 / PT_PER_MM
}

fn ring_mm(size_pt: f64) -> f64 {
    size_pt * 0.52
}

/// From a step's ring to its words.
fn indent_mm(size_pt: f64) -> f64 {
    ring_mm(size_pt) + size_pt * 0.26
}

/// Heights of the three steps: of each, what the language with more lines needs.
fn step_heights_mm(columns: &[Column<'_>], size_pt: f64) -> [f64; 3] {
    [0, 1, 2].map(|step| {
        let lines = columns.iter().filter_map(|column| column.steps.get(step)).map(Vec::len).max().unwrap_or(1);
        ring_mm(size_pt).max(lines as f64 * steps_leading_mm(size_pt))
    })
}

/// Shares the width out by how much each language has to say, and breaks the steps into lines.
fn columns<'w>(fonts: &Fonts, wordings: &'w [Wording], place: &StepsPlace, wrap: Wrap) -> Vec<Column<'w>> {
    let indent_mm = indent_mm(place.size_pt);
    let words = |wording: &Wording| wording.steps.iter().map(|(strong, rest)| strong.len() + rest.len()).sum::<usize>() as f64;
    let all_words: f64 = wordings.iter().map(words).sum();
    let width_mm = place.right_mm - place.left_mm - place.gutter_mm * (wordings.len() - 1) as f64;
    let mut left_mm = place.left_mm;
    let column = |wording: &'w Wording| {
        let own_mm = width_mm * words(wording) / all_words;
        let steps =
            wording.steps.iter().map(|step| step_lines(fonts, (&step.0, &step.1), place.size_pt, own_mm - indent_mm, wrap)).collect();
        let column = Column { left_mm, width_mm: own_mm, wording, steps };
        left_mm += own_mm + place.gutter_mm;
        column
    };
    wordings.iter().map(column).collect()
}

fn number(canvas: &mut Canvas<'_>, (left_mm, middle_mm): (f64, f64), ring_mm: f64, number: usize, size_pt: f64, look: Look) {
    let corner_mm = (left_mm, middle_mm - ring_mm / 2.0);
    let (ink, of_text) = match look.design {
        Design::Classic => {
            canvas.outline(corner_mm, (ring_mm, ring_mm), ring_mm / 2.0, size_pt * 0.09, INK);
            (INK, 0.88)
        }
        Design::Colour => {
            canvas.disc(corner_mm, ring_mm, look.accent);
            (WHITE, 0.88)
        }
        Design::Quiet => (look.accent, 1.15),
    };
    let style = Style::new(Weight::SemiBold, size_pt * of_text, ink);
    canvas.text_centred(left_mm + ring_mm / 2.0, middle_mm + cap_height_mm(style.size_pt) / 2.0, &style, &number.to_string());
}

/// Draws one line of a step, its first word strong where it is the step's own.
fn step_line(canvas: &mut Canvas<'_>, size_pt: f64, (left_mm, baseline_mm): (f64, f64), line: &str, strong: Option<&str>) {
    let split = strong.and_then(|word| Some((word, line.strip_prefix(word)?)));
    let (rest_left_mm, rest) = match split {
        Some((word, rest)) => {
            let width_mm = canvas.text(left_mm, baseline_mm, &Style::new(Weight::SemiBold, size_pt, INK), word);
            (left_mm + width_mm, rest)
        }
        None => (left_mm, line),
    };
    if !rest.is_empty() {
        canvas.text(rest_left_mm, baseline_mm, &Style::new(Weight::Regular, size_pt, INK_2), rest);
    }
}

/// Breaks a step at its words; measured in the strong weight, which is the wider one.
fn step_lines(fonts: &Fonts, (word, rest): (&str, &str), size_pt: f64, width_mm: f64, wrap: Wrap) -> Vec<String> {
    let text = format!("{word}{rest}");
    wrap(&fonts.semibold, &text, size_pt, width_mm * PT_PER_MM, Breaks::Words).unwrap_or_else(|| vec![text])
}

/// Where a step finds no room: its number from 0, and the figures.
pub(super) struct StepDoesNotFit {
    step: u8,
    figures: DoesNotFit,
}

impl StepDoesNotFit {
    pub(super) fn error(self, serial: Option<&Serial>) -> InsertError {
        too_long(Field::Step(self.step), serial)(self.figures)
    }
}

/// The place with the largest type, down to this, at which the steps fit between its width and this height.
pub(super) fn fit_steps(
    fonts: &Fonts,
    wordings: &[Wording],
    place: &StepsPlace,
    smallest_pt: f64,
    height_mm: f64,
) -> Result<StepsPlace, StepDoesNotFit> {
    const STEP_PT: f64 = 0.25;
    let gap_of_type = place.least_gap_mm / place.size_pt;
    let set = |size_pt: f64| StepsPlace { size_pt, least_gap_mm: gap_of_type * size_pt, ..*place };
    let sizes = (0..).map(|step| place.size_pt - f64::from(step) * STEP_PT).take_while(|size_pt| *size_pt >= smallest_pt);
    let fits = |place: &StepsPlace| steps_height_mm(fonts, wordings, place, usize::MAX).is_some_and(|needed_mm| needed_mm <= height_mm);
    sizes.map(set).find(fits).ok_or_else(|| does_not_fit(fonts, wordings, &set(smallest_pt), height_mm))
}

/// The longest step, which is the one to be made shorter.
fn does_not_fit(fonts: &Fonts, wordings: &[Wording], place: &StepsPlace, height_mm: f64) -> StepDoesNotFit {
    let width = |step: usize| wordings.iter().map(|wording| fonts.semibold.width_pt(&wording.step(step), 1.0)).fold(0.0, f64::max);
    let longest = (0_u8..3).max_by(|one, other| width((*one).into()).total_cmp(&width((*other).into()))).unwrap_or_default();
    let columns = columns(fonts, wordings, place, wrap);
    let needed_mm = step_heights_mm(&columns, place.size_pt).iter().sum::<f64>() + 2.0 * place.least_gap_mm;
    // Where a word is wider than its column, the height says nothing.
    let widest_mm = |column: &Column<'_>| {
        let lines = column.steps.iter().flatten().map(|line| fonts.semibold.width_pt(line, place.size_pt) / PT_PER_MM);
        (lines.fold(0.0, f64::max), column.width_mm - indent_mm(place.size_pt))
    };
    let too_wide = columns.iter().map(widest_mm).find(|(needed_mm, available_mm)| needed_mm > available_mm);
    let (needed_mm, available_mm) = too_wide.filter(|_| needed_mm <= height_mm).unwrap_or((needed_mm, height_mm));
    StepDoesNotFit { step: longest, figures: DoesNotFit { needed_mm, available_mm, smallest_pt: place.size_pt } }
}
