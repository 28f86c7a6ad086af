//! The one life of an operation, and that the database itself refuses every other.

use cardesk_domain::operation::Cause;
use cardesk_domain::{Basis, CardId, OperationEvent, OperationKind, OperationState, Reference};
use cardesk_journal::{Conclusion, Evidence, Happening, HappeningFilter, HappeningPage, HappeningsOf, Journal, JournalError, NewOperation};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::support::{
    at, card, cardholder, enough, holder, issue, load, past_the_journal, place, plain, quetzales, reference, takes, transfer,
};

async fn advance(journal: &Journal, reference: &Reference, event: OperationEvent) -> Result<OperationState, JournalError> {
    journal.advance(reference, event, enough(), "ana", at(5)).await.map(|operation| operation.state)
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
        OperationState::SettledApplied => &[Event::Send, Event::LoseSight, Event::SettleApplied(Basis::Evidence)],
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
        cause: Some(Cause::Rejected),
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
        (NewOperation { kind: OperationKind::AdjustmentWithdrawal, ..load(7, 9, "5") }, "another card and direction"),
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
        NewOperation { to_card_id: Some(CardId::new(8)), ..load(1, 7, "5") },
        NewOperation { to_card_id: None, ..transfer(1, 7, 8, "5") },
        transfer(1, 7, 7, "5"),
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
            "INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator, basis, detail, movement_id) \
             SELECT reference, moves + 1, '{from}', '{to}', 0, 'eve', \
                 CASE '{to}' WHEN 'settled_applied' THEN 'evidence' WHEN 'settled_not_applied' THEN 'person' END, 'why', 'm-1' \
             FROM operations WHERE reference = '{reference}'"
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
        "to_card_id = '9'",
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
        "INSERT INTO operations SELECT 'CD-0000-0000', kind, cardholder_id, '9', NULL, amount, currency, note, channel, context, drafted_at, drafted_by, \
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

#[tokio::test]
async fn an_intent_is_written_in_one_step_or_not_at_all() {
    let journal = Journal::open_in_memory().await.unwrap();
    let intent = journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    assert_eq!(intent.state, OperationState::Intent);
    assert_eq!(journal.operation(&reference(1)).await.unwrap().as_ref(), Some(&intent));
    assert_eq!(journal.moves_of(&reference(1)).await.unwrap().len(), 1);
    let refused = journal.begin_intent(load(2, 7, "5"), &[]).await;
    assert!(matches!(refused, Err(JournalError::LookAlikeOpen(open)) if open == reference(1)));
    assert_eq!(journal.operation(&reference(2)).await.unwrap(), None, "nothing is left of it, so the reference is still free");
    assert!(matches!(journal.begin_intent(load(1, 8, "6"), &[]).await, Err(JournalError::ReferenceTaken(_))));
    assert!(
        matches!(journal.begin_intent(transfer(3, 8, 7, "5"), &[]).await, Err(JournalError::LookAlikeOpen(_))),
        "it pays the same card"
    );
}

#[tokio::test]
async fn an_outcome_is_written_with_the_balance_and_the_record_of_it() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.upsert_cardholders(&[cardholder("u1", "Lucía", "Pérez")]).await.unwrap();
    journal.upsert_cards(&[card(7, "u1", cardesk_domain::CardState::Active)]).await.unwrap();
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    let happening = Happening {
        at: at(9),
        operator: "ana".to_owned(),
        cardholder_id: None,
        card_id: Some(CardId::new(7)),
        action: "funds_loaded".to_owned(),
        reference: Some(reference(1).to_string()),
        serial: None,
        result: "done".to_owned(),
        detail: None,
    };
    let conclusion = |event| Conclusion {
        reference: &ONE,
        event,
        evidence: enough(),
        operator: "ana",
        at: at(9),
        happenings: vec![happening.clone()],
        balance: Some((CardId::new(7), "105.25".parse().unwrap())),
    };
    static ONE: std::sync::LazyLock<Reference> = std::sync::LazyLock::new(|| reference(1));
    let applied = journal.conclude(conclusion(OperationEvent::Confirm)).await.unwrap();
    assert_eq!((applied.state, journal.operation(&ONE).await.unwrap().as_ref()), (OperationState::Applied, Some(&applied)));
    let kept = journal.card(CardId::new(7)).await.unwrap().unwrap();
    assert_eq!((kept.balance, kept.seen_at), (Some("105.25".parse().unwrap()), at(9)));
    let told = |page: HappeningPage| page.rows.into_iter().map(|(_, happening)| happening).collect::<Vec<_>>();
    let page = journal.happenings_of(HappeningsOf::Card(CardId::new(7)), &HappeningFilter::default(), 9).await.unwrap();
    assert_eq!(told(page), std::slice::from_ref(&happening));
    assert!(journal.conclude(conclusion(OperationEvent::Refuse)).await.is_err());
    let page = journal.happenings_of(HappeningsOf::Card(CardId::new(7)), &HappeningFilter::default(), 9).await.unwrap();
    assert_eq!(page.rows.len(), 1, "with the move everything is refused");
}

#[tokio::test]
async fn evidence_has_an_id_a_person_has_a_reason_and_only_a_person_says_not_applied() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    advance(&journal, &reference(1), OperationEvent::LoseSight).await.unwrap();
    let of = |detail: Option<&str>, id: Option<&str>| Evidence {
        detail: detail.map(ToOwned::to_owned),
        movement_id: id.map(ToOwned::to_owned),
        ..Evidence::default()
    };
    for (event, evidence) in [
        (OperationEvent::SettleApplied(Basis::Evidence), of(Some("seen"), None)),
        (OperationEvent::SettleApplied(Basis::Evidence), of(Some("seen"), Some(" "))),
        (OperationEvent::SettleApplied(Basis::Person), of(None, Some("m-1"))),
        (OperationEvent::SettleNotApplied, of(None, None)),
        (OperationEvent::SettleNotApplied, of(Some("  "), None)),
    ] {
        let refused = journal.advance(&reference(1), event, evidence, "ana", at(9)).await;
        assert!(matches!(refused, Err(JournalError::IncompleteOperation(_))), "{event:?}");
    }
    let mut connection = past_the_journal(&path).await;
    for (to, basis, detail, id) in [
        ("settled_applied", "NULL", "'x'", "'m-1'"),
        ("settled_applied", "'evidence'", "'x'", "NULL"),
        ("settled_applied", "'evidence'", "'x'", "' '"),
        ("settled_applied", "'person'", "' '", "'m-1'"),
        ("settled_not_applied", "NULL", "'x'", "NULL"),
        ("settled_not_applied", "'evidence'", "'x'", "'m-1'"),
        ("settled_not_applied", "'person'", "NULL", "NULL"),
        ("settled_not_applied", "'oracle'", "'x'", "NULL"),
    ] {
        let statement = format!(
            "INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator, basis, detail, movement_id) \
             SELECT reference, moves + 1, 'unknown', '{to}', 0, 'eve', {basis}, {detail}, {id} FROM operations"
        );
        assert!(!takes(&mut connection, statement).await, "{to} {basis} {detail} {id}");
    }
    connection.close().await.unwrap();
    let settled =
        journal.advance(&reference(1), OperationEvent::SettleNotApplied, of(Some("the issuer says so"), None), "ana", at(9)).await.unwrap();
    assert_eq!((settled.state, settled.last_move.unwrap().basis), (OperationState::SettledNotApplied, Some(Basis::Person)));
    assert_eq!(journal.moves_of(&reference(1)).await.unwrap()[2].basis, Some(Basis::Person));
}

#[tokio::test]
async fn transfers_are_listed_at_both_cards() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(transfer(1, 7, 8, "5"), &[]).await.unwrap();
    for card in [7, 8] {
        let listed = journal.operations_of_card(CardId::new(card), 9).await.unwrap();
        assert_eq!(listed[0].to_card_id, Some(CardId::new(8)), "{card}");
    }
}

#[tokio::test]
async fn the_cards_that_were_issued_here_are_known() {
    let journal = Journal::open_in_memory().await.unwrap();
    for (number, id, event) in
        [(1, "901", OperationEvent::Confirm), (2, "902", OperationEvent::Refuse), (3, "903", OperationEvent::Confirm)]
    {
        journal.begin_intent(issue(number, "u1"), &[]).await.unwrap();
        let evidence = Evidence { movement_id: Some(id.to_owned()), ..Evidence::default() };
        journal.advance(&reference(number), event, evidence, "ana", at(5)).await.unwrap();
    }
    assert_eq!(journal.cards_issued_for(&holder("u1")).await.unwrap(), [CardId::new(901), CardId::new(903)]);
    assert_eq!(journal.cards_issued_for(&holder("u2")).await.unwrap(), []);
    assert!(!journal.has_unnamed_issue_for(&holder("u1")).await.unwrap());
    journal.begin_intent(issue(4, "u1"), &[]).await.unwrap();
    let reason = Evidence { detail: Some("seen at the issuer's".to_owned()), ..Evidence::default() };
    for event in [OperationEvent::LoseSight, OperationEvent::SettleApplied(Basis::Person)] {
        journal.advance(&reference(4), event, reason.clone(), "ana", at(6)).await.unwrap();
    }
    assert!(journal.has_unnamed_issue_for(&holder("u1")).await.unwrap());
    assert!(!journal.has_unnamed_issue_for(&holder("u2")).await.unwrap());
}
