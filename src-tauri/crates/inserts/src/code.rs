//! A QR code as modules, and its drawing instructions.
//!
//! Owns the way from text to modules (by the `qrcode` crate; the mask is chosen in `mask`) and from
//! modules to one path of merged horizontal runs. Leaves the size and the place to the layouts.

use qrcode::EcLevel;

use crate::job::ErrorCorrection;
use crate::mask;

/// Modules that stay white around a code (ISO/IEC 18004, section 6.3.8).
pub(crate) const QUIET_ZONE: u32 = 4;

/// The modules of one code; none of them, where it was only measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Symbol {
    side: u32,
    dark: Box<[bool]>,
}

impl Symbol {
    /// Encodes a text; `None` if no QR code is large enough.
    pub(crate) fn encode(text: &str, error_correction: ErrorCorrection) -> Option<Self> {
        let (side, dark) = mask::encode(text.as_bytes(), level_of(error_correction))?;
        Some(Self { side: u32::try_from(side).ok()?, dark })
    }

    /// The size of a text's code without its modules; `None` if no QR code is large enough.
    pub(crate) fn measured(text: &str, error_correction: ErrorCorrection) -> Option<Self> {
        let side = u32::try_from(mask::side(text.as_bytes(), level_of(error_correction))?).ok()?;
        Some(Self { side, dark: Box::default() })
    }

    /// This code, encoded if it was only measured.
    pub(crate) fn filled(&self, text: &str, error_correction: ErrorCorrection) -> Option<Self> {
        if self.dark.is_empty() { Self::encode(text, error_correction) } else { Some(self.clone()) }
    }

    /// A symbol from modules that were read elsewhere, row by row; `None` if they are not a square.
    pub(crate) fn from_modules(side: u32, dark: Vec<bool>) -> Option<Self> {
        (dark.len() == (side as usize).pow(2)).then(|| Self { side, dark: dark.into_boxed_slice() })
    }

    /// Modules a side, without the quiet zone.
    pub(crate) const fn side(&self) -> u32 {
        self.side
    }

    /// Modules a side with the quiet zone.
    pub(crate) const fn side_with_quiet_zone(&self) -> u32 {
        self.side + 2 * QUIET_ZONE
    }

    /// Whether the module in this column and row is dark.
    pub(crate) fn is_dark(&self, column: usize, row: usize) -> bool {
        self.dark.get(row * self.side as usize + column).copied().unwrap_or(false)
    }

    /// Whether each module is dark, row by row.
    pub(crate) fn modules(&self) -> &[bool] {
        &self.dark
    }

    /// Appends one rectangle for each horizontal run, in whole modules with rows counted downwards, and one fill.
    pub(crate) fn write_path(&self, content: &mut Vec<u8>) {
        for (row, modules) in self.dark.chunks(self.side as usize).enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(|left, right| left == right) {
                if run.first() == Some(&true) {
                    for number in [column, row, run.len()] {
                        push_number(content, number);
                        content.push(b' ');
                    }
                    content.extend_from_slice(b"1 re\n");
                }
                column += run.len();
            }
        }
        content.extend_from_slice(b"f\n");
    }
}

const fn level_of(error_correction: ErrorCorrection) -> EcLevel {
    match error_correction {
        ErrorCorrection::M => EcLevel::M,
        ErrorCorrection::Q => EcLevel::Q,
        ErrorCorrection::H => EcLevel::H,
    }
}

/// Appends a number of modules in decimal; the largest code has 177 a side. (`write!` costs several times as much, and
/// a run of 10,000 inserts writes twenty million of these.)
fn push_number(content: &mut Vec<u8>, number: usize) {
    for (divisor, from) in [(100, 100), (10, 10), (1, 0)] {
        if number >= from {
            content.push(b'0' + (number / divisor % 10) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_of_109_bytes_makes_a_version_7_code() {
        let link = "https://sandbox.migopayments.com/card-activation?client=migoDeveloper&userId=6f0c2d1e-93b7-4a55-8c1d-2b7e9a44";
        assert_eq!(link.len(), 109);
        let symbol = Symbol::encode(link, ErrorCorrection::M).expect("it fits");
        assert_eq!((symbol.side(), symbol.side_with_quiet_zone()), (45, 53));
    }

    #[test]
    fn a_path_has_one_rectangle_for_each_run_and_one_fill() {
        let symbol = Symbol::from_modules(3, vec![true, true, false, false, false, false, true, false, true]).expect("a square");
        let mut path = Vec::new();
        symbol.write_path(&mut path);
        assert_eq!(String::from_utf8(path).as_deref(), Ok("0 0 2 1 re\n0 2 1 1 re\n2 2 1 1 re\nf\n"));
    }

    #[test]
    fn a_code_is_measured_as_it_is_encoded() {
        let measured = Symbol::measured("0043-001", ErrorCorrection::M).expect("it fits");
        let encoded = Symbol::encode("0043-001", ErrorCorrection::M).expect("it fits");
        assert_eq!(measured.side(), encoded.side());
        assert_eq!(measured.filled("0043-001", ErrorCorrection::M), Some(encoded));
    }

    #[test]
    fn text_beyond_the_largest_code_is_none() {
        assert_eq!(Symbol::encode(&"a".repeat(3000), ErrorCorrection::M), None);
    }
}
