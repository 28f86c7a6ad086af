//! What answers say: the contract's objects as they leave Practice.

use std::borrow::Cow;

use cardesk_domain::{Amount, CardState};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::plastic::{self, Expiry};
use crate::practice::PracticeError;
use crate::store::cards::CardRecord;
use crate::store::ledger::{MovementRecord, MovementType};
use crate::store::sessions::TokenPair;
use crate::store::transfers::TransferRecord;
use crate::store::users::UserRecord;

/// An amount as an exact JSON number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WireAmount(pub(crate) Amount);

impl Serialize for WireAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_json_text()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl PartialSchema for WireAmount {
    fn schema() -> RefOr<Schema> {
        let about = "A decimal of at most four places, written exactly.";
        Schema::Object(ObjectBuilder::new().schema_type(SchemaType::Type(Type::Number)).description(Some(about)).build()).into()
    }
}

impl ToSchema for WireAmount {
    fn name() -> Cow<'static, str> {
        "Amount".into()
    }
}

/// `POST /auth/login` and `POST /auth/refresh`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionAnswer {
    access_token: String,
    refresh_token: String,
    /// When the access token ends, in Unix seconds.
    expiration_token: i64,
    /// When the refresh token ends, in Unix seconds.
    expiration_refresh_token: i64,
}

impl From<TokenPair> for SessionAnswer {
    fn from(pair: TokenPair) -> Self {
        Self {
            access_token: pair.access,
            refresh_token: pair.refresh,
            expiration_token: pair.access_ends,
            expiration_refresh_token: pair.refresh_ends,
        }
    }
}

/// `GET /health`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthAnswer {
    pub(crate) success: bool,
    #[schema(example = "ok")]
    pub(crate) message: &'static str,
}

/// `POST /users`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegistrationAnswer {
    #[schema(pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    pub(crate) user_id: String,
}

/// `POST /users/invitation-code`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvitationAnswer {
    pub(crate) invitation_code: String,
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
}

/// A cardholder. Those registered by invitation have no personal fields.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    #[schema(pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    user_id: String,
    username: String,
    #[serde(flatten)]
    personal: Option<Personal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nit: Option<String>,
    #[schema(example = "ACTIVE")]
    status: &'static str,
    #[schema(format = DateTime)]
    created_at: String,
}

/// What a registration with personal information told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Personal {
    first_name: String,
    last_name: String,
    phone_number: String,
    address: String,
    country_of_birth: String,
    place_of_birth: String,
    gender: String,
    marital_status: String,
    #[schema(format = Date)]
    date_of_birth: String,
    document_type: String,
    document_number: String,
}

impl From<UserRecord> for User {
    fn from(record: UserRecord) -> Self {
        Self {
            user_id: record.id.into(),
            username: record.username,
            personal: record.personal.map(|personal| Personal {
                first_name: personal.first_name,
                last_name: personal.last_name,
                phone_number: personal.phone_number,
                address: personal.address,
                country_of_birth: personal.country_of_birth,
                place_of_birth: personal.place_of_birth,
                gender: personal.gender,
                marital_status: personal.marital_status,
                date_of_birth: personal.date_of_birth,
                document_type: personal.document_type,
                document_number: personal.document_number,
            }),
            nit: record.nit,
            status: "ACTIVE",
            created_at: record.created_at.to_string(),
        }
    }
}

/// `GET /users`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserListing {
    pub(crate) users: Vec<User>,
    /// How many match in all.
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) limit: u64,
}

/// A card. Its number only masked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Card {
    id: u64,
    #[schema(pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    user_id: String,
    #[schema(pattern = "^[0-9]{6}\\*{6}[0-9]{4}$")]
    masked_pan: String,
    alias: String,
    status: Status,
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: String,
    balance: WireAmount,
    pending_debits: WireAmount,
    pending_credits: WireAmount,
    expiry: CardExpiry,
    #[schema(max_length = 26)]
    cardholder_name: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    activated_at: Option<String>,
    /// Whether it has a PIN, which it needs before it can authorise (assumed).
    pin_assigned: bool,
}

/// A card's state.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = CardStatus)]
pub(crate) enum Status {
    Inactive,
    Active,
    Blocked,
}

/// The month after which a card is no longer good.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardExpiry {
    #[schema(minimum = 1, maximum = 12)]
    month: u8,
    year: i16,
}

impl Card {
    /// The card as the contract shows it; `seed` is what its number is derived from.
    pub(crate) fn of(record: &CardRecord, seed: u64) -> Result<Self, PracticeError> {
        let Expiry { month, year } = plastic::expiry_of(record.created_at);
        Ok(Self {
            id: record.id.get(),
            user_id: record.user_id.to_string(),
            masked_pan: plastic::masked(&plastic::pan_of(seed, record.id)?),
            alias: record.alias.clone(),
            status: match record.state {
                CardState::Active => Status::Active,
                CardState::Blocked => Status::Blocked,
                CardState::Inactive | CardState::Other(_) => Status::Inactive,
            },
            currency: record.currency.code().to_owned(),
            balance: WireAmount(record.balance),
            pending_debits: WireAmount(record.pending_debits),
            pending_credits: WireAmount(record.pending_credits),
            expiry: CardExpiry { month, year },
            cardholder_name: record.embossed_name.clone(),
            created_at: record.created_at.to_string(),
            activated_at: record.activated_at.map(|at| at.to_string()),
            pin_assigned: record.has_pin,
        })
    }
}

/// `POST` and `PUT /cards/{cardId}/funds`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FundsAnswer {
    /// The movement's id.
    id: String,
    card_id: u64,
    operation: Movements,
    amount: WireAmount,
    currency: String,
    reference: String,
    /// The card's balance afterwards.
    balance: WireAmount,
}

impl FundsAnswer {
    /// The answer for a movement that was just made.
    pub(crate) fn of(movement: MovementRecord, card: &CardRecord) -> Self {
        Self {
            id: movement_id(&movement),
            card_id: card.id.get(),
            operation: movement.movement_type.into(),
            amount: WireAmount(movement.amount),
            currency: card.currency.code().to_owned(),
            reference: movement.reference.unwrap_or_default(),
            balance: WireAmount(movement.balance),
        }
    }
}

/// What moved the money.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = MovementType)]
pub(crate) enum Movements {
    AddFunds,
    WithdrawFunds,
    Payment,
    Refund,
    TransferIn,
    TransferOut,
}

impl From<MovementType> for Movements {
    fn from(kept: MovementType) -> Self {
        match kept {
            MovementType::AddFunds => Self::AddFunds,
            MovementType::WithdrawFunds => Self::WithdrawFunds,
            MovementType::Payment => Self::Payment,
            MovementType::Refund => Self::Refund,
            MovementType::TransferIn => Self::TransferIn,
            MovementType::TransferOut => Self::TransferOut,
        }
    }
}

/// Whether the balance grew.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Direction {
    Credit,
    Debit,
}

/// One movement of a card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Movement {
    id: String,
    card_id: u64,
    #[schema(format = DateTime)]
    date: String,
    r#type: Movements,
    direction: Direction,
    /// More than zero, whatever the direction.
    amount: WireAmount,
    /// The card's balance afterwards.
    balance: WireAmount,
    currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

impl Movement {
    /// The movement as the contract shows it.
    pub(crate) fn of(record: MovementRecord, card: &CardRecord) -> Self {
        Self {
            id: movement_id(&record),
            card_id: record.card_id.get(),
            date: record.at.to_string(),
            r#type: record.movement_type.into(),
            direction: if record.movement_type.is_credit() { Direction::Credit } else { Direction::Debit },
            amount: WireAmount(record.amount),
            balance: WireAmount(record.balance),
            currency: card.currency.code().to_owned(),
            description: record.description,
            reference: record.reference,
        }
    }
}

/// `POST /cards/transfer` and `GET /card-transfers/{id}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transfer {
    id: u64,
    from_card_id: u64,
    to_card_id: u64,
    amount: WireAmount,
    currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    observations: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<TransferRecord> for Transfer {
    fn from(record: TransferRecord) -> Self {
        Self {
            id: record.id,
            from_card_id: record.from.get(),
            to_card_id: record.to.get(),
            amount: WireAmount(record.amount),
            currency: record.currency.code().to_owned(),
            observations: record.observations,
            created_at: record.at.to_string(),
        }
    }
}

fn movement_id(movement: &MovementRecord) -> String {
    format!("M{}-{:05}", movement.card_id, movement.number)
}
