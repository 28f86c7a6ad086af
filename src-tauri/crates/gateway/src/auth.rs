//! Signing in (`gateway-api.md`, Authentication). The session itself is in `session`; here is only the call for whoever
//! wants to know whether signing in works.

use serde::de::IgnoredAny;

use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;

impl Gateway {
    /// Signs in afresh, whatever session there is: for "test the connection".
    ///
    /// With a pre-issued token there is nothing to sign in with; the smallest read shows whether the gateway takes it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Rejected`] with [`RequestName::LogIn`] if the gateway does not know the merchant or the
    /// signature; [`crate::ErrorKind::SessionEnded`] if it does not take the token; otherwise what went wrong on the way.
    pub async fn log_in(&self) -> Result<(), GatewayError> {
        if self.session().can_renew() {
            return self.session().log_in().await;
        }
        let call = self.call(RequestName::FindCardholders, &[], &[("searchText", ""), ("page", "1"), ("limit", "1")])?;
        self.data::<IgnoredAny>(call).await.map(|_| ())
    }
}
