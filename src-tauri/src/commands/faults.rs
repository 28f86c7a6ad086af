//! Practice's faults: what it does wrong on purpose, so that an operator can learn what an outcome looks like.
//!
//! Each answers only while Practice is the active profile. A plan ends with the program, and when Practice starts over.

use cardesk_desk::{DeskResult, ErrorCode, ErrorView, Seams};
use cardesk_sandbox::{FaultPlan, FaultReport, FaultRule, Practice, RepeatedReferences, RuleCount};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;

use super::practice::active_practice;
use crate::shell::Shell;

/// More rules than a person can keep an eye on.
const MOST_RULES: usize = 40;

/// One rule as the window sends it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FaultRuleForm {
    /// The number of the rule in force that goes on counting as this one; `null` for a rule that begins.
    number: Option<u32>,
    /// Which requests, how often, what.
    rule: FaultRule,
}

/// What is to go wrong. Without rules, and with nothing else chosen, it is a gateway in good health.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FaultPlanForm {
    /// What the rules' chances follow from.
    seed: u32,
    /// Nobody listens for as long as the plan holds.
    refuses_connections: bool,
    /// What a repeated reference on a card meets.
    repeated_references: RepeatedReferences,
    /// Each rule counts and decides for itself; of several that spoil one answer, the first wins.
    rules: Vec<FaultRuleForm>,
}

/// A rule in force, and what came of it so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FaultRuleView {
    /// What it is known by for as long as it is in force.
    number: u32,
    /// Which requests, how often, what.
    rule: FaultRule,
    /// The requests that it counted.
    counted: u32,
    /// Those of them that it met.
    met: u32,
}

/// The faults in force, and what came of them so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FaultsView {
    /// What the rules' chances follow from.
    seed: u32,
    /// Whether nobody listens.
    refuses_connections: bool,
    /// What a repeated reference on a card meets.
    repeated_references: RepeatedReferences,
    /// How many funds operations came with a reference that their card had already.
    repeated: u32,
    /// The rules, in the order in which they decide.
    rules: Vec<FaultRuleView>,
    /// How long the desk waits for an answer, in milliseconds.
    answer_limit_ms: u32,
}

impl FaultsView {
    fn of(report: FaultReport) -> Self {
        let FaultReport { plan, rules: counts, repeated_references: repeated } = report;
        let rule = |(rule, count): (FaultRule, RuleCount)| FaultRuleView {
            number: count.number,
            rule,
            counted: fitting(count.counted),
            met: fitting(count.met),
        };
        Self {
            seed: fitting(plan.seed),
            refuses_connections: plan.refuses_connections,
            repeated_references: plan.repeated_references,
            repeated: fitting(repeated),
            rules: plan.rules.into_iter().zip(counts).map(rule).collect(),
            answer_limit_ms: u32::try_from(Seams::system().limits.whole_timeout.as_millis()).unwrap_or(u32::MAX),
        }
    }
}

/// A figure to be looked at; past four thousand million it stays there.
fn fitting(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What Practice does wrong now, and what came of it so far.
#[tauri::command]
#[specta::specta]
pub(crate) async fn practice_faults(shell: State<'_, Shell>) -> DeskResult<FaultsView> {
    Ok(FaultsView::of(active_practice(&shell).await?.fault_report()))
}

/// Puts a plan in force in place of the one before. The one without anything in it ends all faults.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_practice_faults(shell: State<'_, Shell>, plan: FaultPlanForm) -> DeskResult<FaultsView> {
    set(active_practice(&shell).await?, plan).await
}

async fn set(practice: &Practice, form: FaultPlanForm) -> DeskResult<FaultsView> {
    let refused = |reason: String| ErrorView::new(ErrorCode::FaultsRefused).with_message(reason);
    if form.rules.len() > MOST_RULES {
        return Err(refused(format!("more than {MOST_RULES} rules")));
    }
    let (goes_on, rules): (Vec<_>, Vec<_>) = form.rules.into_iter().map(|FaultRuleForm { number, rule }| (number, rule)).unzip();
    let FaultPlanForm { refuses_connections, repeated_references, .. } = form;
    let plan = FaultPlan { seed: u64::from(form.seed), refuses_connections, repeated_references, rules };
    practice.amend_faults(plan, &goes_on).await.map_err(|error| refused(error.to_string()))?;
    Ok(FaultsView::of(practice.fault_report()))
}

#[cfg(test)]
mod tests {
    use cardesk_sandbox::{PortChoice, PracticeConfig};

    use super::*;

    const LOST: &str = r#"{"requests":["money"],"when":{"nth":1},"fault":{"drop":{"moment":"after_applying"}}}"#;

    fn plan(rules: &[(&str, &str)]) -> FaultPlanForm {
        let rules: Vec<String> = rules.iter().map(|(number, rule)| format!(r#"{{"number":{number},"rule":{rule}}}"#)).collect();
        let json = format!(r#"{{"seed":7,"refusesConnections":false,"repeatedReferences":"apply_again","rules":[{}]}}"#, rules.join(","));
        serde_json::from_str(&json).expect("what the window sends")
    }

    async fn practice() -> Practice {
        Practice::start(PracticeConfig { port: PortChoice::Any, ..PracticeConfig::default() }).await.expect("a Practice")
    }

    #[tokio::test]
    async fn what_the_window_chooses_is_in_force_as_it_was_chosen_until_it_is_turned_off() {
        let practice = practice().await;
        let view = set(&practice, plan(&[("null", LOST)])).await.expect("a plan");
        let chosen = FaultRuleView { number: 0, rule: serde_json::from_str(LOST).expect("a rule"), counted: 0, met: 0 };
        assert_eq!(view.rules, [chosen]);
        assert_eq!((view.seed, view.repeated_references), (7, RepeatedReferences::ApplyAgain));
        assert_eq!(practice.faults().rules.len(), 1);
        assert!(view.answer_limit_ms >= 1_000, "{} ms", view.answer_limit_ms);

        let more = set(&practice, plan(&[("null", LOST), ("0", LOST)])).await.expect("a plan");
        assert_eq!(more.rules.iter().map(|rule| rule.number).collect::<Vec<_>>(), [1, 0], "the older one is the same still");

        let nothing = FaultPlanForm { repeated_references: RepeatedReferences::Reject, seed: 0, ..plan(&[]) };
        set(&practice, nothing).await.expect("the empty plan");
        assert_eq!(practice.faults(), FaultPlan::default());
    }

    #[tokio::test]
    async fn what_can_not_be_is_refused_with_its_reason_and_changes_nothing() {
        let practice = practice().await;
        let too_long = plan(&[("null", r#"{"requests":["any"],"when":"always","fault":{"delay":{"for_ms":600001}}}"#)]);
        let refused = set(&practice, too_long).await.expect_err("longer than ten minutes");
        assert_eq!(refused.code, ErrorCode::FaultsRefused);
        assert!(refused.message.is_some_and(|message| message.contains("rule 1")));
        let too_many = plan(&[("null", LOST); MOST_RULES + 1]);
        assert_eq!(set(&practice, too_many).await.expect_err("too many").code, ErrorCode::FaultsRefused);
        assert_eq!(practice.faults(), FaultPlan::default());
    }
}
