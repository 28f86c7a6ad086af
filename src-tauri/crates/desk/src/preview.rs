//! The preview: the very pages that a run would print, each made and verified by itself.
//!
//! Owns that any page of any run comes at once: its inserts are looked up and measured when it is opened, and only the page
//! that is asked for is drawn, as it stands in the whole run, and the next one beside it. Whether everything else can be
//! printed is found out in the background. A run alone takes a number, so the preview shows the next one without taking it.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError, RwLock as StdRwLock};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_inserts::{InsertContent, InsertError, PlannedRun, PrintJob, RunError, preview_png};

use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::print_contents::{Chosen, check_not_given_up};
use crate::printing::{About, Inserts, named, parsed_number};
use crate::view::{PreviewCheck, PreviewPage, PrintRequest};
use crate::workplace::{Workplace, count};

/// Fine enough that a module of 0.508 mm is four pixels.
const PIXELS_PER_MM: f32 = 8.0;

/// The most drawn pages that are kept.
const MOST_PAGES: usize = 24;

/// What is still being chosen is not checked as a whole.
const CHECK_AFTER: Duration = Duration::from_millis(400);

/// What is on the screen.
#[derive(Default)]
pub(crate) struct Previews {
    current: StdMutex<Option<Arc<Opened>>>,
    asked: AtomicU64,
}

impl Previews {
    fn current(&self) -> Option<Arc<Opened>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of an opening, in the order in which they are asked for: a long run is measured longer than a short one that
    /// is asked for after it.
    fn asked(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed)
    }

    /// What was asked for before is not looked at any more.
    fn open(&self, opened: Opened) -> Arc<Opened> {
        let opened = Arc::new(opened);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|current| current.asked() > opened.asked()) {
            opened.is_left.store(true, Ordering::Relaxed);
        } else if let Some(before) = current.replace(Arc::clone(&opened)) {
            before.is_left.store(true, Ordering::Relaxed);
        }
        opened
    }
}

/// A run that is looked at.
pub(crate) struct Opened {
    id: String,
    /// When it was asked for last, among all openings.
    asked: AtomicU64,
    job: PrintJob,
    contents: Vec<InsertContent>,
    about: Vec<About>,
    /// The same inserts, measured.
    planned: PlannedRun,
    number: u32,
    drawn: StdMutex<BTreeMap<usize, Drawn>>,
    check: StdMutex<PreviewCheck>,
    is_checked: AtomicBool,
    is_left: AtomicBool,
    /// Held for reading while a page is drawn: whoever looks goes before the check, which takes every core there is.
    drawing: StdRwLock<()>,
}

/// What a preview is opened of.
struct ToOpen {
    job: PrintJob,
    contents: Vec<InsertContent>,
    about: Vec<About>,
    number: u32,
    asked: u64,
}

/// A page as it is shown.
#[derive(Debug, Clone)]
struct Drawn {
    png_base64: String,
    codes_verified: u32,
    module_micrometres: u32,
    code_micrometres: u32,
}

impl Desk {
    /// One page, counted from 1, of what the request would print. Its other pages are asked for by the preview's id.
    ///
    /// # Errors
    /// What can't be printed, with the insert; a page that there is not.
    pub async fn preview_inserts(&self, request: PrintRequest, page: u32) -> DeskResult<PreviewPage> {
        let workplace = self.workplace().await?;
        let opened = workplace.open_preview(&request).await?;
        let shown = show(&opened, page).await?;
        workplace.check_beside(&opened);
        Ok(shown)
    }

    /// Another page of a preview.
    ///
    /// # Errors
    /// If another one was opened since; as [`Desk::preview_inserts`].
    pub async fn preview_page(&self, id: &str, page: u32) -> DeskResult<PreviewPage> {
        show(&self.workplace().await?.opened(id)?, page).await
    }

    /// Whether everything of a preview can be printed, as far as that is known.
    ///
    /// # Errors
    /// If another one was opened since.
    pub async fn preview_check(&self, id: &str) -> DeskResult<PreviewCheck> {
        Ok(self.workplace().await?.opened(id)?.check.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// One page, counted from 1, of a run that was made, under its own serials.
    ///
    /// # Errors
    /// If there is no such run, or how it was made is not known; a page that there is not.
    pub async fn preview_run(&self, number: &str, page: u32) -> DeskResult<PreviewPage> {
        let workplace = self.workplace().await?;
        let asked = workplace.previews.asked();
        let record = workplace.run_record(parsed_number(number)?).await?;
        let Inserts { job, contents, about, .. } = workplace.inserts_again(&record).await?;
        let opened = workplace.opened_with(ToOpen { job, contents, about, number: record.number, asked }).await?;
        show(&opened, page).await
    }
}

impl Workplace {
    async fn open_preview(&self, request: &PrintRequest) -> DeskResult<Arc<Opened>> {
        let asked = self.previews.asked();
        let paper = self.run_paper(&request.paper).await?;
        let chosen = self.chosen(request, &paper).await?;
        check_not_given_up(&chosen)?;
        let number = self.journal.runs(1).await?.first().map_or(0, |run| run.number) + 1;
        let contents = (1..).zip(&chosen).map(|(position, insert)| insert.content(&format!("{number:04}-{position:03}")));
        let contents = contents.collect::<DeskResult<Vec<InsertContent>>>()?;
        let about = chosen.iter().map(Chosen::about).collect();
        self.opened_with(ToOpen { job: self.print_job(request, &paper).await?, contents, about, number, asked }).await
    }

    /// The preview that is open, if it is of the same; its pages are drawn already.
    async fn opened_with(&self, run: ToOpen) -> DeskResult<Arc<Opened>> {
        if let Some(current) = self.previews.current().filter(|current| current.is_of(&run)) {
            current.asked.fetch_max(run.asked, Ordering::Relaxed);
            return Ok(current);
        }
        let id = format!("{:016x}", self.seams.next_u64());
        Ok(self.previews.open(blocking(move || Opened::new(id, run)).await??))
    }

    fn opened(&self, id: &str) -> DeskResult<Arc<Opened>> {
        self.previews.current().filter(|opened| opened.id == id).ok_or_else(|| ErrorView::new(ErrorCode::PreviewGone).retryable())
    }

    /// Draws and reads back every page of the run, once, beside everything else.
    fn check_beside(&self, opened: &Arc<Opened>) {
        if opened.is_checked.swap(true, Ordering::Relaxed) {
            return;
        }
        let (opened, settling) = (Arc::clone(opened), self.seams.gateway.clock.sleep(CHECK_AFTER));
        tokio::spawn(async move {
            settling.await;
            // Nobody waits for it: what went wrong is told where it is asked for.
            let _ = blocking(move || opened.check()).await;
        });
    }
}

impl Opened {
    /// Measures the inserts, which a run of thousands is not to wait for at each of its pages.
    fn new(id: String, run: ToOpen) -> DeskResult<Self> {
        let ToOpen { job, contents, about, number, asked } = run;
        let planned = PlannedRun::new(&job, &contents).map_err(|error| named(error, &job, &contents, &about))?;
        let pages = count(job.pages_of(contents.len()));
        Ok(Self {
            id,
            asked: AtomicU64::new(asked),
            job,
            contents,
            about,
            planned,
            number,
            drawn: StdMutex::default(),
            check: StdMutex::new(PreviewCheck { is_done: false, pages_done: 0, pages, codes_verified: 0, fault: None }),
            is_checked: AtomicBool::new(false),
            is_left: AtomicBool::new(false),
            drawing: StdRwLock::default(),
        })
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// Whether it shows the same; its number may have been taken meanwhile, and then its serials are others.
    fn is_of(&self, run: &ToOpen) -> bool {
        self.job == run.job && self.contents == run.contents && self.about == run.about
    }

    fn pages(&self) -> usize {
        self.job.pages_of(self.contents.len())
    }

    fn named(&self, error: InsertError) -> ErrorView {
        named(error, &self.job, &self.contents, &self.about)
    }

    fn kept(&self, page: usize) -> Option<Drawn> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).get(&page).cloned()
    }

    /// The page, counted from 0, drawn once.
    fn drawn(&self, page: usize) -> DeskResult<Drawn> {
        if let Some(drawn) = self.kept(page) {
            return Ok(drawn);
        }
        let _before_the_check = self.drawing.read().unwrap_or_else(PoisonError::into_inner);
        let pdf = self.planned.make_pages(&[page]).map_err(|error| self.named(error))?;
        let png = preview_png(&pdf, 0, PIXELS_PER_MM)?;
        let drawn = Drawn {
            png_base64: BASE64_STANDARD.encode(&png.bytes),
            codes_verified: count(pdf.codes_verified()),
            module_micrometres: micrometres(pdf.module_mm()),
            code_micrometres: micrometres(pdf.code_mm()),
        };
        let mut kept = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_PAGES {
            // The one that is furthest away.
            let furthest = kept.keys().copied().max_by_key(|known| known.abs_diff(page));
            furthest.map(|furthest| kept.remove(&furthest));
        }
        kept.insert(page, drawn.clone());
        Ok(drawn)
    }

    fn check(&self) {
        let told = |tell: &mut dyn FnMut(&mut PreviewCheck)| tell(&mut self.check.lock().unwrap_or_else(PoisonError::into_inner));
        let checked = self.planned.write(&mut io::sink(), |progress| {
            told(&mut |check| {
                check.pages_done = count(progress.pages_done);
                check.codes_verified = count(progress.codes_verified);
            });
            drop(self.drawing.write().unwrap_or_else(PoisonError::into_inner));
            if self.is_left.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let fault = match checked {
            // Nobody looks at it any more; nothing is written that could fail.
            Ok(_) | Err(RunError::Stopped | RunError::Write(_)) => None,
            Err(RunError::Insert(error)) => Some(self.named(error)),
        };
        told(&mut |check| (check.is_done, check.fault) = (true, fault.clone()));
    }
}

/// A page, counted from 1, as the window gets it. The one after it is drawn meanwhile.
async fn show(opened: &Arc<Opened>, page: u32) -> DeskResult<PreviewPage> {
    let pages = opened.pages();
    let index = page.checked_sub(1).and_then(|index| usize::try_from(index).ok()).filter(|index| *index < pages);
    let index = index.ok_or_else(|| ErrorView::new(ErrorCode::PageNotFound).with_param("page", page.to_string()))?;
    let drawn = {
        let opened = Arc::clone(opened);
        blocking(move || opened.drawn(index)).await??
    };
    if index + 1 < pages && opened.kept(index + 1).is_none() {
        let opened = Arc::clone(opened);
        drop(tokio::task::spawn_blocking(move || opened.drawn(index + 1).map(drop)));
    }
    Ok(PreviewPage {
        id: opened.id.clone(),
        png_base64: drawn.png_base64,
        page,
        pages: count(pages),
        inserts: count(opened.contents.len()),
        module_micrometres: drawn.module_micrometres,
        code_micrometres: drawn.code_micrometres,
        codes_verified: drawn.codes_verified,
        run_number: format!("{:04}", opened.number),
        reprints: count(opened.about.iter().filter(|about| about.replaces.is_some()).count()),
    })
}

/// A length in thousandths of a millimetre, for a window that shows it with three decimals.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length on paper is positive and below a metre")]
fn micrometres(mm: f64) -> u32 {
    (mm * 1000.0).round() as u32
}
