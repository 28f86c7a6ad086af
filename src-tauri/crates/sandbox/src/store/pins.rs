//! PINs of cards: a hash each, made with the seed, the card and its user, and the wrong tries since it was right last.
//!
//! Owns the counting. Four digits are found out from a hash soon enough: it keeps them out of sight, and Practice's cards
//! are worth nothing.

use cardesk_domain::{CardId, Pin};
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};
use sha2::{Digest, Sha256};

use super::StoreError;

/// Card and user → hash, and wrong tries in a row.
const PINS: TableDefinition<'static, (u64, &'static str), ([u8; 32], u64)> = TableDefinition::new("pins");

/// So many wrong tries in a row lock a PIN until a new one is set. Practice's own limit: the contract names none.
pub(crate) const MAX_WRONG_TRIES: u64 = 3;

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PinTry {
    Correct,
    Wrong {
        tries_left: u64,
    },
    Locked,
    /// The card has no PIN yet.
    Unset,
}

/// How a PIN stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PinStanding {
    pub(crate) wrong_tries: u64,
}

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(PINS)?;
    ensure(change)
}

/// Makes the table that later reads rely on.
pub(super) fn ensure(change: &WriteTransaction) -> Result<(), StoreError> {
    change.open_table(PINS)?;
    Ok(())
}

/// Sets the PIN of a card's user; wrong tries are forgotten.
pub(crate) fn set(change: &WriteTransaction, seed: u64, card: CardId, user: &str, pin: &Pin) -> Result<(), StoreError> {
    change.open_table(PINS)?.insert((card.get(), user), (hash(seed, card, user, pin), 0))?;
    Ok(())
}

/// Tries a PIN against every user's of the card, and counts: a right one clears its own count. Nobody says whose PIN a wrong
/// one was to be: it counts for the `owner`, and on a card whose owner has none for everybody who shares it.
pub(crate) fn try_pin(change: &WriteTransaction, seed: u64, card: CardId, owner: &str, pin: &Pin) -> Result<PinTry, StoreError> {
    let mut pins = change.open_table(PINS)?;
    let mut kept = Vec::new();
    for entry in pins.range((card.get(), "")..(card.get() + 1, ""))? {
        let (key, value) = entry?;
        let (hash, wrong_tries) = value.value();
        kept.push(Kept { user: key.value().1.to_owned(), hash, wrong_tries });
    }
    let is_of_owner = kept.iter().any(|kept| kept.user == owner);
    let counting: Vec<&Kept> = kept.iter().filter(|kept| !is_of_owner || kept.user == owner).collect();
    if counting.is_empty() {
        return Ok(PinTry::Unset);
    }
    if counting.iter().all(|kept| kept.is_locked()) {
        return Ok(PinTry::Locked);
    }
    if let Some(hit) = kept.iter().find(|kept| !kept.is_locked() && kept.hash == hash(seed, card, &kept.user, pin)) {
        pins.insert((card.get(), hit.user.as_str()), (hit.hash, 0))?;
        return Ok(PinTry::Correct);
    }
    let mut tries_left = 0;
    for kept in counting.into_iter().filter(|kept| !kept.is_locked()) {
        pins.insert((card.get(), kept.user.as_str()), (kept.hash, kept.wrong_tries + 1))?;
        tries_left = tries_left.max(MAX_WRONG_TRIES - kept.wrong_tries - 1);
    }
    Ok(PinTry::Wrong { tries_left })
}

/// The PIN of one user of a card.
struct Kept {
    user: String,
    hash: [u8; 32],
    wrong_tries: u64,
}

impl Kept {
    const fn is_locked(&self) -> bool {
        self.wrong_tries >= MAX_WRONG_TRIES
    }
}

/// How the PIN of a card's user stands; `None` if there is none.
pub(crate) fn standing(view: &ReadTransaction, card: CardId, user: &str) -> Result<Option<PinStanding>, StoreError> {
    Ok(view.open_table(PINS)?.get((card.get(), user))?.map(|row| PinStanding { wrong_tries: row.value().1 }))
}

fn hash(seed: u64, card: CardId, user: &str, pin: &Pin) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"cardesk practice pin")
        .chain_update(seed.to_be_bytes())
        .chain_update(card.get().to_be_bytes())
        .chain_update((user.len() as u64).to_be_bytes())
        .chain_update(user)
        .chain_update(pin.reveal())
        .finalize()
        .into()
}
