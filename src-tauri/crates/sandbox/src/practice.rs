//! Practice as one thing that can be started, asked and stopped.
//!
//! Owns the life of the server: its state, its port, its task. What it answers is in `server` and `page`.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cardesk_domain::{ActivationLink, Permission};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::access::PracticeAccess;
use crate::clock::{Clock, SystemClock};
use crate::core::PracticeCore;
use crate::faults::{FaultPlan, FaultPlanError, FaultReport};
use crate::phone::PhoneMessage;
use crate::plastic::{BlankPlastic, Plastic, cvv_of, expiry_of, pan_of};
use crate::seeding;
use crate::server::{House, Surroundings};
use crate::serving::{self, Door};
use crate::store::{Store, StoreError, begin_anew, blanks, cards};

/// The port of a local Wallet Gateway (`gateway-api.md`, Environments).
pub const USUAL_PORT: u16 = 3010;

/// The seed from which the usual people, cards and movements follow.
pub const USUAL_SEED: u64 = 502;

/// Which port to listen on, always on 127.0.0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PortChoice {
    /// The port kept in the state, else 3010, else a free one that is kept from then on.
    #[default]
    Usual,
    /// This port or none.
    Fixed(u16),
    /// Any free port, kept nowhere: for tests.
    Any,
}

/// How to start Practice.
#[derive(Debug, Clone)]
pub struct PracticeConfig {
    /// Where the state lives; `None` keeps it in memory until the end.
    pub state_file: Option<PathBuf>,
    /// Which port to listen on.
    pub port: PortChoice,
    /// What people, cards and movements are made from. A state that exists keeps the seed it was made with.
    pub seed: u64,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Default for PracticeConfig {
    fn default() -> Self {
        Self { state_file: None, port: PortChoice::Usual, seed: USUAL_SEED, clock: Arc::new(SystemClock) }
    }
}

/// Why Practice can't start or go on, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// The state file is there and can't be read or written.
    #[error("Practice's state file {} can't be used: {reason}. Nothing was changed in it; move it away to begin anew, or put back a copy.", path.display())]
    StateFile {
        /// The file.
        path: PathBuf,
        /// The database's own words.
        reason: String,
    },
    /// The state file was written by a later version.
    #[error("Practice's state file {} is of form {found}, and this version knows form {known} only. Nothing was changed in it: use the newer version, or move the file away to begin anew.", path.display())]
    NewerState {
        /// The file.
        path: PathBuf,
        /// The form it has.
        found: u64,
        /// The form this version knows.
        known: u64,
    },
    /// Another Practice has the state file open.
    #[error("Practice's state file {} is open in another running Cardesk: close that one first.", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The state went bad while Practice ran.
    #[error("Practice's state can't be read or written: {0}")]
    State(String),
    /// Nothing can listen on that port.
    #[error("Practice can't listen on 127.0.0.1:{port}: {source}. Choose another port, or end what is using it.")]
    Port {
        /// The port that was asked for; 0 means any.
        port: u16,
        /// The system's reason.
        source: io::Error,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers, so no token can be made: {0}")]
    Randomness(getrandom::Error),
    /// A rule of this crate does not hold: a defect.
    #[error("Practice broke a rule of its own in {0}: please report this")]
    Internal(&'static str),
}

impl From<StoreError> for PracticeError {
    fn from(error: StoreError) -> Self {
        Self::State(error.to_string())
    }
}

/// How long requests under way may take to finish when Practice stops.
const FAREWELL: Duration = Duration::from_secs(3);

/// A running Practice. Dropping it ends the server too, without waiting; [`Practice::stop`] lets requests under way
/// finish first.
#[derive(Debug)]
pub struct Practice {
    core: PracticeCore,
    door: Arc<Door>,
    base_url: String,
    moved_from: Option<u16>,
    stop: watch::Sender<bool>,
    serving: Mutex<Option<JoinHandle<io::Result<()>>>>,
}

impl Practice {
    /// Opens the state (seeding a new one), takes the port and starts to answer, on the running tokio runtime.
    ///
    /// # Errors
    /// If the state file or the port can't be used; the message says what to do.
    pub async fn start(config: PracticeConfig) -> Result<Self, PracticeError> {
        let PracticeConfig { state_file, port, seed, clock } = config;
        let moment = clock.now();
        let (store, origin) = on_a_worker(move || {
            let store = Store::open(state_file.as_deref())?;
            let origin = match store.origin()? {
                Some(origin) => origin,
                None => {
                    store.change(|change| {
                        begin_anew(change, seed)?;
                        seeding::seed(change, seed, moment)
                    })?;
                    store.origin()?.ok_or(PracticeError::Internal("seeding"))?
                }
            };
            Ok::<_, PracticeError>((store, origin))
        })
        .await?;
        let (listener, moved_from) = listen(port, origin.port).await?;
        let bound = listener.local_addr().map_err(|source| PracticeError::Port { port: 0, source })?.port();
        if port == PortChoice::Usual && origin.port != Some(bound) {
            let store = store.clone();
            on_a_worker(move || store.keep_port(bound)).await?;
        }
        let base_url = format!("http://127.0.0.1:{bound}");
        let house = House::new(store, origin.seed, clock, Surroundings::System)?;
        let core = PracticeCore::over(Arc::new(house), &base_url);
        let door = Arc::new(Door::open());
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serving::serve(listener, core.clone(), Arc::clone(&door), stopped));
        tracing::info!(port = bound, "Practice answers");
        Ok(Self { core, door, base_url, moved_from, stop, serving: Mutex::new(Some(serving)) })
    }

    /// Where the gateway's contract is served, for example `http://127.0.0.1:3010`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address of the activation page, without query.
    #[must_use]
    pub fn activation_base(&self) -> String {
        format!("{}/card-activation", self.base_url)
    }

    /// The port that was wanted but taken by another program, if Practice had to move to the one in
    /// [`Practice::base_url`]. Activation inserts printed before carry the old one.
    #[must_use]
    pub const fn moved_from(&self) -> Option<u16> {
        self.moved_from
    }

    /// How to sign in.
    #[must_use]
    pub fn access(&self) -> PracticeAccess {
        self.core.access()
    }

    /// The faults in force.
    #[must_use]
    pub fn faults(&self) -> FaultPlan {
        self.core.faults()
    }

    /// Puts these faults in force, in place of those before; their counting begins at nothing. Once this returns, a plan
    /// that refuses connections has nobody listening, and any other has.
    ///
    /// # Errors
    /// If the plan asks for what is not possible; then nothing has changed.
    pub async fn set_faults(&self, plan: FaultPlan) -> Result<(), FaultPlanError> {
        let is_open = !plan.refuses_connections;
        self.core.set_faults(plan)?;
        self.door.set(is_open).await;
        Ok(())
    }

    /// Like [`Self::set_faults`], but a rule may go on counting where one that is in force has come to: `goes_on` names it
    /// by its number in [`Self::fault_report`], for each rule of the plan in its order. So one rule can be changed beside
    /// others without a second "first request" for each of them.
    ///
    /// # Errors
    /// If the plan asks for what is not possible; then nothing has changed.
    pub async fn amend_faults(&self, plan: FaultPlan, goes_on: &[Option<u32>]) -> Result<(), FaultPlanError> {
        let is_open = !plan.refuses_connections;
        self.core.amend_faults(plan, goes_on)?;
        self.door.set(is_open).await;
        Ok(())
    }

    /// The faults in force, and what came of them so far.
    #[must_use]
    pub fn fault_report(&self) -> FaultReport {
        self.core.fault_report()
    }

    /// A bearer token that is good for 30 minutes, for tools that can't sign in by themselves.
    ///
    /// # Errors
    /// If the state can't be written.
    pub async fn bearer_token(&self) -> Result<String, PracticeError> {
        let house = Arc::clone(self.core.house());
        on_a_worker(move || house.store().change(|change| house.open_session(change)).map(|pair| pair.access)).await
    }

    /// Every plastic that the embosser would have delivered, the newest first. The numbers are derived for this call.
    ///
    /// # Errors
    /// If the state can't be read.
    pub async fn plastics(&self) -> Result<Vec<Plastic>, PracticeError> {
        let house = Arc::clone(self.core.house());
        let activation_base = self.activation_base();
        on_a_worker(move || {
            let cards = house.store().read(cards::all)?;
            cards.into_iter().rev().map(|card| plastic_of(&house, card, &activation_base)).collect()
        })
        .await
    }

    /// Every plastic in the drawer that belongs to nobody yet, to be associated by its number. The numbers are derived for
    /// this call.
    ///
    /// # Errors
    /// If the state can't be read.
    pub async fn blank_plastics(&self) -> Result<Vec<BlankPlastic>, PracticeError> {
        let house = Arc::clone(self.core.house());
        on_a_worker(move || {
            let ids = house.store().read(blanks::all)?;
            ids.into_iter().map(|card_id| Ok::<_, PracticeError>(BlankPlastic { card_id, pan: pan_of(house.seed(), card_id)? })).collect()
        })
        .await
    }

    /// What the cardholders' phones show: the one-time codes, the newest first, each as it stands now. A restart empties it.
    #[must_use]
    pub fn phone_messages(&self) -> Vec<PhoneMessage> {
        let house = self.core.house();
        house.phones().messages(house.now())
    }

    /// What the application may do.
    #[must_use]
    pub fn permissions(&self) -> BTreeSet<Permission> {
        self.core.house().granted().all()
    }

    /// Lets the application do this and nothing else of what needs a permission, until the next restart. What it lacks is
    /// answered with 403 and the permission's name. [`PermissionSet::permissions`](crate::PermissionSet::permissions) has
    /// sets to choose from.
    pub fn set_permissions(&self, permissions: BTreeSet<Permission>) {
        self.core.house().granted().replace(permissions);
    }

    /// Wipes everything and seeds anew, as of today. Sessions stay open and the port stays as it is.
    ///
    /// # Errors
    /// If the state can't be written; then nothing has changed.
    pub async fn start_over(&self) -> Result<(), PracticeError> {
        let house = Arc::clone(self.core.house());
        on_a_worker(move || {
            house.faults().show_all();
            house.phones().clear();
            house.store().change(|change| {
                begin_anew(change, house.seed())?;
                seeding::seed(change, house.seed(), house.now())
            })
        })
        .await
    }

    /// Stops taking requests, lets those under way finish, and ends the server. A second call does nothing.
    ///
    /// # Errors
    /// If the server had failed before.
    pub async fn stop(&self) -> Result<(), PracticeError> {
        self.stop.send_replace(true);
        let serving = self.serving.lock().map_err(|_| PracticeError::Internal("stopping"))?.take();
        match serving {
            None => Ok(()),
            Some(mut task) => match timeout(FAREWELL, &mut task).await {
                Ok(Ok(outcome)) => outcome.map_err(|source| PracticeError::State(source.to_string())),
                Ok(Err(_)) => Err(PracticeError::Internal("the server's task")),
                // Somebody holds a connection open: it is cut.
                Err(_) => {
                    task.abort();
                    Ok(())
                }
            },
        }
    }
}

fn plastic_of(house: &House, card: cards::CardRecord, activation_base: &str) -> Result<Plastic, PracticeError> {
    let link = ActivationLink::new(activation_base, Some(&house.access().client_slug), &card.user_id)
        .map_err(|_| PracticeError::Internal("the activation page's address"))?;
    Ok(Plastic {
        pan: pan_of(house.seed(), card.id)?,
        cvv: cvv_of(house.seed(), card.id)?,
        expiry: expiry_of(card.created_at),
        card_id: card.id,
        cardholder_id: card.user_id,
        embossed_name: card.embossed_name,
        state: card.state,
        issued_at: card.created_at,
        activation_link: link,
    })
}

/// Takes the port; also says which wanted one was taken already.
async fn listen(choice: PortChoice, kept: Option<u16>) -> Result<(TcpListener, Option<u16>), PracticeError> {
    let wanted = match choice {
        PortChoice::Usual => kept.unwrap_or(USUAL_PORT),
        PortChoice::Fixed(port) => port,
        PortChoice::Any => 0,
    };
    match bind(wanted).await {
        Ok(listener) => Ok((listener, None)),
        Err(_) if choice == PortChoice::Usual => {
            let listener = bind(0).await.map_err(|source| PracticeError::Port { port: 0, source })?;
            tracing::warn!(wanted, "the port is taken by another program, so Practice moves to another");
            Ok((listener, Some(wanted)))
        }
        Err(source) => Err(PracticeError::Port { port: wanted, source }),
    }
}

async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
}

/// Runs what touches the state on a thread that may block.
async fn on_a_worker<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, PracticeError>
where
    T: Send + 'static,
    E: Into<PracticeError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(Into::into),
        Err(_) => Err(PracticeError::Internal("a worker")),
    }
}
