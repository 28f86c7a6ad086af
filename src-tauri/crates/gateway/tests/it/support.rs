//! A gateway that records what it is sent and answers what it is told, a clock that needs no waiting, and a store of tokens
//! that can be made to fail.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use cardesk_gateway::{
    BoxFuture, Clock, Endpoint, Entropy, Gateway, GatewayConfig, Limits, LoginMethod, Seams, SigningKey, Token, TokenPair, TokenStore,
    TokenStoreError,
};
use tokio::net::TcpListener;

/// 2026-11-24T00:00:00Z.
pub(crate) const NOW: i64 = 1_795_478_400;

/// RFC 8032, section 7.1, test 1.
pub(crate) const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    /// Method, path and query.
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

type Answering = dyn Fn(&Received) -> (u16, Vec<(&'static str, String)>, String) + Send + Sync;

#[derive(Clone)]
struct Shared {
    received: Arc<Mutex<Vec<Received>>>,
    answering: Arc<Answering>,
}

/// The recording gateway.
pub(crate) struct Recorder {
    pub(crate) base: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Recorder {
    /// Answers by a function.
    pub(crate) async fn answering(
        answering: impl Fn(&Received) -> (u16, Vec<(&'static str, String)>, String) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}/rest", listener.local_addr().expect("an address"));
        let received = Arc::new(Mutex::new(Vec::new()));
        let shared = Shared { received: Arc::clone(&received), answering: Arc::new(answering) };
        let router = Router::new().fallback(record).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, received }
    }

    /// Answers everything alike.
    pub(crate) async fn always(status: u16, body: &str) -> Self {
        let body = body.to_owned();
        Self::answering(move |_| (status, Vec::new(), body.clone())).await
    }

    /// Answers one after the other; the last answer stays.
    pub(crate) async fn in_turn(answers: Vec<(u16, &str)>) -> Self {
        let answers: Mutex<VecDeque<(u16, String)>> =
            Mutex::new(answers.into_iter().map(|(status, body)| (status, body.to_owned())).collect());
        Self::answering(move |_| {
            let mut answers = answers.lock().unwrap();
            let (status, body) = if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() };
            (status, Vec::new(), body)
        })
        .await
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// How often this path was asked.
    pub(crate) fn count(&self, path_end: &str) -> usize {
        self.received().iter().filter(|request| request.line.ends_with(path_end)).count()
    }
}

async fn record(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let received = Received {
        line: format!("{} {}", parts.method, parts.uri),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let (status, headers, answer) = (shared.answering)(&received);
    shared.received.lock().unwrap().push(received);
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer)).unwrap()
}

/// Time that passes only when it is slept.
#[derive(Default)]
pub(crate) struct TestClock {
    slept_ms: AtomicI64,
}

impl TestClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.slept_ms.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(crate) fn slept(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.slept_ms.load(Ordering::SeqCst)).unwrap())
    }
}

impl Clock for TestClock {
    fn now_unix_seconds(&self) -> i64 {
        NOW + self.slept_ms.load(Ordering::SeqCst) / 1000
    }

    fn monotonic(&self) -> Duration {
        self.slept()
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        self.slept_ms.fetch_add(i64::try_from(pause.as_millis()).unwrap(), Ordering::SeqCst);
        Box::pin(async {})
    }
}

pub(crate) struct FullPause;

impl Entropy for FullPause {
    fn next_u64(&self) -> u64 {
        u64::MAX
    }
}

/// A store that records what is done to it, and fails when told to.
#[derive(Default)]
pub(crate) struct TestStore {
    pub(crate) pair: Mutex<Option<TokenPair>>,
    pub(crate) log: Mutex<Vec<&'static str>>,
    pub(crate) failures: Mutex<VecDeque<bool>>,
}

impl TestStore {
    fn step(&self, what: &'static str) -> Result<(), TokenStoreError> {
        self.log.lock().unwrap().push(what);
        match self.failures.lock().unwrap().pop_front() {
            Some(true) => Err(TokenStoreError("the keychain is locked".to_owned())),
            _ => Ok(()),
        }
    }

    pub(crate) fn log(&self) -> Vec<&'static str> {
        self.log.lock().unwrap().clone()
    }
}

impl TokenStore for TestStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, TokenStoreError>> {
        let loaded = self.step("load").map(|()| self.pair.lock().unwrap().clone());
        Box::pin(async move { loaded })
    }

    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        let saved = self.step("save");
        if saved.is_ok() {
            *self.pair.lock().unwrap() = Some(pair.clone());
        }
        Box::pin(async move { saved })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), TokenStoreError>> {
        let cleared = self.step("clear");
        if cleared.is_ok() {
            *self.pair.lock().unwrap() = None;
        }
        Box::pin(async move { cleared })
    }
}

/// A client with its surroundings.
pub(crate) struct Desk {
    pub(crate) gateway: Gateway,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) store: Arc<TestStore>,
}

pub(crate) fn pair(number: u32, access_left_seconds: i64) -> TokenPair {
    TokenPair {
        access: format!("access-{number}").parse().unwrap(),
        refresh: format!("refresh-{number}").parse().unwrap(),
        access_expires_at_unix_seconds: NOW + access_left_seconds,
        refresh_expires_at_unix_seconds: NOW + 604_800,
    }
}

pub(crate) fn key_login() -> LoginMethod {
    LoginMethod::SigningKey { merchant: "panaderia-la-espiga".parse().unwrap(), key: SigningKey::parse(SEED).unwrap() }
}

pub(crate) fn desk_with(base: &str, login: LoginMethod, stored: Option<TokenPair>, limits: Limits) -> Desk {
    let clock = Arc::new(TestClock::default());
    let store = Arc::new(TestStore { pair: Mutex::new(stored), ..TestStore::default() });
    let seams = Seams { clock: clock.clone(), entropy: Arc::new(FullPause), transport: None };
    let config = GatewayConfig { endpoint: Endpoint::parse(base).unwrap(), application_id: "desk-app-1".parse().unwrap(), limits };
    Desk { gateway: Gateway::new(config, login, store.clone(), seams).unwrap(), clock, store }
}

/// A client with a session under way.
pub(crate) fn signed_in(base: &str) -> Desk {
    desk_with(base, key_login(), Some(pair(1, 1800)), Limits::default())
}

/// A client with a pre-issued token.
pub(crate) fn with_bearer(base: &str) -> Desk {
    desk_with(base, LoginMethod::BearerToken("pre-issued-token".parse::<Token>().unwrap()), None, Limits::default())
}

/// The answer to signing in or renewing.
pub(crate) fn pair_answer(number: u32) -> String {
    format!(
        r#"{{"success":true,"data":{{"accessToken":"access-{number}","refreshToken":"refresh-{number}","expirationToken":{},"expirationRefreshToken":{}}}}}"#,
        NOW + 1800 * i64::from(number),
        NOW + 604_800
    )
}

pub(crate) const EXPIRED: &str =
    r#"{"success":false,"message":"Unauthorized","errors":[{"code":"TOKEN_EXPIRED","message":"token expired"}]}"#;
