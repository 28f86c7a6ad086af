//! Money in the real window: what it says of an operation is what the gateway did, also when an answer is lost, an edge answers
//! in the gateway's place, the gateway refuses, or nobody listens.

use std::time::Duration;

use cardesk_tests::page::Page;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::waiting::until;

use crate::at_gateway::{AtGateway, moved};
use crate::money_form::{desk_at_a_card, recover, sent, suffer, write_amount};
use crate::window::left_behind;

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_load_whose_answer_is_lost_stays_unknown_until_the_gateways_movements_show_it() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;

    suffer(page, "lost-after").await.unwrap();
    // The movement is missing from the first readings, so that the desk's own look does not settle it before it was seen.
    page.click("#screen-faults").await.unwrap();
    page.choose("#rule-fault", "hide_for_reads").await.unwrap();
    page.fill("#rule-figure", "8").await.unwrap();
    page.click("#rule-add").await.unwrap();
    page.see("#faults-state[data-live='2']").await.unwrap();
    page.picture(&left_behind("faults.png")).await.unwrap();
    page.click("#screen-cardholders").await.unwrap();
    page.click("#load").await.unwrap();
    let reference = sent(page, "100.25", "unknown").await.unwrap();
    page.picture(&left_behind("unknown.png")).await.unwrap();

    see_that_a_look_alike_waits(page).await;
    settle_by_looking(page, &reference).await;
    assert_eq!(card.only_movement_of(&reference).await, moved("ADD_FUNDS", "100.25"), "looking sent it again");

    page.click("#screen-faults").await.unwrap();
    page.see("#faults-rules [data-met='1']").await.unwrap();
    recover(page).await.unwrap();
    page.see(&format!("[data-reference='{reference}'][data-state=settled_applied]")).await.unwrap();
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();
    window.close().await.unwrap();
}

/// The same once more is not taken while it is unknown what became of the first.
async fn see_that_a_look_alike_waits(page: &Page) {
    page.click("#funds-close").await.unwrap();
    page.click("#load").await.unwrap();
    write_amount(page, "100.25").await.unwrap();
    page.see("#funds-despite-notice").await.unwrap();
    page.see("#funds-submit:disabled").await.unwrap();
    page.picture(&left_behind("look-alike.png")).await.unwrap();
    page.click("#funds-close").await.unwrap();
}

/// Looks for an operation in what needs attention, until the gateway shows it.
async fn settle_by_looking(page: &Page, reference: &str) {
    page.click("#screen-attention").await.unwrap();
    page.see(&format!("#attention-{reference}")).await.unwrap();
    page.picture(&left_behind("attention.png")).await.unwrap();
    let look = format!("#attention-{reference} [data-action=look]");
    let settled = format!("#attention [data-state=settled_applied][data-reference='{reference}']");
    until("an outcome by evidence", Duration::from_secs(40), || async {
        if let Some(button) = page.shown(&look).await? {
            // It may be at work, or gone, in the moment of the click: the next look tells.
            let _ = button.click().await;
        }
        page.shown(&settled).await
    })
    .await
    .unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn what_an_edge_answers_in_the_gateways_place_is_found_without_anybody_asking() {
    let mut session = Session::start(&SessionOptions { locale: "en_US".to_owned(), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let before = card.balance().await;

    suffer(page, "edge").await.unwrap();
    page.click("#withdraw").await.unwrap();
    let reference = sent(page, "1.75", "unknown").await.unwrap();
    let found = format!("#outcome[data-state=settled_applied][data-reference='{reference}']");
    until("an outcome by itself", Duration::from_secs(40), || page.shown(&found)).await.unwrap();
    page.picture(&left_behind("found-by-itself.png")).await.unwrap();
    assert_eq!(card.only_movement_of(&reference).await, moved("WITHDRAW_FUNDS", "1.75"));
    assert_eq!(card.balance().await, before.checked_sub("1.75".parse().unwrap()).unwrap());
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn what_is_refused_and_what_never_left_moved_nothing_and_is_said_so() {
    let mut session = Session::start(&SessionOptions { screen: (1024, 640), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    refuse_a_withdrawal(page, &card).await;
    send_to_nobody(page, &card).await;
    window.close().await.unwrap();
}

/// More than there is is told before it is sent; and by the gateway, where the desk could not know.
async fn refuse_a_withdrawal(page: &Page, card: &AtGateway<'_>) {
    let rows = card.movements().await.len();
    page.click("#withdraw").await.unwrap();
    write_amount(page, "900,000.00").await.unwrap();
    page.click("#funds-submit").await.unwrap();
    page.see("#error-summary").await.unwrap();
    page.picture(&left_behind("overdraw.png")).await.unwrap();
    assert_eq!(card.movements().await.len(), rows, "an overdraw was sent");

    card.empty().await;
    let reference = sent(page, "1.00", "refused").await.unwrap();
    page.says("#outcome", "7303").await.unwrap();
    page.picture(&left_behind("refused.png")).await.unwrap();
    assert!(card.movements_of(&reference).await.is_empty());
    page.click("#funds-done").await.unwrap();
    page.see(&format!("[data-reference='{reference}'][data-state=refused]")).await.unwrap();
    page.says("#card-balance", "0.00").await.unwrap();
}

/// Nobody listens: nothing left this machine, and the same can be sent at once when somebody does.
async fn send_to_nobody(page: &Page, card: &AtGateway<'_>) {
    suffer(page, "nobody").await.unwrap();
    page.click("#load").await.unwrap();
    let not_sent = sent(page, "20.20", "not_sent").await.unwrap();
    page.picture(&left_behind("not-sent.png")).await.unwrap();
    recover(page).await.unwrap();
    assert!(card.movements_of(&not_sent).await.is_empty());

    // The form is there anew after another screen was on.
    let reference = sent(page, "20.20", "applied").await.unwrap();
    assert_ne!(reference, not_sent, "a reference was used again");
    assert_eq!(card.only_movement_of(&reference).await, moved("ADD_FUNDS", "20.20"));
    assert!(card.movements_of(&not_sent).await.is_empty());
    page.says("#card-balance", "20.20").await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn an_adjustment_is_taken_back_from_its_own_row_and_both_name_each_other() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let before = card.balance().await;

    page.click("#card-menu-open").await.unwrap();
    page.click("#adjust").await.unwrap();
    page.fill("#funds-note", "Ajuste de prueba").await.unwrap();
    let adjustment = sent(page, "40.00", "applied").await.unwrap();
    page.click("#funds-done").await.unwrap();

    let row = |reference: &str| format!("li[data-reference='{reference}'][data-state=applied]");
    let correct = format!("{} [data-action=correct]", row(&adjustment));
    page.click(&correct).await.unwrap();
    page.fill("#follow-up-reason", "No correspondía").await.unwrap();
    page.picture(&left_behind("correction.png")).await.unwrap();
    page.click("#follow-up-submit").await.unwrap();
    let correction = page.attribute("#outcome[data-state=applied]", "data-reference").await.unwrap();
    page.click("#follow-up-done").await.unwrap();
    page.says(&row(&correction), &adjustment).await.unwrap();
    page.says(&row(&correction), "No correspondía").await.unwrap();
    page.says(&row(&adjustment), &correction).await.unwrap();
    page.see_no_more(&correct).await.unwrap();

    assert_eq!(card.only_movement_of(&adjustment).await, moved("ADD_FUNDS", "40.00"));
    assert_eq!(card.only_movement_of(&correction).await, moved("WITHDRAW_FUNDS", "40.00"));
    assert_eq!(card.balance().await, before);
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test"]
async fn a_transfer_leaves_one_card_and_reaches_the_other() {
    let mut session = Session::start(&SessionOptions { screen: (1280, 800), ..SessionOptions::default() }).await.unwrap();
    let (window, practice) = desk_at_a_card(&mut session).await;
    let page = &window.page;
    let card = AtGateway::open_in(page, &practice).await;
    let other = card.other().await;
    let (rows, other_rows) = (card.movements().await.len(), other.movements().await.len());
    let amount = "15.50".parse().unwrap();
    let left = card.balance().await.checked_sub(amount).unwrap();
    let reached = other.balance().await.checked_add(amount).unwrap();

    page.click("#transfer").await.unwrap();
    page.fill("#funds-to-card", &other.last_four().await).await.unwrap();
    page.click(&format!("#funds-to-card-list [data-key='{}']", other.card_id)).await.unwrap();
    page.see("#funds-to-card-chosen").await.unwrap();
    write_amount(page, "15.50").await.unwrap();
    page.says("#funds-other-ending", ".").await.unwrap();
    page.picture(&left_behind("transfer.png")).await.unwrap();
    sent(page, "15.50", "applied").await.unwrap();
    page.click("#funds-done").await.unwrap();

    assert_eq!((card.balance().await, other.balance().await), (left, reached));
    assert_eq!((card.movements().await.len(), other.movements().await.len()), (rows + 1, other_rows + 1));
    page.says("#card-balance", &card.balance_shown().await).await.unwrap();
    window.close().await.unwrap();
}
