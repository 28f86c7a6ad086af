//! The harness itself: a private computer has what it should have, and leaves nothing behind.

use std::path::Path;

use cardesk_tests::phone::Phone;
use cardesk_tests::printer::Printer;
use cardesk_tests::processes;
use cardesk_tests::session::{Keychain, Session, SessionOptions};

#[tokio::test]
async fn a_session_has_a_keychain_that_keeps_secrets_and_leaves_nothing_running() {
    let session = Session::start(&SessionOptions::default()).await.unwrap();
    let (mark, files) = (session.mark().to_owned(), session.files().to_owned());
    let script = "printf s3cret | secret-tool store --label=x a b && secret-tool lookup a b";
    let kept = session.command(Path::new("sh")).args(["-c", script]).output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&kept.stdout), "s3cret");
    drop(session);
    assert!(processes::marked(&mark).is_empty());
    assert!(!files.exists());
}

#[tokio::test]
async fn a_session_without_a_keychain_starts_none_when_one_is_asked_for() {
    let session = Session::start(&SessionOptions { keychain: Keychain::Absent, ..SessionOptions::default() }).await.unwrap();
    let lookup = session.command(Path::new("secret-tool")).args(["lookup", "a", "b"]).output().await.unwrap();
    assert!(!lookup.status.success());
    assert!(!session.has_owner("org.freedesktop.secrets").await.unwrap());
}

#[tokio::test]
async fn a_phone_shows_a_page_in_a_phones_size() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let page = session.home().join("page.html");
    let button = "<button type=button id=go onclick=\"this.textContent=document.querySelector('input').value\">go</button>";
    std::fs::write(&page, format!("<title>x</title><form><input id=name>{button}</form>")).unwrap();
    let phone = Phone::switch_on(&mut session).await.unwrap();
    phone.page.go(&format!("file://{}", page.display())).await.unwrap();
    phone.page.fill("#name", "Ñandú").await.unwrap();
    phone.page.click("#go").await.unwrap();
    phone.page.says("#go", "Ñandú").await.unwrap();
    let size = phone.page.script("return [innerWidth, innerHeight]", Vec::new()).await.unwrap();
    assert!(size[0].as_u64().unwrap() < 480, "{size} is no phone");
    let picture = session.home().join("phone.png");
    phone.page.picture(&picture).await.unwrap();
    assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
    phone.switch_off().await.unwrap();
}

#[tokio::test]
async fn a_job_reaches_the_private_printer_byte_for_byte() {
    let mut session = Session::start(&SessionOptions { keychain: Keychain::Absent, ..SessionOptions::default() }).await.unwrap();
    let printer = Printer::start(&mut session).await.unwrap();
    let file = session.home().join("job.pdf");
    std::fs::write(&file, b"%PDF-1.7\n\x00\xffbytes").unwrap();
    let sent = session.command(Path::new("lp")).args(["-d", Printer::QUEUE]).arg(&file).output().await.unwrap();
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    let job = printer.next_job(0).await.unwrap();
    assert_eq!(std::fs::read(job).unwrap(), std::fs::read(&file).unwrap());
}
