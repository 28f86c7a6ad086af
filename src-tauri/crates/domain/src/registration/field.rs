//! One function for each kind of field: what was typed in, the value or the broken rule out.

use jiff::ToSpan;
use jiff::civil::Date;

use super::calling::phone_doubt;
use super::country::COUNTRIES;
use super::document::{NitDoubt, dpi_doubt, is_passport_number, nit_doubt};
use super::{ADULT_YEARS, DocumentType, MOST_CHARACTERS, OLDEST_YEARS, RegistrationField, RegistrationProblem, Rule};
use crate::text::{TextError, single_line};

/// A value that can be sent, and what is unusual about it.
pub(super) struct Sound<T> {
    value: T,
    unusual: Option<Rule>,
}

impl<T> Sound<T> {
    pub(super) const fn fine(value: T) -> Self {
        Self { value, unusual: None }
    }

    pub(super) const fn of(value: T, unusual: Option<Rule>) -> Self {
        Self { value, unusual }
    }

    pub(super) fn into_value(self) -> T {
        self.value
    }
}

type Read<T> = Result<Sound<T>, Rule>;

/// The problems found so far.
#[derive(Default)]
pub(super) struct Found {
    pub(super) problems: Vec<RegistrationProblem>,
}

impl Found {
    /// Keeps the problem, and passes on the value where there is one.
    pub(super) fn note<T>(&mut self, field: RegistrationField, read: Read<T>) -> Option<T> {
        let (value, rule) = parted(read);
        self.problems.extend(rule.map(|rule| RegistrationProblem { field, rule }));
        value
    }
}

/// The value, if there is one, and the rule that it does not keep.
pub(super) fn parted<T>(read: Read<T>) -> (Option<T>, Option<Rule>) {
    match read {
        Ok(sound) => (Some(sound.value), sound.unusual),
        Err(rule) => (None, Some(rule)),
    }
}

/// One line of text with single spaces, of which up to `usual` characters are usual.
pub(super) fn text(typed: &str, usual: usize) -> Read<String> {
    let value = line(typed)?;
    let unusual = unusually_long(&value, usual);
    Ok(Sound { value, unusual })
}

pub(super) fn unusually_long(value: &str, usual: usize) -> Option<Rule> {
    let actual = value.chars().count();
    (actual > usual).then_some(Rule::UnusuallyLong { usual, actual })
}

/// One line of text with single spaces.
pub(super) fn line(typed: &str) -> Result<String, Rule> {
    let spaced = typed.split([' ', '\u{a0}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match single_line(&spaced, MOST_CHARACTERS) {
        Ok(line) => Ok(line.to_owned()),
        Err(TextError::Empty) => Err(Rule::Missing),
        Err(TextError::TooLong { max, actual }) => Err(Rule::TooLong { max, actual }),
        Err(TextError::Unprintable(character)) => Err(Rule::Unprintable(character)),
    }
}

/// A name as people have them: any letters, accents, apostrophes, hyphens, dots.
pub(super) fn name(typed: &str) -> Read<String> {
    let Sound { value, unusual: too_long } = text(typed, 100)?;
    let is_usual = |character: char| {
        character.is_alphabetic()
            || unicode_normalization::char::is_combining_mark(character)
            || matches!(character, ' ' | '\'' | '’' | '-' | '.' | ',')
    };
    let no_letters = (!value.chars().any(char::is_alphabetic)).then_some(Rule::NoLetters);
    let unusual = no_letters.or_else(|| value.chars().find(|character| !is_usual(*character)).map(Rule::UnusualCharacter)).or(too_long);
    Ok(Sound { value, unusual })
}

/// An e-mail address in its plain form (RFC 5321: dot-atom at a domain name), as gateways take them.
pub(super) fn email(typed: &str) -> Read<String> {
    let value = line(typed)?;
    let (local, domain) = value.rsplit_once('@').ok_or(Rule::EmailForm)?;
    let is_atom = |atom: &str| {
        !atom.is_empty() && atom.chars().all(|character| character.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(character))
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let is_email = value.len() <= 254
        && local.len() <= 64
        && local.split('.').all(is_atom)
        && labels.len() > 1
        && labels.iter().all(|label| is_label(label));
    if is_email { Ok(Sound::fine(value)) } else { Err(Rule::EmailForm) }
}

/// A phone number in E.164: with its calling code no country's has fewer than seven digits. Eight alone are a number of
/// Guatemala.
pub(super) fn phone(typed: &str) -> Read<String> {
    let typed = line(typed)?;
    let packed: String = typed.chars().filter(|character| !matches!(character, ' ' | '-' | '(' | ')' | '.')).collect();
    let (is_international, digits) = match packed.strip_prefix('+').or_else(|| packed.strip_prefix("00")) {
        Some(digits) => (true, digits),
        None => (false, packed.as_str()),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Rule::PhoneForm);
    }
    let value = match (is_international, digits.len()) {
        (true, 7..=15) if !digits.starts_with('0') => format!("+{digits}"),
        (false, 8) => format!("+502{digits}"),
        (false, 11) if digits.starts_with("502") => format!("+{digits}"),
        _ => return Err(Rule::PhoneForm),
    };
    let unusual = phone_doubt(&value);
    Ok(Sound { value, unusual })
}

/// A country by its three letters, in any case.
pub(super) fn country(typed: &str) -> Read<&'static str> {
    let letters = line(typed)?.to_ascii_uppercase();
    let index = COUNTRIES.binary_search(&letters.as_str()).map_err(|_| Rule::CountryUnknown)?;
    Ok(Sound::fine(COUNTRIES[index]))
}

/// One of the contract's words.
pub(super) fn choice<T>(typed: &str, from_word: impl Fn(&str) -> Option<T>) -> Read<T> {
    let word = line(typed)?;
    from_word(&word).map(Sound::fine).ok_or(Rule::ChoiceUnknown)
}

/// A date of birth that can be.
pub(super) fn date_of_birth(typed: &str, today: Date) -> Read<Date> {
    let text = line(typed)?;
    let bytes = text.as_bytes();
    let is_form = bytes.len() == 10
        && bytes.iter().enumerate().all(|(index, byte)| if matches!(index, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
    let date: Date = Some(&text).filter(|_| is_form).and_then(|text| text.parse().ok()).ok_or(Rule::DateForm)?;
    if date > today {
        return Err(Rule::DateInFuture);
    }
    let years_before_today = |years: i16| today.saturating_sub(years.years());
    if date < years_before_today(OLDEST_YEARS) {
        return Err(Rule::DateTooLongAgo);
    }
    let unusual = (date > years_before_today(ADULT_YEARS)).then_some(Rule::Underage);
    Ok(Sound { value: date, unusual })
}

/// A document's number. Without a known kind only its form is looked at.
pub(super) fn document_number(typed: &str, kind: Option<DocumentType>) -> Read<String> {
    let number = line(typed)?;
    let has_form = number.chars().any(char::is_alphanumeric)
        && number.chars().all(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '.' | '/'));
    let other_form = (!has_form).then_some(Rule::DocumentForm);
    Ok(match kind {
        Some(DocumentType::Dpi) => {
            let unusual = dpi_doubt(&number).map(Rule::Dpi);
            Sound { value: without_separators(number), unusual }
        }
        Some(DocumentType::Nit) => {
            let doubt = nit_doubt(&number);
            let value = without_separators(number);
            // A final consumer has no tax number to show, so `CF` is no document.
            let is_nobody = value.eq_ignore_ascii_case("CF");
            Sound { unusual: doubt.or(is_nobody.then_some(NitDoubt::Form)).map(Rule::Nit), value }
        }
        Some(DocumentType::Passport) => {
            let value = without_separators(number).to_uppercase();
            let unusual = (!is_passport_number(&value)).then_some(Rule::PassportForm);
            Sound { value, unusual }
        }
        _ => Sound { unusual: other_form.or_else(|| unusually_long(&number, 50)), value: number },
    })
}

/// A tax number, which may be left out.
pub(super) fn nit(typed: &str) -> Read<Option<String>> {
    let number = match line(typed) {
        Err(Rule::Missing) => return Ok(Sound::fine(None)),
        other => other?,
    };
    let unusual = nit_doubt(&number).map(Rule::Nit);
    Ok(Sound { value: Some(without_separators(number).to_uppercase()), unusual })
}

/// The number alone; as it is where it is nothing but separators, since a request can't carry an empty one.
fn without_separators(number: String) -> String {
    let packed: String = number.chars().filter(|character| !matches!(character, ' ' | '-' | '/')).collect();
    if packed.is_empty() { number } else { packed }
}
