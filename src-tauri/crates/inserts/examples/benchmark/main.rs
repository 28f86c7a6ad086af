//! The print engine's benchmark: a run of 10,000 inserts, eight on a sheet, made and verified.
//!
//! Three things in one run over the same data: the engine against what a script would do (`script.py`: ReportLab with segno,
//! which verifies nothing), the engine at ten times the length (time and memory), and the engine against the limit: encoding
//! the same codes without a choice of mask, and copying the same bytes. Each run of the engine is a process of its own, so
//! that its memory is its own. Prints a table, and as its last line one JSON object for machines.

#![allow(clippy::unwrap_used, reason = "a benchmark that can't go on ends with the reason")]
#![allow(clippy::disallowed_methods, reason = "it times with the wall clock")]

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use cardesk_domain::{ActivationLink, Environment};
use cardesk_inserts::{Branding, InsertContent, InsertLanguage, Layout, PrintJob, write_run};
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{EcLevel, bits, ec};
use rayon::prelude::*;
use serde_json::{Value, json};

const INSERTS: usize = 10_000;
const MANY_INSERTS: usize = 100_000;

/// How often the engine makes the run; the middle one counts.
const TURNS: usize = 5;

/// The Python of the environment that has the script's packages; `cargo xtask bench inserts` makes one.
const PYTHON: &str = "CARDESK_BENCH_PYTHON";

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["engine", count, path] => engine(count.parse().unwrap(), Path::new(path)),
        words => compare(words.contains(&"without-script")),
    }
}

fn compare(is_without_script: bool) -> io::Result<()> {
    // Beside the build, and not where the system keeps what is temporary: that may be memory.
    let built = std::env::current_exe()?;
    let place = tempfile::Builder::new().prefix("bench-inserts-").tempdir_in(built.parent().unwrap_or(Path::new(".")))?;
    let script = if is_without_script { None } else { Some(script(place.path())?) };
    let mut turns: Vec<Run> = (0..TURNS).map(|_| Run::of_engine(INSERTS, place.path())).collect();
    turns.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let engine = turns.swap_remove(TURNS / 2);
    let many = Run::of_engine(MANY_INSERTS, place.path());
    let limit = limit(&place.path().join("engine.pdf"))?;
    report(script.as_ref(), &engine, &many, limit)
}

/// What a run took.
struct Run {
    inserts: usize,
    seconds: f64,
    megabytes: f64,
    resident_megabytes: f64,
    codes_verified: u64,
    pages: u64,
}

impl Run {
    fn of_engine(inserts: usize, folder: &Path) -> Self {
        let path = folder.join("engine.pdf");
        let mut command = Command::new(std::env::current_exe().unwrap());
        let said = said(command.arg("engine").arg(inserts.to_string()).arg(path));
        let run = Self::read(inserts, &said);
        assert_eq!(run.codes_verified, 2 * inserts as u64, "not every code was verified");
        run
    }

    fn read(inserts: usize, said: &Value) -> Self {
        Self {
            inserts,
            seconds: said["seconds"].as_f64().unwrap(),
            megabytes: said["bytes"].as_f64().unwrap() / 1e6,
            resident_megabytes: said["resident_kib"].as_f64().unwrap() / 1024.0,
            codes_verified: said["codes_verified"].as_u64().unwrap_or(0),
            pages: said["pages"].as_u64().unwrap_or(0),
        }
    }
}

/// What a program says in its last line.
fn said(command: &mut Command) -> Value {
    let output = command.output().unwrap_or_else(|error| panic!("{:?} could not be started: {error}", command.get_program()));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap()
}

/// One run of the engine in this process, into a file.
fn engine(count: usize, path: &Path) -> io::Result<()> {
    let company = Branding { company_name: "Café Los Volcanes, S. A.".to_owned() };
    let job = PrintJob::new(Layout::EightUpA4, InsertLanguage::Spanish, company, Environment::Practice);
    let inserts: Vec<InsertContent> = (0..count).map(insert).collect();
    let begun = Instant::now();
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let run = write_run(&job, &inserts, &mut file, |_| ControlFlow::Continue(())).unwrap();
    drop(file);
    let seconds = begun.elapsed().as_secs_f64();
    let line = json!({
        "seconds": seconds,
        "bytes": run.bytes(),
        "pages": run.pages(),
        "codes_verified": run.codes_verified(),
        "resident_kib": most_resident_kib(),
    });
    writeln!(io::stdout().lock(), "{line}")
}

/// The most memory that this process ever had, as Linux tells it.
fn most_resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn names(number: usize) -> (String, String) {
    const GIVEN: [&str; 8] = [
        "María José",
        "Byron Estuardo",
        "Ana Lucía",
        "Kevin",
        "Patrick",
        "María Fernanda Guadalupe de los Ángeles",
        "Íngrid",
        "Luis Ángel",
    ];
    const FAMILY: [&str; 7] =
        ["Ramírez Núñez", "Choc Caal", "de León Soto", "Xicará Batz", "O’Connor", "Montúfar-Echeverría", "Güitz Pérez"];
    let given = GIVEN[number % GIVEN.len()];
    (given.to_owned(), format!("{given} {}", FAMILY[number % FAMILY.len()]))
}

fn link(number: usize) -> String {
    let spread = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!(
        "https://sandbox.migopayments.com/card-activation?client=migoDeveloper&userId={:08x}-93b7-4a55-8c1d-{:012x}",
        spread >> 32,
        spread & 0xffff_ffff_ffff
    )
}

fn insert(number: usize) -> InsertContent {
    let (given_name, full_name) = names(number);
    let link = link(number);
    let user = link.rsplit_once('=').unwrap().1.parse().unwrap();
    let made = ActivationLink::new("https://sandbox.migopayments.com/card-activation", Some(&"migoDeveloper".parse().unwrap()), &user);
    let made = made.unwrap();
    assert_eq!(made.as_str(), link);
    InsertContent {
        link: made,
        full_name,
        given_name,
        last_four: Some(last_four(number).parse().unwrap()),
        serial: serial(number).parse().unwrap(),
        address_lines: Vec::new(),
    }
}

fn last_four(number: usize) -> String {
    format!("{:04}", (number * 37 + 4417) % 10_000)
}

fn serial(number: usize) -> String {
    format!("0043-{:06}", number + 1)
}

/// The same run as a script would make it.
fn script(folder: &Path) -> io::Result<Run> {
    let Some(python) = std::env::var_os(PYTHON) else {
        panic!("{PYTHON} is not set: run `cargo xtask bench inserts`, which makes an environment for the script");
    };
    let (data, pdf) = (folder.join("inserts.json"), folder.join("script.pdf"));
    let inserts: Vec<Value> =
        (0..INSERTS).map(|number| json!([link(number), names(number).0, last_four(number), serial(number)])).collect();
    std::fs::write(&data, serde_json::to_vec(&inserts)?)?;
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(python);
    command.arg(package.join("examples/benchmark/script.py")).arg(package.join("assets")).args([&data, &pdf]);
    Ok(Run::read(INSERTS, &said(&mut command)))
}

/// Seconds that can't be saved: the codes of the run encoded without a choice of mask, and its bytes copied.
fn limit(pdf: &Path) -> io::Result<f64> {
    let bytes = std::fs::read(pdf)?;
    let bytes = &bytes[..bytes.len() / (MANY_INSERTS / INSERTS)];
    let mut copied = File::create(pdf.with_extension("copy"))?;
    let times = (0..TURNS).map(|_| {
        let begun = Instant::now();
        (0..INSERTS).into_par_iter().for_each(|number| {
            encode_without_scoring(link(number).as_bytes());
            encode_without_scoring(serial(number).as_bytes());
        });
        copied.write_all(black_box(bytes)).unwrap();
        begun.elapsed().as_secs_f64()
    });
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    Ok(times[TURNS / 2])
}

fn encode_without_scoring(text: &[u8]) {
    let bits = bits::encode_auto(text, EcLevel::M).unwrap();
    let version = bits.version();
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, EcLevel::M).unwrap();
    let mut canvas = Canvas::new(version, EcLevel::M);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(MaskPattern::Checkerboard);
    black_box(canvas.into_colors());
}

fn report(script: Option<&Run>, engine: &Run, many: &Run, limit: f64) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Inserts eight on a sheet, each with the code of its link and of its serial\n")?;
    writeln!(out, "{:<42}{:>9}{:>10}{:>8}{:>14}{:>12}", "", "inserts", "seconds", "MB", "resident MB", "pages/s")?;
    let runs = [
        ("ReportLab with segno, nothing verified", script),
        ("the engine, every code verified", Some(engine)),
        ("the engine, every code verified", Some(many)),
    ];
    for (name, run) in runs.into_iter().filter_map(|(name, run)| Some((name, run?))) {
        let (seconds, megabytes, resident) = (run.seconds, run.megabytes, run.resident_megabytes);
        let pages_a_second = run.inserts.div_ceil(8) as f64 / seconds;
        writeln!(out, "{name:<42}{:>9}{seconds:>10.3}{megabytes:>8.1}{resident:>14.1}{pages_a_second:>12.0}", run.inserts)?;
    }
    let growth = many.seconds / engine.seconds / (many.inserts as f64 / engine.inserts as f64);
    writeln!(out, "{:<42}{:>9}{limit:>10.3}\n", "the limit: encode unscored, copy the bytes", INSERTS)?;
    let rounded = |value: f64| (value * 1_000.0).round() / 1_000.0;
    let line = json!({
        "benchmark": "inserts",
        "inserts": engine.inserts,
        "pages": engine.pages,
        "codes_verified": engine.codes_verified,
        "times_as_fast_as_script": script.map(|script| rounded(script.seconds / engine.seconds)),
        "script_seconds": script.map(|script| rounded(script.seconds)),
        "seconds": rounded(engine.seconds),
        "seconds_100000": rounded(many.seconds),
        "growth_to_100000": rounded(growth),
        "resident_mb": rounded(engine.resident_megabytes),
        "resident_mb_100000": rounded(many.resident_megabytes),
        "limit_seconds": rounded(limit),
        "times_the_limit": rounded(engine.seconds / limit),
    });
    writeln!(out, "{line}")
}
