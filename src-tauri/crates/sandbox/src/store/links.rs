//! Cards of third parties that are linked to a cardholder.

use cardesk_domain::{CardId, CardholderId};
use jiff::Timestamp;
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{StoreError, bytes_of, next_number, parsed, reset_counter};

/// Cardholder and association → the link.
const LINKS: TableDefinition<'static, (&'static str, u64), &'static [u8]> = TableDefinition::new("linked_cards");

/// One link, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkRecord {
    pub(crate) id: u64,
    pub(crate) user_id: CardholderId,
    pub(crate) card_id: CardId,
    pub(crate) owner_email: String,
    pub(crate) last_four: String,
    pub(crate) alias: String,
    pub(crate) created_at: Timestamp,
}

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(LINKS)?;
    ensure(change)?;
    reset_counter(change, "next_link")
}

/// Makes the table that later reads rely on.
pub(super) fn ensure(change: &WriteTransaction) -> Result<(), StoreError> {
    change.open_table(LINKS)?;
    Ok(())
}

/// An id for a new link.
pub(crate) fn next_id(change: &WriteTransaction) -> Result<u64, StoreError> {
    next_number(change, "next_link", 1)
}

/// Writes a link.
pub(crate) fn save(change: &WriteTransaction, link: &LinkRecord) -> Result<(), StoreError> {
    change.open_table(LINKS)?.insert((link.user_id.as_str(), link.id), bytes_of(link)?.as_slice())?;
    Ok(())
}

/// The cardholder's link with this id.
pub(crate) fn find_in_change(change: &WriteTransaction, user_id: &str, id: u64) -> Result<Option<LinkRecord>, StoreError> {
    change.open_table(LINKS)?.get((user_id, id))?.map(|row| parsed(row.value())).transpose()
}

/// Takes a link away; whether there was one.
pub(crate) fn remove(change: &WriteTransaction, user_id: &str, id: u64) -> Result<bool, StoreError> {
    Ok(change.open_table(LINKS)?.remove((user_id, id))?.is_some())
}

/// A cardholder's links, oldest first.
pub(crate) fn of_user(view: &ReadTransaction, user_id: &str) -> Result<Vec<LinkRecord>, StoreError> {
    rows_of(&view.open_table(LINKS)?, user_id)
}

/// The same, within a change.
pub(crate) fn of_user_in_change(change: &WriteTransaction, user_id: &str) -> Result<Vec<LinkRecord>, StoreError> {
    rows_of(&change.open_table(LINKS)?, user_id)
}

fn rows_of(table: &impl ReadableTable<(&'static str, u64), &'static [u8]>, user_id: &str) -> Result<Vec<LinkRecord>, StoreError> {
    table.range((user_id, 0)..=(user_id, u64::MAX))?.map(|entry| parsed(entry?.1.value())).collect()
}
