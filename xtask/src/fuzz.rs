//! Practice against a contract fuzzer: Schemathesis reads the OpenAPI document that Practice publishes and looks for an
//! undocumented status, a fault of the server or an answer that breaks its schema.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::arguments::Profile;
use crate::checks::Done;
use crate::failure::Failure;
use crate::place::Place;
use crate::process::{cargo, run as run_program};
use crate::{tools, window};

/// Cases of the random phase for each operation: about a minute in all on two cores.
const CASES_PER_OPERATION: &str = "25";

/// The stateful phase goes on until this is spent; a server that hangs must not hang the checks either.
const LIMIT_SECONDS: &str = "90";

/// Builds Practice, starts it on a free port with invented data in memory, and fuzzes it.
pub(crate) fn run(place: &Place) -> Result<Done, Failure> {
    let fuzzer = tools::schemathesis(place)?;
    // As in the window tests: the whole workspace is named, so that libraries keep the features they were built with.
    run_program(cargo(place).args(["build", "--quiet", "--workspace", "--bin", "practice"]))?;
    let practice = Practice::start(place)?;
    let mut command = Command::new(fuzzer);
    // It leaves notes of its own where it runs.
    command.current_dir(place.tools()).args(["--no-color", "run"]).arg(format!("{}/openapi.json", practice.base_url));
    command.args(["--generation-deterministic", "--max-examples", CASES_PER_OPERATION, "--max-time", LIMIT_SECONDS]);
    command.args(["--request-timeout", "10", "--workers", "1", "--checks", CHECKS]);
    command.args([
        "--header",
        &format!("Authorization: Bearer {}", practice.token),
        "--header",
        &format!("x-application-id: {}", practice.application_id),
    ]);
    run_program(&mut command).map_err(|_| Failure::new("Practice breaks the contract that it publishes; the cases are above"))?;
    Ok(Done::Passed)
}

/// What the answers are held to.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,negative_data_rejection,missing_required_header,unsupported_method,ignored_auth";

/// Practice running in a process of its own; it ends with this value.
struct Practice {
    process: Child,
    /// Held open: a program whose output nobody takes any more may end over it.
    said: Option<BufReader<ChildStdout>>,
    base_url: String,
    application_id: String,
    token: String,
}

impl Practice {
    fn start(place: &Place) -> Result<Self, Failure> {
        let program = window::binary(place, Profile::Debug, "practice");
        let mut process = Command::new(&program)
            .args(["--port", "0", "--print-token"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::new(format!("{} could not be started: {error}", program.display())))?;
        let said = process.stdout.take().map(BufReader::new);
        let mut practice = Self { process, said, base_url: String::new(), application_id: String::new(), token: String::new() };
        practice.read_where_it_is()?;
        Ok(practice)
    }

    /// Practice says where it is, a line for each thing, and then that it is ready.
    fn read_where_it_is(&mut self) -> Result<(), Failure> {
        let lines: Vec<String> = self
            .said
            .as_mut()
            .into_iter()
            .flat_map(BufRead::lines)
            .map_while(Result::ok)
            .take_while(|line| !line.starts_with("ready"))
            .collect();
        let part = |name| value_of(&lines, name).ok_or_else(|| Failure::new(format!("Practice did not say its {name} when it started")));
        self.base_url = part("base-url")?;
        self.application_id = part("application-id")?;
        self.token = part("token")?;
        Ok(())
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        // It may have ended by itself already; either way it is gone after these two.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn value_of(lines: &[String], name: &str) -> Option<String> {
    lines.iter().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_practice_says_of_itself_is_found_by_its_whole_name() {
        let lines = ["token-kind: x", "token: abc: d", "base-url: http://127.0.0.1:1"].map(str::to_owned);
        assert_eq!(value_of(&lines, "token").as_deref(), Some("abc: d"));
        assert_eq!(value_of(&lines, "base-url").as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(value_of(&lines, "base"), None);
    }
}
