//! Blocking a card, making it active again and calling it by another name, in the real window: what it says of the card is
//! what the gateway has, also where a permission is missing or somebody else was first.

use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::secret_search::Secrets;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::traces;
use reqwest::Method;
use serde_json::json;

use crate::at_gateway::AtGateway;
use crate::money_form::{break_next, count_requests, desk_at_a_card, recover, see_counted};
use crate::window::left_behind;

const REASON: &str = "Extravío en la ruta a Xela";
const ALIAS: &str = "Viáticos de Ana";

/// The card's state and alias as the gateway has them.
async fn at_gateway(practice: &Practice, card_id: &str) -> (String, String) {
    let card = practice.card(card_id).await.unwrap();
    (text(&card, "/status").unwrap(), text(&card, "/alias").unwrap())
}

/// Opens one of the forms that stand in the card's menu.
pub(crate) async fn open_form(page: &Page, action: &str) {
    page.click("#card-menu-open").await.unwrap();
    page.click(&format!("#{action}")).await.unwrap();
}

/// Waits until the card's menu says that this can't be done, and why.
pub(crate) async fn see_not_offered(page: &Page, action: &str, why: &str) {
    page.click("#card-menu-open").await.unwrap();
    page.see(&format!("#{action}[aria-disabled=true]")).await.unwrap();
    page.says(&format!("#{action}-why"), why).await.unwrap();
}

async fn close_menu(page: &Page) {
    page.click("#card-menu-open").await.unwrap();
    page.see_no_more("#card-menu").await.unwrap();
}

/// Puts a text into a field as pasting does: keys could not type all of it.
async fn paste(page: &Page, css: &str, pasted: &str) {
    let script = "const field = document.querySelector(arguments[0]); field.focus(); field.select();\
                  document.execCommand('insertText', false, arguments[1])";
    page.script(script, vec![css.into(), pasted.into()]).await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_card_is_blocked_with_a_reason_and_made_active_again() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let (_, alias) = at_gateway(&practice, &card.card_id).await;
    let balance = card.balance().await;
    count_requests(page, "change_card_status").await.unwrap();

    open_form(page, "block-card").await;
    page.click("#block-submit").await.unwrap();
    page.see("#reason-problem").await.unwrap();
    page.see("#card-state[data-state=active]").await.unwrap();
    page.fill("#reason", REASON).await.unwrap();
    page.picture(&left_behind("block.png")).await.unwrap();
    page.click("#block-submit").await.unwrap();
    page.see("#card-state[data-state=blocked]").await.unwrap();
    page.see_no_more("#block").await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await, ("BLOCKED".to_owned(), alias.clone()));
    page.says("#happenings li[data-action=card_blocked][data-result=done]", REASON).await.unwrap();
    // A blocked card takes no money: what moves it has gone from the buttons, and says why.
    see_not_offered(page, "load", "bloqueada").await;
    page.picture(&left_behind("blocked.png")).await.unwrap();
    close_menu(page).await;

    page.click("#unblock-card").await.unwrap();
    page.click("#unblock-submit").await.unwrap();
    page.see("#card-state[data-state=active]").await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await, ("ACTIVE".to_owned(), alias));
    assert_eq!(card.balance().await, balance);
    page.see("#happenings li[data-action=card_unblocked][data-result=done]").await.unwrap();
    page.see("button#load:not([aria-disabled])").await.unwrap();
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();
    // One request for each: a block without its reason never left.
    see_counted(page, 2).await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_block_without_its_permission_changes_nothing_and_is_not_offered_again_until_it_may_be() {
    let options = SessionOptions { screen: (1280, 800), locale: "en_US".to_owned(), ..SessionOptions::default() };
    let mut session = Session::start(&options).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let before = at_gateway(&practice, &card.card_id).await;
    assert_eq!(before.0, "ACTIVE");

    page.click("#screen-faults").await.unwrap();
    page.choose("#permissions-set", "no_card_changes").await.unwrap();
    page.see("#faults-state:not([data-permissions='0'])").await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
    open_form(page, "block-card").await;
    page.fill("#reason", REASON).await.unwrap();
    page.click("#block-submit").await.unwrap();
    page.says("#block-failure", "updateStatus").await.unwrap();
    page.see("#block-submit:disabled").await.unwrap();
    page.picture(&left_behind("block-forbidden.png")).await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await, before);
    page.see("#card-state[data-state=active]").await.unwrap();
    page.says("#happenings li[data-action=card_blocked][data-result=refused]", "updateStatus").await.unwrap();
    page.click("#block-close").await.unwrap();

    // What needs another permission is on offer until it is refused itself.
    see_not_offered(page, "block-card", "updateStatus").await;
    page.see("#rename-card:not([aria-disabled])").await.unwrap();
    page.picture(&left_behind("block-not-offered.png")).await.unwrap();
    page.click("#rename-card").await.unwrap();
    page.fill("#alias", "Ana's expenses").await.unwrap();
    page.click("#rename-submit").await.unwrap();
    page.says("#rename-failure", "updateAlias").await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await, before);
    page.click("#rename-close").await.unwrap();
    see_not_offered(page, "rename-card", "updateAlias").await;
    close_menu(page).await;

    recover(page).await.unwrap();
    open_form(page, "block-card").await;
    page.fill("#reason", REASON).await.unwrap();
    page.click("#block-submit").await.unwrap();
    page.see("#card-state[data-state=blocked]").await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await, ("BLOCKED".to_owned(), before.1));
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_card_that_somebody_else_blocked_first_is_shown_as_it_is() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;

    open_form(page, "block-card").await;
    page.fill("#reason", REASON).await.unwrap();
    let path = format!("/cards/{}/status", card.card_id);
    practice.ask(Method::PATCH, &path, Some(json!({ "status": "BLOCKED" }))).await.unwrap();
    page.see("#card-state[data-state=active]").await.unwrap();
    page.click("#block-submit").await.unwrap();
    page.says("#block-failure", "Alguien la cambió").await.unwrap();
    page.see("#card-state[data-state=blocked]").await.unwrap();
    page.see("#block-submit:disabled").await.unwrap();
    page.picture(&left_behind("block-too-late.png")).await.unwrap();
    page.see("#happenings li[data-action=card_blocked][data-result=refused]").await.unwrap();

    page.click("#block-close").await.unwrap();
    page.click("#unblock-card").await.unwrap();
    page.fill("#reason", "Fue un error").await.unwrap();
    page.click("#unblock-submit").await.unwrap();
    page.see("#card-state[data-state=active]").await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await.0, "ACTIVE");
    page.says("#happenings li[data-action=card_unblocked][data-result=done]", "Fue un error").await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_block_whose_answer_is_lost_is_told_by_the_card_itself_and_never_sent_again() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    count_requests(page, "change_card_status").await.unwrap();

    // Nothing came of it: that can't be told from here, so it is not said to have been refused.
    break_next(page, "change_card_status", "drop_before").await.unwrap();
    open_form(page, "block-card").await;
    page.fill("#reason", REASON).await.unwrap();
    page.click("#block-submit").await.unwrap();
    page.see("#block-failure").await.unwrap();
    page.picture(&left_behind("block-uncertain.png")).await.unwrap();
    page.see("#card-state[data-state=active]").await.unwrap();
    page.see("#happenings li[data-action=card_blocked][data-result=unknown]").await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await.0, "ACTIVE");
    page.click("#block-close").await.unwrap();

    // It was done, and only the answer lost.
    break_next(page, "change_card_status", "drop_after").await.unwrap();
    open_form(page, "block-card").await;
    page.fill("#reason", REASON).await.unwrap();
    page.click("#block-submit").await.unwrap();
    page.see("#card-state[data-state=blocked]").await.unwrap();
    page.see_no_more("#block").await.unwrap();
    page.says("#happenings li[data-action=card_blocked][data-result=done]", REASON).await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await.0, "BLOCKED");
    see_counted(page, 2).await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_card_is_called_by_another_name_and_never_by_its_number() {
    let mut session = Session::start(&SessionOptions { screen: (1024, 640), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let before = at_gateway(&practice, &card.card_id).await;
    count_requests(page, "rename_card").await.unwrap();
    page.click("#screen-plastics").await.unwrap();
    let pan = page.attribute(&format!("#plastic-{}", card.card_id), "data-pan").await.unwrap();
    let mut secrets = Secrets::new();
    secrets.add("the card number", &pan);
    page.click("#screen-cardholders").await.unwrap();

    open_form(page, "rename-card").await;
    assert_eq!(page.value("#alias").await.unwrap(), before.1);
    let wrong = [("", "Falta"), (&"ñ".repeat(51), "51"), ("caja\u{202e}chica", "U+202E"), (pan.as_str(), "últimos cuatro")];
    for (typed, words) in wrong {
        paste(page, "#alias", typed).await;
        assert_eq!(page.value("#alias").await.unwrap(), typed);
        page.click("#rename-submit").await.unwrap();
        page.says("#alias-problem", words).await.unwrap();
        page.says("#error-summary", words).await.unwrap();
    }
    page.picture(&left_behind("alias-number.png")).await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await, before);

    page.fill("#alias", &format!("  {ALIAS} ")).await.unwrap();
    page.click("#rename-submit").await.unwrap();
    page.says("#card h1", ALIAS).await.unwrap();
    page.see_no_more("#rename").await.unwrap();
    assert_eq!(at_gateway(&practice, &card.card_id).await, (before.0, ALIAS.to_owned()));
    page.says("#happenings li[data-action=card_renamed][data-result=done]", ALIAS).await.unwrap();
    page.click("#back-to-cardholder").await.unwrap();
    page.says(&format!("#card-{}", card.card_id), ALIAS).await.unwrap();
    // Only the name that can be one was sent.
    see_counted(page, 1).await.unwrap();

    let found = traces::look(&session, page, &secrets).await.unwrap();
    assert!(found.is_empty(), "{found:#?}");
    window.close().await.unwrap();
    assert_eq!(secrets.searcher().below(session.files()), []);
}
