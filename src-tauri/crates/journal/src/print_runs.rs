//! Print runs and their inserts: numbers, serials, and which insert of a card is the valid one.
//!
//! Owns the rule that nothing is half-counted: an insert counts as printed only once its run is finished, and a reprint
//! voids the old serial at that same stroke. A run whose job comes to nothing afterwards is `print_jobs`', what may be in a run is `print_run_checks`', what a draft needs to be made again
//! `print_run_traces`', who waits for an insert `print_queue`'s. Making the pages, and getting them to a printer, is left to
//! `inserts` and `desk`.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use cardesk_domain::{CardholderId, LastFour};
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::JournalError;
use crate::happenings::{Happening, write_happenings};
use crate::print_records::{
    InsertCells, InsertRecord, InsertState, NewInsert, NewRun, RunDraft, RunRecord, SentTo, ValidInsert, insert_from, run_from,
};
use crate::print_run_checks::{check_inserts, check_shape, refuse_second_inserts, refuse_stale_reprints};
use crate::print_run_traces::{RunAsked, write_asked};
use crate::profile::push_ids;
use crate::stored::{card_id_text, microseconds, optional_parsed_at, parsed_at, rows_of_json, whole_at};

// A run's positions count from 1 without a gap, so that the last one is the number of its inserts: found at once in the
// index, where counting would read a run of 10,000 for each of its rows.
macro_rules! inserts_where {
    ($clause:literal) => {
        concat!(
            "SELECT i.serial, i.state AS insert_state, i.cardholder_id, i.card_id, i.last_four, i.replaces, i.replaces_why, i.voided_by, i.voided_why, \
             r.number, r.state, r.layout, r.language, r.begun_at, r.operator, r.ended_at, r.sent_to, r.sent_to_name, r.pages, \
             (SELECT max(position) FROM inserts WHERE run_number = r.number) AS inserts \
             FROM inserts i JOIN print_runs r ON r.number = i.run_number ",
            $clause
        )
    };
}

macro_rules! runs_where {
    ($clause:literal) => {
        concat!(
            "SELECT r.number, r.state, r.layout, r.language, r.begun_at, r.operator, r.ended_at, r.sent_to, r.sent_to_name, r.pages, \
             (SELECT max(position) FROM inserts WHERE run_number = r.number) AS inserts FROM print_runs r ",
            $clause
        )
    };
}

/// How many inserts one statement writes.
const ROWS_A_STATEMENT: usize = 500;

impl Journal {
    /// Begins a run: its number and serials are on disk as a draft, and nothing counts yet.
    ///
    /// # Errors
    /// [`JournalError::InvalidRun`], [`JournalError::UnknownCardholder`], [`JournalError::AlreadyPrinted`],
    /// [`JournalError::UnknownInsert`] or [`JournalError::InsertNotPrinted`] for what a reprint replaces, or that it could
    /// not be written. Then there is no run.
    pub async fn begin_run(&self, run: NewRun) -> Result<RunDraft, JournalError> {
        self.begin(run, None).await
    }

    /// The same, with what is needed to make it again should it be interrupted.
    ///
    /// # Errors
    /// As [`Journal::begin_run`].
    pub async fn begin_run_as_asked(&self, run: NewRun, asked: &RunAsked) -> Result<RunDraft, JournalError> {
        self.begin(run, Some(asked)).await
    }

    async fn begin(&self, run: NewRun, asked: Option<&RunAsked>) -> Result<RunDraft, JournalError> {
        check_shape(&run)?;
        let mut transaction = self.begin_writing().await?;
        check_inserts(&mut transaction, &run.inserts).await?;
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
        if let Some(asked) = asked {
            write_asked(&mut transaction, number, asked).await?;
        }
        let serials = write_inserts(&mut transaction, number, &run.inserts).await?;
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
        self.finish(number, sent_to, None, at, &[]).await.map(drop)
    }

    /// The same, with the run's pages and what the record says of its inserts: all of it at one stroke. Gives the serials of
    /// those that are void from the beginning, because their card was replaced while the run was on its way.
    ///
    /// # Errors
    /// As [`Journal::finish_run`].
    pub async fn finish_made_run(
        &self,
        number: u32,
        sent_to: &SentTo,
        pages: u32,
        at: Timestamp,
        happenings: &[Happening],
    ) -> Result<Vec<String>, JournalError> {
        self.finish(number, sent_to, Some(pages), at, happenings).await
    }

    async fn finish(
        &self,
        number: u32,
        sent_to: &SentTo,
        pages: Option<u32>,
        at: Timestamp,
        happenings: &[Happening],
    ) -> Result<Vec<String>, JournalError> {
        let (kind, name) = sent_to.words();
        let mut transaction = self.begin_writing().await?;
        let touched = draft_cardholders(&mut transaction, number).await?;
        void_replaced(&mut transaction, number).await?;
        refuse_second_inserts(&mut transaction, number).await?;
        sqlx::query("UPDATE inserts SET state = 'printed' WHERE run_number = ?").bind(i64::from(number)).execute(&mut *transaction).await?;
        sqlx::query("UPDATE print_runs SET state = 'finished', ended_at = ?, sent_to = ?, sent_to_name = ?, pages = ? WHERE number = ?")
            .bind(microseconds(at))
            .bind(kind)
            .bind(name)
            .bind(pages.map(i64::from))
            .bind(i64::from(number))
            .execute(&mut *transaction)
            .await?;
        let voided = void_of_replaced_cards(&mut transaction, number).await?;
        write_happenings(&mut transaction, happenings).await?;
        let _changed = self.directory_index().will_change(touched);
        transaction.commit().await?;
        Ok(voided)
    }

    /// Whether a draft could be finished as things are: since it was begun, another run may have come in between.
    ///
    /// # Errors
    /// What [`Journal::finish_run`] would say.
    pub async fn check_draft(&self, number: u32) -> Result<(), JournalError> {
        let mut connection = self.reading().acquire().await?;
        draft_cardholders(&mut connection, number).await?;
        refuse_stale_reprints(&mut connection, number).await?;
        refuse_second_inserts(&mut connection, number).await
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

    /// Voids a printed insert without another in its place, with a person's reason and what the record says of it.
    ///
    /// # Errors
    /// [`JournalError::UnknownInsert`]; [`JournalError::InsertNotPrinted`]; or that it could not be written.
    pub async fn void_insert(&self, serial: &str, reason: &str, happenings: &[Happening]) -> Result<(), JournalError> {
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
        write_happenings(&mut transaction, happenings).await?;
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

    /// The run with this number.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn print_run(&self, number: u32) -> Result<Option<RunRecord>, JournalError> {
        let row = sqlx::query(runs_where!("WHERE r.number = ?")).bind(i64::from(number)).fetch_optional(self.reading()).await?;
        row.as_ref().map(run_from).transpose()
    }

    /// A run's inserts in the order of its pages; empty if there is no such run.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn inserts_of_run(&self, number: u32) -> Result<Vec<InsertRecord>, JournalError> {
        let Some(run) = self.print_run(number).await? else { return Ok(Vec::new()) };
        // On two connections, as most of the time goes into deciphering pages.
        let half = run.inserts / 2;
        let (mut inserts, others) = tokio::try_join!(self.inserts_at(&run, 1..=half), self.inserts_at(&run, half + 1..=run.inserts))?;
        inserts.extend(others);
        Ok(inserts)
    }

    /// Those at some positions. As one text, since each row by itself costs more on its way from the database's thread than
    /// in the database; and the run stands in none of them.
    async fn inserts_at(&self, run: &RunRecord, positions: RangeInclusive<u32>) -> Result<Vec<InsertRecord>, JournalError> {
        let rows: String = sqlx::query_scalar(
            "SELECT json_group_array(json_array(serial, state, cardholder_id, card_id, last_four, replaces, replaces_why, voided_by, voided_why) \
             ORDER BY position) FROM inserts WHERE run_number = ? AND position BETWEEN ? AND ?",
        )
        .bind(i64::from(run.number))
        .bind(i64::from(*positions.start()))
        .bind(i64::from(*positions.end()))
        .fetch_one(self.reading())
        .await?;
        rows_of_json::<InsertCells>(&rows, "inserts of a run")?.into_iter().map(|cells| cells.record(run.clone())).collect()
    }

    /// How many inserts a run has voided, since its own take their place: they stay voided, whatever becomes of the run.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn voided_by_run(&self, number: u32) -> Result<u32, JournalError> {
        let row = sqlx::query(
            "SELECT count(*) AS voided FROM inserts i JOIN inserts before ON before.serial = i.replaces \
             WHERE i.run_number = ? AND before.state = 'voided' AND before.voided_by = i.serial",
        )
        .bind(i64::from(number))
        .fetch_one(self.reading())
        .await?;
        whole_at(&row, "voided")
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

    /// The inserts of many cardholders that are valid, each one's newest first; nothing for those without.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn valid_inserts(&self, ids: &[CardholderId]) -> Result<HashMap<CardholderId, Vec<ValidInsert>>, JournalError> {
        let mut inserts: HashMap<CardholderId, Vec<ValidInsert>> = HashMap::new();
        for ids in ids.chunks(IDS_A_STATEMENT) {
            let mut query =
                QueryBuilder::new("SELECT serial, cardholder_id, card_id FROM inserts WHERE state = 'printed' AND cardholder_id IN ");
            push_ids(&mut query, ids);
            query.push(" ORDER BY run_number DESC, position DESC");
            for row in &query.build().fetch_all(self.reading()).await? {
                let insert = ValidInsert { serial: row.try_get("serial")?, card_id: optional_parsed_at(row, "card_id")? };
                inserts.entry(parsed_at(row, "cardholder_id")?).or_default().push(insert);
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
}

/// Writes a run's inserts as drafts, and gives their serials.
async fn write_inserts(connection: &mut SqliteConnection, number: u32, inserts: &[NewInsert]) -> Result<Vec<String>, JournalError> {
    let serials: Vec<String> = (1..=inserts.len()).map(|position| format!("{number:04}-{position:03}")).collect();
    let rows: Vec<(i64, &NewInsert, &String)> =
        (1..).zip(inserts).zip(&serials).map(|((at, insert), serial)| (at, insert, serial)).collect();
    for rows in rows.chunks(ROWS_A_STATEMENT) {
        let mut query = QueryBuilder::new(
            "INSERT INTO inserts (serial, run_number, position, cardholder_id, card_id, last_four, state, replaces, replaces_why) ",
        );
        query.push_values(rows, |mut row, (position, insert, serial)| {
            row.push_bind(serial.as_str())
                .push_bind(i64::from(number))
                .push_bind(*position)
                .push_bind(insert.cardholder_id.as_str())
                .push_bind(insert.card_id.map(card_id_text))
                .push_bind(insert.last_four.as_ref().map(LastFour::as_str))
                .push("'drafted'")
                .push_bind(insert.reprint.as_ref().map(|reprint| reprint.serial.as_str()))
                .push_bind(insert.reprint.as_ref().map(|reprint| reprint.reason.as_str()));
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(serials)
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

/// Voids what the run's reprints replace, and refuses if another insert has come in the place of one of those. What a person
/// voided while the run was on its way is void already: the pages may be on paper, and the run counts.
async fn void_replaced(connection: &mut SqliteConnection, number: u32) -> Result<(), JournalError> {
    refuse_stale_reprints(connection, number).await?;
    sqlx::query(
        "UPDATE inserts SET state = 'voided', voided_by = (SELECT new.serial FROM inserts new WHERE new.run_number = ? AND new.replaces = inserts.serial) \
         WHERE state = 'printed' AND serial IN (SELECT replaces FROM inserts WHERE run_number = ? AND replaces IS NOT NULL)",
    )
    .bind(i64::from(number))
    .bind(i64::from(number))
    .execute(connection)
    .await?;
    Ok(())
}

/// Voids the run's inserts of cards whose inserts were exchanged for those of another card since the run was begun: nobody is
/// to put them beside a plastic. Gives their serials.
async fn void_of_replaced_cards(connection: &mut SqliteConnection, number: u32) -> Result<Vec<String>, JournalError> {
    let serials = sqlx::query_scalar(
        "UPDATE inserts SET state = 'voided', voided_why = ( \
             SELECT coalesce(r.reason, r.cause) FROM replacements r WHERE r.old_card_id = inserts.card_id ORDER BY r.number DESC LIMIT 1) \
         WHERE run_number = ? AND EXISTS ( \
             SELECT 1 FROM replacements r JOIN replacement_moves m ON m.replacement = r.number \
             WHERE r.old_card_id = inserts.card_id AND m.from_state = 'inserts' AND m.to_state IN ('block', 'balance')) \
         RETURNING serial",
    );
    Ok(serials.bind(i64::from(number)).fetch_all(connection).await?)
}
