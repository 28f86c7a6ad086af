//! A transfer looked up by its id, and the types of transfers that a company makes.

use axum::http::Method;
use cardesk_desk::view::{Action, FundsAction, NotOfferedReason, TransferTypeForm};
use cardesk_desk::{ErrorCode, Field, FieldCode};
use cardesk_domain::Reference;
use serde_json::json;

use crate::outcomes::{draft_request, form};
use crate::registering::company_offer;
use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted, data, refusal};

#[tokio::test]
async fn a_transfer_is_shown_with_both_cards_and_with_our_reference_where_it_is_ours() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.add_card(48_300);
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.record_transfer(json!({
        "id": 907, "fromCardId": 48213, "toCardId": 48300, "amount": 250.5, "currency": "GTQ", "observations": "renta",
        "createdAt": "2026-11-24T16:00:00Z",
    }));
    let found = desk.transfer(" 907 ").await.unwrap();
    assert_eq!((&*found.id, found.amount.as_deref(), found.currency.as_deref()), ("907", Some("250.50"), Some("GTQ")));
    assert_eq!((found.observations.as_deref(), found.reference, found.at.as_deref()), (Some("renta"), None, Some("2026-11-24T16:00:00Z")));
    let (from, to) = (found.from.unwrap(), found.to.unwrap());
    assert_eq!((&*from.card_id, &*to.card_id), ("48213", "48300"));
    let known = from.known.unwrap();
    assert_eq!((&*known.cardholder_id, &*known.cardholder_display_name), (CARDHOLDER, "Ramírez Núñez, María José"));
    assert_eq!((&*known.last_four, known.alias.as_deref()), ("4417", Some("Viáticos")));
}

#[tokio::test]
async fn a_card_that_nobody_can_show_is_told_by_its_id_and_what_is_not_told_is_left_out() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.record_transfer(json!({ "id": 908, "fromCardId": 99999 }));
    let found = desk.transfer("908").await.unwrap();
    let from = found.from.unwrap();
    assert_eq!((&*from.card_id, from.known), ("99999", None));
    assert_eq!((found.to, found.amount, found.at), (None, None, None));
}

#[tokio::test]
async fn an_id_that_is_none_is_told_at_its_field_and_one_of_no_transfer_plainly() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let error = desk.transfer("  ").await.unwrap_err();
    assert_eq!((error.fields[0].field, error.fields[0].code), (Field::TransferId, FieldCode::Missing));
    for nobodys in ["1", "..", "a/b"] {
        let error = desk.transfer(nobodys).await.unwrap_err();
        assert_eq!((error.code, &*error.params["id"]), (ErrorCode::TransferNotFound, nobodys));
    }
}

#[tokio::test]
async fn a_reference_of_another_operation_or_of_nobody_is_told_as_that_and_the_gateway_is_not_asked() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "40.00")).await.unwrap();
    desk.submit_funds(form(&draft.reference, "40.00")).await.unwrap();
    let told = desk.transfer(&draft.reference).await.unwrap_err();
    assert_eq!((told.code, told.reference.as_deref()), (ErrorCode::ReferenceOfOther, Some(&*draft.reference)));
    let params = ["kind", "amount", "currency", "card_id", "cardholder_id"].map(|name| told.params[name].as_str());
    assert_eq!(params, ["load", "40.00", "GTQ", CARD, CARDHOLDER]);

    let nobodys = Reference::from_entropy(7).to_string();
    let told = desk.transfer(&nobodys).await.unwrap_err();
    assert_eq!((told.code, told.reference), (ErrorCode::ReferenceNotOfThisDesk, Some(nobodys)));
    assert!(!gateway.seen(&Method::GET, "").iter().any(|seen| seen.path.starts_with("/card-transfers")));
}

pub(crate) fn kind(word: &str) -> TransferTypeForm {
    TransferTypeForm {
        type_word: word.to_owned(),
        channel: "webService".to_owned(),
        movement_type: "debit".to_owned(),
        model: "settlement".to_owned(),
        type_name: String::new(),
    }
}

#[tokio::test]
async fn types_are_made_all_at_once_in_the_contracts_words() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([data(&json!({}))]);
    desk.create_transfer_types(vec![kind(" RENTA "), TransferTypeForm { type_name: "Planilla".into(), ..kind("PLANILLA") }]).await.unwrap();
    let plain = |word: &str| json!({ "type": word, "channel": "webService", "movementType": "debit", "model": "settlement" });
    let mut named = plain("PLANILLA");
    named["name"] = json!("Planilla");
    assert_eq!(gateway.seen(&Method::POST, "/types")[0].body, json!({ "types": [plain("RENTA"), named] }));
}

#[tokio::test]
async fn what_is_wrong_with_a_type_is_told_with_its_row_and_nothing_is_sent() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let types = vec![
        kind("RENTA"),
        TransferTypeForm { channel: String::new(), model: "otro".into(), ..kind("") },
        kind("renta"),
        TransferTypeForm { type_name: "n".repeat(51), ..kind("NOMBRE") },
        kind("RENTA MES"),
    ];
    let found = desk.check_transfer_types(types.clone()).await.unwrap();
    let told: Vec<_> = found.iter().map(|problem| (&*problem.params["row"], problem.field, problem.code)).collect();
    assert_eq!(
        told,
        [
            ("1", Field::TypeWord, FieldCode::Missing),
            ("1", Field::Channel, FieldCode::Missing),
            ("1", Field::TypeModel, FieldCode::ChoiceUnknown),
            ("2", Field::TypeWord, FieldCode::TypeTwice),
            ("3", Field::TypeName, FieldCode::TooLong),
            ("4", Field::TypeWord, FieldCode::TypeForm),
        ]
    );
    assert_eq!(desk.create_transfer_types(types).await.unwrap_err().fields, found);
    assert_eq!(desk.create_transfer_types(Vec::new()).await.unwrap_err().fields[0].code, FieldCode::TypesCount);
    assert!(gateway.seen(&Method::POST, "/types").is_empty());
}

#[tokio::test]
async fn types_without_an_answer_are_unknown_and_not_sent_again() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let error = desk.create_transfer_types(vec![kind("RENTA")]).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::TransferTypesUncertain, false));
    gateway.will([refusal(400, "7000")]);
    assert_eq!(desk.create_transfer_types(vec![kind("RENTA")]).await.unwrap_err().code, ErrorCode::GatewayRefused);
    assert_eq!(gateway.seen(&Method::POST, "/types").len(), 2);
}

#[tokio::test]
async fn types_that_the_company_may_not_make_are_off_the_offer_and_nothing_else_is() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([refusal(403, "FORBIDDEN")]);
    let denied = desk.create_transfer_types(vec![kind("RENTA")]).await.unwrap_err();
    assert_eq!(denied.code, ErrorCode::GatewayForbidden);
    assert_eq!(company_offer(&desk, Action::MakeTransferTypes).await.not_offered, Some(NotOfferedReason::PermissionMissing));
    assert_eq!(company_offer(&desk, Action::Register).await.not_offered, None);
}
