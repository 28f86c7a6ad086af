//! Looking by itself for operations without an outcome, for as long as the application is open.
//!
//! Owns when each is looked for: soon after its outcome was lost, then at growing intervals, from the start of the program
//! on. What counts as evidence is in [`crate::look_again`]. Evidence settles; that something is not there is only ever
//! offered to a person, and that person's word is held against the gateway afterwards ([`crate::contradictions`]).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cardesk_domain::Reference;
use cardesk_domain::operation::next_look;
use cardesk_journal::{LooksSoFar, Operation};
use jiff::Timestamp;

use crate::desk::Desk;
use crate::error::DeskResult;
use crate::workplace::Workplace;

/// How soon what has newly lost its outcome is noticed.
const NOTICED_WITHIN: Duration = Duration::from_secs(5);

impl Desk {
    /// Looks, waits, and looks again, for ever. Meant for a task of its own beside the window.
    pub async fn watch_outcomes(&self) {
        loop {
            let pause = self.look_at_what_is_due().await;
            self.inner.config.seams.gateway.clock.sleep(pause).await;
        }
    }

    /// Looks for every operation whose time has come, in the profile that is open, and says how long nothing is due. A
    /// gateway that does not answer is not asked for the others now.
    pub async fn look_at_what_is_due(&self) -> Duration {
        let open = self.inner.book.lock().await.workplace().map(Arc::clone);
        match open {
            Some(workplace) => workplace.look_at_what_is_due().await.unwrap_or(NOTICED_WITHIN),
            None => NOTICED_WITHIN,
        }
    }
}

impl Workplace {
    async fn look_at_what_is_due(&self) -> DeskResult<Duration> {
        let looks = self.looks_so_far().await?;
        for operation in self.journal.open_operations().await? {
            if self.underway.has(&operation.reference) || !due_in(&operation, &looks, self.now()).is_zero() {
                continue;
            }
            if let Err(error) = self.look_again_at(&operation.reference).await {
                tracing::debug!(code = ?error.code, "an unknown outcome could not be looked up");
                return Ok(NOTICED_WITHIN);
            }
        }
        self.look_at_what_was_said().await?;
        let looks = self.looks_so_far().await?;
        let now = self.now();
        let next = self.journal.open_operations().await?.iter().map(|operation| due_in(operation, &looks, now)).min();
        Ok(next.unwrap_or(NOTICED_WITHIN).clamp(Duration::from_secs(1), NOTICED_WITHIN))
    }

    pub(crate) async fn looks_so_far(&self) -> DeskResult<HashMap<Reference, LooksSoFar>> {
        Ok(self.journal.looks_so_far().await?.into_iter().map(|looks| (looks.reference.clone(), looks)).collect())
    }
}

/// How long until an operation is looked for again. A clock that was set back makes it due at once.
pub(crate) fn due_in(operation: &Operation, looks: &HashMap<Reference, LooksSoFar>, now: Timestamp) -> Duration {
    let lost_at = operation.last_move.as_ref().map_or(operation.drafted_at, |last| last.at);
    let (made, since) = looks.get(&operation.reference).map_or((0, lost_at), |looks| (looks.looks, looks.last_at));
    match Duration::try_from(now.duration_since(since)) {
        Ok(passed) => next_look(made).saturating_sub(passed),
        Err(_) => Duration::ZERO,
    }
}
