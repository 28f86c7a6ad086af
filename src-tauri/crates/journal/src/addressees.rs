//! What an insert needs to know of its cardholder, and nothing else: a run of 10,000 waits for it.
//!
//! The whole records are `profile`'s, and pages of them `directory`'s.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use cardesk_domain::{CardId, CardholderId, LastFour};
use serde::Deserialize;
use sqlx::QueryBuilder;

use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::JournalError;
use crate::profile::push_ids;
use crate::stored::{parsed, rows_of_json};

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
        let mut addressees = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(IDS_A_STATEMENT) {
            // As one text, since each row by itself costs more on its way from the database's thread than in the database.
            let mut query = QueryBuilder::new(
                "SELECT json_group_array(json_array(h.id, h.first_name, h.last_name, h.username, h.address, c.id, c.last_four)) \
                 FROM cardholders h LEFT JOIN cards c ON c.cardholder_id = h.id WHERE h.id IN ",
            );
            push_ids(&mut query, ids);
            let rows: String = query.build_query_scalar().fetch_one(self.reading()).await?;
            for row in rows_of_json::<HolderAndCard<'_>>(&rows, "cardholders of inserts")? {
                row.add_to(&mut addressees)?;
            }
        }
        Ok(addressees)
    }
}

/// A cardholder with one of their cards, or with none.
#[derive(Deserialize)]
struct HolderAndCard<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    first_name: String,
    last_name: String,
    username: String,
    address: Option<String>,
    #[serde(borrow)]
    card_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    last_four: Option<Cow<'a, str>>,
}

impl HolderAndCard<'_> {
    fn add_to(self, addressees: &mut HashMap<CardholderId, Addressee>) -> Result<(), JournalError> {
        let Self { id, first_name, last_name, username, address, card_id, last_four } = self;
        let card = card_id.map(|id| parsed(&id, "card_id")).transpose()?;
        let last_four = last_four.map(|digits| parsed(&digits, "last_four")).transpose()?;
        let addressee = match addressees.entry(parsed(&id, "id")?) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let id = place.key().clone();
                place.insert(Addressee { id, first_name, last_name, username, address, cards: Vec::new() })
            }
        };
        addressee.cards.extend(card.map(|id| AddresseeCard { id, last_four }));
        Ok(())
    }
}
