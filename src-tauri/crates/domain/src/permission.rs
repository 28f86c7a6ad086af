//! What the company's application may do, by the names that the gateway gives to it.
//!
//! Owns the names (`gateway-api.md`, Cards) and finding one in the gateway's own words. Who has which permission is the
//! issuer's business.

use std::fmt;

/// A permission, by its real name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Reading a card's details.
    CheckCard,
    /// Showing a card's CVV.
    CheckCvv,
    /// Changing a card's alias.
    UpdateAlias,
    /// Blocking and unblocking.
    UpdateStatus,
    /// Setting a PIN.
    AssignPin,
    /// Listing a cardholder's cards.
    GetCards,
    /// Reading a card's movements.
    GetAllTransfersByDate,
    /// Moving money between cards.
    TransferBetweenCards,
    /// Loading money (assumed: the name is the backoffice's).
    AddFunds,
    /// Withdrawing money (assumed: the name is the backoffice's).
    WithdrawFunds,
    /// Activating a card by API.
    Activation,
    /// Registering cardholders.
    UserRegistration,
    /// One that this version does not know, in the gateway's own word.
    Other(String),
}

impl Permission {
    /// Those that this version knows.
    pub const KNOWN: [Self; 12] = [
        Self::CheckCard,
        Self::CheckCvv,
        Self::UpdateAlias,
        Self::UpdateStatus,
        Self::AssignPin,
        Self::GetCards,
        Self::GetAllTransfersByDate,
        Self::TransferBetweenCards,
        Self::AddFunds,
        Self::WithdrawFunds,
        Self::Activation,
        Self::UserRegistration,
    ];

    /// The permission for the gateway's word.
    #[must_use]
    pub fn from_gateway(word: &str) -> Self {
        Self::KNOWN.into_iter().find(|known| known.as_str() == word).unwrap_or_else(|| Self::Other(word.to_owned()))
    }

    /// The gateway's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::CheckCard => "checkCard",
            Self::CheckCvv => "checkCvv",
            Self::UpdateAlias => "updateAlias",
            Self::UpdateStatus => "updateStatus",
            Self::AssignPin => "assignPIN",
            Self::GetCards => "getCards",
            Self::GetAllTransfersByDate => "getAllTransfersByDate",
            Self::TransferBetweenCards => "transferBetweenCards",
            Self::AddFunds => "addFunds",
            Self::WithdrawFunds => "withdrawFunds",
            Self::Activation => "activation",
            Self::UserRegistration => "USER_REGISTRATION",
            Self::Other(word) => word,
        }
    }

    /// The first known permission that a sentence of the gateway's names as a word of its own. A name that is also a plain
    /// word (`activation`) counts only where nothing else is named.
    #[must_use]
    pub fn named_in(sentence: &str) -> Option<Self> {
        let named = || {
            let words = sentence.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
            words.map(Self::from_gateway).filter(|permission| Self::KNOWN.contains(permission))
        };
        named().find(|permission| *permission != Self::Activation).or_else(|| named().next())
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_an_unknown_one_is_kept() {
        for permission in Permission::KNOWN {
            assert_eq!(Permission::from_gateway(permission.as_str()), permission);
        }
        assert_eq!(Permission::from_gateway("burnCard"), Permission::Other("burnCard".to_owned()));
    }

    #[test]
    fn a_sentence_names_its_permission_whatever_stands_around_it() {
        for (sentence, named) in [
            ("Missing permission: updateStatus.", Some(Permission::UpdateStatus)),
            ("card activation needs \"assignPIN\"", Some(Permission::AssignPin)),
            ("You have no permission for activation", Some(Permission::Activation)),
            ("permission USER_REGISTRATION is required", Some(Permission::UserRegistration)),
            ("updateStatuses", None),
            ("", None),
        ] {
            assert_eq!(Permission::named_in(sentence), named, "{sentence}");
        }
    }
}
