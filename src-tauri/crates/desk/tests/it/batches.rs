//! Batches of loads and withdrawals: what is told of a file before anything moves, and that each row moves once.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_desk::view::{
    BatchCheck, BatchDecisions, BatchRefresh, BatchRefreshScope, BatchSeparator, BatchSource, BatchVerdict, CardState, DirectoryFilter,
    DirectoryOrder, DirectoryQuery, FundsAction, FundsDraftRequest, FundsForm, NumberStyle, OperationState,
};
use cardesk_desk::{Desk, ErrorCode, Field, FieldCode};

use crate::rig::Rig;
use crate::scripted::{Answer, CARD, CARDHOLDER, Scripted, refusal};
use crate::whole_job::practice_and_desk;

/// A card of Practice that takes money, and whose it is.
pub(crate) struct Active {
    pub(crate) card_id: String,
    pub(crate) last_four: String,
    pub(crate) document: String,
}

/// The active cards of the directory, each of another cardholder.
pub(crate) async fn active_cards(desk: &Desk) -> Vec<Active> {
    desk.refresh_directory().await.unwrap();
    let all = DirectoryQuery {
        text: String::new(),
        filter: DirectoryFilter::All,
        order: DirectoryOrder::default(),
        locate: None,
        offset: 0,
        limit: 100,
    };
    let rows = desk.directory(all).await.unwrap().rows;
    rows.iter()
        .filter_map(|row| {
            let card = row.cards.iter().find(|card| card.state == CardState::Active)?;
            let document = row.document_number.clone()?;
            Some(Active { card_id: card.card_id.clone(), last_four: card.last_four.clone(), document })
        })
        .collect()
}

pub(crate) fn pasted(text: impl Into<String>) -> BatchSource {
    BatchSource::Pasted { text: text.into() }
}

fn as_file(name: &str, bytes: &[u8]) -> BatchSource {
    BatchSource::File { name: name.to_owned(), base64: BASE64_STANDARD.encode(bytes) }
}

pub(crate) fn decided(check: &BatchCheck, style: NumberStyle) -> BatchDecisions {
    BatchDecisions { id: check.id.clone(), number_style: Some(style), takes_repeated: false, takes_done_before: false }
}

fn verdicts(check: &BatchCheck) -> Vec<BatchVerdict> {
    check.rows.iter().map(|row| row.verdict).collect()
}

#[tokio::test]
async fn a_file_of_another_country_is_read_and_its_style_is_confirmed_before_its_amounts_count() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let text = format!(
        "DPI;Últimos 4;Operación;Importe;Concepto;Nombre\r\n{};{};carga;1.234,50;Viáticos;Ñandú\r\n{};{};carga;1.250;Bono;x\r\n",
        cards[0].document, cards[0].last_four, cards[1].document, cards[1].last_four
    );
    let latin: Vec<u8> = text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
    let check = desk.read_batch(as_file("nómina.csv", &latin)).await.unwrap();
    assert_eq!(
        (check.encoding.as_str(), check.separator, check.name.as_deref()),
        ("windows-1252", BatchSeparator::Semicolon, Some("nómina.csv"))
    );
    assert_eq!(check.unused_titles, ["Nombre"]);
    assert_eq!(
        (check.style.detected, check.style.used, check.style.is_confirmed),
        (Some(NumberStyle::PointThousands), NumberStyle::PointThousands, false)
    );
    assert_eq!(check.style.examples[0].cell, "1.234,50");
    assert_eq!(
        (check.style.examples[0].comma_thousands.as_deref(), check.style.examples[0].point_thousands.as_deref()),
        (None, Some("1234.50"))
    );
    assert_eq!(verdicts(&check), [BatchVerdict::Ready; 2]);
    let [total] = check.totals.as_slice() else { panic!("{:?}", check.totals) };
    assert_eq!((total.currency.as_str(), total.loads.as_str(), total.load_count), ("GTQ", "2484.50", 2));
    assert_eq!(check.rows[0].card_id.as_deref(), Some(cards[0].card_id.as_str()));

    // The operator knows better, or errs: either way nothing is guessed.
    let other = desk.check_batch(decided(&check, NumberStyle::CommaThousands)).await.unwrap();
    assert!(other.style.is_confirmed);
    let codes: Vec<FieldCode> = other.rows.iter().map(|row| row.problems[0].code).collect();
    assert_eq!(codes, [FieldCode::AmountForm, FieldCode::AmountAmbiguous]);
    assert_eq!((other.rows[1].given[0].field, other.rows[1].given[0].text.as_str()), (Field::Amount, "1.250"));
    assert_eq!(other.totals, []);
}

#[tokio::test]
async fn what_was_loaded_by_hand_is_doubtful_in_a_file_and_a_blocked_card_is_refused() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let cards = active_cards(&desk).await;
    let card = &cards[0].card_id;
    let draft = FundsDraftRequest {
        card_id: card.clone(),
        kind: FundsAction::Load,
        to_card_id: None,
        amount_typed: "75.25".to_owned(),
        reference: None,
    };
    let reference = desk.draft_funds(draft).await.unwrap().reference;
    let form = FundsForm {
        reference: reference.clone(),
        amount_typed: "75.25".to_owned(),
        to_card_id: None,
        despite: None,
        amount_again: None,
        note: "Bono".to_owned(),
    };
    assert_eq!(desk.submit_funds(form).await.unwrap().state, OperationState::Applied);

    let check = desk
        .read_batch(pasted(format!("card\ttype\tamount\tnote\n{card}\tload\t75.25\tBono\n{card}\tload\t75.25\tother\n999999\tload\t5\t\n")))
        .await
        .unwrap();
    assert_eq!(verdicts(&check), [BatchVerdict::Doubtful, BatchVerdict::Ready, BatchVerdict::Refused]);
    let doubt = &check.rows[0].problems[0];
    assert_eq!((doubt.code, doubt.params["reference"].as_str()), (FieldCode::DoneBefore, reference.as_str()));
    let meant = BatchDecisions { takes_done_before: true, ..decided(&check, NumberStyle::CommaThousands) };
    assert_eq!(desk.check_batch(meant).await.unwrap().ready, 2);
}

#[tokio::test]
async fn a_file_of_which_nothing_can_be_made_is_an_error_and_a_file_that_is_gone_as_well() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    assert_eq!(desk.read_batch(as_file("x.xlsx", b"PK\x03\x04....")).await.unwrap_err().code, ErrorCode::TableIsWorkbook);
    assert_eq!(desk.read_batch(as_file("x.csv", &vec![b' '; 5 * 1024 * 1024])).await.unwrap_err().code, ErrorCode::TableTooLarge);
    assert_eq!(desk.read_batch(pasted("nombre;saldo\nx;5\n")).await.unwrap_err().code, ErrorCode::TableColumnsMissing);
    let gone = BatchDecisions { id: "0000".to_owned(), number_style: None, takes_repeated: false, takes_done_before: false };
    assert_eq!(desk.check_batch(gone).await.unwrap_err().code, ErrorCode::BatchNotRead);
}

/// Loads and withdrawals of these cards, each of 100.00 off.
fn withdrawals(cards: &[u64]) -> BatchSource {
    let rows: String = cards.iter().map(|card| format!("{card},retiro,100.00\n")).collect();
    pasted(format!("tarjeta,operacion,monto\n{rows}"))
}

async fn refreshed(desk: &Desk, id: &str) -> BatchRefresh {
    loop {
        let progress = desk.batch_refresh(id).await.unwrap();
        if !progress.is_running {
            return progress;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn cards_whose_copy_is_old_are_asked_for_afresh_before_a_batch_is_held_against_them() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    gateway.show_balance("50.00");
    let read = desk.read_batch(withdrawals(&[48_213])).await.unwrap();
    assert_eq!((read.ready, read.cards, read.old_cards, read.fresh_for_minutes), (1, 1, 0, 15));
    assert_eq!(desk.refresh_batch_cards(&read.id, BatchRefreshScope::Old).await.unwrap().total, 0, "it is not old");
    refreshed(&desk, &read.id).await;

    rig.clock.pass(15 * 60 + 1);
    let decisions = decided(&read, NumberStyle::CommaThousands);
    assert_eq!(desk.check_batch(decisions.clone()).await.unwrap().old_cards, 1);
    desk.refresh_batch_cards(&read.id, BatchRefreshScope::Old).await.unwrap();
    assert_eq!(refreshed(&desk, &read.id).await, BatchRefresh { total: 1, done: 1, ..BatchRefresh::default() });
    let check = desk.check_batch(decisions).await.unwrap();
    assert_eq!((check.ready, check.old_cards, check.rows[0].problems[0].code), (0, 0, FieldCode::AmountOverdraws));
}

#[tokio::test]
async fn a_card_that_cant_be_read_keeps_its_copy_and_a_gateway_that_is_gone_ends_the_refresh() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    gateway.add_card(48_300);
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    let read = desk.read_batch(withdrawals(&[48_213, 48_300])).await.unwrap();
    gateway.on_read("/cards/48300", refusal(409, "7210"));
    desk.refresh_batch_cards(&read.id, BatchRefreshScope::All).await.unwrap();
    assert_eq!(refreshed(&desk, &read.id).await, BatchRefresh { total: 2, done: 2, failed: 1, ..BatchRefresh::default() });
    desk.practice_started(crate::rig::access_at("http://127.0.0.1:1")).await;
    desk.refresh_batch_cards(&read.id, BatchRefreshScope::All).await.unwrap();
    let gone = refreshed(&desk, &read.id).await;
    assert_eq!((gone.done, gone.error.map(|error| error.code)), (0, Some(ErrorCode::GatewayNotConnected)));
}

#[tokio::test]
async fn a_refresh_asks_for_four_cards_at_once_and_for_no_more_once_it_is_given_up() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let gate = std::sync::Arc::new(tokio::sync::Notify::new());
    let cards: Vec<u64> = (0..8).map(|number| 48_300 + number).collect();
    cards.iter().for_each(|card| gateway.add_card(*card));
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    for card in &cards {
        gateway.on_read(&format!("/cards/{card}"), Answer::Held(std::sync::Arc::clone(&gate)));
    }
    let asked = || cards.iter().filter(|card| !gateway.seen(&axum::http::Method::GET, &format!("/cards/{card}")).is_empty()).count();
    let read = desk.read_batch(withdrawals(&cards)).await.unwrap();
    desk.refresh_batch_cards(&read.id, BatchRefreshScope::All).await.unwrap();
    while asked() < 4 {
        tokio::task::yield_now().await;
    }
    desk.cancel_batch_refresh(&read.id).await.unwrap();
    let progress = loop {
        gate.notify_waiters();
        let progress = desk.batch_refresh(&read.id).await.unwrap();
        if !progress.is_running {
            break progress;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((progress.total, progress.done, progress.is_given_up, asked()), (8, 4, true, 4));
}
