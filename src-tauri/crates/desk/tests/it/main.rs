//! The desk's promises: against a gateway that fails as it is told, and against Practice for the whole job.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what it expects")]
#![allow(clippy::disallowed_types, reason = "a keychain for the tests is made of the keychain library's own mock")]

mod attention;
mod batch_runs;
mod batches;
mod commits;
mod follow_up;
mod funds;
mod in_process;
mod movements;
mod outcomes;
mod overlapping;
mod printing;
mod profiles;
mod refreshing;
mod registering;
mod rig;
mod scripted;
mod simulated_network;
mod simulated_time;
mod simulation;
mod tables;
mod transfers;
mod whole_job;
