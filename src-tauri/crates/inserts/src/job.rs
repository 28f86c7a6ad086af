//! How a run is to be printed: layout, language, branding, template, test mark, and the code's own settings.

use std::sync::Arc;

use std::ops::Range;

use cardesk_domain::Environment;

use crate::content::{Serial, SerialMark};
use crate::layout::Layout;
use crate::template::Template;

/// How a run is to be printed; the same for all its inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintJob {
    /// The paper and how inserts lie on it.
    pub layout: Layout,
    /// The language of the insert's own wording.
    pub language: InsertLanguage,
    /// Whose insert it is.
    pub branding: Branding,
    /// How it looks and what it says.
    pub template: Arc<Template>,
    /// Not for callers to set: the environment alone decides.
    mark: Option<TestMark>,
    /// Error correction of the link's code.
    pub error_correction: ErrorCorrection,
    /// The module asked for. A layout with less room goes down from it in steps of two dots, never below [`Module::SMALLEST`].
    pub module: Module,
    /// The first free label of the first sheet, from 0, row by row: a started sheet of labels goes on there.
    pub start_place: usize,
    /// What this printer shifts on the front, taken back.
    pub correction: Correction,
    /// What is printed on the back of every sheet; `None` for one-sided paper.
    pub back: Option<Back>,
    /// What the small code says after the serial; without it, the serial alone, as samples have it.
    pub mark_of_serials: Option<SerialMark>,
}

/// How far everything on a sheet is moved, because the printer prints elsewhere than it should: in whole dots of 1/600 inch,
/// so that modules stay on the printer's dots. Found with the calibration page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Correction {
    right_dots: i32,
    down_dots: i32,
}

/// A correction is at most 20 mm either way.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a correction of {right_mm} mm to the right and {down_mm} mm down is not within {most_mm} mm")]
pub struct CorrectionError {
    /// To the right.
    pub right_mm: f64,
    /// Down.
    pub down_mm: f64,
    /// The most.
    pub most_mm: f64,
}

impl Correction {
    /// The furthest that anything is moved: a printer that is further off is set up for other paper.
    pub const MOST_MM: f64 = 20.0;

    /// Moves everything to the right and down; negative to the left and up. Rounded to a dot, 0.04 mm.
    ///
    /// # Errors
    /// Beyond [`Self::MOST_MM`].
    pub fn new(right_mm: f64, down_mm: f64) -> Result<Self, CorrectionError> {
        let most_mm = Self::MOST_MM;
        if ![right_mm, down_mm].iter().all(|mm| (-most_mm..=most_mm).contains(mm)) {
            return Err(CorrectionError { right_mm, down_mm, most_mm });
        }
        let dots = |mm: f64| (mm / DOT_MM).round() as i32;
        Ok(Self { right_dots: dots(right_mm), down_dots: dots(down_mm) })
    }

    /// To the right, in millimetres.
    #[must_use]
    pub fn right_mm(self) -> f64 {
        f64::from(self.right_dots) * DOT_MM
    }

    /// Down, in millimetres.
    #[must_use]
    pub fn down_mm(self) -> f64 {
        f64::from(self.down_dots) * DOT_MM
    }

    /// To the right and down, in dots of 1/600 inch.
    pub(crate) const fn dots(self) -> (i32, i32) {
        (self.right_dots, self.down_dots)
    }
}

/// The back of every sheet: whose insert it is, its serial, and the warning, each behind its own front when the sheet is
/// turned over its long edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Back {
    /// What the printer shifts on the back, taken back. Rarely the same as on the front.
    pub correction: Correction,
}

impl PrintJob {
    /// A job with the usual code, level M and module 0.508 mm, and the usual template.
    #[must_use]
    pub fn new(layout: Layout, language: InsertLanguage, branding: Branding, environment: Environment) -> Self {
        Self {
            layout,
            language,
            branding,
            template: Template::classic(),
            mark: TestMark::of(environment),
            error_correction: ErrorCorrection::default(),
            module: Module::default(),
            start_place: 0,
            correction: Correction::default(),
            back: None,
            mark_of_serials: None,
        }
    }

    /// What the small code of an insert says: `0043-001-P7K3`.
    pub(crate) fn small_code(&self, serial: &Serial) -> String {
        match &self.mark_of_serials {
            Some(mark) => format!("{serial}-{}", mark.as_str()),
            None => serial.to_string(),
        }
    }

    /// How many pages a run of so many inserts has; a back is a page of its own.
    #[must_use]
    pub fn pages_of(&self, inserts: usize) -> usize {
        let sheets = if inserts == 0 { 0 } else { (self.start_place + inserts).div_ceil(self.layout.inserts_per_page()) };
        sheets * self.sides()
    }

    /// Which inserts of so many stand on a page; all are counted from 0. None beyond the last page.
    #[must_use]
    pub fn inserts_on(&self, page: usize, inserts: usize) -> Range<usize> {
        let places = self.layout.inserts_per_page();
        let sheet = page / self.sides();
        let end = ((sheet + 1) * places).saturating_sub(self.start_place).min(inserts);
        (sheet * places).saturating_sub(self.start_place).min(end)..end
    }

    /// The page on whose front an insert stands; both are counted from 0.
    #[must_use]
    pub fn page_of(&self, insert: usize) -> usize {
        (self.start_place + insert) / self.layout.inserts_per_page() * self.sides()
    }

    const fn sides(&self) -> usize {
        if self.back.is_some() { 2 } else { 1 }
    }

    /// The mark of a test; `None` in Production only. It follows from the environment and can't be switched off.
    #[must_use]
    pub const fn mark(&self) -> Option<TestMark> {
        self.mark
    }

    /// Whether its inserts have the name and the address for an envelope's window.
    #[must_use]
    pub fn has_address(&self) -> bool {
        self.layout.has_address() && self.template.source().has_address
    }
}

/// The language of an insert's own wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InsertLanguage {
    /// Spanish.
    Spanish,
    /// English.
    English,
    /// Spanish and English side by side.
    Both,
}

impl InsertLanguage {
    /// Every choice, in the order of forms.
    pub const ALL: [Self; 3] = [Self::Spanish, Self::English, Self::Both];

    /// The word for settings and messages between programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
            Self::Both => "es-en",
        }
    }

    /// The choice with this [`id`](Self::id).
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.id() == id)
    }
}

/// Whose insert it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branding {
    /// The company's name as cardholders know it.
    pub company_name: String,
}

/// The mark that an insert carries wherever no real card is behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TestMark {
    /// Practice.
    Practice,
    /// The gateway's QA environment.
    Qa,
}

impl TestMark {
    /// The mark of an environment: none in Production, always one elsewhere.
    #[must_use]
    pub const fn of(environment: Environment) -> Option<Self> {
        match environment {
            Environment::Practice => Some(Self::Practice),
            Environment::Qa => Some(Self::Qa),
            Environment::Production => None,
        }
    }
}

/// Error correction of the link's code (ISO/IEC 18004, table 8). Level L is not on offer: paper gets scratched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ErrorCorrection {
    /// About 15 % of the code may be lost.
    #[default]
    M,
    /// About 25 %.
    Q,
    /// About 30 %.
    H,
}

/// Dots an inch of the grid on which every module lies.
pub(crate) const DOTS_PER_INCH: f64 = 600.0;

/// Millimetres of one dot of that grid.
pub(crate) const DOT_MM: f64 = 25.4 / DOTS_PER_INCH;

/// The side of one module, in whole printer dots of 1/600 inch. Even, so that 300 dpi is whole as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Module(u32);

/// A module is an even number of dots from 8 to 48.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a module is an even number of dots of 1/600 inch, from 8 (0.339 mm) to 48 (2.032 mm)")]
pub struct ModuleError;

impl Module {
    /// 12 dots, 0.508 mm.
    pub const STANDARD: Self = Self(12);
    /// 8 dots, 0.339 mm: 4 dots at 300 dpi, the least that `inserts.md` allows.
    pub const SMALLEST: Self = Self(8);

    /// A module of so many dots of 1/600 inch.
    ///
    /// # Errors
    /// If it is odd, below 8 or above 48.
    pub const fn from_dots(dots: u32) -> Result<Self, ModuleError> {
        if dots.is_multiple_of(2) && dots >= Self::SMALLEST.0 && dots <= 48 { Ok(Self(dots)) } else { Err(ModuleError) }
    }

    /// The side in dots of 1/600 inch.
    #[must_use]
    pub const fn dots(self) -> u32 {
        self.0
    }

    /// The side in millimetres.
    #[must_use]
    pub fn mm(self) -> f64 {
        f64::from(self.0) * DOT_MM
    }
}

impl Default for Module {
    fn default() -> Self {
        Self::STANDARD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_production_prints_without_a_mark() {
        assert_eq!(TestMark::of(Environment::Practice), Some(TestMark::Practice));
        assert_eq!(TestMark::of(Environment::Qa), Some(TestMark::Qa));
        assert_eq!(TestMark::of(Environment::Production), None);
    }

    #[test]
    fn modules_are_whole_dots_at_600_and_300_dpi_and_never_under_a_third_of_a_millimetre() {
        assert!((Module::STANDARD.mm() - 0.508).abs() < 1e-9);
        assert!(Module::SMALLEST.mm() > 0.33);
        for wrong in [0, 6, 9, 50] {
            assert_eq!(Module::from_dots(wrong), Err(ModuleError), "{wrong}");
        }
        assert_eq!(Module::from_dots(16).map(Module::dots), Ok(16));
    }
}
