//! The words of `domain` as the window gets them, and what several views share.

use cardesk_domain as domain;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;

/// The environment a profile belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// The built-in sandbox.
    Practice,
    /// The issuer's QA system.
    Qa,
    /// Real people, real money.
    Production,
}

impl From<domain::Environment> for Environment {
    fn from(environment: domain::Environment) -> Self {
        match environment {
            domain::Environment::Practice => Self::Practice,
            domain::Environment::Qa => Self::Qa,
            domain::Environment::Production => Self::Production,
        }
    }
}

impl From<Environment> for domain::Environment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Practice => Self::Practice,
            Environment::Qa => Self::Qa,
            Environment::Production => Self::Production,
        }
    }
}

/// The state of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// Issued, not yet activated.
    Inactive,
    /// In use.
    Active,
    /// Blocked by the desk or the issuer.
    Blocked,
    /// A state that this version does not know; the view carries the gateway's own word beside it.
    Other,
}

impl From<&domain::CardState> for CardState {
    fn from(state: &domain::CardState) -> Self {
        match state {
            domain::CardState::Inactive => Self::Inactive,
            domain::CardState::Active => Self::Active,
            domain::CardState::Blocked => Self::Blocked,
            domain::CardState::Other(_) => Self::Other,
        }
    }
}

/// What an operation does at the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// Money onto a card.
    Load,
    /// Money off a card.
    Withdrawal,
    /// A new physical card.
    Issue,
    /// Money onto a card, on the issuer's side.
    AdjustmentLoad,
    /// Money off a card, on the issuer's side.
    AdjustmentWithdrawal,
    /// Money from one card to another.
    Transfer,
}

impl From<domain::OperationKind> for OperationKind {
    fn from(kind: domain::OperationKind) -> Self {
        match kind {
            domain::OperationKind::Load => Self::Load,
            domain::OperationKind::Withdrawal => Self::Withdrawal,
            domain::OperationKind::Issue => Self::Issue,
            domain::OperationKind::AdjustmentLoad => Self::AdjustmentLoad,
            domain::OperationKind::AdjustmentWithdrawal => Self::AdjustmentWithdrawal,
            domain::OperationKind::Transfer => Self::Transfer,
        }
    }
}

/// What settling an unknown outcome rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The gateway shows the movement, or the card.
    Evidence,
    /// A person says so, with a reason.
    Person,
}

impl From<domain::Basis> for Basis {
    fn from(basis: domain::Basis) -> Self {
        match basis {
            domain::Basis::Evidence => Self::Evidence,
            domain::Basis::Person => Self::Person,
        }
    }
}

/// What came between a request and its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// No request could be made of what was given.
    NotFormed,
    /// The gateway's name was not found.
    NameNotFound,
    /// Nothing answers at the gateway's address.
    ConnectionRefused,
    /// No trusted encrypted connection could be made.
    NotTrusted,
    /// There was no connection, for another reason.
    NotConnected,
    /// The session's tokens could not be read or kept.
    TokensUnavailable,
    /// No whole answer came in time.
    TimedOut,
    /// The connection broke before the answer was complete.
    ConnectionLost,
    /// The gateway said no.
    Rejected,
    /// The gateway did not take the session.
    SessionEnded,
    /// The company's application may not do it.
    Forbidden,
    /// The gateway asked for fewer requests.
    Throttled,
    /// The gateway, or something before it, failed.
    Fault,
    /// The answer can't be read.
    Unreadable,
    /// The answer is about something else than what was asked.
    AboutSomethingElse,
    /// The program ended before the outcome was known.
    ProgramEnded,
    /// The outcome was known and could not be written down.
    OutcomeNotWritten,
}

impl From<domain::operation::Cause> for Cause {
    fn from(cause: domain::operation::Cause) -> Self {
        use domain::operation::Cause as Known;
        match cause {
            Known::NotFormed => Self::NotFormed,
            Known::NameNotFound => Self::NameNotFound,
            Known::ConnectionRefused => Self::ConnectionRefused,
            Known::NotTrusted => Self::NotTrusted,
            Known::NotConnected => Self::NotConnected,
            Known::TokensUnavailable => Self::TokensUnavailable,
            Known::TimedOut => Self::TimedOut,
            Known::ConnectionLost => Self::ConnectionLost,
            Known::Rejected => Self::Rejected,
            Known::SessionEnded => Self::SessionEnded,
            Known::Forbidden => Self::Forbidden,
            Known::Throttled => Self::Throttled,
            Known::Fault => Self::Fault,
            Known::Unreadable => Self::Unreadable,
            Known::AboutSomethingElse => Self::AboutSomethingElse,
            Known::ProgramEnded => Self::ProgramEnded,
            Known::OutcomeNotWritten => Self::OutcomeNotWritten,
        }
    }
}

/// How a newer operation names an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// It takes an applied operation back.
    Corrects,
    /// It does again what was not applied.
    MakesAgain,
    /// It was made although one like it had no outcome yet.
    Despite,
}

impl From<domain::LinkKind> for LinkKind {
    fn from(kind: domain::LinkKind) -> Self {
        match kind {
            domain::LinkKind::Corrects => Self::Corrects,
            domain::LinkKind::MakesAgain => Self::MakesAgain,
            domain::LinkKind::Despite => Self::Despite,
        }
    }
}

/// Where an operation stands (`domain::operation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Written down; nothing is meant yet.
    Drafted,
    /// Given up before anything was sent.
    Discarded,
    /// On its way.
    Intent,
    /// Done, by the gateway's word.
    Applied,
    /// Not done, by the gateway's word.
    Refused,
    /// Nothing left this machine.
    NotSent,
    /// It may or may not have been done; it is looked up and never sent again.
    Unknown,
    /// Was unknown; evidence says that it was done.
    SettledApplied,
    /// Was unknown; it was settled as not done.
    SettledNotApplied,
}

impl From<domain::OperationState> for OperationState {
    fn from(state: domain::OperationState) -> Self {
        match state {
            domain::OperationState::Drafted => Self::Drafted,
            domain::OperationState::Discarded => Self::Discarded,
            domain::OperationState::Intent => Self::Intent,
            domain::OperationState::Applied => Self::Applied,
            domain::OperationState::Refused => Self::Refused,
            domain::OperationState::NotSent => Self::NotSent,
            domain::OperationState::Unknown => Self::Unknown,
            domain::OperationState::SettledApplied => Self::SettledApplied,
            domain::OperationState::SettledNotApplied => Self::SettledNotApplied,
        }
    }
}

/// How old a view's content is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Freshness {
    /// When the gateway said so; `null` if it never did.
    pub fetched_at: Option<String>,
    /// Whether this is the desk's own copy, because the gateway could not be asked.
    pub is_stale: bool,
    /// Why the gateway could not be asked.
    pub error: Option<ErrorView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The word that crosses to the window.
    fn word(value: impl Serialize) -> String {
        serde_json::to_value(value).expect("JSON").as_str().expect("a word").to_owned()
    }

    #[test]
    fn the_words_are_the_domains_own() {
        for state in domain::OperationState::ALL {
            assert_eq!(word(OperationState::from(state)), state.as_str());
        }
        for kind in domain::OperationKind::ALL {
            assert_eq!(word(OperationKind::from(kind)), kind.as_str());
        }
        for basis in [domain::Basis::Evidence, domain::Basis::Person] {
            assert_eq!(word(Basis::from(basis)), basis.as_str());
        }
        for cause in domain::operation::Cause::ALL {
            assert_eq!(word(Cause::from(cause)), cause.as_str());
        }
        for kind in domain::LinkKind::ALL {
            assert_eq!(word(LinkKind::from(kind)), kind.as_str());
        }
        for environment in [domain::Environment::Practice, domain::Environment::Qa, domain::Environment::Production] {
            assert_eq!(word(Environment::from(environment)), environment.as_str());
        }
    }
}
