//! An insert goes into an envelope once, with its own plastic, into the open box, and not while the line is stopped.

use cardesk_domain::{CardId, CardState};
use cardesk_journal::{
    CardRecord, Happening, HappeningFilter, HappeningsOf, InsertState, Journal, JournalError, NewInsert, NewPacking, NewPackingStop,
    NewRun, PackedIn, PackingBasis, Reprint, RunStep, SentTo,
};
use jiff::civil::{Date, date};
use sqlx::Connection;

use crate::support::{at, card, cardholder, holder, past_the_journal, place, plain, takes};

const DAY: Date = date(2026, 3, 1);

fn insert(cardholder_id: &str, card_id: Option<u64>) -> NewInsert {
    let last_four = card_id.map(|id| format!("{id:04}").parse().unwrap());
    NewInsert { cardholder_id: holder(cardholder_id), card_id: card_id.map(CardId::new), last_four, reprint: None }
}

async fn print(journal: &Journal, inserts: Vec<NewInsert>) -> u32 {
    let run = NewRun { layout: "eight_up_a4".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts };
    let number = journal.begin_run(run).await.unwrap().number;
    journal.finish_run(number, &SentTo::File("inserts.pdf".to_owned()), at(1)).await.unwrap();
    number
}

/// Three people with a card each, and a run 0001 of inserts for the first two; the second names no card.
async fn fill(journal: &Journal) {
    let people = ["u1", "u2", "u3"].map(|id| cardholder(id, "Ana", id));
    journal.upsert_cardholders(&people).await.unwrap();
    journal.upsert_cards(&[1, 2, 3].map(|id| card(id, &format!("u{id}"), CardState::Inactive))).await.unwrap();
    print(journal, vec![insert("u1", Some(1)), insert("u2", None)]).await;
}

async fn desk() -> Journal {
    let journal = Journal::open_in_memory().await.unwrap();
    fill(&journal).await;
    journal
}

fn packing(serial: &str, card_id: Option<u64>, last_four: &str) -> NewPacking {
    NewPacking {
        serial: serial.to_owned(),
        card_id: card_id.map(CardId::new),
        last_four: last_four.parse().unwrap(),
        basis: PackingBasis::Printed,
        day: DAY,
        at: at(10),
        operator: "ana".to_owned(),
    }
}

fn stop(kind: &str, serial: Option<&str>) -> NewPackingStop {
    NewPackingStop {
        kind: kind.to_owned(),
        serial: serial.map(ToOwned::to_owned),
        cardholder_id: None,
        last_four: Some("4417".parse().unwrap()),
        other_serial: None,
        day: DAY,
        at: at(11),
        operator: "ana".to_owned(),
    }
}

fn said(action: &str) -> Happening {
    Happening {
        at: at(10),
        operator: "ana".to_owned(),
        cardholder_id: None,
        card_id: None,
        action: action.to_owned(),
        reference: None,
        serial: None,
        result: "done".to_owned(),
        detail: None,
    }
}

async fn pack(journal: &Journal, packing: NewPacking) -> Result<u32, JournalError> {
    journal.pack(&packing, &said("insert_packed")).await.map(|packed| packed.number)
}

fn is_refused<T: std::fmt::Debug>(result: Result<T, JournalError>, serial: &str) -> bool {
    matches!(result, Err(JournalError::PackingRefused(refused)) if refused == serial)
}

#[tokio::test]
async fn an_insert_is_packed_once_with_its_own_plastic() {
    let journal = desk().await;
    let known = journal.insert_to_pack("0001-001").await.unwrap().unwrap();
    assert_eq!((known.state, known.run_number, known.last_four.unwrap().as_str()), (InsertState::Printed, 1, "0001"));
    assert_eq!((known.cardholder.id.as_str(), known.card_id, known.packing), ("u1", Some(CardId::new(1)), None));
    assert_eq!(journal.insert_to_pack("0001-003").await.unwrap(), None);

    for wrong in [packing("0001-001", Some(1), "0002"), packing("0001-001", None, "0001"), packing("0001-001", Some(2), "0001")] {
        assert!(is_refused(pack(&journal, wrong.clone()).await, "0001-001"), "{wrong:?}");
    }
    assert_eq!(pack(&journal, packing("0001-001", Some(1), "0001")).await.unwrap(), 1);
    assert!(is_refused(pack(&journal, packing("0001-001", Some(1), "0001")).await, "0001-001"));
    let packed = journal.insert_to_pack("0001-001").await.unwrap().unwrap().packing.unwrap();
    assert_eq!((packed.number, packed.last_four.as_str(), packed.box_number, packed.day), (1, "0001", None, DAY));
    assert!(matches!(pack(&journal, packing("0009-001", None, "0001")).await, Err(JournalError::UnknownInsert(_))));
}

#[tokio::test]
async fn a_plastic_is_packed_once_until_its_insert_is_voided() {
    let journal = desk().await;
    // The insert without a card becomes a pair with a card of its own cardholder, and of nobody else.
    assert!(is_refused(pack(&journal, packing("0001-002", Some(1), "0001")).await, "0001-002"));
    assert!(is_refused(pack(&journal, packing("0001-002", Some(2), "0003")).await, "0001-002"));
    pack(&journal, packing("0001-002", Some(2), "0002")).await.unwrap();
    print(&journal, vec![insert("u2", Some(2))]).await;
    assert!(is_refused(pack(&journal, packing("0002-001", Some(2), "0002")).await, "0002-001"));
    assert_eq!(journal.packing_of_card(CardId::new(2)).await.unwrap().unwrap().serial, "0001-002");
    assert_eq!(journal.packing_by_last_four(&"0002".parse().unwrap()).await.unwrap().unwrap().serial, "0001-002");

    journal.void_insert("0001-002", "otro plástico", &[]).await.unwrap();
    assert_eq!(journal.packing_of_card(CardId::new(2)).await.unwrap(), None);
    pack(&journal, packing("0002-001", Some(2), "0002")).await.unwrap();
}

#[tokio::test]
async fn digits_alone_that_may_be_another_plastics_are_packed_with_a_persons_word_only() {
    let journal = desk().await;
    let four = |text: &str| text.parse().unwrap();
    let typed = |serial: &str, card_id, last_four: &str, basis| NewPacking { basis, ..packing(serial, card_id, last_four) };
    // The cards 4 and 5 have not been seen whole; 0002-001 and 0002-002 are theirs, and 0002-003 is that of card 3.
    let unseen = [4, 5].map(|id| CardRecord { last_four: None, ..card(id, "u3", CardState::Inactive) });
    journal.upsert_cards(&unseen).await.unwrap();
    let unnumbered = |id| NewInsert { last_four: None, ..insert("u3", Some(id)) };
    print(&journal, vec![unnumbered(4), unnumbered(5), insert("u3", Some(3))]).await;

    // The insert of u1 names card 1, that of u2 none, but card 2 is u2's.
    for (last_four, waits) in [("0001", "0001-001"), ("0002", "0001-002"), ("0003", "0002-003")] {
        assert_eq!(journal.insert_that_waits_for(&four(last_four), "0002-001").await.unwrap().as_deref(), Some(waits));
        assert_eq!(journal.insert_that_waits_for(&four(last_four), waits).await.unwrap(), None);
        assert!(is_refused(pack(&journal, typed("0002-001", Some(4), last_four, PackingBasis::Typed)).await, "0002-001"), "{last_four}");
    }
    pack(&journal, packing("0002-003", Some(3), "0003")).await.unwrap();
    assert_eq!(journal.insert_that_waits_for(&four("0003"), "0002-001").await.unwrap(), None);
    assert_eq!(journal.packing_by_digits_alone(&four("0003")).await.unwrap(), None, "a card says that they are its own");

    pack(&journal, typed("0002-001", Some(4), "0001", PackingBasis::Another)).await.unwrap();
    assert_eq!(journal.packing_by_digits_alone(&four("0001")).await.unwrap().unwrap().serial, "0002-001");
    assert!(is_refused(pack(&journal, packing("0001-001", Some(1), "0001")).await, "0001-001"));
    assert!(is_refused(pack(&journal, typed("0002-002", Some(5), "0003", PackingBasis::Typed)).await, "0002-002"));
    pack(&journal, typed("0002-002", Some(5), "0007", PackingBasis::Typed)).await.unwrap();
    assert_eq!(journal.contradicted_packings(DAY).await.unwrap(), []);

    journal.upsert_cards(&[4, 5].map(|id| card(id, "u3", CardState::Inactive))).await.unwrap();
    let contradicted = journal.contradicted_packings(DAY).await.unwrap();
    assert_eq!(contradicted.iter().map(|each| each.packing.serial.as_str()).collect::<Vec<_>>(), ["0002-001", "0002-002"]);
    assert_eq!(journal.contradicted_packings(date(2026, 3, 2)).await.unwrap(), []);
    // What turned out to be the card's own is in nobody's way.
    journal.upsert_cards(&[CardRecord { last_four: Some(four("0001")), ..card(4, "u3", CardState::Inactive) }]).await.unwrap();
    pack(&journal, packing("0001-001", Some(1), "0001")).await.unwrap();
}

#[tokio::test]
async fn only_a_valid_insert_is_packed() {
    let journal = desk().await;
    let reprint =
        NewInsert { reprint: Some(Reprint { serial: "0001-001".to_owned(), reason: "manchado".to_owned() }), ..insert("u1", Some(1)) };
    print(&journal, vec![reprint]).await;
    assert!(is_refused(pack(&journal, packing("0001-001", Some(1), "0001")).await, "0001-001"));
    let draft = NewRun {
        layout: "a4".to_owned(),
        language: "es".to_owned(),
        operator: "ana".to_owned(),
        at: at(0),
        inserts: vec![insert("u3", Some(3))],
    };
    journal.begin_run(draft).await.unwrap();
    assert!(is_refused(pack(&journal, packing("0003-001", Some(3), "0003")).await, "0003-001"));
    pack(&journal, packing("0002-001", Some(1), "0001")).await.unwrap();
}

#[tokio::test]
async fn what_a_run_may_have_left_on_paper_without_coming_to_its_end_is_among_the_cardholders_inserts() {
    let journal = desk().await;
    let on_paper = async || {
        let inserts = journal.inserts_to_pack_of(&holder("u1")).await.unwrap();
        inserts.into_iter().map(|insert| (insert.serial, insert.state)).collect::<Vec<_>>()
    };
    let printed = ("0001-001".to_owned(), InsertState::Printed);
    let draft = async |step: Option<RunStep>| {
        let reprint = Reprint { serial: "0001-001".to_owned(), reason: "manchado".to_owned() };
        let inserts = vec![NewInsert { reprint: Some(reprint), ..insert("u1", Some(1)) }];
        let run = NewRun { layout: "a4".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts };
        let number = journal.begin_run(run).await.unwrap().number;
        if let Some(step) = step {
            journal.note_run_step(number, &step, at(1)).await.unwrap();
        }
        number
    };
    let printing = draft(Some(RunStep::Printing("oficina".to_owned()))).await;
    let drafted = (format!("{printing:04}-001"), InsertState::Drafted);
    assert_eq!(on_paper().await, [drafted, printed.clone()]);
    journal.discard_run(printing, at(2)).await.unwrap();
    let discarded = (format!("{printing:04}-001"), InsertState::Discarded);
    assert_eq!(on_paper().await, [discarded.clone(), printed.clone()]);
    // Nothing of these has left the program.
    for step in [None, Some(RunStep::Writing("x.part".to_owned()))] {
        let number = draft(step).await;
        assert_eq!(on_paper().await, [discarded.clone(), printed.clone()]);
        journal.discard_run(number, at(2)).await.unwrap();
    }
    let saving = draft(Some(RunStep::Saving { path: "x.pdf".to_owned(), digest: "0".repeat(64) })).await;
    assert_eq!(on_paper().await, [(format!("{saving:04}-001"), InsertState::Drafted), discarded, printed]);
}

#[tokio::test]
async fn a_stop_waits_for_somebody_and_nothing_is_packed_meanwhile() {
    let journal = desk().await;
    let stopped = journal.stop_packing(&stop("mismatch", Some("0001-001")), &said("packing_stopped")).await.unwrap();
    assert_eq!(journal.open_packing_stop().await.unwrap(), Some(stopped.clone()));
    assert!(is_refused(pack(&journal, packing("0001-001", Some(1), "0001")).await, "0001-001"));
    let second = journal.stop_packing(&stop("unknown", None), &said("packing_stopped")).await;
    let seen = |operator: &str| Happening { operator: operator.to_owned(), cardholder_id: Some(holder("u1")), ..said("stop_seen") };
    assert!(matches!(second, Err(JournalError::LineStopped)), "{second:?}");
    journal.acknowledge_packing_stop(stopped.number, at(12), &seen("berta")).await.unwrap();
    journal.acknowledge_packing_stop(stopped.number, at(13), &seen("carla")).await.unwrap();
    assert_eq!(journal.open_packing_stop().await.unwrap(), None);
    let stops = journal.packing_stops_in(PackedIn::Day(DAY)).await.unwrap();
    assert_eq!((stops.len(), stops[0].acknowledged_at), (1, Some(at(12))));
    let record = journal.happenings_of(HappeningsOf::Cardholder(&holder("u1")), &HappeningFilter::default(), 9).await.unwrap().rows;
    let seen: Vec<_> = record.iter().filter(|(_, row)| row.action == "stop_seen").map(|(_, row)| row.operator.as_str()).collect();
    assert_eq!(seen, ["berta"], "it was seen once");
    pack(&journal, packing("0001-001", Some(1), "0001")).await.unwrap();
}

#[tokio::test]
async fn what_is_taken_out_can_be_packed_again_and_a_closed_box_stays_closed() {
    let journal = desk().await;
    let first = pack(&journal, packing("0001-001", Some(1), "0001")).await.unwrap();
    journal.undo_packing(first, "no era ella", at(12), &said("packing_undone")).await.unwrap();
    let again = journal.undo_packing(first, "no era ella", at(12), &said("packing_undone")).await;
    assert!(matches!(again, Err(JournalError::PackingStays(1))), "{again:?}");

    let begun = journal.begin_packing_box("Caja 1", at(13), &said("box_begun")).await.unwrap();
    assert!(matches!(journal.begin_packing_box("Caja 2", at(13), &said("box_begun")).await, Err(JournalError::BoxOpen)));
    let second = pack(&journal, packing("0001-001", Some(1), "0001")).await.unwrap();
    assert_eq!(journal.open_packing_box().await.unwrap().unwrap().packed, 1);
    journal.close_packing_box(begun.number, at(14), &said("box_closed")).await.unwrap();
    assert!(matches!(journal.close_packing_box(begun.number, at(14), &said("box_closed")).await, Err(JournalError::NoOpenBox(1))));
    let left = journal.undo_packing(second, "tarde", at(15), &said("packing_undone")).await;
    assert!(matches!(left, Err(JournalError::PackingStays(2))), "{left:?}");
    let boxes = journal.packing_boxes(5).await.unwrap();
    assert_eq!((boxes.len(), boxes[0].packed, boxes[0].closed_by.as_deref()), (1, 1, Some("ana")));
}

#[tokio::test]
async fn a_manifest_has_what_is_packed_and_a_run_says_what_is_missing() {
    let journal = desk().await;
    print(&journal, vec![insert("u3", Some(3))]).await;
    let begun = journal.begin_packing_box("Caja 1", at(9), &said("box_begun")).await.unwrap();
    let first = pack(&journal, packing("0001-001", Some(1), "0001")).await.unwrap();
    pack(&journal, packing("0001-002", Some(2), "0002")).await.unwrap();
    journal.undo_packing(first, "otra vez", at(12), &said("packing_undone")).await.unwrap();
    for which in [PackedIn::Box(begun.number), PackedIn::Day(DAY)] {
        let packed = journal.packed_in(which, None).await.unwrap();
        assert_eq!(packed.iter().map(|each| each.packing.serial.as_str()).collect::<Vec<_>>(), ["0001-002"]);
        let runs = journal.runs_packed_in(which).await.unwrap();
        assert_eq!(runs.iter().map(|run| (run.number, run.printed, run.packed)).collect::<Vec<_>>(), [(1, 2, 1)]);
    }
    assert_eq!(journal.packed_in(PackedIn::Day(date(2026, 3, 2)), None).await.unwrap(), []);
    let missing = journal.missing_of_run(1, 10).await.unwrap();
    assert_eq!(missing.iter().map(|each| (each.serial.as_str(), each.cardholder.id.as_str())).collect::<Vec<_>>(), [("0001-001", "u1")]);
    let waiting = journal.runs_to_pack(10).await.unwrap();
    assert_eq!(waiting.iter().map(|run| run.number).collect::<Vec<_>>(), [2, 1]);
    pack(&journal, packing("0001-001", Some(1), "0001")).await.unwrap();
    assert_eq!(journal.runs_to_pack(10).await.unwrap().iter().map(|run| run.number).collect::<Vec<_>>(), [2]);
    assert_eq!(journal.packing_days(5).await.unwrap(), [(DAY, 2)]);
    assert_eq!(journal.packed_on(DAY).await.unwrap(), 2);
    assert_eq!(journal.packed_in(PackedIn::Day(DAY), Some(1)).await.unwrap()[0].packing.serial, "0001-001");
}

#[tokio::test]
async fn every_journal_has_a_mark_of_its_own_for_its_papers_and_keeps_it() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    let mark = journal.paper_mark().await.unwrap();
    assert!(mark.len() == 3 && mark.chars().all(|sign| "23456789BCDFGHJKMNPRSTVX".contains(sign)), "{mark}");
    journal.close().await;
    assert_eq!(plain(&path).await.paper_mark().await.unwrap(), mark);
    let mut marks = std::collections::HashSet::from([mark]);
    for _ in 0..4 {
        let (_folder, path) = place();
        marks.insert(plain(&path).await.paper_mark().await.unwrap());
    }
    // That five in 13,824 are all the same does not happen.
    assert!(marks.len() > 1);
}

#[tokio::test]
async fn the_database_keeps_what_was_packed_whoever_writes() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    fill(&journal).await;
    journal.begin_packing_box("Caja 1", at(9), &said("box_begun")).await.unwrap();
    pack(&journal, packing("0001-001", Some(1), "0001")).await.unwrap();
    journal.close_packing_box(1, at(14), &said("box_closed")).await.unwrap();
    journal.stop_packing(&stop("mismatch", Some("0001-002")), &said("packing_stopped")).await.unwrap();
    journal.acknowledge_packing_stop(1, at(15), &said("stop_seen")).await.unwrap();
    let mut connection = past_the_journal(&path).await;
    let row = "INSERT INTO packings (number, serial, run_number, card_id, last_four, basis, box, day, at, operator) VALUES ";
    for statement in [
        "DELETE FROM packings".to_owned(),
        "DELETE FROM packing_stops".to_owned(),
        "DELETE FROM packing_boxes".to_owned(),
        "UPDATE packings SET last_four = '9999'".to_owned(),
        "UPDATE packings SET undone_at = 1, undone_by = 'ana', undone_why = 'x'".to_owned(),
        "UPDATE packing_boxes SET closed_at = NULL, closed_by = NULL".to_owned(),
        "UPDATE packing_stops SET last_four = NULL".to_owned(),
        "UPDATE packing_stops SET acknowledged_at = 2".to_owned(),
        format!("{row}(9, '0001-001', 1, '1', '0001', 'printed', NULL, '2026-03-01', 1, 'ana')"),
        format!("{row}(9, '0001-002', 1, '2', '0002', 'card', 1, '2026-03-01', 1, 'ana')"),
        format!("{row}(9, '0001-002', 1, '3', '0003', 'card', NULL, '2026-03-01', 1, 'ana')"),
        format!("{row}(9, '0001-002', 2, '2', '0002', 'card', NULL, '2026-03-01', 1, 'ana')"),
        format!("{row}(9, '0001-002', 1, '2', '0002', 'guessed', NULL, '2026-03-01', 1, 'ana')"),
    ] {
        assert!(!takes(&mut connection, statement.clone()).await, "{statement}");
    }
    for statement in ["INSERT INTO paper_mark VALUES (1, '222')", "UPDATE paper_mark SET mark = '222'", "DELETE FROM paper_mark"] {
        assert!(!takes(&mut connection, statement).await, "{statement}");
    }
    assert!(takes(&mut connection, format!("{row}(9, '0001-002', 1, '2', '0002', 'card', NULL, '2026-03-01', 1, 'ana')")).await);
    connection.close().await.unwrap();
}
