//! What is on offer for a card, for its cardholder and for the company, and why not for the rest.
//!
//! Owns putting together what decides it: the one table of operations and states (`domain`), what is on the card, and what
//! the gateway has denied in this session. The gateway's word is final: its 7213 and its 403 come on top.

use cardesk_domain::{CardOperation, Permission, WhyNot};
use cardesk_gateway::{Denial, FundsOperation, RequestName};
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
        let way = way_of(action);
        let is_denied = |denial: &&Denial| {
            let is_this_request = requests.contains(&denial.request) && (denial.funds.is_none() || denial.funds == way);
            // Another request that was denied for the same permission tells as much.
            let is_this_permission = |permission: &Permission| {
                way.map(permission_for).as_ref() == Some(permission)
                    || requests.iter().any(|request| request.permission().as_ref() == Some(permission))
            };
            is_this_request || denial.permission.as_ref().is_some_and(is_this_permission)
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

/// Which way an action moves money, where its request can do both.
const fn way_of(action: Action) -> Option<FundsOperation> {
    match action {
        Action::Load | Action::AdjustmentLoad => Some(FundsOperation::Add),
        Action::Withdraw | Action::AdjustmentWithdrawal => Some(FundsOperation::Withdraw),
        _ => None,
    }
}

/// The permission that each way needs, whoever moves the money (assumed: the names are the backoffice's).
const fn permission_for(way: FundsOperation) -> Permission {
    match way {
        FundsOperation::Add => Permission::AddFunds,
        FundsOperation::Withdraw => Permission::WithdrawFunds,
    }
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
const CARD_ACTIONS: [(Action, CardOperation, &[RequestName]); 13] = [
    (Action::Load, CardOperation::Load, &[RequestName::ChangeFunds]),
    (Action::Withdraw, CardOperation::Withdraw, &[RequestName::ChangeFunds]),
    (Action::Transfer, CardOperation::TransferFrom, &[RequestName::TransferBetweenCards]),
    (Action::AdjustmentLoad, CardOperation::Load, &[RequestName::AdjustFunds]),
    (Action::AdjustmentWithdrawal, CardOperation::Withdraw, &[RequestName::AdjustFunds]),
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

/// What a card's replacements say of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    /// Another card has come in its place.
    pub(crate) is_replaced: bool,
    /// Another comes, or has come.
    pub(crate) is_given_up: bool,
}

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
        Denied(vec![Denial { request, funds: None, permission }])
    }

    fn denied_funds(request: RequestName, way: FundsOperation, permission: Option<Permission>) -> Denied {
        Denied(vec![Denial { request, funds: Some(way), permission }])
    }

    /// The actions that move money one way or the other and are not on offer any more, on an active card with money on it.
    fn without(denied: &Denied) -> Vec<Action> {
        let offers = card_actions(&card(CardState::Active), Standing::default(), denied);
        let is_missing = |offer: &ActionOffer| offer.not_offered == Some(NotOfferedReason::PermissionMissing);
        offers.into_iter().filter(is_missing).map(|offer| offer.action).collect()
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
    fn what_is_denied_one_way_stays_on_offer_the_other_way() {
        let (load, withdrawal) = (Some(Permission::AddFunds), Some(Permission::WithdrawFunds));
        let both_loads = [Action::Load, Action::AdjustmentLoad];
        let both_withdrawals = [Action::Withdraw, Action::AdjustmentWithdrawal];
        for request in [RequestName::ChangeFunds, RequestName::AdjustFunds] {
            assert_eq!(without(&denied_funds(request, FundsOperation::Add, load.clone())), both_loads, "{request:?}");
            assert_eq!(without(&denied_funds(request, FundsOperation::Withdraw, withdrawal.clone())), both_withdrawals, "{request:?}");
        }
        let denied = denied_funds(RequestName::AdjustFunds, FundsOperation::Withdraw, withdrawal);
        let offer = denied.offer(Action::AdjustmentWithdrawal, &[RequestName::AdjustFunds], None);
        assert_eq!(offer.permission.as_deref(), Some("withdrawFunds"));
    }

    #[test]
    fn a_denial_that_names_nothing_is_about_its_own_request_and_way_alone() {
        use FundsOperation::{Add, Withdraw};
        for (request, way, action) in [
            (RequestName::ChangeFunds, Add, Action::Load),
            (RequestName::ChangeFunds, Withdraw, Action::Withdraw),
            (RequestName::AdjustFunds, Add, Action::AdjustmentLoad),
            (RequestName::AdjustFunds, Withdraw, Action::AdjustmentWithdrawal),
        ] {
            assert_eq!(without(&denied_funds(request, way, None)), [action]);
        }
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
        let denied = denied(RequestName::RequestStatement, None);
        let offer = |action, request| denied.offer(action, &[request], None).not_offered;
        assert_eq!(offer(Action::RequestStatement, RequestName::RequestStatement), Some(NotOfferedReason::PermissionMissing));
        assert_eq!(offer(Action::VerifyPin, RequestName::VerifyPin), None);
    }
}
