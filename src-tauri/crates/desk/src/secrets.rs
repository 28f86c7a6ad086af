//! The secrets of the profiles, as the desk asks for them.
//!
//! Owns the joining of the keychain's items to the gateway's token store and the journal's key, and how a keychain that
//! can't be used is told to the window. What is in the keychain, and how it is reached, is `credentials`' business.

use std::sync::Arc;

use cardesk_credentials::{Keychain, KeychainError, ProfileId, SecretText as KeptText, StoredTokens};
use cardesk_gateway::{BoxFuture, TokenPair, TokenStore, TokenStoreError};
use cardesk_journal::JournalKey;

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{LoginMethod, SecretText};

/// The keychain, by profile.
#[derive(Debug, Clone)]
pub(crate) struct Secrets {
    keychain: Keychain,
}

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
    pub(crate) const fn new(keychain: Keychain) -> Self {
        Self { keychain }
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
        Ok(self.keychain.clear_tokens(&profile_id(profile)?).await?)
    }

    /// Removes what signs the profile in. Its journal stays, and so does the journal's key.
    pub(crate) async fn forget_login(&self, profile: &str) -> DeskResult<()> {
        Ok(self.keychain.forget_login(&profile_id(profile)?).await?)
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

    /// Where the profile's session keeps its tokens.
    pub(crate) fn token_store(&self, profile: &str) -> DeskResult<Arc<dyn TokenStore>> {
        Ok(Arc::new(KeychainTokens { keychain: self.keychain.clone(), profile: profile_id(profile)? }))
    }
}

fn profile_id(profile: &str) -> DeskResult<ProfileId> {
    profile.parse().map_err(|_| ErrorView::new(ErrorCode::ProfileNotFound).with_param("id", profile))
}

/// The tokens of one profile's session.
struct KeychainTokens {
    keychain: Keychain,
    profile: ProfileId,
}

fn unavailable(error: &KeychainError) -> TokenStoreError {
    TokenStoreError(error.to_string())
}

impl TokenStore for KeychainTokens {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenPair>, TokenStoreError>> {
        Box::pin(async move {
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
        Box::pin(async move { self.keychain.clear_tokens(&self.profile).await.map_err(|error| unavailable(&error)) })
    }
}
