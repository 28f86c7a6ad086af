//! Operations as the window gets them: one, a card's, and those without an outcome; and as the record of what happened
//! names them.

use cardesk_domain::{CardId, LinkKind, OperationKind};
use cardesk_journal::{Evidence, Link, Operation};

use crate::copies::{amount_text, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode};
use crate::happenings::{Happened, reason};
use crate::view::{HappeningAction, HappeningResult, LinkView, OperationKind as KindWord, OperationState as StateWord, OperationView};
use crate::workplace::Workplace;

/// The most operations of a card that a list shows.
const MOST_LISTED: u32 = 500;

impl Desk {
    /// The operations of a card, the newest first; transfers to it included.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn operations_of_card(&self, card_id: &str) -> DeskResult<Vec<OperationView>> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        let links = workplace.journal.links_of_card(id).await?;
        let operations = workplace.journal.operations_of_card(id, MOST_LISTED).await?;
        Ok(operations.iter().map(|operation| operation_view(operation, &links)).collect())
    }
}

impl Workplace {
    /// An operation with the links to and from it.
    pub(crate) async fn view_of(&self, operation: &Operation) -> DeskResult<OperationView> {
        Ok(operation_view(operation, &self.journal.links_of(&operation.reference).await?))
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
        detail: match (figures.clone(), reason(evidence.gateway_code.as_deref(), evidence.detail.as_deref())) {
            (Some(figures), Some(words)) => Some(format!("{figures}: {words}")),
            (figures, words) => figures.or(words),
        },
        ..Happened::new(action, result)
    };
    let own = of_card(operation.cardholder_id.clone(), operation.card_id);
    let others = operation.to_card_id.map(|to| of_card(None, Some(to)));
    std::iter::once(own).chain(others).collect()
}

/// An operation, as the window gets it. `links` may be of others as well.
pub(crate) fn operation_view(operation: &Operation, links: &[Link]) -> OperationView {
    let evidence = operation.last_move.as_ref().map(|last| &last.evidence);
    let older = links.iter().filter(|link| link.newer == operation.reference).map(|link| link_view(link, &link.older));
    // What did nothing stands in nobody's way.
    let followers = || links.iter().filter(|link| link.older == operation.reference && !link.newer_state.did_nothing());
    let is_followed = |kind| followers().any(|link| link.kind == kind);
    let was_applied = matches!(operation.state, cardesk_domain::OperationState::Applied | cardesk_domain::OperationState::SettledApplied);
    OperationView {
        reference: operation.reference.to_string(),
        kind: KindWord::from(operation.kind),
        state: StateWord::from(operation.state),
        card_id: operation.card_id.map(|id| id.to_string()),
        to_card_id: operation.to_card_id.map(|id| id.to_string()),
        cardholder_id: operation.cardholder_id.as_ref().map(ToString::to_string),
        amount: operation.money.map(|money| amount_text(money.amount())),
        currency: operation.money.map(|money| money.currency().to_string()),
        note: operation.note.clone(),
        drafted_at: operation.drafted_at.to_string(),
        changed_at: operation.last_move.as_ref().map_or(operation.drafted_at, |last| last.at).to_string(),
        operator: operation.drafted_by.clone(),
        basis: operation.last_move.as_ref().and_then(|last| last.basis).map(Into::into),
        gateway_code: evidence.and_then(|evidence| evidence.gateway_code.clone()),
        detail: evidence.and_then(|evidence| evidence.detail.clone()),
        movement_id: evidence.and_then(|evidence| evidence.movement_id.clone()),
        balance_after: None,
        names: older.collect(),
        named_by: followers().map(|link| link_view(link, &link.newer)).collect(),
        can_look_again: operation.state.is_open(),
        can_correct: was_applied && operation.kind.opposite().is_some() && !is_followed(LinkKind::Corrects),
        can_make_again: operation.state.did_nothing()
            && operation.state != cardesk_domain::OperationState::Discarded
            && !is_followed(LinkKind::MakesAgain),
    }
}

fn link_view(link: &Link, other: &cardesk_domain::Reference) -> LinkView {
    LinkView { kind: link.kind.into(), reference: other.to_string(), reason: link.reason.clone() }
}
