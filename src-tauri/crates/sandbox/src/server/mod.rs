//! The gateway's contract over HTTP: routes, and what holds for all of them.
//!
//! Owns the router. One file per subject holds its handlers; `guard` holds what stands before them. Every answer of the
//! contract, whatever went wrong, comes in the envelope.

mod association;
mod auth;
mod card_changes;
mod cards;
mod funds;
mod guard;
mod health;
mod house;
mod linked_cards;
mod looking_in;
mod one_time_codes;
mod openapi;
mod pins;
mod statements;
mod transfer_types;
mod transfers;
mod users;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::extract::MatchedPath;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router, extract::Request};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use house::{ActivationError, House, Surroundings};

use crate::page;
use crate::wire::body::MAX_BODY_BYTES;
use crate::wire::envelope::{Code, Refusal};

/// Everything that Practice answers.
pub(crate) fn router(house: Arc<House>, base_url: &str) -> Router {
    let (contract, document) = OpenApiRouter::with_openapi(openapi::frame(base_url))
        .routes(routes!(health::health))
        .routes(routes!(auth::log_in))
        .routes(routes!(auth::refresh))
        .routes(routes!(users::register, users::find))
        .routes(routes!(users::invite))
        .routes(routes!(users::read))
        .routes(routes!(cards::issue))
        .routes(routes!(cards::of_user, association::associate))
        .routes(routes!(card_changes::status))
        .routes(routes!(card_changes::alias))
        .routes(routes!(card_changes::cvv))
        .routes(routes!(statements::request))
        .routes(routes!(statements::read))
        .routes(routes!(pins::set))
        .routes(routes!(pins::set_of_user))
        .routes(routes!(pins::verify))
        .routes(routes!(one_time_codes::send, one_time_codes::redeem))
        .routes(routes!(linked_cards::link, linked_cards::list))
        .routes(routes!(linked_cards::rename, linked_cards::unlink))
        .routes(routes!(transfer_types::create))
        .routes(routes!(cards::activate))
        .routes(routes!(cards::details))
        .routes(routes!(funds::change, funds::adjust))
        .routes(routes!(funds::movements))
        .routes(routes!(transfers::transfer))
        .routes(routes!(transfers::read))
        .split_for_parts();
    let document = Json(openapi::completed(document));
    contract
        .route("/openapi.json", get(async move || document))
        .merge(page::router())
        .merge(looking_in::router())
        .fallback(no_such_endpoint)
        .method_not_allowed_fallback(wrong_method)
        // Between the connection and the contract: what a request meets before its handler, and its answer after it.
        .layer(middleware::from_fn(observed))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(house)
}

/// Logs what was asked and how it ended: the route, never the address with its ids, a body or a header.
async fn observed(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    tracing::debug!(%method, route = route.as_deref().unwrap_or("none"), status = response.status().as_u16(), "answered");
    response
}

async fn no_such_endpoint() -> Refusal {
    Refusal::new(Code::NoSuchEndpoint, "There is no such endpoint.")
}

async fn wrong_method() -> Refusal {
    Refusal::new(Code::NoSuchEndpoint, "This endpoint does not know that method.").with_status(StatusCode::METHOD_NOT_ALLOWED)
}
