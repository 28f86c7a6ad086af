//! Cards of other people that are linked to a cardholder.

use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

/// A card of somebody else that a cardholder may use. What the gateway does not say is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkedCardView {
    /// The gateway's id of the link.
    pub association_id: String,
    /// The e-mail address of the card's owner.
    pub owner_email: Option<String>,
    /// The last four digits.
    pub last_four: Option<String>,
    /// What the cardholder calls it.
    pub alias: Option<String>,
    /// When it was linked.
    pub linked_at: Option<String>,
}

/// What the form that links a card sends, as it was typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkForm {
    /// The cardholder who will use the card.
    pub cardholder_id: String,
    /// The e-mail address of the card's owner.
    pub owner_email: String,
    /// The last four digits of the card.
    pub last_four: String,
    /// What the cardholder will call it.
    pub alias: String,
}

/// Another alias for a linked card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkRename {
    /// The cardholder.
    pub cardholder_id: String,
    /// The gateway's id of the link.
    pub association_id: String,
    /// The alias that the operator sees: if it is another by now, nothing is sent.
    pub alias_seen: Option<String>,
    /// The new one, as it was typed.
    pub alias: String,
}

impl fmt::Debug for LinkForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LinkForm").field("cardholder_id", &self.cardholder_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for LinkRename {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LinkRename").field("association_id", &self.association_id).finish_non_exhaustive()
    }
}
