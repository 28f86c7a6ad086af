//! What needs a person: looks at growing intervals, evidence side by side, and a person's word.

use axum::http::Method;
use cardesk_desk::view::{
    Basis, FollowUpForm, FollowUpKind, FundsAction, HappeningAction, LookFound, NotAppliedWithheld, OperationState, OperationView,
    SettleAs, SettleForm,
};
use cardesk_desk::{Desk, ErrorCode};

use crate::follow_up::money_of_the_record;
use crate::outcomes::{draft_request, form};
use crate::rig::Rig;
use crate::scripted::{Answer, CARDHOLDER, MADE_LATER, Scripted, refusal};

/// Practice's settling time, two minutes.
const SETTLING_SECONDS: i64 = 120;

async fn lost_load(desk: &Desk, gateway: &Scripted, amount: &str) -> OperationView {
    gateway.will([Answer::Dropped]);
    let draft = desk.draft_funds(draft_request(FundsAction::Load, amount)).await.unwrap();
    let lost = desk.submit_funds(form(&draft.reference, amount)).await.unwrap();
    assert_eq!(lost.state, OperationState::Unknown);
    lost
}

fn word(operation: &OperationView, outcome: SettleAs, reason: &str) -> SettleForm {
    SettleForm { reference: operation.reference.clone(), outcome, reason: reason.to_owned(), card_id: None, none_of: Vec::new() }
}

fn looks(gateway: &Scripted) -> usize {
    gateway.seen(&Method::GET, "/2026").len()
}

#[tokio::test]
async fn it_is_looked_for_by_itself_at_growing_intervals_until_it_is_found() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    let mut at = Vec::new();
    for second in 0..100 {
        let before = looks(&gateway);
        desk.look_at_what_is_due().await;
        if looks(&gateway) > before {
            at.push(second);
        }
        rig.clock.pass(1);
    }
    assert_eq!(at, [5, 20, 65], "after 5 seconds, 15 more, 45 more");
    assert_eq!(desk.attention().await.unwrap().rows[0].looks, 3);
    gateway.show_movement(&lost.reference, "40.00", "CREDIT");
    rig.clock.pass(135);
    desk.look_at_what_is_due().await;
    assert_eq!(desk.attention().await.unwrap().rows, []);
    let settled = desk.look_again(&lost.reference).await.unwrap();
    assert_eq!(
        (settled.state, settled.basis, settled.movement_id.as_deref()),
        (OperationState::SettledApplied, Some(Basis::Evidence), Some("m-1"))
    );
    assert_eq!(gateway.funds().len(), 1, "looking never sends");
}

#[tokio::test]
async fn a_clock_that_was_set_back_neither_stops_the_looks_nor_makes_them_follow_without_a_pause() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    lost_load(&desk, &gateway, "40.00").await;
    rig.clock.pass(5);
    desk.look_at_what_is_due().await;
    rig.clock.pass(-86_400);
    for _ in 0..3 {
        desk.look_at_what_is_due().await;
    }
    assert_eq!(desk.attention().await.unwrap().rows[0].looks, 2, "once at once, and then at growing intervals again");
}

#[tokio::test]
async fn the_evidence_stands_side_by_side() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    gateway.show_balance("1882.50");
    gateway.show_movement("CD-0000-0000", "40.00", "CREDIT");
    gateway.show_movement("CD-0000-0000", "41.00", "CREDIT");
    desk.look_again(&lost.reference).await.unwrap();
    let view = desk.attention().await.unwrap();
    assert_eq!(view.settling_time_minutes, 2);
    let row = &view.rows[0];
    let card = row.card.as_ref().unwrap();
    assert_eq!((card.balance_before.as_deref(), card.balance_now.as_deref()), (Some("1842.50"), Some("1882.50")));
    assert_eq!(card.balance_if_applied.as_deref(), Some("1882.50"));
    assert_eq!((row.operation.amount.as_deref(), row.last_look.as_ref().unwrap().found), (Some("40.00"), LookFound::Nothing));
    assert_eq!(row.similar.iter().map(|movement| &*movement.amount).collect::<Vec<_>>(), ["40.00"], "what is like it, and nothing else");
    assert!(!row.offers_not_applied && row.next_look_at.is_some());
}

#[tokio::test]
async fn a_look_without_an_answer_is_written_down_and_says_nothing() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    rig.clock.pass(SETTLING_SECONDS * 10);
    desk.practice_started(crate::rig::access_at("http://127.0.0.1:1")).await;
    desk.look_at_what_is_due().await;
    let row = desk.attention().await.unwrap().rows.remove(0);
    assert_eq!((row.looks, row.last_look.unwrap().found, row.offers_not_applied), (1, LookFound::NoAnswer, false));
    let error = desk.settle_operation(word(&lost, SettleAs::NotApplied, "no está")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::GatewayNotConnected, "nobody says not applied without a last look");
}

#[tokio::test]
async fn not_applied_is_offered_after_the_settling_time_said_by_a_person_and_then_made_again_once() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    let early = desk.settle_operation(word(&lost, SettleAs::NotApplied, "no está")).await.unwrap_err();
    assert_eq!((early.code, early.params["from"].as_str()), (ErrorCode::NotCertainYet, "2026-11-24T16:02:00Z"));
    rig.clock.pass(SETTLING_SECONDS);
    assert!(!desk.attention().await.unwrap().rows[0].offers_not_applied, "the look was made too early");
    desk.look_at_what_is_due().await;
    let row = desk.attention().await.unwrap().rows.remove(0);
    assert!(row.offers_not_applied);
    assert_eq!(row.operation.state, OperationState::Unknown, "never decided alone");
    assert!(desk.settle_operation(word(&lost, SettleAs::NotApplied, " ")).await.is_err(), "without a reason");
    let settled = desk.settle_operation(word(&lost, SettleAs::NotApplied, "El emisor lo confirma")).await.unwrap();
    assert_eq!(
        (settled.state, settled.basis, settled.detail.as_deref()),
        (OperationState::SettledNotApplied, Some(Basis::Person), Some("El emisor lo confirma"))
    );

    let settling = money_of_the_record(&desk, "").await.remove(0);
    assert_eq!((settling.action, settling.settled_as), (HappeningAction::OperationSettled, Some(SettleAs::NotApplied)));

    let draft = desk.draft_follow_up(&lost.reference, FollowUpKind::MakesAgain, None).await.unwrap();
    let submit = |reference: &str| {
        let form = FollowUpForm { reference: reference.to_owned(), reason: String::new(), amount_again: None, despite: None };
        desk.submit_follow_up(form)
    };
    let again = submit(&draft.reference).await.unwrap();
    assert_eq!((again.state, &again.names[0].reference), (OperationState::Applied, &lost.reference));
    assert_ne!(again.reference, lost.reference);
    assert_eq!(money_of_the_record(&desk, "").await[0].makes_again.as_ref(), Some(&lost.reference));
    assert_eq!(desk.draft_follow_up(&lost.reference, FollowUpKind::MakesAgain, None).await.unwrap_err().code, ErrorCode::FollowedAlready);
    assert_eq!(gateway.funds().len(), 2);
}

#[tokio::test]
async fn a_movement_with_our_reference_that_is_something_else_is_shown_and_keeps_not_applied_from_being_said() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    gateway.show_movement(&lost.reference, "39.50", "CREDIT");
    rig.clock.pass(SETTLING_SECONDS);
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "it is no proof");
    let row = desk.attention().await.unwrap().rows.remove(0);
    assert_eq!(row.similar.iter().map(|movement| &*movement.amount).collect::<Vec<_>>(), ["39.50"]);
    assert_eq!((row.last_look.unwrap().found, row.withheld), (LookFound::Several, Some(NotAppliedWithheld::NamedMovement)));
    let error = desk.settle_operation(word(&lost, SettleAs::NotApplied, "no está")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::MayBeShown);
}

#[tokio::test]
async fn a_movement_like_it_that_names_no_operation_is_answered_for_before_not_applied_is_said() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    gateway.show_movement("CD-0000-0000", "40.00", "CREDIT");
    gateway.show_text("Carga por ventanilla", "40.00", "CREDIT");
    gateway.show_text("Carga por ventanilla", "41.00", "CREDIT");
    rig.clock.pass(SETTLING_SECONDS);
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "it is no proof");
    let row = desk.attention().await.unwrap().rows.remove(0);
    let told: Vec<_> = row.similar.iter().map(|movement| (&*movement.movement_id, movement.may_be_it)).collect();
    assert_eq!(told, [("m-2", true), ("m-1", false)]);
    assert_eq!(desk.settle_operation(word(&lost, SettleAs::NotApplied, "no está")).await.unwrap_err().code, ErrorCode::MayBeShown);
    let answered = SettleForm { none_of: vec!["m-2".to_owned()], ..word(&lost, SettleAs::NotApplied, "La otra es de ventanilla") };
    assert_eq!(desk.settle_operation(answered).await.unwrap().state, OperationState::SettledNotApplied);
}

#[tokio::test]
async fn what_is_shown_twice_is_not_settled_without_a_person() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    gateway.show_movement(&lost.reference, "40.00", "CREDIT");
    gateway.show_noted(&lost.reference, "Carga", "40.00", "CREDIT");
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown);
    let row = desk.attention().await.unwrap().rows.remove(0);
    let told: Vec<_> = row.similar.iter().map(|movement| &*movement.movement_id).collect();
    assert_eq!((told, row.withheld), (vec!["m-1", "m-2"], Some(NotAppliedWithheld::NamedMovement)));
    let said = desk.settle_operation(word(&lost, SettleAs::Applied, "Dos veces, avisado al emisor")).await.unwrap();
    assert_eq!(said.state, OperationState::SettledApplied);
}

#[tokio::test]
async fn our_reference_within_a_movements_text_keeps_not_applied_from_being_said() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    gateway.show_text(&format!("Carga {}", lost.reference), "40.00", "CREDIT");
    rig.clock.pass(SETTLING_SECONDS);
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "it is no proof");
    let row = desk.attention().await.unwrap().rows.remove(0);
    assert_eq!(row.withheld, Some(NotAppliedWithheld::NamedMovement));
}

#[tokio::test]
async fn a_reference_in_small_letters_is_ours() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    gateway.show_movement(&lost.reference.to_lowercase(), "40.00", "CREDIT");
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::SettledApplied);
}

#[tokio::test]
async fn a_last_look_that_finds_it_outweighs_a_person() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    rig.clock.pass(SETTLING_SECONDS);
    desk.look_at_what_is_due().await;
    gateway.show_movement(&lost.reference, "40.00", "CREDIT");
    let settled = desk.settle_operation(word(&lost, SettleAs::NotApplied, "no está")).await.unwrap();
    assert_eq!((settled.state, settled.basis), (OperationState::SettledApplied, Some(Basis::Evidence)));
}

#[tokio::test]
async fn applied_is_said_by_a_person_with_a_reason_and_only_once() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = lost_load(&desk, &gateway, "40.00").await;
    assert!(desk.settle_operation(word(&lost, SettleAs::Applied, "")).await.is_err());
    let settled = desk.settle_operation(word(&lost, SettleAs::Applied, "Visto en el portal del emisor")).await.unwrap();
    assert_eq!((settled.state, settled.basis), (OperationState::SettledApplied, Some(Basis::Person)));
    let error = desk.settle_operation(word(&lost, SettleAs::NotApplied, "mejor no")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::OperationNotOpen);
}

#[tokio::test]
async fn what_is_on_its_way_is_neither_looked_for_nor_settled() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let gate = std::sync::Arc::new(tokio::sync::Notify::new());
    gateway.will([Answer::Held(std::sync::Arc::clone(&gate))]);
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "40.00")).await.unwrap();
    let (sender, reference) = (desk.clone(), draft.reference.clone());
    let load = tokio::spawn(async move { sender.submit_funds(form(&reference, "40.00")).await });
    while gateway.funds().is_empty() {
        tokio::task::yield_now().await;
    }
    rig.clock.pass(SETTLING_SECONDS);
    desk.look_at_what_is_due().await;
    let row = desk.attention().await.unwrap().rows.remove(0);
    assert_eq!((row.is_underway, row.looks, row.next_look_at), (true, 0, None));
    let settle =
        SettleForm { reference: draft.reference, outcome: SettleAs::Applied, reason: "x".to_owned(), card_id: None, none_of: Vec::new() };
    assert_eq!(desk.settle_operation(settle).await.unwrap_err().code, ErrorCode::OperationNotOpen);
    gate.notify_one();
    assert_eq!(load.await.unwrap().unwrap().state, OperationState::Applied);
}

#[tokio::test]
async fn a_card_that_another_operation_issued_is_no_evidence() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let lost = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    rig.clock.pass(SETTLING_SECONDS);
    desk.look_at_what_is_due().await;
    desk.settle_operation(word(&lost, SettleAs::NotApplied, "no está")).await.unwrap();
    gateway.will([refusal(409, "7213")]);
    desk.issue_card(CARDHOLDER).await.unwrap();
    gateway.will([Answer::Dropped]);
    let second = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    assert_eq!(second.state, OperationState::Unknown);
    gateway.add_card(48_400);
    let settled = desk.look_again(&second.reference).await.unwrap();
    assert_eq!((settled.state, settled.movement_id.as_deref()), (OperationState::SettledApplied, Some("48400")));
}

#[tokio::test]
async fn a_card_that_is_made_days_later_is_no_evidence_by_itself() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let lost = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    gateway.add_card(MADE_LATER);
    rig.clock.pass(4 * 86_400);
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "it may be anybody's");
    let row = desk.attention().await.unwrap().rows.remove(0);
    assert_eq!(row.new_cards.len(), 1, "a person can still say that it is");
}

#[tokio::test]
async fn a_card_that_may_be_one_whose_issuing_a_person_settled_is_no_evidence() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let first = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    desk.settle_operation(word(&first, SettleAs::Applied, "El emisor dice que está en camino")).await.unwrap();
    gateway.will([Answer::Dropped]);
    let second = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    gateway.add_card(48_400);
    assert_eq!(desk.look_again(&second.reference).await.unwrap().state, OperationState::Unknown, "it may be the first one's");
}

#[tokio::test]
async fn of_several_possible_cards_a_person_says_which_it_is_and_not_applied_is_never_offered() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let lost = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    gateway.add_card(48_400);
    gateway.add_card(48_401);
    rig.clock.pass(SETTLING_SECONDS);
    desk.look_at_what_is_due().await;
    let row = desk.attention().await.unwrap().rows.remove(0);
    assert_eq!((row.offers_not_applied, row.withheld), (false, Some(NotAppliedWithheld::PossibleCards)));
    assert_eq!(
        row.new_cards.iter().map(|card| (&*card.card_id, &*card.last_four)).collect::<Vec<_>>(),
        [("48400", "4417"), ("48401", "4417")]
    );
    let denied = desk.settle_operation(word(&lost, SettleAs::NotApplied, "no está")).await.unwrap_err();
    assert_eq!(denied.code, ErrorCode::MayBeShown);
    let named = |card: &str| SettleForm { card_id: Some(card.to_owned()), ..word(&lost, SettleAs::Applied, "La vi en el portal") };
    for impossible in ["48213", "99", "x"] {
        assert_eq!(desk.settle_operation(named(impossible)).await.unwrap_err().code, ErrorCode::CardNotPossible, "{impossible}");
    }
    let settled = desk.settle_operation(named("48401")).await.unwrap();
    assert_eq!(
        (settled.state, settled.basis, settled.movement_id.as_deref()),
        (OperationState::SettledApplied, Some(Basis::Person), Some("48401"))
    );
}

#[tokio::test]
async fn that_it_cant_be_told_which_card_it_is_is_an_answer_too() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let lost = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    gateway.add_card(48_400);
    gateway.add_card(48_401);
    desk.look_again(&lost.reference).await.unwrap();
    let settled = desk.settle_operation(word(&lost, SettleAs::Applied, "Una de las dos")).await.unwrap();
    assert_eq!((settled.state, settled.movement_id), (OperationState::SettledApplied, None));
}
