//! How values stand in the database's columns.
//!
//! Owns the conversions between the words of `domain` and whole numbers and text. A value that does not read back is
//! an error that names its kind, never a guess.

use std::str::FromStr;

use cardesk_domain::{Amount, CardId, Currency, Money};
use jiff::Timestamp;
use serde::Deserialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::JournalError;

pub(crate) fn microseconds(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(crate) fn timestamp(microseconds: i64) -> Result<Timestamp, JournalError> {
    Timestamp::from_microsecond(microseconds).map_err(|_| JournalError::UnreadableValue("time"))
}

pub(crate) fn timestamp_at(row: &SqliteRow, column: &str) -> Result<Timestamp, JournalError> {
    timestamp(row.try_get(column)?)
}

pub(crate) fn optional_timestamp_at(row: &SqliteRow, column: &str) -> Result<Option<Timestamp>, JournalError> {
    row.try_get::<Option<i64>, _>(column)?.map(timestamp).transpose()
}

pub(crate) fn ten_thousandths(amount: Amount) -> Result<i64, JournalError> {
    amount.ten_thousandths().ok_or(JournalError::AmountTooLarge)
}

pub(crate) fn optional_ten_thousandths(amount: Option<Amount>) -> Result<Option<i64>, JournalError> {
    amount.map(ten_thousandths).transpose()
}

pub(crate) fn optional_amount_at(row: &SqliteRow, column: &str) -> Result<Option<Amount>, JournalError> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Amount::from_ten_thousandths))
}

pub(crate) fn optional_money_at(row: &SqliteRow) -> Result<Option<Money>, JournalError> {
    let amount = optional_amount_at(row, "amount")?;
    let currency: Option<Currency> = optional_parsed_at(row, "currency")?;
    Ok(amount.zip(currency).map(|(amount, currency)| Money::new(amount, currency)))
}

/// Reads a text column as `T`; `column` names the kind of value in the error.
pub(crate) fn parsed_at<T: FromStr>(row: &SqliteRow, column: &'static str) -> Result<T, JournalError> {
    parsed(row.try_get::<&str, _>(column)?, column)
}

pub(crate) fn optional_parsed_at<T: FromStr>(row: &SqliteRow, column: &'static str) -> Result<Option<T>, JournalError> {
    row.try_get::<Option<&str>, _>(column)?.map(|text| parsed(text, column)).transpose()
}

/// The rows of a `json_group_array` of arrays.
pub(crate) fn rows_of_json<'a, Row: Deserialize<'a>>(json: &'a str, kind: &'static str) -> Result<Vec<Row>, JournalError> {
    serde_json::from_str(json).map_err(|_| JournalError::UnreadableValue(kind))
}

pub(crate) fn parsed<T: FromStr>(text: &str, kind: &'static str) -> Result<T, JournalError> {
    text.parse().map_err(|_| JournalError::UnreadableValue(kind))
}

pub(crate) fn card_id_text(id: CardId) -> String {
    id.to_string()
}

/// Reads a whole number that fits `T`.
pub(crate) fn whole_at<T: TryFrom<i64>>(row: &SqliteRow, column: &'static str) -> Result<T, JournalError> {
    T::try_from(row.try_get::<i64, _>(column)?).map_err(|_| JournalError::UnreadableValue(column))
}

pub(crate) fn optional_whole_at<T: TryFrom<i64>>(row: &SqliteRow, column: &'static str) -> Result<Option<T>, JournalError> {
    row.try_get::<Option<i64>, _>(column)?.map(|number| T::try_from(number).map_err(|_| JournalError::UnreadableValue(column))).transpose()
}
