//! Cardholders: registering, inviting, finding, reading (`gateway-api.md`, Cardholders).
//!
//! Owns the wire forms. Which values a form may have is `domain::registration`'s business beforehand, and the gateway's in
//! the end.

use std::fmt;

use cardesk_domain::CardholderId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::client::Gateway;
use crate::error::{ErrorKind, GatewayError};
use crate::paths::RequestName;
use crate::wire::{filled, if_readable};

/// Makes an enum of the gateway's words, with a place for words that are not known here.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A word that this version does not know, as the gateway wrote it.
            Other(String),
        }

        impl $name {
            /// The value for the gateway's word.
            #[must_use]
            pub fn from_gateway(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The gateway's word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// A cardholder's gender, in the gateway's words.
    Gender {
        /// Male.
        Male = "M",
        /// Female.
        Female = "F",
        /// Another.
        Another = "OTHER",
    }
}

words! {
    /// A cardholder's marital status, in the gateway's words.
    MaritalStatus {
        /// Single.
        Single = "soltero",
        /// Married.
        Married = "casado",
        /// Widowed.
        Widowed = "viudo",
        /// Divorced.
        Divorced = "divorciado",
        /// Separated.
        Separated = "separado",
    }
}

words! {
    /// The kind of an identity document, in the gateway's words.
    DocumentType {
        /// Guatemala's identity card.
        Dpi = "DPI",
        /// A tax number.
        Nit = "NIT",
        /// A passport.
        Passport = "PASSPORT",
        /// A legal entity's id.
        LegalId = "LEGAL_ID",
        /// A personal id.
        PersonalId = "PERSONAL_ID",
        /// A residence permit.
        ResidenceId = "RESIDENCE_ID",
    }
}

/// What is sent to register a person. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalRegistration {
    /// Given names.
    pub first_name: String,
    /// Family names.
    pub last_name: String,
    /// Postal address.
    pub address: String,
    /// ISO 3166-1 alpha-3, for example `GTM`.
    pub country_of_birth: String,
    /// Town or region.
    pub place_of_birth: String,
    /// Gender.
    pub gender: Gender,
    /// Marital status.
    pub marital_status: MaritalStatus,
    /// E.164, for example `+50255550100`.
    pub phone_number: String,
    /// E-mail address, which is the user name.
    pub username: String,
    /// Date of birth.
    pub date_of_birth: Date,
    /// Kind of document.
    pub document_type: DocumentType,
    /// The document's number.
    pub document_number: String,
    /// Tax number, if there is one.
    pub nit: Option<String>,
}

/// What is sent to register by invitation. Its `Debug` shows nothing of it; the password is wiped when dropped.
#[derive(Clone)]
pub struct InvitationRegistration {
    /// The device that the cardholder registers from.
    pub device_id: String,
    /// The code of the invitation.
    pub invitation_code: String,
    /// E-mail address, which is the user name.
    pub username: String,
    /// The cardholder's password. It is sent as its own confirmation too: confirming is for the form to ask.
    pub password: Zeroizing<String>,
    /// Tax number, if there is one.
    pub nit: Option<String>,
    /// Whether the terms were accepted, if they were asked for.
    pub terms_and_conditions_accepted: Option<bool>,
}

/// A code that registers one cardholder, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationCode {
    /// The code.
    pub code: String,
    /// When it ends, where the gateway says so.
    pub expires_at: Option<Timestamp>,
}

/// A cardholder as the gateway knows them. A field that the gateway leaves out is `None`. `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Cardholder {
    /// The gateway's id.
    pub id: CardholderId,
    /// Given names.
    pub first_name: Option<String>,
    /// Family names.
    pub last_name: Option<String>,
    /// E-mail address, which is the user name.
    pub username: Option<String>,
    /// Phone number, E.164.
    pub phone_number: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// ISO 3166-1 alpha-3.
    pub country_of_birth: Option<String>,
    /// Town or region.
    pub place_of_birth: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Marital status.
    pub marital_status: Option<MaritalStatus>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Kind of document.
    pub document_type: Option<DocumentType>,
    /// The document's number.
    pub document_number: Option<String>,
    /// Tax number.
    pub nit: Option<String>,
    /// The gateway's word for the cardholder's state.
    pub status: Option<String>,
    /// When they were registered.
    pub created_at: Option<Timestamp>,
}

/// One page of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardholderPage {
    /// The page's cardholders.
    pub cardholders: Vec<Cardholder>,
    /// How many match in all, where the gateway says so.
    pub total: Option<u64>,
    /// Which page this is, from 1.
    pub page: u32,
    /// The most cardholders of one page.
    pub limit: u32,
}

macro_rules! redact {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )+};
}
redact!(PersonalRegistration, InvitationRegistration);

impl fmt::Debug for Cardholder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cardholder").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PersonalBody<'a> {
    first_name: &'a str,
    last_name: &'a str,
    address: &'a str,
    country_of_birth: &'a str,
    place_of_birth: &'a str,
    gender: &'a str,
    marital_status: &'a str,
    phone_number: &'a str,
    username: &'a str,
    date_of_birth: String,
    document_type: &'a str,
    document_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nit: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvitationBody<'a> {
    device_id: &'a str,
    invitation_code: &'a str,
    username: &'a str,
    password: &'a str,
    confirm_password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms_and_conditions_accepted: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisteredData {
    user_id: CardholderId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvitationData {
    invitation_code: String,
    expires_at: Option<String>,
}

#[derive(Deserialize)]
struct PageData {
    users: Vec<CardholderData>,
    total: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CardholderData {
    user_id: CardholderId,
    first_name: Option<String>,
    last_name: Option<String>,
    username: Option<String>,
    phone_number: Option<String>,
    address: Option<String>,
    country_of_birth: Option<String>,
    place_of_birth: Option<String>,
    gender: Option<String>,
    marital_status: Option<String>,
    date_of_birth: Option<String>,
    document_type: Option<String>,
    document_number: Option<String>,
    nit: Option<String>,
    status: Option<String>,
    created_at: Option<String>,
}

impl From<CardholderData> for Cardholder {
    fn from(data: CardholderData) -> Self {
        Self {
            id: data.user_id,
            first_name: filled(data.first_name),
            last_name: filled(data.last_name),
            username: filled(data.username),
            phone_number: filled(data.phone_number),
            address: filled(data.address),
            country_of_birth: filled(data.country_of_birth),
            place_of_birth: filled(data.place_of_birth),
            gender: filled(data.gender).map(|word| Gender::from_gateway(&word)),
            marital_status: filled(data.marital_status).map(|word| MaritalStatus::from_gateway(&word)),
            date_of_birth: if_readable(data.date_of_birth),
            document_type: filled(data.document_type).map(|word| DocumentType::from_gateway(&word)),
            document_number: filled(data.document_number),
            nit: filled(data.nit),
            status: filled(data.status),
            created_at: if_readable(data.created_at),
        }
    }
}

impl Gateway {
    /// Registers a person with their information. Never repeated: a second one could be a second person.
    ///
    /// # Errors
    /// The gateway's refusal names the fields where it can ([`crate::ApiErrorEntry::field`]).
    pub async fn register_cardholder(&self, person: &PersonalRegistration) -> Result<CardholderId, GatewayError> {
        let body = PersonalBody {
            first_name: &person.first_name,
            last_name: &person.last_name,
            address: &person.address,
            country_of_birth: &person.country_of_birth,
            place_of_birth: &person.place_of_birth,
            gender: person.gender.as_str(),
            marital_status: person.marital_status.as_str(),
            phone_number: &person.phone_number,
            username: &person.username,
            date_of_birth: person.date_of_birth.to_string(),
            document_type: person.document_type.as_str(),
            document_number: &person.document_number,
            nit: person.nit.as_deref(),
        };
        let data: RegisteredData = self.data(self.call_with(RequestName::RegisterCardholder, &[], &body)?).await?;
        Ok(data.user_id)
    }

    /// Registers a cardholder who was invited. Never repeated: a code is good for one use.
    ///
    /// # Errors
    /// The gateway's refusal names the fields where it can.
    pub async fn register_by_invitation(&self, invited: &InvitationRegistration) -> Result<CardholderId, GatewayError> {
        let body = InvitationBody {
            device_id: &invited.device_id,
            invitation_code: &invited.invitation_code,
            username: &invited.username,
            password: &invited.password,
            confirm_password: &invited.password,
            nit: invited.nit.as_deref(),
            terms_and_conditions_accepted: invited.terms_and_conditions_accepted,
        };
        let data: RegisteredData = self.data(self.call_with(RequestName::RegisterByInvitation, &[], &body)?).await?;
        Ok(data.user_id)
    }

    /// Makes a code that registers one cardholder.
    ///
    /// # Errors
    /// What went wrong with the request.
    pub async fn create_invitation_code(&self) -> Result<InvitationCode, GatewayError> {
        let data: InvitationData = self.data(self.call(RequestName::CreateInvitationCode, &[], &[])?).await?;
        Ok(InvitationCode { code: data.invitation_code, expires_at: if_readable(data.expires_at) })
    }

    /// Searches the cardholders; an empty text finds all. `page` counts from 1; `limit` is 1 to 100.
    ///
    /// # Errors
    /// [`ErrorKind::NotFormed`] for a page or limit out of range; otherwise what went wrong with the request.
    pub async fn find_cardholders(&self, text: &str, page: u32, limit: u32) -> Result<CardholderPage, GatewayError> {
        if page == 0 || !(1..=100).contains(&limit) {
            return Err(GatewayError::new(RequestName::FindCardholders, ErrorKind::NotFormed));
        }
        let query = [("searchText", text), ("page", &*page.to_string()), ("limit", &*limit.to_string())];
        let data: PageData = self.data(self.call(RequestName::FindCardholders, &[], &query)?).await?;
        Ok(CardholderPage { cardholders: data.users.into_iter().map(Cardholder::from).collect(), total: data.total, page, limit })
    }

    /// Reads one cardholder.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] with code 7100 if there is none; otherwise what went wrong with the request.
    pub async fn cardholder(&self, id: &CardholderId) -> Result<Cardholder, GatewayError> {
        let data: CardholderData = self.data(self.call(RequestName::ReadCardholder, &[id.as_str()], &[])?).await?;
        Ok(data.into())
    }
}
