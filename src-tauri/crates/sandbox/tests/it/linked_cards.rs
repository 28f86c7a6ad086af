//! Cards of third parties: linked, listed, renamed, unlinked, and what is refused.

use crate::support::{Desk, registration};

async fn setting(desk: &Desk) -> (String, String) {
    let user = desk.post("/users", &registration("luis@example.com", &[])).await.text("userId");
    let card = desk.active_card().await;
    (user, desk.plastic_of(&card).await.pan.last_four().to_string())
}

#[tokio::test]
async fn a_card_is_linked_renamed_and_unlinked_and_unlinking_twice_says_so() {
    let desk = Desk::new().await;
    let (user, suffix) = setting(&desk).await;
    let path = format!("/users/{user}/linked-cards");
    assert_eq!(desk.get(&path).await.json()["data"], serde_json::json!([]));
    let made = desk.post(&path, &format!(r#"{{"email":"NUEVA@example.com","suffix":"{suffix}","alias":"De ella"}}"#)).await;
    assert_eq!((made.status, made.text("suffix"), made.text("alias").as_str()), (201, suffix, "De ella"));
    let one = format!("{path}/{}", made.number("associationId"));
    let renamed = desk.call("PATCH", &one, Some(r#"{"alias":"Caja"}"#)).await;
    assert_eq!((renamed.status, renamed.text("alias").as_str()), (200, "Caja"));
    assert_eq!(desk.get(&path).await.json()["data"][0]["alias"], "Caja");
    let gone = desk.call("DELETE", &one, None).await;
    assert_eq!((gone.status, gone.body.as_str()), (204, ""));
    let twice = desk.call("DELETE", &one, None).await;
    assert_eq!((twice.status, twice.code().as_str()), (404, "7220"));
    assert_eq!(desk.call("PATCH", &one, Some(r#"{"alias":"Caja"}"#)).await.code(), "7220");
}

#[tokio::test]
async fn what_is_not_there_is_7220_and_what_can_not_be_linked_7221() {
    let desk = Desk::new().await;
    let (user, suffix) = setting(&desk).await;
    let path = format!("/users/{user}/linked-cards");
    let other_suffix = if suffix == "0000" { "0001" } else { "0000" };
    let body = |email: &str, suffix: &str| format!(r#"{{"email":"{email}","suffix":"{suffix}","alias":"x"}}"#);
    for (email, four) in [("nadie@example.com", suffix.as_str()), ("nueva@example.com", other_suffix)] {
        let answer = desk.post(&path, &body(email, four)).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "7220"), "{email}");
    }
    assert_eq!(desk.post(&path, &body("nueva@example.com", &suffix)).await.status, 201);
    let twice = desk.post(&path, &body("nueva@example.com", &suffix)).await;
    assert_eq!((twice.status, twice.code().as_str()), (500, "7221"));
    for (wrong, field) in [
        (r#"{"email":"a","suffix":"1111","alias":"x"}"#, "email"),
        (r#"{"email":"a@b.gt","suffix":"111","alias":"x"}"#, "suffix"),
        (r#"{"email":"a@b.gt","suffix":"1111","alias":" "}"#, "alias"),
    ] {
        let answer = desk.post(&path, wrong).await;
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{wrong}");
    }
    assert_eq!(desk.get("/users/nobody/linked-cards").await.code(), "7100");
    let own = desk.post("/users", &registration("otra@example.com", &[])).await.text("userId");
    let card = desk.call("POST", &format!("/users/{own}/cards/virtuals"), None).await.number("id").to_owned();
    let own_four = desk.plastic_of(&card).await.pan.last_four().to_string();
    assert_eq!(desk.post(&format!("/users/{own}/linked-cards"), &body("otra@example.com", &own_four)).await.code(), "7221");
}
