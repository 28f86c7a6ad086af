//! The gateway's real client over Practice without a socket: what a simulation runs on.

use std::sync::Arc;
use std::time::Duration;

use cardesk_domain::{CardId, Reference};
use cardesk_gateway::{
    Endpoint, ErrorKind, FundsChannel, FundsOperation, FundsReceipt, FundsRequest, Gateway, GatewayConfig, GatewayError, Limits,
    LoginMethod, MemoryTokenStore, Seams, SigningKey, WriteOutcome,
};
use cardesk_sandbox::{CoreConfig, FaultPlan, PracticeCore};

use crate::simulated_network::SimulatedNetwork;
use crate::simulated_time::{Chance, Life, SimulatedTime};

const LIFE: Life = Life(0);

fn rig() -> (Gateway, PracticeCore, Arc<SimulatedTime>) {
    let chance = Chance::new(1);
    let time = SimulatedTime::new(chance.clone());
    let core = PracticeCore::in_memory(CoreConfig { seed: 1, clock: time.clock(LIFE), cardholders: 2 }).unwrap();
    let access = core.access();
    let config = GatewayConfig {
        endpoint: Endpoint::parse("http://127.0.0.1").unwrap(),
        application_id: access.application_id.parse().unwrap(),
        limits: Limits::default(),
    };
    let login = LoginMethod::SigningKey { merchant: access.merchant.clone(), key: SigningKey::parse(access.signing_key()).unwrap() };
    let network = SimulatedNetwork::new(core.clone(), &time, LIFE);
    let seams = Seams { clock: time.clock(LIFE), entropy: chance, transport: Some(network) };
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

#[test]
fn every_fault_has_the_outcome_that_the_design_gives_it_and_moves_the_money_once_or_not_at_all() {
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
    let (gateway, core, time) = rig();
    time.run(async {
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
    });
}

#[test]
fn a_refused_connection_is_not_sent_and_time_passes_for_both_sides_alike() {
    let (gateway, core, time) = rig();
    time.run(async {
        plan(&core, r#"{"refuse_connections":{"for_ms":60000}}"#);
        load(&gateway, 1).await.unwrap();
        assert_eq!(load(&gateway, 2).await.unwrap_err().write_outcome(), WriteOutcome::NotSent);
        time.pause(LIFE, Duration::from_secs(60), "").await;
        load(&gateway, 2).await.unwrap();
    });
}
