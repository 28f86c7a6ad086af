//! The desk itself: what it is opened with, what it holds, and the workplace that jobs are done in.
//!
//! Owns which profile is active and that its journal is open exactly once. The jobs are in files of their own, as further
//! methods of [`Desk`].

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use cardesk_credentials::Keychain;
use cardesk_journal::Journal;
use tokio::sync::{Mutex, MutexGuard, watch};

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::lock::{IdleLock, LockFile};
use crate::practice::{PracticeAccess, PracticeStatus};
use crate::profiles::Profile;
use crate::seams::Seams;
use crate::secrets::Secrets;
use crate::settings::{PRACTICE_ID, Settings, SettingsFile};
use crate::view::{Notice, SessionView, SpokenLanguage};
use crate::workplace::Workplace;

/// What a desk is opened with.
#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// Where journals are kept.
    pub data_dir: PathBuf,
    /// Where the settings file is kept.
    pub config_dir: PathBuf,
    /// The folder of documents, in which PDFs are saved unless another is chosen.
    pub documents_dir: PathBuf,
    /// This program's version.
    pub version: String,
    /// The language to speak where none is chosen.
    pub system_language: SpokenLanguage,
    /// Who works here; [`operator_of_this_machine`] says who is signed in.
    pub operator: String,
    /// The keychain for secrets.
    pub keychain: Keychain,
    /// Clock, randomness and printers.
    pub seams: Seams,
}

/// The full name of whoever is signed in to the computer, or else the user name.
#[must_use]
pub fn operator_of_this_machine() -> String {
    let is_name = |name: &String| !name.trim().is_empty();
    whoami::realname().ok().filter(is_name).or_else(|| whoami::username().ok().filter(is_name)).unwrap_or_else(|| "?".to_owned())
}

/// The desk. Cheap to clone; every clone is the same desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: DeskConfig,
    pub(crate) secrets: Secrets,
    pub(crate) lock: IdleLock,
    pub(crate) practice: watch::Sender<PracticeStatus>,
    pub(crate) book: Mutex<Book>,
}

/// What changes while the desk is open.
pub(crate) struct Book {
    pub(crate) file: SettingsFile,
    pub(crate) settings: Settings,
    pub(crate) notices: Vec<Notice>,
    workplace: Option<Arc<Workplace>>,
    /// The profiles whose journal is not closed yet, with what ends when it is.
    closing: HashMap<String, watch::Receiver<()>>,
}

impl Desk {
    /// Opens the desk, locked if it was, and reads the settings. The active profile's journal is opened when it is first needed: one that
    /// can't be opened does not stop the desk, [`SessionView::blocked`] says why, and every call tries again.
    pub async fn open(config: DeskConfig) -> Self {
        let folder = config.config_dir.clone();
        let read = blocking(move || (SettingsFile::open(&folder), LockFile::open(&folder))).await;
        let ((file, settings, notices), lock) = read.unwrap_or_else(|_| (SettingsFile::unusable(), LockFile::unusable(&config.config_dir)));
        let lock = IdleLock::new(lock, Arc::clone(&config.seams.gateway.clock));
        let secrets = Secrets::new(config.keychain.clone());
        let book = Book { file, settings, notices, workplace: None, closing: HashMap::new() };
        let practice = watch::Sender::new(PracticeStatus::Starting);
        Self { inner: Arc::new(Inner { config, secrets, lock, practice, book: Mutex::new(book) }) }
    }

    /// Tells the desk that Practice runs, and where.
    pub async fn practice_started(&self, access: PracticeAccess) {
        let book = self.inner.book.lock().await;
        if let Some(workplace) = book.workplace.as_ref().filter(|workplace| workplace.is_practice()) {
            workplace.change_profile(Profile::of_practice(&book.settings.practice, Some(&access))).await;
        }
        self.inner.practice.send_replace(PracticeStatus::Running(access));
    }

    /// Tells the desk why Practice could not be started.
    pub fn practice_failed(&self, reason: String) {
        self.inner.practice.send_replace(PracticeStatus::Failed(reason));
    }

    /// Begins Practice's journal anew, after the sandbox has started over.
    ///
    /// # Errors
    /// If the journal is still in use, or its file can't be removed.
    pub async fn practice_started_over(&self) -> DeskResult<SessionView> {
        // Lives until the file is gone, so that nobody opens it in between.
        let (removing, removed) = watch::channel(());
        let closing = {
            let mut book = self.inner.book.lock().await;
            if book.workplace.as_ref().is_some_and(|workplace| workplace.is_practice()) {
                leave(&mut book);
            }
            book.closing.insert(PRACTICE_ID.to_owned(), removed)
        };
        if let Some(closing) = closing {
            ended(closing).await;
        }
        let path = crate::workplace::journal_path(&self.inner.config.data_dir, PRACTICE_ID);
        blocking(move || Journal::remove(path)).await??;
        drop(removing);
        self.session().await
    }

    /// The place that the active profile's jobs are done in. Tries to open it if it is not open.
    pub(crate) async fn workplace(&self) -> DeskResult<Arc<Workplace>> {
        let mut book = self.book_to_enter().await;
        self.inner.enter(&mut book).await
    }

    /// The book, once the active profile can be entered: a journal that is being closed is waited for, without keeping
    /// anybody else from the book.
    pub(crate) async fn book_to_enter(&self) -> MutexGuard<'_, Book> {
        loop {
            let mut book = self.inner.book.lock().await;
            book.closing.retain(|_, closing| closing.has_changed().is_ok());
            let Some(closing) = book.closing.get(&book.settings.active_profile).cloned() else {
                return book;
            };
            drop(book);
            ended(closing).await;
        }
    }
}

/// Leaves the active profile. Its journal closes as soon as nothing is on its way any more; nobody waits for that but
/// whoever enters the same profile again.
pub(crate) fn leave(book: &mut Book) {
    if let Some(workplace) = book.workplace.take() {
        let (closed, closing) = watch::channel(());
        book.closing.insert(workplace.profile().id.clone(), closing);
        tokio::spawn(async move {
            workplace.close().await;
            drop(closed);
        });
    }
}

/// Waits until the other half is gone.
pub(crate) async fn ended(mut closing: watch::Receiver<()>) {
    while closing.changed().await.is_ok() {}
}

impl Book {
    /// Whether the profile was left while something was on its way that has not ended yet.
    pub(crate) fn is_closing(&self, profile_id: &str) -> bool {
        self.closing.get(profile_id).is_some_and(|closing| closing.has_changed().is_ok())
    }

    /// What ends when the journals are closed of the profiles that were left.
    pub(crate) fn closing(&self) -> Vec<watch::Receiver<()>> {
        self.closing.values().cloned().collect()
    }

    /// The active profile's workplace, if it is open.
    pub(crate) const fn workplace(&self) -> Option<&Arc<Workplace>> {
        self.workplace.as_ref()
    }
}

impl Inner {
    pub(crate) async fn enter(&self, book: &mut Book) -> DeskResult<Arc<Workplace>> {
        if let Some(workplace) = &book.workplace {
            return Ok(Arc::clone(workplace));
        }
        let profile = self.active_profile(&book.settings)?;
        let (workplace, notices) = Workplace::open(&self.config, &self.secrets, self.practice.subscribe(), profile).await?;
        book.notices.extend(notices);
        let workplace = Arc::new(workplace);
        book.workplace = Some(Arc::clone(&workplace));
        Ok(workplace)
    }

    /// The active profile.
    pub(crate) fn active_profile(&self, settings: &Settings) -> DeskResult<Profile> {
        self.profile(settings, &settings.active_profile)
    }

    /// The profile with this id.
    pub(crate) fn profile(&self, settings: &Settings, id: &str) -> DeskResult<Profile> {
        if id == PRACTICE_ID {
            return Ok(Profile::of_practice(&settings.practice, self.practice.borrow().access()));
        }
        let stored = settings.profiles.iter().find(|profile| profile.id == id);
        stored.map(Profile::of_stored).ok_or_else(|| ErrorView::new(ErrorCode::ProfileNotFound).with_param("id", id))
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Desk")
    }
}

/// Runs what blocks on a thread for it.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> DeskResult<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ErrorView::new(ErrorCode::Internal))
}
