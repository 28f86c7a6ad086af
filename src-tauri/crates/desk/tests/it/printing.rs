//! Print runs: what counts, what does not, and what is left behind.

use cardesk_desk::seams::{JobOptions, JobState, SheetSize};
use cardesk_desk::view::{
    InsertLanguage, InsertState, PrintItem, PrintJobState, PrintRequest, PrintSystemState, PrintTo, QueueFilter, SentTo, SettingsChange,
};
use cardesk_desk::{Desk, ErrorCode};

use crate::rig::{Job, Rig};
use crate::scripted::{CARD, CARDHOLDER, Scripted};

fn request(reason: Option<&str>) -> PrintRequest {
    PrintRequest {
        items: vec![PrintItem { cardholder_id: CARDHOLDER.to_owned(), card_id: Some(CARD.to_owned()) }],
        paper: "letter-trifold-10".to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        language: InsertLanguage::Spanish,
        for_email: false,
        reprint_reason: reason.map(ToOwned::to_owned),
    }
}

fn to(printer: &str) -> PrintTo {
    PrintTo { printer: printer.to_owned(), tray: None, copies: 1 }
}

async fn desk(rig: &Rig) -> (Scripted, Desk) {
    let gateway = Scripted::start().await;
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    (gateway, desk)
}

fn pdfs_in(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_saved_run_counts_is_ours_to_open_and_takes_the_number_that_the_preview_showed() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let preview = desk.preview_inserts(request(None), 1).await.unwrap();
    assert_eq!((preview.run_number.as_str(), preview.pages, preview.codes_verified, preview.module_micrometres), ("0001", 1, 2, 508));
    assert_eq!(desk.preview_inserts(request(None), 2).await.unwrap_err().code, ErrorCode::PageNotFound);
    assert_eq!(desk.preview_inserts(request(None), 1).await.unwrap(), preview, "a preview takes no number");
    let run = desk.save_inserts(request(None)).await.unwrap();
    assert_eq!((run.number.as_str(), run.sent_to, run.first_serial.as_deref()), ("0001", SentTo::File, Some("0001-001")));
    let path = std::path::PathBuf::from(run.path.unwrap());
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF-"));
    assert_eq!(pdfs_in(path.parent().unwrap()), ["Inserto 0001-001 María José Ramírez Núñez.pdf"]);
    assert_eq!(desk.file_of_ours(&path).await.unwrap(), path);
    let foreign = rig.path("foreign.pdf");
    std::fs::write(&foreign, b"").unwrap();
    assert_eq!(desk.file_of_ours(&foreign).await.unwrap_err().code, ErrorCode::FileNotOurs);
    let printed = desk.insert_queue(QueueFilter::Printed).await.unwrap();
    assert_eq!(printed[0].serial.as_deref(), Some("0001-001"));
    assert_eq!(desk.session().await.unwrap().last_run.unwrap().number, "0001");
}

#[tokio::test]
async fn a_reprint_needs_its_reason_and_voids_the_old_serial() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    desk.save_inserts(request(None)).await.unwrap();
    assert_eq!(desk.preview_inserts(request(None), 1).await.unwrap().reprints, 1);
    for reason in [None, Some("  ")] {
        assert_eq!(desk.save_inserts(request(reason)).await.unwrap_err().code, ErrorCode::ReprintReasonMissing);
    }
    let again = desk.save_inserts(request(Some("se manchó"))).await.unwrap();
    let inserts = desk.cardholder(CARDHOLDER).await.unwrap().inserts;
    assert_eq!((inserts[0].serial.as_str(), inserts[0].state), (again.first_serial.as_deref().unwrap(), InsertState::Printed));
    assert_eq!((inserts[1].state, inserts[1].void_reason.as_deref()), (InsertState::Voided, Some("se manchó")));
}

#[tokio::test]
async fn cards_that_share_an_insert_without_a_card_are_reprinted_together() {
    let rig = Rig::new();
    let gateway = Scripted::start().await;
    gateway.add_card(48_202);
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    let item = |card_id: Option<&str>| PrintItem { cardholder_id: CARDHOLDER.to_owned(), card_id: card_id.map(ToOwned::to_owned) };
    let for_both = PrintRequest { items: vec![item(None)], ..request(None) };
    let shared = desk.save_inserts(for_both).await.unwrap().first_serial.unwrap();

    let each = |reason| PrintRequest { items: vec![item(Some(CARD)), item(Some("48202"))], ..request(reason) };
    assert_eq!(desk.save_inserts(each(None)).await.unwrap_err().code, ErrorCode::ReprintReasonMissing);
    let run = desk.save_inserts(each(Some("uno por tarjeta"))).await.unwrap();
    let inserts = desk.cardholder(CARDHOLDER).await.unwrap().inserts;
    let standing: Vec<_> = inserts.iter().map(|insert| (insert.card_id.as_deref(), insert.state)).collect();
    assert_eq!(
        standing,
        [(Some("48202"), InsertState::Printed), (Some(CARD), InsertState::Printed), (None, InsertState::Voided)],
        "{:?} replaces {shared}",
        run.first_serial
    );
    assert_eq!(inserts[2].void_reason.as_deref(), Some("uno por tarjeta"));
}

#[tokio::test]
async fn a_folder_that_can_not_be_written_to_leaves_nothing_counted() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let folder = rig.path("salidas");
    desk.change_settings(SettingsChange::OutputFolder(folder.display().to_string())).await.unwrap();
    std::fs::remove_dir(&folder).unwrap();
    std::fs::write(&folder, "now a file").unwrap();
    let error = desk.save_inserts(request(None)).await.unwrap_err();
    assert!(matches!(error.code, ErrorCode::FolderUnusable | ErrorCode::FileFailed), "{error:?}");
    assert_eq!(desk.cardholder(CARDHOLDER).await.unwrap().inserts, []);
    std::fs::remove_file(&folder).unwrap();
    assert_eq!(desk.save_inserts(request(None)).await.unwrap().number, "0002", "a number that was given up stays used");
    assert_eq!(pdfs_in(&folder).len(), 1, "no half-written file is left");
}

#[tokio::test]
async fn a_printer_gets_the_pages_at_their_size_and_its_word_decides() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let done = desk.print_inserts(request(None), to("contabilidad")).await.unwrap();
    assert_eq!((done.sent_to, done.job_state, done.printer.as_deref()), (SentTo::Printer, Some(PrintJobState::Done), Some("contabilidad")));
    let Job { printer, title, pdf, options } = rig.printing.jobs.lock().unwrap()[0].clone();
    assert_eq!((printer.as_str(), title.as_str(), options), ("contabilidad", "Cardesk 0001", JobOptions::on(SheetSize::LETTER)));
    assert!(pdf.starts_with(b"%PDF-"));

    let inserts = || async { desk.cardholder(CARDHOLDER).await.unwrap().inserts.len() };
    *rig.printing.ends.lock().unwrap() = Some(JobState::Cancelled);
    assert_eq!(desk.print_inserts(request(Some("atasco")), to("contabilidad")).await.unwrap_err().code, ErrorCode::PrintCancelled);
    *rig.printing.refuses.lock().unwrap() = true;
    let refused = desk.print_inserts(request(Some("atasco")), to("contabilidad")).await.unwrap_err();
    assert_eq!((refused.code, refused.message.as_deref()), (ErrorCode::PrintFailed, Some("no toner")));
    assert_eq!(desk.print_inserts(request(Some("atasco")), to("otra")).await.unwrap_err().code, ErrorCode::PrinterNotFound);
    assert_eq!(inserts().await, 1, "what was not printed does not count");

    *rig.printing.refuses.lock().unwrap() = false;
    *rig.printing.ends.lock().unwrap() = Some(JobState::Waiting);
    let queued = desk.print_inserts(request(Some("atasco")), to("contabilidad")).await.unwrap();
    assert_eq!(queued.job_state, Some(PrintJobState::Waiting));
    assert_eq!(inserts().await, 2);
}

#[tokio::test]
async fn a_printer_system_that_is_down_is_said_to_be_down() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    assert_eq!(desk.printers().await.unwrap().system, PrintSystemState::Running);
    *rig.printing.is_down.lock().unwrap() = true;
    let printers = desk.printers().await.unwrap();
    assert_eq!((printers.system, printers.printers.len()), (PrintSystemState::Down, 0));
    assert_eq!(desk.print_inserts(request(None), to("contabilidad")).await.unwrap_err().code, ErrorCode::PrintSystemDown);
}

#[tokio::test]
async fn nothing_and_the_same_insert_twice_are_refused() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let none = PrintRequest { items: Vec::new(), ..request(None) };
    assert_eq!(desk.save_inserts(none).await.unwrap_err().code, ErrorCode::NothingToPrint);
    let mut twice = request(None);
    twice.items.push(twice.items[0].clone());
    assert_eq!(desk.save_inserts(twice).await.unwrap_err().code, ErrorCode::InsertChosenTwice);
}
