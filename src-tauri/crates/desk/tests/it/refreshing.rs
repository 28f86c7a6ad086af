//! The directory brought up to date from listings of any size and cut.

use std::collections::HashSet;

use axum::http::Method;

use crate::rig::Rig;
use cardesk_desk::ErrorCode;
use cardesk_desk::view::{DirectoryColumn, DirectoryFilter, DirectoryOrder, DirectoryQuery};
use serde_json::json;

use crate::scripted::{Answer, Listing, Scripted, data, refusal};

#[tokio::test]
async fn a_listing_is_read_to_its_end_whatever_the_gateways_pages() {
    for (people, largest_page, tells_total) in
        [(130, 50, true), (130, 50, false), (130, 100, false), (200, 100, false), (0, 100, true), (100, 100, true)]
    {
        let (gateway, rig) = (Scripted::start().await, Rig::new());
        gateway.list(Listing { people, largest_page, tells_total });
        let report = rig.desk_at(&gateway.base_url).await.refresh_directory().await.unwrap();
        assert_eq!(report.cardholders as usize, people, "pages of {largest_page}, total told: {tells_total}");
    }
}

#[tokio::test]
async fn everyone_without_a_card_is_asked_about_in_turn() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.list(Listing { people: 510, largest_page: 100, tells_total: true });
    let desk = rig.desk_at(&gateway.base_url).await;
    assert_eq!(desk.refresh_directory().await.unwrap().cards_pending, 10);
    assert_eq!(desk.refresh_directory().await.unwrap().cards_pending, 0);
    let asked = gateway.seen(&Method::GET, "/cards");
    let distinct: HashSet<&str> = asked.iter().map(|seen| seen.path.as_str()).collect();
    assert_eq!((asked.len(), distinct.len()), (1000, 510));
}

fn three_people() -> Listing {
    Listing { people: 3, largest_page: 100, tells_total: true }
}

#[tokio::test]
async fn a_report_tells_what_is_new_and_not_what_was_there() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.list(three_people());
    gateway.on_read("/users/p-0001/cards", data(&json!([{ "id": 7, "status": "ACTIVE" }, { "id": 8, "status": "INACTIVE" }])));
    let desk = rig.desk_at(&gateway.base_url).await;
    let report = desk.refresh_directory().await.unwrap();
    assert_eq!((report.cardholders, report.new_cardholders, report.new_cards), (3, 3, 2));
    let again = desk.refresh_directory().await.unwrap();
    assert_eq!((again.cardholders, again.new_cardholders, again.new_cards), (3, 0, 0));
}

#[tokio::test]
async fn one_list_that_can_not_be_read_does_not_end_the_refresh() {
    for answer in [refusal(404, "7100"), refusal(500, "7003"), Answer::Html(502)] {
        let (gateway, rig) = (Scripted::start().await, Rig::new());
        gateway.list(three_people());
        gateway.on_read("/users/p-0000/cards", answer.clone());
        gateway.on_read("/users/p-0002/cards", data(&json!([{ "id": 7, "status": "ACTIVE" }])));
        let report = rig.desk_at(&gateway.base_url).await.refresh_directory().await.unwrap();
        assert_eq!((report.new_cards, report.cards_pending), (1, 1), "{answer:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_is_ill_ends_the_refresh_and_the_next_one_goes_on_where_it_ended() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.list(Listing { people: 30, largest_page: 100, tells_total: true });
    for number in 8..30 {
        gateway.on_read(&format!("/users/p-{number:04}/cards"), refusal(500, "7003"));
    }
    let desk = rig.desk_at(&gateway.base_url).await;
    assert_eq!(desk.refresh_directory().await.unwrap_err().code, ErrorCode::GatewayFault);
    let asked = gateway.seen(&Method::GET, "/cards").len();
    assert!(asked < 60, "asked {asked} times");
    for number in 8..30 {
        gateway.on_read(&format!("/users/p-{number:04}/cards"), data(&json!([])));
    }
    assert_eq!(desk.refresh_directory().await.unwrap().cards_pending, 0);
}

#[tokio::test]
async fn a_card_that_a_list_shows_for_somebody_else_brings_them_along_or_is_left_out() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.list(three_people());
    let of = |id: u32, owner: &str| json!({ "id": id, "userId": owner, "status": "ACTIVE" });
    gateway.on_read("/users/p-0000/cards", data(&json!([of(7, "p-0000"), of(8, "elsewhere"), of(9, "nobody")])));
    gateway.on_read("/users/elsewhere", data(&json!({ "userId": "elsewhere", "firstName": "Ana", "lastName": "Yax" })));
    gateway.on_read("/users/nobody", refusal(404, "7100"));
    let desk = rig.desk_at(&gateway.base_url).await;
    assert_eq!(desk.refresh_directory().await.unwrap().new_cards, 2);
    let order = DirectoryOrder { by: DirectoryColumn::Name, is_descending: false };
    let query = DirectoryQuery { text: "yax".to_owned(), filter: DirectoryFilter::All, order, locate: None, offset: 0, limit: 10 };
    let found = desk.directory(query).await.unwrap();
    assert_eq!(found.rows[0].cards[0].card_id, "8");
}
