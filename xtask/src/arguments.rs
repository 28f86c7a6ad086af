//! The command line: words in, a [`Task`] out. Every flag that is not known is refused by name.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use crate::checks;
use crate::failure::Failure;
use crate::kill::Kills;
use crate::simulation;

/// What the person asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Help(String),
    Run { profile: Profile },
    Test { only: Vec<String> },
    Demo { out: PathBuf, language: Option<String> },
    Practice { arguments: Vec<OsString> },
    Bench { benchmark: Benchmark },
    Simulate { seeds: String },
    Kill(Kills),
    Bindings,
}

/// How the window is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to rebuild, slow to run.
    Debug,
    /// What users get.
    Release,
}

/// The benchmarks there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Benchmark {
    /// The print engine against a script, against its own limit, and at ten times the length.
    Inserts,
    /// What the order of writes costs, against the bare engine and a plain HTTP client.
    Journal,
    /// A page of the preview, of a long run against a short one.
    Preview,
    /// From exec to the first useful paint, against a window with nothing in it.
    Startup,
}

const USAGE: &str = "\
The project's own commands.

  cargo xtask run            install what is missing, build the window and open it in Practice
  cargo xtask test           install what the tests need and run every check
  cargo xtask demo --out DIR drive the window through the whole job; pictures, the insert and report.json go to DIR
  cargo xtask practice       start Practice alone, for trying the gateway's contract with other tools (--port N and more)
  cargo xtask bench NAME     run a benchmark (inserts, journal, preview, startup)
  cargo xtask simulate       live random days of operators against faults and kills (--seeds A..B)
  cargo xtask kill           kill the window in the middle of batches and start it again (--times N)
  cargo xtask bindings       write the TypeScript of the commands again

`cargo xtask COMMAND --help` says more.";

const RUN: &str = "\
cargo xtask run [--debug]

Installs the system packages and UI packages that are missing, builds the window and opens it, ready in Practice.
Without a display it says so and starts under a virtual one.

  --debug   build without optimisation: quicker to build again, slower to use";

const DEMO: &str = "\
cargo xtask demo --out DIR [--language es|en]

Drives the real release window through the whole job on a fresh home directory: register, issue, print, activate, load,
withdraw. Leaves in DIR a numbered picture of every step, the insert's PDF and report.json. Exit code 0 only if every
step held.

  --out DIR         where the files go; it is made where it is missing
  --language CODE   the language the window starts in: es (the default) or en";

const BENCH: &str = "\
cargo xtask bench NAME

Prints a table for people and, as its last line, one JSON object with the ratios. inserts and preview then fail where their
figures miss what is promised: 60 times the script, straight growth, 128 MB; a page of a long run in 200 ms.

  inserts   10,000 inserts made and verified against a ReportLab script, against the limit, and at ten times the length
  journal   intents on disk against bare commits of the same rows, and a batch of loads against a plain HTTP client
  preview   the first page of a run of 10,000, one in its middle and the last, against the one page of a run of 8
  startup   from exec to the first useful paint, against a Tauri window with nothing in it";

const SIMULATE: &str = "\
cargo xtask simulate [--seeds A..B]

Lives random days of random operators against Practice, with random faults, kills and restarts, in simulated time, and
holds journal and gateway against each other after each. A day follows from its seed alone, so a seed that fails fails
again.

  --seeds A..B   the days from A up to but without B; 0..2000 unless others are named";

const KILL: &str = "\
cargo xtask kill [--times N] [--seed N]

Kills the real release window without a word at random moments of a batch of 200 rows, starts it again, and holds
journal, gateway and window against each other after each kill.

  --times N   how often; 50 unless another number is given
  --seed N    what the moments follow from";

const BINDINGS: &str = "\
cargo xtask bindings

Writes ui/src/lib/backend/bindings.ts again from the commands of the shell. A test fails while it is stale.";

fn test_usage() -> String {
    let names = checks::NAMES.map(|(name, what)| format!("  {name:<15}{what}")).join("\n");
    format!(
        "cargo xtask test [--only NAME]…\n\n\
         Installs what the tests need and runs every check, then says what passed. Exit code 0 only if all did.\n\n\
         \x20 --only NAME   run this check alone; can be given more than once\n\nThe checks, in their order:\n\n{names}"
    )
}

/// Reads the command line.
pub(crate) fn parse(mut parser: Parser) -> Result<Task, Failure> {
    let Some(first) = next(&mut parser)? else { return Ok(Task::Help(USAGE.to_owned())) };
    let command = match first {
        Argument::Help => return Ok(Task::Help(USAGE.to_owned())),
        Argument::Flag(flag) => {
            return Err(Failure::new(format!("{flag} stands before the command; the command comes first, see `cargo xtask --help`")));
        }
        Argument::Word(word) => word.string().map_err(unreadable)?,
    };
    match command.as_str() {
        "run" => run(&mut parser),
        "test" => test(&mut parser),
        "demo" => demo(&mut parser),
        "practice" => practice(&mut parser),
        "bench" => bench(&mut parser),
        "simulate" => simulate(&mut parser),
        "kill" => kill(&mut parser),
        "bindings" => match next(&mut parser)? {
            None => Ok(Task::Bindings),
            Some(Argument::Help) => Ok(Task::Help(BINDINGS.to_owned())),
            Some(other) => Err(refused("bindings", other)),
        },
        other => Err(Failure::new(format!(
            "there is no command {other:?}; there are run, test, demo, practice, bench, simulate, kill and bindings (`cargo xtask --help`)"
        ))),
    }
}

fn run(parser: &mut Parser) -> Result<Task, Failure> {
    let mut profile = Profile::Release;
    while let Some(argument) = next(parser)? {
        match argument {
            Argument::Help => return Ok(Task::Help(RUN.to_owned())),
            Argument::Flag(flag) if flag == "--debug" => profile = Profile::Debug,
            other => return Err(refused("run", other)),
        }
    }
    Ok(Task::Run { profile })
}

fn test(parser: &mut Parser) -> Result<Task, Failure> {
    let mut only = Vec::new();
    while let Some(argument) = next(parser)? {
        match argument {
            Argument::Help => return Ok(Task::Help(test_usage())),
            Argument::Flag(flag) if flag == "--only" => {
                let name = text_value(parser, "--only", "the name of a check")?;
                if !checks::NAMES.iter().any(|(known, _)| *known == name) {
                    let names = checks::NAMES.map(|(known, _)| known).join(", ");
                    return Err(Failure::new(format!("there is no check {name:?}; there are {names}")));
                }
                only.push(name);
            }
            other => return Err(refused("test", other)),
        }
    }
    Ok(Task::Test { only })
}

fn demo(parser: &mut Parser) -> Result<Task, Failure> {
    let (mut out, mut language) = (None, None);
    while let Some(argument) = next(parser)? {
        match argument {
            Argument::Help => return Ok(Task::Help(DEMO.to_owned())),
            Argument::Flag(flag) if flag == "--out" => {
                let value = parser.value().map_err(|_| Failure::new("--out needs a directory: `cargo xtask demo --out DIR`"))?;
                if value.is_empty() {
                    return Err(Failure::new("--out needs a directory, and it was empty"));
                }
                out = Some(PathBuf::from(value));
            }
            Argument::Flag(flag) if flag == "--language" => match text_value(parser, "--language", "es or en")? {
                code if code == "es" || code == "en" => language = Some(code),
                other => return Err(Failure::new(format!("--language knows es and en, not {other:?}"))),
            },
            other => return Err(refused("demo", other)),
        }
    }
    let out = out.ok_or_else(|| Failure::new("demo needs to know where its files go: `cargo xtask demo --out DIR`"))?;
    Ok(Task::Demo { out, language })
}

/// Practice reads its own flags and refuses what it does not know, so that they are written down once.
fn practice(parser: &mut Parser) -> Result<Task, Failure> {
    let arguments = parser.raw_args().map_err(|error| Failure::new(error.to_string()))?.collect();
    Ok(Task::Practice { arguments })
}

fn simulate(parser: &mut Parser) -> Result<Task, Failure> {
    let mut seeds = simulation::DAYS_CHECKED.to_owned();
    while let Some(argument) = next(parser)? {
        match argument {
            Argument::Help => return Ok(Task::Help(SIMULATE.to_owned())),
            Argument::Flag(flag) if flag == "--seeds" => {
                seeds = text_value(parser, "--seeds", "A..B, as in 0..2000")?;
                let ends = seeds.split_once("..").and_then(|(first, end)| Some((first.parse::<u64>().ok()?, end.parse::<u64>().ok()?)));
                if ends.is_none_or(|(first, end)| first >= end) {
                    return Err(Failure::new(format!("--seeds is A..B with A below B, as in 0..2000, not {seeds:?}")));
                }
            }
            other => return Err(refused("simulate", other)),
        }
    }
    Ok(Task::Simulate { seeds })
}

fn kill(parser: &mut Parser) -> Result<Task, Failure> {
    let mut kills = Kills::USUAL;
    while let Some(argument) = next(parser)? {
        match argument {
            Argument::Help => return Ok(Task::Help(KILL.to_owned())),
            Argument::Flag(flag) if flag == "--times" => {
                let times = text_value(parser, "--times", "a whole number from 1 on")?;
                let number = times.parse().ok().filter(|times| *times > 0);
                kills.times = number.ok_or_else(|| Failure::new(format!("--times is a whole number from 1 on, not {times:?}")))?;
            }
            Argument::Flag(flag) if flag == "--seed" => {
                let seed = text_value(parser, "--seed", "a whole number from 0 on")?;
                let number = seed.parse().map_err(|_| Failure::new(format!("--seed is a whole number from 0 on, not {seed:?}")))?;
                kills.seed = Some(number);
            }
            other => return Err(refused("kill", other)),
        }
    }
    Ok(Task::Kill(kills))
}

fn bench(parser: &mut Parser) -> Result<Task, Failure> {
    let mut benchmark = None;
    while let Some(argument) = next(parser)? {
        match argument {
            Argument::Help => return Ok(Task::Help(BENCH.to_owned())),
            Argument::Word(word) if benchmark.is_none() => match word.string().map_err(unreadable)?.as_str() {
                "inserts" => benchmark = Some(Benchmark::Inserts),
                "journal" => benchmark = Some(Benchmark::Journal),
                "preview" => benchmark = Some(Benchmark::Preview),
                "startup" => benchmark = Some(Benchmark::Startup),
                other => {
                    return Err(Failure::new(format!("there is no benchmark {other:?}; there are inserts, journal, preview and startup")));
                }
            },
            other => return Err(refused("bench", other)),
        }
    }
    benchmark
        .map(|benchmark| Task::Bench { benchmark })
        .ok_or_else(|| Failure::new("bench needs the name of a benchmark: `cargo xtask bench startup`"))
}

/// One word of the command line, owned, so that the parser can be asked for a flag's value next.
enum Argument {
    Help,
    Flag(String),
    Word(OsString),
}

fn next(parser: &mut Parser) -> Result<Option<Argument>, Failure> {
    let argument = parser.next().map_err(|error| Failure::new(error.to_string()))?;
    Ok(argument.map(|argument| match argument {
        Arg::Long("help") | Arg::Short('h') => Argument::Help,
        Arg::Long(name) => Argument::Flag(format!("--{name}")),
        Arg::Short(letter) => Argument::Flag(format!("-{letter}")),
        Arg::Value(word) => Argument::Word(word),
    }))
}

fn text_value(parser: &mut Parser, flag: &str, what: &str) -> Result<String, Failure> {
    let value = parser.value().map_err(|_| Failure::new(format!("{flag} needs {what}")))?;
    value.string().map_err(unreadable)
}

#[allow(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn unreadable(error: lexopt::Error) -> Failure {
    Failure::new(format!("a word of the command line can't be read: {error}"))
}

fn refused(command: &str, argument: Argument) -> Failure {
    let word = match argument {
        Argument::Help => "--help".to_owned(),
        Argument::Flag(flag) => flag,
        Argument::Word(word) => format!("{:?}", word.to_string_lossy()),
    };
    Failure::new(format!("{command} does not know {word}; see `cargo xtask {command} --help`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Task, Failure> {
        parse(Parser::from_args(words))
    }

    fn complaint(words: &[&str]) -> String {
        parsed(words).expect_err("this command line is wrong").to_string()
    }

    #[test]
    fn each_command_is_understood() {
        assert_eq!(parsed(&["run"]), Ok(Task::Run { profile: Profile::Release }));
        assert_eq!(parsed(&["run", "--debug"]), Ok(Task::Run { profile: Profile::Debug }));
        assert_eq!(parsed(&["test", "--only", "clippy"]), Ok(Task::Test { only: vec!["clippy".to_owned()] }));
        assert_eq!(parsed(&["demo", "--out=x"]), Ok(Task::Demo { out: "x".into(), language: None }));
        assert_eq!(parsed(&["demo", "--out", "x", "--language", "en"]), Ok(Task::Demo { out: "x".into(), language: Some("en".into()) }));
        let flags = ["--port", "0", "--print-token", "-h"];
        let line = [&["practice"][..], &flags].concat();
        assert_eq!(parsed(&line), Ok(Task::Practice { arguments: flags.map(OsString::from).to_vec() }));
        assert_eq!(parsed(&["bench", "inserts"]), Ok(Task::Bench { benchmark: Benchmark::Inserts }));
        assert_eq!(parsed(&["bench", "journal"]), Ok(Task::Bench { benchmark: Benchmark::Journal }));
        assert_eq!(parsed(&["bench", "preview"]), Ok(Task::Bench { benchmark: Benchmark::Preview }));
        assert_eq!(parsed(&["bench", "startup"]), Ok(Task::Bench { benchmark: Benchmark::Startup }));
        assert_eq!(parsed(&["simulate"]), Ok(Task::Simulate { seeds: "0..2000".to_owned() }));
        assert_eq!(parsed(&["simulate", "--seeds", "7..8"]), Ok(Task::Simulate { seeds: "7..8".to_owned() }));
        assert_eq!(parsed(&["kill"]), Ok(Task::Kill(Kills { times: 50, seed: None })));
        assert_eq!(parsed(&["kill", "--times", "3", "--seed=7"]), Ok(Task::Kill(Kills { times: 3, seed: Some(7) })));
        assert_eq!(parsed(&["bindings"]), Ok(Task::Bindings));
    }

    #[test]
    fn what_is_not_known_is_refused_by_its_name() {
        assert!(complaint(&["walk"]).contains("\"walk\""));
        assert!(complaint(&["--fast", "run"]).contains("--fast"));
        for command in ["run", "test", "demo", "bench", "kill", "bindings"] {
            assert!(complaint(&[command, "--nonsense"]).contains(&format!("{command} does not know --nonsense")), "{command}");
            assert!(complaint(&[command, "-x"]).contains("-x"), "{command}");
        }
        assert!(complaint(&["run", "now"]).contains("\"now\""));
        assert!(complaint(&["bench", "teapot"]).contains("\"teapot\""));
        assert!(complaint(&["bench", "startup", "again"]).contains("\"again\""));
        assert!(complaint(&["test", "--only", "everything"]).contains("\"everything\""));
    }

    #[test]
    fn a_wrong_or_missing_value_is_named_with_what_is_wanted() {
        assert!(complaint(&["demo"]).contains("--out DIR"));
        assert!(complaint(&["demo", "--out"]).contains("--out"));
        assert!(complaint(&["demo", "--out", ""]).contains("empty"));
        assert!(complaint(&["demo", "--out", "x", "--language", "fr"]).contains("\"fr\""));
        assert!(complaint(&["bench"]).contains("startup"));
        for times in ["0", "-1", "many"] {
            assert!(complaint(&["kill", "--times", times]).contains("from 1 on"), "{times}");
        }
        assert!(complaint(&["kill", "--seed", "x"]).contains("from 0 on"));
        for seeds in ["7", "8..7", "7..7", "a..b", "..", "-1..5"] {
            assert!(complaint(&["simulate", "--seeds", seeds]).contains("0..2000"), "{seeds}");
        }
    }

    #[test]
    fn help_is_had_everywhere() {
        for words in [&["--help"][..], &["-h"], &[], &["run", "--help"], &["test", "-h"], &["demo", "--help"], &["bench", "--help"]] {
            assert!(matches!(parsed(words), Ok(Task::Help(text)) if text.contains("cargo xtask")), "{words:?}");
        }
    }
}
