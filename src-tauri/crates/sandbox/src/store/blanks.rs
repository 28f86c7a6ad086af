//! Plastics in the drawer that belong to nobody yet, to be associated by their number.

use cardesk_domain::CardId;
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};

use super::StoreError;

const BLANKS: TableDefinition<'static, u64, ()> = TableDefinition::new("blank_plastics");

/// Ids start here, far from those of the cards that are issued and of transfers.
const FIRST_BLANK: u64 = 700_001;

/// How many a new drawer holds.
const IN_A_NEW_DRAWER: u64 = 12;

/// Fills the drawer anew.
pub(super) fn refill(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(BLANKS)?;
    let mut blanks = change.open_table(BLANKS)?;
    for id in FIRST_BLANK..FIRST_BLANK + IN_A_NEW_DRAWER {
        blanks.insert(id, ())?;
    }
    Ok(())
}

/// Every plastic in the drawer.
pub(crate) fn all(view: &ReadTransaction) -> Result<Vec<CardId>, StoreError> {
    view.open_table(BLANKS)?.iter()?.map(|entry| Ok(CardId::new(entry?.0.value()))).collect()
}

/// The same, within a change.
pub(crate) fn all_in_change(change: &WriteTransaction) -> Result<Vec<CardId>, StoreError> {
    change.open_table(BLANKS)?.iter()?.map(|entry| Ok(CardId::new(entry?.0.value()))).collect()
}

/// Takes a plastic out of the drawer.
pub(crate) fn take(change: &WriteTransaction, id: CardId) -> Result<(), StoreError> {
    change.open_table(BLANKS)?.remove(id.get())?;
    Ok(())
}
