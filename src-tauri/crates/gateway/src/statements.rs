//! A card's statement of a month: asked for, prepared, read (`gateway-api.md`, Cards).
//!
//! Owns the wire forms. That asking answers 201 is documented; what a statement's answer looks like, and that one in
//! preparation says so in `status`, is assumed. Waiting for it is `desk`'s.

use cardesk_domain::{Amount, CardId, Currency};
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::client::Gateway;
use crate::error::{ErrorKind, GatewayError};
use crate::movements::{Month, Movement, MovementData};
use crate::paths::RequestName;
use crate::wire::{WireAmount, if_readable};

/// Where a statement stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementState {
    /// Nobody asked for it (404).
    NotRequested,
    /// It was asked for and is being prepared.
    InPreparation,
    /// It is there.
    Ready(Statement),
}

/// A card's month. What the gateway leaves out is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The month.
    pub month: Month,
    /// The currency of its amounts.
    pub currency: Option<Currency>,
    /// What was on the card before.
    pub opening_balance: Option<Amount>,
    /// What was on it afterwards.
    pub closing_balance: Option<Amount>,
    /// What came onto it.
    pub total_credits: Option<Amount>,
    /// What went off it.
    pub total_debits: Option<Amount>,
    /// When it was made.
    pub generated_at: Option<Timestamp>,
    /// Its movements, oldest first.
    pub movements: Vec<Movement>,
}

#[derive(Serialize)]
struct StatementBody {
    month: u8,
    year: u16,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatementData {
    status: Option<String>,
    currency: Option<String>,
    opening_balance: Option<WireAmount>,
    closing_balance: Option<WireAmount>,
    total_credits: Option<WireAmount>,
    total_debits: Option<WireAmount>,
    generated_at: Option<String>,
    movements: Option<Vec<MovementData>>,
}

impl StatementData {
    /// It is ready if it says so, or if it says nothing and has movements.
    fn is_ready(&self) -> bool {
        match self.status.as_deref() {
            Some(word) => word.eq_ignore_ascii_case("READY"),
            None => self.movements.is_some(),
        }
    }

    fn into_statement(self, month: Month) -> Statement {
        let amount = |amount: Option<WireAmount>| amount.map(|amount| amount.0);
        Statement {
            month,
            currency: if_readable(self.currency),
            opening_balance: amount(self.opening_balance),
            closing_balance: amount(self.closing_balance),
            total_credits: amount(self.total_credits),
            total_debits: amount(self.total_debits),
            generated_at: if_readable(self.generated_at),
            movements: Movement::in_order(self.movements.unwrap_or_default()),
        }
    }
}

impl Gateway {
    /// Asks for a month's statement. Asking again while it is being prepared, or once it is there, does no harm.
    ///
    /// # Errors
    /// The gateway's refusal, or what went wrong with the request.
    pub async fn request_statement(&self, card: CardId, month: Month) -> Result<(), GatewayError> {
        let body = StatementBody { month: month.month(), year: month.year() };
        let call = self.call_with(RequestName::RequestStatement, &[&card.to_string()], &body)?;
        self.data::<IgnoredAny>(call).await.map(|_| ())
    }

    /// Reads a month's statement, or where it stands.
    ///
    /// # Errors
    /// 7200 if there is no such card; otherwise what went wrong with the request.
    pub async fn statement(&self, card: CardId, month: Month) -> Result<StatementState, GatewayError> {
        let values = [card.to_string(), month.month().to_string(), month.year().to_string()];
        let call = self.call(RequestName::ReadStatement, &[&values[0], &values[1], &values[2]], &[])?;
        match self.data::<Option<StatementData>>(call).await {
            Ok(Some(data)) if data.is_ready() => Ok(StatementState::Ready(data.into_statement(month))),
            Ok(_) => Ok(StatementState::InPreparation),
            Err(error) if is_no_statement(&error) => Ok(StatementState::NotRequested),
            Err(error) => Err(error),
        }
    }
}

/// 404 without 7200: the card is there, the statement is not.
fn is_no_statement(error: &GatewayError) -> bool {
    error.kind == ErrorKind::Rejected && error.status == Some(404) && !error.has_code("7200")
}
