//! The envelope that every answer of the contract comes in, and the codes of its errors (`gateway-api.md`, The envelope
//! and Error codes met here).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cardesk_domain::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::StoreError;

/// A success that carries something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Success<T> {
    #[schema(example = true)]
    success: bool,
    data: T,
}

/// A failure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Failure {
    #[schema(example = false)]
    success: bool,
    /// The first error's message.
    message: String,
    #[schema(min_items = 1)]
    errors: Vec<FailureEntry>,
}

/// One reason of a failure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FailureEntry {
    /// The issuer's code, or a word where the contract has one.
    #[schema(example = "7000")]
    code: &'static str,
    message: String,
    /// The field that is meant: an extension of Practice's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The permission that is missing: an extension of Practice's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<String>,
}

/// The codes that Practice answers with, and the status that goes with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    CheckParameters,
    AmountNotPositive,
    AmountFormat,
    ContactSupport,
    ServiceNotFound,
    AlreadyExists,
    NoSuchEndpoint,
    UserNotFound,
    CardNotFound,
    IncorrectPin,
    CardState,
    LinkedCardNotFound,
    LinkNotCreated,
    InsufficientFunds,
    TokenMissing,
    TokenInvalid,
    TokenExpired,
    SignatureInvalid,
    Forbidden,
}

impl Code {
    const fn parts(self) -> (&'static str, StatusCode) {
        match self {
            Self::CheckParameters => ("7000", StatusCode::BAD_REQUEST),
            Self::AmountNotPositive => ("7001", StatusCode::BAD_REQUEST),
            Self::AmountFormat => ("7002", StatusCode::BAD_REQUEST),
            Self::ContactSupport => ("7003", StatusCode::INTERNAL_SERVER_ERROR),
            Self::ServiceNotFound => ("7004", StatusCode::NOT_FOUND),
            Self::AlreadyExists => ("7006", StatusCode::CONFLICT),
            Self::NoSuchEndpoint => ("7010", StatusCode::NOT_FOUND),
            Self::UserNotFound => ("7100", StatusCode::NOT_FOUND),
            Self::CardNotFound => ("7200", StatusCode::NOT_FOUND),
            Self::IncorrectPin => ("7205", StatusCode::BAD_REQUEST),
            Self::CardState => ("7213", StatusCode::CONFLICT),
            Self::LinkedCardNotFound => ("7220", StatusCode::NOT_FOUND),
            Self::LinkNotCreated => ("7221", StatusCode::INTERNAL_SERVER_ERROR),
            Self::InsufficientFunds => ("7303", StatusCode::BAD_REQUEST),
            Self::TokenMissing => ("TOKEN_MISSING", StatusCode::UNAUTHORIZED),
            Self::TokenInvalid => ("TOKEN_INVALID", StatusCode::UNAUTHORIZED),
            Self::TokenExpired => ("TOKEN_EXPIRED", StatusCode::UNAUTHORIZED),
            Self::SignatureInvalid => ("SIGNATURE_INVALID", StatusCode::UNAUTHORIZED),
            Self::Forbidden => ("FORBIDDEN", StatusCode::FORBIDDEN),
        }
    }
}

/// Why a request is not done: a status and at least one reason.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    entries: Vec<FailureEntry>,
}

impl Refusal {
    /// One reason, with the status that belongs to its code.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        let (code, status) = code.parts();
        Self { status, entries: vec![FailureEntry { code, message: message.into(), field: None, permission: None }] }
    }

    /// One reason, and the field it is about.
    pub(crate) fn of_field(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut refusal = Self::new(code, message);
        refusal.entries[0].field = Some(field.into());
        refusal
    }

    /// The application lacks a permission. It is named in the message and in a field of its own.
    pub(crate) fn lacks(permission: &Permission) -> Self {
        let mut refusal = Self::new(Code::Forbidden, format!("The application lacks the permission {permission}."));
        refusal.entries[0].permission = Some(permission.to_string());
        refusal
    }

    /// The same with another status, for what HTTP itself has a status for.
    pub(crate) const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// All reasons in one answer; `None` if there are none. The first one's status speaks for all.
    pub(crate) fn joined(refusals: Vec<Self>) -> Option<Self> {
        refusals.into_iter().reduce(|mut first, next| {
            first.entries.extend(next.entries);
            first
        })
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // The one place where a failure of the state meets an answer, and so the one that logs it.
        tracing::error!(%error, "Practice's state failed");
        Self::new(Code::ContactSupport, "The state of Practice could not be read or written. Please contact support.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let message = self.entries.first().map(|entry| entry.message.clone()).unwrap_or_default();
        let mut response = (self.status, Json(Failure { success: false, message, errors: self.entries })).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// What every handler of the contract returns.
pub(crate) type Answer<T> = Result<(StatusCode, Json<Success<T>>), Refusal>;

/// 200 with data.
pub(crate) fn done<T>(data: T) -> Answer<T> {
    Ok((StatusCode::OK, Json(Success { success: true, data })))
}

/// 201 with data.
pub(crate) fn created<T>(data: T) -> Answer<T> {
    Ok((StatusCode::CREATED, Json(Success { success: true, data })))
}
