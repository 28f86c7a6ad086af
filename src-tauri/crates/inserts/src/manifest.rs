//! The manifest of a box or a day as PDF: which inserts were packed, with whom to hand them over to.
//!
//! Owns its columns. What stands in it comes ready; the layout is `table_paper`'s.

use cardesk_domain::Environment;

use crate::error::InsertError;
use crate::table_paper::{Column, Paper, PaperPdf, Table};

/// One packed insert, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestRow {
    /// Its place in the list.
    pub place: String,
    /// `0043-001`
    pub serial: String,
    /// Whose it is; broken into lines where it is long.
    pub name: String,
    /// The last four of the plastic.
    pub last_four: String,
    /// When it was packed.
    pub time: String,
    /// Who packed it.
    pub operator: String,
}

/// What stands in a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The paper.
    pub paper: Paper,
    /// The language's tag, `es` or `en`.
    pub language: String,
    /// Whose programme it is.
    pub company_name: String,
    /// What the paper is called.
    pub title: String,
    /// Which box or day it is of: a label and what it says.
    pub facts: Vec<(String, String)>,
    /// The counts above the rows.
    pub figures: Vec<(String, String)>,
    /// What is missing, and where the line was stopped.
    pub notes: Vec<String>,
    /// The titles of the columns.
    pub columns: ManifestRow,
    /// The rows.
    pub rows: Vec<ManifestRow>,
    /// What is said in place of rows where there are none.
    pub empty: String,
    /// What stands under the lines for signing.
    pub signatures: Vec<String>,
    /// What stands at the foot of every page.
    pub foot: String,
}

/// Widths of the columns but for the name, which takes what is left.
const PLACE_MM: f64 = 9.0;
const SERIAL_MM: f64 = 24.0;
const LAST_FOUR_MM: f64 = 20.0;
const TIME_MM: f64 = 30.0;
const OPERATOR_MM: f64 = 28.0;

/// Lays a manifest out. Outside Production every page carries the mark of a test, which can't be switched off.
///
/// # Errors
/// If the shipped font can't be read.
pub fn make_manifest(manifest: &Manifest, environment: Environment) -> Result<PaperPdf, InsertError> {
    let widths = [Some(PLACE_MM), Some(SERIAL_MM), None, Some(LAST_FOUR_MM), Some(TIME_MM), Some(OPERATOR_MM)];
    let column = |(title, width_mm): (String, Option<f64>)| Column { title, width_mm, is_right: false };
    let table = Table {
        paper: manifest.paper,
        language: manifest.language.clone(),
        company_name: manifest.company_name.clone(),
        title: manifest.title.clone(),
        facts: manifest.facts.clone(),
        figures: manifest.figures.clone(),
        notes: manifest.notes.clone(),
        columns: cells(&manifest.columns).into_iter().zip(widths).map(column).collect(),
        rows: manifest.rows.iter().map(cells).collect(),
        empty: manifest.empty.clone(),
        signatures: manifest.signatures.clone(),
        foot: manifest.foot.clone(),
    };
    table.make(environment)
}

fn cells(row: &ManifestRow) -> Vec<String> {
    let ManifestRow { place, serial, name, last_four, time, operator } = row.clone();
    vec![place, serial, name, last_four, time, operator]
}
