//! One world in one process: Practice, one time, chance by a seed, a journal that outlives desks, and one life of the program
//! after the other.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cardesk_desk::{Desk, DeskConfig, Keychain, PracticeAccess, Seams};
use cardesk_gateway::{Endpoint, Gateway, GatewayConfig, Limits, LoginMethod, MemoryTokenStore, Seams as GatewaySeams, SigningKey};
use cardesk_journal::{Encryption, Journal};
use cardesk_sandbox::{CoreConfig, PracticeCore};
use tempfile::TempDir;

use crate::rig::HandPrinting;
use crate::simulated_network::SimulatedNetwork;
use crate::simulated_time::{Chance, Life, SimulatedTime};

/// Whoever is no program: the operators, Practice, and who asks what is true. Never ends.
const EVERYBODY_ELSE: Life = Life(0);

/// The journal, as a file is: it is there whatever becomes of the program.
enum Store {
    /// For most days: the journal itself with its guards, without a disk.
    Memory(Journal),
    /// For some: closed and opened again with every life of the program.
    File { folder: TempDir, open: Option<Journal> },
}

/// One life of the program.
pub(super) struct Program {
    pub(super) desk: Desk,
    pub(super) network: Arc<SimulatedNetwork>,
    life: Life,
}

/// Everything that outlives a program.
pub(super) struct World {
    pub(super) core: PracticeCore,
    pub(super) chance: Arc<Chance>,
    time: Arc<SimulatedTime>,
    store: Store,
    /// The same journal, for whoever asks whether it is at work.
    open: Arc<Mutex<Option<Journal>>>,
    lives: u32,
}

impl World {
    pub(super) async fn new(seed: u64, chance: &Arc<Chance>, time: &Arc<SimulatedTime>, cardholders: usize, is_on_disk: bool) -> Self {
        let core = PracticeCore::in_memory(CoreConfig { seed, clock: time.clock(EVERYBODY_ELSE), cardholders }).unwrap();
        let store = if is_on_disk {
            Store::File { folder: tempfile::tempdir().unwrap(), open: None }
        } else {
            Store::Memory(Journal::open_in_memory().await.unwrap())
        };
        let open = Arc::new(Mutex::new(None::<Journal>));
        let asked = Arc::clone(&open);
        time.passes_while(move || asked.lock().unwrap().as_ref().is_none_or(Journal::is_idle));
        Self { core, chance: Arc::clone(chance), time: Arc::clone(time), store, open, lives: 0 }
    }

    /// The journal as the program that runs has it open.
    pub(super) fn journal(&self) -> Journal {
        self.open.lock().unwrap().clone().unwrap()
    }

    /// Time passes for everybody.
    pub(super) async fn pass(&self, pause: Duration) {
        self.time.pause(EVERYBODY_ELSE, pause, "").await;
    }

    /// Does something that uses threads of its own, which simulated time does not see.
    pub(super) async fn held<F: Future>(&self, future: F) -> F::Output {
        self.time.held(future).await
    }

    /// The program is killed, wherever it is, and started again.
    pub(super) async fn restart(&mut self, before: Program) -> Program {
        self.time.end(before.life);
        drop(before);
        self.start().await
    }

    /// A program is started: a new desk over the same journal.
    pub(super) async fn start(&mut self) -> Program {
        self.lives += 1;
        let life = Life(self.lives);
        let journal = match &mut self.store {
            Store::Memory(journal) => journal.clone(),
            Store::File { folder, open } => {
                if let Some(before) = open.take() {
                    before.close().await;
                }
                open.insert(Journal::open(folder.path().join("journal"), Encryption::None).await.unwrap()).clone()
            }
        };
        *self.open.lock().unwrap() = Some(journal.clone());
        let network = SimulatedNetwork::new(self.core.clone(), &self.time, life);
        let nowhere = Path::new("/nonexistent");
        let config = DeskConfig {
            data_dir: nowhere.to_owned(),
            config_dir: nowhere.to_owned(),
            documents_dir: nowhere.to_owned(),
            system_language: cardesk_desk::view::SpokenLanguage::Spanish,
            version: "0.0.0-test".to_owned(),
            operator: "Operadora".to_owned(),
            keychain: Keychain::system(),
            seams: Seams {
                gateway: self.gateway_seams(&network, life),
                limits: Limits::default(),
                printing: Arc::new(HandPrinting::default()),
                journal: Some(journal),
            },
        };
        let desk = self.held(Desk::open(config)).await;
        desk.practice_started(self.practice_access()).await;
        Program { desk, network, life }
    }

    fn gateway_seams(&self, network: &Arc<SimulatedNetwork>, life: Life) -> GatewaySeams {
        GatewaySeams { clock: self.time.clock(life), entropy: self.chance.clone(), transport: Some(network.clone()) }
    }

    fn practice_access(&self) -> PracticeAccess {
        let access = self.core.access();
        PracticeAccess {
            base_url: "http://127.0.0.1".to_owned(),
            activation_base: "http://127.0.0.1/card-activation".to_owned(),
            company_name: "Café Los Volcanes, S. A.".to_owned(),
            merchant: access.merchant.to_string(),
            client_slug: access.client_slug.to_string(),
            application_id: access.application_id.clone(),
            signing_key: cardesk_desk::view::SecretText::new(access.signing_key().to_owned()),
        }
    }

    /// A client of one's own, for asking the gateway what is true.
    pub(super) fn client(&self) -> Gateway {
        let access = self.core.access();
        let config = GatewayConfig {
            endpoint: Endpoint::parse("http://127.0.0.1").unwrap(),
            application_id: access.application_id.parse().unwrap(),
            limits: Limits::default(),
        };
        let login = LoginMethod::SigningKey { merchant: access.merchant.clone(), key: SigningKey::parse(access.signing_key()).unwrap() };
        let network = SimulatedNetwork::new(self.core.clone(), &self.time, EVERYBODY_ELSE);
        Gateway::new(config, login, Arc::new(MemoryTokenStore::default()), self.gateway_seams(&network, EVERYBODY_ELSE)).unwrap()
    }
}
