//! Which faults meet a request: a pure function of the plan and of how many requests each rule has counted.
//!
//! Owns those counts as well, since whoever chose the faults wants to see what came of them.

use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::plan::{Appearance, EdgeStatus, Fault, FaultPlan, Moment, Occurrence};
use super::report::RuleCount;
use super::request::RequestKind;

/// All that is done to one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Treatment {
    pub(crate) expires_tokens: bool,
    pub(crate) hides: Option<Appearance>,
    pub(crate) held_for: Duration,
    pub(crate) refuses_for: Option<Duration>,
    /// What new fields and words in the answer follow from, whatever else becomes of it.
    pub(crate) unfamiliar: Option<u64>,
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

/// A plan at work: how many requests each of its rules has counted, and how many of those it met.
#[derive(Debug, Default)]
pub(super) struct PlanAtWork {
    pub(super) plan: FaultPlan,
    /// One for each rule.
    pub(super) counts: Vec<RuleCount>,
    /// The number of the next rule that is new.
    next_number: u32,
}

impl PlanAtWork {
    pub(super) fn new(plan: FaultPlan) -> Self {
        let mut begun = Self { plan: FaultPlan::default(), counts: Vec::new(), next_number: 0 };
        begun.amend(plan, &[]);
        begun
    }

    /// Another plan in place of this one. For each of its rules `goes_on` may name one that is at work, whose counting it
    /// takes over; the others begin at nothing.
    pub(super) fn amend(&mut self, plan: FaultPlan, goes_on: &[Option<u32>]) {
        let mut before = std::mem::take(&mut self.counts);
        for place in 0..plan.rules.len() {
            let named = goes_on.get(place).copied().flatten();
            let known = named.and_then(|number| before.iter().position(|count| count.number == number));
            let count = known.map_or(RuleCount { number: self.next_number, ..RuleCount::default() }, |known| before.remove(known));
            self.next_number = self.next_number.max(count.number + 1);
            self.counts.push(count);
        }
        self.plan = plan;
    }

    /// Counts the request and decides on it.
    pub(super) fn decide(&mut self, operation: RequestKind) -> Treatment {
        let mut treatment = Treatment::default();
        for (rule, count) in self.plan.rules.iter().zip(&mut self.counts) {
            if !rule.requests.iter().any(|kind| kind.covers(operation)) {
                continue;
            }
            count.counted += 1;
            if is_met(rule.when, count.counted, self.plan.seed, u64::from(count.number)) {
                count.met += 1;
                treatment.add(rule.fault, count.counted, self.plan.seed);
            }
        }
        treatment
    }
}

fn is_met(when: Occurrence, count: u64, seed: u64, rule: u64) -> bool {
    match when {
        Occurrence::Always => true,
        Occurrence::Nth(number) => count == u64::from(number.get()),
        Occurrence::Every(number) => count.is_multiple_of(u64::from(number.get())),
        Occurrence::First(number) => count <= u64::from(number.get()),
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
    fn add(&mut self, fault: Fault, count: u64, seed: u64) {
        let spoiled = match fault {
            Fault::Delay { for_ms } => return self.held_for += Duration::from_millis(u64::from(for_ms)),
            Fault::SlowAnswer { timeout_ms } => return self.held_for += 2 * Duration::from_millis(u64::from(timeout_ms)),
            Fault::RefuseConnections { for_ms } => return self.refuses_for = Some(Duration::from_millis(u64::from(for_ms))),
            Fault::ExpireTokens => return self.expires_tokens = true,
            Fault::HideMovement { until } => return self.hides = Some(until),
            Fault::Unfamiliar => return self.unfamiliar = Some(seed.wrapping_add(count)),
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
            {"requests":["any"],"when":"always","fault":"unfamiliar"},
            {"requests":["any"],"when":"always","fault":"cut_answer"},
            {"requests":["any"],"when":"always","fault":"wrong_shape"}]}"#;
        let treatment = PlanAtWork::new(FaultPlan::from_json(json).expect("a plan")).decide(RequestKind::Health);
        assert_eq!((treatment.held_for, treatment.expires_tokens), (Duration::from_millis(25), true));
        assert_eq!((treatment.spoiled, treatment.unfamiliar), (Some(Spoiled::Cut), Some(1)));
    }

    fn plan(rules: &[(&str, &str)]) -> FaultPlan {
        let rules: Vec<String> =
            rules.iter().map(|(when, fault)| format!(r#"{{"requests":["money"],"when":{when},"fault":{fault}}}"#)).collect();
        FaultPlan::from_json(&format!(r#"{{"rules":[{}]}}"#, rules.join(","))).expect("a plan")
    }

    #[test]
    fn a_rule_says_how_many_requests_it_counted_and_met() {
        let mut work = PlanAtWork::new(plan(&[(r#"{"every":2}"#, r#""cut_answer""#), (r#""always""#, r#""expire_tokens""#)]));
        for kind in [RequestKind::ChangeFunds, RequestKind::CardDetails, RequestKind::ChangeFunds, RequestKind::ChangeFunds] {
            work.decide(kind);
        }
        assert_eq!(work.counts, [RuleCount { number: 0, counted: 3, met: 1 }, RuleCount { number: 1, counted: 3, met: 3 }]);
    }

    #[test]
    fn a_rule_that_goes_on_keeps_its_count_when_others_come_and_go() {
        let (first, cut) = ((r#"{"nth":1}"#, r#""wrong_shape""#), (r#""always""#, r#""cut_answer""#));
        let mut work = PlanAtWork::new(plan(&[first]));
        assert!(work.decide(RequestKind::ChangeFunds).spoiled.is_some());
        work.amend(plan(&[cut, first]), &[None, Some(0)]);
        assert_eq!(work.counts, [RuleCount { number: 1, counted: 0, met: 0 }, RuleCount { number: 0, counted: 1, met: 1 }]);
        work.amend(plan(&[first]), &[Some(0)]);
        assert_eq!(work.decide(RequestKind::ChangeFunds).spoiled, None, "its first request is over");
        work.amend(plan(&[first]), &[]);
        assert_eq!(work.counts, [RuleCount { number: 2, counted: 0, met: 0 }], "the same words, and another rule");
        assert!(work.decide(RequestKind::ChangeFunds).spoiled.is_some());
    }

    #[test]
    fn no_rules_luck_changes_because_another_one_goes() {
        let lucky = (r#"{"chance_in_10000":5000}"#, r#""cut_answer""#);
        let requests = |work: &mut PlanAtWork| -> Vec<bool> {
            (0..64).map(|_| work.decide(RequestKind::ChangeFunds).spoiled == Some(Spoiled::Cut)).collect()
        };
        let mut both = PlanAtWork::new(plan(&[(r#"{"nth":100}"#, r#""cut_answer""#), lucky]));
        let mut alone = PlanAtWork::new(plan(&[(r#"{"nth":100}"#, r#""cut_answer""#), lucky]));
        alone.amend(plan(&[lucky]), &[Some(1)]);
        assert_eq!(requests(&mut both), requests(&mut alone));
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
