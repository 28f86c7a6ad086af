//! Batches: a file's rows on disk with their references before the first of them is sent.
//!
//! Owns that a batch is resumed exactly where it was: a row whose reference no operation has was never sent, and a row gets
//! another reference only when it is certain that the one before moved nothing (the database's guards keep both). Which row
//! is sent when is `desk`'s business.

use cardesk_domain::{CardId, OperationKind, Reference};
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::batch_records::{
    BatchCounts, BatchDeed, BatchRecord, BatchRow, BatchState, FundsWaiting, NewBatch, NewBatchRow, RowFate, batch_from, batch_row_from,
    state_at, style_word, waiting_from,
};
use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::{JournalError, is_refused_by};
use crate::stored::{card_id_text, microseconds, ten_thousandths};

/// The rows of a batch, each with its last attempt and how that stands.
const BATCH_ROWS: &str = "SELECT r.position, r.line, r.cells, r.left_out, r.card_id, r.kind, r.amount, r.currency, r.note, \
     a.reference, a.number AS attempt, o.state, \
     (SELECT reference FROM batch_attempts WHERE batch_number = r.batch_number AND position = r.position AND number = a.number - 1) AS previous, m.gateway_code, m.cause, m.detail, m.at, \
     coalesce(m.movement_id, (SELECT c.movement_id FROM operation_contradictions c WHERE c.reference = a.reference ORDER BY c.number DESC LIMIT 1)) AS movement_id, \
     EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = a.reference) AS is_contradicted, \
     EXISTS (SELECT 1 FROM operation_links l JOIN operations n ON n.reference = l.reference \
             WHERE l.older = a.reference AND l.kind = 'makes_again' AND ( \
                 n.state NOT IN ('drafted', 'discarded', 'refused', 'not_sent', 'settled_not_applied') \
                 OR EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = n.reference))) AS is_made_again \
     FROM batch_rows r \
     LEFT JOIN batch_attempts a ON a.batch_number = r.batch_number AND a.position = r.position \
         AND a.number = (SELECT max(number) FROM batch_attempts WHERE batch_number = r.batch_number AND position = r.position) \
     LEFT JOIN operations o ON o.reference = a.reference \
     LEFT JOIN operation_moves m ON m.reference = o.reference AND m.sequence = o.moves \
     WHERE r.batch_number = ? ORDER BY r.position";

impl Journal {
    /// Begins a batch: its rows and their references are on disk, and nothing is sent yet. Returns its number.
    ///
    /// # Errors
    /// [`JournalError::ReferenceTaken`]; [`JournalError::IncompleteOperation`] for a row to be sent that does not say what it
    /// does; or that it could not be written. Then there is no batch.
    pub async fn begin_batch(&self, batch: &NewBatch) -> Result<u32, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let number: i64 = sqlx::query_scalar("SELECT coalesce(max(number), 0) + 1 FROM batches").fetch_one(&mut *transaction).await?;
        sqlx::query(
            "INSERT INTO batches (number, name, digest, number_style, titles, begun_at, begun_by, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')",
        )
        .bind(number)
        .bind(&batch.name)
        .bind(&batch.digest)
        .bind(style_word(batch.number_style))
        .bind(&batch.titles)
        .bind(microseconds(batch.at))
        .bind(&batch.operator)
        .execute(&mut *transaction)
        .await?;
        for (position, row) in (1_i64..).zip(&batch.rows) {
            write_row(&mut transaction, number, position, row).await?;
        }
        transaction.commit().await?;
        u32::try_from(number).map_err(|_| JournalError::UnreadableValue("number of a batch"))
    }

    /// Gives rows whose last attempt moved nothing another one each, under references that nobody has had.
    ///
    /// # Errors
    /// [`JournalError::RowNotToBeSent`] for a row whose last attempt may have moved money, or whose batch has ended;
    /// [`JournalError::ReferenceTaken`]; or that it could not be written. Then no row has a new one.
    pub async fn attempt_again(&self, batch: u32, rows: &[(u32, Reference)]) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        for (position, reference) in rows {
            write_attempt(&mut transaction, i64::from(batch), i64::from(*position), reference).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Ends a batch.
    ///
    /// # Errors
    /// [`JournalError::UnknownBatch`]; [`JournalError::BatchNotToBeEnded`] while a row is on its way, if it has ended before,
    /// or, for finishing, while a row waits; or that it could not be written.
    pub async fn end_batch(&self, number: u32, state: BatchState, at: Timestamp) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let ended = sqlx::query("UPDATE batches SET state = ?, ended_at = ? WHERE number = ?")
            .bind(state.as_str())
            .bind(microseconds(at))
            .bind(i64::from(number))
            .execute(&mut *transaction)
            .await;
        match ended {
            Err(error) if is_refused_by(&error, "guard:") => return Err(JournalError::BatchNotToBeEnded(number)),
            Err(error) => return Err(error.into()),
            Ok(done) if done.rows_affected() == 0 => return Err(JournalError::UnknownBatch(number)),
            Ok(_) => {}
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The batch with this number.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn batch(&self, number: u32) -> Result<Option<BatchRecord>, JournalError> {
        let row = sqlx::query("SELECT * FROM batches WHERE number = ?").bind(i64::from(number)).fetch_optional(self.reading()).await?;
        row.as_ref().map(batch_from).transpose()
    }

    /// The latest batches, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn batches(&self, limit: u32) -> Result<Vec<BatchRecord>, JournalError> {
        let rows =
            sqlx::query("SELECT * FROM batches ORDER BY number DESC LIMIT ?").bind(i64::from(limit)).fetch_all(self.reading()).await?;
        rows.iter().map(batch_from).collect()
    }

    /// The batches of a file, newest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn batches_of_file(&self, digest: &str) -> Result<Vec<BatchRecord>, JournalError> {
        let rows =
            sqlx::query("SELECT * FROM batches WHERE digest = ? ORDER BY number DESC").bind(digest).fetch_all(self.reading()).await?;
        rows.iter().map(batch_from).collect()
    }

    /// The batches that have not ended, oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn open_batches(&self) -> Result<Vec<BatchRecord>, JournalError> {
        let rows = sqlx::query("SELECT * FROM batches WHERE state = 'open' ORDER BY number").fetch_all(self.reading()).await?;
        rows.iter().map(batch_from).collect()
    }

    /// A batch's rows in the file's order, each with its last attempt; empty if there is no such batch.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn batch_rows(&self, number: u32) -> Result<Vec<BatchRow>, JournalError> {
        let rows = sqlx::query(BATCH_ROWS).bind(i64::from(number)).fetch_all(self.reading()).await?;
        rows.iter().map(batch_row_from).collect()
    }

    /// How many rows of a batch stand where.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn batch_counts(&self, number: u32) -> Result<BatchCounts, JournalError> {
        let rows = sqlx::query(
            "SELECT r.left_out IS NOT NULL AS is_left_out, o.state, count(*) AS rows FROM batch_rows r \
             LEFT JOIN batch_attempts a ON a.batch_number = r.batch_number AND a.position = r.position \
                 AND a.number = (SELECT max(number) FROM batch_attempts WHERE batch_number = r.batch_number AND position = r.position) \
             LEFT JOIN operations o ON o.reference = a.reference \
             WHERE r.batch_number = ? GROUP BY 1, 2",
        )
        .bind(i64::from(number))
        .fetch_all(self.reading())
        .await?;
        let mut counts = BatchCounts::default();
        for row in &rows {
            let count = u32::try_from(row.try_get::<i64, _>("rows")?).unwrap_or(u32::MAX);
            if row.try_get("is_left_out")? {
                counts.left_out += count;
            } else {
                counts.add(state_at(row)?, count);
            }
        }
        Ok(counts)
    }

    /// The rows of these cards that wait in batches that have not ended.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn funds_waiting(&self, cards: &[CardId]) -> Result<Vec<FundsWaiting>, JournalError> {
        let mut waiting = Vec::new();
        for ids in cards.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new(
                "SELECT a.reference, r.card_id, r.kind, r.amount, r.currency, r.note, b.begun_at FROM batches b \
                 JOIN batch_rows r ON r.batch_number = b.number AND r.left_out IS NULL \
                 JOIN batch_attempts a ON a.batch_number = r.batch_number AND a.position = r.position \
                 LEFT JOIN operations o ON o.reference = a.reference \
                 WHERE b.state = 'open' AND (o.state IS NULL OR o.state IN ('drafted', 'not_sent')) AND r.card_id IN (",
            );
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(card_id_text(*id));
            }
            query.push(")");
            for row in &query.build().fetch_all(self.reading()).await? {
                waiting.push(waiting_from(row)?);
            }
        }
        Ok(waiting)
    }
}

async fn write_row(connection: &mut SqliteConnection, batch: i64, position: i64, row: &NewBatchRow) -> Result<(), JournalError> {
    let (left_out, reference) = match &row.fate {
        RowFate::Sent(reference) => (None, Some(reference)),
        RowFate::LeftOut(why) => (Some(why), None),
    };
    if reference.is_some() && row.deed.is_none() {
        return Err(JournalError::IncompleteOperation("a row that is sent says what it does"));
    }
    let kind = row.deed.as_ref().map(kind_word).transpose()?;
    sqlx::query(
        "INSERT INTO batch_rows (batch_number, position, line, cells, left_out, card_id, kind, amount, currency, note) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(batch)
    .bind(position)
    .bind(i64::from(row.line))
    .bind(&row.cells)
    .bind(left_out)
    .bind(row.deed.as_ref().map(|deed| card_id_text(deed.card_id)))
    .bind(kind)
    .bind(row.deed.as_ref().map(|deed| ten_thousandths(deed.money.amount())).transpose()?)
    .bind(row.deed.as_ref().map(|deed| deed.money.currency().code().to_owned()))
    .bind(row.deed.as_ref().and_then(|deed| deed.note.as_deref()))
    .execute(&mut *connection)
    .await?;
    match reference {
        Some(reference) => write_attempt(connection, batch, position, reference).await,
        None => Ok(()),
    }
}

fn kind_word(deed: &BatchDeed) -> Result<&'static str, JournalError> {
    match deed.kind {
        OperationKind::Load | OperationKind::Withdrawal => Ok(deed.kind.as_str()),
        _ => Err(JournalError::IncompleteOperation("a batch loads and withdraws")),
    }
}

async fn write_attempt(connection: &mut SqliteConnection, batch: i64, position: i64, reference: &Reference) -> Result<(), JournalError> {
    let written = sqlx::query(
        "INSERT INTO batch_attempts (reference, batch_number, position, number) \
         SELECT ?1, ?2, ?3, 1 + (SELECT count(*) FROM batch_attempts WHERE batch_number = ?2 AND position = ?3)",
    )
    .bind(reference.as_str())
    .bind(batch)
    .bind(position)
    .execute(connection)
    .await;
    match written {
        Err(error) if is_refused_by(&error, "batch_attempts.reference") || is_refused_by(&error, "the reference was used") => {
            Err(JournalError::ReferenceTaken(reference.clone()))
        }
        Err(error) if is_refused_by(&error, "one operation at a time") => Err(JournalError::RowNotToBeSent(reference.clone())),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}
