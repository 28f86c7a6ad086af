//! The session's promises (`gateway-api.md`, Authentication; `design.md`): once for any number of callers, saved before
//! used, ended cleanly.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cardesk_domain::{CardId, CardholderId, Reference};
use cardesk_gateway::{ErrorKind, FundsChannel, FundsOperation, FundsRequest, Limits, RequestName, WriteOutcome};

use crate::support::{EXPIRED, NOW, Received, Recorder, desk_with, key_login, pair, pair_answer, signed_in, with_bearer};

const CARD: &str = r#"{"success":true,"data":{"id":1,"status":"ACTIVE"}}"#;
const INVALID: &str = r#"{"success":false,"errors":[{"code":"TOKEN_INVALID","message":"invalid"}]}"#;

type Answer = (u16, Vec<(&'static str, String)>, String);

/// A gateway that takes only the access token of one number, and renews to the next.
async fn taking(access: &'static str) -> Recorder {
    Recorder::answering(move |request| answer(request, access)).await
}

fn answer(request: &Received, access: &str) -> Answer {
    if request.line.ends_with("/auth/refresh") || request.line.ends_with("/auth/login") {
        return (200, Vec::new(), pair_answer(2));
    }
    if request.header("authorization") == Some(&format!("Bearer {access}")) {
        (200, Vec::new(), CARD.to_owned())
    } else {
        (401, Vec::new(), EXPIRED.to_owned())
    }
}

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

fn user() -> CardholderId {
    "u-1".parse().unwrap()
}

#[tokio::test]
async fn fifty_callers_with_an_expired_token_make_one_refresh() {
    let recorder = taking("access-2").await;
    let desk = signed_in(&recorder.base);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let gateway = desk.gateway.clone();
            tokio::spawn(async move { gateway.card(CardId::new(1)).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(recorder.count("/auth/refresh"), 1);
    assert_eq!(recorder.count("/auth/login"), 0);
}

#[tokio::test]
async fn fifty_callers_without_a_session_sign_in_once() {
    let recorder = taking("access-2").await;
    let desk = desk_with(&recorder.base, key_login(), None, Limits::default());
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let gateway = desk.gateway.clone();
            tokio::spawn(async move { gateway.card(CardId::new(1)).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(recorder.count("/auth/login"), 1);
    assert_eq!(recorder.received().len(), 51);
}

#[tokio::test]
async fn an_expired_token_is_renewed_with_the_refresh_token_and_the_request_repeated_once() {
    let recorder = taking("access-2").await;
    let desk = signed_in(&recorder.base);
    desk.gateway.change_funds(CardId::new(1), &load()).await.unwrap();
    let received = recorder.received();
    let lines: Vec<&str> = received.iter().map(|request| request.line.as_str()).collect();
    assert_eq!(lines, ["POST /rest/cards/1/funds", "POST /rest/auth/refresh", "POST /rest/cards/1/funds"]);
    assert_eq!(received[1].body, r#"{"refreshToken":"refresh-1"}"#);
    assert_eq!(received[0].body, received[2].body, "the same reference goes again");
}

#[tokio::test]
async fn a_token_near_its_end_is_renewed_before_it_is_sent() {
    let recorder = taking("access-2").await;
    let desk = desk_with(&recorder.base, key_login(), Some(pair(1, 59)), Limits::default());
    desk.gateway.card(CardId::new(1)).await.unwrap();
    assert_eq!(recorder.received()[0].line, "POST /rest/auth/refresh");
    assert_eq!(recorder.received().len(), 2);
}

#[tokio::test]
async fn a_refresh_token_past_its_end_is_not_sent() {
    let recorder = taking("access-2").await;
    let mut old = pair(1, -1);
    old.refresh_expires_at_unix_seconds = NOW;
    let desk = desk_with(&recorder.base, key_login(), Some(old), Limits::default());
    desk.gateway.card(CardId::new(1)).await.unwrap();
    assert_eq!((recorder.count("/auth/refresh"), recorder.count("/auth/login")), (0, 1));
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_the_new_pair_is_saved_before_use() {
    let next = Arc::new(AtomicU32::new(1));
    let counter = Arc::clone(&next);
    let recorder = Recorder::answering(move |request| {
        if request.line.ends_with("/auth/refresh") {
            (200, Vec::new(), pair_answer(counter.fetch_add(1, Ordering::SeqCst) + 1))
        } else {
            (200, Vec::new(), CARD.to_owned())
        }
    })
    .await;
    let desk = signed_in(&recorder.base);
    for _ in 0..3 {
        desk.gateway.card(CardId::new(1)).await.unwrap();
        desk.clock.advance(1790);
    }
    let refreshes: Vec<String> =
        recorder.received().into_iter().filter(|request| request.line.ends_with("/auth/refresh")).map(|request| request.body).collect();
    assert_eq!(refreshes, [r#"{"refreshToken":"refresh-1"}"#, r#"{"refreshToken":"refresh-2"}"#]);
    assert_eq!(desk.store.log(), ["load", "save", "save"]);
}

#[tokio::test]
async fn a_computer_with_a_wrong_clock_can_still_work_and_does_not_renew_for_each_request() {
    let recorder = taking("access-2").await;
    let desk = signed_in(&recorder.base);
    desk.clock.advance(365 * 86_400);
    for _ in 0..5 {
        desk.gateway.card(CardId::new(1)).await.unwrap();
    }
    assert_eq!(recorder.count("/auth/login"), 1);
}

#[tokio::test]
async fn a_pair_that_can_not_be_saved_is_not_used_and_not_lost() {
    let recorder = taking("access-2").await;
    let desk = signed_in(&recorder.base);
    // load succeeds, the first save fails, the second succeeds.
    desk.store.failures.lock().unwrap().extend([false, true, false]);
    let error = desk.gateway.change_funds(CardId::new(1), &load()).await.unwrap_err();
    assert_eq!((error.kind, error.write_outcome()), (ErrorKind::TokensUnavailable, WriteOutcome::NotSent));
    assert_eq!(error.message.as_deref(), Some("the keychain is locked"));
    assert!(!recorder.received().iter().any(|request| request.header("authorization") == Some("Bearer access-2")));

    desk.gateway.card(CardId::new(1)).await.unwrap();
    assert_eq!(recorder.count("/auth/refresh"), 1, "the refresh token was spent once");
    assert_eq!(desk.store.pair.lock().unwrap().as_ref().unwrap().refresh.reveal(), "refresh-2");
}

#[tokio::test]
async fn tokens_that_can_not_be_read_are_neither_cleared_nor_replaced() {
    let recorder = taking("access-1").await;
    let desk = signed_in(&recorder.base);
    desk.store.failures.lock().unwrap().push_back(true);
    let error = desk.gateway.card(CardId::new(1)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TokensUnavailable);
    assert_eq!(desk.store.log(), ["load"]);
    assert!(recorder.received().is_empty());
    desk.gateway.card(CardId::new(1)).await.unwrap();
    assert_eq!(desk.store.log(), ["load", "load"]);
}

#[tokio::test]
async fn a_401_after_a_refresh_ends_the_session_and_clears_the_tokens() {
    let recorder = taking("access-none").await;
    let desk = signed_in(&recorder.base);
    let error = desk.gateway.card(CardId::new(1)).await.unwrap_err();
    assert_eq!((error.kind, error.status, error.request), (ErrorKind::SessionEnded, Some(401), RequestName::ReadCard));
    assert_eq!(desk.store.log().last(), Some(&"clear"));
    assert_eq!(*desk.store.pair.lock().unwrap(), None);
    assert_eq!(recorder.received().len(), 3, "asked, refreshed, asked once more");
}

#[tokio::test]
async fn a_refresh_token_that_is_turned_down_leads_to_signing_in_once() {
    let recorder = Recorder::answering(|request| match request.line.as_str() {
        "POST /rest/auth/refresh" => (401, Vec::new(), INVALID.to_owned()),
        _ => answer(request, "access-2"),
    })
    .await;
    signed_in(&recorder.base).gateway.card(CardId::new(1)).await.unwrap();
    assert_eq!((recorder.count("/auth/refresh"), recorder.count("/auth/login")), (1, 1));
}

#[tokio::test]
async fn a_session_that_can_be_had_no_more_is_cleared_and_says_so() {
    let recorder = Recorder::always(401, INVALID).await;
    let desk = signed_in(&recorder.base);
    let error = desk.gateway.card(CardId::new(1)).await.unwrap_err();
    assert_eq!((error.kind, error.request), (ErrorKind::SessionEnded, RequestName::LogIn));
    assert_eq!(*desk.store.pair.lock().unwrap(), None);
    assert_eq!((recorder.count("/auth/refresh"), recorder.count("/auth/login")), (1, 1));
}

#[tokio::test]
async fn a_gateway_that_is_down_while_renewing_clears_nothing() {
    let recorder = Recorder::answering(|request| match request.line.as_str() {
        "POST /rest/auth/refresh" => (503, Vec::new(), String::new()),
        _ => answer(request, "access-2"),
    })
    .await;
    let desk = signed_in(&recorder.base);
    let error = desk.gateway.change_funds(CardId::new(1), &load()).await.unwrap_err();
    assert_eq!((error.kind, error.request, error.write_outcome()), (ErrorKind::Fault, RequestName::RefreshTokens, WriteOutcome::NotSent));
    assert_eq!(desk.store.pair.lock().unwrap().as_ref().unwrap().refresh.reveal(), "refresh-1");
    assert_eq!((recorder.count("/auth/refresh"), recorder.count("/auth/login")), (1, 0), "signing in is not a repetition");
}

#[tokio::test]
async fn an_invalid_token_is_worth_a_new_one_to_a_read_but_never_repeats_money() {
    let recorder = Recorder::answering(|request| match answer(request, "access-2") {
        (401, headers, _) => (401, headers, INVALID.to_owned()),
        other => other,
    })
    .await;
    let desk = signed_in(&recorder.base);
    let error = desk.gateway.change_funds(CardId::new(1), &load()).await.unwrap_err();
    assert_eq!((error.kind, error.write_outcome()), (ErrorKind::SessionEnded, WriteOutcome::Refused));
    assert_eq!(recorder.count("/funds"), 1);
    desk.gateway.card(CardId::new(1)).await.unwrap();
    assert_eq!((recorder.count("/cards/1"), recorder.count("/auth/refresh")), (1, 1), "the next call renews first");
}

#[tokio::test]
async fn issuing_goes_again_after_an_expired_token_only() {
    let recorder = taking("access-2").await;
    signed_in(&recorder.base).gateway.issue_card(&user()).await.unwrap();
    assert_eq!(recorder.count("/virtuals"), 2);

    for status in [429, 500, 503] {
        let recorder = Recorder::always(status, "").await;
        signed_in(&recorder.base).gateway.issue_card(&user()).await.unwrap_err();
        assert_eq!(recorder.received().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_pre_issued_token_that_is_turned_down_is_not_renewed() {
    let recorder = Recorder::always(401, EXPIRED).await;
    let desk = with_bearer(&recorder.base);
    let error = desk.gateway.log_in().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::SessionEnded);
    assert_eq!(recorder.received().len(), 1);
    assert_eq!(recorder.received()[0].line, "GET /rest/users?searchText=&page=1&limit=1");
    assert!(desk.store.log().is_empty());
}

#[tokio::test]
async fn a_signature_that_the_gateway_does_not_take_is_said_to_be_that() {
    let recorder = Recorder::always(401, r#"{"success":false,"message":"bad signature","errors":[]}"#).await;
    let desk = desk_with(&recorder.base, key_login(), None, Limits::default());
    let error = desk.gateway.log_in().await.unwrap_err();
    assert_eq!((error.kind, error.request, error.status), (ErrorKind::Rejected, RequestName::LogIn, Some(401)));
    assert_eq!(error.message.as_deref(), Some("bad signature"));
}

#[tokio::test]
async fn no_token_no_key_and_no_card_number_shows_in_any_text() {
    let echo = r#"{"success":false,"message":"token access-1 of 4111111111111111","errors":[{"code":"7000","message":"Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJkZXNrIn0.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"}]}"#;
    let recorder = Recorder::always(400, echo).await;
    let desk = signed_in(&recorder.base);
    let error = desk.gateway.card(CardId::new(1)).await.unwrap_err();
    let shown = format!("{error} {error:?} {:?} {:?} {:?}", desk.gateway, key_login(), pair(1, 1));
    for secret in ["4111111111111111", "eyJhbGciOiJFZERTQSJ9", "refresh-1", crate::support::SEED] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
