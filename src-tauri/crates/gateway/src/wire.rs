//! Exact and forgiving reading of single values, and exact writing of amounts.
//!
//! Owns the rules of `gateway-api.md` that hold for every resource: amounts never pass through a float, ids come as numbers
//! or text, unknown words are kept, an absent field is no error unless nothing can be done without it.

use std::fmt::Display;
use std::str::FromStr;

use cardesk_domain::{Amount, CardId};
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// An amount on the wire: written as an exact JSON number, read from a number or a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WireAmount(pub(crate) Amount);

impl Serialize for WireAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A raw value is the one way to hand serde_json a number that is not a float and not a whole.
        RawValue::from_string(self.0.to_json_text()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WireAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number_or_text(deserializer).and_then(|text| Amount::from_json_text(&text).map(Self).map_err(D::Error::custom))
    }
}

/// A card id: a JSON number, or a string of digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WireCardId(pub(crate) CardId);

impl<'de> Deserialize<'de> for WireCardId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number_or_text(deserializer).and_then(|text| text.parse().map(Self).map_err(D::Error::custom))
    }
}

/// An id or code that may come as a number or as text; kept as text.
#[derive(Debug, Clone)]
pub(crate) struct WireText(pub(crate) String);

impl<'de> Deserialize<'de> for WireText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number_or_text(deserializer).map(Self)
    }
}

/// A moment in Unix seconds, as a number or as text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WireSeconds(pub(crate) i64);

impl<'de> Deserialize<'de> for WireSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number_or_text(deserializer).and_then(|text| text.parse().map(Self).map_err(D::Error::custom))
    }
}

fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    match raw.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw.get()).map_err(D::Error::custom),
        Some(b'-' | b'0'..=b'9') => Ok(raw.get().to_owned()),
        _ => Err(D::Error::custom("neither a number nor a text")),
    }
}

/// Data that is only shown: of another form, or none at all, it is taken for absent. Success alone is success.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WhereReadable<T>(pub(crate) Option<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for WhereReadable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).ok()))
    }
}

/// Text that is absent, null or blank is none.
pub(crate) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// A value of which an odd form is taken for absent: for what is only shown.
pub(crate) fn if_readable<T: FromStr>(text: Option<String>) -> Option<T>
where
    T::Err: Display,
{
    filled(text).and_then(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_is_written_as_a_number_and_exactly() {
        // 19 digits: a float keeps 15 to 17.
        let amount: Amount = "900719925474099.0001".parse().expect("an amount");
        assert_eq!(serde_json::to_string(&WireAmount(amount)).expect("JSON"), "900719925474099.0001");
        assert_eq!(serde_json::to_string(&WireAmount("1250.5".parse().expect("an amount"))).expect("JSON"), "1250.50");
    }

    #[test]
    fn an_amount_with_more_places_than_the_contract_is_never_rounded() {
        assert!(serde_json::from_str::<WireAmount>("0.10001").is_err());
        assert!(serde_json::from_str::<WireAmount>("null").is_err());
        assert!(serde_json::from_str::<WireAmount>("true").is_err());
    }

    proptest! {
        #[test]
        fn every_amount_comes_back_the_same_as_number_and_as_text(count in -10_i64.pow(17)..10_i64.pow(17)) {
            let amount = Amount::from_ten_thousandths(count);
            let number = serde_json::to_string(&WireAmount(amount)).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<WireAmount>(&number).expect("a number"), WireAmount(amount));
            prop_assert_eq!(serde_json::from_str::<WireAmount>(&format!("\"{number}\"")).expect("a text"), WireAmount(amount));
        }
    }
}
