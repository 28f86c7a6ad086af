//! Looking again for what became of an operation whose outcome is unknown.
//!
//! Owns what counts as evidence: for money on one card, a movement with our reference, of the same direction and amount;
//! for a transfer, the gateway's own record of it or a movement that has no reference of its own and begins with ours; for an
//! issued card, exactly one card that was not there before, is nobody else's and was made in the operation's own time. A
//! movement that names our reference and is something else proves nothing, and is not nothing either; one like it that names
//! no operation at all may be it, and two that both prove it are one too many: which is for a person to say. Evidence
//! settles; nothing found settles nothing, and nothing is ever sent again. Each look is written down with what the gateway
//! showed.

use std::collections::BTreeSet;

use cardesk_domain::operation::{Cause, Direction};
use cardesk_domain::{Basis, CardId, OperationEvent, OperationKind, OperationState, Reference};
use cardesk_gateway::{Card, ErrorKind, Gateway, Month, Movement, MovementDirection};
use cardesk_journal::{Conclusion, Evidence, JournalError, Look, LookResult, Operation};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::before::Before;
use crate::copies::{amount_text, card_record};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::operations::happenings_of;
use crate::outgoing::names;
use crate::session::{issuer_day, not_found};
use crate::shown::{Shown, ShownMovement, movement_name};
use crate::view::{HappeningAction, HappeningResult};
use crate::workplace::Workplace;

/// How far the gateway's clock may be from ours, and how near the edge of a month both months are looked at.
const CLOCK_DIFFERENCE_HOURS: i64 = 24;

/// How long after an operation its movement may still be shown.
const SHOWN_WITHIN_HOURS: i64 = 45 * 24;

/// How long after a card was asked for a new one is taken for it without a person's word.
const ISSUED_WITHIN_HOURS: i64 = 48;

/// The most movements like the operation that are kept for a person to look at.
const MOST_LIKE_IT: usize = 10;

/// What one look brought.
pub(crate) struct Sight {
    pub(crate) found: LookResult,
    /// With [`LookResult::Applied`]: what proves it. With a movement that carries our reference and is something else: that one.
    pub(crate) evidence: Evidence,
    /// Whether something proves it, be it once or more often.
    pub(crate) is_proved: bool,
    pub(crate) shown: Shown,
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
        if !operation.state.is_open() {
            return Ok(operation);
        }
        let at = self.now();
        let look = |found, detail| Look { reference: reference.clone(), at, found, detail };
        match self.sight_of(&operation).await {
            Ok(Sight { found: LookResult::Applied, evidence, shown, .. }) => {
                self.journal.add_look(&look(LookResult::Applied, shown.written())).await?;
                self.settle_by_evidence(&operation, evidence).await
            }
            Ok(Sight { found, shown, .. }) => {
                self.journal.add_look(&look(found, shown.written())).await?;
                Ok(operation)
            }
            Err(error) => {
                self.journal.add_look(&look(LookResult::NoAnswer, None)).await?;
                Err(error)
            }
        }
    }

    /// An intent whose outcome could not be written is as unknown as any. One that has got its outcome meanwhile keeps it.
    pub(crate) async fn out_of_sight(&self, operation: Operation) -> DeskResult<Operation> {
        if operation.state != OperationState::Intent {
            return Ok(operation);
        }
        let evidence = Evidence { cause: Some(Cause::OutcomeNotWritten), ..Evidence::default() };
        match self.journal.advance(&operation.reference, OperationEvent::LoseSight, evidence, &self.operator, self.now()).await {
            Err(JournalError::IllegalMove(_)) => self.operation_named(operation.reference.as_str()).await,
            other => Ok(other?),
        }
    }

    async fn settle_by_evidence(&self, operation: &Operation, evidence: Evidence) -> DeskResult<Operation> {
        self.settle(operation, OperationEvent::SettleApplied(Basis::Evidence), evidence).await
    }

    /// Settles an unknown outcome, whoever says so.
    pub(crate) async fn settle(&self, operation: &Operation, event: OperationEvent, evidence: Evidence) -> DeskResult<Operation> {
        let mut happenings = happenings_of(operation, &evidence, HappeningAction::OperationSettled, HappeningResult::Done);
        if operation.kind == OperationKind::Issue {
            let issued = evidence.movement_id.as_deref().and_then(|id| id.parse().ok());
            happenings.iter_mut().for_each(|happened| happened.card_id = issued);
        }
        let settled = self.journal.conclude(Conclusion {
            reference: &operation.reference,
            event,
            evidence,
            operator: &self.operator,
            at: self.now(),
            happenings: happenings.into_iter().map(|happened| self.happening(happened)).collect(),
            balance: None,
        });
        match settled.await {
            // Somebody else has just settled it: what they found stands.
            Err(JournalError::IllegalMove(_)) => self.operation_named(operation.reference.as_str()).await,
            other => Ok(other?),
        }
    }

    /// What the gateway shows of an operation now, whatever its state.
    pub(crate) async fn sight_of(&self, operation: &Operation) -> DeskResult<Sight> {
        let gateway = self.gateway().await?;
        match operation.kind {
            OperationKind::Issue => self.sight_of_issue(&gateway, operation).await,
            _ => self.sight_of_money(&gateway, operation).await,
        }
    }

    async fn sight_of_money(&self, gateway: &Gateway, operation: &Operation) -> DeskResult<Sight> {
        let card = operation.card_id.ok_or_else(|| ErrorView::new(ErrorCode::Internal))?;
        let recorded = recorded_transfer(gateway, operation).await?;
        let (mut shown, mut unclear, mut like_it) = (Shown::default(), Vec::new(), Vec::new());
        let (mut evidence, mut trace, mut proofs) = (recorded, None, BTreeSet::new());
        for month in months_to_look_at(operation.drafted_at, self.now()) {
            let movements = gateway.movements(card, month).await?;
            for movement in &movements {
                match bearing(movement, operation) {
                    Some(Bearing::Proof) => {
                        evidence.get_or_insert_with(|| evidence_of(movement));
                        proofs.insert(movement_name(movement));
                        shown.movements.push(ShownMovement::of(movement));
                    }
                    Some(Bearing::Trace) => {
                        trace.get_or_insert_with(|| evidence_of(movement));
                        shown.movements.push(ShownMovement::of(movement));
                    }
                    Some(Bearing::MayBeIt) => unclear.push(ShownMovement { may_be_it: true, ..ShownMovement::of(movement) }),
                    Some(Bearing::LikeIt) => like_it.push(ShownMovement::of(movement)),
                    None => {}
                }
            }
        }
        let found = match (&evidence, shown.movements.is_empty()) {
            // Sent once, and shown twice: somebody has to see that, and to ask.
            (Some(_), _) if proofs.len() > 1 => LookResult::Several,
            (Some(_), _) => LookResult::Applied,
            // Naming our reference, and yet not what was meant: neither a proof, nor nothing.
            (None, false) => LookResult::Several,
            (None, true) => LookResult::Nothing,
        };
        // Whoever says that it was not done answers for each that may be it, so none of them is left out.
        shown.movements.append(&mut unclear);
        let kept = MOST_LIKE_IT.saturating_sub(shown.movements.len());
        shown.movements.extend(like_it.into_iter().take(kept));
        shown.balance_now = self.balance_now(card).await;
        if let Some(to) = operation.to_card_id {
            shown.to_balance_now = self.balance_now(to).await;
        }
        Ok(Sight { found, is_proved: evidence.is_some(), evidence: evidence.or(trace).unwrap_or_default(), shown })
    }

    /// The balance is shown beside the evidence and proves nothing, so one that can't be read is left out.
    async fn balance_now(&self, card: CardId) -> Option<String> {
        self.read_card(card).await.ok()?.balance.map(amount_text)
    }

    async fn sight_of_issue(&self, gateway: &Gateway, operation: &Operation) -> DeskResult<Sight> {
        let cardholder = operation.cardholder_id.as_ref().ok_or_else(|| ErrorView::new(ErrorCode::Internal))?;
        let asked = self.sights.ask();
        let cards = gateway.cards_of(cardholder).await?;
        let is_other_issue = |other: &Operation| {
            other.kind == OperationKind::Issue && other.cardholder_id.as_ref() == Some(cardholder) && other.reference != operation.reference
        };
        // Before asking whose the cards are: one whose answer is written in between is open here, or its card is known there.
        let others = self.open_operations_where(is_other_issue).await?;
        let ours = self.journal.cards_issued_for(cardholder).await?;
        let is_alone = others.is_empty() && !self.journal.has_unnamed_issue_for(cardholder).await?;
        let new: Vec<&Card> = match Before::of(operation).cards_before {
            Some(before) => cards.iter().filter(|card| can_be_issued_by(card, operation, &before, &ours)).collect(),
            // Without the cards before, every card may be the one.
            None => cards.iter().collect(),
        };
        let shown = Shown { cards: new.iter().map(|card| card.id.to_string()).collect(), ..Shown::default() };
        let has_before = Before::of(operation).cards_before.is_some();
        let (found, evidence) = match new.as_slice() {
            [] => (LookResult::Nothing, Evidence::default()),
            [issued] if is_alone && has_before && is_of_its_time(issued, operation, self.now()) => {
                let id = issued.id.to_string();
                (LookResult::Applied, Evidence { detail: Some(format!("card {id}")), movement_id: Some(id), ..Evidence::default() })
            }
            _ => (LookResult::Several, Evidence::default()),
        };
        let seen_at = self.now();
        self.keep_cards(asked, cards.into_iter().map(|card| card_record(card, cardholder, seen_at)).collect()).await?;
        Ok(Sight { found, evidence, is_proved: found == LookResult::Applied, shown })
    }
}

/// Whether a card may be the one that an operation asked for: new since, and not known to be another operation's. One that
/// the gateway made long after a person had said that none was made is somebody else's.
fn can_be_issued_by(card: &Card, operation: &Operation, before: &[String], ours: &[CardId]) -> bool {
    let earliest = moved(operation.drafted_at, -CLOCK_DIFFERENCE_HOURS);
    let said = operation.last_move.as_ref().filter(|_| operation.state == OperationState::SettledNotApplied);
    let latest = said.map_or(Timestamp::MAX, |said| moved(said.at, CLOCK_DIFFERENCE_HOURS));
    !before.contains(&card.id.to_string()) && !ours.contains(&card.id) && card.created_at.is_none_or(|at| (earliest..=latest).contains(&at))
}

/// Whether a card came so soon after it was asked for that it is nobody else's. One that comes weeks later may be anybody's.
fn is_of_its_time(card: &Card, operation: &Operation, now: Timestamp) -> bool {
    card.created_at.unwrap_or(now) <= moved(operation.drafted_at, ISSUED_WITHIN_HOURS)
}

/// The gateway's own record of a transfer, where its unclear answer named one.
async fn recorded_transfer(gateway: &Gateway, operation: &Operation) -> DeskResult<Option<Evidence>> {
    let named = operation.last_move.as_ref().and_then(|last| last.evidence.movement_id.as_deref());
    let Some(id) = named.filter(|_| operation.kind == OperationKind::Transfer) else {
        return Ok(None);
    };
    let transfer = match gateway.transfer_by_id(id).await {
        Ok(transfer) => transfer,
        // There is none: the movements may still show ours.
        Err(error) if error.kind == ErrorKind::Rejected => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let is_ours = transfer.from == operation.card_id
        && transfer.to == operation.to_card_id
        && operation.money.is_some_and(|money| transfer.amount == Some(money.amount()))
        && transfer.observations.as_deref().is_some_and(|said| names(said, &operation.reference));
    Ok(is_ours.then(|| Evidence { detail: Some(format!("transfer {id}")), movement_id: Some(id.to_owned()), ..Evidence::default() }))
}

fn evidence_of(movement: &Movement) -> Evidence {
    let id = movement_name(movement);
    Evidence { detail: Some(format!("movement {id} of {}", movement.at)), movement_id: Some(id), ..Evidence::default() }
}

/// What a movement says of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bearing {
    /// It is the operation's own.
    Proof,
    /// It names the operation, and yet is not what was meant.
    Trace,
    /// Direction, amount and time are the operation's, and it names none.
    MayBeIt,
    /// The same, of a movement that names another.
    LikeIt,
}

fn bearing(movement: &Movement, operation: &Operation) -> Option<Bearing> {
    let reference = operation.reference.as_str();
    let text = movement.description.as_deref().unwrap_or_default();
    // What a movement says beside another operation's reference is somebody's note. A gateway's own numbering is no reference.
    let own = movement.reference.as_deref().and_then(|said| said.trim().to_ascii_uppercase().parse::<Reference>().ok());
    let (is_named, is_its_own) = match &own {
        Some(own) => (*own == operation.reference, *own == operation.reference),
        // A transfer has no field for it: ours stands at the head of its text.
        None => {
            let begins = text.trim_start().to_ascii_uppercase().starts_with(reference);
            (names(text, &operation.reference), operation.kind == OperationKind::Transfer && begins)
        }
    };
    match (is_named, is_its_own && is_of_its_money(movement, operation)) {
        (_, true) => Some(Bearing::Proof),
        (true, false) => Some(Bearing::Trace),
        (false, false) if !is_like(movement, operation) => None,
        (false, false) if own.is_some() || names_another(text) => Some(Bearing::LikeIt),
        (false, false) => Some(Bearing::MayBeIt),
    }
}

/// Whether a text names an operation of a desk.
fn names_another(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').any(|word| word.parse::<Reference>().is_ok())
}

/// Whether a person could take the movement for the operation's, from around its time.
fn is_like(movement: &Movement, operation: &Operation) -> bool {
    let from = moved(operation.drafted_at, -CLOCK_DIFFERENCE_HOURS);
    is_of_its_money(movement, operation) && movement.at >= from
}

/// Whether direction, amount and currency are the operation's.
fn is_of_its_money(movement: &Movement, operation: &Operation) -> bool {
    let direction = match operation.kind.direction() {
        Some(Direction::Onto) => MovementDirection::Credit,
        Some(Direction::Off) => MovementDirection::Debit,
        None => return false,
    };
    movement.direction == direction
        && operation
            .money
            .is_some_and(|money| money.amount() == movement.amount && movement.currency.is_none_or(|currency| currency == money.currency()))
}

fn moved(at: Timestamp, hours: i64) -> Timestamp {
    at.checked_add(hours.hours()).unwrap_or(at)
}

/// The issuer's months in which a movement of an operation of that moment can be shown by now. A clock that was set back
/// since puts "now" before the operation; its own month is looked at all the same.
fn months_to_look_at(operation_at: Timestamp, now: Timestamp) -> Vec<Month> {
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
