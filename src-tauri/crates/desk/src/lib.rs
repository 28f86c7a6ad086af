//! What an operator does, one file per job.
//!
//! This crate joins the others: it asks the gateway, writes the journal, keeps secrets in the keychain and makes inserts.
//! It knows no window: every job can be tested without one. What the window gets to see is in [`view`], what can go wrong
//! in [`error`] and [`problem`]; texts in a language are the window's business.
//!
//! Each job is a method of [`Desk`], in the file named after the job.

mod activation;
mod activity;
mod association;
mod attention;
mod batch;
mod before;
mod blocking;
mod card_actions;
mod card_change;
mod cards;
mod closing;
mod connection;
mod contradictions;
mod copies;
mod cvv;
mod desk;
mod directory;
pub mod error;
mod error_sources;
mod follow_up;
mod free_text;
mod funds;
mod happenings;
mod held_pins;
mod invitation_paper;
mod invitations;
mod issue;
mod issuer_statement;
mod joined;
mod linked_cards;
mod lock;
mod look_again;
mod movements;
mod operations;
mod outgoing;
mod output_file;
mod packing;
mod papers;
mod pins;
mod practice;
mod preview;
mod print_contents;
mod printers;
mod printing;
pub mod problem;
mod profiles;
mod reconcile;
mod register;
mod renaming;
mod replace;
pub mod seams;
mod secrets;
mod session;
mod settings;
mod shown;
mod sights;
mod submit;
mod table_file;
mod tables;
mod templates;
mod transfers;
mod unsettled;
pub mod view;
mod whole_file;
mod workplace;

pub use cardesk_credentials::Keychain;
pub use cardesk_domain::registration::COUNTRIES;
pub use closing::AtRest;
pub use desk::{Desk, DeskConfig, operator_of_this_machine};
pub use error::{DeskResult, ErrorCode, ErrorView};
pub use practice::PracticeAccess;
pub use problem::{Field, FieldCode, FieldProblem, Severity};
pub use seams::Seams;
