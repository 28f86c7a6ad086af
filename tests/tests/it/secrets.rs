//! No secret is left by the real window: not in a file, a log at its most talkative, an argument, an environment, the page
//! or the web view's storage, after all of them were used. These tests need the release binary: `cargo xtask test --only
//! window --only window-tests`.

use cardesk_tests::Outcome;
use cardesk_tests::practice::{self, Practice};
use cardesk_tests::secret_search::Secrets;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::traces;
use reqwest::Method;
use serde_json::Value;

use crate::window::{desk_in_practice, left_behind};

const PIN: &str = "918273645546";
const WRONG_PIN: &str = "550011229944";
const REASON: &str = "Llama desde el hotel";

/// The code of the newest message on a phone.
async fn code_on_the_phone(practice: &Practice) -> Outcome<String> {
    let messages = practice.ask(Method::GET, "/practice/phone", None).await?;
    practice::text(&messages, "/0/code")
}

async fn pin_at_the_gateway(practice: &Practice, card: &str) -> (Value, Value) {
    let pin = practice.ask(Method::GET, &format!("/practice/cards/{card}/pin"), None).await.unwrap();
    (pin["isSet"].clone(), pin["wrongTries"].clone())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_card_number_a_code_a_pin_and_a_cvv_are_used_and_left_nowhere() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    let mut secrets = Secrets::new();

    page.click("#screen-plastics").await.unwrap();
    let plastic = "#plastics li[data-state=inactive]";
    page.see(plastic).await.unwrap();
    let pan = page.attribute(plastic, "data-pan").await.unwrap();
    let name = page.attribute(plastic, "data-embossed-name").await.unwrap();
    let card = page.attribute(plastic, "id").await.unwrap().trim_start_matches("plastic-").to_owned();
    secrets.add("the card number", &pan);
    page.click(&format!("#plastic-{card}-cardholder")).await.unwrap();
    page.click("#activate-card").await.unwrap();
    page.fill("#pan", &pan).await.unwrap();
    page.fill("#embossedName", &name).await.unwrap();
    page.click("#activate-submit").await.unwrap();
    page.see("#card-state[data-state=active]").await.unwrap();

    secrets.add("the PIN", PIN);
    secrets.add("the wrong PIN", WRONG_PIN);
    page.click("#card-menu-open").await.unwrap();
    page.click("#set-pin").await.unwrap();
    page.click("#pin-ask").await.unwrap();
    page.see("#pin-sent").await.unwrap();
    let code = code_on_the_phone(&practice).await.unwrap();
    secrets.add("the code", &code);
    page.fill("#oneTimeCode", &code).await.unwrap();
    page.fill("#pin", PIN).await.unwrap();
    page.fill("#pinAgain", PIN).await.unwrap();
    page.picture(&left_behind("pin.png")).await.unwrap();
    page.click("#pin-submit").await.unwrap();
    page.see("#pin-done").await.unwrap();
    assert_eq!(pin_at_the_gateway(&practice, &card).await, (true.into(), 0.into()));

    page.click("#pin-verify").await.unwrap();
    page.fill("#pin", WRONG_PIN).await.unwrap();
    page.click("#verify-pin-form-submit").await.unwrap();
    page.see("#pin-verdict[data-verdict=incorrect]").await.unwrap();
    assert_eq!(pin_at_the_gateway(&practice, &card).await, (true.into(), 1.into()));
    page.fill("#pin", PIN).await.unwrap();
    page.click("#verify-pin-form-submit").await.unwrap();
    page.see("#pin-verdict[data-verdict=correct]").await.unwrap();
    assert_eq!(page.value("#pin").await.unwrap(), "", "a PIN stays in its field");

    page.click("#verify-pin-form-close").await.unwrap();
    page.click("#card-menu-open").await.unwrap();
    page.click("#reveal-cvv").await.unwrap();
    page.fill("#cvv-reason", REASON).await.unwrap();
    page.click("#cvv-submit").await.unwrap();
    let cvv = page.text("#cvv-shown .digits").await.unwrap();
    assert!(cvv.len() >= 3 && cvv.bytes().all(|byte| byte.is_ascii_digit()), "no CVV is shown");
    secrets.add_cvv("the CVV", &cvv);
    let styles = "return getComputedStyle(document.querySelector('#cvv-shown .digits')).webkitUserSelect";
    assert_eq!(page.script(styles, Vec::new()).await.unwrap(), "none", "the CVV can be selected");
    page.script("dispatchEvent(new Event('blur'))", Vec::new()).await.unwrap();
    page.see("#cvv-gone").await.unwrap();
    page.click("#cvv-close").await.unwrap();
    page.click("#back-to-cardholder").await.unwrap();
    page.says("main", REASON).await.unwrap();

    let found = traces::look(&session, page, &secrets).await.unwrap();
    assert!(found.is_empty(), "{found:#?}");
    let mut written = Secrets::new();
    written.add("the reason", REASON);
    assert!(!written.searcher().below(&session.data()).is_empty(), "the journal was not looked through");
    assert!(session.last_words("window").contains("TRACE"), "the log is not at its most talkative");
    window.close().await.unwrap();
    // What was held in memory until then is written now.
    assert_eq!(secrets.searcher().below(session.files()), []);
}
