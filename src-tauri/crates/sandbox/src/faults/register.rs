//! The plan in force, shared by all requests, and the movements that are not shown yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cardesk_domain::CardId;
use jiff::{SignedDuration, Timestamp};

use super::decision::{PlanAtWork, Treatment};
use super::plan::{Appearance, FaultPlan, RepeatedReferences};
use super::report::FaultReport;
use super::request::RequestKind;

/// What hides a movement still.
#[derive(Debug, Clone, Copy)]
enum Hidden {
    Until(Timestamp),
    ForReads(u32),
}

#[derive(Debug, Default)]
struct Held {
    plan: PlanAtWork,
    /// How many funds operations met the plan's rule for repeated references.
    repeated: u64,
    /// By card and number on it.
    hidden: HashMap<(CardId, u64), Hidden>,
}

/// The faults in force. Nothing of them is in the state: a restart ends them.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Held>);

impl Faults {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a plan in force; its counting begins at nothing. Movements that the one before hid stay hidden until their time.
    pub(crate) fn replace(&self, plan: FaultPlan) {
        let mut held = self.held();
        held.plan = PlanAtWork::new(plan);
        held.repeated = 0;
    }

    /// Puts a plan in force whose rules may go on counting where others, named by their numbers, have come to.
    pub(crate) fn amend(&self, plan: FaultPlan, goes_on: &[Option<u32>]) {
        let mut held = self.held();
        if held.plan.plan.repeated_references != plan.repeated_references {
            held.repeated = 0;
        }
        held.plan.amend(plan, goes_on);
    }

    pub(crate) fn report(&self) -> FaultReport {
        let held = self.held();
        FaultReport { plan: held.plan.plan.clone(), rules: held.plan.counts.clone(), repeated_references: held.repeated }
    }

    pub(crate) fn plan(&self) -> FaultPlan {
        self.held().plan.plan.clone()
    }

    pub(crate) fn refuses_connections(&self) -> bool {
        self.held().plan.plan.refuses_connections
    }

    /// What a funds operation meets whose reference its card has already; counts it.
    pub(crate) fn meet_repeated_reference(&self) -> RepeatedReferences {
        let mut held = self.held();
        held.repeated += 1;
        held.plan.plan.repeated_references
    }

    pub(crate) fn decide(&self, operation: RequestKind) -> Treatment {
        self.held().plan.decide(operation)
    }

    /// Hides a movement that was just made.
    pub(crate) fn hide(&self, card: CardId, number: u64, until: Appearance, now: Timestamp) {
        let hidden = match until {
            Appearance::AfterMs(milliseconds) => {
                Hidden::Until(now.saturating_add(SignedDuration::from_millis(i64::from(milliseconds))).unwrap_or(now))
            }
            Appearance::AfterReads(reads) => Hidden::ForReads(reads),
        };
        self.held().hidden.insert((card, number), hidden);
    }

    /// Whether a reading of the movement's month shows it; counts the reading.
    pub(crate) fn shows(&self, card: CardId, number: u64, now: Timestamp) -> bool {
        let mut held = self.held();
        let Some(hidden) = held.hidden.get_mut(&(card, number)) else { return true };
        match hidden {
            Hidden::Until(appearance) if now < *appearance => return false,
            Hidden::ForReads(left) if *left > 0 => {
                *left -= 1;
                return false;
            }
            Hidden::Until(_) | Hidden::ForReads(_) => {}
        }
        held.hidden.remove(&(card, number));
        true
    }

    /// Forgets what was hidden: for a state that begins anew.
    pub(crate) fn show_all(&self) {
        self.held().hidden.clear();
    }
}
