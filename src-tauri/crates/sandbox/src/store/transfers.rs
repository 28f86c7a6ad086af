//! Transfers from card to card: what each moved, and from where to where.
//!
//! Owns their rows and ids. The money itself moves in `ledger`, by one movement on each card, in the same change.

use cardesk_domain::{Amount, CardId, Currency};
use jiff::Timestamp;
use redb::{ReadTransaction, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{StoreError, amount_text, bytes_of, next_number, reset_counter, row};

const TRANSFERS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("transfers");

/// Ids start here, so that none is taken for a card's.
const FIRST_TRANSFER: u64 = 900_001;

/// One transfer, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TransferRecord {
    pub(crate) id: u64,
    pub(crate) from: CardId,
    pub(crate) to: CardId,
    #[serde(with = "amount_text")]
    pub(crate) amount: Amount,
    pub(crate) currency: Currency,
    pub(crate) observations: Option<String>,
    pub(crate) at: Timestamp,
}

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(TRANSFERS)?;
    ensure(change)?;
    reset_counter(change, "next_transfer")
}

/// Makes the table that later reads rely on.
pub(super) fn ensure(change: &WriteTransaction) -> Result<(), StoreError> {
    change.open_table(TRANSFERS)?;
    Ok(())
}

/// An id for a new transfer.
pub(crate) fn next_id(change: &WriteTransaction) -> Result<u64, StoreError> {
    next_number(change, "next_transfer", FIRST_TRANSFER)
}

/// Keeps a transfer whose money has moved in this change.
pub(crate) fn add(change: &WriteTransaction, transfer: &TransferRecord) -> Result<(), StoreError> {
    change.open_table(TRANSFERS)?.insert(transfer.id, bytes_of(transfer)?.as_slice())?;
    Ok(())
}

/// The transfer with this id.
pub(crate) fn find(view: &ReadTransaction, id: u64) -> Result<Option<TransferRecord>, StoreError> {
    row(&view.open_table(TRANSFERS)?, id)
}
