//! What state a card is in.
//!
//! Owns the states and how the gateway's words map to them. Which operation is possible in which state is in
//! `operation`, once, so that a screen and a job can't disagree; the gateway's 7213 remains the last word.

mod operation;

use std::fmt;

pub use operation::{CardOperation, WhyNot};

/// The state of a card (`gateway-api.md`, Cards). A delivered card is inactive until the cardholder activates it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CardState {
    /// Issued, not yet activated: it cannot transact.
    Inactive,
    /// Activated: it can be used.
    Active,
    /// Blocked by the desk or the issuer.
    Blocked,
    /// A state this version does not know, in the gateway's own word.
    Other(String),
}

impl CardState {
    /// The state for the gateway's word, whatever its case.
    #[must_use]
    pub fn from_gateway(word: &str) -> Self {
        match word.to_ascii_uppercase().as_str() {
            "INACTIVE" => Self::Inactive,
            "ACTIVE" => Self::Active,
            "BLOCKED" => Self::Blocked,
            _ => Self::Other(word.to_owned()),
        }
    }

    /// The gateway's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Inactive => "INACTIVE",
            Self::Active => "ACTIVE",
            Self::Blocked => "BLOCKED",
            Self::Other(word) => word,
        }
    }

    /// Whether money can be loaded onto or withdrawn from the card. An unknown state is left to the gateway.
    #[must_use]
    pub const fn takes_funds(&self) -> bool {
        self.allows(CardOperation::Load).is_ok()
    }

    /// Whether the card still waits for its cardholder.
    #[must_use]
    pub const fn awaits_activation(&self) -> bool {
        matches!(self, Self::Inactive)
    }

    /// Whether the card still needs an activation insert: it waits for its cardholder, no valid insert is there for it, and it
    /// is not given up for another card. Who is active or blocked has no use for one.
    #[must_use]
    pub const fn needs_insert(&self, has_insert: bool, is_given_up: bool) -> bool {
        self.awaits_activation() && !has_insert && !is_given_up
    }
}

impl fmt::Display for CardState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_state_keeps_the_gateways_word_and_is_left_to_the_gateway() {
        let state = CardState::from_gateway("SUSPENDED_BY_ISSUER");
        assert_eq!(state.as_str(), "SUSPENDED_BY_ISSUER");
        assert!(state.takes_funds());
    }

    #[test]
    fn only_an_active_card_takes_funds_among_the_known_states() {
        assert!(CardState::Active.takes_funds());
        assert!(!CardState::Inactive.takes_funds());
        assert!(!CardState::Blocked.takes_funds());
    }

    #[test]
    fn only_a_card_that_waits_for_its_cardholder_needs_an_insert_and_only_one() {
        assert!(CardState::Inactive.needs_insert(false, false));
        assert!(!CardState::Inactive.needs_insert(true, false));
        assert!(!CardState::Inactive.needs_insert(false, true), "another card comes in its place");
        for state in [CardState::Active, CardState::Blocked, CardState::Other("LOST".to_owned())] {
            assert!(!state.needs_insert(false, false), "{state}");
        }
    }
}
