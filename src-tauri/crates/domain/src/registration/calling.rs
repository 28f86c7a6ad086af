//! How many digits a telephone number has after its country's calling code.
//!
//! Owns the lengths of the countries that this programme's cardholders are most often from or in (the countries' national
//! numbering plans, as they are notified to the ITU). A number of another country is held to E.164 alone. The gateway's
//! contract states no lengths, so they only warn.

use std::ops::RangeInclusive;

/// Calling code → digits of a national number. No code here begins with another one.
const NATIONAL_DIGITS: [(&str, RangeInclusive<usize>); 24] = [
    ("1", 10..=10),
    ("33", 9..=9),
    ("34", 9..=9),
    ("44", 9..=10),
    ("501", 7..=7),
    ("502", 8..=8),
    ("503", 8..=8),
    ("504", 8..=8),
    ("505", 8..=8),
    ("506", 8..=8),
    ("507", 7..=8),
    ("509", 8..=8),
    ("51", 8..=9),
    ("52", 10..=10),
    ("53", 8..=8),
    ("54", 10..=11),
    ("55", 10..=11),
    ("56", 9..=9),
    ("57", 10..=10),
    ("58", 10..=10),
    ("591", 8..=8),
    ("593", 8..=9),
    ("595", 9..=9),
    ("598", 8..=8),
];

/// Whether a number in E.164 (`+50255551234`) has as many digits as its country's numbers have. A country that is not
/// known here has any.
#[must_use]
pub fn has_usual_length(e164: &str) -> bool {
    let digits = e164.strip_prefix('+').unwrap_or(e164);
    let national = |(code, length): &(&str, RangeInclusive<usize>)| digits.strip_prefix(code).map(|rest| length.contains(&rest.len()));
    NATIONAL_DIGITS.iter().find_map(national).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_held_against_its_own_countrys_length() {
        for usual in ["+50255551234", "+12025550143", "+34600123456", "+525512345678", "+50761234567", "+5072123456", "+81312345678"] {
            assert!(has_usual_length(usual), "{usual}");
        }
        for unusual in ["+5025555123", "+502555512345", "+1202555014", "+3460012345", "+50412345678901", "+52551234567"] {
            assert!(!has_usual_length(unusual), "{unusual}");
        }
    }

    #[test]
    fn no_calling_code_begins_with_another() {
        for (code, _) in &NATIONAL_DIGITS {
            let hits = NATIONAL_DIGITS.iter().filter(|(other, _)| other.starts_with(code)).count();
            assert_eq!(hits, 1, "{code}");
        }
    }
}
