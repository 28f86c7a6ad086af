//! What the activation page says, in Spanish and English.

use super::Outcome;

/// The page's language. Spanish unless English is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Spanish,
    English,
}

/// Every text that does not depend on an outcome.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) number: &'static str,
    pub(super) number_hint: &'static str,
    pub(super) name: &'static str,
    pub(super) name_hint: &'static str,
    pub(super) confirm: &'static str,
    pub(super) other_language: &'static str,
    pub(super) practice: &'static str,
}

const SPANISH: Words = Words {
    title: "Active su tarjeta",
    lead: "Tenga su tarjeta a la mano. Escriba los datos tal como están impresos al frente.",
    number: "Número de tarjeta",
    number_hint: "16 dígitos, con o sin espacios.",
    name: "Nombre en la tarjeta",
    name_hint: "Como está grabado; las tildes y las mayúsculas no importan.",
    confirm: "Activar tarjeta",
    other_language: "English",
    practice: "Práctica: personas, tarjetas y dinero inventados.",
};

const ENGLISH: Words = Words {
    title: "Activate your card",
    lead: "Have your card at hand. Type the details as they are printed on its front.",
    number: "Card number",
    number_hint: "16 digits, with or without spaces.",
    name: "Name on the card",
    name_hint: "As it is embossed; accents and capitals don’t matter.",
    confirm: "Activate card",
    other_language: "Español",
    practice: "Practice: invented people, cards and money.",
};

impl Language {
    /// For `es`, `es-GT`, `en`, `en-US` and so on.
    pub(super) fn from_tag(tag: &str) -> Option<Self> {
        match tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "es" => Some(Self::Spanish),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The best of an `Accept-Language` header (RFC 9110, section 12.5.4); the first of equals.
    pub(super) fn preferred(accepted: &str) -> Self {
        let weighted = accepted.split(',').filter_map(|range| {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(0.0);
            Self::from_tag(tag).filter(|_| weight > 0.0).map(|language| (language, weight))
        });
        weighted.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(Self::Spanish, |(language, _)| language)
    }

    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Spanish => Self::English,
            Self::English => Self::Spanish,
        }
    }

    pub(super) const fn words(self) -> &'static Words {
        match self {
            Self::Spanish => &SPANISH,
            Self::English => &ENGLISH,
        }
    }

    /// The outcome's headline, and what it means or what to do.
    pub(super) fn outcome(self, outcome: &Outcome) -> (&'static str, String) {
        let (headline, text) = match self {
            Self::Spanish => spanish(outcome),
            Self::English => english(outcome),
        };
        match outcome {
            Outcome::Activated(last_four) => (headline, text.replace("{last four}", last_four.as_str())),
            _ => (headline, text.to_owned()),
        }
    }
}

const fn spanish(outcome: &Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Activated(_) => {
            ("Su tarjeta está activa", "La tarjeta terminada en {last four} ya se puede usar. Puede cerrar esta página.")
        }
        Outcome::UnknownLink => (
            "Este enlace no es válido",
            "No lo reconocemos. Escanee de nuevo el código de la hoja que vino con su tarjeta, o pida otra a su empresa.",
        ),
        Outcome::WrongNumber => {
            ("Revise el número", "Ese número no es el de una tarjeta emitida para usted. Compárelo con el del frente de la tarjeta.")
        }
        Outcome::WrongName => {
            ("Revise el nombre", "El nombre no coincide con el de la tarjeta. Escríbalo tal como está grabado, con todas sus palabras.")
        }
        Outcome::AlreadyActive => ("Su tarjeta ya estaba activa", "No hay nada más que hacer: ya la puede usar. Puede cerrar esta página."),
        Outcome::Blocked => ("Su tarjeta está bloqueada", "Una tarjeta bloqueada no se puede activar. Comuníquese con su empresa."),
        Outcome::Failed => ("No se pudo activar", "Algo falló de nuestro lado y la tarjeta no cambió. Inténtelo de nuevo en unos minutos."),
    }
}

const fn english(outcome: &Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Activated(_) => ("Your card is active", "The card ending in {last four} can be used now. You can close this page."),
        Outcome::UnknownLink => (
            "This link is not valid",
            "We don’t know it. Scan the code on the sheet that came with your card again, or ask your company for another.",
        ),
        Outcome::WrongNumber => {
            ("Check the number", "That is not the number of a card issued for you. Compare it with the front of the card.")
        }
        Outcome::WrongName => {
            ("Check the name", "The name does not match the one on the card. Type it as it is embossed, with all its words.")
        }
        Outcome::AlreadyActive => ("Your card was active already", "There is nothing left to do: you can use it. You can close this page."),
        Outcome::Blocked => ("Your card is blocked", "A blocked card can’t be activated. Please contact your company."),
        Outcome::Failed => {
            ("The card could not be activated", "Something failed on our side and the card has not changed. Try again in some minutes.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_preference_decides_and_spanish_comes_first() {
        assert_eq!(Language::preferred(""), Language::Spanish);
        assert_eq!(Language::preferred("en-US,en;q=0.9,es;q=0.8"), Language::English);
        assert_eq!(Language::preferred("fr, en;q=0.3, es-GT;q=0.7"), Language::Spanish);
        assert_eq!(Language::preferred("en;q=0, de"), Language::Spanish);
        assert_eq!(Language::preferred("en;q=x;;,,"), Language::Spanish);
    }
}
