//! Names as people have them, names that can't be printed, and names that mean harm.

use cardesk_domain::Environment;
use cardesk_inserts::{Branding, Field, InsertContent, InsertError, InsertLanguage, Layout, PrintJob, make};

use crate::tools::{Printed, insert, job, named};

const BOTH_FAMILIES: [Layout; 2] = [Layout::TrifoldLetter10, Layout::EightUpLetter];

fn spanish(layout: Layout) -> PrintJob {
    job(layout, InsertLanguage::Spanish, Environment::Practice)
}

/// The text of a file without its line ends, as a name may be set on two lines.
fn flat_text(job: &PrintJob, content: InsertContent) -> String {
    let pdf = make(job, &[content]).unwrap_or_else(|error| panic!("{error}"));
    Printed::new(&pdf).text().replace(['\n', ' '], "")
}

#[test]
fn names_print_as_they_are_written() {
    for layout in BOTH_FAMILIES {
        for name in [
            "Ángel Íñigo",
            "Patrick O’Connor",
            "D'Angelo",
            "Jean-Luc",
            "Güitz",
            "Xicará",
            "Łukasz",
            "Søren",
            "Ж",
            "de la Ó",
            "Madonna",
            "İpek",
        ] {
            let text = flat_text(&spanish(layout), named(name));
            assert!(text.contains(&format!("Hola,{}.", name.replace(' ', ""))), "{layout:?} {name}: {text}");
        }
    }
}

#[test]
fn a_decomposed_name_prints_composed() {
    let text = flat_text(&spanish(Layout::EightUpA4), named("Jose\u{301} Nun\u{303}ez"));
    assert!(text.contains("Hola,JoséNuñez."), "{text}");
}

#[test]
fn long_names_are_set_smaller_and_on_two_lines_but_never_shortened() {
    let sixty_in_one_word = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewiss";
    for layout in Layout::ALL {
        for language in InsertLanguage::ALL {
            for name in
                ["MARÍA FERNANDA GUADALUPE DE", "María Fernanda Guadalupe de los Ángeles Montúfar-Echeverría Paz", sixty_in_one_word]
            {
                let text = flat_text(&job(layout, language, Environment::Practice), named(name));
                assert!(text.contains(&format!(",{}.", name.replace(' ', ""))), "{layout:?} {language:?} {name}: {text}");
            }
        }
    }
}

#[test]
fn a_name_beyond_every_limit_is_refused_with_the_figures() {
    for layout in BOTH_FAMILIES {
        let refused = make(&spanish(layout), &[insert(0), InsertContent { serial: insert(6).serial, ..named(&"Wenceslao ".repeat(40)) }]);
        let Err(InsertError::TextTooLong { serial, needed_mm, available_mm, .. }) = &refused else { panic!("{refused:?}") };
        assert_eq!(serial.as_ref(), Some(&insert(6).serial));
        assert!(needed_mm > available_mm, "{refused:?}");
    }
}

#[test]
fn characters_that_the_font_lacks_are_refused_by_name_with_the_insert() {
    for (name, character) in [("محمد", 'م'), ("Ana 😀", '😀'), ("דוד", 'ד'), ("李小龍", '李'), ("Ana\u{200d}Lucía", '\u{200d}')]
    {
        for layout in BOTH_FAMILIES {
            let hostile = InsertContent { given_name: name.to_owned(), serial: insert(7).serial, ..insert(0) };
            let refused = make(&spanish(layout), &[insert(0), hostile]).expect_err("it is refused");
            assert_eq!(refused, InsertError::Character { serial: Some(insert(7).serial), field: Field::GivenName, character });
            let message = refused.to_string();
            assert!(message.contains("0043-008") && message.contains(&format!("U+{:04X}", character as u32)), "{message}");
        }
    }
}

#[test]
fn control_characters_and_direction_marks_are_refused() {
    for character in ['\n', '\r', '\t', '\0', '\u{1b}', '\u{202e}', '\u{2066}', '\u{feff}'] {
        let refused = make(&spanish(Layout::EightUpA4), &[named(&format!("Ana{character}Lucía"))]);
        assert_eq!(refused.err(), Some(InsertError::Character { serial: Some(insert(0).serial), field: Field::GivenName, character }));
    }
}

#[test]
fn a_hostile_name_is_only_ink() {
    for layout in BOTH_FAMILIES {
        for name in [
            "<img src=x onerror=alert(1)>",
            "=HYPERLINK(\"http://x\";\"y\")",
            "a) Tj ET 0 0 99 99 re f BT (",
            "\\) \\( \\\\ \\101",
            "endstream endobj",
            "/JavaScript <<>>",
        ] {
            let pdf = make(&spanish(layout), &[named(name)]).unwrap_or_else(|error| panic!("{error}"));
            let printed = Printed::new(&pdf);
            assert!(printed.checked_by_qpdf().contains("No syntax or stream encoding errors"), "{name}");
            let text = printed.text().replace(['\n', ' '], "");
            assert!(text.contains(&name.replace(' ', "")), "{layout:?} {name}: {text}");
            for active in [&b"/JS"[..], b"/JavaScript", b"/URI", b"/OpenAction", b"/AA", b"/Annots"] {
                assert!(!pdf.bytes().windows(active.len()).any(|window| window == active), "{name}");
            }
        }
    }
}

#[test]
fn empty_names_and_companies_are_refused() {
    let refused = make(&spanish(Layout::EightUpA4), &[named(" ")]).err();
    assert_eq!(refused, Some(InsertError::Empty { serial: Some(insert(0).serial), field: Field::GivenName }));
    let mut nameless = spanish(Layout::EightUpA4);
    nameless.branding.company_name.clear();
    assert_eq!(make(&nameless, &[insert(0)]).err(), Some(InsertError::Empty { serial: None, field: Field::CompanyName }));
}

#[test]
fn long_companies_fit_beside_the_mark_or_are_refused() {
    let company =
        |name: &str, layout| PrintJob::new(layout, InsertLanguage::Both, Branding { company_name: name.to_owned() }, Environment::Qa);
    let long = "Cooperativa Integral de Ahorro y Crédito de los Altos de Occidente, R. L.";
    for layout in Layout::ALL {
        let text = flat_text(&company(long, layout), insert(0));
        assert!(text.contains(&long.replace(' ', "")), "{layout:?}: {text}");
        let refused = make(&company(&long.repeat(6), layout), &[insert(0)]);
        assert!(matches!(refused, Err(InsertError::TextTooLong { serial: None, field: Field::CompanyName, .. })), "{layout:?} {refused:?}");
    }
}

#[test]
fn long_addresses_wrap_within_the_window_or_are_refused() {
    let lines =
        ["Kilómetro 14.5 carretera a El Salvador, condominio Las Luces de la Montaña, casa 27", "Santa Catarina Pinula", "01051 Guatemala"];
    for layout in Layout::ALL.into_iter().filter(|layout| layout.has_address()) {
        let content = InsertContent { address_lines: lines.map(str::to_owned).to_vec(), ..insert(0) };
        let text = flat_text(&spanish(layout), content);
        assert!(text.contains(&lines.concat().replace(' ', "")), "{layout:?}: {text}");
        let too_long = InsertContent { address_lines: vec!["Avenida ".repeat(120)], ..insert(0) };
        let refused = make(&spanish(layout), &[too_long]);
        assert!(matches!(refused, Err(InsertError::TextTooLong { field: Field::Address, .. })), "{layout:?} {refused:?}");
        let too_many = InsertContent { address_lines: vec!["Guatemala".to_owned(); 6], ..insert(0) };
        assert!(matches!(make(&spanish(layout), &[too_many]), Err(InsertError::AddressLines { lines: 6, most: 5, .. })), "{layout:?}");
    }
}
