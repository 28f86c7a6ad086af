//! PINs and one-time codes: the elevation, the counting, and that nothing of it is kept or shown where it should not be.

use cardesk_sandbox::{CodeStanding, PermissionSet};

use crate::support::{APPLICATION, Desk, Reply, registration};

/// A cardholder with an active card, and their e-mail address.
struct Holder {
    email: String,
    user: String,
    card: String,
}

impl Holder {
    async fn new(desk: &Desk, email: &str) -> Self {
        let user = desk.post("/users", &registration(email, &[])).await.text("userId");
        let card = desk.call("POST", &format!("/users/{user}/cards/virtuals"), None).await.number("id").to_owned();
        let plastic = desk.plastic_of(&card).await;
        let activation = format!(r#"{{"card":"{}","cardholderName":"{}"}}"#, plastic.pan.reveal(), plastic.embossed_name);
        assert_eq!(desk.post(&format!("/users/{user}/cards/activation"), &activation).await.status, 200);
        Self { email: email.to_owned(), user, card }
    }

    /// Asks for a code, reads it off the phone, and gives the elevated token.
    async fn elevated(&self, desk: &Desk) -> String {
        assert_eq!(ask(desk, &self.email, "pin_change").await.status, 201);
        let code = desk.practice.phone_messages().remove(0).code;
        read_out(desk, &self.email, code.reveal(), "pin_change").await.text("accessToken")
    }

    async fn set_pin(&self, desk: &Desk, token: &str, pin: &str) -> Reply {
        with_token(desk, token, &format!("/cards/{}/pin", self.card), pin).await
    }

    async fn verify(&self, desk: &Desk, pin: &str) -> Reply {
        desk.post(&format!("/cards/{}/pin/verification", self.card), &format!(r#"{{"pin":"{pin}"}}"#)).await
    }
}

async fn ask(desk: &Desk, email: &str, purpose: &str) -> Reply {
    desk.post("/users/auth/otp", &format!(r#"{{"email":"{email}","purpose":"{purpose}"}}"#)).await
}

async fn read_out(desk: &Desk, email: &str, code: &str, purpose: &str) -> Reply {
    desk.call("PUT", "/users/auth/otp", Some(&format!(r#"{{"email":"{email}","otp":"{code}","purpose":"{purpose}"}}"#))).await
}

async fn with_token(desk: &Desk, token: &str, path: &str, pin: &str) -> Reply {
    let headers = format!("Authorization: Bearer {token}\r\nx-application-id: {APPLICATION}\r\n");
    desk.call_with("POST", path, &headers, Some(&format!(r#"{{"pin":"{pin}"}}"#))).await
}

#[tokio::test]
async fn a_pin_is_set_by_the_code_on_the_phone_and_verified() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    assert_eq!(desk.get(&format!("/cards/{}", ana.card)).await.json()["data"]["pinAssigned"], false);
    let unset = ana.verify(&desk, "2580").await;
    assert_eq!((unset.status, unset.code().as_str()), (409, "7213"), "there is none yet");
    let token = ana.elevated(&desk).await;
    let set = ana.set_pin(&desk, &token, "2580").await;
    assert_eq!(set.status, 200, "{set:?}");
    assert!(!set.body.contains("2580"));
    assert_eq!(desk.get(&format!("/cards/{}", ana.card)).await.json()["data"]["pinAssigned"], true);
    assert_eq!(ana.verify(&desk, "2580").await.status, 200);
    let message = desk.practice.phone_messages().remove(0);
    assert_eq!((message.standing, message.owner.email.as_str()), (CodeStanding::Used, "ana@example.com"));
    assert_eq!(message.owner.cardholder_id.as_str(), ana.user);
    assert_eq!((message.owner.name.as_str(), message.owner.phone_number.as_deref()), ("Ana Lucía Muñoz Q'anil", Some("+50255551234")));
    let again = ana.set_pin(&desk, &token, "2581").await;
    assert_eq!((again.status, again.code().as_str()), (401, "TOKEN_INVALID"), "an elevated session serves one change");
}

#[tokio::test]
async fn three_wrong_pins_in_a_row_lock_it_until_a_new_one_is_set() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    let token = ana.elevated(&desk).await;
    ana.set_pin(&desk, &token, "918273645546").await;
    for wrong in ["9182", "918273645547"] {
        let answer = ana.verify(&desk, wrong).await;
        assert_eq!((answer.status, answer.code(), answer.fields()), (400, "7205".into(), vec!["pin".to_owned()]));
    }
    assert_eq!(ana.verify(&desk, "918273645546").await.status, 200, "a right one begins the count anew");
    for _ in 0..3 {
        assert_eq!(ana.verify(&desk, "0000").await.code(), "7205");
    }
    assert_eq!(ana.verify(&desk, "918273645546").await.code(), "7213", "locked, even for the right one");
    let standing = desk.get(&format!("/practice/cards/{}/pin", ana.card)).await.json();
    assert_eq!((&standing["data"]["wrongTries"], &standing["data"]["isLocked"]), (&3.into(), &true.into()));
    let token = ana.elevated(&desk).await;
    ana.set_pin(&desk, &token, "4071").await;
    assert_eq!(ana.verify(&desk, "4071").await.status, 200);
}

#[tokio::test]
async fn a_pin_of_another_form_or_in_another_state_is_refused_and_never_echoed() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    let token = ana.elevated(&desk).await;
    for wrong in ["123", "1234567890123", "abcd", "12 34", ""] {
        let answer = ana.set_pin(&desk, &token, wrong).await;
        assert_eq!((answer.status, answer.fields()), (400, vec!["pin".to_owned()]), "{wrong}");
        assert!(wrong.is_empty() || !answer.body.contains(&format!("{wrong}\"")), "{wrong}");
    }
    desk.call("PATCH", &format!("/cards/{}/status", ana.card), Some(r#"{"status":"BLOCKED"}"#)).await;
    assert_eq!(ana.set_pin(&desk, &token, "2580").await.code(), "7213");
    assert_eq!(ana.verify(&desk, "2580").await.code(), "7213");
    desk.call("PATCH", &format!("/cards/{}/status", ana.card), Some(r#"{"status":"ACTIVE"}"#)).await;
    assert_eq!(ana.set_pin(&desk, &token, "2580").await.status, 200, "what was refused did not spend the session");
}

#[tokio::test]
async fn only_an_elevated_session_of_the_right_person_and_purpose_sets_a_pin() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    let luis = Holder::new(&desk, "luis@example.com").await;
    let ours = ana.set_pin(&desk, &desk.token, "2580").await;
    assert_eq!((ours.status, ours.code().as_str()), (403, "FORBIDDEN"));
    assert_eq!(ana.set_pin(&desk, "made-up", "2580").await.code(), "TOKEN_INVALID");
    let of_luis = luis.elevated(&desk).await;
    assert_eq!(ana.set_pin(&desk, &of_luis, "2580").await.code(), "FORBIDDEN");
    ask(&desk, &ana.email, "login").await;
    let code = desk.practice.phone_messages().remove(0).code;
    let for_login = read_out(&desk, &ana.email, code.reveal(), "login").await.text("accessToken");
    assert_eq!(ana.set_pin(&desk, &for_login, "2580").await.code(), "FORBIDDEN");
    let late = ana.elevated(&desk).await;
    desk.clock.pass(300);
    assert_eq!(ana.set_pin(&desk, &late, "2580").await.code(), "TOKEN_INVALID", "five minutes are over");
    let elsewhere = ana.elevated(&desk).await;
    let headers = format!("Authorization: Bearer {elsewhere}\r\nx-application-id: {APPLICATION}\r\n");
    assert_eq!(desk.call_with("GET", &format!("/cards/{}", ana.card), &headers, None).await.status, 401, "it opens nothing else");
}

#[tokio::test]
async fn a_code_that_is_wrong_used_old_or_for_something_else_opens_nothing() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    let refused = async |code: &str, purpose: &str| {
        let answer = read_out(&desk, &ana.email, code, purpose).await;
        assert_eq!((answer.status, answer.code(), answer.fields()), (400, "7000".into(), vec!["otp".to_owned()]), "{code} {purpose}");
    };
    refused("000000", "pin_change").await;
    ask(&desk, &ana.email, "pin_change").await;
    let code = desk.practice.phone_messages().remove(0).code;
    refused(code.reveal(), "login").await;
    let wrong = if code.reveal() == "123456" { "123457" } else { "123456" };
    for _ in 0..3 {
        refused(wrong, "pin_change").await;
    }
    refused(code.reveal(), "pin_change").await;
    assert_eq!(desk.practice.phone_messages()[0].standing, CodeStanding::Void);
    ask(&desk, &ana.email, "pin_change").await;
    desk.clock.pass(300);
    let late = desk.practice.phone_messages().remove(0);
    refused(late.code.reveal(), "pin_change").await;
    assert_eq!(late.standing, CodeStanding::Expired);
    for (email, purpose, code, field) in [
        ("nadie@example.com", "login", "7100", "email"),
        ("ana@example.com", "transfer", "7000", "purpose"),
        ("ana", "login", "7000", "email"),
    ] {
        let answer = ask(&desk, email, purpose).await;
        assert_eq!((answer.code().as_str(), answer.fields()), (code, vec![field.to_owned()]));
    }
}

#[tokio::test]
async fn somebody_who_shares_a_card_has_a_pin_of_their_own() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    let luis = Holder::new(&desk, "luis@example.com").await;
    let path = format!("/cards/{}/users/{}/pin", ana.card, luis.user);
    let token = ana.elevated(&desk).await;
    let not_shared = with_token(&desk, &token, &path, "4071").await;
    assert_eq!((not_shared.status, not_shared.code(), not_shared.fields()), (404, "7220".into(), vec!["authUserId".to_owned()]));
    let last_four = desk.plastic_of(&ana.card).await.pan.last_four();
    let link = format!(r#"{{"email":"ana@example.com","suffix":"{last_four}","alias":"De Ana"}}"#);
    assert_eq!(desk.post(&format!("/users/{}/linked-cards", luis.user), &link).await.status, 201);
    assert_eq!(with_token(&desk, &token, &path, "4071").await.status, 200);
    let token = ana.elevated(&desk).await;
    ana.set_pin(&desk, &token, "2580").await;
    for pin in ["4071", "2580"] {
        assert_eq!(ana.verify(&desk, pin).await.status, 200, "{pin}");
    }
    let token = ana.elevated(&desk).await;
    let nobody = with_token(&desk, &token, &format!("/cards/{}/users/nobody/pin", ana.card), "4071").await;
    assert_eq!((nobody.status, nobody.code().as_str()), (404, "7100"));
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named_and_nothing_else_is_held_up() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    let token = ana.elevated(&desk).await;
    let mut permissions = PermissionSet::Everything.permissions();
    assert_eq!(desk.practice.permissions(), permissions);
    let funds = |operation: &str| format!(r#"{{"amount":5,"operation":"{operation}","channel":"WEB","reference":"{operation}"}}"#);
    let (load, withdrawal) = (funds("ADD_FUNDS"), funds("WITHDRAW_FUNDS"));
    let adjustment = r#"{"amount":5,"operation":"ADD_FUNDS","reference":"adjustment"}"#;
    let other = desk.plastic_of_another(&ana.user.parse().unwrap()).await.card_id;
    let transfer = format!(r#"{{"fromCardId":{},"toCardId":{other},"amount":5}}"#, ana.card);
    for (permission, method, path, body) in [
        ("updateAlias", "PATCH", format!("/cards/{}/alias", ana.card), Some(r#"{"alias":"Caja"}"#)),
        ("checkCvv", "GET", format!("/cards/{}/cvv", ana.card), None),
        ("checkCard", "GET", format!("/cards/{}", ana.card), None),
        ("getCards", "GET", format!("/users/{}/cards", ana.user), None),
        ("getAllTransfersByDate", "GET", format!("/cards/{}/transfers/11/2026", ana.card), None),
        ("addFunds", "POST", format!("/cards/{}/funds", ana.card), Some(load.as_str())),
        ("addFunds", "PUT", format!("/cards/{}/funds", ana.card), Some(adjustment)),
        ("withdrawFunds", "POST", format!("/cards/{}/funds", ana.card), Some(withdrawal.as_str())),
        ("transferBetweenCards", "POST", "/cards/transfer".to_owned(), Some(transfer.as_str())),
        ("USER_REGISTRATION", "POST", "/users/invitation-code".to_owned(), None),
        // Last: a blocked card shows no CVV.
        ("updateStatus", "PATCH", format!("/cards/{}/status", ana.card), Some(r#"{"status":"BLOCKED"}"#)),
    ] {
        permissions.retain(|granted| granted.as_str() != permission);
        desk.practice.set_permissions(permissions.clone());
        let answer = desk.call(method, &path, body).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "FORBIDDEN"), "{path}");
        let entry = &answer.json()["errors"][0];
        assert_eq!(entry["permission"], permission);
        assert!(entry["message"].as_str().unwrap().contains(permission));
        permissions = PermissionSet::Everything.permissions();
        desk.practice.set_permissions(permissions.clone());
        assert!(desk.call(method, &path, body).await.status < 300, "{path}");
    }
    desk.practice.set_permissions(PermissionSet::NoMoney.permissions());
    for body in [&load, &withdrawal] {
        assert_eq!(desk.post(&format!("/cards/{}/funds", ana.card), body).await.code(), "FORBIDDEN", "{body}");
    }
    assert_eq!(desk.post("/cards/transfer", &transfer).await.code(), "FORBIDDEN");
    desk.practice.set_permissions(PermissionSet::NoCardSecrets.permissions());
    let pin = ana.set_pin(&desk, &token, "2580").await;
    assert_eq!((pin.status, &pin.json()["errors"][0]["permission"]), (403, &"assignPIN".into()));
    assert_eq!(desk.call_with("PATCH", &format!("/cards/{}/alias", ana.card), "", Some("{}")).await.status, 401, "the token comes first");
}

#[tokio::test]
async fn looking_in_wants_a_token_and_starting_over_empties_the_phones() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    ask(&desk, &ana.email, "login").await;
    assert_eq!(desk.call_with("GET", "/practice/phone", "", None).await.status, 401);
    let seen = desk.get("/practice/phone").await.json();
    assert_eq!(seen["data"][0]["code"], desk.practice.phone_messages()[0].code.reveal());
    assert_eq!((&seen["data"][0]["purpose"], &seen["data"][0]["standing"]), (&"login".into(), &"waiting".into()));
    desk.practice.start_over().await.unwrap();
    assert!(desk.practice.phone_messages().is_empty());
}

#[tokio::test]
async fn on_a_card_whose_owner_has_no_pin_wrong_ones_count_for_whoever_shares_it() {
    let desk = Desk::new().await;
    let ana = Holder::new(&desk, "ana@example.com").await;
    let luis = Holder::new(&desk, "luis@example.com").await;
    let last_four = desk.plastic_of(&ana.card).await.pan.last_four();
    let link = format!(r#"{{"email":"ana@example.com","suffix":"{last_four}","alias":"De Ana"}}"#);
    assert_eq!(desk.post(&format!("/users/{}/linked-cards", luis.user), &link).await.status, 201);
    let path = format!("/cards/{}/users/{}/pin", ana.card, luis.user);
    let token = luis.elevated(&desk).await;
    assert_eq!(with_token(&desk, &token, &path, "4071").await.status, 200);

    assert_eq!(ana.verify(&desk, "2580").await.code(), "7205", "there is a PIN, and it is another one");
    assert_eq!(ana.verify(&desk, "4071").await.status, 200, "a right one clears the count");
    for tries_left in [2, 1, 0] {
        let wrong = ana.verify(&desk, "2580").await;
        assert_eq!((wrong.status, wrong.code().as_str()), (400, "7205"));
        let message = wrong.json()["errors"][0]["message"].to_string();
        assert!(message.contains(&format!("tries left: {tries_left}")), "{message}");
    }
    let locked = ana.verify(&desk, "4071").await;
    assert_eq!((locked.status, locked.code().as_str()), (409, "7213"), "the right one does not help any more");
    let token = luis.elevated(&desk).await;
    assert_eq!(with_token(&desk, &token, &path, "4071").await.status, 200);
    assert_eq!(ana.verify(&desk, "4071").await.status, 200);
}
