//! The gateway's real client over Practice without a socket: what a simulation runs on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cardesk_domain::{CardId, Reference};
use cardesk_gateway::{
    BoxFuture, Clock, ConnectFailure, Endpoint, Entropy, ErrorKind, FundsChannel, FundsOperation, FundsReceipt, FundsRequest, Gateway,
    GatewayConfig, GatewayError, Limits, LoginMethod, MemoryTokenStore, Seams, SigningKey, Transport, TransportAnswer, TransportFailure,
    WriteOutcome,
};
use cardesk_sandbox::{CoreConfig, Dropped, FaultPlan, PracticeCore};

/// 2026-11-24T18:00:00Z.
const BEGIN: i64 = 1_795_543_200;

/// One time for both sides, which passes only when somebody waits.
#[derive(Debug, Default)]
struct OneTime(AtomicU64);

impl OneTime {
    fn pass(&self, duration: Duration) {
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

impl Entropy for OneTime {
    fn next_u64(&self) -> u64 {
        u64::MAX
    }
}

/// The network between the two: no socket, and the client's own time-out.
struct Wire {
    core: PracticeCore,
    time: Arc<OneTime>,
}

impl Wire {
    async fn carried(&self, request: axum::http::Request<Bytes>) -> Result<TransportAnswer, TransportFailure> {
        let handled = self.core.handle(request).await;
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

fn rig() -> (Gateway, PracticeCore, Arc<OneTime>) {
    let time = Arc::new(OneTime::default());
    let core = PracticeCore::in_memory(CoreConfig { seed: 1, clock: time.clone(), cardholders: 2 }).unwrap();
    let access = core.access();
    let config = GatewayConfig {
        endpoint: Endpoint::parse("http://127.0.0.1").unwrap(),
        application_id: access.application_id.parse().unwrap(),
        limits: Limits::default(),
    };
    let login = LoginMethod::SigningKey { merchant: access.merchant.clone(), key: SigningKey::parse(access.signing_key()).unwrap() };
    let transport = Arc::new(Wire { core: core.clone(), time: time.clone() });
    let seams = Seams { clock: time.clone(), entropy: time.clone(), transport: Some(transport) };
    (Gateway::new(config, login, Arc::new(MemoryTokenStore::default()), seams).unwrap(), core, time)
}

async fn load(gateway: &Gateway, number: u64) -> Result<FundsReceipt, GatewayError> {
    let funds = FundsRequest {
        amount: "10".parse().unwrap(),
        operation: FundsOperation::Add,
        channel: FundsChannel::Web,
        reference: Reference::from_entropy(number),
        description: None,
        currency: None,
    };
    gateway.change_funds(CardId::new(48_201), &funds).await
}

fn plan(core: &PracticeCore, fault: &str) {
    let json = format!(r#"{{"rules":[{{"requests":["money"],"when":{{"nth":1}},"fault":{fault}}}]}}"#);
    core.set_faults(FaultPlan::from_json(&json).unwrap()).unwrap();
}

#[tokio::test]
async fn every_fault_has_the_outcome_that_the_design_gives_it_and_moves_the_money_once_or_not_at_all() {
    let table = [
        (r#"{"drop":{"moment":"before_applying"}}"#, Some(ErrorKind::ConnectionLost), false),
        (r#"{"drop":{"moment":"after_applying"}}"#, Some(ErrorKind::ConnectionLost), true),
        (r#""cut_answer""#, Some(ErrorKind::ConnectionLost), true),
        (r#""wrong_shape""#, Some(ErrorKind::Unreadable), true),
        (r#"{"edge_page":{"status":502,"moment":"before_applying"}}"#, Some(ErrorKind::Fault), false),
        (r#"{"edge_page":{"status":504,"moment":"after_applying"}}"#, Some(ErrorKind::Fault), true),
        (r#"{"slow_answer":{"timeout_ms":30000}}"#, Some(ErrorKind::TimedOut), true),
        (r#"{"throttle":{"retry_after_seconds":2}}"#, None, true),
        (r#""expire_tokens""#, None, true),
        (r#"{"delay":{"for_ms":20000}}"#, None, true),
    ];
    let (gateway, core, _) = rig();
    let mut expected: cardesk_domain::Amount = "1000".parse().unwrap();
    for (number, (fault, kind, is_moved)) in (1_u64..).zip(table) {
        plan(&core, fault);
        let outcome = load(&gateway, number).await;
        assert_eq!(outcome.as_ref().err().map(|error| error.kind), kind, "{fault}");
        assert!(outcome.err().is_none_or(|error| error.write_outcome() == WriteOutcome::Unknown), "{fault}");
        if is_moved {
            expected = expected.checked_add("10".parse().unwrap()).unwrap();
        }
        assert_eq!(gateway.card(CardId::new(48_201)).await.unwrap().balance, Some(expected), "{fault}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_not_sent_and_time_passes_for_both_sides_alike() {
    let (gateway, core, time) = rig();
    plan(&core, r#"{"refuse_connections":{"for_ms":60000}}"#);
    load(&gateway, 1).await.unwrap();
    assert_eq!(load(&gateway, 2).await.unwrap_err().write_outcome(), WriteOutcome::NotSent);
    time.pass(Duration::from_secs(60));
    load(&gateway, 2).await.unwrap();
}
