//! Batches: resumed exactly where they were, and no row moves money twice, whoever writes.

use cardesk_domain::money::NumberStyle;
use cardesk_domain::{CardId, LinkKind, OperationEvent, OperationKind, OperationState, Reference};
use cardesk_journal::{
    BatchCounts, BatchDeed, BatchState, Evidence, Journal, JournalError, NewBatch, NewBatchRow, NewLink, NewOperation, RowFate,
};
use proptest::prelude::*;

use crate::support::{at, load, past_the_journal, place, plain, quetzales, reference, takes};

fn row(line: u32, fate: RowFate) -> NewBatchRow {
    let deed = BatchDeed {
        card_id: CardId::new(48_200 + u64::from(line)),
        kind: OperationKind::Load,
        money: quetzales("12.50"),
        note: Some("Viáticos".to_owned()),
    };
    NewBatchRow { line, cells: format!("[\"{line}\"]"), deed: Some(deed), fate }
}

fn batch(rows: Vec<NewBatchRow>) -> NewBatch {
    NewBatch {
        name: Some("nómina.csv".to_owned()),
        digest: "a".repeat(64),
        number_style: NumberStyle::PointThousands,
        titles: "[\"Tarjeta\"]".to_owned(),
        rows,
        at: at(0),
        operator: "ana".to_owned(),
    }
}

/// Two rows to be sent under the references 1 and 2, and one that is left out.
fn three_rows() -> NewBatch {
    let left_out = NewBatchRow { deed: None, ..row(4, RowFate::LeftOut("[]".to_owned())) };
    batch(vec![row(2, RowFate::Sent(reference(1))), row(3, RowFate::Sent(reference(2))), left_out])
}

/// The operation of the row in that line.
fn of_row(entropy: u64, line: u64) -> NewOperation {
    NewOperation { money: Some(quetzales("12.50")), ..load(entropy, 48_200 + line, "12.50") }
}

async fn moved(journal: &Journal, reference: &Reference, events: &[OperationEvent]) {
    for event in events {
        journal.advance(reference, *event, Evidence::default(), "ana", at(1)).await.unwrap();
    }
}

#[tokio::test]
async fn a_batch_is_resumed_exactly_where_it_was() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    let number = journal.begin_batch(&three_rows()).await.unwrap();
    journal.draft(of_row(1, 2)).await.unwrap();
    moved(&journal, &reference(1), &[OperationEvent::Send, OperationEvent::Confirm]).await;
    journal.close().await;

    let journal = plain(&path).await;
    let [open] = journal.open_batches().await.unwrap().try_into().unwrap();
    assert_eq!((open.number, open.name.as_deref(), open.number_style), (number, Some("nómina.csv"), NumberStyle::PointThousands));
    let rows = journal.batch_rows(number).await.unwrap();
    let stand: Vec<_> =
        rows.iter().map(|row| (row.line, row.attempt.as_ref().map(|attempt| (attempt.reference.clone(), attempt.state)))).collect();
    assert_eq!(stand, [(2, Some((reference(1), Some(OperationState::Applied)))), (3, Some((reference(2), None))), (4, None)]);
    assert_eq!(rows[0].deed.as_ref().map(|deed| deed.money), Some(quetzales("12.50")));
    let counts = BatchCounts { waiting: 1, applied: 1, left_out: 1, ..BatchCounts::default() };
    assert_eq!(journal.batch_counts(number).await.unwrap(), counts);
    let [waiting] = journal.funds_waiting(&[CardId::new(48_202), CardId::new(48_203)]).await.unwrap().try_into().unwrap();
    assert_eq!(waiting.reference, reference(2));
    assert_eq!(journal.batches_of_file(&"a".repeat(64)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_row_is_attempted_again_only_when_the_last_attempt_moved_nothing() {
    use OperationEvent as Event;
    let journal = Journal::open_in_memory().await.unwrap();
    let number = journal.begin_batch(&three_rows()).await.unwrap();
    // Nothing was sent: the reference that the row has is the one to send under.
    assert!(matches!(journal.attempt_again(number, &[(1, reference(9))]).await, Err(JournalError::RowNotToBeSent(_))));
    journal.draft(of_row(1, 2)).await.unwrap();
    moved(&journal, &reference(1), &[Event::Send]).await;
    assert!(journal.attempt_again(number, &[(1, reference(9))]).await.is_err());
    moved(&journal, &reference(1), &[Event::FailToSend]).await;
    assert!(matches!(journal.attempt_again(number, &[(1, reference(1))]).await, Err(JournalError::ReferenceTaken(_))));
    // All of them or none.
    assert!(journal.attempt_again(number, &[(1, reference(9)), (2, reference(10))]).await.is_err());
    journal.attempt_again(number, &[(1, reference(9))]).await.unwrap();
    let rows = journal.batch_rows(number).await.unwrap();
    let attempt = rows[0].attempt.as_ref().unwrap();
    assert_eq!((attempt.number, &attempt.reference, attempt.state), (2, &reference(9), None));
    assert_eq!(attempt.previous, Some(reference(1)));
    journal.draft(of_row(9, 2)).await.unwrap();
    moved(&journal, &reference(9), &[Event::Send, Event::LoseSight]).await;
    assert!(journal.attempt_again(number, &[(1, reference(11))]).await.is_err(), "it may have moved money");
}

#[tokio::test]
async fn while_its_batch_is_open_a_row_is_made_again_by_nobody_else() {
    use OperationEvent as Event;
    let journal = Journal::open_in_memory().await.unwrap();
    let number = journal.begin_batch(&three_rows()).await.unwrap();
    let again = |entropy: u64, line: u64, older: u64| {
        let journal = journal.clone();
        let link = NewLink { kind: LinkKind::MakesAgain, older: reference(older), reason: None };
        async move { journal.begin_intent(of_row(entropy, line), &[link]).await }
    };
    for (entropy, line, event) in [(1, 2, Event::FailToSend), (2, 3, Event::Refuse)] {
        journal.begin_intent(of_row(entropy, line), &[]).await.unwrap();
        moved(&journal, &reference(entropy), &[event]).await;
        assert_eq!(journal.operation(&reference(entropy)).await.unwrap().unwrap().open_batch, Some(number));
        let refused = again(50, line, entropy).await;
        assert!(
            matches!(&refused, Err(JournalError::LeftToItsBatch(row, of)) if (row, *of) == (&reference(entropy), number)),
            "{refused:?}"
        );
    }
    journal.attempt_again(number, &[(1, reference(9))]).await.unwrap();
    again(9, 2, 1).await.unwrap();
    moved(&journal, &reference(9), &[Event::Confirm]).await;
    journal.end_batch(number, BatchState::Finished, at(3)).await.unwrap();
    assert_eq!(journal.operation(&reference(2)).await.unwrap().unwrap().open_batch, None);
    again(50, 3, 2).await.unwrap();
}

#[tokio::test]
async fn an_operation_of_a_row_is_what_the_row_says() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_batch(&three_rows()).await.unwrap();
    for other in [
        NewOperation { card_id: Some(CardId::new(1)), ..of_row(1, 2) },
        NewOperation { money: Some(quetzales("12.51")), ..of_row(1, 2) },
        NewOperation { kind: OperationKind::Withdrawal, ..of_row(1, 2) },
        NewOperation { note: None, ..of_row(1, 2) },
    ] {
        assert!(journal.draft(other).await.is_err());
    }
    journal.draft(of_row(1, 2)).await.unwrap();
}

#[tokio::test]
async fn a_batch_ends_once_and_then_nothing_of_it_is_sent() {
    use OperationEvent as Event;
    let journal = Journal::open_in_memory().await.unwrap();
    let number = journal.begin_batch(&three_rows()).await.unwrap();
    let finished = |journal: &Journal| {
        let journal = journal.clone();
        async move { journal.end_batch(number, BatchState::Finished, at(2)).await }
    };
    assert!(matches!(finished(&journal).await, Err(JournalError::BatchNotToBeEnded(_))), "rows wait");
    for (entropy, line, events) in [(1, 2, [Event::Send, Event::LoseSight]), (2, 3, [Event::Send, Event::FailToSend])] {
        journal.draft(of_row(entropy, line)).await.unwrap();
        moved(&journal, &reference(entropy), &events[..1]).await;
        assert!(journal.end_batch(number, BatchState::Cancelled, at(2)).await.is_err(), "a row is on its way");
        moved(&journal, &reference(entropy), &events[1..]).await;
    }
    assert!(finished(&journal).await.is_err(), "a row that was not sent waits for its next attempt");
    journal.attempt_again(number, &[(2, reference(9))]).await.unwrap();
    journal.draft(of_row(9, 3)).await.unwrap();
    journal.end_batch(number, BatchState::Cancelled, at(2)).await.unwrap();
    let sent = journal.advance(&reference(9), Event::Send, Evidence::default(), "ana", at(3)).await;
    assert!(sent.is_err(), "its batch was given up");
    assert!(matches!(finished(&journal).await, Err(JournalError::BatchNotToBeEnded(_))));
    assert!(matches!(journal.end_batch(77, BatchState::Cancelled, at(2)).await, Err(JournalError::UnknownBatch(77))));
    assert_eq!(journal.batch(number).await.unwrap().unwrap().state, BatchState::Cancelled);
    assert_eq!(journal.open_batches().await.unwrap(), []);
}

#[tokio::test]
async fn a_batch_is_written_whole_or_not_at_all() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.draft(of_row(2, 3)).await.unwrap();
    assert!(matches!(journal.begin_batch(&three_rows()).await, Err(JournalError::ReferenceTaken(taken)) if taken == reference(2)));
    let unsaid = NewBatchRow { deed: None, ..row(2, RowFate::Sent(reference(5))) };
    assert!(matches!(journal.begin_batch(&batch(vec![unsaid])).await, Err(JournalError::IncompleteOperation(_))));
    assert_eq!(journal.batches(10).await.unwrap(), []);
    assert_eq!(journal.batch_rows(1).await.unwrap(), []);
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_a_batch_was() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    let number = journal.begin_batch(&three_rows()).await.unwrap();
    journal.draft(of_row(1, 2)).await.unwrap();
    moved(&journal, &reference(1), &[OperationEvent::Send, OperationEvent::LoseSight]).await;
    journal.close().await;
    let past = &mut past_the_journal(&path).await;
    for statement in [
        "UPDATE batch_rows SET amount = 1",
        "UPDATE batch_rows SET left_out = NULL",
        "DELETE FROM batch_rows",
        "DELETE FROM batches",
        "UPDATE batches SET digest = 'b'",
        "UPDATE batches SET state = 'finished', ended_at = 1",
        "UPDATE batch_attempts SET number = 7",
        "DELETE FROM batch_attempts",
        "INSERT INTO batches (number, digest, number_style, titles, begun_at, begun_by, state, ended_at) \
         VALUES (9, 'x', 'comma_thousands', '', 1, 'x', 'finished', 1)",
        "INSERT INTO batch_attempts (reference, batch_number, position, number) VALUES ('CD-0000-0000', 1, 1, 2)",
        "INSERT INTO batch_attempts (reference, batch_number, position, number) VALUES ('CD-0000-0000', 1, 3, 1)",
        "INSERT INTO batch_attempts (reference, batch_number, position, number) VALUES ('CD-0000-0000', 1, 2, 2)",
    ] {
        assert!(!takes(past, statement).await, "{statement}");
    }
    assert_eq!(number, 1);
}

/// What somebody may try with a row.
#[derive(Debug, Clone, Copy)]
enum Try {
    Again(u32),
    Draft(u32),
    Move(u32, OperationEvent),
}

fn tries() -> impl Strategy<Value = Try> {
    let row = 1_u32..3;
    prop_oneof![
        2 => row.clone().prop_map(Try::Again),
        2 => row.clone().prop_map(Try::Draft),
        5 => (row, prop::sample::select(OperationEvent::ALL.to_vec())).prop_map(|(row, event)| Try::Move(row, event)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_tried_at_most_one_operation_of_a_row_may_have_moved_its_money(steps in prop::collection::vec(tries(), 1..60)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let journal = Journal::open_in_memory().await.unwrap();
            let number = journal.begin_batch(&three_rows()).await.unwrap();
            // Every reference that a row ever had.
            let mut had = vec![vec![1_u64], vec![2]];
            let mut next = 10;
            for step in steps {
                match step {
                    Try::Again(row) => {
                        next += 1;
                        if journal.attempt_again(number, &[(row, reference(next))]).await.is_ok() {
                            had[row as usize - 1].push(next);
                        }
                    }
                    Try::Draft(row) => {
                        for entropy in &had[row as usize - 1] {
                            let _ = journal.draft(of_row(*entropy, u64::from(row) + 1)).await;
                        }
                    }
                    Try::Move(row, event) => {
                        for entropy in &had[row as usize - 1] {
                            let evidence = Evidence { detail: Some("seen".to_owned()), movement_id: Some("m".to_owned()), ..Evidence::default() };
                            let _ = journal.advance(&reference(*entropy), event, evidence, "ana", at(1)).await;
                        }
                    }
                }
                for references in &had {
                    let mut moved = 0;
                    for entropy in references {
                        let state = journal.operation(&reference(*entropy)).await.unwrap().map(|operation| operation.state);
                        use OperationState as State;
                        moved += usize::from(matches!(state, Some(State::Intent | State::Unknown | State::Applied | State::Refused | State::SettledApplied)));
                    }
                    assert!(moved <= 1, "{references:?}");
                }
            }
        });
    }
}
