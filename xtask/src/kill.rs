//! The kill test: the release window, killed at random moments of a batch and started again.

use crate::arguments::Profile;
use crate::failure::Failure;
use crate::packages::{self, Purpose};
use crate::place::Place;
use crate::process::{cargo, run as run_program};
use crate::{tools, ui, window};

/// The test, which kills `CARDESK_KILLS` times at moments that follow from `CARDESK_KILL_SEED`.
const TEST: &str = "kill::whenever_it_is_killed_money_moves_once_or_not_at_all_and_the_window_says_what_is_true";

/// How often the checks kill: what two minutes have time for. The check's name says it, too.
const KILLS_CHECKED: u32 = 8;

/// How often it is killed and what the moments follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kills {
    pub(crate) times: u32,
    /// `None` for the one that the test has.
    pub(crate) seed: Option<u64>,
}

impl Kills {
    /// What whoever asks for nothing else gets.
    pub(crate) const USUAL: Self = Self { times: 50, seed: None };
}

/// The kills of every run of the checks, on the window that was built before; `CARDESK_KILLS` in the environment says
/// another number.
pub(crate) fn check(place: &Place) -> Result<(), Failure> {
    let times = std::env::var("CARDESK_KILLS").ok().and_then(|times| times.parse().ok()).unwrap_or(KILLS_CHECKED);
    kill(place, Kills { times, seed: None })
}

/// Builds the window and kills it.
pub(crate) fn run(place: &Place, kills: Kills) -> Result<(), Failure> {
    packages::ensure(Purpose::Tests)?;
    ui::install(place)?;
    ui::build(place)?;
    window::build(place, Profile::Release)?;
    kill(place, kills)
}

/// `--workspace` as for the window's tests: naming the package would build half of the libraries again.
fn kill(place: &Place, kills: Kills) -> Result<(), Failure> {
    let driver = tools::TAURI_DRIVER.ensure(place)?;
    let mut command = cargo(place);
    command.args(["test", "--workspace", "--test", "it", "--", "--ignored", "--nocapture", "--exact", TEST]);
    command.env("CARDESK_KILLS", kills.times.to_string()).env("RUST_BACKTRACE", "0");
    if let Some(seed) = kills.seed {
        command.env("CARDESK_KILL_SEED", seed.to_string());
    }
    run_program(window::with_window(&mut command, place, &driver))
        .map_err(|_| Failure::new("a kill did not leave what it should; which one, and its seed, is above"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test of another name would run nothing, and nothing passes.
    #[test]
    fn the_test_that_is_asked_for_is_there() {
        let name = TEST.rsplit("::").next().expect("a name");
        assert!(include_str!("../../tests/tests/it/kill/mod.rs").contains(&format!("fn {name}(")));
    }
}
