//! Programs of a test's own, and an end for every one of them.
//!
//! A driver starts a window, the window starts its web processes, and ending the driver leaves them running. So
//! everything that a session starts carries the session's mark in its environment, children inherit it, and the end looks
//! for the mark. Nothing without it is ever touched.

use std::ffi::OsStr;
use std::fs;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// The environment variable that carries a session's mark.
pub const MARK: &str = "CARDESK_TEST_SESSION";

/// The processes that carry this mark and still run.
#[must_use]
pub fn marked(mark: &str) -> Vec<Pid> {
    let wanted = format!("{MARK}={mark}");
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok())
        .filter(|number| {
            fs::read(format!("/proc/{number}/environ"))
                .is_ok_and(|environment| environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes()))
        })
        .filter_map(Pid::from_raw)
        .collect()
}

/// The processes that carry this mark and run this program.
#[must_use]
pub fn marked_running(mark: &str, program: &OsStr) -> Vec<Pid> {
    marked(mark)
        .into_iter()
        .filter(|pid| {
            fs::read_link(format!("/proc/{}/exe", pid.as_raw_nonzero())).is_ok_and(|executable| executable.file_name() == Some(program))
        })
        .collect()
}

/// Whether a process has ended for good, its last thread with it. Only then is what it held open let go, its name on the
/// bus among it; its program and its first thread can be gone before.
#[must_use]
pub fn has_ended(pid: Pid) -> bool {
    let folder = format!("/proc/{}", pid.as_raw_nonzero());
    let state = fs::read_to_string(format!("{folder}/stat")).unwrap_or_default();
    let threads = fs::read_dir(format!("{folder}/task")).map_or(0, Iterator::count);
    state.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['Z', 'X']) && threads <= 1)
}

/// Where a process listens, as `/proc/net/tcp` writes it: address and port.
#[must_use]
pub fn listening(pid: Pid) -> Vec<(Ipv4Addr, u16)> {
    let folder = format!("/proc/{}", pid.as_raw_nonzero());
    let links = fs::read_dir(format!("{folder}/fd")).into_iter().flatten().filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    let sockets: Vec<String> =
        links.filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())).collect();
    let table = fs::read_to_string(format!("{folder}/net/tcp")).unwrap_or_default();
    table.lines().skip(1).filter_map(|line| listener(line, &sockets)).collect()
}

/// A row's second column is the address, the fourth the state (`0A` listens), the tenth the socket's number.
fn listener(row: &str, sockets: &[String]) -> Option<(Ipv4Addr, u16)> {
    let columns: Vec<&str> = row.split_whitespace().collect();
    if columns.get(3) != Some(&"0A") || !sockets.iter().any(|socket| columns.get(9) == Some(&socket.as_str())) {
        return None;
    }
    let (address, port) = columns.get(1)?.split_once(':')?;
    let address = u32::from_str_radix(address, 16).ok()?.to_le_bytes();
    Some((Ipv4Addr::from(address), u16::from_str_radix(port, 16).ok()?))
}

/// Ends every process that carries this mark: asks first, and insists after two seconds.
pub fn end_marked(mark: &str) {
    let started = Instant::now();
    let mut signal = Signal::TERM;
    loop {
        let left = marked(mark);
        if left.is_empty() || started.elapsed() > Duration::from_secs(6) {
            return;
        }
        for pid in left {
            // It may have ended since it was seen; then there is nothing to end.
            let _ = kill_process(pid, signal);
        }
        std::thread::sleep(Duration::from_millis(50));
        if started.elapsed() > Duration::from_secs(2) {
            signal = Signal::KILL;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_port_that_this_process_listens_on_is_found_with_its_address() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = rustix::process::getpid();
        assert!(listening(own).contains(&(Ipv4Addr::LOCALHOST, port)));
        drop(listener);
        assert!(!listening(own).iter().any(|(_, other)| *other == port));
    }

    #[test]
    fn everything_that_carries_the_mark_ends_with_its_children_and_nothing_else() {
        let (mark, other) = (format!("a-{}", std::process::id()), format!("b-{}", std::process::id()));
        let start = |mark: &str| Command::new("sh").args(["-c", "sleep 600 & sleep 601; true"]).env(MARK, mark).spawn().unwrap();
        let (mut ours, mut theirs) = (start(&mark), start(&other));
        end_marked(&mark);
        assert!(has_ended(Pid::from_child(&ours)) && !has_ended(Pid::from_child(&theirs)));
        assert!(!ours.wait().unwrap().success());
        assert!(marked(&mark).is_empty());
        assert!(theirs.try_wait().unwrap().is_none(), "a process with another mark was ended");
        end_marked(&other);
        theirs.wait().unwrap();
    }
}
