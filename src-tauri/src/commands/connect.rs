//! Company profiles and the test of their connection.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{ConnectionReport, ProfileForm, ProfileView, SessionView};
use tauri::{State, WebviewWindow};

use crate::shell::Shell;
use crate::window;

/// Saves a new or changed profile; a key or token in the form goes to the keychain.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_profile(shell: State<'_, Shell>, form: ProfileForm) -> DeskResult<ProfileView> {
    shell.desk().await?.save_profile(form).await
}

/// Removes a profile and its key or token.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_profile(shell: State<'_, Shell>, window: WebviewWindow, id: String) -> DeskResult<SessionView> {
    let session = shell.desk().await?.delete_profile(&id).await?;
    window::follow(&shell, &window, &session);
    Ok(session)
}

/// Works in another profile from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn activate_profile(shell: State<'_, Shell>, window: WebviewWindow, id: String) -> DeskResult<SessionView> {
    let session = shell.desk().await?.activate_profile(&id).await?;
    window::follow(&shell, &window, &session);
    Ok(session)
}

/// Checks that the gateway answers and that it lets this profile in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_connection(shell: State<'_, Shell>, id: String) -> DeskResult<ConnectionReport> {
    shell.desk().await?.test_connection(&id).await
}
