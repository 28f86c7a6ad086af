//! Practice against a contract fuzzer: Schemathesis reads the OpenAPI document that Practice publishes and looks for an
//! undocumented status, a fault of the server or an answer that breaks its schema.

use std::fs;
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
const LIMIT_SECONDS: &str = "150";

/// Builds Practice, starts it on a free port with invented data in memory, and fuzzes it.
pub(crate) fn run(place: &Place) -> Result<Done, Failure> {
    let fuzzer = tools::schemathesis(place)?;
    // As in the window tests: the whole workspace is named, so that libraries keep the features they were built with.
    // The tests' own build, which has the program in it: a build of the program alone has other features, of every library.
    run_program(cargo(place).args(["test", "--quiet", "--workspace", "--test", "it", "--no-run"]))?;
    let practice = Practice::start(place)?;
    let (configuration, sign_in) = (place.tools().join("schemathesis.toml"), place.tools().join("fuzz_sign_in.py"));
    for (file, text) in [(&configuration, practice.configuration.as_str()), (&sign_in, SIGN_IN)] {
        fs::write(file, text).map_err(|error| Failure::new(format!("{} can't be written: {error}", file.display())))?;
    }
    let mut command = Command::new(fuzzer);
    // It leaves notes of its own where it runs.
    command
        .current_dir(place.tools())
        .args(["--no-color", "--config-file"])
        .arg(configuration)
        .arg("run")
        .arg(format!("{}/openapi.json", practice.base_url));
    command.args(["--generation-deterministic", "--max-examples", CASES_PER_OPERATION, "--max-time", LIMIT_SECONDS]);
    command.args(["--request-timeout", "10", "--workers", "1", "--checks", CHECKS]);
    command.args(["--header", &format!("x-application-id: {}", practice.application_id)]);
    command
        .env("SCHEMATHESIS_HOOKS", "fuzz_sign_in")
        .env("PRACTICE_BASE_URL", &practice.base_url)
        .env("PRACTICE_TOKEN", &practice.token)
        .env("PRACTICE_APPLICATION_ID", &practice.application_id)
        .env("PRACTICE_USER_ID", &practice.user_id);
    run_program(&mut command).map_err(|_| Failure::new("Practice breaks the contract that it publishes; the cases are above"))?;
    Ok(Done::Passed)
}

/// How its requests are signed in, in the fuzzer's own language.
const SIGN_IN: &str = include_str!("fuzz_sign_in.py");

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
    /// The holder of the active card.
    user_id: String,
    /// Of the fuzzer, with ids that are there.
    configuration: String,
}

impl Practice {
    fn start(place: &Place) -> Result<Self, Failure> {
        let program = window::binary(place, Profile::Debug, "practice");
        let mut process = Command::new(&program)
            .args(["--port", "0", "--print-token", "--print-plastics"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::new(format!("{} could not be started: {error}", program.display())))?;
        let said = process.stdout.take().map(BufReader::new);
        let mut practice = Self {
            process,
            said,
            base_url: String::new(),
            application_id: String::new(),
            token: String::new(),
            user_id: String::new(),
            configuration: String::new(),
        };
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
        (self.user_id, self.configuration) =
            configuration(&lines).ok_or_else(|| Failure::new("Practice named no active and no inactive plastic when it started"))?;
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

/// The id of an active card's holder, and what random ids never hit: that card and one that waits, with its plastic's number
/// and name, both cardholders' ids, and a plastic of nobody. With them loads, withdrawals, transfers, activations, blocking and associating get as far as
/// the money and the card's state.
fn configuration(lines: &[String]) -> Option<(String, String)> {
    let plastics: Vec<Plastic<'_>> = lines.iter().filter_map(|line| plastic_of(line)).collect();
    let active = plastics.iter().find(|plastic| plastic.state == "ACTIVE")?;
    let inactive = plastics.iter().find(|plastic| plastic.state == "INACTIVE")?;
    let blank = lines.iter().find_map(|line| line.strip_prefix("blank: ")?.split(' ').nth(1))?;
    let mut text = format!(
        "[dictionaries]\ncards = {{ values = [{}, {}] }}\nusers = {{ values = [\"{}\", \"{}\"] }}\npans = {{ values = [\"{}\", \"{blank}\"] }}\n\
         names = {{ values = [\"{}\"] }}\n\n[parameters]\n",
        active.card_id, inactive.card_id, inactive.user_id, active.user_id, inactive.pan, inactive.name
    );
    for (parameter, dictionary) in KNOWN {
        text.push_str(&format!("\"{parameter}\" = {{ dictionary = \"{dictionary}\", probability = {OFTEN} }}\n"));
    }
    Some((active.user_id.to_owned(), text))
}

/// Which parameters are often given something that is there.
const KNOWN: [(&str, &str); 7] = [
    ("path.cardId", "cards"),
    ("path.userId", "users"),
    ("path.authUserId", "users"),
    ("body.card", "pans"),
    ("body.cardholderName", "names"),
    ("body.fromCardId", "cards"),
    ("body.toCardId", "cards"),
];

/// The others stay what the fuzzer makes up.
const OFTEN: f32 = 0.8;

/// One plastic, as Practice prints it: `plastic: 48266 INACTIVE 4000… "RUBEN XITUMUL" http://…?client=…&userId=…`.
struct Plastic<'line> {
    card_id: &'line str,
    state: &'line str,
    pan: &'line str,
    name: &'line str,
    user_id: &'line str,
}

fn plastic_of(line: &str) -> Option<Plastic<'_>> {
    let (numbers, rest) = line.strip_prefix("plastic: ")?.split_once(" \"")?;
    let (name, link) = rest.rsplit_once("\" ")?;
    let mut numbers = numbers.split(' ');
    let (card_id, state, pan) = (numbers.next()?, numbers.next()?, numbers.next()?);
    Some(Plastic { card_id, state, pan, name, user_id: link.split_once("userId=")?.1 })
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

    #[test]
    fn the_fuzzer_is_given_a_card_that_takes_money_and_one_that_can_be_activated() {
        let line = |id: u32, state: &str, name: &str| {
            format!("plastic: {id} {state} 40000000720220{id} \"{name}\" http://127.0.0.1:1/card-activation?client=c&userId=u-{id}")
        };
        let blank = "blank: 700001 4000000000000051".to_owned();
        let lines =
            [line(48, "BLOCKED", "A B"), blank, line(49, "INACTIVE", "ANA L O'NEILL"), line(50, "ACTIVE", "C D"), line(51, "ACTIVE", "E")];
        let (user_id, text) = configuration(&lines).expect("both are there");
        assert_eq!(user_id, "u-50");
        for part in [
            "cards = { values = [50, 49] }",
            "users = { values = [\"u-49\", \"u-50\"] }",
            "pans = { values = [\"4000000072022049\", \"4000000000000051\"] }",
            "names = { values = [\"ANA L O'NEILL\"] }",
            "\"body.card\" = { dictionary = \"pans\", probability = 0.8 }",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert_eq!(configuration(&lines[..3]), None, "nothing active");
    }
}
