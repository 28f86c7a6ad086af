//! The bodies of the contract's requests, field by field (`gateway-api.md`, Authentication, Cardholders, Cards, Funds).
//!
//! Limits that the document does not name (lengths, forms of documents) are Practice's own and assumed.

use std::borrow::Cow;

use utoipa::openapi::schema::{OneOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::rules::{
    ADDRESS, ALIAS, BIRTH_DATE, CARD_NUMBER, CHANNEL, CODE, DESCRIPTION, DEVICE, DOCUMENT, DPI, EMAIL, Field, INVITATION, Kind, LAST_FOUR,
    NAME, NIT, OBSERVATIONS, PASSWORD, PHONE, PIN, PLACE, REFERENCE, SIGNATURE, SLUG, TOKEN, TYPE_WORD, TextRule, object_schema,
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

/// `PATCH /cards/{cardId}/status`.
pub(crate) static CARD_STATUS: [Field; 2] = [
    required("status", Kind::Choice(&["BLOCKED", "ACTIVE"]), "The state that the card is to have."),
    optional("reason", Kind::Text(&OBSERVATIONS), "Why."),
];

/// `PATCH /cards/{cardId}/alias` and `PATCH …/linked-cards/{associationId}`.
pub(crate) static NEW_ALIAS: [Field; 1] = [required("alias", Kind::Text(&ALIAS), "What the card is to be called.")];

/// `POST /users/{userId}/cards`.
pub(crate) static ASSOCIATION: [Field; 2] = [
    required("card", Kind::Text(&CARD_NUMBER), "The number on the plastic."),
    optional("alias", Kind::Text(&ALIAS), "What the card is to be called."),
];

/// `POST /cards/{cardId}/statements`.
pub(crate) static STATEMENT: [Field; 2] = [
    required("month", Kind::NumberFrom(1, 12), "A calendar month at the issuer that has begun."),
    required("year", Kind::NumberFrom(2000, 2100), "Its year."),
];

/// Everything that carries a PIN and nothing else.
pub(crate) static PIN_ALONE: [Field; 1] = [required("pin", Kind::Text(&PIN), "4 to 12 digits.")];

const PURPOSES: &[&str] = &["pin_change", "login"];

/// `POST /users/auth/otp`.
pub(crate) static CODE_WANTED: [Field; 2] = [
    required("email", Kind::Text(&EMAIL), "The cardholder's username: the code goes to their phone."),
    required("purpose", Kind::Choice(PURPOSES), "What the code is for."),
];

/// `PUT /users/auth/otp`.
pub(crate) static CODE_READ_OUT: [Field; 3] = [
    required("email", Kind::Text(&EMAIL), "The cardholder's username."),
    required("otp", Kind::Text(&CODE), "The code, as the cardholder read it out."),
    required("purpose", Kind::Choice(PURPOSES), "What the code was asked for."),
];

/// `POST /users/{userId}/linked-cards`.
pub(crate) static LINK: [Field; 3] = [
    required("email", Kind::Text(&EMAIL), "The username of the card's owner."),
    required("suffix", Kind::Text(&LAST_FOUR), "The last four digits of the card."),
    required("alias", Kind::Text(&ALIAS), "What the cardholder calls the card."),
];

/// `POST /card-transfers/types`.
pub(crate) static TRANSFER_TYPES: [Field; 1] = [required("types", Kind::Objects(&TRANSFER_TYPE, 50), "The types to be made.")];

static TRANSFER_TYPE: [Field; 5] = [
    required("type", Kind::Text(&TYPE_WORD), "Its word; each once."),
    required("channel", Kind::Choice(&["financialNetwork", "webService"]), "Where such transfers come from."),
    required("movementType", Kind::Choice(&["debit", "credit"]), "Which way they go."),
    required("model", Kind::Choice(&["settlement", "reversed"]), "What they do."),
    optional("name", Kind::Text(&NAME), "Its name for people."),
];

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
    CardStatusRequest: CARD_STATUS, "Blocks or unblocks a card.";
    AliasRequest: NEW_ALIAS, "Gives a card another alias.";
    AssociationRequest: ASSOCIATION, "Associates a plastic that exists already.";
    StatementRequest: STATEMENT, "Asks for a month's statement.";
    PinRequest: PIN_ALONE, "Carries a PIN.";
    OneTimeCodeRequest: CODE_WANTED, "Has a one-time code sent.";
    OneTimeCodeCheck: CODE_READ_OUT, "Exchanges a one-time code for an elevated session.";
    LinkRequest: LINK, "Links the card of somebody else.";
    TransferTypesRequest: TRANSFER_TYPES, "Makes types of transfers.";
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
