//! What each step of the demo does, and what it promises: on the screen, and at the gateway's own side.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::pdfs_below;
use crate::page::{Page, SOON};
use crate::paper;
use crate::phone::Phone;
use crate::practice::{self, Practice};
use crate::secret_search::Secrets;
use crate::session::Session;
use crate::traces;
use crate::trouble::{Outcome, Trouble};
use crate::waiting::until;
use crate::window::Window;

/// An invented person. The number has the form and the check digit of a Guatemalan document.
const PERSON: [(&str, &str); 7] = [
    ("#firstName", "Ana Lucía"),
    ("#lastName", "Ñustes O’Connor"),
    ("#address", "7.ª avenida 12-34, zona 10, Guatemala"),
    ("#placeOfBirth", "Quetzaltenango"),
    ("#phoneNumber", "5555 0147"),
    ("#dateOfBirth", "23/07/1991"),
    ("#documentNumber", "2456 31879 0101"),
];

/// Her e-mail address; a domain that nobody can own.
const EMAIL: &str = "ana.nustes@example.com";

/// Where the card's state shows within seconds, by itself.
const BY_ITSELF: Duration = Duration::from_secs(15);

/// The job, as far as it has come.
#[derive(Debug)]
pub struct Job {
    window: Window,
    phone: Phone,
    speaks_spanish: bool,
    home: PathBuf,
    out: PathBuf,
    practice: Option<Practice>,
    ids: BTreeMap<&'static str, String>,
    plastic: Option<Plastic>,
    /// Which of the two screens the next picture is of.
    is_on_phone: bool,
}

/// What is embossed on the plastic. Invented like everything in Practice, and still no part of the report: a card number
/// stands in no file.
#[derive(Debug)]
struct Plastic {
    pan: String,
    name: String,
}

impl Job {
    /// A job that begins with a window just opened, in Spanish or English, and a phone just switched on.
    #[must_use]
    pub fn new(window: Window, phone: Phone, speaks_spanish: bool, home: PathBuf, out: PathBuf) -> Self {
        Self { window, phone, speaks_spanish, home, out, practice: None, ids: BTreeMap::new(), plastic: None, is_on_phone: false }
    }

    /// The ids met so far.
    #[must_use]
    pub fn ids(&self) -> BTreeMap<&'static str, String> {
        self.ids.clone()
    }

    /// A picture of the screen that the last step happened on.
    ///
    /// # Errors
    /// If it can't be taken.
    pub async fn picture(&self, name: &str) -> Outcome<()> {
        let page = if self.is_on_phone { &self.phone.page } else { &self.window.page };
        page.picture(&self.out.join(name)).await
    }

    /// Closes the window and switches the phone off.
    ///
    /// # Errors
    /// If one of them stays.
    pub async fn end(self) -> Outcome<()> {
        self.phone.switch_off().await?;
        self.window.close().await
    }

    fn page(&self) -> &Page {
        &self.window.page
    }

    fn id(&self, name: &'static str) -> Outcome<&str> {
        self.ids.get(name).map(String::as_str).ok_or_else(|| Trouble::new(format!("no {name} is known yet")))
    }

    fn practice(&self) -> Outcome<&Practice> {
        self.practice.as_ref().ok_or_else(|| Trouble::new("Practice was not found yet"))
    }

    pub(super) async fn open(&mut self) -> Outcome<()> {
        self.page().see("#greeting").await?;
        self.page().says("#greeting-title", if self.speaks_spanish { "bienvenida" } else { "Welcome" }).await
    }

    pub(super) async fn enter_practice(&mut self) -> Outcome<()> {
        self.page().click("#greeting-start").await?;
        self.page().see(".strip[data-environment=practice]").await?;
        self.page().see("#directory-list-row-0").await?;
        let base = self.window.practice().await?;
        let practice = Practice::sign_in_as_desk(&base).await?;
        let people = practice.ask(Method::GET, "/users?page=1&limit=1", None).await?;
        expect("people in Practice", &practice::text(&people, "/total")?, "60")?;
        self.ids.insert("practice", base);
        self.practice = Some(practice);
        Ok(())
    }

    pub(super) async fn fill_in_wrongly(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#register").await?;
        page.see("#register-form").await?;
        page.fill("#firstName", PERSON[0].1).await?;
        page.fill("#username", "ana.nustes").await?;
        page.click("#register-submit").await?;
        page.see("#error-summary").await?;
        for field in ["#username-problem", "#lastName-problem", "#phoneNumber-problem"] {
            page.see(field).await?;
        }
        Ok(())
    }

    pub(super) async fn register(&mut self) -> Outcome<()> {
        let page = self.page();
        for (field, text) in PERSON {
            page.fill(field, text).await?;
        }
        page.fill("#username", EMAIL).await?;
        page.choose("#gender", "F").await?;
        page.choose("#maritalStatus", "casado").await?;
        page.see_no_more("#username-problem").await?;
        page.click("#register-submit").await?;
        page.says("#cardholder-name", "Ñustes").await?;
        let cardholder = page.attribute("#cardholder", "data-cardholder-id").await?;
        let user = self.practice()?.ask(Method::GET, &format!("/users/{cardholder}"), None).await?;
        for (field, expected) in [("/firstName", "Ana Lucía"), ("/username", EMAIL), ("/phoneNumber", "+50255550147"), ("/gender", "F")] {
            expect(field, &practice::text(&user, field)?, expected)?;
        }
        self.ids.insert("cardholder", cardholder);
        Ok(())
    }

    pub(super) async fn issue(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#issue-card").await?;
        page.see("#outcome[data-state=applied]").await?;
        let cards = self.practice()?.ask(Method::GET, &format!("/users/{}/cards", self.id("cardholder")?), None).await?;
        expect("cards at the gateway", &cards.as_array().map_or(0, Vec::len).to_string(), "1")?;
        let card = practice::text(&cards, "/0/id")?;
        page.see(&format!("#card-{card}[data-state=inactive]")).await?;
        self.ids.insert("card", card);
        self.ids.insert("lastFour", last_four(&practice::text(&cards, "/0/maskedPan")?)?);
        Ok(())
    }

    pub(super) async fn preview_insert(&mut self) -> Outcome<()> {
        self.page().click("#print-insert").await?;
        self.page().see("#print-preview").await?;
        Ok(())
    }

    pub(super) async fn save_insert(&mut self) -> Outcome<()> {
        self.page().click("#print-save").await?;
        let pdf = until("the insert's PDF", SOON, || async { Ok(pdfs_below(&self.home).pop()) }).await?;
        self.page().see("#print-run").await?;
        paper::check(&pdf).await?;
        expect("pages", &paper::pages(&pdf).await?.to_string(), "1")?;
        let link = format!("{}/card-activation?client=cardeskPractice&userId={}", self.id("practice")?, self.id("cardholder")?);
        let codes = paper::codes(&pdf).await?;
        if !codes.contains(&link) {
            return Err(Trouble::new(format!("the insert's codes are {codes:?}, and none is {link}")));
        }
        let text = paper::text(&pdf).await?;
        for words in ["Ana Lucía", self.id("lastFour")?, "SIN VALOR"] {
            if !text.contains(words) {
                return Err(Trouble::new(format!("{words:?} is not on the insert: {text}")));
            }
        }
        fs::copy(&pdf, self.out.join("insert.pdf")).map_err(Trouble::of("the copy of the insert"))?;
        self.ids.insert("activationLink", link);
        Ok(())
    }

    pub(super) async fn find_plastic(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#screen-plastics").await?;
        let row = format!("#plastic-{}", self.id("card")?);
        let pan = page.attribute(&row, "data-pan").await?;
        expect("the plastic's last four", &last_four(&pan)?, self.id("lastFour")?)?;
        let name = page.attribute(&row, "data-embossed-name").await?;
        let is_embossable = name.len() <= 26 && name.chars().all(|letter| letter.is_ascii_uppercase() || " '-.".contains(letter));
        if !is_embossable || !name.contains("NUSTES") {
            return Err(Trouble::new(format!("{name:?} can't be embossed for {} {}", PERSON[0].1, PERSON[1].1)));
        }
        self.plastic = Some(Plastic { pan, name });
        Ok(())
    }

    pub(super) async fn show_inactive_card(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#screen-cardholders").await?;
        page.fill("#directory-search", "nustes").await?;
        page.says("#directory-list-row-0", "Ñustes").await?;
        page.click("#directory-list-row-0").await?;
        page.click(&format!("#card-{}", self.id("card")?)).await?;
        page.see("#card-state[data-state=inactive]").await?;
        Ok(())
    }

    pub(super) async fn activate_wrongly(&mut self) -> Outcome<()> {
        self.is_on_phone = true;
        let Plastic { pan, .. } = self.plastic()?;
        self.phone.page.go(self.id("activationLink")?).await?;
        self.send_activation(pan, "SOMEBODY ELSE").await?;
        self.phone.page.see("#outcome[data-outcome=wrong-name]").await?;
        let card = self.practice()?.card(self.id("card")?).await?;
        expect("the card at the gateway", &practice::text(&card, "/status")?, "INACTIVE")
    }

    pub(super) async fn activate(&mut self) -> Outcome<()> {
        let Plastic { pan, name } = self.plastic()?;
        self.send_activation(pan, name).await?;
        self.phone.page.see("#outcome[data-outcome=activated]").await?;
        let card = self.practice()?.card(self.id("card")?).await?;
        expect("the card at the gateway", &practice::text(&card, "/status")?, "ACTIVE")
    }

    async fn send_activation(&self, pan: &str, name: &str) -> Outcome<()> {
        let phone = &self.phone.page;
        phone.fill("#card-number", pan).await?;
        phone.fill("#cardholder-name", name).await?;
        phone.click("#confirm").await
    }

    pub(super) async fn see_it_turn_active(&mut self) -> Outcome<()> {
        self.is_on_phone = false;
        let page = self.page();
        until("the card turning active by itself", BY_ITSELF, || page.shown("#card-state[data-state=active]")).await?;
        Ok(())
    }

    pub(super) async fn type_load(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#load").await?;
        page.fill("#funds-amount", "1,250.5").await?;
        page.says("#funds-amount-read", "1,250.50").await?;
        page.says("#funds-ending", "1,250.50").await?;
        Ok(())
    }

    pub(super) async fn load(&mut self) -> Outcome<()> {
        let reference = self.submit_funds().await?;
        self.page().click("#funds-done").await?;
        self.page().says("#card-balance", "1,250.50").await?;
        self.page().see(&format!("#movements [data-reference='{reference}']")).await?;
        self.expect_at_gateway("1250.5", &[(&reference, "ADD_FUNDS", "1250.5")]).await?;
        self.ids.insert("loadReference", reference);
        Ok(())
    }

    pub(super) async fn withdraw(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#withdraw").await?;
        page.fill("#funds-amount", "250.25").await?;
        page.says("#funds-ending", "1,000.25").await?;
        let reference = self.submit_funds().await?;
        page.click("#funds-done").await?;
        page.says("#card-balance", "1,000.25").await?;
        let load = self.id("loadReference")?.to_owned();
        self.expect_at_gateway("1000.25", &[(&load, "ADD_FUNDS", "1250.5"), (&reference, "WITHDRAW_FUNDS", "250.25")]).await?;
        self.ids.insert("withdrawalReference", reference);
        Ok(())
    }

    pub(super) async fn overdraw(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#withdraw").await?;
        page.fill("#funds-amount", "1000.26").await?;
        page.click("#funds-submit").await?;
        page.see("#funds-amount-problem").await?;
        let (load, withdrawal) = (self.id("loadReference")?, self.id("withdrawalReference")?);
        self.expect_at_gateway("1000.25", &[(load, "ADD_FUNDS", "1250.5"), (withdrawal, "WITHDRAW_FUNDS", "250.25")]).await
    }

    /// Sends the form and gives the operation's reference once it is applied.
    async fn submit_funds(&self) -> Outcome<String> {
        let page = self.page();
        page.click("#funds-submit").await?;
        page.attribute("#outcome[data-state=applied]", "data-reference").await
    }

    /// The gateway's own word on the balance and on each movement: once, and no more.
    async fn expect_at_gateway(&self, balance: &str, movements: &[(&str, &str, &str)]) -> Outcome<()> {
        let card_id = self.id("card")?;
        let card = self.practice()?.card(card_id).await?;
        expect("the balance at the gateway", &plain(&practice::text(&card, "/balance")?), balance)?;
        // A run can cross the end of a month, and the card's time is not the issuer's.
        let rows = self.practice()?.movements_around(card_id, &practice::text(&card, "/createdAt")?).await?;
        for (reference, kind, amount) in movements {
            let of_reference: Vec<&Value> = rows.iter().filter(|row| row["reference"] == *reference).collect();
            expect(&format!("movements of {reference}"), &of_reference.len().to_string(), "1")?;
            expect("its kind", &practice::text(of_reference[0], "/type")?, kind)?;
            expect("its amount", &plain(&practice::text(of_reference[0], "/amount")?), amount)?;
        }
        expect("movements in all", &rows.len().to_string(), &movements.len().to_string())
    }

    pub(super) async fn see_what_happened(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#funds-close").await?;
        page.click("#back-to-cardholder").await?;
        page.see(&format!("#card-{}[data-state=active]", self.id("card")?)).await?;
        Ok(())
    }

    pub(super) async fn switch_language(&mut self) -> Outcome<()> {
        let page = self.page();
        page.click("#screen-settings").await?;
        page.choose("#language", if self.speaks_spanish { "english" } else { "spanish" }).await?;
        page.says("#screen-cardholders", if self.speaks_spanish { "Cardholders" } else { "Tarjetahabientes" }).await
    }

    pub(super) async fn switch_theme(&mut self) -> Outcome<()> {
        let page = self.page();
        let before = self.background().await?;
        page.choose("#theme", "dark").await?;
        until("the dark theme", SOON, || async { Ok((self.background().await? != before).then_some(())) }).await?;
        page.click("#screen-cardholders").await?;
        page.click(&format!("#card-{}", self.id("card")?)).await?;
        page.says("#card-balance", "1,000.25").await
    }

    pub(super) async fn leave_no_trace(&self, session: &Session) -> Outcome<()> {
        let mut secrets = Secrets::new();
        secrets.add("the card number", &self.plastic()?.pan);
        let found = traces::look(session, self.page(), &secrets).await?;
        if found.is_empty() { Ok(()) } else { Err(Trouble::new(found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))) }
    }

    async fn background(&self) -> Outcome<Value> {
        self.page().script("return getComputedStyle(document.body).backgroundColor", Vec::new()).await
    }

    fn plastic(&self) -> Outcome<&Plastic> {
        self.plastic.as_ref().ok_or_else(|| Trouble::new("no plastic was taken from the tray yet"))
    }
}

fn expect(what: &str, found: &str, expected: &str) -> Outcome<()> {
    if found == expected { Ok(()) } else { Err(Trouble::new(format!("{what}: {found:?}, and not {expected:?}"))) }
}

fn last_four(pan: &str) -> Outcome<String> {
    pan.get(pan.len().saturating_sub(4)..)
        .filter(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
        .ok_or_else(|| Trouble::new("a card number without its last four digits"))
}

/// An amount without the zeros that say nothing.
fn plain(amount: &str) -> String {
    if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.').to_owned() } else { amount.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_compared_without_zeros_that_say_nothing() {
        assert_eq!(["1250.5000", "1000.25", "100", "0.00", "10.0"].map(plain), ["1250.5", "1000.25", "100", "0", "10"]);
    }

    #[test]
    fn the_last_four_are_digits_or_nothing() {
        assert_eq!(last_four("411111******1111").as_deref(), Ok("1111"));
        assert!(last_four("411111******").is_err());
        assert!(last_four("ñ1").is_err());
    }
}
