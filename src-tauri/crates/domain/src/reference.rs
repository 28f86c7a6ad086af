//! The caller's own id of a funds operation, readable on the phone: `CD-7F3K-92QM`.
//!
//! Owns its alphabet (the 32 characters of Crockford's base 32: no I, L, O, U), its form, and its check character: a Damm
//! scheme over GF(2⁵), which catches every single wrong character and every swap of two neighbours. Leaves randomness
//! to the caller, and uniqueness to the journal.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_CHARACTERS: usize = 7;

/// A reference: 35 random bits in seven characters, and a check character.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(String);

impl Reference {
    /// The reference for `entropy`, of which the low 35 bits are used.
    #[must_use]
    pub fn from_entropy(entropy: u64) -> Self {
        let mut values = [0_u8; RANDOM_CHARACTERS];
        let mut rest = entropy;
        for value in values.iter_mut().rev() {
            *value = (rest & 31) as u8;
            rest >>= 5;
        }
        Self(written(&values, check_value(&values)))
    }

    /// The reference as it is sent, `CD-7F3K-92QM`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Multiplies by x in GF(2⁵) with the polynomial x⁵ + x² + 1.
const fn double(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

/// The check value: with `a ∗ b = 2a + b` over GF(2⁵) a totally anti-symmetric quasigroup, the value that folds the
/// whole to zero.
fn check_value(values: &[u8]) -> u8 {
    double(values.iter().fold(0, |interim, value| double(interim) ^ value))
}

fn written(values: &[u8], check: u8) -> String {
    let mut text = String::with_capacity(12);
    text.push_str("CD-");
    for (index, value) in values.iter().chain([&check]).enumerate() {
        if index == 4 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(*value)]));
    }
    text
}

/// Why a text is no reference of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not of the form `CD-XXXX-XXXX`.
    #[error("a reference has the form CD-7F3K-92QM")]
    Form,
    /// The last character does not fit the others: most likely a slip in typing.
    #[error("the reference's last character does not fit: look for a mistyped one")]
    Check,
}

impl FromStr for Reference {
    type Err = ReferenceError;

    /// Takes what people type: any case, spaces, and the look-alikes O, I and L for 0 and 1.
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let typed: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).map(|byte| byte.to_ascii_uppercase()).collect();
        let characters = typed.strip_prefix(b"CD").filter(|rest| rest.len() == RANDOM_CHARACTERS + 1).ok_or(ReferenceError::Form)?;
        let values: Vec<u8> = characters.iter().map(|byte| value_of(*byte)).collect::<Option<_>>().ok_or(ReferenceError::Form)?;
        let (random, check) = values.split_at(RANDOM_CHARACTERS);
        if check_value(random) == check[0] { Ok(Self(written(random, check[0]))) } else { Err(ReferenceError::Check) }
    }
}

fn value_of(character: u8) -> Option<u8> {
    let meant = match character {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.iter().position(|known| *known == meant).and_then(|position| u8::try_from(position).ok())
}

impl TryFrom<String> for Reference {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, ReferenceError> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_reference_reads_back_however_it_is_typed(entropy: u64) {
            let reference = Reference::from_entropy(entropy);
            prop_assert_eq!(reference.as_str().parse::<Reference>(), Ok(reference.clone()));
            let sloppy = reference.as_str().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(sloppy.parse::<Reference>(), Ok(reference));
        }

        #[test]
        fn one_wrong_character_is_always_caught(entropy: u64, position in 0_usize..8, offset in 1_u8..32) {
            let reference = Reference::from_entropy(entropy);
            let mut bytes = reference.as_str().as_bytes().to_vec();
            let index = [3, 4, 5, 6, 8, 9, 10, 11][position];
            let value = value_of(bytes[index]).expect("a reference has known characters");
            bytes[index] = ALPHABET[usize::from((value + offset) % 32)];
            let wrong = String::from_utf8(bytes).expect("ASCII");
            prop_assert_eq!(wrong.parse::<Reference>(), Err(ReferenceError::Check));
        }

        #[test]
        fn a_swap_of_neighbours_is_always_caught(entropy: u64, position in 0_usize..7) {
            let reference = Reference::from_entropy(entropy);
            let mut bytes = reference.as_str().as_bytes().to_vec();
            let places = [3, 4, 5, 6, 8, 9, 10, 11];
            prop_assume!(bytes[places[position]] != bytes[places[position + 1]]);
            bytes.swap(places[position], places[position + 1]);
            let wrong = String::from_utf8(bytes).expect("ASCII");
            prop_assert_eq!(wrong.parse::<Reference>(), Err(ReferenceError::Check));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for wrong in ["", "CD-7F3K", "XX-7F3K-92QM", "CD-7F3K-92QM-1", "CD-7F3U-92QM", "CD-7F3K-92Q\u{e9}"] {
            assert_eq!(wrong.parse::<Reference>(), Err(ReferenceError::Form), "{wrong:?}");
        }
    }
}
