//! The lists in the real window: sorted by a title, saved as a file, copied as a table, and found at the next start as they
//! were left.

use std::fs;
use std::path::{Path, PathBuf};

use cardesk_tests::Outcome;
use cardesk_tests::page::Page;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;
use fantoccini::key::Key;
use serde_json::Value;

use crate::window::{SOON, desk_in_practice, left_behind};

/// What stands in the first rows, in the column of this number.
async fn column(page: &Page, number: usize) -> Vec<String> {
    let script = format!(
        "return [0, 1, 2, 3, 4, 5].map(row => document.querySelector(\
         `#directory-list-row-${{row}} [role=gridcell]:nth-child({number})`)?.innerText.trim() ?? '')"
    );
    let texts = page.script(&script, Vec::new()).await.unwrap();
    texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Waits until the list is sorted by the column of this number, upwards.
async fn sorted_by(page: &Page, number: usize) -> Outcome<Vec<String>> {
    until("a sorted column", SOON, || async {
        let texts = column(page, number).await;
        Ok((texts.iter().all(|text| !text.is_empty()) && texts.is_sorted()).then_some(texts))
    })
    .await
}

/// The files below a folder whose names end so.
pub(crate) fn files_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_ending(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found
}

pub(crate) fn with_control(key: char) -> String {
    format!("{}{key}", char::from(Key::Control))
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_list_is_sorted_saved_and_copied_and_looks_the_same_after_a_restart() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, _) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;

    page.click("#columns-directory-open").await.unwrap();
    page.click("#columns-directory-phone").await.unwrap();
    page.click("#columns-directory-open").await.unwrap();
    page.click("#directory-list [role=columnheader]:nth-child(2) button").await.unwrap();
    page.see("#directory-list [role=columnheader]:nth-child(2)[aria-sort=ascending]").await.unwrap();
    let phones = sorted_by(page, 2).await.unwrap();
    let names = column(page, 1).await;

    page.click("#export-directory").await.unwrap();
    let saved = until("the saved list", SOON, || async { Ok(files_ending(&session.home(), "csv").pop()) }).await.unwrap();
    let text = fs::read_to_string(&saved).unwrap();
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').expect("the mark of UTF-8").split("\r\n").collect();
    assert_eq!(lines.len(), 1 + 60 + 1, "titles, everyone, and the end of the last line");
    for (row, (name, phone)) in names.iter().zip(&phones).enumerate() {
        assert!(lines[row + 1].contains(name) && lines[row + 1].contains(phone), "{}", lines[row + 1]);
    }

    // The third cardholder with the two below: chosen by keys, copied, pasted into a document.
    page.click("#directory-list-row-2").await.unwrap();
    let list = page.see("#directory-list").await.unwrap();
    let shifted = format!("{}{}{}", char::from(Key::Shift), char::from(Key::Down), char::from(Key::Down));
    list.send_keys(&shifted).await.unwrap();
    list.send_keys(&with_control('c')).await.unwrap();
    let paper = "const paper = document.createElement('div'); paper.id = 'paper'; paper.contentEditable = 'true'; \
                 paper.tabIndex = 0; document.body.append(paper); paper.focus()";
    page.script(paper, Vec::new()).await.unwrap();
    page.see("#paper").await.unwrap().send_keys(&with_control('v')).await.unwrap();
    page.see("#paper td").await.unwrap();
    let pasted = "return [...document.querySelectorAll('#paper tr')].map(row => [...row.cells].map(cell => cell.innerText))";
    let pasted: Vec<Vec<String>> = serde_json::from_value(page.script(pasted, Vec::new()).await.unwrap()).unwrap();
    assert_eq!(pasted.len(), 4, "{pasted:?}");
    for (row, copied) in pasted[1..].iter().enumerate() {
        assert_eq!(copied[0], names[row + 2]);
        assert_eq!(copied[1].trim_start_matches('\''), phones[row + 2]);
    }
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    assert!(pasted.iter().all(|row| digits(&row[2]) <= 4), "more of a card than its last four digits: {pasted:?}");
    page.script("document.querySelector('#paper').remove()", Vec::new()).await.unwrap();
    page.picture(&left_behind("list.png")).await.unwrap();
    window.close().await.unwrap();

    let window = Window::open(&mut session).await.unwrap();
    let page = &window.page;
    page.see("#directory-list [role=columnheader]:nth-child(2)[aria-sort=ascending]").await.unwrap();
    assert_eq!(sorted_by(page, 2).await.unwrap(), phones);
    assert_eq!(
        page.script("return document.querySelectorAll('#directory-list [role=columnheader]').length", Vec::new()).await.unwrap(),
        Value::from(3)
    );
    window.close().await.unwrap();
}

/// Opens the first active card of the directory.
pub(crate) async fn open_active_card(page: &Page) {
    let row = "const row = [...document.querySelectorAll('#directory-list [role=row][id]')]\
               .find(row => row.innerText.includes('••••') && !row.querySelector('.mark')); return row?.id ?? null";
    let row =
        until("a row with an active card", SOON, || async { Ok(page.script(row, Vec::new()).await?.as_str().map(|id| format!("#{id}"))) });
    page.click(&row.await.unwrap()).await.unwrap();
    page.click("[id^=card-][data-state=active]").await.unwrap();
    page.see("#card[data-state=active]").await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn movements_of_many_months_agree_with_the_balance_and_become_a_statement() {
    let options = SessionOptions { screen: (1024, 640), ..SessionOptions::default() };
    let mut session = Session::start(&options).await.unwrap();
    let (window, _) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    open_active_card(page).await;
    page.click("#period-open").await.unwrap();
    page.click("#period-twelve_months").await.unwrap();
    page.see("#movements-check[data-state=agrees]").await.unwrap();
    page.click("#period-open").await.unwrap();
    let balance = page.text("#card-balance").await.unwrap();
    let closing = page.text("#movements-closing dd").await.unwrap();
    assert!(balance.contains(&closing), "{balance} and {closing}");
    page.picture(&left_behind("movements.png")).await.unwrap();

    let count = async || page.attribute("#movements", "aria-rowcount").await.unwrap().parse::<usize>().unwrap() - 1;
    let all = count().await;
    page.choose("#movements-choice", "out").await.unwrap();
    until("fewer rows", SOON, || async { Ok((count().await < all).then_some(())) }).await.unwrap();
    page.choose("#movements-choice", "all").await.unwrap();

    page.click("#save-statement").await.unwrap();
    let saved = until("the statement", SOON, || async { Ok(files_ending(&session.home(), "pdf").pop()) }).await.unwrap();
    let text = std::process::Command::new("pdftotext").args(["-layout"]).arg(&saved).arg("-").output().unwrap();
    let text = String::from_utf8_lossy(&text.stdout);
    assert!(text.contains("ENSAYO") && text.contains(&closing), "{text}");
    // A movement begins with its day and ends with its balance.
    let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    let is_movement = |line: &&str| digit(line.trim_start().bytes().next()) && digit(line.trim_end().bytes().last()) && line.contains('.');
    assert_eq!(text.lines().filter(is_movement).count(), all, "{text}");
    fs::copy(&saved, left_behind("statement.pdf")).unwrap();
    window.close().await.unwrap();
}
