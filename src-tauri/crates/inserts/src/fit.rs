//! Fitting text into its place: a size, and lines.
//!
//! A name is never shortened: it shrinks within limits, then takes two lines, then breaks within a word, and only then
//! is an error with figures.

use crate::font::Typeface;

/// Points of one millimetre.
pub(crate) const PT_PER_MM: f64 = 72.0 / 25.4;

/// Sizes are tried in steps of this many points.
const STEP_PT: f64 = 0.25;

/// A text that fits: its size and lines.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fitted {
    pub(crate) size_pt: f64,
    pub(crate) lines: Vec<String>,
}

/// The place of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) width_mm: f64,
    pub(crate) largest_pt: f64,
    /// The smallest size that a single line shrinks to before the text takes more lines.
    pub(crate) single_line_pt: f64,
    /// The largest size of a text of more than one line.
    pub(crate) several_lines_pt: f64,
    pub(crate) smallest_pt: f64,
    pub(crate) most_lines: usize,
}

/// The figures of a text that does not fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DoesNotFit {
    pub(crate) needed_mm: f64,
    pub(crate) available_mm: f64,
    pub(crate) smallest_pt: f64,
}

/// Fits a text into its place: one line if it can be, then whole words, then words broken where they must be.
pub(crate) fn fit(typeface: &Typeface, text: &str, place: &Place) -> Result<Fitted, DoesNotFit> {
    let width_pt = place.width_mm * PT_PER_MM;
    let natural = typeface.width_pt(text, 1.0);
    if natural * place.single_line_pt <= width_pt {
        let size_pt = sizes(place.largest_pt, place.single_line_pt).find(|size| natural * size <= width_pt).unwrap_or(place.single_line_pt);
        return Ok(Fitted { size_pt, lines: vec![text.to_owned()] });
    }
    // Last of all without leaving the end of a line empty: a word as long as two lines then begins beside the one before it.
    for breaks in [Breaks::Words, Breaks::Anywhere, Breaks::Characters] {
        for size_pt in sizes(place.several_lines_pt, place.smallest_pt) {
            if let Some(lines) = wrap(typeface, text, size_pt, width_pt, breaks).filter(|lines| lines.len() <= place.most_lines) {
                return Ok(Fitted { size_pt, lines });
            }
        }
    }
    Err(DoesNotFit {
        needed_mm: natural * place.smallest_pt / PT_PER_MM,
        available_mm: place.width_mm * place.most_lines as f64,
        smallest_pt: place.smallest_pt,
    })
}

/// Where a line may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// At a space or after a hyphen.
    Words,
    /// There, or within a word that is longer than a line.
    Anywhere,
    /// Before the parts of a link, within a part that is longer than a line.
    Link,
    /// After any character: a long link or a long name in little room.
    Characters,
}

impl Breaks {
    fn ends_piece(self, character: char) -> bool {
        match self {
            Self::Words | Self::Anywhere => matches!(character, ' ' | '-'),
            Self::Link => matches!(character, '/' | '?' | '&'),
            Self::Characters => true,
        }
    }
}

/// Breaks a text into lines no wider than `width_pt`; `None` if a piece that must not be broken is wider.
pub(crate) fn wrap(typeface: &Typeface, text: &str, size_pt: f64, width_pt: f64, breaks: Breaks) -> Option<Vec<String>> {
    let fits = |line: &str| typeface.width_pt(line.trim_end(), size_pt) <= width_pt;
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in text.split_inclusive(|character| breaks.ends_piece(character)) {
        let longer = format!("{line}{piece}");
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if fits(piece) {
            piece.clone_into(&mut line);
        } else if breaks == Breaks::Words {
            return None;
        } else {
            line = break_within(piece, &fits, &mut lines)?;
        }
    }
    lines.push(line);
    Some(lines.into_iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect())
}

/// Breaks a text as [`wrap`] does, into the same number of lines of about the same width.
pub(crate) fn wrap_evenly(typeface: &Typeface, text: &str, size_pt: f64, width_pt: f64, breaks: Breaks) -> Option<Vec<String>> {
    let widest = wrap(typeface, text, size_pt, width_pt, breaks)?;
    let narrower = (60..100).filter_map(|percent| wrap(typeface, text, size_pt, width_pt * f64::from(percent) / 100.0, breaks));
    Some(narrower.into_iter().find(|lines| lines.len() == widest.len()).unwrap_or(widest))
}

/// Fills lines with a piece that is longer than one, and gives back the rest; `None` if not even one character fits.
fn break_within(piece: &str, fits: &impl Fn(&str) -> bool, lines: &mut Vec<String>) -> Option<String> {
    let mut line = String::new();
    for character in piece.chars() {
        line.push(character);
        if !fits(&line) {
            line.pop();
            if line.is_empty() {
                return None;
            }
            lines.push(std::mem::take(&mut line));
            line.push(character);
        }
    }
    Some(line)
}

fn sizes(largest_pt: f64, smallest_pt: f64) -> impl Iterator<Item = f64> {
    let steps = ((largest_pt - smallest_pt) / STEP_PT).floor().max(0.0) as u32;
    (0..=steps).map(move |step| largest_pt - f64::from(step) * STEP_PT)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::font::Fonts;

    const PLACE: Place =
        Place { width_mm: 60.0, largest_pt: 14.0, single_line_pt: 11.0, several_lines_pt: 11.0, smallest_pt: 7.0, most_lines: 2 };

    fn fonts() -> Fonts {
        Fonts::prepare(&(' '..='~').collect()).expect("the shipped font")
    }

    #[test]
    fn a_short_name_is_large_and_a_long_one_takes_two_lines_at_its_words() {
        let fonts = fonts();
        assert_eq!(fit(&fonts.regular, "Ana", &PLACE), Ok(Fitted { size_pt: 14.0, lines: vec!["Ana".to_owned()] }));
        let long = fit(&fonts.regular, "Maria Fernanda de los Angeles Guadalupe", &PLACE).expect("it fits");
        assert_eq!(long.lines.join(" "), "Maria Fernanda de los Angeles Guadalupe");
        assert_eq!(long.lines.len(), 2);
    }

    #[test]
    fn a_name_beyond_its_place_is_an_error_with_the_figures() {
        let refused = fit(&fonts().regular, &"W".repeat(200), &PLACE).expect_err("it does not fit");
        assert!(refused.needed_mm > 400.0 && (refused.available_mm - 120.0).abs() < 1e-9, "{refused:?}");
    }

    #[test]
    fn a_link_breaks_after_its_separators_and_loses_no_character() {
        let link = "https://sandbox.example.com/card-activation?client=migoDeveloper&userId=6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd";
        let lines = wrap(&fonts().regular, link, 8.0, 150.0, Breaks::Link).expect("links always wrap");
        assert_eq!(lines.concat(), link);
        assert!(lines.iter().any(|line| line.starts_with("userId=")), "{lines:?}");
    }

    proptest! {
        #[test]
        fn wrapped_text_keeps_its_characters_and_its_width(text in "[a-zA-Z]{1,30}( [a-zA-Z-]{1,30}){0,4}", width_pt in 60.0_f64..300.0) {
            let fonts = fonts();
            let lines = wrap(&fonts.regular, &text, 9.0, width_pt, Breaks::Anywhere).expect("letters are narrower than the line");
            for line in &lines {
                prop_assert!(fonts.regular.width_pt(line, 9.0) <= width_pt);
            }
            prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
