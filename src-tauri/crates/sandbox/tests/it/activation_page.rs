//! The activation page, as a phone's browser meets it.

use crate::support::{Desk, Reply};

async fn open(desk: &Desk, query: &str, headers: &str) -> Reply {
    desk.call_with("GET", &format!("/card-activation?{query}"), headers, None).await
}

async fn submit(desk: &Desk, query: &str, number: &str, name: &str) -> Reply {
    let form = format!("cardNumber={}&cardholderName={}", number.replace(' ', "+"), name.replace(' ', "+"));
    desk.call_with("POST", &format!("/card-activation?{query}"), "Content-Type: application/x-www-form-urlencoded\r\n", Some(&form)).await
}

fn outcome(page: &Reply) -> &str {
    let (_, rest) = page.body.split_once("id=\"outcome\" data-outcome=\"").unwrap_or_else(|| panic!("an outcome: {page:?}"));
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn a_card_is_activated_by_its_number_with_spaces_and_its_name_in_any_case() {
    let desk = Desk::new().await;
    let plastic = desk.plastic("INACTIVE").await;
    let query = plastic.activation_link.as_str().split_once('?').unwrap().1.to_owned();
    let form = open(&desk, &query, "").await;
    for control in ["id=\"card-number\"", "id=\"cardholder-name\"", "id=\"confirm\"", "for=\"card-number\"", "for=\"cardholder-name\""] {
        assert!(form.body.contains(control), "{control}");
    }
    let digits = plastic.pan.reveal();
    let spaced = format!("{} {} {}-{}", &digits[..4], &digits[4..8], &digits[8..12], &digits[12..]);
    let done = submit(&desk, &query, &spaced, &plastic.embossed_name.to_lowercase()).await;
    assert_eq!((done.status, outcome(&done)), (200, "activated"));
    assert!(done.body.contains(plastic.pan.last_four().as_str()) && !done.body.contains(digits));
    assert_eq!(desk.get(&format!("/cards/{}", plastic.card_id)).await.text("status"), "ACTIVE");
    let again = submit(&desk, &query, digits, &plastic.embossed_name).await;
    assert_eq!((again.status, outcome(&again)), (409, "already-active"));
}

#[tokio::test]
async fn every_refusal_says_what_happened_and_changes_nothing() {
    let desk = Desk::new().await;
    let plastic = desk.plastic("INACTIVE").await;
    let query = format!("userId={}", plastic.cardholder_id);
    let number = plastic.pan.reveal().to_owned();
    let wrong_name = submit(&desk, &query, &number, "OTRA PERSONA").await;
    assert_eq!((wrong_name.status, outcome(&wrong_name)), (422, "wrong-name"));
    assert!(!wrong_name.body.contains(&number), "a number is never written back");
    let somebody_elses = desk.plastic_of_another(&plastic.cardholder_id).await.pan.reveal().to_owned();
    let mut pages = Vec::new();
    for wrong in [somebody_elses.as_str(), "4000000000000002", "1234", "", "abc"] {
        let page = submit(&desk, &query, wrong, &plastic.embossed_name).await;
        assert_eq!((page.status, outcome(&page)), (422, "wrong-number"), "{wrong}");
        pages.push(page.body);
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "somebody else's card is told apart from a mistyped number by nothing");
    let blocked = desk.plastic("BLOCKED").await;
    let page = submit(&desk, &format!("userId={}", blocked.cardholder_id), blocked.pan.reveal(), &blocked.embossed_name).await;
    assert_eq!((page.status, outcome(&page)), (409, "blocked"));
    for query in ["", "userId=", "userId=nobody", "client=x", "userId=%FF%00"] {
        let page = open(&desk, query, "").await;
        assert_eq!((page.status, outcome(&page)), (404, "unknown-link"), "{query}");
        let page = submit(&desk, query, &number, &plastic.embossed_name).await;
        assert_eq!((page.status, outcome(&page)), (404, "unknown-link"), "{query}");
    }
    assert_eq!(desk.get(&format!("/cards/{}", plastic.card_id)).await.text("status"), "INACTIVE");
}

#[tokio::test]
async fn the_page_speaks_spanish_or_english_and_can_be_switched() {
    let desk = Desk::new().await;
    let query = format!("client=migoDeveloper&userId={}", desk.plastic("INACTIVE").await.cardholder_id);
    assert!(open(&desk, &query, "").await.body.contains("<html lang=\"es\">"));
    let english = open(&desk, &query, "Accept-Language: en-US,en;q=0.9\r\n").await;
    assert!(english.body.contains("<html lang=\"en\">") && english.body.contains("Activate your card"));
    assert!(english.body.contains(&format!("href=\"/card-activation?lang=es&amp;{}\"", query.replace('&', "&amp;"))));
    let switched = open(&desk, &format!("{query}&lang=es"), "Accept-Language: en\r\n").await;
    assert!(switched.body.contains("Active su tarjeta"));
}

#[tokio::test]
async fn hostile_values_in_the_link_and_the_form_stay_text() {
    let desk = Desk::new().await;
    let user = desk.plastic("INACTIVE").await.cardholder_id;
    let attack = "%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E";
    for page in [
        open(&desk, &format!("client={attack}&userId={user}"), "").await,
        open(&desk, &format!("client=x&userId={attack}"), "").await,
        open(&desk, &format!("client=x&userId={user}&lang={attack}"), "").await,
        submit(&desk, &format!("client={attack}&userId={user}"), attack, attack).await,
    ] {
        assert!(!page.body.contains("<img"), "{page:?}");
        let head = page.head.to_ascii_lowercase();
        assert!(head.contains("content-security-policy: default-src 'none'; style-src 'sha256-"), "{head}");
        assert!(!page.body.contains("<script") && !page.body.contains("http://") && !page.body.contains("https://"));
    }
}

#[tokio::test]
async fn an_unreadable_form_is_a_wrong_number_and_no_crash() {
    let desk = Desk::new().await;
    let query = format!("userId={}", desk.plastic("INACTIVE").await.cardholder_id);
    for (headers, body) in [
        ("Content-Type: application/json\r\n", "{}"),
        ("Content-Type: text/plain\r\n", "x"),
        ("Content-Type: application/x-www-form-urlencoded\r\n", "%FF=%"),
    ] {
        let page = desk.call_with("POST", &format!("/card-activation?{query}"), headers, Some(body)).await;
        assert_eq!((page.status, outcome(&page)), (422, "wrong-number"), "{headers}");
    }
}
