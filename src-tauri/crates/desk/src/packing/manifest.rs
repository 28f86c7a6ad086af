//! The manifest of a box or a day: what was packed, what of its runs is missing, and where the line was stopped.
//!
//! Owns what stands in it, and the paper's being saved or printed; the words come from the window, the drawing is `inserts`'.

use cardesk_inserts::{Manifest, ManifestRow, PaperPdf, make_manifest};
use cardesk_journal::PackedIn;

use super::shown::{box_view, run_view};
use crate::copies::{display_name, last_four_text};
use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::output_file::private_file;
use crate::papers::{page_paper, size_of};
use crate::seams::JobOptions;
use crate::session::not_found;
use crate::view::{
    Language, ManifestChoices, ManifestLine, ManifestOf, ManifestToSave, ManifestView, MissingInsertView, PackingDayView, Paper,
    SavedStatement, StatementFact,
};
use crate::workplace::{Workplace, count};

/// The latest boxes and days that a manifest is offered of.
const MOST_CHOICES: u32 = 60;

/// The most missing inserts of a manifest.
const MOST_MISSING: u32 = 1_000;

impl Desk {
    /// Of which boxes and days there are manifests.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn manifest_choices(&self) -> DeskResult<ManifestChoices> {
        let workplace = self.workplace().await?;
        let days = workplace.journal.packing_days(MOST_CHOICES).await?;
        Ok(ManifestChoices {
            boxes: workplace.journal.packing_boxes(MOST_CHOICES).await?.into_iter().map(box_view).collect(),
            days: days.into_iter().map(|(day, packed)| PackingDayView { day: day.to_string(), packed }).collect(),
        })
    }

    /// The manifest of a box or a day.
    ///
    /// # Errors
    /// If there is no such box or day; if the journal can't be read.
    pub async fn packing_manifest(&self, of: ManifestOf) -> DeskResult<ManifestView> {
        self.workplace().await?.manifest(&of).await
    }

    /// Saves a manifest for print.
    ///
    /// # Errors
    /// A folder that can't be written to; a full disk. Then there is no file.
    pub async fn save_manifest(&self, request: ManifestToSave) -> DeskResult<SavedStatement> {
        let name = request.name.clone();
        let (pdf, _) = self.drawn_manifest(request).await?;
        let path = self.keep_file(&name, "pdf", pdf.bytes().to_vec()).await?;
        Ok(SavedStatement { path, pages: count(pdf.pages()) })
    }

    /// Prints a manifest on the paper of statements, and says the printer's number of the job.
    ///
    /// # Errors
    /// A printer system that is down, a printer that is not there or takes no jobs, or that it did not take this one.
    pub async fn print_manifest(&self, request: ManifestToSave, printer: &str) -> DeskResult<String> {
        let workplace = self.workplace().await?;
        workplace.printer_named(printer).await?;
        let (pdf, paper) = self.drawn_manifest(request).await?;
        let file = blocking(move || private_file(pdf.bytes())).await??;
        // The tray that was used last holds inserts or labels: the printer takes the one with this paper.
        let job = workplace.submit_to_printer(printer, "Cardesk", file.path().to_owned(), JobOptions::on(size_of(paper))).await?;
        Ok(job.to_string())
    }

    async fn drawn_manifest(&self, request: ManifestToSave) -> DeskResult<(PaperPdf, Paper)> {
        let profile = self.workplace().await?.profile();
        let paper = self.inner.book.lock().await.settings.statement_paper;
        let manifest = manifest(request, paper, profile.company_name.clone());
        let environment = profile.environment;
        Ok((blocking(move || make_manifest(&manifest, environment)).await??, paper))
    }
}

impl Workplace {
    async fn manifest(&self, of: &ManifestOf) -> DeskResult<ManifestView> {
        let (which, packing_box, day) = match of {
            ManifestOf::Box(number) => {
                let found = self.journal.packing_box(*number).await?.ok_or_else(|| ErrorView::new(ErrorCode::PackingBoxNotOpen))?;
                (PackedIn::Box(*number), Some(box_view(found)), None)
            }
            ManifestOf::Day(text) => {
                let day = text.parse().map_err(|_| not_found(ErrorCode::PageNotFound, text))?;
                (PackedIn::Day(day), None, Some(text.clone()))
            }
        };
        let runs = self.journal.runs_packed_in(which).await?;
        let mut missing = Vec::new();
        for run in &runs {
            missing.extend(self.journal.missing_of_run(run.number, MOST_MISSING.saturating_sub(count(missing.len()))).await?);
        }
        let mut stops = Vec::new();
        for stop in self.journal.packing_stops_in(which).await? {
            stops.push(self.stop_view(&stop).await?);
        }
        let missing = missing.into_iter().map(|each| MissingInsertView {
            serial: each.serial,
            cardholder_id: each.cardholder.id.to_string(),
            display_name: display_name(&each.cardholder),
            last_four: last_four_text(each.last_four.as_ref()),
        });
        Ok(ManifestView {
            packing_box,
            day,
            rows: self.journal.packed_in(which, None).await?.iter().map(|packed| self.packed_row(packed)).collect(),
            runs: runs.into_iter().map(run_view).collect(),
            missing: missing.collect(),
            stops,
        })
    }
}

fn manifest(request: ManifestToSave, paper: Paper, company_name: String) -> Manifest {
    let pairs = |facts: Vec<StatementFact>| facts.into_iter().map(|fact| (fact.label, fact.text)).collect();
    Manifest {
        paper: page_paper(paper),
        language: if request.language == Language::English { "en" } else { "es" }.to_owned(),
        company_name,
        title: request.title,
        facts: pairs(request.facts),
        figures: pairs(request.figures),
        notes: request.notes,
        columns: row(request.titles),
        rows: request.rows.into_iter().map(row).collect(),
        empty: request.empty,
        signatures: request.signatures,
        foot: request.foot,
    }
}

fn row(line: ManifestLine) -> ManifestRow {
    let ManifestLine { place, serial, name, last_four, time, operator } = line;
    ManifestRow { place, serial, name, last_four, time, operator }
}
