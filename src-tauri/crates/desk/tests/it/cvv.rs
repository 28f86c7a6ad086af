//! The CVV: shown on demand with a reason, recorded, and kept nowhere.

use axum::http::Method;
use cardesk_desk::view::{HappeningAction, HappeningResult};
use cardesk_desk::{ErrorCode, Field, FieldCode};
use serde_json::json;

use crate::rig::{Rig, all_bytes_below};
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted, data, refusal};
use crate::small_disk::SmallDisk;

const READ: &str = "/cards/48213/cvv";

const REASON: &str = "Llama desde el hotel";

#[tokio::test]
async fn a_cvv_is_shown_for_twenty_seconds_with_its_reason_recorded_and_its_digits_nowhere() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.on_read(READ, data(&json!({ "cvv": "0427" })));
    let shown = desk.reveal_cvv(CARD, &format!("  {REASON} ")).await.unwrap();
    assert_eq!((shown.reveal(), serde_json::to_value(&shown).unwrap()), ("0427", json!({ "digits": "0427", "seconds": 20 })));
    assert_eq!(format!("{shown:?}"), "ShownCvv(redacted)");

    let happenings = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    let row = &happenings[0];
    assert_eq!((row.action, row.result, row.operator.as_str()), (HappeningAction::CvvRevealed, HappeningResult::Done, "Operadora"));
    assert_eq!((row.detail.as_deref(), row.card_id.as_deref()), (Some(REASON), Some(CARD)));
    assert!(!format!("{happenings:?}").contains("0427"));

    // Nothing is kept of it: the next one is asked for again.
    gateway.on_read(READ, data(&json!({ "cvv": "981" })));
    assert_eq!(desk.reveal_cvv(CARD, REASON).await.unwrap().reveal(), "981");
    let written = all_bytes_below(rig.folder.path());
    assert!(written.windows(REASON.len()).any(|window| window == REASON.as_bytes()));
    assert!(!written.windows(6).any(|window| window == b"\"0427\""));
}

#[tokio::test]
async fn without_a_sound_reason_the_gateway_is_not_asked() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.on_read(READ, data(&json!({ "cvv": "042" })));
    for (reason, code) in [
        ("", FieldCode::Missing),
        (" \u{a0}", FieldCode::Missing),
        ("a\u{202e}b", FieldCode::Unprintable),
        ("la de 4111 1111 1111 1111", FieldCode::CardNumberGiven),
    ] {
        let error = desk.reveal_cvv(CARD, reason).await.unwrap_err();
        assert_eq!((error.fields[0].field, error.fields[0].code), (Field::Reason, code), "{reason:?}");
    }
    let long = desk.reveal_cvv(CARD, &"x".repeat(201)).await.unwrap_err();
    assert_eq!(long.fields[0].code, FieldCode::TooLong);
    assert_eq!(gateway.seen(&Method::GET, READ).len(), 0);
}

#[tokio::test]
async fn a_cvv_that_does_not_come_is_asked_for_once_and_recorded_with_the_reason() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    for (answer, code) in [
        (refusal(409, "7213"), ErrorCode::GatewayRefused),
        (refusal(403, "7000"), ErrorCode::GatewayForbidden),
        (Answer::Dropped, ErrorCode::GatewayConnectionLost),
        (data(&json!({ "cvv": "04a7" })), ErrorCode::GatewayUnreadable),
    ] {
        let asked = gateway.seen(&Method::GET, READ).len();
        gateway.on_read(READ, answer.clone());
        assert_eq!(desk.reveal_cvv(CARD, REASON).await.unwrap_err().code, code, "{answer:?}");
        assert_eq!(gateway.seen(&Method::GET, READ).len() - asked, 1, "{answer:?}");
    }
    let rows = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    let results: Vec<_> = rows.iter().rev().map(|row| (row.action, row.result)).collect();
    use HappeningResult::{Refused, Unknown};
    assert_eq!(results, [Refused, Refused, Unknown, Unknown].map(|result| (HappeningAction::CvvRevealed, result)));
    assert!(rows.iter().all(|row| row.detail.as_deref().unwrap().starts_with(REASON)));
}

#[tokio::test]
async fn a_cvv_that_can_not_be_recorded_is_not_shown() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let Some(disk) = SmallDisk::on(&rig.path("data"), 16 * 1024) else { return };
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    gateway.on_read(READ, data(&json!({ "cvv": "042" })));
    disk.fill().unwrap();
    assert_eq!(desk.reveal_cvv(CARD, REASON).await.unwrap_err().code, ErrorCode::DiskFull);
    disk.make_room().unwrap();
    assert_eq!(desk.reveal_cvv(CARD, REASON).await.unwrap().reveal(), "042");
}
