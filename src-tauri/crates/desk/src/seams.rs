//! What a desk is given instead of reaching for it: clock, randomness, printers, keychain, journal.
//!
//! Clock and randomness are the gateway client's own seams, so that one clock rules a whole run; what a printer system is, is
//! in `printers`. A test, or a simulation, gives its own of each.

use std::sync::Arc;

use cardesk_gateway::{Limits, Seams as GatewaySeams};
use cardesk_journal::Journal;
use jiff::Timestamp;

use crate::printers::of_this_machine;
#[cfg(unix)]
pub use crate::printers::print_server_at;
pub use crate::printers::{
    JobOptions, JobState, JobStatus, PrintSystem, PrintSystemDown, SheetSize, Sides, SizeRange, SubmitError, SystemPrinter,
    SystemPrinterState,
};

/// What a desk runs on.
#[derive(Clone)]
pub struct Seams {
    /// Time and chance, also for the gateway's client.
    pub gateway: GatewaySeams,
    /// How long the gateway may take, and how much it may say.
    pub limits: Limits,
    /// The printers.
    pub printing: Arc<dyn PrintSystem>,
    /// A journal in place of the profile's own file; it outlives a desk that ends in the middle of something, as a file does.
    pub journal: Option<Journal>,
}

impl Seams {
    /// This machine's own.
    #[must_use]
    pub fn system() -> Self {
        Self { gateway: GatewaySeams::system(), limits: Limits::default(), printing: of_this_machine(), journal: None }
    }

    /// Now, to the second.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_second(self.gateway.clock.now_unix_seconds()).unwrap_or_default()
    }

    pub(crate) fn next_u64(&self) -> u64 {
        self.gateway.entropy.next_u64()
    }
}

impl std::fmt::Debug for Seams {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seams")
    }
}
