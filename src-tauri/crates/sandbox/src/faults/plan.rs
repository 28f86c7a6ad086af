//! The plan: its types are the JSON of a fault configuration, word for word, and the window speaks it too.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::request::RequestKind;

/// The longest that a fault lasts or holds an answer back: ten minutes.
const LONGEST_MS: u32 = 600_000;

/// What goes wrong. The empty plan, which is the default, is a gateway in good health.
///
/// ```
/// let plan = cardesk_sandbox::FaultPlan::from_json(r#"{ "seed": 7, "repeated_references": "apply_again", "rules": [
///     { "requests": ["money"], "when": { "nth": 3 }, "fault": { "drop": { "moment": "after_applying" } } },
///     { "requests": ["any"], "when": { "chance_in_10000": 200 }, "fault": "cut_answer" } ] }"#)?;
/// assert_eq!(plan.rules.len(), 2);
/// # Ok::<(), cardesk_sandbox::FaultPlanError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultPlan {
    /// What the rules' chances follow from.
    pub seed: u64,
    /// Nobody listens for as long as the plan holds.
    pub refuses_connections: bool,
    /// What a repeated reference on a card meets.
    pub repeated_references: RepeatedReferences,
    /// Each rule counts and decides for itself; of several that spoil one answer, the first wins.
    pub rules: Vec<FaultRule>,
}

/// What a funds operation meets whose reference its card has already. The contract leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedReferences {
    /// 7006, and nothing moves.
    #[default]
    Reject,
    /// The money moves again.
    ApplyAgain,
    /// The first answer again, and nothing moves; 7006 if the operation or its amount is another one.
    AnswerTheSame,
}

/// One rule: which requests, how often, what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The requests that the rule counts.
    pub requests: Vec<RequestKind>,
    /// Which of those it meets.
    pub when: Occurrence,
    /// What becomes of them.
    pub fault: Fault,
}

/// Which of the requests that a rule counts it meets, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Occurrence {
    /// Each.
    Always,
    /// This one alone.
    Nth(NonZeroU32),
    /// This one, twice its number, and so on.
    Every(NonZeroU32),
    /// This one and all before it.
    First(NonZeroU32),
    /// So many in ten thousand, by the plan's seed.
    #[serde(rename = "chance_in_10000")]
    ChanceIn10000(u16),
}

/// When a request is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// It was read, and nothing is done.
    BeforeApplying,
    /// It is done, and only the answer is spoiled.
    AfterApplying,
}

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The answer is held back; the request itself is done at once.
    Delay {
        /// Milliseconds.
        for_ms: u32,
    },
    /// The answer takes twice as long as the client waits; the request itself is done at once.
    SlowAnswer {
        /// The client's own time-out, in milliseconds.
        timeout_ms: u32,
    },
    /// This request is answered, and then nobody listens for a while: the next ones are refused before anything is sent.
    RefuseConnections {
        /// Milliseconds.
        for_ms: u32,
    },
    /// The connection is closed without an answer.
    Drop {
        /// Whether the request is done.
        moment: Moment,
    },
    /// The request is done, and the answer ends in its middle.
    CutAnswer,
    /// The page of an edge before the gateway, in HTML.
    EdgePage {
        /// 500, 502, 503 or 504.
        status: EdgeStatus,
        /// Whether the request is done.
        moment: Moment,
    },
    /// The request is done, and the answer is JSON of another form than the contract's.
    WrongShape,
    /// The request is done, and the answer has fields and words that this version of the contract does not know.
    Unfamiliar,
    /// 429 at the edge; nothing is done.
    Throttle {
        /// `Retry-After`, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_seconds: Option<u32>,
    },
    /// Every access token given out so far expires, right before this request is looked at.
    ExpireTokens,
    /// The movement that this request makes is not shown at first.
    HideMovement {
        /// From when it is.
        until: Appearance,
    },
}

/// When a hidden movement appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// So many milliseconds after it was made, by Practice's clock.
    AfterMs(u32),
    /// After so many readings of its month that do not show it.
    AfterReads(u32),
}

/// A status with which an edge answers in the gateway's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(try_from = "u16", into = "u16")]
pub struct EdgeStatus(#[specta(type = u16)] u16);

impl EdgeStatus {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for EdgeStatus {
    type Error = FaultPlanError;

    fn try_from(status: u16) -> Result<Self, FaultPlanError> {
        if matches!(status, 500 | 502..=504) { Ok(Self(status)) } else { Err(FaultPlanError::EdgeStatus(status)) }
    }
}

impl From<EdgeStatus> for u16 {
    fn from(status: EdgeStatus) -> Self {
        status.0
    }
}

/// Why a plan is none.
#[derive(Debug, thiserror::Error)]
pub enum FaultPlanError {
    /// Not the JSON of a plan.
    #[error("this is no plan of faults: {0}")]
    Json(#[from] serde_json::Error),
    /// Another status than an edge has.
    #[error("an edge's page has the status 500, 502, 503 or 504, not {0}")]
    EdgeStatus(u16),
    /// Longer than ten minutes.
    #[error("the fault of rule {rule} lasts longer than ten minutes")]
    TooLong {
        /// Counted from 1.
        rule: usize,
    },
    /// More than certain.
    #[error("the chance of rule {rule} is more than 10000 in 10000")]
    Chance {
        /// Counted from 1.
        rule: usize,
    },
}

impl FaultPlan {
    /// Reads a plan.
    ///
    /// # Errors
    /// If it is not JSON of this form, or asks for something that is not possible; the message names the rule.
    pub fn from_json(text: &str) -> Result<Self, FaultPlanError> {
        let plan: Self = serde_json::from_str(text)?;
        plan.check()?;
        Ok(plan)
    }

    /// Whether every number in it is within its limits.
    ///
    /// # Errors
    /// Names the first rule that is not.
    pub fn check(&self) -> Result<(), FaultPlanError> {
        for (index, rule) in self.rules.iter().enumerate() {
            let rule_number = index + 1;
            let milliseconds = match rule.fault {
                Fault::Delay { for_ms } | Fault::RefuseConnections { for_ms } => for_ms,
                Fault::SlowAnswer { timeout_ms } => timeout_ms.saturating_mul(2),
                _ => 0,
            };
            if milliseconds > LONGEST_MS {
                return Err(FaultPlanError::TooLong { rule: rule_number });
            }
            if matches!(rule.when, Occurrence::ChanceIn10000(chance) if chance > 10_000) {
                return Err(FaultPlanError::Chance { rule: rule_number });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_reads_back_from_its_own_json() {
        let json = r#"{"seed":7,"refuses_connections":false,"repeated_references":"answer_the_same","rules":[
            {"requests":["money","card_details"],"when":{"every":5},"fault":"expire_tokens"},
            {"requests":["any"],"when":"always","fault":{"edge_page":{"status":502,"moment":"before_applying"}}},
            {"requests":["writes"],"when":{"first":2},"fault":{"throttle":{}}},
            {"requests":["money"],"when":{"chance_in_10000":10000},"fault":{"hide_movement":{"until":{"after_reads":2}}}}]}"#;
        let plan = FaultPlan::from_json(json).expect("a plan");
        let written = serde_json::to_string(&plan).expect("JSON");
        assert_eq!(FaultPlan::from_json(&written).expect("a plan"), plan);
        assert_eq!(FaultPlan::from_json("{}").expect("a plan"), FaultPlan::default());
    }

    #[test]
    fn what_is_no_plan_is_refused_with_its_reason() {
        let rule = |when: &str, fault: &str| format!(r#"{{"rules":[{{"requests":["any"],"when":{when},"fault":{fault}}}]}}"#);
        for (json, reason) in [
            (rule(r#"{"nth":0}"#, r#""cut_answer""#), "nonzero"),
            (rule(r#"{"chance_in_10000":10001}"#, r#""cut_answer""#), "rule 1"),
            (rule(r#""always""#, r#"{"delay":{"for_ms":600001}}"#), "ten minutes"),
            (rule(r#""always""#, r#"{"edge_page":{"status":501,"moment":"after_applying"}}"#), "501"),
            (rule(r#""always""#, r#"{"delay":{"for_ms":1,"x":2}}"#), "unknown field"),
            (r#"{"rule":[]}"#.to_owned(), "unknown field"),
        ] {
            let error = FaultPlan::from_json(&json).expect_err(&json).to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
