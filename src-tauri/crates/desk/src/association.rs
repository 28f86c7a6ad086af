//! Associating a card that exists already with a cardholder, by its number.
//!
//! Owns that the number is typed once, checked for its check digit, sent, and wiped: nothing but its last four digits is
//! kept. Where the answer is lost, the cardholder's cards tell whether the card came to them.

use std::collections::HashSet;
use std::sync::Arc;

use cardesk_domain::{Alias, CardId, CardholderId, ClientSlug, LastFour, Pan};
use cardesk_gateway::{GatewayError, WriteOutcome};

use crate::activation::pan_problem;
use crate::card_change::refused_fields;
use crate::copies::{card_record, card_summary, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::cause_of;
use crate::happenings::{Happened, why};
use crate::problem::Field;
use crate::renaming::checked_alias;
use crate::view::{CardSummary, HappeningAction, HappeningResult, SecretText};
use crate::workplace::Workplace;

/// A card to be associated.
struct Association {
    cardholder: CardholderId,
    pan: Pan,
    alias: Option<Alias>,
}

impl Desk {
    /// Associates a card with a cardholder. The number is wiped as soon as it was sent. The card, where the gateway shows it.
    ///
    /// # Errors
    /// Fields to mend; the gateway's refusal; or that the outcome is not known.
    pub async fn associate_card(&self, cardholder_id: &str, pan: SecretText, alias: &str) -> DeskResult<Option<CardSummary>> {
        let workplace = self.workplace().await?;
        let cardholder: CardholderId = parsed(cardholder_id, ErrorCode::CardholderNotFound)?;
        workplace.known_cardholder(&cardholder).await?;
        let association = checked(cardholder, &pan, alias)?;
        drop(pan);
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move {
            let key = (association.cardholder.clone(), association.pan.last_four());
            workplace.associating.once(key, || Arc::clone(&workplace).associate(association)).await
        })
        .await
        .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

fn checked(cardholder: CardholderId, pan: &SecretText, alias: &str) -> DeskResult<Association> {
    let mut problems = Vec::new();
    let pan = pan.reveal().parse::<Pan>().map_err(|error| problems.push(pan_problem(error))).ok();
    let alias = match alias.trim() {
        "" => None,
        typed => checked_alias(typed).map_err(|error| problems.extend(error.fields)).ok(),
    };
    match pan {
        Some(pan) if problems.is_empty() => Ok(Association { cardholder, pan, alias }),
        _ => Err(ErrorView::fields(problems)),
    }
}

impl Workplace {
    async fn associate(self: Arc<Self>, association: Association) -> DeskResult<Option<CardSummary>> {
        let _open = self.hold_to_send().await?;
        let gateway = self.gateway().await?;
        let Association { cardholder, pan, alias } = association;
        let client: Option<ClientSlug> = self.profile().client_slug.parse().ok();
        let last_four = pan.last_four();
        let before: HashSet<CardId> = self.journal.cards_of(&cardholder).await?.iter().map(|card| card.id).collect();
        let asked = self.sights.ask();
        let outcome = gateway.associate_card(&cardholder, client.as_ref(), &pan, alias.as_ref()).await;
        drop(pan);
        match outcome {
            Ok(answer) => {
                let told = answer.as_ref().map(|card| card.id);
                if let Some(card) = answer {
                    self.keep_cards(asked, vec![card_record(card, &cardholder, self.now())]).await?;
                }
                self.associated(&cardholder, told, &last_four, &before).await
            }
            Err(error) => self.not_associated(&cardholder, &last_four, &before, error).await,
        }
    }

    /// It was done; which card it is, the cardholder's cards tell where the answer did not.
    async fn associated(
        &self,
        cardholder: &CardholderId,
        told: Option<CardId>,
        last_four: &LastFour,
        before: &HashSet<CardId>,
    ) -> DeskResult<Option<CardSummary>> {
        let card = match told {
            Some(card) => Some(card),
            None => self.new_card(cardholder, last_four, before).await,
        };
        self.record(associating(cardholder, card, HappeningResult::Done, Some(format!("•••• {last_four}")))).await;
        let Some(card) = card else { return Ok(None) };
        let inserts = self.journal.inserts_of(cardholder).await?;
        let is_given_up = self.is_given_up(card).await?;
        Ok(self.journal.card(card).await?.map(|card| card_summary(&card, &inserts, is_given_up)))
    }

    async fn not_associated(
        &self,
        cardholder: &CardholderId,
        last_four: &LastFour,
        before: &HashSet<CardId>,
        error: GatewayError,
    ) -> DeskResult<Option<CardSummary>> {
        let (outcome, cause) = (error.write_outcome(), cause_of(&error));
        let fields = refused_fields(&error, field_of);
        let view = ErrorView { retryable: outcome == WriteOutcome::NotSent, ..ErrorView::from(error) };
        match outcome {
            WriteOutcome::NotSent => Err(view),
            WriteOutcome::Refused => {
                self.record(associating(cardholder, None, HappeningResult::Refused, why(&view, cause))).await;
                Err(ErrorView { field: fields.first().map(|problem| problem.field), fields, ..view })
            }
            WriteOutcome::Unknown => match self.new_card(cardholder, last_four, before).await {
                Some(card) => self.associated(cardholder, Some(card), last_four, before).await,
                None => {
                    self.record(associating(cardholder, None, HappeningResult::Unknown, why(&view, cause))).await;
                    Err(ErrorView { code: ErrorCode::ChangeUncertain, ..view })
                }
            },
        }
    }

    /// The one card with these last four digits that the cardholder did not have before, if the gateway shows it.
    async fn new_card(&self, cardholder: &CardholderId, last_four: &LastFour, before: &HashSet<CardId>) -> Option<CardId> {
        self.refresh_cards_of(cardholder).await.ok()?;
        let cards = self.journal.cards_of(cardholder).await.ok()?;
        let mut new = cards.iter().filter(|card| !before.contains(&card.id) && card.last_four.as_ref() == Some(last_four));
        let only = new.next()?;
        if new.next().is_some() { None } else { Some(only.id) }
    }
}

fn field_of(name: &str) -> Option<Field> {
    match name {
        "card" => Some(Field::Pan),
        "alias" => Some(Field::Alias),
        _ => None,
    }
}

fn associating(cardholder: &CardholderId, card: Option<CardId>, result: HappeningResult, detail: Option<String>) -> Happened {
    Happened { cardholder_id: Some(cardholder.clone()), card_id: card, detail, ..Happened::new(HappeningAction::CardAssociated, result) }
}
