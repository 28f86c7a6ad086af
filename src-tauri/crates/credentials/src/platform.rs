//! Which keychain each system has, and what to tell people about it.
//!
//! Owns the choice of the store, and how the system's own program names what is in it. The choice is made explicitly,
//! because a default could be one that forgets at reboot.

use std::sync::Arc;

use keyring_core::{CredentialStore, Result};

#[cfg(any(target_os = "linux", target_os = "freebsd"))]
mod here {
    pub(crate) const INSTALL_ADVICE: &str =
        "install and start a Secret Service, for example the package gnome-keyring, or KWallet with its Secret Service switched on";
    pub(crate) const UNLOCK_ADVICE: &str =
        "unlock the login keyring (sign in to the desktop again, or use Passwords and Keys) and try again";
    pub(crate) const NO_ACCESS_MEANS_LOCKED: bool = true;

    pub(crate) fn item_name(service: &str, account: &str) -> String {
        format!("keyring:{account}@{service}")
    }

    pub(super) use zbus_secret_service_keyring_store::Store;
}

#[cfg(target_os = "macos")]
mod here {
    pub(crate) const INSTALL_ADVICE: &str = "open Keychain Access and check that the login keychain exists";
    pub(crate) const UNLOCK_ADVICE: &str = "unlock the login keychain in Keychain Access and try again";
    pub(crate) const NO_ACCESS_MEANS_LOCKED: bool = false;

    pub(crate) fn item_name(service: &str, account: &str) -> String {
        format!("{service} ({account})")
    }

    pub(super) use apple_native_keyring_store::keychain::Store;
}

#[cfg(windows)]
mod here {
    pub(crate) const INSTALL_ADVICE: &str = "start the service Credential Manager (VaultSvc)";
    pub(crate) const UNLOCK_ADVICE: &str = "sign in to Windows again and try again";
    pub(crate) const NO_ACCESS_MEANS_LOCKED: bool = false;

    pub(crate) fn item_name(service: &str, account: &str) -> String {
        format!("{account}.{service}")
    }

    pub(super) use windows_native_keyring_store::Store;
}

pub(crate) use here::{INSTALL_ADVICE, NO_ACCESS_MEANS_LOCKED, UNLOCK_ADVICE, item_name};

/// A connection to this system's keychain. Made anew on each call, so that one which was not there can be found later.
pub(crate) fn open() -> Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = here::Store::new()?;
    Ok(store)
}
