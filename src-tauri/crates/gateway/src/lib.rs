//! The typed client of the Wallet Gateway.
//!
//! This crate owns everything that is said to the gateway and read from it: the table of paths ([`paths`]), the envelope,
//! the session with its tokens, what is repeated and what is not, and the one error type. It keeps nothing on disk (tokens
//! go through [`TokenStore`]), writes no journal, and decides nothing about money beyond [`GatewayError::write_outcome`].
//!
//! ```
//! use std::sync::Arc;
//! use cardesk_gateway::{Endpoint, Gateway, GatewayConfig, Limits, LoginMethod, MemoryTokenStore, Seams, SigningKey};
//!
//! let config = GatewayConfig {
//!     endpoint: Endpoint::parse("http://127.0.0.1:3010")?,
//!     application_id: "desk-app".parse()?,
//!     limits: Limits::default(),
//! };
//! let login = LoginMethod::SigningKey {
//!     merchant: "panaderia-la-espiga".parse()?,
//!     key: SigningKey::parse("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")?,
//! };
//! let gateway = Gateway::new(config, login, Arc::new(MemoryTokenStore::default()), Seams::system())?;
//! # let _ = gateway;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod auth;
mod card_changes;
mod cardholders;
mod cards;
mod client;
mod cvv;
mod denials;
mod endpoint;
mod envelope;
mod error;
mod funds;
mod health;
mod linked_cards;
mod movements;
mod network;
mod one_time_codes;
pub mod paths;
mod pins;
mod redaction;
mod retry;
mod seams;
mod session;
mod signing;
mod statements;
mod token;
mod transfer_types;
mod transfers;
mod transport;
mod wire;

pub use cardholders::{
    Cardholder, CardholderPage, DocumentType, Gender, InvitationCode, InvitationRegistration, MaritalStatus, PersonalRegistration,
};
pub use cards::{Card, CardExpiry};
pub use client::{ApplicationId, ApplicationIdError, Gateway, GatewayConfig, Limits, LoginMethod, SetupError};
pub use denials::Denial;
pub use endpoint::{Endpoint, EndpointError};
pub use error::{ApiErrorEntry, ConnectFailure, ErrorKind, GatewayError, KnownCode, WriteOutcome};
pub use funds::{FundsAdjustment, FundsChannel, FundsOperation, FundsReceipt, FundsRequest};
pub use health::Health;
pub use linked_cards::LinkedCard;
pub use movements::{Month, MonthError, Movement, MovementDirection, MovementType};
pub use one_time_codes::{CodePurpose, CodeRequested, ElevatedSession};
pub use paths::RequestName;
pub use pins::PinVerdict;
pub use retry::{Repeat, RetryDecision, RetryQuestion, retry_decision};
pub use seams::{BoxFuture, Clock, Entropy, Seams};
pub use signing::{SigningKey, SigningKeyError};
pub use statements::{Statement, StatementState};
pub use token::{MemoryTokenStore, Token, TokenError, TokenPair, TokenStore, TokenStoreError};
pub use transfer_types::{TransferChannel, TransferDirection, TransferModel, TransferType};
pub use transfers::{Transfer, TransferRequest};
pub use transport::{Transport, TransportAnswer, TransportFailure};
