//! The directory brought up to date from listings of any size and cut.

use std::collections::HashSet;

use axum::http::Method;

use crate::rig::Rig;
use crate::scripted::{Listing, Scripted};

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
