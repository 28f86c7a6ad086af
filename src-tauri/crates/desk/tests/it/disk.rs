//! Disks that are full, read-only or damaged, and a journal that somebody else holds: nothing is sent that is not written
//! down first, and each is told as what it is. Real files on real disks, and the gateway's own count of what arrived.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use cardesk_desk::view::{BatchPhase, BatchStop, FundsAction, FundsDraftRequest, OperationState, OperationView};
use cardesk_desk::{Desk, DeskResult, ErrorCode, ErrorView};
use cardesk_journal::{Encryption, Journal};
use tokio::sync::Notify;

use crate::batch_runs::{at_rest, loads, start};
use crate::batches::active_cards;
use crate::outcomes::{draft_request, form};
use crate::rig::Rig;
use crate::scripted::{Answer, CARD, Scripted};
use crate::small_disk::SmallDisk;
use crate::whole_job::practice_and_desk;

/// Room for a journal, its log of up to four megabytes, and some hundreds of operations.
const KILOBYTES: u32 = 16 * 1024;

fn journal_of(rig: &Rig) -> PathBuf {
    rig.path("data/journals/practice.journal")
}

async fn load(desk: &Desk, amount: &str) -> DeskResult<OperationView> {
    let draft = desk.draft_funds(draft_request(FundsAction::Load, amount)).await?;
    desk.submit_funds(form(&draft.reference, amount)).await
}

async fn blocked(desk: &Desk) -> Option<ErrorView> {
    desk.session().await.unwrap().blocked
}

/// A desk whose journal has the card and nothing else, closed again.
async fn with_a_sound_journal(gateway: &Scripted, rig: &Rig) {
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    assert_eq!(load(&desk, "3.00").await.unwrap().state, OperationState::Applied);
    drop(desk);
    // Whoever opens it next finds it closed, and all of it in its one file: only the last connection that goes brings the
    // log's pages there, and the desk's own may still be going.
    loop {
        match Journal::open(journal_of(rig), Encryption::None).await {
            Ok(journal) => journal.close().await,
            Err(_) => tokio::task::yield_now().await,
        }
        if !rig.path("data/journals/practice.journal-wal").exists() {
            return;
        }
    }
}

#[tokio::test]
async fn while_the_disk_is_full_nothing_is_sent_and_with_room_the_same_draft_goes() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let Some(disk) = SmallDisk::on(&rig.path("data"), KILOBYTES) else { return };
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "40.00")).await.unwrap();
    disk.fill().unwrap();
    for _ in 0..3 {
        let error = desk.submit_funds(form(&draft.reference, "40.00")).await.unwrap_err();
        assert_eq!((error.code, error.reference.as_ref()), (ErrorCode::IntentDiskFull, Some(&draft.reference)));
        assert!(error.retryable);
    }
    assert_eq!(gateway.funds().len(), 0, "money was sent that is written down nowhere");
    assert_eq!(desk.operations_of_card(CARD).await.unwrap().len(), 0);
    disk.make_room().unwrap();
    assert_eq!(desk.submit_funds(form(&draft.reference, "40.00")).await.unwrap().state, OperationState::Applied);
    assert_eq!(gateway.funds().len(), 1);
}

#[tokio::test]
async fn an_outcome_that_finds_the_disk_full_counts_as_unknown_and_is_settled_by_evidence() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let Some(disk) = SmallDisk::on(&rig.path("data"), KILOBYTES) else { return };
    let desk = rig.desk_at(&gateway.base_url).await;
    let (answered, draft) = (Arc::new(Notify::new()), desk.draft_funds(draft_request(FundsAction::Load, "41.00")).await.unwrap());
    gateway.will([Answer::Held(Arc::clone(&answered))]);
    let sending = tokio::spawn({
        let (desk, form) = (desk.clone(), form(&draft.reference, "41.00"));
        async move { desk.submit_funds(form).await }
    });
    while gateway.funds().is_empty() {
        tokio::task::yield_now().await;
    }
    disk.fill().unwrap();
    answered.notify_one();
    let error = sending.await.unwrap().unwrap_err();
    assert_eq!((error.code, error.reference.as_ref()), (ErrorCode::OutcomeNotWritten, Some(&draft.reference)));
    disk.make_room().unwrap();
    gateway.show_movement(&draft.reference, "41.00", "CREDIT");
    let settled = desk.look_again(&draft.reference).await.unwrap();
    assert_eq!((settled.state, gateway.funds().len()), (OperationState::SettledApplied, 1));
    // The form, which has no outcome, goes on with what it knows.
    let request = FundsDraftRequest { reference: Some(draft.reference.clone()), ..draft_request(FundsAction::Load, "41.00") };
    let error = desk.draft_funds(request).await.unwrap_err();
    assert_eq!((error.code, error.reference), (ErrorCode::SubmittedAlready, Some(draft.reference)));
}

#[tokio::test]
async fn a_disk_that_fills_up_stops_a_batch_which_then_goes_on_where_it_was() {
    let rig = Rig::new();
    let Some(disk) = SmallDisk::on(&rig.path("data"), KILOBYTES) else { return };
    let (_practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let number = start(&desk, &loads(&cards[..6], 60)).await.number;
    while desk.batch(number).await.unwrap().counts.applied < 10 {
        tokio::task::yield_now().await;
    }
    disk.fill().unwrap();
    let stopped = at_rest(&desk, number).await;
    assert_eq!((stopped.phase, stopped.stop), (BatchPhase::Paused, Some(BatchStop::Failed)));
    let why = stopped.error.map(|error| error.code);
    assert!(matches!(why, Some(ErrorCode::IntentDiskFull | ErrorCode::OutcomeNotWritten)), "{why:?}");
    assert!(stopped.counts.waiting > 0 && stopped.counts.underway + stopped.counts.unknown <= 4, "{:?}", stopped.counts);
    disk.make_room().unwrap();
    for open in desk.attention().await.unwrap().rows {
        desk.look_again(&open.operation.reference).await.unwrap();
    }
    desk.continue_batch(number).await.unwrap();
    let ended = at_rest(&desk, number).await;
    assert_eq!((ended.phase, ended.counts.applied), (BatchPhase::Finished, 60));
}

#[tokio::test]
async fn a_start_on_a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let Some(disk) = SmallDisk::on(&rig.path("data"), KILOBYTES) else { return };
    disk.fill().unwrap();
    let desk = rig.desk_at(&gateway.base_url).await;
    assert_eq!(blocked(&desk).await.map(|error| error.code), Some(ErrorCode::DiskFull));
    assert!(load(&desk, "42.00").await.is_err());
    assert_eq!(gateway.funds().len(), 0);
    disk.make_room().unwrap();
    assert_eq!(blocked(&desk).await, None);
    assert_eq!(load(&desk, "42.00").await.unwrap().state, OperationState::Applied);
}

#[tokio::test]
async fn a_read_only_disk_is_told_with_the_files_place_and_nothing_is_sent() {
    for has_journal in [true, false] {
        let (gateway, rig) = (Scripted::start().await, Rig::new());
        let Some(disk) = SmallDisk::on(&rig.path("data"), KILOBYTES) else { return };
        if has_journal {
            with_a_sound_journal(&gateway, &rig).await;
        }
        while disk.make_read_only().is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let before = gateway.funds().len();
        let desk = rig.desk_at(&gateway.base_url).await;
        let error = blocked(&desk).await.unwrap();
        assert_eq!((error.code, &*error.params["path"]), (ErrorCode::JournalUnwritable, journal_of(&rig).to_str().unwrap()));
        assert_eq!(load(&desk, "43.00").await.unwrap_err().code, ErrorCode::JournalUnwritable);
        assert_eq!(gateway.funds().len(), before);
        disk.make_writable().unwrap();
        assert_eq!(blocked(&desk).await, None);
        assert_eq!(load(&desk, "43.00").await.unwrap().state, OperationState::Applied);
    }
}

#[tokio::test]
async fn a_journal_whose_beginning_is_damaged_is_told_with_its_place_and_left_as_it_is() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    with_a_sound_journal(&gateway, &rig).await;
    let before = gateway.funds().len();
    let mut bytes = std::fs::read(journal_of(&rig)).unwrap();
    bytes[16..4096].fill(0xEE);
    std::fs::write(journal_of(&rig), &bytes).unwrap();
    let desk = rig.desk_at(&gateway.base_url).await;
    let error = blocked(&desk).await.unwrap();
    assert_eq!((error.code, &*error.params["path"]), (ErrorCode::JournalDamaged, journal_of(&rig).to_str().unwrap()));
    assert_eq!(load(&desk, "44.00").await.unwrap_err().code, ErrorCode::JournalDamaged);
    assert_eq!(gateway.funds().len(), before);
    assert_eq!(std::fs::read(journal_of(&rig)).unwrap(), bytes, "what could still be rescued was changed");
}

#[tokio::test]
async fn wherever_a_journal_is_damaged_nothing_is_sent_that_is_not_written_down() {
    const PAGE_BYTES: usize = 4096;
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    with_a_sound_journal(&gateway, &rig).await;
    let sound = std::fs::read(journal_of(&rig)).unwrap();
    let mut told = 0;
    for page in 0..sound.len() / PAGE_BYTES {
        let (gateway, damaged) = (Scripted::start().await, Rig::new());
        let mut bytes = sound.clone();
        bytes[page * PAGE_BYTES..][..PAGE_BYTES].fill(0xEE);
        std::fs::create_dir_all(damaged.path("data/journals")).unwrap();
        std::fs::write(journal_of(&damaged), &bytes).unwrap();
        let desk = damaged.desk_at(&gateway.base_url).await;
        let outcome = load(&desk, "45.00").await;
        let arrived = gateway.funds().len();
        match outcome {
            Ok(operation) => assert_eq!((operation.state, arrived), (OperationState::Applied, 1), "page {page}"),
            // It was written down before it left; only what became of it was not.
            Err(error) if error.code == ErrorCode::OutcomeNotWritten => assert_eq!(arrived, 1, "page {page}"),
            Err(error) => {
                assert_eq!(arrived, 0, "page {page}: sent although {error:?}");
                assert!(matches!(error.code, ErrorCode::JournalDamaged | ErrorCode::IntentNotWritten), "page {page}: {error:?}");
                told += 1;
            }
        }
    }
    assert!(told > 3, "the damage was met on {told} pages only");
}

/// Another program that holds the journal's lock until it is ended.
struct Holder(Child);

impl Holder {
    fn of(rig: &Rig) -> Self {
        std::fs::create_dir_all(rig.path("data/journals")).unwrap();
        let lock = rig.path("data/journals/practice.journal.lock");
        let mut holding = Command::new("flock");
        let child =
            holding.arg("--no-fork").arg(lock).args(["sh", "-c", "echo held; exec sleep 600"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut holder = Self(child);
        let mut said = std::io::BufReader::new(holder.0.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut said, &mut String::new()).unwrap();
        holder
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_journal_that_another_process_has_open_is_told_and_nothing_is_sent_until_it_lets_go() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let holder = Holder::of(&rig);
    let desk = rig.desk_at(&gateway.base_url).await;
    let error = blocked(&desk).await.unwrap();
    assert_eq!((error.code, &*error.params["path"]), (ErrorCode::JournalInUse, journal_of(&rig).to_str().unwrap()));
    assert_eq!(load(&desk, "46.00").await.unwrap_err().code, ErrorCode::JournalInUse);
    assert_eq!(gateway.funds().len(), 0);
    drop(holder);
    assert_eq!(blocked(&desk).await, None);
    assert_eq!(load(&desk, "46.00").await.unwrap().state, OperationState::Applied);
}
