//! Invitations, cards of other people and types of transfers against Practice: both sides speak the same contract.

use cardesk_desk::view::{InvitedForm, LinkForm, LinkRename, SecretText, TransferTypeForm};
use cardesk_desk::{Desk, DeskResult, ErrorCode, Field, FieldCode};
use cardesk_sandbox::Practice;

use crate::rig::Rig;
use crate::whole_job::practice_and_desk;

async fn register(desk: &Desk, code: &str, username: &str) -> DeskResult<String> {
    let form = InvitedForm {
        invitation_code: code.to_owned(),
        device_id: "pixel-8".to_owned(),
        username: username.to_owned(),
        nit: "CF".to_owned(),
        terms_and_conditions_accepted: Some(true),
    };
    let password = || SecretText::new("una clave larga".to_owned());
    Ok(desk.register_invited(form, password(), password()).await?.profile.cardholder_id)
}

fn refused_field(outcome: DeskResult<String>) -> (Field, FieldCode) {
    let error = outcome.unwrap_err();
    (error.fields[0].field, error.fields[0].code)
}

#[tokio::test]
async fn a_code_registers_one_cardholder_once() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let made = desk.make_invitation().await.unwrap();
    assert!(made.expires_at.is_some());
    let id = register(&desk, &made.code, "invitada@example.com").await.unwrap();
    let view = desk.cardholder(&id).await.unwrap();
    assert_eq!((&*view.profile.display_name, view.profile.nit.as_deref()), ("invitada@example.com", Some("CF")));
    let used = register(&desk, &made.code, "otra@example.com").await;
    assert_eq!(refused_field(used), (Field::InvitationCode, FieldCode::InvitationUsed));
    let unknown = register(&desk, "0000-0000-0000", "otra@example.com").await;
    assert_eq!(refused_field(unknown), (Field::InvitationCode, FieldCode::InvitationUnknown));
    let another = desk.make_invitation().await.unwrap();
    let taken = register(&desk, &another.code, "Invitada@example.com").await;
    assert_eq!(refused_field(taken), (Field::Username, FieldCode::UsernameTaken));
}

/// An active card of Practice's, as a form that links it to somebody.
async fn link_to(practice: &Practice, desk: &Desk, cardholder_id: &str) -> (LinkForm, String) {
    let plastic = practice.plastics().await.unwrap().into_iter().find(|plastic| plastic.state.as_str() == "ACTIVE").unwrap();
    let owner = desk.cardholder(plastic.cardholder_id.as_str()).await.unwrap();
    let card = owner.cards.iter().find(|card| card.card_id == plastic.card_id.to_string()).unwrap();
    let form = LinkForm {
        cardholder_id: cardholder_id.to_owned(),
        owner_email: owner.profile.username.clone(),
        last_four: card.last_four.clone(),
        alias: "Caja chica".to_owned(),
    };
    (form, owner.profile.cardholder_id)
}

#[tokio::test]
async fn a_card_of_somebody_else_is_linked_renamed_and_unlinked() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let code = desk.make_invitation().await.unwrap().code;
    let id = register(&desk, &code, "invitada@example.com").await.unwrap();
    let (form, owner) = link_to(&practice, &desk, &id).await;

    let nobodys = desk.link_card(LinkForm { owner_email: "nadie@example.com".into(), ..form.clone() }).await.unwrap_err();
    assert_eq!((nobodys.code, &*nobodys.params["code"]), (ErrorCode::GatewayNotFound, "7220"));
    let own = desk.link_card(LinkForm { cardholder_id: owner, ..form.clone() }).await.unwrap_err();
    assert_eq!(&*own.params["code"], "7221");

    desk.link_card(form.clone()).await.unwrap();
    let linked = desk.linked_cards(&id).await.unwrap().remove(0);
    assert_eq!((linked.alias.as_deref(), linked.last_four.as_deref()), (Some("Caja chica"), Some(&*form.last_four)));
    assert_eq!(linked.owner_email.as_deref(), Some(&*form.owner_email));
    assert_eq!(desk.link_card(form).await.unwrap_err().code, ErrorCode::LinkedAlready);
    let rename = LinkRename {
        cardholder_id: id.clone(),
        association_id: linked.association_id.clone(),
        alias_seen: linked.alias,
        alias: "Bodega".to_owned(),
    };
    desk.rename_linked_card(rename).await.unwrap();
    assert_eq!(desk.linked_cards(&id).await.unwrap()[0].alias.as_deref(), Some("Bodega"));
    desk.unlink_card(&id, &linked.association_id).await.unwrap();
    assert_eq!(desk.linked_cards(&id).await.unwrap(), []);
    assert_eq!(desk.unlink_card(&id, &linked.association_id).await.unwrap_err().code, ErrorCode::LinkGone);
}

#[tokio::test]
async fn types_of_transfers_are_made() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let rent = TransferTypeForm {
        type_word: "RENTA".to_owned(),
        channel: "financialNetwork".to_owned(),
        movement_type: "credit".to_owned(),
        model: "reversed".to_owned(),
        type_name: "Renta de locales".to_owned(),
    };
    desk.create_transfer_types(vec![rent]).await.unwrap();
}
