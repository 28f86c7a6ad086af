//! The text: what stands on an insert, what can be copied from it, and what must stay clear of the codes.

use cardesk_domain::Environment;
use cardesk_inserts::{InsertContent, InsertLanguage, Layout, make};

use crate::tools::{Printed, insert, inserts, job};

fn text_of(layout: Layout, language: InsertLanguage, environment: Environment) -> String {
    let pdf = make(&job(layout, language, environment), &[insert(0)]).expect("it is made");
    Printed::new(&pdf).text()
}

#[test]
fn text_with_accents_can_be_copied_from_every_layout() {
    for layout in Layout::ALL {
        let text = text_of(layout, InsertLanguage::Spanish, Environment::Practice);
        for wanted in [
            "Café Los Volcanes, S. A.",
            "Hola, María José.",
            "Su tarjeta está lista.",
            "¿Sin cámara?",
            "número",
            "Nunca le pediremos su PIN.",
            "Tarjeta •••• 4417",
            "0043-001",
        ] {
            assert!(text.contains(wanted), "{layout:?} lacks {wanted}: {text}");
        }
    }
}

#[test]
fn the_link_can_be_copied_whole() {
    for layout in Layout::ALL {
        let text = text_of(layout, InsertLanguage::Spanish, Environment::Practice);
        assert!(text.replace('\n', "").contains(insert(0).link.as_str()), "{layout:?}: {text}");
    }
}

#[test]
fn each_language_says_its_own_and_both_say_both() {
    let (spanish, english) = ("Escanee el código", "Scan the code");
    for (language, wants_spanish, wants_english) in
        [(InsertLanguage::Spanish, true, false), (InsertLanguage::English, false, true), (InsertLanguage::Both, true, true)]
    {
        for layout in Layout::ALL {
            let text = text_of(layout, language, Environment::Practice);
            assert_eq!((text.contains(spanish), text.contains(english)), (wants_spanish, wants_english), "{layout:?} {language:?}: {text}");
        }
    }
}

#[test]
fn the_test_mark_stands_on_every_insert_but_in_production() {
    for layout in Layout::ALL {
        for (environment, marks) in [(Environment::Practice, 2), (Environment::Qa, 2), (Environment::Production, 0)] {
            let pdf = make(&job(layout, InsertLanguage::Both, environment), &inserts(2)).expect("it is made");
            let text = Printed::new(&pdf).text();
            let count = |mark: &str| text.matches(mark).count();
            assert_eq!((count("ENSAYO · SIN VALOR"), count("TEST · NO VALUE")), (marks, marks), "{layout:?} {environment:?}: {text}");
        }
    }
}

#[test]
fn no_text_lies_within_a_quiet_zone() {
    for layout in Layout::ALL {
        for language in InsertLanguage::ALL {
            let pdf = make(&job(layout, language, Environment::Practice), &inserts(8)).expect("it is made");
            let printed = Printed::new(&pdf);
            let words = printed.words(1);
            assert!(words.len() > 30, "{layout:?}");
            for code in printed.drawn_codes(1) {
                let quiet = 4.0 * code.module_pt;
                let side = code.modules * code.module_pt;
                let (left, top) = (code.left_pt - quiet, code.top_pt - quiet);
                let (right, bottom) = (code.left_pt + side + quiet, code.top_pt + side + quiet);
                for (word, [word_left, word_top, word_right, word_bottom]) in &words {
                    let is_clear = *word_right <= left + 0.01
                        || *word_left >= right - 0.01
                        || *word_bottom <= top + 0.01
                        || *word_top >= bottom - 0.01;
                    assert!(is_clear, "{layout:?} {language:?}: “{word}” is in the quiet zone of {code:?}");
                }
            }
        }
    }
}

#[test]
fn only_the_name_and_the_address_show_in_the_window() {
    for layout in Layout::ALL.into_iter().filter(|layout| layout.has_address()) {
        let content = insert(0);
        let pdf = make(&job(layout, InsertLanguage::Both, Environment::Practice), std::slice::from_ref(&content)).expect("it is made");
        let window = layout.fold().expect("it is folded").window;
        let to_pt = 72.0 / 25.4;
        let (left, top) = (window.left_mm * to_pt, window.top_mm * to_pt);
        let (right, bottom) = (left + window.width_mm * to_pt, top + window.height_mm * to_pt);
        let sender = "Café Los Volcanes, S. A.";
        let mut shown = String::new();
        for (word, [word_left, word_top, word_right, word_bottom]) in Printed::new(&pdf).words(1) {
            if word_right > left && word_left < right && word_bottom > top && word_top < bottom {
                assert!(word_left >= left && word_right <= right && word_top >= top && word_bottom <= bottom, "{layout:?}: {word} is cut");
                shown = format!("{shown} {word}");
            }
        }
        let address = format!("{} {}", content.full_name, content.address_lines.join(" "));
        let shown = shown.trim().strip_prefix(sender).unwrap_or(&shown).trim();
        assert_eq!(shown, address, "{layout:?}");
    }
}

#[test]
fn nothing_is_printed_across_a_fold() {
    for layout in Layout::ALL.into_iter().filter(|layout| layout.has_address()) {
        let content = InsertContent {
            given_name: "María Fernanda Guadalupe de los Ángeles Trinidad Montúfar-Echeverría".to_owned(),
            ..insert(0)
        };
        let pdf = make(&job(layout, InsertLanguage::Both, Environment::Practice), &[content]).expect("it is made");
        for fold_mm in layout.fold().expect("it is folded").folds_mm {
            let fold = fold_mm * 72.0 / 25.4;
            for (word, [_, top, _, bottom]) in Printed::new(&pdf).words(1) {
                assert!(bottom < fold - 3.0 || top > fold + 3.0, "{layout:?}: {word} lies on the fold at {fold_mm} mm");
            }
        }
    }
}

#[test]
fn a_card_that_is_not_known_is_not_mentioned() {
    let content = InsertContent { last_four: None, ..insert(0) };
    let pdf = make(&job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice), &[content]).expect("it is made");
    assert!(!Printed::new(&pdf).text().contains("••••"));
}

#[test]
fn an_insert_that_is_cut_carries_no_address() {
    let text = text_of(Layout::EightUpLetter, InsertLanguage::Spanish, Environment::Practice);
    assert!(!text.contains("12 calle") && !text.contains("Ramírez"), "{text}");
}
