//! What came of a plan of faults so far, for whoever chose it.

use super::plan::FaultPlan;

/// How often a rule was looked at, and how often it came true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleCount {
    /// What the rule is known by for as long as it is in force: its place in the plan that it came with, or a later number.
    pub number: u32,
    /// The requests that it counted.
    pub counted: u64,
    /// Those of them that it met.
    pub met: u64,
}

/// The faults in force, and what came of them so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaultReport {
    /// The plan.
    pub plan: FaultPlan,
    /// One for each of the plan's rules, in their order.
    pub rules: Vec<RuleCount>,
    /// The funds operations whose reference their card had already, since the plan was put in force.
    pub repeated_references: u64,
}
