//! A table on paper: what is given in words, laid out on A4 or Letter, over as many pages as it takes.
//!
//! Owns the layout and the breaking into pages. What stands in it comes ready, figures included: nothing is computed,
//! shortened or left out here. A character that the shipped font lacks is drawn as a question mark: what a shop calls
//! itself must not keep anybody from a paper.

use std::collections::BTreeSet;

use cardesk_domain::Environment;

use crate::canvas::{BLACK, Canvas, INK, INK_2, INK_3, LINE, Style};
use crate::compose::pieces::mark_pill;
use crate::error::InsertError;
use crate::file::DrawnFile;
use crate::fit::{Breaks, PT_PER_MM, wrap};
use crate::font::{Figures, Fonts, Weight, missing_character};
use crate::job::{DOT_MM, InsertLanguage, TestMark};
use crate::words::mark_text;

/// A sheet of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8½ × 11 in.
    Letter,
}

impl Paper {
    pub(crate) const fn sheet_dots(self) -> (u32, u32) {
        match self {
            Self::A4 => (4961, 7016),
            Self::Letter => (5100, 6600),
        }
    }

    fn sheet_mm(self) -> (f64, f64) {
        let (width, height) = self.sheet_dots();
        (f64::from(width) * DOT_MM, f64::from(height) * DOT_MM)
    }
}

/// A column: its title, how wide it is, and on which side its text stands.
pub(crate) struct Column {
    pub(crate) title: String,
    /// `None`: what the others leave.
    pub(crate) width_mm: Option<f64>,
    /// Amounts stand at the right, on one line; everything else at the left, in as many lines as it needs.
    pub(crate) is_right: bool,
}

/// What stands on the paper.
pub(crate) struct Table {
    pub(crate) paper: Paper,
    /// The language's tag, `es` or `en`.
    pub(crate) language: String,
    pub(crate) company_name: String,
    pub(crate) title: String,
    /// Labels with what they say, in two columns.
    pub(crate) facts: Vec<(String, String)>,
    /// Labels with figures, side by side above the rows.
    pub(crate) figures: Vec<(String, String)>,
    pub(crate) notes: Vec<String>,
    pub(crate) columns: Vec<Column>,
    /// As many cells as there are columns.
    pub(crate) rows: Vec<Vec<String>>,
    /// What is said in place of rows where there are none.
    pub(crate) empty: String,
    /// What stands under the lines for signing, after the last row.
    pub(crate) signatures: Vec<String>,
    /// What stands at the foot of every page.
    pub(crate) foot: String,
}

/// A finished paper.
#[derive(Clone)]
pub struct PaperPdf {
    bytes: Vec<u8>,
    pages: usize,
}

impl std::fmt::Debug for PaperPdf {
    /// Without the bytes, which hold names and amounts.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PaperPdf").field("pages", &self.pages).finish_non_exhaustive()
    }
}

impl PaperPdf {
    pub(crate) const fn of_one_page(bytes: Vec<u8>) -> Self {
        Self { bytes, pages: 1 }
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its pages.
    #[must_use]
    pub const fn pages(&self) -> usize {
        self.pages
    }
}

impl Table {
    /// Lays the table out. Outside Production every page carries the mark of a test, which can't be switched off.
    pub(crate) fn make(mut self, environment: Environment) -> Result<PaperPdf, InsertError> {
        self.keep_printable()?;
        let language = if self.language == "en" { InsertLanguage::English } else { InsertLanguage::Spanish };
        let mark = TestMark::of(environment).map(|mark| (mark, mark_text(mark, language)));
        let fonts = Fonts::with_figures(&self.characters(mark.as_ref().map(|(_, text)| &**text)), Figures::Tabular)?;
        let pages = Layout::new(&self, &fonts, mark).pages();
        let file = DrawnFile::write(&self.title, &self.language, self.paper.sheet_dots(), &fonts, &pages)?;
        Ok(PaperPdf { bytes: file.into_bytes(), pages: pages.len() })
    }

    /// Only characters that the font has, each line on one line.
    fn keep_printable(&mut self) -> Result<(), InsertError> {
        let pairs = self.facts.iter_mut().chain(&mut self.figures).flat_map(|(label, text)| [label, text]);
        let titles = self.columns.iter_mut().map(|column| &mut column.title);
        let single = [&mut self.company_name, &mut self.title, &mut self.empty, &mut self.foot];
        let lists = self.notes.iter_mut().chain(&mut self.signatures).chain(self.rows.iter_mut().flatten());
        for text in pairs.chain(titles).chain(single).chain(lists) {
            while let Some(missing) = missing_character(text)? {
                let instead = if missing.is_whitespace() || missing.is_control() { " " } else { "?" };
                *text = text.replace(missing, instead);
            }
        }
        Ok(())
    }

    fn characters(&self, mark: Option<&str>) -> BTreeSet<char> {
        let pairs = self.facts.iter().chain(&self.figures).flat_map(|(label, text)| [label, text]);
        let titles = self.columns.iter().map(|column| &column.title);
        let single = [&self.company_name, &self.title, &self.empty, &self.foot];
        let lists = self.notes.iter().chain(&self.signatures).chain(self.rows.iter().flatten());
        let texts = pairs.chain(titles).chain(single).chain(lists);
        let mut characters: BTreeSet<char> = texts.flat_map(|text| text.chars()).collect();
        characters.extend("0123456789/ ·?".chars());
        characters.extend(mark.unwrap_or_default().chars());
        characters
    }
}

const MARGIN_MM: f64 = 18.0;
/// The first baseline of a page.
const TOP_MM: f64 = 20.0;
/// Below this, counted from the lower edge, there is only the foot.
const BOTTOM_MM: f64 = 20.0;
const FOOT_MM: f64 = 11.0;

const TITLE: Style = Style::new(Weight::SemiBold, 13.0, INK);
const COMPANY: Style = Style::new(Weight::SemiBold, 10.5, INK);
const LABEL: Style = Style::new(Weight::Regular, 7.5, INK_3);
const TEXT: Style = Style::new(Weight::Regular, 9.0, INK);
const FIGURE: Style = Style::new(Weight::SemiBold, 11.0, INK);
const NOTE: Style = Style::new(Weight::Regular, 8.5, INK_2);
const HEAD: Style = Style::new(Weight::SemiBold, 7.5, INK_2);
const CELL: Style = Style::new(Weight::Regular, 8.5, BLACK);
const SMALL: Style = Style::new(Weight::Regular, 7.0, INK_3);

/// From one line of a cell to the next.
const LINE_MM: f64 = 4.0;
/// What a row has besides its lines.
const ROW_MM: f64 = 2.2;

/// Between two columns.
const GAP_MM: f64 = 3.0;
/// From the baseline of the columns' titles to their rows.
const TITLES_MM: f64 = 2.0;
/// What the lines for signing need after the last row.
const SIGNATURES_MM: f64 = 26.0;

/// The pages while they are being drawn.
struct Layout<'a> {
    table: &'a Table,
    fonts: &'a Fonts,
    mark: Option<(TestMark, String)>,
    width_mm: f64,
    height_mm: f64,
}

/// A row with its words broken into lines, a list of them for each column.
struct BrokenRow(Vec<Vec<String>>);

impl BrokenRow {
    fn height_mm(&self) -> f64 {
        self.0.iter().map(Vec::len).max().unwrap_or(1).max(1) as f64 * LINE_MM + ROW_MM
    }
}

impl<'a> Layout<'a> {
    fn new(table: &'a Table, fonts: &'a Fonts, mark: Option<(TestMark, String)>) -> Self {
        let (width_mm, height_mm) = table.paper.sheet_mm();
        Self { table, fonts, mark, width_mm, height_mm }
    }

    fn right_mm(&self) -> f64 {
        self.width_mm - MARGIN_MM
    }

    /// Every page, drawn.
    fn pages(&self) -> Vec<Vec<u8>> {
        let rows: Vec<BrokenRow> = self.table.rows.iter().map(|row| self.broken(row)).collect();
        let mut sheets = Sheets::begin(self);
        sheets.notes();
        let first_mm = rows.first().map_or(LINE_MM, BrokenRow::height_mm);
        sheets.make_room(TITLES_MM + first_mm);
        sheets.column_titles();
        if rows.is_empty() {
            sheets.canvas.text(MARGIN_MM, sheets.at_mm + LINE_MM, &CELL, &self.table.empty);
            sheets.at_mm += LINE_MM;
        }
        for row in &rows {
            if sheets.make_room(row.height_mm()) {
                sheets.column_titles();
            }
            sheets.at_mm = self.row(&mut sheets.canvas, sheets.at_mm, row);
        }
        if !self.table.signatures.is_empty() {
            sheets.make_room(SIGNATURES_MM);
            self.signatures(&mut sheets.canvas, sheets.at_mm);
        }
        sheets.finish()
    }

    fn canvas(&self) -> Canvas<'a> {
        Canvas::new(self.fonts, self.table.paper.sheet_dots().1)
    }

    /// The head of the first page; gives back where what follows can begin.
    fn first_head(&self, canvas: &mut Canvas<'_>) -> f64 {
        canvas.text(MARGIN_MM, TOP_MM, &COMPANY, &self.table.company_name);
        self.mark(canvas, TOP_MM - 1.3);
        canvas.text(MARGIN_MM, TOP_MM + 8.5, &TITLE, &self.table.title);
        let at_mm = self.facts(canvas, TOP_MM + 16.0);
        self.figures(canvas, at_mm + 2.0)
    }

    /// The head of every other page.
    fn next_head(&self, canvas: &mut Canvas<'_>) -> f64 {
        let about = format!("{} · {}", self.table.company_name, self.table.title);
        canvas.text(MARGIN_MM, TOP_MM, &LABEL, &about);
        self.mark(canvas, TOP_MM - 1.0);
        TOP_MM + 6.0
    }

    fn mark(&self, canvas: &mut Canvas<'_>, middle_mm: f64) {
        if let Some((mark, text)) = &self.mark {
            mark_pill(canvas, self.fonts, *mark, text, self.right_mm(), middle_mm, 7.5);
        }
    }

    /// Labels with what they say, in two columns.
    fn facts(&self, canvas: &mut Canvas<'_>, top_mm: f64) -> f64 {
        let column_mm = (self.right_mm() - MARGIN_MM) / 2.0;
        let mut at_mm = top_mm;
        for pair in self.table.facts.chunks(2) {
            let mut lower_mm = at_mm;
            for (index, (label, text)) in pair.iter().enumerate() {
                let left_mm = MARGIN_MM + column_mm * index as f64;
                canvas.text(left_mm, at_mm, &LABEL, label);
                let mut line_mm = at_mm + 4.2;
                for line in self.lines(text, &TEXT, column_mm - GAP_MM) {
                    canvas.text(left_mm, line_mm, &TEXT, &line);
                    line_mm += LINE_MM;
                }
                lower_mm = lower_mm.max(line_mm);
            }
            at_mm = lower_mm + 2.2;
        }
        at_mm
    }

    /// The figures side by side between two lines.
    fn figures(&self, canvas: &mut Canvas<'_>, top_mm: f64) -> f64 {
        let count = self.table.figures.len().max(1);
        let column_mm = (self.right_mm() - MARGIN_MM) / count as f64;
        let bottom_mm = top_mm + 13.5;
        for at_mm in [top_mm, bottom_mm] {
            canvas.line((MARGIN_MM, at_mm), (self.right_mm(), at_mm), 0.6, LINE);
        }
        for (index, (label, amount)) in self.table.figures.iter().enumerate() {
            let left_mm = MARGIN_MM + column_mm * index as f64;
            canvas.text(left_mm, top_mm + 4.8, &LABEL, label);
            canvas.text(left_mm, top_mm + 10.4, &FIGURE, amount);
        }
        bottom_mm + 6.0
    }

    fn column_titles(&self, canvas: &mut Canvas<'_>, top_mm: f64) -> f64 {
        for (column, place) in self.table.columns.iter().zip(self.places()) {
            if column.is_right {
                canvas.text_right(place.right_mm, top_mm, &HEAD, &column.title);
            } else {
                canvas.text(place.left_mm, top_mm, &HEAD, &column.title);
            }
        }
        let line_mm = top_mm + TITLES_MM;
        canvas.line((MARGIN_MM, line_mm), (self.right_mm(), line_mm), 0.8, INK_2);
        line_mm
    }

    /// Draws a row and gives back where the next begins.
    fn row(&self, canvas: &mut Canvas<'_>, top_mm: f64, row: &BrokenRow) -> f64 {
        let baseline_mm = top_mm + LINE_MM + 0.2;
        for ((column, place), lines) in self.table.columns.iter().zip(self.places()).zip(&row.0) {
            for (index, line) in lines.iter().enumerate() {
                let at_mm = baseline_mm + index as f64 * LINE_MM;
                if column.is_right {
                    canvas.text_right(place.right_mm, at_mm, &CELL, line);
                } else {
                    canvas.text(place.left_mm, at_mm, &CELL, line);
                }
            }
        }
        let bottom_mm = top_mm + row.height_mm();
        canvas.line((MARGIN_MM, bottom_mm), (self.right_mm(), bottom_mm), 0.4, LINE);
        bottom_mm
    }

    /// Lines for signing, side by side.
    fn signatures(&self, canvas: &mut Canvas<'_>, top_mm: f64) {
        let column_mm = (self.right_mm() - MARGIN_MM) / self.table.signatures.len() as f64;
        for (index, label) in self.table.signatures.iter().enumerate() {
            let left_mm = MARGIN_MM + column_mm * index as f64;
            let line_mm = top_mm + SIGNATURES_MM - 8.0;
            canvas.line((left_mm, line_mm), (left_mm + column_mm - 3.0 * GAP_MM, line_mm), 0.6, INK_2);
            canvas.text(left_mm, line_mm + 4.0, &LABEL, label);
        }
    }

    fn foot(&self, canvas: &mut Canvas<'_>, page: usize, pages: usize) {
        let at_mm = self.height_mm - FOOT_MM;
        canvas.text(MARGIN_MM, at_mm, &SMALL, &self.table.foot);
        canvas.text_right(self.right_mm(), at_mm, &SMALL, &format!("{page} / {pages}"));
    }

    /// Where the columns stand, side by side over the whole width.
    fn places(&self) -> Vec<Place> {
        let columns = &self.table.columns;
        let fixed_mm: f64 = columns.iter().filter_map(|column| column.width_mm).sum();
        let gaps_mm = GAP_MM * columns.len().saturating_sub(1) as f64;
        let open = columns.iter().filter(|column| column.width_mm.is_none()).count().max(1);
        let open_mm = (self.right_mm() - MARGIN_MM - fixed_mm - gaps_mm) / open as f64;
        let mut left_mm = MARGIN_MM;
        let place = |column: &Column| {
            let right_mm = left_mm + column.width_mm.unwrap_or(open_mm);
            Place { left_mm: std::mem::replace(&mut left_mm, right_mm + GAP_MM), right_mm }
        };
        columns.iter().map(place).collect()
    }

    fn broken(&self, row: &[String]) -> BrokenRow {
        let cells = self.table.columns.iter().zip(self.places()).zip(row);
        let lines = cells.map(|((column, place), text)| match column.is_right {
            true => vec![text.clone()],
            false => self.lines(text, &CELL, place.right_mm - place.left_mm),
        });
        BrokenRow(lines.collect())
    }

    /// A text in lines of at most this width.
    fn lines(&self, text: &str, style: &Style, width_mm: f64) -> Vec<String> {
        let typeface = self.fonts.of(style.weight);
        wrap(typeface, text, style.size_pt, width_mm * PT_PER_MM, Breaks::Anywhere).unwrap_or_else(|| vec![text.to_owned()])
    }
}

/// The pages so far, and where the one that is being drawn goes on.
struct Sheets<'l, 'a> {
    layout: &'l Layout<'a>,
    drawn: Vec<Canvas<'a>>,
    canvas: Canvas<'a>,
    at_mm: f64,
}

impl<'l, 'a> Sheets<'l, 'a> {
    fn begin(layout: &'l Layout<'a>) -> Self {
        let mut canvas = layout.canvas();
        let at_mm = layout.first_head(&mut canvas);
        Self { layout, drawn: Vec::new(), canvas, at_mm }
    }

    /// Turns to a new page if so much does not fit on this one any more, and says whether it did.
    fn make_room(&mut self, height_mm: f64) -> bool {
        let is_full = self.at_mm + height_mm > self.layout.height_mm - BOTTOM_MM;
        if is_full {
            self.drawn.push(std::mem::replace(&mut self.canvas, self.layout.canvas()));
            self.at_mm = self.layout.next_head(&mut self.canvas);
        }
        is_full
    }

    fn notes(&mut self) {
        let layout = self.layout;
        for note in &layout.table.notes {
            for line in layout.lines(note, &NOTE, layout.right_mm() - MARGIN_MM) {
                self.make_room(0.0);
                self.canvas.text(MARGIN_MM, self.at_mm, &NOTE, &line);
                self.at_mm += LINE_MM;
            }
            self.at_mm += 1.0;
        }
        self.at_mm += 3.0;
    }

    fn column_titles(&mut self) {
        self.at_mm = self.layout.column_titles(&mut self.canvas, self.at_mm);
    }

    /// Every page with its foot, which counts them.
    fn finish(mut self) -> Vec<Vec<u8>> {
        self.drawn.push(self.canvas);
        let count = self.drawn.len();
        let finished = self.drawn.into_iter().enumerate().map(|(index, mut canvas)| {
            self.layout.foot(&mut canvas, index + 1, count);
            canvas.into_bytes()
        });
        finished.collect()
    }
}

/// Where a column stands.
struct Place {
    left_mm: f64,
    right_mm: f64,
}
