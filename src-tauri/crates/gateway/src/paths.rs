//! The one table of the gateway's operations: name, method, path, how well it is known, and what goes with it.
//!
//! The client forms every request from these rows, so a correction from a real contract is made here and nowhere else.
//! What is in a body is left to the file of its resource.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::retry::Repeat;

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name of a request, for errors and logs. It never contains an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestName {
    /// Signing in as an application.
    LogIn,
    /// Exchanging the refresh token for a new pair.
    RefreshTokens,
    /// Asking whether the gateway is up.
    Health,
    /// Registering a cardholder with personal information.
    RegisterCardholder,
    /// Registering a cardholder by invitation code.
    RegisterByInvitation,
    /// Making an invitation code.
    CreateInvitationCode,
    /// Searching the cardholders.
    FindCardholders,
    /// Reading one cardholder.
    ReadCardholder,
    /// Issuing a physical card.
    IssueCard,
    /// Listing a cardholder's cards.
    ListCards,
    /// Reading one card.
    ReadCard,
    /// Activating a card.
    ActivateCard,
    /// Loading or withdrawing from a channel.
    ChangeFunds,
    /// The issuer's own adjustment.
    AdjustFunds,
    /// Reading the movements of a month.
    ListMovements,
    /// Moving money from card to card.
    TransferBetweenCards,
    /// Reading one transfer.
    ReadTransfer,
}

/// How well a row is known (`gateway-api.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Method, path and body are public.
    Documented,
    /// The operation is documented, its path or body is not public.
    Assumed,
}

/// The HTTP methods that the table uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes or does something.
    Post,
    /// Changes something.
    Put,
}

/// What identifies the caller on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Nothing: signing in and health.
    None,
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: Bearer …` and `x-application-id`: card operations.
    BearerAndApplication,
}

/// One operation of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: RequestName,
    /// Its method.
    pub method: Method,
    /// Its path, with `{…}` where a value goes.
    pub path: &'static str,
    /// How well it is known.
    pub known: Known,
    /// What identifies the caller.
    pub identity: Identity,
    /// What may be sent a second time.
    pub repeat: Repeat,
}

const fn row(name: RequestName, method: Method, path: &'static str, known: Known, identity: Identity, repeat: Repeat) -> Row {
    Row { name, method, path, known, identity, repeat }
}

use Identity::{Bearer, BearerAndApplication, None as Nobody};
use Known::{Assumed, Documented};
use Method::{Get, Post, Put};
use RequestName as Name;

/// The table (`gateway-api.md`).
#[rustfmt::skip]
pub const ROWS: [Row; 17] = [
    row(Name::LogIn,                Post, "/auth/login",                        Documented, Nobody,               Repeat::Never),
    row(Name::RefreshTokens,        Post, "/auth/refresh",                      Assumed,    Nobody,               Repeat::Never),
    row(Name::Health,               Get,  "/health",                            Documented, Nobody,               Repeat::Read),
    row(Name::RegisterCardholder,   Post, "/users",                             Documented, Bearer,               Repeat::Never),
    row(Name::RegisterByInvitation, Post, "/users",                             Documented, Bearer,               Repeat::Never),
    row(Name::CreateInvitationCode, Post, "/users/invitation-code",             Documented, Bearer,               Repeat::Never),
    row(Name::FindCardholders,      Get,  "/users",                             Assumed,    Bearer,               Repeat::Read),
    row(Name::ReadCardholder,       Get,  "/users/{userId}",                    Assumed,    Bearer,               Repeat::Read),
    row(Name::IssueCard,            Post, "/users/{userId}/cards/virtuals",     Documented, BearerAndApplication, Repeat::Never),
    row(Name::ListCards,            Get,  "/users/{userId}/cards",              Assumed,    BearerAndApplication, Repeat::Read),
    row(Name::ReadCard,             Get,  "/cards/{cardId}",                    Assumed,    BearerAndApplication, Repeat::Read),
    row(Name::ActivateCard,         Post, "/users/{userId}/cards/activation",   Assumed,    BearerAndApplication, Repeat::Never),
    row(Name::ChangeFunds,          Post, "/cards/{cardId}/funds",              Documented, BearerAndApplication, Repeat::Funds),
    row(Name::AdjustFunds,          Put,  "/cards/{cardId}/funds",              Documented, BearerAndApplication, Repeat::Funds),
    row(Name::ListMovements,        Get,  "/cards/{cardId}/transfers/{month}/{year}", Documented, BearerAndApplication, Repeat::Read),
    row(Name::TransferBetweenCards, Post, "/cards/transfer",                    Documented, BearerAndApplication, Repeat::Funds),
    row(Name::ReadTransfer,         Get,  "/card-transfers/{id}",               Documented, BearerAndApplication, Repeat::Read),
];

impl RequestName {
    /// The row of this request. The table is in the order of the names; a test holds it to that.
    #[must_use]
    pub const fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// What it does, in words that fit "… failed".
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LogIn => "signing in",
            Self::RefreshTokens => "renewing the session",
            Self::Health => "checking the gateway's health",
            Self::RegisterCardholder => "registering the cardholder",
            Self::RegisterByInvitation => "registering by invitation",
            Self::CreateInvitationCode => "making an invitation code",
            Self::FindCardholders => "searching the cardholders",
            Self::ReadCardholder => "reading the cardholder",
            Self::IssueCard => "issuing the card",
            Self::ListCards => "listing the cardholder's cards",
            Self::ReadCard => "reading the card",
            Self::ActivateCard => "activating the card",
            Self::ChangeFunds => "changing the card's funds",
            Self::AdjustFunds => "adjusting the card's funds",
            Self::ListMovements => "reading the card's movements",
            Self::TransferBetweenCards => "transferring from card to card",
            Self::ReadTransfer => "reading the transfer",
        }
    }

    /// Whether it belongs to the session rather than to a job: while it runs, the job's own request has not been taken.
    #[must_use]
    pub const fn is_sign_in(self) -> bool {
        matches!(self, Self::LogIn | Self::RefreshTokens)
    }
}

impl fmt::Display for RequestName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Row {
    /// The path with its values in place, each percent-encoded as one segment. `None` if a value is missing, is left
    /// over, or is a dot segment, which would climb to another path even when it is encoded (URL Standard, 4.4).
    #[must_use]
    pub fn path_with(&self, values: &[&str]) -> Option<String> {
        let mut filled = String::with_capacity(self.path.len() + 48);
        let mut values = values.iter();
        for segment in self.path.split('/').skip(1) {
            filled.push('/');
            if segment.starts_with('{') {
                let value = values.next().filter(|value| !matches!(**value, "" | "." | ".."))?;
                filled.extend(utf8_percent_encode(value, SEGMENT));
            } else {
                filled.push_str(segment);
            }
        }
        values.next().is_none().then_some(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_finds_its_own_row() {
        for row in &ROWS {
            assert_eq!(row.name.row(), row);
        }
    }

    #[test]
    fn only_reads_are_repeated_as_reads_and_only_money_as_funds() {
        for row in &ROWS {
            assert_eq!(row.repeat == Repeat::Read, row.method == Get, "{:?}", row.name);
            let moves_money = row.path.ends_with("/funds") || row.path == "/cards/transfer";
            assert_eq!(row.repeat == Repeat::Funds, moves_money, "{:?}", row.name);
        }
    }

    #[test]
    fn a_value_stays_within_its_segment() {
        let row = RequestName::ReadCardholder.row();
        assert_eq!(row.path_with(&["a/b?c#d é"]).as_deref(), Some("/users/a%2Fb%3Fc%23d%20%C3%A9"));
        for climbing in ["..", ".", ""] {
            assert_eq!(row.path_with(&[climbing]), None, "{climbing:?}");
        }
        assert_eq!(row.path_with(&[]), None);
        assert_eq!(row.path_with(&["a", "b"]), None);
    }
}
