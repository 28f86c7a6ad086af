//! A text of a template: words and placeholders.

use crate::content::printable_line;
use crate::error::{Field, InsertError};

use super::TemplateProblem;

/// What a text may name. There is none for a card number, a PIN, a CVV or a balance: no insert has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Placeholder {
    /// The name in the greeting.
    GivenName,
    /// The whole name.
    FullName,
    /// The card's last four digits; a dash where no card is known.
    LastFour,
    /// The company's name.
    Company,
}

impl Placeholder {
    /// Every placeholder, in the order of forms.
    pub const ALL: [Self; 4] = [Self::GivenName, Self::FullName, Self::LastFour, Self::Company];

    /// The word between the braces.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::FullName => "full_name",
            Self::LastFour => "last_four",
            Self::Company => "company",
        }
    }

    const fn is_own(self) -> bool {
        !matches!(self, Self::Company)
    }
}

/// What stands in the placeholders.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'v> {
    pub(crate) given_name: &'v str,
    pub(crate) full_name: &'v str,
    pub(crate) last_four: Option<&'v str>,
    pub(crate) company: &'v str,
}

/// Where no card is known.
const NO_CARD: &str = "—";

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Value(Placeholder),
}

/// A text, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(Vec<Piece>);

impl Text {
    /// Reads what was typed: one line, composed, with no other placeholders than these.
    pub(super) fn read(typed: &str, allowed: &[Placeholder]) -> Result<Self, TemplateProblem> {
        let line = printable_line(typed, Field::Wording, None).map_err(|error| match error {
            InsertError::Character { character, .. } => TemplateProblem::Character { character },
            _ => TemplateProblem::Missing,
        })?;
        let mut pieces = Vec::new();
        let mut rest = line.as_str();
        while let Some(at) = rest.find(['{', '}']) {
            let (words, from) = rest.split_at(at);
            push_words(&mut pieces, words);
            let inner = from.strip_prefix('{').ok_or(TemplateProblem::Brace)?;
            let (name, after) = inner.split_once('}').filter(|(name, _)| !name.contains('{')).ok_or(TemplateProblem::Brace)?;
            let found = allowed.iter().find(|placeholder| placeholder.id() == name.trim());
            pieces.push(Piece::Value(*found.ok_or_else(|| TemplateProblem::UnknownPlaceholder { name: name.to_owned() })?));
            rest = after;
        }
        push_words(&mut pieces, rest);
        Ok(Self(pieces))
    }

    /// What it says with these values.
    pub(crate) fn filled(&self, values: &Values<'_>) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Value(Placeholder::GivenName) => values.given_name.to_owned(),
            Piece::Value(Placeholder::FullName) => values.full_name.to_owned(),
            Piece::Value(Placeholder::LastFour) => values.last_four.unwrap_or(NO_CARD).to_owned(),
            Piece::Value(Placeholder::Company) => values.company.to_owned(),
        };
        self.0.iter().map(piece).collect()
    }

    /// Its words without what stands in the placeholders.
    pub(crate) fn words(&self) -> String {
        let words = self.0.iter().filter_map(|piece| if let Piece::Words(words) = piece { Some(words.as_str()) } else { None });
        words.chain([NO_CARD]).collect()
    }

    /// Whether it says something of the cardholder's own.
    pub(crate) fn is_own(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Value(placeholder) if placeholder.is_own()))
    }

    pub(crate) fn has(&self, placeholder: Placeholder) -> bool {
        self.0.contains(&Piece::Value(placeholder))
    }

    /// This text and that of another language: what both end with from a placeholder on is said once, as in
    /// `Hola · Hello, {given_name}.`
    pub(crate) fn beside(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        let (Some((Piece::Words(one), rest)), Some((Piece::Words(another), other_rest))) = (self.0.split_first(), other.0.split_first())
        else {
            return self.followed_by(other);
        };
        let joint = common_ending(one, another);
        let (one, joint_words) = one.split_at(one.len() - joint);
        let another = &another[..another.len() - joint];
        if rest != other_rest || rest.is_empty() || one.is_empty() || another.is_empty() {
            return self.followed_by(other);
        }
        let mut pieces = vec![Piece::Words(format!("{one} · {another}{joint_words}"))];
        pieces.extend_from_slice(rest);
        Self(pieces)
    }

    fn followed_by(&self, other: &Self) -> Self {
        let between = Piece::Words(" · ".to_owned());
        Self(self.0.iter().chain([&between]).chain(&other.0).cloned().collect())
    }
}

/// How many bytes of signs and spaces two texts both end with: words are not torn apart.
fn common_ending(one: &str, other: &str) -> usize {
    let pairs = one.chars().rev().zip(other.chars().rev());
    pairs.take_while(|(one, other)| one == other && !one.is_alphanumeric()).map(|(character, _)| character.len_utf8()).sum()
}

fn push_words(pieces: &mut Vec<Piece>, words: &str) {
    if !words.is_empty() {
        pieces.push(Piece::Words(words.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: Values<'static> =
        Values { given_name: "Ana", full_name: "Ana de León", last_four: Some("4417"), company: "Café Los Volcanes" };

    fn read(typed: &str) -> Result<Text, TemplateProblem> {
        Text::read(typed, &Placeholder::ALL)
    }

    #[test]
    fn placeholders_are_filled_in_and_words_stay() {
        let text = read(" {full_name}: su tarjeta {last_four} de { company } ").expect("it reads");
        assert_eq!(text.filled(&ANA), "Ana de León: su tarjeta 4417 de Café Los Volcanes");
        assert_eq!(text.filled(&Values { last_four: None, ..ANA }), "Ana de León: su tarjeta — de Café Los Volcanes");
        assert!(text.is_own() && text.has(Placeholder::FullName) && !text.has(Placeholder::GivenName));
        assert!(!read("De {company}").expect("it reads").is_own());
    }

    #[test]
    fn what_is_no_placeholder_is_refused_by_its_name() {
        for name in ["pan", "balance", "pin", "Given_Name", ""] {
            assert_eq!(read(&format!("Hola {{{name}}}")), Err(TemplateProblem::UnknownPlaceholder { name: name.to_owned() }));
        }
        for typed in ["Hola {given_name", "Hola given_name}", "{{given_name}}", "}{"] {
            assert_eq!(read(typed), Err(TemplateProblem::Brace), "{typed}");
        }
        assert_eq!(
            Text::read("{given_name}", &[Placeholder::Company]),
            Err(TemplateProblem::UnknownPlaceholder { name: "given_name".to_owned() })
        );
        assert_eq!(read("  "), Err(TemplateProblem::Missing));
        assert_eq!(read("Hola\n"), Ok(Text(vec![Piece::Words("Hola".to_owned())])));
        assert_eq!(read("Ho\u{202e}la"), Err(TemplateProblem::Character { character: '\u{202e}' }));
    }

    #[test]
    fn two_greetings_say_once_what_both_end_with() {
        let beside = |one: &str, other: &str| read(one).expect("it reads").beside(&read(other).expect("it reads")).filled(&ANA);
        assert_eq!(beside("Hola, {given_name}.", "Hello, {given_name}."), "Hola · Hello, Ana.");
        assert_eq!(beside("Bueno {given_name}", "Nuevo {given_name}"), "Bueno · Nuevo Ana");
        assert_eq!(beside("Hola, {given_name}.", "Hello {given_name}!"), "Hola, Ana. · Hello Ana!");
        assert_eq!(beside("{given_name}, hola", "{given_name}, hello"), "Ana, hola · Ana, hello");
        assert_eq!(beside("Para {given_name}", "For {given_name}"), "Para · For Ana");
        assert_eq!(beside("{given_name}:", "{given_name}:"), "Ana:");
        assert_eq!(beside("Bienvenida", "Welcome"), "Bienvenida · Welcome");
    }
}
