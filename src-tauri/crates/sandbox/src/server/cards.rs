//! Cards: issuing, listing, details, activation (`gateway-api.md`, Cards).

use std::sync::Arc;

use axum::extract::State;
use cardesk_domain::Pan;

use super::guard::{Application, Route, SignedIn, card_id, card_not_found, user_not_found};
use super::house::{ActivationError, House};
use crate::embossing::embossed_name;
use crate::store::{cards, users};
use crate::wire::answers::Card;
use crate::wire::body::{JsonBody, NoBody};
use crate::wire::envelope::{Answer, Code, Refusal, Success, created, done};
use crate::wire::requests::{ACTIVATION, ActivationRequest};

/// Issues a physical card; the plastic is inactive until its cardholder activates it.
#[utoipa::path(
    post, path = "/users/{userId}/cards/virtuals", tag = "cards", operation_id = "issueCard",
    params(
        ("userId" = String, Path, description = "The cardholder's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses((status = 201, description = "The new card.", body = Success<Card>)),
    security(("bearer" = [])),
)]
pub(super) async fn issue(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(user_id): Route<String>,
    _: NoBody,
) -> Answer<Card> {
    let card = house
        .work(move |house| {
            let card = house.store().change(|change| {
                let user = users::find_in_change(change, &user_id)?.ok_or_else(user_not_found)?;
                let (first_name, last_name) = user.names();
                cards::issue(change, &user.id, &embossed_name(first_name, last_name), house.now()).map_err(Refusal::from)
            })?;
            Card::of(&card, house.seed()).map_err(Refusal::from)
        })
        .await?;
    created(card)
}

/// A cardholder's cards, oldest first.
#[utoipa::path(
    get, path = "/users/{userId}/cards", tag = "cards", operation_id = "cardsOfCardholder",
    params(
        ("userId" = String, Path, description = "The cardholder's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses((status = 200, description = "The cards.", body = Success<Vec<Card>>)),
    security(("bearer" = [])),
)]
pub(super) async fn of_user(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(user_id): Route<String>,
) -> Answer<Vec<Card>> {
    let cards = house
        .work(move |house| {
            let cards = house.store().read(|view| {
                users::find(view, &user_id)?.ok_or_else(user_not_found)?;
                cards::of_user(view, &user_id).map_err(Refusal::from)
            })?;
            cards.iter().map(|card| Card::of(card, house.seed()).map_err(Refusal::from)).collect()
        })
        .await?;
    done(cards)
}

/// One card's details.
#[utoipa::path(
    get, path = "/cards/{cardId}", tag = "cards", operation_id = "cardDetails",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses((status = 200, description = "The card.", body = Success<Card>)),
    security(("bearer" = [])),
)]
pub(super) async fn details(_: SignedIn, _: Application, State(house): State<Arc<House>>, Route(id): Route<String>) -> Answer<Card> {
    let id = card_id(&id)?;
    let card = house
        .work(move |house| {
            let card = house.store().read(|view| cards::find(view, id)?.ok_or_else(card_not_found))?;
            Card::of(&card, house.seed()).map_err(Refusal::from)
        })
        .await?;
    done(card)
}

/// Activates the plastic that was issued for this cardholder.
#[utoipa::path(
    post, path = "/users/{userId}/cards/activation", tag = "cards", operation_id = "activateCard",
    params(
        ("userId" = String, Path, description = "The cardholder's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = ActivationRequest,
    responses(
        (status = 200, description = "The card, now active.", body = Success<Card>),
        (status = 409, description = "The card is active already, or blocked.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn activate(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(user_id): Route<String>,
    body: JsonBody,
) -> Answer<Card> {
    let fields = body.fields()?.check(&ACTIVATION)?;
    // A number whose check digit does not fit is on no plastic.
    let number = fields.text("card")?.parse::<Pan>().ok();
    let name = fields.text("cardholderName")?.to_owned();
    let card = house
        .work(move |house| {
            let card = house.store().change(|change| {
                users::find_in_change(change, &user_id)?.ok_or_else(user_not_found)?;
                let number = number.ok_or_else(|| refusal_of(ActivationError::WrongNumber))?;
                house.activate(change, &user_id, &number, &name).map_err(refusal_of)
            })?;
            Card::of(&card, house.seed()).map_err(Refusal::from)
        })
        .await?;
    done(card)
}

fn refusal_of(error: ActivationError) -> Refusal {
    match error {
        ActivationError::WrongNumber => {
            Refusal::of_field(Code::CardNotFound, "card", "No card with this number was issued for this cardholder.")
        }
        ActivationError::WrongName => {
            Refusal::of_field(Code::CheckParameters, "cardholderName", "cardholderName must be the name embossed on the card.")
        }
        ActivationError::AlreadyActive => Refusal::new(Code::CardState, "The card is active already."),
        ActivationError::Blocked => Refusal::new(Code::CardState, "The card is blocked and can't be activated."),
        ActivationError::State(error) => error.into(),
        ActivationError::Practice(error) => error.into(),
    }
}
