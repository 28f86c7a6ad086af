//! A batch of loads and withdrawals from a file or from pasted rows.
//!
//! Owns the way from bytes to money in four steps, one file each: [`read`] makes rows of bytes, `check` holds every row
//! against the desk's copies (which `refresh` brings up to date), `run` sends what is sound, as many at once as `turns`
//! allow, and `batches` is what the window asks for. Nothing moves before the whole file was checked and confirmed.

mod batches;
mod check;
mod columns;
mod decode;
mod read;
mod refresh;
mod review;
mod run;
mod turns;

pub(crate) use columns::{Column, bare};
pub(crate) use decode::decode;
pub(crate) use read::{Lines, records_of, separator_of};
pub(crate) use review::ReadFiles;
pub(crate) use run::{Runs, Wish, waiting_batches};
pub(crate) use turns::Turn;
