//! From a job and its inserts to drawn pages.
//!
//! Owns the checks before drawing (text that can be printed, unique serials, a module that fits) and the pages' content.
//! The layouts draw themselves in `tri_fold`, `eight_up` and `cell`, the backs in `back`. Leaves the file around the pages
//! to `file`.

mod back;
pub(crate) mod cell;
mod cut_marks;
mod eight_up;
pub(crate) mod header;
pub(crate) mod pieces;
mod steps;
mod tri_fold;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use rayon::prelude::*;

use crate::canvas::Canvas;
use crate::code::{QUIET_ZONE, Symbol};
use crate::content::{InsertContent, Serial, printable_line};
use crate::error::{Field, InsertError};
use crate::fit::DoesNotFit;
use crate::font::{Fonts, Weight, missing_character};
use crate::job::{DOT_MM, ErrorCorrection, Module, PrintJob};
use crate::layout::{Drawing, Layout};
use crate::sheet::Direction;
use crate::template::{OwnPieces, Text, Values};
use crate::words::{Wording, joined, mark_text};

/// Lines of address beside the name.
const MOST_ADDRESS_LINES: usize = 5;

/// The module of the serial's code: the smallest that is printed, so that its 29 modules take 9.8 mm.
pub(crate) const SERIAL_MODULE: Module = Module::SMALLEST;

/// Modules a side of the serial's code, which every layout keeps room for: those of version 1.
pub(crate) const SERIAL_MODULES: u32 = 21;

/// Inserts that are checked at once: a whole run's would be in memory twice for a moment.
const CHECKED_AT_ONCE: usize = 4096;

/// What stands for the digits of a card that are not shown.
const MASK: &str = "••••";

/// One insert, checked. Its codes are measured, and are encoded for its page.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub(crate) serial: Serial,
    pub(crate) link: String,
    pub(crate) link_code: Symbol,
    pub(crate) small_code: String,
    pub(crate) serial_code: Symbol,
    pub(crate) full_name: String,
    pub(crate) given_name: String,
    pub(crate) last_four: Option<String>,
    pub(crate) address_lines: Vec<String>,
    /// Where it lies on its sheet.
    pub(crate) place: usize,
}

/// One side of a sheet, with the inserts of the sheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'p> {
    pub(crate) inserts: &'p [Insert],
    pub(crate) is_back: bool,
}

/// Everything that the pages of one file share.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) job: PrintJob,
    pub(crate) inserts: Vec<Insert>,
    pub(crate) fonts: Fonts,
    /// The module of the link codes.
    pub(crate) module: Module,
    /// What the template says, with the widest names of the run in its placeholders: what is the same on every insert is
    /// drawn from them, and room is kept for what is not.
    pub(crate) wordings: Vec<Wording>,
    /// What of it is the cardholder's own.
    own: OwnPieces,
    greeting: Text,
    pub(crate) company_name: String,
    /// The mark of a test as it is printed.
    pub(crate) mark_text: Option<String>,
    /// Side of the largest link code with its quiet zone, in dots.
    code_dots: u32,
    /// How the layouts that fit themselves into their cells are arranged in this run.
    pub(crate) cell: Option<cell::Arranged>,
}

impl Plan {
    /// Checks and measures every insert, and chooses the module.
    pub(crate) fn new(job: &PrintJob, contents: &[InsertContent]) -> Result<Self, InsertError> {
        if contents.is_empty() {
            return Err(InsertError::Nothing);
        }
        check_serials(contents)?;
        check_sheet(job)?;
        let places = job.layout.inserts_per_page();
        let mut inserts = Vec::with_capacity(contents.len());
        for contents in contents.chunks(CHECKED_AT_ONCE) {
            let first = job.start_place + inserts.len();
            let insert = |(number, content)| Insert::new(content, job, (first + number) % places);
            // Collected in order before the first error is taken, so that the same run always names the same insert.
            let checked: Vec<Result<Insert, InsertError>> = contents.par_iter().enumerate().map(insert).collect();
            for insert in checked {
                inserts.push(insert?);
            }
        }
        let module = if job.layout.drawing() == Drawing::Cell { job.module } else { choose_module(job, &inserts)? };
        let template = &*job.template;
        if !template.speaks(job.language) {
            return Err(InsertError::Language { language: job.language.id() });
        }
        let company_name = checked(&job.branding.company_name, Field::CompanyName, None)?;
        let wordings = template.wordings(job.language, &Values { given_name: "", full_name: "", last_four: None, company: &company_name });
        let mark_text = job.mark().map(|mark| mark_text(mark, job.language));
        let largest = inserts.iter().map(|insert| insert.link_code.side_with_quiet_zone()).max().unwrap_or(0);
        let code_dots = largest * module.dots();
        let fonts = Fonts::prepare(&BTreeSet::new())?;
        let (own, greeting) = (template.own_pieces(job.language), template.greeting(job.language));
        let mut plan =
            Self { job: job.clone(), inserts, fonts, module, wordings, own, greeting, company_name, mark_text, code_dots, cell: None };
        plan.fonts = Fonts::prepare(&plan.characters())?;
        if plan.own != OwnPieces::default() {
            plan.wordings = template.wordings(job.language, &plan.widest());
        }
        if job.layout.drawing() == Drawing::Cell {
            let arranged = cell::arrange(&plan)?;
            plan.module = arranged.module;
            plan.code_dots = largest * arranged.module.dots();
            plan.cell = Some(arranged);
        }
        Ok(plan)
    }

    /// What takes most room in the placeholders, of all inserts of the run.
    fn widest(&self) -> Values<'_> {
        let widest = |name: fn(&Insert) -> &str| {
            let width = |text: &&str| self.fonts.semibold.width_pt(text, 1.0);
            self.inserts.iter().map(name).max_by(|one, other| width(one).total_cmp(&width(other))).unwrap_or_default()
        };
        Values {
            given_name: widest(|insert| &insert.given_name),
            full_name: widest(|insert| &insert.full_name),
            last_four: Some("8888"),
            company: &self.company_name,
        }
    }

    fn values<'v>(&'v self, insert: &'v Insert) -> Values<'v> {
        let Insert { given_name, full_name, last_four, .. } = insert;
        Values { given_name, full_name, last_four: last_four.as_deref(), company: &self.company_name }
    }

    /// What the template says on one insert.
    pub(crate) fn wordings_of(&self, insert: &Insert) -> Cow<'_, [Wording]> {
        if self.own == OwnPieces::default() {
            Cow::Borrowed(&self.wordings)
        } else {
            Cow::Owned(self.job.template.wordings(self.job.language, &self.values(insert)))
        }
    }

    /// What the company's name and the pieces are drawn in.
    pub(crate) fn look(&self) -> pieces::Look {
        pieces::Look { design: self.job.template.design(), accent: self.job.template.accent().ink() }
    }

    /// The lines above the address.
    fn sender_lines(&self) -> Vec<String> {
        self.job.template.sender(&Values { given_name: "", full_name: "", last_four: None, company: &self.company_name })
    }

    /// Side of the largest link code with its quiet zone, in millimetres.
    pub(crate) fn code_mm(&self) -> f64 {
        f64::from(self.code_dots) * DOT_MM
    }

    /// Every side to be printed, in order: the fronts, each with its back behind it where there are backs.
    pub(crate) fn pages(&self) -> impl Iterator<Item = Side<'_>> {
        let places = self.job.layout.inserts_per_page();
        let (first, others) = self.inserts.split_at(self.inserts.len().min(places - self.job.start_place));
        let has_back = self.job.back.is_some();
        let sides = move |inserts| [Some(Side { inserts, is_back: false }), has_back.then_some(Side { inserts, is_back: true })];
        std::iter::once(first).chain(others.chunks(places)).flat_map(sides).flatten()
    }

    /// Upper left corner of an insert on this side of its sheet, with the printer's correction, in dots of 1/600 inch.
    pub(crate) fn corner_dots(&self, place: usize, is_back: bool) -> (i32, i32) {
        corner_dots(&self.job, place, is_back)
    }

    /// What is the same on every insert, for a form of the cell's size.
    pub(crate) fn furniture(&self) -> Result<Vec<u8>, InsertError> {
        let mut canvas = Canvas::new(&self.fonts, self.job.layout.cell_dots().1);
        match (self.job.layout.drawing(), &self.cell) {
            (Drawing::TriFold, _) => tri_fold::furniture(self, &mut canvas)?,
            (Drawing::Cell, Some(arranged)) => arranged.furniture(self, &mut canvas)?,
            (Drawing::EightUp | Drawing::Cell, _) => eight_up::furniture(self, &mut canvas)?,
        }
        Ok(canvas.into_bytes())
    }

    /// What is the same on every sheet: the marks for folding or cutting.
    pub(crate) fn sheet_marks(&self) -> Vec<u8> {
        let mut canvas = Canvas::new(&self.fonts, self.job.layout.sheet_dots().1);
        if let Some(fold) = self.job.layout.fold() {
            if self.job.template.source().has_fold_marks {
                tri_fold::fold_marks(&fold, &mut canvas);
            }
        } else if self.job.layout.grid().is_cut {
            cut_marks::draw(&self.job.layout.grid(), &mut canvas);
        }
        canvas.into_bytes()
    }

    /// One side of a sheet: on the front the sheet's marks, and for each insert the furniture and what is its own.
    pub(crate) fn page(&self, side: Side<'_>) -> Result<Vec<u8>, InsertError> {
        let layout = self.job.layout;
        let (sheet_height, cell_height) = (layout.sheet_dots().1, layout.cell_dots().1);
        let mut canvas = Canvas::new(&self.fonts, sheet_height);
        if !side.is_back {
            // Without a correction of its own: the corner of the whole sheet.
            match self.job.correction.dots() {
                (0, 0) => canvas.form(b"Marks"),
                moved => canvas.in_cell(moved, sheet_height, |canvas| canvas.form(b"Marks")),
            }
        }
        let mut outcome = Ok(());
        for insert in side.inserts {
            canvas.in_cell(self.corner_dots(insert.place, side.is_back), cell_height, |canvas| {
                if side.is_back {
                    outcome = back::insert(self, insert, canvas);
                } else {
                    canvas.form(b"Insert");
                    outcome = self.own(insert, canvas);
                }
            });
            std::mem::replace(&mut outcome, Ok(()))?;
        }
        Ok(canvas.into_bytes())
    }

    /// Draws what is an insert's own.
    fn own(&self, insert: &Insert, canvas: &mut Canvas<'_>) -> Result<(), InsertError> {
        match (self.job.layout.drawing(), &self.cell) {
            (Drawing::TriFold, _) => tri_fold::insert(self, insert, canvas),
            (Drawing::Cell, Some(arranged)) => arranged.insert(self, insert, canvas),
            (Drawing::EightUp | Drawing::Cell, _) => eight_up::insert(self, insert, canvas),
        }
    }

    /// Every character that the file prints.
    fn characters(&self) -> BTreeSet<char> {
        // Most characters are of ASCII and were seen already: a table knows them at a glance, whatever the run's length.
        let mut is_seen = [false; 128];
        let mut characters = BTreeSet::new();
        let own = self.inserts.iter().flat_map(|insert| {
            let texts = [insert.full_name.as_str(), &insert.given_name, &insert.link, insert.serial.as_str()];
            texts.into_iter().chain(insert.address_lines.iter().map(String::as_str)).flat_map(str::chars)
        });
        for character in own {
            if !is_seen.get_mut(character as usize).is_some_and(|is_seen| std::mem::replace(is_seen, true)) {
                characters.insert(character);
            }
        }
        // Digits and separators stand in every file: the card's last four, the serial, the steps' numbers.
        characters.extend("0123456789 •·/,.-—".chars());
        characters.extend(self.company_name.chars());
        characters.extend(self.mark_text.iter().flat_map(|text| text.chars()));
        characters.extend(self.greeting.words().chars());
        characters.extend(self.sender_lines().iter().flat_map(|line| line.chars()));
        for wording in &self.wordings {
            characters.extend(wording.texts().flat_map(str::chars));
        }
        characters
    }

    /// What stands on an insert in its own words: what it is, how it is set, and the text, which may be broken into lines.
    pub(crate) fn own_texts(&self, insert: &Insert) -> Vec<(Field, Weight, String)> {
        let mut texts = vec![(Field::GivenName, Weight::SemiBold, self.greeting(insert))];
        if self.cell.as_ref().is_none_or(cell::Arranged::has_link) {
            texts.push((Field::Link, Weight::Regular, insert.link.clone()));
        }
        texts.extend(self.card_text(insert).map(|card| (Field::Card, Weight::SemiBold, card)));
        self.own_pieces(insert, &mut texts);
        if self.job.has_address() {
            texts.push((Field::FullName, Weight::SemiBold, insert.full_name.clone()));
            texts.push((Field::Address, Weight::Regular, insert.address_lines.concat()));
        }
        texts
    }

    /// The pieces of the template that are the cardholder's own and that this layout has room for.
    fn own_pieces(&self, insert: &Insert, texts: &mut Vec<(Field, Weight, String)>) {
        let has = |piece: fn(&cell::Arranged) -> bool| self.cell.as_ref().is_none_or(piece);
        let wordings = self.wordings_of(insert);
        // Only a folded sheet has room for a heading there.
        if self.own.closing && self.job.layout.drawing() == Drawing::TriFold {
            texts.push((Field::ClosingTitle, Weight::SemiBold, joined(&wordings, " · ", |wording| &wording.closing_title)));
        }
        for wording in wordings.iter() {
            if self.own.lead && has(cell::Arranged::has_lead) {
                texts.push((Field::Lead, Weight::Regular, wording.lead.clone()));
            }
            if self.own.steps && has(cell::Arranged::has_steps) {
                texts.extend((0..3).map(|step| (Field::Step(step), Weight::Regular, wording.step(step.into()))));
            }
            if self.own.closing && has(cell::Arranged::has_closing) {
                texts.push((Field::Closing, Weight::Regular, wording.closing.clone()));
            }
        }
    }

    /// The card as it is printed, where it is known.
    pub(crate) fn card_text(&self, insert: &Insert) -> Option<String> {
        insert.last_four.as_ref().map(|last_four| self.card_line(last_four))
    }

    /// The line that names a card.
    pub(crate) fn card_line(&self, last_four: &str) -> String {
        let card = joined(&self.wordings, " · ", |wording| wording.card);
        format!("{card} {MASK} {last_four}")
    }

    pub(crate) fn greeting(&self, insert: &Insert) -> String {
        self.greeting.filled(&self.values(insert))
    }
}

impl Insert {
    fn new(content: &InsertContent, job: &PrintJob, place: usize) -> Result<Self, InsertError> {
        let serial = &content.serial;
        let link = checked(content.link.as_str(), Field::Link, Some(serial))?;
        let link_code = Symbol::measured(&link, job.error_correction)
            .ok_or_else(|| InsertError::LinkTooLong { serial: serial.clone(), bytes: link.len() })?;
        let small_code = job.small_code(serial);
        let serial_code = Symbol::measured(&small_code, ErrorCorrection::M)
            .filter(|code| code.side() == SERIAL_MODULES)
            .ok_or_else(|| serial_too_long(&small_code))?;
        let full_name = if job.has_address() || job.template.names_in_full() {
            checked(&content.full_name, Field::FullName, Some(serial))?
        } else {
            String::new()
        };
        let address_lines = if job.has_address() { address(content)? } else { Vec::new() };
        Ok(Self {
            serial: serial.clone(),
            link,
            link_code,
            small_code,
            serial_code,
            full_name,
            given_name: checked(&content.given_name, Field::GivenName, Some(serial))?,
            last_four: content.last_four.as_ref().map(ToString::to_string),
            address_lines,
            place,
        })
    }

    /// The same with its codes: they are encoded for the page that is being drawn, since those of a whole run would take more
    /// memory than everything else.
    pub(crate) fn encoded(&self, job: &PrintJob) -> Result<Self, InsertError> {
        let serial = &self.serial;
        let link_code = self.link_code.filled(&self.link, job.error_correction);
        let serial_code = self.serial_code.filled(&self.small_code, ErrorCorrection::M);
        Ok(Self {
            link_code: link_code.ok_or_else(|| InsertError::LinkTooLong { serial: serial.clone(), bytes: self.link.len() })?,
            serial_code: serial_code.ok_or_else(|| serial_too_long(&self.small_code))?,
            ..self.clone()
        })
    }

    pub(crate) fn does_not_fit(&self, field: Field) -> impl FnOnce(DoesNotFit) -> InsertError {
        let serial = Some(self.serial.clone());
        move |DoesNotFit { needed_mm, available_mm, smallest_pt }| InsertError::TextTooLong {
            serial,
            field,
            needed_mm,
            available_mm,
            smallest_pt,
        }
    }
}

fn serial_too_long(small_code: &str) -> InsertError {
    InsertError::Build(format!("serial {small_code} does not fit into the smallest code"))
}

/// No serial stands on two inserts.
fn check_serials(contents: &[InsertContent]) -> Result<(), InsertError> {
    let mut serials = HashSet::with_capacity(contents.len());
    match contents.iter().find(|content| !serials.insert(&content.serial)) {
        Some(twice) => Err(InsertError::SerialTwice(twice.serial.clone())),
        None => Ok(()),
    }
}

/// The lines of an address that say something.
fn address(content: &InsertContent) -> Result<Vec<String>, InsertError> {
    let lines: Vec<&String> = content.address_lines.iter().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > MOST_ADDRESS_LINES {
        return Err(InsertError::AddressLines { serial: content.serial.clone(), lines: lines.len(), most: MOST_ADDRESS_LINES });
    }
    lines.into_iter().map(|line| checked(line, Field::Address, Some(&content.serial))).collect()
}

fn company_too_long(figures: &DoesNotFit) -> InsertError {
    InsertError::TextTooLong {
        serial: None,
        field: Field::CompanyName,
        needed_mm: figures.needed_mm,
        available_mm: figures.available_mm,
        smallest_pt: figures.smallest_pt,
    }
}

/// A line as it can be printed.
fn checked(text: &str, field: Field, serial: Option<&Serial>) -> Result<String, InsertError> {
    let line = printable_line(text, field, serial)?;
    match missing_character(&line)? {
        Some(character) => Err(InsertError::Character { serial: serial.cloned(), field, character }),
        None => Ok(line),
    }
}

/// Upper left corner of an insert on one side of its sheet: the back has the columns mirrored, as it is turned over its
/// long edge.
fn corner_dots(job: &PrintJob, place: usize, is_back: bool) -> (i32, i32) {
    let signed = |dots: u32| i32::try_from(dots).unwrap_or(i32::MAX);
    let (left, top) = job.layout.cell_origin_dots(place);
    let (left, correction) = match job.back {
        Some(back) if is_back => (job.layout.sheet_dots().0.saturating_sub(left + job.layout.cell_dots().0), back.correction),
        _ => (left, job.correction),
    };
    let (right, down) = correction.dots();
    (signed(left) + right, signed(top) + down)
}

/// White at the edges of a cell that may be lost, with the printer's correction, without anything being cut off.
fn white_dots(layout: Layout) -> i32 {
    let (width, height) = layout.cell_dots();
    let white_mm = match layout.drawing() {
        Drawing::TriFold => 5.0,
        Drawing::EightUp => 4.0,
        Drawing::Cell => cell::white_mm(f64::from(width) * DOT_MM, f64::from(height) * DOT_MM),
    };
    (white_mm / DOT_MM) as i32
}

/// The first free label is on the sheet, and nothing is moved beyond the sheet's edges.
fn check_sheet(job: &PrintJob) -> Result<(), InsertError> {
    let places = job.layout.inserts_per_page();
    if job.start_place >= places {
        return Err(InsertError::StartPlace { place: job.start_place, places });
    }
    let white = white_dots(job.layout);
    let (sheet, cell) = (job.layout.sheet_dots(), job.layout.cell_dots());
    let sides = [(false, Some(job.correction)), (true, job.back.map(|back| back.correction))];
    for (is_back, moved) in sides.into_iter().filter_map(|(is_back, correction)| Some((is_back, correction?))) {
        for place in 0..places {
            let (left, top) = corner_dots(job, place, is_back);
            let lines =
                [(Direction::Across, left, cell.0, sheet.0, moved.dots().0), (Direction::Down, top, cell.1, sheet.1, moved.dots().1)];
            for (direction, start, length, sheet, moved) in lines {
                let end = i64::from(start) + i64::from(length) - i64::from(sheet);
                let beyond = i64::from(-start).max(end) - i64::from(white);
                if moved != 0 && beyond > 0 {
                    return Err(InsertError::LeavesSheet {
                        direction,
                        moved_mm: f64::from(moved) * DOT_MM,
                        beyond_mm: beyond as f64 * DOT_MM,
                    });
                }
            }
        }
    }
    Ok(())
}

/// Room for a link code with its quiet zone, in dots of 1/600 inch.
fn code_room_dots(layout: Layout) -> u32 {
    if layout.has_address() { tri_fold::CODE_ROOM_DOTS } else { eight_up::CODE_ROOM_DOTS }
}

/// The largest module, from the one asked for downwards in steps of two dots, at which every link code of the job fits.
fn choose_module(job: &PrintJob, inserts: &[Insert]) -> Result<Module, InsertError> {
    let room = code_room_dots(job.layout);
    let Some(largest) = inserts.iter().max_by_key(|insert| insert.link_code.side()) else { return Err(InsertError::Nothing) };
    let modules = largest.link_code.side_with_quiet_zone();
    let fitting = (Module::SMALLEST.dots()..=job.module.dots()).rev().find(|dots| dots.is_multiple_of(2) && dots * modules <= room);
    fitting.and_then(|dots| Module::from_dots(dots).ok()).ok_or_else(|| InsertError::CodeTooLarge {
        serial: largest.serial.clone(),
        modules: modules - 2 * QUIET_ZONE,
        needed_mm: f64::from(modules) * Module::SMALLEST.mm(),
        available_mm: f64::from(room) * DOT_MM,
        smallest_module_mm: Module::SMALLEST.mm(),
    })
}
