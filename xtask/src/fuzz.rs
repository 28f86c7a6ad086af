//! Practice against a contract fuzzer: Schemathesis reads the OpenAPI document that Practice publishes and looks for an
//! undocumented status, a fault of the server or an answer that breaks its schema.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::arguments::Profile;
use crate::checks::Done;
use crate::failure::Failure;
use crate::place::Place;
use crate::process::{cargo, run as run_program};
use crate::{tools, window};

/// The same cases on every machine and every day.
const SEED: &str = "20261124";

/// Cases of the random phase for each operation: about a minute in all on two cores.
const CASES_PER_OPERATION: &str = "60";

/// Long after the usual minute; a server that hangs must not hang the checks.
const LIMIT_SECONDS: &str = "240";

/// Builds Practice, starts it on a free port with invented data in memory, and fuzzes it.
pub(crate) fn run(place: &Place) -> Result<Done, Failure> {
    let fuzzer = tools::schemathesis(place)?;
    // As in the window tests: the whole workspace is named, so that libraries keep the features they were built with.
    run_program(cargo(place).args(["build", "--quiet", "--workspace", "--bin", "practice"]))?;
    let practice = Practice::start(place)?;
    let token = practice.log_in()?;
    let folder = place.target().join("contract");
    let mut command = Command::new(fuzzer);
    command.current_dir(place.root()).args(["--no-color", "run"]).arg(format!("{}/openapi.json", practice.base_url));
    command.args(["--seed", SEED, "--generation-deterministic", "--max-examples", CASES_PER_OPERATION, "--max-time", LIMIT_SECONDS]);
    command.args(["--generation-database", "none", "--request-timeout", "10", "--workers", "1", "--checks", CHECKS]);
    command.args([
        "--header",
        &format!("Authorization: Bearer {token}"),
        "--header",
        &format!("x-application-id: {}", practice.application_id),
    ]);
    command.args(["--report", "junit", "--report-dir"]).arg(folder);
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
    login: String,
}

impl Practice {
    fn start(place: &Place) -> Result<Self, Failure> {
        let program = window::binary(place, Profile::Debug, "practice");
        let mut process = Command::new(&program)
            .args(["--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::new(format!("{} could not be started: {error}", program.display())))?;
        let said = process.stdout.take().map(BufReader::new);
        let mut practice = Self { process, said, base_url: String::new(), application_id: String::new(), login: String::new() };
        practice.read_where_it_is()?;
        Ok(practice)
    }

    /// Practice says where it is in one line of JSON, after words for people.
    fn read_where_it_is(&mut self) -> Result<(), Failure> {
        let lines = self.said.as_mut().into_iter().flat_map(BufRead::lines).map_while(Result::ok);
        let line = lines.into_iter().find(|line| line.starts_with('{')).unwrap_or_default();
        let part = |name| text_of(&line, name).ok_or_else(|| Failure::new(format!("Practice did not say its {name} when it started")));
        self.base_url = part("baseUrl")?;
        self.application_id = part("applicationId")?;
        self.login = format!(r#"{{"merchant":"{}","signature":"{}"}}"#, part("merchant")?, part("loginSignature")?);
        Ok(())
    }

    /// Signs in as a company's application does.
    fn log_in(&self) -> Result<String, Failure> {
        let answer = self.post("/auth/login", &self.login).map_err(|error| Failure::new(format!("Practice does not answer: {error}")))?;
        text_of(&answer, "accessToken").ok_or_else(|| Failure::new(format!("Practice refused the sign-in: {answer}")))
    }

    /// One request by hand: an HTTP client for this alone would triple the time in which this program compiles.
    fn post(&self, path: &str, body: &str) -> std::io::Result<String> {
        let address = self.base_url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        // It may have ended by itself already; either way it is gone after these two.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The text value of one name in flat JSON without escapes, which is all that Practice prints of itself.
fn text_of(json: &str, name: &str) -> Option<String> {
    let after = json.split_once(&format!("\"{name}\":"))?.1.trim_start().strip_prefix('"')?;
    Some(after.split_once('"')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_value_is_found_by_its_name() {
        let json = r#"{"baseUrl":"http://127.0.0.1:3010", "applicationId": "x","expires":5}"#;
        assert_eq!(text_of(json, "baseUrl").as_deref(), Some("http://127.0.0.1:3010"));
        assert_eq!(text_of(json, "applicationId").as_deref(), Some("x"));
        assert_eq!(text_of(json, "expires"), None);
        assert_eq!(text_of(json, "token"), None);
    }
}
