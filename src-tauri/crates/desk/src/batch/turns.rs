//! Whose turn it is in a batch that runs: how many requests are on their way at once, and whether any more go.
//!
//! A row waits for its turn when everything about it is ready, so that its intent is written right before its request
//! leaves. Its turn is over when its answer is here: while that is being written down the next row goes, and both may share
//! the commit.

use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use cardesk_domain::OperationEvent;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::batch::run::{Run, Wish};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::BatchStop;

/// How many rows are on their way at once.
pub(crate) const AT_ONCE: usize = 4;

/// After so many rows in a row that the gateway did not answer, the others are spared: each would need somebody to find out
/// what became of it.
const MOST_UNANSWERED: u32 = 3;

/// Why a run stops before its rows are through.
pub(crate) type Stop = (BatchStop, Option<ErrorView>);

/// The turns of one run.
#[derive(Debug)]
pub(crate) struct Turns {
    run: Arc<Run>,
    places: Arc<Semaphore>,
    so_far: StdMutex<SoFar>,
}

#[derive(Debug, Default)]
struct SoFar {
    unanswered: u32,
    stop: Option<Stop>,
}

/// A row's turn, from before its intent is written until its answer is here.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Arc<Turns>,
    _place: OwnedSemaphorePermit,
}

impl Turns {
    pub(crate) fn of(run: &Arc<Run>) -> Arc<Self> {
        Arc::new(Self { run: Arc::clone(run), places: Arc::new(Semaphore::new(AT_ONCE)), so_far: StdMutex::default() })
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`ErrorCode::BatchEnded`] if no more rows go: nothing was written of this one, and it waits in the batch as before.
    pub(crate) async fn next(self: Arc<Self>) -> DeskResult<Turn> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        match place {
            Ok(place) if self.go_on() => Ok(Turn { turns: self, _place: place }),
            _ => Err(ErrorView::new(ErrorCode::BatchEnded)),
        }
    }

    /// Whether rows go.
    pub(crate) fn go_on(&self) -> bool {
        self.run.wish() == Wish::Go && self.with(|so_far| so_far.stop.is_none())
    }

    /// Lets no more rows go. The first reason is the one that is told.
    pub(crate) fn stop(&self, why: Stop) {
        self.with(|so_far| so_far.stop = so_far.stop.take().or(Some(why)));
    }

    /// Why no more rows go, if it is not because somebody wishes so.
    pub(crate) fn stopped_by(&self) -> Option<Stop> {
        self.with(|so_far| so_far.stop.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut SoFar) -> T) -> T {
        act(&mut self.so_far.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, event: OperationEvent, http_status: Option<u16>) {
        let is_answered = !matches!(event, OperationEvent::FailToSend | OperationEvent::LoseSight);
        let unanswered = self.with(|so_far| {
            so_far.unanswered = if is_answered { 0 } else { so_far.unanswered + 1 };
            so_far.unanswered
        });
        if event == OperationEvent::Refuse
            && let Some(code) = takes_no_more(http_status)
        {
            self.stop((BatchStop::Failed, Some(ErrorView::new(code))));
        }
        if unanswered >= MOST_UNANSWERED {
            self.stop((BatchStop::Unanswered, None));
        }
    }
}

impl Turn {
    /// The answer is here, and the next row may go; unless this answer says that none should.
    pub(crate) fn end(self, event: OperationEvent, http_status: Option<u16>) {
        self.turns.note(event, http_status);
    }
}

/// Why the gateway takes no request at all now: the others would be refused one after the other for what none of them is about.
const fn takes_no_more(http_status: Option<u16>) -> Option<ErrorCode> {
    match http_status {
        Some(401) => Some(ErrorCode::GatewaySessionEnded),
        Some(429) => Some(ErrorCode::GatewayThrottled),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::run::Runs;

    fn turns() -> Arc<Turns> {
        Turns::of(&Runs::default().begin(1).expect("nothing runs"))
    }

    #[tokio::test]
    async fn a_row_waits_until_an_answer_is_here_and_not_longer() {
        let turns = turns();
        let mut first = Vec::new();
        for _ in 0..AT_ONCE {
            first.push(Arc::clone(&turns).next().await.expect("a place"));
        }
        let mut waiting = std::pin::pin!(Arc::clone(&turns).next());
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("more than {AT_ONCE} at once"),
            () = tokio::task::yield_now() => {}
        }
        first.remove(0).end(OperationEvent::Confirm, None);
        assert!(waiting.await.is_ok());
    }

    #[tokio::test]
    async fn three_without_an_answer_in_a_row_stop_the_run_and_an_answer_in_between_does_not_count() {
        let turns = turns();
        let events = [OperationEvent::LoseSight, OperationEvent::FailToSend, OperationEvent::Refuse];
        for event in events.into_iter().chain(events) {
            Arc::clone(&turns).next().await.expect("a turn").end(event, None);
        }
        for _ in 0..MOST_UNANSWERED {
            Arc::clone(&turns).next().await.expect("a turn").end(OperationEvent::LoseSight, Some(503));
        }
        assert_eq!(turns.clone().next().await.map(drop).map_err(|error| error.code), Err(ErrorCode::BatchEnded));
        assert_eq!(turns.stopped_by(), Some((BatchStop::Unanswered, None)));
    }

    #[tokio::test]
    async fn a_gateway_that_takes_no_more_stops_those_that_wait_for_their_turn() {
        let turns = turns();
        let mut taken = Vec::new();
        for _ in 0..AT_ONCE {
            taken.push(Arc::clone(&turns).next().await.expect("a place"));
        }
        let waiting = Arc::clone(&turns).next();
        taken.remove(0).end(OperationEvent::Refuse, Some(429));
        assert!(waiting.await.is_err());
        let stopped = turns.stopped_by().and_then(|(_, error)| error).map(|error| error.code);
        assert_eq!(stopped, Some(ErrorCode::GatewayThrottled));
    }
}
