//! What the gateway shows after a person said that an operation was not done: told, kept, and acted upon once.

use cardesk_desk::view::{
    ClearContradictionForm, FollowUpForm, FollowUpKind, FundsAction, OperationState, OperationView, SettleAs, SettleForm,
};
use cardesk_desk::{Desk, ErrorCode, ErrorView};

use crate::outcomes::{draft_request, form};
use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, MADE_LATER, Scripted};

/// Practice's settling time, two minutes.
const SETTLING_SECONDS: i64 = 120;

const DAY_SECONDS: i64 = 24 * 60 * 60;

async fn said_not_done(rig: &Rig, desk: &Desk, lost: &OperationView) {
    assert_eq!(lost.state, OperationState::Unknown);
    rig.clock.pass(SETTLING_SECONDS);
    let form = SettleForm {
        reference: lost.reference.clone(),
        outcome: SettleAs::NotApplied,
        reason: "El emisor dice que no".to_owned(),
        card_id: None,
        none_of: Vec::new(),
    };
    assert_eq!(desk.settle_operation(form).await.unwrap().state, OperationState::SettledNotApplied);
}

/// A load of 40.00 whose outcome was lost, and of which a person then said that it was not done.
async fn load_said_not_done(rig: &Rig, desk: &Desk, gateway: &Scripted) -> OperationView {
    gateway.will([Answer::Dropped]);
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "40.00")).await.unwrap();
    let lost = desk.submit_funds(form(&draft.reference, "40.00")).await.unwrap();
    said_not_done(rig, desk, &lost).await;
    lost
}

async fn follow(desk: &Desk, older: &str, kind: FollowUpKind) -> Result<OperationView, ErrorView> {
    let reference = desk.draft_follow_up(older, kind, None).await?.reference;
    let form = FollowUpForm { reference, reason: "Cargada dos veces".to_owned(), amount_again: None, despite: None };
    desk.submit_follow_up(form).await
}

#[tokio::test]
async fn a_movement_that_appears_later_is_told_with_its_evidence_and_taken_back_from_its_own_row() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = load_said_not_done(&rig, &desk, &gateway).await;
    let again = follow(&desk, &lost.reference, FollowUpKind::MakesAgain).await.unwrap();
    gateway.show_movement(&lost.reference, "40.00", "CREDIT");
    assert_eq!(desk.session().await.unwrap().counts.needs_attention, 0);
    rig.clock.pass(60);
    desk.look_at_what_is_due().await;

    assert_eq!(desk.session().await.unwrap().counts.needs_attention, 1);
    let [row] = desk.attention().await.unwrap().contradictions.try_into().unwrap();
    let contradiction = row.operation.contradiction.as_ref().unwrap();
    assert_eq!((contradiction.is_proof, contradiction.movement_id.as_str(), &contradiction.cleared), (true, "m-1", &None));
    assert_eq!((row.operation.detail.as_deref(), row.said_by.as_str()), (Some("El emisor dice que no"), "Operadora"));
    assert_eq!(row.movements[0].reference.as_ref(), Some(&lost.reference));
    assert_eq!((&row.made_again[0].reference, row.made_again[0].can_correct), (&again.reference, true));
    assert_eq!(row.operation.state, OperationState::SettledNotApplied, "what a person said stays what they said");
    assert!(row.operation.can_correct && !row.operation.can_make_again);

    let back = follow(&desk, &lost.reference, FollowUpKind::Corrects).await.unwrap();
    assert_eq!(back.state, OperationState::Applied);
    assert_eq!(gateway.funds()[2].body["operation"], "WITHDRAW_FUNDS");
    assert_eq!(desk.attention().await.unwrap().contradictions, []);
    let twice = follow(&desk, &lost.reference, FollowUpKind::Corrects).await.unwrap_err();
    assert_eq!((twice.code, twice.reference), (ErrorCode::FollowedAlready, Some(back.reference)));
}

#[tokio::test]
async fn what_appears_later_and_twice_is_proved_and_can_be_taken_back() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = load_said_not_done(&rig, &desk, &gateway).await;
    gateway.show_movement(&lost.reference, "40.00", "CREDIT");
    gateway.show_noted(&lost.reference, "Carga", "40.00", "CREDIT");
    rig.clock.pass(60);
    desk.look_at_what_is_due().await;
    let row = desk.attention().await.unwrap().contradictions.remove(0);
    assert!(row.operation.contradiction.as_ref().unwrap().is_proof && row.operation.can_correct);
    assert_eq!(row.movements.len(), 2);
}

#[tokio::test]
async fn right_before_it_is_made_again_it_is_looked_for_once_more() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = load_said_not_done(&rig, &desk, &gateway).await;
    gateway.show_movement(&lost.reference, "40.00", "CREDIT");
    let refused = follow(&desk, &lost.reference, FollowUpKind::MakesAgain).await.unwrap_err();
    assert_eq!((refused.code, refused.reference.as_ref()), (ErrorCode::OperationDoesNotAllow, Some(&lost.reference)));
    assert_eq!(gateway.funds().len(), 1, "nothing was sent a second time");
    assert_eq!(desk.attention().await.unwrap().contradictions.len(), 1);
}

#[tokio::test]
async fn a_movement_with_its_reference_that_is_something_else_is_told_and_neither_made_again_nor_taken_back() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = load_said_not_done(&rig, &desk, &gateway).await;
    gateway.show_movement(&lost.reference, "39.50", "CREDIT");
    rig.clock.pass(60);
    desk.look_at_what_is_due().await;
    rig.clock.pass(600);
    desk.look_at_what_is_due().await;
    let [row] = desk.attention().await.unwrap().contradictions.try_into().unwrap();
    assert!(!row.operation.contradiction.unwrap().is_proof && !row.operation.can_correct && !row.operation.can_make_again);

    gateway.show_movement(&lost.reference, "40.00", "CREDIT");
    rig.clock.pass(DAY_SECONDS);
    desk.look_at_what_is_due().await;
    let [row] = desk.attention().await.unwrap().contradictions.try_into().unwrap();
    assert!(row.operation.contradiction.unwrap().is_proof && row.operation.can_correct, "a trace came to be proved");
}

#[tokio::test]
async fn a_person_says_why_a_contradiction_is_clear_and_it_stays_in_the_record() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = load_said_not_done(&rig, &desk, &gateway).await;
    let clear =
        |reason: &str| desk.clear_contradiction(ClearContradictionForm { reference: lost.reference.clone(), reason: reason.to_owned() });
    assert_eq!(clear("por qué").await.unwrap_err().code, ErrorCode::ContradictionNotOpen);
    gateway.show_movement(&lost.reference, "40.00", "CREDIT");
    rig.clock.pass(60);
    desk.look_at_what_is_due().await;
    assert_eq!(clear(" ").await.unwrap_err().code, ErrorCode::FieldsNeedMending);
    let cleared = clear("Llegó tarde y nadie la repitió").await.unwrap();
    assert_eq!(cleared.contradiction.unwrap().cleared.as_deref(), Some("Llegó tarde y nadie la repitió"));
    assert_eq!(desk.attention().await.unwrap().contradictions, []);
    assert!(!desk.operations_of_card(CARD).await.unwrap()[0].can_make_again, "it was done all the same");
    let told = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    let words: Vec<_> = told.iter().map(|happening| serde_json::to_value(happening.action).unwrap()).take(3).collect();
    assert_eq!(words, ["contradiction_cleared", "operation_contradicted", "operation_settled"]);
}

#[tokio::test]
async fn what_was_said_is_looked_at_ever_less_often_and_not_for_ever() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    load_said_not_done(&rig, &desk, &gateway).await;
    let looks = || gateway.seen(&axum::http::Method::GET, "/2026").len();
    let mut at = Vec::new();
    for minute in 1..=40 {
        rig.clock.pass(60);
        let before = looks();
        desk.look_at_what_is_due().await;
        if looks() > before {
            at.push(minute);
        }
    }
    assert_eq!(at, [1, 2, 4, 8, 16, 32]);
    rig.clock.pass(46 * DAY_SECONDS);
    let before = looks();
    desk.look_at_what_is_due().await;
    assert_eq!(looks(), before);
}

#[tokio::test]
async fn a_single_new_card_contradicts_that_none_was_issued() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let lost = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    said_not_done(&rig, &desk, &lost).await;
    gateway.add_card(48_400);
    rig.clock.pass(60);
    desk.look_at_what_is_due().await;
    let [row] = desk.attention().await.unwrap().contradictions.try_into().unwrap();
    assert_eq!(row.operation.contradiction.unwrap().movement_id, "48400");
    assert!(!row.operation.can_correct && !row.operation.can_make_again, "nothing takes an issued card back");
}

#[tokio::test]
async fn a_card_that_was_made_long_after_the_word_contradicts_nothing() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let lost = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    said_not_done(&rig, &desk, &lost).await;
    gateway.add_card(MADE_LATER);
    rig.clock.pass(4 * DAY_SECONDS);
    desk.look_at_what_is_due().await;
    assert_eq!(desk.attention().await.unwrap().contradictions, [], "somebody else has issued it since");
}
