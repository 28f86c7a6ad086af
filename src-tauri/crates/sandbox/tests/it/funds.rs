//! Money: exact to four places, atomic, never twice, and the movements it leaves.

use std::cell::Cell;

use proptest::prelude::*;

use crate::support::{Desk, Reply};

async fn change(desk: &Desk, card: &str, operation: &str, amount: &str, reference: &str) -> Reply {
    let body = format!(r#"{{"amount":{amount},"operation":"{operation}","channel":"WEB","reference":"{reference}"}}"#);
    desk.post(&format!("/cards/{card}/funds"), &body).await
}

async fn balance(desk: &Desk, card: &str) -> String {
    desk.get(&format!("/cards/{card}")).await.number("balance").to_owned()
}

/// Ten-thousandths as people and JSON write them, without a float.
fn decimal(ten_thousandths: u64) -> String {
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}

/// The other way round, from two to four places.
fn ten_thousandths(number: &str) -> u64 {
    let (whole, fraction) = number.split_once('.').expect("a point");
    format!("{whole}{fraction:0<4}").parse().expect("digits")
}

#[tokio::test]
async fn money_is_exact_to_four_places_and_written_as_a_number() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let answer = change(&desk, &card, "ADD_FUNDS", "0.1", "a").await;
    assert_eq!((answer.status, answer.number("amount"), answer.number("balance")), (200, "0.10", "0.10"));
    assert_eq!(change(&desk, &card, "ADD_FUNDS", "0.2", "b").await.number("balance"), "0.30");
    assert_eq!(change(&desk, &card, "ADD_FUNDS", "999999999.9999", "c").await.number("balance"), "1000000000.2999");
    assert_eq!(change(&desk, &card, "WITHDRAW_FUNDS", "0.0001", "d").await.number("balance"), "1000000000.2998");
    assert_eq!(change(&desk, &card, "ADD_FUNDS", "1.25e2", "e").await.number("amount"), "125.00");
    assert_eq!(change(&desk, &card, "ADD_FUNDS", "5.00000000", "f").await.number("amount"), "5.00");
    assert_eq!(balance(&desk, &card).await, "1000000130.2998");
}

#[test]
fn any_loads_and_withdrawals_add_up_exactly() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = runtime.block_on(Desk::new());
    let card = runtime.block_on(desk.active_card());
    let number = Cell::new(0);
    let operations = proptest::collection::vec((any::<bool>(), 1_u64..=9_999_999_999_999), 1..6);
    proptest!(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() }, |(operations in operations)| {
        for (is_load, amount) in operations {
            number.set(number.get() + 1);
            let before = ten_thousandths(&runtime.block_on(balance(&desk, &card)));
            let operation = if is_load { "ADD_FUNDS" } else { "WITHDRAW_FUNDS" };
            let answer = runtime.block_on(change(&desk, &card, operation, &decimal(amount), &format!("p-{}", number.get())));
            let expected = match (is_load, before.checked_sub(amount)) {
                (true, _) => Some(before + amount),
                (false, rest) => rest,
            };
            if expected.is_some() {
                prop_assert_eq!(answer.status, 200);
            } else {
                prop_assert_eq!((answer.status, answer.code()), (400, "7303".to_owned()));
            }
            prop_assert_eq!(ten_thousandths(&runtime.block_on(balance(&desk, &card))), expected.unwrap_or(before));
        }
    });
}

#[tokio::test]
async fn an_amount_that_is_none_moves_nothing_and_says_why() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let cases = [
        ("0", "7001"),
        ("-1", "7001"),
        ("-0.0001", "7001"),
        ("0e5", "7001"),
        ("0.00001", "7002"),
        ("1.23456", "7002"),
        ("1e-5", "7002"),
        ("1000000000", "7002"),
        ("1e300", "7002"),
        ("1e999999999999", "7002"),
        ("\"10\"", "7002"),
        ("null", "7002"),
        ("true", "7002"),
        ("[1]", "7002"),
    ];
    for (amount, code) in cases {
        let answer = change(&desk, &card, "ADD_FUNDS", amount, "x").await;
        assert_eq!((answer.status, answer.code(), answer.fields()), (400, code.to_owned(), vec!["amount".to_owned()]), "{amount}");
    }
    assert_eq!(balance(&desk, &card).await, "0.00");
}

#[tokio::test]
async fn an_overdraw_is_refused_whole() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    change(&desk, &card, "ADD_FUNDS", "100.00", "a").await;
    let answer = change(&desk, &card, "WITHDRAW_FUNDS", "100.0001", "b").await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "7303"));
    assert_eq!(change(&desk, &card, "WITHDRAW_FUNDS", "100", "b").await.number("balance"), "0.00", "a refused reference was not used up");
}

#[tokio::test]
async fn only_an_active_card_takes_funds() {
    let desk = Desk::new().await;
    for state in ["INACTIVE", "BLOCKED"] {
        let card = desk.plastic(state).await.card_id.to_string();
        let answer = change(&desk, &card, "ADD_FUNDS", "1", "a").await;
        assert_eq!((answer.status, answer.code().as_str()), (409, "7213"), "{state}");
    }
}

#[tokio::test]
async fn a_reference_moves_money_once_on_its_card_by_either_way() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    assert_eq!(change(&desk, &card, "ADD_FUNDS", "10", "CD-7F3K-92QM").await.status, 200);
    for amount in ["10", "11"] {
        let answer = change(&desk, &card, "ADD_FUNDS", amount, "CD-7F3K-92QM").await;
        assert_eq!((answer.status, answer.code(), answer.fields()), (409, "7006".into(), vec!["reference".to_owned()]));
    }
    let adjustment = r#"{"amount":10,"operation":"ADD_FUNDS","reference":"CD-7F3K-92QM"}"#;
    assert_eq!(desk.call("PUT", &format!("/cards/{card}/funds"), Some(adjustment)).await.code(), "7006");
    assert_eq!(balance(&desk, &card).await, "10.00");
    let another = desk.plastic_of("48201").await.card_id.to_string();
    assert_eq!(change(&desk, &another, "ADD_FUNDS", "10", "CD-7F3K-92QM").await.status, 200, "another card's references are its own");
}

#[tokio::test]
async fn the_rest_of_a_funds_request_is_checked_too() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let base = r#""amount":1,"operation":"ADD_FUNDS","channel":"WEB","reference":"r""#;
    let cases = [
        (format!(r#"{{{base},"description":"{}"}}"#, "ñ".repeat(51)), "description"),
        (format!(r#"{{{base},"description":7}}"#), "description"),
        (format!(r#"{{{base},"currency":"USD"}}"#), "currency"),
        (format!(r#"{{{base},"currency":"gtq"}}"#), "currency"),
        (format!(r#"{{{base},"customKeys":[]}}"#), "customKeys"),
        (format!(r#"{{{base},"observations":"only in PUT"}}"#), "observations"),
        (base.replace("ADD_FUNDS", "add_funds"), "operation"),
        (base.replace("WEB", "web page"), "channel"),
        (base.replace(r#""reference":"r""#, r#""reference":"""#), "reference"),
        (base.replace(r#","reference":"r""#, ""), "reference"),
        (base.replace(r#""channel":"WEB","#, ""), "channel"),
    ];
    for (body, field) in cases {
        let body = if body.starts_with('{') { body } else { format!("{{{body}}}") };
        let answer = desk.post(&format!("/cards/{card}/funds"), &body).await;
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{body}");
    }
    let twice = desk.post(&format!("/cards/{card}/funds"), &format!(r#"{{"amount":5,{base}}}"#)).await;
    assert_eq!((twice.status, twice.code().as_str()), (400, "7000"), "which of two amounts is meant is never guessed");
    assert_eq!(balance(&desk, &card).await, "0.00");
    let full = format!(r#"{{{base},"description":"{}","currency":"GTQ","customKeys":{{"a":[1]}}}}"#, "ñ".repeat(50));
    assert_eq!(desk.post(&format!("/cards/{card}/funds"), &full).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_loads_on_one_card_are_neither_lost_nor_doubled() {
    let desk = std::sync::Arc::new(Desk::new().await);
    let card = desk.active_card().await;
    let tasks: Vec<_> = (0..48)
        .map(|index| {
            let (desk, card) = (desk.clone(), card.clone());
            // Every reference is sent twice at once: one of the two moves the money.
            tokio::spawn(async move { change(&desk, &card, "ADD_FUNDS", "10.0001", &format!("c-{}", index / 2)).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 24);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 24);
    assert_eq!(balance(&desk, &card).await, "240.0024");
    let movements = desk.get(&format!("/cards/{card}/transfers/11/2026")).await.json();
    assert_eq!(movements["data"].as_array().map(Vec::len), Some(24));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_withdrawals_never_overdraw() {
    let desk = std::sync::Arc::new(Desk::new().await);
    let card = desk.active_card().await;
    change(&desk, &card, "ADD_FUNDS", "50", "start").await;
    let tasks: Vec<_> = (0..20)
        .map(|index| {
            let (desk, card) = (desk.clone(), card.clone());
            tokio::spawn(async move { change(&desk, &card, "WITHDRAW_FUNDS", "7.5", &format!("w-{index}")).await.status })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += u32::from(task.await.unwrap() == 200);
    }
    assert_eq!((done, balance(&desk, &card).await.as_str()), (6, "5.00"));
}

#[tokio::test]
async fn a_movement_keeps_its_reference_note_and_running_balance() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let load = r#"{"amount":10.5,"operation":"ADD_FUNDS","channel":"ATM","reference":"r-1","description":"Viáticos"}"#;
    let made = desk.post(&format!("/cards/{card}/funds"), load).await;
    let adjustment = r#"{"amount":0.5,"operation":"WITHDRAW_FUNDS","reference":"r-2","observations":"Corrección"}"#;
    desk.call("PUT", &format!("/cards/{card}/funds"), Some(adjustment)).await;
    let answer = desk.get(&format!("/cards/{card}/transfers/11/2026")).await;
    let movements = &answer.json()["data"];
    assert_eq!(movements[0]["id"], made.json()["data"]["id"]);
    assert_eq!((&movements[0]["type"], &movements[0]["direction"]), (&"ADD_FUNDS".into(), &"CREDIT".into()));
    assert_eq!((&movements[0]["reference"], &movements[0]["description"]), (&"r-1".into(), &"Viáticos".into()));
    assert_eq!((&movements[1]["type"], &movements[1]["direction"]), (&"WITHDRAW_FUNDS".into(), &"DEBIT".into()));
    assert_eq!((&movements[1]["reference"], &movements[1]["description"]), (&"r-2".into(), &"Corrección".into()));
    assert!(answer.body.contains(r#""amount":0.50,"balance":10.00"#), "{answer:?}");
}

#[tokio::test]
async fn a_month_is_a_calendar_month_in_guatemala() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    desk.clock.set("2026-12-01T05:59:59Z");
    let desk = Desk { token: desk.practice.bearer_token().await.unwrap(), ..desk };
    change(&desk, &card, "ADD_FUNDS", "1", "november").await;
    desk.clock.pass(1);
    change(&desk, &card, "ADD_FUNDS", "1", "december").await;
    let november = desk.get(&format!("/cards/{card}/transfers/11/2026")).await;
    let december = desk.get(&format!("/cards/{card}/transfers/12/2026")).await;
    assert!(november.body.contains("november") && !november.body.contains("december"));
    assert!(december.body.contains("december") && !december.body.contains("november"));
    assert!(desk.get(&format!("/cards/{card}/transfers/01/2026")).await.json()["data"].as_array().unwrap().is_empty());
    for (path, field) in
        [("0/2026", "month"), ("13/2026", "month"), ("x/2026", "month"), ("11/1999", "year"), ("11/2101", "year"), ("11/x", "year")]
    {
        let answer = desk.get(&format!("/cards/{card}/transfers/{path}")).await;
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{path}");
    }
}
