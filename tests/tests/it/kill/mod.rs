//! The kill test: the real window is killed without a word at random moments of a batch of 200 rows, and started again.
//!
//! The gateway is a company's own: Practice in this process, at the far end of a long line ([`Line`]), not the Practice
//! inside the window. It outlives the desk as a real one does, goes on with what has reached it or is on its way, and can
//! be asked afterwards without the desk's word; and the desk runs as in production, with an encrypted journal, its key in
//! the keychain, and a session. The gateway applies a repeated reference again, so that whatever is sent twice moves its
//! money twice. During the first quarter of the kills the line loses what is on its way, so that some of what was sent
//! never arrives.
//!
//! Owns the order of a trial and what has to hold after each kill. What journal and gateway say is in [`evidence`], how
//! the desk is brought to work in [`company`].

mod company;
mod evidence;

use std::time::{Duration, Instant};

use cardesk_sandbox::{FaultPlan, RepeatedReferences};
use cardesk_tests::line::Line;
use cardesk_tests::session::{Session, SessionOptions};
use cardesk_tests::window::{self, Window};
use cardesk_tests::{Outcome, Trouble};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::process::{Pid, Signal, kill_process};

use self::evidence::{Evidence, Ledger};
use crate::batch_screen::{self, Figures};
use crate::window::gateway_of_a_company;

/// How often it is killed, where nobody says otherwise.
const KILLS: u64 = 8;
/// What the moments follow from, where nobody says otherwise.
const SEED: u64 = 502;
/// How long the line is.
const ONE_WAY: Duration = Duration::from_millis(20);
/// What a row takes beside the line, about.
const DESK_AND_GATEWAY: Duration = Duration::from_millis(12);
/// The rows of one batch.
const ROWS: u32 = 200;
/// A batch with fewer rows left comes to its end, and another begins.
const TOO_FEW: u32 = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "kills the real window: cargo xtask kill"]
async fn whenever_it_is_killed_money_moves_once_or_not_at_all_and_the_window_says_what_is_true() {
    let (kills, seed) = (number_from("CARDESK_KILLS", KILLS), number_from("CARDESK_KILL_SEED", SEED));
    eprintln!("{kills} kills, seed {seed}");
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let started = Instant::now();
    let mut trial = Trial::begin().await.unwrap();
    for number in 1..=kills {
        let loses = number <= kills.div_ceil(4);
        let told =
            trial.go_until_killed(&mut chance, loses).await.unwrap_or_else(|trouble| panic!("kill {number}, seed {seed}: {trouble}"));
        eprintln!("  kill {number}: {told}");
    }
    let told = trial.end().await.unwrap_or_else(|trouble| panic!("after {kills} kills, seed {seed}: {trouble}"));
    eprintln!("{told}, in {:.0} s", started.elapsed().as_secs_f64());
}

/// A number that whoever runs the test may name.
fn number_from(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text:?}")))
}

/// The desk, the gateway, and what is known of both.
struct Trial {
    session: Session,
    line: Line,
    evidence: Evidence,
    /// The window, but while it is dead.
    window: Window,
    /// The batch that is open, by its number.
    batch: Option<u32>,
    batches_begun: u32,
    tally: Tally,
    gateway: cardesk_sandbox::Practice,
}

/// What came of the whole trial.
#[derive(Debug, Default)]
struct Tally {
    kills: u32,
    kills_in_starts: u32,
    left_open: usize,
    of_them_applied: usize,
}

impl Trial {
    async fn begin() -> Outcome<Self> {
        let gateway = gateway_of_a_company().await;
        gateway.set_faults(FaultPlan { repeated_references: RepeatedReferences::ApplyAgain, ..FaultPlan::default() }).await.unwrap();
        let port = gateway.base_url().rsplit(':').next().and_then(|port| port.parse().ok()).unwrap();
        let line = Line::to(port, ONE_WAY).await?;
        let mut session = Session::start(&SessionOptions::default()).await?;
        let window = company::at_work(&mut session, &gateway, &line.base_url()).await?;
        let evidence = Evidence::of(&session, &gateway).await?;
        Ok(Self { session, line, evidence, window, batch: None, batches_begun: 0, tally: Tally::default(), gateway })
    }

    /// Lets a batch run, kills the desk at a random moment of it, and holds everything against everything.
    async fn go_until_killed(&mut self, chance: &mut ChaCha8Rng, loses: bool) -> Outcome<String> {
        let waiting = self.run_a_batch().await?;
        let expected = (2 * ONE_WAY + DESK_AND_GATEWAY) * waiting / 4;
        let moment = expected.mul_f64(chance.random_range(0.0..0.85));
        tokio::time::sleep(moment).await;
        self.kill(loses).await?;
        if chance.random_ratio(1, 5) {
            self.kill_while_it_starts(chance).await?;
        }
        let ledger = self.evidence.ledger(&self.session).await?;
        ledger.check()?;
        let started = Instant::now();
        self.window = Window::open(&mut self.session).await?;
        let shown = self.check_window(&ledger).await?;
        self.tally.kills += 1;
        self.tally.left_open += ledger.just_open().len();
        self.tally.of_them_applied += ledger.just_open().iter().filter(|reference| ledger.is_applied(reference)).count();
        let (open, arrived) = (ledger.open().len(), ledger.open().iter().filter(|reference| ledger.is_applied(reference)).count());
        Ok(format!(
            "after {:>4} ms of its run; {open} without an outcome, {arrived} of them at the gateway; the window, {:.1} s later: {shown}",
            moment.as_millis(),
            started.elapsed().as_secs_f64()
        ))
    }

    /// Goes on with the batch, or begins one, and says how many rows wait.
    async fn run_a_batch(&mut self) -> Outcome<u32> {
        let page = &self.window.page;
        if let Some(number) = self.batch {
            let waiting = batch_screen::open_batch(page, number).await?.count("waiting");
            self.let_it_go_on(waiting).await?;
            if waiting >= TOO_FEW {
                return Ok(waiting);
            }
            batch_screen::see_end(page, number).await?;
        }
        batch_screen::check_rows(page, &self.evidence.rows(self.batches_begun, ROWS)).await?;
        page.says("#batch-start", &ROWS.to_string()).await?;
        self.evidence.empty_a_card().await?;
        self.batch = Some(batch_screen::begin(page).await?);
        self.batches_begun += 1;
        Ok(ROWS)
    }

    /// Lets the batch on show go on, if rows of it wait.
    async fn let_it_go_on(&self, waiting: u32) -> Outcome<()> {
        if waiting > 0 { batch_screen::go_on(&self.window.page).await } else { Ok(()) }
    }

    async fn kill(&mut self, loses: bool) -> Outcome<()> {
        let line = &self.line;
        self.window.kill(|| line.cut(loses)).await?;
        self.line_at_rest().await;
        Ok(())
    }

    /// Starts the desk and kills it before anybody could see it.
    async fn kill_while_it_starts(&mut self, chance: &mut ChaCha8Rng) -> Outcome<()> {
        let (output, errors) = self.session.log("window")?;
        let mut command = self.session.command(&window::binary()?);
        let mut child = command.stdout(output).stderr(errors).spawn().map_err(Trouble::of("the desk"))?;
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..700))).await;
        if let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            // It may have ended by itself; then the next start says why.
            let _ = kill_process(pid, Signal::KILL);
        }
        let _ = child.wait().await;
        self.tally.kills_in_starts += 1;
        Ok(())
    }

    /// Waits until nothing is on the line any more, and mends it.
    async fn line_at_rest(&self) {
        tokio::time::sleep(3 * ONE_WAY).await;
        self.line.cut(false);
    }

    /// Whether the window shows what journal and gateway say. What has no outcome yet may have been found by now.
    async fn check_window(&self, ledger: &Ledger) -> Outcome<Figures> {
        let Some(number) = self.batch else { return Ok(Figures::default()) };
        let shown = batch_screen::open_batch(&self.window.page, number).await?;
        ledger.figures(number).hold_against(&shown)?;
        Ok(shown)
    }

    /// Brings the last batch to its end and settles what has no outcome, by evidence or by hand.
    async fn end(mut self) -> Outcome<String> {
        let page = &self.window.page;
        if let Some(number) = self.batch {
            let waiting = batch_screen::open_batch(page, number).await?.count("waiting");
            self.let_it_go_on(waiting).await?;
            batch_screen::see_end(page, number).await?;
        }
        let settled = company::settle_everything(page).await?;
        self.window.page.picture(&crate::window::left_behind("kill.png")).await?;
        let page = &self.window.page;
        let mut shown = Vec::new();
        for number in 1..=self.batches_begun {
            shown.push((number, batch_screen::open_batch(page, number).await?));
        }
        self.kill(false).await?;
        let ledger = self.evidence.ledger(&self.session).await?;
        ledger.check()?;
        if let Some(open) = ledger.open().first() {
            return Err(Trouble::new(format!("{open} never got an outcome")));
        }
        for (number, shown) in &shown {
            ledger.figures(*number).hold_against(shown)?;
        }
        ledger.check_that_every_batch_ended()?;
        self.evidence.check_balances(&ledger).await?;
        self.gateway.stop().await.map_err(Trouble::of("the gateway"))?;
        let Tally { kills, kills_in_starts, left_open, of_them_applied } = self.tally;
        Ok(format!(
            "{kills} kills in {} batches and {kills_in_starts} more in starts: {} applied, {} refused; {left_open} were on their way, of \
             which {of_them_applied} had reached the gateway; {settled} settled by hand as not applied",
            self.batches_begun,
            ledger.applied(),
            ledger.refused(),
        ))
    }
}
