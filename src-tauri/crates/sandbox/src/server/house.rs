//! What every handler needs: the state, the clock, the seed and the names to sign in with.

use std::sync::{Arc, Mutex, PoisonError};

use cardesk_domain::Pan;
use cardesk_domain::{CardId, CardState};
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use redb::WriteTransaction;

use crate::access::{PracticeAccess, verifying_key_of};
use crate::clock::Clock;
use crate::embossing::is_embossed_name;
use crate::faults::{Appearance, Faults};
use crate::permissions::Granted;
use crate::phone::Phones;
use crate::plastic::pan_of;
use crate::practice::PracticeError;
use crate::store::cards::CardRecord;
use crate::store::ledger::MovementRecord;
use crate::store::sessions::TokenPair;
use crate::store::{Store, StoreError, cards, sessions};
use crate::wire::envelope::{Code, Refusal};

/// Practice's inside, shared by every handler.
#[derive(Debug)]
pub(crate) struct House {
    store: Store,
    seed: u64,
    clock: Arc<dyn Clock>,
    access: PracticeAccess,
    verifying_key: VerifyingKey,
    faults: Faults,
    phones: Phones,
    granted: Granted,
    surroundings: Surroundings,
}

/// What a Practice takes from the process around it.
#[derive(Debug)]
pub(crate) enum Surroundings {
    /// The system's randomness, and threads that may block.
    System,
    /// Neither: chance follows from a seed, and what touches the state runs where it is asked for.
    Closed(Box<Mutex<ChaCha8Rng>>),
}

impl Surroundings {
    /// Nothing but a seed.
    pub(crate) fn of_seed(seed: u64) -> Self {
        Self::Closed(Box::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed))))
    }
}

/// Why a plastic is not activated.
#[derive(Debug)]
pub(crate) enum ActivationError {
    /// No card of this cardholder has that number.
    WrongNumber,
    /// The number fits, the name does not.
    WrongName,
    /// It is active already.
    AlreadyActive,
    /// It was blocked.
    Blocked,
    /// The state failed.
    State(StoreError),
    /// A rule of ours broke.
    Practice(PracticeError),
}

impl From<StoreError> for ActivationError {
    fn from(error: StoreError) -> Self {
        Self::State(error)
    }
}

impl House {
    pub(crate) fn new(store: Store, seed: u64, clock: Arc<dyn Clock>, surroundings: Surroundings) -> Result<Self, PracticeError> {
        let access = PracticeAccess::of_seed(seed)?;
        let verifying_key = verifying_key_of(seed);
        let (faults, phones, granted) = (Faults::default(), Phones::default(), Granted::default());
        Ok(Self { store, seed, clock, access, verifying_key, faults, phones, granted, surroundings })
    }

    pub(crate) const fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(crate) const fn phones(&self) -> &Phones {
        &self.phones
    }

    pub(crate) const fn granted(&self) -> &Granted {
        &self.granted
    }

    /// Hides a movement that was just made, if that is asked for.
    pub(crate) fn hide(&self, movement: &MovementRecord, until: Option<Appearance>) {
        if let Some(until) = until {
            self.faults.hide(movement.card_id, movement.number, until, self.now());
        }
    }

    /// Whether a reading shows the movement.
    pub(crate) fn shows(&self, movement: &MovementRecord) -> bool {
        self.faults.shows(movement.card_id, movement.number, self.now())
    }

    /// Fills `bytes` with chance.
    pub(crate) fn randomise(&self, bytes: &mut [u8]) -> Result<(), PracticeError> {
        match &self.surroundings {
            Surroundings::System => getrandom::fill(bytes).map_err(PracticeError::Randomness),
            Surroundings::Closed(random) => {
                random.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
                Ok(())
            }
        }
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) const fn access(&self) -> &PracticeAccess {
        &self.access
    }

    /// Whether `signature` is the merchant's, over `payload`. Strict: no weak keys, no malleable signatures.
    pub(crate) fn is_signed(&self, payload: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.verifying_key.verify_strict(payload, &signature).is_ok())
    }

    /// Gives out a new pair of tokens, within a change.
    pub(crate) fn open_session(&self, change: &WriteTransaction) -> Result<TokenPair, PracticeError> {
        let mut randomness = [0_u8; 64];
        self.randomise(&mut randomness)?;
        Ok(sessions::open(change, &randomness, self.now())?)
    }

    /// Activates the plastic with this number, if it was issued for this cardholder: the one way, for API and page.
    pub(crate) fn activate(
        &self,
        change: &WriteTransaction,
        user_id: &str,
        number: &Pan,
        name: &str,
    ) -> Result<CardRecord, ActivationError> {
        let mut of_that_number = None;
        for card in cards::of_user_in_change(change, user_id)? {
            if self.number_of(card.id).map_err(ActivationError::Practice)? == *number {
                of_that_number = Some(card);
            }
        }
        let mut card = of_that_number.ok_or(ActivationError::WrongNumber)?;
        if !is_embossed_name(name, &card.embossed_name) {
            return Err(ActivationError::WrongName);
        }
        match card.state {
            CardState::Active => return Err(ActivationError::AlreadyActive),
            CardState::Blocked | CardState::Other(_) => return Err(ActivationError::Blocked),
            CardState::Inactive => {}
        }
        card.state = CardState::Active;
        card.activated_at = Some(self.now());
        cards::save(change, &card)?;
        Ok(card)
    }

    pub(crate) fn number_of(&self, id: CardId) -> Result<Pan, PracticeError> {
        pan_of(self.seed, id)
    }

    /// Runs what touches the state on a thread that may block, where there are any, so that no request waits for another's disk.
    pub(crate) async fn work<T, E>(self: &Arc<Self>, work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if matches!(self.surroundings, Surroundings::Closed(_)) {
            return work(self);
        }
        let house = Arc::clone(self);
        match tokio::task::spawn_blocking(move || work(&house)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(StoreError::Worker.into()),
        }
    }
}

impl From<PracticeError> for Refusal {
    fn from(error: PracticeError) -> Self {
        tracing::error!(%error, "Practice failed");
        Self::new(Code::ContactSupport, "Practice failed. Please contact support.")
    }
}
