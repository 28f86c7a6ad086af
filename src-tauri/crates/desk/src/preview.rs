//! The preview: the very pages that a run would print, made and verified like them.
//!
//! Owns that paging is quick: what was made for one page is kept for the others. A run alone takes a number, so the
//! preview shows the next one without taking it.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_inserts::{InsertContent, PrintJob, VerifiedPdf, make, preview_png};
use tokio::sync::Mutex;

use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{PreviewPage, PrintRequest};
use crate::workplace::{Workplace, count};

/// Fine enough that a module of 0.508 mm is four pixels.
const PIXELS_PER_MM: f32 = 8.0;

/// The most drawn pages that are kept.
const MOST_PAGES: usize = 24;

/// What was last made for the screen.
#[derive(Default)]
pub(crate) struct Previews(Mutex<Option<Made>>);

struct Made {
    job: PrintJob,
    contents: Vec<InsertContent>,
    pdf: Arc<VerifiedPdf>,
    pages: BTreeMap<u32, String>,
}

impl Desk {
    /// One page, counted from 1, of what the request would print.
    ///
    /// # Errors
    /// What can't be printed, with the insert; a page that there is not.
    pub async fn preview_inserts(&self, request: PrintRequest, page: u32) -> DeskResult<PreviewPage> {
        self.workplace().await?.preview(&request, page).await
    }
}

impl Workplace {
    async fn preview(&self, request: &PrintRequest, page: u32) -> DeskResult<PreviewPage> {
        let paper = self.run_paper(&request.paper).await?;
        let chosen = self.chosen(request, &paper).await?;
        let number = self.journal.runs(1).await?.first().map_or(0, |run| run.number) + 1;
        let contents = (1..).zip(&chosen).map(|(position, insert)| insert.content(&format!("{number:04}-{position:03}")));
        let contents = contents.collect::<DeskResult<Vec<InsertContent>>>()?;
        let job = self.print_job(request, &paper).await?;
        let mut kept = self.previews.0.lock().await;
        let made = match kept.take() {
            Some(made) if made.job == job && made.contents == contents => kept.insert(made),
            _ => kept.insert(made(job, contents).await?),
        };
        let png_base64 = page_of(made, page).await?;
        Ok(PreviewPage {
            png_base64,
            page,
            pages: count(made.pdf.pages()),
            inserts: count(chosen.len()),
            module_micrometres: micrometres(made.pdf.module_mm()),
            code_micrometres: micrometres(made.pdf.code_mm()),
            codes_verified: count(made.pdf.codes_verified()),
            run_number: format!("{number:04}"),
            reprints: count(chosen.iter().filter(|insert| insert.replaces.is_some()).count()),
        })
    }
}

async fn made(job: PrintJob, contents: Vec<InsertContent>) -> DeskResult<Made> {
    blocking(move || {
        let pdf = make(&job, &contents)?;
        Ok(Made { job, contents, pdf: Arc::new(pdf), pages: BTreeMap::new() })
    })
    .await?
}

/// The page as a PNG in base64, drawn once.
async fn page_of(made: &mut Made, page: u32) -> DeskResult<String> {
    if let Some(drawn) = made.pages.get(&page) {
        return Ok(drawn.clone());
    }
    let index = page.checked_sub(1).and_then(|index| usize::try_from(index).ok()).filter(|index| *index < made.pdf.pages());
    let index = index.ok_or_else(|| ErrorView::new(ErrorCode::PageNotFound).with_param("page", page.to_string()))?;
    let pdf = Arc::clone(&made.pdf);
    let png = blocking(move || preview_png(&pdf, index, PIXELS_PER_MM)).await??;
    let drawn = BASE64_STANDARD.encode(&png.bytes);
    if made.pages.len() >= MOST_PAGES {
        made.pages.clear();
    }
    made.pages.insert(page, drawn.clone());
    Ok(drawn)
}

/// A length in thousandths of a millimetre, for a window that shows it with three decimals.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length on paper is positive and below a metre")]
fn micrometres(mm: f64) -> u32 {
    (mm * 1000.0).round() as u32
}
