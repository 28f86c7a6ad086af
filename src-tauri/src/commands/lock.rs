//! The idle lock: how it stands, that somebody works, locking, unlocking, and what is set about it.
//!
//! Which commands are answered while the desk is locked is said in [`crate::lock_gate`].

use cardesk_desk::DeskResult;
use cardesk_desk::view::{LockForm, LockView, SecretText, SessionView, UnlockOutcome};
use tauri::State;

use crate::shell::Shell;

/// How the lock stands.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lock_state(shell: State<'_, Shell>) -> DeskResult<LockView> {
    Ok(shell.desk().await?.lock_state())
}

/// Locks the desk at once, if its lock is on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lock_now(shell: State<'_, Shell>) -> DeskResult<LockView> {
    Ok(shell.desk().await?.lock_now())
}

/// Somebody works. The page says so now and then, not with every key.
#[tauri::command]
#[specta::specta]
pub(crate) async fn report_activity(shell: State<'_, Shell>) -> DeskResult<()> {
    shell.desk().await?.note_activity()
}

/// Opens the locked desk with its passphrase.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock(shell: State<'_, Shell>, passphrase: SecretText) -> DeskResult<UnlockOutcome> {
    shell.desk().await?.unlock(passphrase).await
}

/// Opens the locked desk whose passphrase was removed from the keychain. Whether it was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lift_removed_lock(shell: State<'_, Shell>) -> DeskResult<bool> {
    shell.desk().await?.lift_removed_lock().await
}

/// Turns the lock on or off, or changes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_lock(shell: State<'_, Shell>, form: LockForm) -> DeskResult<SessionView> {
    shell.desk().await?.change_lock(form).await
}
