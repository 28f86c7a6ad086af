//! What moved a card's balance over some months, as the gateway tells it.
//!
//! Owns reading any range of months, and that nothing is read into it: what goes neither in nor out by the gateway's words
//! is in no sum, and amounts of two currencies are never added up. Running balances, and whether they follow, are
//! `balances`'.

mod balances;
mod statement;

use std::collections::HashSet;

use cardesk_domain::{Amount, CardId, Currency, MoneyError};
use cardesk_gateway::{Gateway, Month, Movement, MovementDirection, MovementType};

use self::balances::{Balances, Check, Step};
use crate::copies::{amount_text, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::session::{issuer_month, not_found};
use crate::view::{
    BalanceCheck, CalendarMonth, MovementDirection as DirectionWord, MovementKind, MovementRow, MovementTotals, MovementsRequest,
    MovementsView,
};
use crate::workplace::Workplace;

/// The most months of one question: each is a request of its own.
const MOST_MONTHS: usize = 120;

/// How many months are asked for at a time.
const AT_A_TIME: usize = 4;

impl Desk {
    /// The movements of a range of calendar months in the issuer's time zone, the newest first.
    ///
    /// # Errors
    /// For months that are none, are the wrong way round or too many; if the gateway can't be asked.
    pub async fn movements(&self, request: &MovementsRequest) -> DeskResult<MovementsView> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(&request.card_id, ErrorCode::CardNotFound)?;
        let months = months(request.from, request.until).ok_or_else(|| {
            let MovementsRequest { from, until, .. } = request;
            not_found(ErrorCode::PageNotFound, &format!("{}-{} to {}-{}", from.year, from.month, until.year, until.month))
        })?;
        let view = workplace.read_movements(id, &months).await?;
        match view.check {
            // What came in between the one answer and the other looks the same as what does not add up.
            BalanceCheck::CardDisagrees { .. } => workplace.read_movements(id, &months).await,
            _ => Ok(view),
        }
    }
}

/// The months of a range, both ends included.
fn months(from: CalendarMonth, until: CalendarMonth) -> Option<Vec<Month>> {
    let mut months = Vec::new();
    let mut next = from;
    while next <= until {
        months.push(Month::new(next.year, next.month).ok()?);
        if months.len() > MOST_MONTHS {
            return None;
        }
        next = match next.month {
            12 => CalendarMonth { year: next.year + 1, month: 1 },
            month => CalendarMonth { year: next.year, month: month + 1 },
        };
    }
    // The last one says whether `until` is a month at all: the thirteenth is after the twelfth.
    let ends_there = months.last().is_some_and(|last| (last.year(), last.month()) == (until.year, until.month));
    ends_there.then_some(months)
}

/// The movements of these months, each once, the oldest first.
async fn read_months(gateway: &Gateway, card: CardId, months: &[Month]) -> DeskResult<Vec<Movement>> {
    let mut movements = Vec::new();
    for some in months.chunks(AT_A_TIME) {
        let mut asked = tokio::task::JoinSet::new();
        for &month in some {
            let gateway = gateway.clone();
            asked.spawn(async move { gateway.movements(card, month).await });
        }
        while let Some(answer) = asked.join_next().await {
            movements.extend(answer.map_err(|_| ErrorView::new(ErrorCode::Internal))??);
        }
    }
    // Answers come in any order; within a month they are sorted, and a stable sort keeps the gateway's own order among
    // movements of one moment.
    movements.sort_by_key(|movement| movement.at);
    // At the edge of two months both may show it.
    let mut seen = HashSet::new();
    movements.retain(|movement| seen.insert(movement.id.clone()));
    Ok(movements)
}

impl Workplace {
    async fn read_movements(&self, card: CardId, months: &[Month]) -> DeskResult<MovementsView> {
        let (Some(&first), Some(&last)) = (months.first(), months.last()) else {
            return Err(ErrorView::new(ErrorCode::Internal));
        };
        let gateway = self.gateway().await?;
        let (begins_at, ends_at) = (issuer_month(first).0, issuer_month(last).1);
        let movements = read_months(&gateway, card, months).await?;
        let known = if ends_at > self.now() { self.card_after(card).await? } else { None };
        let balance_now = known.as_ref().and_then(|known| known.0);
        let of_card = match known {
            Some((_, currency)) => currency,
            None => self.journal.card(card).await?.and_then(|known| known.currency),
        };
        let currency = of_card.or_else(|| movements.iter().find_map(|movement| movement.currency));
        let too_large = |_: MoneyError| ErrorView::new(ErrorCode::GatewayUnreadable);
        let steps: Vec<Step> = movements.iter().map(|movement| step(movement, currency)).collect();
        let balances = Balances::of(&steps, balance_now).map_err(too_large)?;
        let mut rows = Vec::with_capacity(movements.len());
        for (movement, balance) in movements.iter().zip(&balances.after).rev() {
            rows.push(self.movement_row(movement, *balance).await?);
        }
        Ok(MovementsView {
            card_id: card.to_string(),
            from: CalendarMonth { year: first.year(), month: first.month() },
            until: CalendarMonth { year: last.year(), month: last.month() },
            begins_at: begins_at.to_string(),
            ends_at: ends_at.to_string(),
            currency: currency.map(|currency| currency.to_string()),
            rows,
            totals: totals(&movements, currency).map_err(too_large)?,
            opening: balances.opening.map(amount_text),
            closing: balances.closing.map(amount_text),
            check: check_view(&balances.check, &movements),
            fetched_at: self.now().to_string(),
        })
    }

    /// The card's balance and currency, asked for after its movements; nothing where the gateway does not tell: then there
    /// is nothing to hold them against.
    async fn card_after(&self, card: CardId) -> DeskResult<Option<(Option<Amount>, Option<Currency>)>> {
        match self.read_card(card).await {
            Ok(card) => Ok(Some((card.balance, card.currency))),
            Err(error) => {
                tracing::debug!(code = ?error.code, "a balance could not be read beside the movements");
                Ok(None)
            }
        }
    }

    /// A movement as a row, with the balance after it.
    pub(crate) async fn movement_row(&self, movement: &Movement, balance: Option<Amount>) -> DeskResult<MovementRow> {
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
            balance: balance.map(amount_text),
            is_balance_computed: balance.is_some() && balance != movement.balance,
        })
    }
}

/// What a movement says of the balance in the card's currency. What another currency took from it is not known.
fn step(movement: &Movement, of_card: Option<Currency>) -> Step {
    let is_cards = movement.currency.is_none() || movement.currency == of_card;
    Step { change: signed(movement).filter(|_| is_cards), told: movement.balance.filter(|_| is_cards) }
}

fn check_view(check: &Check, movements: &[Movement]) -> BalanceCheck {
    match check {
        Check::Nothing => BalanceCheck::NotChecked,
        Check::Agrees => BalanceCheck::Agrees,
        Check::StepDisagrees { index, expected, told } => BalanceCheck::MovementDisagrees {
            movement_id: movements.get(*index).map(|movement| movement.id.clone()).unwrap_or_default(),
            expected: amount_text(*expected),
            told: amount_text(*told),
        },
        Check::EndDisagrees { expected, told } => {
            BalanceCheck::CardDisagrees { expected: amount_text(*expected), told: amount_text(*told) }
        }
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
    fn a_range_has_every_month_from_the_first_to_the_last() {
        let of = |from, until| {
            let month = |(year, month)| CalendarMonth { year, month };
            months(month(from), month(until)).map(|found| found.iter().map(|month| (month.year(), month.month())).collect::<Vec<_>>())
        };
        assert_eq!(of((2026, 3), (2026, 3)), Some(vec![(2026, 3)]));
        assert_eq!(of((2025, 11), (2026, 2)), Some(vec![(2025, 11), (2025, 12), (2026, 1), (2026, 2)]));
        assert_eq!(of((2016, 1), (2025, 12)).map(|all| all.len()), Some(MOST_MONTHS));
        for (from, until) in
            [((2026, 4), (2026, 3)), ((2016, 1), (2026, 1)), ((2026, 0), (2026, 2)), ((2026, 1), (2026, 13)), ((1999, 12), (2000, 1))]
        {
            assert_eq!(of(from, until), None, "{from:?} to {until:?}");
        }
    }

    #[test]
    fn only_the_cards_own_currency_says_something_of_its_balance() {
        let of = |movement: &Movement| {
            let step = step(movement, Some(Currency::GTQ));
            (step.change.map(amount_text), step.told.map(amount_text))
        };
        let told = |change: Option<&str>, balance: Option<&str>| (change.map(str::to_owned), balance.map(str::to_owned));
        assert_eq!(of(&movement("DEBIT", "30", Some("GTQ"), Some("70"))), told(Some("-30.00"), Some("70.00")));
        assert_eq!(of(&movement("DEBIT", "30", None, Some("70"))), told(Some("-30.00"), Some("70.00")));
        assert_eq!(of(&movement("HOLD", "30", Some("GTQ"), Some("70"))), told(None, Some("70.00")));
        assert_eq!(of(&movement("DEBIT", "3", Some("USD"), Some("70"))), told(None, None));
    }
}
