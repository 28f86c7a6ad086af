//! Tokens and where they are kept between starts.
//!
//! Owns the secret types and the [`TokenStore`] that the session saves to. The keychain behind it is `credentials`'
//! business, joined to this trait by `desk`.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::seams::BoxFuture;

/// The most characters of a token that are taken: header lines beyond 8 KiB are refused by most servers.
const MAX_TOKEN_CHARACTERS: usize = 8192;

/// An access, refresh or pre-issued bearer token. No `Display`, no `Serialize`, a redacting `Debug`; wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Token(String);

/// Why a text is no token. Never says the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing was given.
    #[error("a token is missing")]
    Empty,
    /// Spaces, line breaks or characters that don't belong into a header.
    #[error("a token has no spaces and only plain characters: copy it again, without the word Bearer")]
    Characters,
    /// Longer than a header can be.
    #[error("this is too long for a token: copy it again")]
    TooLong,
}

impl Token {
    /// The token itself, for the keychain and the one header that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            Err(TokenError::Empty)
        } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err(TokenError::Characters)
        } else if text.len() > MAX_TOKEN_CHARACTERS {
            Err(TokenError::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(redacted)")
    }
}

/// The two tokens of a session, with their ends in Unix seconds (`gateway-api.md`, Authentication).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// Goes with every request; 30 minutes.
    pub access: Token,
    /// Buys the next pair, once; 7 days.
    pub refresh: Token,
    /// When the access token ends (`expirationToken`).
    pub access_expires_at_unix_seconds: i64,
    /// When the refresh token ends (`expirationRefreshToken`).
    pub refresh_expires_at_unix_seconds: i64,
}

/// The tokens could not be read or written; what is stored is as it was. The text is for people and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TokenStoreError(pub String);

/// Where a session keeps its tokens between starts.
pub trait TokenStore: Send + Sync {
    /// The stored pair; `Ok(None)` if there is none. A store that can't be read is an error, never `None`.
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, TokenStoreError>>;
    /// Replaces the stored pair. The session uses a new pair only after this has succeeded.
    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), TokenStoreError>>;
    /// Removes the stored pair. Called only when the gateway has ended the session.
    fn clear(&self) -> BoxFuture<'_, Result<(), TokenStoreError>>;
}

/// Keeps the tokens for as long as the program runs: for Practice, which has no secrets worth a keychain.
#[derive(Debug, Default)]
pub struct MemoryTokenStore(Mutex<Option<TokenPair>>);

impl MemoryTokenStore {
    fn replace(&self, pair: Option<TokenPair>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pair;
    }
}

impl TokenStore for MemoryTokenStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, TokenStoreError>> {
        let pair = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move { Ok(pair) })
    }

    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        self.replace(Some(pair.clone()));
        Box::pin(async { Ok(()) })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), TokenStoreError>> {
        self.replace(None);
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_with_anything_a_header_can_not_hold_is_refused() {
        assert_eq!("".parse::<Token>(), Err(TokenError::Empty));
        for wrong in ["Bearer abc", "ab\r\nx-user-token: y", "tóken", "a\u{0}b"] {
            assert_eq!(wrong.parse::<Token>(), Err(TokenError::Characters), "{wrong:?}");
        }
        assert_eq!("x".repeat(8193).parse::<Token>(), Err(TokenError::TooLong));
    }

    #[test]
    fn a_token_never_shows_itself() {
        let token: Token = "s3cr3t-t0k3n".parse().expect("a token");
        assert_eq!(format!("{token:?}"), "Token(redacted)");
    }
}
