//! What an insert needs to know of its cardholder, and nothing else: a run of 10,000 waits for it.
//!
//! The whole records are `profile`'s, and pages of them `directory`'s.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use cardesk_domain::{CardId, CardholderId, LastFour};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row};

use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::JournalError;
use crate::profile::push_ids;
use crate::stored::{optional_parsed_at, parsed_at};

/// A cardholder as an insert names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Whose they are.
    pub id: CardholderId,
    /// As registered; empty where it is not known.
    pub first_name: String,
    /// As registered; empty where it is not known.
    pub last_name: String,
    /// The e-mail address they are registered with.
    pub username: String,
    /// In one line, as registered.
    pub address: Option<String>,
    /// The cards as last seen, in no certain order.
    pub cards: Vec<AddresseeCard>,
}

/// A card as an insert names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddresseeCard {
    /// The card.
    pub id: CardId,
    /// Its last four digits, where they are known.
    pub last_four: Option<LastFour>,
}

impl Journal {
    /// These cardholders with their cards; without those that the directory does not have. Each id at most once.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn addressees(&self, ids: &[CardholderId]) -> Result<HashMap<CardholderId, Addressee>, JournalError> {
        // On two connections: most of the time goes into deciphering pages.
        let (first, second) = ids.split_at(ids.len() / 2);
        let (mut addressees, others) = tokio::try_join!(self.some_addressees(first), self.some_addressees(second))?;
        addressees.extend(others);
        Ok(addressees)
    }

    async fn some_addressees(&self, ids: &[CardholderId]) -> Result<HashMap<CardholderId, Addressee>, JournalError> {
        let mut addressees: HashMap<CardholderId, Addressee> = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new(
                "SELECT h.id, h.first_name, h.last_name, h.username, h.address, c.id AS card_id, c.last_four \
                 FROM cardholders h LEFT JOIN cards c ON c.cardholder_id = h.id WHERE h.id IN ",
            );
            push_ids(&mut query, ids);
            for row in &query.build().fetch_all(self.reading()).await? {
                let addressee = match addressees.entry(parsed_at(row, "id")?) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => {
                        let id = place.key().clone();
                        place.insert(addressee_from(row, id)?)
                    }
                };
                if let Some(id) = optional_parsed_at(row, "card_id")? {
                    addressee.cards.push(AddresseeCard { id, last_four: optional_parsed_at(row, "last_four")? });
                }
            }
        }
        Ok(addressees)
    }
}

fn addressee_from(row: &SqliteRow, id: CardholderId) -> Result<Addressee, JournalError> {
    Ok(Addressee {
        id,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        username: row.try_get("username")?,
        address: row.try_get("address")?,
        cards: Vec::new(),
    })
}
