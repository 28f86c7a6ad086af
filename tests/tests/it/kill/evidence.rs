//! What the journal says that a killed desk has left, and what the gateway says, each for itself.
//!
//! Owns the promises between the two. The journal is a copy, opened as the desk opens it, with the key that the session's
//! keychain has; the gateway is asked over HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cardesk_domain::{Amount, OperationKind, OperationState, Reference};
use cardesk_journal::{BatchRecord, BatchRow, BatchState, Encryption, Journal, JournalKey};
use cardesk_tests::practice::{Practice, text};
use cardesk_tests::session::Session;
use cardesk_tests::{Outcome, Trouble};
use reqwest::Method;
use serde_json::{Value, json};

use crate::at_gateway::now;
use crate::batch_screen::Figures;

/// How many cards take part.
const CARDS: usize = 12;

/// Who can be asked.
pub(super) struct Evidence {
    practice: Practice,
    cards: Vec<u64>,
    /// The card whose withdrawals the gateway refuses, since it is emptied behind the desk's back.
    emptied: u64,
    balances_before: BTreeMap<u64, Amount>,
    journal: PathBuf,
    key: [u8; 32],
}

/// A movement of ours at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Moved {
    card: u64,
    is_credit: bool,
    amount: Amount,
}

/// Journal and gateway at one moment, at which the desk is dead and nothing is on its way.
pub(super) struct Ledger {
    batches: Vec<(BatchRecord, Vec<BatchRow>)>,
    moved: BTreeMap<Reference, Vec<Moved>>,
}

impl Evidence {
    /// Of a company's desk that is at work in this session.
    pub(super) async fn of(session: &Session, gateway: &cardesk_sandbox::Practice) -> Outcome<Self> {
        let practice = Practice::sign_in_as_desk(gateway.base_url()).await?;
        let mut balances = BTreeMap::new();
        for (card, balance) in practice.active_cards().await? {
            balances.insert(card, balance.parse().map_err(Trouble::of("a balance"))?);
        }
        let (emptied, _) =
            balances.iter().max_by_key(|(_, balance): &(&u64, &Amount)| **balance).ok_or_else(|| Trouble::new("no active card"))?;
        let emptied = *emptied;
        let cards = balances.keys().copied().filter(|card| *card != emptied).take(CARDS).collect();
        let journals = session.data().join("journals");
        let journal = std::fs::read_dir(&journals)
            .map_err(Trouble::of(journals.display().to_string()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|extension| extension == "journal") && !path.ends_with("practice.journal"))
            .ok_or_else(|| Trouble::new("the company has no journal"))?;
        let key = key_of(session, &journal).await?;
        Ok(Self { practice, cards, emptied, balances_before: balances, journal, key })
    }

    /// A file of so many rows, each of an amount of its own; some withdraw from the card that will be empty.
    pub(super) fn rows(&self, batch: u32, rows: u32) -> String {
        let row = |number: u32| {
            let cents = 100 + batch * rows + number;
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            if batch == 0 && number % 40 == 39 {
                return format!("{},retiro,{amount},Lote {batch} fila {number}\n", self.emptied);
            }
            format!("{},carga,{amount},Lote {batch} fila {number}\n", self.cards[number as usize % self.cards.len()])
        };
        format!("tarjeta,operacion,monto,nota\n{}", (0..rows).map(row).collect::<String>())
    }

    /// Takes everything off a card behind the desk's back.
    pub(super) async fn empty_a_card(&self) -> Outcome<()> {
        let path = format!("/cards/{}", self.emptied);
        let balance = amount_at(&self.practice.card(&self.emptied.to_string()).await?, "/balance")?;
        if balance == Amount::ZERO {
            return Ok(());
        }
        let number: serde_json::Number = balance.to_string().parse().map_err(Trouble::of("a balance"))?;
        let body = json!({ "amount": number, "operation": "WITHDRAW_FUNDS", "channel": "ATM", "reference": "behind-the-desk" });
        self.practice.ask(Method::POST, &format!("{path}/funds"), Some(body)).await.map(drop)
    }

    /// What both say now.
    pub(super) async fn ledger(&self, session: &Session) -> Outcome<Ledger> {
        let journal = copied(&self.journal, session.files()).await?;
        let opened = Journal::open(&journal, Encryption::Key(JournalKey::from_bytes(self.key))).await;
        let journal = opened.map_err(Trouble::of("the killed desk's journal"))?;
        let unreadable = || Trouble::of("the killed desk's journal");
        let mut batches = Vec::new();
        for record in journal.batches(u32::MAX).await.map_err(unreadable())? {
            let rows = journal.batch_rows(record.number).await.map_err(unreadable())?;
            batches.push((record, rows));
        }
        let ledger = Ledger { moved: self.moved().await?, batches };
        let rows: BTreeSet<&Reference> = ledger.attempts().map(|(_, reference, _)| reference).collect();
        for operation in journal.open_operations().await.map_err(unreadable())? {
            if !rows.contains(&operation.reference) {
                return Err(Trouble::new(format!("the intent {} belongs to no row", operation.reference)));
            }
        }
        journal.close().await;
        Ok(ledger)
    }

    /// Everything at the gateway that carries a reference of ours.
    async fn moved(&self) -> Outcome<BTreeMap<Reference, Vec<Moved>>> {
        let mut moved: BTreeMap<Reference, Vec<Moved>> = BTreeMap::new();
        for card in self.cards.iter().chain([&self.emptied]) {
            for movement in self.practice.movements_around(&card.to_string(), &now()).await? {
                let Some(Ok(reference)) = movement["reference"].as_str().map(str::parse) else { continue };
                let one = Moved { card: *card, is_credit: movement["direction"] == "CREDIT", amount: amount_at(&movement, "/amount")? };
                moved.entry(reference).or_default().push(one);
            }
        }
        Ok(moved)
    }

    /// Whether each card has what it had and what was applied to it.
    pub(super) async fn check_balances(&self, ledger: &Ledger) -> Outcome<()> {
        for (card, before) in self.balances_before.iter().filter(|(card, _)| self.cards.contains(card)) {
            let mut expected = *before;
            for row in ledger.applied_rows().filter(|row| row.deed.as_ref().is_some_and(|deed| deed.card_id.get() == *card)) {
                let deed = row.deed.as_ref().ok_or_else(|| Trouble::new("a row without a deed was applied"))?;
                expected = expected.checked_add(deed.money.amount()).map_err(Trouble::of("a sum"))?;
            }
            let now = amount_at(&self.practice.card(&card.to_string()).await?, "/balance")?;
            if now != expected {
                return Err(Trouble::new(format!("card {card} has {now}, and by the journal it should have {expected}")));
            }
        }
        Ok(())
    }
}

impl Ledger {
    /// The rows that are or will be sent, each with its reference and where that stands.
    fn attempts(&self) -> impl Iterator<Item = (&BatchRow, &Reference, Option<OperationState>)> {
        let rows = self.batches.iter().flat_map(|(_, rows)| rows);
        rows.filter_map(|row| row.attempt.as_ref().map(|attempt| (row, &attempt.reference, attempt.state)))
    }

    /// The promises between journal and gateway.
    pub(super) fn check(&self) -> Outcome<()> {
        let mut known = BTreeSet::new();
        for (row, reference, state) in self.attempts() {
            known.insert(reference);
            let moved = self.moved.get(reference).map_or(&[][..], Vec::as_slice);
            let wrong = |what: &str| Err(Trouble::new(format!("{reference} (line {}, {state:?}) {what}: {moved:?}", row.line)));
            if moved.len() > 1 {
                return wrong("was applied more than once");
            }
            if row.attempt.as_ref().is_some_and(|attempt| attempt.number > 1) {
                return wrong("is another attempt, although the first may have moved money");
            }
            match state {
                Some(OperationState::Applied | OperationState::SettledApplied) if moved.is_empty() => {
                    return wrong("is applied, and the gateway has nothing of it");
                }
                Some(OperationState::Refused | OperationState::NotSent | OperationState::SettledNotApplied | OperationState::Discarded)
                | None
                | Some(OperationState::Drafted)
                    if !moved.is_empty() =>
                {
                    return wrong("moved nothing, and the gateway has it");
                }
                _ => {}
            }
            let meant = row.deed.as_ref().map(|deed| Moved {
                card: deed.card_id.get(),
                is_credit: deed.kind == OperationKind::Load,
                amount: deed.money.amount(),
            });
            if moved.first().is_some_and(|moved| Some(moved) != meant.as_ref()) {
                return wrong("is another thing at the gateway");
            }
        }
        match self.moved.keys().find(|reference| !known.contains(reference)) {
            Some(reference) => Err(Trouble::new(format!("the gateway has {reference}, and no row of the journal does"))),
            None => Ok(()),
        }
    }

    pub(super) fn is_applied(&self, reference: &Reference) -> bool {
        self.moved.contains_key(reference)
    }

    fn in_states(&self, states: &[OperationState]) -> Vec<Reference> {
        let found = self.attempts().filter(|(_, _, state)| state.is_some_and(|state| states.contains(&state)));
        found.map(|(_, reference, _)| reference.clone()).collect()
    }

    /// What has no outcome.
    pub(super) fn open(&self) -> Vec<Reference> {
        self.in_states(&[OperationState::Intent, OperationState::Unknown])
    }

    /// What was on its way in the moment of the kill.
    pub(super) fn just_open(&self) -> Vec<Reference> {
        self.in_states(&[OperationState::Intent])
    }

    pub(super) fn applied(&self) -> usize {
        self.in_states(&[OperationState::Applied, OperationState::SettledApplied]).len()
    }

    pub(super) fn refused(&self) -> usize {
        self.in_states(&[OperationState::Refused]).len()
    }

    fn applied_rows(&self) -> impl Iterator<Item = &BatchRow> {
        self.attempts().filter_map(|(row, reference, _)| self.is_applied(reference).then_some(row))
    }

    pub(super) fn check_that_every_batch_ended(&self) -> Outcome<()> {
        match self.batches.iter().find(|(record, _)| record.state != BatchState::Finished) {
            Some((record, _)) => Err(Trouble::new(format!("batch {} is {:?}", record.number, record.state))),
            None => Ok(()),
        }
    }

    /// What the window has to show of a batch after the next start.
    pub(super) fn figures(&self, number: u32) -> Expected {
        let mut expected = Expected::default();
        for row in self.batches.iter().filter(|(record, _)| record.number == number).flat_map(|(_, rows)| rows) {
            let Some(attempt) = &row.attempt else {
                expected.figures.add("left_out");
                continue;
            };
            match attempt.state {
                None | Some(OperationState::Drafted | OperationState::Discarded) => expected.figures.add("waiting"),
                Some(OperationState::Applied | OperationState::SettledApplied) => expected.figures.add("applied"),
                Some(OperationState::Refused) => expected.figures.add("refused"),
                Some(OperationState::NotSent) => expected.figures.add("not_sent"),
                Some(OperationState::SettledNotApplied) => expected.figures.add("not_applied"),
                Some(OperationState::Intent | OperationState::Unknown) => {
                    expected.figures.add("unknown");
                    expected.to_be_found += u32::from(self.is_applied(&attempt.reference));
                }
            }
        }
        expected
    }
}

/// The figures of a batch as they have to be shown.
#[derive(Debug, Default)]
pub(super) struct Expected {
    figures: Figures,
    /// How many of those without an outcome can be found at the gateway, and so may be shown as applied by now.
    to_be_found: u32,
}

impl Expected {
    pub(super) fn hold_against(&self, shown: &Figures) -> Outcome<()> {
        let found = shown.count("applied").saturating_sub(self.figures.count("applied"));
        let mut expected = self.figures.clone();
        expected.set("applied", expected.count("applied") + found);
        expected.set("unknown", expected.count("unknown").saturating_sub(found));
        if found <= self.to_be_found && expected == *shown {
            return Ok(());
        }
        Err(Trouble::new(format!(
            "the window shows {shown}, and journal and gateway say {}, {} to be found",
            self.figures, self.to_be_found
        )))
    }
}

fn amount_at(value: &Value, pointer: &str) -> Outcome<Amount> {
    text(value, pointer)?.parse().map_err(Trouble::of(pointer))
}

/// The journal as the desk left it, copied with its log to where it can be opened without touching the desk's.
async fn copied(journal: &Path, files: &Path) -> Outcome<PathBuf> {
    let folder = files.join("journal-copy");
    let to = folder.join("company.journal");
    let trouble = || Trouble::of(folder.display().to_string());
    // What the copy before had in its log must not be read into this one.
    match tokio::fs::remove_dir_all(&folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(trouble()(error)),
        _ => {}
    }
    tokio::fs::create_dir_all(&folder).await.map_err(trouble())?;
    tokio::fs::copy(journal, &to).await.map_err(trouble())?;
    let log = journal.with_extension("journal-wal");
    if log.is_file() {
        tokio::fs::copy(&log, to.with_extension("journal-wal")).await.map_err(trouble())?;
    }
    Ok(to)
}

/// The journal's key, as the session's keychain has it.
async fn key_of(session: &Session, journal: &Path) -> Outcome<[u8; 32]> {
    let profile = journal.file_stem().and_then(|stem| stem.to_str()).ok_or_else(|| Trouble::new("a journal without a name"))?;
    let mut lookup = session.command(Path::new("secret-tool"));
    lookup.args(["lookup", "service", "Cardesk", "username", &format!("{profile}/journal-key")]);
    let told = lookup.output().await.map_err(Trouble::of("the keychain"))?.stdout;
    let length = told.len();
    told.try_into().map_err(|_| Trouble::new(format!("the keychain has a journal key of {length} bytes")))
}
