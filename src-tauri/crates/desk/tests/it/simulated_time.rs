//! Simulated time: it passes only when nothing else can happen.
//!
//! Whoever waits, for a pause or for the network, stands in one queue. When every task of the runtime waits and nothing is
//! at work beside it, the next in the queue goes on, and its moment is the time. Among several of one moment chance takes
//! one. So a day with any number of tasks follows from its seed alone.
//!
//! Everybody who waits belongs to a life of the program. When a life is ended, whatever of it waits never goes on: as if it
//! had been killed between two steps.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use cardesk_gateway::{BoxFuture, Clock, Entropy};
use tokio::sync::oneshot;

/// 2026-11-24T18:00:00Z.
const BEGIN: i64 = 1_795_543_200;

/// One life of the program, from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Life(pub(crate) u32);

/// The time of everybody in one process.
pub(crate) struct SimulatedTime {
    queue: Mutex<Queue>,
    chance: Arc<dyn Entropy>,
}

struct Queue {
    now: Duration,
    waiting: Vec<Waiting>,
    came: u64,
    ended: HashSet<Life>,
    held: u32,
    /// What must never happen, and did.
    broken: Option<String>,
    is_quiet: Arc<dyn Fn() -> bool + Send + Sync>,
}

struct Waiting {
    life: Life,
    until: Duration,
    /// Tells those apart that came to the queue in no certain order.
    what: String,
    came: u64,
    go_on: oneshot::Sender<()>,
}

impl SimulatedTime {
    pub(crate) fn new(chance: Arc<dyn Entropy>) -> Arc<Self> {
        let queue = Queue {
            now: Duration::ZERO,
            waiting: Vec::new(),
            came: 0,
            ended: HashSet::new(),
            held: 0,
            broken: None,
            is_quiet: Arc::new(|| true),
        };
        Arc::new(Self { queue: Mutex::new(queue), chance })
    }

    /// Runs a future, and whatever it spawns, in this time.
    pub(crate) fn run<F: Future>(self: &Arc<Self>, future: F) -> F::Output {
        let time = Arc::clone(self);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        // Called whenever no task of the runtime can go on.
        // No driver for sockets, which nobody has here: a wait for the database's thread is shorter without.
        runtime.enable_time().on_thread_park(move || time.go_on());
        runtime.build().unwrap().block_on(future)
    }

    /// Time passes only while this says that nothing is at work outside of the runtime.
    pub(crate) fn passes_while(&self, is_quiet: impl Fn() -> bool + Send + Sync + 'static) {
        self.queue().is_quiet = Arc::new(is_quiet);
    }

    /// Ends everything as failed, whoever says so: the desk would take a panic in one of its tasks for an error of that task.
    pub(crate) fn break_off(&self, why: String) {
        self.queue().broken = Some(why);
    }

    /// While a future runs that uses threads of its own, time stands still.
    pub(crate) async fn held<F: Future>(&self, future: F) -> F::Output {
        struct Held<'a>(&'a SimulatedTime);
        impl Drop for Held<'_> {
            fn drop(&mut self) {
                self.0.queue().held -= 1;
            }
        }
        self.queue().held += 1;
        let _held = Held(self);
        future.await
    }

    /// Waits; for ever, if the life ends before.
    pub(crate) async fn pause(&self, life: Life, pause: Duration, what: impl Into<String>) {
        let waiting = {
            let mut queue = self.queue();
            (!queue.ended.contains(&life)).then(|| {
                let (go_on, told) = oneshot::channel();
                queue.came += 1;
                let (until, came) = (queue.now + pause, queue.came);
                queue.waiting.push(Waiting { life, until, what: what.into(), came, go_on });
                told
            })
        };
        if let Some(told) = waiting
            && told.await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }

    /// Ends a life: nothing of it that waits goes on.
    pub(crate) fn end(&self, life: Life) {
        let mut queue = self.queue();
        queue.ended.insert(life);
        queue.waiting.retain(|waiting| waiting.life != life);
    }

    /// The clock of whoever lives this life.
    pub(crate) fn clock(self: &Arc<Self>, life: Life) -> Arc<SimulatedClock> {
        Arc::new(SimulatedClock { time: Arc::clone(self), life })
    }

    fn elapsed(&self) -> Duration {
        self.queue().now
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap()
    }

    /// Lets the next one go on, unless something is at work.
    fn go_on(&self) {
        let broken = self.queue().broken.take();
        assert_eq!(broken, None, "what must never happen");
        let is_quiet = Arc::clone(&self.queue().is_quiet);
        if !is_quiet() {
            return;
        }
        let mut queue = self.queue();
        queue.waiting.retain(|waiting| !waiting.go_on.is_closed());
        if queue.held > 0 {
            return;
        }
        let Some(until) = queue.waiting.iter().map(|waiting| waiting.until).min() else { return };
        queue.waiting.sort_by(|one, other| (one.until, &one.what, one.came).cmp(&(other.until, &other.what, other.came)));
        let of_that_moment = queue.waiting.iter().take_while(|waiting| waiting.until == until).count();
        let taken = if of_that_moment == 1 { 0 } else { self.chance.next_u64() % u64::try_from(of_that_moment).unwrap() };
        let next = queue.waiting.remove(usize::try_from(taken).unwrap());
        queue.now = queue.now.max(until);
        drop(queue);
        next.go_on.send(()).unwrap();
    }
}

/// Simulated time as one life of the program sees it.
pub(crate) struct SimulatedClock {
    time: Arc<SimulatedTime>,
    life: Life,
}

impl std::fmt::Debug for SimulatedClock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SimulatedClock")
    }
}

impl Clock for SimulatedClock {
    fn now_unix_seconds(&self) -> i64 {
        BEGIN + i64::try_from(self.time.elapsed().as_secs()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.time.elapsed()
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        let (time, life) = (Arc::clone(&self.time), self.life);
        Box::pin(async move { time.pause(life, pause, "").await })
    }
}

impl cardesk_sandbox::Clock for SimulatedClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(BEGIN * 1000 + i64::try_from(self.time.elapsed().as_millis()).unwrap()).unwrap()
    }
}

/// Chance by a seed: SplitMix64.
#[derive(Debug)]
pub(crate) struct Chance(AtomicU64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(seed)))
    }

    pub(crate) fn next(&self) -> u64 {
        let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst).wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of `0..limit`.
    pub(crate) fn below(&self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn one_in(&self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn pick<'a, T>(&self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

impl Entropy for Chance {
    fn next_u64(&self) -> u64 {
        self.next()
    }
}
