//! A card's money form and Practice's faults as a person uses them.

use cardesk_tests::Outcome;
use cardesk_tests::page::Page;
use cardesk_tests::practice::Practice;
use cardesk_tests::session::Session;
use cardesk_tests::window::Window;

use crate::lists::open_active_card;
use crate::window::desk_in_practice;

/// A desk in Practice with an active card open.
pub(crate) async fn desk_at_a_card(session: &mut Session) -> (Window, Practice) {
    let (window, practice) = desk_in_practice(session).await.unwrap();
    open_active_card(&window.page).await;
    (window, practice)
}

/// Writes an amount into the open form, and waits until the form has read it.
pub(crate) async fn write_amount(page: &Page, amount: &str) -> Outcome<()> {
    page.fill("#funds-amount", amount).await?;
    page.says("#funds-amount-read", amount).await
}

/// Sends the open form, and gives the reference once the operation is in this state.
pub(crate) async fn sent(page: &Page, amount: &str, state: &str) -> Outcome<String> {
    write_amount(page, amount).await?;
    page.click("#funds-submit").await?;
    page.attribute(&format!("#outcome[data-state={state}]"), "data-reference").await
}

/// Chooses one of the faults that Practice's panel offers, and comes back to the card.
pub(crate) async fn suffer(page: &Page, preset: &str) -> Outcome<()> {
    page.click("#screen-faults").await?;
    page.click(&format!("#preset-{preset}")).await?;
    page.see("#faults-mark").await?;
    page.click("#screen-cardholders").await
}

/// Turns all faults off, and comes back to the card.
pub(crate) async fn recover(page: &Page) -> Outcome<()> {
    page.click("#screen-faults").await?;
    page.click("#faults-off").await?;
    page.see("#faults-none").await?;
    page.see_no_more("#faults-mark").await?;
    page.click("#screen-cardholders").await
}

/// Has Practice count the requests of a kind from now on, by a fault that none of so few meets, and comes back to the card.
pub(crate) async fn count_requests(page: &Page, kind: &str) -> Outcome<()> {
    page.click("#screen-faults").await?;
    page.choose("#rule-requests", kind).await?;
    page.choose("#rule-when", "nth").await?;
    page.fill("#rule-number", "1000").await?;
    page.click("#rule-add").await?;
    page.see("#faults-rules [data-counted='0']").await?;
    page.click("#screen-cardholders").await
}

/// Waits until Practice says that so many have come since, and comes back to the card. What it counts is read for the first
/// time here, so that one too many can't pass for fewer.
pub(crate) async fn see_counted(page: &Page, requests: u32) -> Outcome<()> {
    page.click("#screen-faults").await?;
    page.see(&format!("#faults-rules [data-counted='{requests}'][data-met='0']")).await?;
    page.click("#screen-cardholders").await
}

/// Has the next request of a kind suffer a fault, beside what Practice counts already, and comes back to the card.
pub(crate) async fn break_next(page: &Page, kind: &str, fault: &str) -> Outcome<()> {
    page.click("#screen-faults").await?;
    page.see("#faults-state[data-live='1']").await?;
    page.choose("#rule-requests", kind).await?;
    page.choose("#rule-when", "next").await?;
    page.choose("#rule-fault", fault).await?;
    page.click("#rule-add").await?;
    page.see("#faults-state[data-live='2']").await?;
    page.click("#screen-cardholders").await
}
