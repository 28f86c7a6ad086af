//! What is on offer for a card, for its cardholder and for the company, and why not for the rest.
//!
//! Owns putting together what decides it: the one table of operations and states (`domain`), what is on the card, and what
//! the gateway has denied in this session. The gateway's word is final: its 7213 and its 403 come on top.

use cardesk_domain::{CardOperation, Permission, WhyNot};
use cardesk_gateway::{Denial, RequestName};
use cardesk_journal::CardRecord;

use crate::desk::Desk;
use crate::error::DeskResult;
use crate::view::{Action, ActionOffer, NotOfferedReason};
use crate::workplace::Workplace;

/// What the gateway has denied to the company in this session.
#[derive(Debug, Default)]
pub(crate) struct Denied(Vec<Denial>);

impl Denied {
    /// An action that needs all of these requests, and is not on offer for that reason if there is one.
    pub(crate) fn offer(&self, action: Action, requests: &[RequestName], not_offered: Option<NotOfferedReason>) -> ActionOffer {
        // Another request that was denied for the same permission tells as much.
        let is_denied = |denial: &&Denial| {
            !is_about_the_opposite(action, denial.permission.as_ref())
                && requests
                    .iter()
                    .any(|request| *request == denial.request || (denial.permission.is_some() && request.permission() == denial.permission))
        };
        match self.0.iter().find(is_denied) {
            Some(denial) => ActionOffer {
                action,
                not_offered: Some(NotOfferedReason::PermissionMissing),
                permission: denial.permission.as_ref().map(ToString::to_string),
            },
            None => ActionOffer { action, not_offered, permission: None },
        }
    }
}

/// Loads and withdrawals are one request, which needs one permission or the other.
const fn is_about_the_opposite(action: Action, permission: Option<&Permission>) -> bool {
    matches!((action, permission), (Action::Load, Some(Permission::WithdrawFunds)) | (Action::Withdraw, Some(Permission::AddFunds)))
}

impl Desk {
    /// Offers again what the gateway denied: the company was given other permissions.
    ///
    /// # Errors
    /// If there is no workplace.
    pub async fn forget_denials(&self) -> DeskResult<()> {
        self.workplace().await?.forget_denials().await;
        Ok(())
    }
}

/// An action on a card: the operation that it is, and the requests that it takes.
const CARD_ACTIONS: [(Action, CardOperation, &[RequestName]); 12] = [
    (Action::Load, CardOperation::Load, &[RequestName::ChangeFunds]),
    (Action::Withdraw, CardOperation::Withdraw, &[RequestName::ChangeFunds]),
    (Action::Transfer, CardOperation::TransferFrom, &[RequestName::TransferBetweenCards]),
    (Action::Adjust, CardOperation::Load, &[RequestName::AdjustFunds]),
    (Action::Activate, CardOperation::Activate, &[RequestName::ActivateCard]),
    (Action::Block, CardOperation::Block, &[RequestName::ChangeCardStatus]),
    (Action::Unblock, CardOperation::Unblock, &[RequestName::ChangeCardStatus]),
    (Action::Rename, CardOperation::Rename, &[RequestName::RenameCard]),
    (Action::RequestStatement, CardOperation::RequestStatement, &[RequestName::RequestStatement, RequestName::ReadStatement]),
    (Action::SetPin, CardOperation::SetPin, &[RequestName::SetPin, RequestName::RequestOneTimeCode]),
    (Action::VerifyPin, CardOperation::VerifyPin, &[RequestName::VerifyPin]),
    (Action::RevealCvv, CardOperation::RevealCvv, &[RequestName::RevealCvv]),
];

/// What a replacement can't do without: everything else of it can be done otherwise, or waits.
const REPLACING: [RequestName; 1] = [RequestName::IssueCard];

/// The same of a card that a replacement has to block, which for most causes is its first step.
const REPLACING_USED: [RequestName; 2] = [RequestName::ChangeCardStatus, RequestName::IssueCard];

/// What can be done with a card, in the order in which its page offers it.
pub(crate) fn card_actions(card: &CardRecord, standing: Standing, denied: &Denied) -> Vec<ActionOffer> {
    let Standing { is_replaced, is_given_up } = standing;
    let is_empty = card.balance.is_some_and(|balance| !balance.is_positive());
    let mut offers: Vec<ActionOffer> = CARD_ACTIONS
        .into_iter()
        .map(|(action, operation, requests)| {
            let takes_money_off = matches!(action, Action::Withdraw | Action::Transfer);
            // What reached a card after it was replaced goes to the one in its place.
            let operation = match operation {
                CardOperation::TransferFrom if is_replaced => CardOperation::MoveBalance,
                other => other,
            };
            let nothing_there = (takes_money_off && is_empty).then_some(NotOfferedReason::NothingToWithdraw);
            denied.offer(action, requests, card.state.allows(operation).err().map(reason_of).or(nothing_there))
        })
        .collect();
/// What a card's replacements say of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    /// Another card has come in its place.
    pub(crate) is_replaced: bool,
    /// Another comes, or has come.
    pub(crate) is_given_up: bool,
}

    let replaced = is_replaced.then_some(NotOfferedReason::CardReplaced);
    let replace = card.state.allows(CardOperation::Replace).err().map(reason_of);
    let is_to_be_blocked = card.state.allows(CardOperation::Block).is_ok();
    let requests = if is_to_be_blocked { &REPLACING_USED[..] } else { &REPLACING[..] };
    offers.push(denied.offer(Action::Replace, requests, replace.or(replaced)));
    // Nobody is to get its plastic any more.
    let given_up = is_given_up.then_some(NotOfferedReason::CardReplaced);
    offers.push(ActionOffer { action: Action::PrintInsert, not_offered: given_up, permission: None });
    offers
}

/// What can be done for a cardholder.
pub(crate) fn cardholder_actions(is_issuing: bool, has_card: bool, denied: &Denied) -> Vec<ActionOffer> {
    let outcome_first = is_issuing.then_some(NotOfferedReason::OutcomeUnknown);
    vec![
        denied.offer(Action::IssueCard, &[RequestName::IssueCard], outcome_first),
        denied.offer(Action::AssociateCard, &[RequestName::AssociateCard], None),
        denied.offer(Action::LinkCard, &[RequestName::LinkCard], None),
        denied.offer(Action::RenameLinkedCard, &[RequestName::RenameLinkedCard], None),
        denied.offer(Action::UnlinkCard, &[RequestName::UnlinkCard], None),
        ActionOffer { action: Action::PrintInsert, not_offered: (!has_card).then_some(NotOfferedReason::NoCard), permission: None },
    ]
}

/// What can be done for the company, whoever's card or cardholder is in view.
pub(crate) fn company_actions(denied: &Denied) -> Vec<ActionOffer> {
    vec![
        denied.offer(Action::Register, &[RequestName::RegisterCardholder], None),
        denied.offer(Action::Invite, &[RequestName::CreateInvitationCode], None),
        denied.offer(Action::RegisterInvited, &[RequestName::RegisterByInvitation], None),
        denied.offer(Action::MakeTransferTypes, &[RequestName::CreateTransferTypes], None),
    ]
}

const fn reason_of(why_not: WhyNot) -> NotOfferedReason {
    match why_not {
        WhyNot::AwaitsActivation => NotOfferedReason::CardInactive,
        WhyNot::IsActive => NotOfferedReason::CardAlreadyActive,
        WhyNot::IsBlocked => NotOfferedReason::CardBlocked,
    }
}

impl Workplace {
    /// What has been denied since the session with the gateway began.
    pub(crate) async fn denied(&self) -> Denied {
        Denied(self.gateway_if_made().await.map(|gateway| gateway.denials()).unwrap_or_default())
    }

    async fn forget_denials(&self) {
        if let Some(gateway) = self.gateway_if_made().await {
            gateway.forget_denials();
        }
    }
}

#[cfg(test)]
mod tests {
    use cardesk_domain::{CardId, CardState};
    use jiff::Timestamp;

    use super::*;

    fn card(state: CardState) -> CardRecord {
        CardRecord {
            id: CardId::new(48_213),
            cardholder_id: "u-1".parse().unwrap(),
            last_four: None,
            alias: None,
            state,
            currency: None,
            balance: None,
            pending_debits: None,
            pending_credits: None,
            expiry: None,
            embossed_name: None,
            issued_at: None,
            activated_at: None,
            seen_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn denied(request: RequestName, permission: Option<Permission>) -> Denied {
        Denied(vec![Denial { request, permission }])
    }

    #[test]
    fn what_was_denied_is_not_on_offer_with_the_permissions_own_name() {
        let denied = denied(RequestName::ChangeCardStatus, Some(Permission::UpdateStatus));
        let offer = denied.offer(Action::Block, &[RequestName::ChangeCardStatus], Some(NotOfferedReason::CardBlocked));
        assert_eq!((offer.not_offered, offer.permission.as_deref()), (Some(NotOfferedReason::PermissionMissing), Some("updateStatus")));
        assert_eq!(denied.offer(Action::Rename, &[RequestName::RenameCard], None).not_offered, None);
    }

    #[test]
    fn a_permission_that_was_denied_once_is_missing_for_every_request_that_needs_it() {
        let denied = denied(RequestName::SetUserPin, Some(Permission::AssignPin));
        let offer = denied.offer(Action::SetPin, &[RequestName::SetPin], None);
        assert_eq!(offer.permission.as_deref(), Some("assignPIN"));
    }

    #[test]
    fn a_load_that_was_denied_takes_no_withdrawal_off_the_offer() {
        let denied = denied(RequestName::ChangeFunds, Some(Permission::AddFunds));
        assert_eq!(denied.offer(Action::Load, &[RequestName::ChangeFunds], None).permission.as_deref(), Some("addFunds"));
        assert_eq!(denied.offer(Action::Withdraw, &[RequestName::ChangeFunds], None).not_offered, None);
    }

    #[test]
    fn a_replacement_that_begins_with_a_block_is_on_offer_only_to_whom_may_block() {
        let denied = denied(RequestName::ChangeCardStatus, Some(Permission::UpdateStatus));
        let replace = |state| {
            let offers = card_actions(&card(state), Standing::default(), &denied);
            offers.into_iter().find(|offer| offer.action == Action::Replace).unwrap()
        };
        let of_used = replace(CardState::Active);
        assert_eq!((of_used.not_offered, of_used.permission.as_deref()), (Some(NotOfferedReason::PermissionMissing), Some("updateStatus")));
        assert_eq!(replace(CardState::Blocked).not_offered, None, "it is blocked already");
    }

    #[test]
    fn no_insert_is_on_offer_for_a_card_that_was_replaced_or_is_about_to_be() {
        let print = |is_given_up| {
            let standing = Standing { is_given_up, is_replaced: false };
            let offers = card_actions(&card(CardState::Inactive), standing, &Denied::default());
            offers.into_iter().find(|offer| offer.action == Action::PrintInsert).unwrap().not_offered
        };
        assert_eq!((print(false), print(true)), (None, Some(NotOfferedReason::CardReplaced)));
    }

    #[test]
    fn requests_whose_permission_has_no_name_are_not_denied_for_each_other() {
        let denied = denied(RequestName::ChangeFunds, None);
        assert_eq!(denied.offer(Action::Load, &[RequestName::ChangeFunds], None).not_offered, Some(NotOfferedReason::PermissionMissing));
        assert_eq!(denied.offer(Action::Adjust, &[RequestName::AdjustFunds], None).not_offered, None);
    }
}
