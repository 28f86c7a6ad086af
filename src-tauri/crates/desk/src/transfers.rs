//! Looking a transfer up by its id, and making the types of transfers that a company has.
//!
//! Owns both sides of what is shown, and the form of a type. Making a transfer is `funds`' business: it moves money. Types
//! move nothing; the contract names no way to list or remove them, so that what was lost without an answer stays unknown.

use std::borrow::Cow;
use std::collections::HashSet;

use cardesk_domain::registration::Rule;
use cardesk_domain::text::fold_for_search;
use cardesk_domain::{CardId, OperationKind, Reference};
use cardesk_gateway::{Transfer, TransferChannel, TransferDirection, TransferModel, TransferType, WriteOutcome};
use cardesk_journal::{CardRecord, Operation};

use crate::copies::{amount_text, display_name, last_four_text};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::cause_of;
use crate::free_text::{free_line, is_card_number, optional_free_line, plain_line, text_problem};
use crate::happenings::{Happened, why};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::register::rule_problem;
use crate::view::{HappeningAction, HappeningResult, KnownSide, TransferSide, TransferSides, TransferTypeForm, TransferView};
use crate::workplace::Workplace;

/// The most characters of a transfer's id that are taken.
const MAX_ID_CHARACTERS: usize = 64;

/// The most characters of a type's word: letters, digits, underscores and dashes (A: the contract names no form).
const MAX_WORD_CHARACTERS: usize = 40;

/// The most characters of a type's name; the contract names no greatest length.
const MAX_TYPE_CHARACTERS: usize = 50;

/// The most types that are made at once.
const MAX_TYPES: usize = 50;

impl Desk {
    /// A transfer by the id that the gateway gave it, or by its reference if this desk made it, with what is known of both cards.
    ///
    /// # Errors
    /// An id that is none; that there is no such transfer; [`ErrorCode::ReferenceOfOther`] and
    /// [`ErrorCode::ReferenceNotOfThisDesk`], for which the gateway is not asked; or that it can't be.
    pub async fn transfer(&self, id: &str) -> DeskResult<TransferView> {
        let workplace = self.workplace().await?;
        let typed = checked_id(id).map_err(|problem| ErrorView::fields(vec![problem]))?;
        let id = &*workplace.transfer_id_of(typed).await?;
        match workplace.gateway().await?.transfer_by_id(id).await.map_err(ErrorView::from) {
            Ok(transfer) => workplace.transfer_view(id, transfer).await,
            Err(error) if error.code == ErrorCode::GatewayNotFound || is_dots(id) => {
                Err(ErrorView::new(ErrorCode::TransferNotFound).with_param("id", id))
            }
            Err(error) => Err(error),
        }
    }

    /// What is wrong with the rows of the form that makes types. The gateway is not asked.
    ///
    /// # Errors
    /// None: what is wrong is the answer. (A job's form, so that all are asked alike.)
    pub async fn check_transfer_types(&self, types: Vec<TransferTypeForm>) -> DeskResult<Vec<FieldProblem>> {
        Ok(checked(&types).err().unwrap_or_default())
    }

    /// Makes types of transfers, all at once.
    ///
    /// # Errors
    /// Fields to mend, each with its `row`; the gateway's refusal; or that it is not known whether they were made.
    pub async fn create_transfer_types(&self, types: Vec<TransferTypeForm>) -> DeskResult<()> {
        let workplace = self.workplace().await?;
        let types = checked(&types).map_err(ErrorView::fields)?;
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move { workplace.create_types(&types).await }).await.unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

/// What can't be asked for: a path segment of dots climbs.
fn is_dots(id: &str) -> bool {
    matches!(id, "." | "..")
}

/// What was typed to look a transfer up by. It goes into an address, where no card number may stand.
fn checked_id(typed: &str) -> Result<&str, FieldProblem> {
    let id = plain_line(typed, MAX_ID_CHARACTERS).map_err(|error| text_problem(Field::TransferId, &error))?;
    if is_card_number(id) { Err(FieldProblem::error(Field::TransferId, FieldCode::CardNumberGiven)) } else { Ok(id) }
}

/// What an operation of this desk is, where it is no transfer that the gateway can be asked for.
fn told_by_reference(operation: &Operation) -> ErrorView {
    let told = [
        ("kind", Some(operation.kind.as_str().to_owned())),
        ("amount", operation.money.map(|money| amount_text(money.amount()))),
        ("currency", operation.money.map(|money| money.currency().to_string())),
        ("card_id", operation.card_id.map(|id| id.to_string())),
        ("cardholder_id", operation.cardholder_id.as_ref().map(ToString::to_string)),
    ];
    let error = ErrorView::new(ErrorCode::ReferenceOfOther).with_reference(&operation.reference);
    told.into_iter().fold(error, |error, (name, value)| match value {
        Some(value) => error.with_param(name, value),
        None => error,
    })
}

/// The types, or every problem with the number of its row, counted from 0.
fn checked(forms: &[TransferTypeForm]) -> Result<Vec<TransferType>, Vec<FieldProblem>> {
    let (mut types, mut problems, mut words) = (Vec::new(), Vec::new(), HashSet::new());
    if forms.is_empty() || forms.len() > MAX_TYPES {
        problems.push(FieldProblem::error(Field::TypeWord, FieldCode::TypesCount).with_param("max", MAX_TYPES));
    }
    for (row, form) in forms.iter().take(MAX_TYPES).enumerate() {
        match checked_type(form) {
            Ok(made) if words.insert(fold_for_search(&made.word)) => types.push(made),
            Ok(_) => problems.push(FieldProblem::error(Field::TypeWord, FieldCode::TypeTwice).with_param("row", row)),
            Err(found) => problems.extend(found.into_iter().map(|problem| problem.with_param("row", row))),
        }
    }
    if problems.is_empty() { Ok(types) } else { Err(problems) }
}

fn checked_type(form: &TransferTypeForm) -> Result<TransferType, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let word = free_line(&form.type_word, MAX_WORD_CHARACTERS, Field::TypeWord).map_err(|problem| problems.push(problem)).ok();
    if word.as_ref().is_some_and(|word| !word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))) {
        problems.push(FieldProblem::error(Field::TypeWord, FieldCode::TypeForm));
    }
    let channel = TransferChannel::from_gateway(form.channel.trim());
    let direction = TransferDirection::from_gateway(form.movement_type.trim());
    let model = TransferModel::from_gateway(form.model.trim());
    let is_other = [
        (Field::Channel, &form.channel, matches!(channel, TransferChannel::Other(_))),
        (Field::MovementType, &form.movement_type, matches!(direction, TransferDirection::Other(_))),
        (Field::TypeModel, &form.model, matches!(model, TransferModel::Other(_))),
    ];
    for (field, typed, _) in is_other.into_iter().filter(|(_, _, is_other)| *is_other) {
        problems.push(rule_problem(field, if typed.trim().is_empty() { Rule::Missing } else { Rule::ChoiceUnknown }));
    }
    let name = optional_free_line(&form.type_name, MAX_TYPE_CHARACTERS, Field::TypeName).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    match word {
        Some(word) if problems.is_empty() => Ok(TransferType { word, channel, direction, model, name }),
        _ => Err(problems),
    }
}

impl Workplace {
    async fn transfer_view(&self, id: &str, transfer: Transfer) -> DeskResult<TransferView> {
        let (from, to) = (self.side_of(transfer.from).await, self.side_of(transfer.to).await);
        Ok(TransferView {
            id: transfer.id.unwrap_or_else(|| id.to_owned()),
            from,
            to,
            amount: transfer.amount.map(amount_text),
            currency: transfer.currency.map(|currency| currency.to_string()),
            reference: self.own_reference(transfer.observations.as_deref()).await,
            observations: transfer.observations,
            at: transfer.at.map(|at| at.to_string()),
        })
    }

    /// The gateway's id of what was typed: an id, or the reference of a transfer of this desk. Of everything else that has a
    /// reference the desk knows more than that there is no such transfer.
    async fn transfer_id_of<'typed>(&self, typed: &'typed str) -> DeskResult<Cow<'typed, str>> {
        let Ok(reference) = typed.parse::<Reference>() else { return Ok(Cow::Borrowed(typed)) };
        let Some(made) = self.journal.operation(&reference).await? else {
            return Err(ErrorView::new(ErrorCode::ReferenceNotOfThisDesk).with_reference(&reference));
        };
        let id = match made.kind {
            OperationKind::Transfer => made.last_move.as_ref().and_then(|last| last.evidence.movement_id.clone()),
            _ => None,
        };
        id.map(Cow::Owned).ok_or_else(|| told_by_reference(&made))
    }

    /// Both cards of a transfer, by the directory; `None` for everything else. The gateway is not asked.
    pub(crate) async fn transfer_sides(&self, operation: &Operation) -> Option<TransferSides> {
        let (from, to) = (operation.card_id?, operation.to_card_id?);
        Some(TransferSides { from: self.copied_side(from).await, to: self.copied_side(to).await })
    }

    async fn copied_side(&self, id: CardId) -> TransferSide {
        let known = match self.journal.card(id).await.ok().flatten() {
            Some(card) => self.known_side(card).await,
            None => None,
        };
        TransferSide { card_id: id.to_string(), known }
    }

    async fn known_side(&self, card: CardRecord) -> Option<KnownSide> {
        let cardholder = self.journal.cardholder(&card.cardholder_id).await.ok()??;
        Some(KnownSide {
            cardholder_id: card.cardholder_id.to_string(),
            cardholder_display_name: display_name(&cardholder),
            last_four: last_four_text(card.last_four.as_ref()),
            alias: card.alias,
        })
    }

    /// What is known of a card: one that can't be shown is told by its id alone.
    async fn side_of(&self, card: Option<CardId>) -> Option<TransferSide> {
        let id = card?;
        let known = match self.known_card(id).await {
            Ok(card) => self.known_side(card).await,
            Err(_) => None,
        };
        Some(TransferSide { card_id: id.to_string(), known })
    }

    /// The operation of this desk whose reference stands at the head of what was noted.
    async fn own_reference(&self, observations: Option<&str>) -> Option<String> {
        let reference = observations?.split_whitespace().next()?.parse::<Reference>().ok()?;
        let operation = self.journal.operation(&reference).await.ok().flatten()?;
        Some(operation.reference.to_string())
    }

    async fn create_types(&self, types: &[TransferType]) -> DeskResult<()> {
        let _open = self.hold_to_send().await?;
        let words = types.iter().map(|made| made.word.as_str()).collect::<Vec<_>>().join(", ");
        let happened = |result, detail| Happened { detail, ..Happened::new(HappeningAction::TransferTypesMade, result) };
        let Err(error) = self.gateway().await?.create_transfer_types(types).await else {
            self.record(happened(HappeningResult::Done, Some(words))).await;
            return Ok(());
        };
        let (outcome, cause) = (error.write_outcome(), cause_of(&error));
        let view = ErrorView { retryable: outcome == WriteOutcome::NotSent, ..ErrorView::from(error) };
        match outcome {
            WriteOutcome::NotSent => Err(view),
            WriteOutcome::Refused => {
                self.record(happened(HappeningResult::Refused, why(&view, cause))).await;
                Err(view)
            }
            WriteOutcome::Unknown => {
                self.record(happened(HappeningResult::Unknown, Some(words))).await;
                Err(ErrorView { code: ErrorCode::TransferTypesUncertain, ..view })
            }
        }
    }
}
