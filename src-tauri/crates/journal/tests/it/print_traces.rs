//! What a run leaves behind: what was asked for, its steps, pages that were printed again, and the queue's reasons.

use cardesk_domain::{CardId, CardState};
use cardesk_journal::{
    Happening, HappeningFilter, HappeningsOf, InsertState, Journal, JournalError, NewInsert, NewRun, PageReprint, Reprint, RunAsked,
    RunState, RunStep, SentTo,
};

use crate::support::{at, card, cardholder, holder, place, plain};

fn insert(cardholder_id: &str, card_id: u64) -> NewInsert {
    NewInsert { cardholder_id: holder(cardholder_id), card_id: Some(CardId::new(card_id)), last_four: None, reprint: None }
}

fn run(inserts: Vec<NewInsert>) -> NewRun {
    NewRun { layout: "a4-8-up".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts }
}

fn asked() -> RunAsked {
    RunAsked { request: r#"{"layout":"eight_up_a4"}"#.to_owned(), destination: SentTo::Printer("hp".to_owned()) }
}

fn printed(serial: &str) -> Happening {
    Happening {
        at: at(9),
        operator: "ana".to_owned(),
        cardholder_id: Some(holder("u1")),
        card_id: Some(CardId::new(1)),
        action: "insert_printed".to_owned(),
        reference: None,
        serial: Some(serial.to_owned()),
        result: "done".to_owned(),
        detail: None,
    }
}

async fn fill(journal: &Journal) {
    let people = ["u1", "u2", "u3"].map(|id| cardholder(id, "Ana", id));
    journal.upsert_cardholders(&people).await.unwrap();
    let cards = [1, 2, 3].map(|number| card(number, &format!("u{number}"), CardState::Inactive));
    journal.upsert_cards(&cards).await.unwrap();
}

async fn desk() -> Journal {
    let journal = Journal::open_in_memory().await.unwrap();
    fill(&journal).await;
    journal
}

async fn recorded(journal: &Journal) -> Vec<String> {
    let page = journal.happenings_of(HappeningsOf::Cardholder(&holder("u1")), &HappeningFilter::default(), 10_000).await.unwrap();
    page.rows.into_iter().filter_map(|(_, happening)| happening.serial).collect()
}

#[tokio::test]
async fn an_interrupted_run_still_has_everything_that_making_it_again_needs() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    fill(&journal).await;
    journal.begin_run_as_asked(run(vec![insert("u1", 1), insert("u2", 2)]), &asked()).await.unwrap();
    let steps = [
        RunStep::Writing("/x/.cardesk-0001.part".to_owned()),
        RunStep::Saving { path: "/x/Insertos.pdf".to_owned(), digest: "a".repeat(64) },
        RunStep::Printing("hp".to_owned()),
    ];
    for step in &steps {
        journal.note_run_step(1, step, at(1)).await.unwrap();
    }
    journal.close().await;
    drop(journal);

    let journal = plain(&path).await;
    assert_eq!(journal.run_asked(1).await.unwrap(), Some(asked()));
    assert_eq!(journal.run_steps(1).await.unwrap(), steps);
    assert_eq!(journal.draft_runs().await.unwrap()[0].number, 1);
    journal.check_draft(1).await.unwrap();
    journal.finish_made_run(1, &SentTo::Printer("hp".to_owned()), 1, at(2), &[printed("0001-001")]).await.unwrap();
    let run = journal.print_run(1).await.unwrap().unwrap();
    assert_eq!((run.state, run.pages, run.inserts), (RunState::Finished, Some(1), 2));
    assert_eq!(recorded(&journal).await, ["0001-001"]);
    assert_eq!(journal.run_asked(2).await.unwrap(), None);
}

#[tokio::test]
async fn where_the_pages_of_each_run_were_last_written_is_named_whatever_came_after() {
    let journal = desk().await;
    for number in 1..=3 {
        journal.begin_run(run(vec![insert(&format!("u{number}"), number)])).await.unwrap();
        journal.note_run_step(u32::try_from(number).unwrap(), &RunStep::Writing(format!("/x/{number}.part")), at(1)).await.unwrap();
    }
    journal.note_run_step(1, &RunStep::Writing("/x/1b.part".to_owned()), at(1)).await.unwrap();
    // The program may have ended right after this, with the pages still there.
    journal.note_run_step(2, &RunStep::Printing("hp".to_owned()), at(1)).await.unwrap();
    let mut unfinished = journal.unfinished_files().await.unwrap();
    unfinished.sort();
    assert_eq!(unfinished, ["/x/1b.part", "/x/2.part", "/x/3.part"]);
    journal.discard_run(3, at(2)).await.unwrap();
    assert!(journal.note_run_step(3, &RunStep::Writing("/x/4.part".to_owned()), at(3)).await.is_err(), "it was given up");
    assert!(journal.note_run_step(9, &RunStep::Writing("/x/4.part".to_owned()), at(3)).await.is_err(), "there is none");
}

#[tokio::test]
async fn a_draft_that_another_run_has_overtaken_is_told_before_anything_is_made() {
    let journal = desk().await;
    journal.begin_run(run(vec![insert("u1", 1), insert("u2", 2)])).await.unwrap();
    journal.begin_run(run(vec![insert("u2", 2)])).await.unwrap();
    journal.check_draft(1).await.unwrap();
    journal.finish_run(2, &SentTo::File("b.pdf".to_owned()), at(1)).await.unwrap();
    let overtaken = journal.check_draft(1).await;
    assert!(matches!(&overtaken, Err(JournalError::AlreadyPrinted(serial)) if serial == "0002-001"), "{overtaken:?}");

    let again =
        |reason: &str| NewInsert { reprint: Some(Reprint { serial: "0002-001".to_owned(), reason: reason.to_owned() }), ..insert("u2", 2) };
    journal.begin_run(run(vec![again("roto")])).await.unwrap();
    journal.check_draft(3).await.unwrap();
    journal.begin_run(run(vec![again("mojado")])).await.unwrap();
    journal.finish_run(4, &SentTo::File("d.pdf".to_owned()), at(1)).await.unwrap();
    assert!(matches!(journal.check_draft(3).await, Err(JournalError::InsertNotPrinted(serial)) if serial == "0002-001"));
    journal.discard_run(1, at(2)).await.unwrap();
    assert!(matches!(journal.check_draft(1).await, Err(JournalError::RunNotDraft(1))));
}

#[tokio::test]
async fn a_reprint_counts_although_a_person_voided_the_old_insert_while_it_was_with_the_printer() {
    let journal = desk().await;
    journal.begin_run(run(vec![insert("u1", 1)])).await.unwrap();
    journal.finish_run(1, &SentTo::File("a.pdf".to_owned()), at(1)).await.unwrap();
    let again = NewInsert { reprint: Some(Reprint { serial: "0001-001".to_owned(), reason: "roto".to_owned() }), ..insert("u1", 1) };
    journal.begin_run(run(vec![again])).await.unwrap();
    journal.void_insert("0001-001", "se mojó", &[]).await.unwrap();
    journal.check_draft(2).await.unwrap();
    journal.finish_run(2, &SentTo::Printer("hp".to_owned()), at(2)).await.unwrap();
    let old = journal.insert("0001-001").await.unwrap().unwrap();
    assert_eq!((old.voided_by, old.voided_why.as_deref()), (None, Some("se mojó")), "what the person said stays");
    assert_eq!(journal.insert("0002-001").await.unwrap().unwrap().state, InsertState::Printed);
}

#[tokio::test]
async fn voiding_and_what_the_record_says_of_it_are_written_together() {
    let journal = desk().await;
    journal.begin_run(run(vec![insert("u1", 1)])).await.unwrap();
    let refused = journal.void_insert("0001-001", "se mojó", &[printed("0001-001")]).await;
    assert!(matches!(refused, Err(JournalError::InsertNotPrinted(_))), "{refused:?}");
    assert!(recorded(&journal).await.is_empty());
    journal.finish_run(1, &SentTo::File("a.pdf".to_owned()), at(1)).await.unwrap();
    journal.void_insert("0001-001", "se mojó", &[printed("0001-001")]).await.unwrap();
    assert_eq!(recorded(&journal).await, ["0001-001"]);
}

#[tokio::test]
async fn what_the_record_says_of_a_run_is_written_with_it_or_not_at_all() {
    let journal = desk().await;
    for _ in 0..2 {
        journal.begin_run(run(vec![insert("u1", 1)])).await.unwrap();
    }
    let file = SentTo::File("a.pdf".to_owned());
    journal.finish_made_run(1, &file, 1, at(1), &[printed("0001-001")]).await.unwrap();
    let refused = journal.finish_made_run(2, &file, 1, at(1), &[printed("0002-001")]).await;
    assert!(matches!(refused, Err(JournalError::AlreadyPrinted(_))), "{refused:?}");
    assert_eq!(recorded(&journal).await, ["0001-001"]);
}

#[tokio::test]
async fn pages_that_were_printed_again_stay_on_record_and_their_inserts_as_they_were() {
    let journal = desk().await;
    journal.begin_run(run(vec![insert("u1", 1), insert("u2", 2)])).await.unwrap();
    let reprint = |pages: &str| PageReprint {
        at: at(5),
        operator: "luz".to_owned(),
        pages: pages.to_owned(),
        reason: "atasco".to_owned(),
        sent_to: SentTo::File(format!("/x/{pages}.pdf")),
    };
    assert!(journal.note_page_reprint(1, &reprint("1"), &[]).await.is_err(), "it is a draft");
    journal.finish_run(1, &SentTo::File("/x/a.pdf".to_owned()), at(1)).await.unwrap();
    for pages in ["1", "1-2, 4"] {
        journal.note_page_reprint(1, &reprint(pages), &[printed("0001-001")]).await.unwrap();
    }
    assert_eq!(journal.page_reprints(1).await.unwrap(), [reprint("1"), reprint("1-2, 4")]);
    assert_eq!(recorded(&journal).await, ["0001-001", "0001-001"]);
    assert!(journal.inserts_of_run(1).await.unwrap().iter().all(|insert| insert.state == InsertState::Printed));
    for (path, is_ours) in [("/x/a.pdf", true), ("/x/1.pdf", true), ("/x/b.pdf", false), ("", false)] {
        assert_eq!(journal.has_saved_run(path).await.unwrap(), is_ours, "{path}");
    }
}

#[tokio::test]
async fn the_queue_says_whose_insert_was_voided() {
    let journal = desk().await;
    journal.begin_run(run(vec![insert("u1", 1)])).await.unwrap();
    journal.finish_run(1, &SentTo::File("a.pdf".to_owned()), at(1)).await.unwrap();
    journal.void_insert("0001-001", "se mojó", &[]).await.unwrap();
    let queue = journal.needing_insert(10).await.unwrap();
    let voided: Vec<_> = queue.iter().map(|needing| (needing.card.id.get(), needing.voided.as_deref(), needing.is_replacement)).collect();
    assert_eq!(voided, [(1, Some("0001-001"), false), (2, None, false), (3, None, false)]);
}

#[tokio::test]
async fn cards_by_name_have_their_valid_insert() {
    let journal = desk().await;
    journal.upsert_cards(&[card(2, "u2", CardState::Active)]).await.unwrap();
    journal.begin_run(run(vec![insert("u1", 1), insert("u2", 2)])).await.unwrap();
    journal.finish_run(1, &SentTo::File("a.pdf".to_owned()), at(1)).await.unwrap();
    let mut cards = journal.cards_by_name().await.unwrap();
    cards.sort_by_key(|card| card.card_id.get());
    let found: Vec<_> = cards.iter().map(|card| (card.card_id.get(), &*card.last_name, card.valid_serial.as_deref())).collect();
    assert_eq!(found, [(1, "u1", Some("0001-001")), (2, "u2", None), (3, "u3", None)], "only of those that wait");
}

#[tokio::test]
async fn a_long_run_is_begun_and_finished_as_a_short_one_is() {
    const INSERTS: u64 = 2_345;
    let journal = Journal::open_in_memory().await.unwrap();
    let people: Vec<_> = (0..INSERTS).map(|number| cardholder(&format!("p{number:04}"), "Ana", "Yax")).collect();
    journal.upsert_cardholders(&people).await.unwrap();
    let cards: Vec<_> = (0..INSERTS).map(|number| card(number, &format!("p{number:04}"), CardState::Inactive)).collect();
    journal.upsert_cards(&cards).await.unwrap();
    let inserts: Vec<_> = (0..INSERTS).map(|number| insert(&format!("p{number:04}"), number)).collect();
    let mut wrong = inserts.clone();
    wrong[2_000].card_id = Some(CardId::new(7));
    assert!(matches!(journal.begin_run(run(wrong)).await, Err(JournalError::InvalidRun(_))));
    let draft = journal.begin_run(run(inserts)).await.unwrap();
    assert_eq!((draft.number, draft.serials.len(), &*draft.serials[2_344]), (1, 2_345, "0001-2345"));
    let happenings: Vec<Happening> = draft.serials.iter().map(|serial| printed(serial)).collect();
    journal.finish_made_run(1, &SentTo::File("a.pdf".to_owned()), 294, at(1), &happenings).await.unwrap();
    let mut kept = recorded(&journal).await;
    kept.reverse();
    assert_eq!(kept, draft.serials);
    assert_eq!(journal.needing_insert_count(10).await.unwrap(), 0);
}
