//! Starting other programs, with failures that name the program and what to do.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use crate::failure::Failure;
use crate::place::{Place, in_ci};

/// Cargo in the clone, building where the place says.
pub(crate) fn cargo(place: &Place) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place.root()).env("CARGO_TARGET_DIR", place.target());
    // The variables that Cargo set for this very program would otherwise count as changed inputs of build scripts.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" || name == "CARGO_MANIFEST_PATH" {
            command.env_remove(name);
        }
    }
    if in_ci() {
        // Built once and thrown away: nothing is gained by what helps the next build or a debugger.
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "none");
    }
    command
}

/// Runs a program with this terminal's output and without input, and fails if it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = shown(command);
    let status = command.stdin(Stdio::null()).status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{line}` failed ({status})"))) }
}

/// The same, with the last line of what it printed.
pub(crate) fn run_for_last_line(command: &mut Command) -> Result<String, Failure> {
    let line = shown(command);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    let mut last = String::new();
    for printed in child.stdout.take().into_iter().flat_map(|output| BufReader::new(output).lines()) {
        last = printed.map_err(|error| Failure::new(format!("`{line}` can't be read: {error}")))?;
        println!("{last}");
    }
    let status = child.wait().map_err(|error| Failure::new(format!("`{line}` can't be waited for: {error}")))?;
    if status.success() { Ok(last) } else { Err(Failure::new(format!("`{line}` failed ({status})"))) }
}

/// Becomes another program: its input, its Ctrl+C and its exit code are its own from here on. Comes back only where a
/// system can't do that, or if the program can't be started.
pub(crate) fn hand_over(command: &mut Command) -> Result<ExitCode, Failure> {
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(command);
        Err(not_started(command, &error))
    }
    #[cfg(not(unix))]
    {
        let status = command.status().map_err(|error| not_started(command, &error))?;
        Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
    }
}

/// Runs a program out of sight and gives what it printed, whatever its exit code; fails if it can't be started.
pub(crate) fn printed(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started and ends well.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(OsStr::to_string_lossy)
            .map(|word| if word.is_empty() || word.contains([' ', '*', '$', '\'']) { format!("'{word}'") } else { word.into_owned() }),
    );
    if let Some(name) = words[0].rsplit('/').next().map(str::to_owned) {
        words[0] = name;
    }
    words.join(" ")
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{}` could not be started: {error}", command.get_program().to_string_lossy()))
}
