//! The calibration page, measured in the drawn file and on a raster of 600 dpi.

use cardesk_inserts::{Correction, InsertLanguage, Paper, make_calibration};

use crate::tools::Printed;

#[test]
fn its_codes_are_read_by_an_independent_reader_and_name_their_modules() {
    for paper in [Paper::A4, Paper::Letter] {
        for language in InsertLanguage::ALL {
            let pdf = make_calibration(paper, language, Correction::default(), None).expect("it is made");
            assert_eq!(pdf.codes_verified(), 5);
            let printed = Printed::of(pdf.bytes());
            let mut read = printed.codes_read_at_300_dpi();
            read.sort();
            assert_eq!(read, ["CARDESK-10", "CARDESK-12", "CARDESK-14", "CARDESK-16", "CARDESK-8"], "{paper:?}");
            for (code, dots) in printed.drawn_codes(1).iter().zip([8.0, 10.0, 12.0, 14.0, 16.0]) {
                assert!((code.module_pt / 72.0 * 600.0 - dots).abs() < 0.01, "{code:?}");
            }
            assert!(printed.checked_by_qpdf().contains("No syntax or stream encoding errors"));
        }
    }
}

/// Dark pixels of a column or row of the raster, without the quiet rest: where the first run begins and the last ends.
fn extent(length: usize, is_dark: impl Fn(usize) -> bool) -> Option<(usize, usize)> {
    let first = (0..length).find(|at| is_dark(*at))?;
    let last = (first..length).rev().find(|at| is_dark(*at))?;
    Some((first, last))
}

#[test]
fn its_crosses_lie_20_millimetres_from_the_edges_and_its_rulers_are_50_long() {
    let pdf = make_calibration(Paper::A4, InsertLanguage::Spanish, Correction::default(), None).expect("it is made");
    let raster = Printed::of(pdf.bytes()).raster_at_600_dpi(1);
    let dots = |mm: f64| (mm / 25.4 * 600.0).round() as usize;
    // Above the horizontal arm, only the upright one: its middle is 20 mm from the left.
    let (left, right) = extent(dots(32.0), |x| raster.is_dark(x, dots(10.0))).expect("the upright arm");
    assert!(((left + right) as f64 / 2.0 - 20.0 / 25.4 * 600.0).abs() < 2.5, "{left} {right}");
    let (top, bottom) = extent(dots(32.0), |y| raster.is_dark(dots(10.0), y)).expect("the level arm");
    assert!(((top + bottom) as f64 / 2.0 - 20.0 / 25.4 * 600.0).abs() < 2.5, "{top} {bottom}");
    // Just below the level ruler's line there are only ticks: the first and the last are 50 mm apart.
    let row = dots(88.0) + 20;
    let (first, last) = extent(dots(95.0), |x| raster.is_dark(x, row)).expect("ticks");
    assert!(((last - first) as f64 - 50.0 / 25.4 * 600.0).abs() < 6.0, "{first} {last}");
    let column = dots(40.0) + 20;
    let ticks = |y: usize| y > dots(87.0) && raster.is_dark(column, y);
    let (first, last) = extent(dots(140.0), ticks).expect("ticks");
    assert!(((last - first) as f64 - 50.0 / 25.4 * 600.0).abs() < 6.0, "{first} {last}");
}

#[test]
fn it_is_moved_by_a_correction_and_says_so() {
    let still =
        Printed::of(make_calibration(Paper::Letter, InsertLanguage::Both, Correction::default(), None).expect("it is made").bytes());
    let moved = Correction::new(1.3, -0.7).expect("a correction");
    let moved = Printed::of(make_calibration(Paper::Letter, InsertLanguage::Both, moved, None).expect("it is made").bytes());
    assert!(moved.text().contains("+1.3 mm → · −0.7 mm ↓"), "{}", moved.text());
    for (before, after) in still.drawn_codes(1).iter().zip(moved.drawn_codes(1)) {
        let (right, down) = ((after.left_pt - before.left_pt) / 72.0 * 25.4, (after.top_pt - before.top_pt) / 72.0 * 25.4);
        assert!((right - 1.3).abs() < 0.03 && (down + 0.7).abs() < 0.03, "{right} {down}");
    }
}

#[test]
fn crosses_of_the_back_lie_behind_those_of_the_front_when_the_sheet_is_turned_over_its_long_edge() {
    for paper in [Paper::A4, Paper::Letter] {
        let pdf = make_calibration(paper, InsertLanguage::Both, Correction::default(), Some(Correction::default())).expect("it is made");
        assert_eq!(pdf.codes_verified(), 5);
        let printed = Printed::of(pdf.bytes());
        assert!(printed.checked_by_qpdf().contains("No syntax or stream encoding errors"));
        let (front, back) = (printed.raster_at_600_dpi(1), printed.raster_at_600_dpi(2));
        let dots = |mm: f64| (mm / 25.4 * 600.0).round() as usize;
        let width = front.width();
        // On a line that crosses only the upper cross' upright arm: the front's at the left, the back's at the right, mirrored.
        let upright = |is_dark: &dyn Fn(usize) -> bool| {
            let (left, right) = extent(dots(32.0), is_dark).expect("the upright arm");
            (left + right) as f64 / 2.0
        };
        let row = dots(10.0);
        let (on_front, behind) = (upright(&|x| front.is_dark(x, row)), upright(&|x| back.is_dark(width - 1 - x, row)));
        assert!((on_front - behind).abs() <= 1.0, "{paper:?}: {on_front} {behind}");
        let level = |is_dark: &dyn Fn(usize) -> bool| {
            let (top, bottom) = extent(dots(32.0), is_dark).expect("the level arm");
            (top + bottom) as f64 / 2.0
        };
        let (on_front, behind) = (level(&|y| front.is_dark(dots(10.0), y)), level(&|y| back.is_dark(width - 1 - dots(10.0), y)));
        assert!((on_front - behind).abs() <= 1.0, "{paper:?}: {on_front} {behind}");
        // The cross that is measured on the back lies where the front's does.
        assert!((upright(&|x| back.is_dark(x, row)) - 20.0 / 25.4 * 600.0).abs() < 2.5, "{paper:?}");
    }
}

#[test]
fn each_side_is_moved_by_its_own_correction_and_says_so() {
    let (front, back) = (Correction::new(1.3, -0.7).expect("a correction"), Correction::new(-0.4, 0.2).expect("a correction"));
    let pdf = make_calibration(Paper::A4, InsertLanguage::English, front, Some(back)).expect("it is made");
    let text = Printed::of(pdf.bytes()).text();
    assert!(text.contains("+1.3 mm → · −0.7 mm ↓") && text.contains("−0.4 mm → · +0.2 mm ↓"), "{text}");
}
