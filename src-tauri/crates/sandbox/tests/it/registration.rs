//! Registering cardholders in both modes, every field checked; finding and reading them.

use crate::support::{Desk, registration};

#[tokio::test]
async fn a_registered_cardholder_reads_back_as_registered() {
    let desk = Desk::new().await;
    let made = desk.post("/users", &registration("ana@example.com", &[])).await;
    assert_eq!(made.status, 201, "{made:?}");
    let read = desk.get(&format!("/users/{}", made.text("userId"))).await;
    for (field, value) in
        [("firstName", "Ana Lucía"), ("lastName", "Muñoz Q'anil"), ("documentNumber", "2999123451601"), ("nit", "1234567-8")]
    {
        assert_eq!(read.text(field), value);
    }
}

#[tokio::test]
async fn every_field_that_is_missing_mistyped_blank_or_too_long_is_named() {
    let desk = Desk::new().await;
    let long = format!("\"{}\"", "x".repeat(300));
    let fields = [
        "firstName",
        "lastName",
        "address",
        "countryOfBirth",
        "placeOfBirth",
        "gender",
        "maritalStatus",
        "phoneNumber",
        "username",
        "dateOfBirth",
        "documentType",
        "documentNumber",
        "nit",
    ];
    for field in fields {
        for wrong in ["", "7", "null", "[]", "{}", "true", "\"\"", "\" \"", "\"a\\u0000b\"", "\"a\\u202eb\"", long.as_str()] {
            if field == "nit" && wrong.is_empty() {
                continue;
            }
            let answer = desk.post("/users", &registration("ana@example.com", &[(field, wrong)])).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "7000"), "{field} {wrong}");
            assert_eq!(answer.fields(), [field], "{field} {wrong}");
        }
    }
    assert_eq!(desk.get("/users?searchText=ana@example.com").await.number("total"), "0", "nothing of it was kept");
}

#[tokio::test]
async fn values_outside_their_lists_and_forms_are_refused() {
    let desk = Desk::new().await;
    let wrong = [
        ("countryOfBirth", "\"GT\""),
        ("countryOfBirth", "\"XXX\""),
        ("gender", "\"f\""),
        ("maritalStatus", "\"SOLTERO\""),
        ("maritalStatus", "\"single\""),
        ("phoneNumber", "\"55551234\""),
        ("phoneNumber", "\"+502 5555 1234\""),
        ("phoneNumber", "\"+5025555123456789\""),
        ("username", "\"ana\""),
        ("username", "\"ana@localhost\""),
        ("username", "\"ana lopez@example.com\""),
        ("dateOfBirth", "\"1990-02-30\""),
        ("dateOfBirth", "\"28/02/1990\""),
        ("dateOfBirth", "\"2031-01-01\""),
        ("documentType", "\"DNI\""),
        ("documentNumber", "\"29991234516\""),
        ("documentNumber", "\"299912345160A\""),
        ("nit", "\"12345678901234567890\""),
    ];
    for (field, value) in wrong {
        let answer = desk.post("/users", &registration("ana@example.com", &[(field, value)])).await;
        assert_eq!((answer.status, answer.code(), answer.fields()), (400, "7000".to_owned(), vec![field.to_owned()]), "{field} {value}");
    }
}

#[tokio::test]
async fn every_documented_kind_of_document_is_taken() {
    let desk = Desk::new().await;
    for (index, kind) in ["NIT", "PASSPORT", "LEGAL_ID", "PERSONAL_ID", "RESIDENCE_ID"].iter().enumerate() {
        let replaced = [("documentType", &*format!("\"{kind}\"")), ("documentNumber", "\"A-12345/9\""), ("nit", "")];
        let answer = desk.post("/users", &registration(&format!("d{index}@example.com"), &replaced)).await;
        assert_eq!(answer.status, 201, "{kind} {answer:?}");
    }
}

#[tokio::test]
async fn all_problems_are_answered_at_once_and_an_unknown_field_is_one() {
    let desk = Desk::new().await;
    let answer = desk.post("/users", &registration("x", &[("phone", "\"+50255551234\""), ("firstName", "")])).await;
    assert_eq!(answer.fields(), ["firstName", "username", "phone"]);
}

#[tokio::test]
async fn a_username_is_given_to_one_cardholder_whatever_its_case() {
    let desk = Desk::new().await;
    assert_eq!(desk.post("/users", &registration("ana@example.com", &[])).await.status, 201);
    let again = desk.post("/users", &registration("ANA@example.com", &[])).await;
    assert_eq!((again.status, again.code(), again.fields()), (409, "7006".to_owned(), vec!["username".to_owned()]));
}

#[tokio::test]
async fn an_invitation_code_registers_one_cardholder() {
    let desk = Desk::new().await;
    let code = desk.call("POST", "/users/invitation-code", None).await.text("invitationCode");
    let body = |username: &str, confirm: &str| {
        format!(
            r#"{{"deviceId":"d-1","invitationCode":"{code}","username":"{username}","password":"correcta 1","confirmPassword":"{confirm}","termsAndConditionsAccepted":true}}"#
        )
    };
    let mistyped = desk.post("/users", &body("i@example.com", "correcta 2")).await;
    assert_eq!((mistyped.status, mistyped.fields()), (400, vec!["confirmPassword".to_owned()]), "and the code is still good:");
    let made = desk.post("/users", &body("i@example.com", "correcta 1")).await;
    assert_eq!(made.status, 201, "{made:?}");
    let read = desk.get(&format!("/users/{}", made.text("userId"))).await;
    assert_eq!(read.text("username"), "i@example.com");
    assert!(read.json()["data"].get("firstName").is_none() && !read.body.contains("correcta"));
    let again = desk.post("/users", &body("j@example.com", "correcta 1")).await;
    assert_eq!((again.status, again.code().as_str()), (409, "7006"));
}

#[tokio::test]
async fn an_unknown_or_old_invitation_code_is_not_found_and_its_fields_are_checked() {
    let desk = Desk::new().await;
    let code = desk.post("/users/invitation-code", "{}").await.text("invitationCode");
    desk.clock.pass(7 * 24 * 60 * 60);
    let desk = Desk { token: desk.practice.bearer_token().await.unwrap(), ..desk };
    for code in [code.as_str(), "AAAA-BBBB-CCCC"] {
        let body = format!(
            r#"{{"deviceId":"d-1","invitationCode":"{code}","username":"i@example.com","password":"correcta 1","confirmPassword":"correcta 1"}}"#
        );
        let answer = desk.post("/users", &body).await;
        assert_eq!((answer.status, answer.code(), answer.fields()), (404, "7004".to_owned(), vec!["invitationCode".to_owned()]));
    }
    let empty = desk.post("/users", r#"{"invitationCode":null}"#).await;
    assert_eq!(empty.fields(), ["deviceId", "invitationCode", "username", "password", "confirmPassword"]);
}

#[tokio::test]
async fn cardholders_are_found_by_any_part_of_what_identifies_them() {
    let desk = Desk::new().await;
    let id = desk.post("/users", &registration("ana.munoz@example.com", &[])).await.text("userId");
    for search in ["munoz%20lucia", "MU%C3%91OZ", "qanil", "ana.munoz@", "50255551234", "%2B502", "2999123451601", &id] {
        let found = desk.get(&format!("/users?limit=100&searchText={search}")).await;
        let is_expected = search != "qanil";
        assert_eq!(found.body.contains(&id), is_expected, "{search}");
    }
    assert_eq!(desk.get("/users?searchText=nobody").await.number("total"), "0");
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repetition() {
    let desk = Desk::new().await;
    let mut seen = Vec::new();
    for page in 1..=4 {
        let answer = desk.get(&format!("/users?page={page}&limit=17")).await;
        assert_eq!((answer.number("total"), answer.number("page"), answer.number("limit")), ("60", &*page.to_string(), "17"));
        let users = answer.json()["data"]["users"].as_array().unwrap().clone();
        seen.extend(users.iter().map(|user| user["userId"].as_str().unwrap().to_owned()));
    }
    assert_eq!(seen.len(), 60);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 60);
    for (query, field) in [
        ("page=0", "page"),
        ("page=x", "page"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("page=1&page=2", "page"),
        ("limit=%2B5", "limit"),
    ] {
        let answer = desk.get(&format!("/users?{query}")).await;
        assert_eq!((answer.status, answer.fields()), (400, vec![field.to_owned()]), "{query}");
    }
}

#[tokio::test]
async fn hostile_names_are_data_and_nothing_else() {
    let desk = Desk::new().await;
    let names = ["<img onerror=alert(1)>", "=HYPERLINK(\\\"http://x\\\")", "'; DROP TABLE users; --", "محمد", "Ana 🎉"];
    for (index, name) in names.iter().enumerate() {
        let replaced = [("firstName", &*format!("\"{name}\"")), ("lastName", "\"Muñoz\"")];
        let made = desk.post("/users", &registration(&format!("h{index}@example.com"), &replaced)).await;
        assert_eq!(made.status, 201, "{name} {made:?}");
        let id = made.text("userId");
        assert_eq!(desk.get(&format!("/users/{id}")).await.text("firstName"), name.replace('\\', ""));
        let card = desk.call("POST", &format!("/users/{id}/cards/virtuals"), None).await;
        let embossed = card.text("cardholderName");
        assert!(embossed.ends_with("MUNOZ") && embossed.len() <= 26, "{embossed}");
        assert!(embossed.bytes().all(|byte| byte.is_ascii_uppercase() || b" '-.".contains(&byte)), "{embossed}");
    }
}
