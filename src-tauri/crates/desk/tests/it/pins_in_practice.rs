//! PINs against Practice: by the code on the phone of whoever it is for, on their own card and on one that is shared.

use std::sync::Arc;

use cardesk_desk::view::{PinForm, PinOwner, PinSubmitted, PinVerdict, SecretText};
use cardesk_desk::{Desk, DeskResult, ErrorCode};
use cardesk_domain::CardState;
use cardesk_gateway::{Endpoint, Gateway, GatewayConfig, Limits, LoginMethod, MemoryTokenStore, Seams as GatewaySeams, SigningKey};
use cardesk_sandbox::{Plastic, Practice};

use crate::rig::Rig;
use crate::whole_job::practice_and_desk;

const PIN: &str = "918273645546";

/// The gateway's own client, beside the desk's.
fn client_of(practice: &Practice) -> Gateway {
    let access = practice.access();
    let config = GatewayConfig {
        endpoint: Endpoint::parse(practice.base_url()).unwrap(),
        application_id: access.application_id.parse().unwrap(),
        limits: Limits::default(),
    };
    let login = LoginMethod::SigningKey { merchant: access.merchant.clone(), key: SigningKey::parse(access.signing_key()).unwrap() };
    Gateway::new(config, login, Arc::new(MemoryTokenStore::default()), GatewaySeams::system()).unwrap()
}

/// Two cards that are in use, of two people.
async fn two_cards(practice: &Practice) -> (Plastic, Plastic) {
    let plastics = practice.plastics().await.unwrap();
    let mut active = plastics.into_iter().filter(|plastic| plastic.state == CardState::Active);
    let first = active.next().unwrap();
    let other = active.find(|plastic| plastic.cardholder_id != first.cardholder_id).unwrap();
    (first, other)
}

/// Asks for a code, reads it off the phone, and sets the PIN with it.
async fn set(practice: &Practice, desk: &Desk, card: &Plastic, user: Option<&Plastic>) -> DeskResult<PinSubmitted> {
    let owner = || PinOwner { card_id: card.card_id.to_string(), user_id: user.map(|user| user.cardholder_id.to_string()) };
    let sent = desk.request_pin_code(owner()).await.unwrap();
    let message = practice.phone_messages().into_iter().next().unwrap();
    assert_eq!((&message.owner.cardholder_id, &message.owner.email), (&user.unwrap_or(card).cardholder_id, &sent.email));
    let secret = |text: &str| SecretText::new(text.to_owned());
    desk.set_pin(PinForm { owner: owner(), code: secret(message.code.reveal()), pin: secret(PIN), pin_again: secret(PIN) }).await
}

#[tokio::test]
async fn whoever_shares_a_card_gets_a_pin_by_their_own_code_and_a_stranger_not_even_the_code() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    desk.refresh_directory().await.unwrap();
    let (card, other) = two_cards(&practice).await;
    let stranger = PinOwner { card_id: card.card_id.to_string(), user_id: Some(other.cardholder_id.to_string()) };
    assert_eq!(desk.request_pin_code(stranger).await.unwrap_err().code, ErrorCode::CardNotShared);
    assert_eq!(practice.phone_messages().len(), 0);

    let gateway = client_of(&practice);
    let holder = gateway.cardholder(&card.cardholder_id).await.unwrap().username.unwrap();
    gateway.link_card(&other.cardholder_id, &holder, &card.pan.last_four(), &"Compartida".parse().unwrap()).await.unwrap();
    assert!(matches!(set(&practice, &desk, &card, Some(&other)).await.unwrap(), PinSubmitted::Set { .. }));
    let verdict = desk.verify_pin(&card.card_id.to_string(), SecretText::new(PIN.to_owned())).await.unwrap();
    assert_eq!(verdict, PinVerdict::Correct);
}

#[tokio::test]
async fn a_card_that_waits_for_its_cardholder_takes_no_pin_and_the_code_is_used_up() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let plastics = practice.plastics().await.unwrap();
    let waiting = plastics.into_iter().find(|plastic| plastic.state == CardState::Inactive).unwrap();
    let refused = set(&practice, &desk, &waiting, None).await.unwrap_err();
    assert_eq!((refused.code, &*refused.params["code"]), (ErrorCode::GatewayRefused, "7213"));
    assert!(refused.params.contains_key("code_is_spent"));
}
