//! What an operation costs on disk: each durable commit is a wait for the drive.

use cardesk_desk::view::{FundsAction, OperationState};

use crate::outcomes::{draft_request, form};
use crate::rig::Rig;
use crate::scripted::{CARD, Scripted};

/// How many transactions a write-ahead log holds (sqlite.org/fileformat2.html, section 4.1): the frame that ends one says how
/// large the database is afterwards.
fn commits_in(log: &[u8]) -> usize {
    let number_at = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let page_size = usize::try_from(number_at(log, 8)).unwrap();
    log[32..].chunks_exact(24 + page_size).filter(|frame| number_at(frame, 4) != 0).count()
}

#[tokio::test]
async fn a_load_costs_two_durable_commits() {
    let (gateway, rig) = (Scripted::start().await, Rig::new());
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.card(CARD).await.unwrap();
    let draft = desk.draft_funds(draft_request(FundsAction::Load, "10.00")).await.unwrap();
    let log = || commits_in(&std::fs::read(rig.path("data/journals/practice.journal-wal")).unwrap());
    let before = log();
    assert!(before > 0, "opening and the card were written");
    let outcome = desk.submit_funds(form(&draft.reference, "10.00")).await.unwrap();
    assert_eq!(outcome.state, OperationState::Applied);
    // The intent before the request leaves; then outcome, balance and record together.
    assert_eq!(log() - before, 2);
}
