//! Lists as files for a spreadsheet: what the window sends, and what came of it.
//!
//! Titles and words come from the window, whose catalogues have them in the operator's language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::cardholder::{DirectoryColumn, DirectoryQuery};
use crate::view::word::CardState;

/// A list of the window, as it is to be saved: a title for each column and, in every row, a cell for each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TableToSave {
    /// What the file is called, without its ending.
    pub name: String,
    /// The columns' titles.
    pub titles: Vec<String>,
    /// The rows; amounts as canonical decimals, cards by their last four digits.
    pub rows: Vec<Vec<String>>,
}

/// The directory, as it is to be saved: all rows of a query.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryToSave {
    /// What the file is called, without its ending.
    pub name: String,
    /// Which cardholders, in which order. Its stretch (`offset`, `limit`) does not count: everyone who matches is saved.
    pub query: DirectoryQuery,
    /// The columns.
    pub columns: Vec<TitledColumn>,
    /// The title of the column with the number of cards.
    pub cards_title: String,
    /// What a document's kind is called, by the gateway's word.
    pub document_types: BTreeMap<String, String>,
    /// What a card's state is called.
    pub card_states: BTreeMap<CardState, String>,
}

/// A column of the directory with its title.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TitledColumn {
    /// The column.
    pub column: DirectoryColumn,
    /// Its title.
    pub title: String,
}

/// A saved table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedTable {
    /// The file.
    pub path: String,
    /// How many rows it has, the titles not counted.
    pub rows: u32,
}
