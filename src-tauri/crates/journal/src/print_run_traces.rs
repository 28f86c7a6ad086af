//! What a run leaves behind beside its inserts: what was asked for, how far its pages have come, which were printed again.
//!
//! Owns that a draft can be made again, and that nothing which its pages may have left anywhere is forgotten: each step is
//! written down before it is taken. What a request says is the desk's own business.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::database::Journal;
use crate::error::JournalError;
use crate::happenings::{Happening, write_happenings};
use crate::print_records::SentTo;
use crate::stored::{microseconds, timestamp_at};

/// What was asked for when a run was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAsked {
    /// How it is to be printed, in the desk's own words.
    pub request: String,
    /// The folder, or the printer, that it was meant for.
    pub destination: SentTo,
}

/// How far a run's pages have come: each is written down before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunStep {
    /// They are being written into the file of this path, which is not finished.
    Writing(String),
    /// The finished file gets the name under which it is kept.
    Saving {
        /// Its path.
        path: String,
        /// SHA-256 of the file, in hexadecimal.
        digest: String,
    },
    /// They go to the printer of this name: from here on they may be on paper.
    Printing(String),
}

impl RunStep {
    /// The stable word, the place, and the digest.
    const fn columns(&self) -> (&'static str, &String, Option<&String>) {
        match self {
            Self::Writing(path) => ("writing", path, None),
            Self::Saving { path, digest } => ("saving", path, Some(digest)),
            Self::Printing(printer) => ("printing", printer, None),
        }
    }

    fn of_row(row: &SqliteRow) -> Result<Self, JournalError> {
        let (place, digest): (String, Option<String>) = (row.try_get("place")?, row.try_get("digest")?);
        match (row.try_get("step")?, digest) {
            ("writing", None) => Ok(Self::Writing(place)),
            ("saving", Some(digest)) => Ok(Self::Saving { path: place, digest }),
            ("printing", None) => Ok(Self::Printing(place)),
            _ => Err(JournalError::UnreadableValue("step of a print run")),
        }
    }
}

/// Pages of a finished run that were printed again under their serials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageReprint {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub operator: String,
    /// Which pages, `3-5, 9`.
    pub pages: String,
    /// Why.
    pub reason: String,
    /// Where they went.
    pub sent_to: SentTo,
}

impl Journal {
    /// What was asked for when a run was begun; none of runs of older versions.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn run_asked(&self, number: u32) -> Result<Option<RunAsked>, JournalError> {
        let row = sqlx::query("SELECT request, destination, name FROM print_run_requests WHERE run_number = ?")
            .bind(i64::from(number))
            .fetch_optional(self.reading())
            .await?;
        let asked = |row: SqliteRow| {
            Ok(RunAsked {
                request: row.try_get("request")?,
                destination: SentTo::of_words(row.try_get("destination")?, row.try_get("name")?)?,
            })
        };
        row.map(asked).transpose()
    }

    /// Writes down a step before it is taken.
    ///
    /// # Errors
    /// If the run was given up, or it could not be written. Then the step is not to be taken.
    pub async fn note_run_step(&self, number: u32, step: &RunStep, at: Timestamp) -> Result<(), JournalError> {
        let (word, place, digest) = step.columns();
        let mut transaction = self.begin_writing().await?;
        sqlx::query(
            "INSERT INTO print_run_steps (run_number, sequence, at, step, place, digest) \
             SELECT ?, count(*) + 1, ?, ?, ?, ? FROM print_run_steps WHERE run_number = ?",
        )
        .bind(i64::from(number))
        .bind(microseconds(at))
        .bind(word)
        .bind(place)
        .bind(digest)
        .bind(i64::from(number))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// A run's steps, in their order.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn run_steps(&self, number: u32) -> Result<Vec<RunStep>, JournalError> {
        let rows = sqlx::query("SELECT step, place, digest FROM print_run_steps WHERE run_number = ? ORDER BY sequence")
            .bind(i64::from(number))
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(RunStep::of_row).collect()
    }

    /// Where the pages of each run were last written: what an end of the program in the middle may have left there. A file that
    /// was kept has another name since.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn unfinished_files(&self) -> Result<Vec<String>, JournalError> {
        let places = sqlx::query_scalar(
            "SELECT place FROM print_run_steps s WHERE step = 'writing' \
             AND sequence = (SELECT max(sequence) FROM print_run_steps WHERE run_number = s.run_number AND step = 'writing')",
        );
        Ok(places.fetch_all(self.reading()).await?)
    }

    /// Writes down that pages of a finished run were printed again, with what the record says of it.
    ///
    /// # Errors
    /// If the run is not finished, or it could not be written.
    pub async fn note_page_reprint(&self, number: u32, reprint: &PageReprint, happenings: &[Happening]) -> Result<(), JournalError> {
        let (kind, name) = reprint.sent_to.words();
        let mut transaction = self.begin_writing().await?;
        sqlx::query(
            "INSERT INTO page_reprints (run_number, sequence, at, operator, pages, reason, sent_to, sent_to_name) \
             SELECT ?, count(*) + 1, ?, ?, ?, ?, ?, ? FROM page_reprints WHERE run_number = ?",
        )
        .bind(i64::from(number))
        .bind(microseconds(reprint.at))
        .bind(&reprint.operator)
        .bind(&reprint.pages)
        .bind(&reprint.reason)
        .bind(kind)
        .bind(name)
        .bind(i64::from(number))
        .execute(&mut *transaction)
        .await?;
        write_happenings(&mut transaction, happenings).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// When pages of a run were printed again, the oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn page_reprints(&self, number: u32) -> Result<Vec<PageReprint>, JournalError> {
        let rows = sqlx::query("SELECT * FROM page_reprints WHERE run_number = ? ORDER BY sequence")
            .bind(i64::from(number))
            .fetch_all(self.reading())
            .await?;
        let reprint = |row: &SqliteRow| {
            Ok(PageReprint {
                at: timestamp_at(row, "at")?,
                operator: row.try_get("operator")?,
                pages: row.try_get("pages")?,
                reason: row.try_get("reason")?,
                sent_to: SentTo::of_words(row.try_get("sent_to")?, row.try_get("sent_to_name")?)?,
            })
        };
        rows.iter().map(reprint).collect()
    }

    /// Whether a run, or pages of one, were saved under this path.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn has_saved_run(&self, path: &str) -> Result<bool, JournalError> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM print_runs WHERE sent_to = 'file' AND sent_to_name = ? \
             UNION ALL SELECT 1 FROM page_reprints WHERE sent_to = 'file' AND sent_to_name = ? LIMIT 1",
        )
        .bind(path)
        .bind(path)
        .fetch_optional(self.reading())
        .await?;
        Ok(found.is_some())
    }
}

/// Writes down what a run was asked for, within the transaction that begins it.
pub(crate) async fn write_asked(connection: &mut SqliteConnection, number: u32, asked: &RunAsked) -> Result<(), JournalError> {
    let (kind, name) = asked.destination.words();
    sqlx::query("INSERT INTO print_run_requests (run_number, request, destination, name) VALUES (?, ?, ?, ?)")
        .bind(i64::from(number))
        .bind(&asked.request)
        .bind(kind)
        .bind(name)
        .execute(connection)
        .await?;
    Ok(())
}
