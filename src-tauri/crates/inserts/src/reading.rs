//! Reading a finished file back as it is written: its opening, its pages one by one, its ending.
//!
//! Owns the file's structure as a viewer follows it: the catalog, the tree of pages, the resources, the table of places.
//! It keeps the places of the objects and nothing of the pages, so that a file of any length takes little memory. What
//! is drawn on a page is read in `drawing`; what it must be is decided in `verify`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use libdeflater::{DecompressionError, Decompressor};

use crate::drawing::{Font, Form, Mark, Placed, Resources, read_content};
use crate::objects::{Dictionary, Numbered, Object, Tokens};

/// The most that one page's content is unpacked to: no page of inserts comes near.
const MOST_CONTENT_BYTES: usize = 64 << 20;

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct FileBeingRead {
    /// Where each object begins, by its number; none begins at 0.
    places: Vec<u64>,
    length: u64,
    catalog: u32,
    pages: u32,
    tree: PageTree,
    pages_read: usize,
}

/// What is said of all pages together.
#[derive(Debug)]
struct PageTree {
    /// The objects of the pages, in their order.
    kids: Vec<u32>,
    sheet_pt: (f64, f64),
    resources: Resources,
}

/// What one thread needs to read pages.
#[derive(Default)]
pub(crate) struct Buffers {
    decompressor: Option<Decompressor>,
    content: Vec<u8>,
    placed: Placed,
}

/// The objects that a page was made of, and where they begin in its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PagePlaces([(u32, usize); 2]);

impl FileBeingRead {
    /// Reads everything before the first page.
    pub(crate) fn open(opening: &[u8]) -> Result<Self, String> {
        if !opening.starts_with(b"%PDF-1.7\n") {
            return Err("it does not begin as a PDF file".to_owned());
        }
        let mut tokens = Tokens::new(opening);
        let mut objects = HashMap::new();
        let mut places = Vec::new();
        while !tokens.is_at_end() {
            let object = tokens.numbered()?;
            keep_place(&mut places, object.number, object.offset as u64)?;
            objects.insert(object.number, object);
        }
        let of_type = |name: &str| {
            let mut found = objects.values().filter(|object| dictionary_of(object).is_some_and(|own| own.is_named("Type", name)));
            found.next().filter(|_| found.next().is_none()).ok_or_else(|| format!("it has no {name} of its own"))
        };
        let catalog = of_type("Catalog")?;
        let tree = of_type("Pages")?;
        if dictionary_of(catalog).and_then(|catalog| catalog.reference("Pages")) != Some(tree.number) {
            return Err("its catalog names other pages".to_owned());
        }
        let (catalog, pages, tree) = (catalog.number, tree.number, pages_of(tree, &objects)?);
        Ok(Self { places, length: opening.len() as u64, catalog, pages, tree, pages_read: 0 })
    }

    /// The pages that the file says it has.
    pub(crate) fn pages(&self) -> usize {
        self.tree.kids.len()
    }

    /// The size of its sheets in points.
    pub(crate) const fn sheet_pt(&self) -> (f64, f64) {
        self.tree.sheet_pt
    }

    /// Reads the page with this number from its bytes: every mark on it, in the order of drawing.
    pub(crate) fn page(&self, page: usize, bytes: &[u8], buffers: &mut Buffers) -> Result<(Vec<Mark>, PagePlaces), String> {
        let kid = *self.tree.kids.get(page).ok_or("the file has more pages than it says")?;
        let mut tokens = Tokens::new(bytes);
        let (leaf, content) = (tokens.numbered()?, tokens.numbered()?);
        if !tokens.is_at_end() {
            return Err("a page has more than its content".to_owned());
        }
        let dictionary = dictionary_of(&leaf).ok_or("a page is no dictionary")?;
        // Anything else on a page could turn it, crop it or draw over it.
        let is_plain = dictionary.is_named("Type", "Page")
            && dictionary.reference("Parent") == Some(self.pages)
            && dictionary.reference("Contents") == Some(content.number)
            && dictionary.entries().len() == 3
            && leaf.stream.is_none();
        if leaf.number != kid || !is_plain {
            return Err("a page is not the one that its place in the file is for".to_owned());
        }
        buffers.unpack(&content)?;
        let marks = read_content(&buffers.content, &self.tree.resources, &mut buffers.placed)?;
        Ok((marks, PagePlaces([(leaf.number, leaf.offset), (content.number, content.offset)])))
    }

    /// Takes note of a page that was read, in its order.
    pub(crate) fn passed(&mut self, page: PagePlaces, length: usize) -> Result<(), String> {
        for (number, offset) in page.0 {
            keep_place(&mut self.places, number, self.length + offset as u64)?;
        }
        self.length += length as u64;
        self.pages_read += 1;
        Ok(())
    }

    /// Reads everything after the last page: every object is where the table says, and the file begins with its catalog.
    pub(crate) fn close(&self, ending: &[u8]) -> Result<(), String> {
        if self.pages_read != self.tree.kids.len() {
            return Err(format!("it has {} pages instead of {}", self.pages_read, self.tree.kids.len()));
        }
        let mut lines = Lines(ending);
        lines.expect("xref\n")?;
        lines.expect(&format!("0 {}\n", self.places.len()))?;
        let mut next_free: Vec<usize> = (1..self.places.len()).filter(|number| self.places[*number] == 0).collect();
        next_free.push(0);
        let mut next_free = next_free.into_iter();
        for (number, place) in self.places.iter().enumerate() {
            match place {
                0 => {
                    let generation = if number == 0 { 65_535 } else { 0 };
                    lines.expect(&format!("{:010} {generation:05} f\r\n", next_free.next().unwrap_or(0)))?;
                }
                place => lines.expect(&format!("{place:010} 00000 n\r\n"))?,
            }
        }
        let mut tokens = Tokens::new(lines.0);
        let is_trailer = tokens.takes(b"trailer");
        let trailer = tokens.object()?;
        let trailer = trailer.as_dictionary().filter(|_| is_trailer).ok_or("it has no trailer")?;
        if trailer.number("Size") != Some(self.places.len() as f64) || trailer.reference("Root") != Some(self.catalog) {
            return Err("its trailer is not that of its objects".to_owned());
        }
        let begins = tokens.takes(b"startxref").then(|| tokens.whole_number()).transpose()?;
        if begins.map(u64::from) != Some(self.length) || !ending.ends_with(b"\n%%EOF") || !tokens.is_at_end() {
            return Err("its end does not say where its table of objects is".to_owned());
        }
        Ok(())
    }
}

/// Takes note of where an object begins; every number is used once.
fn keep_place(places: &mut Vec<u64>, number: u32, place: u64) -> Result<(), String> {
    // The opening and two objects for each page: a number beyond that is a mistake, and must not take memory.
    const MOST_OBJECTS: usize = 1 << 24;
    let number = number as usize;
    if number == 0 || number > MOST_OBJECTS {
        return Err(format!("there is an object with the number {number}"));
    }
    if places.len() <= number {
        places.resize(number + 1, 0);
    }
    if std::mem::replace(&mut places[number], place) != 0 {
        return Err(format!("object {number} is there twice"));
    }
    Ok(())
}

fn dictionary_of<'o, 'a>(object: &'o Numbered<'a>) -> Option<&'o Dictionary<'a>> {
    object.value.as_dictionary()
}

/// The objects of a file, by their numbers.
pub(crate) type Objects<'a> = HashMap<u32, Numbered<'a>>;

/// The tree of pages: their objects, the size of their sheets, what their content may name.
fn pages_of(tree: &Numbered<'_>, objects: &Objects<'_>) -> Result<PageTree, String> {
    let tree = dictionary_of(tree).ok_or("its pages are no dictionary")?;
    let kids = tree.array("Kids").and_then(|kids| kids.iter().map(Object::as_reference).collect::<Option<Vec<u32>>>());
    let kids = kids.ok_or("it does not say which pages it has")?;
    if tree.number("Count") != Some(kids.len() as f64) {
        return Err("it does not have as many pages as it says".to_owned());
    }
    let sheet: Option<Vec<f64>> = tree.array("MediaBox").and_then(|sides| sides.iter().map(Object::as_number).collect());
    let Some([0.0, 0.0, width, height]) = sheet.as_deref() else { return Err("its sheets have no size".to_owned()) };
    if ["Rotate", "CropBox"].iter().any(|name| tree.get(name).is_some()) {
        return Err("its pages are turned or cropped".to_owned());
    }
    let named = tree.dictionary("Resources").ok_or("its pages have no resources")?;
    let mut fonts = HashMap::new();
    let mut resources = resources_of(named, objects, &mut fonts)?;
    if let Some(forms) = named.dictionary("XObject") {
        for (name, form) in forms.entries() {
            let form = form.as_reference().and_then(|number| objects.get(&number)).ok_or("a form is missing")?;
            if resources.images.contains(*name) {
                return Err("an image is placed on a page itself".to_owned());
            }
            resources.forms.insert(name.to_vec(), form_of(form, objects, &mut fonts)?);
        }
    }
    Ok(PageTree { kids, sheet_pt: (*width, *height), resources })
}

/// The fonts that content may name. A font is read once, however often it is named.
pub(crate) fn resources_of(
    named: &Dictionary<'_>,
    objects: &Objects<'_>,
    fonts: &mut HashMap<u32, Arc<Font>>,
) -> Result<Resources, String> {
    let mut resources = Resources { images: images_of(named, objects)?, ..Resources::default() };
    for (name, font) in named.dictionary("Font").map(Dictionary::entries).unwrap_or_default() {
        let number = font.as_reference().ok_or("a font is not an object of its own")?;
        let font = match fonts.get(&number) {
            Some(font) => Arc::clone(font),
            None => Arc::new(font_of(number, objects).ok_or("a font can't be read")?),
        };
        fonts.insert(number, Arc::clone(&font));
        resources.fonts.insert(name.to_vec(), font);
    }
    Ok(resources)
}

/// The images that content may place. What an image shows is not looked at; that it can't be anything but an image, is.
fn images_of(named: &Dictionary<'_>, objects: &Objects<'_>) -> Result<HashSet<Vec<u8>>, String> {
    let mut images = HashSet::new();
    for (name, object) in named.dictionary("XObject").map(Dictionary::entries).unwrap_or_default() {
        let object = object.as_reference().and_then(|number| objects.get(&number)).ok_or("a form is missing")?;
        let Some(dictionary) = dictionary_of(object).filter(|dictionary| dictionary.is_named("Subtype", "Image")) else { continue };
        let is_plain = ["Mask", "SMask", "Decode", "ImageMask", "Alternates", "OPI"].iter().all(|name| dictionary.get(name).is_none());
        if !is_plain || object.stream.is_none() {
            return Err("an image is not as it is drawn".to_owned());
        }
        images.insert(name.to_vec());
    }
    Ok(images)
}

fn font_of(number: u32, objects: &Objects<'_>) -> Option<Font> {
    let follow = |reference: Option<u32>| objects.get(&reference?);
    let font = dictionary_of(objects.get(&number)?)?;
    let [descendant] = font.array("DescendantFonts")? else { return None };
    let descendant = dictionary_of(follow(descendant.as_reference())?)?;
    let descriptor = dictionary_of(follow(descendant.reference("FontDescriptor"))?)?;
    let to_unicode = follow(font.reference("ToUnicode"))?;
    if dictionary_of(to_unicode)?.get("Filter").is_some() {
        return None;
    }
    Font::read(descendant, descriptor, to_unicode.stream?)
}

fn form_of(form: &Numbered<'_>, objects: &Objects<'_>, fonts: &mut HashMap<u32, Arc<Font>>) -> Result<Form, String> {
    let dictionary = dictionary_of(form).filter(|dictionary| dictionary.is_named("Subtype", "Form"));
    let dictionary = dictionary.ok_or("something other than a form is placed on the pages")?;
    if ["Filter", "Matrix"].iter().any(|name| dictionary.get(name).is_some()) {
        return Err("a form is packed or moved".to_owned());
    }
    // A form has no forms of its own: what it places is an image.
    let resources = match dictionary.dictionary("Resources") {
        Some(named) => resources_of(named, objects, fonts)?,
        None => Resources::default(),
    };
    Ok(Form { content: form.stream.ok_or("a form has no content")?.to_vec(), resources })
}

impl Buffers {
    /// Unpacks a page's content into the room for it, which grows to the largest page and is used again.
    fn unpack(&mut self, object: &Numbered<'_>) -> Result<(), String> {
        let dictionary = dictionary_of(object).filter(|dictionary| dictionary.is_named("Filter", "FlateDecode"));
        let packed = object.stream.filter(|_| dictionary.is_some_and(|dictionary| dictionary.get("DecodeParms").is_none()));
        let packed = packed.ok_or("a page has no content that can be read")?;
        let decompressor = self.decompressor.get_or_insert_with(Decompressor::new);
        let mut room = self.content.capacity().max(128 << 10);
        loop {
            self.content.resize(room, 0);
            match decompressor.zlib_decompress(packed, &mut self.content) {
                Ok(length) => {
                    self.content.truncate(length);
                    return Ok(());
                }
                Err(DecompressionError::InsufficientSpace) if room < MOST_CONTENT_BYTES => room *= 2,
                Err(_) => return Err("a page's content can't be unpacked".to_owned()),
            }
        }
    }
}

/// What is left to be read of a text in which every byte has its place.
struct Lines<'a>(&'a [u8]);

impl Lines<'_> {
    fn expect(&mut self, line: &str) -> Result<(), String> {
        self.0 = self.0.strip_prefix(line.as_bytes()).ok_or("its table of objects is not that of its objects")?;
        Ok(())
    }
}
