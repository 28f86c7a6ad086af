//! The table of outcomes (`design.md`, The way of one load of funds), row by row, and what follows from it.

use axum::http::Method;
use cardesk_desk::view::{FundsAction, FundsDraftRequest, FundsForm, OperationState, OperationView, SecretText};
use cardesk_desk::{Desk, ErrorCode};
use serde_json::json;

use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, MADE_LATER, Scripted, refusal};

pub(crate) fn draft_request(kind: FundsAction, amount: &str) -> FundsDraftRequest {
    FundsDraftRequest { card_id: CARD.to_owned(), kind, to_card_id: None, amount_typed: amount.to_owned(), reference: None }
}

pub(crate) fn form(reference: &str, amount: &str) -> FundsForm {
    FundsForm {
        reference: reference.to_owned(),
        to_card_id: None,
        amount_typed: amount.to_owned(),
        amount_again: None,
        note: "Viáticos Cobán".to_owned(),
        despite: None,
    }
}

/// Drafts and submits a load.
async fn load(desk: &Desk, amount: &str) -> OperationView {
    let draft = desk.draft_funds(draft_request(FundsAction::Load, amount)).await.unwrap();
    desk.submit_funds(form(&draft.reference, amount)).await.unwrap()
}

#[tokio::test]
async fn every_row_of_the_table_has_its_outcome_and_one_request() {
    use OperationState as State;
    let rows = [
        (Answer::Applied, State::Applied),
        (refusal(400, "7001"), State::Refused),
        (refusal(400, "7303"), State::Refused),
        (refusal(403, "7000"), State::Refused),
        (refusal(404, "7200"), State::Refused),
        (refusal(409, "7213"), State::Refused),
        (refusal(422, "7000"), State::Refused),
        (refusal(409, "7006"), State::Unknown),
        (refusal(500, "7003"), State::Unknown),
        (Answer::Html(500), State::Unknown),
        (Answer::Html(502), State::Unknown),
        (Answer::Html(503), State::Unknown),
        (Answer::Html(504), State::Unknown),
        (Answer::Html(200), State::Unknown),
        (Answer::Envelope(200, json!({ "success": true, "data": { "balance": [] } })), State::Unknown),
        (Answer::Envelope(200, json!({ "success": true, "data": { "id": "m", "reference": "CD-0000-0000" } })), State::Unknown),
        (Answer::Envelope(200, json!({ "success": true, "data": { "id": "m", "balance": 10, "currency": "USD" } })), State::Unknown),
        (Answer::Dropped, State::Unknown),
        (Answer::AppliedAndDropped, State::Unknown),
        (Answer::Cut, State::Unknown),
        (Answer::Silence, State::Unknown),
        (Answer::Redirect, State::Unknown),
    ];
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    for (number, (answer, expected)) in rows.into_iter().enumerate() {
        gateway.will([answer.clone()]);
        let before = gateway.funds().len();
        // A different amount each time, since what is unknown blocks its look-alikes.
        let amount = format!("{}.50", number + 1);
        let outcome = load(&desk, &amount).await;
        assert_eq!(outcome.state, expected, "{answer:?}");
        assert_eq!(gateway.funds().len() - before, 1, "{answer:?}");
        // A second submit sends nothing, and says the same.
        let again = desk.submit_funds(form(&outcome.reference, &amount)).await.unwrap();
        assert_eq!((again.state, &again.reference), (expected, &outcome.reference), "{answer:?}");
        assert_eq!(gateway.funds().len() - before, 1, "{answer:?}");
    }
}

#[tokio::test]
async fn what_leaves_is_the_documented_request_with_the_drafts_own_reference() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let outcome = load(&desk, "1,250.00").await;
    let sent = gateway.funds();
    assert_eq!(sent[0].path, format!("/cards/{CARD}/funds"));
    assert_eq!(
        sent[0].body.to_string(),
        format!(
            r#"{{"amount":1250.00,"channel":"WEB","currency":"GTQ","description":"Viáticos Cobán","operation":"ADD_FUNDS","reference":"{}"}}"#,
            outcome.reference
        )
        .replace("1250.00", &sent[0].body["amount"].to_string())
    );
    assert_eq!(outcome.balance_after.as_deref(), Some("3092.50"));
    assert_eq!(outcome.movement_id.as_deref(), Some("m-7"));
}

#[tokio::test]
async fn a_refused_connection_is_not_sent_and_the_refusals_reason_is_kept() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([refusal(400, "7303")]);
    let refused = load(&desk, "10.00").await;
    assert_eq!((refused.gateway_code.as_deref(), refused.detail.as_deref()), (Some("7303"), Some("reason 7303")));
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    desk.practice_started(crate::rig::access_at(&address)).await;
    assert_eq!(load(&desk, "11.00").await.state, OperationState::NotSent);
}

#[tokio::test]
async fn two_submits_of_one_draft_at_once_send_one_request() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "100.00")).await.unwrap();
    let submit = || desk.submit_funds(form(&draft.reference, "100.00"));
    let (first, second, third) = tokio::join!(submit(), submit(), submit());
    for outcome in [first, second, third] {
        assert_eq!(outcome.unwrap().state, OperationState::Applied);
    }
    assert_eq!(gateway.funds().len(), 1);
}

#[tokio::test]
async fn an_expired_token_and_a_throttled_request_go_again_with_the_same_reference() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    for (amount, first) in [("20.00", refusal(401, "TOKEN_EXPIRED")), ("21.00", refusal(429, "7000"))] {
        gateway.will([first, Answer::Applied]);
        let before = gateway.funds().len();
        let outcome = load(&desk, amount).await;
        assert_eq!(outcome.state, OperationState::Applied, "{amount}");
        let sent = gateway.funds().split_off(before);
        assert_eq!(sent.len(), 2, "{amount}");
        assert!(sent.iter().all(|request| request.body["reference"] == json!(outcome.reference)), "{amount}");
    }
}

#[tokio::test]
async fn unknown_blocks_its_look_alike_until_it_is_settled() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let lost = load(&desk, "400.00").await;
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "400.00")).await.unwrap();
    let error = desk.submit_funds(form(&draft.reference, "400.00")).await.unwrap_err();
    assert_eq!((error.code, error.reference.as_ref()), (ErrorCode::LookAlikeOpen, Some(&lost.reference)));
    assert_eq!(gateway.funds().len(), 1);
    // Another amount is another matter.
    assert_eq!(load(&desk, "401.00").await.state, OperationState::Applied);

    gateway.show_movement(&lost.reference, "400.00", "CREDIT");
    let settled = desk.look_again(&lost.reference).await.unwrap();
    assert_eq!((settled.state, settled.movement_id.as_deref()), (OperationState::SettledApplied, Some("m-1")));
    assert_eq!(load(&desk, "400.00").await.state, OperationState::Applied);
}

#[tokio::test]
async fn only_a_movement_of_the_same_reference_amount_and_direction_is_evidence() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::AppliedAndDropped]);
    let lost = load(&desk, "75.00").await;
    for (reference, amount, direction) in
        [("CD-0000-0000", "75.00", "CREDIT"), (&*lost.reference, "75.01", "CREDIT"), (&*lost.reference, "75.00", "DEBIT")]
    {
        gateway.show_movement(reference, amount, direction);
        assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "{reference} {amount} {direction}");
    }
    gateway.show_movement_in("USD", &lost.reference, "75.00", "CREDIT");
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "another currency");
    gateway.show_movement(&lost.reference, "75", "CREDIT");
    // Looking at the card is enough.
    let view = desk.card(CARD).await.unwrap();
    assert_eq!(view.open_operations, []);
    assert_eq!(desk.operations_of_card(CARD).await.unwrap()[0].state, OperationState::SettledApplied);
    assert_eq!(gateway.funds().len(), 1, "looking never sends");
}

/// A first life of the program, of which nothing is left but its files: what it asked for at last is on its way when it ends.
async fn first_life<Asked: Future<Output = ()> + Send + 'static>(
    rig: &Rig,
    gateway: &Scripted,
    asks: impl FnOnce(Desk) -> Asked + Send,
    has_arrived: impl Fn() -> bool + Send,
) {
    std::thread::scope(|scope| {
        let life = scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let desk = runtime.block_on(rig.desk_at(&gateway.base_url));
            gateway.will([Answer::Silence]);
            runtime.spawn(asks(desk));
            while !has_arrived() {
                std::thread::yield_now();
            }
            runtime.shutdown_background();
        });
        life.join().unwrap();
    });
}

// The gateway has to answer while this thread waits for the first life to end.
#[tokio::test(flavor = "multi_thread")]
async fn an_intent_found_at_the_start_is_unknown_and_is_never_sent_again() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let asks = |desk: Desk| async move {
        let draft = desk.draft_funds(draft_request(FundsAction::Load, "300.00")).await.unwrap();
        desk.submit_funds(form(&draft.reference, "300.00")).await.unwrap();
    };
    first_life(&rig, &gateway, asks, || !gateway.funds().is_empty()).await;
    let desk = opened_again(&rig, &gateway).await;
    let [open] = desk.attention().await.unwrap().rows.try_into().unwrap();
    assert_eq!(open.operation.state, OperationState::Unknown);
    let again = desk.submit_funds(form(&open.operation.reference, "300.00")).await.unwrap();
    assert_eq!((again.reference, again.state), (open.operation.reference, OperationState::Unknown));
    assert_eq!(gateway.funds().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_made_days_after_an_interrupted_issue_is_no_evidence_by_itself() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let asks = |desk: Desk| async move { drop(desk.issue_card(CARDHOLDER).await) };
    first_life(&rig, &gateway, asks, || !gateway.seen(&Method::POST, "/virtuals").is_empty()).await;
    rig.clock.pass(4 * 86_400);
    let desk = opened_again(&rig, &gateway).await;
    gateway.add_card(MADE_LATER);
    let [open] = desk.attention().await.unwrap().rows.try_into().unwrap();
    let looked_at = desk.look_again(&open.operation.reference).await.unwrap();
    assert_eq!(looked_at.state, OperationState::Unknown, "it may be anybody's");
}

/// The first life's threads let go of the journal's lock when they are gone, and not before.
async fn opened_again(rig: &Rig, gateway: &Scripted) -> Desk {
    let desk = rig.desk_at(&gateway.base_url).await;
    loop {
        match desk.session().await.unwrap().blocked {
            None => return desk,
            Some(error) => assert_eq!(error.code, ErrorCode::JournalInUse),
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn issuing_is_settled_by_exactly_one_new_card() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::AppliedAndDropped]);
    let outcome = desk.issue_card(CARDHOLDER).await.unwrap();
    assert_eq!((outcome.operation.state, outcome.card), (OperationState::Unknown, None));
    assert_eq!(desk.issue_card(CARDHOLDER).await.unwrap_err().code, ErrorCode::LookAlikeOpen);
    let settled = desk.look_again(&outcome.operation.reference).await.unwrap();
    assert_eq!((settled.state, settled.movement_id.as_deref()), (OperationState::SettledApplied, Some("48215")));

    gateway.will([Answer::Dropped]);
    let lost = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "no new card proves nothing");
    gateway.add_card(90_001);
    gateway.add_card(90_002);
    assert_eq!(desk.look_again(&lost.reference).await.unwrap().state, OperationState::Unknown, "of two new cards either may be ours");
}

#[tokio::test]
async fn an_issued_card_that_cannot_be_kept_is_still_an_issued_card() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    // More than the journal can hold: an error here would make the operator issue a second card.
    let card = json!({ "id": 777, "userId": CARDHOLDER, "status": "INACTIVE", "currency": "GTQ", "balance": 999_999_999_999_999_u64 });
    gateway.will([Answer::Envelope(201, json!({ "success": true, "data": card }))]);
    let outcome = desk.issue_card(CARDHOLDER).await.unwrap();
    assert_eq!(outcome.operation.state, OperationState::Applied);
    assert_eq!(outcome.card.map(|card| card.card_id).as_deref(), Some("777"));
}

#[tokio::test]
async fn a_double_click_issues_one_card() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let (first, second) = tokio::join!(desk.issue_card(CARDHOLDER), desk.issue_card(CARDHOLDER));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first, second);
    assert_eq!(gateway.seen(&Method::POST, "/virtuals").len(), 1);
}

#[tokio::test]
async fn the_record_keeps_the_gateways_code_so_that_it_reads_in_either_language() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    gateway.will([refusal(400, "7303"), refusal(409, "7213")]);
    load(&desk, "12.00").await;
    let pan = SecretText::new("4111111111164417".to_owned());
    desk.activate_card(CARD, pan, "MARIA J RAMIREZ").await.unwrap_err();
    let happenings = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    let details: Vec<&str> = happenings.iter().filter_map(|happening| happening.detail.as_deref()).collect();
    assert_eq!(details, ["7213: reason 7213", "12.00 GTQ: 7303: reason 7303"]);
}
