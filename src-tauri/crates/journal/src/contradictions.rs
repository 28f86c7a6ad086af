//! What the gateway shows against a person's word that an operation was not done.
//!
//! Owns writing that down, once as a trace and once as proof, and a person's word on it afterwards. The operation stays as
//! it was settled. What counts as proof, and when to look for it, is left to `desk`; what follows from it, to `domain`.

use cardesk_domain::Reference;
use cardesk_domain::operation::Contradiction;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::database::Journal;
use crate::error::{JournalError, is_refused_by};
use crate::happenings::{Happening, write_happening};
use crate::operation_looks::{Look, write_look};
use crate::operations::{Operation, operation_from, operations_where};
use crate::stored::{microseconds, optional_timestamp_at};

/// A contradiction as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradicted {
    /// What kind; the latest, where a trace came to be proved.
    pub kind: Contradiction,
    /// When it was found.
    pub at: Timestamp,
    /// The gateway's id of the movement, or of the card.
    pub movement_id: String,
    /// Why it is clear, in a person's words; none while nobody has said so.
    pub cleared: Option<String>,
}

/// A contradiction to be written down, with the look that found it.
#[derive(Debug, Clone)]
pub struct NewContradiction<'a> {
    /// The look; it names the operation and the moment.
    pub look: Look,
    /// What kind.
    pub kind: Contradiction,
    /// The gateway's id of the movement, or of the card.
    pub movement_id: &'a str,
    /// What the record of what happened says of it.
    pub happenings: Vec<Happening>,
}

/// An operation that a person said was not done, and that is still looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The operation; its last move is that word.
    pub operation: Operation,
    /// When it was last looked for, if ever.
    pub looked_at: Option<Timestamp>,
}

impl Journal {
    /// Writes a contradiction down, with its look and what happened, in one commit.
    ///
    /// # Errors
    /// [`JournalError::ContradictsNothing`] if the operation was not settled as not done, or this is known of it; or that it
    /// could not be written. Then nothing was.
    pub async fn contradict(&self, new: NewContradiction<'_>) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let reference = &new.look.reference;
        let written = sqlx::query(
            "INSERT INTO operation_contradictions (reference, number, at, kind, movement_id) \
             SELECT ?1, 1 + count(*), ?2, ?3, ?4 FROM operation_contradictions WHERE reference = ?1",
        )
        .bind(reference.as_str())
        .bind(microseconds(new.look.at))
        .bind(new.kind.as_str())
        .bind(new.movement_id)
        .execute(&mut *transaction)
        .await;
        match written {
            Err(error) if is_refused_by(&error, "contradicts nothing") => return Err(JournalError::ContradictsNothing(reference.clone())),
            other => other?,
        };
        write_look(&mut transaction, &new.look).await?;
        write_all(&mut transaction, &new.happenings).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes down that a person says that a contradiction is clear, and why; with what happened, in one commit.
    ///
    /// # Errors
    /// [`JournalError::ContradictsNothing`] if nothing contradicts it, or that was said before; or that it could not be
    /// written.
    pub async fn clear_contradiction(
        &self,
        reference: &Reference,
        reason: &str,
        operator: &str,
        at: Timestamp,
        happenings: &[Happening],
    ) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let written = sqlx::query(
            "INSERT INTO operation_contradiction_ends (reference, number, at, operator, reason) \
             SELECT c.reference, c.number, ?2, ?3, ?4 FROM operation_contradictions c \
             WHERE c.reference = ?1 AND c.number = (SELECT max(number) FROM operation_contradictions WHERE reference = ?1) \
                 AND NOT EXISTS (SELECT 1 FROM operation_contradiction_ends e WHERE e.reference = c.reference AND e.number = c.number)",
        )
        .bind(reference.as_str())
        .bind(microseconds(at))
        .bind(operator)
        .bind(reason)
        .execute(&mut *transaction)
        .await?;
        if written.rows_affected() == 0 {
            return Err(JournalError::ContradictsNothing(reference.clone()));
        }
        write_all(&mut transaction, happenings).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The operations that are contradicted, and neither taken back since nor said to be clear; oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn contradicted_operations(&self) -> Result<Vec<Operation>, JournalError> {
        let rows = sqlx::query(operations_where!(
            "WHERE c.kind IS NOT NULL AND e.reason IS NULL AND NOT EXISTS ( \
                 SELECT 1 FROM operation_links l JOIN operations n ON n.reference = l.reference \
                 WHERE l.older = o.reference AND l.kind = 'corrects' AND ( \
                     n.state IN ('applied', 'settled_applied') \
                     OR EXISTS (SELECT 1 FROM operation_contradictions p WHERE p.reference = n.reference AND p.kind = 'proof'))) \
             ORDER BY o.drafted_at, o.reference"
        ))
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(operation_from).collect()
    }

    /// The operations that a person said, at `since` or later, were not done, without those that are known to be done;
    /// oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn said_not_applied(&self, since: Timestamp) -> Result<Vec<Watched>, JournalError> {
        let rows = sqlx::query(operations_where!(
            "WHERE o.state = 'settled_not_applied' AND m.at >= ? AND coalesce(c.kind, '') <> 'proof' ORDER BY o.drafted_at, o.reference",
            "(SELECT k.at FROM operation_looks k WHERE k.reference = o.reference ORDER BY k.number DESC LIMIT 1) AS looked_at"
        ))
        .bind(microseconds(since))
        .fetch_all(self.reading())
        .await?;
        rows.iter()
            .map(|row| Ok(Watched { operation: operation_from(row)?, looked_at: optional_timestamp_at(row, "looked_at")? }))
            .collect()
    }
}

async fn write_all(connection: &mut SqliteConnection, happenings: &[Happening]) -> Result<(), JournalError> {
    for happening in happenings {
        write_happening(connection, happening).await?;
    }
    Ok(())
}

/// What contradicts the operation of a row, if anything does.
pub(crate) fn contradicted_from(row: &SqliteRow) -> Result<Option<Contradicted>, JournalError> {
    let Some(kind) = contradiction_at(row, "contradiction")? else { return Ok(None) };
    Ok(Some(Contradicted {
        kind,
        at: optional_timestamp_at(row, "contradicted_at")?.ok_or(JournalError::UnreadableValue("contradiction"))?,
        movement_id: row.try_get("contradicting_id")?,
        cleared: row.try_get("contradiction_cleared")?,
    }))
}

/// Its kind alone.
pub(crate) fn contradiction_at(row: &SqliteRow, column: &str) -> Result<Option<Contradiction>, JournalError> {
    match row.try_get::<Option<&str>, _>(column)? {
        None => Ok(None),
        Some(word) => Contradiction::from_word(word).map(Some).ok_or(JournalError::UnreadableValue("contradiction")),
    }
}
