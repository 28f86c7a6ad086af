//! Operations that change something at the gateway: drafts, intents, outcomes, and every move between them.
//!
//! Owns writing them down; which move is legal, and what is alike, is `cardesk_domain::operation`'s word, repeated by the
//! database's guards. What evidence means, and when to ask for it, is left to `desk`; how operations name each other, and
//! the looks for what has no outcome, are in the modules beside this one.
//!
//! One operation costs two durable commits at most: [`Journal::begin_intent`] before its request leaves,
//! [`Journal::conclude`] once its outcome is known. It shares each with those that wait at the same moment.

use cardesk_domain::operation::{Cause, Standing};
use cardesk_domain::{
    Amount, Basis, CardId, CardholderId, LinkKind, Money, OperationEvent, OperationFacts, OperationKind, OperationState, Reference,
};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::contradictions::{Contradicted, contradicted_from};
use crate::database::Journal;
use crate::error::{JournalError, is_refused_by};
use crate::happenings::{Happening, push_happening};
use crate::operation_links::{NewLink, follower_before, write_links};
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
    /// Which card it changes; needed for everything but issuing. Of a transfer, the card that pays.
    pub card_id: Option<CardId>,
    /// The card that a transfer pays, another one; absent for everything else.
    pub to_card_id: Option<CardId>,
    /// How much, more than nothing; needed for everything but issuing, which has none.
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
    /// What came in between, where no answer says that it was done.
    pub cause: Option<Cause>,
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
    /// Which card it changes; of a transfer, the one that pays.
    pub card_id: Option<CardId>,
    /// The card that a transfer pays.
    pub to_card_id: Option<CardId>,
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
    /// What the gateway has shown since a person said that it was not done.
    pub contradiction: Option<Contradicted>,
    /// The batch that is open and has it as one of its rows.
    pub open_batch: Option<u32>,
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
    /// For a move that settles an unknown outcome: evidence, or a person.
    pub basis: Option<Basis>,
    /// What it rests on.
    pub evidence: Evidence,
}

/// How an operation came to its outcome, and what else is known with it; written down in one commit.
#[derive(Debug, Clone)]
pub struct Conclusion<'a> {
    /// Which operation.
    pub reference: &'a Reference,
    /// What happened to it.
    pub event: OperationEvent,
    /// What that rests on. A person's reason stands in `detail`, the gateway's id in `movement_id`.
    pub evidence: Evidence,
    /// Who was at the desk.
    pub operator: &'a str,
    /// When.
    pub at: Timestamp,
    /// What the record of what happened says of it.
    pub happenings: Vec<Happening>,
    /// The balance of a card after it, by the gateway's word: kept if there is a copy of the card.
    pub balance: Option<(CardId, Amount)>,
}

impl NewOperation {
    /// What it is about.
    #[must_use]
    pub const fn facts(&self) -> OperationFacts<'_> {
        OperationFacts {
            kind: self.kind,
            cardholder: self.cardholder_id.as_ref(),
            card: self.card_id,
            to_card: self.to_card_id,
            money: self.money,
        }
    }
}

impl Operation {
    /// Its state, with what contradicts it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing { state: self.state, contradiction: self.contradiction.as_ref().map(|contradicted| contradicted.kind) }
    }

    /// What it is about.
    #[must_use]
    pub const fn facts(&self) -> OperationFacts<'_> {
        OperationFacts {
            kind: self.kind,
            cardholder: self.cardholder_id.as_ref(),
            card: self.card_id,
            to_card: self.to_card_id,
            money: self.money,
        }
    }
}

/// An operation with its last move and whatever contradicts it, chosen by the clause that is given; with one more column, if
/// one is.
macro_rules! operations_where {
    ($clause:literal) => {
        operations_where!($clause, "NULL AS nothing_more")
    };
    ($clause:literal, $column:literal) => {
        concat!(
            "SELECT o.reference, o.kind, o.state, o.cardholder_id, o.card_id, o.to_card_id, o.amount, o.currency, o.note, o.channel, o.context, \
             o.drafted_at, o.drafted_by, m.from_state, m.to_state, m.at, m.operator, m.basis, m.cause, m.detail, m.gateway_code, m.http_status, m.movement_id, \
             c.kind AS contradiction, c.at AS contradicted_at, c.movement_id AS contradicting_id, e.reason AS contradiction_cleared, \
             (SELECT b.number FROM batch_attempts a JOIN batches b ON b.number = a.batch_number \
              WHERE a.reference = o.reference AND b.state = 'open') AS open_batch, ",
            $column,
            " FROM operations o LEFT JOIN operation_moves m ON m.reference = o.reference AND m.sequence = o.moves \
             LEFT JOIN operation_contradictions c ON c.reference = o.reference \
                 AND c.number = (SELECT max(number) FROM operation_contradictions WHERE reference = o.reference) \
             LEFT JOIN operation_contradiction_ends e ON e.reference = c.reference AND e.number = c.number ",
            $clause
        )
    };
}
pub(crate) use operations_where;

impl Journal {
    /// Writes a draft down. A draft is not an intent: nothing may be sent for it yet.
    ///
    /// # Errors
    /// [`JournalError::ReferenceTaken`], [`JournalError::IncompleteOperation`], or that it could not be written.
    pub async fn draft(&self, new: NewOperation) -> Result<Operation, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let operation = write_draft(&mut transaction, &new).await?;
        transaction.commit().await?;
        Ok(operation)
    }

    /// Writes an operation down as an intent, with the older ones that it names, in one commit. When this has returned, it
    /// is on disk and its request may leave, and not before. An operation that is made again keeps what it names.
    ///
    /// # Errors
    /// [`JournalError::ReferenceTaken`]; [`JournalError::IncompleteOperation`]; [`JournalError::LookAlikeOpen`];
    /// [`JournalError::LinkRefused`]; [`JournalError::FollowedAlready`]; or that it could not be written. In each case
    /// nothing was written.
    pub async fn begin_intent(&self, new: NewOperation, links: &[NewLink]) -> Result<Operation, JournalError> {
        let links = links.to_vec();
        self.write_in_group(move |connection| {
            Box::pin(async move {
                let (from, evidence) = (OperationState::Drafted, Evidence::default());
                let to = from.after(OperationEvent::Send)?;
                let sent = OperationMove { from, to, at: new.at, operator: new.operator.clone(), basis: None, evidence };
                let draft = if links.is_empty() {
                    write_intent(connection, &new, &sent).await?
                } else {
                    let draft = write_draft(connection, &new).await?;
                    write_links(connection, &draft, &links).await?;
                    make_move(connection, &draft, &sent).await?;
                    draft
                };
                Ok(Operation { state: to, last_move: Some(sent), ..draft })
            })
        })
        .await
    }

    /// Moves an operation on. When this has returned, the move is on disk: after [`OperationEvent::Send`] the request may
    /// leave, and not before.
    ///
    /// # Errors
    /// [`JournalError::UnknownOperation`]; [`JournalError::IllegalMove`] (so a second `Send` of one reference);
    /// [`JournalError::LookAlikeOpen`] when sending; [`JournalError::IncompleteOperation`] for evidence without an id or a
    /// person's word without a reason; or that it could not be written. In each case nothing was written.
    pub async fn advance(
        &self,
        reference: &Reference,
        event: OperationEvent,
        evidence: Evidence,
        operator: &str,
        at: Timestamp,
    ) -> Result<Operation, JournalError> {
        self.conclude(Conclusion { reference, event, evidence, operator, at, happenings: Vec::new(), balance: None }).await
    }

    /// Moves an operation on, and writes down what else is known with it, all in one commit.
    ///
    /// # Errors
    /// As [`Journal::advance`].
    pub async fn conclude(&self, conclusion: Conclusion<'_>) -> Result<Operation, JournalError> {
        let Conclusion { reference, event, evidence, operator, at, happenings, balance } = conclusion;
        let (reference, operator) = (reference.clone(), operator.to_owned());
        self.write_in_group(move |connection| {
            Box::pin(async move {
                let before = existing(connection, &reference).await?;
                let to = before.state.after(event)?;
                check_basis(event, &evidence)?;
                let moved = OperationMove { from: before.state, to, at, operator, basis: event.basis(), evidence };
                let mut write = QueryBuilder::new("");
                push_move(&mut write, &before.reference, &moved);
                if let Some((card, balance)) = balance {
                    push_balance(&mut write, card, ten_thousandths(balance)?, at);
                }
                for happening in &happenings {
                    push_happening(write.push("; "), happening);
                }
                if let Err(error) = write.build().execute(&mut *connection).await {
                    return Err(refused(connection, &before, error).await);
                }
                Ok(Operation { state: to, last_move: Some(moved), ..before })
            })
        })
        .await
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
            let evidence = Evidence { cause: Some(Cause::ProgramEnded), ..Evidence::default() };
            let to = before.state.after(OperationEvent::LoseSight)?;
            let moved = OperationMove { from: before.state, to, at, operator: operator.to_owned(), basis: None, evidence };
            make_move(&mut transaction, &before, &moved).await?;
            turned.push(Operation { state: to, last_move: Some(moved), ..before });
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

    /// A card's operations, newest first, at most `limit`; transfers to it included.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn operations_of_card(&self, card_id: CardId, limit: u32) -> Result<Vec<Operation>, JournalError> {
        let rows =
            sqlx::query(operations_where!("WHERE o.card_id = ?1 OR o.to_card_id = ?1 ORDER BY o.drafted_at DESC, o.reference LIMIT ?2"))
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

    /// The operation by which this desk issued a card of a cardholder, if it did.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn operation_that_issued(&self, card: CardId, cardholder: &CardholderId) -> Result<Option<Operation>, JournalError> {
        let row = sqlx::query(operations_where!(
            "WHERE o.kind = 'issue' AND o.cardholder_id = ? AND o.state IN ('applied', 'settled_applied') AND m.movement_id = ?"
        ))
        .bind(cardholder.as_str())
        .bind(card_id_text(card))
        .fetch_optional(self.reading())
        .await?;
        row.as_ref().map(operation_from).transpose()
    }

    /// The ids of the cards that this desk issued for a cardholder, as far as it knows them: none of them is the card of
    /// another operation.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cards_issued_for(&self, cardholder: &CardholderId) -> Result<Vec<CardId>, JournalError> {
        let rows = sqlx::query(
            "SELECT m.movement_id FROM operations o JOIN operation_moves m ON m.reference = o.reference AND m.sequence = o.moves \
             WHERE o.cardholder_id = ?1 AND o.kind = 'issue' AND o.state IN ('applied', 'settled_applied') AND m.movement_id IS NOT NULL \
             UNION SELECT c.movement_id FROM operation_contradictions c JOIN operations o ON o.reference = c.reference \
             WHERE o.cardholder_id = ?1 AND o.kind = 'issue' AND c.kind = 'proof'",
        )
        .bind(cardholder.as_str())
        .fetch_all(self.reading())
        .await?;
        // What is no number was never a card's id.
        Ok(rows.iter().filter_map(|row| row.try_get::<&str, _>("movement_id").ok()?.parse().ok()).collect())
    }

    /// Whether a person settled the issuing of a card for a cardholder as done without naming it: any new card may be that one.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn has_unnamed_issue_for(&self, cardholder: &CardholderId) -> Result<bool, JournalError> {
        let found = sqlx::query(
            "SELECT 1 FROM operations o JOIN operation_moves m ON m.reference = o.reference AND m.sequence = o.moves \
             WHERE o.cardholder_id = ? AND o.kind = 'issue' AND o.state = 'settled_applied' AND m.movement_id IS NULL LIMIT 1",
        )
        .bind(cardholder.as_str())
        .fetch_optional(self.reading())
        .await?;
        Ok(found.is_some())
    }

    /// Every move of an operation, in their order; empty for a draft and for a reference that nobody has.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn moves_of(&self, reference: &Reference) -> Result<Vec<OperationMove>, JournalError> {
        let rows = sqlx::query(
            "SELECT from_state, to_state, at, operator, basis, cause, detail, gateway_code, http_status, movement_id \
             FROM operation_moves WHERE reference = ? ORDER BY sequence",
        )
        .bind(reference.as_str())
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(move_from).collect()
    }
}

/// The batch that waits for an operation, which is all of a draft that is not known already.
const RETURNING_BATCH: &str = " RETURNING (SELECT b.number FROM batch_attempts a JOIN batches b ON b.number = a.batch_number \
     WHERE a.reference = operations.reference AND b.state = 'open') AS open_batch";

/// Writes a draft down. Nothing is read back but its batch.
async fn write_draft(connection: &mut SqliteConnection, new: &NewOperation) -> Result<Operation, JournalError> {
    let mut write = QueryBuilder::new("");
    push_draft(&mut write, new, checked_amount(new)?);
    write.push(RETURNING_BATCH);
    match write.build().fetch_one(connection).await {
        Ok(row) => drafted(new, optional_whole_at(&row, "open_batch")?),
        Err(error) if is_taken(&error) => Err(JournalError::ReferenceTaken(new.reference.clone())),
        Err(error) => Err(error.into()),
    }
}

/// Writes a draft down and moves it on, on one way to the engine; gives the draft.
async fn write_intent(connection: &mut SqliteConnection, new: &NewOperation, sent: &OperationMove) -> Result<Operation, JournalError> {
    let mut write = QueryBuilder::new("");
    push_draft(&mut write, new, checked_amount(new)?);
    push_move(write.push("; "), &new.reference, sent);
    write.push(RETURNING_BATCH);
    match write.build().fetch_one(&mut *connection).await {
        Ok(row) => drafted(new, optional_whole_at(&row, "open_batch")?),
        Err(error) if is_taken(&error) => Err(JournalError::ReferenceTaken(new.reference.clone())),
        Err(error) => Err(refused(connection, &drafted(new, None)?, error).await),
    }
}

fn is_taken(error: &sqlx::Error) -> bool {
    is_refused_by(error, "operations.reference")
}

fn push_draft(write: &mut QueryBuilder<Sqlite>, new: &NewOperation, amount: Option<i64>) {
    write.push(
        "INSERT INTO operations (reference, kind, cardholder_id, card_id, to_card_id, amount, currency, note, channel, context, drafted_at, \
         drafted_by, state, moves) VALUES (",
    );
    let mut values = write.separated(", ");
    values
        .push_bind(new.reference.as_str().to_owned())
        .push_bind(new.kind.as_str())
        .push_bind(new.cardholder_id.as_ref().map(|id| id.as_str().to_owned()))
        .push_bind(new.card_id.map(card_id_text))
        .push_bind(new.to_card_id.map(card_id_text))
        .push_bind(amount)
        .push_bind(new.money.map(|money| money.currency().code().to_owned()))
        .push_bind(new.note.clone())
        .push_bind(new.channel.clone())
        .push_bind(new.context.clone())
        .push_bind(microseconds(new.at))
        .push_bind(new.operator.clone());
    write.push(", 'drafted', 0)");
}

/// A draft as it stands on disk, where times are whole microseconds.
fn drafted(new: &NewOperation, open_batch: Option<u32>) -> Result<Operation, JournalError> {
    let NewOperation { reference, kind, cardholder_id, card_id, to_card_id, money, note, channel, context, at, operator } = new.clone();
    Ok(Operation {
        reference,
        kind,
        state: OperationState::Drafted,
        cardholder_id,
        card_id,
        to_card_id,
        money,
        note,
        channel,
        context,
        drafted_at: Timestamp::from_microsecond(microseconds(at)).map_err(|_| JournalError::UnreadableValue("time of an operation"))?,
        drafted_by: operator,
        last_move: None,
        contradiction: None,
        open_batch,
    })
}

/// Keeps a balance that an answer told, if there is a copy of its card.
fn push_balance(write: &mut QueryBuilder<Sqlite>, card: CardId, balance: i64, at: Timestamp) {
    write.push("; UPDATE cards SET balance = ").push_bind(balance);
    write.push(", seen_at = max(seen_at, ").push_bind(microseconds(at));
    write.push(") WHERE id = ").push_bind(card_id_text(card));
}

/// The amount to store, once the facts fit the kind.
fn checked_amount(new: &NewOperation) -> Result<Option<i64>, JournalError> {
    let incomplete = |what| Err(JournalError::IncompleteOperation(what));
    match (new.kind, new.money) {
        (OperationKind::Issue, None) if new.cardholder_id.is_some() && new.to_card_id.is_none() => Ok(None),
        (OperationKind::Issue, None) => incomplete("issuing names the cardholder"),
        (OperationKind::Issue, Some(_)) => incomplete("issuing moves no money"),
        _ if new.card_id.is_none() => incomplete("moving money needs a card"),
        (OperationKind::Transfer, _) if new.to_card_id.is_none() => incomplete("a transfer needs the card that it pays"),
        (OperationKind::Transfer, _) if new.to_card_id == new.card_id => incomplete("a transfer pays another card"),
        (kind, _) if kind != OperationKind::Transfer && new.to_card_id.is_some() => incomplete("only a transfer pays another card"),
        (_, Some(money)) if money.amount().is_positive() => ten_thousandths(money.amount()).map(Some),
        _ => incomplete("moving money needs an amount of more than zero"),
    }
}

/// What the database's guards refuse as well, in words.
fn check_basis(event: OperationEvent, evidence: &Evidence) -> Result<(), JournalError> {
    let is_given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    match event.basis() {
        Some(Basis::Evidence) if !is_given(&evidence.movement_id) => {
            Err(JournalError::IncompleteOperation("evidence has an id at the gateway"))
        }
        Some(Basis::Person) if !is_given(&evidence.detail) => Err(JournalError::IncompleteOperation("whoever settles it says why")),
        _ => Ok(()),
    }
}

/// Writes the move down and makes it, on one way to the engine; the database's guards check both.
async fn make_move(connection: &mut SqliteConnection, before: &Operation, moved: &OperationMove) -> Result<(), JournalError> {
    let mut write = QueryBuilder::new("");
    push_move(&mut write, &before.reference, moved);
    match write.build().execute(&mut *connection).await {
        Ok(_) => Ok(()),
        Err(error) => Err(refused(connection, before, error).await),
    }
}

fn push_move(write: &mut QueryBuilder<Sqlite>, reference: &Reference, moved: &OperationMove) {
    write.push(
        "INSERT INTO operation_moves (reference, sequence, from_state, to_state, at, operator, basis, cause, detail, gateway_code, http_status, \
         movement_id) SELECT reference, moves + 1, ",
    );
    let mut values = write.separated(", ");
    values
        .push_bind(moved.from.as_str())
        .push_bind(moved.to.as_str())
        .push_bind(microseconds(moved.at))
        .push_bind(moved.operator.clone())
        .push_bind(moved.basis.map(Basis::as_str))
        .push_bind(moved.evidence.cause.map(Cause::as_str))
        .push_bind(moved.evidence.detail.clone())
        .push_bind(moved.evidence.gateway_code.clone())
        .push_bind(moved.evidence.http_status.map(i64::from))
        .push_bind(moved.evidence.movement_id.clone());
    write.push(" FROM operations WHERE reference = ").push_bind(reference.as_str().to_owned());
    write.push("; UPDATE operations SET state = ").push_bind(moved.to.as_str());
    write.push(", moves = moves + 1 WHERE reference = ").push_bind(reference.as_str().to_owned());
}

/// Why a guard refused a move. The guards are asked first, since they are asked in any case; only what they refuse is looked
/// up.
async fn refused(connection: &mut SqliteConnection, wanted: &Operation, error: sqlx::Error) -> JournalError {
    if is_refused_by(&error, "has issued this card") {
        return JournalError::CardIssuedByAnother;
    }
    let is_followed = is_refused_by(&error, "taken back or made again");
    if !is_followed && !is_refused_by(&error, "a look-alike has no outcome yet") {
        return error.into();
    }
    // Whichever guard spoke first: what is still open is told before what was made already.
    match open_look_alike(connection, wanted).await {
        Ok(Some(open)) => JournalError::LookAlikeOpen(open),
        Ok(None) if is_followed => {
            follower_before(connection, &wanted.reference).await.map_or_else(|error| error, JournalError::FollowedAlready)
        }
        Ok(None) => error.into(),
        Err(other) => other,
    }
}

/// The oldest operation without an outcome that is like this one, and that this one does not name.
async fn open_look_alike(connection: &mut SqliteConnection, wanted: &Operation) -> Result<Option<Reference>, JournalError> {
    let rows = sqlx::query(operations_where!(
        "WHERE o.state IN ('intent', 'unknown') AND o.reference <> ?1 AND o.amount IS ?2 AND NOT EXISTS ( \
             SELECT 1 FROM operation_links l WHERE l.reference = ?1 AND l.kind = ?3 AND l.older = o.reference) \
         ORDER BY o.drafted_at, o.reference"
    ))
    .bind(wanted.reference.as_str())
    .bind(wanted.money.map(|money| ten_thousandths(money.amount())).transpose()?)
    .bind(LinkKind::Despite.as_str())
    .fetch_all(connection)
    .await?;
    for row in &rows {
        let open = operation_from(row)?;
        if wanted.facts().is_alike(&open.facts()) {
            return Ok(Some(open.reference));
        }
    }
    Ok(None)
}

pub(crate) async fn existing(connection: &mut SqliteConnection, reference: &Reference) -> Result<Operation, JournalError> {
    let row = sqlx::query(operations_where!("WHERE o.reference = ?")).bind(reference.as_str()).fetch_optional(connection).await?;
    row.as_ref().map(operation_from).transpose()?.ok_or_else(|| JournalError::UnknownOperation(reference.clone()))
}

pub(crate) fn operation_from(row: &SqliteRow) -> Result<Operation, JournalError> {
    let kind_word: &str = row.try_get("kind")?;
    let has_moved = row.try_get::<Option<&str>, _>("to_state")?.is_some();
    Ok(Operation {
        reference: parsed_at(row, "reference")?,
        kind: OperationKind::from_word(kind_word).ok_or(JournalError::UnreadableValue("kind of operation"))?,
        state: state_at(row, "state")?,
        cardholder_id: optional_parsed_at(row, "cardholder_id")?,
        card_id: optional_parsed_at(row, "card_id")?,
        to_card_id: optional_parsed_at(row, "to_card_id")?,
        money: optional_money_at(row)?,
        note: row.try_get("note")?,
        channel: row.try_get("channel")?,
        context: row.try_get("context")?,
        drafted_at: timestamp_at(row, "drafted_at")?,
        drafted_by: row.try_get("drafted_by")?,
        last_move: has_moved.then(|| move_from(row)).transpose()?,
        contradiction: contradicted_from(row)?,
        open_batch: optional_whole_at(row, "open_batch")?,
    })
}

fn move_from(row: &SqliteRow) -> Result<OperationMove, JournalError> {
    Ok(OperationMove {
        from: state_at(row, "from_state")?,
        to: state_at(row, "to_state")?,
        at: timestamp_at(row, "at")?,
        operator: row.try_get("operator")?,
        basis: match row.try_get::<Option<&str>, _>("basis")? {
            None => None,
            Some(word) => Some(Basis::from_word(word).ok_or(JournalError::UnreadableValue("basis of a move"))?),
        },
        evidence: Evidence {
            cause: cause_at(row)?,
            detail: row.try_get("detail")?,
            gateway_code: row.try_get("gateway_code")?,
            http_status: optional_whole_at(row, "http_status")?,
            movement_id: row.try_get("movement_id")?,
        },
    })
}

/// Why there is no outcome, or why nothing was done. One of a newer version is none that this one can tell.
pub(crate) fn cause_at(row: &SqliteRow) -> Result<Option<Cause>, JournalError> {
    Ok(row.try_get::<Option<&str>, _>("cause")?.and_then(Cause::from_word))
}

fn state_at(row: &SqliteRow, column: &str) -> Result<OperationState, JournalError> {
    OperationState::from_word(row.try_get(column)?).ok_or(JournalError::UnreadableValue("state of an operation"))
}
