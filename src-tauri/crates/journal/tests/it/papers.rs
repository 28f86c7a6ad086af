//! A company's own sheets keep every version that something was printed on; what became of a job is written down once.

use cardesk_domain::CardState;
use cardesk_journal::{Journal, JournalError, NewInsert, NewPrintJob, NewRun, PrintJobState, SheetRecord, WrittenBy};

use crate::support::{at, card, cardholder, holder};

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
