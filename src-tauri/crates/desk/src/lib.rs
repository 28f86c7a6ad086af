//! What an operator does, one file per job.
//!
//! This crate joins the others: it asks the gateway, writes the journal, keeps secrets in the keychain and makes inserts.
//! It knows no window: every job can be tested without one. What the window gets to see is in [`view`], what can go wrong
//! in [`error`] and [`problem`]; texts in a language are the window's business.
//!
//! Each job is a method of [`Desk`], in the file named after the job.

pub mod desk;
pub mod error;
pub mod practice;
pub mod problem;
pub mod view;

pub use desk::{Desk, DeskConfig};
pub use error::{DeskResult, ErrorCode, ErrorView};
pub use practice::PracticeAccess;
pub use problem::{Field, FieldCode, FieldProblem, Severity};
