//! Random desks: whatever is drafted, moved and restarted, the database stands where a model of the rules stands.

use std::collections::BTreeMap;

use cardesk_domain::{CardId, OperationEvent, OperationKind, OperationState};
use cardesk_journal::{Evidence, Journal, JournalError, NewOperation};
use proptest::prelude::*;

use crate::support::{at, enough, holder, issue, load, reference};

#[derive(Debug, Clone)]
enum Step {
    Draft { reference: u64, kind: OperationKind, target: u64, amount: u8 },
    Advance { reference: u64, event: OperationEvent },
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..8_u64, prop::sample::select(OperationKind::ALL.to_vec()), 0..2_u64, 1..3_u8)
            .prop_map(|(reference, kind, target, amount)| Step::Draft { reference, kind, target, amount }),
        8 => (0..9_u64, prop::sample::select(OperationEvent::ALL.to_vec()))
            .prop_map(|(reference, event)| Step::Advance { reference, event }),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..60)
}

/// Kind, card or cardholder, amount.
type Shape = (OperationKind, u64, u8);

/// Which movements it leaves, in the plainest form: the card, whether the money goes onto it, how much; and issued cards.
fn movements((kind, target, amount): Shape) -> Vec<(bool, u64, bool, u8)> {
    match kind {
        OperationKind::Issue => vec![(true, target, true, 0)],
        OperationKind::Load | OperationKind::AdjustmentLoad => vec![(false, target, true, amount)],
        OperationKind::Withdrawal | OperationKind::AdjustmentWithdrawal => vec![(false, target, false, amount)],
        OperationKind::Transfer => vec![(false, target, false, amount), (false, 1 - target, true, amount)],
    }
}

fn is_alike(one: Shape, other: Shape) -> bool {
    movements(one).iter().any(|movement| movements(other).contains(movement))
}

/// What the rules say, in the plainest form: where each operation stands, and how many moves it made.
#[derive(Default)]
struct Model(BTreeMap<u64, (Shape, OperationState, usize)>);

#[derive(Debug, PartialEq)]
enum Expected {
    Stands(OperationState),
    Taken,
    Nobody,
    Illegal,
    Alike,
}

impl Model {
    fn draft(&mut self, reference: u64, alike: Shape) -> Expected {
        if self.0.contains_key(&reference) {
            return Expected::Taken;
        }
        self.0.insert(reference, (alike, OperationState::Drafted, 0));
        Expected::Stands(OperationState::Drafted)
    }

    fn advance(&mut self, reference: u64, event: OperationEvent) -> Expected {
        let Some((alike, state, _)) = self.0.get(&reference).copied() else { return Expected::Nobody };
        let Ok(after) = state.after(event) else { return Expected::Illegal };
        let is_in_the_way = |(other, (others, state, _)): &(&u64, &(Shape, OperationState, usize))| {
            **other != reference && is_alike(*others, alike) && state.is_open()
        };
        if after == OperationState::Intent && self.0.iter().any(|entry| is_in_the_way(&entry)) {
            return Expected::Alike;
        }
        if let Some((_, state, moves)) = self.0.get_mut(&reference) {
            *state = after;
            *moves += 1;
        }
        Expected::Stands(after)
    }

    fn restart(&mut self) -> Vec<u64> {
        let mut turned = Vec::new();
        for (reference, (_, state, moves)) in &mut self.0 {
            if *state == OperationState::Intent {
                *state = OperationState::Unknown;
                *moves += 1;
                turned.push(*reference);
            }
        }
        turned
    }
}

fn drafted(number: u64, kind: OperationKind, target: u64, amount: u8) -> NewOperation {
    match kind {
        OperationKind::Issue => issue(number, &format!("u{target}")),
        OperationKind::Transfer => NewOperation {
            kind,
            cardholder_id: Some(holder("u0")),
            to_card_id: Some(CardId::new(1 - target)),
            ..load(number, target, &amount.to_string())
        },
        _ => NewOperation { kind, cardholder_id: Some(holder("u0")), ..load(number, target, &amount.to_string()) },
    }
}

/// What any move can rest on; no two operations issued the same card.
fn evidence(number: u64) -> Evidence {
    Evidence { movement_id: Some(format!("m-{number}")), ..enough() }
}

fn seen(result: Result<cardesk_journal::Operation, JournalError>) -> Expected {
    match result {
        Ok(operation) => Expected::Stands(operation.state),
        Err(JournalError::ReferenceTaken(_)) => Expected::Taken,
        Err(JournalError::UnknownOperation(_)) => Expected::Nobody,
        Err(JournalError::IllegalMove(_)) => Expected::Illegal,
        Err(JournalError::LookAlikeOpen(_)) => Expected::Alike,
        Err(other) => panic!("{other}"),
    }
}

async fn run(steps: Vec<Step>) {
    let journal = Journal::open_in_memory().await.unwrap();
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Draft { reference, kind, target, amount } => {
                let amount = if kind == OperationKind::Issue { 0 } else { amount };
                let found = seen(journal.draft(drafted(reference, kind, target, amount)).await);
                assert_eq!(found, model.draft(reference, (kind, target, amount)));
            }
            Step::Advance { reference: number, event } => {
                let found = seen(journal.advance(&reference(number), event, evidence(number), "ana", at(1)).await);
                assert_eq!(found, model.advance(number, event), "{number} {event:?}");
            }
            Step::Restart => {
                let mut turned: Vec<_> =
                    journal.interrupted("start", at(2)).await.unwrap().into_iter().map(|found| found.reference).collect();
                let mut expected: Vec<_> = model.restart().into_iter().map(reference).collect();
                turned.sort();
                expected.sort();
                assert_eq!(turned, expected);
            }
        }
    }
    for (number, (_, state, moves)) in &model.0 {
        assert_eq!(journal.operation(&reference(*number)).await.unwrap().unwrap().state, *state);
        assert_eq!(journal.moves_of(&reference(*number)).await.unwrap().len(), *moves);
    }
    let open = model.0.values().filter(|(_, state, _)| state.is_open()).count();
    assert_eq!(journal.open_operations().await.unwrap().len(), open);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_database_stands_where_the_rules_stand(steps in steps()) {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(run(steps));
    }
}
