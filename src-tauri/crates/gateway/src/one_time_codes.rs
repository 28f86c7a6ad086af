//! One-time codes, and the elevated session that one is exchanged for (`gateway-api.md`, Authentication).
//!
//! Owns both calls and the session's life: it serves one call, which takes it, and is wiped with it. It is never kept,
//! renewed or mixed with the company's own session.

use std::fmt;

use cardesk_domain::OneTimeCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;
use crate::session::token;
use crate::token::Token;
use crate::wire::{WhereReadable, if_readable};

/// What a code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodePurpose {
    /// Setting or changing a PIN.
    PinChange,
    /// Signing in.
    Login,
}

impl CodePurpose {
    /// The gateway's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PinChange => "pin_change",
            Self::Login => "login",
        }
    }
}

/// What is known about a code that is on its way to the cardholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeRequested {
    /// When it ends, where the gateway says so.
    pub expires_at: Option<Timestamp>,
}

/// A session that may do more than the company's own, for one call: the call takes it. No `Clone`; `Debug` shows nothing.
#[must_use = "an elevated session is for the call that it was asked for"]
pub struct ElevatedSession {
    token: Token,
}

impl ElevatedSession {
    /// The token, for the one call.
    pub(crate) fn into_token(self) -> Token {
        self.token
    }
}

impl fmt::Debug for ElevatedSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ElevatedSession(redacted)")
    }
}

#[derive(Serialize)]
struct CodeBody<'a> {
    email: &'a str,
    purpose: &'static str,
}

#[derive(Serialize)]
struct CheckBody<'a> {
    email: &'a str,
    otp: &'a str,
    purpose: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestedData {
    expires_at: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ElevatedData {
    #[serde(deserialize_with = "token")]
    access_token: Token,
}

impl Gateway {
    /// Has a one-time code sent to the cardholder with this e-mail address, who reads it to the operator.
    ///
    /// # Errors
    /// The gateway's refusal, or what went wrong with the request. After an unknown outcome a code may be on its way.
    pub async fn request_one_time_code(&self, email: &str, purpose: CodePurpose) -> Result<CodeRequested, GatewayError> {
        let body = CodeBody { email, purpose: purpose.as_str() };
        let data: WhereReadable<RequestedData> = self.data(self.call_with(RequestName::RequestOneTimeCode, &[], &body)?).await?;
        Ok(CodeRequested { expires_at: if_readable(data.0.and_then(|data| data.expires_at)) })
    }

    /// Exchanges the code that the cardholder read out for an elevated session. A code is good for one exchange.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Rejected`] if the code is wrong, used or too old; otherwise what went wrong with the request.
    pub async fn elevate(&self, email: &str, code: &OneTimeCode, purpose: CodePurpose) -> Result<ElevatedSession, GatewayError> {
        let body = CheckBody { email, otp: code.reveal(), purpose: purpose.as_str() };
        let data: ElevatedData = self.data(self.call_with(RequestName::VerifyOneTimeCode, &[], &body)?).await?;
        Ok(ElevatedSession { token: data.access_token })
    }
}
