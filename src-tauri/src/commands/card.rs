//! One card: its state and balance, its movements, its activation.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{CardView, MovementsRequest, MovementsView, SavedStatement, SecretText, StatementToSave};
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
