//! The session: what the window's frame shows, and what the operator has chosen.

use std::path::{Path, PathBuf};

use cardesk_gateway::Month;
use cardesk_journal::RunState;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::card_actions::company_actions;
use crate::desk::{Book, Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::plain_line;
use crate::printing::run_view;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::settings::{InsertPaper, PRACTICE_ID, Settings};
use crate::view::{Notice, PrintRunView, SessionCounts, SessionView, SettingsChange, SettingsView};
use crate::workplace::{Workplace, count};

/// The issuer's time zone, by which a calendar month is cut (`gateway-api.md`, Funds; A).
const ISSUER_TIME_ZONE: &str = "America/Guatemala";

/// The issuer's clock. The database of time zones is part of the program; without it, UTC.
pub(crate) fn issuer_time() -> TimeZone {
    TimeZone::get(ISSUER_TIME_ZONE).unwrap_or(TimeZone::UTC)
}

/// The issuer's calendar day of a moment.
pub(crate) fn issuer_day(at: Timestamp) -> Date {
    issuer_time().to_datetime(at).date()
}

/// When a month begins and when it ends, by the issuer's calendar.
pub(crate) fn issuer_month(month: Month) -> (Timestamp, Timestamp) {
    let zone = issuer_time();
    let first = Date::new(month.year().cast_signed(), month.month().cast_signed(), 1).unwrap_or_default();
    let beginning = |day: Date| zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible().unwrap_or(Timestamp::UNIX_EPOCH);
    // A month is of 2000 to 2099, so its last day has a next one.
    (beginning(first), beginning(first.last_of_month().tomorrow().unwrap_or(first)))
}

/// The most cards that the figure beside the print room counts.
const MOST_COUNTED: u32 = 10_000;

impl Desk {
    /// Everything the window needs to draw its frame; without figures while the desk is locked. A journal that can't be opened is tried again, and told by
    /// [`SessionView::blocked`].
    ///
    /// # Errors
    /// If the active profile is not there any more.
    pub async fn session(&self) -> DeskResult<SessionView> {
        let mut book = self.book_to_enter().await;
        let workplace = self.inner.enter(&mut book).await;
        let profile = self.inner.active_profile(&book.settings)?;
        let mut view = SessionView {
            profile: profile.view(&profile.id),
            profiles: self.profiles(&book)?,
            settings: self.settings_view(&book.settings),
            language: book.settings.language.spoken(self.inner.config.system_language),
            operator: self.inner.config.operator.clone(),
            version: self.inner.config.version.clone(),
            today: issuer_day(self.inner.config.seams.now()).to_string(),
            blocked: None,
            notices: book.notices.clone(),
            actions: Vec::new(),
            counts: SessionCounts::default(),
            last_run: None,
            lock: self.lock_view(book.workplace()),
        };
        drop(book);
        let figures = match workplace {
            // The last run may have somebody's name.
            Ok(workplace) if view.lock.is_locked => {
                workplace.warm_directory();
                Ok((SessionCounts::default(), None))
            }
            Ok(workplace) => {
                view.actions = company_actions(&workplace.denied().await);
                let figures = figures_of(&workplace).await;
                // Not before: the window is not shown until this answer is there.
                workplace.warm_directory();
                figures
            }
            Err(error) => Err(error),
        };
        match figures {
            Ok((counts, last_run)) => (view.counts, view.last_run) = (counts, last_run),
            Err(error) => view.blocked = Some(error),
        }
        Ok(view)
    }

    /// Changes one setting.
    ///
    /// # Errors
    /// A folder that is none or can't be made; a label that a paper does not have; a settings file that can't be written. Then nothing is changed.
    pub async fn change_settings(&self, change: SettingsChange) -> DeskResult<SessionView> {
        let folder = match &change {
            SettingsChange::OutputFolder(typed) => Some(usable_folder(typed).await?),
            _ => None,
        };
        let sheet = match &change {
            SettingsChange::StartedSheet(said) => Some(self.workplace().await?.begun_sheet(said).await?),
            _ => None,
        };
        self.change(move |settings| match change {
            SettingsChange::Language(language) => settings.language = language,
            SettingsChange::Theme(theme) => settings.theme = theme,
            SettingsChange::OutputFolder(_) => settings.output_folder = folder,
            SettingsChange::InsertPaper(paper) => settings.insert_paper = InsertPaper(paper),
            SettingsChange::StartedSheet(_) => sheet.into_iter().for_each(|sheet| sheet.note_in(settings)),
            SettingsChange::InsertLanguage(language) => settings.insert_language = language,
            SettingsChange::InsertTemplate(template) => settings.insert_template = template,
            SettingsChange::StatementPaper(paper) => settings.statement_paper = paper,
            SettingsChange::PackingSound(is_on) => settings.packing_sound = is_on,
            SettingsChange::List(change) => drop(settings.lists.insert(change.list, change.layout.bounded())),
            SettingsChange::Printer(printer) => settings.printer = printer.filter(|name| !name.is_empty()),
        })
        .await
    }

    /// The first greeting was read.
    ///
    /// # Errors
    /// If the settings file can't be written.
    pub async fn finish_greeting(&self) -> DeskResult<SessionView> {
        self.change(|settings| settings.greeting_is_finished = true).await
    }

    /// The window's page had ended and is loaded again: its next session says so, once.
    pub async fn note_page_loaded_again(&self) {
        let mut book = self.inner.book.lock().await;
        if !book.notices.contains(&Notice::PageLoadedAgain) {
            book.notices.push(Notice::PageLoadedAgain);
        }
    }

    /// The notices were read.
    ///
    /// # Errors
    /// As [`Desk::session`].
    pub async fn dismiss_notices(&self) -> DeskResult<SessionView> {
        self.inner.book.lock().await.notices.clear();
        self.session().await
    }

    async fn change(&self, change: impl FnOnce(&mut Settings)) -> DeskResult<SessionView> {
        {
            let mut book = self.inner.book.lock().await;
            let mut settings = book.settings.clone();
            change(&mut settings);
            self.write_settings(&mut book, settings).await?;
        }
        self.session().await
    }

    fn profiles(&self, book: &Book) -> DeskResult<Vec<crate::view::ProfileView>> {
        let ids = std::iter::once(PRACTICE_ID).chain(book.settings.profiles.iter().map(|profile| &*profile.id));
        ids.map(|id| Ok(self.inner.profile(&book.settings, id)?.view(&book.settings.active_profile))).collect()
    }

    fn settings_view(&self, settings: &Settings) -> SettingsView {
        SettingsView {
            language: settings.language,
            theme: settings.theme,
            greeting_is_finished: settings.greeting_is_finished,
            output_folder: self.output_folder(settings).display().to_string(),
            insert_paper: settings.insert_paper.0.clone(),
            insert_language: settings.insert_language,
            insert_template: settings.insert_template.clone(),
            printer: settings.printer.clone(),
            statement_paper: settings.statement_paper,
            packing_sound: settings.packing_sound,
            lists: settings.lists.clone(),
        }
    }

    /// Where PDFs are saved.
    pub(crate) fn output_folder(&self, settings: &Settings) -> PathBuf {
        settings.output_folder.clone().unwrap_or_else(|| self.inner.config.documents_dir.join("Cardesk"))
    }
}

async fn figures_of(workplace: &Workplace) -> DeskResult<(SessionCounts, Option<PrintRunView>)> {
    let journal = &workplace.journal;
    let counts = SessionCounts {
        cardholders: journal.cardholder_count().await?,
        needing_insert: journal.needing_insert_count(MOST_COUNTED).await?,
        needs_attention: count(journal.open_operations().await?.len() + journal.contradicted_operations().await?.len()),
    };
    // A run that came to nothing is not the last one that people remember.
    let last_run = journal.runs(20).await?.into_iter().find(|run| run.state == RunState::Finished).as_ref().and_then(run_view);
    Ok((counts, last_run))
}

/// The folder, made if it was not there.
async fn usable_folder(typed: &str) -> DeskResult<PathBuf> {
    let problem = |code| ErrorView::fields(vec![FieldProblem::error(Field::OutputFolder, code)]);
    let typed = plain_line(typed, 4096).map_err(|_| problem(FieldCode::FolderForm))?;
    let folder = PathBuf::from(typed);
    if !folder.is_absolute() {
        return Err(problem(FieldCode::FolderForm));
    }
    blocking(move || if is_usable(&folder) { Ok(folder) } else { Err(problem(FieldCode::FolderUnusable)) }).await?
}

/// Whether a file can be made in it.
fn is_usable(folder: &Path) -> bool {
    std::fs::create_dir_all(folder).is_ok() && tempfile::tempfile_in(folder).is_ok()
}

/// What is said when an id that the window sent is none.
pub(crate) fn not_found(code: ErrorCode, id: &str) -> ErrorView {
    ErrorView::new(code).with_param("id", id.chars().take(128).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_cut_at_the_issuers_midnight() {
        let cut = |year, month| {
            let (begins, ends) = issuer_month(Month::new(year, month).unwrap());
            (begins.to_string(), ends.to_string())
        };
        assert_eq!(cut(2026, 2), ("2026-02-01T06:00:00Z".to_owned(), "2026-03-01T06:00:00Z".to_owned()));
        assert_eq!(cut(2026, 12), ("2026-12-01T06:00:00Z".to_owned(), "2027-01-01T06:00:00Z".to_owned()));
        // Guatemala had summer time in 2006.
        assert_eq!(cut(2006, 5), ("2006-05-01T05:00:00Z".to_owned(), "2006-06-01T05:00:00Z".to_owned()));
    }
}
