//! The print room in the real window on its worse days: sheets that jam, an insert that has to be printed anew, backs that have to
//! lie behind their fronts, a sheet of labels that was begun, a paper that is in no list, and the desk killed in the middle of a
//! run or of handing it to the printer.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use cardesk_tests::page::Page;
use cardesk_tests::paper::{self, Place, PrintedInsert};
use cardesk_tests::practice::Practice;
use cardesk_tests::printer::Printer;
use cardesk_tests::processes;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;
use rustix::process::{Signal, kill_process};
use serde_json::Value;

use crate::lists::files_ending;
use crate::print_room_screen::{
    Awaiting, ENDED, PackingLine, awaiting, choose_paper_for_all, issue_until, learn_of_newcomers, make_run, open, saved, see_rows,
    see_saved, see_uncovered, see_verified, show,
};
use crate::window::{SOON, desk_in_practice, left_behind};

/// One insert on a page, so that a page that jammed is one insert.
const ONE_A_PAGE: &str = "a4-trifold-form-a";

/// How many inserts are printed before some of them jam.
const PRINTED: usize = 6;

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn pages_that_jammed_keep_their_serials_and_an_insert_that_left_the_room_is_voided_by_its_reprint() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let printer = Printer::start(&mut session).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    let whose: BTreeMap<String, Awaiting> = awaiting(&practice).await.into_iter().map(|each| (each.cardholder_id.clone(), each)).collect();
    open(page).await;
    page.choose("#layout", ONE_A_PAGE).await.unwrap();
    for row in 0..PRINTED {
        page.click(&format!("#queue-row-{row}")).await.unwrap();
    }
    see_verified(page, PRINTED).await;
    assert_eq!(make_run(page, "#print-now").await, "0001");
    let printed = paper::inserts(&printer.next_job(0).await.unwrap(), 1, 1).await.unwrap();
    assert_eq!(printed.len(), PRINTED);
    see_rows(page, "queue", whose.len() - PRINTED).await;

    print_jammed_pages_again(page, &printer, &printed).await;
    let first = &printed[0];
    let cardholder = first.link.rsplit_once("userId=").unwrap().1;
    let new = reprint_what_left_the_room(&session, &window, &printer, first, &whose[cardholder]).await;
    stop_the_voided_one(&session, &window, (first, &new), &whose[cardholder]).await;
    window.close().await.unwrap();
}

/// Two stretches of pages come out again, as they were.
async fn print_jammed_pages_again(page: &Page, printer: &Printer, printed: &[PrintedInsert]) {
    show(page, "runs").await;
    page.click("#runs-row-0").await.unwrap();
    page.fill("#pages-again", "2-3, 7").await.unwrap();
    page.click("#pages-print").await.unwrap();
    page.see("#pages-reason-problem").await.unwrap();
    page.fill("#pages-reason", "Se atascó la bandeja 2").await.unwrap();
    page.click("#pages-print").await.unwrap();
    page.says("#pages-again-problem", "6 páginas").await.unwrap();
    page.picture(&left_behind("jammed-pages.png")).await.unwrap();
    assert_eq!(printer.jobs().len(), 1, "pages came out again without a reason, or one that the run does not have");

    page.fill("#pages-again", "2-3, 5").await.unwrap();
    page.click("#pages-print").await.unwrap();
    let again = paper::inserts(&printer.next_job(1).await.unwrap(), 1, 1).await.unwrap();
    assert_eq!(again, [1, 2, 4].map(|place| printed[place].clone()), "what came out again is not what had jammed");
    page.says("#page-reprints", "Páginas 2-3, 5").await.unwrap();
    page.says("#page-reprints", "Se atascó la bandeja 2").await.unwrap();
    page.picture(&left_behind("jammed-pages-again.png")).await.unwrap();
    // They are the inserts that they were: none is voided.
    page.click("#run-inserts-open").await.unwrap();
    see_rows(page, "run-inserts", printed.len()).await;
    let states = "return [...document.querySelectorAll('#run-inserts [role=row][id]')].map(row => row.innerText)";
    let states = page.script(states, Vec::new()).await.unwrap();
    assert!(states.as_array().unwrap().iter().all(|row| row.as_str().unwrap().contains("Válido")), "{states}");
    page.picture(&left_behind("run-inserts.png")).await.unwrap();
    page.click("#back-to-runs").await.unwrap();
}

/// An insert that is packed is printed anew: the desk warns of the envelope, and wants a reason. Gives the new insert.
async fn reprint_what_left_the_room(
    session: &Session,
    window: &Window,
    printer: &Printer,
    old: &PrintedInsert,
    whose: &Awaiting,
) -> PrintedInsert {
    let page = &window.page;
    PackingLine::open(session, window).await.pack(&old.small_code, &old.serial, whose).await;
    page.click("#screen-print-room").await.unwrap();
    show(page, "printed").await;
    see_rows(page, "queue", PRINTED).await;
    page.fill("#queue-find", &whose.last_four).await.unwrap();
    see_rows(page, "queue", 1).await;
    page.says("#queue-row-0", &old.serial).await.unwrap();
    page.click("#queue-row-0").await.unwrap();
    page.says("#packed-warning", &old.serial).await.unwrap();
    see_verified(page, 1).await;
    page.click("#print-now").await.unwrap();
    page.says("#reprintReason-problem", "hay que decir por qué").await.unwrap();
    page.see("#reprintReason:focus").await.unwrap();
    see_uncovered(page, "#reprintReason").await;
    see_uncovered(page, "#reprintReason-problem").await;
    page.picture(&left_behind("reprint-reason.png")).await.unwrap();
    assert_eq!(printer.jobs().len(), 2, "a reprint came out without a reason");

    page.fill("#reprintReason", "El sobre volvió mojado").await.unwrap();
    assert_eq!(make_run(page, "#print-now").await, "0002");
    see_uncovered(page, "#print-run").await;
    page.picture(&left_behind("reprinted.png")).await.unwrap();
    let new = paper::inserts(&printer.next_job(2).await.unwrap(), 1, 1).await.unwrap();
    let [new] = new.as_slice() else { panic!("{new:?} came out") };
    assert_eq!((&*new.serial, &new.link), ("0002-001", &old.link));
    assert!(new.text.contains(&whose.name()) && new.text.contains(&whose.last_four), "{}", new.text);
    new.clone()
}

/// Whoever finds the old insert is stopped and told of the new one, which takes its place beside the plastic.
async fn stop_the_voided_one(session: &Session, window: &Window, (old, new): (&PrintedInsert, &PrintedInsert), whose: &Awaiting) {
    let (page, line) = (&window.page, PackingLine::open(session, window).await);
    line.scan(&old.small_code);
    line.see_stop("voided", &["Anulado", &whose.listed(), &old.serial, "Lo reemplaza 0002-001", "El sobre volvió mojado"]).await;
    page.picture(&left_behind("reprint-voided.png")).await.unwrap();
    line.acknowledge().await;
    // The activation code is the cardholder's, and two inserts have it: it does not say which of them is in hand.
    line.scan(&new.link);
    page.says("#pack-serial-wanted", &whose.listed()).await.unwrap();
    page.picture(&left_behind("reprint-serial-wanted.png")).await.unwrap();
    line.pack(&new.small_code, &new.serial, whose).await;
    page.says("#pack-latest", "anulado después").await.unwrap();
    page.picture(&left_behind("reprint-packed.png")).await.unwrap();
}

/// The print room's lists, or what is said where one is empty.
const LIST: &str = ".print-room > .queue";

/// How many inserts are on their way when the desk is killed: making them takes some hundred times as long as killing it.
const MANY: usize = 600;

/// How many of them go to one newcomer: a cardholder is registered more slowly than a card is issued.
const CARDS_EACH: usize = 58;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_run_that_a_crash_interrupts_waits_as_a_draft_and_nothing_of_it_counts_until_it_is_made_again() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    issue_until(&practice, MANY, CARDS_EACH).await;
    learn_of_newcomers(&window.page, &practice, MANY).await;
    kill_in_the_middle_of_a_run(&session, &window).await;

    let window = reopen_with(&mut session, "Un tiraje quedó a medias").await;
    check_that_nothing_counts(&session, &window.page, 1).await;
    see_draft(&window.page, "0001").await;
    window.page.picture(&left_behind("crash-draft.png")).await.unwrap();
    // Somebody does not look, and begins another.
    show(&window.page, "needs_insert").await;
    kill_in_the_middle_of_a_run(&session, &window).await;

    let window = reopen_with(&mut session, "2 tirajes quedaron a medias").await;
    let page = &window.page;
    check_that_nothing_counts(&session, page, 2).await;
    see_draft(page, "0001").await;
    see_draft(page, "0002").await;
    page.picture(&left_behind("crash-drafts.png")).await.unwrap();
    page.click("#discard-draft-0002").await.unwrap();
    page.says(ENDED, "Tiraje 0002 descartado").await.unwrap();
    page.see_no_more("[data-draft='0002']").await.unwrap();
    check_that_nothing_counts(&session, page, 1).await;

    page.click("#make-draft-0001").await.unwrap();
    page.says(ENDED, &format!("Tiraje 0001: {MANY} insertos")).await.unwrap();
    page.see_no_more("#drafts").await.unwrap();
    page.picture(&left_behind("crash-made-again.png")).await.unwrap();
    check_that_everything_counts_once(&session, page).await;
    window.close().await.unwrap();
}

/// Has a run of everybody saved, and kills the desk once its pages are being written.
async fn kill_in_the_middle_of_a_run(session: &Session, window: &Window) {
    let page = &window.page;
    see_rows(page, "queue", MANY).await;
    choose_paper_for_all(page, ONE_A_PAGE, MANY).await;
    let (desk, places) = (window.processes()[0], written_in(session));
    let killer = thread::spawn(move || {
        let part = see_part(&places)?;
        kill_process(desk, Signal::KILL).ok()?;
        Some(part)
    });
    // Pressed once this answer is back: there is nobody to answer afterwards.
    let press = "setTimeout(() => document.querySelector('#print-save').click(), 100)";
    page.script(press, Vec::new()).await.unwrap();
    let part = tokio::task::spawn_blocking(|| killer.join()).await.unwrap().unwrap();
    assert!(part.is_some(), "no page was ever written");
    window.kill(|| ()).await.unwrap();
    assert_eq!(saved(session, "pdf"), Vec::<PathBuf>::new(), "the run was quicker than its end");
}

/// Where pages are written: beside the finished files, or among the desk's own while a printer is to have them.
fn written_in(session: &Session) -> [PathBuf; 2] {
    [session.home(), session.data()]
}

/// The files that are being written.
fn parts(places: &[PathBuf]) -> Vec<PathBuf> {
    places.iter().flat_map(|place| files_ending(place, "part")).collect()
}

/// Waits for a file that is being written. Without a pause: what is waited for is over soon.
fn see_part(places: &[PathBuf]) -> Option<PathBuf> {
    let begun = Instant::now();
    while begun.elapsed() < SOON {
        if let Some(part) = parts(places).pop() {
            return Some(part);
        }
        thread::sleep(Duration::from_micros(200));
    }
    None
}

/// Opens the window again. It tells of what was interrupted, and what was being written is gone: names and links are in it.
async fn reopen_with(session: &mut Session, notice: &str) -> Window {
    assert_eq!(parts(&written_in(session)).len(), 1, "the killed desk was not writing");
    let window = Window::open(session).await.unwrap();
    window.page.says("[data-notice=runs_interrupted]", notice).await.unwrap();
    window.page.picture(&left_behind("crash-notice.png")).await.unwrap();
    window.page.click(".notices .actions button").await.unwrap();
    window.page.see_no_more(".notices").await.unwrap();
    assert_eq!(parts(&written_in(session)), Vec::<PathBuf>::new());
    window
}

/// As before the run: everybody waits for an insert, nothing is printed, no file is there, and so many drafts are on offer.
async fn check_that_nothing_counts(session: &Session, page: &Page, drafts: usize) {
    open(page).await;
    see_rows(page, "queue", MANY).await;
    page.see("#drafts-waiting").await.unwrap();
    show(page, "printed").await;
    page.says(LIST, "Todavía no se ha impreso nada").await.unwrap();
    assert_eq!(saved(session, "pdf"), Vec::<PathBuf>::new());
    show(page, "runs").await;
    page.see("#drafts").await.unwrap();
    let offered = page.script("return document.querySelectorAll('#drafts [data-draft]').length", Vec::new()).await.unwrap();
    assert_eq!(offered, Value::from(drafts));
}

async fn see_draft(page: &Page, number: &str) {
    page.says(&format!("[data-draft='{number}']"), &format!("{MANY} insertos a un PDF")).await.unwrap();
}

/// The one file has a page for everybody, each with a serial of its own, and nobody waits any more.
async fn check_that_everything_counts_once(session: &Session, page: &Page) {
    let file = &see_saved(session, "pdf", 1).await[0];
    assert_eq!(paper::pages(file).await.unwrap(), MANY);
    let mut serials = BTreeSet::new();
    let text = paper::text(file).await.unwrap();
    for (number, sheet) in (1..).zip(text.split_terminator('\u{c}')) {
        let serial = format!("0001-{number:03}");
        assert!(sheet.contains(&serial), "no {serial} on page {number}: {sheet}");
        serials.extend(sheet.split_whitespace().filter(|word| word.len() == 8 && word.starts_with("0001-")).map(str::to_owned));
    }
    assert_eq!(serials.len(), MANY, "{serials:?}");
    show(page, "needs_insert").await;
    page.says(LIST, "Nada por imprimir").await.unwrap();
    show(page, "printed").await;
    see_rows(page, "queue", MANY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_run_that_a_crash_cuts_off_at_the_printer_waits_for_somebody_who_looks_and_is_not_sent_by_itself() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let printer = Printer::start(&mut session).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    issue_until(&practice, MANY, CARDS_EACH).await;
    learn_of_newcomers(&window.page, &practice, MANY).await;
    kill_while_the_printer_has_it(&session, &window).await;

    let window = reopen_with(&mut session, "Un tiraje quedó a medias").await;
    let page = &window.page;
    check_that_nothing_counts(&session, page, 1).await;
    let draft = "[data-draft='0001']";
    page.says(draft, &format!("{MANY} insertos a {}", Printer::QUEUE)).await.unwrap();
    page.says(draft, "mire si salieron").await.unwrap();
    for offered in ["#make-draft-0001", "#count-draft-0001", "#discard-draft-0001"] {
        page.see(offered).await.unwrap();
    }
    page.picture(&left_behind("crash-at-the-printer.png")).await.unwrap();
    // The server may have had all of it before the end; it is never given it again.
    let sent = printer.jobs().len();
    assert!(sent <= 1, "it was sent {sent} times");

    // Somebody has the pages in hand.
    page.click("#count-draft-0001").await.unwrap();
    page.says(ENDED, "Tiraje 0001 contado como impreso").await.unwrap();
    page.see_no_more("#drafts").await.unwrap();
    show(page, "needs_insert").await;
    page.says(LIST, "Nada por imprimir").await.unwrap();
    show(page, "printed").await;
    see_rows(page, "queue", MANY).await;
    assert_eq!(printer.jobs().len(), sent, "what was counted was sent again");
    window.close().await.unwrap();
}

/// Has a run of everybody printed by a server that stands still, and kills the desk once it hands the pages over.
async fn kill_while_the_printer_has_it(session: &Session, window: &Window) {
    let page = &window.page;
    see_rows(page, "queue", MANY).await;
    choose_paper_for_all(page, ONE_A_PAGE, MANY).await;
    let servers = processes::marked_running(session.mark(), OsStr::new("cupsd"));
    let [server] = servers[..] else { panic!("{servers:?} serve the printer") };
    let places = written_in(session);
    // By the first page the desk has asked the server for its printers, and does not yet hand over the last.
    let stopper = thread::spawn(move || {
        let part = see_part(&places)?;
        kill_process(server, Signal::STOP).ok()?;
        Some(part)
    });
    page.click("#print-now").await.unwrap();
    let part = tokio::task::spawn_blocking(|| stopper.join()).await.unwrap().unwrap();
    assert!(part.is_some(), "no page was ever written");
    page.says("#run-progress", "Entregando las páginas").await.unwrap();
    page.picture(&left_behind("handing-over.png")).await.unwrap();
    window.kill(|| ()).await.unwrap();
    kill_process(server, Signal::CONT).unwrap();
}

/// Eight on a sheet, two across, in the middle of equal parts of it.
const EIGHT_A_PAGE: &str = "a4-8-up";
const EIGHT_UP: Place = Place { left_mm: 0.0, top_mm: 0.0, width_mm: 105.0, height_mm: 74.25 };
const EIGHT_ACROSS_AND_DOWN: (u32, u32) = (2, 4);

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn sheets_that_are_printed_on_both_sides_have_the_back_of_every_insert_behind_it() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let printer = Printer::start(&mut session).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    let waiting = awaiting(&practice).await.len();
    open(page).await;
    page.choose("#layout", EIGHT_A_PAGE).await.unwrap();
    page.click("#with-backs").await.unwrap();
    page.click("#queue-all").await.unwrap();
    // A back has no code of its own.
    see_verified(page, waiting).await;
    page.picture(&left_behind("with-backs.png")).await.unwrap();
    assert_eq!(make_run(page, "#print-now").await, "0001");

    let job = &printer.next_job(0).await.unwrap();
    paper::check(job).await.unwrap();
    let sheets = waiting.div_ceil(8);
    assert_eq!(paper::pages(job).await.unwrap(), 2 * sheets, "a sheet has a front and a back");
    let places = Place::all(EIGHT_UP, EIGHT_ACROSS_AND_DOWN, (EIGHT_UP.width_mm, EIGHT_UP.height_mm));
    let mut seen = 0;
    for sheet in 0..u32::try_from(sheets).unwrap() {
        let fronts = paper::texts_at(job, 2 * sheet + 1, &places).await.unwrap();
        let backs = paper::texts_at(job, 2 * sheet + 2, &places).await.unwrap();
        for (place, front) in fronts.iter().enumerate() {
            // Turned over its long edge, what is on the left comes to lie on the right.
            let back = &backs[place ^ 1];
            assert_eq!(front.is_empty(), back.is_empty(), "sheet {sheet}, place {place}: {front:?} before {back:?}");
            if !front.is_empty() {
                seen += 1;
                let serial = format!("0001-{seen:03}");
                assert!(front.contains(&serial) && back.contains(&serial), "no {serial} on both sides: {front} before {back}");
            }
        }
    }
    assert_eq!(seen, waiting, "everybody has an insert with a back");
    window.close().await.unwrap();
}

/// A sheet of labels, as its maker measures it.
const LABEL_SHEET: &str = "label-l7165";
const LABEL: Place = Place { left_mm: 4.65, top_mm: 13.1, width_mm: 99.1, height_mm: 67.7 };
const LABEL_PITCH_MM: (f64, f64) = (101.6, 67.7);

/// At least so many wait: three runs of them are printed, one after the other.
const WAIT_FOR_LABELS: usize = 12;

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_sheet_of_labels_that_was_begun_goes_on_at_its_first_free_label_also_after_a_new_start() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let printer = Printer::start(&mut session).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let wanted = awaiting(&practice).await.len().max(WAIT_FOR_LABELS);
    issue_until(&practice, wanted, CARDS_EACH).await;
    learn_of_newcomers(&window.page, &practice, wanted).await;
    window.page.choose("#layout", LABEL_SHEET).await.unwrap();
    see_start(&window.page, 1).await;
    print_labels(&window.page, &printer, 1, 0..3).await;
    see_start(&window.page, 4).await;
    print_labels(&window.page, &printer, 2, 3..5).await;
    see_start(&window.page, 6).await;
    window.page.picture(&left_behind("begun-labels.png")).await.unwrap();
    window.close().await.unwrap();

    let window = Window::open(&mut session).await.unwrap();
    open(&window.page).await;
    see_start(&window.page, 6).await;
    // Four more: three labels are left, and the last comes onto a new sheet.
    let job = print_rows(&window.page, &printer, 3, 4).await;
    assert_eq!(paper::pages(&job).await.unwrap(), 2);
    check_labels(&job, 1, 3, 1, 5..8).await;
    check_labels(&job, 2, 3, 4, 0..1).await;
    see_start(&window.page, 2).await;
    window.close().await.unwrap();
}

/// Waits until the form says that the sheet goes on at this label, counted from 1.
async fn see_start(page: &Page, label: usize) {
    let what = format!("a sheet that goes on at label {label}");
    until(&what, SOON, || async { Ok((page.value("#startPlace").await? == label.to_string()).then_some(())) }).await.unwrap();
}

/// Prints the first so many of those who wait, and gives what came out.
async fn print_rows(page: &Page, printer: &Printer, run: usize, count: usize) -> PathBuf {
    show(page, "needs_insert").await;
    for row in 0..count {
        page.click(&format!("#queue-row-{row}")).await.unwrap();
    }
    see_verified(page, count).await;
    page.click("#print-now").await.unwrap();
    page.see(&format!("#print-run[data-run='{run:04}']")).await.unwrap();
    printer.next_job(run - 1).await.unwrap()
}

/// Prints so many labels, and finds them at these places of the one sheet, counted from 0, and nothing anywhere else.
async fn print_labels(page: &Page, printer: &Printer, run: usize, used: std::ops::Range<usize>) {
    let job = print_rows(page, printer, run, used.len()).await;
    assert_eq!(paper::pages(&job).await.unwrap(), 1);
    check_labels(&job, 1, run, 1, used).await;
}

/// Checks that a sheet has the run's inserts, from this one on, at these of its places, and nothing anywhere else.
async fn check_labels(job: &Path, sheet: u32, run: usize, first: usize, used: std::ops::Range<usize>) {
    let places = Place::all(LABEL, EIGHT_ACROSS_AND_DOWN, LABEL_PITCH_MM);
    for (place, text) in paper::texts_at(job, sheet, &places).await.unwrap().into_iter().enumerate() {
        if used.contains(&place) {
            let serial = format!("{run:04}-{:03}", first + place - used.start);
            assert!(text.contains(&serial), "no {serial} on label {place}: {text}");
        } else {
            assert_eq!(text, "", "label {place} was used, or is to be used later");
        }
    }
}

/// The sheet of labels that is in no list: its name, its measures, and how many labels it has.
const SHEET: &str = "Lake labels 12";
const SHEET_MM: (f64, f64) = (200.0, 250.0);
const MEASURES: [(&str, &str); 10] = [
    ("sheetWidth", "200"),
    ("sheetHeight", "250"),
    ("columns", "2"),
    ("rows", "4"),
    ("cellWidth", "92.5"),
    ("cellHeight", "56"),
    ("leftEdge", "3.75"),
    ("topEdge", "3.25"),
    ("pitchAcross", "100"),
    ("pitchDown", "62.5"),
];
const LABELS: usize = 8;

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_sheet_of_ones_own_is_refused_while_its_labels_overlap_and_printed_on_to_the_millimetre_afterwards() {
    let options = SessionOptions { locale: "en_US".to_owned(), screen: (1280, 800), ..SessionOptions::default() };
    let mut session = Session::start(&options).await.unwrap();
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    page.click("#screen-settings").await.unwrap();
    page.choose("#theme", "dark").await.unwrap();
    page.click("#open-sheets").await.unwrap();
    page.click("#sheet-add").await.unwrap();
    page.fill("#sheet-sheetName", SHEET).await.unwrap();
    for (field, measure) in MEASURES {
        page.fill(&format!("#sheet-{field}"), measure).await.unwrap();
    }
    refuse_labels_that_overlap(page).await;
    page.click("#sheet-save").await.unwrap();
    page.says(ENDED, SHEET).await.unwrap();
    page.says("#own-sheets li", "200 × 250 mm").await.unwrap();
    page.picture(&left_behind("own-sheets.png")).await.unwrap();
    print_on_it(&session, page, &practice).await;
    window.close().await.unwrap();
}

/// Labels that lie on each other, and one that leaves the sheet, are told at their own field as it is left, and keep the sheet
/// from being saved. Leaves the form with the right measures.
async fn refuse_labels_that_overlap(page: &Page) {
    for (field, wrong, words) in [
        ("pitchAcross", "90", "Inserts overlap: each is 92.5 mm and the next begins after 90 mm"),
        ("pitchDown", "55.9", "Inserts overlap: each is 56 mm and the next begins after 55.9 mm"),
        ("rows", "5", "It leaves the sheet: the last insert ends at 309.25 mm and the sheet at 250 mm"),
    ] {
        let right = MEASURES.iter().find(|(each, _)| *each == field).unwrap().1;
        let (control, problem) = (format!("#sheet-{field}"), format!("#sheet-{field}-problem"));
        page.fill(&control, wrong).await.unwrap();
        page.script("document.activeElement.blur()", Vec::new()).await.unwrap();
        page.says(&problem, words).await.unwrap();
        page.click("#sheet-save").await.unwrap();
        page.says("#error-summary", words).await.unwrap();
        page.picture(&left_behind(&format!("own-sheet-refused-{field}.png"))).await.unwrap();
        page.fill(&control, right).await.unwrap();
        page.see_no_more(&problem).await.unwrap();
    }
    page.picture(&left_behind("own-sheet.png")).await.unwrap();
}

/// One run is saved on it: the sheet has its measures, and each label its own insert.
async fn print_on_it(session: &Session, page: &Page, practice: &Practice) {
    let waiting = awaiting(practice).await;
    open(page).await;
    let value =
        "return [...document.querySelectorAll('#layout option')].find(each => each.innerText.includes(arguments[0]))?.value ?? null";
    let paper_id = page.script(value, vec![SHEET.into()]).await.unwrap();
    choose_paper_for_all(page, paper_id.as_str().expect("the sheet is not on offer"), waiting.len()).await;
    page.picture(&left_behind("own-sheet-chosen.png")).await.unwrap();
    make_run(page, "#print-save").await;
    let file = &see_saved(session, "pdf", 1).await[0];
    fs::copy(file, left_behind("own-sheet.pdf")).unwrap();
    paper::check(file).await.unwrap();
    assert_eq!(paper::pages(file).await.unwrap(), waiting.len().div_ceil(LABELS));
    let (width, height) = paper::size_mm(file).await.unwrap();
    assert!((width - SHEET_MM.0).abs() < 0.05 && (height - SHEET_MM.1).abs() < 0.05, "{width} × {height} mm");
    // Its labels lie in the middle of equal parts of it.
    let inserts = paper::inserts(file, 2, 4).await.unwrap();
    let cardholders: BTreeSet<&str> = inserts.iter().map(|insert| insert.link.rsplit_once("userId=").unwrap().1).collect();
    assert_eq!(cardholders, waiting.iter().map(|each| &*each.cardholder_id).collect());
    for PrintedInsert { link, text, .. } in &inserts {
        let whose = waiting.iter().find(|each| link.ends_with(&each.cardholder_id)).unwrap();
        assert!(text.contains(&whose.first_name) && text.contains(&whose.last_four), "{link} stands beside {text}");
    }
}
