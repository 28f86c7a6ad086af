//! Random days of random operators: runs the desk's simulation for a range of seeds, in one process.

use crate::failure::Failure;
use crate::place::Place;
use crate::process::{cargo, run as run_program};

/// The test that lives the days of `CARDESK_SEEDS`.
const DAYS: &str = "simulation::money_moves_once_or_not_at_all_whatever_happens";

/// The days that every run of the checks lives, and whoever asks for no others.
pub(crate) const DAYS_CHECKED: &str = "0..2000";

/// Lives the days of every run of the checks. Unoptimised and asked for in the whole workspace, as the tests are: so it is
/// built already, and building everything once more, for one crate's features, would take longer than these days.
pub(crate) fn check(place: &Place) -> Result<(), Failure> {
    live(place, DAYS_CHECKED, &["test", "--workspace", "--test", "it"])
}

/// Lives the days of these seeds, `A..B`, optimised, since they may be many.
pub(crate) fn run(place: &Place, seeds: &str) -> Result<(), Failure> {
    live(place, seeds, &["test", "--release", "-p", "cardesk-desk", "--test", "it"])
}

fn live(place: &Place, seeds: &str, test: &[&str]) -> Result<(), Failure> {
    let mut days = cargo(place);
    days.env("CARDESK_SEEDS", seeds).args(test).args(["--", "--exact", DAYS]);
    run_program(&mut days)
        .map_err(|_| Failure::new("a day did not hold; its seed is above, and `cargo xtask simulate --seeds` lives it again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test of another name would run nothing, and nothing passes.
    #[test]
    fn the_test_that_is_asked_for_is_there() {
        let name = DAYS.rsplit("::").next().expect("a name");
        assert!(include_str!("../../src-tauri/crates/desk/tests/it/simulation/mod.rs").contains(&format!("fn {name}(")));
    }
}
