//! The gate before every command: while the desk is locked, none is answered but the few that the lock screen needs.
//!
//! Owns which those are, and that a command which comes before it is known whether the desk is locked waits for that. What a
//! lock is, and when it closes, is the desk's business. What Tauri's own plug-ins answer does not pass here: the capability file
//! names it, and none of it reads what the desk knows.

use std::sync::Arc;

use cardesk_desk::{Desk, ErrorCode, ErrorView};
use tauri::ipc::Invoke;
use tauri::{AppHandle, Manager, Wry};

use crate::shell::Shell;

/// What is answered while the desk is locked. The session has company, environment, language and settings then, and no figures.
const ANSWERED_WHILE_LOCKED: [&str; 6] = ["session", "report_painted", "lock_state", "lock_now", "unlock", "lift_removed_lock"];

/// Whether a command goes on to where it is answered.
fn is_let_through(command: &str, is_locked: impl FnOnce() -> bool) -> bool {
    ANSWERED_WHILE_LOCKED.contains(&command) || !is_locked()
}

/// The handler of all commands, behind the gate.
pub(crate) fn before(
    handler: impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static,
) -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    let handler = Arc::new(handler);
    move |invoke| {
        let app = invoke.message.webview_ref().app_handle().clone();
        if let Some(desk) = app.state::<Shell>().desk_if_open() {
            return pass(desk, invoke, &*handler);
        }
        if is_let_through(invoke.message.command(), || true) {
            return handler(invoke);
        }
        tauri::async_runtime::spawn(pass_once_known(app, invoke, Arc::clone(&handler)));
        true
    }
}

/// Lets a command through, or answers that the desk is locked.
fn pass(desk: &Desk, invoke: Invoke<Wry>, handler: &impl Fn(Invoke<Wry>) -> bool) -> bool {
    if is_let_through(invoke.message.command(), || desk.is_locked()) {
        return handler(invoke);
    }
    invoke.resolver.reject(ErrorView::new(ErrorCode::Locked));
    true
}

/// The same for a command that comes while the desk is being opened.
async fn pass_once_known(app: AppHandle, invoke: Invoke<Wry>, handler: Arc<impl Fn(Invoke<Wry>) -> bool>) {
    match app.state::<Shell>().desk().await {
        Ok(desk) => _ = pass(desk, invoke, &*handler),
        Err(error) => invoke.resolver.reject(error),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every command that there is, from the one list of them.
    fn commands() -> BTreeSet<&'static str> {
        let (_, after) = include_str!("commands/mod.rs").split_once("collect_commands![").unwrap();
        let (list, _) = after.split_once(']').unwrap();
        list.split(',').filter_map(|path| path.trim().rsplit("::").next()).filter(|name| !name.is_empty()).collect()
    }

    #[test]
    fn while_the_desk_is_locked_only_what_the_lock_screen_needs_is_answered() {
        let answered: BTreeSet<&str> = commands().into_iter().filter(|command| is_let_through(command, || true)).collect();
        assert_eq!(answered, ["lift_removed_lock", "lock_now", "lock_state", "report_painted", "session", "unlock"].into());
        assert_eq!(answered, ANSWERED_WHILE_LOCKED.into(), "a name in the list is no command");
    }

    #[test]
    fn an_open_desk_answers_everything() {
        assert!(commands().len() > 100);
        assert!(commands().into_iter().all(|command| is_let_through(command, || false)));
    }

    #[test]
    fn what_the_lock_screen_needs_does_not_ask_whether_the_desk_is_locked() {
        assert!(is_let_through("unlock", || panic!("it asks")));
    }
}
