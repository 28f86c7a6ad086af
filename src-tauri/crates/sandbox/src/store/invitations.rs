//! Invitation codes: each registers one cardholder, once.

use jiff::Timestamp;
use redb::{ReadableTable, TableDefinition, WriteTransaction};

use super::StoreError;

/// A code and the Unix second after which it is void; 0 once it was used.
const INVITATIONS: TableDefinition<'static, &'static str, i64> = TableDefinition::new("invitations");

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Invitation {
    /// It was good, and is used up now.
    Taken,
    /// There is no such code, or it is too old.
    Unknown,
    /// Somebody registered with it before.
    Used,
}

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(INVITATIONS)?;
    change.open_table(INVITATIONS)?;
    Ok(())
}

/// Keeps a new code until `expires_at`.
pub(crate) fn add(change: &WriteTransaction, code: &str, expires_at: Timestamp) -> Result<(), StoreError> {
    change.open_table(INVITATIONS)?.insert(code, expires_at.as_second())?;
    Ok(())
}

/// Uses a code up, if it is good.
pub(crate) fn take(change: &WriteTransaction, code: &str, now: Timestamp) -> Result<Invitation, StoreError> {
    let mut invitations = change.open_table(INVITATIONS)?;
    let expiry = invitations.get(code)?.map(|second| second.value());
    match expiry {
        Some(0) => Ok(Invitation::Used),
        Some(second) if second > now.as_second() => {
            invitations.insert(code, 0)?;
            Ok(Invitation::Taken)
        }
        _ => Ok(Invitation::Unknown),
    }
}
