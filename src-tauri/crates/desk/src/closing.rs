//! Ending the program: what is on its way first gets its outcome.
//!
//! Owns that nothing leaves any more once that is awaited, and that nobody waits for ever: what is cut off all the same counts
//! as unknown at the next start, and is looked up then.

use std::time::Duration;

use tokio::sync::OwnedRwLockWriteGuard;

use crate::desk::{Desk, ended};

/// As long as this is held, nothing leaves.
#[derive(Debug)]
#[must_use = "as soon as it is dropped something may leave again"]
pub struct AtRest {
    _nothing_is_sent: Option<OwnedRwLockWriteGuard<()>>,
}

impl Desk {
    /// Lets nothing leave any more, and waits until everything that is on its way has its outcome on disk, also of the profiles
    /// that were left before. `None` if that takes longer than `patience`.
    pub async fn come_to_rest(&self, patience: Duration) -> Option<AtRest> {
        let at_rest = async {
            let (working, closing) = {
                let book = self.inner.book.lock().await;
                (book.workplace().cloned(), book.closing())
            };
            let nothing_is_sent = match working {
                Some(workplace) => Some(workplace.come_to_rest().await),
                None => None,
            };
            for journal in closing {
                ended(journal).await;
            }
            AtRest { _nothing_is_sent: nothing_is_sent }
        };
        tokio::select! {
            biased;
            at_rest = at_rest => Some(at_rest),
            () = self.inner.config.seams.gateway.clock.sleep(patience) => {
                tracing::warn!("something is still on its way; its outcome is looked up at the next start");
                None
            }
        }
    }
}
