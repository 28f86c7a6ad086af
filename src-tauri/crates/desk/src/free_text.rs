//! Text in people's own words, that the desk sends or keeps: notes, reasons, names, aliases.
//!
//! Owns the one way in which a line of text is read here, and that no whole card number stands in one: what is sent comes back
//! in movements and statements, and what is recorded stays for ever. No other file reads a line of text, which a test holds
//! them to, so that none of them can forget it. What others have named (ids, addresses, folders) is no free text: long rows of
//! digits belong there.

use cardesk_domain::Pan;
use cardesk_domain::pan::with_numbers_masked;
use cardesk_domain::text::{TextError, single_line};

use crate::error::{DeskResult, ErrorView};
use crate::problem::{Field, FieldCode, FieldProblem};

/// The most characters of a reason that stays at this desk. The contract names no greatest length for those that it is told;
/// ours is assumed to fit.
pub(crate) const MAX_REASON: usize = 200;

/// A line that may not be empty.
pub(crate) fn free_line(typed: &str, max: usize, field: Field) -> Result<String, FieldProblem> {
    let line = plain_line(typed, max).map_err(|error| text_problem(field, &error))?;
    card_number_problem(line, field).map_or_else(|| Ok(line.to_owned()), Err)
}

/// A line that may be left out.
pub(crate) fn optional_free_line(typed: &str, max: usize, field: Field) -> Result<Option<String>, FieldProblem> {
    if typed.trim().is_empty() { Ok(None) } else { free_line(typed, max, field).map(Some) }
}

/// A reason that has to be given, as the one thing that can be wrong with what was asked.
pub(crate) fn checked_reason(typed: &str) -> DeskResult<String> {
    free_line(typed, MAX_REASON, Field::Reason).map_err(|problem| ErrorView::fields(vec![problem]))
}

/// A reason that may be left out.
pub(crate) fn optional_reason(typed: &str) -> DeskResult<Option<String>> {
    optional_free_line(typed, MAX_REASON, Field::Reason).map_err(|problem| ErrorView::fields(vec![problem]))
}

/// A line that is no free text, by a name or a form that somebody else chose.
pub(crate) fn plain_line(typed: &str, max: usize) -> Result<&str, TextError> {
    single_line(typed, max)
}

/// That a whole card number stands in a text.
pub(crate) fn card_number_problem(text: &str, field: Field) -> Option<FieldProblem> {
    with_numbers_masked(text).map(|_| FieldProblem::error(field, FieldCode::CardNumberGiven))
}

/// A text that was written down before, as it may leave.
pub(crate) fn without_card_numbers(text: &str) -> String {
    with_numbers_masked(text).unwrap_or_else(|| text.to_owned())
}

/// That a text is a card number and nothing else, where an id may have long rows of digits.
pub(crate) fn is_card_number(text: &str) -> bool {
    text.trim().parse::<Pan>().is_ok()
}

/// What is wrong with a line of text.
pub(crate) fn text_problem(field: Field, error: &TextError) -> FieldProblem {
    match error {
        TextError::Empty => FieldProblem::error(field, FieldCode::Missing),
        TextError::TooLong { max, actual } => {
            FieldProblem::error(field, FieldCode::TooLong).with_param("max", max).with_param("actual", actual)
        }
        TextError::Unprintable(character) => {
            FieldProblem::error(field, FieldCode::Unprintable).with_param("character", format!("U+{:04X}", *character as u32))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_card_number_is_found_in_groups_and_in_any_length_that_cards_have() {
        for number in ["4000001531002392", "4000 0015 3100 2392", "4000-0015-3100-2392", "4222222222222", "6304900177402922501"] {
            let typed = format!("de la {number}, mayo");
            assert_eq!(free_line(&typed, 200, Field::Note).unwrap_err().code, FieldCode::CardNumberGiven, "{number}");
        }
        for harmless in ["4000001531002393", "factura 48213", "•••• 2392", "11-2026"] {
            assert_eq!(free_line(harmless, 200, Field::Note).as_deref(), Ok(harmless));
        }
    }

    #[test]
    fn no_other_file_of_the_desk_reads_a_line_of_text() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for file in files_below(&source).iter().filter(|file| !file.ends_with("free_text.rs")) {
            let text = std::fs::read_to_string(file).unwrap();
            assert!(!text.contains("single_line"), "{}: read it by free_text", file.display());
        }
    }

    fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
    }
}
