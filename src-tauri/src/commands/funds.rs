//! Loads and withdrawals: draft, submit, look again.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{FundsDraft, FundsDraftRequest, FundsForm, OperationView};
use tauri::State;

use crate::shell::Shell;

/// Reads what was typed and says what it would do. Nothing is sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_funds(shell: State<'_, Shell>, request: FundsDraftRequest) -> DeskResult<FundsDraft> {
    shell.desk().await?.draft_funds(request).await
}

/// Sends a drafted operation, once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn submit_funds(shell: State<'_, Shell>, form: FundsForm) -> DeskResult<OperationView> {
    shell.desk().await?.submit_funds(form).await
}

/// Gives up a draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn discard_funds(shell: State<'_, Shell>, reference: String) -> DeskResult<()> {
    shell.desk().await?.discard_funds(&reference).await
}

/// The operations of one card, latest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn operations_of_card(shell: State<'_, Shell>, card_id: String) -> DeskResult<Vec<OperationView>> {
    shell.desk().await?.operations_of_card(&card_id).await
}

/// Every operation whose outcome is unknown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_operations(shell: State<'_, Shell>) -> DeskResult<Vec<OperationView>> {
    shell.desk().await?.open_operations().await
}

/// Looks for an operation of unknown outcome among the card's movements.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_again(shell: State<'_, Shell>, reference: String) -> DeskResult<OperationView> {
    shell.desk().await?.look_again(&reference).await
}
