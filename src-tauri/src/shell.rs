//! What the shell holds: the desk and Practice, each opened once, both at the same time.
//!
//! Owns the order of opening and the wiring between the two, which do not know each other. A failed opening is told to
//! whoever asks and tried again by the next who asks, so that nobody has to restart the program.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use cardesk_desk::view::{SecretText, Theme};
use cardesk_desk::{Desk, DeskConfig, DeskResult, ErrorCode, ErrorView, Keychain, PracticeAccess, Seams};
use cardesk_sandbox::{Practice, PracticeConfig};
use tokio::sync::OnceCell;

use crate::places::Places;

/// The state behind the commands.
pub(crate) struct Shell {
    places: Option<Places>,
    desk: OnceCell<Desk>,
    practice: OnceCell<Practice>,
    practice_has_failed: AtomicBool,
    /// How many pages have ended.
    pages_ended: AtomicU32,
    /// Whether the page that is loaded now has shown its picture.
    has_painted: AtomicBool,
    /// Whether any has.
    was_shown: AtomicBool,
    /// The theme that the window has; a new one has the system's.
    theme: Mutex<Theme>,
}

impl Shell {
    /// A shell with nothing open yet.
    pub(crate) fn new(places: Option<Places>) -> Self {
        Self {
            places,
            desk: OnceCell::new(),
            practice: OnceCell::new(),
            practice_has_failed: AtomicBool::new(false),
            pages_ended: AtomicU32::new(0),
            has_painted: AtomicBool::new(false),
            was_shown: AtomicBool::new(false),
            theme: Mutex::new(Theme::System),
        }
    }

    /// Opens everything before anyone asks for it. The first session opens the journal, so that the page need not wait.
    pub(crate) async fn begin(&self) {
        let (practice, session) = tokio::join!(self.practice(), async { self.desk().await?.session().await });
        // Only told here: whoever asks gets the error as well.
        if let Err(error) = practice {
            tracing::error!(%error, "Practice could not be started");
        }
        if let Err(error) = session {
            tracing::error!(%error, "the desk could not be opened");
        }
    }

    /// The desk, opened by whoever asks first. It does not wait for Practice: the jobs that need it do.
    pub(crate) async fn desk(&self) -> DeskResult<&Desk> {
        self.desk.get_or_try_init(|| async { Ok(Desk::open(self.desk_config()?).await) }).await
    }

    /// The desk, if anybody has opened it.
    pub(crate) fn desk_if_open(&self) -> Option<&Desk> {
        self.desk.get()
    }

    /// Practice, started by whoever asks first, and again if it failed before. The desk is told, one way or the other.
    pub(crate) async fn practice(&self) -> DeskResult<&Practice> {
        self.practice
            .get_or_try_init(|| async {
                let state_file = Some(self.places()?.practice_state());
                let start = Practice::start(PracticeConfig { state_file, ..PracticeConfig::default() });
                let (desk, practice) = tokio::join!(self.desk(), start);
                let (desk, practice) = (desk?, practice.map_err(|error| error.to_string()));
                self.practice_has_failed.store(practice.is_err(), Ordering::Relaxed);
                match practice {
                    Ok(practice) => {
                        desk.practice_started(access_to(&practice)).await;
                        Ok(practice)
                    }
                    Err(reason) => {
                        desk.practice_failed(reason.clone());
                        Err(ErrorView::new(ErrorCode::PracticeNotRunning).with_message(reason).retryable())
                    }
                }
            })
            .await
    }

    /// Whether Practice was tried and could not be started.
    pub(crate) fn practice_has_failed(&self) -> bool {
        self.practice_has_failed.load(Ordering::Relaxed)
    }

    /// Notes that the page shows its picture; `true` the first time that any did.
    pub(crate) fn note_painted(&self) -> bool {
        self.has_painted.store(true, Ordering::Relaxed);
        !self.was_shown.swap(true, Ordering::Relaxed)
    }

    /// Notes that the page has ended: another one has yet to paint.
    #[cfg(target_os = "linux")]
    pub(crate) fn note_page_ended(&self) {
        self.has_painted.store(false, Ordering::Relaxed);
        self.pages_ended.fetch_add(1, Ordering::Relaxed);
    }

    /// How many pages have ended so far: with another number, the page is another one.
    pub(crate) fn pages_ended(&self) -> u32 {
        self.pages_ended.load(Ordering::Relaxed)
    }

    /// Notes the theme that the window is to have; `true` when it has another one.
    pub(crate) fn note_theme(&self, wanted: Theme) -> bool {
        std::mem::replace(&mut *self.theme.lock().unwrap_or_else(PoisonError::into_inner), wanted) != wanted
    }

    /// Whether the page that is loaded now has shown its picture.
    pub(crate) fn has_painted(&self) -> bool {
        self.has_painted.load(Ordering::Relaxed)
    }

    /// Whether the window ever showed a picture.
    pub(crate) fn was_shown(&self) -> bool {
        self.was_shown.load(Ordering::Relaxed)
    }

    fn desk_config(&self) -> DeskResult<DeskConfig> {
        let places = self.places()?;
        Ok(DeskConfig {
            data_dir: places.data_dir.clone(),
            config_dir: places.config_dir.clone(),
            documents_dir: places.documents_dir.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            system_language: crate::language::of_system(),
            operator: cardesk_desk::operator_of_this_machine(),
            keychain: Keychain::system(),
            seams: Seams::system(),
        })
    }

    fn places(&self) -> DeskResult<&Places> {
        self.places.as_ref().ok_or_else(|| {
            ErrorView::new(ErrorCode::FolderUnusable)
                .with_param("path", "HOME")
                .with_message("this user has no home directory: set HOME and start again")
        })
    }
}

fn access_to(practice: &Practice) -> PracticeAccess {
    let access = practice.access();
    PracticeAccess {
        base_url: practice.base_url().to_owned(),
        activation_base: practice.activation_base(),
        company_name: crate::words::PRACTICE_COMPANY.to_owned(),
        merchant: access.merchant.to_string(),
        client_slug: access.client_slug.to_string(),
        application_id: access.application_id.clone(),
        signing_key: SecretText::new(access.signing_key().to_owned()),
    }
}
