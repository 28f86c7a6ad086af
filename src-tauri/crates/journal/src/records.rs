//! What the desk keeps of the gateway's cardholders and cards.
//!
//! Owns the shape of a copy; the gateway's word is final, and every copy says when it was seen. Leaves searching to
//! `directory`.

use std::fmt;

use cardesk_domain::{Amount, CardId, CardState, CardholderId, Currency, LastFour};
use jiff::Timestamp;

/// How a cardholder came into this desk's directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardholderSource {
    /// Registered at this desk.
    RegisteredHere,
    /// Seen in the gateway's listing or search.
    Gateway,
}

/// A cardholder as last seen at the gateway, and what this desk knows besides.
///
/// What the gateway leaves out is `None`, or empty where a field is no option; writing that keeps what was known. Its `Debug` shows the id
/// alone, since logs carry no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct CardholderRecord {
    /// The gateway's id.
    pub id: CardholderId,
    /// First names.
    pub first_name: String,
    /// Last names.
    pub last_name: String,
    /// The e-mail address with which the cardholder signs in.
    pub username: String,
    /// In the form of E.164, `+50255551234`.
    pub phone_number: Option<String>,
    /// The postal address, in one line.
    pub address: Option<String>,
    /// ISO 3166 alpha-3, `GTM`.
    pub country_of_birth: Option<String>,
    /// City or region.
    pub place_of_birth: Option<String>,
    /// The gateway's word: `M`, `F`, `OTHER`, or another.
    pub gender: Option<String>,
    /// The gateway's word, for example `soltero`.
    pub marital_status: Option<String>,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// The gateway's word, for example `DPI`.
    pub document_type: Option<String>,
    /// As written on the document.
    pub document_number: Option<String>,
    /// The tax number, if there is one.
    pub nit: Option<String>,
    /// The gateway's word for the cardholder's status.
    pub status: Option<String>,
    /// When the gateway says that the cardholder was registered.
    pub registered_at: Option<Timestamp>,
    /// How the cardholder came into the directory. Once [`CardholderSource::RegisteredHere`], always that.
    pub source: CardholderSource,
    /// When this copy was taken. An older copy never replaces a newer one.
    pub seen_at: Timestamp,
}

impl fmt::Debug for CardholderRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CardholderRecord").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The month until whose end a card is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardExpiry {
    /// 1 to 12.
    pub month: u8,
    /// Four digits.
    pub year: u16,
}

/// A card as last seen at the gateway. Writing `None`, or a state without a word, keeps what was known.
#[derive(Clone, PartialEq, Eq)]
pub struct CardRecord {
    /// The gateway's id.
    pub id: CardId,
    /// Whose card it is; must be in the directory.
    pub cardholder_id: CardholderId,
    /// The last four digits of the PAN, where they are known.
    pub last_four: Option<LastFour>,
    /// The name that the card was given.
    pub alias: Option<String>,
    /// The card's state.
    pub state: CardState,
    /// The currency of its amounts.
    pub currency: Option<Currency>,
    /// The gateway's balance at `seen_at`.
    pub balance: Option<Amount>,
    /// Debits not yet booked, at `seen_at`.
    pub pending_debits: Option<Amount>,
    /// Credits not yet booked, at `seen_at`.
    pub pending_credits: Option<Amount>,
    /// Until when the card is valid.
    pub expiry: Option<CardExpiry>,
    /// The name embossed on the plastic.
    pub embossed_name: Option<String>,
    /// When the card was issued.
    pub issued_at: Option<Timestamp>,
    /// When the cardholder activated it.
    pub activated_at: Option<Timestamp>,
    /// When this copy was taken. An older copy never replaces a newer one.
    pub seen_at: Timestamp,
}

impl fmt::Debug for CardRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CardRecord")
            .field("id", &self.id)
            .field("cardholder_id", &self.cardholder_id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
