//! Tools that the checks use and that no system package brings: `tauri-driver` and `cargo-deny` by Cargo, Schemathesis
//! and what the benchmark's script needs by pip. Each has one pinned version and lives in a folder of the project's own, so
//! that nothing of the user's is replaced; a tool of the right version that is already on the path is taken instead.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::packages;
use crate::place::Place;
use crate::process::{cargo, printed, run, succeeds};

/// A tool that Cargo installs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CargoTool {
    name: &'static str,
    version: &'static str,
    /// How `cargo install` builds it: seconds of checking against minutes of building.
    settings: &'static [(&'static str, &'static str)],
}

/// The WebDriver of Tauri's windows.
pub(crate) const TAURI_DRIVER: CargoTool = CargoTool { name: "tauri-driver", version: "2.1.0", settings: QUICK };

/// Licences, advisories, duplicates and sources of the dependencies.
pub(crate) const CARGO_DENY: CargoTool = CargoTool { name: "cargo-deny", version: "0.20.2", settings: QUICK };

/// A tool that runs for seconds need not be optimised for minutes.
const QUICK: &[(&str, &str)] = &[
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// The whole set of Python packages of the contract fuzzer, each with its version.
const SCHEMATHESIS: &str = include_str!("../schemathesis.txt");

/// The same for the script that the print engine is measured against.
const SCRIPT_OF_INSERTS: &str = include_str!("../../src-tauri/crates/inserts/examples/benchmark/requirements.txt");

impl CargoTool {
    /// The tool's program, installed first where it is missing or of another version.
    pub(crate) fn ensure(self, place: &Place) -> Result<PathBuf, Failure> {
        let own = place.tools().join("bin").join(self.name);
        for candidate in [own.clone(), installed_by_cargo(self.name)] {
            if self.is_right(&candidate) {
                return Ok(candidate);
            }
        }
        println!("Installing {} {}", self.name, self.version);
        let mut install = cargo(place);
        install.args(["install", self.name, "--version", &format!("={}", self.version), "--locked", "--force", "--quiet", "--root"]);
        install.arg(place.tools()).envs(self.settings.iter().copied());
        // A build folder of its own: beside the project's it would stay for ever.
        let build = place.tools().join("build");
        install.env("CARGO_TARGET_DIR", &build);
        run(&mut install)?;
        // What it was built from is of no more use, and gigabytes; that it can't be removed is no failure.
        let _ = fs::remove_dir_all(&build);
        Ok(own)
    }

    fn is_right(self, program: &Path) -> bool {
        if !program.is_file() {
            return false;
        }
        let said = printed(Command::new(program).arg("--version")).unwrap_or_default();
        if said.split_whitespace().any(|word| word == self.version) {
            return true;
        }
        // tauri-driver does not tell its version; Cargo's own record of what it installed does.
        program.parent().and_then(Path::parent).is_some_and(|root| {
            fs::read_to_string(root.join(".crates.toml")).is_ok_and(|record| record.contains(&format!("\"{} {} ", self.name, self.version)))
        })
    }
}

fn installed_by_cargo(name: &str) -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    home.unwrap_or_default().join("bin").join(name)
}

/// Schemathesis, in a Python environment of its own.
pub(crate) fn schemathesis(place: &Place) -> Result<PathBuf, Failure> {
    let folder = place.tools().join("schemathesis");
    let program = folder.join("bin/st");
    let is_working = || succeeds(Command::new(&program).arg("--version"));
    python_environment(place, &folder, "the contract fuzzer (schemathesis)", "xtask/schemathesis.txt", SCHEMATHESIS, is_working)?;
    Ok(program)
}

/// The Python that has what the script of `cargo xtask bench inserts` needs, in an environment of its own.
pub(crate) fn script_of_inserts(place: &Place) -> Result<PathBuf, Failure> {
    let folder = place.tools().join("script-of-inserts");
    let program = folder.join("bin/python");
    let is_working = || succeeds(Command::new(&program).args(["-c", "import reportlab, segno"]));
    let requirements = "src-tauri/crates/inserts/examples/benchmark/requirements.txt";
    python_environment(place, &folder, "ReportLab and segno", requirements, SCRIPT_OF_INSERTS, is_working)?;
    Ok(program)
}

/// Makes a Python environment with these packages, unless it is there and works.
fn python_environment(
    place: &Place,
    folder: &Path,
    what: &str,
    requirements: &str,
    pinned: &str,
    is_working: impl Fn() -> bool,
) -> Result<(), Failure> {
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == pinned) && is_working() {
        return Ok(());
    }
    packages::ensure_one(
        "python3-venv",
        || succeeds(Command::new("python3").args(["-c", "import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))"])),
        &format!("{what} need Python 3.10 or newer with its venv module (Debian: python3-venv)"),
    )?;
    println!("Installing {what} into a Python environment of their own");
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    run(Command::new(folder.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"])
        .arg(place.root().join(requirements)))?;
    fs::write(&stamp, pinned).map_err(|error| Failure::new(format!("{} can't be written: {error}", stamp.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_python_package_has_one_exact_version() {
        let lines = |packages: &'static str| packages.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert!(lines(SCHEMATHESIS).any(|line| line.starts_with("schemathesis==")));
        assert!(lines(SCRIPT_OF_INSERTS).any(|line| line.starts_with("reportlab==")));
        for line in lines(SCHEMATHESIS).chain(lines(SCRIPT_OF_INSERTS)) {
            let (name, version) = line.split_once("==").unwrap_or_else(|| panic!("{line:?} has no exact version"));
            assert!(!name.is_empty() && version.starts_with(|first: char| first.is_ascii_digit()), "{line:?}");
        }
    }
}
