//! An account statement as PDF.
//!
//! Owns its columns. What stands in it comes ready, figures included; the layout is `table_paper`'s.

use cardesk_domain::Environment;

use crate::error::InsertError;
pub use crate::table_paper::Paper;
use crate::table_paper::{Column, PaperPdf, Table};

/// One movement, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// When.
    pub date: String,
    /// What it was; broken into lines where it is long.
    pub movement: String,
    /// The reference, or nothing.
    pub reference: String,
    /// How much, with its sign.
    pub amount: String,
    /// The balance after it, or nothing.
    pub balance: String,
}

/// What stands in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The paper.
    pub paper: Paper,
    /// The language's tag, `es` or `en`.
    pub language: String,
    /// Whose programme it is.
    pub company_name: String,
    /// What the paper is called.
    pub title: String,
    /// Whom, which card and which time it is about: a label and what it says.
    pub facts: Vec<(String, String)>,
    /// The figures above the rows: a label and an amount.
    pub figures: Vec<(String, String)>,
    /// What has to be said besides, such as that the figures do not agree.
    pub notes: Vec<String>,
    /// The titles of the columns, in the order of [`StatementRow`].
    pub columns: [String; 5],
    /// The rows.
    pub rows: Vec<StatementRow>,
    /// What is said in place of rows where there are none.
    pub empty: String,
    /// What stands at the foot of every page.
    pub foot: String,
}

/// Widths of the columns but for the movement, which takes what is left.
const DATE_MM: f64 = 29.0;
const REFERENCE_MM: f64 = 28.0;
const AMOUNT_MM: f64 = 26.0;

/// Lays a statement out. Outside Production every page carries the mark of a test, which can't be switched off.
///
/// # Errors
/// If the shipped font can't be read.
pub fn make_statement(statement: &Statement, environment: Environment) -> Result<PaperPdf, InsertError> {
    let widths = [(Some(DATE_MM), false), (None, false), (Some(REFERENCE_MM), false), (Some(AMOUNT_MM), true), (Some(AMOUNT_MM), true)];
    let columns = statement.columns.iter().cloned().zip(widths);
    let cells = |row: &StatementRow| {
        let StatementRow { date, movement, reference, amount, balance } = row.clone();
        vec![date, movement, reference, amount, balance]
    };
    let table = Table {
        paper: statement.paper,
        language: statement.language.clone(),
        company_name: statement.company_name.clone(),
        title: statement.title.clone(),
        facts: statement.facts.clone(),
        figures: statement.figures.clone(),
        notes: statement.notes.clone(),
        columns: columns.map(|(title, (width_mm, is_right))| Column { title, width_mm, is_right }).collect(),
        rows: statement.rows.iter().map(cells).collect(),
        empty: statement.empty.clone(),
        signatures: Vec::new(),
        foot: statement.foot.clone(),
    };
    table.make(environment)
}
