//! One world in one process: Practice, the network to it, one time, chance by a seed, and a journal that outlives desks.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cardesk_desk::{Desk, DeskConfig, Keychain, PracticeAccess, Seams};
use cardesk_gateway::{
    BoxFuture, Clock, ConnectFailure, Endpoint, Entropy, Gateway, GatewayConfig, Limits, LoginMethod, MemoryTokenStore,
    Seams as GatewaySeams, SigningKey, Transport, TransportAnswer, TransportFailure,
};
use cardesk_journal::Journal;
use cardesk_sandbox::{CoreConfig, Dropped, PracticeCore};
use tokio::sync::Notify;

use crate::rig::HandPrinting;

/// 2026-11-24T18:00:00Z.
const BEGIN: i64 = 1_795_543_200;

/// Chance by a seed: SplitMix64.
#[derive(Debug)]
pub(super) struct Chance(AtomicU64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    pub(super) fn next(&self) -> u64 {
        let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst).wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of `0..limit`.
    pub(super) fn below(&self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(super) fn one_in(&self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(super) fn pick<'a, T>(&self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

impl Entropy for Chance {
    fn next_u64(&self) -> u64 {
        self.next()
    }
}

/// One time for both sides, which passes only when somebody waits.
#[derive(Debug, Default)]
pub(super) struct OneTime(AtomicU64);

impl OneTime {
    pub(super) fn pass(&self, duration: Duration) {
        self.0.fetch_add(u64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl Clock for OneTime {
    fn now_unix_seconds(&self) -> i64 {
        BEGIN + i64::try_from(self.elapsed().as_secs()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        self.pass(pause);
        Box::pin(async {})
    }
}

impl cardesk_sandbox::Clock for OneTime {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(BEGIN * 1000 + i64::try_from(self.elapsed().as_millis()).unwrap()).unwrap()
    }
}

/// When the program is killed, seen from a request that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kill {
    /// The intent is on disk, and nothing has left.
    BeforeSending,
    /// The gateway has done it, and nobody hears of it.
    AfterApplying,
}

/// The network between the two: no socket, the client's own time-out, and the moment at which the program is killed.
pub(super) struct Wire {
    core: PracticeCore,
    time: Arc<OneTime>,
    kill: Mutex<Option<Kill>>,
    /// Told when the program was killed: nothing of it goes on.
    pub(super) killed: Notify,
}

impl Wire {
    /// Kills the program at its next request that changes something; or not any more.
    pub(super) fn kill_at_next(&self, kill: Option<Kill>) {
        *self.kill.lock().unwrap() = kill;
    }

    async fn carried(&self, request: axum::http::Request<Bytes>) -> Result<TransportAnswer, TransportFailure> {
        let changes = request.method() != axum::http::Method::GET && !request.uri().path().contains("/auth");
        let kill = if changes { self.kill.lock().unwrap().take() } else { None };
        if kill == Some(Kill::BeforeSending) {
            self.killed.notify_one();
            return std::future::pending().await;
        }
        let handled = self.core.handle(request).await;
        if kill == Some(Kill::AfterApplying) {
            self.killed.notify_one();
            return std::future::pending().await;
        }
        let patience = Limits::default().whole_timeout;
        if handled.held_for > patience {
            self.time.pass(patience);
            return Err(TransportFailure::TimedOut { status: None });
        }
        self.time.pass(handled.held_for);
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

impl Transport for Wire {
    fn exchange(&self, request: axum::http::Request<Bytes>) -> BoxFuture<'_, Result<TransportAnswer, TransportFailure>> {
        Box::pin(self.carried(request))
    }
}

/// Everything that outlives a desk.
pub(super) struct World {
    pub(super) core: PracticeCore,
    pub(super) wire: Arc<Wire>,
    pub(super) time: Arc<OneTime>,
    pub(super) journal: Journal,
    chance: Arc<Chance>,
}

impl World {
    pub(super) async fn new(seed: u64, chance: Arc<Chance>, cardholders: usize) -> Self {
        let time = Arc::new(OneTime::default());
        let core = PracticeCore::in_memory(CoreConfig { seed, clock: time.clone(), cardholders }).unwrap();
        let wire = Arc::new(Wire { core: core.clone(), time: time.clone(), kill: Mutex::default(), killed: Notify::new() });
        Self { core, wire, time, journal: Journal::open_in_memory().await.unwrap(), chance }
    }

    fn gateway_seams(&self) -> GatewaySeams {
        GatewaySeams { clock: self.time.clone(), entropy: self.chance.clone(), transport: Some(self.wire.clone()) }
    }

    /// A program is started: a new desk over the same journal.
    pub(super) async fn start(&self) -> Desk {
        let nowhere = Path::new("/nonexistent");
        let desk = Desk::open(DeskConfig {
            data_dir: nowhere.to_owned(),
            config_dir: nowhere.to_owned(),
            documents_dir: nowhere.to_owned(),
            system_language: cardesk_desk::view::SpokenLanguage::Spanish,
            version: "0.0.0-test".to_owned(),
            operator: "Operadora".to_owned(),
            keychain: Keychain::system(),
            seams: Seams {
                gateway: self.gateway_seams(),
                limits: Limits::default(),
                printing: Arc::new(HandPrinting::default()),
                journal: Some(self.journal.clone()),
            },
        })
        .await;
        let access = self.core.access();
        desk.practice_started(PracticeAccess {
            base_url: "http://127.0.0.1".to_owned(),
            activation_base: "http://127.0.0.1/card-activation".to_owned(),
            company_name: "Café Los Volcanes, S. A.".to_owned(),
            merchant: access.merchant.to_string(),
            client_slug: access.client_slug.to_string(),
            application_id: access.application_id.clone(),
            signing_key: cardesk_desk::view::SecretText::new(access.signing_key().to_owned()),
        })
        .await;
        desk
    }

    /// A client of one's own, for asking the gateway what is true.
    pub(super) fn client(&self) -> Gateway {
        let access = self.core.access();
        let config = GatewayConfig {
            endpoint: Endpoint::parse("http://127.0.0.1").unwrap(),
            application_id: access.application_id.parse().unwrap(),
            limits: Limits::default(),
        };
        let login = LoginMethod::SigningKey { merchant: access.merchant.clone(), key: SigningKey::parse(access.signing_key()).unwrap() };
        Gateway::new(config, login, Arc::new(MemoryTokenStore::default()), self.gateway_seams()).unwrap()
    }
}
