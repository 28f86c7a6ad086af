//! The idle lock in the real window: whoever passes by sees no CVV and no name, and gets no answer from the desk, until the
//! passphrase is given; also after the program was killed and started again.

use cardesk_tests::Trouble;
use cardesk_tests::page::Page;
use cardesk_tests::secret_search::Secrets;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::traces;
use cardesk_tests::waiting::until;
use cardesk_tests::window::Window;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::json;

use crate::card_changes::open_form;
use crate::lists::open_active_card;
use crate::window::{SOON, desk_in_practice, left_behind};

const PASSPHRASE: &str = "corre caballo batería grapa";
const WRONG: &str = "corre caballo bateria grapa";
const REASON: &str = "Llama desde el hotel";

/// What the desk answers the page's own way of asking: `answered`, or the code of its refusal.
async fn answer_to(page: &Page, command: &str) -> String {
    let script = format!(
        "const done = arguments[0]; \
         __TAURI_INTERNALS__.invoke('{command}', {{}}).then(() => done('answered'), (error) => done(error.code ?? String(error)))"
    );
    page.script_later(&script).await.unwrap().as_str().unwrap().to_owned()
}

/// What would tell or do something is refused, before anybody looks at what was sent with it.
async fn nothing_is_answered(page: &Page) {
    let asked =
        ["directory", "cardholder", "happenings", "reveal_cvv", "submit_funds", "change_settings", "change_lock", "report_activity"];
    for command in asked {
        assert_eq!(answer_to(page, command).await, "locked", "{command}");
    }
    assert_eq!(answer_to(page, "lock_state").await, "answered");
}

async fn lock_by_key(page: &Page) {
    let (control, shift) = (char::from(Key::Control), char::from(Key::Shift));
    let down = |value| KeyAction::Down { value };
    let up = |value| KeyAction::Up { value };
    let hand = [down(control), down(shift), down('k'), up('k'), up(shift), up(control)];
    let hand = hand.into_iter().fold(KeyActions::new("keys".to_owned()), InputSource::then);
    page.client().perform_actions(hand).await.unwrap();
    page.see("#lock-screen").await.unwrap();
}

async fn unlock(page: &Page, passphrase: &str) {
    page.fill("#unlock-passphrase", passphrase).await.unwrap();
    page.click("#unlock").await.unwrap();
}

async fn turn_on(page: &Page) {
    page.click("#screen-settings").await.unwrap();
    page.choose("#lock-idle", "5").await.unwrap();
    page.fill("#lock-new", PASSPHRASE).await.unwrap();
    page.fill("#lock-again", PASSPHRASE).await.unwrap();
    page.picture(&left_behind("lock-settings.png")).await.unwrap();
    page.click("#lock-submit").await.unwrap();
    page.see("#lock-now").await.unwrap();
}

/// Nothing but the lock screen can be seen, and Tab leads nowhere else.
async fn nothing_is_within_reach(page: &Page) {
    let script = "return [...document.body.children].filter((each) => each.id !== 'lock').every((each) => \
        !each.checkVisibility() && each.getClientRects().length === 0)";
    assert_eq!(page.script(script, Vec::new()).await.unwrap(), true, "something stands beside the lock screen");
    for _ in 0..6 {
        let tab = KeyActions::new("keys".to_owned()).then(KeyAction::Down { value: Key::Tab.into() });
        page.client().perform_actions(tab.then(KeyAction::Up { value: Key::Tab.into() })).await.unwrap();
        let within = "return document.activeElement === document.body || document.activeElement.closest('#lock') !== null";
        assert_eq!(page.script(within, Vec::new()).await.unwrap(), true, "Tab leads out of the lock screen");
    }
}

/// Nobody does anything for so long, by the clock of the page, until the pointer moves again.
async fn let_idle_minutes_pass(page: &Page, minutes: u32) {
    let script = "const before = performance.now.bind(performance), by = arguments[0] * 60000; performance.now = () => before() + by; \
        dispatchEvent(new MouseEvent('pointermove', { bubbles: true, screenX: 3, screenY: 3 }))";
    page.script(script, vec![minutes.into()]).await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_locked_window_shows_and_answers_nothing_until_its_passphrase_is_given_also_after_a_restart() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, _) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    let mut secrets = Secrets::new();
    secrets.add("the passphrase", PASSPHRASE);
    secrets.add("the wrong passphrase", WRONG);
    turn_on(page).await;

    page.click("#screen-cardholders").await.unwrap();
    open_active_card(page).await;
    open_form(page, "reveal-cvv").await;
    page.fill("#cvv-reason", REASON).await.unwrap();
    page.click("#cvv-submit").await.unwrap();
    let cvv = page.text("#cvv-shown .digits").await.unwrap();
    secrets.add_cvv("the CVV", &cvv);
    lock_by_key(page).await;
    page.picture(&left_behind("lock-screen.png")).await.unwrap();
    assert_eq!(page.script("return document.querySelector('.digits')", Vec::new()).await.unwrap(), json!(null), "the CVV is still there");
    nothing_is_within_reach(page).await;
    nothing_is_answered(page).await;

    unlock(page, WRONG).await;
    page.says("#unlock-passphrase-problem", "Esa no es la contraseña").await.unwrap();
    page.picture(&left_behind("lock-wrong.png")).await.unwrap();
    assert_eq!(page.value("#unlock-passphrase").await.unwrap(), "", "a wrong passphrase stays in its field");
    nothing_is_answered(page).await;
    unlock(page, PASSPHRASE).await;
    page.see_no_more("#lock-screen").await.unwrap();
    page.see("#cvv-gone").await.unwrap();
    assert_eq!(page.value("#cvv-reason").await.unwrap(), REASON, "what was typed is lost");
    let focus = "return document.activeElement.closest('#cvv-form') !== null";
    assert_eq!(page.script(focus, Vec::new()).await.unwrap(), true, "the focus is lost");
    assert_eq!(answer_to(page, "printers").await, "answered");

    let_idle_minutes_pass(page, 5).await;
    page.see("#lock-screen").await.unwrap();
    nothing_is_answered(page).await;
    let found = traces::look(&session, page, &secrets).await.unwrap();
    assert!(found.is_empty(), "{found:#?}");
    window.kill(|| ()).await.unwrap();

    let window = Window::open(&mut session).await.unwrap();
    let page = &window.page;
    page.see("#lock-screen").await.unwrap();
    page.picture(&left_behind("lock-at-start.png")).await.unwrap();
    assert_eq!(
        page.script("return document.querySelector('#app').childElementCount", Vec::new()).await.unwrap(),
        0,
        "it starts behind the lock"
    );
    nothing_is_answered(page).await;
    unlock(page, WRONG).await;
    page.says("#unlock-passphrase-problem", "Esa no es la contraseña").await.unwrap();
    unlock(page, PASSPHRASE).await;
    page.see_no_more("#lock-screen").await.unwrap();
    page.see("#directory-list-row-0").await.unwrap();
    window.close().await.unwrap();
    assert_eq!(secrets.searcher().below(session.files()), []);
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn several_wrong_passphrases_cost_a_wait_and_an_entry_that_is_removed_lifts_the_lock() {
    let mut session = Session::start(&SessionOptions::default()).await.unwrap();
    let (window, _) = desk_in_practice(&mut session).await.unwrap();
    let page = &window.page;
    turn_on(page).await;
    lock_by_key(page).await;
    for _ in 0..4 {
        unlock(page, WRONG).await;
        page.says("#unlock-passphrase-problem", "Escríbala otra vez").await.unwrap();
        until("an empty field", SOON, || async {
            let value = page.value("#unlock-passphrase").await?;
            if value.is_empty() { Ok(Some(())) } else { Err(Trouble::new("it is not empty")) }
        })
        .await
        .unwrap();
    }
    unlock(page, WRONG).await;
    page.says("#unlock-passphrase-problem", "otra vez en 0:").await.unwrap();
    page.picture(&left_behind("lock-wait.png")).await.unwrap();

    page.click("#lock-forgotten").await.unwrap();
    page.click("#lock-lift").await.unwrap();
    page.see("#lock-still-kept").await.unwrap();
    page.picture(&left_behind("lock-forgotten.png")).await.unwrap();
    let mut clear = session.command(std::path::Path::new("secret-tool"));
    assert!(clear.args(["clear", "service", "Cardesk", "username", "unlock-passphrase"]).status().await.unwrap().success());
    page.click("#lock-lift").await.unwrap();
    page.see_no_more("#lock-screen").await.unwrap();
    page.see("#lock-settings").await.unwrap();
    page.see_no_more("#lock-now").await.unwrap();
    window.close().await.unwrap();
}
