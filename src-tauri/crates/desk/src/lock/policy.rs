//! When the desk is locked, and when a passphrase may be tried: the rules, without a clock, a file or a keychain.
//!
//! Owns that nothing but a proven passphrase opens a locked desk, that idle time is counted from the last activity, and how
//! long is waited after wrong passphrases. What a moment is comes from outside, and so does the proof ([`super::passphrase`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::lock::passphrase::Proven;

/// After how many idle minutes the desk may lock.
pub(crate) const IDLE_MINUTES: [u32; 6] = [1, 2, 5, 10, 15, 30];

/// What holds where it can't be told what was chosen.
const USUAL_IDLE_MINUTES: u32 = 5;

/// So many wrong passphrases cost nothing but the typing.
const FREE_TRIES: u32 = 4;

/// The wait after the first wrong passphrase that costs one; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(30);

/// No wait is longer: whoever has forgotten what they chose must be able to come back to it.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// A moment, on both of the computer's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Never goes back, and stands still while the computer sleeps.
    pub(crate) monotonic: Duration,
    /// Goes on while the computer sleeps, and can be set to anything.
    pub(crate) unix_seconds: i64,
}

impl Moment {
    /// How long nobody has done anything, by whichever clock shows more: one alone would forget a night in which the computer
    /// slept, or be set back.
    fn idle_since(self, activity: Self) -> Duration {
        self.monotonic.saturating_sub(activity.monotonic).max(self.by_the_calendar_since(activity.unix_seconds))
    }

    /// Nothing for a clock that was set back.
    fn by_the_calendar_since(self, unix_seconds: i64) -> Duration {
        Duration::from_secs(u64::try_from(self.unix_seconds.saturating_sub(unix_seconds)).unwrap_or(0))
    }
}

/// What outlives the program of a lock that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Kept {
    pub(crate) idle_minutes: u32,
    /// How many wrong passphrases there were since the last right one.
    pub(crate) wrong_tries: u32,
    /// When the last of them was given.
    pub(crate) last_wrong_at_unix_seconds: Option<i64>,
}

impl Kept {
    /// What counts where it can't be read what was kept: a lock that is on.
    pub(crate) const fn unreadable() -> Self {
        Self { idle_minutes: USUAL_IDLE_MINUTES, wrong_tries: 0, last_wrong_at_unix_seconds: None }
    }
}

/// The lock of the desk.
#[derive(Debug, Clone)]
pub(crate) struct Lock {
    /// `None`: it is off.
    on: Option<Kept>,
    /// Never while it is off.
    is_locked: bool,
    last_activity: Moment,
    /// Until when no passphrase is tried, on the monotonic clock.
    waits_until: Duration,
}

impl Lock {
    /// The lock at the start of a program. One that is on is closed, however the program before ended and whenever: whoever
    /// starts it need not be who left it. A wait that was left over goes on; a clock that was set back since makes it whole
    /// again, never longer.
    pub(crate) fn opened(on: Option<Kept>, now: Moment) -> Self {
        let left = on.map_or(Duration::ZERO, |kept| {
            let passed = kept.last_wrong_at_unix_seconds.map_or(Duration::ZERO, |at| now.by_the_calendar_since(at));
            wait_after(kept.wrong_tries).saturating_sub(passed)
        });
        Self { on, is_locked: on.is_some(), last_activity: now, waits_until: now.monotonic + left }
    }

    /// What is to outlive the program.
    pub(crate) const fn kept(&self) -> Option<Kept> {
        self.on
    }

    pub(crate) fn idle_minutes(&self) -> Option<u32> {
        self.on.map(|kept| kept.idle_minutes)
    }

    pub(crate) const fn is_locked(&self) -> bool {
        self.is_locked
    }

    /// How long it is until nobody has done anything for too long; `None` where nothing is counted.
    pub(crate) fn until_idle(&self, now: Moment) -> Option<Duration> {
        let kept = self.on.filter(|_| !self.is_locked)?;
        let limit = Duration::from_secs(u64::from(kept.idle_minutes) * 60);
        Some(limit.saturating_sub(now.idle_since(self.last_activity)))
    }

    /// Locks if nobody has done anything for too long; `true` if it has just done so.
    pub(crate) fn look(&mut self, now: Moment) -> bool {
        self.until_idle(now) == Some(Duration::ZERO) && self.lock()
    }

    /// Somebody does something: counted from now on, unless it comes too late.
    pub(crate) fn note_activity(&mut self, now: Moment) -> bool {
        let has_locked = self.look(now);
        if !self.is_locked() {
            self.last_activity = now;
        }
        has_locked
    }

    /// Locks at once; `true` if it has just done so. A lock that is off stays open.
    pub(crate) const fn lock(&mut self) -> bool {
        let closes = self.on.is_some() && !self.is_locked;
        self.is_locked |= closes;
        closes
    }

    /// How long no passphrase is tried.
    pub(crate) const fn wait_left(&self, now: Moment) -> Duration {
        self.waits_until.saturating_sub(now.monotonic)
    }

    /// A passphrase is about to be tried. It counts as wrong until it is proven, so that a program which is ended in the middle
    /// has not given a try away.
    ///
    /// # Errors
    /// How long is still to be waited: then nothing was counted, and nothing may be tried.
    pub(crate) fn begin_try(&mut self, now: Moment) -> Result<(), Duration> {
        let left = self.wait_left(now);
        if !left.is_zero() {
            return Err(left);
        }
        if let Some(kept) = &mut self.on {
            kept.wrong_tries = kept.wrong_tries.saturating_add(1);
            kept.last_wrong_at_unix_seconds = Some(now.unix_seconds);
            self.waits_until = now.monotonic + wait_after(kept.wrong_tries);
        }
        Ok(())
    }

    /// The passphrase was right: the tries before it are forgotten.
    pub(crate) const fn end_tries(&mut self, _: &Proven, now: Moment) {
        if let Some(kept) = &mut self.on {
            kept.wrong_tries = 0;
            kept.last_wrong_at_unix_seconds = None;
        }
        self.waits_until = now.monotonic;
    }

    /// Opens the desk.
    pub(crate) const fn unlock(&mut self, proven: &Proven, now: Moment) {
        self.end_tries(proven, now);
        self.is_locked = false;
        self.last_activity = now;
    }

    /// Turns the lock on, or changes after how long it locks.
    pub(crate) fn turn_on(&mut self, idle_minutes: u32, now: Moment) {
        match &mut self.on {
            Some(kept) => kept.idle_minutes = idle_minutes,
            None => *self = Self { is_locked: false, ..Self::opened(Some(Kept { idle_minutes, ..Kept::unreadable() }), now) },
        }
    }

    /// Turns the lock off, and so opens the desk: its passphrase was proven, or is kept nowhere any more.
    pub(crate) const fn turn_off(&mut self, _: &OffBy, now: Moment) {
        self.on = None;
        self.is_locked = false;
        self.last_activity = now;
        self.waits_until = now.monotonic;
    }
}

/// What turns the lock off.
#[derive(Debug)]
pub(crate) enum OffBy {
    /// Its passphrase.
    Passphrase(Proven),
    /// Whoever is at home in this user's keychain has removed what proves the passphrase.
    EntryRemoved,
}

/// The wait after so many wrong passphrases.
fn wait_after(wrong_tries: u32) -> Duration {
    match wrong_tries.checked_sub(FREE_TRIES + 1) {
        None => Duration::ZERO,
        Some(further) => FIRST_WAIT.saturating_mul(2_u32.saturating_pow(further)).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BEGIN: Moment = Moment { monotonic: Duration::from_secs(3), unix_seconds: 1_795_543_200 };

    fn later(moment: Moment, seconds: u64) -> Moment {
        Moment { monotonic: moment.monotonic + Duration::from_secs(seconds), unix_seconds: moment.unix_seconds + seconds as i64 }
    }

    fn on(idle_minutes: u32) -> Lock {
        let mut lock = Lock::opened(None, BEGIN);
        lock.turn_on(idle_minutes, BEGIN);
        lock
    }

    #[test]
    fn it_locks_when_nobody_has_done_anything_for_the_time_and_not_a_second_before() {
        let mut lock = on(2);
        assert!(!lock.look(later(BEGIN, 119)) && !lock.is_locked());
        assert!(!lock.note_activity(later(BEGIN, 119)));
        assert_eq!(lock.until_idle(later(BEGIN, 179)), Some(Duration::from_secs(60)));
        assert!(!lock.look(later(BEGIN, 238)));
        assert!(lock.look(later(BEGIN, 239)) && lock.is_locked());
        assert!(!lock.look(later(BEGIN, 240)), "it has locked already");
        assert_eq!(lock.until_idle(later(BEGIN, 240)), None);
    }

    #[test]
    fn activity_that_comes_too_late_finds_it_locked() {
        let mut lock = on(1);
        assert!(lock.note_activity(later(BEGIN, 60)) && lock.is_locked());
    }

    #[test]
    fn a_night_in_which_the_computer_slept_counts_and_a_clock_that_is_set_back_does_not() {
        let slept = Moment { unix_seconds: BEGIN.unix_seconds + 8 * 3600, ..BEGIN };
        assert!(on(30).look(slept));
        let set_back = Moment { unix_seconds: BEGIN.unix_seconds - 8 * 3600, ..later(BEGIN, 59) };
        let mut lock = on(1);
        assert!(!lock.look(set_back));
        assert!(lock.look(Moment { monotonic: BEGIN.monotonic + Duration::from_secs(60), ..set_back }));
    }

    #[test]
    fn one_that_is_off_never_locks() {
        let mut lock = Lock::opened(None, BEGIN);
        assert!(!lock.lock() && !lock.look(later(BEGIN, 1_000_000)) && !lock.is_locked());
        assert_eq!(lock.until_idle(BEGIN), None);
    }

    #[test]
    fn the_fifth_wrong_passphrase_costs_half_a_minute_and_each_further_one_twice_as_much_up_to_a_quarter_of_an_hour() {
        let (mut lock, mut now) = (on(5), BEGIN);
        lock.lock();
        let mut waits = Vec::new();
        for _ in 0..12 {
            assert_eq!(lock.begin_try(now), Ok(()));
            waits.push(lock.wait_left(now).as_secs());
            now = later(now, lock.wait_left(now).as_secs());
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        lock.unlock(&Proven::for_test(), now);
        assert_eq!((lock.begin_try(now), lock.wait_left(now)), (Ok(()), Duration::ZERO), "a right one forgets the wrong ones");
    }

    #[test]
    fn while_it_waits_nothing_is_tried_or_counted() {
        let mut lock = on(5);
        (0..5).for_each(|_| lock.begin_try(BEGIN).unwrap());
        assert_eq!(lock.begin_try(later(BEGIN, 10)), Err(Duration::from_secs(20)));
        assert_eq!(lock.kept().unwrap().wrong_tries, 5);
        // The calendar can be set to anything: it shortens nothing.
        let set_ahead = Moment { unix_seconds: BEGIN.unix_seconds + 86_400, ..later(BEGIN, 10) };
        assert_eq!(lock.begin_try(set_ahead), Err(Duration::from_secs(20)));
    }

    #[test]
    fn a_wait_goes_on_in_the_next_program_and_is_whole_again_where_the_clock_was_set_back() {
        let mut lock = on(5);
        (0..6).for_each(|number| lock.begin_try(later(BEGIN, 60 * number)).unwrap());
        let last = later(BEGIN, 300);
        let next_program = |seconds: i64| Moment { monotonic: Duration::ZERO, unix_seconds: last.unix_seconds + seconds };
        for (seconds, left) in [(0, 60), (45, 15), (60, 0), (9_999, 0), (-86_400, 60)] {
            let now = next_program(seconds);
            assert_eq!(Lock::opened(lock.kept(), now).wait_left(now), Duration::from_secs(left), "after {seconds} s");
        }
    }

    #[test]
    fn a_program_starts_locked_though_the_one_before_was_left_open() {
        let lock = on(30);
        assert!(!lock.is_locked());
        assert!(Lock::opened(lock.kept(), later(BEGIN, 5)).is_locked());
    }

    #[test]
    fn what_can_not_be_read_counts_as_locked() {
        let lock = Lock::opened(Some(Kept::unreadable()), BEGIN);
        assert!(lock.is_locked() && IDLE_MINUTES.contains(&lock.idle_minutes().unwrap()));
    }

    /// What may happen to a lock.
    #[derive(Debug, Clone)]
    enum Step {
        Pass(u32),
        SetCalendar(i32),
        Activity,
        Look,
        Lock,
        Change(u32),
        Wrong,
        Right,
        EndAndStart,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            1 => (0_u32..4_000).prop_map(Step::Pass),
            1 => any::<i32>().prop_map(Step::SetCalendar),
            1 => Just(Step::Activity),
            1 => Just(Step::Look),
            1 => Just(Step::Lock),
            1 => prop::sample::select(IDLE_MINUTES.to_vec()).prop_map(Step::Change),
            4 => Just(Step::Wrong),
            1 => Just(Step::Right),
            1 => Just(Step::EndAndStart),
        ]
    }

    proptest! {
        #[test]
        fn only_a_passphrase_that_was_let_to_be_tried_opens_it_and_waits_only_grow(steps in prop::collection::vec(step(), 1..80)) {
            let (mut lock, mut now, mut wrong) = (on(5), BEGIN, 0_u32);
            for step in steps {
                let (was_locked, waited) = (lock.is_locked(), lock.wait_left(now));
                let mut may_open = false;
                match step {
                    Step::Pass(seconds) => now = later(now, u64::from(seconds)),
                    Step::SetCalendar(by) => now.unix_seconds = now.unix_seconds.saturating_add(i64::from(by)),
                    Step::Activity => _ = lock.note_activity(now),
                    Step::Look => _ = lock.look(now),
                    Step::Lock => _ = lock.lock(),
                    Step::Change(minutes) => lock.turn_on(minutes, now),
                    Step::Wrong => if lock.begin_try(now).is_ok() {
                        prop_assert_eq!(waited, Duration::ZERO);
                        wrong += 1;
                        prop_assert_eq!(lock.wait_left(now), wait_after(wrong));
                        prop_assert!(wait_after(wrong) >= wait_after(wrong - 1) && wait_after(wrong) <= LONGEST_WAIT);
                    } else {
                        prop_assert!(waited > Duration::ZERO);
                    },
                    Step::Right => if lock.begin_try(now).is_ok() {
                        may_open = true;
                        wrong = 0;
                        lock.unlock(&Proven::for_test(), now);
                    },
                    Step::EndAndStart => {
                        now.monotonic = Duration::ZERO;
                        lock = Lock::opened(lock.kept(), now);
                        prop_assert!(lock.is_locked() && lock.wait_left(now) <= wait_after(wrong));
                    }
                }
                prop_assert!(!was_locked || may_open || lock.is_locked(), "it opened by itself");
                prop_assert_eq!(lock.kept().unwrap().wrong_tries, wrong);
                prop_assert!(lock.wait_left(now) <= LONGEST_WAIT);
            }
        }
    }
}
