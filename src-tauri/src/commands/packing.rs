//! Packing: scans, plastics, stops, boxes and manifests.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{
    ManifestChoices, ManifestOf, ManifestToSave, ManifestView, PackForm, PackOutcome, PackedRow, PackingView, SavedStatement, ScanOutcome,
};
use tauri::State;

use crate::shell::Shell;

/// The packing line as it stands.
#[tauri::command]
#[specta::specta]
pub(crate) async fn packing(shell: State<'_, Shell>) -> DeskResult<PackingView> {
    shell.desk().await?.packing().await
}

/// Finds the insert that a scanner read, or whose serial was typed; what is not to be packed stops the line. `earlier` is the other
/// code of the same paper, where that one did not say enough.
#[tauri::command]
#[specta::specta]
pub(crate) async fn scan_insert(shell: State<'_, Shell>, text: String, is_typed: bool, earlier: Option<String>) -> DeskResult<ScanOutcome> {
    shell.desk().await?.scan_insert(&text, is_typed, earlier.as_deref()).await
}

/// Packs an insert with the plastic whose last four were typed, or stops the line.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pack_insert(shell: State<'_, Shell>, form: PackForm) -> DeskResult<PackOutcome> {
    shell.desk().await?.pack_insert(form).await
}

/// Somebody saw the stop: the line goes on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn acknowledge_packing_stop(shell: State<'_, Shell>, number: u32) -> DeskResult<PackingView> {
    shell.desk().await?.acknowledge_packing_stop(number).await
}

/// Takes a packed insert out again, with a reason.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_packing(shell: State<'_, Shell>, number: u32, reason: String) -> DeskResult<PackingView> {
    shell.desk().await?.undo_packing(number, &reason).await
}

/// Which of these inserts are packed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn packed_inserts(shell: State<'_, Shell>, serials: Vec<String>) -> DeskResult<Vec<PackedRow>> {
    shell.desk().await?.packed_inserts(&serials).await
}

/// Begins a box.
#[tauri::command]
#[specta::specta]
pub(crate) async fn begin_packing_box(shell: State<'_, Shell>, name: String) -> DeskResult<PackingView> {
    shell.desk().await?.begin_packing_box(&name).await
}

/// Closes the open box.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_packing_box(shell: State<'_, Shell>, number: u32) -> DeskResult<PackingView> {
    shell.desk().await?.close_packing_box(number).await
}

/// Of which boxes and days there are manifests.
#[tauri::command]
#[specta::specta]
pub(crate) async fn manifest_choices(shell: State<'_, Shell>) -> DeskResult<ManifestChoices> {
    shell.desk().await?.manifest_choices().await
}

/// The manifest of a box or a day.
#[tauri::command]
#[specta::specta]
pub(crate) async fn packing_manifest(shell: State<'_, Shell>, of: ManifestOf) -> DeskResult<ManifestView> {
    shell.desk().await?.packing_manifest(of).await
}

/// Saves a manifest for print into the folder chosen in Settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_manifest(shell: State<'_, Shell>, manifest: ManifestToSave) -> DeskResult<SavedStatement> {
    shell.desk().await?.save_manifest(manifest).await
}

/// Prints a manifest; gives back the printer's number of the job.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_manifest(shell: State<'_, Shell>, manifest: ManifestToSave, printer: String) -> DeskResult<String> {
    shell.desk().await?.print_manifest(manifest, &printer).await
}
