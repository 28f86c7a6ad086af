//! What crosses crates.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test asserts")]

mod architecture;
mod association;
mod at_gateway;
mod batch_screen;
mod batches;
mod card_changes;
mod card_in_hand;
mod disk;
mod harness;
mod issuer_statement;
mod keyboard;
mod kill;
mod lists;
mod lock;
mod money;
mod money_form;
mod packing_journeys;
mod page_end;
mod people;
mod practice;
mod print_room_journeys;
mod print_room_screen;
mod print_server;
mod refusals;
mod replacing;
mod screen;
mod secret_search;
mod secrets;
mod sent_once;
mod tidy;
mod transfers;
mod window;

/// The clone's top folder.
fn clone() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
