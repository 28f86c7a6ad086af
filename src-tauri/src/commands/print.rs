//! The print room: printers, the queue, previews, runs, and the files that came of them.

use std::path::PathBuf;

use cardesk_desk::view::{
    PreviewCheck, PreviewPage, PrintJobView, PrintRequest, PrintRunView, PrintTo, PrintersView, PrintingView, QueueFilter, QueueRow,
};
use cardesk_desk::{DeskResult, ErrorCode, ErrorView};
use tauri::State;

use crate::shell::Shell;

/// The system's printers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn printers(shell: State<'_, Shell>) -> DeskResult<PrintersView> {
    shell.desk().await?.printers().await
}

/// Who needs an insert.
#[tauri::command]
#[specta::specta]
pub(crate) async fn insert_queue(shell: State<'_, Shell>, filter: QueueFilter) -> DeskResult<Vec<QueueRow>> {
    shell.desk().await?.insert_queue(filter).await
}

/// One page of what would be printed, drawn from the very PDF; `page` from 1.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_inserts(shell: State<'_, Shell>, request: PrintRequest, page: u32) -> DeskResult<PreviewPage> {
    shell.desk().await?.preview_inserts(request, page).await
}

/// Another page of a preview, by its id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_page(shell: State<'_, Shell>, id: String, page: u32) -> DeskResult<PreviewPage> {
    shell.desk().await?.preview_page(&id, page).await
}

/// Whether everything of a preview can be printed, as far as that is known.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_check(shell: State<'_, Shell>, id: String) -> DeskResult<PreviewCheck> {
    shell.desk().await?.preview_check(&id).await
}

/// Makes one run and saves its PDF into the folder chosen in Settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_inserts(shell: State<'_, Shell>, request: PrintRequest) -> DeskResult<PrintRunView> {
    shell.desk().await?.save_inserts(request).await
}

/// Makes one run and hands it to a printer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_inserts(shell: State<'_, Shell>, request: PrintRequest, to: PrintTo) -> DeskResult<PrintRunView> {
    shell.desk().await?.print_inserts(request, to).await
}

/// The jobs that are with a printer, asked anew, and those that ended lately.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_jobs(shell: State<'_, Shell>) -> DeskResult<Vec<PrintJobView>> {
    shell.desk().await?.print_jobs().await
}

/// Takes a job back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_print_job(shell: State<'_, Shell>, id: String) -> DeskResult<Vec<PrintJobView>> {
    shell.desk().await?.cancel_print_job(&id).await
}

/// How far a page is that is no run's: a test page, a manifest.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_page(shell: State<'_, Shell>, printer: String, job: String) -> DeskResult<PrintJobView> {
    shell.desk().await?.test_page(&printer, &job).await
}

/// How far the run is that is on its way.
#[tauri::command]
#[specta::specta]
pub(crate) async fn printing(shell: State<'_, Shell>) -> DeskResult<Option<PrintingView>> {
    shell.desk().await?.printing().await
}

/// Ends the run that is on its way.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_printing(shell: State<'_, Shell>) -> DeskResult<Option<PrintingView>> {
    shell.desk().await?.cancel_printing().await
}

/// Opens a file that this desk wrote, with the system's own program for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_file(shell: State<'_, Shell>, path: PathBuf) -> DeskResult<()> {
    let file = shell.desk().await?.file_of_ours(&path).await?;
    hand_to_the_system(file, |file| tauri_plugin_opener::open_path(file, None::<&str>)).await
}

/// Shows a file that this desk wrote in the system's file manager.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_in_folder(shell: State<'_, Shell>, path: PathBuf) -> DeskResult<()> {
    let file = shell.desk().await?.file_of_ours(&path).await?;
    hand_to_the_system(file, |file| tauri_plugin_opener::reveal_item_in_dir(file)).await
}

async fn hand_to_the_system(
    file: PathBuf,
    hand_over: impl FnOnce(&PathBuf) -> Result<(), tauri_plugin_opener::Error> + Send + 'static,
) -> DeskResult<()> {
    let shown = file.display().to_string();
    let failed = move |reason: String| ErrorView::new(ErrorCode::FileFailed).with_param("path", shown).with_message(reason);
    match tokio::task::spawn_blocking(move || hand_over(&file)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}
