//! Money onto and off a card: draft, submit, discard, look again.
//!
//! Owns the way of one operation (`design.md`, The way of one load of funds): the draft is nothing but a reference and what
//! was typed; the intent is on disk before the request leaves; the outcome is on disk before anybody hears of it; what is
//! unknown is never sent again, but looked up in the card's movements.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use cardesk_domain::text::single_line;
use cardesk_domain::{Amount, CardId, Currency, Money, MoneyError, OperationEvent, OperationKind, OperationState, Reference};
use cardesk_gateway::{
    ErrorKind, FundsChannel, FundsOperation, FundsReceipt, FundsRequest, Gateway, GatewayError, RequestName, WriteOutcome,
};
use cardesk_journal::{CardRecord, Evidence, JournalError, NewOperation, Operation};
use tokio::sync::Mutex;

use crate::cards::text_problem;
use crate::copies::{amount_text, last_four_text, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::words_of;
use crate::happenings::Happened;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::session::not_found;
use crate::settings::MoneyChoices;
use crate::sights::Asked;
use crate::view::{
    FundsDraft, FundsDraftRequest, FundsForm, FundsKind, HappeningAction, HappeningResult, OperationKind as KindWord,
    OperationState as StateWord, OperationView,
};
use crate::workplace::Workplace;

/// The POST form's limit for its description (`gateway-api.md`, Funds).
const MAX_NOTE: usize = 50;

/// The most operations of a card that a list shows.
const MOST_LISTED: u32 = 500;

/// The most drafts that are remembered; the oldest is forgotten first, and a forgotten draft was never sent.
const MOST_DRAFTS: usize = 200;

/// The drafts of this run of the program. They live in memory: until they are submitted, nothing is meant.
#[derive(Default)]
pub(crate) struct Drafts {
    open: StdMutex<HashMap<Reference, Arc<Draft>>>,
}

/// One draft.
#[derive(Debug)]
struct Draft {
    card: CardId,
    kind: FundsKind,
    number: u64,
    /// Held while it is being sent, so that a second submit waits for the first one's outcome; with why the intent could
    /// not be written, which is the second one's outcome too.
    submitting: Mutex<Option<ErrorView>>,
}

impl Drafts {
    fn find(&self, reference: &Reference) -> Option<Arc<Draft>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(reference).cloned()
    }

    fn add(&self, reference: Reference, card: CardId, kind: FundsKind) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let number = open.values().map(|draft| draft.number).max().unwrap_or_default() + 1;
        if open.len() >= MOST_DRAFTS {
            let oldest = open.iter().min_by_key(|(_, draft)| draft.number).map(|(reference, _)| reference.clone());
            oldest.and_then(|oldest| open.remove(&oldest));
        }
        open.insert(reference, Arc::new(Draft { card, kind, number, submitting: Mutex::default() }));
    }

    fn remove(&self, reference: &Reference) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(reference);
    }
}

impl FundsKind {
    const fn operation(self) -> OperationKind {
        match self {
            Self::Load => OperationKind::Load,
            Self::Withdrawal => OperationKind::Withdrawal,
        }
    }

    const fn wire(self) -> FundsOperation {
        match self {
            Self::Load => FundsOperation::Add,
            Self::Withdrawal => FundsOperation::Withdraw,
        }
    }

    fn ending(self, balance: Amount, amount: Amount) -> Option<Amount> {
        match self {
            Self::Load => balance.checked_add(amount).ok(),
            Self::Withdrawal => balance.checked_sub(amount).ok(),
        }
    }
}

/// What is known about an amount as it is typed.
struct Reading {
    money: Option<Money>,
    ending: Option<Amount>,
    needs_amount_again: bool,
    problems: Vec<FieldProblem>,
}

/// Reads the amount, and holds it against the card and the company's limit.
fn read_amount(card: &CardRecord, kind: FundsKind, typed: &str, company: &MoneyChoices) -> Reading {
    let mut problems = Vec::new();
    if !card.state.takes_funds() {
        problems.push(FieldProblem::error(Field::Amount, FieldCode::CardStateForbids).with_param("state", &card.state));
    }
    let Some(currency) = card.currency else {
        problems.push(FieldProblem::error(Field::Amount, FieldCode::CurrencyUnknown));
        return Reading { money: None, ending: None, needs_amount_again: false, problems };
    };
    let amount = match typed_amount(typed, currency, company) {
        Ok(amount) => amount,
        Err(problem) => {
            problems.push(problem);
            return Reading { money: None, ending: None, needs_amount_again: false, problems };
        }
    };
    let ending = card.balance.and_then(|balance| kind.ending(balance, amount));
    if let Some(ending) = ending.filter(|ending| kind == FundsKind::Withdrawal && ending.is_negative()) {
        problems.push(FieldProblem::error(Field::Amount, FieldCode::AmountOverdraws).with_param("ending", amount_text(ending)));
    }
    Reading { money: Some(Money::new(amount, currency)), ending, needs_amount_again: amount > company.confirmation_limit, problems }
}

/// The amount as people write it where the company is: never rounded, never guessed.
fn typed_amount(typed: &str, currency: Currency, company: &MoneyChoices) -> Result<Amount, FieldProblem> {
    let problem = |code| FieldProblem::error(Field::Amount, code);
    match company.number_style.parse(typed, currency.minor_digits()) {
        Ok(amount) if amount.is_positive() => Ok(amount),
        Ok(_) => Err(problem(FieldCode::AmountNotPositive)),
        Err(MoneyError::Empty) => Err(problem(FieldCode::Missing)),
        Err(MoneyError::Ambiguous) => Err(problem(FieldCode::AmountAmbiguous)),
        Err(MoneyError::TooManyPlaces { max }) => Err(problem(FieldCode::AmountTooManyDecimals).with_param("max", max)),
        Err(MoneyError::TooLarge) => Err(problem(FieldCode::AmountTooLarge)),
        // A sign is the one thing that a number has and a typed amount has not.
        Err(_) if typed.trim().starts_with(['-', '−']) => Err(problem(FieldCode::AmountNotPositive)),
        Err(MoneyError::NotANumber | MoneyError::CurrencyMismatch(..) | MoneyError::Currency) => Err(problem(FieldCode::AmountForm)),
    }
}

impl Desk {
    /// Begins a draft, or goes on with one while its amount is typed. Nothing is sent, and nothing is written.
    ///
    /// # Errors
    /// For a card that neither desk nor gateway knows. What is wrong with the amount is in the draft.
    pub async fn draft_funds(&self, request: FundsDraftRequest) -> DeskResult<FundsDraft> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(&request.card_id, ErrorCode::CardNotFound)?;
        let card = workplace.known_card(id).await?;
        let going_on = request.reference.as_deref().and_then(|text| text.parse::<Reference>().ok());
        let going_on = going_on
            .filter(|reference| workplace.drafts.find(reference).is_some_and(|draft| draft.card == id && draft.kind == request.kind));
        let reference = match going_on {
            Some(reference) => reference,
            None => {
                let reference = workplace.new_reference().await?;
                workplace.drafts.add(reference.clone(), id, request.kind);
                reference
            }
        };
        let company = &workplace.profile().money;
        let reading = read_amount(&card, request.kind, &request.amount_typed, company);
        Ok(FundsDraft {
            reference: reference.to_string(),
            card_id: id.to_string(),
            last_four: last_four_text(card.last_four.as_ref()),
            kind: request.kind,
            amount: reading.money.map(|money| amount_text(money.amount())),
            currency: card.currency.map(|currency| currency.to_string()),
            balance: card.balance.map(amount_text),
            ending_balance: reading.ending.map(amount_text),
            balance_fetched_at: card.balance.map(|_| card.seen_at.to_string()),
            problems: reading.problems,
            needs_amount_again: reading.needs_amount_again,
            confirmation_limit: amount_text(company.confirmation_limit),
        })
    }

    /// Submits a draft: writes the intent, sends it once, writes the outcome. However often the same reference is
    /// submitted, one request is sent, and every caller gets its outcome.
    ///
    /// # Errors
    /// Fields to mend; a look-alike whose outcome is open; an intent that can't be written. In each of these nothing was
    /// sent. Refused, not sent and unknown are outcomes, not errors.
    pub async fn submit_funds(&self, form: FundsForm) -> DeskResult<OperationView> {
        let workplace = self.workplace().await?;
        let reference: Reference = parsed(&form.reference, ErrorCode::OperationNotFound)?;
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move { workplace.submit(reference, form).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// Gives a draft up. One that was submitted stays what it is.
    ///
    /// # Errors
    /// If the journal can't be read or written.
    pub async fn discard_funds(&self, reference: &str) -> DeskResult<()> {
        let workplace = self.workplace().await?;
        let reference: Reference = parsed(reference, ErrorCode::OperationNotFound)?;
        workplace.drafts.remove(&reference);
        workplace.discard_written(&reference).await
    }

    /// The operations of a card, the newest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn operations_of_card(&self, card_id: &str) -> DeskResult<Vec<OperationView>> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        Ok(workplace.journal.operations_of_card(id, MOST_LISTED).await?.iter().map(operation_view).collect())
    }

    /// Every operation whose outcome is open, the oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn open_operations(&self) -> DeskResult<Vec<OperationView>> {
        let workplace = self.workplace().await?;
        Ok(workplace.journal.open_operations().await?.iter().map(operation_view).collect())
    }

    /// Looks for an operation whose outcome is unknown: a load or withdrawal in the card's movements, by its reference; an
    /// issued card among the cardholder's cards. Found, it is settled as applied; else it stays unknown.
    ///
    /// # Errors
    /// For a reference that is not there; if the gateway can't be asked.
    pub async fn look_again(&self, reference: &str) -> DeskResult<OperationView> {
        let workplace = self.workplace().await?;
        let reference: Reference = parsed(reference, ErrorCode::OperationNotFound)?;
        Ok(operation_view(&workplace.look_again_at(&reference).await?))
    }
}

impl Workplace {
    /// A reference that nobody has.
    pub(crate) async fn new_reference(&self) -> DeskResult<Reference> {
        loop {
            let reference = Reference::from_entropy(self.seams.next_u64());
            if self.drafts.find(&reference).is_none() && self.journal.operation(&reference).await?.is_none() {
                return Ok(reference);
            }
        }
    }

    async fn submit(self: Arc<Self>, reference: Reference, form: FundsForm) -> DeskResult<OperationView> {
        let _open = self.hold_open().await;
        let draft = self.drafts.find(&reference);
        let mut alone = match &draft {
            Some(draft) => Some(draft.submitting.lock().await),
            None => None,
        };
        if let Some(failure) = alone.as_ref().and_then(|failure| failure.as_ref()) {
            return Err(failure.clone());
        }
        if let Some(submitted) = self.journal.operation(&reference).await?.filter(|known| known.state != OperationState::Drafted) {
            return Ok(operation_view(&submitted));
        }
        let Some(draft) = &draft else {
            return Err(not_found(ErrorCode::OperationNotFound, reference.as_str()).with_reference(&reference));
        };
        let card = self.known_card(draft.card).await?;
        let (money, note) = checked_form(&card, draft.kind, &form, &self.profile().money)?;
        // Everything that can fail without a trace is done before the intent is written.
        let gateway = self.gateway().await?;
        let _underway = self.underway.begin(&reference);
        if let Err(failure) = self.write_intent(&reference, draft.kind, &card, money, note.clone()).await {
            if let Some(alone) = alone.as_mut() {
                **alone = Some(failure.clone());
            }
            return Err(failure);
        }
        let funds = FundsRequest {
            amount: money.amount(),
            operation: draft.kind.wire(),
            channel: FundsChannel::Web,
            reference: reference.clone(),
            description: note,
            currency: Some(money.currency()),
        };
        let asked = self.sights.ask();
        let answer = send_funds(&gateway, card.id, &funds).await;
        self.write_outcome(draft.kind, &card, &reference, asked, answer).await
    }

    /// Writes the draft and then the intent. When this has returned, both are on disk.
    async fn write_intent(
        &self,
        reference: &Reference,
        kind: FundsKind,
        card: &CardRecord,
        money: Money,
        note: Option<String>,
    ) -> DeskResult<()> {
        let context = serde_json::json!({
            "balanceBefore": card.balance.map(amount_text),
            "balanceSeenAt": card.seen_at.to_string(),
        });
        let operation = NewOperation {
            reference: reference.clone(),
            kind: kind.operation(),
            cardholder_id: Some(card.cardholder_id.clone()),
            card_id: Some(card.id),
            money: Some(money),
            note,
            channel: Some(FundsChannel::Web.as_str().to_owned()),
            context: Some(context.to_string()),
            at: self.now(),
            operator: self.operator.clone(),
        };
        let intent = self.send_intent(operation).await;
        if intent.is_err() {
            // This draft can't be sent any more; the window makes a new one, with a new reference.
            self.drafts.remove(reference);
        }
        intent
    }

    /// Drafts an operation and turns it into an intent, in the order that the journal keeps.
    pub(crate) async fn send_intent(&self, operation: NewOperation) -> DeskResult<()> {
        let reference = operation.reference.clone();
        self.journal.draft(operation).await.map_err(|error| intent_not_written(error, &reference))?;
        let sent = self.journal.advance(&reference, OperationEvent::Send, Evidence::default(), &self.operator, self.now()).await;
        if let Err(error) = sent {
            if let Err(error) = self.discard_written(&reference).await {
                tracing::warn!(code = ?error.code, "a draft that was not sent could not be discarded");
            }
            return Err(intent_not_written(error, &reference));
        }
        Ok(())
    }

    async fn discard_written(&self, reference: &Reference) -> DeskResult<()> {
        if self.journal.operation(reference).await?.is_some_and(|known| known.state == OperationState::Drafted) {
            self.journal.advance(reference, OperationEvent::Discard, Evidence::default(), &self.operator, self.now()).await?;
        }
        Ok(())
    }

    async fn write_outcome(
        &self,
        kind: FundsKind,
        card: &CardRecord,
        reference: &Reference,
        asked: Asked,
        answer: Result<FundsReceipt, GatewayError>,
    ) -> DeskResult<OperationView> {
        let (event, evidence, result) = match &answer {
            Ok(receipt) => (
                OperationEvent::Confirm,
                Evidence { movement_id: receipt.movement_id.clone(), ..Evidence::default() },
                HappeningResult::Done,
            ),
            Err(error) => failed(error),
        };
        let operation = self.write_move(reference, event, evidence).await?;
        let action = match kind {
            FundsKind::Load => HappeningAction::FundsLoaded,
            FundsKind::Withdrawal => HappeningAction::FundsWithdrawn,
        };
        self.record(happened(&operation, action, result)).await;
        let mut view = operation_view(&operation);
        if let Some(balance) = answer.ok().and_then(|receipt| receipt.balance) {
            view.balance_after = Some(amount_text(balance));
            self.keep_balance(card.id, asked, balance).await;
        }
        Ok(view)
    }

    /// Puts a balance into the copy as it is now: a block that was seen while the request was on its way stays seen. A
    /// balance that the gateway told before another one says nothing certain any more, so the card is read afresh. The copy
    /// is refreshed by the next look at the card anyway, so one that can't be kept is only logged.
    async fn keep_balance(&self, card: CardId, asked: Asked, balance: Amount) {
        let mut keeping = self.sights.keep().await;
        let kept = if keeping.is_newest(card, asked) {
            match self.journal.card(card).await {
                Ok(Some(now)) => self.journal.upsert_cards(&[CardRecord { balance: Some(balance), seen_at: self.now(), ..now }]).await,
                other => other.map(|_| ()),
            }
            .map_err(ErrorView::from)
        } else {
            drop(keeping);
            self.read_card(card).await.map(|_| ())
        };
        if let Err(error) = kept {
            tracing::warn!(code = ?error.code, "a balance could not be kept");
        }
    }

    /// Writes a move of an operation whose request has left, or was kept from leaving.
    pub(crate) async fn write_move(&self, reference: &Reference, event: OperationEvent, evidence: Evidence) -> DeskResult<Operation> {
        self.journal.advance(reference, event, evidence, &self.operator, self.now()).await.map_err(|error| {
            tracing::error!(%error, %reference, "an outcome could not be written; the operation counts as unknown");
            ErrorView::new(ErrorCode::OutcomeNotWritten).with_message(error.to_string()).with_reference(reference)
        })
    }
}

/// Checks the whole form against the card. Nothing is written or sent before it holds.
fn checked_form(card: &CardRecord, kind: FundsKind, form: &FundsForm, company: &MoneyChoices) -> DeskResult<(Money, Option<String>)> {
    let mut reading = read_amount(card, kind, &form.amount_typed, company);
    if let Some(money) = reading.money.filter(|_| reading.needs_amount_again) {
        reading.problems.extend(amount_again_problem(form.amount_again.as_deref(), money, company));
    }
    let note = if form.note.trim().is_empty() { Ok(None) } else { single_line(&form.note, MAX_NOTE).map(|note| Some(note.to_owned())) };
    let note = note.unwrap_or_else(|error| {
        reading.problems.push(text_problem(Field::Note, &error));
        None
    });
    match reading.money {
        Some(money) if !reading.problems.iter().any(FieldProblem::is_error) => Ok((money, note)),
        _ => Err(ErrorView::fields(reading.problems)),
    }
}

/// Above the limit the amount is typed once more, and has to be the same.
fn amount_again_problem(typed: Option<&str>, money: Money, company: &MoneyChoices) -> Option<FieldProblem> {
    let again = typed.map(str::trim).filter(|typed| !typed.is_empty());
    let problem = |code| FieldProblem::error(Field::AmountAgain, code).with_param("limit", amount_text(company.confirmation_limit));
    match again.map(|typed| typed_amount(typed, money.currency(), company)) {
        None => Some(problem(FieldCode::AmountAgainMissing)),
        Some(Ok(amount)) if amount == money.amount() => None,
        Some(_) => Some(problem(FieldCode::AmountAgainDiffers)),
    }
}

/// Sends once. An answer about another reference than ours says nothing about ours.
async fn send_funds(gateway: &Gateway, card: CardId, funds: &FundsRequest) -> Result<FundsReceipt, GatewayError> {
    let receipt = gateway.change_funds(card, funds).await?;
    let is_ours = receipt.reference.as_deref().is_none_or(|reference| reference == funds.reference.as_str());
    if is_ours { Ok(receipt) } else { Err(about_something_else()) }
}

fn about_something_else() -> GatewayError {
    GatewayError {
        request: RequestName::ChangeFunds,
        kind: ErrorKind::Unreadable,
        status: None,
        codes: Vec::new(),
        message: Some("the answer is about another reference".to_owned()),
        has_envelope: true,
        connect_failure: None,
        retry_after_seconds: None,
    }
}

/// The move for an error, what it rests on, and what the record says (`design.md`, the table of outcomes).
pub(crate) fn failed(error: &GatewayError) -> (OperationEvent, Evidence, HappeningResult) {
    let evidence = Evidence {
        detail: words_of(error).or_else(|| Some(error.to_string())),
        gateway_code: error.codes.first().map(|entry| entry.code.clone()).filter(|code| !code.is_empty()),
        http_status: error.status,
        movement_id: None,
    };
    match error.write_outcome() {
        WriteOutcome::Refused => (OperationEvent::Refuse, evidence, HappeningResult::Refused),
        WriteOutcome::NotSent => (OperationEvent::FailToSend, evidence, HappeningResult::NotSent),
        WriteOutcome::Unknown => (OperationEvent::LoseSight, evidence, HappeningResult::Unknown),
    }
}

fn intent_not_written(error: JournalError, reference: &Reference) -> ErrorView {
    match error {
        JournalError::LookAlikeOpen(open) => ErrorView::new(ErrorCode::LookAlikeOpen).with_reference(open),
        JournalError::DiskFull => ErrorView::new(ErrorCode::DiskFull).with_reference(reference).retryable(),
        error => ErrorView::new(ErrorCode::IntentNotWritten).with_message(error.to_string()).with_reference(reference).retryable(),
    }
}

/// An operation, for the record of what happened.
pub(crate) fn happened(operation: &Operation, action: HappeningAction, result: HappeningResult) -> Happened {
    let evidence = operation.last_move.as_ref().map(|last| &last.evidence);
    let figures = operation.money.map(|money| format!("{} {}", amount_text(money.amount()), money.currency()));
    let words = evidence.and_then(|evidence| evidence.detail.clone());
    Happened {
        cardholder_id: operation.cardholder_id.clone(),
        card_id: operation.card_id,
        reference: Some(operation.reference.clone()),
        detail: match (figures, words) {
            (Some(figures), Some(words)) => Some(format!("{figures}: {words}")),
            (figures, words) => figures.or(words),
        },
        ..Happened::new(action, result)
    }
}

/// An operation, as the window gets it.
pub(crate) fn operation_view(operation: &Operation) -> OperationView {
    let evidence = operation.last_move.as_ref().map(|last| &last.evidence);
    OperationView {
        reference: operation.reference.to_string(),
        kind: KindWord::from(operation.kind),
        state: StateWord::from(operation.state),
        card_id: operation.card_id.map(|id| id.to_string()),
        cardholder_id: operation.cardholder_id.as_ref().map(ToString::to_string),
        amount: operation.money.map(|money| amount_text(money.amount())),
        currency: operation.money.map(|money| money.currency().to_string()),
        note: operation.note.clone(),
        drafted_at: operation.drafted_at.to_string(),
        changed_at: operation.last_move.as_ref().map_or(operation.drafted_at, |last| last.at).to_string(),
        operator: operation.drafted_by.clone(),
        gateway_code: evidence.and_then(|evidence| evidence.gateway_code.clone()),
        detail: evidence.and_then(|evidence| evidence.detail.clone()),
        movement_id: evidence.and_then(|evidence| evidence.movement_id.clone()),
        balance_after: None,
        can_look_again: operation.state.is_open(),
    }
}
