//! Looking again for what became of an operation whose outcome is unknown.
//!
//! Owns what counts as evidence: for money, a movement with our reference, of the same direction and amount; for an issued
//! card, exactly one card that was not there before. Evidence settles; nothing found settles nothing, and nothing is ever
//! sent again.

use cardesk_domain::{CardId, OperationEvent, OperationKind, OperationState, Reference};
use cardesk_gateway::{Gateway, Month, Movement, MovementDirection};
use cardesk_journal::{Evidence, Operation};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::funds::happened;
use crate::session::{issuer_day, not_found};
use crate::view::{HappeningAction, HappeningResult};
use crate::workplace::Workplace;

/// How far the gateway's clock may be from ours, and how near the edge of a month both months are looked at.
const CLOCK_DIFFERENCE_HOURS: i64 = 24;

/// How long after an operation its movement may still be shown.
const SHOWN_WITHIN_HOURS: i64 = 45 * 24;

/// What was the case before a card was issued, as it is written down with the intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardsBefore {
    /// The ids of the cardholder's cards.
    pub(crate) cards_before: Vec<String>,
}

impl Workplace {
    /// Looks again, and settles by evidence. Without any, the operation comes back as it was.
    pub(crate) async fn look_again_at(&self, reference: &Reference) -> DeskResult<Operation> {
        let _open = self.hold_open().await;
        let is_underway = self.underway.has(reference);
        // Read after asking what is under way: an intent read before could have got its outcome in between.
        let operation = self.journal.operation(reference).await?;
        let operation = operation.ok_or_else(|| not_found(ErrorCode::OperationNotFound, reference.as_str()).with_reference(reference))?;
        if is_underway || !operation.state.is_open() {
            return Ok(operation);
        }
        let operation = self.out_of_sight(operation).await?;
        let gateway = self.gateway().await?;
        let found = match operation.kind {
            OperationKind::Load | OperationKind::Withdrawal => self.movement_of(&gateway, &operation).await?,
            OperationKind::Issue => self.issued_card(&gateway, &operation).await?,
        };
        match found {
            Some(evidence) => self.settle(&operation, evidence).await,
            None => Ok(operation),
        }
    }

    /// An intent whose outcome could not be written is as unknown as any.
    async fn out_of_sight(&self, operation: Operation) -> DeskResult<Operation> {
        if operation.state != OperationState::Intent {
            return Ok(operation);
        }
        let evidence = Evidence { detail: Some("the outcome was not written down".to_owned()), ..Evidence::default() };
        self.write_move(&operation.reference, OperationEvent::LoseSight, evidence).await
    }

    async fn settle(&self, operation: &Operation, evidence: Evidence) -> DeskResult<Operation> {
        let moved = self.journal.advance(&operation.reference, OperationEvent::SettleApplied, evidence, &self.operator, self.now()).await;
        let settled = match moved {
            Ok(settled) => settled,
            // Somebody else has just settled it: what they found stands.
            Err(cardesk_journal::JournalError::IllegalMove(_)) => {
                return self.journal.operation(&operation.reference).await?.ok_or_else(|| ErrorView::new(ErrorCode::OperationNotFound));
            }
            Err(error) => return Err(error.into()),
        };
        self.record(happened(&settled, HappeningAction::OperationSettled, HappeningResult::Done)).await;
        Ok(settled)
    }

    async fn movement_of(&self, gateway: &Gateway, operation: &Operation) -> DeskResult<Option<Evidence>> {
        let card = operation.card_id.ok_or_else(|| ErrorView::new(ErrorCode::Internal))?;
        for month in months_to_look_at(operation.drafted_at, self.now()) {
            let movements = gateway.movements(card, month).await?;
            if let Some(movement) = movements.iter().find(|movement| proves(movement, operation)) {
                return Ok(Some(Evidence {
                    detail: Some(format!("movement {} of {}", movement.id, movement.at)),
                    movement_id: Some(movement.id.clone()),
                    ..Evidence::default()
                }));
            }
        }
        Ok(None)
    }

    async fn issued_card(&self, gateway: &Gateway, operation: &Operation) -> DeskResult<Option<Evidence>> {
        let cardholder = operation.cardholder_id.as_ref().ok_or_else(|| ErrorView::new(ErrorCode::Internal))?;
        let before = operation.context.as_deref().and_then(|context| serde_json::from_str::<CardsBefore>(context).ok());
        let Some(before) = before else {
            return Ok(None);
        };
        let mut new: Vec<CardId> = gateway.cards_of(cardholder).await?.iter().map(|card| card.id).collect();
        new.retain(|id| !before.cards_before.contains(&id.to_string()));
        let [issued] = new.as_slice() else {
            return Ok(None);
        };
        self.refresh_cards_of(cardholder).await?;
        Ok(Some(Evidence { detail: Some(format!("card {issued}")), movement_id: Some(issued.to_string()), ..Evidence::default() }))
    }
}

/// Whether the movement is the operation's own.
fn proves(movement: &Movement, operation: &Operation) -> bool {
    let direction = match operation.kind {
        OperationKind::Withdrawal => MovementDirection::Debit,
        OperationKind::Load | OperationKind::Issue => MovementDirection::Credit,
    };
    movement.reference.as_deref().map(str::trim) == Some(operation.reference.as_str())
        && movement.direction == direction
        && operation
            .money
            .is_some_and(|money| money.amount() == movement.amount && movement.currency.is_none_or(|currency| currency == money.currency()))
}

/// The issuer's months in which a movement of an operation of that moment can be shown by now. A clock that was set back
/// since puts "now" before the operation; its own month is looked at all the same.
fn months_to_look_at(operation_at: Timestamp, now: Timestamp) -> Vec<Month> {
    let moved = |at: Timestamp, hours: i64| at.checked_add(hours.hours()).unwrap_or(at);
    let first = issuer_day(moved(operation_at, -CLOCK_DIFFERENCE_HOURS));
    let shown_until = now.clamp(operation_at, moved(operation_at, SHOWN_WITHIN_HOURS));
    let last = issuer_day(moved(shown_until, CLOCK_DIFFERENCE_HOURS));
    let mut months = Vec::new();
    let mut month = first.first_of_month();
    while month <= last && months.len() < 4 {
        months.extend(month_of(month));
        month = month.saturating_add(1.month());
    }
    months
}

fn month_of(day: Date) -> Option<Month> {
    Month::new(u16::try_from(day.year()).ok()?, u8::try_from(day.month()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(operation_at: &str, now: &str) -> Vec<(u16, u8)> {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        months_to_look_at(at(operation_at), at(now)).into_iter().map(|month| (month.year(), month.month())).collect()
    }

    #[test]
    fn one_month_is_looked_at_in_its_middle_and_both_at_its_edge() {
        assert_eq!(months("2026-11-15T12:00:00Z", "2026-11-15T12:05:00Z"), [(2026, 11)]);
        // Five in the morning UTC is still the day before in Guatemala.
        assert_eq!(months("2026-11-01T05:30:00Z", "2026-11-01T05:35:00Z"), [(2026, 10), (2026, 11)]);
        assert_eq!(months("2026-12-31T23:00:00Z", "2026-12-31T23:05:00Z"), [(2026, 12), (2027, 1)]);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_hide_the_operations_own_month() {
        assert_eq!(months("2026-11-15T12:00:00Z", "2026-09-01T12:00:00Z"), [(2026, 11)]);
    }

    #[test]
    fn an_old_operation_is_not_looked_for_in_every_month_since() {
        assert_eq!(months("2026-01-10T12:00:00Z", "2026-11-24T12:00:00Z"), [(2026, 1), (2026, 2)]);
    }
}
