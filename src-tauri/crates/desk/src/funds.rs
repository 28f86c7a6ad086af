//! The form that moves money: what is read, shown and checked before anything is sent.
//!
//! Owns the drafts, the reading of an amount, and both sides' ending balances. A draft is nothing but a reference and what
//! was typed: nothing is written for it. How it is sent is [`crate::submit`]'s; what follows an older operation is in
//! [`crate::follow_up`].

use std::collections::HashMap;
use std::sync::{Mutex as StdMutex, PoisonError};

use cardesk_domain::money::MAX_PLACES;
use cardesk_domain::{
    Amount, CardId, CardOperation, Currency, LinkKind, Money, MoneyError, OperationFacts, OperationKind, OperationState, Reference,
};
use cardesk_gateway::FundsOperation;
use cardesk_journal::{CardRecord, NewLink};

use crate::before::Before;
use crate::copies::{amount_text, display_name, last_four_text, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::{MAX_REASON, free_line, optional_free_line};
use crate::outgoing::{CardTransfer, Funds, FundsForm as WireForm, Outgoing};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::session::not_found;
use crate::settings::MoneyChoices;
use crate::submit::Meant;
use crate::view::{Despite, FollowUpKind, FundsAction, FundsDraft, FundsDraftRequest, FundsForm, OperationView, OtherSide};
use crate::workplace::Workplace;

/// The POST form's limit for its description (`gateway-api.md`, Funds); the other forms are held to it too, so that a note
/// reads the same wherever it stands.
pub(crate) const MAX_NOTE: usize = 50;

/// The most drafts that are remembered; the oldest is forgotten first, and a forgotten draft was never sent.
const MOST_DRAFTS: usize = 200;

/// The drafts of this run of the program. They live in memory: until they are submitted, nothing is meant.
#[derive(Default)]
pub(crate) struct Drafts {
    open: StdMutex<HashMap<Reference, Numbered>>,
}

/// What a draft is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Draft {
    /// What is typed into the form of a card.
    Typed { card: CardId, kind: FundsAction },
    /// What follows an older operation.
    FollowUp { older: Reference, kind: FollowUpKind },
}

struct Numbered {
    number: u64,
    draft: Draft,
}

impl Drafts {
    pub(crate) fn find(&self, reference: &Reference) -> Option<Draft> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(reference).map(|known| known.draft.clone())
    }

    pub(crate) fn has(&self, reference: &Reference) -> bool {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).contains_key(reference)
    }

    fn add(&self, reference: Reference, draft: Draft) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let number = open.values().map(|known| known.number).max().unwrap_or_default() + 1;
        if open.len() >= MOST_DRAFTS {
            let oldest = open.iter().min_by_key(|(_, known)| known.number).map(|(reference, _)| reference.clone());
            oldest.and_then(|oldest| open.remove(&oldest));
        }
        open.insert(reference, Numbered { number, draft });
    }

    pub(crate) fn remove(&self, reference: &Reference) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(reference);
    }
}

impl FundsAction {
    pub(crate) const fn operation(self) -> OperationKind {
        match self {
            Self::Load => OperationKind::Load,
            Self::Withdrawal => OperationKind::Withdrawal,
            Self::AdjustmentLoad => OperationKind::AdjustmentLoad,
            Self::AdjustmentWithdrawal => OperationKind::AdjustmentWithdrawal,
            Self::Transfer => OperationKind::Transfer,
        }
    }

    /// The kind of form for an operation; none for issuing.
    pub(crate) const fn of(kind: OperationKind) -> Option<Self> {
        match kind {
            OperationKind::Load => Some(Self::Load),
            OperationKind::Withdrawal => Some(Self::Withdrawal),
            OperationKind::AdjustmentLoad => Some(Self::AdjustmentLoad),
            OperationKind::AdjustmentWithdrawal => Some(Self::AdjustmentWithdrawal),
            OperationKind::Transfer => Some(Self::Transfer),
            OperationKind::Issue => None,
        }
    }

    const fn pays(self) -> bool {
        matches!(self, Self::Withdrawal | Self::AdjustmentWithdrawal | Self::Transfer)
    }

    fn ending(self, balance: Amount, amount: Amount) -> Option<Amount> {
        if self.pays() { balance.checked_sub(amount).ok() } else { balance.checked_add(amount).ok() }
    }
}

/// The cards that money moves on: the form's own, and the one that a transfer pays.
#[derive(Debug, Clone)]
pub(crate) struct Sides {
    pub(crate) card: CardRecord,
    pub(crate) to: Option<CardRecord>,
}

/// What is known about an amount as it is typed.
pub(crate) struct Reading {
    pub(crate) money: Option<Money>,
    pub(crate) ending: Option<Amount>,
    pub(crate) to_ending: Option<Amount>,
    pub(crate) needs_amount_again: bool,
    pub(crate) problems: Vec<FieldProblem>,
}

impl Reading {
    const fn of_problems(problems: Vec<FieldProblem>) -> Self {
        Self { money: None, ending: None, to_ending: None, needs_amount_again: false, problems }
    }
}

/// Reads the amount, and holds it against the cards and the company's limit.
fn read_amount(sides: &Sides, kind: FundsAction, typed: &str, company: &MoneyChoices, mut problems: Vec<FieldProblem>) -> Reading {
    let Some(currency) = sides.card.currency else {
        problems.push(FieldProblem::error(Field::Amount, FieldCode::CurrencyUnknown));
        return Reading::of_problems(problems);
    };
    match typed_amount(typed, currency, company) {
        Ok(amount) => hold_against(sides, kind, Money::new(amount, currency), company, problems),
        Err(problem) => {
            problems.push(problem);
            Reading::of_problems(problems)
        }
    }
}

/// Whether the cards can take part at all.
pub(crate) fn problems_of_cards(sides: &Sides, kind: FundsAction) -> Vec<FieldProblem> {
    problems_between(sides, kind, CardOperation::Load)
}

/// The same where all that is on a card moves to the one that replaces it: a blocked card pays that one.
pub(crate) fn problems_of_replacement(sides: &Sides) -> Vec<FieldProblem> {
    problems_between(sides, FundsAction::Transfer, CardOperation::MoveBalance)
}

fn problems_between(sides: &Sides, kind: FundsAction, paying: CardOperation) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut forbids = |field, card: &CardRecord, operation| {
        if card.state.allows(operation).is_err() {
            problems.push(FieldProblem::error(field, FieldCode::CardStateForbids).with_param("state", &card.state));
        }
    };
    forbids(Field::Amount, &sides.card, paying);
    let Some(to) = sides.to.as_ref().filter(|_| kind == FundsAction::Transfer) else { return problems };
    forbids(Field::ToCardId, to, CardOperation::TransferTo);
    if to.id == sides.card.id {
        problems.push(FieldProblem::error(Field::ToCardId, FieldCode::CardPaysItself));
    }
    if let (Some(from), Some(to)) = (sides.card.currency, to.currency)
        && from != to
    {
        let differ = FieldProblem::error(Field::ToCardId, FieldCode::CurrenciesDiffer);
        problems.push(differ.with_param("from", from).with_param("to", to));
    }
    problems
}

/// Holds an amount against the balances and the company's limit.
pub(crate) fn hold_against(
    sides: &Sides,
    kind: FundsAction,
    money: Money,
    company: &MoneyChoices,
    mut problems: Vec<FieldProblem>,
) -> Reading {
    let amount = money.amount();
    let ending = sides.card.balance.and_then(|balance| kind.ending(balance, amount));
    if let Some(ending) = ending.filter(|ending| kind.pays() && ending.is_negative()) {
        problems.push(FieldProblem::error(Field::Amount, FieldCode::AmountOverdraws).with_param("ending", amount_text(ending)));
    }
    let to_ending = sides.to.as_ref().and_then(|to| to.balance?.checked_add(amount).ok());
    Reading { money: Some(money), ending, to_ending, needs_amount_again: amount > company.confirmation_limit, problems }
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
    /// For a card that neither desk nor gateway knows; [`ErrorCode::SubmittedAlready`] if what it goes on with was sent.
    /// What is wrong with what was typed is in the draft.
    pub async fn draft_funds(&self, request: FundsDraftRequest) -> DeskResult<FundsDraft> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(&request.card_id, ErrorCode::CardNotFound)?;
        let card = workplace.known_card(id).await?;
        let draft = Draft::Typed { card: id, kind: request.kind };
        let reference = workplace.drafted(draft, request.reference.as_deref()).await?;
        let (to, problem) = workplace.other_card(request.kind, request.to_card_id.as_deref()).await?;
        let sides = Sides { card, to };
        let problems = workplace.problems_of(&sides, request.kind).await?;
        let mut reading = read_amount(&sides, request.kind, &request.amount_typed, &workplace.profile().money, problems);
        reading.problems.extend(problem);
        workplace.draft_view(&reference, request.kind, &sides, reading).await
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
        let submitted =
            workplace.submit(reference.clone(), |workplace| async move { workplace.meant_by_form(&reference, &form).await }).await?;
        Ok(workplace.with_sides(&submitted.operation, submitted.view()).await)
    }

    /// Gives a draft up. One that was submitted stays what it is.
    ///
    /// # Errors
    /// If the profile can't be worked in.
    pub async fn discard_funds(&self, reference: &str) -> DeskResult<()> {
        let workplace = self.workplace().await?;
        workplace.drafts.remove(&parsed(reference, ErrorCode::OperationNotFound)?);
        Ok(())
    }
}

impl Workplace {
    /// The reference of a draft: the one that this goes on with, if it is for the same thing, or a new one.
    ///
    /// # Errors
    /// [`ErrorCode::SubmittedAlready`] if what it goes on with was sent.
    pub(crate) async fn drafted(&self, draft: Draft, going_on: Option<&str>) -> DeskResult<Reference> {
        let going_on = going_on.and_then(|text| text.parse::<Reference>().ok());
        if let Some(reference) = going_on.as_ref().filter(|reference| self.drafts.find(reference).as_ref() == Some(&draft)) {
            return Ok(reference.clone());
        }
        // A form whose outcome did not reach it must not send the same under another reference.
        if let Some(reference) = going_on
            && let Some(sent) = self.journal.operation(&reference).await?
            && !matches!(sent.state, OperationState::Drafted | OperationState::Discarded | OperationState::NotSent)
        {
            return Err(ErrorView::new(ErrorCode::SubmittedAlready).with_reference(&reference));
        }
        let reference = self.new_reference().await?;
        self.drafts.add(reference.clone(), draft);
        Ok(reference)
    }

    /// Whether the cards can take part. What reached a card that is out of use after it was replaced has one way off: to the
    /// card in its place, by the rule by which its balance went there.
    pub(crate) async fn problems_of(&self, sides: &Sides, kind: FundsAction) -> DeskResult<Vec<FieldProblem>> {
        let replaced_by = match kind {
            FundsAction::Transfer => self.replaced_by(sides.card.id).await?,
            _ => None,
        };
        let is_pair = replaced_by.is_some() && replaced_by == sides.to.as_ref().map(|to| to.id);
        Ok(if is_pair { problems_of_replacement(sides) } else { problems_of_cards(sides, kind) })
    }

    /// The card that a transfer pays, or what is wrong with how it was given.
    async fn other_card(&self, kind: FundsAction, typed: Option<&str>) -> DeskResult<(Option<CardRecord>, Option<FieldProblem>)> {
        if kind != FundsAction::Transfer {
            return Ok((None, None));
        }
        let problem = |code| Ok((None, Some(FieldProblem::error(Field::ToCardId, code))));
        let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) else {
            return problem(FieldCode::Missing);
        };
        let Ok(id) = typed.parse::<CardId>() else {
            return problem(FieldCode::CardUnknown);
        };
        match self.known_card(id).await {
            Ok(card) => Ok((Some(card), None)),
            Err(error) if matches!(error.code, ErrorCode::GatewayNotFound | ErrorCode::CardNotFound) => problem(FieldCode::CardUnknown),
            Err(error) => Err(error),
        }
    }

    /// A draft, as the window gets it.
    pub(crate) async fn draft_view(
        &self,
        reference: &Reference,
        kind: FundsAction,
        sides: &Sides,
        reading: Reading,
    ) -> DeskResult<FundsDraft> {
        let card = &sides.card;
        let other_side = match &sides.to {
            Some(to) => Some(self.other_side(to, reading.to_ending).await?),
            None => None,
        };
        let look_alikes = match reading.money {
            Some(money) => self.open_look_alikes(kind, sides, money).await?,
            None => Vec::new(),
        };
        Ok(FundsDraft {
            reference: reference.to_string(),
            card_id: card.id.to_string(),
            last_four: last_four_text(card.last_four.as_ref()),
            cardholder_display_name: self.holder_name(card).await?,
            alias: card.alias.clone(),
            kind,
            amount: reading.money.map(|money| amount_text(money.amount())),
            currency: card.currency.map(|currency| currency.to_string()),
            balance: card.balance.map(amount_text),
            ending_balance: reading.ending.map(amount_text),
            balance_fetched_at: card.balance.map(|_| card.seen_at.to_string()),
            other_side,
            look_alikes,
            problems: reading.problems,
            needs_amount_again: reading.needs_amount_again,
            confirmation_limit: amount_text(self.profile().money.confirmation_limit),
        })
    }

    async fn other_side(&self, to: &CardRecord, ending: Option<Amount>) -> DeskResult<OtherSide> {
        Ok(OtherSide {
            card_id: to.id.to_string(),
            last_four: last_four_text(to.last_four.as_ref()),
            cardholder_display_name: self.holder_name(to).await?,
            alias: to.alias.clone(),
            balance: to.balance.map(amount_text),
            balance_fetched_at: to.balance.map(|_| to.seen_at.to_string()),
            ending_balance: ending.map(amount_text),
        })
    }

    /// Whose a card is; the cardholder's id where the directory does not know them.
    async fn holder_name(&self, card: &CardRecord) -> DeskResult<String> {
        let cardholder = self.journal.cardholder(&card.cardholder_id).await?;
        Ok(cardholder.as_ref().map_or_else(|| card.cardholder_id.to_string(), display_name))
    }

    /// What is just like this, and has no outcome yet.
    async fn open_look_alikes(&self, kind: FundsAction, sides: &Sides, money: Money) -> DeskResult<Vec<OperationView>> {
        let wanted = OperationFacts {
            kind: kind.operation(),
            cardholder: Some(&sides.card.cardholder_id),
            card: Some(sides.card.id),
            to_card: sides.to.as_ref().map(|to| to.id),
            money: Some(money),
        };
        let alike = self.open_operations_where(|open| open.facts().is_alike(&wanted)).await?;
        self.views_of(&alike).await
    }

    /// What a submitted form means, once everything about it holds. Nothing is written or sent before.
    async fn meant_by_form(&self, reference: &Reference, form: &FundsForm) -> DeskResult<Meant> {
        let Some(Draft::Typed { card, kind }) = self.drafts.find(reference) else {
            return Err(not_found(ErrorCode::OperationNotFound, reference.as_str()).with_reference(reference));
        };
        let card = self.known_card(card).await?;
        let (to, problem) = self.other_card(kind, form.to_card_id.as_deref()).await?;
        let sides = Sides { card, to };
        let company = &self.profile().money;
        let problems = self.problems_of(&sides, kind).await?;
        let mut reading = read_amount(&sides, kind, &form.amount_typed, company, problems);
        reading.problems.extend(problem);
        check_amount_again(&mut reading, form.amount_again.as_deref(), company);
        let note = optional_line(&form.note, Field::Note, MAX_NOTE, &mut reading.problems);
        let links = despite_links(form.despite.as_ref(), &mut reading.problems)?;
        let money = money_of(reading)?;
        Ok(Meant::with_links(outgoing(kind, &sides, money, note)?, links))
    }
}

/// The amount, if nothing stops the form.
pub(crate) fn money_of(reading: Reading) -> DeskResult<Money> {
    match reading.money {
        Some(money) if !reading.problems.iter().any(FieldProblem::is_error) => Ok(money),
        _ => Err(ErrorView::fields(reading.problems)),
    }
}

/// What leaves for a form that holds.
pub(crate) fn outgoing(kind: FundsAction, sides: &Sides, money: Money, note: Option<String>) -> DeskResult<Outgoing> {
    let before = Before::of_cards(&sides.card, sides.to.as_ref());
    let (card, cardholder) = (sides.card.id, sides.card.cardholder_id.clone());
    let funds = |flow, form| {
        Outgoing::Funds(Funds { card, cardholder: cardholder.clone(), flow, form, money, note: note.clone(), before: before.clone() })
    };
    Ok(match kind {
        FundsAction::Load => funds(FundsOperation::Add, WireForm::Channel),
        FundsAction::Withdrawal => funds(FundsOperation::Withdraw, WireForm::Channel),
        FundsAction::AdjustmentLoad => funds(FundsOperation::Add, WireForm::Adjustment),
        FundsAction::AdjustmentWithdrawal => funds(FundsOperation::Withdraw, WireForm::Adjustment),
        FundsAction::Transfer => {
            let to = sides.to.as_ref().ok_or_else(|| ErrorView::new(ErrorCode::Internal))?.id;
            Outgoing::Transfer(CardTransfer { from: card, cardholder, to, money, note, before })
        }
    })
}

/// A line that may be empty.
pub(crate) fn optional_line(typed: &str, field: Field, max: usize, problems: &mut Vec<FieldProblem>) -> Option<String> {
    optional_free_line(typed, max, field).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    })
}

/// A line that may not.
pub(crate) fn required_line(typed: &str, field: Field, max: usize, problems: &mut Vec<FieldProblem>) -> Option<String> {
    free_line(typed, max, field).map_err(|problem| problems.push(problem)).ok()
}

/// The look-alikes that a form does not wait for, each with the reason.
pub(crate) fn despite_links(despite: Option<&Despite>, problems: &mut Vec<FieldProblem>) -> DeskResult<Vec<NewLink>> {
    let Some(despite) = despite else { return Ok(Vec::new()) };
    let Some(reason) = required_line(&despite.reason, Field::DespiteReason, MAX_REASON, problems) else { return Ok(Vec::new()) };
    let link = |text: &String| {
        Ok(NewLink { kind: LinkKind::Despite, older: parsed(text, ErrorCode::OperationNotFound)?, reason: Some(reason.clone()) })
    };
    despite.references.iter().map(link).collect()
}

/// Above the limit the amount is typed once more, and has to be the same. It may have all the decimals that a balance has: what
/// is moved whole was not typed, and has more than a typed amount may.
pub(crate) fn check_amount_again(reading: &mut Reading, typed: Option<&str>, company: &MoneyChoices) {
    let Some(money) = reading.money.filter(|_| reading.needs_amount_again) else { return };
    let again = typed.map(str::trim).filter(|typed| !typed.is_empty());
    let problem = |code| FieldProblem::error(Field::AmountAgain, code).with_param("limit", amount_text(company.confirmation_limit));
    match again.map(|typed| company.number_style.parse(typed, MAX_PLACES)) {
        None => reading.problems.push(problem(FieldCode::AmountAgainMissing)),
        Some(Ok(amount)) if amount == money.amount() => {}
        Some(_) => reading.problems.push(problem(FieldCode::AmountAgainDiffers)),
    }
}
