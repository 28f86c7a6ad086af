//! What stands before the handlers: the token, the application's id, the parts of the address.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::header;
use axum::http::request::Parts;
use cardesk_domain::{CardId, CardOperation};
use serde::de::DeserializeOwned;

use super::house::House;
use crate::faults::{Appearance, RequestKind};
use crate::phone::Elevation;
use crate::store::cards::CardRecord;
use crate::store::sessions::{self, TokenState};
use crate::wire::envelope::{Code, Refusal};

/// The header that card operations carry.
pub(crate) const APPLICATION_HEADER: &str = "x-application-id";

/// Proof that the request carries a good token, and that the application may do what it asks.
#[derive(Debug)]
pub(crate) struct SignedIn;

/// Proof that the request carries the token of an elevated session, and that the application may do what it asks.
pub(crate) struct Elevated {
    pub(crate) token: String,
    pub(crate) elevation: Elevation,
}

/// Proof that the request names Practice's application.
#[derive(Debug)]
pub(crate) struct Application;

/// From when the movement that the request makes is shown, if not at once: a fault on demand.
#[derive(Debug)]
pub(crate) struct Hiding(pub(crate) Option<Appearance>);

impl<S: Send + Sync> FromRequestParts<S> for Hiding {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().copied()))
    }
}

/// Parts of the address, as text.
#[derive(Debug)]
pub(crate) struct Route<T>(pub(crate) T);

/// The query, each name at most once.
#[derive(Debug)]
pub(crate) struct QueryFields(Vec<(String, String)>);

impl FromRequestParts<Arc<House>> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Refusal> {
        is_good(bearer(parts)?.to_owned(), house).await?;
        is_permitted(parts, house)?;
        Ok(Self)
    }
}

impl FromRequestParts<Arc<House>> for Elevated {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Refusal> {
        let token = bearer(parts)?.to_owned();
        let elevation = house.phones().elevation_of(&token, house.now());
        if elevation.is_none() {
            is_good(token.clone(), house).await?;
        }
        is_permitted(parts, house)?;
        let Some(elevation) = elevation else {
            return Err(Refusal::new(Code::Forbidden, "This needs an elevated session: ask for a one-time code first."));
        };
        Ok(Self { token, elevation })
    }
}

fn bearer(parts: &Parts) -> Result<&str, Refusal> {
    let given = parts
        .headers
        .get(header::AUTHORIZATION)
        .ok_or_else(|| Refusal::new(Code::TokenMissing, "The request carries no token: send Authorization: Bearer <token>."))?;
    let (scheme, token) = given.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(unknown_token)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(unknown_token()) }
}

fn unknown_token() -> Refusal {
    Refusal::new(Code::TokenInvalid, "The token is not known: sign in again.")
}

async fn is_good(token: String, house: &Arc<House>) -> Result<(), Refusal> {
    let state =
        house.work(move |house| house.store().read(|view| Ok::<_, Refusal>(sessions::state_of(view, &token, house.now())?))).await?;
    match state {
        TokenState::Good => Ok(()),
        TokenState::Expired => Err(Refusal::new(Code::TokenExpired, "The token has expired: refresh it.")),
        TokenState::Unknown => Err(unknown_token()),
    }
}

fn is_permitted(parts: &Parts, house: &House) -> Result<(), Refusal> {
    let request = RequestKind::of(&parts.method, parts.uri.path());
    match request.and_then(|request| house.granted().missing_for(request)) {
        Some(missing) => Err(Refusal::lacks(&missing)),
        None => Ok(()),
    }
}

impl FromRequestParts<Arc<House>> for Application {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Refusal> {
        match parts.headers.get(APPLICATION_HEADER) {
            None => Err(Refusal::of_field(Code::CheckParameters, APPLICATION_HEADER, "x-application-id is required on card operations.")),
            Some(id) if id.as_bytes() == house.access().application_id.as_bytes() => Ok(Self),
            Some(_) => {
                Err(Refusal::of_field(Code::Forbidden, APPLICATION_HEADER, "This application may not do that: its id is not known."))
            }
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Route<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let unreadable = |_: PathRejection| Refusal::new(Code::CheckParameters, "The address is not UTF-8.");
        Path::from_request_parts(parts, state).await.map(|Path(route)| Self(route)).map_err(unreadable)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for QueryFields {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Query::<Vec<(String, String)>>::from_request_parts(parts, state).await {
            Ok(Query(pairs)) => Ok(Self(pairs)),
            Err(_) => Err(Refusal::new(Code::CheckParameters, "The query can't be read.")),
        }
    }
}

impl QueryFields {
    /// The text of a parameter; an error if it is given twice.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
        let first = values.next();
        match values.next() {
            Some(_) => Err(Refusal::of_field(Code::CheckParameters, name, format!("{name} is given twice."))),
            None => Ok(first),
        }
    }

    /// A whole number from 1 to `max`, or `default` if it is not given.
    pub(crate) fn number(&self, name: &str, default: u64, max: u64) -> Result<u64, Refusal> {
        match self.text(name)? {
            None => Ok(default),
            Some(text) => whole_number(text, 1, max)
                .ok_or_else(|| Refusal::of_field(Code::CheckParameters, name, format!("{name} must be a whole number from 1 to {max}."))),
        }
    }
}

/// Digits only, and within the limits.
pub(crate) fn whole_number(text: &str, min: u64, max: u64) -> Option<u64> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_digits && (min..=max).contains(number))
}

/// A card's id out of the address.
pub(crate) fn card_id(text: &str) -> Result<CardId, Refusal> {
    text.parse().map_err(|_| Refusal::of_field(Code::CheckParameters, "cardId", "cardId must be a whole number."))
}

/// 7213, with the card's state, unless the state allows the operation.
pub(crate) fn allowed(card: &CardRecord, operation: CardOperation) -> Result<(), Refusal> {
    card.state
        .allows(operation)
        .map_err(|_| Refusal::new(Code::CardState, format!("The card is {}: its state does not allow this.", card.state)))
}

/// 7100.
pub(crate) fn user_not_found() -> Refusal {
    Refusal::of_field(Code::UserNotFound, "userId", "There is no cardholder with this id.")
}

/// 7200.
pub(crate) fn card_not_found() -> Refusal {
    Refusal::of_field(Code::CardNotFound, "cardId", "There is no card with this id.")
}
