//! PINs: setting one, a user's on a shared card, and finding out whether one is right (`gateway-api.md`, Cards).
//!
//! Owns the wire forms. A PIN leaves in the one body that needs it and never comes back. The body is wiped when it is
//! dropped; the copies that the HTTP client and TLS make in buffers of their own while sending are not ours to wipe, and
//! live until those are used again.

use cardesk_domain::{CardId, CardholderId, Pin};
use serde::Serialize;
use serde::de::IgnoredAny;

use crate::client::Gateway;
use crate::error::{GatewayError, KnownCode};
use crate::one_time_codes::ElevatedSession;
use crate::paths::RequestName;

#[derive(Serialize)]
struct PinBody<'a> {
    pin: &'a str,
}

/// Whether a PIN is a card's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PinVerdict {
    /// It is.
    Correct,
    /// It is not (7205). The gateway counts these.
    Incorrect {
        /// How many tries are left, where the gateway says so.
        tries_left: Option<u32>,
    },
}

/// Assumed: the contract has no field for it. Practice, and so maybe the gateway, says it in words: `tries left: 2`.
fn tries_left(error: &GatewayError) -> Option<u32> {
    const SAID: &str = "tries left: ";
    let words = error.codes.iter().map(|entry| entry.message.as_str()).chain(error.message.as_deref());
    words.filter_map(|message| message.to_ascii_lowercase().split_once(SAID).map(|(_, rest)| rest.to_owned())).find_map(|rest| {
        let digits = rest.split(|character: char| !character.is_ascii_digit()).next()?;
        digits.parse().ok()
    })
}

impl Gateway {
    /// Sets or changes a card's PIN, in the elevated session that this call takes.
    ///
    /// # Errors
    /// The gateway's refusal ([`crate::ErrorKind::Rejected`] with status 401 if the elevated session is not good any more:
    /// a new code has to be asked for), or what went wrong with the request.
    pub async fn set_pin(&self, session: ElevatedSession, card: CardId, pin: &Pin) -> Result<(), GatewayError> {
        let call = self.call_with(RequestName::SetPin, &[&card.to_string()], &PinBody { pin: pin.reveal() })?;
        self.data::<IgnoredAny>(call.elevated_by(session.into_token())).await.map(|_| ())
    }

    /// Sets or changes the PIN that somebody uses on a card which several people share.
    ///
    /// # Errors
    /// As [`Gateway::set_pin`].
    pub async fn set_user_pin(&self, session: ElevatedSession, card: CardId, user: &CardholderId, pin: &Pin) -> Result<(), GatewayError> {
        let call = self.call_with(RequestName::SetUserPin, &[&card.to_string(), user.as_str()], &PinBody { pin: pin.reveal() })?;
        self.data::<IgnoredAny>(call.elevated_by(session.into_token())).await.map(|_| ())
    }

    /// Asks whether a PIN is the card's.
    ///
    /// # Errors
    /// The gateway's refusal for another reason than a wrong PIN, or what went wrong with the request.
    pub async fn verify_pin(&self, card: CardId, pin: &Pin) -> Result<PinVerdict, GatewayError> {
        let call = self.call_with(RequestName::VerifyPin, &[&card.to_string()], &PinBody { pin: pin.reveal() })?;
        match self.data::<IgnoredAny>(call).await {
            Ok(_) => Ok(PinVerdict::Correct),
            Err(error) if error.known_code() == Some(KnownCode::IncorrectPin) => {
                Ok(PinVerdict::Incorrect { tries_left: tries_left(&error) })
            }
            Err(error) => Err(error),
        }
    }
}
