//! What people call a card.
//!
//! Owns the form of an alias. The contract names no greatest length, so the one here is assumed; whether the gateway takes
//! it is the gateway's word.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::pan::with_numbers_masked;
use crate::text::{TextError, single_line};

/// An alias: one printable line of 1 to 50 characters, without a whole card number in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Alias(String);

/// Why a text can't be an alias.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AliasError {
    /// It is empty, only spaces, too long, or has a character that does not print.
    #[error("the alias {0}")]
    Text(#[from] TextError),
    /// A whole card number stands in it, which must not be stored or shown.
    #[error("the alias contains a whole card number: use its last four digits at most")]
    CardNumber,
}

impl Alias {
    /// The most characters. It is what the contract allows a description to have; for an alias it names nothing.
    pub const MAX_CHARACTERS: usize = 50;

    /// The alias as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Alias {
    type Err = AliasError;

    fn from_str(text: &str) -> Result<Self, AliasError> {
        let line = single_line(text, Self::MAX_CHARACTERS)?;
        if with_numbers_masked(line).is_some() { Err(AliasError::CardNumber) } else { Ok(Self(line.to_owned())) }
    }
}

impl TryFrom<String> for Alias {
    type Error = AliasError;

    fn try_from(text: String) -> Result<Self, AliasError> {
        text.parse()
    }
}

impl From<Alias> for String {
    fn from(alias: Alias) -> Self {
        alias.0
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_one_line_of_1_to_50_characters() {
        assert_eq!(" Viáticos de Ana ".parse::<Alias>().expect("an alias").as_str(), "Viáticos de Ana");
        assert!("ñ".repeat(50).parse::<Alias>().is_ok());
        for (wrong, why) in [
            (String::new(), TextError::Empty),
            ("  \u{a0} ".to_owned(), TextError::Empty),
            ("a".repeat(300), TextError::TooLong { max: 50, actual: 300 }),
            ("caja\tchica".to_owned(), TextError::Unprintable('\t')),
            ("caja\u{202e}chica".to_owned(), TextError::Unprintable('\u{202e}')),
        ] {
            assert_eq!(wrong.parse::<Alias>(), Err(AliasError::Text(why)), "{wrong:?}");
        }
    }

    #[test]
    fn a_whole_card_number_is_no_alias_and_is_not_repeated() {
        let error = "caja 4111 1111 1111 1111".parse::<Alias>().expect_err("a card number");
        assert_eq!(error, AliasError::CardNumber);
        assert!(!error.to_string().contains("4111"));
        assert!("tarjeta 1111".parse::<Alias>().is_ok());
    }
}
