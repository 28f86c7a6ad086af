//! Which of the window's languages the system speaks, asked here only: the page and the window's title get the answer with
//! the session.
//!
//! The web view is no judge of it: it asks the C library, which falls back to English for a locale that is not installed.

use std::env;

use cardesk_desk::view::SpokenLanguage;

/// The first language of the system's that the window speaks; Spanish where there is none.
pub(crate) fn of_system() -> SpokenLanguage {
    let mut preferred = preferred_by_environment(|name| env::var(name).ok());
    if preferred.is_empty()
        && let Ok(told) = whoami::lang_prefs()
    {
        preferred.extend(told.message_langs().map(|language| language.to_string()));
    }
    first_spoken(preferred.iter().map(String::as_str))
}

/// As gettext has it: the list in `LANGUAGE`, then the locale; nothing without a locale or with the plain C one.
fn preferred_by_environment(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    let Some(locale) = locale.filter(|locale| !matches!(locale.split('.').next(), Some("C" | "POSIX"))) else { return Vec::new() };
    let list = variable("LANGUAGE").unwrap_or_default();
    list.split(':').filter(|language| !language.is_empty()).map(ToOwned::to_owned).chain([locale]).collect()
}

fn first_spoken<'a>(mut preferred: impl Iterator<Item = &'a str>) -> SpokenLanguage {
    let spoken = |locale: &str| match locale.split(['_', '-', '/', '.', '@']).next().map(str::to_ascii_lowercase).as_deref() {
        Some("es") => Some(SpokenLanguage::Spanish),
        Some("en") => Some(SpokenLanguage::English),
        _ => None,
    };
    preferred.find_map(spoken).unwrap_or(SpokenLanguage::Spanish)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The language with these variables set.
    fn spoken(variables: &[(&str, &str)]) -> SpokenLanguage {
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        first_spoken(preferred_by_environment(value).iter().map(String::as_str))
    }

    #[test]
    fn the_locale_decides_whatever_its_character_set_and_whether_it_is_installed_or_not() {
        for spanish in ["es_GT.UTF-8", "es_GT", "ES", "es_GT@euro", "es-419"] {
            assert_eq!(spoken(&[("LANG", spanish)]), SpokenLanguage::Spanish, "{spanish}");
        }
        for english in ["en_US.UTF-8", "en", "EN_GB"] {
            assert_eq!(spoken(&[("LANG", english)]), SpokenLanguage::English, "{english}");
        }
    }

    #[test]
    fn a_list_of_languages_comes_first_and_the_first_that_is_spoken_is_taken() {
        assert_eq!(spoken(&[("LANG", "de_DE.UTF-8"), ("LANGUAGE", "fr:en_GB:es")]), SpokenLanguage::English);
        assert_eq!(spoken(&[("LANG", "en_US.UTF-8"), ("LANGUAGE", "es_GT:es")]), SpokenLanguage::Spanish);
        assert_eq!(spoken(&[("LANG", "en_US.UTF-8"), ("LANGUAGE", "qu:")]), SpokenLanguage::English);
    }

    #[test]
    fn the_stronger_variable_wins_and_an_empty_one_counts_as_not_set() {
        assert_eq!(spoken(&[("LANG", "es_GT.UTF-8"), ("LC_ALL", "en_US.UTF-8")]), SpokenLanguage::English);
        assert_eq!(spoken(&[("LANG", "es_GT.UTF-8"), ("LC_ALL", ""), ("LC_MESSAGES", "en_US")]), SpokenLanguage::English);
    }

    #[test]
    fn it_is_spanish_where_nothing_that_is_spoken_is_named() {
        assert_eq!(spoken(&[]), SpokenLanguage::Spanish);
        assert_eq!(spoken(&[("LANG", "de_DE.UTF-8")]), SpokenLanguage::Spanish);
        assert_eq!(spoken(&[("LANG", "enm")]), SpokenLanguage::Spanish, "Middle English is another language");
        assert_eq!(spoken(&[("LANG", "C.UTF-8"), ("LANGUAGE", "en")]), SpokenLanguage::Spanish, "no locale, no list");
    }
}
