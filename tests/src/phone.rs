//! The cardholder's phone: a small browser window of its own in which the activation page is used as people use it.

use std::path::Path;

use fantoccini::wd::Capabilities;
use serde_json::json;

use crate::page::{Page, answered, free_port};
use crate::session::Session;
use crate::trouble::{Outcome, Trouble};

/// The browser that comes with the web view's own driver.
const BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/// A phone of usual size, in CSS pixels; the browser's own bar keeps it at 447 wide.
const SCREEN: (u32, u32) = (390, 844);

/// A phone in hand.
#[derive(Debug)]
pub struct Phone {
    /// What is on its screen.
    pub page: Page,
}

impl Phone {
    /// Switches a phone on, in the same session as the desk but with a driver of its own.
    ///
    /// # Errors
    /// If the browser or its driver can't be started.
    pub async fn switch_on(session: &mut Session) -> Outcome<Self> {
        let port = free_port()?;
        let (output, errors) = session.log("phone")?;
        let mut command = session.command(Path::new("WebKitWebDriver"));
        // This browser's own screenshots never come while that graphics path is off.
        command.env_remove("WEBKIT_DISABLE_DMABUF_RENDERER");
        command.arg(format!("--port={port}")).stdout(output).stderr(errors);
        let child = command.spawn().map_err(Trouble::of("WebKitWebDriver"))?;
        session.keep(child);
        let page = Page::open(port, capabilities()).await;
        let page = page.map_err(|trouble| Trouble::new(format!("{trouble}\n{}", session.last_words("phone"))))?;
        let (width, height) = SCREEN;
        answered("the phone's size", page.client().set_window_size(width, height)).await?;
        Ok(Self { page })
    }

    /// Switches it off.
    ///
    /// # Errors
    /// If it is off already.
    pub async fn switch_off(self) -> Outcome<()> {
        self.page.close().await
    }
}

fn capabilities() -> Capabilities {
    let mut capabilities = Capabilities::new();
    capabilities.insert("browserName".to_owned(), json!("MiniBrowser"));
    capabilities.insert("webkitgtk:browserOptions".to_owned(), json!({ "binary": BROWSER, "args": ["--automation"] }));
    capabilities
}
