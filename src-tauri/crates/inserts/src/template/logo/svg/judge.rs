//! What may stand in the markup of a logo: nothing that runs, nothing from elsewhere, and nothing that can't be drawn as it
//! looks.

use resvg::usvg::roxmltree::{Document, Node as Element};

use super::{LogoError, MOST_LEVELS};

/// The most attributes of one element: each is compared with all others while the file is read.
const MOST_ATTRIBUTES: usize = 1000;

/// The most namespaces of the file, each of which is copied with others to every element that has one of its own.
const MOST_NAMESPACES: usize = 1000;

const SVG: &str = "http://www.w3.org/2000/svg";

/// What says how large something is, so that an arc is.
const MEASURES: [&str; 8] = ["d", "r", "rx", "ry", "fr", "width", "height", "viewBox"];

/// The most digits of a measure before its point: a logo of a kilometre in micrometres.
const MOST_DIGITS: usize = 9;

/// Refuses a text that would be read for hours.
pub(super) fn judge_text(text: &str) -> Result<(), LogoError> {
    // No value has a `<`, so that no element has more attributes than its part has signs.
    let is_long = text.split('<').any(|part| part.matches('=').count() > MOST_ATTRIBUTES);
    if is_long || text.matches("xmlns").count() > MOST_NAMESPACES { Err(LogoError::TooComplicated) } else { Ok(()) }
}

/// Refuses what runs, what comes from elsewhere, and what can't be drawn as it looks.
pub(super) fn judge(document: &Document<'_>) -> Result<(), LogoError> {
    let root = document.root_element();
    if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some(SVG) {
        return Err(LogoError::BrokenSvg("its outermost element is not svg".to_owned()));
    }
    if let Some(instruction) = document.descendants().find_map(|node| node.pi()) {
        return Err(LogoError::Outside(instruction.target.to_owned()));
    }
    // The root of the document lies around its first element.
    if document.descendants().filter(Element::is_element).any(|node| node.ancestors().take(MOST_LEVELS + 3).count() > MOST_LEVELS + 2) {
        return Err(LogoError::TooComplicated);
    }
    document.descendants().filter(Element::is_element).try_for_each(|element| {
        judge_element(element)?;
        judge_measures(element, element == root)
    })
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

/// Refuses measures beyond any drawing: an arc is drawn with ever more curves as it grows, three million at the largest
/// number. Also those that are a multiple of the size of letters, which multiply within each other, but for the logo's own.
fn judge_measures(element: Element<'_, '_>, is_root: bool) -> Result<(), LogoError> {
    let measures = element.attributes().filter(|attribute| MEASURES.contains(&attribute.name()));
    for (name, value) in measures.map(|attribute| (attribute.name(), attribute.value())) {
        let is_relative = name != "d" && !is_root && (value.contains("em") || value.contains("ex"));
        if is_relative || is_huge(value) {
            return Err(LogoError::TooComplicated);
        }
    }
    Ok(())
}

/// Whether a number of these has more than [`MOST_DIGITS`] before its point, written out or by an exponent.
fn is_huge(numbers: &str) -> bool {
    let (mut digits, mut exponent, mut is_fraction) = (0, None, false);
    for sign in numbers.bytes().chain([b' ']) {
        match (sign, exponent) {
            (b'0'..=b'9', Some(power)) => exponent = Some(1000.min(power * 10 + usize::from(sign - b'0'))),
            (b'0'..=b'9', None) => digits += usize::from(!is_fraction),
            (b'e' | b'E', None) => exponent = Some(0),
            (b'+', Some(0)) => {}
            (b'.', None) if !is_fraction => is_fraction = true,
            _ if digits + exponent.unwrap_or(0) > MOST_DIGITS => return true,
            _ => (digits, exponent, is_fraction) = (0, None, sign == b'.'),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_ten_digits_are_huge_however_they_are_written() {
        for ordinary in ["M10 20.5.75-3e2 1e+5", "0 0 123456789.5 1e-30", "100%", "1em", "a25 25 0 01123456.7.1234567890123", "1e3+2e4"] {
            assert!(!is_huge(ordinary), "{ordinary}");
        }
        for huge in ["1e38", "M0 0A1E+30 1 0 1 1 2 2", "1234567890", ".5-12345678901", "1.5e10", "1+2e38", "1e00038"] {
            assert!(is_huge(huge), "{huge}");
        }
    }
}
