//! Papers and what printers shift: what is on offer, a company's own sheets, the calibration page.

use cardesk_desk::DeskResult;
use cardesk_desk::view::{
    CalibrationCheck, CalibrationForm, OwnSheetCheck, OwnSheetForm, Paper, PaperView, PrintersView, SheetSide, TestPageView,
};
use tauri::State;

use crate::shell::Shell;

/// Every paper on offer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn papers(shell: State<'_, Shell>) -> DeskResult<Vec<PaperView>> {
    shell.desk().await?.papers().await
}

/// What is to be said of a sheet that is being typed, with its drawing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_own_sheet(shell: State<'_, Shell>, form: OwnSheetForm) -> DeskResult<OwnSheetCheck> {
    shell.desk().await?.check_own_sheet(&form).await
}

/// Keeps a company's own sheet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_own_sheet(shell: State<'_, Shell>, form: OwnSheetForm) -> DeskResult<PaperView> {
    shell.desk().await?.save_own_sheet(&form).await
}

/// Takes a company's own sheet off the offer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_own_sheet(shell: State<'_, Shell>, id: String) -> DeskResult<()> {
    shell.desk().await?.remove_own_sheet(&id).await
}

/// Saves the calibration page; gives back where it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_calibration(
    shell: State<'_, Shell>,
    paper: Paper,
    printer: Option<String>,
    side: SheetSide,
) -> DeskResult<String> {
    shell.desk().await?.save_calibration(paper, printer, side).await
}

/// Prints the calibration page.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_calibration(
    shell: State<'_, Shell>,
    paper: Paper,
    printer: String,
    side: SheetSide,
    tray: Option<String>,
) -> DeskResult<TestPageView> {
    shell.desk().await?.print_calibration(paper, &printer, side, tray).await
}

/// The correction that a measured calibration page comes to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_calibration(shell: State<'_, Shell>, form: CalibrationForm) -> DeskResult<CalibrationCheck> {
    shell.desk().await?.check_calibration(&form).await
}

/// Keeps the correction that a measured calibration page comes to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_calibration(shell: State<'_, Shell>, form: CalibrationForm) -> DeskResult<PrintersView> {
    shell.desk().await?.keep_calibration(&form).await
}

/// Forgets what a printer shifts on one side.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_calibration(shell: State<'_, Shell>, printer: String, side: SheetSide) -> DeskResult<PrintersView> {
    shell.desk().await?.forget_calibration(&printer, side).await
}
