//! The desk's promises: against a gateway that fails as it is told, and against Practice for the whole job.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what it expects")]
#![allow(clippy::disallowed_types, reason = "a keychain for the tests is made of the keychain library's own mock")]

mod activity;
mod attention;
mod batch_runs;
mod batches;
mod commits;
mod contradictions;
mod cvv;
mod disk;
mod follow_up;
mod free_texts;
mod funds;
mod in_process;
mod invitations;
mod linked_cards;
mod lock;
mod managing;
mod movements;
mod outcomes;
mod overlapping;
mod packing;
mod papers;
mod people_in_practice;
mod pins;
mod pins_in_practice;
mod print_room;
mod printers;
mod printing;
mod profiles;
mod refreshing;
mod registering;
mod replacing;
mod rig;
mod scripted;
mod secrecy;
/// The window's tests look for secrets too.
#[allow(unreachable_pub, dead_code, reason = "it is written for a library")]
#[path = "../../../../../tests/src/secret_search.rs"]
mod secret_search;
mod simulated_network;
mod simulated_time;
mod simulation;
/// The window's tests need such a disk too; a package for its hundred lines would be more than they are.
#[allow(unreachable_pub, reason = "it is written for a library")]
#[path = "../../../../../tests/src/small_disk.rs"]
mod small_disk;
mod tables;
mod templates;
mod transfer_lookup;
mod transfers;
mod whole_job;
