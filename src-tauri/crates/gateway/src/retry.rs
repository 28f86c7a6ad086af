//! What may be sent a second time, and after how long.
//!
//! Owns one pure function. The 401 of an expired token is not here: it belongs to the session (`client`). Waiting and
//! chance are the caller's.

use std::time::Duration;

use crate::error::{ConnectFailure, ErrorKind, GatewayError};

/// What kind of repetition a request allows (`design.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It only reads: repeated on anything that may pass.
    Read,
    /// It moves money: repeated on a 429 only, which says that nothing was done, and always with the same reference or note.
    Funds,
    /// It changes something, or shows a secret, without moving money: repeated on a 429 only, which says that nothing was
    /// done. After anything else a person looks first: somebody may have changed it again in the meantime.
    Change,
    /// Never repeated: registering, issuing, activating, signing in.
    Never,
}

/// The most times that one request is sent, the first included.
const MAX_ATTEMPTS: u32 = 4;

/// The longest first pause; it doubles with each attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause of all, asked for by the gateway or not.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// No attempt begins later than this after the first began.
const TOTAL: Duration = Duration::from_secs(40);

/// One failed attempt, and what is needed to decide on the next.
#[derive(Debug, Clone, Copy)]
pub struct RetryQuestion<'a> {
    /// What the request allows.
    pub repeat: Repeat,
    /// How the attempt failed.
    pub error: &'a GatewayError,
    /// How many attempts were made, at least 1.
    pub attempts: u32,
    /// Time since the first attempt began.
    pub elapsed: Duration,
    /// Chance: the pause is this share of the longest possible one, 0 for none and `u64::MAX` for all of it.
    pub entropy: u64,
}

/// Whether to go again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryDecision {
    /// The error stands.
    Stop,
    /// Once more after this pause.
    After(Duration),
}

/// Decides on the next attempt: capped exponential backoff with full jitter, bounded in attempts and in total time.
///
/// A `Retry-After` lengthens the pause; one beyond the longest pause ends the attempts, since coming back sooner than asked
/// would only throttle everybody further.
#[must_use]
pub fn retry_decision(question: &RetryQuestion<'_>) -> RetryDecision {
    if question.attempts >= MAX_ATTEMPTS || !may_pass(question.repeat, question.error) {
        return RetryDecision::Stop;
    }
    let doublings = question.attempts.saturating_sub(1).min(16);
    let longest = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    let asked = Duration::from_secs(question.error.retry_after_seconds.unwrap_or_default());
    let pause = share(longest, question.entropy).max(asked);
    if asked > LONGEST_PAUSE || question.elapsed.saturating_add(pause) > TOTAL {
        return RetryDecision::Stop;
    }
    RetryDecision::After(pause)
}

fn share(longest: Duration, entropy: u64) -> Duration {
    let nanoseconds = longest.as_nanos() * u128::from(entropy) / u128::from(u64::MAX);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

fn may_pass(repeat: Repeat, error: &GatewayError) -> bool {
    match repeat {
        Repeat::Never => false,
        Repeat::Funds | Repeat::Change => error.kind == ErrorKind::Throttled,
        Repeat::Read => match error.kind {
            ErrorKind::NotConnected => error.connect_failure != Some(ConnectFailure::Encryption),
            ErrorKind::TimedOut | ErrorKind::ConnectionLost | ErrorKind::Throttled | ErrorKind::Fault => true,
            ErrorKind::NotFormed
            | ErrorKind::Rejected
            | ErrorKind::SessionEnded
            | ErrorKind::Forbidden
            | ErrorKind::Unreadable
            | ErrorKind::TooLarge
            | ErrorKind::TokensUnavailable => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::paths::{ROWS, RequestName};

    const KINDS: [ErrorKind; 12] = [
        ErrorKind::NotFormed,
        ErrorKind::NotConnected,
        ErrorKind::TimedOut,
        ErrorKind::ConnectionLost,
        ErrorKind::Rejected,
        ErrorKind::SessionEnded,
        ErrorKind::Forbidden,
        ErrorKind::Throttled,
        ErrorKind::Fault,
        ErrorKind::Unreadable,
        ErrorKind::TooLarge,
        ErrorKind::TokensUnavailable,
    ];

    fn decide(repeat: Repeat, kind: ErrorKind, attempts: u32, elapsed: Duration, retry_after_seconds: Option<u64>) -> RetryDecision {
        let error = GatewayError { retry_after_seconds, ..GatewayError::new(RequestName::ReadCard, kind) };
        retry_decision(&RetryQuestion { repeat, error: &error, attempts, elapsed, entropy: u64::MAX })
    }

    #[test]
    fn money_and_changes_go_again_after_a_429_and_after_nothing_else() {
        for (repeat, kind) in [Repeat::Funds, Repeat::Change].into_iter().flat_map(|repeat| KINDS.map(|kind| (repeat, kind))) {
            let goes_again = decide(repeat, kind, 1, Duration::ZERO, None) != RetryDecision::Stop;
            assert_eq!(goes_again, kind == ErrorKind::Throttled, "{repeat:?} {kind:?}");
        }
    }

    #[test]
    fn registering_issuing_and_signing_in_never_go_again() {
        for row in ROWS.iter().filter(|row| row.repeat == Repeat::Never) {
            for kind in KINDS {
                assert_eq!(decide(row.repeat, kind, 1, Duration::ZERO, None), RetryDecision::Stop, "{:?} {kind:?}", row.name);
            }
        }
    }

    #[test]
    fn pauses_double_up_to_the_last_attempt() {
        let pause = |attempts| decide(Repeat::Read, ErrorKind::Fault, attempts, Duration::ZERO, None);
        assert_eq!(pause(1), RetryDecision::After(Duration::from_millis(250)));
        assert_eq!(pause(2), RetryDecision::After(Duration::from_millis(500)));
        assert_eq!(pause(3), RetryDecision::After(Duration::from_secs(1)));
        assert_eq!(pause(4), RetryDecision::Stop);
    }

    #[test]
    fn the_gateways_wish_to_wait_is_honoured_within_the_cap() {
        let pause = |seconds| decide(Repeat::Funds, ErrorKind::Throttled, 1, Duration::ZERO, Some(seconds));
        assert_eq!(pause(3), RetryDecision::After(Duration::from_secs(3)));
        assert_eq!(pause(8), RetryDecision::After(Duration::from_secs(8)));
        assert_eq!(pause(9), RetryDecision::Stop);
        assert_eq!(pause(u64::MAX), RetryDecision::Stop);
    }

    #[test]
    fn a_certificate_that_is_not_trusted_will_not_be_trusted_in_a_second() {
        let mut error = GatewayError::new(RequestName::Health, ErrorKind::NotConnected);
        error.connect_failure = Some(ConnectFailure::Encryption);
        let question = RetryQuestion { repeat: Repeat::Read, error: &error, attempts: 1, elapsed: Duration::ZERO, entropy: 0 };
        assert_eq!(retry_decision(&question), RetryDecision::Stop);
    }

    proptest! {
        #[test]
        fn attempts_and_time_are_always_bounded(attempts in 1_u32.., elapsed_ms: u64, entropy: u64, asked: Option<u64>, kind in 0_usize..12) {
            let error = GatewayError { retry_after_seconds: asked, ..GatewayError::new(RequestName::ReadCard, KINDS[kind]) };
            let elapsed = Duration::from_millis(elapsed_ms);
            let question = RetryQuestion { repeat: Repeat::Read, error: &error, attempts, elapsed, entropy };
            if let RetryDecision::After(pause) = retry_decision(&question) {
                prop_assert!(attempts < 4);
                prop_assert!(pause <= LONGEST_PAUSE);
                prop_assert!(elapsed + pause <= TOTAL);
                prop_assert!(pause >= Duration::from_secs(asked.unwrap_or(0)));
            }
        }
    }
}
