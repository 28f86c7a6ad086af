//! A card's movements over months: read from anywhere in time, with balances that agree with the card's or say that they
//! do not.

use std::collections::HashSet;

use cardesk_desk::view::{
    BalanceCheck, CalendarMonth, Language, MovementsRequest, Paper, SettingsChange, StatementFact, StatementLine, StatementToSave,
};
use cardesk_desk::{Desk, ErrorCode};

use crate::batches::active_cards;
use crate::rig::Rig;
use crate::scripted::{CARD, Scripted};
use crate::whole_job::practice_and_desk;

fn range(card_id: &str, from: (u16, u8), until: (u16, u8)) -> MovementsRequest {
    let month = |(year, month)| CalendarMonth { year, month };
    MovementsRequest { card_id: card_id.to_owned(), from: month(from), until: month(until) }
}

/// From two years before the desk's day to its own month.
async fn two_years(desk: &Desk, card_id: &str) -> MovementsRequest {
    let today: jiff::civil::Date = desk.session().await.unwrap().today.parse().unwrap();
    let (year, month) = (u16::try_from(today.year()).unwrap(), u8::try_from(today.month()).unwrap());
    range(card_id, (year - 2, month), (year, month))
}

#[tokio::test]
async fn the_balances_of_every_card_of_practice_follow_and_lead_to_the_cards_own() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let mut compared = 0;
    for active in active_cards(&desk).await {
        let view = desk.movements(&two_years(&desk, &active.card_id).await).await.unwrap();
        let ids: HashSet<_> = view.rows.iter().map(|row| &row.movement_id).collect();
        assert_eq!(ids.len(), view.rows.len(), "each movement once");
        assert!(view.rows.is_sorted_by(|one, other| one.at >= other.at), "the newest first");
        if view.rows.is_empty() {
            continue;
        }
        compared += 1;
        assert_eq!(view.check, BalanceCheck::Agrees, "{}", active.card_id);
        assert_eq!(view.closing, desk.card(&active.card_id).await.unwrap().card.balance);
        assert_eq!(view.closing, view.rows[0].balance);
    }
    assert!(compared > 5, "{compared}");
}

#[tokio::test]
async fn sums_that_do_not_lead_to_the_cards_balance_are_told_with_both_figures() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    // The movement says 2,000 after it; the card has something else.
    gateway.show_movement("CD-1", "150", "CREDIT");
    gateway.show_balance("2000");
    let request = two_years(&desk, CARD).await;
    assert_eq!(desk.movements(&request).await.unwrap().check, BalanceCheck::Agrees);
    gateway.show_balance("1999.99");
    let view = desk.movements(&request).await.unwrap();
    assert_eq!(view.check, BalanceCheck::CardDisagrees { expected: "2000.00".to_owned(), told: "1999.99".to_owned() });
    // Months that end before today say nothing of the balance of now.
    let past = MovementsRequest { until: request.from, ..request };
    assert_eq!(desk.movements(&past).await.unwrap().check, BalanceCheck::NotChecked);
}

#[tokio::test]
async fn months_that_are_none_are_refused_before_anything_is_asked() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    for (from, until) in [((2026, 13), (2026, 13)), ((2026, 2), (2026, 1)), ((2000, 1), (2026, 1))] {
        assert_eq!(desk.movements(&range("1", from, until)).await.unwrap_err().code, ErrorCode::PageNotFound);
    }
}

#[tokio::test]
async fn a_statement_is_saved_on_the_chosen_paper_under_the_companys_name_and_marked_as_a_trial() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    let folder = tempfile::tempdir().unwrap();
    desk.change_settings(SettingsChange::OutputFolder(folder.path().display().to_string())).await.unwrap();
    assert_eq!(desk.change_settings(SettingsChange::StatementPaper(Paper::A4)).await.unwrap().settings.statement_paper, Paper::A4);
    let line = |text: &str| StatementLine {
        date: text.to_owned(),
        movement: text.to_owned(),
        reference: text.to_owned(),
        amount: text.to_owned(),
        balance: text.to_owned(),
    };
    let statement = StatementToSave {
        name: "Estado de cuenta 4417 2026-03".to_owned(),
        language: Language::Spanish,
        title: "Estado de cuenta".to_owned(),
        facts: vec![StatementFact { label: "Tarjeta".to_owned(), text: "•••• 4417".to_owned() }],
        figures: Vec::new(),
        notes: Vec::new(),
        titles: line("titulo"),
        rows: vec![line("fila")],
        empty: String::new(),
        foot: "pie".to_owned(),
    };
    let saved = desk.save_statement(statement).await.unwrap();
    assert_eq!((saved.pages, saved.path.as_str()), (1, folder.path().join("Estado de cuenta 4417 2026-03.pdf").to_str().unwrap()));
    desk.file_of_ours(std::path::Path::new(&saved.path)).await.unwrap();
    let tool = |name: &str, arguments: &[&str]| {
        let output = std::process::Command::new(name).args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let text = tool("pdftotext", &["-raw", &saved.path, "-"]);
    let company = desk.session().await.unwrap().profile.company_name;
    assert!(text.contains(&company) && text.contains("ENSAYO") && text.matches("fila").count() == 5, "{text}");
    assert!(tool("pdfinfo", &[&saved.path]).contains("A4"));
}
