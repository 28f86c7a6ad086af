//! The one error type of the client, and what an error means for something that was to be changed.
//!
//! Owns the kinds, and the table of `design.md` that turns an error into an outcome. It keeps the status, the codes, the
//! gateway's message and the request's name, and never a body, a token or an address.

use std::fmt;

use cardesk_domain::Permission;

use crate::paths::RequestName;

/// A gateway code with its text; `field` names the field of the request it is about, where the gateway says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiErrorEntry {
    /// The code, for example `7303` or `TOKEN_EXPIRED`. Empty if the gateway gave none.
    pub code: String,
    /// The gateway's words, cleaned of anything that could be a card number or a token.
    pub message: String,
    /// The request's field.
    pub field: Option<String>,
}

/// A code of the gateway's that means something of its own to an operator (`gateway-api.md`, Error codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KnownCode {
    /// 7006: it exists already.
    AlreadyExists,
    /// 7100: there is no such user.
    UserNotFound,
    /// 7200: there is no such card.
    CardNotFound,
    /// 7205: the PIN is not the card's.
    IncorrectPin,
    /// 7210: the card was not updated.
    CardNotUpdated,
    /// 7213: the card's state does not allow this. What is shown of the card is out of date.
    CardState,
    /// 7220: there is no third party's card like this.
    LinkedCardNotFound,
    /// 7221: the card could not be linked.
    LinkNotCreated,
    /// 7303: the card holds less than that.
    InsufficientFunds,
}

impl KnownCode {
    fn from_gateway(code: &str) -> Option<Self> {
        Some(match code {
            "7006" => Self::AlreadyExists,
            "7100" => Self::UserNotFound,
            "7200" => Self::CardNotFound,
            "7205" => Self::IncorrectPin,
            "7210" => Self::CardNotUpdated,
            "7213" => Self::CardState,
            "7220" => Self::LinkedCardNotFound,
            "7221" => Self::LinkNotCreated,
            "7303" => Self::InsufficientFunds,
            _ => return None,
        })
    }
}

/// What went wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request could not be formed from what was given. Nothing left.
    NotFormed,
    /// No connection: name look-up, connecting or TLS failed. Nothing left.
    NotConnected,
    /// No whole answer in time.
    TimedOut,
    /// The connection broke after the request may have left.
    ConnectionLost,
    /// The gateway says no (4xx), with its reason.
    Rejected,
    /// The gateway does not take the session any more (401).
    SessionEnded,
    /// Signed in, but not permitted (403).
    Forbidden,
    /// Too many requests (429).
    Throttled,
    /// The gateway or something before it failed (5xx).
    Fault,
    /// The answer is not what the contract says: not the envelope, a redirect, contradictory, or data of another form.
    Unreadable,
    /// The answer is larger than the limit.
    TooLarge,
    /// The tokens could not be read from or written to the keychain.
    TokensUnavailable,
}

/// Why there was no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectFailure {
    /// The name is not known, or the network is down.
    NameLookup,
    /// Nothing listens there.
    Refused,
    /// TLS failed: certificate not trusted, expired, for another name, or no common version.
    Encryption,
    /// No answer to the attempt to connect.
    TimedOut,
    /// Something else on the way.
    Other,
}

/// What is known about a change after an error (`design.md`, The way of one load of funds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WriteOutcome {
    /// The gateway says no; nothing was changed.
    Refused,
    /// Nothing left this machine, or it was turned away at the door for want of a session.
    NotSent,
    /// It may or may not have been done.
    Unknown,
}

/// Why a request to the gateway did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayError {
    /// Which request. May be signing in, on the way to another.
    pub request: RequestName,
    /// What went wrong.
    pub kind: ErrorKind,
    /// The HTTP status, if an answer began.
    pub status: Option<u16>,
    /// The gateway's codes.
    pub codes: Vec<ApiErrorEntry>,
    /// The gateway's message, or the keychain's, cleaned like [`ApiErrorEntry::message`].
    pub message: Option<String>,
    /// Whether the body was the gateway's own envelope.
    pub has_envelope: bool,
    /// For [`ErrorKind::Forbidden`]: the permission that the gateway itself names, if it does.
    pub named_permission: Option<Permission>,
    /// For [`ErrorKind::NotConnected`]: why.
    pub connect_failure: Option<ConnectFailure>,
    /// How long the gateway asks to wait, in seconds.
    pub retry_after_seconds: Option<u64>,
}

impl GatewayError {
    pub(crate) const fn new(request: RequestName, kind: ErrorKind) -> Self {
        Self {
            request,
            kind,
            status: None,
            codes: Vec::new(),
            message: None,
            has_envelope: false,
            named_permission: None,
            connect_failure: None,
            retry_after_seconds: None,
        }
    }

    pub(crate) const fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Whether the gateway gave this code.
    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|entry| entry.code == code)
    }

    /// The first code of this answer that an operator is told something of their own about.
    #[must_use]
    pub fn known_code(&self) -> Option<KnownCode> {
        self.codes.iter().find_map(|entry| KnownCode::from_gateway(&entry.code))
    }

    /// For [`ErrorKind::Forbidden`]: the permission that is missing, as the gateway names it, or else the one that the
    /// contract names for this request. The session goes on.
    #[must_use]
    pub fn missing_permission(&self) -> Option<Permission> {
        if self.kind != ErrorKind::Forbidden {
            return None;
        }
        self.named_permission.clone().or_else(|| self.request.permission())
    }

    /// What this error means for something that was to be changed (`design.md`).
    ///
    /// A 401 and a 429 say that nothing was done. An answer that can't be read says nothing at all, whatever its status.
    /// 7006 (409) for a reference of ours means that the gateway knows the reference, so the money may have moved.
    #[must_use]
    pub fn write_outcome(&self) -> WriteOutcome {
        if self.request.is_sign_in() {
            return WriteOutcome::NotSent;
        }
        let carries_our_reference =
            matches!(self.request, RequestName::ChangeFunds | RequestName::AdjustFunds | RequestName::TransferBetweenCards);
        match self.kind {
            ErrorKind::NotFormed | ErrorKind::NotConnected | ErrorKind::TokensUnavailable => WriteOutcome::NotSent,
            ErrorKind::Rejected | ErrorKind::Forbidden if carries_our_reference && self.has_code("7006") => WriteOutcome::Unknown,
            ErrorKind::Rejected | ErrorKind::Forbidden | ErrorKind::Throttled => WriteOutcome::Refused,
            // The gateway's word for "not done" comes with a 500 here (assumed); no money is meant.
            ErrorKind::Fault if self.says_that_nothing_changed() => WriteOutcome::Refused,
            ErrorKind::SessionEnded if self.has_envelope => WriteOutcome::Refused,
            ErrorKind::SessionEnded
            | ErrorKind::TimedOut
            | ErrorKind::ConnectionLost
            | ErrorKind::Fault
            | ErrorKind::Unreadable
            | ErrorKind::TooLarge => WriteOutcome::Unknown,
        }
    }

    fn says_that_nothing_changed(&self) -> bool {
        match self.request {
            RequestName::LinkCard => self.has_code("7221"),
            RequestName::ChangeCardStatus | RequestName::RenameCard => self.has_code("7210"),
            _ => false,
        }
    }

    const fn explanation(&self) -> &'static str {
        match self.kind {
            ErrorKind::NotFormed => "what was given does not make a request; nothing was sent",
            ErrorKind::NotConnected => match self.connect_failure {
                Some(ConnectFailure::NameLookup) => "the gateway's name was not found: check the network and the address; nothing was sent",
                Some(ConnectFailure::Refused) => "nothing answers at the gateway's address: check it, or try later; nothing was sent",
                Some(ConnectFailure::Encryption) => {
                    "no trusted TLS connection could be made: check the address and this computer's date and certificates; nothing was sent"
                }
                Some(ConnectFailure::TimedOut) => "the gateway did not answer the attempt to connect; nothing was sent",
                Some(ConnectFailure::Other) | None => "no connection to the gateway: check the network; nothing was sent",
            },
            ErrorKind::TimedOut => "the gateway did not answer in time",
            ErrorKind::ConnectionLost => "the connection broke before the answer was complete",
            ErrorKind::Rejected => "the gateway refused it",
            ErrorKind::SessionEnded => "the gateway does not accept this session any more: sign in again",
            ErrorKind::Forbidden => "the company's application lacks the permission for it",
            ErrorKind::Throttled => "the gateway asks for fewer requests: wait a little",
            ErrorKind::Fault => "the gateway or something before it failed: try later",
            ErrorKind::Unreadable => "the answer is not one that the gateway's contract knows",
            ErrorKind::TooLarge => "the answer is larger than allowed",
            ErrorKind::TokensUnavailable => "the session's tokens could not be read or kept",
        }
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} failed: {}", self.request, self.explanation())?;
        if let Some(status) = self.status {
            write!(formatter, " (HTTP {status})")?;
        }
        if let Some(message) = &self.message {
            write!(formatter, ": {message}")?;
        }
        for entry in &self.codes {
            write!(formatter, "; {} {}", entry.code, entry.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for GatewayError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(request: RequestName, kind: ErrorKind) -> GatewayError {
        GatewayError::new(request, kind)
    }

    #[test]
    fn what_is_known_after_an_error_follows_the_designs_table() {
        use ErrorKind as Kind;
        use WriteOutcome::{NotSent, Refused, Unknown};
        let table = [
            (Kind::NotFormed, NotSent),
            (Kind::NotConnected, NotSent),
            (Kind::TokensUnavailable, NotSent),
            (Kind::Rejected, Refused),
            (Kind::Forbidden, Refused),
            (Kind::Throttled, Refused),
            (Kind::TimedOut, Unknown),
            (Kind::ConnectionLost, Unknown),
            (Kind::Fault, Unknown),
            (Kind::Unreadable, Unknown),
            (Kind::TooLarge, Unknown),
            (Kind::SessionEnded, Unknown),
        ];
        for request in [
            RequestName::ChangeFunds,
            RequestName::AdjustFunds,
            RequestName::TransferBetweenCards,
            RequestName::IssueCard,
            RequestName::RegisterCardholder,
        ] {
            for (kind, outcome) in table {
                assert_eq!(error(request, kind).write_outcome(), outcome, "{request:?} {kind:?}");
            }
        }
    }

    #[test]
    fn a_401_in_the_gateways_own_words_says_that_nothing_was_done() {
        let readable = GatewayError { has_envelope: true, ..error(RequestName::ChangeFunds, ErrorKind::SessionEnded) };
        assert_eq!(readable.write_outcome(), WriteOutcome::Refused);
    }

    #[test]
    fn a_reference_that_the_gateway_knows_already_is_unknown_and_not_refused() {
        let entry = ApiErrorEntry { code: "7006".to_owned(), message: String::new(), field: None };
        for (request, outcome) in [
            (RequestName::ChangeFunds, WriteOutcome::Unknown),
            (RequestName::AdjustFunds, WriteOutcome::Unknown),
            (RequestName::TransferBetweenCards, WriteOutcome::Unknown),
            (RequestName::RegisterCardholder, WriteOutcome::Refused),
        ] {
            let known = GatewayError { codes: vec![entry.clone()], ..error(request, ErrorKind::Rejected) };
            assert_eq!(known.write_outcome(), outcome, "{request:?}");
        }
    }

    #[test]
    fn trouble_while_signing_in_never_makes_the_job_itself_unknown() {
        for request in [RequestName::LogIn, RequestName::RefreshTokens] {
            for kind in [ErrorKind::TimedOut, ErrorKind::Fault, ErrorKind::Rejected, ErrorKind::Unreadable] {
                assert_eq!(error(request, kind).write_outcome(), WriteOutcome::NotSent);
            }
        }
    }
}
