//! Packing: an insert goes into an envelope with its plastic once, into the open box, unless the line is stopped.
//!
//! Owns what is written down of it; the database's guards refuse a voided or packed insert, another plastic than its own, a
//! plastic that is packed already, digits alone that may be another plastic's, and anything while a stop waits. The comparison itself, and what the operator sees of it,
//! is `desk`'s business; the manifests are read in `packing_lists`.

use cardesk_domain::{CardId, CardholderId, LastFour};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{QueryBuilder, Sqlite};

use crate::database::Journal;
use crate::error::{JournalError, is_refused_by};
use crate::happenings::{Happening, write_happening};
use crate::packing_records::{
    InsertToPack, NewPacking, NewPackingStop, PACKED_COLUMNS, PackedInsert, Packing, PackingBox, PackingStop, box_from, packed_from,
    packing_from, stop_from, to_pack_from,
};
use crate::profile::CARDHOLDER_COLUMNS;
use crate::stored::{card_id_text, microseconds};

impl Journal {
    /// What is known of the insert with this serial, whatever its state; found by indexes alone.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn insert_to_pack(&self, serial: &str) -> Result<Option<InsertToPack>, JournalError> {
        let mut query = to_pack();
        query.push("WHERE i.serial = ").push_bind(serial.to_owned());
        let row = query.build().fetch_optional(self.reading()).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(InsertToPack { packing: self.packing_of(serial).await?, ..to_pack_from(&row)? }))
    }

    /// Every insert of a cardholder that may be on paper, newest first: what was printed, the voided ones included, and what is of
    /// a run that did not come to its end after its pages had gone to a printer or into a file.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn inserts_to_pack_of(&self, cardholder: &CardholderId) -> Result<Vec<InsertToPack>, JournalError> {
        let mut query = to_pack();
        query.push("WHERE i.cardholder_id = ").push_bind(cardholder.as_str().to_owned());
        query.push(
            " AND (i.state IN ('printed', 'voided') OR EXISTS ( \
                SELECT 1 FROM print_run_steps s WHERE s.run_number = i.run_number AND s.step IN ('saving', 'printing') \
             )) ORDER BY i.run_number DESC, i.position DESC",
        );
        let rows = query.build().fetch_all(self.reading()).await?;
        let mut inserts = Vec::with_capacity(rows.len());
        for row in &rows {
            let insert = to_pack_from(row)?;
            inserts.push(InsertToPack { packing: self.packing_of(&insert.serial).await?, ..insert });
        }
        Ok(inserts)
    }

    /// The three signs that tell the papers of this journal from those of every other.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn paper_mark(&self) -> Result<String, JournalError> {
        Ok(sqlx::query_scalar("SELECT mark FROM paper_mark").fetch_one(self.reading()).await?)
    }

    /// How an insert was packed, if it is.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing_of(&self, serial: &str) -> Result<Option<Packing>, JournalError> {
        let row = sqlx::query("SELECT * FROM packings WHERE serial = ? AND undone_at IS NULL")
            .bind(serial)
            .fetch_optional(self.reading())
            .await?;
        row.as_ref().map(packing_from).transpose()
    }

    /// How a card's plastic was packed, if it is with an insert that is still valid.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing_of_card(&self, card: CardId) -> Result<Option<Packing>, JournalError> {
        let row = sqlx::query(
            "SELECT p.* FROM packings p JOIN inserts i ON i.serial = p.serial \
             WHERE p.card_id = ? AND p.undone_at IS NULL AND i.state = 'printed'",
        )
        .bind(card_id_text(card))
        .fetch_optional(self.reading())
        .await?;
        row.as_ref().map(packing_from).transpose()
    }

    /// The latest valid insert that was packed with a plastic of these last four.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing_by_last_four(&self, last_four: &LastFour) -> Result<Option<Packing>, JournalError> {
        let row = sqlx::query(
            "SELECT p.* FROM packings p JOIN inserts i ON i.serial = p.serial \
             WHERE p.last_four = ? AND p.undone_at IS NULL AND i.state = 'printed' ORDER BY p.number DESC LIMIT 1",
        )
        .bind(last_four.as_str())
        .fetch_optional(self.reading())
        .await?;
        row.as_ref().map(packing_from).transpose()
    }

    /// The latest valid insert that was packed with a plastic of these last four of which no card says that they are its own: it
    /// may be any card's that ends so.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing_by_digits_alone(&self, last_four: &LastFour) -> Result<Option<Packing>, JournalError> {
        let row = sqlx::query(
            "SELECT p.* FROM packings p JOIN inserts i ON i.serial = p.serial \
             WHERE p.last_four = ? AND p.undone_at IS NULL AND i.state = 'printed' AND i.last_four IS NOT p.last_four \
             AND NOT EXISTS (SELECT 1 FROM cards c WHERE c.last_four = p.last_four \
                AND (c.id = p.card_id OR (p.card_id IS NULL AND c.cardholder_id = i.cardholder_id))) \
             ORDER BY p.number DESC LIMIT 1",
        )
        .bind(last_four.as_str())
        .fetch_optional(self.reading())
        .await?;
        row.as_ref().map(packing_from).transpose()
    }

    /// Another valid insert that is not packed and waits for a plastic of these last four: that of the card that it names, or,
    /// where it names none, of one of its cardholder's. Cards that wait for nobody any more are not looked at.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn insert_that_waits_for(&self, last_four: &LastFour, except: &str) -> Result<Option<String>, JournalError> {
        // As the guard `packing_of_digits_that_are_waited_for_has_a_word` has it.
        Ok(sqlx::query_scalar(
            "SELECT i.serial FROM cards c JOIN inserts i ON i.cardholder_id = c.cardholder_id AND (i.card_id = c.id OR i.card_id IS NULL) \
             WHERE c.last_four = ?1 AND c.state = 'INACTIVE' AND i.last_four IS NULL AND i.state = 'printed' AND i.serial <> ?2 \
             AND NOT EXISTS (SELECT 1 FROM packings p WHERE p.serial = i.serial AND p.undone_at IS NULL) \
             UNION ALL SELECT i.serial FROM inserts i JOIN cards c ON c.id = i.card_id \
             WHERE i.last_four = ?1 AND i.state = 'printed' AND c.state = 'INACTIVE' AND i.serial <> ?2 \
             AND NOT EXISTS (SELECT 1 FROM packings p WHERE p.serial = i.serial AND p.undone_at IS NULL) LIMIT 1",
        )
        .bind(last_four.as_str())
        .bind(except)
        .fetch_optional(self.reading())
        .await?)
    }

    /// Writes down that an insert is packed with its plastic, in the open box if there is one, and what the record says of it.
    ///
    /// # Errors
    /// [`JournalError::PackingRefused`] if a guard refuses it; or that it could not be written. Then it is not packed.
    pub async fn pack(&self, new: &NewPacking, happening: &Happening) -> Result<Packing, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let written = sqlx::query(
            "INSERT INTO packings (number, serial, run_number, card_id, last_four, basis, box, day, at, operator) \
             SELECT (SELECT coalesce(max(number), 0) + 1 FROM packings), serial, run_number, ?, ?, ?, \
             (SELECT number FROM packing_boxes WHERE closed_at IS NULL), ?, ?, ? FROM inserts WHERE serial = ? RETURNING *",
        )
        .bind(new.card_id.map(card_id_text))
        .bind(new.last_four.as_str())
        .bind(new.basis.as_str())
        .bind(new.day.to_string())
        .bind(microseconds(new.at))
        .bind(&new.operator)
        .bind(&new.serial)
        .fetch_optional(&mut *transaction)
        .await;
        let row = match written {
            Ok(Some(row)) => row,
            Ok(None) => return Err(JournalError::UnknownInsert(new.serial.clone())),
            Err(error) if is_refused_by(&error, "guard: ") || is_refused_by(&error, "packings.serial") => {
                return Err(JournalError::PackingRefused(new.serial.clone()));
            }
            Err(error) => return Err(error.into()),
        };
        let packing = packing_from(&row)?;
        write_happening(&mut transaction, happening).await?;
        transaction.commit().await?;
        Ok(packing)
    }

    /// Takes a packed insert out again, with a person's reason.
    ///
    /// # Errors
    /// [`JournalError::PackingStays`] if it was taken out before or its box is closed; or that it could not be written.
    pub async fn undo_packing(&self, number: u32, why: &str, at: Timestamp, happening: &Happening) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let undone = sqlx::query("UPDATE packings SET undone_at = ?, undone_by = ?, undone_why = ? WHERE number = ? AND undone_at IS NULL")
            .bind(microseconds(at))
            .bind(&happening.operator)
            .bind(why)
            .bind(i64::from(number))
            .execute(&mut *transaction)
            .await;
        match undone {
            Ok(done) if done.rows_affected() == 1 => {}
            Ok(_) => return Err(JournalError::PackingStays(number)),
            Err(error) if is_refused_by(&error, "guard: ") => return Err(JournalError::PackingStays(number)),
            Err(error) => return Err(error.into()),
        }
        write_happening(&mut transaction, happening).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// A packed insert by the number of its packing, also if it was taken out again.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packed(&self, number: u32) -> Result<Option<PackedInsert>, JournalError> {
        let mut query = QueryBuilder::new("SELECT ");
        query.push(PACKED_COLUMNS).push(CARDHOLDER_COLUMNS);
        query.push(" FROM packings p JOIN inserts i ON i.serial = p.serial JOIN cardholders h ON h.id = i.cardholder_id WHERE p.number = ");
        query.push_bind(i64::from(number));
        let row = query.build().fetch_optional(self.reading()).await?;
        row.as_ref().map(packed_from).transpose()
    }

    /// Stops the line until somebody says that they saw it.
    ///
    /// # Errors
    /// [`JournalError::LineStopped`] if another stop waits; or that it could not be written.
    pub async fn stop_packing(&self, stop: &NewPackingStop, happening: &Happening) -> Result<PackingStop, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let written = sqlx::query(
            "INSERT INTO packing_stops (number, kind, serial, cardholder_id, last_four, other_serial, box, day, at, operator) \
             SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, (SELECT number FROM packing_boxes WHERE closed_at IS NULL), ?, ?, ? \
             FROM packing_stops RETURNING *",
        )
        .bind(&stop.kind)
        .bind(&stop.serial)
        .bind(stop.cardholder_id.as_ref().map(CardholderId::as_str))
        .bind(stop.last_four.as_ref().map(LastFour::as_str))
        .bind(&stop.other_serial)
        .bind(stop.day.to_string())
        .bind(microseconds(stop.at))
        .bind(&stop.operator)
        .fetch_one(&mut *transaction)
        .await;
        let row = match written {
            Err(error) if is_refused_by(&error, "one_open_packing_stop") => return Err(JournalError::LineStopped),
            other => other?,
        };
        let stopped = stop_from(&row)?;
        write_happening(&mut transaction, happening).await?;
        transaction.commit().await?;
        Ok(stopped)
    }

    /// The stop that waits for somebody, if one does.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn open_packing_stop(&self) -> Result<Option<PackingStop>, JournalError> {
        let row = sqlx::query("SELECT * FROM packing_stops WHERE acknowledged_at IS NULL").fetch_optional(self.reading()).await?;
        row.as_ref().map(stop_from).transpose()
    }

    /// Writes down that somebody saw a stop, and what the record says of it. One that was acknowledged before stays as it was,
    /// and is not told twice.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn acknowledge_packing_stop(&self, number: u32, at: Timestamp, happening: &Happening) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let acknowledged =
            sqlx::query("UPDATE packing_stops SET acknowledged_at = ?, acknowledged_by = ? WHERE number = ? AND acknowledged_at IS NULL")
                .bind(microseconds(at))
                .bind(&happening.operator)
                .bind(i64::from(number))
                .execute(&mut *transaction)
                .await?;
        if acknowledged.rows_affected() > 0 {
            write_happening(&mut transaction, happening).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Begins a box.
    ///
    /// # Errors
    /// [`JournalError::BoxOpen`] if another is open; or that it could not be written.
    pub async fn begin_packing_box(&self, name: &str, at: Timestamp, happening: &Happening) -> Result<PackingBox, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let written = sqlx::query(
            "INSERT INTO packing_boxes (number, name, begun_at, begun_by) SELECT coalesce(max(number), 0) + 1, ?, ?, ? FROM packing_boxes \
             RETURNING *, 0 AS packed",
        )
        .bind(name)
        .bind(microseconds(at))
        .bind(&happening.operator)
        .fetch_one(&mut *transaction)
        .await;
        let row = match written {
            Err(error) if is_refused_by(&error, "one_open_packing_box") => return Err(JournalError::BoxOpen),
            other => other?,
        };
        let begun = box_from(&row)?;
        write_happening(&mut transaction, happening).await?;
        transaction.commit().await?;
        Ok(begun)
    }

    /// Closes the open box: what is in it has left the room.
    ///
    /// # Errors
    /// [`JournalError::NoOpenBox`] if it is not open; or that it could not be written.
    pub async fn close_packing_box(&self, number: u32, at: Timestamp, happening: &Happening) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let closed = sqlx::query("UPDATE packing_boxes SET closed_at = ?, closed_by = ? WHERE number = ? AND closed_at IS NULL")
            .bind(microseconds(at))
            .bind(&happening.operator)
            .bind(i64::from(number))
            .execute(&mut *transaction)
            .await?;
        if closed.rows_affected() == 0 {
            return Err(JournalError::NoOpenBox(number));
        }
        write_happening(&mut transaction, happening).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// How many inserts were packed on a day, and not taken out again.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packed_on(&self, day: Date) -> Result<u32, JournalError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM packings WHERE day = ? AND undone_at IS NULL")
            .bind(day.to_string())
            .fetch_one(self.reading())
            .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

/// The columns of an insert that is to be packed, with its run, its cardholder and the card that it names.
fn to_pack() -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "SELECT i.serial, i.state AS insert_state, i.run_number, i.card_id, i.last_four AS printed_last_four, \
         c.last_four AS card_last_four, r.ended_at, ",
    );
    query.push(CARDHOLDER_COLUMNS).push(
        " FROM inserts i JOIN print_runs r ON r.number = i.run_number JOIN cardholders h ON h.id = i.cardholder_id \
         LEFT JOIN cards c ON c.id = i.card_id ",
    );
    query
}
