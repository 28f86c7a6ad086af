//! Giving a card another alias.
//!
//! The card is read before anything is sent: the later of two operators is told what the earlier one called it.

use cardesk_domain::{Alias, AliasError, CardOperation};
use cardesk_gateway::{Card, Gateway, GatewayError};
use cardesk_journal::CardRecord;

use crate::card_change::CardChange;
use crate::copies::parsed;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::text_problem;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{CardView, HappeningAction};

struct Renaming {
    alias: Alias,
}

impl CardChange for Renaming {
    const OPERATION: CardOperation = CardOperation::Rename;
    const HAPPENING: HappeningAction = HappeningAction::CardRenamed;

    fn detail(&self) -> Option<String> {
        Some(self.alias.to_string())
    }

    async fn send(&self, gateway: &Gateway, card: &CardRecord) -> Result<Option<Card>, GatewayError> {
        gateway.rename_card(card.id, &self.alias).await
    }

    fn field(name: &str) -> Option<Field> {
        (name == "alias").then_some(Field::Alias)
    }

    fn is_seen_on(&self, card: &CardRecord) -> Option<bool> {
        Some(told(card.alias.as_deref()) == Some(self.alias.as_str()))
    }
}

impl Desk {
    /// Gives a card another alias than the one that the operator sees.
    ///
    /// # Errors
    /// An alias that can't be taken; that the card can't be read, or has another alias than was seen by now; the gateway's
    /// refusal; or that the outcome is not known.
    pub async fn rename_card(&self, card_id: &str, alias_seen: Option<&str>, alias: &str) -> DeskResult<CardView> {
        let alias = checked_alias(alias)?;
        let workplace = self.workplace().await?;
        let card = workplace.read_card(parsed(card_id, ErrorCode::CardNotFound)?).await?;
        let alias_now = told(card.alias.as_deref());
        if alias_now == Some(alias.as_str()) {
            return workplace.card_view(card, None).await;
        }
        if alias_now != told(alias_seen) {
            return Err(alias_changed(alias_now));
        }
        workplace.change_card(card, Renaming { alias }).await
    }
}

/// An alias as it counts: the gateway may leave blanks around it, or tell an empty one for none.
fn told(alias: Option<&str>) -> Option<&str> {
    alias.map(str::trim).filter(|alias| !alias.is_empty())
}

/// That the alias is another one than the operator saw.
pub(crate) fn alias_changed(alias_now: Option<&str>) -> ErrorView {
    let error = ErrorView::new(ErrorCode::AliasChanged);
    match alias_now {
        Some(alias) => error.with_param("alias", alias),
        None => error,
    }
}

/// What was typed as an alias.
pub(crate) fn checked_alias(typed: &str) -> DeskResult<Alias> {
    typed.parse().map_err(|error| ErrorView::fields(vec![alias_problem(&error)]))
}

fn alias_problem(error: &AliasError) -> FieldProblem {
    match error {
        AliasError::Text(error) => text_problem(Field::Alias, error),
        AliasError::CardNumber => FieldProblem::error(Field::Alias, FieldCode::AliasCardNumber),
    }
}
