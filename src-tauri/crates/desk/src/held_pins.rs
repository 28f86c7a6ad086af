//! A PIN that is easy to guess, waiting for the operator's word.
//!
//! The window hands a secret over once and forgets it; what it is asked about afterwards must not cross again. So it waits
//! here, in memory that is wiped: one at a time, for a short while, and it is taken by the word that it waits for.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cardesk_domain::{CardId, CardholderId, OneTimeCode, Pin};

/// How long a PIN waits for a word.
pub(crate) const HELD_FOR: Duration = Duration::from_secs(120);

/// Everything that setting a PIN needs.
pub(crate) struct WantedPin {
    pub(crate) card: CardId,
    /// Whose card it is.
    pub(crate) holder: CardholderId,
    /// Whose PIN it is, where that is not the holder.
    pub(crate) user: Option<CardholderId>,
    pub(crate) code: OneTimeCode,
    pub(crate) pin: Pin,
}

impl fmt::Debug for WantedPin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WantedPin(redacted)")
    }
}

/// The one that waits, if any.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldPins(Arc<Mutex<Option<(String, WantedPin)>>>);

impl HeldPins {
    /// Lets a PIN wait under this name. One that waited before is given up.
    pub(crate) fn hold(&self, name: String, wanted: WantedPin) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((name, wanted));
    }

    /// Gives up whatever waits.
    pub(crate) fn give_up(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Takes the one of this name.
    pub(crate) fn take(&self, name: &str) -> Option<WantedPin> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.take_if(|(waiting, _)| waiting == name).map(|(_, wanted)| wanted)
    }
}
