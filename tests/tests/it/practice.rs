//! The `practice` program as a person or a tool starts it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use cardesk_tests::practice::read;

/// The program beside the tests' own: building the workspace's tests builds it.
fn program() -> PathBuf {
    let folder = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_owned();
    let path = folder.join("practice");
    assert!(path.is_file(), "{} is not built: run `cargo test --workspace`", path.display());
    path
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[&str]) -> (Running, Vec<String>) {
    let mut child = Command::new(program()).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let running = Running(child);
    let lines = said.lines().map_while(Result::ok).take_while(|line| !line.starts_with("ready")).collect();
    (running, lines)
}

fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_else(|| panic!("no {name} in {lines:?}"))
}

#[tokio::test]
async fn it_says_where_it_is_and_answers_there() {
    let (_running, lines) = start(&["--port", "0"]);
    let base = value(&lines, "base-url");
    assert!(base.starts_with("http://127.0.0.1:"), "{base} is not this machine alone");
    assert!(read(&format!("{base}/health")).await.unwrap().contains("\"ok\""));
    assert!(read(&format!("{base}/openapi.json")).await.unwrap().contains("\"3.1"));
}

#[tokio::test]
async fn a_port_that_was_asked_for_is_the_port_and_a_taken_one_is_named() {
    let (_first, lines) = start(&["--port", "0"]);
    let port = value(&lines, "base-url").rsplit(':').next().unwrap().to_owned();
    let second = Command::new(program()).args(["--port", &port]).output().unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains(&port), "{}", String::from_utf8_lossy(&second.stderr));
}

#[test]
fn what_it_does_not_know_is_refused_by_name() {
    for (arguments, word) in [(&["--prot", "1"][..], "--prot"), (&["--port", "70000"], "70000"), (&["--port"], "--port"), (&["now"], "now")]
    {
        let output = Command::new(program()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(word), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
}
