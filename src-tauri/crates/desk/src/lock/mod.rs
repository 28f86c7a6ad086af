//! The idle lock: the desk stays closed until its passphrase is given, and what it has begun goes on behind it.
//!
//! Owns the order of things: it opens only for what is proven, every try is on disk before it is made, and whatever goes wrong
//! leaves a closed lock closed. When it closes and when a passphrase may be tried is [`policy`]'s, what a
//! passphrase is [`passphrase`]'s, where the lock is kept [`file`]'s. That nothing is answered meanwhile is the shell's part.
//!
//! It guards against whoever passes by, not against whoever has the user's account: they have the keychain as well.

mod file;
mod passphrase;
mod policy;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;

use cardesk_credentials::{Keychain, SecretText as KeptText};
use cardesk_gateway::Clock;
use tokio::sync::{Mutex, Notify};

use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::of_file;
use crate::happenings::Happened;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{HappeningAction, HappeningResult, LockForm, LockView, SecretText, SessionView, UnlockOutcome};
use crate::workplace::Workplace;

pub(crate) use file::LockFile;
use passphrase::{Proven, problems_of_chosen, prove, verifier_of};
use policy::{IDLE_MINUTES, Kept, Lock, Moment, OffBy};

/// The longest time between two looks at the clock: the computer may have slept since the last.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// The lock of an open desk.
pub(crate) struct IdleLock {
    lock: StdMutex<Lock>,
    /// One passphrase at a time: two at once would count as one.
    trying: Mutex<()>,
    /// One writer at a time, so that what was written last is what is so.
    file: Mutex<LockFile>,
    clock: Arc<dyn Clock>,
    /// It has closed, and nobody has dealt with that yet.
    has_closed: AtomicBool,
    /// Says that it has closed, or that it is another time that decides.
    changed: Notify,
}

/// What came of a passphrase.
enum Tried {
    Right(Proven),
    Wrong(Duration),
    Waits(Duration),
    /// There is nothing to hold it against.
    EntryRemoved,
}

impl IdleLock {
    pub(crate) fn new((file, kept): (LockFile, Option<Kept>), clock: Arc<dyn Clock>) -> Self {
        let lock = StdMutex::new(Lock::opened(kept, moment(&*clock)));
        let (has_closed, changed) = (AtomicBool::new(false), Notify::new());
        Self { lock, trying: Mutex::new(()), file: Mutex::new(file), clock, has_closed, changed }
    }

    fn lock(&self) -> MutexGuard<'_, Lock> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        moment(&*self.clock)
    }

    fn closed(&self) {
        self.has_closed.store(true, Ordering::SeqCst);
        self.changed.notify_one();
    }

    /// Looks whether it has to close.
    fn look(&self) -> bool {
        let (now, mut lock) = (self.now(), self.lock());
        if lock.look(now) {
            self.closed();
        }
        lock.is_locked()
    }

    /// How long until it has to be looked at again; `None`: not before something changes.
    fn pause(&self) -> Option<Duration> {
        self.lock().until_idle(self.now()).map(|left| left.min(LOOK_EVERY))
    }

    fn wait_left(&self) -> Duration {
        self.lock().wait_left(self.now())
    }

    /// Writes the lock as it is by the time that it is written.
    async fn save(&self) -> DeskResult<()> {
        let file = self.file.lock().await;
        let kept = self.lock().kept();
        write(&file, kept).await
    }

    /// The same, of what holds already, whether or not it can be written.
    async fn save_or_log(&self) {
        if let Err(error) = self.save().await {
            tracing::error!(?error, "how the lock stands could not be written; it holds until the program ends");
        }
    }

    /// Changes the lock once that is on disk; if it can't be written, nothing is changed.
    async fn change(&self, change: impl Fn(&mut Lock, Moment)) -> DeskResult<()> {
        let file = self.file.lock().await;
        let mut changed = self.lock().clone();
        change(&mut changed, self.now());
        write(&file, changed.kept()).await?;
        change(&mut self.lock(), self.now());
        self.changed.notify_one();
        Ok(())
    }
}

async fn write(file: &LockFile, kept: Option<Kept>) -> DeskResult<()> {
    let written = file.clone();
    let outcome = blocking(move || written.write(kept)).await?;
    outcome.map_err(|error| of_file(&error, file.path(), ErrorCode::FileFailed))
}

fn moment(clock: &dyn Clock) -> Moment {
    Moment { monotonic: clock.monotonic(), unix_seconds: clock.now_unix_seconds() }
}

/// Whole seconds, of which none is over before the wait is.
fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX)
}

impl Desk {
    /// Whether the desk is locked. It looks at the clock, and nowhere else.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.inner.lock.look()
    }

    /// Locks the desk whenever nobody has done anything for too long, for as long as the program runs, and calls `tell` when it
    /// has. Whatever closes the lock by the clock is seen to here.
    pub async fn keep_lock(&self, tell: impl Fn()) {
        let lock = &self.inner.lock;
        loop {
            lock.look();
            if lock.has_closed.swap(false, Ordering::SeqCst) {
                self.see_to_closed();
                tell();
            }
            match lock.pause() {
                None => lock.changed.notified().await,
                Some(pause) => {
                    tokio::select! {
                        () = lock.changed.notified() => {}
                        () = lock.clock.sleep(pause) => {}
                    }
                }
            }
        }
    }

    /// Somebody works: a key was pressed, or the pointer moved.
    ///
    /// # Errors
    /// [`ErrorCode::Locked`] if it comes too late.
    pub fn note_activity(&self) -> DeskResult<()> {
        let lock = &self.inner.lock;
        let (now, mut state) = (lock.now(), lock.lock());
        if state.note_activity(now) {
            lock.closed();
        }
        if state.is_locked() { Err(ErrorView::new(ErrorCode::Locked)) } else { Ok(()) }
    }

    /// How the lock stands.
    #[must_use]
    pub fn lock_state(&self) -> LockView {
        // Whoever holds the book may wait for a keychain; the lock does not.
        let book = self.inner.book.try_lock().ok();
        self.lock_view(book.as_ref().and_then(|book| book.workplace()))
    }

    pub(crate) fn lock_view(&self, workplace: Option<&Arc<Workplace>>) -> LockView {
        let lock = &self.inner.lock;
        let is_locked = lock.look();
        let idle_minutes = lock.lock().idle_minutes();
        LockView {
            idle_minutes,
            is_locked,
            wait_seconds: seconds(lock.wait_left()),
            is_working: workplace.is_some_and(|workplace| workplace.is_at_work()),
            entry_name: Keychain::unlock_verifier_name(),
        }
    }

    /// Locks the desk at once, if the lock is on.
    pub fn lock_now(&self) -> LockView {
        if self.inner.lock.lock().lock() {
            self.see_to_closed();
        }
        self.lock_state()
    }

    /// The lock has closed: no PIN waits any more.
    fn see_to_closed(&self) {
        let desk = self.clone();
        tokio::spawn(async move {
            if let Some(workplace) = desk.open_workplace().await {
                workplace.held_pins.give_up();
                workplace.record(Happened::new(HappeningAction::DeskLocked, HappeningResult::Done)).await;
            }
        });
    }

    /// Opens a locked desk. A wrong passphrase counts, also when the program is ended meanwhile. It is held against what is kept
    /// of it even where the desk is not locked: a window that covers itself may be ahead of the desk.
    ///
    /// # Errors
    /// If the keychain can't be used, or what it keeps is damaged: the desk stays locked.
    pub async fn unlock(&self, passphrase: SecretText) -> DeskResult<UnlockOutcome> {
        let lock = &self.inner.lock;
        let _turn = lock.trying.lock().await;
        if lock.lock().kept().is_none() {
            return Ok(UnlockOutcome::Unlocked);
        }
        let (outcome, result) = match self.tried(passphrase).await? {
            Tried::Right(proven) => {
                let now = lock.now();
                lock.lock().unlock(&proven, now);
                lock.changed.notify_one();
                lock.save_or_log().await;
                (UnlockOutcome::Unlocked, HappeningResult::Done)
            }
            Tried::Wrong(wait) => (UnlockOutcome::Wrong { wait_seconds: seconds(wait) }, HappeningResult::Refused),
            Tried::Waits(wait) => return Ok(UnlockOutcome::Waits { wait_seconds: seconds(wait) }),
            Tried::EntryRemoved => {
                self.lift().await;
                return Ok(UnlockOutcome::Lifted);
            }
        };
        self.record_of_lock(HappeningAction::DeskUnlocked, result, None);
        Ok(outcome)
    }

    /// Turns the lock off, and opens the desk, if what proves the passphrase was removed from the keychain: for whoever has
    /// forgotten it. Whether it was.
    ///
    /// # Errors
    /// If the keychain can't be used: the desk stays locked.
    pub async fn lift_removed_lock(&self) -> DeskResult<bool> {
        let lock = &self.inner.lock;
        let _turn = lock.trying.lock().await;
        if lock.lock().kept().is_none() {
            return Ok(true);
        }
        if self.inner.secrets.unlock_verifier().await?.is_some() {
            return Ok(false);
        }
        self.lift().await;
        Ok(true)
    }

    async fn lift(&self) {
        let lock = &self.inner.lock;
        let now = lock.now();
        lock.lock().turn_off(&OffBy::EntryRemoved, now);
        lock.changed.notify_one();
        lock.save_or_log().await;
        self.record_of_lock(HappeningAction::LockLifted, HappeningResult::Done, None);
    }

    /// Turns the lock on or off, or changes it. One that is on asks for its passphrase.
    ///
    /// # Errors
    /// Fields to mend, among them a wrong passphrase, which counts; a keychain or a file that can't be used: then nothing is
    /// changed.
    pub async fn change_lock(&self, form: LockForm) -> DeskResult<SessionView> {
        let lock = &self.inner.lock;
        let _turn = lock.trying.lock().await;
        let chosen = checked(&form, lock.lock().kept().is_some())?;
        let proven = match form.passphrase.filter(|_| lock.lock().kept().is_some()) {
            None => None,
            Some(passphrase) => match self.tried(passphrase).await? {
                Tried::Right(proven) => {
                    let now = lock.now();
                    lock.lock().end_tries(&proven, now);
                    Some(proven)
                }
                Tried::Wrong(wait) => {
                    let meant = if form.idle_minutes.is_some() { HappeningAction::LockSet } else { HappeningAction::LockTurnedOff };
                    self.record_of_lock(meant, HappeningResult::Refused, None);
                    return Err(refused(FieldCode::PassphraseWrong, wait));
                }
                Tried::Waits(wait) => return Err(refused(FieldCode::PassphraseWaits, wait)),
                Tried::EntryRemoved => {
                    self.lift().await;
                    return self.session().await;
                }
            },
        };
        match (form.idle_minutes, proven) {
            (Some(minutes), _) => self.set_lock(minutes, chosen).await?,
            (None, Some(proven)) => self.turn_lock_off(proven).await?,
            (None, None) => {}
        }
        self.session().await
    }

    async fn set_lock(&self, minutes: u32, chosen: Option<SecretText>) -> DeskResult<()> {
        let secrets = &self.inner.secrets;
        let is_chosen = chosen.is_some();
        let before = if is_chosen { secrets.unlock_verifier().await? } else { None };
        if let Some(chosen) = chosen {
            let verifier: KeptText = blocking(move || verifier_of(&chosen)).await??;
            secrets.keep_unlock_verifier(&verifier).await?;
        }
        if let Err(error) = self.inner.lock.change(|lock, now| lock.turn_on(minutes, now)).await {
            let put_back = match before {
                Some(before) => secrets.keep_unlock_verifier(&before).await,
                None if is_chosen => secrets.forget_unlock_verifier().await,
                None => Ok(()),
            };
            if let Err(error) = put_back {
                tracing::error!(?error, "the passphrase of before could not be put back; the new one holds");
            }
            return Err(error);
        }
        self.record_of_lock(HappeningAction::LockSet, HappeningResult::Done, Some(format!("{minutes} min")));
        Ok(())
    }

    async fn turn_lock_off(&self, proven: Proven) -> DeskResult<()> {
        let by = OffBy::Passphrase(proven);
        self.inner.lock.change(|lock, now| lock.turn_off(&by, now)).await?;
        // It proves nothing any more, and the next lock writes over it.
        if let Err(error) = self.inner.secrets.forget_unlock_verifier().await {
            tracing::warn!(?error, "the passphrase of a lock that is off stays in the keychain");
        }
        self.record_of_lock(HappeningAction::LockTurnedOff, HappeningResult::Done, None);
        Ok(())
    }

    /// Tries a passphrase, if it is time. The keychain is asked first: one that fails costs no try.
    async fn tried(&self, passphrase: SecretText) -> DeskResult<Tried> {
        let lock = &self.inner.lock;
        let wait = lock.wait_left();
        if !wait.is_zero() {
            return Ok(Tried::Waits(wait));
        }
        let Some(verifier) = self.inner.secrets.unlock_verifier().await? else { return Ok(Tried::EntryRemoved) };
        let now = lock.now();
        if let Err(wait) = lock.lock().begin_try(now) {
            return Ok(Tried::Waits(wait));
        }
        lock.save_or_log().await;
        match blocking(move || prove(&passphrase, &verifier)).await?? {
            Some(proven) => Ok(Tried::Right(proven)),
            None => Ok(Tried::Wrong(lock.wait_left())),
        }
    }

    /// Adds to the record of the company that is worked in, if its journal is open, without keeping anybody waiting.
    fn record_of_lock(&self, action: HappeningAction, result: HappeningResult, detail: Option<String>) {
        let desk = self.clone();
        tokio::spawn(async move {
            if let Some(workplace) = desk.open_workplace().await {
                workplace.record(Happened { detail, ..Happened::new(action, result) }).await;
            }
        });
    }

    async fn open_workplace(&self) -> Option<Arc<Workplace>> {
        self.inner.book.lock().await.workplace().cloned()
    }
}

/// The passphrase that was chosen, if one was, once the whole form is sound: a try is not spent on one that can't be sent.
fn checked(form: &LockForm, is_on: bool) -> DeskResult<Option<SecretText>> {
    let mut problems = Vec::new();
    if form.idle_minutes.is_some_and(|minutes| !IDLE_MINUTES.contains(&minutes)) {
        problems.push(FieldProblem::error(Field::IdleMinutes, FieldCode::ChoiceUnknown));
    }
    if is_on && form.passphrase.as_ref().is_none_or(|passphrase| passphrase.reveal().is_empty()) {
        problems.push(FieldProblem::error(Field::Passphrase, FieldCode::Missing));
    }
    let is_chosen = form.idle_minutes.is_some() && (!is_on || form.new_passphrase.is_some());
    let nothing = || SecretText::new(String::new());
    let chosen = is_chosen.then(|| form.new_passphrase.clone().unwrap_or_else(nothing));
    if let Some(chosen) = &chosen {
        problems.extend(problems_of_chosen(chosen, &form.new_passphrase_again.clone().unwrap_or_else(nothing)));
    }
    if problems.is_empty() { Ok(chosen) } else { Err(ErrorView::fields(problems)) }
}

fn refused(code: FieldCode, wait: Duration) -> ErrorView {
    ErrorView::fields(vec![FieldProblem::error(Field::Passphrase, code).with_param("seconds", seconds(wait))])
}
