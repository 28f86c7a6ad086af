//! A template as one file: what is exported, imported, and kept in the journal.
//!
//! Owns the form of that file and its limits. A file of a newer form is refused before anything of it is read; fields that
//! this form does not have are refused with their names, so that nothing that somebody set is dropped in silence.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{LogoPlacement, TemplateDesign, TemplateForm, TemplateLogo, TemplateTexts};

/// What tells that a file is a template.
const KIND: &str = "cardesk-template";

/// The form of the file that this program writes.
const VERSION: u64 = 1;

/// The largest file that is read, in megabytes: a logo in base64, and the texts.
const MOST_MEGABYTES: usize = 4;

/// The most fields that an error names.
const MOST_NAMED: usize = 8;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    name: String,
    design: TemplateDesign,
    accent: String,
    #[serde(default)]
    logo: Option<KeptLogo>,
    #[serde(default)]
    spanish: Option<TemplateTexts>,
    #[serde(default)]
    english: Option<TemplateTexts>,
    #[serde(default)]
    sender_lines: Vec<String>,
    has_address: bool,
    has_sender: bool,
    has_fold_marks: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeptLogo {
    file_base64: String,
    placement: LogoPlacement,
    scale_percent: u32,
}

const FILE_FIELDS: &[&str] = &["kind", "version", "template"];
const TEMPLATE_FIELDS: &[&str] =
    &["name", "design", "accent", "logo", "spanish", "english", "senderLines", "hasAddress", "hasSender", "hasFoldMarks"];
const LOGO_FIELDS: &[&str] = &["fileBase64", "placement", "scalePercent"];
const TEXT_FIELDS: &[&str] = &["greeting", "lead", "step1", "step2", "step3", "closingTitle", "closing"];

/// The file of a template.
pub(super) fn written(form: &TemplateForm) -> DeskResult<String> {
    let kept = Kept {
        name: form.name.clone(),
        design: form.design,
        accent: form.accent.clone(),
        logo: form.logo.as_ref().map(|logo| KeptLogo {
            file_base64: logo.file_base64.clone(),
            placement: logo.placement,
            scale_percent: logo.scale_percent,
        }),
        spanish: form.spanish.clone(),
        english: form.english.clone(),
        sender_lines: [&form.sender1, &form.sender2].into_iter().filter(|line| !line.trim().is_empty()).cloned().collect(),
        has_address: form.has_address,
        has_sender: form.has_sender,
        has_fold_marks: form.has_fold_marks,
    };
    let file = serde_json::json!({ "kind": KIND, "version": VERSION, "template": kept });
    serde_json::to_string_pretty(&file).map_err(|error| ErrorView::new(ErrorCode::Internal).with_message(error.to_string()))
}

/// Reads the file of a template into a form. What the form says is checked like one that was typed.
pub(super) fn read(text: &str) -> DeskResult<TemplateForm> {
    if text.len() > MOST_MEGABYTES << 20 {
        return Err(ErrorView::new(ErrorCode::TemplateFileTooLarge).with_param("max", MOST_MEGABYTES.to_string()));
    }
    let file: Map<String, Value> =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| unreadable(&error.to_string()))?;
    if file.get("kind").and_then(Value::as_str) != Some(KIND) {
        return Err(unreadable("kind"));
    }
    match file.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(found) if found > VERSION => {
            let newer = ErrorView::new(ErrorCode::TemplateFileTooNew);
            return Err(newer.with_param("found", found.to_string()).with_param("known", VERSION.to_string()));
        }
        _ => return Err(unreadable("version")),
    }
    let unknown = unknown_fields(&file);
    if !unknown.is_empty() {
        let named = unknown.iter().take(MOST_NAMED).map(|name| name.chars().take(60).collect::<String>()).collect::<Vec<_>>().join(", ");
        return Err(ErrorView::new(ErrorCode::TemplateFileFields).with_param("fields", named));
    }
    let template = file.get("template").cloned().unwrap_or_default();
    let kept: Kept = serde_json::from_value(template).map_err(|error| unreadable(&error.to_string()))?;
    let mut lines = kept.sender_lines.into_iter();
    let form = TemplateForm {
        name: kept.name,
        design: kept.design,
        accent: kept.accent,
        logo: kept.logo.map(|logo| TemplateLogo {
            file_base64: logo.file_base64,
            placement: logo.placement,
            scale_percent: logo.scale_percent,
        }),
        spanish: kept.spanish,
        english: kept.english,
        sender1: lines.next().unwrap_or_default(),
        sender2: lines.next().unwrap_or_default(),
        has_address: kept.has_address,
        has_sender: kept.has_sender,
        has_fold_marks: kept.has_fold_marks,
    };
    if lines.next().is_some() { Err(unreadable("senderLines")) } else { Ok(form) }
}

fn unreadable(what: &str) -> ErrorView {
    ErrorView::new(ErrorCode::TemplateFileUnreadable).with_message(what.chars().take(200).collect::<String>())
}

/// The fields that this form of the file does not have, with where they stand.
fn unknown_fields(file: &Map<String, Value>) -> Vec<String> {
    let mut unknown = Vec::new();
    let mut look = |fields: Option<&Map<String, Value>>, known: &[&str], within: &str| {
        let names = fields.into_iter().flat_map(Map::keys).filter(|name| !known.contains(&name.as_str()));
        unknown.extend(names.map(|name| format!("{within}{name}")));
    };
    look(Some(file), FILE_FIELDS, "");
    let template = file.get("template").and_then(Value::as_object);
    let within = |name: &str| template.and_then(|template| template.get(name)).and_then(Value::as_object);
    look(template, TEMPLATE_FIELDS, "");
    look(within("logo"), LOGO_FIELDS, "logo.");
    look(within("spanish"), TEXT_FIELDS, "spanish.");
    look(within("english"), TEXT_FIELDS, "english.");
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::form::shipped_form;
    use cardesk_inserts::Shipped;

    fn form() -> TemplateForm {
        let logo = TemplateLogo { file_base64: "PHN2Zy8+".to_owned(), placement: LogoPlacement::InsteadOfName, scale_percent: 80 };
        TemplateForm { name: "Café".to_owned(), logo: Some(logo), sender2: "Zona 1".to_owned(), ..shipped_form(Shipped::Colour) }
    }

    fn changed(change: impl FnOnce(&mut Value)) -> ErrorCode {
        let mut file: Value = serde_json::from_str(&written(&form()).expect("written")).expect("JSON");
        change(&mut file);
        read(&file.to_string()).expect_err("it is refused").code
    }

    #[test]
    fn what_is_exported_is_imported_as_it_was() {
        let exported = TemplateForm { sender1: "Café Los Volcanes".to_owned(), ..form() };
        assert_eq!(read(&written(&exported).expect("written")), Ok(exported.clone()));
        let plain = TemplateForm { logo: None, english: None, sender1: String::new(), sender2: String::new(), ..exported };
        assert_eq!(read(&format!("\u{feff}{}", written(&plain).expect("written"))), Ok(plain));
    }

    #[test]
    fn a_file_of_a_newer_form_says_so_and_is_not_read() {
        let newer = read(r#"{ "kind": "cardesk-template", "version": 2, "template": { "holograms": true } }"#).expect_err("it is refused");
        assert_eq!((newer.code, newer.params["found"].as_str()), (ErrorCode::TemplateFileTooNew, "2"));
    }

    #[test]
    fn fields_that_are_not_known_are_refused_with_their_names() {
        let mut file: Value = serde_json::from_str(&written(&form()).expect("written")).expect("JSON");
        file["template"]["balance"] = true.into();
        file["template"]["logo"]["url"] = "http://example.com".into();
        file["template"]["spanish"]["pin"] = "1234".into();
        let refused = read(&file.to_string()).expect_err("it is refused");
        assert_eq!((refused.code, refused.params["fields"].as_str()), (ErrorCode::TemplateFileFields, "balance, logo.url, spanish.pin"));
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for text in ["", "[]", "{}", "{\"kind\": \"cardesk-template\"}", "not json", "{\"kind\": \"other\", \"version\": 1}"] {
            assert_eq!(read(text).expect_err(text).code, ErrorCode::TemplateFileUnreadable);
        }
        assert_eq!(changed(|file| file["template"]["design"] = "baroque".into()), ErrorCode::TemplateFileUnreadable);
        assert_eq!(
            changed(|file| drop(file["template"].as_object_mut().map(|fields| fields.remove("accent")))),
            ErrorCode::TemplateFileUnreadable
        );
        assert_eq!(changed(|file| file["template"]["senderLines"] = serde_json::json!(["a", "b", "c"])), ErrorCode::TemplateFileUnreadable);
        assert_eq!(read(&" ".repeat((MOST_MEGABYTES << 20) + 1)).expect_err("too large").code, ErrorCode::TemplateFileTooLarge);
    }
}
