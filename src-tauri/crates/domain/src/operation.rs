//! The one life of an operation that changes something at the gateway.
//!
//! Owns the kinds of operations, how two of them relate, the states and the single function that decides which may follow which (`design.md`, The way of one load of
//! funds). The journal's constraints repeat the same table, and a test compares the two. What evidence looks like, and
//! when to ask for it, is left to `desk`.
//!
//! ```text
//! drafted ─► intent ─► applied
//!    │          ├────► refused
//!    ▼          ├────► not sent
//! discarded     └────► unknown ─┬► settled as applied (evidence, or a person with a reason)
//!                               └► settled as not applied (only ever a person with a reason)
//! ```
//!
//! Nothing leads away from a settled outcome. What the gateway shows afterwards against a person's word is a
//! [`Contradiction`]: it stands beside the state, and [`Standing`] says what the two come to.

use serde::{Deserialize, Serialize};

mod cause;
mod facts;
mod kind;
mod looking;
mod standing;

pub use cause::Cause;
pub use facts::{LinkKind, LinkProblem, OperationFacts};
pub use kind::{Direction, OperationKind};
pub use looking::{WATCHED_AFTER_NOT_APPLIED, is_certainly_absent, next_look, next_look_after_not_applied};
pub use standing::{Contradiction, Standing};

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Written down with its reference; nothing is meant yet.
    Drafted,
    /// A draft that was given up; nothing was ever sent.
    Discarded,
    /// Meant, on disk, and about to leave. Without an outcome it counts as unknown.
    Intent,
    /// The gateway said that it was done.
    Applied,
    /// The gateway said no, with its reason.
    Refused,
    /// Nothing left this machine.
    NotSent,
    /// It may or may not have been done. Never sent again.
    Unknown,
    /// Was unknown; evidence or a person says that it was done.
    SettledApplied,
    /// Was unknown; a person says that it was not done.
    SettledNotApplied,
}

impl OperationState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Drafted,
        Self::Discarded,
        Self::Intent,
        Self::Applied,
        Self::Refused,
        Self::NotSent,
        Self::Unknown,
        Self::SettledApplied,
        Self::SettledNotApplied,
    ];

    /// The stable word used in the journal and on the wire to the UI.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Discarded => "discarded",
            Self::Intent => "intent",
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::SettledApplied => "settled_applied",
            Self::SettledNotApplied => "settled_not_applied",
        }
    }

    /// The state for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether the outcome is open: nobody may send a look-alike until it is settled.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Intent | Self::Unknown)
    }

    /// Whether it is certain that nothing was done, and nothing will be: so something else may be done instead.
    #[must_use]
    pub const fn did_nothing(self) -> bool {
        matches!(self, Self::Discarded | Self::Refused | Self::NotSent | Self::SettledNotApplied)
    }

    /// The state after `event`.
    ///
    /// # Errors
    /// If the event can't happen in this state: the caller has a fault, and nothing may be written.
    pub const fn after(self, event: OperationEvent) -> Result<Self, IllegalTransition> {
        use OperationEvent as Event;
        match (self, event) {
            (Self::Drafted, Event::Discard) => Ok(Self::Discarded),
            (Self::Drafted, Event::Send) => Ok(Self::Intent),
            (Self::Intent, Event::Confirm) => Ok(Self::Applied),
            (Self::Intent, Event::Refuse) => Ok(Self::Refused),
            (Self::Intent, Event::FailToSend) => Ok(Self::NotSent),
            (Self::Intent, Event::LoseSight) => Ok(Self::Unknown),
            (Self::Unknown, Event::SettleApplied(_)) => Ok(Self::SettledApplied),
            (Self::Unknown, Event::SettleNotApplied) => Ok(Self::SettledNotApplied),
            (from, event) => Err(IllegalTransition { from, event }),
        }
    }
}

/// What happens to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationEvent {
    /// The operator gave the draft up.
    Discard,
    /// The operator submitted; the request leaves right after this is on disk.
    Send,
    /// The gateway answered that it was done.
    Confirm,
    /// The gateway answered that it was not done, and why.
    Refuse,
    /// The connection could not be made: nothing left.
    FailToSend,
    /// A time-out, a lost connection, a 5xx, an unreadable answer, or the process ended.
    LoseSight,
    /// Evidence, or a person with a reason, says that it was done.
    SettleApplied(Basis),
    /// A person, with a reason, says that it was not done: that nothing was found is never enough.
    SettleNotApplied,
}

/// What settling an unknown outcome rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The gateway shows the movement, or the card.
    Evidence,
    /// A person says so, with a reason.
    Person,
}

impl Basis {
    /// The stable word used in the journal and on the wire to the UI.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Person => "person",
        }
    }

    /// The basis for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Evidence, Self::Person].into_iter().find(|basis| basis.as_str() == word)
    }
}

impl OperationEvent {
    /// Every event.
    pub const ALL: [Self; 9] = [
        Self::Discard,
        Self::Send,
        Self::Confirm,
        Self::Refuse,
        Self::FailToSend,
        Self::LoseSight,
        Self::SettleApplied(Basis::Evidence),
        Self::SettleApplied(Basis::Person),
        Self::SettleNotApplied,
    ];

    /// What it rests on, if it settles something.
    #[must_use]
    pub const fn basis(self) -> Option<Basis> {
        match self {
            Self::SettleApplied(basis) => Some(basis),
            Self::SettleNotApplied => Some(Basis::Person),
            _ => None,
        }
    }
}

/// An event that can't happen in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an operation that is {} can't take the event {event:?}", .from.as_str())]
pub struct IllegalTransition {
    /// The state it was in.
    pub from: OperationState,
    /// The event that was tried.
    pub event: OperationEvent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_eight_moves_exist() {
        use OperationState as State;
        let mut moves: Vec<(OperationState, OperationState)> = OperationState::ALL
            .into_iter()
            .flat_map(|from| OperationEvent::ALL.into_iter().filter_map(move |event| from.after(event).ok().map(|to| (from, to))))
            .collect();
        moves.dedup();
        assert_eq!(
            moves,
            [
                (State::Drafted, State::Discarded),
                (State::Drafted, State::Intent),
                (State::Intent, State::Applied),
                (State::Intent, State::Refused),
                (State::Intent, State::NotSent),
                (State::Intent, State::Unknown),
                (State::Unknown, State::SettledApplied),
                (State::Unknown, State::SettledNotApplied),
            ]
        );
    }

    #[test]
    fn what_did_nothing_never_moves_again() {
        for state in OperationState::ALL.into_iter().filter(|state| state.did_nothing()) {
            assert!(!state.is_open() && OperationEvent::ALL.into_iter().all(|event| state.after(event).is_err()), "{state:?}");
        }
    }

    #[test]
    fn nothing_ever_leads_back_to_sending() {
        for state in OperationState::ALL {
            assert_eq!(state.after(OperationEvent::Send).is_ok(), state == OperationState::Drafted, "{state:?}");
        }
    }

    #[test]
    fn only_what_settles_rests_on_something_and_not_applied_only_on_a_person() {
        for event in OperationEvent::ALL {
            let to = OperationState::Unknown.after(event);
            assert_eq!(event.basis().is_some(), to.is_ok(), "{event:?}");
            if to == Ok(OperationState::SettledNotApplied) {
                assert_eq!(event.basis(), Some(Basis::Person));
            }
        }
        for basis in [Basis::Evidence, Basis::Person] {
            assert_eq!(Basis::from_word(basis.as_str()), Some(basis));
        }
    }

    #[test]
    fn every_state_reads_back_from_its_word() {
        for state in OperationState::ALL {
            assert_eq!(OperationState::from_word(state.as_str()), Some(state));
        }
    }
}
