//! From bytes to text: which encoding a file has.
//!
//! Owns the guess where a file does not say it: UTF-8 if it is sound UTF-8, UTF-16 by its zero bytes, else Windows-1252,
//! which spreadsheet programs write on Windows. The tables of characters are `encoding_rs`'s.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::{ErrorCode, ErrorView};

/// How workbooks begin, which are no text: ZIP (Office Open XML, OpenDocument) and OLE2 (the older form).
const WORKBOOK_BEGINNINGS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"];

/// A file's text, and the name of its encoding (WHATWG).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) encoding: &'static str,
}

/// Reads a file's bytes as text.
///
/// # Errors
/// [`ErrorCode::TableIsWorkbook`] and [`ErrorCode::TableNotText`].
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, ErrorView> {
    if WORKBOOK_BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning)) {
        return Err(ErrorView::new(ErrorCode::TableIsWorkbook));
    }
    let encoding = encoding_of(bytes);
    // This removes the mark, if there is one.
    let (text, _, has_errors) = encoding.decode(bytes);
    if has_errors || text.contains('\0') {
        return Err(ErrorView::new(ErrorCode::TableNotText));
    }
    Ok(Decoded { text: text.into_owned(), encoding: encoding.name() })
}

fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    if let Some((marked, _)) = Encoding::for_bom(bytes) {
        return marked;
    }
    // Text of our alphabet in UTF-16 has a zero in almost every pair, and always on the same side.
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) if std::str::from_utf8(bytes).is_ok() => UTF_8,
        (0, 0) => WINDOWS_1252,
        (first, second) if first > second => UTF_16BE,
        _ => UTF_16LE,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "tarjeta;monto\r\n48201;1.250,00 ñandú €\r\n";

    fn utf_16(to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        TEXT.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn every_encoding_that_spreadsheet_programs_write_is_told_by_its_bytes() {
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        let windows = WINDOWS_1252.encode(TEXT).0.into_owned();
        for (bytes, encoding) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (marked(b"\xef\xbb\xbf", TEXT.as_bytes()), "UTF-8"),
            (utf_16(u16::to_le_bytes), "UTF-16LE"),
            (utf_16(u16::to_be_bytes), "UTF-16BE"),
            (marked(b"\xff\xfe", &utf_16(u16::to_le_bytes)), "UTF-16LE"),
            (marked(b"\xfe\xff", &utf_16(u16::to_be_bytes)), "UTF-16BE"),
            (windows, "windows-1252"),
        ] {
            assert_eq!(decode(&bytes), Ok(Decoded { text: TEXT.to_owned(), encoding }));
        }
    }

    #[test]
    fn a_workbook_is_told_from_text_and_damage_is_never_passed_on() {
        assert_eq!(decode(b"PK\x03\x04\x14\x00").unwrap_err().code, ErrorCode::TableIsWorkbook);
        assert_eq!(decode(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").unwrap_err().code, ErrorCode::TableIsWorkbook);
        for damaged in [&b"\xef\xbb\xbfa\xff"[..], b"\xff\xfea\0\x00\xd8", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", b"a\0b\0\0\0"] {
            assert_eq!(decode(damaged).unwrap_err().code, ErrorCode::TableNotText, "{damaged:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn every_text_comes_back_from_utf_8(text in "[^\0]{0,60}") {
            prop_assume!(!text.starts_with("PK\u{3}\u{4}"));
            let bare = text.strip_prefix('\u{feff}').unwrap_or(&text);
            prop_assert_eq!(decode(text.as_bytes()).map(|decoded| decoded.text), Ok(bare.to_owned()));
        }
    }
}
