//! Each row of `gateway-api.md`: the request byte for byte, and the documented answer in. Written by hand from that
//! document.

use cardesk_domain::{Amount, CardId, CardState, CardholderId, Currency, Pan, Reference};
use cardesk_gateway::paths::{Identity, Known, ROWS};
use cardesk_gateway::{
    DocumentType, ErrorKind, FundsAdjustment, FundsChannel, FundsOperation, FundsRequest, Gender, InvitationRegistration, MaritalStatus,
    Month, MovementDirection, MovementType, PersonalRegistration, RequestName, Transfer, TransferRequest,
};
use zeroize::Zeroizing;

use crate::support::{Received, Recorder, SEED, desk_with, key_login, pair_answer, signed_in, with_bearer};

fn only(recorder: &Recorder) -> Received {
    let received = recorder.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    received[0].clone()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn user() -> CardholderId {
    "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd".parse().unwrap()
}

fn reference() -> Reference {
    Reference::from_entropy(0x1_2345_6789)
}

const USER: &str = r#"{"userId":"6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd","firstName":"María José","lastName":"Ramírez Núñez","username":"maria@example.com","phoneNumber":"+50255550100","address":"4a Calle 7-53, Zona 9","countryOfBirth":"GTM","placeOfBirth":"Antigua","gender":"F","maritalStatus":"casado","dateOfBirth":"1990-02-28","documentType":"DPI","documentNumber":"2222333340101","nit":"","status":"ACTIVE","createdAt":"2026-11-20T10:15:00-06:00","newField":{"a":1}}"#;

const CARD: &str = r#"{"id":48213,"userId":"6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd","maskedPan":"411111******1111","alias":"Planilla","status":"ACTIVE","currency":"GTQ","balance":1842.5001,"pendingDebits":"12.30","pendingCredits":0,"expiry":{"month":11,"year":2031},"cardholderName":"MARIA JOSE RAMIREZ","createdAt":"2026-11-20T16:15:00Z","activatedAt":null}"#;

fn success(data: &str) -> String {
    format!(r#"{{"success":true,"message":"ok","data":{data}}}"#)
}

#[tokio::test]
async fn signing_in_sends_merchant_and_signature_and_keeps_the_pair() {
    let recorder = Recorder::answering(|_| (201, Vec::new(), pair_answer(7))).await;
    let desk = desk_with(&recorder.base, key_login(), None, cardesk_gateway::Limits::default());
    desk.gateway.log_in().await.unwrap();

    let sent = only(&recorder);
    assert_eq!(sent.line, "POST /rest/auth/login");
    // Ed25519 is deterministic (RFC 8032), so the signature of the slug's bytes is a constant, made here by the library's
    // own primitive from the published seed.
    let seed: [u8; 32] = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, SEED).unwrap().try_into().unwrap();
    let key = ed25519_dalek::SigningKey::from_bytes(&seed);
    let signature = ed25519_dalek::Signer::sign(&key, b"panaderia-la-espiga");
    let signature = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, signature.to_bytes());
    assert_eq!(sent.body, format!(r#"{{"merchant":"panaderia-la-espiga","signature":"{signature}"}}"#));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert_eq!(sent.header("user-agent"), Some("Cardesk/0.1.0"));
    assert_eq!(sent.header("authorization"), None);
    assert_eq!(sent.header("x-application-id"), None);
    let kept = desk.store.pair.lock().unwrap().clone().unwrap();
    assert_eq!((kept.access.reveal(), kept.refresh.reveal()), ("access-7", "refresh-7"));
}

#[tokio::test]
async fn health_needs_no_token_and_no_envelope() {
    for body in [r#"{"success":true,"message":"ok"}"#, r#"{"uptime":12,"message":"ok"}"#] {
        let recorder = Recorder::always(200, body).await;
        let health = signed_in(&recorder.base).gateway.health().await.unwrap();
        assert!(health.is_ok());
        let sent = only(&recorder);
        assert_eq!(sent.line, "GET /rest/health");
        assert_eq!(sent.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_person_is_registered_with_every_documented_field() {
    let recorder = Recorder::always(201, &success(r#"{"userId":"6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd"}"#)).await;
    let person = PersonalRegistration {
        first_name: "María José".to_owned(),
        last_name: "Ramírez \"Núñez\"".to_owned(),
        address: "4a Calle 7-53, Zona 9".to_owned(),
        country_of_birth: "GTM".to_owned(),
        place_of_birth: "Antigua".to_owned(),
        gender: Gender::Female,
        marital_status: MaritalStatus::Married,
        phone_number: "+50255550100".to_owned(),
        username: "maria@example.com".to_owned(),
        date_of_birth: "1990-02-28".parse().unwrap(),
        document_type: DocumentType::Dpi,
        document_number: "2222333340101".to_owned(),
        nit: None,
    };
    let id = signed_in(&recorder.base).gateway.register_cardholder(&person).await.unwrap();
    assert_eq!(id, user());

    let sent = only(&recorder);
    assert_eq!(sent.line, "POST /rest/users");
    assert_eq!(
        sent.body,
        r#"{"firstName":"María José","lastName":"Ramírez \"Núñez\"","address":"4a Calle 7-53, Zona 9","countryOfBirth":"GTM","placeOfBirth":"Antigua","gender":"F","maritalStatus":"casado","phoneNumber":"+50255550100","username":"maria@example.com","dateOfBirth":"1990-02-28","documentType":"DPI","documentNumber":"2222333340101"}"#
    );
    assert_eq!(sent.header("authorization"), Some("Bearer access-1"));
    assert_eq!(sent.header("x-user-token"), None);
}

#[tokio::test]
async fn an_invited_person_is_registered_by_their_code() {
    let recorder = Recorder::always(201, &success(r#"{"userId":"u-1"}"#)).await;
    let invited = InvitationRegistration {
        device_id: "device-9".to_owned(),
        invitation_code: "INV-1".to_owned(),
        username: "ana@example.com".to_owned(),
        password: Zeroizing::new("s3cret pass".to_owned()),
        nit: Some("1234567-8".to_owned()),
        terms_and_conditions_accepted: Some(true),
    };
    let id = signed_in(&recorder.base).gateway.register_by_invitation(&invited).await.unwrap();
    assert_eq!(id.as_str(), "u-1");
    let sent = only(&recorder);
    assert_eq!(sent.line, "POST /rest/users");
    assert_eq!(
        sent.body,
        r#"{"deviceId":"device-9","invitationCode":"INV-1","username":"ana@example.com","password":"s3cret pass","confirmPassword":"s3cret pass","nit":"1234567-8","termsAndConditionsAccepted":true}"#
    );
}

#[tokio::test]
async fn an_invitation_code_is_asked_for_without_a_body() {
    let recorder = Recorder::always(201, &success(r#"{"invitationCode":"INV-1","expiresAt":"2026-12-01T00:00:00Z"}"#)).await;
    let code = signed_in(&recorder.base).gateway.create_invitation_code().await.unwrap();
    assert_eq!(code.code, "INV-1");
    assert_eq!(code.expires_at.unwrap().to_string(), "2026-12-01T00:00:00Z");
    let sent = only(&recorder);
    assert_eq!((sent.line.as_str(), sent.body.as_str()), ("POST /rest/users/invitation-code", ""));
}

#[tokio::test]
async fn cardholders_are_searched_by_page() {
    let recorder = Recorder::always(200, &success(&format!(r#"{{"users":[{USER}],"total":41,"page":3,"limit":20}}"#))).await;
    let page = signed_in(&recorder.base).gateway.find_cardholders("núñez & co", 3, 20).await.unwrap();
    assert_eq!((page.total, page.page, page.limit), (Some(41), 3, 20));
    let found = &page.cardholders[0];
    assert_eq!(found.id, user());
    assert_eq!(found.last_name.as_deref(), Some("Ramírez Núñez"));
    assert_eq!(found.marital_status, Some(MaritalStatus::Married));
    assert_eq!(found.date_of_birth.unwrap().to_string(), "1990-02-28");
    assert_eq!(found.nit, None);
    assert_eq!(found.created_at.unwrap().to_string(), "2026-11-20T16:15:00Z");
    assert_eq!(only(&recorder).line, "GET /rest/users?searchText=n%C3%BA%C3%B1ez+%26+co&page=3&limit=20");
}

#[tokio::test]
async fn a_page_out_of_range_is_not_sent() {
    let recorder = Recorder::always(200, "").await;
    let desk = signed_in(&recorder.base);
    for (page, limit) in [(0, 20), (1, 0), (1, 101)] {
        assert_eq!(desk.gateway.find_cardholders("", page, limit).await.unwrap_err().kind, ErrorKind::NotFormed);
    }
    assert!(recorder.received().is_empty());
}

#[tokio::test]
async fn a_cardholder_is_read_by_id() {
    let recorder = Recorder::always(200, &success(USER)).await;
    let cardholder = signed_in(&recorder.base).gateway.cardholder(&user()).await.unwrap();
    assert_eq!(cardholder.username.as_deref(), Some("maria@example.com"));
    assert_eq!(only(&recorder).line, "GET /rest/users/6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd");
}

#[tokio::test]
async fn a_card_is_issued_without_a_body() {
    let recorder = Recorder::always(201, &success(r#"{"id":"48213","maskedPan":"****1111","status":"INACTIVE"}"#)).await;
    let card = signed_in(&recorder.base).gateway.issue_card(&user()).await.unwrap();
    assert_eq!((card.id, card.state), (CardId::new(48_213), CardState::Inactive));
    let sent = only(&recorder);
    assert_eq!(sent.line, "POST /rest/users/6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd/cards/virtuals");
    assert_eq!(sent.body, "");
    assert_eq!(sent.header("content-type"), None);
    assert_eq!(sent.header("authorization"), Some("Bearer access-1"));
    assert_eq!(sent.header("x-application-id"), Some("desk-app-1"));
}

#[tokio::test]
async fn a_cardholders_cards_are_listed_and_unknown_words_are_kept() {
    let list = format!(r#"[{CARD},{{"id":7,"status":"SUSPENDED"}}]"#);
    let recorder = Recorder::always(200, &success(&list)).await;
    let cards = signed_in(&recorder.base).gateway.cards_of(&user()).await.unwrap();
    assert_eq!(cards.len(), 2);
    assert_eq!(cards[1].state, CardState::Other("SUSPENDED".to_owned()));
    assert_eq!(cards[1].balance, None);
    assert_eq!(only(&recorder).line, "GET /rest/users/6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd/cards");
}

#[tokio::test]
async fn a_cards_details_are_read_exactly() {
    let recorder = Recorder::always(200, &success(CARD)).await;
    let card = signed_in(&recorder.base).gateway.card(CardId::new(48_213)).await.unwrap();
    assert_eq!(card.balance, Some(amount("1842.5001")));
    assert_eq!(card.pending_debits, Some(amount("12.30")));
    assert_eq!(card.pending_credits, Some(Amount::ZERO));
    assert_eq!(card.masked_pan.unwrap().last_four().as_str(), "1111");
    assert_eq!(card.currency, Some(Currency::GTQ));
    assert_eq!(card.expiry.map(|expiry| (expiry.month, expiry.year)), Some((11, 2031)));
    assert_eq!(card.activated_at, None);
    let sent = only(&recorder);
    assert_eq!(sent.line, "GET /rest/cards/48213");
    assert_eq!(sent.header("x-application-id"), Some("desk-app-1"));
}

#[tokio::test]
async fn a_balance_that_can_not_be_read_exactly_is_no_balance() {
    let recorder = Recorder::always(200, &success(r#"{"id":1,"status":"ACTIVE","balance":0.10001}"#)).await;
    let error = signed_in(&recorder.base).gateway.card(CardId::new(1)).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Unreadable, Some(200)));
}

#[tokio::test]
async fn a_card_is_activated_by_number_and_name() {
    let recorder = Recorder::always(200, &success(CARD)).await;
    let pan: Pan = "4111 1111 1111 1111".parse().unwrap();
    let card = signed_in(&recorder.base).gateway.activate_card(&user(), &pan, "MARIA JOSE RAMIREZ").await.unwrap();
    assert_eq!(card.state, CardState::Active);
    let sent = only(&recorder);
    assert_eq!(sent.line, "POST /rest/users/6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd/cards/activation");
    assert_eq!(sent.body, r#"{"card":"4111111111111111","cardholderName":"MARIA JOSE RAMIREZ"}"#);
    assert!(!sent.line.contains("4111"));
}

#[tokio::test]
async fn funds_leave_as_an_exact_number_with_our_reference() {
    let answer = format!(
        r#"{{"id":"mv-1","cardId":48213,"operation":"ADD_FUNDS","amount":1250.5,"currency":"GTQ","reference":"{}","balance":"3093.0001"}}"#,
        reference()
    );
    let recorder = Recorder::always(200, &success(&answer)).await;
    let funds = FundsRequest {
        amount: amount("1250.5"),
        operation: FundsOperation::Add,
        channel: FundsChannel::Web,
        reference: reference(),
        description: Some("Planilla".to_owned()),
        currency: Some(Currency::GTQ),
    };
    let receipt = signed_in(&recorder.base).gateway.change_funds(CardId::new(48_213), &funds).await.unwrap();
    assert_eq!(receipt.movement_id.as_deref(), Some("mv-1"));
    assert_eq!(receipt.balance, Some(amount("3093.0001")));
    let sent = only(&recorder);
    assert_eq!(sent.line, "POST /rest/cards/48213/funds");
    assert_eq!(
        sent.body,
        format!(
            r#"{{"amount":1250.50,"operation":"ADD_FUNDS","channel":"WEB","reference":"{}","description":"Planilla","currency":"GTQ"}}"#,
            reference()
        )
    );
    assert_eq!(sent.header("x-application-id"), Some("desk-app-1"));
}

#[tokio::test]
async fn an_amount_beyond_a_floats_reach_leaves_digit_by_digit() {
    let recorder = Recorder::always(200, &success("null")).await;
    let funds = FundsRequest {
        amount: amount("123456789012345.6789"),
        operation: FundsOperation::Withdraw,
        channel: FundsChannel::Mobile,
        reference: reference(),
        description: None,
        currency: None,
    };
    let receipt = signed_in(&recorder.base).gateway.change_funds(CardId::new(1), &funds).await.unwrap();
    assert_eq!(receipt.movement_id, None);
    assert_eq!(
        only(&recorder).body,
        format!(r#"{{"amount":123456789012345.6789,"operation":"WITHDRAW_FUNDS","channel":"MOBILE","reference":"{}"}}"#, reference())
    );
}

#[tokio::test]
async fn the_issuers_adjustment_goes_by_put() {
    let recorder = Recorder::always(204, "").await;
    let adjustment = FundsAdjustment {
        amount: amount("0.0001"),
        operation: FundsOperation::Withdraw,
        reference: reference(),
        observations: Some("corrección".to_owned()),
        currency: None,
    };
    signed_in(&recorder.base).gateway.adjust_funds(CardId::new(48_213), &adjustment).await.unwrap();
    let sent = only(&recorder);
    assert_eq!(sent.line, "PUT /rest/cards/48213/funds");
    assert_eq!(
        sent.body,
        format!(r#"{{"amount":0.0001,"operation":"WITHDRAW_FUNDS","reference":"{}","observations":"corrección"}}"#, reference())
    );
}

#[tokio::test]
async fn a_transfer_names_both_cards_and_carries_our_reference_in_its_observations() {
    let answer = r#"{"id":"T-9","fromCardId":48213,"toCardId":"48214","amount":"250.0001","currency":"GTQ","observations":"CD-7F3K-92QM","createdAt":"2026-11-24T10:00:00-06:00","status":"DONE"}"#;
    let recorder = Recorder::always(201, &success(answer)).await;
    let wanted = TransferRequest {
        from: CardId::new(48_213),
        to: CardId::new(48_214),
        amount: amount("250.0001"),
        observations: Some("CD-7F3K-92QM".to_owned()),
    };
    let made = signed_in(&recorder.base).gateway.transfer(&wanted).await.unwrap();
    assert_eq!((made.id.as_deref(), made.from, made.to), (Some("T-9"), Some(CardId::new(48_213)), Some(CardId::new(48_214))));
    assert_eq!((made.amount, made.currency, made.observations), (Some(amount("250.0001")), Some(Currency::GTQ), wanted.observations));
    assert_eq!(made.at.unwrap().to_string(), "2026-11-24T16:00:00Z");
    let sent = only(&recorder);
    assert_eq!(sent.line, "POST /rest/cards/transfer");
    assert_eq!(sent.body, r#"{"fromCardId":48213,"toCardId":48214,"amount":250.0001,"observations":"CD-7F3K-92QM"}"#);
    assert_eq!(sent.header("authorization"), Some("Bearer access-1"));
    assert_eq!(sent.header("x-application-id"), Some("desk-app-1"));
}

#[tokio::test]
async fn a_transfer_without_observations_leaves_the_field_out_and_success_alone_is_success() {
    let recorder = Recorder::always(200, r#"{"statusCode":200,"message":"ok"}"#).await;
    let wanted = TransferRequest { from: CardId::new(1), to: CardId::new(2), amount: amount("10"), observations: None };
    assert_eq!(signed_in(&recorder.base).gateway.transfer(&wanted).await.unwrap(), Transfer::default());
    assert_eq!(only(&recorder).body, r#"{"fromCardId":1,"toCardId":2,"amount":10.00}"#);
}

#[tokio::test]
async fn a_transfer_is_read_by_its_id() {
    let answer = r#"{"id":900001,"fromCardId":1,"toCardId":2,"amount":10,"newField":null}"#;
    let recorder = Recorder::always(200, &success(answer)).await;
    let read = signed_in(&recorder.base).gateway.transfer_by_id("900001").await.unwrap();
    assert_eq!((read.id.as_deref(), read.amount, read.observations), (Some("900001"), Some(amount("10")), None));
    assert_eq!(only(&recorder).line, "GET /rest/card-transfers/900001");
    let nothing = Recorder::always(200, &success("null")).await;
    let error = signed_in(&nothing.base).gateway.transfer_by_id("900001").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreadable, "no transfer is no transfer");
}

#[tokio::test]
async fn a_months_movements_come_oldest_first_with_their_references() {
    let list = format!(
        r#"[{{"id":2,"cardId":48213,"date":"2026-11-21T09:00:00-06:00","type":"CASHBACK","direction":"CREDIT","amount":"1.5","balance":11.5,"currency":"GTQ"}},
            {{"id":"mv-1","cardId":48213,"date":"2026-11-20T09:00:00Z","type":"ADD_FUNDS","direction":"CREDIT","amount":10,"balance":10.0000,"currency":"GTQ","reference":"{}"}}]"#,
        reference()
    );
    let recorder = Recorder::always(200, &success(&list)).await;
    let movements = signed_in(&recorder.base).gateway.movements(CardId::new(48_213), Month::new(2026, 3).unwrap()).await.unwrap();
    assert_eq!(movements[0].id, "mv-1");
    assert_eq!(movements[0].reference.as_deref(), Some(reference().as_str()));
    assert_eq!((&movements[0].kind, &movements[0].direction), (&MovementType::AddFunds, &MovementDirection::Credit));
    assert_eq!(movements[1].kind, MovementType::Other("CASHBACK".to_owned()));
    assert_eq!(movements[1].amount, amount("1.5"));
    assert_eq!(only(&recorder).line, "GET /rest/cards/48213/transfers/3/2026");
}

#[tokio::test]
async fn a_pre_issued_token_goes_as_it_is() {
    let recorder = Recorder::always(200, &success(CARD)).await;
    with_bearer(&recorder.base).gateway.card(CardId::new(48_213)).await.unwrap();
    assert_eq!(only(&recorder).header("authorization"), Some("Bearer pre-issued-token"));
}

#[tokio::test]
async fn each_documented_status_keeps_its_codes_and_the_gateways_message() {
    for (status, code, kind) in [
        (400, "7303", ErrorKind::Rejected),
        (403, "7003", ErrorKind::Forbidden),
        (404, "7200", ErrorKind::Rejected),
        (409, "7213", ErrorKind::Rejected),
        (422, "7999", ErrorKind::Rejected),
    ] {
        let body = format!(r#"{{"success":false,"message":"No","errors":[{{"code":"{code}","message":"why"}}]}}"#);
        let recorder = Recorder::always(status, &body).await;
        let error = signed_in(&recorder.base).gateway.card(CardId::new(1)).await.unwrap_err();
        assert_eq!((error.kind, error.status, error.request), (kind, Some(status), RequestName::ReadCard));
        assert!(error.has_code(code));
        assert_eq!(error.message.as_deref(), Some("No"));
        assert_eq!(recorder.received().len(), 1, "{status} is final");
    }
}

#[tokio::test]
async fn a_refusal_names_the_field_where_the_gateway_does() {
    let body = r#"{"success":false,"message":"Check","errors":[{"code":"7000","message":"required","field":"phoneNumber"}]}"#;
    let recorder = Recorder::always(400, body).await;
    let error = signed_in(&recorder.base).gateway.create_invitation_code().await.unwrap_err();
    assert_eq!(error.codes[0].field.as_deref(), Some("phoneNumber"));
}

#[test]
fn the_table_says_what_the_document_says() {
    let assumed: Vec<RequestName> = ROWS.iter().filter(|row| row.known == Known::Assumed).map(|row| row.name).collect();
    assert_eq!(
        assumed,
        [
            RequestName::RefreshTokens,
            RequestName::FindCardholders,
            RequestName::ReadCardholder,
            RequestName::ListCards,
            RequestName::ReadCard,
            RequestName::ActivateCard,
            RequestName::ChangeCardStatus,
            RequestName::RenameCard,
            RequestName::RevealCvv,
            RequestName::RequestStatement,
            RequestName::ReadStatement,
            RequestName::VerifyPin
        ]
    );
    for row in &ROWS {
        assert_eq!(row.identity == Identity::BearerAndApplication, row.path.contains("card"), "{:?}", row.name);
    }
}
