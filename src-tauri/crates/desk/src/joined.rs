//! The same thing asked for twice at once is done once, and both askers get its outcome.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// Things under way, by what tells one from another.
pub(crate) struct Joined<K, T> {
    underway: Mutex<HashMap<K, Arc<OnceCell<T>>>>,
}

impl<K, T> Default for Joined<K, T> {
    fn default() -> Self {
        Self { underway: Mutex::default() }
    }
}

impl<K: Hash + Eq + Clone, T: Clone> Joined<K, T> {
    /// Does `work`, or waits for the one that is under way with the same key. Once it is done, the key is free again.
    pub(crate) async fn once<F: Future<Output = T>>(&self, key: K, work: impl FnOnce() -> F) -> T {
        let cell = Arc::clone(self.underway.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default());
        let outcome = cell.get_or_init(work).await.clone();
        let mut underway = self.underway.lock().unwrap_or_else(PoisonError::into_inner);
        if underway.get(&key).is_some_and(|known| Arc::ptr_eq(known, &cell)) {
            underway.remove(&key);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn two_askers_at_once_share_one_outcome_and_a_later_one_begins_anew() {
        let joined = Joined::<&str, u32>::default();
        let (begun, gate) = (AtomicU32::new(0), Notify::new());
        let slow = || async {
            let number = begun.fetch_add(1, Ordering::SeqCst) + 1;
            gate.notified().await;
            number
        };
        let open = async {
            tokio::task::yield_now().await;
            gate.notify_one();
        };
        let (first, second, ()) = tokio::join!(joined.once("a", slow), joined.once("a", slow), open);
        assert_eq!((first, second, begun.load(Ordering::SeqCst)), (1, 1, 1));
        gate.notify_one();
        assert_eq!(joined.once("a", slow).await, 2);
    }
}
