//! In which order the gateway was asked about each card, so that a late answer never replaces a newer one.
//!
//! The clock is no judge of it: it has seconds only, and two answers within one are common. What was asked later knows at
//! least as much, whenever its answer comes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use cardesk_domain::CardId;
use tokio::sync::{Mutex, MutexGuard};

/// When a question left, among all questions of this workplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked(u64);

/// The newest answer that was kept of each card.
#[derive(Debug, Default)]
pub(crate) struct Sights {
    asked: AtomicU64,
    newest: Mutex<HashMap<CardId, Asked>>,
}

/// Held while copies are written, so that what was found to be the newest still is when it is on disk.
pub(crate) struct Keeping<'a>(MutexGuard<'a, HashMap<CardId, Asked>>);

impl Sights {
    /// A question leaves now.
    pub(crate) fn ask(&self) -> Asked {
        Asked(self.asked.fetch_add(1, Ordering::SeqCst))
    }

    /// For keeping answers; one at a time.
    pub(crate) async fn keep(&self) -> Keeping<'_> {
        Keeping(self.newest.lock().await)
    }
}

impl Keeping<'_> {
    /// Whether the answer may replace the copy: nothing that was asked later has been kept. If so, it is the newest from
    /// now on.
    pub(crate) fn is_newest(&mut self, card: CardId, asked: Asked) -> bool {
        let newest = self.0.entry(card).or_insert(asked);
        let is_newest = *newest <= asked;
        if is_newest {
            *newest = asked;
        }
        is_newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_kept_unless_a_later_question_was_answered_before() {
        let sights = Sights::default();
        let (first, second, third) = (sights.ask(), sights.ask(), sights.ask());
        let (one, other) = (CardId::new(1), CardId::new(2));
        assert!(sights.keep().await.is_newest(one, second));
        assert!(!sights.keep().await.is_newest(one, first), "asked before, answered after");
        assert!(sights.keep().await.is_newest(other, first), "another card");
        assert!(sights.keep().await.is_newest(one, third));
    }
}
