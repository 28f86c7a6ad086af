//! Between the form of the window and what `inserts` takes, and back; and what is wrong, at the form's own fields.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_inserts::{
    Design, InsertError, InsertLanguage, LogoError, LogoPlacement, LogoSource, MOST_LOGO_BYTES, Shipped, Template, TemplateFault,
    TemplateField, TemplateProblem, TemplateSource, TextLanguage, TextPart, TextsSource,
};

use crate::free_text::free_line;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{
    InsertLanguage as LanguageWord, LogoPlacement as PlacementWord, TemplateDesign, TemplateForm, TemplateLogo, TemplateTexts,
};

/// The most characters of a template's name.
const MOST_NAME: usize = 60;

/// The form of one of the templates that come with the program; the window gives it its name.
pub(super) fn shipped_form(shipped: Shipped) -> TemplateForm {
    let source = shipped.source();
    let texts = |texts: TextsSource| {
        let [step1, step2, step3] = texts.steps;
        let TextsSource { greeting, lead, closing_title, closing, .. } = texts;
        TemplateTexts { greeting, lead, step1, step2, step3, closing_title, closing }
    };
    TemplateForm {
        name: String::new(),
        design: match source.design {
            Design::Classic => TemplateDesign::Classic,
            Design::Colour => TemplateDesign::Colour,
            Design::Quiet => TemplateDesign::Quiet,
        },
        accent: source.accent,
        logo: None,
        spanish: source.spanish.map(texts),
        english: source.english.map(texts),
        sender1: String::new(),
        sender2: String::new(),
        has_address: source.has_address,
        has_sender: source.has_sender,
        has_fold_marks: source.has_fold_marks,
    }
}

/// The template of a form, or everything that is wrong with it on every paper.
pub(super) fn template_of(form: &TemplateForm) -> Result<Template, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let source = TemplateSource {
        design: match form.design {
            TemplateDesign::Classic => Design::Classic,
            TemplateDesign::Colour => Design::Colour,
            TemplateDesign::Quiet => Design::Quiet,
        },
        accent: form.accent.clone(),
        logo: form.logo.as_ref().and_then(|logo| logo_of(logo).map_err(|problem| problems.push(problem)).ok()),
        spanish: form.spanish.as_ref().map(texts_of),
        english: form.english.as_ref().map(texts_of),
        sender_lines: vec![form.sender1.clone(), form.sender2.clone()],
        has_address: form.has_address,
        has_sender: form.has_sender,
        has_fold_marks: form.has_fold_marks,
    };
    let template = Template::new(source).map_err(|faults| problems.extend(faults.iter().map(problem_of)));
    match template {
        Ok(template) if problems.is_empty() => Ok(template),
        _ => Err(problems),
    }
}

fn logo_of(logo: &TemplateLogo) -> Result<LogoSource, FieldProblem> {
    // A third more in base64; what is longer is not even decoded.
    if logo.file_base64.len() > MOST_LOGO_BYTES / 3 * 4 + 8 {
        let bytes = logo.file_base64.len() / 4 * 3;
        return Err(problem_of_logo(&LogoError::TooLarge { bytes, most: MOST_LOGO_BYTES }));
    }
    let file = BASE64_STANDARD.decode(&logo.file_base64).map_err(|_| problem_of_logo(&LogoError::Unknown))?;
    let placement = match logo.placement {
        PlacementWord::BesideName => LogoPlacement::BesideName,
        PlacementWord::InsteadOfName => LogoPlacement::InsteadOfName,
    };
    Ok(LogoSource { file, placement, scale_percent: logo.scale_percent })
}

fn texts_of(texts: &TemplateTexts) -> TextsSource {
    let TemplateTexts { greeting, lead, step1, step2, step3, closing_title, closing } = texts.clone();
    TextsSource { greeting, lead, steps: [step1, step2, step3], closing_title, closing }
}

/// What is wrong with a template's name, but for whether another one has it.
pub(super) fn problem_of_name(name: &str) -> Option<FieldProblem> {
    free_line(name, MOST_NAME, Field::TemplateName).err()
}

const fn field_of_text(language: TextLanguage, part: TextPart) -> Field {
    match (language, part) {
        (TextLanguage::Spanish, TextPart::Greeting) => Field::SpanishGreeting,
        (TextLanguage::Spanish, TextPart::Lead) => Field::SpanishLead,
        (TextLanguage::Spanish, TextPart::Step1) => Field::SpanishStep1,
        (TextLanguage::Spanish, TextPart::Step2) => Field::SpanishStep2,
        (TextLanguage::Spanish, TextPart::Step3) => Field::SpanishStep3,
        (TextLanguage::Spanish, TextPart::ClosingTitle) => Field::SpanishClosingTitle,
        (TextLanguage::Spanish, TextPart::Closing) => Field::SpanishClosing,
        (TextLanguage::English, TextPart::Greeting) => Field::EnglishGreeting,
        (TextLanguage::English, TextPart::Lead) => Field::EnglishLead,
        (TextLanguage::English, TextPart::Step1) => Field::EnglishStep1,
        (TextLanguage::English, TextPart::Step2) => Field::EnglishStep2,
        (TextLanguage::English, TextPart::Step3) => Field::EnglishStep3,
        (TextLanguage::English, TextPart::ClosingTitle) => Field::EnglishClosingTitle,
        (TextLanguage::English, TextPart::Closing) => Field::EnglishClosing,
    }
}

fn problem_of(fault: &TemplateFault) -> FieldProblem {
    let field = match fault.field {
        TemplateField::Accent => Field::Accent,
        TemplateField::Logo => Field::Logo,
        TemplateField::LogoScale => Field::LogoScale,
        TemplateField::Languages => Field::TemplateLanguages,
        TemplateField::Text(language, part) => field_of_text(language, part),
        TemplateField::Sender => Field::Sender,
    };
    let error = |code| FieldProblem::error(field, code);
    match &fault.problem {
        TemplateProblem::Missing => error(FieldCode::Missing),
        TemplateProblem::TooLong { most, actual } => error(FieldCode::TooLong).with_param("max", most).with_param("actual", actual),
        TemplateProblem::TooManyLines { most } => error(FieldCode::TooManyLines).with_param("max", most),
        TemplateProblem::UnknownPlaceholder { name } => {
            error(FieldCode::PlaceholderUnknown).with_param("name", name.chars().take(40).collect::<String>())
        }
        TemplateProblem::Brace => error(FieldCode::BraceAlone),
        TemplateProblem::Character { character } => of_character(field, *character),
        TemplateProblem::CardNumber => error(FieldCode::CardNumberGiven),
        TemplateProblem::ColourForm => error(FieldCode::ColourForm),
        TemplateProblem::Contrast(contrast) => error(FieldCode::ContrastLow)
            .with_param("contrast", ratio(contrast.hundredths))
            .with_param("least", ratio(contrast.least_hundredths)),
        TemplateProblem::Range { least, most } => error(FieldCode::NumberRange).with_param("min", least).with_param("max", most),
        TemplateProblem::Logo(error) => problem_of_logo(error),
    }
}

/// `4.47`
fn ratio(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn of_character(field: Field, character: char) -> FieldProblem {
    let code = format!("U+{:04X}", character as u32);
    if cardesk_domain::text::is_unprintable(character) {
        FieldProblem::error(field, FieldCode::Unprintable).with_param("character", code)
    } else {
        FieldProblem::error(field, FieldCode::GlyphMissing).with_param("character", format!("{character} ({code})"))
    }
}

fn problem_of_logo(error: &LogoError) -> FieldProblem {
    let problem = |code| FieldProblem::error(Field::Logo, code);
    match error {
        LogoError::TooLarge { most, .. } => problem(FieldCode::LogoTooLarge).with_param("max", most >> 20),
        LogoError::Unknown => problem(FieldCode::LogoKind),
        LogoError::TooManyPixels { width, height, most } => problem(FieldCode::LogoTooManyPixels)
            .with_param("width", width)
            .with_param("height", height)
            .with_param("max", most / 1_000_000),
        LogoError::Shape => problem(FieldCode::LogoShape),
        LogoError::BrokenPng(_) | LogoError::BrokenSvg(_) => problem(FieldCode::LogoBroken),
        LogoError::Entities => problem(FieldCode::LogoEntities),
        LogoError::Script(what) => problem(FieldCode::LogoScript).with_param("what", what),
        LogoError::Outside(what) => problem(FieldCode::LogoOutside).with_param("what", what),
        LogoError::Foreign(what) => problem(FieldCode::LogoForeign).with_param("what", what),
        LogoError::Text => problem(FieldCode::LogoText),
        LogoError::TooComplicated => problem(FieldCode::LogoTooComplicated),
        LogoError::Empty => problem(FieldCode::LogoEmpty),
        LogoError::Code => problem(FieldCode::LogoCode),
    }
}

/// What a page of the template did not have room for, at the form's field. `None` for what is no fault of the template: a
/// character of somebody's name.
pub(super) fn problem_on_paper(error: &InsertError, template: &Template, language: InsertLanguage) -> Option<FieldProblem> {
    let text = |part| field_of_text(longer(template, language, part), part);
    match error {
        InsertError::TextTooLong { field, needed_mm, available_mm, .. } => {
            use cardesk_inserts::Field as Of;
            let field = match field {
                Of::GivenName => text(TextPart::Greeting),
                Of::Lead => text(TextPart::Lead),
                Of::Step(0) => text(TextPart::Step1),
                Of::Step(1) => text(TextPart::Step2),
                Of::Step(_) => text(TextPart::Step3),
                Of::ClosingTitle => text(TextPart::ClosingTitle),
                Of::Closing => text(TextPart::Closing),
                Of::Sender => Field::Sender,
                Of::CompanyName => Field::CompanyName,
                Of::FullName | Of::Address => Field::Address,
                Of::Wording | Of::Link | Of::Card | Of::Serial => Field::InsertLayout,
            };
            let problem = FieldProblem::error(field, FieldCode::NoRoom);
            Some(problem.with_param("needed", format!("{needed_mm:.1}")).with_param("available", format!("{available_mm:.1}")))
        }
        InsertError::CodeTooLarge { needed_mm, available_mm, .. } => Some(
            FieldProblem::error(Field::InsertLayout, FieldCode::NoRoomForCode)
                .with_param("needed", format!("{needed_mm:.1}"))
                .with_param("available", format!("{available_mm:.1}")),
        ),
        InsertError::Character { field: cardesk_inserts::Field::CompanyName, character, .. } => {
            Some(of_character(Field::CompanyName, *character))
        }
        InsertError::Character { .. } | InsertError::Empty { .. } => None,
        other => Some(FieldProblem::error(Field::InsertLayout, FieldCode::PageWrong).with_param("reason", other)),
    }
}

/// Of two languages, the one whose text is the longer: that is the one to be made shorter.
fn longer(template: &Template, language: InsertLanguage, part: TextPart) -> TextLanguage {
    let length = |texts: &Option<TextsSource>| {
        texts.as_ref().map_or(0, |texts| {
            let text = match part {
                TextPart::Greeting => &texts.greeting,
                TextPart::Lead => &texts.lead,
                TextPart::Step1 => &texts.steps[0],
                TextPart::Step2 => &texts.steps[1],
                TextPart::Step3 => &texts.steps[2],
                TextPart::ClosingTitle => &texts.closing_title,
                TextPart::Closing => &texts.closing,
            };
            text.chars().count()
        })
    };
    let source = template.source();
    match language {
        InsertLanguage::Spanish => TextLanguage::Spanish,
        InsertLanguage::English => TextLanguage::English,
        InsertLanguage::Both if length(&source.english) > length(&source.spanish) => TextLanguage::English,
        InsertLanguage::Both => TextLanguage::Spanish,
    }
}

/// The words of the languages of a template.
pub(super) fn language_words(template: &Template) -> Vec<LanguageWord> {
    let word = |language| match language {
        InsertLanguage::Spanish => LanguageWord::Spanish,
        InsertLanguage::English => LanguageWord::English,
        InsertLanguage::Both => LanguageWord::Both,
    };
    template.languages().into_iter().map(word).collect()
}
