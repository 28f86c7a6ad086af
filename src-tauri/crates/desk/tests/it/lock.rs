//! The idle lock of a desk: it closes by the clock, opens with its passphrase alone, and stays closed through restarts and
//! whatever goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cardesk_desk::view::{LockForm, SecretText, UnlockOutcome};
use cardesk_desk::{Desk, DeskResult, ErrorCode, Field, FieldCode};
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Error as StoreError, mock};
use serde_json::Value;

use crate::rig::{Rig, all_bytes_below};

const PASSPHRASE: &str = "corre caballo batería";
const OTHER: &str = "otra frase más larga";
const ENTRY: &str = "unlock-passphrase";

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// A form with the passphrase in force, and another one typed twice.
fn form(idle_minutes: Option<u32>, passphrase: Option<&str>, new: Option<&str>) -> LockForm {
    LockForm { idle_minutes, passphrase: passphrase.map(secret), new_passphrase: new.map(secret), new_passphrase_again: new.map(secret) }
}

async fn turn_on(desk: &Desk) {
    let session = desk.change_lock(form(Some(5), None, Some(PASSPHRASE))).await.unwrap();
    assert_eq!((session.lock.idle_minutes, session.lock.is_locked), (Some(5), false));
}

async fn locked_desk(rig: &Rig) -> Desk {
    let desk = rig.desk().await;
    turn_on(&desk).await;
    assert!(desk.lock_now().is_locked);
    desk
}

async fn unlock(desk: &Desk, passphrase: &str) -> DeskResult<UnlockOutcome> {
    desk.unlock(secret(passphrase)).await
}

fn wrong_field(error: &cardesk_desk::ErrorView) -> (Field, FieldCode) {
    (error.fields[0].field, error.fields[0].code)
}

/// Whether the keychain keeps what proves the passphrase.
fn is_kept(rig: &Rig) -> bool {
    rig.store.build("Cardesk", ENTRY, None).unwrap().get_secret().is_ok()
}

fn remove_entry(rig: &Rig) {
    rig.store.build("Cardesk", ENTRY, None).unwrap().delete_credential().unwrap();
}

/// The next use of the keychain's entry fails.
fn fail_next(rig: &Rig, error: StoreError) {
    let entry = rig.store.build("Cardesk", ENTRY, None).unwrap();
    entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error);
}

#[tokio::test]
async fn it_is_off_until_somebody_chooses_a_passphrase_and_needs_no_keychain_until_then() {
    let rig = Rig::without_keychain();
    let desk = rig.desk().await;
    let lock = desk.session().await.unwrap().lock;
    assert_eq!((lock.idle_minutes, lock.is_locked), (None, false));
    assert!(!desk.lock_now().is_locked && !desk.is_locked());
    rig.clock.pass(1_000_000);
    assert!(!desk.is_locked());
    assert!(desk.note_activity().is_ok());
    let error = desk.change_lock(form(Some(5), None, Some(PASSPHRASE))).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::KeychainMissing);
    assert_eq!(desk.lock_state().idle_minutes, None, "a lock that nobody could open is on");
    assert!(!rig.path("config").join("idle-lock.json").exists());
}

#[tokio::test]
async fn it_locks_after_the_time_and_what_keeps_it_tells_so_once() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    turn_on(&desk).await;
    rig.clock.pass(299);
    assert!(desk.note_activity().is_ok());
    rig.clock.pass(299);
    assert!(!desk.is_locked());
    let told = Arc::new(AtomicUsize::new(0));
    let (keeping, counted) = (desk.clone(), Arc::clone(&told));
    // Its own pauses are what the clock goes on by.
    let kept = tokio::spawn(async move {
        keeping
            .keep_lock(|| {
                counted.fetch_add(1, Ordering::SeqCst);
            })
            .await;
    });
    while told.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    assert!(desk.is_locked());
    assert_eq!(desk.note_activity().unwrap_err().code, ErrorCode::Locked);
    assert!(rig.desk().await.is_locked(), "the next program is open");
    assert_eq!(told.load(Ordering::SeqCst), 1);
    // Open again, it would go on counting, and the clock with it.
    kept.abort();
    assert_eq!(unlock(&desk, PASSPHRASE).await, Ok(UnlockOutcome::Unlocked));
    assert!(!desk.is_locked());
}

#[tokio::test]
async fn a_night_in_which_the_computer_slept_locks_whatever_is_asked_first() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    turn_on(&desk).await;
    rig.clock.pass(8 * 3600);
    assert_eq!(desk.note_activity().unwrap_err().code, ErrorCode::Locked);
    assert!(desk.is_locked());
}

#[tokio::test]
async fn a_program_starts_locked_however_the_one_before_ended_and_shows_no_figure() {
    let rig = Rig::new();
    let desk = locked_desk(&rig).await;
    drop(desk);
    let desk = rig.desk().await;
    assert!(desk.is_locked());
    let session = desk.session().await.unwrap();
    assert!(session.lock.is_locked && session.last_run.is_none());
    assert_eq!(session.counts, cardesk_desk::view::SessionCounts::default());
    assert_eq!(unlock(&desk, "not the passphrase").await, Ok(UnlockOutcome::Wrong { wait_seconds: 0 }));
    assert!(rig.desk().await.is_locked());
    assert_eq!(unlock(&desk, PASSPHRASE).await, Ok(UnlockOutcome::Unlocked));
    assert!(rig.desk().await.is_locked(), "whoever starts it need not be who left it open");
}

#[tokio::test]
async fn wrong_passphrases_cost_a_wait_that_a_restart_does_not_shorten() {
    let rig = Rig::new();
    let desk = locked_desk(&rig).await;
    for wait_seconds in [0, 0, 0, 0, 30] {
        assert_eq!(unlock(&desk, "guess guess").await, Ok(UnlockOutcome::Wrong { wait_seconds }));
    }
    assert_eq!(unlock(&desk, PASSPHRASE).await, Ok(UnlockOutcome::Waits { wait_seconds: 30 }), "the right one is looked at");
    drop(desk);
    rig.clock.pass(12);
    let desk = rig.desk().await;
    assert_eq!(desk.lock_state().wait_seconds, 18);
    assert_eq!(unlock(&desk, PASSPHRASE).await, Ok(UnlockOutcome::Waits { wait_seconds: 18 }));
    drop(desk);
    rig.clock.pass(18);
    let desk = rig.desk().await;
    assert_eq!(unlock(&desk, "guess guess").await, Ok(UnlockOutcome::Wrong { wait_seconds: 60 }));
    drop(desk);
    rig.clock.pass(-100_000);
    let desk = rig.desk().await;
    assert_eq!(desk.lock_state().wait_seconds, 60, "a clock that was set back");
    drop(desk);
    rig.clock.pass(200_000);
    let desk = rig.desk().await;
    assert_eq!(unlock(&desk, PASSPHRASE).await, Ok(UnlockOutcome::Unlocked));
    assert_eq!(desk.lock_state().wait_seconds, 0);
    desk.lock_now();
    assert_eq!(unlock(&desk, "guess guess").await, Ok(UnlockOutcome::Wrong { wait_seconds: 0 }), "counted from the right one on");
}

#[tokio::test]
async fn two_passphrases_at_once_are_two_tries() {
    let rig = Rig::new();
    let desk = locked_desk(&rig).await;
    let tries: [_; 6] = std::array::from_fn(|_| unlock(&desk, "guess guess"));
    let mut waits = 0;
    for outcome in all_at_once(tries).await {
        waits += usize::from(matches!(outcome, Ok(UnlockOutcome::Waits { .. })));
    }
    assert_eq!(waits, 1, "the sixth was looked at");
}

async fn all_at_once<T, F: Future<Output = T>>(futures: [F; 6]) -> [T; 6] {
    let [one, two, three, four, five, six] = futures;
    let (one, two, three, four, five, six) = tokio::join!(one, two, three, four, five, six);
    [one, two, three, four, five, six]
}

#[tokio::test]
async fn a_keychain_that_fails_opens_nothing_costs_no_try_and_is_asked_again() {
    let rig = Rig::new();
    let desk = locked_desk(&rig).await;
    for (error, code) in [
        (StoreError::NoStorageAccess("locked".into()), ErrorCode::KeychainLocked),
        (StoreError::BadStoreFormat("checksum".to_owned()), ErrorCode::KeychainFailed),
    ] {
        fail_next(&rig, error);
        let answer = unlock(&desk, PASSPHRASE).await.unwrap_err();
        assert_eq!((answer.code, answer.retryable), (code, true));
        assert!(desk.is_locked());
    }
    fail_next(&rig, StoreError::NoStorageAccess("locked".into()));
    assert!(desk.lift_removed_lock().await.is_err() && desk.is_locked(), "what can't be read is taken for gone");
    rig.store.build("Cardesk", ENTRY, None).unwrap().set_secret(b"not a verifier").unwrap();
    assert_eq!(unlock(&desk, PASSPHRASE).await.unwrap_err().code, ErrorCode::KeychainFailed);
    assert!(desk.is_locked() && rig.desk().await.is_locked());
}

#[tokio::test]
async fn whoever_has_forgotten_it_removes_the_entry_and_the_lock_is_off() {
    let rig = Rig::new();
    let desk = locked_desk(&rig).await;
    assert!(!desk.lift_removed_lock().await.unwrap() && desk.is_locked());
    assert!(desk.lock_state().entry_name.contains(ENTRY));
    remove_entry(&rig);
    assert!(desk.is_locked(), "nobody has asked yet");
    assert!(desk.lift_removed_lock().await.unwrap());
    let lock = desk.session().await.unwrap().lock;
    assert_eq!((lock.is_locked, lock.idle_minutes), (false, None));
    assert_eq!(rig.desk().await.lock_state().idle_minutes, None);

    let desk = locked_desk(&rig).await;
    remove_entry(&rig);
    assert_eq!(unlock(&desk, "whatever it was").await, Ok(UnlockOutcome::Lifted));
    assert!(!desk.is_locked());
}

#[tokio::test]
async fn changing_it_and_turning_it_off_ask_for_the_passphrase_in_force_which_counts_as_on_the_lock_screen() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    turn_on(&desk).await;
    let missing = desk.change_lock(form(Some(10), None, None)).await.unwrap_err();
    assert_eq!(wrong_field(&missing), (Field::Passphrase, FieldCode::Missing));
    let wrong = desk.change_lock(form(None, Some("not the passphrase"), None)).await.unwrap_err();
    assert_eq!(wrong_field(&wrong), (Field::Passphrase, FieldCode::PassphraseWrong));
    assert_eq!(desk.lock_state().idle_minutes, Some(5));

    let session = desk.change_lock(form(Some(10), Some(PASSPHRASE), None)).await.unwrap();
    assert_eq!(session.lock.idle_minutes, Some(10));
    desk.change_lock(form(Some(10), Some(PASSPHRASE), Some(OTHER))).await.unwrap();
    for _ in 0..4 {
        let old = desk.change_lock(form(None, Some(PASSPHRASE), None)).await.unwrap_err();
        assert_eq!(wrong_field(&old), (Field::Passphrase, FieldCode::PassphraseWrong));
    }
    let fifth = desk.change_lock(form(None, Some(PASSPHRASE), None)).await.unwrap_err();
    assert_eq!(fifth.fields[0].params["seconds"], "30");
    let waits = desk.change_lock(form(None, Some(OTHER), None)).await.unwrap_err();
    assert_eq!(wrong_field(&waits), (Field::Passphrase, FieldCode::PassphraseWaits));
    drop(desk);
    rig.clock.pass(30);
    let desk = rig.desk().await;
    assert_eq!(desk.change_lock(form(None, Some(OTHER), None)).await.unwrap().lock.idle_minutes, None);
    assert!(!is_kept(&rig), "the passphrase of a lock that is off stays");
}

#[tokio::test]
async fn where_a_change_can_not_be_written_the_passphrase_of_before_holds() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    turn_on(&desk).await;
    let file = rig.path("config").join("idle-lock.json");
    let change = async || desk.change_lock(form(Some(10), Some(PASSPHRASE), Some(OTHER))).await;
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir_all(file.join("in-the-way")).unwrap();
    assert!(change().await.is_err());
    assert_eq!((desk.lock_state().idle_minutes, desk.lock_state().wait_seconds), (Some(5), 0));
    std::fs::remove_dir_all(&file).unwrap();
    desk.lock_now();
    assert_eq!(unlock(&desk, OTHER).await, Ok(UnlockOutcome::Wrong { wait_seconds: 0 }));
    assert_eq!(unlock(&desk, PASSPHRASE).await, Ok(UnlockOutcome::Unlocked));
    assert_eq!(change().await.unwrap().lock.idle_minutes, Some(10));
}

#[tokio::test]
async fn what_can_not_be_chosen_is_told_before_a_try_is_spent() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    let cases = [
        (form(Some(7), None, Some(PASSPHRASE)), (Field::IdleMinutes, FieldCode::ChoiceUnknown)),
        (form(Some(5), None, None), (Field::NewPassphrase, FieldCode::Missing)),
        (form(Some(5), None, Some("1234567")), (Field::NewPassphrase, FieldCode::PassphraseLength)),
        (
            LockForm { new_passphrase_again: Some(secret(OTHER)), ..form(Some(5), None, Some(PASSPHRASE)) },
            (Field::NewPassphraseAgain, FieldCode::PassphraseAgainDiffers),
        ),
    ];
    for (sent, found) in cases {
        assert_eq!(wrong_field(&desk.change_lock(sent).await.unwrap_err()), found);
    }
    turn_on(&desk).await;
    for _ in 0..9 {
        let short = desk.change_lock(form(Some(5), Some("wrong as well"), Some("short"))).await.unwrap_err();
        assert_eq!(wrong_field(&short), (Field::NewPassphrase, FieldCode::PassphraseLength));
    }
    assert_eq!(desk.lock_state().wait_seconds, 0);
}

#[tokio::test]
async fn a_lock_that_can_not_be_read_is_closed_and_opens_with_its_passphrase() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    turn_on(&desk).await;
    drop(desk);
    std::fs::write(rig.path("config").join("idle-lock.json"), "{\"idleMin").unwrap();
    let desk = rig.desk().await;
    assert!(desk.is_locked());
    assert_eq!(unlock(&desk, "not the passphrase").await, Ok(UnlockOutcome::Wrong { wait_seconds: 0 }));
    assert_eq!(unlock(&desk, PASSPHRASE).await, Ok(UnlockOutcome::Unlocked));
    assert!(!desk.is_locked());
}

#[tokio::test]
async fn the_passphrase_is_in_no_file_and_what_proves_it_in_the_keychain_alone() {
    let rig = Rig::new();
    let desk = locked_desk(&rig).await;
    unlock(&desk, "guess guess").await.unwrap();
    unlock(&desk, PASSPHRASE).await.unwrap();
    let written = all_bytes_below(rig.folder.path());
    let kept = rig.store.build("Cardesk", ENTRY, None).unwrap().get_secret().unwrap();
    assert!(kept.starts_with(b"$argon2id$"));
    for secret in [PASSPHRASE.as_bytes(), &kept[..], b"argon2", b"guess guess"] {
        assert!(!written.windows(secret.len()).any(|window| window == secret), "{:?}", String::from_utf8_lossy(secret));
    }
    let file: Value = serde_json::from_slice(&std::fs::read(rig.path("config").join("idle-lock.json")).unwrap()).unwrap();
    assert_eq!(file["wrongTries"], 0);
    assert_eq!(format!("{:?}", form(Some(5), Some(PASSPHRASE), Some(OTHER))).matches("redacted").count(), 3);
}

/// Waits until the journal of Practice, which is not encrypted, has this word.
async fn recorded(rig: &Rig, word: &str) {
    while !all_bytes_below(&rig.path("data")).windows(word.len()).any(|window| window == word.as_bytes()) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_companys_record_says_who_locked_unlocked_and_lifted_it() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    // Where no journal is open, there is no record to write into.
    desk.session().await.unwrap();
    turn_on(&desk).await;
    recorded(&rig, "lock_set").await;
    desk.lock_now();
    recorded(&rig, "desk_locked").await;
    unlock(&desk, PASSPHRASE).await.unwrap();
    recorded(&rig, "desk_unlocked").await;
    desk.lock_now();
    remove_entry(&rig);
    desk.lift_removed_lock().await.unwrap();
    recorded(&rig, "lock_lifted").await;
    turn_on(&desk).await;
    // Refused, it is told as what it was to be.
    desk.change_lock(form(None, Some(OTHER), None)).await.unwrap_err();
    recorded(&rig, "lock_turned_off").await;
}
