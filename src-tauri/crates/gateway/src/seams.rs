//! Clock, randomness and transport, as seams: the client asks here for the time, for a pause, for chance and for the way
//! to the gateway, so that a test or a simulation can give its own.

#![allow(clippy::disallowed_methods, reason = "the seam that the wall clock is asked through")]

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::transport::Transport;

/// A future in a box, so that the traits of this crate can be used behind a pointer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The time of day, elapsed time, and waiting.
pub trait Clock: Send + Sync {
    /// Seconds since the Unix epoch.
    fn now_unix_seconds(&self) -> i64;
    /// Time since some fixed moment; never goes back.
    fn monotonic(&self) -> Duration;
    /// Resolves after `pause`.
    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()>;
}

/// Chance, for the spread of pauses. Not for keys.
pub trait Entropy: Send + Sync {
    /// The next number, evenly spread over all of them.
    fn next_u64(&self) -> u64;
}

/// The seams that a [`crate::Gateway`] runs on.
#[derive(Clone)]
pub struct Seams {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// The way to the gateway; `None` is the network.
    pub transport: Option<Arc<dyn Transport>>,
}

impl Seams {
    /// The machine's own clock, randomness and network.
    #[must_use]
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock { started: Instant::now() }), entropy: Arc::new(SystemEntropy), transport: None }
    }
}

impl fmt::Debug for Seams {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Seams")
    }
}

struct SystemClock {
    started: Instant,
}

impl Clock for SystemClock {
    fn now_unix_seconds(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(pause))
    }
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn next_u64(&self) -> u64 {
        // Without the system's randomness a pause is its full length: the safe end of the spread.
        getrandom::u64().unwrap_or(u64::MAX)
    }
}
