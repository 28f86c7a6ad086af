//! The journal itself: opening its file, its lock, its connections, and beginning to write.
//!
//! Owns the engine's settings and who may hold the file. What is written is the business of the other modules, and which
//! writes share a commit is `group_commit`'s.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteOwnedBuf, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Sqlite, Transaction};
use tokio::sync::OnceCell;

use crate::directory_index::DirectoryIndex;
use crate::error::{JournalError, primary_code};
use crate::group_commit::Queue;
use crate::key::JournalKey;
use crate::migrations;

/// How a journal's file is protected.
#[derive(Debug, Clone)]
pub enum Encryption {
    /// Not at all: for Practice, whose data is invented.
    None,
    /// By SQLCipher with this key.
    Key(JournalKey),
}

/// One desk's record. Cheap to clone; the file stays locked until every clone is gone or [`Journal::close`] has returned.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    /// One connection: writes happen one after the other.
    writing: SqlitePool,
    reading: SqlitePool,
    pub(crate) queue: Queue,
    commits: Arc<AtomicU64>,
    directory: DirectoryIndex,
    /// Dropped last: the lock is held for as long as a connection may write.
    lock: Mutex<Option<File>>,
}

/// How many reads can go on beside a write.
const READING_CONNECTIONS: u32 = 3;

/// How much of the file one connection keeps in memory at most; negative, so in KiB (sqlite.org/pragma.html#pragma_cache_size).
const CACHE_SIZE: &str = "-16384";

/// How long a statement waits for another connection's lock. With one writer it is met only while the log is being
/// written back into the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The first bytes of an unencrypted SQLite file (sqlite.org/fileformat2.html, section 1.3).
const PLAIN_HEADER: &[u8; 16] = b"SQLite format 3\0";

impl Journal {
    /// Opens the journal in `path`, and makes it if there is none: the file with mode 0600, and its folder, if that has to
    /// be made, with mode 0700.
    ///
    /// # Errors
    /// A clear one each for: a journal in use, a file that can't be made, a wrong key, a missing key, a key too many,
    /// another program's database, a journal of a newer version, a damaged file. Whatever the error, nothing was changed
    /// in a file that was there before.
    pub async fn open(path: impl AsRef<Path>, encryption: Encryption) -> Result<Self, JournalError> {
        let path = path.as_ref();
        make_folder(path).map_err(|source| JournalError::CannotOpen { path: path.to_owned(), source })?;
        let lock = lock(path)?;
        let looks_plain = prepare_file(path).map_err(|source| JournalError::CannotOpen { path: path.to_owned(), source })?;
        match (&encryption, looks_plain) {
            (Encryption::None, Some(false)) => return Err(JournalError::NotReadable(path.to_owned())),
            (Encryption::Key(_), Some(true)) => return Err(JournalError::NotEncrypted(path.to_owned())),
            _ => {}
        }
        let options = options(&encryption).filename(path);
        let commits = Arc::default();
        let writing = one_connection(options.clone(), &commits).await.map_err(|error| at_opening(error, &encryption, path))?;
        if let Err(error) = prepare_database(&writing, path).await {
            writing.close().await;
            return Err(error);
        }
        let reading = SqlitePoolOptions::new()
            .max_connections(READING_CONNECTIONS)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(options.pragma("query_only", "ON"));
        Ok(Self::over(writing, reading, commits, Some(lock)))
    }

    /// A journal in memory, gone when the last clone is dropped: for simulation, which runs thousands of desks. All of one process
    /// are copies of one, the mark of their papers included.
    ///
    /// # Errors
    /// If the engine has no memory.
    pub async fn open_in_memory() -> Result<Self, JournalError> {
        /// One with all its tables and nothing in them, as the engine would write it into a file: making them takes a
        /// journal of a short life longer than anything that is done in it.
        static EMPTY: OnceCell<Vec<u8>> = OnceCell::const_new();

        let commits = Arc::default();
        let writing = one_connection(options(&Encryption::None).in_memory(true), &commits).await?;
        let make_tables = || async {
            migrations::run(&writing).await?;
            Ok::<_, JournalError>(writing.acquire().await?.serialize(None).await?.to_vec())
        };
        let empty = SqliteOwnedBuf::try_from(EMPTY.get_or_try_init(make_tables).await?.as_slice())?;
        writing.acquire().await?.deserialize(None, empty, false).await?;
        let reading = writing.clone();
        Ok(Self::over(writing, reading, commits, None))
    }

    fn over(writing: SqlitePool, reading: SqlitePool, commits: Arc<AtomicU64>, lock: Option<File>) -> Self {
        let directory = DirectoryIndex::default();
        Self { shared: Arc::new(Shared { writing, reading, queue: Queue::default(), commits, directory, lock: Mutex::new(lock) }) }
    }

    /// Removes the journal in `path` with everything in it, if there is one: for Practice, whose data is invented.
    ///
    /// # Errors
    /// [`JournalError::InUse`] if anybody has it open; or that its files can't be removed. It blocks.
    pub fn remove(path: impl AsRef<Path>) -> Result<(), JournalError> {
        let path = path.as_ref().to_owned();
        let cannot = |path: &Path| {
            let path = path.to_owned();
            move |source| JournalError::CannotOpen { path, source }
        };
        make_folder(&path).map_err(cannot(&path))?;
        let _alone = lock(&path)?;
        // The log first: without its file it would be taken for a new one's.
        for ending in ["-wal", "-shm", ""] {
            match std::fs::remove_file(beside(&path, ending)) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(cannot(&path)(source)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Closes the connections, writes the log back into the file, and lets go of the lock, whoever still has a clone: a
    /// job that ends late must not keep the profile from being opened again. Afterwards every call is an error.
    pub async fn close(&self) {
        self.shared.reading.close().await;
        self.shared.writing.close().await;
        self.shared.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Whether nobody is at work in it: for simulation, whose time passes only then.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let is_idle = |pool: &SqlitePool| pool.num_idle() == pool.size() as usize;
        is_idle(&self.shared.writing) && is_idle(&self.shared.reading)
    }

    /// How many transactions have been committed since it was opened, each of them a wait for the drive: for measuring.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }

    /// Begins a transaction that may write, and waits for the one before it.
    pub(crate) async fn begin_writing(&self) -> Result<Transaction<'static, Sqlite>, JournalError> {
        Ok(self.shared.begin_writing().await?)
    }

    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// For reading what has been committed.
    pub(crate) fn reading(&self) -> &SqlitePool {
        &self.shared.reading
    }

    pub(crate) fn directory_index(&self) -> &DirectoryIndex {
        &self.shared.directory
    }
}

impl Shared {
    pub(crate) async fn begin_writing(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        match self.writing.begin_with("BEGIN IMMEDIATE").await {
            // The engine has ended the transaction before by itself, as it may when the disk is full, and the connection
            // believes to be within it for ever.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writing.acquire().await?.close_on_drop();
                self.writing.begin_with("BEGIN IMMEDIATE").await
            }
            begun => begun,
        }
    }
}

impl fmt::Debug for Journal {
    /// The pools' own `Debug` would show the connection options, and with them the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Journal").finish_non_exhaustive()
    }
}

fn options(encryption: &Encryption) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .create_if_missing(true)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // On macOS a plain fsync leaves the data in the drive's cache.
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        // Without it, REPLACE would delete rows past the triggers that refuse deleting.
        .pragma("recursive_triggers", "ON")
        // Sorting must not put personal data into files that are not encrypted.
        .pragma("temp_store", "MEMORY")
        // Pages that were deciphered stay so: by the engine's own 2 MB, a directory of 10,000 is deciphered at each look into it.
        .pragma("cache_size", CACHE_SIZE)
        // Statements are logged otherwise, and the first of them is the key.
        .disable_statement_logging();
    match encryption {
        Encryption::None => options,
        // A wrong key is reported as an error; SQLCipher's own lines on the standard error stream add nothing.
        Encryption::Key(key) => options.pragma("key", key.pragma_value().to_string()).pragma("cipher_log_level", "NONE"),
    }
}

/// The one connection that writes; it counts what it commits.
async fn one_connection(options: SqliteConnectOptions, commits: &Arc<AtomicU64>) -> Result<SqlitePool, sqlx::Error> {
    let commits = Arc::clone(commits);
    SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            let commits = Arc::clone(&commits);
            Box::pin(async move {
                connection.lock_handle().await?.set_commit_hook(move || {
                    commits.fetch_add(1, Ordering::Relaxed);
                    true
                });
                Ok(())
            })
        })
        .connect_with(options)
        .await
}

/// Brings a file up to date, once it is known to be ours. The log's mode is written into the file, so it is not among the
/// connection's options: those would change another program's database before it could be looked at.
async fn prepare_database(pool: &SqlitePool, path: &Path) -> Result<(), JournalError> {
    migrations::refuse_foreign_files(pool, path).await?;
    sqlx::query("PRAGMA journal_mode = WAL").execute(pool).await?;
    migrations::run(pool).await
}

/// Takes the lock beside the journal, for this process alone.
fn lock(path: &Path) -> Result<File, JournalError> {
    let lock_path = beside(path, ".lock");
    let file = private_file(&lock_path).map_err(|source| JournalError::CannotOpen { path: path.to_owned(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(JournalError::CannotOpen { path: path.to_owned(), source }),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Makes sure that the file exists with the right mode, before the engine makes it with a wider one. Says whether it
/// begins as an unencrypted database does; `None` if it is empty.
fn prepare_file(path: &Path) -> std::io::Result<Option<bool>> {
    let mut file = private_file(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    let mut header = [0; PLAIN_HEADER.len()];
    Ok(Some(file.read_exact(&mut header).is_ok() && header == *PLAIN_HEADER))
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The engine says "not a database" of a wrong key and of a damaged first page alike.
fn at_opening(error: sqlx::Error, encryption: &Encryption, path: &Path) -> JournalError {
    match (primary_code(&error), encryption) {
        (Some(26), Encryption::Key(_)) => JournalError::WrongKey(path.to_owned()),
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use cardesk_domain::{OperationKind, Reference};
    use jiff::Timestamp;

    use super::*;
    use crate::operations::NewOperation;

    fn issue(entropy: u64) -> NewOperation {
        NewOperation {
            reference: Reference::from_entropy(entropy),
            kind: OperationKind::Issue,
            cardholder_id: Some("u1".parse().unwrap()),
            card_id: None,
            to_card_id: None,
            money: None,
            note: None,
            channel: None,
            context: Some("x".repeat(2_000)),
            at: Timestamp::UNIX_EPOCH,
            operator: "ana".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_said_to_be_full_and_nothing_is_half_written() {
        let journal = Journal::open_in_memory().await.unwrap();
        // The engine answers the same when the file may not grow any more.
        sqlx::query("PRAGMA max_page_count = 80").execute(&journal.shared.writing).await.unwrap();
        let mut written = 0;
        let error = loop {
            match journal.draft(issue(written)).await {
                Ok(_) => written += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, JournalError::DiskFull), "{error:?}");
        assert!(written > 0);
        assert!(journal.operation(&Reference::from_entropy(written)).await.unwrap().is_none());
        assert!(journal.operation(&Reference::from_entropy(written - 1)).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_commit_is_flushed_and_the_constraints_are_on() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path().join("journal.db"), Encryption::None).await.unwrap();
        let pool = &journal.shared.writing;
        // 2 is FULL (sqlite.org/pragma.html#pragma_synchronous): the log is flushed at every commit.
        assert_eq!(sqlx::query_scalar::<_, i64>("PRAGMA synchronous").fetch_one(pool).await.unwrap(), 2);
        assert_eq!(sqlx::query_scalar::<_, i64>("PRAGMA foreign_keys").fetch_one(pool).await.unwrap(), 1);
        assert_eq!(sqlx::query_scalar::<_, String>("PRAGMA journal_mode").fetch_one(pool).await.unwrap(), "wal");
    }

    #[tokio::test]
    async fn reading_connections_can_only_read() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path().join("journal.db"), Encryption::None).await.unwrap();
        assert!(sqlx::query("UPDATE cards SET alias = 'x'").execute(journal.reading()).await.is_err());
    }
}
