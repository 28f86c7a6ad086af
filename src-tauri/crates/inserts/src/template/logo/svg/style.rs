//! What a logo's style says of an element: its attributes, its `style`, and the rules of the file.
//!
//! Rules are matched by the library that `usvg` matches them with, so that both see the same. Nothing that could hold is left
//! out: what another declaration overrides is given all the same, since whoever follows references must miss none. A few
//! lines of rules can ask for a day of matching: what they cost is known before they are matched.

use resvg::usvg::roxmltree::{Document, Node};
use simplecss::{AttributeOperator, DeclarationTokenizer, Element, PseudoClass, Rule, StyleSheet};

use super::LogoError;

/// The longest rules of a file, and the longest style of one element: reading them takes as long as their square.
const MOST_RULE_BYTES: usize = 64 << 10;
const MOST_STYLE_BYTES: usize = 4 << 10;

/// The most that the rules may cost with all elements, in characters compared.
const MOST_COST: usize = 400_000_000;

/// What writing one declaration to an element costs, in characters compared.
const COST_OF_DECLARATION: usize = 20;

/// The most declarations of a file: each is there once for each selector of its rule.
const MOST_DECLARATIONS: usize = 2_000_000;

/// The most that a selector names one after another: each is a step further into the matching.
const MOST_STEPS: usize = 16;

/// The longest class or id: each is looked through for every rule.
const MOST_NAME_BYTES: usize = 256;

pub(super) struct Sheet<'d> {
    rules: StyleSheet<'d>,
    /// What holding every rule against one element costs at most.
    cost: usize,
}

impl<'d> Sheet<'d> {
    /// The rules of a file that can be matched soon.
    pub(super) fn read(document: &'d Document<'_>) -> Result<Self, LogoError> {
        let elements = || document.descendants().filter(Node::is_element);
        let texts = || elements().filter(|element| element.has_tag_name("style")).filter_map(|style| style.text());
        let is_long = |element: Node<'_, '_>| element.attribute("style").is_some_and(|style| style.len() > MOST_STYLE_BYTES);
        if texts().map(str::len).sum::<usize>() > MOST_RULE_BYTES || elements().any(is_long) {
            return Err(LogoError::TooComplicated);
        }
        let count = |signs: &[char]| texts().map(|text| text.matches(signs).count()).sum::<usize>();
        if (count(&[',']) + 1) * count(&[';', '{']) > MOST_DECLARATIONS {
            return Err(LogoError::TooComplicated);
        }
        let mut rules = StyleSheet::new();
        texts().for_each(|text| rules.parse_more(text));
        let depth = elements().map(|element| element.ancestors().count()).max().unwrap_or(0);
        let mut costs = rules.rules.iter().map(|rule| cost_of(rule, depth));
        let cost = costs.try_fold(0_usize, |sum, cost| Some(sum.saturating_add(cost?))).ok_or(LogoError::TooComplicated)?;
        let is_long = |element: Node<'_, '_>| ["class", "id"].iter().any(|name| element.attribute(*name).is_some_and(is_long_name));
        if cost > 0 && elements().any(is_long) {
            return Err(LogoError::TooComplicated);
        }
        let sheet = Self { rules, cost };
        sheet.can_be_matched(elements().count()).map(|()| sheet)
    }

    /// Whether matching the rules with so many elements is done soon.
    pub(super) fn can_be_matched(&self, elements: usize) -> Result<(), LogoError> {
        if self.cost.saturating_mul(elements) > MOST_COST { Err(LogoError::TooComplicated) } else { Ok(()) }
    }

    /// Every property that is given to an element anywhere, with its value.
    pub(super) fn declarations<'s>(&'s self, element: Node<'s, '_>) -> impl Iterator<Item = (&'s str, &'s str)> {
        let is_property = |name: &str| !matches!(name, "style" | "class" | "id" | "href");
        let attributes = element.attributes().map(|attribute| (attribute.name(), attribute.value()));
        let rules = self.rules.rules.iter().filter(move |rule| rule.selector.matches(&Styled(element)));
        let ruled = rules.flat_map(|rule| &rule.declarations).map(|declaration| (declaration.name, declaration.value));
        let own = element.attribute("style").into_iter().flat_map(DeclarationTokenizer::from);
        let own = own.map(|declaration| (declaration.name, declaration.value));
        attributes.filter(move |(name, _)| is_property(name)).chain(ruled).chain(own)
    }
}

fn is_long_name(name: &str) -> bool {
    name.len() > MOST_NAME_BYTES
}

/// What holding a rule against one element costs at most; nothing for one that no program writes into a logo.
fn cost_of(rule: &Rule<'_>, depth: usize) -> Option<usize> {
    let selector = rule.selector.to_string();
    let is_name = |(at, _): (usize, &str)| ["[class~='", "[id='"].iter().any(|name| selector[at..].starts_with(name));
    if !selector.match_indices('[').all(is_name) {
        return None;
    }
    let steps = selector.replace(" > ", ">").replace(" + ", "+");
    let (near, far) = (steps.matches(['>', '+']).count(), steps.matches(' ').count());
    if near + far > MOST_STEPS {
        return None;
    }
    // Each step to any element above tries them all, and from each the steps that are left.
    let tries = depth.saturating_pow(u32::try_from(far).ok()?);
    Some(selector.len().saturating_mul(tries).saturating_add(rule.declarations.len() * COST_OF_DECLARATION))
}

/// An element as `usvg` shows it to the rules.
struct Styled<'a, 'input>(Node<'a, 'input>);

impl Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Styled)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Styled)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        class == PseudoClass::FirstChild && self.prev_sibling_element().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(inner: &str) -> Result<usize, LogoError> {
        let text = format!(r#"<svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>"#);
        Sheet::read(&Document::parse(&text).expect("it reads")).map(|sheet| sheet.cost)
    }

    #[test]
    fn what_holds_for_an_element_is_found_wherever_it_is_said() {
        let text = r##"<svg xmlns="http://www.w3.org/2000/svg"><style>.a, g #b { fill: url(#c) } rect + rect { mask: none }</style>
            <g><rect/><rect id="b" class="x a" stroke="red" style="clip-path: url(#d) !important; opacity: 0"/></g></svg>"##;
        let document = Document::parse(text).expect("it reads");
        let sheet = Sheet::read(&document).expect("it can be matched");
        let of = |id: Option<&str>| {
            let element = document.descendants().find(|node| node.has_tag_name("rect") && node.attribute("id") == id);
            sheet.declarations(element.expect("it is there")).collect::<Vec<_>>()
        };
        let fill = ("fill", "url(#c)");
        let found = [("stroke", "red"), ("mask", "none"), fill, fill, ("clip-path", "url(#d)"), ("opacity", "0")];
        assert_eq!(of(Some("b")), found);
        assert_eq!(of(None), []);
    }

    #[test]
    fn rules_that_would_be_matched_for_hours_are_refused_before() {
        let deep = format!("{}{}{}", "<g>".repeat(40), "<path/>".repeat(6000), "</g>".repeat(40));
        for rules in [
            format!("z {} path {{ fill: red }}", "* ".repeat(12)),
            format!("path{} {{ fill: red }}", "+ path ".repeat(9000)),
            "[d~=x] { fill: red }".to_owned(),
            format!("{} {{ {} }}", ["a"; 4000].join(","), "r:0;".repeat(4000)),
            "path{r:0}".repeat(3500),
            "a ".repeat(40_000),
        ] {
            assert_eq!(cost(&format!("<style>{rules}</style>{deep}")), Err(LogoError::TooComplicated), "{rules:.40}");
        }
        assert_eq!(cost(&format!(r#"<style>.a {{ fill: red }}</style><g class="{}"/>"#, "a ".repeat(900))), Err(LogoError::TooComplicated));
        assert_eq!(cost(&format!(r#"<g style="{}"/>"#, "fill:red;".repeat(500))), Err(LogoError::TooComplicated));
        assert!(cost(&format!("<style>g path, .a > .b {{ fill: red; stroke: none }}</style>{deep}")).is_ok());
    }
}
