//! What the gateway showed in a look for an operation without an outcome, as it is written down with the look.
//!
//! Owns its form in the journal, which later versions read again: fields are only ever added.

use cardesk_gateway::Movement;
use serde::{Deserialize, Serialize};

use crate::copies::amount_text;

/// What was shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Shown {
    /// The balance of the operation's card.
    pub(crate) balance_now: Option<String>,
    /// The balance of the card that a transfer pays.
    pub(crate) to_balance_now: Option<String>,
    /// Movements that name our reference, then those of the same amount and direction from around its time.
    pub(crate) movements: Vec<ShownMovement>,
    /// Cards that may be the one that was issued.
    pub(crate) cards: Vec<String>,
}

/// A movement as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownMovement {
    pub(crate) movement_id: String,
    pub(crate) at: String,
    pub(crate) amount: String,
    pub(crate) description: Option<String>,
    pub(crate) reference: Option<String>,
    /// Whether it names no operation, so that it may be this one.
    #[serde(default)]
    pub(crate) may_be_it: bool,
}

impl Shown {
    /// As the journal keeps it.
    pub(crate) fn written(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// What was written down with a look.
    pub(crate) fn of(detail: Option<&str>) -> Self {
        detail.and_then(|detail| serde_json::from_str(detail).ok()).unwrap_or_default()
    }
}

impl ShownMovement {
    pub(crate) fn of(movement: &Movement) -> Self {
        Self {
            movement_id: movement_name(movement),
            at: movement.at.to_string(),
            amount: amount_text(movement.amount),
            description: movement.description.clone(),
            reference: movement.reference.clone(),
            may_be_it: false,
        }
    }
}

/// What a movement is called: one without an id by its moment.
pub(crate) fn movement_name(movement: &Movement) -> String {
    if movement.id.trim().is_empty() { movement.at.to_string() } else { movement.id.clone() }
}
