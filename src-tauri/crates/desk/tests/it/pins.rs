//! PINs: what is sent, how each way out is told, and that no PIN or code stays anywhere.

use axum::http::Method;
use cardesk_desk::view::{
    HappeningAction, HappeningResult, HappeningsRequest, PinForm, PinOwner, PinSubmitted, PinVerdict, PinWeakness, SecretText,
};
use cardesk_desk::{Desk, ErrorCode, ErrorView, Field, FieldCode};
use serde_json::json;

use crate::rig::{Rig, all_bytes_below};
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted, data, refusal};

const POST: Method = Method::POST;
const PUT: Method = Method::PUT;

const PIN: &str = "918273645546";
const CODE: &str = "482915";

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn of_holder() -> PinOwner {
    PinOwner { card_id: CARD.to_owned(), user_id: None }
}

fn form(code: &str, pin: &str, pin_again: &str) -> PinForm {
    PinForm { owner: of_holder(), code: secret(code), pin: secret(pin), pin_again: secret(pin_again) }
}

fn sound_form() -> PinForm {
    form("482 915", PIN, PIN)
}

fn code_sent() -> Answer {
    data(&json!({ "expiresAt": "2026-11-24T16:05:00Z" }))
}

fn elevated() -> Answer {
    data(&json!({ "accessToken": "elevated-1", "expirationToken": 4_000_000_000_u32 }))
}

fn done() -> Answer {
    Answer::Envelope(200, json!({ "success": true, "message": "ok" }))
}

async fn started() -> (Scripted, Rig, Desk) {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    (gateway, rig, desk)
}

/// What happened, the oldest first.
async fn happened(desk: &Desk) -> Vec<(HappeningAction, HappeningResult, Option<String>)> {
    let happenings = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    happenings.into_iter().rev().map(|row| (row.action, row.result, row.detail)).collect()
}

fn pins_sent(gateway: &Scripted) -> usize {
    gateway.seen(&POST, "/pin").len()
}

fn problems(error: &ErrorView) -> Vec<(Field, FieldCode)> {
    assert_eq!(error.code, ErrorCode::FieldsNeedMending);
    error.fields.iter().map(|problem| (problem.field, problem.code)).collect()
}

#[tokio::test]
async fn a_pin_is_set_with_the_code_that_was_read_out_and_stays_nowhere() {
    let (gateway, rig, desk) = started().await;
    gateway.will([code_sent(), elevated(), done()]);
    let sent = desk.request_pin_code(of_holder()).await.unwrap();
    assert_eq!((sent.email.as_str(), sent.expires_at.as_deref()), ("maria@example.com", Some("2026-11-24T16:05:00Z")));
    let set = desk.set_pin(sound_form()).await.unwrap();
    assert!(matches!(set, PinSubmitted::Set { ref operator, .. } if operator == "Operadora"), "{set:?}");

    let asked = gateway.seen(&POST, "/users/auth/otp");
    assert_eq!(asked[0].body, json!({ "email": "maria@example.com", "purpose": "pin_change" }));
    let exchanged = gateway.seen(&PUT, "/users/auth/otp");
    assert_eq!(exchanged[0].body, json!({ "email": "maria@example.com", "otp": CODE, "purpose": "pin_change" }));
    let pins = gateway.seen(&POST, "/pin");
    assert_eq!((pins.len(), pins[0].path.as_str()), (1, "/cards/48213/pin"));
    assert_eq!(pins[0].body, json!({ "pin": PIN }));

    assert_eq!(
        happened(&desk).await,
        [
            (HappeningAction::OneTimeCodeSent, HappeningResult::Done, Some("Ramírez Núñez, María José".to_owned())),
            (HappeningAction::PinSet, HappeningResult::Done, None),
        ]
    );
    let written = all_bytes_below(rig.folder.path());
    for value in [PIN, CODE, "elevated-1"] {
        assert!(!written.windows(value.len()).any(|window| window == value.as_bytes()), "{value} was written down");
    }
}

#[tokio::test]
async fn the_code_goes_to_the_address_that_the_gateway_has_now() {
    let (gateway, _rig, desk) = started().await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    gateway.on_read(
        &format!("/users/{CARDHOLDER}"),
        data(&json!({ "userId": CARDHOLDER, "firstName": "María", "username": "nueva@example.com" })),
    );
    gateway.will([code_sent(), elevated(), done()]);
    assert_eq!(desk.request_pin_code(of_holder()).await.unwrap().email, "nueva@example.com");
    desk.set_pin(sound_form()).await.unwrap();
    assert_eq!(gateway.seen(&PUT, "/users/auth/otp")[0].body["email"], "nueva@example.com");

    gateway.on_read(&format!("/users/{CARDHOLDER}"), data(&json!({ "userId": CARDHOLDER, "firstName": "María", "lastName": "Ramírez" })));
    let error = desk.request_pin_code(of_holder()).await.unwrap_err();
    assert_eq!((error.code, &*error.params["name"]), (ErrorCode::CodeNoAddress, "Ramírez, María"));
}

#[tokio::test]
async fn what_can_be_no_pin_is_told_at_its_field_and_nothing_is_sent() {
    let (gateway, _rig, desk) = started().await;
    for (code, pin, again, expected) in [
        (
            "",
            "",
            "",
            vec![(Field::OneTimeCode, FieldCode::Missing), (Field::Pin, FieldCode::Missing), (Field::PinAgain, FieldCode::Missing)],
        ),
        (CODE, "12a4", "12a4", vec![(Field::Pin, FieldCode::PinNotDigits)]),
        (CODE, "258", "258", vec![(Field::Pin, FieldCode::PinLength)]),
        (CODE, "9182736455461", "9182736455461", vec![(Field::Pin, FieldCode::PinLength)]),
        (CODE, PIN, "918273645547", vec![(Field::PinAgain, FieldCode::PinAgainDiffers)]),
        ("48", PIN, PIN, vec![(Field::OneTimeCode, FieldCode::CodeLength)]),
        ("48é915", PIN, PIN, vec![(Field::OneTimeCode, FieldCode::CodeCharacters)]),
    ] {
        let error = desk.set_pin(form(code, pin, again)).await.unwrap_err();
        assert_eq!(problems(&error), expected, "{code} {pin} {again}");
        assert!(pin.is_empty() || !format!("{error:?}").contains(pin), "the error shows what was typed");
    }
    assert_eq!(problems(&desk.verify_pin(CARD, secret("12")).await.unwrap_err()), [(Field::Pin, FieldCode::PinLength)]);
    assert_eq!((gateway.seen(&PUT, "/otp").len(), gateway.seen(&POST, "/verification").len(), pins_sent(&gateway)), (0, 0, 0));
}

#[tokio::test]
async fn a_code_that_is_not_taken_is_told_as_one_and_no_pin_leaves() {
    let (gateway, _rig, desk) = started().await;
    gateway.will([refusal(400, "7000"), code_sent(), elevated(), done()]);
    let error = desk.set_pin(sound_form()).await.unwrap_err();
    assert_eq!((error.code, error.message.as_deref()), (ErrorCode::CodeRefused, Some("reason 7000")));
    assert_eq!(pins_sent(&gateway), 0);
    // Another one can be asked for, and does.
    desk.request_pin_code(of_holder()).await.unwrap();
    desk.set_pin(sound_form()).await.unwrap();
    let results: Vec<_> = happened(&desk).await.into_iter().map(|(action, result, _)| (action, result)).collect();
    assert_eq!(
        results,
        [
            (HappeningAction::PinSet, HappeningResult::Refused),
            (HappeningAction::OneTimeCodeSent, HappeningResult::Done),
            (HappeningAction::PinSet, HappeningResult::Done),
        ]
    );
}

#[tokio::test]
async fn a_code_that_is_refused_with_a_401_is_told_as_a_code_and_not_as_the_end_of_the_session() {
    let (gateway, _rig, desk) = started().await;
    // By any code; and by that of an expired session too, once a new session has met it again.
    for refused in [vec![refusal(401, "7000")], vec![refusal(401, "TOKEN_EXPIRED"), refusal(401, "TOKEN_EXPIRED")]] {
        let tries = refused.len();
        let before = gateway.seen(&PUT, "/users/auth/otp").len();
        gateway.will(refused);
        assert_eq!(desk.set_pin(sound_form()).await.unwrap_err().code, ErrorCode::CodeRefused);
        assert_eq!(gateway.seen(&PUT, "/users/auth/otp").len() - before, tries);
        assert!(desk.card(CARD).await.unwrap().freshness.error.is_none(), "the desk's own session ended");
    }
    // A session that has expired is renewed, and the code is taken.
    gateway.will([refusal(401, "TOKEN_EXPIRED"), elevated(), done()]);
    assert!(matches!(desk.set_pin(sound_form()).await.unwrap(), PinSubmitted::Set { .. }));
}

#[tokio::test]
async fn a_code_whose_answer_is_lost_leaves_the_pin_as_it_was_and_has_to_be_asked_for_again() {
    let (gateway, _rig, desk) = started().await;
    for lost in [Answer::Dropped, Answer::Html(502), Answer::Cut] {
        gateway.will([lost.clone()]);
        let error = desk.set_pin(sound_form()).await.unwrap_err();
        assert_eq!((error.code, error.retryable), (ErrorCode::CodeUncertain, false), "{lost:?}");
        assert!(error.params.contains_key("code_is_spent"));
    }
    assert_eq!(pins_sent(&gateway), 0);
}

#[tokio::test]
async fn a_pin_whose_answer_is_lost_is_sent_once_and_told_as_not_known() {
    let (gateway, _rig, desk) = started().await;
    for (number, lost) in [Answer::Dropped, Answer::Silence, Answer::Html(502), refusal(500, "7003")].into_iter().enumerate() {
        gateway.will([elevated(), lost.clone()]);
        let error = desk.set_pin(sound_form()).await.unwrap_err();
        assert_eq!((error.code, error.retryable), (ErrorCode::PinUncertain, false), "{lost:?}");
        assert_eq!(pins_sent(&gateway), number + 1, "{lost:?}");
    }
    assert!(
        happened(&desk).await.iter().all(|(action, result, _)| (*action, *result) == (HappeningAction::PinSet, HappeningResult::Unknown))
    );
    // Whether it was is found out by verifying.
    gateway.will([done()]);
    assert_eq!(desk.verify_pin(CARD, secret(PIN)).await.unwrap(), PinVerdict::Correct);
}

#[tokio::test]
async fn a_refusal_of_the_pin_itself_says_that_the_code_is_used_up() {
    let (gateway, _rig, desk) = started().await;
    for (answer, code) in [
        (refusal(409, "7213"), ErrorCode::GatewayRefused),
        (refusal(403, "7000"), ErrorCode::GatewayForbidden),
        // The elevated session was over: that is about the code, and ends nothing else.
        (refusal(401, "TOKEN_EXPIRED"), ErrorCode::CodeRefused),
    ] {
        gateway.will([elevated(), answer]);
        let error = desk.set_pin(sound_form()).await.unwrap_err();
        assert_eq!((error.code, error.params.contains_key("code_is_spent")), (code, true));
    }
    assert!(desk.card(CARD).await.unwrap().freshness.error.is_none(), "the desk's own session ended");
}

#[tokio::test]
async fn a_pin_that_is_easy_to_guess_waits_for_a_word_and_is_sent_once() {
    let (gateway, _rig, desk) = started().await;
    let weak = |pin: &str| desk.set_pin(form(CODE, pin, pin));
    let PinSubmitted::Weak { weakness, held } = weak("7777").await.unwrap() else { panic!("it is weak") };
    assert_eq!(weakness, PinWeakness::Repeats);
    assert_eq!((gateway.seen(&PUT, "/otp").len(), pins_sent(&gateway)), (0, 0), "it was sent without a word");
    gateway.will([elevated(), done()]);
    assert!(matches!(desk.set_held_pin(&held).await.unwrap(), PinSubmitted::Set { .. }));
    assert_eq!(gateway.seen(&POST, "/pin")[0].body, json!({ "pin": "7777" }));
    assert_eq!(desk.set_held_pin(&held).await.unwrap_err().code, ErrorCode::PinNotHeld);

    let PinSubmitted::Weak { weakness, held: first } = weak("1234").await.unwrap() else { panic!("it is weak") };
    assert_eq!(weakness, PinWeakness::Run);
    let PinSubmitted::Weak { held: second, .. } = weak("4321").await.unwrap() else { panic!("it is weak") };
    assert_eq!(desk.set_held_pin(&first).await.unwrap_err().code, ErrorCode::PinNotHeld, "two wait at once");
    desk.drop_held_pin(&second).await.unwrap();
    assert_eq!(desk.set_held_pin(&second).await.unwrap_err().code, ErrorCode::PinNotHeld);
    assert_eq!(pins_sent(&gateway), 1);
}

#[tokio::test]
async fn a_pin_that_waits_for_too_long_is_given_up() {
    let (gateway, rig, desk) = started().await;
    let PinSubmitted::Weak { held, .. } = desk.set_pin(form(CODE, "7777", "7777")).await.unwrap() else { panic!("it is weak") };
    rig.clock.end_long_sleeps();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(desk.set_held_pin(&held).await.unwrap_err().code, ErrorCode::PinNotHeld);
    assert_eq!(pins_sent(&gateway), 0);
}

#[tokio::test]
async fn a_date_of_birth_is_known_as_weak_for_whom_it_is() {
    let (gateway, _rig, desk) = started().await;
    let born = data(&json!({ "userId": CARDHOLDER, "firstName": "María", "username": "m@example.com", "dateOfBirth": "1987-03-09" }));
    gateway.on_read(&format!("/users/{CARDHOLDER}"), born);
    let submitted = desk.set_pin(form(CODE, "090387", "090387")).await.unwrap();
    assert!(matches!(submitted, PinSubmitted::Weak { weakness: PinWeakness::BirthDate, .. }), "{submitted:?}");
}

#[tokio::test]
async fn the_pin_of_somebody_who_shares_the_card_is_set_under_their_own_id() {
    const USER: &str = "u-2";
    let (gateway, _rig, desk) = started().await;
    let user = data(&json!({ "userId": USER, "firstName": "Byron", "lastName": "Choc", "username": "byron@example.com" }));
    gateway.on_read(&format!("/users/{USER}"), user);
    gateway.on_read(&format!("/users/{USER}/linked-cards"), data(&json!([{ "associationId": "a-1", "cardId": 48213, "alias": "Mamá" }])));
    let owner = || PinOwner { user_id: Some(USER.to_owned()), ..of_holder() };
    gateway.will([code_sent(), elevated(), done()]);
    assert_eq!(desk.request_pin_code(owner()).await.unwrap().email, "byron@example.com");
    desk.set_pin(PinForm { owner: owner(), ..sound_form() }).await.unwrap();
    assert_eq!(gateway.seen(&PUT, "/otp")[0].body["email"], "byron@example.com");
    assert_eq!(gateway.seen(&POST, "/pin")[0].path, "/cards/48213/users/u-2/pin");
    let (action, result, detail) = happened(&desk).await.pop().unwrap();
    assert_eq!((action, result, detail.as_deref()), (HappeningAction::UserPinSet, HappeningResult::Done, Some("Choc, Byron")));
    // It is on their own page too, with the card; and once on the card's.
    let request = |cardholder: &str, card: Option<&str>| HappeningsRequest {
        cardholder_id: cardholder.to_owned(),
        card_id: card.map(ToOwned::to_owned),
        before: None,
        kind: None,
        results: Vec::new(),
        text: String::new(),
        text_actions: Vec::new(),
        limit: 50,
    };
    let own = desk.happenings(request(USER, None)).await.unwrap().rows;
    let set: Vec<_> = own.iter().filter(|row| row.action == HappeningAction::UserPinSet).collect();
    assert_eq!(set.len(), 1);
    assert_eq!((set[0].result, set[0].detail.as_deref()), (HappeningResult::Done, Some("•••• 4417")));
    let of_card = desk.happenings(request(CARDHOLDER, Some(CARD))).await.unwrap().rows;
    assert_eq!(of_card.iter().filter(|row| row.action == HappeningAction::UserPinSet).count(), 1);

    // Whose card it is, by their own id, is nobody else.
    gateway.will([elevated(), done()]);
    let holder = PinOwner { user_id: Some(CARDHOLDER.to_owned()), ..of_holder() };
    desk.set_pin(PinForm { owner: holder, ..sound_form() }).await.unwrap();
    assert_eq!(gateway.seen(&POST, "/pin")[1].path, "/cards/48213/pin");
}

#[tokio::test]
async fn no_code_is_sent_to_somebody_to_whom_the_card_is_not_linked() {
    const USER: &str = "u-2";
    let (gateway, _rig, desk) = started().await;
    let user = data(&json!({ "userId": USER, "firstName": "Byron", "lastName": "Choc", "username": "byron@example.com" }));
    gateway.on_read(&format!("/users/{USER}"), user);
    let owner = || PinOwner { user_id: Some(USER.to_owned()), ..of_holder() };
    let links = format!("/users/{USER}/linked-cards");
    for others in [json!([]), json!([{ "associationId": "a-1", "cardId": 48999 }]), json!([{ "associationId": "a-1", "suffix": "0932" }])] {
        gateway.on_read(&links, data(&others));
        let error = desk.request_pin_code(owner()).await.unwrap_err();
        assert_eq!((error.code, &*error.params["name"], &*error.params["last_four"]), (ErrorCode::CardNotShared, "Choc, Byron", "4417"));
    }
    assert!(gateway.seen(&POST, "/users/auth/otp").is_empty());
    // What may be the card, and a list that can't be read, are left to the gateway.
    for unclear in [
        data(&json!([{ "associationId": "a-1", "suffix": "4417" }])),
        data(&json!([{ "associationId": "a-1" }])),
        refusal(403, "FORBIDDEN"),
    ] {
        gateway.on_read(&links, unclear);
        gateway.will([code_sent()]);
        desk.request_pin_code(owner()).await.unwrap();
    }
    assert_eq!(gateway.seen(&POST, "/users/auth/otp").len(), 3);
}

#[tokio::test]
async fn a_verified_pin_is_told_as_right_or_wrong_and_recorded_without_its_value() {
    let (gateway, _rig, desk) = started().await;
    let wrong = json!({ "success": false, "errors": [{ "code": "7205", "message": "Not the card's; tries left: 2." }] });
    gateway.will([done(), Answer::Envelope(400, wrong), refusal(409, "7213"), Answer::Dropped]);
    assert_eq!(desk.verify_pin(CARD, secret(PIN)).await.unwrap(), PinVerdict::Correct);
    assert_eq!(desk.verify_pin(CARD, secret(PIN)).await.unwrap(), PinVerdict::Incorrect { tries_left: Some(2) });
    assert_eq!(desk.verify_pin(CARD, secret(PIN)).await.unwrap_err().code, ErrorCode::GatewayRefused);
    let lost = desk.verify_pin(CARD, secret(PIN)).await.unwrap_err();
    assert_eq!((lost.code, lost.retryable), (ErrorCode::GatewayConnectionLost, false), "a try that may have been counted");
    let tried = gateway.seen(&POST, "/cards/48213/pin/verification");
    assert_eq!((tried.len(), &tried[0].body), (4, &json!({ "pin": PIN })));
    let rows = happened(&desk).await;
    let results: Vec<_> = rows.iter().map(|(action, result, _)| (*action, *result)).collect();
    use HappeningResult::{Done, Refused, Unknown};
    assert_eq!(results, [Done, Refused, Refused, Unknown].map(|result| (HappeningAction::PinVerified, result)));
    assert!(!format!("{rows:?}").contains(PIN));
}
