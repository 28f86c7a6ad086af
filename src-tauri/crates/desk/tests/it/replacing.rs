//! Replacing a card: every step in its order, once, from wherever it was left; and nobody's money on neither card.

use std::sync::Arc;

use axum::http::Method;
use cardesk_desk::view::{
    Action, CardState, FundsAction, FundsDraftRequest, FundsForm, HappeningAction, HappeningKind, HappeningsRequest, InsertLanguage,
    NotOfferedReason, OperationState, PrintItem, PrintRequest, QueueFilter, RegistrationForm, ReplacementCause, ReplacementForm,
    ReplacementStanding, ReplacementStep, ReplacementStepForm, ReplacementView, ReplacementWait, SecretText, SettleAs, SettleForm,
    StepOutcome, StepStanding,
};
use cardesk_desk::{Desk, ErrorCode, FieldCode};
use cardesk_sandbox::Practice;
use serde_json::json;
use tokio::sync::Notify;

use crate::registering::sound_form;
use crate::rig::Rig;
use crate::scripted::{Answer, CARD, Scripted, data, refusal};
use crate::whole_job::{access_of, practice_and_desk};

/// Practice's settling time, two minutes.
const SETTLING_SECONDS: i64 = 120;

fn begin_form(card: &str, cause: ReplacementCause) -> ReplacementForm {
    ReplacementForm { card_id: card.to_owned(), cause, reason: "Tarjeta perdida: en el bus".to_owned() }
}

/// The next step, with the amount that is on show.
fn next(view: &ReplacementView) -> ReplacementStepForm {
    let step = view.steps.iter().find(|step| step.standing == StepStanding::Next).expect("a next step").step;
    let amount = view.balance.as_ref().map(|balance| balance.amount.clone());
    ReplacementStepForm { number: view.number, step, amount, amount_again: None, new_card_id: None }
}

async fn proceed(desk: &Desk, view: &ReplacementView) -> ReplacementView {
    desk.continue_replacement(next(view)).await.expect("the step is done")
}

fn outcome(view: &ReplacementView, step: ReplacementStep) -> Option<StepOutcome> {
    view.steps.iter().find(|known| known.step == step).and_then(|known| known.outcome)
}

async fn activate(practice: &Practice, desk: &Desk, card_id: &str) {
    let plastic = practice.plastics().await.unwrap().into_iter().find(|plastic| plastic.card_id.to_string() == card_id).unwrap();
    desk.activate_card(card_id, SecretText::new(plastic.pan.reveal().to_owned()), &plastic.embossed_name).await.unwrap();
}

async fn load(desk: &Desk, card_id: &str, amount: &str) {
    let request = FundsDraftRequest {
        card_id: card_id.to_owned(),
        kind: FundsAction::Load,
        reference: None,
        amount_typed: amount.to_owned(),
        to_card_id: None,
    };
    let draft = desk.draft_funds(request).await.unwrap();
    let form = FundsForm {
        reference: draft.reference,
        amount_typed: amount.to_owned(),
        amount_again: None,
        note: String::new(),
        to_card_id: None,
        despite: None,
    };
    assert_eq!(desk.submit_funds(form).await.unwrap().state, OperationState::Applied);
}

fn print_request(cardholder: &str, card_id: &str) -> PrintRequest {
    PrintRequest {
        items: vec![PrintItem { cardholder_id: cardholder.to_owned(), card_id: Some(card_id.to_owned()) }],
        paper: "a4-8-up".to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        language: InsertLanguage::Both,
        for_email: false,
        reprint_reason: None,
    }
}

async fn print(desk: &Desk, cardholder: &str, card_id: &str) -> String {
    desk.save_inserts(print_request(cardholder, card_id)).await.unwrap().first_serial.unwrap()
}

/// Somebody with a card that has 250.25 on it, and with the insert that came with it.
async fn somebody(practice: &Practice, desk: &Desk) -> (String, String, String) {
    let form = RegistrationForm { username: "perdida@example.com".into(), ..sound_form() };
    let cardholder = desk.register_cardholder(form).await.unwrap().profile.cardholder_id;
    let card = desk.issue_card(&cardholder).await.unwrap().card.unwrap().card_id;
    let serial = print(desk, &cardholder, &card).await;
    activate(practice, desk, &card).await;
    load(desk, &card, "250.25").await;
    (cardholder, card, serial)
}

/// What happened about cards and inserts, the oldest first.
async fn happened(desk: &Desk, cardholder: &str, card: Option<&str>, kind: HappeningKind) -> Vec<HappeningAction> {
    let request = HappeningsRequest {
        cardholder_id: cardholder.to_owned(),
        card_id: card.map(ToOwned::to_owned),
        before: None,
        kind: Some(kind),
        results: Vec::new(),
        text: String::new(),
        text_actions: Vec::new(),
        limit: 50,
    };
    desk.happenings(request).await.unwrap().rows.iter().rev().map(|row| row.action).collect()
}

#[tokio::test]
async fn a_lost_card_is_blocked_replaced_and_emptied_onto_the_new_one_once_that_works() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (cardholder, old, serial) = somebody(&practice, &desk).await;
    let begun = desk.begin_replacement(begin_form(&old, ReplacementCause::Lost)).await.unwrap();
    let again = desk.begin_replacement(begin_form(&old, ReplacementCause::Stolen)).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::ReplacementOpen);
    assert_eq!(desk.card(&old).await.unwrap().card.state, CardState::Active, "nothing is done by beginning it");

    let blocked = proceed(&desk, &begun).await;
    assert_eq!((blocked.old_card.state, outcome(&blocked, ReplacementStep::Block)), (CardState::Blocked, Some(StepOutcome::Blocked)));
    let issued = proceed(&desk, &blocked).await;
    let new = issued.new_card.clone().unwrap().card_id;
    let reference = issued.steps.iter().find(|step| step.step == ReplacementStep::Issue).unwrap().reference.clone();
    assert!(reference.is_some(), "the step names its operation");

    let exchanged = proceed(&desk, &issued).await;
    let view = desk.cardholder(&cardholder).await.unwrap();
    let insert = view.inserts.iter().find(|insert| insert.serial == serial).unwrap();
    assert_eq!(insert.void_reason.as_deref(), Some("Tarjeta perdida: en el bus"));
    let queue = desk.insert_queue(QueueFilter::NeedsInsert).await.unwrap();
    assert!(queue.iter().any(|row| row.card_id == new), "the new card waits in the print room");
    assert!(!queue.iter().any(|row| row.card_id == old));

    assert_eq!(exchanged.waits, Some(ReplacementWait::Activation));
    let waiting = proceed(&desk, &exchanged).await;
    assert_eq!(
        (waiting.waits, desk.operations_of_card(&old).await.unwrap().len()),
        (Some(ReplacementWait::Activation), 2),
        "its issue and the load"
    );
    for (page, card) in [(desk.card(&old).await.unwrap(), &old), (desk.card(&new).await.unwrap(), &new)] {
        assert_eq!(page.replacements.iter().map(|note| note.waits).collect::<Vec<_>>(), [Some(ReplacementWait::Activation)], "{card}");
    }
    assert_eq!(desk.attention().await.unwrap().replacements.len(), 1);
    assert_eq!(view.replacements.len(), 1);

    activate(&practice, &desk, &new).await;
    let ready = desk.replacement_of_card(&old).await.unwrap().unwrap();
    assert_eq!((ready.waits, ready.balance.as_ref().map(|balance| &*balance.amount)), (None, Some("250.25")));
    let other_amount = ReplacementStepForm { amount: Some("250.00".to_owned()), ..next(&ready) };
    let changed = desk.continue_replacement(other_amount).await.unwrap_err();
    assert_eq!((changed.code, &*changed.params["amount"]), (ErrorCode::ReplacementBalanceChanged, "250.25"));
    let (first, second) = tokio::join!(desk.continue_replacement(next(&ready)), desk.continue_replacement(next(&ready)));
    let (finished, second) = (first.unwrap(), second.unwrap());
    assert_eq!((finished.standing, second.standing), (ReplacementStanding::Finished, ReplacementStanding::Finished));
    assert_eq!(outcome(&finished, ReplacementStep::Balance), Some(StepOutcome::BalanceMoved));

    let page = desk.card(&old).await.unwrap();
    let note = &page.replacements[0];
    assert_eq!((note.cause, note.reason.as_deref()), (ReplacementCause::Lost, Some("Tarjeta perdida: en el bus")));
    assert_eq!(note.new_card_id.as_deref(), Some(&*new));
    let offer = |action| page.actions.iter().find(|offer| offer.action == action).unwrap().not_offered;
    assert_eq!((offer(Action::PrintInsert), offer(Action::Unblock)), (Some(NotOfferedReason::CardReplaced), None));
    let unreasoned = desk.unblock_card(&old, " ").await.unwrap_err();
    assert_eq!((unreasoned.code, unreasoned.fields[0].code), (ErrorCode::FieldsNeedMending, FieldCode::Missing));
    assert_eq!(desk.card(&old).await.unwrap().card.state, CardState::Blocked, "nothing was sent");
    let (old_now, new_now) = (desk.card(&old).await.unwrap(), desk.card(&new).await.unwrap());
    assert_eq!((old_now.card.balance.as_deref(), new_now.card.balance.as_deref()), (Some("0.00"), Some("250.25")));
    assert_eq!(old_now.card.state, CardState::Blocked, "no card is unblocked for it");
    assert!(old_now.actions.iter().any(|offer| format!("{:?}", offer.not_offered).contains("CardReplaced")));
    assert_eq!(desk.attention().await.unwrap().replacements, []);
    assert_eq!(
        happened(&desk, &cardholder, Some(&old), HappeningKind::Card).await,
        [
            HappeningAction::CardIssued,
            HappeningAction::CardActivated,
            HappeningAction::ReplacementBegun,
            HappeningAction::CardBlocked,
            HappeningAction::ReplacementFinished,
        ]
    );
    assert_eq!(
        happened(&desk, &cardholder, None, HappeningKind::Insert).await,
        [HappeningAction::InsertPrinted, HappeningAction::InsertVoided]
    );
}

#[tokio::test]
async fn it_goes_on_where_it_was_after_every_step_although_the_program_ended_in_between() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (cardholder, old, _) = somebody(&practice, &desk).await;
    let mut view = desk.begin_replacement(begin_form(&old, ReplacementCause::Damaged)).await.unwrap();
    let mut desk = desk;
    for _ in 0..3 {
        view = proceed(&desk, &view).await;
        drop(desk);
        desk = rig.desk().await;
        desk.practice_started(access_of(&practice)).await;
        assert_eq!(desk.replacement_of_card(&old).await.unwrap().unwrap().steps, view.steps);
    }
    activate(&practice, &desk, &view.new_card.as_ref().unwrap().card_id).await;
    let view = desk.replacement_of_card(&old).await.unwrap().unwrap();
    assert_eq!(proceed(&desk, &view).await.standing, ReplacementStanding::Finished);
    assert_eq!(desk.cardholder(&cardholder).await.unwrap().cards.len(), 2, "one card was issued for it");
}

#[tokio::test]
async fn a_stopped_one_does_nothing_until_it_is_taken_up_again_at_the_same_step() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (_, old, _) = somebody(&practice, &desk).await;
    let begun = desk.begin_replacement(begin_form(&old, ReplacementCause::Lost)).await.unwrap();
    let blocked = proceed(&desk, &begun).await;
    let stopped = desk.stop_replacement(blocked.number, "Apareció").await.unwrap();
    assert_eq!(
        (stopped.standing, stopped.stopped.as_ref().and_then(|stop| stop.reason.as_deref())),
        (ReplacementStanding::Stopped, Some("Apareció"))
    );
    assert_eq!(desk.continue_replacement(next(&blocked)).await.unwrap().new_card, None);
    assert_eq!(desk.attention().await.unwrap().replacements, []);
    let resumed = desk.resume_replacement(blocked.number).await.unwrap();
    assert_eq!((resumed.standing, next(&resumed).step), (ReplacementStanding::Open, ReplacementStep::Issue));
    assert!(proceed(&desk, &resumed).await.new_card.is_some());
    let unknown = desk.stop_replacement(99, "").await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::ReplacementNotFound);
}

#[tokio::test]
async fn a_card_that_only_expires_works_until_the_new_one_does() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (_, old, _) = somebody(&practice, &desk).await;
    let mut view = desk.begin_replacement(begin_form(&old, ReplacementCause::Expiring)).await.unwrap();
    for step in [ReplacementStep::Issue, ReplacementStep::Inserts] {
        assert_eq!(next(&view).step, step);
        view = proceed(&desk, &view).await;
    }
    let waiting = proceed(&desk, &view).await;
    assert_eq!((waiting.waits, waiting.old_card.state), (Some(ReplacementWait::Activation), CardState::Active));
    activate(&practice, &desk, &view.new_card.as_ref().unwrap().card_id).await;
    let view = desk.replacement_of_card(&old).await.unwrap().unwrap();
    let blocked = proceed(&desk, &view).await;
    assert_eq!(blocked.old_card.state, CardState::Blocked);
    let finished = proceed(&desk, &blocked).await;
    assert_eq!((finished.standing, finished.old_card.balance.as_deref()), (ReplacementStanding::Finished, Some("0.00")));
}

#[tokio::test]
async fn what_needs_nothing_done_is_passed_a_card_that_was_never_used_and_one_that_is_blocked_already() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (cardholder, used, _) = somebody(&practice, &desk).await;
    let unused = desk.issue_card(&cardholder).await.unwrap().card.unwrap().card_id;
    desk.block_card(&used, "Robo").await.unwrap();
    for (card, block) in [(&used, StepOutcome::BlockedBefore), (&unused, StepOutcome::NotToBeBlocked)] {
        let begun = desk.begin_replacement(begin_form(card, ReplacementCause::Stolen)).await.unwrap();
        let passed = proceed(&desk, &begun).await;
        assert_eq!(outcome(&passed, ReplacementStep::Block), Some(block), "{card}");
    }
    let mut view = desk.replacement_of_card(&unused).await.unwrap().unwrap();
    for _ in 0..3 {
        view = proceed(&desk, &view).await;
    }
    assert_eq!(
        (view.standing, outcome(&view, ReplacementStep::Balance)),
        (ReplacementStanding::Finished, Some(StepOutcome::NothingToMove))
    );
}

#[tokio::test]
async fn a_card_that_is_replaced_before_it_was_used_waits_for_no_insert_any_more_and_none_is_printed_for_it() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (cardholder, _, _) = somebody(&practice, &desk).await;
    let unused = desk.issue_card(&cardholder).await.unwrap().card.unwrap().card_id;
    let waiting = async || -> Vec<String> {
        let queue = desk.insert_queue(QueueFilter::NeedsInsert).await.unwrap();
        assert_eq!(desk.session().await.unwrap().counts.needing_insert as usize, queue.len());
        queue.into_iter().filter(|row| row.cardholder_id == cardholder).map(|row| row.card_id).collect()
    };
    assert_eq!(waiting().await, std::slice::from_ref(&unused));

    let mut view = desk.begin_replacement(begin_form(&unused, ReplacementCause::Damaged)).await.unwrap();
    assert_eq!(waiting().await, [""; 0], "its plastic goes to nobody");
    let page = desk.card(&unused).await.unwrap();
    let offer = page.actions.iter().find(|offer| offer.action == Action::PrintInsert).unwrap();
    assert_eq!((page.card.needs_insert, offer.not_offered), (false, Some(NotOfferedReason::CardReplaced)));
    let asked = print_request(&cardholder, &unused);
    let refused = desk.save_inserts(asked.clone()).await.unwrap_err();
    assert_eq!((refused.code, desk.preview_inserts(asked, 1).await.unwrap_err().code), (ErrorCode::CardGivenUp, ErrorCode::CardGivenUp));
    assert!(refused.params["name"].contains(','), "{refused:?}");

    for _ in 0..2 {
        view = proceed(&desk, &view).await;
    }
    let new = view.new_card.clone().unwrap().card_id;
    assert_eq!(waiting().await, std::slice::from_ref(&new), "the one in its place does");
    for _ in 0..2 {
        view = proceed(&desk, &view).await;
    }
    assert_eq!((view.standing, waiting().await), (ReplacementStanding::Finished, vec![new]));
    let old = desk.cardholder(&cardholder).await.unwrap().cards.into_iter().find(|card| card.card_id == unused).unwrap();
    assert_eq!((old.state, old.needs_insert), (CardState::Inactive, false));
}

/// A replacement at its last step, at a gateway that shows whatever it is told to.
async fn at_the_balance(gateway: &Scripted, desk: &Desk) -> ReplacementView {
    let begun = desk.begin_replacement(begin_form(CARD, ReplacementCause::Lost)).await.unwrap();
    gateway.will([data(&json!({ "id": 48213, "status": "BLOCKED" }))]);
    let mut view = proceed(desk, &begun).await;
    for _ in 0..2 {
        view = proceed(desk, &view).await;
    }
    assert_eq!(next(&view).step, ReplacementStep::Balance);
    view
}

#[tokio::test]
async fn an_unknown_transfer_stops_it_until_it_is_settled_and_is_never_sent_again() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let view = at_the_balance(&gateway, &desk).await;
    gateway.will([Answer::Dropped]);
    let lost = proceed(&desk, &view).await;
    let attempt = lost.attempt.clone().unwrap();
    assert_eq!((lost.waits, attempt.state), (Some(ReplacementWait::Outcome), OperationState::Unknown));
    let still = proceed(&desk, &lost).await;
    assert_eq!((still.waits, gateway.seen(&Method::POST, "/cards/transfer").len()), (Some(ReplacementWait::Outcome), 1));
    assert_eq!(desk.attention().await.unwrap().replacements[0].waits, Some(ReplacementWait::Outcome));

    gateway.show_text(&attempt.reference, "1842.50", "DEBIT");
    let finished = proceed(&desk, &still).await;
    assert_eq!((finished.standing, gateway.seen(&Method::POST, "/cards/transfer").len()), (ReplacementStanding::Finished, 1));
    assert_eq!(finished.steps[3].reference.as_ref(), Some(&attempt.reference));
}

#[tokio::test]
async fn a_refused_transfer_keeps_it_where_it_is_and_goes_again_under_another_reference() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let view = at_the_balance(&gateway, &desk).await;
    gateway.will([refusal(409, "7213")]);
    let refused = proceed(&desk, &view).await;
    let attempt = refused.attempt.clone().unwrap();
    assert_eq!((refused.standing, refused.waits, attempt.state), (ReplacementStanding::Open, None, OperationState::Refused));
    assert_eq!(attempt.gateway_code.as_deref(), Some("7213"));
    assert_eq!(proceed(&desk, &refused).await.standing, ReplacementStanding::Finished);
    let sent = gateway.seen(&Method::POST, "/cards/transfer");
    assert_eq!(sent.len(), 2);
    assert_ne!(sent[0].body["observations"], sent[1].body["observations"]);
}

#[tokio::test]
async fn a_large_balance_is_typed_once_more() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.show_balance("7000.50");
    let desk = rig.desk_at(&gateway.base_url).await;
    let view = at_the_balance(&gateway, &desk).await;
    assert!(view.balance.as_ref().unwrap().needs_amount_again);
    let untyped = desk.continue_replacement(next(&view)).await.unwrap_err();
    assert_eq!((untyped.code, untyped.fields[0].code), (ErrorCode::FieldsNeedMending, FieldCode::AmountAgainMissing));
    let typed = |again: &str| ReplacementStepForm { amount_again: Some(again.to_owned()), ..next(&view) };
    let differs = desk.continue_replacement(typed("7,000.51")).await.unwrap_err();
    assert_eq!(differs.fields[0].code, FieldCode::AmountAgainDiffers);
    assert_eq!(desk.continue_replacement(typed("7,000.50")).await.unwrap().standing, ReplacementStanding::Finished);
}

#[tokio::test]
async fn where_debits_are_pending_what_is_available_can_be_moved_alone() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let view = at_the_balance(&gateway, &desk).await;
    let balance = view.balance.clone().unwrap();
    assert_eq!((balance.amount.as_str(), balance.available.as_deref()), ("1842.50", Some("1722.50")));
    gateway.will([refusal(400, "7303")]);
    let refused = proceed(&desk, &view).await;
    assert_eq!((refused.standing, refused.balance.clone()), (ReplacementStanding::Open, Some(balance)));
    let form = |amount: &str| ReplacementStepForm { amount: Some(amount.to_owned()), ..next(&refused) };
    assert_eq!(desk.continue_replacement(form("1700.00")).await.unwrap_err().code, ErrorCode::ReplacementBalanceChanged);
    assert_eq!(desk.continue_replacement(form("1722.50")).await.unwrap().standing, ReplacementStanding::Finished);
    let sent = gateway.seen(&Method::POST, "/cards/transfer");
    assert_eq!(sent.last().unwrap().body["amount"].to_string(), "1722.5");
}

#[tokio::test]
async fn what_reaches_a_replaced_card_later_goes_to_the_one_in_its_place_and_nowhere_else() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let view = at_the_balance(&gateway, &desk).await;
    let new = view.new_card.clone().unwrap().card_id;
    let draft = |to: &str| FundsDraftRequest {
        card_id: CARD.to_owned(),
        kind: FundsAction::Transfer,
        reference: None,
        amount_typed: "12.50".to_owned(),
        to_card_id: Some(to.to_owned()),
    };
    gateway.show_state("BLOCKED");
    desk.card(CARD).await.unwrap();
    let problems =
        async |to: &str| desk.draft_funds(draft(to)).await.unwrap().problems.into_iter().map(|problem| problem.code).collect::<Vec<_>>();
    assert!(problems(&new).await.contains(&FieldCode::CardStateForbids), "not before it is replaced");
    gateway.show_state("ACTIVE");
    desk.card(&new).await.unwrap();
    assert_eq!(proceed(&desk, &view).await.standing, ReplacementStanding::Finished);

    gateway.show_state("BLOCKED");
    let old = desk.card(CARD).await.unwrap();
    let offer = old.actions.iter().find(|offer| offer.action == Action::Transfer).unwrap();
    assert_eq!(offer.not_offered, None);
    assert_eq!(problems(&new).await, []);
    gateway.add_card(48_299);
    gateway.show_state("ACTIVE");
    desk.cardholder(crate::scripted::CARDHOLDER).await.unwrap();
    gateway.show_state("BLOCKED");
    desk.card(CARD).await.unwrap();
    assert!(problems("48299").await.contains(&FieldCode::CardStateForbids), "to no other card");
}

#[tokio::test]
async fn a_large_balance_is_typed_once_more_with_all_the_decimals_that_it_has() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.show_balance("7000.5076");
    let desk = rig.desk_at(&gateway.base_url).await;
    let view = at_the_balance(&gateway, &desk).await;
    let typed = |again: &str| ReplacementStepForm { amount_again: Some(again.to_owned()), ..next(&view) };
    for other in ["7,000.50", "7,000.51", "7,000.5077"] {
        let differs = desk.continue_replacement(typed(other)).await.unwrap_err();
        assert_eq!(differs.fields[0].code, FieldCode::AmountAgainDiffers, "{other}");
    }
    assert_eq!(desk.continue_replacement(typed("7,000.5076")).await.unwrap().standing, ReplacementStanding::Finished);
}

#[tokio::test]
async fn a_refused_block_keeps_it_where_it_is_and_an_unknown_issue_is_not_asked_for_twice() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let begun = desk.begin_replacement(begin_form(CARD, ReplacementCause::Lost)).await.unwrap();
    gateway.will([refusal(409, "7210")]);
    let refused = desk.continue_replacement(next(&begun)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::GatewayRefused);
    assert_eq!(next(&desk.replacement_of_card(CARD).await.unwrap().unwrap()).step, ReplacementStep::Block);

    gateway.will([data(&json!({ "id": 48213, "status": "BLOCKED" })), Answer::Dropped]);
    let blocked = proceed(&desk, &begun).await;
    let lost = proceed(&desk, &blocked).await;
    assert_eq!(lost.waits, Some(ReplacementWait::Outcome));
    proceed(&desk, &lost).await;
    assert_eq!(gateway.seen(&Method::POST, "/virtuals").len(), 1);
    // The card is there after all: it is found, and the job goes on with it.
    gateway.add_card(48_300);
    let found = proceed(&desk, &lost).await;
    assert_eq!((found.new_card.map(|card| card.card_id), gateway.seen(&Method::POST, "/virtuals").len()), (Some("48300".to_owned()), 1));
}

#[tokio::test]
async fn an_issue_that_a_person_settled_without_naming_the_card_is_asked_which_one_it_was() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let begun = desk.begin_replacement(begin_form(CARD, ReplacementCause::Lost)).await.unwrap();
    gateway.will([data(&json!({ "id": 48213, "status": "BLOCKED" })), Answer::Dropped]);
    let lost = {
        let blocked = proceed(&desk, &begun).await;
        proceed(&desk, &blocked).await
    };
    let reference = lost.attempt.clone().unwrap().reference;
    let settled = desk.settle_operation(SettleForm {
        reference,
        outcome: SettleAs::Applied,
        reason: "El emisor lo confirma".to_owned(),
        card_id: None,
        none_of: Vec::new(),
    });
    settled.await.unwrap();
    // Shown only now, and looked at by nobody but the job that waits for it.
    gateway.add_card(48_301);
    gateway.add_card(48_302);
    let asked = desk.replacement_of_card(CARD).await.unwrap().unwrap();
    assert_eq!((asked.waits, asked.candidates.len()), (Some(ReplacementWait::NewCard), 2));
    assert_eq!(proceed(&desk, &asked).await.new_card, None, "nobody guesses");
    let chosen = ReplacementStepForm { new_card_id: Some("48302".to_owned()), ..next(&asked) };
    assert_eq!(desk.continue_replacement(chosen).await.unwrap().new_card.map(|card| card.card_id), Some("48302".to_owned()));
}

/// A replacement whose issue was lost, and of which a person then said that no card was made.
async fn issue_said_not_done(gateway: &Scripted, rig: &Rig, desk: &Desk) -> ReplacementView {
    let begun = desk.begin_replacement(begin_form(CARD, ReplacementCause::Lost)).await.unwrap();
    gateway.will([data(&json!({ "id": 48213, "status": "BLOCKED" })), Answer::Dropped]);
    let blocked = proceed(desk, &begun).await;
    let lost = proceed(desk, &blocked).await;
    rig.clock.pass(SETTLING_SECONDS);
    let said = desk.settle_operation(SettleForm {
        reference: lost.attempt.clone().unwrap().reference,
        outcome: SettleAs::NotApplied,
        reason: "El emisor dice que no".to_owned(),
        card_id: None,
        none_of: Vec::new(),
    });
    assert_eq!(said.await.unwrap().state, OperationState::SettledNotApplied);
    lost
}

#[tokio::test]
async fn a_card_that_is_shown_against_a_persons_word_is_the_one_that_it_goes_on_with() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = issue_said_not_done(&gateway, &rig, &desk).await;
    gateway.add_card(48_300);
    rig.clock.pass(60);
    desk.look_at_what_is_due().await;
    assert_eq!(desk.attention().await.unwrap().contradictions.len(), 1);
    let found = proceed(&desk, &lost).await;
    assert_eq!(found.new_card.map(|card| card.card_id), Some("48300".to_owned()));
    assert_eq!(gateway.seen(&Method::POST, "/virtuals").len(), 1);
}

#[tokio::test]
async fn before_another_card_is_asked_for_the_one_that_a_person_said_was_not_made_is_looked_for_once_more() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = issue_said_not_done(&gateway, &rig, &desk).await;
    // Nobody has looked since.
    gateway.add_card(48_300);
    let found = proceed(&desk, &lost).await;
    assert_eq!(gateway.seen(&Method::POST, "/virtuals").len(), 1, "no second card");
    assert_eq!(found.new_card.map(|card| card.card_id), Some("48300".to_owned()));
}

#[tokio::test]
async fn where_it_is_still_not_there_another_card_is_asked_for() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let lost = issue_said_not_done(&gateway, &rig, &desk).await;
    assert!(proceed(&desk, &lost).await.new_card.is_some());
    assert_eq!(gateway.seen(&Method::POST, "/virtuals").len(), 2);
}

#[tokio::test]
async fn a_transfer_that_is_shown_against_a_persons_word_is_what_moved_the_balance() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let view = at_the_balance(&gateway, &desk).await;
    gateway.will([Answer::Dropped]);
    let lost = proceed(&desk, &view).await;
    let reference = lost.attempt.clone().unwrap().reference;
    rig.clock.pass(SETTLING_SECONDS);
    let said = desk.settle_operation(SettleForm {
        reference: reference.clone(),
        outcome: SettleAs::NotApplied,
        reason: "El emisor dice que no".to_owned(),
        card_id: None,
        none_of: Vec::new(),
    });
    assert_eq!(said.await.unwrap().state, OperationState::SettledNotApplied);
    gateway.show_text(&reference, "1842.50", "DEBIT");
    gateway.show_balance("0");
    let finished = proceed(&desk, &view).await;
    assert_eq!(
        (finished.standing, outcome(&finished, ReplacementStep::Balance)),
        (ReplacementStanding::Finished, Some(StepOutcome::BalanceMoved))
    );
    assert_eq!(finished.steps[3].reference.as_ref(), Some(&reference));
}

#[tokio::test]
async fn a_step_that_is_done_after_it_was_stopped_is_found_done_by_whoever_goes_on() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let begun = desk.begin_replacement(begin_form(CARD, ReplacementCause::Lost)).await.unwrap();
    let gate = Arc::new(Notify::new());
    gateway.will([data(&json!({ "id": 48213, "status": "BLOCKED" })), Answer::Held(Arc::clone(&gate))]);
    let blocked = proceed(&desk, &begun).await;
    let (issuing, step) = (desk.clone(), next(&blocked));
    let issue = tokio::spawn(async move { issuing.continue_replacement(step).await });
    while gateway.seen(&Method::POST, "/virtuals").is_empty() {
        tokio::task::yield_now().await;
    }
    desk.stop_replacement(blocked.number, "").await.unwrap();
    gate.notify_one();
    assert_eq!(issue.await.unwrap().unwrap().standing, ReplacementStanding::Stopped);
    let resumed = desk.resume_replacement(blocked.number).await.unwrap();
    assert!(proceed(&desk, &resumed).await.new_card.is_some());
    assert_eq!(gateway.seen(&Method::POST, "/virtuals").len(), 1);
}
