//! Group commit: writes that wait at the same moment share one durable commit.
//!
//! A flush of the drive costs as much for one write as for many, and it is what an operation waits for. So the writes that
//! an operation needs, its intent and its outcome, stand in a queue. One task at a time takes the writing connection, makes
//! each write that waits, all but the first in a savepoint of its own, and commits them together; what comes while it commits
//! is in the next group.
//!
//! - A write comes back when the commit that holds it is on disk. So a request never leaves before its intent is.
//! - A write that is refused is taken back to its savepoint: the others of its group do not notice. Refused as the first, it
//!   is a group of its own.
//! - A group that can't be committed fails each of its writes, with an error of its own. None of them counts as written.
//! - A caller that gives up waiting leaves its write in the queue: it is made, or not, as a whole.
//!
//! Which writes go together is chance, so none may count on another one of its group. They are made in the order in which
//! they came.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use sqlx::{Acquire, SqliteConnection};
use tokio::sync::oneshot;

use crate::database::{Journal, Shared};
use crate::error::JournalError;

/// A write under way, within the transaction of its group.
pub(crate) type Writing<'c, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'c>>;

/// A write that waits: it is made on the connection, or fails because there is none. Made, it gives what is to be said to its
/// caller once the fate of its group is known. Failed by itself, it has said so, and gives the engine's part in it, if any.
type Waiting = Box<dyn for<'c> FnOnce(Result<&'c mut SqliteConnection, JournalError>) -> Made<'c> + Send>;
type Made<'c> = Pin<Box<dyn Future<Output = Result<Answer, Option<JournalError>>> + Send + 'c>>;
type Answer = Box<dyn FnOnce(Result<(), JournalError>) + Send>;

/// So that whoever comes is not kept waiting for ever by those who keep coming.
const MOST_IN_A_GROUP: usize = 64;

/// The writes that wait for the next commit.
#[derive(Default)]
pub(crate) struct Queue(Mutex<State>);

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    is_served: bool,
}

impl Queue {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take(&self) -> Option<Waiting> {
        self.with(|state| state.waiting.pop_front())
    }

    /// Leaves the queue if nobody waits, and says whether it did: the next who comes has to see to it that it is served.
    fn leave_if_empty(&self) -> bool {
        self.with(|state| {
            state.is_served = !state.waiting.is_empty();
            !state.is_served
        })
    }
}

impl Journal {
    /// Makes a write, and comes back when it is on disk.
    ///
    /// # Errors
    /// What `write` says; then nothing of it is written. What kept its group from being committed.
    pub(crate) async fn write_in_group<T: Send + 'static>(
        &self,
        write: impl for<'c> FnOnce(&'c mut SqliteConnection) -> Writing<'c, T> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (tell, told) = oneshot::channel();
        let waiting: Waiting = Box::new(move |connection| {
            Box::pin(async move {
                let made = match connection {
                    Ok(connection) => write(connection).await,
                    Err(error) => Err(error),
                };
                match made {
                    Ok(value) => Ok(Box::new(move |fate: Result<(), JournalError>| drop(tell.send(fate.map(|()| value)))) as Answer),
                    Err(error) => {
                        let of_engine = error.of_engine();
                        drop(tell.send(Err(error)));
                        Err(of_engine)
                    }
                }
            })
        });
        let is_first = self.shared().queue.with(|state| {
            state.waiting.push_back(waiting);
            !std::mem::replace(&mut state.is_served, true)
        });
        if is_first {
            // Not the caller's own task: it may give up, and the others wait for this commit as well.
            tokio::spawn(serve(Arc::downgrade(self.shared())));
        }
        told.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }
}

/// Commits groups until nobody waits. Between two groups it does not keep the journal open: whoever has had the answer may
/// close it and open it again at once.
async fn serve(journal: Weak<Shared>) {
    let mut serving = Serving { journal, is_over: false };
    while let Some(shared) = serving.journal.upgrade() {
        let mut answers = Vec::new();
        let fate = write_group(&shared, &mut answers).await;
        serving.is_over = shared.queue.leave_if_empty();
        drop(shared);
        for answer in answers {
            answer(match &fate {
                Ok(()) => Ok(()),
                Err(error) => Err(error.of_engine().unwrap_or(JournalError::Damaged)),
            });
        }
        if serving.is_over {
            return;
        }
    }
}

/// Makes every write that waits, and commits them.
async fn write_group(shared: &Shared, answers: &mut Vec<Answer>) -> Result<(), JournalError> {
    let mut transaction = match shared.begin_writing().await {
        Ok(transaction) => transaction,
        Err(error) => {
            let error = Arc::new(error);
            while let Some(waiting) = shared.queue.take() {
                drop(waiting(Err(Arc::clone(&error).into())).await);
            }
            return Ok(());
        }
    };
    while answers.len() < MOST_IN_A_GROUP
        && let Some(waiting) = shared.queue.take()
    {
        // The first needs no savepoint: if it is refused, there is nothing else in the transaction to be kept.
        if answers.is_empty() {
            match waiting(Ok(&mut *transaction)).await {
                Ok(answer) => answers.push(answer),
                Err(of_engine) => return transaction.rollback().await.map_err(|error| of_engine.unwrap_or_else(|| error.into())),
            }
            continue;
        }
        let mut savepoint = match transaction.begin().await {
            Ok(savepoint) => savepoint,
            Err(error) => {
                let error = Arc::new(error);
                drop(waiting(Err(Arc::clone(&error).into())).await);
                return Err(error.into());
            }
        };
        match waiting(Ok(&mut *savepoint)).await {
            Ok(answer) => {
                // Before it is known whether the savepoint holds: if not, the fate of the group is its own.
                answers.push(answer);
                savepoint.commit().await?;
            }
            // The engine may have ended the whole transaction by itself, as it does when the disk is full: then there is no
            // savepoint to go back to, and what failed this write has failed the group.
            Err(of_engine) => savepoint.rollback().await.map_err(|error| of_engine.unwrap_or_else(|| error.into()))?,
        }
    }
    Ok(transaction.commit().await?)
}

/// A task that serves the queue. Should it end in the middle, the writes that wait are failed, and the next one that comes
/// is served again.
struct Serving {
    journal: Weak<Shared>,
    is_over: bool,
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(shared) = self.journal.upgrade().filter(|_| !self.is_over) {
            // Outside of the lock: dropping a write tells its caller.
            let waiting = shared.queue.with(|state| {
                state.is_served = false;
                std::mem::take(&mut state.waiting)
            });
            drop(waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use cardesk_domain::{CardId, Currency, Money, OperationEvent, OperationKind, OperationState, Reference};
    use jiff::Timestamp;
    use tokio::task::JoinSet;

    use super::*;
    use crate::database::Encryption;
    use crate::operations::{Evidence, NewOperation, Operation};

    fn load(number: u64, card: u64) -> NewOperation {
        NewOperation {
            reference: Reference::from_entropy(number),
            kind: OperationKind::Load,
            cardholder_id: None,
            card_id: Some(CardId::new(card)),
            to_card_id: None,
            money: Some(Money::new("25.00".parse().unwrap(), Currency::GTQ)),
            note: None,
            channel: Some("WEB".to_owned()),
            context: None,
            at: Timestamp::UNIX_EPOCH,
            operator: "ana".to_owned(),
        }
    }

    async fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path().join("journal.db"), Encryption::None).await.unwrap();
        (folder, journal)
    }

    /// Lets writes come while the connection is taken, so that they are all in one group; gives what became of each, in the
    /// order in which they came.
    async fn in_one_group<T: Send + 'static>(
        journal: &Journal,
        writes: impl IntoIterator<Item = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send>>>,
    ) -> Vec<Result<T, JournalError>> {
        let taken = journal.begin_writing().await.unwrap();
        let mut asked = JoinSet::new();
        for (number, write) in writes.into_iter().enumerate() {
            asked.spawn(async move { (number, write.await) });
            // On one thread, this lets it come to the queue.
            tokio::task::yield_now().await;
        }
        taken.rollback().await.unwrap();
        let mut became = asked.join_all().await;
        became.sort_by_key(|(number, _)| *number);
        became.into_iter().map(|(_, outcome)| outcome).collect()
    }

    type Intent = Pin<Box<dyn Future<Output = Result<Operation, JournalError>> + Send>>;

    fn intent(journal: &Journal, new: NewOperation) -> Intent {
        let journal = journal.clone();
        Box::pin(async move { journal.begin_intent(new, &[]).await })
    }

    fn confirmation(journal: &Journal, number: u64) -> Intent {
        let journal = journal.clone();
        Box::pin(async move {
            let reference = Reference::from_entropy(number);
            journal.advance(&reference, OperationEvent::Confirm, Evidence::default(), "ana", Timestamp::UNIX_EPOCH).await
        })
    }

    /// A write that fails without leaving the connection as it was.
    fn sabotage(journal: &Journal, statement: &'static str, outcome: Result<(), JournalError>) -> Intent {
        let journal = journal.clone();
        Box::pin(async move {
            let spoiled = journal.write_in_group(move |connection| {
                Box::pin(async move {
                    sqlx::raw_sql(statement).execute(connection).await?;
                    outcome
                })
            });
            spoiled.await.map(|()| unreachable!("it fails"))
        })
    }

    async fn state(journal: &Journal, number: u64) -> Option<OperationState> {
        journal.operation(&Reference::from_entropy(number)).await.unwrap().map(|operation| operation.state)
    }

    #[tokio::test]
    async fn intents_and_outcomes_that_wait_together_cost_one_commit() {
        let (_folder, journal) = journal().await;
        journal.begin_intent(load(100, 100), &[]).await.unwrap();
        let before = journal.commits();
        let writes = (1..=5).map(|number| intent(&journal, load(number, number))).chain([confirmation(&journal, 100)]);
        let became = in_one_group(&journal, writes.collect::<Vec<_>>()).await;
        assert!(became.iter().all(Result::is_ok), "{became:?}");
        assert_eq!(journal.commits() - before, 1);
        for number in 1..=5 {
            assert_eq!(state(&journal, number).await, Some(OperationState::Intent));
        }
        assert_eq!(state(&journal, 100).await, Some(OperationState::Applied));
    }

    #[tokio::test]
    async fn one_that_is_refused_takes_no_neighbour_down_and_knows_why_itself() {
        let (_folder, journal) = journal().await;
        let writes = [
            intent(&journal, load(1, 7)),
            // Just like the first, which waits in the same group.
            intent(&journal, load(2, 7)),
            intent(&journal, load(1, 8)),
            confirmation(&journal, 99),
            intent(&journal, load(3, 9)),
            confirmation(&journal, 1),
            intent(&journal, load(4, 7)),
        ];
        let became = in_one_group(&journal, writes).await;
        assert!(matches!(&became[1], Err(JournalError::LookAlikeOpen(open)) if *open == Reference::from_entropy(1)), "{became:?}");
        assert!(matches!(became[2], Err(JournalError::ReferenceTaken(_))), "{became:?}");
        assert!(matches!(became[3], Err(JournalError::UnknownOperation(_))), "{became:?}");
        assert!([0, 4, 5, 6].into_iter().all(|number| became[number].is_ok()), "{became:?}");
        assert_eq!(state(&journal, 1).await, Some(OperationState::Applied));
        assert_eq!(state(&journal, 2).await, None, "nothing of it is left, not even the draft");
        assert_eq!(state(&journal, 3).await, Some(OperationState::Intent));
        assert_eq!(state(&journal, 4).await, Some(OperationState::Intent), "made after the first had its outcome");
    }

    #[tokio::test]
    async fn a_group_that_cant_be_committed_fails_each_of_its_writes_and_the_next_group_holds() {
        let (_folder, journal) = journal().await;
        // A reference into nowhere that is looked at only by the commit.
        let spoil = "PRAGMA defer_foreign_keys = ON; INSERT INTO operation_looks VALUES ('nobody', 1, 0, 'nothing', NULL)";
        let writes = [intent(&journal, load(1, 1)), sabotage(&journal, spoil, Ok(())), intent(&journal, load(2, 2))];
        let became = in_one_group(&journal, writes).await;
        assert!(became.iter().all(|outcome| matches!(outcome, Err(JournalError::Database(_)))), "{became:?}");
        assert_eq!((state(&journal, 1).await, state(&journal, 2).await), (None, None));
        journal.begin_intent(load(1, 1), &[]).await.unwrap();
        assert_eq!(state(&journal, 1).await, Some(OperationState::Intent));
    }

    #[tokio::test]
    async fn when_the_engine_ends_the_transaction_by_itself_nobody_is_told_that_it_was_written() {
        let (_folder, journal) = journal().await;
        // As the engine may do when the disk is full (sqlite.org/lang_transaction.html, section 3).
        let spoiled = sabotage(&journal, "ROLLBACK", Err(JournalError::DiskFull));
        let writes = [intent(&journal, load(1, 1)), spoiled, intent(&journal, load(2, 2))];
        let became = in_one_group(&journal, writes).await;
        assert!(became[..2].iter().all(|outcome| matches!(outcome, Err(JournalError::DiskFull))), "{became:?}");
        assert_eq!(state(&journal, 1).await, None);
        // Whoever came after it is in the next group.
        assert_eq!(state(&journal, 2).await, became[2].as_ref().ok().map(|operation| operation.state));
        journal.begin_intent(load(3, 3), &[]).await.unwrap();
        assert_eq!(state(&journal, 3).await, Some(OperationState::Intent), "there is room again, and the journal goes on");
    }

    #[tokio::test]
    async fn one_that_is_refused_as_the_first_leaves_nothing_behind_and_the_others_are_made() {
        let (_folder, journal) = journal().await;
        journal.begin_intent(load(1, 7), &[]).await.unwrap();
        // Its draft is written when the guard refuses its move.
        let became = in_one_group(&journal, [intent(&journal, load(2, 7)), intent(&journal, load(3, 9))]).await;
        assert!(matches!(&became[0], Err(JournalError::LookAlikeOpen(open)) if *open == Reference::from_entropy(1)), "{became:?}");
        assert_eq!(state(&journal, 2).await, None);
        assert_eq!(state(&journal, 3).await, Some(OperationState::Intent));
    }

    #[tokio::test]
    async fn when_the_engine_ends_the_transaction_in_the_first_write_the_others_are_made_all_the_same() {
        let (_folder, journal) = journal().await;
        let spoiled = sabotage(&journal, "ROLLBACK", Err(JournalError::DiskFull));
        let became = in_one_group(&journal, [spoiled, intent(&journal, load(1, 1))]).await;
        assert!(matches!(became[0], Err(JournalError::DiskFull)), "{became:?}");
        assert_eq!(state(&journal, 1).await, became[1].as_ref().ok().map(|operation| operation.state));
        journal.begin_intent(load(2, 2), &[]).await.unwrap();
        assert_eq!(state(&journal, 2).await, Some(OperationState::Intent));
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_leaves_its_write_and_takes_no_neighbour_down() {
        let (_folder, journal) = journal().await;
        let taken = journal.begin_writing().await.unwrap();
        let neighbour = tokio::spawn(intent(&journal, load(1, 1)));
        let given_up = tokio::spawn(intent(&journal, load(2, 2)));
        tokio::task::yield_now().await;
        given_up.abort();
        assert!(given_up.await.is_err());
        taken.rollback().await.unwrap();
        neighbour.await.unwrap().unwrap();
        assert_eq!(state(&journal, 1).await, Some(OperationState::Intent));
        assert_eq!(state(&journal, 2).await, Some(OperationState::Intent));
    }

    #[tokio::test]
    async fn a_write_that_breaks_down_does_not_stop_those_that_come_later() {
        let (_folder, journal) = journal().await;
        let broken: Intent = {
            let journal = journal.clone();
            Box::pin(async move { journal.write_in_group(|_| Box::pin(async { panic!("a defect") })).await })
        };
        let became = in_one_group(&journal, [intent(&journal, load(1, 1)), broken, intent(&journal, load(2, 2))]).await;
        assert!(became.iter().all(Result::is_err), "{became:?}");
        assert_eq!(state(&journal, 1).await, None);
        journal.begin_intent(load(1, 1), &[]).await.unwrap();
        assert_eq!(state(&journal, 1).await, Some(OperationState::Intent));
    }

    #[tokio::test]
    async fn whoever_has_the_answer_may_close_the_journal_and_open_it_again_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..20 {
            let journal = Journal::open(folder.path().join("journal.db"), Encryption::None).await.unwrap();
            journal.begin_intent(load(number, number), &[]).await.unwrap();
            drop(journal);
        }
    }
}
