//! Invented people and cards, and a way past the journal into its tables.

use std::path::{Path, PathBuf};

use cardesk_domain::{CardId, CardState, CardholderId, Currency, LastFour, Money, OperationKind, Reference};
use cardesk_journal::{CardRecord, CardholderRecord, CardholderSource, Encryption, Evidence, Journal, NewOperation};
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use tempfile::TempDir;

/// Noon of 1 March 2026, and `seconds` later.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_366_400 + seconds).unwrap()
}

pub(crate) fn reference(entropy: u64) -> Reference {
    Reference::from_entropy(entropy)
}

pub(crate) fn quetzales(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::GTQ)
}

pub(crate) fn holder(id: &str) -> CardholderId {
    id.parse().unwrap()
}

pub(crate) fn cardholder(id: &str, first_name: &str, last_name: &str) -> CardholderRecord {
    CardholderRecord {
        id: holder(id),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        username: format!("{id}@example.com"),
        phone_number: None,
        address: None,
        country_of_birth: None,
        place_of_birth: None,
        gender: None,
        marital_status: None,
        date_of_birth: None,
        document_type: None,
        document_number: None,
        nit: None,
        status: None,
        registered_at: None,
        source: CardholderSource::Gateway,
        seen_at: at(0),
    }
}

pub(crate) fn card(id: u64, cardholder_id: &str, state: CardState) -> CardRecord {
    CardRecord {
        id: CardId::new(id),
        cardholder_id: holder(cardholder_id),
        last_four: Some(format!("{:04}", id % 10_000).parse::<LastFour>().unwrap()),
        alias: None,
        state,
        currency: Some(Currency::GTQ),
        balance: None,
        pending_debits: None,
        pending_credits: None,
        expiry: None,
        embossed_name: None,
        // Not in the order of the ids, and not known of every seventh.
        issued_at: (id % 7 != 6).then(|| at(i64::try_from(id.wrapping_mul(7_919) % 100_000).unwrap_or_default())),
        activated_at: None,
        seen_at: at(0),
    }
}

pub(crate) fn load(entropy: u64, card_id: u64, amount: &str) -> NewOperation {
    NewOperation {
        reference: reference(entropy),
        kind: OperationKind::Load,
        cardholder_id: None,
        card_id: Some(CardId::new(card_id)),
        to_card_id: None,
        money: Some(quetzales(amount)),
        note: Some("Viáticos".to_owned()),
        channel: Some("WEB".to_owned()),
        context: Some(r#"{"balance":"10.00"}"#.to_owned()),
        at: at(0),
        operator: "ana".to_owned(),
    }
}

pub(crate) fn transfer(entropy: u64, from: u64, to: u64, amount: &str) -> NewOperation {
    NewOperation { kind: OperationKind::Transfer, to_card_id: Some(CardId::new(to)), channel: None, ..load(entropy, from, amount) }
}

/// What any move can rest on.
pub(crate) fn enough() -> Evidence {
    Evidence { detail: Some("why".to_owned()), movement_id: Some("m-1".to_owned()), ..Evidence::default() }
}

pub(crate) fn issue(entropy: u64, cardholder_id: &str) -> NewOperation {
    NewOperation {
        kind: OperationKind::Issue,
        cardholder_id: Some(holder(cardholder_id)),
        card_id: None,
        money: None,
        ..load(entropy, 1, "1")
    }
}

/// A folder of its own with a path for a journal in it.
pub(crate) fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("profile").join("journal.db");
    (folder, path)
}

pub(crate) async fn plain(path: &Path) -> Journal {
    Journal::open(path, Encryption::None).await.unwrap()
}

/// A connection past the journal, with the engine's settings that the journal uses.
pub(crate) async fn past_the_journal(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).foreign_keys(true).pragma("recursive_triggers", "ON").connect().await.unwrap()
}

/// Whether the database takes the statement.
pub(crate) async fn takes(connection: &mut SqliteConnection, statement: impl Into<String>) -> bool {
    connection.execute(AssertSqlSafe(statement.into())).await.is_ok()
}
