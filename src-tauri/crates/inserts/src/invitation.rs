//! An invitation on one page: whose it is, the code in large letters, and what to do with it.
//!
//! Owns its words in both languages and its layout. The code stands as it was given: in one line as large as fits, in several
//! where it is long. A character that the shipped font lacks is drawn as a question mark in the company's name; in a code it
//! is refused, since that would be another code.

use std::collections::BTreeSet;

use cardesk_domain::Environment;

use crate::canvas::{BLACK, Canvas, INK, INK_2, Style};
use crate::compose::pieces::mark_pill;
use crate::error::{Field, InsertError};
use crate::file::DrawnFile;
use crate::fit::{Breaks, Fitted, PT_PER_MM, Place, fit, wrap};
use crate::font::{Figures, Fonts, Weight, missing_character};
use crate::job::{DOT_MM, InsertLanguage, TestMark};
use crate::statement::Paper;
use crate::table_paper::PaperPdf;
use crate::words::mark_text;

/// What stands on the page.
#[derive(Clone)]
pub struct Invitation {
    /// The sheet.
    pub paper: Paper,
    /// The languages of its words.
    pub language: InsertLanguage,
    /// Who invites.
    pub company_name: String,
    /// The code.
    pub code: String,
    /// When it ends, where that is known.
    pub ends: Option<InvitationEnd>,
}

impl std::fmt::Debug for Invitation {
    /// Without the code, which registers whoever has it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Invitation").field("paper", &self.paper).finish_non_exhaustive()
    }
}

/// When an invitation ends, in the words of both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationEnd {
    /// `1 de diciembre de 2026, 10:00`.
    pub spanish: String,
    /// `1 December 2026, 10:00`.
    pub english: String,
}

/// What the page says in one language. `{company}` is whoever invites.
struct Words {
    tag: &'static str,
    title: &'static str,
    lead: &'static str,
    code: &'static str,
    steps: [&'static str; 3],
    ends: &'static str,
}

const SPANISH: Words = Words {
    tag: "es",
    title: "Invitación",
    lead: "{company} le invita a registrarse en su programa de tarjetas.",
    code: "Su código",
    steps: [
        "Abra en su teléfono la aplicación con la que va a usar su tarjeta y elija registrarse con una invitación.",
        "Escriba este código tal como está, con sus guiones, y lo que la aplicación le pida.",
        "El código sirve para un solo registro: no se lo dé a nadie.",
    ],
    ends: "Vence: ",
};

const ENGLISH: Words = Words {
    tag: "en",
    title: "Invitation",
    lead: "{company} invites you to register with its card programme.",
    code: "Your code",
    steps: [
        "On your phone, open the app in which you will use your card, and choose to register by invitation.",
        "Type this code as it stands, dashes included, and what the app asks you for.",
        "The code is good for one registration: give it to nobody.",
    ],
    ends: "Valid until: ",
};

const MARGIN_MM: f64 = 24.0;
const TOP_MM: f64 = 26.0;
const BOX_TOP_MM: f64 = 62.0;
const BOX_PADDING_MM: f64 = 12.0;
const LEADING_MM: f64 = 6.0;

const COMPANY: Style = Style::new(Weight::SemiBold, 12.0, INK);
const TITLE: Style = Style::new(Weight::SemiBold, 24.0, INK);
const LABEL: Style = Style::new(Weight::Regular, 10.0, INK_2);
const LEAD: Style = Style::new(Weight::SemiBold, 12.0, INK);
const TEXT: Style = Style::new(Weight::Regular, 12.0, INK);

/// Draws the page. Outside Production it carries the mark of a test, which can't be switched off.
///
/// # Errors
/// A code with a character that the shipped font lacks, or a font that can't be read: a defect of the program.
pub fn make_invitation(invitation: &Invitation, environment: Environment) -> Result<PaperPdf, InsertError> {
    if let Some(character) = missing_character(&invitation.code)? {
        return Err(InsertError::Character { serial: None, field: Field::Wording, character });
    }
    let company_name = printable(&invitation.company_name)?;
    let words: &[&Words] = match invitation.language {
        InsertLanguage::Spanish => &[&SPANISH],
        InsertLanguage::English => &[&ENGLISH],
        InsertLanguage::Both => &[&SPANISH, &ENGLISH],
    };
    let mark = TestMark::of(environment).map(|mark| (mark, mark_text(mark, invitation.language)));
    let texts = texts_of(words, &company_name, invitation.ends.as_ref());
    let title = words.iter().map(|words| words.title).collect::<Vec<_>>().join(" · ");
    let characters: BTreeSet<char> = texts
        .iter()
        .flat_map(Texts::all)
        .chain([title.as_str(), &company_name, &invitation.code, mark.as_ref().map_or("", |(_, text)| text), "123. ·"])
        .flat_map(str::chars)
        .collect();
    let fonts = Fonts::with_figures(&characters, Figures::Tabular)?;
    let (width_dots, height_dots) = invitation.paper.sheet_dots();
    let page = Page { fonts: &fonts, width_mm: f64::from(width_dots) * DOT_MM };
    let mut canvas = Canvas::new(&fonts, height_dots);
    page.paragraph(&mut canvas, MARGIN_MM, TOP_MM, &COMPANY, &company_name);
    if let Some((mark, text)) = &mark {
        mark_pill(&mut canvas, &fonts, *mark, text, page.width_mm - MARGIN_MM, TOP_MM - 10.0, 7.5);
    }
    canvas.text(MARGIN_MM, TOP_MM + 20.0, &TITLE, &title);
    let mut at_mm = page.code(&mut canvas, &texts, &invitation.code);
    for texts in &texts {
        at_mm = page.texts(&mut canvas, at_mm + 6.0, texts);
    }
    let tag = words.first().map_or("es", |words| words.tag);
    // The file's own title is seen by whoever is shown the printer's queue: it has no code in it.
    let file = DrawnFile::write(&title, tag, (width_dots, height_dots), &fonts, &[canvas.into_bytes()])?;
    Ok(PaperPdf::of_one_page(file.into_bytes()))
}

/// A text that the font can draw.
fn printable(text: &str) -> Result<String, InsertError> {
    let mut text = text.to_owned();
    while let Some(missing) = missing_character(&text)? {
        let instead = if missing.is_whitespace() || missing.is_control() { " " } else { "?" };
        text = text.replace(missing, instead);
    }
    Ok(text)
}

/// What one language says, with the company's name and the day in it.
struct Texts {
    lead: String,
    code: &'static str,
    steps: [&'static str; 3],
    ends: Option<String>,
}

impl Texts {
    fn all(&self) -> impl Iterator<Item = &str> {
        [self.lead.as_str(), self.code].into_iter().chain(self.steps).chain(self.ends.as_deref())
    }
}

fn texts_of(words: &[&Words], company_name: &str, ends: Option<&InvitationEnd>) -> Vec<Texts> {
    let day =
        |words: &Words, ends: &InvitationEnd| format!("{}{}", words.ends, if words.tag == "en" { &ends.english } else { &ends.spanish });
    words
        .iter()
        .map(|words| Texts {
            lead: words.lead.replace("{company}", company_name),
            code: words.code,
            steps: words.steps,
            ends: ends.map(|ends| day(words, ends)),
        })
        .collect()
}

struct Page<'a> {
    fonts: &'a Fonts,
    width_mm: f64,
}

impl Page<'_> {
    /// The code in its frame; gives back where what follows can begin.
    fn code(&self, canvas: &mut Canvas<'_>, texts: &[Texts], code: &str) -> f64 {
        const SMALLEST_PT: f64 = 14.0;
        let width_mm = self.width_mm - 2.0 * (MARGIN_MM + BOX_PADDING_MM);
        let place =
            Place { width_mm, largest_pt: 40.0, single_line_pt: 20.0, several_lines_pt: 20.0, smallest_pt: SMALLEST_PT, most_lines: 3 };
        let endless = || Fitted {
            size_pt: SMALLEST_PT,
            lines: wrap(&self.fonts.semibold, code, SMALLEST_PT, width_mm * PT_PER_MM, Breaks::Characters).unwrap_or_default(),
        };
        let fitted = fit(&self.fonts.semibold, code, &place).unwrap_or_else(|_| endless());
        let style = Style::new(Weight::SemiBold, fitted.size_pt, BLACK);
        let line_mm = fitted.size_pt / PT_PER_MM * 1.25;
        let label = texts.iter().map(|texts| texts.code).collect::<Vec<_>>().join(" · ");
        let middle_mm = self.width_mm / 2.0;
        canvas.text_centred(middle_mm, BOX_TOP_MM + BOX_PADDING_MM - 2.0, &LABEL, &label);
        let mut baseline_mm = BOX_TOP_MM + BOX_PADDING_MM;
        for line in &fitted.lines {
            baseline_mm += line_mm;
            canvas.text_centred(middle_mm, baseline_mm, &style, line);
        }
        let height_mm = baseline_mm - BOX_TOP_MM + BOX_PADDING_MM;
        canvas.outline((MARGIN_MM, BOX_TOP_MM), (self.width_mm - 2.0 * MARGIN_MM, height_mm), 3.0, 1.0, INK_2);
        BOX_TOP_MM + height_mm + LEADING_MM
    }

    /// What to do, in one language; gives back where what follows can begin.
    fn texts(&self, canvas: &mut Canvas<'_>, top_mm: f64, texts: &Texts) -> f64 {
        const STEP_MM: f64 = 8.0;
        let mut at_mm = self.paragraph(canvas, MARGIN_MM, top_mm, &LEAD, &texts.lead);
        for (number, step) in (1..).zip(texts.steps) {
            canvas.text(MARGIN_MM, at_mm + 1.0, &TEXT, &format!("{number}."));
            at_mm = self.paragraph(canvas, MARGIN_MM + STEP_MM, at_mm + 1.0, &TEXT, step);
        }
        match &texts.ends {
            Some(ends) => self.paragraph(canvas, MARGIN_MM, at_mm + 1.0, &LEAD, ends),
            None => at_mm,
        }
    }

    /// Draws a text in lines and gives back the baseline below the last.
    fn paragraph(&self, canvas: &mut Canvas<'_>, left_mm: f64, first_mm: f64, style: &Style, text: &str) -> f64 {
        let width_pt = (self.width_mm - MARGIN_MM - left_mm) * PT_PER_MM;
        let lines = wrap(self.fonts.of(style.weight), text, style.size_pt, width_pt, Breaks::Anywhere);
        let mut baseline_mm = first_mm;
        for line in lines.unwrap_or_else(|| vec![text.to_owned()]) {
            canvas.text(left_mm, baseline_mm, style, &line);
            baseline_mm += LEADING_MM;
        }
        baseline_mm
    }
}
