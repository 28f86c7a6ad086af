//! The whole job in the real window, from the first greeting to the withdrawal, on a fresh home directory.
//!
//! Owns the order of the steps and what is left of each: a numbered picture, a line of the report. What a step does, and
//! what it promises, stands in `job.rs`.

mod job;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub use job::Job;
pub use report::{Report, Step, StepResult};

use crate::phone::Phone;
use crate::session::{Session, SessionOptions};
use crate::trouble::{Outcome, Trouble};
use crate::window::Window;

/// Does the whole job in a session of its own and leaves pictures, the insert and `report.json` in `out`.
///
/// # Errors
/// If the session or the window can't be opened, or a file can't be written. A step that does not hold is no error: it
/// stands in the report.
pub async fn run(options: &SessionOptions, out: &Path) -> Outcome<Report> {
    fs::create_dir_all(out).map_err(Trouble::of(out.display().to_string()))?;
    let mut session = Session::start(options).await?;
    let window = Window::open(&mut session).await?;
    let phone = Phone::switch_on(&mut session).await?;
    let mut journey = Journey {
        job: Job::new(window, phone, options.locale.starts_with("es"), session.home(), out.to_owned()),
        report: Report::new(&options.locale),
    };
    journey.go().await;
    let nowhere = "Her card number stands nowhere that the desk leaves anything: no file, no log, no argument, not the page.";
    journey.step("no-trace", nowhere, async |job: &mut Job| job.leave_no_trace(&session).await).await;
    journey.report.write(out)?;
    let Journey { job, report } = journey;
    job.end().await?;
    drop(session);
    Ok(report)
}

struct Journey {
    job: Job,
    report: Report,
}

impl Journey {
    async fn go(&mut self) {
        self.step("greeting", "The window opens with a greeting, in the system's language.", Job::open).await;
        self.step("practice", "The desk is ready in Practice, with its sixty people.", Job::enter_practice).await;
        self.step("registration", "A form that is filled in wrongly says what to do, field by field.", Job::fill_in_wrongly).await;
        self.step("registered", "The cardholder is registered; the gateway knows her.", Job::register).await;
        self.step("issued", "A card is issued to her; it is inactive.", Job::issue).await;
        self.step("insert-preview", "The insert is shown as it will be printed.", Job::preview_insert).await;
        self.step("insert-saved", "The insert is saved; its code is her activation link, read back from the paper.", Job::save_insert)
            .await;
        self.step("plastic", "Her plastic lies in the embosser's tray.", Job::find_plastic).await;
        self.step("card-before", "The card waits for its cardholder.", Job::show_inactive_card).await;
        self.step("phone-wrong", "On the phone, a wrong name is refused in plain words.", Job::activate_wrongly).await;
        self.step("phone-activated", "On the phone, the cardholder activates her card.", Job::activate).await;
        self.step("card-active", "The card turns active in the window by itself.", Job::see_it_turn_active).await;
        self.step("load-form", "A load is typed; the form reads it back.", Job::type_load).await;
        self.step("loaded", "The load is applied: balance and movement, on screen and at the gateway.", Job::load).await;
        self.step("withdrawn", "A withdrawal is applied to the cent.", Job::withdraw).await;
        self.step("overdraw", "A withdrawal of more than is there is stopped at its field; nothing is sent.", Job::overdraw).await;
        self.step("cardholder", "Everything that happened stands with the cardholder.", Job::see_what_happened).await;
        self.step("other-language", "The window in the other language.", Job::switch_language).await;
        self.step("dark", "The card in the dark theme.", Job::switch_theme).await;
    }

    /// One step. After one that failed the rest can't mean anything: they are noted, not run.
    async fn step(&mut self, name: &str, what: &'static str, perform: impl AsyncFnOnce(&mut Job) -> Outcome<()>) {
        let number = self.report.steps.len() + 1;
        let started = Instant::now();
        let (mut result, mut trouble, mut picture) = (StepResult::NotRun, None, None);
        if self.report.passed {
            trouble = perform(&mut self.job).await.err();
            let file = format!("{number:02}-{name}.png");
            match self.job.picture(&file).await {
                Ok(()) => picture = Some(file),
                Err(cause) => trouble = trouble.or(Some(cause)),
            }
            result = if trouble.is_some() { StepResult::Failed } else { StepResult::Passed };
        }
        let (milliseconds, trouble) = (started.elapsed().as_millis(), trouble.map(|trouble| trouble.to_string()));
        self.report.add(Step { number, what, result, milliseconds, ids: self.job.ids(), picture, trouble });
    }
}

/// The PDFs below a folder, by whatever name the desk gave them.
pub(crate) fn pdfs_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(pdfs_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "pdf") {
            found.push(path);
        }
    }
    found.sort();
    found
}
