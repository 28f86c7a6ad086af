//! The words of Cardesk, parsed once and then trusted.
//!
//! This crate owns the types that every other crate speaks in (ids, money, references, card and operation states) and
//! the rules that decide what a valid one is. It does no I/O, knows no clock and no randomness of its own, and depends
//! on no other crate of the project.
//!
//! ```
//! use cardesk_domain::{Amount, Currency, Money};
//!
//! let gtq: Currency = "GTQ".parse()?;
//! let balance = Money::new("1842.50".parse::<Amount>()?, gtq);
//! let load = Money::new("1250.00".parse::<Amount>()?, gtq);
//! assert_eq!(balance.checked_add(load)?.to_string(), "3092.50 GTQ");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod activation;
pub mod alias;
pub mod card;
pub mod codes;
pub mod environment;
pub mod id;
pub mod money;
pub mod number_clues;
pub mod operation;
pub mod pan;
pub mod permission;
pub mod pin;
pub mod reference;
pub mod registration;
pub mod replacement;
pub mod text;

pub use activation::{ActivationLink, ActivationLinkParts};
pub use alias::{Alias, AliasError};
pub use card::{CardOperation, CardState, WhyNot};
pub use codes::{Cvv, CvvError, OneTimeCode, OneTimeCodeError};
pub use environment::Environment;
pub use id::{CardId, CardholderId, ClientSlug, MerchantSlug};
pub use money::{Amount, Currency, Money, MoneyError};
pub use number_clues::NumberClues;
pub use operation::{Basis, LinkKind, OperationEvent, OperationFacts, OperationKind, OperationState};
pub use pan::{LastFour, MaskedPan, Pan};
pub use permission::Permission;
pub use pin::{Pin, PinError, PinWeakness};
pub use reference::Reference;
pub use replacement::{ReplacementCause, ReplacementEvent, ReplacementState, ReplacementStep};
