//! The accent colour, within the contrast rules of WCAG 2.2.

use crate::canvas::Ink;

use super::TemplateProblem;

/// The least contrast of text on white (WCAG 2.2, success criterion 1.4.3), in hundredths.
const LEAST_CONTRAST: u32 = 450;

/// A contrast, in hundredths: 450 is 4.5:1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contrast {
    /// What it is.
    pub hundredths: u32,
    /// What it has to be.
    pub least_hundredths: u32,
}

/// A colour that text can be printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accent([u8; 3]);

impl Accent {
    pub(super) fn read(typed: &str) -> Result<Self, TemplateProblem> {
        let colour = components(typed.trim()).ok_or(TemplateProblem::ColourForm)?;
        let contrast = contrast_of(colour);
        if contrast.hundredths < contrast.least_hundredths { Err(TemplateProblem::Contrast(contrast)) } else { Ok(Self(colour)) }
    }

    pub(crate) fn ink(self) -> Ink {
        let [red, green, blue] = self.0.map(|component| f32::from(component) / 255.0);
        // A grey in the printer's own black has no fringes of colour.
        if self.0 == [self.0[0]; 3] { Ink::Gray(red) } else { Ink::Rgb(red, green, blue) }
    }
}

/// The contrast of a colour, `#1e40af`, on white; `None` if it is no colour.
#[must_use]
pub fn contrast_on_white(colour: &str) -> Option<Contrast> {
    components(colour.trim()).map(contrast_of)
}

fn components(typed: &str) -> Option<[u8; 3]> {
    let digits = typed.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    let component = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([component(0)?, component(2)?, component(4)?])
}

/// Relative luminance and contrast by WCAG 2.2; rounded downwards, so that 4.5:1 is never said of less.
fn contrast_of(colour: [u8; 3]) -> Contrast {
    let [red, green, blue] = colour.map(|component| {
        let value = f64::from(component) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Contrast { hundredths: (1.05 / (luminance + 0.05) * 100.0).floor() as u32, least_hundredths: LEAST_CONTRAST }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        let hundredths = |colour: &str| contrast_on_white(colour).expect("a colour").hundredths;
        assert_eq!((hundredths("#000000"), hundredths("#ffffff"), hundredths("#767676"), hundredths("#FF0000")), (2100, 100, 454, 399));
    }

    #[test]
    fn a_colour_too_light_for_text_is_refused_with_its_figures() {
        assert_eq!(Accent::read("#767676"), Ok(Accent([0x76; 3])));
        let refused = Accent::read("#777777");
        assert_eq!(refused, Err(TemplateProblem::Contrast(Contrast { hundredths: 447, least_hundredths: 450 })));
        for typed in ["", "red", "#fff", "#12345g", "123456", "#1234567", "#é1234"] {
            assert_eq!(Accent::read(typed), Err(TemplateProblem::ColourForm), "{typed}");
        }
    }
}
