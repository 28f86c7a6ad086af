//! The journal's benchmark: what it costs that money never leaves before its intent is on disk.
//!
//! Two ratios, each measured side by side in one run, in turns: intents against bare commits of the same rows by the same
//! engine on the same disk (`intents`), and a batch of loads against a plain HTTP client that sends the same requests
//! (`batch`). And what the packing line takes at a large run (`packing`), in milliseconds. Prints a table, and as its last line one JSON object for machines.

#![allow(clippy::unwrap_used, reason = "a benchmark that can't go on ends with the reason")]
#![allow(clippy::disallowed_methods, reason = "it times with the wall clock")]

mod batch;
mod intents;
mod packing;

use std::io::{self, Write};
use std::path::PathBuf;

use batch::BatchTimes;
use intents::{IntentTimes, Protection};
use packing::PackingTimes;
use serde_json::json;

fn main() -> io::Result<()> {
    // Beside the build, and not where the system keeps what is temporary: that may be memory.
    let place = tempfile::Builder::new().prefix("bench-journal-").tempdir_in(PathBuf::from(env!("CARGO_TARGET_TMPDIR")))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let intents = |protection| {
        let folder = place.path().to_owned();
        // From a task of the runtime, as a desk is asked: both sides then wait in the same place.
        runtime.block_on(async { tokio::spawn(async move { intents::measure(&folder, protection).await }).await.unwrap() })
    };
    let plain = intents(Protection::None);
    let encrypted = intents(Protection::SqlCipher);
    let batch = batch::measure(&runtime, place.path());
    let packing = runtime.block_on(packing::measure(place.path()));
    report(&plain, &encrypted, &batch, &packing)
}

fn report(plain: &IntentTimes, encrypted: &IntentTimes, batch: &BatchTimes, packing: &PackingTimes) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Intents on disk, each with its own flush, a second ({} of each, in turns)\n", plain.count)?;
    writeln!(out, "{:<22}{:>12}{:>12}{:>10}{:>22}", "", "bare engine", "journal", "ratio", "journal, 4 at once")?;
    for (name, times) in [("not encrypted", plain), ("SQLCipher on both", encrypted)] {
        writeln!(
            out,
            "{name:<22}{:>12.0}{:>12.0}{:>10.2}{:>22.0}",
            times.per_second(times.bare),
            times.per_second(times.alone),
            times.ratio(),
            times.per_second(times.together)
        )?;
    }
    writeln!(out, "\nA batch of {} loads, 4 at a time, Practice answering after {} ms (SQLCipher)\n", batch.rows, batch.latency_ms)?;
    writeln!(out, "{:<22}{:>12}{:>12}{:>10}{:>22}", "seconds", "plain HTTP", "batch", "ratio", "durable commits a row")?;
    for (raw, desk) in batch.raw.iter().zip(&batch.desk) {
        writeln!(out, "{:<22}{:>12.2}{:>12.2}{:>10.2}", "", raw.as_secs_f64(), desk.as_secs_f64(), desk.as_secs_f64() / raw.as_secs_f64())?;
    }
    writeln!(
        out,
        "{:<22}{:>12.2}{:>12.2}{:>10.2}{:>22.2}\n",
        "median",
        batch.raw_median(),
        batch.desk_median(),
        batch.ratio(),
        batch.commits_a_row()
    )?;
    writeln!(out, "Packing out of a run of 10,000, milliseconds (SQLCipher)\n")?;
    writeln!(out, "{:<22}{:>12}{:>12}", "", "median", "longest")?;
    for (name, times) in [("scan to insert", &packing.scan), ("last four to packed", &packing.pack)] {
        writeln!(out, "{name:<22}{:>12.2}{:>12.2}", median(times) * 1_000.0, PackingTimes::longest_ms(times))?;
    }
    writeln!(out)?;
    let rounded = |ratio: f64| (ratio * 1_000.0).round() / 1_000.0;
    let line = json!({
        "benchmark": "journal",
        "intents": plain.count,
        "intents_ratio": rounded(plain.ratio()),
        "intents_ratio_sqlcipher": rounded(encrypted.ratio()),
        "intents_per_second": plain.per_second(plain.alone).round(),
        "bare_commits_per_second": plain.per_second(plain.bare).round(),
        "intents_per_second_4_at_once": plain.per_second(plain.together).round(),
        "batch_rows": batch.rows,
        "batch_ratio": rounded(batch.ratio()),
        "batch_seconds": rounded(batch.desk_median()),
        "raw_seconds": rounded(batch.raw_median()),
        "commits_a_row": rounded(batch.commits_a_row()),
        "packing_scan_ms": rounded(median(&packing.scan) * 1_000.0),
        "packing_pack_ms": rounded(median(&packing.pack) * 1_000.0),
        "packing_longest_ms": rounded(PackingTimes::longest_ms(&packing.scan).max(PackingTimes::longest_ms(&packing.pack))),
    });
    writeln!(out, "{line}")
}

/// The middle one, in seconds.
fn median(times: &[std::time::Duration]) -> f64 {
    let mut sorted: Vec<f64> = times.iter().map(std::time::Duration::as_secs_f64).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}
