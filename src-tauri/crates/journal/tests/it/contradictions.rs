//! What the gateway shows against a person's word: written down once, and nothing is built any more on what it contradicts.

use cardesk_domain::operation::Contradiction;
use cardesk_domain::{Basis, LinkKind, OperationEvent, OperationKind, OperationState};
use cardesk_journal::{Evidence, Journal, JournalError, Look, LookResult, NewContradiction, NewLink, NewOperation};

use crate::support::{at, enough, issue, load, past_the_journal, place, plain, reference, takes};

fn link(kind: LinkKind, older: u64) -> NewLink {
    NewLink { kind, older: reference(older), reason: Some("why".to_owned()) }
}

fn withdrawal(entropy: u64) -> NewOperation {
    NewOperation { kind: OperationKind::Withdrawal, ..load(entropy, 7, "5") }
}

async fn end(journal: &Journal, number: u64, events: &[OperationEvent]) {
    for event in events {
        journal.advance(&reference(number), *event, enough(), "ana", at(5)).await.unwrap();
    }
}

/// A load that a person said was not done.
async fn said_not_done(journal: &Journal, number: u64) {
    journal.begin_intent(load(number, 7, "5"), &[]).await.unwrap();
    end(journal, number, &[OperationEvent::LoseSight, OperationEvent::SettleNotApplied]).await;
}

async fn contradict(journal: &Journal, number: u64, kind: Contradiction) -> Result<(), JournalError> {
    let look = Look { reference: reference(number), at: at(9), found: LookResult::Applied, detail: Some("{}".to_owned()) };
    journal.contradict(NewContradiction { look, kind, movement_id: "m-9", happenings: Vec::new() }).await
}

#[tokio::test]
async fn a_contradiction_stands_beside_the_state_which_stays_and_is_written_down_once() {
    let journal = Journal::open_in_memory().await.unwrap();
    said_not_done(&journal, 1).await;
    contradict(&journal, 1, Contradiction::Trace).await.unwrap();
    assert!(matches!(contradict(&journal, 1, Contradiction::Trace).await, Err(JournalError::ContradictsNothing(_))));
    contradict(&journal, 1, Contradiction::Proof).await.unwrap();
    for kind in Contradiction::ALL {
        assert!(matches!(contradict(&journal, 1, kind).await, Err(JournalError::ContradictsNothing(_))), "nothing comes after proof");
    }
    let operation = journal.operation(&reference(1)).await.unwrap().unwrap();
    assert_eq!(operation.state, OperationState::SettledNotApplied);
    let contradicted = operation.contradiction.unwrap();
    assert_eq!((contradicted.kind, contradicted.at, contradicted.movement_id.as_str()), (Contradiction::Proof, at(9), "m-9"));
    assert_eq!(journal.looks_for(&reference(1), 9).await.unwrap().len(), 2, "each with its look");
    assert_eq!(journal.contradicted_operations().await.unwrap().len(), 1);

    journal.begin_intent(load(2, 7, "6"), &[]).await.unwrap();
    end(&journal, 2, &[OperationEvent::Confirm]).await;
    assert!(contradict(&journal, 2, Contradiction::Proof).await.is_err(), "nobody said that it was not done");
}

#[tokio::test]
async fn what_is_contradicted_is_made_again_by_nobody_and_taken_back_once() {
    let journal = Journal::open_in_memory().await.unwrap();
    said_not_done(&journal, 1).await;
    assert!(journal.begin_intent(withdrawal(2), &[link(LinkKind::Corrects, 1)]).await.is_err(), "nothing is known to take back");
    contradict(&journal, 1, Contradiction::Trace).await.unwrap();
    assert!(journal.begin_intent(withdrawal(2), &[link(LinkKind::Corrects, 1)]).await.is_err(), "a trace is no proof");
    let again = journal.begin_intent(load(3, 7, "5"), &[link(LinkKind::MakesAgain, 1)]).await;
    assert!(matches!(again, Err(JournalError::LinkRefused(older, _)) if older == reference(1)));
    contradict(&journal, 1, Contradiction::Proof).await.unwrap();
    journal.begin_intent(withdrawal(2), &[link(LinkKind::Corrects, 1)]).await.unwrap();
    assert_eq!(journal.contradicted_operations().await.unwrap().len(), 1, "it is not taken back yet");
    let twice = journal.begin_intent(NewOperation { note: None, ..withdrawal(4) }, &[link(LinkKind::Corrects, 1)]).await;
    assert!(twice.is_err(), "one is on its way");
    end(&journal, 2, &[OperationEvent::Confirm]).await;
    assert_eq!(journal.contradicted_operations().await.unwrap(), []);
}

#[tokio::test]
async fn a_follower_that_came_to_nothing_and_is_contradicted_is_followed_by_no_other() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    end(&journal, 1, &[OperationEvent::Refuse]).await;
    journal.begin_intent(load(2, 7, "5"), &[link(LinkKind::MakesAgain, 1)]).await.unwrap();
    end(&journal, 2, &[OperationEvent::LoseSight, OperationEvent::SettleNotApplied]).await;
    contradict(&journal, 2, Contradiction::Proof).await.unwrap();
    let again = journal.begin_intent(load(3, 7, "5"), &[link(LinkKind::MakesAgain, 1)]).await;
    assert!(matches!(&again, Err(JournalError::FollowedAlready(follower)) if *follower == reference(2)), "{again:?}");
}

#[tokio::test]
async fn a_contradiction_is_over_when_a_person_says_why_and_comes_back_when_a_trace_is_proved() {
    let journal = Journal::open_in_memory().await.unwrap();
    said_not_done(&journal, 1).await;
    let clear = |reason: &'static str| {
        let journal = journal.clone();
        async move { journal.clear_contradiction(&reference(1), reason, "eva", at(12), &[]).await }
    };
    assert!(matches!(clear("why").await, Err(JournalError::ContradictsNothing(_))));
    contradict(&journal, 1, Contradiction::Trace).await.unwrap();
    assert!(clear(" ").await.is_err(), "without a reason");
    clear("the bank's own test").await.unwrap();
    assert!(clear("again").await.is_err());
    assert_eq!(journal.contradicted_operations().await.unwrap(), []);
    let cleared = journal.operation(&reference(1)).await.unwrap().unwrap().contradiction.unwrap().cleared;
    assert_eq!(cleared.as_deref(), Some("the bank's own test"));
    contradict(&journal, 1, Contradiction::Proof).await.unwrap();
    assert_eq!(journal.contradicted_operations().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_person_said_was_not_done_is_watched_until_it_is_known_or_that_word_is_old() {
    let journal = Journal::open_in_memory().await.unwrap();
    said_not_done(&journal, 1).await;
    let [watched] = journal.said_not_applied(at(5)).await.unwrap().try_into().unwrap();
    assert_eq!((watched.operation.reference, watched.looked_at), (reference(1), None));
    assert_eq!(journal.said_not_applied(at(6)).await.unwrap(), [], "too long ago");
    contradict(&journal, 1, Contradiction::Trace).await.unwrap();
    assert_eq!(journal.said_not_applied(at(5)).await.unwrap()[0].looked_at, Some(at(9)), "a trace may come to be proved");
    contradict(&journal, 1, Contradiction::Proof).await.unwrap();
    assert_eq!(journal.said_not_applied(at(5)).await.unwrap(), []);
}

#[tokio::test]
async fn nothing_of_a_contradiction_changes_or_goes_whoever_writes() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    said_not_done(&journal, 1).await;
    contradict(&journal, 1, Contradiction::Proof).await.unwrap();
    journal.clear_contradiction(&reference(1), "why", "eva", at(12), &[]).await.unwrap();
    journal.close().await;
    let mut past = past_the_journal(&path).await;
    for statement in [
        "UPDATE operation_contradictions SET movement_id = 'x'",
        "DELETE FROM operation_contradictions",
        "UPDATE operation_contradiction_ends SET reason = 'x'",
        "DELETE FROM operation_contradiction_ends",
        "INSERT INTO operation_contradictions SELECT reference, 3, at, 'trace', 'm' FROM operation_contradictions",
    ] {
        assert!(!takes(&mut past, statement).await, "{statement}");
    }
}

#[tokio::test]
async fn a_person_names_no_card_that_another_operation_has_issued() {
    let journal = Journal::open_in_memory().await.unwrap();
    let named = |card: &str| Evidence { movement_id: Some(card.to_owned()), ..enough() };
    journal.begin_intent(issue(1, "u1"), &[]).await.unwrap();
    journal.advance(&reference(1), OperationEvent::Confirm, named("900"), "ana", at(1)).await.unwrap();
    journal.begin_intent(issue(2, "u1"), &[]).await.unwrap();
    end(&journal, 2, &[OperationEvent::LoseSight]).await;
    let settle = async |card| journal.advance(&reference(2), OperationEvent::SettleApplied(Basis::Person), named(card), "ana", at(2)).await;
    assert!(matches!(settle("900").await, Err(JournalError::CardIssuedByAnother)));

    journal.begin_intent(issue(3, "u2"), &[]).await.unwrap();
    end(&journal, 3, &[OperationEvent::LoseSight, OperationEvent::SettleNotApplied]).await;
    contradict(&journal, 3, Contradiction::Proof).await.unwrap();
    assert!(matches!(settle("m-9").await, Err(JournalError::CardIssuedByAnother)), "that one was proved to have issued it");
    settle("901").await.unwrap();
}
