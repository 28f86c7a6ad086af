//! Sent once: a button pressed twice, a program started twice and a window closed while a load is on its way move its money
//! once.

use std::time::Duration;

use cardesk_tests::page::Page;
use cardesk_tests::practice::Practice;
use cardesk_tests::processes;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::window::{self, Window};
use cardesk_tests::{Outcome, Trouble};
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;

use crate::at_gateway::{AtGateway, moved};
use crate::lists::open_active_card;
use crate::money_form::{desk_at_a_card, write_amount};
use crate::screen::Screen;
use crate::window::{SOON, left_behind};

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn pressing_twice_moves_money_once() {
    let mut session = Session::start(&SessionOptions { screen: (1024, 640), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;

    for (amount, twice) in [("12.34", Twice::Clicked), ("23.45", Twice::Entered)] {
        let rows = card.movements().await.len();
        page.click("#load").await.unwrap();
        write_amount(page, amount).await.unwrap();
        press(page, twice).await.unwrap();
        let reference = page.attribute("#outcome[data-state=applied]", "data-reference").await.unwrap();
        assert_eq!(card.only_movement_of(&reference).await, moved("ADD_FUNDS", amount));
        page.click("#funds-done").await.unwrap();
        page.says("#card-balance", &card.balance_shown().await).await.unwrap();
        assert_eq!(card.movements().await.len(), rows + 1, "{twice:?} sent it twice");
    }
    window.close().await.unwrap();
}

/// How the form is sent twice.
#[derive(Debug, Clone, Copy)]
enum Twice {
    /// With the pointer on its button.
    Clicked,
    /// With Ctrl+Enter in its field.
    Entered,
}

async fn press(page: &Page, twice: Twice) -> Outcome<()> {
    let trouble = Trouble::of("pressing twice");
    let done = match twice {
        Twice::Clicked => {
            let element = page.see("#funds-submit").await?;
            let press = PointerAction::Down { button: MOUSE_BUTTON_LEFT };
            let let_go = PointerAction::Up { button: MOUSE_BUTTON_LEFT };
            let there = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
            let hand = MouseActions::new("mouse".to_owned()).then(there);
            let hand = hand.then(press.clone()).then(let_go.clone()).then(press).then(let_go);
            page.client().perform_actions(hand).await
        }
        Twice::Entered => {
            let (control, enter) = (char::from(Key::Control), char::from(Key::Enter));
            let hand = KeyActions::new("keys".to_owned()).then(KeyAction::Down { value: control });
            let hand = [enter, enter]
                .into_iter()
                .fold(hand, |hand, key| hand.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key }));
            page.client().perform_actions(hand.then(KeyAction::Up { value: control })).await
        }
    };
    done.map_err(trouble)
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_second_start_and_a_closed_window_while_a_load_is_on_its_way_move_its_money_once() {
    let options = SessionOptions { screen: (1280, 800), locale: "en_US".to_owned(), ..SessionOptions::default() };
    let mut session = Session::start(&options).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let card = AtGateway::open_in(&window.page, &practice).await;
    let rows = card.movements().await.len();

    let reference = send_slowly(&window.page, &card).await;
    let second = session.command(&window::binary().unwrap()).output();
    assert!(tokio::time::timeout(SOON, second).await.expect("the second start stays open").unwrap().status.success());
    let desk = window.processes()[0];
    Screen::connect(session.display()).unwrap().close_highest(desk.as_raw_nonzero().get().unsigned_abs()).unwrap();
    until("the end of the closed desk", SOON, || async { Ok(processes::has_ended(desk).then_some(())) }).await.unwrap();
    window.kill(|| ()).await.unwrap();

    let window = Window::open(&mut session).await.unwrap();
    let practice = Practice::sign_in_as_desk(&window.practice().await.unwrap()).await.unwrap();
    let card = AtGateway::of(&practice, card.card_id);
    find_it_again(&window.page, &card, &reference).await;
    assert_eq!(card.movements().await.len(), rows + 1);
    window.close().await.unwrap();
}

/// Sends a load whose answer is held back, by a rule of one's own, and gives its reference while it is on its way.
async fn send_slowly(page: &Page, card: &AtGateway<'_>) -> String {
    page.click("#screen-faults").await.unwrap();
    page.choose("#rule-fault", "delay").await.unwrap();
    page.click("#rule-add").await.unwrap();
    page.see("#error-summary").await.unwrap();
    page.fill("#rule-figure", "25").await.unwrap();
    page.click("#rule-add").await.unwrap();
    page.see("#faults-mark").await.unwrap();
    page.picture(&left_behind("faults-en.png")).await.unwrap();

    page.click("#screen-cardholders").await.unwrap();
    page.click("#load").await.unwrap();
    write_amount(page, "33.33").await.unwrap();
    let reference = page.text("#funds-reference").await.unwrap();
    page.click("#funds-submit").await.unwrap();
    let arrived = async || Ok((!card.movements_of(&reference).await.is_empty()).then_some(()));
    until("the load at the gateway", SOON, arrived).await.unwrap();
    assert!(page.shown("#outcome").await.unwrap().is_none(), "it has an outcome before its answer");
    reference
}

/// After a new start the operation has its outcome by evidence, the money moved once, and Practice is in good health.
async fn find_it_again(page: &Page, card: &AtGateway<'_>, reference: &str) {
    page.see("[data-notice=operations_interrupted]").await.unwrap();
    page.see("#directory-list-row-0").await.unwrap();
    open_active_card(page).await;
    assert_eq!(page.attribute("#card", "data-card-id").await.unwrap(), card.card_id);
    let settled = format!("[data-reference='{reference}'][data-state=settled_applied]");
    until("an outcome by evidence", Duration::from_secs(40), || page.shown(&settled)).await.unwrap();
    page.picture(&left_behind("found-again.png")).await.unwrap();
    assert_eq!(card.only_movement_of(reference).await, moved("ADD_FUNDS", "33.33"));
    page.click("#screen-faults").await.unwrap();
    page.see("#faults-none").await.unwrap();
    assert!(page.shown("#faults-mark").await.unwrap().is_none(), "faults outlive the program");
}
