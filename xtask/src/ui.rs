//! The web UI's packages and its build, by npm.

use std::fs;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::packages::is_program;
use crate::place::Place;
use crate::process::{printed, run};

/// Vite 8 and Svelte's tools ask for it.
const OLDEST_NODE: u32 = 20;

/// One of the scripts of `ui/package.json`.
pub(crate) fn script(place: &Place, name: &str) -> Result<(), Failure> {
    run(npm(place).args(["run", "--silent", name]))
}

/// Installs the UI's packages where the lock file is not the one they were last installed from.
pub(crate) fn install(place: &Place) -> Result<(), Failure> {
    ensure_node()?;
    let lock_file = place.ui().join("package-lock.json");
    let lock = fs::read(&lock_file).map_err(|error| Failure::new(format!("{} can't be read: {error}", lock_file.display())))?;
    let stamp = stamp(place);
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installing the UI's packages (npm ci)");
    run(npm(place).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    fs::write(&stamp, lock).map_err(|error| Failure::new(format!("{} can't be written: {error}", stamp.display())))
}

/// Builds the UI into `ui/dist`, from which the window takes it.
pub(crate) fn build(place: &Place) -> Result<(), Failure> {
    script(place, "build")
}

/// The lock file that the packages were installed from; it goes when they go.
fn stamp(place: &Place) -> PathBuf {
    place.ui().join("node_modules/.installed-from-lock.json")
}

fn npm(place: &Place) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(place.ui());
    // Some of its tools colour even what goes into a file.
    if !std::io::stdout().is_terminal() {
        command.env("NO_COLOR", "1");
    }
    command
}

fn ensure_node() -> Result<(), Failure> {
    let wanted = format!("Node.js {OLDEST_NODE} or newer with npm is needed to build the window's pages");
    if !is_program("node") || !(is_program("npm") || cfg!(windows)) {
        return Err(Failure::new(format!("{wanted}, and is not on the path. Install it and try again")));
    }
    let said = printed(Command::new("node").arg("--version"))?;
    match major_version(&said) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => Err(Failure::new(format!("{wanted}; here is {:?}. Install a newer one and try again", said.trim()))),
    }
}

fn major_version(said: &str) -> Option<u32> {
    said.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read_from_what_it_says() {
        assert_eq!(major_version("v20.20.2\n"), Some(20));
        assert_eq!(major_version("v8.0.0"), Some(8));
        assert_eq!(major_version("20"), None);
        assert_eq!(major_version(""), None);
    }
}
