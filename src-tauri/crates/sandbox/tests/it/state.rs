//! The state: it survives restarts, is the same for the same seed, and holds no card number.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use cardesk_sandbox::{PortChoice, Practice, PracticeConfig, PracticeError};

use crate::support::{Desk, TestClock, registration};

fn config(file: &std::path::Path, port: PortChoice) -> PracticeConfig {
    PracticeConfig { state_file: Some(file.to_owned()), port, clock: TestClock::at("2026-11-24T18:00:00Z"), ..PracticeConfig::default() }
}

#[tokio::test]
async fn everything_survives_a_restart_sessions_included() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/practice.redb");
    let desk = Desk::with_state(Some(&file)).await;
    let card = desk.active_card().await;
    let load = r#"{"amount":12.3456,"operation":"ADD_FUNDS","channel":"WEB","reference":"r"}"#;
    assert_eq!(desk.post(&format!("/cards/{card}/funds"), load).await.status, 200);
    let plastic = desk.plastic_of(&card).await;
    desk.practice.stop().await.unwrap();
    let Desk { token, practice, .. } = desk;
    drop(practice);

    let again = Desk { token, ..Desk::with_state(Some(&file)).await };
    assert_eq!(again.get(&format!("/cards/{card}")).await.number("balance"), "12.3456");
    assert_eq!(again.post(&format!("/cards/{card}/funds"), load).await.code(), "7006");
    assert!(again.plastic_of(&card).await.pan == plastic.pan, "the plastic in the drawer still fits");
    again.practice.stop().await.unwrap();
}

#[tokio::test]
async fn an_interrupted_process_loses_nothing_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("practice.redb");
    let desk = Desk::with_state(Some(&file)).await;
    let load = r#"{"amount":1.0001,"operation":"ADD_FUNDS","channel":"WEB","reference":"r"}"#;
    let answered = desk.post("/cards/48201/funds", load).await.number("balance").to_owned();
    // What a power cut would leave: the file as it is at this instant, without any farewell.
    let torn = folder.path().join("torn.redb");
    std::fs::copy(&file, &torn).unwrap();
    let again = Desk::with_state(Some(&torn)).await;
    assert_eq!(again.get("/cards/48201").await.number("balance"), answered);
}

async fn everything(desk: &Desk) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([("users".to_owned(), desk.get("/users?limit=100").await.body)]);
    for plastic in desk.practice.plastics().await.unwrap() {
        let id = plastic.card_id;
        all.insert(format!("card {id}"), desk.get(&format!("/cards/{id}")).await.body);
        all.insert(format!("plastic {id}"), format!("{}{}{}", plastic.pan.reveal(), plastic.cvv.reveal(), plastic.embossed_name));
        all.insert(format!("movements {id}"), desk.get(&format!("/cards/{id}/transfers/11/2026")).await.body);
    }
    all
}

#[tokio::test]
async fn the_same_seed_gives_the_same_and_start_over_gives_it_again() {
    let one = Desk::new().await;
    let other = Desk::new().await;
    let first = everything(&one).await;
    assert!(first == everything(&other).await);
    let user = one.post("/users", &registration("ana@example.com", &[])).await.text("userId");
    one.call("POST", &format!("/users/{user}/cards/virtuals"), None).await;
    one.practice.start_over().await.unwrap();
    assert!(first == everything(&one).await, "the session stays open, the data is as at first");
}

#[tokio::test]
async fn sixty_people_hold_cards_in_every_state_and_several_hold_two() {
    let desk = Desk::new().await;
    assert_eq!(desk.get("/users?limit=1").await.number("total"), "60");
    let mut cards: BTreeMap<String, usize> = BTreeMap::new();
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    for plastic in desk.practice.plastics().await.unwrap() {
        *cards.entry(plastic.cardholder_id.to_string()).or_default() += 1;
        *states.entry(plastic.state.to_string()).or_default() += 1;
        assert!(plastic.embossed_name.len() <= 26 && plastic.activation_link.as_str().contains(plastic.cardholder_id.as_str()));
    }
    assert!(cards.len() < 60, "some hold none");
    assert!(cards.values().filter(|count| **count == 2).count() >= 6);
    assert!(["ACTIVE", "INACTIVE", "BLOCKED"].iter().all(|state| states[*state] >= 6), "{states:?}");
}

#[tokio::test]
async fn seeded_movements_add_up_and_none_lies_in_the_future() {
    for day in ["2026-11-01T06:00:00Z", "2026-11-24T18:00:00Z", "2027-03-01T05:59:59Z"] {
        let clock = TestClock::at(day);
        let now = cardesk_sandbox::Clock::now(&*clock);
        let practice =
            Practice::start(PracticeConfig { port: PortChoice::Any, clock: Arc::<TestClock>::clone(&clock), ..PracticeConfig::default() })
                .await
                .unwrap();
        let token = practice.bearer_token().await.unwrap();
        let desk = Desk { practice, clock, token };
        let today = now.to_zoned_datetime(jiff::tz::TimeZone::get("America/Guatemala").unwrap()).date();
        let mut in_this_month = 0;
        for plastic in desk.practice.plastics().await.unwrap() {
            let mut running = 0_i64;
            for back in (0..12).rev() {
                let month = today.first_of_month().saturating_sub(jiff::Span::new().months(back));
                let answer = desk.get(&format!("/cards/{}/transfers/{}/{}", plastic.card_id, month.month(), month.year())).await;
                for piece in answer.body.split(r#"{"id":"#).skip(1) {
                    let value =
                        |name: &str| piece.split_once(&format!("\"{name}\":")).unwrap().1.split([',', '}']).next().unwrap().to_owned();
                    let amount = ten_thousandths(&value("amount"));
                    running += if value("direction") == "\"CREDIT\"" { amount } else { -amount };
                    assert_eq!(ten_thousandths(&value("balance")), running, "{piece}");
                    let at: jiff::Timestamp = value("date").trim_matches('"').parse().unwrap();
                    assert!(at <= now, "{piece}");
                    in_this_month += u32::from(back == 0);
                }
            }
            let card = desk.get(&format!("/cards/{}", plastic.card_id)).await;
            assert_eq!(ten_thousandths(card.number("balance")), running, "{card:?}");
        }
        assert!(in_this_month > 10, "{day}: {in_this_month}");
    }
}

fn ten_thousandths(number: &str) -> i64 {
    let (whole, fraction) = number.split_once('.').expect("a point");
    format!("{whole}{fraction:0<4}").parse().expect("digits")
}

#[tokio::test]
async fn neither_the_state_file_nor_the_log_ever_holds_a_card_number_or_a_token() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // For the whole process: the other tests beside this one are logged as well, and read through with it.
    tracing::subscriber::set_global_default(subscriber).expect("no other test logs");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("practice.redb");
    let desk = Desk::with_state(Some(&file)).await;
    let card = desk.active_card().await;
    let plastic = desk.plastic("INACTIVE").await;
    let form = format!("cardNumber={}&cardholderName=x", plastic.pan.reveal());
    let path = format!("/card-activation?userId={}", plastic.cardholder_id);
    desk.call_with("POST", &path, "Content-Type: application/x-www-form-urlencoded\r\n", Some(&form)).await;
    let numbers: Vec<String> = desk.practice.plastics().await.unwrap().iter().map(|plastic| plastic.pan.reveal().to_owned()).collect();
    let cvv = desk.plastic_of(&card).await.cvv;
    desk.practice.stop().await.unwrap();
    let state = std::fs::read(&file).unwrap();
    let logged = log.0.lock().unwrap().clone();
    assert!(logged.windows(8).any(|window| window == b"answered"), "the log was written: {}", String::from_utf8_lossy(&logged));
    for held in [&state, &logged] {
        for secret in numbers.iter().chain([&desk.token]) {
            assert!(!held.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
    assert_eq!(cvv.reveal().len(), 3);
}

/// A log that a test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'writer> tracing_subscriber::fmt::MakeWriter<'writer> for Log {
    type Writer = Self;

    fn make_writer(&'writer self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_file_that_is_no_state_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("practice.redb");
    for content in [b"not a database, but somebody's letter".repeat(400), vec![0; 5000]] {
        std::fs::write(&file, &content).unwrap();
        let error = Practice::start(config(&file, PortChoice::Any)).await.expect_err("it is refused");
        assert!(matches!(&error, PracticeError::StateFile { path, .. } if *path == file), "{error:?}");
        assert!(error.to_string().contains("Nothing was changed in it"), "{error}");
        assert_eq!(std::fs::read(&file).unwrap(), content);
    }
}

#[tokio::test]
async fn a_state_of_a_newer_form_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("practice.redb");
    let facts: redb::TableDefinition<'_, &str, u64> = redb::TableDefinition::new("facts");
    let database = redb::Database::create(&file).unwrap();
    let change = database.begin_write().unwrap();
    change.open_table(facts).unwrap().insert("form", 4).unwrap();
    change.commit().unwrap();
    drop(database);
    let error = Practice::start(config(&file, PortChoice::Any)).await.expect_err("it is refused");
    assert!(matches!(error, PracticeError::NewerState { found: 4, known: 3, .. }), "{error:?}");
}

#[tokio::test]
async fn a_state_of_an_earlier_form_is_taken_along_whole() {
    for form in [1, 2] {
        is_taken_along(form).await;
    }
}

async fn is_taken_along(form: u64) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("practice.redb");
    let desk = Desk::with_state(Some(&file)).await;
    let before = everything(&desk).await;
    desk.practice.stop().await.unwrap();
    drop(desk);
    let database = redb::Database::create(&file).unwrap();
    let change = database.begin_write().unwrap();
    let facts: redb::TableDefinition<'_, &str, u64> = redb::TableDefinition::new("facts");
    change.open_table(facts).unwrap().insert("form", form).unwrap();
    if form < 2 {
        change.delete_table(redb::TableDefinition::<u64, &[u8]>::new("transfers")).unwrap();
    }
    change.delete_table(redb::TableDefinition::<(u64, &str), ([u8; 32], u64)>::new("pins")).unwrap();
    change.delete_table(redb::TableDefinition::<(&str, u64), &[u8]>::new("linked_cards")).unwrap();
    change.delete_table(redb::TableDefinition::<(u64, u64, u64), i64>::new("statements")).unwrap();
    change.delete_table(redb::TableDefinition::<&str, &[u8]>::new("transfer_types")).unwrap();
    change.delete_table(redb::TableDefinition::<u64, ()>::new("blank_plastics")).unwrap();
    change.commit().unwrap();
    drop(database);

    let again = Desk::with_state(Some(&file)).await;
    assert!(before == everything(&again).await);
    assert_eq!(again.get("/card-transfers/900001").await.status, 404, "none yet, and no fault");
    let plastic = again.plastic("ACTIVE").await;
    assert_eq!(again.get(&format!("/cards/{}/statements/11/2026", plastic.card_id)).await.status, 404);
    assert_eq!(again.get(&format!("/users/{}/linked-cards", plastic.cardholder_id)).await.status, 200);
    assert_eq!(again.post(&format!("/cards/{}/pin/verification", plastic.card_id), r#"{"pin":"2580"}"#).await.code(), "7213");
    assert_eq!(again.practice.blank_plastics().await.unwrap().len(), 12);
    again.practice.stop().await.unwrap();
}

#[tokio::test]
async fn a_state_that_another_practice_has_open_is_not_opened_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("practice.redb");
    let first = Practice::start(config(&file, PortChoice::Any)).await.unwrap();
    let error = Practice::start(config(&file, PortChoice::Any)).await.expect_err("it is refused");
    assert!(matches!(error, PracticeError::InUse { .. }), "{error:?}");
    first.stop().await.unwrap();
}

#[tokio::test]
async fn a_port_is_kept_and_a_taken_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("practice.redb");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Practice::start(config(&file, PortChoice::Fixed(port))).await.expect_err("it is taken");
    assert!(matches!(error, PracticeError::Port { port: named, .. } if named == port), "{error:?}");

    let first = Practice::start(config(&file, PortChoice::Usual)).await.unwrap();
    let base = first.base_url().to_owned();
    first.stop().await.unwrap();
    drop(first);
    let second = Practice::start(config(&file, PortChoice::Usual)).await.unwrap();
    assert_eq!((second.base_url(), second.moved_from()), (base.as_str(), None));
    second.stop().await.unwrap();
    drop(second);

    let kept: u16 = base.rsplit(':').next().unwrap().parse().unwrap();
    let _squatter = TcpListener::bind(("127.0.0.1", kept)).unwrap();
    let third = Practice::start(config(&file, PortChoice::Usual)).await.unwrap();
    assert_eq!(third.moved_from(), Some(kept));
    assert_ne!(third.base_url(), base);
    third.stop().await.unwrap();
}
