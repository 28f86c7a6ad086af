//! An intent is on disk when the journal says so: a process killed right then leaves it there, whether it was alone in its
//! commit or among others.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use cardesk_domain::operation::Cause;
use cardesk_domain::{OperationState, Reference};
use sqlx::Connection;

use crate::support::{at, load, past_the_journal, place, plain, reference};

const JOURNAL_OF_THE_VICTIM: &str = "CARDESK_TEST_JOURNAL";

/// How many write at once in the victim, each on cards of its own.
const WRITERS: u64 = 4;

/// Writes intents, several at once, and says each one's reference once the journal says that it is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the victim of the test below, which starts and kills it"]
async fn victim() {
    let Ok(path) = std::env::var(JOURNAL_OF_THE_VICTIM) else { return };
    let journal = plain(path.as_ref()).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let journal = journal.clone();
        writers.spawn(async move {
            for number in (writer..).step_by(WRITERS as usize) {
                let intent = journal.begin_intent(load(number, number, "25.00"), &[]).await.unwrap();
                writeln!(std::io::stdout().lock(), "sent:{}", intent.reference).unwrap();
            }
        });
    }
    writers.join_all().await;
}

#[tokio::test]
async fn a_killed_process_leaves_every_intent_it_was_told_of_and_each_becomes_unknown() {
    for told in [1, 12, 61] {
        let (_folder, path) = place();
        let acknowledged = kill_after(&path, told);
        assert_eq!(acknowledged.len(), told);

        let journal = plain(&path).await;
        for sent in &acknowledged {
            assert_eq!(journal.operation(sent).await.unwrap().unwrap().state, OperationState::Intent, "{sent}");
        }
        let interrupted = journal.interrupted("start", at(60)).await.unwrap();
        assert!(interrupted.len() >= told);
        // A group is on disk whole or not at all: nothing of an intent was left behind.
        let mut past = past_the_journal(&path).await;
        let drafts: i64 = sqlx::query_scalar("SELECT count(*) FROM operations WHERE moves = 0").fetch_one(&mut past).await.unwrap();
        assert_eq!(drafts, 0);
        past.close().await.unwrap();
        for sent in &acknowledged {
            let found = interrupted.iter().find(|operation| operation.reference == *sent).unwrap();
            assert_eq!(found.state, OperationState::Unknown);
            let last = found.last_move.as_ref().unwrap();
            assert_eq!((last.from, last.at, last.operator.as_str()), (OperationState::Intent, at(60), "start"));
            assert_eq!(last.evidence.cause, Some(Cause::ProgramEnded));
            assert_eq!(journal.operation(sent).await.unwrap().as_ref(), Some(found));
        }
        assert_eq!(journal.interrupted("start", at(61)).await.unwrap(), []);
        assert_eq!(journal.open_operations().await.unwrap().len(), interrupted.len());
    }
}

/// Starts the victim, waits until it has told of `told` intents, kills it, and returns their references.
fn kill_after(path: &std::path::Path, told: usize) -> Vec<Reference> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "durability::victim", "--ignored", "--nocapture"])
        .env(JOURNAL_OF_THE_VICTIM, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let acknowledged = lines
        .map_while(Result::ok)
        .filter_map(|line| line.split_once("sent:").map(|(_, reference)| reference.parse().unwrap()))
        .take(told)
        .collect();
    // On Unix this is SIGKILL: no destructor runs, nothing is flushed by the program.
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged
}

#[tokio::test]
async fn a_draft_is_no_intent_and_stays_a_draft_at_the_start() {
    let (_folder, path) = place();
    let journal = plain(&path).await;
    journal.draft(load(1, 7, "1")).await.unwrap();
    assert_eq!(journal.interrupted("start", at(9)).await.unwrap(), []);
    assert_eq!(journal.operation(&reference(1)).await.unwrap().unwrap().state, OperationState::Drafted);
}
