//! The cards of a file, asked afresh before it is run: what it is held against is then what the gateway says now.
//!
//! Owns which cards are old, how many are asked for at once, and how far that has come. It only reads, so it can be given
//! up at any moment, and what was read by then stays.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use cardesk_domain::CardId;
use cardesk_journal::CardRecord;
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::batch::review::ReadFile;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{BatchDecisions, BatchRefresh, BatchRefreshScope};
use crate::workplace::{Workplace, count};

/// How old a copy of a card may be before a batch is held against it.
pub(crate) const FRESH_FOR: Duration = Duration::from_secs(15 * 60);

/// How many cards are asked for at once.
const AT_ONCE: usize = 4;

/// How many cards may fail by the gateway's own fault. One more, and the gateway is taken to be ill.
const MOST_FAULTS: u32 = 5;

/// How far the latest refresh of a file has come.
#[derive(Debug, Default)]
pub(crate) struct Refresh {
    progress: StdMutex<Option<BatchRefresh>>,
    is_given_up: AtomicBool,
}

impl Refresh {
    fn progress(&self) -> BatchRefresh {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }

    fn change(&self, change: impl FnOnce(&mut BatchRefresh)) {
        change(self.progress.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default());
    }

    /// Begins one of `total` cards, unless one is under way.
    fn begin(&self, total: u32) -> bool {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if progress.as_ref().is_some_and(|progress| progress.is_running) {
            return false;
        }
        self.is_given_up.store(false, Ordering::SeqCst);
        *progress = Some(BatchRefresh { total, is_running: true, ..BatchRefresh::default() });
        true
    }
}

/// Whether a copy is too old to hold a batch against it. A clock that was set back says nothing about its age.
pub(crate) fn is_old(card: &CardRecord, now: Timestamp) -> bool {
    Duration::try_from(now.duration_since(card.seen_at)).map_or(true, |age| age > FRESH_FOR)
}

impl Desk {
    /// Begins to ask for the cards of a file that was read, and comes back at once. While one is under way, no other begins.
    ///
    /// # Errors
    /// If the file is not kept any more, or the journal can't be read.
    pub async fn refresh_batch_cards(&self, id: &str, scope: BatchRefreshScope) -> DeskResult<BatchRefresh> {
        let workplace = self.workplace().await?;
        let file = read_file(&workplace, id)?;
        let cards = workplace.cards_to_refresh(&file, scope).await?;
        if file.refresh.begin(count(cards.len())) {
            let file = Arc::clone(&file);
            tokio::spawn(async move { workplace.refresh_cards(&file.refresh, cards).await });
        }
        Ok(file.refresh.progress())
    }

    /// How far that has come.
    ///
    /// # Errors
    /// If the file is not kept any more.
    pub async fn batch_refresh(&self, id: &str) -> DeskResult<BatchRefresh> {
        Ok(read_file(&*self.workplace().await?, id)?.refresh.progress())
    }

    /// Gives it up: no further card is asked for.
    ///
    /// # Errors
    /// If the file is not kept any more.
    pub async fn cancel_batch_refresh(&self, id: &str) -> DeskResult<BatchRefresh> {
        let file = read_file(&*self.workplace().await?, id)?;
        file.refresh.is_given_up.store(true, Ordering::SeqCst);
        Ok(file.refresh.progress())
    }
}

fn read_file(workplace: &Workplace, id: &str) -> DeskResult<Arc<ReadFile>> {
    workplace.read_files.find(id).ok_or_else(|| ErrorView::new(ErrorCode::BatchNotRead))
}

impl Workplace {
    async fn cards_to_refresh(&self, file: &Arc<ReadFile>, scope: BatchRefreshScope) -> DeskResult<Vec<CardId>> {
        let undecided = BatchDecisions { id: String::new(), number_style: None, takes_repeated: false, takes_done_before: false };
        let check = self.check_file(Arc::clone(file), &undecided).await?.check;
        let named: BTreeSet<CardId> = check.rows.iter().filter_map(|row| row.card).collect();
        let named: Vec<CardId> = named.into_iter().collect();
        if scope == BatchRefreshScope::All {
            return Ok(named);
        }
        let known = self.journal.cards_by_id(&named).await?;
        let now = self.now();
        Ok(named.into_iter().filter(|id| known.get(id).is_none_or(|card| is_old(card, now))).collect())
    }

    /// Reads cards, some at once. One that can't be read keeps its old copy, unless it is the gateway or the connection that
    /// is ill: that ends it.
    async fn refresh_cards(self: Arc<Self>, refresh: &Refresh, cards: Vec<CardId>) {
        let mut waiting = cards.into_iter();
        let mut underway: JoinSet<DeskResult<CardRecord>> = JoinSet::new();
        let (mut faults, mut failure) = (0, None);
        loop {
            while failure.is_none() && underway.len() < AT_ONCE && !refresh.is_given_up.load(Ordering::SeqCst) {
                let Some(id) = waiting.next() else { break };
                let workplace = Arc::clone(&self);
                underway.spawn(async move { workplace.read_card(id).await });
            }
            let Some(answer) = underway.join_next().await else { break };
            let error = answer.map_err(|_| ErrorView::new(ErrorCode::Internal)).and_then(|read| read).err();
            if let Some(error) = &error {
                faults += u32::from(matches!(error.code, ErrorCode::GatewayFault | ErrorCode::GatewayUnreadable));
            }
            match error {
                Some(error) if !is_about_one(&error) || faults > MOST_FAULTS => failure = failure.or(Some(error)),
                error => refresh.change(|progress| {
                    progress.done += 1;
                    progress.failed += u32::from(error.is_some());
                }),
            }
        }
        refresh.change(|progress| {
            progress.is_given_up = failure.is_none() && progress.done < progress.total;
            progress.error = failure;
            progress.is_running = false;
        });
    }
}

/// Whether an error says something about one card, and not about the gateway, the connection or the session.
const fn is_about_one(error: &ErrorView) -> bool {
    matches!(error.code, ErrorCode::GatewayRefused | ErrorCode::GatewayNotFound | ErrorCode::GatewayFault | ErrorCode::GatewayUnreadable)
}
