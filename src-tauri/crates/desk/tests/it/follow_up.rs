//! Taking back what was applied, and making again what was not.

use axum::http::Method;
use cardesk_desk::view::{
    FollowUpForm, FollowUpKind, FundsAction, HappeningKind, HappeningView, HappeningsRequest, LinkKind, OperationKind, OperationState,
    OperationView,
};
use cardesk_desk::{Desk, ErrorCode, FieldCode};

use crate::outcomes::{draft_request, form};
use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted, refusal};

async fn load(desk: &Desk, amount: &str) -> OperationView {
    let draft = desk.draft_funds(draft_request(FundsAction::Load, amount)).await.unwrap();
    desk.submit_funds(form(&draft.reference, amount)).await.unwrap()
}

pub(crate) fn follow_up(reference: &str, reason: &str) -> FollowUpForm {
    FollowUpForm { reference: reference.to_owned(), reason: reason.to_owned(), amount_again: None, despite: None }
}

#[tokio::test]
async fn a_mistaken_load_is_taken_back_once_by_the_opposite_operation_with_its_reason() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let mistaken = load(&desk, "100.00").await;
    assert!(mistaken.can_correct);
    let draft = desk.draft_follow_up(&mistaken.reference, FollowUpKind::Corrects, None).await.unwrap();
    let funds = draft.funds.as_ref().unwrap();
    assert_eq!(
        (funds.kind, funds.amount.as_deref(), funds.ending_balance.as_deref()),
        (FundsAction::Withdrawal, Some("100.00"), Some("2992.50"))
    );
    assert_eq!(
        desk.draft_follow_up(&mistaken.reference, FollowUpKind::Corrects, Some(&draft.reference)).await.unwrap().reference,
        draft.reference
    );

    let unreasoned = desk.submit_follow_up(follow_up(&draft.reference, "")).await.unwrap_err();
    assert_eq!((unreasoned.code, unreasoned.fields[0].code), (ErrorCode::FieldsNeedMending, FieldCode::Missing));
    let submit = || desk.submit_follow_up(follow_up(&draft.reference, "Tarjeta equivocada"));
    let (first, second) = tokio::join!(submit(), submit());
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.state, &second.reference), (OperationState::Applied, &first.reference));
    let sent = gateway.funds();
    assert_eq!(sent.len(), 2);
    assert_eq!(
        (sent[1].body["operation"].as_str(), sent[1].body["description"].as_str()),
        (Some("WITHDRAW_FUNDS"), Some("Tarjeta equivocada"))
    );
    assert_eq!((first.names[0].kind, &first.names[0].reference), (LinkKind::Corrects, &mistaken.reference));

    let listed = desk.operations_of_card(CARD).await.unwrap();
    let corrected = listed.iter().find(|operation| operation.reference == mistaken.reference).unwrap();
    assert_eq!((corrected.can_correct, &corrected.named_by[0].reference), (false, &first.reference));
    let again = desk.draft_follow_up(&mistaken.reference, FollowUpKind::Corrects, None).await.unwrap_err();
    assert_eq!((again.code, again.reference.as_ref()), (ErrorCode::FollowedAlready, Some(&first.reference)));
    // The correction is found by what it takes back as well, and both by their card's last four.
    for text in ["", &*mistaken.reference, "4417"] {
        let rows = money_of_the_record(&desk, text).await;
        let told: Vec<_> = rows.iter().map(|row| (row.reference.as_deref(), row.corrects.as_deref())).collect();
        assert_eq!(told, [(Some(&*first.reference), Some(&*mistaken.reference)), (Some(&*mistaken.reference), None)], "{text}");
    }
}

/// What the record of the card says of money, newest first, as far as the text is in it.
pub(crate) async fn money_of_the_record(desk: &Desk, text: &str) -> Vec<HappeningView> {
    let request = HappeningsRequest {
        cardholder_id: CARDHOLDER.to_owned(),
        card_id: Some(CARD.to_owned()),
        before: None,
        kind: Some(HappeningKind::Money),
        results: Vec::new(),
        text: text.to_owned(),
        text_actions: Vec::new(),
        limit: 10,
    };
    desk.happenings(request).await.unwrap().rows
}

#[tokio::test]
async fn a_correction_that_the_gateway_refused_can_be_made_again_and_still_takes_back_once() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let mistaken = load(&desk, "100.00").await;
    let draft = desk.draft_follow_up(&mistaken.reference, FollowUpKind::Corrects, None).await.unwrap();
    gateway.will([refusal(400, "7303")]);
    let refused = desk.submit_follow_up(follow_up(&draft.reference, "Tarjeta equivocada")).await.unwrap();
    assert_eq!((refused.state, refused.can_make_again), (OperationState::Refused, true));
    let again = desk.draft_follow_up(&refused.reference, FollowUpKind::MakesAgain, None).await.unwrap();
    let applied = desk.submit_follow_up(follow_up(&again.reference, "")).await.unwrap();
    assert_eq!(applied.state, OperationState::Applied);
    assert_eq!(applied.names.iter().map(|link| link.kind).collect::<Vec<_>>(), [LinkKind::Corrects, LinkKind::MakesAgain]);
    let twice = desk.draft_follow_up(&mistaken.reference, FollowUpKind::Corrects, None).await.unwrap_err();
    assert_eq!(twice.code, ErrorCode::FollowedAlready);
}

#[tokio::test]
async fn a_transfer_is_taken_back_from_the_card_that_it_paid() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.add_card(48_300);
    let desk = rig.desk_at(&gateway.base_url).await;
    let request =
        cardesk_desk::view::FundsDraftRequest { to_card_id: Some("48300".to_owned()), ..draft_request(FundsAction::Transfer, "50.00") };
    let draft = desk.draft_funds(request).await.unwrap();
    let to_form = cardesk_desk::view::FundsForm { to_card_id: Some("48300".to_owned()), ..form(&draft.reference, "50.00") };
    let transfer = desk.submit_funds(to_form).await.unwrap();
    let back = desk.draft_follow_up(&transfer.reference, FollowUpKind::Corrects, None).await.unwrap();
    let outcome = desk.submit_follow_up(follow_up(&back.reference, "De vuelta")).await.unwrap();
    assert_eq!(
        (outcome.kind, outcome.card_id.as_deref(), outcome.to_card_id.as_deref()),
        (OperationKind::Transfer, Some("48300"), Some(CARD))
    );
    let sent = gateway.seen(&Method::POST, "/cards/transfer").pop().unwrap();
    assert_eq!((sent.body["fromCardId"].as_u64(), sent.body["toCardId"].as_u64()), (Some(48_300), Some(48_213)));
}

#[tokio::test]
async fn a_refused_issue_is_made_again_under_its_old_name_and_a_second_card_is_not_issued() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([refusal(409, "7213")]);
    let refused = desk.issue_card(CARDHOLDER).await.unwrap().operation;
    let draft = desk.draft_follow_up(&refused.reference, FollowUpKind::MakesAgain, None).await.unwrap();
    assert_eq!(draft.funds, None);
    let issued = desk.submit_follow_up(follow_up(&draft.reference, "")).await.unwrap();
    assert_eq!((issued.state, &issued.names[0].reference), (OperationState::Applied, &refused.reference));
    assert_eq!(desk.submit_follow_up(follow_up(&draft.reference, "")).await.unwrap().reference, issued.reference);
    assert_eq!(gateway.seen(&Method::POST, "/virtuals").len(), 2);
}

#[tokio::test]
async fn what_is_open_or_applied_is_not_made_again_and_what_is_open_is_not_taken_back() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let applied = load(&desk, "10.00").await;
    gateway.will([Answer::Dropped]);
    let lost = load(&desk, "11.00").await;
    for (older, kind) in [(&applied, FollowUpKind::MakesAgain), (&lost, FollowUpKind::MakesAgain), (&lost, FollowUpKind::Corrects)] {
        let error = desk.draft_follow_up(&older.reference, kind, None).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::OperationDoesNotAllow, "{kind:?}");
    }
    assert_eq!(desk.draft_follow_up("CD-0000-0000", FollowUpKind::Corrects, None).await.unwrap_err().code, ErrorCode::OperationNotFound);
}

#[tokio::test]
async fn what_another_of_the_chain_has_done_is_offered_by_none_of_it_and_told() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let again = async |older: &str| {
        let draft = desk.draft_follow_up(older, FollowUpKind::MakesAgain, None).await.unwrap();
        desk.submit_follow_up(follow_up(&draft.reference, "")).await.unwrap()
    };
    gateway.will([refusal(400, "7303"), refusal(400, "7303")]);
    let first = load(&desk, "10.00").await;
    let second = again(&first.reference).await;
    assert_eq!(second.state, OperationState::Refused);
    let third = again(&first.reference).await;
    assert_eq!(third.state, OperationState::Applied);

    let listed = desk.operations_of_card(CARD).await.unwrap();
    let sibling = listed.iter().find(|operation| operation.reference == second.reference).unwrap();
    assert_eq!((sibling.can_make_again, sibling.done_instead_by.as_ref()), (false, Some(&third.reference)));
    let error = desk.draft_follow_up(&second.reference, FollowUpKind::MakesAgain, None).await.unwrap_err();
    assert_eq!((error.code, error.reference), (ErrorCode::FollowedAlready, Some(third.reference)));
    assert_eq!(gateway.funds().len(), 3);
}
