//! A transfer that is looked up, and the types of transfers that a company makes.

use serde::{Deserialize, Serialize};
use specta::Type;

/// One transfer, by the gateway's word. What the gateway does not say is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TransferView {
    /// The gateway's id.
    pub id: String,
    /// The card that paid.
    pub from: Option<TransferSide>,
    /// The card that was paid.
    pub to: Option<TransferSide>,
    /// How much, canonical.
    pub amount: Option<String>,
    /// Three letters.
    pub currency: Option<String>,
    /// What was noted with it.
    pub observations: Option<String>,
    /// When it was made.
    pub at: Option<String>,
    /// Our own operation, if it was made at this desk.
    pub reference: Option<String>,
}

/// Both cards of a transfer of this desk, as the directory knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TransferSides {
    /// The card that pays.
    pub from: TransferSide,
    /// The card that is paid.
    pub to: TransferSide,
}

/// One of the two cards of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TransferSide {
    /// The card.
    pub card_id: String,
    /// What is known of it; `null` for a card that neither the desk nor the gateway can show.
    pub known: Option<KnownSide>,
}

/// What is known of a transfer's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KnownSide {
    /// Whose it is.
    pub cardholder_id: String,
    /// Their name.
    pub cardholder_display_name: String,
    /// Its last four digits.
    pub last_four: String,
    /// The name that it was given.
    pub alias: Option<String>,
}

/// One type of transfers, every field as it was typed or chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TransferTypeForm {
    /// The word by which transfers name it.
    pub type_word: String,
    /// `financialNetwork` or `webService`.
    pub channel: String,
    /// `debit` or `credit`.
    pub movement_type: String,
    /// `settlement` or `reversed`.
    pub model: String,
    /// Its name for people; may be empty.
    pub type_name: String,
}
