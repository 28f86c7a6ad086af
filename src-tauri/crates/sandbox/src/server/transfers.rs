//! Transfers from card to card (`gateway-api.md`, Funds).

use std::sync::Arc;

use axum::extract::State;
use cardesk_domain::{CardId, CardOperation};
use redb::WriteTransaction;

use super::funds::moved;
use super::guard::{Application, Hiding, Route, SignedIn, whole_number};
use super::house::House;
use crate::faults::Appearance;
use crate::store::cards::{self, CardRecord};
use crate::store::ledger::{MovementType, NewMovement};
use crate::store::transfers::{self, TransferRecord};
use crate::wire::answers::Transfer;
use crate::wire::body::{CheckedFields, JsonBody};
use crate::wire::envelope::{Answer, Code, Refusal, Success, created, done};
use crate::wire::requests::{TRANSFER, TransferRequest};

/// Moves money from one card to another. Both cards' movements show it, with its observations.
#[utoipa::path(
    post, path = "/cards/transfer", tag = "transfers", operation_id = "transferBetweenCards",
    params(("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id.")),
    request_body = TransferRequest,
    responses(
        (status = 201, description = "Done.", body = Success<Transfer>),
        (status = 404, description = "There is no card with one of the ids.", body = crate::wire::envelope::Failure),
        (status = 409, description = "One of the cards is not active.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn transfer(
    _: SignedIn,
    _: Application,
    State(house): State<Arc<House>>,
    Hiding(hidden_until): Hiding,
    body: JsonBody,
) -> Answer<Transfer> {
    let fields = body.fields()?.check(&TRANSFER)?;
    created(house.work(move |house| house.store().change(|change| transferred(house, change, &fields, hidden_until))).await?.into())
}

/// Everything in one change: either both cards have moved, or neither.
fn transferred(
    house: &House,
    change: &WriteTransaction,
    fields: &CheckedFields,
    hidden_until: Option<Appearance>,
) -> Result<TransferRecord, Refusal> {
    let amount = fields.amount("amount")?;
    let mut from = card_of(change, fields, "fromCardId")?;
    let mut to = card_of(change, fields, "toCardId")?;
    // Assumed: what is on a blocked card can be moved to another card of its holder, for example to the one that replaces it.
    let pays = if from.user_id == to.user_id { CardOperation::MoveBalance } else { CardOperation::TransferFrom };
    allowed_for(&from, pays, "fromCardId")?;
    allowed_for(&to, CardOperation::TransferTo, "toCardId")?;
    check_pair(&from, &to)?;
    let observations = fields.optional("observations").filter(|text| !text.is_empty());
    let at = house.now();
    let movement = NewMovement { movement_type: MovementType::TransferOut, amount, at, description: observations, reference: None };
    let paid = moved(change, &mut from, &movement)?;
    let received = moved(change, &mut to, &NewMovement { movement_type: MovementType::TransferIn, ..movement })?;
    house.hide(&paid, hidden_until);
    house.hide(&received, hidden_until);
    let transfer = TransferRecord {
        id: transfers::next_id(change)?,
        from: from.id,
        to: to.id,
        amount,
        currency: from.currency,
        observations: observations.map(str::to_owned),
        at,
    };
    transfers::add(change, &transfer)?;
    Ok(transfer)
}

fn card_of(change: &WriteTransaction, fields: &CheckedFields, field: &str) -> Result<CardRecord, Refusal> {
    let id = CardId::new(fields.whole_number(field)?);
    cards::find_in_change(change, id)?.ok_or_else(|| Refusal::of_field(Code::CardNotFound, field, "There is no card with this id."))
}

fn allowed_for(card: &CardRecord, operation: CardOperation, field: &str) -> Result<(), Refusal> {
    card.state
        .allows(operation)
        .map_err(|_| Refusal::of_field(Code::CardState, field, format!("The card is {}: its state does not allow this.", card.state)))
}

/// Whether money can go from the one to the other at all.
fn check_pair(from: &CardRecord, to: &CardRecord) -> Result<(), Refusal> {
    if from.id == to.id {
        return Err(Refusal::of_field(Code::CheckParameters, "toCardId", "toCardId must be another card than fromCardId."));
    }
    if from.currency != to.currency {
        let message = format!("The cards' currencies differ: {} and {}.", from.currency, to.currency);
        return Err(Refusal::of_field(Code::CheckParameters, "toCardId", message));
    }
    Ok(())
}

/// Reads one transfer.
#[utoipa::path(
    get, path = "/card-transfers/{id}", tag = "transfers", operation_id = "readTransfer",
    params(
        ("id" = u64, Path, description = "The transfer's id."),
        ("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id."),
    ),
    responses((status = 200, description = "The transfer.", body = Success<Transfer>)),
    security(("bearer" = [])),
)]
pub(super) async fn read(_: SignedIn, _: Application, State(house): State<Arc<House>>, Route(id): Route<String>) -> Answer<Transfer> {
    let id = whole_number(&id, 0, u64::MAX).ok_or_else(|| Refusal::of_field(Code::CheckParameters, "id", "id must be a whole number."))?;
    let found = house.work(move |house| house.store().read(|view| transfers::find(view, id).map_err(Refusal::from))).await?;
    done(found.ok_or_else(|| Refusal::of_field(Code::ServiceNotFound, "id", "There is no transfer with this id."))?.into())
}

#[cfg(test)]
mod tests {
    use cardesk_domain::{CardState, Currency};
    use jiff::Timestamp;

    use super::*;

    fn card(id: u64, currency: Currency) -> CardRecord {
        let holder = "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd".parse().expect("an id");
        CardRecord { currency, state: CardState::Active, ..CardRecord::new(CardId::new(id), &holder, "ANA", Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn money_goes_to_another_card_of_the_same_currency_only() {
        let dollars: Currency = "USD".parse().expect("a currency");
        assert!(check_pair(&card(1, Currency::GTQ), &card(2, Currency::GTQ)).is_ok());
        assert!(check_pair(&card(1, Currency::GTQ), &card(1, Currency::GTQ)).is_err());
        assert!(check_pair(&card(1, Currency::GTQ), &card(2, dollars)).is_err());
    }
}
