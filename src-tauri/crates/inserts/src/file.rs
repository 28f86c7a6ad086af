//! The PDF file around the pages: fonts, forms, page tree, metadata.
//!
//! Owns the file's structure. No date and no random id goes into it: the same pages always make the same bytes.

use libdeflater::{CompressionLvl, Compressor};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use rayon::prelude::*;

use crate::canvas::PT_PER_DOT;
use crate::compose::Plan;
use crate::error::InsertError;
use crate::font::{Typeface, Weight};
use crate::words::joined;

/// The measured balance of size and time for these pages (`inserts.md`, The engine).
const COMPRESSION_LEVEL: i32 = 6;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const INFO: Ref = Ref::new(3);
const MARKS: Ref = Ref::new(4);
const FURNITURE: Ref = Ref::new(5);
const REGULAR: Ref = Ref::new(6);
const SEMIBOLD: Ref = Ref::new(11);
/// The first of the pages, each followed by its content.
const FIRST_PAGE: i32 = 16;

/// The identity of a font's glyph numbers (ISO 32000-1, 9.7.3).
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Draws every page and writes the file.
pub(crate) fn write(plan: &Plan<'_>) -> Result<Vec<u8>, InsertError> {
    let (width_dots, height_dots) = plan.job.layout.sheet_dots();
    let sheet = Rect::new(0.0, 0.0, points(width_dots), points(height_dots));
    let contents = deflated_pages(plan)?;
    let mut pdf = Pdf::with_capacity(contents.iter().map(|content| content.len() + 512).sum::<usize>() + 128 * 1024);
    pdf.set_version(1, 7);
    catalog(&mut pdf, plan);
    let page_references: Vec<Ref> = (0..contents.len()).map(page_reference).collect();
    let mut pages = pdf.pages(PAGES);
    pages.kids(page_references.iter().copied()).count(i32::try_from(page_references.len()).unwrap_or(i32::MAX)).media_box(sheet);
    let mut resources = pages.resources();
    resources.fonts().pair(Name(b"R"), REGULAR).pair(Name(b"S"), SEMIBOLD);
    resources.x_objects().pair(Name(b"Marks"), MARKS).pair(Name(b"Insert"), FURNITURE);
    resources.finish();
    pages.finish();
    form(&mut pdf, MARKS, &plan.sheet_marks(), sheet);
    let (cell_width, cell_height) = plan.job.layout.cell_dots();
    form(&mut pdf, FURNITURE, &plan.furniture()?, Rect::new(0.0, 0.0, points(cell_width), points(cell_height)));
    font(&mut pdf, REGULAR, &plan.fonts.regular)?;
    font(&mut pdf, SEMIBOLD, &plan.fonts.semibold)?;
    for (reference, content) in page_references.into_iter().zip(&contents) {
        let content_reference = Ref::new(reference.get() + 1);
        pdf.page(reference).parent(PAGES).contents(content_reference);
        pdf.stream(content_reference, content).filter(Filter::FlateDecode);
    }
    Ok(pdf.finish())
}

fn page_reference(page: usize) -> Ref {
    Ref::new(FIRST_PAGE + 2 * i32::try_from(page).unwrap_or(i32::MAX / 4))
}

/// The content of every page, drawn and compressed on all cores, in order.
fn deflated_pages(plan: &Plan<'_>) -> Result<Vec<Vec<u8>>, InsertError> {
    let pages: Vec<_> = plan.pages().collect();
    let drawn: Vec<Result<Vec<u8>, InsertError>> =
        pages.into_par_iter().map_init(compressor, |compressor, inserts| deflate(compressor, &plan.page(inserts)?)).collect();
    drawn.into_iter().collect()
}

fn compressor() -> Compressor {
    Compressor::new(CompressionLvl::new(COMPRESSION_LEVEL).unwrap_or_default())
}

fn deflate(compressor: &mut Compressor, data: &[u8]) -> Result<Vec<u8>, InsertError> {
    let mut deflated = vec![0; compressor.zlib_compress_bound(data.len())];
    let length = compressor.zlib_compress(data, &mut deflated).map_err(|error| InsertError::Build(error.to_string()))?;
    deflated.truncate(length);
    deflated.shrink_to_fit();
    Ok(deflated)
}

fn catalog(pdf: &mut Pdf, plan: &Plan<'_>) {
    let title = joined(plan.wordings, " · ", |wording| wording.title);
    let language = plan.wordings.first().map_or("es", |wording| wording.tag);
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES).lang(TextStr(language));
    let mut preferences = catalog.viewer_preferences();
    preferences.display_doc_title(true);
    // Actual size: a scaled code no longer lies on the printer's dots.
    preferences.pair(Name(b"PrintScaling"), Name(b"None"));
    preferences.finish();
    catalog.finish();
    pdf.document_info(INFO).title(TextStr(&title)).producer(TextStr("Cardesk"));
}

fn form(pdf: &mut Pdf, reference: Ref, content: &[u8], bounds: Rect) {
    let mut form = pdf.form_xobject(reference, content);
    form.bbox(bounds);
    form.resources().fonts().pair(Name(b"R"), REGULAR).pair(Name(b"S"), SEMIBOLD);
}

/// Embeds one weight: its glyphs, their widths, and which characters they stand for.
fn font(pdf: &mut Pdf, reference: Ref, typeface: &Typeface) -> Result<(), InsertError> {
    let [cid_font, descriptor, file, to_unicode] = [1, 2, 3, 4].map(|offset| Ref::new(reference.get() + offset));
    let (base_name, weight) = match typeface.weight {
        Weight::Regular => (&b"CRDINR+Inter-Regular"[..], 400),
        Weight::SemiBold => (&b"CRDINS+Inter-SemiBold"[..], 600),
    };
    pdf.type0_font(reference)
        .base_font(Name(base_name))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid_font)
        .to_unicode(to_unicode);
    let mut cid = pdf.cid_font(cid_font);
    cid.subtype(CidFontType::Type2).base_font(Name(base_name)).system_info(IDENTITY).font_descriptor(descriptor).default_width(0.0);
    cid.cid_to_gid_map_predefined(Name(b"Identity"));
    cid.widths().consecutive(0, typeface.advances.iter().map(|advance| *advance as f32));
    cid.finish();
    let metrics = typeface.metrics;
    let [left, bottom, right, top] = metrics.bounds.map(|value| value as f32);
    pdf.font_descriptor(descriptor)
        .name(Name(base_name))
        .flags(FontFlags::NON_SYMBOLIC)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(metrics.ascent as f32)
        .descent(metrics.descent as f32)
        .cap_height(metrics.cap_height as f32)
        .stem_v(if weight == 400 { 84.0 } else { 124.0 })
        .font_file2(file);
    let subset = subsetter::subset(typeface.weight.data(), 0, &typeface.remapper).map_err(|error| InsertError::Build(error.to_string()))?;
    let deflated = deflate(&mut compressor(), &subset)?;
    pdf.stream(file, &deflated).filter(Filter::FlateDecode).pair(Name(b"Length1"), i32::try_from(subset.len()).unwrap_or(i32::MAX));
    let mut map = UnicodeCmap::new(Name(b"Cardesk-Identity"), IDENTITY);
    for (glyph, character) in typeface.characters.iter().enumerate() {
        if let (Some(character), Ok(glyph)) = (character, u16::try_from(glyph)) {
            map.pair(glyph, *character);
        }
    }
    pdf.cmap(to_unicode, &map.finish());
    Ok(())
}

fn points(dots: u32) -> f32 {
    (f64::from(dots) * PT_PER_DOT) as f32
}
