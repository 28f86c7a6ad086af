//! Profiles, their secrets, and settings that something happened to.

use cardesk_desk::view::{
    Check, Environment, LoginMethod, Notice, NumberStyle, ProfileForm, SecretState, SecretText, SettingsChange, Theme,
};
use cardesk_desk::{ErrorCode, Field, FieldCode};
use keyring_core::api::CredentialStoreApi;

use crate::rig::{Rig, SIGNING_KEY, all_bytes_below};
use crate::scripted::{CARD, Scripted, refusal};

pub(crate) fn company(base_url: &str) -> ProfileForm {
    ProfileForm {
        id: None,
        environment: Environment::Qa,
        company_name: "Panadería La Espiga".into(),
        merchant: "panaderiaLaEspiga".into(),
        client_slug: "laEspiga".into(),
        application_id: "desk-1".into(),
        base_url: base_url.into(),
        activation_base: String::new(),
        login_method: LoginMethod::SigningKey,
        secret: Some(SecretText::new(SIGNING_KEY.into())),
        number_style: NumberStyle::CommaThousands,
        confirmation_limit: "2,500.00".into(),
        settling_time_minutes: String::new(),
    }
}

fn has_item(rig: &Rig, account: &str) -> bool {
    rig.store.build("Cardesk", account, None).unwrap().get_secret().is_ok()
}

#[tokio::test]
async fn a_company_works_in_its_own_encrypted_journal_and_its_secrets_are_in_the_keychain_only() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk().await;
    let saved = desk.save_profile(company(&gateway.base_url)).await.unwrap();
    assert_eq!((saved.secret, saved.has_own_addresses, saved.confirmation_limit.as_str()), (SecretState::Kept, true, "2500.00"));
    let session = desk.activate_profile(&saved.id).await.unwrap();
    assert_eq!((session.blocked, session.profile.id.as_str()), (None, saved.id.as_str()));
    assert_eq!(session.profiles.iter().map(|profile| profile.environment).collect::<Vec<_>>(), [Environment::Practice, Environment::Qa]);
    desk.card(CARD).await.unwrap();
    let on_disk = all_bytes_below(rig.folder.path());
    let is_on_disk = |text: &str| on_disk.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!is_on_disk(SIGNING_KEY) && !is_on_disk("refresh"), "no secret is in any file");
    assert!(!is_on_disk("Núñez") && !is_on_disk("4417"), "personal data is encrypted");
    for purpose in ["signing-key", "tokens", "journal-key"] {
        assert!(has_item(&rig, &format!("{}/{purpose}", saved.id)), "{purpose}");
    }
}

#[tokio::test]
async fn a_company_is_kept_once_since_a_second_journal_would_not_know_of_the_firsts_open_money() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk().await;
    let first = desk.save_profile(company(&gateway.base_url)).await.unwrap();
    let again = ProfileForm { company_name: "La Espiga, otra vez".into(), application_id: "DESK-1".into(), ..company(&gateway.base_url) };
    let error = desk.save_profile(again).await.unwrap_err();
    assert_eq!((error.fields[0].field, error.fields[0].code), (Field::ApplicationId, FieldCode::CompanyKnown));
    assert_eq!(error.fields[0].params["name"], "Panadería La Espiga");
    let renamed = ProfileForm { id: Some(first.id), secret: None, company_name: "La Espiga".into(), ..company(&gateway.base_url) };
    desk.save_profile(renamed).await.unwrap();
    let other = desk.save_profile(ProfileForm { application_id: "desk-2".into(), ..company(&gateway.base_url) }).await.unwrap();
    for (id, merchant) in [(None, ""), (None, "panaderiaLaEspiga"), (Some(other.id), "")] {
        let form = ProfileForm {
            id,
            merchant: merchant.into(),
            login_method: LoginMethod::BearerToken,
            secret: Some(SecretText::new("a.bearer.token".into())),
            ..company(&gateway.base_url)
        };
        assert_eq!(desk.save_profile(form).await.unwrap_err().fields[0].code, FieldCode::CompanyKnown, "{merchant}");
    }
}

#[tokio::test]
async fn a_profile_that_goes_to_another_gateway_or_merchant_signs_in_afresh_there() {
    let (gateway, other, rig) = (Scripted::start().await, Scripted::start().await, Rig::new());
    let logins = |gateway: &Scripted| gateway.seen(&axum::http::Method::POST, "/auth/login").len();
    let desk = rig.desk().await;
    let id = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    desk.activate_profile(&id).await.unwrap();
    desk.card(CARD).await.unwrap();
    let unchanged = || ProfileForm { id: Some(id.clone()), secret: None, ..company(&gateway.base_url) };

    desk.save_profile(ProfileForm { company_name: "La Espiga, S. A.".into(), ..unchanged() }).await.unwrap();
    desk.card(CARD).await.unwrap();
    assert_eq!(logins(&gateway), 1, "another name is no other session");

    desk.save_profile(ProfileForm { merchant: "otraPanaderia".into(), ..unchanged() }).await.unwrap();
    desk.card(CARD).await.unwrap();
    assert_eq!(logins(&gateway), 2, "the old merchant's session went on");

    desk.save_profile(ProfileForm { base_url: other.base_url.clone(), ..unchanged() }).await.unwrap();
    desk.card(CARD).await.unwrap();
    assert_eq!(logins(&other), 1, "the old gateway's tokens were shown to another");
}

#[tokio::test]
async fn deleting_a_profile_removes_its_login_keeps_its_journal_and_asks_the_gateway_nothing() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk().await;
    let id = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    desk.activate_profile(&id).await.unwrap();
    let session = desk.delete_profile(&id).await.unwrap();
    assert_eq!((session.profile.environment, session.profiles.len()), (Environment::Practice, 1));
    assert!(!has_item(&rig, &format!("{id}/signing-key")) && !has_item(&rig, &format!("{id}/tokens")));
    assert!(has_item(&rig, &format!("{id}/journal-key")), "the journal that stays needs its key");
    assert!(rig.path("data").join("journals").join(format!("{id}.journal")).is_file());
    assert!(gateway.seen(&axum::http::Method::DELETE, "").is_empty());
    assert_eq!(desk.delete_profile("practice").await.unwrap_err().code, ErrorCode::ProfilePermanent);
}

#[tokio::test]
async fn a_form_is_held_against_its_rules_and_plain_http_reaches_this_computer_only() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    let wrong = ProfileForm {
        company_name: " ".into(),
        merchant: String::new(),
        application_id: "two words".into(),
        secret: Some(SecretText::new("not a key".into())),
        confirmation_limit: "1.250".into(),
        ..company("http://gateway.example.com")
    };
    let error = desk.save_profile(wrong).await.unwrap_err();
    let codes: Vec<FieldCode> = error.fields.iter().map(|problem| problem.code).collect();
    assert_eq!(
        codes,
        [
            FieldCode::Missing,
            FieldCode::Missing,
            FieldCode::TokenForm,
            FieldCode::AddressForm,
            FieldCode::KeyForm,
            FieldCode::AmountAmbiguous
        ]
    );
    let moved = ProfileForm { environment: Environment::Practice, ..company("") };
    assert_eq!(desk.save_profile(moved).await.unwrap_err().code, ErrorCode::EnvironmentFixed);
    assert_eq!(desk.session().await.unwrap().profiles.len(), 1);
}

#[tokio::test]
async fn without_a_keychain_nothing_is_saved_and_practice_works_all_the_same() {
    let (gateway, rig) = (Scripted::start().await, Rig::without_keychain());
    let desk = rig.desk_at(&gateway.base_url).await;
    let error = desk.save_profile(company(&gateway.base_url)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::KeychainMissing);
    assert!(error.params.is_empty() && error.retryable);
    let session = desk.session().await.unwrap();
    assert_eq!((session.profiles.len(), session.blocked), (1, None));
    assert_eq!(desk.card(CARD).await.unwrap().card.last_four, "4417");
}

#[tokio::test]
async fn a_journal_whose_key_is_gone_is_told_and_gets_no_new_key() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk().await;
    let id = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    desk.activate_profile(&id).await.unwrap();
    desk.activate_profile("practice").await.unwrap();
    rig.store.build("Cardesk", &format!("{id}/journal-key"), None).unwrap().delete_credential().unwrap();
    let session = desk.activate_profile(&id).await.unwrap();
    assert_eq!(session.blocked.unwrap().code, ErrorCode::JournalKeyMissing);
    assert!(!has_item(&rig, &format!("{id}/journal-key")));
}

#[tokio::test]
async fn the_test_of_a_connection_tells_health_and_login_apart() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let good = desk.test_connection("practice").await.unwrap();
    assert!(matches!((good.health, good.login), (Check::Passed { .. }, Check::Passed { .. })));
    let nobody = desk.save_profile(company("http://127.0.0.1:1")).await.unwrap();
    let report = desk.test_connection(&nobody.id).await.unwrap();
    for check in [report.health, report.login] {
        let Check::Failed { error } = check else { panic!("nobody listens there") };
        assert_eq!((error.code, &*error.params["reason"]), (ErrorCode::GatewayNotConnected, "refused"));
    }
    let id = desk.save_profile(company(&gateway.base_url)).await.unwrap().id;
    rig.store.build("Cardesk", &format!("{id}/signing-key"), None).unwrap().delete_credential().unwrap();
    let report = desk.test_connection(&id).await.unwrap();
    assert!(matches!(report.health, Check::Passed { .. }), "the gateway answers without a key too");
    let Check::Failed { error } = report.login else { panic!("there is no key") };
    assert_eq!(error.code, ErrorCode::SecretMissing);
    assert_eq!(desk.test_connection("nobody").await.unwrap_err().code, ErrorCode::ProfileNotFound);
}

#[tokio::test]
async fn a_page_that_was_loaded_again_is_told_until_that_was_read() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    assert_eq!(desk.session().await.unwrap().notices, []);
    desk.note_page_loaded_again().await;
    desk.note_page_loaded_again().await;
    assert_eq!(desk.session().await.unwrap().notices, [Notice::PageLoadedAgain], "once, however often it was");
    assert_eq!(desk.dismiss_notices().await.unwrap().notices, []);
}

#[tokio::test]
async fn unreadable_settings_are_kept_aside_and_told_once() {
    let rig = Rig::new();
    std::fs::create_dir_all(rig.path("config")).unwrap();
    std::fs::write(rig.path("config").join("settings.json"), "{\"theme\": \"da").unwrap();
    let desk = rig.desk().await;
    let session = desk.session().await.unwrap();
    let [Notice::SettingsKeptAside { path }] = session.notices.as_slice() else { panic!("{:?}", session.notices) };
    assert_eq!(std::fs::read_to_string(path).unwrap(), "{\"theme\": \"da");
    assert_eq!(desk.dismiss_notices().await.unwrap().notices, []);
    assert_eq!(desk.change_settings(SettingsChange::Theme(Theme::Dark)).await.unwrap().settings.theme, Theme::Dark);
    assert!(std::fs::exists(path).unwrap());
}

#[tokio::test]
async fn settings_outlive_the_program_and_a_bad_folder_changes_nothing() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    let folder = rig.path("salidas/insertos");
    desk.change_settings(SettingsChange::OutputFolder(folder.display().to_string())).await.unwrap();
    assert!(desk.finish_greeting().await.unwrap().settings.greeting_is_finished);
    std::fs::write(rig.path("file"), "").unwrap();
    for (typed, code) in [
        ("relative".to_owned(), FieldCode::FolderForm),
        (String::new(), FieldCode::FolderForm),
        (rig.path("file/below").display().to_string(), FieldCode::FolderUnusable),
    ] {
        let error = desk.change_settings(SettingsChange::OutputFolder(typed.clone())).await.unwrap_err();
        assert_eq!(error.fields[0].code, code, "{typed:?}");
    }
    let settings = rig.desk().await.session().await.unwrap().settings;
    assert_eq!((settings.output_folder, settings.greeting_is_finished), (folder.display().to_string(), true));
}

#[tokio::test]
async fn a_login_that_the_gateway_refuses_says_so() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk().await;
    let form = ProfileForm {
        login_method: LoginMethod::BearerToken,
        secret: Some(SecretText::new("a-token".into())),
        merchant: String::new(),
        ..company(&gateway.base_url)
    };
    let id = desk.save_profile(form).await.unwrap().id;
    desk.activate_profile(&id).await.unwrap();
    gateway.will([refusal(401, "TOKEN_INVALID")]);
    let error = desk.issue_card(crate::scripted::CARDHOLDER).await.unwrap();
    assert_eq!(error.operation.state, cardesk_desk::view::OperationState::Refused);
}
