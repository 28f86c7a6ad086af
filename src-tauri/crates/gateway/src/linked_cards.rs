//! Cards of third parties that are linked to a cardholder (`gateway-api.md`, Third-party cards).
//!
//! Owns the wire forms. The requests are documented; what the answers look like is assumed.

use std::fmt;

use cardesk_domain::{Alias, CardId, CardholderId, LastFour};
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;
use crate::wire::{WhereReadable, WireCardId, WireText, filled, if_readable};

/// A linked card. What the gateway leaves out is `None`. `Debug` shows the association only.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkedCard {
    /// The gateway's id of the association, for renaming and unlinking.
    pub association_id: String,
    /// The e-mail address of the card's owner.
    pub owner_email: Option<String>,
    /// The last four digits of the card.
    pub last_four: Option<LastFour>,
    /// What the cardholder calls it.
    pub alias: Option<String>,
    /// The card, where the gateway tells it.
    pub card_id: Option<CardId>,
    /// When it was linked.
    pub linked_at: Option<Timestamp>,
}

impl fmt::Debug for LinkedCard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LinkedCard").field("association_id", &self.association_id).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct LinkBody<'a> {
    email: &'a str,
    suffix: &'a str,
    alias: &'a str,
}

#[derive(Serialize)]
struct AliasBody<'a> {
    alias: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkedCardData {
    #[serde(alias = "id")]
    association_id: WireText,
    email: Option<String>,
    suffix: Option<WireText>,
    alias: Option<String>,
    card_id: Option<WireCardId>,
    created_at: Option<String>,
}

impl From<LinkedCardData> for LinkedCard {
    fn from(data: LinkedCardData) -> Self {
        Self {
            association_id: data.association_id.0,
            owner_email: filled(data.email),
            last_four: data.suffix.and_then(|suffix| suffix.0.parse().ok()),
            alias: filled(data.alias),
            card_id: data.card_id.map(|id| id.0),
            linked_at: if_readable(data.created_at),
        }
    }
}

impl Gateway {
    /// Links the card of somebody else to a cardholder, by its owner's e-mail address and its last four digits. The linked
    /// card, if the gateway tells it.
    ///
    /// # Errors
    /// [`crate::KnownCode::LinkedCardNotFound`] (7220) if there is no such card, [`crate::KnownCode::LinkNotCreated`] (7221)
    /// if it can't be linked; otherwise what went wrong with the request.
    pub async fn link_card(
        &self,
        cardholder: &CardholderId,
        owner_email: &str,
        last_four: &LastFour,
        alias: &Alias,
    ) -> Result<Option<LinkedCard>, GatewayError> {
        let body = LinkBody { email: owner_email, suffix: last_four.as_str(), alias: alias.as_str() };
        let call = self.call_with(RequestName::LinkCard, &[cardholder.as_str()], &body)?;
        let data: WhereReadable<LinkedCardData> = self.data(call).await?;
        Ok(data.0.map(LinkedCard::from))
    }

    /// The cards that are linked to a cardholder.
    ///
    /// # Errors
    /// What went wrong with the request.
    pub async fn linked_cards(&self, cardholder: &CardholderId) -> Result<Vec<LinkedCard>, GatewayError> {
        let data: Vec<LinkedCardData> = self.data(self.call(RequestName::ListLinkedCards, &[cardholder.as_str()], &[])?).await?;
        Ok(data.into_iter().map(LinkedCard::from).collect())
    }

    /// Gives a linked card another alias.
    ///
    /// # Errors
    /// [`crate::KnownCode::LinkedCardNotFound`] (7220) if it is not linked; otherwise what went wrong with the request.
    pub async fn rename_linked_card(&self, cardholder: &CardholderId, association_id: &str, alias: &Alias) -> Result<(), GatewayError> {
        let values = [cardholder.as_str(), association_id];
        let call = self.call_with(RequestName::RenameLinkedCard, &values, &AliasBody { alias: alias.as_str() })?;
        self.data::<IgnoredAny>(call).await.map(|_| ())
    }

    /// Unlinks a card.
    ///
    /// # Errors
    /// [`crate::KnownCode::LinkedCardNotFound`] (7220) if it is not linked (any more); otherwise what went wrong with the
    /// request.
    pub async fn unlink_card(&self, cardholder: &CardholderId, association_id: &str) -> Result<(), GatewayError> {
        let call = self.call(RequestName::UnlinkCard, &[cardholder.as_str(), association_id], &[])?;
        self.data::<IgnoredAny>(call).await.map(|_| ())
    }
}
