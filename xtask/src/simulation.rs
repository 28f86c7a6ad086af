//! Random days of random operators: runs the desk's simulation for a range of seeds, optimised, in one process.

use crate::failure::Failure;
use crate::place::Place;
use crate::process::{cargo, run as run_program};

/// The test that lives the days of `CARDESK_SEEDS`.
const DAYS: &str = "simulation::money_moves_once_or_not_at_all_whatever_happens";

/// The days that every run of the checks lives, and whoever asks for no others.
pub(crate) const DAYS_CHECKED: &str = "0..2000";

/// Lives the days of these seeds, `A..B`.
pub(crate) fn run(place: &Place, seeds: &str) -> Result<(), Failure> {
    let mut days = cargo(place);
    days.env("CARDESK_SEEDS", seeds).args(["test", "--release", "-p", "cardesk-desk", "--test", "it", "--", "--exact", DAYS]);
    run_program(&mut days)
        .map_err(|_| Failure::new("a day did not hold; its seed is above, and `cargo xtask simulate --seeds` lives it again"))
}
