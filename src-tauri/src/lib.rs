//! The shell of Cardesk: window, start-up, permissions and commands.
//!
//! It joins the desk, Practice and the one window. What an operator does is in `cardesk-desk`, what Practice answers in
//! `cardesk-sandbox`, what people see in `ui/`; nothing of that is decided here.

mod another_hangs;
pub mod commands;
mod graphics;
mod language;
mod lock_gate;
#[cfg(target_os = "linux")]
mod page_end;
mod places;
mod shell;
mod start_again;
#[cfg(target_os = "linux")]
mod unseen;
mod window;
mod words;

use std::process::ExitCode;

use tauri::{App, Manager};
use tracing_subscriber::EnvFilter;

use crate::places::Places;
use crate::shell::Shell;

/// The variable that says how much is logged, in `tracing`'s filter language; `warn` when it is not set.
const LOG_FILTER: &str = "CARDESK_LOG";

/// Runs Cardesk until its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    graphics::prepare_environment();
    log_to_stderr();
    let context = tauri::generate_context!();
    if another_hangs::is_to_be_said() {
        return another_hangs::say(context);
    }
    let (another_is_asked, another_has_answered) = another_hangs::limit();
    let bindings = commands::bindings();
    let outcome = tauri::Builder::default()
        // First of all: a second start must end here, before it opens the journal or takes a port.
        .plugin(another_is_asked)
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _directory| window::bring_forward(app)))
        .plugin(another_has_answered)
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(lock_gate::before(bindings.invoke_handler()))
        .setup(|app| start(app).map_err(Into::into))
        .run(context);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            start_again::if_another_was_closing(&error);
            tracing::error!(%error, "the window could not be started; is there a display (DISPLAY, WAYLAND_DISPLAY)?");
            ExitCode::FAILURE
        }
    }
}

/// Opens the desk and Practice in the background, and the window at the same time: a web view takes longer than either.
fn start(app: &App) -> tauri::Result<()> {
    app.manage(Shell::new(Places::of_this_user()));
    let handle = app.handle().clone();
    tauri::async_runtime::spawn(async move {
        let shell = handle.state::<Shell>();
        shell.begin().await;
        match shell.desk().await {
            Ok(desk) => {
                let told = handle.clone();
                tokio::join!(desk.watch_outcomes(), desk.keep_lock(|| window::tell_locked(&told)));
            }
            Err(error) => tracing::error!(%error, "operations without an outcome are not looked for, and no idle time is counted"),
        }
    });
    window::open(app)
}

fn log_to_stderr() {
    let filter = EnvFilter::builder().with_env_var(LOG_FILTER).with_default_directive(tracing::Level::WARN.into()).from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
