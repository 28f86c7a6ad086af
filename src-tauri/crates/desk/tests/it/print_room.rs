//! The print room over many cards: a run is made at a stroke or not at all, an interrupted one can be made again, spoilt pages
//! come again under their serials, and any page of any run is seen at once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cardesk_desk::seams::JobState;
use cardesk_desk::view::{
    EmbosserProblem, EmbosserSource, HappeningAction, HappeningsRequest, InsertLanguage, InsertState, PagesAgainForm, PreviewCheck,
    PrintItem, PrintRequest, PrintRunView, PrintTo, PrintingPhase, QueueFilter, QueueReason, RunState, SentTo, SettingsChange,
};
use cardesk_desk::{Desk, DeskResult, ErrorCode, Field, FieldCode};
use cardesk_domain::{CardId, CardState};
use cardesk_journal::{
    CardRecord, CardholderRecord, CardholderSource, Journal, NewInsert, NewRun, RunAsked, RunStep, SentTo as JournalSentTo,
};

use crate::rig::{Rig, all_bytes_below};
use crate::small_disk::SmallDisk;

/// Long enough to be looked at while it is made.
const MANY: usize = 4_000;

fn cardholder(number: usize) -> CardholderRecord {
    CardholderRecord {
        id: format!("p-{number:05}").parse().unwrap(),
        first_name: "María José".to_owned(),
        last_name: format!("Xicará {number:05}"),
        username: format!("p{number}@example.com"),
        phone_number: None,
        address: Some("4a. avenida 12-59, zona 1".to_owned()),
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
        seen_at: crate::rig::BEGIN.parse().unwrap(),
    }
}

fn card(number: usize) -> CardRecord {
    CardRecord {
        id: CardId::new(50_000 + number as u64),
        cardholder_id: format!("p-{number:05}").parse().unwrap(),
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
        seen_at: crate::rig::BEGIN.parse().unwrap(),
    }
}

/// A journal with so many people, each with a card that waits for an insert.
async fn journal_of(people: usize) -> Journal {
    let journal = Journal::open_in_memory().await.unwrap();
    journal.upsert_cardholders(&(0..people).map(cardholder).collect::<Vec<_>>()).await.unwrap();
    journal.upsert_cards(&(0..people).map(card).collect::<Vec<_>>()).await.unwrap();
    journal
}

fn item(number: usize) -> PrintItem {
    PrintItem { cardholder_id: format!("p-{number:05}"), card_id: Some((50_000 + number).to_string()) }
}

fn request(paper: &str, cards: impl IntoIterator<Item = usize>) -> PrintRequest {
    PrintRequest {
        items: cards.into_iter().map(item).collect(),
        paper: paper.to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        for_email: false,
        language: InsertLanguage::Spanish,
        reprint_reason: None,
    }
}

fn to_accounting() -> PrintTo {
    PrintTo { printer: "contabilidad".to_owned(), tray: None, copies: 1 }
}

async fn desk_of(rig: &Rig) -> Desk {
    rig.desk_at("http://127.0.0.1:1").await
}

/// A desk over so many people.
async fn desk(people: usize) -> (Rig, Journal, Desk) {
    let journal = journal_of(people).await;
    let rig = Rig::on_journal(&journal);
    let desk = desk_of(&rig).await;
    (rig, journal, desk)
}

fn folder_of(rig: &Rig) -> PathBuf {
    rig.path("salidas")
}

async fn choose_folder(rig: &Rig, desk: &Desk) -> PathBuf {
    let folder = folder_of(rig);
    desk.change_settings(SettingsChange::OutputFolder(folder.display().to_string())).await.unwrap();
    folder
}

fn files_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Begins a long run, and comes back while its pages are being made.
async fn begun(desk: &Desk) -> tokio::task::JoinHandle<DeskResult<PrintRunView>> {
    let making = desk.clone();
    let run = tokio::spawn(async move { making.save_inserts(request("letter-trifold-10", 0..MANY)).await });
    loop {
        match desk.printing().await.unwrap() {
            Some(printing) if printing.phase == PrintingPhase::Making && printing.pages_done > 0 => {
                assert_eq!((printing.pages, printing.inserts, printing.number.as_deref()), (MANY as u32, MANY as u32, Some("0001")));
                return run;
            }
            _ => tokio::time::sleep(Duration::from_millis(2)).await,
        }
        assert!(!run.is_finished(), "too quick for a look at it");
    }
}

async fn waiting(desk: &Desk) -> usize {
    desk.insert_queue(QueueFilter::NeedsInsert).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_cancelled_leaves_nothing_but_its_number() {
    let (rig, _journal, desk) = desk(MANY).await;
    let folder = choose_folder(&rig, &desk).await;
    let run = begun(&desk).await;
    let again = desk.save_inserts(request("a4-8-up", [0])).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::RunUnderWay, "one at a time");
    assert!(desk.runs().await.unwrap().drafts.is_empty(), "a run on its way was not interrupted");
    desk.cancel_printing().await.unwrap();
    assert_eq!(run.await.unwrap().unwrap_err().code, ErrorCode::RunCancelled);
    assert_eq!((files_in(&folder), waiting(&desk).await), (vec![], MANY));
    let runs = desk.runs().await.unwrap();
    assert!(runs.printing.is_none() && runs.drafts.is_empty());
    assert_eq!(runs.runs.iter().map(|run| (&*run.number, run.state)).collect::<Vec<_>>(), [("0001", RunState::Discarded)]);
    assert_eq!(desk.save_inserts(request("a4-8-up", [0])).await.unwrap().number, "0002");
    assert!(desk.cancel_printing().await.unwrap().is_none(), "nobody is asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_the_end_of_the_program_interrupts_is_made_again_under_its_serials() {
    let (rig, _journal, desk) = desk(MANY).await;
    let folder = choose_folder(&rig, &desk).await;
    let run = begun(&desk).await;
    let at_rest = desk.come_to_rest(Duration::from_secs(600)).await.expect("it does not wait for the whole run");
    assert_eq!(run.await.unwrap().unwrap_err().code, ErrorCode::RunInterrupted);
    drop(at_rest);
    assert_eq!((files_in(&folder), waiting(&desk).await), (vec![], MANY));
    let drafts = desk.runs().await.unwrap().drafts;
    let [draft] = drafts.as_slice() else { panic!("{drafts:?}") };
    assert_eq!((draft.number.as_str(), draft.inserts, draft.destination), ("0001", MANY as u32, Some(SentTo::File)));
    assert_eq!((draft.destination_name.as_deref(), draft.may_be_on_paper), (folder.to_str(), false));

    let made = desk.make_draft("0001").await.unwrap();
    assert_eq!((made.number.as_str(), made.inserts, made.first_serial.as_deref()), ("0001", MANY as u32, Some("0001-001")));
    assert_eq!((files_in(&folder), waiting(&desk).await), (vec![format!("Insertos 0001 ({MANY}).pdf")], 0));
    assert!(desk.runs().await.unwrap().drafts.is_empty());
    assert_eq!(desk.make_draft("0001").await.unwrap_err().code, ErrorCode::RunEnded);
    assert_eq!(desk.discard_draft("0009").await.unwrap_err().code, ErrorCode::RunNotFound);
}

/// What a desk that ended in the middle of a run has left in its journal.
async fn left_behind(journal: &Journal, cards: &[usize], destination: JournalSentTo, steps: &[RunStep]) -> u32 {
    let insert = |number: &usize| NewInsert {
        cardholder_id: format!("p-{number:05}").parse().unwrap(),
        card_id: Some(CardId::new(50_000 + *number as u64)),
        last_four: card(*number).last_four,
        reprint: None,
    };
    let at = crate::rig::BEGIN.parse().unwrap();
    let run = NewRun {
        layout: "letter-8-up".to_owned(),
        language: "en".to_owned(),
        operator: "Otra".to_owned(),
        at,
        inserts: cards.iter().map(insert).collect(),
    };
    let asked = PrintRequest { language: InsertLanguage::English, ..request("letter-8-up", []) };
    let asked = RunAsked { request: serde_json::json!({ "request": asked, "to": null }).to_string(), destination };
    let number = journal.begin_run_as_asked(run, &asked).await.unwrap().number;
    for step in steps {
        journal.note_run_step(number, step, at).await.unwrap();
    }
    number
}

#[tokio::test]
async fn what_a_crash_has_left_is_removed_and_the_run_is_on_offer() {
    let journal = journal_of(20).await;
    let rig = Rig::on_journal(&journal);
    let folder = folder_of(&rig);
    std::fs::create_dir(&folder).unwrap();
    let part = folder.join(".cardesk-0001-00000000000000aa.part");
    let foreign = folder.join("cartas.part");
    std::fs::write(&part, b"names and links").unwrap();
    std::fs::write(&foreign, b"somebody's").unwrap();
    let steps = [RunStep::Writing(part.display().to_string()), RunStep::Writing(foreign.display().to_string())];
    let to_folder = || JournalSentTo::File(folder.display().to_string());
    left_behind(&journal, &[0, 1, 2], to_folder(), &steps[..1]).await;
    left_behind(&journal, &[3], to_folder(), &steps[1..]).await;

    let desk = desk_of(&rig).await;
    assert_eq!(waiting(&desk).await, 20, "nothing of it counts");
    assert_eq!(files_in(&folder), ["cartas.part"], "only what was being written is removed");
    assert_eq!(desk.session().await.unwrap().notices.len(), 1);
    assert_eq!(desk.runs().await.unwrap().drafts.len(), 2);
    let made = desk.make_draft("0001").await.unwrap();
    assert!(made.path.unwrap().ends_with("Inserts 0001 (3).pdf"), "in the language that was chosen");
    assert_eq!(desk.discard_draft("0002").await.unwrap().drafts, []);
    assert_eq!((files_in(&folder).len(), waiting(&desk).await), (2, 17));
}

#[tokio::test]
async fn a_file_that_got_its_name_just_before_the_end_is_not_left_beside_the_one_that_counts() {
    let journal = journal_of(4).await;
    let rig = Rig::on_journal(&journal);
    let folder = folder_of(&rig);
    std::fs::create_dir(&folder).unwrap();
    let (whole, taken) = (folder.join("Inserts 0001 (2).pdf"), folder.join("Inserts 0002 (2).pdf"));
    std::fs::write(&whole, b"pages").unwrap();
    std::fs::write(&taken, b"another company's run of the same number").unwrap();
    let digest = "b3d7b5fb6d4bf1b7a5dbf42ba7c1a3b9f6d3a9a0d0c9b1f0f7e1f0a4c1d2e3f4".to_owned();
    let found = {
        use sha2::{Digest, Sha256};
        Sha256::digest(b"pages").iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let to_folder = || JournalSentTo::File(folder.display().to_string());
    left_behind(&journal, &[0, 1], to_folder(), &[RunStep::Saving { path: whole.display().to_string(), digest: found }]).await;
    left_behind(&journal, &[2, 3], to_folder(), &[RunStep::Saving { path: taken.display().to_string(), digest }]).await;
    let desk = desk_of(&rig).await;
    desk.make_draft("0001").await.unwrap();
    desk.discard_draft("0002").await.unwrap();
    assert_eq!(files_in(&folder), ["Inserts 0001 (2).pdf", "Inserts 0002 (2).pdf"]);
    assert!(std::fs::read(&whole).unwrap().starts_with(b"%PDF-"));
    assert_eq!(std::fs::read(&taken).unwrap(), b"another company's run of the same number");
}

#[tokio::test]
async fn a_run_whose_pages_had_gone_to_the_printer_can_be_counted_by_whoever_has_them() {
    let journal = journal_of(6).await;
    let rig = Rig::on_journal(&journal);
    let printer = || JournalSentTo::Printer("contabilidad".to_owned());
    left_behind(&journal, &[0, 1], printer(), &[RunStep::Printing("contabilidad".to_owned())]).await;
    left_behind(&journal, &[2], printer(), &[]).await;
    let desk = desk_of(&rig).await;
    let drafts = desk.runs().await.unwrap().drafts;
    assert_eq!(drafts.iter().map(|draft| (&*draft.number, draft.may_be_on_paper)).collect::<Vec<_>>(), [("0001", true), ("0002", false)]);
    assert!(desk.count_draft("0002").await.is_err(), "nobody can have its pages");
    let runs = desk.count_draft("0001").await.unwrap();
    let counted = &runs.runs[0];
    assert_eq!(
        (&*counted.number, counted.state, counted.pages, counted.printer.as_deref()),
        ("0001", RunState::Finished, Some(1), Some("contabilidad"))
    );
    assert_eq!(waiting(&desk).await, 4);
    let made = desk.make_draft("0002").await.unwrap();
    assert_eq!((made.sent_to, rig.printing.jobs.lock().unwrap().len()), (SentTo::Printer, 1));
}

#[tokio::test]
async fn a_draft_that_another_run_has_overtaken_can_only_be_thrown_away() {
    let journal = journal_of(4).await;
    let rig = Rig::on_journal(&journal);
    left_behind(&journal, &[0, 1], JournalSentTo::File(rig.path("salidas").display().to_string()), &[]).await;
    let desk = desk_of(&rig).await;
    desk.save_inserts(request("a4-8-up", [1])).await.unwrap();
    let error = desk.make_draft("0001").await.unwrap_err();
    assert_eq!((error.code, error.params["serial"].as_str()), (ErrorCode::RunOvertaken, "0002-001"));
    assert_eq!(desk.runs().await.unwrap().drafts.len(), 1);
    assert_eq!(desk.discard_draft("0001").await.unwrap().drafts, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_stops_a_run_which_leaves_nothing() {
    let (rig, _journal, desk) = desk(MANY).await;
    let folder = folder_of(&rig);
    let Some(_disk) = SmallDisk::on(&folder, 512) else { return };
    choose_folder(&rig, &desk).await;
    let error = desk.save_inserts(request("letter-trifold-10", 0..MANY)).await.unwrap_err();
    assert_eq!((error.code, error.params["path"].as_str()), (ErrorCode::DiskFull, folder.to_str().unwrap()));
    assert_eq!((files_in(&folder), waiting(&desk).await), (vec![], MANY));
    let runs = desk.runs().await.unwrap();
    assert_eq!((runs.drafts.len(), runs.runs[0].state), (0, RunState::Discarded));
    assert_eq!(desk.save_inserts(request("a4-8-up", 0..20)).await.unwrap().pages, Some(3), "a short one has room");
}

fn pages(number: &str, pages: &str, reason: &str) -> PagesAgainForm {
    PagesAgainForm {
        number: number.to_owned(),
        pages: pages.to_owned(),
        reason: reason.to_owned(),
        printer: Some("contabilidad".to_owned()),
    }
}

#[tokio::test]
async fn after_a_jam_the_pages_that_are_named_come_again_under_their_serials() {
    let (rig, _journal, desk) = desk(20).await;
    let folder = choose_folder(&rig, &desk).await;
    desk.print_inserts(request("a4-8-up", 0..20), to_accounting()).await.unwrap();
    for (form, field, code) in [
        (pages("0001", "2", " "), Field::Reason, FieldCode::Missing),
        (pages("0001", "x", "atasco"), Field::Pages, FieldCode::PagesForm),
        (pages("0001", "2-4", "atasco"), Field::Pages, FieldCode::PagesBeyond),
    ] {
        let error = desk.print_pages_again(form).await.unwrap_err();
        assert_eq!((error.fields[0].field, error.fields[0].code), (field, code));
    }
    assert_eq!(desk.print_pages_again(pages("0002", "1", "atasco")).await.unwrap_err().code, ErrorCode::RunNotFound);
    assert_eq!(desk.run("0001").await.unwrap().page_reprints, []);

    let again = desk.print_pages_again(pages("0001", "3,2", "atasco")).await.unwrap();
    assert_eq!((again.pages.as_str(), again.page_count), ("2-3", 2));
    let titles: Vec<String> = rig.printing.jobs.lock().unwrap().iter().map(|job| job.title.clone()).collect();
    assert_eq!(titles, ["Cardesk 0001", "Cardesk 0001 (2-3)"]);
    let saved = desk.print_pages_again(PagesAgainForm { printer: None, ..pages("0001", "1", "manchada") }).await.unwrap();
    assert_eq!(files_in(&folder), ["Insertos 0001, página 1.pdf"]);
    let path = PathBuf::from(saved.path.unwrap());
    assert_eq!(desk.file_of_ours(&path).await.unwrap(), path);

    let run = desk.run("0001").await.unwrap();
    assert!(run.inserts.iter().all(|insert| insert.state == InsertState::Printed));
    assert_eq!(run.inserts.iter().map(|insert| insert.page).collect::<Vec<_>>()[7..9], [Some(1), Some(2)]);
    let told: Vec<_> = run.page_reprints.iter().map(|again| (&*again.pages, &*again.reason, &*again.operator, again.sent_to)).collect();
    assert_eq!(told, [("2-3", "atasco", "Operadora", SentTo::Printer), ("1", "manchada", "Operadora", SentTo::File)]);
    let (happened, why) = last_happening(&desk, 19).await;
    assert_eq!((happened, why.as_deref()), (HappeningAction::InsertPrintedAgain, Some("atasco")));
    assert_eq!(desk.runs().await.unwrap().runs.len(), 1, "no number was taken");
    assert_eq!(waiting(&desk).await, 0);
}

async fn last_happening(desk: &Desk, person: usize) -> (HappeningAction, Option<String>) {
    happened_lately(desk, person, 1).await.remove(0)
}

/// The newest first.
async fn happened_lately(desk: &Desk, person: usize, limit: u32) -> Vec<(HappeningAction, Option<String>)> {
    let request = HappeningsRequest {
        cardholder_id: format!("p-{person:05}"),
        card_id: None,
        before: None,
        kind: None,
        results: Vec::new(),
        text: String::new(),
        text_actions: Vec::new(),
        limit,
    };
    desk.happenings(request).await.unwrap().rows.into_iter().map(|row| (row.action, row.detail)).collect()
}

#[tokio::test]
async fn the_record_says_why_a_reprint_voided_the_insert_before_it() {
    let (_rig, _journal, desk) = desk(3).await;
    desk.save_inserts(request("a4-8-up", 0..3)).await.unwrap();
    let again = PrintRequest { reprint_reason: Some("salió torcido".to_owned()), ..request("a4-8-up", [1]) };
    desk.save_inserts(again).await.unwrap();
    assert_eq!(
        happened_lately(&desk, 1, 2).await,
        [(HappeningAction::InsertPrinted, None), (HappeningAction::InsertVoided, Some("salió torcido".to_owned()))]
    );
}

#[tokio::test]
async fn a_page_is_not_printed_again_when_an_insert_on_it_is_voided_or_the_printer_fails() {
    let (rig, _journal, desk) = desk(20).await;
    desk.print_inserts(request("a4-8-up", 0..20), to_accounting()).await.unwrap();
    *rig.printing.ends.lock().unwrap() = Some(JobState::Cancelled);
    assert_eq!(desk.print_pages_again(pages("0001", "1", "atasco")).await.unwrap_err().code, ErrorCode::PrintCancelled);
    assert_eq!(desk.run("0001").await.unwrap().page_reprints, [], "what did not come out is not on record");
    *rig.printing.ends.lock().unwrap() = None;
    desk.void_insert("0001-010", "se mojó").await.unwrap();
    let error = desk.print_pages_again(pages("0001", "1-3", "atasco")).await.unwrap_err();
    assert_eq!((error.code, error.params["serial"].as_str(), error.params["page"].as_str()), (ErrorCode::PageNotValid, "0001-010", "2"));
    assert_eq!(error.params["name"], "Xicará 00009, María José");
    assert_eq!(desk.print_pages_again(pages("0001", "1, 3", "atasco")).await.unwrap().page_count, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_waits_while_pages_are_printed_again() {
    let (rig, _journal, desk) = desk(20).await;
    desk.print_inserts(request("a4-8-up", 0..20), to_accounting()).await.unwrap();
    let (other, seen) = (desk.clone(), Arc::new(Mutex::new(None)));
    let (runtime, sees) = (tokio::runtime::Handle::current(), Arc::clone(&seen));
    *rig.printing.meanwhile.lock().unwrap() = Some(Box::new(move || {
        let looking = async { tokio::time::timeout(Duration::from_secs(10), other.printing()).await };
        *sees.lock().unwrap() = runtime.block_on(looking).ok();
    }));
    desk.print_pages_again(pages("0001", "2", "atasco")).await.unwrap();
    let printing = seen.lock().unwrap().take().expect("the desk stood still").unwrap().unwrap();
    assert_eq!((printing.phase, printing.inserts), (PrintingPhase::HandingOver, 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reprint_that_is_with_the_printer_counts_although_the_old_insert_is_voided_meanwhile() {
    let (rig, _journal, desk) = desk(20).await;
    desk.save_inserts(request("a4-8-up", 0..20)).await.unwrap();
    let (other, runtime) = (desk.clone(), tokio::runtime::Handle::current());
    // The first run's reprint is with the printer when an old insert is voided: the run counts all the same.
    *rig.printing.meanwhile.lock().unwrap() = Some(Box::new(move || {
        runtime.block_on(other.void_insert("0001-003", "se mojó")).unwrap();
    }));
    let again = PrintRequest { reprint_reason: Some("salió torcido".to_owned()), ..request("a4-8-up", [2]) };
    desk.print_inserts(again, to_accounting()).await.unwrap();
    assert_eq!(desk.run("0002").await.unwrap().inserts[0].state, InsertState::Printed);
    assert_eq!(desk.print_pages_again(pages("0001", "1", "atasco")).await.unwrap_err().code, ErrorCode::PageNotValid);
}

#[tokio::test]
async fn a_voided_insert_says_why_and_its_card_waits_for_another() {
    let (_rig, _journal, desk) = desk(3).await;
    desk.save_inserts(request("a4-8-up", 0..3)).await.unwrap();
    for (serial, reason, code) in [
        ("0001-002", "", ErrorCode::FieldsNeedMending),
        ("0001-002", "tarjeta 4111 1111 1111 1111", ErrorCode::FieldsNeedMending),
        ("0009-001", "se mojó", ErrorCode::InsertNotFound),
    ] {
        assert_eq!(desk.void_insert(serial, reason).await.unwrap_err().code, code, "{serial} {reason}");
    }
    desk.void_insert("0001-002", "se mojó").await.unwrap();
    assert_eq!(desk.void_insert("0001-002", "otra vez").await.unwrap_err().code, ErrorCode::InsertNotValid);
    let queue = desk.insert_queue(QueueFilter::NeedsInsert).await.unwrap();
    let [row] = queue.as_slice() else { panic!("{queue:?}") };
    assert_eq!((row.reason, row.voided_serial.as_deref(), row.serial.as_deref()), (Some(QueueReason::Voided), Some("0001-002"), None));
    assert_eq!(last_happening(&desk, 1).await, (HappeningAction::InsertVoided, Some("se mojó".to_owned())));
    // It is no reprint any more: nothing is replaced.
    let run = desk.save_inserts(request("a4-8-up", [1])).await.unwrap();
    assert_eq!(run.first_serial.as_deref(), Some("0002-001"));
    let inserts = desk.run("0001").await.unwrap().inserts;
    assert_eq!((inserts[1].state, inserts[1].void_reason.as_deref()), (InsertState::Voided, Some("se mojó")));
}

async fn checked(desk: &Desk, id: &str) -> PreviewCheck {
    loop {
        let check = desk.preview_check(id).await.unwrap();
        if check.is_done {
            return check;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_page_of_a_long_run_is_seen_by_itself_and_all_of_them_are_checked_beside_it() {
    let (_rig, _journal, desk) = desk(100).await;
    let first = desk.preview_inserts(request("a4-8-up", 0..100), 1).await.unwrap();
    assert_eq!((first.page, first.pages, first.inserts, first.codes_verified), (1, 13, 100, 16));
    let last = desk.preview_page(&first.id, 13).await.unwrap();
    assert_eq!((last.id.as_str(), last.page, last.codes_verified), (first.id.as_str(), 13, 8));
    assert_ne!(first.png_base64, last.png_base64);
    assert_eq!(desk.preview_page(&first.id, 14).await.unwrap_err().code, ErrorCode::PageNotFound);
    let check = checked(&desk, &first.id).await;
    assert_eq!((check.pages_done, check.pages, check.codes_verified, check.fault), (13, 13, 200, None));

    let other = desk.preview_inserts(request("a4-8-up", 0..8), 1).await.unwrap();
    assert_eq!(other.png_base64, first.png_base64, "the same inserts on the same page");
    assert_eq!(desk.preview_page(&first.id, 2).await.unwrap_err().code, ErrorCode::PreviewGone);
    assert_eq!(desk.preview_check(&first.id).await.unwrap_err().code, ErrorCode::PreviewGone);
}

#[tokio::test]
async fn what_can_not_be_printed_is_named_with_its_cardholder_and_its_place_and_nothing_is_made() {
    let (_rig, journal, desk) = desk(30).await;
    let named = |number: usize, first_name: &str| CardholderRecord { first_name: first_name.to_owned(), ..cardholder(number) };
    journal.upsert_cardholders(&[named(19, "Ana 漢")]).await.unwrap();
    let error = desk.save_inserts(request("a4-8-up", 0..30)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::InsertCharacter);
    let param = |name: &str| error.params[name].clone();
    assert_eq!([param("name"), param("page"), param("place"), param("serial")], ["Xicará 00019, Ana 漢", "3", "4", "0001-020"]);
    assert_eq!(waiting(&desk).await, 30);
    // What only drawing finds out is found out beside the page that is looked at.
    journal.upsert_cardholders(&[named(19, &"Guadalupe ".repeat(30))]).await.unwrap();
    let first = desk.preview_inserts(request("a4-8-up", 0..30), 1).await.unwrap();
    let fault = checked(&desk, &first.id).await.fault.expect("a name that does not fit");
    assert_eq!((fault.code, fault.params["page"].as_str(), fault.params["place"].as_str()), (ErrorCode::InsertDoesNotFit, "3", "4"));
}

#[tokio::test]
async fn a_run_that_was_made_is_seen_page_by_page_under_its_serials() {
    let (_rig, _journal, desk) = desk(20).await;
    let before = desk.preview_inserts(request("a4-8-up", 0..20), 2).await.unwrap();
    desk.save_inserts(request("a4-8-up", 0..20)).await.unwrap();
    let page = desk.preview_run("0001", 2).await.unwrap();
    assert_eq!((page.run_number.as_str(), page.pages, page.codes_verified), ("0001", 3, 16));
    assert_eq!(page.png_base64, before.png_base64, "the preview was the very page");
    assert_eq!(desk.preview_run("0007", 1).await.unwrap_err().code, ErrorCode::RunNotFound);
}

#[tokio::test]
async fn a_run_of_an_older_version_is_seen_and_printed_again_by_its_layout_and_language() {
    let journal = journal_of(3).await;
    let at = crate::rig::BEGIN.parse().unwrap();
    let run = |holder: &str| NewRun {
        layout: "a4-8-up".to_owned(),
        language: "es".to_owned(),
        operator: "Otra".to_owned(),
        at,
        inserts: vec![NewInsert { cardholder_id: holder.parse().unwrap(), card_id: None, last_four: None, reprint: None }],
    };
    journal.begin_run(run("p-00000")).await.unwrap();
    journal.finish_run(1, &JournalSentTo::File("/x/Insertos 0001 (1).pdf".to_owned()), at).await.unwrap();
    journal.begin_run(run("p-00001")).await.unwrap();
    let rig = Rig::on_journal(&journal);
    let desk = desk_of(&rig).await;
    assert_eq!(desk.preview_run("0001", 1).await.unwrap().codes_verified, 2);
    assert_eq!(desk.print_pages_again(pages("0001", "1", "atasco")).await.unwrap().page_count, 1);
    let [draft] = &desk.runs().await.unwrap().drafts[..] else { panic!("one draft") };
    assert_eq!(draft.destination, None);
    assert_eq!(desk.make_draft("0002").await.unwrap_err().code, ErrorCode::RunNotRepeatable);
    assert_eq!(desk.discard_draft("0002").await.unwrap().drafts, []);
}

#[tokio::test]
async fn the_embossers_list_gives_its_order_and_tells_every_row_that_can_not_be_followed() {
    let (rig, _journal, desk) = desk(5).await;
    choose_folder(&rig, &desk).await;
    desk.save_inserts(request("a4-8-up", [4])).await.unwrap();
    let list = "Número de tarjeta;Nombre\n\
        4111111110080002;MARIA XICARA 00002\n\
        4111110000050000;MARIA XICARA 00000\n\
        4111111110049999;NADIE\n\
        4111111110060004;MARIA XICARA 00004\n\
        4111111110080002;MARIA XICARA 00002\n";
    let order = desk.read_embosser_list(EmbosserSource::Pasted { text: list.to_owned() }).await.unwrap();
    assert_eq!((order.rows, order.card_ids.as_slice()), (5, ["50002".to_owned(), "50000".to_owned()].as_slice()));
    let told: Vec<_> = order.faults.iter().map(|fault| (fault.line, fault.problem, fault.detail.as_deref())).collect();
    assert_eq!(
        told,
        [
            (4, EmbosserProblem::Unknown, None),
            (5, EmbosserProblem::AlreadyPrinted, Some("0001-001")),
            (6, EmbosserProblem::Repeated, Some("2")),
        ]
    );
    let said = serde_json::to_string(&order).unwrap();
    let kept = all_bytes_below(rig.folder.path());
    for number in ["4111111110080002", "411111111008", "411111000005"] {
        assert!(!said.contains(number), "{said}");
        assert!(!kept.windows(number.len()).any(|window| window == number.as_bytes()), "{number} was written down");
    }
    let empty = desk.read_embosser_list(EmbosserSource::Pasted { text: "nombre\nANA\n".to_owned() }).await.unwrap_err();
    assert_eq!(empty.code, ErrorCode::EmbosserColumnsMissing);
}

#[tokio::test]
async fn the_pages_of_a_printed_run_are_kept_nowhere_once_the_printer_has_them() {
    let (rig, _journal, desk) = desk(2).await;
    desk.print_inserts(request("a4-8-up", 0..2), to_accounting()).await.unwrap();
    let left = all_bytes_below(&rig.path("data"));
    assert!(!left.windows(5).any(|window| window == b"%PDF-"));
}
