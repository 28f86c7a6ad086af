//! The one table of the gateway's operations: name, method, path, how well it is known, and what goes with it.
//!
//! The client forms every request from these rows, so a correction from a real contract is made here and nowhere else.
//! What is in a body is left to the file of its resource.

use std::fmt;

use cardesk_domain::{CardOperation, Permission};
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
    /// Making types of transfers.
    CreateTransferTypes,
    /// Associating a card that exists already.
    AssociateCard,
    /// Blocking or unblocking a card.
    ChangeCardStatus,
    /// Changing a card's alias.
    RenameCard,
    /// Reading a card's CVV.
    RevealCvv,
    /// Asking for a month's statement.
    RequestStatement,
    /// Reading a month's statement.
    ReadStatement,
    /// Setting or changing a card's PIN.
    SetPin,
    /// Setting or changing a user's PIN on a shared card.
    SetUserPin,
    /// Finding out whether a PIN is right.
    VerifyPin,
    /// Asking for a one-time code for a cardholder.
    RequestOneTimeCode,
    /// Exchanging a one-time code for an elevated session.
    VerifyOneTimeCode,
    /// Linking a card of somebody else.
    LinkCard,
    /// Listing the linked cards of a cardholder.
    ListLinkedCards,
    /// Changing a linked card's alias.
    RenameLinkedCard,
    /// Unlinking a card.
    UnlinkCard,
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
    /// Changes a part of something.
    Patch,
    /// Takes something away.
    Delete,
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
    /// What a 401 is about that comes with a token which is a moment old.
    pub denial: Denial401,
}

/// What a 401 is about that comes with a token which is a moment old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial401 {
    /// The session: it is over.
    Session,
    /// What was given in the request, a code: that is not taken, and the session goes on.
    Given,
}

const fn row(name: RequestName, method: Method, path: &'static str, known: Known, identity: Identity, repeat: Repeat) -> Row {
    Row { name, method, path, known, identity, repeat, denial: Denial401::Session }
}

/// The same row of a request that gives a code.
const fn giving_a_code(row: Row) -> Row {
    Row { denial: Denial401::Given, ..row }
}

use Identity::{Bearer, BearerAndApplication, None as Nobody};
use Known::{Assumed, Documented};
use Method::{Delete, Get, Patch, Post, Put};
use RequestName as Name;

/// The table (`gateway-api.md`).
#[rustfmt::skip]
pub const ROWS: [Row; 33] = [
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
    row(Name::CreateTransferTypes,  Post, "/card-transfers/types",              Documented, BearerAndApplication, Repeat::Change),
    row(Name::AssociateCard,        Post, "/users/{userId}/cards",              Documented, BearerAndApplication, Repeat::Change),
    row(Name::ChangeCardStatus,     Patch, "/cards/{cardId}/status",            Assumed,    BearerAndApplication, Repeat::Change),
    row(Name::RenameCard,           Patch, "/cards/{cardId}/alias",             Assumed,    BearerAndApplication, Repeat::Change),
    // It reads, but it shows a secret: once for each time that somebody asked.
    row(Name::RevealCvv,            Get,  "/cards/{cardId}/cvv",                Assumed,    BearerAndApplication, Repeat::Change),
    row(Name::RequestStatement,     Post, "/cards/{cardId}/statements",         Assumed,    BearerAndApplication, Repeat::Change),
    row(Name::ReadStatement,        Get,  "/cards/{cardId}/statements/{month}/{year}", Assumed, BearerAndApplication, Repeat::Read),
    row(Name::SetPin,               Post, "/cards/{cardId}/pin",                Documented, BearerAndApplication, Repeat::Change),
    row(Name::SetUserPin,           Post, "/cards/{cardId}/users/{authUserId}/pin", Documented, BearerAndApplication, Repeat::Change),
    row(Name::VerifyPin,            Post, "/cards/{cardId}/pin/verification",   Assumed,    BearerAndApplication, Repeat::Change),
    row(Name::RequestOneTimeCode,   Post, "/users/auth/otp",                    Documented, Bearer,               Repeat::Change),
    giving_a_code(row(Name::VerifyOneTimeCode, Put, "/users/auth/otp",          Documented, Bearer,               Repeat::Change)),
    row(Name::LinkCard,             Post, "/users/{userId}/linked-cards",       Documented, BearerAndApplication, Repeat::Change),
    row(Name::ListLinkedCards,      Get,  "/users/{userId}/linked-cards",       Documented, BearerAndApplication, Repeat::Read),
    row(Name::RenameLinkedCard,     Patch, "/users/{userId}/linked-cards/{associationId}", Documented, BearerAndApplication, Repeat::Change),
    row(Name::UnlinkCard,           Delete, "/users/{userId}/linked-cards/{associationId}", Documented, BearerAndApplication, Repeat::Change),
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
            Self::CreateTransferTypes => "making the types of transfers",
            Self::AssociateCard => "associating the card",
            Self::ChangeCardStatus => "changing the card's state",
            Self::RenameCard => "changing the card's alias",
            Self::RevealCvv => "reading the card's CVV",
            Self::RequestStatement => "asking for the statement",
            Self::ReadStatement => "reading the statement",
            Self::SetPin | Self::SetUserPin => "setting the PIN",
            Self::VerifyPin => "verifying the PIN",
            Self::RequestOneTimeCode => "asking for a one-time code",
            Self::VerifyOneTimeCode => "checking the one-time code",
            Self::LinkCard => "linking the card",
            Self::ListLinkedCards => "listing the linked cards",
            Self::RenameLinkedCard => "changing the linked card's alias",
            Self::UnlinkCard => "unlinking the card",
        }
    }

    /// The permission that the contract names for it, if it names one. Which name goes with which request is assumed where
    /// the words do not say it themselves.
    #[must_use]
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::RegisterCardholder | Self::RegisterByInvitation | Self::CreateInvitationCode => Some(Permission::UserRegistration),
            Self::ListCards => Some(Permission::GetCards),
            Self::ReadCard => CardOperation::ReadDetails.permission(),
            Self::ActivateCard => CardOperation::Activate.permission(),
            Self::ListMovements => CardOperation::ReadMovements.permission(),
            Self::TransferBetweenCards => CardOperation::TransferFrom.permission(),
            Self::ChangeCardStatus => CardOperation::Block.permission(),
            Self::RenameCard => CardOperation::Rename.permission(),
            Self::RevealCvv => CardOperation::RevealCvv.permission(),
            Self::SetPin | Self::SetUserPin => CardOperation::SetPin.permission(),
            _ => None,
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
            let only_reads = row.method == Get && row.name != Name::RevealCvv;
            assert_eq!(row.repeat == Repeat::Read, only_reads, "{:?}", row.name);
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
