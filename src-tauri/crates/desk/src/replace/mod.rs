//! Replacing a card that is lost, stolen, damaged or about to expire: one guided job over several days.
//!
//! Owns how a replacement is begun, taken one step further, stopped and gone on with. Nothing is done but by a person's word:
//! each step is asked for by its name, and one that is done already is not done again. Which step follows which is
//! `cardesk_domain::replacement`'s word; what a step does is in [`steps`], what is shown of it in [`shown`]. The work itself is
//! that of the jobs of their own: blocking, issuing, the print room, and the one way of an operation.

mod shown;
mod steps;

use std::collections::HashSet;
use std::sync::Arc;

use cardesk_domain::{CardId, CardholderId, ReplacementEvent, ReplacementState, ReplacementStep};
use cardesk_journal::{Happening, JournalError, NewReplacement, NewReplacementMove, Replacement};

use crate::copies::parsed;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::{checked_reason, optional_reason};
use crate::happenings::Happened;
use crate::replace::shown::{card_issued_by, is_applied};
use crate::view::{HappeningAction, HappeningResult, ReplacementForm, ReplacementStepForm, ReplacementView};
use crate::workplace::Workplace;

pub(crate) use shown::latest_as_old;

/// Steps of replacements that are under way, by the replacement's number: a double click does a step once.
pub(crate) type Replacing = crate::joined::Joined<u32, DeskResult<ReplacementView>>;

impl Desk {
    /// The replacement of a card, or the one that brought it; the latest of them. What it waits for is looked up first, where
    /// the gateway can be asked.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub async fn replacement_of_card(&self, card_id: &str) -> DeskResult<Option<ReplacementView>> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        let known = workplace.journal.replacements_of_card(id).await?;
        // Its own replacement says more of it than the one that brought it.
        let Some(replacement) = latest_as_old(&known, id).or_else(|| known.first()) else { return Ok(None) };
        workplace.look_at_replacement(replacement).await;
        workplace.replacement_view(replacement).await.map(Some)
    }

    /// Begins to replace a card. Nothing is done yet but writing it down.
    ///
    /// # Errors
    /// A reason that is missing or can't be taken; [`ErrorCode::ReplacementOpen`] if it is being replaced already.
    pub async fn begin_replacement(&self, form: ReplacementForm) -> DeskResult<ReplacementView> {
        let workplace = self.workplace().await?;
        let reason = checked_reason(&form.reason)?;
        let card = workplace.known_card(parsed(&form.card_id, ErrorCode::CardNotFound)?).await?;
        let new = NewReplacement {
            cardholder_id: card.cardholder_id.clone(),
            old_card_id: card.id,
            cause: form.cause.into(),
            reason: Some(reason.clone()),
            at: workplace.now(),
            operator: workplace.operator.clone(),
        };
        let begun = Happened {
            cardholder_id: Some(card.cardholder_id.clone()),
            card_id: Some(card.id),
            detail: Some(reason),
            ..Happened::new(HappeningAction::ReplacementBegun, HappeningResult::Done)
        };
        let replacement = workplace.journal.begin_replacement(&new, &[workplace.happening(begun)]).await?;
        workplace.replacement_view(&replacement).await
    }

    /// Does the next step, if it is the one that is meant. One that was done meanwhile is not done again: what stands is the
    /// answer. A step that waits, or whose operation was refused or is unknown, stays the next one, and the answer says why.
    ///
    /// # Errors
    /// [`ErrorCode::ReplacementNotFound`]; the errors of the step's own job. Then the replacement is where it was.
    pub async fn continue_replacement(&self, form: ReplacementStepForm) -> DeskResult<ReplacementView> {
        let workplace = self.workplace().await?;
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move {
            let number = form.number;
            workplace.replacing.once(number, || Arc::clone(&workplace).step_of_replacement(form)).await
        })
        .await
        .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// Stops a replacement where it stands. What was done stays done, and nothing of it is lost.
    ///
    /// # Errors
    /// [`ErrorCode::ReplacementNotFound`]; a reason that can't be taken; or that it is not under way.
    pub async fn stop_replacement(&self, number: u32, reason: &str) -> DeskResult<ReplacementView> {
        let reason = optional_reason(reason)?;
        self.turn_replacement(number, ReplacementEvent::Stop, reason).await
    }

    /// Takes a stopped replacement up again, where it was stopped. No step is done by that.
    ///
    /// # Errors
    /// [`ErrorCode::ReplacementNotFound`]; [`ErrorCode::ReplacementOpen`] if its card has another under way.
    pub async fn resume_replacement(&self, number: u32) -> DeskResult<ReplacementView> {
        self.turn_replacement(number, ReplacementEvent::GoOn, None).await
    }

    async fn turn_replacement(&self, number: u32, event: ReplacementEvent, reason: Option<String>) -> DeskResult<ReplacementView> {
        let workplace = self.workplace().await?;
        let replacement = workplace.replacement_numbered(number).await?;
        let (action, outcome) = match event {
            ReplacementEvent::Stop => (HappeningAction::ReplacementStopped, "stopped"),
            _ => (HappeningAction::ReplacementContinued, "went_on"),
        };
        let turned = workplace.journal.advance_replacement(NewReplacementMove {
            number,
            event,
            at: workplace.now(),
            operator: &workplace.operator,
            outcome,
            reference: None,
            detail: reason.clone(),
            new_card_id: None,
            happenings: workplace.happenings_of_replacement(&replacement, action, reason.as_deref()),
        });
        let now = match turned.await {
            // Asked for twice, it was turned once: what stands is the answer.
            Err(JournalError::IllegalReplacementMove(_)) => workplace.replacement_numbered(number).await?,
            other => other?,
        };
        workplace.replacement_view(&now).await
    }
}

impl Workplace {
    async fn replacement_numbered(&self, number: u32) -> DeskResult<Replacement> {
        let found = self.journal.replacement(number).await?;
        found.ok_or_else(|| ErrorView::new(ErrorCode::ReplacementNotFound).with_param("number", number.to_string()))
    }

    /// The card that has come in this one's place, once that is done.
    pub(crate) async fn replaced_by(&self, card: CardId) -> DeskResult<Option<CardId>> {
        let known = self.journal.replacements_of_card(card).await?;
        let done = latest_as_old(&known, card).filter(|replacement| replacement.state == ReplacementState::Finished);
        Ok(done.and_then(|replacement| replacement.new_card_id))
    }

    /// Whether a replacement of a card was ever begun here.
    pub(crate) async fn has_replacement(&self, card: CardId) -> DeskResult<bool> {
        Ok(latest_as_old(&self.journal.replacements_of_card(card).await?, card).is_some())
    }

    /// Whether a card is replaced, or is about to be: nobody is to get its plastic or an insert of it any more.
    pub(crate) async fn is_given_up(&self, card: CardId) -> DeskResult<bool> {
        let known = self.journal.replacements_of_card(card).await?;
        Ok(known.iter().any(|known| known.old_card_id == card && known.state.gives_up_old_card(known.cause)))
    }

    /// The cards of a cardholder that are replaced, or are about to be.
    pub(crate) async fn given_up_of(&self, cardholder: &CardholderId) -> DeskResult<HashSet<CardId>> {
        Ok(self.journal.given_up_cards(std::slice::from_ref(cardholder)).await?)
    }

    /// What the record says of a replacement: at both cards, and once at their cardholder.
    fn happenings_of_replacement(&self, replacement: &Replacement, action: HappeningAction, detail: Option<&str>) -> Vec<Happening> {
        let of_card = |cardholder, card| Happened {
            cardholder_id: cardholder,
            card_id: Some(card),
            detail: detail.map(ToOwned::to_owned),
            ..Happened::new(action, HappeningResult::Done)
        };
        let old = of_card(Some(replacement.cardholder_id.clone()), replacement.old_card_id);
        let new = replacement.new_card_id.map(|card| of_card(None, card));
        std::iter::once(old).chain(new).map(|happened| self.happening(happened)).collect()
    }

    /// Looks up what a replacement waits for. What can't be looked up now stays as it was.
    async fn look_at_replacement(&self, replacement: &Replacement) {
        let ReplacementState::At(step) = replacement.state else { return };
        // One that was never sent has nothing to be looked for.
        if let Ok(Some(reference)) = self.journal.replacement_attempt(replacement.number, step).await
            && let Ok(Some(operation)) = self.made_in_the_end(&reference).await
        {
            let _ = self.look_again_at(&operation.reference).await;
            // Which card it was is chosen among those that the gateway shows.
            if step == ReplacementStep::Issue && is_applied(&operation) && card_issued_by(&operation).is_none() {
                let _ = self.refresh_cards_of(&replacement.cardholder_id).await;
            }
        }
        if let Some(new) = replacement.new_card_id.filter(|_| replacement.cause.waits_for_new_card(step)) {
            let _ = self.read_card(new).await;
        }
    }
}
