//! Identifiers that the gateway or the issuer gives out.
//!
//! Owns their shape only; whether a thing with that id exists is the gateway's word.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::{TextError, single_line};

/// The gateway's id of a cardholder (`userId`): opaque, 1 to 128 characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardholderId(String);

/// A company's branding hint on the activation page (`client`), for example `migoDeveloper`: 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientSlug(String);

/// The name under which a company's application signs in (`merchant`): 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MerchantSlug(String);

macro_rules! text_id {
    ($name:ident, $max_characters:literal) => {
        impl $name {
            /// The id as the gateway wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                single_line(text, $max_characters).map(|checked| Self(checked.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

text_id!(CardholderId, 128);
text_id!(ClientSlug, 64);
text_id!(MerchantSlug, 64);

/// The gateway's id of a card: a number (`gateway-api.md`, Cards). Crosses to the UI as text, since a web view's
/// numbers are exact only to 53 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardId(u64);

impl CardId {
    /// A card id from the gateway's number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The gateway's number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for CardId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for CardId {
    type Err = CardIdError;

    fn from_str(text: &str) -> Result<Self, CardIdError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CardIdError);
        }
        text.parse().map(Self).map_err(|_| CardIdError)
    }
}

/// A card id is a whole number of at most 20 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a card id is a whole number")]
pub struct CardIdError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cardholder_id_is_never_empty_and_never_carries_control_characters() {
        assert!("".parse::<CardholderId>().is_err());
        assert!("a\u{0}b".parse::<CardholderId>().is_err());
        assert!("x".repeat(129).parse::<CardholderId>().is_err());
        assert!("6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd".parse::<CardholderId>().is_ok());
    }

    #[test]
    fn a_card_id_is_digits_only() {
        assert_eq!("48213".parse::<CardId>(), Ok(CardId::new(48_213)));
        for wrong in ["", "+1", "-1", "1 ", "1.0", "0x1", "99999999999999999999999"] {
            assert!(wrong.parse::<CardId>().is_err(), "{wrong:?}");
        }
    }
}
