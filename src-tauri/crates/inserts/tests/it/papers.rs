//! The papers: each measure of `inserts.md` found again in the drawn file, started sheets, corrections, backs.

use cardesk_domain::Environment;
use cardesk_inserts::{Back, Correction, InsertContent, InsertError, InsertLanguage, Layout, PrintJob, make};

use crate::tools::{DrawnCode, Printed, insert, inserts, job};

const MM_PER_PT: f64 = 25.4 / 72.0;

/// Sheet, columns and rows, left and top, pitch, cell: the sheets of `inserts.md` with several inserts.
type Measures = (Layout, (f64, f64), (usize, usize), (f64, f64), (f64, f64), (f64, f64));

const A4: (f64, f64) = (210.0, 297.0);
const LETTER: (f64, f64) = (215.9, 279.4);
const IN: f64 = 25.4;

const SHEETS: [Measures; 10] = [
    (Layout::TwoUpA4, A4, (1, 2), (0.0, 0.0), (210.0, 148.5), (210.0, 148.5)),
    (Layout::TwoUpLetter, LETTER, (1, 2), (0.0, 0.0), (215.9, 139.7), (215.9, 139.7)),
    (Layout::FourUpA4, A4, (2, 2), (0.0, 0.0), (105.0, 148.5), (105.0, 148.5)),
    (Layout::FourUpLetter, LETTER, (2, 2), (0.0, 0.0), (107.95, 139.7), (107.95, 139.7)),
    (Layout::EightUpA4, A4, (2, 4), (0.0, 0.0), (105.0, 74.25), (105.0, 74.25)),
    (Layout::EightUpLetter, LETTER, (2, 4), (0.0, 0.0), (107.95, 69.85), (107.95, 69.85)),
    (Layout::CardSlipA4, A4, (2, 5), (19.4, 13.5), (85.6, 54.0), (85.6, 54.0)),
    (Layout::CardSlipLetter, LETTER, (2, 5), (22.35, 4.7), (85.6, 54.0), (85.6, 54.0)),
    (Layout::LabelL7165, A4, (2, 4), (4.65, 13.1), (101.6, 67.7), (99.1, 67.7)),
    (Layout::Label5163, LETTER, (2, 5), (0.1625 * IN, 0.5 * IN), (4.1875 * IN, 2.0 * IN), (4.0 * IN, 2.0 * IN)),
];

fn spanish(layout: Layout) -> PrintJob {
    job(layout, InsertLanguage::Spanish, Environment::Practice)
}

fn printed(job: &PrintJob, contents: &[InsertContent]) -> Printed {
    Printed::new(&make(job, contents).unwrap_or_else(|error| panic!("{:?}: {error}", job.layout)))
}

/// The link codes of a page: those with more modules than a serial has.
fn link_codes(printed: &Printed, page: usize) -> Vec<DrawnCode> {
    printed.drawn_codes(page).into_iter().filter(|code| code.modules > 22.0).collect()
}

#[test]
fn every_label_lies_where_its_sheet_has_it_to_a_tenth_of_a_millimetre() {
    for (layout, sheet, (columns, rows), corner, pitch, cell) in SHEETS {
        let printed = printed(&spanish(layout), &inserts(columns * rows));
        let (width_pt, height_pt) = printed.page_size_pt();
        assert!((width_pt * MM_PER_PT - sheet.0).abs() < 0.1 && (height_pt * MM_PER_PT - sheet.1).abs() < 0.1, "{layout:?}");
        let forms = printed.drawn_cells_pt(1);
        assert_eq!(forms.len(), columns * rows, "{layout:?}");
        for (place, [left, top, width, height]) in forms.into_iter().enumerate() {
            let wanted = [corner.0 + (place % columns) as f64 * pitch.0, corner.1 + (place / columns) as f64 * pitch.1, cell.0, cell.1];
            for (found, wanted) in [left, top, width, height].into_iter().zip(wanted) {
                assert!((found * MM_PER_PT - wanted).abs() < 0.1, "{layout:?} {place}: {} instead of {wanted}", found * MM_PER_PT);
            }
        }
    }
}

#[test]
fn every_preset_verifies_one_insert_a_full_sheet_and_one_more_with_the_longest_name() {
    let longest = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewiss";
    for layout in Layout::ALL {
        let full = layout.inserts_per_page();
        for (count, pages) in [(1, 1), (full, 1), (full + 1, 2)] {
            for language in InsertLanguage::ALL {
                let contents: Vec<InsertContent> =
                    inserts(count).into_iter().map(|content| InsertContent { given_name: longest.to_owned(), ..content }).collect();
                assert!(contents[0].link.as_str().rsplit('=').next().is_some_and(|id| id.len() == 36));
                let pdf = make(&job(layout, language, Environment::Practice), &contents);
                let pdf = pdf.unwrap_or_else(|error| panic!("{layout:?} {language:?} {count}: {error}"));
                assert_eq!((pdf.pages(), pdf.codes_verified()), (pages, 2 * count), "{layout:?} {language:?}");
            }
        }
    }
}

#[test]
fn ids_of_layouts_stay_as_records_have_them() {
    let recorded = ["a4-trifold-form-a", "a4-trifold-form-b", "letter-trifold-10", "a4-8-up", "letter-8-up"];
    let layouts = [Layout::TrifoldA4FormA, Layout::TrifoldA4FormB, Layout::TrifoldLetter10, Layout::EightUpA4, Layout::EightUpLetter];
    for (id, layout) in recorded.into_iter().zip(layouts) {
        assert_eq!((layout.id(), Layout::from_id(id)), (id, Some(layout)));
    }
}

#[test]
fn nothing_is_printed_beyond_the_edge_of_a_label() {
    for (layout, ..) in SHEETS {
        for language in InsertLanguage::ALL {
            let contents = inserts(layout.inserts_per_page());
            let printed = printed(&job(layout, language, Environment::Practice), &contents);
            let cells = printed.drawn_cells_pt(1);
            let white_pt = 2.5 / MM_PER_PT;
            for (word, [left, top, right, bottom]) in printed.words(1) {
                let is_inside = cells.iter().any(|[cell_left, cell_top, width, height]| {
                    left > cell_left + white_pt
                        && right < cell_left + width - white_pt
                        && top > cell_top + white_pt / 2.0
                        && bottom < cell_top + height - white_pt / 2.0
                });
                assert!(is_inside, "{layout:?} {language:?}: “{word}” at {left:.1} {top:.1} {right:.1} {bottom:.1}");
            }
        }
    }
}

#[test]
fn a_started_sheet_goes_on_at_its_first_free_label() {
    let mut job = spanish(Layout::LabelL7165);
    let whole = link_codes(&printed(&job, &inserts(8)), 1);
    job.start_place = 5;
    let printed = printed(&job, &inserts(5));
    let (first, second) = (link_codes(&printed, 1), link_codes(&printed, 2));
    assert_eq!((first.len(), second.len()), (3, 2));
    for (code, place) in first.iter().zip(5..).chain(second.iter().zip(0..)) {
        let wanted = whole[place];
        assert!((code.left_pt - wanted.left_pt).abs() < 0.01 && (code.top_pt - wanted.top_pt).abs() < 0.01, "{place}: {code:?}");
    }
    job.start_place = 8;
    assert_eq!(make(&job, &inserts(1)).err(), Some(InsertError::StartPlace { place: 8, places: 8 }));
}

#[test]
fn a_correction_moves_everything_by_whole_dots() {
    for layout in [Layout::LabelL7165, Layout::TrifoldA4FormB, Layout::TwoUpLetter] {
        let mut moved = spanish(layout);
        moved.correction = Correction::new(-1.2, 2.1).expect("a correction");
        let (before, after) = (printed(&spanish(layout), &inserts(2)), printed(&moved, &inserts(2)));
        for (before, after) in before.drawn_codes(1).iter().zip(after.drawn_codes(1)) {
            let (right, down) = ((after.left_pt - before.left_pt) * MM_PER_PT, (after.top_pt - before.top_pt) * MM_PER_PT);
            assert!((right + 1.2).abs() < 0.03 && (down - 2.1).abs() < 0.03, "{layout:?}: {right} {down}");
            let dots = after.left_pt / 72.0 * 600.0;
            assert!((dots - dots.round()).abs() < 0.02, "{layout:?}: {dots}");
        }
        for ((word, before), (same, after)) in before.words(1).iter().zip(after.words(1)) {
            assert_eq!(*word, same);
            assert!(((after[0] - before[0]) * MM_PER_PT + 1.2).abs() < 0.05, "{layout:?}: {word}");
        }
    }
}

#[test]
fn a_correction_that_would_print_beyond_the_sheet_is_refused_with_the_figures() {
    let mut job = spanish(Layout::LabelL7165);
    job.correction = Correction::new(-12.0, 0.0).expect("a correction");
    let Err(InsertError::LeavesSheet { moved_mm, beyond_mm, .. }) = make(&job, &inserts(1)) else { panic!("it is refused") };
    assert!((moved_mm + 12.0).abs() < 0.03 && beyond_mm > 3.0 && beyond_mm < 12.0, "{moved_mm} {beyond_mm}");
    job.correction = Correction::new(-2.0, 0.0).expect("a correction");
    assert!(make(&job, &inserts(1)).is_ok());
    assert!(Correction::new(21.0, 0.0).is_err() && Correction::new(0.0, f64::NAN).is_err());
}

#[test]
fn each_back_lies_behind_its_own_front_when_the_sheet_is_turned_over_its_long_edge() {
    for layout in [Layout::Label5163, Layout::EightUpA4, Layout::TrifoldA4FormB] {
        let mut job = spanish(layout);
        job.back = Some(Back::default());
        job.start_place = 1 % layout.inserts_per_page();
        let contents = inserts(layout.inserts_per_page());
        let pdf = make(&job, &contents).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(pdf.codes_verified(), 2 * contents.len());
        let printed = Printed::new(&pdf);
        assert!(pdf.pages().is_multiple_of(2));
        let width_pt = printed.page_size_pt().0;
        let (mut serials, cells) = (0, printed.drawn_cells_pt(1));
        assert!(printed.drawn_codes(2).is_empty());
        let fronts = printed.words(1);
        for (serial, [left, top, right, bottom]) in printed.words(2).into_iter().filter(|(word, _)| word.starts_with("0043-")) {
            serials += 1;
            let (x, y) = (width_pt - (left + right) / 2.0, (top + bottom) / 2.0);
            let is_in = |cell: &&[f64; 4], x: f64, y: f64| x > cell[0] && x < cell[0] + cell[2] && y > cell[1] && y < cell[1] + cell[3];
            let cell = cells.iter().find(|cell| is_in(cell, x, y)).unwrap_or_else(|| panic!("{layout:?}: {serial} is behind nothing"));
            let front = fronts.iter().find(|(word, area)| *word == serial && is_in(&cell, area[0], area[1]));
            assert!(front.is_some(), "{layout:?}: {serial} is behind another insert");
        }
        assert_eq!(serials, cells.len(), "{layout:?}");
    }
}

#[test]
fn what_is_left_out_of_small_cells_is_never_what_packing_needs() {
    for layout in Layout::ALL {
        let text = printed(&job(layout, InsertLanguage::Both, Environment::Qa), &[insert(0)]).text();
        for wanted in
            ["Hola · Hello, María José.", "Tarjeta · Card •••• 4417", "0043-001", "ENSAYO · SIN VALOR / TEST · NO VALUE · QA", "Café"]
        {
            assert!(text.contains(wanted), "{layout:?} lacks {wanted}: {text}");
        }
    }
}
