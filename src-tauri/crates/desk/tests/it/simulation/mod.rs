//! Random days of random operators against Practice with random faults and kills, in one process and simulated time.
//!
//! A day follows from its seed alone. `CARDESK_SEEDS=A..B` says which days are lived; `cargo xtask simulate` sets it. The
//! journal is the real one, its guards and its group commits included: in memory on most days, since the drive is what a
//! day would wait for, and in a file on one day of [`ON_DISK_ONE_IN`].

mod audit;
mod batches;
mod late;
mod operators;
mod world;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cardesk_desk::Desk;
use operators::Operators;
use world::{Program, World};

use crate::simulated_time::{Chance, SimulatedTime};

const SEEDS: &str = "CARDESK_SEEDS";

/// The days that every test run lives.
const USUAL_SEEDS: Range<u64> = 0..60;

/// How many days are lived at once for each processor: a day waits for its database's thread half of the time.
const DAYS_A_PROCESSOR: usize = 2;

/// How many things operators do in a day.
const ACTIONS: usize = 20;

/// On how many days there is one with batches, which make a day three times as long.
const BATCHES_ONE_IN: usize = 3;

/// On how many days there is one with a journal on the disk.
const ON_DISK_ONE_IN: u64 = 50;

/// The most looks until everything has an outcome once faults are over.
const MOST_LOOKS: usize = 12;

fn asked_seeds() -> Range<u64> {
    let Ok(asked) = std::env::var(SEEDS) else { return USUAL_SEEDS };
    let (first, end) = asked.split_once("..").unwrap_or_else(|| panic!("{SEEDS} is A..B, not {asked:?}"));
    first.parse().unwrap()..end.parse().unwrap()
}

#[test]
fn money_moves_once_or_not_at_all_whatever_happens() {
    let seeds = asked_seeds();
    let next = Arc::new(AtomicU64::new(seeds.start));
    let threads = std::thread::available_parallelism().map_or(2, usize::from) * DAYS_A_PROCESSOR;
    let workers: Vec<_> = (0..threads)
        .map(|worker| {
            let (next, end) = (Arc::clone(&next), seeds.end);
            std::thread::spawn(move || {
                stay_on_one_processor(worker);
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= end {
                        return;
                    }
                    live_one(seed, Tells::Nothing);
                }
            })
        })
        .collect();
    let failed = workers.into_iter().filter_map(|worker| worker.join().err()).count();
    assert_eq!(failed, 0, "a day did not hold; its seed is above, and {SEEDS}=SEED..SEED+1 lives it again");
}

/// Keeps a worker, and the threads of its days' databases, on one of the processors that it may use: a question that stays on
/// its processor costs a day two thirds of what it costs from one to the other and back.
#[cfg(target_os = "linux")]
fn stay_on_one_processor(worker: usize) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let Ok(allowed) = sched_getaffinity(None) else { return };
    let processors: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|processor| allowed.is_set(*processor)).collect();
    let mut own = CpuSet::new();
    own.set(processors[worker % processors.len()]);
    // Without it a day takes longer, and is the same.
    let _ = sched_setaffinity(None, &own);
}

#[cfg(not(target_os = "linux"))]
const fn stay_on_one_processor(_: usize) {}

#[test]
fn a_day_follows_from_its_seed_alone() {
    for seed in 1_000..1_006 {
        let story = live_one(seed, Tells::Everything);
        assert!(story.len() > 3, "seed {seed}: a day without operations proves nothing");
        assert_eq!(story, live_one(seed, Tells::Everything), "seed {seed}");
    }
}

/// Whether a day is told once it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    Nothing,
    Everything,
}

fn live_one(seed: u64, tells: Tells) -> Vec<String> {
    struct Named(u64);
    impl Drop for Named {
        fn drop(&mut self) {
            if std::thread::panicking() {
                std::io::Write::write_all(&mut std::io::stderr(), format!("the day of seed {} did not hold\n", self.0).as_bytes()).unwrap();
            }
        }
    }
    let _named = Named(seed);
    let chance = Chance::new(seed);
    let time = SimulatedTime::new(chance.clone());
    time.run(day(seed, &chance, &time, tells))
}

/// Lives a day, holds what must be true against it, and tells it, if it is asked to: every operation with its moves.
async fn day(seed: u64, chance: &Arc<Chance>, time: &Arc<SimulatedTime>, tells: Tells) -> Vec<String> {
    let people = 1 + chance.below(5);
    let mut world = World::new(seed, chance, time, people, seed.is_multiple_of(ON_DISK_ONE_IN)).await;
    let truth = world.client();
    let cardholders = truth.find_cardholders("", 1, 100).await.unwrap();
    let mut holders = Vec::new();
    let mut cards = Vec::new();
    for cardholder in cardholders.cardholders {
        cards.extend(truth.cards_of(&cardholder.id).await.unwrap().into_iter().map(|card| card.id));
        holders.push(cardholder.id);
    }
    let operators = Operators::of(chance, &cards, &holders, chance.one_in(BATCHES_ONE_IN));
    world.core.set_faults(operators.no_faults()).unwrap();
    let mut program = world.start().await;
    program.desk.refresh_directory().await.unwrap();
    for _ in 0..ACTIONS {
        program = one_action(&mut world, &operators, program).await;
    }
    program.network.kill_after(None);
    world.core.set_faults(operators.no_faults()).unwrap();
    evening(&world, &operators, &program.desk).await;
    // Everything is shown within the settling time, so nobody said anything that is not true.
    assert_eq!(world.journal().contradicted_operations().await.unwrap(), []);
    audit::audit(&world, &cards, &holders).await;
    if tells == Tells::Everything { told(&world, &cards).await } else { Vec::new() }
}

/// Something is done, and the program may be killed in the middle of it or end afterwards.
async fn one_action(world: &mut World, operators: &Operators, program: Program) -> Program {
    let chance = Arc::clone(&world.chance);
    if chance.one_in(4) {
        world.core.set_faults(operators.faults()).unwrap();
    }
    let killed_one_in = if operators.has_batches { 4 } else { 8 };
    program.network.kill_after(chance.one_in(killed_one_in).then(|| operators.kill()));
    let is_killed = tokio::select! {
        biased;
        () = program.network.killed.notified() => true,
        () = async {
            operators.act(world, &program).await;
            // What goes on beside the operators goes on a little.
            world.pass(operators.breath()).await;
        } => false,
    };
    if !is_killed && !chance.one_in(12) {
        return program;
    }
    let program = world.restart(program).await;
    // Whoever finds a batch cut off goes on with it at once, or does something else before.
    if operators.has_batches && chance.one_in(2) {
        operators.go_on(&program.desk).await;
    }
    program
}

/// Faults are over: batches are brought to their end, and operators look until everything has an outcome.
async fn evening(world: &World, operators: &Operators, desk: &Desk) {
    for _ in 0..MOST_LOOKS {
        operators.end_batches(world, desk).await;
        world.pass(Duration::from_secs(3600)).await;
        desk.look_at_what_is_due().await;
        operators.settle_what_is_offered(desk).await;
        let is_over = world.journal().open_operations().await.unwrap().is_empty();
        if is_over && world.journal().open_batches().await.unwrap().is_empty() {
            break;
        }
    }
}

async fn told(world: &World, cards: &[cardesk_domain::CardId]) -> Vec<String> {
    let journal = world.journal();
    let mut story = Vec::new();
    for card in cards {
        for operation in journal.operations_of_card(*card, 100_000).await.unwrap() {
            let moves = journal.moves_of(&operation.reference).await.unwrap();
            story.push(format!("{card} {} {:?} {moves:?}", operation.reference, operation.kind));
        }
    }
    story
}
