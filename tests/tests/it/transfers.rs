//! Transfers in the real window: one looked up by the id that the gateway gave it, both cards' months with it, and the types
//! of transfers that a company makes.

use cardesk_domain::Amount;
use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::session::{Session, SessionOptions};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::at_gateway::{AtGateway, now, shown};
use crate::money_form::{desk_at_a_card, sent};
use crate::window::{desk_in_practice, left_behind};

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_transfer_is_looked_up_by_its_id_and_stands_in_the_months_of_both_cards() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let other = card.other().await;

    let elsewhere = make_elsewhere(&practice, &card, &other).await;
    let reference = make_here(page, &other).await;
    let here = (elsewhere.parse::<u64>().unwrap() + 1).to_string();
    let kept = practice.ask(Method::GET, &format!("/card-transfers/{here}"), None).await.unwrap();
    assert!(text(&kept, "/observations").unwrap().starts_with(&reference), "{kept}");

    page.click("#screen-funds").await.unwrap();
    page.click("#transfer-lookup").await.unwrap();
    refuse_ids(page).await;
    look_up(page, &elsewhere).await;
    for words in ["12.34", "Renta de noviembre", &card.last_four().await, &other.last_four().await] {
        page.says("#transfer-found", words).await.unwrap();
    }
    page.picture(&left_behind("transfer-found.png")).await.unwrap();
    look_up(page, &here).await;
    for words in ["15.50", &reference, "hecha en este escritorio"] {
        page.says("#transfer-found", words).await.unwrap();
    }
    page.picture(&left_behind("transfer-found-ours.png")).await.unwrap();

    page.click(&format!("#transfer-found [data-card-id='{}']", other.card_id)).await.unwrap();
    page.see(&format!("#card[data-card-id='{}']", other.card_id)).await.unwrap();
    see_this_month(page, &other, "in", "CREDIT").await;
    page.click("#screen-funds").await.unwrap();
    page.click("#transfer-lookup").await.unwrap();
    look_up(page, &here).await;
    page.click(&format!("#transfer-found [data-card-id='{}']", card.card_id)).await.unwrap();
    page.see(&format!("#card[data-card-id='{}']", card.card_id)).await.unwrap();
    see_this_month(page, &card, "out", "DEBIT").await;
    window.close().await.unwrap();
}

/// A transfer that this desk knows nothing of; gives its id.
async fn make_elsewhere(practice: &Practice, from: &AtGateway<'_>, to: &AtGateway<'_>) -> String {
    let id = |card: &AtGateway<'_>| card.card_id.parse::<u64>().unwrap();
    let body = json!({ "fromCardId": id(from), "toCardId": id(to), "amount": 12.34, "observations": "Renta de noviembre" });
    let made = practice.ask(Method::POST, "/cards/transfer", Some(body)).await.unwrap();
    text(&made, "/id").unwrap()
}

/// A transfer from the card that is open; gives its reference.
async fn make_here(page: &Page, to: &AtGateway<'_>) -> String {
    page.click("#transfer").await.unwrap();
    page.fill("#funds-to-card", &to.last_four().await).await.unwrap();
    page.click(&format!("#funds-to-card-list [data-key='{}']", to.card_id)).await.unwrap();
    page.see("#funds-to-card-chosen").await.unwrap();
    let reference = sent(page, "15.50", "applied").await.unwrap();
    page.click("#funds-done").await.unwrap();
    reference
}

async fn look_up(page: &Page, id: &str) {
    page.fill("#transfer-id", id).await.unwrap();
    page.click("#transfer-find").await.unwrap();
    page.says("#transfer-found dl", id).await.unwrap();
}

/// No id, and one that no transfer has.
async fn refuse_ids(page: &Page) {
    page.click("#transfer-find").await.unwrap();
    page.see("#transfer-id-problem").await.unwrap();
    page.fill("#transfer-id", "987654321").await.unwrap();
    page.click("#transfer-find").await.unwrap();
    page.says(".lookup-box [role=alert]", "987654321").await.unwrap();
    page.picture(&left_behind("transfer-not-found.png")).await.unwrap();
    assert!(page.shown("#transfer-found").await.unwrap().is_none());
}

/// This month's movements of one way are on show, both transfers among them, and come to what the gateway's come to.
async fn see_this_month(page: &Page, card: &AtGateway<'_>, choice: &str, direction: &str) {
    page.see("#movements").await.unwrap();
    let of_way = of_this_month(card, direction).await;
    let sum = of_way.iter().fold("0".parse::<Amount>().unwrap(), |sum, movement| {
        sum.checked_add(text(movement, "/amount").unwrap().parse().unwrap()).unwrap()
    });
    page.says(&format!("#movements-{choice} dd"), &shown(sum)).await.unwrap();
    page.choose("#movements-choice", choice).await.unwrap();
    for amount in ["12.34", "15.50"] {
        page.says("#movements", amount).await.unwrap();
    }
    let rows = page.attribute("#movements", "aria-rowcount").await.unwrap().parse::<usize>().unwrap() - 1;
    assert_eq!(rows, of_way.len(), "{of_way:?}");
    page.choose("#movements-choice", "transfers").await.unwrap();
    page.says("#movements", "12.34").await.unwrap();
    page.picture(&left_behind(&format!("transfers-{choice}.png"))).await.unwrap();
    page.choose("#movements-choice", "all").await.unwrap();
}

/// The card's movements of one way in this month, as the issuer, six hours behind, counts months.
async fn of_this_month(card: &AtGateway<'_>, direction: &str) -> Vec<Value> {
    let here = (now().parse::<jiff::Timestamp>().unwrap() - jiff::SignedDuration::from_hours(6)).to_string();
    let (year, month) = (here[..4].to_owned(), here[5..7].trim_start_matches('0').to_owned());
    let path = format!("/cards/{}/transfers/{month}/{year}", card.card_id);
    let movements = card.practice().ask(Method::GET, &path, None).await.unwrap();
    movements.as_array().unwrap().iter().filter(|movement| movement["direction"] == direction).cloned().collect()
}

async fn fill_in_type(page: &Page, row: u32, word: &str) {
    page.fill(&format!("#type-{row}-typeWord"), word).await.unwrap();
    page.choose(&format!("#type-{row}-channel"), "webService").await.unwrap();
    page.choose(&format!("#type-{row}-movementType"), "debit").await.unwrap();
    page.choose(&format!("#type-{row}-model"), "settlement").await.unwrap();
}

/// Presses a button below what was mended: as long as the last problem goes, the button is still moving up.
async fn press_once_mended(page: &Page, css: &str) {
    page.see_no_more("#error-summary").await.unwrap();
    page.click(css).await.unwrap();
}

/// Whether the gateway has a type of this name. It lists none: one that is there is not made again, and one that is not is
/// there from now on.
async fn has_type(practice: &Practice, word: &str) -> bool {
    let made = json!({ "type": word, "channel": "webService", "movementType": "debit", "model": "settlement" });
    let (status, answer) = practice.answer(Method::POST, "/card-transfers/types", Some(json!({ "types": [made] }))).await.unwrap();
    assert!([StatusCode::CREATED, StatusCode::CONFLICT].contains(&status), "{status}: {answer}");
    status == StatusCode::CONFLICT
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn types_of_transfers_are_made_all_at_once_or_not_at_all() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    page.click("#screen-settings").await.unwrap();
    page.click("#open-transfer-types").await.unwrap();
    page.click("#types-submit").await.unwrap();
    page.see("#error-summary").await.unwrap();
    page.see("#type-1-typeWord-problem").await.unwrap();

    fill_in_type(page, 1, "RENTA").await;
    press_once_mended(page, "#types-add").await;
    fill_in_type(page, 2, "renta").await;
    page.click("#types-submit").await.unwrap();
    page.see("#type-2-typeWord-problem").await.unwrap();
    page.see_no_more("#type-1-typeWord-problem").await.unwrap();
    page.picture(&left_behind("types-twice.png")).await.unwrap();
    page.fill("#type-2-typeWord", "PLANILLA").await.unwrap();
    press_once_mended(page, "#types-submit").await;
    page.says("footer > .ended", "RENTA, PLANILLA").await.unwrap();
    page.picture(&left_behind("types-made.png")).await.unwrap();
    assert!(has_type(&practice, "RENTA").await && has_type(&practice, "PLANILLA").await);

    fill_in_type(page, 3, "BONO").await;
    page.click("#types-add").await.unwrap();
    fill_in_type(page, 4, "RENTA").await;
    page.click("#types-submit").await.unwrap();
    page.says("#types-failure", "7006").await.unwrap();
    page.says("#types-failure", "RENTA").await.unwrap();
    page.picture(&left_behind("types-refused.png")).await.unwrap();
    page.fill("#type-4-typeWord", "MULTA").await.unwrap();
    assert_eq!(page.value("#type-3-typeWord").await.unwrap(), "BONO", "what was typed is lost");
    press_once_mended(page, "#types-submit").await;
    page.says("footer > .ended", "BONO, MULTA").await.unwrap();
    page.see_no_more("#types-failure").await.unwrap();
    assert!(has_type(&practice, "MULTA").await);
    assert!(!has_type(&practice, "NUNCA").await);
    window.close().await.unwrap();
}
