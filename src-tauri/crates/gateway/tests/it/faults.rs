//! What the wire can do to an answer, and what must not follow from it.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cardesk_domain::{CardId, Reference};
use cardesk_gateway::{
    ConnectFailure, Endpoint, ErrorKind, FundsAdjustment, FundsChannel, FundsOperation, FundsRequest, GatewayError, Limits, RequestName,
    TransferRequest, WriteOutcome,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Desk, EXPIRED, Recorder, desk_with, key_login, pair, pair_answer, signed_in};

const NO: &str = r#"{"success":false,"message":"slow down","errors":[]}"#;

fn load() -> FundsRequest {
    FundsRequest {
        amount: "10".parse().unwrap(),
        operation: FundsOperation::Add,
        channel: FundsChannel::Web,
        reference: Reference::from_entropy(1),
        description: None,
        currency: None,
    }
}

fn adjustment() -> FundsAdjustment {
    let FundsRequest { amount, operation, reference, .. } = load();
    FundsAdjustment { amount, operation, reference, observations: Some("corrección".to_owned()), currency: None }
}

fn transfer() -> TransferRequest {
    let observations = Some(Reference::from_entropy(1).to_string());
    TransferRequest { from: CardId::new(1), to: CardId::new(2), amount: "10".parse().unwrap(), observations }
}

/// Each way of moving money, tried on a desk of its own; what became of each.
async fn each_way_of_moving_money(desk: impl Fn() -> Desk) -> Vec<Result<(), GatewayError>> {
    vec![
        desk().gateway.change_funds(CardId::new(1), &load()).await.map(drop),
        desk().gateway.adjust_funds(CardId::new(1), &adjustment()).await.map(drop),
        desk().gateway.transfer(&transfer()).await.map(drop),
    ]
}

async fn money(desk: &Desk) -> GatewayError {
    desk.gateway.change_funds(CardId::new(1), &load()).await.unwrap_err()
}

/// A server that reads one request per connection, writes these bytes, and then closes or holds the line.
async fn raw(answer: &'static [u8], holds: bool) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                read_request(&mut stream).await;
                count.fetch_add(1, Ordering::SeqCst);
                stream.write_all(answer).await.ok();
                if holds {
                    pending::<()>().await;
                }
            });
        }
    });
    (base, requests)
}

/// Reads head and body, so that closing afterwards is not a reset.
async fn read_request(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    let mut part = [0; 4096];
    loop {
        let length = stream.read(&mut part).await.unwrap_or(0);
        seen.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&seen).to_lowercase();
        let Some(end) = text.find("\r\n\r\n") else { continue };
        let body: usize =
            text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()).map_or(0, |n| n.parse().unwrap());
        if length == 0 || seen.len() >= end + 4 + body {
            return;
        }
    }
}

fn impatient() -> Limits {
    Limits { whole_timeout: Duration::from_millis(200), ..Limits::default() }
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = money(&signed_in(&base)).await;
    assert_eq!((error.kind, error.connect_failure), (ErrorKind::NotConnected, Some(ConnectFailure::Refused)));
    assert_eq!(error.write_outcome(), WriteOutcome::NotSent);
}

#[tokio::test]
async fn a_name_that_nobody_knows_means_that_nothing_was_sent() {
    // RFC 6761, section 6.4: .invalid never resolves.
    let error = money(&signed_in("https://gateway.invalid/rest")).await;
    assert_eq!((error.kind, error.connect_failure), (ErrorKind::NotConnected, Some(ConnectFailure::NameLookup)));
    assert_eq!(error.write_outcome(), WriteOutcome::NotSent);
}

#[tokio::test]
async fn a_failed_tls_handshake_means_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // Answers in plain HTTP, and goes on reading so that the answer is not lost to a reset.
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.ok();
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.ok();
        }
    });
    let error = money(&signed_in(&base)).await;
    assert_eq!((error.kind, error.connect_failure), (ErrorKind::NotConnected, Some(ConnectFailure::Encryption)));
    assert_eq!(error.write_outcome(), WriteOutcome::NotSent);
}

#[tokio::test]
async fn a_connection_closed_before_the_answer_is_unknown_and_not_repeated() {
    let (base, requests) = raw(b"", false).await;
    let error = money(&signed_in(&base)).await;
    assert_eq!((error.kind, error.status, error.write_outcome()), (ErrorKind::ConnectionLost, None, WriteOutcome::Unknown));
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn half_an_answer_is_unknown_and_keeps_its_status() {
    let (base, requests) = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"success\":true,", false).await;
    let error = money(&signed_in(&base)).await;
    assert_eq!((error.kind, error.status, error.write_outcome()), (ErrorKind::ConnectionLost, Some(200), WriteOutcome::Unknown));
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_unknown_and_not_repeated() {
    let (base, requests) = raw(b"", true).await;
    let error = money(&desk_with(&base, key_login(), Some(pair(1, 1800)), impatient())).await;
    assert_eq!((error.kind, error.status, error.write_outcome()), (ErrorKind::TimedOut, None, WriteOutcome::Unknown));
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_that_stops_half_way_is_timed_out_with_its_status() {
    let (base, _) = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{", true).await;
    let error = money(&desk_with(&base, key_login(), Some(pair(1, 1800)), impatient())).await;
    assert_eq!((error.kind, error.status, error.write_outcome()), (ErrorKind::TimedOut, Some(200), WriteOutcome::Unknown));
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read_to_its_end() {
    let recorder = Recorder::always(200, &format!(r#"{{"success":true,"data":"{}"}}"#, "x".repeat(70_000))).await;
    let limits = Limits { max_body_bytes: 65_536, ..Limits::default() };
    let error = money(&desk_with(&recorder.base, key_login(), Some(pair(1, 1800)), limits)).await;
    assert_eq!((error.kind, error.status, error.write_outcome()), (ErrorKind::TooLarge, Some(200), WriteOutcome::Unknown));
}

#[tokio::test]
async fn a_page_of_an_edge_keeps_its_status() {
    for (status, body, kind) in [
        (502, "<html><h1>502 Bad Gateway</h1></html>", ErrorKind::Fault),
        (503, "", ErrorKind::Fault),
        (403, "<html>Forbidden</html>", ErrorKind::Unreadable),
        (200, "<html>Sign in to the guest network</html>", ErrorKind::Unreadable),
    ] {
        let recorder = Recorder::always(status, body).await;
        let error = money(&signed_in(&recorder.base)).await;
        assert_eq!((error.kind, error.status, error.write_outcome()), (kind, Some(status), WriteOutcome::Unknown));
        assert_eq!(error.request, RequestName::ChangeFunds);
        assert!(!error.to_string().contains("html"), "{error}");
        assert_eq!(recorder.received().len(), 1, "money is sent once");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_money() {
    for status in [301, 302, 303, 307, 308] {
        let target = Recorder::always(200, r#"{"success":true,"data":{}}"#).await;
        let location = format!("{}/elsewhere", target.base);
        let recorder = Recorder::answering(move |_| (status, vec![("location", location.clone())], String::new())).await;
        let error = money(&signed_in(&recorder.base)).await;
        assert_eq!((error.kind, error.status, error.write_outcome()), (ErrorKind::Unreadable, Some(status), WriteOutcome::Unknown));
        assert!(target.received().is_empty(), "{status}");
    }
}

#[tokio::test]
async fn a_read_goes_again_until_the_gateway_is_back() {
    let recorder =
        Recorder::in_turn(vec![(503, ""), (502, "<html>"), (200, r#"{"success":true,"data":{"id":1,"status":"ACTIVE"}}"#)]).await;
    let desk = signed_in(&recorder.base);
    desk.gateway.card(CardId::new(1)).await.unwrap();
    assert_eq!(recorder.received().len(), 3);
    assert_eq!(desk.clock.slept(), Duration::from_millis(250 + 500));
}

#[tokio::test]
async fn a_read_gives_up_after_four_attempts() {
    let recorder = Recorder::always(500, NO).await;
    let error = signed_in(&recorder.base).gateway.card(CardId::new(1)).await.unwrap_err();
    assert_eq!((error.kind, error.message.as_deref()), (ErrorKind::Fault, Some("slow down")));
    assert_eq!(recorder.received().len(), 4);
}

#[tokio::test]
async fn money_that_was_throttled_goes_again_with_the_same_reference() {
    let recorder = Recorder::in_turn(vec![(429, "<html>"), (429, NO), (200, r#"{"success":true,"data":{"id":"mv-1"}}"#)]).await;
    let desk = signed_in(&recorder.base);
    let receipt = desk.gateway.change_funds(CardId::new(1), &load()).await.unwrap();
    assert_eq!(receipt.movement_id.as_deref(), Some("mv-1"));
    let received = recorder.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|request| request.body == received[0].body));
}

#[tokio::test]
async fn the_wish_to_wait_is_honoured_and_too_long_a_wait_is_left_to_the_person() {
    let recorder = Recorder::answering(|_| (429, vec![("retry-after", "2".to_owned())], NO.to_owned())).await;
    let desk = signed_in(&recorder.base);
    let error = money(&desk).await;
    assert_eq!((error.kind, error.write_outcome()), (ErrorKind::Throttled, WriteOutcome::Refused));
    assert_eq!(desk.clock.slept(), Duration::from_secs(6), "three pauses of two seconds");

    let recorder = Recorder::answering(|_| (429, vec![("retry-after", "3600".to_owned())], NO.to_owned())).await;
    let desk = signed_in(&recorder.base);
    let error = money(&desk).await;
    assert_eq!((error.retry_after_seconds, recorder.received().len()), (Some(3600), 1));
}

#[tokio::test]
async fn a_server_error_never_repeats_money() {
    for status in [408, 500, 502, 503, 504] {
        let recorder = Recorder::always(status, NO).await;
        let error = money(&signed_in(&recorder.base)).await;
        assert_eq!((error.status, error.write_outcome()), (Some(status), WriteOutcome::Unknown));
        assert_eq!(recorder.received().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn no_way_of_moving_money_goes_twice_after_a_broken_connection_or_half_an_answer() {
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"success\":true,"] {
        let (base, requests) = raw(answer, false).await;
        for outcome in each_way_of_moving_money(|| signed_in(&base)).await {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind, error.write_outcome()), (ErrorKind::ConnectionLost, WriteOutcome::Unknown), "{:?}", error.request);
        }
        assert_eq!(requests.load(Ordering::SeqCst), 3);
    }
}

#[tokio::test]
async fn no_way_of_moving_money_goes_twice_after_a_fault_or_an_odd_answer() {
    for (status, body) in [(500, NO), (502, "<html>"), (503, ""), (504, NO), (408, NO), (200, "[]"), (200, "\"ok\""), (307, "")] {
        let recorder = Recorder::always(status, body).await;
        for outcome in each_way_of_moving_money(|| signed_in(&recorder.base)).await {
            let error = outcome.unwrap_err();
            assert_eq!((error.status, error.write_outcome()), (Some(status), WriteOutcome::Unknown), "{:?}", error.request);
        }
        assert_eq!(recorder.received().len(), 3, "{status} {body}");
    }
}

#[tokio::test]
async fn every_way_of_moving_money_goes_again_after_a_429_and_gives_up_after_a_few() {
    let throttled = Recorder::always(429, "<html>").await;
    for outcome in each_way_of_moving_money(|| signed_in(&throttled.base)).await {
        assert_eq!(outcome.unwrap_err().write_outcome(), WriteOutcome::Refused);
    }
    assert_eq!(throttled.received().len(), 3 * 4);
    let passing = Mutex::new(0);
    let recorder = Recorder::answering(move |_| {
        let mut count = passing.lock().unwrap();
        *count += 1;
        if *count % 2 == 1 { (429, Vec::new(), NO.to_owned()) } else { (200, Vec::new(), r#"{"success":true}"#.to_owned()) }
    })
    .await;
    assert!(each_way_of_moving_money(|| signed_in(&recorder.base)).await.iter().all(Result::is_ok));
    for (first, again) in recorder.received().chunks(2).map(|pair| (&pair[0], &pair[1])) {
        assert_eq!((&first.line, &first.body), (&again.line, &again.body));
    }
}

#[tokio::test]
async fn every_way_of_moving_money_goes_once_more_after_an_expired_token() {
    let recorder = Recorder::answering(|request| match (request.line.as_str(), request.header("authorization")) {
        (line, _) if line.ends_with("/auth/refresh") => (200, Vec::new(), pair_answer(2)),
        (_, Some("Bearer access-1")) => (401, Vec::new(), EXPIRED.to_owned()),
        _ => (200, Vec::new(), r#"{"success":true}"#.to_owned()),
    })
    .await;
    assert!(each_way_of_moving_money(|| signed_in(&recorder.base)).await.iter().all(Result::is_ok));
    assert_eq!(recorder.received().len(), 9, "sent, renewed, sent again");
    let never = Recorder::answering(|request| match request.line.ends_with("/auth/refresh") {
        true => (200, Vec::new(), pair_answer(2)),
        false => (401, Vec::new(), EXPIRED.to_owned()),
    })
    .await;
    for outcome in each_way_of_moving_money(|| signed_in(&never.base)).await {
        assert_eq!(outcome.unwrap_err().write_outcome(), WriteOutcome::Refused);
    }
    assert_eq!(never.received().len(), 9, "sent, renewed, sent again, and no more");
}

#[tokio::test]
async fn an_id_that_would_climb_to_another_path_is_not_sent() {
    let recorder = Recorder::always(200, "").await;
    let error = signed_in(&recorder.base).gateway.issue_card(&"..".parse().unwrap()).await.unwrap_err();
    assert_eq!((error.kind, error.write_outcome()), (ErrorKind::NotFormed, WriteOutcome::NotSent));
    assert!(recorder.received().is_empty());
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_lose_the_new_tokens() {
    let (base, _) = raw(
        b"HTTP/1.1 200 OK\r\ncontent-length: 127\r\n\r\n{\"success\":true,\"data\":{\"accessToken\":\"a\",\"refreshToken\":\"r\",\"expirationToken\":9999999999,\"expirationRefreshToken\":9999999999}}",
        true,
    )
    .await;
    let desk = desk_with(&base, key_login(), None, Limits::default());
    {
        let call = desk.gateway.log_in();
        tokio::pin!(call);
        // Polled once, so that signing in has begun, and dropped.
        assert!(futures_poll_once(call.as_mut()).await.is_none());
    }
    // The next caller waits for the line and finds the session, without signing in again.
    while desk.store.pair.lock().unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(desk.store.log().iter().filter(|step| **step == "save").count(), 1);
}

async fn futures_poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(move |context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

#[test]
fn plain_http_to_another_machine_is_refused_before_anything_is_made() {
    assert!(Endpoint::parse("http://api.ali.app/rest").is_err());
}
