//! Files that leave the desk: their names, and that none is ever overwritten or left half-written.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use unicode_normalization::UnicodeNormalization;

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::of_file;
use crate::print_contents::Chosen;
use crate::view::InsertLanguage;

/// The most characters of a name within a file's name.
const MOST_NAME_CHARACTERS: usize = 60;

/// The most bytes of it: with the words around it still under the 255 of common file systems, whatever the script.
const MOST_NAME_BYTES: usize = 180;

/// The name of a run's PDF, without its ending: `Inserto 0043-001 María José Ramírez Núñez`, `Insertos 0043 (14)`.
pub(crate) fn file_name(chosen: &[Chosen], number: u32, language: InsertLanguage) -> String {
    let only = match chosen {
        [only] => Some(format!("{} {}", only.cardholder.first_name, only.cardholder.last_name)),
        _ => None,
    };
    run_name(only.as_deref(), chosen.len(), number, language)
}

/// The same; `only` is the cardholder's name where there is one insert.
pub(crate) fn run_name(only: Option<&str>, inserts: usize, number: u32, language: InsertLanguage) -> String {
    let is_english = language == InsertLanguage::English;
    match only {
        Some(name) => {
            let word = if is_english { "Insert" } else { "Inserto" };
            format!("{word} {number:04}-001 {}", sound_name(name)).trim_end().to_owned()
        }
        None => format!("{} {number:04} ({inserts})", if is_english { "Inserts" } else { "Insertos" }),
    }
}

/// The name of a PDF of some pages of a run: `Insertos 0043, páginas 3-5 9`, or `Insertos 0043, página 2`.
pub(crate) fn pages_name(number: u32, pages: &str, language: InsertLanguage) -> String {
    let is_one = pages.bytes().all(|letter| letter.is_ascii_digit());
    let (word, of_pages) = match (language, is_one) {
        (InsertLanguage::English, true) => ("Inserts", "page"),
        (InsertLanguage::English, false) => ("Inserts", "pages"),
        (_, true) => ("Insertos", "página"),
        (_, false) => ("Insertos", "páginas"),
    };
    format!("{word} {number:04}, {of_pages} {}", sound_name(pages))
}

/// What every file system takes of a person's name: letters, digits, single spaces and hyphens.
pub(crate) fn sound_name(name: &str) -> String {
    // An accent on its own would be taken for no letter, and leave a gap in the middle of the name.
    let composed = name.nfc().map(|character| if character.is_alphanumeric() || character == '-' { character } else { ' ' });
    let kept: String = composed.collect();
    let spaced = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let fitting = spaced.char_indices().take(MOST_NAME_CHARACTERS).map(|(start, character)| start + character.len_utf8());
    let end = fitting.take_while(|end| *end <= MOST_NAME_BYTES).last().unwrap_or(0);
    spaced[..end].trim_end().to_owned()
}

/// Saves a file under a name that is not taken: written to a temporary file in the same folder, flushed, then renamed.
pub(crate) fn save_new(folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> DeskResult<PathBuf> {
    let failed = |error: &std::io::Error| of_file(error, folder, ErrorCode::FileFailed);
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut file = tempfile::Builder::new().prefix(".cardesk-").suffix(".part").tempfile_in(folder).map_err(|error| failed(&error))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(|error| failed(&error))?;
    for number in 1..10_000 {
        let path = folder.join(if number == 1 { format!("{name}.{ending}") } else { format!("{name} ({number}).{ending}") });
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(failed(&error.error)),
        }
    }
    Err(ErrorView::new(ErrorCode::FileFailed).with_param("path", folder.display().to_string()))
}

/// A temporary file that only this user can read: for a printer. Gone once it is dropped.
pub(crate) fn private_file(bytes: &[u8]) -> DeskResult<NamedTempFile> {
    let failed = |error: &std::io::Error| of_file(error, &std::env::temp_dir(), ErrorCode::FileFailed);
    let mut file = tempfile::Builder::new().prefix("cardesk-").suffix(".pdf").tempfile().map_err(|error| failed(&error))?;
    file.write_all(bytes).and_then(|()| file.flush()).map_err(|error| failed(&error))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_makes_a_harmless_file_name() {
        assert_eq!(sound_name("../../etc/passwd"), "etc passwd");
        assert_eq!(sound_name("<img src=x onerror=\"a\"> =HYPERLINK(1)"), "img src x onerror a HYPERLINK 1");
        assert_eq!(sound_name("María José O’Connor-Güitz\u{202e}\n"), "María José O Connor-Güitz");
        assert_eq!(sound_name(&"ñ".repeat(300)).chars().count(), MOST_NAME_CHARACTERS);
    }

    #[test]
    fn a_name_in_any_script_and_form_can_be_saved_under() {
        assert_eq!(sound_name("Jose\u{301} Nu\u{301}n\u{303}ez"), "José Núñez");
        let folder = tempfile::tempdir().expect("a folder");
        let name = format!("Inserto 4294967295-001 {}", sound_name(&"\u{20000}".repeat(100)));
        save_new(folder.path(), &name, "pdf", b"one").expect("saved");
        save_new(folder.path(), &name, "pdf", b"two").expect("saved beside it");
    }

    #[test]
    fn a_file_that_is_there_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = save_new(folder.path(), "Insertos 0001 (2)", "pdf", b"one").expect("saved");
        let second = save_new(folder.path(), "Insertos 0001 (2)", "pdf", b"two").expect("saved");
        assert_ne!(first, second);
        assert_eq!(std::fs::read(first).expect("read"), b"one");
        assert_eq!(std::fs::read(second).expect("read"), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 2, "no temporary file is left");
    }

    #[test]
    fn a_folder_that_can_not_be_used_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        std::fs::write(&file, b"").expect("written");
        let error = save_new(&file.join("below"), "x", "pdf", b"").expect_err("a file is no folder");
        assert_eq!(error.code, ErrorCode::FolderUnusable);
        assert!(error.params["path"].ends_with("below"));
    }
}
