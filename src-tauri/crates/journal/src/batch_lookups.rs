//! What the rows of a batch are held against: many cards at once, everybody's documents, and what was loaded before.
//!
//! Owns reading in bulk, so that ten thousand rows cost a handful of statements. What a row means, and what is a
//! repetition, is `desk`'s word.

use std::collections::HashMap;

use cardesk_domain::{CardId, CardholderId, Money, OperationKind, OperationState, Reference};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row};

use crate::batch_records::kind_of;
use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::JournalError;
use crate::profile::card_from;
use crate::records::CardRecord;
use crate::stored::{card_id_text, optional_money_at, parsed_at, timestamp_at};

/// A load or withdrawal that was done, or may have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundsDone {
    /// Its reference.
    pub reference: Reference,
    /// Which card.
    pub card_id: CardId,
    /// Load or withdrawal.
    pub kind: OperationKind,
    /// How much.
    pub money: Money,
    /// The operator's note.
    pub note: Option<String>,
    /// Applied, or open.
    pub state: OperationState,
    /// When it was drafted.
    pub drafted_at: Timestamp,
}

impl Journal {
    /// The cards with these ids, as last seen; without those that the directory does not have.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cards_by_id(&self, ids: &[CardId]) -> Result<HashMap<CardId, CardRecord>, JournalError> {
        let mut cards = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new("SELECT * FROM cards WHERE id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(card_id_text(*id));
            }
            query.push(")");
            for row in &query.build().fetch_all(self.reading()).await? {
                let card = card_from(row)?;
                cards.insert(card.id, card);
            }
        }
        Ok(cards)
    }

    /// Everybody's document number, as written on the document, with whose it is.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn document_numbers(&self) -> Result<Vec<(CardholderId, String)>, JournalError> {
        let rows = sqlx::query("SELECT id, document_number FROM cardholders WHERE document_number IS NOT NULL ORDER BY id")
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(|row| Ok((parsed_at(row, "id")?, row.try_get("document_number")?))).collect()
    }

    /// The loads and withdrawals of these cards that were applied or whose outcome is open, oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn funds_done(&self, cards: &[CardId]) -> Result<Vec<FundsDone>, JournalError> {
        let mut done = Vec::new();
        for ids in cards.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new(
                "SELECT reference, kind, card_id, amount, currency, note, state, drafted_at FROM operations \
                 WHERE kind IN ('load', 'withdrawal') AND ( \
                     state IN ('intent', 'unknown', 'applied', 'settled_applied') \
                     OR EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = operations.reference) \
                 ) AND card_id IN (",
            );
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(card_id_text(*id));
            }
            query.push(")");
            for row in &query.build().fetch_all(self.reading()).await? {
                done.push(done_from(row)?);
            }
        }
        done.sort_by_key(|each| each.drafted_at);
        Ok(done)
    }
}

fn done_from(row: &SqliteRow) -> Result<FundsDone, JournalError> {
    Ok(FundsDone {
        reference: parsed_at(row, "reference")?,
        card_id: parsed_at(row, "card_id")?,
        kind: kind_of(row.try_get("kind")?)?,
        money: optional_money_at(row)?.ok_or(JournalError::UnreadableValue("amount"))?,
        note: row.try_get("note")?,
        state: OperationState::from_word(row.try_get("state")?).ok_or(JournalError::UnreadableValue("state of operation"))?,
        drafted_at: timestamp_at(row, "drafted_at")?,
    })
}
