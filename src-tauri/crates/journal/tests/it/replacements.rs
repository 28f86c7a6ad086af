//! A replacement goes on exactly where it was, does nothing twice, and is never undone: by the journal and by the database.

use cardesk_domain::{CardId, CardState, OperationEvent, ReplacementCause, ReplacementEvent, ReplacementState, ReplacementStep};
use cardesk_journal::{
    DirectoryFilter, DirectoryQuery, Evidence, InsertState, Journal, JournalError, NewOperation, NewReplacement, NewReplacementMove,
    NewRun, Replacement, SentTo,
};
use sqlx::Connection;

use crate::support::{at, card, cardholder, holder, issue, past_the_journal, place, plain, reference, takes, transfer};

async fn with_cards(path: &std::path::Path) -> Journal {
    let journal = plain(path).await;
    journal.upsert_cardholders(&[cardholder("u1", "Ana", "Paz")]).await.unwrap();
    journal.upsert_cards(&[card(7, "u1", CardState::Active), card(8, "u1", CardState::Inactive)]).await.unwrap();
    journal
}

fn lost() -> NewReplacement {
    NewReplacement {
        cardholder_id: holder("u1"),
        old_card_id: CardId::new(7),
        cause: ReplacementCause::Lost,
        reason: Some("Perdida".to_owned()),
        at: at(0),
        operator: "ana".to_owned(),
    }
}

fn made(number: u32, event: ReplacementEvent) -> NewReplacementMove<'static> {
    NewReplacementMove {
        number,
        event,
        at: at(1),
        operator: "ana",
        outcome: "done",
        reference: None,
        detail: None,
        new_card_id: (event == ReplacementEvent::Done(ReplacementStep::Issue)).then(|| CardId::new(8)),
        happenings: Vec::new(),
    }
}

async fn done(journal: &Journal, number: u32, step: ReplacementStep) -> Replacement {
    journal.advance_replacement(made(number, ReplacementEvent::Done(step))).await.unwrap()
}

fn of_holder(new: NewOperation) -> NewOperation {
    NewOperation { cardholder_id: Some(holder("u1")), ..new }
}

#[tokio::test]
async fn a_replacement_is_where_it_was_after_the_journal_was_closed_with_every_step_and_who_did_it() {
    let (_folder, path) = place();
    let journal = with_cards(&path).await;
    let begun = journal.begin_replacement(&lost(), &[]).await.unwrap();
    assert_eq!(begun.state, ReplacementState::At(ReplacementStep::Block));
    done(&journal, begun.number, ReplacementStep::Block).await;
    let issued = done(&journal, begun.number, ReplacementStep::Issue).await;
    assert_eq!(issued.new_card_id, Some(CardId::new(8)));
    journal.advance_replacement(made(begun.number, ReplacementEvent::Stop)).await.unwrap();
    journal.close().await;

    let journal = plain(&path).await;
    let found = journal.replacement(begun.number).await.unwrap().unwrap();
    assert_eq!((found.state, found.new_card_id), (ReplacementState::StoppedAt(ReplacementStep::Inserts), Some(CardId::new(8))));
    assert_eq!(journal.replacements_of_card(CardId::new(7)).await.unwrap(), std::slice::from_ref(&found));
    assert_eq!(journal.replacements_of_card(CardId::new(8)).await.unwrap(), std::slice::from_ref(&found));
    assert!(journal.open_replacements().await.unwrap().is_empty(), "stopped");
    journal.advance_replacement(made(begun.number, ReplacementEvent::GoOn)).await.unwrap();
    done(&journal, begun.number, ReplacementStep::Inserts).await;
    let finished = done(&journal, begun.number, ReplacementStep::Balance).await;
    assert_eq!(finished.state, ReplacementState::Finished);
    let states: Vec<_> = journal.replacement_moves(begun.number).await.unwrap().iter().map(|made| made.to.as_str()).collect();
    assert_eq!(states, ["issue", "inserts", "stopped_at_inserts", "inserts", "balance", "finished"]);
}

#[tokio::test]
async fn a_card_has_one_replacement_under_way_and_a_stopped_one_does_not_go_on_beside_another() {
    let (_folder, path) = place();
    let journal = with_cards(&path).await;
    let first = journal.begin_replacement(&lost(), &[]).await.unwrap();
    assert!(matches!(journal.begin_replacement(&lost(), &[]).await, Err(JournalError::ReplacementOpen(_))));
    journal.advance_replacement(made(first.number, ReplacementEvent::Stop)).await.unwrap();
    let second = journal.begin_replacement(&lost(), &[]).await.unwrap();
    assert_eq!(second.number, first.number + 1);
    let went_on = journal.advance_replacement(made(first.number, ReplacementEvent::GoOn)).await;
    assert!(matches!(went_on, Err(JournalError::ReplacementOpen(_))));
    assert!(matches!(
        journal.advance_replacement(made(second.number, ReplacementEvent::Done(ReplacementStep::Balance))).await,
        Err(JournalError::IllegalReplacementMove(_))
    ));
    assert!(matches!(journal.advance_replacement(made(9, ReplacementEvent::Stop)).await, Err(JournalError::UnknownReplacement(9))));
}

#[tokio::test]
async fn a_step_gets_another_reference_only_when_the_one_before_certainly_did_nothing() {
    let (_folder, path) = place();
    let journal = with_cards(&path).await;
    let number = journal.begin_replacement(&lost(), &[]).await.unwrap().number;
    let not_sent = |result: Result<(), JournalError>| matches!(result, Err(JournalError::StepNotToBeSent(_)));
    assert!(not_sent(journal.attempt_replacement(number, ReplacementStep::Issue, &reference(1)).await), "another step is next");
    done(&journal, number, ReplacementStep::Block).await;
    journal.attempt_replacement(number, ReplacementStep::Issue, &reference(1)).await.unwrap();
    assert!(not_sent(journal.attempt_replacement(number, ReplacementStep::Issue, &reference(2)).await), "the first may still be sent");
    journal.begin_intent(issue(1, "u1"), &[]).await.unwrap();
    for event in [OperationEvent::LoseSight, OperationEvent::SettleNotApplied] {
        assert!(not_sent(journal.attempt_replacement(number, ReplacementStep::Issue, &reference(2)).await), "before {event:?}");
        let evidence = Evidence { detail: Some("why".to_owned()), ..Evidence::default() };
        journal.advance(&reference(1), event, evidence, "ana", at(1)).await.unwrap();
    }
    journal.attempt_replacement(number, ReplacementStep::Issue, &reference(2)).await.unwrap();
    assert_eq!(journal.replacement_attempt(number, ReplacementStep::Issue).await.unwrap(), Some(reference(2)));
}

#[tokio::test]
async fn under_a_steps_reference_nothing_leaves_but_what_the_step_does_while_it_is_next() {
    let (_folder, path) = place();
    let journal = with_cards(&path).await;
    let number = journal.begin_replacement(&lost(), &[]).await.unwrap().number;
    for step in [ReplacementStep::Block, ReplacementStep::Issue, ReplacementStep::Inserts] {
        done(&journal, number, step).await;
    }
    journal.attempt_replacement(number, ReplacementStep::Balance, &reference(1)).await.unwrap();
    for other in [of_holder(transfer(1, 8, 7, "5")), of_holder(transfer(1, 7, 9, "5")), issue(1, "u1")] {
        assert!(journal.begin_intent(other, &[]).await.is_err());
    }
    journal.advance_replacement(made(number, ReplacementEvent::Stop)).await.unwrap();
    assert!(journal.begin_intent(of_holder(transfer(1, 7, 8, "5")), &[]).await.is_err(), "stopped");
    journal.advance_replacement(made(number, ReplacementEvent::GoOn)).await.unwrap();
    journal.begin_intent(of_holder(transfer(1, 7, 8, "5")), &[]).await.unwrap();
}

#[tokio::test]
async fn the_database_makes_the_moves_of_the_domains_table_and_no_others() {
    let (_folder, path) = place();
    let journal = with_cards(&path).await;
    let mut connection = past_the_journal(&path).await;
    for cause in ReplacementCause::ALL {
        for from in ReplacementState::ALL {
            for to in ReplacementState::ALL {
                let is_legal = ReplacementEvent::ALL.into_iter().any(|event| from.after(cause, event) == Ok(to));
                let statement = format!(
                    "SELECT CASE WHEN EXISTS (SELECT 1 FROM legal_replacement_moves WHERE blocks_first = {} AND from_state = '{}' AND to_state = '{}') \
                     THEN 1 ELSE abs(-9223372036854775808) END",
                    u8::from(cause.blocks_first()),
                    from.as_str(),
                    to.as_str()
                );
                assert_eq!(takes(&mut connection, statement).await, is_legal, "{cause:?}: {from:?} {to:?}");
            }
        }
    }
    let number = journal.begin_replacement(&lost(), &[]).await.unwrap().number;
    done(&journal, number, ReplacementStep::Block).await;
    for statement in [
        "UPDATE replacements SET state = 'finished', moves = moves + 1",
        "UPDATE replacements SET state = 'inserts', moves = moves + 1, new_card_id = '8'",
        "UPDATE replacements SET cause = 'stolen'",
        "DELETE FROM replacements",
        "UPDATE replacement_moves SET operator = 'eve'",
        "DELETE FROM replacement_moves",
        "INSERT INTO legal_replacement_moves VALUES (1, 'block', 'finished')",
        "INSERT INTO replacements VALUES (9, 'u1', '8', NULL, 'lost', NULL, 1, 'eve', 'balance', 0)",
    ] {
        assert!(!takes(&mut connection, statement).await, "{statement}");
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn an_insert_is_voided_by_a_persons_reason_once_and_its_card_waits_for_another() {
    let (_folder, path) = place();
    let journal = with_cards(&path).await;
    let insert = cardesk_journal::NewInsert { cardholder_id: holder("u1"), card_id: Some(CardId::new(8)), last_four: None, reprint: None };
    let run = NewRun { layout: "a4".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts: vec![insert] };
    let draft = journal.begin_run(run).await.unwrap();
    assert!(matches!(journal.void_insert(&draft.serials[0], "Perdida", &[]).await, Err(JournalError::InsertNotPrinted(_))), "a draft");
    journal.finish_run(draft.number, &SentTo::File("x.pdf".to_owned()), at(1)).await.unwrap();
    assert_eq!(journal.needing_insert_count(9).await.unwrap(), 0);
    assert!(journal.void_insert(&draft.serials[0], "  ", &[]).await.is_err(), "without a reason");
    journal.void_insert(&draft.serials[0], "Perdida", &[]).await.unwrap();
    assert!(matches!(journal.void_insert(&draft.serials[0], "again", &[]).await, Err(JournalError::InsertNotPrinted(_))));
    let voided = journal.insert(&draft.serials[0]).await.unwrap().unwrap();
    assert_eq!((voided.voided_by, voided.voided_why.as_deref()), (None, Some("Perdida")));
    assert_eq!(journal.needing_insert_count(9).await.unwrap(), 1, "the card waits for another");
}

#[tokio::test]
async fn a_card_that_waits_is_out_of_every_list_of_inserts_as_long_as_another_comes_in_its_place() {
    for cause in ReplacementCause::ALL {
        let (_folder, path) = place();
        let journal = with_cards(&path).await;
        journal.upsert_cards(&[card(7, "u1", CardState::Inactive)]).await.unwrap();
        let needing = async || -> Vec<u64> {
            let queue = journal.needing_insert(9).await.unwrap();
            assert_eq!(journal.needing_insert_count(9).await.unwrap() as usize, queue.len());
            queue.iter().map(|needing| needing.card.id.get()).collect()
        };
        assert_eq!(needing().await, [7, 8], "{cause:?}");
        let mut state = journal.begin_replacement(&NewReplacement { cause, ..lost() }, &[]).await.unwrap().state;
        let mut steps = cause.steps().into_iter();
        loop {
            let is_given_up = state.gives_up_old_card(cause);
            let given_up = journal.given_up_cards(&[holder("u1")]).await.unwrap();
            assert_eq!(given_up.contains(&CardId::new(7)), is_given_up, "{cause:?}: {state:?}");
            assert_eq!(needing().await, if is_given_up { vec![8] } else { vec![7, 8] }, "{cause:?}: {state:?}");
            let by_name = journal.cards_by_name().await.unwrap();
            assert_eq!(by_name.iter().find(|card| card.card_id.get() == 7).unwrap().is_given_up, is_given_up, "{cause:?}: {state:?}");
            let step = match state {
                // Stopped at each step, and taken up again.
                ReplacementState::At(_) => ReplacementEvent::Stop,
                ReplacementState::StoppedAt(_) => {
                    journal.advance_replacement(made(1, ReplacementEvent::GoOn)).await.unwrap();
                    ReplacementEvent::Done(steps.next().unwrap())
                }
                ReplacementState::Finished => break,
            };
            state = journal.advance_replacement(made(1, step)).await.unwrap().state;
        }
    }
}

#[tokio::test]
async fn whoever_has_only_a_card_that_is_given_up_is_not_among_those_without_an_insert() {
    let (_folder, path) = place();
    let journal = with_cards(&path).await;
    journal.upsert_cards(&[card(7, "u1", CardState::Inactive), card(8, "u1", CardState::Active)]).await.unwrap();
    let without_insert = async || {
        let query = DirectoryQuery { filter: DirectoryFilter::CardWithoutInsert, limit: 9, ..DirectoryQuery::default() };
        journal.directory(&query).await.unwrap().matched
    };
    assert_eq!(without_insert().await, 1);
    journal.begin_replacement(&lost(), &[]).await.unwrap();
    assert_eq!(without_insert().await, 0);
    journal.advance_replacement(made(1, ReplacementEvent::Stop)).await.unwrap();
    assert_eq!(without_insert().await, 1, "it is not replaced after all");
}

#[tokio::test]
async fn an_insert_of_a_card_that_was_replaced_while_its_run_was_on_its_way_is_void_from_the_beginning() {
    let (_folder, path) = place();
    let journal = with_cards(&path).await;
    let insert =
        |card| cardesk_journal::NewInsert { cardholder_id: holder("u1"), card_id: Some(CardId::new(card)), last_four: None, reprint: None };
    let run = |inserts| NewRun { layout: "a4".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts };
    let begun = journal.begin_run(run(vec![insert(7), insert(8)])).await.unwrap();
    let number = journal.begin_replacement(&lost(), &[]).await.unwrap().number;
    done(&journal, number, ReplacementStep::Block).await;
    done(&journal, number, ReplacementStep::Issue).await;
    done(&journal, number, ReplacementStep::Inserts).await;
    let file = SentTo::File("x.pdf".to_owned());
    let voided = journal.finish_made_run(begun.number, &file, 1, at(1), &[]).await.unwrap();
    assert_eq!(voided, [begun.serials[0].clone()]);
    let states = journal.inserts_of_run(begun.number).await.unwrap();
    let states: Vec<_> = states.into_iter().map(|insert| (insert.state, insert.voided_why)).collect();
    assert_eq!(states, [(InsertState::Voided, Some("Perdida".to_owned())), (InsertState::Printed, None)]);
}
