//! Reading a finished page back: content stream, forms, matrices, paths, text; into marks on the sheet.
//!
//! Owns the following of the drawing instructions and nothing of how they came about: it sees the file's bytes only. It
//! is strict: an instruction that inserts do not use is an error, since what is not understood can't be vouched for.
//! What the marks mean is decided in `verify`.

use std::collections::HashMap;
use std::sync::Arc;

use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::{Array, Dict, Name, Number, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

/// Forms within forms; the file has one level.
const MOST_LEVELS: usize = 4;

/// A rectangle on the sheet, in points from its lower left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) left: f64,
    pub(crate) bottom: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
}

impl Bounds {
    fn around(points: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        points.into_iter().map(|(x, y)| Self { left: x, bottom: y, right: x, top: y }).reduce(Self::union)
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            bottom: self.bottom.min(other.bottom),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
        }
    }

    pub(crate) const fn grown(self, by: f64) -> Self {
        Self { left: self.left - by, bottom: self.bottom - by, right: self.right + by, top: self.top + by }
    }

    /// Whether the two share more than an edge.
    pub(crate) const fn meets(&self, other: &Self) -> bool {
        const EDGE: f64 = 0.001;
        self.left + EDGE < other.right && other.left + EDGE < self.right && self.bottom + EDGE < other.top && other.bottom + EDGE < self.top
    }

    pub(crate) const fn contains(&self, other: &Self) -> bool {
        const EDGE: f64 = 0.001;
        self.left <= other.left + EDGE
            && self.bottom <= other.bottom + EDGE
            && self.right + EDGE >= other.right
            && self.top + EDGE >= other.top
    }

    pub(crate) const fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) const fn height(&self) -> f64 {
        self.top - self.bottom
    }
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// Upright rectangles, filled at a stroke.
    Rectangles { rectangles: Vec<Bounds>, bounds: Bounds, is_black: bool },
    /// A line, an outline, any other filled shape.
    Shape(Bounds),
    /// A run of text, with the characters that the file says its glyphs stand for.
    Text { bounds: Bounds, text: String },
}

impl Mark {
    pub(crate) const fn bounds(&self) -> Bounds {
        match self {
            Self::Rectangles { bounds, .. } | Self::Shape(bounds) | Self::Text { bounds, .. } => *bounds,
        }
    }
}

/// Reads every mark of a page, in the order of drawing.
pub(crate) fn read_page(page: &Page<'_>, fonts: &mut FontCache) -> Result<Vec<Mark>, String> {
    let content = page.page_stream().ok_or("the page has no content that can be read")?;
    let mut reader =
        Reader { fonts, marks: Vec::new(), state: State::new(), saved: Vec::new(), path: Path::default(), text: Text::default() };
    reader.content(content, page.resources(), 0)?;
    Ok(reader.marks)
}

/// The fonts of a file, read once.
#[derive(Debug, Default)]
pub(crate) struct FontCache(HashMap<ObjectIdentifier, Arc<Font>>);

/// What is needed of a font to know what a text says and where it lies; measures in thousandths of the size.
#[derive(Debug)]
struct Font {
    advances: Vec<f64>,
    ascent: f64,
    descent: f64,
    characters: HashMap<u16, char>,
}

impl FontCache {
    fn get(&mut self, dictionary: &Dict<'_>) -> Result<Arc<Font>, String> {
        let identifier = dictionary.obj_id().ok_or("a font is not an object of its own")?;
        if let Some(font) = self.0.get(&identifier) {
            return Ok(Arc::clone(font));
        }
        let font = Arc::new(Font::read(dictionary).ok_or("a font can't be read")?);
        self.0.insert(identifier, Arc::clone(&font));
        Ok(font)
    }
}

impl Font {
    fn read(dictionary: &Dict<'_>) -> Option<Self> {
        let descendant = dictionary.get::<Array<'_>>("DescendantFonts")?.iter::<Dict<'_>>().next()?;
        let descriptor = descendant.get::<Dict<'_>>("FontDescriptor")?;
        let widths = descendant.get::<Array<'_>>("W")?;
        let mut widths = widths.flex_iter();
        let mut advances = Vec::new();
        while let Some(first) = widths.next::<Number>() {
            advances.resize(usize::try_from(first.as_i64()).ok()?, 0.0);
            advances.extend(widths.next::<Array<'_>>()?.iter::<Number>().map(|number| number.as_f64()));
        }
        let map = dictionary.get::<Stream<'_>>("ToUnicode")?.decoded_data().ok()?.into_owned();
        Some(Self {
            advances,
            ascent: descriptor.get::<Number>("Ascent")?.as_f64(),
            descent: descriptor.get::<Number>("Descent")?.as_f64(),
            characters: characters_of(std::str::from_utf8(&map).ok()?),
        })
    }
}

/// The pairs of glyph and character of a ToUnicode map (its `bfchar` sections).
fn characters_of(map: &str) -> HashMap<u16, char> {
    let mut characters = HashMap::new();
    for section in map.split("beginbfchar").skip(1).filter_map(|rest| rest.split("endbfchar").next()) {
        let mut codes = section.split(['<', '>']).skip(1).step_by(2);
        while let (Some(glyph), Some(units)) = (codes.next(), codes.next()) {
            let units: Option<Vec<u16>> =
                units.as_bytes().chunks(4).map(|unit| u16::from_str_radix(std::str::from_utf8(unit).ok()?, 16).ok()).collect();
            let character = units.and_then(|units| char::decode_utf16(units).next()?.ok());
            if let (Ok(glyph), Some(character)) = (u16::from_str_radix(glyph, 16), character) {
                characters.insert(glyph, character);
            }
        }
    }
    characters
}

/// A matrix of six numbers (ISO 32000-1, 8.3.3).
#[derive(Debug, Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This matrix first, the other after it.
    fn then(self, after: Self) -> Self {
        let ([a, b, c, d, e, f], [m, n, o, p, q, r]) = (self.0, after.0);
        Self([a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r])
    }

    const fn apply(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    const fn is_upright(&self) -> bool {
        self.0[1] == 0.0 && self.0[2] == 0.0
    }

    fn bounds(&self, left: f64, bottom: f64, right: f64, top: f64) -> Option<Bounds> {
        Bounds::around([(left, bottom), (right, bottom), (left, top), (right, top)].map(|corner| self.apply(corner)))
    }
}

#[derive(Debug, Clone)]
struct State {
    matrix: Matrix,
    fill_is_black: bool,
    line_width: f64,
}

impl State {
    const fn new() -> Self {
        Self { matrix: Matrix::IDENTITY, fill_is_black: true, line_width: 1.0 }
    }
}

/// The path being built.
#[derive(Debug, Default)]
struct Path {
    rectangles: Vec<Bounds>,
    others: Option<Bounds>,
}

impl Path {
    fn add(&mut self, point: (f64, f64)) {
        let (x, y) = point;
        let bounds = Bounds { left: x, bottom: y, right: x, top: y };
        self.others = Some(self.others.map_or(bounds, |others| others.union(bounds)));
    }
}

#[derive(Debug, Default)]
struct Text {
    font: Option<Arc<Font>>,
    size: f64,
    x: f64,
    y: f64,
}

struct Reader<'c> {
    fonts: &'c mut FontCache,
    marks: Vec<Mark>,
    state: State,
    saved: Vec<State>,
    path: Path,
    text: Text,
}

impl Reader<'_> {
    fn content(&mut self, content: &[u8], resources: &Resources<'_>, level: usize) -> Result<(), String> {
        let mut instructions = TypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            match instruction {
                TypedInstruction::XObject(form) => self.form(form.0, resources, level)?,
                TypedInstruction::TextFont(font) => {
                    let dictionary = resources.get_font(font.0).ok_or("a font is missing")?;
                    self.text.font = Some(self.fonts.get(&dictionary)?);
                    self.text.size = font.1.as_f64();
                }
                other => self.instruction(&other)?,
            }
        }
        Ok(())
    }

    fn form(&mut self, name: &Name<'_>, resources: &Resources<'_>, level: usize) -> Result<(), String> {
        if level == MOST_LEVELS {
            return Err("forms lie within forms without end".to_owned());
        }
        let form = resources.get_x_object(name).ok_or("a form is missing")?;
        if form.dict().get::<Name<'_>>("Subtype").is_none_or(|subtype| subtype.as_str() != "Form") {
            return Err("something other than a form is placed on the page".to_owned());
        }
        let content = form.decoded_data().map_err(|_| "a form can't be read")?;
        let own = form.dict().get::<Dict<'_>>("Resources").map(Resources::new);
        let matrix = form.dict().get::<Array<'_>>("Matrix").map(|numbers| numbers.iter::<Number>().map(|number| number.as_f64()).collect());
        let before = self.state.clone();
        if let Some(numbers) = matrix {
            let numbers: Vec<f64> = numbers;
            self.state.matrix = Matrix(numbers.try_into().map_err(|_| "a form's matrix is not six numbers")?).then(self.state.matrix);
        }
        self.content(&content, own.as_ref().unwrap_or(resources), level + 1)?;
        self.state = before;
        Ok(())
    }

    fn instruction(&mut self, instruction: &TypedInstruction<'_, '_>) -> Result<(), String> {
        match instruction {
            TypedInstruction::SaveState(_) => self.saved.push(self.state.clone()),
            TypedInstruction::RestoreState(_) => self.state = self.saved.pop().ok_or("a state is restored that was not saved")?,
            TypedInstruction::Transform(to) => {
                let numbers = [to.0, to.1, to.2, to.3, to.4, to.5].map(|number| number.as_f64());
                self.state.matrix = Matrix(numbers).then(self.state.matrix);
            }
            TypedInstruction::LineWidth(width) => self.state.line_width = width.0.as_f64(),
            TypedInstruction::NonStrokeColorDeviceGray(gray) => self.state.fill_is_black = gray.0.as_f64() == 0.0,
            TypedInstruction::NonStrokeColorDeviceRgb(_) => self.state.fill_is_black = false,
            TypedInstruction::StrokeColorDeviceGray(_) | TypedInstruction::StrokeColorDeviceRgb(_) | TypedInstruction::EndText(_) => {}
            TypedInstruction::MoveTo(to) => self.point(to.0, to.1),
            TypedInstruction::LineTo(to) => self.point(to.0, to.1),
            TypedInstruction::CubicTo(to) => {
                self.point(to.0, to.1);
                self.point(to.2, to.3);
                self.point(to.4, to.5);
            }
            TypedInstruction::ClosePath(_) => {}
            TypedInstruction::RectPath(rectangle) => self.rectangle([rectangle.0, rectangle.1, rectangle.2, rectangle.3])?,
            TypedInstruction::StrokePath(_) => self.stroke(),
            TypedInstruction::FillPathNonZero(_) => self.fill(),
            TypedInstruction::BeginText(_) => (self.text.x, self.text.y) = (0.0, 0.0),
            TypedInstruction::NextLine(by) => {
                self.text.x += by.0.as_f64();
                self.text.y += by.1.as_f64();
            }
            TypedInstruction::ShowTexts(texts) => self.show(texts.0)?,
            other => return Err(format!("the page has an instruction that inserts do not use: {other}")),
        }
        Ok(())
    }

    fn point(&mut self, x: Number, y: Number) {
        self.path.add(self.state.matrix.apply((x.as_f64(), y.as_f64())));
    }

    fn rectangle(&mut self, numbers: [Number; 4]) -> Result<(), String> {
        let [x, y, width, height] = numbers.map(|number| number.as_f64());
        let bounds = self.state.matrix.bounds(x, y, x + width, y + height).ok_or("a rectangle has no corners")?;
        if self.state.matrix.is_upright() {
            self.path.rectangles.push(bounds);
        } else {
            self.path.add((bounds.left, bounds.bottom));
            self.path.add((bounds.right, bounds.top));
        }
        Ok(())
    }

    fn stroke(&mut self) {
        let path = std::mem::take(&mut self.path);
        let half = self.state.line_width * self.state.matrix.0[0].abs() / 2.0;
        self.marks.extend(path.rectangles.into_iter().chain(path.others).map(|bounds| Mark::Shape(bounds.grown(half))));
    }

    fn fill(&mut self) {
        let path = std::mem::take(&mut self.path);
        self.marks.extend(path.others.map(Mark::Shape));
        if let Some(bounds) = path.rectangles.iter().copied().reduce(Bounds::union) {
            self.marks.push(Mark::Rectangles { rectangles: path.rectangles, bounds, is_black: self.state.fill_is_black });
        }
    }

    fn show(&mut self, items: &Array<'_>) -> Result<(), String> {
        let font = self.text.font.clone().ok_or("text is shown without a font")?;
        let (mut width, mut text) = (0.0, String::new());
        for item in items.iter::<Object<'_>>() {
            match item {
                Object::String(glyphs) => {
                    for pair in glyphs.as_bytes().chunks(2) {
                        let glyph = u16::from_be_bytes(pair.try_into().map_err(|_| "text has half a glyph")?);
                        width += font.advances.get(usize::from(glyph)).copied().ok_or("text has a glyph without a width")?;
                        text.push(font.characters.get(&glyph).copied().ok_or("text has a glyph without a character")?);
                    }
                }
                Object::Number(gap) => width -= gap.as_f64(),
                _ => return Err("text has something other than glyphs and gaps".to_owned()),
            }
        }
        let scale = self.text.size / 1000.0;
        let (x, y) = (self.text.x, self.text.y);
        let bounds = self.state.matrix.bounds(x, y + font.descent * scale, x + width * scale, y + font.ascent * scale);
        self.marks.push(Mark::Text { bounds: bounds.ok_or("a text has no corners")?, text });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Result<Vec<Mark>, String> {
        let mut fonts = FontCache::default();
        let mut reader = Reader {
            fonts: &mut fonts,
            marks: Vec::new(),
            state: State::new(),
            saved: Vec::new(),
            path: Path::default(),
            text: Text::default(),
        };
        reader.content(content.as_bytes(), &Resources::new(Dict::empty()), 0)?;
        Ok(reader.marks)
    }

    #[test]
    fn rectangles_are_where_the_matrices_put_them() {
        let marks = read("q 1 0 0 1 100 200 cm 0 g q 2 0 0 -2 10 50 cm 1 2 3 1 re f Q Q").expect("it reads");
        let bounds = Bounds { left: 112.0, bottom: 244.0, right: 118.0, top: 246.0 };
        assert_eq!(marks, [Mark::Rectangles { rectangles: vec![bounds], bounds, is_black: true }]);
    }

    #[test]
    fn a_fill_that_is_not_black_is_told_apart() {
        for colour in ["0.1 g", "0 0.4 0.4 rg"] {
            let marks = read(&format!("{colour} 0 0 1 1 re f")).expect("it reads");
            assert!(matches!(marks.as_slice(), [Mark::Rectangles { is_black: false, .. }]), "{colour}");
        }
    }

    #[test]
    fn a_line_is_as_wide_as_it_is_drawn() {
        let marks = read("2 w 10 10 m 20 10 l S").expect("it reads");
        assert_eq!(marks, [Mark::Shape(Bounds { left: 9.0, bottom: 9.0, right: 21.0, top: 11.0 })]);
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for content in ["0 0 1 1 re W n", "/Missing Do", "Q", "/GS gs", "0 0 1 1 re f*", "0 0 0 1 k"] {
            assert!(read(content).is_err(), "{content}");
        }
    }
}
