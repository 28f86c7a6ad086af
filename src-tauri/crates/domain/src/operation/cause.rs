//! Why an operation has no outcome, was not sent, or was refused, where that can be said without the gateway's own words.
//!
//! Owns the causes and their stable words. The sentences are the window's, in the operator's language.

/// What came between a request and its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 17] = [
        Self::NotFormed,
        Self::NameNotFound,
        Self::ConnectionRefused,
        Self::NotTrusted,
        Self::NotConnected,
        Self::TokensUnavailable,
        Self::TimedOut,
        Self::ConnectionLost,
        Self::Rejected,
        Self::SessionEnded,
        Self::Forbidden,
        Self::Throttled,
        Self::Fault,
        Self::Unreadable,
        Self::AboutSomethingElse,
        Self::ProgramEnded,
        Self::OutcomeNotWritten,
    ];

    /// The stable word used in the journal and on the wire to the UI.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFormed => "not_formed",
            Self::NameNotFound => "name_not_found",
            Self::ConnectionRefused => "connection_refused",
            Self::NotTrusted => "not_trusted",
            Self::NotConnected => "not_connected",
            Self::TokensUnavailable => "tokens_unavailable",
            Self::TimedOut => "timed_out",
            Self::ConnectionLost => "connection_lost",
            Self::Rejected => "rejected",
            Self::SessionEnded => "session_ended",
            Self::Forbidden => "forbidden",
            Self::Throttled => "throttled",
            Self::Fault => "fault",
            Self::Unreadable => "unreadable",
            Self::AboutSomethingElse => "about_something_else",
            Self::ProgramEnded => "program_ended",
            Self::OutcomeNotWritten => "outcome_not_written",
        }
    }

    /// The cause for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_word_of_its_own() {
        for cause in Cause::ALL {
            assert_eq!(Cause::from_word(cause.as_str()), Some(cause));
        }
    }
}
