//! What may be in a print run.
//!
//! Owns the rules that name the insert that breaks them: each cardholder's card once, no second insert beside a valid one, a
//! reprint of what is valid. The tables repeat the rule of the one valid insert. A whole run is looked up some hundred inserts
//! at a time, since one by one 10,000 of them would be waited for.

use std::collections::{HashMap, HashSet};

use cardesk_domain::{CardId, CardholderId};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::directory_index::IDS_A_STATEMENT;
use crate::error::JournalError;
use crate::print_records::{InsertState, NewInsert, NewRun};
use crate::stored::{card_id_text, optional_parsed_at, parsed_at};

/// What can be said without the database: an empty run, a reason left out, the same card or old serial twice.
pub(crate) fn check_shape(run: &NewRun) -> Result<(), JournalError> {
    if run.inserts.is_empty() {
        return Err(JournalError::InvalidRun("it has no inserts"));
    }
    let mut cards = HashSet::new();
    let mut without_card = HashSet::new();
    let mut replaced = HashSet::new();
    for insert in &run.inserts {
        if insert.card_id.is_some_and(|card_id| !cards.insert(card_id)) {
            return Err(JournalError::InvalidRun("it has the same card twice"));
        }
        if insert.card_id.is_none() && !without_card.insert(&insert.cardholder_id) {
            return Err(JournalError::InvalidRun("it has two inserts without a card for the same cardholder"));
        }
        if let Some(reprint) = &insert.reprint {
            if reprint.reason.trim().is_empty() {
                return Err(JournalError::InvalidRun("a reprint needs a reason"));
            }
            if !replaced.insert(&reprint.serial) {
                return Err(JournalError::InvalidRun("it reprints the same insert twice"));
            }
        }
    }
    Ok(())
}

/// What the tables have of the cardholders and cards of a run.
#[derive(Default)]
struct Known {
    cardholders: HashSet<CardholderId>,
    owners: HashMap<CardId, CardholderId>,
    /// The valid insert of each card, and of each cardholder the one that names no card.
    valid_of_card: HashMap<CardId, String>,
    valid_without_card: HashMap<CardholderId, String>,
    /// State and cardholder of what is reprinted.
    reprinted: HashMap<String, (String, CardholderId)>,
}

/// Refuses the first insert that can't be in a run.
pub(crate) async fn check_inserts(connection: &mut SqliteConnection, inserts: &[NewInsert]) -> Result<(), JournalError> {
    for inserts in inserts.chunks(IDS_A_STATEMENT) {
        let known = known_of(connection, inserts).await?;
        for insert in inserts {
            check_insert(insert, &known)?;
        }
    }
    Ok(())
}

async fn known_of(connection: &mut SqliteConnection, inserts: &[NewInsert]) -> Result<Known, JournalError> {
    let holders: Vec<String> = inserts.iter().map(|insert| insert.cardholder_id.as_str().to_owned()).collect();
    let cards: Vec<String> = inserts.iter().filter_map(|insert| insert.card_id).map(card_id_text).collect();
    let serials: Vec<String> = inserts.iter().filter_map(|insert| Some(insert.reprint.as_ref()?.serial.clone())).collect();
    let mut known = Known::default();
    for row in &listed(connection, "SELECT id FROM cardholders WHERE id IN ", &holders).await? {
        known.cardholders.insert(parsed_at(row, "id")?);
    }
    for row in &listed(connection, "SELECT id, cardholder_id FROM cards WHERE id IN ", &cards).await? {
        known.owners.insert(parsed_at(row, "id")?, parsed_at(row, "cardholder_id")?);
    }
    for row in &listed(connection, "SELECT serial, card_id FROM inserts WHERE state = 'printed' AND card_id IN ", &cards).await? {
        let card: Option<CardId> = optional_parsed_at(row, "card_id")?;
        known.valid_of_card.extend(card.map(|card| (card, row.get("serial"))));
    }
    let without_card = "SELECT serial, cardholder_id FROM inserts WHERE state = 'printed' AND card_id IS NULL AND cardholder_id IN ";
    for row in &listed(connection, without_card, &holders).await? {
        known.valid_without_card.insert(parsed_at(row, "cardholder_id")?, row.try_get("serial")?);
    }
    for row in &listed(connection, "SELECT serial, state, cardholder_id FROM inserts WHERE serial IN ", &serials).await? {
        known.reprinted.insert(row.try_get("serial")?, (row.try_get("state")?, parsed_at(row, "cardholder_id")?));
    }
    Ok(known)
}

/// The rows that the statement finds for the texts, which it names in brackets at its end; none for none.
async fn listed(connection: &mut SqliteConnection, statement: &str, texts: &[String]) -> Result<Vec<SqliteRow>, JournalError> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new(statement);
    let mut list = query.push("(").separated(", ");
    for text in texts {
        list.push_bind(text.as_str());
    }
    query.push(")");
    Ok(query.build().fetch_all(connection).await?)
}

fn check_insert(insert: &NewInsert, known: &Known) -> Result<(), JournalError> {
    let holder = &insert.cardholder_id;
    if !known.cardholders.contains(holder) {
        return Err(JournalError::UnknownCardholder(holder.clone()));
    }
    if insert.card_id.is_some_and(|card| known.owners.get(&card) != Some(holder)) {
        return Err(JournalError::InvalidRun("a card on it is not one of its cardholder's in the directory"));
    }
    let replaced = insert.reprint.as_ref().map(|reprint| &reprint.serial);
    if let Some(serial) = replaced {
        let (state, owner) = known.reprinted.get(serial).ok_or_else(|| JournalError::UnknownInsert(serial.clone()))?;
        if state != InsertState::Printed.as_str() {
            return Err(JournalError::InsertNotPrinted(serial.clone()));
        }
        if owner != holder {
            return Err(JournalError::InvalidRun("a reprint is for the same cardholder as the insert it replaces"));
        }
    }
    let valid = match insert.card_id {
        Some(card) => known.valid_of_card.get(&card),
        None => known.valid_without_card.get(holder),
    };
    match valid {
        Some(serial) if replaced != Some(serial) => Err(JournalError::AlreadyPrinted(serial.clone())),
        _ => Ok(()),
    }
}

/// Refuses a run that reprints what another insert has replaced already. One that counted before, and waits since its job was
/// cancelled, has replaced it itself.
pub(crate) async fn refuse_stale_reprints(connection: &mut SqliteConnection, number: u32) -> Result<(), JournalError> {
    let stale: Option<String> = sqlx::query_scalar(
        "SELECT old.serial FROM inserts new JOIN inserts old ON old.serial = new.replaces \
         WHERE new.run_number = ? AND old.state <> 'printed' AND old.voided_by <> new.serial LIMIT 1",
    )
    .bind(i64::from(number))
    .fetch_optional(connection)
    .await?;
    stale.map_or(Ok(()), |serial| Err(JournalError::InsertNotPrinted(serial)))
}

/// Refuses a run with a card, or a cardholder without one, that has got a valid insert since the run was begun: one that the
/// run does not replace.
pub(crate) async fn refuse_second_inserts(connection: &mut SqliteConnection, number: u32) -> Result<(), JournalError> {
    let valid: Option<String> = sqlx::query_scalar(
        "SELECT old.serial FROM inserts new JOIN inserts old ON old.card_id = new.card_id \
         WHERE new.run_number = ? AND old.state = 'printed' AND old.serial IS NOT new.replaces \
         UNION ALL \
         SELECT old.serial FROM inserts new JOIN inserts old ON old.cardholder_id = new.cardholder_id AND old.card_id IS NULL \
         WHERE new.run_number = ? AND new.card_id IS NULL AND old.state = 'printed' AND old.serial IS NOT new.replaces LIMIT 1",
    )
    .bind(i64::from(number))
    .bind(i64::from(number))
    .fetch_optional(connection)
    .await?;
    valid.map_or(Ok(()), |serial| Err(JournalError::AlreadyPrinted(serial)))
}
