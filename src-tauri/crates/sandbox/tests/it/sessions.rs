//! Signing in and staying signed in (`gateway-api.md`, Authentication).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signer, SigningKey};

use crate::support::{Desk, Reply};

/// Signs as a desk would: with the key that `PracticeAccess` hands out.
fn signature(desk: &Desk, payload: &str) -> String {
    let access = desk.practice.access();
    let seed: [u8; 32] = BASE64_STANDARD.decode(access.signing_key()).unwrap().try_into().expect("32 bytes");
    BASE64_STANDARD.encode(SigningKey::from_bytes(&seed).sign(payload.as_bytes()).to_bytes())
}

async fn log_in(desk: &Desk, merchant: &str, signature: &str) -> Reply {
    desk.call_with("POST", "/auth/login", "", Some(&format!(r#"{{"merchant":"{merchant}","signature":"{signature}"}}"#))).await
}

async fn refresh(desk: &Desk, token: &str) -> Reply {
    desk.call_with("POST", "/auth/refresh", "", Some(&format!(r#"{{"refreshToken":"{token}"}}"#))).await
}

async fn health_of(desk: &Desk, token: &str) -> Reply {
    desk.call_with("GET", "/users", &format!("Authorization: Bearer {token}\r\n"), None).await
}

#[tokio::test]
async fn a_signature_over_the_merchant_slug_signs_in_for_thirty_minutes_and_seven_days() {
    let desk = Desk::new().await;
    let answer = log_in(&desk, "cardeskPractice", &signature(&desk, "cardeskPractice")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let now = 1_795_543_200;
    assert_eq!(answer.number("expirationToken"), (now + 30 * 60).to_string());
    assert_eq!(answer.number("expirationRefreshToken"), (now + 7 * 24 * 60 * 60).to_string());
    assert_eq!(health_of(&desk, &answer.text("accessToken")).await.status, 200);
}

#[tokio::test]
async fn a_wrong_signature_or_merchant_never_signs_in() {
    let desk = Desk::new().await;
    let good = signature(&desk, "cardeskPractice");
    let of_another_payload = signature(&desk, "cardeskPractice ");
    for (merchant, signature) in [("cardeskPractice", of_another_payload.as_str()), ("somebodyElse", good.as_str())] {
        let answer = log_in(&desk, merchant, signature).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "SIGNATURE_INVALID"), "{answer:?}");
    }
    for signature in ["", "AAAA", &good[..87], &format!("{good}="), &good.replace('=', "!")] {
        let answer = log_in(&desk, "cardeskPractice", signature).await;
        assert_eq!((answer.status, answer.fields()), (400, vec!["signature".to_owned()]), "{signature}");
    }
}

#[tokio::test]
async fn a_missing_an_invented_and_an_expired_token_each_get_their_401() {
    let desk = Desk::new().await;
    let cases = [
        ("", "TOKEN_MISSING"),
        ("Authorization: Bearer invented\r\n", "TOKEN_INVALID"),
        ("Authorization: Basic dTpw\r\n", "TOKEN_INVALID"),
        ("Authorization: Bearer\r\n", "TOKEN_INVALID"),
    ];
    for (headers, code) in cases {
        let answer = desk.call_with("GET", "/users", headers, None).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, code), "{headers}");
        assert!(answer.head.to_ascii_lowercase().contains("www-authenticate: bearer"));
    }
    desk.clock.pass(30 * 60 - 1);
    assert_eq!(health_of(&desk, &desk.token).await.status, 200);
    desk.clock.pass(1);
    let answer = health_of(&desk, &desk.token).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "TOKEN_EXPIRED"));
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_discards_the_old_pair() {
    let desk = Desk::new().await;
    let first = log_in(&desk, "cardeskPractice", &signature(&desk, "cardeskPractice")).await;
    let second = refresh(&desk, &first.text("refreshToken")).await;
    assert_eq!(second.status, 200, "{second:?}");
    assert_ne!(first.text("refreshToken"), second.text("refreshToken"));
    assert_eq!(health_of(&desk, &second.text("accessToken")).await.status, 200);
    assert_eq!(health_of(&desk, &first.text("accessToken")).await.code(), "TOKEN_EXPIRED", "a request under way is repeated, not lost");
    let again = refresh(&desk, &first.text("refreshToken")).await;
    assert_eq!((again.status, again.code().as_str()), (401, "TOKEN_INVALID"));
}

#[tokio::test]
async fn of_many_refreshes_with_one_token_one_succeeds() {
    let desk = Desk::new().await;
    let first = log_in(&desk, "cardeskPractice", &signature(&desk, "cardeskPractice")).await.text("refreshToken");
    let (a, b, c, d) = tokio::join!(refresh(&desk, &first), refresh(&desk, &first), refresh(&desk, &first), refresh(&desk, &first));
    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401]);
}

#[tokio::test]
async fn a_refresh_token_lives_for_seven_days() {
    let desk = Desk::new().await;
    let first = log_in(&desk, "cardeskPractice", &signature(&desk, "cardeskPractice")).await;
    desk.clock.pass(7 * 24 * 60 * 60);
    let late = refresh(&desk, &first.text("refreshToken")).await;
    assert_eq!((late.status, late.code().as_str()), (401, "TOKEN_EXPIRED"));
}

#[tokio::test]
async fn the_key_and_the_tokens_do_not_show_when_access_is_debugged() {
    let desk = Desk::new().await;
    let access = desk.practice.access();
    assert!(!format!("{access:?}").contains(access.signing_key()));
}
