//! The few words that the shell itself shows: the window's title, and what is said when the window can't draw.
//!
//! Everything inside the window is in the UI's catalogues.

use std::env;

use cardesk_desk::view::{Environment, Language};

/// The invented company whose cards Practice issues.
pub(crate) const PRACTICE_COMPANY: &str = "Tarjetas Quetzal";

/// A language that the shell speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    Spanish,
    English,
}

impl Tongue {
    /// The chosen language; the system's where none is chosen; Spanish where that is another.
    pub(crate) fn of(language: Language) -> Self {
        match language {
            Language::Spanish => Self::Spanish,
            Language::English => Self::English,
            Language::System => Self::of_locale(
                ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty())),
            ),
        }
    }

    fn of_locale(locale: Option<String>) -> Self {
        if locale.is_some_and(|locale| locale.to_ascii_lowercase().starts_with("en")) { Self::English } else { Self::Spanish }
    }

    /// The window's title: the environment never has to be guessed, even from the task bar.
    pub(crate) fn title(self, company: &str, environment: Environment) -> String {
        let environment = match (self, environment) {
            (Self::Spanish, Environment::Practice) => "Práctica",
            (Self::English, Environment::Practice) => "Practice",
            (_, Environment::Qa) => "QA",
            (Self::Spanish, Environment::Production) => "Producción",
            (Self::English, Environment::Production) => "Production",
        };
        format!("{environment} · {company} – Cardesk")
    }

    /// The heading of [`Tongue::nothing_drawn`].
    pub(crate) const fn nothing_drawn_heading(self) -> &'static str {
        match self {
            Self::Spanish => "La ventana no se dibujó",
            Self::English => "The window did not draw",
        }
    }

    /// What to do when the page never reported its picture.
    pub(crate) const fn nothing_drawn(self) -> &'static str {
        match self {
            Self::Spanish => {
                "La página de Cardesk no respondió. Si la ventana está en blanco, cierre Cardesk y ábralo con la variable \
                 WEBKIT_DISABLE_DMABUF_RENDERER=1; en algunas tarjetas gráficas hace falta. Ningún dato se perdió."
            }
            Self::English => {
                "Cardesk's page did not answer. If the window is blank, close Cardesk and start it with the variable \
                 WEBKIT_DISABLE_DMABUF_RENDERER=1; some graphics cards need it. No data was lost."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_in_english_is_spoken_to_in_english_and_any_other_in_spanish() {
        for (locale, tongue) in [
            (Some("en_US.UTF-8"), Tongue::English),
            (Some("EN"), Tongue::English),
            (Some("es_GT.UTF-8"), Tongue::Spanish),
            (Some("de_DE.UTF-8"), Tongue::Spanish),
            (Some("C"), Tongue::Spanish),
            (None, Tongue::Spanish),
        ] {
            assert_eq!(Tongue::of_locale(locale.map(ToOwned::to_owned)), tongue, "{locale:?}");
        }
    }

    #[test]
    fn the_title_names_environment_company_and_program() {
        assert_eq!(Tongue::Spanish.title("Quetzal", Environment::Production), "Producción · Quetzal – Cardesk");
        assert_eq!(Tongue::English.title("Quetzal", Environment::Practice), "Practice · Quetzal – Cardesk");
    }
}
