//! What holds on every system, shown with a store in memory that fails, hangs or loses things on demand.

use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use cardesk_credentials::{Keychain, KeychainError, ProfileId, SecretText, StoredTokens};
use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, CredentialStore, Entry, Error, Result, mock};

const PATIENCE: Duration = Duration::from_secs(30);

fn profile(id: &str) -> ProfileId {
    id.parse().unwrap()
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn tokens() -> StoredTokens {
    StoredTokens {
        access: secret("access"),
        refresh: secret("refresh"),
        access_expires_at_unix_seconds: 1_795_478_400,
        refresh_expires_at_unix_seconds: 1_796_083_200,
    }
}

/// A keychain over a store in memory, and the store.
fn in_memory() -> (Keychain, Arc<mock::Store>) {
    let store = mock::Store::new().unwrap();
    let opened = Arc::clone(&store);
    (Keychain::over(move || Ok(Arc::clone(&opened) as Arc<CredentialStore>), PATIENCE), store)
}

/// The next use of this item fails.
fn fail_next(store: &Arc<mock::Store>, account: &str, error: Error) {
    let entry: Entry = store.build("Cardesk", account, None).unwrap();
    entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error);
}

#[tokio::test]
async fn what_was_never_stored_is_none_and_no_error() {
    let (keychain, _) = in_memory();
    let qa = profile("qa");
    assert_eq!(keychain.signing_key(&qa).await, Ok(None));
    assert_eq!(keychain.bearer_token(&qa).await, Ok(None));
    assert_eq!(keychain.tokens(&qa).await, Ok(None));
    assert_eq!(keychain.journal_key(&qa).await, Ok(None));
    assert_eq!(keychain.forget_login(&qa).await, Ok(()));
}

#[tokio::test]
async fn each_profile_has_its_own_items() {
    let (keychain, _) = in_memory();
    let (qa, production) = (profile("qa"), profile("production"));
    keychain.set_signing_key(&qa, &secret("qa key")).await.unwrap();
    keychain.set_bearer_token(&qa, &secret("qa token")).await.unwrap();
    keychain.set_tokens(&qa, &tokens()).await.unwrap();
    assert_eq!(keychain.signing_key(&qa).await, Ok(Some(secret("qa key"))));
    assert_eq!(keychain.bearer_token(&qa).await, Ok(Some(secret("qa token"))));
    assert_eq!(keychain.tokens(&qa).await, Ok(Some(tokens())));
    assert_eq!(keychain.signing_key(&production).await, Ok(None));
    assert_ne!(keychain.make_journal_key(&qa).await, keychain.make_journal_key(&production).await);
}

#[tokio::test]
async fn a_journal_key_is_made_once_and_survives_forgetting_the_login() {
    let (keychain, _) = in_memory();
    let qa = profile("qa");
    let key = keychain.make_journal_key(&qa).await.unwrap();
    assert_eq!(keychain.make_journal_key(&qa).await.as_ref(), Ok(&key));
    keychain.set_tokens(&qa, &tokens()).await.unwrap();
    keychain.forget_login(&qa).await.unwrap();
    assert_eq!(keychain.tokens(&qa).await, Ok(None));
    assert_eq!(keychain.journal_key(&qa).await, Ok(Some(key)));
    keychain.forget_journal_key(&qa).await.unwrap();
    assert_eq!(keychain.journal_key(&qa).await, Ok(None));
}

#[tokio::test]
async fn what_proves_the_unlock_passphrase_is_the_desks_and_no_profiles() {
    let (keychain, store) = in_memory();
    assert_eq!(keychain.unlock_verifier().await, Ok(None));
    keychain.set_unlock_verifier(&secret("$argon2id$")).await.unwrap();
    keychain.forget_login(&profile("unlock-passphrase")).await.unwrap();
    assert_eq!(keychain.unlock_verifier().await, Ok(Some(secret("$argon2id$"))));
    fail_next(&store, "unlock-passphrase", Error::NoStorageAccess("locked".into()));
    assert!(keychain.unlock_verifier().await.is_err(), "what can't be read is taken for gone");
    assert!(Keychain::unlock_verifier_name().contains("unlock-passphrase"));
    keychain.forget_unlock_verifier().await.unwrap();
    assert_eq!(keychain.unlock_verifier().await, Ok(None));
    assert_eq!(keychain.forget_unlock_verifier().await, Ok(()));
}

#[tokio::test]
async fn a_read_that_fails_is_an_error_and_clears_nothing() {
    let (keychain, store) = in_memory();
    let qa = profile("qa");
    keychain.set_signing_key(&qa, &secret("key")).await.unwrap();
    fail_next(&store, "qa/signing-key", Error::BadStoreFormat("checksum".to_owned()));
    assert!(matches!(keychain.signing_key(&qa).await, Err(KeychainError::Failed { .. })));
    assert_eq!(keychain.signing_key(&qa).await, Ok(Some(secret("key"))));
}

#[tokio::test]
async fn a_journal_key_is_not_made_anew_because_the_old_one_could_not_be_read() {
    let (keychain, store) = in_memory();
    let qa = profile("qa");
    let key = keychain.make_journal_key(&qa).await.unwrap();
    fail_next(&store, "qa/journal-key", Error::NoStorageAccess("locked".into()));
    assert!(keychain.make_journal_key(&qa).await.is_err());
    assert_eq!(keychain.make_journal_key(&qa).await, Ok(key));
}

#[tokio::test]
async fn an_item_of_another_form_is_damaged_and_left_alone() {
    let (keychain, store) = in_memory();
    let qa = profile("qa");
    for account in ["qa/tokens", "qa/journal-key"] {
        store.build("Cardesk", account, None).unwrap().set_secret(b"\xff\xfe short").unwrap();
    }
    assert!(matches!(keychain.tokens(&qa).await, Err(KeychainError::Failed { .. })));
    assert!(matches!(keychain.make_journal_key(&qa).await, Err(KeychainError::Failed { .. })));
    assert_eq!(store.build("Cardesk", "qa/journal-key", None).unwrap().get_secret().unwrap(), b"\xff\xfe short");
}

#[tokio::test]
async fn a_keychain_that_was_not_there_is_found_later_without_a_restart() {
    let store = mock::Store::new().unwrap();
    let attempts = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&attempts);
    let keychain = Keychain::over(
        move || match counter.fetch_add(1, Ordering::SeqCst) {
            0 => Err(Error::PlatformFailure("no session bus".into())),
            _ => Ok(Arc::clone(&store) as Arc<CredentialStore>),
        },
        PATIENCE,
    );
    let missing = keychain.check().await.unwrap_err();
    assert!(matches!(missing, KeychainError::Missing { .. }));
    assert!(missing.to_string().contains("no session bus"));
    assert_eq!(keychain.check().await, Ok(()));
    assert_eq!(keychain.check().await, Ok(()));
    assert_eq!(attempts.load(Ordering::SeqCst), 2, "an open connection is kept");
}

#[tokio::test]
async fn a_connection_that_died_is_made_anew_within_the_call() {
    let store = mock::Store::new().unwrap();
    let opened = Arc::clone(&store);
    let attempts = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&attempts);
    let keychain = Keychain::over(
        move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok(Arc::clone(&opened) as Arc<CredentialStore>)
        },
        PATIENCE,
    );
    let qa = profile("qa");
    keychain.set_signing_key(&qa, &secret("key")).await.unwrap();
    fail_next(&store, "qa/signing-key", Error::PlatformFailure("the name has no owner".into()));
    assert_eq!(keychain.signing_key(&qa).await, Ok(Some(secret("key"))));
    assert_eq!(attempts.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_check_asks_the_keychain_and_does_not_rely_on_an_old_connection() {
    let store = mock::Store::new().unwrap();
    let opened = Arc::clone(&store);
    let is_gone = Arc::new(AtomicBool::new(false));
    let gone = Arc::clone(&is_gone);
    let keychain = Keychain::over(
        move || match gone.load(Ordering::SeqCst) {
            true => Err(Error::PlatformFailure("gone".into())),
            false => Ok(Arc::clone(&opened) as Arc<CredentialStore>),
        },
        PATIENCE,
    );
    assert_eq!(keychain.check().await, Ok(()));
    is_gone.store(true, Ordering::SeqCst);
    fail_next(&store, "/never-stored", Error::PlatformFailure("the name has no owner".into()));
    assert!(matches!(keychain.check().await, Err(KeychainError::Missing { .. })));
}

/// A store of which each use waits at a gate, and notes how many are at it together.
struct Gated {
    gate: Arc<Barrier>,
    log: Arc<Mutex<Vec<&'static str>>>,
}

struct GatedItem {
    gate: Arc<Barrier>,
    log: Arc<Mutex<Vec<&'static str>>>,
}

impl CredentialApi for GatedItem {
    fn set_secret(&self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        self.log.lock().unwrap().push("begins");
        self.gate.wait();
        self.log.lock().unwrap().push("ends");
        Ok(b"secret".to_vec())
    }

    fn delete_credential(&self) -> Result<()> {
        Ok(())
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("GatedItem")
    }
}

impl CredentialStoreApi for Gated {
    fn vendor(&self) -> String {
        "test".to_owned()
    }

    fn id(&self) -> String {
        "gated".to_owned()
    }

    fn build(&self, _: &str, _: &str, _: Option<&std::collections::HashMap<&str, &str>>) -> Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(GatedItem { gate: Arc::clone(&self.gate), log: Arc::clone(&self.log) })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Gated")
    }
}

type Log = Arc<Mutex<Vec<&'static str>>>;

fn gated() -> (Keychain, Arc<Barrier>, Log) {
    let gate = Arc::new(Barrier::new(2));
    let log = Arc::new(Mutex::new(Vec::new()));
    let store = Arc::new(Gated { gate: Arc::clone(&gate), log: Arc::clone(&log) });
    (Keychain::over(move || Ok(Arc::clone(&store) as Arc<CredentialStore>), PATIENCE), gate, log)
}

// The clock is paused: it jumps ahead as soon as nothing but the keychain's own thread is left to wait for.
#[tokio::test(start_paused = true)]
async fn a_keychain_that_waits_for_a_person_is_locked_and_freezes_nobody() {
    let (keychain, gate, log) = gated();
    let qa = profile("qa");
    let first = tokio::spawn({
        let keychain = keychain.clone();
        async move { keychain.signing_key(&profile("qa")).await }
    });
    // Lets the task hand its work over, then makes sure that it is at the gate before time can pass.
    tokio::task::yield_now().await;
    while log.lock().unwrap().is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(first.await.unwrap(), Err(KeychainError::Locked));
    // The first call is still before the gate; the next one does not get past it, and is told the same.
    assert_eq!(keychain.signing_key(&qa).await, Err(KeychainError::Locked));
    gate.wait();
}

#[tokio::test]
async fn a_keychain_that_hangs_while_it_is_opened_says_so() {
    tokio::time::pause();
    let gate = Arc::new(Barrier::new(2));
    let entered = Arc::new(Barrier::new(2));
    let (inner_gate, inner_entered) = (Arc::clone(&gate), Arc::clone(&entered));
    let keychain = Keychain::over(
        move || {
            inner_entered.wait();
            inner_gate.wait();
            Err(Error::PlatformFailure("gone".into()))
        },
        PATIENCE,
    );
    let waiting = tokio::spawn({
        let keychain = keychain.clone();
        async move { keychain.check().await }
    });
    // Lets the task hand its work over, then makes sure that the opening has begun before time can pass.
    tokio::task::yield_now().await;
    entered.wait();
    assert!(matches!(waiting.await.unwrap(), Err(KeychainError::Failed { .. })));
    gate.wait();
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_are_served_one_at_a_time() {
    let (keychain, gate, log) = gated();
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let keychain = keychain.clone();
            tokio::spawn(async move { keychain.signing_key(&profile("qa")).await })
        })
        .collect();
    let opening = move || {
        for _ in 0..8 {
            gate.wait();
        }
    };
    tokio::task::spawn_blocking(opening).await.unwrap();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(Some(secret("secret"))));
    }
    assert_eq!(*log.lock().unwrap(), ["begins", "ends"].repeat(8));
}
