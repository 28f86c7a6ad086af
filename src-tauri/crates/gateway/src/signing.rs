//! The company's signing key and the recipe of the login signature.
//!
//! Owns reading the key in every form it is handed out, and the one function that says what is signed.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use cardesk_domain::MerchantSlug;
use ed25519_dalek::Signer;
use ed25519_dalek::pkcs8::DecodePrivateKey;
use zeroize::Zeroizing;

/// Base64 as people copy it: with or without its padding.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// An Ed25519 private key. No `Display`, no `Serialize`, a redacting `Debug`; wiped when dropped. In a box, so that moving
/// it leaves no copy behind.
#[derive(Clone)]
pub struct SigningKey(Box<ed25519_dalek::SigningKey>);

/// Why a text is no signing key. Never says the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// Nothing was given.
    #[error("a signing key is missing")]
    Empty,
    /// A PEM block that is not an unencrypted PKCS#8 private key.
    #[error("this PEM block is not a PKCS#8 private key: look for the one that begins with BEGIN PRIVATE KEY")]
    Pem,
    /// A PEM block that needs a passphrase.
    #[error("this private key is encrypted with a passphrase: give the key without one, the keychain protects it")]
    Encrypted,
    /// Neither PEM nor base64.
    #[error("a signing key is PEM text or base64; this has other characters in it")]
    Base64,
    /// Base64 of something else.
    #[error("this is not an Ed25519 private key: it must be PKCS#8, or 32 or 64 bytes in base64")]
    NotAKey,
    /// 64 bytes whose public half does not belong to the private one.
    #[error("the two halves of this key do not belong together: copy it again")]
    Halves,
}

impl SigningKey {
    /// Reads a key from PEM PKCS#8, base64 of PKCS#8 DER, or base64 of the 32-byte seed or the 64-byte pair (RFC 8410,
    /// RFC 8032). White space and line breaks around and within base64 don't matter.
    ///
    /// # Errors
    /// Says which of these it is not, without repeating it.
    pub fn parse(text: &str) -> Result<Self, SigningKeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SigningKeyError::Empty);
        }
        if text.starts_with("-----BEGIN ENCRYPTED") {
            return Err(SigningKeyError::Encrypted);
        }
        if text.starts_with("-----BEGIN") {
            return ed25519_dalek::SigningKey::from_pkcs8_pem(text).map(Self::boxed).map_err(|_| SigningKeyError::Pem);
        }
        // Sized beforehand, so that no half-filled copy is left behind by a reallocation.
        let mut packed = Zeroizing::new(String::with_capacity(text.len()));
        packed.extend(text.chars().filter(|character| !character.is_whitespace()));
        let bytes = Zeroizing::new(BASE64.decode(packed.as_bytes()).map_err(|_| SigningKeyError::Base64)?);
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SigningKeyError> {
        if let Ok(seed) = <&[u8; 32]>::try_from(bytes) {
            return Ok(Self::boxed(ed25519_dalek::SigningKey::from_bytes(seed)));
        }
        if let Ok(pair) = <&[u8; 64]>::try_from(bytes) {
            return ed25519_dalek::SigningKey::from_keypair_bytes(pair).map(Self::boxed).map_err(|_| SigningKeyError::Halves);
        }
        ed25519_dalek::SigningKey::from_pkcs8_der(bytes).map(Self::boxed).map_err(|_| SigningKeyError::NotAKey)
    }

    fn boxed(key: ed25519_dalek::SigningKey) -> Self {
        Self(Box::new(key))
    }

    /// The public half, for the company to hand to the issuer: 32 bytes in base64.
    #[must_use]
    pub fn public_key_base64(&self) -> String {
        BASE64.encode(self.0.verifying_key().as_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey(redacted)")
    }
}

/// The login signature: Ed25519 over the UTF-8 bytes of the merchant slug, in base64.
///
/// Assumed (`gateway-api.md`, Authentication): the signing recipe is not public. This function is all of it.
pub(crate) fn login_signature(merchant: &MerchantSlug, key: &SigningKey) -> String {
    BASE64.encode(key.0.sign(merchant.as_str().as_bytes()).to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 8032, section 7.1, test 1: seed and public key.
    const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    const PUBLIC: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    // RFC 8410, section 10.3: the example key, and its public half from section 10.1.
    const RFC_8410_PEM: &str =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    const RFC_8410_PUBLIC: &str = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

    fn public_of(text: &str) -> Result<String, SigningKeyError> {
        SigningKey::parse(text).map(|key| key.public_key_base64())
    }

    #[test]
    fn every_form_a_key_is_handed_out_in_is_read() {
        assert_eq!(public_of(SEED).as_deref(), Ok(PUBLIC));
        assert_eq!(public_of(SEED.trim_end_matches('=')).as_deref(), Ok(PUBLIC));
        assert_eq!(public_of(RFC_8410_PEM).as_deref(), Ok(RFC_8410_PUBLIC));
        assert_eq!(public_of("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp\r\n  +K06/nwoy/HU++CXqI9EdVhC").as_deref(), Ok(RFC_8410_PUBLIC));
        let both = [BASE64.decode(SEED).expect("base64"), BASE64.decode(PUBLIC).expect("base64")].concat();
        assert_eq!(public_of(&BASE64.encode(both)).as_deref(), Ok(PUBLIC));
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_reason() {
        let error = |text: &str| public_of(text).expect_err("no key");
        assert_eq!(error("  \n"), SigningKeyError::Empty);
        assert_eq!(error("not a key!"), SigningKeyError::Base64);
        assert_eq!(error("AAAA"), SigningKeyError::NotAKey);
        assert_eq!(error("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), SigningKeyError::Pem);
        assert_eq!(error("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"), SigningKeyError::Encrypted);
        assert_eq!(error(&BASE64.encode([7_u8; 64])), SigningKeyError::Halves);
    }

    #[test]
    fn a_key_never_shows_itself() {
        assert_eq!(format!("{:?}", SigningKey::parse(SEED)), "Ok(SigningKey(redacted))");
    }
}
