//! What each printer of this computer shifts: found with the calibration page, and taken back in every run.
//!
//! Corrections belong to the computer and its printers, not to a company: they are kept in the settings file, in hundredths
//! of a millimetre.

use cardesk_inserts::{Back, CalibrationPdf, Correction, InsertLanguage, Paper as PagePaper, PrintJob, make_calibration};
use serde::{Deserialize, Serialize};

use super::measure::micrometres_in;
use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorView};
use crate::output_file::{private_file, save_new};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::seams::{JobOptions, SheetSize, Sides};
use crate::view::{CalibrationCheck, CalibrationForm, Paper, PrintersView, SheetSide, ShiftView, SpokenLanguage, TestPageView};

/// From two edges of the paper to each cross of the calibration page, in thousandths of a millimetre.
const CROSS_MICROMETRES: i64 = 20_000;

/// The furthest that a printer's page is moved, in hundredths of a millimetre.
const MOST_HUNDREDTHS: i64 = (Correction::MOST_MM * 100.0) as i64;

/// What was chosen for a printer of this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PrinterChoices {
    /// What it shifts on the front, taken back.
    pub(crate) front: ShiftView,
    /// What it shifts on the back, taken back.
    pub(crate) back: ShiftView,
    /// The tray that was last used; `None` leaves it to the printer.
    pub(crate) tray: Option<String>,
}

impl PrinterChoices {
    const fn on(&self, side: SheetSide) -> ShiftView {
        match side {
            SheetSide::Front => self.front,
            SheetSide::Back => self.back,
        }
    }
}

/// The job as this printer needs it: what it shifts is taken back, on both sides.
pub(crate) fn corrected(mut job: PrintJob, choices: &PrinterChoices) -> PrintJob {
    job.correction = correction_of(choices.front);
    job.back = job.back.map(|_| Back { correction: correction_of(choices.back) });
    job
}

/// A settings file that somebody edited by hand corrects nothing where it is beyond all measure.
fn correction_of(shift: ShiftView) -> Correction {
    Correction::new(f64::from(shift.right) / 100.0, f64::from(shift.down) / 100.0).unwrap_or_default()
}

impl Desk {
    /// Saves the calibration page for this paper, moved by what is known of the printer; gives back where it is.
    ///
    /// # Errors
    /// A folder that can't be written to.
    pub async fn save_calibration(&self, paper: Paper, printer: Option<String>, side: SheetSide) -> DeskResult<String> {
        let workplace = self.workplace().await?;
        let (choices, language, folder) = {
            let book = self.inner.book.lock().await;
            let language = book.settings.language.spoken(self.inner.config.system_language);
            let choices = printer.and_then(|printer| book.settings.printers.get(&printer).cloned()).unwrap_or_default();
            (choices, language, self.output_folder(&book.settings))
        };
        let name = match language {
            SpokenLanguage::Spanish => format!("Hoja de calibración {}", word_of(paper)),
            SpokenLanguage::English => format!("Calibration page {}", word_of(paper)),
        };
        let path = blocking(move || {
            let page = calibration_of(paper, language, &choices, side == SheetSide::Back)?;
            save_new(&folder, &name, "pdf", page.bytes())
        })
        .await??;
        workplace.note_saved_table(&path);
        Ok(path.display().to_string())
    }

    /// Prints the calibration page: a test of the printer, its paper and its measures. For the back, both sides of a sheet on
    /// the way that a run with backs takes; where a printer prints one side alone, the page to be fed again.
    ///
    /// # Errors
    /// A printer system that is down, a printer that is not there or takes no jobs, or that it did not take this one.
    pub async fn print_calibration(&self, paper: Paper, printer: &str, side: SheetSide, tray: Option<String>) -> DeskResult<TestPageView> {
        let workplace = self.workplace().await?;
        let known = workplace.printer_named(printer).await?;
        let (choices, language) = {
            let book = self.inner.book.lock().await;
            let choices = book.settings.printers.get(printer).cloned().unwrap_or_default();
            (choices, book.settings.language.spoken(self.inner.config.system_language))
        };
        let shift = choices.on(side);
        let has_both_sides = side == SheetSide::Back && known.prints_both_sides != Some(false);
        let one_side = PrinterChoices { front: shift, ..choices.clone() };
        let file = blocking(move || {
            let page = calibration_of(paper, language, if has_both_sides { &choices } else { &one_side }, has_both_sides)?;
            private_file(page.bytes())
        })
        .await??;
        let sides = if has_both_sides { Sides::LongEdge } else { Sides::One };
        let options = JobOptions { tray, sides, ..JobOptions::on(size_of(paper)) };
        let job = workplace.submit_to_printer(printer, "Cardesk", file.path().to_owned(), options).await?;
        Ok(TestPageView { job: job.to_string(), applied: shift })
    }

    /// The correction that a measured calibration page comes to, as it is typed.
    ///
    /// # Errors
    /// None but a fault of this program.
    #[expect(clippy::unused_async, reason = "every job is asked alike")]
    pub async fn check_calibration(&self, form: &CalibrationForm) -> DeskResult<CalibrationCheck> {
        let (shift, problems) = measured(form);
        Ok(CalibrationCheck { problems, shift })
    }

    /// Keeps what a calibration page came to: every run to this printer is moved by it from now on.
    ///
    /// # Errors
    /// Fields that need mending; a settings file that can't be written.
    pub async fn keep_calibration(&self, form: &CalibrationForm) -> DeskResult<PrintersView> {
        match measured(form) {
            (Some(shift), problems) if problems.is_empty() => self.keep_shift(&form.printer, form.side, shift).await,
            (_, problems) => Err(ErrorView::fields(problems)),
        }
    }

    /// Forgets what a printer shifts on one side.
    ///
    /// # Errors
    /// A settings file that can't be written.
    pub async fn forget_calibration(&self, printer: &str, side: SheetSide) -> DeskResult<PrintersView> {
        self.keep_shift(printer, side, ShiftView::default()).await
    }

    async fn keep_shift(&self, printer: &str, side: SheetSide, shift: ShiftView) -> DeskResult<PrintersView> {
        self.change_printer(printer, |choices| match side {
            SheetSide::Front => choices.front = shift,
            SheetSide::Back => choices.back = shift,
        })
        .await?;
        self.printers().await
    }

    /// Changes what is known of a printer. One of which nothing is known leaves no trace in the settings.
    pub(crate) async fn change_printer(&self, printer: &str, change: impl FnOnce(&mut PrinterChoices)) -> DeskResult<()> {
        let mut book = self.inner.book.lock().await;
        let mut settings = book.settings.clone();
        let choices = settings.printers.entry(printer.to_owned()).or_default();
        change(choices);
        if *choices == PrinterChoices::default() {
            settings.printers.remove(printer);
        }
        if settings == book.settings { Ok(()) } else { self.write_settings(&mut book, settings).await }
    }
}

fn calibration_of(paper: Paper, language: SpokenLanguage, choices: &PrinterChoices, has_back: bool) -> DeskResult<CalibrationPdf> {
    let back = has_back.then(|| correction_of(choices.back));
    Ok(make_calibration(page_paper(paper), page_language(language), correction_of(choices.front), back)?)
}

/// What was measured, as a correction: what the page had, and what it still lacks to its 20 mm.
fn measured(form: &CalibrationForm) -> (Option<ShiftView>, Vec<FieldProblem>) {
    let mut problems = Vec::new();
    let right = shift_in(Field::MeasuredLeft, &form.measured_left, form.applied.right, &mut problems);
    let down = shift_in(Field::MeasuredTop, &form.measured_top, form.applied.down, &mut problems);
    (right.zip(down).map(|(right, down)| ShiftView { right, down }), problems)
}

fn shift_in(field: Field, typed: &str, applied: i32, problems: &mut Vec<FieldProblem>) -> Option<i32> {
    if typed.trim().is_empty() {
        problems.push(FieldProblem::error(field, FieldCode::Missing));
        return None;
    }
    let Some(measured) = micrometres_in(typed).filter(|length| *length >= 0) else {
        problems.push(FieldProblem::error(field, FieldCode::LengthForm));
        return None;
    };
    // Half a hundredth is rounded away from nothing, whichever way it is.
    let lacks = CROSS_MICROMETRES - measured;
    let shift = i64::from(applied) + (lacks + 5 * lacks.signum()) / 10;
    if shift.abs() > MOST_HUNDREDTHS {
        problems.push(FieldProblem::error(field, FieldCode::ShiftRange).with_param("most", MOST_HUNDREDTHS / 100));
        return None;
    }
    i32::try_from(shift).ok()
}

/// A sheet of this paper as the engine draws it.
pub(crate) const fn page_paper(paper: Paper) -> PagePaper {
    match paper {
        Paper::A4 => PagePaper::A4,
        Paper::Letter => PagePaper::Letter,
    }
}

/// The sheet, for the printer.
pub(crate) const fn size_of(paper: Paper) -> SheetSize {
    match paper {
        Paper::A4 => SheetSize::A4,
        Paper::Letter => SheetSize::LETTER,
    }
}

const fn word_of(paper: Paper) -> &'static str {
    match paper {
        Paper::A4 => "A4",
        Paper::Letter => "Letter",
    }
}

const fn page_language(language: SpokenLanguage) -> InsertLanguage {
    match language {
        SpokenLanguage::Spanish => InsertLanguage::Spanish,
        SpokenLanguage::English => InsertLanguage::English,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(left: &str, top: &str, applied: ShiftView) -> CalibrationForm {
        CalibrationForm {
            printer: "Oficina".to_owned(),
            side: SheetSide::Front,
            measured_left: left.to_owned(),
            measured_top: top.to_owned(),
            applied,
        }
    }

    #[test]
    fn a_measured_page_comes_to_what_it_lacks_and_what_it_had() {
        let nothing = ShiftView::default();
        assert_eq!(measured(&form("19.7", "20,1", nothing)).0, Some(ShiftView { right: 30, down: -10 }));
        let before = ShiftView { right: 30, down: -10 };
        assert_eq!(measured(&form("20", "20.0", before)).0, Some(before), "a page that is right leaves its correction");
        assert_eq!(measured(&form("19.85", "20", before)).0, Some(ShiftView { right: 45, down: -10 }));
    }

    #[test]
    fn what_is_no_length_or_too_far_is_said_at_its_field() {
        let (shift, problems) = measured(&form("", "41", ShiftView::default()));
        let said: Vec<_> = problems.iter().map(|problem| (problem.field, problem.code)).collect();
        assert_eq!((shift, said), (None, vec![(Field::MeasuredLeft, FieldCode::Missing), (Field::MeasuredTop, FieldCode::ShiftRange)]));
    }

    #[test]
    fn a_correction_beyond_all_measure_moves_nothing() {
        assert_eq!(correction_of(ShiftView { right: 100_000, down: 0 }), Correction::default());
        let moved = correction_of(ShiftView { right: 30, down: -10 });
        assert!((moved.right_mm() - 0.3).abs() < 0.03 && (moved.down_mm() + 0.1).abs() < 0.03);
    }
}
