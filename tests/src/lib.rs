//! What crosses crates: a private computer for the real window, and hands to drive it.
//!
//! Owns the harness: a home directory, a display, a session bus, a keychain and a printer of a test's own
//! ([`session`], [`printer`]), the desk's window and the cardholder's phone driven by WebDriver ([`window`], [`phone`]),
//! Practice asked from the other side ([`practice`]), and paper read back by independent tools ([`paper`]).
//! What may be left nowhere is looked for everywhere ([`traces`], [`secret_search`]), and what Practice knows at the end of every
//! window ([`practice_secrets`]). [`demo`] is the whole job in one run; the tests do it too.
//!
//! Nothing here waits for a fixed time: every wait is for a condition, and says which when it does not come.

pub mod closing;
pub mod demo;
pub mod line;
pub mod page;
pub mod paper;
pub mod phone;
pub mod practice;
pub mod practice_secrets;
pub mod printer;
pub mod processes;
pub mod secret_search;
pub mod session;
pub mod small_disk;
pub mod traces;
pub mod trouble;
pub mod waiting;
pub mod window;

pub use trouble::{Outcome, Trouble};
