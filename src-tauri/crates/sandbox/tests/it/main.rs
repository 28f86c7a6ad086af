//! Practice from the outside: over its socket, as a gateway client, a phone and a hostile program would use it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod activation_page;
mod card_management;
mod cards;
mod core;
mod document;
mod edges;
mod faults;
mod funds;
mod linked_cards;
mod program;
mod registration;
mod secrets_of_a_card;
mod sessions;
mod state;
mod support;
mod transfers;
mod wire;
