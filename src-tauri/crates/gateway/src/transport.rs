//! One HTTP exchange, as a seam: the client asks here for an answer to a request, so that a simulation can put a gateway in
//! its own process behind it.
//!
//! Owns the forming of a request's head, and the words for what can go wrong with an exchange: above all the telling apart
//! of what has certainly not left this machine from what may have. The real transport is in `network`.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;
use zeroize::Zeroizing;

use crate::client::ApplicationId;
use crate::error::{ConnectFailure, ErrorKind, GatewayError};
use crate::paths::{Method, RequestName};
use crate::seams::BoxFuture;
use crate::token::Token;

const APPLICATION_ID: HeaderName = HeaderName::from_static("x-application-id");

/// Carries one request to the gateway and brings one answer back.
///
/// An exchange is one attempt: it repeats nothing, follows no redirect, keeps the time and size limits of
/// [`crate::Limits`] itself, and reads no meaning into an answer.
pub trait Transport: Send + Sync {
    /// Sends once and reads the whole answer.
    fn exchange(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<TransportAnswer, TransportFailure>>;
}

/// An answer, whole. Its body may hold tokens or a CVV, so it is wiped, and `Debug` shows its length only.
pub struct TransportAnswer {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds; a date there is taken for none.
    pub retry_after_seconds: Option<u64>,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for TransportAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TransportAnswer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why there is no whole answer. `status` is that of an answer that had begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportFailure {
    /// The request can't be sent as it is. Nothing left.
    NotFormed,
    /// There was no connection. Nothing left.
    NotConnected(ConnectFailure),
    /// No whole answer in time; the request may have arrived.
    TimedOut {
        /// Of the answer that had begun.
        status: Option<u16>,
    },
    /// The connection broke after the request may have left.
    ConnectionLost {
        /// Of the answer that had begun.
        status: Option<u16>,
    },
    /// The answer is larger than [`crate::Limits::max_body_bytes`].
    TooLarge {
        /// Of the answer that had begun.
        status: u16,
    },
}

impl TransportFailure {
    /// The client's error for this failure.
    pub(crate) fn of(self, request: RequestName) -> GatewayError {
        let (kind, status) = match self {
            Self::NotFormed => (ErrorKind::NotFormed, None),
            Self::NotConnected(_) => (ErrorKind::NotConnected, None),
            Self::TimedOut { status } => (ErrorKind::TimedOut, status),
            Self::ConnectionLost { status } => (ErrorKind::ConnectionLost, status),
            Self::TooLarge { status } => (ErrorKind::TooLarge, Some(status)),
        };
        let connect_failure = if let Self::NotConnected(failure) = self { Some(failure) } else { None };
        GatewayError { status, connect_failure, ..GatewayError::new(request, kind) }
    }
}

/// A request, ready to go.
pub(crate) struct Exchange<'a> {
    pub(crate) request: RequestName,
    pub(crate) url: Url,
    /// A JSON document; wiped once it has left.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
    pub(crate) bearer: Option<&'a Token>,
    pub(crate) application_id: Option<&'a ApplicationId>,
}

impl Exchange<'_> {
    /// Sends it, once.
    pub(crate) async fn over(self, transport: &Arc<dyn Transport>) -> Result<TransportAnswer, GatewayError> {
        let name = self.request;
        let request = self.formed().ok_or_else(|| GatewayError::new(name, ErrorKind::NotFormed))?;
        transport.exchange(request).await.map_err(|failure| failure.of(name))
    }

    /// `None` if a part of it can't be one of HTTP, which the types of token and application id rule out.
    fn formed(self) -> Option<http::Request<Bytes>> {
        let method = match self.request.row().method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        };
        let headers = self.headers()?;
        let body = self.body.map(Bytes::from_owner).unwrap_or_default();
        let mut request = http::Request::builder().method(method).uri(self.url.as_str()).body(body).ok()?;
        *request.headers_mut() = headers;
        Some(request)
    }

    fn headers(&self) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if self.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(token) = self.bearer {
            let line = Zeroizing::new(["Bearer ", token.reveal()].concat());
            headers.insert(AUTHORIZATION, sensitive(&line)?);
        }
        if let Some(id) = self.application_id {
            headers.insert(APPLICATION_ID, sensitive(id.as_str())?);
        }
        Some(headers)
    }
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
