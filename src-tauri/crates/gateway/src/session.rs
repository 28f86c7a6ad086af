//! The session: which access token goes with a request, and where the next one comes from.
//!
//! Owns signing in, renewing and ending, each done once however many callers wait for it. A new pair is saved before it is
//! used, since its refresh token is the only one left (`gateway-api.md`: single-use). What is repeated after a 401 is
//! `client`'s business.
//!
//! Renewing and signing in run in tasks of their own: a caller that gives up must not leave behind a refresh token that
//! was spent and a pair that nobody kept.

use std::sync::Arc;
use std::time::Duration;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::client::LoginMethod;
use crate::endpoint::Endpoint;
use crate::envelope;
use crate::error::{ErrorKind, GatewayError};
use crate::paths::RequestName;
use crate::redaction::clean;
use crate::seams::Clock;
use crate::signing::login_signature;
use crate::token::{Token, TokenPair, TokenStore, TokenStoreError};
use crate::transport::{Exchange, Transport};
use crate::wire::WireSeconds;

/// An access token with less than this left is renewed beforehand: it could end on the way.
const RENEW_BEFORE_SECONDS: i64 = 60;

/// A new token is taken as good for this long, whatever this computer's clock makes of its end: with a clock that is wrong,
/// the gateway is the better judge, and a renewal for each request would be the alternative.
const GOOD_WHEN_NEW: Duration = Duration::from_secs(60);

/// A token to send, and which of the session's tokens it is.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) token: Token,
    pub(crate) generation: u64,
}

#[derive(Clone)]
pub(crate) struct Session(Arc<Inner>);

struct Inner {
    transport: Arc<dyn Transport>,
    endpoint: Endpoint,
    login: LoginMethod,
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    /// Held while signing in or renewing: whoever comes meanwhile waits, and finds the new pair.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Whether the store was asked yet.
    is_loaded: bool,
    pair: Option<TokenPair>,
    /// The pair is not in the store yet, so it must not be used.
    is_unsaved: bool,
    /// The gateway did not take the access token: renew before the next use.
    is_spent: bool,
    /// When the pair came from the gateway, by the monotonic clock; `None` if it came from the store.
    renewed_at: Option<Duration>,
    /// Counts the pairs, so that a 401 of an old token ends no newer one.
    generation: u64,
}

impl State {
    fn usable(&self, clock: &dyn Clock) -> Option<Access> {
        let pair = self.pair.as_ref().filter(|_| self.is_loaded && !self.is_unsaved && !self.is_spent)?;
        let is_new = self.renewed_at.is_some_and(|at| clock.monotonic().saturating_sub(at) < GOOD_WHEN_NEW);
        let has_time_left = pair.access_expires_at_unix_seconds.saturating_sub(RENEW_BEFORE_SECONDS) > clock.now_unix_seconds();
        (is_new || has_time_left).then(|| Access { token: pair.access.clone(), generation: self.generation })
    }

    fn adopt(&mut self, pair: TokenPair, now: Duration) {
        self.pair = Some(pair);
        self.renewed_at = Some(now);
        self.is_unsaved = true;
        self.is_spent = false;
        self.generation += 1;
    }
}

#[derive(Serialize)]
struct LogInBody<'a> {
    merchant: &'a str,
    signature: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefreshBody<'a> {
    refresh_token: &'a str,
}

/// `data` of signing in and renewing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PairData {
    #[serde(deserialize_with = "token")]
    access_token: Token,
    #[serde(deserialize_with = "token")]
    refresh_token: Token,
    expiration_token: WireSeconds,
    expiration_refresh_token: WireSeconds,
}

/// A token, wiped wherever it is not kept.
pub(crate) fn token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Token, D::Error> {
    Zeroizing::new(String::deserialize(deserializer)?).parse().map_err(D::Error::custom)
}

impl Session {
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        endpoint: Endpoint,
        login: LoginMethod,
        store: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self(Arc::new(Inner { transport, endpoint, login, store, clock, state: Mutex::default() }))
    }

    /// Whether a new token can be had at all: not with a pre-issued one.
    pub(crate) fn can_renew(&self) -> bool {
        matches!(self.0.login, LoginMethod::SigningKey { .. })
    }

    /// A token to send now, signing in or renewing first where needed.
    pub(crate) async fn access(&self) -> Result<Access, GatewayError> {
        if let LoginMethod::BearerToken(token) = &self.0.login {
            return Ok(Access { token: token.clone(), generation: 0 });
        }
        if let Some(access) = self.0.state.lock().await.usable(&*self.0.clock) {
            return Ok(access);
        }
        let inner = Arc::clone(&self.0);
        uninterrupted(async move { inner.renewed().await }).await
    }

    /// Notes that the gateway did not take this token; the next [`Self::access`] renews. Nothing is cleared.
    pub(crate) async fn distrust(&self, generation: u64) {
        let mut state = self.0.state.lock().await;
        if state.generation == generation {
            state.is_spent = true;
        }
    }

    /// Ends the session of this token, if it is still the current one: the tokens are dropped and cleared.
    pub(crate) async fn end(&self, generation: u64) {
        let mut state = self.0.state.lock().await;
        if state.generation == generation && self.can_renew() {
            self.0.drop_pair(&mut state).await;
        }
    }

    /// Signs in afresh, whatever tokens there are. Does nothing with a pre-issued token.
    pub(crate) async fn log_in(&self) -> Result<(), GatewayError> {
        let inner = Arc::clone(&self.0);
        uninterrupted(async move {
            let mut state = inner.state.lock().await;
            inner.log_in(&mut state).await
        })
        .await
    }
}

/// Runs to its end even if the caller goes away.
async fn uninterrupted<T: Send + 'static>(work: impl Future<Output = Result<T, GatewayError>> + Send + 'static) -> Result<T, GatewayError> {
    // A task ends early only when the whole runtime does.
    tokio::spawn(work).await.unwrap_or_else(|_| Err(GatewayError::new(RequestName::RefreshTokens, ErrorKind::ConnectionLost)))
}

impl Inner {
    async fn renewed(&self) -> Result<Access, GatewayError> {
        let mut state = self.state.lock().await;
        let state = &mut *state;
        if !state.is_loaded {
            state.pair = self.store.load().await.map_err(|error| unavailable(RequestName::LogIn, &error))?;
            state.is_loaded = true;
        }
        if state.is_unsaved {
            self.save(state, RequestName::RefreshTokens).await?;
        }
        // Someone else may have renewed while this caller waited for the lock.
        if let Some(access) = state.usable(&*self.clock) {
            return Ok(access);
        }
        match state.pair.as_ref().map(|pair| (pair.refresh_expires_at_unix_seconds, pair.refresh.clone())) {
            Some((expires_at, refresh)) if expires_at > self.clock.now_unix_seconds() => self.refresh(state, &refresh).await?,
            _ => self.log_in(state).await?,
        }
        state.usable(&*self.clock).ok_or_else(|| GatewayError::new(RequestName::LogIn, ErrorKind::SessionEnded))
    }

    /// Renews the pair. A refresh token that the gateway turns down (used by an answer that got lost, or revoked) is no
    /// reason to bother a person while the key is at hand: it signs in afresh, once. If that is turned down as well, the
    /// session is over.
    async fn refresh(&self, state: &mut State, refresh: &Token) -> Result<(), GatewayError> {
        let body = json(RequestName::RefreshTokens, &RefreshBody { refresh_token: refresh.reveal() })?;
        match self.ask(RequestName::RefreshTokens, body).await {
            Ok(pair) => {
                state.adopt(pair, self.clock.monotonic());
                self.save(state, RequestName::RefreshTokens).await
            }
            Err(error) if matches!(error.kind, ErrorKind::Rejected | ErrorKind::Forbidden) => match self.log_in(state).await {
                Err(refused) if matches!(refused.kind, ErrorKind::Rejected | ErrorKind::Forbidden) => {
                    self.drop_pair(state).await;
                    Err(GatewayError { kind: ErrorKind::SessionEnded, ..refused })
                }
                other => other,
            },
            Err(error) => Err(error),
        }
    }

    async fn log_in(&self, state: &mut State) -> Result<(), GatewayError> {
        let LoginMethod::SigningKey { merchant, key } = &self.login else {
            return Ok(());
        };
        let signature = login_signature(merchant, key);
        let body = json(RequestName::LogIn, &LogInBody { merchant: merchant.as_str(), signature: &signature })?;
        let pair = self.ask(RequestName::LogIn, body).await?;
        state.is_loaded = true;
        state.adopt(pair, self.clock.monotonic());
        self.save(state, RequestName::LogIn).await
    }

    async fn ask(&self, request: RequestName, body: Zeroizing<Vec<u8>>) -> Result<TokenPair, GatewayError> {
        let url = request
            .row()
            .path_with(&[])
            .and_then(|path| self.endpoint.join(&path, &[]))
            .ok_or_else(|| GatewayError::new(request, ErrorKind::NotFormed))?;
        let exchange = Exchange { request, url, body: Some(body), bearer: None, application_id: None };
        let answer = exchange.over(&self.transport).await?;
        let data: PairData = envelope::open(request, &answer)?;
        Ok(TokenPair {
            access: data.access_token,
            refresh: data.refresh_token,
            access_expires_at_unix_seconds: data.expiration_token.0,
            refresh_expires_at_unix_seconds: data.expiration_refresh_token.0,
        })
    }

    /// Saves the pair. If that fails, the pair stays in memory, unused, and the next call tries to save it again.
    async fn save(&self, state: &mut State, request: RequestName) -> Result<(), GatewayError> {
        if let Some(pair) = &state.pair {
            self.store.save(pair).await.map_err(|error| unavailable(request, &error))?;
        }
        state.is_unsaved = false;
        Ok(())
    }

    async fn drop_pair(&self, state: &mut State) {
        state.pair = None;
        state.is_unsaved = false;
        state.generation += 1;
        if let Err(error) = self.store.clear().await {
            // The gateway takes none of these tokens any more, so a left-over is refused once and then replaced.
            tracing::warn!(%error, "the ended session's tokens could not be cleared");
        }
    }
}

pub(crate) fn json<T: Serialize>(request: RequestName, body: &T) -> Result<Zeroizing<Vec<u8>>, GatewayError> {
    // Sized beforehand, so that no half-filled copy is left behind by a reallocation.
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    serde_json::to_writer(&mut *bytes, body).map_err(|_| GatewayError::new(request, ErrorKind::NotFormed))?;
    Ok(bytes)
}

fn unavailable(request: RequestName, error: &TokenStoreError) -> GatewayError {
    GatewayError { message: Some(clean(&error.0)), ..GatewayError::new(request, ErrorKind::TokensUnavailable) }
}
