//! What no client of good will sends: every answer is the envelope, and nothing falls over.

use proptest::prelude::*;

use crate::support::Desk;

#[tokio::test]
async fn an_unknown_endpoint_is_7010_with_or_without_a_token() {
    let desk = Desk::new().await;
    for path in ["/", "/nope", "/users/", "/cards/48201/limits", "/users/x/cards/48201", "/app/auth/login"] {
        let answer = desk.call_with("GET", path, "", None).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "7010"), "{path}");
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_405_and_a_path_that_is_none_404() {
    let desk = Desk::new().await;
    for (method, path) in [
        ("DELETE", "/users/x/cards"),
        ("PATCH", "/cards/48201"),
        ("PUT", "/users"),
        ("DELETE", "/cards/48201"),
        ("GET", "/cards/48201/status"),
        ("GET", "/cards/48201/alias"),
        ("GET", "/cards/48201/pin"),
        ("POST", "/cards/48201/cvv"),
    ] {
        let answer = desk.call(method, path, None).await;
        assert_eq!((answer.status, answer.code().as_str()), (405, "7010"), "{method} {path}");
        assert!(answer.head.to_ascii_lowercase().contains("allow: "), "{answer:?}");
    }
    for path in ["/cards/48201/limits", "/cards/transfer/x"] {
        assert_eq!(desk.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_one_json_object_is_refused_in_the_envelope() {
    let desk = Desk::new().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for body in ["", " ", "{", "[]", "null", "7", "\"x\"", "{\"a\":1}}", "{\"a\":1,\"a\":1}", "{'a':1}", "\u{feff}{}", deep.as_str()] {
        let answer = desk.post("/users", body).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "7000"), "{body:.20}");
    }
}

#[tokio::test]
async fn another_content_type_and_a_body_too_large_have_their_status() {
    let desk = Desk::new().await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        let headers = format!("Authorization: Bearer {}\r\nContent-Type: {content_type}\r\n", desk.token);
        let answer = desk.call_with("POST", "/users", &headers, Some("{}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (415, "7000"), "{content_type}");
    }
    let charset = format!("Authorization: Bearer {}\r\nContent-Type: Application/JSON; charset=utf-8\r\n", desk.token);
    assert_eq!(desk.call_with("POST", "/users", &charset, Some("{}")).await.status, 400);
    let large = format!("{{\"firstName\":\"{}\"}}", "x".repeat(64 * 1024));
    let answer = desk.post("/users", &large).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "7000"));
    let answer = desk.call("POST", "/users/invitation-code", Some(&large)).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "7000"));
    assert_eq!(desk.post("/users/invitation-code", "{\"a\":1}").await.status, 400, "this request has no body");
}

#[tokio::test]
async fn mistyped_ids_in_the_address_are_named() {
    let desk = Desk::new().await;
    for id in ["x", "-1", "+1", "1.0", "0x1", "99999999999999999999999", "%20", "%00"] {
        let answer = desk.get(&format!("/cards/{id}")).await;
        assert_eq!((answer.status, answer.fields()), (400, vec!["cardId".to_owned()]), "{id}");
    }
    assert_eq!(desk.get("/cards/%FF").await.code(), "7000");
    assert_eq!(desk.get("/users/%FF").await.code(), "7000");
}

#[test]
fn no_bytes_in_a_body_bring_a_500_or_anything_but_the_envelope() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = runtime.block_on(Desk::new());
    proptest!(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() }, |(bytes in proptest::collection::vec(any::<u8>(), 0..300), path in 0..4_usize)| {
        let path = ["/users", "/auth/login", "/cards/48201/funds", "/users/invitation-code"][path];
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\nx-application-id: cardesk-practice-desk\r\nContent-Length: {}\r\n\r\n",
            desk.token,
            bytes.len()
        );
        let answer = runtime.block_on(desk.raw(&[head.as_bytes(), &bytes].concat()));
        prop_assert!(answer.status == 400 || answer.status == 201 && path.ends_with("code"), "{answer:?}");
        if answer.status == 400 {
            prop_assert_eq!(answer.code(), "7000");
        }
    });
}
