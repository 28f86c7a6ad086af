//! The one life of a card's replacement: its steps, in which order they come, and which state may follow which.
//!
//! Owns the steps, the causes, and the single function that decides where a replacement stands next. The journal's guards
//! repeat the same table, and a test compares the two. What a step does, and when it has to wait, is left to `desk`.
//!
//! ```text
//! lost, stolen, damaged:  block ─► issue ─► inserts ─► balance ─► finished
//! expiring:               issue ─► inserts ─► block ─► balance ─► finished
//! ```
//!
//! Whoever holds a card that only expires goes on using it until the new one works, so it is blocked late. At every step it
//! can be stopped, and goes on from there.

/// Why a card is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplacementCause {
    /// Its holder does not find it.
    Lost,
    /// Somebody else may have it.
    Stolen,
    /// It does not work any more.
    Damaged,
    /// It is about to expire, and works until then.
    Expiring,
}

/// What is done for a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplacementStep {
    /// The old card is blocked.
    Block,
    /// The new card is issued.
    Issue,
    /// The old card's insert is voided, and the new one waits in the print room.
    Inserts,
    /// All that is on the old card is moved to the new one.
    Balance,
}

/// Where a replacement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplacementState {
    /// This step is next.
    At(ReplacementStep),
    /// Stopped by a person before this step.
    StoppedAt(ReplacementStep),
    /// Everything was done.
    Finished,
}

/// What happens to a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplacementEvent {
    /// A step was done, or it was seen that there is nothing to do for it.
    Done(ReplacementStep),
    /// A person stopped it.
    Stop,
    /// A person goes on with it.
    GoOn,
}

impl ReplacementCause {
    /// Every cause.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Stolen, Self::Damaged, Self::Expiring];

    /// The stable word used in the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Damaged => "damaged",
            Self::Expiring => "expiring",
        }
    }

    /// The cause for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == word)
    }

    /// Whether the old card is blocked before anything else.
    #[must_use]
    pub const fn blocks_first(self) -> bool {
        !matches!(self, Self::Expiring)
    }

    /// The steps in their order.
    #[must_use]
    pub const fn steps(self) -> [ReplacementStep; 4] {
        use ReplacementStep::{Balance, Block, Inserts, Issue};
        if self.blocks_first() { [Block, Issue, Inserts, Balance] } else { [Issue, Inserts, Block, Balance] }
    }

    /// Whether a step waits until the new card works: its holder must not be left with neither.
    #[must_use]
    pub const fn waits_for_new_card(self, step: ReplacementStep) -> bool {
        match step {
            ReplacementStep::Balance => true,
            ReplacementStep::Block => !self.blocks_first(),
            ReplacementStep::Issue | ReplacementStep::Inserts => false,
        }
    }
}

impl ReplacementStep {
    /// Every step.
    pub const ALL: [Self; 4] = [Self::Block, Self::Issue, Self::Inserts, Self::Balance];

    /// The stable word used in the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Issue => "issue",
            Self::Inserts => "inserts",
            Self::Balance => "balance",
        }
    }

    /// The step for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }
}

impl ReplacementState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::At(ReplacementStep::Block),
        Self::At(ReplacementStep::Issue),
        Self::At(ReplacementStep::Inserts),
        Self::At(ReplacementStep::Balance),
        Self::StoppedAt(ReplacementStep::Block),
        Self::StoppedAt(ReplacementStep::Issue),
        Self::StoppedAt(ReplacementStep::Inserts),
        Self::StoppedAt(ReplacementStep::Balance),
        Self::Finished,
    ];

    /// The stable word used in the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        use ReplacementStep::{Balance, Block, Inserts, Issue};
        match self {
            Self::At(step) => step.as_str(),
            Self::StoppedAt(Block) => "stopped_at_block",
            Self::StoppedAt(Issue) => "stopped_at_issue",
            Self::StoppedAt(Inserts) => "stopped_at_inserts",
            Self::StoppedAt(Balance) => "stopped_at_balance",
            Self::Finished => "finished",
        }
    }

    /// The state for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Where a replacement begins.
    #[must_use]
    pub const fn first(cause: ReplacementCause) -> Self {
        let [first, ..] = cause.steps();
        Self::At(first)
    }

    /// Whether it is under way: a card has one such at a time.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::At(_))
    }

    /// Whether nobody is to get the old card's plastic any more: it is replaced or about to be, or its insert was exchanged
    /// for the new card's already. One that was stopped before that leaves the old card as it was.
    #[must_use]
    pub fn gives_up_old_card(self, cause: ReplacementCause) -> bool {
        match self {
            Self::At(_) | Self::Finished => true,
            Self::StoppedAt(step) => {
                let mut steps_before = cause.steps().into_iter().take_while(|each| *each != step);
                steps_before.any(|each| each == ReplacementStep::Inserts)
            }
        }
    }

    /// The step that it is at, stopped or not.
    #[must_use]
    pub const fn step(self) -> Option<ReplacementStep> {
        match self {
            Self::At(step) | Self::StoppedAt(step) => Some(step),
            Self::Finished => None,
        }
    }

    /// The state after `event`.
    ///
    /// # Errors
    /// If the event can't happen in this state: nothing may be written.
    pub fn after(self, cause: ReplacementCause, event: ReplacementEvent) -> Result<Self, IllegalReplacementMove> {
        use ReplacementEvent as Event;
        match (self, event) {
            (Self::At(step), Event::Done(done)) if step == done => {
                let steps = cause.steps();
                Ok(steps.into_iter().skip_while(|each| *each != step).nth(1).map_or(Self::Finished, Self::At))
            }
            (Self::At(step), Event::Stop) => Ok(Self::StoppedAt(step)),
            (Self::StoppedAt(step), Event::GoOn) => Ok(Self::At(step)),
            (from, event) => Err(IllegalReplacementMove { from, event }),
        }
    }
}

impl ReplacementEvent {
    /// Every event.
    pub const ALL: [Self; 6] = [
        Self::Done(ReplacementStep::Block),
        Self::Done(ReplacementStep::Issue),
        Self::Done(ReplacementStep::Inserts),
        Self::Done(ReplacementStep::Balance),
        Self::Stop,
        Self::GoOn,
    ];
}

/// An event that can't happen where a replacement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a replacement that is {} can't take the event {event:?}", .from.as_str())]
pub struct IllegalReplacementMove {
    /// Where it stood.
    pub from: ReplacementState,
    /// The event that was tried.
    pub event: ReplacementEvent,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every move there is, written by hand; whatever is not here is refused.
    fn moves(cause: ReplacementCause) -> Vec<(ReplacementState, ReplacementEvent, ReplacementState)> {
        use ReplacementEvent::{Done, GoOn, Stop};
        use ReplacementState::{At, Finished, StoppedAt};
        use ReplacementStep::{Balance, Block, Inserts, Issue};
        let mut moves = vec![
            (At(Issue), Done(Issue), At(Inserts)),
            (At(Balance), Done(Balance), Finished),
            (At(Block), Stop, StoppedAt(Block)),
            (At(Issue), Stop, StoppedAt(Issue)),
            (At(Inserts), Stop, StoppedAt(Inserts)),
            (At(Balance), Stop, StoppedAt(Balance)),
            (StoppedAt(Block), GoOn, At(Block)),
            (StoppedAt(Issue), GoOn, At(Issue)),
            (StoppedAt(Inserts), GoOn, At(Inserts)),
            (StoppedAt(Balance), GoOn, At(Balance)),
        ];
        moves.extend(match cause {
            ReplacementCause::Expiring => [(At(Inserts), Done(Inserts), At(Block)), (At(Block), Done(Block), At(Balance))],
            _ => [(At(Block), Done(Block), At(Issue)), (At(Inserts), Done(Inserts), At(Balance))],
        });
        moves
    }

    #[test]
    fn every_pair_of_state_and_event_moves_as_the_table_says_or_not_at_all() {
        for cause in ReplacementCause::ALL {
            let table = moves(cause);
            let mut met = 0;
            for from in ReplacementState::ALL {
                for event in ReplacementEvent::ALL {
                    let wanted = table.iter().find(|(state, happened, _)| (*state, *happened) == (from, event)).map(|(_, _, to)| *to);
                    met += usize::from(wanted.is_some());
                    assert_eq!(from.after(cause, event).ok(), wanted, "{cause:?}: {from:?} {event:?}");
                }
            }
            assert_eq!(met, table.len(), "{cause:?}: each move is of a state and an event that exist");
        }
    }

    #[test]
    fn every_replacement_comes_through_all_its_steps_to_its_end() {
        for cause in ReplacementCause::ALL {
            let mut state = ReplacementState::first(cause);
            for step in cause.steps() {
                assert_eq!(state, ReplacementState::At(step), "{cause:?}");
                state = state.after(cause, ReplacementEvent::Done(step)).expect("the next step");
            }
            assert_eq!(state, ReplacementState::Finished, "{cause:?}");
        }
    }

    #[test]
    fn nobody_is_left_without_a_card_that_works_where_the_old_one_still_does() {
        for cause in ReplacementCause::ALL {
            assert_eq!(cause.waits_for_new_card(ReplacementStep::Block), cause == ReplacementCause::Expiring, "{cause:?}");
            assert!(cause.waits_for_new_card(ReplacementStep::Balance), "{cause:?}: a card that waits can't be paid");
        }
    }

    #[test]
    fn the_old_card_is_given_up_while_it_is_being_replaced_and_for_good_once_its_insert_was_exchanged() {
        use ReplacementStep::{Balance, Block, Inserts, Issue};
        for cause in ReplacementCause::ALL {
            for state in ReplacementState::ALL {
                let is_given_up = match state {
                    ReplacementState::StoppedAt(Issue | Inserts) => false,
                    ReplacementState::StoppedAt(Block) => cause == ReplacementCause::Expiring,
                    ReplacementState::StoppedAt(Balance) | ReplacementState::At(_) | ReplacementState::Finished => true,
                };
                assert_eq!(state.gives_up_old_card(cause), is_given_up, "{cause:?}: {state:?}");
            }
        }
    }

    #[test]
    fn every_word_reads_back() {
        for cause in ReplacementCause::ALL {
            assert_eq!(ReplacementCause::from_word(cause.as_str()), Some(cause));
        }
        for step in ReplacementStep::ALL {
            assert_eq!(ReplacementStep::from_word(step.as_str()), Some(step));
        }
        for state in ReplacementState::ALL {
            assert_eq!(ReplacementState::from_word(state.as_str()), Some(state));
        }
    }
}
