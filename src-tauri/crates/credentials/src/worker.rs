//! One thread that speaks to the keychain, one call at a time, with a limit on how long a caller waits.
//!
//! Owns the connection to the store and its renewal. It is a thread of its own and not one of the runtime's: a keychain
//! that waits for a prompt must not keep the program from ending.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use keyring_core::{CredentialStore, Error as StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

use crate::error::KeychainError;

/// Opens the store.
pub(crate) type Opener = dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The thread, and the line before it.
pub(crate) struct Worker {
    jobs: mpsc::Sender<Job>,
    /// One permit: held from when a job is handed over until it has ended, even if its caller has given up by then.
    line: Arc<Semaphore>,
    is_opening: Arc<AtomicBool>,
    patience: Duration,
}

struct Connection {
    open: Arc<Opener>,
    store: Option<Arc<CredentialStore>>,
    is_opening: Arc<AtomicBool>,
}

impl Worker {
    pub(crate) fn start(open: Arc<Opener>, patience: Duration) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let is_opening = Arc::new(AtomicBool::new(false));
        let mut connection = Connection { open, store: None, is_opening: Arc::clone(&is_opening) };
        // If no thread can be made, the queue is gone and every call says so.
        let _ = std::thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            while let Ok(job) = queue.recv() {
                job(&mut connection);
            }
        });
        Self { jobs, line: Arc::new(Semaphore::new(1)), is_opening, patience }
    }

    /// Runs `work` on the thread. It may run twice, on a new connection, if the old one turns out to be dead.
    ///
    /// Work that takes longer than the caller's patience goes on, in its turn; only the caller stops waiting.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Fn(&CredentialStore) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let permit = match timeout(self.patience, Arc::clone(&self.line).acquire_owned()).await {
            Ok(permit) => permit.map_err(|_| gone())?,
            Err(_) => return Err(self.out_of_patience()),
        };
        let (answer, answered) = oneshot::channel();
        self.jobs.send(job(work, answer, permit)).map_err(|_| gone())?;
        match timeout(self.patience, answered).await {
            Ok(answer) => answer.map_err(|_| gone())?,
            Err(_) => Err(self.out_of_patience()),
        }
    }

    /// A keychain that can be opened and then says nothing waits for a person; one that can't be opened hangs.
    fn out_of_patience(&self) -> KeychainError {
        if self.is_opening.load(Ordering::Acquire) {
            KeychainError::Failed { cause: "it does not answer".to_owned() }
        } else {
            KeychainError::Locked
        }
    }
}

fn job<T: Send + 'static>(
    work: impl Fn(&CredentialStore) -> Result<T, Trouble> + Send + 'static,
    answer: oneshot::Sender<Result<T, KeychainError>>,
    permit: OwnedSemaphorePermit,
) -> Job {
    Box::new(move |connection| {
        // Nobody listens any more if the caller has given up; the work counts all the same.
        let _ = answer.send(connection.run(&work));
        drop(permit);
    })
}

fn gone() -> KeychainError {
    KeychainError::Failed { cause: "its thread could not be started".to_owned() }
}

/// Why a piece of work did not succeed: the store's own error, or ours.
pub(crate) enum Trouble {
    Store(StoreError),
    Item(KeychainError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<KeychainError> for Trouble {
    fn from(error: KeychainError) -> Self {
        Self::Item(error)
    }
}

impl Connection {
    fn run<T>(&mut self, work: &impl Fn(&CredentialStore) -> Result<T, Trouble>) -> Result<T, KeychainError> {
        let was_open = self.store.is_some();
        let store = self.store()?;
        match work(&*store) {
            Ok(value) => Ok(value),
            Err(Trouble::Item(error)) => Err(error),
            Err(Trouble::Store(StoreError::PlatformFailure(_))) if was_open => {
                // The keychain's service may have been restarted since: its old session is worth nothing then.
                self.store = None;
                match work(&*self.store()?) {
                    Err(Trouble::Store(error)) => Err(self.failed(&error)),
                    Err(Trouble::Item(error)) => Err(error),
                    Ok(value) => Ok(value),
                }
            }
            Err(Trouble::Store(error)) => Err(self.failed(&error)),
        }
    }

    fn failed(&mut self, error: &StoreError) -> KeychainError {
        if matches!(error, StoreError::PlatformFailure(_)) {
            self.store = None;
        }
        KeychainError::on_use(error)
    }

    fn store(&mut self) -> Result<Arc<CredentialStore>, KeychainError> {
        if let Some(store) = &self.store {
            return Ok(Arc::clone(store));
        }
        self.is_opening.store(true, Ordering::Release);
        let opened = (self.open)();
        self.is_opening.store(false, Ordering::Release);
        let store = opened.map_err(|error| KeychainError::on_opening(&error))?;
        self.store = Some(Arc::clone(&store));
        Ok(store)
    }
}
