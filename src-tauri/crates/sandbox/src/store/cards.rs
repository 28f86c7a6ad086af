//! Cards as the gateway keeps them.
//!
//! Owns their rows and which card belongs to whom. Balances change in `ledger` only.

use cardesk_domain::{Amount, CardId, CardState, CardholderId, Currency};
use jiff::Timestamp;
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{StoreError, amount_text, bytes_of, next_number, parsed, reset_counter, row};

const CARDS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("cards");
const OF_USER: TableDefinition<'static, (&'static str, u64), ()> = TableDefinition::new("cards_of_user");

/// Ids start here, so that they look like a gateway's that has been at work for a while.
const FIRST_CARD: u64 = 48_201;

/// One card. Its number, CVV and expiry are derived (see `plastic`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CardRecord {
    pub(crate) id: CardId,
    pub(crate) user_id: CardholderId,
    pub(crate) alias: String,
    #[serde(with = "state_word")]
    pub(crate) state: CardState,
    pub(crate) currency: Currency,
    #[serde(with = "amount_text")]
    pub(crate) balance: Amount,
    #[serde(with = "amount_text")]
    pub(crate) pending_debits: Amount,
    #[serde(with = "amount_text")]
    pub(crate) pending_credits: Amount,
    pub(crate) embossed_name: String,
    pub(crate) created_at: Timestamp,
    pub(crate) activated_at: Option<Timestamp>,
    /// Whether its holder's PIN was set; cards of an earlier form had none.
    #[serde(default)]
    pub(crate) has_pin: bool,
}

impl CardRecord {
    /// A card that is inactive and worth nothing yet.
    pub(crate) fn new(id: CardId, user_id: &CardholderId, embossed_name: &str, created_at: Timestamp) -> Self {
        Self {
            id,
            user_id: user_id.clone(),
            alias: String::new(),
            state: CardState::Inactive,
            currency: Currency::GTQ,
            balance: Amount::ZERO,
            pending_debits: Amount::ZERO,
            pending_credits: Amount::ZERO,
            embossed_name: embossed_name.to_owned(),
            created_at,
            activated_at: None,
            has_pin: false,
        }
    }
}

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(CARDS)?;
    change.delete_table(OF_USER)?;
    change.open_table(CARDS)?;
    change.open_table(OF_USER)?;
    reset_counter(change, "next_card")
}

/// A new card of a cardholder: inactive, and worth nothing yet.
pub(crate) fn issue(
    change: &WriteTransaction,
    user_id: &CardholderId,
    embossed_name: &str,
    issued_at: Timestamp,
) -> Result<CardRecord, StoreError> {
    let id = CardId::new(next_number(change, "next_card", FIRST_CARD)?);
    let card = CardRecord::new(id, user_id, embossed_name, issued_at);
    associate(change, &card)?;
    Ok(card)
}

/// Gives a card to its cardholder.
pub(crate) fn associate(change: &WriteTransaction, card: &CardRecord) -> Result<(), StoreError> {
    change.open_table(OF_USER)?.insert((card.user_id.as_str(), card.id.get()), ())?;
    save(change, card)
}

/// Writes a card back.
pub(crate) fn save(change: &WriteTransaction, card: &CardRecord) -> Result<(), StoreError> {
    change.open_table(CARDS)?.insert(card.id.get(), bytes_of(card)?.as_slice())?;
    Ok(())
}

/// The card with this id.
pub(crate) fn find(view: &ReadTransaction, id: CardId) -> Result<Option<CardRecord>, StoreError> {
    row(&view.open_table(CARDS)?, id.get())
}

/// The same, within a change.
pub(crate) fn find_in_change(change: &WriteTransaction, id: CardId) -> Result<Option<CardRecord>, StoreError> {
    row(&change.open_table(CARDS)?, id.get())
}

/// A cardholder's cards, oldest first.
pub(crate) fn of_user(view: &ReadTransaction, user_id: &str) -> Result<Vec<CardRecord>, StoreError> {
    rows_of_user(&view.open_table(OF_USER)?, &view.open_table(CARDS)?, user_id)
}

/// The same, within a change.
pub(crate) fn of_user_in_change(change: &WriteTransaction, user_id: &str) -> Result<Vec<CardRecord>, StoreError> {
    rows_of_user(&change.open_table(OF_USER)?, &change.open_table(CARDS)?, user_id)
}

/// Every card, oldest first.
pub(crate) fn all(view: &ReadTransaction) -> Result<Vec<CardRecord>, StoreError> {
    view.open_table(CARDS)?.iter()?.map(|entry| parsed(entry?.1.value())).collect()
}

fn rows_of_user(
    of_user: &impl ReadableTable<(&'static str, u64), ()>,
    cards: &impl ReadableTable<u64, &'static [u8]>,
    user_id: &str,
) -> Result<Vec<CardRecord>, StoreError> {
    let mut found = Vec::new();
    for entry in of_user.range((user_id, 0)..=(user_id, u64::MAX))? {
        found.extend(row::<CardRecord>(cards, entry?.0.value().1)?);
    }
    Ok(found)
}

mod state_word {
    use cardesk_domain::CardState;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(state: &CardState, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(state.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CardState, D::Error> {
        Ok(CardState::from_gateway(&String::deserialize(deserializer)?))
    }
}
