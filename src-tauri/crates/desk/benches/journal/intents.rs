//! Intents against bare commits: the same rows into the same tables and indexes, with the same engine, settings and disk.
//!
//! The bare side has a journal's own tables without its guards, and one transaction an intent: two inserts and a commit. What
//! the journal does more is what makes it a journal: guards, the question for look-alikes, the move from draft to intent.

use std::path::Path;
use std::time::{Duration, Instant};

use cardesk_domain::{CardId, Currency, Money, OperationEvent, OperationKind, Reference};
use cardesk_journal::{Encryption, Evidence, Journal, JournalKey, NewOperation, Operation};
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

/// How often the sides take turns, and how many intents each writes in its turn.
const TURNS: u64 = 10;
const A_TURN: u64 = 60;

/// How many write at once where that is measured.
const AT_ONCE: u64 = 4;

const KEY: [u8; 32] = [7; 32];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    None,
    SqlCipher,
}

/// How long the same number of intents took.
#[derive(Default)]
pub(crate) struct IntentTimes {
    pub(crate) count: u64,
    pub(crate) bare: Duration,
    pub(crate) alone: Duration,
    pub(crate) together: Duration,
}

impl IntentTimes {
    pub(crate) fn per_second(&self, time: Duration) -> f64 {
        Duration::from_secs(self.count).as_secs_f64() / time.as_secs_f64()
    }

    /// Intents a second by the journal, for each bare commit a second.
    pub(crate) fn ratio(&self) -> f64 {
        self.bare.as_secs_f64() / self.alone.as_secs_f64()
    }
}

pub(crate) async fn measure(folder: &Path, protection: Protection) -> IntentTimes {
    let folder = folder.join(if protection == Protection::None { "plain" } else { "encrypted" });
    let encryption = || match protection {
        Protection::None => Encryption::None,
        Protection::SqlCipher => Encryption::Key(JournalKey::from_bytes(KEY)),
    };
    let journal = Journal::open(folder.join("journal"), encryption()).await.unwrap();
    Journal::open(folder.join("bare"), encryption()).await.unwrap().close().await;
    let mut bare = unguarded(&folder.join("bare"), protection).await;
    let mut times = IntentTimes { count: TURNS * A_TURN, ..IntentTimes::default() };
    // The first turn warms both and is not counted.
    for turn in 0..=TURNS {
        let first = turn * A_TURN * 3;
        let bare_time = timed(async {
            for number in first..first + A_TURN {
                commit(&mut bare, &load(number)).await;
            }
        })
        .await;
        let alone_time = timed(async {
            for number in first..first + A_TURN {
                drop(journal.begin_intent(load(number), &[]).await.unwrap());
            }
        })
        .await;
        conclude(&journal, first..first + A_TURN).await;
        let second = first + A_TURN;
        let together_time = timed(together(&journal, second..second + A_TURN)).await;
        conclude(&journal, second..second + A_TURN).await;
        if turn > 0 {
            times.bare += bare_time;
            times.alone += alone_time;
            times.together += together_time;
        }
    }
    bare.close().await.unwrap();
    journal.close().await;
    times
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    let begun = Instant::now();
    work.await;
    begun.elapsed()
}

async fn together(journal: &Journal, numbers: std::ops::Range<u64>) {
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..AT_ONCE {
        let (journal, numbers) = (journal.clone(), numbers.clone());
        writers.spawn(async move {
            for number in numbers.filter(|number| number % AT_ONCE == writer) {
                journal.begin_intent(load(number), &[]).await.unwrap();
            }
        });
    }
    writers.join_all().await;
}

/// Outside of what is timed: a desk does not gather intents without an outcome.
async fn conclude(journal: &Journal, numbers: std::ops::Range<u64>) {
    let mut outcomes = tokio::task::JoinSet::<Operation>::new();
    for number in numbers {
        let journal = journal.clone();
        outcomes.spawn(async move {
            let reference = Reference::from_entropy(number);
            journal.advance(&reference, OperationEvent::Confirm, Evidence::default(), "ana", Timestamp::UNIX_EPOCH).await.unwrap()
        });
    }
    outcomes.join_all().await;
}

/// What a desk writes down of a load.
fn load(number: u64) -> NewOperation {
    NewOperation {
        reference: Reference::from_entropy(number),
        kind: OperationKind::Load,
        cardholder_id: Some("5f0c7a52-6f5e-4a39-9d0b-2f6f3f6d1c11".parse().unwrap()),
        card_id: Some(CardId::new(48_201 + number % 40)),
        to_card_id: None,
        money: Some(Money::new(format!("{}.25", 10 + number).parse().unwrap(), Currency::GTQ)),
        note: Some("Viáticos de noviembre".to_owned()),
        channel: Some("WEB".to_owned()),
        context: Some(r#"{"balance_before":"1250.00","balance_seen_at":"2026-11-24T16:00:00Z"}"#.to_owned()),
        at: Timestamp::UNIX_EPOCH,
        operator: "ana".to_owned(),
    }
}

/// The tables and indexes of a journal without its guards, by a connection with a journal's settings.
async fn unguarded(path: &Path, protection: Protection) -> SqliteConnection {
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        .pragma("recursive_triggers", "ON")
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging();
    if protection == Protection::SqlCipher {
        let hexadecimal: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        options = options.pragma("key", format!("\"x'{hexadecimal}'\""));
    }
    let mut connection = options.connect().await.unwrap();
    let guards: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetch_all(&mut connection).await.unwrap();
    for guard in guards {
        sqlx::raw_sql(AssertSqlSafe(format!("DROP TRIGGER {guard}"))).execute(&mut connection).await.unwrap();
    }
    connection
}

/// The rows of an intent, as they stand in the end.
async fn commit(connection: &mut SqliteConnection, intent: &NewOperation) {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query(
        "INSERT INTO operations (reference, kind, cardholder_id, card_id, to_card_id, amount, currency, note, channel, context, drafted_at, \
         drafted_by, state, moves) VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, 'intent', 1)",
    )
    .bind(intent.reference.as_str())
    .bind(intent.kind.as_str())
    .bind(intent.cardholder_id.as_ref().map(|id| id.as_str().to_owned()))
    .bind(intent.card_id.map(|id| id.to_string()))
    .bind(intent.money.and_then(|money| money.amount().ten_thousandths()))
    .bind(intent.money.map(|money| money.currency().code().to_owned()))
    .bind(&intent.note)
    .bind(&intent.channel)
    .bind(&intent.context)
    .bind(intent.at.as_microsecond())
    .bind(&intent.operator)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator) VALUES (?, 1, 'drafted', 'intent', ?, ?)",
    )
    .bind(intent.reference.as_str())
    .bind(intent.at.as_microsecond())
    .bind(&intent.operator)
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
}
