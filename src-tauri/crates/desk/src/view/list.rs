//! How a list looks to the operator: which columns it shows, how wide, and by what it is sorted.
//!
//! The columns' names are the window's, which alone knows what stands in them; the desk only remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

/// A list whose looks are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ListName {
    /// The cardholders.
    Directory,
    /// The cards that need an insert.
    NeedingInsert,
    /// The printed inserts.
    PrintedInserts,
    /// The print runs.
    PrintRuns,
    /// The inserts of a print run.
    RunInserts,
    /// A card's movements.
    Movements,
    /// The operations of this desk on a card.
    Operations,
}

/// A column as the operator has set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListColumn {
    /// The window's name for it.
    pub name: String,
    /// Whether it is shown.
    pub is_shown: bool,
    /// Its width in CSS pixels; `null` for as wide as there is room.
    pub width_px: Option<u32>,
}

/// By what a list is sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListSorting {
    /// The window's name for the column.
    pub column: String,
    /// Whether the greatest comes first.
    pub is_descending: bool,
}

/// How one list looks. A column that is not named looks as the window has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListLayout {
    /// The columns that were changed.
    pub columns: Vec<ListColumn>,
    /// By what it is sorted; `null` for the window's own order.
    pub sorting: Option<ListSorting>,
    /// The width of the whole list in CSS pixels where it can be changed; `null` for the window's own.
    pub width_px: Option<u32>,
}

/// One list's looks, changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListChange {
    /// Which list.
    pub list: ListName,
    /// How it looks from now on.
    pub layout: ListLayout,
}

/// The looks of every list that was changed.
pub type ListLayouts = BTreeMap<ListName, ListLayout>;

/// More columns than any list has.
const MOST_COLUMNS: usize = 32;

/// Longer than any column's name.
const LONGEST_NAME: usize = 40;

/// Beyond every screen.
const WIDEST_PX: u32 = 4_000;

impl ListLayout {
    /// The layout within bounds, so that the settings file stays small whatever the window sends.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let is_name = |name: &str| !name.is_empty() && name.len() <= LONGEST_NAME;
        self.columns.retain(|column| is_name(&column.name));
        self.columns.truncate(MOST_COLUMNS);
        for column in &mut self.columns {
            column.width_px = column.width_px.map(|width| width.min(WIDEST_PX));
        }
        self.sorting = self.sorting.filter(|sorting| is_name(&sorting.column));
        self.width_px = self.width_px.map(|width| width.min(WIDEST_PX));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_stays_small() {
        let column = |name: &str, width_px| ListColumn { name: name.to_owned(), is_shown: true, width_px };
        let sorting = Some(ListSorting { column: "x".repeat(41), is_descending: true });
        let columns = std::iter::once(column("", None)).chain((0..100).map(|_| column("phone", Some(u32::MAX)))).collect();
        let bounded = ListLayout { columns, sorting, width_px: Some(300) }.bounded();
        let expected = vec![column("phone", Some(WIDEST_PX)); MOST_COLUMNS];
        assert_eq!(bounded, ListLayout { columns: expected, sorting: None, width_px: Some(300) });
    }
}
