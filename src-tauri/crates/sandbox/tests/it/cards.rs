//! Issuing, listing, details and activation by API.

use crate::support::{APPLICATION, Desk, registration};

#[tokio::test]
async fn an_issued_card_is_inactive_empty_and_masked() {
    let desk = Desk::new().await;
    let user = desk.post("/users", &registration("ana@example.com", &[])).await.text("userId");
    let card = desk.call("POST", &format!("/users/{user}/cards/virtuals"), None).await;
    assert_eq!(card.status, 201);
    assert_eq!((card.text("status"), card.text("currency"), card.text("userId")), ("INACTIVE".into(), "GTQ".into(), user.clone()));
    assert_eq!((card.number("balance"), card.number("pendingDebits"), card.number("pendingCredits")), ("0.00", "0.00", "0.00"));
    assert_eq!(card.text("cardholderName"), "ANA LUCIA MUNOZ Q'ANIL");
    let plastic = desk.plastic_of(card.number("id")).await;
    assert_eq!(card.text("maskedPan"), format!("400000******{}", plastic.pan.last_four()));
    assert_eq!((card.number("month"), card.number("year")), ("11", "2030"));
    let listed = desk.get(&format!("/users/{user}/cards")).await;
    assert_eq!(listed.json()["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(desk.get(&format!("/cards/{}", card.number("id"))).await.text("maskedPan"), card.text("maskedPan"));
}

#[tokio::test]
async fn a_plastic_is_activated_once_by_its_own_number_and_name() {
    let desk = Desk::new().await;
    let plastic = desk.plastic("INACTIVE").await;
    let path = format!("/users/{}/cards/activation", plastic.cardholder_id);
    let body = |number: &str, name: &str| format!(r#"{{"card":"{number}","cardholderName":"{name}"}}"#);
    let wrong_name = desk.post(&path, &body(plastic.pan.reveal(), "Otra Persona")).await;
    assert_eq!((wrong_name.status, wrong_name.code(), wrong_name.fields()), (400, "7000".into(), vec!["cardholderName".to_owned()]));
    let somebody_elses = desk.plastic_of_another(&plastic.cardholder_id).await;
    for number in [somebody_elses.pan.reveal(), "4000000000000002", "4000000000000003"] {
        let answer = desk.post(&path, &body(number, &plastic.embossed_name)).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "7200"), "{answer:?}");
        assert!(!answer.body.contains(number), "a number is never echoed");
    }
    let done = desk.post(&path, &body(plastic.pan.reveal(), &plastic.embossed_name.to_lowercase())).await;
    assert_eq!((done.status, done.text("status")), (200, "ACTIVE".into()));
    assert!(done.json()["data"]["activatedAt"].is_string());
    let again = desk.post(&path, &body(plastic.pan.reveal(), &plastic.embossed_name)).await;
    assert_eq!((again.status, again.code().as_str()), (409, "7213"));
}

#[tokio::test]
async fn a_blocked_card_is_not_activated() {
    let desk = Desk::new().await;
    let plastic = desk.plastic("BLOCKED").await;
    let body = format!(r#"{{"card":"{}","cardholderName":"{}"}}"#, plastic.pan.reveal(), plastic.embossed_name);
    let answer = desk.post(&format!("/users/{}/cards/activation", plastic.cardholder_id), &body).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "7213"));
}

#[tokio::test]
async fn unknown_ids_are_not_found() {
    let desk = Desk::new().await;
    let activation = r#"{"card":"4000000000000002","cardholderName":"X"}"#;
    let funds = r#"{"amount":1,"operation":"ADD_FUNDS","channel":"WEB","reference":"r"}"#;
    let adjustment = r#"{"amount":1,"operation":"ADD_FUNDS","reference":"r"}"#;
    let cases = [
        ("GET", "/users/nobody", None, "7100"),
        ("GET", "/users/nobody/cards", None, "7100"),
        ("POST", "/users/nobody/cards/virtuals", None, "7100"),
        ("POST", "/users/nobody/cards/activation", Some(activation), "7100"),
        ("GET", "/cards/1", None, "7200"),
        ("GET", "/cards/18446744073709551615", None, "7200"),
        ("GET", "/cards/1/transfers/11/2026", None, "7200"),
        ("POST", "/cards/1/funds", Some(funds), "7200"),
        ("PUT", "/cards/1/funds", Some(adjustment), "7200"),
    ];
    for (method, path, body, code) in cases {
        let answer = desk.call(method, path, body).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, code), "{method} {path}");
    }
}

#[tokio::test]
async fn card_operations_want_the_application_and_everything_wants_a_token() {
    let desk = Desk::new().await;
    let user = desk.plastic("ACTIVE").await.cardholder_id;
    let operations = [
        ("POST", format!("/users/{user}/cards/virtuals")),
        ("GET", format!("/users/{user}/cards")),
        ("POST", format!("/users/{user}/cards/activation")),
        ("GET", "/cards/48201".to_owned()),
        ("POST", "/cards/48201/funds".to_owned()),
        ("PUT", "/cards/48201/funds".to_owned()),
        ("GET", "/cards/48201/transfers/11/2026".to_owned()),
    ];
    for (method, path) in operations {
        let token = format!("Authorization: Bearer {}\r\n", desk.token);
        let without = desk.call_with(method, &path, &token, None).await;
        assert_eq!((without.status, without.code(), without.fields()), (400, "7000".into(), vec!["x-application-id".to_owned()]), "{path}");
        let wrong = desk.call_with(method, &path, &format!("{token}x-application-id: another\r\n"), None).await;
        assert_eq!((wrong.status, wrong.code().as_str()), (403, "FORBIDDEN"), "{path}");
        let unsigned = desk.call_with(method, &path, &format!("x-application-id: {APPLICATION}\r\n"), None).await;
        assert_eq!((unsigned.status, unsigned.code().as_str()), (401, "TOKEN_MISSING"), "{path}");
    }
    for (method, path) in [("POST", "/users"), ("POST", "/users/invitation-code"), ("GET", "/users"), ("GET", "/users/x")] {
        assert_eq!(desk.call_with(method, path, "", None).await.status, 401, "{path}");
    }
}
