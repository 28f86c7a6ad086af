//! Building the window and starting what belongs to it: the desk itself, the demo, Practice alone, the benchmarks.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::arguments::{Benchmark, Profile};
use crate::bounds;
use crate::failure::Failure;
use crate::packages::{self, Purpose};
use crate::place::Place;
use crate::process::{cargo, hand_over, run as run_program, run_for_last_line, shown};
use crate::{tools, ui};

/// Large enough for the window at its first size.
const VIRTUAL_SCREEN: &str = "-screen 0 1440x900x24";

/// Everything that has to be there, built and opened. The release build is the default although it takes a few minutes
/// longer: it is what users get, its print engine and its start-up are many times faster, and the tests, the demo and
/// the benchmarks take the same binary without building it again.
pub(crate) fn run(place: &Place, profile: Profile) -> Result<ExitCode, Failure> {
    let has_display = has_display();
    packages::ensure(if has_display { Purpose::Window } else { Purpose::WindowWithoutDisplay })?;
    ui::install(place)?;
    ui::build(place)?;
    println!("Building the window (the first time takes some minutes)");
    build(place, profile)?;
    open(place, profile, has_display)
}

/// Builds the window's binary; the UI has to be built before.
pub(crate) fn build(place: &Place, profile: Profile) -> Result<(), Failure> {
    run_program(&mut build_command(place, profile, &["cardesk"]))
}

/// Where [`build`] leaves the binary.
pub(crate) fn binary(place: &Place, profile: Profile, name: &str) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    place.target().join(folder).join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

fn build_command(place: &Place, profile: Profile, packages: &[&str]) -> Command {
    let mut command = cargo(place);
    command.arg("build");
    if profile == Profile::Release {
        command.arg("--release");
    }
    for package in packages {
        command.args(["--package", package]);
    }
    command
}

fn open(place: &Place, profile: Profile, has_display: bool) -> Result<ExitCode, Failure> {
    let desk = binary(place, profile, "cardesk");
    let mut command = if has_display {
        println!("Opening the window");
        Command::new(desk)
    } else {
        println!(
            "There is no display here, so the window opens on a virtual one, where nobody sees it. Ctrl+C ends it. \
             `cargo xtask demo --out DIR` leaves pictures of it."
        );
        under_virtual_display(&desk)
    };
    hand_over(command.current_dir(place.root()))
}

/// A virtual display often comes without a session bus, too; the keychain and the "one window only" rule need one.
fn under_virtual_display(program: &Path) -> Command {
    let mut command = Command::new("xvfb-run");
    command.args(["-a", "-s", VIRTUAL_SCREEN]);
    if env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
        command.args(["dbus-run-session", "--"]);
    }
    command.arg(program);
    command
}

fn has_display() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Drives the release window through the whole job.
pub(crate) fn demo(place: &Place, out: &Path, language: Option<&str>) -> Result<(), Failure> {
    packages::ensure(Purpose::Tests)?;
    let driver = tools::TAURI_DRIVER.ensure(place)?;
    ui::install(place)?;
    ui::build(place)?;
    build(place, Profile::Release)?;
    let here = env::current_dir().map_err(|error| Failure::new(format!("the working directory can't be read: {error}")))?;
    let mut command = cargo(place);
    command.args(["run", "--quiet", "--package", "cardesk-tests", "--bin", "demo", "--", "--out"]).arg(here.join(out));
    command.args(["--language", language.unwrap_or("es")]);
    run_program(with_window(&mut command, place, &driver))
}

/// Tells a test or the demo where the window and its driver are.
pub(crate) fn with_window<'a>(command: &'a mut Command, place: &Place, driver: &Path) -> &'a mut Command {
    command.env("CARDESK_WINDOW", binary(place, Profile::Release, "cardesk")).env("CARDESK_TAURI_DRIVER", driver)
}

/// Practice alone, until it is ended.
pub(crate) fn practice(place: &Place, arguments: &[OsString]) -> Result<ExitCode, Failure> {
    let mut command = cargo(place);
    command.args(["run", "--quiet", "--package", "cardesk-sandbox", "--bin", "practice", "--"]).args(arguments);
    hand_over(&mut command)
}

/// Builds what a benchmark compares, and runs it.
pub(crate) fn bench(place: &Place, benchmark: Benchmark) -> Result<(), Failure> {
    match benchmark {
        Benchmark::Inserts => {
            let python = tools::script_of_inserts(place)?;
            let mut command = cargo(place);
            command.args(["run", "--quiet", "--release", "--package", "cardesk-inserts", "--example", "benchmark"]);
            judged(benchmark, command.env("CARDESK_BENCH_PYTHON", python))
        }
        // A benchmark of Cargo's own, since it is the desk's: it needs no window.
        Benchmark::Journal => run_program(cargo(place).args(["bench", "--package", "cardesk-desk", "--bench", "journal"])),
        Benchmark::Preview => judged(benchmark, cargo(place).args(["bench", "--package", "cardesk-desk", "--bench", "preview"])),
        Benchmark::Startup => {
            packages::ensure(Purpose::WindowWithoutDisplay)?;
            ui::install(place)?;
            ui::build(place)?;
            // In one call, so that both windows are built with the same features of every library.
            run_program(&mut build_command(place, Profile::Release, &["cardesk", "cardesk-bare-window"]))?;
            let mut command = cargo(place);
            command.args(["run", "--quiet", "--release", "--package", "cardesk-tests", "--bin", "startup", "--", "--desk"]);
            command.arg(binary(place, Profile::Release, "cardesk"));
            command.arg("--bare").arg(binary(place, Profile::Release, "cardesk-bare-window"));
            run_program(&mut command)
        }
    }
}

/// Runs a benchmark in sight, and fails as well where it ends well and its figures miss what is promised.
fn judged(benchmark: Benchmark, command: &mut Command) -> Result<(), Failure> {
    bounds::judge(benchmark, &run_for_last_line(command)?)
}

/// Writes the TypeScript of the shell's commands again.
pub(crate) fn bindings(place: &Place) -> Result<(), Failure> {
    packages::ensure(Purpose::Window)?;
    let mut command = cargo(place);
    command.args(["test", "--quiet", "--package", "cardesk", "--test", "it", "bindings"]).env("CARDESK_WRITE_BINDINGS", "1");
    run_program(&mut command)?;
    println!("Wrote ui/src/lib/backend/bindings.ts ({})", shown(&command));
    Ok(())
}
