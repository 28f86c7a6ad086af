//! Waiting for a condition.

use std::future::Future;
use std::time::{Duration, Instant};

use crate::trouble::{Outcome, Trouble};

/// How often a condition is looked at.
const PERIOD: Duration = Duration::from_millis(50);

/// Waits until `look` finds something, and gives it. `what` completes the sentence "… did not come within … s".
///
/// # Errors
/// When the time is over, with the last trouble that `look` met; when `look` meets trouble for good is not told from
/// trouble for now, so that a page between two states is asked again.
pub async fn until<T, F, Fut>(what: &str, at_most: Duration, mut look: F) -> Outcome<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Outcome<Option<T>>>,
{
    let started = Instant::now();
    loop {
        let last = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(trouble) => Some(trouble),
        };
        if started.elapsed() > at_most {
            let because = last.map(|trouble| format!(" ({trouble})")).unwrap_or_default();
            return Err(Trouble::new(format!("{what} did not come within {} s{because}", at_most.as_secs())));
        }
        tokio::time::sleep(PERIOD).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_late_is_still_found_and_what_never_comes_is_named() {
        let mut looks = 0;
        let found = until("the third look", Duration::from_secs(5), || {
            looks += 1;
            let answer = (looks == 3).then_some(looks);
            async move { if looks == 2 { Err(Trouble::new("not yet")) } else { Ok(answer) } }
        });
        assert_eq!(found.await, Ok(3));
        let never = until::<(), _, _>("the moon", Duration::ZERO, || async { Err(Trouble::new("clouds")) }).await;
        assert_eq!(never, Err(Trouble::new("the moon did not come within 0 s (clouds)")));
    }
}
