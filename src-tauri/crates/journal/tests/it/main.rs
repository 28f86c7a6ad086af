//! The journal's promises, tested through its public surface and, where the database itself has to refuse, in plain SQL.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod batches;
mod contradictions;
mod directory;
mod durability;
mod encryption;
mod happenings;
mod opening;
mod operation_links;
mod operation_looks;
mod operations;
mod operations_model;
mod packing;
mod papers;
mod print_runs;
mod print_runs_model;
mod print_traces;
mod replacements;
mod support;
mod templates;
