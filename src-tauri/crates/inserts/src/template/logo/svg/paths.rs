//! A drawing as filled paths of whole colours.
//!
//! Gives up, so that it becomes dots, where something of it can't be filled so or where it would be too long: before that
//! much is written.

use resvg::tiny_skia::{FillRule as SkiaFillRule, Path, PathSegment, PathStroker, Rect, Transform};
use resvg::usvg::{FillRule, Group, Node, Paint, PaintOrder, Path as Shape, Tree};

/// The most fills that are kept as paths: each is looked at on every insert. More become dots.
const MOST_FILLS: usize = 64;

/// The longest instructions that are kept as paths.
const MOST_PATH_BYTES: usize = 64 << 10;

/// The most segments of one path that can be kept: no instruction takes fewer bytes.
const MOST_SEGMENTS: usize = MOST_PATH_BYTES / 2;

/// The drawing as filled paths in a square of one unit; `None` if it has something that can't be filled so.
pub(super) fn paths(tree: &Tree) -> Option<Vec<u8>> {
    let size = tree.size();
    let mut fills = Fills {
        content: Vec::new(),
        count: 0,
        bounds: Rect::from_ltrb(0.0, 0.0, 1.0, 1.0)?,
        // The square has its origin below.
        unit: Transform::from_row(1.0 / size.width(), 0.0, 0.0, -1.0 / size.height(), 0.0, 1.0),
    };
    fills.group(tree.root()).map(|()| fills.content)
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

    fn fill(&mut self, path: &Shape) -> Option<()> {
        let Some(fill) = path.fill() else { return Some(()) };
        let colour = whole_colour(fill.paint(), fill.opacity().get())?;
        let rule = match fill.rule() {
            FillRule::NonZero => SkiaFillRule::Winding,
            FillRule::EvenOdd => SkiaFillRule::EvenOdd,
        };
        self.push(path.data().clone(), path.abs_transform(), colour, rule)
    }

    /// A line as the outline of what it covers: that has bounds, and no caps, joins or dashes that a reader has to know.
    fn stroke(&mut self, path: &Shape) -> Option<()> {
        let Some(stroke) = path.stroke() else { return Some(()) };
        let colour = whole_colour(stroke.paint(), stroke.opacity().get())?;
        if path.data().len() > MOST_SEGMENTS {
            return None;
        }
        let style = stroke.to_tiny_skia();
        let scale = PathStroker::compute_resolution_scale(&path.abs_transform()) * 8.0;
        let dashed = match &style.dash {
            Some(dash) => path.data().dash(dash, scale)?,
            None => path.data().clone(),
        };
        self.push(dashed.stroke(&style, scale)?, path.abs_transform(), colour, SkiaFillRule::Winding)
    }

    fn push(&mut self, path: Path, transform: Transform, colour: [u8; 3], rule: SkiaFillRule) -> Option<()> {
        if path.len() > MOST_SEGMENTS {
            return None;
        }
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
        (self.content.len() <= MOST_PATH_BYTES).then_some(())
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

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::PathBuilder;

    use super::*;

    #[test]
    fn writing_stops_where_a_drawing_is_too_long_for_paths() {
        let mut fills = Fills {
            content: Vec::new(),
            count: 0,
            bounds: Rect::from_ltrb(0.0, 0.0, 1.0, 1.0).expect("a square"),
            unit: Transform::identity(),
        };
        let zigzag = |corners: u8| {
            let mut path = PathBuilder::new();
            path.move_to(0.0, 0.0);
            (0..corners).for_each(|corner| path.line_to(f32::from(corner) / 255.0, f32::from(corner % 2)));
            path.finish().expect("a path")
        };
        let mut push = || fills.push(zigzag(255), Transform::identity(), [0; 3], SkiaFillRule::Winding);
        let pushed = (0..MOST_FILLS).take_while(|_| push().is_some()).count();
        assert!(pushed > 10 && pushed < MOST_FILLS / 2, "{pushed}");
        assert!(fills.content.len() < MOST_PATH_BYTES + 4096, "{}", fills.content.len());
    }
}
