//! The items that Cardesk keeps: by company profile, and the one that is the whole desk's.
//!
//! Owns their names and forms. An item that is not there is `Ok(None)`; one that can't be read is an error; neither ever
//! clears anything.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keyring_core::{CredentialStore, Error as StoreError};
use zeroize::Zeroizing;

use crate::error::KeychainError;
use crate::platform;
use crate::profile::ProfileId;
use crate::secret::{JournalKey, SecretText, StoredTokens};
use crate::worker::{Trouble, Worker};

const SERVICE: &str = "Cardesk";

/// An account that no profile can have.
const NEVER_STORED: &str = "/never-stored";

/// The account of what proves the unlock passphrase, which is the whole desk's. Every profile's account has a slash.
const UNLOCK_VERIFIER: &str = "unlock-passphrase";

/// How long a caller waits: enough for a person to type a password into the keychain's prompt.
const PATIENCE: Duration = Duration::from_secs(45);

/// What an item is for; the second half of its account name.
#[derive(Clone, Copy)]
enum Purpose {
    SigningKey,
    BearerToken,
    Tokens,
    JournalKey,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SigningKey => "signing-key",
            Self::BearerToken => "bearer-token",
            Self::Tokens => "tokens",
            Self::JournalKey => "journal-key",
        }
    }
}

/// The keychain of the operating system. A clone is cheap; all clones wait in one line.
#[derive(Clone)]
pub struct Keychain(Arc<Worker>);

impl fmt::Debug for Keychain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Keychain")
    }
}

impl Keychain {
    /// This system's keychain. Nothing is opened before the first call, and a failed opening is tried again by the next.
    #[must_use]
    pub fn system() -> Self {
        Self::over(platform::open, PATIENCE)
    }

    /// A keychain over a store of the caller's choice, opened when it is first needed and again after a failure. A caller
    /// waits at most `patience` for its turn, and as long again for its answer.
    #[must_use]
    pub fn over(open: impl Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync + 'static, patience: Duration) -> Self {
        Self(Arc::new(Worker::start(Arc::new(open), patience)))
    }

    /// Whether there is a keychain that answers now. It is asked for an item that never exists, so that no prompt comes up.
    ///
    /// # Errors
    /// [`KeychainError::Missing`] if there is none.
    pub async fn check(&self) -> Result<(), KeychainError> {
        self.0.run(|store| read(store, NEVER_STORED).map(|_| ())).await
    }

    /// The company's signing key, in the form it was handed out.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn signing_key(&self, profile: &ProfileId) -> Result<Option<SecretText>, KeychainError> {
        self.read(profile, Purpose::SigningKey).await?.map(|bytes| SecretText::from_bytes(&bytes)).transpose()
    }

    /// Stores the company's signing key.
    ///
    /// # Errors
    /// If the keychain can't be used; what was stored before is as it was.
    pub async fn set_signing_key(&self, profile: &ProfileId, key: &SecretText) -> Result<(), KeychainError> {
        self.write(profile, Purpose::SigningKey, Zeroizing::new(key.reveal().as_bytes().to_vec())).await
    }

    /// The pre-issued bearer token.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn bearer_token(&self, profile: &ProfileId) -> Result<Option<SecretText>, KeychainError> {
        self.read(profile, Purpose::BearerToken).await?.map(|bytes| SecretText::from_bytes(&bytes)).transpose()
    }

    /// Stores the pre-issued bearer token.
    ///
    /// # Errors
    /// If the keychain can't be used; what was stored before is as it was.
    pub async fn set_bearer_token(&self, profile: &ProfileId, token: &SecretText) -> Result<(), KeychainError> {
        self.write(profile, Purpose::BearerToken, Zeroizing::new(token.reveal().as_bytes().to_vec())).await
    }

    /// The tokens of the session.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn tokens(&self, profile: &ProfileId) -> Result<Option<StoredTokens>, KeychainError> {
        self.read(profile, Purpose::Tokens).await?.map(|bytes| StoredTokens::from_bytes(&bytes)).transpose()
    }

    /// Stores the tokens of the session.
    ///
    /// # Errors
    /// If the keychain can't be used; what was stored before is as it was.
    pub async fn set_tokens(&self, profile: &ProfileId, tokens: &StoredTokens) -> Result<(), KeychainError> {
        self.write(profile, Purpose::Tokens, tokens.to_bytes()?).await
    }

    /// Removes the tokens of a session that has ended.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn clear_tokens(&self, profile: &ProfileId) -> Result<(), KeychainError> {
        self.remove(profile, &[Purpose::Tokens]).await
    }

    /// The key of the profile's journal. Where a journal exists and this says `None`, the key is lost or another keychain
    /// is in use: making a new one would not open that journal.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn journal_key(&self, profile: &ProfileId) -> Result<Option<JournalKey>, KeychainError> {
        self.read(profile, Purpose::JournalKey).await?.map(|bytes| JournalKey::from_bytes(&bytes)).transpose()
    }

    /// The key of the profile's journal, made once: for a journal that does not exist yet. It is read back before it is
    /// given out, since a journal under a key that nobody kept would be lost.
    ///
    /// # Errors
    /// If the keychain can't be used, or does not keep what it is given.
    pub async fn make_journal_key(&self, profile: &ProfileId) -> Result<JournalKey, KeychainError> {
        let account = account(profile, Purpose::JournalKey);
        self.0
            .run(move |store| {
                if let Some(bytes) = read(store, &account)? {
                    return Ok(JournalKey::from_bytes(&bytes)?);
                }
                let key = JournalKey::random()?;
                store.build(SERVICE, &account, None)?.set_secret(key.reveal())?;
                match read(store, &account)? {
                    Some(bytes) if bytes.as_slice() == key.reveal() => Ok(key),
                    _ => Err(KeychainError::Failed { cause: "it did not keep the new key".to_owned() }.into()),
                }
            })
            .await
    }

    /// Removes everything that signs the profile in. The journal's key stays: the journal needs it.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn forget_login(&self, profile: &ProfileId) -> Result<(), KeychainError> {
        self.remove(profile, &[Purpose::SigningKey, Purpose::BearerToken, Purpose::Tokens]).await
    }

    /// Removes the key of a journal that is deleted with its profile.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn forget_journal_key(&self, profile: &ProfileId) -> Result<(), KeychainError> {
        self.remove(profile, &[Purpose::JournalKey]).await
    }

    /// What the system's own program calls the item of the unlock passphrase, for whoever has to remove it there.
    #[must_use]
    pub fn unlock_verifier_name() -> String {
        platform::item_name(SERVICE, UNLOCK_VERIFIER)
    }

    /// What proves the unlock passphrase.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn unlock_verifier(&self) -> Result<Option<SecretText>, KeychainError> {
        let bytes = self.0.run(|store| read(store, UNLOCK_VERIFIER)).await?;
        bytes.map(|bytes| SecretText::from_bytes(&bytes)).transpose()
    }

    /// Stores what proves the unlock passphrase. It is read back, since a lock that nobody could open again would be worse
    /// than none.
    ///
    /// # Errors
    /// If the keychain can't be used, or does not keep what it is given.
    pub async fn set_unlock_verifier(&self, verifier: &SecretText) -> Result<(), KeychainError> {
        let bytes = Zeroizing::new(verifier.reveal().as_bytes().to_vec());
        self.0
            .run(move |store| {
                store.build(SERVICE, UNLOCK_VERIFIER, None)?.set_secret(&bytes)?;
                match read(store, UNLOCK_VERIFIER)? {
                    Some(kept) if kept == bytes => Ok(()),
                    _ => Err(KeychainError::Failed { cause: "it did not keep the passphrase".to_owned() }.into()),
                }
            })
            .await
    }

    /// Removes what proves the unlock passphrase.
    ///
    /// # Errors
    /// If the keychain can't be used.
    pub async fn forget_unlock_verifier(&self) -> Result<(), KeychainError> {
        self.remove_accounts(vec![UNLOCK_VERIFIER.to_owned()]).await
    }

    async fn read(&self, profile: &ProfileId, purpose: Purpose) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let account = account(profile, purpose);
        self.0.run(move |store| read(store, &account)).await
    }

    async fn write(&self, profile: &ProfileId, purpose: Purpose, bytes: Zeroizing<Vec<u8>>) -> Result<(), KeychainError> {
        let account = account(profile, purpose);
        self.0.run(move |store| Ok(store.build(SERVICE, &account, None)?.set_secret(&bytes)?)).await
    }

    async fn remove(&self, profile: &ProfileId, purposes: &[Purpose]) -> Result<(), KeychainError> {
        self.remove_accounts(purposes.iter().map(|purpose| account(profile, *purpose)).collect()).await
    }

    async fn remove_accounts(&self, accounts: Vec<String>) -> Result<(), KeychainError> {
        self.0
            .run(move |store| {
                for account in &accounts {
                    match store.build(SERVICE, account, None)?.delete_credential() {
                        Ok(()) | Err(StoreError::NoEntry) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(())
            })
            .await
    }
}

fn account(profile: &ProfileId, purpose: Purpose) -> String {
    format!("{profile}/{}", purpose.as_str())
}

fn read(store: &CredentialStore, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Trouble> {
    match store.build(SERVICE, account, None)?.get_secret() {
        Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
        Err(StoreError::NoEntry) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
