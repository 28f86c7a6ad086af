//! The client over a transport of one's own: the same session, repetition and envelope, without a socket.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cardesk_domain::CardId;
use cardesk_gateway::{
    BoxFuture, ConnectFailure, Endpoint, ErrorKind, Gateway, GatewayConfig, Limits, Seams, Transport, TransportAnswer, TransportFailure,
    WriteOutcome,
};

use crate::support::{FullPause, TestClock, TestStore, key_login, pair};

type Exchanged = Result<(u16, &'static str), TransportFailure>;

/// Answers in turn, and keeps what it was asked.
#[derive(Default)]
struct Scripted {
    answers: Mutex<VecDeque<Exchanged>>,
    asked: Mutex<Vec<String>>,
}

impl Transport for Scripted {
    fn exchange(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<TransportAnswer, TransportFailure>> {
        self.asked.lock().unwrap().push(format!("{} {} {:?}", request.method(), request.uri(), request.body()));
        let next = self.answers.lock().unwrap().pop_front().unwrap();
        Box::pin(async move {
            next.map(|(status, body)| TransportAnswer { status, retry_after_seconds: None, body: body.as_bytes().to_vec().into() })
        })
    }
}

fn over(answers: Vec<Exchanged>) -> (Gateway, Arc<Scripted>, Arc<TestClock>) {
    let scripted = Arc::new(Scripted { answers: Mutex::new(answers.into()), ..Scripted::default() });
    let clock = Arc::new(TestClock::default());
    let store = Arc::new(TestStore { pair: Mutex::new(Some(pair(1, 1800))), ..TestStore::default() });
    let seams = Seams { clock: clock.clone(), entropy: Arc::new(FullPause), transport: Some(scripted.clone()) };
    let config = GatewayConfig {
        endpoint: Endpoint::parse("https://gateway.invalid/rest").unwrap(),
        application_id: "desk-app-1".parse().unwrap(),
        limits: Limits::default(),
    };
    (Gateway::new(config, key_login(), store, seams).unwrap(), scripted, clock)
}

#[tokio::test]
async fn a_read_goes_again_over_any_transport_and_waits_on_the_given_clock() {
    let answers = vec![
        Err(TransportFailure::NotConnected(ConnectFailure::Refused)),
        Err(TransportFailure::TimedOut { status: None }),
        Ok((200, r#"{"success":true,"data":{"id":7,"status":"ACTIVE"}}"#)),
    ];
    let (gateway, scripted, clock) = over(answers);
    assert_eq!(gateway.card(CardId::new(7)).await.unwrap().id, CardId::new(7));
    assert_eq!(*scripted.asked.lock().unwrap(), vec!["GET https://gateway.invalid/rest/cards/7 b\"\""; 3]);
    assert_eq!(clock.slept(), Duration::from_millis(250 + 500));
}

#[tokio::test]
async fn each_failure_of_a_transport_has_its_meaning_for_money() {
    let table = [
        (TransportFailure::NotFormed, ErrorKind::NotFormed, None, WriteOutcome::NotSent),
        (TransportFailure::NotConnected(ConnectFailure::NameLookup), ErrorKind::NotConnected, None, WriteOutcome::NotSent),
        (TransportFailure::TimedOut { status: None }, ErrorKind::TimedOut, None, WriteOutcome::Unknown),
        (TransportFailure::ConnectionLost { status: Some(200) }, ErrorKind::ConnectionLost, Some(200), WriteOutcome::Unknown),
        (TransportFailure::TooLarge { status: 200 }, ErrorKind::TooLarge, Some(200), WriteOutcome::Unknown),
    ];
    for (failure, kind, status, outcome) in table {
        let (gateway, scripted, _) = over(vec![Err(failure)]);
        let user = "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd".parse().unwrap();
        let error = gateway.issue_card(&user).await.unwrap_err();
        assert_eq!((error.kind, error.status, error.write_outcome()), (kind, status, outcome), "{failure:?}");
        assert_eq!(scripted.asked.lock().unwrap().len(), 1);
    }
}
