//! The papers: how large a sheet is, where it is folded or cut, where the window of its envelope is.
//!
//! Owns measures only; what is drawn where is in `compose`. Sheets and cells are whole dots of 1/600 inch, so that
//! every module of every code can lie on whole printer dots: A4 is 4961 × 7016 dots (210.02 × 297.01 mm), within
//! 0.02 mm of ISO 216.

use crate::job::DOT_MM;

/// A paper and how inserts lie on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One on A4, folded to DL by DIN 5008 form A: folds at 87 and 192 mm, address at 27 mm.
    TrifoldA4FormA,
    /// One on A4, folded to DL by DIN 5008 form B: folds at 105 and 210 mm, address at 45 mm.
    TrifoldA4FormB,
    /// One on Letter, folded in thirds for a #10 envelope with a window at the left.
    TrifoldLetter10,
    /// Eight on A4, two across and four down, to be cut.
    EightUpA4,
    /// Eight on Letter, two across and four down, to be cut.
    EightUpLetter,
}

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
    /// Every layout, in the order of forms.
    pub const ALL: [Self; 5] = [Self::TrifoldA4FormA, Self::TrifoldA4FormB, Self::TrifoldLetter10, Self::EightUpA4, Self::EightUpLetter];

    /// The word for settings and messages between programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::TrifoldA4FormA => "a4-trifold-form-a",
            Self::TrifoldA4FormB => "a4-trifold-form-b",
            Self::TrifoldLetter10 => "letter-trifold-10",
            Self::EightUpA4 => "a4-8-up",
            Self::EightUpLetter => "letter-8-up",
        }
    }

    /// The layout with this [`id`](Self::id).
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.id() == id)
    }

    /// Inserts on one sheet.
    #[must_use]
    pub const fn inserts_per_page(self) -> usize {
        match self {
            Self::TrifoldA4FormA | Self::TrifoldA4FormB | Self::TrifoldLetter10 => 1,
            Self::EightUpA4 | Self::EightUpLetter => 8,
        }
    }

    /// Whether the insert carries an address for a window envelope.
    #[must_use]
    pub const fn has_address(self) -> bool {
        self.inserts_per_page() == 1
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
    #[must_use]
    pub fn fold(self) -> Option<Fold> {
        let din = |top_mm: f64, folds_mm: [f64; 2]| {
            let address = Area { left_mm: 20.0, top_mm, width_mm: 85.0, height_mm: 45.0 };
            Fold { folds_mm, punch_mm: Some(148.5), address, window: address }
        };
        match self {
            Self::TrifoldA4FormA => Some(din(27.0, [87.0, 192.0])),
            Self::TrifoldA4FormB => Some(din(45.0, [105.0, 210.0])),
            Self::TrifoldLetter10 => Some(Fold {
                folds_mm: [93.1, 186.3],
                punch_mm: None,
                address: Area { left_mm: 22.2, top_mm: 63.5, width_mm: 88.9, height_mm: 16.9 },
                window: Area { left_mm: 0.0, top_mm: 51.8, width_mm: 136.6, height_mm: 40.3 },
            }),
            Self::EightUpA4 | Self::EightUpLetter => None,
        }
    }

    /// Sheet size in dots of 1/600 inch.
    pub(crate) const fn sheet_dots(self) -> (u32, u32) {
        match self {
            Self::TrifoldA4FormA | Self::TrifoldA4FormB | Self::EightUpA4 => (4961, 7016),
            Self::TrifoldLetter10 | Self::EightUpLetter => (5100, 6600),
        }
    }

    /// Size of one insert in dots of 1/600 inch.
    pub(crate) const fn cell_dots(self) -> (u32, u32) {
        match self {
            Self::EightUpA4 => (2480, 1754),
            Self::EightUpLetter => (2550, 1650),
            Self::TrifoldA4FormA | Self::TrifoldA4FormB | Self::TrifoldLetter10 => self.sheet_dots(),
        }
    }

    /// Upper left corner of the insert in this place of the sheet (row by row), in dots of 1/600 inch.
    pub(crate) const fn cell_origin_dots(self, place: usize) -> (u32, u32) {
        let (width, height) = self.cell_dots();
        let (column, row) = (place % 2, place / 2);
        ((column as u32) * width, (row as u32) * height)
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
            let (right_width, right_height) = if layout.id().starts_with("a4") { (210.0, 297.0) } else { (215.9, 279.4) };
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
