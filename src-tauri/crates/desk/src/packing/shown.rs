//! The packing line as the window sees it.
//!
//! Owns the stable words of the stops, and what stands beside each: whose insert, which other, when it was packed.

use cardesk_journal::{InsertState, PackedIn, PackedInsert, PackingBasis, PackingBox, PackingStop, RunPacked};
use jiff::ToSpan;
use jiff::civil::Date;

use super::verdict::Verdict;
use crate::copies::display_name;
use crate::error::DeskResult;
use crate::session::issuer_day;
use crate::view::{PackedBy, PackedRow, PackingBoxView, PackingStopView, PackingView, RunPackedView, StopKind};
use crate::workplace::Workplace;

/// The latest rows beside the line.
const LATEST_ROWS: u32 = 100;

/// The latest runs that are looked at for what is missing.
const LATEST_RUNS: u32 = 12;

/// What was packed by its digits alone is held against the gateway for so long, as a person's word on money is.
const CONTRADICTED_WITHIN_DAYS: i64 = 45;

const STOPS: [StopKind; 10] = [
    StopKind::Mismatch,
    StopKind::PlasticPacked,
    StopKind::PlasticWaitedFor,
    StopKind::CardOutOfUse,
    StopKind::Unknown,
    StopKind::Voided,
    StopKind::PackedAlready,
    StopKind::NotFinished,
    StopKind::OtherCompany,
    StopKind::OtherEnvironment,
];

pub(super) const fn word_of_stop(kind: StopKind) -> &'static str {
    match kind {
        StopKind::Mismatch => "mismatch",
        StopKind::PlasticPacked => "plastic_packed",
        StopKind::PlasticWaitedFor => "plastic_waited_for",
        StopKind::CardOutOfUse => "card_out_of_use",
        StopKind::Unknown => "unknown",
        StopKind::Voided => "voided",
        StopKind::PackedAlready => "packed_already",
        StopKind::NotFinished => "not_finished",
        StopKind::OtherCompany => "other_company",
        StopKind::OtherEnvironment => "other_environment",
    }
}

impl Workplace {
    pub(super) async fn packing_view(&self) -> DeskResult<PackingView> {
        let today = issuer_day(self.now());
        let open_box = self.journal.open_packing_box().await?;
        let which = open_box.as_ref().map_or(PackedIn::Day(today), |open| PackedIn::Box(open.number));
        let mut latest: Vec<PackedRow> =
            self.journal.packed_in(which, Some(LATEST_ROWS)).await?.iter().map(|packed| self.packed_row(packed)).collect();
        latest.reverse();
        Ok(PackingView {
            day: today.to_string(),
            open_box: open_box.map(box_view),
            stop: self.waiting_stop().await?,
            packed_today: self.journal.packed_on(today).await?,
            latest,
            contradicted: self.contradicted_packings(today).await?,
            runs: self.journal.runs_to_pack(LATEST_RUNS).await?.into_iter().map(run_view).collect(),
        })
    }

    /// What was packed by its digits alone, of which the gateway shows by now that they are not the card's.
    async fn contradicted_packings(&self, today: Date) -> DeskResult<Vec<PackedRow>> {
        let since = today.saturating_sub(CONTRADICTED_WITHIN_DAYS.days());
        Ok(self.journal.contradicted_packings(since).await?.iter().map(|packed| self.packed_row(packed)).collect())
    }

    /// The stop that waits for somebody, if one does.
    pub(super) async fn waiting_stop(&self) -> DeskResult<Option<PackingStopView>> {
        match self.journal.open_packing_stop().await? {
            Some(stop) => Ok(Some(self.stop_view(&stop).await?)),
            None => Ok(None),
        }
    }

    pub(super) async fn stop_view(&self, stop: &PackingStop) -> DeskResult<PackingStopView> {
        let kind = STOPS.into_iter().find(|known| word_of_stop(*known) == stop.kind).unwrap_or(StopKind::Unknown);
        let insert = match &stop.serial {
            Some(serial) => self.journal.insert(serial).await?,
            None => None,
        };
        let packing = match &stop.serial {
            Some(serial) => self.journal.packing_of(serial).await?,
            None => None,
        };
        let other_serial = stop.other_serial.clone().or_else(|| insert.as_ref().and_then(|insert| insert.voided_by.clone()));
        let other = match &other_serial {
            Some(serial) => self.journal.insert(serial).await?,
            None => None,
        };
        let name_of = async |id: Option<&cardesk_domain::CardholderId>| match id {
            Some(id) => self.journal.cardholder(id).await.map(|found| found.as_ref().map(display_name)),
            None => Ok(None),
        };
        let box_number = packing.as_ref().and_then(|packing| packing.box_number);
        let void_reason =
            other.as_ref().and_then(|other| other.reprint_of.clone()).filter(|reprint| Some(&reprint.serial) == stop.serial.as_ref());
        Ok(PackingStopView {
            number: stop.number,
            kind,
            serial: stop.serial.clone(),
            display_name: name_of(stop.cardholder_id.as_ref()).await?,
            last_four: stop.last_four.as_ref().map(ToString::to_string),
            other_name: name_of(other.as_ref().map(|insert| &insert.cardholder_id)).await?,
            other_serial,
            void_reason: void_reason.map(|reprint| reprint.reason).or_else(|| insert.as_ref().and_then(|insert| insert.voided_why.clone())),
            packed_at: packing.as_ref().map(|packing| packing.at.to_string()),
            packed_by: packing.as_ref().map(|packing| packing.operator.clone()),
            box_name: match box_number {
                Some(number) => self.journal.packing_box(number).await?.map(|found| found.name),
                None => None,
            },
            can_be_another: match kind {
                StopKind::PlasticPacked => self.is_told_by_digits_alone(stop).await?,
                StopKind::PlasticWaitedFor => true,
                _ => false,
            },
            at: stop.at.to_string(),
            operator: stop.operator.clone(),
        })
    }

    /// Whether nothing but its last four says that a plastic is packed already: its card, where that is known, is not.
    async fn is_told_by_digits_alone(&self, stop: &PackingStop) -> DeskResult<bool> {
        let Some((serial, typed)) = stop.serial.as_ref().zip(stop.last_four.as_ref()) else { return Ok(false) };
        let Some(insert) = self.journal.insert_to_pack(serial).await? else { return Ok(false) };
        Ok(match self.verdict_on(&insert, typed).await? {
            Verdict::Fits(Some(card), _) => self.journal.packing_of_card(card).await?.is_none(),
            Verdict::Fits(None, _) => true,
            Verdict::Mismatch => false,
        })
    }

    /// Whether a packed insert can still be taken out: its batch is in the room.
    pub(super) fn can_undo(&self, packed: &PackedInsert) -> bool {
        let packing = &packed.packing;
        let is_in_the_room = if packing.box_number.is_some() { !packed.has_left } else { packing.day == issuer_day(self.now()) };
        packing.undone_at.is_none() && is_in_the_room
    }

    pub(super) fn packed_row(&self, packed: &PackedInsert) -> PackedRow {
        let packing = &packed.packing;
        PackedRow {
            number: packing.number,
            serial: packing.serial.clone(),
            cardholder_id: packed.cardholder.id.to_string(),
            display_name: display_name(&packed.cardholder),
            last_four: packing.last_four.to_string(),
            packed_by: match packing.basis {
                PackingBasis::Printed => PackedBy::Printed,
                PackingBasis::Card => PackedBy::Card,
                PackingBasis::Typed => PackedBy::Typed,
                PackingBasis::Another => PackedBy::Another,
            },
            at: packing.at.to_string(),
            operator: packing.operator.clone(),
            is_voided: packed.insert_state == InsertState::Voided,
            is_contradicted: packed.is_contradicted,
            can_undo: self.can_undo(packed),
        }
    }
}

pub(super) fn box_view(found: PackingBox) -> PackingBoxView {
    PackingBoxView {
        number: found.number,
        name: found.name,
        begun_at: found.begun_at.to_string(),
        begun_by: found.begun_by,
        closed_at: found.closed_at.map(|at| at.to_string()),
        closed_by: found.closed_by,
        packed: found.packed,
    }
}

pub(super) fn run_view(run: RunPacked) -> RunPackedView {
    RunPackedView {
        number: format!("{:04}", run.number),
        finished_at: run.finished_at.to_string(),
        printed: run.printed,
        packed: run.packed,
        missing: run.printed.saturating_sub(run.packed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stop_reads_back_from_the_journal() {
        for kind in STOPS {
            assert_eq!(STOPS.into_iter().filter(|known| word_of_stop(*known) == word_of_stop(kind)).count(), 1, "{kind:?}");
        }
        assert_eq!(STOPS.len(), StopKind::OtherEnvironment as usize + 1, "a stop is missing in the list of those that read back");
    }
}
