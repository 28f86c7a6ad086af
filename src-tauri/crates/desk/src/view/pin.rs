//! PINs and the CVV: what the forms send, and how it ended. What comes in are secrets; the one secret that goes out is a CVV
//! that somebody asked for with a reason.

use std::fmt;

use cardesk_domain as domain;
use cardesk_gateway as gateway;
use serde::{Deserialize, Serialize};
use specta::Type;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::view::session::SecretText;

/// Whose PIN on which card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PinOwner {
    /// The card.
    pub card_id: String,
    /// The cardholder who shares it; `null` for the one whose card it is.
    pub user_id: Option<String>,
}

/// A one-time code on its way to whoever reads it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CodeSent {
    /// `Ramírez Núñez, María José`
    pub display_name: String,
    /// The e-mail address that the gateway was given.
    pub email: String,
    /// When it was asked for.
    pub sent_at: String,
    /// Until when it holds, where the gateway says so.
    pub expires_at: Option<String>,
}

/// What the form for a PIN sends. Each secret crosses once.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PinForm {
    /// Whose PIN.
    pub owner: PinOwner,
    /// The code as it was read out.
    pub code: SecretText,
    /// The PIN.
    pub pin: SecretText,
    /// The PIN, typed a second time.
    pub pin_again: SecretText,
}

/// What makes a PIN easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PinWeakness {
    /// `7777`, `1212`.
    Repeats,
    /// `1234`, `8765`.
    Run,
    /// The date of birth of whoever it is for.
    BirthDate,
}

impl From<domain::PinWeakness> for PinWeakness {
    fn from(weakness: domain::PinWeakness) -> Self {
        match weakness {
            domain::PinWeakness::Repeats => Self::Repeats,
            domain::PinWeakness::Run => Self::Run,
            domain::PinWeakness::BirthDate => Self::BirthDate,
        }
    }
}

/// What became of the form for a PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum PinSubmitted {
    /// The gateway has set it.
    Set {
        /// When.
        at: String,
        /// By whom.
        operator: String,
    },
    /// It is easy to guess. Nothing was sent: it waits at the desk for a word, for a short while.
    Weak {
        /// Why.
        weakness: PinWeakness,
        /// Names what waits.
        held: String,
    },
}

/// Whether a PIN is a card's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum PinVerdict {
    /// It is.
    Correct,
    /// It is not, and the gateway has counted a wrong try.
    Incorrect {
        /// How many tries are left, where the gateway says so.
        tries_left: Option<u32>,
    },
}

impl From<gateway::PinVerdict> for PinVerdict {
    fn from(verdict: gateway::PinVerdict) -> Self {
        match verdict {
            gateway::PinVerdict::Correct => Self::Correct,
            gateway::PinVerdict::Incorrect { tries_left } => Self::Incorrect { tries_left },
        }
    }
}

/// A CVV on its way to the screen: shown for some seconds, kept nowhere, wiped when dropped.
#[derive(Serialize, Type, Zeroize, ZeroizeOnDrop)]
#[serde(rename_all = "camelCase")]
pub struct ShownCvv {
    /// The digits.
    digits: String,
    /// For how long they may be on screen.
    seconds: u32,
}

impl ShownCvv {
    /// These digits, for that long.
    #[must_use]
    pub(crate) const fn new(digits: String, seconds: u32) -> Self {
        Self { digits, seconds }
    }

    /// The digits, for the one place that shows them.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.digits
    }
}

impl fmt::Debug for ShownCvv {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ShownCvv(redacted)")
    }
}
