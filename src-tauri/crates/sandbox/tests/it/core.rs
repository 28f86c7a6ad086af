//! Practice without a socket: the same contract and the same faults, in a process's own time.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_sandbox::{CoreConfig, Dropped, FaultPlan, Handled, PracticeCore};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::Value;

use crate::support::{APPLICATION, TestClock};

struct Bench {
    core: PracticeCore,
    clock: Arc<TestClock>,
    token: String,
}

fn request(method: &str, path: &str, token: &str, body: &str) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("http://practice.invalid{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("x-application-id", APPLICATION)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Bytes::from(body.to_owned()))
        .unwrap()
}

impl Bench {
    async fn new() -> Self {
        let clock = TestClock::at("2026-11-24T18:00:00Z");
        let core = PracticeCore::in_memory(CoreConfig { seed: 7, clock: clock.clone(), cardholders: 3 }).unwrap();
        let access = core.access();
        let key: [u8; 32] = BASE64_STANDARD.decode(access.signing_key()).unwrap().try_into().unwrap();
        let signature = BASE64_STANDARD.encode(SigningKey::from_bytes(&key).sign(access.merchant.as_str().as_bytes()).to_bytes());
        let body = format!(r#"{{"merchant":"{}","signature":"{signature}"}}"#, access.merchant);
        let mut bench = Self { core, clock, token: String::new() };
        let answer = bench.answer("POST", "/auth/login", &body).await;
        bench.token = answer["data"]["accessToken"].as_str().unwrap().to_owned();
        bench
    }

    async fn handled(&self, method: &str, path: &str, body: &str) -> Handled {
        self.core.handle(request(method, path, &self.token, body)).await
    }

    async fn answer(&self, method: &str, path: &str, body: &str) -> Value {
        serde_json::from_slice(self.handled(method, path, body).await.outcome.expect("an answer").body()).unwrap()
    }

    async fn load(&self, reference: &str) -> Handled {
        let body = format!(r#"{{"amount":1.5,"operation":"ADD_FUNDS","channel":"WEB","reference":"{reference}"}}"#);
        self.handled("POST", "/cards/48201/funds", &body).await
    }

    async fn balance(&self) -> String {
        self.answer("GET", "/cards/48201", "").await["data"]["balance"].to_string()
    }

    fn plan(&self, rules: &str) {
        self.core.set_faults(FaultPlan::from_json(&format!(r#"{{"seed":3,"rules":[{rules}]}}"#)).unwrap()).unwrap();
    }
}

#[tokio::test]
async fn the_contract_answers_without_a_socket() {
    let bench = Bench::new().await;
    assert_eq!(bench.answer("GET", "/users?limit=100", "").await["data"]["total"], 3);
    assert_eq!(bench.balance().await, "1000.0");
    assert_eq!(bench.load("a").await.outcome.unwrap().status(), 200);
    assert_eq!(bench.balance().await, "1001.5");
}

#[tokio::test]
async fn every_way_of_losing_an_answer_says_whether_the_request_was_done() {
    let bench = Bench::new().await;
    for (fault, expected, balance) in [
        (r#"{"drop":{"moment":"before_applying"}}"#, Dropped::BeforeApplying, "1000.0"),
        (r#"{"drop":{"moment":"after_applying"}}"#, Dropped::AfterApplying, "1001.5"),
        (r#""cut_answer""#, Dropped::InTheAnswer { status: 200 }, "1003.0"),
    ] {
        bench.plan(&format!(r#"{{"requests":["money"],"when":"always","fault":{fault}}}"#));
        assert_eq!(bench.load(balance).await.outcome.expect_err(fault), expected);
        assert_eq!(bench.balance().await, balance);
    }
}

#[tokio::test]
async fn a_held_back_answer_says_for_how_long_and_nobody_waits() {
    let bench = Bench::new().await;
    bench.plan(r#"{"requests":["money"],"when":"always","fault":{"slow_answer":{"timeout_ms":30000}}}"#);
    let handled = bench.load("a").await;
    assert_eq!((handled.held_for, handled.outcome.unwrap().status().as_u16()), (Duration::from_secs(60), 200));
}

#[tokio::test]
async fn a_refusal_begins_after_its_request_and_ends_by_the_given_clock() {
    let bench = Bench::new().await;
    bench.plan(r#"{"requests":["money"],"when":{"nth":1},"fault":{"refuse_connections":{"for_ms":2000}}}"#);
    assert_eq!(bench.load("a").await.outcome.unwrap().status(), 200);
    bench.clock.pass(1);
    assert_eq!(bench.load("b").await.outcome.unwrap_err(), Dropped::Refused);
    bench.clock.pass(1);
    assert_eq!(bench.balance().await, "1001.5");
    bench.core.set_faults(FaultPlan { refuses_connections: true, ..FaultPlan::default() }).unwrap();
    assert_eq!(bench.load("b").await.outcome.unwrap_err(), Dropped::Refused);
}

/// Everything that a run shows, in one text.
async fn run(chance: u16) -> String {
    let bench = Bench::new().await;
    let mut seen = bench.token.clone();
    bench.plan(&format!(
        r#"{{"requests":["any"],"when":{{"chance_in_10000":{chance}}},"fault":{{"drop":{{"moment":"after_applying"}}}}}},
           {{"requests":["money"],"when":{{"chance_in_10000":{chance}}},"fault":"wrong_shape"}}"#
    ));
    for number in 0..60 {
        seen.push_str(&format!("{:?}", bench.load(&format!("r{number}")).await.outcome.map(axum::http::Response::into_body)));
    }
    let registered = bench.handled("POST", "/users", &crate::support::registration("ana@example.com", &[])).await;
    seen.push_str(&format!("{:?}", registered.outcome.map(axum::http::Response::into_body)));
    seen
}

#[tokio::test]
async fn the_same_seed_and_the_same_requests_give_the_same_run_to_the_last_token_and_id() {
    let first = run(3000).await;
    assert_eq!(first, run(3000).await);
    assert_ne!(first, run(3001 + 2000).await, "another chance gives other faults");
}

#[test]
fn a_runtime_without_timers_and_sockets_is_enough() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let bench = Bench::new().await;
        assert_eq!(bench.load("a").await.outcome.unwrap().status(), 200);
    });
}
