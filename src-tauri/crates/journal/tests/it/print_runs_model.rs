//! Random print rooms: however runs are begun, finished and given up, each card has at most one valid insert, and it is
//! the one that a model of the rules names.

use std::collections::BTreeMap;

use cardesk_domain::{CardId, CardState};
use cardesk_journal::{InsertState, Journal, JournalError, NewInsert, NewRun, Reprint, RunState, SentTo};
use proptest::prelude::*;

use crate::support::{at, card, cardholder, holder};

const CARDS: u64 = 4;

#[derive(Debug, Clone)]
enum Step {
    /// Cards, and for each whether the valid insert, if there is one, is named as the one to replace.
    Begin(Vec<(u64, bool)>),
    Finish(u32),
    Discard(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let inserts = prop::sample::subsequence((1..=CARDS).collect::<Vec<_>>(), 1..3)
        .prop_flat_map(|cards| cards.into_iter().map(|card| (Just(card), any::<bool>())).collect::<Vec<_>>());
    let step = prop_oneof![
        3 => inserts.prop_map(Step::Begin),
        3 => (1..8_u32).prop_map(Step::Finish),
        1 => (1..8_u32).prop_map(Step::Discard),
    ];
    prop::collection::vec(step, 1..24)
}

/// A run's state, and of each insert the card and what it replaces.
type Run = (RunState, Vec<(u64, Option<String>)>);

#[derive(Default)]
struct Model {
    runs: Vec<Run>,
    /// The valid insert of each card.
    valid: BTreeMap<u64, String>,
    voided: BTreeMap<String, String>,
}

impl Model {
    fn draft(&mut self, number: u32) -> Option<&mut Run> {
        self.runs.get_mut(number as usize - 1).filter(|(state, _)| *state == RunState::Draft)
    }

    /// Whether a run could be finished just now: every card is free, or its valid insert is the one that is replaced.
    fn allows(&self, inserts: &[(u64, Option<String>)]) -> bool {
        inserts.iter().all(|(card, replaces)| self.valid.get(card) == replaces.as_ref())
    }

    fn finish(&mut self, number: u32) -> bool {
        let Some((_, inserts)) = self.draft(number).cloned() else { return false };
        if !self.allows(&inserts) {
            return false;
        }
        for (position, (card, replaces)) in (1..).zip(inserts) {
            let serial = format!("{number:04}-{position:03}");
            if let Some(old) = replaces {
                self.voided.insert(old, serial.clone());
            }
            self.valid.insert(card, serial);
        }
        self.draft(number).unwrap().0 = RunState::Finished;
        true
    }

    fn discard(&mut self, number: u32) -> bool {
        self.draft(number).is_some_and(|(state, _)| {
            *state = RunState::Discarded;
            true
        })
    }
}

fn new_run(inserts: &[(u64, Option<String>)]) -> NewRun {
    let inserts = inserts
        .iter()
        .map(|(card, replaces)| NewInsert {
            cardholder_id: holder(&format!("u{card}")),
            card_id: Some(CardId::new(*card)),
            last_four: None,
            reprint: replaces.clone().map(|serial| Reprint { serial, reason: "smudged".to_owned() }),
        })
        .collect();
    NewRun { layout: "letter".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts }
}

async fn begin(journal: &Journal, model: &mut Model, chosen: &[(u64, bool)]) {
    let inserts: Vec<_> = chosen.iter().map(|(card, replace)| (*card, model.valid.get(card).filter(|_| *replace).cloned())).collect();
    let begun = journal.begin_run(new_run(&inserts)).await;
    if model.allows(&inserts) {
        model.runs.push((RunState::Draft, inserts));
        assert_eq!(begun.unwrap().number as usize, model.runs.len());
    } else {
        assert!(matches!(begun, Err(JournalError::AlreadyPrinted(_))));
    }
}

async fn compare(journal: &Journal, model: &Model) {
    let mut runs = journal.runs(100).await.unwrap();
    runs.reverse();
    assert_eq!(runs.iter().map(|run| run.state).collect::<Vec<_>>(), model.runs.iter().map(|run| run.0).collect::<Vec<_>>());
    for number in 1..=CARDS {
        let printed = journal.inserts_of(&holder(&format!("u{number}"))).await.unwrap();
        let valid: Vec<_> = printed.iter().filter(|found| found.state == InsertState::Printed).map(|found| &found.serial).collect();
        assert_eq!(valid, model.valid.get(&number).into_iter().collect::<Vec<_>>());
        for found in printed.iter().filter(|found| found.state == InsertState::Voided) {
            assert_eq!(found.voided_by.as_ref(), model.voided.get(&found.serial));
        }
    }
    let needing = journal.needing_insert(100).await.unwrap();
    assert_eq!(journal.needing_insert_count(100).await.unwrap() as usize, needing.len());
    assert_eq!(journal.needing_insert_count(1).await.unwrap() as usize, needing.len().min(1));
    assert_eq!(needing.len() as u64, CARDS - model.valid.len() as u64);
}

async fn run(steps: Vec<Step>) {
    let journal = Journal::open_in_memory().await.unwrap();
    for number in 1..=CARDS {
        let id = format!("u{number}");
        journal.upsert_cardholders(&[cardholder(&id, "Ana", "López")]).await.unwrap();
        journal.upsert_cards(&[card(number, &id, CardState::Inactive)]).await.unwrap();
    }
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Begin(chosen) => begin(&journal, &mut model, &chosen).await,
            Step::Finish(number) => {
                let finished = journal.finish_run(number, &SentTo::File("a.pdf".to_owned()), at(1)).await;
                assert_eq!(finished.is_ok(), model.finish(number), "{number}: {finished:?}");
            }
            Step::Discard(number) => {
                let discarded = journal.discard_run(number, at(1)).await;
                assert_eq!(discarded.is_ok(), model.discard(number), "{number}: {discarded:?}");
            }
        }
        compare(&journal, &model).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_card_has_one_valid_insert_and_it_is_the_one_the_rules_name(steps in steps()) {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(run(steps));
    }
}
