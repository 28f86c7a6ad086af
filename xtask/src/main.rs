//! The project's own commands: `cargo xtask run`, `test`, `demo`, `practice`, `bench`, `simulate`, `kill`, `bindings`.
//!
//! Owns what has to be installed, built and started, in which order, and nothing of the product. It stays small and
//! compiles in seconds, since it is the first thing that a newcomer waits for.
#![allow(clippy::print_stdout, reason = "a command of the project speaks to its terminal")]

mod arguments;
mod bounds;
mod checks;
mod failure;
mod fuzz;
mod kill;
mod packages;
mod place;
mod process;
mod simulation;
mod tools;
mod ui;
mod window;

use std::process::ExitCode;

use arguments::Task;
use failure::Failure;
use place::Place;

fn main() -> ExitCode {
    let task = match arguments::parse(lexopt::Parser::from_env()) {
        Ok(task) => task,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            return ExitCode::from(2);
        }
    };
    match perform(task) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode, Failure> {
    if let Task::Help(text) = task {
        println!("{text}");
        return Ok(ExitCode::SUCCESS);
    }
    let place = Place::find()?;
    match task {
        Task::Help(_) => {}
        Task::Run { profile } => return window::run(&place, profile),
        Task::Test { only } => return checks::run(&place, &only),
        Task::Demo { out, language } => window::demo(&place, &out, language.as_deref())?,
        Task::Practice { arguments } => return window::practice(&place, &arguments),
        Task::Bench { benchmark } => window::bench(&place, benchmark)?,
        Task::Simulate { seeds } => simulation::run(&place, &seeds)?,
        Task::Kill(kills) => kill::run(&place, kills)?,
        Task::Bindings => window::bindings(&place)?,
    }
    Ok(ExitCode::SUCCESS)
}
