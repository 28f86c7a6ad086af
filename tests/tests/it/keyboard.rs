//! The window without a pointer: from the first greeting to a card whose money has moved, by keys alone. After each of them it is
//! known where the next one will go, and what the gateway has.

use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;
use cardesk_tests::{Outcome, Trouble};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use reqwest::Method;

use crate::at_gateway::{AtGateway, moved};
use crate::window::{SOON, left_behind};

const HEADING: &str = "#card h1";
const REASON: &str = "Extravío en la ruta a Xela";
const ALIAS: &str = "Viáticos de Ana";

/// Presses keys one after the other, wherever the focus is, while another is held.
async fn press_holding(page: &Page, held: Option<char>, keys: &str) -> Outcome<()> {
    let down = |value| KeyAction::Down { value };
    let up = |value| KeyAction::Up { value };
    let pressed = keys.chars().flat_map(|key| [down(key), up(key)]);
    let hand = held.map(down).into_iter().chain(pressed).chain(held.map(up));
    let hand = hand.fold(KeyActions::new("keys".to_owned()), InputSource::then);
    page.client().perform_actions(hand).await.map_err(Trouble::of(format!("the keys {keys:?}")))
}

async fn press(page: &Page, key: Key) {
    press_holding(page, None, &char::from(key).to_string()).await.unwrap();
}

async fn press_with_control(page: &Page, key: char) {
    press_holding(page, Some(char::from(Key::Control)), &key.to_string()).await.unwrap();
}

async fn write(page: &Page, text: &str) {
    press_holding(page, None, text).await.unwrap();
}

/// Waits until the focus is at, or within, what is meant.
async fn focus_at(page: &Page, css: &str) {
    let script = "const active = document.activeElement; \
        return [active?.closest(arguments[0]) !== null, `${active?.tagName}#${active?.id}.${active?.className}`]";
    until(&format!("the focus at {css}"), SOON, || async {
        let found = page.script(script, vec![css.into()]).await?;
        if found[0] == true { Ok(Some(())) } else { Err(Trouble::new(format!("it is at {}", found[1]))) }
    })
    .await
    .unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_card_is_found_and_worked_on_by_keys_alone_and_the_focus_is_never_lost() {
    let mut session = Session::start(&SessionOptions { screen: (1440, 900), ..SessionOptions::default() }).await.unwrap();
    let window = Window::open(&mut session).await.unwrap();
    let page = &window.page;
    focus_at(page, "#greeting-start").await;
    press(page, Key::Enter).await;
    page.see("#directory-list-row-0").await.unwrap();
    focus_at(page, "#directory-search").await;
    let practice = Practice::sign_in_as_desk(&window.practice().await.unwrap()).await.unwrap();
    let id = practice.active_cards().await.unwrap().into_keys().next().unwrap();
    let card = AtGateway::of(&practice, id.to_string());

    open(page, &card).await;
    load(page, &card).await;
    block_and_unblock(page, &card).await;
    rename(page, &card).await;
    ask_for_a_code(page, &practice).await;
    transfer(page, &card).await;
    leave(page, &card).await;
    window.close().await.unwrap();
}

/// Typed, found, and opened: the cardholder, then the card that was meant.
async fn open(page: &Page, card: &AtGateway<'_>) {
    write(page, &card.last_four().await).await;
    press(page, Key::Enter).await;
    focus_at(page, &format!("#card-{}", card.card_id)).await;
    page.picture(&left_behind("keys-cardholder.png")).await.unwrap();
    press(page, Key::Enter).await;
    focus_at(page, HEADING).await;
    page.see(&format!("#card[data-card-id='{}'][data-state=active]", card.card_id)).await.unwrap();
}

async fn load(page: &Page, card: &AtGateway<'_>) {
    press_with_control(page, 'l').await;
    focus_at(page, "#funds-amount").await;
    write(page, "12.50").await;
    page.says("#funds-amount-read", "12.50").await.unwrap();
    let before = card.movements().await.len();
    press(page, Key::Enter).await;
    focus_at(page, "#funds-note").await;
    press(page, Key::Enter).await;
    focus_at(page, "#funds-submit").await;
    assert_eq!(card.movements().await.len(), before, "Enter alone sent it");
    page.picture(&left_behind("keys-load.png")).await.unwrap();
    let reference = send(page, "#funds").await;
    assert_eq!(card.only_movement_of(&reference).await, moved("ADD_FUNDS", "12.50"));
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();
}

/// Sends the open form, and closes it once it was applied. Gives the operation's reference.
async fn send(page: &Page, form: &str) -> String {
    press_with_control(page, char::from(Key::Enter)).await;
    let reference = page.attribute("#outcome[data-state=applied]", "data-reference").await.unwrap();
    focus_at(page, &format!("{form} .outcome")).await;
    press(page, Key::Escape).await;
    focus_at(page, HEADING).await;
    reference
}

/// By the palette, which finds what can be done by a word of it, and back by the key that it names.
async fn block_and_unblock(page: &Page, card: &AtGateway<'_>) {
    press_with_control(page, 'k').await;
    focus_at(page, "#palette-search").await;
    write(page, "bloquear").await;
    page.says("[data-command-item][data-selected]", "Bloquear").await.unwrap();
    page.picture(&left_behind("keys-palette.png")).await.unwrap();
    press(page, Key::Enter).await;
    focus_at(page, "#reason").await;
    write(page, REASON).await;
    press_with_control(page, char::from(Key::Enter)).await;
    page.see("#card-state[data-state=blocked]").await.unwrap();
    focus_at(page, HEADING).await;
    assert_eq!(at_gateway(card, "/status").await, "BLOCKED");

    press_with_control(page, 'b').await;
    focus_at(page, "#reason").await;
    press_with_control(page, char::from(Key::Enter)).await;
    page.see("#card-state[data-state=active]").await.unwrap();
    focus_at(page, HEADING).await;
    assert_eq!(at_gateway(card, "/status").await, "ACTIVE");
}

async fn at_gateway(card: &AtGateway<'_>, field: &str) -> String {
    text(&card.practice().card(&card.card_id).await.unwrap(), field).unwrap()
}

/// The name that is there is chosen, so that the first key writes over it.
async fn rename(page: &Page, card: &AtGateway<'_>) {
    press(page, Key::F2).await;
    focus_at(page, "#alias").await;
    write(page, ALIAS).await;
    press_with_control(page, char::from(Key::Enter)).await;
    page.says(HEADING, ALIAS).await.unwrap();
    focus_at(page, HEADING).await;
    assert_eq!(at_gateway(card, "/alias").await, ALIAS);
}

/// The form for a PIN is opened, a code asked for, and the form left again.
async fn ask_for_a_code(page: &Page, practice: &Practice) {
    press(page, Key::F7).await;
    focus_at(page, "#pin-ask").await;
    press(page, Key::Enter).await;
    focus_at(page, "#oneTimeCode").await;
    let messages = practice.ask(Method::GET, "/practice/phone", None).await.unwrap();
    assert_eq!(messages.as_array().map(Vec::len), Some(1), "{} codes were sent", messages.as_array().map_or(0, Vec::len));
    press(page, Key::Tab).await;
    focus_at(page, "#pin").await;
    press(page, Key::Escape).await;
    focus_at(page, HEADING).await;
}

/// The other card is found by its last four and taken by Enter, which only sends with Ctrl.
async fn transfer(page: &Page, card: &AtGateway<'_>) {
    let other = card.other().await;
    let amount = "15.50".parse().unwrap();
    let left = card.balance().await.checked_sub(amount).unwrap();
    let reached = other.balance().await.checked_add(amount).unwrap();
    press_with_control(page, 't').await;
    focus_at(page, "#funds-to-card").await;
    write(page, &other.last_four().await).await;
    page.see(&format!("#funds-to-card-list [data-key='{}'][aria-selected=true]", other.card_id)).await.unwrap();
    press(page, Key::Enter).await;
    focus_at(page, "#funds-amount").await;
    write(page, "15.50").await;
    page.says("#funds-amount-read", "15.50").await.unwrap();
    page.picture(&left_behind("keys-transfer.png")).await.unwrap();
    send(page, "#funds").await;
    assert_eq!((card.balance().await, other.balance().await), (left, reached));
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();
}

/// The menu, another screen, and back to the list step by step: what is typed goes where the screen begins, and Escape closes one
/// thing at a time.
async fn leave(page: &Page, card: &AtGateway<'_>) {
    press_with_control(page, 'm').await;
    focus_at(page, "#card-menu li").await;
    press(page, Key::Escape).await;
    focus_at(page, HEADING).await;
    press_with_control(page, '4').await;
    page.see("#screen-funds[aria-current=page]").await.unwrap();
    focus_at(page, ".screen").await;
    press_with_control(page, '1').await;
    page.see(HEADING).await.unwrap();
    focus_at(page, "#directory-search").await;
    press(page, Key::Escape).await;
    until("an empty search field", SOON, async || Ok(page.value("#directory-search").await?.is_empty().then_some(()))).await.unwrap();
    press(page, Key::Escape).await;
    focus_at(page, "#directory-list").await;
    press(page, Key::Escape).await;
    focus_at(page, &format!("#card-{}", card.card_id)).await;
    press(page, Key::Escape).await;
    focus_at(page, "#directory-search").await;
    page.see_no_more("#cardholder").await.unwrap();
}
