//! Money on cards: movements, and the balance that follows from them.
//!
//! Owns the one function by which a balance changes, the running balance of each movement, and the uniqueness of a
//! reference on its card. Which operations are allowed is decided before (see `server::funds`).

use cardesk_domain::{Amount, CardId, MoneyError};
use jiff::Timestamp;
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::cards::{self, CardRecord};
use super::{StoreError, amount_text, bytes_of, parsed};

/// Keyed by card and number on it; the second beside the row lets a month be found without reading every row.
const MOVEMENTS: TableDefinition<'static, (u64, u64), (i64, &'static [u8])> = TableDefinition::new("movements");
const REFERENCES: TableDefinition<'static, (u64, &'static str), u64> = TableDefinition::new("references");

/// What moved the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum MovementType {
    AddFunds,
    WithdrawFunds,
    Payment,
    Refund,
    TransferIn,
    TransferOut,
}

impl MovementType {
    /// Whether the balance grows by it.
    pub(crate) const fn is_credit(self) -> bool {
        matches!(self, Self::AddFunds | Self::Refund | Self::TransferIn)
    }
}

/// One movement of money, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MovementRecord {
    pub(crate) number: u64,
    pub(crate) card_id: CardId,
    pub(crate) at: Timestamp,
    pub(crate) movement_type: MovementType,
    #[serde(with = "amount_text")]
    pub(crate) amount: Amount,
    #[serde(with = "amount_text")]
    pub(crate) balance: Amount,
    pub(crate) description: Option<String>,
    pub(crate) reference: Option<String>,
}

/// A movement about to be made; `amount` is positive.
#[derive(Debug)]
pub(crate) struct NewMovement<'text> {
    pub(crate) movement_type: MovementType,
    pub(crate) amount: Amount,
    pub(crate) at: Timestamp,
    pub(crate) description: Option<&'text str>,
    pub(crate) reference: Option<&'text str>,
}

/// What the balance would be.
pub(crate) fn balance_after(card: &CardRecord, movement_type: MovementType, amount: Amount) -> Result<Amount, MoneyError> {
    if movement_type.is_credit() { card.balance.checked_add(amount) } else { card.balance.checked_sub(amount) }
}

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(MOVEMENTS)?;
    change.delete_table(REFERENCES)?;
    change.open_table(MOVEMENTS)?;
    change.open_table(REFERENCES)?;
    Ok(())
}

/// The card's movement with this reference; the last one, if it was applied more than once.
pub(crate) fn by_reference(change: &WriteTransaction, card: CardId, reference: &str) -> Result<Option<MovementRecord>, StoreError> {
    let references = change.open_table(REFERENCES)?;
    let Some(number) = references.get((card.get(), reference))?.map(|number| number.value()) else { return Ok(None) };
    change.open_table(MOVEMENTS)?.get((card.get(), number))?.map(|row| parsed(row.value().1)).transpose()
}

/// Moves the money: the card's balance becomes `balance`, and the movement that did it stands beside it.
pub(crate) fn record(
    change: &WriteTransaction,
    card: &mut CardRecord,
    movement: &NewMovement<'_>,
    balance: Amount,
) -> Result<MovementRecord, StoreError> {
    let mut movements = change.open_table(MOVEMENTS)?;
    let last = movements.range((card.id.get(), 0)..=(card.id.get(), u64::MAX))?.next_back().transpose()?;
    let number = last.map_or(1, |(key, _)| key.value().1 + 1);
    let made = MovementRecord {
        number,
        card_id: card.id,
        at: movement.at,
        movement_type: movement.movement_type,
        amount: movement.amount,
        balance,
        description: movement.description.map(str::to_owned),
        reference: movement.reference.map(str::to_owned),
    };
    movements.insert((card.id.get(), number), (made.at.as_second(), bytes_of(&made)?.as_slice()))?;
    if let Some(reference) = movement.reference {
        change.open_table(REFERENCES)?.insert((card.id.get(), reference), number)?;
    }
    card.balance = balance;
    cards::save(change, card)?;
    Ok(made)
}

/// The card's movements from `from` up to, but not including, `until` (Unix seconds), in the order they were made.
pub(crate) fn between(view: &ReadTransaction, card: CardId, from: i64, until: i64) -> Result<Vec<MovementRecord>, StoreError> {
    let mut found = Vec::new();
    for entry in view.open_table(MOVEMENTS)?.range((card.get(), 0)..=(card.get(), u64::MAX))? {
        let (_, value) = entry?;
        let (second, bytes) = value.value();
        if (from..until).contains(&second) {
            found.push(parsed(bytes)?);
        }
    }
    Ok(found)
}
