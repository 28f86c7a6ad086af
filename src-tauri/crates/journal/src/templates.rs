//! A company's own templates of inserts: every version of each, with who made it.
//!
//! Owns that a version is never lost and never changed, and that two people's changes do not overwrite each other. What a
//! template says is `desk`'s business: here it is text.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::database::Journal;
use crate::error::{JournalError, is_refused_by};
use crate::stored::{microseconds, timestamp_at, whole_at};

/// A version of a template to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTemplateVersion {
    /// The template's id, of the caller's choosing; 1 to 64 characters.
    pub id: String,
    /// Its version: 1 of a new template, otherwise the one after that which was changed.
    pub version: u32,
    /// Its name; not empty.
    pub name: String,
    /// What it is, in a form of the caller's choosing.
    pub content: String,
    /// Whether the template is removed with it.
    pub is_removed: bool,
    /// When.
    pub at: Timestamp,
    /// Who made it.
    pub operator: String,
}

/// A version of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRecord {
    /// The template's id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// What it is.
    pub content: String,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub operator: String,
}

impl Journal {
    /// Keeps a version of a template. When this has returned, it is on disk.
    ///
    /// # Errors
    /// [`JournalError::TemplateChanged`] if there is another version after the one that was changed, or it was removed; or that
    /// it could not be written.
    pub async fn keep_template(&self, new: &NewTemplateVersion) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let written = sqlx::query(
            "INSERT INTO template_versions (template_id, version, name, content, is_removed, at, operator) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&new.id)
        .bind(i64::from(new.version))
        .bind(&new.name)
        .bind(&new.content)
        .bind(i64::from(new.is_removed))
        .bind(microseconds(new.at))
        .bind(&new.operator)
        .execute(&mut *transaction)
        .await;
        match written {
            Err(error) if is_overtaken(&error) => return Err(JournalError::TemplateChanged(new.id.clone())),
            other => other?,
        };
        transaction.commit().await?;
        Ok(())
    }

    /// The newest version of every template that was not removed, in the order in which the templates were made.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn templates(&self) -> Result<Vec<TemplateRecord>, JournalError> {
        let rows = sqlx::query(
            "SELECT * FROM template_versions AS newest WHERE is_removed = 0 \
             AND version = (SELECT max(version) FROM template_versions WHERE template_id = newest.template_id) \
             ORDER BY (SELECT at FROM template_versions WHERE template_id = newest.template_id AND version = 1), template_id",
        )
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(template_from).collect()
    }

    /// The newest version of a template; `None` if there is none, or it was removed.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn template(&self, id: &str) -> Result<Option<TemplateRecord>, JournalError> {
        let row = sqlx::query("SELECT * FROM template_versions WHERE template_id = ? ORDER BY version DESC LIMIT 1")
            .bind(id)
            .fetch_optional(self.reading())
            .await?;
        let kept = row.filter(|row| row.try_get::<i64, _>("is_removed").is_ok_and(|is_removed| is_removed == 0));
        kept.as_ref().map(template_from).transpose()
    }

    /// One version of a template, whatever became of the template since.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn template_version(&self, id: &str, version: u32) -> Result<Option<TemplateRecord>, JournalError> {
        let row = sqlx::query("SELECT * FROM template_versions WHERE template_id = ? AND version = ?")
            .bind(id)
            .bind(i64::from(version))
            .fetch_optional(self.reading())
            .await?;
        row.as_ref().map(template_from).transpose()
    }
}

/// Whether the version that was changed is not the newest any more, or the template is gone.
fn is_overtaken(error: &sqlx::Error) -> bool {
    ["a version of a template follows", "a removed template stays", "template_versions.version"]
        .iter()
        .any(|mark| is_refused_by(error, mark))
}

fn template_from(row: &SqliteRow) -> Result<TemplateRecord, JournalError> {
    Ok(TemplateRecord {
        id: row.try_get("template_id")?,
        version: whole_at(row, "version")?,
        name: row.try_get("name")?,
        content: row.try_get("content")?,
        at: timestamp_at(row, "at")?,
        operator: row.try_get("operator")?,
    })
}
