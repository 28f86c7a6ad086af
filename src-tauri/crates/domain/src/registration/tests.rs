//! The rules, derived from `gateway-api.md` (Cardholders).

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 24);

fn sound() -> Typed {
    Typed {
        first_name: "María José".into(),
        last_name: "Ramírez Núñez".into(),
        username: "maria.jose@example.com".into(),
        phone_number: "+502 5555-1234".into(),
        address: "4a. avenida 12-59, zona 1".into(),
        country_of_birth: "GTM".into(),
        place_of_birth: "Quetzaltenango".into(),
        gender: "F".into(),
        marital_status: "casado".into(),
        date_of_birth: "1990-02-28".into(),
        document_type: "DPI".into(),
        document_number: "1234 56789 0101".into(),
        nit: "576937-k".into(),
    }
}

fn rules_of(change: impl FnOnce(&mut Typed)) -> Vec<(RegistrationField, Rule)> {
    let mut typed = sound();
    change(&mut typed);
    let checked = check(&typed, TODAY);
    let stops = checked.problems.iter().any(|problem| !problem.rule.only_warns());
    assert_eq!(checked.registration.is_none(), stops, "a registration comes out exactly if nothing stops it");
    checked.problems.into_iter().map(|problem| (problem.field, problem.rule)).collect()
}

#[test]
fn a_sound_form_comes_out_in_the_contracts_own_forms() {
    let checked = check(&sound(), TODAY);
    assert_eq!(checked.problems, []);
    let registration = checked.registration.expect("nothing stops it");
    assert_eq!(registration.phone_number, "+50255551234");
    assert_eq!(registration.document_number, "1234567890101");
    assert_eq!(registration.nit.as_deref(), Some("576937K"));
    assert_eq!(registration.date_of_birth.to_string(), "1990-02-28");
    assert_eq!(registration.gender.wire_word(), "F");
}

#[test]
fn an_empty_form_names_every_field_but_the_optional_one() {
    let missing: Vec<RegistrationField> = check(&Typed::default(), TODAY).problems.iter().map(|problem| problem.field).collect();
    let all_but_nit: Vec<RegistrationField> = RegistrationField::ALL.into_iter().filter(|field| *field != RegistrationField::Nit).collect();
    assert_eq!(missing, all_but_nit);
}

#[test]
fn names_are_taken_as_people_have_them() {
    for name in ["Ñ", "O’Connor", "O'Connor", "de León-Güitz", "J. R.", "Zoë", "Ana  Lucía", "李", "Μαρία", "e\u{301}lan"] {
        assert_eq!(rules_of(|typed| typed.first_name = name.into()), [], "{name}");
    }
    assert_eq!(rules_of(|typed| typed.first_name = "Ana3".into()), [(RegistrationField::FirstName, Rule::UnusualCharacter('3'))]);
    assert_eq!(rules_of(|typed| typed.last_name = "---".into()), [(RegistrationField::LastName, Rule::NoLetters)]);
    assert_eq!(rules_of(|typed| typed.last_name = "a\u{202E}b".into()), [(RegistrationField::LastName, Rule::Unprintable('\u{202E}'))]);
    assert_eq!(
        rules_of(|typed| typed.last_name = "ñ".repeat(101)),
        [(RegistrationField::LastName, Rule::UnusuallyLong { usual: 100, actual: 101 })]
    );
}

#[test]
fn a_phone_number_becomes_e_164() {
    for (typed, sent) in [
        ("55551234", "+50255551234"),
        ("502 5555 1234", "+50255551234"),
        ("0034 600 123 456", "+34600123456"),
        ("+1 (202) 555-0143", "+12025550143"),
    ] {
        let checked = check(&Typed { phone_number: typed.into(), ..sound() }, TODAY);
        assert_eq!(checked.registration.map(|registration| registration.phone_number).as_deref(), Some(sent), "{typed}");
    }
    for wrong in ["1234", "+0123456789", "+1234567890123456", "5555123A", "٥٥٥٥١٢٣٤", "++50255551234"] {
        assert_eq!(rules_of(|typed| typed.phone_number = wrong.into()), [(RegistrationField::PhoneNumber, Rule::PhoneForm)], "{wrong}");
    }
    for short in ["+5025555123", "+34 600 12 34", "+52 55 1234 567"] {
        assert_eq!(rules_of(|typed| typed.phone_number = short.into()), [(RegistrationField::PhoneNumber, Rule::PhoneLength)], "{short}");
    }
}

#[test]
fn an_e_mail_address_has_one_name_and_one_domain() {
    for right in ["a@b.gt", "maria.jose+tarjeta@sub.example.com", "ñandu@correo.gt"] {
        assert_eq!(rules_of(|typed| typed.username = right.into()), [], "{right}");
    }
    for wrong in ["a", "a@b", "@b.gt", "a@.gt", "a@b..gt", "a b@c.gt", ".a@b.gt", "a@-b.gt", "a@b@c.gt", "<a@b.gt>"] {
        assert_eq!(rules_of(|typed| typed.username = wrong.into()), [(RegistrationField::Username, Rule::EmailForm)], "{wrong}");
    }
}

#[test]
fn a_date_of_birth_is_a_day_that_can_be() {
    for (wrong, rule) in [
        ("28/02/1990", Rule::DateForm),
        ("1990-2-8", Rule::DateForm),
        ("1990-02-30", Rule::DateForm),
        ("19900228", Rule::DateForm),
        ("2026-11-25", Rule::DateInFuture),
        ("1901-11-23", Rule::DateTooLongAgo),
        ("2008-11-25", Rule::Underage),
    ] {
        assert_eq!(rules_of(|typed| typed.date_of_birth = wrong.into()), [(RegistrationField::DateOfBirth, rule)], "{wrong}");
    }
    for right in ["2008-11-24", "2000-02-29", "1901-11-24"] {
        assert_eq!(rules_of(|typed| typed.date_of_birth = right.into()), [], "{right}");
    }
}

#[test]
fn a_dpi_of_another_length_is_doubted_and_can_be_sent() {
    for wrong in ["123", "1234 56789 010", "12345678901011", "A234567890101"] {
        assert_eq!(
            rules_of(|typed| typed.document_number = wrong.into()),
            [(RegistrationField::DocumentNumber, Rule::Dpi(DpiDoubt::Length))],
            "{wrong}"
        );
    }
    let short = check(&Typed { document_number: "1234 56789 010".into(), ..sound() }, TODAY);
    assert_eq!(short.registration.map(|registration| registration.document_number).as_deref(), Some("123456789010"));
}

/// Whether a form with this change can be sent.
fn can_be_sent(change: impl FnOnce(&mut Typed)) -> bool {
    rules_of(change).iter().all(|(_, rule)| rule.only_warns())
}

#[test]
fn what_only_the_countrys_papers_or_custom_say_never_stands_in_the_way() {
    let long = "ñ".repeat(MOST_CHARACTERS);
    for name in ["---", "Ana3", &long] {
        assert!(can_be_sent(|typed| typed.first_name = name.into()), "{name}");
        assert!(can_be_sent(|typed| typed.place_of_birth = name.into()), "{name}");
    }
    assert!(can_be_sent(|typed| typed.address.clone_from(&long)));
    for kind in DocumentType::ALL {
        for number in ["--", "Nº 12_3", "CF", "1", &long] {
            let unusual = |typed: &mut Typed| (typed.document_type, typed.document_number) = (kind.wire_word().into(), number.into());
            assert!(can_be_sent(unusual), "{kind:?} {number}");
            let mut typed = sound();
            unusual(&mut typed);
            assert!(!check(&typed, TODAY).registration.expect("it can be sent").document_number.is_empty(), "{kind:?} {number}");
        }
    }
    for nit in ["--", "Nº 12_3", "ñ", &long] {
        assert!(can_be_sent(|typed| typed.nit = nit.into()), "{nit}");
    }
    for phone in ["+2101234567", "+5021", "+502555512345678"] {
        assert_eq!(can_be_sent(|typed| typed.phone_number = phone.into()), phone.len() > 7 && phone.len() <= 16, "{phone}");
    }
    assert!(can_be_sent(|typed| typed.date_of_birth = "2024-02-29".into()), "a child");
}

#[test]
fn what_the_contract_states_and_what_can_t_be_stands_in_the_way() {
    type Change = fn(&mut Typed, &str);
    let endless = "ñ".repeat(MOST_CHARACTERS + 1);
    let changes: [(&str, Change); 6] = [
        ("first name", |typed, text| typed.first_name = text.into()),
        ("address", |typed, text| typed.address = text.into()),
        ("document", |typed, text| typed.document_number = text.into()),
        ("tax number", |typed, text| typed.nit = text.into()),
        ("phone", |typed, text| typed.phone_number = text.into()),
        ("e-mail", |typed, text| typed.username = text.into()),
    ];
    for (field, change) in changes {
        for text in ["a\nb", "1\u{202e}2", &endless] {
            assert!(!can_be_sent(|typed| change(typed, text)), "{field} {text:?}");
        }
    }
    for text in ["", " \u{a0}"] {
        assert!(!can_be_sent(|typed| typed.document_number = text.into()), "{text:?}");
        assert!(can_be_sent(|typed| typed.nit = text.into()), "it may be left out");
    }
    assert!(!can_be_sent(|typed| typed.username = format!("{}@correo.gt", "a.".repeat(130) + "a")), "RFC 5321 has 254 characters");
}

#[test]
fn what_the_contract_does_not_state_only_warns() {
    assert_eq!(
        rules_of(|typed| typed.document_number = "1234567880101".into()),
        [(RegistrationField::DocumentNumber, Rule::Dpi(DpiDoubt::CheckDigit))]
    );
    assert_eq!(rules_of(|typed| typed.nit = "576937-1".into()), [(RegistrationField::Nit, Rule::Nit(NitDoubt::CheckCharacter))]);
    assert_eq!(rules_of(|typed| typed.nit = "CF".into()), []);
    assert_eq!(
        rules_of(|typed| {
            typed.document_type = "PASSPORT".into();
            typed.document_number = "A-123456".into();
        }),
        []
    );
}

#[test]
fn a_passport_is_doubted_for_its_form_and_a_final_consumers_nit_is_no_document() {
    let document = |kind: &str, number: &str| {
        let (kind, number) = (kind.to_owned(), number.to_owned());
        rules_of(|typed| (typed.document_type, typed.document_number) = (kind, number))
    };
    for right in ["A-123456", "123456789", "g12 345 678"] {
        assert_eq!(document("PASSPORT", right), [], "{right}");
    }
    for doubtful in ["1234", "ABCDEFGH", "A123456789"] {
        assert_eq!(document("PASSPORT", doubtful), [(RegistrationField::DocumentNumber, Rule::PassportForm)], "{doubtful}");
    }
    assert_eq!(document("NIT", "CF"), [(RegistrationField::DocumentNumber, Rule::Nit(NitDoubt::Form))]);
    assert_eq!(document("NIT", "576937-K"), []);
}

#[test]
fn choices_and_countries_are_the_contracts_words_only() {
    assert_eq!(rules_of(|typed| typed.gender = "m".into()), [(RegistrationField::Gender, Rule::ChoiceUnknown)]);
    assert_eq!(rules_of(|typed| typed.marital_status = "unido".into()), [(RegistrationField::MaritalStatus, Rule::ChoiceUnknown)]);
    assert_eq!(rules_of(|typed| typed.country_of_birth = "GT".into()), [(RegistrationField::CountryOfBirth, Rule::CountryUnknown)]);
    assert_eq!(rules_of(|typed| typed.country_of_birth = "gtm".into()), []);
    assert_eq!(rules_of(|typed| typed.document_type = "DNI".into()), [(RegistrationField::DocumentType, Rule::ChoiceUnknown)]);
}

#[test]
fn every_field_is_found_by_its_name_on_the_wire() {
    for field in RegistrationField::ALL {
        assert_eq!(RegistrationField::from_wire_name(field.wire_name()), Some(field));
    }
    assert_eq!(RegistrationField::from_wire_name("deviceId"), None);
}

proptest! {
    #[test]
    fn nothing_that_is_typed_panics_and_each_problem_is_of_its_own_field(text in "\\PC{0,40}", field in 0_usize..13) {
        let mut typed = sound();
        let [a, b, c, d, e, f, g, h, i, j, k, l, m] = [
            &mut typed.first_name, &mut typed.last_name, &mut typed.username, &mut typed.phone_number, &mut typed.address,
            &mut typed.country_of_birth, &mut typed.place_of_birth, &mut typed.gender, &mut typed.marital_status,
            &mut typed.date_of_birth, &mut typed.document_type, &mut typed.document_number, &mut typed.nit,
        ];
        *[a, b, c, d, e, f, g, h, i, j, k, l, m][field] = text;
        let checked = check(&typed, TODAY);
        let changed = RegistrationField::ALL[field];
        // The kind of document decides on what its number is held against.
        let may_follow = |problem: &RegistrationProblem| changed == RegistrationField::DocumentType && problem.field == RegistrationField::DocumentNumber;
        prop_assert!(checked.problems.iter().all(|problem| problem.field == changed || may_follow(problem)));
    }

    #[test]
    fn what_can_be_sent_is_printable_and_within_its_limits(first in "\\PC{0,120}", address in "\\PC{0,240}") {
        let typed = Typed { first_name: first, address, ..sound() };
        if let Some(registration) = check(&typed, TODAY).registration {
            prop_assert!((1..=MOST_CHARACTERS).contains(&registration.first_name.chars().count()));
            prop_assert!((1..=MOST_CHARACTERS).contains(&registration.address.chars().count()));
            prop_assert!(!registration.first_name.chars().any(crate::text::is_unprintable));
        }
    }
}
