//! What everybody did.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{ActivityPage, ActivityRequest};
use tauri::State;

use crate::shell::Shell;

/// What everybody did, a stretch at a time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn activity(shell: State<'_, Shell>, request: ActivityRequest) -> DeskResult<ActivityPage> {
    shell.desk().await?.activity(request).await
}
