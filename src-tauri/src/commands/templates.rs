//! Templates of inserts: their list, the form with the page beside it, and their files.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{TemplateForm, TemplateSaved, TemplateSight, TemplateSummary, TemplateToSee, TemplateView};
use tauri::State;

use crate::shell::Shell;

/// The templates that come with the program, and the company's own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn templates(shell: State<'_, Shell>) -> DeskResult<Vec<TemplateSummary>> {
    shell.desk().await?.templates().await
}

/// One template, with everything in it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn template(shell: State<'_, Shell>, id: String) -> DeskResult<TemplateView> {
    shell.desk().await?.template(&id).await
}

/// What is wrong with a form, and the very page that it makes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn see_template(shell: State<'_, Shell>, asked: TemplateToSee) -> DeskResult<TemplateSight> {
    shell.desk().await?.see_template(asked).await
}

/// Keeps a template, new or changed; `version` is the one that was changed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_template(shell: State<'_, Shell>, asked: TemplateToSee, version: u32) -> DeskResult<TemplateSaved> {
    shell.desk().await?.save_template(asked, version).await
}

/// Removes a template of the company's own; gives back the others.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_template(shell: State<'_, Shell>, id: String, version: u32) -> DeskResult<Vec<TemplateSummary>> {
    shell.desk().await?.remove_template(&id, version).await
}

/// Saves a template as a file into the folder chosen in Settings; gives back where it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_template(shell: State<'_, Shell>, id: String, name: String) -> DeskResult<String> {
    shell.desk().await?.export_template(&id, &name).await
}

/// Reads the file of a template into a form. Nothing is kept yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_template(shell: State<'_, Shell>, text: String) -> DeskResult<TemplateForm> {
    shell.desk().await?.read_template(text).await
}
