//! What keeps a company where and what it is: money of it that is not settled yet.
//!
//! Owns the one rule for everything that would leave such money without anybody who looks after it: a company that is
//! removed, and one that becomes another at the gateway. What is to be cleared first, and where, is the window's to say.

use std::sync::Arc;

use cardesk_journal::Journal;
use tokio::sync::OwnedRwLockWriteGuard;

use crate::desk::{Book, Desk};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::profiles::Profile;
use crate::settings::StoredProfile;
use crate::workplace::{Workplace, has_journal, open_journal};

/// How many operations, or batches, are named in one sentence.
const MOST_NAMED: usize = 3;

/// What is not settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unsettled {
    /// Operations without an outcome, and those that the gateway shows against a person's word.
    operations: Vec<String>,
    /// Batches that have not ended.
    batches: Vec<String>,
}

/// Whether everything is settled. While what is given with it is held, nothing leaves.
pub(crate) enum Settled {
    Yes(Option<OwnedRwLockWriteGuard<()>>),
    No(Unsettled),
}

impl Unsettled {
    async fn of(journal: &Journal) -> DeskResult<Self> {
        let open = journal.open_operations().await?.into_iter().chain(journal.contradicted_operations().await?);
        Ok(Self {
            operations: open.map(|operation| operation.reference.to_string()).collect(),
            batches: journal.open_batches().await?.iter().map(|batch| batch.number.to_string()).collect(),
        })
    }

    const fn is_nothing(&self) -> bool {
        self.operations.is_empty() && self.batches.is_empty()
    }

    /// What the texts name. Nothing to be named means that something is on its way just now.
    fn params(&self) -> [(&'static str, String); 3] {
        let what = match (self.operations.is_empty(), self.batches.is_empty()) {
            (true, true) => "sending",
            (false, true) => "operations",
            (true, false) => "batches",
            (false, false) => "both",
        };
        [("what", what.to_owned()), ("references", named(&self.operations)), ("batches", named(&self.batches))]
    }

    /// Why the company can't be removed.
    pub(crate) fn keeps_the_company(&self) -> ErrorView {
        self.params().into_iter().fold(ErrorView::new(ErrorCode::ProfileUnsettled), |error, (name, value)| error.with_param(name, value))
    }

    /// Why these fields can't be changed.
    pub(crate) fn keeps(&self, fields: &[Field]) -> ErrorView {
        let problem = |field: &Field| {
            let problem = FieldProblem::error(*field, FieldCode::OutcomesOpen);
            self.params().into_iter().fold(problem, |problem, (name, value)| problem.with_param(name, value))
        };
        ErrorView::fields(fields.iter().map(problem).collect())
    }
}

fn named(all: &[String]) -> String {
    let mut named: Vec<&str> = all.iter().take(MOST_NAMED).map(String::as_str).collect();
    if all.len() > MOST_NAMED {
        named.push("…");
    }
    named.join(", ")
}

impl Desk {
    /// Whether all money of a company is settled. Its journal is opened for it, if it is not the one that is open.
    pub(crate) async fn settled(&self, book: &Book, stored: &StoredProfile, working: Option<&Arc<Workplace>>) -> DeskResult<Settled> {
        let (held_back, unsettled) = match working {
            Some(workplace) => match workplace.hold_back() {
                Some(held_back) => (Some(held_back), Unsettled::of(&workplace.journal).await?),
                None => return Ok(Settled::No(Unsettled::of(&workplace.journal).await?)),
            },
            None if book.is_closing(&stored.id) => return Ok(Settled::No(Unsettled::default())),
            None if !has_journal(&self.inner.config, &stored.id) => return Ok(Settled::Yes(None)),
            None => {
                let journal = open_journal(&self.inner.config, &self.inner.secrets, &Profile::of_stored(stored)).await?;
                let unsettled = Unsettled::of(&journal).await;
                journal.close().await;
                (None, unsettled?)
            }
        };
        Ok(if unsettled.is_nothing() { Settled::Yes(held_back) } else { Settled::No(unsettled) })
    }
}
