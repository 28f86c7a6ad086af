//! `cargo xtask demo`: the whole job in the real window, with pictures, the insert and a report of it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use cardesk_tests::demo;
use cardesk_tests::session::SessionOptions;

const USAGE: &str = "demo --out DIR [--language es|en]";

#[tokio::main]
async fn main() -> ExitCode {
    let (out, locale) = match wishes(std::env::args().skip(1)) {
        Ok(wishes) => wishes,
        Err(problem) => return complain(&format!("{problem}\n\n{USAGE}"), 2),
    };
    let report = match demo::run(&SessionOptions { locale, ..SessionOptions::default() }, &out).await {
        Ok(report) => report,
        Err(trouble) => return complain(&trouble.to_string(), 1),
    };
    // A closed terminal takes no words; the report is in its file all the same.
    let _ = writeln!(io::stdout(), "{}\nThe pictures, insert.pdf and report.json are in {}", report.lines(), out.display());
    if report.passed { ExitCode::SUCCESS } else { complain("a step did not hold", 1) }
}

fn complain(problem: &str, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "demo: {problem}");
    ExitCode::from(code)
}

fn wishes(mut arguments: impl Iterator<Item = String>) -> Result<(PathBuf, String), String> {
    let (mut out, mut locale) = (None, "es_GT");
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{flag} wants a value"));
        match flag.as_str() {
            "--out" => out = Some(PathBuf::from(value()?)),
            "--language" => {
                locale = match value()?.as_str() {
                    "es" => "es_GT",
                    "en" => "en_US",
                    other => return Err(format!("--language knows es and en, not {other:?}")),
                };
            }
            _ => return Err(format!("{flag:?} is not known")),
        }
    }
    Ok((out.ok_or("--out DIR is needed")?, locale.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(PathBuf, String), String> {
        wishes(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_command_line_is_read_or_refused_with_its_reason() {
        assert_eq!(read("--out x"), Ok((PathBuf::from("x"), "es_GT".to_owned())));
        assert_eq!(read("--language en --out x"), Ok((PathBuf::from("x"), "en_US".to_owned())));
        assert_eq!(read(""), Err("--out DIR is needed".to_owned()));
        assert_eq!(read("--out"), Err("--out wants a value".to_owned()));
        assert_eq!(read("--out x --language fr"), Err("--language knows es and en, not \"fr\"".to_owned()));
        assert_eq!(read("--speed"), Err("\"--speed\" is not known".to_owned()));
    }
}
