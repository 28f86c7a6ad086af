//! In which order the gateway was asked about each card, so that a late answer never replaces a newer one.
//!
//! The clock is no judge of it: it has seconds only, and two answers within one are common. What was asked later knows at
//! least as much, whenever its answer comes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use cardesk_domain::CardId;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// When a question left, among all questions of this workplace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked(u64);

/// The newest answer that was kept of each card.
#[derive(Debug, Default)]
pub(crate) struct Sights {
    asked: AtomicU64,
    newest: StdMutex<HashMap<CardId, Arc<Mutex<Asked>>>>,
}

/// Held while copies of these cards are written, so that what was found to be the newest still is when it is on disk.
pub(crate) struct Keeping(BTreeMap<CardId, OwnedMutexGuard<Asked>>);

impl Sights {
    /// A question leaves now.
    pub(crate) fn ask(&self) -> Asked {
        Asked(self.asked.fetch_add(1, Ordering::SeqCst))
    }

    /// For keeping answers about these cards. Of each card one at a time; other cards do not wait for them.
    pub(crate) async fn keep(&self, cards: impl IntoIterator<Item = CardId>) -> Keeping {
        // In one order, so that two who keep several never wait for each other.
        let cards: BTreeSet<CardId> = cards.into_iter().collect();
        let mut kept = BTreeMap::new();
        for card in cards {
            kept.insert(card, self.newest_of(card).lock_owned().await);
        }
        Keeping(kept)
    }

    fn newest_of(&self, card: CardId) -> Arc<Mutex<Asked>> {
        Arc::clone(self.newest.lock().unwrap_or_else(PoisonError::into_inner).entry(card).or_default())
    }
}

impl Keeping {
    /// Whether the answer may replace the copy of a card that is kept: nothing that was asked later has been kept. If so, it
    /// is the newest from now on.
    pub(crate) fn is_newest(&mut self, card: CardId, asked: Asked) -> bool {
        let Some(newest) = self.0.get_mut(&card) else { return false };
        let is_newest = **newest <= asked;
        if is_newest {
            **newest = asked;
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
        assert!(sights.keep([one]).await.is_newest(one, second));
        assert!(!sights.keep([one]).await.is_newest(one, first), "asked before, answered after");
        assert!(sights.keep([other]).await.is_newest(other, first), "another card");
        assert!(sights.keep([other, one]).await.is_newest(one, third));
    }

    #[tokio::test]
    async fn who_keeps_one_card_does_not_wait_for_who_keeps_another() {
        let sights = Sights::default();
        let (one, other) = (CardId::new(1), CardId::new(2));
        let held = sights.keep([one]).await;
        assert!(sights.keep([other]).await.is_newest(other, sights.ask()));
        let mut waiting = std::pin::pin!(sights.keep([other, one]));
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("the first card is kept"),
            () = tokio::task::yield_now() => {}
        }
        drop(held);
        assert!(waiting.await.is_newest(one, sights.ask()));
    }
}
