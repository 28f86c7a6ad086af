//! Faults on demand over a real socket: what the client sees, and whether the money moved.

use std::io::ErrorKind;

use cardesk_sandbox::{Fault, FaultPlan, FaultRule, Occurrence, RequestKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{APPLICATION, Desk};

async fn faulty(rules: &str) -> (Desk, String) {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    plan(&desk, &format!(r#"{{"seed":1,"rules":[{rules}]}}"#)).await;
    (desk, card)
}

async fn plan(desk: &Desk, json: &str) {
    desk.practice.set_faults(FaultPlan::from_json(json).unwrap()).await.unwrap();
}

fn load(desk: &Desk, card: &str, reference: &str) -> Vec<u8> {
    let body = format!(r#"{{"amount":10,"operation":"ADD_FUNDS","channel":"WEB","reference":"{reference}"}}"#);
    format!(
        "POST /cards/{card}/funds HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\nx-application-id: {APPLICATION}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        desk.token,
        body.len()
    )
    .into_bytes()
}

/// Sends a load and gives back every byte that came until the connection ended.
async fn loaded(desk: &Desk, card: &str, reference: &str) -> String {
    let mut stream = TcpStream::connect(desk.practice.base_url().trim_start_matches("http://")).await.expect("somebody listens");
    stream.write_all(&load(desk, card, reference)).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

async fn balance(desk: &Desk, card: &str) -> String {
    desk.get(&format!("/cards/{card}")).await.number("balance").to_owned()
}

async fn references(desk: &Desk, card: &str) -> Vec<String> {
    let movements = desk.get(&format!("/cards/{card}/transfers/11/2026")).await.json();
    movements["data"].as_array().unwrap().iter().map(|movement| movement["reference"].as_str().unwrap().to_owned()).collect()
}

fn money(when: &str, fault: &str) -> String {
    format!(r#"{{"requests":["money"],"when":{when},"fault":{fault}}}"#)
}

#[tokio::test]
async fn a_drop_before_applying_ends_the_connection_and_moves_nothing() {
    let (desk, card) = faulty(&money(r#"{"nth":1}"#, r#"{"drop":{"moment":"before_applying"}}"#)).await;
    assert_eq!(loaded(&desk, &card, "a").await, "");
    assert_eq!(balance(&desk, &card).await, "0.00");
    assert!(loaded(&desk, &card, "a").await.starts_with("HTTP/1.1 200"), "the second is well");
}

#[tokio::test]
async fn a_drop_after_applying_ends_the_connection_and_the_money_has_moved() {
    let (desk, card) = faulty(&money(r#"{"nth":1}"#, r#"{"drop":{"moment":"after_applying"}}"#)).await;
    assert_eq!(loaded(&desk, &card, "a").await, "");
    assert_eq!((balance(&desk, &card).await.as_str(), references(&desk, &card).await), ("10.00", vec!["a".to_owned()]));
}

#[tokio::test]
async fn a_cut_answer_announces_more_than_it_sends_and_the_money_has_moved() {
    let (desk, card) = faulty(&money(r#"{"nth":1}"#, r#""cut_answer""#)).await;
    let answer = loaded(&desk, &card, "a").await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let announced: usize = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && !body.is_empty() && body.len() < announced, "{answer}");
    assert_eq!(balance(&desk, &card).await, "10.00");
}

#[tokio::test]
async fn an_edges_page_comes_with_each_status_before_or_after_applying() {
    for status in [500, 502, 503, 504] {
        for (moment, expected) in [("before_applying", "0.00"), ("after_applying", "10.00")] {
            let (desk, card) =
                faulty(&money(r#"{"nth":1}"#, &format!(r#"{{"edge_page":{{"status":{status},"moment":"{moment}"}}}}"#))).await;
            let answer = loaded(&desk, &card, "a").await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains("content-type: text/html"), "{answer}");
            assert_eq!(balance(&desk, &card).await, expected, "{status} {moment}");
        }
    }
}

#[tokio::test]
async fn json_of_a_wrong_shape_is_whole_json_and_the_money_has_moved() {
    let (desk, card) = faulty(&money(r#"{"first":5}"#, r#""wrong_shape""#)).await;
    for number in 1..=5 {
        let answer = loaded(&desk, &card, &format!("r{number}")).await;
        let body: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).expect("JSON");
        let is_a_receipt = body["success"] == true && body["data"]["reference"].is_string();
        assert!(answer.starts_with("HTTP/1.1 200") && !is_a_receipt, "{answer}");
    }
    assert_eq!(balance(&desk, &card).await, "50.00");
}

#[tokio::test]
async fn a_throttled_request_moves_nothing_and_says_how_long_to_wait_if_it_is_told_to() {
    let rules = [money(r#"{"nth":1}"#, r#"{"throttle":{"retry_after_seconds":2}}"#), money(r#"{"nth":2}"#, r#"{"throttle":{}}"#)];
    let (desk, card) = faulty(&rules.join(",")).await;
    let answer = loaded(&desk, &card, "a").await;
    assert!(answer.starts_with("HTTP/1.1 429") && answer.contains("retry-after: 2"), "{answer}");
    let answer = loaded(&desk, &card, "a").await;
    assert!(answer.starts_with("HTTP/1.1 429") && !answer.contains("retry-after"), "{answer}");
    assert_eq!(balance(&desk, &card).await, "0.00");
}

#[tokio::test]
async fn tokens_expire_in_the_middle_of_a_batch_and_a_new_one_is_good_until_the_next_time() {
    let (desk, card) = faulty(&money(r#"{"every":3}"#, r#""expire_tokens""#)).await;
    assert!(loaded(&desk, &card, "a").await.contains("200 OK"));
    assert!(loaded(&desk, &card, "b").await.contains("200 OK"));
    let answer = loaded(&desk, &card, "c").await;
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("TOKEN_EXPIRED"), "{answer}");
    let desk = Desk { token: desk.practice.bearer_token().await.unwrap(), ..desk };
    assert!(loaded(&desk, &card, "c").await.contains("200 OK"));
    assert_eq!(balance(&desk, &card).await, "30.00");
}

#[tokio::test]
async fn a_slow_answer_outlasts_the_client_and_the_money_has_moved_all_the_same() {
    let (desk, card) = faulty(&money(r#"{"nth":1}"#, r#"{"slow_answer":{"timeout_ms":300000}}"#)).await;
    let mut stream = TcpStream::connect(desk.practice.base_url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(&load(&desk, &card, "a")).await.unwrap();
    // The client has not been answered, and gives up once it sees the money there.
    while balance(&desk, &card).await != "10.00" {
        tokio::task::yield_now().await;
    }
    let mut byte = [0; 1];
    assert_eq!(stream.try_read(&mut byte).expect_err("no answer yet").kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn a_delayed_answer_comes_whole_and_not_before_its_time() {
    let (desk, card) = faulty(&money(r#"{"nth":1}"#, r#"{"delay":{"for_ms":40}}"#)).await;
    let begun = std::time::Instant::now();
    assert!(loaded(&desk, &card, "a").await.contains("200 OK"));
    assert!(begun.elapsed().as_millis() >= 40);
}

#[tokio::test]
async fn while_connections_are_refused_nothing_can_be_sent_and_afterwards_all_is_well() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let address = desk.practice.base_url().trim_start_matches("http://").to_owned();
    // A client that keeps its connection finds it closed, and must connect anew.
    let mut kept = TcpStream::connect(&address).await.unwrap();
    kept.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut begin = [0; 12];
    kept.read_exact(&mut begin).await.unwrap();
    plan(&desk, r#"{"refuses_connections":true}"#).await;
    assert_eq!(TcpStream::connect(&address).await.expect_err("nobody listens").kind(), ErrorKind::ConnectionRefused);
    kept.read_to_end(&mut Vec::new()).await.expect("closed, not reset");
    plan(&desk, "{}").await;
    assert!(loaded(&desk, &card, "a").await.contains("200 OK"));
}

#[tokio::test]
async fn a_rule_refuses_the_connections_after_its_request_which_is_answered() {
    let (desk, card) = faulty(&money(r#"{"nth":1}"#, r#"{"refuse_connections":{"for_ms":600000}}"#)).await;
    let address = desk.practice.base_url().trim_start_matches("http://").to_owned();
    let answer = loaded(&desk, &card, "a").await;
    assert!(answer.contains("200 OK") && answer.contains("connection: close"), "{answer}");
    assert_eq!(TcpStream::connect(&address).await.expect_err("nobody listens").kind(), ErrorKind::ConnectionRefused);
    plan(&desk, "{}").await;
    assert_eq!(balance(&desk, &card).await, "10.00");
}

#[tokio::test]
async fn a_refusal_ends_by_itself_and_practice_stops_in_the_middle_of_one() {
    let (desk, card) = faulty(&money(r#"{"first":2}"#, r#"{"refuse_connections":{"for_ms":20}}"#)).await;
    let address = desk.practice.base_url().trim_start_matches("http://").to_owned();
    assert!(loaded(&desk, &card, "a").await.contains("200 OK"));
    while TcpStream::connect(&address).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(balance(&desk, &card).await, "10.00");
    assert!(loaded(&desk, &card, "b").await.contains("200 OK"));
    desk.practice.stop().await.unwrap();
}

#[tokio::test]
async fn a_movement_is_shown_late_by_time_or_by_readings_while_the_balance_tells_at_once() {
    let rules = [
        money(r#"{"nth":1}"#, r#"{"hide_movement":{"until":{"after_ms":5000}}}"#),
        money(r#"{"nth":2}"#, r#"{"hide_movement":{"until":{"after_reads":2}}}"#),
    ];
    let (desk, card) = faulty(&rules.join(",")).await;
    loaded(&desk, &card, "by-time").await;
    assert_eq!((balance(&desk, &card).await.as_str(), references(&desk, &card).await.len()), ("10.00", 0));
    desk.clock.pass(4);
    assert!(references(&desk, &card).await.is_empty());
    desk.clock.pass(1);
    assert_eq!(references(&desk, &card).await, ["by-time"]);
    loaded(&desk, &card, "by-reads").await;
    assert_eq!(references(&desk, &card).await, ["by-time"]);
    assert_eq!(references(&desk, &card).await, ["by-time"]);
    assert_eq!(references(&desk, &card).await, ["by-time", "by-reads"]);
}

#[tokio::test]
async fn both_sides_of_a_transfer_can_be_shown_late() {
    let (desk, card) = faulty(&money(r#"{"nth":2}"#, r#"{"hide_movement":{"until":{"after_reads":1}}}"#)).await;
    loaded(&desk, &card, "a").await;
    let body = format!(r#"{{"fromCardId":{card},"toCardId":48201,"amount":1}}"#);
    assert_eq!(desk.post("/cards/transfer", &body).await.status, 201);
    for path in [format!("/cards/{card}/transfers/11/2026"), "/cards/48201/transfers/11/2026".to_owned()] {
        assert!(!desk.get(&path).await.body.contains("TRANSFER_"), "{path}");
        assert!(desk.get(&path).await.body.contains("TRANSFER_"), "{path}");
    }
}

#[tokio::test]
async fn a_repeated_reference_is_rejected_applied_again_or_answered_the_same() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let first = loaded(&desk, &card, "a").await;
    let body = |answer: &str| answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    plan(&desk, r#"{"repeated_references":"reject"}"#).await;
    assert!(loaded(&desk, &card, "a").await.contains("7006"));
    plan(&desk, r#"{"repeated_references":"answer_the_same"}"#).await;
    assert_eq!(body(&loaded(&desk, &card, "a").await), body(&first));
    assert_eq!(balance(&desk, &card).await, "10.00");
    let other = r#"{"amount":11,"operation":"ADD_FUNDS","channel":"WEB","reference":"a"}"#;
    assert_eq!(desk.post(&format!("/cards/{card}/funds"), other).await.code(), "7006", "another operation under the same reference");
    plan(&desk, r#"{"repeated_references":"apply_again"}"#).await;
    assert!(loaded(&desk, &card, "a").await.contains("200 OK"));
    assert_eq!((balance(&desk, &card).await.as_str(), references(&desk, &card).await.len()), ("20.00", 2));
}

#[tokio::test]
async fn a_plan_that_is_not_possible_changes_nothing() {
    let (desk, _) = faulty(&money(r#""always""#, r#""cut_answer""#)).await;
    let before = desk.practice.faults();
    let rule = FaultRule { requests: vec![RequestKind::Any], when: Occurrence::ChanceIn10000(10_001), fault: Fault::CutAnswer };
    assert!(desk.practice.set_faults(FaultPlan { rules: vec![rule], ..FaultPlan::default() }).await.is_err());
    assert_eq!(desk.practice.faults(), before);
}

#[tokio::test]
async fn a_plan_that_is_amended_spoils_no_second_first_request_and_says_what_it_did() {
    let first = money(r#"{"nth":1}"#, r#"{"drop":{"moment":"before_applying"}}"#);
    let (desk, card) = faulty(&first).await;
    assert_eq!(loaded(&desk, &card, "a").await, "");
    let more = format!(r#"{{"seed":1,"rules":[{first},{}]}}"#, money(r#"{"every":5}"#, r#""cut_answer""#));
    desk.practice.amend_faults(FaultPlan::from_json(&more).unwrap(), &[Some(0)]).await.unwrap();
    assert!(loaded(&desk, &card, "a").await.starts_with("HTTP/1.1 200"), "the first was spoiled already");
    assert!(loaded(&desk, &card, "a").await.contains("7006"), "a repeated reference");
    let report = desk.practice.fault_report();
    let counts: Vec<(u64, u64)> = report.rules.iter().map(|rule| (rule.counted, rule.met)).collect();
    assert_eq!((counts, report.repeated_references), (vec![(3, 1), (2, 0)], 1));
    desk.practice.amend_faults(FaultPlan { refuses_connections: true, ..FaultPlan::default() }, &[]).await.unwrap();
    assert!(TcpStream::connect(desk.practice.base_url().trim_start_matches("http://")).await.is_err());
    desk.practice.amend_faults(FaultPlan::default(), &[]).await.unwrap();
    assert_eq!(balance(&desk, &card).await, "10.00");
}

#[tokio::test]
async fn the_activation_page_and_the_document_meet_no_fault() {
    let (desk, _) = faulty(r#"{"requests":["any"],"when":"always","fault":{"drop":{"moment":"before_applying"}}}"#).await;
    assert_eq!(desk.call_with("GET", "/openapi.json", "", None).await.status, 200);
    assert_eq!(desk.call_with("GET", "/card-activation?userId=x", "", None).await.status, 404);
}

#[tokio::test]
async fn new_fields_in_every_answer_keep_no_other_fault_away() {
    let unfamiliar = r#"{"requests":["any"],"when":"always","fault":"unfamiliar"}"#;
    let (desk, card) = faulty(&format!("{unfamiliar},{}", money(r#"{"nth":1}"#, r#"{"drop":{"moment":"after_applying"}}"#))).await;
    assert_eq!(loaded(&desk, &card, "a").await, "");
    assert_eq!(balance(&desk, &card).await, "10.00", "it was done");
    assert!(loaded(&desk, &card, "b").await.starts_with("HTTP/1.1 200"));
}
