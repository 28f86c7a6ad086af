//! What the program itself says on an insert, Spanish and English. What the company says is in its template.

use std::ops::Deref;

use crate::job::{InsertLanguage, TestMark};

/// What the program itself says in one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) no_camera: &'static str,
    pub(crate) type_the_link: &'static str,
    /// What is said above a link that can be pressed.
    pub(crate) press_the_link: &'static str,
    /// What the link does, for whoever does not see it.
    pub(crate) link_does: &'static str,
    /// What the code is, for whoever does not see it.
    pub(crate) code_is: &'static str,
    pub(crate) card: &'static str,
    pub(crate) serial: &'static str,
    pub(crate) title: &'static str,
    test_mark: &'static str,
    pub(crate) tag: &'static str,
}

/// What one language says on an insert: the template's texts, filled in, and the program's own words.
#[derive(Debug, Clone)]
pub(crate) struct Wording {
    pub(crate) words: &'static Words,
    pub(crate) lead: String,
    /// The word that stands out, and the rest of the sentence.
    pub(crate) steps: [(String, String); 3],
    pub(crate) closing_title: String,
    pub(crate) closing: String,
}

impl Deref for Wording {
    type Target = Words;

    fn deref(&self) -> &Words {
        self.words
    }
}

impl Wording {
    /// Every text of the language, for choosing the glyphs of a file.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let own = [self.no_camera, self.type_the_link, self.press_the_link, self.card, self.serial];
        let texts = [self.lead.as_str(), &self.closing_title, &self.closing];
        own.into_iter().chain(texts).chain(self.steps.iter().flat_map(|(word, rest)| [word.as_str(), rest]))
    }

    /// A step as one sentence.
    pub(crate) fn step(&self, number: usize) -> String {
        self.steps.get(number).map(|(word, rest)| format!("{word}{rest}")).unwrap_or_default()
    }
}

const SPANISH: Words = Words {
    no_camera: "¿Sin cámara?",
    type_the_link: "Escriba este enlace en su navegador:",
    press_the_link: "Abra este enlace en su teléfono o en su computadora:",
    link_does: "Abre la página para activar su tarjeta",
    code_is: "Código QR con el enlace para activar la tarjeta:",
    card: "Tarjeta",
    serial: "Serie",
    title: "Insertos de activación",
    test_mark: "ENSAYO · SIN VALOR",
    tag: "es",
};

const ENGLISH: Words = Words {
    no_camera: "No camera?",
    type_the_link: "Type this link into your browser:",
    press_the_link: "Open this link on your phone or computer:",
    link_does: "Opens the page to activate your card",
    code_is: "QR code with the link to activate the card:",
    card: "Card",
    serial: "Serial",
    title: "Activation inserts",
    test_mark: "TEST · NO VALUE",
    tag: "en",
};

/// The same word of each language, side by side.
pub(crate) fn joined<'w>(wordings: &'w [Wording], separator: &str, word: impl Fn(&'w Wording) -> &'w str) -> String {
    wordings.iter().map(word).collect::<Vec<_>>().join(separator)
}

/// The program's own words in the languages of a job, Spanish first.
pub(crate) const fn words_of(language: InsertLanguage) -> &'static [&'static Words] {
    match language {
        InsertLanguage::Spanish => &[&SPANISH],
        InsertLanguage::English => &[&ENGLISH],
        InsertLanguage::Both => &[&SPANISH, &ENGLISH],
    }
}

/// The text of the mark, in the languages of the job.
pub(crate) fn mark_text(mark: TestMark, language: InsertLanguage) -> String {
    let text = words_of(language).iter().map(|words| words.test_mark).collect::<Vec<_>>().join(" / ");
    match mark {
        TestMark::Practice => text,
        TestMark::Qa => format!("{text} · QA"),
    }
}
