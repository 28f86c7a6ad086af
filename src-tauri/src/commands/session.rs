//! The session: who works where, what is chosen, and the window's own first appearance.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{SessionView, SettingsChange};
use tauri::{State, WebviewWindow};

use crate::shell::Shell;
use crate::window;

/// Everything the window needs to draw its frame. Opens the desk if it is not open yet; asking again tries again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn session(shell: State<'_, Shell>, window: WebviewWindow) -> DeskResult<SessionView> {
    if shell.practice_has_failed() {
        // Asking again is how the window tries again; what came of it is in the session.
        let _ = shell.practice().await;
    }
    let session = shell.desk().await?.session().await?;
    window::follow(&shell, &window, &session);
    Ok(session)
}

/// Changes one setting.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_settings(shell: State<'_, Shell>, window: WebviewWindow, change: SettingsChange) -> DeskResult<SessionView> {
    let session = shell.desk().await?.change_settings(change).await?;
    window::follow(&shell, &window, &session);
    Ok(session)
}

/// Notes that the first greeting was read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn finish_greeting(shell: State<'_, Shell>) -> DeskResult<SessionView> {
    shell.desk().await?.finish_greeting().await
}

/// Notes that the notices were read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dismiss_notices(shell: State<'_, Shell>) -> DeskResult<SessionView> {
    shell.desk().await?.dismiss_notices().await
}

/// The UI has painted its first picture: shows the window. Until then it is hidden, so that it never appears white.
#[tauri::command]
#[specta::specta]
#[allow(clippy::needless_pass_by_value, reason = "Tauri hands a command what it needs by value")]
pub(crate) fn report_painted(shell: State<'_, Shell>, window: WebviewWindow) -> DeskResult<()> {
    window::show_painted(&shell, &window);
    Ok(())
}
