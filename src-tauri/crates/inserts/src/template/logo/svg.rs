//! A logo in SVG: its markup is judged first, then `usvg` resolves it and paths of whole colours are kept as paths.
//!
//! What can't be drawn as such (gradients, masks, clips, what is half see-through) is drawn into dots by `resvg`, once.

use std::collections::HashMap;

use resvg::tiny_skia::{FillRule as SkiaFillRule, Path, PathSegment, PathStroker, Pixmap, Rect, Transform};
use resvg::usvg::roxmltree::{Document, Error as XmlError, Node as Element, NodeId, ParsingOptions};
use resvg::usvg::{FillRule, Group, ImageHrefResolver, Node, Options, Paint, PaintOrder, Tree};

use super::{Artwork, Image, Logo, LogoError, MOST_KEPT_PIXELS};

/// The most elements, attributes and texts of the file.
const MOST_NODES: u32 = 20_000;

/// The most elements once every reference to another is followed: a few lines can stand for millions.
const MOST_ELEMENTS: usize = 20_000;

/// The deepest nesting.
const MOST_LEVELS: usize = 64;

/// The most fills that are kept as paths: each is looked at on every insert. More become dots.
const MOST_FILLS: usize = 64;

/// The longest instructions that are kept as paths.
const MOST_PATH_BYTES: usize = 64 << 10;

const SVG: &str = "http://www.w3.org/2000/svg";

pub(super) fn read(text: &str) -> Result<Logo, LogoError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        XmlError::DtdDetected => LogoError::Entities,
        XmlError::NodesLimitReached | XmlError::AttributesLimitReached => LogoError::TooComplicated,
        other => LogoError::BrokenSvg(other.to_string()),
    })?;
    judge(&document)?;
    let nothing = ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options { image_href_resolver: nothing, ..Options::default() };
    let tree = Tree::from_xmltree(&document, &options).map_err(|error| LogoError::BrokenSvg(error.to_string()))?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let artwork = match paths(&tree) {
        Some(paths) if paths.is_empty() => return Err(LogoError::Empty),
        Some(paths) => Artwork::Paths(paths),
        None => Artwork::Image(dots(&tree)?),
    };
    Logo::new(f64::from(width), f64::from(height), artwork)
}

/// Refuses what runs, what comes from elsewhere, and what can't be drawn as it looks.
fn judge(document: &Document<'_>) -> Result<(), LogoError> {
    let root = document.root_element();
    if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some(SVG) {
        return Err(LogoError::BrokenSvg("its outermost element is not svg".to_owned()));
    }
    if let Some(instruction) = document.descendants().find_map(|node| node.pi()) {
        return Err(LogoError::Outside(instruction.target.to_owned()));
    }
    for element in document.descendants().filter(Element::is_element) {
        judge_element(element)?;
    }
    let named = |element: Element<'_, '_>| element.attribute("id").map(|id| (id.to_owned(), element.id()));
    let named = document.descendants().filter_map(named).collect();
    let mut budget = MOST_ELEMENTS;
    count(document, &named, root, 0, &mut budget)
}

fn judge_element(element: Element<'_, '_>) -> Result<(), LogoError> {
    let name = element.tag_name().name();
    match name.to_ascii_lowercase().as_str() {
        "script" | "handler" | "listener" => return Err(LogoError::Script(name.to_owned())),
        "foreignobject" | "iframe" | "embed" | "object" | "video" | "audio" | "canvas" => return Err(LogoError::Foreign(name.to_owned())),
        "image" | "feimage" => return Err(LogoError::Foreign(name.to_owned())),
        "text" | "tspan" | "textpath" | "tref" => return Err(LogoError::Text),
        "style" => judge_style(&element.descendants().filter_map(|node| node.text()).collect::<String>())?,
        _ => {}
    }
    for attribute in element.attributes() {
        let (name, value) = (attribute.name(), attribute.value().trim());
        if name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on")) {
            return Err(LogoError::Script(name.to_owned()));
        }
        if name == "href" || name == "src" || name == "base" {
            match value {
                _ if value.to_ascii_lowercase().starts_with("javascript:") => return Err(LogoError::Script(shortened(value))),
                // A link around the logo leads nowhere on paper.
                _ if value.starts_with('#') || element.tag_name().name() == "a" => {}
                _ => return Err(LogoError::Outside(shortened(value))),
            }
        }
        judge_style(value)?;
    }
    Ok(())
}

/// Nothing is taken from elsewhere: every `url(…)` names a part of the same file.
fn judge_style(value: &str) -> Result<(), LogoError> {
    let lower = value.to_ascii_lowercase();
    if lower.contains("@import") || lower.contains("javascript:") || lower.contains("expression(") {
        return Err(LogoError::Outside(shortened(value)));
    }
    // An escape of CSS could hide any of these words.
    if lower.contains('\\') && (lower.contains("url") || lower.contains('@') || lower.contains('(')) {
        return Err(LogoError::Outside(shortened(value)));
    }
    for (at, _) in lower.match_indices("url(") {
        let target = value.get(at + 4..).unwrap_or_default().trim_start().trim_start_matches(['"', '\'']);
        if !target.starts_with('#') {
            return Err(LogoError::Outside(shortened(target)));
        }
    }
    Ok(())
}

/// As much of a value as an error shows.
fn shortened(value: &str) -> String {
    value.chars().take(60).collect()
}

/// Counts elements with what they refer to, down to a limit: `use` within `use` doubles at each step.
fn count(
    document: &Document<'_>,
    named: &HashMap<String, NodeId>,
    element: Element<'_, '_>,
    level: usize,
    budget: &mut usize,
) -> Result<(), LogoError> {
    *budget = budget.checked_sub(1).ok_or(LogoError::TooComplicated)?;
    if level > MOST_LEVELS {
        return Err(LogoError::TooComplicated);
    }
    if element.tag_name().name() == "use" {
        let href = element.attributes().find(|attribute| attribute.name() == "href").and_then(|href| href.value().trim().strip_prefix('#'));
        if let Some(target) = href.and_then(|id| document.get_node(*named.get(id)?)) {
            count(document, named, target, level + 1, budget)?;
        }
    }
    element.children().filter(Element::is_element).try_for_each(|child| count(document, named, child, level + 1, budget))
}

/// The drawing as filled paths in a square of one unit; `None` if it has something that can't be filled so.
fn paths(tree: &Tree) -> Option<Vec<u8>> {
    let size = tree.size();
    let mut fills = Fills {
        content: Vec::new(),
        count: 0,
        bounds: Rect::from_ltrb(0.0, 0.0, 1.0, 1.0)?,
        // The square has its origin below.
        unit: Transform::from_row(1.0 / size.width(), 0.0, 0.0, -1.0 / size.height(), 0.0, 1.0),
    };
    fills.group(tree.root())?;
    (fills.content.len() <= MOST_PATH_BYTES).then_some(fills.content)
}

struct Fills {
    content: Vec<u8>,
    count: usize,
    bounds: Rect,
    unit: Transform,
}

impl Fills {
    fn group(&mut self, group: &Group) -> Option<()> {
        if group.should_isolate() {
            return None;
        }
        group.children().iter().try_for_each(|node| match node {
            Node::Group(group) => self.group(group),
            Node::Path(path) if !path.is_visible() => Some(()),
            Node::Path(path) => match path.paint_order() {
                PaintOrder::FillAndStroke => self.fill(path).and_then(|()| self.stroke(path)),
                PaintOrder::StrokeAndFill => self.stroke(path).and_then(|()| self.fill(path)),
            },
            Node::Image(_) | Node::Text(_) => None,
        })
    }

    fn fill(&mut self, path: &resvg::usvg::Path) -> Option<()> {
        let Some(fill) = path.fill() else { return Some(()) };
        let colour = whole_colour(fill.paint(), fill.opacity().get())?;
        let rule = match fill.rule() {
            FillRule::NonZero => SkiaFillRule::Winding,
            FillRule::EvenOdd => SkiaFillRule::EvenOdd,
        };
        self.push(path.data().clone(), path.abs_transform(), colour, rule)
    }

    /// A line as the outline of what it covers: that has bounds, and no caps, joins or dashes that a reader has to know.
    fn stroke(&mut self, path: &resvg::usvg::Path) -> Option<()> {
        let Some(stroke) = path.stroke() else { return Some(()) };
        let colour = whole_colour(stroke.paint(), stroke.opacity().get())?;
        let style = stroke.to_tiny_skia();
        let scale = PathStroker::compute_resolution_scale(&path.abs_transform()) * 8.0;
        let dashed = match &style.dash {
            Some(dash) => path.data().dash(dash, scale)?,
            None => path.data().clone(),
        };
        self.push(dashed.stroke(&style, scale)?, path.abs_transform(), colour, SkiaFillRule::Winding)
    }

    fn push(&mut self, path: Path, transform: Transform, colour: [u8; 3], rule: SkiaFillRule) -> Option<()> {
        let path = path.transform(transform.post_concat(self.unit))?;
        let bounds = path.bounds();
        const HAIR: f32 = 0.0005;
        let is_inside = bounds.left() >= self.bounds.left() - HAIR
            && bounds.right() <= self.bounds.right() + HAIR
            && bounds.top() >= self.bounds.top() - HAIR
            && bounds.bottom() <= self.bounds.bottom() + HAIR;
        self.count += 1;
        if !is_inside || self.count > MOST_FILLS {
            return None;
        }
        let colour = colour.map(|component| format!("{:.4}", f32::from(component) / 255.0)).join(" ");
        self.content.extend_from_slice(format!("{colour} rg\n").as_bytes());
        write_path(&mut self.content, &path);
        self.content.extend_from_slice(if rule == SkiaFillRule::EvenOdd { b"f*\n" } else { b"f\n" });
        Some(())
    }
}

fn write_path(content: &mut Vec<u8>, path: &Path) {
    let mut at = (0.0, 0.0);
    let mut write = |numbers: &[f32], instruction: &str| {
        for number in numbers {
            content.extend_from_slice(format!("{} ", (number.clamp(0.0, 1.0) * 1e5).round() / 1e5).as_bytes());
        }
        content.extend_from_slice(instruction.as_bytes());
        content.push(b'\n');
    };
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                write(&[to.x, to.y], "m");
                at = (to.x, to.y);
            }
            PathSegment::LineTo(to) => {
                write(&[to.x, to.y], "l");
                at = (to.x, to.y);
            }
            PathSegment::QuadTo(control, to) => {
                // The same curve with two points of control.
                let third = |from: f32, control: f32| from + (control - from) * 2.0 / 3.0;
                let first = (third(at.0, control.x), third(at.1, control.y));
                let second = (third(to.x, control.x), third(to.y, control.y));
                write(&[first.0, first.1, second.0, second.1, to.x, to.y], "c");
                at = (to.x, to.y);
            }
            PathSegment::CubicTo(first, second, to) => {
                write(&[first.x, first.y, second.x, second.y, to.x, to.y], "c");
                at = (to.x, to.y);
            }
            PathSegment::Close => write(&[], "h"),
        }
    }
}

/// The colour of a paint that is one colour and hides what lies below it.
fn whole_colour(paint: &Paint, opacity: f32) -> Option<[u8; 3]> {
    match paint {
        Paint::Color(colour) if opacity >= 1.0 => Some([colour.red, colour.green, colour.blue]),
        _ => None,
    }
}

/// The drawing as dots, as fine as it can be printed.
fn dots(tree: &Tree) -> Result<Image, LogoError> {
    let size = tree.size();
    let scale = MOST_KEPT_PIXELS as f32 / size.width().max(size.height());
    let side = |length: f32| ((length * scale).round() as u32).clamp(1, MOST_KEPT_PIXELS);
    let (width, height) = (side(size.width()), side(size.height()));
    let mut pixmap = Pixmap::new(width, height).ok_or(LogoError::TooComplicated)?;
    resvg::render(tree, Transform::from_scale(width as f32 / size.width(), height as f32 / size.height()), &mut pixmap.as_mut());
    let rgba: Vec<u8> = pixmap
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let colour = pixel.demultiply();
            [colour.red(), colour.green(), colour.blue(), colour.alpha()]
        })
        .collect();
    let image = Image::on_white(width, height, &rgba);
    if image.data.iter().all(|component| *component == 255) { Err(LogoError::Empty) } else { Ok(image) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inner: &str) -> String {
        format!(r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">{inner}</svg>"##)
    }

    fn drawn(inner: &str) -> String {
        match read(&svg(inner)).expect("a logo").artwork {
            Artwork::Paths(paths) => String::from_utf8(paths).expect("text"),
            Artwork::Image(_) => panic!("it is drawn as dots"),
        }
    }

    fn refused(inner: &str) -> LogoError {
        read(&svg(inner)).map(|_| ()).expect_err(inner)
    }

    #[test]
    fn shapes_of_whole_colours_stay_paths() {
        assert_eq!(
            drawn(r##"<rect width="20" height="10" fill="#ff0000"/>"##),
            "1.0000 0.0000 0.0000 rg\n0 1 m\n0.5 1 l\n0.5 0.5 l\n0 0.5 l\nh\nf\n"
        );
        let ring =
            drawn(r##"<path fill-rule="evenodd" d="M2 2h16v16h-16z M6 6h8v8h-8z"/><path d="M22 10 H38" stroke="#00f" stroke-width="2"/>"##);
        assert!(ring.contains("f*\n") && ring.ends_with("f\n") && ring.contains("0.0000 0.0000 1.0000 rg"), "{ring}");
        let used = drawn(r##"<defs><g id="a"><circle cx="5" cy="5" r="4"/></g></defs><use href="#a"/><use xlink:href="#a" x="20"/>"##);
        assert_eq!(used.matches(" rg\n").count(), 2);
    }

    #[test]
    fn what_can_not_be_filled_becomes_dots_in_the_same_shape() {
        let gradient = r##"<linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient><rect width="40" height="20" fill="url(#g)"/>"##;
        for inner in [gradient, r##"<rect width="20" height="20" opacity="0.5"/>"##, r##"<rect x="30" width="20" height="20"/>"##] {
            let logo = read(&svg(inner)).expect(inner);
            let Artwork::Image(image) = &logo.artwork else { panic!("{inner} is drawn as paths") };
            assert_eq!((image.width, image.height), (1500, 750));
            assert_eq!(logo.size_within(10.0, 10.0), (10.0, 5.0));
        }
    }

    #[test]
    fn scripts_are_refused() {
        for inner in ["<script>alert(1)</script>", r#"<g onload="alert(1)"/>"#, r#"<rect ONCLICK="x" width="1" height="1"/>"#] {
            assert!(matches!(refused(inner), LogoError::Script(_)), "{inner}");
        }
        assert!(matches!(refused(r#"<a href="javascript:alert(1)"><rect width="1" height="1"/></a>"#), LogoError::Script(_)));
    }

    #[test]
    fn whatever_comes_from_elsewhere_is_refused() {
        for inner in [
            r#"<use href="http://example.com/a.svg#x"/>"#,
            r#"<use xlink:href="other.svg#x"/>"#,
            r#"<linearGradient href="file:///etc/passwd"/>"#,
            r#"<style>@import url(http://example.com/a.css);</style>"#,
            r#"<rect width="1" height="1" fill="url(http://example.com/#g)"/>"#,
            r#"<rect width="1" height="1" style="fill: URL( 'file:///x#g' )"/>"#,
            r#"<style>rect { fill: u\72l(http://example.com) }</style>"#,
        ] {
            assert!(matches!(refused(inner), LogoError::Outside(_)), "{inner}");
        }
        let stylesheet = format!(r#"<?xml-stylesheet href="http://example.com/a.css"?>{}"#, svg(""));
        assert!(matches!(read(&stylesheet), Err(LogoError::Outside(_))));
    }

    #[test]
    fn entities_foreign_content_and_text_are_refused() {
        let entity = format!(r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{}"#, svg("<title>&x;</title>"));
        assert_eq!(read(&entity).map(|_| ()), Err(LogoError::Entities));
        for inner in
            [r#"<image href="data:image/png;base64,AAAA"/>"#, "<foreignObject/>", r##"<filter id="f"><feImage href="#a"/></filter>"##]
        {
            assert!(matches!(refused(inner), LogoError::Foreign(_)), "{inner}");
        }
        assert_eq!(refused("<text>Café</text>"), LogoError::Text);
    }

    #[test]
    fn few_lines_that_stand_for_millions_are_refused() {
        let mut bomb = r#"<g id="a0"><rect width="1" height="1"/></g>"#.to_owned();
        for step in 1..30 {
            bomb.push_str(&format!(r##"<g id="a{step}"><use href="#a{0}"/><use href="#a{0}"/></g>"##, step - 1));
        }
        assert_eq!(refused(&bomb), LogoError::TooComplicated);
        assert_eq!(refused(r##"<g id="a"><use href="#a"/></g>"##), LogoError::TooComplicated);
        assert_eq!(refused(&format!("{}{}", "<g>".repeat(100), "</g>".repeat(100))), LogoError::TooComplicated);
    }

    #[test]
    fn what_is_broken_or_empty_is_refused() {
        assert!(matches!(refused("<g>"), LogoError::BrokenSvg(_)));
        assert!(matches!(read("<html/>"), Err(LogoError::BrokenSvg(_))));
        assert_eq!(refused(""), LogoError::Empty);
        let flat = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 1"><rect width="9" height="1"/></svg>"#;
        assert_eq!(read(flat).map(|_| ()), Err(LogoError::Shape));
    }
}
