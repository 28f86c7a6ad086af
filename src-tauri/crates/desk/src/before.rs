//! What was the case before an operation left, as it is written down with the intent.
//!
//! Owns its form in the journal, which later versions read again: fields are only ever added.

use cardesk_journal::{CardRecord, Operation};
use serde::{Deserialize, Serialize};

use crate::copies::amount_text;

/// Balances and cards before an operation, as far as the desk knew them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Before {
    /// The balance of the operation's card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) balance_before: Option<String>,
    /// When the gateway had said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) balance_seen_at: Option<String>,
    /// The balance of the card that a transfer pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to_balance_before: Option<String>,
    /// The ids of the cardholder's cards, before one was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cards_before: Option<Vec<String>>,
}

impl Before {
    /// Before money moves on a card, and perhaps onto another.
    pub(crate) fn of_cards(card: &CardRecord, to: Option<&CardRecord>) -> Self {
        Self {
            balance_before: card.balance.map(amount_text),
            balance_seen_at: Some(card.seen_at.to_string()),
            to_balance_before: to.and_then(|to| to.balance).map(amount_text),
            cards_before: None,
        }
    }

    /// Before a card is issued.
    pub(crate) fn of_issue(cards: Vec<String>) -> Self {
        Self { cards_before: Some(cards), ..Self::default() }
    }

    /// As the journal keeps it.
    pub(crate) fn written(&self) -> String {
        // A struct of texts has a JSON always.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What was written down with an operation.
    pub(crate) fn of(operation: &Operation) -> Self {
        operation.context.as_deref().and_then(|context| serde_json::from_str(context).ok()).unwrap_or_default()
    }
}
