//! Print runs and their inserts: numbers, serials, and which insert of a card is the valid one.
//!
//! Owns the rule that nothing is half-counted: an insert counts as printed only once its run is finished, and a reprint
//! voids the old serial at that same stroke. Making the pages, and getting them to a printer, is left to `inserts` and
//! `desk`.

use std::collections::{HashMap, HashSet};

use cardesk_domain::{CardState, CardholderId, LastFour};
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::JournalError;
use crate::print_records::{
    CardNeedingInsert, InsertRecord, InsertState, NewInsert, NewRun, PrintedInsert, RunDraft, RunRecord, SentTo, insert_from, printed_from,
    run_from,
};
use crate::profile::{CARDHOLDER_COLUMNS, card_from, cardholder_from, push_ids};
use crate::stored::{card_id_text, microseconds, parsed_at};

// A run's positions count from 1 without a gap, so that the last one is the number of its inserts: found at once in the
// index, where counting would read a run of 10,000 for each of its rows.
macro_rules! inserts_where {
    ($clause:literal) => {
        concat!(
            "SELECT i.serial, i.state AS insert_state, i.cardholder_id, i.card_id, i.last_four, i.replaces, i.replaces_why, i.voided_by, i.voided_why, \
             r.number, r.state, r.layout, r.language, r.begun_at, r.operator, r.ended_at, r.sent_to, r.sent_to_name, \
             (SELECT max(position) FROM inserts WHERE run_number = r.number) AS inserts \
             FROM inserts i JOIN print_runs r ON r.number = i.run_number ",
            $clause
        )
    };
}

macro_rules! runs_where {
    ($clause:literal) => {
        concat!(
            "SELECT r.number, r.state, r.layout, r.language, r.begun_at, r.operator, r.ended_at, r.sent_to, r.sent_to_name, \
             (SELECT max(position) FROM inserts WHERE run_number = r.number) AS inserts FROM print_runs r ",
            $clause
        )
    };
}

impl Journal {
    /// Begins a run: its number and serials are on disk as a draft, and nothing counts yet.
    ///
    /// # Errors
    /// [`JournalError::InvalidRun`], [`JournalError::UnknownCardholder`], [`JournalError::AlreadyPrinted`],
    /// [`JournalError::UnknownInsert`] or [`JournalError::InsertNotPrinted`] for what a reprint replaces, or that it could
    /// not be written. Then there is no run.
    pub async fn begin_run(&self, run: NewRun) -> Result<RunDraft, JournalError> {
        check_shape(&run)?;
        let mut transaction = self.begin_writing().await?;
        let number: u32 = u32::try_from(
            sqlx::query_scalar::<_, i64>("SELECT coalesce(max(number), 0) + 1 FROM print_runs").fetch_one(&mut *transaction).await?,
        )
        .map_err(|_| JournalError::UnreadableValue("number of a print run"))?;
        sqlx::query("INSERT INTO print_runs (number, state, layout, language, begun_at, operator) VALUES (?, 'draft', ?, ?, ?, ?)")
            .bind(i64::from(number))
            .bind(&run.layout)
            .bind(&run.language)
            .bind(microseconds(run.at))
            .bind(&run.operator)
            .execute(&mut *transaction)
            .await?;
        let mut serials = Vec::with_capacity(run.inserts.len());
        for (position, insert) in (1_i64..).zip(&run.inserts) {
            check_insert(&mut transaction, insert).await?;
            let serial = format!("{number:04}-{position:03}");
            write_insert(&mut transaction, number, position, &serial, insert).await?;
            serials.push(serial);
        }
        transaction.commit().await?;
        Ok(RunDraft { number, serials })
    }

    /// Finishes a run: its inserts count as printed, and those that they replace are voided.
    ///
    /// # Errors
    /// [`JournalError::UnknownRun`]; [`JournalError::RunNotDraft`]; [`JournalError::AlreadyPrinted`] or
    /// [`JournalError::InsertNotPrinted`] if another run came in between; or that it could not be written. Then the run is
    /// still a draft.
    pub async fn finish_run(&self, number: u32, sent_to: &SentTo, at: Timestamp) -> Result<(), JournalError> {
        let (kind, name) = match sent_to {
            SentTo::Printer(name) => ("printer", name),
            SentTo::File(name) => ("file", name),
        };
        let mut transaction = self.begin_writing().await?;
        let touched = draft_cardholders(&mut transaction, number).await?;
        void_replaced(&mut transaction, number).await?;
        refuse_second_inserts(&mut transaction, number).await?;
        sqlx::query("UPDATE inserts SET state = 'printed' WHERE run_number = ?").bind(i64::from(number)).execute(&mut *transaction).await?;
        sqlx::query("UPDATE print_runs SET state = 'finished', ended_at = ?, sent_to = ?, sent_to_name = ? WHERE number = ?")
            .bind(microseconds(at))
            .bind(kind)
            .bind(name)
            .bind(i64::from(number))
            .execute(&mut *transaction)
            .await?;
        let _changed = self.directory_index().will_change(touched);
        transaction.commit().await?;
        Ok(())
    }

    /// Gives a draft up. Its number stays used.
    ///
    /// # Errors
    /// [`JournalError::UnknownRun`], [`JournalError::RunNotDraft`], or that it could not be written.
    pub async fn discard_run(&self, number: u32, at: Timestamp) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        draft_cardholders(&mut transaction, number).await?;
        sqlx::query("UPDATE inserts SET state = 'discarded' WHERE run_number = ?")
            .bind(i64::from(number))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE print_runs SET state = 'discarded', ended_at = ? WHERE number = ?")
            .bind(microseconds(at))
            .bind(i64::from(number))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Voids a printed insert without another in its place, with a person's reason.
    ///
    /// # Errors
    /// [`JournalError::UnknownInsert`]; [`JournalError::InsertNotPrinted`]; or that it could not be written.
    pub async fn void_insert(&self, serial: &str, reason: &str) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let row =
            sqlx::query("SELECT state, cardholder_id FROM inserts WHERE serial = ?").bind(serial).fetch_optional(&mut *transaction).await?;
        let row = row.ok_or_else(|| JournalError::UnknownInsert(serial.to_owned()))?;
        if row.try_get::<&str, _>("state")? != InsertState::Printed.as_str() {
            return Err(JournalError::InsertNotPrinted(serial.to_owned()));
        }
        let cardholder: CardholderId = parsed_at(&row, "cardholder_id")?;
        sqlx::query("UPDATE inserts SET state = 'voided', voided_why = ? WHERE serial = ?")
            .bind(reason)
            .bind(serial)
            .execute(&mut *transaction)
            .await?;
        let _changed = self.directory_index().will_change(vec![cardholder]);
        transaction.commit().await?;
        Ok(())
    }

    /// The runs that were begun and neither finished nor discarded, oldest first: after a crash, what it left.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn draft_runs(&self) -> Result<Vec<RunRecord>, JournalError> {
        let rows = sqlx::query(runs_where!("WHERE r.state = 'draft' ORDER BY r.number")).fetch_all(self.reading()).await?;
        rows.iter().map(run_from).collect()
    }

    /// The latest runs, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn runs(&self, limit: u32) -> Result<Vec<RunRecord>, JournalError> {
        let rows = sqlx::query(runs_where!("ORDER BY r.number DESC LIMIT ?")).bind(i64::from(limit)).fetch_all(self.reading()).await?;
        rows.iter().map(run_from).collect()
    }

    /// A run's inserts in the order of its pages; empty if there is no such run.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn inserts_of_run(&self, number: u32) -> Result<Vec<InsertRecord>, JournalError> {
        let rows = sqlx::query(inserts_where!("WHERE i.run_number = ? ORDER BY i.position"))
            .bind(i64::from(number))
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(insert_from).collect()
    }

    /// A cardholder's inserts that were printed, the voided ones included, newest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn inserts_of(&self, cardholder_id: &CardholderId) -> Result<Vec<InsertRecord>, JournalError> {
        let rows = sqlx::query(inserts_where!(
            "WHERE i.cardholder_id = ? AND i.state IN ('printed', 'voided') ORDER BY i.run_number DESC, i.position DESC"
        ))
        .bind(cardholder_id.as_str())
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(insert_from).collect()
    }

    /// The same for many cardholders at once; nothing for those of whom none was printed.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn inserts_by_cardholder(&self, ids: &[CardholderId]) -> Result<HashMap<CardholderId, Vec<InsertRecord>>, JournalError> {
        let mut inserts: HashMap<CardholderId, Vec<InsertRecord>> = HashMap::new();
        for ids in ids.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new(inserts_where!("WHERE i.state IN ('printed', 'voided') AND i.cardholder_id IN "));
            push_ids(&mut query, ids);
            query.push(" ORDER BY i.run_number DESC, i.position DESC");
            for row in &query.build().fetch_all(self.reading()).await? {
                let insert = insert_from(row)?;
                inserts.entry(insert.cardholder_id.clone()).or_default().push(insert);
            }
        }
        Ok(inserts)
    }

    /// The insert with this serial, whatever its state.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn insert(&self, serial: &str) -> Result<Option<InsertRecord>, JournalError> {
        let row = sqlx::query(inserts_where!("WHERE i.serial = ?")).bind(serial).fetch_optional(self.reading()).await?;
        row.as_ref().map(insert_from).transpose()
    }

    /// The cards that wait for their cardholder and have no valid insert ([`CardState::needs_insert`]), by the cardholder's
    /// name, at most `limit`. An insert that names no card stands for all cards of its cardholder.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn needing_insert(&self, limit: u32) -> Result<Vec<CardNeedingInsert>, JournalError> {
        let mut query = QueryBuilder::new("SELECT c.*, ");
        query.push(CARDHOLDER_COLUMNS);
        query.push(" FROM cards c JOIN cardholders h ON h.id = c.cardholder_id WHERE ");
        push_needing_insert(&mut query);
        query.push(" ORDER BY h.sort_key, h.id, c.issued_at, c.id LIMIT ").push_bind(i64::from(limit));
        let rows = query.build().fetch_all(self.reading()).await?;
        rows.iter().map(|row| Ok(CardNeedingInsert { cardholder: cardholder_from(row)?, card: card_from(row)? })).collect()
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
    /// in the order of its pages.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn printed_for_cards(&self, latest_runs: u32) -> Result<Vec<PrintedInsert>, JournalError> {
        let mut query = QueryBuilder::new("SELECT c.*, i.serial, r.ended_at, ");
        query.push(CARDHOLDER_COLUMNS);
        query.push(" FROM (SELECT number, ended_at FROM print_runs WHERE state = 'finished' ORDER BY number DESC LIMIT ");
        query.push_bind(i64::from(latest_runs));
        query.push(
            ") r JOIN inserts i ON i.run_number = r.number AND i.state = 'printed' JOIN cards c ON c.id = i.card_id \
             JOIN cardholders h ON h.id = c.cardholder_id ORDER BY r.number DESC, i.position",
        );
        query.build().fetch_all(self.reading()).await?.iter().map(printed_from).collect()
    }
}

/// That a card `c` needs an insert: the rule of [`CardState::needs_insert`], in the database's words.
fn push_needing_insert(query: &mut QueryBuilder<Sqlite>) {
    query.push("c.state = ").push_bind(CardState::Inactive.as_str().to_owned()).push(
        " AND NOT EXISTS (SELECT 1 FROM inserts i WHERE i.state = 'printed' AND i.cardholder_id = c.cardholder_id \
         AND (i.card_id = c.id OR i.card_id IS NULL))",
    );
}

/// What can be said without the database: an empty run, a reason left out, the same card or old serial twice.
fn check_shape(run: &NewRun) -> Result<(), JournalError> {
    if run.inserts.is_empty() {
        return Err(JournalError::InvalidRun("it has no inserts"));
    }
    let mut cards = HashSet::new();
    let mut without_card = HashSet::new();
    let mut replaced = HashSet::new();
    for insert in &run.inserts {
        if insert.card_id.is_some_and(|card_id| !cards.insert(card_id)) {
            return Err(JournalError::InvalidRun("it has the same card twice"));
        }
        if insert.card_id.is_none() && !without_card.insert(&insert.cardholder_id) {
            return Err(JournalError::InvalidRun("it has two inserts without a card for the same cardholder"));
        }
        if let Some(reprint) = &insert.reprint {
            if reprint.reason.trim().is_empty() {
                return Err(JournalError::InvalidRun("a reprint needs a reason"));
            }
            if !replaced.insert(&reprint.serial) {
                return Err(JournalError::InvalidRun("it reprints the same insert twice"));
            }
        }
    }
    Ok(())
}

async fn check_insert(connection: &mut SqliteConnection, insert: &NewInsert) -> Result<(), JournalError> {
    let cardholder: Option<i64> = sqlx::query_scalar("SELECT 1 FROM cardholders WHERE id = ?")
        .bind(insert.cardholder_id.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    if cardholder.is_none() {
        return Err(JournalError::UnknownCardholder(insert.cardholder_id.clone()));
    }
    if let Some(card_id) = insert.card_id {
        let owner: Option<String> = sqlx::query_scalar("SELECT cardholder_id FROM cards WHERE id = ?")
            .bind(card_id_text(card_id))
            .fetch_optional(&mut *connection)
            .await?;
        if owner.as_deref() != Some(insert.cardholder_id.as_str()) {
            return Err(JournalError::InvalidRun("a card on it is not one of its cardholder's in the directory"));
        }
    }
    if let Some(reprint) = &insert.reprint {
        check_reprint(connection, insert, &reprint.serial).await?;
    }
    match valid_insert(connection, insert).await? {
        Some(serial) if insert.reprint.as_ref().is_none_or(|reprint| reprint.serial != serial) => Err(JournalError::AlreadyPrinted(serial)),
        _ => Ok(()),
    }
}

async fn check_reprint(connection: &mut SqliteConnection, insert: &NewInsert, replaced: &str) -> Result<(), JournalError> {
    let row = sqlx::query("SELECT state, cardholder_id FROM inserts WHERE serial = ?").bind(replaced).fetch_optional(connection).await?;
    let Some(row) = row else {
        return Err(JournalError::UnknownInsert(replaced.to_owned()));
    };
    if row.try_get::<&str, _>("state")? != InsertState::Printed.as_str() {
        return Err(JournalError::InsertNotPrinted(replaced.to_owned()));
    }
    if row.try_get::<&str, _>("cardholder_id")? != insert.cardholder_id.as_str() {
        return Err(JournalError::InvalidRun("a reprint is for the same cardholder as the insert it replaces"));
    }
    Ok(())
}

/// The valid insert of the same card; of an insert that names no card, the one of its cardholder that names none either.
async fn valid_insert(connection: &mut SqliteConnection, insert: &NewInsert) -> Result<Option<String>, JournalError> {
    let query = match insert.card_id {
        Some(card_id) => {
            sqlx::query_scalar("SELECT serial FROM inserts WHERE card_id = ? AND state = 'printed'").bind(card_id_text(card_id))
        }
        None => sqlx::query_scalar("SELECT serial FROM inserts WHERE cardholder_id = ? AND card_id IS NULL AND state = 'printed'")
            .bind(insert.cardholder_id.as_str().to_owned()),
    };
    Ok(query.fetch_optional(connection).await?)
}

async fn write_insert(
    connection: &mut SqliteConnection,
    number: u32,
    position: i64,
    serial: &str,
    insert: &NewInsert,
) -> Result<(), JournalError> {
    sqlx::query(
        "INSERT INTO inserts (serial, run_number, position, cardholder_id, card_id, last_four, state, replaces, replaces_why) \
         VALUES (?, ?, ?, ?, ?, ?, 'drafted', ?, ?)",
    )
    .bind(serial)
    .bind(i64::from(number))
    .bind(position)
    .bind(insert.cardholder_id.as_str())
    .bind(insert.card_id.map(card_id_text))
    .bind(insert.last_four.as_ref().map(LastFour::as_str))
    .bind(insert.reprint.as_ref().map(|reprint| &reprint.serial))
    .bind(insert.reprint.as_ref().map(|reprint| &reprint.reason))
    .execute(connection)
    .await?;
    Ok(())
}

/// Whose inserts a draft has.
async fn draft_cardholders(connection: &mut SqliteConnection, number: u32) -> Result<Vec<CardholderId>, JournalError> {
    let state: Option<String> = sqlx::query_scalar("SELECT state FROM print_runs WHERE number = ?")
        .bind(i64::from(number))
        .fetch_optional(&mut *connection)
        .await?;
    match state.as_deref() {
        None => return Err(JournalError::UnknownRun(number)),
        Some("draft") => {}
        Some(_) => return Err(JournalError::RunNotDraft(number)),
    }
    let rows = sqlx::query("SELECT DISTINCT cardholder_id FROM inserts WHERE run_number = ?")
        .bind(i64::from(number))
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| parsed_at(row, "cardholder_id")).collect()
}

/// Voids what the run's reprints replace, and refuses if one of those is not valid any more.
async fn void_replaced(connection: &mut SqliteConnection, number: u32) -> Result<(), JournalError> {
    let stale: Option<String> = sqlx::query_scalar(
        "SELECT old.serial FROM inserts new JOIN inserts old ON old.serial = new.replaces WHERE new.run_number = ? AND old.state <> 'printed'",
    )
    .bind(i64::from(number))
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(serial) = stale {
        return Err(JournalError::InsertNotPrinted(serial));
    }
    sqlx::query(
        "UPDATE inserts SET state = 'voided', voided_by = (SELECT new.serial FROM inserts new WHERE new.run_number = ? AND new.replaces = inserts.serial) \
         WHERE serial IN (SELECT replaces FROM inserts WHERE run_number = ? AND replaces IS NOT NULL)",
    )
    .bind(i64::from(number))
    .bind(i64::from(number))
    .execute(connection)
    .await?;
    Ok(())
}

/// Refuses a run with a card, or a cardholder without one, that has got a valid insert since the run was begun.
async fn refuse_second_inserts(connection: &mut SqliteConnection, number: u32) -> Result<(), JournalError> {
    let valid: Option<String> = sqlx::query_scalar(
        "SELECT old.serial FROM inserts new JOIN inserts old ON old.card_id = new.card_id WHERE new.run_number = ? AND old.state = 'printed' \
         UNION ALL \
         SELECT old.serial FROM inserts new JOIN inserts old ON old.cardholder_id = new.cardholder_id AND old.card_id IS NULL \
         WHERE new.run_number = ? AND new.card_id IS NULL AND old.state = 'printed'",
    )
    .bind(i64::from(number))
    .bind(i64::from(number))
    .fetch_optional(connection)
    .await?;
    valid.map_or(Ok(()), |serial| Err(JournalError::AlreadyPrinted(serial)))
}
