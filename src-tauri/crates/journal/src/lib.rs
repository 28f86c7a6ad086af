//! The durable record of one desk: intents and outcomes, batches, directory, print runs, what happened.
//!
//! This crate is the only user of the database. It owns the schema, its constraints, and what "on disk" means; it leaves
//! to `desk` when to write what, and to `domain` which move of an operation is legal (the database repeats that table in
//! its own triggers, and a test compares the two).
//!
//! - One journal for each company profile, in one SQLite file (write-ahead log, `synchronous=FULL`: a commit that has
//!   returned has been flushed), encrypted by SQLCipher when a [`JournalKey`] is given.
//! - One program at a time: [`Journal::open`] holds an exclusive lock of the operating system on a file beside the
//!   journal for as long as the journal is open. The system releases it when the process ends, however it ends. Within
//!   the process there is one writing connection, so that intents are written one after the other; those that wait at the
//!   same moment share a commit (`group_commit`).
//! - No clock and no randomness: times, references and keys are passed in. Times are kept to the microsecond.
//! - Nothing is ever deleted, and what has happened is never changed: triggers refuse both.
//!
//! ```
//! use cardesk_domain::{Currency, Money, OperationEvent, OperationKind, OperationState, Reference};
//! use cardesk_journal::{Evidence, Journal, NewOperation};
//! use jiff::Timestamp;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let journal = Journal::open_in_memory().await?;
//! let at: Timestamp = "2026-03-01T12:00:00Z".parse()?;
//! let load = NewOperation {
//!     reference: Reference::from_entropy(42),
//!     kind: OperationKind::Load,
//!     cardholder_id: None,
//!     card_id: Some("1207".parse()?),
//!     to_card_id: None,
//!     money: Some(Money::new("1250.00".parse()?, Currency::GTQ)),
//!     note: None,
//!     channel: Some("WEB".to_owned()),
//!     context: None,
//!     at,
//!     operator: "ana".to_owned(),
//! };
//! // On disk from here on; only now may the request leave.
//! let intent = journal.begin_intent(load, &[]).await?;
//! let lost = journal.advance(&intent.reference, OperationEvent::LoseSight, Evidence::default(), "ana", at).await?;
//! assert_eq!(lost.state, OperationState::Unknown);
//! # Ok(())
//! # }
//! ```

mod addressees;
mod batch_lookups;
mod batch_records;
mod batches;
mod contradictions;
mod database;
mod directory;
mod directory_index;
mod error;
mod group_commit;
mod happenings;
mod key;
mod migrations;
mod operation_links;
mod operation_looks;
mod operations;
mod own_sheets;
mod packing;
mod packing_lists;
mod packing_records;
mod print_jobs;
mod print_queue;
mod print_records;
mod print_run_checks;
mod print_run_traces;
mod print_runs;
mod profile;
mod records;
mod replacements;
mod stored;
mod templates;

pub use addressees::{Addressee, AddresseeCard};
pub use batch_lookups::FundsDone;
pub use batch_records::{
    BatchAttempt, BatchCounts, BatchDeed, BatchRecord, BatchRow, BatchState, FundsWaiting, NewBatch, NewBatchRow, RowFate,
};
pub use contradictions::{Contradicted, NewContradiction, Watched};
pub use database::{Encryption, Journal};
pub use directory::{DirectoryColumn, DirectoryFilter, DirectoryOrder, DirectoryPage, DirectoryQuery, DirectoryRow};
pub use error::JournalError;
pub use happenings::{Happening, HappeningFilter, HappeningPage, HappeningsOf};
pub use key::JournalKey;
pub use operation_links::{Link, NewLink};
pub use operation_looks::{Look, LookResult, LooksSoFar};
pub use operations::{Conclusion, Evidence, NewOperation, Operation, OperationMove};
pub use own_sheets::{OwnSheetRecord, SheetRecord, WrittenBy};
pub use packing_records::{
    InsertToPack, MissingInsert, NewPacking, NewPackingStop, PackedIn, PackedInsert, Packing, PackingBasis, PackingBox, PackingStop,
    RunPacked,
};
pub use print_jobs::{NewPrintJob, PrintJobRecord, PrintJobState};
pub use print_records::{
    CardByName, CardNeedingInsert, InsertRecord, InsertState, NewInsert, NewRun, PrintedInsert, Reprint, RunDraft, RunRecord, RunState,
    SentTo, ValidInsert,
};
pub use print_run_traces::{PageReprint, RunAsked, RunStep};
pub use records::{CardExpiry, CardRecord, CardholderRecord, CardholderSource};
pub use replacements::{NewReplacement, NewReplacementMove, Replacement, ReplacementMove};
pub use templates::{NewTemplateVersion, TemplateRecord};
