//! An account statement on paper: what the window sends, and what came of it.
//!
//! Words and figures come from the window, as it shows them; whose programme it is, and that it is a trial, are the desk's.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::session::Language;

/// A sheet of paper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 8½ × 11 in.
    #[default]
    Letter,
    /// 210 × 297 mm.
    A4,
}

/// A label and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StatementFact {
    /// The label.
    pub label: String,
    /// What it says.
    pub text: String,
}

/// One movement, or the titles above them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StatementLine {
    /// When.
    pub date: String,
    /// What it was.
    pub movement: String,
    /// Its reference, or nothing.
    pub reference: String,
    /// How much.
    pub amount: String,
    /// The balance after it, or nothing.
    pub balance: String,
}

/// A statement, as it is to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StatementToSave {
    /// What the file is called, without its ending.
    pub name: String,
    /// The language of its words; Spanish unless it is English.
    pub language: Language,
    /// What the paper is called.
    pub title: String,
    /// Whom, which card and which time it is about.
    pub facts: Vec<StatementFact>,
    /// The sums above the rows.
    pub figures: Vec<StatementFact>,
    /// What has to be said besides.
    pub notes: Vec<String>,
    /// The titles of the columns.
    pub titles: StatementLine,
    /// The rows.
    pub rows: Vec<StatementLine>,
    /// What is said where there are no rows.
    pub empty: String,
    /// What stands at the foot of every page.
    pub foot: String,
}

/// A saved statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedStatement {
    /// The file.
    pub path: String,
    /// Its pages.
    pub pages: u32,
}
