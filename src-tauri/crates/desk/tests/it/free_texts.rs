//! No whole card number in anything that people say in their own words: it is refused at its field, and nothing is sent or
//! written.

use axum::http::Method;
use cardesk_desk::view::{
    ClearContradictionForm, Despite, FollowUpKind, FundsAction, FundsDraftRequest, FundsForm, InvitedForm, LinkForm, OperationState,
    PrintRequest, ProfileForm, RegistrationForm, SecretText, SettleAs, SettleForm, TransferTypeForm,
};
use cardesk_desk::{Desk, DeskResult, ErrorCode, ErrorView, Field, FieldCode};
use cardesk_domain::{Currency, Money, OperationEvent, OperationKind, Reference};
use cardesk_journal::{Conclusion, Evidence, Journal, NewOperation};

use crate::follow_up::follow_up;
use crate::outcomes::{draft_request, form};
use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted};
use crate::{invitations, linked_cards, papers, profiles, registering, templates, transfer_lookup};

/// Of sixteen, thirteen and nineteen digits, in groups and not.
const NUMBERS: [&str; 5] = ["4000001531002392", "4000 0015 3100 2392", "4000-0015-3100-2392", "4222222222222", "6304900177402922501"];

const NUMBER: &str = NUMBERS[0];

/// Every field of every form, by whether people write in it in their own words. A new one has to be put here, and if it takes
/// such words, into a test below; those of an alias and of a template's texts are in `managing` and `templates`.
macro_rules! fields {
    (free: $($free:ident)+; other: $($other:ident)+) => {
        const fn is_free(field: Field) -> bool {
            match field {
                $(Field::$free)|+ => true,
                $(Field::$other)|+ => false,
            }
        }
    };
}

fields! {
    free: FirstName LastName Username Address PlaceOfBirth Note Reason DespiteReason EmbossedName CompanyName ReprintReason BoxName
        OwnerEmail InvitationCode TransferId SearchText TypeWord TypeName Alias SheetName TemplateName SpanishGreeting SpanishLead
        SpanishStep1 SpanishStep2 SpanishStep3 SpanishClosingTitle SpanishClosing EnglishGreeting EnglishLead EnglishStep1
        EnglishStep2 EnglishStep3 EnglishClosingTitle EnglishClosing Sender;
    other: PhoneNumber CountryOfBirth Gender MaritalStatus DateOfBirth DocumentType DocumentNumber Nit Amount AmountAgain ToCardId Pan
        OneTimeCode Pin PinAgain Merchant ClientSlug ApplicationId BaseUrl ActivationBase Secret ConfirmationLimit
        SettlingTimeMinutes OutputFolder Pages CardId LastFour Serial DeviceId Password ConfirmPassword
        TermsAndConditionsAccepted Channel MovementType TypeModel Operation Currency Row NumberStyle TotalAgain Month SheetWidth
        SheetHeight Columns Rows LeftEdge TopEdge PitchAcross PitchDown CellWidth CellHeight MeasuredLeft MeasuredTop StartPlace
        Copies TemplateLanguages Accent Logo LogoScale InsertLayout IdleMinutes Passphrase NewPassphrase NewPassphraseAgain
}

fn said<T>(answer: DeskResult<T>) -> Vec<(Field, FieldCode)> {
    let Err(ErrorView { code, fields, .. }) = answer else { panic!("it was taken") };
    assert_eq!(code, ErrorCode::FieldsNeedMending);
    fields.into_iter().map(|problem| (problem.field, problem.code)).collect()
}

fn refused(field: Field) -> Vec<(Field, FieldCode)> {
    assert!(is_free(field), "{field:?}");
    vec![(field, FieldCode::CardNumberGiven)]
}

async fn started() -> (Scripted, Rig, Desk) {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    (gateway, rig, desk)
}

/// How many requests there were that change something.
fn changing(gateway: &Scripted) -> usize {
    [Method::POST, Method::PUT, Method::PATCH, Method::DELETE]
        .iter()
        .map(|method| gateway.seen(method, "").iter().filter(|seen| !seen.path.starts_with("/auth")).count())
        .sum()
}

#[tokio::test]
async fn a_note_with_a_card_number_is_refused_in_every_form_that_moves_money_before_there_is_an_intent() {
    let (gateway, _rig, desk) = started().await;
    gateway.add_card(48_300);
    for kind in
        [FundsAction::Load, FundsAction::Withdrawal, FundsAction::AdjustmentLoad, FundsAction::AdjustmentWithdrawal, FundsAction::Transfer]
    {
        let to_card_id = (kind == FundsAction::Transfer).then(|| "48300".to_owned());
        let request = FundsDraftRequest { to_card_id: to_card_id.clone(), ..draft_request(kind, "40.00") };
        let draft = desk.draft_funds(request).await.unwrap();
        for number in NUMBERS {
            let form = FundsForm { to_card_id: to_card_id.clone(), note: format!("de {number}"), ..form(&draft.reference, "40.00") };
            assert_eq!(said(desk.submit_funds(form).await), refused(Field::Note), "{kind:?} {number}");
        }
    }
    assert_eq!((changing(&gateway), desk.operations_of_card(CARD).await.unwrap()), (0, Vec::new()));
}

#[tokio::test]
async fn neither_a_correction_nor_a_look_alike_has_a_card_number_for_its_reason() {
    let (gateway, _rig, desk) = started().await;
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "40.00")).await.unwrap();
    let mistaken = desk.submit_funds(form(&draft.reference, "40.00")).await.unwrap();
    let correction = desk.draft_follow_up(&mistaken.reference, FollowUpKind::Corrects, None).await.unwrap();
    assert_eq!(said(desk.submit_follow_up(follow_up(&correction.reference, NUMBER)).await), refused(Field::Reason));

    gateway.will([Answer::Dropped]);
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "55.00")).await.unwrap();
    let lost = desk.submit_funds(form(&draft.reference, "55.00")).await.unwrap();
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "55.00")).await.unwrap();
    let despite = Despite { references: vec![lost.reference], reason: NUMBER.to_owned() };
    let form = FundsForm { despite: Some(despite), ..form(&draft.reference, "55.00") };
    assert_eq!(said(desk.submit_funds(form).await), refused(Field::DespiteReason));
    assert_eq!(gateway.funds().len(), 2, "the one that was applied, and the one that was lost");
}

/// What an earlier version took into a note is in the journal for ever, and leaves it no more.
#[tokio::test]
async fn a_note_that_was_once_taken_with_a_card_number_is_made_again_with_the_number_masked() {
    let (gateway, journal) = (Scripted::start().await, Journal::open_in_memory().await.unwrap());
    let rig = Rig::on_journal(&journal);
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    for ((entropy, number), last_four) in (1_u64..).zip(NUMBERS).zip(["2392", "2392", "2392", "2222", "2501"]) {
        let reference = Reference::from_entropy(entropy);
        refused_with_note(&journal, &reference, &format!("de la {number}, mayo")).await;
        let draft = desk.draft_follow_up(reference.as_str(), FollowUpKind::MakesAgain, None).await.unwrap();
        let again = desk.submit_follow_up(follow_up(&draft.reference, "")).await.unwrap();
        let masked = format!("de la •••• {last_four}, mayo");
        assert_eq!((again.state, again.note.as_deref()), (OperationState::Applied, Some(&*masked)), "{number}");
        assert_eq!(gateway.funds().last().unwrap().body["description"].as_str(), Some(&*masked), "{number}");
    }
}

/// A load that the gateway refused, as the journal keeps it.
async fn refused_with_note(journal: &Journal, reference: &Reference, note: &str) {
    let at = jiff::Timestamp::UNIX_EPOCH;
    let new = NewOperation {
        reference: reference.clone(),
        kind: OperationKind::Load,
        cardholder_id: Some(CARDHOLDER.parse().unwrap()),
        card_id: Some(CARD.parse().unwrap()),
        to_card_id: None,
        money: Some(Money::new("40".parse().unwrap(), Currency::GTQ)),
        note: Some(note.to_owned()),
        channel: Some("WEB".to_owned()),
        context: None,
        at,
        operator: "ana".to_owned(),
    };
    journal.begin_intent(new, &[]).await.unwrap();
    let evidence = Evidence { gateway_code: Some("7303".to_owned()), http_status: Some(400), ..Evidence::default() };
    let conclusion =
        Conclusion { reference, event: OperationEvent::Refuse, evidence, operator: "ana", at, happenings: Vec::new(), balance: None };
    journal.conclude(conclusion).await.unwrap();
}

#[tokio::test]
async fn no_reason_that_stays_in_the_record_has_a_card_number() {
    let (gateway, _rig, desk) = started().await;
    gateway.will([Answer::Dropped]);
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "40.00")).await.unwrap();
    let reference = desk.submit_funds(form(&draft.reference, "40.00")).await.unwrap().reference;
    let settle = SettleForm {
        reference: reference.clone(),
        outcome: SettleAs::Applied,
        reason: NUMBER.to_owned(),
        card_id: None,
        none_of: Vec::new(),
    };
    assert_eq!(said(desk.settle_operation(settle).await), refused(Field::Reason));
    let clear = ClearContradictionForm { reference, reason: NUMBER.to_owned() };
    assert_eq!(said(desk.clear_contradiction(clear).await), refused(Field::Reason));
    assert_eq!(said(desk.block_card(CARD, NUMBER).await), refused(Field::Reason));
    assert_eq!(said(desk.unblock_card(CARD, NUMBER).await), refused(Field::Reason));
    assert_eq!(said(desk.reveal_cvv(CARD, NUMBER).await), refused(Field::Reason));
    assert_eq!(said(desk.void_insert("0001-001", NUMBER).await), refused(Field::Reason));
    assert_eq!(said(desk.undo_packing(1, NUMBER).await), refused(Field::Reason));
    assert_eq!(said(desk.stop_replacement(1, NUMBER).await), refused(Field::Reason));
    assert_eq!(said(desk.begin_packing_box(NUMBER).await), refused(Field::BoxName));
    assert_eq!(changing(&gateway), 1);
}

#[tokio::test]
async fn an_insert_is_not_printed_again_for_a_reason_with_a_card_number() {
    let (_gateway, _rig, desk) = started().await;
    let request = templates::request("classic", cardesk_desk::view::InsertLanguage::Spanish);
    desk.save_inserts(request.clone()).await.unwrap();
    let again = PrintRequest { reprint_reason: Some(NUMBER.to_owned()), ..request };
    assert_eq!(said(desk.save_inserts(again).await), refused(Field::ReprintReason));
    assert_eq!(desk.runs().await.unwrap().runs.len(), 1);
}

#[tokio::test]
async fn nobody_is_registered_or_invited_or_linked_with_a_card_number_in_their_words() {
    let (gateway, _rig, desk) = started().await;
    let sound = registering::sound_form;
    for (wrong, field) in [
        (RegistrationForm { first_name: NUMBER.into(), ..sound() }, Field::FirstName),
        (RegistrationForm { last_name: NUMBER.into(), ..sound() }, Field::LastName),
        (RegistrationForm { username: format!("{NUMBER}@example.com"), ..sound() }, Field::Username),
        (RegistrationForm { address: format!("zona 1, {NUMBER}"), ..sound() }, Field::Address),
        (RegistrationForm { place_of_birth: NUMBER.into(), ..sound() }, Field::PlaceOfBirth),
    ] {
        assert_eq!(said(desk.register_cardholder(wrong.clone()).await), refused(field));
        let told = desk.check_registration(wrong).await.unwrap();
        assert!(told.iter().any(|problem| (problem.field, problem.code) == (field, FieldCode::CardNumberGiven)));
    }
    for (wrong, field) in [
        (InvitedForm { username: format!("{NUMBER}@example.com"), ..invitations::form() }, Field::Username),
        (InvitedForm { invitation_code: NUMBER.into(), ..invitations::form() }, Field::InvitationCode),
    ] {
        assert_eq!(said(invitations::register(&desk, wrong).await), refused(field));
    }
    let link = LinkForm { owner_email: format!("{NUMBER}@example.com"), ..linked_cards::form() };
    assert_eq!(said(desk.link_card(link).await), refused(Field::OwnerEmail));
    assert_eq!(changing(&gateway), 0);
}

#[tokio::test]
async fn a_device_and_a_document_may_have_the_digits_of_a_card_number_and_what_is_searched_for_may_not() {
    let (gateway, _rig, desk) = started().await;
    let invited = InvitedForm { device_id: "490154203237518".into(), ..invitations::form() };
    invitations::register(&desk, invited).await.unwrap();
    let searches = gateway.seen(&Method::GET, "/users").len();
    for number in &NUMBERS[..3] {
        assert_eq!(said(desk.search_gateway(number).await), refused(Field::SearchText));
    }
    assert_eq!(gateway.seen(&Method::GET, "/users").len(), searches, "it would stand in an address");
    desk.search_gateway("1234574080101").await.unwrap();
}

#[tokio::test]
async fn no_name_that_is_kept_here_has_a_card_number() {
    let (gateway, _rig, desk) = started().await;
    assert_eq!(said(desk.save_own_sheet(&papers::labels(NUMBER)).await), refused(Field::SheetName));
    let template = templates::on_letter(None, templates::copy(&desk, "classic", NUMBER).await);
    assert_eq!(said(desk.save_template(template, 0).await), refused(Field::TemplateName));
    let company = ProfileForm { company_name: NUMBER.into(), ..profiles::company(&gateway.base_url) };
    assert_eq!(said(desk.save_profile(company).await), refused(Field::CompanyName));
    let types = |word: &str, name: &str| vec![TransferTypeForm { type_name: name.into(), ..transfer_lookup::kind(word) }];
    assert_eq!(said(desk.create_transfer_types(types(NUMBER, "")).await), refused(Field::TypeWord));
    assert_eq!(said(desk.create_transfer_types(types("RENTA", NUMBER)).await), refused(Field::TypeName));
    let plastic = SecretText::new("4111111111114417".to_owned());
    assert!(said(desk.activate_card(CARD, plastic, NUMBER).await).contains(&(Field::EmbossedName, FieldCode::CardNumberGiven)));
    assert_eq!(changing(&gateway), 0);
}

#[tokio::test]
async fn no_transfer_is_looked_up_by_a_card_number_which_would_stand_in_an_address() {
    let (gateway, _rig, desk) = started().await;
    for number in &NUMBERS[..3] {
        assert_eq!(said(desk.transfer(number).await), refused(Field::TransferId));
    }
    assert!(!gateway.seen(&Method::GET, "").iter().any(|seen| seen.path.contains("2392")));
}
