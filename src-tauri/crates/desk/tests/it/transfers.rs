//! Transfers between cards and the issuer's adjustments: what leaves, what is told before, and what each answer means.

use axum::http::Method;
use cardesk_desk::view::{Despite, FundsAction, FundsDraftRequest, FundsForm, HappeningAction, LinkKind, OperationState, OperationView};
use cardesk_desk::{Desk, ErrorCode, FieldCode};
use serde_json::json;

use crate::outcomes::{draft_request, form};
use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted, refusal};

const OTHER: &str = "48300";

fn request(amount: &str, to: Option<&str>) -> FundsDraftRequest {
    FundsDraftRequest { to_card_id: to.map(ToOwned::to_owned), ..draft_request(FundsAction::Transfer, amount) }
}

fn transfer_form(reference: &str, amount: &str, to: Option<&str>) -> FundsForm {
    FundsForm { to_card_id: to.map(ToOwned::to_owned), ..form(reference, amount) }
}

async fn transfer(desk: &Desk, amount: &str) -> OperationView {
    let draft = desk.draft_funds(request(amount, Some(OTHER))).await.unwrap();
    desk.submit_funds(transfer_form(&draft.reference, amount, Some(OTHER))).await.unwrap()
}

async fn rigged() -> (Scripted, Rig, Desk) {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.add_card(48_300);
    let desk = rig.desk_at(&gateway.base_url).await;
    (gateway, rig, desk)
}

#[tokio::test]
async fn a_transfer_carries_our_reference_in_its_observations_and_both_sides_are_shown() {
    let (gateway, _rig, desk) = rigged().await;
    let draft = desk.draft_funds(request("842.50", Some(OTHER))).await.unwrap();
    let other = draft.other_side.clone().unwrap();
    assert_eq!((draft.balance.as_deref(), draft.ending_balance.as_deref()), (Some("1842.50"), Some("1000.00")));
    assert_eq!((other.card_id.as_str(), other.ending_balance.as_deref()), (OTHER, Some("2685.00")));
    let submit = || desk.submit_funds(transfer_form(&draft.reference, "842.50", Some(OTHER)));
    let (first, second) = tokio::join!(submit(), submit());
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.state, second.state), (OperationState::Applied, OperationState::Applied));
    let sent = gateway.seen(&Method::POST, "/cards/transfer");
    assert_eq!(sent.len(), 1);
    assert_eq!(
        sent[0].body,
        json!({ "fromCardId": 48213, "toCardId": 48300, "amount": sent[0].body["amount"], "observations": format!("{} Viáticos Cobán", draft.reference) })
    );
    assert_eq!(sent[0].body["amount"].to_string().parse::<cardesk_domain::Amount>(), "842.5".parse());
    assert_eq!(first.movement_id.as_deref(), Some("900"));
    for asked in ["900", &draft.reference] {
        assert_eq!(desk.transfer(asked).await.unwrap().reference.as_deref(), Some(&*draft.reference), "looked up, it is told as ours");
    }
    let sides = first.sides.expect("both cards are told");
    assert_eq!((&*sides.from.card_id, &*sides.to.card_id), (CARD, OTHER));
    assert_eq!(sides.to.known.map(|known| known.last_four).as_deref(), Some("4417"));
    let record = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    let transferred = record.iter().find(|row| row.action == HappeningAction::FundsTransferred).expect("it is on record");
    assert_eq!(transferred.sides.as_ref().map(|sides| sides.to.card_id.as_str()), Some(OTHER));
    assert_eq!(other.alias.as_deref(), Some("Viáticos"));
    assert_eq!(desk.operations_of_card(OTHER).await.unwrap()[0].reference, draft.reference, "the other card's list has it too");
}

#[tokio::test]
async fn an_adjustment_is_put_without_a_channel_and_with_its_note() {
    let (gateway, _rig, desk) = rigged().await;
    for (kind, word) in [(FundsAction::AdjustmentLoad, "ADD_FUNDS"), (FundsAction::AdjustmentWithdrawal, "WITHDRAW_FUNDS")] {
        let draft = desk.draft_funds(draft_request(kind, "10.00")).await.unwrap();
        let outcome = desk.submit_funds(form(&draft.reference, "10.00")).await.unwrap();
        assert_eq!(outcome.state, OperationState::Applied);
        let sent = gateway.seen(&Method::PUT, "/funds").pop().unwrap();
        assert_eq!(
            sent.body,
            json!({ "amount": sent.body["amount"], "operation": word, "reference": draft.reference, "observations": "Viáticos Cobán", "currency": "GTQ" })
        );
    }
}

#[tokio::test]
async fn each_answer_to_a_transfer_and_an_adjustment_has_the_outcome_of_the_table() {
    let (gateway, rig, desk) = rigged().await;
    let rows = [
        (refusal(400, "7303"), OperationState::Refused),
        (refusal(409, "7006"), OperationState::Unknown),
        (Answer::Html(502), OperationState::Unknown),
        (Answer::AppliedAndDropped, OperationState::Unknown),
        (Answer::Cut, OperationState::Unknown),
        (
            Answer::Envelope(200, json!({ "success": true, "data": { "id": "t", "toCardId": 7, "reference": "CD-0000-0000" } })),
            OperationState::Unknown,
        ),
    ];
    for (number, (answer, expected)) in rows.into_iter().enumerate() {
        let amount = format!("{}.50", number + 1);
        gateway.will([answer.clone()]);
        assert_eq!(transfer(&desk, &amount).await.state, expected, "transfer {answer:?}");
        gateway.will([answer.clone()]);
        let draft = desk.draft_funds(draft_request(FundsAction::AdjustmentLoad, &amount)).await.unwrap();
        assert_eq!(desk.submit_funds(form(&draft.reference, &amount)).await.unwrap().state, expected, "adjustment {answer:?}");
    }
    drop(rig);
}

#[tokio::test]
async fn what_is_wrong_with_the_other_card_is_told_at_its_field_and_nothing_is_sent() {
    let (gateway, _rig, desk) = rigged().await;
    for (to, code) in [
        (None, FieldCode::Missing),
        (Some(" "), FieldCode::Missing),
        (Some("x"), FieldCode::CardUnknown),
        (Some("99999"), FieldCode::CardUnknown),
        (Some(CARD), FieldCode::CardPaysItself),
    ] {
        let draft = desk.draft_funds(request("5.00", to)).await.unwrap();
        assert_eq!(draft.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [code], "{to:?}");
        let error = desk.submit_funds(transfer_form(&draft.reference, "5.00", to)).await.unwrap_err();
        assert_eq!((error.code, error.fields[0].code), (ErrorCode::FieldsNeedMending, code), "{to:?}");
    }
    let overdraws = desk.draft_funds(request("1,842.51", Some(OTHER))).await.unwrap();
    assert_eq!(overdraws.problems[0].code, FieldCode::AmountOverdraws);
    assert_eq!(gateway.seen(&Method::POST, "/transfer").len(), 0);
    assert_eq!(desk.operations_of_card(CARD).await.unwrap(), []);
}

#[tokio::test]
async fn a_lost_transfer_is_settled_by_a_movement_that_begins_with_our_reference() {
    let (gateway, _rig, desk) = rigged().await;
    gateway.will([Answer::AppliedAndDropped]);
    let lost = transfer(&desk, "75.00").await;
    for (text, amount, direction) in [
        ("renta", "75.00", "DEBIT"),
        (&*format!("correction of {}", lost.reference), "75.00", "DEBIT"),
        (&*lost.reference, "75.01", "DEBIT"),
        (&*lost.reference, "75.00", "CREDIT"),
    ] {
        gateway.show_text(text, amount, direction);
        assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "{text} {amount} {direction}");
    }
    gateway.show_text(&format!("{} Viáticos", lost.reference), "75.00", "DEBIT");
    let settled = desk.look_again(&lost.reference).await.unwrap();
    assert_eq!((settled.state, settled.movement_id.as_deref()), (OperationState::SettledApplied, Some("m-2")));
}

#[tokio::test]
async fn a_transfer_is_not_proved_by_a_note_on_a_movement_that_has_a_reference_of_its_own() {
    let (gateway, _rig, desk) = rigged().await;
    gateway.will([Answer::Dropped]);
    let lost = transfer(&desk, "75.00").await;
    gateway.show_noted("CD-0000-0000", &format!("{} no salió", lost.reference), "75.00", "DEBIT");
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown);
}

#[tokio::test]
async fn a_gateways_own_number_on_a_movement_does_not_hide_the_transfer_that_its_text_names() {
    let (gateway, _rig, desk) = rigged().await;
    gateway.will([Answer::AppliedAndDropped]);
    let lost = transfer(&desk, "75.00").await;
    gateway.show_noted("TX-99812", &lost.reference, "75.00", "DEBIT");
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::SettledApplied);
}

#[tokio::test]
async fn a_transfer_whose_answer_was_about_something_else_is_settled_by_the_gateways_own_record() {
    let (gateway, _rig, desk) = rigged().await;
    let unclear = async |amount: &str, id: u64| {
        let draft = desk.draft_funds(request(amount, Some(OTHER))).await.unwrap();
        let answer = json!({ "id": id, "fromCardId": 1, "toCardId": 48300 });
        gateway.will([Answer::Envelope(201, json!({ "success": true, "data": answer }))]);
        let outcome = desk.submit_funds(transfer_form(&draft.reference, amount, Some(OTHER))).await.unwrap();
        assert_eq!((outcome.state, outcome.movement_id), (OperationState::Unknown, Some(id.to_string())));
        outcome.reference
    };
    let recorded = unclear("21.00", 901).await;
    gateway.record_transfer(json!({ "id": 901, "fromCardId": 48213, "toCardId": 48300, "amount": 21, "observations": recorded }));
    let settled = desk.look_again(&recorded).await.unwrap();
    assert_eq!((settled.state, settled.movement_id.as_deref()), (OperationState::SettledApplied, Some("901")));

    let another = unclear("22.00", 902).await;
    gateway.record_transfer(json!({ "id": 902, "fromCardId": 48213, "toCardId": 48300, "amount": 22, "observations": recorded }));
    assert_eq!(desk.look_again(&another).await.unwrap().state, OperationState::Unknown, "the record is another's");

    let unrecorded = unclear("23.00", 903).await;
    gateway.show_text(&unrecorded, "23.00", "DEBIT");
    assert_eq!(desk.look_again(&unrecorded).await.unwrap().state, OperationState::SettledApplied, "the movements show it all the same");
}

#[tokio::test]
async fn a_look_alike_goes_only_with_a_reason_which_is_kept() {
    let (gateway, _rig, desk) = rigged().await;
    gateway.will([Answer::Dropped]);
    let lost = transfer(&desk, "30.00").await;
    // The other card would be paid the same again, by another request.
    let same = FundsDraftRequest { card_id: OTHER.to_owned(), ..draft_request(FundsAction::Load, "30.00") };
    let draft = desk.draft_funds(same).await.unwrap();
    assert_eq!(draft.look_alikes.iter().map(|open| &*open.reference).collect::<Vec<_>>(), [&*lost.reference]);
    let refused = desk.submit_funds(form(&draft.reference, "30.00")).await.unwrap_err();
    assert_eq!((refused.code, refused.reference.as_ref()), (ErrorCode::LookAlikeOpen, Some(&lost.reference)));
    let despite = |reason: &str| FundsForm {
        despite: Some(Despite { references: vec![lost.reference.clone()], reason: reason.to_owned() }),
        ..form(&draft.reference, "30.00")
    };
    let unreasoned = desk.submit_funds(despite("  ")).await.unwrap_err();
    assert_eq!((unreasoned.code, unreasoned.fields[0].code), (ErrorCode::FieldsNeedMending, FieldCode::Missing));
    assert_eq!(gateway.funds().len(), 0);
    let sent = desk.submit_funds(despite("pagada dos veces a propósito")).await.unwrap();
    assert_eq!(sent.state, OperationState::Applied);
    let named = &sent.names[0];
    assert_eq!(
        (named.kind, &named.reference, named.reason.as_deref()),
        (LinkKind::Despite, &lost.reference, Some("pagada dos veces a propósito"))
    );
}
