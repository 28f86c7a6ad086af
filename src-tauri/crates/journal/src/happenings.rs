//! What happened at this desk: who did what to which card, when, with what result.
//!
//! Owns an append-only record; the database refuses changing and deleting. Which action words exist is `desk`'s choice.

use cardesk_domain::{CardId, CardholderId};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::database::Journal;
use crate::error::JournalError;
use crate::stored::{card_id_text, microseconds, optional_parsed_at, timestamp_at};

/// One thing that happened. Carries no PAN, CVV, PIN or token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub operator: String,
    /// To which cardholder.
    pub cardholder_id: Option<CardholderId>,
    /// To which card.
    pub card_id: Option<CardId>,
    /// What was done, in a stable word, `card_issued`.
    pub action: String,
    /// The operation's reference.
    pub reference: Option<String>,
    /// The insert's serial.
    pub serial: Option<String>,
    /// How it ended, in a stable word, `applied`.
    pub result: String,
    /// What else is worth knowing.
    pub detail: Option<String>,
}

/// Whose happenings are asked for.
#[derive(Debug, Clone, Copy)]
pub enum HappeningsOf<'a> {
    /// A cardholder's, the cards' included where they name the cardholder.
    Cardholder(&'a CardholderId),
    /// A card's.
    Card(CardId),
}

impl Journal {
    /// Adds to the record.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn record(&self, happening: &Happening) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        write_happening(&mut transaction, happening).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The record of a cardholder or a card, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn happenings_of(&self, whose: HappeningsOf<'_>, limit: u32) -> Result<Vec<Happening>, JournalError> {
        let rows = match whose {
            HappeningsOf::Cardholder(id) => {
                sqlx::query("SELECT * FROM happenings WHERE cardholder_id = ? ORDER BY number DESC LIMIT ?").bind(id.as_str().to_owned())
            }
            HappeningsOf::Card(id) => {
                sqlx::query("SELECT * FROM happenings WHERE card_id = ? ORDER BY number DESC LIMIT ?").bind(card_id_text(id))
            }
        }
        .bind(i64::from(limit))
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(happening_from).collect()
    }
}

/// Adds to the record, within a transaction of the caller's.
pub(crate) async fn write_happening(connection: &mut SqliteConnection, happening: &Happening) -> Result<(), JournalError> {
    sqlx::query(
        "INSERT INTO happenings (number, at, operator, cardholder_id, card_id, action, reference, serial, result, detail) \
         SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM happenings",
    )
    .bind(microseconds(happening.at))
    .bind(&happening.operator)
    .bind(happening.cardholder_id.as_ref().map(CardholderId::as_str))
    .bind(happening.card_id.map(card_id_text))
    .bind(&happening.action)
    .bind(&happening.reference)
    .bind(&happening.serial)
    .bind(&happening.result)
    .bind(&happening.detail)
    .execute(connection)
    .await?;
    Ok(())
}

fn happening_from(row: &SqliteRow) -> Result<Happening, JournalError> {
    Ok(Happening {
        at: timestamp_at(row, "at")?,
        operator: row.try_get("operator")?,
        cardholder_id: optional_parsed_at(row, "cardholder_id")?,
        card_id: optional_parsed_at(row, "card_id")?,
        action: row.try_get("action")?,
        reference: row.try_get("reference")?,
        serial: row.try_get("serial")?,
        result: row.try_get("result")?,
        detail: row.try_get("detail")?,
    })
}
