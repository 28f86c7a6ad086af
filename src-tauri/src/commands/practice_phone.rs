//! The cardholders' phones in Practice: the one-time codes that a person reads out who plays the cardholder.
//!
//! Answers only while Practice is the active profile: codes leave here, all of them invented.

use cardesk_desk::DeskResult;
use cardesk_sandbox::{CodeStanding, PhoneMessage};
use serde::Serialize;
use specta::Type;
use tauri::State;

use super::practice::active_practice;
use crate::shell::Shell;

/// A message with a one-time code, as it stands on its cardholder's phone. Invented: it was sent nowhere.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneMessageView {
    /// Counts the messages.
    number: u32,
    /// Whose phone it is.
    cardholder_id: String,
    /// Their name, if they have told it.
    name: Option<String>,
    /// The address that the code was asked for.
    email: String,
    /// The phone's number, if they have told it.
    phone_number: Option<String>,
    /// What the code is for, in the gateway's word.
    purpose: String,
    /// The invented digits.
    code: String,
    /// When it was sent.
    sent_at: String,
    /// When it ends.
    expires_at: String,
    /// How it stands now.
    standing: CodeStanding,
}

impl From<PhoneMessage> for PhoneMessageView {
    fn from(message: PhoneMessage) -> Self {
        let PhoneMessage { number, owner, purpose, code, sent_at, expires_at, standing } = message;
        Self {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            cardholder_id: owner.cardholder_id.to_string(),
            name: Some(owner.name).filter(|name| !name.is_empty()),
            email: owner.email,
            phone_number: owner.phone_number,
            purpose,
            code: code.reveal().to_owned(),
            sent_at: sent_at.to_string(),
            expires_at: expires_at.to_string(),
            standing,
        }
    }
}

/// What the phones show, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn practice_phone(shell: State<'_, Shell>) -> DeskResult<Vec<PhoneMessageView>> {
    let practice = active_practice(&shell).await?;
    Ok(practice.phone_messages().into_iter().map(PhoneMessageView::from).collect())
}
