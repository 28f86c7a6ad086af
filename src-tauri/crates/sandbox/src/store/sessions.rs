//! Tokens that were given out: only their hashes, so that the file opens nothing.
//!
//! Owns their life: access for 30 minutes, refresh for 7 days and once (`gateway-api.md`, Authentication). A refresh
//! discards the old pair at once; a discarded access token answers as an expired one, so that a request that was under
//! way is repeated and not lost.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};
use sha2::{Digest, Sha256};

use super::StoreError;

/// How long an access token opens doors.
pub(crate) const ACCESS_SECONDS: i64 = 30 * 60;

/// How long a refresh token can be exchanged.
pub(crate) const REFRESH_SECONDS: i64 = 7 * 24 * 60 * 60;

/// Hash of an access token → the Unix second at which it ends.
const ACCESS: TableDefinition<'static, [u8; 32], i64> = TableDefinition::new("access_tokens");

/// Hash of a refresh token → the Unix second at which it ends, and the hash of its access token.
const REFRESH: TableDefinition<'static, [u8; 32], (i64, [u8; 32])> = TableDefinition::new("refresh_tokens");

/// A new pair, as the answer has it.
pub(crate) struct TokenPair {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) access_ends: i64,
    pub(crate) refresh_ends: i64,
}

/// Whether a token is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenState {
    Good,
    Expired,
    Unknown,
}

pub(super) fn ensure(change: &WriteTransaction) -> Result<(), StoreError> {
    change.open_table(ACCESS)?;
    change.open_table(REFRESH)?;
    Ok(())
}

/// Gives out a pair made from `randomness`, and forgets what has been void for long.
pub(crate) fn open(change: &WriteTransaction, randomness: &[u8; 64], now: Timestamp) -> Result<TokenPair, StoreError> {
    let second = now.as_second();
    let (access, refresh) = randomness.split_at(32);
    let pair = TokenPair {
        access: BASE64_URL_SAFE_NO_PAD.encode(access),
        refresh: BASE64_URL_SAFE_NO_PAD.encode(refresh),
        access_ends: second + ACCESS_SECONDS,
        refresh_ends: second + REFRESH_SECONDS,
    };
    let mut access_tokens = change.open_table(ACCESS)?;
    let mut refresh_tokens = change.open_table(REFRESH)?;
    access_tokens.retain(|_, ends| ends + REFRESH_SECONDS > second)?;
    refresh_tokens.retain(|_, (ends, _)| ends + REFRESH_SECONDS > second)?;
    access_tokens.insert(hash(&pair.access), pair.access_ends)?;
    refresh_tokens.insert(hash(&pair.refresh), (pair.refresh_ends, hash(&pair.access)))?;
    Ok(pair)
}

/// Uses a refresh token up, and ends its access token with it.
pub(crate) fn use_refresh(change: &WriteTransaction, refresh: &str, now: Timestamp) -> Result<TokenState, StoreError> {
    let mut refresh_tokens = change.open_table(REFRESH)?;
    let Some((ends, access)) = refresh_tokens.remove(hash(refresh))?.map(|row| row.value()) else { return Ok(TokenState::Unknown) };
    let second = now.as_second();
    let mut access_tokens = change.open_table(ACCESS)?;
    let is_open = access_tokens.get(access)?.is_some_and(|row| row.value() > second);
    if is_open {
        access_tokens.insert(access, second)?;
    }
    Ok(if ends > second { TokenState::Good } else { TokenState::Expired })
}

/// Ends every access token now; their refresh tokens stay good.
pub(crate) fn expire_all(change: &WriteTransaction, now: Timestamp) -> Result<(), StoreError> {
    let mut access_tokens = change.open_table(ACCESS)?;
    let second = now.as_second();
    let mut open = Vec::new();
    for entry in access_tokens.iter()? {
        let (token, ends) = entry?;
        if ends.value() > second {
            open.push(token.value());
        }
    }
    for token in open {
        access_tokens.insert(token, second)?;
    }
    Ok(())
}

/// Whether this access token opens doors now.
pub(crate) fn state_of(view: &ReadTransaction, access: &str, now: Timestamp) -> Result<TokenState, StoreError> {
    Ok(match view.open_table(ACCESS)?.get(hash(access))?.map(|row| row.value()) {
        Some(ends) if ends > now.as_second() => TokenState::Good,
        Some(_) => TokenState::Expired,
        None => TokenState::Unknown,
    })
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
