//! The record of what everybody did.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::cardholder::{HappeningAction, HappeningKind, HappeningResult, HappeningView};

/// Which stretch of what everybody did is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityRequest {
    /// Only older ones than the row with this number.
    pub before: Option<String>,
    /// Only what is about this.
    pub kind: Option<HappeningKind>,
    /// Only what ended like this; everything if none is named.
    pub results: Vec<HappeningResult>,
    /// Only what was done while this one was signed in to the computer.
    pub operator: Option<String>,
    /// Only what was done on this day of the issuer's calendar, `2026-11-24`.
    pub day: Option<String>,
    /// Only what has this text in the cardholder's name, the operator, reference, serial, detail or note.
    pub text: String,
    /// The actions whose own words have the text in them: they are found by it as well.
    pub text_actions: Vec<HappeningAction>,
    /// The most rows, at most 200.
    pub limit: u32,
}

/// Something that was done, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityRow {
    /// What was done.
    pub happening: HappeningView,
    /// Whose it is; `null` of what is nobody's, as a box.
    pub cardholder_id: Option<String>,
    /// `Ramírez Núñez, María José`, where the desk knows the cardholder.
    pub display_name: Option<String>,
    /// The last four digits of the card, where they are known.
    pub last_four: String,
}

/// A stretch of what everybody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityPage {
    /// The rows, the newest first.
    pub rows: Vec<ActivityRow>,
    /// Whether there are older ones.
    pub has_older: bool,
    /// Everybody who did anything here, by name.
    pub operators: Vec<String>,
}
