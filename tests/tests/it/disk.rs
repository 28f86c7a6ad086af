//! What the window says when the desk's record can't be written: on a full disk and a read-only one, of a damaged file, and
//! of one that another program holds. That nothing is sent then is the desk's own promise (`desk`, tests/it/disk.rs).

use std::fs;
use std::path::Path;
use std::process::Stdio;

use cardesk_tests::practice::text;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::small_disk::SmallDisk;
use cardesk_tests::window::Window;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::lists::open_active_card;
use crate::window::{desk_in_practice, left_behind};

/// The languages, each with what is said of the four troubles.
const WORDS: [(&str, [&str; 4]); 2] = [
    ("es_GT", ["Otro programa tiene abiertos los datos", "El disco está lleno", "no se pueden abrir para escribir", "están dañados"]),
    ("en_US", ["Another program has this company's data open", "The disk is full", "can't be opened for writing", "are damaged"]),
];

/// Another program that holds the journal's lock until it is killed.
async fn holder(session: &Session, journal: &Path) -> Child {
    let mut holding = session.command(Path::new("flock"));
    holding.arg("--no-fork").arg(journal.with_extension("journal.lock")).args(["sh", "-c", "echo held; exec sleep 600"]);
    let mut child = holding.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(said.next_line().await.unwrap().as_deref(), Some("held"));
    child
}

/// Waits for the message and leaves a picture of it.
async fn blocked(window: &Window, words: &str, picture: &str) {
    window.page.says("#blocked", words).await.unwrap();
    window.page.picture(&left_behind(picture)).await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn what_stands_in_the_way_of_the_record_is_told_and_tried_again() {
    for (locale, [in_use, full, read_only, damaged]) in WORDS {
        let options = SessionOptions { locale: locale.to_owned(), ..SessionOptions::default() };
        let mut session = Session::start(&options).await.unwrap();
        let (window, _) = desk_in_practice(&mut session).await.unwrap();
        window.close().await.unwrap();
        let journal = session.data().join("journals/practice.journal");

        let mut holding = holder(&session, &journal).await;
        let window = Window::open(&mut session).await.unwrap();
        blocked(&window, in_use, &format!("journal-in-use-{locale}.png")).await;
        holding.kill().await.unwrap();
        window.page.click("#blocked button").await.unwrap();
        window.page.see("#directory-list-row-0").await.unwrap();
        window.page.see_no_more("#blocked").await.unwrap();
        window.close().await.unwrap();

        // The log beside the file has the same pages anew, and a sound one would hide the damage.
        let log = journal.with_extension("journal-wal");
        let (sound, sound_log) = (fs::read(&journal).unwrap(), fs::read(&log).unwrap_or_default());
        let mut bytes = sound.clone();
        bytes[16..4096].fill(0xEE);
        fs::write(&journal, bytes).unwrap();
        fs::write(&log, []).unwrap();
        let window = Window::open(&mut session).await.unwrap();
        blocked(&window, damaged, &format!("journal-damaged-{locale}.png")).await;
        fs::write(&journal, sound).unwrap();
        fs::write(&log, sound_log).unwrap();
        window.page.click("#blocked button").await.unwrap();
        window.page.see_no_more("#blocked").await.unwrap();
        window.close().await.unwrap();

        // The journals alone: what Practice keeps stands beside them.
        fs::remove_dir_all(session.data().join("journals")).unwrap();
        let Some(disk) = SmallDisk::on(&session.data().join("journals"), 4 * 1024) else { continue };
        disk.fill().unwrap();
        let window = Window::open(&mut session).await.unwrap();
        blocked(&window, full, &format!("disk-full-{locale}.png")).await;
        disk.make_room().unwrap();
        window.page.click("#blocked button").await.unwrap();
        window.page.see_no_more("#blocked").await.unwrap();
        window.close().await.unwrap();
        disk.make_read_only().unwrap();
        let window = Window::open(&mut session).await.unwrap();
        blocked(&window, read_only, &format!("disk-read-only-{locale}.png")).await;
        disk.make_writable().unwrap();
        window.page.click("#blocked button").await.unwrap();
        window.page.see_no_more("#blocked").await.unwrap();
        window.close().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_load_that_finds_the_disk_full_says_that_nothing_was_sent_and_goes_when_there_is_room() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let Some(disk) = SmallDisk::on(&session.data().join("journals"), 8 * 1024) else { return };
    let (window, practice) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    open_active_card(page).await;
    let card = page.attribute("#card", "data-card-id").await.unwrap();
    let balance = async || text(&practice.card(&card).await.unwrap(), "/balance").unwrap();
    let before = balance().await;
    page.click("#load").await.unwrap();
    page.fill("#funds-amount", "12.50").await.unwrap();
    page.says("#funds-amount-read", "12.50").await.unwrap();
    disk.fill().unwrap();
    page.click("#funds-submit").await.unwrap();
    page.says("#funds-failure", "no se envió nada").await.unwrap();
    page.picture(&left_behind("load-on-a-full-disk.png")).await.unwrap();
    assert_eq!(balance().await, before);
    disk.make_room().unwrap();
    page.click("#funds-submit").await.unwrap();
    page.see("#funds-done").await.unwrap();
    assert_ne!(balance().await, before);
    window.close().await.unwrap();
}
