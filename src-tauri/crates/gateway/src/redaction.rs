//! Cleans the gateway's own words before anything can show or log them.
//!
//! Owns the rule what in a foreign text could be a card number or a token. It removes too much rather than too little.

/// The most characters of a foreign text that are kept.
const MAX_CHARACTERS: usize = 300;

/// As many digits as the shortest card number has (ISO/IEC 7812-1 has 10 to 19; the programme's have 13 or more).
const CARD_NUMBER_DIGITS: usize = 13;

/// Longer than any word of a language and than a UUID (36): most likely a token or a key.
const TOKEN_CHARACTERS: usize = 40;

/// The text without card numbers, tokens and unprintable characters, cut to a length that fits a message.
pub(crate) fn clean(text: &str) -> String {
    let printable: String =
        text.chars().map(|character| if cardesk_domain::text::is_unprintable(character) { ' ' } else { character }).collect();
    let without_numbers = without_long_numbers(&printable);
    let words: Vec<&str> = without_numbers.split_whitespace().map(|word| if looks_secret(word) { "[removed]" } else { word }).collect();
    words.join(" ").chars().take(MAX_CHARACTERS).collect()
}

fn looks_secret(word: &str) -> bool {
    word.split(|character: char| !(character.is_ascii_alphanumeric() || "-_.~+/=".contains(character)))
        .any(|part| part.len() >= TOKEN_CHARACTERS)
}

/// Replaces each run of digits, and of what stands between the groups of a number, that holds as many digits as a card
/// number.
fn without_long_numbers(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().map(Some).chain([None]) {
        match character {
            Some(part) if part.is_numeric() || (!run.is_empty() && stands_between_groups(part)) => run.push(part),
            other => {
                let digits = run.chars().filter(|part| part.is_numeric()).count();
                cleaned.push_str(if digits >= CARD_NUMBER_DIGITS { "[removed] " } else { &run });
                run.clear();
                cleaned.extend(other);
            }
        }
    }
    cleaned
}

/// White space, dashes of every kind, and the signs that people and programs group digits with.
fn stands_between_groups(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '.' | '_' | '/' | '*' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn card_numbers_and_tokens_are_taken_out_and_words_are_left() {
        assert_eq!(clean("card 4111 1111 1111 1111 not found"), "card [removed] not found");
        assert_eq!(clean("card 4111111111111111"), "card [removed]");
        for between in ['-', '_', '/', '\u{2009}', '\u{2013}', '\u{2011}', '\u{a0}', '\u{ad}'] {
            let number = ["4111"; 4].join(&between.to_string());
            assert_eq!(clean(&format!("card {number}")), "card [removed]", "{between:?}");
        }
        assert_eq!(clean(&format!("bad token Bearer {}.x", "eyJhbGciOiJ9".repeat(5))), "bad token Bearer [removed]");
        assert_eq!(clean("user 6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd not found"), "user 6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd not found");
        assert_eq!(clean("tarjeta 48213\nbloqueada\u{202e}"), "tarjeta 48213 bloqueada");
    }

    proptest! {
        #[test]
        fn no_card_number_survives_whatever_stands_around_it(before in ".{0,20}", digits in "[0-9]{13,19}", after in ".{0,20}") {
            let cleaned = clean(&format!("{before}{digits}{after}"));
            prop_assert!(!cleaned.contains(&digits));
        }

        #[test]
        fn what_is_kept_is_one_short_line(text in ".*") {
            let cleaned = clean(&text);
            prop_assert!(cleaned.chars().count() <= 300);
            prop_assert!(!cleaned.chars().any(char::is_control));
        }
    }
}
