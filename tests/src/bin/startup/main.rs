//! The start-up benchmark: how long Cardesk's release window takes to its first useful paint, against a bare Tauri window.
//!
//! Both programs start in turn on a private X screen that is watched from outside; what counts as a useful paint is
//! written in `picture`. Prints a table, and as its last line one JSON object for machines.

mod picture;
mod program;
mod screen;

use std::{
    env,
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use picture::{Start, judge};
use program::{Program, SessionBus};
use screen::Screen;
use serde_json::json;

const USAGE: &str = "usage: startup --desk PATH --bare PATH [--runs N]\n\
    --desk PATH  the release binary of Cardesk\n\
    --bare PATH  the release binary of the bare window\n\
    --runs N     measured starts of each, 1 to 100 (default 9)";

struct Flags {
    desk: PathBuf,
    bare: PathBuf,
    runs: usize,
}

fn main() -> ExitCode {
    let outcome = read_flags(env::args().skip(1)).map_err(|error| format!("{error}\n{USAGE}").into()).and_then(|flags| measure(&flags));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "startup: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read_flags(mut arguments: impl Iterator<Item = String>) -> Result<Flags, String> {
    let (mut desk, mut bare, mut runs) = (None, None, 9);
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{flag} needs a value"));
        match flag.as_str() {
            "--desk" => desk = Some(PathBuf::from(value()?)),
            "--bare" => bare = Some(PathBuf::from(value()?)),
            "--runs" => {
                let typed = value()?;
                runs = typed
                    .parse()
                    .ok()
                    .filter(|runs| (1..=100).contains(runs))
                    .ok_or_else(|| format!("--runs takes a whole number from 1 to 100, not “{typed}”"))?;
            }
            _ => return Err(format!("unknown argument “{flag}”")),
        }
    }
    Ok(Flags { desk: desk.ok_or("--desk is missing")?, bare: bare.ok_or("--bare is missing")?, runs })
}

fn measure(flags: &Flags) -> Result<(), Box<dyn Error>> {
    let place = tempfile::tempdir()?;
    let screen = Screen::start(place.path())?;
    let bus = SessionBus::start()?;
    let desk = Program::new("Cardesk", &flags.desk, place.path().join("desk"), screen.display(), &bus)?;
    let bare = Program::new("bare window", &flags.bare, place.path().join("bare"), screen.display(), &bus)?;

    // The first start of each fills its caches, and Cardesk's seeds Practice: told, but not compared.
    let first_bare = start_once(&bare, &screen)?;
    let first_desk = start_once(&desk, &screen)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(desk.finish_greeting())?;
    screen.wait_until_empty()?;

    let (mut desk_starts, mut bare_starts) = (Vec::new(), Vec::new());
    for _ in 0..flags.runs {
        bare_starts.push(start_once(&bare, &screen)?);
        desk_starts.push(start_once(&desk, &screen)?);
    }
    report(&first_bare, &first_desk, &bare_starts, &desk_starts)
}

fn start_once(program: &Program, screen: &Screen) -> Result<Start, Box<dyn Error>> {
    let (running, started) = program.start()?;
    let frames = screen.watch(started).map_err(|error| format!("{}: {error}", program.name))?;
    drop(running);
    screen.wait_until_empty()?;
    judge(screen.empty(), &frames).ok_or_else(|| format!("{}: nothing useful was painted", program.name).into())
}

fn report(first_bare: &Start, first_desk: &Start, bare: &[Start], desk: &[Start]) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    writeln!(out, "Start to first useful paint, milliseconds ({} starts of each, in turn)\n", desk.len())?;
    writeln!(out, "{:<14}{:>8}{:>8}{:>8}{:>14}{:>14}{:>14}", "", "median", "least", "most", "window shown", "white frames", "first start")?;
    for (name, first, starts) in [("bare window", first_bare, bare), ("Cardesk", first_desk, desk)] {
        let painted: Vec<f64> = starts.iter().map(|start| start.painted_ms).collect();
        let shown: Vec<f64> = starts.iter().map(|start| start.window_ms).collect();
        writeln!(
            out,
            "{name:<14}{:>8.0}{:>8.0}{:>8.0}{:>14.0}{:>14}{:>14.0}",
            median(&painted),
            painted.iter().copied().fold(f64::INFINITY, f64::min),
            painted.iter().copied().fold(0.0, f64::max),
            median(&shown),
            white_frames(starts),
            first.painted_ms
        )?;
    }
    let median_of = |starts: &[Start]| median(&starts.iter().map(|start| start.painted_ms).collect::<Vec<_>>());
    let (bare_ms, desk_ms) = (median_of(bare), median_of(desk));
    writeln!(out, "\nCardesk takes {:.2} × the bare window\n", desk_ms / bare_ms)?;
    let line = json!({
        "benchmark": "startup",
        "runs": desk.len(),
        "desk_ms": desk_ms.round(),
        "bare_ms": bare_ms.round(),
        "ratio": (desk_ms / bare_ms * 1_000.0).round() / 1_000.0,
        "white_frames": white_frames(desk) + first_desk.white_frames,
        "first_start_ms": first_desk.painted_ms.round(),
        "bare_white_frames": white_frames(bare),
    });
    writeln!(out, "{line}")?;
    Ok(())
}

fn white_frames(starts: &[Start]) -> usize {
    starts.iter().map(|start| start.white_frames).sum()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(words: &[&str]) -> Result<Flags, String> {
        read_flags(words.iter().map(ToString::to_string))
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn a_wrong_flag_is_named() {
        assert!(flags(&["--desk", "a"]).is_err_and(|error| error.contains("--bare is missing")));
        assert!(flags(&["--fast"]).is_err_and(|error| error.contains("--fast")));
        assert!(flags(&["--desk"]).is_err_and(|error| error.contains("--desk needs a value")));
        for wrong in ["0", "101", "x", "-1"] {
            assert!(flags(&["--desk", "a", "--bare", "b", "--runs", wrong]).is_err_and(|error| error.contains(wrong)));
        }
        assert_eq!(flags(&["--desk", "a", "--bare", "b", "--runs", "3"]).map(|flags| flags.runs), Ok(3));
    }
}
