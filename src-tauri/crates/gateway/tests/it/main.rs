//! The gateway's client against servers made for it: what goes out, byte for byte, and what is made of what comes in.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what it expects")]

mod card_operations;
mod contract;
mod faults;
mod session;
mod support;
mod transport;
