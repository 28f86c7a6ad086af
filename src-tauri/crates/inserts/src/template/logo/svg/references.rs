//! How much a logo's markup stands for once everything that names another part of it is followed.
//!
//! `usvg` follows references wherever it meets them: some of them without end (clip paths, patterns and gradients in a ring),
//! all of them without measure. So they are followed here first, over the markup, down to a depth and up to a number that no
//! honest logo needs. Where it is not certain what `usvg` would follow, more is followed: every element of an id that stands
//! twice, every `href` of whatever prefix, every declaration whether or not another overrides it.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node as Element, NodeId};

use super::style::Sheet;
use super::{LogoError, MOST_LEVELS};

/// The most elements once every reference is followed: a few lines can stand for millions.
const MOST_ELEMENTS: usize = 20_000;

/// The most characters of attributes once every reference is followed: one path can be used by thousands.
const MOST_BYTES: usize = 4 << 20;

/// The most that one element refers to.
const MOST_REFERENCES: usize = 16;

/// Follows every reference of a file, within the limits.
pub(super) fn follow(document: &Document<'_>, sheet: &Sheet<'_>) -> Result<(), LogoError> {
    let graph = Graph::read(document, sheet)?;
    let mut budget = Budget { elements: MOST_ELEMENTS, bytes: MOST_BYTES };
    graph.element(document.root_element(), &[], 0, &mut budget)?;
    // Each of them is matched where it comes to stand.
    sheet.can_be_matched(MOST_ELEMENTS - budget.elements)
}

/// What is left of the limits.
struct Budget {
    elements: usize,
    bytes: usize,
}

/// What one element refers to, by id.
#[derive(Default)]
struct References<'d> {
    /// Of its fill and stroke: what lies in it is painted with them as well.
    paints: Vec<&'d str>,
    /// Of its clip path, its mask, and whatever else.
    others: Vec<&'d str>,
    /// What it stands for, or takes its values from.
    hrefs: Vec<&'d str>,
}

struct Graph<'d, 'i> {
    named: HashMap<&'d str, Vec<Element<'d, 'i>>>,
    references: HashMap<NodeId, References<'d>>,
}

impl<'d, 'i> Graph<'d, 'i> {
    fn read(document: &'d Document<'i>, sheet: &'d Sheet<'_>) -> Result<Self, LogoError> {
        let mut graph = Self { named: HashMap::new(), references: HashMap::new() };
        for element in document.descendants().filter(Element::is_element) {
            for id in element.attributes().filter(|attribute| attribute.name() == "id") {
                graph.named.entry(id.value()).or_default().push(element);
            }
            let references = references(element, sheet)?;
            graph.references.insert(element.id(), references);
        }
        Ok(graph)
    }

    /// An element with everything in it, painted also with what lies around it.
    fn element(&self, element: Element<'d, 'i>, around: &[&'d str], level: usize, budget: &mut Budget) -> Result<(), LogoError> {
        let bytes = element.attributes().map(|attribute| attribute.value().len()).sum();
        budget.elements = budget.elements.checked_sub(1).ok_or(LogoError::TooComplicated)?;
        budget.bytes = budget.bytes.checked_sub(bytes).ok_or(LogoError::TooComplicated)?;
        if level > MOST_LEVELS {
            return Err(LogoError::TooComplicated);
        }
        let Some(references) = self.references.get(&element.id()) else { return Ok(()) };
        let mut paints = around.to_vec();
        paints.extend(references.paints.iter().filter(|paint| !around.contains(paint)));
        if is_painted(element) {
            self.elements(&paints, level, budget, Self::paint)?;
        }
        self.elements(&references.others, level, budget, Self::part)?;
        let is_use = element.tag_name().name() == "use";
        self.elements(&references.hrefs, level, budget, |graph, part, level, budget| {
            // What is used stands in the place of its use, and anything else where it is.
            if is_use { graph.element(part, &paints, level, budget) } else { graph.part(part, level, budget) }
        })?;
        element.children().filter(Element::is_element).try_for_each(|child| self.element(child, &paints, level + 1, budget))
    }

    /// Does the same with every element of these ids.
    fn elements(
        &self,
        ids: &[&'d str],
        level: usize,
        budget: &mut Budget,
        follow: impl Fn(&Self, Element<'d, 'i>, usize, &mut Budget) -> Result<(), LogoError>,
    ) -> Result<(), LogoError> {
        let elements = ids.iter().filter_map(|id| self.named.get(id)).flatten();
        elements.copied().try_for_each(|element| follow(self, element, level + 1, budget))
    }

    /// A part that is drawn where it stands in the file, so that it is painted with what lies around it there.
    fn part(&self, part: Element<'d, 'i>, level: usize, budget: &mut Budget) -> Result<(), LogoError> {
        let around = part.ancestors().skip(1).filter_map(|ancestor| self.references.get(&ancestor.id()));
        let around: Vec<&str> = around.flat_map(|references| references.paints.iter().copied()).collect();
        self.element(part, &around, level, budget)
    }

    /// A gradient is resolved once, where it stands; a pattern is drawn for each shape.
    fn paint(&self, paint: Element<'d, 'i>, level: usize, budget: &mut Budget) -> Result<(), LogoError> {
        if is_gradient(paint) {
            budget.elements = budget.elements.checked_sub(1).ok_or(LogoError::TooComplicated)?;
            return Ok(());
        }
        self.part(paint, level, budget)
    }
}

/// What an element refers to. Effects and markers multiply what is drawn in ways that can't be counted here, and are refused;
/// that some are defined and none is used is how drawing programs save.
fn references<'d>(element: Element<'d, '_>, sheet: &'d Sheet<'_>) -> Result<References<'d>, LogoError> {
    let mut references = References::default();
    for (property, value) in sheet.declarations(element) {
        let value = value.trim();
        let is_refused = match property {
            "filter" => value != "none",
            "marker" | "marker-start" | "marker-mid" | "marker-end" => value != "none",
            // What is around it here is not what is around it where it comes to stand.
            "clip-path" | "mask" => value == "inherit",
            "fill" | "stroke" => value.starts_with("context-") && !is_within_marker(element),
            _ => false,
        };
        if is_refused {
            return Err(LogoError::TooComplicated);
        }
        let found = if matches!(property, "fill" | "stroke") { &mut references.paints } else { &mut references.others };
        found.extend(targets(value));
    }
    if is_gradient(element) || matches!(element.tag_name().name(), "use" | "pattern") {
        let hrefs = element.attributes().filter(|attribute| attribute.name() == "href");
        references.hrefs.extend(hrefs.filter_map(|href| href.value().trim().strip_prefix('#')));
    }
    let count = references.paints.len() + references.others.len() + references.hrefs.len();
    if count > MOST_REFERENCES { Err(LogoError::TooComplicated) } else { Ok(references) }
}

fn is_within_marker(element: Element<'_, '_>) -> bool {
    element.ancestors().any(|ancestor| ancestor.tag_name().name() == "marker")
}

fn is_gradient(element: Element<'_, '_>) -> bool {
    matches!(element.tag_name().name(), "linearGradient" | "radialGradient")
}

/// Whether a fill and a stroke are resolved for it: shapes, and `use`, for what asks for that of its use.
fn is_painted(element: Element<'_, '_>) -> bool {
    matches!(element.tag_name().name(), "path" | "rect" | "circle" | "ellipse" | "line" | "polyline" | "polygon" | "use")
}

/// The ids that a value names: `url(#a)`, `url("#a")`, with or without spaces.
fn targets(value: &str) -> impl Iterator<Item = &str> {
    value.match_indices("url(").filter_map(|(at, start)| {
        let inner = value.get(at + start.len()..)?.trim_start();
        match inner.chars().next().filter(|sign| matches!(sign, '"' | '\'')) {
            Some(quote) => inner.get(1..)?.trim_start().strip_prefix('#')?.split(quote).next().map(str::trim_end),
            None => inner.strip_prefix('#')?.split([' ', ')']).next(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(inner: &str) -> Result<(), LogoError> {
        let text =
            format!(r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:x="x">{inner}</svg>"##);
        let document = Document::parse(&text).expect("it reads");
        Sheet::read(&document).and_then(|sheet| follow(&document, &sheet))
    }

    fn refused(inner: &str) {
        assert_eq!(followed(inner), Err(LogoError::TooComplicated), "{inner:.300}");
    }

    /// Each of three parts names the next, and the last the first.
    fn ring(part: impl Fn(&str, &str) -> String) -> String {
        [("a", "b"), ("b", "c"), ("c", "a")].map(|(own, next)| part(own, next)).concat()
    }

    #[test]
    fn parts_that_name_each_other_in_a_ring_are_refused() {
        const SHAPE: &str = r#"<rect width="1" height="1""#;
        refused(&ring(|own, next| format!(r##"<clipPath id="{own}" clip-path="url(#{next})">{SHAPE}/></clipPath>"##)));
        refused(&ring(|own, next| format!(r##"<clipPath id="{own}">{SHAPE} clip-path="url( '#{next}' )"/></clipPath>"##)));
        refused(&ring(|own, next| format!(r##"<mask id="{own}" style="mask:url(&quot;#{next}&quot;)">{SHAPE}/></mask>"##)));
        refused(&ring(|own, next| format!(r##"<pattern id="{own}" width="1" height="1">{SHAPE} fill="url(#{next}) red"/></pattern>"##)));
        refused(&ring(|own, next| format!(r##"<pattern id="{own}" width="1" height="1">{SHAPE} stroke="url(#{next})"/></pattern>"##)));
        refused(&ring(|own, next| format!(r##"<linearGradient id="{own}" href="#{next}"/>"##)));
        refused(&ring(|own, next| format!(r##"<radialGradient id="{own}" xlink:href="#{next}"/>"##)));
        refused(&ring(|own, next| format!(r##"<pattern id="{own}" href="#{next}"/>"##)));
        refused(&ring(|own, next| format!(r##"<g id="{own}"><use href="#{next}"/></g>"##)));
        let ruled =
            ring(|own, next| format!(r##"<style>.{own} {{ clip-path: url(#{next}) }}</style><clipPath id="{own}" class="{own}"/>"##));
        refused(&ruled);
        // Two steps into the ring, which does not come back to where it began.
        refused(&format!(
            r##"{}<linearGradient id="d" href="#a"/>"##,
            ring(|own, next| format!(r##"<linearGradient id="{own}" href="#{next}"/>"##))
        ));
    }

    #[test]
    fn a_pattern_that_is_painted_with_itself_by_what_lies_around_it_is_refused() {
        refused(r##"<g fill="url(#p)"><pattern id="p" width="1" height="1"><rect width="1" height="1"/></pattern><rect/></g>"##);
        refused(r##"<pattern id="p" width="1" height="1"><use href="#r" fill="url(#p)"/></pattern><rect id="r"/>"##);
        refused(r##"<rect clip-path="inherit"/>"##);
        refused(r##"<rect fill="context-fill"/>"##);
        refused(&format!(r##"<rect style="{}"/>"##, "fill: url(#p);".repeat(20)));
    }

    #[test]
    fn parts_without_a_ring_are_refused_where_they_multiply() {
        const LAST: &str = r#"<rect width="1" height="1"/>"#;
        let grown = |level: &dyn Fn(usize, usize) -> String| (1..10).map(|own| level(own, own - 1)).collect::<String>();
        refused(&format!(
            r##"<pattern id="p0">{LAST}</pattern>{}<rect fill="url(#p9)"/>"##,
            grown(&|own, next| format!(r##"<pattern id="p{own}">{}</pattern>"##, format!(r##"<rect fill="url(#p{next})"/>"##).repeat(10)))
        ));
        refused(&format!(
            r##"<mask id="m0">{LAST}</mask>{}"##,
            grown(&|own, next| format!(r##"<mask id="m{own}">{}</mask>"##, format!(r##"<rect mask="url(#m{next})"/>"##).repeat(10)))
        ));
        refused(&format!(
            r##"<g id="g0">{LAST}</g>{}"##,
            grown(&|own, next| format!(r##"<g id="g{own}">{}</g>"##, format!(r##"<use href="#g{next}"/>"##).repeat(10)))
        ));
    }

    #[test]
    fn long_chains_are_refused() {
        for part in ["clipPath", "mask"] {
            let property = if part == "mask" { "mask" } else { "clip-path" };
            let chain: String = (0..200).map(|own| format!(r##"<{part} id="p{own}" {property}="url(#p{})"/>"##, own + 1)).collect();
            refused(&chain);
        }
        refused(&(0..200).map(|own| format!(r##"<linearGradient id="p{own}" href="#p{}"/>"##, own + 1)).collect::<String>());
    }

    #[test]
    fn no_reference_hides_behind_another_of_the_same_name() {
        let bomb = |address: &str| {
            let twice = |level: usize| address.replace('N', &(level - 1).to_string()).repeat(2);
            (1..30).map(|level| format!(r#"<g id="b{level}">{}</g>"#, twice(level))).collect::<String>()
        };
        let (first, plain) = (r#"<g id="empty"/><g id="b0"><rect/></g>"#, r##"<use href="#bN"/>"##);
        // Counted by the last element of an id, and used by the first; counted by one address, and used by another.
        refused(&format!("{first}{}{}", bomb(plain), bomb("")));
        refused(&format!("{first}{}{}", bomb(""), bomb(plain)));
        refused(&format!("{first}{}", bomb(r##"<use xlink:href="#empty" href="#bN"/>"##)));
        refused(&format!("{first}{}", bomb(r##"<use href="#bN" x:href="#empty"/>"##)));
        refused(&format!("{first}{}", bomb(r##"<use x:href="#empty" href="#bN"/>"##)));
        assert_eq!(followed(&format!("{first}{}", bomb(r##"<use href="#empty"/>"##))), Ok(()));
        let ring = |last: &str| format!(r##"<linearGradient id="a" {last}/><linearGradient id="b" href="#a"/>"##);
        refused(&ring(r##"xlink:href="#z" href="#b""##));
        refused(&ring(r##"href="#z" xlink:href="#b""##));
        refused(r##"<clipPath id="a" clip-path="url(#b)"/><clipPath id="b" clip-path="url(#a)"/><clipPath id="a"/><clipPath id="b"/>"##);
        refused(r##"<clipPath id="a"/><clipPath id="b"/><clipPath id="a" clip-path="url(#b)"/><clipPath id="b" clip-path="url(#a)"/>"##);
        refused(r##"<clipPath id="a b" clip-path="url('#a b')"/>"##);
    }
}
