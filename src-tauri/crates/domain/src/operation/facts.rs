//! What an operation is about, and how two operations relate: alike, the same again, or one taking the other back.
//!
//! Owns the rules of look-alikes and of links between operations. The journal's guards repeat them, and its tests compare
//! the two.

use crate::id::{CardId, CardholderId};
use crate::money::Money;
use crate::operation::{OperationKind, OperationState, Standing};

/// The facts of an operation, which never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationFacts<'a> {
    /// What it does.
    pub kind: OperationKind,
    /// Whom it is for.
    pub cardholder: Option<&'a CardholderId>,
    /// The card it changes; of a transfer, the one that pays.
    pub card: Option<CardId>,
    /// Of a transfer, the card that is paid.
    pub to_card: Option<CardId>,
    /// How much.
    pub money: Option<Money>,
}

/// How a new operation names an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// It takes an applied operation back, with a reason.
    Corrects,
    /// It does again what was not applied.
    MakesAgain,
    /// It is made although one like it has no outcome yet, with a reason.
    Despite,
}

/// Why an operation can't name another like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkProblem {
    /// The older operation is in a state that does not allow it.
    #[error("an operation that is {} can't be named like this", .0.as_str())]
    State(OperationState),
    /// The two do not fit each other.
    #[error("the two operations do not fit each other")]
    Facts,
}

impl OperationFacts<'_> {
    /// The card that the money comes off.
    #[must_use]
    pub fn paying_card(&self) -> Option<CardId> {
        use OperationKind as Kind;
        self.card.filter(|_| matches!(self.kind, Kind::Withdrawal | Kind::AdjustmentWithdrawal | Kind::Transfer))
    }

    /// The card that the money goes onto.
    #[must_use]
    pub fn paid_card(&self) -> Option<CardId> {
        match self.kind {
            OperationKind::Load | OperationKind::AdjustmentLoad => self.card,
            OperationKind::Transfer => self.to_card,
            OperationKind::Issue | OperationKind::Withdrawal | OperationKind::AdjustmentWithdrawal => None,
        }
    }

    /// Whether the other could be the same thing done twice: the same amount in the same direction on the same card,
    /// whichever request does it; or another card for the same cardholder.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        match (self.kind, other.kind) {
            (OperationKind::Issue, OperationKind::Issue) => self.cardholder.is_some() && self.cardholder == other.cardholder,
            (OperationKind::Issue, _) | (_, OperationKind::Issue) => false,
            _ => {
                let meets = |one: Option<CardId>, two: Option<CardId>| one.is_some() && one == two;
                self.money.is_some()
                    && self.money == other.money
                    && (meets(self.paying_card(), other.paying_card()) || meets(self.paid_card(), other.paid_card()))
            }
        }
    }

    /// Whether it takes the other back: the same amount, from where it went to where it came from.
    #[must_use]
    pub fn takes_back(&self, other: &Self) -> bool {
        self.money.is_some()
            && self.money == other.money
            && self.paying_card() == other.paid_card()
            && self.paid_card() == other.paying_card()
    }

    /// Whether a new operation with these facts may name an older one.
    ///
    /// # Errors
    /// If the older one's state does not allow it, or the facts do not fit.
    pub fn check_link(&self, kind: LinkKind, older: &Self, standing: Standing) -> Result<(), LinkProblem> {
        let (is_allowed, fits) = match kind {
            LinkKind::Corrects => (standing.was_done(), self.takes_back(older)),
            LinkKind::MakesAgain => (standing.may_be_made_again(), self == older),
            LinkKind::Despite => (standing.state.is_open(), self.is_alike(older)),
        };
        match (is_allowed, fits) {
            (false, _) => Err(LinkProblem::State(standing.state)),
            (true, false) => Err(LinkProblem::Facts),
            (true, true) => Ok(()),
        }
    }
}

impl LinkKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Corrects, Self::MakesAgain, Self::Despite];

    /// The stable word used in the journal and on the wire to the UI.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Corrects => "corrects",
            Self::MakesAgain => "makes_again",
            Self::Despite => "despite",
        }
    }

    /// The kind for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether a person has to say why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Corrects | Self::Despite)
    }

    /// Whether at most one operation that may have been applied can name another like this: to take it back, or to make it
    /// again, twice would move money twice.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Corrects | Self::MakesAgain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::operation::Contradiction;

    fn quetzales(amount: &str) -> Option<Money> {
        Some(Money::new(amount.parse().expect("an amount"), Currency::GTQ))
    }

    fn on(kind: OperationKind, card: u64, amount: &str) -> OperationFacts<'static> {
        OperationFacts { kind, cardholder: None, card: Some(CardId::new(card)), to_card: None, money: quetzales(amount) }
    }

    fn transfer(from: u64, to: u64, amount: &str) -> OperationFacts<'static> {
        OperationFacts { to_card: Some(CardId::new(to)), ..on(OperationKind::Transfer, from, amount) }
    }

    #[test]
    fn alike_is_the_same_amount_in_the_same_direction_on_the_same_card_whatever_the_request() {
        use OperationKind as Kind;
        let load = on(Kind::Load, 7, "5");
        for (other, is_alike, what) in [
            (on(Kind::Load, 7, "5.00"), true, "the same amount, written differently"),
            (on(Kind::AdjustmentLoad, 7, "5"), true, "the issuer's side"),
            (transfer(8, 7, "5"), true, "paid by another card"),
            (transfer(7, 8, "5"), false, "paid to another card"),
            (on(Kind::Withdrawal, 7, "5"), false, "the other direction"),
            (on(Kind::Load, 8, "5"), false, "another card"),
            (on(Kind::Load, 7, "5.0001"), false, "another amount"),
        ] {
            assert_eq!((load.is_alike(&other), other.is_alike(&load)), (is_alike, is_alike), "{what}");
        }
        let dollars = Some(Money::new("5".parse().expect("an amount"), "USD".parse().expect("a currency")));
        assert!(!load.is_alike(&OperationFacts { money: dollars, ..load }));
        assert!(on(Kind::Withdrawal, 7, "5").is_alike(&transfer(7, 8, "5")));
        assert!(transfer(7, 8, "5").is_alike(&transfer(7, 9, "5")), "the same card pays");
        assert!(!transfer(7, 8, "5").is_alike(&transfer(8, 7, "5")), "there and back");
    }

    #[test]
    fn cards_are_issued_alike_for_one_cardholder() {
        let (ana, luis) = ("u1".parse().expect("an id"), "u2".parse().expect("an id"));
        let issue = |cardholder| OperationFacts { kind: OperationKind::Issue, cardholder, card: None, to_card: None, money: None };
        assert!(issue(Some(&ana)).is_alike(&issue(Some(&ana))));
        assert!(!issue(Some(&ana)).is_alike(&issue(Some(&luis))));
        assert!(!issue(None).is_alike(&issue(None)));
        assert!(!issue(Some(&ana)).takes_back(&issue(Some(&ana))), "nothing takes an issued card back");
    }

    #[test]
    fn what_takes_back_is_the_opposite_operation_of_the_same_amount() {
        use OperationKind as Kind;
        for kind in Kind::ALL.into_iter().filter(|kind| kind.direction().is_some() && *kind != Kind::Transfer) {
            for other in Kind::ALL.into_iter().filter(|other| *other != Kind::Transfer) {
                let takes_back = on(other, 7, "5").takes_back(&on(kind, 7, "5"));
                let goes_back = other.direction() == kind.direction().map(crate::operation::Direction::opposite);
                assert_eq!(takes_back, goes_back, "{other:?} of {kind:?}");
            }
        }
        assert!(transfer(8, 7, "5").takes_back(&transfer(7, 8, "5")));
        assert!(!transfer(7, 8, "5").takes_back(&transfer(7, 8, "5")));
        assert!(!on(Kind::Withdrawal, 7, "4").takes_back(&on(Kind::Load, 7, "5")));
    }

    #[test]
    fn a_link_needs_a_state_that_allows_it_and_facts_that_fit() {
        let (load, withdrawal) = (on(OperationKind::Load, 7, "5"), on(OperationKind::Withdrawal, 7, "5"));
        for state in OperationState::ALL {
            use OperationState as State;
            let corrects = matches!(state, State::Applied | State::SettledApplied);
            let makes_again = matches!(state, State::Refused | State::NotSent | State::SettledNotApplied);
            assert_eq!(withdrawal.check_link(LinkKind::Corrects, &load, state.into()).is_ok(), corrects, "{state:?}");
            assert_eq!(load.check_link(LinkKind::MakesAgain, &load, state.into()).is_ok(), makes_again, "{state:?}");
            assert_eq!(load.check_link(LinkKind::Despite, &load, state.into()).is_ok(), state.is_open(), "{state:?}");
        }
        assert_eq!(load.check_link(LinkKind::Corrects, &load, OperationState::Applied.into()), Err(LinkProblem::Facts));
        assert_eq!(withdrawal.check_link(LinkKind::MakesAgain, &load, OperationState::Refused.into()), Err(LinkProblem::Facts));
        assert_eq!(withdrawal.check_link(LinkKind::Despite, &load, OperationState::Unknown.into()), Err(LinkProblem::Facts));
    }

    #[test]
    fn what_the_gateway_shows_against_a_persons_word_is_taken_back_and_never_made_again() {
        let (load, withdrawal) = (on(OperationKind::Load, 7, "5"), on(OperationKind::Withdrawal, 7, "5"));
        for (contradiction, is_taken_back) in [(Contradiction::Proof, true), (Contradiction::Trace, false)] {
            let standing = Standing { state: OperationState::SettledNotApplied, contradiction: Some(contradiction) };
            assert_eq!(withdrawal.check_link(LinkKind::Corrects, &load, standing).is_ok(), is_taken_back, "{contradiction:?}");
            assert!(load.check_link(LinkKind::MakesAgain, &load, standing).is_err(), "{contradiction:?}");
        }
    }

    #[test]
    fn every_kind_of_link_reads_back_from_its_word() {
        for kind in LinkKind::ALL {
            assert_eq!(LinkKind::from_word(kind.as_str()), Some(kind));
        }
    }
}
