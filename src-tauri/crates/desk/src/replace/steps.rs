//! What each step of a replacement does.
//!
//! Owns that a step which must not be done twice goes out under the reference that was written down for it, and that a step
//! for which there is nothing to do is passed with that word. The old card's balance is moved by a transfer, also where the
//! card is blocked: what is on it is still its holder's (`CardOperation::MoveBalance`). No card is unblocked for it, not even
//! for a moment, and nothing is ever on neither card, as it would be between the halves of a pair of adjustments.

use std::sync::Arc;

use cardesk_domain::{
    Amount, CardId, CardOperation, CardState, Money, OperationState, Reference, ReplacementEvent, ReplacementState, ReplacementStep,
};
use cardesk_journal::{CardRecord, InsertState, JournalError, NewReplacementMove, Operation, Replacement};

use crate::blocking::Block;
use crate::copies::{amount_text, parsed};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::funds::{Sides, check_amount_again, hold_against, money_of, outgoing, problems_of_replacement};
use crate::happenings::Happened;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::replace::shown::{available_of, card_issued_by, is_applied};
use crate::submit::Meant;
use crate::view::{FundsAction, HappeningAction, HappeningResult, ReplacementStepForm, ReplacementView, StepOutcome};
use crate::workplace::Workplace;

/// What doing a step came to.
enum Came {
    /// It is done.
    Done(Box<Done>),
    /// It stays the next one; the view says why.
    Stays,
}

/// How a step was done.
struct Done {
    outcome: StepOutcome,
    reference: Option<Reference>,
    detail: Option<String>,
    new_card: Option<CardId>,
}

impl Came {
    fn done(outcome: StepOutcome) -> Self {
        Self::done_with(outcome, None, None)
    }

    fn done_with(outcome: StepOutcome, reference: Option<Reference>, detail: Option<String>) -> Self {
        Self::Done(Box::new(Done { outcome, reference, detail, new_card: None }))
    }
}

/// The operation of a step that must not be done twice.
enum Attempt {
    /// It was done.
    Applied(Box<Operation>),
    /// It may have been done.
    Open,
    /// Nothing was done yet: it goes out under this reference.
    ToBeSent(Reference),
}

impl Workplace {
    pub(super) async fn step_of_replacement(self: Arc<Self>, form: ReplacementStepForm) -> DeskResult<ReplacementView> {
        let replacement = self.replacement_numbered(form.number).await?;
        let ReplacementState::At(step) = replacement.state else { return self.replacement_view(&replacement).await };
        if crate::view::ReplacementStep::from(step) != form.step {
            return self.replacement_view(&replacement).await;
        }
        let came = match step {
            ReplacementStep::Block => self.block_old(&replacement).await?,
            ReplacementStep::Issue => self.issue_new(&replacement, form.new_card_id.as_deref()).await?,
            ReplacementStep::Inserts => self.exchange_inserts(&replacement).await?,
            ReplacementStep::Balance => self.move_balance(&replacement, &form).await?,
        };
        let now = match came {
            Came::Stays => replacement,
            Came::Done(done) => self.written_step(&replacement, step, *done).await?,
        };
        self.replacement_view(&now).await
    }

    async fn block_old(self: &Arc<Self>, replacement: &Replacement) -> DeskResult<Came> {
        let waits = replacement.cause.waits_for_new_card(ReplacementStep::Block);
        if waits && self.read_new_card(replacement).await?.state.awaits_activation() {
            return Ok(Came::Stays);
        }
        let old = self.read_card(replacement.old_card_id).await?;
        if old.state == CardState::Blocked {
            return Ok(Came::done(StepOutcome::BlockedBefore));
        }
        if old.state.allows(CardOperation::Block).is_err() {
            return Ok(Came::done(StepOutcome::NotToBeBlocked));
        }
        let reason = replacement.reason.clone().unwrap_or_else(|| replacement.cause.as_str().to_owned());
        match self.change_card(old, Block { reason }).await {
            Ok(_) => Ok(Came::done(StepOutcome::Blocked)),
            Err(error) => self.after_refused_block(replacement.old_card_id, error).await,
        }
    }

    /// Writes down that a step was done.
    async fn written_step(&self, replacement: &Replacement, step: ReplacementStep, done: Done) -> DeskResult<Replacement> {
        let new_card_id = done.new_card;
        let with_card = Replacement { new_card_id: new_card_id.or(replacement.new_card_id), ..replacement.clone() };
        let is_last = replacement.state.after(replacement.cause, ReplacementEvent::Done(step)) == Ok(ReplacementState::Finished);
        let happenings = match is_last {
            true => self.happenings_of_replacement(&with_card, HappeningAction::ReplacementFinished, None),
            false => Vec::new(),
        };
        let written = self.journal.advance_replacement(NewReplacementMove {
            number: replacement.number,
            event: ReplacementEvent::Done(step),
            at: self.now(),
            operator: &self.operator,
            outcome: super::shown::word_of_outcome(done.outcome),
            reference: done.reference,
            detail: done.detail,
            new_card_id,
            happenings,
        });
        match written.await {
            // Stopped while the step was on its way: what stands is the answer, and whoever goes on finds the step done.
            Err(JournalError::IllegalReplacementMove(_)) => self.replacement_numbered(replacement.number).await,
            other => Ok(other?),
        }
    }

    /// A state that this version does not know may allow no block, and the gateway says so: such a card is left as it is,
    /// unless it is in use.
    async fn after_refused_block(&self, old: CardId, error: ErrorView) -> DeskResult<Came> {
        match self.known_card(old).await?.state {
            // Somebody else was faster.
            CardState::Blocked => Ok(Came::done(StepOutcome::BlockedBefore)),
            CardState::Other(_) if error.code == ErrorCode::GatewayRefused => Ok(Came::done(StepOutcome::NotToBeBlocked)),
            _ => Err(error),
        }
    }

    async fn read_new_card(&self, replacement: &Replacement) -> DeskResult<CardRecord> {
        let new = replacement.new_card_id.ok_or_else(|| ErrorView::new(ErrorCode::Internal))?;
        self.read_card(new).await
    }

    /// Where the operation of a step stands; a new reference is on disk when this has returned.
    async fn attempt_of(&self, replacement: &Replacement, step: ReplacementStep) -> DeskResult<Attempt> {
        if let Some(reference) = self.journal.replacement_attempt(replacement.number, step).await? {
            let Some(operation) = self.looked_up(&reference).await? else { return Ok(Attempt::ToBeSent(reference)) };
            if is_applied(&operation) {
                return Ok(Attempt::Applied(Box::new(operation)));
            }
            if !operation.standing().did_nothing() {
                return Ok(Attempt::Open);
            }
        }
        let reference = self.new_reference().await?;
        self.journal.attempt_replacement(replacement.number, step, &reference).await?;
        Ok(Attempt::ToBeSent(reference))
    }

    /// What was sent under a reference, as the gateway shows it now. What a person said was not done may be hours old: the
    /// gateway may show by now that it was, and the step is not done once more.
    async fn looked_up(&self, reference: &Reference) -> DeskResult<Option<Operation>> {
        let Some(operation) = self.made_in_the_end(reference).await? else { return Ok(None) };
        if operation.state.is_open() {
            return self.look_again_at(&operation.reference).await.map(Some);
        }
        if operation.state != OperationState::SettledNotApplied || operation.contradiction.is_some() {
            return Ok(Some(operation));
        }
        let _open = self.hold_open().await;
        self.look_for_contradiction(&operation).await?;
        self.made_in_the_end(reference).await
    }

    async fn issue_new(self: &Arc<Self>, replacement: &Replacement, chosen: Option<&str>) -> DeskResult<Came> {
        let operation = match self.attempt_of(replacement, ReplacementStep::Issue).await? {
            Attempt::Open => return Ok(Came::Stays),
            Attempt::Applied(operation) => *operation,
            Attempt::ToBeSent(reference) => {
                let cardholder = replacement.cardholder_id.clone();
                let prepare = |workplace: Arc<Self>| async move { workplace.meant_issue(cardholder).await.map(Meant::plain) };
                self.submit(reference, prepare).await?.operation
            }
        };
        if !is_applied(&operation) {
            return Ok(Came::Stays);
        }
        let new = match card_issued_by(&operation) {
            Some(card) => card,
            None => match (chosen, self.candidates_of(replacement, &operation).await?.as_slice()) {
                (_, [only]) => only.id,
                (Some(chosen), several) => {
                    let wanted: CardId = parsed(chosen, ErrorCode::CardNotFound)?;
                    let found = several.iter().find(|card| card.id == wanted).map(|card| card.id);
                    found.ok_or_else(|| ErrorView::new(ErrorCode::CardNotFound).with_param("id", chosen))?
                }
                (None, _) => return Ok(Came::Stays),
            },
        };
        // The journal keeps replacements of cards that it knows.
        self.known_card(new).await?;
        Ok(Came::Done(Box::new(Done {
            outcome: StepOutcome::Issued,
            reference: Some(operation.reference),
            detail: None,
            new_card: Some(new),
        })))
    }

    /// Voids what was printed for the old card, and for its cardholder without naming a card: with that, the new card waits in
    /// the print room by itself.
    async fn exchange_inserts(&self, replacement: &Replacement) -> DeskResult<Came> {
        let inserts = self.journal.inserts_of(&replacement.cardholder_id).await?;
        let is_old = |card: Option<CardId>| card.is_none_or(|card| card == replacement.old_card_id);
        let mut voided = Vec::new();
        for insert in inserts.into_iter().filter(|insert| insert.state == InsertState::Printed && is_old(insert.card_id)) {
            let reason = replacement.reason.clone().unwrap_or_else(|| replacement.cause.as_str().to_owned());
            let happening = self.happening(Happened {
                cardholder_id: Some(replacement.cardholder_id.clone()),
                card_id: Some(replacement.old_card_id),
                serial: Some(insert.serial.clone()),
                detail: Some(reason.clone()),
                ..Happened::new(HappeningAction::InsertVoided, HappeningResult::Done)
            });
            self.journal.void_insert(&insert.serial, &reason, &[happening]).await?;
            voided.push(insert.serial);
        }
        if voided.is_empty() {
            return Ok(Came::done(StepOutcome::NoInsert));
        }
        Ok(Came::done_with(StepOutcome::InsertsVoided, None, Some(voided.join(", "))))
    }

    async fn move_balance(self: &Arc<Self>, replacement: &Replacement, form: &ReplacementStepForm) -> DeskResult<Came> {
        let moved = |operation: &Operation| {
            let figures = operation.money.map(|money| format!("{} {}", amount_text(money.amount()), money.currency()));
            Came::done_with(StepOutcome::BalanceMoved, Some(operation.reference.clone()), figures)
        };
        // What was sent before comes first: its money may be on the new card already.
        if let Some(reference) = self.journal.replacement_attempt(replacement.number, ReplacementStep::Balance).await?
            && let Some(operation) = self.looked_up(&reference).await?.filter(|operation| !operation.standing().did_nothing())
        {
            return Ok(if is_applied(&operation) { moved(&operation) } else { Came::Stays });
        }
        let sides = Sides { card: self.read_card(replacement.old_card_id).await?, to: Some(self.read_new_card(replacement).await?) };
        let balance = sides.card.balance.ok_or_else(|| ErrorView::new(ErrorCode::GatewayUnreadable).retryable())?;
        if !balance.is_positive() {
            return Ok(Came::done(StepOutcome::NothingToMove));
        }
        if sides.to.as_ref().is_some_and(|to| to.state.awaits_activation()) {
            return Ok(Came::Stays);
        }
        let money = self.checked_balance(&sides, balance, form)?;
        let Attempt::ToBeSent(reference) = self.attempt_of(replacement, ReplacementStep::Balance).await? else { return Ok(Came::Stays) };
        let prepare = move |_| async move { outgoing(FundsAction::Transfer, &sides, money, None).map(Meant::plain) };
        let operation = self.submit(reference, prepare).await?.operation;
        Ok(if is_applied(&operation) { moved(&operation) } else { Came::Stays })
    }

    /// All that is on the old card, or what of it is available, if it is what the operator saw, and the money's own rules hold.
    fn checked_balance(&self, sides: &Sides, balance: Amount, form: &ReplacementStepForm) -> DeskResult<Money> {
        let Some(currency) = sides.card.currency else {
            return Err(ErrorView::fields(vec![FieldProblem::error(Field::Amount, FieldCode::CurrencyUnknown)]));
        };
        let meant = [Some(balance), available_of(&sides.card)].into_iter().flatten();
        let Some(amount) = meant.into_iter().find(|amount| form.amount.as_deref() == Some(&*amount_text(*amount))) else {
            let changed = ErrorView::new(ErrorCode::ReplacementBalanceChanged);
            return Err(changed.with_param("amount", amount_text(balance)).with_param("currency", currency.to_string()));
        };
        let company = &self.profile().money;
        let problems = problems_of_replacement(sides);
        let mut reading = hold_against(sides, FundsAction::Transfer, Money::new(amount, currency), company, problems);
        check_amount_again(&mut reading, form.amount_again.as_deref(), company);
        money_of(reading)
    }
}
