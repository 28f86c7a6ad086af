//! An invitation on paper: the whole code, in the languages that were asked for, and marked wherever it is worth nothing.

use cardesk_domain::Environment;
use cardesk_inserts::{InsertError, InsertLanguage, Invitation, InvitationEnd, Paper, make_invitation};

use crate::tools::Printed;

fn invitation(code: &str) -> Invitation {
    Invitation {
        paper: Paper::Letter,
        language: InsertLanguage::Both,
        company_name: "Café Los Volcanes, S. A. 🌋".to_owned(),
        code: code.to_owned(),
        ends: Some(InvitationEnd { spanish: "1 de diciembre de 2026, 10:00".to_owned(), english: "1 December 2026, 10:00".to_owned() }),
    }
}

fn text_of(invitation: &Invitation, environment: Environment) -> String {
    let made = make_invitation(invitation, environment).expect("an invitation");
    assert_eq!(made.pages(), 1);
    let file = Printed::of(made.bytes());
    file.checked_by_qpdf();
    file.text()
}

#[test]
fn the_page_says_whose_it_is_the_code_what_to_do_and_until_when_in_both_languages() {
    let text = text_of(&invitation("7F3K-92QM-0TRW"), Environment::Production);
    let said = [
        "Café Los Volcanes, S. A. ?",
        "7F3K-92QM-0TRW",
        "le invita a registrarse",
        "invites you to register",
        "Vence: 1 de diciembre de 2026, 10:00",
        "Valid until: 1 December 2026, 10:00",
    ];
    for words in said {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("ENSAYO"));
    assert!(text_of(&invitation("7F3K-92QM-0TRW"), Environment::Practice).contains("ENSAYO"), "worth nothing outside Production");
}

#[test]
fn one_language_alone_says_nothing_in_the_other_and_a_code_without_an_end_names_none() {
    let spanish = Invitation { language: InsertLanguage::Spanish, ends: None, ..invitation("7F3K") };
    let text = text_of(&spanish, Environment::Production);
    assert!(text.contains("Invitación") && !text.contains("Invitation") && !text.contains("Vence"), "{text}");
}

#[test]
fn a_long_code_takes_more_lines_and_loses_nothing() {
    let code: String = ('A'..='Z').cycle().take(600).collect();
    let text = text_of(&invitation(&code), Environment::Qa);
    let kept: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    assert!(kept.contains(&code), "{text}");
}

#[test]
fn a_code_that_can_not_be_printed_as_it_is_is_refused() {
    let refused = make_invitation(&invitation("7F3K-😀"), Environment::Production).unwrap_err();
    assert!(matches!(refused, InsertError::Character { character: '😀', .. }));
    assert!(!format!("{:?}", invitation("7F3K-92QM-0TRW")).contains("7F3K"));
}
