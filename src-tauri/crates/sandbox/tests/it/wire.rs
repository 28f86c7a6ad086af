//! Wire fixtures, written by hand from `gateway-api.md`: each documented row that Practice offers, as the bytes of one
//! request and the answer to it. `…` in an answer stands for what differs from run to run; everything else is compared
//! byte for byte. `{name}` in a request is filled in from the answers before it.

use crate::support::Desk;

/// One exchange: where it stands in the document, the request, the answer.
struct Exchange {
    row: &'static str,
    request: &'static str,
    status: u16,
    answer: &'static str,
    /// Names for values of the answer: a name, and the JSON key whose value it takes.
    keeps: &'static [(&'static str, &'static str)],
}

const WALK: &[Exchange] = &[
    Exchange {
        row: "health",
        request: "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        status: 200,
        answer: r#"{"success":true,"message":"ok"}"#,
        keeps: &[],
    },
    Exchange {
        row: "headers: Authorization always",
        request: "GET /users HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        status: 401,
        answer: r#"{"success":false,"message":"…","errors":[{"code":"TOKEN_MISSING","message":"…"}]}"#,
        keeps: &[],
    },
    Exchange {
        row: "register, with personal information",
        request: concat!(
            "POST /users HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            r#"{"firstName":"Example","lastName":"User","address":"1a calle 2-03, zona 4","countryOfBirth":"GTM","placeOfBirth":"Guatemala","#,
            r#""gender":"OTHER","maritalStatus":"viudo","phoneNumber":"+50255550000","username":"example.user@example.com","#,
            r#""dateOfBirth":"1985-12-31","documentType":"PASSPORT","documentNumber":"253001122"}"#
        ),
        status: 201,
        answer: r#"{"success":true,"data":{"userId":"…"}}"#,
        keeps: &[("user", "userId")],
    },
    Exchange {
        row: "an invitation code",
        request: concat!(
            "POST /users/invitation-code HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n",
            "Authorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n"
        ),
        status: 201,
        answer: r#"{"success":true,"data":{"invitationCode":"…","expiresAt":"2026-12-01T18:00:00Z"}}"#,
        keeps: &[("invitation", "invitationCode")],
    },
    Exchange {
        row: "register, by invitation: the mode is picked by the presence of invitationCode",
        request: concat!(
            "POST /users HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            r#"{"deviceId":"desk-7","invitationCode":"{invitation}","username":"invited@example.com","#,
            r#""password":"Secreta-2026","confirmPassword":"Secreta-2026","nit":"CF","termsAndConditionsAccepted":true}"#
        ),
        status: 201,
        answer: r#"{"success":true,"data":{"userId":"…"}}"#,
        keeps: &[("invited", "userId")],
    },
    Exchange {
        row: "read (assumed)",
        request: "GET /users/{invited} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n",
        status: 200,
        answer: r#"{"success":true,"data":{"userId":"…","username":"invited@example.com","nit":"CF","status":"ACTIVE","createdAt":"2026-11-24T18:00:00Z"}}"#,
        keeps: &[],
    },
    Exchange {
        row: "find (assumed)",
        request: concat!(
            "GET /users?searchText=253001122&page=1&limit=5 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n",
            "Authorization: Bearer {token}\r\n\r\n"
        ),
        status: 200,
        answer: r#"{"success":true,"data":{"users":[{"userId":"…","username":"example.user@example.com","firstName":"Example",…}],"total":1,"page":1,"limit":5}}"#,
        keeps: &[],
    },
    Exchange {
        row: "issue a physical card: no body, x-application-id",
        request: concat!(
            "POST /users/{user}/cards/virtuals HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n",
            "Authorization: Bearer {token}\r\nx-application-id: cardesk-practice-desk\r\n\r\n"
        ),
        status: 201,
        answer: concat!(
            r#"{"success":true,"data":{"id":…,"userId":"…","maskedPan":"400000******…","alias":"","status":"INACTIVE","currency":"GTQ","#,
            r#""balance":0.00,"pendingDebits":0.00,"pendingCredits":0.00,"expiry":{"month":11,"year":2030},"#,
            r#""cardholderName":"EXAMPLE USER","createdAt":"2026-11-24T18:00:00Z","pinAssigned":false}}"#
        ),
        keeps: &[("card", "id")],
    },
    Exchange {
        row: "a delivered card is inactive and cannot transact until activated: 7213",
        request: concat!(
            "POST /cards/{card}/funds HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            r#"{"amount":1250.00,"operation":"ADD_FUNDS","channel":"WEB","reference":"CD-0000-0000"}"#
        ),
        status: 409,
        answer: r#"{"success":false,"message":"…","errors":[{"code":"7213","message":"…"}]}"#,
        keeps: &[],
    },
    Exchange {
        row: "activate by API (assumed)",
        request: concat!(
            "POST /users/{user}/cards/activation HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            r#"{"card":"{pan}","cardholderName":"EXAMPLE USER"}"#
        ),
        status: 200,
        answer: r#"{"success":true,"data":{"id":…,"status":"ACTIVE",…,"activatedAt":"2026-11-24T18:00:00Z","pinAssigned":false}}"#,
        keeps: &[],
    },
    Exchange {
        row: "load, from a channel",
        request: concat!(
            "POST /cards/{card}/funds HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            r#"{"amount":1250.0001,"operation":"ADD_FUNDS","channel":"WEB","reference":"CD-7F3K-92QM","description":"Viáticos","currency":"GTQ","customKeys":{"lote":"7"}}"#
        ),
        status: 200,
        answer: r#"{"success":true,"data":{"id":"…","cardId":…,"operation":"ADD_FUNDS","amount":1250.0001,"currency":"GTQ","reference":"CD-7F3K-92QM","balance":1250.0001}}"#,
        keeps: &[],
    },
    Exchange {
        row: "overdrawing answers 7303",
        request: concat!(
            "POST /cards/{card}/funds HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            r#"{"amount":1250.0002,"operation":"WITHDRAW_FUNDS","channel":"ATM","reference":"CD-7F3K-92QN"}"#
        ),
        status: 400,
        answer: r#"{"success":false,"message":"Insufficient funds.","errors":[{"code":"7303","message":"Insufficient funds.","field":"amount"}]}"#,
        keeps: &[],
    },
    Exchange {
        row: "issuer-side adjustment; it moves money just the same",
        request: concat!(
            "PUT /cards/{card}/funds HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            r#"{"amount":250,"operation":"WITHDRAW_FUNDS","reference":"ADJ-1","observations":"Corrección","currency":"GTQ"}"#
        ),
        status: 200,
        answer: r#"{"success":true,"data":{"id":"…","cardId":…,"operation":"WITHDRAW_FUNDS","amount":250.00,"currency":"GTQ","reference":"ADJ-1","balance":1000.0001}}"#,
        keeps: &[],
    },
    Exchange {
        row: "details: balance, pending debits and credits, maskedPan",
        request: concat!(
            "GET /cards/{card} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\n\r\n"
        ),
        status: 200,
        answer: r#"{"success":true,"data":{"id":…,"maskedPan":"400000******…",…,"balance":1000.0001,"pendingDebits":0.00,"pendingCredits":0.00,…}}"#,
        keeps: &[],
    },
    Exchange {
        row: "a user's cards (assumed)",
        request: concat!(
            "GET /users/{user}/cards HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\n\r\n"
        ),
        status: 200,
        answer: r#"{"success":true,"data":[{"id":…,"status":"ACTIVE",…}]}"#,
        keeps: &[],
    },
    Exchange {
        row: "movements of a month, funds operations with their reference included",
        request: concat!(
            "GET /cards/{card}/transfers/11/2026 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\n\r\n"
        ),
        status: 200,
        answer: concat!(
            r#"{"success":true,"data":[{"id":"…","cardId":…,"date":"2026-11-24T18:00:00Z","type":"ADD_FUNDS","direction":"CREDIT","#,
            r#""amount":1250.0001,"balance":1250.0001,"currency":"GTQ","description":"Viáticos","reference":"CD-7F3K-92QM"},"#,
            r#"{"id":"…","cardId":…,"date":"2026-11-24T18:00:00Z","type":"WITHDRAW_FUNDS","direction":"DEBIT","#,
            r#""amount":250.00,"balance":1000.0001,"currency":"GTQ","description":"Corrección","reference":"ADJ-1"}]}"#
        ),
        keeps: &[],
    },
    Exchange {
        row: "card to card",
        request: concat!(
            "POST /cards/transfer HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
            r#"{"fromCardId":{card},"toCardId":48201,"amount":100.0001,"observations":"CD-7F3K-92QP Viáticos"}"#
        ),
        status: 201,
        answer: concat!(
            r#"{"success":true,"data":{"id":…,"fromCardId":…,"toCardId":48201,"amount":100.0001,"currency":"GTQ","#,
            r#""observations":"CD-7F3K-92QP Viáticos","createdAt":"2026-11-24T18:00:00Z"}}"#
        ),
        keeps: &[("transfer", "id")],
    },
    Exchange {
        row: "read a transfer",
        request: concat!(
            "GET /card-transfers/{transfer} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\n\r\n"
        ),
        status: 200,
        answer: r#"{"success":true,"data":{"id":…,"fromCardId":…,"toCardId":48201,"amount":100.0001,"currency":"GTQ",…}}"#,
        keeps: &[],
    },
    Exchange {
        row: "a transfer in the movements of the card that pays",
        request: concat!(
            "GET /cards/{card}/transfers/11/2026 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\n\r\n"
        ),
        status: 200,
        answer: concat!(
            r#"{"success":true,"data":[…,{"id":"…","cardId":…,"date":"2026-11-24T18:00:00Z","type":"TRANSFER_OUT","direction":"DEBIT","#,
            r#""amount":100.0001,"balance":900.00,"currency":"GTQ","description":"CD-7F3K-92QP Viáticos"}]}"#
        ),
        keeps: &[],
    },
    Exchange {
        row: "a transfer in the movements of the card that is paid",
        request: concat!(
            "GET /cards/48201/transfers/11/2026 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n",
            "x-application-id: cardesk-practice-desk\r\n\r\n"
        ),
        status: 200,
        answer: concat!(
            r#"{"success":true,"data":[…,{"id":"…","cardId":48201,"date":"2026-11-24T18:00:00Z","type":"TRANSFER_IN","direction":"CREDIT","#,
            r#""amount":100.0001,"balance":…,"currency":"GTQ","description":"CD-7F3K-92QP Viáticos"}]}"#
        ),
        keeps: &[],
    },
    Exchange {
        row: "7100 user not found",
        request: "GET /users/YOUR_USER_ID HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n",
        status: 404,
        answer: r#"{"success":false,"message":"…","errors":[{"code":"7100","message":"…","field":"userId"}]}"#,
        keeps: &[],
    },
    Exchange {
        row: "7010 no such endpoint",
        request: "GET /rest HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        status: 404,
        answer: r#"{"success":false,"message":"…","errors":[{"code":"7010","message":"…"}]}"#,
        keeps: &[],
    },
];

/// Whether `actual` is `expected`, with `…` standing for any text.
fn fits(expected: &str, actual: &str) -> bool {
    let mut pieces = expected.split('…');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = actual.strip_prefix(first) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return rest.is_empty() };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn the_comparison_itself_can_fail() {
    assert!(fits("a…c", "abbbc") && fits("ab", "ab") && fits("a…b…c", "a1b2c"));
    assert!(!fits("a…c", "abbbd") && !fits("ab", "abc") && !fits("a…b…c", "a1c"));
}

#[tokio::test]
async fn every_documented_exchange_is_answered_as_the_document_says() {
    let desk = Desk::new().await;
    let mut known = vec![("token".to_owned(), desk.token.clone())];
    for exchange in WALK {
        let mut request = exchange.request.to_owned();
        for (name, value) in &known {
            request = request.replace(&format!("{{{name}}}"), value);
        }
        let body = request.split_once("\r\n\r\n").expect("a head").1.to_owned();
        let answer = desk.raw(request.replace("{length}", &body.len().to_string()).as_bytes()).await;
        assert_eq!(answer.status, exchange.status, "{}: {answer:?}", exchange.row);
        assert!(fits(exchange.answer, &answer.body), "{}: expected {} and got {}", exchange.row, exchange.answer, answer.body);
        for (name, key) in exchange.keeps {
            known.push(((*name).to_owned(), answer.number(key).trim_matches('"').to_owned()));
            if *name == "card" {
                known.push(("pan".to_owned(), desk.plastic_of(answer.number(key)).await.pan.reveal().to_owned()));
            }
        }
    }
}
