//! The proof that a tagged file is right: its code, its words, its link, and its structure, read back from its bytes.

use std::collections::{BTreeMap, HashMap, HashSet};

use libdeflater::Decompressor;

use crate::code::QUIET_ZONE;
use crate::compose::{Insert, Plan};
use crate::drawing::{Mark, Span, read_tagged};
use crate::objects::{Dictionary, Numbered, Object, Tokens};
use crate::reading::{Objects, resources_of};
use crate::verify::{LEAST_RUNS, decode, read_modules, says, texts_of};

/// The most that the page's content is unpacked to.
const MOST_CONTENT_BYTES: usize = 8 << 20;

/// Reads the file back and compares it with the insert.
pub(super) fn check(plan: &Plan, insert: &Insert, bytes: &[u8]) -> Result<(), String> {
    let file = File::read(bytes)?;
    let (marks, spans) = file.page()?;
    check_code(&marks, insert)?;
    check_words(plan, insert, &marks)?;
    let link = file.link()?;
    if link != insert.link.as_bytes() {
        return Err(format!("the link leads to “{}”", String::from_utf8_lossy(&link)));
    }
    file.check_declarations(plan)?;
    file.check_structure(&spans)
}

/// The link's code is drawn once, whole, black, with nothing in its quiet zone; and says the link.
fn check_code(marks: &[Mark], insert: &Insert) -> Result<(), String> {
    let is_code = |mark: &&Mark| matches!(mark, Mark::Rectangles { rectangles, .. } if rectangles.len() >= LEAST_RUNS);
    let mut codes = marks.iter().filter(is_code);
    let (Some(Mark::Rectangles { rectangles, bounds, is_black: true }), None) = (codes.next(), codes.next()) else {
        return Err("it has not just one black code".to_owned());
    };
    let drawn = read_modules(rectangles, bounds)?;
    if drawn != insert.link_code || decode(&drawn)? != insert.link.as_bytes() {
        return Err("its code does not say its link".to_owned());
    }
    let quiet = bounds.grown(f64::from(QUIET_ZONE) * bounds.width() / f64::from(drawn.side()));
    let intruders = marks.iter().filter(|mark| mark.bounds().meets(&quiet)).count();
    if intruders == 1 { Ok(()) } else { Err("something is in the code's quiet zone".to_owned()) }
}

fn check_words(plan: &Plan, insert: &Insert, marks: &[Mark]) -> Result<(), String> {
    let texts = texts_of(marks);
    let (strong, plain) = (|text: &str| plan.fonts.semibold.read_back(text), |text: &str| plan.fonts.regular.read_back(text));
    let mut wanted = vec![strong(&plan.greeting(insert)), plain(&insert.link)];
    for wording in plan.wordings_of(insert).iter() {
        wanted.extend([strong(&wording.closing_title), plain(&wording.lead), plain(&wording.closing)]);
        wanted.extend((0..3).map(|step| plain(&wording.step(step))));
    }
    wanted.extend(plan.card_text(insert));
    wanted.extend(plan.mark_text.clone());
    match wanted.iter().find(|text| !says(&texts, text)) {
        Some(missing) => Err(format!("“{missing}” is not on it")),
        None if !texts.iter().any(|text| text.ends_with(insert.serial.as_str())) => Err("its serial is not on it".to_owned()),
        None => Ok(()),
    }
}

/// The objects of a file.
struct File<'a> {
    objects: Objects<'a>,
    catalog: u32,
}

impl<'a> File<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, String> {
        let mut tokens = Tokens::new(bytes);
        let mut objects = HashMap::new();
        while !tokens.takes(b"xref") {
            let object = tokens.numbered()?;
            if objects.insert(object.number, object).is_some() {
                return Err("an object is there twice".to_owned());
            }
        }
        let is_catalog = |object: &&Numbered<'_>| object.value.as_dictionary().is_some_and(|own| own.is_named("Type", "Catalog"));
        let catalog = objects.values().find(is_catalog).ok_or("it has no catalog")?.number;
        Ok(Self { objects, catalog })
    }

    fn dictionary(&self, number: u32) -> Result<&Dictionary<'a>, String> {
        let object = self.objects.get(&number).and_then(|object| object.value.as_dictionary());
        object.ok_or_else(|| format!("object {number} is no dictionary"))
    }

    fn named(&self, dictionary: &Dictionary<'a>, name: &str) -> Result<&Dictionary<'a>, String> {
        self.dictionary(dictionary.reference(name).ok_or_else(|| format!("/{name} is missing"))?)
    }

    fn page_dictionary(&self) -> Result<&Dictionary<'a>, String> {
        let pages = self.named(self.dictionary(self.catalog)?, "Pages")?;
        match pages.array("Kids").and_then(|kids| kids.iter().map(Object::as_reference).collect::<Option<Vec<_>>>()).as_deref() {
            Some([page]) => self.dictionary(*page),
            _ => Err("it has not just one page".to_owned()),
        }
    }

    /// What is drawn on the page, and what of it is tagged.
    fn page(&self) -> Result<(Vec<Mark>, Vec<Span>), String> {
        let page = self.page_dictionary()?;
        let content = page.reference("Contents").and_then(|number| self.objects.get(&number)?.stream).ok_or("the page is empty")?;
        let resources = page.dictionary("Resources").ok_or("the page has no resources")?;
        let resources = resources_of(resources, &self.objects, &mut HashMap::new())?;
        let mut unpacked = vec![0; MOST_CONTENT_BYTES];
        let length = Decompressor::new().zlib_decompress(content, &mut unpacked).map_err(|_| "the page can't be unpacked")?;
        read_tagged(&unpacked[..length], &resources)
    }

    fn annotation(&self) -> Result<&Dictionary<'a>, String> {
        let annotations = self.page_dictionary()?.array("Annots").ok_or("it has no link")?;
        let [link] = annotations else { return Err("it has not just one link".to_owned()) };
        self.dictionary(link.as_reference().ok_or("its link is no object")?)
    }

    /// Where the link leads.
    fn link(&self) -> Result<Vec<u8>, String> {
        let action = self.annotation()?.dictionary("A").filter(|action| action.is_named("S", "URI")).ok_or("its link leads nowhere")?;
        match action.get("URI") {
            Some(Object::Text(link)) => Ok(link.to_vec()),
            _ => Err("its link leads nowhere".to_owned()),
        }
    }

    /// What a file of PDF/UA-1 says of itself (ISO 14289-1, 5 and 7.1, 7.18).
    fn check_declarations(&self, plan: &Plan) -> Result<(), String> {
        let catalog = self.dictionary(self.catalog)?;
        let is_true =
            |dictionary: Option<&Dictionary<'_>>, name| dictionary.is_some_and(|own| own.get(name) == Some(&Object::Word(b"true")));
        let language = plan.wordings.first().map_or("es", |wording| wording.tag);
        let metadata = catalog.reference("Metadata").and_then(|number| self.objects.get(&number)?.stream).unwrap_or_default();
        let metadata = String::from_utf8_lossy(metadata);
        let (page, link) = (self.page_dictionary()?, self.annotation()?);
        let declared = [
            (is_true(catalog.dictionary("MarkInfo"), "Marked"), "that it is tagged"),
            (is_true(catalog.dictionary("ViewerPreferences"), "DisplayDocTitle"), "that its title is shown"),
            (matches!(catalog.get("Lang"), Some(Object::Text(own)) if own.as_ref() == language.as_bytes()), "its language"),
            (metadata.contains("<pdfuaid:part>1</pdfuaid:part>") && metadata.contains("<dc:title>"), "its kind and title"),
            (page.is_named("Tabs", "S"), "the order of its links"),
            (matches!(link.get("Contents"), Some(Object::Text(says)) if !says.is_empty()), "what its link does"),
        ];
        declared.iter().find(|(is_said, _)| !is_said).map_or(Ok(()), |(_, what)| Err(format!("it does not say {what}")))
    }

    /// Every piece of the content stands in the structure once, in the order of drawing and under the tag that it has there;
    /// what is seen and not read has words; the link is in it; and the way back leads to the same place.
    fn check_structure(&self, spans: &[Span]) -> Result<(), String> {
        let catalog = self.dictionary(self.catalog)?;
        let root = self.named(catalog, "StructTreeRoot")?;
        let document = root.reference("K").ok_or("its structure is empty")?;
        let mut found = Found::default();
        self.walk(document, &mut found, &mut HashSet::new())?;
        let drawn: Vec<(u32, &str)> = spans.iter().filter_map(|span| Some((span.id?, span.tag.as_str()))).collect();
        let structured: Vec<(u32, &str)> = found.contents.iter().map(|(id, role, _)| (*id, role.as_str())).collect();
        if drawn != structured {
            return Err("its structure is not that of what is drawn".to_owned());
        }
        if spans.iter().any(|span| span.id.is_none() && span.tag != "Artifact") {
            return Err("a piece of its content has no place in its structure".to_owned());
        }
        if found.headings.first() != Some(&1) || found.headings.windows(2).any(|pair| pair[1] > pair[0] + 1) {
            return Err("its headings leave a level out".to_owned());
        }
        let numbers = root.dictionary("ParentTree").and_then(|tree| tree.array("Nums")).ok_or("nothing leads back to its structure")?;
        let [Object::Number(0.0), Object::Array(parents), Object::Number(1.0), link_parent] = numbers else {
            return Err("what leads back to its structure is incomplete".to_owned());
        };
        let by_id: BTreeMap<u32, u32> = found.contents.iter().map(|(id, _, element)| (*id, *element)).collect();
        let led_back: Option<Vec<u32>> = parents.iter().map(Object::as_reference).collect();
        if led_back != Some(by_id.into_values().collect()) || link_parent.as_reference() != found.link {
            return Err("what leads back to its structure leads elsewhere".to_owned());
        }
        Ok(())
    }

    fn walk(&self, number: u32, found: &mut Found, seen: &mut HashSet<u32>) -> Result<(), String> {
        if !seen.insert(number) {
            return Err("its structure goes round in a circle".to_owned());
        }
        let element = self.dictionary(number)?;
        let Some(Object::Name(role)) = element.get("S") else { return Err("an element of its structure is of no kind".to_owned()) };
        let role = String::from_utf8_lossy(role).into_owned();
        if let Some(level) = role.strip_prefix('H').and_then(|level| level.parse().ok()) {
            found.headings.push(level);
        }
        let has_words = matches!(element.get("Alt"), Some(Object::Text(words)) if !words.is_empty());
        if role == "Figure" && !has_words {
            return Err("a figure has no words".to_owned());
        }
        let kids = match element.get("K") {
            Some(Object::Array(kids)) => kids.as_slice(),
            Some(kid) => std::slice::from_ref(kid),
            None => return Err(format!("a {role} of its structure is empty")),
        };
        for kid in kids {
            match kid {
                Object::Number(id) => found.contents.push((crate::objects::whole(*id).ok_or("a tag has no number")?, role.clone(), number)),
                Object::Reference(inner) => self.walk(*inner, found, seen)?,
                Object::Dictionary(reference) if reference.is_named("Type", "OBJR") && role == "Link" => found.link = Some(number),
                _ => return Err(format!("a {role} of its structure has something unknown in it")),
            }
        }
        Ok(())
    }
}

/// What is in a structure, in the order in which it is read.
#[derive(Default)]
struct Found {
    /// Pieces of content: number, the role of their element, and that element.
    contents: Vec<(u32, String, u32)>,
    headings: Vec<u8>,
    link: Option<u32>,
}

#[cfg(test)]
mod tests {
    use cardesk_domain::{ActivationLink, Environment};

    use super::*;
    use crate::content::InsertContent;
    use crate::job::{Branding, InsertLanguage, PrintJob};
    use crate::layout::Layout;
    use crate::tagged::{Kid, file, page};
    use crate::template::{Shipped, Template, TextsSource};

    fn job() -> PrintJob {
        let company = Branding { company_name: "Café Los Volcanes".to_owned() };
        PrintJob::new(Layout::TrifoldLetter10, InsertLanguage::Both, company, Environment::Practice)
    }

    fn content() -> InsertContent {
        let id = "a-cardholder".parse().expect("an id");
        InsertContent {
            link: ActivationLink::new("https://example.com/card-activation", None, &id).expect("a link"),
            full_name: "Ana Lucía de León".to_owned(),
            given_name: "Ana Lucía".to_owned(),
            last_four: Some("4417".parse().expect("four digits")),
            serial: "0001-001".parse().expect("a serial"),
            address_lines: Vec::new(),
        }
    }

    fn checked(tamper: impl FnOnce(&mut crate::tagged::TaggedPage), change: impl FnOnce(&mut Vec<u8>)) -> Result<(), String> {
        let job = job();
        let plan = Plan::new(&job, &[content()]).expect("planned");
        let insert = plan.inserts[0].encoded(&job).expect("encoded");
        let mut page = page::compose(&plan, &insert).expect("composed");
        tamper(&mut page);
        let mut bytes = file::write(&plan, &insert, &page).expect("written");
        change(&mut bytes);
        check(&plan, &insert, &bytes)
    }

    #[test]
    fn a_piece_of_another_cardholder_is_found() {
        type Change = fn(&mut TextsSource);
        let pieces: [Change; 4] = [
            |texts| texts.lead = "Su tarjeta está lista, {full_name}.".to_owned(),
            |texts| texts.steps[1] = "Escriba «{full_name}» y el número.".to_owned(),
            |texts| texts.closing_title = "Solo para {full_name}".to_owned(),
            |texts| texts.closing = "Nunca le pediremos su NIP, {full_name}.".to_owned(),
        ];
        for change in pieces {
            let mut source = Shipped::Classic.source();
            change(source.spanish.as_mut().expect("Spanish"));
            let mut job = job();
            job.template = Template::new(source).expect("a template").into();
            let plan = Plan::new(&job, &[content()]).expect("planned");
            let insert = plan.inserts[0].encoded(&job).expect("encoded");
            let other = Insert { full_name: "Ana Lucía de la Luna".to_owned(), ..insert.clone() };
            let written = |drawn: &Insert| file::write(&plan, &insert, &page::compose(&plan, drawn).expect("composed")).expect("written");
            assert_eq!(check(&plan, &insert, &written(&insert)), Ok(()));
            let problem = check(&plan, &insert, &written(&other)).expect_err("it is refused");
            assert!(problem.contains("de León") && problem.ends_with("is not on it"), "{problem}");
        }
    }

    fn replaced(from: &'static str, to: &'static str) -> impl FnOnce(&mut Vec<u8>) {
        move |bytes| {
            let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("the words are there");
            bytes.splice(at..at + from.len(), to.bytes());
        }
    }

    #[test]
    fn an_untouched_file_is_right() {
        assert_eq!(checked(|_| {}, |_| {}), Ok(()));
    }

    #[test]
    fn a_structure_that_is_not_that_of_the_page_is_found() {
        let refused = |tamper: fn(&mut crate::tagged::TaggedPage)| checked(tamper, |_| {}).expect_err("it is refused");
        assert!(refused(|page| page.elements.swap(0, 3)).contains("not that of what is drawn"));
        assert!(refused(|page| drop(page.elements.pop())).contains("not that of what is drawn"));
        let without_words = refused(|page| {
            for element in &mut page.elements {
                element.alternative = None;
            }
        });
        assert!(without_words.contains("a figure has no words"));
        let without_link = refused(|page| {
            for element in &mut page.elements {
                if let Some(Kid::Element(inner)) = element.kids.first_mut() {
                    inner.kids.retain(|kid| !matches!(kid, Kid::Annotation));
                }
            }
        });
        assert!(without_link.contains("leads elsewhere"), "{without_link}");
    }

    #[test]
    fn a_link_that_leads_elsewhere_and_a_missing_declaration_are_found() {
        type Change = Box<dyn FnOnce(&mut Vec<u8>)>;
        let refused = |change: Change| checked(|_| {}, change).expect_err("it is refused");
        assert!(refused(Box::new(replaced("/URI (https://example.com", "/URI (https://example.org"))).contains("the link leads to"));
        assert!(refused(Box::new(replaced("/Marked true", "/Marked false"))).contains("that it is tagged"));
        assert!(refused(Box::new(replaced("/Tabs /S", "/Tabs /R"))).contains("the order of its links"));
        assert!(refused(Box::new(replaced("<pdfuaid:part>1<", "<pdfuaid:part>2<"))).contains("its kind and title"));
    }
}
