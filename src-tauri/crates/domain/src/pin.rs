//! PINs: what one may be, and what makes one easy to guess.
//!
//! Owns the form (4 to 12 digits) and the weaknesses, which only warn: the contract states none. A [`Pin`] has no
//! `Display`, no `Serialize` and a redacting `Debug`, and is wiped when it is dropped. Whoever hands the typed text over
//! wipes that.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The fewest digits of a PIN (ISO 9564-1, 8.1).
const MIN_DIGITS: usize = 4;

/// The most digits of a PIN (ISO 9564-1, 8.1).
const MAX_DIGITS: usize = 12;

/// Why a PIN can't be taken. Never says the PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Something that is not one of the digits 0 to 9.
    #[error("a PIN has digits only")]
    NotDigits,
    /// Not 4 to 12 digits.
    #[error("a PIN has 4 to 12 digits, this one has {0}")]
    Length(usize),
}

/// What makes a PIN easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PinWeakness {
    /// One digit, or one short group of them, over and over: `7777`, `1212`, `123123`.
    Repeats,
    /// Digits in their order, forwards or backwards: `1234`, `8765`, `7890`.
    Run,
    /// The cardholder's date of birth, in one of the forms in which people write it.
    BirthDate,
}

/// A card's PIN: 4 to 12 digits.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Pin(String);

impl Pin {
    /// The digits, for the one request that needs them.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What makes it easy to guess, if anything does. `date_of_birth` is the cardholder's, where it is known.
    #[must_use]
    pub fn weakness(&self, date_of_birth: Option<Date>) -> Option<PinWeakness> {
        if self.is_repetition() {
            Some(PinWeakness::Repeats)
        } else if self.is_run() {
            Some(PinWeakness::Run)
        } else if date_of_birth.is_some_and(|date| self.is_date(date)) {
            Some(PinWeakness::BirthDate)
        } else {
            None
        }
    }

    fn is_repetition(&self) -> bool {
        let digits = self.0.as_bytes();
        (1..=digits.len() / 2)
            .filter(|length| digits.len().is_multiple_of(*length))
            .any(|length| digits.chunks(length).all(|group| group == &digits[..length]))
    }

    fn is_run(&self) -> bool {
        let steps_by = |step: u8| self.0.as_bytes().windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
        steps_by(1) || steps_by(9)
    }

    /// A part of a date (day and month, the year) is one only as the whole PIN; a whole date also within a longer one.
    fn is_date(&self, date: Date) -> bool {
        let part = |number: i16, digits: usize| Zeroizing::new(format!("{number:0digits$}"));
        let (day, month) = (part(date.day().into(), 2), part(date.month().into(), 2));
        let (year, short_year) = (part(date.year(), 4), part(date.year() % 100, 2));
        let forms: [&[&Zeroizing<String>]; 13] = [
            &[&day, &month],
            &[&month, &day],
            &[&year],
            &[&month, &short_year],
            &[&short_year, &month],
            &[&day, &month, &short_year],
            &[&month, &day, &short_year],
            &[&short_year, &month, &day],
            &[&month, &year],
            &[&year, &month],
            &[&day, &month, &year],
            &[&month, &day, &year],
            &[&year, &month, &day],
        ];
        forms.iter().any(|form| {
            let written = Zeroizing::new(form.iter().map(|part| part.as_str()).collect::<String>());
            *self.0 == **written || (written.len() >= 6 && self.0.contains(written.as_str()))
        })
    }
}

impl FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PinError::NotDigits);
        }
        match text.len() {
            MIN_DIGITS..=MAX_DIGITS => Ok(Self(text.to_owned())),
            length => Err(PinError::Length(length)),
        }
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pin(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn weakness(digits: &str) -> Option<PinWeakness> {
        digits.parse::<Pin>().expect("a PIN").weakness(Some(date(1987, 3, 9)))
    }

    #[test]
    fn a_pin_is_4_to_12_digits_and_nothing_else() {
        for right in ["0000", "2580", "123456789012"] {
            assert_eq!(right.parse::<Pin>().expect("a PIN").reveal(), right);
        }
        for wrong in ["12a4", "12 34", "-1234", "١٢٣٤", "1234\n"] {
            assert_eq!(wrong.parse::<Pin>(), Err(PinError::NotDigits), "{wrong:?}");
        }
        for (wrong, length) in [("", 0), ("123", 3), ("1234567890123", 13)] {
            assert_eq!(wrong.parse::<Pin>(), Err(PinError::Length(length)), "{wrong:?}");
        }
    }

    #[test]
    fn neither_a_pin_nor_its_error_shows_a_digit() {
        let pin: Pin = "918273".parse().expect("a PIN");
        assert_eq!(format!("{pin:?}"), "Pin(redacted)");
        let error = "9182x".parse::<Pin>().expect_err("a letter");
        assert!(!format!("{error} {error:?}").contains("9182"));
    }

    #[test]
    fn repeats_runs_and_the_birth_date_are_weak_and_other_pins_are_not() {
        for (digits, expected) in [
            ("7777", Some(PinWeakness::Repeats)),
            ("1212", Some(PinWeakness::Repeats)),
            ("483483", Some(PinWeakness::Repeats)),
            ("1234", Some(PinWeakness::Run)),
            ("87654321", Some(PinWeakness::Run)),
            ("7890", Some(PinWeakness::Run)),
            ("0987", Some(PinWeakness::Run)),
            ("0903", Some(PinWeakness::BirthDate)),
            ("0309", Some(PinWeakness::BirthDate)),
            ("1987", Some(PinWeakness::BirthDate)),
            ("090387", Some(PinWeakness::BirthDate)),
            ("19870309", Some(PinWeakness::BirthDate)),
            ("5090319875", Some(PinWeakness::BirthDate)),
            ("2580", None),
            ("1213", None),
            ("12345679", None),
            ("50903", None),
            ("482915", None),
        ] {
            assert_eq!(weakness(digits), expected, "{digits}");
        }
    }

    proptest! {
        #[test]
        fn a_pin_without_a_known_birth_date_is_weak_by_its_digits_alone(digits in "[0-9]{4,12}") {
            let pin: Pin = digits.parse().expect("a PIN");
            prop_assert_ne!(pin.weakness(None), Some(PinWeakness::BirthDate));
        }

        #[test]
        fn nothing_that_is_typed_panics(text in ".{0,20}") {
            if let Ok(pin) = text.parse::<Pin>() {
                prop_assert!((4..=12).contains(&pin.reveal().len()));
            }
        }
    }
}
