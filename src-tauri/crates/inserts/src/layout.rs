//! The papers: how large a sheet is, where it is folded or cut, where each label is, where the window of its envelope is.
//!
//! Owns measures only; what is drawn where is in `compose`. Sheets and cells are whole dots of 1/600 inch, so that
//! every module of every code can lie on whole printer dots: A4 is 4961 × 7016 dots (210.02 × 297.01 mm), within
//! 0.02 mm of ISO 216.

use crate::job::DOT_MM;
use crate::sheet::{Grid, OwnSheet};

/// A paper and how inserts lie on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One on A4, folded to DL by DIN 5008 form A: folds at 87 and 192 mm, address at 27 mm.
    TrifoldA4FormA,
    /// One on A4, folded to DL by DIN 5008 form B: folds at 105 and 210 mm, address at 45 mm.
    TrifoldA4FormB,
    /// One on A4, folded as form B for a C6/C5 envelope of 114 × 229 mm, in which the sheet slides further.
    TrifoldA4C6C5,
    /// One on Letter, folded in thirds for a #10 envelope with a window at the left.
    TrifoldLetter10,
    /// Two on A4, one above the other, to be cut.
    TwoUpA4,
    /// Two on Letter, one above the other, to be cut.
    TwoUpLetter,
    /// Four on A4, two across and two down, to be cut.
    FourUpA4,
    /// Four on Letter, two across and two down, to be cut.
    FourUpLetter,
    /// Eight on A4, two across and four down, to be cut.
    EightUpA4,
    /// Eight on Letter, two across and four down, to be cut.
    EightUpLetter,
    /// Ten slips of a card's size (ID-1, 85.6 × 54 mm) on A4, two across and five down, to be cut.
    CardSlipA4,
    /// Ten slips of a card's size on Letter, two across and five down, to be cut.
    CardSlipLetter,
    /// Labels L7165 on A4: two across and four down of 99.1 × 67.7 mm.
    LabelL7165,
    /// Labels 5163 on Letter: two across and five down of 4 × 2 in.
    Label5163,
    /// The company's own sheet.
    Own(OwnSheet),
}

/// Which of the drawings a layout has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawing {
    TriFold,
    EightUp,
    /// The one that fits itself into its cell.
    Cell,
}

const A4_DOTS: (u32, u32) = (4961, 7016);
const LETTER_DOTS: (u32, u32) = (5100, 6600);

/// A rectangle in millimetres from the sheet's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left_mm: f64,
    /// Upper edge.
    pub top_mm: f64,
    /// Width.
    pub width_mm: f64,
    /// Height.
    pub height_mm: f64,
}

/// Where a sheet is folded and addressed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fold {
    /// The two folds, from the sheet's upper edge.
    pub folds_mm: [f64; 2],
    /// The punch mark, where the standard has one.
    pub punch_mm: Option<f64>,
    /// Where the address block lies.
    pub address: Area,
    /// Everything that the window can show, however the sheet slides in its envelope. Nothing but the address may be there.
    pub window: Area,
}

impl Layout {
    /// Every ready layout, in the order of forms. (A company's own is not among them.)
    pub const ALL: [Self; 14] = [
        Self::TrifoldA4FormA,
        Self::TrifoldA4FormB,
        Self::TrifoldA4C6C5,
        Self::TrifoldLetter10,
        Self::TwoUpA4,
        Self::TwoUpLetter,
        Self::FourUpA4,
        Self::FourUpLetter,
        Self::EightUpA4,
        Self::EightUpLetter,
        Self::CardSlipA4,
        Self::CardSlipLetter,
        Self::LabelL7165,
        Self::Label5163,
    ];

    /// The word for settings and messages between programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::TrifoldA4FormA => "a4-trifold-form-a",
            Self::TrifoldA4FormB => "a4-trifold-form-b",
            Self::TrifoldA4C6C5 => "a4-trifold-c6-c5",
            Self::TrifoldLetter10 => "letter-trifold-10",
            Self::TwoUpA4 => "a4-2-up",
            Self::TwoUpLetter => "letter-2-up",
            Self::FourUpA4 => "a4-4-up",
            Self::FourUpLetter => "letter-4-up",
            Self::EightUpA4 => "a4-8-up",
            Self::EightUpLetter => "letter-8-up",
            Self::CardSlipA4 => "a4-card-slip",
            Self::CardSlipLetter => "letter-card-slip",
            Self::LabelL7165 => "label-l7165",
            Self::Label5163 => "label-5163",
            Self::Own(_) => "own",
        }
    }

    /// The ready layout with this [`id`](Self::id); `None` for `own`, which is nothing without its measures.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.id() == id)
    }

    /// Inserts on one sheet.
    #[must_use]
    pub fn inserts_per_page(self) -> usize {
        self.grid().places()
    }

    /// Whether the insert carries an address for a window envelope.
    #[must_use]
    pub fn has_address(self) -> bool {
        self.drawing() == Drawing::TriFold
    }

    /// Whether inserts are cut from the sheet; labels and whole sheets are not.
    #[must_use]
    pub fn is_cut(self) -> bool {
        self.grid().is_cut
    }

    /// Whether it is a sheet of labels: one that was begun can go on at its first free label, and nobody sees a back.
    #[must_use]
    pub fn is_labels(self) -> bool {
        !self.is_cut() && self.fold().is_none()
    }

    /// Where each insert lies on the sheet, row by row.
    #[must_use]
    pub fn cells(self) -> Vec<Area> {
        let mm = |dots: u32| f64::from(dots) * DOT_MM;
        let (width, height) = self.cell_dots();
        let area = |(left, top): (u32, u32)| Area { left_mm: mm(left), top_mm: mm(top), width_mm: mm(width), height_mm: mm(height) };
        (0..self.inserts_per_page()).map(|place| area(self.cell_origin_dots(place))).collect()
    }

    /// Sheet size in millimetres, width and height.
    #[must_use]
    pub fn sheet_mm(self) -> (f64, f64) {
        let (width, height) = self.sheet_dots();
        (f64::from(width) * DOT_MM, f64::from(height) * DOT_MM)
    }

    /// Folds and window; `None` for layouts that are cut.
    ///
    /// A4 by DIN 5008:2020 (address block 85 × 45 mm, 20 mm from the left; 27 mm from the top in form A, 45 mm in form B).
    /// Letter (A, assumed): the common US #10 envelope of 9½ × 4⅛ in with a window of 4½ × 1⅛ in, ⅞ in from the left and
    /// ½ in from the bottom. A panel of 93.1 mm slides 11.6 mm up and 25.4 mm sideways in it; the address block is what the
    /// window shows in every position.
    /// C6/C5: DIN 680's window of 90 × 45 mm, 20 mm from the left and 15 mm from the bottom; a panel of 105 mm slides 9 mm
    /// up and 19 mm sideways in it.
    #[must_use]
    pub fn fold(self) -> Option<Fold> {
        let din = |top_mm: f64, folds_mm: [f64; 2]| {
            let address = Area { left_mm: 20.0, top_mm, width_mm: 85.0, height_mm: 45.0 };
            Fold { folds_mm, punch_mm: Some(148.5), address, window: address }
        };
        match self {
            Self::TrifoldA4FormA => Some(din(27.0, [87.0, 192.0])),
            Self::TrifoldA4FormB => Some(din(45.0, [105.0, 210.0])),
            Self::TrifoldA4C6C5 => Some(Fold {
                folds_mm: [105.0, 210.0],
                punch_mm: Some(148.5),
                address: Area { left_mm: 20.0, top_mm: 54.0, width_mm: 71.0, height_mm: 35.0 },
                window: Area { left_mm: 1.0, top_mm: 45.0, width_mm: 109.0, height_mm: 54.0 },
            }),
            Self::TrifoldLetter10 => Some(Fold {
                folds_mm: [93.1, 186.3],
                punch_mm: None,
                address: Area { left_mm: 22.2, top_mm: 63.5, width_mm: 88.9, height_mm: 16.9 },
                window: Area { left_mm: 0.0, top_mm: 51.8, width_mm: 136.6, height_mm: 40.3 },
            }),
            _ => None,
        }
    }

    pub(crate) const fn drawing(self) -> Drawing {
        match self {
            Self::TrifoldA4FormA | Self::TrifoldA4FormB | Self::TrifoldA4C6C5 | Self::TrifoldLetter10 => Drawing::TriFold,
            Self::EightUpA4 | Self::EightUpLetter => Drawing::EightUp,
            _ => Drawing::Cell,
        }
    }

    /// Where inserts lie on the sheet. Label sheets by their makers' measures (`inserts.md`, Papers).
    pub(crate) fn grid(self) -> Grid {
        /// A card by ISO/IEC 7810 ID-1, in millimetres.
        const CARD_MM: (f64, f64) = (85.6, 54.0);
        match self {
            Self::TrifoldA4FormA | Self::TrifoldA4FormB | Self::TrifoldA4C6C5 => Grid { is_cut: false, ..Grid::filling(A4_DOTS, 1, 1) },
            Self::TrifoldLetter10 => Grid { is_cut: false, ..Grid::filling(LETTER_DOTS, 1, 1) },
            Self::TwoUpA4 => Grid::filling(A4_DOTS, 1, 2),
            Self::TwoUpLetter => Grid::filling(LETTER_DOTS, 1, 2),
            Self::FourUpA4 => Grid::filling(A4_DOTS, 2, 2),
            Self::FourUpLetter => Grid::filling(LETTER_DOTS, 2, 2),
            Self::EightUpA4 => Grid::filling(A4_DOTS, 2, 4),
            Self::EightUpLetter => Grid::filling(LETTER_DOTS, 2, 4),
            Self::CardSlipA4 => Grid::centred(A4_DOTS, 2, 5, CARD_MM),
            Self::CardSlipLetter => Grid::centred(LETTER_DOTS, 2, 5, CARD_MM),
            Self::LabelL7165 => Grid {
                sheet: A4_DOTS,
                columns: 2,
                rows: 4,
                corner: (4.65 / DOT_MM, 13.1 / DOT_MM),
                pitch: (101.6 / DOT_MM, 67.7 / DOT_MM),
                cell: ((99.1 / DOT_MM) as u32, (67.7 / DOT_MM) as u32),
                is_cut: false,
            },
            // 0.1625 and 0.5 in from the corner, pitch 4.1875 × 2 in, each 4 × 2 in.
            Self::Label5163 => Grid {
                sheet: LETTER_DOTS,
                columns: 2,
                rows: 5,
                corner: (97.5, 300.0),
                pitch: (2512.5, 1200.0),
                cell: (2400, 1200),
                is_cut: false,
            },
            Self::Own(own) => own.grid(),
        }
    }

    /// Sheet size in dots of 1/600 inch.
    pub(crate) fn sheet_dots(self) -> (u32, u32) {
        self.grid().sheet
    }

    /// Size of one insert in dots of 1/600 inch.
    pub(crate) fn cell_dots(self) -> (u32, u32) {
        self.grid().cell
    }

    /// Upper left corner of the insert in this place of the sheet (row by row), in dots of 1/600 inch.
    pub(crate) fn cell_origin_dots(self, place: usize) -> (u32, u32) {
        self.grid().origin(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_found_by_its_own_word() {
        for layout in Layout::ALL {
            assert_eq!(Layout::from_id(layout.id()), Some(layout));
        }
        assert_eq!(Layout::from_id("a5"), None);
    }

    #[test]
    fn sheets_are_iso_and_us_sizes_within_a_fiftieth_of_a_millimetre() {
        for layout in Layout::ALL {
            let (width, height) = layout.sheet_mm();
            let is_a4 = layout.id().starts_with("a4") || layout == Layout::LabelL7165;
            let (right_width, right_height) = if is_a4 { (210.0, 297.0) } else { (215.9, 279.4) };
            assert!((width - right_width).abs() < 0.025 && (height - right_height).abs() < 0.025, "{layout:?} {width} {height}");
        }
    }

    #[test]
    fn the_last_place_still_lies_on_the_sheet() {
        for layout in Layout::ALL {
            let ((x, y), (width, height)) = (layout.cell_origin_dots(layout.inserts_per_page() - 1), layout.cell_dots());
            let (sheet_width, sheet_height) = layout.sheet_dots();
            assert!(x + width <= sheet_width && y + height <= sheet_height, "{layout:?}");
        }
    }
}
