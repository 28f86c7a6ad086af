//! A page under WebDriver: the desk's window or the cardholder's phone, by what a person can see and do.

use std::path::Path;
use std::time::Duration;

use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::trouble::{Outcome, Trouble};
use crate::waiting::until;

/// How long something that should show at once may take on a busy machine.
pub const SOON: Duration = Duration::from_secs(20);

/// How long a window may take to open on a busy machine.
const OPEN_LIMIT: Duration = Duration::from_secs(60);

/// How long a driver may think about one request. Some it never answers.
const REQUEST_LIMIT: Duration = Duration::from_secs(15);

/// Comes back when two frames have been drawn, the second one with everything that was there before the first.
const NEXT_FRAMES: &str = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))";

/// The first element that is drawn. The driver's own test takes what stands in a scrolling box for hidden.
const SHOWN: &str = "const shown = [...document.querySelectorAll(arguments[0])].find(element => \
    element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0);";

/// A page that is open.
#[derive(Debug, Clone)]
pub struct Page {
    client: Client,
}

impl Page {
    /// Opens a session with a driver that is starting or running on this port of this machine.
    ///
    /// # Errors
    /// If the driver does not answer in time, or refuses the session.
    pub async fn open(driver_port: u16, capabilities: Capabilities) -> Outcome<Self> {
        until("the driver", SOON, || async move {
            TcpStream::connect(("127.0.0.1", driver_port)).await.map(|_| Some(())).map_err(Trouble::of("the driver's port"))
        })
        .await?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let driver = format!("http://127.0.0.1:{driver_port}");
        let client = tokio::time::timeout(OPEN_LIMIT, builder.connect(&driver));
        let client = client.await.map_err(|_| Trouble::new(format!("no window opened within {} s", OPEN_LIMIT.as_secs())))?;
        Ok(Self { client: client.map_err(Trouble::of("a session with the driver"))? })
    }

    /// The WebDriver client, for what this type has no word for.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// If the page can't be loaded.
    pub async fn go(&self, address: &str) -> Outcome<()> {
        answered(address, self.client.goto(address)).await
    }

    /// Waits until an element is there and can be seen.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn see(&self, css: &str) -> Outcome<Element> {
        until(css, SOON, || self.shown(css)).await
    }

    /// The element, if it is there and can be seen now.
    ///
    /// # Errors
    /// If the driver can't be asked, or the page changes meanwhile.
    pub async fn shown(&self, css: &str) -> Outcome<Option<Element>> {
        let found = self.script(&format!("{SHOWN} return shown ?? null"), vec![css.into()]).await?;
        let id = found.as_object().and_then(|reference| reference.values().next()).and_then(Value::as_str);
        Ok(id.map(|id| Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))))
    }

    /// Waits until an element is gone or hidden.
    ///
    /// # Errors
    /// If it stays.
    pub async fn see_no_more(&self, css: &str) -> Outcome<()> {
        let what = format!("the end of {css}");
        until(&what, SOON, || async { Ok(self.shown(css).await?.is_none().then_some(())) }).await
    }

    /// Clicks an element as soon as it can be clicked.
    ///
    /// # Errors
    /// If it does not come, stays disabled or covered.
    pub async fn click(&self, css: &str) -> Outcome<()> {
        let what = format!("a click on {css}");
        until(&what, SOON, || async {
            let Some(element) = self.shown(css).await? else { return Ok(None) };
            if !answered(css, element.is_enabled()).await? {
                return Err(Trouble::new("it is disabled"));
            }
            match answered(css, element.click()).await {
                Ok(()) => Ok(Some(())),
                Err(trouble) => Err(self.brought_into_view(css, trouble).await),
            }
        })
        .await
    }

    /// The driver scrolls just far enough, which can be under a bar that stays in place: this scrolls to the middle, for the
    /// next try. Gives the trouble back.
    async fn brought_into_view(&self, css: &str, trouble: Trouble) -> Trouble {
        let scroll = format!("{SHOWN} shown?.scrollIntoView({{ block: 'center' }})");
        self.script(&scroll, vec![css.into()]).await.err().unwrap_or(trouble)
    }

    /// Types into a field in place of what is in it.
    ///
    /// # Errors
    /// If the field does not come or does not take the keys.
    pub async fn fill(&self, css: &str, text: &str) -> Outcome<()> {
        let what = format!("{text:?} in {css}");
        // As often as it takes: a form that moves while it is typed into loses keys to no fault of its own.
        until(&what, SOON, || async {
            let Some(field) = self.shown(css).await? else { return Ok(None) };
            if let Err(trouble) = answered(css, field.clear()).await {
                return Err(self.brought_into_view(css, trouble).await);
            }
            answered(css, field.send_keys(text)).await?;
            let value = answered(css, field.prop("value")).await?.unwrap_or_default();
            Ok((value.is_empty() == text.is_empty()).then_some(()))
        })
        .await
    }

    /// Chooses an option of a native list by its value.
    ///
    /// # Errors
    /// If the list or the option does not come.
    pub async fn choose(&self, css: &str, value: &str) -> Outcome<()> {
        let what = format!("{value:?} chosen in {css}");
        until(&what, SOON, || async {
            let Some(element) = self.shown(css).await? else { return Ok(None) };
            match answered(css, element.select_by_value(value)).await {
                Ok(()) => Ok(Some(())),
                Err(trouble) => Err(self.brought_into_view(css, trouble).await),
            }
        })
        .await
    }

    /// What a field holds now.
    ///
    /// # Errors
    /// If there is no such field.
    pub async fn value(&self, css: &str) -> Outcome<String> {
        let value = answered(css, self.see(css).await?.prop("value")).await?;
        Ok(value.unwrap_or_default())
    }

    /// The text of an element, once it can be seen.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn text(&self, css: &str) -> Outcome<String> {
        until(css, SOON, || self.shown_text(css)).await
    }

    async fn shown_text(&self, css: &str) -> Outcome<Option<String>> {
        let text = self.script(&format!("{SHOWN} return shown?.innerText ?? null"), vec![css.into()]).await?;
        Ok(text.as_str().map(str::to_owned))
    }

    /// An attribute of an element, once it can be seen.
    ///
    /// # Errors
    /// If the element does not come or has no such attribute.
    pub async fn attribute(&self, css: &str, name: &str) -> Outcome<String> {
        let value = answered(css, self.see(css).await?.attr(name)).await?;
        value.ok_or_else(|| Trouble::new(format!("{css} has no {name}")))
    }

    /// Waits until an element's text says this.
    ///
    /// # Errors
    /// If it never does, with what it said last.
    pub async fn says(&self, css: &str, words: &str) -> Outcome<()> {
        self.says_within(css, words, SOON).await
    }

    /// [`Self::says`] with a limit of one's own.
    ///
    /// # Errors
    /// If it never does, with what it said last.
    pub async fn says_within(&self, css: &str, words: &str, at_most: Duration) -> Outcome<()> {
        let what = format!("{words:?} in {css}");
        until(&what, at_most, || async {
            let Some(text) = self.shown_text(css).await? else { return Err(Trouble::new("it is not there")) };
            if text.contains(words) { Ok(Some(())) } else { Err(Trouble::new(format!("it says {text:?}"))) }
        })
        .await
    }

    /// Runs a script in the page and gives what it returns.
    ///
    /// # Errors
    /// If the page refuses it or it throws.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        answered("a script", self.client.execute(script, arguments)).await
    }

    /// The same with a script that answers later, by calling its last argument.
    ///
    /// # Errors
    /// If the script fails, or does not answer.
    pub async fn script_later(&self, script: &str) -> Outcome<Value> {
        answered("a script that answers later", self.client.execute_async(script, Vec::new())).await
    }

    /// Leaves a picture of the page as people see it, once it has been drawn.
    ///
    /// # Errors
    /// If it can't be taken or written.
    pub async fn picture(&self, file: &Path) -> Outcome<()> {
        answered("a drawn frame", self.client.execute_async(NEXT_FRAMES, Vec::new())).await?;
        let png = answered("a picture", self.client.screenshot()).await?;
        tokio::fs::write(file, png).await.map_err(Trouble::of(file.display().to_string()))
    }

    /// Ends the session; its window goes with it. Ending the driver alone would leave the window open.
    ///
    /// # Errors
    /// If the driver is gone already.
    pub async fn close(self) -> Outcome<()> {
        answered("the end of the session", self.client.close()).await
    }
}

/// The driver's answer to one request, within the limit.
pub(crate) async fn answered<T>(what: &str, request: impl Future<Output = Result<T, CmdError>>) -> Outcome<T> {
    match tokio::time::timeout(REQUEST_LIMIT, request).await {
        Ok(answer) => answer.map_err(|error| Trouble::new(format!("{what}: {}", words(&error)))),
        Err(_) => Err(Trouble::new(format!("{what}: the driver gave no answer within {} s", REQUEST_LIMIT.as_secs()))),
    }
}

/// The driver's error; its own display leaves out the kind, and often the message is empty.
fn words(error: &CmdError) -> String {
    match error {
        CmdError::Standard(standard) => format!("{} {}", standard.error(), standard.message),
        other => other.to_string(),
    }
}

/// A port of this machine that nothing listens on now.
///
/// # Errors
/// If the system has none to give.
pub fn free_port() -> Outcome<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(Trouble::of("a free port"))?;
    listener.local_addr().map(|address| address.port()).map_err(Trouble::of("a free port"))
}
