//! `practice` as a program of its own.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
#[cfg(unix)]
fn it_can_be_interrupted_from_the_moment_in_which_it_says_so() {
    for _ in 0..5 {
        let mut program = Command::new(env!("CARGO_BIN_EXE_practice")).args(["--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        assert!(lines.by_ref().any(|line| line.unwrap().starts_with("ready")));
        assert!(Command::new("kill").args(["-INT", &program.id().to_string()]).status().unwrap().success());
        assert!(program.wait().unwrap().success(), "the interrupt ended it before it could close its books");
    }
}
