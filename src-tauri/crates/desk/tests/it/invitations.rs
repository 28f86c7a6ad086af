//! Registering by invitation: the code that is made here, and the form that uses one.

use axum::http::Method;
use cardesk_desk::view::{
    CardholderView, HappeningAction, HappeningResult, InsertLanguage, InvitationView, InvitedForm, PrintTo, SecretText, SettingsChange,
    TextToSave,
};
use cardesk_desk::{Desk, DeskResult, ErrorCode, Field, FieldCode};
use serde_json::json;

use crate::rig::{Rig, all_bytes_below};
use crate::scripted::{Answer, CARDHOLDER, Scripted, data};

const PASSWORD: &str = "Quetzal-volando-7391";

pub(crate) fn form() -> InvitedForm {
    InvitedForm {
        invitation_code: " 7F3K-92QM-0TRW".into(),
        device_id: "pixel-8-de-ana".into(),
        username: "ana@example.com".into(),
        nit: "576937-k".into(),
        terms_and_conditions_accepted: Some(true),
    }
}

pub(crate) async fn register(desk: &Desk, form: InvitedForm) -> DeskResult<CardholderView> {
    desk.register_invited(form, SecretText::new(PASSWORD.to_owned()), SecretText::new(PASSWORD.to_owned())).await
}

fn refusal_of(field: &str, status: u16, code: &str) -> Answer {
    let errors = json!([{ "code": code, "message": "no", "field": field }]);
    Answer::Envelope(status, json!({ "success": false, "errors": errors }))
}

#[tokio::test]
async fn a_code_is_made_and_shown_and_the_record_says_so_without_it() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([data(&json!({ "invitationCode": "7F3K-92QM-0TRW", "expiresAt": "2026-12-01T16:00:00Z" }))]);
    let made = desk.make_invitation().await.unwrap();
    assert_eq!((&*made.code, made.expires_at.as_deref()), ("7F3K-92QM-0TRW", Some("2026-12-01T16:00:00Z")));
    assert!(!format!("{made:?}").contains("7F3K"));
    let path = desk.save_text(TextToSave { name: "Invitación".into(), text: format!("Código:\n{}", made.code) }).await.unwrap();
    assert!(path.ends_with("Invitación.txt"));
    assert_eq!(std::fs::read_to_string(path).unwrap(), "\u{feff}Código:\r\n7F3K-92QM-0TRW\r\n");
}

#[tokio::test]
async fn an_invited_cardholder_is_registered_with_what_was_typed() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let view = register(&desk, form()).await.unwrap();
    assert_eq!(view.profile.cardholder_id, CARDHOLDER);
    assert_eq!((view.happenings[0].action, view.happenings[0].result), (HappeningAction::RegisteredByInvitation, HappeningResult::Done));
    let sent = gateway.seen(&Method::POST, "/users");
    assert_eq!(sent.len(), 1);
    assert_eq!(
        sent[0].body,
        json!({
            "deviceId": "pixel-8-de-ana", "invitationCode": "7F3K-92QM-0TRW", "username": "ana@example.com", "password": PASSWORD,
            "confirmPassword": PASSWORD, "nit": "576937K", "termsAndConditionsAccepted": true,
        })
    );
}

#[tokio::test]
async fn somebody_without_a_name_is_told_by_the_e_mail_address() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.on_read(&format!("/users/{CARDHOLDER}"), data(&json!({ "userId": CARDHOLDER, "username": "ana@example.com" })));
    assert_eq!(register(&desk, form()).await.unwrap().profile.display_name, "ana@example.com");
}

#[tokio::test]
async fn a_form_with_errors_is_not_sent_and_one_with_warnings_is() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let wrong = InvitedForm { device_id: "mi teléfono".into(), username: "ana".into(), ..form() };
    let found: Vec<_> = desk.check_invited(wrong.clone()).await.unwrap().iter().map(|problem| (problem.field, problem.code)).collect();
    assert_eq!(found, [(Field::DeviceId, FieldCode::WhiteSpace), (Field::Username, FieldCode::EmailForm)]);
    assert_eq!(register(&desk, wrong).await.unwrap_err().code, ErrorCode::FieldsNeedMending);
    let differing = desk.register_invited(form(), SecretText::new(PASSWORD.into()), SecretText::new("otra".into())).await.unwrap_err();
    assert_eq!((differing.fields[0].field, differing.fields[0].code), (Field::ConfirmPassword, FieldCode::PasswordsDiffer));
    let none = desk.register_invited(form(), SecretText::new(String::new()), SecretText::new(String::new())).await.unwrap_err();
    assert_eq!((none.fields[0].field, none.fields[0].code), (Field::Password, FieldCode::Missing));
    let unprintable = || SecretText::new("siete\u{7}siete".into());
    let refused = desk.register_invited(form(), unprintable(), unprintable()).await.unwrap_err();
    assert_eq!((refused.fields[0].field, refused.fields[0].code), (Field::Password, FieldCode::PasswordForm));
    assert!(gateway.seen(&Method::POST, "/users").is_empty());
    let unusual = InvitedForm { nit: "576937-1".into(), ..form() };
    assert!(desk.check_invited(unusual.clone()).await.unwrap().iter().all(|problem| !problem.is_error()));
    register(&desk, unusual).await.unwrap();
    let short = || SecretText::new("siete 7".into());
    let spaced = InvitedForm { device_id: "mi teléfono".into(), username: "otra@example.com".into(), ..form() };
    desk.register_invited(spaced, short(), short()).await.unwrap();
    assert_eq!(gateway.seen(&Method::POST, "/users").len(), 2, "the contract names neither a length nor a form");
}

#[tokio::test]
async fn the_gateways_no_to_a_code_or_an_address_is_told_in_words_for_it() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    for (field, status, code, told) in [
        ("invitationCode", 404, "7004", (Field::InvitationCode, FieldCode::InvitationUnknown)),
        ("invitationCode", 409, "7006", (Field::InvitationCode, FieldCode::InvitationUsed)),
        ("username", 409, "7006", (Field::Username, FieldCode::UsernameTaken)),
        ("password", 400, "7000", (Field::Password, FieldCode::RefusedByGateway)),
    ] {
        gateway.will([refusal_of(field, status, code)]);
        let error = register(&desk, form()).await.unwrap_err();
        assert_eq!(((error.fields[0].field, error.fields[0].code), error.retryable), (told, false));
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_by_an_address_that_nobody_had_before() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    // Her address is in the listing already: finding it afterwards says nothing.
    gateway.will([Answer::Dropped]);
    let taken = InvitedForm { username: "maria@example.com".into(), ..form() };
    let error = register(&desk, taken).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::RegistrationUncertain, false));
    gateway.on_read("/users", data(&json!({ "users": [], "total": 0 })));
    gateway.will([Answer::Silence]);
    let registering = tokio::spawn({
        let desk = desk.clone();
        async move { register(&desk, form()).await }
    });
    while gateway.seen(&Method::POST, "/users").len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    gateway.on_read("/users", data(&json!({ "users": [{ "userId": CARDHOLDER, "username": "Ana@Example.com" }], "total": 1 })));
    assert_eq!(registering.await.unwrap().unwrap().profile.cardholder_id, CARDHOLDER);
    assert_eq!(gateway.seen(&Method::POST, "/users").len(), 2, "never sent again");
}

#[tokio::test]
async fn the_password_is_on_no_disk_and_in_no_error() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([refusal_of("invitationCode", 404, "7004")]);
    let error = register(&desk, form()).await.unwrap_err();
    assert!(!serde_json::to_string(&error).unwrap().contains(PASSWORD));
    register(&desk, form()).await.unwrap();
    let bytes = all_bytes_below(rig.folder.path());
    for secret in [PASSWORD, "7F3K-92QM-0TRW"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
}

#[tokio::test]
async fn an_invitation_is_saved_and_printed_with_whose_it_is_the_code_and_until_when() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.change_settings(SettingsChange::InsertLanguage(InsertLanguage::Both)).await.unwrap();
    let invitation = || InvitationView { code: "7F3K-92QM-0TRW".into(), expires_at: Some("2026-12-01T16:00:00Z".into()) };
    let path = desk.save_invitation(invitation()).await.unwrap();
    assert!(path.ends_with("Invitación.pdf"), "the code is in no file's name: {path}");
    desk.file_of_ours(std::path::Path::new(&path)).await.unwrap();
    let printed = std::process::Command::new("pdftotext").args(["-raw", &path, "-"]).output().unwrap();
    let text = String::from_utf8_lossy(&printed.stdout).into_owned();
    let company = desk.session().await.unwrap().profile.company_name;
    let said = [&*company, "7F3K-92QM-0TRW", "Vence: 1 de diciembre de 2026, 10:00", "Valid until: 1 December 2026, 10:00"];
    for words in said {
        assert!(text.contains(words), "{words}: {text}");
    }

    let to = |printer: &str| PrintTo { printer: printer.to_owned(), tray: Some("tray-1".to_owned()), copies: 2 };
    let job = desk.print_invitation(invitation(), to("contabilidad")).await.unwrap();
    assert_eq!((&*job.printer, job.run_number), ("contabilidad", None));
    let jobs = rig.printing.jobs.lock().unwrap().clone();
    assert_eq!((jobs.len(), jobs[0].options.copies, jobs[0].options.tray.as_deref()), (1, 2, Some("tray-1")));
    assert_eq!(jobs[0].pdf, std::fs::read(&path).unwrap(), "the page that was saved");
    assert!(!jobs[0].title.contains("7F3K"), "the queue is everybody's");
    assert_eq!(desk.print_invitation(invitation(), to("nadie")).await.unwrap_err().code, ErrorCode::PrinterNotFound);
}
