//! Replacements of cards: where each stands, every move it made, and the operations of its steps.
//!
//! Owns that a replacement goes on exactly where it was, also after the program has ended: a step that must not be done
//! twice has its reference on disk before anything is sent, and gets another only when it is certain that the one before did
//! nothing (the database's guards keep both). Which step may follow which is `cardesk_domain::replacement`'s word; doing
//! them is `desk`'s business.

use std::collections::HashSet;

use cardesk_domain::{CardId, CardholderId, Reference, ReplacementCause, ReplacementEvent, ReplacementState, ReplacementStep};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::{JournalError, is_refused_by};
use crate::happenings::{Happening, write_happening};
use crate::profile::push_ids;
use crate::stored::{card_id_text, microseconds, optional_parsed_at, parsed_at, timestamp_at, whole_at};

/// That a card is given up for another, by the rule of [`ReplacementState::gives_up_old_card`] in the database's words.
macro_rules! is_given_up {
    ($card:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM replacements g WHERE g.old_card_id = ",
            $card,
            " AND (g.state IN ('block', 'issue', 'inserts', 'balance', 'finished', 'stopped_at_balance') \
             OR (g.cause = 'expiring' AND g.state = 'stopped_at_block')))"
        )
    };
}
pub(crate) use is_given_up;

/// A replacement to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReplacement {
    /// Whose card it is; must be in the directory.
    pub cardholder_id: CardholderId,
    /// The card to be replaced; must be in the directory.
    pub old_card_id: CardId,
    /// Why.
    pub cause: ReplacementCause,
    /// What else there is to say of it, in a person's words.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who begins it.
    pub operator: String,
}

/// A replacement as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// Its number; consecutive, never used again.
    pub number: u32,
    /// Whose card it is.
    pub cardholder_id: CardholderId,
    /// The card that is replaced.
    pub old_card_id: CardId,
    /// The card in its place, once it is issued.
    pub new_card_id: Option<CardId>,
    /// Why.
    pub cause: ReplacementCause,
    /// What else there is to say of it.
    pub reason: Option<String>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// Who began it.
    pub begun_by: String,
    /// Where it stands.
    pub state: ReplacementState,
}

/// One move of a replacement, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacementMove {
    /// The state before.
    pub from: ReplacementState,
    /// The state after.
    pub to: ReplacementState,
    /// When.
    pub at: Timestamp,
    /// Who made it.
    pub operator: String,
    /// How the step ended, in a stable word of `desk`'s choosing.
    pub outcome: String,
    /// The operation that did it.
    pub reference: Option<Reference>,
    /// A serial, an amount, a person's reason.
    pub detail: Option<String>,
}

/// A move to be made.
#[derive(Debug, Clone)]
pub struct NewReplacementMove<'a> {
    /// Of which replacement.
    pub number: u32,
    /// What happened.
    pub event: ReplacementEvent,
    /// When.
    pub at: Timestamp,
    /// Who was at the desk.
    pub operator: &'a str,
    /// How the step ended.
    pub outcome: &'a str,
    /// The operation that did it.
    pub reference: Option<Reference>,
    /// What else is worth knowing.
    pub detail: Option<String>,
    /// The new card, once it is issued.
    pub new_card_id: Option<CardId>,
    /// What the record of what happened says of it.
    pub happenings: Vec<Happening>,
}

impl Journal {
    /// Begins a replacement. Returns it as it stands.
    ///
    /// # Errors
    /// [`JournalError::ReplacementOpen`] if the card has one under way; or that it could not be written.
    pub async fn begin_replacement(&self, new: &NewReplacement, happenings: &[Happening]) -> Result<Replacement, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let written = sqlx::query(
            "INSERT INTO replacements (number, cardholder_id, old_card_id, cause, reason, begun_at, begun_by, state, moves) \
             SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ?, 0 FROM replacements",
        )
        .bind(new.cardholder_id.as_str())
        .bind(card_id_text(new.old_card_id))
        .bind(new.cause.as_str())
        .bind(&new.reason)
        .bind(microseconds(new.at))
        .bind(&new.operator)
        .bind(ReplacementState::first(new.cause).as_str())
        .execute(&mut *transaction)
        .await;
        match written {
            Err(error) if is_refused_by(&error, "replacements.old_card_id") => return Err(JournalError::ReplacementOpen(new.old_card_id)),
            other => other?,
        };
        let row = sqlx::query("SELECT * FROM replacements ORDER BY number DESC LIMIT 1").fetch_one(&mut *transaction).await?;
        let begun = replacement_from(&row)?;
        for happening in happenings {
            write_happening(&mut transaction, happening).await?;
        }
        let _changed = self.directory_index().will_change(vec![new.cardholder_id.clone()]);
        transaction.commit().await?;
        Ok(begun)
    }

    /// Moves a replacement on. When this has returned, the move is on disk.
    ///
    /// # Errors
    /// [`JournalError::UnknownReplacement`]; [`JournalError::IllegalReplacementMove`]; [`JournalError::ReplacementOpen`] if a
    /// stopped one is to go on while the card has another under way; or that it could not be written.
    pub async fn advance_replacement(&self, made: NewReplacementMove<'_>) -> Result<Replacement, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let before = existing(&mut transaction, made.number).await?;
        let to = before.state.after(before.cause, made.event)?;
        write_move(&mut transaction, &before, to, &made).await?;
        for happening in &made.happenings {
            write_happening(&mut transaction, happening).await?;
        }
        let _changed = self.directory_index().will_change(vec![before.cardholder_id.clone()]);
        transaction.commit().await?;
        Ok(Replacement { state: to, new_card_id: made.new_card_id.or(before.new_card_id), ..before })
    }

    /// Writes down the reference under which a step of a replacement is sent.
    ///
    /// # Errors
    /// [`JournalError::ReferenceTaken`]; [`JournalError::StepNotToBeSent`] if the last attempt may have done something, or the
    /// replacement is not at this step; or that it could not be written.
    pub async fn attempt_replacement(&self, number: u32, step: ReplacementStep, reference: &Reference) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let written = sqlx::query(
            "INSERT INTO replacement_attempts (reference, replacement, step, number) \
             SELECT ?1, ?2, ?3, 1 + (SELECT count(*) FROM replacement_attempts WHERE replacement = ?2 AND step = ?3)",
        )
        .bind(reference.as_str())
        .bind(i64::from(number))
        .bind(step.as_str())
        .execute(&mut *transaction)
        .await;
        match written {
            Err(error) if is_refused_by(&error, "replacement_attempts.reference") || is_refused_by(&error, "the reference was used") => {
                return Err(JournalError::ReferenceTaken(reference.clone()));
            }
            Err(error) if is_refused_by(&error, "one operation at a time") => return Err(JournalError::StepNotToBeSent(number)),
            other => other?,
        };
        transaction.commit().await?;
        Ok(())
    }

    /// The reference of the last attempt at a step, if there is one. Whether anything was sent under it is told by whether an
    /// operation has it.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn replacement_attempt(&self, number: u32, step: ReplacementStep) -> Result<Option<Reference>, JournalError> {
        let row = sqlx::query("SELECT reference FROM replacement_attempts WHERE replacement = ? AND step = ? ORDER BY number DESC LIMIT 1")
            .bind(i64::from(number))
            .bind(step.as_str())
            .fetch_optional(self.reading())
            .await?;
        row.as_ref().map(|row| parsed_at(row, "reference")).transpose()
    }

    /// The replacement with this number.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn replacement(&self, number: u32) -> Result<Option<Replacement>, JournalError> {
        let row = sqlx::query("SELECT * FROM replacements WHERE number = ?").bind(i64::from(number)).fetch_optional(self.reading()).await?;
        row.as_ref().map(replacement_from).transpose()
    }

    /// The replacements of a card, and those by it, newest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn replacements_of_card(&self, card: CardId) -> Result<Vec<Replacement>, JournalError> {
        let rows = sqlx::query("SELECT * FROM replacements WHERE old_card_id = ?1 OR new_card_id = ?1 ORDER BY number DESC")
            .bind(card_id_text(card))
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(replacement_from).collect()
    }

    /// The replacements of a cardholder's cards, newest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn replacements_of_cardholder(&self, cardholder: &CardholderId) -> Result<Vec<Replacement>, JournalError> {
        let rows = sqlx::query("SELECT * FROM replacements WHERE cardholder_id = ? ORDER BY number DESC")
            .bind(cardholder.as_str())
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(replacement_from).collect()
    }

    /// Which cards of these cardholders are given up for another one: nobody is to get an insert or a plastic of them.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn given_up_cards(&self, ids: &[CardholderId]) -> Result<HashSet<CardId>, JournalError> {
        let mut cards = HashSet::new();
        for ids in ids.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new("SELECT r.old_card_id FROM replacements r WHERE r.cardholder_id IN ");
            push_ids(&mut query, ids);
            query.push(concat!(" AND ", is_given_up!("r.old_card_id")));
            for row in &query.build().fetch_all(self.reading()).await? {
                cards.insert(parsed_at(row, "old_card_id")?);
            }
        }
        Ok(cards)
    }

    /// Every replacement under way, oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn open_replacements(&self) -> Result<Vec<Replacement>, JournalError> {
        let rows = sqlx::query("SELECT * FROM replacements WHERE state IN ('block', 'issue', 'inserts', 'balance') ORDER BY number")
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(replacement_from).collect()
    }

    /// Every move of a replacement, in their order.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn replacement_moves(&self, number: u32) -> Result<Vec<ReplacementMove>, JournalError> {
        let rows = sqlx::query("SELECT * FROM replacement_moves WHERE replacement = ? ORDER BY sequence")
            .bind(i64::from(number))
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(move_from).collect()
    }
}

async fn existing(connection: &mut SqliteConnection, number: u32) -> Result<Replacement, JournalError> {
    let row = sqlx::query("SELECT * FROM replacements WHERE number = ?").bind(i64::from(number)).fetch_optional(connection).await?;
    row.as_ref().map(replacement_from).transpose()?.ok_or(JournalError::UnknownReplacement(number))
}

/// Writes the move down and makes it; the database's guards check both.
async fn write_move(
    connection: &mut SqliteConnection,
    before: &Replacement,
    to: ReplacementState,
    made: &NewReplacementMove<'_>,
) -> Result<(), JournalError> {
    sqlx::query(
        "INSERT INTO replacement_moves (replacement, sequence, from_state, to_state, at, operator, outcome, reference, detail) \
         SELECT number, moves + 1, ?, ?, ?, ?, ?, ?, ? FROM replacements WHERE number = ?",
    )
    .bind(before.state.as_str())
    .bind(to.as_str())
    .bind(microseconds(made.at))
    .bind(made.operator)
    .bind(made.outcome)
    .bind(made.reference.as_ref().map(Reference::as_str))
    .bind(&made.detail)
    .bind(i64::from(before.number))
    .execute(&mut *connection)
    .await?;
    let moved =
        sqlx::query("UPDATE replacements SET state = ?, moves = moves + 1, new_card_id = coalesce(?, new_card_id) WHERE number = ?")
            .bind(to.as_str())
            .bind(made.new_card_id.map(card_id_text))
            .bind(i64::from(before.number))
            .execute(&mut *connection)
            .await;
    match moved {
        Err(error) if is_refused_by(&error, "replacements.old_card_id") => Err(JournalError::ReplacementOpen(before.old_card_id)),
        other => other.map(|_| ()).map_err(Into::into),
    }
}

fn replacement_from(row: &SqliteRow) -> Result<Replacement, JournalError> {
    let cause: &str = row.try_get("cause")?;
    Ok(Replacement {
        number: whole_at(row, "number")?,
        cardholder_id: parsed_at(row, "cardholder_id")?,
        old_card_id: parsed_at(row, "old_card_id")?,
        new_card_id: optional_parsed_at(row, "new_card_id")?,
        cause: ReplacementCause::from_word(cause).ok_or(JournalError::UnreadableValue("cause of a replacement"))?,
        reason: row.try_get("reason")?,
        begun_at: timestamp_at(row, "begun_at")?,
        begun_by: row.try_get("begun_by")?,
        state: state_at(row, "state")?,
    })
}

fn move_from(row: &SqliteRow) -> Result<ReplacementMove, JournalError> {
    Ok(ReplacementMove {
        from: state_at(row, "from_state")?,
        to: state_at(row, "to_state")?,
        at: timestamp_at(row, "at")?,
        operator: row.try_get("operator")?,
        outcome: row.try_get("outcome")?,
        reference: optional_parsed_at(row, "reference")?,
        detail: row.try_get("detail")?,
    })
}

fn state_at(row: &SqliteRow, column: &str) -> Result<ReplacementState, JournalError> {
    ReplacementState::from_word(row.try_get(column)?).ok_or(JournalError::UnreadableValue("state of a replacement"))
}
