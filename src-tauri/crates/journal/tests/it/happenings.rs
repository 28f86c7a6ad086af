//! The record of what happened only ever grows.

use cardesk_domain::CardId;
use cardesk_journal::{Happening, HappeningsOf};
use sqlx::Connection;

use crate::support::{at, holder, past_the_journal, place, plain, takes};

fn happening(seconds: i64, cardholder_id: Option<&str>, card_id: Option<u64>) -> Happening {
    Happening {
        at: at(seconds),
        operator: "ana".to_owned(),
        cardholder_id: cardholder_id.map(holder),
        card_id: card_id.map(CardId::new),
        action: "funds_loaded".to_owned(),
        reference: Some("CD-7F3K-92QM".to_owned()),
        serial: None,
        result: "applied".to_owned(),
        detail: Some("25.00 GTQ".to_owned()),
    }
}

#[tokio::test]
async fn what_happened_is_told_newest_first_for_a_cardholder_and_for_a_card() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    let first = happening(1, Some("u1"), Some(7));
    let second = happening(1, Some("u1"), None);
    let third = happening(0, Some("u2"), Some(u64::MAX));
    for recorded in [&first, &second, &third] {
        journal.record(recorded).await.unwrap();
    }
    assert_eq!(journal.happenings_of(HappeningsOf::Cardholder(&holder("u1")), 10).await.unwrap(), [second.clone(), first.clone()]);
    assert_eq!(journal.happenings_of(HappeningsOf::Cardholder(&holder("u1")), 1).await.unwrap(), [second]);
    assert_eq!(journal.happenings_of(HappeningsOf::Card(CardId::new(7)), 10).await.unwrap(), [first]);
    assert_eq!(journal.happenings_of(HappeningsOf::Card(CardId::new(u64::MAX)), 10).await.unwrap(), [third]);
}

#[tokio::test]
async fn the_database_refuses_to_change_replace_or_delete_what_happened() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.record(&happening(1, Some("u1"), Some(7))).await.unwrap();
    let mut connection = past_the_journal(&path).await;
    for statement in [
        "UPDATE happenings SET result = 'refused'",
        "DELETE FROM happenings",
        "REPLACE INTO happenings (number, at, operator, action, result) VALUES (1, 0, 'eve', 'nothing', 'none')",
    ] {
        assert!(!takes(&mut connection, statement).await, "{statement}");
    }
    connection.close().await.unwrap();
    assert_eq!(journal.happenings_of(HappeningsOf::Card(CardId::new(7)), 10).await.unwrap(), [happening(1, Some("u1"), Some(7))]);
}
