//! Cards of other people: linking one to a cardholder, renaming the link, taking it away.
//!
//! Owns the forms and what an answer means. The links are the gateway's alone: the desk keeps no copy, so what is shown was
//! just read, and what is changed is read again first: the later of two operators is told what the earlier one did. Nothing
//! here moves money. Whether a change without an answer was made is seen in the list of links.
//!
//! What became of a link is told at the cardholder who uses the card and, where the gateway says which card it is, at the card
//! and its owner. What was refused is no news to them.

use std::sync::Arc;

use cardesk_domain::registration::{self, Rule};
use cardesk_domain::text::fold_for_search;
use cardesk_domain::{Alias, CardId, CardholderId, LastFour};
use cardesk_gateway::{GatewayError, KnownCode, LinkedCard, WriteOutcome};

use crate::copies::{display_name, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::cause_of;
use crate::free_text::card_number_problem;
use crate::happenings::{Happened, why};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::register::rule_problem;
use crate::renaming::{alias_changed, checked_alias};
use crate::view::{HappeningAction, HappeningResult, LinkForm, LinkRename, LinkedCardView};
use crate::workplace::Workplace;

/// A card to be linked, as it can be sent.
struct Link {
    cardholder: CardholderId,
    owner_email: String,
    last_four: LastFour,
    alias: Alias,
}

impl Link {
    /// Whether it stands in the list already.
    fn is(&self, linked: &LinkedCard) -> bool {
        let has_email = linked.owner_email.as_deref().is_some_and(|email| fold_for_search(email) == fold_for_search(&self.owner_email));
        has_email && linked.last_four.as_ref() == Some(&self.last_four)
    }
}

impl Desk {
    /// The cards of other people that are linked to a cardholder, as the gateway has them now.
    ///
    /// # Errors
    /// If the gateway can't be asked.
    pub async fn linked_cards(&self, cardholder_id: &str) -> DeskResult<Vec<LinkedCardView>> {
        let workplace = self.workplace().await?;
        let cardholder = parsed(cardholder_id, ErrorCode::CardholderNotFound)?;
        Ok(workplace.gateway().await?.linked_cards(&cardholder).await?.iter().map(linked_card_view).collect())
    }

    /// What is wrong in the form that links a card, as it stands. The gateway is not asked.
    ///
    /// # Errors
    /// If it is about nobody: what is wrong with the fields is the answer.
    pub async fn check_link(&self, form: LinkForm) -> DeskResult<Vec<FieldProblem>> {
        match checked(&form) {
            Err(error) if error.fields.is_empty() => Err(error),
            checked => Ok(checked.err().map(|error| error.fields).unwrap_or_default()),
        }
    }

    /// Links a card. Asked for twice at once, it is done once.
    ///
    /// # Errors
    /// Fields to mend; the gateway's refusal; that it is linked already; or that it is not known whether it was done.
    pub async fn link_card(&self, form: LinkForm) -> DeskResult<()> {
        let workplace = self.workplace().await?;
        let link = checked(&form)?;
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        detached(async move {
            let key = format!("{} {} {}", link.cardholder, fold_for_search(&link.owner_email), link.last_four);
            workplace.linking.once(key, || Arc::clone(&workplace).link(link)).await
        })
        .await
    }

    /// Gives a linked card another alias.
    ///
    /// # Errors
    /// The alias to mend; that the link is gone or was renamed meanwhile; the gateway's refusal; or that it is not known
    /// whether it was done.
    pub async fn rename_linked_card(&self, form: LinkRename) -> DeskResult<()> {
        let workplace = self.workplace().await?;
        let cardholder = parsed(&form.cardholder_id, ErrorCode::CardholderNotFound)?;
        let alias = checked_alias(&form.alias)?;
        detached(async move { workplace.rename_link(&cardholder, &form, &alias).await }).await
    }

    /// Takes a link away.
    ///
    /// # Errors
    /// That it is gone already; the gateway's refusal; or that it is not known whether it was done.
    pub async fn unlink_card(&self, cardholder_id: &str, association_id: &str) -> DeskResult<()> {
        let workplace = self.workplace().await?;
        let cardholder = parsed(cardholder_id, ErrorCode::CardholderNotFound)?;
        let association = association_id.to_owned();
        detached(async move { workplace.unlink(&cardholder, &association).await }).await
    }
}

/// Runs a change in a task of its own, to its end.
async fn detached(change: impl Future<Output = DeskResult<()>> + Send + 'static) -> DeskResult<()> {
    tokio::spawn(change).await.unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
}

fn checked(form: &LinkForm) -> DeskResult<Link> {
    let cardholder = parsed(&form.cardholder_id, ErrorCode::CardholderNotFound)?;
    let mut problems = Vec::new();
    let owner_email =
        registration::email_address(&form.owner_email).map_err(|rule| problems.push(rule_problem(Field::OwnerEmail, rule))).ok();
    problems.extend(card_number_problem(&form.owner_email, Field::OwnerEmail));
    let last_four = checked_last_four(&form.last_four).map_err(|problem| problems.push(problem)).ok();
    let alias = checked_alias(&form.alias).map_err(|error| problems.extend(error.fields)).ok();
    match (owner_email, last_four, alias) {
        (Some(owner_email), Some(last_four), Some(alias)) if problems.is_empty() => Ok(Link { cardholder, owner_email, last_four, alias }),
        _ => Err(ErrorView::fields(problems)),
    }
}

fn checked_last_four(typed: &str) -> Result<LastFour, FieldProblem> {
    if typed.trim().is_empty() {
        return Err(rule_problem(Field::LastFour, Rule::Missing));
    }
    typed.parse().map_err(|_| FieldProblem::error(Field::LastFour, FieldCode::LastFourForm))
}

fn linked_card_view(linked: &LinkedCard) -> LinkedCardView {
    LinkedCardView {
        association_id: linked.association_id.clone(),
        owner_email: linked.owner_email.clone(),
        last_four: linked.last_four.as_ref().map(ToString::to_string),
        alias: linked.alias.clone(),
        linked_at: linked.linked_at.map(|at| at.to_string()),
    }
}

/// The card and its alias, as the record has them: `•••• 0932, Mamá`.
fn in_the_record(last_four: Option<&LastFour>, alias: Option<&str>) -> String {
    let digits = last_four.map(|digits| format!("•••• {digits}"));
    [digits.as_deref(), alias].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A change of a link, for the record of what happened.
struct Change<'a> {
    cardholder: &'a CardholderId,
    action: HappeningAction,
    detail: String,
    /// What the cardholder calls the card.
    alias: Option<String>,
}

/// What a list of links shows of a change that was made: the card, where the gateway tells it.
type Made = Option<CardId>;

impl Workplace {
    async fn link(self: Arc<Self>, link: Link) -> DeskResult<()> {
        let _open = self.hold_to_send().await?;
        let gateway = self.gateway().await?;
        // The contract does not say that a second link of the same card is refused.
        if gateway.linked_cards(&link.cardholder).await?.iter().any(|linked| link.is(linked)) {
            return Err(ErrorView::new(ErrorCode::LinkedAlready).with_param("last_four", link.last_four.as_str()));
        }
        let change = Change {
            cardholder: &link.cardholder,
            action: HappeningAction::CardLinked,
            detail: in_the_record(Some(&link.last_four), Some(link.alias.as_str())),
            alias: Some(link.alias.to_string()),
        };
        let sent = gateway.link_card(&link.cardholder, &link.owner_email, &link.last_four, &link.alias).await;
        let sent = sent.map(|linked| linked.and_then(|linked| linked.card_id));
        self.link_changed(change, sent, |links| links.iter().find(|linked| link.is(linked)).map(|linked| linked.card_id)).await
    }

    async fn rename_link(self: Arc<Self>, cardholder: &CardholderId, form: &LinkRename, alias: &Alias) -> DeskResult<()> {
        let _open = self.hold_to_send().await?;
        let linked = self.link_of(cardholder, &form.association_id).await?;
        if linked.alias.as_deref() == Some(alias.as_str()) {
            return Ok(());
        }
        if linked.alias != form.alias_seen {
            return Err(alias_changed(linked.alias.as_deref()));
        }
        let change = Change {
            cardholder,
            action: HappeningAction::LinkedCardRenamed,
            detail: in_the_record(linked.last_four.as_ref(), Some(alias.as_str())),
            alias: Some(alias.to_string()),
        };
        let sent = self.gateway().await?.rename_linked_card(cardholder, &linked.association_id, alias).await;
        let is_renamed = |links: &[LinkedCard]| {
            let is_it = |now: &LinkedCard| now.association_id == linked.association_id && now.alias.as_deref() == Some(alias.as_str());
            links.iter().any(is_it).then_some(linked.card_id)
        };
        self.link_changed(change, sent.map(|()| linked.card_id), is_renamed).await
    }

    async fn unlink(self: Arc<Self>, cardholder: &CardholderId, association: &str) -> DeskResult<()> {
        let _open = self.hold_to_send().await?;
        let linked = self.link_of(cardholder, association).await?;
        let detail = in_the_record(linked.last_four.as_ref(), linked.alias.as_deref());
        let change = Change { cardholder, action: HappeningAction::CardUnlinked, detail, alias: linked.alias };
        let sent = self.gateway().await?.unlink_card(cardholder, association).await.map(|()| linked.card_id);
        let is_gone = |links: &[LinkedCard]| links.iter().all(|now| now.association_id != association).then_some(linked.card_id);
        self.link_changed(change, sent, is_gone).await
    }

    /// The link as it is now: what is changed is what the operator sees, or they are told.
    async fn link_of(&self, cardholder: &CardholderId, association: &str) -> DeskResult<LinkedCard> {
        let links = self.gateway().await?.linked_cards(cardholder).await?;
        links.into_iter().find(|linked| linked.association_id == association).ok_or_else(|| ErrorView::new(ErrorCode::LinkGone))
    }

    /// Records how a change ended. Without an answer, the list says whether it was made.
    async fn link_changed(
        &self,
        change: Change<'_>,
        sent: Result<Made, GatewayError>,
        made_in: impl FnOnce(&[LinkedCard]) -> Option<Made> + Send,
    ) -> DeskResult<()> {
        let happened =
            |result, detail| Happened { cardholder_id: Some(change.cardholder.clone()), detail, ..Happened::new(change.action, result) };
        let error = match sent {
            Ok(card) => {
                self.record(happened(HappeningResult::Done, Some(change.detail.clone()))).await;
                self.record_at_card(&change, card).await;
                return Ok(());
            }
            Err(error) => error,
        };
        let is_gone = change.action != HappeningAction::CardLinked && error.known_code() == Some(KnownCode::LinkedCardNotFound);
        let (outcome, cause) = (error.write_outcome(), cause_of(&error));
        let view = ErrorView { retryable: outcome == WriteOutcome::NotSent, ..ErrorView::from(error) };
        match outcome {
            WriteOutcome::NotSent => Err(view),
            WriteOutcome::Refused => {
                self.record(happened(HappeningResult::Refused, why(&view, cause))).await;
                Err(if is_gone { ErrorView::new(ErrorCode::LinkGone) } else { view })
            }
            WriteOutcome::Unknown => {
                let links = self.gateway().await?.linked_cards(change.cardholder).await;
                if let Some(card) = links.ok().and_then(|links| made_in(&links)) {
                    self.record(happened(HappeningResult::Done, Some(change.detail.clone()))).await;
                    self.record_at_card(&change, card).await;
                    return Ok(());
                }
                self.record(happened(HappeningResult::Unknown, why(&view, cause))).await;
                Err(ErrorView { code: ErrorCode::LinkUncertain, ..view })
            }
        }
    }
    /// Records at the card and its owner what somebody else may do with it now, or no longer: who, and by which name.
    async fn record_at_card(&self, change: &Change<'_>, card: Made) {
        let Some(card_id) = card else { return };
        let owner = self.known_card(card_id).await.ok().map(|card| card.cardholder_id);
        let user = self.journal.cardholder(change.cardholder).await.ok().flatten().as_ref().map(display_name);
        let detail = [user, change.alias.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let happened = Happened::new(change.action, HappeningResult::Done);
        self.record(Happened { cardholder_id: owner, card_id: Some(card_id), detail: Some(detail), ..happened }).await;
    }
}
