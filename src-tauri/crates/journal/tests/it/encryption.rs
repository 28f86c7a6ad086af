//! Personal data at rest is encrypted, and the key is nowhere but in memory.

use std::io::Write;
use std::sync::{Arc, Mutex};

use cardesk_journal::{Encryption, Journal, JournalError, JournalKey};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::support::{cardholder, holder, place};

const KEY: [u8; 32] =
    *b"\x1f\x2e\x3d\x4c\x5b\x6a\x79\x88\x97\xa6\xb5\xc4\xd3\xe2\xf1\x00\x0f\x1e\x2d\x3c\x4b\x5a\x69\x78\x87\x96\xa5\xb4\xc3\xd2\xe1\xf0";
const KEY_IN_HEXADECIMAL: &str = "1f2e3d4c5b6a798897a6b5c4d3e2f1000f1e2d3c4b5a69788796a5b4c3d2e1f0";

fn key() -> Encryption {
    Encryption::Key(JournalKey::from_bytes(KEY))
}

#[tokio::test]
async fn no_personal_data_stands_in_the_files_of_an_encrypted_journal() {
    let (_folder, path) = place();
    let journal = Journal::open(&path, key()).await.unwrap();
    let people: Vec<_> = (0..300).map(|number| cardholder(&format!("person{number}"), "Wilfredo", "Xicará")).collect();
    journal.upsert_cardholders(&people).await.unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        files += usize::from(content.len() > 4096);
        for word in ["SQLite format 3", "Wilfredo", "wilfredo", "Xicar", "person7@example.com", "cardholders"] {
            assert!(!content.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
        }
        assert!(!content.windows(KEY.len()).any(|window| window == KEY));
    }
    assert!(files >= 1, "the log at least holds what was written");
    journal.close().await;
    drop(journal);
    let content = std::fs::read(&path).unwrap();
    assert!(content.len() > 4096);
    assert!(!content.windows(8).any(|window| window == b"Wilfredo"));

    let journal = Journal::open(&path, key()).await.unwrap();
    assert_eq!(journal.cardholder(&holder("person7")).await.unwrap().unwrap().last_name, "Xicará");
}

#[tokio::test]
async fn a_wrong_key_is_said_to_be_wrong_and_changes_nothing() {
    let (_folder, path) = place();
    Journal::open(&path, key()).await.unwrap().close().await;
    let before = std::fs::read(&path).unwrap();
    let mut other = KEY;
    other[31] ^= 1;
    let error = Journal::open(&path, Encryption::Key(JournalKey::from_bytes(other))).await.unwrap_err();
    assert!(matches!(error, JournalError::WrongKey(_)), "{error:?}");
    assert!(!error.to_string().contains(KEY_IN_HEXADECIMAL));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(Journal::open(&path, key()).await.is_ok());
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_key_reaches_no_log_however_much_is_logged() {
    let captured = Captured::default();
    let writer = captured.clone();
    // Statements run on threads of the driver's own, so the subscriber has to be the whole process's.
    tracing::subscriber::set_global_default(
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish(),
    )
    .unwrap();
    let logged = |text: &str| String::from_utf8_lossy(&captured.0.lock().unwrap()).contains(text);

    let (_folder, path) = place();
    let journal = Journal::open(&path, key()).await.unwrap();
    journal.upsert_cardholders(&[cardholder("u1", "Wilfredo", "Xicará")]).await.unwrap();
    assert_eq!(journal.cardholder(&holder("u1")).await.unwrap().unwrap().first_name, "Wilfredo");
    assert!(!format!("{journal:?} {:?}", key()).contains("1f2e"));
    journal.close().await;
    assert!(!logged("1f2e3d4c"));

    // The same driver with its logging left on does log the key: so the test above looks in the right place.
    let loud = SqliteConnectOptions::new().filename(&path).pragma("key", format!("\"x'{KEY_IN_HEXADECIMAL}'\""));
    loud.connect().await.unwrap().close().await.unwrap();
    assert!(logged(KEY_IN_HEXADECIMAL));
}
