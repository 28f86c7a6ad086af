//! What can be wrong with the keychain, in words that say what to do.
//!
//! Owns the mapping from the keychain library's errors. An item that is not there is no error and does not pass here.

use keyring_core::Error as StoreError;

use crate::platform;

/// Why the keychain could not be used. Nothing stored was changed or cleared by the failure; each can be tried again
/// without restarting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// There is no keychain to speak to.
    #[error("no keychain answers on this computer: {advice}. ({cause})")]
    Missing {
        /// What to install or start here.
        advice: &'static str,
        /// The system's own words.
        cause: String,
    },
    /// There is one, and it is locked: the prompt was dismissed, is still open, or could not be shown.
    #[error("the keychain is locked: {advice}", advice = platform::UNLOCK_ADVICE)]
    Locked,
    /// The system does not let this program at the item.
    #[error("the system denied access to the keychain: allow Cardesk to use it when asked, or check its access rules")]
    Denied,
    /// It is there and open, and failed all the same.
    #[error("the keychain failed: {cause}. Nothing was lost; try again")]
    Failed {
        /// The system's own words.
        cause: String,
    },
}

impl KeychainError {
    /// A failure to open the keychain.
    pub(crate) fn on_opening(error: &StoreError) -> Self {
        match error {
            StoreError::NoStorageAccess(_) => Self::no_access(),
            other => Self::Missing { advice: platform::INSTALL_ADVICE, cause: one_line(&other.to_string()) },
        }
    }

    /// A failure of one read or write.
    pub(crate) fn on_use(error: &StoreError) -> Self {
        match error {
            StoreError::NoStorageAccess(_) => Self::no_access(),
            // These two hold the secret itself, so their own words are not used.
            StoreError::BadEncoding(_) | StoreError::BadDataFormat(..) => Self::damaged(),
            StoreError::Ambiguous(_) => {
                Self::Failed { cause: "there are two items of one name: remove one of them in the keychain's own program".to_owned() }
            }
            other => Self::Failed { cause: one_line(&other.to_string()) },
        }
    }

    /// An item that is not of the form that it was written in.
    pub(crate) fn damaged() -> Self {
        Self::Failed { cause: "the stored item is damaged: enter it again".to_owned() }
    }

    /// The Secret Service refuses access when it is locked; the other systems when a rule or a person says no.
    fn no_access() -> Self {
        if platform::NO_ACCESS_MEANS_LOCKED { Self::Locked } else { Self::Denied }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_never_shows_the_item_it_is_about() {
        let secret = b"MC4CAQAwBQYDK2VwBCIE".to_vec();
        for error in [StoreError::BadEncoding(secret.clone()), StoreError::BadDataFormat(secret, "bad padding".into())] {
            let shown = format!("{0} {0:?}", KeychainError::on_use(&error));
            assert!(!shown.contains("MC4C") && !shown.contains("77, 67"), "{shown}");
        }
    }

    #[test]
    fn a_keychain_that_is_not_there_says_what_to_install() {
        let error = KeychainError::on_opening(&StoreError::PlatformFailure("org.freedesktop.DBus.Error.ServiceUnknown".into()));
        assert!(error.to_string().contains(platform::INSTALL_ADVICE));
    }
}
