//! Revealing the CVV of a card (`gateway-api.md`, Cards).
//!
//! Owns the one call that brings a secret of a card in. The answer's body and the digits are wiped when they are dropped;
//! the HTTP client's own buffers are not ours to wipe.

use cardesk_domain::{CardId, Cvv};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use zeroize::Zeroizing;

use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;

#[derive(Deserialize)]
struct CvvData {
    #[serde(deserialize_with = "cvv")]
    cvv: Cvv,
}

/// Text only: a number would have lost its leading zeros.
fn cvv<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cvv, D::Error> {
    Zeroizing::new(String::deserialize(deserializer)?).parse().map_err(D::Error::custom)
}

impl Gateway {
    /// The card's CVV. Asked for once: it is not repeated after a failure.
    ///
    /// # Errors
    /// The gateway's refusal, or what went wrong with the request.
    pub async fn reveal_cvv(&self, card: CardId) -> Result<Cvv, GatewayError> {
        let data: CvvData = self.data(self.call(RequestName::RevealCvv, &[&card.to_string()], &[])?).await?;
        Ok(data.cvv)
    }
}
