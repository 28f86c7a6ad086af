//! The file: valid, exact in size, complete in itself, and always the same.

use cardesk_domain::Environment;
use cardesk_inserts::{InsertLanguage, Layout, make};

use crate::tools::{Printed, inserts, is_a4, job};

#[test]
fn every_layout_in_every_language_is_a_valid_pdf() {
    for layout in Layout::ALL {
        for language in InsertLanguage::ALL {
            let pdf = make(&job(layout, language, Environment::Practice), &inserts(2)).expect("it is made");
            assert_eq!(pdf.codes_verified(), 4);
            let checked = Printed::new(&pdf).checked_by_qpdf();
            assert!(checked.contains("No syntax or stream encoding errors"), "{layout:?} {language:?}: {checked}");
        }
    }
}

#[test]
fn pages_have_the_size_of_their_paper_within_a_fiftieth_of_a_millimetre() {
    for layout in Layout::ALL {
        let pdf = make(&job(layout, InsertLanguage::Spanish, Environment::Practice), &inserts(1)).expect("it is made");
        let (width_pt, height_pt) = Printed::new(&pdf).page_size_pt();
        let (width_mm, height_mm) = if is_a4(layout) { (210.0, 297.0) } else { (215.9, 279.4) };
        assert!((width_pt / 72.0 * 25.4 - width_mm).abs() < 0.025, "{layout:?} {width_pt}");
        assert!((height_pt / 72.0 * 25.4 - height_mm).abs() < 0.025, "{layout:?} {height_pt}");
    }
}

#[test]
fn a_run_takes_as_many_sheets_as_it_needs() {
    for (layout, count, pages) in [(Layout::TrifoldA4FormA, 3, 3), (Layout::EightUpA4, 8, 1), (Layout::EightUpLetter, 9, 2)] {
        let pdf = make(&job(layout, InsertLanguage::Spanish, Environment::Practice), &inserts(count)).expect("it is made");
        assert_eq!((pdf.pages(), pdf.codes_verified()), (pages, 2 * count), "{layout:?}");
    }
}

#[test]
fn the_file_asks_to_be_printed_at_actual_size_and_says_what_it_is() {
    for (language, title) in [(InsertLanguage::Spanish, "Insertos de activación"), (InsertLanguage::English, "Activation inserts")] {
        let pdf = make(&job(Layout::EightUpA4, language, Environment::Practice), &inserts(1)).expect("it is made");
        assert!(pdf.bytes().windows(19).any(|window| window == b"/PrintScaling /None"));
        let info = Printed::new(&pdf).info();
        assert!(info.lines().any(|line| line.starts_with("Title:") && line.ends_with(title)), "{info}");
        assert!(!info.contains("CreationDate"), "{info}");
    }
}

#[test]
fn fonts_are_embedded_as_subsets_with_their_characters() {
    let pdf = make(&job(Layout::TrifoldA4FormB, InsertLanguage::Both, Environment::Practice), &inserts(1)).expect("it is made");
    let fonts = Printed::new(&pdf).fonts();
    let inter: Vec<&str> = fonts.lines().filter(|line| line.contains("Inter-")).collect();
    assert_eq!(inter.len(), 2, "{fonts}");
    assert!(inter.iter().all(|line| line.contains("yes yes yes")), "{fonts}");
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    for layout in [Layout::TrifoldLetter10, Layout::EightUpA4] {
        let job = job(layout, InsertLanguage::Both, Environment::Qa);
        let (first, second) = (make(&job, &inserts(20)).expect("it is made"), make(&job, &inserts(20)).expect("it is made"));
        assert!(first.bytes() == second.bytes(), "{layout:?}");
    }
}
