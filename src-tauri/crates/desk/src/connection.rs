//! The test of a connection: whether the gateway answers, and whether it lets the profile in.

use cardesk_domain::Environment;
use cardesk_gateway::Gateway;

use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{Check, ConnectionReport};
use crate::workplace::{count, gateway_of, practice_gateway, practice_once_known};

impl Desk {
    /// Asks the gateway of a profile for its health, then signs in anew. The two are told apart, and why each failed.
    ///
    /// # Errors
    /// For an id that is not there.
    pub async fn test_connection(&self, id: &str) -> DeskResult<ConnectionReport> {
        let (profile, active) = {
            let book = self.inner.book.lock().await;
            (self.inner.profile(&book.settings, id)?, book.workplace().filter(|workplace| workplace.profile().id == id).cloned())
        };
        let seams = &self.inner.config.seams;
        // The active profile's own client, since a session's refresh token can be used only once.
        let gateway = match active {
            Some(workplace) => workplace.gateway().await,
            None if profile.environment == Environment::Practice => {
                practice_gateway(&practice_once_known(self.inner.practice.subscribe(), seams).await, seams)
            }
            None => gateway_of(&profile, &self.inner.secrets, seams).await,
        };
        match gateway {
            Ok(gateway) => {
                let health = self.timed(async { health_of(&gateway).await }).await;
                let login = self.timed(async { gateway.log_in().await.map_err(ErrorView::from) }).await;
                Ok(ConnectionReport { health, login })
            }
            // Whether the gateway answers is asked without a secret too.
            Err(error) => {
                let health = match crate::workplace::gateway_without_secret(&profile, seams) {
                    Ok(gateway) => self.timed(async { health_of(&gateway).await }).await,
                    Err(_) => Check::Failed { error: error.clone() },
                };
                Ok(ConnectionReport { health, login: Check::Failed { error } })
            }
        }
    }

    async fn timed(&self, check: impl Future<Output = DeskResult<()>>) -> Check {
        let clock = &self.inner.config.seams.gateway.clock;
        let begun = clock.monotonic();
        match check.await {
            Ok(()) => {
                let took = clock.monotonic().saturating_sub(begun);
                Check::Passed { milliseconds: count(usize::try_from(took.as_millis()).unwrap_or(usize::MAX)) }
            }
            Err(error) => Check::Failed { error },
        }
    }
}

async fn health_of(gateway: &Gateway) -> DeskResult<()> {
    let health = gateway.health().await?;
    if health.is_ok() { Ok(()) } else { Err(ErrorView::new(ErrorCode::GatewayFault).with_message(health.message).retryable()) }
}
