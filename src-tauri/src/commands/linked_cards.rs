//! Cards of other people that are linked to a cardholder.

use cardesk_desk::view::{LinkForm, LinkRename, LinkedCardView};
use cardesk_desk::{DeskResult, FieldProblem};
use tauri::State;

use crate::shell::Shell;

/// The cards that are linked to a cardholder, as the gateway has them now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn linked_cards(shell: State<'_, Shell>, cardholder_id: String) -> DeskResult<Vec<LinkedCardView>> {
    shell.desk().await?.linked_cards(&cardholder_id).await
}

/// Checks the form that links a card without sending it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_link(shell: State<'_, Shell>, form: LinkForm) -> DeskResult<Vec<FieldProblem>> {
    shell.desk().await?.check_link(form).await
}

/// Links a card by its owner's e-mail address and its last four digits.
#[tauri::command]
#[specta::specta]
pub(crate) async fn link_card(shell: State<'_, Shell>, form: LinkForm) -> DeskResult<()> {
    shell.desk().await?.link_card(form).await
}

/// Gives a linked card another alias.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_linked_card(shell: State<'_, Shell>, form: LinkRename) -> DeskResult<()> {
    shell.desk().await?.rename_linked_card(form).await
}

/// Unlinks a card.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlink_card(shell: State<'_, Shell>, cardholder_id: String, association_id: String) -> DeskResult<()> {
    shell.desk().await?.unlink_card(&cardholder_id, &association_id).await
}
