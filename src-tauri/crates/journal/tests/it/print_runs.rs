//! Runs are made at a stroke or not at all, numbers and serials are never used again, and a card has one valid insert.

use cardesk_domain::{CardId, CardState, CardholderId};
use cardesk_journal::{
    Addressee, AddresseeCard, CardholderRecord, DirectoryFilter, DirectoryQuery, InsertState, Journal, JournalError, NewInsert, NewRun,
    Reprint, RunState, SentTo, ValidInsert,
};
use sqlx::Connection;

use crate::support::{at, card, cardholder, holder, past_the_journal, place, plain, takes};

fn insert(cardholder_id: &str, card_id: Option<u64>) -> NewInsert {
    NewInsert { cardholder_id: holder(cardholder_id), card_id: card_id.map(CardId::new), last_four: None, reprint: None }
}

fn reprint(of: &str, cardholder_id: &str, card_id: Option<u64>) -> NewInsert {
    NewInsert { reprint: Some(Reprint { serial: of.to_owned(), reason: "jammed".to_owned() }), ..insert(cardholder_id, card_id) }
}

fn run(inserts: Vec<NewInsert>) -> NewRun {
    NewRun { layout: "eight_up_a4".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts }
}

async fn fill(journal: &Journal) {
    let people = ["u1", "u2", "u3"].map(|id| cardholder(id, "Ana", id));
    journal.upsert_cardholders(&people).await.unwrap();
    let cards = [card(1, "u1", CardState::Inactive), card(2, "u2", CardState::Inactive), card(3, "u3", CardState::Active)];
    journal.upsert_cards(&cards).await.unwrap();
}

async fn desk() -> Journal {
    let journal = Journal::open_in_memory().await.unwrap();
    fill(&journal).await;
    journal
}

fn file() -> SentTo {
    SentTo::File("inserts-0001.pdf".to_owned())
}

async fn needing(journal: &Journal) -> Vec<u64> {
    journal.needing_insert(10).await.unwrap().into_iter().map(|needing| needing.card.id.get()).collect()
}

async fn without_insert(journal: &Journal) -> Vec<String> {
    let query = DirectoryQuery { filter: DirectoryFilter::CardWithoutInsert, limit: 10, ..DirectoryQuery::default() };
    journal.directory(&query).await.unwrap().rows.into_iter().map(|row| row.cardholder.id.to_string()).collect()
}

#[tokio::test]
async fn nothing_of_a_run_counts_until_it_is_finished() {
    let journal = desk().await;
    let draft = journal.begin_run(run(vec![insert("u1", Some(1)), insert("u2", Some(2))])).await.unwrap();
    assert_eq!((draft.number, draft.serials.as_slice()), (1, ["0001-001".to_owned(), "0001-002".to_owned()].as_slice()));
    assert_eq!(journal.inserts_of(&holder("u1")).await.unwrap(), []);
    assert_eq!(needing(&journal).await, [1, 2]);
    assert_eq!(without_insert(&journal).await, ["u1", "u2"]);

    journal.finish_run(1, &SentTo::Printer("Oficina".to_owned()), at(9)).await.unwrap();
    let printed = journal.inserts_of(&holder("u1")).await.unwrap();
    assert_eq!(printed.len(), 1);
    assert_eq!((printed[0].serial.as_str(), printed[0].state), ("0001-001", InsertState::Printed));
    assert_eq!((printed[0].run.state, printed[0].run.ended_at, printed[0].run.inserts), (RunState::Finished, Some(at(9)), 2));
    assert_eq!(printed[0].run.sent_to, Some(SentTo::Printer("Oficina".to_owned())));
    assert_eq!(needing(&journal).await, [0_u64; 0]);
    assert_eq!(without_insert(&journal).await, [""; 0]);
    let listed = journal.printed_for_cards(5, 9).await.unwrap();
    let figures: Vec<_> = listed.iter().map(|printed| (&*printed.serial, printed.card.id.get(), printed.cardholder.id.as_str())).collect();
    assert_eq!(figures, [("0001-001", 1, "u1"), ("0001-002", 2, "u2")]);
    assert_eq!(listed[0].printed_at, Some(at(9)));
}

#[tokio::test]
async fn the_directory_and_the_print_room_name_the_same_cards_as_needing_an_insert() {
    let journal = Journal::open_in_memory().await.unwrap();
    let states = ["INACTIVE", "ACTIVE", "BLOCKED", "SUSPENDED", ""].map(CardState::from_gateway);
    for (number, state) in (1..).zip(states.iter().cycle().take(10)) {
        let id = format!("u{number:02}");
        journal.upsert_cardholders(&[cardholder(&id, "Ana", &id)]).await.unwrap();
        journal.upsert_cards(&[card(number, &id, state.clone())]).await.unwrap();
    }
    let printed = (6..=10).map(|number| insert(&format!("u{number:02}"), Some(number))).collect();
    journal.begin_run(run(printed)).await.unwrap();
    journal.finish_run(1, &file(), at(1)).await.unwrap();
    assert_eq!(needing(&journal).await, [1]);
    assert_eq!(without_insert(&journal).await, ["u01"]);
}

#[tokio::test]
async fn of_the_latest_runs_only_the_valid_inserts_are_offered_for_a_reprint_the_newest_run_first() {
    let journal = desk().await;
    let runs = [
        vec![insert("u1", Some(1)), insert("u3", None)],
        vec![insert("u2", Some(2))],
        vec![reprint("0001-001", "u1", Some(1))],
        vec![reprint("0001-001", "u1", Some(1))],
    ];
    for (number, inserts) in (1..).zip(runs) {
        journal.begin_run(run(inserts)).await.unwrap();
        if number == 3 {
            journal.discard_run(number, at(3)).await.unwrap();
        } else {
            journal.finish_run(number, &file(), at(i64::from(number))).await.unwrap();
        }
    }
    let serials =
        async |runs| journal.printed_for_cards(runs, 9).await.unwrap().into_iter().map(|printed| printed.serial).collect::<Vec<_>>();
    assert_eq!(serials(10).await, ["0004-001", "0002-001"]);
    assert_eq!(serials(1).await, ["0004-001"]);
}

#[tokio::test]
async fn an_insert_that_names_no_card_is_valid_once_for_its_cardholder_too() {
    let journal = desk().await;
    let twice = journal.begin_run(run(vec![insert("u1", None), insert("u1", None)])).await;
    assert!(matches!(twice, Err(JournalError::InvalidRun(_))), "{twice:?}");

    for number in [1, 2] {
        assert_eq!(journal.begin_run(run(vec![insert("u1", None), insert("u2", None)])).await.unwrap().number, number);
    }
    journal.finish_run(1, &file(), at(1)).await.unwrap();
    let came_between = journal.finish_run(2, &file(), at(2)).await;
    assert!(matches!(&came_between, Err(JournalError::AlreadyPrinted(serial)) if serial == "0001-001"), "{came_between:?}");
    let again = journal.begin_run(run(vec![insert("u1", None)])).await;
    assert!(matches!(&again, Err(JournalError::AlreadyPrinted(serial)) if serial == "0001-001"), "{again:?}");

    journal.begin_run(run(vec![reprint("0001-001", "u1", None)])).await.unwrap();
    journal.finish_run(3, &file(), at(3)).await.unwrap();
    let valid: Vec<String> = journal
        .inserts_of(&holder("u1"))
        .await
        .unwrap()
        .into_iter()
        .filter(|insert| insert.state == InsertState::Printed)
        .map(|insert| insert.serial)
        .collect();
    assert_eq!(valid, ["0003-001"]);
}

#[tokio::test]
async fn what_is_read_for_many_cardholders_at_once_is_what_is_read_for_each() {
    let journal = Journal::open_in_memory().await.unwrap();
    let people: Vec<_> = (0..1_203).map(|number| cardholder(&format!("p{number:04}"), "Ana", "Yax")).collect();
    journal.upsert_cardholders(&people).await.unwrap();
    let cards: Vec<_> = (0..1_203).map(|number| card(number, &format!("p{:04}", number / 2 * 2), CardState::Inactive)).collect();
    journal.upsert_cards(&cards).await.unwrap();
    for number in [1, 2] {
        let inserts = [0, 501, 1_202].map(|number: u64| match number {
            501 => insert("p0500", Some(501)),
            number => insert(&format!("p{number:04}"), Some(number)),
        });
        let inserts = if number == 1 { inserts.to_vec() } else { vec![reprint("0001-001", "p0000", Some(0))] };
        journal.begin_run(run(inserts)).await.unwrap();
        journal.finish_run(number, &file(), at(1)).await.unwrap();
    }

    let ids: Vec<_> = people.iter().map(|person| person.id.clone()).chain([holder("nobody")]).collect();
    let (known, of_cards) = (journal.cardholders_by_id(&ids).await.unwrap(), journal.cards_by_cardholder(&ids).await.unwrap());
    let of_inserts = journal.valid_inserts(&ids).await.unwrap();
    let addressees = journal.addressees(&ids).await.unwrap();
    assert_eq!(addressees.len(), 1_203);
    assert_eq!((known.len(), of_cards.len(), of_inserts.len()), (1_203, 602, 3));
    for id in [&ids[0], &ids[500], &ids[501], &ids[1_202], &ids[1_203]] {
        assert_eq!(known.get(id).cloned(), journal.cardholder(id).await.unwrap());
        assert_eq!(of_cards.get(id).cloned().unwrap_or_default(), journal.cards_of(id).await.unwrap());
        let mut valid = journal.inserts_of(id).await.unwrap();
        valid.retain(|insert| insert.state == InsertState::Printed);
        let valid: Vec<_> = valid.into_iter().map(|insert| ValidInsert { serial: insert.serial, card_id: insert.card_id }).collect();
        assert_eq!(of_inserts.get(id).cloned().unwrap_or_default(), valid);
        assert_eq!(addressees.get(id).cloned(), addressee_by_record(&journal, id).await);
    }
}

/// What the whole records say of an addressee.
async fn addressee_by_record(journal: &Journal, id: &CardholderId) -> Option<Addressee> {
    let CardholderRecord { id, first_name, last_name, username, address, .. } = journal.cardholder(id).await.unwrap()?;
    let cards = journal.cards_of(&id).await.unwrap().into_iter().map(|card| AddresseeCard { id: card.id, last_four: card.last_four });
    Some(Addressee { cards: cards.collect(), id, first_name, last_name, username, address })
}

#[tokio::test]
async fn a_discarded_draft_leaves_its_number_used_and_nothing_counted() {
    let journal = desk().await;
    journal.begin_run(run(vec![insert("u1", Some(1))])).await.unwrap();
    journal.discard_run(1, at(1)).await.unwrap();
    assert_eq!(journal.insert("0001-001").await.unwrap().unwrap().state, InsertState::Discarded);
    let next = journal.begin_run(run(vec![insert("u1", Some(1))])).await.unwrap();
    assert_eq!(next.number, 2);
    for (ended, number) in [(journal.finish_run(1, &file(), at(2)).await, 1), (journal.discard_run(1, at(2)).await, 1)] {
        assert!(matches!(ended, Err(JournalError::RunNotDraft(run)) if run == number));
    }
    assert!(matches!(journal.discard_run(77, at(2)).await, Err(JournalError::UnknownRun(77))));
    assert_eq!(journal.runs(10).await.unwrap().into_iter().map(|found| found.number).collect::<Vec<_>>(), [2, 1]);
}

#[tokio::test]
async fn a_run_left_by_a_crash_is_listed_and_can_be_finished_or_thrown_away() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    fill(&journal).await;
    journal.begin_run(run(vec![insert("u1", Some(1)), insert("u2", Some(2))])).await.unwrap();
    journal.close().await;
    drop(journal);
    let journal = plain(&path).await;
    let drafts = journal.draft_runs().await.unwrap();
    assert_eq!(drafts.iter().map(|draft| (draft.number, draft.inserts, draft.ended_at)).collect::<Vec<_>>(), [(1, 2, None)]);
    assert_eq!(journal.inserts_of_run(1).await.unwrap()[1].cardholder_id, holder("u2"));
    journal.discard_run(1, at(9)).await.unwrap();
    assert_eq!(journal.draft_runs().await.unwrap(), []);
}

#[tokio::test]
async fn a_reprint_voids_the_old_serial_with_its_reason_once_it_is_finished() {
    let journal = desk().await;
    journal.begin_run(run(vec![insert("u1", Some(1))])).await.unwrap();
    journal.finish_run(1, &file(), at(1)).await.unwrap();
    assert!(
        matches!(journal.begin_run(run(vec![insert("u1", Some(1))])).await, Err(JournalError::AlreadyPrinted(serial)) if serial == "0001-001")
    );

    let draft = journal.begin_run(run(vec![reprint("0001-001", "u1", Some(1))])).await.unwrap();
    assert_eq!(draft.number, 2, "a run that was refused has taken no number");
    assert_eq!(journal.insert("0001-001").await.unwrap().unwrap().state, InsertState::Printed);
    journal.finish_run(2, &file(), at(2)).await.unwrap();
    let old = journal.insert("0001-001").await.unwrap().unwrap();
    assert_eq!((old.state, old.voided_by.as_deref()), (InsertState::Voided, Some("0002-001")));
    let new = journal.insert("0002-001").await.unwrap().unwrap();
    assert_eq!(new.reprint_of, Some(Reprint { serial: "0001-001".to_owned(), reason: "jammed".to_owned() }));
    assert_eq!(
        journal.inserts_of(&holder("u1")).await.unwrap().iter().map(|found| found.serial.as_str()).collect::<Vec<_>>(),
        ["0002-001", "0001-001"]
    );
    assert!(matches!(journal.begin_run(run(vec![reprint("0001-001", "u1", Some(1))])).await, Err(JournalError::InsertNotPrinted(_))));
}

#[tokio::test]
async fn of_two_drafts_for_one_card_the_second_cannot_be_finished() {
    let journal = desk().await;
    for _ in 0..2 {
        journal.begin_run(run(vec![insert("u2", Some(2)), insert("u1", Some(1))])).await.unwrap();
    }
    journal.finish_run(1, &file(), at(1)).await.unwrap();
    assert!(matches!(journal.finish_run(2, &file(), at(2)).await, Err(JournalError::AlreadyPrinted(_))));
    assert_eq!(journal.draft_runs().await.unwrap().len(), 1);
    journal.discard_run(2, at(3)).await.unwrap();

    for _ in 0..2 {
        journal.begin_run(run(vec![reprint("0001-002", "u1", Some(1))])).await.unwrap();
    }
    journal.finish_run(3, &file(), at(4)).await.unwrap();
    assert!(matches!(journal.finish_run(4, &file(), at(5)).await, Err(JournalError::InsertNotPrinted(serial)) if serial == "0001-002"));
    assert_eq!(journal.insert("0001-002").await.unwrap().unwrap().voided_by.as_deref(), Some("0003-001"));
}

#[tokio::test]
async fn a_run_that_makes_no_sense_is_refused_and_leaves_nothing() {
    let journal = desk().await;
    let no_reason = NewInsert { reprint: Some(Reprint { serial: "0001-001".to_owned(), reason: "  ".to_owned() }), ..insert("u1", None) };
    for wrong in [
        vec![],
        vec![insert("u1", Some(1)), insert("u1", Some(1))],
        vec![insert("u1", Some(2))],
        vec![insert("u1", Some(99))],
        vec![no_reason],
    ] {
        assert!(matches!(journal.begin_run(run(wrong)).await, Err(JournalError::InvalidRun(_))));
    }
    assert!(matches!(journal.begin_run(run(vec![insert("u9", None)])).await, Err(JournalError::UnknownCardholder(_))));
    assert!(matches!(journal.begin_run(run(vec![reprint("0009-001", "u1", None)])).await, Err(JournalError::UnknownInsert(_))));
    assert_eq!(journal.runs(10).await.unwrap(), []);
}

#[tokio::test]
async fn an_insert_that_names_no_card_stands_for_the_cardholders_cards() {
    let journal = desk().await;
    journal.begin_run(run(vec![insert("u1", None)])).await.unwrap();
    journal.finish_run(1, &file(), at(1)).await.unwrap();
    assert_eq!(needing(&journal).await, [2]);
    assert_eq!(without_insert(&journal).await, ["u2"]);
}

#[tokio::test]
async fn the_database_refuses_to_unprint_revive_or_delete() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    fill(&journal).await;
    journal.begin_run(run(vec![insert("u1", Some(1))])).await.unwrap();
    journal.finish_run(1, &file(), at(1)).await.unwrap();
    journal.begin_run(run(vec![insert("u2", Some(2))])).await.unwrap();
    let mut connection = past_the_journal(&path).await;
    for statement in [
        "DELETE FROM inserts",
        "DELETE FROM print_runs",
        "UPDATE inserts SET state = 'drafted'",
        "UPDATE inserts SET state = 'voided' WHERE state = 'printed'",
        "UPDATE inserts SET card_id = NULL, state = 'printed' WHERE state = 'drafted'",
        "UPDATE print_runs SET state = 'draft', ended_at = NULL, sent_to = NULL, sent_to_name = NULL",
        "UPDATE print_runs SET state = 'discarded', sent_to = NULL, sent_to_name = NULL WHERE number = 1",
        "UPDATE print_runs SET state = 'finished', ended_at = 1 WHERE number = 2",
        "INSERT INTO print_runs (number, state, layout, language, begun_at, operator, ended_at) VALUES (9, 'discarded', '', '', 0, '', 0)",
    ] {
        assert!(!takes(&mut connection, statement).await, "{statement}");
    }
    connection.close().await.unwrap();
}
