//! Papers: what is on offer, drawn from its own measures; a company's own sheets; what a printer shifts.
//!
//! Lengths are whole thousandths of a millimetre.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::FieldProblem;

/// How inserts come off a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// One a sheet, folded for a window envelope.
    Folded,
    /// Cut from the sheet.
    Cut,
    /// Labels: a sheet that was begun goes on at its first free one.
    Labels,
}

/// A rectangle, from the sheet's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AreaView {
    /// Left edge.
    pub left: i32,
    /// Upper edge.
    pub top: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// A sheet to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PaperDrawing {
    /// Width of the sheet.
    pub width: i32,
    /// Height of the sheet.
    pub height: i32,
    /// Where each insert lies, row by row.
    pub cells: Vec<AreaView>,
    /// Where it is folded, from the upper edge.
    pub folds: Vec<i32>,
    /// The punch mark, from the upper edge.
    pub punch: Option<i32>,
    /// Where the address stands.
    pub address: Option<AreaView>,
    /// Whether the inserts are cut from the sheet.
    pub is_cut: bool,
}

/// A paper on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PaperView {
    /// The word by which it is chosen: a ready layout's, or `own-` and a number.
    pub id: String,
    /// How inserts come off it.
    pub kind: PaperKind,
    /// The company's own sheet: its name, and every measure as it is typed. `null` for a ready layout.
    pub own: Option<OwnSheetForm>,
    /// Inserts on one sheet.
    pub places: u32,
    /// Where its started sheet goes on, from 1; 1 for a whole sheet, and for paper that is not begun.
    pub first_free_place: u32,
    /// Whether both sides can be printed, each back behind its own front.
    pub has_backs: bool,
    /// The sheet.
    pub drawing: PaperDrawing,
}

/// Where a started sheet of labels goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StartedSheet {
    /// The paper, by its word.
    pub paper: String,
    /// Its first free label, from 1.
    pub place: u32,
}

/// A company's own sheet, as it is typed: measures in millimetres.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnSheetForm {
    /// The sheet that is edited, `own-3`; `null` for a new one.
    pub id: Option<String>,
    /// The name that the company gives it.
    pub sheet_name: String,
    /// Width of the sheet.
    pub sheet_width: String,
    /// Height of the sheet.
    pub sheet_height: String,
    /// Inserts across.
    pub columns: String,
    /// Inserts down.
    pub rows: String,
    /// From the sheet's left edge to the first insert.
    pub left_edge: String,
    /// From the sheet's upper edge to the first insert.
    pub top_edge: String,
    /// From one insert's left edge to that of the next.
    pub pitch_across: String,
    /// From one insert's upper edge to that of the next.
    pub pitch_down: String,
    /// Width of an insert.
    pub cell_width: String,
    /// Height of an insert.
    pub cell_height: String,
    /// Whether the inserts are cut from the sheet.
    pub is_cut: bool,
}

/// What is to be said of a sheet that is being typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnSheetCheck {
    /// What has to be mended.
    pub problems: Vec<FieldProblem>,
    /// What was typed so far, drawn as it is, even where it overlaps or leaves the sheet; `null` while measures are missing.
    pub drawing: Option<PaperDrawing>,
}

/// What a printer shifts, taken back, in hundredths of a millimetre; positive to the right and down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShiftView {
    /// To the right.
    pub right: i32,
    /// Down.
    pub down: i32,
}

/// Which side of a sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SheetSide {
    /// The front.
    #[default]
    Front,
    /// The back.
    Back,
}

/// What was measured on a printed calibration page, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CalibrationForm {
    /// The printer.
    pub printer: String,
    /// Which side was printed.
    pub side: SheetSide,
    /// From the paper's left edge to the upper cross, in millimetres.
    pub measured_left: String,
    /// From the paper's upper edge to the upper cross, in millimetres.
    pub measured_top: String,
    /// The correction that the page says was applied to it.
    pub applied: ShiftView,
}

/// The correction that a measurement comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CalibrationCheck {
    /// What has to be mended.
    pub problems: Vec<FieldProblem>,
    /// The new correction; `null` while something is missing.
    pub shift: Option<ShiftView>,
}
