//! The calibration page: what a printer does to measures, seen with a ruler and a phone.
//!
//! Crosses 20 mm from two corners tell how far the printer shifts ([`Correction`]), rulers of 50 mm whether it scales, and
//! bars and codes of modules from 8 to 16 dots which module it still prints. Its codes are read back like those of inserts.
//! Where both sides are printed, a back follows: a cross to be measured like that of the front, and two that lie behind the
//! front's own, seen against the light.

use std::collections::BTreeSet;

use crate::canvas::{BLACK, Canvas, INK, INK_2, INK_3, PT_PER_DOT, Style};
use crate::code::{QUIET_ZONE, Symbol};
use crate::drawing::Mark;
use crate::error::InsertError;
use crate::file::DrawnFile;
use crate::fit::{Breaks, PT_PER_MM, wrap};
use crate::font::{Fonts, Weight};
use crate::job::{Correction, DOT_MM, ErrorCorrection, InsertLanguage, Module};
use crate::reading::{Buffers, FileBeingRead};
use crate::statement::Paper;
use crate::verify::{LEAST_RUNS, decode, read_modules};

/// From two edges of the paper to each cross.
const CROSS_MM: f64 = 20.0;
/// Half of a cross.
const ARM_MM: f64 = 12.0;
const RULER_MM: u32 = 50;
/// Left edge of everything but the crosses.
const LEFT_MM: f64 = 40.0;
const RULERS_TOP_MM: f64 = 88.0;
const CODES_TOP_MM: f64 = 164.0;
const BARS_TOP_MM: f64 = 214.0;
/// The first baseline of the back, below its crosses.
const BACK_TOP_MM: f64 = 50.0;
/// The modules of the ramps, in dots of 1/600 inch.
const RAMP_DOTS: [u32; 5] = [8, 10, 12, 14, 16];
const GAP_MM: f64 = 7.0;

const TITLE: Style = Style::new(Weight::SemiBold, 15.0, INK);
const TEXT: Style = Style::new(Weight::Regular, 9.0, INK_2);
const SMALL: Style = Style::new(Weight::Regular, 7.0, INK_3);
const HEADING: Style = Style::new(Weight::SemiBold, 9.0, INK);

/// A finished calibration page.
#[derive(Debug, Clone)]
pub struct CalibrationPdf {
    bytes: Vec<u8>,
    codes_verified: usize,
}

impl CalibrationPdf {
    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Codes that were decoded from the finished page.
    #[must_use]
    pub const fn codes_verified(&self) -> usize {
        self.codes_verified
    }
}

/// What the page says in one language.
struct Words {
    tag: &'static str,
    title: &'static str,
    print: &'static str,
    shift: &'static str,
    moved: &'static str,
    rulers: &'static str,
    codes: &'static str,
    bars: &'static str,
    back: &'static str,
    back_shift: &'static str,
    back_light: &'static str,
}

const SPANISH: Words = Words {
    tag: "es",
    title: "Hoja de calibración",
    print: "Imprímala en tamaño real (100 %), en el papel y la bandeja que va a usar.",
    shift: "Mida desde el borde izquierdo y desde el borde superior del papel hasta la cruz de arriba: deben ser 20.0\u{a0}mm. La corrección es 20.0 menos lo medido; súmela a la que ya está aplicada. En la cruz de abajo, los bordes derecho e inferior deben dar lo mismo.",
    moved: "Corrección aplicada en esta hoja",
    rulers: "Cada regla mide 50.0\u{a0}mm. Si no, la impresora cambia la escala: desactívelo antes de imprimir insertos.",
    codes: "Escanee cada código. El menor que se lee siempre es el menor que conviene usar en esta impresora.",
    bars: "Las barras deben verse separadas y parejas en ambos sentidos.",
    back: "Hoja de calibración: dorso",
    back_shift: "Mida desde el borde izquierdo y desde el borde superior de este lado hasta la cruz marcada: deben ser 20.0\u{a0}mm.",
    back_light: "Contra la luz, las otras dos cruces deben caer sobre las dos del frente. Si no caen juntas, corrija cada lado con su medida.",
};

const ENGLISH: Words = Words {
    tag: "en",
    title: "Calibration page",
    print: "Print it at actual size (100 %), on the paper and from the tray that you will use.",
    shift: "Measure from the left and from the upper edge of the paper to the upper cross: both should be 20.0\u{a0}mm. The correction is 20.0 less what you measured; add it to the one already applied. At the lower cross, the right and the lower edge should give the same.",
    moved: "Correction applied to this page",
    rulers: "Each ruler is 50.0\u{a0}mm long. If it is not, the printer scales: switch that off before printing inserts.",
    codes: "Scan each code. The smallest that always reads is the smallest to use on this printer.",
    bars: "The bars should be apart and even, both ways.",
    back: "Calibration page: back",
    back_shift: "Measure from the left and from the upper edge of this side to the marked cross: both should be 20.0\u{a0}mm.",
    back_light: "Against the light, the other two crosses should fall on the two of the front. If they do not, correct each side by its own measures.",
};

/// Draws the page for this paper, moved by a printer's correction, and reads its codes back. With a correction of the back, a
/// second page to be printed on the other side, turned over its long edge.
///
/// # Errors
/// If the shipped font can't be read, or the finished page is wrong: a defect of the program.
pub fn make_calibration(
    paper: Paper,
    language: InsertLanguage,
    correction: Correction,
    back: Option<Correction>,
) -> Result<CalibrationPdf, InsertError> {
    let words: &[&Words] = match language {
        InsertLanguage::Spanish => &[&SPANISH],
        InsertLanguage::English => &[&ENGLISH],
        InsertLanguage::Both => &[&SPANISH, &ENGLISH],
    };
    let fonts = Fonts::prepare(&characters(words))?;
    let codes = codes()?;
    let sheet_dots = paper.sheet_dots();
    let page = Page { fonts: &fonts, words, width_mm: f64::from(sheet_dots.0) * DOT_MM, height_mm: f64::from(sheet_dots.1) * DOT_MM };
    let drawn = |correction: Correction, draw: &dyn Fn(&mut Canvas<'_>)| {
        let mut canvas = Canvas::new(&fonts, sheet_dots.1);
        canvas.in_cell(correction.dots(), sheet_dots.1, draw);
        canvas.into_bytes()
    };
    let front = drawn(correction, &|canvas| page.front(canvas, correction, &codes));
    let back = back.map(|correction| drawn(correction, &|canvas| page.back(canvas, correction)));
    let pages: Vec<Vec<u8>> = std::iter::once(front).chain(back).collect();
    let title = words.iter().map(|words| words.title).collect::<Vec<_>>().join(" · ");
    let tag = words.first().map_or("es", |words| words.tag);
    let file = DrawnFile::write(&title, tag, sheet_dots, &fonts, &pages)?;
    let codes_verified = verify(&file, &codes, sheet_dots.1)?;
    Ok(CalibrationPdf { bytes: file.into_bytes(), codes_verified })
}

/// A test code of each module, which says how large it is.
fn codes() -> Result<Vec<(u32, String, Symbol)>, InsertError> {
    let code = |dots: u32| {
        let text = format!("CARDESK-{dots}");
        let symbol = Symbol::encode(&text, ErrorCorrection::M).ok_or_else(|| InsertError::Build("a test code is too long".to_owned()))?;
        Ok((dots, text, symbol))
    };
    RAMP_DOTS.into_iter().map(code).collect()
}

fn characters(words: &[&Words]) -> BTreeSet<char> {
    let texts = words.iter().flat_map(|words| {
        let front = [words.title, words.print, words.shift, words.moved, words.rulers, words.codes, words.bars];
        front.into_iter().chain([words.back, words.back_shift, words.back_light]).flat_map(str::chars)
    });
    texts.chain("0123456789 \u{a0}.,:·×+−-→↓mCARDESK".chars()).collect()
}

struct Page<'a> {
    fonts: &'a Fonts,
    words: &'a [&'a Words],
    width_mm: f64,
    height_mm: f64,
}

impl Page<'_> {
    fn front(&self, canvas: &mut Canvas<'_>, correction: Correction, codes: &[(u32, String, Symbol)]) {
        self.crosses(canvas);
        self.instructions(canvas, correction);
        self.rulers(canvas);
        self.codes(canvas, codes);
        self.bars(canvas);
    }

    /// The other side: what lies at the left there is behind what lies at the right here.
    fn back(&self, canvas: &mut Canvas<'_>, correction: Correction) {
        let (right_mm, lower_mm) = (self.width_mm - CROSS_MM, self.height_mm - CROSS_MM);
        for corner_mm in [(CROSS_MM, CROSS_MM), (right_mm, CROSS_MM), (CROSS_MM, lower_mm)] {
            cross(canvas, corner_mm);
        }
        canvas.text(CROSS_MM + 1.0, CROSS_MM - 1.2, &SMALL, "20.0 mm");
        let mut baseline_mm = BACK_TOP_MM;
        canvas.text(LEFT_MM, baseline_mm, &TITLE, &self.joined(|words| words.back));
        baseline_mm += 8.0;
        for words in self.words {
            for text in [words.back_shift, words.back_light] {
                baseline_mm = self.paragraph(canvas, LEFT_MM, baseline_mm, text) + 0.8;
            }
        }
        self.moved(canvas, baseline_mm, correction);
    }

    fn joined(&self, of: fn(&Words) -> &'static str) -> String {
        self.words.iter().map(|words| of(words)).collect::<Vec<_>>().join(" · ")
    }

    fn crosses(&self, canvas: &mut Canvas<'_>) {
        for corner_mm in [(CROSS_MM, CROSS_MM), (self.width_mm - CROSS_MM, self.height_mm - CROSS_MM)] {
            cross(canvas, corner_mm);
        }
        canvas.text(CROSS_MM + 1.0, CROSS_MM - 1.2, &SMALL, "20.0 mm");
        canvas.text_right(self.width_mm - CROSS_MM - 1.0, self.height_mm - CROSS_MM - 1.2, &SMALL, "20.0 mm");
    }

    /// What to do, and how this page was moved.
    fn instructions(&self, canvas: &mut Canvas<'_>, correction: Correction) {
        canvas.text(LEFT_MM, 22.0, &TITLE, &self.joined(|words| words.title));
        let mut baseline_mm = 30.0;
        for words in self.words {
            for text in [words.print, words.shift] {
                baseline_mm = self.paragraph(canvas, LEFT_MM, baseline_mm, text) + 0.8;
            }
        }
        self.moved(canvas, baseline_mm, correction);
    }

    /// How this side was moved.
    fn moved(&self, canvas: &mut Canvas<'_>, baseline_mm: f64, correction: Correction) {
        let moved = self.joined(|words| words.moved);
        let signed = |mm: f64| format!("{}{:.1} mm", if mm < -0.05 { "−" } else { "+" }, mm.abs());
        let text = format!("{moved}: {} → · {} ↓", signed(correction.right_mm()), signed(correction.down_mm()));
        canvas.text(LEFT_MM, baseline_mm, &HEADING, &text);
    }

    /// Draws a text in lines and gives back the baseline below the last.
    fn paragraph(&self, canvas: &mut Canvas<'_>, left_mm: f64, first_mm: f64, text: &str) -> f64 {
        const LEADING_MM: f64 = 4.2;
        let width_mm = self.width_mm - left_mm - CROSS_MM;
        let lines = wrap(&self.fonts.regular, text, TEXT.size_pt, width_mm * PT_PER_MM, Breaks::Words);
        let mut baseline_mm = first_mm;
        for line in lines.unwrap_or_else(|| vec![text.to_owned()]) {
            canvas.text(left_mm, baseline_mm, &TEXT, &line);
            baseline_mm += LEADING_MM;
        }
        baseline_mm
    }

    /// A ruler of 50 mm across and one down, from one corner.
    fn rulers(&self, canvas: &mut Canvas<'_>) {
        let (left, top, length_mm) = (LEFT_MM, RULERS_TOP_MM, f64::from(RULER_MM));
        canvas.line((left, top), (left + length_mm, top), 0.36, BLACK);
        canvas.line((left, top), (left, top + length_mm), 0.36, BLACK);
        for mm in 0..=RULER_MM {
            let at = f64::from(mm);
            let tick = if mm % 10 == 0 {
                4.0
            } else if mm % 5 == 0 {
                3.0
            } else {
                2.0
            };
            canvas.line((left + at, top), (left + at, top + tick), 0.24, BLACK);
            canvas.line((left, top + at), (left + tick, top + at), 0.24, BLACK);
            if mm % 10 == 0 {
                canvas.text_centred(left + at, top - 1.5, &SMALL, &mm.to_string());
                if mm > 0 {
                    canvas.text_right(left - 1.5, top + at + 0.9, &SMALL, &mm.to_string());
                }
            }
        }
        let mut baseline_mm = top + 14.0;
        for words in self.words {
            baseline_mm = self.paragraph(canvas, left + 14.0, baseline_mm, words.rulers) + 0.8;
        }
    }

    /// A code of each module, with the module below it.
    fn codes(&self, canvas: &mut Canvas<'_>, codes: &[(u32, String, Symbol)]) {
        let mut baseline_mm = CODES_TOP_MM - 12.0;
        for words in self.words {
            baseline_mm = self.paragraph(canvas, LEFT_MM, baseline_mm, words.codes) + 0.4;
        }
        let side_mm = |(dots, _, symbol): &(u32, String, Symbol)| f64::from(symbol.side_with_quiet_zone() * dots) * DOT_MM;
        let label_mm = CODES_TOP_MM + codes.iter().map(side_mm).fold(0.0, f64::max) + 2.8;
        let mut left_mm = LEFT_MM;
        for (dots, _, symbol) in codes {
            let quiet_mm = f64::from(QUIET_ZONE * dots) * DOT_MM;
            let side_mm = f64::from(symbol.side_with_quiet_zone() * dots) * DOT_MM;
            let corner = [left_mm - quiet_mm, CODES_TOP_MM].map(|mm| (mm / DOT_MM).ceil() as u32);
            canvas.code(symbol, (corner[0], corner[1]), *dots);
            canvas.text(left_mm, label_mm, &SMALL, &module_text(*dots));
            left_mm += side_mm - 2.0 * quiet_mm + GAP_MM + 4.0;
        }
    }

    /// Bars and gaps of each module, upright and level.
    fn bars(&self, canvas: &mut Canvas<'_>) {
        const BARS: u32 = 8;
        const LENGTH_MM: f64 = 9.0;
        let mut baseline_mm = BARS_TOP_MM - 11.0;
        for words in self.words {
            baseline_mm = self.paragraph(canvas, LEFT_MM, baseline_mm, words.bars) + 0.4;
        }
        let mut left_mm = LEFT_MM;
        for dots in RAMP_DOTS {
            let module_mm = f64::from(dots) * DOT_MM;
            let width_pt = f64::from(dots) * PT_PER_DOT;
            // On whole dots, so that what is uneven is the printer's doing.
            let left = (left_mm / DOT_MM).round() * DOT_MM;
            let top = (BARS_TOP_MM / DOT_MM).round() * DOT_MM;
            let lower = ((BARS_TOP_MM + LENGTH_MM + 4.0) / DOT_MM).round() * DOT_MM;
            for bar in 0..BARS {
                let at_mm = (2.0 * f64::from(bar) + 0.5) * module_mm;
                canvas.line((left + at_mm, top), (left + at_mm, top + LENGTH_MM), width_pt, BLACK);
                canvas.line((left, lower + at_mm), (left + LENGTH_MM, lower + at_mm), width_pt, BLACK);
            }
            canvas.text(left, top + LENGTH_MM + 2.9, &SMALL, &module_text(dots));
            left_mm += 2.0 * f64::from(BARS) * module_mm + GAP_MM + 10.0;
        }
    }
}

fn cross(canvas: &mut Canvas<'_>, (x_mm, y_mm): (f64, f64)) {
    canvas.line((x_mm - ARM_MM, y_mm), (x_mm + ARM_MM, y_mm), 0.36, BLACK);
    canvas.line((x_mm, y_mm - ARM_MM), (x_mm, y_mm + ARM_MM), 0.36, BLACK);
}

fn module_text(dots: u32) -> String {
    format!("{dots} · {:.3} mm", f64::from(dots) * DOT_MM)
}

/// Reads the finished page back: every code is there, says how large it is, and is as large as it says.
fn verify(written: &DrawnFile, codes: &[(u32, String, Symbol)], sheet_height_dots: u32) -> Result<usize, InsertError> {
    let wrong = |problem: String| InsertError::Verification { serial: None, problem };
    let marks = read_front(written).map_err(wrong)?;
    let drawn: Vec<_> = marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Rectangles { rectangles, bounds, is_black: true } if rectangles.len() >= LEAST_RUNS => Some((rectangles, bounds)),
            _ => None,
        })
        .collect();
    if drawn.len() != codes.len() {
        return Err(wrong(format!("the page has {} codes instead of {}", drawn.len(), codes.len())));
    }
    let sheet_height = f64::from(sheet_height_dots) * PT_PER_DOT;
    for ((rectangles, bounds), (dots, text, symbol)) in drawn.iter().zip(codes) {
        let read = read_modules(rectangles, bounds).map_err(wrong)?;
        let module_dots = bounds.width() / f64::from(read.side()) / PT_PER_DOT;
        let is_on_dot = |points: f64| ((points / PT_PER_DOT).round() * PT_PER_DOT - points).abs() < 0.003;
        let says = decode(&read).map_err(wrong)?;
        let says = String::from_utf8_lossy(&says);
        if says != *text || read != *symbol || (module_dots - f64::from(*dots)).abs() > 0.01 {
            return Err(wrong(format!("the code of {dots} dots says “{says}” in modules of {module_dots:.2} dots")));
        }
        if !is_on_dot(bounds.left) || !is_on_dot(sheet_height - bounds.top) {
            return Err(wrong("a code does not begin on a printer's dot".to_owned()));
        }
        let quiet = bounds.grown(f64::from(QUIET_ZONE * Module::SMALLEST.dots().max(*dots)) * PT_PER_DOT);
        if marks.iter().filter(|mark| mark.bounds() != **bounds).any(|mark| mark.bounds().meets(&quiet)) {
            return Err(wrong(format!("something is in the quiet zone of the code of {dots} dots")));
        }
    }
    Ok(drawn.len())
}

/// What is drawn on the front. The back, where there is one, is read as well: it has nothing to decode.
fn read_front(written: &DrawnFile) -> Result<Vec<Mark>, String> {
    let mut file = FileBeingRead::open(&written.opening)?;
    let mut front = None;
    for (number, page) in written.pages.iter().enumerate() {
        let (marks, places) = file.page(number, &page.bytes, &mut Buffers::default())?;
        file.passed(places, page.bytes.len())?;
        front.get_or_insert(marks);
    }
    file.close(&written.ending)?;
    front.ok_or_else(|| "the file has no page".to_owned())
}
