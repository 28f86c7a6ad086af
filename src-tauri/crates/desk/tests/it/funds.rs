//! The form of a load and a withdrawal: what is said before anything is sent.

use cardesk_desk::view::{FundsAction, FundsDraftRequest, FundsForm, OperationState};
use cardesk_desk::{ErrorCode, FieldCode};

use crate::outcomes::{draft_request, form};
use crate::rig::Rig;
use crate::scripted::{CARD, CARDHOLDER, Scripted};

#[tokio::test]
async fn bad_amounts_are_told_at_their_field_and_nothing_is_sent_or_written() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    for (typed, code) in [
        ("", FieldCode::Missing),
        ("0", FieldCode::AmountNotPositive),
        ("0.00", FieldCode::AmountNotPositive),
        ("-5", FieldCode::AmountNotPositive),
        ("1.250", FieldCode::AmountAmbiguous),
        ("12,5", FieldCode::AmountAmbiguous),
        ("10.1234", FieldCode::AmountTooManyDecimals),
        ("0.00001", FieldCode::AmountTooManyDecimals),
        ("1e3", FieldCode::AmountForm),
        ("NaN", FieldCode::AmountForm),
        ("١٢", FieldCode::AmountForm),
        ("9999999999999999999", FieldCode::AmountTooLarge),
        // The journal counts ten-thousandths in 64 bits.
        ("922337203685477.59", FieldCode::AmountTooLarge),
    ] {
        let draft = desk.draft_funds(draft_request(FundsAction::Load, typed)).await.unwrap();
        assert_eq!(draft.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [code], "{typed:?}");
        assert_eq!((draft.amount, draft.ending_balance), (None, None), "{typed:?}");
        let error = desk.submit_funds(form(&draft.reference, typed)).await.unwrap_err();
        assert_eq!((error.code, error.fields[0].code), (ErrorCode::FieldsNeedMending, code), "{typed:?}");
    }
    assert_eq!(gateway.funds().len(), 0);
    assert_eq!(desk.operations_of_card(CARD).await.unwrap(), []);
}

#[tokio::test]
async fn the_ending_balance_and_an_overdraw_are_told_before_sending() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let load = desk.draft_funds(draft_request(FundsAction::Load, "1,250.00")).await.unwrap();
    assert_eq!(
        (load.balance.as_deref(), load.amount.as_deref(), load.ending_balance.as_deref()),
        (Some("1842.50"), Some("1250.00"), Some("3092.50"))
    );
    assert_eq!((load.last_four.as_str(), load.currency.as_deref(), load.problems.len()), ("4417", Some("GTQ"), 0));
    let all = desk.draft_funds(draft_request(FundsAction::Withdrawal, "1,842.50")).await.unwrap();
    assert_eq!((all.ending_balance.as_deref(), all.problems.len()), (Some("0.00"), 0));
    let too_much = desk.draft_funds(draft_request(FundsAction::Withdrawal, "1,842.51")).await.unwrap();
    assert_eq!(too_much.problems[0].code, FieldCode::AmountOverdraws);
    assert_eq!(too_much.problems[0].params["ending"], "-0.01");
    assert!(desk.submit_funds(form(&too_much.reference, "1,842.51")).await.is_err());
    assert_eq!(gateway.funds().len(), 0);
}

#[tokio::test]
async fn above_the_limit_the_amount_is_typed_once_more() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let at_limit = desk.draft_funds(draft_request(FundsAction::Load, "5,000.00")).await.unwrap();
    assert_eq!((at_limit.needs_amount_again, at_limit.confirmation_limit.as_str()), (false, "5000.00"));
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "5,000.01")).await.unwrap();
    assert!(draft.needs_amount_again);
    let again = |typed: Option<&str>| FundsForm { amount_again: typed.map(ToOwned::to_owned), ..form(&draft.reference, "5,000.01") };
    for (typed, code) in [
        (None, FieldCode::AmountAgainMissing),
        (Some(" "), FieldCode::AmountAgainMissing),
        (Some("5,000.10"), FieldCode::AmountAgainDiffers),
        (Some("x"), FieldCode::AmountAgainDiffers),
    ] {
        let error = desk.submit_funds(again(typed)).await.unwrap_err();
        assert_eq!(error.fields[0].code, code, "{typed:?}");
    }
    assert_eq!(gateway.funds().len(), 0);
    assert_eq!(desk.submit_funds(again(Some("5000.01"))).await.unwrap().state, OperationState::Applied);
}

#[tokio::test]
async fn a_note_has_at_most_fifty_printable_characters() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "10.00")).await.unwrap();
    for (note, code) in [("ñ".repeat(51), FieldCode::TooLong), ("a\u{202e}b".to_owned(), FieldCode::Unprintable)] {
        let error = desk.submit_funds(FundsForm { note, ..form(&draft.reference, "10.00") }).await.unwrap_err();
        assert_eq!(error.fields[0].code, code);
    }
    assert_eq!(gateway.funds().len(), 0);
    let sent = desk.submit_funds(FundsForm { note: "ñ".repeat(50), ..form(&draft.reference, "10.00") }).await.unwrap();
    assert_eq!(sent.state, OperationState::Applied);
}

#[tokio::test]
async fn a_draft_keeps_its_reference_while_it_is_typed_and_a_discarded_one_is_never_sent() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "1")).await.unwrap();
    let going_on = FundsDraftRequest { reference: Some(draft.reference.clone()), ..draft_request(FundsAction::Load, "12") };
    assert_eq!(desk.draft_funds(going_on.clone()).await.unwrap().reference, draft.reference);
    // The other way is another operation.
    let other_way = FundsDraftRequest { kind: FundsAction::Withdrawal, ..going_on };
    assert_ne!(desk.draft_funds(other_way).await.unwrap().reference, draft.reference);
    desk.discard_funds(&draft.reference).await.unwrap();
    let error = desk.submit_funds(form(&draft.reference, "12")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::OperationNotFound);
    assert_eq!(gateway.funds().len(), 0);
}

#[tokio::test]
async fn a_form_that_was_sent_goes_on_with_nothing_else() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let first = desk.draft_funds(draft_request(FundsAction::Load, "10.00")).await.unwrap();
    desk.submit_funds(form(&first.reference, "10.00")).await.unwrap();
    for amount in ["10.00", "20.00"] {
        let going_on = FundsDraftRequest { reference: Some(first.reference.clone()), ..draft_request(FundsAction::Load, amount) };
        let error = desk.draft_funds(going_on).await.unwrap_err();
        assert_eq!((error.code, error.reference.as_ref()), (ErrorCode::SubmittedAlready, Some(&first.reference)));
    }
    assert_eq!(gateway.funds().len(), 1);
    let next = desk.draft_funds(draft_request(FundsAction::Load, "20.00")).await.unwrap();
    assert_eq!(desk.submit_funds(form(&next.reference, "20.00")).await.unwrap().state, OperationState::Applied);
}

#[tokio::test]
async fn a_card_that_can_not_be_read_is_shown_as_it_was_with_its_age() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let fresh = desk.card(CARD).await.unwrap();
    assert!(!fresh.freshness.is_stale);
    assert_eq!(fresh.cardholder_display_name, "Ramírez Núñez, María José");
    desk.practice_failed("the port is taken".to_owned());
    desk.practice_started(crate::rig::access_at("http://127.0.0.1:1")).await;
    let stale = desk.card(CARD).await.unwrap();
    assert!(stale.freshness.is_stale);
    assert_eq!(stale.freshness.error.unwrap().code, ErrorCode::GatewayNotConnected);
    assert_eq!((stale.freshness.fetched_at, stale.card), (fresh.freshness.fetched_at, fresh.card));
}

#[tokio::test]
async fn a_cardholder_that_can_not_be_read_is_shown_as_they_were_with_their_age() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let fresh = desk.cardholder(CARDHOLDER).await.unwrap();
    assert!(!fresh.freshness.is_stale);
    desk.practice_failed("the port is taken".to_owned());
    desk.practice_started(crate::rig::access_at("http://127.0.0.1:1")).await;
    let stale = desk.cardholder(CARDHOLDER).await.unwrap();
    assert!(stale.freshness.is_stale);
    assert_eq!(stale.freshness.error.unwrap().code, ErrorCode::GatewayNotConnected);
    assert_eq!((stale.freshness.fetched_at, stale.cards), (fresh.freshness.fetched_at, fresh.cards));
    assert_eq!((stale.profile.display_name, stale.profile.username), (fresh.profile.display_name, fresh.profile.username));
}
