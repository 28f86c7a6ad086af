//! The preview's benchmark: how long the first page of a run takes, and any other, whatever the run's length.
//!
//! The same desk over the same journal opens a run of 8 and one of 10,000, in turns, and turns to a page in the middle and to
//! the last one of the long run; each time another choice, so that nothing is kept from before. Then the long run is made, and
//! opened again. Prints a table, and as its last line one JSON object for machines.

#![allow(clippy::unwrap_used, reason = "a benchmark that can't go on ends with the reason")]
#![allow(clippy::disallowed_methods, reason = "it times with the wall clock")]

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cardesk_desk::view::{InsertLanguage, PrintItem, PrintRequest, SecretText, SpokenLanguage};
use cardesk_desk::{Desk, DeskConfig, Keychain, PracticeAccess, Seams};
use cardesk_domain::{CardId, CardState};
use cardesk_journal::{CardRecord, CardholderRecord, CardholderSource, Encryption, Journal, JournalKey};
use jiff::Timestamp;
use serde_json::json;

const MANY: usize = 10_000;
const FEW: usize = 8;

/// Inserts on a sheet of the run that is made: fewer pages to make, and as many cardholders to look up.
const MADE_PAPER: &str = "letter-8-up";

/// How often each is measured; the middle one counts.
const TURNS: usize = 7;

/// What is looked at, and how long each time took.
struct Looks {
    name: &'static str,
    took: Vec<Duration>,
}

impl Looks {
    const fn at(name: &'static str) -> Self {
        Self { name, took: Vec::new() }
    }

    fn median_ms(&self) -> f64 {
        let mut took = self.took.clone();
        took.sort();
        took[took.len() / 2].as_secs_f64() * 1_000.0
    }
}

fn main() -> io::Result<()> {
    // Beside the build, and not where the system keeps what is temporary: that may be memory.
    let place = tempfile::Builder::new().prefix("bench-preview-").tempdir_in(PathBuf::from(env!("CARGO_TARGET_TMPDIR")))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let looks = runtime.block_on(measure(place.path()));
    report(&looks)
}

async fn measure(folder: &Path) -> [Looks; 5] {
    let journal = Journal::open(folder.join("journal"), Encryption::Key(JournalKey::from_bytes([9; 32]))).await.unwrap();
    let numbers = 0..MANY + TURNS;
    journal.upsert_cardholders(&numbers.clone().map(cardholder).collect::<Vec<_>>()).await.unwrap();
    journal.upsert_cards(&numbers.map(card).collect::<Vec<_>>()).await.unwrap();
    let desk = opened(&journal, folder).await;
    let mut looks = [
        Looks::at("page 1 of 8"),
        Looks::at("page 1 of 10,000"),
        Looks::at("page 1,000 of 10,000"),
        Looks::at("the last of 10,000"),
        Looks::at("page 1 of 10,000 made"),
    ];
    for turn in 0..TURNS {
        let [few, first, middle, last, _] = &mut looks;
        let short = request(turn, FEW);
        few.took.push(timed(desk.preview_inserts(short, 1)).await.0);
        let long = request(turn, MANY);
        let (took, id) = timed(desk.preview_inserts(long, 1)).await;
        first.took.push(took);
        middle.took.push(timed(desk.preview_page(&id, 1_000)).await.0);
        last.took.push(timed(desk.preview_page(&id, u32::try_from(MANY).unwrap())).await.0);
    }
    let made = desk.save_inserts(PrintRequest { paper: MADE_PAPER.to_owned(), ..request(0, MANY) }).await.unwrap();
    for turn in 0..TURNS {
        // Another one is opened in between, so that it is not open already.
        timed(desk.preview_inserts(request(turn, FEW), 1)).await;
        looks[4].took.push(timed(desk.preview_run(&made.number, 1)).await.0);
    }
    looks
}

async fn timed(look: impl Future<Output = cardesk_desk::DeskResult<cardesk_desk::view::PreviewPage>>) -> (Duration, String) {
    let begun = Instant::now();
    let page = look.await.unwrap();
    (begun.elapsed(), page.id)
}

/// One insert on a page: as many pages as inserts. Each turn begins with another one, so that no page was drawn before.
fn request(turn: usize, inserts: usize) -> PrintRequest {
    let item = |number: usize| PrintItem { cardholder_id: id(number), card_id: Some((50_000 + number).to_string()) };
    PrintRequest {
        items: (turn..turn + inserts).map(item).collect(),
        paper: "letter-trifold-10".to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        for_email: false,
        language: InsertLanguage::Spanish,
        reprint_reason: None,
    }
}

fn report(looks: &[Looks; 5]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let short = looks[0].median_ms();
    writeln!(out, "A page of the preview, made, verified and drawn (SQLCipher; the middle one of {TURNS})\n")?;
    writeln!(out, "{:<24}{:>14}{:>24}", "", "milliseconds", "against page 1 of 8")?;
    for look in looks {
        writeln!(out, "{:<24}{:>14.1}{:>24.2}", look.name, look.median_ms(), look.median_ms() / short)?;
    }
    let rounded = |number: f64| (number * 1_000.0).round() / 1_000.0;
    let line = json!({
        "benchmark": "preview",
        "page_1_of_8_ms": rounded(short),
        "page_1_of_10000_ms": rounded(looks[1].median_ms()),
        "page_1000_of_10000_ms": rounded(looks[2].median_ms()),
        "last_of_10000_ms": rounded(looks[3].median_ms()),
        "page_1_of_10000_made_ms": rounded(looks[4].median_ms()),
        "page_1_ratio": rounded(looks[1].median_ms() / short),
        "page_1000_ratio": rounded(looks[2].median_ms() / short),
    });
    writeln!(out, "\n{line}")
}

async fn opened(journal: &Journal, folder: &Path) -> Desk {
    let desk = Desk::open(DeskConfig {
        data_dir: folder.join("data"),
        config_dir: folder.join("config"),
        documents_dir: folder.join("documents"),
        system_language: SpokenLanguage::Spanish,
        version: "0.0.0-bench".to_owned(),
        operator: "Operadora".to_owned(),
        keychain: Keychain::system(),
        seams: Seams { journal: Some(journal.clone()), ..Seams::system() },
    })
    .await;
    desk.practice_started(PracticeAccess {
        base_url: "http://127.0.0.1:1".to_owned(),
        activation_base: "http://127.0.0.1:1/card-activation".to_owned(),
        company_name: "Café Los Volcanes, S. A.".to_owned(),
        merchant: "cafeLosVolcanes".to_owned(),
        client_slug: "cafeLosVolcanes".to_owned(),
        application_id: "desk".to_owned(),
        signing_key: SecretText::new(String::new()),
    })
    .await;
    desk
}

/// Scattered, as the gateway's are: those who stand beside each other in a run do not in the journal's file.
fn id(number: usize) -> String {
    let scattered = u32::try_from(number).unwrap().wrapping_mul(0x9E37_79B1);
    format!("{scattered:08x}-93b7-4a55-8c1d-{number:012x}")
}

fn cardholder(number: usize) -> CardholderRecord {
    CardholderRecord {
        id: id(number).parse().unwrap(),
        first_name: "María José".to_owned(),
        last_name: format!("Ramírez Núñez {number}"),
        username: format!("p{number}@example.com"),
        phone_number: Some("+50255551234".to_owned()),
        address: Some("4a. avenida 12-59, zona 1".to_owned()),
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

fn card(number: usize) -> CardRecord {
    CardRecord {
        id: CardId::new(50_000 + number as u64),
        cardholder_id: id(number).parse().unwrap(),
        last_four: Some(format!("{:04}", number % 10_000).parse().unwrap()),
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
