//! A company's desk at work: connected to a gateway of its own, and with nothing left open at the end.

use std::time::Duration;

use cardesk_tests::Outcome;
use cardesk_tests::page::Page;
use cardesk_tests::session::Session;
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;

use crate::window::{SOON, fill_in_company};

/// How long what has no outcome may take to be settled: the issuer's settling time and a look.
const PATIENCE: Duration = Duration::from_secs(120);

/// A desk on a fresh home, at work for a company of its own whose gateway is at this address, with all of its cards known.
pub(super) async fn at_work(session: &mut Session, gateway: &cardesk_sandbox::Practice, address: &str) -> Outcome<Window> {
    let window = Window::open(session).await?;
    let page = &window.page;
    page.click("#greeting-start").await?;
    page.see("#directory-list-row-0").await?;
    fill_in_company(page, gateway).await?;
    page.see("#profile-test").await?;
    page.fill("#baseUrl", address).await?;
    page.fill("#confirmationLimit", "900000").await?;
    page.fill("#settlingTimeMinutes", "1").await?;
    page.click("#profile-save").await?;
    page.click("#profile-activate").await?;
    page.see(".strip[data-environment=qa]").await?;
    page.click("#screen-cardholders").await?;
    page.click("#refresh-directory").await?;
    page.see("#directory-list-row-0").await?;
    page.see("#refresh-directory:not([aria-busy=true])").await?;
    Ok(window)
}

/// Settles what has no outcome: what the gateway has settles by itself, and what it certainly has not is settled by hand.
/// Gives how many were settled by hand.
pub(super) async fn settle_everything(page: &Page) -> Outcome<usize> {
    page.click("#screen-attention").await?;
    page.see("#attention .main > :is(article, .empty, [data-reference])").await?;
    let open = "return document.querySelector('#attention article')?.dataset.reference ?? null";
    let mut settled = 0;
    while let Some(reference) = page.script(open, Vec::new()).await?.as_str() {
        settled += usize::from(settled_by_hand(page, reference).await?);
    }
    Ok(settled)
}

/// Waits until an operation is gone by itself or is offered as not applied, and then says so. Whether it was by hand.
async fn settled_by_hand(page: &Page, reference: &str) -> Outcome<bool> {
    let article = format!("#attention-{reference}");
    let offered = format!("{article} [data-action=not-applied]:not(:disabled)");
    let is_offered = until("evidence, or the settling time", PATIENCE, || async {
        if page.shown(&article).await?.is_none() {
            return Ok(Some(false));
        }
        Ok(page.shown(&offered).await?.map(|_| true))
    });
    if !is_offered.await? {
        return Ok(false);
    }
    page.click(&offered).await?;
    page.fill("#settle-reason", "La línea se cortó antes de que saliera").await?;
    page.click("#settle-submit").await?;
    let gone = format!("the end of {reference} in what needs attention");
    until(&gone, SOON, || async { Ok(page.shown(&article).await?.is_none().then_some(())) }).await?;
    Ok(true)
}
