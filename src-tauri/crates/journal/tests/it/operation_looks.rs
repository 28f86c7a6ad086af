//! The looks for operations without an outcome.

use cardesk_domain::OperationEvent;
use cardesk_journal::{Journal, Look, LookResult, LooksSoFar};
use sqlx::Connection;

use crate::support::{at, enough, load, past_the_journal, place, plain, reference, takes};

fn look(number: u64, second: i64, found: LookResult) -> Look {
    Look { reference: reference(number), at: at(second), found, detail: Some(format!("look at {second}")) }
}

#[tokio::test]
async fn looks_read_back_newest_first_and_are_counted_while_the_outcome_is_open() {
    let journal = Journal::open_in_memory().await.unwrap();
    for number in [1, 2] {
        journal.begin_intent(load(number, number, "5"), &[]).await.unwrap();
        journal.advance(&reference(number), OperationEvent::LoseSight, enough(), "ana", at(1)).await.unwrap();
    }
    let results = [LookResult::NoAnswer, LookResult::Nothing, LookResult::Several, LookResult::Applied];
    for (second, found) in (10..).zip(results) {
        journal.add_look(&look(1, second, found)).await.unwrap();
    }
    let found: Vec<Look> = journal.looks_for(&reference(1), 3).await.unwrap();
    assert_eq!(found, [look(1, 13, LookResult::Applied), look(1, 12, LookResult::Several), look(1, 11, LookResult::Nothing)]);
    assert_eq!(journal.looks_so_far().await.unwrap(), [LooksSoFar { reference: reference(1), looks: 4, last_at: at(13) }]);
    journal.advance(&reference(1), OperationEvent::SettleNotApplied, enough(), "ana", at(20)).await.unwrap();
    assert_eq!(journal.looks_so_far().await.unwrap(), []);
    assert_eq!(journal.looks_for(&reference(2), 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_look_is_of_an_operation_and_never_changed() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    assert!(journal.add_look(&look(9, 1, LookResult::Nothing)).await.is_err());
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    journal.add_look(&look(1, 1, LookResult::Nothing)).await.unwrap();
    let mut connection = past_the_journal(&path).await;
    for statement in ["UPDATE operation_looks SET found = 'applied'", "DELETE FROM operation_looks"] {
        assert!(!takes(&mut connection, statement).await, "{statement}");
    }
    connection.close().await.unwrap();
}
