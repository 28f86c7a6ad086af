//! Activation inserts: link, QR code, layout, PDF, and the check that every code reads back.
//!
//! Pure: contents in, bytes out; no clock, no files, no network. [`make`] lays out a run, writes one PDF, and reads back
//! what it wrote: every code is rebuilt from the drawing, decoded by an independent decoder and compared. Only then is there
//! a [`VerifiedPdf`]. [`write_run`] does the same for runs of any length as a stream, in little memory, and can be watched
//! and stopped. The same job and contents always give the same bytes.
//!
//! ```
//! use cardesk_domain::{ActivationLink, Environment};
//! use cardesk_inserts::{Branding, InsertContent, InsertLanguage, Layout, PrintJob, make};
//!
//! let company = Branding { company_name: "Café Los Volcanes".to_owned() };
//! let job = PrintJob::new(Layout::EightUpA4, InsertLanguage::Spanish, company, Environment::Practice);
//! let link = ActivationLink::new("http://127.0.0.1:3010/card-activation", None, &"a-cardholder".parse()?)?;
//! let insert = InsertContent {
//!     link,
//!     full_name: "María José Ramírez Núñez".to_owned(),
//!     given_name: "María José".to_owned(),
//!     last_four: Some("4417".parse()?),
//!     serial: "0043-001".parse()?,
//!     address_lines: Vec::new(),
//! };
//! let pdf = make(&job, &[insert])?;
//! assert_eq!((pdf.pages(), pdf.codes_verified()), (1, 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Papers are ready layouts or a company's own measures ([`OwnSheet`]); [`PrintJob`] says where a started sheet goes on, how
//! far a printer shifts, and whether there are backs. [`make_calibration`] draws the page that tells the shift.
//!
//! How an insert looks and what it says is its [`Template`]: one of those that come with the program, or a company's own, with
//! its logo. What a template may be is checked when it is read ([`Template::new`]); whether it finds room on a paper, with the
//! longest names, is seen by [`check_on_paper`].
//!
//! The same drawing makes [`make_statement`], an account statement, and [`make_manifest`], what was packed: from ready words, as
//! plain text and lines. [`make_invitation`] is a page for whoever registers by a code.
//!
//! Names are printed in Latin, Greek and Cyrillic letters, as far as Inter has them. Right-to-left scripts, letters that
//! need a combining mark, and emoji are refused with the character named.

mod calibration;
mod canvas;
mod code;
mod compose;
mod content;
mod drawing;
mod error;
mod file;
mod fit;
mod font;
mod invitation;
mod job;
mod layout;
mod manifest;
mod mask;
mod objects;
mod preview;
mod reading;
mod run;
mod sheet;
mod statement;
mod table_paper;
mod tagged;
mod template;
mod verify;
mod words;

pub use calibration::{CalibrationPdf, make_calibration};
pub use content::{InsertContent, Serial, SerialError, SerialMark, SerialMarkError};
pub use error::{Field, InsertError};
pub use invitation::{Invitation, InvitationEnd, make_invitation};
pub use job::{Back, Branding, Correction, CorrectionError, ErrorCorrection, InsertLanguage, Module, ModuleError, PrintJob, TestMark};
pub use layout::{Area, Fold, Layout};
pub use manifest::{Manifest, ManifestRow, make_manifest};
pub use preview::{Png, preview_png};
pub use run::{PlannedRun, Progress, RunError, VerifiedPdf, VerifiedRun, make, write_run};
pub use sheet::{Direction, OwnSheet, SheetError, SheetMeasures};
pub use statement::{Paper, Statement, StatementRow, make_statement};
pub use table_paper::PaperPdf;
pub use tagged::make_for_email;
pub use template::{
    Contrast, Design, LOGO_SCALE_PERCENT, LONGEST_EMBOSSED_NAME, LogoError, LogoPlacement, LogoSource, MOST_LOGO_BYTES, MOST_SENDER_LINES,
    MOST_TEXT, Placeholder, Shipped, Template, TemplateFault, TemplateField, TemplateProblem, TemplateSource, TextLanguage, TextPart,
    TextsSource, check_on_paper, contrast_on_white, example_insert,
};
