//! Associating a plastic that exists already with a cardholder (`gateway-api.md`, Cards).
//!
//! Practice keeps a drawer of such plastics. Assumed: the card is inactive afterwards, and goes by its cardholder's name.

use std::sync::Arc;

use axum::extract::State;
use cardesk_domain::Pan;
use redb::WriteTransaction;

use super::guard::{Application, QueryFields, Route, SignedIn, user_not_found};
use super::house::House;
use crate::embossing::embossed_name;
use crate::store::cards::{self, CardRecord};
use crate::store::{blanks, users};
use crate::wire::answers::Card;
use crate::wire::body::JsonBody;
use crate::wire::envelope::{Answer, Code, Refusal, Success, created};
use crate::wire::requests::{ASSOCIATION, AssociationRequest};

/// Associates a plastic, by its number, with a cardholder.
#[utoipa::path(
    post, path = "/users/{userId}/cards", tag = "cards", operation_id = "associateCard",
    params(
        ("userId" = String, Path, description = "The cardholder's id."),
        ("clientId" = Option<String>, Query, description = "The company's slug."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = AssociationRequest,
    responses(
        (status = 201, description = "The card, inactive.", body = Success<Card>),
        (status = 409, description = "The card is associated with this cardholder already.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn associate(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(user_id): Route<String>,
    query: QueryFields,
    body: JsonBody,
) -> Answer<Card> {
    if query.text("clientId")?.is_some_and(|client| client != house.access().client_slug.as_str()) {
        return Err(Refusal::of_field(Code::CheckParameters, "clientId", "clientId must be the company's slug."));
    }
    let fields = body.fields()?.check(&ASSOCIATION)?;
    // A number whose check digit does not fit is on no plastic.
    let number = fields.text("card")?.parse::<Pan>().ok();
    let alias = fields.optional("alias").unwrap_or_default().to_owned();
    let card = house
        .work(move |house| {
            let card = house.store().change(|change| {
                let user = users::find_in_change(change, &user_id)?.ok_or_else(user_not_found)?;
                let number = number.ok_or_else(no_such_plastic)?;
                is_not_theirs_already(house, change, &user_id, &number)?;
                let id = blank_of(house, change, &number)?;
                blanks::take(change, id)?;
                let (first_name, last_name) = user.names();
                let card = CardRecord { alias, ..CardRecord::new(id, &user.id, &embossed_name(first_name, last_name), house.now()) };
                cards::associate(change, &card)?;
                Ok::<_, Refusal>(card)
            })?;
            Card::of(&card, house.seed()).map_err(Refusal::from)
        })
        .await?;
    created(card)
}

fn is_not_theirs_already(house: &House, change: &WriteTransaction, user_id: &str, number: &Pan) -> Result<(), Refusal> {
    for card in cards::of_user_in_change(change, user_id)? {
        if house.number_of(card.id)? == *number {
            return Err(Refusal::of_field(Code::AlreadyExists, "card", "This card is associated with this cardholder already."));
        }
    }
    Ok(())
}

fn blank_of(house: &House, change: &WriteTransaction, number: &Pan) -> Result<cardesk_domain::CardId, Refusal> {
    for id in blanks::all_in_change(change)? {
        if house.number_of(id)? == *number {
            return Ok(id);
        }
    }
    Err(no_such_plastic())
}

/// The same for a number that nobody has and one that somebody else has.
fn no_such_plastic() -> Refusal {
    Refusal::of_field(Code::CardNotFound, "card", "There is no card with this number that can be associated.")
}
