//! Looking into Practice from outside, for tests of the window: what no gateway would tell.
//!
//! Owns addresses of Practice's own, which are not in the contract's document: the cardholders' phones, and how a PIN
//! stands. They want a token like everything else.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jiff::Timestamp;
use serde::Serialize;

use super::guard::{Route, SignedIn, card_id, card_not_found};
use super::house::House;
use crate::phone::{CodeStanding, PhoneMessage};
use crate::store::{cards, pins};
use crate::wire::envelope::{Answer, Refusal, done};

/// A message on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    number: u64,
    user_id: String,
    email: String,
    purpose: String,
    code: String,
    sent_at: Timestamp,
    expires_at: Timestamp,
    standing: CodeStanding,
}

/// How the PIN of a card's holder stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PinStanding {
    is_set: bool,
    wrong_tries: u64,
    is_locked: bool,
}

pub(super) fn router() -> Router<Arc<House>> {
    Router::new().route("/practice/phone", get(phone)).route("/practice/cards/{cardId}/pin", get(pin))
}

async fn phone(_: SignedIn, State(house): State<Arc<House>>) -> Answer<Vec<Message>> {
    done(house.phones().messages(house.now()).into_iter().map(Message::from).collect())
}

impl From<PhoneMessage> for Message {
    fn from(message: PhoneMessage) -> Self {
        Self {
            number: message.number,
            user_id: message.owner.cardholder_id.to_string(),
            email: message.owner.email,
            purpose: message.purpose,
            code: message.code.reveal().to_owned(),
            sent_at: message.sent_at,
            expires_at: message.expires_at,
            standing: message.standing,
        }
    }
}

async fn pin(_: SignedIn, State(house): State<Arc<House>>, Route(id): Route<String>) -> Answer<PinStanding> {
    let id = card_id(&id)?;
    let standing = house
        .work(move |house| {
            house.store().read(|view| {
                let card = cards::find(view, id)?.ok_or_else(card_not_found)?;
                pins::standing(view, id, card.user_id.as_str()).map_err(Refusal::from)
            })
        })
        .await?;
    let wrong_tries = standing.map_or(0, |standing| standing.wrong_tries);
    done(PinStanding { is_set: standing.is_some(), wrong_tries, is_locked: wrong_tries >= pins::MAX_WRONG_TRIES })
}
