//! The one error of the harness: a sentence that says what was tried and what came of it.

use std::fmt::Display;

/// What went wrong, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(String);

/// The harness's result.
pub type Outcome<T> = Result<T, Trouble>;

impl Trouble {
    /// A sentence of one's own.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// What was tried, and the cause. Made for `map_err(Trouble::of("…"))`.
    pub fn of<E: Display>(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |cause| Self(format!("{what}: {cause}"))
    }
}
