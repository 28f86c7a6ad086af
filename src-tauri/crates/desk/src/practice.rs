//! How the desk gets into Practice: what the shell tells it once the built-in sandbox runs.
//!
//! Owns the plain struct and whether Practice runs; the sandbox itself is the shell's, since the desk does not know it.

use crate::view::SecretText;

/// How to sign in to Practice.
#[derive(Debug, Clone)]
pub struct PracticeAccess {
    /// The gateway's address on loopback, without a trailing slash.
    pub base_url: String,
    /// The activation page's address.
    pub activation_base: String,
    /// The invented company's name.
    pub company_name: String,
    /// The name under which the application signs in.
    pub merchant: String,
    /// The branding hint on the activation page.
    pub client_slug: String,
    /// The application id.
    pub application_id: String,
    /// The Ed25519 key, in one of the forms that the gateway client reads.
    pub signing_key: SecretText,
}

/// Whether Practice runs.
#[derive(Debug, Clone)]
pub(crate) enum PracticeStatus {
    Starting,
    Running(PracticeAccess),
    /// Why not.
    Failed(String),
}

impl PracticeStatus {
    pub(crate) const fn access(&self) -> Option<&PracticeAccess> {
        match self {
            Self::Running(access) => Some(access),
            Self::Starting | Self::Failed(_) => None,
        }
    }
}
