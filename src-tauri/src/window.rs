//! The one window: hidden until it is painted, in the theme's colours, closed to everything but the program's own page.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cardesk_desk::view::{SessionView, Theme};
use cardesk_desk::{AtRest, Desk};
use tauri::webview::{Color, NewWindowResponse};
use tauri::{App, AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::shell::Shell;
use crate::{language, words};

/// The window's label, which the capability file names.
const LABEL: &str = "desk";

/// The size of a window that nobody has resized, in logical pixels.
const WIDTH: i32 = 1280;
const HEIGHT: i32 = 800;

/// Until the page has reported its picture the window is hidden; but not longer than this.
const HIDDEN_AT_MOST: Duration = Duration::from_secs(6);

/// A page that is still silent after so much more has failed, and its user is told.
const SILENT_AT_MOST: Duration = Duration::from_secs(20);

/// How long a window that is closed stays for what is on its way; most gateways have answered long before.
const CLOSING_AT_MOST: Duration = Duration::from_secs(10);

/// A wait shorter than this is over before anybody could read what it is for.
const CLOSING_SAID_AFTER: Duration = Duration::from_millis(300);

/// Tells the page that the window waits; `ui/src/lib/backend/closing.ts` hears it.
const CLOSING_SAID: &str = "dispatchEvent(new Event('cardesk-closing'))";

/// Tells the page that the desk has locked itself; `ui/src/lib/backend/locking.ts` hears it.
const LOCKED_SAID: &str = "dispatchEvent(new Event('cardesk-locked'))";

/// The ground of `ui/`'s two themes (the token `--ground`): what is seen for a moment before and while the page paints.
const LIGHT_GROUND: Color = Color(0xf5, 0xf4, 0xf0, 0xff);
const DARK_GROUND: Color = Color(0x14, 0x15, 0x19, 0xff);

/// Makes the window, hidden, and begins to load the page.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Cardesk")
        .visible(false)
        .inner_size(f64::from(WIDTH), f64::from(HEIGHT))
        .min_inner_size(1024.0, 640.0)
        .prevent_overflow()
        .background_color(LIGHT_GROUND)
        .zoom_hotkeys_enabled(true)
        // A dropped file is the page's: the shell's own way would hand it a path, which it must not be able to read.
        .disable_drag_drop_handler()
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    #[cfg(target_os = "linux")]
    {
        or_log("let the page paint unseen", crate::unseen::paint_while_hidden(&window, WIDTH, HEIGHT));
        or_log("watch over the page", crate::page_end::watch(&window));
    }
    if matches!(window.theme()?, tauri::Theme::Dark) {
        window.set_background_color(Some(DARK_GROUND))?;
    }
    close_after_outcomes(&window);
    tauri::async_runtime::spawn(watch_for_silence(window));
    Ok(())
}

/// Lets what is on its way get its outcome before the window goes, and the program with it. Whoever closes it a second time
/// does not wait.
fn close_after_outcomes(window: &WebviewWindow) {
    let closed = window.clone();
    let was_asked = AtomicBool::new(false);
    window.on_window_event(move |event| {
        let WindowEvent::CloseRequested { api, .. } = event else { return };
        if was_asked.swap(true, Ordering::Relaxed) {
            return;
        }
        api.prevent_close();
        let window = closed.clone();
        tauri::async_runtime::spawn(async move {
            let shell = window.state::<Shell>();
            let _at_rest = match shell.desk_if_open() {
                Some(desk) => at_rest(&window, desk).await,
                None => None,
            };
            or_log("close the window", window.destroy());
        });
    });
}

/// Waits for what is on its way, and has the page say so where that takes a moment.
async fn at_rest(window: &WebviewWindow, desk: &Desk) -> Option<AtRest> {
    let mut waiting = Box::pin(desk.come_to_rest(CLOSING_AT_MOST));
    tokio::select! {
        biased;
        at_rest = &mut waiting => return at_rest,
        () = tokio::time::sleep(CLOSING_SAID_AFTER) => {}
    }
    or_log("say what the window waits for", window.eval(CLOSING_SAID));
    waiting.await
}

/// Shows the window, now that there is a picture in it.
pub(crate) fn show_painted(shell: &Shell, window: &WebviewWindow) {
    if shell.note_painted() {
        or_log("show the window", window.show());
        or_log("focus the window", window.set_focus());
    }
}

/// Brings the window of a running Cardesk forward, because it was started again.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    if app.state::<Shell>().was_shown() {
        or_log("restore the window", window.unminimize());
        or_log("focus the window", window.set_focus());
    }
}

/// Has the page cover itself, because the desk has locked itself. A page that does it by itself loses nothing by hearing of it.
pub(crate) fn tell_locked(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    or_log("say that the desk is locked", window.eval(LOCKED_SAID));
}

/// Lets title, decorations and ground follow what the session says.
///
/// The theme only when it has changed: asking the window for it waits for the one thread that draws, which at the start
/// has better things to do.
pub(crate) fn follow(shell: &Shell, window: &WebviewWindow, session: &SessionView) {
    let title = words::title(session.language, &session.profile.company_name, session.profile.environment);
    or_log("name the window", window.set_title(&title));
    if !shell.note_theme(session.settings.theme) {
        return;
    }
    let theme = match session.settings.theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    };
    or_log("set the window's theme", window.set_theme(theme));
    let is_dark = theme.or_else(|| window.theme().ok()) == Some(tauri::Theme::Dark);
    or_log("set the window's ground", window.set_background_color(Some(ground(is_dark))));
}

const fn ground(is_dark: bool) -> Color {
    if is_dark { DARK_GROUND } else { LIGHT_GROUND }
}

/// Whether the page may go there: only within the program itself (Windows gives the protocol a host name).
fn is_own_page(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        ("http" | "https", Some("tauri.localhost")) => cfg!(windows),
        _ => false,
    }
}

/// A page that fails must not leave an invisible program behind. One that ends meanwhile is [`crate::page_end`]'s.
pub(crate) async fn watch_for_silence(window: WebviewWindow) {
    let shell = window.state::<Shell>();
    let watched = shell.pages_ended();
    let is_over = || shell.has_painted() || shell.pages_ended() != watched;
    tokio::time::sleep(HIDDEN_AT_MOST).await;
    if is_over() {
        return;
    }
    tracing::warn!("the page has not reported its first picture; showing the window all the same");
    or_log("show the window", window.show());
    tokio::time::sleep(SILENT_AT_MOST).await;
    if is_over() {
        return;
    }
    tracing::error!("the page is silent");
    let (heading, text) = words::nothing_drawn(language::of_system());
    window.dialog().message(text).title(heading).kind(MessageDialogKind::Error).show(|_| ());
}

/// The window goes on without it; whoever looks for the cause finds it in the log.
pub(crate) fn or_log(what: &str, outcome: tauri::Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "could not {what}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_page_may_be_shown() {
        for address in [
            "https://example.com/",
            "http://localhost/",
            "file:///etc/passwd",
            "data:text/html,x",
            "about:blank",
            "tauri://elsewhere/",
            "javascript:alert(1)",
        ] {
            assert!(!is_own_page(&address.parse().unwrap()), "{address}");
        }
        assert!(is_own_page(&"tauri://localhost/index.html".parse().unwrap()));
    }
}
