//! Giving a card another alias.

use cardesk_domain::{Alias, AliasError, CardOperation};
use cardesk_gateway::{Card, Gateway, GatewayError};
use cardesk_journal::CardRecord;

use crate::card_change::CardChange;
use crate::cards::text_problem;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorView};
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
        Some(card.alias.as_deref().map(str::trim) == Some(self.alias.as_str()))
    }
}

impl Desk {
    /// Gives a card another alias.
    ///
    /// # Errors
    /// An alias that can't be taken; the gateway's refusal; or that the outcome is not known.
    pub async fn rename_card(&self, card_id: &str, alias: &str) -> DeskResult<CardView> {
        let alias = checked_alias(alias)?;
        self.change_card(card_id, Renaming { alias }).await
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
