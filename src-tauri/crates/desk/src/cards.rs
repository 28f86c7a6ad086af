//! One card: how it stands, read from the gateway and kept as a copy. Changing it is in `card_change`.

use cardesk_domain::CardId;
use cardesk_journal::{CardRecord, CardholderRecord, Operation};

use crate::card_actions::{Standing, card_actions};
use crate::copies::{amount_text, card_record, card_summary, cardholder_record, display_name, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::happenings::Happened;
use crate::session::not_found;
use crate::sights::Asked;
use crate::view::{
    ActionOffer, CardSummary, CardView, Freshness, HappeningAction, HappeningResult, OperationView, ReplacementNote, ReplacementStanding,
};
use crate::workplace::Workplace;

impl Desk {
    /// The card as the gateway has it now; the desk's copy with its age where the gateway can't be asked. Operations on it
    /// whose outcome is unknown are looked up again first.
    ///
    /// # Errors
    /// If neither the gateway nor the desk can show it.
    pub async fn card(&self, card_id: &str) -> DeskResult<CardView> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        workplace.look_again_at_card(id).await;
        workplace.fresh_card(id).await
    }
}

/// Whether what a card shows now is what this desk has just done to it, and told in words of its own.
pub(crate) type IsOurs<'a> = &'a (dyn Fn(&CardRecord) -> bool + Sync);

impl Workplace {
    /// The card as the gateway has it, or the desk's copy with the reason.
    pub(crate) async fn fresh_card(&self, id: CardId) -> DeskResult<CardView> {
        self.fresh_card_after(id, &|_| false).await
    }

    /// The same, after a change of ours.
    pub(crate) async fn fresh_card_after(&self, id: CardId, is_ours: IsOurs<'_>) -> DeskResult<CardView> {
        match self.read_card_after(id, is_ours).await {
            Ok(card) => self.card_view(card, None).await,
            Err(error) if error.code == ErrorCode::GatewayNotFound => Err(not_found(ErrorCode::CardNotFound, &id.to_string())),
            Err(error) => self.stale_card(id, error).await,
        }
    }

    async fn stale_card(&self, id: CardId, error: ErrorView) -> DeskResult<CardView> {
        match self.journal.card(id).await? {
            Some(card) => self.card_view(card, Some(error)).await,
            None => Err(error),
        }
    }

    /// The desk's copy of a card, or the gateway's word on it where there is none.
    pub(crate) async fn known_card(&self, id: CardId) -> DeskResult<CardRecord> {
        match self.journal.card(id).await? {
            Some(card) => Ok(card),
            None => self.read_card(id).await,
        }
    }

    /// Reads the card at the gateway and keeps a copy.
    pub(crate) async fn read_card(&self, id: CardId) -> DeskResult<CardRecord> {
        self.read_card_after(id, &|_| false).await
    }

    /// The same, after a change of ours.
    pub(crate) async fn read_card_after(&self, id: CardId, is_ours: IsOurs<'_>) -> DeskResult<CardRecord> {
        let gateway = self.gateway().await?;
        let asked = self.sights.ask();
        let card = gateway.card(id).await?;
        let before = self.journal.card(id).await?;
        let owner = match (card.cardholder_id.clone(), &before) {
            (Some(owner), _) => owner,
            (None, Some(before)) => before.cardholder_id.clone(),
            (None, None) => return Err(ErrorView::new(ErrorCode::GatewayUnreadable)),
        };
        if self.journal.cardholder(&owner).await?.is_none() {
            let cardholder = gateway.cardholder(&owner).await?;
            self.journal.upsert_cardholders(&[cardholder_record(cardholder, self.now())]).await?;
        }
        self.keep_cards_after(asked, vec![card_record(card, &owner, self.now())], is_ours).await?;
        self.journal.card(id).await?.ok_or_else(|| ErrorView::new(ErrorCode::Internal))
    }

    /// Keeps copies of cards but for those that are newer already, and records where one is in another state than the desk
    /// last saw.
    pub(crate) async fn keep_cards(&self, asked: Asked, cards: Vec<CardRecord>) -> DeskResult<usize> {
        self.keep_cards_after(asked, cards, &|_| false).await
    }

    /// The same, after a change of ours, which is recorded already: nobody else did that.
    pub(crate) async fn keep_cards_after(&self, asked: Asked, mut cards: Vec<CardRecord>, is_ours: IsOurs<'_>) -> DeskResult<usize> {
        let (mut changed, mut new) = (Vec::new(), 0);
        let mut keeping = self.sights.keep(cards.iter().map(|card| card.id)).await;
        cards.retain(|card| keeping.is_newest(card.id, asked));
        for card in &cards {
            let before = self.journal.card(card.id).await?;
            new += usize::from(before.is_none());
            let is_other = |before: &CardRecord| before.state != card.state && !card.state.as_str().is_empty() && !is_ours(card);
            if let Some(before) = before.filter(is_other) {
                changed.push(Happened {
                    cardholder_id: Some(card.cardholder_id.clone()),
                    card_id: Some(card.id),
                    detail: Some(format!("{} → {}", before.state, card.state)),
                    ..Happened::new(HappeningAction::CardStateChanged, HappeningResult::Done)
                });
            }
        }
        self.journal.upsert_cards(&cards).await?;
        drop(keeping);
        for happened in changed {
            self.record(happened).await;
        }
        Ok(new)
    }

    pub(crate) async fn card_view(&self, card: CardRecord, error: Option<ErrorView>) -> DeskResult<CardView> {
        let cardholder = self.journal.cardholder(&card.cardholder_id).await?;
        let inserts = self.journal.inserts_of(&card.cardholder_id).await?;
        let is_of_card = |open: &Operation| open.card_id == Some(card.id) || open.to_card_id == Some(card.id);
        let open = self.views_of(self.open_operations_where(is_of_card).await?.iter().rev()).await?;
        let replacements = self.replacement_notes_of_card(card.id).await?;
        let is_replaced =
            replacements.iter().any(|note| note.old_card_id == card.id.to_string() && note.standing == ReplacementStanding::Finished);
        let is_given_up = self.is_given_up(card.id).await?;
        let actions = card_actions(&card, Standing { is_replaced, is_given_up }, &self.denied().await);
        Ok(whole_card_view(
            card_summary(&card, &inserts, is_given_up),
            &card,
            cardholder.as_ref(),
            (actions, replacements),
            open,
            Freshness { fetched_at: Some(card.seen_at.to_string()), is_stale: error.is_some(), error },
        ))
    }
}

fn whole_card_view(
    summary: CardSummary,
    card: &CardRecord,
    cardholder: Option<&CardholderRecord>,
    (actions, replacements): (Vec<ActionOffer>, Vec<ReplacementNote>),
    open: Vec<OperationView>,
    freshness: Freshness,
) -> CardView {
    let document = cardholder.and_then(|known| Some(format!("{} {}", known.document_type.as_deref()?, known.document_number.as_deref()?)));
    CardView {
        card: summary,
        cardholder_display_name: cardholder.map(display_name).unwrap_or_default(),
        cardholder_document: document,
        embossed_name: card.embossed_name.clone(),
        pending_debits: card.pending_debits.map(amount_text),
        pending_credits: card.pending_credits.map(amount_text),
        currency_digits: card.currency.map_or(2, |currency| u8::try_from(currency.minor_digits()).unwrap_or(2)),
        activated_at: card.activated_at.map(|at| at.to_string()),
        actions,
        open_operations: open,
        replacements,
        freshness,
    }
}

impl Workplace {
    /// Operations without an outcome that fit, the oldest first.
    pub(crate) async fn open_operations_where(&self, fits: impl Fn(&Operation) -> bool) -> DeskResult<Vec<Operation>> {
        Ok(self.journal.open_operations().await?.into_iter().filter(|operation| fits(operation)).collect())
    }

    /// Looks again at what is open on a card. What can't be looked up now stays as it is.
    async fn look_again_at_card(&self, card: CardId) {
        let is_of_card = |open: &Operation| open.card_id == Some(card) || open.to_card_id == Some(card);
        let open = self.open_operations_where(is_of_card).await.unwrap_or_default();
        for operation in open {
            if let Err(error) = self.look_again_at(&operation.reference).await {
                tracing::debug!(code = ?error.code, "an unknown outcome could not be looked up");
            }
        }
    }
}
