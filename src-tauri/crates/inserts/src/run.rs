//! Making a run: as a stream of any length, or in memory.
//!
//! Owns the one way to a file that is proven right. Pages are drawn, written and read back on all cores, some at a time; each
//! is proven from the very bytes that go to the file, before they go. What is kept of a page is where its objects are, so
//! that a run's length costs no memory but that of its contents.

use std::fmt;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use libdeflater::Compressor;
use rayon::prelude::*;

use crate::compose::{Plan, Side};
use crate::content::InsertContent;
use crate::error::InsertError;
use crate::file::{FileBeingWritten, WrittenPage, compressor, write_page};
use crate::job::{Module, PrintJob};
use crate::reading::{Buffers, PagePlaces};
use crate::verify::Proof;

/// Pages that are made at once: enough to keep every core busy, few enough to be little memory and to stop at once.
const PAGES_AT_ONCE: usize = 64;

/// A file whose every code was decoded from its own drawing and found right. There is no other way to have one.
#[derive(Clone)]
pub struct VerifiedPdf {
    bytes: Arc<Vec<u8>>,
    run: VerifiedRun,
}

impl fmt::Debug for VerifiedPdf {
    /// Without the bytes, which hold names and links.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VerifiedPdf")
            .field("pages", &self.run.pages)
            .field("codes_verified", &self.run.codes_verified)
            .finish_non_exhaustive()
    }
}

impl VerifiedPdf {
    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, for readers that keep it.
    pub(crate) const fn shared_bytes(&self) -> &Arc<Vec<u8>> {
        &self.bytes
    }

    /// What was proven.
    #[must_use]
    pub const fn verified(&self) -> VerifiedRun {
        self.run
    }

    /// Its pages.
    #[must_use]
    pub const fn pages(&self) -> usize {
        self.run.pages
    }

    /// Codes that were decoded from the finished pages: two for every insert, the link and the serial.
    #[must_use]
    pub const fn codes_verified(&self) -> usize {
        self.run.codes_verified
    }

    /// Side of a module of the link codes, in millimetres; checked in the finished file.
    #[must_use]
    pub fn module_mm(&self) -> f64 {
        self.run.module_mm()
    }

    /// Side of the largest link code with its quiet zone, in millimetres.
    #[must_use]
    pub const fn code_mm(&self) -> f64 {
        self.run.code_mm
    }
}

impl VerifiedPdf {
    /// A file of one page that was proven elsewhere.
    pub(crate) fn of_one_page(bytes: Vec<u8>, plan: &Plan) -> Self {
        let (module, code_mm) = (plan.module, plan.code_mm());
        let run = VerifiedRun { pages: 1, codes_verified: 1, bytes: bytes.len() as u64, module, code_mm };
        Self { bytes: Arc::new(bytes), run }
    }
}

/// What was written and proven.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VerifiedRun {
    pages: usize,
    codes_verified: usize,
    bytes: u64,
    module: Module,
    code_mm: f64,
}

impl VerifiedRun {
    /// Its pages.
    #[must_use]
    pub const fn pages(&self) -> usize {
        self.pages
    }

    /// Codes that were decoded from the written pages: two for every insert, the link and the serial.
    #[must_use]
    pub const fn codes_verified(&self) -> usize {
        self.codes_verified
    }

    /// Length of the file.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Side of a module of the link codes, in millimetres; checked as it was written.
    #[must_use]
    pub fn module_mm(&self) -> f64 {
        self.module.mm()
    }

    /// Side of the largest link code with its quiet zone, in millimetres.
    #[must_use]
    pub const fn code_mm(&self) -> f64 {
        self.code_mm
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Pages that are written and proven.
    pub pages_done: usize,
    /// Pages of the run.
    pub pages: usize,
    /// Codes that were decoded from them.
    pub codes_verified: usize,
    /// Bytes that are written.
    pub bytes: u64,
}

/// Why a run was not written to its end. What was written of it is no file, and must be thrown away.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An insert can't be made, or was not made right.
    #[error(transparent)]
    Insert(#[from] InsertError),
    /// It was stopped by who watched it.
    #[error("the run was stopped before its end")]
    Stopped,
    /// Its bytes could not be written.
    #[error("the file could not be written: {0}")]
    Write(#[from] io::Error),
}

/// Lays out a run, writes its file, reads back what it wrote and compares every code.
///
/// # Errors
/// Names the insert and the character, the measure that does not fit, or what the finished page got wrong. Nothing is
/// handed over then, not even the inserts that were right.
pub fn make(job: &PrintJob, inserts: &[InsertContent]) -> Result<VerifiedPdf, InsertError> {
    in_memory(|bytes| write_run(job, inserts, bytes, |_| ControlFlow::Continue(())))
}

fn in_memory(write: impl FnOnce(&mut Vec<u8>) -> Result<VerifiedRun, RunError>) -> Result<VerifiedPdf, InsertError> {
    let mut bytes = Vec::new();
    match write(&mut bytes) {
        Ok(run) => Ok(VerifiedPdf { bytes: Arc::new(bytes), run }),
        Err(RunError::Insert(error)) => Err(error),
        // Neither happens in memory, where nobody stops it.
        Err(error @ (RunError::Stopped | RunError::Write(_))) => Err(InsertError::Build(error.to_string())),
    }
}

/// Lays out a run and writes its file from beginning to end, as [`make`] does, in little memory whatever its length. Every
/// page is read back from the bytes that are written, and compared, before they are. `watch` is told how far it is after
/// each piece, and may stop it there.
///
/// # Errors
/// As [`make`]; and if the bytes can't be written, or `watch` stops it. What was written until then is to be thrown away.
pub fn write_run(
    job: &PrintJob,
    inserts: &[InsertContent],
    to: &mut dyn Write,
    watch: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<VerifiedRun, RunError> {
    PlannedRun::new(job, inserts)?.write(to, watch)
}

/// A run whose every insert was checked and measured, so that each page of it that is asked for afterwards costs that page
/// alone. Holds what its inserts say.
pub struct PlannedRun(Plan);

impl fmt::Debug for PlannedRun {
    /// Without its inserts, which hold names and links.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PlannedRun").field("inserts", &self.0.inserts.len()).finish_non_exhaustive()
    }
}

impl PlannedRun {
    /// Checks and measures every insert: together they decide how large codes and type are.
    ///
    /// # Errors
    /// As [`make`]; but for what only a finished page shows.
    pub fn new(job: &PrintJob, inserts: &[InsertContent]) -> Result<Self, InsertError> {
        Plan::new(job, inserts).map(Self)
    }

    /// Writes the whole run, as [`write_run`] does.
    ///
    /// # Errors
    /// As [`write_run`].
    pub fn write(&self, to: &mut dyn Write, watch: impl FnMut(Progress) -> ControlFlow<()>) -> Result<VerifiedRun, RunError> {
        let sides: Vec<Side<'_>> = self.0.pages().collect();
        write_sides(&self.0, &sides, to, watch)
    }

    /// Some of its pages (counted from 0, in this order) as a file of their own: each is drawn as it stands in the whole run,
    /// and is proven like it.
    ///
    /// # Errors
    /// As [`write_run`]; [`InsertError::Nothing`] without a page, and [`InsertError::NoSuchPage`].
    pub fn write_pages(
        &self,
        pages: &[usize],
        to: &mut dyn Write,
        watch: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<VerifiedRun, RunError> {
        let sides: Vec<Side<'_>> = self.0.pages().collect();
        let side = |page: &usize| sides.get(*page).copied().ok_or(InsertError::NoSuchPage { page: *page, pages: sides.len() });
        let chosen = pages.iter().map(side).collect::<Result<Vec<_>, InsertError>>()?;
        if chosen.is_empty() {
            return Err(InsertError::Nothing.into());
        }
        write_sides(&self.0, &chosen, to, watch)
    }

    /// The same in memory.
    ///
    /// # Errors
    /// As [`make`], and as [`Self::write_pages`].
    pub fn make_pages(&self, pages: &[usize]) -> Result<VerifiedPdf, InsertError> {
        in_memory(|bytes| self.write_pages(pages, bytes, |_| ControlFlow::Continue(())))
    }
}

fn write_sides(
    plan: &Plan,
    pages: &[Side<'_>],
    to: &mut dyn Write,
    mut watch: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<VerifiedRun, RunError> {
    let (mut file, opening) = FileBeingWritten::open(plan, pages.len())?;
    let mut proof = Proof::open(plan, pages.len(), &opening)?;
    to.write_all(&opening)?;
    let mut progress = Progress { pages_done: 0, pages: pages.len(), codes_verified: 0, bytes: opening.len() as u64 };
    let workers = Workers::default();
    for pages in pages.chunks(PAGES_AT_ONCE) {
        let first = progress.pages_done;
        let page = |(place, side): (usize, &Side<'_>)| workers.work(|worker| worker.page(plan, &proof, first + place, *side));
        // Collected in order before the first error is taken, so that the same run always names the same insert.
        let made: Vec<Result<ProvenPage, InsertError>> = pages.par_iter().enumerate().map(page).collect();
        for made in made {
            let ProvenPage { page, places, codes } = made?;
            to.write_all(&page.bytes)?;
            file.passed(&page);
            proof.passed(places, page.bytes.len())?;
            progress.pages_done += 1;
            progress.codes_verified += codes;
            progress.bytes += page.bytes.len() as u64;
        }
        if watch(progress).is_break() {
            return Err(RunError::Stopped);
        }
    }
    let ending = file.ending();
    proof.close(&ending)?;
    to.write_all(&ending)?;
    to.flush()?;
    Ok(VerifiedRun {
        pages: progress.pages,
        codes_verified: progress.codes_verified,
        bytes: progress.bytes + ending.len() as u64,
        module: plan.module,
        code_mm: plan.code_mm(),
    })
}

/// A page that was read back and found right.
struct ProvenPage {
    page: WrittenPage,
    places: PagePlaces,
    codes: usize,
}

/// What one thread needs to make pages and to read them back.
struct Worker {
    compressor: Compressor,
    buffers: Buffers,
}

impl Worker {
    fn page(&mut self, plan: &Plan, proof: &Proof<'_>, number: usize, side: Side<'_>) -> Result<ProvenPage, InsertError> {
        let inserts = side.inserts.iter().map(|insert| insert.encoded(&plan.job)).collect::<Result<Vec<_>, _>>()?;
        let side = Side { inserts: &inserts, ..side };
        let page = write_page(&mut self.compressor, number, &plan.page(side)?)?;
        let (codes, places) = proof.page(number, side, &page.bytes, &mut self.buffers)?;
        Ok(ProvenPage { page, places, codes })
    }
}

/// Workers that nobody uses at the moment; there are never more than threads.
#[derive(Default)]
struct Workers(Mutex<Vec<Worker>>);

impl Workers {
    fn work<T>(&self, task: impl FnOnce(&mut Worker) -> T) -> T {
        let idle = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut worker = idle().pop().unwrap_or_else(|| Worker { compressor: compressor(), buffers: Buffers::default() });
        let done = task(&mut worker);
        idle().push(worker);
        done
    }
}
