//! The transport over the network: one HTTP exchange, bounded in time and size.
//!
//! Owns the HTTP client and its settings, and the telling apart of what may have left this machine from what has not. It
//! never repeats anything, follows no redirect and reads no meaning into an answer.

#![allow(clippy::disallowed_methods, reason = "the one place that makes an HTTP client")]

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use reqwest::redirect;
use rustls_platform_verifier::BuilderVerifierExt as _;
use zeroize::Zeroizing;

use crate::client::{Limits, SetupError};
use crate::endpoint::Endpoint;
use crate::error::ConnectFailure;
use crate::seams::BoxFuture;
use crate::transport::{Transport, TransportAnswer, TransportFailure};

/// How long an unused connection is kept. Short, because a request on a connection that the far side has closed in the
/// meantime may or may not have arrived: for money that would be an unknown outcome without need.
const IDLE_CONNECTION: Duration = Duration::from_secs(10);

/// What nearly every answer about one thing fits into.
const USUAL_BODY_BYTES: usize = 8 * 1024;

/// The HTTP client.
#[derive(Clone)]
pub(crate) struct Network {
    client: reqwest::Client,
    max_body_bytes: usize,
}

impl Network {
    pub(crate) fn new(endpoint: &Endpoint, limits: &Limits) -> Result<Self, SetupError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("Cardesk/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect_timeout)
            .timeout(limits.whole_timeout)
            .pool_idle_timeout(IDLE_CONNECTION)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .https_only(endpoint.is_encrypted())
            .tls_backend_preconfigured(tls(endpoint.is_encrypted())?);
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| SetupError::HttpClient)?;
        Ok(Self { client, max_body_bytes: limits.max_body_bytes })
    }

    async fn exchanged(&self, request: http::Request<Bytes>) -> Result<TransportAnswer, TransportFailure> {
        let has_body = !request.body().is_empty();
        let mut outgoing = reqwest::Request::try_from(request).map_err(|_| TransportFailure::NotFormed)?;
        if !has_body {
            // An empty body would announce its length; the contract's requests without a body have none.
            *outgoing.body_mut() = None;
        }
        let mut incoming = self.client.execute(outgoing).await.map_err(|error| failure(&error))?;
        let status = incoming.status().as_u16();
        let retry_after_seconds =
            incoming.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| text.trim().parse().ok());
        let body = self.body(status, &mut incoming).await?;
        Ok(TransportAnswer { status, retry_after_seconds, body })
    }

    async fn body(&self, status: u16, incoming: &mut reqwest::Response) -> Result<Zeroizing<Vec<u8>>, TransportFailure> {
        // Sized for what holds a secret (a token, a CVV), so that no half-filled copy is left behind by a reallocation.
        let mut body = Zeroizing::new(Vec::with_capacity(USUAL_BODY_BYTES));
        loop {
            match incoming.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(part)) if body.len().saturating_add(part.len()) > self.max_body_bytes => {
                    return Err(TransportFailure::TooLarge { status });
                }
                Ok(Some(part)) => body.extend_from_slice(&part),
                Err(error) if error.is_timeout() => return Err(TransportFailure::TimedOut { status: Some(status) }),
                Err(_) => return Err(TransportFailure::ConnectionLost { status: Some(status) }),
            }
        }
    }
}

impl Transport for Network {
    fn exchange(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<TransportAnswer, TransportFailure>> {
        Box::pin(self.exchanged(request))
    }
}

/// TLS 1.2 and 1.3, on a provider of its own rather than a process-wide one. Trust is the platform's; without encryption
/// nothing is trusted and the system's certificates are not even read, so that Practice starts without them.
fn tls(is_encrypted: bool) -> Result<rustls::ClientConfig, SetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|_| SetupError::HttpClient)?;
    if !is_encrypted {
        return Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth());
    }
    let mut config = builder.with_platform_verifier().map_err(|_| SetupError::NoCertificates)?.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Tells what has certainly not left this machine from what may have.
fn failure(error: &reqwest::Error) -> TransportFailure {
    if error.is_builder() {
        return TransportFailure::NotFormed;
    }
    if error.is_connect() {
        return TransportFailure::NotConnected(connect_failure(error));
    }
    if error.is_timeout() { TransportFailure::TimedOut { status: None } } else { TransportFailure::ConnectionLost { status: None } }
}

fn connect_failure(error: &reqwest::Error) -> ConnectFailure {
    if error.is_dns() {
        return ConnectFailure::NameLookup;
    }
    if error.is_timeout() {
        return ConnectFailure::TimedOut;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<rustls::Error>() {
            return ConnectFailure::Encryption;
        }
        let Some(io) = inner.downcast_ref::<io::Error>() else {
            cause = inner.source();
            continue;
        };
        if io.kind() == io::ErrorKind::ConnectionRefused {
            return ConnectFailure::Refused;
        }
        // An I/O error's `source` is that of the error within it; the one within is had by `get_ref` only.
        cause = match io.get_ref() {
            Some(within) => Some(within),
            None => io.source(),
        };
    }
    ConnectFailure::Other
}
