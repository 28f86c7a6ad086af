//! The record of what happened only ever grows.

use cardesk_domain::CardId;
use cardesk_domain::CardState;
use cardesk_journal::{Happening, HappeningFilter, HappeningsOf, Journal, NewOperation};
use sqlx::Connection;

use crate::support::{at, card, cardholder, holder, load, past_the_journal, place, plain, reference, takes};

fn happening(seconds: i64, cardholder_id: Option<&str>, card_id: Option<u64>) -> Happening {
    Happening {
        at: at(seconds),
        operator: "ana".to_owned(),
        cardholder_id: cardholder_id.map(holder),
        card_id: card_id.map(CardId::new),
        action: "funds_loaded".to_owned(),
        reference: Some("CD-7F3K-92QM".to_owned()),
        serial: None,
        result: "applied".to_owned(),
        detail: Some("25.00 GTQ".to_owned()),
    }
}

/// The rows alone, of everything.
async fn told(journal: &Journal, whose: HappeningsOf<'_>, limit: u32) -> Vec<Happening> {
    found(journal, whose, &HappeningFilter::default(), limit).await.0
}

/// The rows, and whether there are older ones.
async fn found(journal: &Journal, whose: HappeningsOf<'_>, filter: &HappeningFilter, limit: u32) -> (Vec<Happening>, bool) {
    let page = journal.happenings_of(whose, filter, limit).await.unwrap();
    (page.rows.into_iter().map(|(_, happening)| happening).collect(), page.has_older)
}

#[tokio::test]
async fn what_happened_is_told_newest_first_for_a_cardholder_and_for_a_card() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    let first = happening(1, Some("u1"), Some(7));
    let second = happening(1, Some("u1"), None);
    let third = happening(0, Some("u2"), Some(u64::MAX));
    for recorded in [&first, &second, &third] {
        journal.record(recorded).await.unwrap();
    }
    assert_eq!(told(&journal, HappeningsOf::Cardholder(&holder("u1")), 10).await, [second.clone(), first.clone()]);
    assert_eq!(told(&journal, HappeningsOf::Cardholder(&holder("u1")), 1).await, [second]);
    assert_eq!(told(&journal, HappeningsOf::Card(CardId::new(7)), 10).await, [first]);
    assert_eq!(told(&journal, HappeningsOf::Card(CardId::new(u64::MAX)), 10).await, [third]);
}

#[tokio::test]
async fn the_database_refuses_to_change_replace_or_delete_what_happened() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.record(&happening(1, Some("u1"), Some(7))).await.unwrap();
    let mut connection = past_the_journal(&path).await;
    for statement in [
        "UPDATE happenings SET result = 'refused'",
        "DELETE FROM happenings",
        "REPLACE INTO happenings (number, at, operator, action, result) VALUES (1, 0, 'eve', 'nothing', 'none')",
    ] {
        assert!(!takes(&mut connection, statement).await, "{statement}");
    }
    connection.close().await.unwrap();
    assert_eq!(told(&journal, HappeningsOf::Card(CardId::new(7)), 10).await, [happening(1, Some("u1"), Some(7))]);
}

#[tokio::test]
async fn older_happenings_are_told_a_stretch_at_a_time_without_a_gap_or_a_repetition() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    for number in 0..25 {
        journal.record(&happening(number, Some("u1"), Some(7))).await.unwrap();
    }
    let (mut seen, mut filter) = (Vec::new(), HappeningFilter::default());
    loop {
        let page = journal.happenings_of(HappeningsOf::Card(CardId::new(7)), &filter, 10).await.unwrap();
        filter.before = page.rows.last().map(|(number, _)| *number);
        seen.extend(page.rows.into_iter().map(|(_, happening)| happening.at));
        if !page.has_older {
            break;
        }
    }
    assert_eq!(seen, (0..25).rev().map(at).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_happened_is_found_by_action_result_and_text_whatever_its_case() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    let loaded = happening(1, Some("u1"), Some(7));
    let blocked = Happening {
        action: "card_blocked".to_owned(),
        result: "refused".to_owned(),
        reference: None,
        detail: Some("Robo 100%".to_owned()),
        operator: "Luis".to_owned(),
        ..happening(2, Some("u1"), Some(7))
    };
    for recorded in [&loaded, &blocked] {
        journal.record(recorded).await.unwrap();
    }
    let filter = HappeningFilter::default();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let cases = [
        (HappeningFilter { actions: words(&["card_blocked", "card_renamed"]), ..filter.clone() }, vec![blocked.clone()]),
        (HappeningFilter { results: words(&["applied"]), ..filter.clone() }, vec![loaded.clone()]),
        (HappeningFilter { text: "cd-7f3k".to_owned(), ..filter.clone() }, vec![loaded.clone()]),
        (HappeningFilter { text: "LUIS".to_owned(), ..filter.clone() }, vec![blocked.clone()]),
        (HappeningFilter { text: "100%".to_owned(), ..filter.clone() }, vec![blocked.clone()]),
        (HappeningFilter { text: "%".to_owned(), text_actions: words(&["funds_loaded"]), ..filter.clone() }, vec![blocked, loaded]),
        (HappeningFilter { text: "nobody".to_owned(), ..filter }, Vec::new()),
    ];
    for (filter, wanted) in cases {
        assert_eq!(found(&journal, HappeningsOf::Cardholder(&holder("u1")), &filter, 9).await.0, wanted, "{filter:?}");
    }
}

#[tokio::test]
async fn who_is_paid_by_somebody_else_finds_it_and_who_pays_a_card_of_their_own_finds_it_once() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.upsert_cardholders(&[cardholder("u1", "Ana", "Paz"), cardholder("u2", "Luis", "Paz")]).await.unwrap();
    let cards = [card(1, "u1", CardState::Active), card(2, "u1", CardState::Active), card(3, "u2", CardState::Active)];
    journal.upsert_cards(&cards).await.unwrap();
    let transfer = |reference: &str, holder: Option<&str>, card| Happening {
        reference: Some(reference.to_owned()),
        ..happening(1, holder, Some(card))
    };
    let to_own = [transfer("CD-1111-1111", Some("u1"), 1), transfer("CD-1111-1111", None, 2)];
    let to_other = [transfer("CD-2222-2222", Some("u1"), 1), transfer("CD-2222-2222", None, 3)];
    for recorded in to_own.iter().chain(&to_other) {
        journal.record(recorded).await.unwrap();
    }
    assert_eq!(told(&journal, HappeningsOf::Cardholder(&holder("u1")), 9).await, [to_other[0].clone(), to_own[0].clone()]);
    assert_eq!(told(&journal, HappeningsOf::Cardholder(&holder("u2")), 9).await, [to_other[1].clone()]);
    assert_eq!(told(&journal, HappeningsOf::Card(CardId::new(2)), 9).await, [to_own[1].clone()]);
}

#[tokio::test]
async fn what_happened_is_found_whatever_the_accents_and_by_the_note_of_its_operation() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    let noted = NewOperation { note: Some("Viáticos Cobán".to_owned()), ..load(1, 7, "25") };
    journal.begin_intent(noted, &[]).await.unwrap();
    let loaded = Happening { reference: Some(reference(1).to_string()), ..happening(1, Some("u1"), Some(7)) };
    let blocked = Happening { detail: Some("Extravío: PÉRDIDA".to_owned()), reference: None, ..happening(2, Some("u1"), Some(7)) };
    for recorded in [&loaded, &blocked] {
        journal.record(recorded).await.unwrap();
    }
    for (text, wanted) in
        [("viaticos COBAN", &loaded), ("Cobán", &loaded), ("extravio", &blocked), ("pérdida", &blocked), ("PERDIDA", &blocked)]
    {
        let filter = HappeningFilter { text: text.to_owned(), ..HappeningFilter::default() };
        let (rows, has_older) = found(&journal, HappeningsOf::Card(CardId::new(7)), &filter, 1).await;
        assert_eq!((rows, has_older), (vec![wanted.clone()], false), "{text}");
    }
}

#[tokio::test]
async fn a_text_is_looked_for_to_the_end_of_a_long_record_a_stretch_at_a_time() {
    let journal = Journal::open_in_memory().await.unwrap();
    let operator = |number: i64| if number % 1_000 == 0 { "Íngrid" } else { "Luis" };
    for number in 0..2_500 {
        let recorded = Happening { operator: operator(number).to_owned(), ..happening(number, Some("u1"), Some(7)) };
        journal.record(&recorded).await.unwrap();
    }
    let mut filter = HappeningFilter { text: "ingrid".to_owned(), ..HappeningFilter::default() };
    let page = journal.happenings_of(HappeningsOf::Card(CardId::new(7)), &filter, 2).await.unwrap();
    assert_eq!(page.rows.iter().map(|(_, row)| row.at).collect::<Vec<_>>(), [at(2_000), at(1_000)]);
    assert!(page.has_older);
    filter.before = page.rows.last().map(|(number, _)| *number);
    let page = journal.happenings_of(HappeningsOf::Card(CardId::new(7)), &filter, 2).await.unwrap();
    assert_eq!((page.rows.len(), page.rows[0].1.at, page.has_older), (1, at(0), false));
}

#[tokio::test]
async fn everybodys_record_is_told_once_each_and_found_by_who_when_and_whose() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.upsert_cardholders(&[cardholder("u1", "José", "Núñez"), cardholder("u2", "Ana", "Paz")]).await.unwrap();
    let by = |operator: &str, seconds: i64, whose: Option<&str>, card: Option<u64>| Happening {
        operator: operator.to_owned(),
        ..happening(seconds, whose, card)
    };
    let (first, second) = (by("berta", 10, Some("u1"), Some(7)), by("ana", 20, Some("u2"), None));
    // A box is nobody's; what is told at a second card as well is the same thing once more.
    let (of_box, again) = (by("ana", 30, None, None), by("berta", 40, None, Some(8)));
    for recorded in [&first, &second, &of_box, &again] {
        journal.record(recorded).await.unwrap();
    }
    let everyone = HappeningsOf::Everyone;
    assert_eq!(told(&journal, everyone, 10).await, [of_box.clone(), second.clone(), first.clone()]);
    assert_eq!(found(&journal, everyone, &HappeningFilter::default(), 2).await, (vec![of_box.clone(), second.clone()], true));
    let only = async |filter: HappeningFilter| found(&journal, everyone, &filter, 10).await.0;
    let none = HappeningFilter::default;
    assert_eq!(only(HappeningFilter { operator: Some("berta".to_owned()), ..none() }).await, std::slice::from_ref(&first));
    assert_eq!(only(HappeningFilter { since: Some(at(20)), until: Some(at(30)), ..none() }).await, std::slice::from_ref(&second));
    assert_eq!(
        only(HappeningFilter { text: "nunez".to_owned(), ..none() }).await,
        std::slice::from_ref(&first),
        "by the cardholder's name"
    );
    let of_another = HappeningFilter { text: "nunez".to_owned(), ..none() };
    assert_eq!(found(&journal, HappeningsOf::Cardholder(&holder("u1")), &of_another, 10).await.0, [], "whose it is, is no news there");
    assert_eq!(only(HappeningFilter { before: Some(2), ..none() }).await, [first]);
    assert_eq!(journal.happening_operators().await.unwrap(), ["ana", "berta"]);
}

#[tokio::test]
async fn everybodys_record_of_a_day_or_an_operator_is_read_by_an_index() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    assert_eq!(journal.happening_operators().await.unwrap(), [""; 0]);
    drop(journal);
    let mut connection = past_the_journal(&path).await;
    for (question, index) in [
        ("SELECT min(operator) FROM happenings WHERE operator > 'a'", "happenings_of_an_operator"),
        ("SELECT * FROM happenings WHERE operator = 'a' ORDER BY number DESC LIMIT 9", "happenings_of_an_operator"),
        ("SELECT * FROM happenings WHERE at >= 1 AND at < 2 ORDER BY number DESC LIMIT 9", "happenings_by_time"),
    ] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {question}"))).fetch_all(&mut connection).await.unwrap();
        assert!(plan.iter().any(|(.., step)| step.contains(index)), "{question}: {plan:?}");
    }
}
