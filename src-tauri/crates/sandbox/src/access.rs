//! What a desk needs to sign in to Practice.
//!
//! Owns the names Practice goes by and the derivation of its signing key. Nothing here protects anything real: people,
//! cards and money behind it are invented, so the key follows from the seed and is stored nowhere.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_domain::{ClientSlug, MerchantSlug};
use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::practice::PracticeError;

/// The merchant slug that signs in to Practice.
pub(crate) const MERCHANT: &str = "cardeskPractice";

/// The company's branding hint on Practice's activation page.
pub(crate) const CLIENT: &str = "cardeskPractice";

/// The application id that Practice expects on card operations.
pub(crate) const APPLICATION_ID: &str = "cardesk-practice-desk";

/// How to sign in to Practice: what a company profile holds for a real gateway.
#[derive(Clone)]
pub struct PracticeAccess {
    /// The name for `POST /auth/login`.
    pub merchant: MerchantSlug,
    /// The branding hint for the activation link.
    pub client_slug: ClientSlug,
    /// The value of `x-application-id`.
    pub application_id: String,
    signing_key: String,
}

impl PracticeAccess {
    /// The Ed25519 seed in base64: 32 bytes, as a company would be handed it.
    #[must_use]
    pub fn signing_key(&self) -> &str {
        &self.signing_key
    }

    pub(crate) fn of_seed(seed: u64) -> Result<Self, PracticeError> {
        Ok(Self {
            merchant: MERCHANT.parse().map_err(|_| PracticeError::Internal("the merchant slug"))?,
            client_slug: CLIENT.parse().map_err(|_| PracticeError::Internal("the client slug"))?,
            application_id: APPLICATION_ID.to_owned(),
            signing_key: BASE64_STANDARD.encode(key_of(seed).as_bytes()),
        })
    }
}

impl Drop for PracticeAccess {
    fn drop(&mut self) {
        self.signing_key.zeroize();
    }
}

impl fmt::Debug for PracticeAccess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PracticeAccess")
            .field("merchant", &self.merchant)
            .field("client_slug", &self.client_slug)
            .field("application_id", &self.application_id)
            .finish_non_exhaustive()
    }
}

fn key_of(seed: u64) -> SigningKey {
    SigningKey::from_bytes(&Sha256::new().chain_update(b"cardesk practice signing key").chain_update(seed.to_be_bytes()).finalize().into())
}

/// The public half, against which sign-ins are checked.
pub(crate) fn verifying_key_of(seed: u64) -> VerifyingKey {
    key_of(seed).verifying_key()
}
