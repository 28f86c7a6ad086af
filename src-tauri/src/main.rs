//! The program: nothing but the shell.

// A console window beside the real one would confuse people on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    cardesk_shell::run()
}
