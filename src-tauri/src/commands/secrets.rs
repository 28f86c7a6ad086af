//! A card's secrets: its PIN, set by one-time code and verified, and its CVV on demand.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{CodeSent, PinForm, PinOwner, PinSubmitted, PinVerdict, SecretText, ShownCvv};
use tauri::State;

use crate::shell::Shell;

/// Has a one-time code sent to whoever a PIN is for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn request_pin_code(shell: State<'_, Shell>, owner: PinOwner) -> DeskResult<CodeSent> {
    shell.desk().await?.request_pin_code(owner).await
}

/// Sets or changes a PIN, with the code that was read out. One that is easy to guess waits for a word.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_pin(shell: State<'_, Shell>, form: PinForm) -> DeskResult<PinSubmitted> {
    shell.desk().await?.set_pin(form).await
}

/// The word that a PIN waits for which is easy to guess.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_held_pin(shell: State<'_, Shell>, held: String) -> DeskResult<PinSubmitted> {
    shell.desk().await?.set_held_pin(&held).await
}

/// Gives up a PIN that waits.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drop_held_pin(shell: State<'_, Shell>, held: String) -> DeskResult<()> {
    shell.desk().await?.drop_held_pin(&held).await
}

/// Whether a PIN is the card's. The gateway counts wrong ones.
#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_pin(shell: State<'_, Shell>, card_id: String, pin: SecretText) -> DeskResult<PinVerdict> {
    shell.desk().await?.verify_pin(&card_id, pin).await
}

/// The CVV of a card, for some seconds on screen. Who asked and why is recorded.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reveal_cvv(shell: State<'_, Shell>, card_id: String, reason: String) -> DeskResult<ShownCvv> {
    shell.desk().await?.reveal_cvv(&card_id, &reason).await
}
