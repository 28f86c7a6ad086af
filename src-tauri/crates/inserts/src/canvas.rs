//! Drawing in millimetres from the upper left corner, as PDF content.
//!
//! Owns the turning of millimetres and dots into points and of text into glyphs. Knows no layout.

use pdf_writer::{Content, Name, Str};

use crate::code::{QUIET_ZONE, Symbol};
use crate::fit::PT_PER_MM;
use crate::font::{Fonts, Weight};
use crate::template::{Artwork, Logo};

/// Points of one dot of 1/600 inch.
pub(crate) const PT_PER_DOT: f64 = 72.0 / 600.0;

/// A colour of print; components from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ink {
    /// A grey in the printer's own black: no fringes of colour on text.
    Gray(f32),
    Rgb(f32, f32, f32),
}

/// Text and codes.
pub(crate) const BLACK: Ink = Ink::Gray(0.0);
/// Headings: as dark as print gets beside a code without competing with it.
pub(crate) const INK: Ink = Ink::Gray(0.08);
/// Running text, contrast 8:1 on white.
pub(crate) const INK_2: Ink = Ink::Gray(0.3);
/// Small print, contrast 5.9:1 on white.
pub(crate) const INK_3: Ink = Ink::Gray(0.4);
/// What stands on a disc of colour.
pub(crate) const WHITE: Ink = Ink::Gray(1.0);
/// Rules.
pub(crate) const LINE: Ink = Ink::Gray(0.8);

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size_pt: f64,
    pub(crate) ink: Ink,
    /// Space between letters, in thousandths of the size.
    pub(crate) tracking: f64,
}

impl Style {
    pub(crate) const fn new(weight: Weight, size_pt: f64, ink: Ink) -> Self {
        Self { weight, size_pt, ink, tracking: 0.0 }
    }

    pub(crate) const fn tracked(self, tracking: f64) -> Self {
        Self { tracking, ..self }
    }

    /// Width of a text in millimetres.
    pub(crate) fn width_mm(&self, fonts: &Fonts, text: &str) -> f64 {
        let letters = text.chars().count().saturating_sub(1) as f64;
        (fonts.of(self.weight).width_pt(text, self.size_pt) + letters * self.tracking * self.size_pt / 1000.0) / PT_PER_MM
    }
}

/// Content being drawn on a sheet, or on a form that is placed on sheets.
pub(crate) struct Canvas<'a> {
    bytes: Vec<u8>,
    content: Content,
    fonts: &'a Fonts,
    height_pt: f64,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(fonts: &'a Fonts, height_dots: u32) -> Self {
        Self { bytes: Vec::with_capacity(16 * 1024), content: Content::new(), fonts, height_pt: f64::from(height_dots) * PT_PER_DOT }
    }

    /// The content so far.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.append(&[]);
        self.bytes
    }

    /// Appends instructions that are written here rather than by `pdf-writer`, which has no way to take ready ones.
    fn append(&mut self, instructions: &[u8]) {
        let content = std::mem::replace(&mut self.content, Content::new());
        self.bytes.extend_from_slice(&content.finish().into_vec());
        self.bytes.push(b'\n');
        self.bytes.extend_from_slice(instructions);
    }

    /// Draws text from its left end and gives back its width in millimetres.
    pub(crate) fn text(&mut self, left_mm: f64, baseline_mm: f64, style: &Style, text: &str) -> f64 {
        let typeface = self.fonts.of(style.weight);
        set_fill(&mut self.content, style.ink);
        let (x, y) = (points(left_mm * PT_PER_MM), points(self.height_pt - baseline_mm * PT_PER_MM));
        let font = match style.weight {
            Weight::Regular => Name(b"R"),
            Weight::SemiBold => Name(b"S"),
        };
        self.content.begin_text().set_font(font, points(style.size_pt)).next_line(x, y);
        let mut run = Vec::with_capacity(text.len() * 2);
        {
            let mut positioned = self.content.show_positioned();
            let mut items = positioned.items();
            let mut glyphs = typeface.glyphs(text).peekable();
            while let Some((glyph, kern)) = glyphs.next() {
                run.extend_from_slice(&glyph.to_be_bytes());
                let gap = if glyphs.peek().is_some() { kern + style.tracking } else { 0.0 };
                if gap != 0.0 {
                    items.show(Str(&run)).adjust(-(gap.round() as f32));
                    run.clear();
                }
            }
            if !run.is_empty() {
                items.show(Str(&run));
            }
        }
        self.content.end_text();
        style.width_mm(self.fonts, text)
    }

    /// Draws text that ends at its right end.
    pub(crate) fn text_right(&mut self, right_mm: f64, baseline_mm: f64, style: &Style, text: &str) {
        let width_mm = style.width_mm(self.fonts, text);
        self.text(right_mm - width_mm, baseline_mm, style, text);
    }

    /// Draws text around its middle.
    pub(crate) fn text_centred(&mut self, middle_mm: f64, baseline_mm: f64, style: &Style, text: &str) {
        let width_mm = style.width_mm(self.fonts, text);
        self.text(middle_mm - width_mm / 2.0, baseline_mm, style, text);
    }

    /// Draws a straight line.
    pub(crate) fn line(&mut self, from_mm: (f64, f64), to_mm: (f64, f64), width_pt: f64, ink: Ink) {
        set_stroke(&mut self.content, ink);
        let (from, to) = (self.point(from_mm), self.point(to_mm));
        self.content.set_line_width(points(width_pt)).move_to(from.0, from.1).line_to(to.0, to.1).stroke();
    }

    /// Draws the outline of a rectangle with round corners (a circle, if the radius is half of both sides).
    pub(crate) fn outline(&mut self, corner_mm: (f64, f64), size_mm: (f64, f64), radius_mm: f64, width_pt: f64, ink: Ink) {
        set_stroke(&mut self.content, ink);
        self.content.set_line_width(points(width_pt));
        self.rounded(corner_mm, size_mm, radius_mm);
        self.content.close_path().stroke();
    }

    /// Draws a full disc in a square with this upper left corner.
    pub(crate) fn disc(&mut self, corner_mm: (f64, f64), side_mm: f64, ink: Ink) {
        set_fill(&mut self.content, ink);
        self.rounded(corner_mm, (side_mm, side_mm), side_mm / 2.0);
        self.content.close_path().fill_nonzero();
    }

    /// The path of a rectangle with round corners.
    fn rounded(&mut self, corner_mm: (f64, f64), size_mm: (f64, f64), radius_mm: f64) {
        /// Distance of a Bézier curve's control points that draws a quarter of a circle.
        const QUARTER: f64 = 0.552_284_75;
        let (left, top) = corner_mm;
        let (right, bottom) = (left + size_mm.0, top + size_mm.1);
        let (r, k) = (radius_mm, radius_mm * (1.0 - QUARTER));
        let start = self.point((left + r, top));
        self.content.move_to(start.0, start.1);
        let sides = [
            ((right - r, top), (right - k, top), (right, top + k), (right, top + r)),
            ((right, bottom - r), (right, bottom - k), (right - k, bottom), (right - r, bottom)),
            ((left + r, bottom), (left + k, bottom), (left, bottom - k), (left, bottom - r)),
            ((left, top + r), (left, top + k), (left + k, top), (left + r, top)),
        ];
        for (straight, first, second, end) in sides {
            let (straight, first, second, end) = (self.point(straight), self.point(first), self.point(second), self.point(end));
            self.content.line_to(straight.0, straight.1).cubic_to(first.0, first.1, second.0, second.1, end.0, end.1);
        }
    }

    /// Draws a logo into a rectangle with this upper left corner.
    pub(crate) fn logo(&mut self, logo: &Logo, (left_mm, top_mm): (f64, f64), (width_mm, height_mm): (f64, f64)) {
        let (x, y) = self.point((left_mm, top_mm + height_mm));
        let (width, height) = (points(width_mm * PT_PER_MM), points(height_mm * PT_PER_MM));
        self.append(format!("q {width} 0 0 {height} {x} {y} cm\n").as_bytes());
        match logo.artwork() {
            Artwork::Paths(paths) => self.bytes.extend_from_slice(paths),
            Artwork::Image(_) => self.bytes.extend_from_slice(b"/Logo Do\n"),
        }
        self.bytes.extend_from_slice(b"Q\n");
    }

    /// Draws a code whose quiet zone has its upper left corner on this dot.
    pub(crate) fn code(&mut self, symbol: &Symbol, corner_dots: (u32, u32), module_dots: u32) {
        let inset = QUIET_ZONE * module_dots;
        let x = f64::from(corner_dots.0 + inset) * PT_PER_DOT;
        let y = self.height_pt - f64::from(corner_dots.1 + inset) * PT_PER_DOT;
        let module = points(f64::from(module_dots) * PT_PER_DOT);
        set_fill(&mut self.content, BLACK);
        self.append(format!("q {module} 0 0 -{module} {} {} cm\n", points(x), points(y)).as_bytes());
        symbol.write_path(&mut self.bytes);
        self.bytes.extend_from_slice(b"Q\n");
    }

    /// Draws under a tag: a part of the content with its number, or what only adorns the page.
    pub(crate) fn tagged(&mut self, tag: &[u8], id: Option<i32>, draw: impl FnOnce(&mut Self)) {
        match id {
            Some(id) => drop(self.content.begin_marked_content_with_properties(Name(tag)).properties().identify(id)),
            None => drop(self.content.begin_marked_content(Name(tag))),
        }
        draw(self);
        self.content.end_marked_content();
    }

    /// Draws a form that is kept once for all pages.
    pub(crate) fn form(&mut self, name: &[u8]) {
        self.content.x_object(Name(name));
    }

    /// Draws within another origin, given by the upper left corner of a cell of this height.
    pub(crate) fn in_cell(&mut self, corner_dots: (i32, i32), cell_height_dots: u32, draw: impl FnOnce(&mut Self)) {
        let sheet_height_pt = self.height_pt;
        let x = f64::from(corner_dots.0) * PT_PER_DOT;
        let y = sheet_height_pt - (f64::from(corner_dots.1) + f64::from(cell_height_dots)) * PT_PER_DOT;
        self.append(format!("q 1 0 0 1 {} {} cm\n", points(x), points(y)).as_bytes());
        self.height_pt = f64::from(cell_height_dots) * PT_PER_DOT;
        draw(self);
        self.height_pt = sheet_height_pt;
        self.append(b"Q\n");
    }

    fn point(&self, (x_mm, y_mm): (f64, f64)) -> (f32, f32) {
        (points(x_mm * PT_PER_MM), points(self.height_pt - y_mm * PT_PER_MM))
    }
}

/// A measure as it is written: to the thousandth of a point.
fn points(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}

fn set_fill(content: &mut Content, ink: Ink) {
    match ink {
        Ink::Gray(gray) => content.set_fill_gray(gray),
        Ink::Rgb(red, green, blue) => content.set_fill_rgb(red, green, blue),
    };
}

fn set_stroke(content: &mut Content, ink: Ink) {
    match ink {
        Ink::Gray(gray) => content.set_stroke_gray(gray),
        Ink::Rgb(red, green, blue) => content.set_stroke_rgb(red, green, blue),
    };
}
