//! `practice`: Practice alone, for tests and for trying the contract with other tools.

use std::ffi::OsString;
use std::future::poll_fn;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::task::Poll;

use cardesk_sandbox::{FaultPlan, PortChoice, Practice, PracticeConfig, PracticeError, USUAL_SEED};

const USAGE: &str = "\
Practice: the Wallet Gateway's contract and its activation page on 127.0.0.1, with invented data.

  practice [--port N] [--state FILE] [--seed N] [--faults FILE] [--print-token] [--print-plastics]

  --port N          listen on this port (0: any free one); without it on 3010, or on another if that is taken
  --state FILE      keep the state in FILE; without it everything is forgotten at the end
  --seed N          what people, cards and movements are made from; 502 without it; a state that exists keeps its own
  --faults FILE     do wrong what the plan in FILE says (JSON), from the first request on
  --print-token     print a bearer token that is good for 30 minutes, as tools want it
  --print-plastics  print every plastic's number and name, so that the activation page can be tried, and the numbers of
                    those that belong to nobody yet, to be associated
  --help            print this
";

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wishes {
    port: Option<u16>,
    state: Option<PathBuf>,
    seed: Option<u64>,
    faults: Option<PathBuf>,
    prints_token: bool,
    prints_plastics: bool,
    prints_help: bool,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(io::stderr).with_env_filter(tracing_subscriber::EnvFilter::from_env("PRACTICE_LOG")).init();
    let wishes = match wishes_of(std::env::args_os().skip(1)) {
        Ok(wishes) => wishes,
        Err(problem) => return complain(&format!("{problem}\n\n{USAGE}"), 2),
    };
    if wishes.prints_help {
        return if print(USAGE).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("no threads to run on: {error}"), 1),
    };
    match runtime.block_on(serve(wishes)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => complain(&problem, 1),
    }
}

fn complain(problem: &str, code: u8) -> ExitCode {
    // Nothing is left to be told where the error stream is closed.
    let _ = writeln!(io::stderr(), "practice: {problem}");
    ExitCode::from(code)
}

fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout();
    write!(out, "{text}").and_then(|()| out.flush()).map_err(|error| format!("nothing can be printed: {error}"))
}

fn wishes_of(arguments: impl Iterator<Item = OsString>) -> Result<Wishes, String> {
    let mut arguments = arguments;
    let mut wishes = Wishes::default();
    while let Some(argument) = arguments.next() {
        let name = argument.to_string_lossy().into_owned();
        let mut value = || arguments.next().ok_or_else(|| format!("{name} wants a value"));
        match name.as_str() {
            "--port" => wishes.port = Some(number(&name, &value()?, "a port from 0 to 65535")?),
            "--seed" => wishes.seed = Some(number(&name, &value()?, "a whole number from 0 on")?),
            "--state" => wishes.state = Some(PathBuf::from(value()?)),
            "--faults" => wishes.faults = Some(PathBuf::from(value()?)),
            "--print-token" => wishes.prints_token = true,
            "--print-plastics" => wishes.prints_plastics = true,
            "--help" | "-h" => wishes.prints_help = true,
            _ => return Err(format!("{name} is not known")),
        }
    }
    Ok(wishes)
}

fn number<N: std::str::FromStr>(name: &str, value: &OsString, what: &str) -> Result<N, String> {
    value.to_str().and_then(|text| text.parse().ok()).ok_or_else(|| format!("{name} wants {what}, not {}", value.to_string_lossy()))
}

fn plan_in(file: &Path) -> Result<FaultPlan, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{} can't be read: {error}", file.display()))?;
    FaultPlan::from_json(&text).map_err(|error| format!("{}: {error}", file.display()))
}

async fn serve(wishes: Wishes) -> Result<(), String> {
    let faults = wishes.faults.as_deref().map(plan_in).transpose()?;
    let config = PracticeConfig {
        state_file: wishes.state,
        port: wishes.port.map_or(PortChoice::Usual, PortChoice::Fixed),
        seed: wishes.seed.unwrap_or(USUAL_SEED),
        ..PracticeConfig::default()
    };
    let in_words = |error: PracticeError| error.to_string();
    let practice = Practice::start(config).await.map_err(in_words)?;
    let access = practice.access();
    print(&format!(
        "base-url: {}\nactivation-page: {}\nopenapi: {0}/openapi.json\nmerchant: {}\nclient: {}\napplication-id: {}\n",
        practice.base_url(),
        practice.activation_base(),
        access.merchant,
        access.client_slug,
        access.application_id
    ))?;
    if wishes.prints_plastics {
        for plastic in practice.plastics().await.map_err(in_words)? {
            print(&format!(
                "plastic: {} {} {} \"{}\" {}\n",
                plastic.card_id,
                plastic.state,
                plastic.pan.reveal(),
                plastic.embossed_name,
                plastic.activation_link
            ))?;
        }
    }
    if wishes.prints_plastics {
        for blank in practice.blank_plastics().await.map_err(in_words)? {
            print(&format!("blank: {} {}\n", blank.card_id, blank.pan.reveal()))?;
        }
    }
    if wishes.prints_token {
        print(&format!("token: {}\n", practice.bearer_token().await.map_err(in_words)?))?;
    }
    if let Some(plan) = faults {
        practice.set_faults(plan).await.map_err(|error| error.to_string())?;
    }
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    // Listened for before it is promised: whoever reads that line may press it at once.
    let outcome = match begun(interrupted.as_mut()).await {
        None => {
            print("ready; Ctrl+C ends it\n")?;
            interrupted.await
        }
        Some(outcome) => outcome,
    };
    outcome.map_err(|error| format!("can't wait for Ctrl+C: {error}"))?;
    practice.stop().await.map_err(in_words)
}

/// Has a future begin its work, and tells its outcome if it has one at once; then it must not be awaited any more.
async fn begun<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Wishes, String> {
        wishes_of(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn the_command_line_is_read_or_refused_with_its_reason() {
        let wishes = read("--port 3010 --state a.redb --seed 7 --print-token").expect("a good line");
        assert_eq!(wishes.port, Some(3010));
        assert_eq!(wishes.seed, Some(7));
        assert!(wishes.prints_token && !wishes.prints_plastics);
        assert_eq!(read("--faults plan.json").expect("a good line").faults, Some(PathBuf::from("plan.json")));
        assert_eq!(read("--port"), Err("--port wants a value".to_owned()));
        assert_eq!(read("--port 70000"), Err("--port wants a port from 0 to 65535, not 70000".to_owned()));
        assert_eq!(read("--seed -1"), Err("--seed wants a whole number from 0 on, not -1".to_owned()));
        assert_eq!(read("--prot 1"), Err("--prot is not known".to_owned()));
    }

    #[tokio::test]
    async fn what_is_waited_for_has_begun_before_the_waiting() {
        let has_begun = std::cell::Cell::new(false);
        let mut waiting = pin!(async {
            has_begun.set(true);
            tokio::task::yield_now().await;
            7
        });
        assert_eq!(begun(waiting.as_mut()).await, None);
        assert!(has_begun.get());
        assert_eq!(waiting.await, 7);
        assert_eq!(begun(pin!(async { 7 })).await, Some(7));
    }
}
