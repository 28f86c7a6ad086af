//! A card that is replaced in the real window, one step after the other: each step is what the gateway did, a replacement
//! that was left goes on from where it stood, and a step that is refused stays the next one.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use cardesk_domain::Amount;
use cardesk_tests::page::Page;
use cardesk_tests::paper;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;
use reqwest::Method;
use serde_json::{Value, json};

use crate::at_gateway::{AtGateway, moved};
use crate::money_form::{desk_at_a_card, recover, sent, suffer};
use crate::window::{desk_in_practice, left_behind};

const REASON: &str = "La dejó en un taxi";

/// How long a card's page may take to see by itself what the cardholder did on the phone.
const BY_ITSELF: Duration = Duration::from_secs(40);

/// Whose cards are replaced, as the gateway has them.
struct Holder<'a> {
    practice: &'a Practice,
    id: String,
}

impl<'a> Holder<'a> {
    async fn of(practice: &'a Practice, card: &AtGateway<'_>) -> Self {
        Self { practice, id: text(&practice.card(&card.card_id).await.unwrap(), "/userId").unwrap() }
    }

    /// The state of each card, by its id.
    async fn cards(&self) -> BTreeMap<String, String> {
        let cards = self.practice.ask(Method::GET, &format!("/users/{}/cards", self.id), None).await.unwrap();
        let state = |card: &Value| (text(card, "/id").unwrap(), text(card, "/status").unwrap());
        cards.as_array().unwrap().iter().map(state).collect()
    }

    /// The one card that was not there before.
    async fn only_new(&self, before: &BTreeMap<String, String>) -> AtGateway<'a> {
        let new: Vec<String> = self.cards().await.into_keys().filter(|id| !before.contains_key(id)).collect();
        assert_eq!(new.len(), 1, "{new:?} were issued");
        AtGateway::of(self.practice, &*new[0])
    }

    /// Has the cardholder activate the plastic that lies in Practice's tray, and comes back to the card that was open.
    async fn activate(&self, page: &Page, card: &AtGateway<'_>) {
        page.click("#screen-plastics").await.unwrap();
        let plastic = format!("#plastic-{}", card.card_id);
        let number = page.attribute(&plastic, "data-pan").await.unwrap();
        let name = page.attribute(&plastic, "data-embossed-name").await.unwrap();
        let body = json!({ "card": number, "cardholderName": name });
        self.practice.ask(Method::POST, &format!("/users/{}/cards/activation", self.id), Some(body)).await.unwrap();
        page.click("#screen-cardholders").await.unwrap();
    }
}

/// Has this much on the card, without the window's knowledge.
async fn put_on(card: &AtGateway<'_>, amount: f64) {
    card.empty().await;
    let body = json!({ "amount": amount, "operation": "ADD_FUNDS", "channel": "ATM", "reference": "behind-the-desk-too" });
    card.practice().ask(Method::POST, &format!("/cards/{}/funds", card.card_id), Some(body)).await.unwrap();
}

async fn state(practice: &Practice, card: &AtGateway<'_>) -> String {
    text(&practice.card(&card.card_id).await.unwrap(), "/status").unwrap()
}

/// Begins to replace the card that is open.
async fn begin(page: &Page, cause: &str, detail: Option<&str>) {
    page.click("#card-menu-open").await.unwrap();
    page.click("#replace-card").await.unwrap();
    page.choose("#replace-cause", cause).await.unwrap();
    if let Some(detail) = detail {
        page.fill("#reason", detail).await.unwrap();
    }
    page.see("#replace-plan").await.unwrap();
    page.picture(&left_behind(&format!("replace-{cause}-begin.png"))).await.unwrap();
    page.click("#replace-begin-submit").await.unwrap();
    page.see("#replace [data-standing=open]").await.unwrap();
}

/// Presses the one button that does the next step, which is this one.
async fn press(page: &Page, step: &str) {
    page.click(&format!("#replace-next[data-step={step}]")).await.unwrap();
}

/// Presses the button that moves the balance; above the company's limit the amount is written once more.
async fn press_balance(page: &Page, old: &AtGateway<'_>) {
    page.see("#replace-next[data-step=balance]:enabled").await.unwrap();
    if page.shown("#amountAgain").await.unwrap().is_some() {
        page.fill("#amountAgain", &old.balance_shown().await).await.unwrap();
    }
    press(page, "balance").await;
}

async fn see_done(page: &Page, step: &str) {
    page.see(&step_in_list(step, "done")).await.unwrap();
}

fn step_in_list(step: &str, standing: &str) -> String {
    format!("#replace-steps [data-step={step}][data-standing={standing}]")
}

/// What Practice lets the desk do from now on; comes back to the card.
async fn permit(page: &Page, set: &str) {
    page.click("#screen-faults").await.unwrap();
    page.choose("#permissions-set", set).await.unwrap();
    let is_less = if set == "everything" { "[data-permissions='0']" } else { ":not([data-permissions='0'])" };
    page.see(&format!("#faults-state{is_less}")).await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
}

/// Makes a PDF in the print room, which was opened for the insert of this card; gives its serial and what is printed on it.
async fn print_insert_of(page: &Page, card: &AtGateway<'_>) -> (String, String) {
    let chosen = "#queue [role=row][aria-selected=true]";
    page.says(chosen, &card.last_four().await).await.unwrap();
    page.see("#print-preview").await.unwrap();
    page.picture(&left_behind("replace-print-room.png")).await.unwrap();
    page.click("#print-save").await.unwrap();
    let said = page.text("#print-run").await.unwrap();
    let serial = said.split_whitespace().skip_while(|word| *word != "Serie").nth(1).unwrap_or_else(|| panic!("no serial in {said:?}"));
    let pdf = page.attribute("#print-run", "data-path").await.unwrap();
    (serial.to_owned(), paper::text(Path::new(&pdf)).await.unwrap())
}

/// A replacement that was left half-way, as its further steps have to find it.
struct Half {
    old: String,
    new: String,
    serial: String,
    balance: Amount,
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_lost_card_is_replaced_and_the_job_goes_on_from_where_it_stood_after_a_restart() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let (old, serial) = hand_out_a_card(&window.page, &practice).await;
    let half = block_and_issue(&window.page, &old, serial).await;
    window.close().await.unwrap();

    let window = Window::open(&mut session).await.unwrap();
    let practice = Practice::sign_in_as_desk(&window.practice().await.unwrap()).await.unwrap();
    let (old, new) = (AtGateway::of(&practice, &*half.old), AtGateway::of(&practice, &*half.new));
    go_on_from_attention(&window.page, &old).await;
    exchange_inserts(&window.page, &half, &new).await;
    move_balance(&window.page, &half, &old, &new).await;
    see_both_name_each_other(&window.page, &half, &old, &new).await;
    window.close().await.unwrap();
}

/// What came before: a card that its holder activated with the insert of this serial, and that has money on it. It is open.
async fn hand_out_a_card<'a>(page: &Page, practice: &'a Practice) -> (AtGateway<'a>, String) {
    page.click("#screen-plastics").await.unwrap();
    let plastic = page.attribute("#plastics li[data-state=inactive]", "id").await.unwrap();
    page.click(&format!("#{plastic}-cardholder")).await.unwrap();
    page.see("#card[data-state=inactive]").await.unwrap();
    let card = AtGateway::open_in(page, practice).await;
    page.click("#card-menu-open").await.unwrap();
    page.click("#print-card").await.unwrap();
    let (serial, printed) = print_insert_of(page, &card).await;
    assert!(printed.contains(&card.last_four().await), "{printed}");
    Holder::of(practice, &card).await.activate(page, &card).await;
    until("an active card by itself", BY_ITSELF, || page.shown("#card[data-state=active]")).await.unwrap();
    page.click("#load").await.unwrap();
    sent(page, "1,250.25", "applied").await.unwrap();
    page.click("#funds-done").await.unwrap();
    (card, serial)
}

/// The first day: the card that is open is blocked, and another is issued.
async fn block_and_issue(page: &Page, old: &AtGateway<'_>, serial: String) -> Half {
    let practice = old.practice();
    let holder = Holder::of(practice, old).await;
    let (cards, balance) = (holder.cards().await, old.balance().await);
    begin(page, "lost", Some(REASON)).await;
    assert_eq!(holder.cards().await, cards, "beginning did something already");
    page.picture(&left_behind("replace-1-begun.png")).await.unwrap();
    press(page, "block").await;
    see_done(page, "block").await;
    assert_eq!(state(practice, old).await, "BLOCKED");
    page.see("#card-state[data-state=blocked]").await.unwrap();

    press(page, "issue").await;
    see_done(page, "issue").await;
    let new = holder.only_new(&cards).await;
    assert_eq!(state(practice, &new).await, "INACTIVE");
    page.says(&step_in_list("issue", "done"), &new.last_four().await).await.unwrap();
    page.picture(&left_behind("replace-2-issued.png")).await.unwrap();

    // Something else is done meanwhile, and nothing of the job is done by that.
    page.click("#screen-print-room").await.unwrap();
    page.see("#queue-row-0").await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
    page.see("#replace-next[data-step=inserts]").await.unwrap();
    assert_eq!(old.balance().await, balance);
    Half { old: old.card_id.clone(), new: new.card_id, serial, balance }
}

/// The next day: where it stands is said among what needs attention, and the job goes on from there.
async fn go_on_from_attention(page: &Page, old: &AtGateway<'_>) {
    page.click("#screen-attention").await.unwrap();
    let note = "#replacements [data-standing=open]";
    page.says(note, &old.last_four().await).await.unwrap();
    page.says(note, "Tarjeta perdida").await.unwrap();
    page.says(note, "sigue: Anular el inserto anterior").await.unwrap();
    page.picture(&left_behind("replace-3-attention.png")).await.unwrap();
    page.click(&format!("{note} [data-action=continue-replacement]")).await.unwrap();
    page.see(&format!("#card[data-card-id='{}'][data-state=blocked]", old.card_id)).await.unwrap();
    page.see(&step_in_list("inserts", "next")).await.unwrap();
    page.says("#replace", REASON).await.unwrap();
    page.picture(&left_behind("replace-3-gone-on.png")).await.unwrap();
}

/// The old insert is voided, and the new one is printed from where the job waits for it.
async fn exchange_inserts(page: &Page, half: &Half, new: &AtGateway<'_>) {
    press(page, "inserts").await;
    see_done(page, "inserts").await;
    page.says(&step_in_list("inserts", "done"), &half.serial).await.unwrap();
    page.see("#replace-waits").await.unwrap();
    page.see("#replace-next[data-step=balance]:disabled").await.unwrap();
    page.picture(&left_behind("replace-4-waits.png")).await.unwrap();

    page.click("#replace-waits .actions button:first-child").await.unwrap();
    let (serial, printed) = print_insert_of(page, new).await;
    assert_ne!(serial, half.serial);
    assert!(printed.contains(&new.last_four().await), "{printed}");
    page.click("#screen-cardholders").await.unwrap();
}

/// Everything that was on the old card is moved once the new one works, by one transfer.
async fn move_balance(page: &Page, half: &Half, old: &AtGateway<'_>, new: &AtGateway<'_>) {
    let practice = old.practice();
    let out_before = transfers(old, "TRANSFER_OUT").await.len();
    assert_eq!(old.balance().await, half.balance, "money was moved too early");
    Holder::of(practice, old).await.activate(page, new).await;
    until("the balance's turn by itself", BY_ITSELF, || page.shown("#replace-next[data-step=balance]:enabled")).await.unwrap();
    page.says("#replace-next", &old.balance_shown().await).await.unwrap();
    page.picture(&left_behind("replace-5-balance.png")).await.unwrap();
    press_balance(page, old).await;
    page.see("#replace-finished").await.unwrap();
    page.picture(&left_behind("replace-6-finished.png")).await.unwrap();

    assert_eq!((old.balance().await, new.balance().await), ("0".parse().unwrap(), half.balance));
    assert_eq!(state(practice, old).await, "BLOCKED", "the old card was unblocked");
    let reference = only_transfer(new, "TRANSFER_IN", half.balance).await;
    assert_eq!(transfers(old, "TRANSFER_OUT").await.len(), out_before + 1);
    page.says(&step_in_list("balance", "done"), &reference).await.unwrap();
    page.says("#card-balance", "0.00").await.unwrap();
}

/// A card's transfers of one way.
async fn transfers(card: &AtGateway<'_>, kind: &str) -> Vec<Value> {
    card.movements().await.into_iter().filter(|movement| movement["type"] == kind).collect()
}

/// The desk's reference of the one transfer of this way, which moved this amount.
async fn only_transfer(card: &AtGateway<'_>, kind: &str, amount: Amount) -> String {
    let found = transfers(card, kind).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let did = moved(&text(&found[0], "/type").unwrap(), &text(&found[0], "/amount").unwrap());
    assert_eq!(did, (kind.to_owned(), amount));
    text(&found[0], "/description").unwrap().split_whitespace().next().unwrap().to_owned()
}

/// Both cards, and their cardholder, say what was replaced by what.
async fn see_both_name_each_other(page: &Page, half: &Half, old: &AtGateway<'_>, new: &AtGateway<'_>) {
    page.says("#card [data-standing=finished]", &new.last_four().await).await.unwrap();
    page.click(&format!("{} .link", step_in_list("issue", "done"))).await.unwrap();
    page.see(&format!("#card[data-card-id='{}'][data-state=active]", new.card_id)).await.unwrap();
    page.says("#card [data-standing=finished]", &old.last_four().await).await.unwrap();
    page.says("#card-balance", &new.balance_shown().await).await.unwrap();
    page.picture(&left_behind("replace-7-new-card.png")).await.unwrap();
    page.click("#back-to-cardholder").await.unwrap();
    let insert = format!(
        "return [...document.querySelectorAll('#cardholder table tr')].map(row => row.innerText)\
                          .find(row => row.includes('{}')) ?? null",
        half.serial
    );
    let insert = until("the old insert", BY_ITSELF, || async { Ok(page.script(&insert, Vec::new()).await?.as_str().map(str::to_owned)) });
    let insert = insert.await.unwrap();
    assert!(insert.contains(REASON), "{insert}");
    page.picture(&left_behind("replace-8-cardholder.png")).await.unwrap();
    page.click("#screen-attention").await.unwrap();
    page.see("#attention").await.unwrap();
    page.see_no_more("#replacements").await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_step_that_is_refused_says_why_stays_the_next_one_and_is_done_once_it_can_be() {
    let options = SessionOptions { screen: (1280, 800), ..SessionOptions::default() };
    let mut session = Session::start(&options).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let old = AtGateway::open_in(page, &practice).await;
    // More than the company's limit.
    put_on(&old, 6000.5).await;
    let holder = Holder::of(&practice, &old).await;
    let (cards, balance) = (holder.cards().await, old.balance().await);

    begin(page, "damaged", None).await;
    permit(page, "no_card_changes").await;
    press(page, "block").await;
    page.says("#replace-failure", "updateStatus").await.unwrap();
    page.see(&step_in_list("block", "next")).await.unwrap();
    page.picture(&left_behind("replace-refused-block.png")).await.unwrap();
    assert_eq!(holder.cards().await, cards, "a refused block did something");
    permit(page, "everything").await;
    press(page, "block").await;
    see_done(page, "block").await;
    page.see_no_more("#replace-failure").await.unwrap();

    press(page, "issue").await;
    see_done(page, "issue").await;
    let new = holder.only_new(&cards).await;
    press(page, "inserts").await;
    see_done(page, "inserts").await;
    holder.activate(page, &new).await;
    until("the balance's turn by itself", BY_ITSELF, || page.shown("#replace-next[data-step=balance]:enabled")).await.unwrap();

    see_a_changed_balance(page, &old, &new).await;
    let left = balance.checked_sub("1.00".parse().unwrap()).unwrap();
    assert_eq!((old.balance().await, new.balance().await), (left, "1.00".parse().unwrap()), "another amount than was seen was moved");

    permit(page, "no_money").await;
    press_balance(page, &old).await;
    page.says("#replace [data-state=refused]", "transferBetweenCards").await.unwrap();
    page.see(&step_in_list("balance", "next")).await.unwrap();
    page.picture(&left_behind("replace-refused-balance.png")).await.unwrap();
    assert_eq!(old.balance().await, left, "a refused transfer moved something");
    permit(page, "everything").await;
    press_balance(page, &old).await;
    page.see("#replace-finished").await.unwrap();
    assert_eq!((old.balance().await, new.balance().await), ("0".parse().unwrap(), balance));
    assert_eq!(transfers(&new, "TRANSFER_IN").await.len(), 2, "the one behind the desk's back, and the desk's");
    window.close().await.unwrap();
}

/// Somebody else moves a part of it after the desk has shown what there is: what was seen is not what would be moved.
async fn see_a_changed_balance(page: &Page, old: &AtGateway<'_>, new: &AtGateway<'_>) {
    let id = |card: &AtGateway<'_>| card.card_id.parse::<u64>().unwrap();
    let body = json!({ "fromCardId": id(old), "toCardId": id(new), "amount": 1, "observations": "behind-the-desk" });
    old.practice().ask(Method::POST, "/cards/transfer", Some(body)).await.unwrap();
    press_balance(page, old).await;
    page.says("#replace-failure", &old.balance_shown().await).await.unwrap();
    page.says("#replace-next[data-step=balance]", &old.balance_shown().await).await.unwrap();
    page.picture(&left_behind("replace-changed-balance.png")).await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn lost_answers_issue_one_card_and_move_the_balance_once_and_a_stopped_job_is_taken_up_again() {
    let options = SessionOptions { screen: (1024, 640), locale: "en_US".to_owned(), ..SessionOptions::default() };
    let mut session = Session::start(&options).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let old = AtGateway::open_in(page, &practice).await;
    put_on(&old, 812.4).await;
    let holder = Holder::of(&practice, &old).await;
    let (cards, balance) = (holder.cards().await, old.balance().await);

    begin(page, "stolen", None).await;
    press(page, "block").await;
    see_done(page, "block").await;
    stop_and_resume(page).await;

    lose_the_answer_to(page, "issue_card").await;
    press(page, "issue").await;
    page.see("#replace #outcome[data-state=unknown]").await.unwrap();
    page.picture(&left_behind("replace-unknown-issue.png")).await.unwrap();
    press_until_done(page, "issue").await;
    let new = holder.only_new(&cards).await;
    recover(page).await.unwrap();

    press(page, "inserts").await;
    see_done(page, "inserts").await;
    holder.activate(page, &new).await;
    until("the balance's turn by itself", BY_ITSELF, || page.shown("#replace-next[data-step=balance]:enabled")).await.unwrap();
    suffer(page, "lost-after").await.unwrap();
    press_balance(page, &old).await;
    page.see("#replace #outcome[data-state=unknown]").await.unwrap();
    page.picture(&left_behind("replace-unknown-balance.png")).await.unwrap();
    press_until_done(page, "balance").await;
    page.see("#replace-finished").await.unwrap();
    assert_eq!((old.balance().await, new.balance().await), ("0".parse().unwrap(), balance));
    only_transfer(&new, "TRANSFER_IN", balance).await;
    assert_eq!(holder.only_new(&cards).await.card_id, new.card_id);
    window.close().await.unwrap();
}

async fn stop_and_resume(page: &Page) {
    page.click("#replace-stop").await.unwrap();
    page.fill("#reason", "The card was found").await.unwrap();
    page.click("#replace-stop-submit").await.unwrap();
    page.says("#replace-stopped", "The card was found").await.unwrap();
    page.see_no_more("#replace-next").await.unwrap();
    page.picture(&left_behind("replace-stopped.png")).await.unwrap();
    page.click("#replace-resume").await.unwrap();
    page.see("#replace-next[data-step=issue]").await.unwrap();
}

/// Practice does the next request of this kind and gives no answer; comes back to the card.
async fn lose_the_answer_to(page: &Page, requests: &str) {
    page.click("#screen-faults").await.unwrap();
    page.choose("#rule-requests", requests).await.unwrap();
    page.choose("#rule-fault", "drop_after").await.unwrap();
    page.click("#rule-add").await.unwrap();
    page.see("#faults-state[data-live='1']").await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
}

/// Presses the step's button, which looks for the outcome, as often as it takes.
async fn press_until_done(page: &Page, step: &str) {
    let done = step_in_list(step, "done");
    until(&done, BY_ITSELF, || async {
        if let Some(button) = page.shown(&format!("#replace-next[data-step={step}]:enabled")).await? {
            // It may be at work, or gone, in the moment of the click: the next look tells.
            let _ = button.click().await;
        }
        page.shown(&done).await
    })
    .await
    .unwrap();
}
