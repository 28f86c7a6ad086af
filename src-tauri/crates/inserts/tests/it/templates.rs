//! Templates: what is printed with them, on every paper and for every name, and what is refused before.

use std::sync::Arc;

use cardesk_domain::Environment;
use cardesk_inserts::{
    Design, Field, InsertContent, InsertError, InsertLanguage, Layout, LogoPlacement, LogoSource, PrintJob, Shipped, Template,
    TemplateField, TemplateProblem, TemplateSource, TextLanguage, TextPart, check_on_paper, make,
};
use proptest::prelude::*;

use crate::tools::{self, Printed, insert, inserts, link};

/// A logo of plain shapes, one with a gradient, and one in PNG: a red square with a see-through half.
const SHAPES: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><circle cx="10" cy="10" r="8" fill="#7c2d12"/><path d="M24 4h30v4h-30z M24 12h20" stroke="#7c2d12" stroke-width="2" fill="#ea580c"/></svg>"##;
const GRADIENT: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient><rect width="60" height="20" rx="4" fill="url(#g)"/></svg>"##;

fn png() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 40, 20);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let dots: Vec<u8> = (0..800).flat_map(|dot| if dot % 40 < 20 { [220, 30, 30, 255] } else { [0, 0, 0, 0] }).collect();
    encoder.write_header().expect("a header").write_image_data(&dots).expect("an image");
    file
}

fn with_logo(file: &[u8], placement: LogoPlacement) -> TemplateSource {
    TemplateSource { logo: Some(LogoSource { file: file.to_vec(), placement, scale_percent: 100 }), ..Shipped::Colour.source() }
}

fn job(layout: Layout, language: InsertLanguage, source: TemplateSource) -> PrintJob {
    let mut job = tools::job(layout, language, Environment::Practice);
    job.template = Arc::new(Template::new(source).expect("a template"));
    job
}

fn text(job: &PrintJob, content: InsertContent) -> String {
    Printed::new(&make(job, &[content]).expect("it is made")).text().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_shipped_templates_hold_the_longest_names_on_every_paper_in_every_language() {
    for shipped in Shipped::ALL {
        for layout in Layout::ALL {
            for language in InsertLanguage::ALL {
                let job = job(layout, language, shipped.source());
                let names = [("María Fernanda Guadalupe".to_owned(), "María Fernanda Guadalupe de los Ángeles".to_owned())];
                let checked = check_on_paper(&job, &link("migoDeveloper", "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd"), &names);
                assert_eq!(checked.map(|pdf| pdf.codes_verified()), Ok(6), "{shipped:?} {layout:?} {language:?}");
            }
        }
    }
}

#[test]
fn a_logo_of_any_kind_is_printed_on_every_paper_and_the_codes_still_read() {
    for (file, placement) in [
        (SHAPES.as_bytes(), LogoPlacement::BesideName),
        (GRADIENT.as_bytes(), LogoPlacement::InsteadOfName),
        (png().as_slice(), LogoPlacement::BesideName),
    ] {
        for layout in Layout::ALL {
            let job = job(layout, InsertLanguage::Spanish, with_logo(file, placement));
            let count = layout.inserts_per_page() + 1;
            assert_eq!(make(&job, &inserts(count)).map(|pdf| pdf.codes_verified()), Ok(2 * count), "{layout:?} {placement:?}");
        }
    }
}

#[test]
fn an_independent_reader_finds_the_file_sound_and_the_logo_once_however_many_inserts_there_are() {
    for file in [GRADIENT.as_bytes(), &png()] {
        let job = job(Layout::EightUpA4, InsertLanguage::Both, with_logo(file, LogoPlacement::BesideName));
        let (few, many) = (make(&job, &inserts(8)).expect("made"), make(&job, &inserts(80)).expect("made"));
        assert!(Printed::new(&many).checked_by_qpdf().contains("No syntax or stream encoding errors"));
        let images = |bytes: &[u8]| bytes.windows(15).filter(|window| window == b"/Subtype /Image").count();
        assert_eq!((images(few.bytes()), images(many.bytes())), (1, 1));
        assert_eq!(Printed::new(&few).codes_read_at_300_dpi().len(), 16);
    }
}

#[test]
fn the_same_template_makes_the_same_bytes() {
    for source in [
        Shipped::Quiet.source(),
        with_logo(GRADIENT.as_bytes(), LogoPlacement::BesideName),
        with_logo(&png(), LogoPlacement::InsteadOfName),
    ] {
        let made = || make(&job(Layout::TrifoldA4FormB, InsertLanguage::Both, source.clone()), &inserts(3)).expect("made");
        assert!(made().bytes() == made().bytes());
    }
}

#[test]
fn the_cardholders_fields_are_filled_in_on_each_insert_and_checked_on_the_page() {
    let mut source = Shipped::Classic.source();
    let spanish = source.spanish.as_mut().expect("Spanish");
    spanish.greeting = "{full_name}: bienvenida".to_owned();
    spanish.lead = "{company} le entrega su tarjeta {last_four}.".to_owned();
    spanish.steps[1] = "Escriba el número que termina en {last_four}.".to_owned();
    spanish.closing = "{given_name}, nunca le pediremos su NIP.".to_owned();
    for layout in [Layout::TrifoldLetter10, Layout::EightUpLetter, Layout::TwoUpA4] {
        let job = job(layout, InsertLanguage::Spanish, source.clone());
        let page = text(&job, insert(0));
        for words in [
            "María José Ramírez Núñez: bienvenida",
            "Café Los Volcanes, S. A. le entrega su tarjeta 4417.",
            "Escriba el número que termina en 4417.",
            "María José, nunca le pediremos su NIP.",
        ] {
            let flat = |text: &str| text.split_whitespace().collect::<String>();
            assert!(flat(&page).contains(&flat(words)), "{layout:?}: {words} is not in {page}");
        }
        let without = text(&job, InsertContent { last_four: None, ..insert(0) });
        assert!(!without.contains("4417") && without.contains('—'), "{layout:?}: {without}");
    }
}

#[test]
fn a_template_that_names_a_card_on_every_insert_is_refused_before_a_run_stops_at_one_without() {
    let link = link("migoDeveloper", "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd");
    let checked = |lead: &str| {
        let mut source = Shipped::Classic.source();
        lead.clone_into(&mut source.spanish.as_mut().expect("Spanish").lead);
        check_on_paper(&job(Layout::TrifoldA4FormB, InsertLanguage::Spanish, source), &link, &[])
    };
    let Err(InsertError::Verification { problem, .. }) = checked("Tarjeta •••• 4417") else { panic!("it is taken") };
    assert!(problem.contains("names a card"), "{problem}");
    assert_eq!(checked("Su tarjeta •••• {last_four}").map(|pdf| pdf.codes_verified()), Ok(4));
}

#[test]
fn nothing_stands_in_the_window_without_an_address_and_nothing_at_the_folds_without_marks() {
    let plain = TemplateSource { has_address: false, has_fold_marks: false, ..Shipped::Classic.source() };
    let page = text(&job(Layout::TrifoldA4FormB, InsertLanguage::Spanish, plain), insert(0));
    assert!(!page.contains("12 calle 4-56") && !page.contains("Ramírez"), "{page}");
    let with = text(&job(Layout::TrifoldA4FormB, InsertLanguage::Spanish, Shipped::Classic.source()), insert(0));
    assert!(with.contains("12 calle 4-56") && with.contains("Ramírez"), "{with}");
    let senders = vec!["Café Los Volcanes · 4a. avenida 12-59, zona 1".to_owned(), "{company}".to_owned()];
    let source = TemplateSource { sender_lines: senders, ..Shipped::Classic.source() };
    let page = text(&job(Layout::TrifoldA4FormB, InsertLanguage::Spanish, source), insert(0));
    assert!(page.contains("Café Los Volcanes · 4a. avenida 12-59, zona 1 Café Los Volcanes, S. A."), "{page}");
}

#[test]
fn the_mark_of_a_test_stands_on_every_insert_whatever_the_template() {
    for shipped in Shipped::ALL {
        for (environment, mark) in [(Environment::Practice, true), (Environment::Qa, true), (Environment::Production, false)] {
            let mut job = tools::job(Layout::EightUpA4, InsertLanguage::Spanish, environment);
            job.template = shipped.template();
            assert_eq!(text(&job, insert(0)).contains("ENSAYO"), mark, "{shipped:?} {environment:?}");
        }
    }
}

#[test]
fn a_text_that_finds_no_room_is_refused_with_its_field_and_the_figures() {
    let long = "Esta frase dice lo mismo una y otra vez, tan despacio que no cabe en ninguna parte. ".repeat(2);
    let long = long.trim();
    type Lengthen = fn(&mut cardesk_inserts::TextsSource, &str);
    let long = &long[..160];
    let parts: [(Field, Lengthen); 3] = [
        (Field::Lead, |texts, long| long.clone_into(&mut texts.lead)),
        (Field::Closing, |texts, long| long.clone_into(&mut texts.closing)),
        (Field::Step(2), |texts, long| texts.steps = [0; 3].map(|_| long.to_owned())),
    ];
    for (field, lengthen) in parts {
        let mut source = Shipped::Classic.source();
        for texts in [&mut source.spanish, &mut source.english].into_iter().flatten() {
            lengthen(texts, long);
        }
        let refused = make(&job(Layout::EightUpLetter, InsertLanguage::Both, source), &[insert(0)]);
        let Err(InsertError::TextTooLong { field: named, needed_mm, available_mm, .. }) = refused else { panic!("{field:?}: {refused:?}") };
        assert_eq!(named, field);
        assert!(needed_mm > available_mm, "{field:?}: {needed_mm} {available_mm}");
    }
}

#[test]
fn every_fault_of_a_template_is_named_at_its_field() {
    let mut source = TemplateSource { accent: "#eeeeee".to_owned(), ..with_logo(b"GIF89a", LogoPlacement::BesideName) };
    let spanish = source.spanish.as_mut().expect("Spanish");
    spanish.greeting = "Hola, {nombre}".to_owned();
    spanish.steps[2] = "Confirme 😀".to_owned();
    spanish.closing = "4111 1111 1111 1111".to_owned();
    source.english.as_mut().expect("English").lead = String::new();
    source.sender_lines = vec!["{given_name}".to_owned()];
    let faults = Template::new(source).expect_err("it is refused");
    let fields: Vec<TemplateField> = faults.iter().map(|fault| fault.field).collect();
    let text = TemplateField::Text;
    assert_eq!(
        fields,
        [
            TemplateField::Accent,
            TemplateField::Logo,
            text(TextLanguage::Spanish, TextPart::Greeting),
            text(TextLanguage::Spanish, TextPart::Step3),
            text(TextLanguage::Spanish, TextPart::Closing),
            text(TextLanguage::English, TextPart::Lead),
            TemplateField::Sender,
        ]
    );
    assert_eq!(faults[3].problem, TemplateProblem::Character { character: '😀' });
    assert_eq!(faults[4].problem, TemplateProblem::CardNumber);
    let none = TemplateSource { spanish: None, english: None, ..Shipped::Classic.source() };
    assert_eq!(Template::new(none).expect_err("it is refused")[0].field, TemplateField::Languages);
}

#[test]
fn a_run_in_a_language_that_the_template_lacks_is_refused() {
    let job = job(Layout::EightUpA4, InsertLanguage::Both, TemplateSource { english: None, ..Shipped::Classic.source() });
    assert_eq!(make(&job, &[insert(0)]).map(|_| ()), Err(InsertError::Language { language: "es-en" }));
}

/// Words and placeholders as companies put them together.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[A-ZÁÉÍÓÚÑ]?[a-záéíóúñ]{1,11}[,.!]?",
        1 => prop::sample::select(vec!["{given_name}", "{full_name}", "{last_four}", "{company}"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..9).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_template_that_holds_the_longest_name_holds_every_name(
        texts in prop::array::uniform7(any_text()),
        design in prop::sample::select(Design::ALL.to_vec()),
        layout in prop::sample::select(Layout::ALL.to_vec()),
        names in prop::collection::vec("[A-ZÁÑ][a-záéñ]{1,11}( [A-ZÁÑ][a-záéñ]{1,11})?", 1..6),
        card in prop::option::of(Just("4417")),
    ) {
        let [greeting, lead, first, second, third, closing_title, closing] = texts;
        let spanish = cardesk_inserts::TextsSource { greeting, lead, steps: [first, second, third], closing_title, closing };
        let source = TemplateSource { design, spanish: Some(spanish), english: None, ..Shipped::Classic.source() };
        let Ok(template) = Template::new(source) else { return Ok(()) };
        let mut job = tools::job(layout, InsertLanguage::Spanish, Environment::Practice);
        job.template = Arc::new(template);
        if check_on_paper(&job, &link("migoDeveloper", "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd"), &[]).is_err() {
            return Ok(());
        }
        let contents: Vec<InsertContent> = names.iter().enumerate().map(|(number, name)| InsertContent {
            given_name: name.clone(),
            full_name: name.clone(),
            last_four: card.map(|card| card.parse().expect("four digits")),
            ..insert(number)
        }).collect();
        prop_assert_eq!(make(&job, &contents).map(|pdf| pdf.codes_verified()), Ok(2 * contents.len()));
    }
}
