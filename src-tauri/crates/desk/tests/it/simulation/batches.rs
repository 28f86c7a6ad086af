//! What operators do with batches on a bad day: files with sound and unsound rows, pausing, going on, giving up.
//!
//! Every row of the day has a note of its own, so that whatever becomes of a row can be told from all others.

use std::time::Duration;

use cardesk_desk::Desk;
use cardesk_desk::view::{BatchDecisions, BatchForm, BatchPhase, BatchSource, NumberStyle};

use super::operators::{AMOUNTS, Operators};
use super::world::World;
use crate::simulated_network::BATCH_NOTE;

/// The most rows of a file.
const MOST_ROWS: usize = 7;

impl Operators {
    /// Reads a file, decides about it, and lets it run; or does not get that far.
    pub(super) async fn start_batch(&self, world: &World, desk: &Desk) {
        let text = self.file();
        // Files are read on a thread for it.
        let Ok(read) = world.held(desk.read_batch(BatchSource::Pasted { text })).await else { return };
        let decisions = BatchDecisions {
            id: read.id,
            number_style: Some(NumberStyle::CommaThousands),
            takes_repeated: self.chance.one_in(2),
            takes_done_before: self.chance.one_in(2),
        };
        let Ok(check) = world.held(desk.check_batch(decisions.clone())).await else { return };
        let total_again = check.total_again.map(|total| total.amount);
        let form = BatchForm { decisions, ready: check.ready, ready_digest: check.ready_digest, totals: check.totals, total_again };
        if self.chance.one_in(4) {
            drop(world.held(async { tokio::join!(desk.start_batch(form.clone()), desk.start_batch(form)) }).await);
        } else {
            drop(world.held(desk.start_batch(form)).await);
        }
    }

    fn file(&self) -> String {
        let rows = (0..1 + self.chance.below(MOST_ROWS)).map(|_| {
            let card = if self.chance.one_in(15) { "999999" } else { self.chance.pick::<String>(&self.cards) };
            let operation = if self.chance.one_in(4) { "retiro" } else { "carga" };
            let amount = if self.chance.one_in(15) { "1,2,3" } else { self.chance.pick(&AMOUNTS) };
            format!("{card},{operation},{amount},{BATCH_NOTE}{:x}\n", self.chance.next())
        });
        format!("tarjeta,operacion,monto,nota\n{}", rows.collect::<String>())
    }

    /// Pauses a batch, goes on with it, or gives it up.
    pub(super) async fn steer_batch(&self, desk: &Desk) {
        let open: Vec<u32> =
            desk.batches().await.unwrap().into_iter().filter(|batch| batch.ended_at.is_none()).map(|batch| batch.number).collect();
        if open.is_empty() {
            return;
        }
        let number = *self.chance.pick(&open);
        match self.chance.below(8) {
            0 | 1 => drop(desk.pause_batch(number).await),
            2 => drop(desk.cancel_batch(number).await),
            _ => drop(desk.continue_batch(number).await),
        }
    }

    /// Goes on with every batch that was cut off.
    pub(super) async fn go_on(&self, desk: &Desk) {
        for batch in desk.batches().await.unwrap().into_iter().filter(|batch| batch.ended_at.is_none()) {
            drop(desk.continue_batch(batch.number).await);
        }
    }

    /// Brings every batch to its end, or as far as it goes now: what has no outcome may keep the rows of its card.
    pub(super) async fn end_batches(&self, world: &World, desk: &Desk) {
        for batch in desk.batches().await.unwrap().into_iter().filter(|batch| batch.ended_at.is_none()) {
            if self.chance.one_in(8) {
                drop(desk.cancel_batch(batch.number).await);
            } else {
                drop(desk.continue_batch(batch.number).await);
            }
            while is_going(desk, batch.number).await {
                world.pass(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn is_going(desk: &Desk, number: u32) -> bool {
    matches!(desk.batch(number).await.unwrap().phase, BatchPhase::Running | BatchPhase::Pausing | BatchPhase::Cancelling)
}
