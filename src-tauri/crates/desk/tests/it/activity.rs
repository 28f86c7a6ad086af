//! The record of what everybody did: whoever's it is, by whom, on which day, and a transfer between two cards once.

use cardesk_desk::view::{
    ActivityRequest, ActivityRow, FundsAction, FundsDraftRequest, FundsForm, HappeningAction, HappeningKind, HappeningResult,
    OperationState,
};
use cardesk_desk::{Desk, ErrorCode};
use cardesk_sandbox::Practice;

use crate::rig::Rig;
use crate::whole_job::practice_and_desk;

const DAY_SECONDS: i64 = 86_400;

fn everything() -> ActivityRequest {
    ActivityRequest {
        before: None,
        kind: None,
        results: Vec::new(),
        operator: None,
        day: None,
        text: String::new(),
        text_actions: Vec::new(),
        limit: 50,
    }
}

async fn rows(desk: &Desk, request: ActivityRequest) -> Vec<ActivityRow> {
    desk.activity(request).await.unwrap().rows
}

fn actions(rows: &[ActivityRow]) -> Vec<HappeningAction> {
    rows.iter().map(|row| row.happening.action).collect()
}

/// Two active cards of different people, in the desk's directory.
async fn two_cards(practice: &Practice, desk: &Desk) -> [String; 2] {
    let plastics = practice.plastics().await.unwrap();
    let active: Vec<_> = plastics.iter().filter(|plastic| plastic.state.as_str() == "ACTIVE").collect();
    let one = active[0];
    let other = active.iter().find(|plastic| plastic.cardholder_id != one.cardholder_id).unwrap();
    for plastic in [one, other] {
        desk.cardholder(plastic.cardholder_id.as_str()).await.unwrap();
    }
    [one.card_id.to_string(), other.card_id.to_string()]
}

async fn transfer(desk: &Desk, from: &str, to: &str) {
    let request = FundsDraftRequest {
        card_id: from.to_owned(),
        kind: FundsAction::Transfer,
        to_card_id: Some(to.to_owned()),
        amount_typed: "0.01".to_owned(),
        reference: None,
    };
    let form = FundsForm {
        reference: desk.draft_funds(request).await.unwrap().reference,
        to_card_id: Some(to.to_owned()),
        amount_typed: "0.01".to_owned(),
        amount_again: None,
        note: String::new(),
        despite: None,
    };
    assert_eq!(desk.submit_funds(form).await.unwrap().state, OperationState::Applied);
}

#[tokio::test]
async fn what_everybody_did_is_told_once_newest_first_with_whose_it_is() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let [from, to] = two_cards(&practice, &desk).await;
    desk.rename_card(&to, None, "Gasolina").await.unwrap();
    transfer(&desk, &from, &to).await;
    desk.begin_packing_box("Caja 1").await.unwrap();

    let page = desk.activity(everything()).await.unwrap();
    use HappeningAction::{BoxBegun, CardRenamed, FundsTransferred};
    assert_eq!((actions(&page.rows), page.has_older), (vec![BoxBegun, FundsTransferred, CardRenamed], false));
    assert_eq!(page.operators, ["Operadora"]);
    let [of_box, transferred, renamed] = &page.rows[..] else { panic!("{page:?}") };
    assert_eq!((of_box.cardholder_id.as_deref(), of_box.display_name.as_deref(), &*of_box.last_four), (None, None, ""));
    let holder = desk.card(&from).await.unwrap();
    assert_eq!(transferred.display_name.as_deref(), Some(&*holder.cardholder_display_name), "it is told at whoever paid");
    assert_eq!(transferred.last_four, holder.card.last_four);
    assert!(transferred.happening.sides.is_some());

    let first = ActivityRequest { limit: 2, ..everything() };
    let newest = desk.activity(first.clone()).await.unwrap();
    let before = newest.rows.last().map(|row| row.happening.number.clone());
    assert_eq!((actions(&newest.rows), newest.has_older), (vec![BoxBegun, FundsTransferred], true));
    assert_eq!(rows(&desk, ActivityRequest { before, ..first }).await, std::slice::from_ref(renamed));
}

#[tokio::test]
async fn it_is_found_by_kind_result_operator_day_and_name() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let [one, other] = two_cards(&practice, &desk).await;
    desk.rename_card(&one, None, "Gasolina").await.unwrap();
    let renamed_on = desk.session().await.unwrap().today;
    rig.clock.pass(DAY_SECONDS);
    transfer(&desk, &other, &one).await;
    let wrong = desk.unblock_card(&one, "").await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::GatewayRefused);

    use HappeningAction::{CardRenamed, CardUnblocked, FundsTransferred};
    let found = async |request| actions(&rows(&desk, request).await);
    assert_eq!(found(ActivityRequest { kind: Some(HappeningKind::Money), ..everything() }).await, [FundsTransferred]);
    assert_eq!(found(ActivityRequest { results: vec![HappeningResult::Refused], ..everything() }).await, [CardUnblocked]);
    assert_eq!(found(ActivityRequest { day: Some(renamed_on), ..everything() }).await, [CardRenamed]);
    let today = desk.session().await.unwrap().today;
    assert_eq!(found(ActivityRequest { day: Some(today), ..everything() }).await, [CardUnblocked, FundsTransferred]);
    assert_eq!(found(ActivityRequest { operator: Some("Otra".to_owned()), ..everything() }).await, []);
    assert_eq!(found(ActivityRequest { operator: Some("Operadora".to_owned()), ..everything() }).await.len(), 3);
    let payer = desk.card(&other).await.unwrap().cardholder_display_name;
    let last_name = payer.split(',').next().unwrap().to_lowercase();
    let by_name = rows(&desk, ActivityRequest { text: last_name, ..everything() }).await;
    assert!(by_name.iter().any(|row| row.happening.action == FundsTransferred), "{by_name:?}");
    assert!(by_name.iter().all(|row| row.display_name.as_ref() == Some(&payer)), "{by_name:?}");
}
