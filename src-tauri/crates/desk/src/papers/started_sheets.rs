//! Where a started sheet of labels goes on: the first free label, for each company and each paper.
//!
//! Owns that a run that counts moves it on, and what a person says about the sheet in their hand. It is a choice and no
//! record: it is kept in the settings, and a sheet of which nothing is known is a whole one.

use std::collections::BTreeMap;

use super::RunPaper;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorView};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::settings::Settings;
use crate::view::{PaperKind, PaperView, StartedSheet};
use crate::workplace::{Workplace, count};

/// The first free label of each paper of which a sheet was begun, by the paper's word.
pub(crate) type StartedSheets = BTreeMap<String, u32>;

/// The sheet that is begun: which company's, of which paper, and its first free label, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BegunSheet {
    company: String,
    paper: String,
    place: u32,
    /// What is noted already is not taken back: labels behind this place may have been printed since they were used first.
    is_again: bool,
}

impl BegunSheet {
    /// What is left of the last sheet of a run; `None` for paper of which nothing is left. `start_place` is counted from 0.
    pub(crate) fn after_run(company: &str, paper: &RunPaper, start_place: usize, inserts: usize) -> Option<Self> {
        let places = paper.layout.inserts_per_page();
        paper.layout.is_labels().then(|| Self {
            company: company.to_owned(),
            paper: offered_word(&paper.record).to_owned(),
            place: count((start_place + inserts) % places + 1),
            is_again: false,
        })
    }

    /// The same of a run that counted before.
    pub(crate) const fn again(mut self) -> Self {
        self.is_again = true;
        self
    }

    /// Notes it. A whole sheet leaves no trace.
    pub(crate) fn note_in(self, settings: &mut Settings) {
        let sheets = settings.started_sheets.entry(self.company.clone()).or_default();
        let noted = sheets.get(&self.paper).copied().filter(|_| self.is_again).unwrap_or(1);
        let place = self.place.max(noted);
        if place == 1 {
            sheets.remove(&self.paper);
        } else {
            sheets.insert(self.paper, place);
        }
        if sheets.is_empty() {
            settings.started_sheets.remove(&self.company);
        }
    }
}

/// The word under which a paper is on offer: a run remembers the version of a company's own sheet as well.
fn offered_word(record: &str) -> &str {
    record.split_once('.').map_or(record, |(word, _)| word)
}

impl Settings {
    /// The first free label of a paper. A sheet that has fewer by now is a whole one.
    pub(super) fn first_free_place(&self, company: &str, paper: &PaperView) -> u32 {
        let noted = self.started_sheets.get(company).and_then(|sheets| sheets.get(&paper.id)).copied();
        noted.filter(|place| paper.kind == PaperKind::Labels && (1..=paper.places).contains(place)).unwrap_or(1)
    }
}

impl Desk {
    /// A run counts: its labels are used. That they are noted is worth no failure of a run that was made.
    pub(crate) async fn note_labels_used(&self, sheet: Option<BegunSheet>) {
        let Some(sheet) = sheet else { return };
        let mut book = self.inner.book.lock().await;
        let mut settings = book.settings.clone();
        if self.inner.profile(&settings, &sheet.company).is_err() {
            // The company was removed meanwhile.
            return;
        }
        sheet.note_in(&mut settings);
        if settings != book.settings
            && let Err(error) = self.write_settings(&mut book, settings).await
        {
            tracing::warn!(?error.code, "the first free label could not be noted");
        }
    }
}

impl Workplace {
    /// What a person says about the sheet in their hand.
    ///
    /// # Errors
    /// A paper that is not on offer, or of which sheets are not begun; a label that it does not have.
    pub(crate) async fn begun_sheet(&self, said: &StartedSheet) -> DeskResult<BegunSheet> {
        let paper = self.run_paper(&said.paper).await?;
        let places = if paper.layout.is_labels() { count(paper.layout.inserts_per_page()) } else { 1 };
        if !(1..=places).contains(&said.place) {
            let problem = FieldProblem::error(Field::StartPlace, FieldCode::CountRange).with_param("most", places);
            return Err(ErrorView::fields(vec![problem]));
        }
        Ok(BegunSheet {
            company: self.profile().id.clone(),
            paper: offered_word(&paper.record).to_owned(),
            place: said.place,
            is_again: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use cardesk_inserts::Layout;

    use super::*;

    fn after(start_place: usize, inserts: usize) -> Option<u32> {
        let paper = RunPaper::of_layout(Layout::LabelL7165);
        BegunSheet::after_run("practice", &paper, start_place, inserts).map(|sheet| sheet.place)
    }

    #[test]
    fn the_sheet_that_is_begun_last_goes_on_after_its_last_label_and_a_full_one_is_a_whole_one() {
        assert_eq!([after(0, 3), after(3, 4), after(7, 1), after(0, 8), after(5, 12)], [4, 8, 1, 1, 2].map(Some));
        assert_eq!(BegunSheet::after_run("practice", &RunPaper::of_layout(Layout::EightUpA4), 0, 3), None);
    }

    #[test]
    fn a_whole_sheet_leaves_no_trace_in_the_settings() {
        let mut settings = Settings::default();
        let sheet = |place| BegunSheet { company: "practice".to_owned(), paper: "label-5163".to_owned(), place, is_again: false };
        sheet(4).note_in(&mut settings);
        assert_eq!(settings.started_sheets["practice"]["label-5163"], 4);
        for before in [1, 3] {
            sheet(before).again().note_in(&mut settings);
            assert_eq!(settings.started_sheets["practice"]["label-5163"], 4, "labels are never offered a second time");
        }
        sheet(1).note_in(&mut settings);
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn another_version_of_a_companys_own_sheet_is_the_same_paper() {
        assert_eq!(["own-3.2", "own-3", "label-l7165"].map(offered_word), ["own-3", "own-3", "label-l7165"]);
    }
}
