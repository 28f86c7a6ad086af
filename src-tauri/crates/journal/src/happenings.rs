//! What happened at this desk: who did what to which card, when, with what result.
//!
//! Owns an append-only record; the database refuses changing and deleting. Which action words exist is `desk`'s choice.

use cardesk_domain::text::fold_for_search;
use cardesk_domain::{CardId, CardholderId};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::database::Journal;
use crate::error::JournalError;
use crate::stored::{card_id_text, microseconds, optional_parsed_at, timestamp_at, whole_at};

/// One thing that happened. Carries no PAN, CVV, PIN or token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub operator: String,
    /// To which cardholder.
    pub cardholder_id: Option<CardholderId>,
    /// To which card.
    pub card_id: Option<CardId>,
    /// What was done, in a stable word, `card_issued`.
    pub action: String,
    /// The operation's reference.
    pub reference: Option<String>,
    /// The insert's serial.
    pub serial: Option<String>,
    /// How it ended, in a stable word, `applied`.
    pub result: String,
    /// What else is worth knowing.
    pub detail: Option<String>,
}

/// Whose happenings are asked for.
#[derive(Debug, Clone, Copy)]
pub enum HappeningsOf<'a> {
    /// A cardholder's, and what others paid to the cardholder's cards.
    Cardholder(&'a CardholderId),
    /// A card's.
    Card(CardId),
    /// Everybody's, each told once: what is told at a second card as well is left out there.
    Everyone,
}

/// Which happenings are asked for; one that is empty asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HappeningFilter {
    /// Only those older than this one, by its number.
    pub before: Option<u64>,
    /// Only these actions; all of them if none is named.
    pub actions: Vec<String>,
    /// Only these results; all of them if none is named.
    pub results: Vec<String>,
    /// Only this one's who was signed in.
    pub operator: Option<String>,
    /// Only from this moment on.
    pub since: Option<Timestamp>,
    /// Only before this moment.
    pub until: Option<Timestamp>,
    /// Only those with this in what they say, or in what is told beside them: the cardholder's name, the card's last four, the
    /// operation's note, the card that it pays with whose that is, and what it takes back or makes again; whatever case and
    /// accents. All of them if it is empty.
    pub text: String,
    /// Actions whose own words have the text in them: they are found by it as well.
    pub text_actions: Vec<String>,
}

/// A stretch of the record, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HappeningPage {
    /// The rows, with their numbers.
    pub rows: Vec<(u64, Happening)>,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// What is looked for in the text of a row.
struct Wanted<'a> {
    folded: String,
    actions: &'a [String],
}

impl<'a> Wanted<'a> {
    fn of(filter: &'a HappeningFilter) -> Self {
        Self { folded: fold_for_search(&filter.text), actions: &filter.text_actions }
    }

    const fn is_everything(&self) -> bool {
        self.folded.is_empty()
    }

    /// Whether it stands in a row or in what is told beside it. What is typed is looked for as it is: nothing in it is a
    /// pattern.
    fn is_in(&self, happening: &Happening, beside: Option<&str>) -> bool {
        let said = [happening.reference.as_deref(), happening.serial.as_deref(), happening.detail.as_deref(), beside];
        self.is_everything()
            || self.actions.contains(&happening.action)
            || said.into_iter().flatten().chain([&*happening.operator]).any(|text| fold_for_search(text).contains(&self.folded))
    }
}

/// Whose a row of the record is.
const WHOSE: &str = "(SELECT concat_ws(' ', h.first_name, h.last_name) FROM cardholders h WHERE h.id = happenings.cardholder_id)";

/// What else a screen tells beside it.
const BESIDE: &str = "\
     (SELECT c.last_four FROM cards c WHERE c.id = happenings.card_id), \
     (SELECT o.note FROM operations o WHERE o.reference = happenings.reference), \
     (SELECT concat_ws(' ', c.last_four, h.first_name, h.last_name) FROM operations o JOIN cards c ON c.id = o.to_card_id \
      JOIN cardholders h ON h.id = c.cardholder_id WHERE o.reference = happenings.reference), \
     (SELECT group_concat(l.older, ' ') FROM operation_links l WHERE l.reference = happenings.reference AND l.kind <> 'despite')";

/// How many rows are read at a time where their text is looked through.
const ROWS_SEARCHED_AT_A_TIME: usize = 1_000;

/// How many rows one statement writes.
const ROWS_A_STATEMENT: usize = 500;

impl Journal {
    /// Adds to the record.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn record(&self, happening: &Happening) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        write_happening(&mut transaction, happening).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The record of a cardholder, of a card, or of everybody, newest first, at most `limit` of what the filter leaves.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn happenings_of(
        &self,
        whose: HappeningsOf<'_>,
        filter: &HappeningFilter,
        limit: u32,
    ) -> Result<HappeningPage, JournalError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let most = limit.saturating_add(1);
        let wanted = Wanted::of(filter);
        // The database knows no accents: what a text is looked for in is read and folded here.
        let at_a_time = if wanted.is_everything() { most } else { most.max(ROWS_SEARCHED_AT_A_TIME) };
        let (mut rows, mut before) = (Vec::new(), filter.before);
        loop {
            let read = self.stretch_of(whose, &HappeningFilter { before, ..filter.clone() }, !wanted.is_everything(), at_a_time).await?;
            let is_last = read.len() < at_a_time;
            for row in &read {
                let number = whole_at(row, "number")?;
                before = Some(number);
                let happening = happening_from(row)?;
                if rows.len() < most && wanted.is_in(&happening, row.try_get("beside")?) {
                    rows.push((number, happening));
                }
            }
            if is_last || rows.len() == most {
                let has_older = rows.len() == most;
                rows.truncate(limit);
                return Ok(HappeningPage { rows, has_older });
            }
        }
    }

    /// Everybody who is in the record, by name. Each is found by the index, however long the record is.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn happening_operators(&self) -> Result<Vec<String>, JournalError> {
        Ok(sqlx::query_scalar(
            "WITH RECURSIVE found(operator) AS (SELECT min(operator) FROM happenings UNION ALL \
             SELECT (SELECT min(h.operator) FROM happenings h WHERE h.operator > found.operator) FROM found WHERE found.operator IS NOT NULL) \
             SELECT operator FROM found WHERE operator IS NOT NULL",
        )
        .fetch_all(self.reading())
        .await?)
    }

    /// The newest rows that the database itself can choose by a filter, where it is asked for with what is told beside each.
    async fn stretch_of(
        &self,
        whose: HappeningsOf<'_>,
        filter: &HappeningFilter,
        is_searched: bool,
        most: usize,
    ) -> Result<Vec<SqliteRow>, JournalError> {
        let mut query = QueryBuilder::new("SELECT *, ");
        match whose {
            _ if !is_searched => query.push("NULL"),
            HappeningsOf::Everyone => query.push(format_args!("concat_ws(' ', {WHOSE}, {BESIDE})")),
            // Whose it is, is no news there.
            HappeningsOf::Cardholder(_) | HappeningsOf::Card(_) => query.push(format_args!("concat_ws(' ', {BESIDE})")),
        };
        query.push(" AS beside FROM happenings WHERE ");
        match whose {
            HappeningsOf::Everyone => query.push("(cardholder_id IS NOT NULL OR card_id IS NULL)"),
            HappeningsOf::Cardholder(id) => push_cardholder(&mut query, id),
            HappeningsOf::Card(id) => query.push("card_id = ").push_bind(card_id_text(id)),
        };
        if let Some(before) = filter.before {
            query.push(" AND number < ").push_bind(i64::try_from(before).unwrap_or(i64::MAX));
        }
        if let Some(operator) = &filter.operator {
            query.push(" AND operator = ").push_bind(operator.clone());
        }
        if let Some(since) = filter.since {
            query.push(" AND at >= ").push_bind(microseconds(since));
        }
        if let Some(until) = filter.until {
            query.push(" AND at < ").push_bind(microseconds(until));
        }
        push_words(&mut query, " AND action", &filter.actions);
        push_words(&mut query, " AND result", &filter.results);
        query.push(" ORDER BY number DESC LIMIT ").push_bind(i64::try_from(most).unwrap_or(i64::MAX));
        Ok(query.build().fetch_all(self.reading()).await?)
    }
}

/// An operation between two cards is told at each, and names the cardholder of the one that pays: whoever is paid by somebody
/// else finds it by the card, and whoever pays a card of their own finds it once.
fn push_cardholder<'query>(query: &'query mut QueryBuilder<Sqlite>, id: &CardholderId) -> &'query mut QueryBuilder<Sqlite> {
    let id = id.as_str().to_owned();
    query
        .push("(cardholder_id = ")
        .push_bind(id.clone())
        .push(" OR (cardholder_id IS NULL AND reference IS NOT NULL AND card_id IN (SELECT id FROM cards WHERE cardholder_id = ")
        .push_bind(id.clone())
        .push(") AND NOT EXISTS (SELECT 1 FROM happenings own WHERE own.reference = happenings.reference AND own.cardholder_id = ")
        .push_bind(id)
        .push(")))")
}

fn push_words(query: &mut QueryBuilder<Sqlite>, column: &str, words: &[String]) {
    if words.is_empty() {
        return;
    }
    query.push(column).push(" IN (");
    let mut list = query.separated(", ");
    for word in words {
        list.push_bind(word.clone());
    }
    query.push(")");
}

/// Adds to the record, within a transaction of the caller's.
pub(crate) async fn write_happening(connection: &mut SqliteConnection, happening: &Happening) -> Result<(), JournalError> {
    let mut write = QueryBuilder::new("");
    push_happening(&mut write, happening);
    write.build().execute(connection).await?;
    Ok(())
}

/// The same as a statement behind others, on one way to the engine.
pub(crate) fn push_happening(write: &mut QueryBuilder<Sqlite>, happening: &Happening) {
    write.push(
        "INSERT INTO happenings (number, at, operator, cardholder_id, card_id, action, reference, serial, result, detail) \
         SELECT coalesce(max(number), 0) + 1, ",
    );
    let mut values = write.separated(", ");
    values
        .push_bind(microseconds(happening.at))
        .push_bind(happening.operator.clone())
        .push_bind(happening.cardholder_id.as_ref().map(|id| id.as_str().to_owned()))
        .push_bind(happening.card_id.map(card_id_text))
        .push_bind(happening.action.clone())
        .push_bind(happening.reference.clone())
        .push_bind(happening.serial.clone())
        .push_bind(happening.result.clone())
        .push_bind(happening.detail.clone());
    write.push(" FROM happenings");
}

/// The same for many at once, in their order.
pub(crate) async fn write_happenings(connection: &mut SqliteConnection, happenings: &[Happening]) -> Result<(), JournalError> {
    let last: i64 = sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM happenings").fetch_one(&mut *connection).await?;
    let numbered: Vec<(i64, &Happening)> = (last + 1..).zip(happenings).collect();
    for rows in numbered.chunks(ROWS_A_STATEMENT) {
        let mut query = QueryBuilder::new(
            "INSERT INTO happenings (number, at, operator, cardholder_id, card_id, action, reference, serial, result, detail) ",
        );
        query.push_values(rows, |mut row, (number, happening)| {
            row.push_bind(*number)
                .push_bind(microseconds(happening.at))
                .push_bind(happening.operator.as_str())
                .push_bind(happening.cardholder_id.as_ref().map(CardholderId::as_str))
                .push_bind(happening.card_id.map(card_id_text))
                .push_bind(happening.action.as_str())
                .push_bind(happening.reference.as_deref())
                .push_bind(happening.serial.as_deref())
                .push_bind(happening.result.as_str())
                .push_bind(happening.detail.as_deref());
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

fn happening_from(row: &SqliteRow) -> Result<Happening, JournalError> {
    Ok(Happening {
        at: timestamp_at(row, "at")?,
        operator: row.try_get("operator")?,
        cardholder_id: optional_parsed_at(row, "cardholder_id")?,
        card_id: optional_parsed_at(row, "card_id")?,
        action: row.try_get("action")?,
        reference: row.try_get("reference")?,
        serial: row.try_get("serial")?,
        result: row.try_get("result")?,
        detail: row.try_get("detail")?,
    })
}
