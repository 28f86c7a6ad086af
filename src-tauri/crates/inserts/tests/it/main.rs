//! What the print engine promises, seen from outside: finished files through other people's tools (poppler, zbar, qpdf).
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod calibration;
mod codes;
mod degraded;
mod email;
mod files;
mod invitations;
mod manifests;
mod names;
mod own_sheets;
mod pages;
mod papers;
mod preview;
mod runs;
mod statements;
mod templates;
mod texts;
mod tools;
