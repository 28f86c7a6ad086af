//! Cards: issuing, associating, reading, activating (`gateway-api.md`, Cards).
//!
//! Owns the wire forms. A whole card number goes out for associating and activating only and never comes in: what the
//! gateway sends is cut to its last four digits as it is read. Changes of a card are in `card_changes`.

use cardesk_domain::{Alias, Amount, CardId, CardState, CardholderId, ClientSlug, Currency, MaskedPan, Pan};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;
use crate::wire::{WhereReadable, WireAmount, WireCardId, filled, if_readable};

/// The last month in which a card is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardExpiry {
    /// 1 to 12.
    pub month: u8,
    /// Four digits.
    pub year: u16,
}

/// A card as the gateway knows it. A field that the gateway leaves out is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The gateway's id.
    pub id: CardId,
    /// Whose it is.
    pub cardholder_id: Option<CardholderId>,
    /// Its masked number.
    pub masked_pan: Option<MaskedPan>,
    /// The name people gave it.
    pub alias: Option<String>,
    /// Its state; an answer without one is [`CardState::Other`] with an empty word.
    pub state: CardState,
    /// The currency of its amounts.
    pub currency: Option<Currency>,
    /// What is on it. The gateway's word is final.
    pub balance: Option<Amount>,
    /// Debits authorised and not yet captured.
    pub pending_debits: Option<Amount>,
    /// Credits not yet booked.
    pub pending_credits: Option<Amount>,
    /// Until when it is valid.
    pub expiry: Option<CardExpiry>,
    /// The name on the plastic.
    pub cardholder_name: Option<String>,
    /// When it was issued.
    pub created_at: Option<Timestamp>,
    /// When it was activated.
    pub activated_at: Option<Timestamp>,
    /// Whether it has a PIN, which it needs before it can authorise. That the gateway says so is assumed.
    pub has_pin: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardData {
    id: WireCardId,
    user_id: Option<CardholderId>,
    masked_pan: Option<String>,
    alias: Option<String>,
    #[serde(default)]
    status: String,
    currency: Option<String>,
    balance: Option<WireAmount>,
    pending_debits: Option<WireAmount>,
    pending_credits: Option<WireAmount>,
    expiry: Option<ExpiryData>,
    cardholder_name: Option<String>,
    created_at: Option<String>,
    activated_at: Option<String>,
    pin_assigned: Option<bool>,
}

#[derive(Deserialize)]
struct ExpiryData {
    month: u8,
    year: u16,
}

#[derive(Serialize)]
struct AssociationBody<'a> {
    card: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivationBody<'a> {
    card: &'a str,
    cardholder_name: &'a str,
}

impl From<CardData> for Card {
    fn from(data: CardData) -> Self {
        Self {
            id: data.id.0,
            cardholder_id: data.user_id,
            masked_pan: if_readable(data.masked_pan),
            alias: filled(data.alias),
            state: CardState::from_gateway(&data.status),
            currency: if_readable(data.currency),
            balance: data.balance.map(|amount| amount.0),
            pending_debits: data.pending_debits.map(|amount| amount.0),
            pending_credits: data.pending_credits.map(|amount| amount.0),
            expiry: data.expiry.map(|expiry| CardExpiry { month: expiry.month, year: expiry.year }),
            cardholder_name: filled(data.cardholder_name),
            created_at: if_readable(data.created_at),
            activated_at: if_readable(data.activated_at),
            has_pin: data.pin_assigned,
        }
    }
}

impl Gateway {
    /// Issues a physical card to a cardholder. The request has no body and no reference of ours, so it is never repeated;
    /// after an unknown outcome, the cardholder's cards tell whether there is a new one.
    ///
    /// # Errors
    /// What went wrong; [`GatewayError::write_outcome`] says what it means.
    pub async fn issue_card(&self, cardholder: &CardholderId) -> Result<Card, GatewayError> {
        let data: CardData = self.data(self.call(RequestName::IssueCard, &[cardholder.as_str()], &[])?).await?;
        Ok(data.into())
    }

    /// Associates a card that exists already with a cardholder, by its number. `client` goes as `clientId`. `None` if the
    /// gateway says that it is done and nothing more.
    ///
    /// # Errors
    /// The gateway's refusal, or what went wrong with the request; [`GatewayError::write_outcome`] says what it means.
    pub async fn associate_card(
        &self,
        cardholder: &CardholderId,
        client: Option<&ClientSlug>,
        pan: &Pan,
        alias: Option<&Alias>,
    ) -> Result<Option<Card>, GatewayError> {
        let query: Vec<(&str, &str)> = client.map(|client| ("clientId", client.as_str())).into_iter().collect();
        let body = AssociationBody { card: pan.reveal(), alias: alias.map(Alias::as_str) };
        let call = self.call(RequestName::AssociateCard, &[cardholder.as_str()], &query)?.carrying(&body)?;
        let data: WhereReadable<CardData> = self.data(call).await?;
        Ok(data.0.map(Card::from))
    }

    /// A cardholder's cards.
    ///
    /// # Errors
    /// What went wrong with the request.
    pub async fn cards_of(&self, cardholder: &CardholderId) -> Result<Vec<Card>, GatewayError> {
        let data: Vec<CardData> = self.data(self.call(RequestName::ListCards, &[cardholder.as_str()], &[])?).await?;
        Ok(data.into_iter().map(Card::from).collect())
    }

    /// One card.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Rejected`] with code 7200 if there is none; otherwise what went wrong with the request.
    pub async fn card(&self, card: CardId) -> Result<Card, GatewayError> {
        let data: CardData = self.data(self.call(RequestName::ReadCard, &[&card.to_string()], &[])?).await?;
        Ok(data.into())
    }

    /// Activates a card by the number and the name on the plastic.
    ///
    /// # Errors
    /// The gateway's refusal (7213 if the card is in another state), or what went wrong with the request.
    pub async fn activate_card(&self, cardholder: &CardholderId, pan: &Pan, cardholder_name: &str) -> Result<Card, GatewayError> {
        let body = ActivationBody { card: pan.reveal(), cardholder_name };
        let data: CardData = self.data(self.call_with(RequestName::ActivateCard, &[cardholder.as_str()], &body)?).await?;
        Ok(data.into())
    }
}
