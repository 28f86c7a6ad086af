//! Printers: what is told before anything is printed, and a job followed to its end.

use cardesk_desk::seams::{JobOptions, JobState, SheetSize, Sides};
use cardesk_desk::view::{
    HappeningAction, InsertLanguage, InsertState, PackForm, PackOutcome, PagesAgainForm, PrintItem, PrintJobState, PrintRequest, PrintTo,
    QueueFilter, SentTo, SettingsChange, StartedSheet,
};
use cardesk_desk::{Desk, ErrorCode, Field};

use crate::rig::Rig;
use crate::scripted::{CARD, CARDHOLDER, Scripted};

fn request(paper: &str) -> PrintRequest {
    PrintRequest {
        items: vec![PrintItem { cardholder_id: CARDHOLDER.to_owned(), card_id: Some(CARD.to_owned()) }],
        paper: paper.to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        for_email: false,
        language: InsertLanguage::Spanish,
        reprint_reason: Some("otra vez".to_owned()),
    }
}

fn to(copies: u32) -> PrintTo {
    PrintTo { printer: "contabilidad".to_owned(), tray: Some("manual".to_owned()), copies }
}

async fn desk(rig: &Rig) -> (Scripted, Desk) {
    let gateway = Scripted::start().await;
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    (gateway, desk)
}

async fn counted(desk: &Desk) -> usize {
    desk.cardholder(CARDHOLDER).await.unwrap().inserts.len()
}

#[tokio::test]
async fn a_printer_is_told_the_size_the_tray_the_sides_and_the_copies() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    desk.print_inserts(PrintRequest { with_backs: true, ..request("a4-8-up") }, to(2)).await.unwrap();
    let options = rig.printing.jobs.lock().unwrap()[0].options.clone();
    let told = JobOptions { sides: Sides::LongEdge, copies: 2, tray: Some("manual".to_owned()), ..JobOptions::on(SheetSize::A4) };
    assert_eq!(options, told);
    for copies in [0, 100] {
        let refused = desk.print_inserts(request("a4-8-up"), to(copies)).await.unwrap_err();
        assert_eq!(refused.field, Some(Field::Copies));
    }
    assert_eq!(rig.printing.jobs.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_size_that_the_printer_does_not_have_is_told_beforehand_and_printed_all_the_same() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let printers = desk.printers().await.unwrap().printers;
    assert!(printers[0].lacks.iter().any(|paper| paper == "a4-8-up") && !printers[0].lacks.iter().any(|paper| paper == "letter-8-up"));
    assert_eq!(
        (printers[0].trays.as_slice(), printers[0].prints_both_sides),
        (["tray-1".to_owned(), "manual".to_owned()].as_slice(), Some(true))
    );
    assert!(desk.print_inserts(request("a4-8-up"), to(1)).await.is_ok());
}

#[tokio::test]
async fn a_printer_that_disappears_before_or_during_a_job_is_named_and_nothing_counts() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    *rig.printing.is_gone.lock().unwrap() = true;
    assert_eq!(desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap_err().code, ErrorCode::PrinterNotFound);
    assert!(rig.printing.jobs.lock().unwrap().is_empty());
    *rig.printing.is_gone.lock().unwrap() = false;
    // It takes the job, and is gone when it is asked how far that is.
    *rig.printing.goes_with_the_job.lock().unwrap() = true;
    let error = desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap_err();
    assert_eq!((error.code, error.params["printer"].as_str()), (ErrorCode::PrinterGone, "contabilidad"));
    assert_eq!(counted(&desk).await, 0);
    assert_eq!(desk.print_jobs().await.unwrap(), []);
}

#[tokio::test]
async fn a_system_that_falls_silent_with_a_job_has_it_in_its_queue_until_it_speaks_again() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    *rig.printing.falls_silent_with_the_job.lock().unwrap() = true;
    let run = desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap();
    assert_eq!((run.job_state, counted(&desk).await), (Some(PrintJobState::Waiting), 1));
    assert_eq!(desk.print_jobs().await.unwrap()[0].words, ["nobody listens"]);
    *rig.printing.is_down.lock().unwrap() = false;
    assert_eq!(desk.print_jobs().await.unwrap()[0].state, PrintJobState::Done);
}

#[tokio::test]
async fn pages_that_a_printer_may_have_wait_for_somebody_who_looks_and_are_not_sent_twice() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    *rig.printing.loses_the_answer.lock().unwrap() = true;
    let error = desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap_err();
    assert_eq!((error.code, error.params["printer"].as_str()), (ErrorCode::PrintUnknown, "contabilidad"));
    let sent = rig.printing.jobs.lock().unwrap().len();
    assert_eq!((sent, counted(&desk).await), (1, 0));
    let drafts = desk.runs().await.unwrap().drafts;
    assert_eq!(drafts.iter().map(|draft| (draft.number.as_str(), draft.may_be_on_paper)).collect::<Vec<_>>(), [("0001", true)]);
    desk.count_draft("0001").await.unwrap();
    assert_eq!((desk.runs().await.unwrap().drafts.len(), counted(&desk).await), (0, 1));
}

#[tokio::test]
async fn an_insert_for_e_mail_goes_to_no_printer() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let for_email = PrintRequest { for_email: true, ..request("letter-8-up") };
    assert_eq!(desk.print_inserts(for_email, to(1)).await.unwrap_err().code, ErrorCode::NothingToPrint);
    assert!(rig.printing.jobs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_printer_that_takes_no_jobs_is_not_given_one() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    *rig.printing.takes_nothing.lock().unwrap() = true;
    assert_eq!(desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap_err().code, ErrorCode::PrinterTakesNothing);
    assert!(rig.printing.jobs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_job_that_the_printer_system_gives_up_says_the_printers_own_words() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    *rig.printing.words.lock().unwrap() = vec!["Filter failed".to_owned()];
    *rig.printing.ends.lock().unwrap() = Some(JobState::Aborted);
    let error = desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap_err();
    assert_eq!((error.code, error.message.as_deref()), (ErrorCode::PrintAborted, Some("Filter failed")));
    assert_eq!(counted(&desk).await, 0);
}

#[tokio::test]
async fn a_job_that_stands_still_is_followed_until_it_has_ended_also_by_the_next_desk() {
    let rig = Rig::new();
    let (gateway, desk) = desk(&rig).await;
    let set = |state, words: &[&str]| {
        *rig.printing.ends.lock().unwrap() = Some(state);
        *rig.printing.words.lock().unwrap() = words.iter().map(|word| (*word).to_owned()).collect();
    };
    set(JobState::Held, &["job-hold-until-specified"]);
    let run = desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap();
    assert_eq!(run.job_state, Some(PrintJobState::Held));
    set(JobState::Stopped, &["media-empty-error"]);
    let jobs = desk.print_jobs().await.unwrap();
    assert_eq!((jobs.len(), jobs[0].run_number.as_deref(), jobs[0].state), (1, Some(run.number.as_str()), PrintJobState::Stopped));
    assert_eq!(jobs[0].words, ["media-empty-error"]);

    // While nobody answers, what was last heard stands.
    *rig.printing.is_down.lock().unwrap() = true;
    assert_eq!(desk.print_jobs().await.unwrap()[0].state, PrintJobState::Stopped);
    *rig.printing.is_down.lock().unwrap() = false;

    drop(desk);
    let next = rig.desk_at(&gateway.base_url).await;
    set(JobState::Cancelled, &["media-jam"]);
    let jobs = next.print_jobs().await.unwrap();
    assert_eq!((jobs[0].state, jobs[0].words.as_slice()), (PrintJobState::Cancelled, ["media-jam".to_owned()].as_slice()));
    set(JobState::Done, &[]);
    assert_eq!(next.print_jobs().await.unwrap()[0].state, PrintJobState::Cancelled, "a job ends once");
}

#[tokio::test]
async fn a_job_can_be_taken_back_while_it_is_with_the_printer() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    *rig.printing.ends.lock().unwrap() = Some(JobState::Held);
    desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap();
    let id = desk.print_jobs().await.unwrap()[0].id.clone();
    desk.cancel_print_job(&id).await.unwrap();
    assert_eq!(*rig.printing.cancelled.lock().unwrap(), [7]);
    *rig.printing.ends.lock().unwrap() = Some(JobState::Cancelled);
    desk.print_jobs().await.unwrap();
    assert_eq!(desk.cancel_print_job(&id).await.unwrap_err().code, ErrorCode::PrintJobNotFound);
}

/// A run whose job is still with the printer, and counts.
async fn held(rig: &Rig, desk: &Desk) -> String {
    *rig.printing.ends.lock().unwrap() = Some(JobState::Held);
    let run = desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap();
    assert_eq!(run.job_state, Some(PrintJobState::Held));
    run.number
}

/// The printer system ends every job like this, and the desk hears of it.
async fn ended(rig: &Rig, desk: &Desk, state: JobState) {
    *rig.printing.ends.lock().unwrap() = Some(state);
    desk.print_jobs().await.unwrap();
}

async fn drafts(desk: &Desk) -> Vec<(String, bool, Option<PrintJobState>)> {
    let drafts = desk.runs().await.unwrap().drafts;
    drafts.into_iter().map(|draft| (draft.number, draft.may_be_on_paper, draft.job_ended)).collect()
}

/// What the record says of inserts, the oldest first.
async fn recorded(desk: &Desk) -> Vec<(HappeningAction, Option<String>)> {
    let rows = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    rows.into_iter().rev().filter(|row| row.serial.is_some()).map(|row| (row.action, row.serial)).collect()
}

#[tokio::test]
async fn a_job_that_is_cancelled_at_the_printer_leaves_nothing_counted_and_is_made_again_under_its_serials() {
    for (state, told) in [(JobState::Cancelled, PrintJobState::Cancelled), (JobState::Aborted, PrintJobState::Aborted)] {
        let rig = Rig::new();
        let (_gateway, desk) = desk(&rig).await;
        let number = held(&rig, &desk).await;
        assert_eq!(counted(&desk).await, 1);
        ended(&rig, &desk, state).await;
        assert_eq!((counted(&desk).await, drafts(&desk).await), (0, vec![(number.clone(), true, Some(told))]));
        assert_eq!(desk.runs().await.unwrap().runs, []);
        assert!(desk.insert_queue(QueueFilter::Printed).await.unwrap().is_empty(), "there is nothing to be reprinted");

        *rig.printing.ends.lock().unwrap() = Some(JobState::Done);
        let made = desk.make_draft(&number).await.unwrap();
        assert_eq!((made.number.as_str(), made.first_serial.as_deref()), (number.as_str(), Some("0001-001")));
        assert_eq!((counted(&desk).await, drafts(&desk).await.len()), (1, 0));
        assert_eq!(desk.run(&number).await.unwrap().job_state, Some(PrintJobState::Done));
        let serial = || Some("0001-001".to_owned());
        use HappeningAction::{InsertPrinted, PrintCancelled};
        assert_eq!(recorded(&desk).await, [(InsertPrinted, serial()), (PrintCancelled, serial()), (InsertPrinted, serial())]);
    }
}

#[tokio::test]
async fn a_job_that_the_operator_takes_back_counts_for_nothing_and_can_be_counted_or_thrown_away_by_who_looked() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    for is_thrown_away in [false, true] {
        let number = held(&rig, &desk).await;
        let before = counted(&desk).await;
        let id = desk.print_jobs().await.unwrap()[0].id.clone();
        *rig.printing.ends.lock().unwrap() = Some(JobState::Cancelled);
        let jobs = desk.cancel_print_job(&id).await.unwrap();
        assert_eq!((jobs[0].state, counted(&desk).await), (PrintJobState::Cancelled, before - 1));
        rig.clock.pass(1);
        let runs = if is_thrown_away { desk.discard_draft(&number).await } else { desk.count_draft(&number).await };
        assert_eq!(runs.unwrap().drafts, []);
        assert_eq!(counted(&desk).await, if is_thrown_away { before - 1 } else { before });
        assert_eq!(desk.run(&number).await.unwrap().job_state, None, "a job that somebody has dealt with asks for nothing more");
    }
}

#[tokio::test]
async fn the_record_tells_an_insert_that_was_saved_from_one_that_was_printed() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    desk.save_inserts(request("letter-8-up")).await.unwrap();
    desk.print_inserts(request("letter-8-up"), to(1)).await.unwrap();
    let rows = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    let went: Vec<_> = rows.iter().filter(|row| row.action == HappeningAction::InsertPrinted).map(|row| row.sent_to).collect();
    assert_eq!(went, [Some(SentTo::Printer), Some(SentTo::File)]);
    assert!(rows.iter().filter(|row| row.action != HappeningAction::InsertPrinted).all(|row| row.sent_to.is_none()));
}

#[tokio::test]
async fn a_draft_that_was_begun_anew_says_nothing_of_the_job_before() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let number = held(&rig, &desk).await;
    ended(&rig, &desk, JobState::Cancelled).await;
    assert_eq!(drafts(&desk).await, [(number.clone(), true, Some(PrintJobState::Cancelled))]);
    rig.clock.pass(1);
    *rig.printing.loses_the_answer.lock().unwrap() = true;
    assert_eq!(desk.make_draft(&number).await.unwrap_err().code, ErrorCode::PrintUnknown);
    assert_eq!(drafts(&desk).await, [(number, true, None)], "what became of the second job nobody knows");
}

#[tokio::test]
async fn a_run_that_counts_again_does_not_take_labels_a_second_time() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    *rig.printing.ends.lock().unwrap() = Some(JobState::Held);
    let number = desk.print_inserts(request("label-l7165"), to(1)).await.unwrap().number;
    ended(&rig, &desk, JobState::Cancelled).await;
    let first_free = async || desk.papers().await.unwrap().into_iter().find(|paper| paper.id == "label-l7165").unwrap().first_free_place;
    assert_eq!(first_free().await, 2);
    let on_the_sheet = StartedSheet { paper: "label-l7165".to_owned(), place: 6 };
    desk.change_settings(SettingsChange::StartedSheet(on_the_sheet)).await.unwrap();
    assert_eq!(desk.count_draft(&number).await.unwrap().drafts, []);
    assert_eq!(first_free().await, 6, "labels that were printed since are used as well");
}

#[tokio::test]
async fn labels_of_pages_that_were_begun_anew_are_used_and_none_behind_them_is_given_back() {
    for (on_the_sheet, afterwards) in [(1, 2), (6, 6)] {
        let rig = Rig::new();
        let (_gateway, desk) = desk(&rig).await;
        *rig.printing.ends.lock().unwrap() = Some(JobState::Held);
        let number = desk.print_inserts(request("label-l7165"), to(1)).await.unwrap().number;
        ended(&rig, &desk, JobState::Cancelled).await;
        let said = StartedSheet { paper: "label-l7165".to_owned(), place: on_the_sheet };
        desk.change_settings(SettingsChange::StartedSheet(said)).await.unwrap();
        rig.clock.pass(1);
        *rig.printing.loses_the_answer.lock().unwrap() = true;
        assert_eq!(desk.make_draft(&number).await.unwrap_err().code, ErrorCode::PrintUnknown);
        desk.count_draft(&number).await.unwrap();
        let papers = desk.papers().await.unwrap();
        assert_eq!(papers.iter().find(|paper| paper.id == "label-l7165").unwrap().first_free_place, afterwards, "{on_the_sheet}");
    }
}

#[tokio::test]
async fn a_reprint_whose_job_is_cancelled_has_voided_the_old_serial_all_the_same_and_is_made_again() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    desk.save_inserts(request("letter-8-up")).await.unwrap();
    let number = held(&rig, &desk).await;
    ended(&rig, &desk, JobState::Cancelled).await;
    let states = async || {
        let inserts = desk.cardholder(CARDHOLDER).await.unwrap().inserts;
        inserts.into_iter().map(|insert| (insert.serial, insert.state)).collect::<Vec<_>>()
    };
    assert_eq!(desk.runs().await.unwrap().drafts[0].voided, 1, "who throws it away is told");
    let voided = ("0001-001".to_owned(), InsertState::Voided);
    assert_eq!(states().await, std::slice::from_ref(&voided), "whoever finds it must not put it beside a plastic");
    *rig.printing.ends.lock().unwrap() = Some(JobState::Done);
    desk.make_draft(&number).await.unwrap();
    assert_eq!(states().await, [("0002-001".to_owned(), InsertState::Printed), voided]);
    let rows = desk.cardholder(CARDHOLDER).await.unwrap().happenings;
    assert_eq!(rows.iter().filter(|row| row.action == HappeningAction::InsertVoided).count(), 1, "it was voided once");
    let replaced = desk.run("0001").await.unwrap().inserts.remove(0);
    assert_eq!((replaced.replaced_by.as_deref(), replaced.void_reason.as_deref()), (Some("0002-001"), Some("otra vez")));
}

#[tokio::test]
async fn a_run_of_which_an_insert_is_packed_or_pages_were_printed_again_stays_counted_and_says_that_its_job_was_cancelled() {
    for is_packed in [true, false] {
        let rig = Rig::new();
        let (_gateway, desk) = desk(&rig).await;
        let number = held(&rig, &desk).await;
        if is_packed {
            let form = PackForm { serial: "0001-001".to_owned(), last_four: "4417".to_owned(), is_another_plastic: false };
            assert!(matches!(desk.pack_insert(form).await.unwrap(), PackOutcome::Packed { .. }));
        } else {
            let again = PagesAgainForm { number: number.clone(), pages: "1".to_owned(), reason: "atasco".to_owned(), printer: None };
            desk.print_pages_again(again).await.unwrap();
        }
        ended(&rig, &desk, JobState::Cancelled).await;
        assert_eq!((counted(&desk).await, drafts(&desk).await.len()), (1, 0), "{is_packed}");
        assert_eq!(desk.run(&number).await.unwrap().job_state, Some(PrintJobState::Cancelled));
        assert!(!recorded(&desk).await.iter().any(|(action, _)| *action == HappeningAction::PrintCancelled));
    }
}
