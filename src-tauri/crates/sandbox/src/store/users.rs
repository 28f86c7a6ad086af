//! Cardholders as the gateway keeps them.
//!
//! Owns their rows, the uniqueness of a username, and the search over them. Whether a registration is acceptable was
//! decided before (see `wire`).

use cardesk_domain::CardholderId;
use cardesk_domain::text::fold_for_search;
use jiff::Timestamp;
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{StoreError, bytes_of, next_number, reset_counter, row};

const USERS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("users");
const SEARCH: TableDefinition<'static, u64, &'static str> = TableDefinition::new("users_search");
const BY_ID: TableDefinition<'static, &'static str, u64> = TableDefinition::new("users_by_id");
const BY_USERNAME: TableDefinition<'static, &'static str, u64> = TableDefinition::new("users_by_username");

/// One cardholder. Those registered by invitation have told no more than their username and, if they like, their NIT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserRecord {
    pub(crate) id: CardholderId,
    pub(crate) username: String,
    pub(crate) nit: Option<String>,
    pub(crate) personal: Option<PersonalRecord>,
    pub(crate) created_at: Timestamp,
}

/// What a registration with personal information tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PersonalRecord {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) phone_number: String,
    pub(crate) address: String,
    pub(crate) country_of_birth: String,
    pub(crate) place_of_birth: String,
    pub(crate) gender: String,
    pub(crate) marital_status: String,
    pub(crate) date_of_birth: String,
    pub(crate) document_type: String,
    pub(crate) document_number: String,
}

impl UserRecord {
    /// First and last name, or empty texts for those who have told none.
    pub(crate) fn names(&self) -> (&str, &str) {
        self.personal.as_ref().map_or(("", ""), |personal| (&personal.first_name, &personal.last_name))
    }

    fn search_text(&self) -> String {
        let mut text = format!("{} {}", self.username, self.id);
        if let Some(personal) = &self.personal {
            let digits = personal.phone_number.trim_start_matches('+');
            text = format!("{} {} {text} +{digits} {}", personal.first_name, personal.last_name, personal.document_number);
        }
        fold_for_search(&text)
    }
}

/// One page of a listing, and how many there are in all.
#[derive(Debug)]
pub(crate) struct UserPage {
    pub(crate) users: Vec<UserRecord>,
    pub(crate) total: u64,
}

pub(super) fn clear(change: &WriteTransaction) -> Result<(), StoreError> {
    change.delete_table(USERS)?;
    change.delete_table(SEARCH)?;
    change.delete_table(BY_ID)?;
    change.delete_table(BY_USERNAME)?;
    change.open_table(USERS)?;
    change.open_table(SEARCH)?;
    change.open_table(BY_ID)?;
    change.open_table(BY_USERNAME)?;
    reset_counter(change, "next_user")
}

/// Whether somebody has this username already; case does not matter in it.
pub(crate) fn is_username_taken(change: &WriteTransaction, username: &str) -> Result<bool, StoreError> {
    Ok(change.open_table(BY_USERNAME)?.get(username.to_ascii_lowercase().as_str())?.is_some())
}

/// The cardholder with this username, within a change.
pub(crate) fn by_username(change: &WriteTransaction, username: &str) -> Result<Option<UserRecord>, StoreError> {
    let by_username = change.open_table(BY_USERNAME)?;
    match by_username.get(username.to_ascii_lowercase().as_str())? {
        Some(number) => row(&change.open_table(USERS)?, number.value()),
        None => Ok(None),
    }
}

/// Adds a cardholder whose username is free.
pub(crate) fn add(change: &WriteTransaction, user: &UserRecord) -> Result<(), StoreError> {
    let number = next_number(change, "next_user", 1)?;
    change.open_table(USERS)?.insert(number, bytes_of(user)?.as_slice())?;
    change.open_table(SEARCH)?.insert(number, user.search_text().as_str())?;
    change.open_table(BY_ID)?.insert(user.id.as_str(), number)?;
    change.open_table(BY_USERNAME)?.insert(user.username.to_ascii_lowercase().as_str(), number)?;
    Ok(())
}

/// The cardholder with this id.
pub(crate) fn find(view: &ReadTransaction, id: &str) -> Result<Option<UserRecord>, StoreError> {
    match view.open_table(BY_ID)?.get(id)? {
        Some(number) => row(&view.open_table(USERS)?, number.value()),
        None => Ok(None),
    }
}

/// The same, within a change.
pub(crate) fn find_in_change(change: &WriteTransaction, id: &str) -> Result<Option<UserRecord>, StoreError> {
    let by_id = change.open_table(BY_ID)?;
    match by_id.get(id)? {
        Some(number) => row(&change.open_table(USERS)?, number.value()),
        None => Ok(None),
    }
}

/// Those in whose name, username, phone, document or id every word of `search_text` occurs, in the order of their
/// registration; `page` counts from 1.
pub(crate) fn page(view: &ReadTransaction, search_text: &str, page: u64, limit: u64) -> Result<UserPage, StoreError> {
    let folded = fold_for_search(search_text);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let skipped = (page - 1).saturating_mul(limit);
    let users = view.open_table(USERS)?;
    let mut found = UserPage { users: Vec::new(), total: 0 };
    for entry in view.open_table(SEARCH)?.iter()? {
        let (number, text) = entry?;
        if words.iter().all(|word| text.value().contains(word)) {
            if found.total >= skipped && (found.users.len() as u64) < limit {
                found.users.extend(row::<UserRecord>(&users, number.value())?);
            }
            found.total += 1;
        }
    }
    Ok(found)
}
