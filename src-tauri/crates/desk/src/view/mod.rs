//! What the window gets to see and what it sends: plain data, one file per screen's subject.
//!
//! Ids and amounts are text (a web view's numbers are exact only to 53 bits, and money is never a float), instants are
//! RFC 3339, days are `YYYY-MM-DD`, and every choice is a word of an enum, so that the generated TypeScript knows them
//! all. No view carries a secret or a whole card number, but the CVV that somebody asked for with a reason ([`ShownCvv`]).

mod activity;
mod attention;
mod batch;
mod card;
mod cardholder;
mod funds;
mod invitation;
mod issuer_statement;
mod linked_card;
mod list;
mod lock;
mod movement;
mod packing;
mod paper;
mod pin;
mod print;
mod print_run;
mod replacement;
mod session;
mod statement;
mod table;
mod template;
mod transfer;
mod word;

pub use activity::*;
pub use attention::*;
pub use batch::*;
pub use card::*;
pub use cardholder::*;
pub use funds::*;
pub use invitation::*;
pub use issuer_statement::*;
pub use linked_card::*;
pub use list::*;
pub use lock::*;
pub use movement::*;
pub use packing::*;
pub use paper::*;
pub use pin::*;
pub use print::*;
pub use print_run::*;
pub use replacement::*;
pub use session::*;
pub use statement::*;
pub use table::*;
pub use template::*;
pub use transfer::*;
pub use word::*;
