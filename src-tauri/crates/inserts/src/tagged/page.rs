//! The page of an insert for e-mail: what stands on it, from above, each piece with its tag.

use pdf_writer::types::StructRole;

use super::{Element, Kid, TaggedPage};
use crate::canvas::{Canvas, INK, INK_2, INK_3, Ink, LINE, Style};
use crate::code::QUIET_ZONE;
use crate::compose::header::Company;
use crate::compose::pieces::{self, cap_height_mm};
use crate::compose::{Insert, Plan};
use crate::error::{Field, InsertError};
use crate::fit::{Breaks, PT_PER_MM, Place, fit, wrap};
use crate::font::Weight;
use crate::job::DOT_MM;

const LEFT_MM: f64 = 25.0;
const HEADER_MM: f64 = 24.0;
const LOGO_MM: (f64, f64) = (60.0, 13.0);
const BODY_PT: f64 = 11.0;
const LEADING: f64 = 1.4;

/// What is being composed: the drawing, and the structure beside it.
struct Composer<'p> {
    plan: &'p Plan,
    canvas: Canvas<'p>,
    elements: Vec<Element>,
    next: i32,
    link_pt: Vec<[f64; 4]>,
    right_mm: f64,
    height_mm: f64,
}

/// Lines of one style below one another.
struct Block<'l> {
    left_mm: f64,
    first_mm: f64,
    style: Style,
    lines: &'l [String],
}

impl Block<'_> {
    fn leading_mm(&self) -> f64 {
        self.style.size_pt * LEADING / PT_PER_MM
    }

    /// Where the next line would stand.
    fn end_mm(&self) -> f64 {
        self.first_mm + self.lines.len() as f64 * self.leading_mm()
    }

    fn draw(&self, canvas: &mut Canvas<'_>) {
        for (index, line) in self.lines.iter().enumerate() {
            canvas.text(self.left_mm, self.first_mm + index as f64 * self.leading_mm(), &self.style, line);
        }
    }
}

/// Draws the page and notes its structure.
pub(super) fn compose(plan: &Plan, insert: &Insert) -> Result<TaggedPage, InsertError> {
    let (width_mm, height_mm) = plan.job.layout.sheet_mm();
    let mut composer = Composer {
        plan,
        canvas: Canvas::new(&plan.fonts, plan.job.layout.sheet_dots().1),
        elements: Vec::new(),
        next: 0,
        link_pt: Vec::new(),
        right_mm: width_mm - LEFT_MM,
        height_mm,
    };
    composer.header()?;
    let below_mm = composer.greeting(insert)?;
    let below_mm = composer.code_and_steps(insert, below_mm)?;
    let below_mm = composer.link(insert, below_mm);
    composer.ending(insert, below_mm)?;
    let Composer { canvas, elements, next, link_pt, .. } = composer;
    Ok(TaggedPage { content: canvas.into_bytes(), elements, contents: next, link_pt })
}

impl Composer<'_> {
    /// Draws a piece of the content under its tag; gives back its number.
    fn content(&mut self, tag: &[u8], draw: impl FnOnce(&mut Canvas<'_>)) -> Kid {
        let id = self.next;
        self.next += 1;
        self.canvas.tagged(tag, Some(id), |canvas| draw(canvas));
        Kid::Content(id)
    }

    fn artifact(&mut self, draw: impl FnOnce(&mut Canvas<'_>)) {
        self.canvas.tagged(b"Artifact", None, |canvas| draw(canvas));
    }

    /// The language of an element, where it is another than the file's.
    fn language(&self, index: usize) -> Option<&'static str> {
        self.plan.wordings.get(index).filter(|_| index > 0).map(|wording| wording.tag)
    }

    fn block(&mut self, role: StructRole, tag: &[u8], language: Option<&'static str>, block: &Block<'_>) {
        let kid = self.content(tag, |canvas| block.draw(canvas));
        self.elements.push(Element { language, ..Element::new(role, vec![kid]) });
    }

    fn width_mm(&self) -> f64 {
        self.right_mm - LEFT_MM
    }

    /// A text in lines of this width; whatever its words, since a word that is too long is broken.
    fn lines(&self, text: &str, style: &Style, width_mm: f64) -> Vec<String> {
        let typeface = self.plan.fonts.of(style.weight);
        wrap(typeface, text, style.size_pt, width_mm * PT_PER_MM, Breaks::Anywhere).unwrap_or_else(|| vec![text.to_owned()])
    }

    /// The company and, outside Production, the mark of a test.
    fn header(&mut self) -> Result<(), InsertError> {
        let plan = self.plan;
        let mark = plan.job.mark().zip(plan.mark_text.as_ref());
        let mark_mm = mark.map_or(0.0, |(_, text)| pieces::mark_pill_mm(&plan.fonts, text, 7.5).0 + 6.0);
        let place = Place {
            width_mm: self.width_mm() - mark_mm,
            largest_pt: 15.0,
            single_line_pt: 10.0,
            several_lines_pt: 10.0,
            smallest_pt: 7.0,
            most_lines: 2,
        };
        let company = Company::fit(plan, &place, LOGO_MM)?;
        if company.has_logo() && company.has_name() {
            // It says nothing that the name beside it does not say.
            self.artifact(|canvas| company.draw_logo(plan, canvas, LEFT_MM, HEADER_MM));
        } else if company.has_logo() {
            let kid = self.content(b"Figure", |canvas| company.draw_logo(plan, canvas, LEFT_MM, HEADER_MM));
            let alternative = Some(plan.company_name.clone());
            self.elements.push(Element { alternative, ..Element::new(StructRole::Figure, vec![kid]) });
        }
        if company.has_name() {
            let kid = self.content(b"P", |canvas| company.draw_name(plan, canvas, LEFT_MM, HEADER_MM));
            self.elements.push(Element::new(StructRole::P, vec![kid]));
        }
        if let Some((mark, text)) = mark {
            let right_mm = self.right_mm;
            let kid = self.content(b"P", |canvas| {
                pieces::mark_pill(canvas, &plan.fonts, mark, text, right_mm, HEADER_MM, 7.5);
            });
            self.elements.push(Element::new(StructRole::P, vec![kid]));
        }
        let (right_mm, look) = (self.right_mm, plan.look());
        self.artifact(|canvas| look.header_rule(canvas, LEFT_MM, right_mm, HEADER_MM + 10.0, 12.0));
        Ok(())
    }

    /// The greeting and the sentence below it; gives back where they end.
    fn greeting(&mut self, insert: &Insert) -> Result<f64, InsertError> {
        let plan = self.plan;
        let place = Place {
            width_mm: self.width_mm(),
            largest_pt: 26.0,
            single_line_pt: 16.0,
            several_lines_pt: 16.0,
            smallest_pt: 11.0,
            most_lines: 2,
        };
        let fitted = fit(&plan.fonts.semibold, &plan.greeting(insert), &place).map_err(insert.does_not_fit(Field::GivenName))?;
        let style = Style::new(Weight::SemiBold, fitted.size_pt, plan.look().greeting());
        let first_mm = HEADER_MM + 20.0 + cap_height_mm(fitted.size_pt);
        let greeting = Block { left_mm: LEFT_MM, first_mm, style, lines: &fitted.lines };
        self.block(StructRole::H1, b"H1", None, &greeting);
        let mut at_mm = first_mm + (fitted.lines.len() - 1) as f64 * greeting.leading_mm() + 9.5;
        for (index, wording) in plan.wordings_of(insert).iter().enumerate() {
            let style = Style::new(Weight::Regular, 13.0, INK_2);
            let lines = self.lines(&wording.lead, &style, self.width_mm());
            let lead = Block { left_mm: LEFT_MM, first_mm: at_mm, style, lines: &lines };
            self.block(StructRole::P, b"P", self.language(index), &lead);
            at_mm = lead.end_mm();
        }
        Ok(at_mm)
    }

    /// The code, with what it is for whoever does not see it, and the steps at its right.
    fn code_and_steps(&mut self, insert: &Insert, below_mm: f64) -> Result<f64, InsertError> {
        let plan = self.plan;
        let module_dots = plan.module.dots();
        let dots = |mm: f64| (mm / DOT_MM).round() as u32;
        let quiet_mm = f64::from(QUIET_ZONE * module_dots) * DOT_MM;
        let corner = (dots(LEFT_MM).saturating_sub(QUIET_ZONE * module_dots), dots(below_mm + 2.0));
        let top_mm = f64::from(corner.1) * DOT_MM + quiet_mm;
        let dark_mm = plan.code_mm() - 2.0 * quiet_mm;
        let kid = self.content(b"Figure", |canvas| canvas.code(&insert.link_code, corner, module_dots));
        let points = |mm: f64| mm * PT_PER_MM;
        let bounds_pt = [LEFT_MM, self.height_mm - top_mm - dark_mm, LEFT_MM + dark_mm, self.height_mm - top_mm].map(points);
        let alternative = plan.wordings.iter().map(|wording| format!("{} {}", wording.code_is, insert.link)).collect::<Vec<_>>();
        self.elements.push(Element {
            alternative: Some(alternative.join(" / ")),
            bounds_pt: Some(bounds_pt),
            ..Element::new(StructRole::Figure, vec![kid])
        });
        let (left_mm, mut at_mm) = (LEFT_MM + dark_mm + quiet_mm + 4.0, top_mm + cap_height_mm(BODY_PT));
        for (index, wording) in plan.wordings_of(insert).iter().enumerate() {
            let mut items = Vec::new();
            for step in 0..3 {
                let style = Style::new(Weight::Regular, BODY_PT, INK_2);
                let lines = self.lines(&wording.step(step), &style, self.right_mm - left_mm - 8.0);
                let body = Block { left_mm: left_mm + 8.0, first_mm: at_mm, style, lines: &lines };
                let number = [format!("{}.", step + 1)];
                let number_style = Style::new(Weight::SemiBold, BODY_PT, plan.look().accent);
                let label = Block { left_mm, first_mm: at_mm, style: number_style, lines: &number };
                let label = self.content(b"Lbl", |canvas| label.draw(canvas));
                let words = self.content(b"LBody", |canvas| body.draw(canvas));
                let kid = |role, kid| Kid::Element(Element::new(role, vec![kid]));
                items.push(kid(StructRole::LI, kid(StructRole::Lbl, label)));
                if let Some(Kid::Element(item)) = items.last_mut() {
                    item.kids.push(kid(StructRole::LBody, words));
                }
                at_mm = body.end_mm() + 2.2;
            }
            let language = self.language(index);
            self.elements.push(Element { language, ..Element::new(StructRole::L, items) });
            at_mm += 2.5;
        }
        let end_mm = at_mm.max(top_mm + dark_mm + quiet_mm);
        self.within_page(end_mm + 60.0, Field::Step(1)).map(|()| end_mm)
    }

    /// The link, which can be pressed.
    fn link(&mut self, insert: &Insert, below_mm: f64) -> f64 {
        let plan = self.plan;
        let heading = Style::new(Weight::SemiBold, 12.0, INK);
        let mut at_mm = below_mm + 12.0;
        for (index, wording) in plan.wordings.iter().enumerate() {
            let language = self.language(index);
            let title = [wording.no_camera.to_owned()];
            let block = Block { left_mm: LEFT_MM, first_mm: at_mm, style: heading, lines: &title };
            self.block(StructRole::H2, b"H2", language, &block);
            at_mm = block.end_mm();
            let style = Style::new(Weight::Regular, BODY_PT, INK_2);
            let lines = self.lines(wording.press_the_link, &style, self.width_mm());
            let block = Block { left_mm: LEFT_MM, first_mm: at_mm, style, lines: &lines };
            self.block(StructRole::P, b"P", language, &block);
            at_mm = block.end_mm() + 2.5;
        }
        let style = Style::new(Weight::Regular, 10.0, LINK_INK);
        let typeface = &plan.fonts.regular;
        let set = |breaks| wrap(typeface, &insert.link, style.size_pt, self.width_mm() * PT_PER_MM, breaks);
        let lines = set(Breaks::Link).or_else(|| set(Breaks::Characters)).unwrap_or_else(|| vec![insert.link.clone()]);
        let block = Block { left_mm: LEFT_MM, first_mm: at_mm, style, lines: &lines };
        for (index, line) in lines.iter().enumerate() {
            let baseline_pt = (self.height_mm - block.first_mm - index as f64 * block.leading_mm()) * PT_PER_MM;
            let (left_pt, width_pt) = (LEFT_MM * PT_PER_MM, typeface.width_pt(line, style.size_pt));
            self.link_pt.push([left_pt, baseline_pt - style.size_pt * 0.3, left_pt + width_pt, baseline_pt + style.size_pt]);
        }
        let content = self.content(b"Link", |canvas| {
            block.draw(canvas);
            for (index, line) in lines.iter().enumerate() {
                let under_mm = block.first_mm + index as f64 * block.leading_mm() + 0.8;
                let width_mm = typeface.width_pt(line, style.size_pt) / PT_PER_MM;
                canvas.line((LEFT_MM, under_mm), (LEFT_MM + width_mm, under_mm), 0.5, LINK_INK);
            }
        });
        let alternative = Some(insert.link.clone());
        let link = Element { alternative, ..Element::new(StructRole::Link, vec![content, Kid::Annotation]) };
        self.elements.push(Element::new(StructRole::P, vec![Kid::Element(link)]));
        block.end_mm()
    }

    /// The closing line, the card and the serial.
    fn ending(&mut self, insert: &Insert, below_mm: f64) -> Result<(), InsertError> {
        let plan = self.plan;
        let mut at_mm = below_mm + 8.0;
        for (index, wording) in plan.wordings_of(insert).iter().enumerate() {
            let language = self.language(index);
            let pieces = [
                (StructRole::H2, &b"H2"[..], Style::new(Weight::SemiBold, 12.0, INK), &wording.closing_title),
                (StructRole::P, &b"P"[..], Style::new(Weight::Regular, BODY_PT, INK_2), &wording.closing),
            ];
            for (role, tag, style, text) in pieces {
                let lines = self.lines(text, &style, self.width_mm());
                let block = Block { left_mm: LEFT_MM, first_mm: at_mm, style, lines: &lines };
                self.block(role, tag, language, &block);
                at_mm = block.end_mm();
            }
            at_mm += 3.0;
        }
        self.within_page(at_mm + 22.0, Field::Closing)?;
        let (right_mm, foot_mm) = (self.right_mm, self.height_mm - 24.0);
        self.artifact(|canvas| canvas.line((LEFT_MM, foot_mm), (right_mm, foot_mm), 0.5, LINE));
        let card = plan.card_text(insert).map(|card| (Style::new(Weight::SemiBold, 10.0, INK), card));
        let serial_words = plan.wordings.iter().map(|wording| wording.serial).collect::<Vec<_>>().join(" · ");
        let serial = (Style::new(Weight::Regular, 9.0, INK_3), format!("{serial_words} {}", insert.serial));
        let mut left_mm = LEFT_MM;
        for (style, text) in card.into_iter().chain([serial]) {
            let width_mm = style.width_mm(&plan.fonts, &text);
            let lines = [text];
            let block = Block { left_mm, first_mm: foot_mm + 6.5, style, lines: &lines };
            self.block(StructRole::P, b"P", None, &block);
            left_mm += width_mm + 10.0;
        }
        Ok(())
    }

    /// Whether what ends here leaves room for what comes below it.
    fn within_page(&self, end_mm: f64, field: Field) -> Result<(), InsertError> {
        let available_mm = self.height_mm;
        if end_mm <= available_mm {
            return Ok(());
        }
        Err(InsertError::TextTooLong { serial: None, field, needed_mm: end_mm, available_mm, smallest_pt: BODY_PT })
    }
}

/// As links look everywhere; 8.6:1 on white.
const LINK_INK: Ink = Ink::Rgb(0.07, 0.25, 0.62);
