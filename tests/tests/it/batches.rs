//! Batches in the real window: rows are pasted, checked and run; a batch is paused, outlives a killed desk, and goes on exactly
//! where it was.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use cardesk_domain::Amount;
use cardesk_tests::page::Page;
use cardesk_tests::practice::Practice;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;
use fantoccini::key::Key;

use crate::at_gateway::{AtGateway, moved};
use crate::batch_screen;
use crate::lists::files_ending;
use crate::window::{SOON, desk_in_practice, left_behind};

/// The rows of the batch that is paused and killed.
const ROWS: u32 = 24;
/// How many cards they go to.
const CARDS: usize = 6;
/// How many rows are on their way at once.
const AT_ONCE: u32 = 4;

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn pasted_rows_are_checked_and_run_and_the_result_names_what_the_gateway_has() {
    let options = SessionOptions { screen: (1024, 640), locale: "en_US".to_owned(), ..SessionOptions::default() };
    let mut session = Session::start(&options).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    let id = practice.active_cards().await.unwrap().into_keys().next().unwrap();
    let card = AtGateway::of(&practice, id.to_string());
    let rows = card.movements().await.len();

    page.click("#screen-funds").await.unwrap();
    // Two rows that can be, and one for a card that nobody has.
    let text = format!("card,operation,amount,note\n{id},load,1.50,first\n99999999,load,2.50,nobody\n{id},withdrawal,0.75,second\n");
    paste(page, "#batch-paste", &text).await;
    page.click("#batch-read-pasted").await.unwrap();
    page.says("#batch-check", "99999999").await.unwrap();
    page.click("#batch-style-comma_thousands").await.unwrap();
    page.says("#batch-start", "2").await.unwrap();
    page.picture(&left_behind("batch-check.png")).await.unwrap();
    assert_eq!(card.movements().await.len(), rows, "rows were sent before anybody said so");
    let number = batch_screen::begin(page).await.unwrap();
    batch_screen::see_end(page, number).await.unwrap();
    page.says("#batch-count-applied", "2").await.unwrap();
    page.says("#batch-count-left_out", "1").await.unwrap();
    page.picture(&left_behind("batch-result.png")).await.unwrap();
    assert_eq!(card.movements().await.len(), rows + 2);

    page.click("#batch-save-result").await.unwrap();
    let csv = until("the batch's result", SOON, || async { Ok(files_ending(&session.home(), "csv").pop()) }).await.unwrap();
    check_result(&fs::read_to_string(csv).unwrap(), &card).await;
    window.close().await.unwrap();
}

/// Puts a text into a field by way of the clipboard.
async fn paste(page: &Page, css: &str, text: &str) {
    let with_control = |key: char| format!("{}{key}", char::from(Key::Control));
    let paper = "const paper = document.createElement('textarea'); paper.id = 'paper'; paper.value = arguments[0]; \
                 document.body.append(paper); paper.select()";
    page.script(paper, vec![text.into()]).await.unwrap();
    page.see("#paper").await.unwrap().send_keys(&with_control('c')).await.unwrap();
    page.script("document.querySelector('#paper').remove()", Vec::new()).await.unwrap();
    page.see(css).await.unwrap().send_keys(&with_control('v')).await.unwrap();
    until("the pasted text", SOON, || async { Ok((page.value(css).await? == text).then_some(())) }).await.unwrap();
}

/// The file names each row, and for the two that were sent the reference under which the gateway has them once.
async fn check_result(csv: &str, card: &AtGateway<'_>) {
    let lines: Vec<&str> = csv.lines().skip(1).collect();
    assert_eq!(lines.len(), 3, "{csv}");
    let reference = |line: &str| line.split(',').find(|cell| cell.starts_with("CD-")).map(str::to_owned);
    assert_eq!(reference(lines[1]), None, "the row of a card that nobody has was sent: {csv}");
    for (line, kind, amount) in [(lines[0], "ADD_FUNDS", "1.50"), (lines[2], "WITHDRAW_FUNDS", "0.75")] {
        let reference = reference(line).unwrap_or_else(|| panic!("no reference in {line}"));
        assert_eq!(card.only_movement_of(&reference).await, moved(kind, amount));
    }
}

/// What cards have: their balances, and how many movements there are of them.
#[derive(Debug, PartialEq, Eq)]
struct Holdings {
    balances: BTreeMap<u64, Amount>,
    movements: usize,
}

impl Holdings {
    async fn of(practice: &Practice, cards: &[u64]) -> Self {
        let mut holdings = Self { balances: BTreeMap::new(), movements: 0 };
        for card in cards {
            let at_gateway = AtGateway::of(practice, card.to_string());
            holdings.balances.insert(*card, at_gateway.balance().await);
            holdings.movements += at_gateway.movements().await.len();
        }
        holdings
    }

    /// With every row of the batch applied once.
    fn after_all_rows(mut self, cards: &[u64]) -> Self {
        for number in 0..ROWS {
            let balance = self.balances.get_mut(&card_of(number, cards)).unwrap();
            *balance = balance.checked_add(amount_of(number).parse().unwrap()).unwrap();
            self.movements += 1;
        }
        self
    }
}

fn card_of(number: u32, cards: &[u64]) -> u64 {
    cards[number as usize % cards.len()]
}

/// Each row has an amount of its own.
fn amount_of(number: u32) -> String {
    format!("{}.25", 10 + number)
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_batch_is_paused_outlives_a_killed_desk_and_goes_on_exactly_where_it_was() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let cards: Vec<u64> = practice.active_cards().await.unwrap().into_keys().take(CARDS).collect();
    let before = Holdings::of(&practice, &cards).await;
    let movements_before = before.movements;

    answer_slowly(&window.page).await;
    let row = |number: u32| format!("{},carga,{},Fila {number}\n", card_of(number, &cards), amount_of(number));
    let rows = format!("tarjeta,operacion,monto,nota\n{}", (0..ROWS).map(row).collect::<String>());
    batch_screen::check_rows(&window.page, &rows).await.unwrap();
    let number = batch_screen::begin(&window.page).await.unwrap();
    applied_after(&window.page, 1).await;
    let moved = async || u32::try_from(Holdings::of(&practice, &cards).await.movements - movements_before).unwrap();
    let paused = pause(&window.page, &moved).await;
    batch_screen::go_on(&window.page).await.unwrap();
    // Killed when the gateway has done what is on its way, and holds the answers back.
    let sent = async || Ok((moved().await == paused + AT_ONCE).then_some(()));
    until("rows that the gateway has not answered", SOON, sent).await.unwrap();
    window.kill(|| ()).await.unwrap();

    let window = Window::open(&mut session).await.unwrap();
    let page = &window.page;
    let practice = Practice::sign_in_as_desk(&window.practice().await.unwrap()).await.unwrap();
    let figures = batch_screen::open_batch(page, number).await.unwrap();
    page.picture(&left_behind("batch-after-the-kill.png")).await.unwrap();
    assert_eq!(figures.count("applied") + figures.count("unknown"), paused + AT_ONCE, "{figures}");
    assert_eq!(figures.count("waiting"), ROWS - paused - AT_ONCE, "{figures}");
    // What was on its way in the moment of the kill is found, without a word from anybody, while the batch is on show.
    let settled = async || Ok((batch_screen::figures(page).await?.count("unknown") == 0).then_some(()));
    until("every outcome", Duration::from_secs(60), settled).await.unwrap();
    batch_screen::go_on(page).await.unwrap();
    batch_screen::see_end(page, number).await.unwrap();
    assert_eq!(batch_screen::figures(page).await.unwrap().count("applied"), ROWS);
    assert_eq!(Holdings::of(&practice, &cards).await, before.after_all_rows(&cards));
    page.picture(&left_behind("batch-gone-on.png")).await.unwrap();
    window.close().await.unwrap();
}

/// Has Practice hold back each answer about money for some seconds, so that there is something to pause and to kill.
async fn answer_slowly(page: &Page) {
    page.click("#screen-faults").await.unwrap();
    page.choose("#rule-when", "always").await.unwrap();
    page.choose("#rule-fault", "delay").await.unwrap();
    page.fill("#rule-figure", "3").await.unwrap();
    page.click("#rule-add").await.unwrap();
    page.see("#faults-mark").await.unwrap();
}

/// Waits until so many rows have been applied.
async fn applied_after(page: &Page, at_least: u32) {
    let applied = async || Ok((batch_screen::figures(page).await?.count("applied") >= at_least).then_some(()));
    until("applied rows", SOON, applied).await.unwrap();
}

/// Pauses the batch: what was on its way comes to its end, nothing more leaves, and the window counts what the gateway does.
/// Gives how many rows that are.
async fn pause(page: &Page, moved: &impl AsyncFn() -> u32) -> u32 {
    page.click("#batch-pause").await.unwrap();
    page.see("#batch[data-phase=paused]").await.unwrap();
    let paused = batch_screen::figures(page).await.unwrap();
    assert!(paused.count("applied") > 0 && paused.count("waiting") > AT_ONCE, "{paused}");
    assert_eq!(paused.count("applied") + paused.count("waiting"), ROWS, "{paused}");
    page.picture(&left_behind("batch-paused.png")).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(moved().await, paused.count("applied"), "something left after the pause");
    assert_eq!(batch_screen::figures(page).await.unwrap(), paused);
    paused.count("applied")
}
