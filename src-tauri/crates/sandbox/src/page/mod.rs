//! The hosted activation page: what a cardholder's phone opens from the insert's code.
//!
//! Owns the way from a form to its outcome. What is said is in `words`, how it looks in `view` and `page.css`. It works
//! without scripts and fetches nothing; a card number that was typed is never written back into the page.

mod view;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use cardesk_domain::{LastFour, Pan};

use crate::server::{ActivationError, House};
use crate::store::{StoreError, users};
use view::Page;
use words::Language;

type Fields = Vec<(String, String)>;

/// Longer values than any link of ours carries are cut before they are shown or looked up.
const MAX_VALUE_CHARACTERS: usize = 128;

/// What became of an activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Activated(LastFour),
    UnknownLink,
    WrongNumber,
    WrongName,
    AlreadyActive,
    Blocked,
    Failed,
}

impl Outcome {
    /// The stable word that tests read.
    const fn word(&self) -> &'static str {
        match self {
            Self::Activated(_) => "activated",
            Self::UnknownLink => "unknown-link",
            Self::WrongNumber => "wrong-number",
            Self::WrongName => "wrong-name",
            Self::AlreadyActive => "already-active",
            Self::Blocked => "blocked",
            Self::Failed => "failed",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::Activated(_) => StatusCode::OK,
            Self::UnknownLink => StatusCode::NOT_FOUND,
            Self::WrongNumber | Self::WrongName => StatusCode::UNPROCESSABLE_ENTITY,
            Self::AlreadyActive | Self::Blocked => StatusCode::CONFLICT,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether trying again with the same form can help.
    const fn leaves_the_form(&self) -> bool {
        matches!(self, Self::WrongNumber | Self::WrongName | Self::Failed)
    }
}

/// What the link says.
#[derive(Debug)]
pub(super) struct Link {
    client: Option<String>,
    user_id: Option<String>,
    language: Language,
}

/// The page's own route.
pub(crate) fn router() -> Router<Arc<House>> {
    Router::new().route("/card-activation", get(open).post(submit))
}

async fn open(State(house): State<Arc<House>>, query: Result<Query<Fields>, QueryRejection>, headers: HeaderMap) -> Response {
    let link = Link::read(query, &headers);
    let user_id = link.user_id.clone().unwrap_or_default();
    let outcome = match house.work(move |house| house.store().read(|view| users::find(view, &user_id))).await {
        Ok(Some(_)) => None,
        Ok(None) => Some(Outcome::UnknownLink),
        Err(error) => Some(failed(&error)),
    };
    answer(&Page { link: &link, outcome, typed_name: "" })
}

async fn submit(
    State(house): State<Arc<House>>,
    query: Result<Query<Fields>, QueryRejection>,
    headers: HeaderMap,
    form: Result<Form<Fields>, FormRejection>,
) -> Response {
    let link = Link::read(query, &headers);
    let fields = form.map(|Form(fields)| fields).unwrap_or_default();
    let user_id = link.user_id.clone().unwrap_or_default();
    let number = value_of(&fields, "cardNumber").and_then(|typed| typed.parse::<Pan>().ok());
    let name = value_of(&fields, "cardholderName").unwrap_or_default();
    let typed_name = name.clone();
    let outcome = house.work(move |house| Ok::<_, StoreError>(activation(house, &user_id, number.as_ref(), &name))).await;
    let outcome = outcome.unwrap_or_else(|error| failed(&error));
    answer(&Page { link: &link, outcome: Some(outcome), typed_name: &typed_name })
}

fn activation(house: &House, user_id: &str, number: Option<&Pan>, name: &str) -> Outcome {
    let activated = house.store().change(|change| {
        if users::find_in_change(change, user_id)?.is_none() {
            return Ok(None);
        }
        let number = number.ok_or(ActivationError::WrongNumber)?;
        house.activate(change, user_id, number, name).map(|_| Some(number.last_four()))
    });
    match activated {
        Ok(Some(last_four)) => Outcome::Activated(last_four),
        Ok(None) => Outcome::UnknownLink,
        Err(ActivationError::WrongNumber) => Outcome::WrongNumber,
        Err(ActivationError::WrongName) => Outcome::WrongName,
        Err(ActivationError::AlreadyActive) => Outcome::AlreadyActive,
        Err(ActivationError::Blocked) => Outcome::Blocked,
        Err(ActivationError::State(error)) => failed(&error),
        Err(ActivationError::Practice(error)) => {
            tracing::error!(%error, "the activation page failed");
            Outcome::Failed
        }
    }
}

fn failed(error: &StoreError) -> Outcome {
    tracing::error!(%error, "Practice's state failed");
    Outcome::Failed
}

fn answer(page: &Page<'_>) -> Response {
    let status = page.outcome.as_ref().map_or(StatusCode::OK, Outcome::status);
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_SECURITY_POLICY, &view::CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_LANGUAGE, page.link.language.tag()),
    ];
    (status, headers, Html(page.html())).into_response()
}

impl Link {
    fn read(query: Result<Query<Fields>, QueryRejection>, headers: &HeaderMap) -> Self {
        let fields = query.map(|Query(fields)| fields).unwrap_or_default();
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let language = value_of(&fields, "lang").as_deref().and_then(Language::from_tag).unwrap_or_else(|| Language::preferred(accepted));
        Self { client: value_of(&fields, "client"), user_id: value_of(&fields, "userId"), language }
    }
}

/// The first field of that name, if it is not empty.
fn value_of(fields: &[(String, String)], name: &str) -> Option<String> {
    let (_, value) = fields.iter().find(|(given, _)| given == name)?;
    Some(value.chars().take(MAX_VALUE_CHARACTERS).collect()).filter(|value: &String| !value.trim().is_empty())
}
