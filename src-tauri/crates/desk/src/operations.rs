//! Operations as the window gets them: one, a card's, and those without an outcome; and as the record of what happened
//! names them.

use cardesk_domain::operation::{Cause, Contradiction};
use cardesk_domain::{CardId, CardOperation, LinkKind, OperationKind, Permission, Reference};
use cardesk_journal::{Evidence, Link, Operation};

use crate::copies::{amount_text, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode};
use crate::happenings::{Happened, reason};
use crate::view::{
    ContradictionView, HappeningAction, HappeningResult, LinkView, OperationKind as KindWord, OperationState as StateWord, OperationView,
};
use crate::workplace::Workplace;

/// The most operations of a card that a list shows.
const MOST_LISTED: u32 = 500;

impl Desk {
    /// The operations of a card, the newest first; transfers to it included, and at the end the one that issued it.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn operations_of_card(&self, card_id: &str) -> DeskResult<Vec<OperationView>> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        let links = workplace.journal.links_of_card(id).await?;
        let mut operations = workplace.journal.operations_of_card(id, MOST_LISTED).await?;
        if let Some(card) = workplace.journal.card(id).await? {
            operations.extend(workplace.journal.operation_that_issued(id, &card.cardholder_id).await?);
        }
        let mut views = Vec::with_capacity(operations.len());
        for operation in &operations {
            views.push(workplace.with_sides(operation, operation_view(operation, &links)).await);
        }
        Ok(views)
    }
}

impl Workplace {
    /// An operation with the links to and from it.
    pub(crate) async fn view_of(&self, operation: &Operation) -> DeskResult<OperationView> {
        let view = operation_view(operation, &self.journal.links_of(&operation.reference).await?);
        Ok(self.with_sides(operation, view).await)
    }

    /// The same with both cards of a transfer.
    pub(crate) async fn with_sides(&self, operation: &Operation, view: OperationView) -> OperationView {
        OperationView { sides: self.transfer_sides(operation).await, ..view }
    }

    /// The same of several.
    pub(crate) async fn views_of(&self, operations: impl IntoIterator<Item = &Operation>) -> DeskResult<Vec<OperationView>> {
        let mut views = Vec::new();
        for operation in operations {
            views.push(self.view_of(operation).await?);
        }
        Ok(views)
    }
}

/// What the record says of an operation of this kind.
pub(crate) const fn kind_action(kind: OperationKind) -> HappeningAction {
    match kind {
        OperationKind::Issue => HappeningAction::CardIssued,
        OperationKind::Load => HappeningAction::FundsLoaded,
        OperationKind::Withdrawal => HappeningAction::FundsWithdrawn,
        OperationKind::AdjustmentLoad => HappeningAction::AdjustmentLoaded,
        OperationKind::AdjustmentWithdrawal => HappeningAction::AdjustmentWithdrawn,
        OperationKind::Transfer => HappeningAction::FundsTransferred,
    }
}

/// An operation, for the record of what happened: of both cards where there are two.
pub(crate) fn happenings_of(operation: &Operation, evidence: &Evidence, action: HappeningAction, result: HappeningResult) -> Vec<Happened> {
    let figures = operation.money.map(|money| format!("{} {}", amount_text(money.amount()), money.currency()));
    let of_card = |cardholder, card| Happened {
        cardholder_id: cardholder,
        card_id: card,
        reference: Some(operation.reference.clone()),
        detail: match (
            figures.clone(),
            reason(evidence.gateway_code.as_deref(), evidence.detail.as_deref().or(evidence.cause.map(Cause::as_str))),
        ) {
            (Some(figures), Some(words)) => Some(format!("{figures}: {words}")),
            (figures, words) => figures.or(words),
        },
        ..Happened::new(action, result)
    };
    let own = of_card(operation.cardholder_id.clone(), operation.card_id);
    let others = operation.to_card_id.map(|to| of_card(None, Some(to)));
    std::iter::once(own).chain(others).collect()
}

/// The operation that follows `operation` like this already, and may have moved money. What makes an operation again names
/// what that one names as well: so whoever followed one of those older ones did it in its stead.
pub(crate) fn follower<'a>(operation: &Operation, links: &'a [Link], kind: LinkKind) -> Option<&'a Reference> {
    let may_have_moved = |link: &&Link| !link.newer_standing.did_nothing();
    let of = |older: &Reference, kind: LinkKind| {
        let mut others = links.iter().filter(|link| link.older == *older && link.kind == kind && link.newer != operation.reference);
        others.find(may_have_moved).map(|link| &link.newer)
    };
    let own = of(&operation.reference, kind);
    if kind != LinkKind::MakesAgain {
        return own;
    }
    let mut named = links.iter().filter(|link| link.newer == operation.reference && link.kind.is_single());
    own.or_else(|| named.find_map(|link| of(&link.older, link.kind)))
}

/// Whether what it was made again after can't be made again itself any more.
fn is_of_a_closed_chain(operation: &Operation, links: &[Link]) -> bool {
    let mut named = links.iter().filter(|link| link.newer == operation.reference && link.kind == LinkKind::MakesAgain);
    named.any(|link| !link.older_standing.may_be_made_again())
}

/// An operation, as the window gets it. `links` may be of others as well.
pub(crate) fn operation_view(operation: &Operation, links: &[Link]) -> OperationView {
    let evidence = operation.last_move.as_ref().map(|last| &last.evidence);
    let standing = operation.standing();
    let older = links.iter().filter(|link| link.newer == operation.reference).map(|link| link_view(link, &link.older));
    // What did nothing stands in nobody's way.
    let named_by = links.iter().filter(|link| link.older == operation.reference && !link.newer_standing.did_nothing());
    let made_again_by = follower(operation, links, LinkKind::MakesAgain);
    let is_beside = |follower: &&Reference| !links.iter().any(|link| link.newer == **follower && link.older == operation.reference);
    let may_be_made_again = standing.may_be_made_again() && !is_of_a_closed_chain(operation, links);
    OperationView {
        reference: operation.reference.to_string(),
        kind: KindWord::from(operation.kind),
        state: StateWord::from(operation.state),
        card_id: operation.card_id.map(|id| id.to_string()),
        to_card_id: operation.to_card_id.map(|id| id.to_string()),
        sides: None,
        cardholder_id: operation.cardholder_id.as_ref().map(ToString::to_string),
        amount: operation.money.map(|money| amount_text(money.amount())),
        currency: operation.money.map(|money| money.currency().to_string()),
        note: operation.note.clone(),
        drafted_at: operation.drafted_at.to_string(),
        changed_at: operation.last_move.as_ref().map_or(operation.drafted_at, |last| last.at).to_string(),
        operator: operation.drafted_by.clone(),
        basis: operation.last_move.as_ref().and_then(|last| last.basis).map(Into::into),
        gateway_code: evidence.and_then(|evidence| evidence.gateway_code.clone()),
        cause: evidence.and_then(|evidence| evidence.cause).map(Into::into),
        detail: evidence.and_then(|evidence| evidence.detail.clone()),
        permission: evidence
            .filter(|evidence| evidence.cause == Some(Cause::Forbidden))
            .and_then(|evidence| permission_of(operation.kind, evidence)),
        movement_id: evidence.and_then(|evidence| evidence.movement_id.clone()),
        contradiction: operation.contradiction.as_ref().map(|contradicted| ContradictionView {
            found_at: contradicted.at.to_string(),
            movement_id: contradicted.movement_id.clone(),
            is_proof: contradicted.kind == Contradiction::Proof,
            cleared: contradicted.cleared.clone(),
        }),
        balance_after: None,
        names: older.collect(),
        named_by: named_by.map(|link| link_view(link, &link.newer)).collect(),
        done_instead_by: made_again_by.filter(|_| may_be_made_again).filter(is_beside).map(ToString::to_string),
        left_to_batch: operation.open_batch.filter(|_| may_be_made_again),
        can_look_again: operation.state.is_open(),
        can_correct: standing.was_done() && operation.kind.opposite().is_some() && follower(operation, links, LinkKind::Corrects).is_none(),
        can_make_again: may_be_made_again && operation.open_batch.is_none() && made_again_by.is_none(),
    }
}

/// The permission that is missing, as the gateway's words name it, or else the one that the contract names.
fn permission_of(kind: OperationKind, evidence: &Evidence) -> Option<String> {
    let of_contract = || match kind {
        OperationKind::Transfer => CardOperation::TransferFrom.permission(),
        OperationKind::Load | OperationKind::AdjustmentLoad => CardOperation::Load.permission(),
        OperationKind::Withdrawal | OperationKind::AdjustmentWithdrawal => CardOperation::Withdraw.permission(),
        OperationKind::Issue => None,
    };
    let named = evidence.detail.as_deref().and_then(Permission::named_in);
    named.or_else(of_contract).map(|permission| permission.to_string())
}

fn link_view(link: &Link, other: &Reference) -> LinkView {
    LinkView { kind: link.kind.into(), reference: other.to_string(), reason: link.reason.clone() }
}
