//! A company's own sheets: checked as they are typed, kept under a name, duplicated by saving them as new, removed.
//!
//! Owns at which field a wrong measure is said. Which measures can be printed is `inserts`' word.

use cardesk_inserts::{Direction, Layout, OwnSheet, SheetError, SheetMeasures};
use cardesk_journal::{OwnSheetRecord, SheetRecord, WrittenBy};

use super::measure::{micrometres_in, typed};
use super::{drawing_of, own_number, own_view};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::free_line;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{OwnSheetCheck, OwnSheetForm, PaperView};
use crate::workplace::Workplace;

/// The longest name of a sheet, in characters: what a list shows.
const MOST_NAME: usize = 60;

impl Desk {
    /// What is to be said of a sheet that is being typed, with its drawing.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn check_own_sheet(&self, form: &OwnSheetForm) -> DeskResult<OwnSheetCheck> {
        let read = self.workplace().await?.read_own_sheet(form).await?;
        Ok(OwnSheetCheck { problems: read.problems, drawing: read.measures.as_ref().map(|record| drawing_of(&measures_of(record))) })
    }

    /// Keeps a sheet: a new one, or another version of the one that the form names.
    ///
    /// # Errors
    /// Fields that need mending, with the figures; a sheet that is not there any more.
    pub async fn save_own_sheet(&self, form: &OwnSheetForm) -> DeskResult<PaperView> {
        let workplace = self.workplace().await?;
        let read = workplace.read_own_sheet(form).await?;
        let (Some(measures), true) = (read.measures, read.problems.is_empty()) else {
            return Err(ErrorView::fields(read.problems));
        };
        let number = form.id.as_deref().map(known_number).transpose()?;
        let by = WrittenBy { operator: &workplace.operator, at: workplace.now() };
        let view = own_view(&workplace.journal.write_own_sheet(number, &read.name, &measures, by).await?)?;
        let first_free_place = self.inner.book.lock().await.settings.first_free_place(&workplace.profile().id, &view);
        Ok(PaperView { first_free_place, ..view })
    }

    /// Takes a sheet off the offer. Runs that were printed on it keep its measures.
    ///
    /// # Errors
    /// A sheet that is not there any more.
    pub async fn remove_own_sheet(&self, id: &str) -> DeskResult<()> {
        let workplace = self.workplace().await?;
        let by = WrittenBy { operator: &workplace.operator, at: workplace.now() };
        Ok(workplace.journal.remove_own_sheet(known_number(id)?, by).await?)
    }
}

fn known_number(id: &str) -> DeskResult<u32> {
    let unknown = || ErrorView::new(ErrorCode::PaperNotFound).with_param("paper", id.chars().take(40).collect::<String>());
    own_number(id).map(|(number, _)| number).ok_or_else(unknown)
}

/// A form as far as it could be read.
struct Read {
    name: String,
    /// `None` while a measure is missing or none.
    measures: Option<SheetRecord>,
    problems: Vec<FieldProblem>,
}

impl Workplace {
    async fn read_own_sheet(&self, form: &OwnSheetForm) -> DeskResult<Read> {
        let mut problems = Vec::new();
        let name = free_line(&form.sheet_name, MOST_NAME, Field::SheetName).unwrap_or_else(|problem| {
            problems.push(problem);
            String::new()
        });
        let itself = form.id.as_deref().and_then(own_number).map(|(number, _)| number);
        let others = self.journal.own_sheets().await?;
        let is_taken = others.iter().any(|other| Some(other.number) != itself && other.name.to_lowercase() == name.to_lowercase());
        if is_taken && !name.is_empty() {
            problems.push(FieldProblem::error(Field::SheetName, FieldCode::NameTaken));
        }
        let measures = read_measures(form, &mut problems);
        if let Some(record) = &measures {
            problems.extend(measures_of(record).problems().iter().map(|error| problem_of(error, record)));
        }
        Ok(Read { name, measures, problems })
    }
}

fn read_measures(form: &OwnSheetForm, problems: &mut Vec<FieldProblem>) -> Option<SheetRecord> {
    let mut length = |field, text: &str| match (text.trim().is_empty(), micrometres_in(text).and_then(|length| u32::try_from(length).ok()))
    {
        (true, _) => {
            problems.push(FieldProblem::error(field, FieldCode::Missing));
            None
        }
        (false, None) => {
            problems.push(FieldProblem::error(field, FieldCode::LengthForm));
            None
        }
        (false, some) => some,
    };
    let sheet = (length(Field::SheetWidth, &form.sheet_width), length(Field::SheetHeight, &form.sheet_height));
    let edges = (length(Field::LeftEdge, &form.left_edge), length(Field::TopEdge, &form.top_edge));
    let cell = (length(Field::CellWidth, &form.cell_width), length(Field::CellHeight, &form.cell_height));
    let counts = (count_in(Field::Columns, &form.columns, problems), count_in(Field::Rows, &form.rows, problems));
    // With one insert that way there is no next one, and nothing to be typed.
    let pitch_across = pitch(Field::PitchAcross, &form.pitch_across, counts.0, cell.0, problems);
    let pitch_down = pitch(Field::PitchDown, &form.pitch_down, counts.1, cell.1, problems);
    Some(SheetRecord {
        sheet_width: sheet.0?,
        sheet_height: sheet.1?,
        columns: counts.0?,
        rows: counts.1?,
        left: edges.0?,
        top: edges.1?,
        pitch_across: pitch_across?,
        pitch_down: pitch_down?,
        cell_width: cell.0?,
        cell_height: cell.1?,
        is_cut: form.is_cut,
    })
}

fn pitch(field: Field, text: &str, places: Option<u32>, cell: Option<u32>, problems: &mut Vec<FieldProblem>) -> Option<u32> {
    if text.trim().is_empty() {
        if places == Some(1) {
            return cell;
        }
        problems.push(FieldProblem::error(field, FieldCode::Missing));
        return None;
    }
    let length = micrometres_in(text).and_then(|length| u32::try_from(length).ok());
    if length.is_none() {
        problems.push(FieldProblem::error(field, FieldCode::LengthForm));
    }
    length
}

fn count_in(field: Field, text: &str, problems: &mut Vec<FieldProblem>) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() {
        problems.push(FieldProblem::error(field, FieldCode::Missing));
        return None;
    }
    let count = text.parse::<u32>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    if count.is_none() {
        problems.push(FieldProblem::error(field, FieldCode::CountForm));
    }
    count
}

/// At which field a measure is said to be wrong: the one that was most likely meant otherwise.
fn problem_of(error: &SheetError, record: &SheetRecord) -> FieldProblem {
    fn side<T>(direction: Direction, across: T, down: T) -> T {
        match direction {
            Direction::Across => across,
            Direction::Down => down,
        }
    }
    let mm = |value: f64| format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned();
    match *error {
        SheetError::Sheet { direction, least_mm, most_mm, .. } => {
            FieldProblem::error(side(direction, Field::SheetWidth, Field::SheetHeight), FieldCode::LengthRange)
                .with_param("least", mm(least_mm))
                .with_param("most", mm(most_mm))
        }
        SheetError::Count { direction, most, .. } => {
            FieldProblem::error(side(direction, Field::Columns, Field::Rows), FieldCode::CountRange).with_param("most", most)
        }
        SheetError::Distance { direction, .. } => {
            FieldProblem::error(side(direction, Field::LeftEdge, Field::TopEdge), FieldCode::LengthForm)
        }
        SheetError::Overlap { direction, cell_mm, pitch_mm } => {
            FieldProblem::error(side(direction, Field::PitchAcross, Field::PitchDown), FieldCode::InsertsOverlap)
                .with_param("cell", mm(cell_mm))
                .with_param("pitch", mm(pitch_mm))
        }
        SheetError::LeavesSheet { direction, end_mm, sheet_mm } => {
            let (start, cell, sheet) = side(
                direction,
                (record.left, record.cell_width, record.sheet_width),
                (record.top, record.cell_height, record.sheet_height),
            );
            // Where even the first leaves the sheet, it is too large; else there are too many.
            let is_first = u64::from(start) + u64::from(cell) > u64::from(sheet);
            let field =
                if is_first { side(direction, Field::CellWidth, Field::CellHeight) } else { side(direction, Field::Columns, Field::Rows) };
            FieldProblem::error(field, FieldCode::LeavesSheet).with_param("end", mm(end_mm)).with_param("sheet", mm(sheet_mm))
        }
        SheetError::TooSmall { needed_mm, available_mm, .. } => {
            let field = if record.cell_width < record.cell_height { Field::CellWidth } else { Field::CellHeight };
            FieldProblem::error(field, FieldCode::NoRoomForCode)
                .with_param("needed", format!("{needed_mm:.1}"))
                .with_param("available", format!("{:.1}", available_mm.max(0.0)))
        }
    }
}

fn measures_of(record: &SheetRecord) -> SheetMeasures {
    let mm = |micrometres: u32| f64::from(micrometres) / 1000.0;
    SheetMeasures {
        sheet_width_mm: mm(record.sheet_width),
        sheet_height_mm: mm(record.sheet_height),
        columns: record.columns,
        rows: record.rows,
        left_mm: mm(record.left),
        top_mm: mm(record.top),
        pitch_across_mm: mm(record.pitch_across),
        pitch_down_mm: mm(record.pitch_down),
        cell_width_mm: mm(record.cell_width),
        cell_height_mm: mm(record.cell_height),
        is_cut: record.is_cut,
    }
}

/// The layout of a sheet that was kept. Its measures were right then; another version of the rules may see them otherwise.
pub(super) fn layout_of_record(sheet: &OwnSheetRecord) -> DeskResult<Layout> {
    let own = OwnSheet::new(&measures_of(&sheet.measures));
    own.map(Layout::Own).map_err(|error| ErrorView::fields(vec![problem_of(&error, &sheet.measures)]).with_message(error.to_string()))
}

/// A sheet as it is typed.
pub(super) fn form_of(sheet: &OwnSheetRecord, id: String) -> OwnSheetForm {
    let measures = &sheet.measures;
    OwnSheetForm {
        id: Some(id),
        sheet_name: sheet.name.clone(),
        sheet_width: typed(measures.sheet_width),
        sheet_height: typed(measures.sheet_height),
        columns: measures.columns.to_string(),
        rows: measures.rows.to_string(),
        left_edge: typed(measures.left),
        top_edge: typed(measures.top),
        pitch_across: typed(measures.pitch_across),
        pitch_down: typed(measures.pitch_down),
        cell_width: typed(measures.cell_width),
        cell_height: typed(measures.cell_height),
        is_cut: measures.is_cut,
    }
}
