//! What happened, in the stable words of the record.
//!
//! Owns which words there are, and what each is about; the journal keeps them.

use std::collections::HashMap;

use cardesk_domain::operation::Cause;
use cardesk_domain::{CardId, CardholderId, LinkKind, OperationState, Reference};
use cardesk_journal::{Happening, HappeningFilter, HappeningsOf};

use crate::copies::parsed;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::printing::sent;
use crate::view::{HappeningAction, HappeningKind, HappeningResult, HappeningView, HappeningsPage, HappeningsRequest, SentTo, SettleAs};
use crate::workplace::Workplace;

/// The most rows of the record at a time.
pub(crate) const MOST_ROWS: u32 = 200;

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
    HappeningAction::InsertPacked,
    HappeningAction::InsertUnpacked,
    HappeningAction::PackingStopped,
    HappeningAction::BoxBegun,
    HappeningAction::BoxClosed,
    HappeningAction::InsertPrintedAgain,
    HappeningAction::CardLinked,
    HappeningAction::LinkedCardRenamed,
    HappeningAction::CardUnlinked,
    HappeningAction::InvitationMade,
    HappeningAction::RegisteredByInvitation,
    HappeningAction::TransferTypesMade,
    HappeningAction::ReplacementBegun,
    HappeningAction::ReplacementStopped,
    HappeningAction::ReplacementContinued,
    HappeningAction::ReplacementFinished,
    HappeningAction::DeskLocked,
    HappeningAction::DeskUnlocked,
    HappeningAction::LockSet,
    HappeningAction::LockTurnedOff,
    HappeningAction::LockLifted,
    HappeningAction::PackingStopAcknowledged,
    HappeningAction::PrintCancelled,
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
        HappeningAction::InsertPacked => "insert_packed",
        HappeningAction::InsertUnpacked => "insert_unpacked",
        HappeningAction::PackingStopped => "packing_stopped",
        HappeningAction::BoxBegun => "box_begun",
        HappeningAction::BoxClosed => "box_closed",
        HappeningAction::InsertPrintedAgain => "insert_printed_again",
        HappeningAction::CardLinked => "card_linked",
        HappeningAction::LinkedCardRenamed => "linked_card_renamed",
        HappeningAction::CardUnlinked => "card_unlinked",
        HappeningAction::InvitationMade => "invitation_made",
        HappeningAction::RegisteredByInvitation => "registered_by_invitation",
        HappeningAction::TransferTypesMade => "transfer_types_made",
        HappeningAction::ReplacementBegun => "replacement_begun",
        HappeningAction::ReplacementStopped => "replacement_stopped",
        HappeningAction::ReplacementContinued => "replacement_continued",
        HappeningAction::ReplacementFinished => "replacement_finished",
        HappeningAction::DeskLocked => "desk_locked",
        HappeningAction::DeskUnlocked => "desk_unlocked",
        HappeningAction::LockSet => "lock_set",
        HappeningAction::LockTurnedOff => "lock_turned_off",
        HappeningAction::LockLifted => "lock_lifted",
        HappeningAction::PackingStopAcknowledged => "packing_stop_acknowledged",
        HappeningAction::PrintCancelled => "print_cancelled",
        HappeningAction::Other => "other",
    }
}

/// What it is about; nothing is known of what this version does not know.
const fn kind_of(action: HappeningAction) -> Option<HappeningKind> {
    use HappeningAction as Did;
    Some(match action {
        Did::Registered | Did::InvitationMade | Did::RegisteredByInvitation => HappeningKind::Cardholder,
        Did::CardIssued
        | Did::CardActivated
        | Did::CardBlocked
        | Did::CardUnblocked
        | Did::CardRenamed
        | Did::CardAssociated
        | Did::CardLinked
        | Did::LinkedCardRenamed
        | Did::CardUnlinked
        | Did::CardStateChanged
        | Did::ReplacementBegun
        | Did::ReplacementStopped
        | Did::ReplacementContinued
        | Did::ReplacementFinished => HappeningKind::Card,
        Did::StatementRequested
        | Did::TransferTypesMade
        | Did::FundsLoaded
        | Did::FundsWithdrawn
        | Did::AdjustmentLoaded
        | Did::AdjustmentWithdrawn
        | Did::FundsTransferred
        | Did::OperationSettled
        | Did::OperationContradicted
        | Did::ContradictionCleared => HappeningKind::Money,
        Did::OneTimeCodeSent
        | Did::PinSet
        | Did::UserPinSet
        | Did::PinVerified
        | Did::CvvRevealed
        | Did::DeskLocked
        | Did::DeskUnlocked
        | Did::LockSet
        | Did::LockTurnedOff
        | Did::LockLifted => HappeningKind::Secret,
        Did::InsertPrinted
        | Did::InsertVoided
        | Did::InsertPrintedAgain
        | Did::InsertPacked
        | Did::InsertUnpacked
        | Did::PackingStopped
        | Did::PackingStopAcknowledged
        | Did::PrintCancelled
        | Did::BoxBegun
        | Did::BoxClosed => HappeningKind::Insert,
        Did::Other => return None,
    })
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

/// The record's words for these actions.
pub(crate) fn words_of_actions(actions: impl IntoIterator<Item = HappeningAction>) -> Vec<String> {
    actions.into_iter().map(|action| word_of_action(action).to_owned()).collect()
}

/// The record's words for all that is about this.
pub(crate) fn words_of_kind(kind: HappeningKind) -> Vec<String> {
    words_of_actions(ACTIONS.iter().copied().filter(|action| kind_of(*action) == Some(kind)))
}

pub(crate) fn words_of_results(results: &[HappeningResult]) -> Vec<String> {
    results.iter().map(|result| word_of_result(*result).to_owned()).collect()
}

impl Desk {
    /// What happened with a cardholder or a card, the newest first, as far as it is asked for.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn happenings(&self, request: HappeningsRequest) -> DeskResult<HappeningsPage> {
        let workplace = self.workplace().await?;
        let cardholder: CardholderId = parsed(&request.cardholder_id, ErrorCode::CardholderNotFound)?;
        let card: Option<CardId> = request.card_id.as_deref().map(|id| parsed(id, ErrorCode::CardNotFound)).transpose()?;
        let filter = HappeningFilter {
            before: request.before.as_deref().and_then(|number| number.parse().ok()),
            actions: request.kind.map(words_of_kind).unwrap_or_default(),
            results: words_of_results(&request.results),
            text: request.text.trim().to_owned(),
            text_actions: words_of_actions(request.text_actions),
            ..HappeningFilter::default()
        };
        let whose = card.map_or(HappeningsOf::Cardholder(&cardholder), HappeningsOf::Card);
        let page = workplace.journal.happenings_of(whose, &filter, request.limit.clamp(1, MOST_ROWS)).await?;
        Ok(HappeningsPage { rows: workplace.happening_views(page.rows).await?, has_older: page.has_older })
    }
}

impl Workplace {
    /// Rows of the record as the window gets them; of money with the note, by which they are found too, of a correction with
    /// what it takes back, and of a transfer with both cards, since its figures name neither; of an insert with where it went.
    pub(crate) async fn happening_views(&self, rows: Vec<(u64, Happening)>) -> DeskResult<Vec<HappeningView>> {
        let mut views = Vec::with_capacity(rows.len());
        let mut runs = HashMap::new();
        for (number, happening) in rows {
            let mut view = happening_view(number, happening);
            let reference = view.reference.as_deref().filter(|_| kind_of(view.action) == Some(HappeningKind::Money));
            if let Some(reference) = reference.and_then(|text| text.parse().ok())
                && let Some(operation) = self.journal.operation(&reference).await?
            {
                if view.action == HappeningAction::FundsTransferred {
                    view.sides = self.transfer_sides(&operation).await;
                }
                if view.action == HappeningAction::OperationSettled {
                    view.settled_as = settled_as(operation.state);
                } else {
                    (view.corrects, view.makes_again) = self.followed_by(&operation.reference).await?;
                }
                view.note = operation.note;
            }
            if let Some(serial) = view.serial.as_deref().filter(|_| view.action == HappeningAction::InsertPrinted) {
                view.sent_to = self.sent_to(serial, &mut runs).await?;
            }
            views.push(view);
        }
        Ok(views)
    }

    /// What an operation takes back, and what it makes again.
    async fn followed_by(&self, reference: &Reference) -> DeskResult<(Option<String>, Option<String>)> {
        let links = self.journal.links_of(reference).await?;
        let followed = |kind: LinkKind| {
            let link = links.iter().find(|link| link.newer == *reference && link.kind == kind);
            link.map(|link| link.older.to_string())
        };
        Ok((followed(LinkKind::Corrects), followed(LinkKind::MakesAgain)))
    }

    /// Where the run of an insert went. Rows of one run mostly stand together: `runs` has what is known of each already.
    async fn sent_to(&self, serial: &str, runs: &mut HashMap<String, Option<SentTo>>) -> DeskResult<Option<SentTo>> {
        let run = serial.split('-').next().unwrap_or_default();
        if let Some(known) = runs.get(run) {
            return Ok(*known);
        }
        let insert = self.journal.insert(serial).await?;
        let sent_to = insert.and_then(|insert| insert.run.sent_to).map(|sent_to| sent(&sent_to).0);
        runs.insert(run.to_owned(), sent_to);
        Ok(sent_to)
    }
}

/// How an operation whose outcome was open was settled, if it was.
const fn settled_as(state: OperationState) -> Option<SettleAs> {
    match state {
        OperationState::SettledApplied => Some(SettleAs::Applied),
        OperationState::SettledNotApplied => Some(SettleAs::NotApplied),
        _ => None,
    }
}

/// A row of the record, as the window gets it.
fn happening_view(number: u64, happening: Happening) -> HappeningView {
    HappeningView {
        number: number.to_string(),
        at: happening.at.to_string(),
        operator: happening.operator,
        action: ACTIONS.iter().copied().find(|action| word_of_action(*action) == happening.action).unwrap_or(HappeningAction::Other),
        result: RESULTS.into_iter().find(|result| word_of_result(*result) == happening.result).unwrap_or(HappeningResult::Unknown),
        card_id: happening.card_id.map(|id| id.to_string()),
        reference: happening.reference,
        serial: happening.serial,
        detail: happening.detail,
        note: None,
        sides: None,
        corrects: None,
        makes_again: None,
        settled_as: None,
        sent_to: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word that is not in the list reads back as "something"; one without a kind is found under none.
    #[test]
    fn every_action_reads_back_from_the_record_and_is_about_something() {
        for &action in ACTIONS {
            let found = ACTIONS.iter().copied().filter(|known| word_of_action(*known) == word_of_action(action)).count();
            assert_eq!(found, 1, "{action:?}");
            assert!(kind_of(action).is_some(), "{action:?}");
        }
        // The last one but `other`: whatever is added above it has to be in the list as well.
        assert_eq!(ACTIONS.len(), HappeningAction::Other as usize, "an action is missing in the list of those that read back");
    }
}
