//! The issuer's own statement of a card's month: asked for, looked at until it is there, shown in the issuer's figures.
//!
//! Owns which months can be asked for. Waiting between two looks is the window's; asking is safe to repeat. What the desk
//! itself puts together from the movements is `movements`'.

use std::sync::Arc;

use cardesk_domain::CardId;
use cardesk_gateway::{KnownCode, Month, Statement, StatementState, WriteOutcome};
use cardesk_journal::CardRecord;
use jiff::Timestamp;

use crate::copies::{amount_text, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::cause_of;
use crate::happenings::{Happened, why};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::session::issuer_day;
use crate::view::{
    CalendarMonth, HappeningAction, HappeningResult, IssuerStatement, IssuerStatementState, IssuerStatementView, StatementRequest,
};
use crate::workplace::Workplace;

impl Desk {
    /// Asks the issuer for a month's statement, unless it is there or being prepared already. Asked for twice at once, it is
    /// asked for once.
    ///
    /// # Errors
    /// A month that can't be; the gateway's refusal.
    pub async fn request_statement(&self, request: &StatementRequest) -> DeskResult<IssuerStatementView> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(&request.card_id, ErrorCode::CardNotFound)?;
        let card = workplace.known_card(id).await?;
        let month = checked_month(&request.month, card.issued_at, workplace.now())?;
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move {
            let key = (id, month);
            workplace.asking_statements.once(key, || Arc::clone(&workplace).ask_statement(card, month)).await
        })
        .await
        .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// Where a month's statement stands, and the statement itself once it is there.
    ///
    /// # Errors
    /// A month that can't be; if the gateway can't be asked.
    pub async fn issuer_statement(&self, request: &StatementRequest) -> DeskResult<IssuerStatementView> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(&request.card_id, ErrorCode::CardNotFound)?;
        let month = checked_month(&request.month, None, workplace.now())?;
        workplace.read_statement(id, month).await
    }
}

impl Workplace {
    async fn ask_statement(self: Arc<Self>, card: CardRecord, month: Month) -> DeskResult<IssuerStatementView> {
        let _open = self.hold_to_send().await?;
        let before = self.read_statement(card.id, month).await?;
        if before.state != IssuerStatementState::NotRequested {
            return Ok(before);
        }
        let gateway = self.gateway().await?;
        let asked = |result, detail: Option<String>| Happened {
            cardholder_id: Some(card.cardholder_id.clone()),
            card_id: Some(card.id),
            detail,
            ..Happened::new(HappeningAction::StatementRequested, result)
        };
        let name = format!("{}-{:02}", month.year(), month.month());
        let Err(error) = gateway.request_statement(card.id, month).await else {
            self.record(asked(HappeningResult::Done, Some(name))).await;
            // It may be there at once. Where that can't be told now, the next look tells.
            let now = self.read_statement(card.id, month).await.unwrap_or(before);
            return Ok(IssuerStatementView { state: now.state.max(IssuerStatementState::InPreparation), ..now });
        };
        let (outcome, known, cause) = (error.write_outcome(), error.known_code(), cause_of(&error));
        // Asking again does no harm, whatever became of this.
        let view = ErrorView { retryable: outcome != WriteOutcome::Refused, ..ErrorView::from(error) };
        if outcome == WriteOutcome::Refused {
            self.record(asked(HappeningResult::Refused, why(&view, cause))).await;
            if known == Some(KnownCode::CardState) {
                let _ = self.read_card(card.id).await;
            }
            return Err(view);
        }
        match self.read_statement(card.id, month).await {
            Ok(now) if now.state != IssuerStatementState::NotRequested => {
                self.record(asked(HappeningResult::Done, Some(name))).await;
                Ok(now)
            }
            _ => Err(view),
        }
    }

    async fn read_statement(&self, card: CardId, month: Month) -> DeskResult<IssuerStatementView> {
        let (state, statement) = match self.gateway().await?.statement(card, month).await? {
            StatementState::NotRequested => (IssuerStatementState::NotRequested, None),
            StatementState::InPreparation => (IssuerStatementState::InPreparation, None),
            StatementState::Ready(statement) => (IssuerStatementState::Ready, Some(self.statement_view(&statement).await?)),
        };
        let month = CalendarMonth { year: month.year(), month: month.month() };
        Ok(IssuerStatementView { card_id: card.to_string(), month, state, statement })
    }

    async fn statement_view(&self, statement: &Statement) -> DeskResult<IssuerStatement> {
        let mut rows = Vec::with_capacity(statement.movements.len());
        for movement in &statement.movements {
            rows.push(self.movement_row(movement, movement.balance).await?);
        }
        Ok(IssuerStatement {
            currency: statement.currency.map(|currency| currency.to_string()),
            opening: statement.opening_balance.map(amount_text),
            closing: statement.closing_balance.map(amount_text),
            credits: statement.total_credits.map(amount_text),
            debits: statement.total_debits.map(amount_text),
            generated_at: statement.generated_at.map(|at| at.to_string()),
            rows,
        })
    }
}

/// The month that was typed, by the issuer's calendar: not before the card was issued, and not after now.
fn checked_month(typed: &str, issued_at: Option<Timestamp>, now: Timestamp) -> DeskResult<Month> {
    let problem = |problem| ErrorView::fields(vec![problem]);
    if typed.trim().is_empty() {
        return Err(problem(FieldProblem::error(Field::Month, FieldCode::Missing)));
    }
    let month = read_month(typed).ok_or_else(|| problem(FieldProblem::error(Field::Month, FieldCode::MonthForm)))?;
    let month_of = |at| {
        let day = issuer_day(at);
        (day.year(), day.month())
    };
    let asked = (month.year().cast_signed(), month.month().cast_signed());
    let (last, first) = (month_of(now), issued_at.map(month_of));
    let written = |(year, month)| format!("{month:02}/{year}");
    if asked > last {
        return Err(problem(FieldProblem::error(Field::Month, FieldCode::MonthInFuture).with_param("to", written(last))));
    }
    match first {
        Some(first) if asked < first => {
            Err(problem(FieldProblem::error(Field::Month, FieldCode::MonthBeforeCard).with_param("from", written(first))))
        }
        _ => Ok(month),
    }
}

/// `10/2026`, `10-2026` or `2026-10`.
fn read_month(typed: &str) -> Option<Month> {
    let (one, other) = typed.trim().split_once(['/', '-', '.', ' '])?;
    let (one, other) = (one.trim(), other.trim());
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (month, year) = match (one.len(), other.len()) {
        (1 | 2, 4) => (one, other),
        (4, 1 | 2) => (other, one),
        _ => return None,
    };
    if !all_digits(month) || !all_digits(year) {
        return None;
    }
    Month::new(year.parse().ok()?, month.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_people_write_it_and_never_guessed() {
        for typed in ["10/2026", " 10-2026", "2026-10", "2026.10", "10 2026"] {
            assert_eq!(read_month(typed), Month::new(2026, 10).ok(), "{typed}");
        }
        assert_eq!(read_month("3/2026"), Month::new(2026, 3).ok());
        for wrong in ["", "10", "10/26", "13/2026", "0/2026", "1/1999", "octubre 2026", "10/2026/1", "+1/2026", "１０/2026"] {
            assert_eq!(read_month(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_months_between_the_cards_first_and_now_can_be_asked_for() {
        // 2026-12-01 03:00 in UTC is still November in Guatemala.
        let now: Timestamp = "2026-12-01T03:00:00Z".parse().unwrap();
        let issued: Option<Timestamp> = "2026-09-01T03:00:00Z".parse().ok();
        let code = |typed: &str| checked_month(typed, issued, now).map_err(|error| error.fields[0].code);
        assert_eq!(code("11/2026"), Ok(Month::new(2026, 11).unwrap()));
        assert_eq!(code("12/2026"), Err(FieldCode::MonthInFuture));
        assert_eq!(code("08/2026"), Ok(Month::new(2026, 8).unwrap()));
        assert_eq!(code("07/2026"), Err(FieldCode::MonthBeforeCard));
        assert_eq!(code(" "), Err(FieldCode::Missing));
    }
}
