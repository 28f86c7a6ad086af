//! What happened, in the stable words of the record.
//!
//! Owns which words there are; the journal keeps them.

use cardesk_domain::operation::Cause;
use cardesk_domain::{CardId, CardholderId, Reference};
use cardesk_journal::Happening;

use crate::error::ErrorView;
use crate::view::{HappeningAction, HappeningResult, HappeningView};

/// Something to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    pub(crate) action: &'static str,
    pub(crate) result: &'static str,
    pub(crate) cardholder_id: Option<CardholderId>,
    pub(crate) card_id: Option<CardId>,
    pub(crate) reference: Option<Reference>,
    pub(crate) serial: Option<String>,
    pub(crate) detail: Option<String>,
}

impl Happened {
    pub(crate) const fn new(action: HappeningAction, result: HappeningResult) -> Self {
        Self {
            action: word_of_action(action),
            result: word_of_result(result),
            cardholder_id: None,
            card_id: None,
            reference: None,
            serial: None,
            detail: None,
        }
    }
}

const ACTIONS: &[HappeningAction] = &[
    HappeningAction::Registered,
    HappeningAction::CardIssued,
    HappeningAction::CardActivated,
    HappeningAction::CardBlocked,
    HappeningAction::CardUnblocked,
    HappeningAction::CardRenamed,
    HappeningAction::CardAssociated,
    HappeningAction::StatementRequested,
    HappeningAction::OneTimeCodeSent,
    HappeningAction::PinSet,
    HappeningAction::UserPinSet,
    HappeningAction::PinVerified,
    HappeningAction::CvvRevealed,
    HappeningAction::CardStateChanged,
    HappeningAction::FundsLoaded,
    HappeningAction::FundsWithdrawn,
    HappeningAction::AdjustmentLoaded,
    HappeningAction::AdjustmentWithdrawn,
    HappeningAction::FundsTransferred,
    HappeningAction::OperationSettled,
    HappeningAction::OperationContradicted,
    HappeningAction::ContradictionCleared,
    HappeningAction::InsertPrinted,
    HappeningAction::InsertVoided,
    HappeningAction::CardLinked,
    HappeningAction::LinkedCardRenamed,
    HappeningAction::CardUnlinked,
    HappeningAction::InvitationMade,
    HappeningAction::RegisteredByInvitation,
    HappeningAction::TransferTypesMade,
];

const RESULTS: [HappeningResult; 5] =
    [HappeningResult::Done, HappeningResult::Refused, HappeningResult::NotSent, HappeningResult::Unknown, HappeningResult::Failed];

const fn word_of_action(action: HappeningAction) -> &'static str {
    match action {
        HappeningAction::Registered => "registered",
        HappeningAction::CardIssued => "card_issued",
        HappeningAction::CardActivated => "card_activated",
        HappeningAction::CardBlocked => "card_blocked",
        HappeningAction::CardUnblocked => "card_unblocked",
        HappeningAction::CardRenamed => "card_renamed",
        HappeningAction::CardAssociated => "card_associated",
        HappeningAction::StatementRequested => "statement_requested",
        HappeningAction::OneTimeCodeSent => "one_time_code_sent",
        HappeningAction::PinSet => "pin_set",
        HappeningAction::UserPinSet => "user_pin_set",
        HappeningAction::PinVerified => "pin_verified",
        HappeningAction::CvvRevealed => "cvv_revealed",
        HappeningAction::CardStateChanged => "card_state_changed",
        HappeningAction::FundsLoaded => "funds_loaded",
        HappeningAction::FundsWithdrawn => "funds_withdrawn",
        HappeningAction::AdjustmentLoaded => "adjustment_loaded",
        HappeningAction::AdjustmentWithdrawn => "adjustment_withdrawn",
        HappeningAction::FundsTransferred => "funds_transferred",
        HappeningAction::OperationSettled => "operation_settled",
        HappeningAction::OperationContradicted => "operation_contradicted",
        HappeningAction::ContradictionCleared => "contradiction_cleared",
        HappeningAction::InsertPrinted => "insert_printed",
        HappeningAction::InsertVoided => "insert_voided",
        HappeningAction::CardLinked => "card_linked",
        HappeningAction::LinkedCardRenamed => "linked_card_renamed",
        HappeningAction::CardUnlinked => "card_unlinked",
        HappeningAction::InvitationMade => "invitation_made",
        HappeningAction::RegisteredByInvitation => "registered_by_invitation",
        HappeningAction::TransferTypesMade => "transfer_types_made",
        HappeningAction::Other => "other",
    }
}

const fn word_of_result(result: HappeningResult) -> &'static str {
    match result {
        HappeningResult::Done => "done",
        HappeningResult::Refused => "refused",
        HappeningResult::NotSent => "not_sent",
        HappeningResult::Unknown => "unknown",
        HappeningResult::Failed => "failed",
    }
}

/// Why the gateway said no, for the record: `7303: insufficient funds`. The window has words of its own for the code.
pub(crate) fn reason(code: Option<&str>, words: Option<&str>) -> Option<String> {
    match (code, words) {
        (Some(code), Some(words)) => Some(format!("{code}: {words}")),
        (code, words) => code.or(words).map(ToOwned::to_owned),
    }
}

/// The same, of an error that was made of the gateway's answer; where that said nothing, what came in between.
pub(crate) fn why(view: &ErrorView, cause: Cause) -> Option<String> {
    reason(view.params.get("code").map(String::as_str), view.message.as_deref().or(Some(cause.as_str())))
}

/// A row of the record, as the window gets it.
pub(crate) fn happening_view(happening: Happening) -> HappeningView {
    HappeningView {
        at: happening.at.to_string(),
        operator: happening.operator,
        action: ACTIONS.iter().copied().find(|action| word_of_action(*action) == happening.action).unwrap_or(HappeningAction::Other),
        result: RESULTS.into_iter().find(|result| word_of_result(*result) == happening.result).unwrap_or(HappeningResult::Unknown),
        card_id: happening.card_id.map(|id| id.to_string()),
        reference: happening.reference,
        serial: happening.serial,
        detail: happening.detail,
    }
}
