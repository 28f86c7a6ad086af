//! Blocking, renaming, CVV, statements, associating and types of transfers: what the contract says, and its refusals.

use serde_json::Value;

use crate::support::{Desk, registration};

#[tokio::test]
async fn a_card_is_blocked_and_unblocked_and_every_other_change_of_state_is_refused() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let path = format!("/cards/{card}/status");
    let to = |state: &str| format!(r#"{{"status":"{state}","reason":"la perdió"}}"#);
    let again = desk.call("PATCH", &path, Some(&to("ACTIVE"))).await;
    assert_eq!((again.status, again.code().as_str()), (409, "7213"));
    assert_eq!(desk.call("PATCH", &path, Some(&to("BLOCKED"))).await.text("status"), "BLOCKED");
    assert_eq!(desk.call("PATCH", &path, Some(&to("BLOCKED"))).await.code(), "7213");
    assert_eq!(desk.call("PATCH", &path, Some(r#"{"status":"ACTIVE"}"#)).await.text("status"), "ACTIVE");
    assert_eq!(desk.get(&format!("/cards/{card}")).await.text("status"), "ACTIVE");
    for (body, field) in [
        (r#"{"status":"INACTIVE"}"#, "status"),
        (r#"{"status":"blocked"}"#, "status"),
        (r#"{}"#, "status"),
        (r#"{"status":"BLOCKED","reason":"a\nb"}"#, "reason"),
        (r#"{"status":"BLOCKED","why":"x"}"#, "why"),
    ] {
        let answer = desk.call("PATCH", &path, Some(body)).await;
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{body}");
    }
    let inactive = desk.plastic("INACTIVE").await.card_id;
    for state in ["BLOCKED", "ACTIVE"] {
        let answer = desk.call("PATCH", &format!("/cards/{inactive}/status"), Some(&to(state))).await;
        assert_eq!((answer.status, answer.code().as_str()), (409, "7213"), "a card that waits is managed by nobody");
    }
    assert_eq!(desk.call("PATCH", "/cards/1/status", Some(&to("BLOCKED"))).await.code(), "7200");
}

#[tokio::test]
async fn an_alias_is_one_printable_line_of_at_most_50_characters() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let path = format!("/cards/{card}/alias");
    let renamed = desk.call("PATCH", &path, Some(r#"{"alias":"Viáticos Ñ"}"#)).await;
    assert_eq!((renamed.status, renamed.text("alias").as_str()), (200, "Viáticos Ñ"));
    let longest = format!(r#"{{"alias":"{}"}}"#, "ñ".repeat(50));
    assert_eq!(desk.call("PATCH", &path, Some(&longest)).await.status, 200);
    for wrong in [String::new(), "  ".to_owned(), "ñ".repeat(51), "a".repeat(300), "a\\u0000b".to_owned(), "a\\u202eb".to_owned()] {
        let answer = desk.call("PATCH", &path, Some(&format!(r#"{{"alias":"{wrong}"}}"#))).await;
        assert_eq!((answer.status, answer.fields()), (400, vec!["alias".to_owned()]), "{wrong:?}");
    }
}

#[tokio::test]
async fn the_cvv_is_that_of_the_plastic_and_is_shown_of_an_active_card_only() {
    let desk = Desk::new().await;
    let plastic = desk.plastic("ACTIVE").await;
    let shown = desk.get(&format!("/cards/{}/cvv", plastic.card_id)).await;
    assert_eq!((shown.status, shown.text("cvv").as_str()), (200, plastic.cvv.reveal()));
    for state in ["INACTIVE", "BLOCKED"] {
        let other = desk.plastic(state).await;
        assert_eq!(desk.get(&format!("/cards/{}/cvv", other.card_id)).await.code(), "7213", "{state}");
    }
}

#[tokio::test]
async fn a_statement_takes_some_seconds_and_adds_up() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let load = |amount: &str, operation: &str, reference: &str| {
        format!(r#"{{"amount":{amount},"operation":"{operation}","channel":"WEB","reference":"{reference}"}}"#)
    };
    desk.post(&format!("/cards/{card}/funds"), &load("100.0001", "ADD_FUNDS", "a")).await;
    desk.post(&format!("/cards/{card}/funds"), &load("40", "WITHDRAW_FUNDS", "b")).await;
    let (asking, reading) = (format!("/cards/{card}/statements"), format!("/cards/{card}/statements/11/2026"));
    let unasked = desk.get(&reading).await;
    assert_eq!((unasked.status, unasked.code().as_str()), (404, "7004"));
    let asked = desk.post(&asking, r#"{"month":11,"year":2026}"#).await;
    assert_eq!((asked.status, asked.text("status").as_str()), (201, "PENDING"));
    desk.clock.pass(4);
    assert_eq!(desk.get(&reading).await.text("status"), "PENDING");
    assert_eq!(desk.post(&asking, r#"{"month":11,"year":2026}"#).await.status, 201, "asking again does no harm");
    desk.clock.pass(1);
    let ready = desk.get(&reading).await;
    assert_eq!(ready.text("status"), "READY");
    for (name, number) in
        [("openingBalance", "0.00"), ("closingBalance", "60.0001"), ("totalCredits", "100.0001"), ("totalDebits", "40.00")]
    {
        assert_eq!(ready.number(name), number, "{name}");
    }
    assert_eq!(ready.json()["data"]["movements"].as_array().map(Vec::len), Some(2));
    desk.post(&asking, r#"{"month":11,"year":2026}"#).await;
    assert_eq!(desk.get(&reading).await.text("status"), "PENDING", "the month under way is made anew");
}

#[tokio::test]
async fn a_seeded_cards_statement_begins_where_the_month_before_ended() {
    let desk = Desk::new().await;
    let plastic = desk.plastic("ACTIVE").await;
    let id = plastic.card_id;
    let before = desk.get(&format!("/cards/{id}/transfers/10/2026")).await.body;
    desk.post(&format!("/cards/{id}/statements"), r#"{"month":11,"year":2026}"#).await;
    desk.clock.pass(10);
    let statement = desk.get(&format!("/cards/{id}/statements/11/2026")).await;
    // The number's own text: a float would lose its last digits.
    if let Some((_, last)) = before.rsplit_once("\"balance\":") {
        assert_eq!(statement.number("openingBalance"), last.split([',', '}']).next().unwrap());
    }
    assert_eq!(statement.number("closingBalance"), desk.get(&format!("/cards/{id}")).await.number("balance"));
}

#[tokio::test]
async fn a_statement_of_a_month_that_can_not_be_is_refused_at_its_field() {
    let desk = Desk::new().await;
    let card = desk.active_card().await;
    let path = format!("/cards/{card}/statements");
    for (body, field) in [
        (r#"{"month":12,"year":2026}"#, "month"),
        (r#"{"month":10,"year":2026}"#, "month"),
        (r#"{"month":13,"year":2026}"#, "month"),
        (r#"{"month":0,"year":2026}"#, "month"),
        (r#"{"month":"11","year":2026}"#, "month"),
        (r#"{"month":11,"year":1999}"#, "year"),
        (r#"{"month":11}"#, "year"),
    ] {
        let answer = desk.post(&path, body).await;
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{body}");
    }
    let inactive = desk.plastic("INACTIVE").await.card_id;
    assert_eq!(desk.post(&format!("/cards/{inactive}/statements"), r#"{"month":11,"year":2026}"#).await.code(), "7213");
}

#[tokio::test]
async fn a_plastic_of_nobody_is_associated_once_and_then_activated() {
    let desk = Desk::new().await;
    let user = desk.post("/users", &registration("ana@example.com", &[])).await.text("userId");
    let blank = desk.practice.blank_plastics().await.unwrap().remove(0);
    let path = format!("/users/{user}/cards?clientId=cardeskPractice");
    let body = format!(r#"{{"card":"{}","alias":"Caja"}}"#, blank.pan.reveal());
    let made = desk.post(&path, &body).await;
    assert_eq!((made.status, made.text("status").as_str(), made.text("alias").as_str()), (201, "INACTIVE", "Caja"));
    assert_eq!(made.number("id"), blank.card_id.to_string());
    assert!(!made.body.contains(blank.pan.reveal()));
    let again = desk.post(&path, &body).await;
    assert_eq!((again.status, again.code(), again.fields()), (409, "7006".into(), vec!["card".to_owned()]));
    assert!(desk.practice.blank_plastics().await.unwrap().iter().all(|other| other.card_id != blank.card_id));
    let other = desk.post("/users", &registration("otra@example.com", &[])).await.text("userId");
    let somebody_elses = desk.post(&format!("/users/{other}/cards"), &body).await;
    assert_eq!((somebody_elses.status, somebody_elses.code().as_str()), (404, "7200"));
    let activation = format!(r#"{{"card":"{}","cardholderName":"{}"}}"#, blank.pan.reveal(), made.text("cardholderName"));
    assert_eq!(desk.post(&format!("/users/{user}/cards/activation"), &activation).await.text("status"), "ACTIVE");
}

#[tokio::test]
async fn what_is_no_plastic_to_associate_is_refused() {
    let desk = Desk::new().await;
    let user = desk.post("/users", &registration("ana@example.com", &[])).await.text("userId");
    let path = format!("/users/{user}/cards");
    for (number, status, code) in [
        ("4000000000000002", 404, "7200"),
        ("4000000000000003", 404, "7200"),
        ("400000000000", 400, "7000"),
        ("40000000000000000000", 400, "7000"),
        ("4000 0000 0000 0002", 400, "7000"),
    ] {
        let answer = desk.post(&path, &format!(r#"{{"card":"{number}"}}"#)).await;
        assert_eq!((answer.status, answer.code().as_str(), answer.fields()), (status, code, vec!["card".to_owned()]), "{number}");
        assert!(!answer.body.contains(number), "a number is never echoed");
    }
    let wrong_client = desk.post(&format!("{path}?clientId=another"), r#"{"card":"4000000000000002"}"#).await;
    assert_eq!((wrong_client.status, wrong_client.fields()), (400, vec!["clientId".to_owned()]));
    assert_eq!(desk.post("/users/nobody/cards", r#"{"card":"4000000000000002"}"#).await.code(), "7100");
}

#[tokio::test]
async fn types_of_transfers_are_made_together_or_not_at_all() {
    let desk = Desk::new().await;
    let one = |word: &str| {
        format!(r#"{{"type":"{word}","channel":"webService","movementType":"credit","model":"settlement","name":"Planilla"}}"#)
    };
    let made = desk.post("/card-transfers/types", &format!(r#"{{"types":[{},{}]}}"#, one("A"), one("B"))).await;
    assert_eq!((made.status, made.json()["data"][1]["type"].as_str()), (201, Some("B")));
    let partly = desk.post("/card-transfers/types", &format!(r#"{{"types":[{},{}]}}"#, one("C"), one("A"))).await;
    assert_eq!((partly.status, partly.code().as_str()), (409, "7006"));
    assert_eq!(desk.post("/card-transfers/types", &format!(r#"{{"types":[{}]}}"#, one("C"))).await.status, 201, "C was not made");
    for (types, fields) in [
        ("[]".to_owned(), vec!["types"]),
        ("{}".to_owned(), vec!["types"]),
        (format!("[{},7]", one("D")), vec!["types"]),
        (r#"[{"type":"E","channel":"web","movementType":"credit"}]"#.to_owned(), vec!["channel", "model"]),
    ] {
        let answer = desk.post("/card-transfers/types", &format!(r#"{{"types":{types}}}"#)).await;
        assert_eq!((answer.status, answer.fields()), (400, fields.into_iter().map(str::to_owned).collect::<Vec<_>>()), "{types}");
    }
}

#[tokio::test]
async fn what_is_on_a_blocked_card_goes_to_another_card_of_its_holder_and_to_nobody_elses() {
    let desk = Desk::new().await;
    let old = desk.active_card().await;
    desk.post(&format!("/cards/{old}/funds"), r#"{"amount":75.0001,"operation":"ADD_FUNDS","channel":"WEB","reference":"a"}"#).await;
    let user = desk.get(&format!("/cards/{old}")).await.text("userId");
    let new = desk.call("POST", &format!("/users/{user}/cards/virtuals"), None).await.number("id").to_owned();
    desk.call("PATCH", &format!("/cards/{old}/status"), Some(r#"{"status":"BLOCKED"}"#)).await;
    let moving = |to: &str| format!(r#"{{"fromCardId":{old},"toCardId":{to},"amount":75.0001}}"#);
    let waiting = desk.post("/cards/transfer", &moving(&new)).await;
    assert_eq!((waiting.code(), waiting.fields()), ("7213".to_owned(), vec!["toCardId".to_owned()]), "the new one is not active yet");
    let plastic = desk.plastic_of(&new).await;
    let activation = format!(r#"{{"card":"{}","cardholderName":"{}"}}"#, plastic.pan.reveal(), plastic.embossed_name);
    desk.post(&format!("/users/{user}/cards/activation"), &activation).await;
    let somebody_elses = desk.plastic_of_another(&plastic.cardholder_id).await.card_id.to_string();
    let refused = desk.post("/cards/transfer", &moving(&somebody_elses)).await;
    assert_eq!((refused.code(), refused.fields()), ("7213".to_owned(), vec!["fromCardId".to_owned()]));
    assert_eq!(desk.post("/cards/transfer", &moving(&new)).await.status, 201);
    let balances = (desk.get(&format!("/cards/{old}")).await, desk.get(&format!("/cards/{new}")).await);
    assert_eq!((balances.0.number("balance"), balances.1.number("balance")), ("0.00", "75.0001"));
}

#[tokio::test]
async fn what_an_answer_says_that_nobody_knows_yet_stands_beside_what_is_known() {
    let desk = Desk::new().await;
    let plan = r#"{"seed":3,"rules":[{"requests":["card_details","find_cardholders"],"when":"always","fault":"unfamiliar"}]}"#;
    let card = desk.plastic("ACTIVE").await.card_id;
    let plain = desk.get(&format!("/cards/{card}")).await;
    desk.practice.set_faults(cardesk_sandbox::FaultPlan::from_json(plan).unwrap()).await.unwrap();
    let (mut words, mut fields) = (0, 0);
    for _ in 0..30 {
        let answer = desk.get(&format!("/cards/{card}")).await;
        assert_eq!((answer.status, answer.number("balance")), (200, plain.number("balance")), "not a digit is lost");
        let (known, now) = (plain.json(), answer.json());
        words += usize::from(now["data"]["status"] != known["data"]["status"]);
        fields += usize::from(now["data"].as_object().map(serde_json::Map::len) > known["data"].as_object().map(serde_json::Map::len));
    }
    assert!(words > 0 && words < 30 && fields == 30, "{words} {fields}");
    assert_eq!(desk.get("/cards/1").await.status, 404, "a refusal stays as it is");
    let listed: Value = desk.get("/users?limit=5").await.json();
    assert_eq!(listed["data"]["users"].as_array().map(Vec::len), Some(5));
}
