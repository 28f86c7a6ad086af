//! Where a sheet is cut: ticks at its edges, small crosses where cuts meet. All lie on the cuts, outside the content.

use std::collections::BTreeSet;

use crate::canvas::{Canvas, Ink};
use crate::job::DOT_MM;
use crate::sheet::Grid;

const INK: Ink = Ink::Gray(0.55);
const WIDTH_PT: f64 = 0.35;

/// A tick at the sheet's edge: what most printers leave white of it, and as much again that shows.
const TICK_MM: f64 = 5.5;

/// Half of a cross.
const ARM_MM: f64 = 2.0;

/// Draws the marks of one sheet.
pub(super) fn draw(grid: &Grid, canvas: &mut Canvas<'_>) {
    let mm = |dots: u32| f64::from(dots) * DOT_MM;
    let (width_mm, height_mm) = (mm(grid.sheet.0), mm(grid.sheet.1));
    let origins: Vec<(u32, u32)> = (0..grid.places()).map(|place| grid.origin(place)).collect();
    let lefts: BTreeSet<u32> = origins.iter().map(|origin| origin.0).collect();
    let tops: BTreeSet<u32> = origins.iter().map(|origin| origin.1).collect();
    let (columns, rows) = (cuts(&lefts, grid.cell.0, grid.sheet.0), cuts(&tops, grid.cell.1, grid.sheet.1));
    let mut mark = |from: (f64, f64), to: (f64, f64)| canvas.line(from, to, WIDTH_PT, INK);
    for x_mm in columns.iter().copied() {
        mark((x_mm, 0.0), (x_mm, TICK_MM));
        mark((x_mm, height_mm - TICK_MM), (x_mm, height_mm));
    }
    for y_mm in rows.iter().copied() {
        mark((0.0, y_mm), (TICK_MM, y_mm));
        mark((width_mm - TICK_MM, y_mm), (width_mm, y_mm));
        for x_mm in columns.iter().copied() {
            mark((x_mm - ARM_MM, y_mm), (x_mm + ARM_MM, y_mm));
            mark((x_mm, y_mm - ARM_MM), (x_mm, y_mm + ARM_MM));
        }
    }
}

/// Every edge of a cell that is not the sheet's own edge, once, in millimetres.
fn cuts(starts: &BTreeSet<u32>, length: u32, sheet: u32) -> Vec<f64> {
    /// Edges closer than a pen is wide are one cut.
    const ONE_CUT_DOTS: u32 = 4;
    let edges: BTreeSet<u32> = starts.iter().flat_map(|start| [*start, start + length]).collect();
    let mut cuts: Vec<u32> = Vec::new();
    for edge in edges.into_iter().filter(|edge| *edge > ONE_CUT_DOTS && edge + ONE_CUT_DOTS < sheet) {
        if cuts.last().is_none_or(|last| edge - last > ONE_CUT_DOTS) {
            cuts.push(edge);
        }
    }
    cuts.into_iter().map(|edge| f64::from(edge) * DOT_MM).collect()
}
