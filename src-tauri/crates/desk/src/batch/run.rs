//! A batch on its way: which row goes next, and how the run ends.
//!
//! Owns the order (the rows of one card one after the other, as the file has them; never two at once on one card). How many
//! go at once, and when no more go, is `turns`'. Each row goes through the one way of an operation ([`crate::submit`]) under the
//! reference that the journal has for it, so that nothing here can send it twice. A row without an outcome is left to those
//! who look for it.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use cardesk_domain::{CardId, LinkKind, OperationKind, OperationState, Reference};
use cardesk_gateway::FundsOperation;
use cardesk_journal::{BatchCounts, BatchDeed, BatchRow, BatchState, Journal, NewLink, Operation};
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::batch::turns::{AT_ONCE, Stop, Turns};
use crate::before::Before;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::outgoing::{Funds, FundsForm, Outgoing};
use crate::submit::Meant;
use crate::view::BatchStop;
use crate::workplace::Workplace;

/// How many rows are in hand at once: those on their way, and as many that are got ready for their turn meanwhile.
const IN_HAND: usize = 2 * AT_ONCE;

/// The batch of this workplace that runs, and why others do not go on.
#[derive(Default)]
pub(crate) struct Runs {
    running: StdMutex<Option<Arc<Run>>>,
    stopped: StdMutex<HashMap<u32, Stop>>,
}

/// What the operator wants of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Go,
    Pause,
    Cancel,
}

/// A batch that runs.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) number: u32,
    asked: StdMutex<Asked>,
}

/// What was asked of a run last, and how often anything was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    wish: Wish,
    times: u32,
}

impl Run {
    fn new(number: u32) -> Self {
        Self { number, asked: StdMutex::new(Asked { wish: Wish::Go, times: 0 }) }
    }

    fn asked(&self) -> Asked {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wish(&self) -> Wish {
        self.asked().wish
    }

    /// Giving up is final, pausing is not.
    fn ask(&self, wish: Wish) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.wish != Wish::Cancel {
            *asked = Asked { wish, times: asked.times + 1 };
        }
    }
}

impl Runs {
    pub(crate) fn running(&self) -> Option<Arc<Run>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn running_with(&self, number: u32) -> Option<Arc<Run>> {
        self.running().filter(|run| run.number == number)
    }

    /// Asks for something of the batch, if it runs, and says whether it does. What is on its way comes to its end. A run
    /// that comes to rest at this very moment still hears it: it is not over before it has left its place.
    pub(crate) fn ask(&self, number: u32, wish: Wish) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let run = running.as_ref().filter(|run| run.number == number);
        run.inspect(|run| run.ask(wish)).is_some()
    }

    /// Asks for something of whatever batch runs.
    pub(crate) fn ask_any(&self, wish: Wish) {
        if let Some(run) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            run.ask(wish);
        }
    }

    /// Why a batch does not go on, if this program has run it.
    pub(crate) fn stop_of(&self, number: u32) -> Option<Stop> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned()
    }

    /// Takes the place of the one batch that runs.
    pub(super) fn begin(&self, number: u32) -> DeskResult<Arc<Run>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(other) = &*running {
            return Err(ErrorView::new(ErrorCode::BatchRunning).with_param("number", other.number.to_string()));
        }
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        let run = Arc::new(Run::new(number));
        *running = Some(Arc::clone(&run));
        Ok(run)
    }

    /// Leaves the place of the one batch that runs, unless something was asked of the run since `heard`.
    fn end(&self, run: &Run, heard: Asked, rest: Rest) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if rest != Rest::Over && run.asked() != heard {
            return false;
        }
        if let Rest::Stopped(stop) = rest {
            self.stopped.lock().unwrap_or_else(PoisonError::into_inner).insert(run.number, stop);
        }
        running.take_if(|running| running.number == run.number);
        true
    }
}

/// How a run comes to rest.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Rest {
    /// The batch has ended: nothing can be asked of it any more.
    Over,
    /// It does not go on by itself.
    Stopped(Stop),
}

/// How many batches have rows that wait. One whose last row came to its end just before the program did is finished here.
pub(crate) async fn waiting_batches(journal: &Journal, now: Timestamp) -> DeskResult<usize> {
    let mut waiting = 0;
    for batch in journal.open_batches().await? {
        if is_done(journal.batch_counts(batch.number).await?) {
            journal.end_batch(batch.number, BatchState::Finished, now).await?;
        } else {
            waiting += 1;
        }
    }
    Ok(waiting)
}

/// Whether no row waits, and none is on its way.
const fn is_done(counts: BatchCounts) -> bool {
    counts.waiting == 0 && counts.underway == 0 && counts.not_sent == 0
}

/// A row that is to be sent.
#[derive(Debug, Clone)]
struct RowToSend {
    position: u32,
    reference: Reference,
    /// The attempt before, which moved nothing.
    previous: Option<Reference>,
    deed: BatchDeed,
}

/// The rows that wait, each card's in their order.
#[derive(Debug, Default)]
struct Waiting {
    by_card: HashMap<CardId, VecDeque<RowToSend>>,
    /// The next row of each card on which none is on its way, by its place in the file.
    next: BTreeMap<u32, CardId>,
}

impl Waiting {
    fn of(rows: impl IntoIterator<Item = RowToSend>) -> Self {
        let mut waiting = Self::default();
        for row in rows {
            waiting.by_card.entry(row.deed.card_id).or_default().push_back(row);
        }
        let cards: Vec<CardId> = waiting.by_card.keys().copied().collect();
        cards.into_iter().for_each(|card| waiting.free(card));
        waiting
    }

    /// The first row of the file on whose card none is on its way. The card is taken until it is [`Self::free`]d.
    fn take(&mut self) -> Option<RowToSend> {
        let (_, card) = self.next.pop_first()?;
        self.by_card.get_mut(&card)?.pop_front()
    }

    /// A row that was taken did not get its turn: it is the next of its card again.
    fn give_back(&mut self, row: RowToSend) {
        let card = row.deed.card_id;
        self.by_card.entry(card).or_default().push_front(row);
        self.free(card);
    }

    /// Lets the next row of a card go.
    fn free(&mut self, card: CardId) {
        if let Some(row) = self.by_card.get(&card).and_then(VecDeque::front) {
            self.next.insert(row.position, card);
        }
    }
}

impl Workplace {
    /// Lets a batch run, and comes back at once. Rows that were not sent get another attempt.
    pub(crate) async fn run_batch(self: &Arc<Self>, number: u32) -> DeskResult<()> {
        let run = self.runs.begin(number)?;
        match self.rows_to_send(number).await {
            Ok(rows) => {
                let workplace = Arc::clone(self);
                tokio::spawn(async move { workplace.go(&run, rows).await });
                Ok(())
            }
            Err(error) => {
                // Nobody knows of this run yet but whoever waits for this answer.
                self.runs.end(&run, run.asked(), Rest::Over);
                Err(error)
            }
        }
    }

    async fn rows_to_send(&self, number: u32) -> DeskResult<Vec<RowToSend>> {
        let not_sent = |row: &BatchRow| row.attempt.as_ref().is_some_and(|attempt| attempt.state == Some(OperationState::NotSent));
        let again: Vec<u32> = self.journal.batch_rows(number).await?.iter().filter(|row| not_sent(row)).map(|row| row.position).collect();
        if !again.is_empty() {
            let references = self.new_references(again.len()).await?;
            self.journal.attempt_again(number, &again.into_iter().zip(references).collect::<Vec<_>>()).await?;
        }
        Ok(self.journal.batch_rows(number).await?.into_iter().filter_map(row_to_send).collect())
    }

    /// References that nobody has, each another one.
    pub(crate) async fn new_references(&self, count: usize) -> DeskResult<Vec<Reference>> {
        let mut references = Vec::with_capacity(count);
        let mut taken = HashSet::with_capacity(count);
        while references.len() < count {
            let reference = self.new_reference().await?;
            if taken.insert(reference.clone()) {
                references.push(reference);
            }
        }
        Ok(references)
    }

    /// Sends rows until the batch is over or comes to rest. What is asked while it does so is done before it has rested.
    async fn go(self: Arc<Self>, run: &Arc<Run>, rows: Vec<RowToSend>) {
        let mut waiting = Waiting::of(rows);
        loop {
            let (heard, stop) = self.send_waiting(run, waiting).await;
            let rest = self.rest_of(run, heard.wish, stop).await;
            if self.runs.end(run, heard, rest) {
                return;
            }
            // "Go on" attempts again what was not sent; what was not asked to go on finds nothing to send.
            let again = if run.wish() == Wish::Go { self.rows_to_send(run.number).await } else { Ok(Vec::new()) };
            match again {
                Ok(rows) => waiting = Waiting::of(rows),
                Err(error) => {
                    let heard = run.asked();
                    if self.runs.end(run, heard, Rest::Stopped((BatchStop::Failed, Some(error)))) {
                        return;
                    }
                    waiting = Waiting::default();
                }
            }
        }
    }

    /// Sends rows, some at once, until none is on its way and none may go. Says what it had heard by then, and what stopped it.
    async fn send_waiting(self: &Arc<Self>, run: &Arc<Run>, mut waiting: Waiting) -> (Asked, Option<Stop>) {
        let turns = Turns::of(run);
        let mut in_hand: JoinSet<(RowToSend, DeskResult<Operation>)> = JoinSet::new();
        loop {
            while turns.go_on() && in_hand.len() < IN_HAND {
                let Some(row) = waiting.take() else { break };
                let (workplace, turns) = (Arc::clone(self), Arc::clone(&turns));
                in_hand.spawn(async move { (row.clone(), workplace.send_row(row, turns).await) });
            }
            // Heard before it is decided that no row goes any more: whatever is asked later is asked of a run at rest.
            let heard = run.asked();
            let Some(ended) = in_hand.join_next().await else {
                let stop = turns.stopped_by();
                // It was paused and goes on again before it came to rest.
                if stop.is_none() && heard.wish == Wish::Go && !waiting.next.is_empty() {
                    continue;
                }
                return (heard, stop);
            };
            let Ok((row, outcome)) = ended else {
                turns.stop((BatchStop::Failed, Some(ErrorView::new(ErrorCode::Internal))));
                continue;
            };
            match outcome.map(|operation| operation.state) {
                // Its card's next row may count on this one's money, which is not there: it waits for the next attempt.
                Ok(OperationState::NotSent) => {}
                Ok(_) => waiting.free(row.deed.card_id),
                Err(error) if error.code == ErrorCode::BatchEnded => waiting.give_back(row),
                // Nothing was sent. The card's rows wait until the other operation has its outcome.
                Err(error) if error.code == ErrorCode::LookAlikeOpen => {}
                // Somebody has made the row again by hand, which older versions let them: its card's other rows do not wait
                // for it.
                Err(error) if error.code == ErrorCode::FollowedAlready => waiting.free(row.deed.card_id),
                Err(error) => turns.stop((BatchStop::Failed, Some(error))),
            }
        }
    }

    /// Writes down that the batch has ended, if it has; else says why it does not go on.
    async fn rest_of(&self, run: &Run, wish: Wish, stop: Option<Stop>) -> Rest {
        let ended = async {
            let counts = self.journal.batch_counts(run.number).await?;
            let state = match wish {
                _ if is_done(counts) => BatchState::Finished,
                Wish::Cancel => BatchState::Cancelled,
                Wish::Go | Wish::Pause => return Ok(false),
            };
            self.journal.end_batch(run.number, state, self.now()).await?;
            DeskResult::Ok(true)
        };
        match (ended.await, stop, wish) {
            (Ok(true), ..) => Rest::Over,
            (_, Some(stop), _) => Rest::Stopped(stop),
            (Err(error), None, _) => Rest::Stopped((BatchStop::Failed, Some(error))),
            (Ok(false), None, Wish::Pause) => Rest::Stopped((BatchStop::Asked, None)),
            (Ok(false), None, _) => Rest::Stopped((BatchStop::Held, None)),
        }
    }

    async fn send_row(self: Arc<Self>, row: RowToSend, turns: Arc<Turns>) -> DeskResult<Operation> {
        let reference = row.reference.clone();
        let prepare = move |workplace: Arc<Self>| async move {
            let meant = workplace.meant_by(row).await?;
            Ok(Meant { turn: Some(turns.next().await?), ..meant })
        };
        self.submit(reference, prepare).await.map(|submitted| submitted.operation)
    }

    /// What a row means, as it was checked when its batch began. What has become of the card since is the gateway's word.
    async fn meant_by(&self, row: RowToSend) -> DeskResult<Meant> {
        let RowToSend { deed, previous, .. } = row;
        let card = self.known_card(deed.card_id).await?;
        let flow = if deed.kind == OperationKind::Withdrawal { FundsOperation::Withdraw } else { FundsOperation::Add };
        let funds = Funds {
            card: card.id,
            cardholder: card.cardholder_id.clone(),
            flow,
            form: FundsForm::Channel,
            money: deed.money,
            note: deed.note,
            before: Before::of_cards(&card, None),
        };
        let again = previous.map(|older| NewLink { kind: LinkKind::MakesAgain, older, reason: None });
        Ok(Meant::with_links(Outgoing::Funds(funds), again.into_iter().collect()))
    }
}

/// A row whose reference no operation has yet.
fn row_to_send(row: BatchRow) -> Option<RowToSend> {
    let attempt = row.attempt.filter(|attempt| matches!(attempt.state, None | Some(OperationState::Drafted)))?;
    Some(RowToSend { position: row.position, reference: attempt.reference, previous: attempt.previous, deed: row.deed? })
}

#[cfg(test)]
mod tests {
    use cardesk_domain::{Currency, Money};
    use proptest::prelude::*;

    use super::*;

    fn row(position: u32, card: u64) -> RowToSend {
        let money = Money::new("1".parse().expect("an amount"), Currency::GTQ);
        RowToSend {
            position,
            reference: Reference::from_entropy(u64::from(position)),
            previous: None,
            deed: BatchDeed { card_id: CardId::new(card), kind: OperationKind::Load, money, note: None },
        }
    }

    #[test]
    fn what_is_asked_of_a_run_as_it_comes_to_rest_is_heard_before_it_has() {
        let runs = Runs::default();
        let run = runs.begin(7).expect("none runs");
        let rests = |heard| runs.end(&run, heard, Rest::Stopped((BatchStop::Held, None)));
        for wish in [Wish::Go, Wish::Pause, Wish::Go, Wish::Cancel] {
            let heard = run.asked();
            assert!(runs.ask(7, wish), "it runs until it has left its place");
            assert!(!rests(heard), "{wish:?}");
            assert_eq!(run.wish(), wish);
        }
        assert!(rests(run.asked()));
        assert!(!runs.ask(7, Wish::Go) && runs.stop_of(7).is_some(), "whoever asks now begins anew");
    }

    #[test]
    fn a_batch_that_has_ended_hears_nothing_any_more() {
        let runs = Runs::default();
        let run = runs.begin(7).expect("none runs");
        let heard = run.asked();
        runs.ask(7, Wish::Go);
        assert!(runs.end(&run, heard, Rest::Over) && runs.running().is_none());
    }

    proptest! {
        #[test]
        fn rows_go_in_the_files_order_and_never_two_at_once_on_one_card(
            cards in prop::collection::vec(1_u64..6, 1..60),
            ends in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.2)), 90),
        ) {
            let mut waiting = Waiting::of((1..).zip(&cards).map(|(position, card)| row(position, *card)));
            let mut underway: Vec<RowToSend> = Vec::new();
            let mut sent: Vec<RowToSend> = Vec::new();
            let mut without_turn = 0;
            for (end, has_no_turn) in ends {
                while underway.len() < IN_HAND && let Some(next) = waiting.take() {
                    prop_assert!(underway.iter().all(|other| other.deed.card_id != next.deed.card_id));
                    let before = |other: &RowToSend| other.deed.card_id == next.deed.card_id && other.position > next.position;
                    prop_assert!(!sent.iter().any(before));
                    underway.push(next);
                }
                if underway.is_empty() {
                    break;
                }
                let ended = underway.swap_remove(end.index(underway.len()));
                if has_no_turn {
                    without_turn += 1;
                    waiting.give_back(ended);
                } else {
                    waiting.free(ended.deed.card_id);
                    sent.push(ended);
                }
            }
            prop_assert_eq!(sent.len(), cards.len().min(90 - without_turn));
        }
    }
}
