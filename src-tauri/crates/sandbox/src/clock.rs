//! What time it is, for Practice.
//!
//! Owns the one place of this crate that reads the wall clock, so that a test can move time instead of waiting for it.

use std::fmt::Debug;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// The issuer's time zone (`gateway-api.md`, Funds: a month is a calendar month there; assumed).
const ISSUER_TIME_ZONE: &str = "America/Guatemala";

/// Tells the time. The operating system's in the application, a movable one in tests.
pub trait Clock: Debug + Send + Sync + 'static {
    /// This instant.
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place of this crate that reads the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The issuer's time zone. Guatemala has kept UTC-6 without summer time since 2006, which stands in if the time zone
/// database should lack it.
pub(crate) fn issuer_time_zone() -> TimeZone {
    TimeZone::get(ISSUER_TIME_ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(-6)))
}

/// The instant as the issuer's calendar and clock show it.
pub(crate) fn at_the_issuer(instant: Timestamp) -> ZonedDateTime {
    instant.to_zoned_datetime(issuer_time_zone())
}
