//! The whole job against Practice: register, issue, print, activate, load.

use cardesk_desk::view::{
    BalanceCheck, CalendarMonth, CardState, DirectoryFilter, DirectoryOrder, DirectoryQuery, FundsAction, FundsDraftRequest, FundsForm,
    HappeningAction, InsertLanguage, MovementKind, MovementsRequest, OperationState, PrintItem, PrintRequest, QueueFilter,
    RegistrationForm, SecretText,
};
use cardesk_desk::{Desk, ErrorCode, Field, FieldCode, PracticeAccess};
use cardesk_sandbox::{Practice, PracticeConfig};

use crate::registering::sound_form;
use crate::rig::Rig;

pub(crate) async fn practice_and_desk(rig: &Rig) -> (Practice, Desk) {
    let config = PracticeConfig { port: cardesk_sandbox::PortChoice::Any, ..PracticeConfig::default() };
    let practice = Practice::start(config).await.unwrap();
    let desk = rig.desk().await;
    desk.practice_started(access_of(&practice)).await;
    (practice, desk)
}

/// What a desk is told of a running Practice.
pub(crate) fn access_of(practice: &Practice) -> PracticeAccess {
    let access = practice.access();
    PracticeAccess {
        base_url: practice.base_url().to_owned(),
        activation_base: practice.activation_base(),
        company_name: "Café Los Volcanes, S. A.".to_owned(),
        merchant: access.merchant.to_string(),
        client_slug: access.client_slug.to_string(),
        application_id: access.application_id.clone(),
        signing_key: SecretText::new(access.signing_key().to_owned()),
    }
}

fn all(text: &str) -> DirectoryQuery {
    DirectoryQuery {
        text: text.to_owned(),
        filter: DirectoryFilter::All,
        order: DirectoryOrder::default(),
        locate: None,
        offset: 0,
        limit: 100,
    }
}

#[tokio::test]
async fn one_card_goes_all_the_way() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    let refreshed = desk.refresh_directory().await.unwrap();
    assert_eq!((refreshed.cardholders, refreshed.cards_pending), (60, 0));
    assert_eq!(desk.directory(all("")).await.unwrap().total, 60);

    let registered = desk.register_cardholder(RegistrationForm { username: "nueva@example.com".into(), ..sound_form() }).await.unwrap();
    let id = registered.profile.cardholder_id.clone();
    assert!(registered.profile.activation_link.ends_with(&format!("userId={id}")));
    assert_eq!(desk.directory(all("nunez maria nueva")).await.unwrap().rows[0].cardholder_id, id);
    assert_eq!(desk.search_gateway("NUEVA@example.com").await.unwrap().rows[0].cardholder_id, id);

    let issued = desk.issue_card(&id).await.unwrap();
    assert_eq!(issued.operation.state, OperationState::Applied);
    let card = issued.card.unwrap();
    assert_eq!((card.state, card.needs_insert), (CardState::Inactive, true));
    let queue = desk.insert_queue(QueueFilter::NeedsInsert).await.unwrap();
    assert!(queue.iter().any(|row| row.card_id == card.card_id && row.last_four == card.last_four));

    let request = PrintRequest {
        items: vec![PrintItem { cardholder_id: id.clone(), card_id: Some(card.card_id.clone()) }],
        paper: "a4-8-up".to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        language: InsertLanguage::Both,
        for_email: false,
        reprint_reason: None,
    };
    let run = desk.save_inserts(request).await.unwrap();
    assert_eq!((run.inserts, run.codes_verified), (1, Some(2)));
    assert!(!desk.insert_queue(QueueFilter::NeedsInsert).await.unwrap().iter().any(|row| row.card_id == card.card_id));

    activate_and_load(&practice, &desk, &id, &card.card_id).await;
    let happened: Vec<HappeningAction> = desk.cardholder(&id).await.unwrap().happenings.iter().rev().map(|row| row.action).collect();
    assert_eq!(
        happened,
        [
            HappeningAction::Registered,
            HappeningAction::CardIssued,
            HappeningAction::InsertPrinted,
            // Once refused, for the wrong name.
            HappeningAction::CardActivated,
            HappeningAction::CardActivated,
            HappeningAction::FundsLoaded,
            HappeningAction::FundsWithdrawn,
        ]
    );
}

async fn activate_and_load(practice: &Practice, desk: &Desk, cardholder: &str, card_id: &str) {
    let plastic = practice.plastics().await.unwrap().into_iter().find(|plastic| plastic.card_id.to_string() == card_id).unwrap();
    let pan = || SecretText::new(plastic.pan.reveal().to_owned());
    let wrong = desk.activate_card(card_id, SecretText::new("4111 1111 1111 1111".into()), &plastic.embossed_name).await.unwrap_err();
    assert_eq!(wrong.fields[0].code, FieldCode::PanOtherCard);
    let other_name = desk.activate_card(card_id, pan(), "SOMEBODY ELSE").await.unwrap_err();
    assert_eq!((other_name.code, other_name.field), (ErrorCode::GatewayRefused, Some(Field::EmbossedName)));
    let active = desk.activate_card(card_id, pan(), &plastic.embossed_name).await.unwrap();
    assert_eq!((active.card.state, active.card.cardholder_id.as_str()), (CardState::Active, cardholder));

    for (kind, amount, balance) in [(FundsAction::Load, "1,250.00", "1250.00"), (FundsAction::Withdrawal, "250.25", "999.75")] {
        let request =
            FundsDraftRequest { card_id: card_id.to_owned(), kind, to_card_id: None, amount_typed: amount.to_owned(), reference: None };
        let draft = desk.draft_funds(request).await.unwrap();
        assert_eq!(draft.ending_balance.as_deref(), Some(balance));
        let form = FundsForm {
            reference: draft.reference,
            to_card_id: None,
            amount_typed: amount.to_owned(),
            amount_again: None,
            note: "Prueba".to_owned(),
            despite: None,
        };
        let outcome = desk.submit_funds(form).await.unwrap();
        assert_eq!((outcome.state, outcome.balance_after.as_deref()), (OperationState::Applied, Some(balance)));
    }
    // Practice's own clock is the machine's, so the month is taken from what it says of itself.
    let issued_at: jiff::Timestamp = plastic.issued_at;
    let day = issued_at.in_tz("America/Guatemala").unwrap().date();
    let month = CalendarMonth { year: u16::try_from(day.year()).unwrap(), month: u8::try_from(day.month()).unwrap() };
    let month = desk.movements(&MovementsRequest { card_id: card_id.to_owned(), from: month, until: month }).await.unwrap();
    let rows: Vec<_> = month.rows.iter().map(|row| (row.kind, row.amount.as_str(), row.balance.as_deref(), row.is_ours)).collect();
    assert_eq!(rows, [(MovementKind::Withdrawal, "-250.25", Some("999.75"), true), (MovementKind::Load, "1250.00", Some("1250.00"), true)]);
    let total = &month.totals[0];
    assert_eq!((total.currency.as_deref(), &*total.credits, &*total.debits), (Some("GTQ"), "1250.00", "250.25"));
    assert_eq!((month.opening.as_deref(), month.closing.as_deref(), month.check), (Some("0.00"), Some("999.75"), BalanceCheck::Agrees));
    assert_eq!(month.totals.len(), 1);
    assert_eq!(desk.card(card_id).await.unwrap().card.balance.as_deref(), Some("999.75"));
}

#[tokio::test]
async fn a_hostile_name_does_nothing_anywhere() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    for (number, name) in
        ["<img src=x onerror=alert(1)>", "=HYPERLINK(\"x\")", "Robert'); DROP TABLE cards;--", "../../etc/passwd"].into_iter().enumerate()
    {
        let form = RegistrationForm { first_name: name.into(), username: format!("h{number}@example.com"), ..sound_form() };
        let view = desk.register_cardholder(form).await.unwrap();
        let id = view.profile.cardholder_id;
        assert_eq!(view.profile.first_name, name);
        assert_eq!(desk.directory(all(name)).await.unwrap().rows[0].cardholder_id, id, "{name}");
        let request = PrintRequest {
            items: vec![PrintItem { cardholder_id: id, card_id: None }],
            paper: "letter-8-up".to_owned(),
            start_place: 1,
            with_backs: false,
            template_id: "classic".to_owned(),
            language: InsertLanguage::Spanish,
            for_email: false,
            reprint_reason: None,
        };
        let path = std::path::PathBuf::from(desk.save_inserts(request).await.unwrap().path.unwrap());
        assert_eq!(path.parent(), Some(rig.path("documents").join("Cardesk").as_path()), "{name}");
    }
    let hidden = RegistrationForm { first_name: "Ana\u{202e}".into(), ..sound_form() };
    assert_eq!(desk.register_cardholder(hidden).await.unwrap_err().fields[0].code, FieldCode::Unprintable);
}

#[tokio::test]
async fn a_name_that_can_not_be_printed_is_named_with_its_character_and_counts_nothing() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let form = RegistrationForm { first_name: "Ana 🌋".into(), username: "volcan@example.com".into(), ..sound_form() };
    let id = desk.register_cardholder(form).await.unwrap().profile.cardholder_id;
    let request = PrintRequest {
        items: vec![PrintItem { cardholder_id: id.clone(), card_id: None }],
        paper: "a4-trifold-form-b".to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        language: InsertLanguage::Spanish,
        for_email: false,
        reprint_reason: None,
    };
    let error = desk.save_inserts(request).await.unwrap_err();
    assert_eq!((error.code, &*error.params["code_point"]), (ErrorCode::InsertCharacter, "U+1F30B"));
    assert_eq!(desk.cardholder(&id).await.unwrap().inserts, []);
}

#[tokio::test]
async fn practices_own_field_errors_are_shown_at_their_fields() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    // Longer than Practice takes, shorter than our own limit.
    let error = desk.register_cardholder(RegistrationForm { first_name: "Ana ".repeat(20), ..sound_form() }).await.unwrap_err();
    assert_eq!((error.field, error.fields[0].code), (Some(Field::FirstName), FieldCode::RefusedByGateway));
}

#[tokio::test]
async fn starting_over_leaves_an_empty_desk_that_fills_again() {
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    desk.refresh_directory().await.unwrap();
    practice.start_over().await.unwrap();
    let session = desk.practice_started_over().await.unwrap();
    assert_eq!((session.blocked, session.counts.cardholders), (None, 0));
    assert_eq!(desk.refresh_directory().await.unwrap().cardholders, 60);
}
