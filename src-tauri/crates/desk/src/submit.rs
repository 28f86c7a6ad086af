//! The one way of an operation: intent on disk, one request, outcome on disk.
//!
//! Every load, withdrawal, adjustment, transfer and issued card goes through [`Workplace::submit`], from a form or from a
//! row of a batch alike:
//!
//! ```text
//! let reference = workplace.new_reference().await?;            // ours, never used before; may be kept for later
//! let submitted = workplace.submit(reference, |_| async move {
//!     Ok(Meant::plain(Outgoing::Funds(Funds { … })))           // checked in here: an error writes and sends nothing
//! }).await?;
//! submitted.operation.state                                    // applied, refused, not_sent or unknown: all outcomes
//! ```
//!
//! However often one reference is submitted, at once or later, one request is sent and every caller gets its outcome. What
//! comes back as an error was not sent: a form to mend, a look-alike that has no outcome yet, an intent that can't be
//! written. The one exception is [`ErrorCode::OutcomeNotWritten`], after which the operation counts as unknown. An
//! operation costs two durable commits at most, and shares each with those that wait at the same moment.

use std::sync::Arc;

use cardesk_domain::{Amount, OperationEvent, OperationState, Reference};
use cardesk_gateway::WriteOutcome;
use cardesk_journal::{CardRecord, Conclusion, Evidence, JournalError, Link, NewLink, Operation};

use crate::batch::Turn;
use crate::copies::{amount_text, card_record};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::operations::{happenings_of, kind_action, operation_view};
use crate::outgoing::{Done, Failure, Outgoing};
use crate::sights::Asked;
use crate::view::{HappeningResult, OperationView};
use crate::workplace::Workplace;

/// An operation that is meant, with the older ones that it names.
#[derive(Debug)]
pub(crate) struct Meant {
    pub(crate) outgoing: Outgoing,
    pub(crate) links: Vec<NewLink>,
    /// The turn of a batch's row, which is over as soon as its answer is here.
    pub(crate) turn: Option<Turn>,
}

impl Meant {
    /// One that names no other.
    pub(crate) const fn plain(outgoing: Outgoing) -> Self {
        Self::with_links(outgoing, Vec::new())
    }

    /// One that names older ones.
    pub(crate) const fn with_links(outgoing: Outgoing, links: Vec<NewLink>) -> Self {
        Self { outgoing, links, turn: None }
    }
}

/// What an answer says of an operation: the move, what that rests on, and what the record says.
struct Answered {
    event: OperationEvent,
    evidence: Evidence,
    result: HappeningResult,
    /// What the gateway said, if it was done.
    done: Done,
}

/// What became of it.
#[derive(Debug, Clone)]
pub(crate) struct Submitted {
    pub(crate) operation: Operation,
    /// The balance of its card, by the gateway's word in this very answer.
    pub(crate) balance_after: Option<Amount>,
    /// The card that was issued.
    pub(crate) issued: Option<CardRecord>,
    /// How it and others name each other.
    links: Vec<Link>,
}

impl Submitted {
    /// How it ended, as the window gets it.
    pub(crate) fn view(&self) -> OperationView {
        OperationView { balance_after: self.balance_after.map(amount_text), ..operation_view(&self.operation, &self.links) }
    }
}

impl Workplace {
    /// A reference that nobody has.
    pub(crate) async fn new_reference(&self) -> DeskResult<Reference> {
        loop {
            let reference = Reference::from_entropy(self.seams.next_u64());
            if !self.drafts.has(&reference) && self.journal.operation(&reference).await?.is_none() {
                return Ok(reference);
            }
        }
    }

    /// Submits an operation under its reference, once. `prepare` checks what is meant; it runs only if the reference was
    /// not submitted before.
    ///
    /// # Errors
    /// What `prepare` says; a look-alike whose outcome is open; an intent that can't be written. In each of these nothing
    /// was sent. Refused, not sent and unknown are outcomes, not errors.
    pub(crate) async fn submit<P, F>(self: &Arc<Self>, reference: Reference, prepare: P) -> DeskResult<Submitted>
    where
        P: FnOnce(Arc<Self>) -> F + Send + 'static,
        F: Future<Output = DeskResult<Meant>> + Send,
    {
        let workplace = Arc::clone(self);
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        let work = async move {
            let once = workplace.submitting.once(reference.clone(), || Arc::clone(&workplace).submit_once(reference, prepare));
            once.await
        };
        tokio::spawn(work).await.unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    async fn submit_once<P, F>(self: Arc<Self>, reference: Reference, prepare: P) -> DeskResult<Submitted>
    where
        P: FnOnce(Arc<Self>) -> F + Send,
        F: Future<Output = DeskResult<Meant>> + Send,
    {
        let _open = self.hold_to_send().await?;
        if let Some(operation) = self.journal.operation(&reference).await?.filter(|known| known.state != OperationState::Drafted) {
            return Ok(self.submitted(operation, None, None).await);
        }
        let Meant { outgoing, links, turn } = prepare(Arc::clone(&self)).await?;
        // Everything that can fail without a trace is done before the intent is written.
        let gateway = self.gateway().await?;
        let _underway = self.underway.begin(&reference);
        let new = outgoing.written(&reference, self.now(), &self.operator);
        let intent = self.journal.begin_intent(new, &links).await.map_err(|error| intent_not_written(error, &reference))?;
        // From here on its reference stands for what was sent: no form goes on with it.
        self.drafts.remove(&reference);
        let asked = self.sights.ask();
        let answered = Answered::of(outgoing.send(&gateway, &reference).await);
        // The next row need not wait until this outcome is on disk: its intent may share the commit.
        if let Some(turn) = turn {
            turn.end(answered.event, answered.evidence.http_status);
        }
        self.write_outcome(&outgoing, intent, asked, answered).await
    }

    async fn write_outcome(&self, outgoing: &Outgoing, intent: Operation, asked: Asked, answered: Answered) -> DeskResult<Submitted> {
        let Answered { event, evidence, result, done } = answered;
        let mut happenings = happenings_of(&intent, &evidence, kind_action(intent.kind), result);
        let issued = match (&done.card, outgoing) {
            (Some(card), Outgoing::Issue(issue)) => Some(card_record(card.clone(), &issue.cardholder, self.now())),
            _ => None,
        };
        for happened in &mut happenings {
            happened.card_id = happened.card_id.or_else(|| issued.as_ref().map(|card| card.id));
        }
        let was_done = event == OperationEvent::Confirm;
        let mut keeping = self.sights.keep(intent.card_id).await;
        let is_kept = intent.card_id.is_some_and(|card| done.balance.is_some() && keeping.is_newest(card, asked));
        let operation = self
            .conclude(Conclusion {
                reference: &intent.reference,
                event,
                evidence,
                operator: &self.operator,
                at: self.now(),
                happenings: happenings.into_iter().map(|happened| self.happening(happened)).collect(),
                // What is too large for a copy must not keep the outcome from being written.
                balance: intent.card_id.zip(done.balance).filter(|(_, balance)| is_kept && balance.ten_thousandths().is_some()),
            })
            .await?;
        drop(keeping);
        if was_done && !is_kept {
            self.refresh_after(outgoing, issued.as_ref(), asked).await;
        }
        Ok(self.submitted(operation, done.balance, issued).await)
    }

    /// Read while the journal is held open: the profile may be left as soon as this is over.
    async fn submitted(&self, operation: Operation, balance_after: Option<Amount>, issued: Option<CardRecord>) -> Submitted {
        // It is on disk: an error here would only make somebody do it again.
        let links = self.journal.links_of(&operation.reference).await.unwrap_or_default();
        Submitted { operation, balance_after, issued, links }
    }

    /// Brings the copies of the cards up to date where the answer did not do it. It was done: an error here would only make
    /// somebody do it again, so it is logged.
    async fn refresh_after(&self, outgoing: &Outgoing, issued: Option<&CardRecord>, asked: Asked) {
        if let Some(card) = issued
            && let Err(error) = self.keep_cards(asked, vec![card.clone()]).await
        {
            tracing::warn!(code = ?error.code, "the copy of an issued card could not be kept");
        }
        for card in outgoing.cards() {
            if let Err(error) = self.read_card(card).await {
                tracing::warn!(code = ?error.code, "a balance could not be kept");
            }
        }
    }

    /// Writes an outcome, or that there is none.
    pub(crate) async fn conclude(&self, conclusion: Conclusion<'_>) -> DeskResult<Operation> {
        let reference = conclusion.reference;
        self.journal.conclude(conclusion).await.map_err(|error| {
            tracing::error!(%error, %reference, "an outcome could not be written; the operation counts as unknown");
            ErrorView::new(ErrorCode::OutcomeNotWritten).with_message(error.to_string()).with_reference(reference)
        })
    }
}

impl Answered {
    /// The table of outcomes (`design.md`).
    fn of(answer: Result<Done, Failure>) -> Self {
        match answer {
            Ok(done) => {
                let evidence = Evidence { movement_id: done.id.clone(), ..Evidence::default() };
                Self { event: OperationEvent::Confirm, evidence, result: HappeningResult::Done, done }
            }
            Err(failure) => {
                let (event, result) = match failure.error.write_outcome() {
                    WriteOutcome::Refused => (OperationEvent::Refuse, HappeningResult::Refused),
                    WriteOutcome::NotSent => (OperationEvent::FailToSend, HappeningResult::NotSent),
                    WriteOutcome::Unknown => (OperationEvent::LoseSight, HappeningResult::Unknown),
                };
                Self { event, evidence: failure.evidence(), result, done: Done::default() }
            }
        }
    }
}

fn intent_not_written(error: JournalError, reference: &Reference) -> ErrorView {
    match error {
        JournalError::LookAlikeOpen(open) => ErrorView::new(ErrorCode::LookAlikeOpen).with_reference(open),
        JournalError::FollowedAlready(follower) => ErrorView::new(ErrorCode::FollowedAlready).with_reference(follower),
        JournalError::LeftToItsBatch(older, batch) => left_to_its_batch(&older, batch),
        JournalError::LinkRefused(older, _) => ErrorView::new(ErrorCode::OperationDoesNotAllow).with_reference(older),
        JournalError::DiskFull => ErrorView::new(ErrorCode::IntentDiskFull).with_reference(reference).retryable(),
        error => ErrorView::new(ErrorCode::IntentNotWritten).with_message(error.to_string()).with_reference(reference).retryable(),
    }
}

/// That a row of an open batch is sent again by that one alone.
pub(crate) fn left_to_its_batch(row: &Reference, batch: u32) -> ErrorView {
    ErrorView::new(ErrorCode::LeftToItsBatch).with_param("number", batch.to_string()).with_reference(row)
}
