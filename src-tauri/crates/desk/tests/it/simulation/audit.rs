//! What must be true after every day, whatever went wrong: the journal and the gateway tell the same story.

use std::collections::{BTreeMap, HashMap, HashSet};

use cardesk_domain::{Amount, CardId, CardholderId, LinkKind, OperationKind};
use cardesk_gateway::{Gateway, Month, Movement};
use cardesk_journal::{BatchState, Operation};

use super::world::World;
use crate::simulated_network::BATCH_NOTE;

/// What every card of the few begins with.
const BEGAN_WITH: &str = "1000";

/// Holds journal and gateway against each other. Faults are over, and every movement is shown.
///
/// # Panics
/// With what does not hold.
pub(super) async fn audit(world: &World, cards: &[CardId], cardholders: &[CardholderId]) {
    let gateway = world.client();
    let mut operations: BTreeMap<String, Operation> = BTreeMap::new();
    for card in cards {
        for operation in world.journal().operations_of_card(*card, 100_000).await.unwrap() {
            operations.insert(operation.reference.to_string(), operation);
        }
    }
    let mut named: HashMap<(CardId, String), u32> = HashMap::new();
    for card in cards {
        let movements = movements_of(&gateway, *card).await;
        for reference in movements.iter().filter_map(our_reference) {
            assert!(operations.contains_key(&reference), "{reference} moved money and no row knows it");
            *named.entry((*card, reference)).or_default() += 1;
        }
        check_balance(&gateway, *card, &operations).await;
    }
    for (reference, operation) in &operations {
        check_operation(reference, operation, &named);
    }
    check_links(world, &operations).await;
    check_rows(world, &operations).await;
    for cardholder in cardholders {
        check_cards(world, &gateway, cardholder).await;
    }
}

async fn movements_of(gateway: &Gateway, card: CardId) -> Vec<Movement> {
    let mut movements = Vec::new();
    for month in [11, 12] {
        movements.extend(gateway.movements(card, Month::new(2026, month).unwrap()).await.unwrap());
    }
    movements
}

/// The reference of ours that a movement carries: in its own field, or at the head of a transfer's text.
fn our_reference(movement: &Movement) -> Option<String> {
    let of_text = movement.description.as_deref().and_then(|text| text.split_whitespace().next());
    let text = movement.reference.as_deref().or(of_text)?;
    text.parse::<cardesk_domain::Reference>().ok().map(|reference| reference.to_string())
}

fn was_applied(operation: &Operation) -> bool {
    operation.standing().was_done()
}

/// At most once, exactly if the journal says so, and on every card that it is about.
fn check_operation(reference: &str, operation: &Operation, named: &HashMap<(CardId, String), u32>) {
    assert!(!operation.state.is_open(), "{reference} is still {:?}", operation.state);
    let expected = u32::from(was_applied(operation));
    for card in operation.card_id.into_iter().chain(operation.to_card_id) {
        let times = named.get(&(card, reference.to_owned())).copied().unwrap_or_default();
        assert_eq!(times, expected, "{reference} is {:?}, and card {card} shows it {times} times", operation.state);
    }
}

/// The gateway's balance is what the journal's applied operations come to.
async fn check_balance(gateway: &Gateway, card: CardId, operations: &BTreeMap<String, Operation>) {
    let mut balance: Amount = BEGAN_WITH.parse().unwrap();
    for operation in operations.values().filter(|operation| was_applied(operation)) {
        let amount = operation.money.unwrap().amount();
        if operation.facts().paid_card() == Some(card) {
            balance = balance.checked_add(amount).unwrap();
        }
        if operation.facts().paying_card() == Some(card) {
            balance = balance.checked_sub(amount).unwrap();
        }
    }
    assert_eq!(gateway.card(card).await.unwrap().balance, Some(balance), "the balance of card {card}");
}

/// Of everything that takes one operation back, or that goes back to one operation by being made again, at most one was done.
async fn check_links(world: &World, operations: &BTreeMap<String, Operation>) {
    let mut done: HashMap<(LinkKind, String), u32> = HashMap::new();
    for operation in operations.values().filter(|operation| was_applied(operation)) {
        for link in world.journal().links_of(&operation.reference).await.unwrap() {
            if link.newer == operation.reference && link.kind.is_single() {
                *done.entry((link.kind, link.older.to_string())).or_default() += 1;
            }
        }
    }
    for ((kind, older), times) in done {
        assert_eq!(times, 1, "{times} applied operations name {older} by {kind:?}");
        // What came to be proved only after it was made again stands as a contradiction, until a person has cleared it.
        let older_was_applied = was_applied(&operations[&older]) && operations[&older].contradiction.is_none();
        assert!(kind != LinkKind::MakesAgain || !older_was_applied, "{older} was applied, and so was what makes it again");
    }
}

/// Of everything that was done for a row of a batch, under whatever reference, at most one was applied; and a batch that is
/// finished has no row that waits.
async fn check_rows(world: &World, operations: &BTreeMap<String, Operation>) {
    let mut done: HashMap<&str, u32> = HashMap::new();
    for operation in operations.values().filter(|operation| was_applied(operation)) {
        if let Some(note) = operation.note.as_deref().filter(|note| note.starts_with(BATCH_NOTE)) {
            *done.entry(note).or_default() += 1;
        }
    }
    for (note, times) in done {
        assert_eq!(times, 1, "{note} was applied {times} times");
    }
    let journal = world.journal();
    for batch in journal.batches(10_000).await.unwrap() {
        let counts = journal.batch_counts(batch.number).await.unwrap();
        assert_eq!(counts.underway, 0, "batch {}", batch.number);
        assert!(batch.state != BatchState::Finished || counts.waiting + counts.not_sent == 0, "batch {}: {counts:?}", batch.number);
    }
}

/// Every card beyond the first was issued by exactly one operation that says so.
async fn check_cards(world: &World, gateway: &Gateway, cardholder: &CardholderId) {
    let ours: Vec<CardId> = world.journal().cards_issued_for(cardholder).await.unwrap();
    let distinct: HashSet<CardId> = ours.iter().copied().collect();
    assert_eq!(ours.len(), distinct.len(), "two operations claim one card");
    let there = gateway.cards_of(cardholder).await.unwrap().len();
    assert_eq!(there, ours.len() + 1, "cards of {cardholder}");
    let open = world.journal().open_operations().await.unwrap();
    assert!(open.iter().all(|operation| operation.kind != OperationKind::Issue), "issuing without an outcome");
}
