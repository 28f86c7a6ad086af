//! Templates: how an insert looks and what it says, but for the paper, the code and the cardholder.
//!
//! Owns what a template may be: its design, one accent colour within the contrast rules (`colour`), a logo (`logo`), texts
//! with placeholders in one language or two (`texts`), the sender above the address, fold marks. A [`Template`] is one that
//! keeps the rules that hold on every paper; whether its texts find room on a paper is seen by making a page of it
//! ([`check_on_paper`]). The code itself is no template's business: it is always pure black on white, and so is the mark of a
//! test, which no template switches off. There is no placeholder for anything secret.

mod check;
mod colour;
mod logo;
mod shipped;
mod texts;

use std::sync::{Arc, LazyLock};

use cardesk_domain::pan::with_numbers_masked;

use crate::font::missing_character;
use crate::job::InsertLanguage;
use crate::words::{Wording, Words, words_of};

pub use check::{LONGEST_EMBOSSED_NAME, check_on_paper, example_insert};
pub use colour::{Contrast, contrast_on_white};
pub use logo::{LogoError, LogoPlacement, MOST_LOGO_BYTES};
pub use shipped::Shipped;
pub use texts::Placeholder;

pub(crate) use colour::Accent;
pub(crate) use logo::{Artwork, Image, Logo};
pub(crate) use texts::{Text, Values};

/// The most characters of one text of a template; what finds no room on a paper is refused there with its figures.
pub const MOST_TEXT: usize = 160;

/// The most lines above the address, beside the fold of the window.
pub const MOST_SENDER_LINES: usize = 2;

/// How far a logo may be scaled down within its box, in per cent.
pub const LOGO_SCALE_PERCENT: std::ops::RangeInclusive<u32> = 30..=100;

/// How the pieces of an insert are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Design {
    /// Black headings, numbers in rings, hairlines; the accent on the company's name.
    #[default]
    Classic,
    /// The greeting in the accent, numbers on discs of it, a strong line of it below the header.
    Colour,
    /// No lines and no rings: numbers in the accent, and a short dash of it.
    Quiet,
}

impl Design {
    /// Every design, in the order of forms.
    pub const ALL: [Self; 3] = [Self::Classic, Self::Colour, Self::Quiet];

    /// The word for files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Colour => "colour",
            Self::Quiet => "quiet",
        }
    }

    /// The design with this [`id`](Self::id).
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|design| design.id() == id)
    }
}

/// What one language of a template says, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextsSource {
    /// `Hola, {given_name}.`
    pub greeting: String,
    /// The sentence below the greeting.
    pub lead: String,
    /// The three steps; the first word of each stands out.
    pub steps: [String; 3],
    /// The heading above the closing line, where the sheet is folded.
    pub closing_title: String,
    /// The line at the end.
    pub closing: String,
}

/// A logo as it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoSource {
    /// The file, PNG or SVG.
    pub file: Vec<u8>,
    /// Where it stands.
    pub placement: LogoPlacement,
    /// Its size in parts of its box, within [`LOGO_SCALE_PERCENT`].
    pub scale_percent: u32,
}

/// A template as it was typed, before anything of it was checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateSource {
    /// How it is drawn.
    pub design: Design,
    /// `#1e40af`
    pub accent: String,
    /// The company's logo.
    pub logo: Option<LogoSource>,
    /// What it says in Spanish.
    pub spanish: Option<TextsSource>,
    /// What it says in English.
    pub english: Option<TextsSource>,
    /// What stands above the address; without any, the company's name.
    pub sender_lines: Vec<String>,
    /// Whether the name and the address stand in the envelope's window.
    pub has_address: bool,
    /// Whether the sender stands above them, where the window has room for it.
    pub has_sender: bool,
    /// Whether the folds are marked at the edge of a folded sheet.
    pub has_fold_marks: bool,
}

/// Which of a template's two languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextLanguage {
    /// Spanish.
    Spanish,
    /// English.
    English,
}

/// Which of a language's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextPart {
    /// The greeting.
    Greeting,
    /// The sentence below it.
    Lead,
    /// The first step.
    Step1,
    /// The second step.
    Step2,
    /// The third step.
    Step3,
    /// The heading of the closing line.
    ClosingTitle,
    /// The closing line.
    Closing,
}

impl TextPart {
    /// The step with this number, from 0.
    pub(crate) const fn step(number: usize) -> Self {
        match number {
            0 => Self::Step1,
            1 => Self::Step2,
            _ => Self::Step3,
        }
    }
}

/// A field of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TemplateField {
    /// The accent colour.
    Accent,
    /// The logo.
    Logo,
    /// The logo's size.
    LogoScale,
    /// Which languages it has.
    Languages,
    /// A text.
    Text(TextLanguage, TextPart),
    /// The sender's lines.
    Sender,
}

/// What is wrong with a field of a template, on every paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateProblem {
    /// Nothing was given.
    Missing,
    /// More characters than may be.
    TooLong {
        /// The most.
        most: usize,
        /// Given.
        actual: usize,
    },
    /// More lines than may be.
    TooManyLines {
        /// The most.
        most: usize,
    },
    /// A placeholder that there is not.
    UnknownPlaceholder {
        /// What stands between the braces.
        name: String,
    },
    /// A brace without its other half.
    Brace,
    /// A character that the font lacks, or that does not print.
    Character {
        /// The character.
        character: char,
    },
    /// A whole card number: no insert has one.
    CardNumber,
    /// Not a colour.
    ColourForm,
    /// Too light for text on white.
    Contrast(Contrast),
    /// Outside its range.
    Range {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// The logo can't be used.
    Logo(LogoError),
}

/// One fault of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// The field.
    pub field: TemplateField,
    /// What is wrong with it.
    pub problem: TemplateProblem,
}

/// The texts of one language, ready to be filled in.
#[derive(Debug, Clone)]
struct Texts {
    greeting: Text,
    lead: Text,
    steps: [Text; 3],
    closing_title: Text,
    closing: Text,
}

/// Which pieces of an insert say something that is the cardholder's own, so that they are not the same on every insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct OwnPieces {
    pub(crate) lead: bool,
    pub(crate) steps: bool,
    pub(crate) closing: bool,
}

/// A template that keeps every rule that holds on all papers.
#[derive(Debug)]
pub struct Template {
    source: TemplateSource,
    accent: Accent,
    logo: Option<Logo>,
    spanish: Option<Texts>,
    english: Option<Texts>,
    sender_lines: Vec<Text>,
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Template {}

impl Template {
    /// Takes a template that can be printed.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the form.
    pub fn new(source: TemplateSource) -> Result<Self, Vec<TemplateFault>> {
        let mut faults = Vec::new();
        let mut keep = |field, problem| faults.push(TemplateFault { field, problem });
        let accent = Accent::read(&source.accent).map_err(|problem| keep(TemplateField::Accent, problem)).ok();
        let logo = source.logo.as_ref().and_then(|chosen| {
            if !LOGO_SCALE_PERCENT.contains(&chosen.scale_percent) {
                let (least, most) = (*LOGO_SCALE_PERCENT.start(), *LOGO_SCALE_PERCENT.end());
                keep(TemplateField::LogoScale, TemplateProblem::Range { least, most });
            }
            let read = Logo::read(&chosen.file).map_err(|error| keep(TemplateField::Logo, TemplateProblem::Logo(error)));
            read.ok()
        });
        if source.spanish.is_none() && source.english.is_none() {
            keep(TemplateField::Languages, TemplateProblem::Missing);
        }
        let spanish = source.spanish.as_ref().and_then(|texts| texts_of(texts, TextLanguage::Spanish, &mut keep));
        let english = source.english.as_ref().and_then(|texts| texts_of(texts, TextLanguage::English, &mut keep));
        let sender_lines = sender_of(&source, &mut keep);
        match accent {
            Some(accent) if faults.is_empty() => Ok(Self { source, accent, logo, spanish, english, sender_lines }),
            _ => Err(faults),
        }
    }

    /// The template that nobody chose: [`Shipped::Classic`].
    #[must_use]
    pub fn classic() -> Arc<Self> {
        static CLASSIC: LazyLock<Arc<Template>> = LazyLock::new(|| Shipped::Classic.template());
        Arc::clone(&CLASSIC)
    }

    /// As it was typed.
    #[must_use]
    pub const fn source(&self) -> &TemplateSource {
        &self.source
    }

    /// The languages in which it can be printed, in the order of forms.
    #[must_use]
    pub fn languages(&self) -> Vec<InsertLanguage> {
        InsertLanguage::ALL.into_iter().filter(|language| self.speaks(*language)).collect()
    }

    /// Whether it has the texts of this language.
    #[must_use]
    pub const fn speaks(&self, language: InsertLanguage) -> bool {
        match language {
            InsertLanguage::Spanish => self.spanish.is_some(),
            InsertLanguage::English => self.english.is_some(),
            InsertLanguage::Both => self.spanish.is_some() && self.english.is_some(),
        }
    }

    pub(crate) const fn design(&self) -> Design {
        self.source.design
    }

    pub(crate) const fn accent(&self) -> Accent {
        self.accent
    }

    /// The logo, with where it stands and its size in parts of its box.
    pub(crate) fn logo(&self) -> Option<(&Logo, LogoPlacement, f64)> {
        let chosen = self.source.logo.as_ref()?;
        self.logo.as_ref().map(|logo| (logo, chosen.placement, f64::from(chosen.scale_percent) / 100.0))
    }

    /// What stands above the address; nothing where that was switched off.
    pub(crate) fn sender(&self, values: &Values<'_>) -> Vec<String> {
        match self.sender_lines.as_slice() {
            _ if !self.source.has_sender => Vec::new(),
            [] => vec![values.company.to_owned()],
            lines => lines.iter().map(|line| line.filled(values)).collect(),
        }
    }

    /// The texts of these languages, each with the program's own words.
    fn texts(&self, language: InsertLanguage) -> impl Iterator<Item = (&Texts, &'static Words)> {
        let spanish = self.spanish.as_ref().filter(|_| language != InsertLanguage::English);
        let english = self.english.as_ref().filter(|_| language != InsertLanguage::Spanish);
        [spanish, english].into_iter().flatten().zip(words_of(language).iter().copied())
    }

    /// What it says with these values, Spanish first.
    pub(crate) fn wordings(&self, language: InsertLanguage, values: &Values<'_>) -> Vec<Wording> {
        let wording = |(texts, words): (&Texts, &'static Words)| Wording {
            words,
            lead: texts.lead.filled(values),
            steps: [0, 1, 2].map(|step| first_word_apart(&texts.steps[step].filled(values))),
            closing_title: texts.closing_title.filled(values),
            closing: texts.closing.filled(values),
        };
        self.texts(language).map(wording).collect()
    }

    /// The greeting of all languages together: `Hola · Hello, {given_name}.`
    pub(crate) fn greeting(&self, language: InsertLanguage) -> Text {
        self.texts(language).map(|(texts, _)| texts.greeting.clone()).reduce(|one, other| one.beside(&other)).unwrap_or_default()
    }

    /// Which pieces are the cardholder's own.
    pub(crate) fn own_pieces(&self, language: InsertLanguage) -> OwnPieces {
        let any = |is_own: fn(&Texts) -> bool| self.texts(language).any(|(texts, _)| is_own(texts));
        OwnPieces {
            lead: any(|texts| texts.lead.is_own()),
            steps: any(|texts| texts.steps.iter().any(Text::is_own)),
            closing: any(|texts| texts.closing_title.is_own() || texts.closing.is_own()),
        }
    }

    /// Whether it names the cardholder in full somewhere other than in the window.
    pub(crate) fn names_in_full(&self) -> bool {
        let texts = [&self.spanish, &self.english].into_iter().flatten();
        texts
            .flat_map(|texts| [&texts.greeting, &texts.lead, &texts.closing_title, &texts.closing].into_iter().chain(&texts.steps))
            .any(|text| text.has(Placeholder::FullName))
    }
}

/// `Escanee` and ` el código con la cámara.`
fn first_word_apart(step: &str) -> (String, String) {
    let end = step.find(' ').unwrap_or(step.len());
    let (word, rest) = step.split_at(end);
    (word.to_owned(), rest.to_owned())
}

fn texts_of(source: &TextsSource, language: TextLanguage, keep: &mut impl FnMut(TemplateField, TemplateProblem)) -> Option<Texts> {
    let mut text = |part, typed: &str| {
        let field = TemplateField::Text(language, part);
        text_of(typed, &Placeholder::ALL).map_err(|problem| keep(field, problem)).ok()
    };
    let greeting = text(TextPart::Greeting, &source.greeting);
    let lead = text(TextPart::Lead, &source.lead);
    let [first, second, third] = [0, 1, 2].map(|step| text(TextPart::step(step), &source.steps[step]));
    let closing_title = text(TextPart::ClosingTitle, &source.closing_title);
    let closing = text(TextPart::Closing, &source.closing);
    Some(Texts { greeting: greeting?, lead: lead?, steps: [first?, second?, third?], closing_title: closing_title?, closing: closing? })
}

fn text_of(typed: &str, allowed: &[Placeholder]) -> Result<Text, TemplateProblem> {
    let actual = typed.trim().chars().count();
    if actual > MOST_TEXT {
        return Err(TemplateProblem::TooLong { most: MOST_TEXT, actual });
    }
    let text = Text::read(typed, allowed)?;
    let words = text.words();
    if with_numbers_masked(&words).is_some() {
        return Err(TemplateProblem::CardNumber);
    }
    // Every shipped face was read before: an error here would be the program's own, and show at the first page.
    match missing_character(&words) {
        Ok(Some(character)) => Err(TemplateProblem::Character { character }),
        _ => Ok(text),
    }
}

/// The sender's lines that say something. They are the company's, so that no cardholder's field stands in them.
fn sender_of(source: &TemplateSource, keep: &mut impl FnMut(TemplateField, TemplateProblem)) -> Vec<Text> {
    let typed: Vec<&String> = source.sender_lines.iter().filter(|line| !line.trim().is_empty()).collect();
    if typed.len() > MOST_SENDER_LINES {
        keep(TemplateField::Sender, TemplateProblem::TooManyLines { most: MOST_SENDER_LINES });
        return Vec::new();
    }
    let line = |typed: &&String| text_of(typed, &[Placeholder::Company]).map_err(|problem| keep(TemplateField::Sender, problem)).ok();
    typed.iter().filter_map(line).collect()
}
