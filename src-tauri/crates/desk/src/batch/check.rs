//! Every row of a batch, held against the desk's copies, before anything moves.
//!
//! Owns what stops a row and what only makes it doubtful, the balances that the rows of one card leave behind in their
//! order, and the totals. It asks nobody: what is known is passed in. The gateway's word at the time of sending is final.

use std::collections::{BTreeMap, HashMap};

use cardesk_domain::money::{MAX_PLACES, NumberStyle};
use cardesk_domain::{Amount, CardId, Currency, Money, MoneyError, Reference};
use cardesk_journal::CardRecord;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::batch::read::{BatchTable, CardNamed, ReadRow};
use crate::copies::amount_text;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::BatchOperation;
use crate::workplace::count;

/// What the desk knows of the cards of a file.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The cards, by their id.
    pub(crate) cards: HashMap<CardId, KnownCard>,
    /// The cards of whoever has a document of this key.
    pub(crate) cards_by_document: HashMap<String, Vec<CardId>>,
    /// What was done before, or waits to be done in another batch.
    pub(crate) done: HashMap<Deed, Done>,
    /// What was sent and has no outcome yet, whatever its note: nothing like it can be sent.
    pub(crate) open: HashMap<(CardId, BatchOperation, Money), Done>,
}

/// A card, and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct KnownCard {
    pub(crate) record: CardRecord,
    /// The cardholder's name, for showing.
    pub(crate) holder: String,
    /// The key of the cardholder's document, where there is one.
    pub(crate) document: Option<String>,
}

/// What a row does: two rows that do the same are repetitions of one another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Deed {
    pub(crate) card: CardId,
    pub(crate) kind: BatchOperation,
    pub(crate) money: Money,
    pub(crate) note: Option<String>,
}

/// When the same was done before, and under which reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) reference: Reference,
    pub(crate) at: Timestamp,
}

/// What the operator decided about the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decisions {
    /// How its amounts are written.
    pub(crate) style: NumberStyle,
    /// Whether rows that another row of the file repeats are meant.
    pub(crate) takes_repeated: bool,
    /// Whether rows that were loaded before are meant once more.
    pub(crate) takes_done_before: bool,
}

/// What becomes of a row if the batch is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It will be sent.
    Ready,
    /// It is left out, because it repeats another and nobody said that this is meant.
    Doubtful,
    /// It can't be sent as it stands.
    Refused,
}

/// A row that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedRow {
    pub(crate) card: Option<CardId>,
    /// What the file says, whether or not its currency is known.
    pub(crate) amount: Option<Amount>,
    pub(crate) money: Option<Money>,
    /// The balance that it leaves, where that can be told; of a row that is sent.
    pub(crate) ending: Option<Amount>,
    pub(crate) problems: Vec<FieldProblem>,
    pub(crate) verdict: Verdict,
}

/// What the rows that will be sent come to in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) currency: Currency,
    pub(crate) loads: Amount,
    pub(crate) load_count: u32,
    pub(crate) withdrawals: Amount,
    pub(crate) withdrawal_count: u32,
}

/// The whole file, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Check {
    /// One for each row of the table, in its order.
    pub(crate) rows: Vec<CheckedRow>,
    /// By currency.
    pub(crate) totals: Vec<Total>,
}

/// Checks every row.
pub(crate) fn check(table: &BatchTable, known: &Known, decisions: Decisions) -> Check {
    let mut ledger = Ledger { known, decisions, balances: HashMap::new(), lines: HashMap::new(), totals: BTreeMap::new() };
    let rows = table.rows.iter().map(|row| ledger.take(row)).collect();
    Check { rows, totals: ledger.totals.into_values().collect() }
}

/// The file as it is gone through, row by row.
struct Ledger<'a> {
    known: &'a Known,
    decisions: Decisions,
    /// What each card has left after the rows so far.
    balances: HashMap<CardId, Option<Amount>>,
    /// In which line something was first done.
    lines: HashMap<Deed, u32>,
    totals: BTreeMap<Currency, Total>,
}

impl Ledger<'_> {
    fn take(&mut self, row: &ReadRow) -> CheckedRow {
        let mut problems = row.problems.clone();
        let card = found(self.known, row).unwrap_or_else(|problem| {
            problems.extend(problem);
            None
        });
        problems.extend(card.into_iter().flat_map(|card| contradictions(card, row)));
        let currency = card.and_then(|card| card.record.currency).or(row.currency);
        let amount = amount_of(&row.amount, self.decisions.style, currency).map_err(|problem| problems.push(problem)).ok();
        let money = amount.zip(currency).map(|(amount, currency)| Money::new(amount, currency));
        let card_id = card.map(|card| card.record.id);
        let mut checked = CheckedRow { card: card_id, amount, money, ending: None, problems, verdict: Verdict::Refused };
        if let (Some(card), Some(money), Some(kind)) = (card, money, row.kind) {
            let is_clean = !checked.problems.iter().any(FieldProblem::is_error);
            self.settle(card, Deed { card: card.record.id, kind, money, note: row.note.clone() }, row.line, is_clean, &mut checked);
        }
        checked
    }

    /// The checks that need the whole of a row: repetitions, then the balance.
    fn settle(&mut self, card: &KnownCard, deed: Deed, line: u32, is_clean: bool, checked: &mut CheckedRow) {
        let doubts = self.doubts(&deed);
        checked.problems.extend(doubts.problems);
        let balance = *self.balances.entry(deed.card).or_insert(card.record.balance);
        let ending = balance.and_then(|balance| ending(balance, &deed));
        if let Some(ending) = ending.filter(|ending| deed.kind == BatchOperation::Withdrawal && ending.is_negative()) {
            checked.problems.push(FieldProblem::error(Field::Amount, FieldCode::AmountOverdraws).with_param("ending", amount_text(ending)));
        }
        if !is_clean || checked.problems.iter().any(FieldProblem::is_error) {
            return;
        }
        if doubts.is_left_out {
            checked.verdict = Verdict::Doubtful;
            return;
        }
        let Some(total) = self.total_with(&deed) else {
            checked.problems.push(FieldProblem::error(Field::Amount, FieldCode::AmountTooLarge));
            return;
        };
        self.totals.insert(total.currency, total);
        self.balances.insert(deed.card, ending);
        self.lines.entry(deed).or_insert(line);
        checked.ending = ending;
        checked.verdict = Verdict::Ready;
    }

    fn doubts(&self, deed: &Deed) -> Doubts {
        let mut doubts = Doubts::default();
        if let Some(first) = self.lines.get(deed) {
            doubts.problems.push(FieldProblem::warning(Field::Row, FieldCode::RowRepeated).with_param("line", first));
            doubts.is_left_out |= !self.decisions.takes_repeated;
        }
        let named = |problem: FieldProblem, done: &Done| problem.with_param("reference", &done.reference).with_param("at", done.at);
        if let Some(open) = self.known.open.get(&(deed.card, deed.kind, deed.money)) {
            doubts.problems.push(named(FieldProblem::error(Field::Row, FieldCode::LookAlikeOpen), open));
        } else if let Some(done) = self.known.done.get(deed) {
            doubts.problems.push(named(FieldProblem::warning(Field::Row, FieldCode::DoneBefore), done));
            doubts.is_left_out |= !self.decisions.takes_done_before;
        }
        doubts
    }

    /// The total of the deed's currency with it; `None` beyond what an amount can be.
    fn total_with(&self, deed: &Deed) -> Option<Total> {
        let currency = deed.money.currency();
        let mut total = self.totals.get(&currency).copied().unwrap_or(Total {
            currency,
            loads: Amount::ZERO,
            load_count: 0,
            withdrawals: Amount::ZERO,
            withdrawal_count: 0,
        });
        let (sum, rows) = match deed.kind {
            BatchOperation::Load => (&mut total.loads, &mut total.load_count),
            BatchOperation::Withdrawal => (&mut total.withdrawals, &mut total.withdrawal_count),
        };
        *sum = sum.checked_add(deed.money.amount()).ok()?;
        *rows += 1;
        Some(total)
    }
}

#[derive(Default)]
struct Doubts {
    problems: Vec<FieldProblem>,
    is_left_out: bool,
}

fn ending(balance: Amount, deed: &Deed) -> Option<Amount> {
    match deed.kind {
        BatchOperation::Load => balance.checked_add(deed.money.amount()).ok(),
        BatchOperation::Withdrawal => balance.checked_sub(deed.money.amount()).ok(),
    }
}

/// The one card that a row names. `Err(None)` if the row itself does not name one: that is told already.
fn found<'a>(known: &'a Known, row: &ReadRow) -> Result<Option<&'a KnownCard>, Option<FieldProblem>> {
    let problem = |field, code| Err(Some(FieldProblem::error(field, code)));
    match &row.card {
        None => Err(None),
        Some(CardNamed::Id(id)) => match known.cards.get(id) {
            Some(card) => Ok(Some(card)),
            None => problem(Field::CardId, FieldCode::CardUnknown),
        },
        Some(CardNamed::Holder(document, last_four)) => {
            let Some(ids) = known.cards_by_document.get(document) else {
                return problem(Field::DocumentNumber, FieldCode::DocumentUnknown);
            };
            let mut ending_so =
                ids.iter().filter_map(|id| known.cards.get(id)).filter(|card| card.record.last_four.as_ref() == Some(last_four));
            match (ending_so.next(), ending_so.next()) {
                (Some(card), None) => Ok(Some(card)),
                (None, _) => problem(Field::LastFour, FieldCode::CardUnknown),
                (Some(_), Some(_)) => problem(Field::LastFour, FieldCode::CardNotSingle),
            }
        }
    }
}

/// What the card is, against what the row says of it.
fn contradictions(card: &KnownCard, row: &ReadRow) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let card_field = if matches!(row.card, Some(CardNamed::Id(_))) { Field::CardId } else { Field::LastFour };
    if !card.record.state.takes_funds() {
        problems.push(FieldProblem::error(card_field, FieldCode::CardStateForbids).with_param("state", &card.record.state));
    }
    if let (Some(given), Some(own)) = (&row.last_four, &card.record.last_four)
        && given != own
    {
        problems.push(FieldProblem::error(Field::LastFour, FieldCode::LastFourDiffers).with_param("last_four", own));
    }
    if row.document.is_some() && card.document.is_some() && row.document != card.document {
        problems.push(FieldProblem::error(Field::DocumentNumber, FieldCode::DocumentDiffers));
    }
    match (row.currency, card.record.currency) {
        (_, None) => problems.push(FieldProblem::error(card_field, FieldCode::CurrencyUnknown)),
        (Some(given), Some(own)) if given != own => {
            problems.push(FieldProblem::error(Field::Currency, FieldCode::CurrencyDiffers).with_param("currency", own));
        }
        _ => {}
    }
    problems
}

/// The amount as the file writes it: never rounded, never guessed.
fn amount_of(cell: &str, style: NumberStyle, currency: Option<Currency>) -> Result<Amount, FieldProblem> {
    let problem = |code| FieldProblem::error(Field::Amount, code);
    match style.parse(cell, currency.map_or(MAX_PLACES, Currency::minor_digits)) {
        Ok(amount) if amount.is_positive() => Ok(amount),
        Ok(_) => Err(problem(FieldCode::AmountNotPositive)),
        Err(MoneyError::Empty) => Err(problem(FieldCode::Missing)),
        Err(MoneyError::Ambiguous) => Err(problem(FieldCode::AmountAmbiguous)),
        Err(MoneyError::TooManyPlaces { max }) => Err(problem(FieldCode::AmountTooManyDecimals).with_param("max", max)),
        Err(MoneyError::TooLarge) => Err(problem(FieldCode::AmountTooLarge)),
        // A sign is the one thing that a number has and a written amount has not.
        Err(_) if cell.starts_with(['-', '−']) => Err(problem(FieldCode::AmountNotPositive)),
        Err(MoneyError::NotANumber | MoneyError::CurrencyMismatch(..) | MoneyError::Currency) => Err(problem(FieldCode::AmountForm)),
    }
}

impl Check {
    /// What tells the rows that will be sent from any others: which card gets what, in which order.
    pub(crate) fn ready_digest(&self, table: &BatchTable) -> String {
        let mut digest = Sha256::new();
        for (read, row) in table.rows.iter().zip(&self.rows).filter(|(_, row)| row.verdict == Verdict::Ready) {
            digest.update(format!("{:?}", (row.card, read.kind, row.money, &read.note)));
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// How many rows have this verdict.
    pub(crate) fn count(&self, verdict: Verdict) -> u32 {
        count(self.rows.iter().filter(|row| row.verdict == verdict).count())
    }
}

#[cfg(test)]
mod tests {
    use cardesk_domain::CardState;
    use proptest::prelude::*;

    use super::*;
    use crate::batch::read::read;

    const TITLES: &str = "tarjeta,documento,ultimos4,operacion,monto,moneda,nota";

    fn card(id: u64, balance: Option<&str>) -> KnownCard {
        KnownCard {
            record: CardRecord {
                id: CardId::new(id),
                cardholder_id: format!("u{id}").parse().expect("an id"),
                last_four: Some(format!("{:04}", id % 10_000).parse().expect("four digits")),
                alias: None,
                state: CardState::Active,
                currency: Some(Currency::GTQ),
                balance: balance.map(|text| text.parse().expect("an amount")),
                pending_debits: None,
                pending_credits: None,
                expiry: None,
                embossed_name: None,
                issued_at: None,
                activated_at: None,
                seen_at: Timestamp::UNIX_EPOCH,
            },
            holder: format!("Persona {id}"),
            document: Some(format!("DOC{id}")),
        }
    }

    fn known(cards: impl IntoIterator<Item = KnownCard>) -> Known {
        let mut known = Known::default();
        for card in cards {
            let id = card.record.id;
            known.cards_by_document.entry(card.document.clone().expect("a document")).or_default().push(id);
            known.cards.insert(id, card);
        }
        known
    }

    fn decisions() -> Decisions {
        Decisions { style: NumberStyle::CommaThousands, takes_repeated: false, takes_done_before: false }
    }

    fn checked(rows: &str, known: &Known, decisions: Decisions) -> Check {
        let table = read(format!("{TITLES}\n{rows}").as_bytes()).expect("a table");
        check(&table, known, decisions)
    }

    fn codes(check: &Check) -> Vec<Vec<(Field, FieldCode)>> {
        check.rows.iter().map(|row| row.problems.iter().map(|problem| (problem.field, problem.code)).collect()).collect()
    }

    fn verdicts(check: &Check) -> Vec<Verdict> {
        check.rows.iter().map(|row| row.verdict).collect()
    }

    fn deed(card: u64, amount: &str, note: Option<&str>) -> Deed {
        let money = Money::new(amount.parse().expect("an amount"), Currency::GTQ);
        Deed { card: CardId::new(card), kind: BatchOperation::Load, money, note: note.map(ToOwned::to_owned) }
    }

    fn done() -> Done {
        Done { reference: Reference::from_entropy(7), at: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn a_card_is_found_by_id_or_by_document_and_last_four_and_nothing_may_contradict_it() {
        let mut blocked = card(3, None);
        blocked.record.state = CardState::Blocked;
        let mut unknown_currency = card(4, None);
        unknown_currency.record.currency = None;
        let mut twin = card(10_001, None);
        (twin.record.last_four, twin.document) = (card(1, None).record.last_four, Some("DOC5".to_owned()));
        let mut other_twin = twin.clone();
        other_twin.record.id = CardId::new(20_001);
        let known = known([card(1, None), card(2, None), blocked, unknown_currency, twin, other_twin]);
        let check = checked(
            "1,,,carga,5,,\n,doc-1,0001,carga,6,,\n99,,,carga,5,,\n,DOC9,0001,carga,5,,\n,DOC1,0002,carga,5,,\n,DOC5,0001,carga,5,,\n\
             3,,,carga,5,,\n4,,,carga,5,,\n1,,0002,carga,8,,\n1,DOC2,,carga,9,,\n1,,,carga,10,USD,\n1,DOC1,0001,carga,7,GTQ,\n",
            &known,
            decisions(),
        );
        let wrong = |field, code| vec![(field, code)];
        assert_eq!(
            codes(&check),
            [
                vec![],
                vec![],
                wrong(Field::CardId, FieldCode::CardUnknown),
                wrong(Field::DocumentNumber, FieldCode::DocumentUnknown),
                wrong(Field::LastFour, FieldCode::CardUnknown),
                wrong(Field::LastFour, FieldCode::CardNotSingle),
                wrong(Field::CardId, FieldCode::CardStateForbids),
                wrong(Field::CardId, FieldCode::CurrencyUnknown),
                wrong(Field::LastFour, FieldCode::LastFourDiffers),
                wrong(Field::DocumentNumber, FieldCode::DocumentDiffers),
                wrong(Field::Currency, FieldCode::CurrencyDiffers),
                vec![],
            ]
        );
        assert_eq!(check.count(Verdict::Ready), 3);
        let unknown = &check.rows[3];
        assert_eq!((unknown.amount.map(amount_text).as_deref(), unknown.money), (Some("5.00"), None), "what it says is shown all the same");
    }

    #[test]
    fn the_rows_of_one_card_are_held_against_its_balance_in_their_order() {
        let known = known([card(1, Some("100.00")), card(2, None)]);
        let rows = "1,,,retiro,60,,\n1,,,retiro,60,,b\n1,,,carga,30,,\n1,,,retiro,70.00,,\n2,,,retiro,999,,\n1,,,retiro,0.01,,\n";
        let check = checked(rows, &known, decisions());
        let overdraws = |row: &CheckedRow| row.problems.iter().any(|problem| problem.code == FieldCode::AmountOverdraws);
        assert_eq!(check.rows.iter().map(overdraws).collect::<Vec<_>>(), [false, true, false, false, false, true]);
        assert_eq!(check.rows[1].problems[0].params["ending"], "-20.00");
        let endings: Vec<_> = check.rows.iter().map(|row| row.ending.map(amount_text)).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(endings, [some("40.00"), None, some("70.00"), some("0.00"), None, None]);
        let [total] = check.totals.as_slice() else { panic!("{:?}", check.totals) };
        assert_eq!((amount_text(total.loads), total.load_count), ("30.00".to_owned(), 1));
        assert_eq!((amount_text(total.withdrawals), total.withdrawal_count), ("1129.00".to_owned(), 3));
    }

    #[test]
    fn bad_amounts_are_told_at_their_row_and_never_guessed() {
        let known = known([card(1, None)]);
        for (cell, code) in [
            ("", FieldCode::Missing),
            ("0", FieldCode::AmountNotPositive),
            ("-5", FieldCode::AmountNotPositive),
            ("1.250", FieldCode::AmountAmbiguous),
            ("\"1,25\"", FieldCode::AmountAmbiguous),
            ("\"1.234,50\"", FieldCode::AmountForm),
            ("1.001234", FieldCode::AmountTooManyDecimals),
            ("5.0001", FieldCode::AmountTooManyDecimals),
            ("1e3", FieldCode::AmountForm),
            ("NaN", FieldCode::AmountForm),
            ("Q5", FieldCode::AmountForm),
            ("١٢", FieldCode::AmountForm),
            ("99999999999999999999999999999999", FieldCode::AmountTooLarge),
        ] {
            let check = checked(&format!("1,,,carga,{cell},,x\n"), &known, decisions());
            assert_eq!(codes(&check), [[(Field::Amount, code)]], "{cell}");
            assert_eq!((verdicts(&check), check.totals.len()), (vec![Verdict::Refused], 0), "{cell}");
        }
    }

    #[test]
    fn a_row_that_repeats_another_is_left_out_until_it_is_said_that_it_is_meant() {
        let known = known([card(1, Some("100"))]);
        let rows = "1,,,carga,5.00,,a\n1,,,carga,5,,a\n1,,,carga,5,,b\n";
        let left_out = checked(rows, &known, decisions());
        assert_eq!(verdicts(&left_out), [Verdict::Ready, Verdict::Doubtful, Verdict::Ready]);
        assert_eq!(left_out.rows[1].problems[0].params["line"], "2");
        let meant = checked(rows, &known, Decisions { takes_repeated: true, ..decisions() });
        assert_eq!(meant.count(Verdict::Ready), 3);
        assert_eq!(meant.rows[2].ending.map(amount_text).as_deref(), Some("115.00"));
    }

    #[test]
    fn what_was_done_before_is_left_out_and_what_is_open_is_refused() {
        let mut known = known([card(1, None)]);
        known.done.insert(deed(1, "5", None), done());
        known.open.insert((CardId::new(1), BatchOperation::Load, deed(1, "6", None).money), done());
        let rows = "1,,,carga,5.00,,\n1,,,carga,6,,any\n1,,,retiro,6,,\n1,,,carga,5,,other\n";
        let check = checked(rows, &known, decisions());
        assert_eq!(verdicts(&check), [Verdict::Doubtful, Verdict::Refused, Verdict::Ready, Verdict::Ready]);
        assert_eq!(codes(&check)[..2], [[(Field::Row, FieldCode::DoneBefore)], [(Field::Row, FieldCode::LookAlikeOpen)]]);
        let again = checked(rows, &known, Decisions { takes_done_before: true, ..decisions() });
        assert_eq!(verdicts(&again), [Verdict::Ready, Verdict::Refused, Verdict::Ready, Verdict::Ready]);
    }

    #[test]
    fn rows_that_go_to_another_card_are_told_apart_though_they_come_to_the_same() {
        let mut other = card(10_001, None);
        (other.record.last_four, other.document) = (card(1, None).record.last_four, Some("DOC1".to_owned()));
        let table = read(format!("{TITLES}\n,DOC1,0001,carga,5,,\n").as_bytes()).expect("a table");
        let [before, after] = [card(1, None), other].map(|card| check(&table, &known([card]), decisions()));
        assert_eq!((before.count(Verdict::Ready), &before.totals), (1, &after.totals));
        assert_ne!(before.ready_digest(&table), after.ready_digest(&table));
        assert_eq!(before.ready_digest(&table), check(&table, &known([card(1, None)]), decisions()).ready_digest(&table));
    }

    #[test]
    fn a_total_beyond_what_an_amount_can_be_refuses_the_row_that_makes_it() {
        let known = known([card(1, None), card(2, None)]);
        let check = checked("1,,,carga,900000000000000,,\n2,,,carga,900000000000000,,\n2,,,retiro,1,,\n", &known, decisions());
        assert_eq!(verdicts(&check), [Verdict::Ready, Verdict::Refused, Verdict::Ready]);
    }

    proptest! {
        #[test]
        fn totals_and_balances_agree_with_the_rows_that_will_be_sent(
            rows in prop::collection::vec((1_u64..4, any::<bool>(), 1_i64..50_000, 0_usize..4), 1..40),
            balances in prop::collection::vec(0_i64..100_000, 3),
            takes_repeated in any::<bool>(),
        ) {
            let amount = |cents: i64| Amount::from_ten_thousandths(cents * 100);
            let known = known((1..4).map(|id| card(id, Some(&amount(balances[usize::try_from(id).expect("small") - 1]).to_string()))));
            let file: String = rows
                .iter()
                .map(|(card, is_load, cents, note)| {
                    format!("{card},,,{},{},,{}\n", if *is_load { "carga" } else { "retiro" }, amount(*cents).to_json_text(), "x".repeat(*note))
                })
                .collect();
            let check = checked(&file, &known, Decisions { takes_repeated, ..decisions() });
            // Money told by whole cents, apart from the code's own sums.
            let mut left = balances;
            let (mut loads, mut withdrawals) = (0, 0);
            for ((card, is_load, cents, _), row) in rows.iter().zip(&check.rows) {
                let balance = &mut left[usize::try_from(*card).expect("small") - 1];
                let next = if *is_load { *balance + cents } else { *balance - cents };
                if row.verdict == Verdict::Ready {
                    prop_assert!(next >= 0);
                    *balance = next;
                    *(if *is_load { &mut loads } else { &mut withdrawals }) += cents;
                    prop_assert_eq!(row.ending, Some(amount(next)));
                } else {
                    prop_assert!(next < 0 || (!takes_repeated && row.verdict == Verdict::Doubtful));
                }
            }
            let total = check.totals.first().map_or((Amount::ZERO, Amount::ZERO), |total| (total.loads, total.withdrawals));
            prop_assert_eq!(total, (amount(loads), amount(withdrawals)));
        }

        #[test]
        fn no_row_is_sent_that_has_an_error(body in "[0-9a-z,;.\"•\n-]{0,200}") {
            let known = known([card(1, Some("5")), card(2, None)]);
            if let Ok(table) = read(format!("{TITLES}\n{body}").as_bytes()) {
                let check = check(&table, &known, decisions());
                prop_assert_eq!(check.rows.len(), table.rows.len());
                for row in &check.rows {
                    prop_assert!(row.verdict != Verdict::Ready || !row.problems.iter().any(FieldProblem::is_error));
                    prop_assert!(row.verdict == Verdict::Ready || !row.problems.is_empty());
                }
            }
        }
    }
}
