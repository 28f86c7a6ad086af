//! What moved a card's balance in a month, as the gateway tells it.
//!
//! Owns that nothing is read into it: what goes neither in nor out by the gateway's words is in no sum, amounts of two
//! currencies are never added up, and a balance that the gateway leaves out is not made up.

use cardesk_domain::{Amount, CardId, Currency, MoneyError};
use cardesk_gateway::{Month, Movement, MovementDirection, MovementType};

use crate::copies::{amount_text, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::session::{issuer_month, not_found};
use crate::view::{MovementDirection as DirectionWord, MovementKind, MovementRow, MovementTotals, MovementsView};
use crate::workplace::Workplace;

impl Desk {
    /// The movements of one calendar month in the issuer's time zone, the newest first.
    ///
    /// # Errors
    /// For a month that is none, or if the gateway can't be asked.
    pub async fn movements(&self, card_id: &str, year: u16, month: u8) -> DeskResult<MovementsView> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        let asked = Month::new(year, month).map_err(|_| not_found(ErrorCode::PageNotFound, &format!("{year}-{month}")))?;
        let movements = workplace.gateway().await?.movements(id, asked).await?;
        workplace.movements_view(id, asked, &movements).await
    }
}

impl Workplace {
    async fn movements_view(&self, card: CardId, month: Month, movements: &[Movement]) -> DeskResult<MovementsView> {
        let of_card = self.journal.card(card).await?.and_then(|known| known.currency);
        let currency = of_card.or_else(|| movements.iter().find_map(|movement| movement.currency));
        let mut rows = Vec::with_capacity(movements.len());
        for movement in movements.iter().rev() {
            rows.push(self.movement_row(movement).await?);
        }
        let (begins_at, ends_at) = issuer_month(month);
        Ok(MovementsView {
            card_id: card.to_string(),
            year: month.year(),
            month: month.month(),
            begins_at: begins_at.to_string(),
            ends_at: ends_at.to_string(),
            currency: currency.map(|currency| currency.to_string()),
            rows,
            totals: totals(movements, currency).map_err(|_| ErrorView::new(ErrorCode::GatewayUnreadable))?,
            adds_up: balances_follow(movements),
            fetched_at: self.now().to_string(),
        })
    }

    async fn movement_row(&self, movement: &Movement) -> DeskResult<MovementRow> {
        let is_ours = match movement.reference.as_deref().and_then(|reference| reference.parse().ok()) {
            Some(reference) => self.journal.operation(&reference).await?.is_some(),
            None => false,
        };
        Ok(MovementRow {
            movement_id: movement.id.clone(),
            at: movement.at.to_string(),
            kind: movement_kind(&movement.kind),
            kind_word: movement.kind.as_str().to_owned(),
            description: movement.description.clone(),
            reference: movement.reference.clone(),
            is_ours,
            direction: match movement.direction {
                MovementDirection::Credit => DirectionWord::In,
                MovementDirection::Debit => DirectionWord::Out,
                MovementDirection::Other(_) => DirectionWord::Unknown,
            },
            amount: amount_text(signed(movement).unwrap_or(movement.amount)),
            currency: movement.currency.map(|currency| currency.to_string()),
            balance: movement.balance.map(amount_text),
        })
    }
}

const fn movement_kind(kind: &MovementType) -> MovementKind {
    match kind {
        MovementType::AddFunds => MovementKind::Load,
        MovementType::WithdrawFunds => MovementKind::Withdrawal,
        MovementType::Payment => MovementKind::Payment,
        MovementType::Refund => MovementKind::Refund,
        MovementType::TransferIn => MovementKind::TransferIn,
        MovementType::TransferOut => MovementKind::TransferOut,
        MovementType::Other(_) => MovementKind::Other,
    }
}

/// What a movement added to the balance, where the gateway says which way it went.
fn signed(movement: &Movement) -> Option<Amount> {
    match movement.direction {
        MovementDirection::Credit => Some(movement.amount),
        MovementDirection::Debit => Some(movement.amount.negated()),
        MovementDirection::Other(_) => None,
    }
}

/// What went in and out, by currency, the card's own first. A movement that names no currency is in the card's.
fn totals(movements: &[Movement], of_card: Option<Currency>) -> Result<Vec<MovementTotals>, MoneyError> {
    let mut sums: Vec<(Option<Currency>, Amount, Amount)> = Vec::new();
    for movement in movements {
        let currency = movement.currency.or(of_card);
        let place = sums.iter().position(|(known, ..)| *known == currency).unwrap_or_else(|| {
            sums.push((currency, Amount::ZERO, Amount::ZERO));
            sums.len() - 1
        });
        let (_, credits, debits) = &mut sums[place];
        match movement.direction {
            MovementDirection::Credit => *credits = credits.checked_add(movement.amount)?,
            MovementDirection::Debit => *debits = debits.checked_add(movement.amount)?,
            MovementDirection::Other(_) => {}
        }
    }
    sums.sort_by_key(|(currency, ..)| *currency != of_card);
    let total = |(currency, credits, debits): (Option<Currency>, _, _)| MovementTotals {
        currency: currency.map(|currency| currency.to_string()),
        credits: amount_text(credits),
        debits: amount_text(debits),
    };
    Ok(sums.into_iter().map(total).collect())
}

/// Whether each balance that the gateway tells follows from the one before it, where that can be said: both are told, in
/// one currency, and so is which way the money went. `movements` are oldest first.
fn balances_follow(movements: &[Movement]) -> bool {
    movements.windows(2).all(|pair| match (pair[0].balance, pair[1].balance, signed(&pair[1])) {
        (Some(before), Some(after), Some(change)) if pair[0].currency == pair[1].currency => before.checked_add(change) == Ok(after),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movement(direction: &str, amount: &str, currency: Option<&str>, balance: Option<&str>) -> Movement {
        Movement {
            id: "m-1".to_owned(),
            at: "2026-11-24T16:00:00Z".parse().unwrap(),
            kind: MovementType::from_gateway("ADJUSTMENT"),
            direction: MovementDirection::from_gateway(direction),
            amount: amount.parse().unwrap(),
            balance: balance.map(|balance| balance.parse().unwrap()),
            currency: currency.map(|currency| currency.parse().unwrap()),
            description: None,
            reference: None,
        }
    }

    fn sums(movements: &[Movement], of_card: Option<Currency>) -> Vec<(Option<String>, String, String)> {
        totals(movements, of_card).unwrap().into_iter().map(|total| (total.currency, total.credits, total.debits)).collect()
    }

    #[test]
    fn money_of_an_unknown_direction_is_in_no_sum() {
        let movements = [
            movement("CREDIT", "100", Some("GTQ"), None),
            movement("HOLD", "70", Some("GTQ"), None),
            movement("", "5", Some("GTQ"), None),
            movement("DEBIT", "30", Some("GTQ"), None),
        ];
        assert_eq!(sums(&movements, Some(Currency::GTQ)), [(Some("GTQ".to_owned()), "100.00".to_owned(), "30.00".to_owned())]);
    }

    #[test]
    fn two_currencies_are_never_added_up_and_the_cards_own_comes_first() {
        let movements = [
            movement("DEBIT", "12.50", Some("USD"), None),
            movement("CREDIT", "100", Some("GTQ"), None),
            movement("CREDIT", "1", None, None),
        ];
        let told = |currency: &str, credits: &str, debits: &str| (Some(currency.to_owned()), credits.to_owned(), debits.to_owned());
        assert_eq!(sums(&movements, Some(Currency::GTQ)), [told("GTQ", "101.00", "0.00"), told("USD", "0.00", "12.50")]);
    }

    #[test]
    fn balances_are_held_against_each_other_only_where_everything_is_told() {
        let known = |direction, amount, balance| movement(direction, amount, Some("GTQ"), Some(balance));
        assert!(balances_follow(&[known("CREDIT", "100", "100"), known("DEBIT", "30", "70")]));
        assert!(!balances_follow(&[known("CREDIT", "100", "100"), known("DEBIT", "30", "130")]));
        assert!(balances_follow(&[known("CREDIT", "100", "100"), known("HOLD", "30", "70")]));
        assert!(balances_follow(&[known("CREDIT", "100", "100"), movement("DEBIT", "3", Some("USD"), Some("76"))]));
    }
}
