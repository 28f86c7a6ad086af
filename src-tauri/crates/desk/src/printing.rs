//! The print room: the queue, the preview, and runs into a file or to a printer.
//!
//! Owns the order of a run: number and serials first, then the pages, every code of which is read back; then the pages are
//! handed over; only then do the inserts count. Whatever fails on the way, the run is thrown away and nothing counts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cardesk_inserts::{PrintJob, VerifiedPdf, make};
use cardesk_journal::{NewInsert, NewRun, Reprint, RunDraft, RunRecord, SentTo as JournalSentTo};

use crate::copies::{display_name, last_four_text};
use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::happenings::Happened;
use crate::output_file::{file_name, private_file, save_new};
use crate::papers::{PrinterChoices, RunPaper, corrected};
use crate::print_contents::{Chosen, language_word};
use crate::printers::Handed;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::seams::JobOptions;
use crate::view::{HappeningAction, HappeningResult, PrintJobState, PrintRequest, PrintRunView, PrintTo, QueueFilter, QueueRow, SentTo};
use crate::workplace::{Workplace, count};

pub(crate) use crate::preview::Previews;

/// The most rows of the queue.
const MOST_QUEUED: u32 = 10_000;

/// The latest runs whose inserts are on offer for a reprint.
const RUNS_TO_REPRINT: u32 = 200;

/// The latest runs among which a file of ours is looked for.
const RUNS_WITH_FILES: u32 = 10_000;

impl Desk {
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
    pub async fn print_inserts(&self, request: PrintRequest, to: PrintTo) -> DeskResult<PrintRunView> {
        let workplace = self.workplace().await?;
        self.change_printer(&to.printer, |choices| choices.tray.clone_from(&to.tray)).await?;
        let choices = self.inner.book.lock().await.settings.printers.get(&to.printer).cloned().unwrap_or_default();
        tokio::spawn(async move { workplace.print_run(&request, &to, &choices).await })
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

    async fn print_run(self: Arc<Self>, request: &PrintRequest, to: &PrintTo, choices: &PrinterChoices) -> DeskResult<PrintRunView> {
        let _open = self.hold_open().await;
        check_copies(to.copies)?;
        self.printer_named(&to.printer).await?;
        let mut run = self.begin(request).await?;
        run.job = corrected(run.job, choices);
        let number = run.draft.number;
        let options = JobOptions {
            sides: run.paper.sides(run.job.back.is_some()),
            copies: to.copies,
            tray: to.tray.clone(),
            ..JobOptions::on(run.paper.media)
        };
        let printed = match run.pages().await {
            Ok((run, pdf)) => self.hand_to_printer(&to.printer, number, &pdf, options).await.map(|handed| (run, pdf, handed)),
            Err(error) => Err(error),
        };
        match printed {
            Ok((run, pdf, handed)) => {
                let sent_to = JournalSentTo::Printer(to.printer.clone());
                let finished = self.finish(&run, &pdf, HandedOver { sent_to, job_state: Some(handed.state()) }).await?;
                self.follow(number, &to.printer, &handed).await;
                Ok(finished)
            }
            Err(error) => Err(self.thrown_away(number, error).await),
        }
    }

    /// Hands the pages over in a file that only this user can read.
    async fn hand_to_printer(&self, printer: &str, number: u32, pdf: &Arc<VerifiedPdf>, options: JobOptions) -> DeskResult<Handed> {
        let pages = Arc::clone(pdf);
        let file = blocking(move || private_file(pages.bytes())).await??;
        self.hand_over(printer, &format!("Cardesk {number:04}"), file.path().to_owned(), options).await
    }

    /// Takes a number and serials, and has the contents ready for them.
    async fn begin(&self, request: &PrintRequest) -> DeskResult<Run> {
        let paper = self.run_paper(&request.paper).await?;
        let job = self.print_job(request, &paper).await?;
        let chosen = self.chosen(request, &paper).await?;
        let reason = request.reprint_reason.as_deref().map(str::trim).unwrap_or_default();
        if reason.is_empty() && chosen.iter().any(|insert| insert.replaces.is_some()) {
            let problem = FieldProblem::error(Field::ReprintReason, FieldCode::Missing);
            return Err(ErrorView { field: Some(problem.field), fields: vec![problem], ..ErrorView::new(ErrorCode::ReprintReasonMissing) });
        }
        let inserts = chosen
            .iter()
            .map(|insert| NewInsert {
                cardholder_id: insert.cardholder.id.clone(),
                card_id: insert.card.as_ref().map(|card| card.id),
                last_four: insert.card.as_ref().and_then(|card| card.last_four.clone()),
                reprint: insert.replaces.clone().map(|serial| Reprint { serial, reason: reason.to_owned() }),
            })
            .collect();
        let run = NewRun {
            layout: paper.record.clone(),
            language: language_word(request).to_owned(),
            operator: self.operator.clone(),
            at: self.now(),
            inserts,
        };
        let draft = self.journal.begin_run(run).await?;
        Ok(Run { job, paper, chosen, draft })
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
    paper: RunPaper,
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

/// Every copy carries the same serials, so nobody wants many; 99 is what a printer's own panel takes.
fn check_copies(copies: u32) -> DeskResult<()> {
    const MOST: u32 = 99;
    if (1..=MOST).contains(&copies) {
        Ok(())
    } else {
        Err(ErrorView::fields(vec![FieldProblem::error(Field::Copies, FieldCode::CountRange).with_param("most", MOST)]))
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
