//! How operations name each other, and that the database says the same as the domain of every pair.

use cardesk_domain::operation::{OperationFacts, Standing};
use cardesk_domain::{Basis, CardId, CardholderId, LinkKind, OperationEvent, OperationKind, OperationState};
use cardesk_journal::{Journal, JournalError, Link, NewLink, NewOperation};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::support::{at, enough, holder, issue, load, past_the_journal, place, plain, quetzales, reference, transfer};

fn link(kind: LinkKind, older: u64, reason: Option<&str>) -> NewLink {
    NewLink { kind, older: reference(older), reason: reason.map(ToOwned::to_owned) }
}

fn withdrawal(entropy: u64, card: u64, amount: &str) -> NewOperation {
    NewOperation { kind: OperationKind::Withdrawal, ..load(entropy, card, amount) }
}

async fn end(journal: &Journal, number: u64, events: &[OperationEvent]) {
    for event in events {
        journal.advance(&reference(number), *event, enough(), "ana", at(5)).await.unwrap();
    }
}

#[tokio::test]
async fn a_look_alike_goes_only_with_a_reason_for_each_that_is_open() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    end(&journal, 1, &[OperationEvent::LoseSight]).await;
    for reason in [None, Some(" ")] {
        let refused = journal.begin_intent(load(2, 7, "5"), &[link(LinkKind::Despite, 1, reason)]).await;
        assert!(matches!(refused, Err(JournalError::IncompleteOperation(_))));
    }
    journal.begin_intent(load(2, 7, "5"), &[link(LinkKind::Despite, 1, Some("two of the same were ordered"))]).await.unwrap();
    let third = journal.begin_intent(load(3, 7, "5"), &[link(LinkKind::Despite, 1, Some("a third"))]).await;
    assert!(matches!(third, Err(JournalError::LookAlikeOpen(open)) if open == reference(2)), "the second is open as well");
    let links = journal.links_of(&reference(1)).await.unwrap();
    let reason = Some("two of the same were ordered".to_owned());
    assert_eq!(
        links,
        [Link {
            newer: reference(2),
            newer_standing: OperationState::Intent.into(),
            kind: LinkKind::Despite,
            older: reference(1),
            older_standing: OperationState::Unknown.into(),
            reason,
        }]
    );
    assert_eq!(journal.links_of(&reference(2)).await.unwrap(), links);
    assert_eq!(journal.links_of_card(CardId::new(7)).await.unwrap(), links);
    assert_eq!(journal.links_of_card(CardId::new(8)).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_not_applied_is_made_again_by_one_operation_and_what_was_applied_by_none() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    let again = |number| journal.begin_intent(load(number, 7, "5"), &[]);
    assert!(again(2).await.is_err(), "it is open");
    end(&journal, 1, &[OperationEvent::LoseSight]).await;
    let made_again = |number| {
        let journal = journal.clone();
        async move { journal.begin_intent(load(number, 7, "5"), &[link(LinkKind::MakesAgain, 1, None)]).await }
    };
    assert!(matches!(made_again(3).await, Err(JournalError::LinkRefused(older, _)) if older == reference(1)), "its outcome is open");
    end(&journal, 1, &[OperationEvent::SettleNotApplied]).await;
    made_again(4).await.unwrap();
    end(&journal, 4, &[OperationEvent::Confirm]).await;
    assert!(matches!(made_again(5).await, Err(JournalError::FollowedAlready(_))));
    assert_eq!(journal.operation(&reference(5)).await.unwrap(), None);
}

#[tokio::test]
async fn what_failed_again_can_be_made_again_once_more() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    end(&journal, 1, &[OperationEvent::FailToSend]).await;
    for number in [2, 3] {
        journal.begin_intent(load(number, 7, "5"), &[link(LinkKind::MakesAgain, 1, None)]).await.unwrap();
        end(&journal, number, &[OperationEvent::Refuse]).await;
    }
}

#[tokio::test]
async fn of_a_chain_that_was_made_again_and_again_only_one_moves_money() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    end(&journal, 1, &[OperationEvent::FailToSend]).await;
    for (number, older, event) in [
        (2, 1, OperationEvent::FailToSend),
        (3, 1, OperationEvent::Refuse),
        (4, 2, OperationEvent::FailToSend),
        (5, 4, OperationEvent::Confirm),
    ] {
        journal.begin_intent(load(number, 7, "5"), &[link(LinkKind::MakesAgain, older, None)]).await.unwrap();
        end(&journal, number, &[event]).await;
    }
    for older in 1..=4 {
        let twice = journal.begin_intent(load(6, 7, "5"), &[link(LinkKind::MakesAgain, older, None)]).await;
        assert!(matches!(twice, Err(JournalError::FollowedAlready(_))), "the {older}th was made again by the fifth: {twice:?}");
    }
}

#[tokio::test]
async fn the_database_refuses_one_that_is_made_again_and_hides_what_it_follows() {
    let (_folder, mut connection) = with_one_guard("operation_made_again_keeps_what_it_names").await;
    for (name, state) in [("first", OperationState::NotSent), ("second", OperationState::NotSent), ("third", OperationState::Drafted)] {
        put(&mut connection, name, &load(0, 7, "5"), state).await;
    }
    let link = |newer: &str, older: &str| format!("INSERT INTO operation_links VALUES ('{newer}', 'makes_again', '{older}', NULL)");
    let send = "UPDATE operations SET state = 'intent' WHERE reference = 'third'";
    connection.execute(AssertSqlSafe(link("second", "first"))).await.unwrap();
    connection.execute(AssertSqlSafe(link("third", "second"))).await.unwrap();
    assert!(connection.execute(send).await.is_err());
    connection.execute(AssertSqlSafe(link("third", "first"))).await.unwrap();
    connection.execute(send).await.unwrap();
}

#[tokio::test]
async fn an_operation_is_taken_back_once_even_when_that_is_made_again() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    end(&journal, 1, &[OperationEvent::Confirm]).await;
    let why = Some("the wrong card");
    let unreasoned = journal.begin_intent(withdrawal(2, 7, "5"), &[link(LinkKind::Corrects, 1, None)]).await;
    assert!(matches!(unreasoned, Err(JournalError::IncompleteOperation(_))));
    let another_amount = journal.begin_intent(withdrawal(2, 7, "4"), &[link(LinkKind::Corrects, 1, why)]).await;
    assert!(matches!(another_amount, Err(JournalError::LinkRefused(..))));

    journal.begin_intent(withdrawal(2, 7, "5"), &[link(LinkKind::Corrects, 1, why)]).await.unwrap();
    end(&journal, 2, &[OperationEvent::LoseSight, OperationEvent::SettleNotApplied]).await;
    journal.begin_intent(withdrawal(3, 7, "5"), &[link(LinkKind::MakesAgain, 2, None)]).await.unwrap();
    end(&journal, 3, &[OperationEvent::Confirm]).await;
    let own = |link: &Link| link.newer == reference(3);
    let kinds: Vec<LinkKind> = journal.links_of(&reference(3)).await.unwrap().into_iter().filter(own).map(|link| link.kind).collect();
    assert_eq!(kinds, [LinkKind::Corrects, LinkKind::MakesAgain], "it takes back what the second was to take back");
    let twice = journal.begin_intent(withdrawal(4, 7, "5"), &[link(LinkKind::Corrects, 1, why)]).await;
    assert!(matches!(twice, Err(JournalError::FollowedAlready(_))));
}

#[tokio::test]
async fn links_are_written_with_the_intent_and_never_changed() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    end(&journal, 1, &[OperationEvent::LoseSight]).await;
    journal.begin_intent(load(2, 7, "5"), &[link(LinkKind::Despite, 1, Some("why"))]).await.unwrap();
    let mut connection = past_the_journal(&path).await;
    for statement in [
        "UPDATE operation_links SET reason = 'other'".to_owned(),
        "DELETE FROM operation_links".to_owned(),
        format!("INSERT INTO operation_links VALUES ('{}', 'despite', '{}', 'late')", reference(1), reference(2)),
    ] {
        assert!(connection.execute(AssertSqlSafe(statement.clone())).await.is_err(), "{statement}");
    }
    connection.close().await.unwrap();
}

/// Operations of every kind on two cards, for two people, of two amounts.
fn shapes() -> Vec<NewOperation> {
    let mut shapes = vec![issue(0, "u1"), issue(0, "u2")];
    for amount in ["5", "6"] {
        for (card, other) in [(7, 8), (8, 7)] {
            shapes.push(transfer(0, card, other, amount));
            for kind in OperationKind::ALL {
                if !matches!(kind, OperationKind::Issue | OperationKind::Transfer) {
                    shapes.push(NewOperation { kind, ..load(0, card, amount) });
                }
            }
        }
    }
    shapes.push(NewOperation { cardholder_id: Some(holder("u1")), ..load(0, 7, "5") });
    shapes.push(NewOperation { money: Some(cardesk_domain::Money::new("5".parse().unwrap(), "USD".parse().unwrap())), ..load(0, 7, "5") });
    shapes
}

/// Writes an operation past every guard.
async fn put(connection: &mut SqliteConnection, reference: &str, shape: &NewOperation, state: OperationState) {
    let text = |value: Option<String>| value.map_or("NULL".to_owned(), |value| format!("'{value}'"));
    let amount = shape.money.map(|money| money.amount().ten_thousandths().unwrap().to_string());
    let statement = format!(
        "INSERT INTO operations (reference, kind, cardholder_id, card_id, to_card_id, amount, currency, drafted_at, drafted_by, state, moves) \
         VALUES ('{reference}', '{}', {}, {}, {}, {}, {}, 0, 'eve', '{}', 0)",
        shape.kind.as_str(),
        text(shape.cardholder_id.as_ref().map(CardholderId::to_string)),
        text(shape.card_id.as_ref().map(CardId::to_string)),
        text(shape.to_card_id.as_ref().map(CardId::to_string)),
        amount.unwrap_or_else(|| "NULL".to_owned()),
        text(shape.money.map(|money| money.currency().to_string())),
        state.as_str(),
    );
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}

/// A database of which one guard is left, the one that is looked at.
async fn with_one_guard(guard: &str) -> (tempfile::TempDir, SqliteConnection) {
    let (folder, path) = place();
    plain(&path).await.close().await;
    let mut connection = past_the_journal(&path).await;
    let guards: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetch_all(&mut connection).await.unwrap();
    assert!(guards.iter().any(|name| name == guard));
    for other in guards.iter().filter(|name| *name != guard) {
        connection.execute(AssertSqlSafe(format!("DROP TRIGGER {other}"))).await.unwrap();
    }
    (folder, connection)
}

#[tokio::test]
async fn the_database_refuses_exactly_the_look_alikes_that_the_domain_refuses() {
    let (_folder, mut connection) = with_one_guard("operation_has_no_open_look_alike").await;
    let shapes = shapes();
    let mut refused = 0;
    for older in &shapes {
        for newer in &shapes {
            let mut trial = connection.begin().await.unwrap();
            put(&mut trial, "older", older, OperationState::Unknown).await;
            put(&mut trial, "newer", newer, OperationState::Drafted).await;
            let sent = trial.execute("UPDATE operations SET state = 'intent' WHERE reference = 'newer'").await.is_ok();
            trial.rollback().await.unwrap();
            assert_eq!(!sent, newer.facts().is_alike(&older.facts()), "{newer:?} beside {older:?}");
            refused += usize::from(!sent);
        }
    }
    assert!(refused > shapes.len(), "each is alike itself, and some are alike others");
}

#[tokio::test]
async fn the_database_takes_exactly_the_links_that_the_domain_takes() {
    let (_folder, mut connection) = with_one_guard("operation_link_fits").await;
    let shapes = shapes();
    for state in OperationState::ALL {
        for (number, shape) in shapes.iter().enumerate() {
            put(&mut connection, &format!("{}-{number}", state.as_str()), shape, state).await;
        }
    }
    let allows = |newer: &OperationFacts<'_>, kind, older: &OperationFacts<'_>, state: OperationState| {
        newer.check_link(kind, older, Standing::from(state)).is_ok()
    };
    let mut taken = 0;
    let mut trial = connection.begin().await.unwrap();
    for (new, newer) in shapes.iter().enumerate() {
        for (old, older) in shapes.iter().enumerate() {
            for (kind, state) in LinkKind::ALL.into_iter().flat_map(|kind| OperationState::ALL.map(|state| (kind, state))) {
                if new == old && state == OperationState::Drafted {
                    continue;
                }
                let (kind_word, state_word) = (kind.as_str(), state.as_str());
                let statement = format!("INSERT INTO operation_links VALUES ('drafted-{new}', '{kind_word}', '{state_word}-{old}', 'why')");
                let is_taken = trial.execute(AssertSqlSafe(statement)).await.is_ok();
                assert_eq!(is_taken, allows(&newer.facts(), kind, &older.facts(), state), "{newer:?} {kind:?} {older:?} {state:?}");
                taken += usize::from(is_taken);
            }
        }
    }
    trial.rollback().await.unwrap();
    assert!(taken > shapes.len());
}

#[tokio::test]
async fn a_correction_of_a_person_settled_operation_is_allowed_too() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(transfer(1, 7, 8, "5"), &[]).await.unwrap();
    end(&journal, 1, &[OperationEvent::LoseSight, OperationEvent::SettleApplied(Basis::Person)]).await;
    journal.begin_intent(transfer(2, 8, 7, "5"), &[link(LinkKind::Corrects, 1, Some("there and back"))]).await.unwrap();
    assert_eq!(journal.operation(&reference(2)).await.unwrap().unwrap().money, Some(quetzales("5")));
}

#[tokio::test]
async fn whoever_would_follow_an_operation_twice_is_told_who_does_so_already() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.begin_intent(load(1, 7, "5"), &[]).await.unwrap();
    end(&journal, 1, &[OperationEvent::Refuse]).await;
    // A chain of two that came to nothing, and one beside it that was done.
    journal.begin_intent(load(2, 7, "5"), &[link(LinkKind::MakesAgain, 1, None)]).await.unwrap();
    end(&journal, 2, &[OperationEvent::Refuse]).await;
    journal.begin_intent(load(3, 7, "5"), &[link(LinkKind::MakesAgain, 1, None)]).await.unwrap();
    end(&journal, 3, &[OperationEvent::Confirm]).await;
    for (number, older) in [(4, 1), (5, 2)] {
        let refused = journal.begin_intent(load(number, 7, "5"), &[link(LinkKind::MakesAgain, older, None)]).await;
        assert!(matches!(&refused, Err(JournalError::FollowedAlready(follower)) if *follower == reference(3)), "{refused:?}");
    }
    let beside = journal.links_of(&reference(2)).await.unwrap();
    assert_eq!(beside.iter().map(|link| &link.newer).filter(|newer| **newer == reference(3)).count(), 1, "the sibling is told as well");
}
