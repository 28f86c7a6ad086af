//! Card numbers: the whole one, that never leaves memory, and the masked one, that people see.
//!
//! Owns the check digit (ISO/IEC 7812-1, the Luhn formula), masking and the last four. A [`Pan`] has no `Display`, no
//! `Serialize` and a redacting `Debug`, and is wiped when it is dropped.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Why a card number can't be taken. Never says the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PanError {
    /// Something that is neither a digit, a space nor a dash.
    #[error("a card number has digits only")]
    NotDigits,
    /// Not 13 to 19 digits.
    #[error("a card number has 13 to 19 digits, this one has {0}")]
    Length(usize),
    /// The check digit does not fit: most likely a slip in typing.
    #[error("the card number's check digit does not fit: look for a mistyped digit")]
    CheckDigit,
}

/// A whole card number, 13 to 19 digits with a fitting check digit.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Pan(String);

impl Pan {
    /// The digits, for the one request that needs them.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The last four digits.
    #[must_use]
    pub fn last_four(&self) -> LastFour {
        LastFour(self.0[self.0.len() - 4..].to_owned())
    }
}

impl FromStr for Pan {
    type Err = PanError;

    fn from_str(text: &str) -> Result<Self, PanError> {
        // Sized beforehand, so that no half-filled copy is left behind by a reallocation.
        let mut digits = Self(String::with_capacity(text.len()));
        for character in text.chars() {
            match character {
                '0'..='9' => digits.0.push(character),
                ' ' | '-' | '\u{a0}' => {}
                _ => return Err(PanError::NotDigits),
            }
        }
        match digits.0.len() {
            MIN_DIGITS..=MAX_DIGITS if fits_check_digit(&digits.0) => Ok(digits),
            MIN_DIGITS..=MAX_DIGITS => Err(PanError::CheckDigit),
            length => Err(PanError::Length(length)),
        }
    }
}

impl fmt::Debug for Pan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pan(redacted)")
    }
}

/// The check digit that completes `digits` by the Luhn formula (ISO/IEC 7812-1, annex B); `None` if something in it is
/// not a digit.
#[must_use]
pub fn luhn_check_digit(digits: &str) -> Option<char> {
    let mut sum = 0;
    for (position, character) in digits.chars().rev().enumerate() {
        let digit = character.to_digit(10)?;
        sum += match (position % 2, digit) {
            (0, 0..=4) => digit * 2,
            (0, _) => digit * 2 - 9,
            _ => digit,
        };
    }
    char::from_digit((10 - sum % 10) % 10, 10)
}

/// The most digits of a card number (ISO/IEC 7812-1).
const MAX_DIGITS: usize = 19;

/// The fewest that this programme's cards have.
const MIN_DIGITS: usize = 13;

/// The text with every whole card number in it masked to its last four: 13 to 19 digits, in groups or not, whose check
/// digit fits, whoever's card it is. `None` if there is none.
#[must_use]
pub fn with_numbers_masked(text: &str) -> Option<String> {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_found = false;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, from_digit) = rest.split_at(start);
        masked.push_str(before);
        let group_end = from_digit.find(|character: char| !character.is_ascii_digit()).unwrap_or(from_digit.len());
        let end = whole_number_end(from_digit);
        match end {
            Some(end) => {
                is_found = true;
                masked.push_str("•••• ");
                masked.extend(from_digit[..end].chars().filter(char::is_ascii_digit).skip(digits_in(&from_digit[..end]) - 4));
            }
            None => masked.push_str(&from_digit[..group_end]),
        }
        rest = &from_digit[end.unwrap_or(group_end)..];
    }
    masked.push_str(rest);
    is_found.then_some(masked)
}

/// Where a whole card number ends that begins with the text's first digit, at the end of a group of digits.
fn whole_number_end(text: &str) -> Option<usize> {
    let mut digits = Pan(String::with_capacity(MAX_DIGITS + 1));
    let mut ends = None;
    for (position, character) in text.char_indices() {
        match character {
            '0'..='9' if digits.0.len() == MAX_DIGITS => return ends,
            '0'..='9' => digits.0.push(character),
            ' ' | '-' | '\u{a0}' => {}
            _ => break,
        }
        let end = position + character.len_utf8();
        let is_end_of_group = character.is_ascii_digit() && !text[end..].starts_with(|next: char| next.is_ascii_digit());
        if is_end_of_group && digits.0.len() >= MIN_DIGITS && fits_check_digit(&digits.0) {
            ends = Some(end);
        }
    }
    ends
}

fn digits_in(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

fn fits_check_digit(digits: &str) -> bool {
    luhn_check_digit(&digits[..digits.len() - 1]) == digits.chars().last()
}

/// The last four digits of a card number, as printed and as people say them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LastFour(String);

impl LastFour {
    /// The four digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The last four of a card are four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the last four of a card are four digits")]
pub struct LastFourError;

impl FromStr for LastFour {
    type Err = LastFourError;

    fn from_str(text: &str) -> Result<Self, LastFourError> {
        let text = text.trim();
        if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) { Ok(Self(text.to_owned())) } else { Err(LastFourError) }
    }
}

impl TryFrom<String> for LastFour {
    type Error = LastFourError;

    fn try_from(text: String) -> Result<Self, LastFourError> {
        text.parse()
    }
}

impl From<LastFour> for String {
    fn from(last_four: LastFour) -> Self {
        last_four.0
    }
}

impl fmt::Display for LastFour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A masked card number from the gateway, whatever its mask; only its last four digits are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MaskedPan(LastFour);

impl MaskedPan {
    /// The last four digits.
    #[must_use]
    pub const fn last_four(&self) -> &LastFour {
        &self.0
    }
}

impl From<LastFour> for MaskedPan {
    fn from(last_four: LastFour) -> Self {
        Self(last_four)
    }
}

impl FromStr for MaskedPan {
    type Err = LastFourError;

    /// Takes any mask that ends in four digits. A number that was not masked at all loses everything but its last four
    /// here, before anything can store or show it.
    fn from_str(text: &str) -> Result<Self, LastFourError> {
        let tail: String = text.trim().chars().rev().take(4).collect();
        tail.chars().rev().collect::<String>().parse().map(Self)
    }
}

impl TryFrom<String> for MaskedPan {
    type Error = LastFourError;

    fn try_from(text: String) -> Result<Self, LastFourError> {
        text.parse()
    }
}

impl From<MaskedPan> for String {
    fn from(masked: MaskedPan) -> Self {
        masked.to_string()
    }
}

impl fmt::Display for MaskedPan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "•••• {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_taken_with_spaces_or_dashes_and_never_shown() {
        let pan: Pan = "4111-1111 1111 1111".parse().expect("a published test number");
        assert_eq!(pan.reveal(), "4111111111111111");
        assert_eq!(pan.last_four().as_str(), "1111");
        assert_eq!(format!("{pan:?}"), "Pan(redacted)");
    }

    #[test]
    fn a_mistyped_card_number_says_what_is_wrong_without_repeating_it() {
        assert_eq!("4111111111111112".parse::<Pan>(), Err(PanError::CheckDigit));
        assert_eq!("411111111111".parse::<Pan>(), Err(PanError::Length(12)));
        assert_eq!("41111111111111111111".parse::<Pan>(), Err(PanError::Length(20)));
        assert_eq!("4111x11111111111".parse::<Pan>(), Err(PanError::NotDigits));
    }

    #[test]
    fn whole_card_numbers_in_a_text_are_masked_and_other_numbers_are_left() {
        for (text, masked) in [
            ("4111111111111111", "•••• 1111"),
            ("pago 4111-1111 1111 1111, mayo", "pago •••• 1111, mayo"),
            ("2026 4111 1111 1111 1111 05", "2026 •••• 1111 05"),
            ("ñ 5500000000000004 y 4111111111111111", "ñ •••• 0004 y •••• 1111"),
        ] {
            assert_eq!(with_numbers_masked(text).as_deref(), Some(masked), "{text}");
        }
        for harmless in ["", "48213", "4111111111111112", "factura 12-2026", "41111111111111111111111", "1 2 3 4 5 6 7 8 9"] {
            assert_eq!(with_numbers_masked(harmless), None, "{harmless}");
        }
    }

    #[test]
    fn an_unmasked_number_is_masked_as_it_is_read() {
        let masked: MaskedPan = "4111111111111111".parse().expect("ends in four digits");
        assert_eq!(masked.to_string(), "•••• 1111");
        assert!("****".parse::<MaskedPan>().is_err());
        assert!("".parse::<MaskedPan>().is_err());
    }
}
