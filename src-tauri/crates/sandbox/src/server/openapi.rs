//! Practice's own OpenAPI 3.1 document.
//!
//! Owns what holds for all operations: title, server, security, and the refusals that follow from an operation's own
//! shape (a token, a body, an id in its address), so that no handler can forget to name one. The rest is generated from
//! the handlers and from the rules in `wire`.

use std::borrow::Cow;

use serde_json::Value;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ServerBuilder};
use utoipa::{PartialSchema, ToSchema};

use crate::access::APPLICATION_ID;
use crate::wire::envelope::Failure;
use crate::wire::requests::RegistrationRequest;

/// Which operations can go on with what another one was asked for and answered.
struct Onward {
    /// The operation that answers with 201.
    from: &'static str,
    /// The parameters of the others, and where their values are.
    parameters: &'static [(&'static str, &'static str)],
    to: &'static [&'static str],
}

const ONWARD: [Onward; 6] = [
    Onward {
        from: "registerCardholder",
        parameters: &[("userId", "$response.body#/data/userId")],
        to: &["readCardholder", "issueCard", "cardsOfCardholder", "activateCard", "associateCard", "linkCard", "linkedCards"],
    },
    Onward {
        from: "issueCard",
        parameters: &[("cardId", "$response.body#/data/id")],
        to: &["cardDetails", "movementsOfMonth", "changeFunds", "adjustFunds"],
    },
    Onward { from: "associateCard", parameters: &[("cardId", "$response.body#/data/id")], to: &["cardDetails"] },
    Onward { from: "transferBetweenCards", parameters: &[("id", "$response.body#/data/id")], to: &["readTransfer"] },
    Onward {
        from: "linkCard",
        parameters: &[("userId", "$request.path.userId"), ("associationId", "$response.body#/data/associationId")],
        to: &["renameLinkedCard", "unlinkCard"],
    },
    Onward {
        from: "requestStatement",
        parameters: &[("cardId", "$request.path.cardId"), ("month", "$request.body#/month"), ("year", "$request.body#/year")],
        to: &["readStatement"],
    },
];

/// The value of `x-application-id`: Practice knows one.
pub(super) struct ApplicationId;

impl PartialSchema for ApplicationId {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
        Schema::from(text.enum_values(Some([Value::from(APPLICATION_ID)]))).into()
    }
}

impl ToSchema for ApplicationId {
    fn name() -> Cow<'static, str> {
        "ApplicationId".into()
    }
}

/// The document before the routes are added to it.
pub(super) fn frame(base_url: &str) -> OpenApi {
    let info = InfoBuilder::new()
        .title("Wallet Gateway (Practice)")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The Wallet Gateway's contract as Cardesk's built-in sandbox serves it. People, cards and money are invented."));
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let mut schemas = vec![(Failure::name().into_owned(), Failure::schema())];
    Failure::schemas(&mut schemas);
    RegistrationRequest::schemas(&mut schemas);
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url(base_url).build()]))
        .components(Some(ComponentsBuilder::new().security_scheme("bearer", bearer).schemas_from_iter(schemas).build()))
        .build()
}

/// The document with the refusals that each operation's shape brings, and the links between operations.
pub(super) fn completed(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            complete(operation, path);
            link(operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().filter_map(Option::as_mut)
}

fn complete(operation: &mut Operation, path: &str) {
    let has_parameters = operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    let has_body = operation.request_body.is_some();
    let is_post = path.ends_with("/virtuals") || path.ends_with("/invitation-code");
    add(operation, "405", "The path is known, the method is not.");
    if has_body || has_parameters || is_post {
        add(operation, "400", "Something in the request is missing, mistyped, too long or not allowed.");
    }
    if has_body || is_post {
        add(operation, "413", "The body is larger than 64 KiB.");
    }
    if has_body {
        add(operation, "415", "The body is not application/json.");
    }
    if operation.security.is_some() {
        add(operation, "401", "The token is missing, not known or expired.");
    }
    if operation.security.is_some() {
        add(operation, "403", "The application is not known, or lacks the permission that is named.");
    }
    if path.contains('{') {
        add(operation, "404", "There is nothing with this id.");
    }
    if path != "/health" {
        add(operation, "500", "Practice's state can't be read or written.");
    }
}

/// Names the operations that an answer leads on to.
fn link(operation: &mut Operation) {
    let onward = ONWARD.iter().find(|onward| operation.operation_id.as_deref() == Some(onward.from));
    let created = operation.responses.responses.get_mut("201");
    if let (Some(onward), Some(RefOr::T(created))) = (onward, created) {
        for target in onward.to {
            let begun = LinkBuilder::new().operation_id(*target);
            let link = onward.parameters.iter().fold(begun, |link, (name, value)| link.parameter(*name, *value));
            created.links.insert((*target).to_owned(), RefOr::T(link.build()));
        }
    }
}

fn add(operation: &mut Operation, status: &str, about: &str) {
    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(refusal(about)));
}

fn refusal(about: &str) -> Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name(Failure::name()))).build();
    ResponseBuilder::new().description(about).content("application/json", body).build()
}
