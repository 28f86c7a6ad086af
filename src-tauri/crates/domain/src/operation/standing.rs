//! What is known of an operation: its state, and what the gateway has shown since against a person's word.
//!
//! Owns what the two come to: whether it was done, and whether it is certain that it was not. A state never changes once an
//! outcome is settled; a contradiction does not change it either, and yet nothing may be built on it any more.

use crate::operation::OperationState;

/// What the gateway has shown of an operation after a person said that it was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Contradiction {
    /// What proves that it was done.
    Proof,
    /// Something with its reference that is not what was meant: it is certain no more that nothing was done.
    Trace,
}

impl Contradiction {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Proof, Self::Trace];

    /// The stable word used in the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proof => "proof",
            Self::Trace => "trace",
        }
    }

    /// The kind for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A state with what contradicts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where the operation stands in its one life.
    pub state: OperationState,
    /// What the gateway has shown since a person said that it was not done.
    pub contradiction: Option<Contradiction>,
}

impl From<OperationState> for Standing {
    fn from(state: OperationState) -> Self {
        Self { state, contradiction: None }
    }
}

impl Standing {
    /// Whether it was done, so that it can be taken back.
    #[must_use]
    pub fn was_done(self) -> bool {
        matches!(self.state, OperationState::Applied | OperationState::SettledApplied) || self.contradiction == Some(Contradiction::Proof)
    }

    /// Whether it is certain that nothing was done, and nothing will be: so something else may be done instead.
    #[must_use]
    pub const fn did_nothing(self) -> bool {
        self.state.did_nothing() && self.contradiction.is_none()
    }

    /// Whether another operation may do what this one did not.
    #[must_use]
    pub const fn may_be_made_again(self) -> bool {
        self.did_nothing() && !matches!(self.state, OperationState::Discarded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_contradiction_the_state_alone_says_it() {
        for state in OperationState::ALL {
            let standing = Standing::from(state);
            assert_eq!(standing.did_nothing(), state.did_nothing(), "{state:?}");
            assert!(!(standing.was_done() && standing.did_nothing()), "{state:?}");
        }
    }

    #[test]
    fn what_is_contradicted_is_certain_no_more_and_only_proof_says_that_it_was_done() {
        for contradiction in Contradiction::ALL {
            let standing = Standing { state: OperationState::SettledNotApplied, contradiction: Some(contradiction) };
            assert!(!standing.did_nothing() && !standing.may_be_made_again());
            assert_eq!(standing.was_done(), contradiction == Contradiction::Proof);
            assert_eq!(Contradiction::from_word(contradiction.as_str()), Some(contradiction));
        }
    }
}
