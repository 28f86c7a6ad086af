//! What a person said was not done, held against what the gateway shows later.
//!
//! Owns for how long and how often that is looked for, what contradicts the word, and the person's answer to it. The
//! operation stays as it was settled: nothing leads away from there. What the contradiction changes is what may follow:
//! it is not made again any more, and what is proved can be taken back.

use std::time::Duration;

use cardesk_domain::operation::{Contradiction, WATCHED_AFTER_NOT_APPLIED, next_look_after_not_applied};
use cardesk_domain::{LinkKind, OperationKind};
use cardesk_journal::{Evidence, JournalError, Look, LookResult, NewContradiction, Operation, Watched};
use jiff::Timestamp;

use crate::copies::display_name;
use crate::desk::Desk;
use crate::error::DeskResult;
use crate::free_text::checked_reason;
use crate::look_again::Sight;
use crate::operations::{happenings_of, operation_view};
use crate::shown::Shown;
use crate::view::{ClearContradictionForm, ContradictionRow, HappeningAction, HappeningResult, OperationView};
use crate::workplace::Workplace;

impl Desk {
    /// Takes a person's word that a contradiction is clear, with the reason: the money is right as it is.
    ///
    /// # Errors
    /// A reason that is missing; [`crate::ErrorCode::ContradictionNotOpen`]; if it can't be written.
    pub async fn clear_contradiction(&self, form: ClearContradictionForm) -> DeskResult<OperationView> {
        let workplace = self.workplace().await?;
        let reason = checked_reason(&form.reason)?;
        let operation = workplace.operation_named(&form.reference).await?;
        workplace.clear_contradiction(&operation, &reason).await?;
        workplace.view_of(&workplace.operation_named(&form.reference).await?).await
    }
}

impl Workplace {
    /// Looks for everything that a person said was not done and whose time has come. A gateway that does not answer is not
    /// asked for the others now.
    pub(crate) async fn look_at_what_was_said(&self) -> DeskResult<()> {
        let now = self.now();
        let since = now.checked_sub(WATCHED_AFTER_NOT_APPLIED).unwrap_or(Timestamp::UNIX_EPOCH);
        for watched in self.journal.said_not_applied(since).await? {
            if !is_due(&watched, now) {
                continue;
            }
            let _open = self.hold_open().await;
            if let Err(error) = self.look_for_contradiction(&watched.operation).await {
                tracing::debug!(code = ?error.code, "what was settled as not applied could not be looked up");
                break;
            }
        }
        Ok(())
    }

    /// Looks for an operation that a person said was not done, and writes down what contradicts that. The caller holds the
    /// journal open.
    pub(crate) async fn look_for_contradiction(&self, operation: &Operation) -> DeskResult<()> {
        let at = self.now();
        let look = |found, detail| Look { reference: operation.reference.clone(), at, found, detail };
        let Sight { found, evidence, is_proved, shown } = match self.sight_of(operation).await {
            Ok(sight) => sight,
            Err(error) => {
                self.journal.add_look(&look(LookResult::NoAnswer, None)).await?;
                return Err(error);
            }
        };
        // Shown twice it is proved all the same.
        let found = if is_proved { LookResult::Applied } else { found };
        let look = look(found, shown.written());
        let known = operation.contradiction.as_ref().map(|contradicted| contradicted.kind);
        match (contradicts(found, operation.kind).filter(|kind| Some(*kind) != known), evidence.movement_id.as_deref()) {
            (Some(kind), Some(movement_id)) => {
                tracing::warn!(reference = %operation.reference, "the gateway shows what was settled as not applied");
                let happenings = happenings_of(operation, &evidence, HappeningAction::OperationContradicted, HappeningResult::Done);
                let happenings = happenings.into_iter().map(|happened| self.happening(happened)).collect();
                match self.journal.contradict(NewContradiction { look, kind, movement_id, happenings }).await {
                    // Somebody else has just found it.
                    Err(JournalError::ContradictsNothing(_)) => Ok(()),
                    other => Ok(other?),
                }
            }
            _ => Ok(self.journal.add_look(&look).await?),
        }
    }

    async fn clear_contradiction(&self, operation: &Operation, reason: &str) -> DeskResult<()> {
        let said = Evidence { detail: Some(reason.to_owned()), ..Evidence::default() };
        let happenings = happenings_of(operation, &said, HappeningAction::ContradictionCleared, HappeningResult::Done);
        let happenings: Vec<_> = happenings.into_iter().map(|happened| self.happening(happened)).collect();
        Ok(self.journal.clear_contradiction(&operation.reference, reason, &self.operator, self.now(), &happenings).await?)
    }

    /// Every contradiction that needs a person, with its evidence.
    pub(crate) async fn contradiction_rows(&self) -> DeskResult<Vec<ContradictionRow>> {
        let mut rows = Vec::new();
        for operation in self.journal.contradicted_operations().await? {
            rows.push(self.contradiction_row(&operation).await?);
        }
        Ok(rows)
    }

    async fn contradiction_row(&self, operation: &Operation) -> DeskResult<ContradictionRow> {
        let looks = self.journal.looks_for(&operation.reference, 50).await?;
        let telling = looks.iter().find(|look| contradicts(look.found, operation.kind).is_some());
        let shown = Shown::of(telling.and_then(|look| look.detail.as_deref()));
        let links = self.journal.links_of(&operation.reference).await?;
        let mut again = Vec::new();
        for link in links.iter().filter(|link| link.older == operation.reference && link.kind == LinkKind::MakesAgain) {
            if !link.newer_standing.did_nothing() {
                again.push(self.view_of(&self.operation_named(link.newer.as_str()).await?).await?);
            }
        }
        let (card, to_card) = self.sides_of(operation, &shown).await?;
        Ok(ContradictionRow {
            operation: operation_view(operation, &links),
            card,
            to_card,
            cardholder_display_name: match &operation.cardholder_id {
                Some(id) => self.journal.cardholder(id).await?.as_ref().map(display_name).unwrap_or_default(),
                None => String::new(),
            },
            said_by: operation.last_move.as_ref().map(|last| last.operator.clone()).unwrap_or_default(),
            movements: shown.movements.into_iter().map(Into::into).collect(),
            made_again: again,
        })
    }
}

/// What a find says against the word that nothing was done. A card that may be another's says nothing.
fn contradicts(found: LookResult, kind: OperationKind) -> Option<Contradiction> {
    match found {
        LookResult::Applied => Some(Contradiction::Proof),
        LookResult::Several => (kind != OperationKind::Issue).then_some(Contradiction::Trace),
        LookResult::Nothing | LookResult::NoAnswer => None,
    }
}

/// Whether what was said is to be looked for again. A clock that was set back makes it due at once.
fn is_due(watched: &Watched, now: Timestamp) -> bool {
    let said_at = watched.operation.last_move.as_ref().map_or(watched.operation.drafted_at, |last| last.at);
    let looked_at = watched.looked_at.unwrap_or(said_at);
    let passed = Duration::try_from(looked_at.duration_since(said_at)).unwrap_or_default();
    Duration::try_from(now.duration_since(looked_at)).map_or(true, |since| since >= next_look_after_not_applied(passed))
}
