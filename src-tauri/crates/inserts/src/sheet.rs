//! The measures of a sheet with several inserts: where each lies, and whether a company's own measures can be printed.
//!
//! Owns the checks of measures and the rounding to dots. Every place is rounded from its own measure, never from the place
//! beside it, so that no label is further than half a dot (0.02 mm) from where its sheet has it.

use std::fmt;

use crate::compose::cell;
use crate::job::{DOT_MM, Module};
use crate::layout::Area;

/// The shortest and the longest side of a sheet, in millimetres.
const SHEET_MM: (f64, f64) = (50.0, 500.0);

/// The most columns, and the most rows, of a sheet.
const MOST_ACROSS: u32 = 30;

/// Modules a side, with the quiet zone, of the code of a link with a 36-character id.
const USUAL_CODE_MODULES: u32 = 53;

/// Every measure of a sheet of labels or of inserts to be cut, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SheetMeasures {
    /// Width of the sheet.
    pub sheet_width_mm: f64,
    /// Height of the sheet.
    pub sheet_height_mm: f64,
    /// Inserts across.
    pub columns: u32,
    /// Inserts down.
    pub rows: u32,
    /// From the sheet's left edge to the first insert.
    pub left_mm: f64,
    /// From the sheet's upper edge to the first insert.
    pub top_mm: f64,
    /// From one insert's left edge to that of the next.
    pub pitch_across_mm: f64,
    /// From one insert's upper edge to that of the next.
    pub pitch_down_mm: f64,
    /// Width of an insert.
    pub cell_width_mm: f64,
    /// Height of an insert.
    pub cell_height_mm: f64,
    /// Whether the inserts are cut from the sheet, so that it gets cut marks; labels are not.
    pub is_cut: bool,
}

impl SheetMeasures {
    /// Everything that keeps these measures from being printed: at most one thing each way, and the room for a code once
    /// both ways are right.
    #[must_use]
    pub fn problems(&self) -> Vec<SheetError> {
        let [across, down] = self.lines();
        let problems: Vec<SheetError> = [across.check(), down.check()].into_iter().filter_map(Result::err).collect();
        if !problems.is_empty() {
            return problems;
        }
        let needed_mm = f64::from(USUAL_CODE_MODULES) * Module::SMALLEST.mm();
        let (cell_width_mm, cell_height_mm) = (across.cell_mm, down.cell_mm);
        let available_mm = cell::most_code_room_mm(cell_width_mm, cell_height_mm);
        if available_mm < needed_mm {
            vec![SheetError::TooSmall { cell_width_mm, cell_height_mm, needed_mm, available_mm }]
        } else {
            Vec::new()
        }
    }

    /// Where each insert would lie, row by row, even where measures are wrong: what overlaps, or leaves the sheet, can be
    /// seen. At most as many as a sheet can have.
    #[must_use]
    pub fn cells(&self) -> Vec<Area> {
        let area = |row: u32, column: u32| Area {
            left_mm: self.left_mm + f64::from(column) * self.pitch_across_mm,
            top_mm: self.top_mm + f64::from(row) * self.pitch_down_mm,
            width_mm: self.cell_width_mm,
            height_mm: self.cell_height_mm,
        };
        let (columns, rows) = (self.columns.min(MOST_ACROSS), self.rows.min(MOST_ACROSS));
        (0..rows).flat_map(|row| (0..columns).map(move |column| area(row, column))).collect()
    }

    fn lines(&self) -> [Line; 2] {
        [
            Line {
                direction: Direction::Across,
                sheet_mm: self.sheet_width_mm,
                count: self.columns,
                start_mm: self.left_mm,
                pitch_mm: self.pitch_across_mm,
                cell_mm: self.cell_width_mm,
            },
            Line {
                direction: Direction::Down,
                sheet_mm: self.sheet_height_mm,
                count: self.rows,
                start_mm: self.top_mm,
                pitch_mm: self.pitch_down_mm,
                cell_mm: self.cell_height_mm,
            },
        ]
    }
}

/// Across or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From left to right.
    Across,
    /// From above to below.
    Down,
}

impl fmt::Display for Direction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Across => "across",
            Self::Down => "down",
        })
    }
}

/// Why a company's own measures can't be printed, with the figures.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SheetError {
    /// The sheet is no size that printers take.
    #[error("the sheet is {sheet_mm} mm {direction}; printers take {least_mm} to {most_mm} mm")]
    Sheet {
        /// Which side.
        direction: Direction,
        /// The side given.
        sheet_mm: f64,
        /// The shortest side.
        least_mm: f64,
        /// The longest side.
        most_mm: f64,
    },
    /// No inserts, or more than any sheet has.
    #[error("the sheet has {count} inserts {direction}; it can have 1 to {most}")]
    Count {
        /// Which way.
        direction: Direction,
        /// Inserts given.
        count: u32,
        /// The most.
        most: u32,
    },
    /// A distance is negative or no number.
    #[error("the distance {direction} is {distance_mm} mm; it can't be less than nothing")]
    Distance {
        /// Which way.
        direction: Direction,
        /// The distance given.
        distance_mm: f64,
    },
    /// Inserts lie over one another.
    #[error("inserts overlap {direction}: each is {cell_mm} mm and the next begins after {pitch_mm} mm")]
    Overlap {
        /// Which way.
        direction: Direction,
        /// An insert's own measure.
        cell_mm: f64,
        /// From one insert to the next.
        pitch_mm: f64,
    },
    /// The last insert does not lie wholly on the sheet.
    #[error("the last insert ends at {end_mm:.2} mm {direction} and the sheet at {sheet_mm} mm")]
    LeavesSheet {
        /// Which way.
        direction: Direction,
        /// Where the last insert ends.
        end_mm: f64,
        /// Where the sheet ends.
        sheet_mm: f64,
    },
    /// The code of an ordinary link finds no room beside what has to stand with it.
    #[error(
        "an insert of {cell_width_mm} × {cell_height_mm} mm has room for a code of {available_mm:.1} mm; the smallest that is printed takes {needed_mm:.1} mm"
    )]
    TooSmall {
        /// Width of an insert.
        cell_width_mm: f64,
        /// Height of an insert.
        cell_height_mm: f64,
        /// Side of the usual code at the smallest module, with its quiet zone.
        needed_mm: f64,
        /// Room for it.
        available_mm: f64,
    },
}

/// A company's own sheet, whose measures were checked. Kept in whole micrometres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OwnSheet {
    sheet: (u32, u32),
    count: (u32, u32),
    corner: (u32, u32),
    pitch: (u32, u32),
    cell: (u32, u32),
    is_cut: bool,
}

impl OwnSheet {
    /// Takes measures that can be printed.
    ///
    /// # Errors
    /// With the figures, if inserts would overlap or leave the sheet, or have no room for a code at the smallest module.
    pub fn new(measures: &SheetMeasures) -> Result<Self, SheetError> {
        if let Some(problem) = measures.problems().into_iter().next() {
            return Err(problem);
        }
        let [across, down] = measures.lines();
        Ok(Self {
            sheet: (micrometres(across.sheet_mm), micrometres(down.sheet_mm)),
            count: (across.count, down.count),
            corner: (micrometres(across.start_mm), micrometres(down.start_mm)),
            pitch: (micrometres(across.pitch_mm), micrometres(down.pitch_mm)),
            cell: (micrometres(across.cell_mm), micrometres(down.cell_mm)),
            is_cut: measures.is_cut,
        })
    }

    /// The measures as they were given, to the thousandth of a millimetre.
    #[must_use]
    pub fn measures(&self) -> SheetMeasures {
        SheetMeasures {
            sheet_width_mm: millimetres(self.sheet.0),
            sheet_height_mm: millimetres(self.sheet.1),
            columns: self.count.0,
            rows: self.count.1,
            left_mm: millimetres(self.corner.0),
            top_mm: millimetres(self.corner.1),
            pitch_across_mm: millimetres(self.pitch.0),
            pitch_down_mm: millimetres(self.pitch.1),
            cell_width_mm: millimetres(self.cell.0),
            cell_height_mm: millimetres(self.cell.1),
            is_cut: self.is_cut,
        }
    }

    pub(crate) fn grid(self) -> Grid {
        let dots = |value: u32| millimetres(value) / DOT_MM;
        Grid {
            sheet: (dots(self.sheet.0).round() as u32, dots(self.sheet.1).round() as u32),
            columns: self.count.0,
            rows: self.count.1,
            corner: (dots(self.corner.0), dots(self.corner.1)),
            pitch: (dots(self.pitch.0), dots(self.pitch.1)),
            // Downwards, so that cells edge to edge never share a dot.
            cell: (dots(self.cell.0) as u32, dots(self.cell.1) as u32),
            is_cut: self.is_cut,
        }
    }
}

/// The measures of one direction.
struct Line {
    direction: Direction,
    sheet_mm: f64,
    count: u32,
    start_mm: f64,
    pitch_mm: f64,
    cell_mm: f64,
}

impl Line {
    fn check(&self) -> Result<(), SheetError> {
        let Self { direction, sheet_mm, count, .. } = *self;
        let (least_mm, most_mm) = SHEET_MM;
        if !(least_mm..=most_mm).contains(&sheet_mm) {
            return Err(SheetError::Sheet { direction, sheet_mm, least_mm, most_mm });
        }
        if !(1..=MOST_ACROSS).contains(&count) {
            return Err(SheetError::Count { direction, count, most: MOST_ACROSS });
        }
        // What is no number is no distance either.
        let distances = [self.start_mm, self.pitch_mm, self.cell_mm];
        if let Some(&distance_mm) = distances.iter().find(|distance| !(0.0..=2.0 * most_mm).contains(*distance)) {
            return Err(SheetError::Distance { direction, distance_mm });
        }
        if count > 1 && self.pitch_mm + HALF_MICROMETRE_MM < self.cell_mm {
            return Err(SheetError::Overlap { direction, cell_mm: self.cell_mm, pitch_mm: self.pitch_mm });
        }
        let end_mm = self.start_mm + f64::from(count - 1) * self.pitch_mm + self.cell_mm;
        if end_mm > sheet_mm + HALF_MICROMETRE_MM {
            return Err(SheetError::LeavesSheet { direction, end_mm, sheet_mm });
        }
        Ok(())
    }
}

const HALF_MICROMETRE_MM: f64 = 0.0005;

fn micrometres(mm: f64) -> u32 {
    (mm * 1000.0).round() as u32
}

fn millimetres(micrometres: u32) -> f64 {
    f64::from(micrometres) / 1000.0
}

/// Where inserts lie on a sheet, in dots of 1/600 inch. Only what is rounded last is whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Grid {
    pub(crate) sheet: (u32, u32),
    pub(crate) columns: u32,
    pub(crate) rows: u32,
    pub(crate) corner: (f64, f64),
    pub(crate) pitch: (f64, f64),
    pub(crate) cell: (u32, u32),
    pub(crate) is_cut: bool,
}

impl Grid {
    /// Cells that fill the sheet, to be cut.
    pub(crate) fn filling(sheet: (u32, u32), columns: u32, rows: u32) -> Self {
        let cell = (sheet.0 / columns, sheet.1 / rows);
        let pitch = (f64::from(cell.0), f64::from(cell.1));
        Self { sheet, columns, rows, corner: (0.0, 0.0), pitch, cell, is_cut: true }
    }

    /// Cells of one size edge to edge in the middle of the sheet, to be cut.
    pub(crate) fn centred(sheet: (u32, u32), columns: u32, rows: u32, cell_mm: (f64, f64)) -> Self {
        let pitch = (cell_mm.0 / DOT_MM, cell_mm.1 / DOT_MM);
        let margin = |sheet: u32, count: u32, pitch: f64| (f64::from(sheet) - f64::from(count) * pitch) / 2.0;
        let corner = (margin(sheet.0, columns, pitch.0), margin(sheet.1, rows, pitch.1));
        Self { sheet, columns, rows, corner, pitch, cell: (pitch.0 as u32, pitch.1 as u32), is_cut: true }
    }

    pub(crate) fn places(&self) -> usize {
        (self.columns * self.rows) as usize
    }

    /// Upper left corner of the insert in this place, row by row.
    pub(crate) fn origin(&self, place: usize) -> (u32, u32) {
        let place = u32::try_from(place).unwrap_or_default();
        let (column, row) = (place % self.columns, place / self.columns);
        let at = |corner: f64, number: u32, pitch: f64| (corner + f64::from(number) * pitch).round() as u32;
        (at(self.corner.0, column, self.pitch.0), at(self.corner.1, row, self.pitch.1))
    }
}
