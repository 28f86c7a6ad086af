//! What operations there are, and which way each moves money.

use serde::{Deserialize, Serialize};

/// What an operation does at the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// A new physical card (`POST /users/{userId}/cards/virtuals`).
    Issue,
    /// Money onto a card (`POST /cards/{cardId}/funds`, `ADD_FUNDS`).
    Load,
    /// Money off a card (`POST /cards/{cardId}/funds`, `WITHDRAW_FUNDS`).
    Withdrawal,
    /// Money onto a card on the issuer's side (`PUT /cards/{cardId}/funds`, `ADD_FUNDS`).
    AdjustmentLoad,
    /// Money off a card on the issuer's side (`PUT /cards/{cardId}/funds`, `WITHDRAW_FUNDS`).
    AdjustmentWithdrawal,
    /// Money from one card to another (`POST /cards/transfer`).
    Transfer,
}

/// Which way money goes, seen from a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Onto the card.
    Onto,
    /// Off the card.
    Off,
}

impl Direction {
    /// The other way.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Onto => Self::Off,
            Self::Off => Self::Onto,
        }
    }
}

impl OperationKind {
    /// Every kind, in the order people meet them.
    pub const ALL: [Self; 6] =
        [Self::Issue, Self::Load, Self::Withdrawal, Self::AdjustmentLoad, Self::AdjustmentWithdrawal, Self::Transfer];

    /// The stable word used in the journal and on the wire to the UI.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Load => "load",
            Self::Withdrawal => "withdrawal",
            Self::AdjustmentLoad => "adjustment_load",
            Self::AdjustmentWithdrawal => "adjustment_withdrawal",
            Self::Transfer => "transfer",
        }
    }

    /// The kind for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Which way the money goes on the operation's own card. A transfer pays from it, and issuing moves no money.
    #[must_use]
    pub const fn direction(self) -> Option<Direction> {
        match self {
            Self::Load | Self::AdjustmentLoad => Some(Direction::Onto),
            Self::Withdrawal | Self::AdjustmentWithdrawal | Self::Transfer => Some(Direction::Off),
            Self::Issue => None,
        }
    }

    /// The kind that takes it back; `None` for issuing, which nothing takes back. A transfer is taken back by one in the
    /// other direction.
    #[must_use]
    pub const fn opposite(self) -> Option<Self> {
        match self {
            Self::Load => Some(Self::Withdrawal),
            Self::Withdrawal => Some(Self::Load),
            Self::AdjustmentLoad => Some(Self::AdjustmentWithdrawal),
            Self::AdjustmentWithdrawal => Some(Self::AdjustmentLoad),
            Self::Transfer => Some(Self::Transfer),
            Self::Issue => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_word() {
        for kind in OperationKind::ALL {
            assert_eq!(OperationKind::from_word(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn the_opposite_of_the_opposite_is_the_kind_itself_and_goes_the_other_way() {
        for kind in OperationKind::ALL {
            let Some(opposite) = kind.opposite() else { continue };
            assert_eq!(opposite.opposite(), Some(kind));
            if kind != OperationKind::Transfer {
                assert_eq!(opposite.direction(), kind.direction().map(Direction::opposite));
            }
        }
    }
}
