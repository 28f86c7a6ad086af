//! Lists as files for a spreadsheet, and texts for people.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{DirectoryToSave, SavedTable, TableToSave, TextToSave};
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

/// Saves a text for printing or sending on into the folder chosen in Settings; gives back where it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_text(shell: State<'_, Shell>, text: TextToSave) -> DeskResult<String> {
    shell.desk().await?.save_text(text).await
}
