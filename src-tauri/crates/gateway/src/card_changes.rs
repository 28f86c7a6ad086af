//! Blocking, unblocking and renaming a card (`gateway-api.md`, Cards).
//!
//! Owns the wire forms. Whether the card's state allows it is `domain`'s to say beforehand
//! ([`cardesk_domain::CardState::allows`]), and the gateway's in the end (7213).

use cardesk_domain::{Alias, CardId};
use serde::Serialize;

use crate::cards::{Card, CardData};
use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;
use crate::wire::WhereReadable;

#[derive(Serialize)]
struct StatusBody<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct AliasBody<'a> {
    alias: &'a str,
}

impl Gateway {
    /// Blocks a card. The card as it is afterwards, if the gateway tells it.
    ///
    /// # Errors
    /// [`crate::KnownCode::CardState`] if its state does not allow it; otherwise what went wrong with the request.
    pub async fn block_card(&self, card: CardId, reason: Option<&str>) -> Result<Option<Card>, GatewayError> {
        self.change_status(card, &StatusBody { status: "BLOCKED", reason }).await
    }

    /// Makes a blocked card active again. The card as it is afterwards, if the gateway tells it.
    ///
    /// # Errors
    /// As [`Gateway::block_card`].
    pub async fn unblock_card(&self, card: CardId, reason: Option<&str>) -> Result<Option<Card>, GatewayError> {
        self.change_status(card, &StatusBody { status: "ACTIVE", reason }).await
    }

    async fn change_status(&self, card: CardId, body: &StatusBody<'_>) -> Result<Option<Card>, GatewayError> {
        let call = self.call_with(RequestName::ChangeCardStatus, &[&card.to_string()], body)?;
        let data: WhereReadable<CardData> = self.data(call).await?;
        Ok(data.0.map(Card::from))
    }

    /// Gives a card another alias. The card as it is afterwards, if the gateway tells it.
    ///
    /// # Errors
    /// The gateway's refusal, or what went wrong with the request.
    pub async fn rename_card(&self, card: CardId, alias: &Alias) -> Result<Option<Card>, GatewayError> {
        let call = self.call_with(RequestName::RenameCard, &[&card.to_string()], &AliasBody { alias: alias.as_str() })?;
        let data: WhereReadable<CardData> = self.data(call).await?;
        Ok(data.0.map(Card::from))
    }
}
