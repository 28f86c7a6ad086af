//! Practice: the Wallet Gateway's contract and its activation page as a real HTTP server on loopback.
//!
//! ```
//! use cardesk_sandbox::{PortChoice, Practice, PracticeConfig};
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let practice = Practice::start(PracticeConfig { port: PortChoice::Any, ..PracticeConfig::default() }).await?;
//! assert!(practice.base_url().starts_with("http://127.0.0.1:"));
//! practice.stop().await
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The contract is `gateway-api.md`. This crate speaks it from the gateway's side, with rules of its own: it shares no
//! code with `cardesk-gateway`, so that a mistake in one is caught by the other. Nothing in it is real, and nothing in
//! it protects anything real. Faults on demand
//! ([`FaultPlan`]) stand between connection and contract; [`PracticeCore`] is the same without a socket, for simulations.

mod access;
mod clock;
mod core;
mod embossing;
mod faults;
mod page;
mod permissions;
mod phone;
mod plastic;
mod practice;
mod seeding;
mod server;
mod serving;
mod store;
mod wire;

pub use crate::core::{CoreConfig, Dropped, Handled, PracticeCore};
pub use access::PracticeAccess;
pub use cardesk_domain::{Cvv, Permission};
pub use clock::{Clock, SystemClock};
pub use embossing::MAX_EMBOSSED_CHARACTERS;
pub use faults::{
    Appearance, EdgeStatus, Fault, FaultPlan, FaultPlanError, FaultReport, FaultRule, Moment, Occurrence, RepeatedReferences, RequestKind,
    RuleCount,
};
pub use permissions::PermissionSet;
pub use phone::{CodeStanding, PhoneMessage, PhoneOwner};
pub use plastic::{BlankPlastic, Expiry, Plastic};
pub use practice::{PortChoice, Practice, PracticeConfig, PracticeError, USUAL_PORT, USUAL_SEED};
