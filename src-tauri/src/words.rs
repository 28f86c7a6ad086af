//! The few words that the shell itself shows: the window's title, and what is said when the window can't draw.
//!
//! Everything inside the window is in the UI's catalogues.

use cardesk_desk::view::{Environment, SpokenLanguage};

/// The invented company whose cards Practice issues.
pub(crate) const PRACTICE_COMPANY: &str = "Tarjetas Quetzal";

/// The window's title: the environment never has to be guessed, even from the task bar.
pub(crate) fn title(language: SpokenLanguage, company: &str, environment: Environment) -> String {
    let environment = match (language, environment) {
        (SpokenLanguage::Spanish, Environment::Practice) => "Práctica",
        (SpokenLanguage::English, Environment::Practice) => "Practice",
        (_, Environment::Qa) => "QA",
        (SpokenLanguage::Spanish, Environment::Production) => "Producción",
        (SpokenLanguage::English, Environment::Production) => "Production",
    };
    format!("{environment} · {company} – Cardesk")
}

/// What to do when the page never reported its picture, under its heading.
pub(crate) const fn nothing_drawn(language: SpokenLanguage) -> (&'static str, &'static str) {
    match language {
        SpokenLanguage::Spanish => (
            "La ventana no se dibujó",
            "La página de Cardesk no respondió. Si la ventana está en blanco, cierre Cardesk y ábralo con la variable \
             WEBKIT_DISABLE_DMABUF_RENDERER=1; en algunas tarjetas gráficas hace falta. Ningún dato se perdió.",
        ),
        SpokenLanguage::English => (
            "The window did not draw",
            "Cardesk's page did not answer. If the window is blank, close Cardesk and start it with the variable \
             WEBKIT_DISABLE_DMABUF_RENDERER=1; some graphics cards need it. No data was lost.",
        ),
    }
}

/// What to do when the page in the window ends again and again, under its heading and above the word of its button.
#[cfg(target_os = "linux")]
pub(crate) const fn page_ends_again(language: SpokenLanguage) -> (&'static str, &'static str, &'static str) {
    match language {
        SpokenLanguage::Spanish => (
            "La ventana se detuvo otra vez",
            "La página de Cardesk se detuvo dos veces en menos de un minuto. Lo que se estaba enviando sigue su curso y queda \
             anotado: no lo repita. Si vuelve a pasar, cierre Cardesk y ábralo de nuevo; puede que a este equipo le falte \
             memoria.",
            "Cargar de nuevo",
        ),
        SpokenLanguage::English => (
            "The window stopped again",
            "Cardesk's page stopped twice within a minute. What was being sent goes on and is written down: do not repeat it. \
             If it happens again, close Cardesk and open it anew; this computer may be short of memory.",
            "Load again",
        ),
    }
}

/// What to do when another Cardesk is open and does not answer, under its heading.
pub(crate) const fn another_hangs(language: SpokenLanguage) -> (&'static str, &'static str) {
    match language {
        SpokenLanguage::Spanish => (
            "Cardesk ya está abierto y no responde",
            "Otra ventana de Cardesk está abierta en este equipo y no contesta. Espere un momento y abra Cardesk otra vez. Si \
             sigue igual, termine el proceso «cardesk» y ábralo de nuevo: lo que se estaba enviando se aclara entonces, no lo \
             repita.",
        ),
        SpokenLanguage::English => (
            "Cardesk is open already and does not answer",
            "Another window of Cardesk is open on this computer and does not answer. Wait a moment and open Cardesk again. If \
             nothing changes, end the process “cardesk” and open it anew: what was being sent is settled then, do not repeat it.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_names_environment_company_and_program() {
        assert_eq!(title(SpokenLanguage::Spanish, "Quetzal", Environment::Production), "Producción · Quetzal – Cardesk");
        assert_eq!(title(SpokenLanguage::English, "Quetzal", Environment::Practice), "Practice · Quetzal – Cardesk");
    }
}
