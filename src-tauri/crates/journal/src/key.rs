//! The key that a journal is encrypted with.
//!
//! Owns its form in memory: 256 bits, wiped when dropped, never shown. Leaves making and keeping it to the keychain.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A journal's key: 32 random bytes, used as they are (no pass phrase, no derivation).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct JournalKey([u8; 32]);

impl JournalKey {
    /// A key from its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The value of SQLCipher's key pragma: a raw key, which skips the derivation that pass phrases need.
    pub(crate) fn pragma_value(&self) -> Zeroizing<String> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut value = Zeroizing::new(String::with_capacity(69));
        value.push_str("\"x'");
        for byte in self.0 {
            value.push(char::from(DIGITS[usize::from(byte >> 4)]));
            value.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        value.push_str("'\"");
        value
    }
}

impl fmt::Debug for JournalKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JournalKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_shown() {
        assert_eq!(format!("{:?}", JournalKey::from_bytes([7; 32])), "JournalKey(redacted)");
    }

    #[test]
    fn the_key_is_handed_to_the_engine_as_64_hexadecimal_digits() {
        let mut bytes = [0; 32];
        bytes[0] = 0xAB;
        bytes[31] = 0x01;
        assert_eq!(JournalKey::from_bytes(bytes).pragma_value().as_str(), format!("\"x'ab{}01'\"", "00".repeat(30)));
    }
}
