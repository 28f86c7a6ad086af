//! A company's own sheets of paper: their names, and every version of their measures.
//!
//! Owns that a sheet is never changed under what was printed on it: an edit is another version, a removal too. Whether
//! measures can be printed is `inserts`' word.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::database::Journal;
use crate::error::JournalError;
use crate::stored::{microseconds, whole_at};

/// The measures of a sheet, in thousandths of a millimetre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SheetRecord {
    /// Width of the sheet.
    pub sheet_width: u32,
    /// Height of the sheet.
    pub sheet_height: u32,
    /// Inserts across.
    pub columns: u32,
    /// Inserts down.
    pub rows: u32,
    /// From the sheet's left edge to the first insert.
    pub left: u32,
    /// From the sheet's upper edge to the first insert.
    pub top: u32,
    /// From one insert's left edge to that of the next.
    pub pitch_across: u32,
    /// From one insert's upper edge to that of the next.
    pub pitch_down: u32,
    /// Width of an insert.
    pub cell_width: u32,
    /// Height of an insert.
    pub cell_height: u32,
    /// Whether the inserts are cut from the sheet.
    pub is_cut: bool,
}

/// A sheet as it stands, or stood in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSheetRecord {
    /// Its number; consecutive, never used again.
    pub number: u32,
    /// The version, from 1.
    pub version: u32,
    /// The name that the company gave it.
    pub name: String,
    /// Its measures.
    pub measures: SheetRecord,
    /// Whether it is no longer on offer.
    pub is_removed: bool,
}

/// Who writes a sheet down, and when.
#[derive(Debug, Clone, Copy)]
pub struct WrittenBy<'a> {
    /// Who.
    pub operator: &'a str,
    /// When.
    pub at: Timestamp,
}

impl Journal {
    /// The sheets that are on offer, each in its latest version, by name.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn own_sheets(&self) -> Result<Vec<OwnSheetRecord>, JournalError> {
        let rows = sqlx::query(
            "SELECT s.* FROM own_sheets s WHERE s.is_removed = 0 \
             AND s.version = (SELECT max(version) FROM own_sheets WHERE number = s.number) ORDER BY s.name, s.number",
        )
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(sheet_from).collect()
    }

    /// One version of a sheet, or its latest, even if it was removed.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn own_sheet(&self, number: u32, version: Option<u32>) -> Result<Option<OwnSheetRecord>, JournalError> {
        let row = sqlx::query("SELECT * FROM own_sheets WHERE number = ? AND (? IS NULL OR version = ?) ORDER BY version DESC LIMIT 1")
            .bind(i64::from(number))
            .bind(version.map(i64::from))
            .bind(version.map(i64::from))
            .fetch_optional(self.reading())
            .await?;
        row.as_ref().map(sheet_from).transpose()
    }

    /// Writes down a sheet: a new one, or the next version of one that is on offer.
    ///
    /// # Errors
    /// [`JournalError::UnknownOwnSheet`] if it is not on offer; or that it could not be written.
    pub async fn write_own_sheet(
        &self,
        number: Option<u32>,
        name: &str,
        measures: &SheetRecord,
        by: WrittenBy<'_>,
    ) -> Result<OwnSheetRecord, JournalError> {
        self.next_version(number, Some((name, measures)), false, by).await
    }

    /// Takes a sheet off the offer. What was printed on it keeps its measures.
    ///
    /// # Errors
    /// As [`Journal::write_own_sheet`].
    pub async fn remove_own_sheet(&self, number: u32, by: WrittenBy<'_>) -> Result<(), JournalError> {
        self.next_version(Some(number), None, true, by).await.map(drop)
    }

    async fn next_version(
        &self,
        number: Option<u32>,
        content: Option<(&str, &SheetRecord)>,
        is_removed: bool,
        by: WrittenBy<'_>,
    ) -> Result<OwnSheetRecord, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let before = match number {
            Some(number) => {
                let row = sqlx::query("SELECT * FROM own_sheets WHERE number = ? ORDER BY version DESC LIMIT 1")
                    .bind(i64::from(number))
                    .fetch_optional(&mut *transaction)
                    .await?;
                let before = row.as_ref().map(sheet_from).transpose()?.filter(|before| !before.is_removed);
                Some(before.ok_or(JournalError::UnknownOwnSheet(number))?)
            }
            None => None,
        };
        let number = match &before {
            Some(before) => i64::from(before.number),
            None => sqlx::query_scalar("SELECT coalesce(max(number), 0) + 1 FROM own_sheets").fetch_one(&mut *transaction).await?,
        };
        let (name, measures) = match (content, &before) {
            (Some((name, measures)), _) => (name, measures),
            (None, Some(before)) => (before.name.as_str(), &before.measures),
            (None, None) => return Err(JournalError::UnreadableValue("own sheet")),
        };
        let row = sqlx::query(
            "INSERT INTO own_sheets (number, version, name, sheet_width, sheet_height, across, down, left_edge, top_edge, pitch_across, \
             pitch_down, cell_width, cell_height, is_cut, is_removed, at, operator) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        )
        .bind(number)
        .bind(i64::from(before.as_ref().map_or(0, |before| before.version)) + 1)
        .bind(name)
        .bind(i64::from(measures.sheet_width))
        .bind(i64::from(measures.sheet_height))
        .bind(i64::from(measures.columns))
        .bind(i64::from(measures.rows))
        .bind(i64::from(measures.left))
        .bind(i64::from(measures.top))
        .bind(i64::from(measures.pitch_across))
        .bind(i64::from(measures.pitch_down))
        .bind(i64::from(measures.cell_width))
        .bind(i64::from(measures.cell_height))
        .bind(i64::from(measures.is_cut))
        .bind(i64::from(is_removed))
        .bind(microseconds(by.at))
        .bind(by.operator)
        .fetch_one(&mut *transaction)
        .await?;
        let written = sheet_from(&row)?;
        transaction.commit().await?;
        Ok(written)
    }
}

fn sheet_from(row: &SqliteRow) -> Result<OwnSheetRecord, JournalError> {
    Ok(OwnSheetRecord {
        number: whole_at(row, "number")?,
        version: whole_at(row, "version")?,
        name: row.try_get("name")?,
        measures: SheetRecord {
            sheet_width: whole_at(row, "sheet_width")?,
            sheet_height: whole_at(row, "sheet_height")?,
            columns: whole_at(row, "across")?,
            rows: whole_at(row, "down")?,
            left: whole_at(row, "left_edge")?,
            top: whole_at(row, "top_edge")?,
            pitch_across: whole_at(row, "pitch_across")?,
            pitch_down: whole_at(row, "pitch_down")?,
            cell_width: whole_at(row, "cell_width")?,
            cell_height: whole_at(row, "cell_height")?,
            is_cut: row.try_get::<i64, _>("is_cut")? != 0,
        },
        is_removed: row.try_get::<i64, _>("is_removed")? != 0,
    })
}
