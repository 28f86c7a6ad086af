//! The keychain's promises, against a store that fails on demand and against a real Secret Service of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what it expects")]
#![allow(clippy::disallowed_types, reason = "the tests of the one crate that speaks to the keychain")]

mod promises;
#[cfg(target_os = "linux")]
mod secret_service;
