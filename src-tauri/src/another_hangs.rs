//! Starting while another Cardesk is open that does not answer.
//!
//! The single-instance plug-in asks the other one to bring its window forward, and waits for the answer without a limit.
//! Owns the limit, and what is said when it is over. The message needs an event loop, and the plug-in holds up this
//! process's own: so a process for the message alone is started, which opens nothing else.

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Context, Wry};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::{language, words};

/// Tells a process that it is there for the message alone.
const SAYS_SO: &str = "CARDESK_ANOTHER_HANGS";

/// How long the other one may take to answer. It only raises its window; on a busy machine that takes a second.
const PATIENCE: Duration = Duration::from_secs(10);

/// Two plug-ins to stand before and after the single-instance one: plug-ins are set up one after the other.
pub(crate) fn limit() -> (TauriPlugin<Wry>, TauriPlugin<Wry>) {
    let (answered, answer) = mpsc::channel();
    let answer = Mutex::new(Some(answer));
    let before = Builder::new("instance-asked").setup(move |_, _| {
        let answer = answer.lock().ok().and_then(|mut answer| answer.take());
        thread::spawn(move || {
            if answer.is_some_and(|answer| answer.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout)) {
                give_up();
            }
        });
        Ok(())
    });
    let after = Builder::new("instance-answered").setup(move |_, _| {
        call_off(&answered);
        Ok(())
    });
    (before.build(), after.build())
}

/// Whoever would have listened is gone only after the limit, and then so is this process.
fn call_off(answered: &Sender<()>) {
    let _ = answered.send(());
}

/// Ends this start, and leaves a message.
fn give_up() {
    tracing::error!("another Cardesk is open and does not answer; end it and start again");
    let started = env::current_exe().and_then(|program| message(program).spawn());
    if let Err(error) = started {
        tracing::error!(%error, "the message could not be shown");
    }
    std::process::exit(1);
}

/// What this process writes to ends with it: whoever reads it must not wait for the message.
fn message(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    command.env(SAYS_SO, "1").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Whether this process is there for the message alone.
pub(crate) fn is_to_be_said() -> bool {
    env::var_os(SAYS_SO).is_some()
}

/// Shows the message until it is read.
pub(crate) fn say(context: Context<Wry>) -> ExitCode {
    let (heading, text) = words::another_hangs(language::of_system());
    let shown = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| {
            let handle = app.handle().clone();
            app.dialog().message(text).title(heading).kind(MessageDialogKind::Error).show(move |_| handle.exit(1));
            Ok(())
        })
        .run(context);
    if let Err(error) = shown {
        tracing::error!(%error, "the message could not be shown");
    }
    ExitCode::FAILURE
}
