//! A company's own sheets keep every version that something was printed on; what became of a job is written down once.

use cardesk_domain::{CardId, CardState};
use cardesk_journal::{
    DirectoryFilter, DirectoryQuery, InsertState, Journal, JournalError, NewInsert, NewPrintJob, NewRun, PrintJobState, RunState, SentTo,
    SheetRecord, WrittenBy,
};

use crate::support::{at, card, cardholder, holder, past_the_journal, place, plain, takes};

const LABELS: SheetRecord = SheetRecord {
    sheet_width: 210_000,
    sheet_height: 297_000,
    columns: 2,
    rows: 4,
    left: 4_650,
    top: 13_100,
    pitch_across: 101_600,
    pitch_down: 67_700,
    cell_width: 99_100,
    cell_height: 67_700,
    is_cut: false,
};

fn ana(seconds: i64) -> WrittenBy<'static> {
    WrittenBy { operator: "ana", at: at(seconds) }
}

#[tokio::test]
async fn an_edited_sheet_leaves_the_version_before_as_it_was() {
    let journal = Journal::open_in_memory().await.unwrap();
    let first = journal.write_own_sheet(None, "Etiquetas", &LABELS, ana(0)).await.unwrap();
    assert_eq!((first.number, first.version), (1, 1));
    let wider = SheetRecord { columns: 1, ..LABELS };
    let second = journal.write_own_sheet(Some(1), "Etiquetas anchas", &wider, ana(1)).await.unwrap();
    assert_eq!((second.number, second.version), (1, 2));
    assert_eq!(journal.own_sheets().await.unwrap(), *std::slice::from_ref(&second));
    assert_eq!(journal.own_sheet(1, Some(1)).await.unwrap(), Some(first));
    assert_eq!(journal.own_sheet(1, None).await.unwrap(), Some(second));
}

#[tokio::test]
async fn a_removed_sheet_is_off_the_offer_and_its_measures_stay_known() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.write_own_sheet(None, "Etiquetas", &LABELS, ana(0)).await.unwrap();
    journal.remove_own_sheet(1, ana(1)).await.unwrap();
    assert_eq!(journal.own_sheets().await.unwrap(), []);
    assert_eq!(journal.own_sheet(1, Some(1)).await.unwrap().unwrap().measures, LABELS);
    for unknown in [1, 9] {
        let refused = journal.write_own_sheet(Some(unknown), "Otra", &LABELS, ana(2)).await.unwrap_err();
        assert!(matches!(refused, JournalError::UnknownOwnSheet(number) if number == unknown), "{refused}");
    }
    assert_eq!(journal.write_own_sheet(None, "Etiquetas", &LABELS, ana(3)).await.unwrap().number, 2, "a number is never used again");
}

#[tokio::test]
async fn a_job_is_known_until_it_ended_and_ends_once() {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.upsert_cardholders(&[cardholder("u1", "Ana", "u1")]).await.unwrap();
    journal.upsert_cards(&[card(1, "u1", CardState::Inactive)]).await.unwrap();
    let insert = NewInsert { cardholder_id: holder("u1"), card_id: None, last_four: None, reprint: None };
    let run =
        NewRun { layout: "a4-8-up".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts: vec![insert] };
    journal.begin_run(run).await.unwrap();
    let new =
        NewPrintJob { run_number: 1, printer: "Oficina", job: 41, state: PrintJobState::Waiting, words: None, operator: "ana", at: at(1) };
    let number = journal.begin_print_job(&new).await.unwrap();
    journal.note_print_job(number, PrintJobState::Stopped, Some("sin papel"), at(60)).await.unwrap();
    let open = journal.print_jobs_since(at(100)).await.unwrap();
    assert_eq!((open.len(), open[0].state, open[0].words.as_deref(), open[0].job), (1, PrintJobState::Stopped, Some("sin papel"), 41));

    journal.note_print_job(number, PrintJobState::Cancelled, None, at(120)).await.unwrap();
    journal.note_print_job(number, PrintJobState::Done, None, at(130)).await.unwrap();
    assert_eq!(journal.print_jobs_since(at(110)).await.unwrap()[0].state, PrintJobState::Cancelled);
    assert_eq!(journal.print_jobs_since(at(121)).await.unwrap(), []);
    let nobodys = NewPrintJob { run_number: 9, ..new };
    assert!(journal.begin_print_job(&nobodys).await.is_err(), "a job is of a run");
}

#[tokio::test]
async fn a_run_is_a_draft_again_only_where_its_job_came_to_nothing_whoever_writes() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.upsert_cardholders(&[cardholder("u1", "Ana", "u1")]).await.unwrap();
    journal.upsert_cards(&[card(1, "u1", CardState::Inactive)]).await.unwrap();
    let insert = NewInsert { cardholder_id: holder("u1"), card_id: Some(CardId::new(1)), last_four: None, reprint: None };
    let run =
        NewRun { layout: "a4-8-up".to_owned(), language: "es".to_owned(), operator: "ana".to_owned(), at: at(0), inserts: vec![insert] };
    journal.begin_run(run).await.unwrap();
    let to = SentTo::Printer("Oficina".to_owned());
    journal.finish_run(1, &to, at(1)).await.unwrap();
    let new =
        NewPrintJob { run_number: 1, printer: "Oficina", job: 41, state: PrintJobState::Held, words: None, operator: "ana", at: at(1) };
    let job = journal.begin_print_job(&new).await.unwrap();
    let mut connection = past_the_journal(&path).await;
    let back = "UPDATE print_runs SET state = 'draft', ended_at = NULL, sent_to = NULL, sent_to_name = NULL";
    for state in [PrintJobState::Stopped, PrintJobState::Printing] {
        journal.note_print_job(job, state, None, at(2)).await.unwrap();
        for statement in ["UPDATE inserts SET state = 'drafted'", back] {
            assert!(!takes(&mut connection, statement).await, "{state:?}: {statement}");
        }
    }
    assert!(journal.end_print_job(job, PrintJobState::Cancelled, Some("en el panel"), at(3), &[]).await.unwrap());
    assert!(!journal.end_print_job(job, PrintJobState::Aborted, None, at(4), &[]).await.unwrap(), "it ends once");
    let insert = journal.insert("0001-001").await.unwrap().unwrap();
    assert_eq!((insert.state, insert.run.state, insert.run.sent_to), (InsertState::Drafted, RunState::Draft, None));
    let query = DirectoryQuery { filter: DirectoryFilter::CardWithoutInsert, limit: 9, ..DirectoryQuery::default() };
    assert_eq!(journal.directory(&query).await.unwrap().matched, 1, "its card waits for an insert");
    journal.finish_run(1, &to, at(5)).await.unwrap();
    assert_eq!(journal.directory(&query).await.unwrap().matched, 0);
    // Counted by somebody who has its pages, it stays so: nothing makes it a draft but another job.
    assert!(!journal.end_print_job(job, PrintJobState::Cancelled, None, at(6), &[]).await.unwrap());
}
