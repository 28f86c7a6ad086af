//! From a job and its inserts to drawn pages.
//!
//! Owns the checks before drawing (text that can be printed, unique serials, a module that fits) and the pages' content.
//! The two families of layouts draw themselves in `tri_fold` and `eight_up`. Leaves the file around the pages to `file`.

mod eight_up;
pub(crate) mod pieces;
mod tri_fold;

use std::collections::{BTreeSet, HashSet};

use rayon::prelude::*;

use crate::canvas::Canvas;
use crate::code::{QUIET_ZONE, Symbol};
use crate::content::{InsertContent, Serial, printable_line};
use crate::error::{Field, InsertError};
use crate::fit::DoesNotFit;
use crate::font::{Fonts, Weight, missing_character};
use crate::job::{DOT_MM, ErrorCorrection, Module, PrintJob};
use crate::layout::Layout;
use crate::words::{Wording, joined, mark_text, wordings};

/// Lines of address beside the name.
const MOST_ADDRESS_LINES: usize = 5;

/// The module of the serial's code: the smallest that is printed, so that its 29 modules take 9.8 mm.
pub(crate) const SERIAL_MODULE: Module = Module::SMALLEST;

/// Inserts that are checked at once: a whole run's would be in memory twice for a moment.
const CHECKED_AT_ONCE: usize = 4096;

/// What stands for the digits of a card that are not shown.
pub(crate) const MASK: &str = "••••";

/// One insert, checked. Its codes are measured, and are encoded for its page.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub(crate) serial: Serial,
    pub(crate) link: String,
    pub(crate) link_code: Symbol,
    pub(crate) serial_code: Symbol,
    pub(crate) full_name: String,
    pub(crate) given_name: String,
    pub(crate) last_four: Option<String>,
    pub(crate) address_lines: Vec<String>,
}

/// Everything that the pages of one file share.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) job: &'a PrintJob,
    pub(crate) inserts: Vec<Insert>,
    pub(crate) fonts: Fonts,
    /// The module of the link codes.
    pub(crate) module: Module,
    pub(crate) wordings: &'static [Wording],
    company_name: String,
    /// The mark of a test as it is printed.
    pub(crate) mark_text: Option<String>,
    /// Side of the largest link code with its quiet zone, in dots.
    code_dots: u32,
}

impl<'a> Plan<'a> {
    /// Checks and measures every insert, and chooses the module.
    pub(crate) fn new(job: &'a PrintJob, contents: &[InsertContent]) -> Result<Self, InsertError> {
        if contents.is_empty() {
            return Err(InsertError::Nothing);
        }
        check_serials(contents)?;
        let mut inserts = Vec::with_capacity(contents.len());
        for contents in contents.chunks(CHECKED_AT_ONCE) {
            // Collected in order before the first error is taken, so that the same run always names the same insert.
            let checked: Vec<Result<Insert, InsertError>> = contents.par_iter().map(|content| Insert::new(content, job)).collect();
            for insert in checked {
                inserts.push(insert?);
            }
        }
        let module = choose_module(job, &inserts)?;
        let wordings = wordings(job.language);
        let company_name = checked(&job.branding.company_name, Field::CompanyName, None)?;
        let mark_text = job.mark().map(|mark| mark_text(mark, wordings));
        let largest = inserts.iter().map(|insert| insert.link_code.side_with_quiet_zone()).max().unwrap_or(0);
        let code_dots = largest * module.dots();
        let mut plan =
            Self { job, inserts, fonts: Fonts::prepare(&BTreeSet::new())?, module, wordings, company_name, mark_text, code_dots };
        plan.fonts = Fonts::prepare(&plan.characters())?;
        Ok(plan)
    }

    /// Side of the largest link code with its quiet zone, in millimetres.
    pub(crate) fn code_mm(&self) -> f64 {
        f64::from(self.code_dots) * DOT_MM
    }

    /// Inserts of each page, in order.
    pub(crate) fn pages(&self) -> std::slice::Chunks<'_, Insert> {
        self.inserts.chunks(self.job.layout.inserts_per_page())
    }

    /// What is the same on every insert, for a form of the cell's size.
    pub(crate) fn furniture(&self) -> Result<Vec<u8>, InsertError> {
        let mut canvas = Canvas::new(&self.fonts, self.job.layout.cell_dots().1);
        if self.job.layout.has_address() {
            tri_fold::furniture(self, &mut canvas)?;
        } else {
            eight_up::furniture(self, &mut canvas)?;
        }
        Ok(canvas.into_bytes())
    }

    /// What is the same on every sheet: the marks for folding or cutting.
    pub(crate) fn sheet_marks(&self) -> Vec<u8> {
        let mut canvas = Canvas::new(&self.fonts, self.job.layout.sheet_dots().1);
        if let Some(fold) = self.job.layout.fold() {
            tri_fold::fold_marks(&fold, &mut canvas);
        } else {
            eight_up::cut_marks(self.job.layout, &mut canvas);
        }
        canvas.into_bytes()
    }

    /// One page: the sheet's marks, and for each insert the furniture and what is its own.
    pub(crate) fn page(&self, inserts: &[Insert]) -> Result<Vec<u8>, InsertError> {
        let layout = self.job.layout;
        let mut canvas = Canvas::new(&self.fonts, layout.sheet_dots().1);
        canvas.form(b"Marks");
        let mut outcome = Ok(());
        for (place, insert) in inserts.iter().enumerate() {
            canvas.in_cell(layout.cell_origin_dots(place), layout.cell_dots().1, |canvas| {
                canvas.form(b"Insert");
                outcome =
                    if layout.has_address() { tri_fold::insert(self, insert, canvas) } else { eight_up::insert(self, insert, canvas) };
            });
            std::mem::replace(&mut outcome, Ok(()))?;
        }
        Ok(canvas.into_bytes())
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
        characters.extend("0123456789 •·/,.-".chars());
        characters.extend(self.company_name.chars());
        characters.extend(self.mark_text.iter().flat_map(|text| text.chars()));
        for wording in self.wordings {
            characters.extend(wording.texts().flat_map(str::chars));
        }
        characters
    }

    /// What stands on an insert in its own words: what it is, how it is set, and the text, which may be broken into lines.
    pub(crate) fn own_texts(&self, insert: &Insert) -> Vec<(Field, Weight, String)> {
        let mut texts =
            vec![(Field::Link, Weight::Regular, insert.link.clone()), (Field::GivenName, Weight::SemiBold, self.greeting(insert))];
        texts.extend(self.card_text(insert).map(|card| (Field::Card, Weight::SemiBold, card)));
        if self.job.layout.has_address() {
            texts.push((Field::FullName, Weight::SemiBold, insert.full_name.clone()));
            texts.push((Field::Address, Weight::Regular, insert.address_lines.concat()));
        }
        texts
    }

    /// The card as it is printed, where it is known.
    fn card_text(&self, insert: &Insert) -> Option<String> {
        let card = joined(self.wordings, " · ", |wording| wording.card);
        insert.last_four.as_ref().map(|last_four| format!("{card} {MASK} {last_four}"))
    }

    fn greeting(&self, insert: &Insert) -> String {
        format!("{}, {}.", joined(self.wordings, " · ", |wording| wording.greeting), insert.given_name)
    }
}

impl Insert {
    fn new(content: &InsertContent, job: &PrintJob) -> Result<Self, InsertError> {
        let serial = &content.serial;
        let link = checked(content.link.as_str(), Field::Link, Some(serial))?;
        let link_code = Symbol::measured(&link, job.error_correction)
            .ok_or_else(|| InsertError::LinkTooLong { serial: serial.clone(), bytes: link.len() })?;
        let serial_code = Symbol::measured(serial.as_str(), ErrorCorrection::M).ok_or_else(|| serial_too_long(serial))?;
        let (full_name, address_lines) = if job.layout.has_address() {
            (checked(&content.full_name, Field::FullName, Some(serial))?, address(content)?)
        } else {
            (String::new(), Vec::new())
        };
        Ok(Self {
            serial: serial.clone(),
            link,
            link_code,
            serial_code,
            full_name,
            given_name: checked(&content.given_name, Field::GivenName, Some(serial))?,
            last_four: content.last_four.as_ref().map(ToString::to_string),
            address_lines,
        })
    }

    /// The same with its codes: they are encoded for the page that is being drawn, since those of a whole run would take more
    /// memory than everything else.
    pub(crate) fn encoded(&self, job: &PrintJob) -> Result<Self, InsertError> {
        let serial = &self.serial;
        let link_code = self.link_code.filled(&self.link, job.error_correction);
        let serial_code = self.serial_code.filled(serial.as_str(), ErrorCorrection::M);
        Ok(Self {
            link_code: link_code.ok_or_else(|| InsertError::LinkTooLong { serial: serial.clone(), bytes: self.link.len() })?,
            serial_code: serial_code.ok_or_else(|| serial_too_long(serial))?,
            ..self.clone()
        })
    }

    fn does_not_fit(&self, field: Field) -> impl FnOnce(DoesNotFit) -> InsertError {
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

fn serial_too_long(serial: &Serial) -> InsertError {
    InsertError::Build(format!("serial {serial} does not fit into a code"))
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

/// A line as it can be printed.
fn checked(text: &str, field: Field, serial: Option<&Serial>) -> Result<String, InsertError> {
    let line = printable_line(text, field, serial)?;
    match missing_character(&line)? {
        Some(character) => Err(InsertError::Character { serial: serial.cloned(), field, character }),
        None => Ok(line),
    }
}

/// Room for a link code with its quiet zone, in dots of 1/600 inch.
const fn code_room_dots(layout: Layout) -> u32 {
    match layout {
        Layout::EightUpA4 | Layout::EightUpLetter => eight_up::CODE_ROOM_DOTS,
        Layout::TrifoldA4FormA | Layout::TrifoldA4FormB | Layout::TrifoldLetter10 => tri_fold::CODE_ROOM_DOTS,
    }
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
