//! The real window. These tests need its release binary and run alone, one after the other:
//! `cargo xtask test --only window --only window-tests`.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_sandbox::{PortChoice, PracticeConfig};
use cardesk_tests::closing::Closing;
use cardesk_tests::demo::{self, Report};
use cardesk_tests::page::Page;
use cardesk_tests::practice::Practice;
use cardesk_tests::printer::Printer;
use cardesk_tests::processes;
use cardesk_tests::secret_search::Secrets;
use cardesk_tests::session::{Keychain, Session, SessionOptions};
use cardesk_tests::traces;
use cardesk_tests::waiting::until;
use cardesk_tests::window::{self, Window};
use cardesk_tests::{Outcome, paper};
use reqwest::{Method, StatusCode};
use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

use crate::screen::Screen;

pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A folder for what a test leaves to be looked at.
pub(crate) fn left_behind(name: &str) -> PathBuf {
    let folder = std::env::var_os("CARDESK_PICTURES").map_or_else(std::env::temp_dir, PathBuf::from);
    fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

async fn whole_job(locale: &str) -> Report {
    let options = SessionOptions { locale: locale.to_owned(), ..SessionOptions::default() };
    demo::run(&options, &left_behind(locale)).await.unwrap()
}

/// A desk past its greeting, in Practice.
pub(crate) async fn desk_in_practice(session: &mut Session) -> Outcome<(Window, Practice)> {
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
    let pid = first[0].as_raw_nonzero().get().unsigned_abs();
    until("the desk's window", SOON, || async { Ok(screen.shows(pid)?.then_some(())) }).await.unwrap();
    let cover = screen.cover().unwrap();
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
async fn a_start_beside_a_desk_that_hangs_ends_with_a_message() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let window = Window::open(&mut session).await.unwrap();
    window.page.see("#greeting").await.unwrap();
    let screen = Screen::connect(session.display()).unwrap();
    let first = window.processes()[0];
    kill_process(first, Signal::STOP).unwrap();

    let second = session.command(&window::binary().unwrap()).output();
    let second = tokio::time::timeout(SOON, second).await;
    let message = until("the message on the screen", SOON, || async {
        for pid in window.processes().into_iter().filter(|pid| *pid != first) {
            if screen.shows(pid.as_raw_nonzero().get().unsigned_abs())? {
                return Ok(Some(pid));
            }
        }
        Ok(None)
    });
    let message = message.await;
    // A stopped process could not be ended.
    kill_process(first, Signal::CONT).unwrap();
    let second = second.expect("the second start waits for ever").unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("does not answer"), "{}", String::from_utf8_lossy(&second.stderr));
    kill_process(message.unwrap(), Signal::TERM).unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_start_in_the_moment_in_which_another_closes_opens_the_window() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let closing = Closing::desks(&session, 3).unwrap();
    let window = Window::open(&mut session).await.unwrap();
    window.page.see("#greeting").await.unwrap();
    closing.all_were_called().unwrap();
    window.close().await.unwrap();
}

/// A gateway of a company's own: Practice in this process, which the desk reaches like any other.
pub(crate) async fn gateway_of_a_company() -> cardesk_sandbox::Practice {
    cardesk_sandbox::Practice::start(PracticeConfig { port: PortChoice::Any, ..PracticeConfig::default() }).await.unwrap()
}

/// Fills in the Connect form for a company in QA, at the address of a gateway of its own.
pub(crate) async fn fill_in_company(page: &Page, gateway: &cardesk_sandbox::Practice) -> Outcome<()> {
    let access = gateway.access();
    page.click("#screen-settings").await?;
    page.click("#profile-add").await?;
    page.click("#environment-qa").await?;
    page.fill("#companyName", "Cafetalera del Lago").await?;
    page.fill("#merchant", access.merchant.as_str()).await?;
    page.fill("#applicationId", &access.application_id).await?;
    page.fill("#clientSlug", access.client_slug.as_str()).await?;
    page.fill("#secret", access.signing_key()).await?;
    page.click("#own-addresses").await?;
    page.fill("#baseUrl", gateway.base_url()).await?;
    page.fill("#activationBase", &gateway.activation_base()).await?;
    page.click("#profile-save").await
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_company_is_connected_and_its_key_and_tokens_are_left_nowhere() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, _) = desk_in_practice(&mut session).await.unwrap();
    let gateway = gateway_of_a_company().await;
    let page = &window.page;
    fill_in_company(page, &gateway).await.unwrap();
    page.click("#profile-test").await.unwrap();
    page.see("#test-health[data-state=passed]").await.unwrap();
    page.see("#test-login[data-state=passed]").await.unwrap();
    page.click("#profile-activate").await.unwrap();
    page.see(".strip[data-environment=qa]").await.unwrap();
    page.picture(&left_behind("connected.png")).await.unwrap();

    let secrets = kept_secrets(&session, gateway.access().signing_key()).await;
    let found = traces::look(&session, page, &secrets).await.unwrap();
    assert!(found.is_empty(), "{found:#?}");
    gateway.stop().await.unwrap();
    page.click("#screen-settings").await.unwrap();
    window.close().await.unwrap();
    assert_eq!(secrets.searcher().below(session.files()), []);
}

/// The company's key, and what the keychain holds of it by now: its tokens and its journal's key.
async fn kept_secrets(session: &Session, signing_key: &str) -> Secrets {
    let mut secrets = Secrets::new();
    secrets.add("the company's key", signing_key);
    secrets.add_bytes("the company's key", &BASE64_STANDARD.decode(signing_key).unwrap());
    let items = traces::keychain_items(session).await.unwrap();
    assert_eq!(items.len(), 3, "{:?}", items.iter().map(|(account, _)| account).collect::<Vec<_>>());
    for (account, kept) in items {
        if account.ends_with("tokens") {
            let tokens: Value = serde_json::from_slice(&kept).unwrap();
            secrets.add("the access token", tokens["access"].as_str().unwrap());
            secrets.add("the refresh token", tokens["refresh"].as_str().unwrap());
        } else if account.ends_with("journal-key") {
            secrets.add_bytes("the journal's key", &kept);
        }
    }
    secrets
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn without_a_keychain_the_message_is_clear_and_practice_works() {
    let mut session = Session::start(&SessionOptions { keychain: Keychain::Absent, ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let gateway = gateway_of_a_company().await;
    let page = &window.page;
    fill_in_company(page, &gateway).await.unwrap();
    page.says("#profile-form", "gnome-keyring").await.unwrap();
    assert_eq!(page.value("#companyName").await.unwrap(), "Cafetalera del Lago", "what was typed is lost");
    page.picture(&left_behind("no-keychain.png")).await.unwrap();
    gateway.stop().await.unwrap();

    practice.ask(Method::POST, "/users", Some(person("Sin Llavero", "llavero@example.com"))).await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
    page.click("#refresh-directory").await.unwrap();
    page.fill("#directory-search", "llavero").await.unwrap();
    page.says("#directory-list-row-0", "Sin Llavero").await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_print_run_reaches_the_printer_with_every_code_readable() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let printer = Printer::start(&mut session).await.unwrap();
    let (window, _) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    page.click("#screen-print-room").await.unwrap();
    page.click("#queue-row-0").await.unwrap();
    page.choose("#printer", Printer::QUEUE).await.unwrap();
    page.click("#print-now").await.unwrap();
    page.see("#print-run").await.unwrap();
    let job = printer.next_job(0).await.unwrap();
    paper::check(&job).await.unwrap();
    let links = paper::codes(&job).await.unwrap();
    assert!(links.iter().any(|code| code.contains("/card-activation?client=")), "{links:?}");
    page.picture(&left_behind("printed.png")).await.unwrap();
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
