//! A desk on a folder of its own, with a clock, chance, printers and a keychain that tests hold in their hands.

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cardesk_desk::seams::{
    JobOptions, JobState, JobStatus, PrintSystem, PrintSystemDown, SheetSize, SizeRange, SubmitError, SystemPrinter, SystemPrinterState,
};
use cardesk_desk::view::{SecretText, SpokenLanguage};
use cardesk_desk::{Desk, DeskConfig, Keychain, PracticeAccess, Seams};
use cardesk_gateway::{BoxFuture, Clock, Entropy, Limits, Seams as GatewaySeams};
use cardesk_journal::Journal;
use keyring_core::{CredentialStore, Error as StoreError, mock};
use tempfile::TempDir;
use tokio::sync::Notify;

/// RFC 8032, section 7.1, test 1.
pub(crate) const SIGNING_KEY: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

/// The moment at which every desk of these tests begins: 2026-11-24 10:00 in Guatemala.
pub(crate) const BEGIN: &str = "2026-11-24T16:00:00Z";

/// From this long on, a sleep ends only when a test says so.
const LONG_SLEEP: Duration = Duration::from_secs(60);

/// A clock that goes on only when somebody sleeps.
pub(crate) struct HandClock {
    seconds: AtomicI64,
    elapsed: AtomicU64,
    long_sleeps: Arc<Notify>,
}

impl HandClock {
    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Ends every long sleep that has begun.
    pub(crate) fn end_long_sleeps(&self) {
        self.long_sleeps.notify_waiters();
    }
}

impl Clock for HandClock {
    fn now_unix_seconds(&self) -> i64 {
        self.seconds.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.elapsed.load(Ordering::SeqCst))
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        if pause >= LONG_SLEEP {
            return Box::pin(Arc::clone(&self.long_sleeps).notified_owned());
        }
        self.elapsed.fetch_add(u64::try_from(pause.as_millis()).unwrap(), Ordering::SeqCst);
        Box::pin(tokio::task::yield_now())
    }
}

struct Counting(AtomicU64);

impl Entropy for Counting {
    fn next_u64(&self) -> u64 {
        self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst)
    }
}

/// What a printer was given.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) printer: String,
    pub(crate) title: String,
    pub(crate) pdf: Vec<u8>,
    pub(crate) options: JobOptions,
}

/// A printer system that keeps what it is given.
#[derive(Default)]
pub(crate) struct HandPrinting {
    pub(crate) is_down: Mutex<bool>,
    pub(crate) refuses: Mutex<bool>,
    /// What every job has come to; done, if nothing is said.
    pub(crate) ends: Mutex<Option<JobState>>,
    /// The printer's words on every job.
    pub(crate) words: Mutex<Vec<String>>,
    /// The printer was removed.
    pub(crate) is_gone: Mutex<bool>,
    /// The printer is removed as soon as it has a job.
    pub(crate) goes_with_the_job: Mutex<bool>,
    pub(crate) takes_nothing: Mutex<bool>,
    /// The printer prints one side alone.
    pub(crate) prints_one_side: Mutex<bool>,
    /// It takes a job and says nothing any more.
    pub(crate) falls_silent_with_the_job: Mutex<bool>,
    /// It takes a job, and the connection ends before the answer.
    pub(crate) loses_the_answer: Mutex<bool>,
    /// What happens while it takes the next job, on a thread that may block.
    pub(crate) meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    pub(crate) cancelled: Mutex<Vec<u64>>,
    pub(crate) jobs: Mutex<Vec<Job>>,
}

impl PrintSystem for HandPrinting {
    fn printers(&self) -> Result<Vec<SystemPrinter>, PrintSystemDown> {
        if *self.is_down.lock().unwrap() {
            return Err(PrintSystemDown("nobody listens".to_owned()));
        }
        if *self.is_gone.lock().unwrap() {
            return Ok(Vec::new());
        }
        Ok(vec![SystemPrinter {
            system_name: "contabilidad".to_owned(),
            name: "HP Contabilidad".to_owned(),
            location: String::new(),
            is_default: true,
            state: SystemPrinterState::Ready,
            state_reasons: Vec::new(),
            takes_jobs: !*self.takes_nothing.lock().unwrap(),
            sizes: vec![SizeRange::only(SheetSize::LETTER)],
            trays: vec!["tray-1".to_owned(), "manual".to_owned()],
            prints_both_sides: Some(!*self.prints_one_side.lock().unwrap()),
        }])
    }

    fn submit(&self, printer: &str, title: &str, file: &Path, options: &JobOptions) -> Result<u64, SubmitError> {
        if *self.refuses.lock().unwrap() {
            return Err(SubmitError::NotTaken("no toner".to_owned()));
        }
        if let Some(meanwhile) = self.meanwhile.lock().unwrap().take() {
            meanwhile();
        }
        self.jobs.lock().unwrap().push(Job {
            printer: printer.to_owned(),
            title: title.to_owned(),
            pdf: std::fs::read(file).unwrap(),
            options: options.clone(),
        });
        if *self.goes_with_the_job.lock().unwrap() {
            *self.is_gone.lock().unwrap() = true;
        }
        if *self.falls_silent_with_the_job.lock().unwrap() {
            *self.is_down.lock().unwrap() = true;
        }
        if *self.loses_the_answer.lock().unwrap() {
            return Err(SubmitError::Unknown("connection reset".to_owned()));
        }
        Ok(7)
    }

    fn job_status(&self, _: &str, _: u64) -> Result<JobStatus, PrintSystemDown> {
        if *self.is_down.lock().unwrap() {
            return Err(PrintSystemDown("nobody listens".to_owned()));
        }
        if *self.is_gone.lock().unwrap() {
            return Ok(JobStatus::silent(JobState::Unknown));
        }
        let state = self.ends.lock().unwrap().unwrap_or(JobState::Done);
        Ok(JobStatus { words: self.words.lock().unwrap().clone(), ..JobStatus::silent(state) })
    }

    fn cancel(&self, _: &str, job: u64) -> Result<(), String> {
        self.cancelled.lock().unwrap().push(job);
        Ok(())
    }
}

/// Everything that a desk is opened with.
pub(crate) struct Rig {
    pub(crate) folder: TempDir,
    pub(crate) keychain: Keychain,
    pub(crate) store: Arc<mock::Store>,
    pub(crate) printing: Arc<HandPrinting>,
    pub(crate) clock: Arc<HandClock>,
    seams: Seams,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let store = mock::Store::new().unwrap();
        let opened = Arc::clone(&store);
        let keychain = Keychain::over(move || Ok(Arc::clone(&opened) as Arc<CredentialStore>), Duration::from_secs(45));
        Self::with_keychain(keychain, store)
    }

    /// On a system where no keychain answers.
    pub(crate) fn without_keychain() -> Self {
        let keychain = Keychain::over(|| Err(StoreError::PlatformFailure("no session bus".into())), Duration::from_secs(45));
        Self::with_keychain(keychain, mock::Store::new().unwrap())
    }

    fn with_keychain(keychain: Keychain, store: Arc<mock::Store>) -> Self {
        let printing = Arc::new(HandPrinting::default());
        let begin = BEGIN.parse::<jiff::Timestamp>().unwrap().as_second();
        let clock = Arc::new(HandClock { seconds: AtomicI64::new(begin), elapsed: AtomicU64::new(0), long_sleeps: Arc::default() });
        let gateway =
            GatewaySeams { clock: Arc::clone(&clock) as Arc<dyn Clock>, entropy: Arc::new(Counting(AtomicU64::new(42))), transport: None };
        let limits = Limits { whole_timeout: Duration::from_secs(3), ..Limits::default() };
        let seams = Seams { gateway, limits, printing: Arc::clone(&printing) as Arc<dyn PrintSystem>, journal: None };
        Self { folder: tempfile::tempdir().unwrap(), keychain, store, printing, clock, seams }
    }

    /// The same on a journal that is there already, and outlives the desk.
    pub(crate) fn on_journal(journal: &Journal) -> Self {
        let mut rig = Self::new();
        rig.seams.journal = Some(journal.clone());
        rig
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// The desk, with Practice not yet told to it.
    pub(crate) async fn desk(&self) -> Desk {
        self.desk_with(self.seams.clone()).await
    }

    async fn desk_with(&self, seams: Seams) -> Desk {
        Desk::open(DeskConfig {
            data_dir: self.path("data"),
            config_dir: self.path("config"),
            documents_dir: self.path("documents"),
            version: "0.0.0-test".to_owned(),
            system_language: SpokenLanguage::Spanish,
            operator: "Operadora".to_owned(),
            keychain: self.keychain.clone(),
            seams,
        })
        .await
    }

    /// The desk over this journal, with Practice at an address where nobody answers.
    pub(crate) async fn desk_over(&self, journal: &Journal) -> Desk {
        let seams = Seams { journal: Some(journal.clone()), ..self.seams.clone() };
        let desk = self.desk_with(seams).await;
        desk.practice_started(access_at("http://127.0.0.1:3010")).await;
        desk
    }

    /// The desk, with Practice at this address.
    pub(crate) async fn desk_at(&self, base_url: &str) -> Desk {
        let desk = self.desk().await;
        desk.practice_started(access_at(base_url)).await;
        desk
    }
}

pub(crate) fn access_at(base_url: &str) -> PracticeAccess {
    PracticeAccess {
        base_url: base_url.to_owned(),
        activation_base: format!("{base_url}/card-activation"),
        company_name: "Café Los Volcanes, S. A.".to_owned(),
        merchant: "cafeLosVolcanes".to_owned(),
        client_slug: "cafeLosVolcanes".to_owned(),
        application_id: "desk".to_owned(),
        signing_key: SecretText::new(SIGNING_KEY.to_owned()),
    }
}

/// Every byte below a folder, for looking for what must not be there.
pub(crate) fn all_bytes_below(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            bytes.extend(all_bytes_below(&entry.path()));
        } else {
            bytes.extend(std::fs::read(entry.path()).unwrap());
        }
    }
    bytes
}
