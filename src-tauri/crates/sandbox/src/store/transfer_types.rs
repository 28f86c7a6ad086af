//! Types of transfers, as a company made them: each word once.

use redb::{ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{StoreError, bytes_of};

const TYPES: TableDefinition<'static, &'static str, &'static [u8]> = TableDefinition::new("transfer_types");

/// One type, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TransferTypeRecord {
    pub(crate) word: String,
    pub(crate) channel: String,
    pub(crate) movement_type: String,
    pub(crate) model: String,
    pub(crate) name: Option<String>,
}

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(TYPES)?;
    ensure(change)
}

/// Makes the table that later reads rely on.
pub(super) fn ensure(change: &WriteTransaction) -> Result<(), StoreError> {
    change.open_table(TYPES)?;
    Ok(())
}

/// Keeps a type; whether its word was free.
pub(crate) fn add(change: &WriteTransaction, made: &TransferTypeRecord) -> Result<bool, StoreError> {
    let mut types = change.open_table(TYPES)?;
    let is_free = types.get(made.word.as_str())?.is_none();
    if is_free {
        types.insert(made.word.as_str(), bytes_of(made)?.as_slice())?;
    }
    Ok(is_free)
}
