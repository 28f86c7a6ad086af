//! From what the gateway says to the desk's copy of it, and from the copy to what the window sees.
//!
//! Owns both translations, so that every screen shows the same thing. What is not known stays `None`.

use std::str::FromStr;

use cardesk_domain::registration::{DocumentType as DomainDocument, Gender as DomainGender, MaritalStatus as DomainStatus};
use cardesk_domain::{Amount, CardId, CardholderId, LastFour};
use cardesk_gateway::{Card, Cardholder};
use cardesk_journal::{Addressee, CardExpiry, CardRecord, CardholderRecord, CardholderSource, InsertRecord, InsertState};
use jiff::Timestamp;

use crate::view::{
    CardBadge, CardState, CardSummary, CardholderProfile, CardholderRow, DocumentType, ExpiryView, Gender, InsertState as InsertStateWord,
    InsertView, MaritalStatus, SentTo,
};

/// The desk's copy of a cardholder that the gateway showed.
pub(crate) fn cardholder_record(cardholder: Cardholder, seen_at: Timestamp) -> CardholderRecord {
    CardholderRecord {
        id: cardholder.id,
        first_name: cardholder.first_name.unwrap_or_default(),
        last_name: cardholder.last_name.unwrap_or_default(),
        username: cardholder.username.unwrap_or_default(),
        phone_number: cardholder.phone_number,
        address: cardholder.address,
        country_of_birth: cardholder.country_of_birth,
        place_of_birth: cardholder.place_of_birth,
        gender: cardholder.gender.map(|word| word.as_str().to_owned()),
        marital_status: cardholder.marital_status.map(|word| word.as_str().to_owned()),
        date_of_birth: cardholder.date_of_birth.map(|date| date.to_string()),
        document_type: cardholder.document_type.map(|word| word.as_str().to_owned()),
        document_number: cardholder.document_number,
        nit: cardholder.nit,
        status: cardholder.status,
        registered_at: cardholder.created_at,
        source: CardholderSource::Gateway,
        seen_at,
    }
}

/// The desk's copy of a card that the gateway showed for `owner`, who was asked about.
pub(crate) fn card_record(card: Card, owner: &CardholderId, seen_at: Timestamp) -> CardRecord {
    CardRecord {
        id: card.id,
        cardholder_id: card.cardholder_id.unwrap_or_else(|| owner.clone()),
        last_four: card.masked_pan.map(|masked| masked.last_four().clone()),
        alias: card.alias,
        state: card.state,
        currency: card.currency,
        balance: card.balance,
        pending_debits: card.pending_debits,
        pending_credits: card.pending_credits,
        expiry: card.expiry.map(|expiry| CardExpiry { month: expiry.month, year: expiry.year }),
        embossed_name: card.cardholder_name,
        issued_at: card.created_at,
        activated_at: card.activated_at,
        seen_at,
    }
}

/// `Ramírez Núñez, María José`; one name alone where the other is not known. Where neither is, as of those who were invited,
/// the e-mail address, and without one the id.
pub(crate) fn display_name(cardholder: &CardholderRecord) -> String {
    let CardholderRecord { id, first_name, last_name, username, .. } = cardholder;
    name_of(id, first_name, last_name, username)
}

/// The same of an insert's addressee.
pub(crate) fn addressee_name(addressee: &Addressee) -> String {
    let Addressee { id, first_name, last_name, username, .. } = addressee;
    name_of(id, first_name, last_name, username)
}

fn name_of(id: &CardholderId, first_name: &str, last_name: &str, username: &str) -> String {
    match (last_name.trim(), first_name.trim()) {
        ("", "") if username.trim().is_empty() => id.to_string(),
        ("", "") => username.to_owned(),
        (last, "") => last.to_owned(),
        ("", first) => first.to_owned(),
        (last, first) => format!("{last}, {first}"),
    }
}

/// The amount as it crosses to the window: canonical, with two places at least.
pub(crate) fn amount_text(amount: Amount) -> String {
    amount.to_json_text()
}

fn gender(word: &str) -> Option<Gender> {
    DomainGender::from_wire_word(word).map(|gender| match gender {
        DomainGender::Male => Gender::Male,
        DomainGender::Female => Gender::Female,
        DomainGender::Other => Gender::Other,
    })
}

fn marital_status(word: &str) -> Option<MaritalStatus> {
    DomainStatus::from_wire_word(word).map(|status| match status {
        DomainStatus::Soltero => MaritalStatus::Soltero,
        DomainStatus::Casado => MaritalStatus::Casado,
        DomainStatus::Viudo => MaritalStatus::Viudo,
        DomainStatus::Divorciado => MaritalStatus::Divorciado,
        DomainStatus::Separado => MaritalStatus::Separado,
    })
}

fn document_type(word: &str) -> Option<DocumentType> {
    DomainDocument::from_wire_word(word).map(|kind| match kind {
        DomainDocument::Dpi => DocumentType::Dpi,
        DomainDocument::Nit => DocumentType::Nit,
        DomainDocument::Passport => DocumentType::Passport,
        DomainDocument::LegalId => DocumentType::LegalId,
        DomainDocument::PersonalId => DocumentType::PersonalId,
        DomainDocument::ResidenceId => DocumentType::ResidenceId,
    })
}

/// Who somebody is, with the link that their insert carries.
pub(crate) fn profile_view(cardholder: &CardholderRecord, activation_link: String) -> CardholderProfile {
    let word = |word: &Option<String>| word.as_deref().map(ToOwned::to_owned);
    CardholderProfile {
        cardholder_id: cardholder.id.to_string(),
        display_name: display_name(cardholder),
        first_name: cardholder.first_name.clone(),
        last_name: cardholder.last_name.clone(),
        username: cardholder.username.clone(),
        phone_number: cardholder.phone_number.clone().unwrap_or_default(),
        address: word(&cardholder.address),
        country_of_birth: word(&cardholder.country_of_birth),
        place_of_birth: word(&cardholder.place_of_birth),
        gender: cardholder.gender.as_deref().and_then(gender),
        marital_status: cardholder.marital_status.as_deref().and_then(marital_status),
        date_of_birth: word(&cardholder.date_of_birth),
        document_type: cardholder.document_type.as_deref().and_then(document_type),
        document_number: word(&cardholder.document_number),
        nit: word(&cardholder.nit),
        status: word(&cardholder.status),
        registered_at: cardholder.registered_at.map(|at| at.to_string()),
        activation_link,
    }
}

/// A row of the list.
pub(crate) fn row_view(cardholder: &CardholderRecord, cards: &[CardRecord]) -> CardholderRow {
    CardholderRow {
        cardholder_id: cardholder.id.to_string(),
        display_name: display_name(cardholder),
        document_type: cardholder.document_type.as_deref().and_then(document_type),
        document_number: cardholder.document_number.clone(),
        username: cardholder.username.clone(),
        phone_number: cardholder.phone_number.clone().unwrap_or_default(),
        cards: cards.iter().rev().map(badge_view).collect(),
    }
}

fn badge_view(card: &CardRecord) -> CardBadge {
    CardBadge { card_id: card.id.to_string(), last_four: last_four_text(card.last_four.as_ref()), state: CardState::from(&card.state) }
}

/// The last four digits; empty while the gateway has not shown them.
pub(crate) fn last_four_text(last_four: Option<&LastFour>) -> String {
    last_four.map(ToString::to_string).unwrap_or_default()
}

/// A card in a list, with the inserts of its cardholder, and whether another comes in its place, for telling whether one is
/// still needed.
pub(crate) fn card_summary(card: &CardRecord, inserts: &[InsertRecord], is_given_up: bool) -> CardSummary {
    CardSummary {
        card_id: card.id.to_string(),
        cardholder_id: card.cardholder_id.to_string(),
        last_four: last_four_text(card.last_four.as_ref()),
        alias: card.alias.clone(),
        state: CardState::from(&card.state),
        state_word: card.state.as_str().to_owned(),
        currency: card.currency.map(|currency| currency.to_string()),
        balance: card.balance.map(amount_text),
        expiry: card.expiry.map(|expiry| ExpiryView { month: expiry.month, year: expiry.year }),
        issued_at: card.issued_at.map(|at| at.to_string()),
        needs_insert: card.state.needs_insert(valid_insert(card.id, inserts).is_some(), is_given_up),
    }
}

/// The insert of a card that is valid now; one that names no card stands for all of its cardholder's.
fn valid_insert(card: CardId, inserts: &[InsertRecord]) -> Option<&InsertRecord> {
    inserts.iter().find(|insert| insert.state == InsertState::Printed && insert.card_id.is_none_or(|known| known == card))
}

/// A printed insert; the reason for voiding it stands at the one that replaced it, if one did.
pub(crate) fn insert_view(insert: &InsertRecord, all: &[InsertRecord]) -> InsertView {
    let replacement = insert.voided_by.as_ref().and_then(|serial| all.iter().find(|other| other.serial == *serial));
    InsertView {
        serial: insert.serial.clone(),
        card_id: insert.card_id.map(|id| id.to_string()),
        last_four: insert.last_four.as_ref().map(ToString::to_string),
        state: if insert.state == InsertState::Voided { InsertStateWord::Voided } else { InsertStateWord::Printed },
        void_reason: replacement
            .and_then(|other| other.reprint_of.as_ref())
            .map(|reprint| reprint.reason.clone())
            .or_else(|| insert.voided_why.clone()),
        printed_at: insert.run.ended_at.map(|at| at.to_string()),
        sent_to: insert.run.sent_to.as_ref().map(|sent_to| match sent_to {
            cardesk_journal::SentTo::Printer(_) => SentTo::Printer,
            cardesk_journal::SentTo::File(_) => SentTo::File,
        }),
        operator: insert.run.operator.clone(),
    }
}

/// An id that the window sent.
pub(crate) fn parsed<T: FromStr>(text: &str, code: crate::error::ErrorCode) -> crate::error::DeskResult<T> {
    text.parse().map_err(|_| crate::session::not_found(code, text))
}
