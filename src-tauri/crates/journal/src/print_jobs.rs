//! Jobs that print runs sent to a printer, and what became of each.
//!
//! Owns that a job is known again after the program has ended, that it ends once, and that a run whose job came to nothing
//! does not count. Asking the printer system is left to `desk`, what a draft needs to be made again to `print_run_traces`.

use cardesk_domain::CardholderId;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::database::Journal;
use crate::error::JournalError;
use crate::happenings::{Happening, write_happenings};
use crate::stored::{microseconds, parsed_at, timestamp_at, whole_at};

/// How far a job is, by the printer system's last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrintJobState {
    /// In the queue.
    Waiting,
    /// Held until somebody, or an hour, lets it go.
    Held,
    /// Being printed.
    Printing,
    /// Begun, and stopped at the printer.
    Stopped,
    /// Printed.
    Done,
    /// Cancelled by a person.
    Cancelled,
    /// Given up by the printer system.
    Aborted,
    /// The printer system no longer knows it: nobody can say what became of it.
    Lost,
}

impl PrintJobState {
    const ALL: [Self; 8] =
        [Self::Waiting, Self::Held, Self::Printing, Self::Stopped, Self::Done, Self::Cancelled, Self::Aborted, Self::Lost];

    /// The stable word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Printing => "printing",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Aborted => "aborted",
            Self::Lost => "lost",
        }
    }

    /// Whether it may still change.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Held | Self::Printing | Self::Stopped)
    }

    /// Whether it ended before all of it was printed.
    #[must_use]
    pub const fn came_to_nothing(self) -> bool {
        matches!(self, Self::Cancelled | Self::Aborted)
    }
}

/// A job to be written down.
#[derive(Debug, Clone)]
pub struct NewPrintJob<'a> {
    /// The run; must be known.
    pub run_number: u32,
    /// The printer, by the system's name.
    pub printer: &'a str,
    /// The printer system's own number of it.
    pub job: u64,
    /// How far it is.
    pub state: PrintJobState,
    /// The printer's own words on it.
    pub words: Option<&'a str>,
    /// Who sent it.
    pub operator: &'a str,
    /// When.
    pub at: Timestamp,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintJobRecord {
    /// The journal's own number of it.
    pub number: u32,
    /// The run.
    pub run_number: u32,
    /// The printer.
    pub printer: String,
    /// The printer system's number.
    pub job: u64,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// How far it is.
    pub state: PrintJobState,
    /// The printer's own words on it.
    pub words: Option<String>,
    /// When the printer system was last heard on it.
    pub seen_at: Timestamp,
}

impl Journal {
    /// Writes down a job that a printer system took. Returns the journal's own number of it.
    ///
    /// # Errors
    /// If there is no such run, or it could not be written.
    pub async fn begin_print_job(&self, new: &NewPrintJob<'_>) -> Result<u32, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let row = sqlx::query(
            "INSERT INTO print_jobs (number, run_number, printer, job, sent_at, operator, state, words, seen_at) \
             SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM print_jobs RETURNING number",
        )
        .bind(i64::from(new.run_number))
        .bind(new.printer)
        .bind(i64::try_from(new.job).map_err(|_| JournalError::UnreadableValue("number of a print job"))?)
        .bind(microseconds(new.at))
        .bind(new.operator)
        .bind(new.state.as_str())
        .bind(new.words)
        .bind(microseconds(new.at))
        .fetch_one(&mut *transaction)
        .await?;
        let number = whole_at(&row, "number")?;
        transaction.commit().await?;
        Ok(number)
    }

    /// Writes down what the printer system says of a job by now. One that has ended stays as it ended.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn note_print_job(&self, number: u32, state: PrintJobState, words: Option<&str>, at: Timestamp) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        sqlx::query(
            "UPDATE print_jobs SET state = ?, words = ?, seen_at = ? \
             WHERE number = ? AND state IN ('waiting', 'held', 'printing', 'stopped')",
        )
        .bind(state.as_str())
        .bind(words)
        .bind(microseconds(at))
        .bind(i64::from(number))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes down that a job ended before its pages were out. Its run waits as a draft again, under its number and serials,
    /// with what the record says of its inserts: nobody knows what came out until somebody has looked. It stays as it is where
    /// an insert of it is packed or voided, or pages of it were printed again. Says whether it waits.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn end_print_job(
        &self,
        number: u32,
        state: PrintJobState,
        words: Option<&str>,
        at: Timestamp,
        happenings: &[Happening],
    ) -> Result<bool, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let ended = sqlx::query(
            "UPDATE print_jobs SET state = ?, words = ?, seen_at = ? \
             WHERE number = ? AND state IN ('waiting', 'held', 'printing', 'stopped') RETURNING run_number",
        )
        .bind(state.as_str())
        .bind(words)
        .bind(microseconds(at))
        .bind(i64::from(number))
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(ended) = ended else { return Ok(false) };
        let run_number: u32 = whole_at(&ended, "run_number")?;
        let touched = wait_again(&mut transaction, run_number, number).await?;
        let waits = !touched.is_empty();
        if waits {
            write_happenings(&mut transaction, happenings).await?;
        }
        let _changed = self.directory_index().will_change(touched);
        transaction.commit().await?;
        Ok(waits)
    }

    /// The job that a run was sent in last, if it was sent in any.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn last_print_job(&self, run_number: u32) -> Result<Option<PrintJobRecord>, JournalError> {
        let row = sqlx::query("SELECT * FROM print_jobs WHERE run_number = ? ORDER BY number DESC LIMIT 1")
            .bind(i64::from(run_number))
            .fetch_optional(self.reading())
            .await?;
        row.as_ref().map(job_from).transpose()
    }

    /// The job whose end made a run that counted a draft again; none once its pages were begun anew.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn print_job_of_draft(&self, run_number: u32) -> Result<Option<PrintJobRecord>, JournalError> {
        let row = sqlx::query(
            "SELECT * FROM print_jobs WHERE run_number = ?1 \
             AND seen_at >= (SELECT max(at) FROM print_run_steps WHERE run_number = ?1) ORDER BY number DESC LIMIT 1",
        )
        .bind(i64::from(run_number))
        .fetch_optional(self.reading())
        .await?;
        row.as_ref().map(job_from).transpose()
    }

    /// Every job that may still change, and those that ended since; the latest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn print_jobs_since(&self, since: Timestamp) -> Result<Vec<PrintJobRecord>, JournalError> {
        let rows = sqlx::query(
            "SELECT * FROM print_jobs WHERE state IN ('waiting', 'held', 'printing', 'stopped') OR seen_at >= ? ORDER BY number DESC",
        )
        .bind(microseconds(since))
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(job_from).collect()
    }
}

/// Makes a draft of a finished run again whose last job came to nothing. Gives whose inserts they are; nobody's where the run
/// stays as it is.
async fn wait_again(connection: &mut SqliteConnection, run_number: u32, job: u32) -> Result<Vec<CardholderId>, JournalError> {
    let rows = sqlx::query(
        "SELECT DISTINCT i.cardholder_id FROM inserts i JOIN print_runs r ON r.number = i.run_number \
         WHERE r.number = ?1 AND r.state = 'finished' AND r.sent_to = 'printer' \
         AND ?2 = (SELECT max(j.number) FROM print_jobs j WHERE j.run_number = ?1) \
         AND NOT EXISTS (SELECT 1 FROM page_reprints p WHERE p.run_number = ?1) \
         AND NOT EXISTS (SELECT 1 FROM inserts other WHERE other.run_number = ?1 AND (other.state <> 'printed' \
            OR EXISTS (SELECT 1 FROM packings p WHERE p.serial = other.serial AND p.undone_at IS NULL)))",
    )
    .bind(i64::from(run_number))
    .bind(i64::from(job))
    .fetch_all(&mut *connection)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query("UPDATE inserts SET state = 'drafted' WHERE run_number = ?").bind(i64::from(run_number)).execute(&mut *connection).await?;
    sqlx::query(
        "UPDATE print_runs SET state = 'draft', ended_at = NULL, sent_to = NULL, sent_to_name = NULL, pages = NULL WHERE number = ?",
    )
    .bind(i64::from(run_number))
    .execute(connection)
    .await?;
    rows.iter().map(|row| parsed_at(row, "cardholder_id")).collect()
}

fn job_from(row: &SqliteRow) -> Result<PrintJobRecord, JournalError> {
    let state: &str = row.try_get("state")?;
    Ok(PrintJobRecord {
        number: whole_at(row, "number")?,
        run_number: whole_at(row, "run_number")?,
        printer: row.try_get("printer")?,
        job: whole_at(row, "job")?,
        sent_at: timestamp_at(row, "sent_at")?,
        state: PrintJobState::ALL.into_iter().find(|known| known.as_str() == state).ok_or(JournalError::UnreadableValue("state"))?,
        words: row.try_get("words")?,
        seen_at: timestamp_at(row, "seen_at")?,
    })
}
