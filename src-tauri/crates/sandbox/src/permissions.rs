//! What Practice's application may do: all of it at first, and less on request.
//!
//! Owns the sets to choose from, and which permission a request needs (assumed where the contract's names do not say it).
//! Nothing of it is in the state: a restart gives everything back.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use cardesk_domain::Permission;
use serde::Serialize;
use specta::Type;

use crate::faults::RequestKind;

/// A set of permissions with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PermissionSet {
    /// All that there are.
    Everything,
    /// Looking, and nothing else that needs a permission.
    ReadingOnly,
    /// Everything but what touches a card's secrets: CVV and PIN.
    NoCardSecrets,
    /// Everything but blocking, unblocking, renaming and activating.
    NoCardChanges,
    /// Everything but loading, withdrawing and moving money between cards.
    NoMoney,
    /// Everything but registering cardholders.
    NoRegistration,
}

impl PermissionSet {
    /// Every set, the fullest first.
    pub const ALL: [Self; 6] =
        [Self::Everything, Self::ReadingOnly, Self::NoCardSecrets, Self::NoCardChanges, Self::NoMoney, Self::NoRegistration];

    /// What is in it.
    #[must_use]
    pub fn permissions(self) -> BTreeSet<Permission> {
        use Permission as May;
        let without = |missing: &[May]| May::KNOWN.into_iter().filter(|known| !missing.contains(known)).collect();
        match self {
            Self::Everything => without(&[]),
            Self::ReadingOnly => [May::CheckCard, May::GetCards, May::GetAllTransfersByDate].into(),
            Self::NoCardSecrets => without(&[May::CheckCvv, May::AssignPin]),
            Self::NoCardChanges => without(&[May::UpdateStatus, May::UpdateAlias, May::Activation]),
            Self::NoMoney => without(&[May::AddFunds, May::WithdrawFunds, May::TransferBetweenCards]),
            Self::NoRegistration => without(&[May::UserRegistration]),
        }
    }
}

/// The permissions in force.
#[derive(Debug)]
pub(crate) struct Granted(RwLock<BTreeSet<Permission>>);

impl Default for Granted {
    fn default() -> Self {
        Self(RwLock::new(PermissionSet::Everything.permissions()))
    }
}

impl Granted {
    pub(crate) fn replace(&self, permissions: BTreeSet<Permission>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = permissions;
    }

    pub(crate) fn all(&self) -> BTreeSet<Permission> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The permission that a request needs and the application lacks.
    pub(crate) fn missing_for(&self, request: RequestKind) -> Option<Permission> {
        needed_for(request).filter(|needed| !self.has(needed))
    }

    /// Whether the application has it.
    pub(crate) fn has(&self, permission: &Permission) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(permission)
    }
}

/// What can be told from the address alone: a funds operation says in its body whether it loads or withdraws.
const fn needed_for(request: RequestKind) -> Option<Permission> {
    use RequestKind as Kind;
    match request {
        Kind::RegisterCardholder | Kind::CreateInvitationCode => Some(Permission::UserRegistration),
        Kind::CardsOfCardholder => Some(Permission::GetCards),
        Kind::CardDetails => Some(Permission::CheckCard),
        Kind::RevealCvv => Some(Permission::CheckCvv),
        Kind::RenameCard => Some(Permission::UpdateAlias),
        Kind::ChangeCardStatus => Some(Permission::UpdateStatus),
        Kind::SetPin | Kind::SetUserPin => Some(Permission::AssignPin),
        Kind::MovementsOfMonth => Some(Permission::GetAllTransfersByDate),
        Kind::TransferBetweenCards => Some(Permission::TransferBetweenCards),
        Kind::ActivateCard => Some(Permission::Activation),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_permission_is_in_the_full_set_and_missing_from_another_unless_it_only_reads() {
        let only_reads = PermissionSet::ReadingOnly.permissions();
        for permission in Permission::KNOWN {
            assert!(PermissionSet::Everything.permissions().contains(&permission));
            assert!(
                only_reads.contains(&permission) || PermissionSet::ALL.iter().any(|set| !set.permissions().contains(&permission)),
                "{permission}"
            );
        }
    }

    #[test]
    fn only_what_needs_a_missing_permission_is_held_up() {
        let granted = Granted::default();
        assert_eq!(granted.missing_for(RequestKind::RevealCvv), None);
        granted.replace(PermissionSet::NoCardSecrets.permissions());
        assert_eq!(granted.missing_for(RequestKind::RevealCvv), Some(Permission::CheckCvv));
        assert_eq!(granted.missing_for(RequestKind::CardDetails), None);
    }
}
