//! Short secrets that are used once: the CVV of a card, and the one-time code that a cardholder reads out.
//!
//! Owns their form. Neither has a `Display` or a `Serialize`; both have a redacting `Debug` and are wiped when dropped.

use std::fmt;
use std::str::FromStr;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// The digits on the back of a card: three or four.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Cvv(String);

/// A CVV is three or four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a CVV has three or four digits")]
pub struct CvvError;

impl Cvv {
    /// The digits, for the one place that shows them.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Cvv {
    type Err = CvvError;

    fn from_str(text: &str) -> Result<Self, CvvError> {
        let is_cvv = matches!(text.len(), 3 | 4) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_cvv { Ok(Self(text.to_owned())) } else { Err(CvvError) }
    }
}

impl fmt::Debug for Cvv {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cvv(redacted)")
    }
}

/// The most characters of a one-time code. The contract names no form; codes that people read out are shorter.
const MAX_CODE_CHARACTERS: usize = 12;

/// The fewest characters of a one-time code.
const MIN_CODE_CHARACTERS: usize = 4;

/// A one-time code as the cardholder reads it to the operator: 4 to 12 letters and digits. Spaces and dashes between its
/// groups do not count.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct OneTimeCode(String);

/// Why a text is no one-time code. Never says the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OneTimeCodeError {
    /// Something that is neither a letter, a digit, a space nor a dash.
    #[error("a one-time code has letters and digits only")]
    Characters,
    /// Not 4 to 12 characters.
    #[error("a one-time code has 4 to 12 characters, this one has {0}")]
    Length(usize),
}

impl OneTimeCode {
    /// The code, for the one request that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for OneTimeCode {
    type Err = OneTimeCodeError;

    fn from_str(text: &str) -> Result<Self, OneTimeCodeError> {
        // Sized beforehand, so that no half-filled copy is left behind by a reallocation.
        let mut code = Self(String::with_capacity(text.len()));
        for character in text.chars() {
            match character {
                ' ' | '-' | '\u{a0}' => {}
                character if character.is_ascii_alphanumeric() => code.0.push(character),
                _ => return Err(OneTimeCodeError::Characters),
            }
        }
        match code.0.len() {
            MIN_CODE_CHARACTERS..=MAX_CODE_CHARACTERS => Ok(code),
            length => Err(OneTimeCodeError::Length(length)),
        }
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneTimeCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cvv_is_three_or_four_digits_and_never_shows_itself() {
        assert_eq!("042".parse::<Cvv>().expect("a CVV").reveal(), "042");
        assert_eq!(format!("{:?}", "9876".parse::<Cvv>()), "Ok(Cvv(redacted))");
        for wrong in ["", "12", "12345", "1a3", " 123", "١٢٣"] {
            assert_eq!(wrong.parse::<Cvv>(), Err(CvvError), "{wrong:?}");
        }
    }

    #[test]
    fn a_one_time_code_is_taken_as_people_read_it_out_and_never_shows_itself() {
        for (read, code) in [("482915", "482915"), ("482 915", "482915"), (" 48-29-15 ", "482915"), ("a7K9", "a7K9")] {
            assert_eq!(read.parse::<OneTimeCode>().expect("a code").reveal(), code);
        }
        assert_eq!(format!("{:?}", "482915".parse::<OneTimeCode>()), "Ok(OneTimeCode(redacted))");
        for (wrong, why) in [
            ("", OneTimeCodeError::Length(0)),
            ("1-2 3", OneTimeCodeError::Length(3)),
            ("1234567890123", OneTimeCodeError::Length(13)),
            ("4829\n15", OneTimeCodeError::Characters),
            ("é8291", OneTimeCodeError::Characters),
        ] {
            assert_eq!(wrong.parse::<OneTimeCode>(), Err(why), "{wrong:?}");
        }
    }
}
