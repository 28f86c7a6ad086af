//! The print room: the queue, the preview, and runs into a file or to a printer.
//!
//! Owns the order of a run: number and serials first, then the pages, every code of which is read back; then the pages are
//! handed over; only then do the inserts count. Whatever fails on the way, the run is thrown away and nothing counts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cardesk_inserts::{PrintJob, VerifiedPdf, make};
use cardesk_journal::{NewInsert, NewRun, Reprint, RunDraft, RunRecord, SentTo as JournalSentTo};

use crate::copies::{display_name, last_four_text};
use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::happenings::Happened;
use crate::output_file::{file_name, save_new};
use crate::print_contents::{Chosen, id_words, paper, print_job};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::seams::{JobState, SystemPrinter, SystemPrinterState};
use crate::view::{
    HappeningAction, HappeningResult, PrintJobState, PrintRequest, PrintRunView, PrintSystemState, PrinterState, PrinterView, PrintersView,
    QueueFilter, QueueRow, SentTo,
};
use crate::workplace::{Workplace, count};

pub(crate) use crate::preview::Previews;

/// The most rows of the queue.
const MOST_QUEUED: u32 = 10_000;

/// The latest runs whose inserts are on offer for a reprint.
const RUNS_TO_REPRINT: u32 = 200;

/// How long a run waits for the printer system to say that a job is done.
const PRINTER_PATIENCE: Duration = Duration::from_secs(30);

/// How often it asks.
const PRINTER_PAUSE: Duration = Duration::from_millis(500);

/// The latest runs among which a file of ours is looked for.
const RUNS_WITH_FILES: u32 = 10_000;

impl Desk {
    /// The printers of this computer, and whether the printer system answers at all.
    ///
    /// # Errors
    /// None but a fault of this program.
    pub async fn printers(&self) -> DeskResult<PrintersView> {
        let printing = Arc::clone(&self.inner.config.seams.printing);
        blocking(move || {
            let printers: Vec<PrinterView> = printing.printers().into_iter().map(printer_view).collect();
            let is_running = !printers.is_empty() || printing.is_running();
            PrintersView { system: if is_running { PrintSystemState::Running } else { PrintSystemState::Down }, printers }
        })
        .await
    }

    /// The cards that still need an insert, or those whose insert was printed.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn insert_queue(&self, filter: QueueFilter) -> DeskResult<Vec<QueueRow>> {
        let workplace = self.workplace().await?;
        match filter {
            QueueFilter::NeedsInsert => workplace.queue().await,
            QueueFilter::Printed => workplace.printed().await,
        }
    }

    /// Makes a run and saves its PDF in the chosen folder, under a name that is not taken.
    ///
    /// # Errors
    /// What can't be printed, with the insert; a folder that can't be written to; a full disk. Then there is no file, and
    /// nothing counts as printed.
    pub async fn save_inserts(&self, request: PrintRequest) -> DeskResult<PrintRunView> {
        let workplace = self.workplace().await?;
        let folder = self.output_folder(&self.inner.book.lock().await.settings);
        tokio::spawn(async move { workplace.save_run(&request, folder).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// Makes a run and hands it to a printer at its actual size. Waits a while for the printer system to say that it is
    /// done; a job that is still in the queue then counts as printed, and the view says that it is queued.
    ///
    /// # Errors
    /// As [`Desk::save_inserts`], and if the printer system does not take the job or the job is cancelled.
    pub async fn print_inserts(&self, request: PrintRequest, printer: &str) -> DeskResult<PrintRunView> {
        let workplace = self.workplace().await?;
        let printer = printer.to_owned();
        tokio::spawn(async move { workplace.print_run(&request, &printer).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// The path, if it is a file that this desk wrote: only such a file may be opened or shown in its folder.
    ///
    /// # Errors
    /// For any other file, and for one that is not there any more.
    pub async fn file_of_ours(&self, path: &Path) -> DeskResult<PathBuf> {
        let workplace = self.workplace().await?;
        let wanted = path.to_str().unwrap_or_default();
        let runs = workplace.journal.runs(RUNS_WITH_FILES).await?;
        let is_ours = workplace.has_saved_table(path)
            || runs.iter().any(|run| matches!(&run.sent_to, Some(JournalSentTo::File(file)) if file == wanted));
        let named = |code| ErrorView::new(code).with_param("path", wanted);
        if !is_ours {
            return Err(named(ErrorCode::FileNotOurs));
        }
        let path = path.to_owned();
        let is_there = {
            let path = path.clone();
            blocking(move || path.is_file()).await?
        };
        if is_there { Ok(path) } else { Err(named(ErrorCode::FileFailed)) }
    }
}

/// Where a run's pages went.
struct HandedOver {
    sent_to: JournalSentTo,
    job_state: Option<PrintJobState>,
}

impl Workplace {
    async fn queue(&self) -> DeskResult<Vec<QueueRow>> {
        let waiting = self.journal.needing_insert(MOST_QUEUED).await?;
        let row = |waiting: cardesk_journal::CardNeedingInsert| QueueRow {
            cardholder_id: waiting.cardholder.id.to_string(),
            card_id: waiting.card.id.to_string(),
            display_name: display_name(&waiting.cardholder),
            last_four: last_four_text(waiting.card.last_four.as_ref()),
            issued_at: waiting.card.issued_at.map(|at| at.to_string()),
            serial: None,
            printed_at: None,
        };
        Ok(waiting.into_iter().map(row).collect())
    }

    /// The valid inserts of the latest runs, the newest first.
    async fn printed(&self) -> DeskResult<Vec<QueueRow>> {
        let printed = self.journal.printed_for_cards(RUNS_TO_REPRINT).await?;
        let row = |printed: cardesk_journal::PrintedInsert| QueueRow {
            cardholder_id: printed.card.cardholder_id.to_string(),
            card_id: printed.card.id.to_string(),
            display_name: display_name(&printed.cardholder),
            last_four: last_four_text(printed.card.last_four.as_ref()),
            issued_at: printed.card.issued_at.map(|at| at.to_string()),
            serial: Some(printed.serial),
            printed_at: printed.printed_at.map(|at| at.to_string()),
        };
        Ok(printed.into_iter().map(row).collect())
    }

    async fn save_run(self: Arc<Self>, request: &PrintRequest, folder: PathBuf) -> DeskResult<PrintRunView> {
        let _open = self.hold_open().await;
        let run = self.begin(request).await?;
        let number = run.draft.number;
        let written = match run.pages().await {
            Ok((run, pdf)) => {
                let name = file_name(&run.chosen, number, request.language);
                let file = Arc::clone(&pdf);
                blocking(move || save_new(&folder, &name, "pdf", file.bytes())).await.and_then(|saved| saved).map(|path| (run, pdf, path))
            }
            Err(error) => Err(error),
        };
        match written {
            Ok((run, pdf, path)) => {
                let sent_to = JournalSentTo::File(path.display().to_string());
                let finished = self.finish(&run, &pdf, HandedOver { sent_to, job_state: None }).await;
                if finished.is_err() {
                    // A file of a run that does not count would be taken for one that does.
                    let _ = blocking(move || std::fs::remove_file(path)).await;
                }
                finished
            }
            Err(error) => Err(self.thrown_away(number, error).await),
        }
    }

    async fn print_run(self: Arc<Self>, request: &PrintRequest, printer: &str) -> DeskResult<PrintRunView> {
        let _open = self.hold_open().await;
        self.check_printer(printer).await?;
        let run = self.begin(request).await?;
        let number = run.draft.number;
        let printed = match run.pages().await {
            Ok((run, pdf)) => self.hand_to_printer(printer, number, &pdf, paper(request.layout)).await.map(|state| (run, pdf, state)),
            Err(error) => Err(error),
        };
        match printed {
            Ok((run, pdf, job_state)) => {
                let handed = HandedOver { sent_to: JournalSentTo::Printer(printer.to_owned()), job_state: Some(job_state) };
                self.finish(&run, &pdf, handed).await
            }
            Err(error) => Err(self.thrown_away(number, error).await),
        }
    }

    async fn check_printer(&self, printer: &str) -> DeskResult<()> {
        let printing = Arc::clone(&self.seams.printing);
        let wanted = printer.to_owned();
        let (is_there, is_running) = blocking(move || {
            let is_there = printing.printers().iter().any(|known| known.system_name == wanted);
            (is_there, is_there || printing.is_running())
        })
        .await?;
        match (is_there, is_running) {
            (true, _) => Ok(()),
            (false, true) => Err(ErrorView::new(ErrorCode::PrinterNotFound).with_param("printer", printer).retryable()),
            (false, false) => Err(ErrorView::new(ErrorCode::PrintSystemDown).retryable()),
        }
    }

    /// Hands the pages over, and waits for the printer system's word on them.
    async fn hand_to_printer(&self, printer: &str, number: u32, pdf: &Arc<VerifiedPdf>, paper: &'static str) -> DeskResult<PrintJobState> {
        let title = format!("Cardesk {number:04}");
        let (printing, name, pages) = (Arc::clone(&self.seams.printing), printer.to_owned(), Arc::clone(pdf));
        let job = blocking(move || printing.submit(&name, &title, pages.bytes(), paper))
            .await?
            .map_err(|words| ErrorView::new(ErrorCode::PrintFailed).with_message(words).with_param("printer", printer).retryable())?;
        let clock = &self.seams.gateway.clock;
        let begun = clock.monotonic();
        loop {
            let (printing, name) = (Arc::clone(&self.seams.printing), printer.to_owned());
            match blocking(move || printing.job_state(&name, job)).await? {
                JobState::Done => return Ok(PrintJobState::Done),
                JobState::Cancelled => return Err(ErrorView::new(ErrorCode::PrintCancelled).with_param("printer", printer).retryable()),
                // A system that forgets its jobs at once has taken it, and says no more.
                JobState::Unknown => return Ok(PrintJobState::Queued),
                JobState::Underway if clock.monotonic().saturating_sub(begun) >= PRINTER_PATIENCE => return Ok(PrintJobState::Queued),
                JobState::Underway => clock.sleep(PRINTER_PAUSE).await,
            }
        }
    }

    /// Takes a number and serials, and has the contents ready for them.
    async fn begin(&self, request: &PrintRequest) -> DeskResult<Run> {
        let chosen = self.chosen(request).await?;
        let reason = request.reprint_reason.as_deref().map(str::trim).unwrap_or_default();
        if reason.is_empty() && chosen.iter().any(|insert| insert.replaces.is_some()) {
            let problem = FieldProblem::error(Field::ReprintReason, FieldCode::Missing);
            return Err(ErrorView { field: Some(problem.field), fields: vec![problem], ..ErrorView::new(ErrorCode::ReprintReasonMissing) });
        }
        let (layout, language) = id_words(request);
        let inserts = chosen
            .iter()
            .map(|insert| NewInsert {
                cardholder_id: insert.cardholder.id.clone(),
                card_id: insert.card.as_ref().map(|card| card.id),
                last_four: insert.card.as_ref().and_then(|card| card.last_four.clone()),
                reprint: insert.replaces.clone().map(|serial| Reprint { serial, reason: reason.to_owned() }),
            })
            .collect();
        let run =
            NewRun { layout: layout.to_owned(), language: language.to_owned(), operator: self.operator.clone(), at: self.now(), inserts };
        let draft = self.journal.begin_run(run).await?;
        Ok(Run { job: print_job(request, &self.profile()), chosen, draft })
    }

    /// The run counts from here on.
    async fn finish(&self, run: &Run, pdf: &VerifiedPdf, handed: HandedOver) -> DeskResult<PrintRunView> {
        let now = self.now();
        let number = run.draft.number;
        if let Err(error) = self.journal.finish_run(number, &handed.sent_to, now).await {
            return Err(self.thrown_away(number, error.into()).await);
        }
        for (insert, serial) in run.chosen.iter().zip(&run.draft.serials) {
            let happened = |action, serial: &str| Happened {
                cardholder_id: Some(insert.cardholder.id.clone()),
                card_id: insert.card.as_ref().map(|card| card.id),
                serial: Some(serial.to_owned()),
                ..Happened::new(action, HappeningResult::Done)
            };
            if let Some(old) = &insert.replaces {
                self.record(happened(HappeningAction::InsertVoided, old)).await;
            }
            self.record(happened(HappeningAction::InsertPrinted, serial)).await;
        }
        let (sent_to, path, printer) = sent(&handed.sent_to);
        Ok(PrintRunView {
            number: format!("{number:04}"),
            inserts: count(run.chosen.len()),
            pages: Some(count(pdf.pages())),
            codes_verified: Some(count(pdf.codes_verified())),
            sent_to,
            path,
            printer,
            job_state: handed.job_state,
            finished_at: now.to_string(),
            first_serial: run.draft.serials.first().cloned(),
            last_serial: run.draft.serials.last().cloned(),
        })
    }

    /// Gives the run up, and passes the reason on.
    async fn thrown_away(&self, number: u32, error: ErrorView) -> ErrorView {
        if let Err(failure) = self.journal.discard_run(number, self.now()).await {
            // It is a draft, so it does not count; the next start throws it away.
            tracing::warn!(error = %failure, number, "a run that came to nothing could not be discarded");
        }
        error
    }
}

/// A run that was begun.
struct Run {
    job: PrintJob,
    chosen: Vec<Chosen>,
    draft: RunDraft,
}

impl Run {
    /// Makes the pages with the run's own serials, on a thread that may block.
    async fn pages(self) -> DeskResult<(Self, Arc<VerifiedPdf>)> {
        let contents =
            self.chosen.iter().zip(&self.draft.serials).map(|(insert, serial)| insert.content(serial)).collect::<DeskResult<Vec<_>>>()?;
        let job = self.job.clone();
        let pdf = blocking(move || make(&job, &contents)).await??;
        Ok((self, Arc::new(pdf)))
    }
}

fn sent(sent_to: &JournalSentTo) -> (SentTo, Option<String>, Option<String>) {
    match sent_to {
        JournalSentTo::File(path) => (SentTo::File, Some(path.clone()), None),
        JournalSentTo::Printer(name) => (SentTo::Printer, None, Some(name.clone())),
    }
}

/// A finished run, as the record has it; `None` for one that did not finish.
pub(crate) fn run_view(run: &RunRecord) -> Option<PrintRunView> {
    let (sent_to, path, printer) = sent(run.sent_to.as_ref()?);
    Some(PrintRunView {
        number: format!("{:04}", run.number),
        inserts: run.inserts,
        pages: None,
        codes_verified: None,
        sent_to,
        path,
        printer,
        job_state: None,
        finished_at: run.ended_at?.to_string(),
        first_serial: None,
        last_serial: None,
    })
}

fn printer_view(printer: SystemPrinter) -> PrinterView {
    PrinterView {
        system_name: printer.system_name,
        name: printer.name,
        location: printer.location,
        is_default: printer.is_default,
        state: match printer.state {
            SystemPrinterState::Ready => PrinterState::Ready,
            SystemPrinterState::Printing => PrinterState::Printing,
            SystemPrinterState::Paused => PrinterState::Paused,
            SystemPrinterState::Offline => PrinterState::Offline,
            SystemPrinterState::Unknown => PrinterState::Unknown,
        },
        state_reasons: printer.state_reasons,
    }
}
