//! The file around a tagged page: its structure, the link's annotation, and what says of it that it is accessible.

use pdf_writer::types::{ActionType, AnnotationFlags, AnnotationType, TabOrder};
use pdf_writer::writers::{StructElement, StructTreeRoot};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::{Element, Kid, TaggedPage};
use crate::canvas::PT_PER_DOT;
use crate::compose::{Insert, Plan};
use crate::error::InsertError;
use crate::file::{compressor, deflate, font, write_image};
use crate::template::Artwork;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const INFO: Ref = Ref::new(5);
const METADATA: Ref = Ref::new(6);
const REGULAR: Ref = Ref::new(7);
const SEMIBOLD: Ref = Ref::new(12);
const LOGO: Ref = Ref::new(17);
const LINK: Ref = Ref::new(18);
const STRUCTURE: Ref = Ref::new(19);
const DOCUMENT: Ref = Ref::new(20);
const FIRST_ELEMENT: i32 = 21;

/// The keys of the page's content and of the link in the structure's tree of parents.
const PAGE_KEY: i32 = 0;
const LINK_KEY: i32 = 1;

/// Writes the file. No date and no random id goes into it.
pub(super) fn write(plan: &Plan, insert: &Insert, page: &TaggedPage) -> Result<Vec<u8>, InsertError> {
    let title = plan.greeting(insert);
    let language = plan.wordings.first().map_or("es", |wording| wording.tag);
    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES).lang(TextStr(language)).metadata(METADATA);
    catalog.mark_info().marked(true);
    catalog.pair(Name(b"StructTreeRoot"), STRUCTURE);
    catalog.viewer_preferences().display_doc_title(true);
    catalog.finish();
    pdf.pages(PAGES).kids([PAGE]).count(1);
    write_page(&mut pdf, plan, page)?;
    pdf.document_info(INFO).title(TextStr(&title)).producer(TextStr("Cardesk"));
    pdf.metadata(METADATA, metadata(&title, language).as_bytes());
    font(&mut pdf, REGULAR, &plan.fonts.regular, &mut Vec::new())?;
    font(&mut pdf, SEMIBOLD, &plan.fonts.semibold, &mut Vec::new())?;
    if let Some(Artwork::Image(image)) = plan.job.template.logo().map(|(logo, _, _)| logo.artwork()) {
        write_image(&mut pdf, LOGO, image)?;
    }
    write_link(&mut pdf, insert, page, plan);
    write_structure(&mut pdf, page);
    Ok(pdf.finish())
}

fn write_page(pdf: &mut Pdf, plan: &Plan, page: &TaggedPage) -> Result<(), InsertError> {
    let (width, height) = plan.job.layout.sheet_dots();
    let points = |dots: u32| (f64::from(dots) * PT_PER_DOT) as f32;
    let mut written = pdf.page(PAGE);
    written.parent(PAGES).contents(CONTENT).media_box(Rect::new(0.0, 0.0, points(width), points(height)));
    written.struct_parents(PAGE_KEY).tab_order(TabOrder::StructureOrder).annotations([LINK]);
    let mut resources = written.resources();
    resources.fonts().pair(Name(b"R"), REGULAR).pair(Name(b"S"), SEMIBOLD);
    if matches!(plan.job.template.logo().map(|(logo, _, _)| logo.artwork()), Some(Artwork::Image(_))) {
        resources.x_objects().pair(Name(b"Logo"), LOGO);
    }
    resources.finish();
    written.finish();
    let deflated = deflate(&mut compressor(), &page.content)?;
    pdf.stream(CONTENT, &deflated).filter(Filter::FlateDecode);
    Ok(())
}

fn write_link(pdf: &mut Pdf, insert: &Insert, page: &TaggedPage, plan: &Plan) {
    let rect = |[left, bottom, right, top]: [f64; 4]| Rect::new(left as f32, bottom as f32, right as f32, top as f32);
    let around = page
        .link_pt
        .iter()
        .copied()
        .reduce(|one, other| [one[0].min(other[0]), one[1].min(other[1]), one[2].max(other[2]), one[3].max(other[3])]);
    let says = plan.wordings.iter().map(|wording| wording.link_does).collect::<Vec<_>>().join(" · ");
    let mut link = pdf.annotation(LINK);
    link.subtype(AnnotationType::Link).rect(rect(around.unwrap_or_default())).contents(TextStr(&says)).border(0.0, 0.0, 0.0, None);
    link.flags(AnnotationFlags::PRINT).struct_parent(LINK_KEY);
    // Each line by itself, so that nothing beside a short one is pressed.
    link.quad_points(
        page.link_pt
            .iter()
            .flat_map(|[left, bottom, right, top]| [*left, *bottom, *right, *bottom, *right, *top, *left, *top].map(|edge| edge as f32)),
    );
    link.action().action_type(ActionType::Uri).uri(Str(insert.link.as_bytes()));
}

/// Writes the structure, and the tree that leads from the content back to it.
fn write_structure(pdf: &mut Pdf, page: &TaggedPage) {
    let mut parents = vec![DOCUMENT; usize::try_from(page.contents).unwrap_or_default()];
    let mut link_parent = DOCUMENT;
    let mut next = FIRST_ELEMENT;
    let mut document = Vec::new();
    for element in &page.elements {
        document.push(write_element(pdf, element, DOCUMENT, &mut next, &mut parents, &mut link_parent));
    }
    let mut written = pdf.struct_element(DOCUMENT);
    written.kind(pdf_writer::types::StructRole::Document).parent(STRUCTURE);
    let mut children = written.children();
    for child in document {
        children.struct_element(child);
    }
    children.finish();
    written.finish();
    let mut root = pdf.indirect(STRUCTURE).start::<StructTreeRoot<'_>>();
    root.child(DOCUMENT).parent_tree_next_key(LINK_KEY + 1);
    let mut tree = root.insert(Name(b"ParentTree")).dict();
    let mut numbers = tree.insert(Name(b"Nums")).array();
    numbers.item(PAGE_KEY);
    numbers.push().array().items(parents);
    numbers.item(LINK_KEY).item(link_parent);
}

/// Writes an element and what is in it; gives back its number.
fn write_element(pdf: &mut Pdf, element: &Element, parent: Ref, next: &mut i32, parents: &mut [Ref], link_parent: &mut Ref) -> Ref {
    let own = Ref::new(*next);
    *next += 1;
    let mut kids = Vec::with_capacity(element.kids.len());
    for kid in &element.kids {
        kids.push(match kid {
            Kid::Element(inner) => Some(write_element(pdf, inner, own, next, parents, link_parent)),
            Kid::Content(_) | Kid::Annotation => None,
        });
    }
    let mut written: StructElement<'_> = pdf.struct_element(own);
    written.kind(element.role).parent(parent).page(PAGE);
    if let Some(language) = element.language {
        written.lang(TextStr(language));
    }
    if let Some(alternative) = &element.alternative {
        written.alt(TextStr(alternative));
    }
    if let Some([left, bottom, right, top]) = element.bounds_pt {
        written.attributes().push().layout().bbox(Rect::new(left as f32, bottom as f32, right as f32, top as f32));
    }
    let mut children = written.children();
    for (kid, inner) in element.kids.iter().zip(kids) {
        match (kid, inner) {
            (_, Some(inner)) => {
                children.struct_element(inner);
            }
            (Kid::Content(id), None) => {
                children.marked_content_id(*id);
                if let Some(entry) = usize::try_from(*id).ok().and_then(|id| parents.get_mut(id)) {
                    *entry = own;
                }
            }
            (_, None) => {
                children.object_ref().page(PAGE).object(LINK);
                *link_parent = own;
            }
        }
    }
    children.finish();
    own
}

/// What says of the file, for programs that read no PDF, that it is of PDF/UA-1, and what it is called.
fn metadata(title: &str, language: &str) -> String {
    let escaped: String = title
        .chars()
        .map(|character| match character {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            other => other.to_string(),
        })
        .collect();
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{escaped}</rdf:li></rdf:Alt></dc:title>\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\
         <pdf:Producer>Cardesk</pdf:Producer><pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>\n\
         <?xpacket end=\"r\"?>"
    )
}
