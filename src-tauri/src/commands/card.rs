//! One card: its state and balance, its movements, its activation.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{CardView, MovementsView, SecretText};
use tauri::State;

use crate::shell::Shell;

/// A card as the gateway has it now, or the desk's own copy with its age.
#[tauri::command]
#[specta::specta]
pub(crate) async fn card(shell: State<'_, Shell>, card_id: String) -> DeskResult<CardView> {
    shell.desk().await?.card(&card_id).await
}

/// A card's movements in a month of the company's time zone; `month` from 1 to 12.
#[tauri::command]
#[specta::specta]
pub(crate) async fn movements(shell: State<'_, Shell>, card_id: String, year: u16, month: u8) -> DeskResult<MovementsView> {
    shell.desk().await?.movements(&card_id, year, month).await
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
