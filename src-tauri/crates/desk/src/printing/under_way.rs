//! The one run that is on its way: how far it is, and what is asked of it.
//!
//! Owns that there is one at a time, and that whoever makes it hears when it is to end.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use cardesk_inserts::Progress;

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{PrintingPhase, PrintingView};
use crate::workplace::count;

/// From this long on, a pace says something.
const PACE_AFTER: Duration = Duration::from_millis(500);

/// The phases of a run, in their order.
const PREPARING: u8 = 0;
const MAKING: u8 = 1;
const HANDING_OVER: u8 = 2;

/// The run of this workplace that is on its way.
#[derive(Default)]
pub(crate) struct Printing(StdMutex<Option<Arc<UnderWay>>>);

/// A run holds the one place for as long as this lives.
pub(crate) struct Place<'printing> {
    printing: &'printing Printing,
    pub(crate) run: Arc<UnderWay>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.printing.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// What is asked of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To go on.
    Go,
    /// To leave nothing behind.
    Cancel,
    /// To stop as it is, because the company is left or the program ends: it can be made again.
    Leave,
}

/// A run on its way.
#[derive(Debug)]
pub(crate) struct UnderWay {
    inserts: AtomicU32,
    number: AtomicU32,
    pages: AtomicU32,
    pages_done: AtomicU32,
    phase: AtomicU8,
    asked: StdMutex<Asked>,
    is_with_the_printer: AtomicBool,
    /// When its first page was begun.
    making_since: StdMutex<Option<Duration>>,
}

impl Printing {
    /// Takes the place of the one run.
    pub(crate) fn begin(&self, inserts: usize) -> DeskResult<Place<'_>> {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_some() {
            return Err(ErrorView::new(ErrorCode::RunUnderWay));
        }
        let run = Arc::new(UnderWay {
            inserts: AtomicU32::new(count(inserts)),
            number: AtomicU32::new(0),
            pages: AtomicU32::new(0),
            pages_done: AtomicU32::new(0),
            phase: AtomicU8::new(PREPARING),
            asked: StdMutex::new(Asked::Go),
            is_with_the_printer: AtomicBool::new(false),
            making_since: StdMutex::new(None),
        });
        *place = Some(Arc::clone(&run));
        Ok(Place { printing: self, run })
    }

    /// Asks something of the run, if there is one, and says whether there is.
    pub(crate) fn ask(&self, asked: Asked) -> bool {
        self.run().inspect(|run| run.ask(asked)).is_some()
    }

    pub(crate) fn run(&self) -> Option<Arc<UnderWay>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl UnderWay {
    pub(crate) fn asked(&self) -> Asked {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was asked first holds: a run that was cancelled is not left behind as a draft. What is being handed over can't be
    /// cancelled any more.
    fn ask(&self, asked: Asked) {
        let mut before = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_too_late = asked == Asked::Cancel && self.phase.load(Ordering::SeqCst) >= HANDING_OVER;
        if *before == Asked::Go && !is_too_late {
            *before = asked;
        }
    }

    /// A printer has its pages, or may have them.
    pub(crate) fn is_with_the_printer(&self) {
        self.is_with_the_printer.store(true, Ordering::SeqCst);
    }

    pub(crate) fn may_be_on_paper(&self) -> bool {
        self.is_with_the_printer.load(Ordering::SeqCst)
    }

    /// How many inserts it has, where that was not known when it took its place.
    pub(crate) fn has_inserts(&self, inserts: usize) {
        self.inserts.store(count(inserts), Ordering::SeqCst);
    }

    /// Its number, once it has one.
    pub(crate) fn number(&self) -> Option<u32> {
        Some(self.number.load(Ordering::SeqCst)).filter(|number| *number > 0)
    }

    pub(crate) fn has_number(&self, number: u32) {
        self.number.store(number, Ordering::SeqCst);
    }

    /// The run makes its pages from now on.
    pub(crate) fn makes(&self, pages: usize, now: Duration) {
        self.pages.store(count(pages), Ordering::SeqCst);
        *self.making_since.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        self.phase.store(MAKING, Ordering::SeqCst);
    }

    pub(crate) fn progressed(&self, progress: Progress) {
        self.pages_done.store(count(progress.pages_done), Ordering::SeqCst);
    }

    /// From here on it can't be cancelled. `false` if it was asked to end before.
    pub(crate) fn hands_over(&self) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        self.phase.store(HANDING_OVER, Ordering::SeqCst);
        *asked == Asked::Go
    }

    pub(crate) fn view(&self, now: Duration) -> PrintingView {
        let (pages, pages_done) = (self.pages.load(Ordering::SeqCst), self.pages_done.load(Ordering::SeqCst));
        let since = *self.making_since.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = since.and_then(|since| pace(pages_done, pages, now.saturating_sub(since)));
        PrintingView {
            number: self.number().map(|number| format!("{number:04}")),
            phase: match self.phase.load(Ordering::SeqCst) {
                PREPARING => PrintingPhase::Preparing,
                MAKING => PrintingPhase::Making,
                _ => PrintingPhase::HandingOver,
            },
            inserts: self.inserts.load(Ordering::SeqCst),
            pages_done,
            pages,
            pages_a_second: pace.map(|(a_second, _)| a_second),
            seconds_left: pace.map(|(_, left)| left),
            is_cancelled: self.asked() != Asked::Go,
        }
    }
}

/// Pages a second, and the seconds left at that pace; nothing while it says nothing.
fn pace(done: u32, all: u32, took: Duration) -> Option<(u32, u32)> {
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if took < PACE_AFTER || done == 0 {
        return None;
    }
    let whole = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let left_ms = u64::from(all.saturating_sub(done)).saturating_mul(took_ms) / u64::from(done);
    Some((whole((u64::from(done) * 1000 + took_ms / 2) / took_ms), whole(left_ms.div_ceil(1000))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_at_a_time_and_the_place_is_free_once_it_has_ended() {
        let printing = Printing::default();
        let place = printing.begin(3).expect("the place is free");
        assert_eq!(printing.begin(1).err().map(|error| error.code), Some(ErrorCode::RunUnderWay));
        drop(place);
        assert!(printing.run().is_none());
        printing.begin(1).expect("the place is free again");
    }

    #[test]
    fn what_was_asked_first_holds() {
        let printing = Printing::default();
        assert!(!printing.ask(Asked::Cancel), "nobody is asked");
        let place = printing.begin(1).expect("the place is free");
        printing.ask(Asked::Cancel);
        printing.ask(Asked::Leave);
        assert_eq!(place.run.asked(), Asked::Cancel);
        assert!(!place.run.hands_over());
    }

    #[test]
    fn what_is_handed_over_is_not_cancelled_any_more_but_can_be_left() {
        let printing = Printing::default();
        let place = printing.begin(1).expect("the place is free");
        assert!(place.run.hands_over());
        printing.ask(Asked::Cancel);
        assert_eq!(place.run.asked(), Asked::Go);
        printing.ask(Asked::Leave);
        assert_eq!(place.run.asked(), Asked::Leave);
    }

    #[test]
    fn the_pace_is_told_once_it_says_something() {
        let after = |milliseconds| Duration::from_millis(milliseconds);
        assert_eq!(pace(64, 1_250, after(40)), None, "too early");
        assert_eq!(pace(0, 1_250, after(4_000)), None, "nothing was done");
        assert_eq!(pace(500, 1_250, after(1_000)), Some((500, 2)));
        assert_eq!(pace(1_250, 1_250, after(2_500)), Some((500, 0)));
        assert_eq!(pace(1, 1_000_000, after(60_000)), Some((0, 59_999_940)));
    }
}
