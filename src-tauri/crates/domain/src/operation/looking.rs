//! When to look again for an operation without an outcome, from when on its absence says something, and for how long what
//! was said of it is held against what the gateway shows.
//!
//! Owns the rules of time. What is looked at is left to `desk`.

use std::time::Duration;

use jiff::Timestamp;

/// The first pause after the outcome was lost; most gateways show a movement at once.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// The longest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// How long to wait before the next look, once `looks` were made without finding anything: three times as long each time,
/// from five seconds up to an hour.
#[must_use]
pub fn next_look(looks: u32) -> Duration {
    3_u32.checked_pow(looks).map_or(LONGEST_PAUSE, |times| FIRST_PAUSE.saturating_mul(times).min(LONGEST_PAUSE))
}

/// For how long after a person said that an operation was not done it is looked for all the same: an issuer's late booking
/// comes within a statement's month and its half.
pub const WATCHED_AFTER_NOT_APPLIED: Duration = Duration::from_secs(45 * 24 * 60 * 60);

/// The first pause after a person's word, and the longest between two later looks.
const FIRST_PAUSE_AFTER: Duration = Duration::from_secs(60);
const LONGEST_PAUSE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait before the next look for what a person said was not done, `passed` after that word, at the last look:
/// as long again, from a minute up to a day.
#[must_use]
pub fn next_look_after_not_applied(passed: Duration) -> Duration {
    passed.clamp(FIRST_PAUSE_AFTER, LONGEST_PAUSE_AFTER)
}

/// Whether an operation that is not shown was certainly not applied: the issuer had its whole settling time between the
/// last moment at which the request could arrive and the look that found nothing. A clock that went back says nothing.
#[must_use]
pub fn is_certainly_absent(lost_sight_at: Timestamp, looked_at: Timestamp, settling_time: Duration) -> bool {
    let passed = looked_at.duration_since(lost_sight_at);
    Duration::try_from(passed).is_ok_and(|passed| passed >= settling_time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn looks_come_quickly_at_first_and_hourly_in_the_end() {
        let pauses: Vec<u64> = (0..8).map(|looks| next_look(looks).as_secs()).collect();
        assert_eq!(pauses, [5, 15, 45, 135, 405, 1215, 3600, 3600]);
    }

    #[test]
    fn absence_is_certain_only_after_the_whole_settling_time() {
        let at = |second| Timestamp::from_second(second).expect("a moment");
        let hour = Duration::from_secs(3600);
        assert!(!is_certainly_absent(at(0), at(3599), hour));
        assert!(is_certainly_absent(at(0), at(3600), hour));
        assert!(!is_certainly_absent(at(0), at(-7200), hour), "a clock that was set back");
    }

    #[test]
    fn what_a_person_said_was_not_done_is_looked_for_ever_less_often() {
        let mut passed = Duration::ZERO;
        let mut looks = 0;
        while passed < WATCHED_AFTER_NOT_APPLIED {
            passed += next_look_after_not_applied(passed);
            looks += 1;
        }
        assert_eq!(next_look_after_not_applied(Duration::ZERO), Duration::from_secs(60));
        assert!((50..70).contains(&looks), "{looks} looks in all");
    }

    proptest! {
        #[test]
        fn pauses_grow_and_are_bounded(looks: u32) {
            prop_assert!(next_look(looks) <= next_look(looks.saturating_add(1)));
            prop_assert!((FIRST_PAUSE..=LONGEST_PAUSE).contains(&next_look(looks)));
        }
    }
}
