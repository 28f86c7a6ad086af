//! A network in simulated time: from the gateway's client to Practice without a socket, with the client's own time-out, and
//! the moments at which the program is killed.
//!
//! It sees every request, so it also holds that two rows of a batch are never on their way on one card at once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{Method, Request};
use bytes::Bytes;
use cardesk_gateway::{BoxFuture, ConnectFailure, Limits, Transport, TransportAnswer, TransportFailure};
use cardesk_sandbox::{Dropped, PracticeCore};
use tokio::sync::Notify;

use crate::simulated_time::{Life, SimulatedTime};

/// What the notes of a batch's rows begin with.
pub(crate) const BATCH_NOTE: &str = "Fila ";

/// When the program is killed, seen from a request that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kill {
    /// The intent is on disk, and nothing has left.
    BeforeSending,
    /// The gateway has done it, and nobody hears of it.
    AfterApplying,
}

/// The network of one life of the program.
pub(crate) struct SimulatedNetwork {
    core: PracticeCore,
    time: Arc<SimulatedTime>,
    life: Life,
    /// How many requests that change something come before the one at which the program is killed.
    kill: Mutex<Option<(usize, Kill)>>,
    /// Told when the program was killed: nothing of it goes on.
    pub(crate) killed: Notify,
    /// The addresses to which a batch's row is on its way.
    rows_underway: Mutex<HashSet<String>>,
    /// References under which people make a row of an ended batch again, with its note: these wait for no batch.
    made_by_hand: Mutex<HashSet<String>>,
}

impl SimulatedNetwork {
    pub(crate) fn new(core: PracticeCore, time: &Arc<SimulatedTime>, life: Life) -> Arc<Self> {
        let time = Arc::clone(time);
        Arc::new(Self {
            core,
            time,
            life,
            kill: Mutex::default(),
            killed: Notify::new(),
            rows_underway: Mutex::default(),
            made_by_hand: Mutex::default(),
        })
    }

    /// Says that a person sends this one, whatever its note.
    pub(crate) fn is_made_by_hand(&self, reference: &str) {
        self.made_by_hand.lock().unwrap().insert(reference.to_owned());
    }

    fn is_row(&self, body: &str) -> bool {
        body.contains(BATCH_NOTE) && !self.made_by_hand.lock().unwrap().iter().any(|reference| body.contains(reference))
    }

    /// Kills the program once so many requests that change something have gone; or not any more.
    pub(crate) fn kill_after(&self, kill: Option<(usize, Kill)>) {
        *self.kill.lock().unwrap() = kill;
    }

    fn kill_of_this_one(&self) -> Option<Kill> {
        let mut kill = self.kill.lock().unwrap();
        match kill.as_mut() {
            Some((0, _)) => kill.take().map(|(_, moment)| moment),
            Some((before, _)) => {
                *before -= 1;
                None
            }
            None => None,
        }
    }

    /// Nothing of this life goes on, the caller included.
    async fn die(&self) -> ! {
        self.time.end(self.life);
        self.killed.notify_one();
        std::future::pending().await
    }

    async fn carried(&self, request: Request<Bytes>) -> Result<TransportAnswer, TransportFailure> {
        let (method, address) = (request.method().clone(), request.uri().path().to_owned());
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let what = format!("{method} {address} {body}");
        let is_row = method == Method::POST && address.ends_with("/funds") && self.is_row(&body);
        if is_row && !self.rows_underway.lock().unwrap().insert(address.clone()) {
            self.time.break_off(format!("two rows at once: {what}"));
        }
        self.time.pause(self.life, Duration::ZERO, what.clone()).await;
        let changes = method != Method::GET && !address.contains("/auth");
        let kill = if changes { self.kill_of_this_one() } else { None };
        if kill == Some(Kill::BeforeSending) {
            self.die().await;
        }
        let handled = self.core.handle(request).await;
        if kill == Some(Kill::AfterApplying) {
            self.die().await;
        }
        let patience = Limits::default().whole_timeout;
        self.time.pause(self.life, handled.held_for.min(patience), what).await;
        if is_row {
            self.rows_underway.lock().unwrap().remove(&address);
        }
        if handled.held_for > patience {
            return Err(TransportFailure::TimedOut { status: None });
        }
        match handled.outcome {
            Ok(answer) => {
                let retry_after_seconds = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                let status = answer.status().as_u16();
                Ok(TransportAnswer { status, retry_after_seconds, body: answer.into_body().to_vec().into() })
            }
            Err(Dropped::Refused) => Err(TransportFailure::NotConnected(ConnectFailure::Refused)),
            Err(Dropped::BeforeApplying | Dropped::AfterApplying) => Err(TransportFailure::ConnectionLost { status: None }),
            Err(Dropped::InTheAnswer { status }) => Err(TransportFailure::ConnectionLost { status: Some(status) }),
        }
    }
}

impl Transport for SimulatedNetwork {
    fn exchange(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<TransportAnswer, TransportFailure>> {
        Box::pin(self.carried(request))
    }
}
