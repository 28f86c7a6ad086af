//! What the gateway refuses, operation by operation in the real window: told where it was asked for, by the gateway's own code
//! or permission, and nothing at the gateway is another than before. What can be done in its place can be done at once.

use cardesk_domain::Amount;
use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::session::{Session, SessionOptions};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::at_gateway::{AtGateway, moved, now};
use crate::card_changes::{open_form, see_not_offered};
use crate::money_form::{desk_at_a_card, recover, sent, write_amount};
use crate::people::with_username;
use crate::window::{desk_in_practice, left_behind};

/// An invented person. The number has the form and the check digit of a Guatemalan document.
const PERSON: [(&str, &str); 7] = [
    ("#firstName", "Lucía"),
    ("#lastName", "Tzoc Ajú"),
    ("#address", "4.ª calle 5-06, zona 1, Sololá"),
    ("#placeOfBirth", "Sololá"),
    ("#phoneNumber", "5555 0193"),
    ("#dateOfBirth", "23/07/1991"),
    ("#documentNumber", "2456 31879 0101"),
];
const EMAIL: &str = "lucia.tzoc@example.com";
const AMOUNT: &str = "10.00";

/// Takes permissions away from the application at Practice, by one of its sets, and comes back to what was open.
async fn take_away(page: &Page, set: &str) {
    page.click("#screen-faults").await.unwrap();
    page.choose("#permissions-set", set).await.unwrap();
    page.see("#faults-state:not([data-permissions='0'])").await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
}

/// Takes one permission away, by its own name.
async fn take_one_away(page: &Page, permission: &str) {
    page.click("#screen-faults").await.unwrap();
    page.click(&format!("#permission-{permission}")).await.unwrap();
    page.see("#faults-state[data-permissions='1']").await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
}

/// The gateway says the same to whoever else asks: 403, with the permission's name.
async fn is_forbidden(practice: &Practice, method: Method, path: &str, permission: &str) {
    let (status, answer) = practice.answer(method, path, None).await.unwrap();
    assert!(status == StatusCode::FORBIDDEN && answer.to_string().contains(permission), "{path}: {status} {answer}");
}

/// Changes the card's state at the gateway, without the window's knowledge.
async fn set_status(card: &AtGateway<'_>, status: &str) {
    let path = format!("/cards/{}/status", card.card_id);
    card.practice().ask(Method::PATCH, &path, Some(json!({ "status": status }))).await.unwrap();
}

async fn status(card: &AtGateway<'_>) -> String {
    text(&card.practice().card(&card.card_id).await.unwrap(), "/status").unwrap()
}

async fn cardholders(practice: &Practice) -> String {
    text(&practice.ask(Method::GET, "/users?page=1&limit=1", None).await.unwrap(), "/total").unwrap()
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn nobody_is_registered_invited_or_issued_a_card_against_the_gateways_word() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    refuse_a_known_address(page, &practice).await;
    refuse_without_permission(page, &practice).await;
    refuse_a_card(page, &practice).await;
    window.close().await.unwrap();
}

async fn fill_in_person(page: &Page, email: &str) {
    for (field, typed) in PERSON {
        page.fill(field, typed).await.unwrap();
    }
    page.fill("#username", email).await.unwrap();
    page.choose("#gender", "F").await.unwrap();
    page.choose("#maritalStatus", "casado").await.unwrap();
}

/// An e-mail address that somebody has is told at its field, and with another everything that was typed is taken.
async fn refuse_a_known_address(page: &Page, practice: &Practice) {
    let people = cardholders(practice).await;
    let first = practice.ask(Method::GET, "/users?page=1&limit=1", None).await.unwrap();
    let known = text(&first, "/users/0/username").unwrap();
    page.click("#register").await.unwrap();
    fill_in_person(page, &known).await;
    page.click("#register-submit").await.unwrap();
    page.says("#username-problem", "Ya hay un tarjetahabiente con ese correo").await.unwrap();
    page.says("#error-summary", "Ya hay un tarjetahabiente con ese correo").await.unwrap();
    assert_eq!(cardholders(practice).await, people);
    assert_eq!(with_username(practice, &known).await.len(), 1);

    page.fill("#username", EMAIL).await.unwrap();
    page.see_no_more("#username-problem").await.unwrap();
    page.click("#register-submit").await.unwrap();
    page.says("#cardholder-name", "Tzoc Ajú").await.unwrap();
    assert_eq!(with_username(practice, EMAIL).await.len(), 1);
}

/// Without its permission neither a person nor a code comes into being.
async fn refuse_without_permission(page: &Page, practice: &Practice) {
    let people = cardholders(practice).await;
    take_away(page, "no_registration").await;
    page.click("#register").await.unwrap();
    fill_in_person(page, "otra.tzoc@example.com").await;
    page.click("#register-submit").await.unwrap();
    page.says("#register-form .failure", "USER_REGISTRATION").await.unwrap();
    assert_eq!(page.value("#lastName").await.unwrap(), "Tzoc Ajú", "what was typed is lost");
    page.see("#register:disabled").await.unwrap();
    page.click("label:has(#register-mode-invitation)").await.unwrap();
    // One permission for both: what it was refused for once is offered nowhere.
    page.see("#invitation-make:disabled").await.unwrap();
    page.says("#invitation-why", "USER_REGISTRATION").await.unwrap();
    assert!(page.shown("#invitation-code").await.unwrap().is_none());
    is_forbidden(practice, Method::POST, "/users/invitation-code", "USER_REGISTRATION").await;
    assert_eq!(cardholders(practice).await, people);
    recover(page).await.unwrap();
}

/// Which cards there are already is read before one is issued: where that is forbidden none is, and afterwards one is.
async fn refuse_a_card(page: &Page, practice: &Practice) {
    page.fill("#directory-search", EMAIL).await.unwrap();
    page.says("#directory-list-row-0", "Tzoc Ajú").await.unwrap();
    page.click("#directory-list-row-0").await.unwrap();
    page.says("#cardholder-name", "Tzoc Ajú").await.unwrap();
    let cardholder = page.attribute("#cardholder", "data-cardholder-id").await.unwrap();
    let path = format!("/users/{cardholder}/cards");
    take_one_away(page, "getCards").await;
    page.click("#issue-card").await.unwrap();
    page.says("#issue-error", "getCards").await.unwrap();
    is_forbidden(practice, Method::GET, &path, "getCards").await;
    recover(page).await.unwrap();
    assert_eq!(practice.ask(Method::GET, &path, None).await.unwrap(), json!([]));

    page.click("#issue-card").await.unwrap();
    page.see("#outcome[data-state=applied]").await.unwrap();
    let cards = practice.ask(Method::GET, &path, None).await.unwrap();
    assert_eq!(cards.as_array().map(Vec::len), Some(1), "{cards}");
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn without_its_permission_nothing_of_a_card_is_changed_revealed_or_read() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    refuse_to_unblock(page, &card).await;
    refuse_the_cvv(page, &card).await;
    refuse_movements_and_details(page, &card).await;
    window.close().await.unwrap();
}

async fn refuse_to_unblock(page: &Page, card: &AtGateway<'_>) {
    set_status(card, "BLOCKED").await;
    take_away(page, "no_card_changes").await;
    page.see("#card-state[data-state=blocked]").await.unwrap();
    page.click("#unblock-card").await.unwrap();
    page.click("#unblock-submit").await.unwrap();
    page.says("#unblock-failure", "updateStatus").await.unwrap();
    page.see("#unblock-submit:disabled").await.unwrap();
    page.says("#happenings li[data-action=card_unblocked][data-result=refused]", "updateStatus").await.unwrap();
    page.see("#card-state[data-state=blocked]").await.unwrap();
    assert_eq!(status(card).await, "BLOCKED");
    page.click("#unblock-close").await.unwrap();

    recover(page).await.unwrap();
    page.click("#unblock-card").await.unwrap();
    page.click("#unblock-submit").await.unwrap();
    page.see("#card-state[data-state=active]").await.unwrap();
    assert_eq!(status(card).await, "ACTIVE");
}

async fn refuse_the_cvv(page: &Page, card: &AtGateway<'_>) {
    take_away(page, "no_card_secrets").await;
    open_form(page, "reveal-cvv").await;
    page.fill("#cvv-reason", "Compra en línea, dictada por teléfono").await.unwrap();
    page.click("#cvv-submit").await.unwrap();
    page.says("#cvv-failure", "checkCvv").await.unwrap();
    page.see("#cvv-submit:disabled").await.unwrap();
    assert!(page.shown("#cvv-shown").await.unwrap().is_none());
    is_forbidden(card.practice(), Method::GET, &format!("/cards/{}/cvv", card.card_id), "checkCvv").await;
    page.says("#happenings li[data-action=cvv_revealed][data-result=refused]", "checkCvv").await.unwrap();
    page.click("#cvv-close").await.unwrap();
    see_not_offered(page, "reveal-cvv", "checkCvv").await;
    recover(page).await.unwrap();
}

/// What can't be read is said by the permission's name; what was known of the card stays, as of when it was known.
async fn refuse_movements_and_details(page: &Page, card: &AtGateway<'_>) {
    let balance = card.balance_shown().await;
    take_one_away(page, "getAllTransfersByDate").await;
    page.says("#card .main", "getAllTransfersByDate").await.unwrap();
    page.picture(&left_behind("movements-forbidden.png")).await.unwrap();
    assert!(page.shown("#movements").await.unwrap().is_none());
    let (year, month) = (now()[..4].to_owned(), now()[5..7].trim_start_matches('0').to_owned());
    let path = format!("/cards/{}/transfers/{month}/{year}", card.card_id);
    is_forbidden(card.practice(), Method::GET, &path, "getAllTransfersByDate").await;
    recover(page).await.unwrap();
    page.says("#movements-closing dd", &balance).await.unwrap();

    take_one_away(page, "checkCard").await;
    page.says("#card [data-stale]", "checkCard").await.unwrap();
    page.says("#card-balance", &balance).await.unwrap();
    is_forbidden(card.practice(), Method::GET, &format!("/cards/{}", card.card_id), "checkCard").await;
    recover(page).await.unwrap();
    page.see_no_more("#card [data-stale]").await.unwrap();
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();
}

/// A form that moves money off or onto the card that is open, and the permission without which it is refused.
struct Moving {
    form: Form,
    permission: &'static str,
}

#[derive(Clone, Copy)]
enum Form {
    Load,
    Withdrawal,
    AdjustmentIn,
    AdjustmentOut,
    Transfer,
}

const FORMS: [Moving; 5] = [
    Moving { form: Form::Load, permission: "addFunds" },
    Moving { form: Form::Withdrawal, permission: "withdrawFunds" },
    Moving { form: Form::AdjustmentIn, permission: "addFunds" },
    Moving { form: Form::AdjustmentOut, permission: "withdrawFunds" },
    Moving { form: Form::Transfer, permission: "transferBetweenCards" },
];

impl Form {
    async fn open(self, page: &Page, other: &AtGateway<'_>) {
        match self {
            Self::Load => page.click("#load").await.unwrap(),
            Self::Withdrawal => page.click("#withdraw").await.unwrap(),
            Self::AdjustmentIn => open_form(page, "adjust").await,
            Self::AdjustmentOut => {
                open_form(page, "adjust").await;
                page.choose("#funds-direction", "adjustment_withdrawal").await.unwrap();
            }
            Self::Transfer => {
                page.click("#transfer").await.unwrap();
                page.fill("#funds-to-card", &other.last_four().await).await.unwrap();
                page.click(&format!("#funds-to-card-list [data-key='{}']", other.card_id)).await.unwrap();
                page.see("#funds-to-card-chosen").await.unwrap();
            }
        }
    }
}

/// What two cards hold, and how many movements there are of each.
async fn holdings(cards: [&AtGateway<'_>; 2]) -> Vec<(Amount, usize)> {
    let mut holdings = Vec::new();
    for card in cards {
        holdings.push((card.balance().await, card.movements().await.len()));
    }
    holdings
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn every_form_that_moves_money_says_why_it_was_refused_and_moved_nothing() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let other = card.other().await;
    let before = holdings([&card, &other]).await;
    for Moving { form, permission } in FORMS {
        take_away(page, "no_money").await;
        form.open(page, &other).await;
        let reference = sent(page, AMOUNT, "refused").await.unwrap();
        page.says("#outcome", permission).await.unwrap();
        page.click("#funds-done").await.unwrap();
        page.see(&format!("li[data-reference='{reference}'][data-state=refused]")).await.unwrap();
        assert_eq!(holdings([&card, &other]).await, before, "it moved without {permission}");
        recover(page).await.unwrap();
    }
    for Moving { form, .. } in FORMS {
        refuse_in_another_state(page, form, &card, &other).await;
        assert_eq!(holdings([&card, &other]).await, before);
    }
    adjust_out_and_refuse_its_correction(page, &card).await;
    window.close().await.unwrap();
}

/// Somebody else blocks the card while its form is open: the one that pays is the one that is open, but for a transfer.
async fn refuse_in_another_state(page: &Page, form: Form, card: &AtGateway<'_>, other: &AtGateway<'_>) {
    let blocked = if matches!(form, Form::Transfer) { other } else { card };
    form.open(page, other).await;
    write_amount(page, AMOUNT).await.unwrap();
    set_status(blocked, "BLOCKED").await;
    page.click("#funds-submit").await.unwrap();
    page.says("#outcome[data-state=refused]", "7213").await.unwrap();
    page.click("#funds-done").await.unwrap();
    set_status(blocked, "ACTIVE").await;
    read_anew(page, card).await;
}

/// Leaves the card and opens it again, as the gateway has it now.
async fn read_anew(page: &Page, card: &AtGateway<'_>) {
    page.click("#back-to-cardholder").await.unwrap();
    page.click(&format!("#card-{}", card.card_id)).await.unwrap();
    page.see("#card[data-state=active]").await.unwrap();
    page.see("button#load:not([aria-disabled])").await.unwrap();
}

/// An adjustment takes money off, and can't be taken back while the card is blocked.
async fn adjust_out_and_refuse_its_correction(page: &Page, card: &AtGateway<'_>) {
    let before = card.balance().await;
    Form::AdjustmentOut.open(page, card).await;
    let adjustment = sent(page, AMOUNT, "applied").await.unwrap();
    page.click("#funds-done").await.unwrap();
    let left = before.checked_sub(AMOUNT.parse().unwrap()).unwrap();
    assert_eq!(card.only_movement_of(&adjustment).await, moved("WITHDRAW_FUNDS", AMOUNT));
    assert_eq!(card.balance().await, left);
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();

    page.click(&format!("li[data-reference='{adjustment}'] [data-action=correct]")).await.unwrap();
    page.fill("#follow-up-reason", "No correspondía").await.unwrap();
    set_status(card, "BLOCKED").await;
    page.click("#follow-up-submit").await.unwrap();
    page.says("#outcome[data-state=refused]", "7213").await.unwrap();
    let correction = page.attribute("#outcome[data-state=refused]", "data-reference").await.unwrap();
    page.click("#follow-up-done").await.unwrap();
    page.see(&format!("li[data-reference='{correction}'][data-state=refused]")).await.unwrap();
    assert!(card.movements_of(&correction).await.is_empty());
    assert_eq!(card.balance().await, left);
}
