//! The secrets of the profiles and of the lock, as the desk asks for them.
//!
//! Owns the joining of the keychain's items to the gateway's token store and the journal's key, and how a keychain that
//! can't be used is told to the window. What is in the keychain, and how it is reached, is `credentials`' business.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use cardesk_credentials::{Keychain, KeychainError, ProfileId, SecretText as KeptText, StoredTokens};
use cardesk_gateway::{BoxFuture, TokenPair, TokenStore, TokenStoreError};
use cardesk_journal::JournalKey;
use tokio::sync::{Mutex, MutexGuard};

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{LoginMethod, SecretText};

/// The keychain, by profile, and what is in it of the desk itself.
#[derive(Debug, Clone)]
pub(crate) struct Secrets {
    keychain: Keychain,
    sessions: Arc<StdMutex<HashMap<ProfileId, SessionNumber>>>,
}

/// Which session of a profile may keep its tokens; locked while they are written. Signing in otherwise begins another one:
/// a renewal of the old session that is still under way then has nowhere to write to.
type SessionNumber = Arc<Mutex<u64>>;

impl From<KeychainError> for ErrorView {
    fn from(error: KeychainError) -> Self {
        let message = error.to_string();
        let view = match error {
            KeychainError::Missing { .. } => Self::new(ErrorCode::KeychainMissing),
            KeychainError::Locked => Self::new(ErrorCode::KeychainLocked),
            KeychainError::Denied => Self::new(ErrorCode::KeychainDenied),
            KeychainError::Failed { .. } => Self::new(ErrorCode::KeychainFailed),
        };
        view.with_message(message).retryable()
    }
}

impl Secrets {
    pub(crate) fn new(keychain: Keychain) -> Self {
        Self { keychain, sessions: Arc::default() }
    }

    fn session_number(&self, profile: &ProfileId) -> SessionNumber {
        Arc::clone(self.sessions.lock().unwrap_or_else(PoisonError::into_inner).entry(profile.clone()).or_default())
    }

    /// The key or token that the profile signs in with, if one was stored.
    pub(crate) async fn login_secret(&self, profile: &str, method: LoginMethod) -> DeskResult<Option<KeptText>> {
        let profile = profile_id(profile)?;
        Ok(match method {
            LoginMethod::SigningKey => self.keychain.signing_key(&profile).await?,
            LoginMethod::BearerToken => self.keychain.bearer_token(&profile).await?,
        })
    }

    /// Stores the key or token, in place of whatever signed the profile in before.
    pub(crate) async fn keep_login_secret(&self, profile: &str, method: LoginMethod, secret: &SecretText) -> DeskResult<()> {
        let profile = profile_id(profile)?;
        let number = self.session_number(&profile);
        let mut number = number.lock().await;
        *number += 1;
        let kept = KeptText::new(secret.reveal().to_owned());
        match method {
            LoginMethod::SigningKey => self.keychain.set_signing_key(&profile, &kept).await?,
            LoginMethod::BearerToken => self.keychain.set_bearer_token(&profile, &kept).await?,
        }
        // Tokens of the old key would go on being used.
        Ok(self.keychain.clear_tokens(&profile).await?)
    }

    /// Ends the profile's session: what signs it in stays, and signs in afresh.
    pub(crate) async fn forget_session(&self, profile: &str) -> DeskResult<()> {
        let profile = profile_id(profile)?;
        let number = self.session_number(&profile);
        let mut number = number.lock().await;
        *number += 1;
        Ok(self.keychain.clear_tokens(&profile).await?)
    }

    /// Removes what signs the profile in. Its journal stays, and so does the journal's key.
    pub(crate) async fn forget_login(&self, profile: &str) -> DeskResult<()> {
        let profile = profile_id(profile)?;
        let number = self.session_number(&profile);
        let mut number = number.lock().await;
        *number += 1;
        Ok(self.keychain.forget_login(&profile).await?)
    }

    /// The key of the profile's journal; made if there is no journal yet.
    pub(crate) async fn journal_key(&self, profile: &str, has_journal: bool) -> DeskResult<JournalKey> {
        let profile = profile_id(profile)?;
        let key = match self.keychain.journal_key(&profile).await? {
            Some(key) => key,
            None if has_journal => return Err(ErrorView::new(ErrorCode::JournalKeyMissing).retryable()),
            None => self.keychain.make_journal_key(&profile).await?,
        };
        Ok(JournalKey::from_bytes(*key.reveal()))
    }

    /// What proves the unlock passphrase, if there is one.
    pub(crate) async fn unlock_verifier(&self) -> DeskResult<Option<KeptText>> {
        Ok(self.keychain.unlock_verifier().await?)
    }

    /// Stores what proves the unlock passphrase, in place of what did.
    pub(crate) async fn keep_unlock_verifier(&self, verifier: &KeptText) -> DeskResult<()> {
        Ok(self.keychain.set_unlock_verifier(verifier).await?)
    }

    /// Removes what proves the unlock passphrase.
    pub(crate) async fn forget_unlock_verifier(&self) -> DeskResult<()> {
        Ok(self.keychain.forget_unlock_verifier().await?)
    }

    /// Where the profile's session of now keeps its tokens.
    pub(crate) async fn token_store(&self, profile: &str) -> DeskResult<Arc<dyn TokenStore>> {
        let profile = profile_id(profile)?;
        let current = self.session_number(&profile);
        let own = *current.lock().await;
        Ok(Arc::new(KeychainTokens { keychain: self.keychain.clone(), profile, current, own }))
    }
}

fn profile_id(profile: &str) -> DeskResult<ProfileId> {
    profile.parse().map_err(|_| ErrorView::new(ErrorCode::ProfileNotFound).with_param("id", profile))
}

/// The tokens of one session of a profile.
struct KeychainTokens {
    keychain: Keychain,
    profile: ProfileId,
    current: SessionNumber,
    own: u64,
}

impl KeychainTokens {
    /// Held while the keychain is used; nothing for a session that another one has followed.
    async fn turn(&self) -> Option<MutexGuard<'_, u64>> {
        Some(self.current.lock().await).filter(|current| **current == self.own)
    }
}

fn unavailable(error: &KeychainError) -> TokenStoreError {
    TokenStoreError(error.to_string())
}

impl TokenStore for KeychainTokens {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, TokenStoreError>> {
        Box::pin(async move {
            let Some(_turn) = self.turn().await else { return Ok(None) };
            let Some(stored) = self.keychain.tokens(&self.profile).await.map_err(|error| unavailable(&error))? else {
                return Ok(None);
            };
            let damaged = |_| TokenStoreError("the stored tokens are damaged".to_owned());
            Ok(Some(TokenPair {
                access: stored.access.reveal().parse().map_err(damaged)?,
                refresh: stored.refresh.reveal().parse().map_err(damaged)?,
                access_expires_at_unix_seconds: stored.access_expires_at_unix_seconds,
                refresh_expires_at_unix_seconds: stored.refresh_expires_at_unix_seconds,
            }))
        })
    }

    fn save<'a>(&'a self, pair: &'a TokenPair) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async move {
            let Some(_turn) = self.turn().await else { return Ok(()) };
            let stored = StoredTokens {
                access: KeptText::new(pair.access.reveal().to_owned()),
                refresh: KeptText::new(pair.refresh.reveal().to_owned()),
                access_expires_at_unix_seconds: pair.access_expires_at_unix_seconds,
                refresh_expires_at_unix_seconds: pair.refresh_expires_at_unix_seconds,
            };
            self.keychain.set_tokens(&self.profile, &stored).await.map_err(|error| unavailable(&error))
        })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), TokenStoreError>> {
        Box::pin(async move {
            let Some(_turn) = self.turn().await else { return Ok(()) };
            self.keychain.clear_tokens(&self.profile).await.map_err(|error| unavailable(&error))
        })
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_types, reason = "a keychain that lives in memory for these tests")]
mod tests {
    use std::time::Duration;

    use keyring_core::{CredentialStore, mock};

    use super::*;

    const PROFILE: &str = "p-0000002a";

    fn secrets() -> Secrets {
        let store = mock::Store::new().unwrap();
        Secrets::new(Keychain::over(move || Ok(Arc::clone(&store) as Arc<CredentialStore>), Duration::from_secs(5)))
    }

    fn pair(access: &str) -> TokenPair {
        TokenPair {
            access: access.parse().unwrap(),
            refresh: "refresh".parse().unwrap(),
            access_expires_at_unix_seconds: 1,
            refresh_expires_at_unix_seconds: 2,
        }
    }

    async fn kept(store: &Arc<dyn TokenStore>) -> Option<String> {
        store.load().await.unwrap().map(|pair| pair.access.reveal().to_owned())
    }

    #[tokio::test]
    async fn tokens_that_are_renewed_while_the_profile_changes_are_not_written_back() {
        let secrets = secrets();
        let old = secrets.token_store(PROFILE).await.unwrap();
        old.save(&pair("old")).await.unwrap();
        assert_eq!(kept(&secrets.token_store(PROFILE).await.unwrap()).await.as_deref(), Some("old"), "the same session");
        secrets.keep_login_secret(PROFILE, LoginMethod::SigningKey, &SecretText::new("key".to_owned())).await.unwrap();

        old.save(&pair("renewed-under-the-old-key")).await.unwrap();
        let new = secrets.token_store(PROFILE).await.unwrap();
        assert_eq!(kept(&new).await, None);
        new.save(&pair("new")).await.unwrap();
        old.clear().await.unwrap();
        assert_eq!((kept(&new).await.as_deref(), kept(&old).await), (Some("new"), None));

        secrets.forget_session(PROFILE).await.unwrap();
        new.save(&pair("of-the-address-before")).await.unwrap();
        assert_eq!(kept(&secrets.token_store(PROFILE).await.unwrap()).await, None);
        secrets.forget_login(PROFILE).await.unwrap();
        new.save(&pair("of-a-profile-that-is-gone")).await.unwrap();
        assert_eq!(kept(&secrets.token_store(PROFILE).await.unwrap()).await, None);
    }
}
