//! The shell's promises about its borders.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what it expected by failing")]

mod bindings;
mod permissions;
