//! Statements of a month (`gateway-api.md`, Cards): asked for, prepared for a while, read.
//!
//! That asking answers 201 is documented; that a statement takes some seconds, and what is in one, is assumed.

use std::sync::Arc;

use axum::extract::State;
use cardesk_domain::{Amount, CardOperation};

use super::card_changes::allowed_card;
use super::funds::{month_limits, month_of};
use super::guard::{Application, Route, SignedIn, card_id, card_not_found};
use super::house::House;
use crate::clock::at_the_issuer;
use crate::store::cards::{self, CardRecord};
use crate::store::ledger::{self, MovementRecord};
use crate::store::statements;
use crate::wire::answers::{Movement, WireAmount};
use crate::wire::body::JsonBody;
use crate::wire::envelope::{Answer, Code, Refusal, Success, created, done};
use crate::wire::management::{Statement, StatementStatus};
use crate::wire::requests::{STATEMENT, StatementRequest};

/// How long a statement is being prepared.
const PREPARATION_SECONDS: i64 = 5;

/// Asks for a month's statement.
#[utoipa::path(
    post, path = "/cards/{cardId}/statements", tag = "statements", operation_id = "requestStatement",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    request_body = StatementRequest,
    responses(
        (status = 201, description = "It is being prepared.", body = Success<Statement>),
        (status = 409, description = "The card's state does not allow this.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn request(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route(id): Route<String>,
    body: JsonBody,
) -> Answer<Statement> {
    let id = card_id(&id)?;
    let fields = body.fields()?.check(&STATEMENT)?;
    let (month, year) = (fields.whole_number("month")?, fields.whole_number("year")?);
    let answer = house
        .work(move |house| {
            house.store().change(|change| {
                let card = allowed_card(change, id, CardOperation::RequestStatement)?;
                let now = house.now();
                check_month(&card, (year, month), month_of(at_the_issuer(now).date()))?;
                let is_current = (year, month) == month_of(at_the_issuer(now).date());
                let asked_at = statements::asked_at_in_change(change, id, year, month)?;
                let is_ready = asked_at.is_some_and(|second| second + PREPARATION_SECONDS <= now.as_second());
                // What is there of a month that is over stays; that of the month under way is made anew.
                if asked_at.is_none() || (is_ready && is_current) {
                    statements::ask(change, id, year, month, now)?;
                }
                Ok::<_, Refusal>(Statement::pending(id, month, year))
            })
        })
        .await?;
    created(answer)
}

fn check_month(card: &CardRecord, month: (u64, u64), this_month: (u64, u64)) -> Result<(), Refusal> {
    let refuse = |message: &str| Err(Refusal::of_field(Code::CheckParameters, "month", message));
    if month > this_month {
        refuse("month must have begun.")
    } else if month < month_of(at_the_issuer(card.created_at).date()) {
        refuse("month must not be before the card was issued.")
    } else {
        Ok(())
    }
}

/// Reads a month's statement, or that it is being prepared.
#[utoipa::path(
    get, path = "/cards/{cardId}/statements/{month}/{year}", tag = "statements", operation_id = "readStatement",
    params(
        ("cardId" = u64, Path, description = "The card's id."),
        ("month" = u64, Path, description = "A calendar month at the issuer.", minimum = 1, maximum = 12),
        ("year" = u64, Path, description = "Its year.", minimum = 2000, maximum = 2100),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses((status = 200, description = "The statement, or that it is pending.", body = Success<Statement>)),
    security(("bearer" = [])),
)]
pub(super) async fn read(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Route((id, month, year)): Route<(String, String, String)>,
) -> Answer<Statement> {
    let id = card_id(&id)?;
    let limits = month_limits(&month, &year)?;
    let (month, year): (u64, u64) = (month.parse().unwrap_or_default(), year.parse().unwrap_or_default());
    let statement = house
        .work(move |house| {
            house.store().read(|view| {
                let card = cards::find(view, id)?.ok_or_else(card_not_found)?;
                let asked_at = statements::asked_at(view, id, year, month)?.ok_or_else(nobody_asked)?;
                let made_at = asked_at + PREPARATION_SECONDS;
                if made_at > house.now().as_second() {
                    return Ok(Statement::pending(id, month, year));
                }
                let until = limits.1.min(made_at);
                let movements = ledger::between(view, id, limits.0, until)?;
                let before = ledger::between(view, id, i64::MIN, limits.0)?;
                let opening = before.last().map_or(Amount::ZERO, |movement| movement.balance);
                made(&card, (year, month), made_at, opening, movements)
            })
        })
        .await?;
    done(statement)
}

fn nobody_asked() -> Refusal {
    Refusal::new(Code::ServiceNotFound, "Nobody asked for this statement.")
}

fn made(
    card: &CardRecord,
    (year, month): (u64, u64),
    made_at: i64,
    opening: Amount,
    movements: Vec<MovementRecord>,
) -> Result<Statement, Refusal> {
    let too_large = |_| Refusal::new(Code::ContactSupport, "The month's sums are larger than an amount can be.");
    let mut sums = [Amount::ZERO; 2];
    for movement in &movements {
        let sum = &mut sums[usize::from(movement.movement_type.is_credit())];
        *sum = sum.checked_add(movement.amount).map_err(too_large)?;
    }
    let [debits, credits] = sums;
    Ok(Statement {
        status: StatementStatus::Ready,
        currency: Some(card.currency.code().to_owned()),
        opening_balance: Some(WireAmount(opening)),
        closing_balance: Some(WireAmount(movements.last().map_or(opening, |movement| movement.balance))),
        total_credits: Some(WireAmount(credits)),
        total_debits: Some(WireAmount(debits)),
        generated_at: jiff::Timestamp::from_second(made_at).ok().map(|at| at.to_string()),
        movements: Some(movements.into_iter().map(|movement| Movement::of(movement, card)).collect()),
        ..Statement::pending(card.id, month, year)
    })
}
