//! The desk's directory: finding cardholders as one types, and the filters.
//!
//! Owns what a query means and which rows a page has. Words and order are `directory_index`'s; keeping copies of
//! cardholders and cards is `profile`'s.

use std::collections::HashMap;

use cardesk_domain::CardholderId;
use sqlx::QueryBuilder;

use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::JournalError;
use crate::profile::{CARDHOLDER_COLUMNS, card_from, cardholder_from, push_ids};
use crate::records::{CardRecord, CardholderRecord};

/// Which cardholders are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum DirectoryFilter {
    /// Everyone.
    #[default]
    All,
    /// Those without a card.
    NoCard,
    /// Those with a card that awaits activation, has no valid printed insert and is not given up for another: the same cards as
    /// [`Journal::needing_insert`]. An insert that names no card stands for all cards of its cardholder.
    CardWithoutInsert,
    /// Those with a card that was issued and never activated.
    NeverActivated,
}

/// What the directory is sorted by. Cardholders who have nothing there come last, whichever way it is sorted; those who
/// are equal there come by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum DirectoryColumn {
    /// Last name, then first name, whatever the accents and case.
    #[default]
    Name,
    /// The document's number.
    Document,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The last four digits of the newest card.
    LastFour,
    /// The newest card's state: waiting for activation, active, blocked, others.
    CardState,
}

/// The order of the directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct DirectoryOrder {
    /// By what.
    pub by: DirectoryColumn,
    /// Whether the greatest comes first.
    pub is_descending: bool,
}

/// A question to the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryQuery {
    /// What was typed: beginnings of words of the name, e-mail, phone, document, id, or a card's last four, in any order,
    /// whatever their case and accents. Empty asks for everyone.
    pub text: String,
    /// Which cardholders.
    pub filter: DirectoryFilter,
    /// In which order.
    pub order: DirectoryOrder,
    /// Of whom is asked which row they are in, whether or not it is among those returned.
    pub locate: Option<CardholderId>,
    /// How many rows to pass over.
    pub offset: u32,
    /// How many rows to return at most; 500 is the most.
    pub limit: u32,
}

/// A page of the directory, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryPage {
    /// The rows.
    pub rows: Vec<DirectoryRow>,
    /// The row of [`DirectoryQuery::locate`], counted from 0 over all pages; without one for whoever does not match.
    pub located: Option<u32>,
    /// How many cardholders match, on all pages.
    pub matched: u32,
    /// How many cardholders the directory has.
    pub total: u32,
}

/// A cardholder with the cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRow {
    /// The cardholder.
    pub cardholder: CardholderRecord,
    /// The cards, in the order of their issue.
    pub cards: Vec<CardRecord>,
}

const MOST_ROWS: u32 = 500;

impl Journal {
    /// Finds cardholders. The first call reads the whole directory into memory (some hundred milliseconds for 100,000
    /// cardholders) unless [`Journal::warm_directory`] has; every later one takes a few.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn directory(&self, query: &DirectoryQuery) -> Result<DirectoryPage, JournalError> {
        let found = self.find_in_directory(query, query.limit.min(MOST_ROWS)).await?;
        if found.ids.is_empty() {
            return Ok(DirectoryPage { rows: Vec::new(), located: found.located, matched: found.matched, total: found.total });
        }
        let mut cardholders = self.cardholders_by_id(&found.ids).await?;
        let mut cards = self.cards_by_cardholder(&found.ids).await?;
        let rows = found
            .ids
            .iter()
            .filter_map(|id| {
                let cardholder = cardholders.remove(id)?;
                Some(DirectoryRow { cardholder, cards: cards.remove(id).unwrap_or_default() })
            })
            .collect();
        Ok(DirectoryPage { rows, located: found.located, matched: found.matched, total: found.total })
    }

    /// Reads the directory into memory, so that the first question needs not wait for it.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn warm_directory(&self) -> Result<(), JournalError> {
        self.find_in_directory(&DirectoryQuery::default(), 0).await.map(|_| ())
    }

    /// The cardholders with these ids, as last seen; without those that the directory does not have.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cardholders_by_id(&self, ids: &[CardholderId]) -> Result<HashMap<CardholderId, CardholderRecord>, JournalError> {
        let mut cardholders = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new("SELECT ");
            query.push(CARDHOLDER_COLUMNS).push(" FROM cardholders h WHERE h.id IN ");
            push_ids(&mut query, ids);
            for row in &query.build().fetch_all(self.reading()).await? {
                let record = cardholder_from(row)?;
                cardholders.insert(record.id.clone(), record);
            }
        }
        Ok(cardholders)
    }

    /// The cards of these cardholders as last seen, each one's in the order of their issue; nothing for those without.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cards_by_cardholder(&self, ids: &[CardholderId]) -> Result<HashMap<CardholderId, Vec<CardRecord>>, JournalError> {
        let mut cards: HashMap<CardholderId, Vec<CardRecord>> = HashMap::new();
        for ids in ids.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new("SELECT c.* FROM cards c WHERE c.cardholder_id IN ");
            push_ids(&mut query, ids);
            query.push(" ORDER BY c.issued_at, c.id");
            for row in &query.build().fetch_all(self.reading()).await? {
                let card = card_from(row)?;
                cards.entry(card.cardholder_id.clone()).or_default().push(card);
            }
        }
        Ok(cards)
    }
}
