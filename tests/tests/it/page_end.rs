//! The page's own process is killed: the window loads the page again and is alive, and what was being sent goes on.
//!
//! The WebDriver loses its session with the process, so what comes after is seen on the X screen, in the processes and at the
//! gateway. That the page then says what happened is the desk's own test (`desk`, tests/it/profiles.rs); the pictures
//! that are left show it.

use std::ffi::OsStr;
use std::time::Duration;

use cardesk_tests::practice::Practice;
use cardesk_tests::processes;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::{Outcome, Trouble};
use rustix::process::{Pid, Signal, kill_process};

use crate::at_gateway::AtGateway;
use crate::batch_screen;
use crate::screen::{Picture, Screen};
use crate::window::{desk_in_practice, left_behind};

/// The rows of the batch that is on its way.
const ROWS: u32 = 200;
/// How many cards they go to.
const CARDS: usize = 10;
/// How long a killed page may take to be gone, and another to be there: the system takes its time over the memory that a page
/// has.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a picture stays the same that is at rest.
const REST: Duration = Duration::from_millis(1_500);

/// Where the notice's button is in a window of the usual size.
const UNDERSTOOD: (i16, i16) = (230, 125);

/// The processes in which pages are.
fn pages(session: &Session) -> Vec<Pid> {
    processes::marked_running(session.mark(), OsStr::new("WebKitWebProcess"))
}

/// Kills the process in which the page is.
fn kill_page(session: &Session) -> Outcome<()> {
    let pages = pages(session);
    if pages.is_empty() {
        return Err(Trouble::new("the page has no process"));
    }
    pages.into_iter().try_for_each(|page| kill_process(page, Signal::KILL).map_err(Trouble::of("killing the page")))
}

/// Waits until the page has a process again.
async fn see_a_page(session: &Session) {
    until("another page", PATIENCE, || async { Ok((!pages(session).is_empty()).then_some(())) }).await.unwrap();
}

/// Waits for a picture that is at rest and is not this one.
async fn another_picture(screen: &Screen, before: &Picture) -> Picture {
    until("another picture", PATIENCE, || async {
        let now = screen.picture()?;
        if !now.differs_from(before) {
            return Ok(None);
        }
        tokio::time::sleep(REST).await;
        let later = screen.picture()?;
        Ok((!later.differs_from(&now)).then_some(later))
    })
    .await
    .unwrap()
}

/// How many movements the cards have together.
async fn movements(practice: &Practice, cards: &[u64]) -> usize {
    let mut count = 0;
    for card in cards {
        count += AtGateway::of(practice, card.to_string()).movements().await.len();
    }
    count
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_page_that_is_killed_is_loaded_again_and_the_batch_goes_on_without_it() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let screen = Screen::connect(session.display()).unwrap();
    let cards: Vec<u64> = practice.active_cards().await.unwrap().into_keys().take(CARDS).collect();
    let before = movements(&practice, &cards).await;
    let amount = |number: u32| format!("{}.{:02}", 1 + number / 100, number % 100);
    let row = |number: u32| format!("{},carga,{},Fila {number}\n", cards[number as usize % cards.len()], amount(number));
    let rows = format!("tarjeta,operacion,monto,nota\n{}", (0..ROWS).map(row).collect::<String>());
    batch_screen::check_rows(&window.page, &rows).await.unwrap();
    batch_screen::begin(&window.page).await.unwrap();
    let frozen = screen.picture().unwrap();
    kill_page(&session).unwrap();

    see_a_page(&session).await;
    let loaded = another_picture(&screen, &frozen).await;
    loaded.leave(&left_behind("page-loaded-again.ppm")).unwrap();
    // Where the button is that puts the notice away.
    screen.click(UNDERSTOOD.0, UNDERSTOOD.1).unwrap();
    another_picture(&screen, &loaded).await.leave(&left_behind("page-alive-again.ppm")).unwrap();
    let all_rows = before + usize::try_from(ROWS).unwrap();
    let done = async || Ok((movements(&practice, &cards).await == all_rows).then_some(()));
    until("every row at the gateway", PATIENCE, done).await.unwrap();
    window.kill(|| ()).await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_page_that_ends_again_at_once_is_asked_about_and_not_loaded_for_ever() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, _) = desk_in_practice(&mut session).await.unwrap();
    let screen = Screen::connect(session.display()).unwrap();
    let desk = window.processes()[0].as_raw_nonzero().get().unsigned_abs();
    let (windows, frozen) = (screen.windows_of(desk).unwrap(), screen.picture().unwrap());
    kill_page(&session).unwrap();
    // Not before it stands: WebKit ends the whole program when a page's process dies in the moment of its start.
    another_picture(&screen, &frozen).await;
    kill_page(&session).unwrap();
    let asked = async || Ok((screen.windows_of(desk)? > windows).then_some(()));
    until("the question on the screen", PATIENCE, asked).await.unwrap();
    screen.picture().unwrap().leave(&left_behind("page-ends-again.ppm")).unwrap();
    assert!(pages(&session).is_empty(), "the page was loaded again unasked");
    screen.close_highest(desk).unwrap();
    see_a_page(&session).await;
    window.kill(|| ()).await.unwrap();
}
