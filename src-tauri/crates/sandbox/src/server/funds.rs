//! Funds: loading, withdrawing, adjusting, and the movements they leave (`gateway-api.md`, Funds).

use std::sync::Arc;

use axum::extract::State;
use cardesk_domain::{Amount, CardId, CardState, Permission};
use jiff::civil::Date;
use redb::WriteTransaction;

use super::guard::{Application, Hiding, Route, SignedIn, card_id, card_not_found, whole_number};
use super::house::House;
use crate::clock::issuer_time_zone;
use crate::faults::{Appearance, RepeatedReferences};
use crate::store::cards::{self, CardRecord};
use crate::store::ledger::{self, MovementRecord, MovementType, NewMovement};
use crate::wire::answers::{FundsAnswer, Movement};
use crate::wire::body::{CheckedFields, JsonBody};
use crate::wire::envelope::{Answer, Code, Refusal, Success, done};
use crate::wire::requests::{FUNDS_ADJUSTMENT, FUNDS_BY_CHANNEL, FundsAdjustment, FundsRequest};

const FIRST_YEAR: u64 = 2000;
const LAST_YEAR: u64 = 2100;

/// One funds operation, as the caller asked for it.
#[derive(Debug)]
struct FundsOrder {
    card: CardId,
    movement_type: MovementType,
    amount: Amount,
    reference: String,
    description: Option<String>,
    hidden_until: Option<Appearance>,
}

/// Loads or withdraws, from a channel. It moves money.
#[utoipa::path(
    post, path = "/cards/{cardId}/funds", tag = "funds", operation_id = "changeFunds",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = FundsRequest,
    responses(
        (status = 200, description = "Done.", body = Success<FundsAnswer>),
        (status = 409, description = "The card is not active, or has a movement with this reference.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn change(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(id): Route<String>,
    Hiding(hidden_until): Hiding,
    body: JsonBody,
) -> Answer<FundsAnswer> {
    let card = card_id(&id)?;
    let fields = body.fields()?.check(&FUNDS_BY_CHANNEL)?;
    apply(&house, order_of(card, &fields, "description", hidden_until)?).await
}

/// Adjusts on the issuer's side. It moves money just the same.
#[utoipa::path(
    put, path = "/cards/{cardId}/funds", tag = "funds", operation_id = "adjustFunds",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = FundsAdjustment,
    responses(
        (status = 200, description = "Done.", body = Success<FundsAnswer>),
        (status = 409, description = "The card is not active, or has a movement with this reference.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn adjust(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(id): Route<String>,
    Hiding(hidden_until): Hiding,
    body: JsonBody,
) -> Answer<FundsAnswer> {
    let card = card_id(&id)?;
    let fields = body.fields()?.check(&FUNDS_ADJUSTMENT)?;
    apply(&house, order_of(card, &fields, "observations", hidden_until)?).await
}

fn order_of(card: CardId, fields: &CheckedFields, note: &str, hidden_until: Option<Appearance>) -> Result<FundsOrder, Refusal> {
    Ok(FundsOrder {
        card,
        movement_type: if fields.text("operation")? == "ADD_FUNDS" { MovementType::AddFunds } else { MovementType::WithdrawFunds },
        amount: fields.amount("amount")?,
        reference: fields.text("reference")?.to_owned(),
        description: fields.optional(note).filter(|text| !text.is_empty()).map(str::to_owned),
        hidden_until,
    })
}

async fn apply(house: &Arc<House>, order: FundsOrder) -> Answer<FundsAnswer> {
    let needed = if order.movement_type == MovementType::AddFunds { Permission::AddFunds } else { Permission::WithdrawFunds };
    if !house.granted().has(&needed) {
        return Err(Refusal::lacks(&needed));
    }
    done(house.work(move |house| house.store().change(|change| applied(house, change, &order))).await?)
}

/// Everything in one change: the checks see the balance that the movement starts from.
fn applied(house: &House, change: &WriteTransaction, order: &FundsOrder) -> Result<FundsAnswer, Refusal> {
    let mut card = cards::find_in_change(change, order.card)?.ok_or_else(card_not_found)?;
    // A repetition is recognised whatever has become of the card since.
    if let Some(known) = ledger::by_reference(change, card.id, &order.reference)? {
        let is_the_same = known.movement_type == order.movement_type && known.amount == order.amount;
        match house.faults().meet_repeated_reference() {
            RepeatedReferences::ApplyAgain => {}
            RepeatedReferences::AnswerTheSame if is_the_same => return Ok(FundsAnswer::of(known, &card)),
            RepeatedReferences::Reject | RepeatedReferences::AnswerTheSame => {
                return Err(Refusal::of_field(Code::AlreadyExists, "reference", "This card has a movement with this reference already."));
            }
        }
    }
    if card.state != CardState::Active {
        return Err(Refusal::new(Code::CardState, format!("The card is {}: its state does not allow this.", card.state)));
    }
    let movement = NewMovement {
        movement_type: order.movement_type,
        amount: order.amount,
        at: house.now(),
        description: order.description.as_deref(),
        reference: Some(&order.reference),
    };
    let made = moved(change, &mut card, &movement)?;
    house.hide(&made, order.hidden_until);
    Ok(FundsAnswer::of(made, &card))
}

/// Moves the money if the card can bear it.
pub(super) fn moved(change: &WriteTransaction, card: &mut CardRecord, movement: &NewMovement<'_>) -> Result<MovementRecord, Refusal> {
    let balance = ledger::balance_after(card, movement.movement_type, movement.amount)
        .map_err(|_| Refusal::of_field(Code::AmountFormat, "amount", "The balance would be larger than a card can hold."))?;
    if balance.is_negative() {
        return Err(Refusal::of_field(Code::InsufficientFunds, "amount", "Insufficient funds."));
    }
    Ok(ledger::record(change, card, movement, balance)?)
}

/// A card's movements of one calendar month in the issuer's time zone, in the order they were made.
#[utoipa::path(
    get, path = "/cards/{cardId}/transfers/{month}/{year}", tag = "funds", operation_id = "movementsOfMonth",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("month" = u64, Path, description = "1 to 12.", minimum = 1, maximum = 12),
        ("year" = u64, Path, description = "With its century.", minimum = 2000, maximum = 2100),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses((status = 200, description = "The movements.", body = Success<Vec<Movement>>)),
    security(("bearer" = [])),
)]
pub(super) async fn movements(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route((id, month, year)): Route<(String, String, String)>,
) -> Answer<Vec<Movement>> {
    let id = card_id(&id)?;
    let (from, until) = month_limits(&month, &year)?;
    let movements = house
        .work(move |house| {
            house.store().read(|view| {
                let card = cards::find(view, id)?.ok_or_else(card_not_found)?;
                let found = ledger::between(view, id, from, until)?;
                let shown = found.into_iter().filter(|movement| house.shows(movement));
                Ok::<_, Refusal>(shown.map(|movement| Movement::of(movement, &card)).collect())
            })
        })
        .await?;
    done(movements)
}

/// The year and the month of a day, as they are compared.
pub(super) fn month_of(day: Date) -> (u64, u64) {
    (u64::from(day.year().unsigned_abs()), u64::from(day.month().unsigned_abs()))
}

/// The month's first second, and the next one's.
pub(super) fn month_limits(month: &str, year: &str) -> Result<(i64, i64), Refusal> {
    let wrong =
        |name: &str, limits: &str| Refusal::of_field(Code::CheckParameters, name, format!("{name} must be a whole number from {limits}."));
    let month_number = whole_number(month, 1, 12).and_then(|number| i8::try_from(number).ok()).ok_or_else(|| wrong("month", "1 to 12"))?;
    let year_number = whole_number(year, FIRST_YEAR, LAST_YEAR)
        .and_then(|number| i16::try_from(number).ok())
        .ok_or_else(|| wrong("year", "2000 to 2100"))?;
    let first = Date::new(year_number, month_number, 1).map_err(|_| wrong("month", "1 to 12"))?;
    let next = first.last_of_month().tomorrow().map_err(|_| wrong("year", "2000 to 2100"))?;
    let second_of = |day: Date| day.to_zoned_datetime(issuer_time_zone()).map(|start| start.timestamp().as_second());
    match (second_of(first), second_of(next)) {
        (Ok(from), Ok(until)) => Ok((from, until)),
        _ => Err(wrong("year", "2000 to 2100")),
    }
}
