//! When the page's own process ends: its last picture stays in the window and answers nothing.
//!
//! Owns that the page is then loaded again by itself and says so, and the limit of that: one that ends again and again is
//! not loaded for ever, its user is asked. What the desk was doing goes on meanwhile, since none of it is in the page.
//! (macOS and Windows restart a page of their own accord or not; they have not been tried yet.)

use std::time::{Duration, Instant};

use cardesk_desk::view::SpokenLanguage;
use tauri::{Manager, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};
use webkit2gtk::WebViewExt;

use crate::shell::Shell;
use crate::window::{or_log, watch_for_silence};
use crate::{language, words};

/// A page that ends so soon after it was loaded again is not helped by loading it once more.
const TOO_SOON: Duration = Duration::from_secs(30);

/// What is done about a page that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    LoadAgain,
    AskFirst,
}

/// When the page was last loaded again.
#[derive(Debug, Default)]
struct LastLoad(Option<Instant>);

impl LastLoad {
    /// What is done about a page that has ended now.
    fn remedy(&mut self, now: Instant) -> Remedy {
        match self.0.replace(now) {
            Some(before) if now.duration_since(before) < TOO_SOON => Remedy::AskFirst,
            _ => Remedy::LoadAgain,
        }
    }
}

/// Watches over the window's page for as long as the window is open.
pub(crate) fn watch(window: &WebviewWindow) -> tauri::Result<()> {
    let watched = window.clone();
    window.with_webview(move |view| {
        let last = std::cell::RefCell::new(LastLoad::default());
        view.inner().connect_web_process_terminated(move |_, reason| {
            let remedy = last.borrow_mut().remedy(Instant::now());
            tracing::error!(?reason, ?remedy, "the page's process has ended");
            watched.state::<Shell>().note_page_ended();
            match remedy {
                Remedy::LoadAgain => load_again(watched.clone()),
                Remedy::AskFirst => ask(watched.clone()),
            }
        });
    })
}

/// Loads the page again. The desk is told first, so that the page's first session says what happened.
fn load_again(window: WebviewWindow) {
    tauri::async_runtime::spawn(async move {
        if let Ok(desk) = window.state::<Shell>().desk().await {
            desk.note_page_loaded_again().await;
        }
        or_log("load the page again", window.reload());
        watch_for_silence(window).await;
    });
}

/// Says that the page ends again and again, and loads it once more when that was read.
fn ask(window: WebviewWindow) {
    tauri::async_runtime::spawn(async move {
        let (heading, text, button) = words::page_ends_again(language(&window).await);
        let dialog = window.dialog().message(text).title(heading).kind(MessageDialogKind::Error);
        let dialog = dialog.buttons(MessageDialogButtons::OkCustom(button.to_owned()));
        dialog.show(move |_| load_again(window));
    });
}

/// The language that the window speaks, which its operator may have chosen.
async fn language(window: &WebviewWindow) -> SpokenLanguage {
    let session = async { window.state::<Shell>().desk().await?.session().await };
    session.await.map_or_else(|_| language::of_system(), |session| session.language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_ends_is_loaded_again_and_one_that_ends_again_at_once_is_asked_about() {
        let begin = Instant::now();
        let mut last = LastLoad::default();
        let mut after = |seconds| last.remedy(begin + Duration::from_secs(seconds));
        assert_eq!(after(0), Remedy::LoadAgain);
        assert_eq!(after(29), Remedy::AskFirst);
        assert_eq!(after(50), Remedy::AskFirst, "counted from the load that came of the question");
        assert_eq!(after(90), Remedy::LoadAgain);
    }
}
