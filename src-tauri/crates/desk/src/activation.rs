//! Activating a card from the desk, with the plastic in hand.
//!
//! Owns the checks of what stands on the plastic. The number is wiped as soon as it was sent.

use cardesk_domain::pan::PanError;
use cardesk_domain::{CardId, CardOperation, Pan};
use cardesk_gateway::{Card, Gateway, GatewayError};
use cardesk_journal::CardRecord;

use crate::card_change::CardChange;
use crate::copies::parsed;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::free_line;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{CardView, HappeningAction, SecretText};

/// The most characters of the name on a plastic that are taken; embossers have 26.
const MAX_EMBOSSED_NAME: usize = 100;

struct Activation {
    pan: Pan,
    embossed_name: String,
}

impl CardChange for Activation {
    const OPERATION: CardOperation = CardOperation::Activate;
    const HAPPENING: HappeningAction = HappeningAction::CardActivated;

    async fn send(&self, gateway: &Gateway, card: &CardRecord) -> Result<Option<Card>, GatewayError> {
        gateway.activate_card(&card.cardholder_id, &self.pan, &self.embossed_name).await.map(Some)
    }

    fn field(name: &str) -> Option<Field> {
        match name {
            "card" => Some(Field::Pan),
            "cardholderName" => Some(Field::EmbossedName),
            _ => None,
        }
    }

    fn is_seen_on(&self, card: &CardRecord) -> Option<bool> {
        Some(!card.state.awaits_activation())
    }
}

impl Desk {
    /// Activates a card with its number and the name on the plastic. The number is wiped as soon as it was sent.
    ///
    /// # Errors
    /// Fields to mend; the gateway's refusal; or that the outcome is not known.
    pub async fn activate_card(&self, card_id: &str, pan: SecretText, embossed_name: &str) -> DeskResult<CardView> {
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        let workplace = self.workplace().await?;
        let card = workplace.known_card(id).await?;
        let (pan, embossed_name) = checked_plastic(&card, &pan, embossed_name)?;
        workplace.change_card(card, Activation { pan, embossed_name }).await
    }
}

fn checked_plastic(card: &CardRecord, pan: &SecretText, embossed_name: &str) -> DeskResult<(Pan, String)> {
    let mut problems = Vec::new();
    let pan = match pan.reveal().parse::<Pan>() {
        Ok(pan) => {
            // A slip here would activate somebody else's plastic.
            if let Some(last_four) = card.last_four.as_ref().filter(|last_four| **last_four != pan.last_four()) {
                problems.push(FieldProblem::error(Field::Pan, FieldCode::PanOtherCard).with_param("last_four", last_four));
            }
            Some(pan)
        }
        Err(error) => {
            problems.push(pan_problem(error));
            None
        }
    };
    let name = free_line(embossed_name, MAX_EMBOSSED_NAME, Field::EmbossedName).map_err(|problem| problems.push(problem)).ok();
    match (pan, name) {
        (Some(pan), Some(name)) if problems.is_empty() => Ok((pan, name)),
        _ => Err(ErrorView::fields(problems)),
    }
}

/// What is wrong with a card number that was typed.
pub(crate) fn pan_problem(error: PanError) -> FieldProblem {
    match error {
        PanError::Length(0) => FieldProblem::error(Field::Pan, FieldCode::Missing),
        PanError::Length(actual) => FieldProblem::error(Field::Pan, FieldCode::PanLength).with_param("actual", actual),
        PanError::NotDigits => FieldProblem::error(Field::Pan, FieldCode::PanNotDigits),
        PanError::CheckDigit => FieldProblem::error(Field::Pan, FieldCode::PanCheckDigit),
    }
}
