//! Runs that were interrupted, or whose job came to nothing at the printer: each can be made again under its own number and
//! serials, or thrown away.
//!
//! Owns that nothing of what such a run may have left is taken for a run that counts: a file that was being written is
//! removed, and one that got its name just before the end as well.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cardesk_journal::{Journal, JournalError, RunRecord, RunState, RunStep, SentTo as JournalSentTo};

use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::output_file::run_name;
use crate::papers::{BegunSheet, PrinterChoices};
use crate::printers::view_of_journal;
use crate::printing::making::{Counted, Destination, Run};
use crate::printing::run_file::{digest_of, is_part};
use crate::printing::runs::{Inserts, parsed_number, sent};
use crate::view::{DraftRunView, PrintRunView, RunsView};
use crate::workplace::{Workplace, count};

/// What is known of each printer of this computer, by the system's name of it.
type KnownPrinters = BTreeMap<String, PrinterChoices>;

impl Desk {
    /// Makes an interrupted run again, under its number and serials, to where it was meant to go.
    ///
    /// # Errors
    /// If it is no draft any more, or another run came in between ([`ErrorCode::RunOvertaken`]); as [`Desk::save_inserts`]. It
    /// stays a draft, unless it was cancelled.
    pub async fn make_draft(&self, number: &str) -> DeskResult<PrintRunView> {
        let number = parsed_number(number)?;
        let workplace = self.workplace().await?;
        let known = self.inner.book.lock().await.settings.printers.clone();
        let desk = self.clone();
        tokio::spawn(async move { desk.counted(workplace.make_again(number, &known).await).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// Throws an interrupted run away, with what it has left. Its number stays used.
    ///
    /// # Errors
    /// If it is no draft any more; if what it has left can't be removed, or it can't be written.
    pub async fn discard_draft(&self, number: &str) -> DeskResult<RunsView> {
        let number = parsed_number(number)?;
        let workplace = self.workplace().await?;
        // Not while it is being made.
        let _place = workplace.printing.begin(0)?;
        workplace.draft(number).await?;
        workplace.remove_traces(number).await?;
        workplace.journal.discard_run(number, workplace.now()).await?;
        self.runs().await
    }

    /// Counts an interrupted run as printed: whoever says so has its pages from the printer in hand.
    ///
    /// # Errors
    /// If it is no draft any more, its pages never went to a printer, or another run came in between.
    pub async fn count_draft(&self, number: &str) -> DeskResult<RunsView> {
        let number = parsed_number(number)?;
        let workplace = self.workplace().await?;
        let _place = workplace.printing.begin(0)?;
        self.note_labels_used(workplace.count_as_printed(number).await?).await;
        self.runs().await
    }
}

impl Workplace {
    pub(super) async fn draft_views(&self) -> DeskResult<Vec<DraftRunView>> {
        let made = self.printing.run().and_then(|run| run.number());
        let mut views = Vec::new();
        // The one that is on its way is a draft as well, and not an interrupted one.
        for run in self.journal.draft_runs().await?.into_iter().filter(|run| Some(run.number) != made) {
            let asked = self.journal.run_asked(run.number).await?;
            let (destination, path, printer) = asked.as_ref().map_or((None, None, None), |asked| {
                let (destination, path, printer) = sent(&asked.destination);
                (Some(destination), path, printer)
            });
            views.push(DraftRunView {
                number: format!("{:04}", run.number),
                inserts: run.inserts,
                begun_at: run.begun_at.to_string(),
                operator: run.operator.clone(),
                destination,
                destination_name: path.or(printer),
                may_be_on_paper: self.printer_of(run.number).await?.is_some(),
                job_ended: self.journal.print_job_of_draft(run.number).await?.map(|job| view_of_journal(job.state)),
                voided: self.journal.voided_by_run(run.number).await?,
            });
        }
        Ok(views)
    }

    async fn draft(&self, number: u32) -> DeskResult<RunRecord> {
        let run = self.run_record(number).await?;
        if run.state == RunState::Draft { Ok(run) } else { Err(JournalError::RunNotDraft(number).into()) }
    }

    /// The printer that the run's pages have gone to, if they have.
    async fn printer_of(&self, number: u32) -> DeskResult<Option<String>> {
        let steps = self.journal.run_steps(number).await?;
        Ok(steps.into_iter().rev().find_map(|step| if let RunStep::Printing(printer) = step { Some(printer) } else { None }))
    }

    async fn make_again(self: Arc<Self>, number: u32, known: &KnownPrinters) -> DeskResult<Counted> {
        let _open = self.hold_open().await;
        let record = self.draft(number).await?;
        let place = self.printing.begin(record.inserts as usize)?;
        let run = self.run_again(&record, known).await?;
        self.check_destination(&run.destination).await?;
        self.remove_traces(number).await?;
        let has_counted = self.journal.last_print_job(number).await?.is_some();
        let made = self.carry_out(run, &place.run).await;
        if matches!(&made, Err(error) if error.code == ErrorCode::RunCancelled) {
            self.journal.discard_run(number, self.now()).await?;
        }
        made.map(|counted| Counted { sheet: counted.sheet.map(|sheet| if has_counted { sheet.again() } else { sheet }), ..counted })
    }

    /// The draft as it is to be made.
    async fn run_again(&self, record: &RunRecord, known: &KnownPrinters) -> DeskResult<Run> {
        let number = record.number;
        self.check_overtaken(number).await?;
        let asked = self.journal.run_asked(number).await?;
        let not_repeatable = || ErrorView::new(ErrorCode::RunNotRepeatable).with_param("number", format!("{number:04}"));
        let asked = asked.ok_or_else(not_repeatable)?.destination;
        let Inserts { request, to, paper, job, records, contents, about } = self.inserts_again(record).await?;
        let choices = if let JournalSentTo::Printer(printer) = &asked { known.get(printer).cloned() } else { None };
        let destination = Destination::of_asked(&asked, to, choices.unwrap_or_default());
        let only = if contents.len() == 1 { contents.first().map(|content| content.full_name.clone()) } else { None };
        Ok(Run {
            number,
            job: destination.job(job),
            file_name: run_name(only.as_deref(), contents.len(), number, request.language),
            contents,
            about,
            destination,
            paper,
            for_email: request.for_email,
            reprint_reason: records.into_iter().find_map(|insert| insert.reprint_of).map(|reprint| reprint.reason),
        })
    }

    async fn check_overtaken(&self, number: u32) -> DeskResult<()> {
        self.journal.check_draft(number).await.map_err(|error| match error {
            JournalError::AlreadyPrinted(serial) | JournalError::InsertNotPrinted(serial) => {
                ErrorView::new(ErrorCode::RunOvertaken).with_param("number", format!("{number:04}")).with_param("serial", serial)
            }
            error => error.into(),
        })
    }

    /// Gives back what is left of its last sheet; nothing where its labels were noted already, since it counted with these pages
    /// before.
    async fn count_as_printed(&self, number: u32) -> DeskResult<Option<BegunSheet>> {
        let record = self.draft(number).await?;
        let printer = self.printer_of(number).await?.ok_or_else(|| ErrorView::new(ErrorCode::RunNotRepeatable))?;
        self.check_overtaken(number).await?;
        let run = self.run_again(&record, &KnownPrinters::new()).await?;
        let is_noted = self.journal.print_job_of_draft(number).await?.is_some();
        let has_counted = self.journal.last_print_job(number).await?.is_some();
        let pages = count(run.job.pages_of(run.contents.len()));
        self.remove_traces(number).await?;
        self.finish_counted(&run, &JournalSentTo::Printer(printer), pages).await?;
        let sheet = run.sheet_left(&self.profile().id).filter(|_| !is_noted);
        Ok(sheet.map(|sheet| if has_counted { sheet.again() } else { sheet }))
    }

    /// Removes the files that a draft has left.
    async fn remove_traces(&self, number: u32) -> DeskResult<()> {
        let steps = self.journal.run_steps(number).await?;
        blocking(move || steps.iter().try_for_each(remove_trace)).await?
    }
}

fn remove_trace(step: &RunStep) -> DeskResult<()> {
    let path = match step {
        RunStep::Writing(path) if is_part(Path::new(path)) => path,
        // Another file may have got the name since.
        RunStep::Saving { path, digest } if digest_of(Path::new(path)).is_ok_and(|found| found == *digest) => path,
        RunStep::Writing(_) | RunStep::Saving { .. } | RunStep::Printing(_) => return Ok(()),
    };
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(crate::error_sources::of_file(&error, Path::new(path), ErrorCode::FileFailed))
        }
        _ => Ok(()),
    }
}

/// Removes what was being written when the program last ended: it has names and links in it.
pub(crate) async fn remove_unfinished_files(journal: &Journal) -> DeskResult<()> {
    let paths: Vec<PathBuf> = journal.unfinished_files().await?.into_iter().map(PathBuf::from).collect();
    blocking(move || {
        for path in paths.iter().filter(|path| is_part(path)) {
            // One that is not there any more was removed in time; what can't be removed is tried again at the next start.
            let _ = std::fs::remove_file(path);
        }
    })
    .await
}
