//! One HTTP exchange, bounded in time and size.
//!
//! Owns the HTTP client and its settings, and the telling apart of what may have left this machine from what has not. It
//! never repeats anything, follows no redirect and reads no meaning into an answer.

#![allow(clippy::disallowed_methods, reason = "the one place that makes an HTTP client")]

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect;
use rustls_platform_verifier::BuilderVerifierExt as _;
use url::Url;
use zeroize::Zeroizing;

use crate::client::{ApplicationId, Limits, SetupError};
use crate::endpoint::Endpoint;
use crate::error::{ConnectFailure, ErrorKind, GatewayError};
use crate::paths::{Method, RequestName};
use crate::token::Token;

/// How long an unused connection is kept. Short, because a request on a connection that the far side has closed in the
/// meantime may or may not have arrived: for money that would be an unknown outcome without need.
const IDLE_CONNECTION: Duration = Duration::from_secs(10);

const APPLICATION_ID: HeaderName = HeaderName::from_static("x-application-id");

/// A request, ready to go.
pub(crate) struct Exchange<'a> {
    pub(crate) request: RequestName,
    pub(crate) url: Url,
    /// A JSON document; wiped once it has left.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
    pub(crate) bearer: Option<&'a Token>,
    pub(crate) application_id: Option<&'a ApplicationId>,
}

/// An answer, whole. Its body may hold tokens, so it is wiped.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after_seconds: Option<u64>,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// The HTTP client.
#[derive(Clone)]
pub(crate) struct Transport {
    client: reqwest::Client,
    max_body_bytes: usize,
}

impl Transport {
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

    /// Sends once and reads the whole answer.
    pub(crate) async fn exchange(&self, exchange: Exchange<'_>) -> Result<Answer, GatewayError> {
        let request = exchange.request;
        let headers = headers(&exchange).ok_or_else(|| GatewayError::new(request, ErrorKind::NotFormed))?;
        let method = match request.row().method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        let mut outgoing = self.client.request(method, exchange.url).headers(headers);
        if let Some(body) = exchange.body {
            outgoing = outgoing.body(Bytes::from_owner(body));
        }
        let mut incoming = outgoing.send().await.map_err(|error| failure(request, &error))?;
        let status = incoming.status().as_u16();
        let retry_after_seconds =
            incoming.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| text.trim().parse().ok());
        let body = self.body(request, &mut incoming).await.map_err(|error| error.with_status(status))?;
        Ok(Answer { status, retry_after_seconds, body })
    }

    async fn body(&self, request: RequestName, incoming: &mut reqwest::Response) -> Result<Zeroizing<Vec<u8>>, GatewayError> {
        let mut body = Zeroizing::new(Vec::new());
        loop {
            match incoming.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(part)) if body.len().saturating_add(part.len()) > self.max_body_bytes => {
                    return Err(GatewayError::new(request, ErrorKind::TooLarge));
                }
                Ok(Some(part)) => body.extend_from_slice(&part),
                Err(error) if error.is_timeout() => return Err(GatewayError::new(request, ErrorKind::TimedOut)),
                Err(_) => return Err(GatewayError::new(request, ErrorKind::ConnectionLost)),
            }
        }
    }
}

/// The headers; `None` if a value can't be one, which the types of token and application id rule out.
fn headers(exchange: &Exchange<'_>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if exchange.body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if let Some(token) = exchange.bearer {
        let line = Zeroizing::new(["Bearer ", token.reveal()].concat());
        headers.insert(AUTHORIZATION, sensitive(&line)?);
    }
    if let Some(id) = exchange.application_id {
        headers.insert(APPLICATION_ID, sensitive(id.as_str())?);
    }
    Some(headers)
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
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
fn failure(request: RequestName, error: &reqwest::Error) -> GatewayError {
    if error.is_builder() {
        return GatewayError::new(request, ErrorKind::NotFormed);
    }
    if error.is_connect() {
        return GatewayError { connect_failure: Some(connect_failure(error)), ..GatewayError::new(request, ErrorKind::NotConnected) };
    }
    GatewayError::new(request, if error.is_timeout() { ErrorKind::TimedOut } else { ErrorKind::ConnectionLost })
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
