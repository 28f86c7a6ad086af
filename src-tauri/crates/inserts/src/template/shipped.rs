//! The templates that come with the program: to be used and duplicated, not changed.

use std::sync::Arc;

use super::{Design, Template, TemplateSource, TextsSource};

/// One of the templates that come with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shipped {
    /// Black on white, in a formal address.
    Classic,
    /// Strong in its colour, and warmer.
    Colour,
    /// Few lines, few words.
    Quiet,
}

impl Shipped {
    /// Every one, the usual one first.
    pub const ALL: [Self; 3] = [Self::Classic, Self::Colour, Self::Quiet];

    /// The word by which it is chosen.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Colour => "colour",
            Self::Quiet => "quiet",
        }
    }

    /// The one with this [`id`](Self::id).
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shipped| shipped.id() == id)
    }

    /// As somebody would have typed it.
    #[must_use]
    pub fn source(self) -> TemplateSource {
        let (design, accent, spanish, english) = match self {
            Self::Classic => (Design::Classic, "#141414", CLASSIC_SPANISH, CLASSIC_ENGLISH),
            Self::Colour => (Design::Colour, "#1e40af", COLOUR_SPANISH, COLOUR_ENGLISH),
            Self::Quiet => (Design::Quiet, "#9a3412", QUIET_SPANISH, QUIET_ENGLISH),
        };
        TemplateSource {
            design,
            accent: accent.to_owned(),
            logo: None,
            spanish: Some(texts(spanish)),
            english: Some(texts(english)),
            sender_lines: Vec::new(),
            has_address: true,
            has_sender: true,
            has_fold_marks: true,
        }
    }

    /// Ready to be printed.
    #[must_use]
    pub fn template(self) -> Arc<Template> {
        match Template::new(self.source()) {
            Ok(template) => Arc::new(template),
            Err(faults) => unreachable!("a shipped template keeps the rules, which a test proves: {faults:?}"),
        }
    }
}

/// Greeting, lead, three steps, the closing's title, closing.
type Words = [&'static str; 7];

fn texts([greeting, lead, first, second, third, closing_title, closing]: Words) -> TextsSource {
    TextsSource {
        greeting: greeting.to_owned(),
        lead: lead.to_owned(),
        steps: [first, second, third].map(str::to_owned),
        closing_title: closing_title.to_owned(),
        closing: closing.to_owned(),
    }
}

const CLASSIC_SPANISH: Words = [
    "Hola, {given_name}.",
    "Su tarjeta está lista. Actívela en un minuto.",
    "Escanee el código con la cámara de su teléfono.",
    "Escriba el número de la tarjeta y el nombre como está impreso en ella.",
    "Confirme. Ya puede usarla.",
    "Por su seguridad",
    "Nunca le pediremos su PIN.",
];

const CLASSIC_ENGLISH: Words = [
    "Hello, {given_name}.",
    "Your card is ready. Activate it in a minute.",
    "Scan the code with your phone’s camera.",
    "Type the card number and the name as printed on the card.",
    "Confirm. Your card is ready to use.",
    "For your security",
    "We will never ask for your PIN.",
];

const COLOUR_SPANISH: Words = [
    "¡Hola, {given_name}!",
    "Su tarjeta ya es suya: actívela y úsela hoy.",
    "Escanee el código con su teléfono.",
    "Escriba el número de su tarjeta y su nombre como está impreso en ella.",
    "Confirme. ¡Listo!",
    "Cuide su tarjeta",
    "Nunca le pediremos su PIN.",
];

const COLOUR_ENGLISH: Words = [
    "Hi, {given_name}!",
    "Your card is yours now: activate it and use it today.",
    "Scan the code with your phone.",
    "Type your card number and your name as printed on it.",
    "Confirm. That’s it!",
    "Keep your card safe",
    "We will never ask for your PIN.",
];

const QUIET_SPANISH: Words = [
    "Para {given_name}",
    "Active su tarjeta antes de usarla por primera vez.",
    "Escanee el código.",
    "Escriba el número de la tarjeta y el nombre impreso en ella.",
    "Confirme.",
    "Por su seguridad",
    "Nunca le pediremos su PIN.",
];

const QUIET_ENGLISH: Words = [
    "For {given_name}",
    "Activate your card before its first use.",
    "Scan the code.",
    "Type the card number and the name printed on it.",
    "Confirm.",
    "For your security",
    "We will never ask for your PIN.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_template_keeps_the_rules_and_is_found_by_its_word() {
        for shipped in Shipped::ALL {
            assert!(Template::new(shipped.source()).is_ok(), "{shipped:?}");
            assert_eq!(Shipped::from_id(shipped.id()), Some(shipped));
        }
    }
}
