//! An account statement as PDF: what is given in words, laid out on A4 or Letter.
//!
//! Owns the layout and the breaking into pages. What stands in it comes ready, figures included: nothing is computed,
//! shortened or left out here. A character that the shipped font lacks is drawn as a question mark: what a shop calls
//! itself must not keep a cardholder from a statement.

use std::collections::BTreeSet;

use cardesk_domain::Environment;

use crate::canvas::{BLACK, Canvas, INK, INK_2, INK_3, LINE, Style};
use crate::compose::pieces::mark_pill;
use crate::error::InsertError;
use crate::file::DrawnFile;
use crate::fit::{Breaks, PT_PER_MM, wrap};
use crate::font::{Figures, Fonts, Weight, missing_character};
use crate::job::{DOT_MM, InsertLanguage, TestMark};
use crate::words::{mark_text, wordings};

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

/// One movement, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// When.
    pub date: String,
    /// What it was; broken into lines where it is long.
    pub movement: String,
    /// The reference, or nothing.
    pub reference: String,
    /// How much, with its sign.
    pub amount: String,
    /// The balance after it, or nothing.
    pub balance: String,
}

/// What stands in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The paper.
    pub paper: Paper,
    /// The language's tag, `es` or `en`.
    pub language: String,
    /// Whose programme it is.
    pub company_name: String,
    /// What the paper is called.
    pub title: String,
    /// Whom, which card and which time it is about: a label and what it says.
    pub facts: Vec<(String, String)>,
    /// The figures above the rows: a label and an amount.
    pub figures: Vec<(String, String)>,
    /// What has to be said besides, such as that the figures do not agree.
    pub notes: Vec<String>,
    /// The titles of the columns, in the order of [`StatementRow`].
    pub columns: [String; 5],
    /// The rows.
    pub rows: Vec<StatementRow>,
    /// What is said in place of rows where there are none.
    pub empty: String,
    /// What stands at the foot of every page.
    pub foot: String,
}

/// A finished statement.
#[derive(Clone)]
pub struct StatementPdf {
    bytes: Vec<u8>,
    pages: usize,
}

impl std::fmt::Debug for StatementPdf {
    /// Without the bytes, which hold names and amounts.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StatementPdf").field("pages", &self.pages).finish_non_exhaustive()
    }
}

impl StatementPdf {
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

/// Lays a statement out. Outside Production every page carries the mark of a test, which can't be switched off.
///
/// # Errors
/// If the shipped font can't be read.
pub fn make_statement(statement: &Statement, environment: Environment) -> Result<StatementPdf, InsertError> {
    let statement = printable(statement)?;
    let language = if statement.language == "en" { InsertLanguage::English } else { InsertLanguage::Spanish };
    let mark = TestMark::of(environment).map(|mark| (mark, mark_text(mark, wordings(language))));
    let fonts = Fonts::with_figures(&characters(&statement, mark.as_ref().map(|(_, text)| &**text)), Figures::Tabular)?;
    let pages = Layout::new(&statement, &fonts, mark).pages();
    let file = DrawnFile::write(&statement.title, &statement.language, statement.paper.sheet_dots(), &fonts, &pages)?;
    Ok(StatementPdf { bytes: file.into_bytes(), pages: pages.len() })
}

/// The statement with only characters that the font has, each line on one line.
fn printable(statement: &Statement) -> Result<Statement, InsertError> {
    let mut printable = statement.clone();
    let pairs = printable.facts.iter_mut().chain(&mut printable.figures).flat_map(|(label, text)| [label, text]);
    let rows =
        printable.rows.iter_mut().flat_map(|row| [&mut row.date, &mut row.movement, &mut row.reference, &mut row.amount, &mut row.balance]);
    let single = [&mut printable.company_name, &mut printable.title, &mut printable.empty, &mut printable.foot];
    for text in pairs.chain(rows).chain(&mut printable.notes).chain(&mut printable.columns).chain(single) {
        while let Some(missing) = missing_character(text)? {
            let instead = if missing.is_whitespace() || missing.is_control() { " " } else { "?" };
            *text = text.replace(missing, instead);
        }
    }
    Ok(printable)
}

fn characters(statement: &Statement, mark: Option<&str>) -> BTreeSet<char> {
    let pairs = statement.facts.iter().chain(&statement.figures).flat_map(|(label, text)| [label, text]);
    let rows = statement.rows.iter().flat_map(|row| [&row.date, &row.movement, &row.reference, &row.amount, &row.balance]);
    let single = [&statement.company_name, &statement.title, &statement.empty, &statement.foot];
    let texts = pairs.chain(rows).chain(&statement.notes).chain(&statement.columns).chain(single);
    let mut characters: BTreeSet<char> = texts.flat_map(|text| text.chars()).collect();
    characters.extend("0123456789/ ·?".chars());
    characters.extend(mark.unwrap_or_default().chars());
    characters
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

/// Widths of the columns but for the movement, which takes what is left.
const DATE_MM: f64 = 29.0;
const REFERENCE_MM: f64 = 28.0;
const AMOUNT_MM: f64 = 26.0;
const GAP_MM: f64 = 3.0;

/// The pages while they are being drawn.
struct Layout<'a> {
    statement: &'a Statement,
    fonts: &'a Fonts,
    mark: Option<(TestMark, String)>,
    width_mm: f64,
    height_mm: f64,
}

/// A row with its words broken into lines.
struct BrokenRow<'a> {
    row: &'a StatementRow,
    movement: Vec<String>,
    reference: Vec<String>,
}

impl BrokenRow<'_> {
    fn height_mm(&self) -> f64 {
        self.movement.len().max(self.reference.len()).max(1) as f64 * LINE_MM + ROW_MM
    }
}

impl<'a> Layout<'a> {
    fn new(statement: &'a Statement, fonts: &'a Fonts, mark: Option<(TestMark, String)>) -> Self {
        let (width_mm, height_mm) = statement.paper.sheet_mm();
        Self { statement, fonts, mark, width_mm, height_mm }
    }

    fn right_mm(&self) -> f64 {
        self.width_mm - MARGIN_MM
    }

    /// Every page, drawn.
    fn pages(&self) -> Vec<Vec<u8>> {
        let rows: Vec<BrokenRow<'_>> = self.statement.rows.iter().map(|row| self.broken(row)).collect();
        let mut drawn = Vec::new();
        let mut canvas = self.canvas();
        let mut at_mm = self.first_head(&mut canvas);
        at_mm = self.column_titles(&mut canvas, at_mm);
        if rows.is_empty() {
            canvas.text(MARGIN_MM, at_mm + LINE_MM, &CELL, &self.statement.empty);
        }
        for row in &rows {
            if at_mm + row.height_mm() > self.height_mm - BOTTOM_MM {
                drawn.push(std::mem::replace(&mut canvas, self.canvas()));
                at_mm = self.next_head(&mut canvas);
                at_mm = self.column_titles(&mut canvas, at_mm);
            }
            at_mm = self.row(&mut canvas, at_mm, row);
        }
        drawn.push(canvas);
        let count = drawn.len();
        let finished = drawn.into_iter().enumerate().map(|(index, mut canvas)| {
            self.foot(&mut canvas, index + 1, count);
            canvas.into_bytes()
        });
        finished.collect()
    }

    fn canvas(&self) -> Canvas<'a> {
        Canvas::new(self.fonts, self.statement.paper.sheet_dots().1)
    }

    /// The head of the first page; gives back where the rows can begin.
    fn first_head(&self, canvas: &mut Canvas<'_>) -> f64 {
        canvas.text(MARGIN_MM, TOP_MM, &COMPANY, &self.statement.company_name);
        self.mark(canvas, TOP_MM - 1.3);
        canvas.text(MARGIN_MM, TOP_MM + 8.5, &TITLE, &self.statement.title);
        let mut at_mm = self.facts(canvas, TOP_MM + 16.0);
        at_mm = self.figures(canvas, at_mm + 2.0);
        for note in &self.statement.notes {
            for line in self.lines(note, &NOTE, self.right_mm() - MARGIN_MM) {
                canvas.text(MARGIN_MM, at_mm, &NOTE, &line);
                at_mm += LINE_MM;
            }
            at_mm += 1.0;
        }
        at_mm + 3.0
    }

    /// The head of every other page.
    fn next_head(&self, canvas: &mut Canvas<'_>) -> f64 {
        let about = format!("{} · {}", self.statement.company_name, self.statement.title);
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
        for pair in self.statement.facts.chunks(2) {
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
        let count = self.statement.figures.len().max(1);
        let column_mm = (self.right_mm() - MARGIN_MM) / count as f64;
        let bottom_mm = top_mm + 13.5;
        for at_mm in [top_mm, bottom_mm] {
            canvas.line((MARGIN_MM, at_mm), (self.right_mm(), at_mm), 0.6, LINE);
        }
        for (index, (label, amount)) in self.statement.figures.iter().enumerate() {
            let left_mm = MARGIN_MM + column_mm * index as f64;
            canvas.text(left_mm, top_mm + 4.8, &LABEL, label);
            canvas.text(left_mm, top_mm + 10.4, &FIGURE, amount);
        }
        bottom_mm + 6.0
    }

    fn column_titles(&self, canvas: &mut Canvas<'_>, top_mm: f64) -> f64 {
        let [date, movement, reference, amount, balance] = &self.statement.columns;
        let places = self.places();
        canvas.text(MARGIN_MM, top_mm, &HEAD, date);
        canvas.text(places.movement_mm, top_mm, &HEAD, movement);
        canvas.text(places.reference_mm, top_mm, &HEAD, reference);
        canvas.text_right(places.amount_right_mm, top_mm, &HEAD, amount);
        canvas.text_right(self.right_mm(), top_mm, &HEAD, balance);
        let line_mm = top_mm + 2.0;
        canvas.line((MARGIN_MM, line_mm), (self.right_mm(), line_mm), 0.8, INK_2);
        line_mm
    }

    /// Draws a row and gives back where the next begins.
    fn row(&self, canvas: &mut Canvas<'_>, top_mm: f64, broken: &BrokenRow<'_>) -> f64 {
        let places = self.places();
        let row = broken.row;
        let baseline_mm = top_mm + LINE_MM + 0.2;
        canvas.text(MARGIN_MM, baseline_mm, &CELL, &row.date);
        for (left_mm, lines) in [(places.movement_mm, &broken.movement), (places.reference_mm, &broken.reference)] {
            for (index, line) in lines.iter().enumerate() {
                canvas.text(left_mm, baseline_mm + index as f64 * LINE_MM, &CELL, line);
            }
        }
        canvas.text_right(places.amount_right_mm, baseline_mm, &CELL, &row.amount);
        canvas.text_right(self.right_mm(), baseline_mm, &CELL, &row.balance);
        let bottom_mm = top_mm + broken.height_mm();
        canvas.line((MARGIN_MM, bottom_mm), (self.right_mm(), bottom_mm), 0.4, LINE);
        bottom_mm
    }

    fn foot(&self, canvas: &mut Canvas<'_>, page: usize, pages: usize) {
        let at_mm = self.height_mm - FOOT_MM;
        canvas.text(MARGIN_MM, at_mm, &SMALL, &self.statement.foot);
        canvas.text_right(self.right_mm(), at_mm, &SMALL, &format!("{page} / {pages}"));
    }

    fn places(&self) -> Places {
        let amount_right_mm = self.right_mm() - AMOUNT_MM - GAP_MM;
        let movement_mm = MARGIN_MM + DATE_MM + GAP_MM;
        Places { movement_mm, reference_mm: amount_right_mm - AMOUNT_MM - GAP_MM - REFERENCE_MM, amount_right_mm }
    }

    fn broken(&self, row: &'a StatementRow) -> BrokenRow<'a> {
        let places = self.places();
        let movement = self.lines(&row.movement, &CELL, places.reference_mm - GAP_MM - places.movement_mm);
        BrokenRow { row, movement, reference: self.lines(&row.reference, &CELL, REFERENCE_MM) }
    }

    /// A text in lines of at most this width.
    fn lines(&self, text: &str, style: &Style, width_mm: f64) -> Vec<String> {
        let typeface = self.fonts.of(style.weight);
        wrap(typeface, text, style.size_pt, width_mm * PT_PER_MM, Breaks::Anywhere).unwrap_or_else(|| vec![text.to_owned()])
    }
}

/// Where the columns stand.
struct Places {
    movement_mm: f64,
    reference_mm: f64,
    amount_right_mm: f64,
}
