//! The idle lock: how it stands, what changes it, and what came of a passphrase. Passphrases come in; none goes out.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::session::SecretText;

/// How the lock stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LockView {
    /// After how many idle minutes the desk locks; `null`: the lock is off.
    pub idle_minutes: Option<u32>,
    /// Whether it is locked now.
    pub is_locked: bool,
    /// How long no passphrase is taken.
    pub wait_seconds: u32,
    /// Whether something goes on all the same: a batch, or a print run.
    pub is_working: bool,
    /// What the system's own program calls the passphrase's entry in the keychain.
    pub entry_name: String,
}

/// What the section of the lock in Settings sends. Each passphrase crosses once.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LockForm {
    /// After how many idle minutes the desk is to lock; `null` turns the lock off.
    pub idle_minutes: Option<u32>,
    /// The passphrase that is in force; `null` where there is none.
    pub passphrase: Option<SecretText>,
    /// Another one; `null` keeps the one that is in force.
    pub new_passphrase: Option<SecretText>,
    /// The same, typed a second time.
    pub new_passphrase_again: Option<SecretText>,
}

/// What came of a passphrase on the lock screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum UnlockOutcome {
    /// It was right: the desk is open.
    Unlocked,
    /// It was wrong.
    Wrong {
        /// How long no other is taken.
        wait_seconds: u32,
    },
    /// It was not looked at, after several that were wrong.
    Waits {
        /// How long none is taken.
        wait_seconds: u32,
    },
    /// There is no passphrase in the keychain any more: the lock is off, and the desk open.
    Lifted,
}
