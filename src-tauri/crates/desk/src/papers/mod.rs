//! Papers: which are on offer, and which one a run is printed on.
//!
//! Owns the words of papers: a ready layout's own, `own-3` for the company's third sheet as it is now, and `own-3.2` for its
//! second version, under which a run remembers it. The measures are `inserts`' and the journal's.

mod calibration;
mod measure;
mod own_sheets;
mod started_sheets;

use cardesk_inserts::{Area, Layout, SheetMeasures};
use cardesk_journal::OwnSheetRecord;

pub(crate) use self::calibration::{PrinterChoices, corrected, page_paper, size_of};
use self::own_sheets::{form_of, layout_of_record};
pub(crate) use self::started_sheets::{BegunSheet, StartedSheets};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::seams::{SheetSize, Sides};
use crate::view::{AreaView, PaperDrawing, PaperKind, PaperView};
use crate::workplace::{Workplace, count};

/// How far a ready layout's dots are from the size that it stands for, in thousandths of a millimetre.
const ROUNDING_MICROMETRES: u32 = 50;

/// The paper of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunPaper {
    /// How inserts lie on it.
    pub(crate) layout: Layout,
    /// The word that the run is written down with: it says the same measures for ever.
    pub(crate) record: String,
    /// The sheet, for the printer.
    pub(crate) media: SheetSize,
}

impl RunPaper {
    fn of_layout(layout: Layout) -> Self {
        Self { layout, record: layout.id().to_owned(), media: media_of(layout) }
    }

    /// How a printer turns the sheet, so that each back lies behind its own front: inserts are mirrored left to right.
    pub(crate) const fn sides(&self, with_backs: bool) -> Sides {
        match (with_backs, self.media.is_landscape()) {
            (false, _) => Sides::One,
            (true, false) => Sides::LongEdge,
            (true, true) => Sides::ShortEdge,
        }
    }
}

impl Desk {
    /// Every paper on offer: the ready layouts, then the company's own sheets by name.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn papers(&self) -> DeskResult<Vec<PaperView>> {
        let workplace = self.workplace().await?;
        let mut papers = workplace.papers().await?;
        let company = workplace.profile();
        let book = self.inner.book.lock().await;
        for paper in &mut papers {
            paper.first_free_place = book.settings.first_free_place(&company.id, paper);
        }
        Ok(papers)
    }
}

impl Workplace {
    pub(crate) async fn papers(&self) -> DeskResult<Vec<PaperView>> {
        let own = self.journal.own_sheets().await?;
        // One that could not be printed any more keeps nobody from the others.
        let own = own.iter().filter_map(|sheet| own_view(sheet).ok());
        Ok(Layout::ALL.into_iter().map(|layout| paper_view(layout, layout.id().to_owned())).chain(own).collect())
    }

    /// The paper of this word.
    pub(crate) async fn run_paper(&self, word: &str) -> DeskResult<RunPaper> {
        if let Some(layout) = Layout::from_id(word) {
            return Ok(RunPaper::of_layout(layout));
        }
        let unknown = || ErrorView::new(ErrorCode::PaperNotFound).with_param("paper", word.chars().take(40).collect::<String>());
        let (number, version) = own_number(word).ok_or_else(unknown)?;
        let found = self.journal.own_sheet(number, version).await?;
        // One that was removed is printed on no more; but what was made on it can be made again.
        let sheet = found.filter(|sheet| version.is_some() || !sheet.is_removed).ok_or_else(unknown)?;
        let layout = layout_of_record(&sheet)?;
        let media = SheetSize { width_micrometres: sheet.measures.sheet_width, height_micrometres: sheet.measures.sheet_height };
        Ok(RunPaper { layout, record: format!("own-{}.{}", sheet.number, sheet.version), media })
    }
}

/// The number in `own-3`, and the version in `own-3.2`.
fn own_number(word: &str) -> Option<(u32, Option<u32>)> {
    let rest = word.strip_prefix("own-")?;
    match rest.split_once('.') {
        Some((number, version)) => Some((number.parse().ok()?, Some(version.parse().ok()?))),
        None => Some((rest.parse().ok()?, None)),
    }
}

/// The size of a layout's sheet: A4 and Letter as they are called, although their dots are some hundredths off.
pub(crate) fn media_of(layout: Layout) -> SheetSize {
    let (width, height) = layout.sheet_mm();
    let (width, height) = (micrometres(width).unsigned_abs(), micrometres(height).unsigned_abs());
    let is_near = |size: &SheetSize| {
        size.width_micrometres.abs_diff(width) <= ROUNDING_MICROMETRES && size.height_micrometres.abs_diff(height) <= ROUNDING_MICROMETRES
    };
    let named = [SheetSize::A4, SheetSize::LETTER].into_iter().find(is_near);
    named.unwrap_or(SheetSize { width_micrometres: width, height_micrometres: height })
}

pub(crate) fn own_view(sheet: &OwnSheetRecord) -> DeskResult<PaperView> {
    let id = format!("own-{}", sheet.number);
    let view = paper_view(layout_of_record(sheet)?, id.clone());
    Ok(PaperView { own: Some(form_of(sheet, id)), ..view })
}

fn paper_view(layout: Layout, id: String) -> PaperView {
    let (width, height) = layout.sheet_mm();
    let fold = layout.fold();
    let kind = match (&fold, layout.is_labels()) {
        (Some(_), _) => PaperKind::Folded,
        (None, true) => PaperKind::Labels,
        (None, false) => PaperKind::Cut,
    };
    PaperView {
        id,
        kind,
        own: None,
        places: count(layout.inserts_per_page()),
        first_free_place: 1,
        has_backs: kind != PaperKind::Labels,
        drawing: PaperDrawing {
            width: micrometres(width),
            height: micrometres(height),
            cells: layout.cells().iter().map(area_view).collect(),
            folds: fold.iter().flat_map(|fold| fold.folds_mm).map(micrometres).collect(),
            punch: fold.and_then(|fold| fold.punch_mm).map(micrometres),
            address: fold.map(|fold| area_view(&fold.address)),
            is_cut: layout.is_cut(),
        },
    }
}

/// Measures as they are typed, drawn even where they are wrong.
fn drawing_of(measures: &SheetMeasures) -> PaperDrawing {
    PaperDrawing {
        width: micrometres(measures.sheet_width_mm),
        height: micrometres(measures.sheet_height_mm),
        cells: measures.cells().iter().map(area_view).collect(),
        folds: Vec::new(),
        punch: None,
        address: None,
        is_cut: measures.is_cut,
    }
}

fn area_view(area: &Area) -> AreaView {
    AreaView {
        left: micrometres(area.left_mm),
        top: micrometres(area.top_mm),
        width: micrometres(area.width_mm),
        height: micrometres(area.height_mm),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a length on paper is far below two kilometres")]
fn micrometres(mm: f64) -> i32 {
    (mm * 1000.0).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ready_layout_is_printed_on_a4_or_letter() {
        for layout in Layout::ALL {
            let paper = RunPaper::of_layout(layout);
            assert!([SheetSize::A4, SheetSize::LETTER].contains(&paper.media), "{layout:?}");
            assert_eq!(paper.sides(true), Sides::LongEdge, "{layout:?}");
        }
    }

    #[test]
    fn own_sheets_have_words_of_their_own() {
        assert_eq!(own_number("own-3"), Some((3, None)));
        assert_eq!(own_number("own-3.2"), Some((3, Some(2))));
        for none in ["own", "own-", "own-x", "own-3.", "a4-8-up", "own--1"] {
            assert_eq!(own_number(none), None, "{none}");
        }
    }

    #[test]
    fn labels_alone_go_on_where_they_were_begun_and_have_no_backs() {
        let kinds: Vec<(PaperKind, bool)> = [Layout::TrifoldLetter10, Layout::EightUpA4, Layout::LabelL7165]
            .map(|layout| paper_view(layout, String::new()))
            .map(|view| (view.kind, view.has_backs))
            .to_vec();
        assert_eq!(kinds, [(PaperKind::Folded, true), (PaperKind::Cut, true), (PaperKind::Labels, false)]);
    }
}
