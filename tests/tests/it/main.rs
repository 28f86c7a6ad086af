//! What crosses crates.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test asserts")]

mod harness;
