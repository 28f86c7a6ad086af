//! A file before it is run: read once, checked as often as the operator decides something about it.
//!
//! Owns the files that were read and not yet run, which are in memory alone, what the desk knows of their cards, and how a
//! check is shown.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_domain::money::{self, MAX_PLACES};
use cardesk_domain::number_clues::only_style_of;
use cardesk_domain::{CardId, CardholderId, OperationKind};
use cardesk_journal::{BatchDeed, CardRecord};
use jiff::Timestamp;

use crate::batch::batches::total_again;
use crate::batch::check::{Check, CheckedRow, Decisions, Deed, Done, Known, KnownCard, Verdict, check};
use crate::batch::read::{BatchTable, CardNamed, MAX_BYTES, ReadRow, Separator, document_key, read};
use crate::batch::refresh::{FRESH_FOR, Refresh, is_old};
use crate::copies::{amount_text, display_name, last_four_text};
use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::view::{
    BatchCell, BatchCheck, BatchDecisions, BatchEarlier, BatchOperation, BatchRowCheck, BatchSeparator, BatchSource, BatchStyle,
    BatchStyleExample, BatchTotal, BatchVerdict, NumberStyle,
};
use crate::workplace::{Workplace, count};

/// The most files that are kept read; the oldest goes first.
const MOST_KEPT: usize = 4;

/// The most amounts that are shown in both styles.
const MOST_EXAMPLES: usize = 4;

/// The files that were read and not yet run.
#[derive(Default)]
pub(crate) struct ReadFiles(StdMutex<Vec<Arc<ReadFile>>>);

/// A file that was read.
#[derive(Debug)]
pub(crate) struct ReadFile {
    id: String,
    /// The file's name; none for pasted rows.
    pub(crate) name: Option<String>,
    pub(crate) table: BatchTable,
    /// How far asking for its cards has come.
    pub(crate) refresh: Refresh,
}

impl ReadFiles {
    fn keep(&self, file: Arc<ReadFile>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.remove(0);
        }
        kept.push(file);
    }

    pub(crate) fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|file| file.id != id);
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<ReadFile>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|file| file.id == id).cloned()
    }
}

impl Desk {
    /// Reads a file, or pasted rows, and checks every row. Nothing is sent, and nothing is written.
    ///
    /// # Errors
    /// If nothing can be made of the whole of it. What is wrong with single rows is in the check.
    pub async fn read_batch(&self, source: BatchSource) -> DeskResult<BatchCheck> {
        let workplace = self.workplace().await?;
        let (name, bytes) = match source {
            BatchSource::File { name, base64 } => {
                // Four characters of base64 are three bytes: what is too long is not even decoded.
                if base64.len() / 4 * 3 > MAX_BYTES + 3 {
                    return Err(crate::batch::read::too_large());
                }
                (Some(name), BASE64_STANDARD.decode(base64).map_err(|_| ErrorView::new(ErrorCode::TableNotText))?)
            }
            BatchSource::Pasted { text } => (None, text.into_bytes()),
        };
        let table = blocking(move || read(&bytes)).await??;
        let id = format!("{:016x}", workplace.seams.next_u64());
        let file = Arc::new(ReadFile { id: id.clone(), name, table, refresh: Refresh::default() });
        workplace.read_files.keep(Arc::clone(&file));
        let decisions = BatchDecisions { id, number_style: None, takes_repeated: false, takes_done_before: false };
        workplace.check_file(file, &decisions).await.map(|reviewed| reviewed.view)
    }

    /// Checks a file again, now that something about it was decided.
    ///
    /// # Errors
    /// If the file is not kept any more, or the journal can't be read.
    pub async fn check_batch(&self, decisions: BatchDecisions) -> DeskResult<BatchCheck> {
        let workplace = self.workplace().await?;
        let file = workplace.read_files.find(&decisions.id).ok_or_else(|| ErrorView::new(ErrorCode::BatchNotRead))?;
        workplace.check_file(file, &decisions).await.map(|reviewed| reviewed.view)
    }
}

/// A check, and how it is shown.
pub(crate) struct Reviewed {
    pub(crate) style: money::NumberStyle,
    pub(crate) check: Check,
    pub(crate) view: BatchCheck,
}

impl Workplace {
    pub(crate) async fn check_file(&self, file: Arc<ReadFile>, decided: &BatchDecisions) -> DeskResult<Reviewed> {
        let earlier = self.journal.batches_of_file(&file.table.digest).await?;
        let earlier: Vec<BatchEarlier> =
            earlier.iter().map(|batch| BatchEarlier { number: batch.number, begun_at: batch.begun_at.to_string() }).collect();
        let known = self.known_for(&file.table).await?;
        let company = self.profile().money.clone();
        let now = self.now();
        let decided = decided.clone();
        blocking(move || {
            let confirmed = decided.number_style.map(money::NumberStyle::from);
            let style = confirmed.or(file.table.clues.style()).unwrap_or(company.number_style);
            let decisions = Decisions { style, takes_repeated: decided.takes_repeated, takes_done_before: decided.takes_done_before };
            let check = check(&file.table, &known, decisions);
            let view = BatchCheck {
                earlier,
                total_again: total_again(&check, &company),
                ..view_of(&file, &known, &check, (decisions.style, confirmed.is_some()), now)
            };
            Reviewed { style, check, view }
        })
        .await
    }

    /// What the desk knows of the cards that the file names.
    async fn known_for(&self, table: &BatchTable) -> DeskResult<Known> {
        let mut known = Known::default();
        let named: BTreeSet<CardId> = table.rows.iter().filter_map(named_id).collect();
        let mut cards: Vec<CardRecord> = self.journal.cards_by_id(&named.into_iter().collect::<Vec<_>>()).await?.into_values().collect();
        let documents: HashSet<&str> = table.rows.iter().filter_map(|row| row.document.as_deref()).collect();
        let mut holders: BTreeSet<CardholderId> = cards.iter().map(|card| card.cardholder_id.clone()).collect();
        if !documents.is_empty() {
            let all = self.journal.document_numbers().await?;
            let keyed = all.into_iter().map(|(holder, number)| (holder, document_key(&number)));
            let mut wanted: HashMap<CardholderId, String> = keyed.filter(|(_, key)| documents.contains(key.as_str())).collect();
            let ids: Vec<CardholderId> = wanted.keys().cloned().collect();
            for (holder, of_holder) in self.journal.cards_by_cardholder(&ids).await? {
                let key = wanted.remove(&holder).unwrap_or_default();
                known.cards_by_document.entry(key).or_default().extend(of_holder.iter().map(|card| card.id));
                cards.extend(of_holder);
            }
            // People without a card are known as well: then it is the card that is missing, not the document.
            for (_, key) in wanted {
                known.cards_by_document.entry(key).or_default();
            }
            holders.extend(ids);
        }
        let holders = self.journal.cardholders_by_id(&holders.into_iter().collect::<Vec<_>>()).await?;
        for record in cards {
            let holder = holders.get(&record.cardholder_id);
            let document = holder.and_then(|holder| holder.document_number.as_deref()).map(document_key);
            let holder = holder.map(display_name).unwrap_or_default();
            known.cards.insert(record.id, KnownCard { document: document.filter(|key| !key.is_empty()), holder, record });
        }
        self.add_done(&mut known).await?;
        Ok(known)
    }

    /// What was done to these cards before.
    async fn add_done(&self, known: &mut Known) -> DeskResult<()> {
        let cards: Vec<CardId> = known.cards.keys().copied().collect();
        for funds in self.journal.funds_done(&cards).await? {
            let kind = operation_word(funds.kind);
            let done = Done { reference: funds.reference, at: funds.drafted_at };
            if funds.state.is_open() {
                known.open.insert((funds.card_id, kind, funds.money), done.clone());
            }
            // The latest stays.
            known.done.insert(Deed { card: funds.card_id, kind, money: funds.money, note: funds.note }, done);
        }
        for waiting in self.journal.funds_waiting(&cards).await? {
            let BatchDeed { card_id, kind, money, note } = waiting.deed;
            let done = Done { reference: waiting.reference, at: waiting.begun_at };
            known.done.insert(Deed { card: card_id, kind: operation_word(kind), money, note }, done);
        }
        Ok(())
    }
}

pub(crate) const fn operation_word(kind: OperationKind) -> BatchOperation {
    if matches!(kind, OperationKind::Withdrawal) { BatchOperation::Withdrawal } else { BatchOperation::Load }
}

fn named_id(row: &ReadRow) -> Option<CardId> {
    match &row.card {
        Some(CardNamed::Id(id)) => Some(*id),
        _ => None,
    }
}

fn view_of(file: &ReadFile, known: &Known, check: &Check, (used, is_confirmed): (money::NumberStyle, bool), now: Timestamp) -> BatchCheck {
    let table = &file.table;
    let named: BTreeSet<CardId> = check.rows.iter().filter_map(|row| row.card).collect();
    let cards = || named.iter().filter_map(|id| known.cards.get(id)).map(|card| &card.record);
    let seen = cards().map(|card| card.seen_at).min();
    BatchCheck {
        id: file.id.clone(),
        ready_digest: check.ready_digest(table),
        name: file.name.clone(),
        encoding: table.encoding.to_owned(),
        separator: match table.separator {
            Separator::Comma => BatchSeparator::Comma,
            Separator::Semicolon => BatchSeparator::Semicolon,
            Separator::Tab => BatchSeparator::Tab,
        },
        unused_titles: table
            .titles
            .iter()
            .zip(&table.columns)
            .filter(|(_, column)| column.is_none())
            .map(|(title, _)| title.clone())
            .collect(),
        style: style_view(table, used, is_confirmed),
        rows: table.rows.iter().zip(&check.rows).map(|(row, checked)| row_view(table, known, row, checked)).collect(),
        ready: check.count(Verdict::Ready),
        doubtful: check.count(Verdict::Doubtful),
        refused: check.count(Verdict::Refused),
        totals: check
            .totals
            .iter()
            .map(|total| BatchTotal {
                currency: total.currency.to_string(),
                loads: amount_text(total.loads),
                load_count: total.load_count,
                withdrawals: amount_text(total.withdrawals),
                withdrawal_count: total.withdrawal_count,
            })
            .collect(),
        cards_seen_at: seen.map(|at| at.to_string()),
        cards: count(named.len()),
        old_cards: count(cards().filter(|card| is_old(card, now)).count()),
        fresh_for_minutes: u32::try_from(FRESH_FOR.as_secs() / 60).unwrap_or(u32::MAX),
        earlier: Vec::new(),
        total_again: None,
    }
}

fn style_view(table: &BatchTable, used: money::NumberStyle, is_confirmed: bool) -> BatchStyle {
    let read_as = |style: money::NumberStyle, cell: &str| style.parse(cell, MAX_PLACES).ok().map(amount_text);
    // Those that tell the styles apart come first, and of each form one is enough.
    let mut cells: Vec<&str> = table.rows.iter().map(|row| row.amount.as_str()).filter(|cell| cell.contains([',', '.'])).collect();
    cells.sort_by_key(|cell| only_style_of(cell).is_none());
    let mut forms = HashSet::new();
    cells.retain(|cell| forms.insert((only_style_of(cell), cell.matches([',', '.']).count())));
    BatchStyle {
        detected: table.clues.style().map(style_word),
        comma_thousands: count(table.clues.comma_thousands),
        point_thousands: count(table.clues.point_thousands),
        used: style_word(used),
        is_confirmed,
        examples: cells
            .into_iter()
            .map(|cell| BatchStyleExample {
                cell: cell.to_owned(),
                comma_thousands: read_as(money::NumberStyle::CommaThousands, cell),
                point_thousands: read_as(money::NumberStyle::PointThousands, cell),
            })
            .filter(|example| example.comma_thousands.is_some() || example.point_thousands.is_some())
            .take(MOST_EXAMPLES)
            .collect(),
    }
}

const fn style_word(style: money::NumberStyle) -> NumberStyle {
    match style {
        money::NumberStyle::CommaThousands => NumberStyle::CommaThousands,
        money::NumberStyle::PointThousands => NumberStyle::PointThousands,
    }
}

fn row_view(table: &BatchTable, known: &Known, row: &ReadRow, checked: &CheckedRow) -> BatchRowCheck {
    let card = checked.card.and_then(|id| known.cards.get(&id));
    let given = |column: &Option<crate::batch::columns::Column>, cell: &String| {
        let field = (*column)?.field();
        checked.problems.iter().any(|problem| problem.field == field).then(|| BatchCell { field, text: cell.clone() })
    };
    BatchRowCheck {
        line: row.line,
        verdict: match checked.verdict {
            Verdict::Ready => BatchVerdict::Ready,
            Verdict::Doubtful => BatchVerdict::Doubtful,
            Verdict::Refused => BatchVerdict::Refused,
        },
        card_id: checked.card.map(|id| id.to_string()),
        last_four: card.map(|card| last_four_text(card.record.last_four.as_ref())),
        holder: card.map(|card| card.holder.clone()),
        kind: row.kind,
        amount: checked.amount.map(amount_text),
        currency: checked.money.map(|money| money.currency().to_string()),
        ending_balance: checked.ending.map(amount_text),
        note: row.note.clone(),
        given: table.columns.iter().zip(&row.cells).filter_map(|(column, cell)| given(column, cell)).collect(),
        problems: checked.problems.clone(),
    }
}
