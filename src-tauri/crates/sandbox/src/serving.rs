//! Practice on its socket: listening, ceasing to listen, and breaking connections.
//!
//! Owns everything about connections. What becomes of a request is decided in `core`; here an answer is held back, cut or
//! withheld on the wire. Axum's own server can neither stop listening for a while nor end a connection without an answer.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::core::{Outcome, PracticeCore};
use crate::faults::answers;

/// How long until a port that could not be taken again, or a connection that could not be taken, is tried once more.
const NEXT_TRY: Duration = Duration::from_millis(50);

/// Whether anybody should listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Open,
    Closed,
    ClosedUntil(Instant),
}

/// Whether anybody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listening {
    Yes,
    No,
    Ended,
}

/// Opens and closes the port, and knows when that is done.
#[derive(Debug)]
pub(crate) struct Door {
    wish: watch::Sender<Wish>,
    listening: watch::Sender<Listening>,
}

impl Door {
    pub(crate) fn open() -> Self {
        Self { wish: watch::Sender::new(Wish::Open), listening: watch::Sender::new(Listening::Yes) }
    }

    /// Listens or does not, from when this returns.
    pub(crate) async fn set(&self, is_open: bool) {
        let (wish, aim) = if is_open { (Wish::Open, Listening::Yes) } else { (Wish::Closed, Listening::No) };
        self.wish.send_replace(wish);
        self.reach(aim).await;
    }

    /// Does not listen from when this returns until `lasting` has passed.
    async fn close_for(&self, lasting: Duration) {
        self.wish.send_replace(Wish::ClosedUntil(Instant::now() + lasting));
        self.reach(Listening::No).await;
    }

    async fn reach(&self, aim: Listening) {
        // Fails only without a sender, and this is one.
        let _ = self.listening.subscribe().wait_for(|now| *now == aim || *now == Listening::Ended).await;
    }

    /// Resolves when the port is to be opened again.
    async fn reopening(&self) {
        let mut wishes = self.wish.subscribe();
        loop {
            let wish = *wishes.borrow_and_update();
            match wish {
                Wish::Open => return,
                Wish::Closed => drop(wishes.changed().await),
                Wish::ClosedUntil(end) => tokio::select! {
                    () = sleep_until(end) => drop(self.wish.send_if_modified(|now| {
                        let is_the_same = *now == wish;
                        if is_the_same {
                            *now = Wish::Open;
                        }
                        is_the_same
                    })),
                    _ = wishes.changed() => {}
                },
            }
        }
    }

    async fn closing(&self) {
        let _ = self.wish.subscribe().wait_for(|wish| *wish != Wish::Open).await;
    }
}

/// Serves until it is stopped; then lets requests under way finish.
pub(crate) async fn serve(first: TcpListener, core: PracticeCore, door: Arc<Door>, mut stopped: watch::Receiver<bool>) -> io::Result<()> {
    let address = first.local_addr()?;
    let (farewell, _) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stopping = pin!(async move { drop(stopped.wait_for(|is_stopped| *is_stopped).await) });
    let mut next = Some(first);
    loop {
        let listener = match next.take() {
            Some(listener) => listener,
            None => tokio::select! {
                () = stopping.as_mut() => break,
                listener = bound_again(address) => listener,
            },
        };
        door.listening.send_replace(Listening::Yes);
        tokio::select! {
            () = stopping.as_mut() => break,
            () = door.closing() => {}
            () = take_connections(&listener, &core, &door, &farewell, &mut connections) => {}
        }
        drop(listener);
        // Unused connections are closed too: a client that kept one must find out that nobody is there.
        farewell.send_replace(());
        door.listening.send_replace(Listening::No);
        tokio::select! {
            () = stopping.as_mut() => break,
            () = door.reopening() => {}
        }
    }
    farewell.send_replace(());
    door.listening.send_replace(Listening::Ended);
    while connections.join_next().await.is_some() {}
    Ok(())
}

/// The same port once more. Until another program gives it back, it is tried again.
async fn bound_again(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => tracing::warn!(%error, port = address.port(), "Practice can't listen again yet"),
        }
        sleep(NEXT_TRY).await;
    }
}

async fn take_connections(
    listener: &TcpListener,
    core: &PracticeCore,
    door: &Arc<Door>,
    farewell: &watch::Sender<()>,
    connections: &mut JoinSet<()>,
) {
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection(stream, core.clone(), Arc::clone(door), farewell.subscribe()))),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    sleep(NEXT_TRY).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, core: PracticeCore, door: Arc<Door>, mut farewell: watch::Receiver<()>) {
    let service = service_fn(move |request| answered(core.clone(), Arc::clone(&door), request));
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    // How a connection ended is its client's business: a fault, a phone that left, or all well.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = farewell.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Without an answer the server closes the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is broken on demand")]
struct Broken;

async fn answered(core: PracticeCore, door: Arc<Door>, request: Request<Incoming>) -> Result<Response<Body>, Broken> {
    let treated = core.treat(request.map(Body::new)).await;
    if let Some(lasting) = treated.refuses_for {
        // Before the answer leaves, so that whoever has it finds the port closed.
        door.close_for(lasting).await;
    }
    if !treated.held_for.is_zero() {
        sleep(treated.held_for).await;
    }
    let mut response = match treated.outcome {
        Outcome::Answer(response) => response,
        Outcome::Cut(response) => answers::cut(response),
        Outcome::Dropped(_) => return Err(Broken),
    };
    if treated.refuses_for.is_some() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
