//! Cards of third parties (`gateway-api.md`, Third-party cards): linked by their owner's e-mail address and last four.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use cardesk_domain::CardId;
use redb::WriteTransaction;

use super::guard::{Application, Route, SignedIn, user_not_found, whole_number};
use super::house::House;
use crate::store::links::{self, LinkRecord};
use crate::store::{cards, users};
use crate::wire::body::{CheckedFields, JsonBody};
use crate::wire::envelope::{Answer, Code, Refusal, Success, created, done};
use crate::wire::management::LinkedCard;
use crate::wire::requests::{AliasRequest, LINK, LinkRequest, NEW_ALIAS};

/// Links the card of somebody else to a cardholder.
#[utoipa::path(
    post, path = "/users/{userId}/linked-cards", tag = "linked cards", operation_id = "linkCard",
    params(
        ("userId" = String, Path, description = "The cardholder's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = LinkRequest,
    responses((status = 201, description = "Linked.", body = Success<LinkedCard>)),
    security(("bearer" = [])),
)]
pub(super) async fn link(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(user_id): Route<String>,
    body: JsonBody,
) -> Answer<LinkedCard> {
    let fields = body.fields()?.check(&LINK)?;
    let made = house.work(move |house| house.store().change(|change| linked(house, change, &user_id, &fields))).await?;
    created(made.into())
}

fn linked(house: &House, change: &WriteTransaction, user_id: &str, fields: &CheckedFields) -> Result<LinkRecord, Refusal> {
    let user = users::find_in_change(change, user_id)?.ok_or_else(user_not_found)?;
    let (email, suffix) = (fields.text("email")?, fields.text("suffix")?);
    let card_id = card_of(house, change, email, suffix)?;
    let refuse = |message: &str| Err(Refusal::new(Code::LinkNotCreated, message));
    if user.username.eq_ignore_ascii_case(email) {
        return refuse("The card is the cardholder's own.");
    }
    if links::of_user_in_change(change, user_id)?.iter().any(|known| known.card_id == card_id) {
        return refuse("The card is linked already.");
    }
    let made = LinkRecord {
        id: links::next_id(change)?,
        user_id: user.id,
        card_id,
        owner_email: email.to_owned(),
        last_four: suffix.to_owned(),
        alias: fields.text("alias")?.to_owned(),
        created_at: house.now(),
    };
    links::save(change, &made)?;
    Ok(made)
}

/// The same answer whether there is no such owner or no such card of theirs.
fn card_of(house: &House, change: &WriteTransaction, email: &str, suffix: &str) -> Result<CardId, Refusal> {
    let nobody = || Refusal::new(Code::LinkedCardNotFound, "There is no card with these last four digits of somebody with this address.");
    let owner = users::by_username(change, email)?.ok_or_else(nobody)?;
    for card in cards::of_user_in_change(change, owner.id.as_str())? {
        if house.number_of(card.id)?.last_four().as_str() == suffix {
            return Ok(card.id);
        }
    }
    Err(nobody())
}

/// A cardholder's linked cards, oldest first.
#[utoipa::path(
    get, path = "/users/{userId}/linked-cards", tag = "linked cards", operation_id = "linkedCards",
    params(
        ("userId" = String, Path, description = "The cardholder's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses((status = 200, description = "The linked cards.", body = Success<Vec<LinkedCard>>)),
    security(("bearer" = [])),
)]
pub(super) async fn list(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(user_id): Route<String>,
) -> Answer<Vec<LinkedCard>> {
    let found = house
        .work(move |house| {
            house.store().read(|view| {
                users::find(view, &user_id)?.ok_or_else(user_not_found)?;
                links::of_user(view, &user_id).map_err(Refusal::from)
            })
        })
        .await?;
    done(found.into_iter().map(LinkedCard::from).collect())
}

/// Gives a linked card another alias.
#[utoipa::path(
    patch, path = "/users/{userId}/linked-cards/{associationId}", tag = "linked cards", operation_id = "renameLinkedCard",
    params(
        ("userId" = String, Path, description = "The cardholder's id."),
        ("associationId" = u64, Path, description = "The association's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = AliasRequest,
    responses((status = 200, description = "The linked card as it is now.", body = Success<LinkedCard>)),
    security(("bearer" = [])),
)]
pub(super) async fn rename(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route((user_id, id)): Route<(String, String)>,
    body: JsonBody,
) -> Answer<LinkedCard> {
    let id = association_id(&id)?;
    let alias = body.fields()?.check(&NEW_ALIAS)?.text("alias")?.to_owned();
    let renamed = house
        .work(move |house| {
            house.store().change(|change| {
                users::find_in_change(change, &user_id)?.ok_or_else(user_not_found)?;
                let found = links::find_in_change(change, &user_id, id)?.ok_or_else(not_linked)?;
                let renamed = LinkRecord { alias, ..found };
                links::save(change, &renamed)?;
                Ok::<_, Refusal>(renamed)
            })
        })
        .await?;
    done(renamed.into())
}

/// Unlinks a card.
#[utoipa::path(
    delete, path = "/users/{userId}/linked-cards/{associationId}", tag = "linked cards", operation_id = "unlinkCard",
    params(
        ("userId" = String, Path, description = "The cardholder's id."),
        ("associationId" = u64, Path, description = "The association's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses((status = 204, description = "Unlinked.")),
    security(("bearer" = [])),
)]
pub(super) async fn unlink(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route((user_id, id)): Route<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let id = association_id(&id)?;
    let was_linked = house
        .work(move |house| {
            house.store().change(|change| {
                users::find_in_change(change, &user_id)?.ok_or_else(user_not_found)?;
                links::remove(change, &user_id, id).map_err(Refusal::from)
            })
        })
        .await?;
    if was_linked { Ok(StatusCode::NO_CONTENT) } else { Err(not_linked()) }
}

fn association_id(text: &str) -> Result<u64, Refusal> {
    whole_number(text, 0, u64::MAX)
        .ok_or_else(|| Refusal::of_field(Code::CheckParameters, "associationId", "associationId must be a whole number."))
}

fn not_linked() -> Refusal {
    Refusal::of_field(Code::LinkedCardNotFound, "associationId", "This cardholder has no linked card with this id.")
}
