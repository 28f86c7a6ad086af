//! What follows an older operation: taking back what was applied, and making again what was not.
//!
//! Owns that both have the older one's own facts, so that nothing about them can be mistyped, that both name it, and that
//! what a person said was not done is looked for once more before it is made again. That neither is done twice is held by the
//! journal.

use cardesk_domain::{LinkKind, OperationFacts, OperationKind, OperationState, Reference};
use cardesk_journal::{NewLink, Operation};

use crate::copies::parsed;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::without_card_numbers;
use crate::funds::{
    Draft, MAX_NOTE, Reading, Sides, check_amount_again, despite_links, hold_against, money_of, optional_line, outgoing, required_line,
};
use crate::operations::{follower, operation_view};
use crate::problem::Field;
use crate::session::not_found;
use crate::submit::{Meant, left_to_its_batch};
use crate::view::{FollowUpDraft, FollowUpForm, FollowUpKind, FundsAction, OperationView};
use crate::workplace::Workplace;

impl Desk {
    /// Begins a new operation that follows an older one, or goes on with it. Nothing is sent, and nothing is written.
    ///
    /// # Errors
    /// [`ErrorCode::OperationNotFound`]; [`ErrorCode::OperationDoesNotAllow`] for an operation that can't be followed like
    /// this; [`ErrorCode::FollowedAlready`] if another does so; [`ErrorCode::LeftToItsBatch`] for a row of an open batch;
    /// [`ErrorCode::SubmittedAlready`] if what it goes on with was sent.
    pub async fn draft_follow_up(&self, older: &str, kind: FollowUpKind, reference: Option<&str>) -> DeskResult<FollowUpDraft> {
        let workplace = self.workplace().await?;
        let older = workplace.operation_named(older).await?;
        let view = workplace.checked_follow_up(&older, kind).await?;
        let draft = Draft::FollowUp { older: older.reference.clone(), kind };
        let reference = workplace.drafted(draft, reference).await?;
        let funds = match workplace.following(&older, kind).await? {
            Some((kind, sides, reading)) => Some(workplace.draft_view(&reference, kind, &sides, reading).await?),
            None => None,
        };
        Ok(FollowUpDraft { reference: reference.to_string(), kind, older: view, funds })
    }

    /// Submits a follow-up, once.
    ///
    /// # Errors
    /// As [`Desk::submit_funds`], and as [`Desk::draft_follow_up`].
    pub async fn submit_follow_up(&self, form: FollowUpForm) -> DeskResult<OperationView> {
        let workplace = self.workplace().await?;
        let reference: Reference = parsed(&form.reference, ErrorCode::OperationNotFound)?;
        let submitted =
            workplace.submit(reference.clone(), |workplace| async move { workplace.meant_by_follow_up(&reference, &form).await }).await?;
        Ok(workplace.with_sides(&submitted.operation, submitted.view()).await)
    }
}

impl Workplace {
    /// The operation with a reference that the window sent.
    pub(crate) async fn operation_named(&self, reference: &str) -> DeskResult<Operation> {
        let parsed: Reference = parsed(reference, ErrorCode::OperationNotFound)?;
        let found = self.journal.operation(&parsed).await?;
        found.ok_or_else(|| not_found(ErrorCode::OperationNotFound, reference).with_reference(reference))
    }

    /// The older operation, if it may be followed like this.
    async fn checked_follow_up(&self, older: &Operation, kind: FollowUpKind) -> DeskResult<OperationView> {
        let links = self.journal.links_of(&older.reference).await?;
        let view = operation_view(older, &links);
        let (may, link) = match kind {
            FollowUpKind::Corrects => (view.can_correct, LinkKind::Corrects),
            FollowUpKind::MakesAgain => (view.can_make_again, LinkKind::MakesAgain),
        };
        if may {
            return Ok(view);
        }
        if let Some(batch) = view.left_to_batch.filter(|_| kind == FollowUpKind::MakesAgain) {
            return Err(left_to_its_batch(&older.reference, batch));
        }
        Err(match follower(older, &links, link) {
            Some(follower) => ErrorView::new(ErrorCode::FollowedAlready).with_reference(follower),
            None => ErrorView::new(ErrorCode::OperationDoesNotAllow).with_reference(&older.reference),
        })
    }

    /// What moves for a follow-up, held against the cards as they are now; `None` for a card to be issued.
    async fn following(&self, older: &Operation, kind: FollowUpKind) -> DeskResult<Option<(FundsAction, Sides, Reading)>> {
        let facts = older.facts();
        let Some((new_kind, OperationFacts { card: Some(card), to_card, money: Some(money), .. })) = follow_up_facts(&facts, kind) else {
            return Ok(None);
        };
        let card = self.known_card(card).await?;
        let to = match to_card {
            Some(to) => Some(self.known_card(to).await?),
            None => None,
        };
        let sides = Sides { card, to };
        let problems = self.problems_of(&sides, new_kind).await?;
        let reading = hold_against(&sides, new_kind, money, &self.profile().money, problems);
        Ok(Some((new_kind, sides, reading)))
    }

    async fn meant_by_follow_up(&self, reference: &Reference, form: &FollowUpForm) -> DeskResult<Meant> {
        let Some(Draft::FollowUp { older, kind }) = self.drafts.find(reference) else {
            return Err(not_found(ErrorCode::OperationNotFound, reference.as_str()).with_reference(reference));
        };
        let older = self.operation_named(older.as_str()).await?;
        self.checked_follow_up(&older, kind).await?;
        if kind == FollowUpKind::MakesAgain && older.state == OperationState::SettledNotApplied {
            // What was said may be hours old: the gateway may show by now that it was done.
            self.look_for_contradiction(&older).await?;
            self.checked_follow_up(&self.operation_named(older.reference.as_str()).await?, kind).await?;
        }
        let mut problems = Vec::new();
        let reason = match kind {
            FollowUpKind::Corrects => required_line(&form.reason, Field::Reason, MAX_NOTE, &mut problems),
            FollowUpKind::MakesAgain => optional_line(&form.reason, Field::Reason, MAX_NOTE, &mut problems),
        };
        let mut links = despite_links(form.despite.as_ref(), &mut problems)?;
        let link = if kind == FollowUpKind::Corrects { LinkKind::Corrects } else { LinkKind::MakesAgain };
        links.push(NewLink { kind: link, older: older.reference.clone(), reason: reason.clone() });
        let Some((new_kind, sides, mut reading)) = self.following(&older, kind).await? else {
            if !problems.is_empty() {
                return Err(ErrorView::fields(problems));
            }
            let cardholder = older.cardholder_id.ok_or_else(|| ErrorView::new(ErrorCode::Internal))?;
            return Ok(Meant::with_links(self.meant_issue(cardholder).await?, links));
        };
        reading.problems.extend(problems);
        check_amount_again(&mut reading, form.amount_again.as_deref(), &self.profile().money);
        let money = money_of(reading)?;
        // A correction says why in the card's own movements; what is made again says what it said before, but for a card
        // number that was taken in a note once.
        let note = if kind == FollowUpKind::Corrects { reason } else { older.note.as_deref().map(without_card_numbers) };
        Ok(Meant::with_links(outgoing(new_kind, &sides, money, note)?, links))
    }
}

/// The form and the facts of what follows an operation that moved money.
fn follow_up_facts<'a>(older: &OperationFacts<'a>, kind: FollowUpKind) -> Option<(FundsAction, OperationFacts<'a>)> {
    let new_kind = match kind {
        FollowUpKind::Corrects => older.kind.opposite()?,
        FollowUpKind::MakesAgain => older.kind,
    };
    let is_turned_round = kind == FollowUpKind::Corrects && new_kind == OperationKind::Transfer;
    let (card, to_card) = if is_turned_round { (older.to_card, older.card) } else { (older.card, older.to_card) };
    Some((FundsAction::of(new_kind)?, OperationFacts { kind: new_kind, card, to_card, ..*older }))
}
