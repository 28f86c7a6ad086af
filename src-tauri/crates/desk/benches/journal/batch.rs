//! A batch of loads, from its confirmation to its end, against a plain HTTP client that sends the same requests, as many at
//! once, to the same Practice.
//!
//! Practice answers after 30 milliseconds, by its own fault "delay", and keeps its state in memory: a gateway's disk is not
//! this machine's. The desk's journal is encrypted, as a company's is.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_desk::view::{
    BatchDecisions, BatchForm, BatchPhase, BatchSource, CardState, DirectoryFilter, DirectoryOrder, DirectoryQuery, NumberStyle,
    SecretText, SpokenLanguage,
};
use cardesk_desk::{Desk, DeskConfig, Keychain, PracticeAccess, Seams};
use cardesk_domain::Reference;
use cardesk_journal::{Encryption, Journal, JournalKey};
use cardesk_sandbox::{FaultPlan, PortChoice, Practice, PracticeConfig};
use ed25519_dalek::{Signer, SigningKey};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const ROWS: usize = 1_000;
const AT_ONCE: usize = 4;
const LATENCY_MS: u32 = 30;

/// How often the sides take turns.
const TURNS: usize = 3;

/// How often it is asked whether the batch has ended.
const GLANCE: Duration = Duration::from_millis(20);

pub(crate) struct BatchTimes {
    pub(crate) rows: usize,
    pub(crate) latency_ms: u32,
    pub(crate) raw: Vec<Duration>,
    pub(crate) desk: Vec<Duration>,
    commits: u64,
}

impl BatchTimes {
    pub(crate) fn raw_median(&self) -> f64 {
        crate::median(&self.raw)
    }

    pub(crate) fn desk_median(&self) -> f64 {
        crate::median(&self.desk)
    }

    pub(crate) fn ratio(&self) -> f64 {
        self.desk_median() / self.raw_median()
    }

    pub(crate) fn commits_a_row(&self) -> f64 {
        let rows = u32::try_from(self.rows * self.desk.len()).unwrap();
        f64::from(u32::try_from(self.commits).unwrap()) / f64::from(rows)
    }
}

pub(crate) fn measure(runtime: &Runtime, folder: &Path) -> BatchTimes {
    // Practice has threads of its own, as another program would.
    let elsewhere = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let practice = elsewhere.block_on(Practice::start(PracticeConfig { port: PortChoice::Any, ..PracticeConfig::default() })).unwrap();
    let times = runtime.block_on(in_turns(&practice, folder));
    elsewhere.block_on(practice.stop()).unwrap();
    times
}

async fn in_turns(practice: &Practice, folder: &Path) -> BatchTimes {
    let journal = Journal::open(folder.join("batch"), Encryption::Key(JournalKey::from_bytes([9; 32]))).await.unwrap();
    let desk = opened(practice, &journal, folder).await;
    let cards = active_cards(&desk).await;
    let raw = Arc::new(Raw::sign_in(practice).await);
    practice.set_faults(delayed()).await.unwrap();
    let mut times = BatchTimes { rows: ROWS, latency_ms: LATENCY_MS, raw: Vec::new(), desk: Vec::new(), commits: 0 };
    for turn in 0..TURNS {
        times.raw.push(raw.send_all(&cards, turn).await);
        let before = journal.commits();
        times.desk.push(batch(&desk, &cards, turn).await);
        times.commits += journal.commits() - before;
    }
    times
}

fn delayed() -> FaultPlan {
    let json = format!(r#"{{"rules":[{{"requests":["money"],"when":"always","fault":{{"delay":{{"for_ms":{LATENCY_MS}}}}}}}]}}"#);
    FaultPlan::from_json(&json).unwrap()
}

async fn opened(practice: &Practice, journal: &Journal, folder: &Path) -> Desk {
    let desk = Desk::open(DeskConfig {
        data_dir: folder.join("data"),
        config_dir: folder.join("config"),
        documents_dir: folder.join("documents"),
        system_language: SpokenLanguage::Spanish,
        version: "0.0.0-bench".to_owned(),
        operator: "Operadora".to_owned(),
        keychain: Keychain::system(),
        seams: Seams { journal: Some(journal.clone()), ..Seams::system() },
    })
    .await;
    let access = practice.access();
    desk.practice_started(PracticeAccess {
        base_url: practice.base_url().to_owned(),
        activation_base: practice.activation_base(),
        company_name: "Café Los Volcanes, S. A.".to_owned(),
        merchant: access.merchant.to_string(),
        client_slug: access.client_slug.to_string(),
        application_id: access.application_id.clone(),
        signing_key: SecretText::new(access.signing_key().to_owned()),
    })
    .await;
    desk
}

async fn active_cards(desk: &Desk) -> Vec<String> {
    desk.refresh_directory().await.unwrap();
    let query = DirectoryQuery {
        text: String::new(),
        filter: DirectoryFilter::All,
        order: DirectoryOrder::default(),
        locate: None,
        offset: 0,
        limit: 100,
    };
    let rows = desk.directory(query).await.unwrap().rows;
    let cards = rows.into_iter().flat_map(|row| row.cards).filter(|card| card.state == CardState::Active).map(|card| card.card_id);
    let cards: Vec<String> = cards.collect();
    assert!(cards.len() >= 2 * AT_ONCE, "so few active cards would hold the batch up: {}", cards.len());
    cards
}

fn note(turn: usize, row: usize) -> String {
    format!("Viáticos {turn}-{row}")
}

/// Reads and checks the file, which is not timed; then runs it, from the click that confirms it to its end.
async fn batch(desk: &Desk, cards: &[String], turn: usize) -> Duration {
    let rows = (0..ROWS).map(|row| format!("{},carga,1.00,{}\n", cards[row % cards.len()], note(turn, row)));
    let text = format!("tarjeta,operacion,monto,nota\n{}", rows.collect::<String>());
    let read = desk.read_batch(BatchSource::Pasted { text }).await.unwrap();
    let decisions =
        BatchDecisions { id: read.id, number_style: Some(NumberStyle::CommaThousands), takes_repeated: true, takes_done_before: true };
    let check = desk.check_batch(decisions.clone()).await.unwrap();
    assert_eq!(check.ready as usize, ROWS);
    let total_again = check.total_again.map(|total| total.amount);
    let begun = Instant::now();
    let form = BatchForm { decisions, ready: check.ready, ready_digest: check.ready_digest, totals: check.totals, total_again };
    let started = desk.start_batch(form).await.unwrap();
    loop {
        let batch = desk.batch(started.number).await.unwrap();
        if batch.phase == BatchPhase::Finished {
            assert_eq!(batch.counts.applied as usize, ROWS);
            return begun.elapsed();
        }
        assert_eq!(batch.phase, BatchPhase::Running, "{:?}", batch.error);
        tokio::time::sleep(GLANCE).await;
    }
}

/// A plain client: the same requests, and nothing else.
struct Raw {
    client: Client<HttpConnector, Body>,
    base: String,
    application_id: String,
    token: String,
}

impl Raw {
    async fn sign_in(practice: &Practice) -> Self {
        let access = practice.access();
        let seed: [u8; 32] = BASE64_STANDARD.decode(access.signing_key()).unwrap().try_into().unwrap();
        let merchant = access.merchant.to_string();
        let signature = BASE64_STANDARD.encode(SigningKey::from_bytes(&seed).sign(merchant.as_bytes()).to_bytes());
        let mut raw = Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            base: practice.base_url().to_owned(),
            application_id: access.application_id.clone(),
            token: String::new(),
        };
        let answer = raw.post("/auth/login", &json!({ "merchant": merchant, "signature": signature })).await;
        raw.token = answer["data"]["accessToken"].as_str().unwrap().to_owned();
        raw
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .header("x-application-id", &self.application_id)
            .header("authorization", format!("Bearer {}", self.token))
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = self.client.request(request).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap();
        assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }

    async fn send_all(self: &Arc<Self>, cards: &[String], turn: usize) -> Duration {
        let requests: Arc<Vec<(String, Value)>> = Arc::new((0..ROWS).map(|row| request(&cards[row % cards.len()], turn, row)).collect());
        let next = Arc::new(AtomicUsize::new(0));
        let begun = Instant::now();
        let mut senders = tokio::task::JoinSet::new();
        for _ in 0..AT_ONCE {
            let (raw, requests, next) = (Arc::clone(self), Arc::clone(&requests), Arc::clone(&next));
            senders.spawn(async move {
                while let Some((path, body)) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    raw.post(path, body).await;
                }
            });
        }
        senders.join_all().await;
        begun.elapsed()
    }
}

/// As the desk's client forms it.
fn request(card: &str, turn: usize, row: usize) -> (String, Value) {
    let reference = Reference::from_entropy((turn * ROWS + row) as u64);
    let body = json!({
        "amount": 1, "operation": "ADD_FUNDS", "channel": "WEB", "reference": reference.as_str(),
        "description": note(turn, row), "currency": "GTQ",
    });
    (format!("/cards/{card}/funds"), body)
}
