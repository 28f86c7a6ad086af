//! Batches from their beginning to their end, as the window asks for them: begin, pause, go on, give up, look.
//!
//! Owns that a batch begins only as it was shown and confirmed, and how it is shown. Which row goes when is `run`'s.

use std::collections::HashMap;
use std::sync::Arc;

use cardesk_domain::{Amount, CardId, CardholderId, OperationKind, OperationState, Reference};
use cardesk_journal::{BatchDeed, BatchRecord, BatchRow, BatchState, JournalError, NewBatch, NewBatchRow, RowFate};

use crate::batch::check::{CheckedRow, Verdict};
use crate::batch::read::{ReadRow, deed_of_cells};
use crate::batch::review::{ReadFile, Reviewed, operation_word};
use crate::batch::run::Wish;
use crate::copies::{amount_text, display_name, last_four_text};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::settings::MoneyChoices;
use crate::view::{
    BatchCountsView, BatchForm, BatchOperation, BatchPhase, BatchRowState, BatchRowView, BatchRows, BatchTotalAgain, BatchView,
};
use crate::workplace::Workplace;

/// The most batches that a list shows.
const MOST_LISTED: u32 = 100;

/// How often references are made anew when one of them turns out to be taken.
const MOST_TRIES: usize = 3;

impl Desk {
    /// Begins a batch as it was checked, and lets it run. Nothing is sent before every row is on disk with its reference.
    ///
    /// # Errors
    /// If the style of the amounts was not confirmed, the total was not typed again where that is needed, or the check comes
    /// out otherwise than it was shown; if another batch runs; if it can't be written. Then nothing was sent.
    pub async fn start_batch(&self, form: BatchForm) -> DeskResult<BatchView> {
        let workplace = self.workplace().await?;
        // Not the caller's own task: a window that is closed leaves no half of it.
        tokio::spawn(async move { workplace.start(form).await }).await.unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// Lets no further row go. What is on its way comes to its end.
    ///
    /// # Errors
    /// If there is no such batch, or the journal can't be read.
    pub async fn pause_batch(&self, number: u32) -> DeskResult<BatchView> {
        let workplace = self.workplace().await?;
        workplace.runs.ask(number, Wish::Pause);
        workplace.batch_view(number).await
    }

    /// Goes on with a batch exactly where it was. Rows of which nothing left this machine are attempted again.
    ///
    /// # Errors
    /// If it has ended; if another one runs; if the journal can't be read or written.
    pub async fn continue_batch(&self, number: u32) -> DeskResult<BatchView> {
        let workplace = self.workplace().await?;
        if !workplace.runs.ask(number, Wish::Go) {
            if workplace.batch_record(number).await?.state != BatchState::Open {
                return Err(ErrorView::new(ErrorCode::BatchEnded));
            }
            workplace.run_batch(number).await?;
        }
        workplace.batch_view(number).await
    }

    /// Gives a batch up, once what is on its way has come to its end: what was not sent never will be.
    ///
    /// # Errors
    /// If there is no such batch, it has ended, or that can't be written.
    pub async fn cancel_batch(&self, number: u32) -> DeskResult<BatchView> {
        let workplace = self.workplace().await?;
        if !workplace.runs.ask(number, Wish::Cancel) {
            workplace.end_idle(number).await?;
        }
        workplace.batch_view(number).await
    }

    /// A batch as it stands.
    ///
    /// # Errors
    /// If there is no such batch, or the journal can't be read.
    pub async fn batch(&self, number: u32) -> DeskResult<BatchView> {
        self.workplace().await?.batch_view(number).await
    }

    /// The latest batches, newest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn batches(&self) -> DeskResult<Vec<BatchView>> {
        let workplace = self.workplace().await?;
        let mut views = Vec::new();
        for record in workplace.journal.batches(MOST_LISTED).await? {
            views.push(workplace.view_of_batch(&record).await?);
        }
        Ok(views)
    }

    /// Every row of a batch, and what became of it.
    ///
    /// # Errors
    /// If there is no such batch, or the journal can't be read.
    pub async fn batch_rows(&self, number: u32) -> DeskResult<BatchRows> {
        let workplace = self.workplace().await?;
        let record = workplace.batch_record(number).await?;
        let rows = workplace.journal.batch_rows(number).await?;
        let cards = workplace.cards_shown(&rows).await?;
        let titles: Vec<String> = serde_json::from_str(&record.titles).unwrap_or_default();
        let views = rows.iter().map(|row| row_view(row, &cards, &record, &titles)).collect();
        Ok(BatchRows { rows: views, titles })
    }
}

impl Workplace {
    async fn start(self: Arc<Self>, form: BatchForm) -> DeskResult<BatchView> {
        let _alone = self.starting_batch.lock().await;
        let file = self.read_files.find(&form.decisions.id).ok_or_else(|| ErrorView::new(ErrorCode::BatchNotRead))?;
        if let Some(running) = self.runs.running() {
            return Err(ErrorView::new(ErrorCode::BatchRunning).with_param("number", running.number.to_string()));
        }
        if form.decisions.number_style.is_none() {
            return Err(ErrorView::fields(vec![FieldProblem::error(Field::NumberStyle, FieldCode::Missing)]));
        }
        let reviewed = self.check_file(Arc::clone(&file), &form.decisions).await?;
        let is_as_shown = reviewed.view.ready_digest == form.ready_digest && reviewed.view.totals == form.totals;
        if !is_as_shown || reviewed.view.ready != form.ready {
            return Err(ErrorView::new(ErrorCode::BatchChanged));
        }
        if form.ready == 0 {
            return Err(ErrorView::new(ErrorCode::BatchNothingReady));
        }
        if let Some(problem) = total_again_problem(&reviewed, form.total_again.as_deref(), &self.profile().money) {
            return Err(ErrorView::fields(vec![problem]));
        }
        // Everything that can fail without a trace is done before anything is written.
        let _open = self.hold_to_send().await?;
        self.gateway().await?;
        let number = self.write_batch(&file, &reviewed).await?;
        self.read_files.forget(&form.decisions.id);
        self.run_batch(number).await?;
        self.batch_view(number).await
    }

    async fn write_batch(&self, file: &ReadFile, reviewed: &Reviewed) -> DeskResult<u32> {
        let mut tries = 0;
        loop {
            tries += 1;
            let references = self.new_references(reviewed.view.ready as usize).await?;
            match self.journal.begin_batch(&self.new_batch(file, reviewed, references)).await {
                Err(JournalError::ReferenceTaken(_)) if tries < MOST_TRIES => {}
                other => return Ok(other?),
            }
        }
    }

    fn new_batch(&self, file: &ReadFile, reviewed: &Reviewed, references: Vec<Reference>) -> NewBatch {
        let mut references = references.into_iter();
        let json = |texts: &[String]| serde_json::to_string(texts).unwrap_or_default();
        let rows = file.table.rows.iter().zip(&reviewed.check.rows).map(|(row, checked)| {
            let reference = if checked.verdict == Verdict::Ready { references.next() } else { None };
            NewBatchRow {
                line: row.line,
                cells: json(&row.cells),
                deed: deed_of(row, checked),
                fate: match reference {
                    Some(reference) => RowFate::Sent(reference),
                    None => RowFate::LeftOut(serde_json::to_string(&checked.problems).unwrap_or_default()),
                },
            }
        });
        NewBatch {
            name: file.name.clone(),
            digest: file.table.digest.clone(),
            number_style: reviewed.style,
            titles: json(&file.table.titles),
            rows: rows.collect(),
            at: self.now(),
            operator: self.operator.clone(),
        }
    }

    async fn end_idle(&self, number: u32) -> DeskResult<()> {
        let ended = match self.batch_record(number).await?.state {
            BatchState::Open => self.journal.end_batch(number, BatchState::Cancelled, self.now()).await,
            BatchState::Cancelled | BatchState::Finished => Err(JournalError::BatchNotToBeEnded(number)),
        };
        ended.map_err(|error| match error {
            JournalError::BatchNotToBeEnded(_) => ErrorView::new(ErrorCode::BatchEnded),
            error => error.into(),
        })
    }

    async fn batch_record(&self, number: u32) -> DeskResult<BatchRecord> {
        let record = self.journal.batch(number).await?;
        record.ok_or_else(|| ErrorView::new(ErrorCode::BatchNotFound).with_param("number", number.to_string()))
    }

    async fn batch_view(&self, number: u32) -> DeskResult<BatchView> {
        // Asked before the record is read: a run that ends in between is over by then.
        let wish = self.runs.running_with(number).map(|run| run.wish());
        let record = self.batch_record(number).await?;
        self.view_with(&record, wish).await
    }

    async fn view_of_batch(&self, record: &BatchRecord) -> DeskResult<BatchView> {
        let wish = self.runs.running_with(record.number).map(|run| run.wish());
        self.view_with(record, wish).await
    }

    async fn view_with(&self, record: &BatchRecord, wish: Option<Wish>) -> DeskResult<BatchView> {
        let counts = self.journal.batch_counts(record.number).await?;
        let stop = self.runs.stop_of(record.number).filter(|_| wish.is_none() && record.state == BatchState::Open);
        let (stop, error) = stop.map_or((None, None), |(stop, error)| (Some(stop), error));
        Ok(BatchView {
            number: record.number,
            name: record.name.clone(),
            phase: match (record.state, wish) {
                (BatchState::Finished, _) => BatchPhase::Finished,
                (BatchState::Cancelled, _) => BatchPhase::Cancelled,
                (BatchState::Open, Some(Wish::Go)) => BatchPhase::Running,
                (BatchState::Open, Some(Wish::Pause)) => BatchPhase::Pausing,
                (BatchState::Open, Some(Wish::Cancel)) => BatchPhase::Cancelling,
                (BatchState::Open, None) => BatchPhase::Paused,
            },
            stop,
            error,
            rows_to_send: counts.to_be_sent(),
            begun_at: record.begun_at.to_string(),
            begun_by: record.begun_by.clone(),
            ended_at: record.ended_at.map(|at| at.to_string()),
            counts: BatchCountsView {
                waiting: counts.waiting,
                underway: counts.underway,
                applied: counts.applied,
                refused: counts.refused,
                not_sent: counts.not_sent,
                unknown: counts.unknown,
                not_applied: counts.not_applied,
                left_out: counts.left_out,
            },
        })
    }

    /// The last four digits and the cardholders' names of the cards of these rows.
    async fn cards_shown(&self, rows: &[BatchRow]) -> DeskResult<HashMap<CardId, (String, String)>> {
        let ids: Vec<CardId> = rows.iter().filter_map(|row| row.deed.as_ref()).map(|deed| deed.card_id).collect();
        let cards = self.journal.cards_by_id(&ids).await?;
        let holders: Vec<CardholderId> = cards.values().map(|card| card.cardholder_id.clone()).collect();
        let holders = self.journal.cardholders_by_id(&holders).await?;
        let shown = |(id, card): (CardId, cardesk_journal::CardRecord)| {
            let holder = holders.get(&card.cardholder_id).map(display_name).unwrap_or_default();
            (id, (last_four_text(card.last_four.as_ref()), holder))
        };
        Ok(cards.into_iter().map(shown).collect())
    }
}

/// What a row does, as far as the check could tell.
fn deed_of(row: &ReadRow, checked: &CheckedRow) -> Option<BatchDeed> {
    let kind = match row.kind? {
        BatchOperation::Load => OperationKind::Load,
        BatchOperation::Withdrawal => OperationKind::Withdrawal,
    };
    Some(BatchDeed { card_id: checked.card?, kind, money: checked.money?, note: row.note.clone() })
}

/// Which total has to be typed once more: the largest, if it or a single row is above the company's limit.
pub(crate) fn total_again(reviewed: &crate::batch::check::Check, company: &MoneyChoices) -> Option<BatchTotalAgain> {
    let sums = reviewed.totals.iter().flat_map(|total| {
        let of = |operation, sum: Amount| (operation, sum, total.currency);
        [of(BatchOperation::Load, total.loads), of(BatchOperation::Withdrawal, total.withdrawals)]
    });
    let (operation, amount, currency) = sums.max_by_key(|(_, sum, _)| *sum)?;
    (amount > company.confirmation_limit).then(|| BatchTotalAgain {
        operation,
        amount: amount_text(amount),
        currency: currency.to_string(),
        limit: amount_text(company.confirmation_limit),
    })
}

fn total_again_problem(reviewed: &Reviewed, typed: Option<&str>, company: &MoneyChoices) -> Option<FieldProblem> {
    let needed = total_again(&reviewed.check, company)?;
    let problem = |code| Some(FieldProblem::error(Field::TotalAgain, code).with_param("limit", &needed.limit));
    let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) else {
        return problem(FieldCode::AmountAgainMissing);
    };
    match company.number_style.parse(typed, cardesk_domain::money::MAX_PLACES) {
        Ok(amount) if amount_text(amount) == needed.amount => None,
        _ => problem(FieldCode::AmountAgainDiffers),
    }
}

fn row_view(row: &BatchRow, cards: &HashMap<CardId, (String, String)>, record: &BatchRecord, titles: &[String]) -> BatchRowView {
    use OperationState as State;
    let attempt = row.attempt.as_ref();
    let state = match (&row.left_out, attempt.and_then(|attempt| attempt.state)) {
        (Some(_), _) => BatchRowState::LeftOut,
        (None, None | Some(State::Drafted | State::Discarded)) => BatchRowState::Waiting,
        (None, Some(State::Intent)) => BatchRowState::Underway,
        (None, Some(State::Applied | State::SettledApplied)) => BatchRowState::Applied,
        (None, Some(State::Refused)) => BatchRowState::Refused,
        (None, Some(State::NotSent)) => BatchRowState::NotSent,
        (None, Some(State::Unknown)) => BatchRowState::Unknown,
        (None, Some(State::SettledNotApplied)) => BatchRowState::NotApplied,
    };
    let shown = row.deed.as_ref().and_then(|deed| cards.get(&deed.card_id));
    let cells: Vec<String> = serde_json::from_str(&row.cells).unwrap_or_default();
    let (kind, amount, currency) = match &row.deed {
        Some(deed) => (Some(operation_word(deed.kind)), Some(deed.money.amount()), Some(deed.money.currency())),
        // Its card was not found: what it says is shown all the same.
        None => deed_of_cells(titles, &cells, record.number_style),
    };
    let has_ended = record.state != BatchState::Open;
    BatchRowView {
        line: row.line,
        cells,
        state,
        // While the batch goes on, it sends the others itself.
        is_to_mend: !attempt.is_some_and(|attempt| attempt.is_made_again)
            && match state {
                BatchRowState::LeftOut | BatchRowState::Refused => true,
                BatchRowState::Waiting | BatchRowState::NotSent => has_ended,
                BatchRowState::Underway | BatchRowState::Applied | BatchRowState::Unknown | BatchRowState::NotApplied => false,
            },
        card_id: row.deed.as_ref().map(|deed| deed.card_id.to_string()),
        last_four: shown.map(|(last_four, _)| last_four.clone()),
        holder: shown.map(|(_, holder)| holder.clone()),
        kind,
        amount: amount.map(amount_text),
        currency: currency.map(|currency| currency.to_string()),
        note: row.deed.as_ref().and_then(|deed| deed.note.clone()),
        reference: attempt.filter(|attempt| attempt.state.is_some()).map(|attempt| attempt.reference.to_string()),
        gateway_code: attempt.and_then(|attempt| attempt.gateway_code.clone()),
        cause: attempt.and_then(|attempt| attempt.cause).map(Into::into),
        detail: attempt.and_then(|attempt| attempt.detail.clone()),
        movement_id: attempt.and_then(|attempt| attempt.movement_id.clone()),
        is_contradicted: attempt.is_some_and(|attempt| attempt.is_contradicted),
        problems: row.left_out.as_deref().and_then(|problems| serde_json::from_str(problems).ok()).unwrap_or_default(),
    }
}
