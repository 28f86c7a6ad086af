//! How operations name each other: what takes an older one back, makes it again, or is made despite it.
//!
//! Owns writing the links down. Whether a link is allowed is `cardesk_domain::operation`'s word, repeated by the
//! database's guards.

use cardesk_domain::operation::Standing;
use cardesk_domain::{CardId, LinkKind, OperationFacts, OperationState, Reference};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::contradictions::contradiction_at;
use crate::database::Journal;
use crate::error::{JournalError, is_refused_by};
use crate::operations::{Operation, existing};
use crate::stored::{card_id_text, parsed_at};

/// An older operation that a new one names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// In which way.
    pub kind: LinkKind,
    /// The older one.
    pub older: Reference,
    /// Why, in a person's words; needed where [`LinkKind::needs_reason`].
    pub reason: Option<String>,
}

/// One operation that names another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The one that names.
    pub newer: Reference,
    /// Where that one stands.
    pub newer_standing: Standing,
    /// In which way.
    pub kind: LinkKind,
    /// The one that is named.
    pub older: Reference,
    /// Where that one stands, with what contradicts it.
    pub older_standing: Standing,
    /// Why, in a person's words.
    pub reason: Option<String>,
}

/// Links with the state of the newer operation, chosen by the clause that is given.
macro_rules! links_where {
    ($clause:literal) => {
        concat!(
            "SELECT l.reference, n.state AS newer_state, o.state AS older_state, l.kind, l.older, l.reason, \
             (SELECT c.kind FROM operation_contradictions c WHERE c.reference = n.reference ORDER BY c.number DESC LIMIT 1) AS newer_contradiction, \
             (SELECT c.kind FROM operation_contradictions c WHERE c.reference = o.reference ORDER BY c.number DESC LIMIT 1) AS older_contradiction \
             FROM operation_links l JOIN operations n ON n.reference = l.reference JOIN operations o ON o.reference = l.older ",
            $clause
        )
    };
}

/// Writes the links of a draft down. What an older operation was to take back, or to make again itself, the one that makes it
/// again names as well: else the first of such a chain could be followed once more by another.
pub(crate) async fn write_links(connection: &mut SqliteConnection, draft: &Operation, links: &[NewLink]) -> Result<(), JournalError> {
    for link in links {
        write_link(connection, draft, link).await?;
        if link.kind != LinkKind::MakesAgain {
            continue;
        }
        let inherited = sqlx::query(links_where!("WHERE l.reference = ?")).bind(link.older.as_str()).fetch_all(&mut *connection).await?;
        for row in &inherited {
            let kept = link_from(row)?;
            if kept.kind.is_single() {
                write_link(connection, draft, &NewLink { kind: kept.kind, older: kept.older, reason: kept.reason }).await?;
            }
        }
    }
    Ok(())
}

async fn write_link(connection: &mut SqliteConnection, draft: &Operation, link: &NewLink) -> Result<(), JournalError> {
    let is_reasoned = link.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    if link.kind.needs_reason() && !is_reasoned {
        return Err(JournalError::IncompleteOperation("naming an older operation like this needs a reason"));
    }
    let older = existing(connection, &link.older).await?;
    let (mine, theirs): (OperationFacts<'_>, OperationFacts<'_>) = (draft.facts(), older.facts());
    mine.check_link(link.kind, &theirs, older.standing()).map_err(|problem| JournalError::LinkRefused(link.older.clone(), problem))?;
    let written = sqlx::query("INSERT INTO operation_links (reference, kind, older, reason) VALUES (?, ?, ?, ?)")
        .bind(draft.reference.as_str())
        .bind(link.kind.as_str())
        .bind(link.older.as_str())
        .bind(&link.reason)
        .execute(connection)
        .await;
    match (written, older.open_batch) {
        (Err(error), Some(batch)) if is_refused_by(&error, "open batch's to send again") => {
            Err(JournalError::LeftToItsBatch(older.reference, batch))
        }
        (written, _) => written.map(|_| ()).map_err(Into::into),
    }
}

/// The operation that does already what `refused` was to do: it names the same older one, and may have moved money.
pub(crate) async fn follower_before(connection: &mut SqliteConnection, refused: &Reference) -> Result<Reference, JournalError> {
    let row = sqlx::query(
        "SELECT theirs.reference FROM operation_links mine \
         JOIN operation_links theirs ON theirs.older = mine.older AND theirs.kind = mine.kind AND theirs.reference <> mine.reference \
         JOIN operations o ON o.reference = theirs.reference \
         WHERE mine.reference = ? AND mine.kind IN ('corrects', 'makes_again') AND ( \
             o.state NOT IN ('drafted', 'discarded', 'refused', 'not_sent', 'settled_not_applied') \
             OR EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = o.reference)) \
         ORDER BY o.drafted_at, o.reference LIMIT 1",
    )
    .bind(refused.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map_or_else(|| Ok(refused.clone()), |row| parsed_at(row, "reference"))
}

impl Journal {
    /// How operations name each other: the older ones that `reference` names, the newer ones that name it, and the others
    /// that name one of those older ones.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn links_of(&self, reference: &Reference) -> Result<Vec<Link>, JournalError> {
        let rows = sqlx::query(links_where!(
            "WHERE l.reference = ?1 OR l.older = ?1 OR l.older IN (SELECT older FROM operation_links WHERE reference = ?1) \
             ORDER BY l.reference, l.kind, l.older"
        ))
        .bind(reference.as_str())
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(link_from).collect()
    }

    /// The same, of every operation of a card that names an older one.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn links_of_card(&self, card: CardId) -> Result<Vec<Link>, JournalError> {
        let rows = sqlx::query(links_where!("WHERE n.card_id = ?1 OR n.to_card_id = ?1 ORDER BY l.reference, l.kind, l.older"))
            .bind(card_id_text(card))
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(link_from).collect()
    }
}

fn link_from(row: &SqliteRow) -> Result<Link, JournalError> {
    Ok(Link {
        newer: parsed_at(row, "reference")?,
        newer_standing: standing_at(row, "newer_state", "newer_contradiction")?,
        kind: LinkKind::from_word(row.try_get("kind")?).ok_or(JournalError::UnreadableValue("kind of link"))?,
        older: parsed_at(row, "older")?,
        older_standing: standing_at(row, "older_state", "older_contradiction")?,
        reason: row.try_get("reason")?,
    })
}

fn standing_at(row: &SqliteRow, state: &str, contradiction: &str) -> Result<Standing, JournalError> {
    Ok(Standing {
        state: OperationState::from_word(row.try_get(state)?).ok_or(JournalError::UnreadableValue("state"))?,
        contradiction: contradiction_at(row, contradiction)?,
    })
}
