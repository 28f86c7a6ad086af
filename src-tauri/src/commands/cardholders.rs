//! The directory of cardholders, registration, and issuing.

use cardesk_desk::view::{
    CardSummary, CardholderView, DirectoryPage, DirectoryQuery, HappeningsPage, HappeningsRequest, InvitationView, InvitedForm,
    IssueOutcome, PrintJobView, PrintTo, RefreshReport, RegistrationForm, SecretText,
};
use cardesk_desk::{DeskResult, FieldProblem};
use tauri::State;

use crate::shell::Shell;

/// Finds in the desk's own directory, as the operator types.
#[tauri::command]
#[specta::specta]
pub(crate) async fn directory(shell: State<'_, Shell>, query: DirectoryQuery) -> DeskResult<DirectoryPage> {
    shell.desk().await?.directory(query).await
}

/// Brings the directory up to date with the gateway's listing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refresh_directory(shell: State<'_, Shell>) -> DeskResult<RefreshReport> {
    shell.desk().await?.refresh_directory().await
}

/// Searches at the gateway and takes what it finds into the directory.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search_gateway(shell: State<'_, Shell>, text: String) -> DeskResult<DirectoryPage> {
    shell.desk().await?.search_gateway(&text).await
}

/// Checks a registration form without sending it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_registration(shell: State<'_, Shell>, form: RegistrationForm) -> DeskResult<Vec<FieldProblem>> {
    shell.desk().await?.check_registration(form).await
}

/// Registers a cardholder at the gateway.
#[tauri::command]
#[specta::specta]
pub(crate) async fn register_cardholder(shell: State<'_, Shell>, form: RegistrationForm) -> DeskResult<CardholderView> {
    shell.desk().await?.register_cardholder(form).await
}

/// Makes a code that registers one cardholder, once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn make_invitation(shell: State<'_, Shell>) -> DeskResult<InvitationView> {
    shell.desk().await?.make_invitation().await
}

/// Saves an invitation as a PDF into the folder chosen in Settings; gives back where it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_invitation(shell: State<'_, Shell>, invitation: InvitationView) -> DeskResult<String> {
    shell.desk().await?.save_invitation(invitation).await
}

/// Prints an invitation; how far its job is after a while.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_invitation(shell: State<'_, Shell>, invitation: InvitationView, to: PrintTo) -> DeskResult<PrintJobView> {
    shell.desk().await?.print_invitation(invitation, to).await
}

/// Checks the form of a registration by invitation, but for the password, without sending it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_invited(shell: State<'_, Shell>, form: InvitedForm) -> DeskResult<Vec<FieldProblem>> {
    shell.desk().await?.check_invited(form).await
}

/// Registers a cardholder who was invited. The password is used once and kept nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn register_invited(
    shell: State<'_, Shell>,
    form: InvitedForm,
    password: SecretText,
    confirm_password: SecretText,
) -> DeskResult<CardholderView> {
    shell.desk().await?.register_invited(form, password, confirm_password).await
}

/// A cardholder's profile, cards, inserts and what happened.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cardholder(shell: State<'_, Shell>, id: String) -> DeskResult<CardholderView> {
    shell.desk().await?.cardholder(&id).await
}

/// What happened with a cardholder or a card, a stretch at a time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn happenings(shell: State<'_, Shell>, request: HappeningsRequest) -> DeskResult<HappeningsPage> {
    shell.desk().await?.happenings(request).await
}

/// Issues a physical card.
#[tauri::command]
#[specta::specta]
pub(crate) async fn issue_card(shell: State<'_, Shell>, cardholder_id: String) -> DeskResult<IssueOutcome> {
    shell.desk().await?.issue_card(&cardholder_id).await
}

/// Associates a card that exists already. The number is used once and kept nowhere; the alias may be empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn associate_card(
    shell: State<'_, Shell>,
    cardholder_id: String,
    pan: SecretText,
    alias: String,
) -> DeskResult<Option<CardSummary>> {
    shell.desk().await?.associate_card(&cardholder_id, pan, &alias).await
}
