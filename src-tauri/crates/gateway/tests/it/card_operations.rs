//! Managing a card: each row of `gateway-api.md` byte for byte, and what its refusals say. Written by hand from that
//! document; forms that it leaves open are the assumed ones.

use cardesk_domain::{Alias, CardId, CardState, CardholderId, LastFour, OneTimeCode, Pan, Permission, Pin, Reference};
use cardesk_gateway::{
    CodePurpose, Denial, ElevatedSession, ErrorKind, FundsAdjustment, FundsOperation, GatewayError, KnownCode, Month, PinVerdict,
    RequestName, StatementState, TransferChannel, TransferDirection, TransferModel, TransferType, WriteOutcome,
};

use crate::support::{Desk, EXPIRED, Received, Recorder, pair_answer, signed_in};

const CARD: CardId = CardId::new(48_213);
const CARD_DATA: &str = r#"{"id":48213,"maskedPan":"411111******1111","alias":"Planilla","status":"BLOCKED","newField":[1]}"#;

fn success(data: &str) -> String {
    format!(r#"{{"success":true,"message":"ok","data":{data}}}"#)
}

fn failure(code: &str) -> String {
    format!(r#"{{"success":false,"message":"No","errors":[{{"code":"{code}","message":"why"}}]}}"#)
}

fn user() -> CardholderId {
    "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd".parse().unwrap()
}

fn alias() -> Alias {
    "Viáticos".parse().unwrap()
}

fn pin() -> Pin {
    "918273645546".parse().unwrap()
}

fn code() -> OneTimeCode {
    "482 915".parse().unwrap()
}

fn november() -> Month {
    Month::new(2026, 11).unwrap()
}

fn only(recorder: &Recorder) -> Received {
    let received = recorder.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    received[0].clone()
}

/// A gateway that gives out an elevated session, and answers everything else alike.
async fn elevating(status: u16, body: &str) -> Recorder {
    let body = body.to_owned();
    Recorder::answering(move |request| match request.line.as_str() {
        "PUT /rest/users/auth/otp" => (200, Vec::new(), success(r#"{"accessToken":"elevated-1","expirationToken":1795479000}"#)),
        _ => (status, Vec::new(), body.clone()),
    })
    .await
}

async fn elevated(desk: &Desk) -> ElevatedSession {
    desk.gateway.elevate("ana@example.com", &code(), CodePurpose::PinChange).await.unwrap()
}

#[tokio::test]
async fn a_card_is_blocked_with_its_reason_and_unblocked_without_one() {
    let recorder = Recorder::always(200, &success(CARD_DATA)).await;
    let desk = signed_in(&recorder.base);
    let blocked = desk.gateway.block_card(CARD, Some("la perdió")).await.unwrap().expect("the card");
    assert_eq!(blocked.state, CardState::Blocked);
    desk.gateway.unblock_card(CARD, None).await.unwrap();
    let sent = recorder.received();
    assert_eq!(sent[0].line, "PATCH /rest/cards/48213/status");
    assert_eq!(sent[0].body, r#"{"status":"BLOCKED","reason":"la perdió"}"#);
    assert_eq!(sent[1].body, r#"{"status":"ACTIVE"}"#);
    assert_eq!(sent[0].header("x-application-id"), Some("desk-app-1"));
    assert_eq!(sent[0].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_change_that_is_answered_with_success_alone_or_in_another_form_is_done() {
    for (status, body) in [(204, String::new()), (200, success("null")), (200, success(r#"{"updated":true}"#))] {
        let recorder = Recorder::always(status, &body).await;
        let desk = signed_in(&recorder.base);
        assert_eq!(desk.gateway.block_card(CARD, None).await.unwrap(), None, "{body}");
        assert_eq!(desk.gateway.rename_card(CARD, &alias()).await.unwrap(), None, "{body}");
    }
}

#[tokio::test]
async fn a_card_is_renamed() {
    let recorder = Recorder::always(200, &success(CARD_DATA)).await;
    let renamed = signed_in(&recorder.base).gateway.rename_card(CARD, &alias()).await.unwrap().expect("the card");
    assert_eq!(renamed.alias.as_deref(), Some("Planilla"), "the gateway's word, not ours");
    let sent = only(&recorder);
    assert_eq!((sent.line.as_str(), sent.body.as_str()), ("PATCH /rest/cards/48213/alias", r#"{"alias":"Viáticos"}"#));
}

#[tokio::test]
async fn the_cvv_is_read_once_and_shows_itself_nowhere() {
    let recorder = Recorder::always(200, &success(r#"{"cvv":"042"}"#)).await;
    let cvv = signed_in(&recorder.base).gateway.reveal_cvv(CARD).await.unwrap();
    assert_eq!(cvv.reveal(), "042");
    assert_eq!(format!("{cvv:?}"), "Cvv(redacted)");
    assert_eq!(only(&recorder).line, "GET /rest/cards/48213/cvv");
    for (status, body) in [(500, failure("7003")), (502, "<html>".to_owned()), (200, success(r#"{"cvv":"0421987"}"#))] {
        let failing = Recorder::always(status, &body).await;
        let error = signed_in(&failing.base).gateway.reveal_cvv(CARD).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("0421987"));
        assert_eq!(failing.received().len(), 1, "a secret is not asked for again by itself");
    }
}

#[tokio::test]
async fn a_statement_is_asked_for_awaited_and_read() {
    let row = r#"{"id":"M-1","cardId":48213,"date":"2026-11-20T09:00:00Z","type":"ADD_FUNDS","direction":"CREDIT","amount":10,"balance":10.0001}"#;
    let ready = success(&format!(
        r#"{{"cardId":48213,"month":11,"year":2026,"status":"READY","currency":"GTQ","openingBalance":"0.0001","closingBalance":10.0001,"totalCredits":10,"totalDebits":0,"generatedAt":"2026-11-24T10:00:00-06:00","movements":[{row}]}}"#
    ));
    let pending = success(r#"{"status":"PENDING"}"#);
    let missing = failure("7004");
    let recorder = Recorder::in_turn(vec![(404, &missing), (201, &pending), (200, &pending), (202, &pending), (200, &ready)]).await;
    let desk = signed_in(&recorder.base);
    assert_eq!(desk.gateway.statement(CARD, november()).await.unwrap(), StatementState::NotRequested);
    desk.gateway.request_statement(CARD, november()).await.unwrap();
    assert_eq!(desk.gateway.statement(CARD, november()).await.unwrap(), StatementState::InPreparation);
    assert_eq!(desk.gateway.statement(CARD, november()).await.unwrap(), StatementState::InPreparation);
    let StatementState::Ready(statement) = desk.gateway.statement(CARD, november()).await.unwrap() else { panic!("it is ready") };
    assert_eq!(statement.month, november());
    assert_eq!(statement.opening_balance.map(|amount| amount.to_string()).as_deref(), Some("0.0001"));
    assert_eq!(statement.closing_balance, statement.movements[0].balance);
    let sent = recorder.received();
    assert_eq!(sent[0].line, "GET /rest/cards/48213/statements/11/2026");
    assert_eq!((sent[1].line.as_str(), sent[1].body.as_str()), ("POST /rest/cards/48213/statements", r#"{"month":11,"year":2026}"#));
}

#[tokio::test]
async fn a_statement_of_no_card_is_an_error_and_not_one_that_nobody_asked_for() {
    let recorder = Recorder::always(404, &failure("7200")).await;
    let error = signed_in(&recorder.base).gateway.statement(CARD, november()).await.unwrap_err();
    assert_eq!((error.kind, error.known_code()), (ErrorKind::Rejected, Some(KnownCode::CardNotFound)));
}

#[tokio::test]
async fn a_pin_is_set_in_an_elevated_session_that_serves_this_one_call() {
    let recorder = elevating(200, &success("null")).await;
    let desk = signed_in(&recorder.base);
    let asked = desk.gateway.request_one_time_code("ana@example.com", CodePurpose::PinChange).await.unwrap();
    assert_eq!(asked.expires_at, None);
    let session = elevated(&desk).await;
    assert_eq!(format!("{session:?}"), "ElevatedSession(redacted)");
    desk.gateway.set_pin(session, CARD, &pin()).await.unwrap();
    let second = elevated(&desk).await;
    desk.gateway.set_user_pin(second, CARD, &user(), &pin()).await.unwrap();
    desk.gateway.block_card(CARD, None).await.unwrap();

    let sent = recorder.received();
    let lines: Vec<&str> = sent.iter().map(|request| request.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "POST /rest/users/auth/otp",
            "PUT /rest/users/auth/otp",
            "POST /rest/cards/48213/pin",
            "PUT /rest/users/auth/otp",
            "POST /rest/cards/48213/users/6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd/pin",
            "PATCH /rest/cards/48213/status",
        ]
    );
    assert_eq!(sent[0].body, r#"{"email":"ana@example.com","purpose":"pin_change"}"#);
    assert_eq!(sent[1].body, r#"{"email":"ana@example.com","otp":"482915","purpose":"pin_change"}"#);
    assert_eq!(sent[2].body, r#"{"pin":"918273645546"}"#);
    let bearers: Vec<Option<&str>> = sent.iter().map(|request| request.header("authorization")).collect();
    let (ours, elevated) = (Some("Bearer access-1"), Some("Bearer elevated-1"));
    assert_eq!(bearers, [ours, ours, elevated, ours, elevated, ours]);
    assert!(lines.iter().all(|line| !line.contains("9182")), "a PIN is in no address");
}

#[tokio::test]
async fn an_elevated_session_that_is_over_ends_neither_ours_nor_is_it_renewed() {
    let recorder = elevating(401, EXPIRED).await;
    let desk = signed_in(&recorder.base);
    let session = elevated(&desk).await;
    let error = desk.gateway.set_pin(session, CARD, &pin()).await.unwrap_err();
    assert_eq!((error.kind, error.status, error.write_outcome()), (ErrorKind::Rejected, Some(401), WriteOutcome::Refused));
    assert_eq!(recorder.count("/pin"), 1);
    assert_eq!(recorder.count("/auth/refresh") + recorder.count("/auth/login"), 0);
    let _ = elevated(&desk).await;
    assert_eq!(recorder.received().last().unwrap().header("authorization"), Some("Bearer access-1"), "the company's session goes on");
}

#[tokio::test]
async fn a_wrong_one_time_code_is_refused_and_ends_no_session() {
    for status in [400, 401, 403, 422] {
        let recorder = Recorder::always(status, &failure("7000")).await;
        let error = signed_in(&recorder.base).gateway.elevate("ana@example.com", &code(), CodePurpose::Login).await.unwrap_err();
        let kind = if status == 403 { ErrorKind::Forbidden } else { ErrorKind::Rejected };
        assert_eq!((error.kind, error.write_outcome()), (kind, WriteOutcome::Refused), "{status}");
        assert_eq!(recorder.received().len(), 1, "{status}: a code is tried once");
        assert!(!format!("{error} {error:?}").contains("482915"));
    }
}

#[tokio::test]
async fn an_expired_session_of_ours_is_renewed_before_a_code_is_tried_again() {
    let recorder = Recorder::answering(|request| match (request.line.as_str(), request.header("authorization")) {
        ("POST /rest/auth/refresh", _) => (200, Vec::new(), pair_answer(2)),
        (_, Some("Bearer access-2")) => (200, Vec::new(), success(r#"{"accessToken":"elevated-1"}"#)),
        _ => (401, Vec::new(), EXPIRED.to_owned()),
    })
    .await;
    let _ = elevated(&signed_in(&recorder.base)).await;
    assert_eq!(recorder.count("PUT /rest/users/auth/otp"), 2);
}

#[tokio::test]
async fn a_pin_is_verified_and_a_wrong_one_is_a_verdict() {
    let recorder = Recorder::always(200, &success("null")).await;
    assert_eq!(signed_in(&recorder.base).gateway.verify_pin(CARD, &pin()).await.unwrap(), PinVerdict::Correct);
    let sent = only(&recorder);
    assert_eq!((sent.line.as_str(), sent.body.as_str()), ("POST /rest/cards/48213/pin/verification", r#"{"pin":"918273645546"}"#));
    let wrong = Recorder::always(400, &failure("7205")).await;
    assert_eq!(signed_in(&wrong.base).gateway.verify_pin(CARD, &pin()).await.unwrap(), PinVerdict::Incorrect { tries_left: None });
    assert_eq!(wrong.received().len(), 1, "a wrong try counts, so there is one");
    let locked = Recorder::always(409, &failure("7213")).await;
    let error = signed_in(&locked.base).gateway.verify_pin(CARD, &pin()).await.unwrap_err();
    assert_eq!(error.known_code(), Some(KnownCode::CardState));
}

#[tokio::test]
async fn an_existing_card_is_associated_by_its_number_which_is_in_no_address() {
    let recorder = Recorder::always(201, &success(CARD_DATA)).await;
    let desk = signed_in(&recorder.base);
    let pan: Pan = "4111-1111-1111-1111".parse().unwrap();
    let client = "migoDeveloper".parse().unwrap();
    let card = desk.gateway.associate_card(&user(), Some(&client), &pan, Some(&alias())).await.unwrap().expect("the card");
    assert_eq!(card.id, CARD);
    desk.gateway.associate_card(&user(), None, &pan, None).await.unwrap();
    let sent = recorder.received();
    assert_eq!(sent[0].line, "POST /rest/users/6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd/cards?clientId=migoDeveloper");
    assert_eq!(sent[0].body, r#"{"card":"4111111111111111","alias":"Viáticos"}"#);
    assert_eq!(sent[1].line, "POST /rest/users/6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd/cards");
    assert_eq!(sent[1].body, r#"{"card":"4111111111111111"}"#);
}

#[tokio::test]
async fn third_party_cards_are_linked_listed_renamed_and_unlinked() {
    let linked =
        r#"{"associationId":71,"email":"dueño@example.com","suffix":"1111","alias":"Viáticos","createdAt":"2026-11-24T10:00:00-06:00"}"#;
    let recorder = Recorder::answering(move |request| match request.line.split(' ').next() {
        Some("POST") => (201, Vec::new(), success(linked)),
        Some("GET") => (200, Vec::new(), success(&format!(r#"[{linked},{{"id":"a-2","kind":"NEW"}}]"#))),
        Some("PATCH") => (200, Vec::new(), success("null")),
        _ => (204, Vec::new(), String::new()),
    })
    .await;
    let desk = signed_in(&recorder.base);
    let last_four: LastFour = "1111".parse().unwrap();
    let made = desk.gateway.link_card(&user(), "dueño@example.com", &last_four, &alias()).await.unwrap().expect("the association");
    assert_eq!((made.association_id.as_str(), made.last_four), ("71", Some(last_four)));
    let all = desk.gateway.linked_cards(&user()).await.unwrap();
    assert_eq!((all.len(), all[1].association_id.as_str(), all[1].alias.as_deref()), (2, "a-2", None));
    desk.gateway.rename_linked_card(&user(), "71", &alias()).await.unwrap();
    desk.gateway.unlink_card(&user(), "71").await.unwrap();
    let sent = recorder.received();
    let path = "/rest/users/6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd/linked-cards";
    assert_eq!(sent[0].line, format!("POST {path}"));
    assert_eq!(sent[0].body, r#"{"email":"dueño@example.com","suffix":"1111","alias":"Viáticos"}"#);
    assert_eq!(sent[1].line, format!("GET {path}"));
    assert_eq!((sent[2].line.as_str(), sent[2].body.as_str()), (&*format!("PATCH {path}/71"), r#"{"alias":"Viáticos"}"#));
    assert_eq!((sent[3].line.as_str(), sent[3].body.as_str()), (&*format!("DELETE {path}/71"), ""));
}

#[tokio::test]
async fn the_refusals_of_linking_are_told_apart() {
    for (status, code, known, kind) in [
        (404, "7220", KnownCode::LinkedCardNotFound, ErrorKind::Rejected),
        (500, "7221", KnownCode::LinkNotCreated, ErrorKind::Fault),
        (409, "7213", KnownCode::CardState, ErrorKind::Rejected),
    ] {
        let recorder = Recorder::always(status, &failure(code)).await;
        let last_four: LastFour = "1111".parse().unwrap();
        let error = signed_in(&recorder.base).gateway.link_card(&user(), "a@b.gt", &last_four, &alias()).await.unwrap_err();
        assert_eq!((error.known_code(), error.kind), (Some(known), kind));
        assert_eq!(error.write_outcome(), WriteOutcome::Refused, "{code} says that it was not done");
        assert_eq!(recorder.received().len(), 1);
    }
}

#[tokio::test]
async fn types_of_transfers_are_made() {
    let recorder = Recorder::always(201, &success(r#"[{"id":1}]"#)).await;
    let wanted = TransferType {
        word: "PLANILLA".to_owned(),
        channel: TransferChannel::WebService,
        direction: TransferDirection::Credit,
        model: TransferModel::Settlement,
        name: Some("Planilla mensual".to_owned()),
    };
    let nameless = TransferType { name: None, channel: TransferChannel::FinancialNetwork, ..wanted.clone() };
    signed_in(&recorder.base).gateway.create_transfer_types(&[wanted, nameless]).await.unwrap();
    let sent = only(&recorder);
    assert_eq!(sent.line, "POST /rest/card-transfers/types");
    assert_eq!(
        sent.body,
        r#"{"types":[{"type":"PLANILLA","channel":"webService","movementType":"credit","model":"settlement","name":"Planilla mensual"},{"type":"PLANILLA","channel":"financialNetwork","movementType":"credit","model":"settlement"}]}"#
    );
}

/// Every change of this file, tried on a desk; what became of each.
async fn each_change(desk: &Desk, session: Option<ElevatedSession>) -> Vec<Result<(), GatewayError>> {
    let gateway = &desk.gateway;
    let pan: Pan = "4111111111111111".parse().unwrap();
    let last_four: LastFour = "1111".parse().unwrap();
    let mut outcomes = vec![
        gateway.block_card(CARD, None).await.map(drop),
        gateway.rename_card(CARD, &alias()).await.map(drop),
        gateway.request_statement(CARD, november()).await,
        gateway.verify_pin(CARD, &pin()).await.map(drop),
        gateway.associate_card(&user(), None, &pan, None).await.map(drop),
        gateway.link_card(&user(), "a@b.gt", &last_four, &alias()).await.map(drop),
        gateway.rename_linked_card(&user(), "71", &alias()).await,
        gateway.unlink_card(&user(), "71").await,
        gateway.request_one_time_code("a@b.gt", CodePurpose::Login).await.map(drop),
    ];
    if let Some(session) = session {
        outcomes.push(gateway.set_pin(session, CARD, &pin()).await);
    }
    outcomes
}

#[tokio::test]
async fn no_change_is_sent_a_second_time_after_a_fault_and_its_outcome_is_unknown() {
    let recorder = elevating(502, "<html>Bad gateway</html>").await;
    let desk = signed_in(&recorder.base);
    let session = elevated(&desk).await;
    let outcomes = each_change(&desk, Some(session)).await;
    assert_eq!(recorder.received().len(), outcomes.len() + 1);
    for error in outcomes.into_iter().map(Result::unwrap_err) {
        assert_eq!((error.kind, error.write_outcome()), (ErrorKind::Fault, WriteOutcome::Unknown), "{:?}", error.request);
        let told = format!("{error} {error:?}");
        for secret in ["918273645546", "4111111111111111", "elevated-1", "482915"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[tokio::test]
async fn a_throttled_change_goes_again() {
    let recorder = Recorder::in_turn(vec![(429, ""), (200, r#"{"success":true}"#)]).await;
    let desk = signed_in(&recorder.base);
    assert_eq!(desk.gateway.block_card(CARD, None).await.unwrap(), None);
    assert_eq!(recorder.received().len(), 2);
}

#[tokio::test]
async fn a_missing_permission_is_named_and_the_session_goes_on() {
    let named = r#"{"success":false,"message":"Forbidden","errors":[{"code":"7009","message":"Missing permission updateStatus."}]}"#;
    let in_a_field = r#"{"success":false,"errors":[{"code":"FORBIDDEN","message":"No","permission":"blockCards"}]}"#;
    let unnamed = failure("FORBIDDEN");
    for (body, permission) in [
        (named, Permission::UpdateStatus),
        (in_a_field, Permission::Other("blockCards".to_owned())),
        // What the contract names for blocking, where the gateway says nothing.
        (unnamed.as_str(), Permission::UpdateStatus),
    ] {
        let recorder = Recorder::always(403, body).await;
        let desk = signed_in(&recorder.base);
        let error = desk.gateway.block_card(CARD, None).await.unwrap_err();
        assert_eq!((error.kind, error.missing_permission()), (ErrorKind::Forbidden, Some(permission)), "{body}");
        assert_eq!(error.write_outcome(), WriteOutcome::Refused);
        desk.gateway.block_card(CARD, None).await.unwrap_err();
        assert_eq!(recorder.count("/auth/login") + recorder.count("/auth/refresh"), 0);
    }
    let recorder = Recorder::always(409, &failure("7213")).await;
    let error = signed_in(&recorder.base).gateway.rename_card(CARD, &alias()).await.unwrap_err();
    assert_eq!((error.request, error.missing_permission()), (RequestName::RenameCard, None));
}

#[tokio::test]
async fn a_denial_of_one_way_of_the_money_is_not_forgotten_when_the_other_is_allowed() {
    let denied = r#"{"success":false,"errors":[{"code":"7003","message":"Missing permission: withdrawFunds"}]}"#;
    let receipt = success(r#"{"id":"m-1"}"#);
    let recorder = Recorder::in_turn(vec![(403, denied), (200, receipt.as_str()), (200, receipt.as_str())]).await;
    let desk = signed_in(&recorder.base);
    let adjust = |operation| {
        let adjustment = FundsAdjustment {
            amount: "10".parse().unwrap(),
            operation,
            reference: Reference::from_entropy(7),
            observations: None,
            currency: None,
        };
        let gateway = &desk.gateway;
        async move { gateway.adjust_funds(CARD, &adjustment).await }
    };
    adjust(FundsOperation::Withdraw).await.unwrap_err();
    let denial =
        Denial { request: RequestName::AdjustFunds, funds: Some(FundsOperation::Withdraw), permission: Some(Permission::WithdrawFunds) };
    assert_eq!(desk.gateway.denials(), std::slice::from_ref(&denial));
    adjust(FundsOperation::Add).await.unwrap();
    assert_eq!(desk.gateway.denials(), [denial]);
    adjust(FundsOperation::Withdraw).await.unwrap();
    assert_eq!(desk.gateway.denials(), []);
}

#[tokio::test]
async fn a_denial_is_remembered_until_its_request_is_allowed_and_no_other_failure_is_one() {
    let denied = r#"{"success":false,"errors":[{"code":"7003","message":"Missing permission: updateStatus"}]}"#;
    let answers = [(409, failure("7213")), (403, denied.to_owned()), (409, failure("7213")), (200, success(CARD_DATA))];
    let recorder = Recorder::in_turn(answers.iter().map(|(status, body)| (*status, body.as_str())).collect()).await;
    let desk = signed_in(&recorder.base);
    let block = || desk.gateway.block_card(CARD, None);
    block().await.unwrap_err();
    assert_eq!(desk.gateway.denials(), []);
    block().await.unwrap_err();
    let denial = Denial { request: RequestName::ChangeCardStatus, funds: None, permission: Some(Permission::UpdateStatus) };
    assert_eq!(desk.gateway.denials(), std::slice::from_ref(&denial));
    block().await.unwrap_err();
    assert_eq!(desk.gateway.denials(), [denial], "what was refused for another reason is not allowed yet");
    block().await.unwrap();
    assert_eq!(desk.gateway.denials(), []);
}
