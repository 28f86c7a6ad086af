//! Lists saved as files for a spreadsheet, into the folder chosen in Settings.
//!
//! Owns what stands in the rows of the directory's file; the other lists come with their rows, since the window has them
//! whole. The form of the bytes is `table_file`'s.

use cardesk_journal::DirectoryQuery as JournalQuery;

use crate::copies::row_view;
use crate::desk::{Desk, blocking};
use crate::directory::journal_query;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::output_file::{save_new, sound_name};
use crate::table_file::TableFile;
use crate::view::{CardholderRow, DirectoryColumn, DirectoryToSave, SavedTable, TableToSave};
use crate::workplace::count;

/// How many cardholders are read at a time.
const AT_A_TIME: u32 = 500;

impl Desk {
    /// Saves a list of the window as CSV.
    ///
    /// # Errors
    /// Rows that do not fit the titles; a folder that can't be written to; a full disk. Then there is no file.
    pub async fn save_table(&self, table: TableToSave) -> DeskResult<SavedTable> {
        let mut file = TableFile::new(&table.titles)?;
        for row in &table.rows {
            file.add(row)?;
        }
        self.save(&table.name, file).await
    }

    /// Saves everyone in the directory who matches, in the order of the list, as CSV.
    ///
    /// # Errors
    /// If the journal can't be read; a folder that can't be written to; a full disk. Then there is no file.
    pub async fn save_directory(&self, request: DirectoryToSave) -> DeskResult<SavedTable> {
        let journal = &self.workplace().await?.journal;
        let mut file = TableFile::new(&titles(&request))?;
        let mut asked = JournalQuery { offset: 0, limit: AT_A_TIME, ..journal_query(request.query.clone()) };
        loop {
            let page = journal.directory(&asked).await?;
            for row in &page.rows {
                file.add(&cells(&request, &row_view(&row.cardholder, &row.cards)))?;
            }
            asked.offset = asked.offset.saturating_add(AT_A_TIME);
            if asked.offset >= page.matched {
                break;
            }
        }
        self.save(&request.name, file).await
    }

    async fn save(&self, name: &str, file: TableFile) -> DeskResult<SavedTable> {
        let rows = count(file.rows());
        Ok(SavedTable { path: self.keep_file(name, "csv", file.into_bytes()?).await?, rows })
    }

    /// Saves a file in the folder chosen in Settings, so that it may be opened from the window; gives back where it is.
    pub(crate) async fn keep_file(&self, name: &str, ending: &'static str, bytes: Vec<u8>) -> DeskResult<String> {
        let workplace = self.workplace().await?;
        let folder = self.output_folder(&self.inner.book.lock().await.settings);
        let name = sound_name(name);
        if name.is_empty() {
            return Err(ErrorView::new(ErrorCode::Internal).with_message("a file has to have a name"));
        }
        let path = blocking(move || save_new(&folder, &name, ending, &bytes)).await??;
        workplace.note_saved_table(&path);
        Ok(path.display().to_string())
    }
}

fn titles(request: &DirectoryToSave) -> Vec<String> {
    let columns = request.columns.iter().map(|column| column.title.clone());
    columns.chain([request.cards_title.clone()]).collect()
}

fn cells(request: &DirectoryToSave, row: &CardholderRow) -> Vec<String> {
    let columns = request.columns.iter().map(|titled| cell(request, row, titled.column));
    columns.chain([row.cards.len().to_string()]).collect()
}

/// What stands in a column: as on screen, for the newest card.
fn cell(request: &DirectoryToSave, row: &CardholderRow, column: DirectoryColumn) -> String {
    let card = row.cards.first();
    match column {
        DirectoryColumn::Name => row.display_name.clone(),
        DirectoryColumn::Document => document(request, row),
        DirectoryColumn::Email => row.username.clone(),
        DirectoryColumn::Phone => row.phone_number.clone(),
        DirectoryColumn::LastFour => card.map(|card| format!("•••• {}", card.last_four)).unwrap_or_default(),
        DirectoryColumn::CardState => card.and_then(|card| request.card_states.get(&card.state)).cloned().unwrap_or_default(),
    }
}

/// `DPI 2547890120101`: with its kind, by which a spreadsheet also leaves the digits as they are.
fn document(request: &DirectoryToSave, row: &CardholderRow) -> String {
    let Some(number) = row.document_number.as_deref() else {
        return String::new();
    };
    let word = row.document_type.and_then(|kind| serde_json::to_value(kind).ok());
    let kind = word.as_ref().and_then(serde_json::Value::as_str).and_then(|word| request.document_types.get(word));
    kind.map_or_else(|| number.to_owned(), |kind| format!("{kind} {number}"))
}
