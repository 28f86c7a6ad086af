//! The contract's words on the wire: the envelope, what a request may say, what an answer says.
//!
//! Owns reading and checking by rules that are written down once, in `requests`, and published from there in
//! `/openapi.json`. Nothing here knows the state.

pub(crate) mod answers;
pub(crate) mod body;
pub(crate) mod countries;
pub(crate) mod envelope;
pub(crate) mod management;
pub(crate) mod requests;
pub(crate) mod rules;
pub(crate) mod uuid;
