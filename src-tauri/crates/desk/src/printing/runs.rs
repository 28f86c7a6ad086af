//! Runs that were made: the list, one with its inserts, and voiding an insert.

use std::collections::HashMap;

use cardesk_domain::CardholderId;
use cardesk_inserts::{InsertContent, PrintJob};
use cardesk_journal::{
    CardholderRecord, InsertRecord, InsertState as JournalInsertState, JournalError, PageReprint, PrintJobRecord, RunRecord,
    RunState as JournalRunState, SentTo as JournalSentTo,
};
use serde::{Deserialize, Serialize};

use crate::copies::display_name;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::checked_reason;
use crate::happenings::Happened;
use crate::papers::RunPaper;
use crate::print_contents::request_of_words;
use crate::printers::view_of_journal;
use crate::printing::about::About;
use crate::view::{
    HappeningAction, HappeningResult, InsertState, PageReprintView, PrintItem, PrintRequest, PrintRunView, PrintTo, RunDetail,
    RunInsertRow, RunRow, RunState, RunsView, SentTo,
};
use crate::workplace::Workplace;

/// The most runs that the list has.
const MOST_RUNS: u32 = 10_000;

impl Desk {
    /// The run that is on its way, those that were interrupted, and those that have ended.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn runs(&self) -> DeskResult<RunsView> {
        let workplace = self.workplace().await?;
        let runs = workplace.journal.runs(MOST_RUNS).await?;
        Ok(RunsView {
            printing: workplace.printing_view(),
            drafts: workplace.draft_views().await?,
            runs: runs.iter().filter_map(run_row).collect(),
        })
    }

    /// A run with its inserts, and when pages of it were printed again.
    ///
    /// # Errors
    /// If there is no such run, or the journal can't be read.
    pub async fn run(&self, number: &str) -> DeskResult<RunDetail> {
        let workplace = self.workplace().await?;
        let record = workplace.run_record(parsed_number(number)?).await?;
        let run = run_row(&record).ok_or_else(|| not_found(number))?;
        let inserts = workplace.journal.inserts_of_run(record.number).await?;
        // What can't be said any more, of a sheet that is gone, is left out.
        let job = workplace.job_of(&record).await.ok();
        let cardholders = workplace.cardholders_of(&inserts).await?;
        let reprints = workplace.journal.page_reprints(record.number).await?;
        let last_job = workplace.journal.last_print_job(record.number).await?;
        let mut rows: Vec<RunInsertRow> =
            (0..).zip(&inserts).map(|(position, insert)| insert_row(insert, position, job.as_ref(), &cardholders)).collect();
        for row in &mut rows {
            // Why it was replaced stands at the one that took its place.
            if let Some(serial) = &row.replaced_by {
                let replacing = workplace.journal.insert(serial).await?;
                row.void_reason = replacing.and_then(|insert| insert.reprint_of).map(|reprint| reprint.reason);
            }
        }
        Ok(RunDetail {
            run,
            inserts: rows,
            page_reprints: reprints.into_iter().map(reprint_view).collect(),
            job_state: last_job.filter(|job| tells_of(job, &record)).map(|job| view_of_journal(job.state)),
        })
    }

    /// Voids an insert without another in its place: whoever finds it must not put it beside a plastic.
    ///
    /// # Errors
    /// A reason that is missing or can't be taken; an insert that is not valid; if it can't be written.
    pub async fn void_insert(&self, serial: &str, reason: &str) -> DeskResult<()> {
        let workplace = self.workplace().await?;
        let reason = checked_reason(reason)?;
        let insert = workplace.journal.insert(serial).await?.ok_or_else(|| JournalError::UnknownInsert(serial.to_owned()))?;
        let happening = workplace.happening(Happened {
            cardholder_id: Some(insert.cardholder_id),
            card_id: insert.card_id,
            serial: Some(serial.to_owned()),
            detail: Some(reason.clone()),
            ..Happened::new(HappeningAction::InsertVoided, HappeningResult::Done)
        });
        Ok(workplace.journal.void_insert(serial, &reason, &[happening]).await?)
    }
}

/// How a run was asked for, as the journal keeps it; its inserts are in tables of their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept {
    pub(super) request: PrintRequest,
    /// How its printer was to print it; `None` for a file.
    pub(super) to: Option<PrintTo>,
}

/// The inserts of a run as they are printed, under the serials that they have.
pub(crate) struct Inserts {
    pub(crate) request: PrintRequest,
    /// How a printer was told to print them, if one was.
    pub(crate) to: Option<PrintTo>,
    pub(crate) paper: RunPaper,
    pub(crate) job: PrintJob,
    pub(crate) records: Vec<InsertRecord>,
    pub(crate) contents: Vec<InsertContent>,
    pub(crate) about: Vec<About>,
}

impl Workplace {
    pub(crate) async fn run_record(&self, number: u32) -> DeskResult<RunRecord> {
        self.journal.print_run(number).await?.ok_or_else(|| not_found(&format!("{number:04}")))
    }

    /// How a run was asked for, without its inserts. Its paper is the one that it was begun with, whatever the company's own
    /// sheet is like by now.
    pub(super) async fn kept_of(&self, run: &RunRecord) -> DeskResult<Kept> {
        let asked = self.journal.run_asked(run.number).await?;
        let kept = match asked {
            Some(asked) => serde_json::from_str(&asked.request).ok(),
            // Of an older version, which had nothing else to choose.
            None => request_of_words(&run.layout, &run.language).map(|request| Kept { request, to: None }),
        };
        let with_paper = |kept: Kept| Kept { request: PrintRequest { paper: run.layout.clone(), ..kept.request }, ..kept };
        kept.map(with_paper).ok_or_else(|| ErrorView::new(ErrorCode::RunNotRepeatable).with_param("number", format!("{:04}", run.number)))
    }

    async fn job_of(&self, run: &RunRecord) -> DeskResult<PrintJob> {
        let Kept { request, .. } = self.kept_of(run).await?;
        let paper = self.run_paper(&request.paper).await?;
        self.print_job(&request, &paper).await
    }

    /// What the inserts of a run say.
    pub(crate) async fn inserts_again(&self, run: &RunRecord) -> DeskResult<Inserts> {
        let records = self.journal.inserts_of_run(run.number).await?;
        let item = |insert: &InsertRecord| PrintItem {
            cardholder_id: insert.cardholder_id.to_string(),
            card_id: insert.card_id.map(|card| card.to_string()),
        };
        let Kept { request, to } = self.kept_of(run).await?;
        let request = PrintRequest { items: records.iter().map(item).collect(), ..request };
        let paper = self.run_paper(&request.paper).await?;
        let chosen = self.chosen_again(&request, &paper).await?;
        let mut contents = Vec::with_capacity(records.len());
        let mut about = Vec::with_capacity(records.len());
        for (record, chosen) in records.iter().zip(&chosen) {
            // The digits that were printed, not what may be known since: the insert is the same one.
            contents.push(InsertContent { last_four: record.last_four.clone(), ..chosen.content(&record.serial)? });
            let replaces = record.reprint_of.as_ref().map(|reprint| reprint.serial.clone());
            about.push(About { replaces, ..chosen.about() });
        }
        let job = self.print_job(&request, &paper).await?;
        Ok(Inserts { request: PrintRequest { items: Vec::new(), ..request }, to, paper, job, records, contents, about })
    }

    async fn cardholders_of(&self, inserts: &[InsertRecord]) -> DeskResult<HashMap<CardholderId, CardholderRecord>> {
        let ids: Vec<CardholderId> = inserts.iter().map(|insert| insert.cardholder_id.clone()).collect();
        Ok(self.journal.cardholders_by_id(&ids).await?)
    }
}

/// Whether the run's last job still says something of it: not one that came to nothing before somebody counted the run.
fn tells_of(job: &PrintJobRecord, run: &RunRecord) -> bool {
    !job.state.came_to_nothing() || run.ended_at.is_none_or(|ended| ended <= job.seen_at)
}

/// `0043` as a number.
pub(crate) fn parsed_number(number: &str) -> DeskResult<u32> {
    number.parse().map_err(|_| not_found(number))
}

fn not_found(number: &str) -> ErrorView {
    ErrorView::new(ErrorCode::RunNotFound).with_param("number", number)
}

pub(crate) fn sent(sent_to: &JournalSentTo) -> (SentTo, Option<String>, Option<String>) {
    match sent_to {
        JournalSentTo::File(path) => (SentTo::File, Some(path.clone()), None),
        JournalSentTo::Printer(name) => (SentTo::Printer, None, Some(name.clone())),
    }
}

/// A finished run, as the record has it; `None` for one that did not finish.
pub(crate) fn run_view(run: &RunRecord) -> Option<PrintRunView> {
    let (sent_to, path, printer) = sent(run.sent_to.as_ref()?);
    Some(PrintRunView {
        number: format!("{:04}", run.number),
        inserts: run.inserts,
        pages: run.pages,
        codes_verified: None,
        sent_to,
        path,
        printer,
        job_state: None,
        finished_at: run.ended_at?.to_string(),
        first_serial: None,
        last_serial: None,
    })
}

/// A run that has ended, for the list; `None` for a draft.
fn run_row(run: &RunRecord) -> Option<RunRow> {
    let state = match run.state {
        JournalRunState::Draft => return None,
        JournalRunState::Finished => RunState::Finished,
        JournalRunState::Discarded => RunState::Discarded,
    };
    let (sent_to, path, printer) =
        run.sent_to.as_ref().map(sent).map_or((None, None, None), |(to, path, printer)| (Some(to), path, printer));
    Some(RunRow {
        number: format!("{:04}", run.number),
        state,
        inserts: run.inserts,
        pages: run.pages,
        ended_at: run.ended_at.map(|at| at.to_string()),
        operator: run.operator.clone(),
        sent_to,
        path,
        printer,
    })
}

fn insert_row(
    insert: &InsertRecord,
    position: usize,
    job: Option<&PrintJob>,
    cardholders: &HashMap<CardholderId, CardholderRecord>,
) -> RunInsertRow {
    RunInsertRow {
        serial: insert.serial.clone(),
        page: job.and_then(|job| u32::try_from(job.page_of(position) + 1).ok()),
        cardholder_id: insert.cardholder_id.to_string(),
        card_id: insert.card_id.map(|id| id.to_string()),
        display_name: cardholders.get(&insert.cardholder_id).map_or_else(|| insert.cardholder_id.to_string(), display_name),
        last_four: insert.last_four.as_ref().map(ToString::to_string),
        state: if insert.state == JournalInsertState::Printed { InsertState::Printed } else { InsertState::Voided },
        void_reason: insert.voided_why.clone(),
        replaced_by: insert.voided_by.clone(),
    }
}

fn reprint_view(reprint: PageReprint) -> PageReprintView {
    let (sent_to, path, printer) = sent(&reprint.sent_to);
    PageReprintView {
        at: reprint.at.to_string(),
        operator: reprint.operator,
        pages: reprint.pages,
        reason: reprint.reason,
        sent_to,
        path,
        printer,
    }
}
