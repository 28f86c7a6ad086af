//! The way of the inserts through the real window, from the template to the manifest of their box: what comes out of the
//! printer is read by tools that share nothing with the desk, and what is packed is held against the gateway.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cardesk_tests::page::Page;
use cardesk_tests::paper::{self, PrintedInsert};
use cardesk_tests::practice::{self, Practice};
use cardesk_tests::printer::Printer;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;
use serde_json::{Value, json};

use crate::print_room_screen::{
    Awaiting, ENDED, PackingLine, awaiting, check_that_nothing_scrolls_sideways, choose_paper_for_all, issue_until, learn_of_newcomers,
    make_run, open, see_saved,
};
use crate::window::{SOON, desk_in_practice, gateway_of_a_company, left_behind};

const INSERTS: usize = 60;
/// Eight on a sheet: two across, four down.
const PAPER: (&str, u32, u32) = ("a4-8-up", 2, 4);

const TEMPLATE: &str = "Cafetalera del Lago";
const GREETING: &str = "Le damos la bienvenida, {given_name}";
const GREETING_PRINTED: &str = "Le damos la bienvenida";
const TOO_LIGHT: &str = "#ffd60a";
const ACCENT: &str = "#7a1f3d";
const ACCENT_DOTS: [u8; 3] = [0x7a, 0x1f, 0x3d];

const BOX: &str = "Caja 7 de la Antigua";
/// How many pairs are packed; every other one is scanned by its activation code.
const PACKED: usize = 12;
/// Two plastics beside the wrong insert, an insert that is packed already, one that nobody printed.
const STOPS: usize = 4;

/// An insert that came out of the printer, and whose it is.
struct Insert {
    printed: PrintedInsert,
    whose: Awaiting,
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn sixty_inserts_of_a_changed_template_are_printed_packed_and_stand_in_the_manifest_of_their_box() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let printer = Printer::start(&mut session).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    issue_until(&practice, INSERTS, 1).await;
    learn_of_newcomers(page, &practice, INSERTS).await;
    change_a_template(page).await;

    choose_paper_for_all(page, PAPER.0, INSERTS).await;
    page.picture(&left_behind("journey-chosen.png")).await.unwrap();
    assert_eq!(make_run(page, "#print-now").await, "0001");
    let job = printer.next_job(0).await.unwrap();
    let inserts = read_inserts(&job, &window, &practice).await;
    page.says("#print-run", "Impreso").await.unwrap();
    page.picture(&left_behind("journey-printed.png")).await.unwrap();
    fs::copy(&job, left_behind("journey-inserts.pdf")).unwrap();

    let line = PackingLine::open(&session, &window).await;
    let packed = pack(page, &line, &inserts).await;
    close_the_box(page, &inserts, &packed).await;
    check_files(&session, page, &inserts, &packed).await;
    // The template is the usual one from now on.
    open(page).await;
    see_template(page).await;
    window.close().await.unwrap();
}

/// Makes a template of the company's own from one that comes with the program, and has it used from now on.
async fn change_a_template(page: &Page) {
    page.click("#edit-templates").await.unwrap();
    page.click("#templates #template-colour").await.unwrap();
    page.see("#template-colour[aria-current]").await.unwrap();
    page.click("#duplicate-template").await.unwrap();
    page.fill("#template-templateName", TEMPLATE).await.unwrap();
    page.fill("#template-spanishGreeting", GREETING).await.unwrap();
    page.fill("#template-accent", TOO_LIGHT).await.unwrap();
    page.says("#template-accent-problem", "demasiado claro").await.unwrap();
    page.click("#save-template").await.unwrap();
    page.says("#error-summary", "demasiado claro").await.unwrap();
    page.picture(&left_behind("journey-template-refused.png")).await.unwrap();
    page.fill("#template-accent", ACCENT).await.unwrap();
    page.see_no_more("#template-accent-problem").await.unwrap();
    page.click("#save-template").await.unwrap();
    page.says(ENDED, &format!("Plantilla {TEMPLATE} guardada")).await.unwrap();
    // So long a greeting has no room on the smallest papers, and whoever makes the template hears of it.
    page.says("#template-unfit", "A4, 10 de tamaño tarjeta").await.unwrap();
    page.see("#template-preview:not(.pending)").await.unwrap();
    check_that_nothing_scrolls_sideways(page, "#templates").await;
    page.picture(&left_behind("journey-template.png")).await.unwrap();
    page.click("#use-template:enabled").await.unwrap();
    see_template(page).await;
}

/// The changed template is the one that the next run takes.
async fn see_template(page: &Page) {
    let chosen = "return document.querySelector('#template')?.selectedOptions[0]?.text ?? null";
    let is_chosen = || async { Ok((page.script(chosen, Vec::new()).await? == TEMPLATE).then_some(())) };
    until("the changed template in the next run's form", SOON, is_chosen).await.unwrap();
}

/// Reads what came out of the printer: every cardholder's own code beside their name and last four, each once.
async fn read_inserts(job: &Path, window: &Window, practice: &Practice) -> Vec<Insert> {
    paper::check(job).await.unwrap();
    assert_eq!(paper::pages(job).await.unwrap(), INSERTS.div_ceil(8));
    assert!(paper::dots_of(job, ACCENT_DOTS).await.unwrap() > 2_000, "nothing is in the template's colour");
    let begins = begin_of_links(window).await;
    let mut by_cardholder: BTreeMap<String, Awaiting> =
        awaiting(practice).await.into_iter().map(|each| (each.cardholder_id.clone(), each)).collect();
    assert_eq!(by_cardholder.len(), INSERTS);
    let mut inserts = Vec::new();
    for (place, printed) in (1..).zip(paper::inserts(job, PAPER.1, PAPER.2).await.unwrap()) {
        let PrintedInsert { link, small_code, serial, text } = &printed;
        assert_eq!(*serial, format!("0001-{place:03}"));
        assert!(small_code.starts_with(&format!("{serial}-P")), "{small_code} has no mark of Practice");
        let cardholder = link.strip_prefix(&begins).unwrap_or_else(|| panic!("{link} does not begin with {begins}"));
        let whose = by_cardholder.remove(cardholder).unwrap_or_else(|| panic!("{link} of {serial} is nobody's, or there twice"));
        for words in [&*whose.first_name, &whose.last_four, serial, GREETING_PRINTED, "ENSAYO"] {
            assert!(text.contains(words), "no {words:?} on {serial}: {text}");
        }
        practice::read(link).await.unwrap();
        inserts.push(Insert { printed, whose });
    }
    assert!(by_cardholder.is_empty(), "not printed: {by_cardholder:?}");
    inserts
}

/// What every activation link of this Practice has before the cardholder's id.
async fn begin_of_links(window: &Window) -> String {
    // Another Practice of the same seed, which knows the company by the same word.
    let twin = gateway_of_a_company().await;
    let begins = format!("{}/card-activation?client={}&userId=", window.practice().await.unwrap(), twin.access().client_slug);
    twin.stop().await.unwrap();
    begins
}

/// Packs a box, with what goes wrong in between. Gives the serials that are in it at the end, in the order of the packing.
async fn pack(page: &Page, line: &PackingLine<'_>, inserts: &[Insert]) -> Vec<String> {
    page.click("#pack-box-ask").await.unwrap();
    page.fill("#pack-box-name", BOX).await.unwrap();
    page.click("#pack-box-begin").await.unwrap();
    page.says("#pack-box", BOX).await.unwrap();
    let mut packed = Vec::new();
    for (place, Insert { printed, whose }) in inserts.iter().take(PACKED).enumerate() {
        let code = if place % 2 == 0 { &printed.small_code } else { &printed.link };
        line.pack(code, &printed.serial, whose).await;
        packed.push(printed.serial.clone());
    }
    page.picture(&left_behind("journey-packed.png")).await.unwrap();
    let [first, second, third, fourth] = &inserts[PACKED..PACKED + 4] else { panic!("four inserts are left") };
    stop_another_cards_plastic(page, line, (first, &first.printed.small_code), second).await;
    stop_another_cards_plastic(page, line, (third, &third.printed.link), fourth).await;
    stop_what_is_packed_already(page, line, &inserts[0]).await;
    stop_what_nobody_printed(page, line).await;

    let taken_out = packed.remove(4);
    line.take_out(&taken_out, "El sobre se rompió al cerrarlo").await;
    page.says("#pack-runs", &format!("{} de {INSERTS} empacados", packed.len())).await.unwrap();
    page.says("#pack-runs", &format!("Faltan {}", INSERTS - packed.len())).await.unwrap();
    packed
}

/// The plastic of somebody else is held against an insert whose card is known, by either of its codes.
async fn stop_another_cards_plastic(page: &Page, line: &PackingLine<'_>, (insert, code): (&Insert, &str), other: &Insert) {
    assert_ne!(insert.whose.last_four, other.whose.last_four);
    line.scan(code);
    page.says("#pack-form", &insert.printed.serial).await.unwrap();
    line.type_last_four(&other.whose.last_four).await;
    let words = ["No coincide", &insert.whose.listed(), &insert.printed.serial, &other.whose.masked()];
    let said = line.see_stop("mismatch", &words).await;
    assert!(!said.contains(&insert.whose.last_four), "the stop tells what it wanted to be told: {said}");
    page.picture(&left_behind("journey-stop-mismatch.png")).await.unwrap();
    // What is scanned meanwhile is not heard: the line stands still, and the next scan begins anew.
    line.scan(&other.printed.small_code);
    line.see_stop("mismatch", &words).await;
    line.acknowledge().await;
}

/// An insert that is in an envelope comes by a second time.
async fn stop_what_is_packed_already(page: &Page, line: &PackingLine<'_>, insert: &Insert) {
    line.scan(&insert.printed.link);
    line.see_stop("packed_already", &["Ya empacado", &insert.whose.listed(), BOX]).await;
    page.picture(&left_behind("journey-stop-packed-already.png")).await.unwrap();
    line.acknowledge().await;
}

/// A serial of a run that never was.
async fn stop_what_nobody_printed(page: &Page, line: &PackingLine<'_>) {
    line.scan("0099-001");
    line.see_stop("unknown", &["Desconocido"]).await;
    page.picture(&left_behind("journey-stop-unknown.png")).await.unwrap();
    line.acknowledge().await;
}

/// Closes the box: its manifest comes by itself, and has the pairs that are in it and no other.
async fn close_the_box(page: &Page, inserts: &[Insert], packed: &[String]) {
    page.click("#pack-box-ask").await.unwrap();
    page.picture(&left_behind("journey-box-closing.png")).await.unwrap();
    page.click("#pack-box-close").await.unwrap();
    let figures = [("packed", packed.len()), ("printed", INSERTS), ("missing", INSERTS - packed.len()), ("stops", STOPS)];
    for (figure, count) in figures {
        page.see(&format!("#manifest-counts [data-count={figure}]")).await.unwrap();
        assert_eq!(page.text(&format!("#manifest-counts [data-count={figure}]")).await.unwrap(), count.to_string(), "{figure}");
    }
    let listed =
        "return [...document.querySelectorAll('#manifest-rows tbody tr')].map(row => [1, 2, 3].map(at => row.cells[at].innerText))";
    let listed = page.script(listed, Vec::new()).await.unwrap();
    let expected: Vec<Value> =
        pairs(inserts, packed).map(|Insert { printed, whose }| json!([printed.serial, whose.listed(), whose.masked()])).collect();
    assert_eq!(listed, Value::from(expected));
    page.picture(&left_behind("journey-manifest.png")).await.unwrap();
}

/// The inserts with these serials, in their order.
fn pairs<'a>(inserts: &'a [Insert], serials: &'a [String]) -> impl Iterator<Item = &'a Insert> {
    serials.iter().map(|serial| inserts.iter().find(|insert| insert.printed.serial == *serial).unwrap())
}

/// The manifest's files say what is in the box and what is missing, each once.
async fn check_files(session: &Session, page: &Page, inserts: &[Insert], packed: &[String]) {
    page.click("#manifest-csv").await.unwrap();
    let table = fs::read_to_string(&see_saved(session, "csv", 1).await[0]).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|row| row.split(',').map(|cell| cell.trim_matches('"')).collect()).collect();
    // A name has a comma in it: surnames and first names are two pieces here.
    let found: Vec<Value> = rows.iter().map(|row| json!([row[0], row[1], format!("{},{}", row[2], row[3]), row[4], row[5]])).collect();
    let row = |state: &str, Insert { printed, whose }: &Insert| {
        json!([state, printed.serial, whose.listed(), whose.cardholder_id, whose.masked()])
    };
    let in_the_box: BTreeSet<&String> = packed.iter().collect();
    let missing = inserts.iter().filter(|insert| !in_the_box.contains(&insert.printed.serial));
    let expected: Vec<Value> =
        pairs(inserts, packed).map(|insert| row("Empacado", insert)).chain(missing.map(|insert| row("Falta", insert))).collect();
    assert_eq!(found, expected);
    assert!(rows[..packed.len()].iter().all(|row| row.last() == Some(&BOX)), "{table}");

    page.click("#manifest-pdf").await.unwrap();
    let document = &see_saved(session, "pdf", 1).await[0];
    fs::copy(document, left_behind("journey-manifest.pdf")).unwrap();
    paper::check(document).await.unwrap();
    let text = paper::text(document).await.unwrap();
    assert!(text.contains(BOX) && text.contains("ENSAYO"), "{text}");
    // A packed pair stands on a line of its own: its place, its serial, its cardholder and its plastic.
    for (place, Insert { printed, whose }) in (1..).zip(pairs(inserts, packed)) {
        let mut lines = text.lines().map(str::trim_start);
        let line = lines.find(|line| line.starts_with(&format!("{place} ")) && line.contains(&printed.serial));
        assert!(
            line.is_some_and(|line| line.contains(&whose.last_four) && line.contains(&whose.last_name)),
            "{} in {text}",
            printed.serial
        );
    }
    let further = text.lines().any(|line| line.trim_start().starts_with(&format!("{} ", packed.len() + 1)) && line.contains("••••"));
    assert!(!further, "more is packed than was: {text}");
}
