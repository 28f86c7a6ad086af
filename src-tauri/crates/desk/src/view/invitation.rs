//! Registering by invitation: the code, and the form that uses one.

use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

/// A code that registers one cardholder, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    /// The code.
    pub code: String,
    /// When it ends, where the gateway says so.
    pub expires_at: Option<String>,
}

/// The form of a registration by invitation, every field as it was typed, but for the password.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InvitedForm {
    /// The code of the invitation.
    pub invitation_code: String,
    /// The id of the device that the cardholder registers from.
    pub device_id: String,
    /// The e-mail address, which is the user name at the gateway.
    pub username: String,
    /// The tax number; may be empty.
    pub nit: String,
    /// Whether the cardholder accepted the terms; `null` where they were not asked for.
    pub terms_and_conditions_accepted: Option<bool>,
}

impl fmt::Debug for InvitationView {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InvitationView(redacted)")
    }
}

impl fmt::Debug for InvitedForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InvitedForm(redacted)")
    }
}

/// A text that the staff wish to print or send on, as it is to be saved.
#[derive(Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TextToSave {
    /// What the file is called, without its ending.
    pub name: String,
    /// The text.
    pub text: String,
}

impl fmt::Debug for TextToSave {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TextToSave(redacted)")
    }
}
