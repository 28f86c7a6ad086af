//! Templates at the desk: what can be kept, what is told at which field, and what a run is printed with.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_desk::view::{
    InsertLanguage, LogoPlacement, PagesAgainForm, PrintItem, PrintRequest, TemplateForm, TemplateLogo, TemplateToSee,
};
use cardesk_desk::{Desk, ErrorCode, Field, FieldCode};

use crate::rig::Rig;
use crate::scripted::{CARD, CARDHOLDER, Scripted};

async fn desk(rig: &Rig) -> (Scripted, Desk) {
    let gateway = Scripted::start().await;
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    (gateway, desk)
}

/// A copy of a template that comes with the program, under a name.
pub(crate) async fn copy(desk: &Desk, id: &str, name: &str) -> TemplateForm {
    TemplateForm { name: name.to_owned(), ..desk.template(id).await.unwrap().form }
}

pub(crate) fn on_letter(id: Option<&str>, form: TemplateForm) -> TemplateToSee {
    TemplateToSee { id: id.map(ToOwned::to_owned), form, paper: "letter-trifold-10".to_owned(), language: InsertLanguage::Spanish }
}

pub(crate) fn request(template_id: &str, language: InsertLanguage) -> PrintRequest {
    PrintRequest {
        items: vec![PrintItem { cardholder_id: CARDHOLDER.to_owned(), card_id: Some(CARD.to_owned()) }],
        paper: "a4-8-up".to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: template_id.to_owned(),
        language,
        for_email: false,
        reprint_reason: None,
    }
}

fn svg(inner: &str) -> TemplateLogo {
    let file = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{inner}</svg>"#);
    TemplateLogo { file_base64: BASE64_STANDARD.encode(file), placement: LogoPlacement::BesideName, scale_percent: 100 }
}

#[tokio::test]
async fn three_come_with_the_program_and_a_copy_of_one_is_kept_changed_and_removed() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let ids = |templates: Vec<cardesk_desk::view::TemplateSummary>| templates.into_iter().map(|template| template.id).collect::<Vec<_>>();
    assert_eq!(ids(desk.templates().await.unwrap()), ["classic", "colour", "quiet"]);

    let saved = desk.save_template(on_letter(None, copy(&desk, "colour", "  La nuestra ").await), 0).await.unwrap();
    assert_eq!((saved.summary.name.as_deref(), saved.summary.version, saved.unfit), (Some("La nuestra"), 1, Vec::new()));
    let id = saved.summary.id;
    let mut form = desk.template(&id).await.unwrap().form;
    form.english = None;
    let changed = desk.save_template(on_letter(Some(&id), form.clone()), 1).await.unwrap().summary;
    assert_eq!((changed.id.as_str(), changed.version, changed.languages), (id.as_str(), 2, vec![InsertLanguage::Spanish]));
    let overtaken = desk.save_template(on_letter(Some(&id), form), 1).await.unwrap_err();
    assert_eq!(overtaken.code, ErrorCode::TemplateChanged);
    let beyond = desk.save_template(on_letter(Some(&id), copy(&desk, "quiet", "La otra").await), u32::MAX).await.unwrap_err();
    assert_eq!(beyond.code, ErrorCode::TemplateChanged);
    assert_eq!(desk.remove_template(&id, u32::MAX).await.unwrap_err().code, ErrorCode::TemplateChanged);

    let refused = desk.save_inserts(request(&id, InsertLanguage::Both)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TemplateLanguageMissing);
    assert_eq!(desk.save_inserts(request(&id, InsertLanguage::Spanish)).await.unwrap().codes_verified, Some(2));

    assert_eq!(ids(desk.remove_template(&id, 2).await.unwrap()), ["classic", "colour", "quiet"]);
    assert_eq!(desk.preview_inserts(request(&id, InsertLanguage::Spanish), 1).await.unwrap_err().code, ErrorCode::TemplateNotFound);
}

#[tokio::test]
async fn pages_printed_again_look_as_they_did_whatever_became_of_their_template() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let mut form = copy(&desk, "colour", "De noviembre").await;
    let id = desk.save_template(on_letter(None, form.clone()), 0).await.unwrap().summary.id;
    let run = desk.save_inserts(request(&id, InsertLanguage::Spanish)).await.unwrap();
    let printed = std::fs::read(run.path.unwrap()).unwrap();
    form.spanish.as_mut().unwrap().greeting = "Otra cosa, {given_name}".to_owned();
    desk.save_template(on_letter(Some(&id), form), 1).await.unwrap();
    desk.remove_template(&id, 2).await.unwrap();

    let again = PagesAgainForm { number: run.number, pages: "1".to_owned(), reason: "Se atascó el papel".to_owned(), printer: None };
    let again = desk.print_pages_again(again).await.unwrap();
    assert_eq!(std::fs::read(again.path.unwrap()).unwrap(), printed);
}

#[tokio::test]
async fn a_template_that_comes_with_the_program_is_never_changed() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let before = desk.template("classic").await.unwrap();
    let saved = desk.save_template(on_letter(Some("classic"), copy(&desk, "quiet", "Clásica").await), 0).await.unwrap();
    assert_ne!(saved.summary.id, "classic", "what is saved over it is a template of its own");
    assert_eq!(desk.template("classic").await.unwrap(), before);
    assert_eq!(desk.remove_template("classic", 0).await.unwrap_err().code, ErrorCode::TemplateNotFound);
}

#[tokio::test]
async fn every_fault_is_told_at_its_field_and_nothing_is_kept() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    desk.save_template(on_letter(None, copy(&desk, "classic", "Una").await), 0).await.unwrap();
    let mut form = copy(&desk, "classic", "UNA").await;
    form.accent = "#ffee00".to_owned();
    form.logo = Some(svg("<script/>"));
    let spanish = form.spanish.as_mut().unwrap();
    spanish.greeting = "Hola, {pin}".to_owned();
    spanish.lead = String::new();
    let expected = [
        (Field::TemplateName, FieldCode::NameTaken),
        (Field::Accent, FieldCode::ContrastLow),
        (Field::Logo, FieldCode::LogoScript),
        (Field::SpanishGreeting, FieldCode::PlaceholderUnknown),
        (Field::SpanishLead, FieldCode::Missing),
    ];
    let sight = desk.see_template(on_letter(None, form.clone())).await.unwrap();
    assert_eq!(sight.problems.iter().map(|problem| (problem.field, problem.code)).collect::<Vec<_>>(), expected);
    assert_eq!((sight.png_base64, sight.contrast_hundredths), (None, Some(120)));
    let refused = desk.save_template(on_letter(None, form), 0).await.unwrap_err();
    assert_eq!(refused.fields.iter().map(|problem| (problem.field, problem.code)).collect::<Vec<_>>(), expected);
    assert_eq!(desk.templates().await.unwrap().len(), 4);
}

#[tokio::test]
async fn what_finds_no_room_is_told_on_the_paper_that_is_looked_at_and_for_the_others_when_it_is_kept() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let mut form = copy(&desk, "classic", "Larga").await;
    let step = "Escriba, sin ninguna prisa y con mucho cuidado, el número completo de la tarjeta y después el nombre, tal como está impreso en ella.";
    form.spanish.as_mut().unwrap().step2 = step.to_owned();
    form.english = None;
    let sight = desk.see_template(on_letter(None, form.clone())).await.unwrap();
    assert_eq!(sight.problems, []);
    assert!(BASE64_STANDARD.decode(sight.png_base64.unwrap()).unwrap().starts_with(b"\x89PNG"));

    let greeting = "Bienvenida a la familia de los volcanes, {full_name} {full_name} {full_name} {full_name} {full_name}";
    let mut wide = form.clone();
    wide.spanish.as_mut().unwrap().greeting = greeting.to_owned();
    let sight = desk.see_template(on_letter(None, wide.clone())).await.unwrap();
    assert_eq!(
        sight.problems.iter().map(|problem| (problem.field, problem.code)).collect::<Vec<_>>(),
        [(Field::SpanishGreeting, FieldCode::NoRoom)]
    );
    assert_eq!(desk.save_template(on_letter(None, wide), 0).await.unwrap_err().fields[0].field, Field::SpanishGreeting);

    // Each language by itself finds room on a small insert, both together do not.
    let mut closing = TemplateForm { english: copy(&desk, "classic", "Larga").await.english, ..form };
    for texts in [&mut closing.spanish, &mut closing.english].into_iter().flatten() {
        texts.closing =
            "Nunca, por ningún motivo ni por ningún medio, le pediremos a usted su NIP, su CVV ni su clave, y si alguien lo hace llámenos."
                .to_owned();
    }
    let saved = desk.save_template(on_letter(None, closing), 0).await.unwrap();
    assert!(saved.unfit.iter().any(|unfit| unfit.paper == "letter-8-up" && unfit.language == InsertLanguage::Both), "{:?}", saved.unfit);
    assert!(saved.unfit.iter().all(|unfit| unfit.paper != "letter-trifold-10"), "{:?}", saved.unfit);
}

#[tokio::test]
async fn a_template_goes_out_as_one_file_and_comes_back_as_it_was() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let mut form = copy(&desk, "colour", "Con logo").await;
    form.logo = Some(svg(r##"<rect width="20" height="10" fill="#7c2d12"/>"##));
    form.sender1 = "Café Los Volcanes".to_owned();
    let id = desk.save_template(on_letter(None, form.clone()), 0).await.unwrap().summary.id;
    let path = desk.export_template(&id, "").await.unwrap();
    assert!(path.ends_with("Con logo.cardesk-template.json"), "{path}");
    assert_eq!(desk.file_of_ours(std::path::Path::new(&path)).await.unwrap(), std::path::PathBuf::from(&path));
    assert_eq!(desk.read_template(std::fs::read_to_string(&path).unwrap()).await.unwrap(), form);
    let shipped = desk.export_template("quiet", "Sobria").await.unwrap();
    assert_eq!(desk.read_template(std::fs::read_to_string(shipped).unwrap()).await.unwrap(), copy(&desk, "quiet", "Sobria").await);
    assert_eq!(desk.read_template("{}".to_owned()).await.unwrap_err().code, ErrorCode::TemplateFileUnreadable);
}

#[tokio::test]
async fn one_insert_goes_out_by_e_mail_as_a_tagged_file_and_counts_like_every_other() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let for_email = |reason: Option<&str>| PrintRequest {
        for_email: true,
        reprint_reason: reason.map(ToOwned::to_owned),
        ..request("colour", InsertLanguage::Both)
    };
    let run = desk.save_inserts(for_email(None)).await.unwrap();
    assert_eq!((run.pages, run.codes_verified, run.first_serial.as_deref()), (Some(1), Some(1), Some("0001-001")));
    let file = std::fs::read(run.path.unwrap()).unwrap();
    let has = |words: &[u8]| file.windows(words.len()).any(|window| window == words);
    assert!(has(b"/StructTreeRoot") && has(b"/Marked true") && has(b"/S /URI"));
    let again = desk.save_inserts(for_email(None)).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::ReprintReasonMissing, "what was sent left the room");
    let two = PrintRequest {
        items: vec![for_email(None).items[0].clone(), PrintItem { card_id: None, ..for_email(None).items[0].clone() }],
        ..for_email(None)
    };
    assert_eq!(desk.save_inserts(two).await.unwrap_err().code, ErrorCode::NothingToPrint, "what is sent to somebody is theirs alone");
}
