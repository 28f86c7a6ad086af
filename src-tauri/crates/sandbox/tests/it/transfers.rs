//! Transfers from card to card: both cards move exactly, or neither does.

use std::cell::Cell;

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Desk, Reply};

async fn transfer(desk: &Desk, from: &str, to: &str, amount: &str) -> Reply {
    let body = format!(r#"{{"fromCardId":{from},"toCardId":{to},"amount":{amount},"observations":"CD-7F3K-92QM"}}"#);
    desk.post("/cards/transfer", &body).await
}

async fn load(desk: &Desk, card: &str, amount: &str, reference: &str) {
    let body = format!(r#"{{"amount":{amount},"operation":"ADD_FUNDS","channel":"WEB","reference":"{reference}"}}"#);
    assert_eq!(desk.post(&format!("/cards/{card}/funds"), &body).await.status, 200);
}

async fn balance(desk: &Desk, card: &str) -> String {
    desk.get(&format!("/cards/{card}")).await.number("balance").to_owned()
}

async fn movements(desk: &Desk, card: &str) -> Vec<Value> {
    desk.get(&format!("/cards/{card}/transfers/11/2026")).await.json()["data"].as_array().unwrap().clone()
}

/// Two active cards without any money, of two people.
async fn pair(desk: &Desk) -> (String, String) {
    let one = desk.active_card().await;
    let user = desk.post("/users", &crate::support::registration("otra@example.com", &[])).await.text("userId");
    let other = desk.call("POST", &format!("/users/{user}/cards/virtuals"), None).await.number("id").to_owned();
    let plastic = desk.plastic_of(&other).await;
    let activation = format!(r#"{{"card":"{}","cardholderName":"{}"}}"#, plastic.pan.reveal(), plastic.embossed_name);
    assert_eq!(desk.post(&format!("/users/{user}/cards/activation"), &activation).await.status, 200);
    (one, other)
}

#[tokio::test]
async fn a_transfer_moves_both_cards_exactly_and_is_read_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("practice.redb");
    let desk = Desk::with_state(Some(&file)).await;
    let (from, to) = pair(&desk).await;
    load(&desk, &from, "100.0003", "a").await;
    let made = transfer(&desk, &from, &to, "0.0002").await;
    assert_eq!((made.status, made.number("amount")), (201, "0.0002"));
    assert_eq!((balance(&desk, &from).await, balance(&desk, &to).await), ("100.0001".to_owned(), "0.0002".to_owned()));
    let (out, into) = (movements(&desk, &from).await, movements(&desk, &to).await);
    assert_eq!((out.len(), into.len()), (2, 1));
    assert_eq!((&out[1]["type"], &out[1]["direction"]), (&"TRANSFER_OUT".into(), &"DEBIT".into()));
    assert_eq!((&into[0]["type"], &into[0]["direction"]), (&"TRANSFER_IN".into(), &"CREDIT".into()));
    for movement in [&out[1], &into[0]] {
        assert_eq!(movement["description"], "CD-7F3K-92QM", "our own id is found on either card");
        assert!(movement["reference"].is_null());
    }
    let id = made.number("id").to_owned();
    desk.practice.stop().await.unwrap();
    let Desk { token, practice, .. } = desk;
    drop(practice);

    let again = Desk { token, ..Desk::with_state(Some(&file)).await };
    let read = again.get(&format!("/card-transfers/{id}")).await;
    assert_eq!((read.status, read.body), (200, made.body));
    assert_eq!((balance(&again, &from).await, balance(&again, &to).await), ("100.0001".to_owned(), "0.0002".to_owned()));
    load(&again, &to, "1", "b").await;
    assert_ne!(transfer(&again, &to, &from, "1").await.number("id"), id, "ids go on where they were");
    again.practice.stop().await.unwrap();
}

#[tokio::test]
async fn an_overdraw_moves_neither_card() {
    let desk = Desk::new().await;
    let (from, to) = pair(&desk).await;
    load(&desk, &from, "10", "a").await;
    let answer = transfer(&desk, &from, &to, "10.0001").await;
    assert_eq!((answer.status, answer.code(), answer.fields()), (400, "7303".to_owned(), vec!["amount".to_owned()]));
    assert_eq!((balance(&desk, &from).await, balance(&desk, &to).await), ("10.00".to_owned(), "0.00".to_owned()));
    assert!(movements(&desk, &to).await.is_empty());
    assert_eq!(transfer(&desk, &from, &to, "10").await.status, 201);
}

#[tokio::test]
async fn a_card_in_another_state_neither_pays_nor_is_paid() {
    let desk = Desk::new().await;
    let active = desk.active_card().await;
    load(&desk, &active, "10", "a").await;
    for state in ["INACTIVE", "BLOCKED"] {
        let other = desk.plastic(state).await.card_id.to_string();
        let paid = transfer(&desk, &active, &other, "1").await;
        assert_eq!((paid.status, paid.code(), paid.fields()), (409, "7213".to_owned(), vec!["toCardId".to_owned()]), "{state}");
        let pays = transfer(&desk, &other, &active, "1").await;
        assert_eq!((pays.status, pays.code(), pays.fields()), (409, "7213".to_owned(), vec!["fromCardId".to_owned()]), "{state}");
    }
    assert_eq!(balance(&desk, &active).await, "10.00");
}

#[tokio::test]
async fn a_transfer_to_itself_or_to_nowhere_moves_nothing() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    load(&desk, &card, "10", "a").await;
    let same = transfer(&desk, &card, &card, "1").await;
    assert_eq!((same.status, same.code(), same.fields()), (400, "7000".to_owned(), vec!["toCardId".to_owned()]));
    let nowhere = transfer(&desk, &card, "7", "1").await;
    assert_eq!((nowhere.status, nowhere.code(), nowhere.fields()), (404, "7200".to_owned(), vec!["toCardId".to_owned()]));
    let from_nowhere = transfer(&desk, "7", &card, "1").await;
    assert_eq!((from_nowhere.status, from_nowhere.code(), from_nowhere.fields()), (404, "7200".to_owned(), vec!["fromCardId".to_owned()]));
    assert_eq!((balance(&desk, &card).await.as_str(), movements(&desk, &card).await.len()), ("10.00", 1));
}

#[tokio::test]
async fn the_fields_of_a_transfer_are_checked_and_named() {
    let desk = Desk::new().await;
    let (from, to) = pair(&desk).await;
    let ids = format!(r#""fromCardId":{from},"toCardId":{to}"#);
    let cases = [
        (format!(r#"{{{ids}}}"#), "amount", "7000"),
        (format!(r#"{{{ids},"amount":0}}"#), "amount", "7001"),
        (format!(r#"{{{ids},"amount":-1}}"#), "amount", "7001"),
        (format!(r#"{{{ids},"amount":1.00001}}"#), "amount", "7002"),
        (format!(r#"{{{ids},"amount":"1"}}"#), "amount", "7002"),
        (format!(r#"{{{ids},"amount":1,"observations":"{}"}}"#, "ñ".repeat(201)), "observations", "7000"),
        (format!(r#"{{{ids},"amount":1,"description":"only in funds"}}"#), "description", "7000"),
        (format!(r#"{{{ids},"amount":1,"reference":"r"}}"#), "reference", "7000"),
        (format!(r#"{{"fromCardId":"{from}","toCardId":{to},"amount":1}}"#), "fromCardId", "7000"),
        (format!(r#"{{"fromCardId":{from},"toCardId":-1,"amount":1}}"#), "toCardId", "7000"),
        (format!(r#"{{"fromCardId":{from},"toCardId":1.0,"amount":1}}"#), "toCardId", "7000"),
        (format!(r#"{{"fromCardId":{from},"toCardId":99999999999999999999999,"amount":1}}"#), "toCardId", "7000"),
        (format!(r#"{{"fromCardId":{from},"amount":1}}"#), "toCardId", "7000"),
    ];
    for (body, field, code) in cases {
        let answer = desk.post("/cards/transfer", &body).await;
        assert_eq!((answer.status, answer.code(), answer.fields()), (400, code.to_owned(), vec![field.to_owned()]), "{body}");
    }
}

#[tokio::test]
async fn a_transfer_that_is_not_there_is_named() {
    let desk = Desk::new().await;
    let missing = desk.get("/card-transfers/900001").await;
    assert_eq!((missing.status, missing.code(), missing.fields()), (404, "7004".to_owned(), vec!["id".to_owned()]));
    let mistyped = desk.get("/card-transfers/T-1").await;
    assert_eq!((mistyped.status, mistyped.code(), mistyped.fields()), (400, "7000".to_owned(), vec!["id".to_owned()]));
}

#[tokio::test]
async fn a_transfer_wants_a_token_and_an_application() {
    let desk = Desk::new().await;
    let body = Some(r#"{"fromCardId":1,"toCardId":2,"amount":1}"#);
    assert_eq!(desk.call_with("POST", "/cards/transfer", "", body).await.code(), "TOKEN_MISSING");
    let without_application = format!("Authorization: Bearer {}\r\n", desk.token);
    assert_eq!(desk.call_with("POST", "/cards/transfer", &without_application, body).await.status, 400);
    assert_eq!(desk.call_with("GET", "/card-transfers/1", &without_application, None).await.status, 400);
}

#[test]
fn whatever_is_transferred_the_sum_of_both_cards_stays_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = runtime.block_on(Desk::new());
    let (one, other) = runtime.block_on(pair(&desk));
    runtime.block_on(load(&desk, &one, "1000.0001", "start"));
    let parts = Cell::new((10_000_001_u64, 0_u64));
    proptest!(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() }, |(is_forth: bool, amount in 1_u64..12_000_000)| {
        let (from, to) = if is_forth { (&one, &other) } else { (&other, &one) };
        let answer = runtime.block_on(transfer(&desk, from, to, &format!("{}.{:04}", amount / 10_000, amount % 10_000)));
        let (first, second) = parts.get();
        let (paying, paid) = if is_forth { (first, second) } else { (second, first) };
        let after = paying.checked_sub(amount).map(|rest| (rest, paid + amount));
        prop_assert_eq!(answer.status, if after.is_some() { 201 } else { 400 });
        if let Some((paying, paid)) = after {
            parts.set(if is_forth { (paying, paid) } else { (paid, paying) });
        }
        let shown = (runtime.block_on(balance(&desk, &one)), runtime.block_on(balance(&desk, &other)));
        prop_assert_eq!((ten_thousandths(&shown.0), ten_thousandths(&shown.1)), parts.get());
    });
}

fn ten_thousandths(number: &str) -> u64 {
    let (whole, fraction) = number.split_once('.').expect("a point");
    format!("{whole}{fraction:0<4}").parse().expect("digits")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn transfers_in_both_directions_at_once_lose_and_make_nothing() {
    let desk = std::sync::Arc::new(Desk::new().await);
    let (one, other) = pair(&desk).await;
    load(&desk, &one, "50", "a").await;
    load(&desk, &other, "50", "b").await;
    let tasks: Vec<_> = (0..40)
        .map(|index| {
            let (desk, one, other) = (desk.clone(), one.clone(), other.clone());
            tokio::spawn(async move {
                let (from, to) = if index % 2 == 0 { (one, other) } else { (other, one) };
                transfer(&desk, &from, &to, "7.0001").await.status
            })
        })
        .collect();
    for task in tasks {
        assert!([201, 400].contains(&task.await.unwrap()));
    }
    let sum = ten_thousandths(&balance(&desk, &one).await) + ten_thousandths(&balance(&desk, &other).await);
    assert_eq!(sum, 1_000_000);
}
