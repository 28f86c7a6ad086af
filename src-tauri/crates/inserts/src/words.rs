//! The insert's own wording, Spanish and English.

use crate::job::{InsertLanguage, TestMark};

/// What one language says.
#[derive(Debug)]
pub(crate) struct Wording {
    pub(crate) greeting: &'static str,
    pub(crate) lead: &'static str,
    /// The word that stands out, and the rest of the sentence.
    pub(crate) steps: [(&'static str, &'static str); 3],
    pub(crate) no_camera: &'static str,
    pub(crate) type_the_link: &'static str,
    pub(crate) security: &'static str,
    pub(crate) never_ask: &'static str,
    pub(crate) card: &'static str,
    pub(crate) serial: &'static str,
    pub(crate) title: &'static str,
    test_mark: &'static str,
    pub(crate) tag: &'static str,
}

impl Wording {
    /// Every text of the language, for choosing the glyphs of a file.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'static str> {
        let single = [self.greeting, self.lead, self.no_camera, self.type_the_link, self.security, self.never_ask, self.card, self.serial];
        single.into_iter().chain(self.steps.into_iter().flat_map(|(word, rest)| [word, rest]))
    }
}

const SPANISH: Wording = Wording {
    greeting: "Hola",
    lead: "Su tarjeta está lista. Actívela en un minuto.",
    steps: [
        ("Escanee", " el código con la cámara de su teléfono."),
        ("Escriba", " el número de la tarjeta y el nombre como está impreso en ella."),
        ("Confirme.", " Ya puede usarla."),
    ],
    no_camera: "¿Sin cámara?",
    type_the_link: "Escriba este enlace en su navegador:",
    security: "Por su seguridad",
    never_ask: "Nunca le pediremos su NIP.",
    card: "Tarjeta",
    serial: "Serie",
    title: "Insertos de activación",
    test_mark: "ENSAYO · SIN VALOR",
    tag: "es",
};

const ENGLISH: Wording = Wording {
    greeting: "Hello",
    lead: "Your card is ready. Activate it in a minute.",
    steps: [
        ("Scan", " the code with your phone’s camera."),
        ("Type", " the card number and the name as printed on the card."),
        ("Confirm.", " Your card is ready to use."),
    ],
    no_camera: "No camera?",
    type_the_link: "Type this link into your browser:",
    security: "For your security",
    never_ask: "We will never ask for your PIN.",
    card: "Card",
    serial: "Serial",
    title: "Activation inserts",
    test_mark: "TEST · NO VALUE",
    tag: "en",
};

/// The languages of a job, Spanish first.
pub(crate) const fn wordings(language: InsertLanguage) -> &'static [Wording] {
    match language {
        InsertLanguage::Spanish => &[SPANISH],
        InsertLanguage::English => &[ENGLISH],
        InsertLanguage::Both => &[SPANISH, ENGLISH],
    }
}

/// The same word of each language, side by side.
pub(crate) fn joined(wordings: &[Wording], separator: &str, word: impl Fn(&Wording) -> &'static str) -> String {
    wordings.iter().map(word).collect::<Vec<_>>().join(separator)
}

/// The text of the mark, in the languages of the job.
pub(crate) fn mark_text(mark: TestMark, wordings: &[Wording]) -> String {
    let text = joined(wordings, " / ", |wording| wording.test_mark);
    match mark {
        TestMark::Practice => text,
        TestMark::Qa => format!("{text} · QA"),
    }
}
