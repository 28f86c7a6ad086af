//! Faults on demand: what Practice does wrong, when, and to which requests.
//!
//! Owns the plan ([`FaultPlan`], also as JSON), the decision which faults meet a request (`decision`, free of sockets and
//! clocks: the same plan and the same sequence of requests give the same faults), and the answers that are none
//! (`answers`). Breaking connections is left to `serving`, keeping the ledger to `store`.

pub(crate) mod answers;
mod decision;
mod plan;
mod register;
mod report;
mod request;
mod unfamiliar;

pub(crate) use decision::{Spoiled, Treatment};
pub use plan::{Appearance, EdgeStatus, Fault, FaultPlan, FaultPlanError, FaultRule, Moment, Occurrence, RepeatedReferences};
pub(crate) use register::Faults;
pub use report::{FaultReport, RuleCount};
pub use request::RequestKind;
