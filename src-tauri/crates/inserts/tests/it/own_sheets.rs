//! A company's own measures: refused with the figures, or printed exactly as given.

use cardesk_domain::Environment;
use cardesk_inserts::{Direction, InsertError, InsertLanguage, Layout, OwnSheet, SheetError, SheetMeasures, make};
use proptest::prelude::*;

use crate::tools::{Printed, inserts, job};

const GOOD: SheetMeasures = SheetMeasures {
    sheet_width_mm: 210.0,
    sheet_height_mm: 297.0,
    columns: 2,
    rows: 5,
    left_mm: 7.2,
    top_mm: 13.4,
    pitch_across_mm: 99.0,
    pitch_down_mm: 54.1,
    cell_width_mm: 96.5,
    cell_height_mm: 50.8,
    is_cut: false,
};

#[test]
fn measures_are_kept_as_they_were_given() {
    assert_eq!(OwnSheet::new(&GOOD).map(|own| own.measures()), Ok(GOOD));
}

#[test]
fn inserts_that_overlap_or_leave_the_sheet_are_refused_with_the_figures() {
    let overlapping = SheetMeasures { pitch_across_mm: 96.0, ..GOOD };
    let refused = OwnSheet::new(&overlapping).expect_err("it is refused");
    assert_eq!(refused, SheetError::Overlap { direction: Direction::Across, cell_mm: 96.5, pitch_mm: 96.0 });
    assert!(refused.to_string().contains("96.5") && refused.to_string().contains("96 mm"), "{refused}");

    let leaving = SheetMeasures { rows: 6, ..GOOD };
    let refused = OwnSheet::new(&leaving).expect_err("it is refused");
    let SheetError::LeavesSheet { direction: Direction::Down, end_mm, sheet_mm } = refused else { panic!("{refused}") };
    assert!((end_mm - (13.4 + 5.0 * 54.1 + 50.8)).abs() < 1e-9 && (sheet_mm - 297.0).abs() < 1e-9);

    // A single row has no next one to overlap with.
    assert!(OwnSheet::new(&SheetMeasures { rows: 1, pitch_down_mm: 0.0, ..GOOD }).is_ok());
}

#[test]
fn measures_that_are_none_are_refused() {
    for (measures, direction) in [
        (SheetMeasures { left_mm: -0.1, ..GOOD }, Direction::Across),
        (SheetMeasures { cell_height_mm: f64::NAN, ..GOOD }, Direction::Down),
        (SheetMeasures { pitch_down_mm: f64::INFINITY, ..GOOD }, Direction::Down),
    ] {
        let refused = OwnSheet::new(&measures);
        assert!(matches!(refused, Err(SheetError::Distance { direction: found, .. }) if found == direction), "{refused:?}");
    }
    let refused = OwnSheet::new(&SheetMeasures { columns: 0, ..GOOD });
    assert!(matches!(refused, Err(SheetError::Count { direction: Direction::Across, count: 0, .. })), "{refused:?}");
    let refused = OwnSheet::new(&SheetMeasures { sheet_width_mm: 2100.0, ..GOOD });
    assert!(matches!(refused, Err(SheetError::Sheet { direction: Direction::Across, .. })), "{refused:?}");
}

#[test]
fn cells_without_room_for_the_smallest_code_are_refused_with_the_figures() {
    for (cell_width_mm, cell_height_mm) in [(20.0, 54.0), (96.5, 15.0), (30.0, 30.0)] {
        let refused = OwnSheet::new(&SheetMeasures { cell_width_mm, cell_height_mm, ..GOOD }).expect_err("it is refused");
        let SheetError::TooSmall { needed_mm, available_mm, .. } = refused else { panic!("{refused}") };
        assert!((needed_mm - 17.95).abs() < 0.01 && available_mm < needed_mm, "{refused}");
    }
}

#[test]
fn a_company_too_long_for_its_label_is_refused_and_never_cut() {
    let own = OwnSheet::new(&SheetMeasures { cell_width_mm: 62.0, cell_height_mm: 34.0, ..GOOD }).expect("a sheet");
    let mut job = job(Layout::Own(own), InsertLanguage::Spanish, Environment::Practice);
    assert!(make(&job, &inserts(1)).is_ok());
    job.branding.company_name = "Cooperativa Integral de Ahorro y Crédito de los Altos de Occidente, R. L.".repeat(3);
    let refused = make(&job, &inserts(1));
    assert!(matches!(refused, Err(InsertError::TextTooLong { serial: None, .. })), "{refused:?}");
}

/// Sheets as companies might measure them, good and bad.
fn measures() -> impl Strategy<Value = SheetMeasures> {
    let sheet = prop_oneof![Just((210.0, 297.0)), Just((215.9, 279.4)), (80.0..400.0_f64, 80.0..400.0_f64)];
    (
        sheet,
        1..4_u32,
        1..6_u32,
        (0.0..20.0_f64, 0.0..20.0_f64),
        (0.0..6.0_f64, 0.0..6.0_f64),
        (25.0..210.0_f64, 25.0..150.0_f64),
        any::<bool>(),
    )
        .prop_map(
            |((sheet_width_mm, sheet_height_mm), columns, rows, (left_mm, top_mm), gap, (cell_width_mm, cell_height_mm), is_cut)| {
                let to_hundredths = |mm: f64| (mm * 100.0).round() / 100.0;
                let (cell_width_mm, cell_height_mm) = (to_hundredths(cell_width_mm), to_hundredths(cell_height_mm));
                SheetMeasures {
                    sheet_width_mm: to_hundredths(sheet_width_mm),
                    sheet_height_mm: to_hundredths(sheet_height_mm),
                    columns,
                    rows,
                    left_mm: to_hundredths(left_mm),
                    top_mm: to_hundredths(top_mm),
                    pitch_across_mm: to_hundredths(cell_width_mm + gap.0),
                    pitch_down_mm: to_hundredths(cell_height_mm + gap.1),
                    cell_width_mm,
                    cell_height_mm,
                    is_cut,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_global_rejects: 4000, ..ProptestConfig::default() })]

    /// Whatever sheet is taken, is printed to a tenth of a millimetre with every code read back and nothing beyond a cell, or
    /// the insert that does not fit is refused with figures.
    #[test]
    fn sheets_that_are_taken_are_printed_exactly(measures in measures(), language in proptest::sample::select(InsertLanguage::ALL.to_vec())) {
        let own = OwnSheet::new(&measures);
        prop_assume!(own.is_ok());
        let layout = Layout::Own(own.expect("it was taken"));
        let contents = inserts(layout.inserts_per_page());
        let pdf = match make(&job(layout, language, Environment::Practice), &contents) {
            Ok(pdf) => pdf,
            Err(InsertError::TextTooLong { needed_mm, available_mm, .. } | InsertError::CodeTooLarge { needed_mm, available_mm, .. }) => {
                prop_assert!(needed_mm > available_mm, "{measures:?}: {needed_mm} {available_mm}");
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(format!("{measures:?} {language:?}: {other}"))),
        };
        prop_assert_eq!(pdf.codes_verified(), 2 * contents.len());
        let printed = Printed::new(&pdf);
        for (place, found) in printed.drawn_cells_pt(1).into_iter().enumerate() {
            let (column, row) = (f64::from(place as u32 % measures.columns), f64::from(place as u32 / measures.columns));
            let wanted = [
                measures.left_mm + column * measures.pitch_across_mm,
                measures.top_mm + row * measures.pitch_down_mm,
                measures.cell_width_mm,
                measures.cell_height_mm,
            ];
            for (found, wanted) in found.into_iter().zip(wanted) {
                prop_assert!((found / 72.0 * 25.4 - wanted).abs() < 0.1, "{measures:?} {place}: {found} pt instead of {wanted} mm");
            }
        }
        let cells = printed.drawn_cells_pt(1);
        for (word, [left, top, right, bottom]) in printed.words(1) {
            let is_inside = cells.iter().any(|cell| left > cell[0] && right < cell[0] + cell[2] && top > cell[1] && bottom < cell[1] + cell[3]);
            prop_assert!(is_inside, "{measures:?} {language:?}: “{word}” at {left:.1} {top:.1} {right:.1} {bottom:.1}");
        }
    }

    #[test]
    fn sheets_whose_inserts_overlap_or_leave_the_sheet_are_never_taken(measures in measures(), shift in 0.01..50.0_f64) {
        prop_assume!(OwnSheet::new(&measures).is_ok());
        let wider = SheetMeasures { columns: 2, pitch_across_mm: measures.cell_width_mm - shift.min(measures.cell_width_mm), ..measures };
        prop_assert!(OwnSheet::new(&wider).is_err());
        let end_mm = measures.left_mm + f64::from(measures.columns - 1) * measures.pitch_across_mm + measures.cell_width_mm;
        let beyond = SheetMeasures { left_mm: measures.left_mm + measures.sheet_width_mm - end_mm + shift, ..measures };
        prop_assert!(OwnSheet::new(&beyond).is_err());
    }
}
