//! Packing: the insert is scanned, the last four of the plastic are typed, and the two are held against each other here.
//!
//! Owns the order of the line: one insert at a time, and nothing while a stop waits for somebody to say that they saw it. Every
//! packed insert, every stop, who saw it, and every undoing is in the record of what happened. What a scanner typed is `scan`'s, which
//! insert it means `code`'s, the comparison `verdict`'s, what the window sees `shown`'s, and manifests are `manifest`'s.

mod code;
mod manifest;
mod mark;
mod scan;
mod shown;
mod verdict;

use std::sync::Arc;

use cardesk_domain::{CardId, CardState, CardholderId, LastFour};
use cardesk_journal::{InsertState, InsertToPack, JournalError, NewPacking, NewPackingStop, PackedInsert, PackingBasis, PackingStop};

use self::code::Read;
use self::shown::word_of_stop;
use self::verdict::{Verdict, verdict};
use crate::copies::display_name;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::{checked_reason, free_line};
use crate::happenings::Happened;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::session::issuer_day;
use crate::view::{
    HappeningAction, HappeningResult, InsertToPackView, PackForm, PackOutcome, PackedRow, PackingStopView, PackingView, ScanOutcome,
    StopKind,
};
use crate::workplace::Workplace;

/// The most characters of a box's name.
const MAX_BOX_NAME: usize = 60;

impl Desk {
    /// The packing line as it stands.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packing(&self) -> DeskResult<PackingView> {
        self.workplace().await?.packing_view().await
    }

    /// Finds the insert that a scanner read, by its small code or its activation code, or whose serial somebody typed. `earlier` is
    /// the other code of the same paper, where that one alone did not say which insert it is.
    ///
    /// # Errors
    /// For a text that was typed and is no serial; if the journal can't be read or written. Everything else that is not to be
    /// packed stops the line.
    pub async fn scan_insert(&self, text: &str, is_typed: bool, earlier: Option<&str>) -> DeskResult<ScanOutcome> {
        self.workplace().await?.scan(text, is_typed, earlier).await
    }

    /// Packs an insert with the plastic whose last four were typed, if it is its own.
    ///
    /// # Errors
    /// For what is no last four; if the journal can't be read or written: then it is not packed.
    pub async fn pack_insert(&self, form: PackForm) -> DeskResult<PackOutcome> {
        self.workplace().await?.pack(&form).await
    }

    /// Somebody saw the stop: the line goes on.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn acknowledge_packing_stop(&self, number: u32) -> DeskResult<PackingView> {
        let workplace = self.workplace().await?;
        // One that somebody else saw meanwhile is told once, as it was.
        if let Some(stop) = workplace.journal.open_packing_stop().await?.filter(|stop| stop.number == number) {
            let seen = workplace.seen(&stop).await?;
            workplace.journal.acknowledge_packing_stop(number, workplace.now(), &workplace.happening(seen)).await?;
        }
        workplace.packing_view().await
    }

    /// Takes a packed insert out again, with a reason, as long as its batch is in the room: its box is open, or it is in none
    /// and of today.
    ///
    /// # Errors
    /// For a reason that is none; [`ErrorCode::PackingStays`] once it has left; if it could not be written.
    pub async fn undo_packing(&self, number: u32, reason: &str) -> DeskResult<PackingView> {
        let workplace = self.workplace().await?;
        let reason = checked_reason(reason)?;
        let packed = workplace.journal.packed(number).await?.filter(|packed| workplace.can_undo(packed));
        let Some(packed) = packed else { return Err(ErrorView::new(ErrorCode::PackingStays)) };
        let happening = Happened { detail: Some(reason.clone()), ..happened(&packed, HappeningAction::InsertUnpacked) };
        workplace.journal.undo_packing(number, &reason, workplace.now(), &workplace.happening(happening)).await?;
        workplace.packing_view().await
    }

    /// Which of these inserts are packed: they have left the room, and voiding one does not bring it back.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn packed_inserts(&self, serials: &[String]) -> DeskResult<Vec<PackedRow>> {
        let workplace = self.workplace().await?;
        let packed = workplace.journal.packings_of(serials).await?;
        Ok(packed.iter().map(|packed| workplace.packed_row(packed)).collect())
    }

    /// Begins a box: what is packed from now on goes into it.
    ///
    /// # Errors
    /// For a name that is none; if another box is open; if it could not be written.
    pub async fn begin_packing_box(&self, name: &str) -> DeskResult<PackingView> {
        let workplace = self.workplace().await?;
        let name = free_line(name, MAX_BOX_NAME, Field::BoxName).map_err(|problem| ErrorView::fields(vec![problem]))?;
        let happening = Happened { detail: Some(name.clone()), ..Happened::new(HappeningAction::BoxBegun, HappeningResult::Done) };
        workplace.journal.begin_packing_box(&name, workplace.now(), &workplace.happening(happening)).await?;
        workplace.packing_view().await
    }

    /// Closes the open box: what is in it has left the room.
    ///
    /// # Errors
    /// If it is not open any more; if it could not be written.
    pub async fn close_packing_box(&self, number: u32) -> DeskResult<PackingView> {
        let workplace = self.workplace().await?;
        let name = workplace.journal.packing_box(number).await?.map(|closed| closed.name);
        let happening = Happened { detail: name, ..Happened::new(HappeningAction::BoxClosed, HappeningResult::Done) };
        workplace.journal.close_packing_box(number, workplace.now(), &workplace.happening(happening)).await?;
        workplace.packing_view().await
    }
}

/// Why something is not to be packed.
struct Stop {
    kind: StopKind,
    insert: Option<Box<InsertToPack>>,
    typed: Option<LastFour>,
    other_serial: Option<String>,
}

impl Stop {
    fn new(kind: StopKind, insert: Option<InsertToPack>) -> Self {
        Self { kind, insert: insert.map(Box::new), typed: None, other_serial: None }
    }
}

impl Workplace {
    async fn scan(self: Arc<Self>, text: &str, is_typed: bool, earlier: Option<&str>) -> DeskResult<ScanOutcome> {
        let _line = self.packing_line.lock().await;
        if let Some(stop) = self.waiting_stop().await? {
            return Ok(ScanOutcome::Stopped { stop });
        }
        let read = self.read_code(scan::read(text), is_typed, earlier.map(scan::read)).await?;
        let read = read.ok_or_else(|| {
            let code = if text.trim().is_empty() { FieldCode::Missing } else { FieldCode::SerialForm };
            ErrorView::fields(vec![FieldProblem::error(Field::Serial, code)])
        })?;
        Ok(match read {
            Read::Unclear(outcome) => *outcome,
            Read::Insert(found) => match *found {
                Ok(insert) => ScanOutcome::Found { insert: insert_view(&insert) },
                Err(stop) => ScanOutcome::Stopped { stop: self.stop(stop).await? },
            },
        })
    }

    /// The insert with this serial, if it can be packed.
    async fn by_serial(&self, serial: &str) -> DeskResult<Result<InsertToPack, Stop>> {
        Ok(match self.journal.insert_to_pack(serial).await? {
            Some(insert) => to_be_packed(insert),
            None => Err(Stop::new(StopKind::Unknown, None)),
        })
    }

    async fn pack(self: Arc<Self>, form: &PackForm) -> DeskResult<PackOutcome> {
        let typed = last_four(&form.last_four)?;
        let _line = self.packing_line.lock().await;
        if let Some(stop) = self.waiting_stop().await? {
            return Ok(PackOutcome::Stopped { stop });
        }
        let stop = match self.to_be_paired(form, &typed).await? {
            Err(stop) => stop,
            Ok((insert, new)) => match self.packed(insert, new).await {
                Ok(row) => return Ok(PackOutcome::Packed { row }),
                // Something came in between, perhaps that the insert was voided: then that is what somebody has to see.
                Err(refused @ JournalError::PackingRefused(_)) => match self.to_be_paired(form, &typed).await? {
                    Err(stop) => stop,
                    Ok(_) => return Err(refused.into()),
                },
                Err(error) => return Err(error.into()),
            },
        };
        Ok(PackOutcome::Stopped { stop: self.stop(stop).await? })
    }

    /// The insert and what is to be written down of it, if it can be packed with the plastic whose last four were typed.
    async fn to_be_paired(&self, form: &PackForm, typed: &LastFour) -> DeskResult<Result<(InsertToPack, NewPacking), Stop>> {
        match self.by_serial(&form.serial).await? {
            Ok(insert) => self.pair(insert, typed, form.is_another_plastic).await,
            Err(stop) => Ok(Err(Stop { typed: Some(typed.clone()), ..stop })),
        }
    }

    /// What is to be written down of an insert and its plastic, if it is its own and not packed already.
    async fn pair(&self, insert: InsertToPack, typed: &LastFour, is_another: bool) -> DeskResult<Result<(InsertToPack, NewPacking), Stop>> {
        let stopped = |kind, insert, other_serial| Stop { kind, insert: Some(Box::new(insert)), typed: Some(typed.clone()), other_serial };
        let (card_id, basis) = match self.verdict_on(&insert, typed).await? {
            Verdict::Mismatch => return Ok(Err(stopped(StopKind::Mismatch, insert, None))),
            Verdict::Fits(card_id, basis) => (card_id, basis),
        };
        if let Some(card) = card_id {
            if self.is_out_of_use(card).await? {
                return Ok(Err(stopped(StopKind::CardOutOfUse, insert, None)));
            }
            if let Some(other) = self.journal.packing_of_card(card).await? {
                return Ok(Err(stopped(StopKind::PlasticPacked, insert, Some(other.serial))));
            }
        }
        let basis = match self.who_else_has(typed, basis, &insert.serial).await? {
            None => basis,
            // Nothing tells one plastic from another here but a person.
            Some(_) if is_another => PackingBasis::Another,
            Some((kind, other)) => return Ok(Err(stopped(kind, insert, Some(other)))),
        };
        let now = self.now();
        let new = NewPacking {
            serial: insert.serial.clone(),
            card_id,
            last_four: typed.clone(),
            basis,
            day: issuer_day(now),
            at: now,
            operator: self.operator.clone(),
        };
        Ok(Ok((insert, new)))
    }

    /// What the last four that were typed say of an insert, with what is known of its cardholder's cards.
    async fn verdict_on(&self, insert: &InsertToPack, typed: &LastFour) -> DeskResult<Verdict> {
        let names_no_card = insert.card_id.is_none() && insert.last_four.is_none();
        let cards = if names_no_card { self.journal.cards_of(&insert.cardholder.id).await? } else { Vec::new() };
        Ok(verdict(insert, typed, &cards))
    }

    /// Whether a card's plastic is not to be sent to anybody: it is blocked, or another is issued in its place.
    async fn is_out_of_use(&self, card: CardId) -> DeskResult<bool> {
        let is_blocked = self.journal.card(card).await?.is_some_and(|card| card.state == CardState::Blocked);
        Ok(is_blocked || self.is_given_up(card).await?)
    }

    /// The insert whose plastic this may be as well: one that is packed with the same last four, or waits for them. Where a card
    /// says that they are its own, only what was packed by its digits alone can have been the same plastic.
    async fn who_else_has(&self, typed: &LastFour, basis: PackingBasis, serial: &str) -> DeskResult<Option<(StopKind, String)>> {
        let packed = match basis {
            PackingBasis::Printed | PackingBasis::Card => self.journal.packing_by_digits_alone(typed).await?,
            PackingBasis::Typed | PackingBasis::Another => self.journal.packing_by_last_four(typed).await?,
        };
        if let Some(packed) = packed {
            return Ok(Some((StopKind::PlasticPacked, packed.serial)));
        }
        let waits = match basis {
            PackingBasis::Printed | PackingBasis::Card => None,
            PackingBasis::Typed | PackingBasis::Another => self.journal.insert_that_waits_for(typed, serial).await?,
        };
        Ok(waits.map(|waits| (StopKind::PlasticWaitedFor, waits)))
    }

    async fn packed(&self, insert: InsertToPack, new: NewPacking) -> Result<PackedRow, JournalError> {
        let happening = Happened {
            cardholder_id: Some(insert.cardholder.id.clone()),
            card_id: new.card_id,
            serial: Some(insert.serial.clone()),
            detail: Some(format!("•••• {}", new.last_four)),
            ..Happened::new(HappeningAction::InsertPacked, HappeningResult::Done)
        };
        let packing = self.journal.pack(&new, &self.happening(happening)).await?;
        let InsertToPack { cardholder, state: insert_state, .. } = insert;
        Ok(self.packed_row(&PackedInsert { packing, cardholder, insert_state, is_contradicted: false, has_left: false }))
    }

    /// Stops the line, and says so in the record.
    async fn stop(&self, stop: Stop) -> DeskResult<PackingStopView> {
        let now = self.now();
        let kind = word_of_stop(stop.kind);
        let cardholder_id: Option<CardholderId> = stop.insert.as_ref().map(|insert| insert.cardholder.id.clone());
        let serial = stop.insert.as_ref().map(|insert| insert.serial.clone());
        let happening = Happened {
            cardholder_id: cardholder_id.clone(),
            card_id: stop.insert.as_ref().and_then(|insert| insert.card_id),
            serial: serial.clone(),
            detail: Some(detail_of_stop(kind, stop.typed.as_ref())),
            ..Happened::new(HappeningAction::PackingStopped, HappeningResult::Refused)
        };
        let new = NewPackingStop {
            kind: kind.to_owned(),
            serial,
            cardholder_id,
            last_four: stop.typed,
            other_serial: stop.other_serial,
            day: issuer_day(now),
            at: now,
            operator: self.operator.clone(),
        };
        let written: PackingStop = match self.journal.stop_packing(&new, &self.happening(happening)).await {
            // Whatever came in between is what somebody has to look at first.
            Err(JournalError::LineStopped) => {
                return self.waiting_stop().await?.ok_or_else(|| ErrorView::new(ErrorCode::Internal));
            }
            other => other?,
        };
        self.stop_view(&written).await
    }

    /// What the record says of a stop that somebody saw: the same as of the stop, at the same insert.
    async fn seen(&self, stop: &PackingStop) -> DeskResult<Happened> {
        let insert = match &stop.serial {
            Some(serial) => self.journal.insert(serial).await?,
            None => None,
        };
        Ok(Happened {
            cardholder_id: stop.cardholder_id.clone(),
            card_id: insert.and_then(|insert| insert.card_id),
            serial: stop.serial.clone(),
            detail: Some(detail_of_stop(&stop.kind, stop.last_four.as_ref())),
            ..Happened::new(HappeningAction::PackingStopAcknowledged, HappeningResult::Done)
        })
    }
}

fn detail_of_stop(kind: &str, typed: Option<&LastFour>) -> String {
    typed.map_or_else(|| kind.to_owned(), |typed| format!("{kind}: •••• {typed}"))
}

fn to_be_packed(insert: InsertToPack) -> Result<InsertToPack, Stop> {
    let kind = match (insert.state, &insert.packing) {
        (InsertState::Printed, None) => return Ok(insert),
        (InsertState::Printed, Some(_)) => StopKind::PackedAlready,
        (InsertState::Voided, _) => StopKind::Voided,
        (InsertState::Drafted | InsertState::Discarded, _) => StopKind::NotFinished,
    };
    Err(Stop::new(kind, Some(insert)))
}

fn insert_view(insert: &InsertToPack) -> InsertToPackView {
    InsertToPackView {
        serial: insert.serial.clone(),
        display_name: display_name(&insert.cardholder),
        printed_at: insert.printed_at.map(|at| at.to_string()),
        names_card: insert.card_id.is_some() || insert.last_four.is_some(),
    }
}

fn happened(packed: &PackedInsert, action: HappeningAction) -> Happened {
    Happened {
        cardholder_id: Some(packed.cardholder.id.clone()),
        card_id: packed.packing.card_id,
        serial: Some(packed.packing.serial.clone()),
        ..Happened::new(action, HappeningResult::Done)
    }
}

fn last_four(typed: &str) -> DeskResult<LastFour> {
    typed.parse().map_err(|_| {
        let code = if typed.trim().is_empty() { FieldCode::Missing } else { FieldCode::LastFourForm };
        ErrorView::fields(vec![FieldProblem::error(Field::LastFour, code)])
    })
}
