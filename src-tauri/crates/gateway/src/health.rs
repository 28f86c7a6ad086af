//! Whether the gateway is up (`GET /health`).

use serde::Deserialize;

use crate::client::Gateway;
use crate::envelope;
use crate::error::GatewayError;
use crate::paths::RequestName;
use crate::redaction::clean;

/// The gateway's own word on its health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// `ok` when all is well.
    pub message: String,
}

impl Health {
    /// Whether the gateway says that all is well.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.message.eq_ignore_ascii_case("ok")
    }
}

/// Documented as `{…, "message": "ok"}`: what else is in it is not, so no envelope is asked for.
#[derive(Deserialize)]
struct HealthBody {
    message: String,
}

impl Gateway {
    /// Asks whether the gateway is up. Needs no session.
    ///
    /// # Errors
    /// If it can't be reached, or answers with something else than its health.
    pub async fn health(&self) -> Result<Health, GatewayError> {
        let call = self.call(RequestName::Health, &[], &[])?;
        self.run(&call, |answer| {
            if answer.status != 200 {
                return Err(envelope::open::<serde::de::IgnoredAny>(RequestName::Health, answer)
                    .err()
                    .unwrap_or_else(|| envelope::unreadable(RequestName::Health, answer)));
            }
            let body: HealthBody = serde_json::from_slice(&answer.body).map_err(|_| envelope::unreadable(RequestName::Health, answer))?;
            Ok(Health { message: clean(&body.message) })
        })
        .await
    }
}
