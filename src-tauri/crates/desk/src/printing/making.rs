//! The way of a run: number and serials first, then the pages, every code of which is read back; then they are handed over;
//! only then do the inserts count.
//!
//! Owns that order, and that each step outside of the journal is written down before it is taken. What fails on the way is
//! thrown away and counts for nothing; what is interrupted because the company is left, or by the end of the program, stays a
//! draft, and so does what may be on paper.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cardesk_inserts::{InsertContent, InsertError, PrintJob, Progress, RunError, VerifiedRun, make_for_email, write_run};
use cardesk_journal::{Happening, NewInsert, NewRun, Reprint, RunAsked, RunStep, SentTo as JournalSentTo};

use crate::desk::blocking;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::of_file;
use crate::free_text::{MAX_REASON, optional_free_line};
use crate::happenings::Happened;
use crate::output_file::file_name;
use crate::papers::{BegunSheet, PrinterChoices, RunPaper, corrected};
use crate::print_contents::{Chosen, check_not_given_up, language_word};
use crate::printers::Handed;
use crate::printing::about::{About, named};
use crate::printing::run_file::{RunFile, digest_of, part_path};
use crate::printing::runs::{Kept, sent};
use crate::printing::under_way::{Asked, UnderWay};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::seams::JobOptions;
use crate::view::{HappeningAction, HappeningResult, PrintJobState, PrintRequest, PrintRunView, PrintTo};
use crate::workplace::{Workplace, count};

/// Where pages are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Folder(PathBuf),
    /// A printer, with what is known of it on this computer.
    Printer(PrintTo, PrinterChoices),
}

impl Destination {
    pub(super) fn asked(&self) -> JournalSentTo {
        match self {
            Self::Folder(folder) => JournalSentTo::File(folder.display().to_string()),
            Self::Printer(to, _) => JournalSentTo::Printer(to.printer.clone()),
        }
    }

    /// The same way back; `to` is how the printer was told to print, and `choices` what is known of it by now.
    pub(super) fn of_asked(asked: &JournalSentTo, to: Option<PrintTo>, choices: PrinterChoices) -> Self {
        match asked {
            JournalSentTo::File(folder) => Self::Folder(folder.into()),
            JournalSentTo::Printer(printer) => {
                let to = to.unwrap_or_else(|| PrintTo { printer: printer.clone(), tray: choices.tray.clone(), copies: 1 });
                Self::Printer(to, choices)
            }
        }
    }

    /// What a printer is told with the pages; `None` for a file.
    pub(super) fn options(&self, paper: &RunPaper, job: &PrintJob) -> Option<JobOptions> {
        let Self::Printer(to, _) = self else { return None };
        Some(JobOptions { sides: paper.sides(job.back.is_some()), copies: to.copies, tray: to.tray.clone(), ..JobOptions::on(paper.media) })
    }

    /// The job as it is printed there: what a printer shifts is taken back.
    pub(super) fn job(&self, job: PrintJob) -> PrintJob {
        match self {
            Self::Folder(_) => job,
            Self::Printer(_, choices) => corrected(job, choices),
        }
    }
}

/// A run with its number and everything that its pages say.
pub(super) struct Run {
    pub(super) number: u32,
    pub(super) job: PrintJob,
    pub(super) contents: Vec<InsertContent>,
    /// Of each insert, for whom it is.
    pub(super) about: Vec<About>,
    pub(super) destination: Destination,
    pub(super) paper: RunPaper,
    /// One insert, on a page for e-mail.
    pub(super) for_email: bool,
    /// The name of its file, without its ending.
    pub(super) file_name: String,
    /// Why it replaces inserts, if it does.
    pub(super) reprint_reason: Option<String>,
}

impl Run {
    /// Writes the pages, each read back; of an insert for e-mail, the one page that it has.
    fn write(&self, to: &mut dyn io::Write, watch: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<VerifiedRun, RunError> {
        match self.contents.as_slice() {
            [only] if self.for_email => {
                let page = make_for_email(&self.job, only)?;
                to.write_all(page.bytes())?;
                Ok(page.verified())
            }
            contents => write_run(&self.job, contents, to, watch),
        }
    }

    /// What is left of its last sheet once it counts.
    pub(super) fn sheet_left(&self, company: &str) -> Option<BegunSheet> {
        // An insert for e-mail is on no paper.
        if self.for_email { None } else { BegunSheet::after_run(company, &self.paper, self.job.start_place, self.contents.len()) }
    }

    /// An error of the engine, naming whose insert it is and where it stands.
    fn named(&self, error: InsertError) -> ErrorView {
        named(error, &self.job, &self.contents, &self.about)
    }
}

/// A run that counts.
pub(super) struct Counted {
    pub(super) view: PrintRunView,
    /// What is left of its last sheet.
    pub(super) sheet: Option<BegunSheet>,
}

/// Pages on the disk that were all read back, under no name yet.
pub(super) struct Made {
    pub(super) file: RunFile,
    pub(super) verified: VerifiedRun,
}

/// Where pages went.
pub(super) struct HandedOver {
    pub(super) sent_to: JournalSentTo,
    /// The printer's job.
    pub(super) handed: Option<Handed>,
}

impl HandedOver {
    fn job_state(&self) -> Option<PrintJobState> {
        self.handed.as_ref().map(Handed::state)
    }
}

impl Workplace {
    /// Makes a run from its beginning to its end.
    pub(super) async fn make_run(self: Arc<Self>, request: &PrintRequest, destination: Destination) -> DeskResult<Counted> {
        let _open = self.hold_open().await;
        let place = self.printing.begin(request.items.len())?;
        self.check_destination(&destination).await?;
        let run = self.begin(request, destination).await?;
        let (number, under_way) = (run.number, &place.run);
        match self.carry_out(run, under_way).await {
            Err(error) if error.code != ErrorCode::RunInterrupted && !under_way.may_be_on_paper() => {
                Err(self.thrown_away(number, error).await)
            }
            made => made,
        }
    }

    /// Takes a number and serials, and has the contents ready for them.
    async fn begin(&self, request: &PrintRequest, destination: Destination) -> DeskResult<Run> {
        let paper = self.run_paper(&request.paper).await?;
        // Resolved first: what is printed and what is written down are the same version.
        let template_id = self.lasting_template_word(&request.template_id).await?;
        let request = &PrintRequest { template_id, ..request.clone() };
        let job = destination.job(self.print_job(request, &paper).await?);
        let chosen = self.chosen(request, &paper).await?;
        check_not_given_up(&chosen)?;
        let reason = optional_free_line(request.reprint_reason.as_deref().unwrap_or_default(), MAX_REASON, Field::ReprintReason)
            .map_err(|problem| ErrorView::fields(vec![problem]))?
            .unwrap_or_default();
        if reason.is_empty() && chosen.iter().any(|insert| insert.replaces.is_some()) {
            let problem = FieldProblem::error(Field::ReprintReason, FieldCode::Missing);
            return Err(ErrorView { field: Some(problem.field), fields: vec![problem], ..ErrorView::new(ErrorCode::ReprintReasonMissing) });
        }
        let inserts = chosen.iter().map(|insert| new_insert(insert, &reason)).collect();
        let run = NewRun {
            layout: paper.record.clone(),
            language: language_word(request).to_owned(),
            operator: self.operator.clone(),
            at: self.now(),
            inserts,
        };
        let asked = RunAsked { request: request_text(request, &destination), destination: destination.asked() };
        let draft = self.journal.begin_run_as_asked(run, &asked).await?;
        let contents = chosen.iter().zip(&draft.serials).map(|(insert, serial)| insert.content(serial)).collect::<DeskResult<_>>();
        let contents = match contents {
            Ok(contents) => contents,
            Err(error) => return Err(self.thrown_away(draft.number, error).await),
        };
        Ok(Run {
            number: draft.number,
            job,
            contents,
            file_name: file_name(&chosen, draft.number, request.language),
            about: chosen.iter().map(Chosen::about).collect(),
            destination,
            paper,
            for_email: request.for_email,
            reprint_reason: Some(reason).filter(|reason| !reason.is_empty()),
        })
    }

    /// Makes a run's pages, hands them over, and lets its inserts count.
    pub(super) async fn carry_out(&self, run: Run, under_way: &Arc<UnderWay>) -> DeskResult<Counted> {
        under_way.has_number(run.number);
        let run = Arc::new(run);
        let pages = run.job.pages_of(run.contents.len());
        let making = Arc::clone(&run);
        let made = self.made(run.number, &run.destination, pages, under_way, move |to, watch| {
            making.write(to, watch).map_err(|error| of_run(error, |error| making.named(error)))
        });
        let Made { file, verified } = made.await?;
        if !under_way.hands_over() {
            return Err(ended(under_way));
        }
        let title = format!("Cardesk {:04}", run.number);
        let handed = self
            .deliver(&run.destination, run.number, (&title, &run.file_name), run.destination.options(&run.paper, &run.job), file, under_way)
            .await?;
        let view = self.finish(&run, verified, handed).await?;
        Ok(Counted { view, sheet: run.sheet_left(&self.profile().id) })
    }

    /// Writes pages into a file that nobody else can read. It is written down before.
    pub(super) async fn made(
        &self,
        number: u32,
        destination: &Destination,
        pages: usize,
        under_way: &Arc<UnderWay>,
        write: impl FnOnce(&mut dyn io::Write, &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<VerifiedRun, Failure> + Send + 'static,
    ) -> DeskResult<Made> {
        let folder = match destination {
            Destination::Folder(folder) => folder.clone(),
            // Only as long as the printer system reads it.
            Destination::Printer(..) => self.printing_folder.clone(),
        };
        let path = part_path(&folder, number, self.seams.next_u64());
        self.journal.note_run_step(number, &RunStep::Writing(path.display().to_string()), self.now()).await?;
        under_way.makes(pages, self.seams.gateway.clock.monotonic());
        let watched = Arc::clone(under_way);
        blocking(move || {
            let mut file = RunFile::create(&path)?;
            let mut watch = |progress: Progress| {
                watched.progressed(progress);
                if watched.asked() == Asked::Go { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let written = file.write(|to| write(to, &mut watch));
            let verified = written.map_err(|failure| match failure {
                Failure::Stopped => ended(&watched),
                Failure::Write(error) => of_file(&error, &folder, ErrorCode::FileFailed),
                Failure::Told(error) => *error,
            })?;
            Ok(Made { file, verified })
        })
        .await?
    }

    /// Gives the file its name, or its pages to the printer.
    pub(super) async fn deliver(
        &self,
        destination: &Destination,
        number: u32,
        (title, file_name): (&str, &str),
        options: Option<JobOptions>,
        file: RunFile,
        under_way: &UnderWay,
    ) -> DeskResult<HandedOver> {
        match (destination, options) {
            (Destination::Printer(to, _), Some(options)) => {
                self.journal.note_run_step(number, &RunStep::Printing(to.printer.clone()), self.now()).await?;
                let is_left = || under_way.asked() == Asked::Leave;
                let handed = self.hand_to_printer(&to.printer, title, file.path().to_owned(), options, is_left).await;
                if handed.as_ref().err().is_none_or(|error| error.code == ErrorCode::PrintUnknown) {
                    under_way.is_with_the_printer();
                }
                Ok(HandedOver { sent_to: JournalSentTo::Printer(to.printer.clone()), handed: Some(handed?) })
            }
            _ => {
                let path = self.keep(number, file_name, file).await?;
                Ok(HandedOver { sent_to: JournalSentTo::File(path.display().to_string()), handed: None })
            }
        }
    }

    /// Gives a finished file a name that is not taken.
    async fn keep(&self, number: u32, name: &str, mut file: RunFile) -> DeskResult<PathBuf> {
        let digest = {
            let path = file.path().to_owned();
            blocking(move || digest_of(&path)).await?
        };
        let digest = digest.map_err(|error| of_file(&error, file.path(), ErrorCode::FileFailed))?;
        loop {
            let path = file.free_name(name)?;
            let step = RunStep::Saving { path: path.display().to_string(), digest: digest.clone() };
            self.journal.note_run_step(number, &step, self.now()).await?;
            let kept = {
                let path = path.clone();
                blocking(move || file.keep_as(&path)).await??
            };
            match kept {
                Ok(()) => return Ok(path),
                // Somebody was quicker: another name.
                Err(back) => file = back,
            }
        }
    }

    /// Refuses a printer that is not there or takes nothing, before anything is made.
    pub(super) async fn check_destination(&self, destination: &Destination) -> DeskResult<()> {
        let Destination::Printer(to, _) = destination else { return Ok(()) };
        check_copies(to.copies)?;
        self.printer_named(&to.printer).await.map(drop)
    }

    /// The run counts from here on.
    async fn finish(&self, run: &Run, verified: VerifiedRun, handed: HandedOver) -> DeskResult<PrintRunView> {
        let now = self.now();
        let pages = count(verified.pages());
        if let Err(error) = self.finish_counted(run, &handed.sent_to, pages).await {
            if let JournalSentTo::File(path) = handed.sent_to {
                // A file of a run that does not count would be taken for one that does.
                let _ = blocking(move || std::fs::remove_file(path)).await;
            }
            return Err(error);
        }
        let job_state = handed.job_state();
        if let (Destination::Printer(to, _), Some(job)) = (&run.destination, &handed.handed) {
            self.follow(run.number, &to.printer, job).await;
        }
        let (sent_to, path, printer) = sent(&handed.sent_to);
        let serial = |content: &InsertContent| content.serial.to_string();
        Ok(PrintRunView {
            number: format!("{:04}", run.number),
            inserts: count(run.contents.len()),
            pages: Some(pages),
            codes_verified: Some(count(verified.codes_verified())),
            sent_to,
            path,
            printer,
            job_state,
            finished_at: now.to_string(),
            first_serial: run.contents.first().map(serial),
            last_serial: run.contents.last().map(serial),
        })
    }

    /// Lets the run count, with its record.
    pub(super) async fn finish_counted(&self, run: &Run, sent_to: &JournalSentTo, pages: u32) -> DeskResult<()> {
        // One that counted before has voided what it replaces then, and the record says so.
        let has_voided = self.journal.voided_by_run(run.number).await? > 0;
        let record = self.record_of(run, has_voided);
        let voided = self.journal.finish_made_run(run.number, sent_to, pages, self.now(), &record).await?;
        for (about, content) in run.about.iter().zip(&run.contents).filter(|(_, content)| voided.contains(&content.serial.to_string())) {
            self.record(Happened {
                cardholder_id: Some(about.cardholder_id.clone()),
                card_id: about.card_id,
                serial: Some(content.serial.to_string()),
                ..Happened::new(HappeningAction::InsertVoided, HappeningResult::Done)
            })
            .await;
        }
        Ok(())
    }

    /// What the record says of a run's inserts.
    fn record_of(&self, run: &Run, has_voided: bool) -> Vec<Happening> {
        let happened = |about: &About, action, serial: String, detail: Option<String>| {
            self.happening(Happened {
                cardholder_id: Some(about.cardholder_id.clone()),
                card_id: about.card_id,
                serial: Some(serial),
                detail,
                ..Happened::new(action, HappeningResult::Done)
            })
        };
        let mut happenings = Vec::with_capacity(run.about.len());
        for (about, content) in run.about.iter().zip(&run.contents) {
            let voided = about.replaces.as_ref().filter(|_| !has_voided);
            happenings.extend(voided.map(|old| happened(about, HappeningAction::InsertVoided, old.clone(), run.reprint_reason.clone())));
            happenings.push(happened(about, HappeningAction::InsertPrinted, content.serial.to_string(), None));
        }
        happenings
    }

    /// Gives the run up, and passes the reason on.
    async fn thrown_away(&self, number: u32, error: ErrorView) -> ErrorView {
        if let Err(failure) = self.journal.discard_run(number, self.now()).await {
            // It is a draft, so it does not count, and is on offer as one.
            tracing::warn!(error = %failure, number, "a run that came to nothing could not be discarded");
        }
        error
    }
}

/// Why pages were not written.
pub(super) enum Failure {
    /// It was asked to end.
    Stopped,
    /// The disk.
    Write(io::Error),
    /// What can't be printed.
    Told(Box<ErrorView>),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Tells an error of the engine, naming the insert.
pub(super) fn of_run(error: RunError, named: impl FnOnce(InsertError) -> ErrorView) -> Failure {
    match error {
        RunError::Insert(error) => Failure::Told(Box::new(named(error))),
        RunError::Stopped => Failure::Stopped,
        RunError::Write(error) => Failure::Write(error),
    }
}

/// How a run that was asked to end has ended.
pub(super) fn ended(under_way: &UnderWay) -> ErrorView {
    ErrorView::new(if under_way.asked() == Asked::Cancel { ErrorCode::RunCancelled } else { ErrorCode::RunInterrupted })
}

fn new_insert(insert: &Chosen, reason: &str) -> NewInsert {
    NewInsert {
        cardholder_id: insert.cardholder.id.clone(),
        card_id: insert.card.as_ref().map(|card| card.id),
        last_four: insert.card.as_ref().and_then(|card| card.last_four.clone()),
        reprint: insert.replaces.clone().map(|serial| Reprint { serial, reason: reason.to_owned() }),
    }
}

/// What was asked for, for making it again. Its inserts are in tables of their own.
fn request_text(request: &PrintRequest, destination: &Destination) -> String {
    let to = if let Destination::Printer(to, _) = destination { Some(to.clone()) } else { None };
    let kept = Kept { request: PrintRequest { items: Vec::new(), ..request.clone() }, to };
    serde_json::to_string(&kept).unwrap_or_default()
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

/// Where the pages of runs to a printer are written, until it has them.
pub(crate) fn printing_folder(data_dir: &Path) -> PathBuf {
    data_dir.join("printing")
}
