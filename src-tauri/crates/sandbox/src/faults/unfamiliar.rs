//! Fields and words that this version does not know yet, sprinkled into an answer of the contract.
//!
//! Owns the rewriting. Numbers keep the text that they were written with, since nothing but names and words is read.

use std::fmt;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The fields whose values are words of a list that may grow.
const WORDS: [&str; 8] = ["status", "type", "direction", "operation", "gender", "maritalStatus", "documentType", "channel"];

const NEW_WORDS: [&str; 4] = ["FROZEN_BY_NETWORK", "CASHBACK", "newWord", "Ñandú 2"];

const NEW_FIELDS: [(&str, &str); 4] =
    [("loyaltyTier", r#""GOLD""#), ("riskScore", "17.25"), ("networkTokens", r#"[{"kind":"NEW","active":true}]"#), ("parentId", "null")];

/// The same document with new fields in its objects, and new words in place of some; itself if it is not JSON. The same
/// number gives the same.
pub(super) fn unfamiliar(json: &[u8], number: u64) -> Vec<u8> {
    let Ok(raw) = serde_json::from_slice::<&RawValue>(json) else { return json.to_vec() };
    let mut random = ChaCha8Rng::seed_from_u64(number);
    let mut written = String::with_capacity(json.len() * 2);
    value(raw.get(), None, &mut random, &mut written);
    written.into_bytes()
}

fn value(raw: &str, name: Option<&str>, random: &mut ChaCha8Rng, written: &mut String) {
    match raw.as_bytes().first() {
        Some(b'{') => object(raw, random, written),
        Some(b'[') => list(raw, random, written),
        Some(b'"') if name.is_some_and(|name| WORDS.contains(&name)) && random.next_u64().is_multiple_of(3) => {
            written.push('"');
            written.push_str(one_of(&NEW_WORDS, random));
            written.push('"');
        }
        _ => written.push_str(raw),
    }
}

fn object(raw: &str, random: &mut ChaCha8Rng, written: &mut String) {
    let Ok(Fields(fields)) = serde_json::from_str(raw) else { return written.push_str(raw) };
    written.push('{');
    let (new_name, new_value) = one_of(&NEW_FIELDS, random);
    written.push_str(&format!("\"{new_name}\":{new_value}"));
    for (name, raw) in fields {
        // A name is written as the contract has it: plain letters.
        written.push_str(&format!(",\"{name}\":"));
        value(raw.get(), Some(&name), random, written);
    }
    written.push('}');
}

fn list(raw: &str, random: &mut ChaCha8Rng, written: &mut String) {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw) else { return written.push_str(raw) };
    written.push('[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            written.push(',');
        }
        value(item.get(), None, random, written);
    }
    written.push(']');
}

fn one_of<T: Copy>(choices: &[T], random: &mut ChaCha8Rng) -> T {
    let choice = random.next_u64() % choices.len() as u64;
    choices[usize::try_from(choice).unwrap_or_default()]
}

/// An object's fields, in their order.
struct Fields<'json>(Vec<(String, &'json RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str =
        r#"{"success":true,"data":[{"id":48213,"status":"ACTIVE","balance":900719925474099.0001,"alias":"a\"b","expiry":{"month":1}}]}"#;

    #[test]
    fn known_fields_keep_their_values_to_the_last_digit_and_new_ones_are_there() {
        let made: Vec<String> = (0..40).map(|number| String::from_utf8(unfamiliar(ANSWER.as_bytes(), number)).expect("UTF-8")).collect();
        for text in &made {
            serde_json::from_str::<&RawValue>(text).expect("JSON");
            for kept in [r#""success":true"#, r#""id":48213"#, r#""balance":900719925474099.0001"#, r#""alias":"a\"b""#, r#""month":1"#] {
                assert!(text.contains(kept), "{kept} is not in {text}");
            }
            assert!(NEW_FIELDS.iter().any(|(name, _)| text.contains(name)), "{text}");
        }
        assert!(made.iter().any(|text| NEW_WORDS.iter().any(|word| text.contains(&format!("\"status\":\"{word}\"")))));
        assert!(made.iter().any(|text| text.contains(r#""status":"ACTIVE""#)));
        assert_eq!(unfamiliar(ANSWER.as_bytes(), 7), unfamiliar(ANSWER.as_bytes(), 7));
        assert_eq!(unfamiliar(b"<html>", 7), b"<html>");
    }
}
