//! The looks for operations without an outcome: when each was made, and what was found.
//!
//! Owns an append-only record of them. When to look, and what a find means, is left to `domain` and `desk`.

use cardesk_domain::Reference;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::database::Journal;
use crate::error::JournalError;
use crate::stored::{microseconds, parsed_at, timestamp_at, whole_at};

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookResult {
    /// The movement, or the card, that proves it.
    Applied,
    /// The gateway showed everything, and it was not among it.
    Nothing,
    /// More than one thing that could be it: a person has to say.
    Several,
    /// The gateway could not be asked, so nothing is known from this look.
    NoAnswer,
}

/// One look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// For which operation.
    pub reference: Reference,
    /// When the gateway was asked.
    pub at: Timestamp,
    /// What was found.
    pub found: LookResult,
    /// What the gateway showed, in a form of `desk`'s choosing.
    pub detail: Option<String>,
}

/// How often an operation was looked for, and when last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LooksSoFar {
    /// Which operation.
    pub reference: Reference,
    /// How often.
    pub looks: u32,
    /// When last.
    pub last_at: Timestamp,
}

impl LookResult {
    const ALL: [Self; 4] = [Self::Applied, Self::Nothing, Self::Several, Self::NoAnswer];

    /// The stable word used in the journal and on the wire to the UI.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Nothing => "nothing",
            Self::Several => "several",
            Self::NoAnswer => "no_answer",
        }
    }
}

impl Journal {
    /// Writes a look down.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn add_look(&self, look: &Look) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        write_look(&mut transaction, look).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The looks for an operation, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn looks_for(&self, reference: &Reference, limit: u32) -> Result<Vec<Look>, JournalError> {
        let rows = sqlx::query("SELECT * FROM operation_looks WHERE reference = ? ORDER BY number DESC LIMIT ?")
            .bind(reference.as_str())
            .bind(i64::from(limit))
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(look_from).collect()
    }

    /// How often each operation without an outcome was looked for; those never looked for are left out.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn looks_so_far(&self) -> Result<Vec<LooksSoFar>, JournalError> {
        let rows = sqlx::query(
            "SELECT l.reference, l.number AS looks, l.at FROM operation_looks l JOIN operations o ON o.reference = l.reference \
             WHERE o.state IN ('intent', 'unknown') \
                 AND l.number = (SELECT max(number) FROM operation_looks WHERE reference = l.reference)",
        )
        .fetch_all(self.reading())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(LooksSoFar {
                    reference: parsed_at(row, "reference")?,
                    looks: whole_at(row, "looks")?,
                    last_at: timestamp_at(row, "at")?,
                })
            })
            .collect()
    }
}

/// Writes a look down, within a transaction of the caller's.
pub(crate) async fn write_look(connection: &mut SqliteConnection, look: &Look) -> Result<(), JournalError> {
    sqlx::query(
        "INSERT INTO operation_looks (reference, number, at, found, detail) \
         SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM operation_looks WHERE reference = ?1",
    )
    .bind(look.reference.as_str())
    .bind(microseconds(look.at))
    .bind(look.found.as_str())
    .bind(&look.detail)
    .execute(connection)
    .await?;
    Ok(())
}

fn look_from(row: &SqliteRow) -> Result<Look, JournalError> {
    let word: &str = row.try_get("found")?;
    Ok(Look {
        reference: parsed_at(row, "reference")?,
        at: timestamp_at(row, "at")?,
        found: LookResult::ALL.into_iter().find(|found| found.as_str() == word).ok_or(JournalError::UnreadableValue("result of a look"))?,
        detail: row.try_get("detail")?,
    })
}
