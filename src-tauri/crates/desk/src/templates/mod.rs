//! Templates of inserts: those that come with the program, and a company's own, kept in its journal.
//!
//! Owns their list, the form with the very page beside it, that only a template that can be printed is kept, and the words of
//! templates: `t-…` for one as it is now, `t-….2` for its second version, under which a run remembers it. What a template
//! may be is `inserts`' word; its file is `file`'s subject, its form `form`'s.

mod file;
mod form;

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_domain::ActivationLink;
use cardesk_inserts::{
    Branding, InsertError, Layout, PrintJob, Shipped, Template, check_on_paper, contrast_on_white, example_insert, make, preview_png,
};
use cardesk_journal::{NewTemplateVersion, TemplateRecord};

use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::print_contents::language_of;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::profiles::Profile;
use crate::session::not_found;
use crate::view::{
    InsertLanguage as LanguageWord, TemplateForm, TemplateSaved, TemplateSight, TemplateSummary, TemplateToSee, TemplateUnfit, TemplateView,
};
use crate::workplace::Workplace;
use form::{language_words, problem_of_name, problem_on_paper, shipped_form, template_of};

/// Fine enough to read the small print beside a form.
const PIXELS_PER_MM: f32 = 6.0;

/// Whose insert is shown: an invented cardholder.
const EXAMPLE: (&str, &str) = ("María José", "María José Ramírez Núñez");

/// An id as long as the gateway's, so that the example's code is as large as a real one.
const EXAMPLE_ID: &str = "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd";

/// The template that was last read from the journal: pages of one preview all ask for the same one, and reading its logo
/// takes time.
#[derive(Default)]
pub(crate) struct LastTemplate(Mutex<Option<(String, u32, Arc<Template>)>>);

impl Desk {
    /// The templates that come with the program, then the company's own.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn templates(&self) -> DeskResult<Vec<TemplateSummary>> {
        let workplace = self.workplace().await?;
        let own = workplace.journal.templates().await?;
        let shipped = Shipped::ALL.into_iter().map(shipped_summary);
        // One that can't be printed any more is not on offer.
        Ok(shipped.chain(own.iter().filter_map(|record| summary_of(record).ok())).collect())
    }

    /// One template, with everything in it.
    ///
    /// # Errors
    /// There is none with that id, or the journal can't be read.
    pub async fn template(&self, id: &str) -> DeskResult<TemplateView> {
        if let Some(shipped) = Shipped::from_id(id) {
            return Ok(TemplateView { summary: shipped_summary(shipped), form: shipped_form(shipped) });
        }
        let record = self.workplace().await?.own_template(id).await?;
        Ok(TemplateView { summary: summary_of(&record)?, form: file::read(&record.content)? })
    }

    /// Looks at a form on a paper: what is wrong with it, and the very page of an invented cardholder.
    ///
    /// # Errors
    /// A fault of this program, or a journal that can't be read. What is wrong with the form is in the answer.
    pub async fn see_template(&self, asked: TemplateToSee) -> DeskResult<TemplateSight> {
        self.workplace().await?.see_template(asked).await
    }

    /// Keeps a template: a new one without an id, another version of one with it. `version` is the one that was changed.
    ///
    /// # Errors
    /// Everything that is wrong with the form, also on the paper that it was looked at; a name that another template has; a
    /// template that somebody changed meanwhile. Then nothing is kept.
    pub async fn save_template(&self, asked: TemplateToSee, version: u32) -> DeskResult<TemplateSaved> {
        self.workplace().await?.save_template(asked, version).await
    }

    /// Removes a template of the company's own. What was printed with it stays as it was.
    ///
    /// # Errors
    /// There is none with that id and version.
    pub async fn remove_template(&self, id: &str, version: u32) -> DeskResult<Vec<TemplateSummary>> {
        let workplace = self.workplace().await?;
        let record = workplace.own_template(id).await?;
        let TemplateRecord { id, name, content, .. } = record;
        let removal = workplace.version_of(id, version_after(version)?, name, content, true);
        workplace.journal.keep_template(&removal).await?;
        self.templates().await
    }

    /// Saves a template as one file in the folder chosen in Settings; gives back where it is. `name` is what one that comes
    /// with the program is called in the window's language.
    ///
    /// # Errors
    /// There is none with that id; a folder that can't be written to.
    pub async fn export_template(&self, id: &str, name: &str) -> DeskResult<String> {
        let view = self.template(id).await?;
        let form = if view.form.name.is_empty() { TemplateForm { name: name.to_owned(), ..view.form } } else { view.form };
        let text = file::written(&form)?;
        self.keep_file(&form.name, "cardesk-template.json", text.into_bytes()).await
    }

    /// Reads the file of a template into a form. Nothing is kept yet.
    ///
    /// # Errors
    /// A file that is none, is of a newer form, has fields that are not known, or is too large.
    pub async fn read_template(&self, text: String) -> DeskResult<TemplateForm> {
        blocking(move || file::read(&text)).await?
    }
}

impl Workplace {
    /// The template of this word, ready to be printed.
    pub(crate) async fn template(&self, word: &str) -> DeskResult<Arc<Template>> {
        if let Some(shipped) = Shipped::from_id(word) {
            return Ok(shipped.template());
        }
        let record = self.template_of_word(word).await?;
        let last = |found: &(String, u32, Arc<Template>)| (found.0 == record.id && found.1 == record.version).then(|| Arc::clone(&found.2));
        if let Some(template) = self.last_template.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(last) {
            return Ok(template);
        }
        let content = record.content;
        let template = Arc::new(blocking(move || read_again(&content)).await??);
        *self.last_template.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((record.id, record.version, Arc::clone(&template)));
        Ok(template)
    }

    /// The word that a run is written down with: it means the same texts for ever.
    pub(crate) async fn lasting_template_word(&self, word: &str) -> DeskResult<String> {
        if Shipped::from_id(word).is_some() {
            return Ok(word.to_owned());
        }
        let TemplateRecord { id, version, .. } = self.template_of_word(word).await?;
        Ok(format!("{id}.{version}"))
    }

    async fn template_of_word(&self, word: &str) -> DeskResult<TemplateRecord> {
        match versioned(word) {
            Some((id, version)) => {
                let found = self.journal.template_version(id, version).await?;
                found.ok_or_else(|| not_found(ErrorCode::TemplateNotFound, word))
            }
            None => self.own_template(word).await,
        }
    }

    async fn own_template(&self, id: &str) -> DeskResult<TemplateRecord> {
        self.journal.template(id).await?.ok_or_else(|| not_found(ErrorCode::TemplateNotFound, id))
    }

    fn version_of(&self, id: String, version: u32, name: String, content: String, is_removed: bool) -> NewTemplateVersion {
        NewTemplateVersion { id, version, name, content, is_removed, at: self.now(), operator: self.operator.clone() }
    }

    async fn see_template(&self, asked: TemplateToSee) -> DeskResult<TemplateSight> {
        let names = self.longest_names().await?;
        let mut problems = self.problems_of_name(&asked).await?;
        let profile = self.profile();
        let layout = self.run_paper(&asked.paper).await?.layout;
        let sight = blocking(move || Sight::of(&asked, layout, &profile, &names)).await??;
        problems.extend(sight.problems);
        Ok(TemplateSight {
            problems,
            png_base64: sight.png.map(|png| BASE64_STANDARD.encode(png)),
            language: sight.language,
            contrast_hundredths: sight.contrast_hundredths,
        })
    }

    async fn save_template(&self, asked: TemplateToSee, version: u32) -> DeskResult<TemplateSaved> {
        let names = self.longest_names().await?;
        let mut problems = self.problems_of_name(&asked).await?;
        let profile = self.profile();
        let layout = self.run_paper(&asked.paper).await?.layout;
        let (form, id) = (TemplateForm { name: asked.form.name.trim().to_owned(), ..asked.form.clone() }, asked.id.clone());
        let checked = blocking(move || {
            let sight = Sight::of(&asked, layout, &profile, &names)?;
            let unfit = if sight.problems.is_empty() { unfit_papers(&asked, &profile, &names)? } else { Vec::new() };
            Ok::<_, ErrorView>((sight, unfit))
        });
        let (sight, unfit) = checked.await??;
        problems.extend(sight.problems);
        if !problems.is_empty() {
            return Err(ErrorView::fields(problems));
        }
        let id = id.filter(|id| Shipped::from_id(id).is_none());
        let (id, version) = match id {
            Some(id) => (id, version_after(version)?),
            None => (format!("t-{:016x}", self.seams.gateway.entropy.next_u64()), 1),
        };
        let kept = self.version_of(id.clone(), version, form.name.clone(), file::written(&form)?, false);
        self.journal.keep_template(&kept).await?;
        let record = self.own_template(&id).await?;
        Ok(TemplateSaved { summary: summary_of(&record)?, unfit })
    }

    /// What is wrong with the name of a template: nobody could tell two of one name apart.
    async fn problems_of_name(&self, asked: &TemplateToSee) -> DeskResult<Vec<FieldProblem>> {
        if let Some(problem) = problem_of_name(&asked.form.name) {
            return Ok(vec![problem]);
        }
        let wanted = asked.form.name.trim().to_lowercase();
        let others = self.journal.templates().await?;
        let is_taken = others.iter().any(|other| Some(&other.id) != asked.id.as_ref() && other.name.trim().to_lowercase() == wanted);
        Ok(is_taken.then(|| FieldProblem::error(Field::TemplateName, FieldCode::NameTaken)).into_iter().collect())
    }

    /// The longest names of the directory, as they stand on inserts.
    async fn longest_names(&self) -> DeskResult<Vec<(String, String)>> {
        let names = self.journal.longest_names().await?.into_iter();
        Ok(names.map(|(first, last)| crate::print_contents::names_on_insert(&first, &last)).collect())
    }
}

/// The version after the one that was changed, as the window says. There is none after the last that there can be: it is not
/// the one that is kept.
fn version_after(version: u32) -> DeskResult<u32> {
    version.checked_add(1).ok_or_else(|| ErrorView::new(ErrorCode::TemplateChanged))
}

/// A form as it looks on a paper.
struct Sight {
    problems: Vec<FieldProblem>,
    png: Option<Vec<u8>>,
    language: LanguageWord,
    contrast_hundredths: Option<u32>,
}

impl Sight {
    fn of(asked: &TemplateToSee, layout: Layout, profile: &Profile, names: &[(String, String)]) -> DeskResult<Self> {
        let contrast_hundredths = contrast_on_white(&asked.form.accent).map(|contrast| contrast.hundredths);
        let nothing = |problems| Self { problems, png: None, language: asked.language, contrast_hundredths };
        let template = match template_of(&asked.form) {
            Ok(template) => Arc::new(template),
            Err(problems) => return Ok(nothing(problems)),
        };
        let spoken = language_words(&template);
        let language = if spoken.contains(&asked.language) { asked.language } else { spoken.first().copied().unwrap_or_default() };
        let job = job_of(profile, layout, language, &template);
        let link = example_link(profile)?;
        let problems = problems_on_paper(&job, &link, names);
        let (given_name, full_name) = EXAMPLE;
        let page = example_insert(&link, given_name, full_name, 1).and_then(|insert| make(&job, &[insert]));
        let png = match page.and_then(|pdf| preview_png(&pdf, 0, PIXELS_PER_MM)) {
            Ok(png) => Some(png.bytes),
            // Said already: what finds no room for this name finds none for the longest.
            Err(error) if problems.is_empty() => {
                return Ok(nothing(problem_on_paper(&error, &template, job.language).into_iter().collect()));
            }
            Err(_) => None,
        };
        Ok(Self { problems, png, language, contrast_hundredths })
    }
}

/// What keeps a template from being used on a paper, with the longest names.
fn problems_on_paper(job: &PrintJob, link: &ActivationLink, names: &[(String, String)]) -> Vec<FieldProblem> {
    // Each name by itself: one that can't be printed at all is no fault of the template, and must not hide the others.
    let by_itself = names.iter().map(std::slice::from_ref).map(|name| check_on_paper(job, link, name));
    let errors = std::iter::once(check_on_paper(job, link, &[])).chain(by_itself).filter_map(Result::err);
    let mut problems: Vec<FieldProblem> = Vec::new();
    for problem in errors.filter_map(|error: InsertError| problem_on_paper(&error, &job.template, job.language)) {
        if !problems.iter().any(|known| known.field == problem.field) {
            problems.push(problem);
        }
    }
    problems
}

/// The ready papers and the languages in which a template can't be used.
fn unfit_papers(asked: &TemplateToSee, profile: &Profile, names: &[(String, String)]) -> DeskResult<Vec<TemplateUnfit>> {
    let template = Arc::new(template_of(&asked.form).map_err(ErrorView::fields)?);
    let link = example_link(profile)?;
    let mut unfit = Vec::new();
    for layout in Layout::ALL {
        for language in language_words(&template) {
            let job = job_of(profile, layout, language, &template);
            let problem = problems_on_paper(&job, &link, names).into_iter().next();
            unfit.extend(problem.map(|problem| TemplateUnfit { paper: layout.id().to_owned(), language, problem }));
        }
    }
    Ok(unfit)
}

/// The id and the version in `t-….2`; `None` for a template as it is now.
fn versioned(word: &str) -> Option<(&str, u32)> {
    let (id, version) = word.rsplit_once('.')?;
    Some((id, version.parse().ok()?))
}

fn job_of(profile: &Profile, layout: Layout, language: LanguageWord, template: &Arc<Template>) -> PrintJob {
    let branding = Branding { company_name: profile.company_name.clone() };
    let mut job = PrintJob::new(layout, language_of(language), branding, profile.environment);
    job.template = Arc::clone(template);
    job
}

fn example_link(profile: &Profile) -> DeskResult<ActivationLink> {
    let id = EXAMPLE_ID.parse().map_err(|_| ErrorView::new(ErrorCode::Internal))?;
    profile.activation_link(&id)
}

/// A kept template. It was checked when it was kept; a newer program may have other rules.
fn read_again(content: &str) -> DeskResult<Template> {
    template_of(&file::read(content)?).map_err(|problems| ErrorView { fields: problems, ..ErrorView::new(ErrorCode::TemplateUnusable) })
}

fn shipped_summary(shipped: Shipped) -> TemplateSummary {
    TemplateSummary {
        id: shipped.id().to_owned(),
        name: None,
        version: 0,
        languages: vec![LanguageWord::Spanish, LanguageWord::English, LanguageWord::Both],
        changed_at: None,
        changed_by: None,
    }
}

/// What the list says. The languages follow from which texts there are: its logo need not be read for that.
fn summary_of(record: &TemplateRecord) -> DeskResult<TemplateSummary> {
    let form = file::read(&record.content)?;
    let languages = match (&form.spanish, &form.english) {
        (Some(_), Some(_)) => vec![LanguageWord::Spanish, LanguageWord::English, LanguageWord::Both],
        (Some(_), None) => vec![LanguageWord::Spanish],
        _ => vec![LanguageWord::English],
    };
    Ok(TemplateSummary {
        id: record.id.clone(),
        name: Some(record.name.clone()),
        version: record.version,
        languages,
        changed_at: Some(record.at.to_string()),
        changed_by: Some(record.operator.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_template_has_the_languages_that_its_list_says() {
        for shipped in Shipped::ALL {
            assert_eq!(language_words(&shipped.template()), shipped_summary(shipped).languages);
            assert!(template_of(&shipped_form(shipped)).is_ok(), "{shipped:?}");
        }
    }
}
