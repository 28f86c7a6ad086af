//! Lists as files for a spreadsheet.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{DirectoryToSave, SavedTable, TableToSave};
use tauri::State;

use crate::shell::Shell;

/// Saves a list of the window as CSV into the folder chosen in Settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_table(shell: State<'_, Shell>, table: TableToSave) -> DeskResult<SavedTable> {
    shell.desk().await?.save_table(table).await
}

/// Saves everyone in the directory who matches, in the order of the list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_directory(shell: State<'_, Shell>, request: DirectoryToSave) -> DeskResult<SavedTable> {
    shell.desk().await?.save_directory(request).await
}
