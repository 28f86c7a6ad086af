//! The registration form: checked here, checked there, and sent once.

use cardesk_desk::view::{Action, ActionOffer, HappeningAction, HappeningResult, NotOfferedReason, RegistrationForm};
use cardesk_desk::{Desk, ErrorCode, Field, FieldCode};
use cardesk_sandbox::PermissionSet;
use serde_json::json;

use crate::rig::Rig;
use crate::scripted::{Answer, CARDHOLDER, Scripted, refusal};
use crate::whole_job::practice_and_desk;

pub(crate) fn sound_form() -> RegistrationForm {
    RegistrationForm {
        first_name: "María José".into(),
        last_name: "Ramírez Núñez".into(),
        username: "maria@example.com".into(),
        phone_number: "5555 1234".into(),
        address: "4a. avenida 12-59, zona 1".into(),
        country_of_birth: "GTM".into(),
        place_of_birth: "Quetzaltenango".into(),
        gender: "F".into(),
        marital_status: "casado".into(),
        date_of_birth: "1990-02-28".into(),
        document_type: "DPI".into(),
        document_number: "1234 56789 0101".into(),
        nit: String::new(),
    }
}

fn registrations(gateway: &Scripted) -> usize {
    gateway.seen(&axum::http::Method::POST, "/users").len()
}

#[tokio::test]
async fn a_form_with_errors_is_not_sent_and_one_with_warnings_is() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let wrong = RegistrationForm { username: "maria".into(), ..sound_form() };
    let error = desk.register_cardholder(wrong).await.unwrap_err();
    assert_eq!(
        (error.code, error.field, error.fields[0].code),
        (ErrorCode::FieldsNeedMending, Some(Field::Username), FieldCode::EmailForm)
    );
    assert_eq!(registrations(&gateway), 0);
    let unusual = RegistrationForm { document_number: "1234567880101".into(), ..sound_form() };
    let problems = desk.check_registration(unusual.clone()).await.unwrap();
    assert_eq!(problems.iter().map(|problem| (problem.code, problem.is_error())).collect::<Vec<_>>(), [(FieldCode::DpiCheckDigit, false)]);
    let short = RegistrationForm { document_number: "1234 56789".into(), nit: "Nº 7".into(), ..sound_form() };
    let problems = desk.check_registration(short).await.unwrap();
    let found: Vec<_> = problems.iter().map(|problem| (problem.code, problem.is_error())).collect();
    assert_eq!(found, [(FieldCode::DpiLength, false), (FieldCode::NitForm, false)]);
    let view = desk.register_cardholder(unusual).await.unwrap();
    assert_eq!(view.profile.cardholder_id, CARDHOLDER);
    assert_eq!(registrations(&gateway), 1);
    assert_eq!((view.happenings[0].action, view.happenings[0].result), (HappeningAction::Registered, HappeningResult::Done));
}

#[tokio::test]
async fn the_gateways_field_errors_come_back_at_their_fields() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let errors = json!([
        { "code": "7000", "message": "documentNumber is taken", "field": "documentNumber" },
        { "code": "7000", "message": "something else" },
    ]);
    gateway.will([Answer::Envelope(400, json!({ "success": false, "errors": errors }))]);
    let error = desk.register_cardholder(sound_form()).await.unwrap_err();
    assert_eq!((error.code, error.field, error.fields.len()), (ErrorCode::GatewayRefused, Some(Field::DocumentNumber), 1));
    assert_eq!(error.fields[0].code, FieldCode::RefusedByGateway);
    assert_eq!((&*error.fields[0].params["message"], &*error.fields[0].params["code"]), ("documentNumber is taken", "7000"));
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_by_e_mail_address_and_never_sent_again() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    // The gateway's listing has her: she was registered.
    assert_eq!(desk.register_cardholder(sound_form()).await.unwrap().profile.cardholder_id, CARDHOLDER);
    gateway.will([Answer::Dropped]);
    let other = RegistrationForm { username: "otra@example.com".into(), ..sound_form() };
    let error = desk.register_cardholder(other).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::RegistrationUncertain, false));
    assert_eq!(registrations(&gateway), 2);
}

#[tokio::test]
async fn a_double_click_registers_once_and_a_refusal_can_be_mended() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([refusal(400, "7000")]);
    assert!(desk.register_cardholder(sound_form()).await.is_err());
    let (first, second) = tokio::join!(desk.register_cardholder(sound_form()), desk.register_cardholder(sound_form()));
    assert_eq!(first.unwrap().profile, second.unwrap().profile);
    assert_eq!(registrations(&gateway), 2);
}

/// What the desk says of an action that is the company's.
pub(crate) async fn company_offer(desk: &Desk, action: Action) -> ActionOffer {
    let session = desk.session().await.unwrap();
    session.actions.into_iter().find(|offer| offer.action == action).unwrap()
}

#[tokio::test]
async fn without_the_permission_to_register_no_way_of_it_is_on_offer_until_the_session_ends() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    practice.set_permissions(PermissionSet::NoRegistration.permissions());
    let ways = [Action::Register, Action::Invite, Action::RegisterInvited];
    for way in ways {
        assert_eq!(company_offer(&desk, way).await.not_offered, None, "nobody has been refused it: {way:?}");
    }
    let refused = desk.register_cardholder(sound_form()).await.unwrap_err();
    assert_eq!((refused.code, refused.params["permission"].as_str()), (ErrorCode::GatewayForbidden, "USER_REGISTRATION"));
    for way in ways {
        let offer = company_offer(&desk, way).await;
        let missing = (Some(NotOfferedReason::PermissionMissing), Some("USER_REGISTRATION"));
        assert_eq!((offer.not_offered, offer.permission.as_deref()), missing, "{way:?}");
    }
    assert_eq!(company_offer(&desk, Action::MakeTransferTypes).await.not_offered, None);

    practice.set_permissions(PermissionSet::Everything.permissions());
    desk.forget_denials().await.unwrap();
    assert_eq!(company_offer(&desk, Action::Register).await.not_offered, None);
}

#[tokio::test]
async fn a_code_that_may_not_be_made_takes_every_way_of_registering_off_the_offer() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    practice.set_permissions(PermissionSet::NoRegistration.permissions());
    let refused = desk.make_invitation().await.unwrap_err();
    assert_eq!((refused.code, refused.params["permission"].as_str()), (ErrorCode::GatewayForbidden, "USER_REGISTRATION"));
    for way in [Action::Register, Action::Invite, Action::RegisterInvited] {
        assert_eq!(company_offer(&desk, way).await.permission.as_deref(), Some("USER_REGISTRATION"), "{way:?}");
    }
}

#[tokio::test]
async fn what_only_warns_goes_to_the_gateway_which_has_the_last_word_on_it() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let short = RegistrationForm { document_number: "1234 56789".into(), ..sound_form() };
    assert!(desk.check_registration(short.clone()).await.unwrap().iter().all(|problem| !problem.is_error()));
    let refused = desk.register_cardholder(short).await.unwrap_err();
    assert_eq!((refused.code, refused.field), (ErrorCode::GatewayRefused, Some(Field::DocumentNumber)));
    assert_eq!(refused.fields[0].code, FieldCode::RefusedByGateway);
    let abroad = RegistrationForm { phone_number: "+210 123 4567".into(), ..sound_form() };
    let problems = desk.check_registration(abroad.clone()).await.unwrap();
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [FieldCode::PhoneCountry]);
    assert_eq!(desk.register_cardholder(abroad).await.unwrap().profile.phone_number, "+2101234567");
}
