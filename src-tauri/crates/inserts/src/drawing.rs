//! Reading a finished page back: content, forms, matrices, paths, text; into marks on the sheet.
//!
//! Owns the following of the drawing instructions and nothing of how they came about: it sees the file's bytes only. It
//! is strict: an instruction that inserts do not use is an error, since what is not understood can't be vouched for.
//! What the marks mean is decided in `verify`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::objects::{Dictionary, Object, Token, Tokens, whole};

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
    Text { bounds: Bounds, text: Arc<str> },
}

impl Mark {
    pub(crate) const fn bounds(&self) -> Bounds {
        match self {
            Self::Rectangles { bounds, .. } | Self::Shape(bounds) | Self::Text { bounds, .. } => *bounds,
        }
    }
}

/// What a page's content may name: fonts, and forms that are drawn once and placed on many pages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resources {
    pub(crate) fonts: HashMap<Vec<u8>, Arc<Font>>,
    pub(crate) forms: HashMap<Vec<u8>, Form>,
    /// The images that may be placed, by their names.
    pub(crate) images: HashSet<Vec<u8>>,
}

/// A form: its content, and the resources of its own.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) content: Vec<u8>,
    pub(crate) resources: Resources,
}

/// Forms that were read already. A form that is placed where it was placed before draws what it drew there.
#[derive(Debug, Default)]
pub(crate) struct Placed(Vec<(Placing, Arc<[Mark]>)>);

/// Everything that the drawing of a form follows from.
#[derive(Debug, Clone, PartialEq)]
struct Placing {
    name: Vec<u8>,
    state: State,
}

/// The most placings that are kept: those of a sheet, and some.
const MOST_PLACED: usize = 64;

/// Reads every mark of a page's content, in the order of drawing.
pub(crate) fn read_content(content: &[u8], resources: &Resources, placed: &mut Placed) -> Result<Vec<Mark>, String> {
    let mut reader = Reader::new(placed, State::new());
    reader.content(content, resources, 0)?;
    Ok(reader.marks)
}

/// A stretch of a page's content that has a tag: which marks are in it, by their places in the order of drawing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    pub(crate) tag: String,
    /// The number by which the structure names it; none for what is no part of the content.
    pub(crate) id: Option<u32>,
    pub(crate) marks: Range<usize>,
}

/// Reads every mark of a page whose content is tagged, and what is tagged. Everything has to be, and once.
pub(crate) fn read_tagged(content: &[u8], resources: &Resources) -> Result<(Vec<Mark>, Vec<Span>), String> {
    let mut placed = Placed::default();
    let mut reader = Reader { spans: Some(Vec::new()), ..Reader::new(&mut placed, State::new()) };
    reader.content(content, resources, 0)?;
    let (marks, spans) = (reader.marks, reader.spans.unwrap_or_default());
    if reader.open_tag.is_some() {
        return Err("a tag has no end".to_owned());
    }
    let tagged: usize = spans.iter().map(|span| span.marks.len()).sum();
    if tagged == marks.len() { Ok((marks, spans)) } else { Err("something on the page has no tag".to_owned()) }
}

/// What is needed of a font to know what a text says and where it lies; measures in thousandths of the size.
#[derive(Debug)]
pub(crate) struct Font {
    advances: Vec<f64>,
    ascent: f64,
    descent: f64,
    characters: HashMap<u16, char>,
}

impl Font {
    /// Reads a font's measures and characters; `None` if they are not as inserts have them.
    pub(crate) fn read(descendant: &Dictionary<'_>, descriptor: &Dictionary<'_>, to_unicode: &[u8]) -> Option<Self> {
        let mut advances = Vec::new();
        let mut widths = descendant.array("W")?.iter();
        while let Some(first) = widths.next() {
            let Some(Object::Array(run)) = widths.next() else { return None };
            advances.resize(whole(first.as_number()?)? as usize, 0.0);
            advances.extend(run.iter().map(Object::as_number).collect::<Option<Vec<f64>>>()?);
        }
        Some(Self {
            advances,
            ascent: descriptor.number("Ascent")?,
            descent: descriptor.number("Descent")?,
            characters: characters_of(std::str::from_utf8(to_unicode).ok()?),
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
#[derive(Debug, Clone, Copy, PartialEq)]
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
        if self.is_upright() {
            let (one, other) = (self.apply((left, bottom)), self.apply((right, top)));
            return Some(Bounds { left: one.0, bottom: one.1, right: one.0, top: one.1 }.union(Bounds {
                left: other.0,
                bottom: other.1,
                right: other.0,
                top: other.1,
            }));
        }
        Bounds::around([(left, bottom), (right, bottom), (left, top), (right, top)].map(|corner| self.apply(corner)))
    }
}

#[derive(Debug, Clone, PartialEq)]
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
    placed: &'c mut Placed,
    marks: Vec<Mark>,
    state: State,
    saved: Vec<State>,
    path: Path,
    text: Text,
    /// What is tagged; nothing where tags are not used.
    spans: Option<Vec<Span>>,
    /// The tag that has begun.
    open_tag: Option<Span>,
}

/// What stands before an instruction.
#[derive(Debug, Default)]
struct Operands<'a> {
    numbers: [f64; 6],
    count: usize,
    name: Option<&'a [u8]>,
    items: Option<Vec<Object<'a>>>,
    properties: Option<Dictionary<'a>>,
}

impl Operands<'_> {
    fn push(&mut self, number: f64) -> Result<(), String> {
        *self.numbers.get_mut(self.count).ok_or("an instruction has too many numbers")? = number;
        self.count += 1;
        Ok(())
    }

    /// So many numbers, and nothing else.
    fn numbers<const COUNT: usize>(&self) -> Result<[f64; COUNT], String> {
        let numbers = self.numbers.first_chunk().filter(|_| self.count == COUNT && self.name.is_none() && self.items.is_none());
        numbers.copied().ok_or_else(|| format!("an instruction has {} numbers instead of {COUNT}", self.count))
    }

    /// A name, and so many numbers.
    fn named<const COUNT: usize>(&self) -> Result<(&[u8], [f64; COUNT]), String> {
        let numbers = self.numbers.first_chunk().filter(|_| self.count == COUNT && self.items.is_none());
        self.name.zip(numbers.copied()).ok_or_else(|| "an instruction lacks a name".to_owned())
    }

    fn texts(&self) -> Result<&[Object<'_>], String> {
        let items = self.items.as_deref().filter(|_| self.count == 0 && self.name.is_none());
        items.ok_or_else(|| "text is shown without any".to_owned())
    }
}

impl<'c> Reader<'c> {
    fn new(placed: &'c mut Placed, state: State) -> Self {
        Self {
            placed,
            marks: Vec::new(),
            state,
            saved: Vec::new(),
            path: Path::default(),
            text: Text::default(),
            spans: None,
            open_tag: None,
        }
    }
}

impl Reader<'_> {
    fn content(&mut self, content: &[u8], resources: &Resources, level: usize) -> Result<(), String> {
        let mut tokens = Tokens::new(content);
        let mut operands = Operands::default();
        while let Some(token) = tokens.next()? {
            match token {
                Token::Number(number) => operands.push(number)?,
                Token::Name(name) if operands.name.is_none() => operands.name = Some(name),
                Token::ArrayBegins if operands.items.is_none() => operands.items = Some(tokens.items(0)?),
                Token::DictionaryBegins if self.spans.is_some() && operands.properties.is_none() => {
                    operands.properties = Some(tokens.dictionary(0)?);
                }
                Token::Word(instruction) => {
                    self.instruction(instruction, &operands, resources, level)?;
                    operands.count = 0;
                    operands.name = None;
                    operands.items = None;
                    operands.properties = None;
                }
                other => return Err(format!("{other:?} stands where an instruction should")),
            }
        }
        if operands.count > 0 || operands.name.is_some() || operands.items.is_some() {
            return Err("the content ends within an instruction".to_owned());
        }
        Ok(())
    }

    fn form(&mut self, name: &[u8], resources: &Resources, level: usize) -> Result<(), String> {
        if level == MOST_LEVELS {
            return Err("forms lie within forms without end".to_owned());
        }
        if resources.images.contains(name) {
            // An image fills the square of one unit.
            let bounds = self.state.matrix.bounds(0.0, 0.0, 1.0, 1.0).ok_or("an image has no corners")?;
            self.marks.push(Mark::Shape(bounds));
            return Ok(());
        }
        let form = resources.forms.get(name).ok_or("a form is missing")?;
        let placing = Placing { name: name.to_vec(), state: self.state.clone() };
        if level == 0
            && let Some((_, marks)) = self.placed.0.iter().find(|(known, _)| *known == placing)
        {
            self.marks.extend(marks.iter().cloned());
            return Ok(());
        }
        let mut within = Reader::new(self.placed, self.state.clone());
        within.content(&form.content, &form.resources, level + 1)?;
        let marks: Arc<[Mark]> = within.marks.into();
        self.marks.extend(marks.iter().cloned());
        if level == 0 && self.placed.0.len() < MOST_PLACED {
            self.placed.0.push((placing, marks));
        }
        Ok(())
    }

    fn instruction(&mut self, instruction: &[u8], operands: &Operands<'_>, resources: &Resources, level: usize) -> Result<(), String> {
        match instruction {
            b"re" => self.rectangle(operands.numbers()?),
            // Where a path overlaps itself, the two differ in what is white; its bounds are the same.
            b"f" => operands.numbers::<0>().map(|_| self.fill()),
            b"f*" if self.path.rectangles.is_empty() => operands.numbers::<0>().map(|_| self.fill()),
            b"q" => operands.numbers::<0>().map(|_| self.saved.push(self.state.clone())),
            b"Q" => {
                operands.numbers::<0>()?;
                self.state = self.saved.pop().ok_or("a state is restored that was not saved")?;
                Ok(())
            }
            b"cm" => operands.numbers().map(|numbers| self.state.matrix = Matrix(numbers).then(self.state.matrix)),
            b"w" => operands.numbers().map(|[width]| self.state.line_width = width),
            b"g" => operands.numbers().map(|[gray]| self.state.fill_is_black = gray == 0.0),
            b"rg" => operands.numbers::<3>().map(|_| self.state.fill_is_black = false),
            b"G" => operands.numbers::<1>().map(|_| ()),
            b"RG" => operands.numbers::<3>().map(|_| ()),
            b"m" | b"l" => operands.numbers().map(|[x, y]| self.point(x, y)),
            b"c" => operands.numbers().map(|[x1, y1, x2, y2, x3, y3]| {
                self.point(x1, y1);
                self.point(x2, y2);
                self.point(x3, y3);
            }),
            b"h" | b"ET" => operands.numbers::<0>().map(|_| ()),
            b"S" => operands.numbers::<0>().map(|_| self.stroke()),
            b"BT" => operands.numbers::<0>().map(|_| (self.text.x, self.text.y) = (0.0, 0.0)),
            b"Td" => operands.numbers().map(|[x, y]| {
                self.text.x += x;
                self.text.y += y;
            }),
            b"Tf" => {
                let (name, [size]) = operands.named()?;
                self.text.font = Some(Arc::clone(resources.fonts.get(name).ok_or("a font is missing")?));
                self.text.size = size;
                Ok(())
            }
            b"TJ" => self.show(operands.texts()?),
            b"Do" => self.form(operands.named::<0>()?.0, resources, level),
            b"BDC" | b"BMC" if self.spans.is_some() => self.tag_begins(operands),
            b"EMC" if self.spans.is_some() => operands.numbers::<0>().and_then(|_| self.tag_ends()),
            other => Err(format!("the page has an instruction that inserts do not use: {}", String::from_utf8_lossy(other))),
        }
    }

    fn tag_begins(&mut self, operands: &Operands<'_>) -> Result<(), String> {
        let (tag, []) = operands.named::<0>()?;
        let id = operands.properties.as_ref().and_then(|properties| properties.number("MCID")).and_then(whole);
        let begins = self.marks.len();
        let span = Span { tag: String::from_utf8_lossy(tag).into_owned(), id, marks: begins..begins };
        if self.open_tag.replace(span).is_some() { Err("a tag begins within another".to_owned()) } else { Ok(()) }
    }

    fn tag_ends(&mut self) -> Result<(), String> {
        let mut span = self.open_tag.take().ok_or("a tag ends that did not begin")?;
        span.marks.end = self.marks.len();
        self.spans.get_or_insert_default().push(span);
        Ok(())
    }

    fn point(&mut self, x: f64, y: f64) {
        self.path.add(self.state.matrix.apply((x, y)));
    }

    fn rectangle(&mut self, [x, y, width, height]: [f64; 4]) -> Result<(), String> {
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

    fn show(&mut self, items: &[Object<'_>]) -> Result<(), String> {
        let font = self.text.font.clone().ok_or("text is shown without a font")?;
        let (mut width, mut text) = (0.0, String::new());
        for item in items {
            match item {
                Object::Text(glyphs) => {
                    for pair in glyphs.chunks(2) {
                        let glyph = u16::from_be_bytes(pair.try_into().map_err(|_| "text has half a glyph")?);
                        width += font.advances.get(usize::from(glyph)).copied().ok_or("text has a glyph without a width")?;
                        text.push(font.characters.get(&glyph).copied().ok_or("text has a glyph without a character")?);
                    }
                }
                Object::Number(gap) => width -= gap,
                _ => return Err("text has something other than glyphs and gaps".to_owned()),
            }
        }
        let scale = self.text.size / 1000.0;
        let (x, y) = (self.text.x, self.text.y);
        let bounds = self.state.matrix.bounds(x, y + font.descent * scale, x + width * scale, y + font.ascent * scale);
        self.marks.push(Mark::Text { bounds: bounds.ok_or("a text has no corners")?, text: text.into() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Result<Vec<Mark>, String> {
        read_content(content.as_bytes(), &Resources::default(), &mut Placed::default())
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
    fn everything_on_a_tagged_page_has_one_tag() {
        let read = |content: &str| read_tagged(content.as_bytes(), &Resources::default());
        let (marks, spans) = read("/Artifact BMC 0 0 1 1 re f EMC /P <</MCID 3>> BDC 2 w 0 0 m 9 0 l S EMC").expect("it reads");
        assert_eq!(marks.len(), 2);
        let span = |tag: &str, id, marks| Span { tag: tag.to_owned(), id, marks };
        assert_eq!(spans, [span("Artifact", None, 0..1), span("P", Some(3), 1..2)]);
        for content in ["0 0 1 1 re f", "/P <</MCID 0>> BDC", "EMC", "/P <</MCID 0>> BDC /P <</MCID 1>> BDC EMC EMC"] {
            assert!(read(content).is_err(), "{content}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for content in [
            "0 0 1 1 re W n",
            "/P <</MCID 0>> BDC EMC",
            "/P BMC",
            "/Missing Do",
            "Q",
            "/GS gs",
            "0 0 1 1 re f*",
            "0 0 0 1 k",
            "0 0 1 re f",
            "1 2",
            "q 1 g 7 Q",
        ] {
            assert!(read(content).is_err(), "{content}");
        }
    }
}
