//! What opening a file promises: a clear error each, and nothing touched that is not ours to change.

use cardesk_journal::{Encryption, Journal, JournalError, JournalKey};
use sqlx::Connection;

use crate::support::{at, cardholder, holder, load, past_the_journal, place, plain, reference, takes};

#[tokio::test]
async fn an_empty_file_becomes_a_journal_and_opens_again_with_what_was_written() {
    let (_folder, path) = place();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, b"").unwrap();
    let journal = plain(&path).await;
    let written = journal.draft(load(1, 7, "12.5000")).await.unwrap();
    journal.upsert_cardholders(&[cardholder("u1", "Lucía", "Pérez")]).await.unwrap();
    journal.close().await;
    drop(journal);

    let journal = plain(&path).await;
    assert_eq!(journal.operation(&reference(1)).await.unwrap(), Some(written));
    assert_eq!(journal.cardholder(&holder("u1")).await.unwrap().unwrap().last_name, "Pérez");
}

#[tokio::test]
async fn a_journal_is_removed_only_while_nobody_has_it_open() {
    let (_folder, path) = place();
    Journal::remove(&path).unwrap();
    let journal = plain(&path).await;
    let written = journal.draft(load(1, 7, "1")).await.unwrap();
    assert!(matches!(Journal::remove(&path), Err(JournalError::InUse(_))));
    assert_eq!(journal.operation(&reference(1)).await.unwrap(), Some(written));
    journal.close().await;
    Journal::remove(&path).unwrap();
    assert_eq!(plain(&path).await.operation(&reference(1)).await.unwrap(), None);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_user_can_read_the_file_and_its_folder() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.draft(load(1, 7, "1")).await.unwrap();
    assert_eq!(std::fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

#[tokio::test]
async fn a_journal_of_a_newer_version_is_refused_and_not_touched() {
    let (_folder, path) = place();
    plain(&path).await.close().await;
    let mut connection = past_the_journal(&path).await;
    assert!(
        takes(
            &mut connection,
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9000, 'later', 1, x'00', 0)"
        )
        .await
    );
    connection.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Journal::open(&path, Encryption::None).await.unwrap_err();
    assert!(matches!(error, JournalError::Newer { found: 9000, known } if known < 9000), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn another_programs_database_is_refused_and_its_tables_not_touched() {
    let (_folder, path) = place();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, b"").unwrap();
    let mut connection = past_the_journal(&path).await;
    assert!(takes(&mut connection, "CREATE TABLE songs (title TEXT)").await);
    connection.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Journal::open(&path, Encryption::None).await.unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal(_)), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_not_touched() {
    let (_folder, path) = place();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    for content in [b"no database at all".as_slice(), &[0xA5; 8192], b"x"] {
        std::fs::write(&path, content).unwrap();
        let error = Journal::open(&path, Encryption::None).await.unwrap_err();
        assert!(matches!(error, JournalError::NotReadable(_)), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
}

#[tokio::test]
async fn a_damaged_file_is_said_to_be_damaged() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.draft(load(1, 7, "1")).await.unwrap();
    journal.close().await;
    drop(journal);
    let whole = std::fs::read(&path).unwrap();
    let mut scribbled = whole.clone();
    scribbled[100..4096].fill(0xEE);
    for damaged in [scribbled.as_slice(), &whole[..whole.len() / 2]] {
        std::fs::write(&path, damaged).unwrap();
        let error = Journal::open(&path, Encryption::None).await.unwrap_err();
        assert!(matches!(error, JournalError::Damaged), "{error:?}");
    }
}

#[tokio::test]
async fn damage_that_is_met_later_is_said_to_be_damage() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    let people: Vec<_> = (0..2_000).map(|number| cardholder(&format!("u{number}"), "Ana", "López")).collect();
    journal.upsert_cardholders(&people).await.unwrap();
    journal.close().await;
    drop(journal);
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[length * 3 / 4..].fill(0xEE);
    std::fs::write(&path, &bytes).unwrap();
    let journal = plain(&path).await;
    let mut errors = Vec::new();
    for person in &people {
        errors.extend(journal.cardholder(&person.id).await.err());
    }
    assert!(!errors.is_empty());
    assert!(errors.iter().all(|error| matches!(error, JournalError::Damaged)), "{errors:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let (folder, _) = place();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let error = Journal::open(file.join("journal.db"), Encryption::None).await.unwrap_err();
    assert!(matches!(&error, JournalError::CannotOpen { .. }), "{error}");
    assert!(error.to_string().contains("journal.db"));
}

#[tokio::test]
async fn a_second_program_on_the_same_journal_is_refused_until_the_first_lets_go() {
    let (_folder, path) = place();
    let first = plain(&path).await;
    let error = Journal::open(&path, Encryption::None).await.unwrap_err();
    assert!(matches!(error, JournalError::InUse(_)), "{error}");
    first.draft(load(1, 7, "1")).await.unwrap();
    first.close().await;
    drop(first);
    assert!(plain(&path).await.operation(&reference(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_closed_journal_opens_again_although_a_late_job_still_has_a_clone() {
    let (_folder, path) = place();
    let first = plain(&path).await;
    let of_a_late_job = first.clone();
    first.close().await;
    let second = plain(&path).await;
    assert!(of_a_late_job.draft(load(1, 7, "1")).await.is_err());
    second.draft(load(1, 7, "1")).await.unwrap();
}

#[tokio::test]
async fn a_key_for_a_plain_journal_and_no_key_for_an_encrypted_one_are_told_apart() {
    let (_folder, path) = place();
    plain(&path).await.close().await;
    let key = || Encryption::Key(JournalKey::from_bytes([3; 32]));
    assert!(matches!(Journal::open(&path, key()).await, Err(JournalError::NotEncrypted(_))));
    let encrypted = path.with_file_name("encrypted.db");
    Journal::open(&encrypted, key()).await.unwrap().close().await;
    assert!(matches!(Journal::open(&encrypted, Encryption::None).await, Err(JournalError::NotReadable(_))));
}

#[tokio::test]
async fn journals_in_memory_know_nothing_of_each_other() {
    let first = Journal::open_in_memory().await.unwrap();
    let second = Journal::open_in_memory().await.unwrap();
    first.draft(load(1, 7, "1")).await.unwrap();
    assert_eq!(second.operation(&reference(1)).await.unwrap(), None);
    assert_eq!(first.operation(&reference(1)).await.unwrap().unwrap().drafted_at, at(0));
}
