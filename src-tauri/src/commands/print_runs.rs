//! Runs of the print room: the list, drafts, pages printed again, voided inserts, and the embosser's list.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{EmbosserOrder, EmbosserSource, PagesAgain, PagesAgainForm, PreviewPage, PrintRunView, RunDetail, RunsView};
use tauri::State;

use crate::shell::Shell;

/// The run that is on its way, those that were interrupted, and those that have ended.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_runs(shell: State<'_, Shell>) -> DeskResult<RunsView> {
    shell.desk().await?.runs().await
}

/// A run with its inserts.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_run(shell: State<'_, Shell>, number: String) -> DeskResult<RunDetail> {
    shell.desk().await?.run(&number).await
}

/// One page of a run that was made; `page` from 1.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_run(shell: State<'_, Shell>, number: String, page: u32) -> DeskResult<PreviewPage> {
    shell.desk().await?.preview_run(&number, page).await
}

/// Makes an interrupted run again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn make_draft(shell: State<'_, Shell>, number: String) -> DeskResult<PrintRunView> {
    shell.desk().await?.make_draft(&number).await
}

/// Throws an interrupted run away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn discard_draft(shell: State<'_, Shell>, number: String) -> DeskResult<RunsView> {
    shell.desk().await?.discard_draft(&number).await
}

/// Counts an interrupted run whose pages came out of the printer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn count_draft(shell: State<'_, Shell>, number: String) -> DeskResult<RunsView> {
    shell.desk().await?.count_draft(&number).await
}

/// Prints pages of a run again under their serials.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_pages_again(shell: State<'_, Shell>, form: PagesAgainForm) -> DeskResult<PagesAgain> {
    shell.desk().await?.print_pages_again(form).await
}

/// Voids an insert, with a reason.
#[tauri::command]
#[specta::specta]
pub(crate) async fn void_insert(shell: State<'_, Shell>, serial: String, reason: String) -> DeskResult<()> {
    shell.desk().await?.void_insert(&serial, &reason).await
}

/// Reads the embosser's list: which cards it means, in which order.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_embosser_list(shell: State<'_, Shell>, source: EmbosserSource) -> DeskResult<EmbosserOrder> {
    shell.desk().await?.read_embosser_list(source).await
}
