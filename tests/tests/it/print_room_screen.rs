//! The print room's and the packing line's words for the tests of the real window: what people press there, and which cards
//! wait for an insert by Practice's own word.

use std::path::PathBuf;

use cardesk_tests::Outcome;
use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::session::Session;
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;
use fantoccini::key::Key;
use reqwest::Method;
use serde_json::{Value, json};

use crate::lists::files_ending;
use crate::screen::Screen;
use crate::window::SOON;

const FIRST_NAMES: [&str; 6] = ["Wendy", "Óscar René", "Íngrid Paola", "José Ángel", "Ixmucané", "María del Rosario"];
const LAST_NAMES: [&str; 6] = ["Tzoc Güitz", "Méndez Ñurinda", "de León y León", "Pérez-Quiñónez", "O'Connor Caal", "Us Q'anil"];

/// What the lower edge says of the last thing that ended.
pub(crate) const ENDED: &str = "footer > .ended";

/// A card that waits for its cardholder, as Practice has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Awaiting {
    pub(crate) cardholder_id: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) last_four: String,
}

impl Awaiting {
    /// The name as it stands on the insert.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The name as it stands in lists.
    pub(crate) fn listed(&self) -> String {
        format!("{}, {}", self.last_name, self.first_name)
    }

    /// The last four as the window writes them everywhere: no line is broken in them.
    pub(crate) fn masked(&self) -> String {
        format!("••••\u{a0}{}", self.last_four)
    }
}

/// Every card that waits for its cardholder.
pub(crate) async fn awaiting(practice: &Practice) -> Vec<Awaiting> {
    let mut awaiting = Vec::new();
    for person in people(practice).await {
        let cardholder_id = text(&person, "/userId").unwrap();
        for card in cards(practice, &cardholder_id).await.into_iter().filter(|card| card["status"] == "INACTIVE") {
            let masked = text(&card, "/maskedPan").unwrap();
            awaiting.push(Awaiting {
                cardholder_id: cardholder_id.clone(),
                first_name: text(&person, "/firstName").unwrap(),
                last_name: text(&person, "/lastName").unwrap(),
                last_four: masked[masked.len() - 4..].to_owned(),
            });
        }
    }
    awaiting
}

async fn people(practice: &Practice) -> Vec<Value> {
    let listed = practice.ask(Method::GET, "/users?page=1&limit=100", None).await.unwrap();
    listed["users"].as_array().unwrap().clone()
}

async fn cards(practice: &Practice, cardholder: &str) -> Vec<Value> {
    let cards = practice.ask(Method::GET, &format!("/users/{cardholder}/cards"), None).await.unwrap();
    cards.as_array().unwrap().clone()
}

async fn issue(practice: &Practice, cardholder: &str) {
    practice.ask(Method::POST, &format!("/users/{cardholder}/cards/virtuals"), None).await.unwrap();
}

/// Has the gateway issue cards until so many wait, without the window's knowledge: to those who have none, then to newcomers,
/// each of whom gets so many.
pub(crate) async fn issue_until(practice: &Practice, wanted: usize, each: usize) {
    let mut waiting = awaiting(practice).await.len();
    for person in people(practice).await {
        let cardholder = text(&person, "/userId").unwrap();
        if waiting < wanted && cards(practice, &cardholder).await.is_empty() {
            issue(practice, &cardholder).await;
            waiting += 1;
        }
    }
    for number in 0.. {
        if waiting >= wanted {
            return;
        }
        let registered = practice.ask(Method::POST, "/users", Some(newcomer(number))).await.unwrap();
        let cardholder = text(&registered, "/userId").unwrap();
        for _ in 0..each.min(wanted - waiting) {
            issue(practice, &cardholder).await;
            waiting += 1;
        }
    }
}

fn newcomer(number: usize) -> Value {
    json!({
        "firstName": FIRST_NAMES[number % FIRST_NAMES.len()], "lastName": LAST_NAMES[number / FIRST_NAMES.len() % LAST_NAMES.len()],
        "username": format!("recien{number}@example.com"), "phoneNumber": format!("+502555{number:05}"), "address": "6a avenida 12-34, zona 1",
        "countryOfBirth": "GTM", "placeOfBirth": "Cobán", "gender": "OTHER", "maritalStatus": "soltero",
        "dateOfBirth": "1991-03-04", "documentType": "PASSPORT", "documentNumber": format!("B{number:07}")
    })
}

/// Opens the print room at the list of those who wait.
pub(crate) async fn open(page: &Page) {
    page.click("#screen-print-room").await.unwrap();
    show(page, "needs_insert").await;
}

/// Shows one of the print room's lists: `needs_insert`, `printed` or `runs`.
pub(crate) async fn show(page: &Page, list: &str) {
    page.click(&format!("label:has(#queue-{list})")).await.unwrap();
}

/// How many rows a list has, those out of sight as well; none where it is not there.
pub(crate) async fn rows(page: &Page, list: &str) -> Outcome<usize> {
    let count = format!("return Number(document.querySelector('#{list}')?.ariaRowCount ?? 1) - 1");
    let count = page.script(&count, Vec::new()).await?;
    Ok(usize::try_from(count.as_u64().unwrap_or_default()).unwrap_or_default())
}

/// Waits until a list has so many rows.
pub(crate) async fn see_rows(page: &Page, list: &str, wanted: usize) {
    let what = format!("{wanted} rows in #{list}");
    until(&what, SOON, || async {
        let found = rows(page, list).await?;
        if found == wanted { Ok(Some(())) } else { Err(cardesk_tests::Trouble::new(format!("it has {found}"))) }
    })
    .await
    .unwrap();
}

/// Has the desk learn of the newcomers that the gateway has, and opens the print room with all of those who wait.
pub(crate) async fn learn_of_newcomers(page: &Page, practice: &Practice, wanted: usize) {
    let everybody = people(practice).await.len();
    page.click("#screen-cardholders").await.unwrap();
    page.click("#refresh-directory").await.unwrap();
    page.says(ENDED, &format!("Directorio al día: {everybody} tarjetahabientes")).await.unwrap();
    open(page).await;
    see_rows(page, "queue", wanted).await;
}

/// Chooses a paper and everybody in the list, of whom nobody is chosen as it opens, and waits until each of their two codes was
/// read back.
pub(crate) async fn choose_paper_for_all(page: &Page, paper: &str, inserts: usize) {
    page.choose("#layout", paper).await.unwrap();
    page.click("#queue-all").await.unwrap();
    page.see("#queue-all:checked").await.unwrap();
    see_verified(page, inserts).await;
}

/// Waits until both codes of every chosen insert were read back from the pages.
pub(crate) async fn see_verified(page: &Page, inserts: usize) {
    page.see(&format!("#codes-verified[data-verified='{}']", 2 * inserts)).await.unwrap();
}

/// Waits until the whole height of an element is in sight, and nothing lies over it: a form's lower end stays where it is, above
/// what scrolls below it.
pub(crate) async fn see_uncovered(page: &Page, css: &str) {
    let uncovered = "const element = document.querySelector(arguments[0]), box = element.getBoundingClientRect(); \
        return [box.top + 3, box.bottom - 3].every(y => element.contains(document.elementFromPoint(box.left + box.width / 2, y)))";
    let what = format!("{css} in sight, and uncovered");
    until(&what, SOON, || async { Ok((page.script(uncovered, vec![css.into()]).await? == true).then_some(())) }).await.unwrap();
}

/// Checks that nothing below an element has more than its width can show.
pub(crate) async fn check_that_nothing_scrolls_sideways(page: &Page, below: &str) {
    let wide = "return [...document.querySelectorAll(`${arguments[0]} *`)].filter(each => each.scrollWidth > each.clientWidth && \
        ['auto', 'scroll'].includes(getComputedStyle(each).overflowX)).map(each => each.getAttribute('aria-label') ?? each.outerHTML)";
    let wide = page.script(wide, vec![below.into()]).await.unwrap();
    assert_eq!(wide, json!([]), "it scrolls sideways");
}

/// Presses a button that makes a run, and gives the run's number.
pub(crate) async fn make_run(page: &Page, button: &str) -> String {
    page.click(button).await.unwrap();
    page.attribute("#print-run", "data-run").await.unwrap()
}

/// The files with this ending that the desk has saved for people.
pub(crate) fn saved(session: &Session, ending: &str) -> Vec<PathBuf> {
    files_ending(&session.home().join("Documents"), ending)
}

/// Waits until the desk has saved so many files with this ending, and gives them.
pub(crate) async fn see_saved(session: &Session, ending: &str, wanted: usize) -> Vec<PathBuf> {
    let what = format!("{wanted} saved files of the kind {ending}");
    let found = until(&what, SOON, || async { Ok(Some(saved(session, ending)).filter(|found| found.len() == wanted)) });
    found.await.unwrap()
}

/// The packing line of an open window, with a hand scanner at its keyboard.
pub(crate) struct PackingLine<'a> {
    page: &'a Page,
    screen: Screen,
}

impl<'a> PackingLine<'a> {
    pub(crate) async fn open(session: &Session, window: &'a Window) -> Self {
        let (page, screen) = (&window.page, Screen::connect(session.display()).unwrap());
        page.click("#screen-pack").await.unwrap();
        page.see("#pack-serial").await.unwrap();
        // Over the heading, where it presses nothing.
        screen.point_at(300, 80).unwrap();
        Self { page, screen }
    }

    /// Holds an insert's code under the scanner.
    pub(crate) fn scan(&self, code: &str) {
        self.screen.scan(code).unwrap();
    }

    /// Types the last four of a plastic as a person does, into the field that has the keyboard by itself.
    pub(crate) async fn type_last_four(&self, last_four: &str) {
        let field = self.page.see("#pack-last-four:focus").await.unwrap();
        field.send_keys(&format!("{last_four}{}", char::from(Key::Enter))).await.unwrap();
    }

    /// Scans a code of the insert with this serial, and packs it with the plastic that it is for.
    pub(crate) async fn pack(&self, code: &str, serial: &str, whose: &Awaiting) {
        self.scan(code);
        self.page.says("#pack-form", serial).await.unwrap();
        assert_eq!(self.page.text("#pack-name").await.unwrap(), whose.listed());
        self.type_last_four(&whose.last_four).await;
        self.page.see(&format!("#pack-done[data-serial='{serial}']")).await.unwrap();
    }

    /// Waits for a stop of this kind that says all of this, and gives what it says. Its great word is written in capitals.
    pub(crate) async fn see_stop(&self, kind: &str, words: &[&str]) -> String {
        let said = self.page.text(&format!("#pack-stop[data-kind={kind}]")).await.unwrap();
        for word in words {
            assert!(said.to_lowercase().contains(&word.to_lowercase()), "no {word:?} in {said}");
        }
        said
    }

    /// Says that the stop was seen. What is pressed in its first moments may have been meant for what was there before, and is
    /// not heard: it is pressed until it is.
    pub(crate) async fn acknowledge(&self) {
        until("the end of the stop", SOON, || async {
            self.page.script("document.querySelector('#pack-seen:enabled')?.click()", Vec::new()).await?;
            Ok(self.page.shown("#pack-stop").await?.is_none().then_some(()))
        })
        .await
        .unwrap();
        self.page.see("#pack-waiting").await.unwrap();
    }

    /// Takes a packed insert out of its envelope again.
    pub(crate) async fn take_out(&self, serial: &str, reason: &str) {
        let row = format!("#pack-latest [data-serial='{serial}']");
        self.page.click(&format!("{row} [id^=pack-undo-]")).await.unwrap();
        self.page.click("#pack-undo-submit").await.unwrap();
        self.page.see("#pack-undo-reason-problem").await.unwrap();
        self.page.fill("#pack-undo-reason", reason).await.unwrap();
        self.page.click("#pack-undo-submit").await.unwrap();
        self.page.see_no_more(&row).await.unwrap();
    }
}
