//! Who waits for an insert, and whose was printed.
//!
//! Owns the rule of [`CardState::needs_insert`] in the database's words, and the lists of the print room.

use cardesk_domain::CardState;
use sqlx::{QueryBuilder, Sqlite};

use crate::database::Journal;
use crate::error::JournalError;
use crate::print_records::{CardByName, CardNeedingInsert, PrintedInsert, by_name_from, needing_from, printed_from};
use crate::profile::CARDHOLDER_COLUMNS;
use crate::replacements::is_given_up;

/// Every card, with the names that it goes by: for a list of plastics that names them by their digits.
const CARDS_BY_NAME: &str = concat!(
    "SELECT c.id, c.last_four, c.state, c.embossed_name, h.first_name, h.last_name, ",
    is_given_up!("c.id"),
    " AS is_given_up, CASE WHEN c.state = ? THEN (SELECT i.serial FROM inserts i WHERE i.state = 'printed' AND i.cardholder_id = c.cardholder_id \
    AND (i.card_id = c.id OR i.card_id IS NULL) LIMIT 1) END AS valid_serial \
    FROM cards c JOIN cardholders h ON h.id = c.cardholder_id"
);

impl Journal {
    /// Every card with the names that it goes by, in no order.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cards_by_name(&self) -> Result<Vec<CardByName>, JournalError> {
        let rows = sqlx::query(CARDS_BY_NAME).bind(CardState::Inactive.as_str().to_owned()).fetch_all(self.reading()).await?;
        rows.iter().map(by_name_from).collect()
    }

    /// The cards that wait for their cardholder, have no valid insert and are not given up for another card
    /// ([`CardState::needs_insert`]), by the cardholder's name, at most `limit`. An insert that names no card stands for all
    /// cards of its cardholder.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn needing_insert(&self, limit: u32) -> Result<Vec<CardNeedingInsert>, JournalError> {
        let mut query = QueryBuilder::new("SELECT c.*, ");
        query.push(CARDHOLDER_COLUMNS);
        query.push(
            ", EXISTS (SELECT 1 FROM replacements WHERE new_card_id = c.id) AS is_replacement, \
             (SELECT v.serial FROM inserts v WHERE v.cardholder_id = c.cardholder_id AND v.card_id = c.id AND v.state = 'voided' \
              ORDER BY v.run_number DESC, v.position DESC LIMIT 1) AS voided_serial",
        );
        query.push(" FROM cards c JOIN cardholders h ON h.id = c.cardholder_id WHERE ");
        push_needing_insert(&mut query);
        query.push(" ORDER BY h.sort_key, h.id, c.issued_at, c.id LIMIT ").push_bind(i64::from(limit));
        let rows = query.build().fetch_all(self.reading()).await?;
        rows.iter().map(needing_from).collect()
    }

    /// How many cards [`Journal::needing_insert`] would give; counting ends at `most`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn needing_insert_count(&self, most: u32) -> Result<u32, JournalError> {
        let mut query = QueryBuilder::new("SELECT count(*) FROM (SELECT 1 FROM cards c WHERE ");
        push_needing_insert(&mut query);
        query.push(" LIMIT ").push_bind(i64::from(most)).push(")");
        let count: i64 = query.build_query_scalar().fetch_one(self.reading()).await?;
        Ok(u32::try_from(count).unwrap_or(most))
    }

    /// The valid inserts that name a card, of the latest finished runs, with card and cardholder: the newest run first, each
    /// in the order of its pages, at most `limit`. Those of a card that is given up for another are on their way out.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn printed_for_cards(&self, latest_runs: u32, limit: u32) -> Result<Vec<PrintedInsert>, JournalError> {
        let mut query = QueryBuilder::new("SELECT c.*, i.serial, r.ended_at, ");
        query.push(CARDHOLDER_COLUMNS);
        query.push(" FROM (SELECT number, ended_at FROM print_runs WHERE state = 'finished' ORDER BY number DESC LIMIT ");
        query.push_bind(i64::from(latest_runs));
        query.push(concat!(
            ") r JOIN inserts i ON i.run_number = r.number AND i.state = 'printed' JOIN cards c ON c.id = i.card_id \
             JOIN cardholders h ON h.id = c.cardholder_id WHERE NOT ",
            is_given_up!("c.id"),
            " ORDER BY r.number DESC, i.position LIMIT "
        ));
        query.push_bind(i64::from(limit));
        query.build().fetch_all(self.reading()).await?.iter().map(printed_from).collect()
    }
}

/// That a card `c` needs an insert: the rule of [`CardState::needs_insert`], in the database's words.
fn push_needing_insert(query: &mut QueryBuilder<Sqlite>) {
    query.push("c.state = ").push_bind(CardState::Inactive.as_str().to_owned()).push(concat!(
        " AND NOT EXISTS (SELECT 1 FROM inserts i WHERE i.state = 'printed' AND i.cardholder_id = c.cardholder_id \
         AND (i.card_id = c.id OR i.card_id IS NULL)) AND NOT ",
        is_given_up!("c.id")
    ));
}
