//! Templates of inserts: the form, what is wrong with it, and the very page beside it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::FieldProblem;
use crate::view::print::InsertLanguage;

/// How the pieces of an insert are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TemplateDesign {
    /// Black headings, rings, hairlines.
    #[default]
    Classic,
    /// Strong in the accent colour.
    Colour,
    /// Few lines.
    Quiet,
}

/// Where the logo stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LogoPlacement {
    /// At the left of the company's name.
    #[default]
    BesideName,
    /// In the place of the name.
    InsteadOfName,
}

/// A logo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateLogo {
    /// The file, PNG or SVG, in base64.
    pub file_base64: String,
    /// Where it stands.
    pub placement: LogoPlacement,
    /// Its size within its box, 30 to 100.
    pub scale_percent: u32,
}

/// What one language says. Each text may have the placeholders `{given_name}`, `{full_name}`, `{last_four}` and `{company}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateTexts {
    /// The greeting.
    pub greeting: String,
    /// The sentence below it.
    pub lead: String,
    /// The first step; its first word stands out, as in the others.
    pub step1: String,
    /// The second step.
    pub step2: String,
    /// The third step.
    pub step3: String,
    /// The heading above the closing line, where the sheet is folded.
    pub closing_title: String,
    /// The line at the end.
    pub closing: String,
}

/// A template as it stands in the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateForm {
    /// Its name, by which it is chosen.
    pub name: String,
    /// How it is drawn.
    pub design: TemplateDesign,
    /// The accent colour, `#1e40af`.
    pub accent: String,
    /// The logo.
    pub logo: Option<TemplateLogo>,
    /// The Spanish texts, if it has any.
    pub spanish: Option<TemplateTexts>,
    /// The English texts, if it has any.
    pub english: Option<TemplateTexts>,
    /// The first line above the address; without any, the company's name.
    pub sender1: String,
    /// The second.
    pub sender2: String,
    /// Whether the name and the address stand in the envelope's window.
    pub has_address: bool,
    /// Whether the sender stands above them.
    pub has_sender: bool,
    /// Whether the folds are marked.
    pub has_fold_marks: bool,
}

/// A template in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateSummary {
    /// The word by which it is chosen.
    pub id: String,
    /// Its name; `null` for those that come with the program, which the window names.
    pub name: Option<String>,
    /// Its version; each change is another. 0 for those that come with the program.
    pub version: u32,
    /// The languages in which it can be printed.
    pub languages: Vec<InsertLanguage>,
    /// When it was changed last.
    pub changed_at: Option<String>,
    /// Who changed it last.
    pub changed_by: Option<String>,
}

/// A template with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateView {
    /// What the list says of it.
    pub summary: TemplateSummary,
    /// The form, filled in.
    pub form: TemplateForm,
}

/// A form to be looked at on a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateToSee {
    /// The template that is being changed; `null` for a new one.
    pub id: Option<String>,
    /// The form as it stands.
    pub form: TemplateForm,
    /// The paper, by its word.
    pub paper: String,
    /// The language; one that the form does not have is taken for one that it has.
    pub language: InsertLanguage,
}

/// The page of an invented cardholder, and what is wrong with the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateSight {
    /// Everything that keeps it from being used on this paper.
    pub problems: Vec<FieldProblem>,
    /// The page as a PNG in base64; `null` while the form has faults that no page can be made of.
    pub png_base64: Option<String>,
    /// The language in which it is shown.
    pub language: InsertLanguage,
    /// The contrast of the accent colour on white, in hundredths (450 is 4.5:1); `null` if it is no colour.
    pub contrast_hundredths: Option<u32>,
}

/// A paper on which a template can't be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateUnfit {
    /// The paper, by its word.
    pub paper: String,
    /// In which language.
    pub language: InsertLanguage,
    /// What finds no room.
    pub problem: FieldProblem,
}

/// A template that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateSaved {
    /// As it is in the list now.
    pub summary: TemplateSummary,
    /// Papers on which it can't be used.
    pub unfit: Vec<TemplateUnfit>,
}
