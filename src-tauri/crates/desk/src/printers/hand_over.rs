//! Handing a run to a printer, and following its job until it has ended.
//!
//! Owns that nothing counts whose printer is not there, refuses it or disappears, that a job that is still in the queue when
//! the patience ends is followed further, and that what is cancelled then does not count. Which inserts count is left to
//! `printing`, and what becomes of a run that does not any more to the journal.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cardesk_journal::{Happening, InsertRecord, NewPrintJob, PrintJobRecord, PrintJobState as JournalState};
use jiff::Timestamp;

use super::{JobOptions, JobState, JobStatus, SubmitError, SystemPrinter};
use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::happenings::Happened;
use crate::view::{HappeningAction, HappeningResult, PrintJobState, PrintJobView};
use crate::workplace::Workplace;

/// How long a run waits for the printer system to say that a job is done.
const PRINTER_PATIENCE: Duration = Duration::from_secs(30);

/// How often it asks.
const PRINTER_PAUSE: Duration = Duration::from_millis(500);

/// How long a job that has ended is still shown, in seconds: whoever was away finds it.
const SHOWN_AFTERWARDS_SECONDS: i64 = 12 * 60 * 60;

/// A job that a printer took, as it stood when the patience ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handed {
    /// The printer system's number of it.
    pub(crate) job: u64,
    /// How far it is.
    pub(crate) status: JobStatus,
}

impl Handed {
    pub(crate) const fn state(&self) -> PrintJobState {
        view_of_system(self.status.state)
    }

    /// How far it is, where it is no run's.
    pub(crate) fn of_no_run(self, printer: String, now: Timestamp) -> PrintJobView {
        let now = now.to_string();
        PrintJobView {
            id: self.job.to_string(),
            run_number: None,
            printer,
            state: self.state(),
            words: self.status.words,
            sheets_done: self.status.sheets_done,
            sent_at: now.clone(),
            seen_at: now,
        }
    }
}

impl Desk {
    /// The jobs of runs that are still with a printer, asked anew, and those that ended in the last hours; the latest first.
    ///
    /// # Errors
    /// If the journal can't be read or written.
    pub async fn print_jobs(&self) -> DeskResult<Vec<PrintJobView>> {
        let workplace = self.workplace().await?;
        workplace.look_at_jobs().await
    }

    /// Takes a job back that has not come out yet. What came out stays.
    ///
    /// # Errors
    /// A job that there is not; or that the printer system does not take it back, in its own words.
    pub async fn cancel_print_job(&self, id: &str) -> DeskResult<Vec<PrintJobView>> {
        let workplace = self.workplace().await?;
        let jobs = workplace.known_jobs().await?;
        let wanted = jobs.into_iter().find(|job| job.number.to_string() == id && job.state.is_open());
        let wanted = wanted.ok_or_else(|| ErrorView::new(ErrorCode::PrintJobNotFound))?;
        let printing = Arc::clone(&workplace.seams.printing);
        let printer = wanted.printer.clone();
        blocking(move || printing.cancel(&wanted.printer, wanted.job))
            .await?
            .map_err(|words| ErrorView::new(ErrorCode::PrintFailed).with_message(words).with_param("printer", printer).retryable())?;
        workplace.look_at_jobs().await
    }

    /// How far a page is that is no run's: a test page, a manifest.
    ///
    /// # Errors
    /// If the printer system does not answer.
    pub async fn test_page(&self, printer: &str, job: &str) -> DeskResult<PrintJobView> {
        let workplace = self.workplace().await?;
        let job: u64 = job.parse().map_err(|_| ErrorView::new(ErrorCode::PrintJobNotFound))?;
        let status = workplace.status_of(printer, job).await?;
        Ok(Handed { job, status }.of_no_run(printer.to_owned(), workplace.now()))
    }
}

impl Workplace {
    /// The printer of this name, as it is now.
    pub(crate) async fn printer_named(&self, printer: &str) -> DeskResult<SystemPrinter> {
        let printing = Arc::clone(&self.seams.printing);
        let printers = blocking(move || printing.printers()).await?;
        let printers = printers.map_err(|down| ErrorView::new(ErrorCode::PrintSystemDown).with_message(down.0).retryable())?;
        let found = printers.into_iter().find(|known| known.system_name == printer);
        let found = found.ok_or_else(|| ErrorView::new(ErrorCode::PrinterNotFound).with_param("printer", printer).retryable())?;
        if found.takes_jobs {
            Ok(found)
        } else {
            let words = found.state_reasons.join(" · ");
            Err(ErrorView::new(ErrorCode::PrinterTakesNothing).with_message(words).with_param("printer", printer).retryable())
        }
    }

    /// Hands a file to a printer, and says the job's number.
    ///
    /// # Errors
    /// If it is not taken; [`ErrorCode::PrintUnknown`] if it may have been.
    pub(crate) async fn submit_to_printer(&self, printer: &str, title: &str, file: PathBuf, options: JobOptions) -> DeskResult<u64> {
        let printing = Arc::clone(&self.seams.printing);
        let (name, title) = (printer.to_owned(), title.to_owned());
        let taken = blocking(move || printing.submit(&name, &title, &file, &options)).await?;
        match taken {
            Ok(job) => Ok(job),
            Err(SubmitError::Unknown(words)) => {
                Err(ErrorView::new(ErrorCode::PrintUnknown).with_message(words).with_param("printer", printer))
            }
            Err(SubmitError::NotTaken(words)) => {
                // It may have gone between the choice and now: then that is the reason, not what it led to.
                self.printer_named(printer).await?;
                Err(ErrorView::new(ErrorCode::PrintFailed).with_message(words).with_param("printer", printer).retryable())
            }
        }
    }

    /// Hands a file to a printer, and waits a while for the printer system to say that it is done; no longer once the company
    /// is left. A system that took the job and says nothing more has it in its queue.
    ///
    /// # Errors
    /// If it is not taken, is cancelled or given up, or the printer disappears meanwhile: then nothing of it may count. If it may
    /// have been taken, [`ErrorCode::PrintUnknown`].
    pub(crate) async fn hand_to_printer(
        &self,
        printer: &str,
        title: &str,
        file: PathBuf,
        options: JobOptions,
        is_left: impl Fn() -> bool + Send,
    ) -> DeskResult<Handed> {
        let job = self.submit_to_printer(printer, title, file, options).await?;
        let clock = &self.seams.gateway.clock;
        let begun = clock.monotonic();
        loop {
            let has_patience = clock.monotonic().saturating_sub(begun) < PRINTER_PATIENCE && !is_left();
            match self.status_of(printer, job).await {
                Ok(status) => match status.state {
                    JobState::Cancelled | JobState::Aborted => return Err(ended_badly(printer, &status)),
                    JobState::Unknown => return self.after_it_was_lost(printer, job).await,
                    // Nothing moves on by itself: whoever is at the desk is told at once.
                    JobState::Done | JobState::Held => return Ok(Handed { job, status }),
                    _ if !has_patience => return Ok(Handed { job, status }),
                    _ => {}
                },
                Err(error) if !has_patience => {
                    let words = error.message.into_iter().collect();
                    return Ok(Handed { job, status: JobStatus { words, ..JobStatus::silent(JobState::Waiting) } });
                }
                Err(_) => {}
            }
            clock.sleep(PRINTER_PAUSE).await;
        }
    }

    /// A system that forgets its jobs at once has taken it, and says no more; one that has lost the printer has not.
    async fn after_it_was_lost(&self, printer: &str, job: u64) -> DeskResult<Handed> {
        match self.printer_named(printer).await {
            Err(error) if error.code == ErrorCode::PrinterNotFound => Err(ErrorView { code: ErrorCode::PrinterGone, ..error }),
            _ => Ok(Handed { job, status: JobStatus::silent(JobState::Unknown) }),
        }
    }

    /// Writes down a run's job, so that it is followed to its end.
    pub(crate) async fn follow(&self, run_number: u32, printer: &str, handed: &Handed) {
        let words = handed.status.words.join(" · ");
        let new = NewPrintJob {
            run_number,
            printer,
            job: handed.job,
            state: journal_state(handed.status.state),
            words: Some(words.as_str()).filter(|words| !words.is_empty()),
            operator: &self.operator,
            at: self.now(),
        };
        if let Err(error) = self.journal.begin_print_job(&new).await {
            // The run counts all the same; its job is only not followed.
            tracing::warn!(%error, run_number, "a print job could not be written down");
        }
    }

    async fn status_of(&self, printer: &str, job: u64) -> DeskResult<JobStatus> {
        let (printing, name) = (Arc::clone(&self.seams.printing), printer.to_owned());
        let status = blocking(move || printing.job_status(&name, job)).await?;
        status.map_err(|down| ErrorView::new(ErrorCode::PrintSystemDown).with_message(down.0).retryable())
    }

    async fn known_jobs(&self) -> DeskResult<Vec<PrintJobRecord>> {
        let since = self.now().as_second() - SHOWN_AFTERWARDS_SECONDS;
        Ok(self.journal.print_jobs_since(Timestamp::from_second(since).unwrap_or_default()).await?)
    }

    /// Asks the printer system about every job that may still change. While it is down, what it last said is shown.
    async fn look_at_jobs(&self) -> DeskResult<Vec<PrintJobView>> {
        for job in self.known_jobs().await?.into_iter().filter(|job| job.state.is_open()) {
            // One that does not answer would be waited for once for every job.
            let Ok(status) = self.status_of(&job.printer, job.job).await else { break };
            let (state, words) = (journal_state(status.state), status.words.join(" · "));
            let words = Some(words).filter(|words| !words.is_empty());
            if (state, &words) != (job.state, &job.words) {
                // Not while the system is asked: a company that is left waits for it.
                let _open = self.hold_open().await;
                self.note_job(&job, state, words.as_deref()).await?;
            }
        }
        Ok(self.known_jobs().await?.into_iter().map(job_view).collect())
    }
}

impl Workplace {
    /// Writes down how far a job is by now. Where it came to nothing, its run does not count any more, and the record says so
    /// at every insert.
    async fn note_job(&self, job: &PrintJobRecord, state: JournalState, words: Option<&str>) -> DeskResult<()> {
        if !matches!(state, JournalState::Cancelled | JournalState::Aborted) {
            return Ok(self.journal.note_print_job(job.number, state, words, self.now()).await?);
        }
        let cancelled = |insert: InsertRecord| {
            self.happening(Happened {
                cardholder_id: Some(insert.cardholder_id),
                card_id: insert.card_id,
                serial: Some(insert.serial),
                detail: Some(job.printer.clone()),
                ..Happened::new(HappeningAction::PrintCancelled, HappeningResult::Done)
            })
        };
        let happenings: Vec<Happening> = self.journal.inserts_of_run(job.run_number).await?.into_iter().map(cancelled).collect();
        self.journal.end_print_job(job.number, state, words, self.now(), &happenings).await?;
        Ok(())
    }
}

fn ended_badly(printer: &str, status: &JobStatus) -> ErrorView {
    let code = if status.state == JobState::Aborted { ErrorCode::PrintAborted } else { ErrorCode::PrintCancelled };
    let error = ErrorView::new(code).with_param("printer", printer).retryable();
    if status.words.is_empty() { error } else { error.with_message(status.words.join(" · ")) }
}

fn job_view(job: PrintJobRecord) -> PrintJobView {
    PrintJobView {
        id: job.number.to_string(),
        run_number: Some(format!("{:04}", job.run_number)),
        printer: job.printer,
        state: view_of_journal(job.state),
        words: job.words.into_iter().collect(),
        sheets_done: None,
        sent_at: job.sent_at.to_string(),
        seen_at: job.seen_at.to_string(),
    }
}

const fn journal_state(state: JobState) -> JournalState {
    match state {
        JobState::Waiting => JournalState::Waiting,
        JobState::Held => JournalState::Held,
        JobState::Printing => JournalState::Printing,
        JobState::Stopped => JournalState::Stopped,
        JobState::Done => JournalState::Done,
        JobState::Cancelled => JournalState::Cancelled,
        JobState::Aborted => JournalState::Aborted,
        JobState::Unknown => JournalState::Lost,
    }
}

const fn view_of_system(state: JobState) -> PrintJobState {
    view_of_journal(journal_state(state))
}

pub(crate) const fn view_of_journal(state: JournalState) -> PrintJobState {
    match state {
        JournalState::Waiting => PrintJobState::Waiting,
        JournalState::Held => PrintJobState::Held,
        JournalState::Printing => PrintJobState::Printing,
        JournalState::Stopped => PrintJobState::Stopped,
        JournalState::Done => PrintJobState::Done,
        JournalState::Cancelled => PrintJobState::Cancelled,
        JournalState::Aborted => PrintJobState::Aborted,
        JournalState::Lost => PrintJobState::Lost,
    }
}
