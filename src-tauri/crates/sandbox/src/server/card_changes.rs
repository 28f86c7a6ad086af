//! Blocking, unblocking, renaming, and the CVV (`gateway-api.md`, Cards).

use std::sync::Arc;

use axum::extract::State;
use cardesk_domain::{CardId, CardOperation, CardState};
use redb::WriteTransaction;

use super::guard::{Application, Route, SignedIn, allowed, card_id, card_not_found};
use super::house::House;
use crate::plastic::cvv_of;
use crate::store::cards::{self, CardRecord};
use crate::wire::answers::Card;
use crate::wire::body::JsonBody;
use crate::wire::envelope::{Answer, Refusal, Success, done};
use crate::wire::management::CvvAnswer;
use crate::wire::requests::{AliasRequest, CARD_STATUS, CardStatusRequest, NEW_ALIAS};

/// Blocks a card, or makes a blocked one active again.
#[utoipa::path(
    patch, path = "/cards/{cardId}/status", tag = "cards", operation_id = "changeCardStatus",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = CardStatusRequest,
    responses(
        (status = 200, description = "The card as it is now.", body = Success<Card>),
        (status = 409, description = "The card's state does not allow this.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn status(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(id): Route<String>,
    body: JsonBody,
) -> Answer<Card> {
    let id = card_id(&id)?;
    let fields = body.fields()?.check(&CARD_STATUS)?;
    let (operation, state) = match fields.text("status")? {
        "BLOCKED" => (CardOperation::Block, CardState::Blocked),
        _ => (CardOperation::Unblock, CardState::Active),
    };
    changed(&house, id, operation, move |card| card.state = state).await
}

/// Gives a card another alias.
#[utoipa::path(
    patch, path = "/cards/{cardId}/alias", tag = "cards", operation_id = "renameCard",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = AliasRequest,
    responses(
        (status = 200, description = "The card as it is now.", body = Success<Card>),
        (status = 409, description = "The card's state does not allow this.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn alias(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(id): Route<String>,
    body: JsonBody,
) -> Answer<Card> {
    let id = card_id(&id)?;
    let alias = body.fields()?.check(&NEW_ALIAS)?.text("alias")?.to_owned();
    changed(&house, id, CardOperation::Rename, move |card| card.alias = alias).await
}

async fn changed(
    house: &Arc<House>,
    id: CardId,
    operation: CardOperation,
    change_card: impl FnOnce(&mut CardRecord) + Send + 'static,
) -> Answer<Card> {
    let card = house
        .work(move |house| {
            let card = house.store().change(|change| {
                let mut card = allowed_card(change, id, operation)?;
                change_card(&mut card);
                cards::save(change, &card)?;
                Ok::<_, Refusal>(card)
            })?;
            Card::of(&card, house.seed()).map_err(Refusal::from)
        })
        .await?;
    done(card)
}

/// The card, if it is there and its state allows the operation.
pub(super) fn allowed_card(change: &WriteTransaction, id: CardId, operation: CardOperation) -> Result<CardRecord, Refusal> {
    let card = cards::find_in_change(change, id)?.ok_or_else(card_not_found)?;
    allowed(&card, operation)?;
    Ok(card)
}

/// Shows a card's CVV.
#[utoipa::path(
    get, path = "/cards/{cardId}/cvv", tag = "cards", operation_id = "revealCvv",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses(
        (status = 200, description = "The digits on the back.", body = Success<CvvAnswer>),
        (status = 409, description = "The card's state does not allow this.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn cvv(_: SignedIn, _: Application, State(house): State<Arc<House>>, Route(id): Route<String>) -> Answer<CvvAnswer> {
    let id = card_id(&id)?;
    let card = house.work(move |house| house.store().read(|view| cards::find(view, id)?.ok_or_else(card_not_found))).await?;
    allowed(&card, CardOperation::RevealCvv)?;
    done(CvvAnswer { cvv: cvv_of(house.seed(), id)?.reveal().to_owned() })
}
