//! Every check of the project, in one list: what it is called, what it runs, what has to have passed before.
//!
//! A failed check does not stop the others: one run tells everything. Only what can't mean anything after a failure is
//! left out, and said so.

use std::fs;
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::arguments::Profile;
use crate::failure::Failure;
use crate::packages::{self, Purpose};
use crate::place::Place;
use crate::process::{cargo, run as run_program, succeeds};
use crate::{fuzz, kill, simulation, tools, ui, window};

/// The checks' names and what each of them is, in the order in which they run: the quick ones first.
pub(crate) const NAMES: [(&str, &str); 16] = [
    ("prepare", "system packages, the UI's packages"),
    ("format", "cargo fmt"),
    ("ui-lint", "eslint and prettier"),
    ("ui-build", "the UI as the window takes it"),
    ("ui-types", "svelte-check, warnings are errors"),
    ("ui-tests", "vitest"),
    ("clippy", "all targets, warnings are errors"),
    ("dependencies", "cargo deny: licences, duplicates, sources"),
    ("advisories", "cargo deny: known weaknesses, where the list can be had"),
    ("tests", "cargo test, everything but the window"),
    ("docs", "cargo doc, warnings are errors"),
    ("simulation", "2,000 random days of operators, faults and kills"),
    ("contract", "Practice against a contract fuzzer"),
    ("window", "the release build"),
    ("window-tests", "the real window, driven; the demo in both languages"),
    ("kill", "the real window, killed eight times in the middle of a batch (`cargo xtask kill`: fifty times)"),
];

/// The modules of `tests/tests/it` whose ignored tests drive the real window. A test below holds every such test to them.
const WINDOW_TESTS: [&str; 20] = [
    "association::",
    "batches::",
    "card_changes::",
    "card_in_hand::",
    "disk::",
    "issuer_statement::",
    "keyboard::",
    "lists::",
    "lock::",
    "money::",
    "packing_journeys::",
    "page_end::",
    "people::",
    "print_room_journeys::",
    "refusals::",
    "replacing::",
    "secrets::",
    "sent_once::",
    "transfers::",
    "window::",
];

struct Check {
    name: &'static str,
    what: &'static str,
    /// Checks without which this one can't mean anything.
    needs: &'static [&'static str],
    perform: fn(&Place) -> Result<Done, Failure>,
}

/// How a check ended that did not fail.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Passed,
    /// It could not be made here, for the reason given, and that is no fault of the code.
    Skipped(String),
}

struct Line {
    name: &'static str,
    seconds: f64,
    end: End,
}

#[derive(PartialEq, Eq)]
enum End {
    Passed,
    Failed(String),
    Skipped(String),
}

const CHECKS: [Check; NAMES.len()] = [
    check(0, &[], prepare),
    check(1, &[], |place| passed(cargo(place).args(["fmt", "--all", "--check"]))),
    check(2, &["prepare"], |place| ui::script(place, "lint").map(|()| Done::Passed)),
    check(3, &["prepare"], |place| ui::build(place).map(|()| Done::Passed)),
    check(4, &["prepare"], |place| ui::script(place, "check").map(|()| Done::Passed)),
    check(5, &["prepare"], |place| ui::script(place, "test").map(|()| Done::Passed)),
    check(6, &["prepare"], clippy),
    check(7, &[], dependencies),
    check(8, &[], advisories),
    check(9, &["prepare"], |place| passed(cargo(place).args(["test", "--workspace", "--no-fail-fast"]))),
    check(10, &["prepare"], docs),
    check(11, &["prepare"], |place| simulation::check(place).map(|()| Done::Passed)),
    check(12, &["prepare"], fuzz::run),
    check(13, &["prepare", "ui-build"], |place| window::build(place, Profile::Release).map(|()| Done::Passed)),
    check(14, &["window"], window_tests),
    check(15, &["window"], |place| kill::check(place).map(|()| Done::Passed)),
];

const fn check(number: usize, needs: &'static [&'static str], perform: fn(&Place) -> Result<Done, Failure>) -> Check {
    Check { name: NAMES[number].0, what: NAMES[number].1, needs, perform }
}

/// Runs the checks, all of them or those named, and says how each ended.
pub(crate) fn run(place: &Place, only: &[String]) -> Result<ExitCode, Failure> {
    let mut lines: Vec<Line> = Vec::new();
    for check in CHECKS.iter().filter(|check| only.is_empty() || only.iter().any(|name| name == check.name)) {
        println!("\n════ {}: {}", check.name, check.what);
        let started = Instant::now();
        let end = perform(check, place, &lines);
        match &end {
            End::Passed => {}
            End::Failed(why) => eprintln!("{why}"),
            End::Skipped(why) => println!("{why}"),
        }
        lines.push(Line { name: check.name, seconds: started.elapsed().as_secs_f64(), end });
    }
    println!("\n{}", summary(&lines));
    let failed = lines.iter().any(|line| matches!(line.end, End::Failed(_)));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn perform(check: &Check, place: &Place, before: &[Line]) -> End {
    let stopped_by = check.needs.iter().find(|need| before.iter().any(|line| line.name == **need && line.end != End::Passed));
    if let Some(need) = stopped_by {
        return End::Failed(format!("not run, since {need} did not pass"));
    }
    match (check.perform)(place) {
        Ok(Done::Passed) => End::Passed,
        Ok(Done::Skipped(why)) => End::Skipped(why),
        Err(failure) => End::Failed(failure.to_string()),
    }
}

fn summary(lines: &[Line]) -> String {
    let count = |wanted: fn(&End) -> bool| lines.iter().filter(|line| wanted(&line.end)).count();
    let mut text = String::from("════ summary\n");
    for Line { name, seconds, end } in lines {
        let words = match end {
            End::Passed => "passed".to_owned(),
            End::Failed(why) => format!("FAILED: {}", why.lines().next().unwrap_or_default()),
            End::Skipped(why) => format!("skipped: {why}"),
        };
        text.push_str(&format!("  {name:<14}{seconds:>7.1} s  {words}\n"));
    }
    let seconds: f64 = lines.iter().map(|line| line.seconds).sum();
    text.push_str(&format!("  {:<14}{seconds:>7.1} s\n\n", "all"));
    let (passed, failed) = (count(|end| *end == End::Passed), count(|end| matches!(end, End::Failed(_))));
    let skipped = count(|end| matches!(end, End::Skipped(_)));
    text.push_str(&format!("checks: {passed} passed, {failed} failed"));
    if skipped > 0 {
        text.push_str(&format!(", {skipped} skipped"));
    }
    text
}

fn passed(command: &mut Command) -> Result<Done, Failure> {
    run_program(command).map(|()| Done::Passed)
}

fn prepare(place: &Place) -> Result<Done, Failure> {
    packages::ensure(Purpose::Tests)?;
    ui::install(place)?;
    Ok(Done::Passed)
}

fn clippy(place: &Place) -> Result<Done, Failure> {
    passed(cargo(place).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn docs(place: &Place) -> Result<Done, Failure> {
    passed(cargo(place).args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

fn dependencies(place: &Place) -> Result<Done, Failure> {
    let deny = tools::CARGO_DENY.ensure(place)?;
    let mut command = Command::new(deny);
    passed(command.current_dir(place.root()).args([
        "--log-level",
        "error",
        "--locked",
        "check",
        "--show-stats",
        "licenses",
        "bans",
        "sources",
    ]))
}

/// The list of advisories is fetched from a public repository. Where that can't be reached, the check says so and counts
/// as skipped: it would fail on the network, not on the code.
fn advisories(place: &Place) -> Result<Done, Failure> {
    let deny = tools::CARGO_DENY.ensure(place)?;
    let run_deny = |arguments: &[&str]| {
        let mut command = Command::new(&deny);
        command.current_dir(place.root()).args(["--log-level", "error", "--locked"]).args(arguments);
        command
    };
    // Git would ask for a password, and wait, where a proxy answers in place of the repository.
    if !succeeds(run_deny(&["fetch", "db"]).env("GIT_TERMINAL_PROMPT", "0")) {
        return Ok(Done::Skipped("the list of advisories can't be fetched from here".to_owned()));
    }
    passed(&mut run_deny(&["check", "--disable-fetch", "--show-stats", "advisories"]))
}

/// `--workspace` although only one package has such tests: naming the package would choose other features of shared
/// libraries, and half of them would be built again.
fn window_tests(place: &Place) -> Result<Done, Failure> {
    let driver = tools::TAURI_DRIVER.ensure(place)?;
    let pictures = place.target().join("window-tests");
    fs::create_dir_all(&pictures).map_err(|error| Failure::new(format!("{} can't be made: {error}", pictures.display())))?;
    let mut command = cargo(place);
    command.args(["test", "--workspace", "--test", "it", "--", "--ignored", "--test-threads", "1"]).args(WINDOW_TESTS);
    // A backtrace of an asynchronous test is long, and never names the step.
    window::with_window(&mut command, place, &driver).env("CARDESK_PICTURES", &pictures).env("RUST_BACKTRACE", "0");
    passed(&mut command)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    fn line(name: &'static str, end: End) -> Line {
        Line { name, seconds: 1.5, end }
    }

    fn fails(_: &Place) -> Result<Done, Failure> {
        Err(Failure::new("it broke"))
    }

    #[test]
    fn the_closing_line_counts_what_passed_failed_and_was_skipped() {
        let all = [
            line("format", End::Passed),
            line("tests", End::Failed("two\nlines".into())),
            line("advisories", End::Skipped("offline".into())),
        ];
        let text = summary(&all);
        assert!(text.ends_with("\nchecks: 1 passed, 1 failed, 1 skipped"), "{text}");
        assert!(text.contains("FAILED: two\n") && text.contains("skipped: offline"), "{text}");
        assert!(summary(&all[..1]).ends_with("\nchecks: 1 passed, 0 failed"));
    }

    #[test]
    fn a_check_that_can_mean_nothing_any_more_is_not_run_and_counts_as_failed() {
        let place = Place::find().expect("tests run inside the clone");
        let late = Check { name: "late", what: "", needs: &["early"], perform: |_| Ok(Done::Passed) };
        assert!(matches!(perform(&late, &place, &[line("early", End::Failed("why".into()))]), End::Failed(why) if why.contains("early")));
        assert!(matches!(perform(&late, &place, &[line("early", End::Passed)]), End::Passed));
        assert!(matches!(perform(&late, &place, &[]), End::Passed), "a check that was not asked for stops nothing");
        let broken = Check { name: "broken", what: "", needs: &[], perform: fails };
        assert!(matches!(perform(&broken, &place, &[]), End::Failed(why) if why == "it broke"));
    }

    #[test]
    fn every_check_has_a_name_of_its_own_and_needs_only_earlier_ones() {
        for (number, check) in CHECKS.iter().enumerate() {
            assert_eq!(NAMES.iter().filter(|(name, _)| *name == check.name).count(), 1, "{}", check.name);
            for need in check.needs {
                assert!(CHECKS[..number].iter().any(|earlier| earlier.name == *need), "{} needs {need}", check.name);
            }
        }
    }

    /// What stands at every test that drives the window.
    const DRIVES_THE_WINDOW: &str = "drives the real window";

    /// The Rust files below a folder, what is built and fetched left aside.
    fn rust_files(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).expect("a folder of the clone").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() && !["target", "node_modules", ".git"].iter().any(|left_aside| name == *left_aside) {
                found.extend(rust_files(&path));
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
        found
    }

    #[test]
    fn every_test_that_drives_the_window_is_run_by_the_check() {
        let place = Place::find().expect("tests run inside the clone");
        let home = place.root().join("tests/tests/it");
        let mut driving = BTreeSet::new();
        for file in rust_files(place.root()).into_iter().filter(|file| !file.ends_with("xtask/src/checks.rs")) {
            let text = fs::read_to_string(&file).expect("a file of the clone");
            let in_home = file.parent() == Some(home.as_path());
            // In the home of these tests, whatever is ignored is one: another reason would hide it from the check.
            if text.contains(DRIVES_THE_WINDOW) || (in_home && text.contains("#[ignore")) {
                assert!(in_home, "{} drives the window outside tests/tests/it, where no check looks", file.display());
                driving.insert(format!("{}::", file.file_stem().unwrap_or_default().to_string_lossy()));
            }
        }
        let run: BTreeSet<String> = WINDOW_TESTS.map(str::to_owned).into();
        assert_eq!(driving, run, "WINDOW_TESTS must name each file whose tests drive the window, and no other");
    }

    #[test]
    fn what_the_check_of_the_window_runs_names_no_other_crates_ignored_tests() {
        let place = Place::find().expect("tests run inside the clone");
        let home = place.root().join("tests/tests/it");
        for file in rust_files(place.root()).into_iter().filter(|file| file.parent() != Some(home.as_path())) {
            let module = format!("{}::", file.file_stem().unwrap_or_default().to_string_lossy());
            let text = fs::read_to_string(&file).expect("a file of the clone");
            let is_ignored = text.lines().any(|line| line.trim_start().starts_with("#[ignore"));
            assert!(!(is_ignored && WINDOW_TESTS.contains(&module.as_str())), "{} would be run with the window", file.display());
        }
    }
}
