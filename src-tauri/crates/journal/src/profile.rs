//! Copies of the gateway's cardholders and cards: keeping them, and reading them one by one.
//!
//! Owns the rule that a copy never takes away what is known better here: an older copy changes nothing, a field left out
//! keeps its value, and a cardholder who was registered at this desk stays so.

use cardesk_domain::{CardId, CardState, CardholderId, LastFour};
use sqlx::error::DatabaseError;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::database::Journal;
use crate::directory_index::sort_key;
use crate::error::JournalError;
use crate::records::{CardExpiry, CardRecord, CardholderRecord, CardholderSource};
use crate::stored::{
    card_id_text, microseconds, optional_amount_at, optional_parsed_at, optional_ten_thousandths, optional_timestamp_at, optional_whole_at,
    parsed_at, timestamp_at,
};

/// A cardholder's columns, of `cardholders h`, under names that can stand beside a card's.
pub(crate) const CARDHOLDER_COLUMNS: &str = "h.id AS h_id, h.first_name, h.last_name, h.username, h.phone_number, h.address, \
     h.country_of_birth, h.place_of_birth, h.gender, h.marital_status, h.date_of_birth, h.document_type, h.document_number, h.nit, h.status, \
     h.registered_at, h.source, h.seen_at AS h_seen_at";

const UPSERT_CARDHOLDER: &str = "INSERT INTO cardholders (id, first_name, last_name, username, phone_number, address, country_of_birth, \
     place_of_birth, gender, marital_status, date_of_birth, document_type, document_number, nit, status, registered_at, source, seen_at, sort_key) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
     ON CONFLICT (id) DO UPDATE SET first_name = coalesce(nullif(excluded.first_name, ''), cardholders.first_name), \
     last_name = coalesce(nullif(excluded.last_name, ''), cardholders.last_name), \
     username = coalesce(nullif(excluded.username, ''), cardholders.username), \
     phone_number = coalesce(excluded.phone_number, cardholders.phone_number), \
     address = coalesce(excluded.address, cardholders.address), \
     country_of_birth = coalesce(excluded.country_of_birth, cardholders.country_of_birth), \
     place_of_birth = coalesce(excluded.place_of_birth, cardholders.place_of_birth), \
     gender = coalesce(excluded.gender, cardholders.gender), \
     marital_status = coalesce(excluded.marital_status, cardholders.marital_status), \
     date_of_birth = coalesce(excluded.date_of_birth, cardholders.date_of_birth), \
     document_type = coalesce(excluded.document_type, cardholders.document_type), \
     document_number = coalesce(excluded.document_number, cardholders.document_number), \
     nit = coalesce(excluded.nit, cardholders.nit), \
     status = coalesce(excluded.status, cardholders.status), \
     registered_at = coalesce(excluded.registered_at, cardholders.registered_at), \
     seen_at = excluded.seen_at, sort_key = excluded.sort_key \
     WHERE excluded.seen_at >= cardholders.seen_at";

const UPSERT_CARD: &str = "INSERT INTO cards (id, cardholder_id, last_four, alias, state, currency, balance, pending_debits, pending_credits, \
     expiry_month, expiry_year, embossed_name, issued_at, activated_at, seen_at) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
     ON CONFLICT (id) DO UPDATE SET cardholder_id = excluded.cardholder_id, state = coalesce(nullif(excluded.state, ''), cards.state), \
     last_four = coalesce(excluded.last_four, cards.last_four), \
     alias = coalesce(excluded.alias, cards.alias), \
     currency = coalesce(excluded.currency, cards.currency), \
     balance = coalesce(excluded.balance, cards.balance), \
     pending_debits = coalesce(excluded.pending_debits, cards.pending_debits), \
     pending_credits = coalesce(excluded.pending_credits, cards.pending_credits), \
     expiry_month = coalesce(excluded.expiry_month, cards.expiry_month), \
     expiry_year = coalesce(excluded.expiry_year, cards.expiry_year), \
     embossed_name = coalesce(excluded.embossed_name, cards.embossed_name), \
     issued_at = coalesce(excluded.issued_at, cards.issued_at), \
     activated_at = coalesce(excluded.activated_at, cards.activated_at), \
     seen_at = excluded.seen_at \
     WHERE excluded.seen_at >= cards.seen_at";

impl Journal {
    /// Keeps copies of cardholders, all of them or none. Meant for a page of the gateway's listing, 100 at a time.
    ///
    /// # Errors
    /// If they could not be written; then nothing was changed.
    pub async fn upsert_cardholders(&self, records: &[CardholderRecord]) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        for record in records {
            upsert_cardholder(&mut transaction, record).await?;
        }
        let _changed = self.directory_index().will_change(records.iter().map(|record| record.id.clone()).collect());
        transaction.commit().await?;
        Ok(())
    }

    /// Keeps copies of cards, all of them or none.
    ///
    /// # Errors
    /// [`JournalError::UnknownCardholder`] if a card's cardholder is not in the directory;
    /// [`JournalError::AmountTooLarge`]; or that they could not be written. Then nothing was changed.
    pub async fn upsert_cards(&self, records: &[CardRecord]) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let mut touched = Vec::with_capacity(records.len());
        for record in records {
            let id = card_id_text(record.id);
            let before = sqlx::query("SELECT cardholder_id FROM cards WHERE id = ?").bind(&id).fetch_optional(&mut *transaction).await?;
            if let Some(row) = before {
                touched.push(parsed_at(&row, "cardholder_id")?);
            }
            upsert_card(&mut transaction, record, &id).await?;
            touched.push(record.cardholder_id.clone());
        }
        let _changed = self.directory_index().will_change(touched);
        transaction.commit().await?;
        Ok(())
    }

    /// The cardholder with this id, as last seen.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cardholder(&self, id: &CardholderId) -> Result<Option<CardholderRecord>, JournalError> {
        let mut query = QueryBuilder::new("SELECT ");
        query.push(CARDHOLDER_COLUMNS).push(" FROM cardholders h WHERE h.id = ").push_bind(id.as_str().to_owned());
        let row = query.build().fetch_optional(self.reading()).await?;
        row.as_ref().map(cardholder_from).transpose()
    }

    /// A cardholder's cards as last seen, in the order of their issue.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cards_of(&self, id: &CardholderId) -> Result<Vec<CardRecord>, JournalError> {
        let rows = sqlx::query("SELECT * FROM cards WHERE cardholder_id = ? ORDER BY issued_at, id")
            .bind(id.as_str())
            .fetch_all(self.reading())
            .await?;
        rows.iter().map(card_from).collect()
    }

    /// How many cardholders the directory has, without reading it.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cardholder_count(&self) -> Result<u32, JournalError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM cardholders").fetch_one(self.reading()).await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// The longest names of the directory, first and last name of each: of whoever has the longest first name, and of whoever
    /// has the longest whole name. None if nobody is in it.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn longest_names(&self) -> Result<Vec<(String, String)>, JournalError> {
        let mut names: Vec<(String, String)> = Vec::new();
        for order in ["length(first_name)", "length(first_name) + length(last_name)"] {
            let query = format!("SELECT first_name, last_name FROM cardholders ORDER BY {order} DESC, id LIMIT 1");
            let found: Option<(String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_optional(self.reading()).await?;
            names.extend(found.filter(|found| !names.contains(found)));
        }
        Ok(names)
    }

    /// The cardholders of whom no card has been seen, in the order of their ids.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn cardholders_without_cards(&self) -> Result<Vec<CardholderId>, JournalError> {
        let rows = sqlx::query(
            "SELECT h.id FROM cardholders h WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.cardholder_id = h.id) ORDER BY h.id",
        )
        .fetch_all(self.reading())
        .await?;
        rows.iter().map(|row| parsed_at(row, "id")).collect()
    }

    /// The card with this id, as last seen.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn card(&self, id: CardId) -> Result<Option<CardRecord>, JournalError> {
        let row = sqlx::query("SELECT * FROM cards WHERE id = ?").bind(card_id_text(id)).fetch_optional(self.reading()).await?;
        row.as_ref().map(card_from).transpose()
    }
}

async fn upsert_cardholder(connection: &mut SqliteConnection, record: &CardholderRecord) -> Result<(), JournalError> {
    sqlx::query(UPSERT_CARDHOLDER)
        .bind(record.id.as_str())
        .bind(&record.first_name)
        .bind(&record.last_name)
        .bind(&record.username)
        .bind(&record.phone_number)
        .bind(&record.address)
        .bind(&record.country_of_birth)
        .bind(&record.place_of_birth)
        .bind(&record.gender)
        .bind(&record.marital_status)
        .bind(&record.date_of_birth)
        .bind(&record.document_type)
        .bind(&record.document_number)
        .bind(&record.nit)
        .bind(&record.status)
        .bind(record.registered_at.map(microseconds))
        .bind(record.source.as_str())
        .bind(microseconds(record.seen_at))
        .bind(sort_key(&record.last_name, &record.first_name, &record.username, record.id.as_str()))
        .execute(&mut *connection)
        .await?;
    if record.first_name.is_empty() || record.last_name.is_empty() {
        sort_by_kept_names(connection, &record.id).await?;
    }
    if record.source == CardholderSource::RegisteredHere {
        sqlx::query("UPDATE cardholders SET source = ? WHERE id = ?")
            .bind(record.source.as_str())
            .bind(record.id.as_str())
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Sorts a cardholder by the names that stand there, where the copy left one of them out.
async fn sort_by_kept_names(connection: &mut SqliteConnection, id: &CardholderId) -> Result<(), JournalError> {
    let (first_name, last_name, username): (String, String, String) =
        sqlx::query_as("SELECT first_name, last_name, username FROM cardholders WHERE id = ?")
            .bind(id.as_str())
            .fetch_one(&mut *connection)
            .await?;
    sqlx::query("UPDATE cardholders SET sort_key = ? WHERE id = ?")
        .bind(sort_key(&last_name, &first_name, &username, id.as_str()))
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

async fn upsert_card(connection: &mut SqliteConnection, record: &CardRecord, id: &str) -> Result<(), JournalError> {
    let written = sqlx::query(UPSERT_CARD)
        .bind(id)
        .bind(record.cardholder_id.as_str())
        .bind(record.last_four.as_ref().map(LastFour::as_str))
        .bind(&record.alias)
        .bind(record.state.as_str())
        .bind(record.currency.map(|currency| currency.code().to_owned()))
        .bind(optional_ten_thousandths(record.balance)?)
        .bind(optional_ten_thousandths(record.pending_debits)?)
        .bind(optional_ten_thousandths(record.pending_credits)?)
        .bind(record.expiry.map(|expiry| i64::from(expiry.month)))
        .bind(record.expiry.map(|expiry| i64::from(expiry.year)))
        .bind(&record.embossed_name)
        .bind(record.issued_at.map(microseconds))
        .bind(record.activated_at.map(microseconds))
        .bind(microseconds(record.seen_at))
        .execute(connection)
        .await;
    match written {
        Err(error) if error.as_database_error().is_some_and(DatabaseError::is_foreign_key_violation) => {
            Err(JournalError::UnknownCardholder(record.cardholder_id.clone()))
        }
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}

impl CardholderSource {
    const fn as_str(self) -> &'static str {
        match self {
            Self::RegisteredHere => "registered_here",
            Self::Gateway => "gateway",
        }
    }
}

/// Adds `(?, ?, …)` with the ids; at least one.
pub(crate) fn push_ids(query: &mut QueryBuilder<Sqlite>, ids: &[CardholderId]) {
    let mut list = query.push("(").separated(", ");
    for id in ids {
        list.push_bind(id.as_str().to_owned());
    }
    query.push(")");
}

pub(crate) fn cardholder_from(row: &SqliteRow) -> Result<CardholderRecord, JournalError> {
    Ok(CardholderRecord {
        id: parsed_at(row, "h_id")?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        username: row.try_get("username")?,
        phone_number: row.try_get("phone_number")?,
        address: row.try_get("address")?,
        country_of_birth: row.try_get("country_of_birth")?,
        place_of_birth: row.try_get("place_of_birth")?,
        gender: row.try_get("gender")?,
        marital_status: row.try_get("marital_status")?,
        date_of_birth: row.try_get("date_of_birth")?,
        document_type: row.try_get("document_type")?,
        document_number: row.try_get("document_number")?,
        nit: row.try_get("nit")?,
        status: row.try_get("status")?,
        registered_at: optional_timestamp_at(row, "registered_at")?,
        source: match row.try_get("source")? {
            "registered_here" => CardholderSource::RegisteredHere,
            "gateway" => CardholderSource::Gateway,
            _ => return Err(JournalError::UnreadableValue("source of a cardholder")),
        },
        seen_at: timestamp_at(row, "h_seen_at")?,
    })
}

pub(crate) fn card_from(row: &SqliteRow) -> Result<CardRecord, JournalError> {
    let expiry_month: Option<u8> = optional_whole_at(row, "expiry_month")?;
    let expiry_year: Option<u16> = optional_whole_at(row, "expiry_year")?;
    Ok(CardRecord {
        id: parsed_at(row, "id")?,
        cardholder_id: parsed_at(row, "cardholder_id")?,
        last_four: optional_parsed_at(row, "last_four")?,
        alias: row.try_get("alias")?,
        state: CardState::from_gateway(row.try_get("state")?),
        currency: optional_parsed_at(row, "currency")?,
        balance: optional_amount_at(row, "balance")?,
        pending_debits: optional_amount_at(row, "pending_debits")?,
        pending_credits: optional_amount_at(row, "pending_credits")?,
        expiry: expiry_month.zip(expiry_year).map(|(month, year)| CardExpiry { month, year }),
        embossed_name: row.try_get("embossed_name")?,
        issued_at: optional_timestamp_at(row, "issued_at")?,
        activated_at: optional_timestamp_at(row, "activated_at")?,
        seen_at: timestamp_at(row, "seen_at")?,
    })
}
