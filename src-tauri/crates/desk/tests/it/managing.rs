//! Managing a card without moving money: blocking, unblocking, the alias, an existing card, the issuer's statement. What
//! holds against Practice, between two operators, without a permission, and when an answer is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::Method;
use cardesk_desk::view::{
    Action, ActionOffer, CardState, CardView, DirectoryFilter, DirectoryOrder, DirectoryQuery, FundsAction, FundsDraftRequest, FundsForm,
    HappeningAction, HappeningResult, IssuerStatementState, NotOfferedReason, OperationState, SecretText, StatementRequest,
};
use cardesk_desk::{Desk, DeskResult, ErrorCode, Field, FieldCode};
use cardesk_domain::Permission;
use cardesk_sandbox::{PermissionSet, PortChoice, Practice, PracticeConfig};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::rig::{BEGIN, Rig, all_bytes_below};
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted, data, refusal};
use crate::whole_job::{access_of, practice_and_desk};

/// Practice's clock, at the moment at which every desk of these tests begins.
#[derive(Debug)]
struct PracticeClock(AtomicI64);

impl cardesk_sandbox::Clock for PracticeClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// An active card of Practice's, and whose it is.
async fn active_card(practice: &Practice) -> (String, String) {
    let plastic = practice.plastics().await.unwrap().into_iter().find(|plastic| plastic.state.as_str() == "ACTIVE").unwrap();
    (plastic.cardholder_id.to_string(), plastic.card_id.to_string())
}

fn offer(view: &CardView, action: Action) -> &ActionOffer {
    view.actions.iter().find(|offer| offer.action == action).unwrap()
}

/// What happened to a cardholder here, the newest first.
async fn happened(desk: &Desk, cardholder: &str) -> Vec<(HappeningAction, HappeningResult, Option<String>)> {
    let rows = desk.cardholder(cardholder).await.unwrap().happenings;
    rows.into_iter().map(|row| (row.action, row.result, row.detail)).collect()
}

fn problem<T: std::fmt::Debug>(outcome: DeskResult<T>) -> (Field, FieldCode) {
    let error = outcome.unwrap_err();
    assert_eq!((error.code, error.fields.len()), (ErrorCode::FieldsNeedMending, 1), "{error:?}");
    (error.fields[0].field, error.fields[0].code)
}

#[tokio::test]
async fn a_card_is_blocked_with_a_reason_and_unblocked_and_each_is_told_once() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (cardholder, card) = active_card(&practice).await;
    assert_eq!(offer(&desk.card(&card).await.unwrap(), Action::Block).not_offered, None);

    let blocked = desk.block_card(&card, " Extravío en el bus ").await.unwrap();
    assert_eq!(blocked.card.state, CardState::Blocked);
    assert_eq!(offer(&blocked, Action::Unblock).not_offered, None);
    for closed in [Action::Block, Action::Load, Action::SetPin, Action::RevealCvv] {
        assert_eq!(offer(&blocked, closed).not_offered, Some(NotOfferedReason::CardBlocked), "{closed:?}");
    }

    let unblocked = desk.unblock_card(&card, "").await.unwrap();
    assert_eq!(unblocked.card.state, CardState::Active);
    assert_eq!(offer(&unblocked, Action::Unblock).not_offered, Some(NotOfferedReason::CardAlreadyActive));
    assert_eq!(
        happened(&desk, &cardholder).await,
        [
            (HappeningAction::CardUnblocked, HappeningResult::Done, None),
            (HappeningAction::CardBlocked, HappeningResult::Done, Some("Extravío en el bus".to_owned())),
        ],
        "what is done here is not told once more as something seen"
    );
}

#[tokio::test]
async fn of_two_operators_the_later_one_sees_what_the_other_changed() {
    let (first_rig, second_rig) = (Rig::new(), Rig::new());
    let (practice, first) = practice_and_desk(&first_rig).await;
    let second = second_rig.desk().await;
    second.practice_started(access_of(&practice)).await;
    let (cardholder, card) = active_card(&practice).await;
    let seen = second.card(&card).await.unwrap();
    assert_eq!(offer(&seen, Action::Block).not_offered, None);

    first.block_card(&card, "Robo").await.unwrap();
    let refused = second.block_card(&card, "Extravío").await.unwrap_err();
    assert_eq!((refused.code, refused.params["code"].as_str()), (ErrorCode::GatewayRefused, "7213"));
    assert!(!refused.retryable);
    // The directory never asks the gateway: what it shows was read after the refusal.
    let query = DirectoryQuery {
        text: seen.card.last_four.clone(),
        filter: DirectoryFilter::All,
        order: DirectoryOrder::default(),
        locate: None,
        offset: 0,
        limit: 100,
    };
    let rows = second.directory(query).await.unwrap().rows;
    let badge = rows.iter().flat_map(|row| &row.cards).find(|badge| badge.card_id == card).unwrap();
    assert_eq!(badge.state, CardState::Blocked);
    let told = happened(&second, &cardholder).await;
    let actions: Vec<_> = told.iter().map(|(action, result, _)| (*action, *result)).collect();
    assert_eq!(
        actions,
        [(HappeningAction::CardStateChanged, HappeningResult::Done), (HappeningAction::CardBlocked, HappeningResult::Refused)]
    );
}

#[tokio::test]
async fn a_reason_and_an_alias_that_can_t_be_are_refused_at_the_field_and_nothing_is_sent() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    let number = "con la 4111 1111 1111 1111";
    for (wrong, code) in [
        ("", FieldCode::Missing),
        ("   ", FieldCode::Missing),
        (&"x".repeat(201), FieldCode::TooLong),
        ("a\nb", FieldCode::Unprintable),
        (number, FieldCode::CardNumberGiven),
    ] {
        assert_eq!(problem(desk.block_card(CARD, wrong).await), (Field::Reason, code), "{wrong:?}");
    }
    assert_eq!(problem(desk.unblock_card(CARD, "a\u{202e}b").await), (Field::Reason, FieldCode::Unprintable));
    for (wrong, code) in [
        ("", FieldCode::Missing),
        (" \u{a0} ", FieldCode::Missing),
        (&"ñ".repeat(51), FieldCode::TooLong),
        (&"ñ".repeat(300), FieldCode::TooLong),
        ("caja\tchica", FieldCode::Unprintable),
        (number, FieldCode::AliasCardNumber),
    ] {
        assert_eq!(problem(desk.rename_card(CARD, Some("Viáticos"), wrong).await), (Field::Alias, code), "{wrong:?}");
    }
    assert_eq!(gateway.seen(&Method::PATCH, "").len(), 0);
    assert_eq!(desk.block_card("48213x", "Robo").await.unwrap_err().code, ErrorCode::CardNotFound);
}

#[tokio::test]
async fn an_alias_is_changed_and_stands_in_the_list_at_once() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (cardholder, card) = active_card(&practice).await;
    let seen = desk.card(&card).await.unwrap().card.alias;
    let renamed = desk.rename_card(&card, seen.as_deref(), "  Viáticos de Ana  ").await.unwrap();
    assert_eq!(renamed.card.alias.as_deref(), Some("Viáticos de Ana"));
    let view = desk.cardholder(&cardholder).await.unwrap();
    assert!(view.cards.iter().any(|each| each.card_id == card && each.alias.as_deref() == Some("Viáticos de Ana")));
    assert_eq!(happened(&desk, &cardholder).await[0], (HappeningAction::CardRenamed, HappeningResult::Done, renamed.card.alias));
}

#[tokio::test]
async fn of_two_operators_who_rename_a_card_the_later_one_is_told_its_alias_and_nothing_is_sent() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let error = desk.rename_card(CARD, Some("Caja chica"), "Gasolina").await.unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::AliasChanged, false));
    assert_eq!(error.params["alias"], "Viáticos");
    let none_seen = desk.rename_card(CARD, None, "Gasolina").await.unwrap_err();
    assert_eq!(none_seen.code, ErrorCode::AliasChanged, "somebody gave it its first alias");
    let same = desk.rename_card(CARD, Some("Caja chica"), " Viáticos ").await.unwrap();
    assert_eq!(same.card.alias.as_deref(), Some("Viáticos"), "the other operator did the same");
    assert!(gateway.seen(&Method::PATCH, "/alias").is_empty());
    assert_eq!(happened(&desk, CARDHOLDER).await, []);
    desk.rename_card(CARD, Some("Viáticos"), "Gasolina").await.unwrap_err();
    assert_eq!(gateway.seen(&Method::PATCH, "/alias").len(), 1, "what was seen is what it is called: it is sent");
}

#[tokio::test]
async fn between_two_desks_no_alias_is_overwritten_unseen() {
    let (first_rig, second_rig) = (Rig::new(), Rig::new());
    let (practice, first) = practice_and_desk(&first_rig).await;
    let second = second_rig.desk().await;
    second.practice_started(access_of(&practice)).await;
    let (_, card) = active_card(&practice).await;
    let seen = second.card(&card).await.unwrap().card.alias;
    first.rename_card(&card, seen.as_deref(), "Gasolina").await.unwrap();
    let error = second.rename_card(&card, seen.as_deref(), "Viáticos").await.unwrap_err();
    assert_eq!((error.code, error.params["alias"].as_str()), (ErrorCode::AliasChanged, "Gasolina"));
    let renamed = second.rename_card(&card, Some("Gasolina"), "Viáticos").await.unwrap();
    assert_eq!(renamed.card.alias.as_deref(), Some("Viáticos"));
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named_and_its_offers_are_gone_for_the_session_only() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (cardholder, card) = active_card(&practice).await;
    desk.card(&card).await.unwrap();
    practice.set_permissions(PermissionSet::NoCardChanges.permissions());

    let refused = desk.block_card(&card, "Robo").await.unwrap_err();
    assert_eq!((refused.code, refused.params["permission"].as_str()), (ErrorCode::GatewayForbidden, "updateStatus"));
    assert_eq!(happened(&desk, &cardholder).await[0].1, HappeningResult::Refused);
    // The session goes on: everything else is still on offer, and works.
    let view = desk.card(&card).await.unwrap();
    for gone in [Action::Block, Action::Unblock] {
        let offer = offer(&view, gone);
        assert_eq!((offer.not_offered, offer.permission.as_deref()), (Some(NotOfferedReason::PermissionMissing), Some("updateStatus")));
    }
    assert_eq!(offer(&view, Action::Rename).not_offered, None, "nobody has been refused that");
    let other = practice.plastics().await.unwrap().into_iter().rfind(|plastic| plastic.state.as_str() == "ACTIVE").unwrap();
    let other = desk.card(&other.card_id.to_string()).await.unwrap();
    assert_eq!(offer(&other, Action::Block).permission.as_deref(), Some("updateStatus"), "the permission is the company's");

    practice.set_permissions(PermissionSet::Everything.permissions());
    assert!(offer(&desk.card(&card).await.unwrap(), Action::Block).permission.is_some(), "until the session ends");
    desk.forget_denials().await.unwrap();
    assert_eq!(offer(&desk.card(&card).await.unwrap(), Action::Block).not_offered, None);
    assert_eq!(desk.block_card(&card, "Robo").await.unwrap().card.state, CardState::Blocked);
}

#[tokio::test]
async fn what_the_gateway_names_no_permission_for_is_still_taken_off_the_offer() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([refusal(403, "FORBIDDEN")]);
    let request = StatementRequest { card_id: CARD.to_owned(), month: "11/2026".to_owned() };
    let refused = desk.request_statement(&request).await.unwrap_err();
    assert_eq!((refused.code, refused.params.get("permission")), (ErrorCode::GatewayForbidden, None));
    let view = desk.card(CARD).await.unwrap();
    let offer = offer(&view, Action::RequestStatement);
    assert_eq!((offer.not_offered, offer.permission.as_deref()), (Some(NotOfferedReason::PermissionMissing), None));
}

#[tokio::test]
async fn money_that_is_refused_for_want_of_a_permission_names_it_and_its_offer_is_gone() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    practice.set_permissions(PermissionSet::NoMoney.permissions());
    let mut active = practice.plastics().await.unwrap().into_iter().filter(|plastic| plastic.state.as_str() == "ACTIVE");
    let (from, to) = (active.next().unwrap().card_id.to_string(), active.next().unwrap().card_id.to_string());
    desk.card(&to).await.unwrap();
    desk.card(&from).await.unwrap();
    let request = FundsDraftRequest {
        card_id: from.clone(),
        kind: FundsAction::Transfer,
        to_card_id: Some(to.clone()),
        amount_typed: "0.01".to_owned(),
        reference: None,
    };
    let draft = desk.draft_funds(request).await.unwrap();
    let form = FundsForm {
        reference: draft.reference,
        to_card_id: Some(to),
        amount_typed: "0.01".to_owned(),
        amount_again: None,
        note: String::new(),
        despite: None,
    };
    let refused = desk.submit_funds(form).await.unwrap();
    assert_eq!(refused.state, OperationState::Refused);
    assert_eq!(refused.permission.as_deref(), Some("transferBetweenCards"));
    let view = desk.card(&from).await.unwrap();
    assert_eq!(offer(&view, Action::Transfer).permission.as_deref(), Some("transferBetweenCards"));
    assert_eq!(offer(&view, Action::Load).not_offered, None);
}

fn scripted_card(state: &str) -> Answer {
    data(&json!({
        "id": 48213, "userId": CARDHOLDER, "maskedPan": "411111******4417", "status": state, "currency": "GTQ", "balance": 10,
    }))
}

#[tokio::test]
async fn where_an_answer_is_lost_the_card_itself_tells_and_nothing_is_sent_again() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();

    // The card does not show it: not known, and told as not known.
    gateway.will([Answer::Dropped]);
    let unknown = desk.block_card(CARD, "Robo").await.unwrap_err();
    assert_eq!((unknown.code, unknown.retryable), (ErrorCode::ChangeUncertain, false));
    // The card shows it: done.
    gateway.will([Answer::AppliedAndDropped]);
    assert_eq!(desk.block_card(CARD, "Robo").await.unwrap().card.state, CardState::Blocked);
    // The answer says that it is done, and shows a card on which it is not.
    gateway.will([scripted_card("BLOCKED")]);
    assert_eq!(desk.unblock_card(CARD, "").await.unwrap_err().code, ErrorCode::ChangeUncertain);
    assert_eq!(gateway.seen(&Method::PATCH, "/status").len(), 3, "each once");
    let told = happened(&desk, CARDHOLDER).await;
    let told: Vec<_> = told.into_iter().rev().collect();
    let words = |words: &str| Some(words.to_owned());
    assert_eq!(
        told,
        [
            (HappeningAction::CardBlocked, HappeningResult::Unknown, words("connection_lost")),
            (HappeningAction::CardBlocked, HappeningResult::Done, words("Robo")),
            (HappeningAction::CardUnblocked, HappeningResult::Unknown, words("about_something_else")),
        ]
    );
}

#[tokio::test]
async fn an_adjustment_that_is_refused_one_way_stays_on_offer_the_other_way_and_is_made() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (_, card) = active_card(&practice).await;
    let adjust = async |kind| {
        let request = FundsDraftRequest { card_id: card.clone(), kind, to_card_id: None, amount_typed: "0.01".to_owned(), reference: None };
        let reference = desk.draft_funds(request).await.unwrap().reference;
        let form = FundsForm {
            reference,
            to_card_id: None,
            amount_typed: "0.01".to_owned(),
            amount_again: None,
            note: String::new(),
            despite: None,
        };
        desk.submit_funds(form).await.unwrap().state
    };
    practice.set_permissions(Permission::KNOWN.into_iter().filter(|known| *known != Permission::WithdrawFunds).collect());
    assert_eq!(adjust(FundsAction::AdjustmentWithdrawal).await, OperationState::Refused);
    // An allowed one says nothing of the other.
    for _ in 0..2 {
        let view = desk.card(&card).await.unwrap();
        for action in [Action::AdjustmentWithdrawal, Action::Withdraw] {
            assert_eq!(offer(&view, action).permission.as_deref(), Some("withdrawFunds"), "{action:?}");
        }
        for action in [Action::AdjustmentLoad, Action::Load] {
            assert_eq!(offer(&view, action).not_offered, None, "{action:?}");
        }
        assert_eq!(adjust(FundsAction::AdjustmentLoad).await, OperationState::Applied);
    }
}

#[tokio::test]
async fn what_the_gateway_refuses_of_a_field_stands_at_the_field() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let entry = json!({ "code": "7000", "message": "alias is taken", "field": "alias" });
    gateway.will([Answer::Envelope(400, json!({ "success": false, "errors": [entry] }))]);
    let refused = desk.rename_card(CARD, Some("Viáticos"), "Gasolina").await.unwrap_err();
    assert_eq!((refused.code, refused.field), (ErrorCode::GatewayRefused, Some(Field::Alias)));
    assert_eq!((refused.fields[0].code, refused.fields[0].params["message"].as_str()), (FieldCode::RefusedByGateway, "alias is taken"));
}

#[tokio::test]
async fn what_the_gateway_refuses_of_a_plastic_stands_at_its_number_or_at_its_name() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    for (status, code, named, field) in [(404, "7200", "card", Field::Pan), (400, "7000", "cardholderName", Field::EmbossedName)] {
        let entry = json!({ "code": code, "message": "not so", "field": named });
        gateway.will([Answer::Envelope(status, json!({ "success": false, "errors": [entry] }))]);
        let plastic = SecretText::new("4111 1100 0004 4417".to_owned());
        let refused = desk.activate_card(CARD, plastic, "MARIA J RAMIREZ").await.unwrap_err();
        assert_eq!(refused.field, Some(field), "{refused:?}");
        let [problem] = &refused.fields[..] else { panic!("{refused:?}") };
        assert_eq!((problem.field, problem.code, &*problem.params["code"]), (field, FieldCode::RefusedByGateway, code));
    }
}

#[tokio::test]
async fn asked_for_twice_at_once_a_change_is_sent_once() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    let gate = Arc::new(Notify::new());
    gateway.will([Answer::Held(Arc::clone(&gate))]);
    let both = async { tokio::join!(desk.block_card(CARD, "Robo"), desk.block_card(CARD, "Robo")) };
    let open = async {
        while gateway.seen(&Method::PATCH, "/status").is_empty() {
            tokio::task::yield_now().await;
        }
        gate.notify_one();
    };
    let ((first, second), ()) = tokio::join!(both, open);
    assert_eq!((first.unwrap().card.state, second.unwrap().card.state), (CardState::Blocked, CardState::Blocked));
    let sent = gateway.seen(&Method::PATCH, "/status");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].body, json!({ "status": "BLOCKED", "reason": "Robo" }));
}

#[tokio::test]
async fn a_window_that_goes_away_does_not_cut_a_change_off() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    let gate = Arc::new(Notify::new());
    gateway.will([Answer::Held(Arc::clone(&gate))]);
    let waiting = {
        let desk = desk.clone();
        tokio::spawn(async move { desk.block_card(CARD, "Robo").await })
    };
    while gateway.seen(&Method::PATCH, "/status").is_empty() {
        tokio::task::yield_now().await;
    }
    waiting.abort();
    gate.notify_one();
    while happened(&desk, CARDHOLDER).await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(happened(&desk, CARDHOLDER).await[0].1, HappeningResult::Done);
}

#[tokio::test]
async fn an_existing_card_is_associated_by_its_number_which_is_kept_nowhere() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let (cardholder, _) = active_card(&practice).await;
    desk.cardholder(&cardholder).await.unwrap();
    let blank = practice.blank_plastics().await.unwrap().remove(0);
    let digits = blank.pan.reveal().to_owned();
    let typed = digits.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).unwrap()).collect::<Vec<_>>().join(" - ");

    let card = desk.associate_card(&cardholder, SecretText::new(typed), "Caja chica").await.unwrap().unwrap();
    assert_eq!((card.card_id.as_str(), card.alias.as_deref()), (blank.card_id.to_string().as_str(), Some("Caja chica")));
    assert_eq!(card.last_four, digits[digits.len() - 4..]);
    let view = desk.cardholder(&cardholder).await.unwrap();
    assert!(view.cards.iter().any(|each| each.card_id == card.card_id));
    let row = &view.happenings[0];
    assert_eq!(
        (row.action, row.result, row.card_id.as_ref()),
        (HappeningAction::CardAssociated, HappeningResult::Done, Some(&card.card_id))
    );

    let again = desk.associate_card(&cardholder, SecretText::new(digits.clone()), "").await.unwrap_err();
    assert_eq!((again.code, again.field), (ErrorCode::GatewayRefused, Some(Field::Pan)));
    let nobodys = desk.associate_card(&cardholder, SecretText::new("4111111111111111".to_owned()), "").await.unwrap_err();
    assert_eq!((nobodys.code, nobodys.field), (ErrorCode::GatewayNotFound, Some(Field::Pan)));

    drop(desk);
    let kept = all_bytes_below(rig.folder.path());
    assert!(!kept.windows(digits.len()).any(|window| window == digits.as_bytes()));
}

#[tokio::test]
async fn a_number_that_is_none_is_refused_at_the_field_together_with_a_wrong_alias() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let associate = |pan: &str, alias: &'static str| desk.associate_card(CARDHOLDER, SecretText::new(pan.to_owned()), alias);
    for (wrong, code) in [
        ("", FieldCode::Missing),
        ("411111111111", FieldCode::PanLength),
        ("41111111111111111111", FieldCode::PanLength),
        ("4111 1111 1111 1112", FieldCode::PanCheckDigit),
        ("4111 1111 1111 111x", FieldCode::PanNotDigits),
    ] {
        assert_eq!(problem(associate(wrong, "").await), (Field::Pan, code), "{wrong}");
    }
    let both = associate("4111", "a\tb").await.unwrap_err();
    assert_eq!(both.fields.iter().map(|problem| problem.field).collect::<Vec<_>>(), [Field::Pan, Field::Alias]);
    assert_eq!(gateway.seen(&Method::POST, "/cards").len(), 0);
}

#[tokio::test]
async fn where_the_answer_to_an_association_is_lost_the_cardholders_cards_tell() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    // Every card of the scripted gateway ends in 4417.
    let pan = || SecretText::new("4111 1100 0004 4417".to_owned());
    gateway.will([Answer::Dropped]);
    let unknown = desk.associate_card(CARDHOLDER, pan(), "").await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::ChangeUncertain);
    gateway.will([Answer::Dropped]);
    gateway.add_card(48_300);
    let found = desk.associate_card(CARDHOLDER, pan(), "").await.unwrap().unwrap();
    assert_eq!(found.card_id, "48300");
    let sent = gateway.seen(&Method::POST, "/cards");
    assert_eq!(sent.len(), 2, "each once");
    assert_eq!(sent[0].body.as_object().map(|body| body.keys().cloned().collect::<Vec<_>>()), Some(vec!["card".to_owned()]));
}

fn november(card: &str) -> StatementRequest {
    StatementRequest { card_id: card.to_owned(), month: "11/2026".to_owned() }
}

#[tokio::test]
async fn the_issuers_statement_is_asked_for_once_awaited_and_shown_in_the_issuers_figures() {
    let rig = Rig::new();
    let begin = BEGIN.parse::<jiff::Timestamp>().unwrap().as_second();
    let clock = Arc::new(PracticeClock(AtomicI64::new(begin)));
    let config =
        PracticeConfig { port: PortChoice::Any, clock: Arc::clone(&clock) as Arc<dyn cardesk_sandbox::Clock>, ..PracticeConfig::default() };
    let practice = Practice::start(config).await.unwrap();
    let desk = rig.desk().await;
    desk.practice_started(access_of(&practice)).await;
    let (cardholder, card) = active_card(&practice).await;

    let asked = desk.request_statement(&november(&card)).await.unwrap();
    assert_eq!((asked.state, asked.statement.is_none()), (IssuerStatementState::InPreparation, true));
    assert_eq!((asked.month.year, asked.month.month), (2026, 11));
    let request = StatementRequest { card_id: card.clone(), month: "2026-11".to_owned() };
    assert_eq!(desk.issuer_statement(&request).await.unwrap().state, IssuerStatementState::InPreparation);
    clock.0.fetch_add(6, Ordering::SeqCst);
    let ready = desk.issuer_statement(&request).await.unwrap();
    assert_eq!(ready.state, IssuerStatementState::Ready);
    let statement = ready.statement.unwrap();
    assert_eq!(statement.currency.as_deref(), Some("GTQ"));
    assert_eq!(statement.closing, desk.card(&card).await.unwrap().card.balance);
    let told = happened(&desk, &cardholder).await;
    assert_eq!(told, [(HappeningAction::StatementRequested, HappeningResult::Done, Some("2026-11".to_owned()))], "asked for once");
}

#[tokio::test]
async fn a_statement_that_is_there_is_not_asked_for_and_one_month_that_can_t_be_is_refused_at_the_field() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let october = |month: &str| StatementRequest { card_id: CARD.to_owned(), month: month.to_owned() };
    // The card of the scripted gateway was issued in November 2026, which is now.
    desk.card(CARD).await.unwrap();
    for (wrong, code) in [
        ("", FieldCode::Missing),
        ("noviembre", FieldCode::MonthForm),
        ("12/2026", FieldCode::MonthInFuture),
        ("10/2026", FieldCode::MonthBeforeCard),
    ] {
        assert_eq!(problem(desk.request_statement(&october(wrong)).await), (Field::Month, code), "{wrong}");
    }
    gateway.on_read(
        "/cards/48213/statements/11/2026",
        data(&json!({ "status": "READY", "openingBalance": 0, "closingBalance": "12.50", "totalCredits": 12.5, "movements": [] })),
    );
    let ready = desk.request_statement(&november(CARD)).await.unwrap();
    assert_eq!(ready.state, IssuerStatementState::Ready);
    let statement = ready.statement.unwrap();
    assert_eq!((statement.closing.as_deref(), statement.debits), (Some("12.50"), None), "what the issuer leaves out is not computed");
    assert_eq!(gateway.seen(&Method::POST, "/statements").len(), 0);
}

#[tokio::test]
async fn a_statement_whose_request_was_lost_is_looked_for_before_anybody_asks_again() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    gateway.will([Answer::Dropped]);
    let lost = desk.request_statement(&november(CARD)).await.unwrap_err();
    assert_eq!((lost.code, lost.retryable), (ErrorCode::GatewayConnectionLost, true), "asking again does no harm");
    gateway.on_read("/cards/48213/statements/11/2026", data(&json!({ "status": "PENDING", "movements": Value::Null })));
    let there = desk.request_statement(&november(CARD)).await.unwrap();
    assert_eq!(there.state, IssuerStatementState::InPreparation);
    assert_eq!(gateway.seen(&Method::POST, "/statements").len(), 1);
}
