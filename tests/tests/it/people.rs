//! People in the real window: registered by the code that invited them, and given the use of somebody else's card. What the
//! gateway refuses is told plainly, and leaves everybody as they were.

use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::secret_search::Secrets;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::traces;
use cardesk_tests::waiting::until;
use reqwest::Method;
use serde_json::{Value, json};

use crate::at_gateway::AtGateway;
use crate::lists::with_control;
use crate::money_form::desk_at_a_card;
use crate::window::{SOON, desk_in_practice, left_behind};

const PASSWORD: &str = "Quetzal-volador-7391";
const INVITED: &str = "invitada.primera@example.com";
const SECOND: &str = "invitado.segundo@example.com";

/// The cardholders with this username, as the gateway has them.
pub(crate) async fn with_username(practice: &Practice, username: &str) -> Vec<Value> {
    let found = practice.ask(Method::GET, &format!("/users?searchText={username}&page=1&limit=20"), None).await.unwrap();
    found["users"].as_array().unwrap().iter().filter(|person| person["username"] == username).cloned().collect()
}

async fn open_registration_by_invitation(page: &Page) {
    page.click("#register").await.unwrap();
    page.click("label:has(#register-mode-invitation)").await.unwrap();
    page.see("#invited-form").await.unwrap();
}

/// Everything of the form but the code, and sends it.
async fn register(page: &Page, username: &str) {
    page.fill("#invited-deviceId", "pixel-8-de-prueba").await.unwrap();
    page.fill("#invited-username", username).await.unwrap();
    page.fill("#invited-password", PASSWORD).await.unwrap();
    page.fill("#invited-confirmPassword", PASSWORD).await.unwrap();
    page.click("#register-submit").await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_code_that_is_made_and_copied_here_registers_one_cardholder_and_no_other() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    let mut secrets = Secrets::new();
    secrets.add("the password", PASSWORD);

    open_registration_by_invitation(page).await;
    page.click("#register-submit").await.unwrap();
    page.see("#error-summary").await.unwrap();
    let code = make_and_copy(page).await;
    register(page, INVITED).await;
    page.says("#cardholder-name", INVITED).await.unwrap();
    page.says("#cardholder", "Registro por invitación").await.unwrap();
    page.picture(&left_behind("invited.png")).await.unwrap();
    let registered = with_username(&practice, INVITED).await;
    assert_eq!(registered.len(), 1, "{registered:?}");
    assert_eq!(text(&registered[0], "/userId").unwrap(), page.attribute("#cardholder", "data-cardholder-id").await.unwrap());
    assert!(registered[0].get("firstName").is_none(), "registered with personal information: {}", registered[0]);

    refuse_the_used_code(page, &practice, &code).await;
    page.click("#invitation-make").await.unwrap();
    until("another code", SOON, || async { Ok((page.text("#invitation-code").await?.trim() != code).then_some(())) }).await.unwrap();
    page.click("#invitation-use").await.unwrap();
    register(page, SECOND).await;
    page.says("#cardholder-name", SECOND).await.unwrap();
    assert_eq!(with_username(&practice, SECOND).await.len(), 1);

    let found = traces::look(&session, page, &secrets).await.unwrap();
    assert!(found.is_empty(), "{found:#?}");
    window.close().await.unwrap();
    assert_eq!(secrets.searcher().below(session.files()), []);
}

/// Makes a code and pastes what was copied of it into the form.
async fn make_and_copy(page: &Page) -> String {
    page.click("#invitation-make").await.unwrap();
    let code = page.text("#invitation-code").await.unwrap().trim().to_owned();
    page.click("#invitation-copy").await.unwrap();
    page.see("#invitation-copy[data-told=copied]").await.unwrap();
    page.picture(&left_behind("invitation.png")).await.unwrap();
    page.see("#invited-invitationCode").await.unwrap().send_keys(&with_control('v')).await.unwrap();
    assert_eq!(page.value("#invited-invitationCode").await.unwrap(), code, "something else was copied");
    code
}

/// A code that was used is told at its field; nobody is registered, and the password has to be typed again.
async fn refuse_the_used_code(page: &Page, practice: &Practice, code: &str) {
    open_registration_by_invitation(page).await;
    page.fill("#invited-invitationCode", code).await.unwrap();
    register(page, SECOND).await;
    page.says("#invited-invitationCode-problem", "ya se usó").await.unwrap();
    page.see("#error-summary").await.unwrap();
    page.picture(&left_behind("invitation-used.png")).await.unwrap();
    assert_eq!(with_username(practice, SECOND).await, Vec::<Value>::new());
    assert_eq!(page.value("#invited-username").await.unwrap(), SECOND, "what was typed is lost");
    for field in ["#invited-password", "#invited-confirmPassword"] {
        assert_eq!(page.value(field).await.unwrap(), "", "a password stays in {field}");
    }
}

/// Somebody who may use cards of others, as the gateway has them.
struct Borrower<'a> {
    practice: &'a Practice,
    id: String,
    email: String,
}

impl<'a> Borrower<'a> {
    async fn holding(practice: &'a Practice, card: &AtGateway<'_>) -> Self {
        let id = text(&practice.card(&card.card_id).await.unwrap(), "/userId").unwrap();
        let email = text(&practice.ask(Method::GET, &format!("/users/{id}"), None).await.unwrap(), "/username").unwrap();
        Self { practice, id, email }
    }

    /// The links: each card's id with its alias.
    async fn links(&self) -> Vec<(String, String)> {
        let links = self.practice.ask(Method::GET, &format!("/users/{}/linked-cards", self.id), None).await.unwrap();
        let link = |link: &Value| (text(link, "/cardId").unwrap(), text(link, "/alias").unwrap());
        links.as_array().unwrap().iter().map(link).collect()
    }

    /// Somebody else changes a link, beside the window.
    async fn change(&self, method: Method, association: &str, body: Option<Value>) {
        self.practice.ask(method, &format!("/users/{}/linked-cards/{association}", self.id), body).await.unwrap();
    }
}

/// An active card of somebody else, with its owner's address.
async fn card_of_another(practice: &Practice, borrower: &Borrower<'_>) -> (String, String, String) {
    for id in practice.active_cards().await.unwrap().into_keys() {
        let card = AtGateway::of(practice, id.to_string());
        let owner = Borrower::holding(practice, &card).await;
        if owner.id != borrower.id {
            return (owner.email, card.last_four().await, card.card_id);
        }
    }
    panic!("all active cards are one cardholder's");
}

async fn fill_in_link(page: &Page, email: &str, last_four: &str, alias: &str) {
    page.fill("#link-ownerEmail", email).await.unwrap();
    page.fill("#link-lastFour", last_four).await.unwrap();
    page.fill("#link-alias", alias).await.unwrap();
    page.click("#link-submit").await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_card_of_somebody_else_is_linked_renamed_and_unlinked_and_refusals_are_told() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let own = AtGateway::open_in(page, &practice).await;
    let borrower = Borrower::holding(&practice, &own).await;
    let (owner, last_four, card) = card_of_another(&practice, &borrower).await;
    page.click("#back-to-cardholder").await.unwrap();
    page.click("#link-card").await.unwrap();

    refuse_links(page, &borrower, &own, &owner).await;
    fill_in_link(page, &owner, &last_four, "Caja chica").await;
    page.see_no_more("#link-form").await.unwrap();
    page.says("#linked-cards li", &last_four).await.unwrap();
    page.says("#linked-cards li", &owner).await.unwrap();
    page.picture(&left_behind("linked.png")).await.unwrap();
    assert_eq!(borrower.links().await, [(card.clone(), "Caja chica".to_owned())]);

    page.click("#link-card").await.unwrap();
    fill_in_link(page, &owner, &last_four, "Otra vez").await;
    page.says("#link-failure", "ya está vinculada").await.unwrap();
    assert_eq!(borrower.links().await, [(card.clone(), "Caja chica".to_owned())], "it was linked twice");
    page.click("#link-form .end button:last-child").await.unwrap();

    rename(page, &borrower, &card).await;
    unlink(page, &borrower, (&owner, &last_four, &card)).await;
    window.close().await.unwrap();
}

/// No such card, and a card of one's own: each is told with what to do, and nothing is linked.
async fn refuse_links(page: &Page, borrower: &Borrower<'_>, own: &AtGateway<'_>, owner: &str) {
    fill_in_link(page, owner, "0000", "Caja chica").await;
    page.says("#link-failure", "7220").await.unwrap();
    page.picture(&left_behind("link-7220.png")).await.unwrap();
    fill_in_link(page, &borrower.email, &own.last_four().await, "Caja chica").await;
    page.says("#link-failure", "7221").await.unwrap();
    page.picture(&left_behind("link-7221.png")).await.unwrap();
    assert_eq!(borrower.links().await, []);
}

fn row(association: &str) -> String {
    format!("#linked-cards [data-association-id='{association}']")
}

async fn association(page: &Page) -> String {
    page.attribute("#linked-cards li", "data-association-id").await.unwrap()
}

async fn rename(page: &Page, borrower: &Borrower<'_>, card: &str) {
    let association = association(page).await;
    let (row, alias) = (row(&association), format!("#alias-{association}"));
    page.click(&format!("{row} .does button:first-child")).await.unwrap();
    page.fill(&alias, &"muy ".repeat(13)).await.unwrap();
    page.click(&format!("{row} button[type=submit]")).await.unwrap();
    page.see(&format!("{alias}-problem")).await.unwrap();
    page.fill(&alias, "Gastos de viaje").await.unwrap();
    page.click(&format!("{row} button[type=submit]")).await.unwrap();
    page.says(&format!("{row} .name"), "Gastos de viaje").await.unwrap();
    assert_eq!(borrower.links().await, [(card.to_owned(), "Gastos de viaje".to_owned())]);

    // The later of two is told what the earlier one did, and undoes nothing of it.
    borrower.change(Method::PATCH, &association, Some(json!({ "alias": "De otra persona" }))).await;
    page.click(&format!("{row} .does button:first-child")).await.unwrap();
    page.fill(&alias, "La mía").await.unwrap();
    page.click(&format!("{row} button[type=submit]")).await.unwrap();
    page.says("#linked-told", "De otra persona").await.unwrap();
    page.says(&format!("{row} .name"), "De otra persona").await.unwrap();
    assert_eq!(borrower.links().await, [(card.to_owned(), "De otra persona".to_owned())]);
}

/// A link that somebody else took away is said to be gone; one that is there is taken away once.
async fn unlink(page: &Page, borrower: &Borrower<'_>, (owner, last_four, card): (&str, &str, &str)) {
    let gone = association(page).await;
    page.click(&format!("{} .does button:last-child", row(&gone))).await.unwrap();
    page.picture(&left_behind("unlink.png")).await.unwrap();
    borrower.change(Method::DELETE, &gone, None).await;
    page.click(&format!("{} .notice .danger", row(&gone))).await.unwrap();
    page.says("#linked-told", "ya no estaba vinculada").await.unwrap();
    page.see_no_more("#linked-cards li").await.unwrap();
    page.picture(&left_behind("link-gone.png")).await.unwrap();

    page.click("#link-card").await.unwrap();
    fill_in_link(page, owner, last_four, "Otra vez").await;
    page.see("#linked-cards li").await.unwrap();
    assert_eq!(borrower.links().await, [(card.to_owned(), "Otra vez".to_owned())]);
    let again = association(page).await;
    assert_ne!(again, gone);
    page.click(&format!("{} .does button:last-child", row(&again))).await.unwrap();
    page.click(&format!("{} .notice .danger", row(&again))).await.unwrap();
    page.see_no_more("#linked-cards li").await.unwrap();
    page.see_no_more("#linked-told").await.unwrap();
    assert_eq!(borrower.links().await, []);
}
