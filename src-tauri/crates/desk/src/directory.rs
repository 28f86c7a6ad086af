//! The desk's directory of cardholders, its refresh from the gateway, and one cardholder whole.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use cardesk_domain::{CardholderId, OperationKind};
use cardesk_gateway::Gateway;
use cardesk_journal::{
    CardRecord, CardholderRecord, DirectoryColumn as JournalColumn, DirectoryFilter as JournalFilter, DirectoryOrder as JournalOrder,
    DirectoryQuery as JournalQuery, HappeningsOf,
};

use crate::copies::{card_record, card_summary, cardholder_record, insert_view, parsed, profile_view, row_view};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::funds::operation_view;
use crate::happenings::happening_view;
use crate::session::not_found;
use crate::view::{
    Action, ActionOffer, CardholderView, DirectoryColumn, DirectoryFilter, DirectoryPage, DirectoryQuery, Freshness, NotOfferedReason,
    RefreshReport,
};
use crate::workplace::{Workplace, count};

/// The gateway's largest page.
const PAGE: u32 = 100;

/// The most pages of one refresh: a gateway that never stops listing is not listened to for ever.
const MOST_PAGES: u32 = 2_000;

/// The most cardholders whose cards one refresh reads, one request each. The rest is for the next.
const MOST_CARD_LISTS: usize = 500;

/// How many of these are asked for at a time.
const AT_A_TIME: usize = 4;

/// Whose empty lists of cards were read since the workplace was opened, and by which refresh: without it the same first
/// ones would be read again each time, and the rest never.
#[derive(Default)]
pub(crate) struct CardListsRead(Mutex<HashMap<CardholderId, usize>>);

impl CardListsRead {
    /// Leaves the `most` whose reading is longest ago, never before all others; says how many are left out that were never
    /// read.
    fn oldest_first(&self, waiting: &mut Vec<CardholderId>, most: usize) -> usize {
        let read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.sort_by_key(|id| read.get(id).copied());
        let left_out = waiting.split_off(most.min(waiting.len()));
        left_out.iter().filter(|id| !read.contains_key(id)).count()
    }

    fn note(&self, ids: Vec<CardholderId>) {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let refresh = read.values().max().map_or(0, |last| last + 1);
        read.extend(ids.into_iter().map(|id| (id, refresh)));
    }
}

/// The most characters that the gateway's search is asked for.
const MOST_SEARCHED: usize = 100;

/// The most happenings that a cardholder's page shows.
const MOST_HAPPENINGS: u32 = 200;

impl Desk {
    /// A stretch of the directory. The gateway is not asked.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn directory(&self, query: DirectoryQuery) -> DeskResult<DirectoryPage> {
        let page = self.workplace().await?.journal.directory(&journal_query(query)).await?;
        let rows = page.rows.iter().map(|row| row_view(&row.cardholder, &row.cards)).collect();
        Ok(DirectoryPage { rows, matched: page.matched, total: page.total })
    }

    /// Reads the gateway's whole listing, page by page, and the cards of those whose cards the desk has not seen.
    ///
    /// # Errors
    /// If the gateway can't be asked, or the journal not written. What was read before is kept.
    pub async fn refresh_directory(&self) -> DeskResult<RefreshReport> {
        let workplace = self.workplace().await?;
        let gateway = workplace.gateway().await?;
        let listed = workplace.read_listing(&gateway).await?;
        let (asked, cards_pending) = workplace.whose_cards_to_read(&listed).await?;
        let cards = workplace.read_card_lists(&gateway, asked.clone()).await?;
        workplace.card_lists_read.note(asked);
        Ok(RefreshReport {
            cardholders: count(listed.len()),
            cards: count(cards),
            cards_pending: count(cards_pending),
            finished_at: workplace.now().to_string(),
        })
    }

    /// Asks the gateway's own search, keeps what it finds, and shows it.
    ///
    /// # Errors
    /// If the gateway can't be asked.
    pub async fn search_gateway(&self, text: &str) -> DeskResult<DirectoryPage> {
        let workplace = self.workplace().await?;
        let gateway = workplace.gateway().await?;
        let text: String = text.trim().chars().take(MOST_SEARCHED).collect();
        let found = gateway.find_cardholders(&text, 1, PAGE).await?;
        let total = found.total.map_or(count(found.cardholders.len()), |total| u32::try_from(total).unwrap_or(u32::MAX));
        let seen_at = workplace.now();
        let records: Vec<CardholderRecord> =
            found.cardholders.into_iter().map(|cardholder| cardholder_record(cardholder, seen_at)).collect();
        workplace.journal.upsert_cardholders(&records).await?;
        let mut rows = Vec::with_capacity(records.len());
        for record in &records {
            rows.push(row_view(record, &workplace.journal.cards_of(&record.id).await?));
        }
        Ok(DirectoryPage { matched: count(rows.len()), total, rows })
    }

    /// One cardholder as the gateway has them now; the desk's copy with its age where the gateway can't be asked.
    ///
    /// # Errors
    /// If neither the gateway nor the desk knows them.
    pub async fn cardholder(&self, id: &str) -> DeskResult<CardholderView> {
        let workplace = self.workplace().await?;
        let id: CardholderId = parsed(id, ErrorCode::CardholderNotFound)?;
        workplace.look_again_at_issuing(&id).await;
        workplace.fresh_cardholder(&id).await
    }
}

/// The question in the journal's words.
pub(crate) fn journal_query(query: DirectoryQuery) -> JournalQuery {
    let filter = match query.filter {
        DirectoryFilter::All => JournalFilter::All,
        DirectoryFilter::NoCard => JournalFilter::NoCard,
        DirectoryFilter::CardWithoutInsert => JournalFilter::CardWithoutInsert,
        DirectoryFilter::NeverActivated => JournalFilter::NeverActivated,
    };
    let by = match query.order.by {
        DirectoryColumn::Name => JournalColumn::Name,
        DirectoryColumn::Document => JournalColumn::Document,
        DirectoryColumn::Email => JournalColumn::Email,
        DirectoryColumn::Phone => JournalColumn::Phone,
        DirectoryColumn::LastFour => JournalColumn::LastFour,
        DirectoryColumn::CardState => JournalColumn::CardState,
    };
    let order = JournalOrder { by, is_descending: query.order.is_descending };
    JournalQuery { text: query.text, filter, order, offset: query.offset, limit: query.limit }
}

impl Workplace {
    /// Every cardholder that the gateway lists, copied.
    async fn read_listing(&self, gateway: &Gateway) -> DeskResult<HashSet<CardholderId>> {
        let mut listed = HashSet::new();
        for number in 1..=MOST_PAGES {
            let page = gateway.find_cardholders("", number, PAGE).await?;
            let (total, known_before) = (page.total, listed.len());
            let seen_at = self.now();
            let records: Vec<CardholderRecord> =
                page.cardholders.into_iter().map(|cardholder| cardholder_record(cardholder, seen_at)).collect();
            self.journal.upsert_cardholders(&records).await?;
            listed.extend(records.into_iter().map(|record| record.id));
            // A short page ends nothing: a gateway's pages may be smaller than was asked for. One that brings nobody new
            // does, whatever total was told.
            if listed.len() == known_before || total.is_some_and(|total| listed.len() as u64 >= total) {
                break;
            }
        }
        Ok(listed)
    }

    /// Of those without cards, whose lists this refresh reads, the longest not read first; and how many more have never
    /// been read.
    async fn whose_cards_to_read(&self, listed: &HashSet<CardholderId>) -> DeskResult<(Vec<CardholderId>, usize)> {
        let mut waiting = self.journal.cardholders_without_cards().await?;
        waiting.retain(|id| listed.contains(id));
        let left = self.card_lists_read.oldest_first(&mut waiting, MOST_CARD_LISTS);
        Ok((waiting, left))
    }

    /// Reads the cards of many cardholders, a few at a time, and says how many cards there were.
    async fn read_card_lists(&self, gateway: &Gateway, cardholders: Vec<CardholderId>) -> DeskResult<usize> {
        let mut cards = 0;
        let mut waiting = cardholders.into_iter();
        loop {
            let when = self.sights.ask();
            let mut asked = tokio::task::JoinSet::new();
            for id in waiting.by_ref().take(AT_A_TIME) {
                let gateway = gateway.clone();
                asked.spawn(async move { gateway.cards_of(&id).await.map(|cards| (id, cards)) });
            }
            if asked.is_empty() {
                return Ok(cards);
            }
            let seen_at = self.now();
            let mut records: Vec<CardRecord> = Vec::new();
            while let Some(answer) = asked.join_next().await {
                let (id, answered) = answer.map_err(|_| ErrorView::new(ErrorCode::Internal))??;
                records.extend(answered.into_iter().map(|card| card_record(card, &id, seen_at)));
            }
            cards += records.len();
            self.keep_cards(when, records).await?;
        }
    }

    /// Reads a cardholder's cards and keeps copies.
    pub(crate) async fn refresh_cards_of(&self, cardholder: &CardholderId) -> DeskResult<()> {
        let gateway = self.gateway().await?;
        let asked = self.sights.ask();
        let cards = gateway.cards_of(cardholder).await?;
        let seen_at = self.now();
        self.keep_cards(asked, cards.into_iter().map(|card| card_record(card, cardholder, seen_at)).collect()).await
    }

    /// The desk's copy of a cardholder, or the gateway's word where there is none.
    pub(crate) async fn known_cardholder(&self, id: &CardholderId) -> DeskResult<CardholderRecord> {
        if let Some(known) = self.journal.cardholder(id).await? {
            return Ok(known);
        }
        self.read_cardholder(id).await?;
        self.journal.cardholder(id).await?.ok_or_else(|| not_found(ErrorCode::CardholderNotFound, id.as_str()))
    }

    async fn read_cardholder(&self, id: &CardholderId) -> DeskResult<()> {
        let cardholder = self.gateway().await?.cardholder(id).await?;
        Ok(self.journal.upsert_cardholders(&[cardholder_record(cardholder, self.now())]).await?)
    }

    pub(crate) async fn fresh_cardholder(&self, id: &CardholderId) -> DeskResult<CardholderView> {
        let read = match self.read_cardholder(id).await {
            Ok(()) => self.refresh_cards_of(id).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(()) => self.cardholder_view(id, None).await,
            Err(error) if error.code == ErrorCode::GatewayNotFound => Err(not_found(ErrorCode::CardholderNotFound, id.as_str())),
            Err(error) => self.cardholder_view(id, Some(error)).await,
        }
    }

    async fn cardholder_view(&self, id: &CardholderId, error: Option<ErrorView>) -> DeskResult<CardholderView> {
        let Some(cardholder) = self.journal.cardholder(id).await? else {
            return Err(error.unwrap_or_else(|| not_found(ErrorCode::CardholderNotFound, id.as_str())));
        };
        let cards = self.journal.cards_of(id).await?;
        let inserts = self.journal.inserts_of(id).await?;
        let happenings = self.journal.happenings_of(HappeningsOf::Cardholder(id), MOST_HAPPENINGS).await?;
        let open = self.open_operations_where(|operation| operation.cardholder_id.as_ref() == Some(id)).await?;
        let is_issuing = open.iter().any(|operation| operation.kind == OperationKind::Issue);
        // Without an address there is no link yet; everything else can be shown.
        let link = self.profile().activation_link(id).map(|link| link.to_string()).unwrap_or_default();
        Ok(CardholderView {
            profile: profile_view(&cardholder, link),
            cards: cards.iter().rev().map(|card| card_summary(card, &inserts)).collect(),
            inserts: inserts.iter().map(|insert| insert_view(insert, &inserts)).collect(),
            happenings: happenings.into_iter().map(happening_view).collect(),
            open_operations: open.iter().rev().map(operation_view).collect(),
            actions: vec![
                ActionOffer { action: Action::IssueCard, not_offered: is_issuing.then_some(NotOfferedReason::OutcomeUnknown) },
                ActionOffer { action: Action::PrintInsert, not_offered: cards.is_empty().then_some(NotOfferedReason::NoCard) },
            ],
            freshness: Freshness { fetched_at: Some(cardholder.seen_at.to_string()), is_stale: error.is_some(), error },
        })
    }

    /// Looks again at issuing whose outcome is open. What can't be looked up now stays as it is.
    async fn look_again_at_issuing(&self, cardholder: &CardholderId) {
        let open = self
            .open_operations_where(|operation| {
                operation.kind == OperationKind::Issue && operation.cardholder_id.as_ref() == Some(cardholder)
            })
            .await
            .unwrap_or_default();
        for operation in open {
            if let Err(error) = self.look_again_at(&operation.reference).await {
                tracing::debug!(code = ?error.code, "an unknown outcome could not be looked up");
            }
        }
    }
}
