//! Batches of loads and withdrawals: read, check, begin, pause, go on, give up, look.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{BatchCheck, BatchDecisions, BatchForm, BatchRefresh, BatchRefreshScope, BatchRows, BatchSource, BatchView};
use tauri::State;

use crate::shell::Shell;

/// Reads a file, or pasted rows, and checks every row. Nothing is sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_batch(shell: State<'_, Shell>, source: BatchSource) -> DeskResult<BatchCheck> {
    shell.desk().await?.read_batch(source).await
}

/// Checks a file again, now that something about it was decided.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_batch(shell: State<'_, Shell>, decisions: BatchDecisions) -> DeskResult<BatchCheck> {
    shell.desk().await?.check_batch(decisions).await
}

/// Begins to ask for the cards of a file that was read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refresh_batch_cards(shell: State<'_, Shell>, id: String, scope: BatchRefreshScope) -> DeskResult<BatchRefresh> {
    shell.desk().await?.refresh_batch_cards(&id, scope).await
}

/// How far that has come.
#[tauri::command]
#[specta::specta]
pub(crate) async fn batch_refresh(shell: State<'_, Shell>, id: String) -> DeskResult<BatchRefresh> {
    shell.desk().await?.batch_refresh(&id).await
}

/// Gives it up: no further card is asked for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_batch_refresh(shell: State<'_, Shell>, id: String) -> DeskResult<BatchRefresh> {
    shell.desk().await?.cancel_batch_refresh(&id).await
}

/// Begins a batch as it was checked, and lets it run.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_batch(shell: State<'_, Shell>, form: BatchForm) -> DeskResult<BatchView> {
    shell.desk().await?.start_batch(form).await
}

/// Lets no further row go.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_batch(shell: State<'_, Shell>, number: u32) -> DeskResult<BatchView> {
    shell.desk().await?.pause_batch(number).await
}

/// Goes on with a batch where it was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn continue_batch(shell: State<'_, Shell>, number: u32) -> DeskResult<BatchView> {
    shell.desk().await?.continue_batch(number).await
}

/// Gives a batch up, once what is on its way has come to its end.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_batch(shell: State<'_, Shell>, number: u32) -> DeskResult<BatchView> {
    shell.desk().await?.cancel_batch(number).await
}

/// A batch as it stands.
#[tauri::command]
#[specta::specta]
pub(crate) async fn batch(shell: State<'_, Shell>, number: u32) -> DeskResult<BatchView> {
    shell.desk().await?.batch(number).await
}

/// The latest batches, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn batches(shell: State<'_, Shell>) -> DeskResult<Vec<BatchView>> {
    shell.desk().await?.batches().await
}

/// Every row of a batch, and what became of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn batch_rows(shell: State<'_, Shell>, number: u32) -> DeskResult<BatchRows> {
    shell.desk().await?.batch_rows(number).await
}
