//! Batches on their way: every row moves its money once or not at all, whatever the network and the power do.

use std::collections::BTreeMap;

use cardesk_desk::view::{
    BatchDecisions, BatchForm, BatchPhase, BatchRowState, BatchStop, BatchView, FollowUpForm, FollowUpKind, Notice, NumberStyle,
    OperationState,
};
use cardesk_desk::{Desk, ErrorCode, Field, FieldCode};
use cardesk_domain::Amount;
use cardesk_sandbox::{FaultPlan, Practice};

use crate::batches::{Active, active_cards, decided, pasted};
use crate::rig::{Rig, access_at};
use crate::whole_job::{access_of, practice_and_desk};

/// Loads of 1.00, 2.00, … on these cards in turn.
pub(crate) fn loads(cards: &[Active], rows: u32) -> String {
    let row = |number: u32| format!("{},carga,{number}.00,Fila {number}\n", cards[number as usize % cards.len()].card_id);
    format!("tarjeta,operacion,monto,nota\n{}", (1..=rows).map(row).collect::<String>())
}

pub(crate) async fn start(desk: &Desk, text: &str) -> BatchView {
    let read = desk.read_batch(pasted(text)).await.unwrap();
    let decisions = decided(&read, NumberStyle::CommaThousands);
    let check = desk.check_batch(decisions.clone()).await.unwrap();
    let form = BatchForm {
        decisions,
        ready: check.ready,
        ready_digest: check.ready_digest.clone(),
        totals: check.totals,
        total_again: check.total_again.map(|total| total.amount),
    };
    desk.start_batch(form).await.unwrap()
}

/// The batch once no row of it goes any more.
pub(crate) async fn at_rest(desk: &Desk, number: u32) -> BatchView {
    loop {
        let batch = desk.batch(number).await.unwrap();
        if !matches!(batch.phase, BatchPhase::Running | BatchPhase::Pausing | BatchPhase::Cancelling) {
            return batch;
        }
        tokio::task::yield_now().await;
    }
}

async fn balances(desk: &Desk, cards: &[Active]) -> BTreeMap<String, Amount> {
    let mut balances = BTreeMap::new();
    for card in cards {
        let balance = desk.card(&card.card_id).await.unwrap().card.balance.unwrap();
        balances.insert(card.card_id.clone(), balance.parse().unwrap());
    }
    balances
}

/// What the rows that are told as applied have put onto each card.
async fn applied(desk: &Desk, number: u32, before: &BTreeMap<String, Amount>) -> BTreeMap<String, Amount> {
    let mut after = before.clone();
    for row in desk.batch_rows(number).await.unwrap().rows.into_iter().filter(|row| row.state == BatchRowState::Applied) {
        let balance = after.get_mut(&row.card_id.unwrap()).unwrap();
        *balance = balance.checked_add(row.amount.unwrap().parse().unwrap()).unwrap();
    }
    after
}

async fn plan(practice: &Practice, when: &str, fault: &str) {
    let json = format!(r#"{{"rules":[{{"requests":["money"],"when":{when},"fault":{fault}}}]}}"#);
    practice.set_faults(FaultPlan::from_json(&json).unwrap()).await.unwrap();
}

async fn no_faults(practice: &Practice) {
    practice.set_faults(FaultPlan::from_json(r#"{"rules":[]}"#).unwrap()).await.unwrap();
}

#[tokio::test]
async fn every_row_is_applied_once_and_the_same_file_is_known_again() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let before = balances(&desk, &cards[..5]).await;
    let text = loads(&cards[..5], 40);
    let batch = start(&desk, &text).await;
    let ended = at_rest(&desk, batch.number).await;
    assert_eq!((ended.phase, ended.counts.applied, ended.rows_to_send), (BatchPhase::Finished, 40, 40));
    let after = balances(&desk, &cards[..5]).await;
    assert_eq!(after, applied(&desk, batch.number, &before).await);
    let rows = desk.batch_rows(batch.number).await.unwrap();
    assert_eq!(rows.titles, ["tarjeta", "operacion", "monto", "nota"]);
    assert_eq!(rows.rows[0].cells[2..], ["1.00", "Fila 1"]);
    assert!(rows.rows.iter().all(|row| row.reference.is_some() && !row.is_to_mend));

    let again = desk.read_batch(pasted(text)).await.unwrap();
    assert_eq!((again.ready, again.doubtful, again.earlier[0].number), (0, 40, batch.number));
    assert_eq!(desk.continue_batch(batch.number).await.unwrap_err().code, ErrorCode::BatchEnded);
    assert_eq!(desk.cancel_batch(batch.number).await.unwrap_err().code, ErrorCode::BatchEnded);
    assert_eq!(desk.batch(99).await.unwrap_err().code, ErrorCode::BatchNotFound);
}

#[tokio::test]
async fn a_batch_begins_only_as_it_was_shown_and_once() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let read = desk.read_batch(pasted(format!("tarjeta,operacion,monto\n{},carga,\"6,000.00\"\n", cards[0].card_id))).await.unwrap();
    let decisions = decided(&read, NumberStyle::CommaThousands);
    let check = desk.check_batch(decisions.clone()).await.unwrap();
    let form = BatchForm {
        decisions,
        ready: check.ready,
        ready_digest: check.ready_digest.clone(),
        totals: check.totals.clone(),
        total_again: None,
    };
    let unconfirmed = BatchDecisions { number_style: None, ..form.decisions.clone() };
    let error = desk.start_batch(BatchForm { decisions: unconfirmed, ..form.clone() }).await.unwrap_err();
    assert_eq!((error.fields[0].field, error.fields[0].code), (Field::NumberStyle, FieldCode::Missing));
    assert_eq!(desk.start_batch(BatchForm { ready: 2, ..form.clone() }).await.unwrap_err().code, ErrorCode::BatchChanged);
    assert_eq!(desk.start_batch(BatchForm { totals: Vec::new(), ..form.clone() }).await.unwrap_err().code, ErrorCode::BatchChanged);
    for (typed, code) in [(None, FieldCode::AmountAgainMissing), (Some("600.00"), FieldCode::AmountAgainDiffers)] {
        let error = desk.start_batch(BatchForm { total_again: typed.map(ToOwned::to_owned), ..form.clone() }).await.unwrap_err();
        assert_eq!((error.fields[0].field, error.fields[0].code), (Field::TotalAgain, code));
    }
    assert_eq!(desk.batches().await.unwrap(), []);

    let sound = BatchForm { total_again: Some("6000".to_owned()), ..form };
    let (first, second) = tokio::join!(desk.start_batch(sound.clone()), desk.start_batch(sound));
    let number = first.as_ref().or(second.as_ref()).unwrap().number;
    assert!(first.is_err() || second.is_err(), "a double click begins one batch");
    assert_eq!(at_rest(&desk, number).await.counts.applied, 1);
    assert_eq!(desk.batches().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_paused_batch_waits_and_another_file_does_not_load_its_rows() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let before = balances(&desk, &cards[..3]).await;
    plan(&practice, r#""always""#, r#"{"delay":{"for_ms":20}}"#).await;
    let text = loads(&cards[..3], 30);
    let number = start(&desk, &text).await.number;
    assert_eq!(start_again(&desk, &cards).await.unwrap_err().code, ErrorCode::BatchRunning);
    desk.pause_batch(number).await.unwrap();
    let paused = at_rest(&desk, number).await;
    assert_eq!((paused.phase, paused.stop, paused.counts.underway), (BatchPhase::Paused, Some(BatchStop::Asked), 0));
    assert!(paused.counts.waiting > 0);
    assert_eq!(desk.read_batch(pasted(text)).await.unwrap().ready, 0, "each row was done or waits");
    desk.continue_batch(number).await.unwrap();
    assert_eq!(at_rest(&desk, number).await.counts.applied, 30);
    assert_eq!(balances(&desk, &cards[..3]).await, applied(&desk, number, &before).await);
}

#[tokio::test]
async fn a_batch_that_goes_on_before_it_came_to_rest_does_not_stop() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    plan(&practice, r#""always""#, r#"{"delay":{"for_ms":20}}"#).await;
    let number = start(&desk, &loads(&cards[..3], 12)).await.number;
    for _ in 0..4 {
        desk.pause_batch(number).await.unwrap();
        desk.continue_batch(number).await.unwrap();
    }
    let ended = at_rest(&desk, number).await;
    assert_eq!((ended.phase, ended.counts.applied), (BatchPhase::Finished, 12));
}

/// Another batch, of one row.
async fn start_again(desk: &Desk, cards: &[Active]) -> Result<BatchView, cardesk_desk::ErrorView> {
    let read = desk.read_batch(pasted(format!("tarjeta,operacion,monto\n{},carga,0.01\n", cards[0].card_id))).await.unwrap();
    let decisions = decided(&read, NumberStyle::CommaThousands);
    desk.start_batch(BatchForm { decisions, ready: read.ready, ready_digest: read.ready_digest, totals: read.totals, total_again: None })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_crash_the_batch_goes_on_exactly_where_it_was() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let before = balances(&desk, &cards[..6]).await;
    plan(&practice, r#""always""#, r#"{"delay":{"for_ms":15}}"#).await;
    drop(desk);
    // A first life of the program, of which nothing is left but its files: rows are on their way when it ends.
    std::thread::scope(|scope| {
        let (rig, practice, cards) = (&rig, &practice, &cards);
        scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let desk = runtime.block_on(async {
                let desk = opened(rig, practice).await;
                let number = start(&desk, &loads(&cards[..6], 60)).await.number;
                while desk.batch(number).await.unwrap().counts.applied < 10 {
                    tokio::task::yield_now().await;
                }
                desk
            });
            runtime.shutdown_background();
            drop(desk);
        });
    });
    no_faults(&practice).await;

    let desk = opened(&rig, &practice).await;
    assert!(desk.session().await.unwrap().notices.contains(&Notice::BatchesWaiting { count: 1 }));
    let found = desk.batches().await.unwrap().remove(0);
    assert_eq!((found.phase, found.stop, found.counts.underway), (BatchPhase::Paused, None, 0));
    assert!(found.counts.applied >= 10 && found.counts.waiting > 0 && found.counts.unknown <= 4, "{:?}", found.counts);
    desk.continue_batch(found.number).await.unwrap();
    let ended = at_rest(&desk, found.number).await;
    assert_eq!((ended.phase, ended.counts.applied + ended.counts.unknown), (BatchPhase::Finished, 60));
    for open in desk.attention().await.unwrap().rows {
        desk.look_again(&open.operation.reference).await.unwrap();
    }
    let settled = desk.batch(found.number).await.unwrap().counts;
    assert!(settled.applied >= ended.counts.applied);
    assert_eq!(balances(&desk, &cards[..6]).await, applied(&desk, found.number, &before).await);
}

/// A desk whose journal is open: the life before lets go of its lock when its threads are gone, and not before.
async fn opened(rig: &Rig, practice: &Practice) -> Desk {
    let desk = rig.desk().await;
    desk.practice_started(access_of(practice)).await;
    while let Some(error) = desk.session().await.unwrap().blocked {
        assert_eq!(error.code, ErrorCode::JournalInUse);
        tokio::task::yield_now().await;
    }
    desk
}

#[tokio::test]
async fn without_a_connection_the_batch_stops_and_what_was_not_sent_goes_again() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let before = balances(&desk, &cards[..6]).await;
    desk.practice_failed("gone".to_owned());
    desk.practice_started(access_at("http://127.0.0.1:1")).await;
    let number = start(&desk, &loads(&cards[..6], 24)).await.number;
    let stopped = at_rest(&desk, number).await;
    assert_eq!((stopped.phase, stopped.stop, stopped.counts.unknown), (BatchPhase::Paused, Some(BatchStop::Unanswered), 0));
    assert!(stopped.counts.not_sent >= 3 && stopped.counts.not_sent <= 6, "{:?}", stopped.counts);
    let rows = desk.batch_rows(number).await.unwrap().rows;
    assert!(rows.iter().all(|row| !row.is_to_mend), "the batch itself sends them again");

    desk.practice_failed("back".to_owned());
    desk.practice_started(access_of(&practice)).await;
    desk.continue_batch(number).await.unwrap();
    let ended = at_rest(&desk, number).await;
    assert_eq!((ended.phase, ended.counts.applied, ended.counts.not_sent), (BatchPhase::Finished, 24, 0));
    assert_eq!(balances(&desk, &cards[..6]).await, applied(&desk, number, &before).await);
}

#[tokio::test]
async fn a_gateway_that_takes_no_more_requests_does_not_use_the_batch_up() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    plan(&practice, r#""always""#, r#"{"throttle":{"retry_after_seconds":60}}"#).await;
    let number = start(&desk, &loads(&cards[..6], 24)).await.number;
    let stopped = at_rest(&desk, number).await;
    assert_eq!((stopped.phase, stopped.stop), (BatchPhase::Paused, Some(BatchStop::Failed)));
    assert_eq!(stopped.error.map(|error| error.code), Some(ErrorCode::GatewayThrottled));
    assert!(stopped.counts.refused <= 4 && stopped.counts.waiting >= 20, "only what was on its way: {:?}", stopped.counts);
    no_faults(&practice).await;
    desk.continue_batch(number).await.unwrap();
    let ended = at_rest(&desk, number).await;
    assert_eq!((ended.phase, ended.counts.applied), (BatchPhase::Finished, stopped.counts.waiting));
}

#[tokio::test]
async fn a_row_of_an_open_batch_is_sent_again_by_it_alone_and_the_row_says_so() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let before = balances(&desk, &cards[..1]).await;
    desk.practice_failed("gone".to_owned());
    desk.practice_started(access_at("http://127.0.0.1:1")).await;
    let number = start(&desk, &loads(&cards[..1], 2)).await.number;
    assert_eq!(at_rest(&desk, number).await.counts.not_sent, 1);
    let row = desk.batch_rows(number).await.unwrap().rows.remove(0).reference.unwrap();
    let shown = desk.operations_of_card(&cards[0].card_id).await.unwrap().remove(0);
    assert_eq!((&shown.reference, shown.can_make_again, shown.left_to_batch), (&row, false, Some(number)));
    let refused = desk.draft_follow_up(&row, FollowUpKind::MakesAgain, None).await.unwrap_err();
    assert_eq!((refused.code, &*refused.params["number"]), (ErrorCode::LeftToItsBatch, &*number.to_string()));
    desk.practice_failed("back".to_owned());
    desk.practice_started(access_of(&practice)).await;

    desk.continue_batch(number).await.unwrap();
    let ended = at_rest(&desk, number).await;
    assert_eq!((ended.phase, ended.counts.applied), (BatchPhase::Finished, 2));
    let expected = before[&cards[0].card_id].checked_add("3.00".parse().unwrap()).unwrap();
    assert_eq!(balances(&desk, &cards[..1]).await[&cards[0].card_id], expected);
}

#[tokio::test]
async fn a_row_whose_batch_was_given_up_can_be_made_again_by_hand() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    desk.practice_failed("gone".to_owned());
    desk.practice_started(access_at("http://127.0.0.1:1")).await;
    let number = start(&desk, &loads(&cards[..1], 1)).await.number;
    at_rest(&desk, number).await;
    let row = desk.batch_rows(number).await.unwrap().rows.remove(0).reference.unwrap();
    desk.cancel_batch(number).await.unwrap();
    desk.practice_failed("back".to_owned());
    desk.practice_started(access_of(&practice)).await;
    let draft = desk.draft_follow_up(&row, FollowUpKind::MakesAgain, None).await.unwrap();
    let form = FollowUpForm { reference: draft.reference, reason: String::new(), amount_again: None, despite: None };
    assert!(desk.batch_rows(number).await.unwrap().rows[0].is_to_mend);
    assert_eq!(desk.submit_follow_up(form).await.unwrap().state, OperationState::Applied);
    assert!(!desk.batch_rows(number).await.unwrap().rows[0].is_to_mend, "the file with what is to be mended would do it once more");
}

#[tokio::test]
async fn a_row_without_an_outcome_is_left_to_be_looked_for_and_never_sent_again() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let before = balances(&desk, &cards[..4]).await;
    plan(&practice, r#"{"every":7}"#, r#"{"drop":{"moment":"after_applying"}}"#).await;
    let number = start(&desk, &loads(&cards[..4], 20)).await.number;
    let ended = at_rest(&desk, number).await;
    assert_eq!((ended.phase, ended.counts.unknown, ended.counts.applied), (BatchPhase::Finished, 2, 18));
    no_faults(&practice).await;
    for open in desk.attention().await.unwrap().rows {
        desk.look_again(&open.operation.reference).await.unwrap();
    }
    assert_eq!(desk.batch(number).await.unwrap().counts.applied, 20);
    assert_eq!(balances(&desk, &cards[..4]).await, applied(&desk, number, &before).await);
}

#[tokio::test]
async fn a_gateway_that_stops_answering_stops_the_batch_before_every_row_is_in_doubt() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    plan(&practice, r#"{"every":1}"#, r#"{"edge_page":{"status":503,"moment":"before_applying"}}"#).await;
    let number = start(&desk, &loads(&cards[..10], 30)).await.number;
    let stopped = at_rest(&desk, number).await;
    assert_eq!((stopped.phase, stopped.stop), (BatchPhase::Paused, Some(BatchStop::Unanswered)));
    assert!(stopped.counts.unknown <= 6, "{:?}", stopped.counts);
    assert!(stopped.counts.waiting >= 24);

    let cancelled = desk.cancel_batch(number).await.unwrap();
    assert_eq!(cancelled.phase, BatchPhase::Cancelled);
    no_faults(&practice).await;
    let rows = desk.batch_rows(number).await.unwrap().rows;
    let to_mend = rows.iter().filter(|row| row.is_to_mend).count();
    assert_eq!(to_mend, cancelled.counts.waiting as usize, "what may have moved money is not loaded again");
    assert_eq!(desk.continue_batch(number).await.unwrap_err().code, ErrorCode::BatchEnded);
}

#[tokio::test]
async fn refused_rows_are_mended_and_loaded_again_without_those_that_were_applied() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let before = balances(&desk, &cards[..2]).await;
    let (one, other) = (&cards[0].card_id, &cards[1].card_id);
    let text = format!("tarjeta,operacion,monto,nota\n{one},carga,5.00,a\n{one},carga,x,b\n999999,carga,5.00,c\n{other},carga,7.00,d\n");
    let number = start(&desk, &text).await.number;
    let ended = at_rest(&desk, number).await;
    assert_eq!((ended.phase, ended.counts.applied, ended.counts.left_out), (BatchPhase::Finished, 2, 2));
    let rows = desk.batch_rows(number).await.unwrap();
    let to_mend: Vec<_> = rows.rows.iter().filter(|row| row.is_to_mend).map(|row| (row.line, row.problems[0].code)).collect();
    assert_eq!(to_mend, [(3, FieldCode::AmountForm), (4, FieldCode::CardUnknown)]);
    assert_eq!(rows.rows[2].amount.as_deref(), Some("5.00"), "what it says is shown though its card was not found");

    // As a person mends the file that the desk gave back.
    let line = |cells: &[String]| format!("{}\n", cells.join(","));
    let mended: String = rows.rows.iter().filter(|row| row.is_to_mend).map(|row| line(&row.cells)).collect();
    let mended = format!("{}{}", line(&rows.titles), mended.replace(",x,", ",6.00,").replace("999999", other));
    let next = start(&desk, &mended).await.number;
    assert_eq!(at_rest(&desk, next).await.counts.applied, 2);
    let expected = applied(&desk, next, &applied(&desk, number, &before).await).await;
    assert_eq!(balances(&desk, &cards[..2]).await, expected);
}
