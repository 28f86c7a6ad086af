//! The PDF file around the pages: fonts, forms, page tree, metadata.
//!
//! Owns the file's structure. No date and no random id goes into it: the same pages always make the same bytes.

use libdeflater::{CompressionLvl, Compressor};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Chunk, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::canvas::PT_PER_DOT;
use crate::compose::Plan;
use crate::error::InsertError;
use crate::font::{Fonts, Typeface, Weight};
use crate::template::{Artwork, Image};
use crate::words::joined;

/// The measured balance of size and time for these pages: 6 takes half as long again for 8 % less, and packing is a third of
/// what a run costs.
const COMPRESSION_LEVEL: i32 = 4;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const INFO: Ref = Ref::new(3);
const MARKS: Ref = Ref::new(4);
const FURNITURE: Ref = Ref::new(5);
const REGULAR: Ref = Ref::new(6);
const SEMIBOLD: Ref = Ref::new(11);
const LOGO: Ref = Ref::new(16);
/// The first of the pages, each followed by its content.
const FIRST_PAGE: i32 = 17;

/// What stands for the place of an object that is not written: none begins where the file does.
const UNUSED: usize = 0;

/// The identity of a font's glyph numbers (ISO 32000-1, 9.7.3).
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// What the pages of a file share.
struct Document<'a> {
    title: &'a str,
    /// The language's tag.
    language: &'a str,
    sheet_dots: (u32, u32),
    fonts: &'a Fonts,
    /// What is drawn once and placed on many pages: its name, its content and its size.
    forms: [Option<Form>; 2],
    /// The logo of the forms, where it is an image.
    logo: Option<&'a Image>,
}

struct Form {
    name: &'static [u8],
    content: Vec<u8>,
    size_dots: (u32, u32),
}

/// A file of a run that is written from its beginning to its end, page by page.
#[derive(Debug)]
pub(crate) struct FileBeingWritten {
    /// Where each object begins, in the order of their numbers from 1.
    places: Vec<usize>,
    length: usize,
}

impl FileBeingWritten {
    /// Everything before the first page.
    pub(crate) fn open(plan: &Plan, pages: usize) -> Result<(Self, Vec<u8>), InsertError> {
        let layout = plan.job.layout;
        let document = Document {
            title: &joined(&plan.wordings, " · ", |wording| wording.title),
            language: plan.wordings.first().map_or("es", |wording| wording.tag),
            sheet_dots: layout.sheet_dots(),
            fonts: &plan.fonts,
            forms: [
                Some(Form { name: b"Marks", content: plan.sheet_marks(), size_dots: layout.sheet_dots() }),
                Some(Form { name: b"Insert", content: plan.furniture()?, size_dots: layout.cell_dots() }),
            ],
            logo: plan.job.template.logo().and_then(|(logo, _, _)| match logo.artwork() {
                Artwork::Image(image) => Some(image),
                Artwork::Paths(_) => None,
            }),
        };
        Self::open_document(&document, pages)
    }

    fn open_document(document: &Document<'_>, pages: usize) -> Result<(Self, Vec<u8>), InsertError> {
        let mut pdf = Pdf::with_capacity(128 * 1024);
        let places = open(&mut pdf, document, pages)?;
        let opening = pdf.as_bytes().to_vec();
        Ok((Self { places, length: opening.len() }, opening))
    }

    /// Takes note of a page that was written, in its order.
    pub(crate) fn passed(&mut self, page: &WrittenPage) {
        self.places.extend([self.length, self.length + page.content_at]);
        self.length += page.bytes.len();
    }

    /// Everything after the last page.
    pub(crate) fn ending(&self) -> Vec<u8> {
        let objects = self.places.len() + 1;
        // The numbers that nothing is written under make a chain: each entry names the next, the last one 0 (ISO 32000-1, 7.5.4).
        let unused = |(number, place): (usize, &usize)| (*place == UNUSED).then_some(number + 1);
        let mut unused = self.places.iter().enumerate().filter_map(unused).chain([0]);
        let mut next_unused = || unused.next().unwrap_or(0);
        let mut ending = format!("xref\n0 {objects}\n{:010} 65535 f\r\n", next_unused());
        for place in &self.places {
            ending.push_str(&match *place {
                UNUSED => format!("{:010} 00000 f\r\n", next_unused()),
                place => format!("{place:010} 00000 n\r\n"),
            });
        }
        let [catalog, info] = [CATALOG, INFO].map(Ref::get);
        ending.push_str(&format!("trailer\n<<\n  /Size {objects}\n  /Root {catalog} 0 R\n  /Info {info} 0 R\n>>\n"));
        ending.push_str(&format!("startxref\n{}\n%%EOF", self.length));
        ending.into_bytes()
    }
}

/// A page as it stands in the file: its object and that of its content.
#[derive(Debug)]
pub(crate) struct WrittenPage {
    pub(crate) bytes: Vec<u8>,
    content_at: usize,
}

/// Writes the page with this number, counted from 0.
pub(crate) fn write_page(compressor: &mut Compressor, page: usize, content: &[u8]) -> Result<WrittenPage, InsertError> {
    let deflated = deflate(compressor, content)?;
    let reference = page_reference(page);
    let content_reference = Ref::new(reference.get() + 1);
    let mut chunk = Chunk::with_capacity(deflated.len() + 512);
    chunk.page(reference).parent(PAGES).contents(content_reference);
    let content_at = chunk.len();
    chunk.stream(content_reference, &deflated).filter(Filter::FlateDecode);
    Ok(WrittenPage { bytes: chunk.as_bytes().to_vec(), content_at })
}

/// A file of pages that are drawn already, in the parts in which it is written and read back.
#[derive(Debug)]
pub(crate) struct DrawnFile {
    pub(crate) opening: Vec<u8>,
    pub(crate) pages: Vec<WrittenPage>,
    pub(crate) ending: Vec<u8>,
}

impl DrawnFile {
    /// Writes pages that use no forms.
    pub(crate) fn write(
        title: &str,
        language: &str,
        sheet_dots: (u32, u32),
        fonts: &Fonts,
        pages: &[Vec<u8>],
    ) -> Result<Self, InsertError> {
        let document = Document { title, language, sheet_dots, fonts, forms: [None, None], logo: None };
        let (mut file, opening) = FileBeingWritten::open_document(&document, pages.len())?;
        let mut compressor = compressor();
        let written = pages.iter().enumerate().map(|(page, content)| write_page(&mut compressor, page, content));
        let pages = written.collect::<Result<Vec<_>, _>>()?;
        for page in &pages {
            file.passed(page);
        }
        Ok(Self { opening, pages, ending: file.ending() })
    }

    /// The whole file.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.opening;
        for page in self.pages {
            bytes.extend(page.bytes);
        }
        bytes.extend(self.ending);
        bytes
    }
}

/// Writes everything before the first page; gives back where each object begins, in the order of their numbers.
fn open(pdf: &mut Pdf, document: &Document<'_>, page_count: usize) -> Result<Vec<usize>, InsertError> {
    pdf.set_version(1, 7);
    let mut places = vec![pdf.len()];
    catalog(pdf, document);
    places.push(pdf.len());
    let mut pages = pdf.pages(PAGES);
    pages
        .kids((0..page_count).map(page_reference))
        .count(i32::try_from(page_count).unwrap_or(i32::MAX))
        .media_box(bounds(document.sheet_dots));
    let mut resources = pages.resources();
    resources.fonts().pair(Name(b"R"), REGULAR).pair(Name(b"S"), SEMIBOLD);
    let forms = || document.forms.iter().flatten().zip([MARKS, FURNITURE]);
    if forms().next().is_some() {
        let mut x_objects = resources.x_objects();
        for (form, reference) in forms() {
            x_objects.pair(Name(form.name), reference);
        }
    }
    resources.finish();
    pages.finish();
    places.push(pdf.len());
    pdf.document_info(INFO).title(TextStr(document.title)).producer(TextStr("Cardesk"));
    for (form, reference) in document.forms.iter().zip([MARKS, FURNITURE]) {
        match form {
            Some(form) => {
                places.push(pdf.len());
                write_form(pdf, reference, form, document.logo.is_some());
            }
            None => places.push(UNUSED),
        }
    }
    font(pdf, REGULAR, &document.fonts.regular, &mut places)?;
    font(pdf, SEMIBOLD, &document.fonts.semibold, &mut places)?;
    match document.logo {
        Some(image) => {
            places.push(pdf.len());
            write_image(pdf, LOGO, image)?;
        }
        None => places.push(UNUSED),
    }
    Ok(places)
}

fn page_reference(page: usize) -> Ref {
    Ref::new(FIRST_PAGE + 2 * i32::try_from(page).unwrap_or(i32::MAX / 4))
}

pub(crate) fn compressor() -> Compressor {
    Compressor::new(CompressionLvl::new(COMPRESSION_LEVEL).unwrap_or_default())
}

pub(crate) fn deflate(compressor: &mut Compressor, data: &[u8]) -> Result<Vec<u8>, InsertError> {
    let mut deflated = vec![0; compressor.zlib_compress_bound(data.len())];
    let length = compressor.zlib_compress(data, &mut deflated).map_err(|error| InsertError::Build(error.to_string()))?;
    deflated.truncate(length);
    deflated.shrink_to_fit();
    Ok(deflated)
}

fn catalog(pdf: &mut Pdf, document: &Document<'_>) {
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES).lang(TextStr(document.language));
    let mut preferences = catalog.viewer_preferences();
    preferences.display_doc_title(true);
    // Actual size: a scaled code no longer lies on the printer's dots.
    preferences.pair(Name(b"PrintScaling"), Name(b"None"));
    preferences.finish();
    catalog.finish();
}

fn write_form(pdf: &mut Pdf, reference: Ref, form: &Form, has_logo: bool) {
    let mut written = pdf.form_xobject(reference, &form.content);
    written.bbox(bounds(form.size_dots));
    let mut resources = written.resources();
    resources.fonts().pair(Name(b"R"), REGULAR).pair(Name(b"S"), SEMIBOLD);
    if has_logo {
        resources.x_objects().pair(Name(b"Logo"), LOGO);
    }
}

pub(crate) fn write_image(pdf: &mut Pdf, reference: Ref, image: &Image) -> Result<(), InsertError> {
    let deflated = deflate(&mut compressor(), &image.data)?;
    let side = |dots: u32| i32::try_from(dots).unwrap_or(i32::MAX);
    let mut written = pdf.image_xobject(reference, &deflated);
    written.width(side(image.width)).height(side(image.height)).bits_per_component(8).filter(Filter::FlateDecode);
    let space = written.color_space();
    if image.is_gray {
        space.device_gray();
    } else {
        space.device_rgb();
    }
    Ok(())
}

fn bounds((width_dots, height_dots): (u32, u32)) -> Rect {
    Rect::new(0.0, 0.0, points(width_dots), points(height_dots))
}

/// Embeds one weight: its glyphs, their widths, and which characters they stand for.
pub(crate) fn font(pdf: &mut Pdf, reference: Ref, typeface: &Typeface, places: &mut Vec<usize>) -> Result<(), InsertError> {
    let [cid_font, descriptor, file, to_unicode] = [1, 2, 3, 4].map(|offset| Ref::new(reference.get() + offset));
    let (base_name, weight) = match typeface.weight {
        Weight::Regular => (&b"CRDINR+Inter-Regular"[..], 400),
        Weight::SemiBold => (&b"CRDINS+Inter-SemiBold"[..], 600),
    };
    places.push(pdf.len());
    pdf.type0_font(reference)
        .base_font(Name(base_name))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid_font)
        .to_unicode(to_unicode);
    places.push(pdf.len());
    let mut cid = pdf.cid_font(cid_font);
    cid.subtype(CidFontType::Type2).base_font(Name(base_name)).system_info(IDENTITY).font_descriptor(descriptor).default_width(0.0);
    cid.cid_to_gid_map_predefined(Name(b"Identity"));
    cid.widths().consecutive(0, typeface.advances.iter().map(|advance| *advance as f32));
    cid.finish();
    let metrics = typeface.metrics;
    let [left, bottom, right, top] = metrics.bounds.map(|value| value as f32);
    places.push(pdf.len());
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
    places.push(pdf.len());
    pdf.stream(file, &deflated).filter(Filter::FlateDecode).pair(Name(b"Length1"), i32::try_from(subset.len()).unwrap_or(i32::MAX));
    let mut map = UnicodeCmap::new(Name(b"Cardesk-Identity"), IDENTITY);
    for (glyph, character) in typeface.characters.iter().enumerate() {
        if let (Some(character), Ok(glyph)) = (character, u16::try_from(glyph)) {
            map.pair(glyph, *character);
        }
    }
    places.push(pdf.len());
    pdf.cmap(to_unicode, &map.finish());
    Ok(())
}

fn points(dots: u32) -> f32 {
    (f64::from(dots) * PT_PER_DOT) as f32
}
