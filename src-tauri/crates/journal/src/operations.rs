//! Operations that change something at the gateway: drafts, intents, outcomes, and every move between them.
//!
//! Owns writing them down; which move is legal is `cardesk_domain::operation`'s word, repeated by the database's guards.
//! What evidence means, and when to ask for it, is left to `desk`.

use cardesk_domain::{CardId, CardholderId, Money, OperationEvent, OperationKind, OperationState, Reference};
use jiff::Timestamp;
use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::database::Journal;
use crate::error::{JournalError, is_refused_by};
use crate::stored::{
    card_id_text, microseconds, optional_money_at, optional_parsed_at, optional_whole_at, parsed_at, ten_thousandths, timestamp_at,
};

/// An operation to be written down as a draft. Nothing of it can be changed afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperation {
    /// Ours, never used before.
    pub reference: Reference,
    /// What it does.
    pub kind: OperationKind,
    /// Whom it is for; needed for issuing.
    pub cardholder_id: Option<CardholderId>,
    /// Which card it changes; needed for loads and withdrawals.
    pub card_id: Option<CardId>,
    /// How much, more than nothing; needed for loads and withdrawals, absent for issuing.
    pub money: Option<Money>,
    /// The operator's note.
    pub note: Option<String>,
    /// The channel named to the gateway, `WEB`.
    pub channel: Option<String>,
    /// What was the case beforehand (balance, the cardholder's cards), in a form of `desk`'s choosing, for settling an
    /// unknown outcome later.
    pub context: Option<String>,
    /// When it was drafted.
    pub at: Timestamp,
    /// Who drafted it.
    pub operator: String,
}

/// What a move rests on. All empty for a move that needs none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// In words: the gateway's message, or a person's reason.
    pub detail: Option<String>,
    /// The gateway's code, `7303`.
    pub gateway_code: Option<String>,
    /// The HTTP status of its answer.
    pub http_status: Option<u16>,
    /// The gateway's id of the movement, or of the card that was issued.
    pub movement_id: Option<String>,
}

/// An operation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Ours.
    pub reference: Reference,
    /// What it does.
    pub kind: OperationKind,
    /// Where it stands.
    pub state: OperationState,
    /// Whom it is for.
    pub cardholder_id: Option<CardholderId>,
    /// Which card it changes.
    pub card_id: Option<CardId>,
    /// How much.
    pub money: Option<Money>,
    /// The operator's note.
    pub note: Option<String>,
    /// The channel named to the gateway.
    pub channel: Option<String>,
    /// What was the case beforehand, as `desk` wrote it.
    pub context: Option<String>,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// Who drafted it.
    pub drafted_by: String,
    /// The move that led to its state; none for a draft.
    pub last_move: Option<OperationMove>,
}

/// One move of an operation, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationMove {
    /// The state before.
    pub from: OperationState,
    /// The state after.
    pub to: OperationState,
    /// When.
    pub at: Timestamp,
    /// Who made it.
    pub operator: String,
    /// What it rests on.
    pub evidence: Evidence,
}

/// An operation with its last move, chosen by the clause that is given.
macro_rules! operations_where {
    ($clause:literal) => {
        concat!(
            "SELECT o.reference, o.kind, o.state, o.cardholder_id, o.card_id, o.amount, o.currency, o.note, o.channel, o.context, \
             o.drafted_at, o.drafted_by, m.from_state, m.to_state, m.at, m.operator, m.detail, m.gateway_code, m.http_status, m.movement_id \
             FROM operations o LEFT JOIN operation_moves m ON m.reference = o.reference AND m.sequence = o.moves ",
            $clause
        )
    };
}

/// What the record says of an intent that was found at the start.
const INTERRUPTED: &str = "the program ended before the outcome was known";

impl Journal {
    /// Writes a draft down. A draft is not an intent: nothing may be sent for it yet.
    ///
    /// # Errors
    /// [`JournalError::ReferenceTaken`], [`JournalError::IncompleteOperation`], or that it could not be written.
    pub async fn draft(&self, new: NewOperation) -> Result<Operation, JournalError> {
        let amount = checked_amount(&new)?;
        let mut transaction = self.begin_writing().await?;
        let written = sqlx::query(
            "INSERT INTO operations (reference, kind, cardholder_id, card_id, amount, currency, note, channel, context, drafted_at, drafted_by, state, moves) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'drafted', 0)",
        )
        .bind(new.reference.as_str())
        .bind(new.kind.as_str())
        .bind(new.cardholder_id.as_ref().map(CardholderId::as_str))
        .bind(new.card_id.map(card_id_text))
        .bind(amount)
        .bind(new.money.map(|money| money.currency().code().to_owned()))
        .bind(&new.note)
        .bind(&new.channel)
        .bind(&new.context)
        .bind(microseconds(new.at))
        .bind(&new.operator)
        .execute(&mut *transaction)
        .await;
        match written {
            Err(error) if is_refused_by(&error, "operations.reference") => return Err(JournalError::ReferenceTaken(new.reference)),
            other => other?,
        };
        let operation = existing(&mut transaction, &new.reference).await?;
        transaction.commit().await?;
        Ok(operation)
    }

    /// Moves an operation on. When this has returned, the move is on disk: after [`OperationEvent::Send`] the request may
    /// leave, and not before.
    ///
    /// # Errors
    /// [`JournalError::UnknownOperation`]; [`JournalError::IllegalMove`] (so a second `Send` of one reference);
    /// [`JournalError::LookAlikeOpen`] when sending; or that it could not be written. In each case nothing was written.
    pub async fn advance(
        &self,
        reference: &Reference,
        event: OperationEvent,
        evidence: Evidence,
        operator: &str,
        at: Timestamp,
    ) -> Result<Operation, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let before = existing(&mut transaction, reference).await?;
        let moved = OperationMove { from: before.state, to: before.state.after(event)?, at, operator: operator.to_owned(), evidence };
        make_move(&mut transaction, &before, &moved).await?;
        let after = existing(&mut transaction, reference).await?;
        transaction.commit().await?;
        Ok(after)
    }

    /// Turns every intent into an unknown outcome, and returns those. For the start of the program, before anything is
    /// sent: an intent found then is one whose process ended.
    ///
    /// # Errors
    /// If the journal can't be read or written; then nothing was changed.
    pub async fn interrupted(&self, operator: &str, at: Timestamp) -> Result<Vec<Operation>, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let rows = sqlx::query(operations_where!("WHERE o.state = 'intent' ORDER BY o.drafted_at, o.reference"))
            .fetch_all(&mut *transaction)
            .await?;
        let mut turned = Vec::with_capacity(rows.len());
        for row in &rows {
            let before = operation_from(row)?;
            let evidence = Evidence { detail: Some(INTERRUPTED.to_owned()), ..Evidence::default() };
            let to = before.state.after(OperationEvent::LoseSight)?;
            let moved = OperationMove { from: before.state, to, at, operator: operator.to_owned(), evidence };
            make_move(&mut transaction, &before, &moved).await?;
            turned.push(existing(&mut transaction, &before.reference).await?);
        }
        transaction.commit().await?;
        Ok(turned)
    }

    /// The operation with this reference, if there is one.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn operation(&self, reference: &Reference) -> Result<Option<Operation>, JournalError> {
        let row = sqlx::query(operations_where!("WHERE o.reference = ?")).bind(reference.as_str()).fetch_optional(self.reading()).await?;
        row.as_ref().map(operation_from).transpose()
    }

    /// A card's operations, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn operations_of_card(&self, card_id: CardId, limit: u32) -> Result<Vec<Operation>, JournalError> {
        let rows = sqlx::query(operations_where!("WHERE o.card_id = ? ORDER BY o.drafted_at DESC, o.reference LIMIT ?"))
            .bind(card_id_text(card_id))
            .bind(i64::from(limit))
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(operation_from).collect()
    }

    /// Every operation whose outcome is open (intent or unknown), oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn open_operations(&self) -> Result<Vec<Operation>, JournalError> {
        let rows = sqlx::query(operations_where!("WHERE o.state IN ('intent', 'unknown') ORDER BY o.drafted_at, o.reference"))
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(operation_from).collect()
    }

    /// Every move of an operation, in their order; empty for a draft and for a reference that nobody has.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn moves_of(&self, reference: &Reference) -> Result<Vec<OperationMove>, JournalError> {
        let rows = sqlx::query(
            "SELECT from_state, to_state, at, operator, detail, gateway_code, http_status, movement_id \
             FROM operation_moves WHERE reference = ? ORDER BY sequence",
        )
        .bind(reference.as_str())
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(move_from).collect()
    }
}

/// The amount to store, once the facts fit the kind.
fn checked_amount(new: &NewOperation) -> Result<Option<i64>, JournalError> {
    match (new.kind, new.money) {
        (OperationKind::Issue, None) if new.cardholder_id.is_some() => Ok(None),
        (OperationKind::Issue, None) => Err(JournalError::IncompleteOperation("issuing names the cardholder")),
        (OperationKind::Issue, Some(_)) => Err(JournalError::IncompleteOperation("issuing moves no money")),
        (OperationKind::Load | OperationKind::Withdrawal, _) if new.card_id.is_none() => {
            Err(JournalError::IncompleteOperation("funds need a card"))
        }
        (OperationKind::Load | OperationKind::Withdrawal, Some(money)) if money.amount().is_positive() => {
            ten_thousandths(money.amount()).map(Some)
        }
        (OperationKind::Load | OperationKind::Withdrawal, _) => {
            Err(JournalError::IncompleteOperation("funds need an amount of more than zero"))
        }
    }
}

/// Writes the move down and makes it; the database's guards check both.
async fn make_move(connection: &mut SqliteConnection, before: &Operation, moved: &OperationMove) -> Result<(), JournalError> {
    sqlx::query(
        "INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator, detail, gateway_code, http_status, movement_id) \
         SELECT reference, moves + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM operations WHERE reference = ?",
    )
    .bind(moved.from.as_str())
    .bind(moved.to.as_str())
    .bind(microseconds(moved.at))
    .bind(&moved.operator)
    .bind(&moved.evidence.detail)
    .bind(&moved.evidence.gateway_code)
    .bind(moved.evidence.http_status.map(i64::from))
    .bind(&moved.evidence.movement_id)
    .bind(before.reference.as_str())
    .execute(&mut *connection)
    .await?;
    let made = sqlx::query("UPDATE operations SET state = ?, moves = moves + 1 WHERE reference = ?")
        .bind(moved.to.as_str())
        .bind(before.reference.as_str())
        .execute(&mut *connection)
        .await;
    match made {
        // The indexes of look-alikes are the only unique ones that a change of state can meet.
        Err(error) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => {
            Err(match look_alike(connection, before).await? {
                Some(open) => JournalError::LookAlikeOpen(open),
                None => error.into(),
            })
        }
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}

/// The open operation that stands in the way of `wanted`.
async fn look_alike(connection: &mut SqliteConnection, wanted: &Operation) -> Result<Option<Reference>, JournalError> {
    let row = sqlx::query(
        "SELECT a.reference FROM operations a JOIN operations b ON b.reference = ? AND b.kind = a.kind \
         WHERE a.reference <> b.reference AND a.state IN ('intent', 'unknown') AND ( \
             (a.kind = 'issue' AND a.cardholder_id = b.cardholder_id) \
             OR (a.kind <> 'issue' AND a.card_id = b.card_id AND a.amount = b.amount AND a.currency = b.currency))",
    )
    .bind(wanted.reference.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(|row| parsed_at(&row, "reference")).transpose()
}

async fn existing(connection: &mut SqliteConnection, reference: &Reference) -> Result<Operation, JournalError> {
    let row = sqlx::query(operations_where!("WHERE o.reference = ?")).bind(reference.as_str()).fetch_optional(connection).await?;
    row.as_ref().map(operation_from).transpose()?.ok_or_else(|| JournalError::UnknownOperation(reference.clone()))
}

fn operation_from(row: &SqliteRow) -> Result<Operation, JournalError> {
    let kind_word: &str = row.try_get("kind")?;
    let has_moved = row.try_get::<Option<&str>, _>("to_state")?.is_some();
    Ok(Operation {
        reference: parsed_at(row, "reference")?,
        kind: OperationKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == kind_word)
            .ok_or(JournalError::UnreadableValue("kind of operation"))?,
        state: state_at(row, "state")?,
        cardholder_id: optional_parsed_at(row, "cardholder_id")?,
        card_id: optional_parsed_at(row, "card_id")?,
        money: optional_money_at(row)?,
        note: row.try_get("note")?,
        channel: row.try_get("channel")?,
        context: row.try_get("context")?,
        drafted_at: timestamp_at(row, "drafted_at")?,
        drafted_by: row.try_get("drafted_by")?,
        last_move: has_moved.then(|| move_from(row)).transpose()?,
    })
}

fn move_from(row: &SqliteRow) -> Result<OperationMove, JournalError> {
    Ok(OperationMove {
        from: state_at(row, "from_state")?,
        to: state_at(row, "to_state")?,
        at: timestamp_at(row, "at")?,
        operator: row.try_get("operator")?,
        evidence: Evidence {
            detail: row.try_get("detail")?,
            gateway_code: row.try_get("gateway_code")?,
            http_status: optional_whole_at(row, "http_status")?,
            movement_id: row.try_get("movement_id")?,
        },
    })
}

fn state_at(row: &SqliteRow, column: &str) -> Result<OperationState, JournalError> {
    OperationState::from_word(row.try_get(column)?).ok_or(JournalError::UnreadableValue("state of an operation"))
}
