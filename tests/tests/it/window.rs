//! The real window. These tests need its release binary and run alone, one after the other:
//! `cargo xtask test --only window --only window-tests`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cardesk_tests::demo::{self, Report};
use cardesk_tests::practice::{self, Practice};
use cardesk_tests::printer::Printer;
use cardesk_tests::processes;
use cardesk_tests::session::{Keychain, Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::window::{self, Window};
use cardesk_tests::{Outcome, paper};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::screen::Screen;

const SOON: Duration = Duration::from_secs(20);

/// A folder for what a test leaves to be looked at.
fn left_behind(name: &str) -> PathBuf {
    let folder = std::env::var_os("CARDESK_PICTURES").map_or_else(std::env::temp_dir, PathBuf::from);
    folder.join(name)
}

async fn whole_job(locale: &str) -> Report {
    let options = SessionOptions { locale: locale.to_owned(), ..SessionOptions::default() };
    demo::run(&options, &left_behind(locale)).await.unwrap()
}

/// A desk past its greeting, in Practice.
async fn desk_in_practice(session: &mut Session) -> Outcome<(Window, Practice)> {
    let window = Window::open(session).await?;
    window.page.click("#greeting-start").await?;
    window.page.see("#directory-list-row-0").await?;
    let practice = Practice::sign_in_as_desk(&window.practice().await?).await?;
    Ok((window, practice))
}

fn person(first_name: &str, email: &str) -> Value {
    json!({
        "firstName": first_name, "lastName": "Prueba", "username": email, "phoneNumber": "+50255550199", "address": "Zona 1",
        "countryOfBirth": "GTM", "placeOfBirth": "Guatemala", "gender": "OTHER", "maritalStatus": "soltero",
        "dateOfBirth": "1990-02-28", "documentType": "PASSPORT", "documentNumber": "A1234567"
    })
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn the_whole_job_can_be_done_in_spanish() {
    let report = whole_job("es_GT").await;
    assert!(report.passed, "\n{}", report.lines());
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn the_whole_job_can_be_done_in_english() {
    let report = whole_job("en_US").await;
    assert!(report.passed, "\n{}", report.lines());
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_name_that_looks_like_code_is_only_ever_text() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let names =
        ["<img src=x onerror=\"document.title='owned'\">", "=HYPERLINK(\"http://127.0.0.1:9/\")", "{{constructor.constructor('x')()}}"];
    for (number, name) in names.iter().enumerate() {
        practice.ask(Method::POST, "/users", Some(person(name, &format!("hostil{number}@example.com")))).await.unwrap();
    }
    let (status, _) = practice.answer(Method::POST, "/users", Some(person("a\u{0}b\u{1b}[2J", "control@example.com"))).await.unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST, "a name with control characters was taken");

    let page = &window.page;
    page.click("#refresh-directory").await.unwrap();
    let title = page.script("return document.title", Vec::new()).await.unwrap();
    let images = page.script("return document.images.length", Vec::new()).await.unwrap();
    for (number, name) in names.iter().enumerate() {
        page.fill("#directory-search", &format!("hostil{number}")).await.unwrap();
        page.says("#directory-list-row-0", name).await.unwrap();
        page.click("#directory-list-row-0").await.unwrap();
        page.says("#cardholder-name", name).await.unwrap();
    }
    assert_eq!(page.script("return document.title", Vec::new()).await.unwrap(), title);
    assert_eq!(page.script("return document.images.length", Vec::new()).await.unwrap(), images, "a name became a picture");
    page.picture(&left_behind("hostile-name.png")).await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_second_start_brings_the_first_window_forward_and_opens_no_other() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let window = Window::open(&mut session).await.unwrap();
    window.page.see("#greeting").await.unwrap();
    let screen = Screen::connect(session.display()).unwrap();
    let first = window.processes();
    assert_eq!(first.len(), 1);
    let cover = screen.cover().unwrap();
    let pid = first[0].as_raw_nonzero().get().unsigned_abs();
    assert!(screen.is_above(cover, pid).unwrap(), "the cover does not cover the desk");

    let second = session.command(&window::binary().unwrap()).output();
    let second = tokio::time::timeout(SOON, second).await.expect("the second start stays open").unwrap();
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
    until("the first window above the cover", SOON, || async { Ok((!screen.is_above(cover, pid)?).then_some(())) }).await.unwrap();
    assert_eq!(window.processes(), first);
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn without_a_keychain_the_message_is_clear_and_practice_works() {
    let mut session = Session::start(&SessionOptions { keychain: Keychain::Absent, ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let answer = practice.ask(Method::POST, "/users", Some(person("Sin Llavero", "llavero@example.com"))).await.unwrap();
    assert!(practice::text(&answer, "/userId").is_ok());
    window.page.click("#refresh-directory").await.unwrap();
    window.page.fill("#directory-search", "llavero").await.unwrap();
    window.page.says("#directory-list-row-0", "Sin Llavero").await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn the_desk_listens_to_this_machine_alone() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, _) = desk_in_practice(&mut session).await.unwrap();
    let listening: Vec<_> = window.processes().into_iter().flat_map(processes::listening).collect();
    assert!(!listening.is_empty());
    assert!(listening.iter().all(|(address, _)| address.is_loopback()), "{listening:?}");
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn what_practice_holds_is_there_again_after_a_restart_at_the_same_address() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let address = window.practice().await.unwrap();
    practice.ask(Method::POST, "/users", Some(person("Persona Duradera", "duradera@example.com"))).await.unwrap();
    window.close().await.unwrap();

    let window = Window::open(&mut session).await.unwrap();
    window.page.see("#directory-list-row-0").await.unwrap();
    assert!(window.page.shown("#greeting").await.unwrap().is_none(), "it greets a second time");
    assert_eq!(window.practice().await.unwrap(), address);
    window.page.click("#refresh-directory").await.unwrap();
    window.page.fill("#directory-search", "duradera").await.unwrap();
    window.page.says("#directory-list-row-0", "Persona Duradera").await.unwrap();
    window.close().await.unwrap();
}
