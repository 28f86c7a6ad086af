//! What takes a plastic or a phone in somebody's hand, in the real window: a card activated by its number and its name, its CVV
//! shown for some seconds, and PINs set by one-time code. What the gateway has of them is read after every step.

use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::secret_search::Secrets;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use reqwest::Method;
use serde_json::{Value, json};

use crate::at_gateway::AtGateway;
use crate::card_changes::open_form;
use crate::money_form::desk_at_a_card;
use crate::window::{SOON, desk_in_practice};

const REASON: &str = "Compra en línea, dictada por teléfono";
const PIN: &str = "918273645546";
const NEXT_PIN: &str = "750318462957";
const SHARED_PIN: &str = "264918305771";
/// How long a CVV is on show.
const CVV_SECONDS: u32 = 20;

/// A plastic that was delivered and not activated yet, as it lies in the tray.
struct Plastic {
    card_id: String,
    pan: String,
    name: String,
    cvv: String,
}

async fn delivered(page: &Page) -> Plastic {
    page.click("#screen-plastics").await.unwrap();
    let row = "#plastics li[data-state=inactive]";
    let card_id = page.attribute(row, "id").await.unwrap().trim_start_matches("plastic-").to_owned();
    let (pan, name) = (page.attribute(row, "data-pan").await.unwrap(), page.attribute(row, "data-embossed-name").await.unwrap());
    let back = page.text(&format!("{row} .small-words span:last-child")).await.unwrap();
    let cvv = back.chars().filter(char::is_ascii_digit).collect();
    page.click(&format!("#plastic-{card_id}-cardholder")).await.unwrap();
    Plastic { card_id, pan, name, cvv }
}

async fn status(practice: &Practice, card_id: &str) -> String {
    text(&practice.card(card_id).await.unwrap(), "/status").unwrap()
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_card_is_activated_by_what_stands_on_it_alone_and_its_cvv_is_shown_for_seconds() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    let plastic = delivered(page).await;
    activate(page, &practice, &plastic).await;
    reveal_cvv(page, &practice, &plastic).await;
    let mut secrets = Secrets::new();
    secrets.add_cvv("the CVV", &plastic.cvv);
    window.close().await.unwrap();
    assert_eq!(secrets.searcher().below(session.files()), []);
}

/// A name that is not on the plastic activates nothing, and is mended at its field; what was sent of its number is typed again.
async fn activate(page: &Page, practice: &Practice, plastic: &Plastic) {
    page.click("#activate-card").await.unwrap();
    page.fill("#pan", &plastic.pan).await.unwrap();
    page.fill("#embossedName", "OTRA PERSONA").await.unwrap();
    page.click("#activate-submit").await.unwrap();
    page.says("#embossedName-problem", "cardholderName").await.unwrap();
    let has_focus = async || {
        let active = page.script("return document.activeElement.id", Vec::new()).await?;
        Ok((active == "embossedName").then_some(()))
    };
    until("the focus at the name", SOON, has_focus).await.unwrap();
    assert!(page.shown("#activate-failure").await.unwrap().is_none(), "it is told above the fields as well");
    page.see("#happenings li[data-action=card_activated][data-result=refused]").await.unwrap();
    assert_eq!(page.value("#pan").await.unwrap(), "", "a number that was sent stays in its field");
    assert_eq!(status(practice, &plastic.card_id).await, "INACTIVE");

    page.fill("#pan", &plastic.pan).await.unwrap();
    page.fill("#embossedName", &plastic.name).await.unwrap();
    page.click("#activate-submit").await.unwrap();
    page.see("#card-state[data-state=active]").await.unwrap();
    page.see("#happenings li[data-action=card_activated][data-result=done]").await.unwrap();
    assert_eq!(status(practice, &plastic.card_id).await, "ACTIVE");
}

/// Without a reason it is not asked for; with one it is what stands on the plastic, and goes when its seconds are over.
async fn reveal_cvv(page: &Page, practice: &Practice, plastic: &Plastic) {
    open_form(page, "reveal-cvv").await;
    page.click("#cvv-submit").await.unwrap();
    page.see("#cvv-reason-problem").await.unwrap();
    assert!(page.shown("#cvv-shown").await.unwrap().is_none());
    page.fill("#cvv-reason", REASON).await.unwrap();
    page.click("#cvv-submit").await.unwrap();
    let shown = page.text("#cvv-shown .digits").await.unwrap();
    let at_gateway = practice.ask(Method::GET, &format!("/cards/{}/cvv", plastic.card_id), None).await.unwrap();
    let is_the_plastics = shown == plastic.cvv && at_gateway["cvv"] == plastic.cvv.as_str();
    assert!(is_the_plastics, "what is shown stands on no plastic");

    put_clock_forward(page, CVV_SECONDS - 5).await;
    let soon_over = async || {
        let left: u32 = page.text("#cvv-left").await?.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
        Ok((1..=5).contains(&left).then_some(()))
    };
    until("the last five seconds", SOON, soon_over).await.unwrap();
    put_clock_forward(page, 5).await;
    page.says("#cvv-gone", "Pasaron los segundos").await.unwrap();
    page.see_no_more("#cvv-shown").await.unwrap();
    page.click("#cvv-close").await.unwrap();
    page.click("#back-to-cardholder").await.unwrap();
    page.says("#happenings li[data-action=cvv_revealed][data-result=done]", REASON).await.unwrap();
}

/// Lets so many seconds pass at once, by the clock that the page counts down with.
async fn put_clock_forward(page: &Page, seconds: u32) {
    let script = "const before = performance.now.bind(performance), by = arguments[0] * 1000; performance.now = () => before() + by";
    page.script(script, vec![seconds.into()]).await.unwrap();
}

/// How the PIN of a card's holder stands at the gateway: whether it is set, and the wrong tries in a row.
async fn pin_at(card: &AtGateway<'_>) -> (bool, u64) {
    let path = format!("/practice/cards/{}/pin", card.card_id);
    let pin = card.practice().ask(Method::GET, &path, None).await.unwrap();
    (pin["isSet"].as_bool().unwrap(), pin["wrongTries"].as_u64().unwrap())
}

/// The newest message on a phone: whose it is, and the code in it.
async fn newest_message(practice: &Practice) -> (String, String) {
    let messages = practice.ask(Method::GET, "/practice/phone", None).await.unwrap();
    (text(&messages, "/0/userId").unwrap(), text(&messages, "/0/code").unwrap())
}

/// Asks for a code, and gives what came to the phone of this cardholder.
async fn ask_code(page: &Page, practice: &Practice, cardholder: &str) -> String {
    let before = practice.ask(Method::GET, "/practice/phone", None).await.unwrap();
    let number = |messages: &Value| messages.as_array().map_or(0, Vec::len);
    page.click("#pin-ask").await.unwrap();
    page.see("#pin-sent").await.unwrap();
    until("a message on the phone", SOON, async || {
        let messages = practice.ask(Method::GET, "/practice/phone", None).await?;
        Ok((number(&messages) > number(&before)).then_some(()))
    })
    .await
    .unwrap();
    let (whose, code) = newest_message(practice).await;
    assert_eq!(whose, cardholder, "the code went to somebody else");
    code
}

async fn submit_pin(page: &Page, code: &str, pin: &str) {
    page.fill("#oneTimeCode", code).await.unwrap();
    page.fill("#pin", pin).await.unwrap();
    page.fill("#pinAgain", pin).await.unwrap();
    page.click("#pin-submit").await.unwrap();
}

/// Asks for a code, sets the PIN with it, and leaves the form.
async fn set_pin(page: &Page, practice: &Practice, cardholder: &str, pin: &str) -> String {
    open_form(page, "set-pin").await;
    let code = ask_code(page, practice, cardholder).await;
    submit_pin(page, &code, pin).await;
    page.see("#pin-done").await.unwrap();
    page.click("#pin-end").await.unwrap();
    code
}

/// Whether the open form takes a PIN for the card's.
async fn see_verdict(page: &Page, pin: &str, verdict: &str) {
    page.fill("#pin", pin).await.unwrap();
    page.click("#verify-pin-form-submit").await.unwrap();
    page.see(&format!("#pin-verdict[data-verdict={verdict}]")).await.unwrap();
}

fn another_code(code: &str) -> String {
    let wrong = (code.parse::<u32>().unwrap() + 1) % 1_000_000;
    format!("{wrong:06}")
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn pins_are_set_by_the_code_that_was_read_out_changed_verified_and_given_to_who_shares_the_card() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let holder = text(&practice.card(&card.card_id).await.unwrap(), "/userId").unwrap();
    let mut secrets = Secrets::new();
    for (name, pin) in [("the PIN", PIN), ("the next PIN", NEXT_PIN), ("the shared PIN", SHARED_PIN)] {
        secrets.add(name, pin);
    }
    set_first_pin(page, &card, &holder).await;

    let code = set_pin(page, &practice, &holder, NEXT_PIN).await;
    secrets.add("a code", &code);
    assert_eq!(pin_at(&card).await, (true, 0), "setting it anew did not forget the wrong try");
    open_form(page, "verify-pin").await;
    see_verdict(page, PIN, "incorrect").await;
    assert_eq!(pin_at(&card).await, (true, 1));
    see_verdict(page, NEXT_PIN, "correct").await;
    assert_eq!(pin_at(&card).await, (true, 0));
    page.click("#verify-pin-form-close").await.unwrap();

    share_pin(page, &card, &holder).await;
    window.close().await.unwrap();
    assert_eq!(secrets.searcher().below(session.files()), []);
}

/// With a wrong code nothing is set; with the right one it is, and a wrong PIN is told from it.
async fn set_first_pin(page: &Page, card: &AtGateway<'_>, holder: &str) {
    assert_eq!(pin_at(card).await, (false, 0));
    open_form(page, "set-pin").await;
    let code = ask_code(page, card.practice(), holder).await;
    submit_pin(page, &another_code(&code), PIN).await;
    page.see("#pin-failure").await.unwrap();
    for field in ["#pin", "#pinAgain", "#oneTimeCode"] {
        assert_eq!(page.value(field).await.unwrap(), "", "what was sent stays in {field}");
    }
    page.see("#happenings li[data-action=pin_set][data-result=refused]").await.unwrap();
    assert_eq!(pin_at(card).await, (false, 0));

    submit_pin(page, &code, PIN).await;
    page.see("#pin-done").await.unwrap();
    assert_eq!(pin_at(card).await, (true, 0));
    page.click("#pin-verify").await.unwrap();
    see_verdict(page, NEXT_PIN, "incorrect").await;
    assert_eq!(pin_at(card).await, (true, 1));
    page.click("#verify-pin-form-close").await.unwrap();
}

/// Somebody else: whom the card is not linked to gets no PIN of it, and once it is, one of their own beside the holder's.
async fn share_pin(page: &Page, card: &AtGateway<'_>, holder: &str) {
    let practice = card.practice();
    let (user, email) = somebody_else(practice, holder).await;
    open_form(page, "set-pin").await;
    choose_user(page, &user, &email).await;
    page.see("#pin-not-shared").await.unwrap();
    let messages = practice.ask(Method::GET, "/practice/phone", None).await.unwrap();
    page.click("#pin-ask").await.unwrap();
    page.says("#pin-failure", "No se envió ningún código").await.unwrap();
    assert_eq!(practice.ask(Method::GET, "/practice/phone", None).await.unwrap(), messages, "a code was sent");
    assert!(!verifies(card, SHARED_PIN).await);

    link(card, holder, &user).await;
    let code = ask_code(page, practice, &user).await;
    submit_pin(page, &code, SHARED_PIN).await;
    page.see("#pin-done").await.unwrap();
    assert!(verifies(card, SHARED_PIN).await && verifies(card, NEXT_PIN).await, "one PIN took the other's place");
    assert!(pin_at(card).await.0);
    page.click("#pin-end").await.unwrap();
    page.click("#back-to-cardholder").await.unwrap();
    page.see("#happenings li[data-action=user_pin_set][data-result=done]").await.unwrap();
}

/// A cardholder who is not the card's own, with their address.
async fn somebody_else(practice: &Practice, holder: &str) -> (String, String) {
    let people = practice.ask(Method::GET, "/users?page=1&limit=100", None).await.unwrap();
    let other = people["users"].as_array().unwrap().iter().find(|person| person["userId"] != holder).unwrap();
    (text(other, "/userId").unwrap(), text(other, "/username").unwrap())
}

async fn choose_user(page: &Page, user: &str, email: &str) {
    page.click("#pin-shared").await.unwrap();
    page.fill("#pin-user", email).await.unwrap();
    page.click(&format!("#pin-user-list [data-key='{user}']")).await.unwrap();
    page.see("#pin-user-chosen").await.unwrap();
}

/// Whether the gateway takes a PIN for one of the card's.
async fn verifies(card: &AtGateway<'_>, pin: &str) -> bool {
    let path = format!("/cards/{}/pin/verification", card.card_id);
    let (status, _) = card.practice().answer(Method::POST, &path, Some(json!({ "pin": pin }))).await.unwrap();
    status.is_success()
}

/// Links the card to somebody, without the window's knowledge.
async fn link(card: &AtGateway<'_>, holder: &str, user: &str) {
    let practice = card.practice();
    let owner = practice.ask(Method::GET, &format!("/users/{holder}"), None).await.unwrap();
    let body = json!({ "email": text(&owner, "/username").unwrap(), "suffix": card.last_four().await, "alias": "Caja chica" });
    practice.ask(Method::POST, &format!("/users/{user}/linked-cards"), Some(body)).await.unwrap();
}
