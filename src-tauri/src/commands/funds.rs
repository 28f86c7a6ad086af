//! Moving money: draft, submit, what follows an operation, and what needs a person.

use cardesk_desk::view::{
    AttentionView, ClearContradictionForm, FollowUpDraft, FollowUpForm, FollowUpKind, FundsDraft, FundsDraftRequest, FundsForm,
    OperationView, SettleForm, TransferTypeForm, TransferView,
};
use cardesk_desk::{DeskResult, FieldProblem};
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

/// A transfer by the gateway's id, with both cards.
#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer(shell: State<'_, Shell>, id: String) -> DeskResult<TransferView> {
    shell.desk().await?.transfer(&id).await
}

/// Checks the rows of the form that makes types of transfers without sending them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_transfer_types(shell: State<'_, Shell>, types: Vec<TransferTypeForm>) -> DeskResult<Vec<FieldProblem>> {
    shell.desk().await?.check_transfer_types(types).await
}

/// Makes types of transfers at the gateway.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_transfer_types(shell: State<'_, Shell>, types: Vec<TransferTypeForm>) -> DeskResult<()> {
    shell.desk().await?.create_transfer_types(types).await
}

/// The operations of one card, latest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn operations_of_card(shell: State<'_, Shell>, card_id: String) -> DeskResult<Vec<OperationView>> {
    shell.desk().await?.operations_of_card(&card_id).await
}

/// Every operation whose outcome is unknown, with its evidence.
#[tauri::command]
#[specta::specta]
pub(crate) async fn attention(shell: State<'_, Shell>) -> DeskResult<AttentionView> {
    shell.desk().await?.attention().await
}

/// Looks for an operation of unknown outcome among the card's movements.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_again(shell: State<'_, Shell>, reference: String) -> DeskResult<OperationView> {
    shell.desk().await?.look_again(&reference).await
}

/// Settles an operation of unknown outcome by a person's word.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_operation(shell: State<'_, Shell>, form: SettleForm) -> DeskResult<OperationView> {
    shell.desk().await?.settle_operation(form).await
}

/// Takes a person's word that what the gateway shows against an earlier one is clear.
#[tauri::command]
#[specta::specta]
pub(crate) async fn clear_contradiction(shell: State<'_, Shell>, form: ClearContradictionForm) -> DeskResult<OperationView> {
    shell.desk().await?.clear_contradiction(form).await
}

/// Reads what taking an operation back, or making it again, would do. Nothing is sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_follow_up(
    shell: State<'_, Shell>,
    older: String,
    kind: FollowUpKind,
    reference: Option<String>,
) -> DeskResult<FollowUpDraft> {
    shell.desk().await?.draft_follow_up(&older, kind, reference.as_deref()).await
}

/// Takes an operation back, or makes it again, once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn submit_follow_up(shell: State<'_, Shell>, form: FollowUpForm) -> DeskResult<OperationView> {
    shell.desk().await?.submit_follow_up(form).await
}
