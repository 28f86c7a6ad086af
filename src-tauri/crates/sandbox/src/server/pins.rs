//! PINs (`gateway-api.md`, Cards): set in an elevated session, verified in the company's own.
//!
//! Assumed: three wrong PINs in a row lock a PIN until a new one is set (7213), and an elevated session serves one change
//! of a card of the cardholder who read out the code.

use std::sync::Arc;

use axum::extract::State;
use cardesk_domain::{CardId, CardOperation, Pin};
use redb::WriteTransaction;

use super::card_changes::allowed_card;
use super::guard::{Application, Elevated, Route, SignedIn, card_id, user_not_found};
use super::house::House;
use crate::store::cards::{self, CardRecord};
use crate::store::pins::{self, PinTry};
use crate::store::{links, users};
use crate::wire::body::JsonBody;
use crate::wire::envelope::{Answer, Code, Refusal, Success, done};
use crate::wire::management::{PinAnswer, VerificationAnswer};
use crate::wire::requests::{PIN_ALONE, PinRequest};

/// Sets or changes a card's PIN.
#[utoipa::path(
    post, path = "/cards/{cardId}/pin", tag = "pins", operation_id = "setPin",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = PinRequest,
    responses(
        (status = 200, description = "Set; the elevated session is over.", body = Success<PinAnswer>),
        (status = 409, description = "The card's state does not allow this.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn set(
    elevated: Elevated,
    _: Application,
    State(house): State<Arc<House>>,
    Route(id): Route<String>,
    body: JsonBody,
) -> Answer<PinAnswer> {
    let id = card_id(&id)?;
    let pin = pin_in(&body)?;
    set_for(&house, elevated, id, None, pin).await
}

/// Sets or changes the PIN of somebody who shares the card.
#[utoipa::path(
    post, path = "/cards/{cardId}/users/{authUserId}/pin", tag = "pins", operation_id = "setUserPin",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("authUserId" = String, Path, description = "The id of the cardholder who shares it."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = PinRequest,
    responses(
        (status = 200, description = "Set; the elevated session is over.", body = Success<PinAnswer>),
        (status = 409, description = "The card's state does not allow this.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn set_of_user(
    elevated: Elevated,
    _: Application,
    State(house): State<Arc<House>>,
    Route((id, user_id)): Route<(String, String)>,
    body: JsonBody,
) -> Answer<PinAnswer> {
    let id = card_id(&id)?;
    let pin = pin_in(&body)?;
    set_for(&house, elevated, id, Some(user_id), pin).await
}

async fn set_for(house: &Arc<House>, elevated: Elevated, id: CardId, user_id: Option<String>, pin: Pin) -> Answer<PinAnswer> {
    house
        .work(move |house| {
            house.store().change(|change| {
                let mut card = allowed_card(change, id, CardOperation::SetPin)?;
                let user = match user_id {
                    None => card.user_id.to_string(),
                    Some(user_id) => sharing_user(change, &card, user_id)?,
                };
                let holder = elevated.elevation.cardholder_id.as_str();
                if elevated.elevation.purpose != "pin_change" || ![card.user_id.as_str(), &user].contains(&holder) {
                    return Err(Refusal::new(Code::Forbidden, "The one-time code was for somebody else, or for another purpose."));
                }
                pins::set(change, house.seed(), id, &user, &pin)?;
                if user == card.user_id.as_str() {
                    card.has_pin = true;
                    cards::save(change, &card)?;
                }
                Ok(())
            })?;
            house.phones().spend(&elevated.token);
            Ok::<_, Refusal>(())
        })
        .await?;
    done(PinAnswer { card_id: id.get(), pin_assigned: true })
}

/// Somebody of whom the card is, or to whom it is linked.
fn sharing_user(change: &WriteTransaction, card: &CardRecord, user_id: String) -> Result<String, Refusal> {
    users::find_in_change(change, &user_id)?.ok_or_else(user_not_found)?;
    let is_linked = || links::of_user_in_change(change, &user_id).map(|links| links.iter().any(|link| link.card_id == card.id));
    if card.user_id.as_str() == user_id || is_linked()? {
        Ok(user_id)
    } else {
        Err(Refusal::of_field(Code::LinkedCardNotFound, "authUserId", "This cardholder does not share the card."))
    }
}

/// Whether a PIN is the card's. Wrong tries count.
#[utoipa::path(
    post, path = "/cards/{cardId}/pin/verification", tag = "pins", operation_id = "verifyPin",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = PinRequest,
    responses(
        (status = 200, description = "It is.", body = Success<VerificationAnswer>),
        (status = 409, description = "The card's state does not allow this, it has no PIN yet, or its PIN is locked.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn verify(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(id): Route<String>,
    body: JsonBody,
) -> Answer<VerificationAnswer> {
    let id = card_id(&id)?;
    let pin = pin_in(&body)?;
    // A wrong try is counted, so it is no error before its change is kept.
    let outcome = house
        .work(move |house| {
            house.store().change(|change| {
                let card = allowed_card(change, id, CardOperation::VerifyPin)?;
                pins::try_pin(change, house.seed(), id, card.user_id.as_str(), &pin).map_err(Refusal::from)
            })
        })
        .await?;
    match outcome {
        PinTry::Correct => done(VerificationAnswer { verified: true }),
        PinTry::Wrong { tries_left } => {
            Err(Refusal::of_field(Code::IncorrectPin, "pin", format!("The PIN is not the card's; tries left: {tries_left}.")))
        }
        PinTry::Locked => Err(Refusal::new(Code::CardState, "The PIN is locked after too many wrong tries: set a new one.")),
        PinTry::Unset => Err(Refusal::new(Code::CardState, "The card has no PIN yet: set one.")),
    }
}

fn pin_in(body: &JsonBody) -> Result<Pin, Refusal> {
    let fields = body.fields()?.check(&PIN_ALONE)?;
    fields.text("pin")?.parse().map_err(|_| Refusal::of_field(Code::CheckParameters, "pin", "pin must be a PIN of 4 to 12 digits."))
}
