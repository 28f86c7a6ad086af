//! Where the active profile's jobs are done: its journal, its gateway, and what is under way.
//!
//! Owns that a gateway client is made once and only when it is needed, that the journal is not closed while something is
//! being sent, and that the same thing asked for twice at once is done once.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError, RwLock as StdRwLock};
use std::time::Duration;

use cardesk_domain::{CardId, CardholderId, Environment, LastFour, Reference};
use cardesk_gateway::{
    ApplicationId, Endpoint, Gateway, GatewayConfig, LoginMethod as GatewayLogin, MemoryTokenStore, Month, SigningKey, Token,
};
use cardesk_journal::{Encryption, Happening, Journal};
use jiff::Timestamp;
use tokio::sync::{Mutex, MutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, watch};

use crate::batch::{ReadFiles, Runs, Wish, waiting_batches};
use crate::card_change::ChangingCards;
use crate::desk::DeskConfig;
use crate::directory::CardListsRead;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::funds::Drafts;
use crate::happenings::Happened;
use crate::held_pins::HeldPins;
use crate::joined::Joined;
use crate::practice::PracticeStatus;
use crate::preview::Previews;
use crate::printing::{Asked, Printing, printing_folder, remove_unfinished_files};
use crate::profiles::Profile;
use crate::replace::Replacing;
use crate::seams::Seams;
use crate::secrets::Secrets;
use crate::settings::PRACTICE_ID;
use crate::sights::Sights;
use crate::submit::Submitted;
use crate::templates::LastTemplate;
use crate::view::{CardSummary, CardholderView, IssueOutcome, IssuerStatementView, LoginMethod, Notice};

/// So often the client is looked for before it counts as being made: whoever only takes it holds it for a moment.
const LOOKS_AT_THE_CLIENT: u32 = 16;

/// How long a job waits for Practice, which starts beside the window.
const PRACTICE_PATIENCE: Duration = Duration::from_secs(10);

/// How long closing waits for what is on its way: longer than a request may take with all its repetitions. An operation
/// whose outcome is not on disk by then is unknown at the next start.
const CLOSING_PATIENCE: Duration = Duration::from_secs(120);

/// The active profile at work.
pub(crate) struct Workplace {
    pub(crate) journal: Journal,
    pub(crate) seams: Seams,
    pub(crate) operator: String,
    pub(crate) drafts: Drafts,
    pub(crate) previews: Previews,
    /// One insert at a time: two scans at once would be held against what neither has written yet.
    pub(crate) packing_line: Mutex<()>,
    pub(crate) last_template: LastTemplate,
    /// The print run that is on its way.
    pub(crate) printing: Printing,
    /// Where pages are written that go to a printer.
    pub(crate) printing_folder: PathBuf,
    pub(crate) held_pins: HeldPins,
    pub(crate) read_files: ReadFiles,
    pub(crate) runs: Runs,
    /// Held while a batch begins, so that a double click begins one.
    pub(crate) starting_batch: Mutex<()>,
    /// The tables that were saved since the workplace was opened: only they may be opened from the window.
    saved_tables: StdMutex<HashSet<PathBuf>>,
    /// Operations whose request is on its way.
    pub(crate) underway: Underway,
    /// Operations that are being submitted, so that a double click sends one request.
    pub(crate) submitting: Joined<Reference, DeskResult<Submitted>>,
    /// Issuing that is under way, so that a double click issues one card.
    pub(crate) issuing: Joined<CardholderId, DeskResult<IssueOutcome>>,
    /// Registrations that are under way, by e-mail address.
    pub(crate) registering: Joined<String, DeskResult<CardholderView>>,
    /// Changes of cards that are under way, so that a double click sends one request.
    pub(crate) changing_cards: ChangingCards,
    /// Steps of replacements that are under way.
    pub(crate) replacing: Replacing,
    /// Associations that are under way, by cardholder and last four digits.
    pub(crate) associating: Joined<(CardholderId, LastFour), DeskResult<Option<CardSummary>>>,
    /// Statements that are being asked for.
    pub(crate) asking_statements: Joined<(CardId, Month), DeskResult<IssuerStatementView>>,
    /// Cards that are being linked, by cardholder, owner and last four.
    pub(crate) linking: Joined<String, DeskResult<()>>,
    pub(crate) card_lists_read: CardListsRead,
    /// Which copies of cards are newer than which answers.
    pub(crate) sights: Sights,
    is_directory_warmed: AtomicBool,
    /// Its profile was removed: nothing leaves here any more.
    is_removed: AtomicBool,
    /// Its journal is closed: what would leave now could not be recorded.
    is_closed: AtomicBool,
    profile: StdRwLock<Arc<Profile>>,
    secrets: Secrets,
    practice: watch::Receiver<PracticeStatus>,
    gateway: Mutex<Option<Gateway>>,
    sending: Arc<RwLock<()>>,
}

/// The operations of this process whose request is on its way: an intent that is not among them has lost its outcome.
#[derive(Debug, Clone, Default)]
pub(crate) struct Underway(Arc<StdMutex<HashSet<Reference>>>);

/// An operation is on its way for as long as this lives.
#[derive(Debug)]
pub(crate) struct OnItsWay {
    underway: Underway,
    reference: Reference,
}

impl Underway {
    pub(crate) fn begin(&self, reference: &Reference) -> OnItsWay {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(reference.clone());
        OnItsWay { underway: self.clone(), reference: reference.clone() }
    }

    pub(crate) fn has(&self, reference: &Reference) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(reference)
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.underway.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.reference);
    }
}

/// Nobody gets at the gateway client while this is held.
pub(crate) struct KeptFromGateway<'workplace> {
    workplace: &'workplace Workplace,
    made: MutexGuard<'workplace, Option<Gateway>>,
}

impl KeptFromGateway<'_> {
    /// Goes on with a changed profile; its gateway client is made anew when it is next needed.
    pub(crate) fn change_profile(mut self, profile: Profile) {
        *self.workplace.profile.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(profile);
        *self.made = None;
    }
}

/// Where the journal of a profile is.
pub(crate) fn journal_path(data_dir: &Path, profile_id: &str) -> PathBuf {
    data_dir.join("journals").join(format!("{profile_id}.journal"))
}

/// Opens the profile's journal; makes one, with its key, if there is none.
pub(crate) async fn open_journal(config: &DeskConfig, secrets: &Secrets, profile: &Profile) -> DeskResult<Journal> {
    if let Some(journal) = &config.seams.journal {
        return Ok(journal.clone());
    }
    let path = journal_path(&config.data_dir, &profile.id);
    let encryption = match profile.environment {
        Environment::Practice => Encryption::None,
        Environment::Qa | Environment::Production => {
            Encryption::Key(secrets.journal_key(&profile.id, has_journal(config, &profile.id)).await?)
        }
    };
    Journal::open(&path, encryption).await.map_err(|error| ErrorView::from(error).with_param("path", path.display().to_string()))
}

/// Whether anything was ever written down in the profile.
pub(crate) fn has_journal(config: &DeskConfig, profile_id: &str) -> bool {
    journal_path(&config.data_dir, profile_id).metadata().is_ok_and(|metadata| metadata.len() > 0)
}

impl Workplace {
    /// Opens the profile's journal. Intents that are found in it were interrupted: they become unknown. Print runs that
    /// were interrupted wait to be made again or thrown away; the files that they were being written to are removed.
    pub(crate) async fn open(
        config: &DeskConfig,
        secrets: &Secrets,
        practice: watch::Receiver<PracticeStatus>,
        profile: Profile,
    ) -> DeskResult<(Self, Vec<Notice>)> {
        let journal = open_journal(config, secrets, &profile).await?;
        let now = config.seams.now();
        let interrupted = journal.interrupted(&config.operator, now).await?;
        let runs = journal.draft_runs().await?;
        remove_unfinished_files(&journal).await?;
        let mut notices = Vec::new();
        if !interrupted.is_empty() {
            notices.push(Notice::OperationsInterrupted { count: count(interrupted.len()) });
        }
        if !runs.is_empty() {
            notices.push(Notice::RunsInterrupted { count: count(runs.len()) });
        }
        let waiting = waiting_batches(&journal, now).await?;
        if waiting > 0 {
            notices.push(Notice::BatchesWaiting { count: count(waiting) });
        }
        let workplace = Self {
            journal,
            seams: config.seams.clone(),
            operator: config.operator.clone(),
            drafts: Drafts::default(),
            previews: Previews::default(),
            packing_line: Mutex::default(),
            last_template: LastTemplate::default(),
            printing: Printing::default(),
            printing_folder: printing_folder(&config.data_dir),
            held_pins: HeldPins::default(),
            read_files: ReadFiles::default(),
            runs: Runs::default(),
            starting_batch: Mutex::default(),
            saved_tables: StdMutex::default(),
            underway: Underway::default(),
            submitting: Joined::default(),
            issuing: Joined::default(),
            registering: Joined::default(),
            changing_cards: ChangingCards::default(),
            replacing: Replacing::default(),
            associating: Joined::default(),
            asking_statements: Joined::default(),
            linking: Joined::default(),
            card_lists_read: CardListsRead::default(),
            sights: Sights::default(),
            is_directory_warmed: AtomicBool::new(false),
            is_removed: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            profile: StdRwLock::new(Arc::new(profile)),
            secrets: secrets.clone(),
            practice,
            gateway: Mutex::new(None),
            sending: Arc::default(),
        };
        Ok((workplace, notices))
    }

    /// Reads the directory into memory beside everything else, once: whoever first types does not wait for it.
    pub(crate) fn warm_directory(&self) {
        if self.is_directory_warmed.swap(true, Ordering::Relaxed) {
            return;
        }
        let journal = self.journal.clone();
        tokio::spawn(async move {
            // A journal that was closed meanwhile has nobody waiting; any other failure shows at the first question.
            if let Err(error) = journal.warm_directory().await {
                tracing::debug!(%error, "the directory could not be read beforehand");
            }
        });
    }

    /// Whether a batch or a print run is on its way.
    pub(crate) fn is_at_work(&self) -> bool {
        self.runs.running().is_some() || self.printing.run().is_some()
    }

    pub(crate) fn note_saved_table(&self, path: &Path) {
        self.saved_tables.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    pub(crate) fn has_saved_table(&self, path: &Path) -> bool {
        self.saved_tables.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    pub(crate) fn is_practice(&self) -> bool {
        self.profile().environment == Environment::Practice
    }

    /// The profile as it is now.
    pub(crate) fn profile(&self) -> Arc<Profile> {
        Arc::clone(&self.profile.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps everybody from the gateway client while the profile is being changed: one that is made in the middle would sign
    /// in with half of it.
    pub(crate) async fn keep_from_gateway(&self) -> KeptFromGateway<'_> {
        KeptFromGateway { workplace: self, made: self.gateway.lock().await }
    }

    /// Goes on with a changed profile; its gateway client is made anew when it is next needed.
    pub(crate) async fn change_profile(&self, profile: Profile) {
        self.keep_from_gateway().await.change_profile(profile);
    }

    /// While this is held nothing leaves; `None` if something is on its way.
    pub(crate) fn hold_back(&self) -> Option<OwnedRwLockWriteGuard<()>> {
        Arc::clone(&self.sending).try_write_owned().ok()
    }

    /// The profile was removed: what has waited to leave meanwhile does not.
    pub(crate) fn remove(&self) {
        self.is_removed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.seams.now()
    }

    /// The profile's gateway client, made on first use. What stood in the way is tried again on the next.
    pub(crate) async fn gateway(&self) -> DeskResult<Gateway> {
        let mut made = self.gateway.lock().await;
        if let Some(gateway) = &*made {
            return Ok(gateway.clone());
        }
        let profile = self.profile();
        let gateway = if profile.environment == Environment::Practice {
            let status = practice_once_known(self.practice.clone(), &self.seams).await;
            practice_gateway(&status, &self.seams)?
        } else {
            gateway_of(&profile, &self.secrets, &self.seams).await?
        };
        *made = Some(gateway.clone());
        Ok(gateway)
    }

    /// The client, if it has been made. One that is being made is not waited for: that may take as long as a keychain, or as
    /// Practice, and the window's frame asks this before it is shown.
    pub(crate) async fn gateway_if_made(&self) -> Option<Gateway> {
        for _ in 0..LOOKS_AT_THE_CLIENT {
            if let Ok(made) = self.gateway.try_lock() {
                return made.clone();
            }
            tokio::task::yield_now().await;
        }
        None
    }

    /// Held while something is on its way, so that the journal stays open for the outcome.
    pub(crate) async fn hold_open(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.sending).read_owned().await
    }

    /// The same for what changes something at the gateway. It does not leave any more once the journal is closed or the profile
    /// removed: nobody could read afterwards that it was done.
    pub(crate) async fn hold_to_send(&self) -> DeskResult<OwnedRwLockReadGuard<()>> {
        let open = self.hold_open().await;
        if self.is_removed.load(Ordering::SeqCst) {
            return Err(ErrorView::new(ErrorCode::ProfileNotFound).with_param("id", &self.profile().id));
        }
        if self.is_closed.load(Ordering::SeqCst) {
            return Err(ErrorView::new(ErrorCode::ProfileLeft).with_param("company", &self.profile().company_name));
        }
        Ok(open)
    }

    /// Waits for everything that is on its way. While what is given back is held, nothing leaves.
    pub(crate) async fn come_to_rest(&self) -> OwnedRwLockWriteGuard<()> {
        // A batch goes on when its profile is opened again, and somebody says so.
        self.runs.ask_any(Wish::Pause);
        // And so does a print run: until its pages are handed over it stays a draft.
        self.printing.ask(Asked::Leave);
        Arc::clone(&self.sending).write_owned().await
    }

    /// Waits for everything that is on its way, up to a limit, then closes the journal.
    pub(crate) async fn close(&self) {
        let patience = self.seams.gateway.clock.sleep(CLOSING_PATIENCE);
        let _nothing_is_sent = tokio::select! {
            biased;
            nothing_is_sent = self.come_to_rest() => Some(nothing_is_sent),
            () = patience => {
                tracing::warn!("something was still on its way when the journal was closed; its outcome is looked up at the next start");
                None
            }
        };
        self.is_closed.store(true, Ordering::SeqCst);
        self.journal.close().await;
    }

    /// Adds to the record of what happened. The thing itself was done and is not undone by a record that can't be
    /// written, so that is only logged.
    pub(crate) async fn record(&self, happened: Happened) {
        let happening = self.happening(happened);
        if let Err(error) = self.journal.record(&happening).await {
            tracing::error!(%error, action = happening.action, "what happened could not be recorded");
        }
    }

    /// A row of the record of what happened, of now and of whoever works here.
    pub(crate) fn happening(&self, happened: Happened) -> Happening {
        Happening {
            at: self.now(),
            operator: self.operator.clone(),
            cardholder_id: happened.cardholder_id,
            card_id: happened.card_id,
            action: happened.action.to_owned(),
            reference: happened.reference.map(|reference| reference.to_string()),
            serial: happened.serial,
            result: happened.result.to_owned(),
            detail: happened.detail,
        }
    }
}

/// A count for a view; beyond four thousand million it says so.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The state of Practice, once it has started or failed, or after a while.
pub(crate) async fn practice_once_known(mut practice: watch::Receiver<PracticeStatus>, seams: &Seams) -> PracticeStatus {
    let patience = seams.gateway.clock.sleep(PRACTICE_PATIENCE);
    let known = async {
        // The sender lives as long as the desk; if it is gone, what was last said holds.
        let _ = practice.wait_for(|status| !matches!(status, PracticeStatus::Starting)).await;
    };
    tokio::select! {
        () = known => {}
        () = patience => {}
    }
    practice.borrow().clone()
}

/// The client for Practice, whose tokens are worth nothing and stay in memory.
pub(crate) fn practice_gateway(status: &PracticeStatus, seams: &Seams) -> DeskResult<Gateway> {
    let access = match status {
        PracticeStatus::Running(access) => access,
        PracticeStatus::Starting => return Err(ErrorView::new(ErrorCode::PracticeNotRunning).retryable()),
        PracticeStatus::Failed(reason) => return Err(ErrorView::new(ErrorCode::PracticeNotRunning).with_message(reason).retryable()),
    };
    let broken = || ErrorView::new(ErrorCode::Internal).with_message("what Practice said of itself can't be used");
    let key = SigningKey::parse(access.signing_key.reveal()).map_err(|_| broken())?;
    let config = GatewayConfig {
        endpoint: Endpoint::parse(&access.base_url).map_err(|_| broken())?,
        application_id: access.application_id.parse().map_err(|_| broken())?,
        limits: seams.limits,
    };
    let login = GatewayLogin::SigningKey { merchant: access.merchant.parse().map_err(|_| broken())?, key };
    Ok(Gateway::new(config, login, Arc::new(MemoryTokenStore::default()), seams.gateway.clone())?)
}

/// The client for a company's profile, with its secret from the keychain.
pub(crate) async fn gateway_of(profile: &Profile, secrets: &Secrets, seams: &Seams) -> DeskResult<Gateway> {
    debug_assert_ne!(profile.id, PRACTICE_ID, "Practice has no secrets in the keychain");
    let secret = secrets.login_secret(&profile.id, profile.login_method).await?;
    let secret = secret.ok_or_else(|| ErrorView::new(ErrorCode::SecretMissing))?;
    let unreadable = || ErrorView::new(ErrorCode::SecretUnreadable);
    let incomplete = || ErrorView::new(ErrorCode::FieldsNeedMending);
    let application_id: ApplicationId = profile.application_id.parse().map_err(|_| incomplete())?;
    let endpoint = Endpoint::parse(&profile.base_url).map_err(|_| incomplete())?;
    let login = match profile.login_method {
        LoginMethod::SigningKey => GatewayLogin::SigningKey {
            merchant: profile.merchant.parse().map_err(|_| incomplete())?,
            key: SigningKey::parse(secret.reveal()).map_err(|_| unreadable())?,
        },
        LoginMethod::BearerToken => GatewayLogin::BearerToken(secret.reveal().parse::<Token>().map_err(|_| unreadable())?),
    };
    let config = GatewayConfig { endpoint, application_id, limits: seams.limits };
    let store = secrets.token_store(&profile.id).await?;
    Ok(Gateway::new(config, login, store, seams.gateway.clone())?)
}

/// A client that can ask for the gateway's health only.
pub(crate) fn gateway_without_secret(profile: &Profile, seams: &Seams) -> DeskResult<Gateway> {
    let unusable = || ErrorView::new(ErrorCode::FieldsNeedMending);
    let endpoint = Endpoint::parse(&profile.base_url).map_err(|_| unusable())?;
    let application_id: ApplicationId = profile.application_id.parse().map_err(|_| unusable())?;
    // Never sent: health goes without a session.
    let nobody = GatewayLogin::BearerToken("none".parse::<Token>().map_err(|_| unusable())?);
    let config = GatewayConfig { endpoint, application_id, limits: seams.limits };
    Ok(Gateway::new(config, nobody, Arc::new(MemoryTokenStore::default()), seams.gateway.clone())?)
}
