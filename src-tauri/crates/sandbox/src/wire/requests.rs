//! The bodies of the contract's requests, field by field (`gateway-api.md`, Authentication, Cardholders, Cards, Funds).
//!
//! Limits that the document does not name (lengths, forms of documents) are Practice's own and assumed.

use std::borrow::Cow;

use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::rules::{
    ADDRESS, BIRTH_DATE, CARD_NUMBER, CHANNEL, DESCRIPTION, DEVICE, DOCUMENT, DPI, EMAIL, Field, INVITATION, Kind, NAME, NIT, OBSERVATIONS,
    PASSWORD, PHONE, PLACE, REFERENCE, SIGNATURE, SLUG, TOKEN, TextRule,
};

const fn required(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, is_required: true, kind, about }
}

const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, is_required: false, kind, about }
}

/// Every kind of document that the contract names, without the DPI, whose number has a form of its own.
pub(crate) const DOCUMENTS_BUT_DPI: &[&str] = &["NIT", "PASSPORT", "LEGAL_ID", "PERSONAL_ID", "RESIDENCE_ID"];
const OPERATIONS: &[&str] = &["ADD_FUNDS", "WITHDRAW_FUNDS"];
const CURRENCIES: &[&str] = &["GTQ"];

/// The fields of a registration with personal information, for one form of document.
const fn personal(document_types: &'static [&'static str], document_number: &'static TextRule) -> [Field; 13] {
    [
        required("firstName", Kind::Text(&NAME), "Given names."),
        required("lastName", Kind::Text(&NAME), "Surnames."),
        required("username", Kind::Text(&EMAIL), "E-mail address; one cardholder each."),
        required("phoneNumber", Kind::Text(&PHONE), "In E.164 form."),
        required("address", Kind::Text(&ADDRESS), "Where the cardholder lives."),
        required("countryOfBirth", Kind::Country, "ISO 3166-1 alpha-3."),
        required("placeOfBirth", Kind::Text(&PLACE), "Town and department, for example."),
        required("gender", Kind::Choice(&["M", "F", "OTHER"]), "As in the document."),
        required("maritalStatus", Kind::Choice(&["soltero", "casado", "viudo", "divorciado", "separado"]), "As in the document."),
        required("dateOfBirth", Kind::Text(&BIRTH_DATE), "YYYY-MM-DD."),
        required("documentType", Kind::Choice(document_types), "Kind of document."),
        required("documentNumber", Kind::Text(document_number), "Its number."),
        optional("nit", Kind::Text(&NIT), "Tax number."),
    ]
}

/// `POST /users`, with a DPI.
pub(crate) static PERSONAL_WITH_DPI: [Field; 13] = personal(&["DPI"], &DPI);

/// `POST /users`, with another document.
pub(crate) static PERSONAL_WITH_DOCUMENT: [Field; 13] = personal(DOCUMENTS_BUT_DPI, &DOCUMENT);

/// `POST /users`, by invitation.
pub(crate) static BY_INVITATION: [Field; 7] = [
    required("deviceId", Kind::Text(&DEVICE), "The cardholder's device."),
    required("invitationCode", Kind::Text(&INVITATION), "A code made before; good for one registration."),
    required("username", Kind::Text(&EMAIL), "E-mail address; one cardholder each."),
    required("password", Kind::Text(&PASSWORD), "The cardholder's password; Practice checks it and forgets it."),
    required("confirmPassword", Kind::Text(&PASSWORD), "The same once more."),
    optional("nit", Kind::Text(&NIT), "Tax number."),
    optional("termsAndConditionsAccepted", Kind::Truth, "Whether the terms were accepted."),
];

/// `POST /auth/login`.
pub(crate) static LOGIN: [Field; 2] = [
    required("merchant", Kind::Text(&SLUG), "The company's slug."),
    required("signature", Kind::Text(&SIGNATURE), "Ed25519 signature over the UTF-8 bytes of the merchant slug, base64."),
];

/// `POST /auth/refresh`.
pub(crate) static REFRESH: [Field; 1] = [required("refreshToken", Kind::Text(&TOKEN), "From the last login or refresh; used once.")];

/// `POST /users/{userId}/cards/activation`.
pub(crate) static ACTIVATION: [Field; 2] = [
    required("card", Kind::Text(&CARD_NUMBER), "The whole number on the plastic."),
    required("cardholderName", Kind::Text(&NAME), "The name as it is embossed; case and accents don't matter."),
];

/// `POST /cards/{cardId}/funds`.
pub(crate) static FUNDS_BY_CHANNEL: [Field; 7] = [
    required("amount", Kind::Amount, "More than zero, at most four decimals."),
    required("operation", Kind::Choice(OPERATIONS), "Load or withdraw."),
    required("channel", Kind::Text(&CHANNEL), "Where it comes from: WEB, MOBILE, ATM and so on."),
    required("reference", Kind::Text(&REFERENCE), "The caller's own id of this operation; once per card."),
    optional("description", Kind::Text(&DESCRIPTION), "Shown in the movements."),
    optional("currency", Kind::Choice(CURRENCIES), "The card's currency."),
    optional("customKeys", Kind::AnyObject, "The caller's own notes; not kept."),
];

/// `PUT /cards/{cardId}/funds`.
pub(crate) static FUNDS_ADJUSTMENT: [Field; 5] = [
    required("amount", Kind::Amount, "More than zero, at most four decimals."),
    required("operation", Kind::Choice(OPERATIONS), "Add or take."),
    required("reference", Kind::Text(&REFERENCE), "The caller's own id of this operation; once per card."),
    optional("observations", Kind::Text(&OBSERVATIONS), "Shown in the movements."),
    optional("currency", Kind::Choice(CURRENCIES), "The card's currency."),
];

/// `POST /cards/transfer`.
pub(crate) static TRANSFER: [Field; 4] = [
    required("fromCardId", Kind::WholeNumber, "The card that pays."),
    required("toCardId", Kind::WholeNumber, "The card that is paid: another one, of the same currency."),
    required("amount", Kind::Amount, "More than zero, at most four decimals."),
    optional("observations", Kind::Text(&OBSERVATIONS), "Shown in the movements of both cards."),
];

/// An object with these fields and no others.
fn object_schema(fields: &[Field], about: &str) -> Schema {
    let start = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .description(Some(about))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    fields
        .iter()
        .fold(start, |object, field| {
            let object = object.property(field.name, field.schema());
            if field.is_required { object.required(field.name) } else { object }
        })
        .into()
}

macro_rules! body_schemas {
    ($($name:ident: $fields:ident, $about:literal;)*) => {
        $(
            #[doc = $about]
            pub(crate) struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    object_schema(&$fields, $about).into()
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    stringify!($name).into()
                }
            }
        )*
    };
}

body_schemas! {
    LoginRequest: LOGIN, "Signs an application in.";
    RefreshRequest: REFRESH, "Exchanges a refresh token for a new pair.";
    PersonalRegistrationWithDpi: PERSONAL_WITH_DPI, "Registers a cardholder who shows a DPI.";
    PersonalRegistration: PERSONAL_WITH_DOCUMENT, "Registers a cardholder who shows another document.";
    RegistrationByInvitation: BY_INVITATION, "Registers a cardholder who was invited.";
    ActivationRequest: ACTIVATION, "Activates the plastic in the cardholder's hand.";
    FundsRequest: FUNDS_BY_CHANNEL, "Loads or withdraws.";
    FundsAdjustment: FUNDS_ADJUSTMENT, "Adjusts on the issuer's side; moves money just the same.";
    TransferRequest: TRANSFER, "Moves money from one card to another.";
}

/// `POST /users`: the mode is picked by the presence of `invitationCode`.
pub(crate) struct RegistrationRequest;

impl PartialSchema for RegistrationRequest {
    fn schema() -> RefOr<Schema> {
        Schema::OneOf(
            OneOfBuilder::new()
                .item(Ref::from_schema_name(PersonalRegistrationWithDpi::name()))
                .item(Ref::from_schema_name(PersonalRegistration::name()))
                .item(Ref::from_schema_name(RegistrationByInvitation::name()))
                .build(),
        )
        .into()
    }
}

impl ToSchema for RegistrationRequest {
    fn name() -> Cow<'static, str> {
        "RegistrationRequest".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((PersonalRegistrationWithDpi::name().into_owned(), PersonalRegistrationWithDpi::schema()));
        schemas.push((PersonalRegistration::name().into_owned(), PersonalRegistration::schema()));
        schemas.push((RegistrationByInvitation::name().into_owned(), RegistrationByInvitation::schema()));
    }
}
