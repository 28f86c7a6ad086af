//! The packing line: each insert beside its own plastic, and a stop for everything else.

use std::process::Command;
use std::time::Duration;

use cardesk_desk::seams::{JobOptions, SheetSize};
use cardesk_desk::view::{
    HappeningAction, HappeningKind, HappeningsRequest, InsertLanguage, Language, ManifestLine, ManifestOf, ManifestToSave, PackForm,
    PackOutcome, PackedBy, PackedRow, PackingStopView, Paper, PrintItem, PrintJobState, PrintRequest, ScanOutcome, SettingsChange,
    StatementFact, StopKind,
};
use cardesk_desk::{Desk, ErrorCode, Field, FieldCode};
use cardesk_domain::replacement::ReplacementCause;
use cardesk_domain::{CardId, CardState};
use cardesk_journal::{
    CardRecord, CardholderRecord, CardholderSource, Encryption, Journal, NewInsert, NewReplacement, NewRun, Reprint, RunStep, SentTo,
};
use jiff::Timestamp;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::rig::Rig;

const OURS: &str = "http://127.0.0.1:3010/card-activation?client=cafeLosVolcanes&userId=";

fn person(id: &str, last_name: &str) -> CardholderRecord {
    CardholderRecord {
        id: id.parse().unwrap(),
        first_name: "Ana".to_owned(),
        last_name: last_name.to_owned(),
        username: format!("{id}@example.com"),
        phone_number: None,
        address: None,
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
        seen_at: Timestamp::UNIX_EPOCH,
    }
}

fn card(id: u64, holder: &str, last_four: Option<&str>) -> CardRecord {
    CardRecord {
        id: CardId::new(id),
        cardholder_id: holder.parse().unwrap(),
        last_four: last_four.map(|text| text.parse().unwrap()),
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
        seen_at: Timestamp::UNIX_EPOCH,
    }
}

fn insert(holder: &str, card: Option<(u64, &str)>) -> NewInsert {
    NewInsert {
        cardholder_id: holder.parse().unwrap(),
        card_id: card.map(|(id, _)| CardId::new(id)),
        last_four: card.map(|(_, last_four)| last_four.parse().unwrap()),
        reprint: None,
    }
}

async fn draft(journal: &Journal, inserts: Vec<NewInsert>) -> u32 {
    let run = NewRun {
        layout: "eight_up_a4".to_owned(),
        language: "spanish".to_owned(),
        operator: "Operadora".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        inserts,
    };
    journal.begin_run(run).await.unwrap().number
}

async fn print(journal: &Journal, inserts: Vec<NewInsert>) {
    let number = draft(journal, inserts).await;
    journal.finish_run(number, &SentTo::File("x.pdf".to_owned()), Timestamp::UNIX_EPOCH).await.unwrap();
}

/// Run 0001: Álvarez with a card, Bolaños and Cruz without one on the insert. Bolaños has two cards, Cruz none that is known.
async fn line() -> (Rig, Journal, Desk) {
    let rig = Rig::new();
    let journal = Journal::open_in_memory().await.unwrap();
    let people = [("u1", "Álvarez"), ("u2", "Bolaños"), ("u3", "Cruz"), ("u4", "Díaz")];
    journal.upsert_cardholders(&people.map(|(id, name)| person(id, name))).await.unwrap();
    let cards = [card(1, "u1", Some("4417")), card(2, "u2", Some("0932")), card(3, "u2", Some("0933")), card(4, "u4", Some("7001"))];
    journal.upsert_cards(&cards).await.unwrap();
    print(&journal, vec![insert("u1", Some((1, "4417"))), insert("u2", None), insert("u3", None)]).await;
    let desk = rig.desk_over(&journal).await;
    (rig, journal, desk)
}

async fn scan(desk: &Desk, text: &str) -> ScanOutcome {
    desk.scan_insert(text, false, None).await.unwrap()
}

async fn found(desk: &Desk, text: &str) -> String {
    match scan(desk, text).await {
        ScanOutcome::Found { insert } => insert.serial,
        other => panic!("{text}: {other:?}"),
    }
}

async fn stop_of_scan(desk: &Desk, text: &str) -> PackingStopView {
    match scan(desk, text).await {
        ScanOutcome::Stopped { stop } => {
            desk.acknowledge_packing_stop(stop.number).await.unwrap();
            stop
        }
        other => panic!("{text}: {other:?}"),
    }
}

async fn pack(desk: &Desk, serial: &str, last_four: &str, is_another_plastic: bool) -> PackOutcome {
    let form = PackForm { serial: serial.to_owned(), last_four: last_four.to_owned(), is_another_plastic };
    desk.pack_insert(form).await.unwrap()
}

async fn packed(desk: &Desk, serial: &str, last_four: &str) -> PackedRow {
    match pack(desk, serial, last_four, false).await {
        PackOutcome::Packed { row } => row,
        PackOutcome::Stopped { stop } => panic!("{serial}: {stop:?}"),
    }
}

async fn stop_of_pack(desk: &Desk, serial: &str, last_four: &str) -> PackingStopView {
    match pack(desk, serial, last_four, false).await {
        PackOutcome::Stopped { stop } => stop,
        PackOutcome::Packed { row } => panic!("{row:?}"),
    }
}

fn record_request(holder: &str) -> HappeningsRequest {
    HappeningsRequest {
        cardholder_id: holder.to_owned(),
        card_id: None,
        before: None,
        kind: Some(HappeningKind::Insert),
        results: Vec::new(),
        text: String::new(),
        text_actions: Vec::new(),
        limit: 50,
    }
}

async fn record_of(desk: &Desk, holder: &str) -> Vec<(HappeningAction, Option<String>, Option<String>)> {
    let rows = desk.happenings(record_request(holder)).await.unwrap().rows;
    rows.into_iter().rev().map(|row| (row.action, row.serial, row.detail)).collect()
}

#[tokio::test]
async fn an_insert_and_its_plastic_are_packed_and_what_it_expects_is_never_shown_before() {
    let (_rig, _journal, desk) = line().await;
    let shown = scan(&desk, "0001'001").await;
    assert!(!serde_json::to_string(&shown).unwrap().contains("4417"), "{shown:?}");
    let ScanOutcome::Found { insert } = shown else { panic!("{shown:?}") };
    assert_eq!((insert.serial.as_str(), insert.display_name.as_str(), insert.names_card), ("0001-001", "Álvarez, Ana", true));
    let row = packed(&desk, "0001-001", " 4417").await;
    assert_eq!((row.last_four.as_str(), row.packed_by, row.can_undo), ("4417", PackedBy::Printed, true));
    let view = desk.packing().await.unwrap();
    assert_eq!((view.packed_today, view.latest.len(), view.day.as_str()), (1, 1, "2026-11-24"));
    assert_eq!(view.runs.iter().map(|run| (run.printed, run.packed, run.missing)).collect::<Vec<_>>(), [(3, 1, 2)]);
    assert_eq!(
        record_of(&desk, "u1").await.last().unwrap(),
        &(HappeningAction::InsertPacked, Some("0001-001".to_owned()), Some("•••• 4417".to_owned()))
    );
}

#[tokio::test]
async fn a_mismatch_stops_the_line_until_somebody_saw_it_also_after_a_new_start() {
    let (rig, journal, desk) = line().await;
    let stop = stop_of_pack(&desk, "0001-001", "4418").await;
    assert_eq!(
        (stop.kind, stop.last_four.as_deref(), stop.display_name.as_deref()),
        (StopKind::Mismatch, Some("4418"), Some("Álvarez, Ana"))
    );
    assert!(!serde_json::to_string(&stop).unwrap().contains("4417"), "what is expected would only be typed");
    drop(desk);
    let desk = rig.desk_over(&journal).await;
    assert_eq!(desk.packing().await.unwrap().stop, Some(stop.clone()));
    assert!(matches!(scan(&desk, "0001-002").await, ScanOutcome::Stopped { stop: again } if again == stop));
    assert!(matches!(pack(&desk, "0001-001", "4417", false).await, PackOutcome::Stopped { stop: again } if again == stop));
    assert_eq!(desk.packing().await.unwrap().packed_today, 0);

    assert_eq!(desk.acknowledge_packing_stop(stop.number).await.unwrap().stop, None);
    packed(&desk, "0001-001", "4417").await;
    let record = record_of(&desk, "u1").await;
    let expected = (HappeningAction::PackingStopped, Some("0001-001".to_owned()), Some("mismatch: •••• 4418".to_owned()));
    assert_eq!(record.iter().filter(|row| **row == expected).count(), 1, "{record:?}");
    let seen = (HappeningAction::PackingStopAcknowledged, expected.1, expected.2);
    assert_eq!(record.iter().filter(|row| **row == seen).count(), 1, "{record:?}");
    let at_the_card = desk.happenings(HappeningsRequest { card_id: Some("1".to_owned()), ..record_request("u1") }).await.unwrap().rows;
    let who = at_the_card.iter().find(|row| row.action == HappeningAction::PackingStopAcknowledged).map(|row| row.operator.as_str());
    assert_eq!(who, Some("Operadora"), "it stands at the card that the insert names as well");
}

#[tokio::test]
async fn everything_that_is_not_to_be_packed_has_a_stop_of_its_own() {
    let (_rig, journal, desk) = line().await;
    packed(&desk, "0001-001", "4417").await;
    let already = stop_of_scan(&desk, "0001-001").await;
    assert_eq!((already.kind, already.packed_by.as_deref()), (StopKind::PackedAlready, Some("Operadora")));

    let reason = "se manchó".to_owned();
    let reprint = NewInsert { reprint: Some(Reprint { serial: "0001-002".to_owned(), reason: reason.clone() }), ..insert("u2", None) };
    print(&journal, vec![reprint]).await;
    let voided = stop_of_scan(&desk, "0001-002").await;
    assert_eq!((voided.kind, voided.other_serial.as_deref(), voided.void_reason), (StopKind::Voided, Some("0002-001"), Some(reason)));
    journal.void_insert("0001-003", "perdida", &[]).await.unwrap();
    let voided = stop_of_scan(&desk, "0001-003").await;
    assert_eq!((voided.kind, voided.void_reason.as_deref()), (StopKind::Voided, Some("perdida")));

    let given_up = draft(&journal, vec![insert("u4", Some((4, "7001")))]).await;
    journal.discard_run(given_up, Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(stop_of_scan(&desk, "0003-001").await.kind, StopKind::NotFinished);

    for (text, kind) in [
        ("0099-001", StopKind::Unknown),
        ("7501031311309", StopKind::Unknown),
        (&*format!("{OURS}nobody"), StopKind::Unknown),
        ("http://127.0.0.1:3010/card-activation?client=otra&userId=u1", StopKind::OtherCompany),
        ("https://web.migopayments.com/card-activation?client=cafeLosVolcanes&userId=u1", StopKind::OtherEnvironment),
        ("httpsÑ--web.migopayments.com-card'activation_client¡cafeLosVolcanes/userId¡u1", StopKind::OtherEnvironment),
    ] {
        assert_eq!(stop_of_scan(&desk, text).await.kind, kind, "{text}");
    }
    let stops = desk.packing_manifest(ManifestOf::Day("2026-11-24".to_owned())).await.unwrap().stops;
    assert_eq!(stops.len(), 10, "each is in the record");
}

#[tokio::test]
async fn an_activation_code_finds_the_only_insert_and_of_several_the_small_code_is_asked_for() {
    let (_rig, journal, desk) = line().await;
    // Practice may listen on another port after a start.
    assert_eq!(found(&desk, &format!("{}u1", OURS.replace("3010", "40111"))).await, "0001-001");
    let spanish = "httpÑ--127.0.0.1Ñ3010-card'activation_client¡cafeLosVolcanes/userId¡u1";
    assert_eq!(found(&desk, spanish).await, "0001-001");
    print(
        &journal,
        vec![NewInsert {
            reprint: Some(Reprint { serial: "0001-001".to_owned(), reason: "roto".to_owned() }),
            ..insert("u1", Some((1, "4417")))
        }],
    )
    .await;
    // The torn one has the same activation code as the one in its place.
    let several = scan(&desk, &format!("{OURS}u1")).await;
    assert_eq!(several, ScanOutcome::NeedsSerial { display_name: "Álvarez, Ana".to_owned(), inserts: 2 });
    assert_eq!(desk.packing().await.unwrap().stop, None, "that stops nothing");
}

#[tokio::test]
async fn the_activation_code_of_a_paper_from_a_run_that_did_not_come_to_its_end_is_nobody_elses() {
    let (_rig, journal, desk) = line().await;
    let alone = format!("{OURS}u4");
    assert_eq!(stop_of_scan(&desk, &alone).await.kind, StopKind::Unknown);
    let reprint = Reprint { serial: "0001-001".to_owned(), reason: "roto".to_owned() };
    let failed = vec![NewInsert { reprint: Some(reprint), ..insert("u1", Some((1, "4417"))) }, insert("u4", Some((4, "7001")))];
    let number = draft(&journal, failed).await;
    journal.note_run_step(number, &RunStep::Printing("oficina".to_owned()), Timestamp::UNIX_EPOCH).await.unwrap();
    journal.discard_run(number, Timestamp::UNIX_EPOCH).await.unwrap();
    let several = scan(&desk, &format!("{OURS}u1")).await;
    assert_eq!(several, ScanOutcome::NeedsSerial { display_name: "Álvarez, Ana".to_owned(), inserts: 2 });
    assert_eq!(stop_of_scan(&desk, &alone).await.kind, StopKind::NotFinished);
}

#[tokio::test]
async fn where_the_card_was_not_known_what_is_typed_becomes_the_pair() {
    let (_rig, journal, desk) = line().await;
    // One of the cardholder's cards; another's four is a mismatch.
    let stop = stop_of_pack(&desk, "0001-002", "4417").await;
    assert_eq!(stop.kind, StopKind::Mismatch);
    desk.acknowledge_packing_stop(stop.number).await.unwrap();
    assert_eq!(packed(&desk, "0001-002", "0933").await.packed_by, PackedBy::Card);
    assert_eq!(journal.packing_of("0001-002").await.unwrap().unwrap().card_id, Some(CardId::new(3)));
    // A card that the desk has never seen.
    assert_eq!(packed(&desk, "0001-003", "5555").await.packed_by, PackedBy::Typed);
    let again = packed(&desk, "0001-001", "4417").await;
    assert_eq!(again.packed_by, PackedBy::Printed);
}

#[tokio::test]
async fn a_plastic_that_is_packed_stops_and_only_one_that_no_card_tells_apart_can_be_another() {
    let (_rig, journal, desk) = line().await;
    packed(&desk, "0001-002", "0932").await;
    print(&journal, vec![insert("u2", Some((2, "0932"))), insert("u4", None)]).await;
    let stop = stop_of_pack(&desk, "0002-001", "0932").await;
    assert_eq!((stop.kind, stop.other_serial.as_deref(), stop.can_be_another), (StopKind::PlasticPacked, Some("0001-002"), false));
    desk.acknowledge_packing_stop(stop.number).await.unwrap();
    let PackOutcome::Stopped { stop } = pack(&desk, "0002-001", "0932", true).await else { panic!("a word does not help here") };
    desk.acknowledge_packing_stop(stop.number).await.unwrap();

    let stop = stop_of_pack(&desk, "0001-003", "0932").await;
    assert_eq!((stop.kind, stop.other_name.as_deref(), stop.can_be_another), (StopKind::PlasticPacked, Some("Bolaños, Ana"), true));
    desk.acknowledge_packing_stop(stop.number).await.unwrap();
    let PackOutcome::Packed { row } = pack(&desk, "0001-003", "0932", true).await else { panic!("a person said so") };
    assert_eq!(row.packed_by, PackedBy::Another);
}

/// Insert 0002-001 is Cruz's card 7 and 0002-002 Díaz's card 8: the gateway has not shown how either ends.
async fn without_numbers(journal: &Journal) {
    journal.upsert_cards(&[card(7, "u3", None), card(8, "u4", None)]).await.unwrap();
    let insert = |holder, id| NewInsert { card_id: Some(CardId::new(id)), ..insert(holder, None) };
    print(journal, vec![insert("u3", 7), insert("u4", 8)]).await;
}

async fn said_to_be_another(desk: &Desk, stop: &PackingStopView) -> PackedRow {
    assert!(stop.can_be_another, "{stop:?}");
    desk.acknowledge_packing_stop(stop.number).await.unwrap();
    match pack(desk, stop.serial.as_ref().unwrap(), stop.last_four.as_ref().unwrap(), true).await {
        PackOutcome::Packed { row } => row,
        PackOutcome::Stopped { stop } => panic!("a person said so: {stop:?}"),
    }
}

#[tokio::test]
async fn two_cards_whose_number_is_not_known_do_not_get_the_same_plastic_without_a_word() {
    let (_rig, journal, desk) = line().await;
    without_numbers(&journal).await;
    assert_eq!(packed(&desk, "0002-001", "4444").await.packed_by, PackedBy::Typed);
    let stop = stop_of_pack(&desk, "0002-002", "4444").await;
    assert_eq!((stop.kind, stop.other_serial.as_deref()), (StopKind::PlasticPacked, Some("0002-001")));
    assert_eq!(said_to_be_another(&desk, &stop).await.packed_by, PackedBy::Another);
    assert_eq!(journal.packing_of("0002-002").await.unwrap().unwrap().card_id, Some(CardId::new(8)));
}

#[tokio::test]
async fn digits_that_another_insert_waits_for_are_nobody_elses_without_a_word() {
    let (_rig, journal, desk) = line().await;
    without_numbers(&journal).await;
    // Álvarez's insert names the card that ends so; that of Bolaños names none, and one of the cards does.
    for (serial, typed, waits, whose) in [
        ("0001-003", "4417", "0001-001", "Álvarez, Ana"),
        ("0001-003", "0932", "0001-002", "Bolaños, Ana"),
        ("0002-001", "4417", "0001-001", "Álvarez, Ana"),
    ] {
        let stop = stop_of_pack(&desk, serial, typed).await;
        assert_eq!(
            (stop.kind, stop.other_serial.as_deref(), stop.other_name.as_deref(), stop.can_be_another),
            (StopKind::PlasticWaitedFor, Some(waits), Some(whose), true),
            "{serial} {typed}"
        );
        desk.acknowledge_packing_stop(stop.number).await.unwrap();
    }
    let stop = stop_of_pack(&desk, "0001-003", "4417").await;
    assert_eq!(said_to_be_another(&desk, &stop).await.packed_by, PackedBy::Another);
    // A card that is active has its plastic, and one without an insert has none here.
    let active = CardRecord { state: CardState::Active, ..card(2, "u2", Some("0932")) };
    journal.upsert_cards(&[active]).await.unwrap();
    assert_eq!(packed(&desk, "0002-001", "0932").await.packed_by, PackedBy::Typed);
    assert_eq!(packed(&desk, "0002-002", "7001").await.packed_by, PackedBy::Typed);
}

#[tokio::test]
async fn an_insert_is_told_that_its_plastic_may_be_in_an_envelope_that_was_packed_by_digits_alone() {
    let (_rig, journal, desk) = line().await;
    without_numbers(&journal).await;
    packed(&desk, "0001-003", "7001").await;
    print(&journal, vec![insert("u4", Some((4, "7001")))]).await;
    let stop = stop_of_pack(&desk, "0003-001", "7001").await;
    assert_eq!((stop.kind, stop.other_serial.as_deref()), (StopKind::PlasticPacked, Some("0001-003")));
    assert_eq!(said_to_be_another(&desk, &stop).await.packed_by, PackedBy::Another);
}

#[tokio::test]
async fn a_packing_whose_card_turned_out_to_end_so_is_in_nobodys_way() {
    let (_rig, journal, desk) = line().await;
    without_numbers(&journal).await;
    packed(&desk, "0002-001", "4444").await;
    packed(&desk, "0001-003", "5555").await;
    journal.upsert_cards(&[card(7, "u3", Some("4444")), card(9, "u3", Some("5555")), card(10, "u4", Some("4444"))]).await.unwrap();
    journal.upsert_cards(&[card(11, "u1", Some("5555"))]).await.unwrap();
    print(&journal, vec![insert("u4", Some((10, "4444"))), insert("u1", Some((11, "5555")))]).await;
    assert_eq!(packed(&desk, "0003-001", "4444").await.packed_by, PackedBy::Printed);
    assert_eq!(packed(&desk, "0003-002", "5555").await.packed_by, PackedBy::Printed);
}

#[tokio::test]
async fn a_pair_by_digits_alone_that_the_gateway_contradicts_is_shown_until_it_is_settled() {
    let (rig, journal, desk) = line().await;
    without_numbers(&journal).await;
    packed(&desk, "0002-001", "4444").await;
    packed(&desk, "0001-003", "5555").await;
    packed(&desk, "0001-001", "4417").await;
    let contradicted = async || {
        let view = desk.packing().await.unwrap();
        let shown = view.contradicted.into_iter().map(|row| row.serial).collect::<Vec<_>>();
        let manifest = desk.packing_manifest(ManifestOf::Day("2026-11-24".to_owned())).await.unwrap();
        let marked = manifest.rows.into_iter().filter(|row| row.is_contradicted).map(|row| row.serial).collect::<Vec<_>>();
        assert_eq!(shown, marked);
        shown
    };
    // Cruz has one card of which nobody knows how it ends: it may be this one.
    assert_eq!(contradicted().await, [""; 0]);
    journal.upsert_cards(&[card(7, "u3", Some("4445"))]).await.unwrap();
    assert_eq!(contradicted().await, ["0002-001", "0001-003"]);
    journal.upsert_cards(&[card(9, "u3", Some("5555"))]).await.unwrap();
    assert_eq!(contradicted().await, ["0002-001"]);
    rig.clock.pass(46 * 86_400);
    assert_eq!(desk.packing().await.unwrap().contradicted, []);
    rig.clock.pass(-46 * 86_400);
    journal.void_insert("0002-001", "otro plástico", &[]).await.unwrap();
    assert_eq!(contradicted().await, [""; 0]);
}

#[tokio::test]
async fn the_plastic_of_a_card_that_is_blocked_or_replaced_goes_to_nobody() {
    let (_rig, journal, desk) = line().await;
    journal.upsert_cards(&[CardRecord { state: CardState::Blocked, ..card(1, "u1", Some("4417")) }]).await.unwrap();
    let replaced = NewReplacement {
        old_card_id: CardId::new(3),
        cardholder_id: "u2".parse().unwrap(),
        cause: ReplacementCause::Damaged,
        reason: None,
        at: Timestamp::UNIX_EPOCH,
        operator: "Operadora".to_owned(),
    };
    journal.begin_replacement(&replaced, &[]).await.unwrap();
    for (serial, typed) in [("0001-001", "4417"), ("0001-002", "0933")] {
        let stop = stop_of_pack(&desk, serial, typed).await;
        assert_eq!((stop.kind, stop.can_be_another), (StopKind::CardOutOfUse, false), "{serial}");
        desk.acknowledge_packing_stop(stop.number).await.unwrap();
    }
    assert_eq!(packed(&desk, "0001-002", "0932").await.packed_by, PackedBy::Card);
}

#[tokio::test]
async fn an_insert_that_is_voided_as_it_is_being_packed_stops_the_line_and_is_in_the_record() {
    let rig = Rig::new();
    let path = rig.path("packing.journal");
    let journal = Journal::open(&path, Encryption::None).await.unwrap();
    journal.upsert_cardholders(&[person("u1", "Álvarez")]).await.unwrap();
    journal.upsert_cards(&[card(1, "u1", Some("4417"))]).await.unwrap();
    print(&journal, vec![insert("u1", Some((1, "4417")))]).await;
    let desk = rig.desk_over(&journal).await;
    // Whoever voids it writes at this moment: packing has read the insert as valid, and waits.
    let mut connection = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let mut voiding = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query("UPDATE inserts SET state = 'voided', voided_why = 'perdida'").execute(&mut *voiding).await.unwrap();
    let void = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        voiding.commit().await.unwrap();
    };
    let (stop, ()) = tokio::join!(stop_of_pack(&desk, "0001-001", "4417"), void);
    assert_eq!((stop.kind, stop.void_reason.as_deref()), (StopKind::Voided, Some("perdida")));
    let expected = (HappeningAction::PackingStopped, Some("0001-001".to_owned()), Some("voided: •••• 4417".to_owned()));
    assert_eq!(record_of(&desk, "u1").await.last(), Some(&expected));
}

#[tokio::test]
async fn what_is_packed_is_taken_out_with_a_reason_while_its_batch_is_in_the_room() {
    let (rig, _journal, desk) = line().await;
    let loose = packed(&desk, "0001-001", "4417").await.number;
    let no_reason = desk.undo_packing(loose, "  ").await.unwrap_err();
    assert_eq!((no_reason.field, no_reason.fields[0].code), (Some(Field::Reason), FieldCode::Missing));
    assert_eq!(desk.undo_packing(loose, "4000000000000002").await.unwrap_err().fields[0].code, FieldCode::CardNumberGiven);
    assert_eq!(desk.undo_packing(loose, "sobre roto").await.unwrap().packed_today, 0);
    assert_eq!(desk.undo_packing(loose, "sobre roto").await.unwrap_err().code, ErrorCode::PackingStays);
    let expected = (HappeningAction::InsertUnpacked, Some("0001-001".to_owned()), Some("sobre roto".to_owned()));
    assert_eq!(record_of(&desk, "u1").await.last(), Some(&expected));

    let again = packed(&desk, "0001-001", "4417").await.number;
    let boxed = desk.begin_packing_box(" Caja 7 ").await.unwrap().open_box.unwrap();
    assert_eq!(desk.begin_packing_box("Caja 8").await.unwrap_err().code, ErrorCode::PackingBoxOpen);
    let second = packed(&desk, "0001-002", "0932").await.number;
    let view = desk.packing().await.unwrap();
    assert_eq!((view.latest.len(), view.open_box.unwrap().packed, view.packed_today), (1, 1, 2), "of the box alone");
    rig.clock.pass(86_400);
    assert_eq!(desk.undo_packing(again, "de ayer").await.unwrap_err().code, ErrorCode::PackingStays);
    desk.undo_packing(second, "la caja sigue abierta").await.unwrap();
    let third = packed(&desk, "0001-002", "0932").await.number;
    let undoable = async || {
        let rows = desk.packing_manifest(ManifestOf::Box(boxed.number)).await.unwrap().rows;
        rows.into_iter().map(|row| row.can_undo).collect::<Vec<_>>()
    };
    assert_eq!(undoable().await, [true]);
    assert_eq!(desk.close_packing_box(boxed.number).await.unwrap().open_box, None);
    assert_eq!(undoable().await, [false], "what is always refused is not on offer");
    assert_eq!(desk.undo_packing(third, "ya salió").await.unwrap_err().code, ErrorCode::PackingStays);
    assert_eq!(desk.close_packing_box(boxed.number).await.unwrap_err().code, ErrorCode::PackingBoxNotOpen);
}

#[tokio::test]
async fn a_manifest_tells_what_is_packed_and_what_is_missing_and_is_saved() {
    let (_rig, journal, desk) = line().await;
    let boxed = desk.begin_packing_box("Caja 7").await.unwrap().open_box.unwrap();
    packed(&desk, "0001-001", "4417").await;
    packed(&desk, "0001-003", "5555").await;
    stop_of_scan(&desk, "0009-009").await;
    desk.close_packing_box(boxed.number).await.unwrap();
    journal.void_insert("0001-003", "perdida", &[]).await.unwrap();
    let manifest = desk.packing_manifest(ManifestOf::Box(boxed.number)).await.unwrap();
    assert_eq!(
        manifest.rows.iter().map(|row| (row.serial.as_str(), row.is_voided)).collect::<Vec<_>>(),
        [("0001-001", false), ("0001-003", true)]
    );
    assert_eq!(manifest.runs.iter().map(|run| (run.printed, run.packed, run.missing)).collect::<Vec<_>>(), [(2, 1, 1)]);
    assert_eq!(manifest.missing.iter().map(|each| each.serial.as_str()).collect::<Vec<_>>(), ["0001-002"]);
    assert_eq!((manifest.stops.len(), manifest.packing_box.unwrap().packed), (1, 2));
    let choices = desk.manifest_choices().await.unwrap();
    assert_eq!((choices.boxes.len(), choices.days[0].day.as_str(), choices.days[0].packed), (1, "2026-11-24", 2));
    assert_eq!(desk.packing_manifest(ManifestOf::Box(9)).await.unwrap_err().code, ErrorCode::PackingBoxNotOpen);
    assert_eq!(desk.packing_manifest(ManifestOf::Day("ayer".to_owned())).await.unwrap_err().code, ErrorCode::PageNotFound);

    let saved = desk.save_manifest(manifest_of_box_7()).await.unwrap();
    let path = std::path::PathBuf::from(&saved.path);
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF-"));
    assert_eq!((saved.pages, desk.file_of_ours(&path).await.unwrap()), (1, path));
}

fn manifest_of_box_7() -> ManifestToSave {
    let line = |text: &str| ManifestLine {
        place: "1".to_owned(),
        serial: text.to_owned(),
        name: "Álvarez, Ana".to_owned(),
        last_four: "•••• 4417".to_owned(),
        time: "10:04".to_owned(),
        operator: "Operadora".to_owned(),
    };
    ManifestToSave {
        name: "Manifiesto Caja 7".to_owned(),
        language: Language::Spanish,
        title: "Manifiesto de empaque".to_owned(),
        facts: vec![StatementFact { label: "Caja".to_owned(), text: "Caja 7".to_owned() }],
        figures: vec![StatementFact { label: "Empacados".to_owned(), text: "1".to_owned() }],
        notes: Vec::new(),
        titles: line("Serie"),
        rows: vec![line("0001-001")],
        empty: String::new(),
        signatures: vec!["Entrega".to_owned()],
        foot: String::new(),
    }
}

#[tokio::test]
async fn a_manifest_goes_to_the_printer_that_was_chosen_on_its_own_paper_and_its_job_is_followed() {
    let (rig, _journal, desk) = line().await;
    desk.change_settings(SettingsChange::StatementPaper(Paper::A4)).await.unwrap();
    let job = desk.print_manifest(manifest_of_box_7(), "contabilidad").await.unwrap();
    let sent = rig.printing.jobs.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].printer.as_str(), &sent[0].options), ("contabilidad", &JobOptions::on(SheetSize::A4)));
    assert_eq!(sent[0].title, "Cardesk", "what a box is called is nothing for a printer's log");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("printed.pdf");
    std::fs::write(&path, &sent[0].pdf).unwrap();
    let said = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output().expect("pdftotext is needed for this test");
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(text.contains("0001-001") && text.contains("Caja 7") && text.contains("ENSAYO"), "{text}");
    assert_eq!(desk.test_page("contabilidad", &job).await.unwrap().state, PrintJobState::Done);
}

#[tokio::test]
async fn a_manifest_that_no_printer_takes_says_why() {
    let (rig, _journal, desk) = line().await;
    assert_eq!(desk.print_manifest(manifest_of_box_7(), "bodega").await.unwrap_err().code, ErrorCode::PrinterNotFound);
    *rig.printing.refuses.lock().unwrap() = true;
    assert_eq!(desk.print_manifest(manifest_of_box_7(), "contabilidad").await.unwrap_err().code, ErrorCode::PrintFailed);
    *rig.printing.is_down.lock().unwrap() = true;
    assert_eq!(desk.print_manifest(manifest_of_box_7(), "contabilidad").await.unwrap_err().code, ErrorCode::PrintSystemDown);
    assert!(rig.printing.jobs.lock().unwrap().is_empty());
}

/// Every code of a file, as an independent reader reads it from the printed dots. It misses one in a hundred at any one
/// resolution, and the mark is another in each journal.
fn codes_of(pdf: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for dots in ["300", "400", "600"] {
        let drawn = Command::new("pdftoppm").args(["-r", dots, "-gray", "-png", pdf]).arg(folder.path().join(dots)).status();
        assert!(drawn.expect("pdftoppm is needed for this test").success());
    }
    let pages = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let read = Command::new("zbarimg").args(["--raw", "--quiet", "-Sdisable", "-Sqrcode.enable"]).args(pages).output();
    let read = read.expect("zbarimg is needed for this test").stdout;
    String::from_utf8(read).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_small_code_is_ours_only_with_the_mark_of_this_journals_papers() {
    let (_rig, journal, desk) = line().await;
    let item = PrintItem { cardholder_id: "u4".to_owned(), card_id: Some("4".to_owned()) };
    let request = PrintRequest {
        items: vec![item],
        paper: "letter-trifold-10".to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        language: InsertLanguage::Both,
        for_email: false,
        reprint_reason: None,
    };
    let run = desk.save_inserts(request).await.unwrap();
    let codes = codes_of(run.path.as_ref().unwrap());
    let code = codes.iter().find(|code| code.starts_with("0002-001")).expect("the small code");
    let mark = format!("P{}", journal.paper_mark().await.unwrap());
    assert_eq!(code, &format!("0002-001-{mark}"));
    assert_eq!(found(&desk, code).await, "0002-001");
    assert_eq!(found(&desk, &code.replace('-', "'").to_lowercase()).await, "0002-001");

    let others = if mark.ends_with('2') { format!("{}3", &mark[..3]) } else { format!("{}2", &mark[..3]) };
    for (other, kind) in [
        (others, StopKind::Unknown),
        (format!("R{}", &mark[1..]), StopKind::OtherEnvironment),
        (format!("T{}", &mark[1..]), StopKind::OtherEnvironment),
    ] {
        assert_eq!(stop_of_scan(&desk, &format!("0002-001-{other}")).await.kind, kind, "{other}");
    }
}

#[tokio::test]
async fn a_small_code_without_a_mark_needs_its_activation_code_where_nothing_else_says_whose_paper_it_is() {
    let (_rig, journal, desk) = line().await;
    let scan = async |text: &str, is_typed: bool, earlier: Option<&str>| match desk.scan_insert(text, is_typed, earlier).await.unwrap() {
        ScanOutcome::Found { insert } => insert.serial,
        ScanOutcome::NeedsLink { serial } => format!("the link of {serial}"),
        ScanOutcome::NeedsSerial { inserts, .. } => format!("the serial of {inserts}"),
        ScanOutcome::Stopped { stop } => panic!("{stop:?}"),
    };
    // Their plastics are known: what is typed of another's does not fit.
    assert_eq!(scan("0001-001", false, None).await, "0001-001");
    assert_eq!(scan("0001-002", false, None).await, "0001-002");
    // Whatever is typed would become the pair of this one.
    assert_eq!(scan("0001-003", false, None).await, "the link of 0001-003");
    assert_eq!(scan("0001-003", true, None).await, "0001-003", "whoever types it has read the paper");
    let (own, anothers) = (format!("{OURS}u3"), format!("{OURS}u1"));
    assert_eq!(scan(&own, false, Some("0001-003")).await, "0001-003");
    assert_eq!(scan("0001-003", false, Some(&own)).await, "0001-003");
    assert_eq!(scan("0001-003", false, Some(&anothers)).await, "the link of 0001-003");
    assert_eq!(scan(&anothers, false, Some("0001-003")).await, "0001-001", "another paper");
    let of_others = own.replace("cafeLosVolcanes", "otra");
    assert_eq!(scan("0001-003", false, Some(&of_others)).await, "the link of 0001-003");

    // Where neither code says it alone, the two of one paper do.
    without_numbers(&journal).await;
    assert_eq!(scan(&own, false, None).await, "the serial of 2");
    assert_eq!(scan("0002-001", false, Some(&own)).await, "0002-001");
    assert_eq!(scan(&own, false, Some("0002-001")).await, "0002-001");
    assert_eq!(desk.packing().await.unwrap().stop, None, "none of this stops the line");
}

#[tokio::test]
async fn what_is_typed_wrongly_is_told_at_its_field_and_stops_nothing() {
    let (_rig, _journal, desk) = line().await;
    for (typed, code) in [("", FieldCode::Missing), ("43", FieldCode::SerialForm), ("hola", FieldCode::SerialForm)] {
        let error = desk.scan_insert(typed, true, None).await.unwrap_err();
        assert_eq!((error.field, error.fields[0].code), (Some(Field::Serial), code), "{typed:?}");
    }
    for (typed, code) in [("", FieldCode::Missing), ("441", FieldCode::LastFourForm), ("44 17", FieldCode::LastFourForm)] {
        let form = PackForm { serial: "0001-001".to_owned(), last_four: typed.to_owned(), is_another_plastic: false };
        let error = desk.pack_insert(form).await.unwrap_err();
        assert_eq!((error.field, error.fields[0].code), (Some(Field::LastFour), code), "{typed:?}");
    }
    let view = desk.packing().await.unwrap();
    assert_eq!((view.stop, view.packed_today), (None, 0));
    for name in ["", " ", "caja 4000 0000 0000 0002"] {
        assert_eq!(desk.begin_packing_box(name).await.unwrap_err().field, Some(Field::BoxName), "{name:?}");
    }
}

#[tokio::test]
async fn a_card_number_that_a_reader_types_is_kept_nowhere() {
    let rig = Rig::new();
    let desk = rig.desk_at("http://127.0.0.1:3010").await;
    for text in ["%B4000000000000002^ALVAREZ/ANA^2911", "4000000000000002", "4000-0000", "4000-0002"] {
        assert_eq!(stop_of_scan(&desk, text).await.kind, StopKind::Unknown);
    }
    // Half a number may look like a serial: it is none of ours, and is kept in no form either.
    let kept = crate::rig::all_bytes_below(rig.folder.path());
    for form in ["40000000", "4000-0000", "4000-000", "ALVAREZ"] {
        assert!(!kept.windows(form.len()).any(|window| window == form.as_bytes()), "{form}");
    }
    assert!(kept.windows(15).any(|window| window == b"packing_stopped"), "the stops themselves are");
}
