//! A company's logo: a file in, drawing instructions or dots out.
//!
//! Owns what a logo may be. A file is judged before anything of it is decoded or drawn: a PNG by its header (`png`), an SVG by
//! its markup (`svg`); then a code in it is looked for, which could be taken for the insert's own (`code`). What comes out is either filled paths of whole colours, or an image on white: the paper's own colour
//! stands behind every logo, so that nothing of it is ever see-through.

mod code;
mod png;
mod svg;

use std::fmt;

/// The largest file of a logo.
pub const MOST_LOGO_BYTES: usize = 2 << 20;

/// The most dots of a PNG: more is more than any box of a logo can show, and takes memory before it is known.
const MOST_PIXELS: u64 = 16_000_000;

/// Dots along the longer side of an image as it is kept: 60 mm at 600 dpi, and some.
const MOST_KEPT_PIXELS: u32 = 1500;

/// A logo is at most so many times as wide as high, or as high as wide.
const MOST_RATIO: f64 = 20.0;

/// Where the logo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LogoPlacement {
    /// At the left of the company's name.
    #[default]
    BesideName,
    /// In the place of the name, for logos that have it in them.
    InsteadOfName,
}

/// Why a file can't be a logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// The file is larger than [`MOST_LOGO_BYTES`].
    #[error("the file has {bytes} bytes; a logo has at most {most}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The most.
        most: usize,
    },
    /// Neither a PNG nor an SVG.
    #[error("the file is neither a PNG nor an SVG")]
    Unknown,
    /// More dots than are decoded.
    #[error("the image has {width} × {height} dots; a logo has at most {most} in all")]
    TooManyPixels {
        /// Across.
        width: u32,
        /// Down.
        height: u32,
        /// The most, in all.
        most: u64,
    },
    /// Far wider than high, or far higher than wide.
    #[error("the logo is too long for its height, or too high for its width")]
    Shape,
    /// A damaged PNG.
    #[error("the PNG is damaged: {0}")]
    BrokenPng(String),
    /// Not well-formed, or not an SVG that can be drawn.
    #[error("the SVG can't be read: {0}")]
    BrokenSvg(String),
    /// A document type or entities.
    #[error("the SVG has a document type of its own, which can hide other content")]
    Entities,
    /// A script, or what would start one.
    #[error("the SVG has a script: {0}")]
    Script(String),
    /// Something from elsewhere.
    #[error("the SVG takes something from elsewhere: {0}")]
    Outside(String),
    /// An image of another kind inside.
    #[error("the SVG has another image or document inside: {0}")]
    Foreign(String),
    /// Text, which would need its font.
    #[error("the SVG has text that is not turned into outlines")]
    Text,
    /// More than can be drawn on every insert.
    #[error("the SVG is too complicated")]
    TooComplicated,
    /// Nothing in it.
    #[error("the logo is empty")]
    Empty,
    /// A QR code, which could be scanned instead of the insert's own.
    #[error("the logo has a code in it that can be scanned")]
    Code,
}

/// A logo that can be drawn.
#[derive(Clone)]
pub(crate) struct Logo {
    /// Width in parts of its height.
    ratio: f64,
    artwork: Artwork,
}

impl fmt::Debug for Logo {
    /// Without its content.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Logo").field("ratio", &self.ratio).finish_non_exhaustive()
    }
}

/// How it is drawn.
#[derive(Debug, Clone)]
pub(crate) enum Artwork {
    /// Filled paths in a square of one unit, its lower left corner at the origin.
    Paths(Vec<u8>),
    /// Dots on white, row by row from above.
    Image(Image),
}

/// An image as it is kept in a file: eight bits a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// One component of grey, or three of red, green and blue.
    pub(crate) is_gray: bool,
    pub(crate) data: Vec<u8>,
}

impl Logo {
    pub(super) fn read(file: &[u8]) -> Result<Self, LogoError> {
        if file.len() > MOST_LOGO_BYTES {
            return Err(LogoError::TooLarge { bytes: file.len(), most: MOST_LOGO_BYTES });
        }
        if png::is_png(file) {
            return png::read(file);
        }
        match std::str::from_utf8(file) {
            Ok(text) if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') => svg::read(text.trim_start_matches('\u{feff}')),
            _ => Err(LogoError::Unknown),
        }
    }

    fn new(width: f64, height: f64, artwork: Artwork) -> Result<Self, LogoError> {
        let ratio = width / height;
        if (1.0 / MOST_RATIO..=MOST_RATIO).contains(&ratio) { Ok(Self { ratio, artwork }) } else { Err(LogoError::Shape) }
    }

    pub(crate) const fn artwork(&self) -> &Artwork {
        &self.artwork
    }

    /// Its width and height where it is as large as this box allows.
    pub(crate) fn size_within(&self, width: f64, height: f64) -> (f64, f64) {
        if self.ratio * height <= width { (self.ratio * height, height) } else { (width, width / self.ratio) }
    }
}

impl Image {
    /// Whether nothing of it is seen on paper.
    fn is_white(&self) -> bool {
        self.data.iter().all(|component| *component == 255)
    }

    /// An image from dots with red, green, blue and opacity, laid on white and no larger than it can be printed.
    fn on_white(width: u32, height: u32, rgba: &[u8]) -> Self {
        let laid = rgba.as_chunks::<4>().0.iter().map(|[red, green, blue, opacity]| {
            let on_white = |component: u8| {
                let (component, opacity) = (u32::from(component), u32::from(*opacity));
                ((component * opacity + 255 * (255 - opacity) + 127) / 255) as u8
            };
            [*red, *green, *blue].map(on_white)
        });
        let (width, height, dots) = reduced(width, height, laid.collect());
        let is_gray = dots.iter().all(|[red, green, blue]| red == green && green == blue);
        let data = if is_gray { dots.iter().map(|[gray, _, _]| *gray).collect() } else { dots.concat() };
        Self { width, height, is_gray, data }
    }
}

/// Fewer dots, each the mean of those that it stands for, where there are more than can be printed.
fn reduced(width: u32, height: u32, dots: Vec<[u8; 3]>) -> (u32, u32, Vec<[u8; 3]>) {
    let factor = width.max(height).div_ceil(MOST_KEPT_PIXELS);
    if factor <= 1 {
        return (width, height, dots);
    }
    let (new_width, new_height) = (width.div_ceil(factor), height.div_ceil(factor));
    let mut kept = Vec::with_capacity((new_width * new_height) as usize);
    for row in 0..new_height {
        for column in 0..new_width {
            let (mut sums, mut count) = ([0_u32; 3], 0);
            for y in (row * factor)..((row + 1) * factor).min(height) {
                for x in (column * factor)..((column + 1) * factor).min(width) {
                    let dot = dots.get((y * width + x) as usize).copied().unwrap_or([255; 3]);
                    for (sum, component) in sums.iter_mut().zip(dot) {
                        *sum += u32::from(component);
                    }
                    count += 1;
                }
            }
            kept.push(sums.map(|sum| ((sum + count / 2) / count.max(1)) as u8));
        }
    }
    (new_width, new_height, kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_png_nor_svg_is_refused() {
        for file in [&b"GIF89a"[..], b"\xff\xd8\xff\xe0 JPEG", b"", b"%PDF-1.7", b"hello"] {
            assert_eq!(Logo::read(file).map(|_| ()), Err(LogoError::Unknown));
        }
        let large = vec![b' '; MOST_LOGO_BYTES + 1];
        assert_eq!(Logo::read(&large).map(|_| ()), Err(LogoError::TooLarge { bytes: MOST_LOGO_BYTES + 1, most: MOST_LOGO_BYTES }));
    }

    #[test]
    fn an_image_is_laid_on_white_and_reduced_to_what_can_be_printed() {
        let half = Image::on_white(2, 1, &[0, 0, 0, 255, 255, 0, 0, 0]);
        assert_eq!(half, Image { width: 2, height: 1, is_gray: true, data: vec![0, 255] });
        let wide = Image::on_white(4000, 2, &[0, 0, 255, 255].repeat(8000));
        assert_eq!((wide.width, wide.height, wide.is_gray, wide.data.len()), (1334, 1, false, 1334 * 3));
        assert_eq!(wide.data[..3], [0, 0, 255]);
    }

    #[test]
    fn a_logo_keeps_its_shape_within_its_box() {
        let logo = Logo::new(4.0, 2.0, Artwork::Paths(Vec::new())).expect("a logo");
        assert_eq!(logo.size_within(60.0, 14.0), (28.0, 14.0));
        assert_eq!(logo.size_within(20.0, 14.0), (20.0, 10.0));
        assert!(matches!(Logo::new(100.0, 1.0, Artwork::Paths(Vec::new())), Err(LogoError::Shape)));
    }
}
