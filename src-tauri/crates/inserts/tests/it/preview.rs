//! The preview: the very page, at the resolution asked for.

use cardesk_domain::Environment;
use cardesk_inserts::{InsertError, InsertLanguage, Layout, make, preview_png};

use crate::tools::{insert, inserts, job};

#[test]
fn a_preview_has_the_size_of_its_paper() {
    for (layout, size) in [(Layout::TrifoldA4FormB, (840, 1188)), (Layout::EightUpLetter, (863, 1117))] {
        let pdf = make(&job(layout, InsertLanguage::Spanish, Environment::Practice), &inserts(1)).expect("it is made");
        let png = preview_png(&pdf, 0, 4.0).expect("it is drawn");
        assert_eq!((png.width, png.height), size, "{layout:?}");
        assert!(png.bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
        let header = |from: usize| u32::from_be_bytes(png.bytes[from..from + 4].try_into().expect("four bytes"));
        assert_eq!((header(16), header(20)), size);
    }
}

#[test]
fn the_codes_of_a_preview_can_be_scanned_from_the_screen() {
    let pdf = make(&job(Layout::TrifoldA4FormB, InsertLanguage::Spanish, Environment::Practice), &inserts(2)).expect("it is made");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("preview.png");
    std::fs::write(&path, preview_png(&pdf, 1, 8.0).expect("it is drawn").bytes).expect("written");
    let read = std::process::Command::new("zbarimg").args(["--raw", "--quiet", "-Sdisable", "-Sqrcode.enable"]).arg(&path).output();
    let read = String::from_utf8(read.expect("zbarimg is needed for this test").stdout).expect("text");
    assert!(read.lines().any(|line| line == insert(1).link.as_str()), "{read}");
}

#[test]
fn a_page_or_a_resolution_that_does_not_exist_is_an_error() {
    let pdf = make(&job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice), &inserts(9)).expect("it is made");
    assert_eq!(preview_png(&pdf, 2, 4.0).err(), Some(InsertError::Preview { page: 2, pages: 2, pixels_per_mm: 4.0 }));
    for wrong in [0.0, -1.0, 1000.0, f32::NAN] {
        assert!(preview_png(&pdf, 0, wrong).is_err(), "{wrong}");
    }
}
