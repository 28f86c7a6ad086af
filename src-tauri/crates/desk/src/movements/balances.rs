//! Running balances: those that are told, those that follow from them, and whether they agree.
//!
//! Pure. Owns that a told balance is never replaced by a computed one, and that a disagreement is found wherever two things
//! that are known can be held against each other.

use cardesk_domain::{Amount, MoneyError};

/// What is known of one movement, in the card's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// What it added to the balance; nothing where that can't be said.
    pub(super) change: Option<Amount>,
    /// The balance after it, by the gateway's word.
    pub(super) told: Option<Amount>,
}

/// What follows from the steps.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Balances {
    /// After each step: told, else computed, else not known.
    pub(super) after: Vec<Option<Amount>>,
    /// Before the first step.
    pub(super) opening: Option<Amount>,
    /// After the last step.
    pub(super) closing: Option<Amount>,
    pub(super) check: Check,
}

/// Whether what is known agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// No two things could be held against each other.
    Nothing,
    Agrees,
    /// The first step whose told balance does not follow from the one before it.
    StepDisagrees {
        index: usize,
        expected: Amount,
        told: Amount,
    },
    /// The steps lead to another balance than there is now.
    EndDisagrees {
        expected: Amount,
        told: Amount,
    },
}

impl Check {
    /// Holds what was expected against what is told; the first disagreement stays.
    fn hold(&mut self, expected: Amount, told: Amount, disagreement: Self) {
        match self {
            Self::Nothing | Self::Agrees => *self = if expected == told { Self::Agrees } else { disagreement },
            Self::StepDisagrees { .. } | Self::EndDisagrees { .. } => {}
        }
    }
}

impl Balances {
    /// The balances of steps in the order in which they happened. `now` is the balance after the last of them, where they
    /// go on until now and it is known.
    pub(super) fn of(steps: &[Step], now: Option<Amount>) -> Result<Self, MoneyError> {
        let mut after: Vec<Option<Amount>> = steps.iter().map(|step| step.told).collect();
        let mut check = Check::Nothing;
        for index in 1..steps.len() {
            let (Some(before), Some(change)) = (after[index - 1], steps[index].change) else { continue };
            let expected = before.checked_add(change)?;
            match steps[index].told {
                Some(told) => check.hold(expected, told, Check::StepDisagrees { index, expected, told }),
                None => after[index] = Some(expected),
            }
        }
        let closing = match (after.last_mut(), now) {
            (Some(Some(expected)), Some(now)) => {
                check.hold(*expected, now, Check::EndDisagrees { expected: *expected, told: now });
                Some(*expected)
            }
            (Some(last), now) => {
                // Without a balance of their own, what the steps lead to is the balance of now: no proof of anything.
                *last = last.or(now);
                *last
            }
            (None, now) => now,
        };
        for index in (1..steps.len()).rev() {
            if let (None, Some(balance), Some(change)) = (after[index - 1], after[index], steps[index].change) {
                after[index - 1] = Some(balance.checked_sub(change)?);
            }
        }
        let opening = match (after.first(), steps.first()) {
            (Some(Some(balance)), Some(Step { change: Some(change), .. })) => Some(balance.checked_sub(*change)?),
            (None, None) => now,
            _ => None,
        };
        Ok(Self { after, opening, closing, check })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(hundredths: i64) -> Amount {
        Amount::from_ten_thousandths(hundredths * 100)
    }

    fn step(change: Option<i64>, told: Option<i64>) -> Step {
        Step { change: change.map(amount), told: told.map(amount) }
    }

    fn told(steps: &[Step], now: Option<i64>) -> Balances {
        Balances::of(steps, now.map(amount)).expect("small amounts")
    }

    #[test]
    fn a_balance_that_does_not_follow_is_named_with_both_figures() {
        let steps = [step(Some(100), Some(100)), step(Some(-30), Some(130)), step(Some(5), Some(1))];
        assert_eq!(told(&steps, None).check, Check::StepDisagrees { index: 1, expected: amount(70), told: amount(130) });
        let steps = [step(Some(100), Some(100)), step(Some(-30), None)];
        let balances = told(&steps, Some(71));
        assert_eq!(balances.check, Check::EndDisagrees { expected: amount(70), told: amount(71) });
        assert_eq!(balances.closing, Some(amount(70)));
    }

    #[test]
    fn balances_that_nobody_tells_follow_from_the_card_and_prove_nothing() {
        let balances = told(&[step(Some(100), None), step(Some(-30), None)], Some(90));
        assert_eq!(balances.after, [Some(amount(120)), Some(amount(90))]);
        assert_eq!((balances.opening, balances.closing, balances.check), (Some(amount(20)), Some(amount(90)), Check::Nothing));
        let balances = told(&[step(Some(100), None)], None);
        assert_eq!((balances.after, balances.opening, balances.closing), (vec![None], None, None));
    }

    #[test]
    fn nothing_is_computed_across_what_can_not_be_said() {
        let balances = told(&[step(Some(10), Some(10)), step(None, None), step(Some(1), None), step(Some(2), Some(50))], None);
        assert_eq!(balances.after, [Some(amount(10)), Some(amount(47)), Some(amount(48)), Some(amount(50))]);
        assert_eq!(balances.check, Check::Nothing);
        let balances = told(&[step(Some(10), Some(10)), step(None, None), step(Some(1), None)], None);
        assert_eq!(balances.after, [Some(amount(10)), None, None]);
    }

    #[test]
    fn months_without_movements_begin_and_end_with_the_balance_of_now() {
        let balances = told(&[], Some(7));
        assert_eq!((balances.opening, balances.closing, balances.check), (Some(amount(7)), Some(amount(7)), Check::Nothing));
    }

    proptest! {
        #[test]
        fn whatever_is_left_untold_the_balances_are_the_true_ones(opening in -9_999_i64..9_999, changes in prop::collection::vec((-999_i64..999, any::<bool>()), 1..20), tells_now in any::<bool>()) {
            let mut balance = opening;
            let mut truth = Vec::new();
            let mut steps = Vec::new();
            for (change, is_told) in changes {
                balance += change;
                truth.push(Some(amount(balance)));
                steps.push(step(Some(change), is_told.then_some(balance)));
            }
            let balances = told(&steps, tells_now.then_some(balance));
            let is_anything_told = tells_now || steps.iter().any(|step| step.told.is_some());
            if is_anything_told {
                prop_assert_eq!(&balances.after, &truth);
                prop_assert_eq!((balances.opening, balances.closing), (Some(amount(opening)), Some(amount(balance))));
            } else {
                prop_assert!(balances.after.iter().all(Option::is_none));
            }
            prop_assert!(matches!(balances.check, Check::Nothing | Check::Agrees));
        }

        #[test]
        fn one_wrong_balance_is_always_found(opening in -999_i64..999, changes in prop::collection::vec(-999_i64..999, 2..20), wrong in any::<prop::sample::Index>(), by in 1_i64..99) {
            let mut balance = opening;
            let mut steps: Vec<Step> = Vec::new();
            for change in &changes {
                balance += change;
                steps.push(step(Some(*change), Some(balance)));
            }
            let index = wrong.index(steps.len());
            steps[index].told = steps[index].told.map(|told| told.checked_add(amount(by)).expect("small"));
            let is_found = !matches!(told(&steps, None).check, Check::Nothing | Check::Agrees);
            prop_assert!(is_found);
        }
    }
}
