//! Statements that were asked for: when, for each card and month. What is in one follows from the ledger.

use cardesk_domain::CardId;
use jiff::Timestamp;
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};

use super::StoreError;

/// Card, year and month → the second at which the statement was asked for.
const STATEMENTS: TableDefinition<'static, (u64, u64, u64), i64> = TableDefinition::new("statements");

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(STATEMENTS)?;
    ensure(change)
}

/// Makes the table that later reads rely on.
pub(super) fn ensure(change: &WriteTransaction) -> Result<(), StoreError> {
    change.open_table(STATEMENTS)?;
    Ok(())
}

/// Notes that a statement was asked for.
pub(crate) fn ask(change: &WriteTransaction, card: CardId, year: u64, month: u64, at: Timestamp) -> Result<(), StoreError> {
    change.open_table(STATEMENTS)?.insert((card.get(), year, month), at.as_second())?;
    Ok(())
}

/// When it was asked for last.
pub(crate) fn asked_at(view: &ReadTransaction, card: CardId, year: u64, month: u64) -> Result<Option<i64>, StoreError> {
    Ok(view.open_table(STATEMENTS)?.get((card.get(), year, month))?.map(|row| row.value()))
}

/// The same, within a change.
pub(crate) fn asked_at_in_change(change: &WriteTransaction, card: CardId, year: u64, month: u64) -> Result<Option<i64>, StoreError> {
    Ok(change.open_table(STATEMENTS)?.get((card.get(), year, month))?.map(|row| row.value()))
}
