//! What drawing a resolved logo takes: known before anything of it is drawn.
//!
//! A file of a few lines can ask for millions of dashes, for a thousand layers as large as the logo, or for a tile of a
//! pattern that fills the memory. All of that is measured here, as `resvg` would draw it into dots.

use resvg::tiny_skia::{Path as Outline, PathSegment, Point, Rect, Transform};
use resvg::usvg::{ClipPath, Fill, Group, Mask, Node, Paint, Path, Pattern, Stroke, Tree};

use super::LogoError;

/// The most lines and curves of all paths together: where they cross, drawing takes as long as the square of their number.
const MOST_SEGMENTS: usize = 50_000;

/// The most dashes of all lines together.
const MOST_DASHES: f64 = 20_000.0;

/// The most that is drawn, in parts of the whole logo.
const MOST_DRAWN: f32 = 256.0;

/// What a layer takes, in fills of its size: it is cleared, and laid over what is below it.
const LAYER: f32 = 4.0;

/// Refuses a logo whose drawing into dots of this scale would not come to an end soon, or not fit into memory.
pub(super) fn measure(tree: &Tree, scale: f32) -> Result<(), LogoError> {
    let size = tree.size();
    let (width, height) = (size.width() * scale, size.height() * scale);
    let room = Rect::from_xywh(0.0, 0.0, width, height).ok_or(LogoError::TooComplicated)?;
    // As far beyond the logo as `resvg` lets a layer reach.
    let widest = Rect::from_xywh(-2.0 * width, -2.0 * height, 5.0 * width, 5.0 * height).ok_or(LogoError::TooComplicated)?;
    let mut effort = Effort { segments: MOST_SEGMENTS, dashes: MOST_DASHES, dots: MOST_DRAWN * width * height, widest };
    effort.nodes(tree.root(), &Canvas { transform: Transform::from_scale(scale, scale), room, is_clip: false })
}

/// Where something is drawn.
#[derive(Clone, Copy)]
struct Canvas {
    transform: Transform,
    room: Rect,
    /// Whether it is a clip path, where each layer is as large as the one that it is cut out of.
    is_clip: bool,
}

/// What is left of the limits.
struct Effort {
    segments: usize,
    dashes: f64,
    dots: f32,
    widest: Rect,
}

impl Effort {
    fn nodes(&mut self, group: &Group, canvas: &Canvas) -> Result<(), LogoError> {
        group.children().iter().try_for_each(|node| match node {
            Node::Group(group) => self.group(group, canvas),
            Node::Path(path) if path.is_visible() => self.path(path, canvas),
            Node::Path(_) | Node::Image(_) | Node::Text(_) => Ok(()),
        })
    }

    fn group(&mut self, group: &Group, canvas: &Canvas) -> Result<(), LogoError> {
        let mut canvas = Canvas { transform: canvas.transform.pre_concat(group.transform()), ..*canvas };
        if group.should_isolate() {
            if !canvas.is_clip {
                let layer = group.layer_bounding_box().to_rect().transform(canvas.transform).ok_or(LogoError::TooComplicated)?;
                // What lies wholly elsewhere is not drawn.
                let Some(room) = common(&layer, &self.widest) else { return Ok(()) };
                canvas.room = room;
            }
            self.draw(LAYER * area(&canvas.room))?;
            group.clip_path().map_or(Ok(()), |clip| self.clip(clip, &canvas))?;
            group.mask().map_or(Ok(()), |mask| self.mask(mask, &canvas))?;
        }
        self.nodes(group, &canvas)
    }

    fn clip(&mut self, clip: &ClipPath, canvas: &Canvas) -> Result<(), LogoError> {
        self.draw(LAYER * area(&canvas.room))?;
        self.nodes(clip.root(), &Canvas { transform: canvas.transform.pre_concat(clip.transform()), is_clip: true, ..*canvas })?;
        clip.clip_path().map_or(Ok(()), |clip| self.clip(clip, canvas))
    }

    fn mask(&mut self, mask: &Mask, canvas: &Canvas) -> Result<(), LogoError> {
        self.draw(2.0 * LAYER * area(&canvas.room))?;
        self.nodes(mask.root(), canvas)?;
        mask.mask().map_or(Ok(()), |mask| self.mask(mask, canvas))
    }

    fn path(&mut self, path: &Path, canvas: &Canvas) -> Result<(), LogoError> {
        self.segments = self.segments.checked_sub(path.data().len()).ok_or(LogoError::TooComplicated)?;
        self.dashes -= path.stroke().map_or(0.0, |stroke| dashes(path.data(), stroke));
        let bounds = path.stroke_bounding_box().transform(canvas.transform).ok_or(LogoError::TooComplicated)?;
        let dots = common(&bounds, &canvas.room).map_or(0.0, |drawn| area(&drawn));
        for paint in [path.fill().map(Fill::paint), path.stroke().map(Stroke::paint)].into_iter().flatten() {
            self.draw(dots)?;
            if let Paint::Pattern(pattern) = paint {
                self.pattern(pattern, canvas)?;
            }
        }
        // Also what is no number any more.
        if self.dashes >= 0.0 { Ok(()) } else { Err(LogoError::TooComplicated) }
    }

    /// A tile of a pattern, which is drawn for each path that it fills.
    fn pattern(&mut self, pattern: &Pattern, canvas: &Canvas) -> Result<(), LogoError> {
        let (across, down) = canvas.transform.pre_concat(pattern.transform()).get_scale();
        let (width, height) = (pattern.rect().width() * across, pattern.rect().height() * down);
        let room = Rect::from_xywh(0.0, 0.0, width, height).ok_or(LogoError::TooComplicated)?;
        self.draw(LAYER * area(&room))?;
        self.nodes(pattern.root(), &Canvas { transform: Transform::from_scale(across, down), room, is_clip: false })
    }

    fn draw(&mut self, dots: f32) -> Result<(), LogoError> {
        self.dots -= dots;
        // Also what is no number any more.
        if self.dots >= 0.0 { Ok(()) } else { Err(LogoError::TooComplicated) }
    }
}

fn area(rectangle: &Rect) -> f32 {
    rectangle.width() * rectangle.height()
}

/// What two rectangles share.
fn common(one: &Rect, other: &Rect) -> Option<Rect> {
    let (left, top) = (one.left().max(other.left()), one.top().max(other.top()));
    let (right, bottom) = (one.right().min(other.right()), one.bottom().min(other.bottom()));
    if left < right && top < bottom { Rect::from_ltrb(left, top, right, bottom) } else { None }
}

/// How many dashes a line has at most.
fn dashes(outline: &Outline, stroke: &Stroke) -> f64 {
    let Some(lengths) = stroke.dasharray() else { return 0.0 };
    let each = lengths.iter().map(|length| f64::from(*length)).sum::<f64>();
    length(outline) / each * lengths.len() as f64 / 2.0
}

/// The length of an outline, or more: a curve is no longer than the way past its points of control.
fn length(outline: &Outline) -> f64 {
    let (mut start, mut at, mut length) = (Point::zero(), Point::zero(), 0.0);
    for segment in outline.segments() {
        let way = match segment {
            PathSegment::MoveTo(to) => {
                (start, at) = (to, to);
                continue;
            }
            PathSegment::LineTo(to) => [to; 3],
            PathSegment::QuadTo(control, to) => [control, to, to],
            PathSegment::CubicTo(first, second, to) => [first, second, to],
            PathSegment::Close => [start; 3],
        };
        for to in way {
            length += f64::from(at.distance(to));
            at = to;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use resvg::usvg::Options;

    use super::*;

    fn measured(inner: &str) -> Result<(), LogoError> {
        let text = format!(r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{inner}</svg>"##);
        measure(&Tree::from_str(&text, &Options::default()).expect("it is resolved"), 37.5)
    }

    #[test]
    fn what_would_take_hours_or_gigabytes_to_draw_is_refused() {
        let dashes = r##"<line x2="30" stroke="#000" stroke-dasharray=".00002 .00002"/>"##;
        let layers = r#"<g opacity=".9"><rect width="40" height="20"/><rect/></g>"#.repeat(200);
        let beyond = format!(r#"{}<rect x="-40" y="-20" width="200" height="200"/>{}"#, r#"<g opacity=".9">"#.repeat(6), "</g>".repeat(6));
        let masked = r##"<mask id="m"><rect width="40" height="20" fill="#fff"/></mask>"##.to_owned()
            + &r##"<rect width="40" height="20" mask="url(#m)"/>"##.repeat(60);
        let tile = |size: &str| {
            format!(
                r##"<pattern id="p" width="{size}" height="{size}" patternUnits="userSpaceOnUse"><rect width="9" height="9"/></pattern><rect x="90" width="9" height="9" fill="url(#p)"/>"##
            )
        };
        let fills = r#"<rect width="40" height="20"/>"#.repeat(400);
        let corners = format!(r#"<path d="M0 0{}"/>"#, "l9 9-9-9".repeat(30_000));
        for inner in [dashes, &layers, &beyond, &masked, &tile("5000"), &fills, &corners] {
            assert_eq!(measured(inner), Err(LogoError::TooComplicated), "{inner:.200}");
        }
        for inner in [&dashes.replace(".00002", ".2"), &tile("3"), &fills[..fills.len() / 2]] {
            assert_eq!(measured(inner), Ok(()), "{inner:.200}");
        }
    }
}
