//! Replacing a card, one step at a time.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{ReplacementForm, ReplacementStepForm, ReplacementView};
use tauri::State;

use crate::shell::Shell;

/// The replacement of a card, or the one that brought it; nothing if there is none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replacement_of_card(shell: State<'_, Shell>, card_id: String) -> DeskResult<Option<ReplacementView>> {
    shell.desk().await?.replacement_of_card(&card_id).await
}

/// Begins to replace a card: it is written down, and nothing is done yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn begin_replacement(shell: State<'_, Shell>, form: ReplacementForm) -> DeskResult<ReplacementView> {
    shell.desk().await?.begin_replacement(form).await
}

/// Does the next step of a replacement, if it is the one that is meant.
#[tauri::command]
#[specta::specta]
pub(crate) async fn continue_replacement(shell: State<'_, Shell>, form: ReplacementStepForm) -> DeskResult<ReplacementView> {
    shell.desk().await?.continue_replacement(form).await
}

/// Stops a replacement where it stands. The reason may be empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_replacement(shell: State<'_, Shell>, number: u32, reason: String) -> DeskResult<ReplacementView> {
    shell.desk().await?.stop_replacement(number, &reason).await
}

/// Takes a stopped replacement up again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_replacement(shell: State<'_, Shell>, number: u32) -> DeskResult<ReplacementView> {
    shell.desk().await?.resume_replacement(number).await
}
