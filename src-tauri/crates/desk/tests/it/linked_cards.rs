//! Cards of other people: linked, renamed and unlinked, with what the gateway and a second operator may say to it.

use axum::http::Method;
use cardesk_desk::view::{Action, HappeningAction, HappeningResult, HappeningsRequest, LinkForm, LinkRename, NotOfferedReason};
use cardesk_desk::{Desk, ErrorCode, Field, FieldCode};
use serde_json::json;

use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted, data, refusal};
use crate::whole_job::practice_and_desk;

pub(crate) fn form() -> LinkForm {
    LinkForm {
        cardholder_id: CARDHOLDER.to_owned(),
        owner_email: " dueno@example.com".to_owned(),
        last_four: "0932".to_owned(),
        alias: " Mamá ".to_owned(),
    }
}

fn rename(association_id: &str, seen: &str, alias: &str) -> LinkRename {
    LinkRename {
        cardholder_id: CARDHOLDER.to_owned(),
        association_id: association_id.to_owned(),
        alias_seen: Some(seen.to_owned()),
        alias: alias.to_owned(),
    }
}

/// What the record says of the cardholder, the newest first.
async fn record(desk: &Desk) -> Vec<(HappeningAction, HappeningResult, Option<String>)> {
    let view = desk.cardholder(CARDHOLDER).await.unwrap();
    view.happenings.into_iter().map(|happening| (happening.action, happening.result, happening.detail)).collect()
}

#[tokio::test]
async fn a_card_is_linked_renamed_and_unlinked_and_the_record_tells_it() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.link_card(form()).await.unwrap();
    let sent = &gateway.seen(&Method::POST, "/linked-cards")[0].body;
    assert_eq!(*sent, json!({ "email": "dueno@example.com", "suffix": "0932", "alias": "Mamá" }));
    let linked = desk.linked_cards(CARDHOLDER).await.unwrap();
    assert_eq!((linked.len(), linked[0].alias.as_deref(), linked[0].last_four.as_deref()), (1, Some("Mamá"), Some("0932")));
    let id = &linked[0].association_id;
    desk.rename_linked_card(rename(id, "Mamá", "Doña Marta")).await.unwrap();
    assert_eq!(desk.linked_cards(CARDHOLDER).await.unwrap()[0].alias.as_deref(), Some("Doña Marta"));
    desk.unlink_card(CARDHOLDER, id).await.unwrap();
    assert_eq!(desk.linked_cards(CARDHOLDER).await.unwrap(), []);
    let told = |action, detail: &str| (action, HappeningResult::Done, Some(detail.to_owned()));
    assert_eq!(
        record(&desk).await,
        [
            told(HappeningAction::CardUnlinked, "•••• 0932, Doña Marta"),
            told(HappeningAction::LinkedCardRenamed, "•••• 0932, Doña Marta"),
            told(HappeningAction::CardLinked, "•••• 0932, Mamá"),
        ]
    );
}

#[tokio::test]
async fn a_form_with_errors_is_not_sent() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    for (wrong, field, code) in [
        (LinkForm { owner_email: "dueno".into(), ..form() }, Field::OwnerEmail, FieldCode::EmailForm),
        (LinkForm { owner_email: "  ".into(), ..form() }, Field::OwnerEmail, FieldCode::Missing),
        (LinkForm { last_four: String::new(), ..form() }, Field::LastFour, FieldCode::Missing),
        (LinkForm { last_four: "411111".into(), ..form() }, Field::LastFour, FieldCode::LastFourForm),
        (LinkForm { alias: "\u{a0} ".into(), ..form() }, Field::Alias, FieldCode::Missing),
        (LinkForm { alias: "a".repeat(300), ..form() }, Field::Alias, FieldCode::TooLong),
        (LinkForm { alias: "caja\u{7}chica".into(), ..form() }, Field::Alias, FieldCode::Unprintable),
        (LinkForm { alias: "4111 1111 1111 1111".into(), ..form() }, Field::Alias, FieldCode::AliasCardNumber),
    ] {
        let error = desk.link_card(wrong).await.unwrap_err();
        assert_eq!((error.code, error.fields[0].field, error.fields[0].code), (ErrorCode::FieldsNeedMending, field, code));
    }
    let everything = LinkForm { owner_email: String::new(), last_four: String::new(), alias: String::new(), ..form() };
    assert_eq!(desk.link_card(everything).await.unwrap_err().fields.len(), 3, "all at once");
    assert!(gateway.seen(&Method::POST, "/linked-cards").is_empty());
}

#[tokio::test]
async fn the_gateways_no_keeps_its_code_and_is_recorded() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    for (status, code, told) in
        [(404, "7220", ErrorCode::GatewayNotFound), (409, "7221", ErrorCode::GatewayRefused), (500, "7221", ErrorCode::GatewayFault)]
    {
        gateway.will([refusal(status, code)]);
        let error = desk.link_card(form()).await.unwrap_err();
        assert_eq!((error.code, error.params.get("code").map(String::as_str), error.retryable), (told, Some(code), false));
        let reason = format!("{code}: reason {code}");
        assert_eq!(record(&desk).await[0], (HappeningAction::CardLinked, HappeningResult::Refused, Some(reason)));
    }
}

#[tokio::test]
async fn the_same_card_is_not_linked_twice() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    let (first, second) = tokio::join!(desk.link_card(form()), desk.link_card(form()));
    assert_eq!((first, second), (Ok(()), Ok(())));
    let error = desk.link_card(LinkForm { owner_email: "Dueno@Example.com".into(), ..form() }).await.unwrap_err();
    assert_eq!((error.code, &*error.params["last_four"]), (ErrorCode::LinkedAlready, "0932"));
    assert_eq!(gateway.seen(&Method::POST, "/linked-cards").len(), 1);
    desk.link_card(LinkForm { last_four: "0933".into(), ..form() }).await.unwrap();
}

#[tokio::test]
async fn unlinking_twice_is_told_plainly() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.link_card(form()).await.unwrap();
    // Somebody else was quicker, between the look and the request.
    gateway.will([refusal(404, "7220")]);
    assert_eq!(desk.unlink_card(CARDHOLDER, "a-1").await.unwrap_err().code, ErrorCode::LinkGone);
    desk.unlink_card(CARDHOLDER, "a-1").await.unwrap();
    assert_eq!(desk.unlink_card(CARDHOLDER, "a-1").await.unwrap_err().code, ErrorCode::LinkGone);
    assert_eq!(desk.rename_linked_card(rename("a-1", "Mamá", "Otra")).await.unwrap_err().code, ErrorCode::LinkGone);
    assert_eq!(gateway.seen(&Method::DELETE, "/a-1").len(), 2, "what is known to be gone is not sent for");
    assert!(gateway.seen(&Method::PATCH, "/a-1").is_empty());
}

#[tokio::test]
async fn the_later_of_two_operators_is_told_what_the_earlier_one_did() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.link_card(form()).await.unwrap();
    desk.rename_linked_card(rename("a-1", "Mamá", "Doña Marta")).await.unwrap();
    let error = desk.rename_linked_card(rename("a-1", "Mamá", "Mami")).await.unwrap_err();
    assert_eq!((error.code, &*error.params["alias"]), (ErrorCode::AliasChanged, "Doña Marta"));
    desk.rename_linked_card(rename("a-1", "Mamá", "Doña Marta")).await.unwrap();
    assert_eq!(gateway.seen(&Method::PATCH, "/a-1").len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_in_the_list_and_never_sent_again() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    gateway.will([Answer::Dropped]);
    let error = desk.link_card(form()).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::LinkUncertain, false));
    assert_eq!(record(&desk).await[0].1, HappeningResult::Unknown);
    gateway.will([Answer::AppliedAndDropped]);
    desk.link_card(form()).await.unwrap();
    gateway.will([Answer::AppliedAndDropped]);
    desk.rename_linked_card(rename("a-1", "Mamá", "Mami")).await.unwrap();
    gateway.will([Answer::Html(502)]);
    assert_eq!(desk.unlink_card(CARDHOLDER, "a-1").await.unwrap_err().code, ErrorCode::LinkUncertain);
    gateway.will([Answer::AppliedAndDropped]);
    desk.unlink_card(CARDHOLDER, "a-1").await.unwrap();
    assert_eq!(record(&desk).await[0].1, HappeningResult::Done);
    let sent = |method, ending| gateway.seen(&method, ending).len();
    assert_eq!((sent(Method::POST, "/linked-cards"), sent(Method::PATCH, "/a-1"), sent(Method::DELETE, "/a-1")), (2, 1, 2));
}

#[tokio::test]
async fn what_the_gateway_denies_of_linked_cards_is_off_the_offer_and_the_rest_stays() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.link_card(form()).await.unwrap();
    let denied = async || {
        let offers = desk.cardholder(CARDHOLDER).await.unwrap().actions;
        let of = |action| offers.iter().find(|offer| offer.action == action).unwrap().not_offered;
        [Action::LinkCard, Action::RenameLinkedCard, Action::UnlinkCard]
            .map(of)
            .map(|reason| reason == Some(NotOfferedReason::PermissionMissing))
    };
    assert_eq!(denied().await, [false, false, false]);
    gateway.will([refusal(403, "FORBIDDEN")]);
    assert_eq!(desk.unlink_card(CARDHOLDER, "a-1").await.unwrap_err().code, ErrorCode::GatewayForbidden);
    assert_eq!(denied().await, [false, false, true], "the contract names no permission that they share");
    gateway.will([refusal(403, "FORBIDDEN")]);
    desk.rename_linked_card(rename("a-1", "Mamá", "Mami")).await.unwrap_err();
    gateway.will([refusal(403, "FORBIDDEN")]);
    desk.link_card(LinkForm { last_four: "0933".into(), ..form() }).await.unwrap_err();
    assert_eq!(denied().await, [true, true, true]);
}

/// What a timeline says, the oldest first: a card's, or all of a cardholder's.
async fn timeline(desk: &Desk, cardholder_id: &str, card_id: Option<&str>) -> Vec<(HappeningAction, Option<String>, Option<String>)> {
    let request = HappeningsRequest {
        cardholder_id: cardholder_id.to_owned(),
        card_id: card_id.map(str::to_owned),
        before: None,
        kind: None,
        results: Vec::new(),
        text: String::new(),
        text_actions: Vec::new(),
        limit: 100,
    };
    let rows = desk.happenings(request).await.unwrap().rows;
    rows.into_iter().rev().map(|row| (row.action, row.card_id, row.detail)).collect()
}

#[tokio::test]
async fn what_becomes_of_a_link_is_told_at_the_card_and_its_owner_too_with_who_uses_it() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let plastics = practice.plastics().await.unwrap();
    let card = plastics.iter().find(|plastic| plastic.state.as_str() == "ACTIVE").unwrap();
    let user = plastics.iter().find(|other| other.cardholder_id != card.cardholder_id).unwrap().cardholder_id.to_string();
    let (owner, card_id) = (card.cardholder_id.to_string(), card.card_id.to_string());
    let name = desk.cardholder(&user).await.unwrap().profile.display_name;
    let view = desk.card(&card_id).await.unwrap();
    let owner_email = desk.cardholder(&owner).await.unwrap().profile.username;
    let form = LinkForm { cardholder_id: user.clone(), owner_email, last_four: view.card.last_four, alias: "Mamá".to_owned() };

    desk.link_card(form).await.unwrap();
    let association_id = desk.linked_cards(&user).await.unwrap()[0].association_id.clone();
    let renaming = LinkRename { cardholder_id: user.clone(), ..rename(&association_id, "Mamá", "Doña Marta") };
    desk.rename_linked_card(renaming).await.unwrap();
    desk.unlink_card(&user, &association_id).await.unwrap();

    let told = |action, alias: &str| (action, Some(card_id.clone()), Some(format!("{name} · {alias}")));
    let all = [
        told(HappeningAction::CardLinked, "Mamá"),
        told(HappeningAction::LinkedCardRenamed, "Doña Marta"),
        told(HappeningAction::CardUnlinked, "Doña Marta"),
    ];
    assert_eq!(timeline(&desk, &owner, Some(&card_id)).await, all);
    assert_eq!(timeline(&desk, &owner, None).await, all);
    let of_the_user = timeline(&desk, &user, None).await;
    assert_eq!(of_the_user.iter().map(|(action, ..)| *action).collect::<Vec<_>>(), all.map(|(action, ..)| action), "each once");
}

#[tokio::test]
async fn what_was_refused_of_a_link_is_no_news_to_the_cards_owner() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    let link = json!([{ "associationId": "a-1", "email": "dueno@example.com", "suffix": "4417", "alias": "Mamá", "cardId": 48213 }]);
    gateway.on_read(&format!("/users/{CARDHOLDER}/linked-cards"), data(&link));
    gateway.will([refusal(403, "FORBIDDEN")]);
    desk.unlink_card(CARDHOLDER, "a-1").await.unwrap_err();
    assert_eq!(timeline(&desk, CARDHOLDER, Some(CARD)).await, []);
    assert_eq!(timeline(&desk, CARDHOLDER, None).await.len(), 1);
}
