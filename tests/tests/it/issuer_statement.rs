//! The issuer's statement of a month in the real window: months that can't be are said at the field, the others are asked
//! for once, awaited, shown in the issuer's own figures, and saved as a document that says the same.

use std::fs;
use std::path::Path;
use std::process::Command;

use cardesk_domain::Amount;
use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::at_gateway::{AtGateway, shown};
use crate::lists::files_ending;
use crate::money_form::{count_requests, desk_at_a_card, see_counted};
use crate::window::{SOON, left_behind};

const STATEMENT: &str = "#issuer-statement-shown";

/// Where a card's statement of a month (`10/2026`) is read at the gateway.
fn path_of(card: &AtGateway<'_>, month: &str) -> String {
    let (month, year) = month.split_once('/').unwrap();
    format!("/cards/{}/statements/{}/{year}", card.card_id, month.parse::<u8>().unwrap())
}

/// `09/2026` for `10/2026`.
fn month_before(month: &str) -> String {
    let (month, year) = month.split_once('/').unwrap();
    match (month.parse::<u32>().unwrap(), year.parse::<u32>().unwrap()) {
        (1, year) => format!("12/{}", year - 1),
        (month, year) => format!("{:02}/{year}", month - 1),
    }
}

/// What the gateway states, as the window writes amounts: opening, in, out, closing.
fn figures(statement: &Value) -> [String; 4] {
    let figure = |name: &str| shown(text(statement, name).unwrap().parse::<Amount>().unwrap());
    ["/openingBalance", "/totalCredits", "/totalDebits", "/closingBalance"].map(figure)
}

fn text_of(document: &Path) -> String {
    let output = Command::new("pdftotext").args(["-layout"]).arg(document).arg("-").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

async fn asked_for(practice: &Practice, path: &str) -> bool {
    practice.answer(Method::GET, path, None).await.unwrap().0 != StatusCode::NOT_FOUND
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_months_statement_is_asked_for_awaited_shown_and_saved_in_the_issuers_figures() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    count_requests(page, "request_statement").await.unwrap();
    page.click("#card-menu-open").await.unwrap();
    page.click("#request-statement").await.unwrap();
    // It offers the last month that is whole.
    let month = page.value("#month").await.unwrap();
    let path = path_of(&card, &month);
    refuse_months(page).await;
    assert!(!asked_for(&practice, &path).await);

    page.fill("#month", &month).await.unwrap();
    page.click("#issuer-statement-submit").await.unwrap();
    page.see("#issuer-statement-waiting").await.unwrap();
    assert!(page.shown(STATEMENT).await.unwrap().is_none(), "a statement is shown that is not there yet");
    page.picture(&left_behind("statement-awaited.png")).await.unwrap();
    assert!(asked_for(&practice, &path).await);
    page.see(STATEMENT).await.unwrap();
    page.see_no_more("#issuer-statement-waiting").await.unwrap();
    let statement = practice.ask(Method::GET, &path, None).await.unwrap();
    see_figures(page, &statement).await;
    page.picture(&left_behind("statement-of-the-issuer.png")).await.unwrap();

    page.click("#issuer-statement-save").await.unwrap();
    let saved = until("the saved statement", SOON, || async { Ok(files_ending(&session.home(), "pdf").pop()) }).await.unwrap();
    let document = text_of(&saved);
    fs::copy(&saved, left_behind("statement-of-the-issuer.pdf")).unwrap();
    assert!(document.contains("ENSAYO") && document.contains(&card.last_four().await), "{document}");
    for figure in figures(&statement) {
        assert!(document.contains(&figure), "no {figure} in {document}");
    }
    for movement in statement["movements"].as_array().unwrap() {
        let balance = shown(text(movement, "/balance").unwrap().parse().unwrap());
        assert!(document.contains(&balance), "no {balance} in {document}");
    }

    await_elsewhere(page, &practice, &card, &month_before(&month)).await;

    // A month that is over stays as it was made: asked for again it is there at once, and nobody asks the issuer.
    page.fill("#month", &month).await.unwrap();
    page.click("#issuer-statement-submit").await.unwrap();
    page.see(STATEMENT).await.unwrap();
    see_figures(page, &statement).await;
    see_counted(page, 2).await.unwrap();
    assert_eq!(practice.ask(Method::GET, &path, None).await.unwrap(), statement);
    page.see("#happenings li[data-action=statement_requested][data-result=done]").await.unwrap();
    window.close().await.unwrap();
}

/// A month before any card, one that has not begun, and what is no month.
async fn refuse_months(page: &Page) {
    for (typed, words) in [("01/2000", "se emitió en"), ("12/2099", "todavía no empieza"), ("octubre", "10/2026"), (" ", "Falta")] {
        page.fill("#month", typed).await.unwrap();
        page.click("#issuer-statement-submit").await.unwrap();
        page.says("#month-problem", words).await.unwrap();
        page.says("#error-summary", words).await.unwrap();
        assert!(page.shown("#issuer-statement-waiting").await.unwrap().is_none(), "{typed:?} is awaited");
    }
    page.picture(&left_behind("statement-refused.png")).await.unwrap();
}

/// One is awaited while something else is on show: the bar says when it is there, and then it is shown at once.
async fn await_elsewhere(page: &Page, practice: &Practice, card: &AtGateway<'_>, month: &str) {
    page.fill("#month", month).await.unwrap();
    page.click("#issuer-statement-submit").await.unwrap();
    page.see("#issuer-statement-waiting").await.unwrap();
    page.click("#screen-funds").await.unwrap();
    page.says("footer [role=status]", "está listo").await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
    page.fill("#month", month).await.unwrap();
    page.click("#issuer-statement-submit").await.unwrap();
    page.see(STATEMENT).await.unwrap();
    see_figures(page, &practice.ask(Method::GET, &path_of(card, month), None).await.unwrap()).await;
}

/// The window shows the issuer's figures and as many movements as there are.
async fn see_figures(page: &Page, statement: &Value) {
    let [opening, credits, debits, closing] = figures(statement);
    // Another month may be on show until this one has come.
    page.says(STATEMENT, &closing).await.unwrap();
    let stated = "return [...document.querySelectorAll('#issuer-statement-shown dd')].map(each => each.innerText.replace(/^Q\\s*/, ''))";
    let stated: Vec<String> = serde_json::from_value(page.script(stated, Vec::new()).await.unwrap()).unwrap();
    assert_eq!(stated, [opening, credits, debits, closing]);
    let rows = page.script("return document.querySelectorAll('#issuer-statement-shown ol > li').length", Vec::new()).await.unwrap();
    let movements = statement["movements"].as_array().unwrap().len();
    assert!(movements > 0, "the card has no movements in that month");
    assert_eq!(rows, Value::from(movements));
}
