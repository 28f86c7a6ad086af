//! Keys and tokens in the keychain of the operating system, and nowhere else.
//!
//! This crate is the only user of the keychain: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
//! It owns which items there are and how a keychain that is absent, locked or failing is told apart. What the secrets are
//! good for is others' business, and no secret leaves it but as a type that can't be printed.
//!
//! ```no_run
//! use cardesk_credentials::{Keychain, KeychainError, ProfileId};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let keychain = Keychain::system();
//! let profile: ProfileId = "qa-2".parse()?;
//! match keychain.bearer_token(&profile).await {
//!     Ok(Some(_token)) => {}
//!     Ok(None) => {} // never stored
//!     Err(KeychainError::Locked) => {} // ask the person to unlock, then call again
//!     Err(other) => return Err(other.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Items have the service `Cardesk` and the account `profile-id/purpose`; what proves the unlock passphrase is the whole
//! desk's, and has the account `unlock-passphrase`.

#![allow(clippy::disallowed_types, reason = "the one crate that speaks to the keychain")]

mod error;
mod keychain;
mod platform;
mod profile;
mod secret;
mod worker;

pub use error::KeychainError;
pub use keychain::Keychain;
pub use profile::{ProfileId, ProfileIdError};
pub use secret::{JournalKey, SecretText, StoredTokens};
