//! Starting in the very moment in which an earlier Cardesk closes.
//!
//! The single-instance plug-in finds the other one and calls it to bring its window forward; the other ends without an
//! answer, and the plug-in gives the start up. A moment later the place is free. Owns the waits until then, and which
//! failures are of that kind. The program begins anew in the same process: a second event loop is refused by GTK.

use std::env;
use std::time::Duration;

/// The plug-in that looks for another Cardesk, by its own name.
const SINGLE_INSTANCE: &str = "single-instance";

/// Carries how often this process has begun anew.
const BEGUN_ANEW: &str = "CARDESK_BEGUN_ANEW";

/// How long is waited before each further try. Closing takes a fraction of a second, on a busy machine a few; whoever
/// does not answer after all of them does not close, but hangs.
const WAITS: [Duration; 6] = [
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
];

/// Begins the program anew after a wait, if it failed because another Cardesk was closing just then. Comes back if that
/// is not why, if it has been tried often enough, or if the system can't do it.
pub(crate) fn if_another_was_closing(failure: &tauri::Error) {
    let Some((wait, begun_anew)) = next_try(failure, env::var(BEGUN_ANEW).ok().as_deref()) else { return };
    tracing::debug!(error = %failure, begun_anew, "another Cardesk is closing; beginning anew");
    std::thread::sleep(wait);
    begin_anew(begun_anew);
}

/// The wait before the next try, and its number.
fn next_try(failure: &tauri::Error, begun_anew: Option<&str>) -> Option<(Duration, usize)> {
    let is_of_a_closing_instance = matches!(failure, tauri::Error::PluginInitialization(plug_in, _) if plug_in == SINGLE_INSTANCE);
    let tried = begun_anew.map_or(Some(0), |tried| tried.parse::<usize>().ok())?;
    let wait = WAITS.get(tried).filter(|_| is_of_a_closing_instance)?;
    Some((*wait, tried + 1))
}

#[cfg(unix)]
fn begin_anew(begun_anew: usize) {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    let error = match env::current_exe() {
        // Comes back only if it failed.
        Ok(program) => Command::new(program).args(env::args_os().skip(1)).env(BEGUN_ANEW, begun_anew.to_string()).exec(),
        Err(error) => error,
    };
    tracing::warn!(%error, "the program could not begin anew");
}

/// Elsewhere the plug-in waits for no answer, so that there is nothing to wait for.
#[cfg(not(unix))]
fn begin_anew(_begun_anew: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(plug_in: &str) -> tauri::Error {
        tauri::Error::PluginInitialization(plug_in.to_owned(), "org.freedesktop.DBus.Error.NoReply".to_owned())
    }

    #[test]
    fn an_instance_that_is_closing_is_waited_for_a_few_times_and_longer_each_time() {
        let mut waits = Vec::new();
        let mut begun_anew = None;
        while let Some((wait, number)) = next_try(&failure(SINGLE_INSTANCE), begun_anew.as_deref()) {
            waits.push(wait);
            begun_anew = Some(number.to_string());
        }
        assert_eq!(waits, WAITS);
        assert!(waits.is_sorted());
    }

    #[test]
    fn any_other_failure_and_a_number_that_is_none_end_the_start() {
        assert_eq!(next_try(&failure("dialog"), None), None);
        assert_eq!(next_try(&tauri::Error::WindowNotFound, None), None);
        assert_eq!(next_try(&failure(SINGLE_INSTANCE), Some("many")), None);
    }
}
