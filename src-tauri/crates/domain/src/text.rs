//! Plain text as people type it: trimming, limits, and the folding that search uses.
//!
//! Owns what a single line of text may contain and how two spellings of a name compare. Leaves to others what the text
//! means.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Why a line of text can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was given, or only white space.
    #[error("is empty")]
    Empty,
    /// More characters than the limit.
    #[error("has {actual} characters, and at most {max} are allowed")]
    TooLong {
        /// The limit, in characters.
        max: usize,
        /// What was given, in characters.
        actual: usize,
    },
    /// A line break, a tab, a direction override or another character that does not print.
    #[error("contains a character that can't be printed (U+{code:04X})", code = *.0 as u32)]
    Unprintable(char),
}

/// Takes one line of text of 1 to `max_characters` characters, with nothing that does not print.
///
/// # Errors
/// Says whether it is empty, too long, or which character is in the way.
pub fn single_line(text: &str, max_characters: usize) -> Result<&str, TextError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(TextError::Empty);
    }
    let actual = trimmed.chars().count();
    if actual > max_characters {
        return Err(TextError::TooLong { max: max_characters, actual });
    }
    match trimmed.chars().find(|character| is_unprintable(*character)) {
        Some(character) => Err(TextError::Unprintable(character)),
        None => Ok(trimmed),
    }
}

/// Control characters, and the invisible ones that reorder or hide what stands beside them (Unicode Bidi_Control,
/// line and paragraph separators, zero-width space, byte order mark).
#[must_use]
pub fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Folds text for search: no accents, lower case, single spaces. `Núñez` and `NUNEZ` fold to the same.
#[must_use]
pub fn fold_for_search(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        // A directory folds a million words at its start, nearly all of them plain letters and digits.
        if character.is_ascii() {
            push_folded(&mut folded, character);
        } else {
            // The order of combining marks does not matter where none is kept: each character can be taken by itself.
            decompose_canonical(character, |part| push_folded(&mut folded, part));
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn push_folded(folded: &mut String, character: char) {
    if character.is_whitespace() {
        if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    } else if character.is_ascii() {
        folded.push(character.to_ascii_lowercase());
    } else if !is_combining_mark(character) {
        folded.extend(character.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn accents_case_and_spacing_do_not_matter_to_search() {
        assert_eq!(fold_for_search("  María  José\tRAMÍREZ Núñez "), "maria jose ramirez nunez");
        assert_eq!(fold_for_search("Güitz Pérez, Íngrid"), "guitz perez, ingrid");
    }

    proptest! {
        #[test]
        fn however_a_text_is_composed_it_folds_to_the_same(text in "(\\PC|[ \t\u{301}\u{327}áÑőİ가ﬁ]){0,12}") {
            let folded = fold_for_search(&text);
            prop_assert_eq!(&fold_for_search(&text.nfd().collect::<String>()), &folded);
            prop_assert_eq!(&fold_for_search(&text.nfc().collect::<String>()), &folded);
            prop_assert!(!folded.chars().any(is_combining_mark));
            prop_assert!(!folded.contains("  ") && folded.trim() == folded);
        }
    }

    #[test]
    fn a_line_with_a_hidden_character_is_refused_by_name() {
        assert_eq!(single_line("Ana\u{202E}Luc", 50), Err(TextError::Unprintable('\u{202E}')));
        assert_eq!(single_line("Ana\nLucía", 50), Err(TextError::Unprintable('\n')));
        assert_eq!(single_line("   ", 50), Err(TextError::Empty));
        assert_eq!(single_line(" Ana Lucía ", 50), Ok("Ana Lucía"));
        assert!(single_line(&"a".repeat(51), 50).is_err());
    }
}
