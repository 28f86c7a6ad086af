//! A card that exists already is associated by its number, typed from the plastic in the real window: what the number of
//! another is answered with, whose the card is then at the gateway, and that the number is left nowhere.

use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::secret_search::Secrets;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::traces;
use reqwest::Method;
use serde_json::Value;

use crate::money_form::{count_requests, desk_at_a_card, see_counted};
use crate::window::left_behind;

const ALIAS: &str = "Repuesto de caja";
const REFUSED: &str = "#happenings li[data-action=card_associated][data-result=refused]";
const DONE: &str = "#happenings li[data-action=card_associated][data-result=done]";

/// A plastic of the tray: the card's id and its number.
type Plastic = (String, String);

/// The cardholder's cards as the gateway has them.
async fn cards_of(practice: &Practice, cardholder: &str) -> Vec<Value> {
    let cards = practice.ask(Method::GET, &format!("/users/{cardholder}/cards"), None).await.unwrap();
    cards.as_array().unwrap().clone()
}

/// The card among them, as the gateway has it.
async fn card_of(practice: &Practice, cardholder: &str, card_id: &str) -> Option<Value> {
    let cards = cards_of(practice, cardholder).await;
    cards.into_iter().find(|card| text(card, "/id").unwrap() == card_id)
}

/// The plastics on show whose elements are these, each with its card's id.
async fn plastics(page: &Page, css: &str) -> Vec<Plastic> {
    page.see(css).await.unwrap();
    let script = "return [...document.querySelectorAll(arguments[0])].map(each => [each.id.split('-')[1], each.dataset.pan])";
    serde_json::from_value(page.script(script, vec![css.into()]).await.unwrap()).unwrap()
}

/// A plastic that belongs to nobody, and an active one of somebody else than the cardholder.
async fn of_nobody_and_of_another(page: &Page, practice: &Practice, cardholder: &str) -> (Plastic, Plastic) {
    let own: Vec<String> = cards_of(practice, cardholder).await.iter().map(|card| text(card, "/id").unwrap()).collect();
    page.click("#screen-plastics").await.unwrap();
    let of_somebody = plastics(page, "#plastics li[id^=plastic-][data-state=active]").await;
    let of_another = of_somebody.into_iter().find(|(card, _)| !own.contains(card)).unwrap();
    page.click("#plastics-blank").await.unwrap();
    let of_nobody = plastics(page, "#plastics li[id^=blank-]").await.remove(0);
    page.click("#screen-cardholders").await.unwrap();
    (of_nobody, of_another)
}

/// The number with another check digit, and as people type it.
fn with_wrong_check_digit(pan: &str) -> String {
    let (rest, last) = pan.split_at(pan.len() - 1);
    let wrong = (last.parse::<u8>().unwrap() + 1) % 10;
    format!("{rest}{wrong}")
}

fn in_groups(pan: &str) -> String {
    pan.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_plastic_of_nobody_becomes_the_cardholders_and_one_of_another_stays_where_it_is() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    // A cardholder whose cards are all active: nothing is read anew by itself.
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    page.click("#back-to-cardholder").await.unwrap();
    let cardholder = page.attribute("#cardholder", "data-cardholder-id").await.unwrap();
    let before = cards_of(&practice, &cardholder).await;
    let ((blank, pan), (other, other_pan)) = of_nobody_and_of_another(page, &practice, &cardholder).await;
    let wrong_pan = with_wrong_check_digit(&pan);
    let mut secrets = Secrets::new();
    secrets.add("the card number", &pan);
    secrets.add("the other's card number", &other_pan);
    secrets.add("the mistyped card number", &wrong_pan);
    count_requests(page, "associate_card").await.unwrap();

    // A slip is found here, and stays in its field to be mended.
    page.click("#associate-card").await.unwrap();
    page.fill("#pan", &in_groups(&wrong_pan)).await.unwrap();
    page.click("#associate-submit").await.unwrap();
    page.says("#pan-problem", "dígito verificador").await.unwrap();
    assert_eq!(page.value("#pan").await.unwrap(), in_groups(&wrong_pan));
    assert!(page.shown(REFUSED).await.unwrap().is_none(), "a slip stands in the record");

    refuse_anothers(page, &practice, &other, &other_pan).await;
    assert_eq!(cards_of(&practice, &cardholder).await, before);

    page.fill("#pan", &in_groups(&pan)).await.unwrap();
    page.fill("#alias", ALIAS).await.unwrap();
    page.click("#associate-submit").await.unwrap();
    page.see(&format!("#card-{blank}[data-state=inactive]")).await.unwrap();
    page.says(&format!("#card-{blank}"), ALIAS).await.unwrap();
    page.see_no_more("#associate").await.unwrap();
    page.says(DONE, &pan[pan.len() - 4..]).await.unwrap();
    page.picture(&left_behind("associated.png")).await.unwrap();
    let card = card_of(&practice, &cardholder, &blank).await.expect("the gateway gave the card to nobody");
    assert_eq!((card["status"].as_str(), card["alias"].as_str()), (Some("INACTIVE"), Some(ALIAS)));
    assert_eq!(cards_of(&practice, &cardholder).await.len(), before.len() + 1);

    // The one that was refused, and the one that was done: a slip never left.
    see_counted(page, 2).await.unwrap();
    page.click("#screen-plastics").await.unwrap();
    page.click("#plastics-blank").await.unwrap();
    assert!(plastics(page, "#plastics li[id^=blank-]").await.iter().all(|(id, _)| *id != blank), "it is still nobody's");
    page.click("#screen-cardholders").await.unwrap();
    page.see(&format!("#card-{blank}")).await.unwrap();

    let found = traces::look(&session, page, &secrets).await.unwrap();
    assert!(found.is_empty(), "{found:#?}");
    window.close().await.unwrap();
    assert_eq!(secrets.searcher().below(session.files()), []);
}

/// The number of a card that somebody else has: the gateway refuses it, and the number is wiped, since it was sent.
async fn refuse_anothers(page: &Page, practice: &Practice, other: &str, other_pan: &str) {
    let before = practice.card(other).await.unwrap();
    page.fill("#pan", other_pan).await.unwrap();
    page.click("#associate-submit").await.unwrap();
    page.says("#pan-problem", "7200").await.unwrap();
    page.picture(&left_behind("association-refused.png")).await.unwrap();
    assert_eq!(page.value("#pan").await.unwrap(), "", "a number that was sent stays in its field");
    page.see(REFUSED).await.unwrap();
    assert_eq!(practice.card(other).await.unwrap(), before);
}
