//! One card: its state and balance, its movements, and what changes it without moving money.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{
    CardView, IssuerStatementView, MovementsRequest, MovementsView, SavedStatement, SecretText, StatementRequest, StatementToSave,
};
use tauri::State;

use crate::shell::Shell;

/// A card as the gateway has it now, or the desk's own copy with its age.
#[tauri::command]
#[specta::specta]
pub(crate) async fn card(shell: State<'_, Shell>, card_id: String) -> DeskResult<CardView> {
    shell.desk().await?.card(&card_id).await
}

/// A card's movements in a range of months of the issuer's time zone, with running balances.
#[tauri::command]
#[specta::specta]
pub(crate) async fn movements(shell: State<'_, Shell>, request: MovementsRequest) -> DeskResult<MovementsView> {
    shell.desk().await?.movements(&request).await
}

/// Saves an account statement as PDF into the folder chosen in Settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_statement(shell: State<'_, Shell>, statement: StatementToSave) -> DeskResult<SavedStatement> {
    shell.desk().await?.save_statement(statement).await
}

/// Activates a card with what stands on its plastic. The number is used once and kept nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn activate_card(
    shell: State<'_, Shell>,
    card_id: String,
    pan: SecretText,
    embossed_name: String,
) -> DeskResult<CardView> {
    shell.desk().await?.activate_card(&card_id, pan, &embossed_name).await
}

/// Blocks a card, with the reason for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn block_card(shell: State<'_, Shell>, card_id: String, reason: String) -> DeskResult<CardView> {
    shell.desk().await?.block_card(&card_id, &reason).await
}

/// Makes a blocked card active again. The reason may be empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unblock_card(shell: State<'_, Shell>, card_id: String, reason: String) -> DeskResult<CardView> {
    shell.desk().await?.unblock_card(&card_id, &reason).await
}

/// Gives a card another alias than the one that the operator sees.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_card(
    shell: State<'_, Shell>,
    card_id: String,
    alias_seen: Option<String>,
    alias: String,
) -> DeskResult<CardView> {
    shell.desk().await?.rename_card(&card_id, alias_seen.as_deref(), &alias).await
}

/// Asks the issuer for a month's statement, unless it is there already.
#[tauri::command]
#[specta::specta]
pub(crate) async fn request_statement(shell: State<'_, Shell>, request: StatementRequest) -> DeskResult<IssuerStatementView> {
    shell.desk().await?.request_statement(&request).await
}

/// Where the issuer's statement of a month stands, and the statement once it is there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn issuer_statement(shell: State<'_, Shell>, request: StatementRequest) -> DeskResult<IssuerStatementView> {
    shell.desk().await?.issuer_statement(&request).await
}
