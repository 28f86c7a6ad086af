//! A logo in SVG: its markup is judged first, then `usvg` resolves it and paths of whole colours are kept as paths.
//!
//! What can't be drawn as such (gradients, masks, clips, what is half see-through) is drawn into dots by `resvg`, once.
//! Neither is given a file before it is known that it comes to an end with it: what may stand in the markup is `judge`'s
//! subject, what its references stand for `references`' and `style`'s, and what drawing it takes `effort`'s. The drawing as
//! paths is `paths`'.

mod effort;
mod judge;
mod paths;
mod references;
mod style;

use std::thread;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, Error as XmlError, ParsingOptions};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::{Artwork, Image, Logo, LogoError, MOST_KEPT_PIXELS, code};

/// The most elements and texts of the file.
const MOST_NODES: u32 = 20_000;

/// The deepest nesting, of elements and of what they refer to together: each is a call within a call.
const MOST_LEVELS: usize = 64;

/// The stack on which a file is read: a quarter of a megabyte for each level.
const STACK_BYTES: usize = MOST_LEVELS * (256 << 10);

/// Dots along the longer side where a drawing is only looked at: enough for every module of a code.
const DOTS_OF_PATHS: u32 = 750;

/// Reads a file on a stack of its own: how much a level of nesting takes there is up to `usvg` and `resvg`, and one that
/// overflows ends the program.
pub(super) fn read(text: &str) -> Result<Logo, LogoError> {
    thread::scope(|scope| {
        let reader = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || read_here(text));
        let reader = reader.map_err(|error| LogoError::BrokenSvg(error.to_string()))?;
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn read_here(text: &str) -> Result<Logo, LogoError> {
    judge::judge_text(text)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        XmlError::DtdDetected => LogoError::Entities,
        XmlError::NodesLimitReached | XmlError::AttributesLimitReached => LogoError::TooComplicated,
        other => LogoError::BrokenSvg(other.to_string()),
    })?;
    judge::judge(&document)?;
    references::follow(&document, &style::Sheet::read(&document)?)?;
    let tree = resolved(&document)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let logo = Logo::new(f64::from(width), f64::from(height), Artwork::Paths(Vec::new()))?;
    effort::measure(&tree, scale_of_dots(&tree, MOST_KEPT_PIXELS))?;
    let (image, artwork) = match paths::paths(&tree) {
        Some(paths) if paths.is_empty() => return Err(LogoError::Empty),
        Some(paths) => (dots(&tree, DOTS_OF_PATHS)?, Some(Artwork::Paths(paths))),
        None => (dots(&tree, MOST_KEPT_PIXELS)?, None),
    };
    match artwork {
        _ if code::is_in(&image) => Err(LogoError::Code),
        None if image.is_white() => Err(LogoError::Empty),
        artwork => Ok(Logo { artwork: artwork.unwrap_or(Artwork::Image(image)), ..logo }),
    }
}

/// The drawing that a judged file stands for, without anything from elsewhere.
fn resolved(document: &Document<'_>) -> Result<Tree, LogoError> {
    let nothing = ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options { image_href_resolver: nothing, ..Options::default() };
    Tree::from_xmltree(document, &options).map_err(|error| LogoError::BrokenSvg(error.to_string()))
}

/// Dots for each unit where the longer side has so many.
fn scale_of_dots(tree: &Tree, longest: u32) -> f32 {
    longest as f32 / tree.size().width().max(tree.size().height())
}

/// The drawing as dots, with so many along its longer side.
fn dots(tree: &Tree, longest: u32) -> Result<Image, LogoError> {
    let size = tree.size();
    let scale = scale_of_dots(tree, longest);
    let side = |length: f32| ((length * scale).round() as u32).clamp(1, longest);
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
    Ok(Image::on_white(width, height, &rgba))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Symbol;
    use crate::job::ErrorCorrection;

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
    fn one_path_that_is_used_by_thousands_is_refused() {
        let path = format!(r#"<path id="p" d="M0 0{}"/>"#, "l1 1".repeat(100_000));
        assert_eq!(refused(&format!("{path}{}", r##"<use href="#p"/>"##.repeat(5000))), LogoError::TooComplicated);
    }

    #[test]
    fn what_is_nested_as_deep_as_may_be_is_read_on_any_stack() {
        let masks = |count: usize| {
            let mask =
                |number| format!(r##"<mask id="m{number}" mask="url(#m{})"><rect width="1" height="1" fill="#fff"/></mask>"##, number + 1);
            (0..count).map(mask).collect::<String>() + r##"<rect width="1" height="1" mask="url(#m0)"/>"##
        };
        let groups = |count: usize| format!(r#"{}<rect width="9" height="9"/>{}"#, "<g>".repeat(count), "</g>".repeat(count));
        for (inner, deeper) in [(masks(60), masks(70)), (groups(63), groups(70))] {
            let small = thread::Builder::new().stack_size(128 << 10).spawn(move || read(&svg(&inner)).map(|_| ()));
            let read = small.expect("a thread").join().expect("it comes to an end");
            assert!(matches!(read, Ok(()) | Err(LogoError::Empty)), "{read:?}");
            assert_eq!(refused(&deeper), LogoError::TooComplicated);
        }
    }

    #[test]
    fn a_text_that_would_be_read_for_hours_is_refused() {
        let attributes: String = (0..250_000).map(|at| format!(" a{at}=''")).collect();
        let namespaces: String = (0..40_000).map(|at| format!(" xmlns:a{at}='{at}'")).collect();
        for inner in [format!("<g{attributes}/>"), format!("<g{namespaces}>{}</g>", "<g xmlns:b='b'/>".repeat(9000))] {
            assert_eq!(refused(&inner), LogoError::TooComplicated, "{inner:.40}");
        }
        assert_eq!(refused(&format!("{}{}", "<style>".repeat(9000), "</style>".repeat(9000))), LogoError::TooComplicated);
    }

    #[test]
    fn arcs_as_large_as_numbers_go_are_refused() {
        let arcs = format!(r#"<path d="M0 0{}"/>"#, "A1e38 1e38 0 1 1 2 2".repeat(100));
        let letters = format!(r#"{}<circle r="1em"/>{}"#, r#"<g font-size="9999%">"#.repeat(16), "</g>".repeat(16));
        for inner in [&arcs, &letters, r#"<circle r="1e38"/>"#, r#"<rect width="1e38" height="1" rx="1e30"/>"#] {
            assert_eq!(refused(inner), LogoError::TooComplicated, "{inner:.60}");
        }
    }

    #[test]
    fn effects_and_markers_are_refused_where_they_are_used() {
        let effect = r##"<filter id="f"><feMorphology radius="750"/></filter><marker id="m"><path style="fill: context-stroke" d="M0 0h9v9z"/></marker>"##;
        let with = |shape: &str| format!("{effect}{shape}");
        for shape in [
            r##"<rect width="9" height="9" filter="url(#f)"/>"##,
            r##"<rect width="9" height="9" style="filter: blur(5px)"/>"##,
            r##"<style>rect { filter: url(#f) }</style><rect width="9" height="9"/>"##,
            r##"<path d="M0 0h9v9z" marker-mid="url(#m)"/>"##,
            r##"<style>path { marker: url(#m) }</style><path d="M0 0h9v9z"/>"##,
        ] {
            assert_eq!(refused(&with(shape)), LogoError::TooComplicated, "{shape}");
        }
        drawn(&with(r##"<path d="M0 0h9v9z" style="filter: none; marker: none; marker-start: none !important"/>"##));
    }

    /// What drawing programs save, with what is in such files and does nothing.
    #[test]
    fn ordinary_logos_of_drawing_programs_are_taken() {
        let inkscape = r##"<defs id="defs2"><linearGradient id="linearGradient1"><stop style="stop-color:#1e40af;stop-opacity:1" offset="0"/><stop style="stop-color:#38bdf8" offset="1"/></linearGradient>
            <linearGradient xlink:href="#linearGradient1" id="linearGradient2" x1="0" y1="0" x2="40" y2="0" gradientUnits="userSpaceOnUse"/>
            <marker id="Arrow1" style="overflow:visible"><path d="M0 0 5-5-12.5 0z" style="fill:context-stroke" transform="scale(.8)"/></marker><filter id="blur"><feGaussianBlur stdDeviation="1"/></filter>
            <clipPath id="clip1"><path d="M1 1h38v18H1z" id="p1"/></clipPath></defs>
            <g id="layer1" clip-path="url(#clip1)"><g><path id="p2" style="fill:url(#linearGradient2);fill-opacity:1;stroke:none;marker-start:none;filter:none" d="M1 1a5 5 0 0112 4 1e1 10 0 01-5 5z"/></g></g>"##;
        let illustrator = r##"<style type="text/css">.st0{clip-path:url(#SVGID_2_);} .st1{fill:#9A3412;} .st0 .st2{fill:url(#SVGID_3_);}</style>
            <g><defs><rect id="SVGID_1_" width="40" height="20"/></defs><clipPath id="SVGID_2_"><use xlink:href="#SVGID_1_" style="overflow:visible;"/></clipPath>
            <g class="st0"><path class="st1" d="M0 0h20v20H0z"/><radialGradient id="SVGID_3_" cx="30" cy="10" r="9" gradientUnits="userSpaceOnUse"><stop offset="0" style="stop-color:#FFF"/><stop offset="1"/></radialGradient>
            <circle class="st2" cx="30" cy="10" r="9"/></g></g>"##;
        let sketch = r##"<defs><path d="M0 0h40v20H0z" id="path-1"/></defs><mask id="mask-2" fill="white"><use xlink:href="#path-1"/></mask>
            <g mask="url(#mask-2)" fill="#123456"><path d="M2 2h9v9H2z" opacity=".4"/><g fill-rule="evenodd"><path d="M20 2h9v9h-9z"/></g></g>"##;
        let symbols = r##"<symbol id="leaf" viewBox="0 0 10 10"><path d="M0 10Q0 0 10 0 10 10 0 10z"/></symbol>
            <use href="#leaf" width="10" height="10" fill="green"/><use href="#leaf" x="15" width="10" height="10" transform="rotate(20 20 5)"/>"##;
        let dashed = r##"<path d="M2 10h36" stroke="#000" stroke-width="2" stroke-dasharray="2 1"/>"##;
        let hatched = r##"<pattern id="hatch" width="2" height="2" patternUnits="userSpaceOnUse"><path d="M0 0h1v1H0z" fill="#900"/></pattern>
            <g fill="url(#hatch)"><rect width="18" height="20"/><rect x="22" width="18" height="20" style="fill:url('#hatch') #900"/></g>"##;
        for inner in [inkscape, illustrator, sketch, symbols, dashed, hatched] {
            let logo = read(&svg(inner)).unwrap_or_else(|error| panic!("{error}: {inner}"));
            assert_eq!(logo.size_within(10.0, 10.0), (10.0, 5.0));
        }
    }

    #[test]
    fn many_pieces_of_an_illustration_are_taken() {
        let gradients: String = (0..100)
            .map(|at| format!(r##"<linearGradient id="g{at}"><stop stop-color="#f00"/><stop offset="1"/></linearGradient>"##))
            .collect();
        let shapes: String = (0..500)
            .map(|at| {
                format!(r##"<path class="s{0}" d="M{1} {2}q1-1 2 0t1 1z" fill="url(#g{0})" opacity=".9"/>"##, at % 100, at % 40, at % 20)
            })
            .collect();
        let rules: String = (0..100).map(|at| format!(".s{at}{{stroke:#00{:02x}00}}", at % 256)).collect();
        let logo = read(&svg(&format!("<style>{rules}</style>{gradients}<g>{shapes}</g>"))).expect("a logo");
        assert!(matches!(logo.artwork, Artwork::Image(_)));
    }

    #[test]
    fn a_code_is_refused_as_paths_and_as_dots() {
        let symbol = Symbol::encode("https://example.com/", ErrorCorrection::M).expect("it fits");
        let side = symbol.side() as usize;
        let modules = (0..side * side).filter(|module| symbol.is_dark(module % side, module / side));
        let path: String = modules.map(|module| format!("M{} {}h1v1h-1z", module % side + 8, module / side + 4)).collect();
        for fill in ["#000", "#9a3412", "url(#g)"] {
            let code = format!(
                r##"<linearGradient id="g"><stop/><stop offset="1" stop-color="#300"/></linearGradient><path d="{path}" fill="{fill}"/>"##
            );
            let logo = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 34">{code}</svg>"#);
            assert_eq!(read(&logo).map(|_| ()), Err(LogoError::Code), "{fill}");
        }
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
