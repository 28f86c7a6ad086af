//! The packing line at the end of a large run: what it takes from a scan to the insert on show, and from the last four to
//! packed, on an encrypted journal. The operator is to have the next one within 100 ms.

use std::path::Path;
use std::time::{Duration, Instant};

use cardesk_domain::{CardId, CardState};
use cardesk_journal::{
    CardRecord, CardholderRecord, CardholderSource, Encryption, Happening, Journal, JournalKey, NewInsert, NewPacking, NewRun,
    PackingBasis, SentTo,
};
use jiff::Timestamp;
use jiff::civil::date;

/// The inserts of the run.
const INSERTS: u64 = 10_000;

/// How many of them are packed.
const PACKED: u64 = 300;

/// How long each step took, sorted.
pub(crate) struct PackingTimes {
    pub(crate) scan: Vec<Duration>,
    pub(crate) pack: Vec<Duration>,
}

impl PackingTimes {
    /// The longest of a step, in milliseconds.
    pub(crate) fn longest_ms(times: &[Duration]) -> f64 {
        times.iter().max().map_or(0.0, Duration::as_secs_f64) * 1_000.0
    }
}

pub(crate) async fn measure(folder: &Path) -> PackingTimes {
    let journal = Journal::open(folder.join("packing"), Encryption::Key(JournalKey::from_bytes([7; 32]))).await.unwrap();
    let people: Vec<CardholderRecord> = (1..=INSERTS).map(person).collect();
    journal.upsert_cardholders(&people).await.unwrap();
    let cards: Vec<CardRecord> = (1..=INSERTS).map(card).collect();
    journal.upsert_cards(&cards).await.unwrap();
    let run = NewRun {
        layout: "eight_up_letter".to_owned(),
        language: "spanish".to_owned(),
        operator: "ana".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        inserts: cards.iter().map(insert).collect(),
    };
    let serials = journal.begin_run(run).await.unwrap().serials;
    journal.finish_run(1, &SentTo::File("inserts.pdf".to_owned()), Timestamp::UNIX_EPOCH).await.unwrap();
    let mut times = PackingTimes { scan: Vec::new(), pack: Vec::new() };
    // From all over the run, as plastics lie in a box.
    for number in 0..PACKED {
        let card = &cards[usize::try_from(number * 7_919 % INSERTS).unwrap()];
        let serial = &serials[usize::try_from(card.id.get() - 1).unwrap()];
        let begun = Instant::now();
        assert!(journal.open_packing_stop().await.unwrap().is_none());
        let shown = journal.insert_to_pack(serial).await.unwrap().unwrap();
        times.scan.push(begun.elapsed());
        assert!(shown.packing.is_none());
        let begun = Instant::now();
        pack(&journal, serial, card).await;
        times.pack.push(begun.elapsed());
    }
    journal.close().await;
    times
}

/// What the desk does between the last four and the next insert.
async fn pack(journal: &Journal, serial: &str, card: &CardRecord) {
    assert!(journal.open_packing_stop().await.unwrap().is_none());
    let insert = journal.insert_to_pack(serial).await.unwrap().unwrap();
    assert_eq!(insert.last_four, card.last_four);
    assert!(journal.card(card.id).await.unwrap().is_some());
    assert!(journal.replacements_of_card(card.id).await.unwrap().is_empty());
    assert!(journal.packing_of_card(card.id).await.unwrap().is_none());
    assert!(journal.packing_by_digits_alone(insert.last_four.as_ref().unwrap()).await.unwrap().is_none());
    let new = NewPacking {
        serial: serial.to_owned(),
        card_id: Some(card.id),
        last_four: card.last_four.clone().unwrap(),
        basis: PackingBasis::Printed,
        day: date(2026, 11, 24),
        at: Timestamp::UNIX_EPOCH,
        operator: "ana".to_owned(),
    };
    let happening = Happening {
        at: Timestamp::UNIX_EPOCH,
        operator: "ana".to_owned(),
        cardholder_id: Some(card.cardholder_id.clone()),
        card_id: Some(card.id),
        action: "insert_packed".to_owned(),
        reference: None,
        serial: Some(serial.to_owned()),
        result: "done".to_owned(),
        detail: None,
    };
    journal.pack(&new, &happening).await.unwrap();
}

fn person(number: u64) -> CardholderRecord {
    CardholderRecord {
        id: format!("5f0c7a52-6f5e-4a39-9d0b-{number:012}").parse().unwrap(),
        first_name: "María José".to_owned(),
        last_name: format!("Ramírez {number}"),
        username: format!("p{number}@example.com"),
        phone_number: None,
        address: None,
        country_of_birth: None,
        place_of_birth: None,
        gender: None,
        marital_status: None,
        date_of_birth: None,
        document_type: None,
        document_number: None,
        nit: None,
        status: None,
        registered_at: None,
        source: CardholderSource::Gateway,
        seen_at: Timestamp::UNIX_EPOCH,
    }
}

fn card(number: u64) -> CardRecord {
    CardRecord {
        id: CardId::new(number),
        cardholder_id: person(number).id,
        last_four: Some(format!("{:04}", number % 10_000).parse().unwrap()),
        alias: None,
        state: CardState::Inactive,
        currency: None,
        balance: None,
        pending_debits: None,
        pending_credits: None,
        expiry: None,
        embossed_name: None,
        issued_at: None,
        activated_at: None,
        seen_at: Timestamp::UNIX_EPOCH,
    }
}

fn insert(card: &CardRecord) -> NewInsert {
    NewInsert { cardholder_id: card.cardholder_id.clone(), card_id: Some(card.id), last_four: card.last_four.clone(), reprint: None }
}
