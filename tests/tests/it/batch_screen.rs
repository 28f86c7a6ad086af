//! The batch screen as a person uses it: rows that are pasted, a batch that begins, goes on and ends, and its figures.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use cardesk_tests::page::Page;
use cardesk_tests::waiting::until;
use cardesk_tests::{Outcome, Trouble};

/// How long a batch may take to its end.
const PATIENCE: Duration = Duration::from_secs(120);

/// How many rows of a batch stand where, as the window tells it; where none stands nothing is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Figures(BTreeMap<String, u32>);

impl Figures {
    pub(crate) fn count(&self, state: &str) -> u32 {
        self.0.get(state).copied().unwrap_or(0)
    }

    pub(crate) fn set(&mut self, state: &str, count: u32) {
        self.0.insert(state.to_owned(), count);
        self.0.retain(|_, count| *count > 0);
    }

    pub(crate) fn add(&mut self, state: &str) {
        self.set(state, self.count(state) + 1);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(state, count)| format!("{count} {state}")).collect();
        formatter.write_str(&parts.join(", "))
    }
}

/// Reads rows as if they had been pasted, and shows their check. A real paste is a test of its own; this one is not the
/// clipboard's business.
pub(crate) async fn check_rows(page: &Page, rows: &str) -> Outcome<()> {
    page.click("#screen-funds").await?;
    if page.shown("#batch-close").await?.is_some() {
        page.click("#batch-close").await?;
    }
    page.see("#batch-paste").await?;
    let paste = "const field = document.querySelector('#batch-paste'); field.value = arguments[0]; \
                 field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
    page.script(paste, vec![rows.into()]).await?;
    page.click("#batch-read-pasted").await?;
    page.click("#batch-style-comma_thousands").await?;
    // The rows have been checked anew by then, and can be sent.
    page.see("label.chosen > #batch-style-comma_thousands").await.map(drop)
}

/// Begins the batch whose check is on show, and gives its number.
pub(crate) async fn begin(page: &Page) -> Outcome<u32> {
    page.click("#batch-start").await?;
    page.attribute("#batch", "data-batch").await?.parse().map_err(Trouble::of("the batch's number"))
}

/// Opens a batch and gives its figures, once it is at rest.
pub(crate) async fn open_batch(page: &Page, number: u32) -> Outcome<Figures> {
    page.click("#screen-funds").await?;
    if page.shown("#batch-close").await?.is_some() {
        page.click("#batch-close").await?;
    }
    page.click(&format!("#batch-{number}")).await?;
    page.see(&format!("#batch[data-batch='{number}']:is([data-phase=paused], [data-phase=finished])")).await?;
    figures(page).await
}

/// The figures of the batch on show.
pub(crate) async fn figures(page: &Page) -> Outcome<Figures> {
    let script = "return Object.fromEntries([...document.querySelectorAll('#batch [id^=batch-count-]')]\
                  .map(each => [each.id.slice('batch-count-'.length), Number(each.innerText.replace(/[^0-9]/g, ''))]))";
    let told = page.script(script, Vec::new()).await?;
    serde_json::from_value(told).map(Figures).map_err(Trouble::of("the batch's figures"))
}

/// Lets the batch on show go on.
pub(crate) async fn go_on(page: &Page) -> Outcome<()> {
    page.click("#batch-continue").await
}

/// Waits for a batch's end.
pub(crate) async fn see_end(page: &Page, number: u32) -> Outcome<()> {
    let finished = format!("#batch[data-batch='{number}'][data-phase=finished]");
    until("the batch's end", PATIENCE, || async { Ok(page.shown(&finished).await?.map(drop)) }).await
}
