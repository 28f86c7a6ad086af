//! What overlaps: answers that come late, and leaving a profile while something is on its way.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use cardesk_desk::problem::Field;
use cardesk_desk::view::{FundsAction, OperationState, OperationView, ProfileForm};
use cardesk_desk::{Desk, DeskResult, ErrorCode, ErrorView, FieldCode};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::outcomes::{draft_request, form};
use crate::profiles::company;
use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted};

/// A load whose answer the gateway holds back until the gate is notified.
async fn held_load(desk: &Desk, gateway: &Scripted, amount: &'static str) -> (Arc<Notify>, JoinHandle<DeskResult<OperationView>>) {
    let gate = Arc::new(Notify::new());
    gateway.will([Answer::Held(Arc::clone(&gate))]);
    let before = gateway.funds().len();
    let draft = desk.draft_funds(draft_request(FundsAction::Load, amount)).await.unwrap();
    let sender = desk.clone();
    let load = tokio::spawn(async move { sender.submit_funds(form(&draft.reference, amount)).await });
    while gateway.funds().len() == before {
        tokio::task::yield_now().await;
    }
    (gate, load)
}

async fn known_balance(desk: &Desk) -> String {
    desk.draft_funds(draft_request(FundsAction::Load, "1")).await.unwrap().balance.unwrap()
}

#[tokio::test]
async fn a_receipt_that_comes_late_does_not_replace_a_newer_balance() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let (gate, load) = held_load(&desk, &gateway, "1,250.00").await;
    gateway.show_balance("5000.00");
    desk.card(CARD).await.unwrap();
    gate.notify_one();
    let outcome = load.await.unwrap().unwrap();
    assert_eq!((outcome.state, outcome.balance_after.as_deref()), (OperationState::Applied, Some("3092.50")));
    assert_eq!(known_balance(&desk).await, "5000.00");
}

#[tokio::test]
async fn everyone_who_waits_for_an_intent_that_could_not_be_written_is_told_so() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let lost = desk.draft_funds(draft_request(FundsAction::Load, "400.00")).await.unwrap().reference;
    assert_eq!(desk.submit_funds(form(&lost, "400.00")).await.unwrap().state, OperationState::Unknown);
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "400.00")).await.unwrap();
    let submit = || desk.submit_funds(form(&draft.reference, "400.00"));
    let (first, second, third) = tokio::join!(submit(), submit(), submit());
    for outcome in [first, second, third] {
        let error = outcome.unwrap_err();
        assert_eq!((error.code, error.reference.as_ref()), (ErrorCode::LookAlikeOpen, Some(&lost)));
    }
    assert_eq!(gateway.funds().len(), 1);
}

#[tokio::test]
async fn leaving_a_profile_keeps_nobody_waiting_and_what_is_on_its_way_there_gets_its_outcome() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let other = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    let (gate, load) = held_load(&desk, &gateway, "100.00").await;
    let session = desk.activate_profile(&other).await.unwrap();
    assert_eq!((session.profile.id.as_str(), session.blocked), (&*other, None));
    desk.card(CARD).await.unwrap();
    gate.notify_one();
    let outcome = load.await.unwrap().unwrap();
    assert_eq!(outcome.state, OperationState::Applied);
    let back = desk.activate_profile("practice").await.unwrap();
    assert_eq!(back.blocked, None);
    assert_eq!(desk.operations_of_card(CARD).await.unwrap()[0].state, OperationState::Applied);
}

#[tokio::test]
async fn what_has_not_left_when_its_profile_is_left_does_not_leave_unrecorded() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let company = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    desk.activate_profile(&company).await.unwrap();
    let issue_gate = Arc::new(Notify::new());
    gateway.will([Answer::Held(Arc::clone(&issue_gate))]);
    let sender = desk.clone();
    let issue = tokio::spawn(async move { sender.issue_card(CARDHOLDER).await });
    while gateway.seen(&Method::POST, "/virtuals").is_empty() {
        tokio::task::yield_now().await;
    }
    // The card is not known here yet, so that it is read before it is blocked.
    let read_gate = Arc::new(Notify::new());
    gateway.on_read(&format!("/cards/{CARD}"), Answer::Held(Arc::clone(&read_gate)));
    let sender = desk.clone();
    let block = tokio::spawn(async move { sender.block_card(CARD, "Robo").await });
    while gateway.seen(&Method::GET, &format!("/cards/{CARD}")).is_empty() {
        tokio::task::yield_now().await;
    }
    desk.activate_profile("practice").await.unwrap();
    read_gate.notify_one();
    // Long enough for the block to stand behind the journal that is to be closed.
    tokio::time::sleep(Duration::from_millis(200)).await;
    issue_gate.notify_one();
    assert_eq!(issue.await.unwrap().unwrap().operation.state, OperationState::Applied);
    assert_eq!(block.await.unwrap().unwrap_err().code, ErrorCode::ProfileLeft);
    assert_eq!(gateway.seen(&Method::PATCH, "/status").len(), 0);
}

#[tokio::test]
async fn what_is_on_its_way_has_its_outcome_before_the_program_ends_and_nothing_leaves_after_it() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let (gate, load) = held_load(&desk, &gateway, "100.00").await;
    let ending = desk.clone();
    let at_rest = tokio::spawn(async move { ending.come_to_rest(Duration::from_secs(60)).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!at_rest.is_finished(), "its outcome is awaited");
    gate.notify_one();
    let at_rest = at_rest.await.unwrap();
    assert!(at_rest.is_some());
    // Whoever waited for it may not have been told yet; it is on disk all the same.
    assert_eq!(desk.operations_of_card(CARD).await.unwrap()[0].state, OperationState::Applied);
    assert_eq!(load.await.unwrap().unwrap().state, OperationState::Applied);

    let late = desk.draft_funds(draft_request(FundsAction::Load, "400.00")).await.unwrap().reference;
    let late = tokio::time::timeout(Duration::from_millis(100), desk.submit_funds(form(&late, "400.00"))).await;
    assert!(late.is_err() && gateway.funds().len() == 1, "nothing leaves any more");
    drop(at_rest);
}

#[tokio::test]
async fn the_end_of_the_program_waits_for_nobody_for_ever() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let (gate, load) = held_load(&desk, &gateway, "100.00").await;
    let ending = desk.clone();
    let at_rest = tokio::spawn(async move { ending.come_to_rest(Duration::from_secs(60)).await });
    while !at_rest.is_finished() {
        rig.clock.end_long_sleeps();
        tokio::task::yield_now().await;
    }
    assert!(at_rest.await.unwrap().is_none());
    gate.notify_one();
    load.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_a_journal_open_for_ever() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let (gate, load) = held_load(&desk, &gateway, "100.00").await;
    let starting_over = desk.practice_started_over();
    let patience = async {
        // Long sleeps end for those who sleep already.
        while !load.is_finished() {
            rig.clock.end_long_sleeps();
            tokio::task::yield_now().await;
        }
    };
    let started_over = async {
        let session = starting_over.await.unwrap();
        assert_eq!(session.blocked, None);
        gate.notify_one();
    };
    tokio::join!(started_over, patience);
    assert_eq!(load.await.unwrap().unwrap_err().code, ErrorCode::OutcomeNotWritten);
    assert_eq!(desk.operations_of_card(CARD).await.unwrap(), [], "the new journal");
}

/// The one field that is told, with what is wrong with it, what is not settled, and which operations.
fn told(error: &ErrorView) -> (Field, FieldCode, String, String) {
    let [problem] = error.fields.as_slice() else { panic!("one problem: {error:?}") };
    (problem.field, problem.code, problem.params["what"].clone(), problem.params["references"].clone())
}

#[tokio::test]
async fn the_gateways_address_stays_while_an_outcome_there_is_open() {
    let (gateway, other, rig) = (Scripted::start().await, Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let id = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    desk.activate_profile(&id).await.unwrap();
    let saved = |base_url: &str| ProfileForm { id: Some(id.clone()), secret: None, ..company(base_url) };

    let (gate, load) = held_load(&desk, &gateway, "100.00").await;
    let on_its_way = desk.save_profile(saved(&other.base_url)).await.unwrap_err();
    let reference = desk.attention().await.unwrap().rows[0].operation.reference.clone();
    let one_named = (Field::BaseUrl, FieldCode::OutcomesOpen, "operations".to_owned(), reference.clone());
    assert_eq!(told(&on_its_way), one_named);
    gate.notify_one();
    load.await.unwrap().unwrap();

    gateway.will([Answer::Dropped]);
    let lost = desk.draft_funds(draft_request(FundsAction::Load, "400.00")).await.unwrap().reference;
    assert_eq!(desk.submit_funds(form(&lost, "400.00")).await.unwrap().state, OperationState::Unknown);
    let lost_named = (Field::BaseUrl, FieldCode::OutcomesOpen, "operations".to_owned(), lost.clone());
    assert_eq!(told(&desk.save_profile(saved(&other.base_url)).await.unwrap_err()), lost_named, "unknown");
    desk.save_profile(ProfileForm { company_name: "La Espiga, S. A.".into(), ..saved(&gateway.base_url) }).await.unwrap();
    desk.activate_profile("practice").await.unwrap();
    assert_eq!(told(&desk.save_profile(saved(&other.base_url)).await.unwrap_err()), lost_named, "another profile is worked in");

    desk.activate_profile(&id).await.unwrap();
    gateway.show_movement(&lost, "400", "CREDIT");
    assert_eq!(desk.look_again(&lost).await.unwrap().state, OperationState::SettledApplied);
    desk.activate_profile("practice").await.unwrap();
    assert_eq!(desk.save_profile(saved(&other.base_url)).await.unwrap().base_url, other.base_url);
    desk.activate_profile(&id).await.unwrap();
    desk.card(CARD).await.unwrap();
    assert!(!other.seen(&Method::POST, "/auth/login").is_empty());
}

#[tokio::test]
async fn a_company_with_open_outcomes_keeps_its_name_at_the_gateway_and_is_not_removed() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let id = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    desk.activate_profile(&id).await.unwrap();
    let saved = || ProfileForm { id: Some(id.clone()), secret: None, ..company(&gateway.base_url) };
    gateway.will([Answer::Dropped]);
    let lost = desk.draft_funds(draft_request(FundsAction::Load, "400.00")).await.unwrap().reference;
    assert_eq!(desk.submit_funds(form(&lost, "400.00")).await.unwrap().state, OperationState::Unknown);
    for is_worked_in in [true, false] {
        for (field, changed) in [
            (Field::Merchant, ProfileForm { merchant: "otra".into(), ..saved() }),
            (Field::ClientSlug, ProfileForm { client_slug: "otra".into(), ..saved() }),
            (Field::ApplicationId, ProfileForm { application_id: "otra".into(), ..saved() }),
        ] {
            let error = desk.save_profile(changed).await.unwrap_err();
            assert_eq!(told(&error), (field, FieldCode::OutcomesOpen, "operations".to_owned(), lost.clone()));
        }
        // Without a key that is taken nobody could look for what is open.
        desk.save_profile(ProfileForm { secret: company(&gateway.base_url).secret, ..saved() }).await.unwrap();
        let kept = desk.delete_profile(&id).await.unwrap_err();
        assert_eq!((kept.code, &*kept.params["what"], &*kept.params["references"]), (ErrorCode::ProfileUnsettled, "operations", &*lost));
        assert!(desk.session().await.unwrap().profiles.iter().any(|profile| profile.id == id), "worked in: {is_worked_in}");
        desk.activate_profile("practice").await.unwrap();
    }
    desk.activate_profile(&id).await.unwrap();
    gateway.show_movement(&lost, "400", "CREDIT");
    desk.look_again(&lost).await.unwrap();
    desk.activate_profile("practice").await.unwrap();
    assert!(desk.delete_profile(&id).await.unwrap().profiles.iter().all(|profile| profile.id != id));
}

#[tokio::test]
async fn while_something_is_on_its_way_a_company_is_not_removed() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let id = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    desk.activate_profile(&id).await.unwrap();
    let (gate, load) = held_load(&desk, &gateway, "100.00").await;
    assert_eq!(desk.delete_profile(&id).await.unwrap_err().code, ErrorCode::ProfileUnsettled);
    gate.notify_one();
    assert_eq!(load.await.unwrap().unwrap().state, OperationState::Applied);
    desk.delete_profile(&id).await.unwrap();
}

#[tokio::test]
async fn a_company_with_an_open_batch_is_not_removed_before_that_has_ended() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let id = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    desk.activate_profile(&id).await.unwrap();
    desk.card(CARD).await.unwrap();
    let gate = Arc::new(Notify::new());
    gateway.will([Answer::Held(Arc::clone(&gate))]);
    let rows = format!("tarjeta,operacion,monto\n{CARD},carga,1.00\n{CARD},carga,2.00\n");
    let number = crate::batch_runs::start(&desk, &rows).await.number;
    while gateway.funds().is_empty() {
        tokio::task::yield_now().await;
    }
    desk.pause_batch(number).await.unwrap();
    gate.notify_one();
    crate::batch_runs::at_rest(&desk, number).await;
    let kept = desk.delete_profile(&id).await.unwrap_err();
    assert_eq!(
        (kept.code, &*kept.params["what"], &*kept.params["batches"]),
        (ErrorCode::ProfileUnsettled, "batches", &*number.to_string())
    );
    desk.cancel_batch(number).await.unwrap();
    desk.delete_profile(&id).await.unwrap();
}
