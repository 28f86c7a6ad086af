//! The name on a plastic.
//!
//! Owns how a person's name becomes what an embosser can press: capital Latin letters without accents, 26 characters at
//! most (the line length that ISO/IEC 7813 gives the name on a card), and how a typed name is compared with it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most characters on the name's line (ISO/IEC 7813, the cardholder's name).
pub const MAX_EMBOSSED_CHARACTERS: usize = 26;

/// What is embossed for a name without a single Latin letter, as on cards given out without a name.
const NAMELESS: &str = "CARDHOLDER";

/// The line that the embosser presses for a person: letters folded to A–Z, apostrophes, hyphens and points kept,
/// everything else dropped, and shortened to 26 characters by leaving out words before cutting one.
#[must_use]
pub(crate) fn embossed_name(first_name: &str, last_name: &str) -> String {
    let first = fold(first_name);
    let last = fold(last_name);
    let whole = [first.as_str(), last.as_str()].join(" ").trim().to_owned();
    if !whole.chars().any(|character| character.is_ascii_uppercase()) {
        return NAMELESS.to_owned();
    }
    if whole.len() <= MAX_EMBOSSED_CHARACTERS {
        return whole;
    }
    // A cut can leave a mark without a letter behind; what is typed drops it, so the embosser drops it too.
    let line = fold(&shortened(&first, &last));
    if line.is_empty() { NAMELESS.to_owned() } else { line }
}

/// Whether what was typed is the embossed name: case, accents, and the spacing are forgiven, a different name is not.
#[must_use]
pub(crate) fn is_embossed_name(typed: &str, embossed: &str) -> bool {
    fold(typed) == embossed
}

/// First given name with both surnames, then with an initial for the second, then with the first surname alone; what is
/// still too long is cut.
fn shortened(first: &str, last: &str) -> String {
    let given = first.split(' ').next().unwrap_or_default();
    let mut surnames = last.split(' ');
    let surname = surnames.next().unwrap_or_default();
    let second_initial =
        surnames.next_back().and_then(|word| word.chars().find(char::is_ascii_uppercase)).map(String::from).unwrap_or_default();
    let candidates = [format!("{given} {last}"), format!("{given} {surname} {second_initial}"), format!("{given} {surname}")];
    let fitting = candidates.iter().map(|name| name.trim()).find(|name| name.len() <= MAX_EMBOSSED_CHARACTERS);
    let chosen = fitting.unwrap_or_else(|| candidates[2].trim());
    chosen[..chosen.len().min(MAX_EMBOSSED_CHARACTERS)].trim_end().to_owned()
}

/// Capital letters A–Z with single spaces; only ASCII comes out.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'a'..='z' | 'A'..='Z' => folded.push(character.to_ascii_uppercase()),
            '\'' | '’' | 'ʼ' | 'ʻ' | '‘' | '´' => folded.push('\''),
            '-' | '‐' | '‑' | '–' => folded.push('-'),
            '.' => folded.push('.'),
            _ if character.is_whitespace() => folded.push(' '),
            _ => folded.push_str(letters_without_decomposition(character)),
        }
    }
    folded.split(' ').filter(|word| word.contains(|letter: char| letter.is_ascii_uppercase())).collect::<Vec<_>>().join(" ")
}

/// Latin letters that Unicode does not take apart, as machine-readable travel documents write them (ICAO Doc 9303,
/// part 3, section 6).
const fn letters_without_decomposition(character: char) -> &'static str {
    match character {
        'ß' | 'ẞ' => "SS",
        'Æ' | 'æ' => "AE",
        'Œ' | 'œ' => "OE",
        'Ø' | 'ø' => "O",
        'Đ' | 'đ' | 'Ð' | 'ð' => "D",
        'Ł' | 'ł' => "L",
        'Þ' | 'þ' => "TH",
        'Ħ' | 'ħ' => "H",
        'ı' => "I",
        'Ŧ' | 'ŧ' => "T",
        'Ŋ' | 'ŋ' => "N",
        'ĸ' => "K",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_are_folded_as_embossers_fold_them() {
        assert_eq!(embossed_name("Ana Lucía", "Muñoz Güitz"), "ANA LUCIA MUNOZ GUITZ");
        assert_eq!(embossed_name("Jürgen", "Strauß-Ægir Øst"), "JURGEN STRAUSS-AEGIR OST");
        assert_eq!(embossed_name("María", "Tz’unun Q'anil"), "MARIA TZ'UNUN Q'ANIL");
        assert_eq!(embossed_name("Łukasz", "Đorđević"), "LUKASZ DORDEVIC");
    }

    #[test]
    fn a_long_name_loses_words_before_it_is_cut() {
        assert_eq!(embossed_name("María Guadalupe", "Cojtí Xiloj"), "MARIA COJTI XILOJ");
        assert_eq!(embossed_name("Bartolomé", "Ajquejay Sicajau-Xocoxic"), "BARTOLOME AJQUEJAY S");
        assert_eq!(embossed_name("Wolfeschlegelsteinhausenberger", "X"), "WOLFESCHLEGELSTEINHAUSENBE");
        assert_eq!(embossed_name("Maximiliana Bartolomea", "Ajquejay 'Utz''il"), "MAXIMILIANA AJQUEJAY U");
        assert_eq!(embossed_name(&"'".repeat(30), "A"), "A");
        assert_eq!(embossed_name(&format!("{}A", "'".repeat(30)), ""), "CARDHOLDER");
    }

    #[test]
    fn what_no_embosser_has_is_dropped_and_a_name_with_nothing_left_is_embossed_as_cardholder() {
        assert_eq!(embossed_name("Ana 🎉", "López 7"), "ANA LOPEZ");
        assert_eq!(embossed_name("محمد", "علي"), "CARDHOLDER");
        assert_eq!(embossed_name("<img onerror=1>", "=HYPERLINK(x)"), "IMG ONERROR HYPERLINKX");
    }

    #[test]
    fn a_typed_name_is_compared_by_its_letters() {
        assert!(is_embossed_name("  ana  lucía muñoz güitz ", "ANA LUCIA MUNOZ GUITZ"));
        assert!(!is_embossed_name("ana lucia munoz", "ANA LUCIA MUNOZ GUITZ"));
        assert!(!is_embossed_name("", "ANA"));
    }

    proptest! {
        #[test]
        fn an_embossed_line_is_short_capital_and_reads_back_as_itself(first in "\\PC{0,60}", last in "\\PC{0,60}") {
            let line = embossed_name(&first, &last);
            prop_assert!(!line.is_empty() && line.len() <= MAX_EMBOSSED_CHARACTERS);
            prop_assert!(line.bytes().all(|byte| byte.is_ascii_uppercase() || b" '-.".contains(&byte)));
            prop_assert!(is_embossed_name(&line, &line));
            prop_assert!(is_embossed_name(&line.to_lowercase(), &line));
        }
    }
}
