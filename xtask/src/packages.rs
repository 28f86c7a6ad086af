//! The system's packages: what running and testing need, whether they are there, and how they get there.
//!
//! Owns Debian and its relatives, where it installs by itself. Elsewhere it says what to install.

use std::env;
use std::fs;
use std::process::Command;

use crate::failure::Failure;
use crate::process::{printed, run, succeeds};

/// Building and opening the window.
const WINDOW: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libayatana-appindicator3-dev",
    "libxdo-dev",
    "libssl-dev",
    "libcups2-dev",
];

/// Opening it where there is no display.
const VIRTUAL_DISPLAY: &[&str] = &["xvfb", "xauth", "dbus-x11"];

/// Driving the window, and reading what it makes.
const TESTS: &[&str] =
    &["gnome-keyring", "libsecret-tools", "webkit2gtk-driver", "poppler-utils", "zbar-tools", "qpdf", "cups", "cups-client"];

/// What the packages are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The window, on a display that is there.
    Window,
    /// The window, on a virtual display.
    WindowWithoutDisplay,
    /// Everything that the tests need.
    Tests,
}

impl Purpose {
    fn packages(self) -> Vec<&'static str> {
        match self {
            Self::Window => WINDOW.to_vec(),
            Self::WindowWithoutDisplay => [WINDOW, VIRTUAL_DISPLAY].concat(),
            Self::Tests => [WINDOW, VIRTUAL_DISPLAY, TESTS].concat(),
        }
    }
}

/// Makes sure that the packages are there. Does nothing, and asks nobody, where all are.
pub(crate) fn ensure(purpose: Purpose) -> Result<(), Failure> {
    match env::consts::OS {
        "linux" if is_debian(&fs::read_to_string("/etc/os-release").unwrap_or_default()) => ensure_on_debian(&purpose.packages()),
        "linux" => ensure_on_another_linux(purpose),
        system => ensure_elsewhere(system, purpose),
    }
}

/// Makes sure of one more Debian package, on the ground of a test other than dpkg's.
pub(crate) fn ensure_one(package: &'static str, is_there: impl Fn() -> bool, otherwise: &str) -> Result<(), Failure> {
    if is_there() {
        return Ok(());
    }
    if is_debian(&fs::read_to_string("/etc/os-release").unwrap_or_default()) {
        ensure_on_debian(&[package])?;
    }
    if is_there() { Ok(()) } else { Err(Failure::new(otherwise)) }
}

fn ensure_on_debian(wanted: &[&str]) -> Result<(), Failure> {
    let missing = missing_on_debian(wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing system packages: {}", missing.join(" "));
    let privilege = Privilege::here().ok_or_else(|| {
        Failure::new(format!(
            "system packages are missing, and this user can't install them. Run this, then try again:\n\n  {}\n",
            install_line(&missing)
        ))
    })?;
    if let Err(failure) = run(&mut privilege.command("apt-get", &["update"])) {
        println!("{failure}; going on with the package lists that are there");
    }
    let mut install = vec!["install", "-y"];
    install.extend(&missing);
    if run(&mut privilege.command("apt-get", &install)).is_err() {
        // An upgrade of systemd in the middle of the first install has been seen to break it; these two mend that.
        println!("The install failed; mending the package system and trying once more.");
        for mend in [&["dpkg", "--configure", "-a"][..], &["apt-get", "-y", "-f", "install"]] {
            if let Err(failure) = run(&mut privilege.command(mend[0], &mend[1..])) {
                println!("{failure}");
            }
        }
        run(&mut privilege.command("apt-get", &install))?;
    }
    let left = missing_on_debian(&missing)?;
    if left.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(format!("apt-get reported success, but these packages are still missing: {}", left.join(" "))))
    }
}

fn missing_on_debian<'a>(wanted: &[&'a str]) -> Result<Vec<&'a str>, Failure> {
    let known = printed(Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Abbrev} ${Package}\n"]).args(wanted))?;
    Ok(missing_among(wanted, &known))
}

/// `known` has one line for each package that dpkg has heard of: two letters (wanted, actual), a blank or an error
/// letter, the name.
fn missing_among<'a>(wanted: &[&'a str], known: &str) -> Vec<&'a str> {
    let installed: Vec<&str> =
        known.lines().filter(|line| line.get(1..2) == Some("i")).filter_map(|line| line.split_whitespace().last()).collect();
    wanted.iter().copied().filter(|package| !installed.contains(package)).collect()
}

fn install_line(missing: &[&str]) -> String {
    format!("sudo apt-get update && sudo apt-get install -y {}", missing.join(" "))
}

/// How this user may install.
enum Privilege {
    Root,
    Sudo,
}

impl Privilege {
    fn here() -> Option<Self> {
        if printed(Command::new("id").arg("-u")).is_ok_and(|number| number.trim() == "0") {
            return Some(Self::Root);
        }
        // `-n` never asks for a password: a script that waits for one looks as if it hung.
        succeeds(Command::new("sudo").args(["-n", "true"])).then_some(Self::Sudo)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = match self {
            Self::Root => Command::new("env"),
            Self::Sudo => {
                let mut command = Command::new("sudo");
                command.args(["-n", "env"]);
                command
            }
        };
        command.args(["DEBIAN_FRONTEND=noninteractive", program]);
        if program == "apt-get" {
            command.args(["-o", "DPkg::Lock::Timeout=300"]);
        }
        command.args(arguments);
        command
    }
}

/// Debian or one of its relatives, from the text of `/etc/os-release`.
fn is_debian(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .any(|value| value.trim_matches('"').split_whitespace().any(|id| id == "debian" || id == "ubuntu"))
}

fn ensure_on_another_linux(purpose: Purpose) -> Result<(), Failure> {
    let libraries = ["webkit2gtk-4.1", "gtk+-3.0", "librsvg-2.0", "openssl"];
    let mut missing: Vec<&str> =
        libraries.into_iter().filter(|library| !succeeds(Command::new("pkg-config").args(["--exists", library]))).collect();
    missing.extend(programs(purpose).iter().filter(|program| !is_program(program)));
    if missing.is_empty() { Ok(()) } else { Err(Failure::new(other_linux_words(&missing, purpose))) }
}

fn other_linux_words(missing: &[&str], purpose: Purpose) -> String {
    let fedora = "sudo dnf install gcc gcc-c++ make pkgconf webkit2gtk4.1-devel gtk3-devel librsvg2-devel \
                  libappindicator-gtk3-devel libxdo-devel openssl-devel cups-devel";
    let arch = "sudo pacman -S --needed base-devel webkit2gtk-4.1 gtk3 librsvg libappindicator-gtk3 xdotool openssl libcups";
    let more = match purpose {
        Purpose::Window => "",
        Purpose::WindowWithoutDisplay => "\nand, for a virtual display: Xvfb, xauth and dbus",
        Purpose::Tests => {
            "\nand, for the tests: Xvfb, xauth, dbus, localedef, gnome-keyring, secret-tool, WebKitWebDriver, poppler's and zbar's tools, qpdf, CUPS"
        }
    };
    format!(
        "this Linux is not a Debian, so nothing is installed by itself. Not found here: {}.\n\n  \
         Debian, Ubuntu:  {}\n  Fedora:          {fedora}\n  Arch:            {arch}{more}",
        missing.join(", "),
        install_line(&purpose.packages())
    )
}

fn ensure_elsewhere(system: &str, purpose: Purpose) -> Result<(), Failure> {
    if purpose == Purpose::Tests {
        return Err(Failure::new(format!(
            "the window tests need a Linux (Debian 12 or a relative): the web view of {system} has no driver that they can use. \
             `cargo test --workspace` runs everything else"
        )));
    }
    match system {
        "macos" if succeeds(Command::new("xcode-select").arg("-p")) => Ok(()),
        "macos" => Err(Failure::new("the developer tools are missing: run `xcode-select --install`, then try again")),
        "windows" if is_program("perl") => Ok(()),
        "windows" => Err(Failure::new(
            "install these, then try again: Visual Studio Build Tools with \"Desktop development with C++\", the WebView2 runtime \
             (part of Windows 11) and Strawberry Perl (the database's encryption is built with it)",
        )),
        other => Err(Failure::new(format!("Cardesk runs on Linux, macOS and Windows; {other} is none of them"))),
    }
}

fn programs(purpose: Purpose) -> &'static [&'static str] {
    match purpose {
        Purpose::Window => &[],
        Purpose::WindowWithoutDisplay => &["Xvfb", "xauth", "dbus-run-session"],
        Purpose::Tests => &[
            "Xvfb",
            "xauth",
            "dbus-run-session",
            "localedef",
            "gnome-keyring-daemon",
            "secret-tool",
            "WebKitWebDriver",
            "pdftoppm",
            "zbarimg",
            "qpdf",
            "lp",
        ],
    }
}

/// Whether a program of that name is on the path.
pub(crate) fn is_program(name: &str) -> bool {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(&file).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_as_there_only_when_it_is_installed_whole() {
        let known = "ii  xvfb\nrc  cups\nun  qpdf\niU  zbar-tools\nhi  xauth\niF  dbus-x11\n";
        let wanted = ["xvfb", "cups", "qpdf", "zbar-tools", "xauth", "dbus-x11", "never-heard-of"];
        assert_eq!(missing_among(&wanted, known), ["cups", "qpdf", "zbar-tools", "dbus-x11", "never-heard-of"]);
        assert_eq!(missing_among(&wanted, ""), wanted);
    }

    #[test]
    fn a_name_that_begins_like_an_installed_one_is_still_missing() {
        assert_eq!(missing_among(&["cups"], "ii  cups-client\n"), ["cups"]);
    }

    #[test]
    fn debian_and_its_relatives_are_known_by_their_own_word() {
        assert!(is_debian("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n"));
        assert!(is_debian("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian("ID=fedora\nHOME_URL=\"https://example.org/debian\"\n"));
        assert!(!is_debian(""));
    }

    #[test]
    fn the_line_to_run_by_hand_names_exactly_what_is_missing() {
        assert_eq!(install_line(&["xvfb", "qpdf"]), "sudo apt-get update && sudo apt-get install -y xvfb qpdf");
    }

    #[test]
    fn every_install_command_keeps_quiet_and_waits_for_the_package_lock() {
        let command = Privilege::Sudo.command("apt-get", &["install", "-y", "xvfb"]);
        assert_eq!(
            crate::process::shown(&command),
            "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y xvfb"
        );
        let mend = Privilege::Root.command("dpkg", &["--configure", "-a"]);
        assert_eq!(crate::process::shown(&mend), "env DEBIAN_FRONTEND=noninteractive dpkg --configure -a");
    }

    #[test]
    fn running_needs_no_package_that_only_tests_use() {
        assert!(!Purpose::Window.packages().contains(&"xvfb"));
        assert!(!Purpose::WindowWithoutDisplay.packages().contains(&"webkit2gtk-driver"));
        assert!(Purpose::WindowWithoutDisplay.packages().contains(&"xvfb"));
        assert!(Purpose::Tests.packages().contains(&"webkit2gtk-driver"));
    }

    #[test]
    fn another_linux_is_told_the_whole_line_to_run() {
        let words = other_linux_words(&["webkit2gtk-4.1"], Purpose::Window);
        for part in ["Not found here: webkit2gtk-4.1.", "dnf install", "pacman -S", "apt-get install -y build-essential"] {
            assert!(words.contains(part), "{part}: {words}");
        }
    }
}
