//! The one life of an operation, and that the database itself refuses every other.

use cardesk_domain::{CardId, OperationEvent, OperationKind, OperationState, Reference};
use cardesk_journal::{Evidence, Journal, JournalError, NewOperation};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::support::{at, holder, issue, load, past_the_journal, place, plain, quetzales, reference, takes};

async fn advance(journal: &Journal, reference: &Reference, event: OperationEvent) -> Result<OperationState, JournalError> {
    journal.advance(reference, event, Evidence::default(), "ana", at(5)).await.map(|operation| operation.state)
}

async fn sent(journal: &Journal, operation: NewOperation) -> Result<OperationState, JournalError> {
    let drafted = journal.draft(operation).await?;
    advance(journal, &drafted.reference, OperationEvent::Send).await
}

/// The events that lead to a state.
fn way_to(state: OperationState) -> &'static [OperationEvent] {
    use OperationEvent as Event;
    match state {
        OperationState::Drafted => &[],
        OperationState::Discarded => &[Event::Discard],
        OperationState::Intent => &[Event::Send],
        OperationState::Applied => &[Event::Send, Event::Confirm],
        OperationState::Refused => &[Event::Send, Event::Refuse],
        OperationState::NotSent => &[Event::Send, Event::FailToSend],
        OperationState::Unknown => &[Event::Send, Event::LoseSight],
        OperationState::SettledApplied => &[Event::Send, Event::LoseSight, Event::SettleApplied],
        OperationState::SettledNotApplied => &[Event::Send, Event::LoseSight, Event::SettleNotApplied],
    }
}

#[tokio::test]
async fn every_fact_and_every_move_reads_back_as_it_was_written() {
    let journal = Journal::open_in_memory().await.unwrap();
    let new = NewOperation { cardholder_id: Some(holder("u1")), ..load(1, u64::MAX, "1250.0001") };
    let drafted = journal.draft(new.clone()).await.unwrap();
    assert_eq!(drafted.state, OperationState::Drafted);
    assert_eq!((drafted.card_id, drafted.money), (Some(CardId::new(u64::MAX)), Some(quetzales("1250.0001"))));
    assert_eq!(
        (&drafted.cardholder_id, &drafted.note, &drafted.channel, &drafted.context),
        (&new.cardholder_id, &new.note, &new.channel, &new.context)
    );
    assert_eq!((drafted.drafted_at, drafted.drafted_by.as_str()), (at(0), "ana"));

    advance(&journal, &new.reference, OperationEvent::Send).await.unwrap();
    let evidence = Evidence {
        detail: Some("Fondos insuficientes".to_owned()),
        gateway_code: Some("7303".to_owned()),
        http_status: Some(400),
        movement_id: Some("m-1".to_owned()),
    };
    let refused = journal.advance(&new.reference, OperationEvent::Refuse, evidence.clone(), "luis", at(9)).await.unwrap();
    assert_eq!(journal.operation(&new.reference).await.unwrap().as_ref(), Some(&refused));
    let moves = journal.moves_of(&new.reference).await.unwrap();
    assert_eq!(
        moves.iter().map(|made| (made.from, made.to)).collect::<Vec<_>>(),
        [(OperationState::Drafted, OperationState::Intent), (OperationState::Intent, OperationState::Refused)]
    );
    assert_eq!((&moves[1].evidence, moves[1].operator.as_str(), moves[1].at), (&evidence, "luis", at(9)));
    assert_eq!(refused.last_move.as_ref(), Some(&moves[1]));
}

#[tokio::test]
async fn a_reference_is_used_once_and_sent_once() {
    let journal = Journal::open_in_memory().await.unwrap();
    sent(&journal, load(1, 7, "5")).await.unwrap();
    assert!(matches!(journal.draft(load(1, 8, "6")).await, Err(JournalError::ReferenceTaken(taken)) if taken == reference(1)));
    assert!(matches!(advance(&journal, &reference(1), OperationEvent::Send).await, Err(JournalError::IllegalMove(_))));
    advance(&journal, &reference(1), OperationEvent::FailToSend).await.unwrap();
    assert!(matches!(advance(&journal, &reference(1), OperationEvent::Send).await, Err(JournalError::IllegalMove(_))));
    assert_eq!(journal.moves_of(&reference(1)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_reference_that_nobody_has_is_an_error() {
    let journal = Journal::open_in_memory().await.unwrap();
    assert!(matches!(advance(&journal, &reference(1), OperationEvent::Send).await, Err(JournalError::UnknownOperation(_))));
    assert_eq!(journal.operation(&reference(1)).await.unwrap(), None);
    assert_eq!(journal.moves_of(&reference(1)).await.unwrap(), []);
}

#[tokio::test]
async fn a_look_alike_is_refused_until_the_first_is_settled_and_names_it() {
    let journal = Journal::open_in_memory().await.unwrap();
    sent(&journal, load(1, 7, "5.00")).await.unwrap();
    let refused =
        |result: Result<OperationState, JournalError>| matches!(result, Err(JournalError::LookAlikeOpen(open)) if open == reference(1));
    assert!(refused(sent(&journal, load(2, 7, "5")).await), "the same amount, written differently");
    assert_eq!(journal.operation(&reference(2)).await.unwrap().unwrap().state, OperationState::Drafted);
    assert_eq!(journal.moves_of(&reference(2)).await.unwrap(), []);

    for (other, what) in [
        (load(3, 8, "5"), "another card"),
        (load(4, 7, "5.0001"), "another amount"),
        (NewOperation { kind: OperationKind::Withdrawal, ..load(5, 7, "5") }, "the other direction"),
        (issue(6, "u1"), "another kind"),
    ] {
        assert!(sent(&journal, other).await.is_ok(), "{what}");
    }
    advance(&journal, &reference(1), OperationEvent::LoseSight).await.unwrap();
    assert!(refused(advance(&journal, &reference(2), OperationEvent::Send).await), "an unknown outcome is open too");
    advance(&journal, &reference(1), OperationEvent::SettleNotApplied).await.unwrap();
    assert!(advance(&journal, &reference(2), OperationEvent::Send).await.is_ok());
}

#[tokio::test]
async fn one_issue_at_a_time_can_be_open_for_a_cardholder() {
    let journal = Journal::open_in_memory().await.unwrap();
    sent(&journal, issue(1, "u1")).await.unwrap();
    assert!(sent(&journal, issue(2, "u2")).await.is_ok());
    assert!(matches!(sent(&journal, issue(3, "u1")).await, Err(JournalError::LookAlikeOpen(open)) if open == reference(1)));
    advance(&journal, &reference(1), OperationEvent::Confirm).await.unwrap();
    assert!(advance(&journal, &reference(3), OperationEvent::Send).await.is_ok());
}

#[tokio::test]
async fn an_operation_that_lacks_a_fact_is_not_written_down() {
    let journal = Journal::open_in_memory().await.unwrap();
    for wrong in [
        NewOperation { card_id: None, ..load(1, 7, "5") },
        NewOperation { money: None, ..load(1, 7, "5") },
        load(1, 7, "0"),
        load(1, 7, "-5"),
        NewOperation { cardholder_id: None, ..issue(1, "u1") },
        NewOperation { money: Some(quetzales("1")), ..issue(1, "u1") },
    ] {
        assert!(matches!(journal.draft(wrong).await, Err(JournalError::IncompleteOperation(_))));
    }
    assert!(matches!(journal.draft(load(1, 7, "999999999999999")).await, Err(JournalError::AmountTooLarge)));
    assert_eq!(journal.operation(&reference(1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_cards_operations_are_listed_newest_first_and_open_ones_oldest_first() {
    let journal = Journal::open_in_memory().await.unwrap();
    for number in 1..=3 {
        journal.draft(NewOperation { at: at(i64::try_from(number).unwrap()), ..load(number, 7, &number.to_string()) }).await.unwrap();
    }
    journal.draft(load(4, 8, "1")).await.unwrap();
    for number in [3, 1] {
        advance(&journal, &reference(number), OperationEvent::Send).await.unwrap();
    }
    let references =
        |operations: Vec<cardesk_journal::Operation>| operations.into_iter().map(|operation| operation.reference).collect::<Vec<_>>();
    assert_eq!(references(journal.operations_of_card(CardId::new(7), 2).await.unwrap()), [reference(3), reference(2)]);
    assert_eq!(references(journal.open_operations().await.unwrap()), [reference(1), reference(3)]);
}

/// Writes a move down and makes it, in plain SQL, and takes it back again.
async fn database_allows(connection: &mut SqliteConnection, reference: &Reference, from: &str, to: &str) -> bool {
    let mut trial = connection.begin().await.unwrap();
    let written = trial
        .execute(AssertSqlSafe(format!(
            "INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator) \
             SELECT reference, moves + 1, '{from}', '{to}', 0, 'eve' FROM operations WHERE reference = '{reference}'"
        )))
        .await;
    let made = trial
        .execute(AssertSqlSafe(format!("UPDATE operations SET state = '{to}', moves = moves + 1 WHERE reference = '{reference}'")))
        .await;
    trial.rollback().await.unwrap();
    written.is_ok() && made.is_ok()
}

#[tokio::test]
async fn the_database_allows_exactly_the_moves_that_the_domain_allows() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    for (number, from) in (0..).zip(OperationState::ALL) {
        journal.draft(load(number, number, "1")).await.unwrap();
        for event in way_to(from) {
            advance(&journal, &reference(number), *event).await.unwrap();
        }
        assert_eq!(journal.operation(&reference(number)).await.unwrap().unwrap().state, from);
    }
    let mut connection = past_the_journal(&path).await;
    let mut allowed = 0;
    for (number, from) in (0..).zip(OperationState::ALL) {
        for to in OperationState::ALL {
            let legal = OperationEvent::ALL.into_iter().any(|event| from.after(event) == Ok(to));
            let allows = database_allows(&mut connection, &reference(number), from.as_str(), to.as_str()).await;
            assert_eq!(allows, legal, "{from:?} to {to:?}");
            allowed += usize::from(allows);
        }
        assert!(!database_allows(&mut connection, &reference(number), from.as_str(), "nonsense").await);
    }
    assert_eq!(allowed, 8);
    let in_table: i64 = sqlx::query_scalar("SELECT count(*) FROM legal_moves").fetch_one(&mut connection).await.unwrap();
    assert_eq!(in_table, 8);
    connection.close().await.unwrap();
}

#[tokio::test]
async fn the_database_refuses_changed_facts_deletions_and_moves_that_are_not_written_down() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    sent(&journal, load(1, 7, "5")).await.unwrap();
    journal.draft(load(2, 7, "6")).await.unwrap();
    let mut connection = past_the_journal(&path).await;
    let facts = [
        "reference = 'CD-0000-0000'",
        "kind = 'withdrawal'",
        "card_id = '8'",
        "amount = amount + 1",
        "currency = 'USD'",
        "cardholder_id = 'u9'",
        "note = 'x'",
        "channel = NULL",
        "context = NULL",
        "drafted_at = 1",
        "drafted_by = 'eve'",
    ];
    for fact in facts {
        for reference in [reference(1), reference(2)] {
            assert!(!takes(&mut connection, format!("UPDATE operations SET {fact} WHERE reference = '{reference}'")).await, "{fact}");
            // Smuggled in beside a legal move, that is written down.
            let smuggled = format!(
                "BEGIN; INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator) \
                 SELECT o.reference, o.moves + 1, o.state, m.to_state, 0, 'eve' FROM operations o JOIN legal_moves m ON m.from_state = o.state \
                 WHERE o.reference = '{reference}' LIMIT 1; \
                 UPDATE operations SET moves = moves + 1, state = (SELECT to_state FROM operation_moves WHERE sequence = operations.moves + 1 \
                 AND reference = operations.reference), {fact} WHERE reference = '{reference}'"
            );
            assert!(!takes(&mut connection, smuggled).await, "{fact}");
            assert!(takes(&mut connection, "ROLLBACK").await);
        }
    }
    for statement in [
        "DELETE FROM operations",
        "DELETE FROM operation_moves",
        "UPDATE operation_moves SET operator = 'eve'",
        "UPDATE operations SET state = 'applied', moves = moves + 1 WHERE state = 'intent'",
        "UPDATE operations SET state = 'intent' WHERE state = 'drafted'",
        "REPLACE INTO operations SELECT * FROM operations WHERE state = 'drafted'",
        "INSERT INTO operations SELECT 'CD-0000-0000', kind, cardholder_id, '9', amount, currency, note, channel, context, drafted_at, drafted_by, \
         'applied', 0 FROM operations WHERE state = 'drafted'",
        "INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator) SELECT reference, 9, 'drafted', 'intent', 0, 'eve' FROM operations",
        "INSERT INTO legal_moves VALUES ('applied', 'intent')",
        "UPDATE legal_moves SET to_state = 'drafted'",
        "DELETE FROM legal_moves",
    ] {
        assert!(!takes(&mut connection, statement).await, "{statement}");
    }
    connection.close().await.unwrap();
    assert_eq!(journal.operation(&reference(1)).await.unwrap().unwrap().state, OperationState::Intent);
    assert_eq!(journal.operation(&reference(2)).await.unwrap().unwrap().state, OperationState::Drafted);
}

#[tokio::test]
async fn of_two_sends_at_once_one_goes_and_the_other_is_refused() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    for number in [1, 2] {
        journal.draft(load(number, 7, "5")).await.unwrap();
    }
    let (one, two) = (reference(1), reference(2));
    let (first, second, third) = tokio::join!(
        advance(&journal, &one, OperationEvent::Send),
        advance(&journal, &one, OperationEvent::Send),
        advance(&journal, &two, OperationEvent::Send)
    );
    assert_eq!([first.is_ok(), second.is_ok(), third.is_ok()].into_iter().filter(|went| *went).count(), 1);
    assert_eq!(journal.open_operations().await.unwrap().len(), 1);
}
