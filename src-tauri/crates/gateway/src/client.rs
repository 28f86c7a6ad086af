//! The client: its settings, and the way of one call.
//!
//! Owns the order of things: form the request, get a token, send, read, and decide whether to go again. The calls
//! themselves are in the file of their resource.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use cardesk_domain::MerchantSlug;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use zeroize::Zeroizing;

use crate::denials::Denials;
use crate::endpoint::Endpoint;
use crate::envelope;
use crate::error::{ErrorKind, GatewayError};
use crate::funds::FundsOperation;
use crate::network::Network;
use crate::paths::{Denial401, Identity, RequestName};
use crate::retry::{Repeat, RetryDecision, RetryQuestion, retry_decision};
use crate::seams::Seams;
use crate::session::{Session, json};
use crate::signing::SigningKey;
use crate::token::{Token, TokenStore};
use crate::transport::{Exchange, Transport, TransportAnswer};

/// The id under which the issuer knows the company's application (`x-application-id`): 1 to 128 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationId(String);

/// An application id is 1 to 128 letters, digits and signs without spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an application id is 1 to 128 letters, digits and signs, without spaces")]
pub struct ApplicationIdError;

impl ApplicationId {
    /// The id as the issuer wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ApplicationId {
    type Err = ApplicationIdError;

    fn from_str(text: &str) -> Result<Self, ApplicationIdError> {
        let text = text.trim();
        let is_header = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_header { Ok(Self(text.to_owned())) } else { Err(ApplicationIdError) }
    }
}

/// How the application proves who it is.
#[derive(Debug, Clone)]
pub enum LoginMethod {
    /// It signs in with the company's key and keeps a session.
    SigningKey {
        /// The name it signs in under.
        merchant: MerchantSlug,
        /// The key.
        key: SigningKey,
    },
    /// It was handed a token, which can't be renewed.
    BearerToken(Token),
}

/// The limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For the connection, TLS included.
    pub connect_timeout: Duration,
    /// From the first step to the answer's last byte.
    pub whole_timeout: Duration,
    /// The largest answer that is read.
    pub max_body_bytes: usize,
}

impl Default for Limits {
    /// 10 seconds to connect, 30 for the whole, 4 MiB: a page of 100 cardholders or a busy month has far less.
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(10), whole_timeout: Duration::from_secs(30), max_body_bytes: 4 * 1024 * 1024 }
    }
}

/// Where the gateway is and as whom to speak to it.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// The gateway.
    pub endpoint: Endpoint,
    /// The application.
    pub application_id: ApplicationId,
    /// Time and size.
    pub limits: Limits,
}

/// Why no client can be made on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The system has no certificates to trust.
    #[error("this computer has no trusted certificates: install the package ca-certificates")]
    NoCertificates,
    /// The HTTP client could not be made.
    #[error("the connection to the gateway could not be set up")]
    HttpClient,
}

/// The Wallet Gateway. A clone is cheap and shares the session.
#[derive(Clone)]
pub struct Gateway(Arc<Parts>);

struct Parts {
    config: GatewayConfig,
    transport: Arc<dyn Transport>,
    session: Session,
    denials: Denials,
    seams: Seams,
}

/// One call, formed and not yet sent.
pub(crate) struct Call {
    request: RequestName,
    url: Url,
    body: Option<Zeroizing<Vec<u8>>>,
    /// A token for this call alone, in place of the session's.
    elevated: Option<Token>,
    /// Which way its money goes, of a request that can do both.
    funds: Option<FundsOperation>,
}

impl Call {
    /// The same call with a JSON document.
    pub(crate) fn carrying<T: Serialize>(self, body: &T) -> Result<Self, GatewayError> {
        Ok(Self { body: Some(json(self.request, body)?), ..self })
    }

    /// The error, as this call has it: a 401 in an elevated session ends that one and not the company's.
    fn own(&self, error: GatewayError) -> GatewayError {
        let is_elevated = self.elevated.is_some() && error.kind == ErrorKind::SessionEnded;
        let kind = if !is_elevated {
            error.kind
        } else if error.has_envelope {
            ErrorKind::Rejected
        } else {
            ErrorKind::Unreadable
        };
        GatewayError { kind, ..error }
    }

    /// The same call, which moves money this way.
    pub(crate) fn moving(self, funds: FundsOperation) -> Self {
        Self { funds: Some(funds), ..self }
    }

    /// The same call in an elevated session.
    pub(crate) fn elevated_by(self, token: Token) -> Self {
        Self { elevated: Some(token), ..self }
    }
}

impl Gateway {
    /// A client for one company at one gateway. Nothing is sent before the first call.
    ///
    /// # Errors
    /// If this machine has no certificates to trust (https only) or the HTTP client can't be made.
    pub fn new(config: GatewayConfig, login: LoginMethod, store: Arc<dyn TokenStore>, seams: Seams) -> Result<Self, SetupError> {
        let transport = match &seams.transport {
            Some(given) => Arc::clone(given),
            None => Arc::new(Network::new(&config.endpoint, &config.limits)?),
        };
        let session = Session::new(Arc::clone(&transport), config.endpoint.clone(), login, store, Arc::clone(&seams.clock));
        Ok(Self(Arc::new(Parts { config, transport, session, denials: Denials::default(), seams })))
    }

    /// Where this client's gateway is.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.config.endpoint
    }

    pub(crate) fn session(&self) -> &Session {
        &self.0.session
    }

    pub(crate) fn denied(&self) -> &Denials {
        &self.0.denials
    }

    /// A call without a body.
    pub(crate) fn call(&self, request: RequestName, values: &[&str], query: &[(&str, &str)]) -> Result<Call, GatewayError> {
        let url = request.row().path_with(values).and_then(|path| self.0.config.endpoint.join(&path, query));
        let url = url.ok_or_else(|| GatewayError::new(request, ErrorKind::NotFormed))?;
        Ok(Call { request, url, body: None, elevated: None, funds: None })
    }

    /// A call with a JSON document.
    pub(crate) fn call_with<T: Serialize>(&self, request: RequestName, values: &[&str], body: &T) -> Result<Call, GatewayError> {
        self.call(request, values, &[])?.carrying(body)
    }

    /// Makes the call and reads the envelope's data.
    pub(crate) async fn data<T: DeserializeOwned>(&self, call: Call) -> Result<T, GatewayError> {
        let outcome = self.run(&call, |answer| envelope::open(call.request, answer)).await.map_err(|error| call.own(error));
        self.denied().note(call.request, call.funds, &outcome);
        outcome
    }

    /// Makes the call, again where that is allowed, and reads the answer.
    pub(crate) async fn run<T>(&self, call: &Call, read: impl Fn(&TransportAnswer) -> Result<T, GatewayError>) -> Result<T, GatewayError> {
        let Parts { session, seams, .. } = &*self.0;
        let row = call.request.row();
        let started = seams.clock.monotonic();
        let mut attempts = 0;
        let mut was_renewed = false;
        loop {
            let is_in_session = row.identity != Identity::None && call.elevated.is_none();
            let access = if is_in_session { Some(session.access().await?) } else { None };
            let bearer = access.as_ref().map(|access| &access.token).or(call.elevated.as_ref());
            let error = match self.send(call, bearer).await.and_then(|answer| read(&answer)) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if let (Some(access), Some(401)) = (&access, error.status) {
                session.distrust(access.generation).await;
                if !was_renewed && session.can_renew() && goes_again_after_401(row.repeat, &error) {
                    was_renewed = true;
                    continue;
                }
                if was_renewed && row.denial == Denial401::Given && error.has_envelope {
                    return Err(GatewayError { kind: ErrorKind::Rejected, ..error });
                }
                if was_renewed {
                    session.end(access.generation).await;
                    // Another session may be allowed other things.
                    self.forget_denials();
                }
                return Err(error);
            }
            attempts += 1;
            let elapsed = seams.clock.monotonic().saturating_sub(started);
            let question = RetryQuestion { repeat: row.repeat, error: &error, attempts, elapsed, entropy: seams.entropy.next_u64() };
            let RetryDecision::After(pause) = retry_decision(&question) else {
                return Err(error);
            };
            tracing::debug!(request = ?call.request, kind = ?error.kind, status = error.status, attempts, ?pause, "going again");
            seams.clock.sleep(pause).await;
        }
    }

    async fn send(&self, call: &Call, bearer: Option<&Token>) -> Result<TransportAnswer, GatewayError> {
        let identity = call.request.row().identity;
        let exchange = Exchange {
            request: call.request,
            url: call.url.clone(),
            body: call.body.clone(),
            bearer,
            application_id: (identity == Identity::BearerAndApplication).then_some(&self.0.config.application_id),
        };
        exchange.over(&self.0.transport).await
    }
}

/// A 401 for an expired token says that nothing was done, so anything may go again with a new one. Any other 401 is worth
/// a new token to a read only.
fn goes_again_after_401(repeat: Repeat, error: &GatewayError) -> bool {
    repeat == Repeat::Read || error.has_code("TOKEN_EXPIRED")
}

impl fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gateway").field("endpoint", &self.0.config.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_id_fits_a_header() {
        assert!("app-7f3k".parse::<ApplicationId>().is_ok());
        for wrong in ["", "  ", "a b", "a\r\nb", "é", &"x".repeat(129)] {
            assert_eq!(wrong.parse::<ApplicationId>(), Err(ApplicationIdError), "{wrong:?}");
        }
    }
}
