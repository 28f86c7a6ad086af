//! Pictures of a finished page for the screen: the very page of the file, rasterised.

use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use crate::error::InsertError;
use crate::fit::PT_PER_MM;
use crate::run::VerifiedPdf;

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

/// Rasterises one page of the file (counted from 0) at 1 to 24 pixels a millimetre.
///
/// # Errors
/// If the page does not exist, the resolution is outside its range, or the picture can't be encoded.
pub fn preview_png(pdf: &VerifiedPdf, page: usize, pixels_per_mm: f32) -> Result<Png, InsertError> {
    let refused = || InsertError::Preview { page, pages: pdf.pages(), pixels_per_mm };
    if !(1.0..=24.0).contains(&pixels_per_mm) {
        return Err(refused());
    }
    let file = Pdf::new(Arc::clone(pdf.shared_bytes())).map_err(|_| refused())?;
    let page = file.pages().get(page).ok_or_else(refused)?;
    let scale = pixels_per_mm / PT_PER_MM as f32;
    let pixels = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    // Hinting is for the screen's own type; the preview shows what the printer draws.
    let drawing = RenderSettings { hinting: false, ..RenderSettings::default() };
    let picture = render(page, &RenderCache::new(), &InterpreterSettings::default(), &drawing, &pixels);
    let (width, height) = (u32::from(picture.width()), u32::from(picture.height()));
    let bytes = picture.into_png().map_err(|error| InsertError::Build(error.to_string()))?;
    Ok(Png { bytes, width, height })
}
