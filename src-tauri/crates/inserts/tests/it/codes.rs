//! The codes: read by an independent reader, exact in millimetres, on whole printer dots, never too small.

use cardesk_domain::Environment;
use cardesk_inserts::{ErrorCorrection, InsertContent, InsertError, InsertLanguage, Layout, Module, make};
use proptest::prelude::*;

use crate::tools::{DrawnCode, Printed, Raster, insert, inserts, job, link};

const DOT_PT: f64 = 72.0 / 600.0;
const MM_PER_PT: f64 = 25.4 / 72.0;

#[test]
fn an_independent_reader_reads_every_code_of_every_layout_at_300_dpi() {
    for layout in Layout::ALL {
        let inserts = inserts(layout.inserts_per_page() + 1);
        let pdf = make(&job(layout, InsertLanguage::Spanish, Environment::Practice), &inserts).expect("it is made");
        let mut expected: Vec<String> = inserts.iter().flat_map(|insert| [insert.link.to_string(), insert.serial.to_string()]).collect();
        let mut read = Printed::new(&pdf).codes_read_at_300_dpi();
        expected.sort();
        read.sort();
        assert_eq!(read, expected, "{layout:?}");
    }
}

#[test]
fn the_small_code_says_whose_serial_it_is_and_is_no_larger_for_it() {
    for layout in Layout::ALL {
        let mut job = job(layout, InsertLanguage::Both, Environment::Practice);
        job.mark_of_serials = Some("T2B4".parse().expect("a mark"));
        let inserts = inserts(layout.inserts_per_page());
        let pdf = make(&job, &inserts).expect("it is made");
        let printed = Printed::new(&pdf);
        let read = printed.codes_read_at_300_dpi();
        for insert in &inserts {
            assert!(read.contains(&format!("{}-T2B4", insert.serial)) && read.contains(&insert.link.to_string()), "{layout:?}: {read:?}");
        }
        assert_eq!((read.len(), pdf.codes_verified()), (2 * inserts.len(), 2 * inserts.len()), "{layout:?}");
        assert!(printed.drawn_codes(1).iter().skip(1).step_by(2).all(|code| (code.modules - 21.0).abs() < 0.01), "{layout:?}");
        let text = printed.text();
        assert!(text.contains("0043-001") && !text.contains("T2B4"), "{layout:?}: people type the serial alone");
    }
}

#[test]
fn every_serial_of_the_desk_has_room_for_its_mark_and_one_that_has_none_is_refused() {
    let mut job = job(Layout::EightUpLetter, InsertLanguage::Spanish, Environment::Practice);
    job.mark_of_serials = Some("RXXX".parse().expect("a mark"));
    for serial in ["0001-001", "9999-100000", "999999999-100000"] {
        let serial = serial.parse().expect("a serial");
        make(&job, &[InsertContent { serial, ..insert(0) }]).unwrap_or_else(|error| panic!("{error}"));
    }
    let refused = make(&job, &[InsertContent { serial: "ABCDEFGHIJKLMNOP".parse().expect("a serial"), ..insert(0) }]);
    assert!(refused.expect_err("it is refused").to_string().contains("ABCDEFGHIJKLMNOP-RXXX"));
}

#[test]
fn codes_at_the_smallest_module_are_still_read_at_300_dpi() {
    let mut small = job(Layout::EightUpLetter, InsertLanguage::Spanish, Environment::Practice);
    small.module = Module::SMALLEST;
    let inserts = inserts(8);
    let pdf = make(&small, &inserts).expect("it is made");
    let read = Printed::new(&pdf).codes_read_at_300_dpi();
    assert!(inserts.iter().all(|insert| read.contains(&insert.link.to_string())), "{read:?}");
}

#[test]
fn the_default_code_is_26_9_millimetres_with_modules_of_0_508() {
    for layout in Layout::ALL {
        let content = InsertContent { link: link("migoDeveloper", "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd"), ..insert(0) };
        let pdf = make(&job(layout, InsertLanguage::Spanish, Environment::Practice), &[content]).expect("it is made");
        assert!((pdf.module_mm() - 0.508).abs() < 1e-9 && (pdf.code_mm() - 26.924).abs() < 1e-3, "{layout:?}");
        let codes = Printed::new(&pdf).drawn_codes(1);
        assert_eq!(codes.len(), 2, "{layout:?}");
        assert!((codes[0].module_pt * MM_PER_PT - 0.508).abs() < 1e-4, "{layout:?} {codes:?}");
        assert!(((codes[0].modules + 8.0) * codes[0].module_pt * MM_PER_PT - 26.924).abs() < 1e-3, "{layout:?} {codes:?}");
    }
}

#[test]
fn every_code_begins_on_a_whole_dot_of_600_to_the_inch() {
    for layout in Layout::ALL {
        let pdf = make(&job(layout, InsertLanguage::Both, Environment::Practice), &inserts(layout.inserts_per_page())).expect("it is made");
        let codes = Printed::new(&pdf).drawn_codes(1);
        assert_eq!(codes.len(), 2 * layout.inserts_per_page(), "{layout:?}");
        for code in codes {
            for measure_pt in [code.left_pt, code.top_pt, code.module_pt] {
                let dots = measure_pt / DOT_PT;
                assert!((dots - dots.round()).abs() < 0.02, "{layout:?} {code:?}");
            }
        }
    }
}

/// Lengths in dots of the first dark run and the white run after it, from the code's upper left corner.
fn first_runs(raster: &Raster, code: &DrawnCode) -> (i64, i64, i64) {
    let (left, top) = ((code.left_pt / DOT_PT).round() as usize, (code.top_pt / DOT_PT).round() as usize);
    let row = top + (code.module_pt / DOT_PT / 2.0) as usize;
    let start = (left - 20..raster.width()).find(|x| raster.is_dark(*x, row)).expect("a dark module");
    let end = (start..raster.width()).find(|x| !raster.is_dark(*x, row)).expect("a light module");
    let column_end = (top..).find(|y| !raster.is_dark(start + 1, *y)).expect("a light module");
    (start as i64 - left as i64, (end - start) as i64, (column_end - top) as i64)
}

#[test]
fn modules_measure_as_asked_on_a_600_dpi_raster_within_a_dot() {
    for layout in [Layout::TrifoldA4FormB, Layout::EightUpLetter] {
        let pdf = make(&job(layout, InsertLanguage::Spanish, Environment::Practice), &inserts(8)).expect("it is made");
        let printed = Printed::new(&pdf);
        let raster = printed.raster_at_600_dpi(1);
        for code in printed.drawn_codes(1) {
            // The upper left finder pattern is seven modules wide and high, and a white module follows it.
            let seven = (7.0 * code.module_pt / DOT_PT).round() as i64;
            let (offset, width, height) = first_runs(&raster, &code);
            assert!(
                offset.abs() <= 1 && (width - seven).abs() <= 1 && (height - seven).abs() <= 1,
                "{layout:?} {code:?}: {offset} {width} {height}"
            );
        }
    }
}

#[test]
fn a_longer_link_takes_smaller_modules_of_whole_dots_and_never_below_a_third_of_a_millimetre() {
    let job = job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice);
    let mut modules = Vec::new();
    for length in [20, 60, 90, 128] {
        let content = InsertContent { link: link("migoDeveloper", &"a".repeat(length)), ..insert(0) };
        let pdf = make(&job, &[content]).unwrap_or_else(|error| panic!("{error}"));
        let dots = pdf.module_mm() / 25.4 * 600.0;
        assert!((dots - dots.round()).abs() < 1e-9 && (dots.round() as u32).is_multiple_of(2), "{length}: {dots}");
        assert!(pdf.module_mm() >= 0.33 && pdf.code_mm() <= 28.97, "{length}");
        modules.push(dots.round() as u32);
    }
    assert_eq!(modules.first(), Some(&12));
    assert!(modules.is_sorted_by(|left, right| left >= right) && modules.last() < Some(&12), "{modules:?}");
}

#[test]
fn a_link_that_needs_smaller_modules_than_allowed_is_refused_with_the_figures() {
    let mut job = job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice);
    job.error_correction = ErrorCorrection::H;
    let content = InsertContent { link: link(&"m".repeat(40), &"a".repeat(128)), ..insert(4) };
    let refused = make(&job, &[insert(0), content]).expect_err("it is refused");
    let InsertError::CodeTooLarge { serial, modules, needed_mm, available_mm, smallest_module_mm } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(serial.as_str(), "0043-005");
    assert!((needed_mm - f64::from(modules + 8) * smallest_module_mm).abs() < 1e-6 && needed_mm > available_mm, "{refused}");
    assert!((smallest_module_mm - 0.338_67).abs() < 1e-4, "{refused}");
    let message = refused.to_string();
    assert!(message.contains("0043-005") && message.contains("0.339 mm"), "{message}");
}

#[test]
fn higher_error_correction_is_printed_and_read_as_well() {
    for error_correction in [ErrorCorrection::Q, ErrorCorrection::H] {
        let mut job = job(Layout::TrifoldA4FormA, InsertLanguage::Spanish, Environment::Practice);
        job.error_correction = error_correction;
        let pdf = make(&job, &inserts(1)).expect("it is made");
        assert!(Printed::new(&pdf).codes_read_at_300_dpi().contains(&insert(0).link.to_string()), "{error_correction:?}");
    }
}

#[test]
fn two_inserts_with_one_serial_and_an_empty_run_are_refused() {
    let job = job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice);
    assert_eq!(make(&job, &[]).err(), Some(InsertError::Nothing));
    let twice = make(&job, &[insert(0), insert(1), InsertContent { link: insert(2).link, ..insert(0) }]).err();
    assert_eq!(twice, Some(InsertError::SerialTwice(insert(0).serial)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_link_and_any_serial_read_back(
        runs in proptest::collection::hash_map("[A-Z0-9]{1,7}-[0-9]{1,8}", ("[a-zA-Z0-9]{1,24}", "[a-zA-Z0-9_.~-]{1,48}"), 1..10),
        layout in proptest::sample::select(Layout::ALL.to_vec()),
    ) {
        let contents: Vec<InsertContent> = runs
            .iter()
            .map(|(serial, (client, user))| InsertContent { link: link(client, user), serial: serial.parse().expect("a serial"), ..insert(0) })
            .collect();
        let pdf = make(&job(layout, InsertLanguage::Spanish, Environment::Production), &contents);
        prop_assert_eq!(pdf.map(|pdf| pdf.codes_verified()), Ok(2 * contents.len()));
    }
}
