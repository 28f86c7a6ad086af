//! What everybody did here, whoever's card it was: the company's record, the newest first.
//!
//! Owns which rows of the record are told where all of it is on show, and whose each is. What the rows say is `happenings`',
//! the record itself the journal's: a stretch of it is read at a time, and never all.

use std::collections::HashMap;

use cardesk_domain::{CardId, CardholderId};
use cardesk_journal::{CardholderRecord, Happening, HappeningFilter, HappeningsOf};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::copies::{display_name, last_four_text};
use crate::desk::Desk;
use crate::error::DeskResult;
use crate::happenings::{MOST_ROWS, words_of_actions, words_of_kind, words_of_results};
use crate::session::issuer_time;
use crate::view::{ActivityPage, ActivityRequest, ActivityRow, HappeningView};
use crate::workplace::Workplace;

impl Desk {
    /// What everybody did, the newest first, as far as it is asked for; and everybody who did anything.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn activity(&self, request: ActivityRequest) -> DeskResult<ActivityPage> {
        let workplace = self.workplace().await?;
        let day = request.day.as_deref().and_then(|day| day.parse::<Date>().ok()).and_then(moments_of);
        let filter = HappeningFilter {
            before: request.before.as_deref().and_then(|number| number.parse().ok()),
            actions: request.kind.map(words_of_kind).unwrap_or_default(),
            results: words_of_results(&request.results),
            operator: request.operator,
            since: day.map(|(begins, _)| begins),
            until: day.map(|(_, ends)| ends),
            text: request.text.trim().to_owned(),
            text_actions: words_of_actions(request.text_actions),
        };
        let page = workplace.journal.happenings_of(HappeningsOf::Everyone, &filter, request.limit.clamp(1, MOST_ROWS)).await?;
        Ok(ActivityPage {
            rows: workplace.activity_rows(page.rows).await?,
            has_older: page.has_older,
            operators: workplace.journal.happening_operators().await?,
        })
    }
}

/// When a day begins and when it ends, by the issuer's calendar.
fn moments_of(day: Date) -> Option<(Timestamp, Timestamp)> {
    let begins = |day: Date| day.to_zoned_datetime(issuer_time()).ok().map(|midnight| midnight.timestamp());
    Some((begins(day)?, begins(day.checked_add(1.day()).ok()?)?))
}

impl Workplace {
    async fn activity_rows(&self, rows: Vec<(u64, Happening)>) -> DeskResult<Vec<ActivityRow>> {
        let mut ids: Vec<CardholderId> = rows.iter().filter_map(|(_, happening)| happening.cardholder_id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let cardholders = self.journal.cardholders_by_id(&ids).await?;
        let cards = self.journal.cards_by_cardholder(&ids).await?;
        let digits: HashMap<CardId, String> =
            cards.into_values().flatten().map(|card| (card.id, last_four_text(card.last_four.as_ref()))).collect();
        let whose: Vec<(Option<CardholderId>, Option<CardId>)> =
            rows.iter().map(|(_, happening)| (happening.cardholder_id.clone(), happening.card_id)).collect();
        let told = self.happening_views(rows).await?;
        Ok(told.into_iter().zip(whose).map(|(happening, (id, card))| row(happening, id, card, &cardholders, &digits)).collect())
    }
}

fn row(
    happening: HappeningView,
    id: Option<CardholderId>,
    card: Option<CardId>,
    cardholders: &HashMap<CardholderId, CardholderRecord>,
    digits: &HashMap<CardId, String>,
) -> ActivityRow {
    ActivityRow {
        display_name: id.as_ref().and_then(|id| cardholders.get(id)).map(display_name),
        cardholder_id: id.map(|id| id.to_string()),
        last_four: card.and_then(|card| digits.get(&card).cloned()).unwrap_or_default(),
        happening,
    }
}
