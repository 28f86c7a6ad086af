//! Practice without its sockets: one request in, what becomes of it out.
//!
//! Owns the order of things around the contract: the faults that a request meets before, and those that its answer meets
//! after. It waits for nothing and asks only the clock that it was given, so that a simulation can run it in its own
//! process and its own time. Sockets and pauses are `serving`'s.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use tower::ServiceExt;

use crate::access::PracticeAccess;
use crate::clock::Clock;
use crate::faults::{FaultPlan, FaultPlanError, FaultReport, Moment, RequestKind, Spoiled, Treatment, answers};
use crate::practice::PracticeError;
use crate::seeding;
use crate::server::{self, House, Surroundings};
use crate::store::{Store, begin_anew, sessions};

/// How much of a request is read before it is thrown away.
const MAX_DISCARDED_BYTES: usize = 1024 * 1024;

/// The address that links and the document carry where there is no socket.
const NO_SOCKET: &str = "http://practice.invalid";

/// How Practice begins in a process of its own making.
#[derive(Debug, Clone)]
pub struct CoreConfig {
    /// What people, cards, keys, ids and tokens are made from.
    pub seed: u64,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How many cardholders, each with one active card that holds 1,000.00; at most 60.
    pub cardholders: usize,
}

/// What became of a request without a socket.
#[derive(Debug)]
pub struct Handled {
    /// How long the answer, or the end of the connection, is held back. What was asked is done already.
    pub held_for: Duration,
    /// The answer, or how there came none.
    pub outcome: Result<Response<Bytes>, Dropped>,
}

/// How a request came to have no whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// Nobody listened: nothing was sent.
    Refused,
    /// The connection ended after the request, and nothing was done.
    BeforeApplying,
    /// The connection ended after the request, which was done.
    AfterApplying,
    /// The connection ended in the middle of the answer; the request was done.
    InTheAnswer {
        /// The status that the answer began with.
        status: u16,
    },
}

/// What becomes of a request, before sockets have their part in it.
pub(crate) struct Treated {
    pub(crate) held_for: Duration,
    pub(crate) refuses_for: Option<Duration>,
    pub(crate) outcome: Outcome,
}

pub(crate) enum Outcome {
    Answer(Response<Body>),
    /// To be cut in its middle.
    Cut(Response<Bytes>),
    Dropped(Dropped),
}

/// Practice in this process, in memory, without a socket. A clone is the same Practice.
#[derive(Clone)]
pub struct PracticeCore {
    house: Arc<House>,
    router: Router,
    refused_until: Arc<Mutex<Option<Timestamp>>>,
}

impl fmt::Debug for PracticeCore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PracticeCore").field("house", &self.house).finish_non_exhaustive()
    }
}

impl PracticeCore {
    /// A Practice in memory. Everything in it follows from the configuration and the requests.
    ///
    /// # Errors
    /// If a rule of Practice's own does not hold.
    pub fn in_memory(config: CoreConfig) -> Result<Self, PracticeError> {
        let CoreConfig { seed, clock, cardholders } = config;
        let store = Store::fleeting()?;
        let now = clock.now();
        store.change(|change| {
            begin_anew(change, seed)?;
            seeding::seed_few(change, seed, now, cardholders)
        })?;
        let house = House::new(store, seed, clock, Surroundings::of_seed(seed))?;
        Ok(Self::over(Arc::new(house), NO_SOCKET))
    }

    pub(crate) fn over(house: Arc<House>, base_url: &str) -> Self {
        let router = server::router(Arc::clone(&house), base_url);
        Self { house, router, refused_until: Arc::default() }
    }

    pub(crate) const fn house(&self) -> &Arc<House> {
        &self.house
    }

    /// How to sign in.
    #[must_use]
    pub fn access(&self) -> PracticeAccess {
        self.house.access().clone()
    }

    /// The faults in force.
    #[must_use]
    pub fn faults(&self) -> FaultPlan {
        self.house.faults().plan()
    }

    /// Puts these faults in force, in place of those before.
    ///
    /// # Errors
    /// If the plan asks for what is not possible; then nothing has changed.
    pub fn set_faults(&self, plan: FaultPlan) -> Result<(), FaultPlanError> {
        plan.check()?;
        *self.refused_until.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.house.faults().replace(plan);
        Ok(())
    }

    /// The faults in force, and what came of them so far.
    #[must_use]
    pub fn fault_report(&self) -> FaultReport {
        self.house.faults().report()
    }

    pub(crate) fn amend_faults(&self, plan: FaultPlan, goes_on: &[Option<u32>]) -> Result<(), FaultPlanError> {
        plan.check()?;
        *self.refused_until.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.house.faults().amend(plan, goes_on);
        Ok(())
    }

    /// Takes one request, at the clock's time, and says what became of it. It never waits: whoever plays the network lets
    /// [`Handled::held_for`] pass, or gives up before.
    pub async fn handle(&self, request: Request<Bytes>) -> Handled {
        let now = self.house.now();
        let is_refused = self.house.faults().refuses_connections()
            || self.refused_until.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| now < until);
        if is_refused {
            return Handled { held_for: Duration::ZERO, outcome: Err(Dropped::Refused) };
        }
        let treated = self.treat(request.map(Body::from)).await;
        if let Some(refusal) = treated.refuses_for {
            let until = SignedDuration::try_from(refusal).ok().and_then(|lasting| now.saturating_add(lasting).ok());
            *self.refused_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
        }
        let outcome = match treated.outcome {
            Outcome::Answer(response) => Ok(answers::whole(response).await),
            Outcome::Cut(response) => Err(Dropped::InTheAnswer { status: response.status().as_u16() }),
            Outcome::Dropped(dropped) => Err(dropped),
        };
        Handled { held_for: treated.held_for, outcome }
    }

    /// The faults before, the contract, the faults after.
    pub(crate) async fn treat(&self, mut request: Request<Body>) -> Treated {
        let operation = RequestKind::of(request.method(), request.uri().path());
        let treatment = operation.map(|operation| self.house.faults().decide(operation)).unwrap_or_default();
        let Treatment { held_for, refuses_for, spoiled, unfamiliar, hides, expires_tokens } = treatment;
        if expires_tokens {
            let expired = self.house.work(|house| house.store().change(|change| sessions::expire_all(change, house.now()))).await;
            if let Err(error) = expired {
                tracing::error!(%error, "Practice's state failed");
            }
        }
        if let Some(outcome) = spoiled.and_then(before_applying) {
            // Closing before the request was read would reset the connection, which is another fault.
            let _ = to_bytes(request.into_body(), MAX_DISCARDED_BYTES).await;
            return Treated { held_for, refuses_for, outcome };
        }
        if let Some(until) = hides {
            request.extensions_mut().insert(until);
        }
        let mut response = self.router.clone().oneshot(request).await.unwrap_or_else(answers::never);
        if let Some(number) = unfamiliar {
            response = answers::unfamiliar(response, number).await;
        }
        let outcome = match spoiled {
            Some(Spoiled::Cut) => Outcome::Cut(answers::whole(response).await),
            Some(Spoiled::Dropped(_)) => Outcome::Dropped(Dropped::AfterApplying),
            Some(Spoiled::EdgePage(status, _)) => Outcome::Answer(answers::edge_page(status.get(), None)),
            Some(Spoiled::WrongShape(number)) => Outcome::Answer(answers::wrong_shape(number)),
            Some(Spoiled::Throttled(_)) | None => Outcome::Answer(response),
        };
        Treated { held_for, refuses_for, outcome }
    }
}

/// What is done in place of the request, if it is not done.
fn before_applying(spoiled: Spoiled) -> Option<Outcome> {
    match spoiled {
        Spoiled::Dropped(Moment::BeforeApplying) => Some(Outcome::Dropped(Dropped::BeforeApplying)),
        Spoiled::EdgePage(status, Moment::BeforeApplying) => Some(Outcome::Answer(answers::edge_page(status.get(), None))),
        Spoiled::Throttled(retry_after_seconds) => Some(Outcome::Answer(answers::edge_page(429, retry_after_seconds))),
        _ => None,
    }
}
