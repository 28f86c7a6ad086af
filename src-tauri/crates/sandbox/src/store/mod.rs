//! Practice's state: one file that survives restarts and power loss, or memory when there is no file.
//!
//! Owns the file's form, its version, and the rule that every change is one transaction: it is wholly on disk when it is
//! answered, or not at all. What a change means is in the files beside this one, by subject. Card numbers and CVVs are
//! not in here: they are derived (see `plastic`). One-time codes are not either: they are kept in memory (see `phone`).

pub(crate) mod blanks;
pub(crate) mod cards;
pub(crate) mod invitations;
pub(crate) mod ledger;
pub(crate) mod links;
pub(crate) mod pins;
pub(crate) mod sessions;
pub(crate) mod statements;
pub(crate) mod transfer_types;
pub(crate) mod transfers;
pub(crate) mod users;

use std::path::Path;
use std::sync::Arc;

use redb::backends::InMemoryBackend;
use redb::{Database, DatabaseError, Durability, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::practice::PracticeError;

/// The form of the state file. A file of a later form is left alone and named in an error; one of an earlier form is taken
/// along: form 1 knew no transfers; form 2 no PINs, links, statements, types of transfers and plastics of nobody.
const FORM: u64 = 3;

const FACTS: TableDefinition<'static, &'static str, u64> = TableDefinition::new("facts");

/// Why the state could not be read or written, for the log; callers see 7003.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error(transparent)]
    Database(Box<redb::Error>),
    #[error("a row of Practice's state can't be read: {0}")]
    Row(serde_json::Error),
    #[error("Practice's worker ended early")]
    Worker,
}

impl<E: Into<redb::Error>> From<E> for StoreError {
    fn from(error: E) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

/// What a state is made from, written down at its first start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The seed of plastics, people and keys.
    pub(crate) seed: u64,
    /// The port that activation links already printed carry; `None` before the first start.
    pub(crate) port: Option<u16>,
}

/// The open state. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    database: Arc<Database>,
    durability: Durability,
}

impl Store {
    /// Opens the file, or makes it. A file that can't be read is never overwritten.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, PracticeError> {
        let database = match file {
            None => {
                Database::builder().create_with_backend(InMemoryBackend::new()).map_err(|error| PracticeError::State(error.to_string()))?
            }
            Some(path) => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)
                        .map_err(|error| PracticeError::StateFile { path: path.to_owned(), reason: error.to_string() })?;
                }
                Database::create(path).map_err(|error| state_file_error(path, &error))?
            }
        };
        let store = Self { database: Arc::new(database), durability: Durability::Immediate };
        match store.fact("form").map_err(|error| damaged(file, &error))? {
            Some(found) if found > FORM => {
                return Err(PracticeError::NewerState { path: file.map(Path::to_owned).unwrap_or_default(), found, known: FORM });
            }
            Some(found) if found < FORM => store.change(take_along).map_err(|error| damaged(file, &error))?,
            _ => {}
        }
        Ok(store)
    }

    /// A state in memory for a short run: a change costs less, and the memory that changes leave behind is had back only at
    /// the end.
    pub(crate) fn fleeting() -> Result<Self, PracticeError> {
        Ok(Self { durability: Durability::None, ..Self::open(None)? })
    }

    /// What the state was made from; `None` for a new one.
    pub(crate) fn origin(&self) -> Result<Option<Origin>, StoreError> {
        let Some(seed) = self.fact("seed")? else { return Ok(None) };
        let port = self.fact("port")?.and_then(|port| u16::try_from(port).ok());
        Ok(Some(Origin { seed, port }))
    }

    /// Keeps the port for all later starts.
    pub(crate) fn keep_port(&self, port: u16) -> Result<(), StoreError> {
        self.change(|change| set_fact(change, "port", u64::from(port)))
    }

    /// Runs one change: on disk when this returns `Ok`, without a trace when it returns an error.
    pub(crate) fn change<T, E: From<StoreError>>(&self, act: impl FnOnce(&WriteTransaction) -> Result<T, E>) -> Result<T, E> {
        let mut transaction = self.database.begin_write().map_err(StoreError::from)?;
        transaction.set_durability(self.durability).map_err(StoreError::from)?;
        let outcome = act(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(outcome)
    }

    /// Reads from one consistent view.
    pub(crate) fn read<T, E: From<StoreError>>(&self, look: impl FnOnce(&ReadTransaction) -> Result<T, E>) -> Result<T, E> {
        let transaction = self.database.begin_read().map_err(StoreError::from)?;
        look(&transaction)
    }

    fn fact(&self, name: &str) -> Result<Option<u64>, StoreError> {
        self.read(|view| match view.open_table(FACTS) {
            Ok(table) => Ok(table.get(name)?.map(|value| value.value())),
            Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(error.into()),
        })
    }
}

/// Empties everything but sessions and the port, and makes the tables that later reads rely on.
pub(crate) fn begin_anew(change: &WriteTransaction, seed: u64) -> Result<(), StoreError> {
    users::clear(change)?;
    cards::clear(change)?;
    ledger::clear(change)?;
    invitations::clear(change)?;
    transfers::clear(change)?;
    pins::clear(change)?;
    links::clear(change)?;
    statements::clear(change)?;
    transfer_types::clear(change)?;
    blanks::refill(change)?;
    sessions::ensure(change)?;
    set_fact(change, "form", FORM)?;
    set_fact(change, "seed", seed)
}

/// Brings a state of an earlier form to this one.
fn take_along(change: &WriteTransaction) -> Result<(), StoreError> {
    transfers::ensure(change)?;
    pins::ensure(change)?;
    links::ensure(change)?;
    statements::ensure(change)?;
    transfer_types::ensure(change)?;
    blanks::refill(change)?;
    set_fact(change, "form", FORM)
}

fn set_fact(change: &WriteTransaction, name: &str, value: u64) -> Result<(), StoreError> {
    change.open_table(FACTS)?.insert(name, value)?;
    Ok(())
}

/// The next number of a counter that never gives one out twice.
fn next_number(change: &WriteTransaction, counter: &str, first: u64) -> Result<u64, StoreError> {
    let mut facts = change.open_table(FACTS)?;
    let next = facts.get(counter)?.map_or(first, |value| value.value());
    facts.insert(counter, next + 1)?;
    Ok(next)
}

fn reset_counter(change: &WriteTransaction, counter: &str) -> Result<(), StoreError> {
    change.open_table(FACTS)?.remove(counter)?;
    Ok(())
}

fn row<R: DeserializeOwned>(table: &impl ReadableTable<u64, &'static [u8]>, key: u64) -> Result<Option<R>, StoreError> {
    match table.get(key)? {
        Some(bytes) => parsed(bytes.value()).map(Some),
        None => Ok(None),
    }
}

fn bytes_of(record: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(record).map_err(StoreError::Row)
}

fn parsed<R: DeserializeOwned>(bytes: &[u8]) -> Result<R, StoreError> {
    serde_json::from_slice(bytes).map_err(StoreError::Row)
}

/// Amounts are kept as text, since a number in JSON would invite a float.
mod amount_text {
    use cardesk_domain::Amount;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

fn state_file_error(path: &Path, error: &DatabaseError) -> PracticeError {
    let path = path.to_owned();
    match error {
        DatabaseError::DatabaseAlreadyOpen => PracticeError::InUse { path },
        DatabaseError::UpgradeRequired(found) => PracticeError::NewerState { path, found: u64::from(*found), known: FORM },
        other => PracticeError::StateFile { path, reason: other.to_string() },
    }
}

fn damaged(file: Option<&Path>, error: &StoreError) -> PracticeError {
    PracticeError::StateFile { path: file.map(Path::to_owned).unwrap_or_default(), reason: error.to_string() }
}
