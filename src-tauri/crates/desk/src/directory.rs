//! The desk's directory of cardholders, its refresh from the gateway, and one cardholder whole.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use cardesk_domain::registration::dpi_doubt;
use cardesk_domain::{CardholderId, OperationKind, ReplacementState};
use cardesk_gateway::{ErrorKind, Gateway, GatewayError};
use cardesk_journal::{
    CardRecord, CardholderRecord, DirectoryColumn as JournalColumn, DirectoryFilter as JournalFilter, DirectoryOrder as JournalOrder,
    DirectoryQuery as JournalQuery, HappeningFilter, HappeningsOf,
};

use crate::card_actions::cardholder_actions;
use crate::copies::{card_record, card_summary, cardholder_record, insert_view, parsed, profile_view, row_view};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::is_card_number;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::session::not_found;
use crate::sights::Asked;
use crate::view::{CardholderView, DirectoryColumn, DirectoryFilter, DirectoryPage, DirectoryQuery, Freshness, RefreshReport};
use crate::workplace::{Workplace, count};

/// The gateway's largest page.
const PAGE: u32 = 100;

/// The most pages of one refresh: a gateway that never stops listing is not listened to for ever.
const MOST_PAGES: u32 = 2_000;

/// The most cardholders whose cards one refresh reads, one request each. The rest is for the next.
const MOST_CARD_LISTS: usize = 500;

/// How many of these are asked for at a time.
const AT_A_TIME: usize = 4;

/// How many lists of one refresh may fail by the gateway's own fault. One more, and the gateway is taken to be ill.
const MOST_FAULTS: usize = 5;

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
        Ok(DirectoryPage { rows, located: page.located, matched: page.matched, total: page.total })
    }

    /// Reads the gateway's whole listing, page by page, and the cards of those whose cards the desk has not seen.
    ///
    /// # Errors
    /// If the gateway can't be asked, or the journal not written. What was read before is kept.
    pub async fn refresh_directory(&self) -> DeskResult<RefreshReport> {
        let workplace = self.workplace().await?;
        let gateway = workplace.gateway().await?;
        let listed = workplace.read_listing(&gateway).await?;
        let (asked, left) = workplace.whose_cards_to_read(&listed.ids).await?;
        let read = workplace.read_card_lists(&gateway, asked).await?;
        Ok(RefreshReport {
            cardholders: count(listed.ids.len()),
            new_cardholders: count(listed.new),
            new_cards: count(read.cards),
            cards_pending: count(left + read.failed),
            finished_at: workplace.now().to_string(),
        })
    }

    /// Asks the gateway's own search, keeps what it finds, and shows it.
    ///
    /// # Errors
    /// A card number; or if the gateway can't be asked.
    pub async fn search_gateway(&self, text: &str) -> DeskResult<DirectoryPage> {
        let workplace = self.workplace().await?;
        // It would stand in an address. A document's number may look like a card's, and is what people are found by.
        if is_card_number(text) && dpi_doubt(text.trim()).is_some() {
            return Err(ErrorView::fields(vec![FieldProblem::error(Field::SearchText, FieldCode::CardNumberGiven)]));
        }
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
        Ok(DirectoryPage { located: None, matched: count(rows.len()), total, rows })
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
    // An id that is none is nobody's.
    let locate = query.locate.and_then(|id| id.parse().ok());
    JournalQuery { text: query.text, filter, order, locate, offset: query.offset, limit: query.limit }
}

/// Whom the gateway lists, and how many of them the desk had not met.
struct Listed {
    ids: HashSet<CardholderId>,
    new: usize,
}

/// What came of reading many lists of cards.
#[derive(Default)]
struct CardLists {
    /// Cards that the desk had not met.
    cards: usize,
    /// Lists that could not be read.
    failed: usize,
}

/// Whether an error says something about the one thing that was asked for, and not about the gateway or the session.
const fn is_about_one(error: &GatewayError) -> bool {
    matches!(error.kind, ErrorKind::Rejected | ErrorKind::Fault | ErrorKind::Unreadable | ErrorKind::TooLarge)
}

impl Workplace {
    /// Every cardholder that the gateway lists, copied.
    async fn read_listing(&self, gateway: &Gateway) -> DeskResult<Listed> {
        let (mut listed, mut new) = (HashSet::new(), 0);
        for number in 1..=MOST_PAGES {
            let page = gateway.find_cardholders("", number, PAGE).await?;
            let (total, known_before) = (page.total, listed.len());
            let ids: HashSet<CardholderId> = page.cardholders.iter().map(|cardholder| cardholder.id.clone()).collect();
            new += ids.len();
            new -= self.journal.cardholders_by_id(&ids.into_iter().collect::<Vec<_>>()).await?.len();
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
        Ok(Listed { ids: listed, new })
    }

    /// Of those without cards, whose lists this refresh reads, the longest not read first; and how many more have never
    /// been read.
    async fn whose_cards_to_read(&self, listed: &HashSet<CardholderId>) -> DeskResult<(Vec<CardholderId>, usize)> {
        let mut waiting = self.journal.cardholders_without_cards().await?;
        waiting.retain(|id| listed.contains(id));
        let left = self.card_lists_read.oldest_first(&mut waiting, MOST_CARD_LISTS);
        Ok((waiting, left))
    }

    /// Reads the cards of many cardholders, a few at a time. A list that can't be read is left for the next refresh, unless
    /// it is the gateway that is ill: that ends the reading.
    async fn read_card_lists(&self, gateway: &Gateway, cardholders: Vec<CardholderId>) -> DeskResult<CardLists> {
        let mut read = CardLists::default();
        let mut faults = 0;
        for ids in cardholders.chunks(AT_A_TIME) {
            let when = self.sights.ask();
            let mut asked = tokio::task::JoinSet::new();
            for id in ids.iter().cloned() {
                let gateway = gateway.clone();
                asked.spawn(async move { (gateway.cards_of(&id).await, id) });
            }
            let seen_at = self.now();
            let mut records: Vec<CardRecord> = Vec::new();
            while let Some(answer) = asked.join_next().await {
                match answer.map_err(|_| ErrorView::new(ErrorCode::Internal))? {
                    (Ok(cards), id) => records.extend(cards.into_iter().map(|card| card_record(card, &id, seen_at))),
                    (Err(error), _) => {
                        read.failed += 1;
                        faults += usize::from(error.kind != ErrorKind::Rejected);
                        if !is_about_one(&error) || faults > MOST_FAULTS {
                            return Err(error.into());
                        }
                    }
                }
            }
            read.cards += self.keep_listed_cards(gateway, when, records).await?;
            self.card_lists_read.note(ids.to_vec());
        }
        Ok(read)
    }

    /// Reads a cardholder's cards and keeps copies.
    pub(crate) async fn refresh_cards_of(&self, cardholder: &CardholderId) -> DeskResult<()> {
        let gateway = self.gateway().await?;
        let asked = self.sights.ask();
        let cards = gateway.cards_of(cardholder).await?;
        let seen_at = self.now();
        let records = cards.into_iter().map(|card| card_record(card, cardholder, seen_at)).collect();
        self.keep_listed_cards(&gateway, asked, records).await.map(|_| ())
    }

    /// Keeps the cards of a list, and says how many were not known before. A card may name another owner than was asked
    /// about: one whom the desk has not met is read first, and without them their card is left out.
    async fn keep_listed_cards(&self, gateway: &Gateway, asked: Asked, mut cards: Vec<CardRecord>) -> DeskResult<usize> {
        let owners: HashSet<CardholderId> = cards.iter().map(|card| card.cardholder_id.clone()).collect();
        let owners: Vec<CardholderId> = owners.into_iter().collect();
        let known = self.journal.cardholders_by_id(&owners).await?;
        for owner in owners.iter().filter(|owner| !known.contains_key(owner)) {
            match gateway.cardholder(owner).await {
                Ok(cardholder) => self.journal.upsert_cardholders(&[cardholder_record(cardholder, self.now())]).await?,
                Err(error) if is_about_one(&error) => cards.retain(|card| card.cardholder_id != *owner),
                Err(error) => return Err(error.into()),
            }
        }
        self.keep_cards(asked, cards).await
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
        let given_up = self.given_up_of(id).await?;
        let happenings = self.journal.happenings_of(HappeningsOf::Cardholder(id), &HappeningFilter::default(), MOST_HAPPENINGS).await?;
        let mut replacements = self.journal.replacements_of_cardholder(id).await?;
        replacements.retain(|replacement| replacement.state != ReplacementState::Finished);
        let open = self.open_operations_where(|operation| operation.cardholder_id.as_ref() == Some(id)).await?;
        let is_issuing = open.iter().any(|operation| operation.kind == OperationKind::Issue);
        // Without an address there is no link yet; everything else can be shown.
        let link = self.profile().activation_link(id).map(|link| link.to_string()).unwrap_or_default();
        Ok(CardholderView {
            profile: profile_view(&cardholder, link),
            cards: cards.iter().rev().map(|card| card_summary(card, &inserts, given_up.contains(&card.id))).collect(),
            inserts: inserts.iter().map(|insert| insert_view(insert, &inserts)).collect(),
            happenings: self.happening_views(happenings.rows).await?,
            open_operations: self.views_of(open.iter().rev()).await?,
            replacements: self.replacement_notes(&replacements).await?,
            actions: cardholder_actions(is_issuing, !cards.is_empty(), &self.denied().await),
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
