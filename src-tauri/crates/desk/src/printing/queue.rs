//! The queue: the cards that still need an insert, and those whose insert was printed.

use cardesk_journal::{CardNeedingInsert, PrintedInsert};

use crate::copies::{display_name, last_four_text};
use crate::desk::Desk;
use crate::error::DeskResult;
use crate::print_contents::MOST_INSERTS;
use crate::view::{QueueFilter, QueueReason, QueueRow};
use crate::workplace::{Workplace, count};

/// The latest runs whose inserts are on offer for a reprint.
const RUNS_TO_REPRINT: u32 = 10_000;

impl Desk {
    /// The cards that still need an insert, or those whose insert was printed; as many as one run takes.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn insert_queue(&self, filter: QueueFilter) -> DeskResult<Vec<QueueRow>> {
        let workplace = self.workplace().await?;
        match filter {
            QueueFilter::NeedsInsert => workplace.queue().await,
            QueueFilter::Printed => workplace.printed().await,
        }
    }
}

impl Workplace {
    async fn queue(&self) -> DeskResult<Vec<QueueRow>> {
        let waiting = self.journal.needing_insert(count(MOST_INSERTS)).await?;
        let row = |waiting: CardNeedingInsert| QueueRow {
            cardholder_id: waiting.cardholder.id.to_string(),
            card_id: waiting.card.id.to_string(),
            display_name: display_name(&waiting.cardholder),
            last_four: last_four_text(waiting.card.last_four.as_ref()),
            issued_at: waiting.card.issued_at.map(|at| at.to_string()),
            reason: Some(match (&waiting.voided, waiting.is_replacement) {
                (Some(_), _) => QueueReason::Voided,
                (None, true) => QueueReason::Replacement,
                (None, false) => QueueReason::First,
            }),
            voided_serial: waiting.voided,
            serial: None,
            printed_at: None,
        };
        Ok(waiting.into_iter().map(row).collect())
    }

    /// The valid inserts of the latest runs, the newest first.
    async fn printed(&self) -> DeskResult<Vec<QueueRow>> {
        let printed = self.journal.printed_for_cards(RUNS_TO_REPRINT, count(MOST_INSERTS)).await?;
        let row = |printed: PrintedInsert| QueueRow {
            cardholder_id: printed.card.cardholder_id.to_string(),
            card_id: printed.card.id.to_string(),
            display_name: display_name(&printed.cardholder),
            last_four: last_four_text(printed.card.last_four.as_ref()),
            issued_at: printed.card.issued_at.map(|at| at.to_string()),
            reason: None,
            voided_serial: None,
            serial: Some(printed.serial),
            printed_at: printed.printed_at.map(|at| at.to_string()),
        };
        Ok(printed.into_iter().map(row).collect())
    }
}
