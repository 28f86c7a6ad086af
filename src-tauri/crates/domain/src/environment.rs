//! Which backend a desk speaks to, and where each one lives.
//!
//! Owns the three environments and their documented addresses (`gateway-api.md`, Environments). Credentials and data
//! are never shared across environments; keeping them apart is the business of `credentials` and `journal`.

use serde::{Deserialize, Serialize};

/// The environment a company profile belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// The built-in sandbox: invented people, invented money.
    Practice,
    /// The issuer's QA system: the issuer's test data.
    Qa,
    /// Real people, real money.
    Production,
}

impl Environment {
    /// The documented base address of the Wallet Gateway, without a trailing slash. Practice has none: its port is
    /// chosen when it starts.
    #[must_use]
    pub const fn gateway_base(self) -> Option<&'static str> {
        match self {
            Self::Practice => None,
            Self::Qa => Some("https://ali-qa.ali.app/rest"),
            Self::Production => Some("https://api.ali.app/rest"),
        }
    }

    /// The documented address of the hosted activation page. Practice serves its own.
    #[must_use]
    pub const fn activation_base(self) -> Option<&'static str> {
        match self {
            Self::Practice => None,
            Self::Qa => Some("https://sandbox.migopayments.com/card-activation"),
            Self::Production => Some("https://web.migopayments.com/card-activation"),
        }
    }

    /// Whether prints must carry the mark that says they are worth nothing.
    #[must_use]
    pub const fn is_marked_as_test(self) -> bool {
        !matches!(self, Self::Production)
    }

    /// The stable word used in files and on the wire to the UI.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Qa => "qa",
            Self::Production => "production",
        }
    }
}
