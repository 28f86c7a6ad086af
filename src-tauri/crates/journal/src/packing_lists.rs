//! What was packed, as lists: a box, a day, the stops of the line, and what of a run is missing.
//!
//! Owns reading only. Nothing of it stands in the way of the next insert: lists are asked for beside the line.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::database::Journal;
use crate::directory_index::IDS_A_STATEMENT;
use crate::error::JournalError;
use crate::packing_records::{
    MissingInsert, PACKED_COLUMNS, PackedIn, PackedInsert, PackingBox, PackingStop, RunPacked, box_from, is_contradicted, missing_from,
    packed_from, stop_from,
};
use crate::profile::CARDHOLDER_COLUMNS;
use crate::stored::{parsed_at, timestamp_at, whole_at};

macro_rules! boxes_where {
    ($clause:literal) => {
        concat!(
            "SELECT b.*, (SELECT count(*) FROM packings p WHERE p.box = b.number AND p.undone_at IS NULL) AS packed FROM packing_boxes b ",
            $clause
        )
    };
}

impl Journal {
    /// The packed inserts of a box or a day in the order in which they were packed; the latest of them alone, with `limit`.
    /// What was taken out again is not among them.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packed_in(&self, which: PackedIn, limit: Option<u32>) -> Result<Vec<PackedInsert>, JournalError> {
        let mut query = QueryBuilder::new("SELECT ");
        query.push(PACKED_COLUMNS).push(CARDHOLDER_COLUMNS);
        query.push(" FROM packings p JOIN inserts i ON i.serial = p.serial JOIN cardholders h ON h.id = i.cardholder_id WHERE ");
        push_which(&mut query, "p", which);
        query.push(" AND p.undone_at IS NULL ORDER BY p.number DESC");
        if let Some(limit) = limit {
            query.push(" LIMIT ").push_bind(i64::from(limit));
        }
        let mut packed = query.build().fetch_all(self.reading()).await?.iter().map(packed_from).collect::<Result<Vec<_>, _>>()?;
        packed.reverse();
        Ok(packed)
    }

    /// What was packed by its digits alone from a day on, of which the gateway shows by now that they are not the card's; oldest
    /// first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn contradicted_packings(&self, since: Date) -> Result<Vec<PackedInsert>, JournalError> {
        let mut query = QueryBuilder::new("SELECT ");
        query.push(PACKED_COLUMNS).push(CARDHOLDER_COLUMNS);
        query.push(
            " FROM packings p JOIN inserts i ON i.serial = p.serial JOIN cardholders h ON h.id = i.cardholder_id \
             WHERE p.basis IN ('typed', 'another') AND p.undone_at IS NULL AND p.day >= ",
        );
        query.push_bind(since.to_string()).push(concat!(" AND ", is_contradicted!(), " ORDER BY p.number"));
        query.build().fetch_all(self.reading()).await?.iter().map(packed_from).collect()
    }

    /// How these inserts were packed: of each that is, whether or not it was voided since.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packings_of(&self, serials: &[String]) -> Result<Vec<PackedInsert>, JournalError> {
        let mut packed = Vec::new();
        for serials in serials.chunks(IDS_A_STATEMENT) {
            let mut query = QueryBuilder::new("SELECT ");
            query.push(PACKED_COLUMNS).push(CARDHOLDER_COLUMNS).push(
                " FROM packings p JOIN inserts i ON i.serial = p.serial JOIN cardholders h ON h.id = i.cardholder_id \
                 WHERE p.undone_at IS NULL AND p.serial IN (",
            );
            let mut list = query.separated(", ");
            for serial in serials {
                list.push_bind(serial.clone());
            }
            query.push(") ORDER BY p.number");
            for row in &query.build().fetch_all(self.reading()).await? {
                packed.push(packed_from(row)?);
            }
        }
        Ok(packed)
    }

    /// The stops of a box or a day, oldest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing_stops_in(&self, which: PackedIn) -> Result<Vec<PackingStop>, JournalError> {
        let mut query = QueryBuilder::new("SELECT * FROM packing_stops s WHERE ");
        push_which(&mut query, "s", which);
        query.push(" ORDER BY s.number");
        query.build().fetch_all(self.reading()).await?.iter().map(stop_from).collect()
    }

    /// The runs from which something was packed in a box or on a day, in the order of their numbers.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn runs_packed_in(&self, which: PackedIn) -> Result<Vec<RunPacked>, JournalError> {
        let mut query = QueryBuilder::new("SELECT DISTINCT p.run_number FROM packings p WHERE ");
        push_which(&mut query, "p", which);
        query.push(" AND p.undone_at IS NULL");
        let rows = query.build().fetch_all(self.reading()).await?;
        let numbers = rows.iter().map(|row| whole_at(row, "run_number")).collect::<Result<BTreeSet<u32>, _>>()?;
        let mut runs = Vec::with_capacity(numbers.len());
        for number in numbers {
            runs.extend(self.run_packed(number).await?);
        }
        Ok(runs)
    }

    /// How far a finished run is packed; `None` if there is no such run.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn run_packed(&self, number: u32) -> Result<Option<RunPacked>, JournalError> {
        let row = sqlx::query(
            "SELECT r.number, r.ended_at, \
             (SELECT count(*) FROM inserts i WHERE i.run_number = r.number AND i.state = 'printed') AS printed, \
             (SELECT count(*) FROM packings p JOIN inserts i ON i.serial = p.serial \
              WHERE p.run_number = r.number AND p.undone_at IS NULL AND i.state = 'printed') AS packed \
             FROM print_runs r WHERE r.number = ? AND r.state = 'finished'",
        )
        .bind(i64::from(number))
        .fetch_optional(self.reading())
        .await?;
        row.map(|row| {
            Ok(RunPacked {
                number,
                finished_at: timestamp_at(&row, "ended_at")?,
                printed: whole_at(&row, "printed")?,
                packed: whole_at(&row, "packed")?,
            })
        })
        .transpose()
    }

    /// The latest finished runs of which something is not packed yet, newest first; only the latest `among` are looked at.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn runs_to_pack(&self, among: u32) -> Result<Vec<RunPacked>, JournalError> {
        let rows = sqlx::query("SELECT number FROM print_runs WHERE state = 'finished' ORDER BY number DESC LIMIT ?")
            .bind(i64::from(among))
            .fetch_all(self.reading())
            .await?;
        let mut runs = Vec::new();
        for row in &rows {
            runs.extend(self.run_packed(whole_at(row, "number")?).await?.filter(|run| run.packed < run.printed));
        }
        Ok(runs)
    }

    /// The valid inserts of a run that nobody has packed, in the order of its pages, at most `limit`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn missing_of_run(&self, number: u32, limit: u32) -> Result<Vec<MissingInsert>, JournalError> {
        let mut query = QueryBuilder::new("SELECT i.serial, i.last_four AS printed_last_four, c.last_four AS card_last_four, ");
        query.push(CARDHOLDER_COLUMNS);
        query.push(
            " FROM inserts i JOIN cardholders h ON h.id = i.cardholder_id LEFT JOIN cards c ON c.id = i.card_id WHERE i.run_number = ",
        );
        query.push_bind(i64::from(number));
        query.push(
            " AND i.state = 'printed' AND NOT EXISTS (SELECT 1 FROM packings p WHERE p.serial = i.serial AND p.undone_at IS NULL) \
             ORDER BY i.position LIMIT ",
        );
        query.push_bind(i64::from(limit));
        query.build().fetch_all(self.reading()).await?.iter().map(missing_from).collect()
    }

    /// The box that is open, if one is.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn open_packing_box(&self) -> Result<Option<PackingBox>, JournalError> {
        let row = sqlx::query(boxes_where!("WHERE b.closed_at IS NULL")).fetch_optional(self.reading()).await?;
        row.as_ref().map(box_from).transpose()
    }

    /// The box with this number.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing_box(&self, number: u32) -> Result<Option<PackingBox>, JournalError> {
        let row = sqlx::query(boxes_where!("WHERE b.number = ?")).bind(i64::from(number)).fetch_optional(self.reading()).await?;
        row.as_ref().map(box_from).transpose()
    }

    /// The latest boxes, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing_boxes(&self, limit: u32) -> Result<Vec<PackingBox>, JournalError> {
        let rows = sqlx::query(boxes_where!("ORDER BY b.number DESC LIMIT ?")).bind(i64::from(limit)).fetch_all(self.reading()).await?;
        rows.iter().map(box_from).collect()
    }

    /// The latest days on which something was packed, with how much, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing_days(&self, limit: u32) -> Result<Vec<(Date, u32)>, JournalError> {
        let rows =
            sqlx::query("SELECT day, count(*) AS packed FROM packings WHERE undone_at IS NULL GROUP BY day ORDER BY day DESC LIMIT ?")
                .bind(i64::from(limit))
                .fetch_all(self.reading())
                .await?;
        rows.iter().map(|row| Ok((parsed_at(row, "day")?, u32::try_from(row.try_get::<i64, _>("packed")?).unwrap_or(u32::MAX)))).collect()
    }
}

fn push_which(query: &mut QueryBuilder<Sqlite>, table: &str, which: PackedIn) {
    query.push(table);
    match which {
        PackedIn::Box(number) => query.push(".box = ").push_bind(i64::from(number)),
        PackedIn::Day(day) => query.push(".day = ").push_bind(day.to_string()),
    };
}
