//! The secrets as types: wiped when dropped, with a redacting `Debug`, and neither `Display` nor `Serialize`.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::KeychainError;

/// A secret text: a signing key in the form it was handed out, or a token.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SecretText(String);

impl SecretText {
    /// Takes a text over as a secret.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, KeychainError> {
        std::str::from_utf8(bytes).map(|text| Self(text.to_owned())).map_err(|_| KeychainError::damaged())
    }
}

/// The key that a journal is encrypted with: 32 random bytes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct JournalKey([u8; 32]);

impl JournalKey {
    /// The bytes, for opening the journal.
    #[must_use]
    pub const fn reveal(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn random() -> Result<Self, KeychainError> {
        let mut key = Self([0; 32]);
        getrandom::fill(&mut key.0).map_err(|error| KeychainError::Failed { cause: format!("no randomness for a new key: {error}") })?;
        Ok(key)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, KeychainError> {
        bytes.try_into().map(Self).map_err(|_| KeychainError::damaged())
    }
}

/// The tokens of a session, kept between starts. Ends are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTokens {
    /// The access token.
    pub access: SecretText,
    /// The refresh token.
    pub refresh: SecretText,
    /// When the access token ends.
    pub access_expires_at_unix_seconds: i64,
    /// When the refresh token ends.
    pub refresh_expires_at_unix_seconds: i64,
}

/// The stored form of [`StoredTokens`]; borrowed, so that no further copy is left behind.
#[derive(Serialize, Deserialize)]
struct TokensForm<'a> {
    access: &'a str,
    refresh: &'a str,
    access_expires_at: i64,
    refresh_expires_at: i64,
}

impl StoredTokens {
    pub(crate) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
        let form = TokensForm {
            access: self.access.reveal(),
            refresh: self.refresh.reveal(),
            access_expires_at: self.access_expires_at_unix_seconds,
            refresh_expires_at: self.refresh_expires_at_unix_seconds,
        };
        // Sized beforehand, so that no half-filled copy is left behind by a reallocation.
        let mut bytes = Zeroizing::new(Vec::with_capacity(form.access.len() + form.refresh.len() + 256));
        serde_json::to_writer(&mut *bytes, &form)
            .map_err(|_| KeychainError::Failed { cause: "the tokens could not be written down".to_owned() })?;
        Ok(bytes)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, KeychainError> {
        let form: TokensForm<'_> = serde_json::from_slice(bytes).map_err(|_| KeychainError::damaged())?;
        Ok(Self {
            access: SecretText(form.access.to_owned()),
            refresh: SecretText(form.refresh.to_owned()),
            access_expires_at_unix_seconds: form.access_expires_at,
            refresh_expires_at_unix_seconds: form.refresh_expires_at,
        })
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(redacted)")
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
    fn no_secret_shows_itself() {
        let tokens = StoredTokens {
            access: SecretText::new("acc3ss".to_owned()),
            refresh: SecretText::new("r3fr3sh".to_owned()),
            access_expires_at_unix_seconds: 1,
            refresh_expires_at_unix_seconds: 2,
        };
        let shown = format!("{tokens:?} {:?}", JournalKey([0xAB; 32]));
        assert!(!shown.contains("acc3ss") && !shown.contains("r3fr3sh") && !shown.contains("171"), "{shown}");
    }

    #[test]
    fn tokens_come_back_as_they_were_stored_and_damage_is_noticed() {
        let tokens = StoredTokens {
            access: SecretText::new("a.b-c_d".to_owned()),
            refresh: SecretText::new("e/f+g=".to_owned()),
            access_expires_at_unix_seconds: 1_764_000_000,
            refresh_expires_at_unix_seconds: 1_764_600_000,
        };
        let bytes = tokens.to_bytes().expect("bytes");
        assert_eq!(StoredTokens::from_bytes(&bytes), Ok(tokens));
        assert_eq!(StoredTokens::from_bytes(&bytes[1..]), Err(KeychainError::damaged()));
    }
}
