//! What can be done with a card, and in which state of it.
//!
//! Owns the one table of operations and states, with the reason for each "no", and the permission that the gateway's
//! contract names for an operation. It follows the seed: a delivered card waits for its cardholder, and "once the card is
//! active, the management API is enabled for it". What the contract leaves open is assumed and said beside the row. A
//! state that this version does not know allows everything: the gateway decides (7213).

use super::CardState;
use crate::permission::Permission;

/// Something that an operator does with one card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CardOperation {
    /// Reading its details.
    ReadDetails,
    /// Reading the movements of a month.
    ReadMovements,
    /// Activating it by API.
    Activate,
    /// Blocking it.
    Block,
    /// Making a blocked card active again.
    Unblock,
    /// Changing its alias.
    Rename,
    /// Asking for a month's statement.
    RequestStatement,
    /// Setting or changing its PIN, the owner's or that of somebody who shares it.
    SetPin,
    /// Finding out whether a PIN is right.
    VerifyPin,
    /// Showing its CVV.
    RevealCvv,
    /// Loading money onto it.
    Load,
    /// Withdrawing money from it.
    Withdraw,
    /// Paying another card from it.
    TransferFrom,
    /// Being paid from another card.
    TransferTo,
    /// Moving all that is on it to the card that replaces it, which belongs to the same cardholder.
    MoveBalance,
    /// Replacing it by a new one.
    Replace,
}

/// Why an operation is not possible in a card's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WhyNot {
    /// The card waits for its cardholder to activate it.
    AwaitsActivation,
    /// The card is active already.
    IsActive,
    /// The card is blocked: it has to be unblocked first.
    IsBlocked,
}

impl WhyNot {
    /// A stable word, for the catalogues of texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitsActivation => "awaits_activation",
            Self::IsActive => "is_active",
            Self::IsBlocked => "is_blocked",
        }
    }
}

/// The states that this version knows.
#[derive(Clone, Copy)]
enum Known {
    Inactive,
    Active,
    Blocked,
}

impl CardOperation {
    /// Every operation, in the order in which a card's page offers them.
    pub const ALL: [Self; 16] = [
        Self::ReadDetails,
        Self::ReadMovements,
        Self::Activate,
        Self::Block,
        Self::Unblock,
        Self::Rename,
        Self::RequestStatement,
        Self::SetPin,
        Self::VerifyPin,
        Self::RevealCvv,
        Self::Load,
        Self::Withdraw,
        Self::TransferFrom,
        Self::TransferTo,
        Self::MoveBalance,
        Self::Replace,
    ];

    /// A stable word, for the catalogues of texts and the record of what happened.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadDetails => "read_details",
            Self::ReadMovements => "read_movements",
            Self::Activate => "activate",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Rename => "rename",
            Self::RequestStatement => "request_statement",
            Self::SetPin => "set_pin",
            Self::VerifyPin => "verify_pin",
            Self::RevealCvv => "reveal_cvv",
            Self::Load => "load",
            Self::Withdraw => "withdraw",
            Self::TransferFrom => "transfer_from",
            Self::TransferTo => "transfer_to",
            Self::MoveBalance => "move_balance",
            Self::Replace => "replace",
        }
    }

    /// The operation for its stable word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.as_str() == word)
    }

    /// The per-card permission that the contract names for it, if it names one. Which name goes with which operation is
    /// assumed where the words do not say it themselves.
    #[must_use]
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::ReadDetails => Some(Permission::CheckCard),
            Self::ReadMovements => Some(Permission::GetAllTransfersByDate),
            Self::Activate => Some(Permission::Activation),
            Self::Block | Self::Unblock => Some(Permission::UpdateStatus),
            Self::Rename => Some(Permission::UpdateAlias),
            Self::SetPin => Some(Permission::AssignPin),
            Self::RevealCvv => Some(Permission::CheckCvv),
            Self::TransferFrom | Self::TransferTo | Self::MoveBalance => Some(Permission::TransferBetweenCards),
            Self::RequestStatement | Self::VerifyPin | Self::Load | Self::Withdraw | Self::Replace => None,
        }
    }

    /// The table.
    const fn reason_against(self, state: Known) -> Option<WhyNot> {
        use CardOperation as Do;
        use Known::{Active, Blocked, Inactive};
        match (self, state) {
            (Do::ReadDetails | Do::ReadMovements, _) => None,
            // A lost card is replaced whatever its state: one that was never activated holds nothing and pays nothing.
            (Do::Replace, _) => None,
            (Do::Activate, Inactive) => None,
            (Do::Activate, Active) => Some(WhyNot::IsActive),
            (Do::Activate, Blocked) => Some(WhyNot::IsBlocked),
            // Everything else is management, which begins with the activation.
            (_, Inactive) => Some(WhyNot::AwaitsActivation),
            (Do::Unblock, Active) => Some(WhyNot::IsActive),
            (Do::Unblock, Blocked) => None,
            (_, Active) => None,
            // Assumed: these describe the card and its past, and move nothing.
            (Do::Rename | Do::RequestStatement, Blocked) => None,
            // Assumed: a blocked card pays nobody, but what is on it is still its holder's.
            (Do::MoveBalance, Blocked) => None,
            (_, Blocked) => Some(WhyNot::IsBlocked),
        }
    }
}

impl CardState {
    /// Whether an operation is possible in this state.
    ///
    /// # Errors
    /// Why it is not.
    pub const fn allows(&self, operation: CardOperation) -> Result<(), WhyNot> {
        let state = match self {
            Self::Inactive => Known::Inactive,
            Self::Active => Known::Active,
            Self::Blocked => Known::Blocked,
            Self::Other(_) => return Ok(()),
        };
        match operation.reason_against(state) {
            Some(reason) => Err(reason),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each operation with what becomes of it on a card that is inactive, active and blocked; written by hand.
    #[test]
    fn every_operation_in_every_state_is_as_the_seed_has_it() {
        use CardOperation as Do;
        use WhyNot::{AwaitsActivation, IsActive, IsBlocked};
        let table = [
            (Do::ReadDetails, [Ok(()), Ok(()), Ok(())]),
            (Do::ReadMovements, [Ok(()), Ok(()), Ok(())]),
            (Do::Activate, [Ok(()), Err(IsActive), Err(IsBlocked)]),
            (Do::Block, [Err(AwaitsActivation), Ok(()), Err(IsBlocked)]),
            (Do::Unblock, [Err(AwaitsActivation), Err(IsActive), Ok(())]),
            (Do::Rename, [Err(AwaitsActivation), Ok(()), Ok(())]),
            (Do::RequestStatement, [Err(AwaitsActivation), Ok(()), Ok(())]),
            (Do::SetPin, [Err(AwaitsActivation), Ok(()), Err(IsBlocked)]),
            (Do::VerifyPin, [Err(AwaitsActivation), Ok(()), Err(IsBlocked)]),
            (Do::RevealCvv, [Err(AwaitsActivation), Ok(()), Err(IsBlocked)]),
            (Do::Load, [Err(AwaitsActivation), Ok(()), Err(IsBlocked)]),
            (Do::Withdraw, [Err(AwaitsActivation), Ok(()), Err(IsBlocked)]),
            (Do::TransferFrom, [Err(AwaitsActivation), Ok(()), Err(IsBlocked)]),
            (Do::TransferTo, [Err(AwaitsActivation), Ok(()), Err(IsBlocked)]),
            (Do::MoveBalance, [Err(AwaitsActivation), Ok(()), Ok(())]),
            (Do::Replace, [Ok(()), Ok(()), Ok(())]),
        ];
        assert_eq!(table.map(|(operation, _)| operation), CardOperation::ALL, "each once");
        for (operation, outcomes) in table {
            let found = [CardState::Inactive, CardState::Active, CardState::Blocked].map(|state| state.allows(operation));
            assert_eq!(found, outcomes, "{operation:?}");
            assert_eq!(CardState::Other("LOST".to_owned()).allows(operation), Ok(()), "{operation:?} is left to the gateway");
        }
    }

    #[test]
    fn every_operation_is_found_by_its_word() {
        for operation in CardOperation::ALL {
            assert_eq!(CardOperation::from_word(operation.as_str()), Some(operation));
        }
        assert_eq!(CardOperation::from_word("burn"), None);
    }
}
