//! What one insert says: the link, the names, the card's last four, the serial, the address.
//!
//! Owns the serial's form and the preparing of text for print (NFC, plain spaces). Leaves to `font` whether a character
//! can be printed, and to the layouts whether a text fits.

use std::fmt;
use std::str::FromStr;

use cardesk_domain::text::is_unprintable;
use cardesk_domain::{ActivationLink, LastFour};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::error::{Field, InsertError};

/// What one insert says. Nothing personal beyond the name and, for window envelopes, the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsertContent {
    /// What the large code opens.
    pub link: ActivationLink,
    /// The name for the envelope's window.
    pub full_name: String,
    /// The name in the greeting.
    pub given_name: String,
    /// The card, where it is known.
    pub last_four: Option<LastFour>,
    /// The insert's own serial, in text and as the small code. Unique within a run.
    pub serial: Serial,
    /// The address, at most five lines; printed by the layouts for window envelopes only.
    pub address_lines: Vec<String>,
}

/// The serial of one insert, such as `0043-001`: 1 to 16 digits, capital letters and hyphens, so that it always fits
/// the smallest QR code (version 1 at level M holds 20 alphanumeric characters: ISO/IEC 18004, table 7), and up to 15 of them
/// with a [`SerialMark`]. Digits in a row take less than letters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(String);

/// A serial is 1 to 16 digits, capital letters and hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a serial is 1 to 16 digits, capital letters A to Z and hyphens")]
pub struct SerialError;

impl Serial {
    /// The serial as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Serial {
    type Err = SerialError;

    fn from_str(text: &str) -> Result<Self, SerialError> {
        let is_serial = (1..=16).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'-'))
            && text.bytes().any(|byte| byte != b'-');
        if is_serial { Ok(Self(text.to_owned())) } else { Err(SerialError) }
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What the small code says after the serial, which has to tell the papers of one record from those of another: 4 digits or
/// capital letters. Not printed in text: who types a serial knows whose papers lie there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SerialMark(String);

/// A serial's mark is 4 digits or capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a serial's mark is 4 digits or capital letters A to Z")]
pub struct SerialMarkError;

impl SerialMark {
    /// The signs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SerialMark {
    type Err = SerialMarkError;

    fn from_str(text: &str) -> Result<Self, SerialMarkError> {
        let is_mark = text.len() == 4 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'Z'));
        if is_mark { Ok(Self(text.to_owned())) } else { Err(SerialMarkError) }
    }
}

/// Prepares one line for print: composed (NFC), trimmed, every white space a plain single space.
///
/// # Errors
/// Empty text, and characters that do not print or would need to be placed over another (control characters, direction
/// marks, joiners, combining marks that no composed letter stands for).
pub(crate) fn printable_line(text: &str, field: Field, serial: Option<&Serial>) -> Result<String, InsertError> {
    let text = text.trim();
    let mut line = String::with_capacity(text.len());
    // What is of ASCII is composed, and nearly everything on an insert is.
    let refused = if text.is_ascii() {
        text.chars().find(|character| !push_printable(&mut line, *character))
    } else {
        text.nfc().find(|character| !push_printable(&mut line, *character))
    };
    match refused {
        Some(character) => Err(InsertError::Character { serial: serial.cloned(), field, character }),
        None if line.is_empty() => Err(InsertError::Empty { serial: serial.cloned(), field }),
        None => Ok(line),
    }
}

/// Appends a character as it is printed, if it can be.
fn push_printable(line: &mut String, character: char) -> bool {
    if matches!(character, ' ' | '\u{a0}' | '\u{202f}') {
        if !line.ends_with(' ') {
            line.push(' ');
        }
    } else if is_unprintable(character) || is_combining_mark(character) || is_never_printed(character) {
        return false;
    } else {
        line.push(character);
    }
    true
}

/// Characters that fonts draw as nothing, though text has them for a reason (soft hyphen, joiners, variation selectors),
/// and those that mean something to one font only (private use).
fn is_never_printed(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200c}' | '\u{200d}'
        | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_what_the_smallest_code_can_hold() {
        for right in ["0043-001", "1", "ABCDEFGHIJKLMNOP"] {
            assert_eq!(right.parse::<Serial>().map(|serial| serial.to_string()).as_deref(), Ok(right));
        }
        for wrong in ["", "-", "0043 001", "abc", "12345678901234567", "0043\n", "Ñ1"] {
            assert_eq!(wrong.parse::<Serial>(), Err(SerialError), "{wrong:?}");
        }
    }

    #[test]
    fn a_mark_is_four_signs_that_every_scanner_types() {
        assert_eq!("P7K3".parse::<SerialMark>().map(|mark| mark.as_str().to_owned()).as_deref(), Ok("P7K3"));
        for wrong in ["", "P7K", "P7K33", "p7k3", "P7-3", "Ñ7K"] {
            assert_eq!(wrong.parse::<SerialMark>(), Err(SerialMarkError), "{wrong:?}");
        }
    }

    #[test]
    fn text_is_composed_and_its_spaces_are_plain() {
        assert_eq!(printable_line(" Jose\u{301}\u{a0} Nun\u{303}ez ", Field::FullName, None).as_deref(), Ok("José Nuñez"));
    }

    #[test]
    fn a_character_that_would_print_as_nothing_is_refused_by_name() {
        for character in ['\n', '\u{7}', '\u{202e}', '\u{200d}', '\u{ad}', '\u{fe0f}', '\u{20dd}'] {
            let text = format!("Ana{character}Lucía");
            let refused = printable_line(&text, Field::FullName, None);
            assert_eq!(refused, Err(InsertError::Character { serial: None, field: Field::FullName, character }), "{text:?}");
        }
        assert_eq!(printable_line("  ", Field::Address, None), Err(InsertError::Empty { serial: None, field: Field::Address }));
    }
}
