//! Which faults meet a request: a pure function of the plan and of how many requests each rule has counted.

use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::plan::{Appearance, EdgeStatus, Fault, FaultPlan, Moment, Occurrence};
use super::request::RequestKind;

/// All that is done to one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Treatment {
    pub(crate) expires_tokens: bool,
    pub(crate) hides: Option<Appearance>,
    pub(crate) held_for: Duration,
    pub(crate) refuses_for: Option<Duration>,
    pub(crate) spoiled: Option<Spoiled>,
}

/// What is done in place of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoiled {
    Dropped(Moment),
    Cut,
    EdgePage(EdgeStatus, Moment),
    /// Which of the wrong shapes.
    WrongShape(u64),
    Throttled(Option<u32>),
}

/// A plan at work: how many requests each of its rules has counted.
#[derive(Debug, Default)]
pub(super) struct PlanAtWork {
    pub(super) plan: FaultPlan,
    counts: Vec<u64>,
}

impl PlanAtWork {
    pub(super) fn new(plan: FaultPlan) -> Self {
        let counts = vec![0; plan.rules.len()];
        Self { plan, counts }
    }

    /// Counts the request and decides on it.
    pub(super) fn decide(&mut self, operation: RequestKind) -> Treatment {
        let mut treatment = Treatment::default();
        for (index, (rule, count)) in self.plan.rules.iter().zip(&mut self.counts).enumerate() {
            if !rule.requests.iter().any(|kind| kind.covers(operation)) {
                continue;
            }
            *count += 1;
            if is_met(rule.when, *count, self.plan.seed, index as u64) {
                treatment.add(rule.fault, *count);
            }
        }
        treatment
    }
}

fn is_met(when: Occurrence, count: u64, seed: u64, rule: u64) -> bool {
    match when {
        Occurrence::Always => true,
        Occurrence::Nth(number) => count == number.get(),
        Occurrence::Every(number) => count % number == 0,
        Occurrence::First(number) => count <= number.get(),
        Occurrence::ChanceIn10000(chance) => {
            // The place in the rule's own stream is the request's number, so no rule's luck depends on another's.
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(rule);
            random.set_word_pos(u128::from(count) * 2);
            random.next_u64() % 10_000 < u64::from(chance)
        }
    }
}

impl Treatment {
    fn add(&mut self, fault: Fault, count: u64) {
        let spoiled = match fault {
            Fault::Delay { for_ms } => return self.held_for += Duration::from_millis(u64::from(for_ms)),
            Fault::SlowAnswer { timeout_ms } => return self.held_for += 2 * Duration::from_millis(u64::from(timeout_ms)),
            Fault::RefuseConnections { for_ms } => return self.refuses_for = Some(Duration::from_millis(u64::from(for_ms))),
            Fault::ExpireTokens => return self.expires_tokens = true,
            Fault::HideMovement { until } => return self.hides = Some(until),
            Fault::Drop { moment } => Spoiled::Dropped(moment),
            Fault::CutAnswer => Spoiled::Cut,
            Fault::EdgePage { status, moment } => Spoiled::EdgePage(status, moment),
            Fault::WrongShape => Spoiled::WrongShape(count),
            Fault::Throttle { retry_after_seconds } => Spoiled::Throttled(retry_after_seconds),
        };
        self.spoiled.get_or_insert(spoiled);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decisions(seed: u64, when: &str, requests: &[RequestKind]) -> Vec<bool> {
        let json = format!(r#"{{"seed":{seed},"rules":[{{"requests":["money"],"when":{when},"fault":"cut_answer"}}]}}"#);
        let mut plan = PlanAtWork::new(FaultPlan::from_json(&json).expect("a plan"));
        requests.iter().map(|kind| plan.decide(*kind).spoiled.is_some()).collect()
    }

    #[test]
    fn a_rule_counts_its_own_requests_only() {
        use RequestKind::{CardDetails, ChangeFunds, TransferBetweenCards};
        let requests = [CardDetails, ChangeFunds, CardDetails, TransferBetweenCards, ChangeFunds, ChangeFunds];
        assert_eq!(decisions(1, r#"{"nth":2}"#, &requests), [false, false, false, true, false, false]);
        assert_eq!(decisions(1, r#"{"every":2}"#, &requests), [false, false, false, true, false, true]);
        assert_eq!(decisions(1, r#"{"first":2}"#, &requests), [false, true, false, true, false, false]);
        assert_eq!(decisions(1, r#""always""#, &requests), [false, true, false, true, true, true]);
    }

    #[test]
    fn a_chance_comes_about_as_often_as_it_says() {
        let met = decisions(9, r#"{"chance_in_10000":2500}"#, &[RequestKind::ChangeFunds; 4000]).into_iter().filter(|met| *met).count();
        assert!((900..1100).contains(&met), "{met}");
    }

    #[test]
    fn faults_of_several_rules_add_up_and_the_first_to_spoil_wins() {
        let json = r#"{"rules":[{"requests":["any"],"when":"always","fault":{"delay":{"for_ms":5}}},
            {"requests":["any"],"when":"always","fault":{"slow_answer":{"timeout_ms":10}}},
            {"requests":["any"],"when":"always","fault":"expire_tokens"},
            {"requests":["any"],"when":"always","fault":"cut_answer"},
            {"requests":["any"],"when":"always","fault":"wrong_shape"}]}"#;
        let treatment = PlanAtWork::new(FaultPlan::from_json(json).expect("a plan")).decide(RequestKind::Health);
        assert_eq!((treatment.held_for, treatment.expires_tokens), (Duration::from_millis(25), true));
        assert_eq!(treatment.spoiled, Some(Spoiled::Cut));
    }

    proptest! {
        #[test]
        fn the_same_seed_and_the_same_requests_give_the_same_faults(seed: u64, chance in 0_u16..=10_000, length in 1_usize..60) {
            let when = format!(r#"{{"chance_in_10000":{chance}}}"#);
            let requests = vec![RequestKind::AdjustFunds; length];
            prop_assert_eq!(decisions(seed, &when, &requests), decisions(seed, &when, &requests));
        }
    }
}
